"""Stored files: typed values in, the same out, and every fault told with its path."""

import msgspec
import pytest

from policygen.model import stored
from policygen.model.problems import OutputError, Place


class Sheet(msgspec.Struct, frozen=True):
    title: str
    pages: int = 1


class Binder(msgspec.Struct, frozen=True):
    owner: str
    sheets: tuple[Sheet, ...]
    notes: dict[str, list[str]] = {}
    day: str | None = None


PLACE, HINT = Place("binder.json"), "Put it back from a copy."
BINDER = Binder("Zoë", (Sheet("Aims"), Sheet("Limits", 2)), {"b": ["2"], "a": []})


def test_what_is_written_is_read_again_with_sorted_keys_and_readable_letters():
    data = stored.dump(BINDER)
    assert stored.read(data, Binder, PLACE, HINT) == BINDER
    assert data.startswith(b'{\n  "day": null,\n  "notes": {\n    "a": []') and "Zoë".encode() in data
    assert data.endswith(b"}\n")


@pytest.mark.parametrize("text, faults", [
    ('{"owner": 1, "sheets": [{"title": "a"}, {"pages": "x"}, 7], "notes": {"k": [1, "ok", null]}, "day": 3}',
     ["`owner`: expected `str`, got `int`", "`sheets[1].title` is missing",
      "`sheets[1].pages`: expected `int`, got `str`", "`sheets[2]`: expected `object`, got `int`",
      "`notes.k[0]`: expected `str`, got `int`", "`notes.k[2]`: expected `str`, got `null`",
      "`day`: expected `str | null`, got `int`"]),
    ("[]", ["`the whole`: expected `object`, got `array`"]),
    ('{"owner": "a"}', ["`sheets` is missing"]),
])
def test_every_fault_is_told_with_its_path(text, faults):
    with pytest.raises(OutputError) as caught:
        stored.read(text.encode(), Binder, PLACE, HINT)
    assert [problem.message for problem in caught.value.problems] == [f"this file is damaged: {one}" for one in faults]
    assert {problem.place for problem in caught.value.problems} == {PLACE}
    assert [problem.hint for problem in caught.value.problems] == ["", "", "", "", "", "", HINT][-len(faults):]


@pytest.mark.parametrize("data", [b"", b"{", b'{"owner": "\xff"}', b"[" * 100_000])
def test_what_is_no_json_is_told(data):
    with pytest.raises(OutputError, match="this file is damaged: "):
        stored.read(data, Binder, PLACE, HINT)

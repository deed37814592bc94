"""The dated legal references that clauses cite: what each says, where, and since when.

In: `law.yaml` of a clause library. Out: `LawBook`, which answers whether a reference is in force on a date in one of
some nations. It decides nothing about wording.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from policygen.errors import LibraryError, Place, Problem
from policygen.source import Reader, each_id, read_yaml

NATIONS = ("england", "wales", "scotland", "northern_ireland")
_STATUSES = ("in-force", "partly", "not-commenced", "not-law", "guidance", "common-law", "superseded",
             "recommendation", "good-practice")
_NOT_LAW = ("not-commenced", "not-law", "superseded")
_EFFECTS = ("duty", "duty-if", "power", "limit", "offence", "protection", "exemption", "scope", "context", "guidance",
            "good-practice", "regulator-requirement")


@dataclass(frozen=True, slots=True)
class Law:
    """One provision as it stood on the day when the library's law was checked."""

    id: str
    cite: str
    """What the text prints (`section 38B of the Terrorism Act 2000`); empty for law that is never named there."""
    title: str
    provision: str
    requires: str
    """What it asks, in our words: the limit of what a clause may say."""
    nations: tuple[str, ...]
    in_force: date | None
    """The first day; None for old law without a single day, or for law that is not in force."""
    status: str
    effect: str
    confidence: str
    note: str
    address: str
    place: Place

    def applies(self, on: date, nations: Collection[str]) -> bool:
        """Whether it is in force on a day in at least one of the nations."""
        return (self.status not in _NOT_LAW and (self.in_force is None or self.in_force <= on)
                and not set(nations).isdisjoint(self.nations))


@dataclass(frozen=True, slots=True)
class LawBook:
    checked: date
    """The day on which all of it was last checked."""
    laws: dict[str, Law]


def load(path: Path, shown: str, problems: list[Problem]) -> LawBook:
    """The law of a library. Everything wrong is added to `problems`."""
    try:
        top = Reader(read_yaml(path, LibraryError, shown), Place(shown, 1), problems, "law.yaml")
    except LibraryError as exc:
        problems += exc.problems
        return LawBook(date.min, {})
    checked = _day(top, "checked", obligatory=True) or date.min
    laws = [_law(Reader(item, place, problems, "a legal reference")) for item, place in top.items("references")]
    top.done()
    each_id(((law.id, law.place) for law in laws), top.add, "a legal reference")
    return LawBook(checked, {law.id: law for law in laws})


def _law(reader: Reader) -> Law:
    law = Law(
        id=reader.text("id", None), cite=reader.text("cite"), title=reader.text("title", None),
        provision=reader.text("provision", None), requires=reader.text("requires", None),
        nations=reader.texts("nations"), in_force=_day(reader, "in_force"),
        status=reader.choice("status", _STATUSES, "in-force"), effect=reader.choice("effect", _EFFECTS, "context"),
        confidence=reader.text("confidence", None), note=reader.text("note"), address=reader.text("address"),
        place=reader.data.place)
    for nation in sorted(set(law.nations) - set(NATIONS)):
        reader.add(f"`{nation}` is not a nation", reader.place("nations"), f"The nations are: {', '.join(NATIONS)}.")
    reader.done()
    return law


def _day(reader: Reader, key: str, obligatory: bool = False) -> date | None:
    written = reader.text(key, None if obligatory else "")
    try:
        return date.fromisoformat(written) if written else None
    except ValueError:
        reader.add(f"`{written}` is not a date", reader.place(key), "Write it as 2026-11-20.")
        return None

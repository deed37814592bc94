"""An edition: one after the other, nobody else's, and what its pack.json keeps of it."""

import hashlib
import json
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import filelock
import pytest

from helpers.packs import SMALL
from policygen.model import stored
from policygen.model.document import Document, Issue, Paragraph, Passage, Reference, Text
from policygen.model.problems import OutputError
from policygen.pack import edition, folders
from policygen.pack.edition import ClauseRecord, DocumentRecord, FileRecord

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = Path(sys.executable).with_name("policygen")
DAY, NEXT_DAY = date(2026, 11, 20), date(2026, 11, 21)
FILES = {"policy.txt": b"The policy.", "forms/declaration.txt": b"I promise.", "forms/access.txt": b"I agree."}


def pack(number: int = 1, organisation: str = "Harbour Street") -> dict:
    clause = {"id": "limits/police", "title": "Police", "number": "6.1", "text": "Ask first.", "digest": "0",
              "because": "it is in every pack", "covers": [], "law": []}
    return SMALL | {"organisation": organisation, "edition": SMALL["edition"] | {"number": number},
                    "documents": [{"id": "policy", "title": "Policy", "kind": "policy", "files": [],
                                   "clauses": [clause]}]}


def issue(to: Path, organisation: str = "Harbour Street", day: date = DAY) -> Path:
    """The folder of a small edition, made as packs are made."""
    with edition.reserved_folder(to, organisation, day) as place:
        folders.write_folder(place.folder, FILES | {"pack.json": stored.dump(pack(place.number, organisation))})
    return place.folder


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def damage(folder: Path, text: str) -> None:
    (folder / "pack.json").write_text(text, encoding="utf-8")


def problem(error: pytest.ExceptionInfo) -> str:
    return str(error.value)


# ---- one after the other -----------------------------------------------------------------------------------------


def test_editions_of_one_day_get_a_count_and_numbers_go_on_over_the_days(tmp_path):
    made = [issue(tmp_path), issue(tmp_path), issue(tmp_path), issue(tmp_path, day=NEXT_DAY)]
    assert [folder.name for folder in made] == ["2026-11-20", "2026-11-20-2", "2026-11-20-3", "2026-11-21"]
    assert [edition.read_edition(folder).number for folder in made] == [1, 2, 3, 4]


def test_a_number_is_not_used_again_when_an_edition_before_it_was_deleted(tmp_path):
    first, _ = issue(tmp_path), issue(tmp_path)
    for path in first.rglob("*"):
        if path.is_file():
            path.unlink()
    assert edition.read_edition(issue(tmp_path)).number == 3


@pytest.mark.slow
def test_whoever_comes_second_waits_and_gets_the_next_folder_and_number(tmp_path):
    command = [PROGRAM, "demo", "cic", "--format", "txt", "--as-at", "2026-11-20", "--to", tmp_path]
    with edition.reserved_folder(tmp_path, "Greenway Skills CIC", DAY) as place:
        other = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        with pytest.raises(subprocess.TimeoutExpired):
            other.wait(1.5)
        folders.write_folder(place.folder, {"pack.json": stored.dump(pack(place.number, "Greenway Skills CIC"))})
    out, _ = other.communicate(timeout=300)
    assert other.returncode == 0
    assert out == f"{tmp_path / 'greenway-skills-cic' / '2026-11-20-2'}\n"
    assert edition.read_edition(Path(out.strip())).number == 2


def test_a_folder_is_free_again_after_its_owner_failed(tmp_path):
    with pytest.raises(ZeroDivisionError), edition.reserved_folder(tmp_path, "Harbour Street", DAY):
        1 / 0
    assert issue(tmp_path).name == "2026-11-20"


def test_whoever_waits_in_vain_is_told_why(tmp_path, monkeypatch):
    def in_vain(self):
        raise filelock.Timeout("lock")

    monkeypatch.setattr(filelock.FileLock, "acquire", in_vain)
    with pytest.raises(OutputError, match="another policygen is working here"):
        issue(tmp_path)


# ---- nobody else's -----------------------------------------------------------------------------------------------


def test_another_organisation_whose_name_gives_the_same_folder_is_refused_and_nothing_is_lost(tmp_path):
    before = contents(issue(tmp_path, "Harbour Street"))
    with pytest.raises(OutputError) as error:
        issue(tmp_path, "Harbour, Street!")
    assert "this folder holds the editions of “Harbour Street”" in problem(error)
    assert [path.name for path in (tmp_path / "harbour-street").iterdir()] == ["2026-11-20"]
    assert contents(tmp_path / "harbour-street" / "2026-11-20") == before


# ---- pack.json ---------------------------------------------------------------------------------------------------


def test_what_was_written_is_read_back(tmp_path):
    folder = issue(tmp_path)
    found = json.loads(stored.dump(edition.read_edition(folder).record))
    assert {key: found[key] for key in pack()} == pack() == json.loads((folder / "pack.json").read_bytes())


def test_pack_json_has_sorted_keys_two_spaces_and_letters_as_they_are():
    assert stored.dump({"b": 1, "a": ["Tŷ"]}).decode() == '{\n  "a": [\n    "Tŷ"\n  ],\n  "b": 1\n}\n'


@pytest.mark.parametrize("text", [
    "", "{", "[]", "null", "7", '"format"', "{}", '{"format": 1}', '{"format": "2"}', '{"format": 0}',
    '{"format": null}',
    json.dumps(pack() | {"organisation": None}), json.dumps(pack() | {"edition": 3}),
    json.dumps(pack() | {"edition": {"number": "1"}}), json.dumps(pack() | {"documents": None}),
    json.dumps(pack() | {"documents": [{"title": "Policy", "clauses": [{"id": "limits/police"}]}]}),
    json.dumps(pack() | {"documents": ["policy"]}), '{"format": 1, "organisation": "Harbour'])
def test_a_damaged_pack_json_is_named_as_such(tmp_path, text):
    folder = issue(tmp_path)
    damage(folder, text)
    with pytest.raises(OutputError) as error:
        edition.read_edition(folder)
    assert problem(error).startswith(f"{folder / 'pack.json'}: this file is damaged: ")
    assert "Put it back from a copy" in problem(error)


def test_a_damaged_edition_stops_the_next_one_instead_of_taking_its_number(tmp_path):
    damage(issue(tmp_path), "{")
    with pytest.raises(OutputError, match="damaged"):
        issue(tmp_path)


def test_bytes_that_are_no_text_are_damage_too(tmp_path):
    folder = issue(tmp_path)
    (folder / "pack.json").write_bytes(b"\xff\xfe{")
    with pytest.raises(OutputError, match="damaged"):
        edition.read_edition(folder)


def test_an_edition_of_a_newer_policygen_says_so_whatever_else_is_in_it(tmp_path):
    folder = issue(tmp_path)
    damage(folder, '{"format": 2, "chapters": []}')
    with pytest.raises(OutputError, match=r"made by a newer policygen \(format 2\)"):
        edition.read_edition(folder)


@pytest.mark.parametrize("place", ["nowhere", "", "harbour-street", "harbour-street/2026-11-20/policy.txt"])
def test_a_path_that_is_no_edition_gets_a_clear_error(tmp_path, place):
    issue(tmp_path)
    with pytest.raises(OutputError, match=r"no pack\.json|not a directory"):
        edition.read_edition(tmp_path / place)


# ---- clauses -----------------------------------------------------------------------------------------------------


def passage(number: str, reference: str, words: str = "Ask first.") -> Passage:
    """A clause as assembly leaves it: with a number, its title is printed before its first words."""
    title = (Text("Police. ", "strong"),) if number else ()
    lead = Paragraph((*title, Text(words), Reference("limits/court", reference)), number)
    return Passage("limits/police", "Police", number, (lead,))


def record(item: Passage) -> ClauseRecord:
    return ClauseRecord.of(item, "it is in every pack", ("FL-2", "FL-1"), ("b", "a"))


def test_the_digest_of_a_clause_stays_the_same_when_only_numbers_change():
    first, later, short = (record(passage(*numbers)) for numbers in (
        ("6.1", "section 6.2"), ("7.4", "section 9.1"), ("", "“Limits”")))
    assert first.text == later.text == short.text == "Ask first.[[limits/court]]"
    assert first.digest == later.digest == short.digest
    assert (first.number, later.number, short.number) == ("6.1", "7.4", "")


def test_the_digest_of_a_clause_changes_with_its_words_and_with_where_it_refers_to():
    first = passage("6.1", "section 6.2")
    other = replace(first, blocks=(Paragraph((Text("Ask first."), Reference("limits/drugs", "section 6.2"))),))
    digests = [record(item).digest for item in (first, passage("6.1", "section 6.2", "Ask later."), other)]
    assert len(set(digests)) == 3


def test_the_record_of_a_clause_sorts_its_points_and_law():
    found = record(passage("6.1", ""))
    assert (found.covers, found.law) == (("FL-1", "FL-2"), ("a", "b"))


def test_the_record_of_a_file_has_the_digest_of_its_bytes():
    assert FileRecord.of("a.txt", b"abc") == FileRecord("a.txt", hashlib.sha256(b"abc").hexdigest())


def test_the_record_of_a_document_without_clauses_keeps_id_title_and_kind():
    document = Document(id="policy", kind="policy", title="Policy", organisation="H", layout="plain", control=(),
                        sections=(), edition_line="", draft=False)
    assert DocumentRecord.of(document, ()) == DocumentRecord("policy", "Policy", "policy", ())


# ---- the history of editions -----------------------------------------------------------------------------------------


def test_the_history_is_read_from_the_editions_in_order(tmp_path):
    for number, day, approved in ((2, "2027-01-05", "2027-01-04"), (1, "2026-11-20", None)):
        about = SMALL["edition"] | {"number": number, "date": day, "approved_on": approved}
        issued = pack(number) | {"edition": about}
        folders.write_folder(tmp_path / "harbour-street" / day, {"pack.json": stored.dump(issued)})
    assert edition.issues_of(tmp_path, "Harbour Street") == (
        Issue(1, date(2026, 11, 20), None), Issue(2, date(2027, 1, 5), date(2027, 1, 4)))


def test_the_newest_edition_is_the_one_with_the_highest_number_on_whatever_day(tmp_path):
    home = tmp_path / "harbour-street"
    assert edition.newest_edition(tmp_path) is None
    later, earlier = issue(tmp_path, day=NEXT_DAY), issue(tmp_path, day=DAY)
    assert edition.newest_edition(home) == earlier and edition.edition_number(earlier) == 2
    issue(tmp_path, day=DAY).rename(home / "Copy of 2026-11-20")
    assert edition.newest_edition(home) == earlier
    damage(later, "{")
    assert edition.newest_edition(home) == later, "nobody knows its number, and its day is later"


def test_the_next_edition_goes_where_the_others_are_under_whatever_name(tmp_path):
    first = issue(tmp_path)
    home = first.parent.rename(tmp_path / "Our policy")
    with edition.reserved_folder(tmp_path, "Quay Street", NEXT_DAY, home=home) as place:
        assert (place.folder, place.number, place.earlier) == (home / "2026-11-21", 2, (Issue(1, DAY, None),))
        folders.write_folder(place.folder, {"pack.json": stored.dump(pack(2, "Quay Street"))})
    home.rename(tmp_path / "quay-street")
    assert edition.next_number(tmp_path, "Quay Street") == 3, "the newest one says whose they are"


def test_an_edition_with_an_impossible_day_counts_as_damaged(tmp_path):
    (tmp_path / "pack.json").write_bytes(stored.dump(pack() | {"edition": SMALL["edition"] | {"date": "soon"}}))
    with pytest.raises(OutputError, match="damaged"):
        edition.read_edition(tmp_path)

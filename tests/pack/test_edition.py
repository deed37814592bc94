"""An edition: one after the other, nobody else's, and what its pack.json keeps of it."""

import hashlib
import io
import json
import subprocess
import sys
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import filelock
import pytest

from helpers.packs import SMALL, data_of, edition_of, save
from helpers.shipped import ROOT, SOURCES
from policygen.formats.house import House
from policygen.formats.word.reader import read_word_file
from policygen.formats.word.redline import write_redline
from policygen.model import stored
from policygen.model.document import Document, Issue, Paragraph, Passage, Reference, Text, passages_of
from policygen.model.lines import Line, text_of, words_of
from policygen.model.problems import OutputError
from policygen.pack import answers, edition, folders, make
from policygen.pack.edition import ClauseRecord, DocumentRecord, FileRecord
from policygen.pack.edits import renew, settle
from policygen.review.compare import compare, local_edits

PROGRAM = Path(sys.executable).with_name("policygen")
DAY, NEXT_DAY = date(2026, 11, 20), date(2026, 11, 21)
EXAMPLES = ("front-line", "voluntary", "community-group", "dv-programme", "cic")
OWN = Line("paragraph", ((Text("Our own words, {{ 7*7 }} & <b>."),),))
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


def test_the_same_name_with_other_signs_is_the_same_organisation(tmp_path):
    first = issue(tmp_path, "St John's")
    again = issue(tmp_path, "ST JOHN’S")
    assert again.parent == first.parent and edition.read_edition(again).number == 2


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
    with pytest.raises(OutputError, match=r"no pack\.json|this is a file"):
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


@pytest.mark.parametrize("path", ["../x.docx", "forms/../../x.docx", "/tmp/x.docx", "..", "", "a\0b", "C:x.docx",
                                  "a\\..\\b", "forms/", "./x", "a//b"])
def test_files_outside_the_folder_of_an_edition_are_damage(tmp_path, path):
    document = {"id": "x", "title": "X", "kind": "policy", "files": [{"path": path, "sha256": ""}], "clauses": []}
    save(tmp_path, SMALL | {"documents": [document]})
    with pytest.raises(OutputError, match=r"this file is damaged: .* is no file inside the edition's folder"):
        edition.read_edition(tmp_path)
    document["files"][0]["path"] = "forms/What: a … form.docx"
    save(tmp_path, SMALL | {"documents": [document]})
    assert edition.read_edition(tmp_path).record.documents[0].id == "x"


# ---- an edition as it was issued; local edits go through the whole make ---------------------------------------------


def make_pack(to: Path, example: str, formats=("docx",), edits=(), **changed):
    path = ROOT / "examples" / f"{example}.yaml"
    given = answers.read_answers(path, SOURCES.questionnaire) | changed
    return make.make(SOURCES, make.Request(
        given=given, answers_name=path.name, answers_text="", to=to, formats=formats, as_at=date(2026, 11, 21),
        draft=False, edits=edits), lambda step: None)


@pytest.fixture(scope="module", params=EXAMPLES)
def made(request, tmp_path_factory):
    return make_pack(tmp_path_factory.mktemp(request.param), request.param)


@pytest.fixture(scope="module")
def voluntary(tmp_path_factory):
    return edition.read_edition(make_pack(tmp_path_factory.mktemp("pack"), "voluntary", ("txt",)).folder)


@pytest.mark.slow
def test_the_documents_of_an_edition_come_back_to_the_letter(made):
    pack = edition.read_edition(made.folder)
    assert pack.documents == tuple(one for one in made.documents if one.kind != "annotated")
    assert pack.edits == ()


@pytest.mark.slow
def test_each_word_file_is_recognised_and_compares_equal_to_what_it_carries(made):
    pack = edition.read_edition(made.folder)
    for document in made.documents:
        found = read_word_file(made.folder / next(path for path in made.files[document.id] if path.endswith(".docx")))
        if not document.organisation:
            assert (found.document, found.base) == ("", None)
            continue
        assert found.document == document.id
        assert found.base == json.loads(edition.carried(pack.record, document.id))
        assert (found.base["organisation"], found.base["edition"]["number"]) == (pack.organisation, 1)
        for carried in edition.edition_in_word_file(found.base, made.folder, Path("policy.docx")).documents:
            comparison = compare(carried, found.lines)
            assert {change.statuses for change in comparison.clauses} == {("unchanged",)}
            assert comparison.titles == {} and comparison.front == ()


@pytest.mark.slow
def test_an_edited_word_file_makes_the_next_edition_and_the_one_after_that(tmp_path):
    first = make_pack(tmp_path, "voluntary", ("docx", "txt"))
    policy = next(one for one in edition.read_edition(first.folder).documents if one.id == "policy")
    given = edition.as_the_library_gave(policy, ())
    change = compare(policy, read_word_file(first.folder / "Confidentiality policy.docx").lines)
    target, gone = change.clauses[5], change.clauses[9]
    edited = replace(change, clauses=tuple(
        replace(one, now=(OWN, *one.now), statuses=("reworded",)) if one is target else
        replace(one, now=(), statuses=("deleted",)) if one is gone else one for one in change.clauses) + (
        replace(target, clause="local/abcd1234", title="Dogs", now=(OWN,), statuses=("new",), after=target.clause),))
    edits = local_edits(given, edited)
    assert {edit.clause for edit in edits} == {target.clause, gone.clause, "local/abcd1234"}

    second = make_pack(tmp_path, "voluntary", ("docx", "txt"), edits)
    words = (second.folder / "Confidentiality policy.txt").read_text(encoding="utf-8")
    assert words.count("Our own words, {{ 7*7 }} & <b>.") == 2 and "Dogs" in words
    pack = edition.read_edition(second.folder)
    entries = {clause.id: clause for document in pack.record.documents if document.id == "policy"
               for clause in document.clauses}
    assert gone.clause not in entries and entries["local/abcd1234"].because == "you wrote it yourselves"
    before = {clause.id: clause for document in edition.read_edition(first.folder).record.documents
              if document.id == "policy" for clause in document.clauses}
    assert entries[target.clause].digest == before[target.clause].digest  # what the library gave

    # Two years later, nothing touched: the edits come back out of the pack and the file as they went in.
    kept = pack.edits
    assert kept == edits
    now = next(one for one in pack.documents if one.id == "policy")
    library = edition.as_the_library_gave(now, kept)
    assert {passage.clause: text_of(passage.blocks) for passage in passages_of(library)}.keys() == (
        {passage.clause for passage in passages_of(given)})
    file = read_word_file(second.folder / "Confidentiality policy.docx")
    comparison = compare(now, file.lines)
    assert {one.statuses for one in comparison.clauses} == {("unchanged",)}
    again = local_edits(library, comparison, kept)
    assert {(edit.clause, edit.base, edit.lines, edit.title, edit.placed) for edit in again} == (
        {(edit.clause, edit.base, edit.lines, edit.title, edit.placed) for edit in kept})
    assert [words_of(line) for edit in again if edit.base is None for line in edit.lines] == [words_of(OWN)]

    third = make_pack(tmp_path, "voluntary", ("txt",), again)
    same = (third.folder / "Confidentiality policy.txt").read_text(encoding="utf-8")
    without_history = [text.split("History of this policy")[0] for text in (
        same.replace("Edition 3", "Edition 2").replace("3, made", "2, made"), words)]
    assert without_history[0] == without_history[1]


@pytest.mark.slow
@pytest.mark.parametrize("example", EXAMPLES)
def test_the_same_answers_a_second_time_give_an_empty_redline(tmp_path, example):
    old, new = (next(one for one in edition.read_edition(make_pack(
        tmp_path, example, ("txt",)).folder).documents if one.id == "policy") for _ in range(2))
    assert old != new  # the edition's own lines
    data = write_redline(old, new, House(ROOT / "templates" / "house"), "Ann", date(2026, 11, 21))
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        body = package.read("word/document.xml")
    assert not [mark for mark in (b"<w:ins ", b"<w:del ", b"<w:moveTo ", b"<w:pPrChange ") if mark in body]
    changed = replace(new, sections=new.sections[1:])
    assert b"<w:del " in zipfile.ZipFile(io.BytesIO(write_redline(
        old, changed, House(ROOT / "templates" / "house"), "Ann", date(2026, 11, 21)))).read("word/document.xml")


def test_edits_are_not_asked_about_while_the_library_stays_as_it_is(voluntary):
    policy = next(one for one in voluntary.documents if one.id == "policy")
    library = edition.as_the_library_gave(policy, ())
    assert [section.id for section in policy.sections] == [*(section.id for section in library.sections), "history"]
    assert [settle(renewal) for renewal in renew((library,), ())] == []


@pytest.mark.parametrize("damage", [
    lambda entry: entry["clauses"][0]["lines"].append({"kind": "script", "cells": ["x"]}),
    lambda entry: entry["clauses"].pop(),
    lambda entry: entry.update(layout="wild"),
    lambda entry: entry.update(sections=None),
    lambda entry: entry.pop("control"),
    lambda entry: entry["clauses"][0].update(lines=[["x"]]),
])
def test_damaged_data_is_refused_in_words(voluntary, damage):
    changed = data_of(voluntary.folder)
    damage(changed["documents"][0])
    with pytest.raises(OutputError, match=r"damaged|older policygen"):
        _ = edition_of(changed).documents


def test_an_edition_from_before_lines_were_kept_says_what_to_do(voluntary):
    older = data_of(voluntary.folder)
    for entry in older["documents"]:
        entry.pop("sections", None)
        for clause in entry["clauses"]:
            clause.pop("lines")
    older.pop("local_edits")
    with pytest.raises(OutputError, match="older policygen") as caught:
        _ = edition_of(older).documents
    assert "policygen new" in caught.value.problems[0].hint
    assert edition_of(older).edits == ()


def test_damaged_edits_are_refused_in_words(voluntary):
    with pytest.raises(OutputError, match="damaged"):
        _ = edition_of(data_of(voluntary.folder) | {"local_edits": [{"clause": "x"}]}).edits

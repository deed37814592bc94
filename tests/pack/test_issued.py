"""An edition is made again from its pack.json or a Word file; local edits go through the whole make."""

import io
import json
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from helpers.packs import data_of, edition_of
from helpers.shipped import ROOT, SOURCES
from policygen.formats.house import House
from policygen.formats.word.reader import read_word_file
from policygen.formats.word.redline import write_redline
from policygen.model.document import Text, passages_of
from policygen.model.lines import text_of
from policygen.model.lines import Line, words_of
from policygen.model.problems import OutputError
from policygen.pack import answers, edition, make
from policygen.pack.edits import renew, settle
from policygen.review.compare import compare
from policygen.review.compare import local_edits

EXAMPLES = ("front-line", "voluntary", "community-group", "dv-programme", "cic")
OWN = Line("paragraph", ((Text("Our own words, {{ 7*7 }} & <b>."),),))


@pytest.fixture(scope="module")
def sources():
    return SOURCES


def make_pack(sources, to: Path, example: str, formats=("docx",), edits=(), **changed):
    path = ROOT / "examples" / f"{example}.yaml"
    given = answers.read_answers(path, sources.questionnaire) | changed
    return make.make(sources, make.Request(
        given=given, answers_name=path.name, answers_text="", to=to, formats=formats, as_at=date(2026, 11, 21),
        draft=False, edits=edits), lambda step: None)


@pytest.fixture(scope="module", params=EXAMPLES)
def made(request, sources, tmp_path_factory):
    return make_pack(sources, tmp_path_factory.mktemp(request.param), request.param)


@pytest.fixture(scope="module")
def pack(sources, tmp_path_factory):
    return edition.read_edition(make_pack(sources, tmp_path_factory.mktemp("pack"), "voluntary", ("txt",)).folder)


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
def test_an_edited_word_file_makes_the_next_edition_and_the_one_after_that(sources, tmp_path):
    first = make_pack(sources, tmp_path, "voluntary", ("docx", "txt"))
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

    second = make_pack(sources, tmp_path, "voluntary", ("docx", "txt"), edits)
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

    third = make_pack(sources, tmp_path, "voluntary", ("txt",), again)
    same = (third.folder / "Confidentiality policy.txt").read_text(encoding="utf-8")
    without_history = [text.split("History of this policy")[0] for text in (
        same.replace("Edition 3", "Edition 2").replace("3, made", "2, made"), words)]
    assert without_history[0] == without_history[1]


@pytest.mark.slow
@pytest.mark.parametrize("example", EXAMPLES)
def test_the_same_answers_a_second_time_give_an_empty_redline(sources, tmp_path, example):
    old, new = (next(one for one in edition.read_edition(make_pack(
        sources, tmp_path, example, ("txt",)).folder).documents if one.id == "policy") for _ in range(2))
    assert old != new  # the edition's own lines
    data = write_redline(old, new, House(ROOT / "templates" / "house"), "Ann", date(2026, 11, 21))
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        body = package.read("word/document.xml")
    assert not [mark for mark in (b"<w:ins ", b"<w:del ", b"<w:moveTo ", b"<w:pPrChange ") if mark in body]
    changed = replace(new, sections=new.sections[1:])
    assert b"<w:del " in zipfile.ZipFile(io.BytesIO(write_redline(
        old, changed, House(ROOT / "templates" / "house"), "Ann", date(2026, 11, 21)))).read("word/document.xml")


def test_edits_are_not_asked_about_while_the_library_stays_as_it_is(sources, pack):
    policy = next(one for one in pack.documents if one.id == "policy")
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
def test_damaged_data_is_refused_in_words(pack, damage):
    changed = data_of(pack.folder)
    damage(changed["documents"][0])
    with pytest.raises(OutputError, match=r"damaged|older policygen"):
        _ = edition_of(changed).documents


def test_an_edition_from_before_lines_were_kept_says_what_to_do(pack):
    older = data_of(pack.folder)
    for entry in older["documents"]:
        entry.pop("sections", None)
        for clause in entry["clauses"]:
            clause.pop("lines")
    older.pop("local_edits")
    with pytest.raises(OutputError, match="older policygen") as caught:
        _ = edition_of(older).documents
    assert "policygen new" in caught.value.problems[0].hint
    assert edition_of(older).edits == ()


def test_damaged_edits_are_refused_in_words(pack):
    with pytest.raises(OutputError, match="damaged"):
        _ = edition_of(data_of(pack.folder) | {"local_edits": [{"clause": "x"}]}).edits

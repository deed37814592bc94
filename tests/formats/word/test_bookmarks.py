"""What ties a Word file to its clauses and its edition, and that it comes through LibreOffice and other formats."""

import json
import re
from dataclasses import replace

import pytest
from lxml import etree

from helpers.office import convert
from helpers.sample import annotated, three_level
from helpers.word_files import EVERY, HOUSE, PLAIN, W, part, parts, rich, text
from policygen.formats.house import House
from policygen.formats.word.bookmarks import BOOKMARK, base_digest, base_text, bookmark
from policygen.formats.word.package import zipped
from policygen.formats.word.writer import write_word_file

BASE = {"organisation": "Łódź & <Sons> ]]> \ufffe \x01 \r\n", "clauses": [{"id": "limits/harm-1", "text": "Né."}]}
GIVEN = json.dumps(BASE, ensure_ascii=False, indent=2).encode()
TEXT = base_text(GIVEN)


def names(data):
    found = [start.get(f"{W}name") for start in part(data).iter(f"{W}bookmarkStart")]
    return [name for name in found if name.startswith("_pg_")]


def base_of(data):
    return next((etree.fromstring(content).text for name, content in parts(data).items()
                 if re.fullmatch(r"customXml/item\d+\.xml", name) and b"urn:policygen:base" in content), None)


def properties(data):
    return {e.get("name"): e[0].text for e in part(data, "docProps/custom.xml")}


@pytest.mark.parametrize("owner, name", [
    ("limits/harm-1", "_pg_limits__harm_1_2"),
    ("limits/harm_1", "_pg_limits_harm_1_"),
    ("A/ü", "_pg_A___"),
])
def test_names_of_bookmarks(owner, name):
    found = bookmark(owner, 2)
    assert found.startswith(name) and len(found) <= 40
    assert BOOKMARK.fullmatch(found)[1] + "_0" == bookmark(owner, 0)


def test_ids_that_look_alike_have_different_bookmarks():
    owners = ["a/b-c", "a-b/c", "a/b_c", "a/b/c", "a-b-c", "A/b-c", "a/" + "long-" * 9 + "1", "a/" + "long-" * 9 + "2"]
    assert len({bookmark(owner, 1).lower() for owner in owners}) == len(owners)


def test_the_copy_of_a_bookmark_is_known():
    assert BOOKMARK.fullmatch("_pg_limits__harm_1_2_Copy_1").groups() == ("_pg_limits__harm_1", "2", "_Copy_1")


def test_bookmarks_do_not_depend_on_words_or_numbers():
    before = rich()
    section = before.sections[3]
    moved = replace(before, sections=(*before.sections[:2], replace(section, number="1"), *before.sections[4:]))
    assert {name for name in names(write_word_file(before, PLAIN)) if "limits" in name} == {
        name for name in names(write_word_file(moved, PLAIN)) if "limits" in name}


def test_the_base_is_in_the_file_and_found_by_its_digest():
    data = write_word_file(rich(), PLAIN, GIVEN)
    assert base_of(data) == TEXT and json.loads(TEXT) == BASE and TEXT.isascii()
    assert properties(data) == {"policygen document": "policy", "policygen base": base_digest(TEXT)}
    assert data == write_word_file(rich(), PLAIN, json.dumps(BASE).encode())


def test_without_a_base_nothing_of_it_is_in_the_file():
    assert not [name for name in parts(write_word_file(rich(), PLAIN)) if "custom" in name]


def test_a_frame_with_parts_of_its_own_keeps_them_apart(tmp_path):
    # Word puts the like into a frame that is saved with it.
    (tmp_path / "frame.docx").write_bytes(write_word_file(rich(), PLAIN, b"{}"))
    changed = parts(write_word_file(rich(), PLAIN, b'"older"'))
    changed["word/document.xml"] = parts((HOUSE / "frame.docx").read_bytes())["word/document.xml"]
    for name in ("word/header1.xml", "word/footer1.xml"):
        changed[name] = parts((HOUSE / "frame.docx").read_bytes())[name]
    (tmp_path / "frame.docx").write_bytes(zipped(changed))
    data = write_word_file(rich(), House(tmp_path), GIVEN)
    assert properties(data)["policygen base"] == base_digest(TEXT)
    held = [etree.fromstring(content).text for name, content in parts(data).items()
            if re.fullmatch(r"customXml/item\d\.xml", name)]
    assert sorted(held) == sorted(['"older"', TEXT])


@pytest.mark.office
def test_bookmarks_and_base_come_through_other_programs(tmp_path):
    documents = [rich(), three_level(), annotated(EVERY["short"])]
    sources = []
    for at, document in enumerate(documents):
        sources.append(tmp_path / f"{at}.docx")
        sources[-1].write_bytes(write_word_file(document, PLAIN, GIVEN))
    saved = convert(sources, "docx", tmp_path / "saved")
    other = [convert(convert(sources, kind, tmp_path / kind), "docx", tmp_path / f"from-{kind}")
             for kind in ("odt", "rtf")]
    for files in (saved, *other):
        for source, file in zip(sources, files, strict=True):
            before, data = source.read_bytes(), file.read_bytes()
            assert sorted(names(data)) == sorted(names(before))
            for start in part(data).iter(f"{W}bookmarkStart"):
                at = start.get(f"{W}id")
                assert [end.get(f"{W}id") for end in part(data).iter(f"{W}bookmarkEnd")].count(at) == 1
            assert properties(data)["policygen base"] == base_digest(TEXT)
            if files is saved:
                assert marked(data) == marked(before)
            else:  # ODT and RTF do not keep every number that a field prints
                assert without_digits(marked(data)) == without_digits(marked(before))
    assert [base_of(file.read_bytes()) for file in saved] == [TEXT] * 3


def marked(data):
    """The words of the paragraph that each bookmark stands in."""
    return {start.get(f"{W}name"): text(next(start.iterancestors(f"{W}p")))
            for start in part(data).iter(f"{W}bookmarkStart") if start.get(f"{W}name").startswith("_pg_")}


def without_digits(words):
    return {name: re.sub(r"\d", "", line) for name, line in words.items()}

"""Redlines: rejecting every change gives the old words, accepting every change the new ones, and all are tracked."""

import io
import re
import subprocess
import zipfile
from collections import Counter
from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest
from lxml import etree

from helpers.documents import pair
from helpers.edited import HOUSE, SECTIONS, clause, policy, read, table
from helpers.office import carry_out, convert
from helpers.sample import form, three_level
from helpers.sample import policy as sampled
from policygen.formats.word.redline import write_redline
from policygen.formats.word.writer import write_word_file
from policygen.model.document import Field, Paragraph, Text
from policygen.model.lines import words_of

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
DAY = date(2026, 11, 21)
TRACKED = ("ins", "del", "moveFrom", "moveTo", "pPrChange")
COUNTED = re.compile("Heading1|LetteredHeading|ClauseHeading|Clause|ClauseParagraph|Point|.*Lettered.*")
"""Styles with a number or letter."""


def made(old, new) -> bytes:
    return write_redline(old, new, HOUSE, "Riverside Lunch Club", DAY)


def seen(lines) -> list[tuple[str, str]]:
    """Kind and words of each line, but for the cover, which is the new edition's."""
    return [(line.line.kind, words_of(line.line)) for line in lines if line.role != "front"]


def drawn(document, to) -> list[tuple[str, str]]:
    return seen(read(write_word_file(document, HOUSE), to).lines)


def body(data: bytes):
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return etree.fromstring(package.read("word/document.xml"))


def marks(data: bytes, *tags: str) -> list:
    return [element for tag in tags or TRACKED for element in body(data).iter(W + tag)]


def paragraphs(data: bytes) -> list[tuple[str, str, str]]:
    """Style, words, and the change that it is in as a whole, of each paragraph outside tables."""
    found = []
    for paragraph in body(data).iterfind(f"{W}body/{W}p"):
        style, marked = (paragraph.find(f"{W}pPr/{W}{path}") for path in ("pStyle", "rPr"))
        whole = "" if marked is None or not len(marked) else marked[0].tag.removeprefix(W)
        words = "".join(text.text or "" for text in paragraph.iter(f"{W}t", f"{W}delText"))
        found.append(("" if style is None else style.get(f"{W}val"), words, whole))
    return found


@pytest.mark.slow
@pytest.mark.parametrize("seeds", [range(start, start + 50) for start in range(0, 500, 50)], ids=str)
def test_random_redlines_resolve_to_both_sides_and_whatever_stands_elsewhere_is_moved(tmp_path, seeds):
    for seed in seeds:
        old, new = pair(seed)
        data = made(old, new)
        found = read(data, tmp_path / "redline.docx")
        assert seen(found.before) == drawn(old, tmp_path / "old.docx")
        assert seen(found.lines) == drawn(new, tmp_path / "new.docx")
        words = {kind: Counter(text for _, text, whole in paragraphs(data) if whole == kind and text)
                 for kind in TRACKED}
        assert words["moveFrom"] == words["moveTo"] and not words["del"] & words["ins"], seed


@pytest.mark.slow
def test_no_number_stands_right_behind_a_paragraph_that_goes_or_comes_unless_it_does_too():
    # LibreOffice counts it as gone or new, too, and all numbers behind it are wrong while changes are shown.
    after = {"": "", "ins": "ins", "moveTo": "ins", "del": "del", "moveFrom": "del"}
    checked = 0
    for seed in range(60):
        lines = [(style, after[whole]) for style, _, whole in paragraphs(made(*pair(seed)))]
        for (_, before), (style, whole) in pairwise(lines):
            if COUNTED.fullmatch(style):
                assert before == whole or (before, whole) == ("", "del"), seed
                checked += bool(whole)
    assert checked > 20


def test_the_same_text_gives_a_redline_without_a_single_mark():
    for document in (policy(), policy("three_level"), sampled(), form(), three_level()):
        assert marks(made(document, document)) == []


def test_another_edition_line_and_document_control_are_no_changes():
    old = policy()
    assert marks(made(old, replace(old, edition_line="Edition 2", control=()))) == []


def test_a_changed_word_is_one_deletion_and_one_insertion_with_author_and_date():
    old = policy()
    first = SECTIONS[0].passages[0]
    text = first.blocks[0].inlines[0].text.replace("careless", "thoughtless")
    data = made(old, policy(sections=(changed_section(0, clause("aim/purpose", "Our purpose", text)), *SECTIONS[1:])))
    assert ["".join(mark.itertext()) for mark in marks(data, "del", "ins")] == ["careless", "thoughtless"]
    for mark in marks(data):
        assert (mark.get(f"{W}author"), mark.get(f"{W}date")) == ("Riverside Lunch Club", "2026-11-21T00:00:00Z")


def changed_section(at, first):
    return replace(SECTIONS[at], passages=(first, *SECTIONS[at].passages[1:]))


def test_a_moved_paragraph_is_a_move_and_only_renumbered_references_are_no_change():
    aim, sharing, records = SECTIONS
    moved = (replace(aim, passages=aim.passages[1:]), sharing,
             replace(records, passages=(*records.passages, aim.passages[0])))
    data = made(policy(), policy(sections=moved))
    names = [[mark.get(f"{W}name") for mark in marks(data, tag)] for tag in ("moveFromRangeStart",
                                                                             "moveToRangeStart")]
    assert len(names[0]) == 1 and names[0] == names[1]
    assert "".join(text for mark in marks(data, "ins", "del") for text in mark.itertext()) == ""
    shorter = made(policy(), policy(sections=(moved[0], sharing, records)))
    assert marks(shorter, "ins") == [] and "".join(t for mark in marks(shorter, "del") for t in mark.itertext()) == (
        "Our purpose. " + aim.passages[0].blocks[0].inlines[0].text)


def test_rows_are_tracked_as_rows():
    forms = SECTIONS[1].passages[1]
    rows = table(("Form", "Used for"), ("Blue sheet", "the doctor"), ("White card", "school trips and outings"),
                 ("Pink slip", "the dentist"))
    new = replace(SECTIONS[1], passages=(
        SECTIONS[1].passages[0], replace(forms, blocks=(forms.blocks[0], rows, forms.blocks[2])),
        SECTIONS[1].passages[2]))
    data = made(policy(), policy(sections=(SECTIONS[0], new, SECTIONS[2])))
    in_rows = [mark.tag.removeprefix(W) for mark in marks(data, "ins", "del") if mark.getparent().tag == f"{W}trPr"]
    assert sorted(in_rows) == ["del", "ins"]


def retitled(layout: str, title: str) -> list[str]:
    """The words that go and those that come where the second section gets another title."""
    sections = (SECTIONS[0], replace(SECTIONS[1], title=title), SECTIONS[2])
    data = made(policy(layout), policy(layout, sections))
    return ["".join(text for mark in marks(data, kind) for text in mark.itertext()) for kind in ("del", "ins")]


def test_a_heading_is_changed_in_its_words_but_one_with_a_number_is_another_one_if_a_word_goes():
    assert retitled("short", "Sharing with all") == ["others", "all"]
    assert retitled("numbered", "Sharing safely with others") == ["", " safely"]
    for layout in ("numbered", "three_level", "lettered"):
        assert retitled(layout, "Sharing with all") == ["Sharing with others", "Sharing with all"]


def references(data: bytes) -> tuple[list[str], list[str]]:
    """The goals of the references that are fields, and the words that go or come."""
    return ([field.text.split()[1] for field in marks(data, "instrText") if "REF" in field.text],
            [text for mark in marks(data, "del", "ins") if (text := "".join(mark.itertext()))])


def test_a_reference_is_a_field_only_where_its_number_changes_and_what_it_leads_to_stays():
    aim, sharing, records = SECTIONS
    asking, forms, limits = sharing.passages

    def with_sharing(*clauses) -> bytes:
        return made(policy(), policy(sections=(aim, replace(sharing, passages=clauses), records)))

    data = with_sharing(forms, limits)
    assert references(data)[0] == ["_pg_sharing__limits_1"]
    links = {link.get(f"{W}anchor"): "".join(link.itertext()) for link in marks(data, "hyperlink")}
    assert links["_pg_records_0"] == "3"
    fields, changed = references(with_sharing(limits, asking, forms))  # the moved clause has another number
    assert fields == [] and changed == ["2.3", "2.1"]
    fields, changed = references(with_sharing(asking, forms))
    assert fields == [] and "2.3" in changed


def test_a_link_to_another_address_goes_and_comes_with_its_words():
    old, new = (policy(sections=(replace(SECTIONS[0], passages=(clause("aim/purpose", "Our purpose", Paragraph((
        Text("See "), Text("our page", "", f"https://{name}.example/"), Text(".")))),)), *SECTIONS[1:]))
        for name in ("old", "new"))
    assert [("".join(mark.itertext()), mark.tag.removeprefix(W)) for mark in marks(made(old, new))] == [
        ("our page", "ins"), ("our page", "del")]
    assert marks(made(old, old)) == []


def longer_form():
    """The form of the tests, and the same with one more line to write on."""
    old = form()
    (section,), more = old.sections, Field("Telephone", "line")
    promise, signature = section.passages
    lines = replace(signature.blocks[0], fields=(more, *signature.blocks[0].fields))
    new = replace(section, passages=(promise, replace(signature, blocks=(lines,))))
    return old, replace(old, sections=(new,))


def test_a_row_that_comes_has_no_controls_and_the_others_keep_theirs():
    rows = {"".join(row.itertext()).split("\xa0")[0]: row for row in body(made(*longer_form())).iter(f"{W}tr")}
    controls = {name: len(list(row.iter(f"{W}sdt"))) for name, row in rows.items()}
    assert controls["Telephone"] == 0 and controls["Name in capitals"] == 1


@pytest.mark.slow
def test_ids_of_marks_and_names_of_bookmarks_are_used_once_and_deletions_hold_deleted_text():
    for seed in range(40):
        data = made(*pair(seed))
        numbers = [mark.get(f"{W}id") for mark in marks(data, *TRACKED, "bookmarkStart", "moveFromRangeStart",
                                                        "moveToRangeStart")]
        names = [mark.get(f"{W}name") for mark in marks(data, "bookmarkStart")]
        assert len(set(numbers)) == len(numbers) and len(set(names)) == len(names)
        for mark in marks(data, "del"):
            assert not list(mark.iter(f"{W}t")) and not list(mark.iter(f"{W}hyperlink"))
        for kind in ("From", "To"):
            starts, ends = ([mark.get(f"{W}id") for mark in marks(data, f"move{kind}Range{end}")] for end in ("Start",
                                                                                                              "End"))
            assert sorted(starts) == sorted(ends)


def test_the_same_redline_twice_is_the_same_bytes():
    old, new = pair(3)
    assert made(old, new) == made(old, new)


@pytest.mark.slow
def test_the_validator_finds_nothing_wrong(tmp_path):
    audit = pytest.importorskip("openxml_audit")
    for seed in range(12):
        path = tmp_path / f"{seed}.docx"
        path.write_bytes(made(*pair(seed)))
        assert not [str(problem) for problem in audit.OpenXmlValidator().validate(path).errors]


@pytest.mark.office
def test_libreoffice_accepts_and_rejects_redlines_to_the_same_words(tmp_path):
    # 113, 177, 211 and 284 end a paragraph with new words before a new paragraph, which LibreOffice once joined; in 120
    # and 129 a heading moves, whose style it once left to the next paragraph.
    seeds = (*range(40), 113, 120, 129, 177, 211, 284)
    pairs = {str(seed): pair(seed) for seed in seeds} | {"form": longer_form()}
    steps, files = [], {}
    for name, both in pairs.items():
        source = tmp_path / f"{name}.docx"
        source.write_bytes(made(*both))
        for what in ("Reject", "Accept"):
            files[name, what] = tmp_path / f"{name} {what}.docx"
            steps += [f"open {source.as_uri()}", f"do {what}AllTrackedChanges", f"save {files[name, what].as_uri()}"]
    carry_out(steps, files.values())
    for name, both in pairs.items():
        for what, document in zip(("Reject", "Accept"), both):
            data = files[name, what].read_bytes()
            resolved = read(data, tmp_path / "resolved.docx")
            assert not resolved.pending
            assert seen(resolved.lines) == drawn(document, tmp_path / "wanted.docx"), (name, what)
            assert all(words for style, words, _ in paragraphs(data) if COUNTED.fullmatch(style)), (name, what)
            assert len(marks(data, "tr")) == len(marks(write_word_file(document, HOUSE), "tr")), (name, what)


@pytest.mark.office
def test_libreoffice_shows_the_new_numbers_and_the_old_ones_in_brackets(tmp_path):
    aim, sharing, records = SECTIONS
    basics, places, *others = records.passages
    new = (replace(aim, passages=aim.passages[:-1]),
           replace(sharing, passages=(clause("sharing/book", "Visitors", "They sign on a sheet."), *sharing.passages)),
           replace(records, title="What we write down", passages=(basics, *others, places)))
    wanted = [("1.", "Why we"), ("1.1", "Our purpose"), ("1.2", "Whom we"), ("[1.3]", "What it"),
              ("2.", "Sharing with"), ("2.1", "Visitors"), ("2.2[2.1]", "Asking first"), ("2.3[2.2]", "Which form"),
              ("2.4[2.3]", "Where it"), ("[3.]", "What we"), ("3.", "What we"), ("3.1", "Only the"),
              ("[3.2]", "Where it"), ("3.2[3.3]", "For how"), ("3.3[3.4]", "Seeing your"), ("3.4", "Where it")]
    layouts = ("numbered", "three_level")
    for layout in layouts:
        (tmp_path / f"{layout}.docx").write_bytes(made(policy(layout), policy(layout, new)))
    for path in convert([tmp_path / f"{layout}.docx" for layout in layouts], "pdf", tmp_path):
        text = subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, text=True, check=True).stdout
        behind_contents = text[text.rindex("Why we have"):]
        numbers = re.findall(r"^ *(\[?\d\.\d?(?:\[\d\.\d?|)\]?) +(\w+ ?\w*)", f"1. {behind_contents}", re.MULTILINE)
        assert numbers == wanted, path

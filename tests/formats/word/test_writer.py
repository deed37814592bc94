"""The Word writer: the files are unpacked and read as XML, apart from python-docx, and compared with the model."""

import importlib.util
import io
import os
import re
import subprocess
import sys
import zipfile
from dataclasses import replace
from datetime import datetime
from itertools import pairwise

import docx
import pytest
from docxtpl import DocxTemplate
from lxml import etree

from helpers.sample import HOSTILE, NAMES, annotated, discreet, filled_in, form, policy, three_level, words
from helpers.sample import lettered as points
from helpers.word_files import (
    EVERY, HOUSE, PLAIN, ROOT, W, house_with, inherited, labels, lettered, listed, paragraphs, part, parts, rich,
    small, styles, text, val,
)
from policygen.formats.house import House
from policygen.formats.word.package import zipped
from policygen.formats.word.writer import write_word_file
from policygen.model.document import (
    Blank, Box, Field, Fields, Heading, ItemList, Paragraph, Passage, Reference, Section,
    Table, Text, every_block, plain,
)
from policygen.model.problems import LibraryError

every = pytest.mark.parametrize("document", EVERY.values(), ids=EVERY)


# ---- what the model says -----------------------------------------------------------------------------------------


def in_order(document):
    """The sections as they are drawn: the cover's come first."""
    return sorted(document.sections, key=lambda section: not section.cover)


def expected_words(document):
    lines = [document.title, document.organisation]
    for label, value in document.control:
        lines += [label, plain(value)]
    for at, section in enumerate(in_order(document)):
        first_of_body = not section.cover and (at == 0 or in_order(document)[at - 1].cover)
        if first_of_body and document.contents and document.layout != "short":
            listed_ones = [s for s in document.sections if not s.cover]
            lines += ["Contents"] + [f"{s.number}.\t{s.title}" if s.number else s.title for s in listed_ones]
        lines += [section.title] + [line for p in section.passages for line in block_lines(p.blocks)]
    return [line for line in lines if line]


def block_lines(blocks):
    for block in every_block(blocks):
        match block:
            case Paragraph(inlines) | Heading(inlines):
                yield plain(inlines)
            case Table(header, rows):
                yield from (plain(cell) for row in (header, *rows) for cell in row)
            case Fields(fields, title):
                yield title
                yield from (f"☐\t{field.label}" if field.kind == "tick" else field.label for field in fields)


def expected_labels(document):
    """(label, words) of everything the model numbers; in the short edition each clause is a bullet."""
    for section in in_order(document):
        numbered = document.layout in ("numbered", "three_level", "lettered")
        if section.number and numbered:
            yield section.number + ("" if document.layout == "lettered" else "."), section.title
        for passage in section.passages:
            short = document.layout == "short" and not section.cover
            for at, block in enumerate(passage.blocks):
                if isinstance(block, Paragraph | Heading) and ((short and at == 0) or (numbered and block.number)):
                    yield "•" if short else block.number, plain(block.inlines)
                else:
                    yield from list_labels(block)


def list_labels(block):
    if isinstance(block, Box):
        for inner in block.blocks:
            yield from list_labels(inner)
    if isinstance(block, ItemList):
        for item in block.items:
            yield item.label, plain(item.blocks[0].inlines)
            for inner in item.blocks[1:]:
                yield from list_labels(inner)


# ---- words -------------------------------------------------------------------------------------------------------


@every
def test_the_words_of_the_file_are_the_words_of_the_document(document):
    assert [line for _, line in paragraphs(write_word_file(document, PLAIN)) if line] == expected_words(document)


def test_python_docx_reads_the_same_words():
    read = docx.Document(io.BytesIO(write_word_file(policy(), PLAIN)))
    everything = "\n".join(p.text for p in read.paragraphs)
    assert f"Aim. We keep what we learn to ourselves.\none thing\nanother\n{NAMES}\n" in everything
    assert read.tables[1].cell(1, 1).text == "Case notes\nand letters"


ODD = [HOSTILE, "{_{ x }_} {_% y %_}", "{% raw %}{# c #}", "[BODY]", "Fun 🎉 & 'games' \"now\"", "a\tb", "&amp; &lt;",
       "</w:t></w:r>", "R&D\nTrust", NAMES, "{{ title }}", "%s $x ${y} \\1"]


@pytest.mark.parametrize("odd", ODD)
def test_odd_words_come_out_literally_everywhere(odd):
    block = Paragraph((Text(odd), Text(odd, "strong"), Blank(odd)))
    table = Table(((Text(odd),),), (((Text(odd),),),), odd)
    fields = Fields((Field(odd, "tick"), Field(odd, "line")), odd)
    document = small(block, table, fields, title=odd, organisation=odd, edition_line=odd, draft=True)
    data = write_word_file(document, PLAIN)
    lines = [line for _, line in paragraphs(data) if line]
    assert lines == [odd, odd, f"{odd}{odd}[{odd}]", odd, odd, odd, f"☐\t{odd}", odd]
    assert text(part(data, "word/header1.xml")) == f"DRAFT  ·  {odd}  ·  {odd}"
    assert text(part(data, "word/footer1.xml")) == f"{odd}\tPage 1 of 1"
    core = {etree.QName(e).localname: e.text for e in part(data, "docProps/core.xml")}
    assert core["title"] == core["creator"] == core["lastModifiedBy"] == odd
    assert next(e.get(f"{W}val") for e in part(data).iter(f"{W}tblDescription")) == odd


def test_characters_that_xml_forbids_are_dropped_and_other_line_ends_are_line_breaks():
    bad = "a\x00\x0b\x07\x0cb\ud800\ufffec\r\nd\re"
    data = write_word_file(small(words(bad), title=bad, organisation=bad, edition_line=bad), PLAIN)
    assert [line for _, line in paragraphs(data) if line] == ["abc\nd\ne"] * 3
    assert text(part(data, "word/header1.xml")) == "abc\nd\ne  ·  abc\nd\ne"


def test_only_a_draft_says_so():
    assert "DRAFT" in text(part(write_word_file(policy(draft=True), PLAIN), "word/header1.xml"))
    assert "DRAFT" not in text(part(write_word_file(policy(draft=False), PLAIN), "word/header1.xml"))


def test_a_missing_answer_stands_out():
    data = write_word_file(policy(), PLAIN)
    marked = [text(run) for run in part(data).iter(f"{W}r") if val(run, "rPr/rStyle") == "Blank"]
    assert marked == ["[the date of approval]"]


# ---- properties and bytes ----------------------------------------------------------------------------------------


def test_properties():
    long = "Ä" * 300
    core = docx.Document(io.BytesIO(write_word_file(small(title=long, organisation=long), PLAIN))).core_properties
    assert (core.title, core.author, core.language) == (long[:255], long[:255], "en-GB")
    assert core.created.replace(tzinfo=None) == core.modified.replace(tzinfo=None) == datetime(2000, 1, 1)


def test_the_language_is_british_english_and_word_asks_no_question():
    data = write_word_file(policy(), PLAIN)
    language = part(data, "word/styles.xml").find(f"{W}docDefaults/{W}rPrDefault/{W}rPr/{W}lang")
    assert val(language) == "en-GB"
    assert b"updateFields" not in parts(data)["word/settings.xml"]


def test_same_document_same_bytes():
    assert write_word_file(rich(), PLAIN) == write_word_file(rich(), PLAIN)


def test_same_bytes_whatever_hash_seed_time_zone_and_clock():
    program = ("import sys, hashlib; from pathlib import Path; from helpers.word_files import House, rich; "
               "from policygen.formats.word.writer import write_word_file; "
               "print(hashlib.sha256(write_word_file(rich(), House(Path(sys.argv[1])))).hexdigest())")
    digests = set()
    for seed, zone in (("1", "Pacific/Auckland"), ("4242", "America/Lima")):
        settings = os.environ | {"PYTHONHASHSEED": seed, "TZ": zone, "PYTHONPATH": os.pathsep.join(sys.path)}
        digests.add(subprocess.run([sys.executable, "-c", program, str(HOUSE)], env=settings, capture_output=True,
                                   check=True, text=True).stdout)
    assert len(digests) == 1


def test_the_package_is_canonical():
    with zipfile.ZipFile(io.BytesIO(write_word_file(form(), PLAIN))) as package:
        names = package.namelist()
        assert names == ["[Content_Types].xml", *sorted(names[1:], key=str)] and len(set(names)) == len(names)
        for entry in package.infolist():
            assert (entry.date_time, entry.create_system) == ((1980, 1, 1, 0, 0, 0), 0)
    assert zipped({"b": b"1", "a": b"2"}) == zipped({"a": b"2", "b": b"1"}) != zipped({"a": b"1", "b": b"2"})


def test_docxcompose_is_not_installed():
    # With it, docxtpl writes other properties in a wrong namespace.
    assert importlib.util.find_spec("docxcompose") is None


# ---- numbers -----------------------------------------------------------------------------------------------------


@every
def test_word_counts_as_the_document_does(document):
    assert labels(write_word_file(document, PLAIN)) == list(expected_labels(document))


def test_no_number_or_label_is_typed():
    found = [line for style, line in paragraphs(write_word_file(rich(), PLAIN))
             if not style.lower().startswith("toc") and re.match(r"\d|\([a-z]\)|[•–]", line)]
    assert found == []


def test_every_lettered_list_of_unnumbered_text_starts_at_a():
    lists = [lettered("one", "two")] * 3
    data = write_word_file(small(*lists, Box(tuple(lists)), *lists), PLAIN)
    assert [label for label, _ in labels(data)] == ["(a)", "(b)"] * 9


@every
def test_a_paragraph_with_a_number_has_a_style_that_its_list_knows(document):
    """Word goes by the style that a level names, whatever level the style asks for."""
    data = write_word_file(document, PLAIN)
    known, numbering = styles(data), part(data, "word/numbering.xml")
    lists = {num.get(f"{W}numId"): next(a for a in numbering.iter(f"{W}abstractNum")
                                        if a.get(f"{W}abstractNumId") == val(num, "abstractNumId"))
             for num in numbering.iter(f"{W}num")}
    for name in {val(p, "pPr/pStyle") for p in part(data).iter(f"{W}p")}:
        place = inherited(known, name, "pPr/numPr")
        if place is not None and val(place, "numId") != "0":
            levels = lists[val(place, "numId")].iter(f"{W}lvl")
            assert [val(level, "pStyle") for level in levels if level.get(f"{W}ilvl") == val(place, "ilvl")] == [name]
    links = [val(level) for level in numbering.iter(f"{W}pStyle")]
    assert len(links) == len(set(links))


def test_sections_clauses_paragraphs_and_letters_are_one_list():
    data = write_word_file(three_level(), PLAIN)
    known = styles(data)
    used = {name: inherited(known, name, "pPr/numPr") for name in ("Heading1", "ClauseHeading", "ClauseParagraph",
                                                                   "LetteredList")}
    assert [(val(place, "numId"), val(place, "ilvl")) for place in used.values()] == [
        ("1", "0"), ("1", "1"), ("1", "2"), ("1", "3")]
    assert used.keys() <= {style for style, _ in paragraphs(data)}


def test_every_list_that_is_named_exists():
    data = write_word_file(rich(), PLAIN)
    known = {n.get(f"{W}numId") for n in part(data, "word/numbering.xml").iter(f"{W}num")}
    used = {val(n) for n in part(data).iter(f"{W}numId")}
    assert used and used <= known


# ---- references, bookmarks, fields -------------------------------------------------------------------------------


def bookmarks(data):
    return {b.get(f"{W}name"): b.getparent() for b in part(data).iter(f"{W}bookmarkStart")}


@every
def test_bookmarks_are_legal_unique_and_closed_in_their_paragraph(document):
    body = part(write_word_file(document, PLAIN))
    starts = list(body.iter(f"{W}bookmarkStart"))
    names = [start.get(f"{W}name") for start in starts]
    assert names and len({name.lower() for name in names}) == len(names)
    assert all(re.fullmatch(r"_pg_[A-Za-z0-9_]{1,36}", name) for name in names)
    assert len({start.get(f"{W}id") for start in starts}) == len(starts) == len(list(body.iter(f"{W}bookmarkEnd")))
    for start in starts:
        ends = [end.get(f"{W}id") for end in start.getparent().iter(f"{W}bookmarkEnd")]
        assert ends == [start.get(f"{W}id")]


def test_every_paragraph_of_a_clause_and_every_table_has_a_bookmark():
    body = part(write_word_file(rich(), PLAIN)).find(f"{W}body")
    after_cover = [e for e in body if val(e, "pPr/pStyle") not in ("Title", "Subtitle", "TOCHeading", "Toc1", "Gap")
                   and e.tag != f"{W}sectPr" and val(e, "tblPr/tblStyle") != "HouseControl"]
    assert len(after_cover) > 40
    assert all(e.find(f".//{W}bookmarkStart") is not None for e in after_cover)


def test_a_bookmark_tells_its_clause_and_stays_when_others_change():
    names = set(bookmarks(write_word_file(rich(), PLAIN)))
    assert {"_pg_limits__harm_1_1", "_pg_limits_0", "_pg_about__aim_1"} <= names
    fewer = replace(rich(), sections=rich().sections[3:])
    assert set(bookmarks(write_word_file(fewer, PLAIN))) < names


def instructions(element):
    return [i.text.strip() for i in element.iter(f"{W}instrText")]


@every
def test_every_link_and_field_leads_somewhere(document):
    data = write_word_file(document, PLAIN)
    there = bookmarks(data)
    targets = [link.get(f"{W}anchor") for link in part(data).iter(f"{W}hyperlink")]
    targets += [words.split()[1] for words in instructions(part(data)) if words.startswith("REF")]
    assert set(targets) <= set(there)
    assert targets or document.layout == "plain"


def test_the_result_of_a_reference_is_the_number_of_its_paragraph():
    data = write_word_file(rich(), PLAIN)
    numbers = {line: label for label, line in labels(data)}
    line = next(p for p in part(data).iter(f"{W}p") if text(p).startswith("See "))
    runs, found = list(line), {}
    for at, run in enumerate(runs):
        for instruction in instructions(run):
            assert re.fullmatch(r"REF \w+ \\w \\h", instruction)
            found[instruction.split()[1]] = text(runs[at + 2])
    there = bookmarks(data)
    assert sorted(found.values()) == ["1.2", "2", "2.1"]
    assert all(numbers[text(there[name])].rstrip(".") == number for name, number in found.items())
    links = [(text(there[link.get(f"{W}anchor")]), text(link)) for link in line.iter(f"{W}hyperlink")]
    assert links == [("Words we use", "Words we use")]


@pytest.mark.parametrize(("document", "results"), [(three_level(), ["2.2", "2"]), (points(), ["2(b)", "1"])])
def test_references_print_the_number_in_full(document, results):
    data = write_word_file(document, PLAIN)
    line = next(p for p in part(data).iter(f"{W}p") if text(p).startswith("See "))
    assert text(line) == f"See section {results[0]} and section {results[1]}."
    fields = [words.split() for words in instructions(line)]
    assert [field[0::2] for field in fields] == [["REF", "\\w"]] * 2
    numbers, section, found = {line: label for label, line in labels(data)}, "", []
    for p in part(data).iter(f"{W}p"):
        if val(p, "pPr/pStyle") in ("Heading1", "LetteredHeading"):
            section = numbers[text(p)]
        if {mark.get(f"{W}name") for mark in p.iter(f"{W}bookmarkStart")} & {field[1] for field in fields}:
            label = numbers[text(p)]
            found.append(section + label if label.startswith("(") else label.rstrip("."))
    assert sorted(found) == sorted(results)


@pytest.mark.parametrize("first", [Paragraph(()), Table(((), (Text("What"),)), (), "One."), Heading(())])
def test_a_clause_that_begins_with_nothing_can_be_referred_to(first):
    data = write_word_file(small(first, Paragraph((Reference("a/b", "above"), Reference("a", "the section")))), PLAIN)
    anchors = [link.get(f"{W}anchor") for link in part(data).iter(f"{W}hyperlink")]
    assert len(anchors) == 2
    assert [text(bookmarks(data)[name]) for name in anchors] == ["", ""]


def test_a_reference_to_another_document_is_plain_words():
    reference = Paragraph((Text("See "), Reference("elsewhere", "the other form"), Text(".")))
    body = part(write_word_file(small(reference), PLAIN))
    assert "See the other form." in text(body)
    assert not list(body.iter(f"{W}hyperlink")) and not instructions(body)


def test_an_unnumbered_document_links_but_never_renews_a_number():
    body = part(write_word_file(policy("short"), PLAIN))
    assert [text(link) for link in body.iter(f"{W}hyperlink")] == ["section 1.2"]
    assert not instructions(body)


@every
def test_fields_are_balanced(document):
    data = write_word_file(document, PLAIN)
    for name in ("word/document.xml", "word/footer1.xml"):
        depth = 0
        for mark in part(data, name).iter(f"{W}fldChar"):
            depth += {"begin": 1, "separate": 0, "end": -1}[mark.get(f"{W}fldCharType")]
            assert depth in (0, 1)
        assert depth == 0
    assert instructions(part(data, "word/footer1.xml")) == ["PAGE", "NUMPAGES"]


def test_the_contents_list_is_filled_in_and_names_every_heading():
    data = write_word_file(rich(), PLAIN)
    assert instructions(part(data))[0] == r'TOC \o "1-1" \n \h \z \u'
    there = bookmarks(data)
    entries = [p for p in part(data).iter(f"{W}p") if val(p, "pPr/pStyle") == "Toc1"]
    targets = [there[p.find(f"{W}hyperlink").get(f"{W}anchor")] for p in entries]
    assert [text(p).split("\t")[-1] for p in entries] == [text(t) for t in targets]
    headings = [line for style, line in paragraphs(data) if style in ("Heading1", "Heading1Plain")]
    assert [text(t) for t in targets] == headings
    # Word would find the same headings: of level one by their style, and no others.
    known, level = styles(data), f"{W}val"
    assert {name for name in known if (found := inherited(known, name, "pPr/outlineLvl")) is not None
            and found.get(level) == "0"} == {"Heading1", "Heading1Plain", "LetteredHeading", "ShortHeading"}


@pytest.mark.parametrize("document", [policy("short"), points()])
def test_no_contents_in_the_concise_editions(document):
    assert "Contents" not in [line for _, line in paragraphs(write_word_file(document, PLAIN))]


def test_the_contents_list_names_sections_only():
    data = write_word_file(three_level(), PLAIN)
    assert [line for style, line in paragraphs(data) if style == "Toc1"] == [
        "1.\tWhy we have this policy", "2.\tWhen we may tell someone"]
    assert val(inherited(styles(data), "ClauseHeading", "pPr/outlineLvl")) == "1"


@every
def test_levels_of_headings_never_skip(document):
    data = write_word_file(document, PLAIN)
    known, last = styles(data), 0
    for style, _ in paragraphs(data):
        level = inherited(known, style, "pPr/outlineLvl")
        if level is not None:
            assert int(val(level)) <= last + 1
            last = int(val(level))


# ---- looks -------------------------------------------------------------------------------------------------------


@every
def test_named_styles_only(document):
    data = write_word_file(document, PLAIN)
    known, body = styles(data), part(data)
    for tag, kind in (("pStyle", "paragraph"), ("rStyle", "character"), ("tblStyle", "table")):
        used = {val(e) for e in body.iter(W + tag)}
        assert all(known[name].get(f"{W}type") == kind for name in used)
    assert {e.tag for e in body.iterfind(f".//{W}rPr/*")} <= {f"{W}rStyle"}
    # Besides the style, a paragraph may only belong to a list that starts again, or stay with the next one.
    orders = {tuple(e.tag.removeprefix(W) for e in p) for p in body.iter(f"{W}pPr")}
    assert orders <= {("pStyle",), ("pStyle", "numPr"), ("pStyle", "keepNext"), ("pStyle", "keepNext", "numPr")}
    assert {e.tag for e in body.iterfind(f".//{W}tcPr/*")} <= {f"{W}tcW", f"{W}gridSpan"}


def style_of(data, line):
    return next(style for style, words in paragraphs(data) if words == line)


def test_each_layout_has_its_styles():
    full, short, sheet = (write_word_file(d, PLAIN) for d in (policy(), policy("short"), form()))
    heading, lead = "Why we have this policy", "Aim. We keep what we learn to ourselves."
    assert (style_of(full, heading), style_of(short, heading)) == ("Heading1", "ShortHeading")
    assert (style_of(full, lead), style_of(short, lead)) == ("Clause", "ShortBullet")
    assert style_of(full, "It protects people who use us.") == "BoxText" == style_of(full, "Safety comes first.")
    assert style_of(full, "A heading inside") == "Heading2" and style_of(full, "End.") == "ClauseText"
    assert (style_of(full, "outer"), style_of(full, "inner")) == ("ClauseBullet", "ClauseBullet2")
    assert (style_of(sheet, "I have read the policy."), style_of(sheet, "Signed")) == ("BodyText", "FieldsTitle")
    assert style_of(sheet, "I will keep it.") == "BulletList"
    levels, letters = write_word_file(three_level(), PLAIN), write_word_file(points(), PLAIN)
    lines = ("When we may tell someone", "Harm", "At once:", "one", "x", "Inside")
    assert [style_of(levels, line) for line in lines] == [
        "Heading1", "ClauseHeading", "ClauseParagraph", "LetteredList", "ClauseBullet", "Heading3"]
    assert [style_of(letters, line) for line in ("The hard one", "Lists:", "Further.", "one", "x")] == [
        "LetteredHeading", "Point", "PointText", "PointLetteredList", "PointBullet"]


@every
def test_tables_are_described_and_rows_stay_whole(document):
    for table in part(write_word_file(document, PLAIN)).iter(f"{W}tbl"):
        assert val(table, "tblPr/tblCaption") and val(table, "tblPr/tblDescription")
        columns = [int(c.get(f"{W}w")) for c in table.iter(f"{W}gridCol")]
        assert sum(columns) <= (11906 if document is not EVERY["wide"] else 16838) - 2 * 1361
        for row in table.iter(f"{W}tr"):
            assert row.find(f"{W}trPr/{W}cantSplit") is not None
            spans = [int(val(cell, "tcPr/gridSpan") or 1) for cell in row.iter(f"{W}tc")]
            assert sum(spans) == len(columns)


def test_the_header_row_of_a_table_is_repeated():
    table = part(write_word_file(policy(), PLAIN)).findall(f".//{W}tbl")[1]
    assert [row.find(f"{W}trPr/{W}tblHeader") is not None for row in table.iter(f"{W}tr")] == [True, False, False]
    assert val(table, "tblPr/tblDescription") == "Each place where we keep information."


def test_a_table_is_never_next_to_a_table_and_a_box_ends_with_a_gap():
    body = part(write_word_file(rich(), PLAIN)).find(f"{W}body")
    kinds = ["table" if e.tag == f"{W}tbl" else val(e, "pPr/pStyle") for e in body]
    assert kinds.count("table") == 4
    assert all(after == "Gap" for kind, after in pairwise(kinds) if kind == "table")
    for kind, after in pairwise(kinds):
        assert not (kind or "").startswith("Box") or after == "Gap" or after.startswith("Box")


def test_the_last_gap_is_too_small_for_a_page_of_its_own():
    for document in (form(), policy(), small(Table(((),), (((),),), "One."))):
        data = write_word_file(document, PLAIN)
        *before, last = [style for style, _ in paragraphs(data)]
        assert "End" not in before and (last == "End" or document.kind == "policy")
    assert int(val(styles(data)["End"], "rPr/sz")) <= 2


@pytest.mark.parametrize("before", [words("In these places:"), Heading((Text("Places"),))])
def test_what_stands_before_a_table_stays_with_it(before):
    data = write_word_file(small(before, Table(((Text("Where"),),), (((Text("x"),),),), "Places.")), PLAIN)
    known, body = styles(data), list(part(data).find(f"{W}body"))
    at = next(at for at, element in enumerate(body) if element.tag == f"{W}tbl")
    for element in body[at - 2:at]:
        assert element.find(f"{W}pPr/{W}keepNext") is not None or inherited(
            known, val(element, "pPr/pStyle"), "pPr/keepNext") is not None
    assert inherited(known, "TableHeading", "pPr/keepNext") is not None


def test_a_title_of_its_own_leads_up_to_a_form_that_nobody_signs():
    blocks = words("Note."), Fields((Field("Why", "lines"),), "The reasons")
    assert part(write_word_file(small(*blocks), PLAIN)).find(f".//{W}pPr/{W}keepNext") is None


def test_words_that_lead_up_to_a_list_or_a_form_stay_with_it():
    fields = Fields((Field("Name", "line"),))
    blocks = words("List:"), listed("x"), words("Form:"), fields, words("Alone."), words("End.")
    data = write_word_file(small(*blocks), PLAIN)
    kept = {text(p) for p in part(data).iter(f"{W}p") if p.find(f"{W}pPr/{W}keepNext") is not None}
    assert kept == {"List:", "Form:"}


@pytest.mark.parametrize("before", [words("I agree."), listed("One.", "Two."), Heading((Text("Signatures"),))])
def test_what_leads_up_to_a_signature_stays_with_it_across_clauses(before):
    fields = Fields((Field("Signature", "signature"),))
    section = Section("s", "", "", (Passage("s/a", "", "", (words("First."), before)),
                                    Passage("s/b", "", "", (fields,))))
    data = write_word_file(replace(form(), sections=(section,)), PLAIN)
    (form_at,) = part(data).iter(f"{W}tbl")
    assert form_at.getprevious().find(f"{W}pPr/{W}keepNext") is not None


def test_the_last_item_of_a_list_does_not_stand_alone():
    data = write_word_file(small(listed("one", "two", "three")), PLAIN)
    kept = {text(p) for p in part(data).iter(f"{W}p") if p.find(f"{W}pPr/{W}keepNext") is not None}
    assert kept == {"two"}


def test_a_group_of_fields_stays_on_one_page_with_its_title():
    data = write_word_file(form(), PLAIN)
    known, body = styles(data), list(part(data).find(f"{W}body"))
    at = next(at for at, e in enumerate(body) if text(e) == "Signed")
    group = [body[at], *body[at + 1].iter(f"{W}p")]
    assert body[at + 1].tag == f"{W}tbl" and len(group) == 7
    assert all(inherited(known, val(p, "pPr/pStyle"), "pPr/keepNext") is not None for p in group)
    assert val(body[at + 2], "pPr/pStyle") == "End" and inherited(known, "End", "pPr/keepNext") is None


def test_places_to_write_on_are_high_enough():
    first, second = (table.iter(f"{W}tr") for table in part(write_word_file(form(), PLAIN)).iter(f"{W}tbl"))
    heights = [[int(val(row, "trPr/trHeight")) / 56.7 for row in rows] for rows in (first, second)]
    assert [len(rows) for rows in heights] == [4, 2]
    assert all(height >= 8.99 for rows in heights for height in rows)
    assert heights[1][1] >= max(11.9, heights[1][0] + 2)
    data = write_word_file(form(), PLAIN)
    lines = [style for style, line in paragraphs(data) if style == "FieldLine" and not line]
    assert len(lines) == 3 + 3
    assert styles(data)["FieldLine"].find(f"{W}pPr/{W}pBdr/{W}bottom") is not None


@pytest.mark.parametrize(("label", "rows"), [("Date", [["FieldLabel", "FieldLine", "SecondLabel", "FieldLine"]]),
                                             ("Received on", [["FieldLabel", "FieldLine"],
                                                              ["FieldLabel", "FieldLine", "FieldLabel"]])])
def test_a_date_stands_beside_its_signature_where_there_is_room(label, rows):
    group = Fields((Field("Signature", "signature"), Field(label, "date")))
    table, = part(write_word_file(small(group), PLAIN)).iter(f"{W}tbl")
    assert [[val(p, "pPr/pStyle") for p in row.iter(f"{W}p")] for row in table.iter(f"{W}tr")] == rows
    assert [text(p) for p in table.iter(f"{W}p") if text(p)] == ["Signature", label]


# ---- forms on screen ---------------------------------------------------------------------------------------------


def controls(data):
    """(alias, tag, kind, what it shows) of every content control, in order."""
    found = []
    for control in part(data).iter(f"{W}sdt"):
        properties = control.find(f"{W}sdtPr")
        kind, = {etree.QName(e).localname for e in properties} - {"alias", "tag", "showingPlcHdr"}
        shown = "".join(e.text for e in control.iter(f"{W}t"))
        found.append((val(properties, "alias"), val(properties, "tag"), kind, shown))
    return found


def test_lines_dates_and_boxes_can_be_filled_in_and_a_signature_is_written():
    found = controls(write_word_file(form(), PLAIN))
    assert [(alias, tag, kind) for alias, tag, kind, _ in found] == [
        ("I have had a copy", "i-have-had-a-copy", "checkbox"),
        ("Anything I want to add", "anything-i-want-to-add", "text"),
        ("Name in capitals", "name-in-capitals", "text"), ("Date", "date", "date")]
    assert found[0][3] == "☐" and all(shown and not shown.strip() for *_, shown in found[1:])


def test_what_a_control_shows_gives_way_to_what_is_typed():
    data = write_word_file(form(), PLAIN)
    for control in part(data).iter(f"{W}sdt"):
        properties = control.find(f"{W}sdtPr")
        is_box = properties[-1].tag.endswith("checkbox")
        assert (properties.find(f"{W}showingPlcHdr") is None) == is_box
        assert val(control, "sdtContent/r/rPr/rStyle") == ("TickBox" if is_box else "PlaceholderText")
    assert [e.get(f"{W}multiLine") for e in part(data).iter(f"{W}sdtPr") for e in e.iter(f"{W}text")] == ["1", None]
    date, = part(data).iter(f"{W}date")
    assert (val(date, "dateFormat"), val(date, "lid")) == ("d MMMM yyyy", "en-GB")


def test_a_box_is_ticked_with_a_tick():
    box = next(part(write_word_file(form(), PLAIN)).iter("{http://schemas.microsoft.com/office/word/2010/wordml}checkbox"))
    states = {etree.QName(e).localname: list(e.attrib.values()) for e in box}
    assert states == {"checked": ["0"], "checkedState": ["2611", "Segoe UI Symbol"],
                      "uncheckedState": ["2610", "Segoe UI Symbol"]}
    root = part(write_word_file(form(), PLAIN))
    assert root.get("{http://schemas.openxmlformats.org/markup-compatibility/2006}Ignorable") == "w14"


def test_controls_in_a_table_are_called_by_row_and_column():
    found = [alias for alias, *_ in controls(write_word_file(filled_in(rows=1), PLAIN))]
    assert found[:5] == ["All of it", "Northport Borough Council, housing options, We may share…: Yes",
                         "Northport Borough Council, housing options, We may share…: No",
                         "Northport Borough Council, housing options, What we may share",
                         "Northport Borough Council, housing options, Initials"]
    table = Table(tuple((Text(text),) for text in ("Name", "Agreed")), (((), (Text("Yes ☐ No ☐"),)),) * 2, "Names.")
    found = controls(write_word_file(replace(form(), sections=small(table).sections), PLAIN))
    assert [alias for alias, *_ in found] == ["Row 1, Name", "Row 1, Agreed: Yes", "Row 1, Agreed: No",
                                              "Row 2, Name", "Row 2, Agreed: Yes", "Row 2, Agreed: No"]


def test_a_long_name_of_a_box_keeps_its_row_and_its_answer():
    agency = "the housing options and homelessness prevention team of the council of "
    rows = tuple(((Text(agency + place),), (Text("Yes ☐ No ☐"),)) for place in ("Northport", "Larkfield"))
    table = Table(((Text("Agency"),), (Text("Agreed"),)), rows, "Names.")
    found = [alias for alias, *_ in controls(write_word_file(replace(form(), sections=small(table).sections), PLAIN))]
    assert found == [f"Row {row}: the housing options and homelessness prevention{end}"
                     for row in (1, 2) for end in ("…: Yes", " team…: No")]


@pytest.mark.parametrize("label", ["x" * 200, "  a\n\tb  ", "!?", "Ünï & <b>", ""])
def test_names_of_controls_are_what_word_takes_and_no_two_are_alike(label):
    fields = Fields((Field(label, "line"),) * 12)
    found = controls(write_word_file(replace(form(), sections=small(fields).sections), PLAIN))
    assert len({tag for _, tag, *_ in found}) == 12
    assert all(0 < len(tag) <= 64 and re.fullmatch(r"[\w-]+", tag) for _, tag, *_ in found)
    assert all(len(alias) <= 64 and "\n" not in alias for alias, *_ in found)


def test_what_is_only_read_has_no_controls():
    notes = small(words("Tick ☐ here."))
    assert controls(write_word_file(notes, PLAIN)) == [] and controls(write_word_file(policy(), PLAIN)) == []


# ---- tables to fill in -------------------------------------------------------------------------------------------


def test_a_table_to_fill_in_has_a_full_grid_and_tall_rows():
    data = write_word_file(filled_in(), PLAIN)
    table = part(data).find(f".//{W}tbl")
    assert val(table, "tblPr/tblStyle") == "FormTable"
    borders = styles(data)["FormTable"].find(f"{W}tblPr/{W}tblBorders")
    assert {etree.QName(side).localname for side in borders} == {"top", "left", "bottom", "right", "insideH", "insideV"}
    heights = [val(row, "trPr/trHeight") for row in table.iter(f"{W}tr")]
    assert heights[:2] == [None, None]
    assert all(int(height) >= 9 * 56.7 for height in heights[2:]) and len(heights) == 8
    assert [row.find(f"{W}trPr/{W}tblHeader") is not None for row in table.iter(f"{W}tr")] == [True] + [False] * 7
    assert val(part(write_word_file(policy(), PLAIN)).findall(f".//{W}tbl")[1], "tblPr/tblStyle") == "HouseTable"


def test_boxes_to_tick_are_large_signs():
    data = write_word_file(filled_in(), PLAIN)
    boxes = [run for run in part(data).iter(f"{W}r") if "☐" in text(run)]
    assert len(boxes) == 13 and {(text(run), val(run, "rPr/rStyle")) for run in boxes} == {("☐", "TickBox")}
    # Seven tenths of the letters' size: more than four millimetres.
    assert int(val(styles(data)["TickBox"], "rPr/sz")) / 2 * 0.7 * 25.4 / 72 > 4


@pytest.mark.parametrize(("columns", "size", "room"), [(6, (11906, 16838), 9184), (7, (16838, 11906), 14116)])
def test_a_wide_table_turns_the_page(columns, size, room):
    data = write_word_file(filled_in(columns), PLAIN)
    page = part(data).find(f"{W}body/{W}sectPr/{W}pgSz")
    assert tuple(int(page.get(W + side)) for side in "wh") == size
    assert (page.get(f"{W}orient") == "landscape") is (columns == 7)
    (stop,) = styles(data)["Footer"].iter(f"{W}tab")
    assert int(stop.get(f"{W}pos")) == room
    grid = [int(column.get(f"{W}w")) for column in part(data).find(f".//{W}tbl").iter(f"{W}gridCol")]
    assert room - columns <= sum(grid) <= room


# ---- notes -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("base", "style"), [(policy(), "ClauseNote"), (policy("short"), "Note"), (points(), "Note"),
                                             (three_level(), "ClauseNote")])
def test_notes_are_small_quiet_and_stay_with_their_clause(base, style):
    data = write_word_file(annotated(base), PLAIN)
    known, body = styles(data), list(part(data).find(f"{W}body"))
    kinds = [val(e, "pPr/pStyle") for e in body]
    assert {kind for kind in kinds if kind and kind.endswith("Note")} == {style, "BoxNote"}
    for at, kind in enumerate(kinds):
        if kind == style:
            assert inherited(known, kind, "pPr/keepNext") is not None and kinds[at + 1] in (style, "Gap", "End")
            before = body[at - 1]
            assert kinds[at - 1] in (style, "Gap") or before.find(f"{W}pPr/{W}keepNext") is not None
    assert int(val(inherited(known, style, "rPr/sz"))) <= 18 and int(val(inherited(known, "BoxNote", "rPr/sz"))) <= 18
    assert not {"Note", "ClauseNote", "BoxNote"} & {kind for kind, _ in paragraphs(write_word_file(base, PLAIN))}


# ---- a sheet that tells nothing ----------------------------------------------------------------------------------


def test_a_discreet_sheet_has_nothing_empty_and_tells_nothing():
    data = write_word_file(discreet(), PLAIN)
    assert [line for _, line in paragraphs(data)] == ["Useful numbers", "You can ring us between nine and five.",
                                                      "Ask for Jo.", "Say when to ring back."]
    assert text(part(data, "word/header1.xml")) == "Useful numbers"
    assert text(part(data, "word/footer1.xml")) == "\tPage 1 of 1"
    core = {etree.QName(e).localname: e.text for e in part(data, "docProps/core.xml")}
    assert core == {"title": "Useful numbers", "language": "en-GB", "revision": "1",
                    "created": "2000-01-01T00:00:00Z", "modified": "2000-01-01T00:00:00Z"}
    everything = b"".join(content + name.encode() for name, content in parts(data).items())
    assert not re.search(b"(?i)R&|Trust|Edition|policy|confidential|docxtpl|python", everything)


# ---- the frame ---------------------------------------------------------------------------------------------------


def made_frame():
    spec = importlib.util.spec_from_file_location("make_frame", ROOT / "tools" / "make_frame.py")
    module = sys.modules[spec.name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.frame()


def test_the_frame_is_what_the_tool_makes():
    # Parts, not bytes: another zlib packs the same words differently.
    assert parts((HOUSE / "frame.docx").read_bytes()) == parts(made_frame())


def test_the_frame_holds_nothing_but_the_look():
    assert sorted(parts((HOUSE / "frame.docx").read_bytes())) == [
        "[Content_Types].xml", "_rels/.rels", "docProps/core.xml", "word/_rels/document.xml.rels", "word/document.xml",
        "word/fontTable.xml", "word/footer1.xml", "word/footer2.xml", "word/header1.xml", "word/header2.xml",
        "word/numbering.xml", "word/settings.xml", "word/styles.xml", "word/theme1.xml"]


def test_the_frame_asks_for_the_values_that_the_writer_gives():
    found = DocxTemplate(HOUSE / "frame.docx").get_undeclared_template_variables()
    assert found == {"title", "organisation", "edition_line", "draft", "logo"}


def test_styles_and_list_levels_name_each_other_and_stand_in_alike():
    data = (HOUSE / "frame.docx").read_bytes()
    known, numbering = styles(data), part(data, "word/numbering.xml")
    owner = {val(n, "abstractNumId"): n.get(f"{W}numId") for n in numbering.iter(f"{W}num")}
    linked = 0
    for abstract in numbering.iter(f"{W}abstractNum"):
        for level in abstract.iter(f"{W}lvl"):
            style = known[val(level, "pStyle")]
            assert val(style, "pPr/numPr/numId") == owner[abstract.get(f"{W}abstractNumId")]
            assert val(style, "pPr/numPr/ilvl") == level.get(f"{W}ilvl")
            for side in ("left", "hanging"):
                assert style.find(f"{W}pPr/{W}ind").get(W + side) == level.find(f"{W}pPr/{W}ind").get(W + side)
            linked += 1
    assert linked == 24


def test_styles_are_based_on_styles_that_exist():
    known = styles((HOUSE / "frame.docx").read_bytes())
    assert all(val(style, path) in known for style in known.values() for path in ("basedOn", "next")
               if style.find(W + path) is not None)


@pytest.mark.parametrize("name, old, new, message", [
    ("word/document.xml", "[BODY]", "[BDOY]", r"no paragraph \[BODY\]"),
    ("word/header1.xml", "{{ title }}", "{{ tittle }}", "unknown placeholder .*: tittle"),
    ("word/document.xml", "{{ title }}", "{{ title }", "a placeholder in the Word frame is wrong"),
    ("word/styles.xml", 'w:styleId="BoxText"', 'w:styleId="Other"', "styles are missing .*: BoxText"),
    ("word/styles.xml", '<w:name w:val="Lettered List"/>', '<w:name w:val="Letters"/>', "the style Lettered List"),
    ("word/document.xml", "</w:body>", "", "is not a Word file"),
])
def test_a_frame_that_cannot_be_used_is_told_to_its_author(tmp_path, name, old, new, message):
    with pytest.raises(LibraryError, match=message) as caught:
        write_word_file(rich(), house_with(tmp_path, name, old, new))
    assert caught.value.problems[0].place.file == str(tmp_path / "frame.docx")
    assert caught.value.problems[0].hint


def test_a_missing_or_broken_frame_is_told_to_its_author(tmp_path):
    with pytest.raises(LibraryError, match="missing or is not a Word file"):
        write_word_file(form(), House(tmp_path))
    (tmp_path / "frame.docx").write_bytes(b"not a zip file")
    with pytest.raises(LibraryError, match="missing or is not a Word file"):
        write_word_file(form(), House(tmp_path))


def test_a_house_can_change_the_look(tmp_path):
    data = write_word_file(form(), house_with(tmp_path, "word/styles.xml", "1F5C66", "112233"))
    assert b"112233" in parts(data)["word/styles.xml"]

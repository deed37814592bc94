"""Workbooks as spreadsheet programs write them: what is read of them, and what is refused."""

import io
import re
import time
import zipfile
from datetime import date, datetime

import pytest
from openpyxl.styles import Font
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from helpers.lists import DAY, listed, refused, workbook
from helpers.office import convert
from helpers.tiny import CASES
from policygen.signing.people import Person, read_people


def test_an_excel_list_is_read_with_its_dates_numbers_and_ticks(tmp_path):
    data = workbook(["Name", "Position", "Type", "Start", "Access", "Team"],
                    ["Jo", "Cook", "Volunteer", datetime(2026, 11, 20), True, 7], [],
                    ["Sam", None, "board", None, False, 1.5])
    jo, sam = listed(tmp_path, data, name="people.xlsx").people
    assert jo == Person("Jo", "volunteer", "Cook", "", "7", date(2026, 11, 20), True, ("", 2))
    assert sam == Person("Sam", "body", "", "", "1.5", None, False, ("", 4))


def test_an_excel_file_is_known_by_its_content_and_a_text_by_its_own(tmp_path):
    assert listed(tmp_path, workbook(["name", "kind"], ["Jo", "staff"]), name="people.csv").people[0].name == "Jo"
    assert listed(tmp_path, "name,kind\nJo,staff\n", name="people.xlsx").people[0].name == "Jo"


def test_the_first_sheet_with_something_on_it_counts(tmp_path):
    assert listed(tmp_path, workbook(["name", "kind"], ["Jo", "staff"], sheets=3), name="p.xlsx").people[0].name == "Jo"


def formula_with(result: str) -> bytes:
    """A workbook whose name is a formula, as Excel keeps it: with its last result, if there is one."""
    data = workbook(["name", "kind"], ["=A5", "staff"])
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w") as new:
        for part in old.namelist():
            text = old.read(part)
            if part.endswith("sheet1.xml"):
                assert b"<v></v>" in text
                text = text.replace(b'<c r="A2"', b'<c r="A2" t="str"').replace(b"<v></v>", result.encode())
            new.writestr(part, text)
    return buffer.getvalue()


def test_a_formula_counts_as_its_result_and_without_one_is_refused(tmp_path):
    assert listed(tmp_path, formula_with("<v>Jo Bloggs</v>"), name="p.xlsx").people[0].name == "Jo Bloggs"
    refused(tmp_path, formula_with(""), "row 2: a cell holds a formula whose result is not in the file", name="p.xlsx")


def packed(**parts: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in parts.items():
            package.writestr(name.replace("__", "/").replace("_xml", ".xml"), data)
    return buffer.getvalue()


def with_part(data: bytes, name: str, change) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            new.writestr(part, change(old.read(part)) if part == name else old.read(part))
    return buffer.getvalue()


SHEET = "xl/worksheets/sheet1.xml"
GOOD = workbook(["name", "kind"], ["Jo Bloggs", "staff"])
AT = GOOD.index(b"xl/worksheets/sheet1.xml") + 60
BAD = {
    "a password": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
                   "in Excel’s old format (.xls), or protected by a password"),
    "a Word file": (packed(word__document_xml=b"<x/>"), "this is a Word file"),
    "another zip file": (packed(a__b_xml=b"<x/>"), "this is no workbook, or it is damaged"),
    "cut off": (GOOD[:-200], "this is no workbook, or it is damaged"),
    "flipped": (GOOD[:AT] + b"\0\0\0\0" + GOOD[AT + 4:], "this is no workbook, or it is damaged"),
    "an entity": (with_part(GOOD, "xl/worksheets/sheet1.xml", lambda text: b'<!DOCTYPE x [<!ENTITY a "b">]>' + text),
                  "this is no workbook, or it is damaged"),
    "no XML": (with_part(GOOD, "xl/worksheets/sheet1.xml", lambda text: b"<worksheet"), "or it is damaged"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_workbook_is_refused_clearly(tmp_path, case):
    data, words = BAD[case]
    told = refused(tmp_path, data, words, name="people.xlsx")
    assert "CSV" in told and "Bloggs" not in told


def test_a_cell_far_away_costs_nothing(tmp_path):
    def far(book):
        book.active["XFD1048576"] = "x"
    start = time.process_time()
    assert len(listed(tmp_path, workbook(["name", "kind"], ["Jo", "staff"], change=far), name="p.xlsx").people) == 1
    assert time.process_time() - start < 5


def below(rows: str) -> bytes:
    """A workbook with more XML below its list."""
    return with_part(GOOD, SHEET, lambda text: text.replace(b"</sheetData>", rows.encode() + b"</sheetData>"))


def filled(number: int, cell: str, many: int = 1) -> str:
    return f'<row r="{number}">{cell * many}</row>'


LARGE = {
    "cells in many rows": lambda: below("".join(filled(n, '<c t="str"><v>x</v></c>', 200) for n in range(9, 9000))),
    "tags that nobody knows": lambda: below("".join(f"<x{n}/>" for n in range(700_000))),
    "one text": lambda: below(filled(9, f'<c t="str"><v>{"x" * 9_000_000}</v></c>')),
    "attributes of one tag": lambda: below("<row " + " ".join(f'a{n}=""' for n in range(500_000)) + "/>"),
    "what it unpacks to": lambda: below(filled(9, f'<c t="str"><v>{"x" * 900_000}</v></c>', 170)),
    "parts": lambda: packed(**{f"x{n}": b"" for n in range(3000)}),
    "rows of an OpenDocument file": lambda: ods(table(row("x" * 9, more='table:number-rows-repeated="9999999"'))),
    "columns of an OpenDocument file": lambda: ods(table(row(
        '<table:table-cell table:number-columns-repeated="99999999"><text:p>x</text:p></table:table-cell>'))),
}


@pytest.mark.slow
@pytest.mark.parametrize("case", LARGE)
def test_a_workbook_of_any_size_is_refused_in_seconds(tmp_path, case):
    data = LARGE[case]()
    start = time.process_time()
    refused(tmp_path, data, "far too large for a list" if "rows of" not in case else "no row names the columns",
            name="p.xlsx")
    assert time.process_time() - start < 10  # on a busy machine: half of it on a quiet one


def test_rows_without_words_below_the_list_are_passed_over(tmp_path):
    empty = "".join(f'<row r="{n}" spans="1:4" ht="15"/>' for n in range(9, 100_000))
    assert len(listed(tmp_path, below(empty), name="p.xlsx").people) == 1
    far = ods(table(row("name", "kind"), row("Jo", "staff"), row("", more='table:number-rows-repeated="1048570"')))
    assert len(listed(tmp_path, far, name="p.ods").people) == 1
    spaces = '<table:table-cell><text:p>' + '<text:s text:c="999999999"/>' * 50_000 + "</text:p></table:table-cell>"
    wide = ods(table(row("name", "kind"), row("Jo", "staff"), row(spaces)))
    assert len(listed(tmp_path, wide, name="p.ods").people) == 1


@pytest.mark.parametrize("wrong", [filled(10 ** 30, "<c/>"), filled(9, "<c/>", 20_000),
                                   filled(2, "<c/>"), filled(9, '<c r="ZZZZ9" t="str"/>'),
                                   filled(9, '<c r="A9" t="s"><v>7</v></c>'), filled(9, '<c><v>x</v></c>')])
def test_numbers_that_cannot_be_are_a_damaged_workbook(tmp_path, wrong):
    refused(tmp_path, below(wrong), "this is no workbook, or it is damaged", name="p.xlsx")


@pytest.mark.parametrize("part", ["xl/workbook.bin", "word/document.xml", "Index/Document.iwa"])
def test_files_that_look_like_workbooks_are_refused_by_their_names(tmp_path, part):
    told = refused(tmp_path, packed(**{part: b"x"}), "this is a ", name="p.xlsx")
    assert any(name in told for name in ("(.xlsb)", "Word", "Apple Numbers")) and "CSV UTF-8" in told


def test_a_password_is_told_as_that(tmp_path):
    old = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
    refused(tmp_path, old + "EncryptedPackage".encode("utf-16-le"), "this workbook is protected by a password")
    manifest = b"<manifest:manifest><manifest:encryption-data/></manifest:manifest>"
    refused(tmp_path, packed(**{"content.xml": b"\x8a", "META-INF/manifest.xml": manifest}),
            "this workbook is protected by a password", name="p.ods")


# ---- what programs write -----------------------------------------------------------------------------------------


def name_of(tmp_path, data: bytes) -> str:
    return listed(tmp_path, data, name="p.xlsx").people[0].name


def test_a_used_area_that_is_too_small_or_too_large_changes_nothing(tmp_path):
    for area in (b"A1", b"A1:XFD1048576", b"A1:A1048576"):
        data = with_part(GOOD, SHEET, lambda text: re.sub(rb'(<dimension ref=")[^"]*', rb"\g<1>" + area, text))
        assert area in zipfile.ZipFile(io.BytesIO(data)).read(SHEET) and name_of(tmp_path, data) == "Jo Bloggs"


@pytest.mark.parametrize("changed", [
    (b'<c r="A2" t="inlineStr"><is><t>Jo Bloggs</t></is></c>',
     b'<c t="inlineStr"><is><r><t>Jo </t></r><r><rPr><b/></rPr><t>Bloggs</t></r><rPh sb="0"><t>x</t></rPh></is></c>'),
    (b'<c r="A2" t="inlineStr"><is><t>Jo Bloggs</t></is></c>',
     b'<c r="A2" t="str"><f>B1&amp;"</f><v>Jo_x000D_\n Bloggs</v></c>'),
    (b"http://schemas.openxmlformats.org/spreadsheetml/2006/main", b"http://purl.oclc.org/ooxml/spreadsheetml/main"),
    (b"<sheetData>", b"<!-- x --><sheetData>"),
], ids=["rich text", "a line end as Excel writes it", "the strict variant", "a comment"])
def test_the_ways_in_which_programs_write_a_cell_are_known(tmp_path, changed):
    data = with_part(GOOD, SHEET, lambda text: text.replace(*changed))
    assert data != GOOD and name_of(tmp_path, data) == "Jo Bloggs"


def test_true_and_none_are_names_and_a_number_is_none(tmp_path):
    found = listed(tmp_path, workbook(["first name", "surname", "kind"], ["Jo", True, "staff"], ["Hye", "Na", "staff"]),
                   name="p.xlsx")
    assert [person.name for person in found.people] == ["Jo True", "Hye Na"]
    refused(tmp_path, workbook(["name", "kind"], [12345, "staff"], [datetime(2026, 5, 1), "staff"]),
            "rows 2 and 3: there are no letters in the name", name="p.xlsx")


def test_shared_strings_and_styles_of_dates_are_read(tmp_path):
    main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    relation = f'<Relationship Id="{{}}" Type="{office}/{{}}" Target="{{}}"/>'.format
    cells = "".join(f'<row>{row}</row>' for row in (
        '<c t="s"><v>0</v></c><c t="s"><v>2</v></c><c t="s"><v>3</v></c>',
        '<c t="s"><v>1</v></c><c t="s"><v>4</v></c><c s="1"><v>43891</v></c>'))
    strings = "".join(f"<si><t>{words}</t></si>" for words in ("Name", "Jo", "Kind", "Start", "staff"))
    data = packed(**{
        "_rels/.rels": f"<Relationships>{relation('a', 'officeDocument', '/xl/book.xml')}</Relationships>".encode(),
        "xl/_rels/book.xml.rels": ("<Relationships>" + relation("b", "worksheet", "../xl/Sheets/one.xml") + relation(
            "c", "sharedStrings", "strings.xml") + relation("d", "styles", "styles.xml") + "</Relationships>").encode(),
        "xl/book.xml": (f'<workbook {main} xmlns:r="{office}"><sheets><sheet name="P" r:id="b"/></sheets>'
                        "</workbook>").encode(),
        "xl/sheets/one.xml": f"<worksheet {main}><sheetData>{cells}</sheetData></worksheet>".encode(),
        "xl/strings.xml": f"<sst {main}>{strings}</sst>".encode(),
        "xl/styles.xml": (f'<styleSheet {main}><numFmts><numFmt numFmtId="170" formatCode="d mmm yy"/></numFmts>'
                          '<cellStyleXfs><xf numFmtId="170"/></cellStyleXfs><cellXfs><xf/>'
                          '<xf numFmtId="170"/></cellXfs></styleSheet>'
                          ).encode()})
    found = listed(tmp_path, data, name="p.xlsx")
    assert [(person.name, person.start) for person in found.people] == [("Jo", date(2020, 3, 1))]


def test_dates_since_1904_are_right(tmp_path):
    def since_1904(book):
        book.epoch = CALENDAR_MAC_1904
    data = workbook(["name", "kind", "start"], ["Jo", "staff", datetime(2020, 3, 1)], change=since_1904)
    assert listed(tmp_path, data, name="p.xlsx").people[0].start == date(2020, 3, 1)


# ---- OpenDocument ------------------------------------------------------------------------------------------------

CONTENT = """<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"><office:automatic-styles><style:style style:name="off">
 <style:table-properties table:display="false"/></style:style></office:automatic-styles><office:body>
 <office:spreadsheet>{}</office:spreadsheet></office:body></office:document-content>"""


def ods(*tables: str) -> bytes:
    return packed(content_xml=CONTENT.format("".join(tables)).encode())


def table(*rows: str, title: str = "Sheet1", style: str = "on") -> str:
    return f'<table:table table:name="{title}" table:style-name="{style}">{"".join(rows)}</table:table>'


def row(*cells: str, more: str = "") -> str:
    shown = "".join(cell if cell.startswith("<") else
                    f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>'
                    for cell in cells)
    return f"<table:table-row {more}>{shown}</table:table-row>"


def test_a_list_of_libreoffice_is_read():
    found = read_people(CASES / "field" / "16-people.ods", DAY)
    assert [(person.name, person.role, person.kind) for person in found.people] == [
        ("Iona Brackley", "Cook", "volunteer")]


def test_what_cells_of_an_open_document_hold_is_read(tmp_path):
    gap = '<table:table-cell table:number-columns-repeated="2"/>'
    day = '<table:table-cell office:value-type="date" office:date-value="2020-03-01"/>'
    noted = ("<table:table-cell><office:annotation><text:p>left?</text:p></office:annotation><text:p>Jo<text:s/>"
             "<text:span>Blo</text:span>ggs</text:p></table:table-cell>")
    data = ods(table(row("x"), title="Notes"),
               table(row("name", gap, "kind", "start"), row(gap, gap, more='table:number-rows-repeated="1000"'),
                     row(noted, gap, "staff", day), row("Sam", gap, "board", more='table:visibility="filter"'),
                     row(gap, more='table:number-rows-repeated="1047000"'), title="People"),
               table(row("name", "kind"), row("Old", "staff"), title="Old", style="off"))
    found = listed(tmp_path, data, name="people.ods")
    assert found.people == (Person("Jo Bloggs", "staff", start=date(2020, 3, 1), needs_access=True, row=("", 1002)),
                            Person("Sam", "body", row=("", 1003)))
    assert found.notices[:2] == ("Sheets that are not read, because they lack the headings name and kind: “Notes”.",
                                 "Hidden sheets, which are not read: “Old”.")
    assert any(notice.startswith("Row 1003: hidden") for notice in found.notices)


def test_errors_and_formulas_without_a_result_are_refused_in_an_open_document_too(tmp_path):
    failed = '<table:table-cell table:formula="of:=x"><text:p>#N/A</text:p></table:table-cell>'
    refused(tmp_path, ods(table(row("name", "kind"), row(failed, "staff"))), "row 2: a cell shows an error",
            name="p.ods")
    empty = '<table:table-cell table:formula="of:=x"/>'
    refused(tmp_path, ods(table(row("name", "kind"), row(empty, "staff"))),
            "row 2: a cell holds a formula whose result is not in the file", name="p.ods")


@pytest.mark.office
@pytest.mark.parametrize("kind", ["ods", "xlsx:Calc MS Excel 2007 XML"])
def test_a_list_that_libreoffice_saved_says_the_same(tmp_path, kind):
    def with_more(book):
        book.active.row_dimensions[3].hidden = True
        book.active["A2"].font = Font(strike=True)
        book.active["D2"] = '=A2&" ("&C2&")"'
        book.create_sheet("Notes")["A1"] = "x"
        book.create_sheet("Old").sheet_state = "hidden"
        book["Old"]["A1"] = "y"
    rows = [["Name", "Start", "Kind", "Role"], ["Zoë Na", date(2024, 3, 1), "Volunteer"],
            ["Tom O’Brien", None, "Staff"]]
    mine = tmp_path / "people.xlsx"
    mine.write_bytes(workbook(*rows, change=with_more))
    saved, = convert([mine], kind, tmp_path / "calc")
    found = read_people(saved, DAY)
    assert [(person.name, person.kind, person.role, person.start) for person in found.people] == [
        ("Zoë Na", "volunteer", "Zoë Na (Volunteer)", date(2024, 3, 1)), ("Tom O’Brien", "staff", "", None)]
    assert [notice.partition(" in the spreadsheet")[0].partition(": x")[0] for notice in found.notices[:4]] == [
        "Sheets that are not read, because they lack the headings name and kind: “Notes”.",
        "Hidden sheets, which are not read: “Old”.", "Row 2: struck through", "Row 3: hidden"]

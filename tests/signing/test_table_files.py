"""CSV and Excel files as spreadsheet programs write them: what is read of them, and what is refused."""

import io
import time
import zipfile
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.lists import listed, refused, workbook
from policygen.model.problems import ListError
from policygen.signing.people import Person, read_people
from policygen.signing.table_files import date_in_cell


@pytest.mark.parametrize(("written", "day"), [
    ("20/11/2026", date(2026, 11, 20)), ("2026-11-20", date(2026, 11, 20)), ("1.2.26", date(2026, 2, 1)),
    ("20 Nov 2026", date(2026, 11, 20)), ("20th November 2026", date(2026, 11, 20)), ("03/04/2026", date(2026, 4, 3)),
    ("2026-11-20 00:00:00", date(2026, 11, 20)), ("20-Nov-26", date(2026, 11, 20)),
    ("31/02/2026", None), ("11/20/2026", None),
    ("soon", None), ("20 Nopember 2026", None), ("1/1/1800", None), ("2026", None)])
def test_dates_are_read_as_britain_writes_them(written, day):
    assert date_in_cell(written) == day


# ---- encodings and separators ------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_encodings_separators_and_line_ends_are_found_out(tmp_path, encoding, separator, end):
    rows = [["name", "role", "kind"], ["Siân O’Neill", "Cook" if separator != "," else '"Cook; x, y"', "staff"]]
    found = listed(tmp_path, end.join(map(separator.join, rows)) + end, encoding)
    assert found.people[0].name == "Siân O’Neill" and found.people[0].kind == "staff"


def test_the_separator_that_excel_names_counts(tmp_path):
    assert listed(tmp_path, "sep=;\r\nname;kind\r\nBloggs, Jo;staff\r\n").people[0].name == "Bloggs, Jo"


def test_commas_in_names_do_not_make_the_comma_the_separator(tmp_path):
    found = listed(tmp_path, "name;kind;role\nBloggs, Jo, the older;staff;a, b, c\n")
    assert found.people[0].name == "Bloggs, Jo, the older"


# ---- what is refused ------------------------------------------------------------------------------------------------


def test_a_missing_file_and_a_folder_are_refused(tmp_path):
    with pytest.raises(ListError, match="there is no such file"):
        read_people(tmp_path / "people.csv")
    with pytest.raises(ListError, match="this is a folder, and a file is needed"):
        read_people(tmp_path)


def test_a_hundred_thousand_rows_are_refused_at_once_and_the_most_are_read_in_seconds(tmp_path):
    start = time.process_time()
    refused(tmp_path, "name,kind\n" + "".join(f"Person {n},staff\n" for n in range(100_000)), "more than 10,000 rows")
    assert len(listed(tmp_path, "name,kind\n" + "".join(f"Person {n},staff\n" for n in range(10_000))).people) == 10_000
    assert time.process_time() - start < 10


@given(st.binary(max_size=300))
def test_no_bytes_lead_to_another_error(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("any") / "people.csv"
    path.write_bytes(b"name,kind\n" + data)
    try:
        assert read_people(path).people
    except ListError as refused:
        assert refused.problems


# ---- Excel -------------------------------------------------------------------------------------------------------


def test_an_excel_list_is_read_with_its_dates_numbers_and_ticks(tmp_path):
    data = workbook(["Name", "Position", "Type", "Start", "Access", "Team"],
                    ["Jo", "Cook", "Volunteer", datetime(2026, 11, 20), True, 7], [],
                    ["Sam", None, "board", None, False, 1.5])
    jo, sam = listed(tmp_path, data, name="people.xlsx").people
    assert jo == Person("Jo", "volunteer", "Cook", "", "7", date(2026, 11, 20), True, 2)
    assert sam == Person("Sam", "body", "", "", "1.5", None, False, 4)


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
    refused(tmp_path, formula_with(""), "row 2 holds a formula whose result is not in the file", name="p.xlsx")


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


GOOD = workbook(["name", "kind"], ["Jo Bloggs", "staff"])
BAD = {
    "a password": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
                   "protected by a password, or in Excel’s old format"),
    "a bomb": (packed(xl__workbook_xml=b"0" * 101 * 1024 * 1024), "far too large"),
    "a document": (packed(word__document_xml=b"<x/>"), "this is no Excel workbook"),
    "cut off": (GOOD[:-200], "this is no Excel workbook, or it is damaged"),
    "flipped": (GOOD[:900] + b"\0\0\0\0" + GOOD[904:], "this is no Excel workbook, or it is damaged"),
    "an entity": (with_part(GOOD, "xl/worksheets/sheet1.xml", lambda text: b'<!DOCTYPE x [<!ENTITY a "b">]>' + text),
                  "this is no Excel workbook, or it is damaged"),
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
    assert time.process_time() - start < 20


def test_many_empty_rows_below_the_list_do_no_harm(tmp_path):
    assert len(listed(tmp_path, "name,kind\nJo,staff\n" + ",\n" * 50_000 + "Sam,staff\n").people) == 2

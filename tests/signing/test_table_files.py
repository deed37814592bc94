"""CSV files and lists on several sheets: what is read of them, what is told, and what is refused."""

import os
import time
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.styles import Font

from helpers.lists import DAY, listed, refused, workbook
from helpers.tiny import CASES
from policygen.model.problems import ListError
from policygen.signing.people import read_people
from policygen.signing.table_files import date_in_cell

FIELD = CASES / "field"


@pytest.mark.parametrize(("written", "day"), [
    ("20/11/2026", date(2026, 11, 20)), ("2026-11-20", date(2026, 11, 20)), ("1.2.26", date(2026, 2, 1)),
    ("20 Nov 2026", date(2026, 11, 20)), ("20th November 2026", date(2026, 11, 20)), ("03/04/2026", date(2026, 4, 3)),
    ("2026-11-20 00:00:00", date(2026, 11, 20)), ("20-Nov-26", date(2026, 11, 20)),
    ("31/02/2026", None), ("11/20/2026", None),
    ("soon", None), ("20 Nopember 2026", None), ("1/1/1800", None), ("2026", None)])
def test_dates_are_read_as_britain_writes_them(written, day):
    assert date_in_cell(written) == day


@pytest.mark.parametrize(("written", "year"), [("01/09/98", 1998), ("14.2.85", 1985), ("1 Sep 21", 2021),
                                               ("1/1/27", 2027), ("1/1/28", 1928), ("1/1/2028", 2028)])
def test_a_year_of_two_digits_is_the_last_one_that_can_be_meant(written, year):
    assert date_in_cell(written, 2027).year == year


def test_people_who_joined_in_the_last_century_did_not_join_in_this_one():
    found = read_people(FIELD / "14-two-digit-year.csv", DAY)
    assert [person.start for person in found.people] == [date(1998, 9, 1), date(1985, 2, 14), date(2021, 9, 1)]


def test_a_start_years_ahead_is_refused(tmp_path):
    refused(tmp_path, "name,kind,start\nJo,staff,1/1/2031\n", "row 2: the start date is years ahead")


# ---- encodings and separators ------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
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


def names(found) -> list[str]:
    return [person.name for person in found.people]


@pytest.mark.parametrize(("case", "read"), [
    ("12-mac-roman", ["Zoë Renné", "Bríd Ní Dhúill", "Ann D’Arcy"]),
    ("12-mac-roman-no-windows", ["Zoë Fèvre", "Siân Ó Briain", "Renée D’Arcy"])])
def test_a_file_from_an_older_mac_is_read_with_its_letters_and_that_is_told(case, read):
    found = read_people(FIELD / f"{case}.csv", DAY)
    assert names(found) == read
    assert found.notices[0].startswith("Rows 2, 3 and 4: this file does not say how it writes letters with accents. "
                                       "They are read as older Macs write them.")


@pytest.mark.parametrize("encoding", ["cp1252", "mac_roman", "cp850"])
@pytest.mark.parametrize("name", ["Zoë O’Neill", "Siân Müller", "Seán Ó Briain", "José Muñoz", "René François",
                                  "Gráinne Ní Dhúill", "Åsa Öberg", "Małgorzata", "Anne–Marie D’Arcy", "ZOË D’ARCY"])
def test_names_are_read_in_the_alphabet_that_they_were_saved_in_or_their_rows_are_told(tmp_path, name, encoding):
    kept = name.encode(encoding, "replace").decode(encoding)
    found = listed(tmp_path, f"name,kind\nJo,staff\n{name},staff\n".encode(encoding, "replace"))
    assert names(found)[1] == kept or any(notice.startswith("Row 3:") for notice in found.notices)
    assert encoding != "cp1252" or names(found)[1] == kept or "–" in name
    assert "?" not in kept or any("as if a letter was lost" in notice for notice in found.notices)


def test_a_plain_file_of_excel_in_britain_needs_no_warning(tmp_path):
    found = listed(tmp_path, "name,role,kind\nZoë O’Neill,Trustees’ “friend”,staff\nChloé Ray,£ – accounts,staff\n",
                   "cp1252")
    assert found.notices == ("The list says nothing about access to systems: staff are taken to need it, others not.",)


@pytest.mark.parametrize("encoding", ["cp1252", "mac_roman"])
@pytest.mark.parametrize("name", ["Zoë O’Neill", "Siân Llŷr Ŵyn", "Małgorzata Wiśniewska", "Nguyễn Thị Ánh",
                                  "Seán Ó Briain"])
def test_letters_that_were_garbled_once_are_put_right_and_told(tmp_path, name, encoding):
    garbled = b"".join([bytes([byte]) for byte in name.encode()])
    wrong = "".join(bytes([byte]).decode(encoding) if encoding != "cp1252" or byte not in b"\x81\x8d\x8f\x90\x9d"
                    else chr(byte) for byte in garbled)
    found = listed(tmp_path, f"name,kind\nJo,staff\n{wrong},staff\n")
    assert names(found)[1] == name
    assert any(notice.startswith("Row 3: letters with accents were garbled") for notice in found.notices)


@pytest.mark.parametrize("name", ["Ângela Ñíguez", "ANDRÉ’S", "Õ’Brien", "محمد", "Łoś", "Çağla Ünlü", "Bjørn Ærø",
                                  "McÉvoy", "Jean–Luc D’Árcy", "Maria João Õ", "Dvořák", "Jo (o.b.o. “Á”)"])
def test_names_with_accents_are_not_taken_for_garbled_ones(tmp_path, name):
    found = listed(tmp_path, f"name,kind,access,role\n{name},staff,yes,x\n")
    assert names(found) == [name] and not found.notices


@pytest.mark.parametrize("name", ["LetÃcia Ray", "S?awomir", "Seán Ã“ Briain", "Jo â€“ Ŵyn", "Jo √Ŵyn",
                                  "ZoŽ Rennž", "BrŽd N’ Dhœill", "Ann DÕArcy", "ZoÎ RennÈ", "Ann DíArcy"])
def test_rows_whose_letters_cannot_be_put_right_are_told(tmp_path, name):
    found = listed(tmp_path, f"name,kind\nJo,staff\n{name},staff\n")
    assert found.notices[0].startswith("Row 3: ") and "a letter was lost" in found.notices[0]


def test_a_sign_of_utf_8_that_was_garbled_does_not_hide_a_heading(tmp_path):
    assert names(listed(tmp_path, "\ufeffï»¿Name,Kind\nJo,staff\n")) == ["Jo"]


def test_a_letter_that_was_lost_is_refused(tmp_path):
    refused(tmp_path, "name,kind\nZo\ufffd Ray,staff\n", "row 2: a letter was lost when the list was saved")


# ---- what is refused ------------------------------------------------------------------------------------------------


def test_a_missing_file_and_a_folder_are_refused(tmp_path):
    with pytest.raises(ListError, match="there is no such file"):
        read_people(tmp_path / "people.csv", DAY)
    with pytest.raises(ListError, match="this is a folder, and a file is needed"):
        read_people(tmp_path, DAY)
    os.mkfifo(tmp_path / "people")
    with pytest.raises(ListError, match="this is no ordinary file"):
        read_people(tmp_path / "people", DAY)


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
        assert read_people(path, DAY).people
    except ListError as refused:
        assert refused.problems


def test_many_empty_rows_below_the_list_do_no_harm(tmp_path):
    assert len(listed(tmp_path, "name,kind\nJo,staff\n" + ",\n" * 50_000 + "Sam,staff\n").people) == 2


# ---- sheets, columns, rows ---------------------------------------------------------------------------------------


def sheets(**content) -> bytes:
    """A workbook with these sheets, by their titles; a title that begins with `hidden_` is that of a hidden one."""
    def fill(book):
        book.remove(book.active)
        for title, rows in content.items():
            page = book.create_sheet(title.removeprefix("hidden_"))
            page.sheet_state = "hidden" if title.startswith("hidden_") else "visible"
            for row in rows:
                page.append(row)
        if all(page.sheet_state == "hidden" for page in book):
            book.create_sheet("Empty")
    return workbook(change=fill)


HEAD = ["Name", "Role", "Kind"]
STAFF, VOLUNTEERS = [HEAD, ["Gwen", "Manager", "Staff"]], [HEAD, ["Iona", "Cook", "Volunteer"], ["Tom", "", "x"]]


def test_all_sheets_with_the_headings_are_read_and_the_others_are_named(tmp_path):
    data = sheets(READ_ME=[["Ask Gwen"]], Staff=STAFF, Empty=[], Volunteers=VOLUNTEERS[:2], hidden_Old=VOLUNTEERS,
                  Rota=[["Name", "Monday"], ["Iona", "x"]])
    found = listed(tmp_path, data, name="p.xlsx")
    assert names(found) == ["Gwen", "Iona"] and [person.row for person in found.people] == [
        ("Staff", 2), ("Volunteers", 2)]
    assert found.notices[:3] == (
        "The list is on the sheets: “Staff” and “Volunteers”.",
        "Sheets that are not read, because they lack the headings name and kind: “READ_ME” and “Rota”.",
        "Hidden sheets, which are not read: “Old”.")


def test_the_name_of_a_sheet_is_the_kind_of_everybody_on_it_where_no_column_says_it(tmp_path):
    def people(**content):
        found = listed(tmp_path, sheets(**content), name="p.xlsx")
        return [(person.name, person.kind) for person in found.people], found.notices[1]

    names_only, rota = [["Name", "Role"], ["Gwen", ""], []], [["Name", "Monday"], ["Iona", "x"]]
    told = "The kind is taken from the name of the sheet: "
    assert people(Staff=names_only, Current_Volunteers=rota) == (
        [("Gwen", "staff"), ("Iona", "volunteer")], f"{told}“Staff” and “Current_Volunteers”.")
    assert people(Trustees=names_only, All=VOLUNTEERS[:2], Rota=rota) == (
        [("Gwen", "body"), ("Iona", "volunteer")], f"{told}“Trustees”.")
    unclear = sheets(Staff=names_only, Former_volunteers=rota)
    refused(tmp_path, unclear, "row 2 of “Former_volunteers”: the kind is missing", name="p.xlsx")
    refused(tmp_path, sheets(People=names_only, Rota=rota), "there is no column called kind", name="p.xlsx")


def test_problems_name_the_sheet_where_the_list_has_several(tmp_path):
    both = sheets(Staff=[*STAFF, ["A", "", "y"]], Volunteers=VOLUNTEERS)
    refused(tmp_path, both, "row 3 of “Staff”, row 3 of “Volunteers”: the kind is not one", name="p.xlsx")
    refused(tmp_path, sheets(Notes=[["x"]], Volunteers=VOLUNTEERS), "row 3: the kind is not one", name="p.xlsx")
    refused(tmp_path, sheets(Staff=STAFF, Again=STAFF), "row 2 of “Staff”, row 2 of “Again”: these are the same name",
            name="p.xlsx")


def test_a_list_on_a_hidden_sheet_alone_is_refused_as_that(tmp_path):
    refused(tmp_path, sheets(hidden_Staff=STAFF), "the sheet with the list is hidden", name="p.xlsx")


def test_rows_that_are_hidden_are_in_the_list_and_told(tmp_path):
    def hide(book):
        book.active.row_dimensions[3].hidden = True
        book.active.auto_filter.ref = "A1:C3"
    found = listed(tmp_path, workbook(HEAD, ["A", "x", "staff"], ["B", "x", "staff"], change=hide), name="p.xlsx")
    assert names(found) == ["A", "B"]
    assert found.notices[0].startswith("Row 3: hidden in the spreadsheet, but in the list like the others.")


def test_rows_that_are_struck_through_are_in_the_list_and_told(tmp_path):
    def strike(book):
        for place, style in {"A3": {"strike": True}, "D4": {"strike": True}, "A4": {"bold": True}}.items():
            book.active[place].font = Font(**style)
    found = listed(tmp_path, workbook(HEAD, *([name, "x", "staff", "y"] for name in "ABC"), change=strike),
                   name="p.xlsx")
    assert names(found) == ["A", "B", "C"]
    assert found.notices[0].startswith("Row 3: struck through in the spreadsheet, but in the list like the others.")


def test_notices_name_sheets_as_they_are_written(tmp_path):
    def hide(book):
        for title in ("STAFF", "Volunteers"):
            page = book.create_sheet(title)
            page.append(HEAD)
            page.append([title, "x", "staff"])
            page.row_dimensions[2].hidden = True
    found = listed(tmp_path, workbook(change=hide), name="p.xlsx")
    assert any(notice.startswith("Row 2 of “STAFF”, row 2 of “Volunteers”: hidden") for notice in found.notices)


def test_columns_far_to_the_right_are_read_and_a_long_line_of_unused_ones_is_short(tmp_path):
    found = listed(tmp_path, workbook(["First name", *[f"Field {n}" for n in range(90)], "Surname", "Kind"],
                                      ["Jo", *["x"] * 90, "Bloggs", "volunteer"]), name="p.xlsx")
    assert names(found) == ["Jo Bloggs"]
    assert found.notices[0].endswith("“Field 9” and 80 more.")


def test_of_several_headings_for_the_kind_that_counts_whose_cells_are_kinds(tmp_path):
    found = read_people(FIELD / "13-status-before-type.csv", DAY)
    assert [person.kind for person in found.people] == ["volunteer", "volunteer"]
    assert found.notices[0] == "Columns that are not used: “Status”."
    mixed = listed(tmp_path, "name,status,kind\nA,Permanent,volunteer\nB,Permanent,volunteer\nC,Permanent,board\n")
    assert [person.kind for person in mixed.people] == ["volunteer", "volunteer", "body"]
    refused(tmp_path, "name,status,kind\nA,Permanent,volunteer\nB,Permanent,z\n", "row 3: the kind is not one")
    other = listed(tmp_path, "name,kind,category\nA,Full,volunteer\nB,Half,trustee\n")
    assert [person.kind for person in other.people] == ["volunteer", "body"]


# ---- what is refused in cells ------------------------------------------------------------------------------------


@pytest.mark.parametrize("shown", ["#N/A", "#REF!", "#NAME?", "#DIV/0!", "#VALUE!", "#SPILL!", "Err:502", " #n/a ",
                                   "###", "Loading..."])
@pytest.mark.parametrize("column", ["name", "role", "kind", "email"])
def test_an_error_of_the_spreadsheet_program_is_refused_with_its_rows(tmp_path, shown, column):
    row = {"name": "Jo", "role": "Cook", "kind": "staff", "email": "a@b.example", "shoes": "#N/A"}
    text = "\n".join([",".join(row), ",".join(row.values()), ",".join((row | {column: shown}).values())])
    refused(tmp_path, text, "row 3: a cell shows an error, such as #N/A, in the place of words")


def test_what_is_no_list_is_refused_by_its_name(tmp_path):
    path = FIELD / "16-html-table.xls"
    refused(tmp_path, path.read_bytes(), "this is a web page (HTML), whatever its name ends in", name="people.xls")
    for content, words in {
            b"{\\rtf1 x": "this is an RTF file", b"%PDF-1.7\n": "this is a PDF file",
            b'{"url": "https://x.example"}': "a link to a list elsewhere", b"BEGIN:VCARD": "contact cards",
            "<html><table>".encode("utf-16"): "this is a web page (HTML)",
            b'<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?>\n<Workbook>': "the XML format of 2003",
            b'<?xml version="1.0"?>\n<office:document x="y">': "a flat OpenDocument file (.fods)"}.items():
        refused(tmp_path, content, words, name="people.xls")

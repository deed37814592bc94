"""Lists of people as spreadsheet programs write them: what is read, what is refused, and that no name is ever
said."""

import io
import time
import zipfile
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from policygen.signing import people
from policygen.model.problems import ListError
from policygen.signing.people import Person
from policygen.signing.table_files import date_in_cell, heading_key
from helpers.tiny import CASES

HEADER = "name,role,kind,email,team,start date,needs system access\n"
NAMES = ("Małgorzata Wiśniewska", "Seán O’Neill", "محمد بن عبد الله", "Nguyễn Thị Ánh", "D'Arcy-Smith, Jo", "x" * 200,
         '=HYPERLINK("http://example.org","x")', "Jo \"Jo\" Bloggs", "Ng", "李小龍")


def listed(to: Path, content: str | bytes, encoding: str = "utf-8", name: str = "people.csv") -> people.People:
    path = to / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return people.read_people(path)


def refused(to: Path, content: str | bytes, *words: str, name: str = "people.csv") -> str:
    with pytest.raises(ListError) as caught:
        listed(to, content, name=name)
    told = str(caught.value)
    for word in words:
        assert word in told, told
    return told


def workbook(*rows, sheets: int = 1, change=lambda book: None) -> bytes:
    """An Excel file with some rows on its last sheet."""
    book = openpyxl.Workbook()
    for _ in range(sheets - 1):
        book.create_sheet()
    for row in rows:
        book.worksheets[-1].append(row)
    change(book)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


# ---- what is read ------------------------------------------------------------------------------------------------


def test_a_person_is_read_with_everything_that_the_list_says(tmp_path):
    found = listed(tmp_path, HEADER + "Jo Bloggs,Driver,volunteer,jo@example.org,East,20/11/2026,yes\n")
    assert found.people == (Person("Jo Bloggs", "volunteer", "Driver", "jo@example.org", "East", date(2026, 11, 20), True, 2),)
    assert found.notices == ()


def test_people_come_in_the_order_of_the_list_with_their_rows_and_empty_rows_are_skipped(tmp_path):
    found = listed(tmp_path, "name,kind\n\nB,staff\n,\n ,\t\nA,staff\n")
    assert [(person.name, person.row) for person in found.people] == [("B", 3), ("A", 6)]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_any_name_is_read_as_it_is_written(tmp_path, name, kind):
    if kind == "csv":
        quoted = name.replace('"', '""')
        found = listed(tmp_path, f'name,kind\n"{quoted}",staff\n')
    else:
        def as_text(book):
            book.active["A2"].data_type = "s"
        found = listed(tmp_path, workbook(["name", "kind"], [name, "staff"], change=as_text), name="people.xlsx")
    assert [person.name for person in found.people] == [name]


def test_line_breaks_tabs_and_double_spaces_in_a_cell_become_one_space(tmp_path):
    found = listed(tmp_path, 'name,role,kind\n"Jo \n Bloggs","Driver\r\nand\tcook",staff\n')
    assert (found.people[0].name, found.people[0].role) == ("Jo Bloggs", "Driver and cook")


def test_signs_that_turn_the_line_or_are_none_are_left_out_of_a_name(tmp_path):
    found = listed(tmp_path, "name,kind\nJo\u202e Blo\u0007ggs\ufeff,staff\n")
    assert found.people[0].name == "Jo Bloggs"


def test_the_same_letters_composed_otherwise_are_the_same_name(tmp_path):
    found = listed(tmp_path, "name,kind\nSia\u0302n,staff\n")
    assert found.people[0].name == "Siân"


@pytest.mark.parametrize(("heading", "column"), [
    ("NAME", "name"), (" Full  Name ", "name"), ("Job title", "role"), ("position", "role"), ("Type", "kind"),
    ("CATEGORY", "kind"), ("E-mail", "email"), ("e_mail", "email"), ("Mail", "email"), ("Group", "team"),
    ("started", "start date"), ("Date joined", "start date"), ("IT access", "needs system access"),
    ("System-access?", "needs system access"), ("Needs system access", "needs system access")])
def test_headings_in_other_spellings_are_known(tmp_path, heading, column):
    assert {heading_key(name): known for known, written in people.COLUMNS.items() for name in (known, *written)}[
        heading_key(heading)] == column


def test_columns_may_stand_in_any_order_and_unknown_ones_are_told_in_one_line(tmp_path):
    found = listed(tmp_path, "Phone,Type,Surname,Shoe size,Forename,Position\n1,Employee,Bloggs,9,Jo,Driver\n")
    assert found.people[0] == Person("Jo Bloggs", "staff", "Driver", needs_access=True, row=2)
    assert found.notices[0] == "Columns that are not used: “Phone”, “Shoe size”."


def test_of_two_headings_with_one_meaning_the_plain_one_counts_and_the_other_is_told(tmp_path):
    found = listed(tmp_path, "Position,Role,name,kind,access\na,b,Jo,staff,no\n")
    assert found.people[0].role == "b" and found.notices == ("Columns that are not used: “Position”.",)


def test_headings_may_stand_below_a_title(tmp_path):
    found = listed(tmp_path, "Our people 2026,,\n,,\nname,kind\nJo,staff\n")
    assert [(person.name, person.row) for person in found.people] == [("Jo", 4)]


@pytest.mark.parametrize(("written", "kind"), [
    ("Staff", "staff"), ("employee", "staff"), ("Employees", "staff"), ("paid", "staff"), ("VOLUNTEER", "volunteer"),
    ("volunteers", "volunteer"), ("Trustee", "body"), ("director", "body"), ("Committee-member", "body"),
    ("board", "body"), ("Board Member", "body"), ("sessional", "contractor"), ("agency", "contractor"),
    ("Contractor", "contractor"), ("self-employed", "contractor"), ("student on placement", "volunteer")])
def test_kinds_in_other_spellings_are_known(tmp_path, written, kind):
    assert listed(tmp_path, f"name,kind\nJo,{written}\n").people[0].kind == kind


@pytest.mark.parametrize(("kind", "cell", "needs"), [
    ("staff", "", True), ("staff", "no", False), ("volunteer", "", False), ("volunteer", "Yes", True), ("board", "", False),
    ("contractor", "x", True), ("contractor", "n/a", False), ("staff", "FALSE", False), ("staff", "✓", True)])
def test_who_needs_access_is_what_the_list_says_and_else_staff(tmp_path, kind, cell, needs):
    assert listed(tmp_path, f"name,kind,access\nJo,{kind},{cell}\n").people[0].needs_access is needs


def test_what_was_taken_for_granted_about_access_is_told(tmp_path):
    assert listed(tmp_path, "name,role,kind,access\nA,x,staff,\nB,x,staff,no\n").notices == (
        "Row 2 says nothing about access to systems: staff are taken to need it, others not.",)
    assert listed(tmp_path, "name,role,kind\nA,x,staff\nB,x,staff\n").notices == (
        "The list says nothing about access to systems: staff are taken to need it, others not.",)


@pytest.mark.parametrize(("written", "day"), [
    ("20/11/2026", date(2026, 11, 20)), ("2026-11-20", date(2026, 11, 20)), ("1.2.26", date(2026, 2, 1)),
    ("20 Nov 2026", date(2026, 11, 20)), ("20th November 2026", date(2026, 11, 20)), ("03/04/2026", date(2026, 4, 3)),
    ("2026-11-20 00:00:00", date(2026, 11, 20)), ("20-Nov-26", date(2026, 11, 20)), ("31/02/2026", None), ("11/20/2026", None),
    ("soon", None), ("20 Nopember 2026", None), ("1/1/1800", None), ("2026", None)])
def test_dates_are_read_as_britain_writes_them(written, day):
    assert date_in_cell(written) == day


# ---- the same name twice -----------------------------------------------------------------------------------------


def test_the_same_name_twice_is_told_by_rows_and_allowed_where_something_tells_them_apart(tmp_path):
    found = listed(tmp_path, "name,role,kind,email,access\nJo B,Cook,staff,,no\nSam,Cook,staff,,no\nJO  B,Driver,staff,,no\n")
    assert found.notices == ("Rows 2 and 4 have the same name. They are told apart by kind, e-mail address, role and team.",)


@pytest.mark.parametrize("apart", ["kind", "email", "role", "team"])
def test_kind_address_role_or_team_tells_them_apart(tmp_path, apart):
    row = {"name": "Jo", "role": "Cook", "kind": "staff", "email": "a@b.example", "team": "East"}
    other = row | {apart: "volunteer" if apart == "kind" else "c@d.example"}
    text = "\n".join([",".join(row), ",".join(row.values()), ",".join(other.values())])
    assert len(listed(tmp_path, text).people) == 2
    refused(tmp_path, "\n".join([",".join(row), *[",".join(row.values())] * 2]), "rows 2 and 3: these are the same name")


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


# ---- what is refused ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", sorted((CASES / "people").glob("*.csv")), ids=lambda path: path.stem)
def test_a_bad_list_is_refused_with_all_that_is_wrong_and_without_a_name(case):
    """The file beside it, `.expected`, has a line for each problem: what is wrong / the first words of what to do."""
    with pytest.raises(ListError) as caught:
        people.read_people(case)
    expected = case.with_suffix(".expected").read_text(encoding="utf-8").splitlines()
    found = [f"{problem.message} / {problem.hint}" for problem in caught.value.problems]
    assert len(found) == len(expected) and all(map(str.startswith, found, expected)), "\n".join(found)
    assert "Bloggs" not in str(caught.value)
    assert {problem.place.file for problem in caught.value.problems} == {str(case)}


def test_a_missing_file_and_a_folder_are_refused(tmp_path):
    with pytest.raises(ListError, match="there is no such file"):
        people.read_people(tmp_path / "people.csv")
    with pytest.raises(ListError, match="cannot read it"):
        people.read_people(tmp_path)


def test_a_hundred_thousand_rows_are_refused_at_once_and_the_most_are_read_in_seconds(tmp_path):
    start = time.monotonic()
    refused(tmp_path, "name,kind\n" + "".join(f"Person {n},staff\n" for n in range(100_000)), "more than 10,000 rows")
    assert len(listed(tmp_path, "name,kind\n" + "".join(f"Person {n},staff\n" for n in range(10_000))).people) == 10_000
    assert time.monotonic() - start < 10


def test_many_rows_with_one_fault_are_one_problem(tmp_path):
    told = refused(tmp_path, "name,kind\n" + "".join(f"Person {n},x\n" for n in range(500)))
    assert "rows 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 and 490 more: the kind" in told and told.count("the kind") == 1


@given(st.binary(max_size=300))
def test_no_bytes_lead_to_another_error(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("any") / "people.csv"
    path.write_bytes(b"name,kind\n" + data)
    try:
        assert people.read_people(path).people
    except ListError as refused:
        assert refused.problems


# ---- Excel -------------------------------------------------------------------------------------------------------


def test_an_excel_list_is_read_with_its_dates_numbers_and_ticks(tmp_path):
    data = workbook(["Name", "Position", "Type", "Start", "Access", "Team"],
                    ["Jo", "Cook", "Volunteer", datetime(2026, 11, 20), True, 7], [], ["Sam", None, "board", None, False, 1.5])
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
    "a password": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "protected by a password, or in Excel’s old format"),
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
    start = time.monotonic()
    assert len(listed(tmp_path, workbook(["name", "kind"], ["Jo", "staff"], change=far), name="p.xlsx").people) == 1
    assert time.monotonic() - start < 20


def test_many_empty_rows_below_the_list_do_no_harm(tmp_path):
    assert len(listed(tmp_path, "name,kind\nJo,staff\n" + ",\n" * 50_000 + "Sam,staff\n").people) == 2


# ---- names that are compared -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("one", "other", "same", "alike"), [
    ("Siân  JONES", "siân jones", True, True), ("Sian Jones", "Siân Jones", False, True),
    ("Seán O’Neill", "Seán O'Neill", True, True), ("Sean ONeill", "Seán O’Neill", False, True),
    ("Małgorzata Łoś", "Malgorzata Los", False, True), ("Anne-Marie Ray", "Anne Marie Ray", False, True),
    ("Jo Bloggs", "Joe Bloggs", False, False), ("محمد", "محمود", False, False), ("!", "?", False, False)])
def test_names_are_the_same_or_only_alike(one, other, same, alike):
    assert (people.name_key(one) == people.name_key(other)) is same
    assert (people.forgiving_key(one) == people.forgiving_key(other)) is alike

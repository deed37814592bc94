"""What is read from a list of people, what is refused, and that no name is ever said."""

from datetime import date

import pytest

from helpers.lists import DAY, listed, refused, workbook
from helpers.tiny import CASES
from policygen.model.problems import ListError
from policygen.signing import people
from policygen.signing.people import Person
from policygen.signing.table_files import heading_key

HEADER = "name,role,kind,email,team,start date,needs system access\n"
NAMES = ("Małgorzata Wiśniewska", "Seán O’Neill", "محمد بن عبد الله", "Nguyễn Thị Ánh", "D'Arcy-Smith, Jo", "x" * 200,
         '=HYPERLINK("http://example.org","x")', "Jo \"Jo\" Bloggs", "Ng", "李小龍")


# ---- what is read ------------------------------------------------------------------------------------------------


def test_a_person_is_read_with_everything_that_the_list_says(tmp_path):
    found = listed(tmp_path, HEADER + "Jo Bloggs,Driver,volunteer,jo@example.org,East,20/11/2026,yes\n")
    assert found.people == (
        Person("Jo Bloggs", "volunteer", "Driver", "jo@example.org", "East", date(2026, 11, 20), True, ("", 2)),)
    assert found.notices == ()


def test_people_come_in_the_order_of_the_list_with_their_rows_and_empty_rows_are_skipped(tmp_path):
    found = listed(tmp_path, "name,kind\n\nB,staff\n,\n ,\t\nA,staff\n")
    assert [(person.name, person.row) for person in found.people] == [("B", ("", 3)), ("A", ("", 6))]


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
    assert found.people[0] == Person("Jo Bloggs", "staff", "Driver", needs_access=True, row=("", 2))
    assert found.notices[0] == "Columns that are not used: “Phone” and “Shoe size”."


def test_of_two_headings_with_one_meaning_the_plain_one_counts_and_the_other_is_told(tmp_path):
    found = listed(tmp_path, "Position,Role,name,kind,access\na,b,Jo,staff,no\n")
    assert found.people[0].role == "b" and found.notices == ("Columns that are not used: “Position”.",)


def test_headings_may_stand_below_a_title(tmp_path):
    found = listed(tmp_path, "Our people 2026,,\n,,\nname,kind\nJo,staff\n")
    assert [(person.name, person.row) for person in found.people] == [("Jo", ("", 4))]


@pytest.mark.parametrize(("written", "kind"), [
    ("Staff", "staff"), ("employee", "staff"), ("Employees", "staff"), ("paid", "staff"), ("VOLUNTEER", "volunteer"),
    ("volunteers", "volunteer"), ("Trustee", "body"), ("director", "body"), ("Committee-member", "body"),
    ("board", "body"), ("Board Member", "body"), ("sessional", "contractor"), ("agency", "contractor"),
    ("Contractor", "contractor"), ("self-employed", "contractor"), ("student on placement", "volunteer")])
def test_kinds_in_other_spellings_are_known(tmp_path, written, kind):
    assert listed(tmp_path, f"name,kind\nJo,{written}\n").people[0].kind == kind


@pytest.mark.parametrize(("kind", "cell", "needs"), [
    ("staff", "", True), ("staff", "no", False), ("volunteer", "", False), ("volunteer", "Yes", True),
    ("board", "", False),
    ("contractor", "x", True), ("contractor", "n/a", False), ("staff", "FALSE", False), ("staff", "✓", True)])
def test_who_needs_access_is_what_the_list_says_and_else_staff(tmp_path, kind, cell, needs):
    assert listed(tmp_path, f"name,kind,access\nJo,{kind},{cell}\n").people[0].needs_access is needs


def test_what_was_taken_for_granted_about_access_is_told(tmp_path):
    assert listed(tmp_path, "name,role,kind,access\nA,x,staff,\nB,x,staff,no\n").notices == (
        "Row 2 says nothing about access to systems: staff are taken to need it, others not.",)
    assert listed(tmp_path, "name,role,kind\nA,x,staff\nB,x,staff\n").notices == (
        "The list says nothing about access to systems: staff are taken to need it, others not.",)


# ---- names and kinds that are more than they seem ----------------------------------------------------------------


@pytest.mark.parametrize("name", ["Hye-jin Na", "Tom None", "Na", "Null", "NIL", "None", "True", "Prince", "O'Brien",
                                  "Dr Jo Bloggs", "X Æ"])
def test_words_that_programs_take_for_nothing_can_be_names(tmp_path, name):
    assert listed(tmp_path, f"name,kind,role\n{name},staff,None\n").people[0] == Person(
        name, "staff", "", needs_access=True, row=("", 2))
    first, _, last = name.rpartition(" ")
    assert listed(tmp_path, f"first name,surname,kind\n{first},{last},staff\n").people[0].name == name


@pytest.mark.parametrize("name", ["", "-", "–", "N/A", "?", "1234", "\u200b"])
def test_what_is_no_name_is_refused(tmp_path, name):
    refused(tmp_path, f"name,kind,role\n{name},staff,x\n", "row 2: ")


@pytest.mark.parametrize(("written", "kind"), [
    ("Trustee (Treasurer)", "body"), ("Trustee (safeguarding)", "body"), ("Trustee - Secretary", "body"),
    ("Chair / Trustee", "body"), ("Volunteer, driver", "volunteer"), ("Staff – part time", "staff"),
    ("Volun\u00adteer", "volunteer"), ("Board\u00a0member", "body"), ("Trustees (elected)", "body"), ("P/T", "staff"),
    ("F/T staff", "staff"), ("Vols", "volunteer"),
    ("Part-time employee", "staff"), ("Part-time volunteer", "volunteer"),
    ("Non-executive director", "body"),
    ("Zero hours", "staff")])
def test_a_kind_with_more_said_of_it_is_known(tmp_path, written, kind):
    assert listed(tmp_path, f'name,kind\nJo,"{written}"\n').people[0].kind == kind


@pytest.mark.parametrize("written", ["Staff/Volunteer", "Staff (agency)", "Volunteer (left)", "Ex-volunteer",
                                     "Trustee - resigned 2024", "Volunteer coordinator", "Active", "(Driver)",
                                     "Part", "List"])
def test_a_kind_that_is_two_or_none_or_no_more_is_refused(tmp_path, written):
    refused(tmp_path, f"name,kind\nJo,{written}\n", "row 2: the kind is not one that is known here")


# ---- the same name twice -----------------------------------------------------------------------------------------


def test_the_same_name_twice_is_told_by_rows_and_allowed_where_something_tells_them_apart(tmp_path):
    found = listed(tmp_path, "name,role,kind,email,access\n"
                             "Jo B,Cook,staff,,no\nSam,Cook,staff,,no\nJO  B,Driver,staff,,no\n")
    assert found.notices == (
        "Rows 2 and 4 have the same name. They are told apart by kind, e-mail address, role and team.",)


@pytest.mark.parametrize("apart", ["kind", "email", "role", "team"])
def test_kind_address_role_or_team_tells_them_apart(tmp_path, apart):
    row = {"name": "Jo", "role": "Cook", "kind": "staff", "email": "a@b.example", "team": "East"}
    other = row | {apart: "volunteer" if apart == "kind" else "c@d.example"}
    text = "\n".join([",".join(row), ",".join(row.values()), ",".join(other.values())])
    assert len(listed(tmp_path, text).people) == 2
    refused(tmp_path, "\n".join([",".join(row), *[",".join(row.values())] * 2]),
            "rows 2 and 3: these are the same name")


# ---- what is refused ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", sorted((CASES / "people").glob("*.csv")), ids=lambda path: path.stem)
def test_a_bad_list_is_refused_with_all_that_is_wrong_and_without_a_name(case):
    """The file beside it, `.expected`, has a line for each problem: what is wrong / the first words of what to do."""
    with pytest.raises(ListError) as caught:
        people.read_people(case, DAY)
    expected = case.with_suffix(".expected").read_text(encoding="utf-8").splitlines()
    found = [f"{problem.message} / {problem.hint}" for problem in caught.value.problems]
    assert len(found) == len(expected) and all(map(str.startswith, found, expected)), "\n".join(found)
    assert "Bloggs" not in str(caught.value)
    assert {problem.place.file for problem in caught.value.problems} == {str(case)}


def test_many_rows_with_one_fault_are_one_problem(tmp_path):
    told = refused(tmp_path, "name,kind\n" + "".join(f"Person {n},x\n" for n in range(500)))
    assert "rows 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 and 490 more: the kind" in told and told.count("the kind") == 1


# ---- names that are compared -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("one", "other", "same", "alike"), [
    ("Siân  JONES", "siân jones", True, True), ("Sian Jones", "Siân Jones", False, True),
    ("Seán O’Neill", "Seán O'Neill", True, True), ("Sean ONeill", "Seán O’Neill", False, True),
    ("Małgorzata Łoś", "Malgorzata Los", False, True), ("Anne-Marie Ray", "Anne Marie Ray", False, True),
    ("Jo\u200b Blo\u00adggs", "Jo\u00a0Bloggs", True, True), ("Niamh O′Brien", "Niamh O＇Brien", True, True),
    ("Dr. Jo Bloggs", "jo bloggs", False, True), ("Mr Jo Bloggs", "Prof Dr Jo Bloggs", False, True),
    ("Sir", "Lord", False, False), ("Rev Lee", "Lee", False, True),
    ("Jo Bloggs", "Joe Bloggs", False, False), ("محمد", "محمود", False, False), ("!", "?", False, False)])
def test_names_are_the_same_or_only_alike(one, other, same, alike):
    assert (people.name_key(one) == people.name_key(other)) is same
    assert (people.forgiving_key(one) == people.forgiving_key(other)) is alike

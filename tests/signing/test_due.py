"""Who signs what, on which clauses a signature rests, and who must sign again when the wording has changed."""

import json
from dataclasses import replace
from datetime import date
from types import SimpleNamespace

import pytest

from helpers.packs import data_of, edition_of
from helpers.shipped import SOURCES
from helpers.signers import DAY, LATER, give, library, names, sign
from helpers.signers import edition as issue
from policygen.library.clauses import KINDS_OF_PEOPLE
from policygen.model.document import Document, Field, Fields, every_block
from policygen.model.problems import OutputError
from policygen.pack import edition
from policygen.pack.edition import Edition
from policygen.printing.print_run import with_values
from policygen.signing import due
from policygen.signing.people import Person, form_values


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return issue(tmp_path_factory.mktemp("output"))


@pytest.fixture(scope="module")
def pack(folder):
    return edition.read_edition(folder)


@pytest.fixture(scope="module")
def documents(folder):
    return {document.id: document for document in edition.read_edition(folder).documents}


# ---- which forms -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "access", "forms"), [
    ("staff", True, ("declaration-staff", "systems-access")), ("staff", False, ("declaration-staff",)),
    ("volunteer", False, ("declaration-volunteer",)), ("volunteer", True, ("declaration-volunteer", "systems-access")),
    ("body", False, ("declaration-body", "body-acknowledgement")), ("contractor", False, ("declaration-contractor",))])
def test_everybody_gets_the_forms_of_their_kind(pack, kind, access, forms):
    assert due.forms_for(pack, SOURCES.library, Person("Jo", kind, needs_access=access)) == forms


def test_a_form_that_the_edition_does_not_have_is_given_to_nobody(pack):
    data = data_of(pack.folder)
    without = edition_of(data | {"documents": [one for one in data["documents"] if one["id"] != "systems-access"]})
    assert due.forms_for(without, SOURCES.library, Person("Jo", "staff", needs_access=True)) == ("declaration-staff",)


def test_no_sheet_for_clients_and_no_form_for_an_occasion_is_signed_by_a_kind_of_people(pack):
    forms = due.signed_forms(pack, SOURCES.library)
    assert set(forms) == {"declaration-staff", "declaration-volunteer", "declaration-body", "declaration-contractor",
                          "systems-access", "body-acknowledgement"}
    assert forms["systems-access"] == "Agreement for access to our systems"


# ---- filled in ---------------------------------------------------------------------------------------------------


def filled(document: Document, person: Person) -> Document:
    return with_values(document, form_values(person))


def fields(document) -> list[Field]:
    return [field for section in document.sections for passage in section.passages
            for block in every_block(passage.blocks)
            if isinstance(block, Fields) for field in block.fields]


def test_name_and_role_stand_in_their_places_and_the_places_to_sign_stay_blank(documents):
    found = fields(filled(documents["declaration-staff"], Person("Siân", "staff", "Cook & driver")))
    assert [(field.label, field.kind, field.value) for field in found] == [
        ("Name", "line", "Siân"), ("Role", "line", "Cook & driver"), ("Signature", "signature", ""),
        ("Date", "date", ""),
        ("Name and role", "line", ""), ("Signature", "signature", ""), ("Date", "date", "")]


def test_what_is_not_known_stays_blank_and_a_blank_form_is_unchanged(documents):
    blank = documents["declaration-staff"]
    assert [field.label for field in fields(filled(blank, Person("", "staff")))] == [
        field.label for field in fields(blank)]
    assert filled(blank, Person("", "staff")) == blank


def test_every_form_that_people_sign_takes_the_name_and_says_its_edition(documents, pack):
    for form in due.signed_forms(pack, SOURCES.library):
        one = filled(documents[form], Person("Siân", "staff"))
        assert [field.value for field in fields(one)].count("Siân") == 1, form
        assert one.edition_line == "Edition 1, 20 November 2026"


def test_team_and_start_date_can_be_held(documents):
    places = Fields((Field("Team", "line", "team"), Field("Since", "date", "start_date")))
    blank = documents["declaration-staff"]
    section = blank.sections[0]
    blank = replace(blank, sections=(replace(section, passages=(replace(section.passages[0], blocks=(places,)),)),))
    found = fields(filled(blank, Person("Jo", "staff", team="East", start=date(2026, 11, 20))))
    assert [field.value for field in found] == ["East", "20 November 2026"]


# ---- what binds --------------------------------------------------------------------------------------------------


def test_a_declaration_rests_on_its_own_clauses_and_on_those_of_the_policy_that_bind_the_kind(pack):
    staff = due.bound_by(pack, SOURCES.library, "declaration-staff", "staff")
    volunteers = due.bound_by(pack, SOURCES.library, "declaration-volunteer", "volunteer")
    assert {"declaration/promise", "declaration/for-me", "limits/police", "breaches/grievance"} <= staff.keys()
    assert staff.keys() - volunteers.keys() == {"breaches/grievance", "everyday/body-meetings", "records/body-papers"}
    assert not {"practice/review", "practice/in-force", "summary/what-it-does"} & staff.keys()


def test_the_other_forms_rest_on_their_own_clauses_alone(pack):
    for form in ("systems-access", "body-acknowledgement"):
        assert {clause.split("/")[0] for clause in due.bound_by(pack, SOURCES.library, form, "body")} == {form}


@pytest.mark.parametrize("kind", KINDS_OF_PEOPLE)
def test_no_clause_that_binds_anybody_bears_the_date_of_an_edition(pack, kind):
    """Otherwise everybody would have to sign every edition."""
    text = "\n".join(due.bound_by(pack, SOURCES.library, f"declaration-{kind}", kind).values())
    assert not [year for year in ("2026", "2027", "2028") if f"November {year}" in text or f"September {year}" in text]


def with_clause(pack: Edition, clause: str, change=lambda words: words, **changed) -> Edition:
    """The pack with a clause of other words: each run of plain words is changed."""
    data = data_of(pack.folder)
    for document in data["documents"]:
        for entry in document["clauses"]:
            if entry["id"] == clause:
                entry.update(changed)
                entry["lines"] = [line | {"cells": [_changed(cell, change) for cell in line["cells"]]}
                                  for line in entry["lines"]]
    return edition_of(data, pack.folder)


def _changed(cell, change):
    return change(cell) if isinstance(cell, str) else [change(one) if isinstance(one, str) else one for one in cell]


@pytest.mark.parametrize(("clause", "change", "same"), [
    ("declaration/for-me", lambda words: words.replace("’", "'").replace(" ", "\u00a0", 3), True),
    ("limits/police", lambda words: words + " Always.", False),
    ("limits/police", str.upper, False),
    ("practice/review", lambda words: "Never.", True),
    ("systems-access/care", lambda words: "Never.", True),
], ids=["quotation marks and spaces", "a word more", "capitals", "a clause that only informs",
        "a clause of another form"])
def test_only_wording_that_binds_makes_another_digest(pack, clause, change, same):
    changed = with_clause(pack, clause, change)
    before, after = (due.digest(one, SOURCES.library, "declaration-staff", "staff") for one in (pack, changed))
    assert changed.record != pack.record
    assert (before == after) is same


def test_bold_type_and_the_number_of_a_reference_make_no_other_digest(pack):
    data = data_of(pack.folder)
    for document in data["documents"]:
        document["references"] = dict.fromkeys(document.get("references", {}), "section 99")
        for entry in document["clauses"]:
            for line in entry["lines"]:
                line["cells"] = [["strong", cell] if isinstance(cell, str) else cell for cell in line["cells"]]
                line["cells"] = [[cell] if cell and cell[0] == "strong" else cell for cell in line["cells"]]
    changed = edition_of(data)
    assert changed.record != pack.record
    for form, kind in (("declaration-staff", "staff"), ("systems-access", "volunteer")):
        assert due.digest(changed, SOURCES.library, form, kind) == due.digest(pack, SOURCES.library, form, kind)


@pytest.mark.parametrize("lines", [[{"what": "nonsense"}], [{"kind": "paragraph", "cells": ""}], 7])
def test_clauses_that_are_damaged_in_pack_json_are_refused_in_words(pack, lines):
    data = data_of(pack.folder)
    for document in data["documents"]:
        for clause in document["clauses"]:
            clause["lines"] = lines
    with pytest.raises(OutputError, match="damaged"):
        due.digest(edition_of(data), SOURCES.library, "declaration-staff", "staff")


def test_a_clause_that_people_wrote_themselves_binds_everybody(pack):
    own = with_clause(pack, "limits/police", id="local/12ab34cd")
    assert "local/12ab34cd" in due.bound_by(own, SOURCES.library, "declaration-contractor", "contractor")


def test_numbers_and_ids_make_no_other_digest(pack):
    changed = with_clause(pack, "limits/police", id="limits/the-police", number="9.9", digest="0")
    assert due.digest(changed, SOURCES.library, "declaration-staff", "staff") == due.digest(
        pack, SOURCES.library, "declaration-staff", "staff")


# ---- who must sign again -----------------------------------------------------------------------------------------

CHANGES = {
    "nothing": ({}, {}, set()),
    "a clause that only informs": ({"policy__practice__review": ("That happens sooner", "It happens sooner")},
                                   {}, set()),
    "how often it is reviewed": ({}, {"review_years": "1"}, set()),
    "typography": ({"policy__limits__no-absolute-promise": ("Do not promise anybody", "Do not **promise** anybody")},
                   {}, set()),
    "staff and trustees": ({"policy__everyday__body_meetings": ("Do not normally name", "Do not name")}, {},
                           {("Asha", "declaration-staff"), ("Bo", "declaration-staff"), ("Hal", "declaration-body"),
                            ("Isa", "declaration-body")}),
    "the form of two": ({"forms__systems_access__care": ("reasonable care", "good care")}, {},
                        {("Asha", "systems-access"), ("Dee", "systems-access")}),
    "volunteers": ({"forms__declaration__for_me": ("I may be asked to stop", "I may have to stop")}, {},
                   {(name, "declaration-volunteer") for name in ("Cas", "Dee", "Eli", "Flo", "Gus")}),
}


@pytest.mark.slow
@pytest.mark.parametrize("case", CHANGES)
def test_of_ten_signers_exactly_those_sign_again_whose_wording_has_changed(tmp_path, case):
    changes, answers, expected = CHANGES[case]
    first = issue(tmp_path / "output")
    give(first)
    sign(first, *names())
    made_of = library(tmp_path, **changes) if changes else SOURCES
    second = issue(tmp_path / "output", LATER, made_of, **answers)
    given = give(second, outstanding=True, day=LATER, made_of=made_of)
    entries = json.loads((second / "register.json").read_bytes())["entries"]
    assert {(entry["name"], entry["form"]) for entry in entries if not entry["signed_on"]} == expected
    assert sum(given.forms.values()) == given.reworded == len(expected)
    carried = [entry for entry in entries if entry["signed_on"]]
    assert len(carried) == 14 - len(expected) and {entry["edition"] for entry in carried} <= {1}
    if given.folder:
        assert len(list(given.folder.glob("[0-9]*"))) == len(expected)


def test_who_has_not_signed_or_is_new_must_sign(tmp_path):
    first = issue(tmp_path)
    give(first)
    sign(first, *(name for name in names() if name != "Flo"))
    second = issue(tmp_path, LATER)
    more = ("name,role,kind,access\nFlo,Cook,volunteer,no\nGus,Leader of the listeners,volunteer,no\n"
            "Kit,Cook,volunteer,no\n")
    give(second, more, outstanding=True, day=LATER)
    entries = json.loads((second / "register.json").read_bytes())["entries"]
    assert [(entry["name"], entry["role"], entry["signed_on"], entry["edition"]) for entry in entries] == [
        ("Flo", "Cook", None, 2), ("Gus", "Leader of the listeners", "2026-11-20", 1), ("Kit", "Cook", None, 2)]


def test_who_changed_from_volunteer_to_staff_signs_as_staff(tmp_path):
    first = issue(tmp_path)
    give(first)
    sign(first, *names())
    second = issue(tmp_path, LATER)
    given = give(second, "name,role,kind,access\nCas,Driver,staff,no\n", outstanding=True, day=LATER)
    assert dict(given.forms) == {"Declaration of confidentiality for staff": 1}


def test_a_signature_of_two_editions_ago_holds_while_the_wording_is_the_same(tmp_path):
    first = issue(tmp_path)
    give(first)
    sign(first, *names())
    issue(tmp_path, LATER)
    third = issue(tmp_path, date(2028, 1, 1))
    assert give(third, outstanding=True).folder is None


# ---- people and entries ------------------------------------------------------------------------------------------


def entry(name: str = "Jo", kind: str = "staff", email: str = "", role: str = "", team: str = "") -> SimpleNamespace:
    return SimpleNamespace(person=Person(name, kind, role, email, team), form="f", digest="d", signed_on=DAY)


def owners(registers, *people: Person) -> list[list[int]]:
    """For each person, the places of their entries, counted through all registers."""
    given = [one for register in registers for one in register]
    found = due.entries_of_people(registers, people)
    return [[next(n for n, other in enumerate(given) if other is one) for one in found[place]]
            for place in range(len(people))]


def test_entries_belong_by_name_kind_and_address():
    jo = Person("Jo", "staff", "Cook", "jo@example.org")
    assert owners([[entry("JO "), entry("Jo", "volunteer"), entry(email="JO@example.org"),
                    entry(email="other@example.org")]], jo) == [[2]]
    assert owners([[entry("Jo")], [entry("jo", email="jo@example.org")]], jo) == [[0, 1]]
    assert owners([[entry("Joe", email="jo@example.org")]], jo) == [[]]


def test_an_accent_is_forgiven_only_with_the_same_address():
    assert owners([[entry("Sian")]], Person("Siân", "staff")) == [[]]
    assert owners([[entry("Sian", email="s@example.org")]], Person("Siân", "staff", email="s@example.org")) == [[0]]


def test_of_two_people_with_one_name_address_role_or_team_decide_and_nobody_guesses():
    cook, driver = Person("Jo", "staff", "Cook"), Person("Jo", "staff", "Driver", "jo@example.org")
    assert owners([[entry(role="Driver"), entry(role="Cook")]], cook, driver) == [[1], [0]]
    assert owners([[entry(email="jo@example.org", role="Cook")]], cook, driver) == [[], [0]]
    assert owners([[entry(role="Listener")]], cook, driver) == [[], []]
    assert owners([[entry(role="Cook"), entry(role="Driver")]], Person("Jo", "staff", "Listener")) == [[]]
    assert owners([[entry(role="Cook"), entry(role="Driver")]], Person("Jo", "staff", "Cook")) == [[0]]

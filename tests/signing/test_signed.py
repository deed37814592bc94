"""Forms that have come back signed: who is meant, what is recorded, and what is refused without a name."""

import pytest

from helpers.signers import DAY, LATER, edition, give, names, register, sign
from policygen.model.problems import ListError
from policygen.signing.signed import Signature, read_signatures, record_signatures


def note(folder, *notes: Signature, ask=None):
    return record_signatures(folder, notes, ask)[0]


def refused(folder, *notes: Signature) -> str:
    before = (folder / "register.json").read_bytes()
    with pytest.raises(ListError) as caught:
        note(folder, *notes)
    assert (folder / "register.json").read_bytes() == before
    return str(caught.value)


def test_a_name_notes_all_forms_that_the_person_has_not_signed(given):
    [noted] = note(given, Signature("asha", DAY, "AB"))
    assert [(entry.number, entry.signed_on, entry.noted_by) for entry in noted.entries] == [
        (1, DAY, "AB"), (2, DAY, "AB")]
    assert (noted.again, noted.forgiven) == (False, False)
    assert [entry["number"] for entry in register(given) if entry["signed_on"]] == [1, 2]


@pytest.mark.parametrize("document", ["systems-access", "Agreement for access to our systems"])
def test_one_form_by_id_or_title(given, document):
    note(given, Signature("Asha", DAY, document=document))
    assert [entry["number"] for entry in register(given) if entry["signed_on"]] == [2]


def test_the_number_of_an_entry_will_do_for_a_name(given):
    note(given, Signature("No. 5", DAY), Signature("6", DAY))
    assert [entry["number"] for entry in register(given) if entry["signed_on"]] == [5, 6]
    assert "the register has no entry No. 99" in refused(given, Signature("99", DAY))


def test_noting_again_is_no_fault_and_another_day_is(given):
    sign(given, "Bo")
    assert note(given, Signature("Bo", DAY))[0].again
    assert "No. 3: signed on another day" in refused(given, Signature("Bo", LATER))


@pytest.mark.parametrize("written", ["Niamh O\u200b'Brien", "niamh\u00a0O′Brien", "Niamh O＇Bri\u00aden",
                                     "NIAMH O`BRIEN", "Ms Niamh OBrien", "Niamh \u2060O’Brien\ufeff"])
def test_signs_that_nobody_sees_and_kinds_of_apostrophe_make_no_difference(folder, written):
    give(folder, "name,role,kind,access\nNiamh O’Brien,Cook,volunteer,no\nNiamh Brien,Cook,volunteer,no\n")
    [noted] = note(folder, Signature(written, DAY))
    assert [entry.person.name for entry in noted.entries] == ["Niamh O’Brien"]
    assert noted.forgiven == ("OBrien" in written)


TWO = ("name,role,kind,email,access\nJo Bloggs,Cook,staff,jo@example.org,no\nJo Bloggs,Driver,volunteer,,no\n"
       "Siân Ray,,staff,,no\n")


def test_a_name_that_fits_two_people_is_refused_without_a_name(folder):
    give(folder, TWO)
    told = refused(folder, Signature("jo bloggs", DAY))
    assert "2 people fit this name" in told and "No. 1 (staff, Cook); No. 2 (volunteer, Driver)" in told
    assert "loggs" not in told.replace("jo bloggs", "")


def test_a_name_that_fits_two_people_is_asked_where_somebody_is_there(folder):
    give(folder, TWO)
    asked = []

    def ask(question, people, told):
        asked.append((question, [told[person] for person in people]))
        return people[1]
    note(folder, Signature("Jo Bloggs", DAY), ask=ask)
    assert asked == [("Several people fit this name. Who is meant?",
                      ["No. 1 (staff, Cook)", "No. 2 (volunteer, Driver)"])]
    assert [entry["number"] for entry in register(folder) if entry["signed_on"]] == [2]
    with pytest.raises(ListError, match="2 people fit this name"):
        note(folder, Signature("Jo Bloggs", DAY), ask=lambda *_: None)


def test_capitals_and_accents_are_forgiven_where_only_one_person_fits_and_that_is_said(folder):
    give(folder, TWO)
    assert note(folder, Signature("SIAN RAY", DAY))[0].forgiven
    give(folder, TWO + "Sian Ray,Cook,staff,,no\nSían Ray,Cook,volunteer,,no\n")
    assert not note(folder, Signature("Sian Ray", DAY))[0].forgiven
    assert "3 people fit this name" in refused(folder, Signature("Siãn Ray", DAY))


def test_a_name_that_nobody_has_is_refused_with_the_nearest(folder):
    give(folder, TWO)
    told = refused(folder, Signature("Sean Ray", DAY))
    assert "nobody with this name was given a form" in told and "The most similar names: No. 3 (staff)." in told
    assert "register.xlsx has the names." in refused(folder, Signature("Wilhelmina", DAY))


def test_the_form_can_tell_two_people_apart(folder):
    give(folder, TWO)
    note(folder, Signature("Jo Bloggs", DAY, document="declaration-volunteer"))
    assert [entry["number"] for entry in register(folder) if entry["signed_on"]] == [2]
    assert "no such form" in refused(folder, Signature("Jo Bloggs", DAY, document="policy"))


def test_without_a_register_nothing_can_be_noted(folder):
    with pytest.raises(ListError, match="nobody has been given a form of this edition yet"):
        note(folder, Signature("Asha", DAY))


def listed(tmp_path, text: str) -> list[Signature]:
    path = tmp_path / "list.csv"
    path.write_text(text, encoding="utf-8")
    return read_signatures(path, DAY, "AB", "")[0]


def test_a_list_notes_many_at_once_with_what_tells_them_apart(folder, tmp_path):
    give(folder, TWO)
    note(folder, *listed(tmp_path, "Name,Date signed,Type\nJo Bloggs,1/11/2026,Volunteer\nSian Ray,2026-11-02,\n"))
    assert [entry["signed_on"] for entry in register(folder)] == [None, "2026-11-01", "2026-11-02"]
    assert register(folder)[1]["noted_by"] == "AB"


def test_of_a_list_nothing_is_noted_unless_all_can_be(given, tmp_path):
    told = refused(given, *listed(tmp_path, "name\nAsha\nWilhelmina\nBo\nWaldemar\n"))
    assert "row 3: nobody with this name" in told and "row 5: nobody with this name" in told and "Wil" not in told


def test_a_list_tells_what_is_not_used_and_which_heading_is_the_date(tmp_path):
    path = tmp_path / "list.csv"
    path.write_text("Name,On,Signed,Shoes\nAsha,paper,1/11/26,9\n", encoding="utf-8")
    signatures, told = read_signatures(path, DAY, "AB", "")
    assert [one.day.isoformat() for one in signatures] == ["2026-11-01"]
    assert told == ("Columns that are not used: “On” and “Shoes”.",)


@pytest.mark.parametrize(("text", "words"), [
    ("name,date\nAsha,\n", "row 2: the date is missing"),
    ("name,date\nAsha,soon\n", "row 2: the date is missing, or cannot be read as a date"),
    ("name,date\nAsha,21/11/2026\n", "row 2: the date is in the future"),
    ("name,date\n,1/11/2026\n", "the name is missing"),
    ("name\n", "nobody is in this list"), ("who was it\nAsha\n", "no row names the columns")])
def test_a_bad_list_of_signatures_is_refused(tmp_path, text, words):
    with pytest.raises(ListError, match=words) as caught:
        listed(tmp_path, text)
    assert "Asha" not in str(caught.value)


def test_a_signature_under_a_new_edition_replaces_the_one_carried_over(tmp_path):
    first = edition(tmp_path)
    give(first)
    sign(first, *names())
    second = edition(tmp_path, LATER)
    give(second, day=LATER)
    assert {entry["edition"] for entry in register(second)} == {1}
    sign(second, "Bo", day=LATER)
    assert [(entry["edition"], entry["signed_on"]) for entry in register(second) if entry["name"] == "Bo"] == [
        (2, LATER.isoformat())]

"""Words that somebody replaced all through a Word file: told once, offered as an answer, then no change by hand."""

from pathlib import Path

import docx
import pytest
from docx.oxml.ns import qn

from helpers.editions import QUESTIONS, begun, pack, reviewed
from helpers.reviewed import SECOND, THIRD, ByHand, clauses, find_and_replace, policygen
from helpers.shipped import SOURCES
from policygen.review import review as reviews
from policygen.review.replaced import Replacement, changed_answers

pytestmark = pytest.mark.slow
POLICY = "Confidentiality policy.docx"
NIGHT = " Ring the out-of-hours number too."


def replaced(folder: Path, *pairs: tuple[str, ...]) -> tuple[Replacement, ...]:
    """What a review sees, after somebody replaced words in the policy."""
    for old, new, *keep in pairs:
        find_and_replace(folder / POLICY, old, new, *keep)
    one, = begun(folder).edited
    return one.replaced.found


def answers(folder: Path, found: Replacement) -> dict:
    return changed_answers(QUESTIONS, begun(folder).given, found)


def test_names_that_were_replaced_all_through_the_policy_are_each_seen_as_one_change_of_an_answer(first):
    found = replaced(first, ("Board of Trustees", "Management Committee"), ("trustee", "committee member"),
                     ("service user", "attendee"), ("a attendee", "an attendee"), ("Chief Executive", "Centre Manager"),
                     ("line manager", "supervisor"), ("Street Support", "Lane Support"),
                     ("Office Manager", "Secretary"))
    assert {one.before: answers(first, one) for one in found} == {
        "Board of Trustees": {"governing_body": "Management Committee"}, "trustee": {"body_member": "committee member"},
        "service user": {"user_term": "attendee"}, "Chief Executive": {"lead_role": "Centre Manager"},
        "line manager": {"manager_role": "supervisor"}, "Office Manager": {"contact_role": "Secretary"},
        "Harbour Street Support": {"organisation_name": "Harbour Lane Support"}}
    assert not any(one.missed for one in found)
    told = [line for line in reviews.opening_notices(begun(first), SOURCES.library.law) if POLICY in line]
    assert len(told) == len(found) and not [line for line in told if "changed by hand" in line]
    assert "“service user” was replaced by “attendee” in 26 clauses." in " ".join(told)


@pytest.mark.parametrize("many", ["people we support", "person we supports"])
def test_a_new_name_has_the_plural_that_was_given_or_that_english_has(first, many):
    one, = replaced(first, ("service users", many), ("service user", "person we support"))
    assert answers(first, one) == {"user_term": "person we support", "user_term_plural": "people we support"}


def test_a_new_name_of_the_organisation_is_told_once_not_as_changed_first_page_and_header(first):
    find_and_replace(first / POLICY, "Harbour Street Support", "Northport Together")
    file = docx.Document(str(first / POLICY))
    for section in file.sections:
        for words in section.header._element.iter(qn("w:t")):
            words.text = (words.text or "").replace("Harbour Street Support", "Northport Together")
    file.save(str(first / POLICY))
    assert [line for line in reviews.opening_notices(begun(first), SOURCES.library.law) if POLICY in line] == [
        f"{POLICY}: “Harbour Street Support” was replaced by “Northport Together” in 10 clauses."]


def test_a_new_name_keeps_its_apostrophe(first):
    one, = replaced(first, ("Harbour Street Support", "Friends of St Anne’s"))
    assert answers(first, one) == {"organisation_name": "Friends of St Anne’s"}


def test_places_that_were_missed_are_named(first):
    one, = replaced(first, ("Chief Executive", "Centre Manager", range(5, 100, 5)))
    assert len(one.missed) == 8 and "9.1" in one.missed
    assert "It still stands in 5.8, 6.3, " in " ".join(reviews.opening_notices(begun(first), SOURCES.library.law))


def test_words_that_no_answer_gives_are_told_as_one_change_and_stay_changes_by_hand(first):
    one, = replaced(first, ("staff", "team"))
    assert (one.before, one.now, one.questions, answers(first, one)) == ("staff", "team", (), {})
    lines = [line for line in reviews.opening_notices(begun(first), SOURCES.library.law) if POLICY in line]
    assert len(lines) == 1 and "so they stay in this document, as changes by hand" in lines[0]
    assert reviews.how_to_change(begun(first), QUESTIONS, begun(first).given) == ""
    made = reviewed(first, SECOND, formats=("docx",)).folder
    assert "our own team, volunteers" in clauses(made)["everyday/need-to-know"]


def test_a_clause_that_differs_in_capitals_or_paragraphs_is_told_as_changed_by_hand(first):
    find_and_replace(first / POLICY, "Do not gossip", "DO NOT gossip")
    told = " ".join(reviews.opening_notices(begun(first), SOURCES.library.law))
    assert "changed by hand: “Gossip” (reworded)." in told and "its words are the same" not in told


def test_a_word_that_was_changed_in_two_clauses_of_many_is_no_replacement(first):
    assert replaced(first, ("Chief Executive", "Centre Manager", range(3, 100))) == ()


def test_words_that_were_added_behind_a_name_are_a_new_name_only_where_they_are_one(first):
    longer, other = replaced(first, ("Chief Executive", "Chief Executive Officer"),
                             ("service users", "service users and carers"))
    assert (longer.now, longer.questions, longer.missed) == ("Chief Executive Officer", ("lead_role",), ())
    assert (other.now, other.questions) == ("service users and carers", ())


def test_where_the_answer_is_changed_too_only_other_edits_stay_and_missed_places_follow(first):
    hand = ByHand(first / POLICY)
    hand.add_words("Reporting a breach", NIGHT)
    hand.replace("Gossip", "Do not gossip about people", "Never gossip about service users")
    hand.save()
    find_and_replace(first / POLICY, "Chief Executive", "Centre Manager", keep=range(5, 100, 5))
    find_and_replace(first / POLICY, "service user", "client")
    made = reviewed(first, SECOND, "lead_role=Centre Manager", "user_term=client", formats=("docx",))
    assert {edit["clause"] for edit in pack(made.folder)["local_edits"]} == {
        "breaches/report", "never/gossip", "records/places", "records/retention-here"}
    assert not pack(made.folder)["review"]["undecided"]
    said = clauses(made.folder)
    assert NIGHT in said["breaches/report"] and said["never/gossip"].startswith("Never gossip about clients")
    assert "Records of clients" in said["records/retention-here"], "a row of an answer: the change by hand stands"
    assert "Chief Executive" not in str(said) and "Centre Manager" in said["limits/court"]


def test_an_answer_that_is_changed_in_a_later_review_takes_the_edits_back_too(first):
    find_and_replace(first / POLICY, "service user", "client")
    kept = reviewed(first, SECOND, keep="mine", formats=("docx",)).folder
    assert len(pack(kept)["local_edits"]) > 20 and begun(kept, day=THIRD).edited == (), "it is offered once"
    later = reviewed(kept, THIRD, "user_term=client", formats=("docx",)).folder
    assert len(pack(later)["local_edits"]) == 2 and clauses(later)["everyday/need-to-know"].startswith("What a client")


def test_without_a_person_to_ask_the_command_that_changes_the_answers_is_told_once(first):
    find_and_replace(first / POLICY, "service user", "person we support")
    done = policygen("review", first, "--as-at", SECOND, "--no-input", "--format", "docx")
    said = " ".join(done.stderr.split())
    assert said.count("Somebody replaced what an answer says") == 1 and "“--keep mine” leaves it so" in said
    command = (f"policygen review {first.parent} --no-input --set 'user_term=person we support' "
               "--set 'user_term_plural=people we support'")
    assert command in said and "changed by hand: " not in said
    again = policygen("review", first.parent, "--set", "user_term=person we support", "--set",
                      "user_term_plural=people we support", "--as-at", THIRD, "--no-input", "--format", "docx")
    said = " ".join(again.stderr.split())
    assert "Somebody replaced" not in said and len(pack(first.with_name(THIRD))["local_edits"]) == 2


@pytest.mark.parametrize("yes", [True, False])
def test_a_person_is_asked_once_whether_the_answer_has_changed(first, yes):
    find_and_replace(first / POLICY, "service user", "client")
    typed = ("" if yes else "2") + "\n" + "\n" * 7 + "1\n"
    done = policygen("review", first, "--plain", "--as-at", SECOND, "--format", "txt", typed=typed, code=130)
    said = " ".join(done.stdout.split())
    assert said.count("Is it “client” from now on?") == 1
    assert ("Give the word for one person. client 8." in said) == yes
    again = policygen("review", first, "--plain", "--as-at", SECOND, "--format", "txt", typed="1\n", code=130)
    assert "from now on?" not in again.stdout, "the unfinished answers know"

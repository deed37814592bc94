"""Reviews in a row: edits whose clauses come and go, drafts in between, and reviews that were broken off."""

import shutil
from pathlib import Path

import docx
import pytest

from helpers.editions import pack, reviewed, words
from helpers.reviewed import (
    CAR_PARK, ROOT, SECOND, THIRD, ByHand, clauses, edit, newer_library, policygen,
)
from policygen.pack import make
from policygen.pack.merge import sentences_in

pytestmark = pytest.mark.slow
POLICY, BRIEF = "Confidentiality policy.docx", "What has changed.txt"
YEARLY, JEST = " We ask once a year.", " Not even in jest."


def by_hand(folder: Path, *edits: tuple[str, ...]) -> None:
    """Change the policy in Word; each edit is the name of a method of `ByHand` and what it takes."""
    hand = ByHand(folder / POLICY)
    for name, *what in edits:
        getattr(hand, name)(*what)
    hand.save()


def causes(folder: Path) -> dict[str, list[str]]:
    """The kinds of cause of each changed clause of the policy, but for whether it is approved."""
    return {change["clause"]: [kind for kind, _ in change["causes"]] for change in pack(folder)["review"]["changes"]
            if change["document"] == "policy" and change["clause"] != "practice/in-force"}


# ---- edits whose clauses come and go -------------------------------------------------------------------------------


def test_an_edit_waits_while_the_answers_leave_its_clause_out(first):
    by_hand(first, ("add_words", "Equality monitoring", YEARLY))
    without = reviewed(first, SECOND, "monitors_equality=no", formats=("docx",))
    assert "Equality monitoring" not in "\n".join(clauses(without.folder)) and without.decisions_open == ()
    assert causes(without.folder) == {"scope/equality": ["answer"], "scope/asking": ["answer"]}
    assert any("“Equality monitoring” is left out now, and with it what you have changed there by hand." in notice
               for notice in without.notices)
    by_hand(without.folder, ("add_words", "Gossip", JEST))
    still = reviewed(without.folder, "2028-11-21")
    assert not any("by hand" in notice for notice in still.notices), "it was told before"
    again = reviewed(still.folder, "2028-11-22", "monitors_equality=yes").folder
    assert clauses(again)["scope/equality"].endswith(YEARLY) and clauses(again)["never/gossip"].endswith(JEST)
    assert causes(again) == {"scope/equality": ["own"], "never/gossip": ["own"]}
    assert not [clause for clause in clauses(again) if clause.startswith("local/")]


def test_what_was_taken_out_stays_out_when_its_clause_would_return(first):
    by_hand(first, ("delete", "Equality monitoring"))
    without = reviewed(first, SECOND, "monitors_equality=no").folder
    again = reviewed(without, THIRD, "monitors_equality=yes").folder
    assert "scope/equality" not in clauses(again)


def test_edits_come_back_with_the_complete_edition_after_a_short_one(first):
    by_hand(first, ("add_words", "Gossip", JEST), ("delete", "Equality monitoring"),
            ("add_clause", "In the office", "Visitors’ book", "On a loose sheet."))
    stood = reviewed(first, SECOND).folder
    short = reviewed(stood, "2028-11-21", "policy_style=short", formats=("docx",)).folder
    assert "never/gossip" not in clauses(short)
    assert clauses(reviewed(short, "2028-11-22", "policy_style=numbered").folder) == clauses(stood)



NIGHT, GARDEN = " Ring the out-of-hours number too.", "Burn what is no longer needed in the garden."


def sentences_twice(folder: Path, clause: str) -> list[str]:
    """The sentences that a clause of the policy says more than once."""
    found = [sentence.strip() for line in clauses(folder)[clause].split("\n") for sentence in sentences_in(line)]
    return sorted({sentence for sentence in found if found.count(sentence) > 1})


@pytest.mark.parametrize("keep", ["mine", "both", None])
@pytest.mark.parametrize("styles", [("short", "numbered"), ("lettered", "short", "three_level", "short", "numbered")])
def test_what_was_added_to_a_clause_stands_once_in_each_style(first, styles, keep):
    by_hand(first, ("add_words", "Reporting a breach", NIGHT))
    stood = clauses(first)["breaches/report"].replace("the same day.", f"the same day.{NIGHT}", 1)
    at = first
    for year, style in enumerate(styles, 2028):
        made = reviewed(at, f"{year}-11-20", f"policy_style={style}", keep=keep, formats=("docx",))
        at = made.folder
        assert clauses(at)["breaches/report"].count(NIGHT.strip()) == 1 and not sentences_twice(at, "breaches/report")
        assert not [line for line in made.decisions_open if "Reporting" in line]
    assert clauses(at)["breaches/report"] == stood


def test_an_edit_of_a_sentence_that_the_short_edition_lacks_is_asked_about_and_keeps_the_rest_of_its_clause(first):
    by_hand(first, ("replace", "Paper records", "Shred what is no longer needed.", GARDEN))
    stood = clauses(first)["records/paper"].replace("Shred what is no longer needed.", GARDEN)
    short = reviewed(first, SECOND, "policy_style=short", formats=("docx",))
    assert clauses(short.folder)["records/paper"] == (
        f"Paper is kept in a locked cabinet or another locked place, with restricted access. {GARDEN}")
    complete = reviewed(short.folder, THIRD, "policy_style=numbered", formats=("docx",))
    again = reviewed(complete.folder, "2030-11-21", formats=("docx",))
    for made in (complete, again):
        assert clauses(made.folder)["records/paper"] == stood
        assert [entry["clause"] for entry in pack(made.folder)["review"]["undecided"]] == ["records/paper"]
    decided = reviewed(again.folder, "2030-11-22", keep="new", formats=("docx",)).folder
    assert clauses(decided)["records/paper"] == clauses(first)["records/paper"]


def test_a_sentence_that_was_written_anew_is_asked_about_in_each_style_until_somebody_decides(first):
    by_hand(first, ("replace", "Paper records", "Shred what is no longer needed.", "Ask Sam."))
    at = first
    for year, style in enumerate(("short", "lettered", "short", "numbered"), 2028):
        at = reviewed(at, f"{year}-11-20", f"policy_style={style}", formats=("docx",)).folder
        assert clauses(at)["records/paper"].endswith("Ask Sam.") and not sentences_twice(at, "records/paper")
        assert [entry["clause"] for entry in pack(at)["review"]["undecided"]] == ["records/paper"]


def test_a_style_that_may_say_what_was_taken_out_by_hand_is_told(first):
    by_hand(first, ("replace", "Reporting a breach", " They tell the Chief Executive the same day.", ""))
    short = reviewed(first, SECOND, "policy_style=short", formats=("docx",))
    told = [notice for notice in short.notices if "See whether they still say what you took out." in notice]
    assert len(told) == 1 and told[0].startswith("“Reporting a breach”")
    complete = reviewed(short.folder, THIRD, "policy_style=numbered", formats=("docx",))
    assert "the same day" not in clauses(complete.folder)["breaches/report"]
    assert not [notice for notice in complete.notices if "took" in notice]


def test_what_was_decided_about_the_short_edition_is_not_asked_again_but_what_was_given_up_is(first):
    by_hand(first, ("replace", "Paper records", "Shred what is no longer needed.", GARDEN),
            ("add_words", "Paper records", " Ask the caretaker."))
    for keep, open_again in (("mine", []), ("new", ["records/paper"])):
        short = reviewed(first, SECOND, "policy_style=short", keep=keep, formats=("docx",)).folder
        assert (GARDEN in clauses(short)["records/paper"]) == (keep == "mine")
        assert clauses(short)["records/paper"].endswith("Ask the caretaker.")
        complete = reviewed(short, THIRD, "policy_style=numbered", formats=("docx",)).folder
        assert clauses(complete)["records/paper"].endswith(f"{GARDEN} Ask the caretaker.")
        assert [entry["clause"] for entry in pack(complete)["review"]["undecided"]] == open_again
        shutil.rmtree(short), shutil.rmtree(complete)


def test_what_is_changed_in_the_short_edition_is_there_in_the_complete_one_too(first):
    by_hand(first, ("add_words", "Reporting a breach", NIGHT))
    short = reviewed(first, SECOND, "policy_style=short", formats=("docx",)).folder
    file = docx.Document(str(short / POLICY))
    point, = (paragraph for paragraph in file.paragraphs if NIGHT in paragraph.text)
    point.runs[-1].text = point.runs[-1].text.replace(NIGHT.strip(), "Ring 01632 960999 at night.")
    file.save(str(short / POLICY))
    complete = reviewed(short, THIRD, "policy_style=numbered", formats=("docx",)).folder
    said = clauses(complete)["breaches/report"]
    assert said.count("Ring 01632 960999 at night.") == 1 and NIGHT.strip() not in said
    assert said.startswith(clauses(first)["breaches/report"].split("\n")[0])

def test_edits_of_a_form_wait_while_the_form_is_not_made(first):
    form = next((first / "forms").glob("Agreement for access*.docx"))
    hand = ByHand(form)
    paragraph = next(one for one in hand.file.paragraphs if len(one.text) > 80)
    paragraph.runs[-1].text += " Ask before you use a new programme."
    hand.save()
    without = reviewed(first, SECOND, "needs_systems_agreement=no").folder
    assert "systems-access" not in {entry["id"] for entry in pack(without)["documents"]}
    again = reviewed(without, THIRD, "needs_systems_agreement=yes").folder
    assert "Ask before you use a new programme." in "\n".join(clauses(again, "systems-access").values())
    assert not [clause for clause in clauses(again, "systems-access") if clause.startswith("local/")]


# ---- what caused a change ------------------------------------------------------------------------------------------


def test_what_was_edited_again_in_a_draft_is_told_as_an_edit_in_each_one_after(first):
    by_hand(first, ("add_words", "Gossip", JEST), ("add_clause", "In the office", "Visitors’ book",
                                                   "On a loose sheet."))
    approved = reviewed(first, SECOND, f"approved_on={SECOND}", formats=("docx",)).folder
    by_hand(approved, ("replace", "Gossip", "jest", "fun"), ("add_words", "Visitors’ book", " One for each day."))
    draft = reviewed(approved, "2028-11-21").folder
    later = reviewed(draft, "2028-11-22").folder
    assert causes(draft) == causes(later) and set(map(tuple, causes(later).values())) == {("own",)}
    assert len(causes(later)) == 2


def test_wording_that_was_not_taken_is_no_cause(first, tmp_path):
    edit(first / POLICY)
    newer = make.load(ROOT, newer_library(tmp_path))
    second = reviewed(first, SECOND, sources=newer, keep="mine").folder
    assert CAR_PARK in clauses(second)["everyday/conversations"]
    assert causes(second)["everyday/conversations"] == ["own"]
    assert causes(second)["everyday/messages"] == ["wording", "own"], "here both stand"


def test_a_word_that_is_explained_now_comes_with_the_answer_that_brought_it(first):
    second = reviewed(first, SECOND, "victims_service=yes").folder
    assert causes(second)["glossary/domestic-abuse"] == ["answer"]


def test_the_approval_was_given_by_the_body_as_it_was_called_then(first):
    second = reviewed(first, SECOND, "governing_body=Management Committee", "body_member=committee member").folder
    said = words(second / BRIEF)
    assert "whose text the Board of Trustees approved on 21 November 2026" in said
    assert "The Management Committee looked at edition 2" in said.replace("| ", "")


# ---- reviews that were broken off ----------------------------------------------------------------------------------


PARTS = "\n" * 12
"""Enter on each screen: all parts are still right."""
REST = "1\n\n\n\n\nskip\n\n1\n"
"""What ages, but for the agencies; then the pack."""


def ask(folder: Path, typed: str, *more, code: int = 0, day: str = SECOND):
    return policygen("review", folder, "--plain", "--as-at", day, "--format", "txt", *more, typed=typed, code=code)


def elsewhere(first: Path, name: str, words: str) -> Path:
    """A copy of the policy that was edited and lies in another folder."""
    hand = ByHand(first / POLICY)
    hand.add_words("Gossip", words)
    return hand.save(first.parents[1] / name)


def test_a_file_that_was_given_is_known_when_the_same_folder_is_reviewed_again(first):
    ask(first, PARTS + "1\n", "--edited", elsewhere(first, "ours.docx", JEST), code=130)
    ask(first, "1\n" + REST)
    assert clauses(first.with_name(SECOND))["never/gossip"].endswith(JEST)


def test_a_file_that_is_given_when_carrying_on_is_kept_at_once_and_counts_in_the_place_of_an_earlier_one(first):
    ask(first, PARTS + "1\n", "--edited", elsewhere(first, "ours.docx", " First."), code=130)
    done = ask(first, "1\n", "--edited", elsewhere(first, "newer.docx", JEST), code=130)
    assert "ours.docx was given when this review was begun. What you give now counts" in " ".join(done.stdout.split())
    policygen("new", "--plain", "--as-at", SECOND, "--format", "txt", "--to", first.parents[1], typed="1\n" + REST)
    assert clauses(first.with_name(SECOND))["never/gossip"].endswith(JEST)


def test_a_file_that_was_given_and_is_gone_is_named(first):
    file = elsewhere(first, "ours.docx", JEST)
    ask(first, PARTS + "1\n", "--edited", file, code=130)
    file.unlink()
    done = ask(first, "1\n" + REST, code=5)
    assert "ours.docx: this file was given when the review was begun, and is not there any more" in done.stderr
    ask(first, "1\n" + REST, "--edited", elsewhere(first, "again.docx", JEST))
    assert clauses(first.with_name(SECOND))["never/gossip"].endswith(JEST)


def test_the_day_of_the_earlier_approval_is_not_suggested_when_a_review_is_carried_on_with(first):
    ask(first, PARTS + "1\n", code=130)
    done = ask(first, "1\n" + REST, "--set", "file_notice=1 week")
    assert "Suggested: 2026-11-21" not in done.stdout
    assert pack(first.with_name(SECOND))["edition"]["status"] == "draft"


def test_an_unfinished_review_of_an_edition_that_is_no_longer_the_newest_says_so(first):
    ask(first, PARTS + "1\n", code=130)
    policygen("review", first, "--as-at", "2028-11-18", "--no-input", "--format", "txt", "--set", "file_notice=1 week")
    done = ask(first.parent, "1\n" + REST)
    said = " ".join(done.stdout.split())
    assert "The review starts from edition 1 of 21 November 2026" in said
    assert "There is a newer edition, 2028-11-18." in said
    assert pack(first.with_name(SECOND))["review"]["changes"] == []

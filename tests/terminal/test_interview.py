"""The interview in a terminal of 80 by 24: from the first question to the pack, and all that can come between."""

import json
import re
import resource
import signal
from datetime import date
from pathlib import Path

import pytest

from helpers.interviews import (
    CHECK, NAME, begun, draft, draft_path, kept_in, keys, needed, number_of, resumed, to_the_check, unfinished,
)
from helpers.packs import SMALL, save
from helpers import shipped
from helpers.shipped import QUESTIONS
from helpers.terminal import CTRL_C, CTRL_D, CTRL_U, DAY, DOWN, ENTER, ESC, SELECT, TICK, Terminal, UP, asked, squeezed
from policygen.interview.path import QuestionPath
from policygen.library.question import NOT_SURE, Question
from policygen.pack import answers, edition, folders
from policygen.pack.answers import Progress

pytestmark = pytest.mark.terminal

KINDS = [choice.value for choice in QUESTIONS.questions["organisation_kinds"].choices]
NEEDED = shipped.NEEDED | {"organisation_name": "Harbour Street"}


# ---- the whole way -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("depth", "kind"), [("quick", "community_group"), ("quick", "dv_programme"),
                                             ("full", "front_line")])
def test_a_whole_interview_asks_each_question_once_and_whole_and_ends_with_a_pack(start, tmp_path, depth, kind):
    terminal = start(f"--{depth}").expect(NAME)
    order = to_the_check(terminal, {"organisation_kinds": DOWN * KINDS.index(kind) + " " + ENTER})
    terminal.pick("Make the pack")
    assert terminal.ends() == 0
    folder = tmp_path / "out" / "harbour-sons-1" / DAY
    assert terminal.raw.rstrip().endswith(f"\n{folder}")
    kept = kept_in(folder)
    assert (kept["organisation_name"], kept["organisation_kinds"]) == ("Harbour & Sons #1", [kind])
    assert order == needed(kept, depth)
    assert "Harbour & Sons #1" in (folder / "Confidentiality policy.txt").read_text(encoding="utf-8")
    assert [path.name for path in folder.parent.iterdir()] == [DAY]


def left(depth: str, **said) -> str:
    """How many questions are left when this has been said."""
    here = QuestionPath.begin(QUESTIONS, said, date(2026, 11, 20), Progress(depth))
    return f"{len(here.open)} questions left"


def test_without_a_depth_it_is_asked_first(start):
    terminal = start().expect("How many questions do you want to answer?").expect("Only the quick ones")
    terminal.answer(DOWN + ENTER).expect(NAME).expect(left("full"))


def test_how_many_questions_are_left_and_the_parts_follow_the_answers(start):
    terminal = start("--quick").expect(NAME).expect("Part 1 of").expect(left("quick")).answer("Harbour" + ENTER)
    terminal.expect(left("quick", organisation_name="Harbour"))
    terminal.answer(DOWN * KINDS.index("community_group") + " " + ENTER)
    few = left("quick", organisation_name="Harbour", organisation_kinds=["community_group"])
    assert int(few.split()[0]) <= 14
    terminal.expect(few)


def test_what_is_set_on_the_command_line_is_not_asked(start, tmp_path):
    terminal = start("--full", "--set", "organisation_name=Harbour Street", "--set", "organisation_kinds=cic")
    terminal.expect("In which nations").answer(" " + ENTER).expect("» governing body")
    assert draft(tmp_path) == {"organisation_name": "Harbour Street", "organisation_kinds": ["cic"],
                               "nations": ["england"]}


# ---- back and forth ----------------------------------------------------------------------------------------------


def test_back_goes_to_the_answer_before_with_what_was_said_and_asks_nothing_else_again(start, tmp_path):
    terminal = begun(start).answer(" " + ENTER).expect("What is your governing body called")
    terminal.instead("Go back to the question")
    terminal.expect("In which nations").expect("● England").instead("Go back to the question")
    terminal.expect("● A front-line")
    terminal.answer(ENTER).expect("What is your governing body called")
    assert draft(tmp_path)["organisation_kinds"] == ["front_line"]


def test_any_earlier_answer_can_be_gone_to_and_changed(start, tmp_path):
    terminal = begun(start).answer(" " + ENTER).expect("What is your governing body called")
    terminal.instead("Go back to any earlier")
    terminal.expect("In which nations of the UK do you work? England").expect("Which of these describe you?")
    terminal.pick("What is your organisation called? Harbour Street").expect(NAME).expect("> Harbour Street")
    terminal.answer(CTRL_U + "Harbour House" + ENTER).expect("What is your governing body called")
    assert next(iter(draft(tmp_path, "harbour-house").values())) == "Harbour House"


def test_the_first_question_has_nothing_before_it_and_cannot_be_skipped(start):
    terminal = start("--quick").expect(NAME).answer(ESC).expect("Return to the question")
    assert "Go back" not in terminal.shown and "Skip" not in terminal.shown and "Not sure" not in terminal.shown
    terminal.pick("Return to the question").expect(NAME)


def test_what_is_skipped_is_offered_at_the_end_and_then_asked(start, tmp_path):
    unfinished(tmp_path, contact_phone=None, breach_review=None)
    terminal = resumed(start).expect("How often is the record").instead("Skip this for now")
    terminal.expect("On which telephone number")
    terminal.instead("Skip this for now").expect(CHECK).expect("Answer what you skipped (2)")
    terminal.expect("It is a draft with gaps, since these have no answer: On which telephone number")
    assert "(skipped; until then: 6 months)" in terminal.printed
    again = restarted(terminal, start).expect(CHECK).pick("Answer what you skipped").expect("How often is the record")
    again.answer(ENTER).expect("On which telephone number").answer("01632 960000" + ENTER).expect(CHECK)
    assert "skipped" not in again.shown


def restarted(terminal: Terminal, start) -> Terminal:
    """The interview, left by Ctrl-C and carried on with."""
    terminal.child.send(CTRL_C)
    assert terminal.ends() == 130
    return resumed(start)


def test_a_pack_with_a_gap_is_a_draft(start, tmp_path):
    unfinished(tmp_path, contact_phone=None, approved_on=None)
    terminal = resumed(start).expect("On which telephone")
    terminal.instead("Not sure").expect(CHECK)
    assert "There is no careful answer that could stand in for this one. It is left open for now" in terminal.printed
    terminal.pick("Make the pack")
    assert terminal.ends() == 0
    pack = json.loads((tmp_path / "out" / "harbour-street" / DAY / "pack.json").read_text())
    assert [item["question"] for item in pack["decisions_open"]] == ["contact_phone"]
    assert pack["edition"]["status"] == "draft"


def test_not_sure_is_an_answer_where_something_careful_can_stand_in_and_leaves_the_policy_a_draft(start, tmp_path):
    unfinished(tmp_path, team_sharing=None, has_premises=None, approved_on=None)
    terminal = resumed(start).expect("Who in your team may know")
    terminal.pick("Not sure (until it is decided: only those who need it").expect("Do you run premises")
    terminal.instead("Not sure").expect(CHECK).expect("It is a draft: 2 answers “not sure”")
    assert "On which date was the policy approved" not in terminal.raw
    assert "Not sure; until it is decided: Only those who need it" in terminal.printed
    terminal.pick("Make the pack")
    assert terminal.ends() == 0
    folder = tmp_path / "out" / "harbour-street" / DAY
    kept = answers.read_answers(folder / "answers.yaml", QUESTIONS)
    assert kept["has_premises"] is kept["team_sharing"] is NOT_SURE
    decisions = squeezed((folder / "Decisions for trustees.txt").read_text(encoding="utf-8"))
    assert "Do you run premises that people visit?" in decisions and "Who in your team may know" in decisions


def test_not_sure_leaves_open_what_nothing_can_stand_in_for_and_keeps_a_suggestion(start):
    terminal = begun(start).instead("Not sure").expect("There is no careful answer that could stand in for this one.")
    terminal.expect("It is left open for now").expect("What is your governing body called").instead("Not sure")
    terminal.expect("until then, the suggestion stands: governing body").expect("one member of the governing body")


def test_enter_alone_answers_no_fact_and_says_what_to_do(start, tmp_path):
    unfinished(tmp_path, has_premises=None, data_stores=None)
    terminal = resumed(start).expect("Tick the rows that are true of you").send(ENTER)
    terminal.expect("Tick at least one, with the space bar.").answer(" " + ENTER).expect("1. Shared cloud drive")
    terminal.answer(ENTER).expect("» (nothing chosen yet)").send(ENTER)
    terminal.expect("Go to your answer with the arrow keys first").expect("» (nothing chosen yet)")
    assert "has_premises" not in draft(tmp_path)
    terminal.pick("Not sure (until it is decided: the pack states nothing that rests on it)").expect(CHECK)
    assert draft(tmp_path)["has_premises"] is NOT_SURE


def test_why_and_an_example_are_shown_and_the_question_comes_again(start):
    terminal = begun(start).answer(" " + ENTER).expect("What is your governing body called")
    terminal.instead("Why is this asked").expect("Why this is asked The governing body approves the policy")
    terminal.expect("Your word is used throughout the documents.").expect("» governing body")
    terminal.instead("Show an example").expect("For example: Board of Trustees; Directors; Management Committee")
    terminal.expect("» governing body")


def test_save_and_leave_says_where_the_answers_are(start, tmp_path):
    begun(start).instead("Save and leave").expect("Stopped. Your answers are kept in")
    assert len(draft(tmp_path)) == 2


def test_from_quick_to_all_questions_nothing_is_asked_twice(start, tmp_path):
    here = QuestionPath.begin(QUESTIONS, NEEDED | {"deputy_role": "deputy"}, date(2026, 11, 20), Progress("quick"))
    quick = {question.id: here.values[question.id] for question in here.asked}
    others = [question.id for question in here.not_asked]
    said = quick | {name: here.values[name] for name in others[3:-2]}
    folders.replace_files({draft_path(tmp_path): answers.as_text(QUESTIONS, said, progress=Progress("quick")).encode()})
    terminal = resumed(start).expect(CHECK).pick("Answer the other questions too (5)")
    assert to_the_check(terminal) == [*others[:3], *others[-2:]]
    found, progress = answers.read_draft(draft_path(tmp_path), QUESTIONS)
    assert progress.depth == "full" and found == found | said and set(found) == {*quick, *others}


def test_all_questions_can_be_wanted_in_the_middle(start, tmp_path):
    unfinished(tmp_path, Progress("quick"), nations=None, body_member=None)
    terminal = resumed(start).expect("In which nations").instead("Answer all questions")
    terminal.answer(" " + ENTER).expect("What do you call one member of the governing body").answer(ESC)
    terminal.expect("Save and leave")
    assert "Answer all questions" not in "\n".join(terminal.screen.display).rpartition("Choose one")[2]


# ---- what an answer changes --------------------------------------------------------------------------------------


def test_another_kind_offers_other_suggestions_for_answers_that_were_suggested(start, tmp_path):
    terminal = begun(start, "quick").answer(" " + ENTER).expect("» governing body").answer(ENTER)
    terminal.expect("Who works for you").answer(" " + ENTER).expect("» service user").answer(ENTER)
    terminal.instead("Go back to any earlier").pick("Which of these describe you?").expect("● A front-line")
    terminal.answer(" " + DOWN * KINDS.index("cic") + " " + ENTER).expect("other answers would be suggested:")
    terminal.expect("client (now: service user)").pick("Take the new suggestions").expect("Who decides whether")
    assert draft(tmp_path)["user_term"] == "client"


def test_ones_own_answers_can_be_left_as_they_are_when_others_would_be_suggested(start, tmp_path):
    terminal = begun(start, "quick").answer(" " + ENTER).expect("» governing body").answer(ENTER)
    terminal.expect("Who works for you").answer(" " + ENTER).expect("» service user").answer(ENTER)
    terminal.instead("Go back to any earlier").pick("Which of these describe you?").expect("● A front-line")
    terminal.answer(" " + DOWN * KINDS.index("cic") + " " + ENTER).pick("Leave my answers as they are")
    terminal.expect("Who decides whether")
    assert draft(tmp_path)["user_term"] == "service user"


def test_an_answer_that_no_longer_applies_is_told_and_kept_and_comes_back(start, tmp_path):
    said = unfinished(tmp_path, shares_with_agencies=True, agencies_on_site=False)
    terminal = resumed(start).expect(CHECK)
    for option, words in ((DOWN, "No longer asked: Which agencies do you share"),
                          (UP, "Applies again, with your answer from before: Which agencies do you share")):
        terminal.pick("Change an answer").answer(number_of("shares_with_agencies", said) + ENTER)
        terminal.expect("refer people")
        terminal.answer(option + ENTER).expect(CHECK)
        assert words in terminal.printed
    assert draft(tmp_path)["agencies"] == said["agencies"]
    assert "Your answer is kept in case it applies again." in terminal.printed


def test_a_choice_that_is_no_longer_offered_is_asked_again(start, tmp_path):
    said = unfinished(tmp_path, workers=["staff", "volunteers"], about_people=["users", "employees"])
    terminal = resumed(start).expect(CHECK).pick("Change an answer").answer(number_of("workers", said) + ENTER)
    terminal.expect("Who works for you").answer(" " + ENTER)
    terminal.expect("Has to be asked again, since what you chose is no longer offered: Whom do you hold information")
    terminal.expect("● The people who use your service")
    assert "Employees" not in terminal.shown
    terminal.answer(ENTER).expect(CHECK)
    assert draft(tmp_path)["about_people"] == ["users"]


# ---- the check ---------------------------------------------------------------------------------------------------


def test_the_check_shows_all_answers_by_part_and_changes_one_by_its_number(start, tmp_path):
    said = unfinished(tmp_path)
    terminal = resumed(start).expect(CHECK)
    shown = terminal.printed
    for number, name in enumerate(needed(said, "full"), 1):
        assert f" {number}. {squeezed(QUESTIONS.questions[name].ask)}" in shown
    assert all(part.title in shown for part in QUESTIONS.parts)
    assert "A policy of" in terminal.shown and "> Because you" in terminal.shown
    terminal.pick("Change an answer").send("0" + ENTER)
    terminal.expect(f"Please type a number from 1 to {len(needed(said, 'full'))}")
    terminal.answer(CTRL_U + number_of("review_years", said) + ENTER).expect("How many years until the next review?")
    terminal.answer(CTRL_U + "3" + ENTER).expect(CHECK).expect("The next review is more than two years away.")
    terminal.expect(f"(answer {number_of('review_years', said)})")
    assert draft(tmp_path)["review_years"] == 3


def test_the_check_goes_page_by_page_each_whole_on_the_screen_with_the_numbers_to_type(start, tmp_path):
    said = unfinished(tmp_path)
    terminal = start().expect("Carry on: Harbour Street (")
    terminal.stops_at_pages, seen = True, []
    terminal.answer(ENTER)
    while terminal.on_a_page:
        *_, page = " ".join(terminal.screen.display).rpartition("Check your answers, ")
        seen += re.findall(r" (\d+)\. ", page)
        terminal.answer(ENTER)
    assert seen == [str(number) for number, _ in enumerate(needed(said, "full"), 1)]
    terminal.expect(CHECK).pick("Look through all answers").answer(ENTER).answer(ENTER)
    third = terminal.expect("Check your answers, 3 of").shown.rpartition("Check your answers, ")[2]
    terminal.instead("Go back a page").expect("Check your answers, 2 of").answer(ENTER)
    terminal.send("99" + ENTER).expect("Please type a number from 1 to")
    terminal.answer(CTRL_U + re.search(r"of \d+: .*? (\d+)\. ", third)[1] + ENTER)
    terminal.answer(ENTER).expect("Check your answers, 3 of")
    terminal.instead("Go on to what this makes").expect(CHECK)


def test_what_somebody_changed_in_the_check_is_marked_and_listed_with_what_it_was(start, tmp_path):
    said = unfinished(tmp_path, review_years=2)
    number = number_of("review_years", said)
    terminal = start().expect("Carry on: Harbour Street (")
    terminal.stops_at_pages = True
    terminal.answer(ENTER).answer(number + ENTER).expect("How many years until the next review?")
    terminal.answer(CTRL_U + "1" + ENTER).expect("1 (changed; before: 2)")
    terminal.instead("Go on to what this makes").expect(CHECK)
    terminal.expect(f"What you have changed {number}. How many years until the next review? 1 (before: 2)")


def test_an_approved_policy_with_something_undecided_is_refused_with_the_list_until_it_is_decided(start, tmp_path):
    said = unfinished(tmp_path, team_sharing=NOT_SURE, has_premises=NOT_SURE, approved_on=date(2026, 11, 1))
    terminal = resumed(start).expect("The pack cannot be made yet").expect(CHECK)
    terminal.expect("`team_sharing` is still “not sure”").expect("`has_premises` is still “not sure”")
    assert "Make the pack" not in terminal.shown
    terminal.pick("Change an answer").answer(number_of("team_sharing", said) + ENTER).answer(UP + ENTER).expect(CHECK)
    assert "Make the pack" not in terminal.shown and "`team_sharing`" not in terminal.shown
    terminal.pick("Change an answer").answer(number_of("approved_on", said) + ENTER).expect("On which date")
    terminal.answer(CTRL_U + ENTER).expect(CHECK).expect("It is a draft: 1 answer “not sure”").expect("Make the pack")


# ---- stopping and carrying on ------------------------------------------------------------------------------------


class Stopped:
    """A quick interview that is stopped at each question, and carried on with."""

    def __init__(self, start, folder: Path, stop: signal.Signals):
        self.begin, self.stop = lambda: start("--quick", "--to", str(folder)), stop
        self.path = folder / "harbour-sons-1" / "answers.draft.yaml"
        self.order: list[str] = []
        self.terminal = self.begin()

    def interrupt(self) -> None:
        """Stop, and start again."""
        kept = self.path.read_bytes() if self.order else b""
        if self.stop is signal.SIGINT:
            self.terminal.child.send(CTRL_C)
        else:
            self.terminal.child.kill(self.stop)
        assert self.terminal.ends() == (130 if self.stop is signal.SIGINT else -9)
        if self.order:
            assert self.path.read_bytes() == kept and list(answers.read_answers(self.path, QUESTIONS)) == self.order
        self.terminal = self.begin()

    def carry_on(self, question: Question) -> None:
        """Land on the same question again, and answer it."""
        if self.order:
            self.terminal.expect("Carry on: Harbour & Sons #1 (").answer(ENTER)
        assert asked(self.terminal.expect(squeezed(question.ask)).shown) == question
        self.order.append(question.id)
        self.terminal.answer(keys(question, {}))
        if question.offers:
            self.terminal.expect("This list is right").answer(ENTER)


def test_neither_ctrl_c_nor_a_kill_at_any_question_loses_an_answer_or_asks_one_twice(start, tmp_path):
    both = [Stopped(start, tmp_path / stop.name, stop) for stop in (signal.SIGINT, signal.SIGKILL)]
    for one in both:
        one.terminal.expect(NAME)
    while CHECK not in both[0].terminal.shown:
        question = asked(both[0].terminal.shown)
        for one in both:  # side by side, since starting takes the time
            one.interrupt()
        for one in both:
            one.carry_on(question)
    for one in both:
        one.terminal.expect(CHECK)
        said = answers.read_answers(one.path, QUESTIONS)
        assert one.order == needed(dict(answers.complete(QUESTIONS, said, "").values), "quick")


@pytest.mark.parametrize("key", [CTRL_C, CTRL_D], ids=["Ctrl-C", "Ctrl-D"])
def test_stopping_at_the_first_question_leaves_nothing_behind(start, tmp_path, key):
    terminal = start("--quick").expect(NAME)
    terminal.until(lambda: terminal.prompt == ">", "the line to write on")  # before that, the terminal takes keys
    terminal.type("Harb", key)
    assert terminal.ends() == 130
    assert terminal.shown.endswith("Stopped.")
    assert not (tmp_path / "out").exists()


def test_stopping_before_anything_was_answered_says_nothing_of_kept_answers(start, tmp_path):
    terminal = start("--quick", "--set", "organisation_name=Harbour Street").expect("Which of these describe you?")
    terminal.child.send(CTRL_C)
    assert terminal.ends() == 130
    assert "Your answers are kept in" not in terminal.raw and not draft_path(tmp_path).exists()


@pytest.mark.parametrize("prompt", [TICK, SELECT, ">"])
def test_ctrl_d_stops_like_ctrl_c_at_every_kind_of_prompt(start, tmp_path, prompt):
    terminal = begun(start)
    while terminal.prompt != prompt:
        terminal.answer(" " + ENTER)
    terminal.child.send(CTRL_D)
    assert terminal.ends() == 130
    assert f"Your answers are kept in {draft_path(tmp_path)} Start again to carry on: policygen" in terminal.printed


def test_a_terminal_that_is_closed_loses_no_answer(start, tmp_path):
    terminal = begun(start).answer(" " + ENTER)
    terminal.child.close(force=False)  # the program hears of it by SIGHUP
    assert not terminal.child.isalive()
    assert list(draft(tmp_path)) == ["organisation_name", "organisation_kinds", "nations"]
    resumed(start).expect("What is your governing body called")


def test_after_a_change_somebody_carries_on_where_they_were_and_the_draft_is_gone_at_the_end(start, tmp_path):
    unfinished(tmp_path, contact_phone=None)
    terminal = resumed(start).expect("On which telephone number").answer("01632 960000" + ENTER).pick("Make the pack")
    assert terminal.ends() == 0
    folder = tmp_path / "out" / "harbour-street"
    assert [path.name for path in folder.iterdir()] == [DAY]


def test_comments_that_somebody_adds_to_the_draft_survive_in_the_draft_and_in_the_pack(start, tmp_path):
    unfinished(tmp_path, contact_phone=None, contact_email=None)
    text = draft_path(tmp_path).read_text().replace("nations:", "# ask Ann about Wales\nnations:")
    draft_path(tmp_path).write_text(text + "\n# the end is mine\n")
    terminal = resumed(start).expect("At which e-mail address").answer("a@harbour.example" + ENTER)
    terminal.expect("On which telephone number")
    assert {"# ask Ann about Wales", "# the end is mine"} <= set(draft_path(tmp_path).read_text().split("\n"))
    terminal.answer("01632 960000" + ENTER).pick("Make the pack")
    assert terminal.ends() == 0
    kept = (tmp_path / "out" / "harbour-street" / DAY / "answers.yaml").read_text().split("\n")
    assert {"# ask Ann about Wales", "# the end is mine"} <= set(kept)


# ---- names, drafts of others, and other windows ------------------------------------------------------------------


def test_a_draft_of_another_organisation_can_be_left_alone(start, tmp_path):
    unfinished(tmp_path)
    terminal = start("--quick").expect("Carry on: Harbour Street").pick("Start with another organisation")
    terminal.expect(NAME)
    terminal.answer("Other House" + ENTER).expect("Which of these describe you?").child.send(CTRL_C)
    assert terminal.ends() == 130
    start().expect("Carry on: Harbour Street (").expect("Carry on: Other House (1 of")


@pytest.mark.parametrize(("choice", "then", "count"), [
    ("Carry on", "In which nations", 2), ("Begin again", "Which of these describe you?", 1)])
def test_the_name_of_an_unfinished_organisation_offers_its_answers_before_they_are_overwritten(
        start, tmp_path, choice, then, count):
    begun(start).child.send(CTRL_C)
    terminal = start("--full").expect("Carry on").answer(DOWN + ENTER).expect(NAME)
    terminal.answer("Harbour Street" + ENTER).expect("Begin again, and throw the unfinished answers away")
    assert len(draft(tmp_path)) == 2
    terminal.pick(choice).expect(then)
    assert len(draft(tmp_path)) == count


def test_a_name_from_the_command_line_offers_its_unfinished_answers_too(start, tmp_path):
    begun(start).child.send(CTRL_C)
    start("--set", "organisation_name=Harbour Street").expect("Carry on: Harbour Street (2 of").answer(ENTER).expect(
        "In which nations")


def renaming(start) -> Terminal:
    """An interview that is asked for its organisation's name again."""
    return begun(start).instead("Go back to any earlier").pick(NAME).expect("> Harbour Street")


def test_another_name_moves_the_draft_and_leaves_nothing_behind(start, tmp_path):
    terminal = renaming(start).answer(CTRL_U + "Harbour House" + ENTER).expect("In which nations")
    assert draft(tmp_path, "harbour-house") == {"organisation_name": "Harbour House",
                                                "organisation_kinds": ["front_line"]}
    assert not draft_path(tmp_path).parent.exists()
    terminal.answer(" " + ENTER).expect("What is your governing body")
    assert len(draft(tmp_path, "harbour-house")) == 3


def test_the_name_of_another_unfinished_organisation_loses_neither_answers(start, tmp_path):
    unfinished(tmp_path)
    draft_path(tmp_path).parent.rename(tmp_path / "out" / "harbour-house")
    path = draft_path(tmp_path, "harbour-house")
    path.write_text(path.read_text().replace("Harbour Street", "Harbour House"))
    other = path.read_bytes()
    terminal = start("--full").expect("Carry on").answer(DOWN + ENTER).expect(NAME).answer("Harbour Street" + ENTER)
    terminal.answer(" " + ENTER).expect("In which nations").instead("Go back to any earlier").pick(NAME)
    terminal.answer(CTRL_U + "Harbour House" + ENTER).expect("There are unfinished answers for it.")
    terminal.child.kill(signal.SIGKILL)
    assert terminal.ends() == -9
    assert len(draft(tmp_path)) == 2 and path.read_bytes() == other
    again = start().pick("Carry on: Harbour Street").instead("Go back to any earlier").pick(NAME)
    again.answer(CTRL_U + "Harbour House" + ENTER).pick("Carry on").expect(CHECK)
    assert len(draft(tmp_path)) == 2 and path.read_bytes() == other


def test_a_name_whose_folder_is_anothers_is_refused_and_the_name_stays_as_it_was(start, tmp_path):
    (tmp_path / "out" / "harbour-house").mkdir(parents=True)
    draft_path(tmp_path, "harbour-house").write_text("nations: [englnd]\n")
    terminal = start("--full").expect(NAME).answer("Harbour Street" + ENTER).answer(" " + ENTER)
    terminal.expect("In which nations")
    terminal.instead("Go back to any earlier").pick(NAME).answer(CTRL_U + "Harbour House" + ENTER)
    terminal.expect("The name stays as it was.").expect("> Harbour Street")
    assert draft(tmp_path)["organisation_name"] == "Harbour Street"


def test_a_second_window_on_the_same_draft_is_told_and_the_first_goes_on(start, menu, tmp_path):
    first = begun(start)
    for second in (start("--quick").expect(NAME), menu()):
        assert "The questions about “Harbour Street” are open in another window" in second.shown
        assert "Carry on:" not in second.shown and "Delete the unfinished" not in second.shown
    named = start("--quick").expect(NAME)
    named.child.send("Harbour Street" + ENTER)
    assert named.ends() == 5
    assert "the questions about “Harbour Street” are open in another window" in squeezed(named.raw)
    first.answer(" " + ENTER).expect("What is your governing body called")
    assert len(draft(tmp_path)) == 3
    first.child.send(CTRL_C)
    assert first.ends() == 130
    assert "another window" not in start().expect("Carry on: Harbour Street (3 of").shown


# ---- a machine that cannot -----------------------------------------------------------------------------------------


def test_a_full_disk_is_told_the_earlier_answers_stay_and_trying_again_works(start, tmp_path):
    terminal = begun(start)
    before = draft_path(tmp_path).read_bytes()
    # no file of the program can grow beyond this, as on a disk that is full; a terminal is no file
    resource.prlimit(terminal.child.pid, resource.RLIMIT_FSIZE, (len(before), resource.RLIM_INFINITY))
    terminal.answer(" " + ENTER).expect("This answer could not be kept; those before it are safe.")
    terminal.expect("cannot write here")
    assert draft_path(tmp_path).read_bytes() == before
    assert [path.name for path in draft_path(tmp_path).parent.iterdir()] == ["answers.draft.yaml"]
    terminal.pick("Try again").expect("This answer could not be kept")
    resource.prlimit(terminal.child.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    terminal.pick("Try again").expect("What is your governing body called")
    assert draft(tmp_path)["nations"] == ["england"]


def test_somebody_who_cannot_make_room_leaves_with_all_answers_but_the_last(start, tmp_path):
    terminal = begun(start)
    before = draft_path(tmp_path).read_bytes()
    resource.prlimit(terminal.child.pid, resource.RLIMIT_FSIZE, (len(before), resource.RLIM_INFINITY))
    terminal.answer(" " + ENTER).pick("Leave; this answer is lost")
    assert terminal.ends() == 5
    assert draft_path(tmp_path).read_bytes() == before


def test_a_full_disk_while_the_name_changes_keeps_the_answers_under_the_old_one(start, tmp_path):
    terminal = renaming(start)
    before = draft_path(tmp_path).read_bytes()
    resource.prlimit(terminal.child.pid, resource.RLIMIT_FSIZE, (10, resource.RLIM_INFINITY))
    terminal.answer(CTRL_U + "Harbour House" + ENTER).expect("those before it are safe").pick("Leave")
    assert terminal.ends() == 5
    assert draft_path(tmp_path).read_bytes() == before
    resumed(start).expect("In which nations")


def test_a_pack_that_cannot_be_written_loses_no_answer_and_says_so(start, tmp_path):
    (tmp_path / "out" / ".harbour-street.lock").mkdir(parents=True)
    unfinished(tmp_path, contact_phone=None)
    terminal = resumed(start).expect("On which telephone number").answer("01632 960000" + ENTER).pick("Make the pack")
    assert terminal.ends() == 5
    assert (f"Your answers are kept in {draft_path(tmp_path)} Carry on with them once that is mended."
            in terminal.printed)
    assert draft(tmp_path)["contact_phone"] == "01632 960000"


def test_stopping_while_the_pack_is_made_keeps_the_answers_and_makes_no_pack(start, tmp_path):
    unfinished(tmp_path)
    terminal = resumed(start).expect(CHECK)
    with edition.reserved_folder(tmp_path / "out", "Harbour Street", date(2026, 11, 20)):
        terminal.child.send(ENTER)
        terminal.until(lambda: terminal.works, "the pack being made")
        terminal.child.send(CTRL_C)
        assert terminal.ends() == 130
    assert f"Your answers are kept in {draft_path(tmp_path)} Start again to carry on: policygen" in terminal.printed
    assert [path.name for path in draft_path(tmp_path).parent.iterdir()] == ["answers.draft.yaml"]


def test_a_draft_broken_by_hand_is_told_with_its_line_and_never_overwritten(start, menu, tmp_path):
    draft_path(tmp_path).parent.mkdir(parents=True)
    draft_path(tmp_path).write_text("organisation_name: Harbour Street\nnations: [englnd]\n")
    menu().expect("nations: `englnd`").expect("cannot be carried on with until that is mended.")
    terminal = start("--quick").expect(NAME)
    assert "nations: `englnd`" in terminal.shown and "cannot be carried on with" in terminal.shown
    terminal.child.send("Harbour Street" + ENTER)
    assert terminal.ends() == 5
    assert "Correct the lines above, or delete the file to begin again." in terminal.shown
    assert draft_path(tmp_path).read_text() == "organisation_name: Harbour Street\nnations: [englnd]\n"


def test_a_folder_of_another_organisation_is_refused_at_once_and_not_at_the_end(start, tmp_path):
    save(tmp_path / "out" / "harbour-street" / "2026-01-01", SMALL | {"organisation": "Harbour, Street"})
    terminal = start("--quick").expect(NAME)
    terminal.child.send("Harbour Street" + ENTER)
    assert terminal.ends() == 5
    assert "this folder holds the editions of “Harbour, Street”" in terminal.shown
    assert not draft_path(tmp_path).exists()


def test_a_file_for_a_folder_is_refused_at_the_first_answer(start, tmp_path):
    (tmp_path / "out").write_text("mine")
    terminal = start("--quick").expect(NAME)
    terminal.child.send("Harbour Street" + ENTER)
    assert terminal.ends() == 5
    assert f"{tmp_path / 'out'}: this is a file, and a folder is needed" in terminal.printed
    assert (tmp_path / "out").read_text() == "mine"


def test_a_day_of_approval_that_has_not_come_yet_is_refused_at_once_and_also_in_an_old_draft(start, tmp_path):
    unfinished(tmp_path, approved_on=date(2026, 11, 21))
    terminal = resumed(start).expect("On which date was the policy approved?")
    terminal.expect("> 21 November 2026").send(ENTER).expect(
        "21 November 2026 is after 20 November 2026, the date")
    terminal.answer(CTRL_U + "2026-11-20" + ENTER).expect(CHECK)
    assert draft(tmp_path)["approved_on"] == date(2026, 11, 20)

"""The way through the questions: each step on a small questionnaire, and random paths over three."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from helpers import strategies
from helpers import tiny
from helpers.shipped import NEEDED, QUESTIONS, SOURCES
from policygen.interview.path import QuestionPath, effects
from policygen.library import questionnaire
from policygen.library.question import NOT_SURE
from policygen.library.questionnaire import Questionnaire
from policygen.model.problems import AnswersError, Place
from policygen.pack import answers, make
from policygen.pack.answers import Attempt, Progress

TINY = tiny.questions()
DAY = date(2026, 11, 20)
STABLE = settings(deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck),
                  phases=[Phase.generate])  # to make a failing path shorter takes minutes
TEXT = """
questionnaire: steps
version: "1"
parts:
  - id: first
    title: First
    questions:
      - {id: name, asks: practice, ask: Name?, depth: quick}
      - {id: small, asks: practice,
          ask: Small?, depth: quick, type: yes_no, default: false, says: it is small, otherwise: it is big}
      - {id: files, asks: practice,
          ask: Files?, depth: quick, type: yes_no, default_from: not small, says: files, otherwise: none,
         unsure: true}
      - {id: notice, asks: practice, ask: Notice?, depth: quick, when: files, type: period, default: 1 day}
      - {id: boss, asks: practice,
          ask: Boss?, depth: quick, quick_when: not small, default_from: '"chair" if small else "head"'}
  - id: second
    title: Second
    questions:
      - id: shelf
        ask: Which shelf?
        asks: practice
        type: choice
        choices: [{value: paper, label: Paper, when: files}, {value: cloud, label: Cloud}]
        default_from: '"paper" if files else "cloud"'
      - id: kinds
        ask: Which kinds?
        asks: practice
        type: choices
        choices: [{value: a, label: A}, {value: b, label: B, when: not small}]
        other: true
        default: [a]
        unsure: [a]
      - id: places
        ask: Where?
        asks: practice
        type: table
        columns: [{id: what, label: What, type: text}]
        default: [{what: desk}]
      - {id: approved_on, asks: practice, ask: Approved when?, type: date, required: false, depth: quick}
facts: {}
"""


@pytest.fixture(scope="module")
def steps(tmp_path_factory) -> Questionnaire:
    path = tmp_path_factory.mktemp("steps") / "steps.yaml"
    path.write_text(TEXT, encoding="utf-8")
    return questionnaire.load(path)


def begun(questions: Questionnaire, depth: str = "full", *, later=(), unfinished=(), **said) -> QuestionPath:
    return QuestionPath.begin(questions, said, DAY, Progress(depth, later, unfinished))


def ids(questions) -> list[str]:
    return [question.id for question in questions]


def answered(here: QuestionPath, *values) -> QuestionPath:
    for value in values:
        here = here.answer(value)
    return here


# ---- where it begins ---------------------------------------------------------------------------------------------


def test_it_begins_at_the_first_question_without_an_answer_and_ends_at_the_check(steps):
    assert begun(steps).at == "name" and begun(steps, name="N", small=False).at == "files"
    assert begun(steps, name="N", files=False).at == "small"
    here = answered(begun(steps, "quick"), "N", False, True, "1 day", "head")
    assert here.at == "" and here.open == () and here.answered == len(here.asked) == 5


def test_a_resumed_path_passes_over_what_was_skipped_and_begins_at_the_check_if_nothing_else_is_open(steps):
    assert begun(steps, later=("name", "small")).at == "files"
    here = begun(steps, "quick", later=("small",), name="N", files=False, boss="head")
    assert here.at == "" and ids(here.open) == ["small"]


def test_progress_is_what_was_resumed(steps):
    here = begun(steps, "quick", later=("small",), unfinished=("places",), places=[{"what": "box"}])
    assert here.progress == Progress("quick", ("small",), ("places",))
    assert begun(steps).progress == Progress("full")


# ---- what is asked -----------------------------------------------------------------------------------------------


def test_quick_asks_what_is_quick_for_this_organisation_and_the_rest_is_untouched(steps):
    here = begun(steps, "quick", name="N", small=True)
    assert ids(here.asked) == ["name", "small", "files"]
    assert ids(here.not_asked) == ["boss", "shelf", "kinds", "places"]
    big = begun(steps, "quick", name="N", small=False)
    assert ids(big.asked) == ["name", "small", "files", "notice", "boss"]
    everything = [name for name in steps.questions if name != "approved_on"]
    assert ids(begun(steps).asked) == everything and begun(steps).not_asked == ()


def test_quick_asks_also_what_has_been_answered_before(steps):
    here = begun(steps, "quick", name="N", small=True, kinds=["a"])
    assert "kinds" in ids(here.asked) and "kinds" not in ids(here.not_asked)


def test_parts_are_those_that_have_something_to_ask(steps):
    assert ids(begun(steps).parts) == ["first", "second"]
    assert ids(begun(steps, "quick", files=NOT_SURE).parts) == ["first"]


@pytest.mark.parametrize("said", [{}, {"files": NOT_SURE}, {"files": True}, {"approved_on": ""}])
def test_nobody_is_asked_for_a_day_of_approval_because_the_text_does_not_exist_yet(steps, said):
    for depth in ("quick", "full"):
        assert "approved_on" not in ids(begun(steps, depth, **said).asked)
        assert "approved_on" not in ids(begun(steps, depth, **said).not_asked)


def test_a_day_of_approval_that_was_given_stays_in_sight_so_that_it_can_be_taken_back(steps):
    here = begun(steps, files=NOT_SURE, approved_on=DAY)
    assert "approved_on" in ids(here.asked) and here.values["approved_on"] == DAY


def test_not_sure_about_a_question_that_does_not_apply_decides_nothing(steps):
    assert begun(steps, files=False, notice=NOT_SURE).unsure == ()
    assert ids(begun(steps, files=NOT_SURE).unsure) == ["files"]


def test_a_day_that_has_not_come_yet_is_asked_for_again(steps):
    assert "approved_on" in ids(begun(steps, approved_on=DAY + timedelta(1)).open)
    assert "approved_on" not in ids(begun(steps, approved_on=DAY).open)


# ---- values and suggestions --------------------------------------------------------------------------------------


def test_values_are_what_was_said_or_is_protective_or_suggested_and_empty_where_nothing_is_asked(steps):
    here = begun(steps, name="N", files=NOT_SURE, shelf="cloud")
    assert here.values | {"files": True, "shelf": "cloud", "boss": "head", "notice": "1 day"} == here.values
    without = begun(steps, name="N", files=False, notice="9 days")
    assert without.values["notice"] == "" and without.said["notice"] == "9 days"


def test_an_answer_that_is_no_longer_offered_is_not_used_and_asked_again(steps):
    here = begun(steps, name="N", small=False, files=False, shelf="paper")
    assert here.values["shelf"] == "cloud" and "shelf" in ids(here.open)


def test_enter_alone_takes_what_was_said_as_far_as_it_still_fits_else_the_suggestion(steps):
    here = begun(steps, name="N", small=True, kinds=["a", "b", "own"], shelf="cloud", boss="Ann")
    suggested = {name: here.suggestion(question) for name, question in steps.questions.items()}
    assert suggested == suggested | {"kinds": ["a", "own"], "shelf": "cloud", "boss": "Ann", "files": False}
    assert suggested["approved_on"] is None


def test_not_sure_is_suggested_again_only_where_it_is_one_of_the_choices(steps):
    here = begun(steps, files=NOT_SURE, kinds=NOT_SURE)
    assert here.suggestion(steps.questions["files"]) is NOT_SURE
    assert here.suggestion(steps.questions["kinds"]) == ["a"]


# ---- steps -------------------------------------------------------------------------------------------------------


def test_an_answer_leads_to_the_next_open_question_and_from_the_last_one_to_the_first_that_was_passed_over(steps):
    here = begun(steps).go_to("boss")
    here = here.answer("head")
    assert here.at == "shelf"
    here = answered(here.go_to("places"), [{"what": "desk"}])
    assert here.at == "name"


def test_an_earlier_answer_that_changes_leads_on_to_the_next_open_one_and_nothing_is_asked_twice(steps):
    here = answered(begun(steps), "N", False, True)
    assert here.at == "notice"
    here = here.back().back().answer(False)
    assert here.at == "notice" and here.said["small"] is False


def test_back_goes_from_question_to_question_to_the_first_and_from_the_check_to_the_last(steps):
    here = answered(begun(steps, "quick"), "N", True, False)
    assert here.at == ""
    seen = []
    for _ in range(4):
        here = here.back()
        seen.append(here.at)
    assert seen == ["files", "small", "name", "name"]


def test_earlier_is_what_is_asked_before_and_everything_at_the_check(steps):
    assert ids(answered(begun(steps), "N", False).earlier) == ["name", "small"]
    done = answered(begun(steps, "quick"), "N", True, False)
    assert done.earlier == done.asked


def test_skipped_questions_come_after_all_others_and_are_asked_once_more_when_somebody_wants_them(steps):
    here = begun(steps, "quick").skip()
    assert here.at == "small" and here.later == {"name"}
    here = here.skip()
    here = answered(here, False, "head")
    assert here.at == "" and here.later == {"name", "small"}
    here = here.ask_skipped()
    assert here.at == "name" and here.later == frozenset()
    assert answered(here, "N").at == "small" and answered(here, "N", True).at == ""


def test_an_answer_that_is_there_already_is_not_skipped_but_left_as_it_is(steps):
    here = begun(steps, name="N").go_to("name").skip()
    assert (here.later, here.said, here.at) == (frozenset(), {"name": "N"}, "small")


def test_answering_what_was_skipped_ends_its_being_skipped(steps):
    here = begun(steps).skip().go_to("name")
    assert here.answer("N").later == frozenset()


def test_all_questions_are_asked_from_the_first_open_one_on_without_what_has_its_answer(steps):
    here = answered(begun(steps, "quick"), "N", True, False).ask_all()
    assert here.at == "boss" and not here.quick
    here = answered(here, "chair", "cloud", ["a"], [{"what": "desk"}])
    assert here.at == "" and here.open == ()


def test_a_quick_path_asks_another_question_when_one_goes_to_it(steps):
    here = begun(steps, "quick", name="N", small=True).go_to("shelf").answer("cloud")
    assert here.at == "files" and "shelf" in ids(here.asked)


def test_a_table_that_is_begun_keeps_its_rows_and_is_asked_again_until_it_is_answered(steps):
    here = begun(steps, name="N").go_to("places").keep_rows([{"what": "box"}])
    assert (here.at, here.values["places"], here.progress.unfinished) == ("places", [{"what": "box"}], ("places",))
    assert "places" in ids(here.open)
    here = here.answer([{"what": "box"}])
    assert "places" not in ids(here.open) and here.unfinished == frozenset()


def test_rows_that_were_all_deleted_do_not_come_back_and_a_table_that_needs_one_has_no_answer(steps):
    here = begun(steps, name="N").go_to("places").keep_rows([])
    assert here.values["places"] == here.suggestion(here.question) == []
    with pytest.raises(AnswersError, match="`places` has no answer"):
        answers.complete(steps, here.said, "a", draft=True)
    assert "places" in ids(here.answer([]).open), "also where somebody has written an empty list into the draft"


def test_the_cells_of_a_begun_row_are_in_the_draft_and_not_among_the_rows_until_the_table_is_answered(steps):
    here = begun(steps, name="N").go_to("places").begin_row({"what": "box"})
    assert here.values["places"] == [{"what": "desk"}] and "places" in ids(here.open) and "places" not in here.said
    text = answers.as_text(steps, here.said, progress=here.progress)
    progress = answers.parse_answers(text, Place("a", 1), steps)[1]
    assert progress.begun == here.progress.begun == {"places": {"what": "box"}}
    again = QuestionPath.begin(steps, here.said, here.as_at, progress).go_to("places")
    assert again.begun == {"places": {"what": "box"}}
    assert again.answer([{"what": "desk"}]).begun == again.begin_row({}).begun == {}


def test_cells_of_a_begun_row_that_a_column_cannot_take_are_left_out(steps):
    text = "interview:\n  depth: full\n  begun:\n    places: {what: box, colour: red}\n    gone: {what: box}\n"
    progress = answers.parse_answers(text, Place("a", 1), steps)[1]
    assert progress.begun == {"places": {"what": "box"}}


# ---- what an answer changes --------------------------------------------------------------------------------------


def changed(before: QuestionPath, name: str, value) -> dict[str, list[str]]:
    found = effects(before, before.go_to(name).answer(value))
    return {key: ids(questions) for key in ("gone", "returned", "unfitting", "suggested")
            if (questions := getattr(found, key))}


FULL = {"name": "N", "small": False, "files": True, "notice": "1 day", "boss": "head", "shelf": "paper",
        "kinds": ["b"], "places": [{"what": "desk"}], "approved_on": ""}


def test_a_change_tells_what_no_longer_applies_what_returns_and_what_no_longer_fits(steps):
    full = begun(steps, **FULL)
    assert changed(full, "files", False) == {"gone": ["notice"], "unfitting": ["shelf"]}
    without = full.go_to("files").answer(False)
    assert without.at == "shelf" and without.said["notice"] == "1 day"
    assert changed(without, "files", True) == {"returned": ["notice"]}


def test_a_change_tells_of_other_suggestions_only_where_the_old_one_had_been_taken(steps):
    full = begun(steps, **FULL)
    assert changed(full, "small", True) == {"unfitting": ["kinds"], "suggested": ["files", "boss"]}
    own = begun(steps, **FULL | {"boss": "Ann", "files": False, "shelf": "cloud", "kinds": ["a"]})
    assert changed(own, "small", True) == {}


def test_an_answer_that_changes_nothing_has_no_effects(steps):
    full = begun(steps, **FULL)
    assert all(changed(full, name, value) == {} for name, value in FULL.items())


def test_new_suggestions_are_taken_and_what_they_open_is_asked(steps):
    said = FULL | {"small": True, "files": False, "boss": "chair", "shelf": "cloud", "kinds": ["a"]}
    del said["notice"]
    here = begun(steps, **said).go_to("small").answer(False)
    assert here.at == ""
    here = here.take_suggestions(("files", "boss"))
    assert here.said == here.said | {"files": True, "boss": "head"} and here.at == "notice"


def test_a_question_that_new_suggestions_have_closed_is_not_asked(steps):
    said = {name: value for name, value in FULL.items() if name != "notice"}
    here = begun(steps, **said).go_to("small").answer(True)
    assert here.at == "notice"
    here = here.take_suggestions(("files", "boss"))
    assert here.at == "shelf" and "notice" not in ids(here.open)


# ---- random paths ------------------------------------------------------------------------------------------------


class Journey:
    """A random path through a questionnaire, each step of it checked."""

    def __init__(self, questions: Questionnaire, data):
        self.questions, self.data = questions, data
        self.here = QuestionPath.begin(questions, {}, DAY, Progress(data.draw(st.sampled_from(["quick", "full"]))))
        self.visited: set[str] = set()

    def value(self):
        """An answer that the prompts would let through."""
        question, here = self.here.question, self.here
        if question.id == "approved_on":
            return self.data.draw(st.sampled_from(["", DAY, DAY - timedelta(9)]))
        if question.unsure is not None and self.data.draw(st.integers(0, 5)) == 0:
            return NOT_SURE
        if (suggested := here.suggestion(question)) is not None and self.data.draw(st.booleans()):
            return suggested
        offered = answers.offered(question, here.questionnaire, here.values)
        return self.data.draw(strategies.answer(question, strategies.tame_lines(), offered))

    def step(self) -> None:
        before = self.here
        kinds = ["answer", "answer", "answer", "back", "skip", "to", "begin", "all"]
        if not before.at:
            kinds = ["to", "back", "skipped", "all"]
        kind = self.data.draw(st.sampled_from(kinds if before.quick else kinds[:-1]))
        match kind:
            case "answer":
                self.here = before.answer(self.value())
                check_effects(before, self.here)
            case "back":
                self.here = before.back()
                assert self.here.at == (ids(before.earlier) or [before.at])[-1]
                assert not self.here.at or self.here.question in self.here.asked or not before.earlier
            case "skip":
                self.here = before.skip()
            case "skipped":
                self.here = before.ask_skipped()
            case "all":
                self.here = before.ask_all()
            case "to":
                wanted = [question.id for question in self.questions.questions.values() if before.applies(question)]
                self.here = before.go_to(self.data.draw(st.sampled_from(wanted)))
                self.visited.add(self.here.at)
            case "begin" if before.question.type == "table":
                self.here = before.keep_rows(self.value())
        if kind in ("answer", "skip", "skipped", "all") and not self.here.at:
            assert set(ids(self.here.open)) <= self.here.later
        self.check()

    def check(self) -> None:
        here = self.here
        values = {}
        for question in self.questions.questions.values():
            if not answers.applies(question, self.questions, values):
                assert here.values[question.id] == question.empty
                assert question not in here.asked and question not in here.not_asked
            values[question.id] = here.values[question.id]
        if here.at:
            assert here.applies(here.question)
            assert not here.quick or here.at in here.said or here.at in self.visited or answers.is_quick(
                here.question, self.questions, here.values)

    def finish(self) -> QuestionPath:
        """The path at the check, once everything that is open has its answer."""
        for _ in range(4 * len(self.questions.questions)):
            if self.here.at:
                self.here = self.here.answer(self.value())
            elif self.here.open:
                self.here = self.here.ask_skipped()
            else:
                return self.here
            self.check()
        raise AssertionError("it never ends")


def check_effects(before: QuestionPath, after: QuestionPath) -> None:
    """What an answer is said to change is what a comparison of the two paths shows."""
    found, moved = effects(before, after), before.at
    kept = [question for question in before.questionnaire.questions.values() if question.id in before.said
            and (question.id != moved or before.said[moved] == after.said[moved])]
    assert set(ids(found.gone)) == {item.id for item in kept if before.applies(item) and not after.applies(item)}
    assert set(ids(found.returned)) == {item.id for item in kept if after.applies(item) and not before.applies(item)}
    still = [item for item in kept if before.applies(item) and after.applies(item)]
    assert set(ids(found.unfitting)) == {item.id for item in still if item in after.open and item not in before.open}
    for question in found.suggested:
        assert question in still and question not in after.open
        assert answers.suggestion(question, after.questionnaire, after.values) not in (None, after.said[question.id])
    groups = [found.gone, found.returned, found.unfitting, found.suggested]
    assert len({item.id for group in groups for item in group}) == sum(map(len, groups))
    assert all(name in after.said for name in before.said), "an answer was lost"


def straight(end: QuestionPath) -> QuestionPath:
    """The path that comes to the same answers without a detour: only what applies, in the order of the questions."""
    here = QuestionPath.begin(end.questionnaire, {}, DAY, Progress("full"))
    while here.at:
        here = here.answer(end.said[here.at]) if here.at in end.said else here.skip()
    for question in end.questionnaire.questions.values():
        if end.applies(question) and question.id in end.said and question.id not in here.said:
            here = here.go_to(question.id).answer(end.said[question.id])
    return here


def outcome(here: QuestionPath):
    """What a pack would be made from; the list of what is wrong where it cannot be made."""
    try:
        return answers.complete(here.questionnaire, here.said, "answers")
    except answers.AnswersError as exc:
        return exc.problems


@pytest.mark.slow
@pytest.mark.parametrize(("questions", "examples"), [(TINY, 60), (QUESTIONS, 25)], ids=["tiny", "shipped"])
def test_whatever_the_path_the_same_answers_give_the_same_pack_and_nothing_hidden_is_used(questions, examples):
    @given(st.data(), st.integers(0, 25))
    @settings(STABLE, max_examples=examples)
    def holds(data, steps):
        journey = Journey(questions, data)
        for _ in range(steps):
            journey.step()
        end = journey.finish()
        direct = straight(end)
        assert set(direct.said) == {name for name in end.said if end.applies(questions.questions[name])}
        made = outcome(end)
        assert made == outcome(direct)
        assert dict(made.values) | end.values == made.values
        assert QuestionPath.begin(questions, end.said, DAY, end.progress).at == ""

    holds()


def test_a_random_path_of_the_small_questionnaire_of_steps(steps):
    @given(st.data(), st.integers(0, 25))
    @settings(STABLE, max_examples=100)
    def holds(data, count):
        journey = Journey(steps, data)
        for _ in range(count):
            journey.step()
        end = journey.finish()
        assert outcome(end) == outcome(straight(end))

    holds()


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["community_group", "dv_programme"])
def test_two_paths_to_the_same_answers_give_the_same_files_byte_for_byte(tmp_path, kind):
    needed = NEEDED | {"organisation_kinds": [kind]}

    def usual(here: QuestionPath):
        return needed.get(here.at) or here.suggestion(here.question) or (
            "" if here.question.unsure is None else NOT_SURE)

    first = QuestionPath.begin(QUESTIONS, {}, DAY, Progress("quick"))
    while first.at:
        first = first.answer(usual(first))
    detour = QuestionPath.begin(QUESTIONS, {"organisation_name": "Something else", "organisation_kinds": ["cic"]}, DAY,
                                Progress("quick"))
    while detour.at:
        detour = detour.skip() if len(detour.later) < 3 and detour.at not in detour.later else detour.answer(
            NOT_SURE if detour.question.unsure is not None else usual(detour))
    for name in first.said:
        detour = detour.go_to(name).answer(first.said[name])
    hidden = [name for name in detour.said if not detour.applies(QUESTIONS.questions[name])]
    for name in detour.said.keys() - first.said.keys() - set(hidden):
        detour = detour.go_to(name).answer(first.values[name])
        first = first.go_to(name).answer(first.values[name])
    assert outcome(first) == outcome(detour)
    assert made(first, tmp_path / "one") == made(detour, tmp_path / "two")


def made(here: QuestionPath, to: Path) -> dict[str, bytes]:
    """The files of the pack that comes of a path, in text."""
    request = make.Request(given=here.said, answers_name="your answers", answers_text="", to=to, formats=("txt",),
                               as_at=DAY, draft=False)
    folder = make.make(SOURCES, request, lambda step: None).folder
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_what_is_half_typed_stays_with_its_question_until_that_is_answered(steps):
    here = begun(steps).attempted(Attempt("Kes\x00t\ue000rel "))
    assert here.attempt() == Attempt("Kestrel") and here.skip().attempt() == Attempt()
    assert here.skip().back().attempt() == Attempt("Kestrel")
    assert QuestionPath.begin(steps, {}, here.as_at, here.progress).attempt() == Attempt("Kestrel")
    assert here.answer(NOT_SURE).attempts == here.attempts and not here.answer("Kestrel Trust").attempts
    assert not here.attempted(Attempt(" ")).attempts


def test_a_half_typed_cell_makes_its_table_unfinished(steps):
    here = begun(steps, name="N").go_to("places").attempted(Attempt("bo"), "what")
    assert (here.attempt("what"), here.attempt(), here.unfinished) == (Attempt("bo"), Attempt(), {"places"})
    assert not here.answer([{"what": "box"}]).attempts

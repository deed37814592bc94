"""What a face shows for one question, and what counts as a typed answer; nobody is asked."""

from datetime import date

import pytest

from policygen.interview import asking
from policygen.interview.asking import OTHER, Action
from policygen.interview.path import QuestionPath
from policygen.library import questionnaire
from policygen.library.question import NOT_SURE, Column, Question
from policygen.pack.answers import Progress

DAY = date(2026, 11, 20)
TEXT = """
questionnaire: asking
version: "1"
parts:
  - id: one
    title: One
    questions:
      - {id: organisation_name, asks: practice, ask: Name?, depth: quick}
      - {id: files, asks: practice,
          ask: Files?, type: yes_no, default: false, says: files, otherwise: none, unsure: true, depth: quick}
      - {id: plain, asks: practice,
          ask: Plain?, type: yes_no, default: true, says: plain, otherwise: not plain, example: "yes"}
      - id: shelf
        ask: Which shelf?
        asks: practice
        type: choice
        choices: [{value: p, label: Paper}, {value: c, label: Cloud}]
        default: p
        other: true
        required: false
        unsure: c
      - id: kinds
        ask: Which kinds?
        asks: practice
        type: choices
        choices: [{value: a, label: A}, {value: b, label: B}]
        default: [a]
        other: true
      - {id: approved_on, asks: practice, ask: Approved?, type: date, required: false}
      - {id: logo, asks: practice, ask: Logo?, type: file, required: false}
      - id: places
        ask: Where?
        asks: practice
        type: table
        required: false
        columns: [{id: kept, label: Kept for, type: period}, {id: safe, label: Safe?, type: yes_no}]
facts: {}
"""


@pytest.fixture(scope="module")
def questions(tmp_path_factory) -> dict[str, Question]:
    path = tmp_path_factory.mktemp("asking") / "asking.yaml"
    path.write_text(TEXT, encoding="utf-8")
    return questionnaire.load(path)


def shown(questions, name: str, suggested=None) -> list[tuple]:
    question = questions.questions[name]
    return [(option.label, option.value) for option in asking.options(question, question.choices, suggested)]


def test_a_yes_or_no_offers_not_sure_only_where_something_careful_stands_in(questions):
    assert shown(questions, "files") == [("Yes", True), ("No", False),
                                         ("Not sure (until it is decided: yes)", NOT_SURE)]
    assert shown(questions, "plain") == [("Yes", True), ("No", False)]


def test_a_choice_offers_ones_own_words_an_empty_answer_and_not_sure_in_this_order(questions):
    usual = [("Something else ...", OTHER), ("Leave it empty", ""), ("Not sure (until it is decided: cloud)", NOT_SURE)]
    assert shown(questions, "shelf", "p") == [("Paper", "p"), ("Cloud", "c"), *usual]
    assert shown(questions, "shelf", "The shed") == [("Paper", "p"), ("Cloud", "c"), ("The shed", "The shed"), *usual]
    assert shown(questions, "shelf", "") == shown(questions, "shelf", NOT_SURE) == shown(questions, "shelf", "p")


def test_ticks_offer_what_was_typed_before(questions):
    assert shown(questions, "kinds", ["a", "own"]) == [("A", "a"), ("B", "b"), ("own", "own"),
                                                       ("Something else ...", OTHER)]


@pytest.mark.parametrize(("name", "typed", "words"), [
    ("organisation_name", "", "Please type an answer."), ("organisation_name", "Kestrel", ""), ("logo", "", ""),
    ("approved_on", "2026-11-20", ""), ("approved_on", "2026-11-21", "21 November 2026 is after 20 November 2026"),
    ("approved_on", "soon", "Soon"), ("logo", "nothing.png", "."), ("kinds", ["own", "b"], "")])
def test_what_is_wrong_with_a_typed_text_is_one_line_and_empty_for_an_answer(questions, name, typed, words):
    found = asking.mistake(questions.questions[name], typed, DAY)
    assert (words.lower() in found.lower() and "\n" not in found) if words else found == ""


def test_a_cell_is_judged_by_its_column(questions):
    table = questions.questions["places"]
    cell = asking.cell_question(table, table.columns[0])
    assert asking.mistake(cell, "long") and asking.mistake(cell, "") and not asking.mistake(cell, "6 years")
    safe: Column = table.columns[1]
    assert [option.label for option in asking.options(asking.cell_question(table, safe), (), None)] == ["Yes", "No"]


def test_what_one_may_do_instead_depends_on_where_one_is(questions):
    here = QuestionPath.begin(questions, {}, DAY, Progress("quick"))
    assert list(asking.actions(here)) == [Action.MORE, Action.WHY, Action.ALL, Action.LEAVE]
    assert Action.EARLIER not in asking.actions(here.answer("Kestrel")), "there is only one, to which one can go back"
    later = QuestionPath.begin(questions, {"organisation_name": "Kestrel"}, DAY, Progress("full")).go_to("plain")
    assert asking.actions(later)[Action.SKIP] == "Skip this for now; you can answer it at the end"
    answered = later.answer("x").go_to("plain")
    assert asking.actions(answered)[Action.SKIP] == "Leave your answer as it is, and go on"
    assert list(asking.actions(later)) == [Action.MORE, Action.BACK, Action.EARLIER, Action.SKIP, Action.UNSURE,
                                           Action.WHY, Action.EXAMPLE, Action.LEAVE]

"""The lines of the check: how each answer stands there, and what is said of all of them."""

from datetime import date
from types import MappingProxyType

import pytest

from policygen.interview import overview
from policygen.interview.path import QuestionPath
from policygen.library import questionnaire
from policygen.library.question import NOT_SURE
from policygen.pack.answers import Progress
from policygen.pack.selection import Outlook

DAY = date(2026, 11, 20)
TEXT = """
questionnaire: check
version: "1"
parts:
  - id: first
    title: First part
    questions:
      - {id: organisation_name, asks: practice, ask: Name?, depth: quick}
      - {id: governing_body, asks: practice, ask: Body?, default: the Board}
      - {id: files, asks: practice,
          ask: Files?, type: yes_no, default: false, says: files, otherwise: none, unsure: true}
      - {id: notice, asks: practice, ask: Notice?, when: files, default: 1 day}
  - id: second
    title: Second part
    questions:
      - id: shelf
        ask: Which shelf?
        asks: practice
        type: choice
        choices: [{value: p, label: Paper & card}, {value: c, label: Cloud}]
        default: p
        unsure: c
      - id: places
        ask: Where?
        asks: practice
        type: table
        required: false
        columns: [{id: what, label: What, type: text}, {id: safe, label: Safe?, type: yes_no}]
        default: [{what: desk, safe: no}, {what: box, safe: yes}]
      - {id: address, asks: practice, ask: Address?, type: paragraph, depth: quick}
      - {id: opened_on, asks: practice, ask: Opened?, type: date, required: false}
facts: {}
warnings:
  - {id: open, when: not files, says: You keep no files., why: Think again., question: shelf}
  - {id: hidden, when: shelf == "c", says: It is in the cloud., why: It may rain., question: notice}
"""


@pytest.fixture(scope="module")
def questions(tmp_path_factory):
    path = tmp_path_factory.mktemp("check") / "check.yaml"
    path.write_text(TEXT, encoding="utf-8")
    return questionnaire.load(path)


def at(questions, later=(), depth="quick", **said):
    return QuestionPath.begin(questions, said, DAY, Progress(depth, later))


def shown(here, before=MappingProxyType({})) -> list[str]:
    """The lines of the check, without what is only there for looks."""
    before = before or here.said
    return [words.strip() for _, lines in overview.check_lines(here, before) for words, style in lines]


def led(here, outlook=Outlook(1, 2, 0, ())) -> list[str]:
    return [words.strip() for words, style in overview.pack_lines(here, outlook)]


def test_the_check_has_every_answer_by_part_with_a_number_and_what_was_not_asked_says_that_it_is_suggested(questions):
    assert shown(at(questions, organisation_name="Kestrel", address="1 Kestrel Row\nTown")) == [
        "1. Name?", "Kestrel", "2. Body?", "the Board  (suggested)",
        "3. Files?", "No  (suggested)", "4. Which shelf?", "Paper & card  (suggested)",
        "5. Where?", "desk; no", "box; yes  (suggested)", "6. Address?", "1 Kestrel Row, Town",
        "7. Opened?", "(left empty)"]


def test_the_check_says_what_is_other_than_before_and_other_than_suggested(questions):
    long = "1 Kestrel Row, " * 9
    here = at(questions, organisation_name="Kestrel", governing_body="Trustees", files=True, shelf="c", address=long,
              places=[{"what": "bag", "safe": True}])
    lines = shown(here, {**here.said, "organisation_name": "Merlin", "files": NOT_SURE})
    assert "Kestrel  (changed; before: Merlin)" in lines and "Yes  (changed; before: Not sure)" in lines
    assert "Trustees  (instead of the suggestion: the Board)" in lines
    assert "Cloud  (instead of the suggestion: Paper & card)" in lines and "bag; yes  (instead of the suggestion: " \
        "desk; box)" in lines
    assert [words for words, _ in overview.changed_lines(here, {**here.said, "address": long[:-2]})] == [
        "\nWhat you have changed", f" 7. Address? {long}  (before: {long[:60]} …)"]


def test_a_review_says_what_is_other_than_in_the_last_edition_and_what_is_new(questions):
    said = {"organisation_name": "Kestrel", "governing_body": "Trustees", "address": "x", "shelf": "c"}
    here = QuestionPath.begin(questions, said, DAY, Progress("full", edition="kestrel/2024-11-20"))
    before = {**said, "address": "y"}
    del before["shelf"]
    assert [words for words, _ in overview.changed_lines(here, before)] == [
        "\nWhat you have changed since the last edition", " 4. Which shelf? Cloud  (new)",
        " 6. Address? x  (last edition: y)"]
    lines = shown(here, before)
    assert "Trustees" in lines and "x  (changed; last edition: y)" in lines and "Cloud  (new)" in lines
    assert [words for words, _ in overview.changed_lines(here, said)] == [
        "\nNo answer has changed since the last edition."]


def test_nothing_is_said_of_changes_in_a_new_pack_without_any(questions):
    here = at(questions, organisation_name="Kestrel")
    assert [*overview.changed_lines(here, here.said)] == []


@pytest.mark.parametrize(("question", "said", "later", "line"), [
    ("files", {"files": True}, (), "Yes  (instead of the suggestion: no)"),
    ("files", {"files": NOT_SURE}, (), "Not sure; until it is decided: yes"),
    ("shelf", {"shelf": NOT_SURE}, (), "Not sure; until it is decided: Cloud"),
    ("files", {}, (), "(no answer yet; until then: no)"),
    ("files", {}, ("files",), "(skipped; until then: no)"),
    ("address", {}, (), "(no answer yet)"),
    ("address", {}, ("address",), "(skipped)"),
    ("places", {"places": []}, (), "none  (instead of the suggestion: desk; box)"),
    ("places", {"places": [{"what": "bag", "safe": True}]}, (), "bag; yes  (instead of the suggestion: desk; box)"),
    ("opened_on", {"opened_on": date(2026, 11, 2)}, (), "2 November 2026"),
    ("opened_on", {"opened_on": ""}, (), "(left empty)"),
])
def test_an_answer_is_shown_as_what_a_pack_would_take(questions, question, said, later, line):
    lines = shown(at(questions, later, "full", **said))
    asked = next(index for index, words in enumerate(lines) if words.endswith(questions.questions[question].ask))
    assert lines[asked + 1] == line


def test_the_numbers_are_those_that_an_answer_is_changed_by(questions):
    here = at(questions, organisation_name="Kestrel", files=True)
    numbers = [line.split(".")[0] for line in shown(here) if line[0].isdigit() and line.endswith("?")]
    assert numbers == [str(number) for number, _ in enumerate(overview.numbered(here), 1)]
    assert overview.numbered(here)[3].id == "notice"


def test_one_line_for_an_answer_in_the_list_of_earlier_ones(questions):
    here = at(questions, ("shelf",), "full", organisation_name="Kestrel", files=NOT_SURE,
              places=[{"what": "bag", "safe": True}, {"what": "box", "safe": False}])
    lines = {name: overview.answer_line(here, question) for name, question in questions.questions.items()}
    assert lines == lines | {"organisation_name": "Kestrel", "files": "Not sure; until it is decided: yes",
                             "shelf": "(skipped)", "places": "bag; yes; box; no", "address": "(no answer yet)"}


def test_how_far_somebody_is(questions):
    assert overview.progress_line(at(questions)) == "no name yet (0 of about 2 questions answered)"
    named = at(questions, organisation_name="Kestrel")
    assert overview.progress_line(named) == "Kestrel (1 of about 2 questions answered)"


def test_gaps_are_what_nothing_can_stand_in_for(questions):
    assert [item.id for item in overview.gaps(at(questions, depth="full"))] == ["organisation_name", "address"]
    assert overview.gaps(at(questions, organisation_name="Kestrel", address="x")) == []


def test_what_the_answers_lead_to_counts_and_gives_reasons(questions):
    here = at(questions, organisation_name="Kestrel", files=True, shelf="p", address="x")
    assert led(here, Outlook(1, 2, 0, (("you run groups", ("Group agreement", "Poster")),))) == [
        "What this makes", "A policy of 1 section, 2 forms and 0 sheets.",
        "> Because you run groups: Group agreement, Poster"]


@pytest.mark.parametrize(("said", "words"), [
    ({"files": NOT_SURE}, "It is a draft: 1 answer “not sure”. The sheet of decisions lists it for your Board."),
    ({"files": NOT_SURE, "shelf": NOT_SURE, "governing_body": "Trustees"},
     "It is a draft: 2 answers “not sure”. The sheet of decisions lists them for your Trustees.")])
def test_what_is_undecided_is_counted(questions, said, words):
    assert words in led(at(questions, **said))


def test_what_is_missing_is_named(questions):
    here = at(questions, organisation_name="Kestrel")
    assert "It is a draft with gaps, since these have no answer: Address?" in led(here)


def test_a_caution_has_its_reason_and_the_number_of_the_answer_to_change_if_that_applies(questions):
    lines = led(at(questions, organisation_name="Kestrel", files=False, shelf="c"))
    assert lines[-3:] == ["Worth a second thought", "> You keep no files. Think again. (answer 4)",
                          "> It is in the cloud. It may rain."]
    assert "Worth a second thought" not in led(at(questions, organisation_name="Kestrel", files=True, shelf="p"))

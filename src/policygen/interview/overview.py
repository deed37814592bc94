"""The answers to look through before a pack is made: by part, in words, with what they lead to.

In: a walk through the questions, and what a pack made from it would hold. Out: lines of words with their style. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator

from policygen.pack import answers
from policygen.library.question import NOT_SURE, Question, answer_in_words, rows_in_words
from policygen.pack.selection import Outlook
from policygen.interview.path import Walk
from policygen.pack.context import forms

Line = tuple[str, str]
"""Words and the style they are shown in, as in `Prompts.say`."""


def numbered(here: Walk) -> list[Question]:
    """The questions that apply, in the order of their numbers in the check; those that were not asked too."""
    return [question for question in here.questionnaire.questions.values() if here.applies(question)]


def gaps(here: Walk) -> list[Question]:
    """What needs an answer, has none, and has no suggestion to go on with."""
    return [question for question in here.open if question.required and here.suggestion(question) is None]


def how_far(here: Walk) -> str:
    """Whose answers they are, and how many of them there are."""
    name = here.said.get("organisation_name", "no name yet")
    return f"{name} ({here.answered} of about {len(here.asked)} questions answered)"


def said(here: Walk, question: Question) -> str:
    """The answer to a question, as a person would read it out in one line."""
    if question in here.open:
        return "(skipped)" if question.id in here.later else "(no answer yet)"
    return "; ".join(_answer(here, question))


def answers_by_part(here: Walk) -> Iterator[Line]:
    """All answers, by part, each with its number."""
    yield "\nCheck your answers", "bold"
    numbers = {question.id: number for number, question in enumerate(numbered(here), 1)}
    for part in here.questionnaire.parts:
        questions = [question for question in part.questions if question.id in numbers]
        if questions:
            yield f"\n{part.title}", "bold"
        for question in questions:
            yield f" {numbers[question.id]}. {question.ask}", ""
            for line in shown(here, question):
                yield f"      {line}", "bold"


def leads_to(here: Walk, outlook: Outlook, missing: list[Question]) -> Iterator[Line]:
    """What the answers lead to, and what is unwise about them."""
    yield "\nWhat this makes", "bold"
    yield (f"A policy of {_count(outlook.sections, 'section')}, {_count(outlook.forms, 'form')} and "
           f"{_count(outlook.sheets, 'sheet')}."), ""
    for reason, titles in outlook.because:
        yield f"> Because {reason}: {', '.join(titles)}", ""
    if undecided := here.unsure:
        them, body = "it" if len(undecided) == 1 else "them", forms("body", here.values["governing_body"])["body"]
        yield (f"It is a draft: {_count(len(undecided), 'answer')} “not sure”. The sheet of decisions lists {them} for "
               f"your {body}."), ""
    if missing:
        yield "It is a draft with gaps, since these have no answer: " + " ".join(item.ask for item in missing), ""
    if cautions := answers.cautions(here.questionnaire, here.values):
        yield "\nWorth a second thought", "bold"
        numbers = {question.id: number for number, question in enumerate(numbered(here), 1)}
        for caution in cautions:
            number = numbers.get(caution.question)
            yield f"> {caution.says} {caution.why}" + (f" (answer {number})" if number else ""), ""


def shown(here: Walk, question: Question) -> list[str]:
    """The lines of an answer that somebody looks through."""
    if question in here.open:
        suggested = here.suggestion(question)
        rest = "" if suggested is None else f"; until then: {answer_in_words(question, suggested)}"
        return [f"({'skipped' if question.id in here.later else 'no answer yet'}{rest})"]
    lines = _answer(here, question)
    if question.id not in here.said and here.suggestion(question) is not None:
        lines[-1] += "  (suggested)"
    return lines


def _answer(here: Walk, question: Question) -> list[str]:
    """The lines of what a pack would take for a question."""
    value = here.values[question.id]
    if here.said.get(question.id) is NOT_SURE:
        return [f"Not sure; until it is decided: {answer_in_words(question, value)}"]
    if question.type == "table":
        return rows_in_words(question, value) or ["none"]
    words = answer_in_words(question, value) or "(left empty)"
    return [words.capitalize() if question.type == "yes_no" else words]


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}{'s' if number != 1 else ''}"

"""The answers in words: one line each, the check before a pack is made, and what an answer changed.

In: a `QuestionPath`, and what a pack made from it would hold. Out: lines of plain text. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from policygen.interview.path import Effects, QuestionPath
from policygen.library.question import NOT_SURE, Carried, Question, answer_in_words, rows_in_words
from policygen.pack import answers
from policygen.pack.context import forms
from policygen.pack.selection import Outlook

StyledLine = tuple[str, str]
"""A line of plain text, and its style: `bold` or empty."""
_LONG = 60
"""Letters from which an answer that no longer counts is not shown whole."""


def numbered(here: QuestionPath) -> list[Question]:
    """The questions that apply, in the order of their numbers in the check; also those that were not asked."""
    return [question for question in here.questionnaire.questions.values() if here.applies(question)]


def gaps(here: QuestionPath) -> list[Question]:
    """The questions that need an answer and have neither an answer nor a suggestion."""
    return [question for question in here.open
            if question.required and question.presumed is None and here.suggestion(question) in (None, [])
            and question not in here.carried]


def progress_line(here: QuestionPath) -> str:
    """The organisation's name, and how many of its questions are answered."""
    name = here.said.get("organisation_name", "no name yet")
    return f"{name} ({here.answered} of about {len(here.asked)} questions answered)"


def answer_line(here: QuestionPath, question: Question) -> str:
    """The answer to a question in one line."""
    if question in here.open:
        return "(skipped)" if question.id in here.later else "(no answer yet)"
    return "; ".join(_taken_lines(here, question))


def answer_lines(here: QuestionPath, question: Question, before: Mapping[str, Any] | None = None) -> list[str]:
    """The answer to a question as the check shows it; where there is none, what stands in for it. With `before`, also
    what has become of it since: see `changed`."""
    suggested = here.suggestion(question)
    if question in here.open:
        stands = next((value for value in (suggested, question.presumed) if value not in (None, [])), None)
        if question.id in here.said:
            stands = question.value(here.said[question.id])
        rest = "" if stands is None else f"; until then: {answer_in_words(question, stands)}"
        return [f"({'skipped' if question.id in here.later else 'no answer yet'}{rest})"]
    lines = _taken_lines(here, question)
    if question.id not in here.said and suggested is not None:
        lines[-1] += "  (suggested)"
    elif question.id not in here.said and question.presumed is not None:
        return ["(not asked; the pack states nothing that rests on it)"]
    elif question.id in here.said and before is not None:
        lines[-1] += _mark(here, question, before)
    return lines


def _mark(here: QuestionPath, question: Question, before: Mapping[str, Any]) -> str:
    """What sets an answer off from the one before, or from the suggestion; empty where nothing does."""
    if _is_changed(here, question, before):
        return f"  (changed; {_earlier(here, question, before)})" if question.id in before else "  (new)"
    said, suggested = here.said[question.id], answers.suggestion(question, here.questionnaire, here.values)
    if here.edition or suggested in (None, []) or said is NOT_SURE or isinstance(said, Carried) or said == suggested:
        return ""
    words = answer_in_words(question, suggested)
    return f"  (instead of the suggestion: {words})" if len(words) < _LONG else "  (not as suggested)"


def changed(here: QuestionPath, before: Mapping[str, Any]) -> list[Question]:
    """The questions whose answer is another than `before`, in the order of their numbers; in a review also those that
    the last edition did not answer."""
    return [question for question in numbered(here) if question not in here.open
            and _is_changed(here, question, before)]


def _is_changed(here: QuestionPath, question: Question, before: Mapping[str, Any]) -> bool:
    if question.id not in here.said:
        return False
    return here.said[question.id] != before[question.id] if question.id in before else bool(here.edition)


def _earlier(here: QuestionPath, question: Question, before: Mapping[str, Any]) -> str:
    """The answer before, cut off if it is long."""
    value = before[question.id].value if isinstance(before[question.id], Carried) else before[question.id]
    words = value_in_words(question, value) or "empty"
    return f"{'last edition' if here.edition else 'before'}: {words if len(words) < _LONG else words[:_LONG] + ' …'}"


def _taken_lines(here: QuestionPath, question: Question) -> list[str]:
    value = here.values[question.id]
    if here.said.get(question.id) is NOT_SURE:
        return [f"Not sure; until it is decided: {answer_in_words(question, value)}"]
    if question.type == "table":
        return rows_in_words(question, value) or ["none"]
    return [value_in_words(question, value) or "(left empty)"]


def value_in_words(question: Question, value: Any) -> str:
    """A typed answer as somebody would say it; `Not sure` where it is that."""
    words = "Not sure" if value is NOT_SURE else answer_in_words(question, value)
    return words.capitalize() if question.type == "yes_no" else words


def check_lines(here: QuestionPath, before: Mapping[str, Any]) -> Iterator[tuple[Question, list[StyledLine]]]:
    """Every question that applies, in the order of the parts, with its lines in the check: its number and words, the
    answer, and what has become of it since `before`."""
    for number, question in enumerate(numbered(here), 1):
        yield question, [(f" {number}. {question.ask}", ""),
                         *((f"      {line}", "bold") for line in answer_lines(here, question, before))]


def changed_lines(here: QuestionPath, before: Mapping[str, Any]) -> Iterator[StyledLine]:
    """The answers that are others than `before`, each with its number; nothing for a new pack without any."""
    numbers = {question.id: number for number, question in enumerate(numbered(here), 1)}
    found = changed(here, before)
    if here.edition and not found:
        yield "\nNo answer has changed since the last edition.", ""
    elif found:
        yield f"\nWhat you have changed{' since the last edition' if here.edition else ''}", "bold"
    for question in found:
        since = f"  ({_earlier(here, question, before)})" if question.id in before else "  (new)"
        yield f" {numbers[question.id]}. {question.ask} {answer_line(here, question)}{since}", ""


def pack_lines(here: QuestionPath, outlook: Outlook) -> Iterator[StyledLine]:
    """What a pack made from the answers would hold, what is open in it, and what is unwise about the answers."""
    yield "\nWhat this makes", "bold"
    yield (f"A policy of {_count(outlook.sections, 'section')}, {_count(outlook.forms, 'form')} and "
           f"{_count(outlook.sheets, 'sheet')}."), ""
    for reason, titles in outlook.because:
        yield f"> Because {reason}: {', '.join(titles)}", ""
    if undecided := here.unsure:
        them, body = "it" if len(undecided) == 1 else "them", forms("body", here.values["governing_body"])["body"]
        yield (f"It is a draft: {_count(len(undecided), 'answer')} “not sure”. The sheet of decisions lists {them} for "
               f"your {body}."), ""
    if missing := gaps(here):
        yield "It is a draft with gaps, since these have no answer: " + " ".join(item.ask for item in missing), ""
    if cautions := answers.cautions(here.questionnaire, here.values):
        yield "\nWorth a second thought", "bold"
        numbers = {question.id: number for number, question in enumerate(numbered(here), 1)}
        for caution in cautions:
            number = numbers.get(caution.question)
            yield f"> {caution.says} {caution.why}" + (f" (answer {number})" if number else ""), ""


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}{'s' if number != 1 else ''}"


def effect_lines(effects: Effects) -> Iterator[str]:
    """What a changed answer did to other answers, but for the new suggestions, about which somebody has to decide."""
    for question in effects.gone:
        yield f"No longer asked: {question.ask} Your answer is kept in case it applies again."
    for question in effects.returned:
        yield f"Applies again, with your answer from before: {question.ask}"
    for question in effects.unfitting:
        yield f"Has to be asked again, since what you chose is no longer offered: {question.ask}"


def suggestion_lines(here: QuestionPath, changed: tuple[Question, ...]) -> Iterator[str]:
    """For each question whose suggestion has changed: what is suggested now, and the answer so far."""
    for question in changed:
        suggested = answers.suggestion(question, here.questionnaire, here.values)
        yield (f"> {question.ask} {value_in_words(question, suggested)} "
               f"(now: {value_in_words(question, here.said[question.id])})")

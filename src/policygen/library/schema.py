"""The questionnaire as a JSON Schema of answers.yaml, for editors that know YAML, and as a page for people.

In: a questionnaire. Out: plain data for `json.dumps`, or lines of plain text.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import Any

from policygen.library.question import (
    DEPTHS, HIGHEST, LONGEST, NO, YES, Choice, Column, Question, answer_in_words, rows_in_words, taken_if_unsure,
)
from policygen.library.questionnaire import INTERVIEW, SUGGESTED, VERSION, Questionnaire, condition_in_words
from policygen.model.english import MONTHS

_Schema = dict[str, Any]
_PRINTABLE = r"^(?=[\s\S]*\S)[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ue000-\uf8ff]*$"
_WIDTH = 78
_MARGIN = " " * 8


def json_schema(questionnaire: Questionnaire) -> _Schema:
    """A JSON Schema (2020-12) of answers.yaml: what it accepts, `pack.answers.read_answers` accepts.

    It is stricter in four details: a number may not stand in quotes, a label must be written as it is printed, a list
    is always a list, a date has no weekday and four digits of the year. Whether an answer is needed depends on other
    answers, so nothing is required.
    """
    versions = dict.fromkeys([*(change.version for change in questionnaire.changes), questionnaire.version])
    names = {"type": ["array", "null"], "items": {"type": "string", "minLength": 1}}
    own = {
        SUGGESTED: {"type": ["array", "null"], "items": {"enum": list(questionnaire.questions)},
                    "description": "Questions whose suggested answer was taken."},
        VERSION: {"enum": [None, *versions], "description": "The version of the questionnaire that was answered."},
        INTERVIEW: {"type": ["object", "null"], "additionalProperties": False,
                    "description": "How far an interview is.",
                    "properties": {"depth": {"enum": [None, "", *DEPTHS]}, "edition": {"type": ["string", "null"]},
                                   "later": names, "unfinished": names, "edited": names, "confirmed": names}}}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"Answers to the questionnaire {questionnaire.id} {questionnaire.version}",
        "type": "object",
        "additionalProperties": False,
        "properties": {question.id: _property(question) for question in questionnaire.questions.values()} | own,
    }


def _property(question: Question) -> _Schema:
    words = " ".join(filter(None, (question.why, question.example and f"For example: {question.example}",
                                   _asks(question))))
    not_sure = [] if question.unsure is None else [{"const": "not sure"}]
    return {"title": question.ask, "description": words,
            "anyOf": [{"enum": [None, ""]}, _value(question, question.other), *not_sure]}


def _value(asked: Question | Column, other: bool = False) -> _Schema:
    match asked:
        case Question(type="table", columns=columns):
            cells = {column.id: _value(column) for column in columns}
            return {"type": "array", "items": {"type": "object", "additionalProperties": False,
                                               "required": list(cells), "properties": cells}}
        case Question(type="number"):
            low, high = _bounds(asked)
            return {"type": "integer", "minimum": low, "maximum": high}
        case Question(type="choices"):
            return {"type": "array", "items": _choice(asked.choices, other)}
    match asked.type:
        case "choice":
            return _choice(asked.choices, other)
        case "yes_no":
            return {"anyOf": [{"enum": [True, False, "yes", "no"]}, _word("|".join(map(_any_case, (*YES, *NO))))]}
        case "period":
            units = "|".join(map(_any_case, ("hour", "day", "week", "month", "year")))
            return _word(rf"0*[1-9][0-9]{{0,3}}\s*({units})[sS]?")
        case "date":
            return {"anyOf": [{"format": "date"} | _word("(19[2-9][0-9]|20[0-9]{2})-[0-9]{2}-[0-9]{2}"),
                              _word(_day_first())]}
        case "colour":
            return _word("#?[0-9A-Fa-f]{6}")
    return _text()


def _text() -> _Schema:
    return {"type": ["string", "number", "boolean"], "maxLength": LONGEST, "pattern": _PRINTABLE}


def _word(pattern: str) -> _Schema:
    return {"type": "string", "pattern": rf"^\s*({pattern})\s*$"}


def _day_first() -> str:
    """A pattern of dates that exist, the day before the month: 20/11/2026, 20 Nov 2026, 20 November 2026."""
    names = [rf"0?{number}|{_any_case(name)}|{_any_case(name[:3])}" for number, name in enumerate(MONTHS, 1)]
    days = {"0?[1-9]|1[0-9]|2[0-8]": names, "29|30": [*names[:1], *names[2:]], "31": [*names[:7:2], *names[7::2]]}
    dates = "|".join(f"({some})[-/. ]({'|'.join(months)})" for some, months in days.items())
    return f"({dates})[-/. ]20[0-9]{{2}}"


def _any_case(word: str) -> str:
    return "".join(f"[{letter}{letter.upper()}]" for letter in word)


def _choice(choices: tuple[Choice, ...], other: bool) -> _Schema:
    listed = [{"const": choice.value, "title": choice.label} for choice in choices]
    labels = [{"const": choice.label} for choice in choices if choice.label != choice.value]
    return {"anyOf": [*listed, *labels, *([_text()] if other else [])]}


def _bounds(question: Question) -> tuple[int, int]:
    return question.minimum or 0, HIGHEST if question.maximum is None else question.maximum


# ---- the questions as a page for people --------------------------------------------------------------------------


def question_page(questionnaire: Questionnaire) -> Iterator[str]:
    """The questions as lines of plain text for a window of 80 columns, to prepare the answers with."""
    numbers = {name: number for number, name in enumerate(questionnaire.questions, 1)}
    yield from _heading("Questions for your confidentiality policy", "=")
    yield from _legend(questionnaire)
    for number, part in enumerate(questionnaire.parts, 1):
        yield ""
        yield from _heading(f"Part {number} of {len(questionnaire.parts)}: {part.title}", "-")
        for question in part.questions:
            yield ""
            yield from _question(numbers[question.id], question, questionnaire)
    if questionnaire.warnings:
        yield ""
        yield from _heading("Think twice", "-")
        yield ""
        yield from _wrapped("These answers are possible, and unwise. If you give them, you will be warned.")
    for caution in questionnaire.warnings:
        yield ""
        yield from _wrapped(f"- {caution.says} {caution.why}", "", "  ")


def _heading(title: str, line: str) -> tuple[str, str]:
    return title, line * len(title)


def _legend(questionnaire: Questionnaire) -> Iterator[str]:
    questions = questionnaire.questions.values()
    quick = [question for question in questions if question.depth == "quick"]
    now_and_then = {condition_in_words(one.quick_when, questionnaire) for one in quick if one.quick_when}
    yield ""
    yield from _wrapped(f"Here are all {len(questions)} questions; you will be asked those that apply to you. "
                        "Read them before you start, and find out what you do not know.")
    yield ""
    yield from _wrapped("A question asks for a style (how you say something), a practice (what you do from now on) or "
                        "a fact (what is so already). Most styles and practices have a suggested answer; where it "
                        "follows from earlier answers, it is not shown here. Nobody suggests a fact.")
    if any(question.unsure is not None for question in questions):
        yield ""
        yield from _wrapped("“Not sure” is an answer where it is offered: the policy is then a draft, and the question "
                            "goes on a sheet for those who decide.")
    if quick:
        yield ""
        yield from _wrapped("*    Asked in the quick interview too. The others take their suggested answer there; of a "
                            "fact that nobody was asked about, the pack says nothing.", hanging="     ")
    if now_and_then:
        words = now_and_then.pop() if len(now_and_then) == 1 else "your earlier answers call for it"
        yield from _wrapped(f"(*)  Asked in the quick interview if {words}.", hanging="     ")
    yield from _wrapped("[ ]  Words in square brackets are names: the question or the choice is called so in "
                        "answers.yaml.", hanging="     ")


def _question(number: int, question: Question, questionnaire: Questionnaire) -> Iterator[str]:
    mark = "" if question.depth != "quick" else "(*)" if question.quick_when else " * "
    first, *rest = textwrap.wrap(f"{question.ask} [{question.id}]", _WIDTH - len(_MARGIN), break_on_hyphens=False)
    yield f"{number:3} {mark:3} {first}"
    yield from (_MARGIN + line for line in rest)
    if question.when is not None:
        yield from _wrapped(f"Only asked if {condition_in_words(question.when, questionnaire)}.", _MARGIN)
    yield from _wrapped(question.why, _MARGIN)
    yield from _wrapped(_asks(question), _MARGIN)
    yield from _possible_answers(question, questionnaire)
    if question.example:
        yield from _wrapped(f"For example: {question.example}", _MARGIN)
    if question.default is not None:
        yield from _wrapped(f"Suggested: {answer_in_words(question, question.default)}", _MARGIN)


def _asks(question: Question) -> str:
    """What the question asks for, and what is taken where nobody answers, in a sentence."""
    what = {"style": "Style", "practice": "Practice", "fact": "Fact"}[question.asks]
    if question.presumed is not None:
        return f"{what}. Without an answer, the pack states nothing that rests on it."
    return f"{what}. It needs an answer." if question.asks == "fact" and question.required else f"{what}."


def _possible_answers(question: Question, questionnaire: Questionnaire) -> Iterator[str]:
    box = "( )" if question.type in ("choice", "yes_no") else "[ ]"
    if question.type == "choices":
        yield _MARGIN + "Choose all that fit:"
    for choice in question.choices:
        only = f", if {condition_in_words(choice.when, questionnaire)}" if choice.when else ""
        yield from _wrapped(f"{box} {_named(choice.label, choice.value)}{only}", _MARGIN, "    ")
    if question.type == "yes_no":
        yield from (_MARGIN + "( ) yes", _MARGIN + "( ) no")
    if question.other:
        yield _MARGIN + f"{box} something else, in your own words"
    if question.unsure is not None:
        yield from _wrapped(f"{box} not sure (until it is decided: {taken_if_unsure(question)})", _MARGIN, "    ")
    if question.type == "table":
        yield _MARGIN + "A table. Each row has:"
        for column in question.columns:
            choices = "; ".join(_named(choice.label, choice.value) for choice in column.choices)
            yield from _wrapped(f"- {_named(column.label, column.id)}{': ' if choices else ''}{choices}", _MARGIN, "  ")
        if question.offers:
            yield _MARGIN + "Rows to choose from:"
        for row in rows_in_words(question, question.offers):
            yield from _wrapped(f"[ ] {row}", _MARGIN, "    ")
    kinds = {"number": "A whole number from {} to {}.".format(*_bounds(question)), "period": "A length of time.",
             "date": "A date: day, month and year.", "paragraph": "Several lines are possible."}
    optional = "" if question.required else "May stay empty."
    if words := " ".join(filter(None, (kinds.get(question.type), optional))):
        yield _MARGIN + words


def _named(label: str, name: str) -> str:
    """A label, and behind it in brackets the name that it has in answers.yaml, if that is another."""
    return label if label == name else f"{label} [{name}]"


def _wrapped(words: str, margin: str = "", hanging: str = "") -> list[str]:
    """Lines that fit on the page, all behind the margin; all but the first hang."""
    return textwrap.wrap(words, _WIDTH, initial_indent=margin, subsequent_indent=margin + hanging,
                         break_on_hyphens=False)

"""The questionnaire as a JSON Schema of answers.yaml, for editors that know YAML, and as text for people.

In: a questionnaire. Out: plain data for `json.dumps`, or lines to print.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygen.questionnaire import (
    DEPTHS, HIGHEST, INTERVIEW, LONGEST, NO, SUGGESTED, VERSION, YES, Choice, Question, Questionnaire,
)
from policygen.wording import answer_in_words

_EMPTY = {"enum": [None, ""]}
_PRINTABLE = r"^(?=[\s\S]*\S)[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ue000-\uf8ff]*$"


def schema(questionnaire: Questionnaire) -> dict[str, Any]:
    """A JSON Schema (2020-12) of answers.yaml: what it accepts, `answers.read` accepts.

    It is narrower in trifles: a number may not stand in quotes, a label must be written as it is printed, a list is
    always a list. Whether an answer is needed depends on other answers, so nothing is required.
    """
    properties = {question.id: _property(question) for question in questionnaire.questions.values()}
    properties[SUGGESTED] = {"type": ["array", "null"], "items": {"enum": list(questionnaire.questions)},
                             "description": "Questions whose suggested answer was taken."}
    versions = [*(change.version for change in questionnaire.changes), questionnaire.version]
    properties[VERSION] = {"enum": [None, *dict.fromkeys(versions)],
                           "description": "The version of the questionnaire that was answered."}
    properties[INTERVIEW] = _interview()
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"Answers to the questionnaire {questionnaire.id} {questionnaire.version}",
        "type": "object",
        "additionalProperties": False,
        "properties": properties,
    }


def _interview() -> dict[str, Any]:
    names = {"type": ["array", "null"], "items": {"type": "string", "minLength": 1}}
    return {"type": ["object", "null"], "additionalProperties": False, "description": "How far an interview is.",
            "properties": {"depth": {"enum": [None, "", *DEPTHS]}, "later": names, "unfinished": names}}


def _property(question: Question) -> dict[str, Any]:
    words = " ".join(filter(None, (question.why, question.example and f"For example: {question.example}")))
    return {"title": question.ask, "description": words} | {
        "anyOf": [_EMPTY, _value(question), *([{"const": "not sure"}] if question.unsure is not None else [])]}


def _value(question: Question) -> dict[str, Any]:
    match question.type:
        case "choices":
            return {"type": "array", "items": _choice(question.choices, question.other)}
        case "choice":
            return _choice(question.choices, question.other)
        case "table":
            columns = {column.id: _choice(column.choices, False) if column.type == "choice" else _simple(column.type)
                       for column in question.columns}
            return {"type": "array", "items": {"type": "object", "additionalProperties": False,
                                               "required": list(columns), "properties": columns}}
        case "number":
            return {"type": "integer", "minimum": question.minimum or 0,
                    "maximum": HIGHEST if question.maximum is None else question.maximum}
    return _simple(question.type)


def _simple(kind: str) -> dict[str, Any]:
    match kind:
        case "yes_no":
            return {"anyOf": [{"enum": [True, False, "yes", "no"]}, _word(*map(_any_case, (*YES, *NO)))]}
        case "period":
            units = "|".join(map(_any_case, ("hour", "day", "week", "month", "year")))
            return _word(rf"0*[1-9][0-9]{{0,3}}\s*({units})[sS]?")
        case "date":
            return {"format": "date"} | _word("[0-9]{4}-[0-9]{2}-[0-9]{2}")
    return {"type": ["string", "number", "boolean"], "maxLength": LONGEST, "pattern": _PRINTABLE}


def _word(*patterns: str) -> dict[str, Any]:
    """A string that one of the patterns describes."""
    return {"type": "string", "pattern": rf"^\s*({'|'.join(patterns)})\s*$"}


def _any_case(word: str) -> str:
    return "".join(f"[{letter}{letter.upper()}]" for letter in word)


def _choice(choices: tuple[Choice, ...], other: bool) -> dict[str, Any]:
    listed = [{"const": choice.value, "title": choice.label} for choice in choices]
    labels = [{"const": choice.label} for choice in choices if choice.label != choice.value]
    return {"anyOf": [*listed, *labels, *([_simple("text")] if other else [])]}


def as_text(questionnaire: Questionnaire) -> Iterator[str]:
    """The questions as lines of plain text: id, question, type, choices, suggestion, reason."""
    for part in questionnaire.parts:
        yield f"{part.title}\n{'-' * len(part.title)}"
        for question in part.questions:
            yield f"\n{question.id} ({question.type.replace('_', '/')})"
            yield f"  {question.ask}"
            yield from (f"    {choice.value}: {choice.label}" for choice in question.choices)
            yield from (f"    column {column.id}: {column.label}" for column in question.columns)
            if question.other:
                yield "    or your own words"
            if question.unsure is not None:
                yield f"    or: not sure (then, until it is decided: {answer_in_words(question, question.unsure)})"
            if question.default is not None:
                yield f"  Suggested: {answer_in_words(question, question.default)}"
            if question.when is not None:
                yield f"  Only asked when: {question.when.source}"
            if question.why:
                yield f"  Why: {question.why}"
        yield ""

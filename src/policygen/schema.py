"""The questionnaire as a JSON Schema of answers.yaml, for editors that know YAML, and as text for people.

In: a questionnaire. Out: plain data for `json.dumps`, or lines to print.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policygen.answers import SUGGESTED
from policygen.questionnaire import Choice, Question, Questionnaire
from policygen.wording import answer_in_words

_YES_NO = {"enum": [True, False, "yes", "no"]}
_PERIOD = {"type": "string", "pattern": r"^[1-9][0-9]* *(day|week|month|year)s?$"}


def schema(questionnaire: Questionnaire) -> dict[str, Any]:
    """A JSON Schema (2020-12) that accepts what `answers.read` accepts. Whether an answer is needed depends on
    other answers, so nothing is required."""
    properties = {question.id: _property(question) for question in questionnaire.questions.values()}
    properties[SUGGESTED] = {"type": "array", "items": {"enum": list(questionnaire.questions)},
                             "description": "Questions whose suggested answer was taken."}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"Answers to the questionnaire {questionnaire.id} {questionnaire.version}",
        "type": "object",
        "additionalProperties": False,
        "properties": properties,
    }


def _property(question: Question) -> dict[str, Any]:
    words = " ".join(filter(None, (question.why, question.example and f"For example: {question.example}")))
    return {"title": question.ask, "description": words} | {"anyOf": [{"type": "null"}, _value(question)]}


def _value(question: Question) -> dict[str, Any]:
    match question.type:
        case "choices":
            return {"type": "array", "uniqueItems": True, "items": _choice(question.choices, question.other)}
        case "choice":
            return _choice(question.choices, question.other)
        case "table":
            columns = {column.id: _choice(column.choices, False) if column.type == "choice" else _simple(column.type)
                       for column in question.columns}
            return {"type": "array", "items": {"type": "object", "additionalProperties": False,
                                               "required": list(columns), "properties": columns}}
        case "number":
            bounds = {"minimum": question.minimum, "maximum": question.maximum}
            return {"type": "integer"} | {key: value for key, value in bounds.items() if value is not None}
    return _simple(question.type)


def _simple(kind: str) -> dict[str, Any]:
    match kind:
        case "yes_no":
            return _YES_NO
        case "period":
            return _PERIOD
        case "date":
            return {"type": "string", "format": "date"}
    return {"type": ["string", "number"]}


def _choice(choices: tuple[Choice, ...], other: bool) -> dict[str, Any]:
    listed = [{"const": choice.value, "title": choice.label} for choice in choices]
    return {"anyOf": [*listed, {"type": "string"}] if other else listed}


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
            if question.default is not None:
                yield f"  Suggested: {answer_in_words(question, question.default)}"
            if question.when is not None:
                yield f"  Only asked when: {question.when.source}"
            if question.why:
                yield f"  Why: {question.why}"
        yield ""

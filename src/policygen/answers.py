"""Answers: read from a file or the command line, completed with defaults, saved for people.

In: raw answers in layers and the questionnaire. Out: `Answers`, a typed value for every question, or an AnswersError
with everything that is wrong or missing. A question that does not apply has the empty value of its type, whatever a
file says, so that no hidden answer is ever used.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

from policygen.errors import AnswersError, Place, Problem, error
from policygen.questionnaire import NOT_SURE, NotAnAnswer, NotSure, Question, Questionnaire, parse_answer
from policygen.source import comments, nearest, parse_yaml, read_text, read_yaml
from policygen.templating import BLANK, marker

SUGGESTED = "left_as_suggested"
"""The key of answers.yaml under which the questions stand that were left at their suggested answer."""

_NEVER_EMPTY = ("yes_no", "number")
"""Types of question whose `empty` value, a no or a nought, is an answer too."""

_MAY_BE_BLANK = ("text", "paragraph", "date", "period")
"""Types of question that a draft may leave open: their words are only printed."""


@dataclass(frozen=True, slots=True)
class Answers:
    values: Mapping[str, Any]
    """A typed value for every question; facts too."""
    suggested: tuple[str, ...]
    """Questions that apply and were left at their suggested answer, in order."""
    applicable: tuple[str, ...]
    """Questions that apply, in order."""
    unsure: tuple[str, ...]
    """Questions that were answered `not sure`, in order; their protective value is taken."""


# ---- reading -----------------------------------------------------------------------------------------------------


def read(path: Path, questionnaire: Questionnaire) -> dict[str, Any]:
    """The typed answers in a file. Raises AnswersError with every problem, each with its line."""
    raw = read_yaml(path, AnswersError)
    problems: list[Problem] = []
    suggested = raw.pop(SUGGESTED, None) or []
    given = _parse(raw, lambda key: raw.places.get(key, raw.place), questionnaire, problems)
    problems += _colours_lost(raw, questionnaire, path)
    if not isinstance(suggested, list) or not set(map(str, suggested)) <= set(questionnaire.questions):
        problems.append(error(f"`{SUGGESTED}` must be a list of questions", raw.places[SUGGESTED],
                              "Delete the line if you are not sure."))
    if problems:
        raise AnswersError(*sorted(problems, key=lambda problem: problem.place))
    left = {name for name in suggested if name in given
            and given[name] == suggestion(questionnaire.questions[name], questionnaire, given)}
    return {name: value for name, value in given.items() if name not in left}


def _colours_lost(raw: Any, questionnaire: Questionnaire, path: Path) -> list[Problem]:
    """The colours that YAML takes for comments, because of the sign before them."""
    lines = read_text(path, AnswersError).split("\n")
    return [error(f"{name}: what stands behind `#` counts as a comment", raw.places[name],
                  f"Write it without the sign: {name}: 1f5c66")
            for name, question in questionnaire.questions.items()
            if question.type == "colour" and raw.get(name, "") in (None, "") and name in raw
            and re.search(r"#[0-9A-Fa-f]{6}\b", lines[raw.places[name].line - 1])]


def parse_settings(settings: Iterable[str], questionnaire: Questionnaire) -> dict[str, Any]:
    """The typed answers in `KEY=VALUE` strings; several choices are joined by commas. Raises AnswersError."""
    problems: list[Problem] = []
    raw = {}
    for setting in settings:
        key, equals, value = setting.partition("=")
        if not equals:
            problems.append(error(f"`{setting}` has no equals sign", Place("--set"), "Write --set KEY=VALUE."))
            continue
        raw[key.strip()] = value
    given = _parse(raw, lambda key: Place("--set"), questionnaire, problems)
    if problems:
        raise AnswersError(*problems)
    return given


def _parse(raw: Mapping[str, Any], place, questionnaire: Questionnaire, problems: list[Problem]) -> dict[str, Any]:
    given, questions = {}, questionnaire.questions
    for key, value in raw.items():
        if key not in questions:
            problems.append(error(f"there is no question called `{key}`", place(key), nearest(key, questions)
                                  or "`policygen questions` lists all of them."))
            continue
        try:
            parsed = parse_answer(questions[key], value)
        except NotAnAnswer as exc:
            where = exc.place if exc.place.line else place(key)
            problems.append(error(f"{key}: {exc.message}", where, exc.hint))
            continue
        if value is not None and not (questions[key].type in _NEVER_EMPTY and str(value).strip() == ""):
            given[key] = parsed
    return given


# ---- completing --------------------------------------------------------------------------------------------------


def readable(questionnaire: Questionnaire, values: Mapping[str, Any]) -> dict[str, Any]:
    """What conditions can read: the answers so far, the empty value of every other question, and all facts."""
    questions = questionnaire.questions
    context = {name: question.empty for name, question in questions.items()} | {
        name: questions[name].unsure if value is NOT_SURE else value for name, value in values.items()}
    for fact in questionnaire.facts.values():
        context[fact.id] = fact.condition.holds(context)
    return context


def applies(question: Question, questionnaire: Questionnaire, values: Mapping[str, Any]) -> bool:
    """Whether the question is asked, after these earlier answers."""
    return question.when is None or question.when.holds(readable(questionnaire, values))


def suggestion(question: Question, questionnaire: Questionnaire, values: Mapping[str, Any]) -> Any:
    """The suggested answer after these earlier answers; None when there is none."""
    if question.default_from is None:
        return question.default
    value = question.default_from.value(readable(questionnaire, values))
    return value if value != question.empty or question.type in _NEVER_EMPTY else None


def complete(questionnaire: Questionnaire, given: Mapping[str, Any], source: str, draft: bool = False) -> Answers:
    """All answers: what was given, else what is suggested, else a gap.

    `source` names the answers in messages. A draft may leave printed words open: they become blanks. Raises
    AnswersError with every question that still needs an answer.
    """
    values: dict[str, Any] = {}
    suggested, applicable, unsure, problems = [], [], [], []
    for question in questionnaire.questions.values():
        if not applies(question, questionnaire, values):
            values[question.id] = question.empty
            continue
        applicable.append(question.id)
        value = given.get(question.id)
        if value is NOT_SURE:
            unsure.append(question.id)
            value = question.unsure
        if value is None or value == question.empty and question.required and question.type not in _NEVER_EMPTY:
            value = suggestion(question, questionnaire, values)
            if value is not None:
                suggested.append(question.id)
        if value is None and question.required:
            if draft and question.type in _MAY_BE_BLANK and question.id != "organisation_name":
                value = marker(BLANK, question.id.replace("_", " "))
            else:
                example = f" For example: {question.example.splitlines()[0]}" if question.example else ""
                problems.append(error(f"`{question.id}` has no answer", Place(source), f"{question.ask}{example}"))
        values[question.id] = question.empty if value is None else value
    if problems:
        raise AnswersError(*problems)
    return Answers(readable(questionnaire, values), tuple(suggested), tuple(applicable), tuple(unsure))


# ---- saving ------------------------------------------------------------------------------------------------------


def dump(questionnaire: Questionnaire, values: Mapping[str, Any], suggested: Iterable[str] = (),
         earlier: str = "") -> str:
    """The text of an answers file: each answer under its question as a comment, grouped by part.

    `earlier` is the text of an answers file that was read before: its order and comments are kept, answers that have
    not changed stay as they were written, and answers that are not among `values` stay too. Of a text in braces, as
    JSON is, only the comments are kept.
    """
    text, there = _edited(questionnaire, values, earlier) if earlier.strip() else ("", frozenset())
    for part in questionnaire.parts:
        heading = "" if there else f"\n# {part.title}\n# {'-' * len(part.title)}\n"
        for question in part.questions:
            if question.id in values and question.id not in there:
                text += f"{heading}\n{_comment(question.ask)}\n{_rendered(question.id, values[question.id])}\n"
                heading = ""
    if left := [name for name in suggested if name in values]:
        text += f"\n{_SUGGESTED_NOTE}\n{_rendered(SUGGESTED, left)}\n"
    return text.lstrip("\n")


_SUGGESTED_NOTE = "# The questions whose suggested answer was taken. Change the answer above, not this list."


def _edited(questionnaire: Questionnaire, values: Mapping[str, Any], earlier: str) -> tuple[str, frozenset[str]]:
    """An earlier text with the answers that have changed, without its list of suggestions; and the names in it."""
    raw, lines = parse_yaml(earlier, Place("", 1), AnswersError), earlier.split("\n")
    starts = sorted((place.line - 1, name) for name, place in raw.places.items())
    if not starts or any(lines[start][:1] in " {" for start in {raw.place.line - 1, *(start for start, _ in starts)}):
        return "\n".join([*comments(earlier), ""]), frozenset()
    kept = lines[:starts[0][0]]
    for (start, name), (end, _) in zip(starts, [*starts[1:], (len(lines), "")]):
        entry, after = _parted(lines[start:end])
        if name == SUGGESTED:
            kept, entry = [line for line in kept if line != _SUGGESTED_NOTE], comments("\n".join(entry))
        elif name in values and not _says(questionnaire.questions[name], raw[name], values[name]):
            entry = _replaced(entry, _rendered(name, values[name]).split("\n"))
        kept += entry + after
    return "\n".join(kept).rstrip("\n") + "\n", frozenset(raw) & frozenset(questionnaire.questions)


def _parted(lines: list[str]) -> tuple[list[str], list[str]]:
    """The lines of an entry, and the empty lines and comments at the margin that follow it."""
    end = len(lines)
    while not lines[end - 1].strip() or lines[end - 1].startswith("#"):
        end -= 1
    return lines[:end], lines[end:]


def _says(question: Question, raw: Any, value: Any) -> bool:
    try:
        return parse_answer(question, raw) == value
    except NotAnAnswer:
        return False


def _replaced(entry: list[str], new: list[str]) -> list[str]:
    """The lines of a new entry with the comments of the old one."""
    notes = comments("\n".join(entry))
    return [f"{new[0]}  {notes[0]}"] if len(new) == len(notes) == 1 else new + notes


def _comment(words: str) -> str:
    return "\n".join(f"# {line}".rstrip() for line in words.strip().split("\n"))


def _rendered(name: str, value: Any) -> str:
    """The line or lines of one answer in YAML."""
    from ruamel.yaml import YAML

    yaml = YAML()
    yaml.width, yaml.allow_unicode = 110, True
    yaml.indent(mapping=2, sequence=4, offset=2)
    stream = StringIO()
    yaml.dump({name: _written(value)}, stream)
    return stream.getvalue().rstrip("\n")


def earlier_text(path: Path) -> str:
    """The text of an answers file that was read before."""
    return read_text(path, AnswersError)


def _written(value: Any) -> Any:
    """The value as it stands in YAML."""
    from ruamel.yaml.scalarstring import LiteralScalarString

    match value:
        case bool():
            return "yes" if value else "no"
        case NotSure():
            return "not sure"
        case date():
            return value
        case str():
            return LiteralScalarString(value) if "\n" in value else value
        case list():
            return [_written(item) for item in value]
        case dict():
            return {key: _written(item) for key, item in value.items()}
    return value

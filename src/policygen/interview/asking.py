"""One question put to a person: its prompts, and the typed answer.

In: a question, what is suggested and offered, and the prompts. Out: the typed answer, or the `Action` that somebody
chose instead. It knows nothing of other questions and keeps nothing; a table is handed on after each row.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from policygen.formats import house
from policygen.model.problems import AnswersError
from policygen.interview.prompts import NO_ACTIONS, Action, Option, Prompts
from policygen.library.question import (
    NOT_SURE, Choice, Column, NotAnAnswer, Question, answer_in_words, cell_in_words, parse_answer,
)

_OTHER = object()


@dataclass(frozen=True, slots=True)
class Ask:
    """What there is to know to ask one question."""

    question: Question
    offered: tuple[Choice, ...]
    """The choices that can be chosen now."""
    suggested: Any
    """The typed answer that Enter alone gives; None for none."""
    latest: date
    """No date may be later."""
    prompts: Prompts
    actions: Mapping[Action, str]
    """What else somebody may do, with its words."""
    keep: Callable[[list[dict[str, Any]]], None]
    """Hears the rows of a table after each change."""


def put(ask: Ask) -> Any:
    """The typed answer to the question, or an Action."""
    match ask.question.type:
        case "yes_no":
            options = [Option("Yes", True), Option("No", False), *_not_sure(ask.question)]
            return ask.prompts.choose(options, ask.suggested, ask.actions)
        case "choice":
            return _one_of(ask)
        case "choices":
            return _some_of(ask)
        case "table":
            return _table(ask)
    return _typed(ask.question, ask.suggested, ask.prompts, ask.actions, latest=ask.latest)


def _not_sure(question: Question) -> list[Option]:
    """The option of somebody who does not know, where the question has a protective answer to go on with."""
    if question.unsure is None:
        return []
    taken = answer_in_words(question, question.unsure)
    return [Option(f"Not sure (until it is decided: {taken[0].lower()}{taken[1:]})", NOT_SURE)]


# ---- what is typed -----------------------------------------------------------------------------------------------


def _typed(question: Question, suggested: Any, prompts: Prompts, actions: Mapping[Action, str] = NO_ACTIONS,
           label: str = ">", latest: date = date.max) -> Any:
    """The answer to a question that is typed: text, paragraph, number, period, date."""
    written = "" if suggested is None or suggested is NOT_SURE else str(suggested)
    raw = prompts.write(label, lambda text: _verdict(question, text, latest), written, question.type == "paragraph",
                        actions)
    return raw if isinstance(raw, Action) else parse_answer(question, raw)


def _verdict(question: Question, raw: str | list[str], latest: date) -> bool | str:
    """True for an answer, else what is wrong with it."""
    if not raw:
        return "Please type an answer." if question.required else True
    try:
        value = parse_answer(question, raw)
        if question.type == "file":
            house.read_logo(value, Path())  # now, and not after the last question
    except NotAnAnswer as exc:
        return f"{exc.message[0].upper()}{exc.message[1:]}. {exc.hint}"
    except AnswersError as exc:
        words = exc.problems[0].message
        return f"{words[0].upper()}{words[1:]}."
    if isinstance(value, date) and value > latest:
        return f"{value} is after {latest}, the date of this pack."
    return True


# ---- choices -----------------------------------------------------------------------------------------------------


def _one_of(ask: Ask) -> Any:
    question, suggested = ask.question, ask.suggested
    options = [Option(choice.label, choice.value) for choice in ask.offered]
    if question.other:
        listed = {question.empty, *(choice.value for choice in question.choices)}
        if isinstance(suggested, str) and suggested not in listed:
            options.append(Option(suggested, suggested))
        options.append(Option("Something else ...", _OTHER))
    if not question.required:
        options.append(Option("Leave it empty", question.empty))
        suggested = question.empty if suggested is None else suggested
    chosen = ask.prompts.choose([*options, *_not_sure(question)], suggested, ask.actions)
    if chosen is not _OTHER:
        return chosen
    return _typed(question, None, ask.prompts, ask.actions, "What is it called?")


def _some_of(ask: Ask) -> Any:
    question, suggested = ask.question, ask.suggested or []
    labels = {choice.value: choice.label for choice in ask.offered}
    labels |= {value: value for value in suggested if value not in labels}
    options = [Option(label, value) for value, label in labels.items()]
    if question.other:
        options.append(Option("Something else ...", _OTHER))
    ticked = ask.prompts.tick(options, suggested, question.required, ask.actions)
    if isinstance(ticked, Action) or _OTHER not in ticked:
        return ticked
    ticked.remove(_OTHER)
    typed = ask.prompts.write("What else? Join several by commas:",
                              lambda text: _verdict(question, _parts(text), date.max), actions=ask.actions)
    return typed if isinstance(typed, Action) else parse_answer(question, [*ticked, *_parts(typed)])


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


# ---- tables ------------------------------------------------------------------------------------------------------


def _table(ask: Ask) -> Any:
    """The rows of a table, filled in row by row."""
    prompts, question = ask.prompts, ask.question
    rows = [dict(row) for row in ask.suggested or []]
    while True:
        for number, row in enumerate(rows, 1):
            prompts.say(f"  {number}. " + " | ".join(cell_in_words(column, row[column.id])
                                                     for column in question.columns))
        right = _done if rows or not question.required else None
        options = [Option("This list is right", right)] if right else []
        options.append(Option("Add a row", _add))
        if rows:
            options += [Option("Change a row", _change), Option("Delete a row", _delete)]
        if len(rows) > 1:
            options.append(Option("Move a row", _move))
        step = prompts.choose(options, right, ask.actions)
        if isinstance(step, Action):
            return step
        if step is _done:
            return rows
        changed = step(rows, question, prompts)
        if changed != rows:
            rows = changed
            ask.keep(rows)


Rows = list[dict[str, Any]]
_CANCEL = {Action.BACK: "Go back to the list; this row stays as it was"}


def _done(rows: Rows, question: Question, prompts: Prompts) -> Rows:
    return rows


def _add(rows: Rows, question: Question, prompts: Prompts) -> Rows:
    row = _row(question, {}, prompts)
    return rows if row is None else [*rows, row]


def _change(rows: Rows, question: Question, prompts: Prompts) -> Rows:
    index = _which(rows, prompts)
    row = None if index is None else _row(question, rows[index], prompts)
    return rows if row is None else [*rows[:index], row, *rows[index + 1:]]


def _delete(rows: Rows, question: Question, prompts: Prompts) -> Rows:
    index = _which(rows, prompts)
    return rows if index is None else [*rows[:index], *rows[index + 1:]]


def _move(rows: Rows, question: Question, prompts: Prompts) -> Rows:
    index = _which(rows, prompts)
    if index is None:
        return rows
    others = [*rows[:index], *rows[index + 1:]]
    places = [Option("To the top", 0), *(Option(f"Below {_name(row)}", number)
                                         for number, row in enumerate(others, 1))]
    place = prompts.choose(places, index, _CANCEL)
    return rows if isinstance(place, Action) else [*others[:place], rows[index], *others[place:]]


def _which(rows: Rows, prompts: Prompts) -> int | None:
    """The index of the row that is meant; None for none."""
    options = [Option(f"{number}. {_name(row)}", number - 1) for number, row in enumerate(rows, 1)]
    chosen = prompts.choose(options, actions=_CANCEL)
    return None if isinstance(chosen, Action) else chosen


def _name(row: Mapping[str, Any]) -> str:
    return str(next(iter(row.values())))


def _row(question: Question, row: Mapping[str, Any], prompts: Prompts) -> dict[str, Any] | None:
    """A row with a cell for each column; None when somebody would rather leave it as it was."""
    filled: dict[str, Any] = {}
    prompts.say(prompts.cancel, "dim")
    for column in question.columns:
        cell = _cell(question, column, row.get(column.id), prompts)
        if isinstance(cell, Action):
            return None
        filled[column.id] = cell
    return filled


def _cell(question: Question, column: Column, value: Any, prompts: Prompts) -> Any:
    """One cell, asked as a question of the column's type; an Action when somebody goes back."""
    match column.type:
        case "choice":
            prompts.say(f" {column.label}:")
            return prompts.choose([Option(choice.label, choice.value) for choice in column.choices], value, _CANCEL)
        case "yes_no":
            prompts.say(f" {column.label}:")
            return prompts.choose([Option("Yes", True), Option("No", False)], value, _CANCEL)
    return _typed(_as_question(question, column), value, prompts, _CANCEL, f"{column.label}:")


def _as_question(question: Question, column: Column) -> Question:
    """A column of text or of periods as a question of its own, so that its cells are judged like answers."""
    return Question(
        id=column.id, ask=column.label, type=column.type, why="", example="", choices=(), other=False, columns=(),
        when=None, required=True, default=None, default_from=None, unsure=None, minimum=None, maximum=None, says="",
        otherwise="", covers=(), part=question.part, place=question.place)

"""The questions asked in a terminal, one after the other, and the draft that keeps what was said.

In: the questionnaire, the answers there are already, and the folder for output. Out: typed answers. Every answer is
on disk before the next question comes. It decides nothing: whether a question applies, what it suggests and what
counts as an answer come from `answers` and `questionnaire`.
"""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import questionary
from questionary import Choice as Option

from policygen import answers, edition
from policygen.errors import AnswersError, Interrupted
from policygen.questionnaire import Column, NotAnAnswer, Question, Questionnaire, parse_answer

DRAFT = "answers.draft.yaml"
_OTHER = object()


def run(questionnaire: Questionnaire, given: Mapping[str, Any], to: Path) -> dict[str, Any]:
    """Ask everything that applies and has no answer yet. Raises Interrupted when somebody stops."""
    said = dict(given)
    try:
        said = _carry_on(questionnaire, to) | said
        for part_number, part in enumerate(questionnaire.parts, 1):
            heading = f"\nPart {part_number} of {len(questionnaire.parts)}: {part.title}"
            for question in part.questions:
                if question.id in said or not answers.applies(question, questionnaire, said):
                    continue
                if heading:
                    _say(heading, "bold underline")
                    heading = ""
                said[question.id] = _ask(question, answers.suggestion(question, questionnaire, said))
                if question.id == "organisation_name":
                    said |= _same_organisation(questionnaire, to, said)
                _keep(questionnaire, said, to)
    except (KeyboardInterrupt, EOFError):
        raise Interrupted(_draft_path(said, to)) from None
    return said


# ---- the draft ---------------------------------------------------------------------------------------------------


def _draft_path(said: Mapping[str, Any], to: Path) -> Path | None:
    name = said.get("organisation_name")
    return to / edition.slug(name) / DRAFT if name else None


def _keep(questionnaire: Questionnaire, said: Mapping[str, Any], to: Path) -> None:
    if path := _draft_path(said, to):
        edition.write_safely(path, answers.dump(questionnaire, said))


def finished(home: Path) -> None:
    """The pack is made: the draft in its organisation's folder has served."""
    (home / DRAFT).unlink(missing_ok=True)


def _carry_on(questionnaire: Questionnaire, to: Path) -> dict[str, Any]:
    """The answers of a draft that somebody wants to carry on with; nothing to begin anew."""
    drafts = {path: _readable(questionnaire, path) for path in sorted(to.glob(f"*/{DRAFT}"))}
    options = [Option(f"Carry on: {_how_far(questionnaire, said)}", said) for said in drafts.values() if said]
    if not options:
        return {}
    options.append(Option("Start with another organisation", {}))
    return _prompt(questionary.select("There are unfinished answers.", choices=options))


def _readable(questionnaire: Questionnaire, path: Path) -> dict[str, Any]:
    """The answers in a draft. One that somebody has broken by hand is shown with its problems and left alone."""
    try:
        return answers.read(path, questionnaire)
    except AnswersError as exc:
        _say(f"{exc}\nThis draft cannot be carried on with until it is mended.")
        return {}


def _how_far(questionnaire: Questionnaire, said: Mapping[str, Any]) -> str:
    asked = [item for item in questionnaire.questions.values() if answers.applies(item, questionnaire, said)]
    done = sum(item.id in said for item in asked)
    return f"{said.get('organisation_name', 'no name yet')} ({done} of about {len(asked)} questions answered)"


def _same_organisation(questionnaire: Questionnaire, to: Path, said: Mapping[str, Any]) -> dict[str, Any]:
    """The answers of a draft for an organisation of this name, if somebody wants them."""
    path = _draft_path(said, to)
    if not path or not path.exists() or not (earlier := _readable(questionnaire, path)):
        return {}
    question = f"There are unfinished answers for it: {_how_far(questionnaire, earlier)}. Carry on with them?"
    return earlier if _prompt(questionary.confirm(question, default=True)) else {}


# ---- one question ------------------------------------------------------------------------------------------------


def _prompt(prompt: questionary.Question) -> Any:
    # ask() would give None on Ctrl-C, as if that were an answer.
    return prompt.unsafe_ask()


def _say(words: str, style: str = "") -> None:
    """Print lines, wrapped between words; what hangs below a number is indented."""
    width = min(shutil.get_terminal_size().columns, 100)
    for line in words.split("\n"):
        indent = " " * (len(line) - len(line.lstrip()) + 3) if line.startswith(" ") else ""
        questionary.print(textwrap.fill(line, width, subsequent_indent=indent), style=style)


def _ask(question: Question, suggested: Any) -> Any:
    """The typed answer of a person to one question."""
    hints = [question.why, question.example and f"For example: {question.example}"]
    _say("\n" + "\n".join(filter(None, hints)), "fg:ansibrightblack")
    match question.type:
        case "yes_no":
            return _prompt(questionary.confirm(question.ask, default=bool(suggested)))
        case "choice":
            return _one_of(question, suggested)
        case "choices":
            return _some_of(question, suggested or [])
        case "table":
            return _table(question, suggested or [])
    return _typed(question, _default(suggested))


def _default(suggested: Any) -> str:
    """A suggested scalar as the text to begin with."""
    return "" if suggested is None else str(suggested)


def _typed(question: Question, default: str, ask: str = "") -> Any:
    """The answer to a question that is typed: text, paragraph, number, period, date."""

    def check(text: str) -> bool | str:
        if not text.strip():
            return "Please type an answer." if question.required else True
        try:
            parse_answer(question, text)
        except NotAnAnswer as exc:
            return f"{exc.message.capitalize()}. {exc.hint}"
        return True

    lines = question.type == "paragraph"
    raw = _prompt(questionary.text(ask or question.ask, default=default, validate=check, multiline=lines,
                                   instruction="(finish with Esc, then Enter)\n" if lines else None))
    return parse_answer(question, raw.strip())


def _one_of(question: Question, suggested: Any) -> str:
    options = [Option(choice.label, choice.value) for choice in question.choices]
    values = [choice.value for choice in question.choices]
    if question.other:
        if suggested and suggested not in values:
            options.append(Option(suggested, suggested))
            values.append(suggested)
        options.append(Option("Something else ...", _OTHER))
    chosen = _prompt(questionary.select(question.ask, choices=options, instruction="(arrow keys, Enter)",
                                        default=suggested if suggested in values else None))
    return _typed(question, "", "What is it called?") if chosen is _OTHER else chosen


def _some_of(question: Question, suggested: list[str]) -> list[str]:
    options = [Option(choice.label, choice.value, checked=choice.value in suggested) for choice in question.choices]
    known = {choice.value for choice in question.choices}
    options += [Option(value, value, checked=True) for value in suggested if value not in known]
    if question.other:
        options.append(Option("Something else ...", _OTHER))
    chosen = _prompt(questionary.checkbox(
        question.ask, choices=options, instruction="(arrow keys; space to tick; Enter)",
        validate=lambda ticked: True if ticked or not question.required else "Tick at least one, with the space bar."))
    if _OTHER not in chosen:
        return chosen
    typed = _prompt(questionary.text("What else? Join several by commas.", validate=lambda text: bool(text.strip())))
    return parse_answer(question, [*(item for item in chosen if item is not _OTHER),
                                   *(part.strip() for part in typed.split(",") if part.strip())])


# ---- tables ------------------------------------------------------------------------------------------------------


def _table(question: Question, suggested: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows of a table, filled in row by row."""
    rows = [dict(row) for row in suggested]
    _say(question.ask, "bold")
    while True:
        for number, row in enumerate(rows, 1):
            _say(f"  {number}. " + " | ".join(_cell_in_words(column, row[column.id]) for column in question.columns))
        options = [Option("This is right", "done")] if rows or not question.required else []
        options.append(Option("Add a row", "add"))
        options += [Option(f"Change row {number}", ("change", number - 1)) for number in range(1, len(rows) + 1)]
        options += [Option(f"Delete row {number}", ("delete", number - 1)) for number in range(1, len(rows) + 1)]
        match _prompt(questionary.select("Is the list right?", choices=options, instruction="(arrow keys, Enter)")):
            case "done":
                return rows
            case "add":
                rows.append(_row(question, {}))
            case ("change", index):
                rows[index] = _row(question, rows[index])
            case ("delete", index):
                del rows[index]


def _row(question: Question, row: Mapping[str, Any]) -> dict[str, Any]:
    return {column.id: _cell(question, column, row.get(column.id)) for column in question.columns}


def _cell(question: Question, column: Column, value: Any) -> Any:
    """One cell, asked as a question of the column's type."""
    as_question = Question(
        id=column.id, ask=column.label, type=column.type, why="", example="", choices=column.choices, other=False,
        columns=(), when=None, required=True, default=None, default_from=None, unsure=None, minimum=None, maximum=None, says="",
        otherwise="", covers=(), part=question.part, place=question.place)
    match column.type:
        case "choice":
            return _one_of(as_question, value)
        case "yes_no":
            return _prompt(questionary.confirm(column.label, default=bool(value)))
    return _typed(as_question, _default(value))


def _cell_in_words(column: Column, value: Any) -> str:
    labels = {choice.value: choice.label for choice in column.choices}
    return labels.get(value, "yes" if value is True else "no" if value is False else str(value))

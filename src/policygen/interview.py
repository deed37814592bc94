"""The questions asked in a terminal, one after the other, and the draft that keeps what was said.

In: the questionnaire, the answers there are already, the folder for output, and the pack's date. Out: typed answers.
Every answer is on disk before the next question comes. It decides nothing: whether a question applies, what it
suggests and what counts as an answer come from `answers` and `questionnaire`.
"""

from __future__ import annotations

import re
import shutil
import textwrap
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import questionary
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from questionary import Choice as Option

from policygen import answers, edition, house
from policygen.errors import AnswersError, Interrupted, Place, error
from policygen.questionnaire import NOT_SURE, Column, NotAnAnswer, Question, Questionnaire, parse_answer
from policygen.wording import answer_in_words

DRAFT = "answers.draft.yaml"
_OTHER = object()
_WELCOME = """
Where there is a suggested answer, Enter takes it. Your answers stay on this computer, and each is kept as soon as
 you give it: Ctrl-C stops at any time, and you can carry on another day.""".replace("\n ", " ")


def run(questionnaire: Questionnaire, given: Mapping[str, Any], to: Path, as_at: date) -> dict[str, Any]:
    """Ask everything that applies and has no answer yet. `as_at` is the pack's date: no date may be later.

    Raises Interrupted when somebody stops; OutputError or AnswersError when the organisation's folder, or the
    unfinished answers in it, cannot be used.
    """
    said = dict(given)
    try:
        _say(_WELCOME)
        said = _known_here(questionnaire, to, said) if "organisation_name" in said else (
            _carry_on(questionnaire, to) | said)
        for number, part in enumerate(questionnaire.parts, 1):
            heading = f"\nPart {number} of {len(questionnaire.parts)}: {part.title}"
            for question in part.questions:
                if _is_settled(said.get(question.id), as_at) or not answers.applies(question, questionnaire, said):
                    continue
                if question.id == "approved_on" and NOT_SURE in said.values():
                    _say("\nThe policy stays a draft for now: at least one answer is “not sure”.")
                    said[question.id] = question.empty
                    continue
                if heading:
                    _say(heading, "bold underline")
                    heading = ""
                said[question.id] = _ask(question, answers.suggestion(question, questionnaire, said), as_at)
                if question.id == "organisation_name":
                    said = _known_here(questionnaire, to, said)
                _keep(questionnaire, said, to)
    except (KeyboardInterrupt, EOFError):
        draft = draft_path(said, to)
        raise Interrupted(draft if draft and draft.exists() else None) from None
    return said


def _is_settled(value: Any, as_at: date) -> bool:
    """Whether a question has its answer. A day that has not come yet is asked for again."""
    return value is not None and not (isinstance(value, date) and value > as_at)


# ---- the draft ---------------------------------------------------------------------------------------------------


def draft_path(said: Mapping[str, Any], to: Path) -> Path | None:
    """Where answers are kept until the pack is made; None as long as the organisation has no name."""
    name = said.get("organisation_name")
    return to / edition.slug(name) / DRAFT if name else None


def _keep(questionnaire: Questionnaire, said: Mapping[str, Any], to: Path) -> None:
    if path := draft_path(said, to):
        edition.write_safely(path, answers.dump(questionnaire, said))


def _carry_on(questionnaire: Questionnaire, to: Path) -> dict[str, Any]:
    """The answers of a draft that somebody wants to carry on with; nothing to begin anew."""
    drafts = [_readable(questionnaire, path) for path in sorted(to.glob(f"*/{DRAFT}"))]
    options = [(f"Carry on: {_how_far(questionnaire, said)}", said) for said in drafts if said]
    if not options:
        return {}
    _say("\nThere are unfinished answers.", "bold")
    return _select([*options, ("Start with another organisation", {})])


def _readable(questionnaire: Questionnaire, path: Path) -> dict[str, Any]:
    """The answers in a draft. One that somebody has broken by hand is shown with its problems and left alone."""
    try:
        return answers.read(path, questionnaire)
    except AnswersError as exc:
        _say(f"\n{exc}\nThese unfinished answers cannot be carried on with until that is mended.")
        return {}


def _how_far(questionnaire: Questionnaire, said: Mapping[str, Any]) -> str:
    asked = [item for item in questionnaire.questions.values() if answers.applies(item, questionnaire, said)]
    done = sum(item.id in said for item in asked)
    return f"{said.get('organisation_name', 'no name yet')} ({done} of about {len(asked)} questions answered)"


def _known_here(questionnaire: Questionnaire, to: Path, said: dict[str, Any]) -> dict[str, Any]:
    """What was said, over the unfinished answers of the same organisation if somebody wants them.

    Raises OutputError at once, and not after half an hour, when the folder is another organisation's.
    """
    edition.next_number(to, said["organisation_name"])
    path = draft_path(said, to)
    if not path.exists():
        return said
    try:
        earlier = answers.read(path, questionnaire)
    except AnswersError as exc:
        raise AnswersError(*exc.problems, error("these are your unfinished answers", Place(str(path)),
                                                "Correct the lines above, or delete the file to begin again.")) from None
    _say("\nThere are unfinished answers for it.", "bold")
    return _select([(f"Carry on: {_how_far(questionnaire, earlier)}", earlier | said),
                    ("Begin again, and throw the unfinished answers away", said)])


# ---- one question ------------------------------------------------------------------------------------------------


def _width() -> int:
    return max(20, min(shutil.get_terminal_size().columns, 100))


def _say(words: str, style: str = "") -> None:
    """Print lines, wrapped between words; below a number or a `>` they hang."""
    for line in words.split("\n"):
        indent = " " * re.match(r" *((>|\d+\.) )?", line).end()
        questionary.print(textwrap.fill(line, _width(), subsequent_indent=indent), style=style)


def _ask(question: Question, suggested: Any, as_at: date) -> Any:
    """The typed answer of a person to one question."""
    _say(f"\n{question.ask}", "bold")
    for hint in filter(None, (question.why, question.example and f"For example: {question.example}")):
        _say(hint)
    match question.type:
        case "yes_no" if question.unsure is not None:
            return _select([("Yes", True), ("No", False), *_not_sure(question)], bool(suggested))
        case "yes_no":
            return _yes_no("Yes or no?", bool(suggested))
        case "choice":
            return _one_of(question, suggested)
        case "choices":
            return _some_of(question, suggested or [])
        case "table":
            return _table(question, suggested or [])
        case "paragraph":
            _say("Enter begins a new line; an empty line finishes.")
    return _typed(question, suggested, latest=as_at)


def _typed(question: Question, suggested: Any, label: str = ">", latest: date = date.max) -> Any:
    """The answer to a question that is typed: text, paragraph, number, period, date."""
    raw = _words(label, lambda text: _verdict(question, text.strip(), latest),
                 "" if suggested is None else str(suggested), question.type == "paragraph").strip()
    _say(f" {label} {raw or '(left empty)'}".replace("\n", "\n   "))
    return parse_answer(question, raw)


def _words(label: str, validate: Callable[[str], bool | str], suggested: str = "", lines: bool = False) -> str:
    """What somebody types, of one line or of several."""
    keys = KeyBindings()
    keys.add("c-d")(_stop)
    if lines:
        keys.add("enter")(_empty_line_finishes)
    return _prompt(questionary.text(label, qmark="", default=suggested, multiline=lines, instruction="",
                                    validate=validate, validate_while_typing=False, key_bindings=keys,
                                    erase_when_done=True))


def _verdict(question: Question, raw: str | list[str], latest: date) -> bool | str:
    """True for an answer, else what is wrong with it, in words that fit on the one line that there is for them."""
    if not raw:
        return "Please type an answer." if question.required else True
    try:
        value = parse_answer(question, raw)
        if question.type == "file":
            house.read_logo(value, Path())  # now, and not after the last question
    except NotAnAnswer as exc:
        words = f"{exc.message[0].upper()}{exc.message[1:]}. {exc.hint}"
        return words if len(words) < _width() else exc.hint
    except AnswersError as exc:
        words = exc.problems[0].message
        return f"{words[0].upper()}{words[1:]}."
    if isinstance(value, date) and value > latest:
        return f"{value} is after {latest}, the date of this pack."
    return True


def _stop(event: KeyPressEvent) -> None:
    event.app.exit(exception=EOFError)


def _empty_line_finishes(event: KeyPressEvent) -> None:
    buffer = event.current_buffer
    if buffer.document.is_cursor_at_the_end and not buffer.document.current_line.strip():
        buffer.validate_and_handle()
    else:
        buffer.newline()


def _yes_no(label: str, suggested: bool) -> bool:
    """Enter ends it, as everywhere: were `y` alone enough, the Enter after it would answer the next question."""
    said = _prompt(questionary.confirm(
        label, qmark="", default=suggested, auto_enter=False, erase_when_done=True,
        instruction=f"(y or n, then Enter; Enter alone means {'yes' if suggested else 'no'}) "))
    _say(f" {label} {'Yes' if said else 'No'}")
    return said


def _prompt(prompt: questionary.Question) -> Any:
    # ask() would give None on Ctrl-C, as if that were an answer.
    return prompt.unsafe_ask()


# ---- choices -----------------------------------------------------------------------------------------------------


def _list(prompt: questionary.Question) -> Any:
    """What is chosen from a list; Ctrl-D stops there as everywhere."""
    prompt.application.key_bindings.add("c-d", eager=True)(_stop)
    return _prompt(prompt)


def _select(options: list[tuple[str, Any]], suggested: Any = None) -> Any:
    """The value of the one option that somebody chooses, of pairs of label and value."""
    chosen = _list(questionary.select(
        "Choose one", qmark="", instruction="(arrow keys, then Enter)", erase_when_done=True, default=suggested,
        choices=[Option(_folded(label, 3), value) for label, value in options]))
    _say(f" > {next(label for label, value in options if value is chosen or value == chosen)}")
    return chosen


def _folded(label: str, indent: int) -> str:
    """A label on as many lines as it needs: a list cuts off what is too long."""
    return textwrap.fill(label, _width() - indent - 1).replace("\n", "\n" + " " * indent)


def _one_of(question: Question, suggested: Any) -> str:
    options = [(choice.label, choice.value) for choice in question.choices]
    values = [choice.value for choice in question.choices]
    if question.other:
        if suggested and suggested not in values:
            options.append((suggested, suggested))
            values.append(suggested)
        options.append(("Something else ...", _OTHER))
    options += _not_sure(question)
    chosen = _select(options, suggested if suggested in values else None)
    return _typed(question, None, "What is it called?") if chosen is _OTHER else chosen


def _not_sure(question: Question) -> list[tuple[str, Any]]:
    """The option of somebody who does not know, where the question has a protective answer to go on with."""
    if question.unsure is None:
        return []
    taken = answer_in_words(question, question.unsure)
    return [(f"Not sure (until it is decided: {taken[0].lower()}{taken[1:]})", NOT_SURE)]


def _some_of(question: Question, suggested: list[str]) -> list[str]:
    labels = {choice.value: choice.label for choice in question.choices}
    labels |= {value: value for value in suggested if value not in labels}
    options = [Option(_folded(label, 5), value, checked=value in suggested) for value, label in labels.items()]
    if question.other:
        options.append(Option("Something else ...", _OTHER))
    ticked = _list(questionary.checkbox(
        "Tick what fits", qmark="", choices=options, instruction="(arrow keys; space to tick; Enter when it is right)",
        erase_when_done=True,
        validate=lambda ticked: True if ticked or not question.required else "Tick at least one, with the space bar."))
    _say(" > " + ("; ".join(labels[item] for item in ticked if item is not _OTHER) or "(none of these)"))
    if _OTHER not in ticked:
        return ticked
    ticked.remove(_OTHER)
    typed = _words("What else? Join several by commas:", lambda text: _verdict(question, _parts(text), date.max))
    _say(f" > {typed}")
    return parse_answer(question, [*ticked, *_parts(typed)])


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


# ---- tables ------------------------------------------------------------------------------------------------------


def _table(question: Question, suggested: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows of a table, filled in row by row."""
    rows = [dict(row) for row in suggested]
    while True:
        for number, row in enumerate(rows, 1):
            _say(f"  {number}. " + " | ".join(_cell_in_words(column, row[column.id]) for column in question.columns))
        options = [("This list is right", "done")] if rows or not question.required else []
        options.append(("Add a row", "add"))
        if rows:
            options += [("Change a row", "change"), ("Delete a row", "delete")]
        match _select(options):
            case "done":
                return rows
            case "add":
                rows.append(_row(question, {}))
            case "change":
                index = _which(rows)
                rows[index] = _row(question, rows[index])
            case "delete":
                del rows[_which(rows)]


def _which(rows: list[dict[str, Any]]) -> int:
    """The index of the row that is meant."""
    return _select([(f"{number}. {next(iter(row.values()))}", number - 1) for number, row in enumerate(rows, 1)])


def _row(question: Question, row: Mapping[str, Any]) -> dict[str, Any]:
    return {column.id: _cell(question, column, row.get(column.id)) for column in question.columns}


def _cell(question: Question, column: Column, value: Any) -> Any:
    """One cell, asked as a question of the column's type."""
    as_question = Question(
        id=column.id, ask=column.label, type=column.type, why="", example="", choices=column.choices, other=False,
        columns=(), when=None, required=True, default=None, default_from=None, unsure=None, minimum=None,
        maximum=None, says="",
        otherwise="", covers=(), part=question.part, place=question.place)
    match column.type:
        case "choice":
            _say(f" {column.label}:")
            return _one_of(as_question, value)
        case "yes_no":
            return _yes_no(f"{column.label}:", bool(value))
    return _typed(as_question, value, f"{column.label}:")


def _cell_in_words(column: Column, value: Any) -> str:
    labels = {choice.value: choice.label for choice in column.choices}
    return labels.get(value, "yes" if value is True else "no" if value is False else str(value))

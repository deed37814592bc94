"""Answers: read from a file or the command line, completed with defaults, saved for people.

In: raw answers in layers and the questionnaire. Out: `Answers`, a typed value for every question, or an AnswersError
with everything that is wrong or missing. A question that does not apply has the empty value of its type, whatever a
file says, so that no hidden answer is ever used.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any, Literal

import msgspec

from policygen.library.conditions import BLANK, marker
from policygen.library.question import NOT_SURE, Choice, NotAnAnswer, NotSure, Question, parse_answer
from policygen.library.questionnaire import (
    INTERVIEW, SUGGESTED, VERSION, Caution, Questionnaire, because, version_number,
)
from policygen.library.yaml import YamlMapping, comments, nearest, parse_yaml, read_text
from policygen.model.problems import AnswersError, Place, Problem, error
from policygen.pack import migration

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


Depth = Literal["", "quick", "full"]
"""How much an interview asks; empty when it is not known."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an unfinished interview is; it stands in the file of the unfinished answers."""

    depth: Depth = ""
    later: tuple[str, ...] = ()
    """Questions that somebody put off."""
    unfinished: tuple[str, ...] = ()
    """Questions that have to be asked again."""
    edition: str = ""
    """The folder of the edition that is reviewed or changed, from the folder for editions; empty for a new pack."""
    edited: tuple[str, ...] = ()
    """Word files that were given for it."""
    confirmed: tuple[str, ...] = ()
    """Parts of which somebody has said that they are still right."""


# ---- reading -----------------------------------------------------------------------------------------------------


def read_answers(path: Path, questionnaire: Questionnaire,
                 report: Callable[[str], None] | None = None) -> dict[str, Any]:
    """The typed answers in a file. Raises AnswersError with every problem, each with its line.

    Answers to an older questionnaire are brought up to date; `report` is told of each change in a plain line.
    """
    return read_draft(path, questionnaire, report)[0]


def read_draft(path: Path, questionnaire: Questionnaire,
               report: Callable[[str], None] | None = None) -> tuple[dict[str, Any], Progress]:
    """The typed answers in a file as `read` has them, and how far the interview is that they come from."""
    return parse_answers(read_text(path, AnswersError), Place(str(path), 1), questionnaire, report)


def parse_answers(text: str, start: Place, questionnaire: Questionnaire,
          report: Callable[[str], None] | None = None) -> tuple[dict[str, Any], Progress]:
    """The same of the text of an answers file whose first line stands at `start`."""
    raw = parse_yaml(text, start, AnswersError)
    problems: list[Problem] = []
    since, places = _version(raw, questionnaire), raw.places
    suggested: Any = raw.pop(SUGGESTED, None) or []
    interview = raw.pop(INTERVIEW, None)
    raw = migration.migrate(raw, questionnaire, since, problems, report or (lambda words: None))
    given = _parse(raw, lambda key: raw.places.get(key, raw.place), questionnaire, problems)
    problems += _colours_lost(raw, questionnaire, text)
    progress = _progress(interview, questionnaire, since, places.get(INTERVIEW, raw.place), problems)
    left = _today(suggested, questionnaire, since) if isinstance(suggested, list) else {""}
    if not left <= set(questionnaire.questions):
        problems.append(error(f"`{SUGGESTED}` must be a list of questions", places[SUGGESTED],
                              "Delete the line if you are not sure."))
    if problems:
        raise AnswersError(*sorted(problems, key=lambda problem: problem.place))
    untouched = {name for name in left if name in given
                 and given[name] == suggestion(questionnaire.questions[name], questionnaire, given)}
    return {name: value for name, value in given.items() if name not in untouched}, progress


def _version(raw: YamlMapping, questionnaire: Questionnaire) -> str:
    """The version of the questionnaire that a file belongs to, taken out of it; empty when the file does not say."""
    version = raw.pop(VERSION, None) or ""
    if version and not (isinstance(version, str) and version_number(version)):
        raise AnswersError(error(f"`{VERSION}` must be a version such as {questionnaire.version}",
                                 raw.places[VERSION], "Delete the line if you are not sure."))
    if version and version_number(version) > version_number(questionnaire.version):
        raise AnswersError(error(f"these answers belong to the questionnaire {version}, and this program has "
                                 f"{questionnaire.version}", raw.places[VERSION],
                                 "Use the newest version of policygen to read them."))
    return version


def _today(names: Iterable[Any], questionnaire: Questionnaire, since: str) -> set[str]:
    """Questions under the names that they have today."""
    return {new for name in names for new in migration.names_today(str(name), questionnaire, since)[0]}


def _progress(interview: Any, questionnaire: Questionnaire, since: str, place: Place,
              problems: list[Problem]) -> Progress:
    """What a file says about an unfinished interview; questions that are no longer asked are left out."""
    given = interview or {}
    try:
        found = msgspec.convert({key: value for key, value in given.items() if value is not None}, Progress)
        if given.keys() - {one.name for one in fields(Progress)} or any(
                "" in names for names in (found.later, found.unfinished, found.edited, found.confirmed)):
            raise ValueError(given)
    except (AttributeError, ValueError):  # msgspec.ValidationError is a ValueError
        problems.append(error(f"`{INTERVIEW}` must have `depth: quick` or `depth: full`, and under `later` and "
                              "`unfinished` lists of questions", place, "Delete it if you are not sure."))
        return Progress()
    later, unfinished = (_today(names, questionnaire, since) for names in (found.later, found.unfinished))
    order = questionnaire.questions
    return replace(
        found, later=tuple(name for name in order if name in later),
        unfinished=tuple(name for name in order if name in unfinished),
        confirmed=tuple(part.id for part in questionnaire.parts if part.id in found.confirmed))


def _colours_lost(raw: Any, questionnaire: Questionnaire, text: str) -> list[Problem]:
    """The colours that YAML takes for comments, because of the sign before them."""
    lines = text.split("\n")
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


def _parse(raw: Mapping[str, Any], place: Callable[[str], Place], questionnaire: Questionnaire,
           problems: list[Problem]) -> dict[str, Any]:
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


def located(questionnaire: Questionnaire, given: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """The answers with whole paths for files that are named from a folder."""
    return {name: str((folder / value).resolve()) if value and value is not NOT_SURE
            and questionnaire.questions[name].type == "file" else value for name, value in given.items()}


# ---- completing --------------------------------------------------------------------------------------------------


def readable(questionnaire: Questionnaire, values: Mapping[str, Any]) -> dict[str, Any]:
    """What conditions can read: the answers so far, the empty value of every other question, and all facts."""
    context = _Readable(questionnaire, values)
    return {name: context[name] for name in (*questionnaire.questions, *questionnaire.facts)}


class _Readable(dict[str, Any]):
    """The same, with each fact worked out when it is read first: most conditions read none."""

    def __init__(self, questionnaire: Questionnaire, values: Mapping[str, Any]):
        questions = questionnaire.questions
        super().__init__({name: question.empty for name, question in questions.items()} | {
            name: questions[name].unsure if value is NOT_SURE else value for name, value in values.items()})
        self._facts = questionnaire.facts

    def __missing__(self, name: str) -> bool:
        self[name] = holds = self._facts[name].condition.holds(self)
        return holds


def applies(question: Question, questionnaire: Questionnaire, values: Mapping[str, Any]) -> bool:
    """Whether the question is asked, after these earlier answers."""
    return question.when is None or question.when.holds(_Readable(questionnaire, values))


def is_quick(question: Question, questionnaire: Questionnaire, values: Mapping[str, Any]) -> bool:
    """Whether the quick interview asks the question, if it applies, after these earlier answers."""
    return question.depth == "quick" and (
        question.quick_when is None or question.quick_when.holds(_Readable(questionnaire, values)))


def offered(question: Question, questionnaire: Questionnaire, values: Mapping[str, Any]) -> tuple[Choice, ...]:
    """The choices of the question after these earlier answers, in order."""
    if all(choice.when is None for choice in question.choices):
        return question.choices
    context = _Readable(questionnaire, values)
    return tuple(choice for choice in question.choices if choice.when is None or choice.when.holds(context))


def fits(question: Question, questionnaire: Questionnaire, values: Mapping[str, Any], value: Any) -> bool:
    """Whether a typed answer can still be given after these earlier answers: no choice in it is now withheld."""
    return not _withheld(question, questionnaire, values, value)


def _withheld(question: Question, questionnaire: Questionnaire, values: Mapping[str, Any],
              value: Any) -> list[Choice]:
    """The choices in an answer that are not offered after these earlier answers."""
    chosen = value if isinstance(value, list) else [value]
    now = offered(question, questionnaire, values)
    return [choice for choice in question.choices if choice not in now and choice.value in chosen]


def suggestion(question: Question, questionnaire: Questionnaire, values: Mapping[str, Any]) -> Any:
    """The suggested answer after these earlier answers, without what is not offered; None when there is none."""
    if question.default_from is None:
        return question.default
    value = question.default_from.value(_Readable(questionnaire, values))
    withheld = {choice.value for choice in _withheld(question, questionnaire, values, value)}
    if withheld:
        value = [item for item in value if item not in withheld] if isinstance(value, list) else question.empty
    return value if value != question.empty or question.type in _NEVER_EMPTY else None


def is_missing(question: Question, value: Any) -> bool:
    """Whether a typed answer is none: not given, or empty where something is needed."""
    return value is None or (value == question.empty and question.required and question.type not in _NEVER_EMPTY)


def cautions(questionnaire: Questionnaire, values: Mapping[str, Any]) -> tuple[Caution, ...]:
    """What is legal but unwise about these answers. An answer that does not apply counts for nothing."""
    shown: dict[str, Any] = {}
    for question in questionnaire.questions.values():
        if question.id in values and applies(question, questionnaire, shown):
            shown[question.id] = values[question.id]
    context = _Readable(questionnaire, shown)
    return tuple(caution for caution in questionnaire.warnings if caution.when.holds(context))


def complete(questionnaire: Questionnaire, given: Mapping[str, Any], source: str, draft: bool = False) -> Answers:
    """All answers: what was given, else what is suggested, else a gap.

    `source` names the answers in messages. A draft may leave printed words open: they become blanks. Raises
    AnswersError with every question that still needs an answer.
    """
    values: dict[str, Any] = {}
    suggested: list[str] = []
    applicable: list[str] = []
    unsure: list[str] = []
    problems: list[Problem] = []
    for question in questionnaire.questions.values():
        if not applies(question, questionnaire, values):
            values[question.id] = question.empty
            continue
        applicable.append(question.id)
        value = given.get(question.id)
        if value is NOT_SURE:
            unsure.append(question.id)
            value = question.unsure
        problems += [_not_offered(question, choice, questionnaire, values, source)
                     for choice in _withheld(question, questionnaire, values, value)]
        if is_missing(question, value):
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


def _not_offered(question: Question, choice: Choice, questionnaire: Questionnaire, values: Mapping[str, Any],
                 source: str) -> Problem:
    reason = because(choice.when, questionnaire, _Readable(questionnaire, values)) if choice.when else ""
    return error(f"`{question.id}` cannot have the answer “{choice.label}”, because "
                 f"{reason or 'of your other answers'}", Place(source),
                 "Take it out, or change the earlier answer.")


# ---- saving ------------------------------------------------------------------------------------------------------


def as_text(questionnaire: Questionnaire, values: Mapping[str, Any], suggested: Iterable[str] = (),
         earlier: str = "", progress: Progress | None = None) -> str:
    """The text of an answers file: each answer under its question as a comment, grouped by part.

    `earlier` is the text of an answers file that was read before: its order and comments are kept, answers that have
    not changed stay as they were written, and answers that are not among `values` stay too. Questions that have changed
    since get their new names; what is no longer asked stays as a comment. Of a text in braces, as JSON is, only the
    comments are kept. `progress` is that of an unfinished interview.
    """
    blocks, there = _edited(questionnaire, values, earlier) if earlier.strip() else ([("", [])], frozenset())
    text = "\n".join(line for _, lines in _with_new(blocks, there, questionnaire, values) for line in lines)
    text = text.rstrip("\n") + "\n" if text else ""
    if progress:
        how_far: dict[str, Any] = {"depth": progress.depth, "later": list(progress.later),
                                   "unfinished": list(progress.unfinished)}
        if progress.edition:
            how_far |= {"edition": progress.edition, "edited": list(progress.edited),
                        "confirmed": list(progress.confirmed)}
        text += f"\n{_NOTES[INTERVIEW]}\n{_rendered(INTERVIEW, how_far)}\n"
    if left := [name for name in suggested if name in values]:
        text += f"\n{_NOTES[SUGGESTED]}\n{_rendered(SUGGESTED, left)}\n"
    return f"{text}\n{_NOTES[VERSION]}\n{_rendered(VERSION, questionnaire.version)}\n".lstrip("\n")


_NOTES = {
    INTERVIEW: "# How far the interview is. policygen looks after these lines.",
    SUGGESTED: "# The questions whose suggested answer was taken. Change the answer above, not this list.",
    VERSION: "# The questionnaire that was answered. Leave this line as it is.",
}
"""What stands above the keys that are no answers."""


Block = tuple[str, list[str]]
"""Lines of an answers file with the question that they answer; empty for none."""


def _with_new(blocks: list[Block], there: frozenset[str], questionnaire: Questionnaire,
              values: Mapping[str, Any]) -> list[Block]:
    """The blocks with those answers that are new among them, each behind the question before it."""
    place = 0
    for part in questionnaire.parts:
        title = [] if there & {question.id for question in part.questions} else [
            "", f"# {part.title}", f"# {'-' * len(part.title)}"]
        for question in part.questions:
            if question.id in there:
                place = next(index for index, (name, _) in enumerate(blocks) if name == question.id)
            elif question.id in values:
                place += 1
                blocks.insert(place, (question.id, [*title, "", _comment(question.ask),
                                                    _rendered(question.id, values[question.id])]))
                title = []
    return blocks


def _edited(questionnaire: Questionnaire, values: Mapping[str, Any],
            earlier: str) -> tuple[list[Block], frozenset[str]]:
    """An earlier text with the answers that have changed, without the keys that are no answers; and the names in it."""
    raw, lines = parse_yaml(earlier, Place("", 1), AnswersError), earlier.split("\n")
    starts = sorted((place.line - 1, name) for name, place in raw.places.items())
    if not starts or any(lines[start][:1] in " {" for start in {raw.place.line - 1, *(start for start, _ in starts)}):
        return [("", comments(earlier))], frozenset()
    kept: list[Block] = [("", lines[:starts[0][0]])]
    there, since = set(), _version(raw, questionnaire)
    for (start, name), (end, _) in zip(starts, [*starts[1:], (len(lines), "")]):
        entry, after = _parted(lines[start:end])
        names, why = ((), "") if name in _NOTES else migration.names_today(name, questionnaire, since)
        if name in _NOTES:
            kept = [(known, [line for line in block if line != _NOTES[name]]) for known, block in kept]
            entry = comments("\n".join(entry))
        else:
            entry = [f"# {why}", *(f"# {line}".rstrip() for line in entry)] if why else _as_today(
                _called(entry, name, names[0]), raw[name], names[0], questionnaire, values)
        there |= set() if why else set(names)
        kept += [(names[0] if names and not why else "", entry), ("", after)]
    return kept, frozenset(there) & frozenset(questionnaire.questions)


def _as_today(entry: list[str], raw: Any, name: str, questionnaire: Questionnaire,
              values: Mapping[str, Any]) -> list[str]:
    """The lines of an entry, with the answer of today if that has changed."""
    if name in values and not _says(questionnaire.questions[name], raw, values[name]):
        return _replaced(entry, _rendered(name, values[name]).split("\n"))
    return entry


def _called(entry: list[str], old: str, new: str) -> list[str]:
    """The lines of an entry under a new name; as they were written if it has not changed."""
    return entry if old == new else [re.sub(rf"""^(["']?){re.escape(old)}\1(?=\s*:)""", new, entry[0]), *entry[1:]]


def _parted(lines: list[str]) -> tuple[list[str], list[str]]:
    """The lines of an entry, and the empty lines and comments at the margin that follow it."""
    end = len(lines)
    while not lines[end - 1].strip() or lines[end - 1].startswith("#"):
        end -= 1
    return lines[:end], lines[end:]


def _says(question: Question, raw: Any, value: Any) -> bool:
    try:
        return bool(parse_answer(question, raw) == value)
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

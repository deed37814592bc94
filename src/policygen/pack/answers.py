"""Answers: read from a file or the command line, completed with suggestions, and written as text for people.

In: raw answers and the questionnaire. Out: `Answers`, which has a typed value for every question, or an AnswersError
that lists everything that is wrong or missing. A question that does not apply always has the empty value of its type,
even if a file holds an answer to it, so that no hidden answer is ever used.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, fields, replace
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any, Literal

import msgspec

from policygen.formats import house
from policygen.library.conditions import BLANK, MARKER, marker
from policygen.library.question import (
    NOT_SURE, Carried, Choice, NotAnAnswer, NotSure, Question, in_quotation_marks, notice, parse_answer, parse_cells,
)
from policygen.library.questionnaire import (
    INTERVIEW, SUGGESTED, VERSION, Caution, Questionnaire, because, version_number,
)
from policygen.library.yaml import YamlList, YamlMapping, comments, cut_short, nearest, parse_yaml, read_text
from policygen.model.problems import AnswersError, Place, Problem, command, error
from policygen.pack import migration

_NEVER_EMPTY = ("yes_no", "number")
"""Types of question whose `empty` value is itself an answer: a no, or the number 0."""

_MAY_BE_BLANK = ("text", "paragraph", "date", "period")
"""Types of question that a draft may leave unanswered: the pack only prints their words."""


class NewerAnswersError(AnswersError):
    """Answers that belong to a newer questionnaire."""


@dataclass(frozen=True, slots=True)
class Answers:
    values: Mapping[str, Any]
    """A typed value for every question, and for every fact."""
    suggested: tuple[str, ...]
    """Questions that apply and took their suggested answer, in the questionnaire's order."""
    applicable: tuple[str, ...]
    """Questions that apply, in the questionnaire's order."""
    unsure: tuple[str, ...]
    """Questions that were answered `not sure`, in the questionnaire's order. `values` has their protective value."""
    presumed: tuple[str, ...] = ()
    """Questions that apply and that nobody has answered, in the questionnaire's order. `values` has the value that
    claims least."""
    carried: tuple[str, ...] = ()
    """Questions whose answer was only suggested to an older pack, in the questionnaire's order; it stands."""

    @property
    def open(self) -> tuple[str, ...]:
        """The questions that somebody still has to decide, in the questionnaire's order."""
        return tuple(name for name in self.applicable if name in self.unsure or name in self.carried)

    @property
    def unanswered(self) -> frozenset[str]:
        """The questions that nobody has answered, whatever stands in for it. What an older pack states stays stated
        until somebody is asked."""
        return frozenset(self.values).difference(self.applicable).union(self.suggested, self.unsure, self.presumed)


Depth = Literal["", "quick", "full"]
"""How much an interview asks; empty while nobody has said."""


REPLACED = "names replaced in Word"
"""Stands among what somebody has confirmed, once they were asked about such names."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """What somebody had typed and ticked at a question, or in a cell of a table, when they left it unanswered."""

    typed: str = ""
    ticked: tuple[str, ...] | None = None
    """The labels of what was ticked or chosen; None where nobody came so far."""

    @property
    def in_words(self) -> str:
        """All of it in one line; empty for nothing."""
        return "; ".join(filter(None, (*(self.ticked or ()), self.typed.replace("\n", ", "))))


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an unfinished interview is. The file of the unfinished answers keeps it."""

    depth: Depth = ""
    later: tuple[str, ...] = ()
    """Questions that somebody put off."""
    unfinished: tuple[str, ...] = ()
    """Questions that the interview has to ask again."""
    edition: str = ""
    """The folder of the edition under review, as a path from the folder for editions; empty for a new pack."""
    edited: tuple[str, ...] = ()
    """Word files that somebody gave for this edition."""
    confirmed: tuple[str, ...] = ()
    """Parts that somebody has confirmed to be still right; and `REPLACED`."""
    begun: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """The typed cells so far of a row that somebody has begun to add, by the id of the table."""
    attempts: Mapping[str, Attempt] = field(default_factory=dict)
    """By the id of the question; for a cell of a row to add, by `table.column`."""


# ---- reading -----------------------------------------------------------------------------------------------------


def read_answers(path: Path, questionnaire: Questionnaire,
                 report: Callable[[str], None] | None = None) -> dict[str, Any]:
    """The typed answers in a file. Raises AnswersError with every problem, each with its line.

    Answers to an older questionnaire get the names of today; `report` receives one plain line for each such change, and
    for each answer that is kept in another form.
    """
    return read_draft(path, questionnaire, report)[0]


def read_draft(path: Path, questionnaire: Questionnaire,
               report: Callable[[str], None] | None = None) -> tuple[dict[str, Any], Progress]:
    """The typed answers in a file, as `read_answers` gives them, and how far their interview is."""
    return parse_answers(read_text(path, AnswersError), Place(str(path), 1), questionnaire, report)


def parse_answers(text: str, start: Place, questionnaire: Questionnaire,
          report: Callable[[str], None] | None = None) -> tuple[dict[str, Any], Progress]:
    """The same as `read_draft`, for the text of an answers file whose first line is at `start`."""
    raw = parse_yaml(text, start, AnswersError)
    problems: list[Problem] = []
    since, places = _version(raw, questionnaire), raw.places
    suggested: Any = raw.pop(SUGGESTED, None) or []
    interview = raw.pop(INTERVIEW, None)
    raw, was_unsure = migration.migrate(raw, questionnaire, since, problems, report or (lambda words: None))
    if report:
        for told in cut_short(text, start):
            report(str(told))
    given = _parse(raw, lambda key: raw.places.get(key, raw.place), questionnaire, problems, report)
    problems += _colours_lost(raw, questionnaire, text)
    progress = _progress(interview, questionnaire, since, places.get(INTERVIEW, raw.place), problems)
    left = _today(suggested, questionnaire, since) if isinstance(suggested, list) else {""}
    if not left <= set(questionnaire.questions):
        problems.append(error(f"`{SUGGESTED}` must be a list of questions", places[SUGGESTED],
                              "Delete the line if you are not sure."))
    if problems:
        raise AnswersError(*sorted(problems, key=lambda problem: problem.place))
    for name in (left | was_unsure) & given.keys():
        question = questionnaire.questions[name]
        if name in was_unsure or question.asks == "fact" or question.presumed is not None:
            given[name] = Carried(question.value(given[name]))
    untouched = {name for name in left if name in given
                 and given[name] == suggestion(questionnaire.questions[name], questionnaire, given)}
    return {name: value for name, value in given.items() if name not in untouched}, progress


def _version(raw: YamlMapping, questionnaire: Questionnaire) -> str:
    """Take the version of the questionnaire out of the raw answers; empty when the file does not say it."""
    version = raw.pop(VERSION, None) or ""
    if version and not (isinstance(version, str) and version_number(version)):
        raise AnswersError(error(f"`{VERSION}` must be a version such as {questionnaire.version}",
                                 raw.places[VERSION], "Delete the line if you are not sure."))
    if version and version_number(version) > version_number(questionnaire.version):
        raise NewerAnswersError(error(
            f"these answers belong to the questionnaire {version}, and this program has {questionnaire.version}",
            raw.places[VERSION], "Use the newest version of policygen to read them."))
    return version


def _today(names: Iterable[Any], questionnaire: Questionnaire, since: str) -> set[str]:
    """The names that these questions have today."""
    return {new for name in names for new in migration.names_today(str(name), questionnaire, since)[0]}


def _progress(interview: Any, questionnaire: Questionnaire, since: str, place: Place,
              problems: list[Problem]) -> Progress:
    """What a file says about an unfinished interview, without the questions that nobody is asked any more."""
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
        confirmed=tuple(one for one in (*(part.id for part in questionnaire.parts), REPLACED)
                        if one in found.confirmed),
        begun={new: cells for name, row in found.begun.items() for new in _today([name], questionnaire, since)
               if new in order and (cells := parse_cells(order[new], row))},
        attempts={".".join((new, *column)): attempt for key, attempt in found.attempts.items()
                  for name, *column in [key.split(".")] for new in _today([name], questionnaire, since)
                  if new in order})


def _colours_lost(raw: Any, questionnaire: Questionnaire, text: str) -> list[Problem]:
    """A problem for each colour that is written with `#` before it: YAML takes it for a comment."""
    lines = text.split("\n")
    return [error(f"{name}: whatever follows `#` counts as a comment", raw.places[name],
                  f"Write it without the sign: {name}: 1f5c66")
            for name, question in questionnaire.questions.items()
            if question.type == "colour" and raw.get(name, "") in (None, "") and name in raw
            and re.search(r"#[0-9A-Fa-f]{6}\b", lines[raw.places[name].line - 1])]


def parse_settings(settings: Iterable[str], questionnaire: Questionnaire,
                   report: Callable[[str], None] | None = None) -> dict[str, Any]:
    """The typed answers in `KEY=VALUE` strings; commas separate several choices. `report` receives one plain line for
    each answer that is kept in another form. Raises AnswersError."""
    problems: list[Problem] = []
    raw = {}
    for setting in settings:
        key, equals, value = setting.partition("=")
        if not equals:
            problems.append(error(f"`{setting}` has no equals sign", Place("--set"), "Write --set KEY=VALUE."))
            continue
        raw[key.strip()] = value
    given = _parse(raw, lambda key: Place("--set"), questionnaire, problems, report)
    if problems:
        raise AnswersError(*problems)
    return given


def _parse(raw: Mapping[str, Any], place: Callable[[str], Place], questionnaire: Questionnaire,
           problems: list[Problem], report: Callable[[str], None] | None) -> dict[str, Any]:
    given, questions, report = {}, questionnaire.questions, report or (lambda words: None)
    for key, value in raw.items():
        if key not in questions:
            problems.append(error(f"there is no question called `{key}`", place(key), nearest(key, questions)
                                  or f"`{command('questions')}` lists all of them."))
            continue
        try:
            parsed = parse_answer(questions[key], value)
        except NotAnAnswer as exc:
            where = exc.place if exc.place.line else place(key)
            problems.append(error(f"{key}: {exc.message}", where, exc.hint))
            continue
        if value is not None and not (questions[key].type in _NEVER_EMPTY and str(value).strip() == ""):
            given[key] = parsed
            for where, words in _notices(questions[key], value, place(key)):
                report(f"{where}: {key}: {words}")
    return given


def _notices(question: Question, raw: Any, place: Place) -> Iterator[tuple[Place, str]]:
    """What to tell somebody of a raw answer or of its cells, each with its place."""
    if not isinstance(raw, YamlList):
        found = [(place, notice(question, raw))]
    elif question.type == "table":
        found = [(row.places[name], in_quotation_marks(cell)) for row in raw if isinstance(row, YamlMapping)
                 for name, cell in row.items() if isinstance(cell, str)]
    else:
        found = [(at, in_quotation_marks(item)) for item, at in zip(raw, raw.places, strict=True)
                 if isinstance(item, str)]
    return ((where, words) for where, words in found if words)


def located(questionnaire: Questionnaire, given: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """The answers, with absolute paths for files whose paths start from `folder`."""
    return {name: str(house.pasted_path(value, folder).absolute()) if value and value is not NOT_SURE
            and questionnaire.questions[name].type == "file" else value for name, value in given.items()}


# ---- completing --------------------------------------------------------------------------------------------------


def readable_values(questionnaire: Questionnaire, values: Mapping[str, Any]) -> dict[str, Any]:
    """What conditions can read: the answers so far, the empty value of every other question, and all facts."""
    context = _ReadableValues(questionnaire, values)
    return {name: context[name] for name in (*questionnaire.questions, *questionnaire.facts)}


class _ReadableValues(dict[str, Any]):
    """The same as `readable_values`, but it evaluates a fact only when somebody reads it: most conditions read none."""

    def __init__(self, questionnaire: Questionnaire, values: Mapping[str, Any]):
        questions = questionnaire.questions
        super().__init__(questionnaire.unanswered)
        self.update({name: questions[name].value(value) if name in questions else value
                     for name, value in values.items()})
        self._facts = questionnaire.facts

    def __missing__(self, name: str) -> bool:
        self[name] = holds = self._facts[name].condition.holds(self)
        return holds


def applies(question: Question, questionnaire: Questionnaire, values: Mapping[str, Any]) -> bool:
    """Whether the question applies, given the answers to earlier questions."""
    return question.when is None or question.when.holds(_ReadableValues(questionnaire, values))


def is_quick(question: Question, questionnaire: Questionnaire, values: Mapping[str, Any]) -> bool:
    """Whether the quick interview asks the question where it applies, given the answers to earlier questions."""
    return question.depth == "quick" and (
        question.quick_when is None or question.quick_when.holds(_ReadableValues(questionnaire, values)))


def offered(question: Question, questionnaire: Questionnaire, values: Mapping[str, Any]) -> tuple[Choice, ...]:
    """The choices of the question that the answers to earlier questions allow, in order."""
    if all(choice.when is None for choice in question.choices):
        return question.choices
    context = _ReadableValues(questionnaire, values)
    return tuple(choice for choice in question.choices if choice.when is None or choice.when.holds(context))


def fits(question: Question, questionnaire: Questionnaire, values: Mapping[str, Any], value: Any) -> bool:
    """Whether the answers to earlier questions allow every choice in a typed answer."""
    return not _withheld(question, questionnaire, values, value)


def _withheld(question: Question, questionnaire: Questionnaire, values: Mapping[str, Any],
              value: Any) -> list[Choice]:
    """The choices in an answer that the answers to earlier questions do not allow."""
    chosen = value if isinstance(value, list) else [value]
    now = offered(question, questionnaire, values)
    return [choice for choice in question.choices if choice not in now and choice.value in chosen]


def suggestion(question: Question, questionnaire: Questionnaire, values: Mapping[str, Any]) -> Any:
    """The suggested answer without choices that answers to earlier questions do not allow; None if there is none."""
    if question.default_from is None:
        return question.default
    value = question.default_from.value(_ReadableValues(questionnaire, values))
    withheld = {choice.value for choice in _withheld(question, questionnaire, values, value)}
    if withheld:
        value = [item for item in value if item not in withheld] if isinstance(value, list) else question.empty
    return value if value != question.empty or question.type in _NEVER_EMPTY else None


def is_missing(question: Question, value: Any) -> bool:
    """Whether a typed answer counts as none: None, or empty where the question needs one."""
    return value is None or (value == question.empty and question.required and question.type not in _NEVER_EMPTY
                             and not (value == [] and question.may_be_none))


def is_emptied(question: Question, value: Any) -> bool:
    """Whether somebody has taken every row out of a table: no suggestion may bring rows back."""
    return question.type == "table" and value == []


def cautions(questionnaire: Questionnaire, values: Mapping[str, Any]) -> tuple[Caution, ...]:
    """What is legal but unwise about these answers. Answers to questions that do not apply are ignored."""
    shown: dict[str, Any] = {}
    for question in questionnaire.questions.values():
        if question.id in values and applies(question, questionnaire, shown):
            shown[question.id] = values[question.id]
    context = _ReadableValues(questionnaire, shown)
    return tuple(caution for caution in questionnaire.warnings if caution.when.holds(context))


def complete(questionnaire: Questionnaire, given: Mapping[str, Any], source: str, draft: bool = False) -> Answers:
    """All answers. A question without a given answer takes its suggestion, or the empty value if it may be empty.

    `source` is the name of the answers in messages. In a draft, a blank to fill in takes the place of words that are
    only printed and have no answer. Raises AnswersError with every question that still needs an answer.
    """
    values: dict[str, Any] = {}
    suggested: list[str] = []
    applicable: list[str] = []
    unsure: list[str] = []
    presumed: list[str] = []
    carried: list[str] = []
    missing: set[str] = set()
    problems: list[Problem] = []
    for question in questionnaire.questions.values():
        if not applies(question, questionnaire, values):
            values[question.id] = question.empty
            continue
        applicable.append(question.id)
        answer = given.get(question.id)
        value = question.value(answer)
        if answer is NOT_SURE:
            unsure.append(question.id)
        elif isinstance(answer, Carried):
            carried.append(question.id)
        for choice in _withheld(question, questionnaire, values, value):
            reason = because(choice.when, questionnaire, _ReadableValues(questionnaire, values)) if choice.when else ""
            problems.append(error(f"`{question.id}` cannot have the answer “{choice.label}”, because "
                                  f"{reason or 'of your other answers'}", Place(source),
                                  "Take it out, or change the earlier answer."))
        if is_missing(question, value):
            value = None if is_emptied(question, value) else suggestion(question, questionnaire, values)
            if value is not None:
                suggested.append(question.id)
            elif question.presumed is not None:
                value = question.presumed
                presumed += [question.id] if answer in (None, question.empty) else []
        if value is None and question.required:
            if draft and question.type in _MAY_BE_BLANK and question.id != "organisation_name":
                value = marker(BLANK, question.id.replace("_", " "))
            elif question.default_from is None or missing.isdisjoint(question.default_from.names):
                missing.add(question.id)
                example = f" For example: {question.example.splitlines()[0]}" if question.example else ""
                problems.append(error(f"`{question.id}` has no answer", Place(source), f"{question.ask}{example}"))
        values[question.id] = question.empty if value is None else value
    if problems:
        raise AnswersError(*problems)
    return Answers(readable_values(questionnaire, values), tuple(suggested), tuple(applicable), tuple(unsure),
                   tuple(presumed), tuple(carried))


def to_keep(answers: Answers, given: Mapping[str, Any]) -> dict[str, Any]:
    """The answers as a file keeps them: suggested ones too, and none to what nobody has said."""
    found: dict[str, Any] = {}
    for name in answers.applicable:
        if name not in answers.presumed and not is_blank_answer(answers.values[name]):
            found[name] = given[name] if name in answers.open else answers.values[name]
    return found


def is_blank_answer(value: Any) -> bool:
    """Whether an answer is the blank that takes the place of a missing one in a draft."""
    return isinstance(value, str) and MARKER.search(value) is not None


# ---- saving ------------------------------------------------------------------------------------------------------


def as_text(questionnaire: Questionnaire, values: Mapping[str, Any], suggested: Iterable[str] = (),
         earlier: str = "", progress: Progress | None = None) -> str:
    """The text of an answers file: each answer with its question as a comment above it, grouped by part.

    `earlier` is the text of an existing answers file. Its order, its comments, the answers that have not changed and
    those that are not among `values` stay as they are. Questions that have changed since get their new names; questions
    that are no longer asked stay as comments. If the text is in braces, as JSON is, only its comments stay. `suggested`
    are the questions whose suggested answer was taken; `progress` is that of an unfinished interview.
    """
    suggested = dict.fromkeys((*suggested, *(name for name, value in values.items() if isinstance(value, Carried))))
    blocks, there = _updated(questionnaire, values, earlier) if earlier.strip() else ([("", [])], frozenset())
    text = "\n".join(line for _, lines in _with_new(blocks, there, questionnaire, values) for line in lines)
    text = text.rstrip("\n") + "\n" if text else ""
    if progress:
        how_far: dict[str, Any] = {"depth": progress.depth, "later": list(progress.later),
                                   "unfinished": list(progress.unfinished)}
        if progress.begun:
            how_far["begun"] = {name: dict(row) for name, row in progress.begun.items()}
        if progress.attempts:
            how_far["attempts"] = {name: {"typed": one.typed} | ({} if one.ticked is None else {
                "ticked": list(one.ticked)}) for name, one in progress.attempts.items()}
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
"""The comment above each key that is not an answer."""


_Block = tuple[str, list[str]]
"""Lines of an answers file with the question that they answer; empty for lines that answer none."""


def _with_new(blocks: list[_Block], there: frozenset[str], questionnaire: Questionnaire,
              values: Mapping[str, Any]) -> list[_Block]:
    """The blocks, with each new answer after the question that precedes it."""
    place = 0
    for part in questionnaire.parts:
        title = [] if there & {question.id for question in part.questions} else [
            "", f"# {part.title}", f"# {'-' * len(part.title)}"]
        for question in part.questions:
            if question.id in there:
                place = next(index for index, (name, _) in enumerate(blocks) if name == question.id)
            elif question.id in values:
                place += 1
                ask = [f"# {line}".rstrip() for line in question.ask.strip().split("\n")]
                blocks.insert(place, (question.id, [*title, "", *ask, _rendered(question.id, values[question.id])]))
                title = []
    return blocks


def _updated(questionnaire: Questionnaire, values: Mapping[str, Any],
             earlier: str) -> tuple[list[_Block], frozenset[str]]:
    """An earlier text with the answers of today, without the keys that are not answers; and its questions."""
    raw, lines = parse_yaml(earlier, Place("", 1), AnswersError), earlier.split("\n")
    starts = sorted((place.line - 1, name) for name, place in raw.places.items())
    if not starts or any(lines[start][:1] in " {" for start in {raw.place.line - 1, *(start for start, _ in starts)}):
        return [("", comments(earlier))], frozenset()
    kept: list[_Block] = [("", lines[:starts[0][0]])]
    there, since = set(), _version(raw, questionnaire)
    for (start, name), (stop, _) in zip(starts, [*starts[1:], (len(lines), "")]):
        end = stop
        while not lines[end - 1].strip() or lines[end - 1].startswith("#"):  # they belong to what follows
            end -= 1
        entry = lines[start:end]
        names, why = ((), "") if name in _NOTES else migration.names_today(name, questionnaire, since)
        if name in _NOTES:
            kept = [(known, [line for line in block if line != _NOTES[name]]) for known, block in kept]
            entry = comments("\n".join(entry))
        elif why:
            entry = [f"# {why}", *(f"# {line}".rstrip() for line in entry)]
        else:
            if names[0] != name:
                entry[0] = re.sub(rf"""^(["']?){re.escape(name)}\1(?=\s*:)""", names[0], entry[0])
            entry = _with_answer(entry, raw[name], names[0], questionnaire, values)
        there |= set() if why else set(names)
        kept += [(names[0] if names and not why else "", entry), ("", lines[end:stop])]
    return kept, frozenset(there) & frozenset(questionnaire.questions)


def _with_answer(entry: list[str], raw: Any, name: str, questionnaire: Questionnaire,
                 values: Mapping[str, Any]) -> list[str]:
    """The lines of an entry, with the answer of today and the entry's comments if that answer has changed."""
    with suppress(NotAnAnswer):
        question, value = questionnaire.questions[name], values.get(name)
        if name not in values or parse_answer(question, raw) == (value.value if isinstance(value, Carried) else value):
            return entry
    new, notes = _rendered(name, values[name]).split("\n"), comments("\n".join(entry))
    return [f"{new[0]}  {notes[0]}"] if len(new) == len(notes) == 1 else new + notes


def _rendered(name: str, value: Any) -> str:
    from ruamel.yaml import YAML

    yaml = YAML()
    yaml.width, yaml.allow_unicode = 110, True
    yaml.indent(mapping=2, sequence=4, offset=2)
    stream = StringIO()
    yaml.dump({name: _written(value)}, stream)
    return stream.getvalue().rstrip("\n")


def earlier_text(path: Path) -> str:
    """The text of an existing answers file. Raises AnswersError when it cannot be read."""
    return read_text(path, AnswersError)


def _written(value: Any) -> Any:
    from ruamel.yaml.scalarstring import LiteralScalarString

    match value:
        case bool():
            return "yes" if value else "no"
        case NotSure():
            return "not sure"
        case Carried(value=kept):
            return _written(kept)
        case date():
            return value
        case str():
            return LiteralScalarString(value) if "\n" in value else value
        case list():
            return [_written(item) for item in value]
        case dict():
            return {key: _written(item) for key, item in value.items()}
    return value

"""The questions, the facts that follow from answers, and what counts as an answer.

In: a questionnaire file, or one raw answer. Out: a `Questionnaire` of frozen questions, or the typed value of the
answer. It asks nobody and keeps nothing.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from policygen.model import english as grammar
from policygen.model.english import date_in_words
from policygen.model.problems import LibraryError, Place, Problem
from policygen.library.yaml import Reader, Sequence, Value, each_id, nearest, read_yaml
from policygen.library.yaml import Mapping as SourceMapping
from policygen.library.conditions import PRIVATE_USE, Expression, compile_expression

TYPES = ("text", "paragraph", "yes_no", "choice", "choices", "number", "period", "date", "table", "file", "colour")
_COLUMN_TYPES = ("text", "choice", "period", "yes_no")
DEPTHS = ("quick", "full")
SUGGESTED = "left_as_suggested"
"""The key of answers.yaml under which the questions stand that were left at their suggested answer."""
APPROVED_ON = "approved_on"
"""The question that is not asked while anything is undecided: such a policy stays a draft. A day that was given stays in
sight."""
VERSION = "questionnaire_version"
"""The key under which the version of the questionnaire stands that was answered."""
INTERVIEW = "interview"
"""The key under which an unfinished interview keeps how far it is."""
YES, NO = ("yes", "y", "true", "on"), ("no", "n", "false", "off")
_PERIOD = re.compile(r"0*([1-9][0-9]{0,3})\s*(hour|day|week|month|year)s?", re.IGNORECASE)
_VERSION = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})*")
_COLOUR = re.compile(r"#?([0-9a-f]{6})", re.IGNORECASE)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
HIGHEST = 10**6
"""The highest number that can be answered where the question sets none."""
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff]")
LONGEST = 2000
"""Characters of one answer; a page holds about 3,000."""


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    label: str
    words: str
    """What clauses print; may use terms (`{{ term.users }}`)."""
    when: Expression | None = None
    """It is only offered where this holds."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table."""

    id: str
    label: str
    type: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Question:
    id: str
    ask: str
    type: str
    why: str
    example: str
    choices: tuple[Choice, ...]
    other: bool
    """An answer that is not among the choices may be typed."""
    columns: tuple[Column, ...]
    when: Expression | None
    required: bool
    default: Any
    """A typed value, or None for no default."""
    default_from: Expression | None
    unsure: Any
    """The protective value that stands in for `not sure`; None where that is no answer."""
    minimum: int | None
    maximum: int | None
    says: str
    """A yes in words, after `because`."""
    otherwise: str
    """A no in words."""
    covers: tuple[str, ...]
    part: str
    place: Place
    depth: str = "full"
    """`quick`: asked in the quick interview too; `full`: only in the full one."""
    quick_when: Expression | None = None
    """Of a quick question: it is full where this does not hold."""
    ages: bool = False
    """The answer goes out of date by itself, as names, dates and systems do: each review asks it again."""

    @property
    def empty(self) -> Any:
        """The value of a question that does not apply or was left empty."""
        return {"yes_no": False, "choices": [], "table": [], "number": 0}.get(self.type, "")


@dataclass(frozen=True, slots=True)
class Fact:
    """A named yes/no that follows from answers."""

    id: str
    condition: Expression
    says: str
    otherwise: str
    place: Place


@dataclass(frozen=True, slots=True)
class Part:
    id: str
    title: str
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class Caution:
    """A combination of answers that is legal but unwise."""

    id: str
    when: Expression
    says: str
    """What is unwise, in one sentence."""
    why: str
    """The reason, and what to do instead."""
    question: str
    """The id of the answer to change."""
    place: Place


@dataclass(frozen=True, slots=True)
class Change:
    """What was called or asked otherwise before a version of the questionnaire."""

    version: str
    renamed: dict[str, str]
    """Old name and new name of a question."""
    split: dict[str, dict[str, Expression]]
    """Of an old question, the new ones, each with its answer as an expression over `answer`."""
    dropped: dict[str, str]
    """An old question, and why it is no longer asked."""
    renamed_choices: dict[str, dict[str, str]]
    """Of a question, under the name that it has after this step, old and new values of choices."""
    place: Place

    @property
    def old(self) -> tuple[str, ...]:
        """The questions that there are no longer under their name."""
        return (*self.renamed, *self.split, *self.dropped)

    @property
    def new(self) -> tuple[str, ...]:
        """The questions that the step counts on."""
        parts = (name for names in self.split.values() for name in names)
        return (*self.renamed.values(), *parts, *self.renamed_choices)


@dataclass(frozen=True, slots=True)
class Questionnaire:
    id: str
    version: str
    parts: tuple[Part, ...]
    facts: dict[str, Fact]
    warnings: tuple[Caution, ...] = ()
    changes: tuple[Change, ...] = ()
    """The oldest first."""
    questions: dict[str, Question] = field(init=False, repr=False, compare=False)
    """All of them by id, in order."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "questions", {item.id: item for part in self.parts for item in part.questions})

    @property
    def names(self) -> frozenset[str]:
        """Every name that a condition or a clause may read."""
        return frozenset(self.questions) | frozenset(self.facts)


def because(condition: Expression, questionnaire: Questionnaire, context: Mapping[str, Any]) -> str:
    """Why a condition holds or does not, as the words after `because`; empty where no answer says it."""
    holds, reasons, vague = condition.holds(context), [], []
    for name, positive in condition.polarity:
        named = questionnaire.facts.get(name) or questionnaire.questions.get(name)
        if named is None:
            continue
        is_so = bool(context[name])
        if (is_so == positive) == holds:
            said = named.says if is_so else named.otherwise
            (reasons if said else vague).append(said or f"of your answer to “{named.ask}”")
    return grammar.listing(list(dict.fromkeys(reasons or vague)))


def condition_in_words(condition: Expression, questionnaire: Questionnaire) -> str:
    """What a condition asks for, as the words after `if`; where there are none, which answers it depends on."""
    for joined_by in ("or", "and"):
        parts = re.split(rf"\s+{joined_by}\s+", condition.source.strip())
        said = [_said(part, questionnaire) for part in parts]
        if all(said):
            return grammar.listing(said, joined_by)
    asks = [question.ask for name, question in questionnaire.questions.items() if name in condition.names]
    return f"your other answers call for it ({' '.join(asks)})" if asks else "your other answers call for it"


def _said(part: str, questionnaire: Questionnaire) -> str:
    """What a name in a condition, or `not` and a name, says about the organisation; empty for anything else."""
    name = part.removeprefix("not ").strip()
    named = questionnaire.facts.get(name) or questionnaire.questions.get(name)
    return (named.otherwise if part.startswith("not ") else named.says) if named else ""


# ---- answers -----------------------------------------------------------------------------------------------------


class NotSure:
    """The answer of somebody who does not know; the protective value stands in until it is decided."""

    def __repr__(self) -> str:
        return "not sure"


NOT_SURE = NotSure()


class NotAnAnswer(ValueError):
    """A raw answer that its question cannot take."""

    def __init__(self, message: str, hint: str, place: Place = Place()):
        super().__init__(message)
        self.message, self.hint, self.place = message, hint, place


def parse_answer(question: Question, raw: Value) -> Any:
    """The typed value of a raw answer (a string, a list or mapping of strings, or None for empty).

    text, paragraph, choice, period, file: str; colour: `#rrggbb`; yes_no: bool; choices: list of str; number: int; date: `date`, or "" for
    empty; table: list of dicts. Raises NotAnAnswer.
    """
    if raw is None or isinstance(raw, str) and not raw.strip():
        return question.empty
    if is_not_sure(raw):
        if question.unsure is None:
            raise NotAnAnswer("this cannot be left open", "Answer it as well as you can; you can change it later.")
        return NOT_SURE
    match question.type:
        case "table":
            return _table(question, raw)
        case "choices":
            return _several(question, raw)
    if not isinstance(raw, str):
        raise NotAnAnswer("one value is expected here, not a list", f"Write it behind `{question.id}:` on one line.")
    if question.type in ("text", "paragraph"):
        return _text(raw, lines=question.type == "paragraph")
    return _scalar(question.type, raw, question.choices, question.other, question.minimum, question.maximum)


def is_not_sure(raw: Value) -> bool:
    """Whether a raw answer says that somebody does not know."""
    return isinstance(raw, str) and raw.strip().lower() in ("not sure", "unsure")


def _several(question: Question, raw: Value) -> list[str]:
    if isinstance(raw, str):
        raw = [part.strip() for part in raw.split(",") if part.strip()]
    if not isinstance(raw, list):
        raise NotAnAnswer("a list is expected here", "Begin each item with a dash and a space.")
    chosen = {}
    for number, item in enumerate(raw):
        place = raw.places[number] if isinstance(raw, Sequence) else Place()
        if not isinstance(item, str) or not item.strip():
            raise NotAnAnswer("an item of the list is empty, or more than one value", "Write one value an item.", place)
        try:
            chosen[_choice(item.strip(), question.choices, question.other)] = True
        except NotAnAnswer as exc:
            raise NotAnAnswer(exc.message, exc.hint, place) from None
    return list(chosen)


def _scalar(kind: str, raw: str, choices: tuple[Choice, ...] = (), other: bool = False,
            minimum: int | None = None, maximum: int | None = None) -> Any:
    raw = raw.strip()
    match kind:
        case "choice":
            return _choice(raw, choices, other)
        case "yes_no":
            if raw.lower() not in YES + NO:
                raise NotAnAnswer(f"`{raw}` is neither yes nor no", "Write yes or no.")
            return raw.lower() in YES
        case "number":
            return _number(raw, minimum, maximum)
        case "period":
            found = _PERIOD.fullmatch(raw)
            if not found:
                raise NotAnAnswer(f"`{raw}` is not a length of time", "Write, for example, 6 years or 18 months.")
            count, unit = int(found[1]), found[2].lower()
            return f"{count} {unit}" + ("s" if count != 1 else "")
        case "date":
            return _date(raw)
        case "colour":
            found = _COLOUR.fullmatch(raw)
            if not found:
                raise NotAnAnswer(f"`{raw}` is not a colour", "Write six digits or letters a to f, for example 1f5c66.")
            return f"#{found[1].lower()}"
    return _text(raw, lines=False)


def _date(raw: str) -> date:
    try:
        if _DATE.fullmatch(raw):
            return date.fromisoformat(raw)
    except ValueError:
        pass
    raise NotAnAnswer(f"there is no date `{raw}`", "Write year, month, day, for example 2026-11-20.")


def _text(raw: str, lines: bool) -> str:
    text = re.sub("\r\n|[\r\x85\u2028\u2029]", "\n", raw).strip()
    if not lines:
        text = " ".join(text.split())
    if len(text) > LONGEST:
        raise NotAnAnswer(f"this is {len(text)} characters long", f"Keep it under {LONGEST}.")
    odd = PRIVATE_USE.search(text) or _UNPRINTABLE.search(text)
    if odd:
        raise NotAnAnswer(f"there is a character that cannot be printed (U+{ord(odd.group()):04X})",
                          "Delete it and type the text again.")
    return text


def _number(raw: str, minimum: int | None, maximum: int | None) -> int:
    low, high = minimum if minimum is not None else 0, maximum if maximum is not None else HIGHEST
    try:
        value = Decimal(raw)
        possible = low <= value <= high and value == int(value)
    except InvalidOperation:
        raise NotAnAnswer(f"`{raw}` is not a number", "Write it in digits, for example 2.") from None
    if not possible:
        raise NotAnAnswer(f"`{raw}` is not possible here", f"Write a whole number from {low} to {high}.")
    return int(value)


def _choice(raw: str, choices: tuple[Choice, ...], other: bool) -> str:
    values = [choice.value for choice in choices]
    if raw in values:
        return raw
    for choice in choices:
        if raw.casefold() == choice.label.casefold():
            return choice.value
    if not other:
        raise NotAnAnswer(f"`{raw}` is not one of the choices",
                          nearest(raw, values) or f"Write one of: {', '.join(values)}.")
    return _text(raw, lines=False)


def _table(question: Question, raw: Value) -> list[dict[str, Any]]:
    if not isinstance(raw, list):
        raise NotAnAnswer("a table is expected here: a list of rows", "Begin each row with a dash and a space.")
    known = [column.id for column in question.columns]
    rows = []
    for number, row in enumerate(raw):
        place = raw.places[number] if isinstance(raw, Sequence) else Place()
        if not isinstance(row, Mapping):
            raise NotAnAnswer("a row must have `column: value` lines", f"The columns are: {', '.join(known)}.", place)
        for key in row:
            if key not in known:
                raise NotAnAnswer(f"the table has no column `{key}`",
                                  nearest(key, known) or f"The columns are: {', '.join(known)}.", place)
        rows.append({column.id: _cell(column, row.get(column.id), row, place) for column in question.columns})
    return rows


def _cell(column: Column, raw: Value, row: Mapping, place: Place) -> Any:
    at = row.places.get(column.id, place) if isinstance(row, SourceMapping) else place
    if raw is None or isinstance(raw, str) and not raw.strip():
        raise NotAnAnswer(f"the row has no `{column.id}` ({column.label.lower()})", "Fill it in.", at)
    if not isinstance(raw, str):
        raise NotAnAnswer(f"`{column.id}` must be one value", "Write it on one line.", at)
    try:
        return _scalar(column.type, raw, column.choices)
    except NotAnAnswer as exc:
        raise NotAnAnswer(f"{column.id}: {exc.message}", exc.hint, at) from None


# ---- loading -----------------------------------------------------------------------------------------------------


def load(path: Path, shown: str = "") -> Questionnaire:
    """The questionnaire in a file. Raises LibraryError with everything that is wrong."""
    shown = shown or path.name
    problems: list[Problem] = []
    top = Reader(read_yaml(path, LibraryError, shown), Place(shown, 1), problems, "the questionnaire")
    identity, version = top.text("questionnaire", None), top.text("version", None)
    parts = tuple(_part(Reader(item, place, problems, "a part")) for item, place in top.items("parts"))
    facts = [_fact(name, Reader(item, place, problems, f"the fact `{name}`"))
             for name, item, place in top.mapping("facts")]
    warnings = tuple(_caution(Reader(item, place, problems, "a warning")) for item, place in top.items("warnings"))
    changes = tuple(_change(Reader(item, place, problems, "a change")) for item, place in top.items("changes"))
    top.done()
    questions = [question for part in parts for question in part.questions]
    each_id([(item.id, item.place) for item in [*questions, *facts]], top.add, "a question or fact")
    for question in questions:
        if question.id in (SUGGESTED, VERSION, INTERVIEW):
            top.add(f"`{question.id}` cannot be the id of a question: answers files use it", question.place,
                    "Choose another name.")
    each_id([(item.id, item.place) for item in warnings], top.add, "a warning")
    result = Questionnaire(identity, version, parts, {fact.id: fact for fact in facts}, warnings, changes)
    _check_names(result, top)
    _check_warnings(result, top)
    _check_versions(result, top)
    _check_changes(result, top)
    if problems:
        raise LibraryError(*problems)
    return result


def _part(reader: Reader) -> Part:
    identity, title = reader.text("id", None), reader.text("title", None)
    questions = tuple(_question(Reader(item, place, reader.problems, "a question"), identity)
                      for item, place in reader.items("questions"))
    reader.done()
    return Part(identity, title, questions)


def _question(reader: Reader, part: str) -> Question:
    identity = reader.text("id", None)
    reader.what = f"the question `{identity}`"
    question = Question(
        id=identity, ask=reader.text("ask", None), type=reader.choice("type", TYPES, "text"),
        why=reader.text("why"), example=reader.text("example"), choices=_choices(reader, conditional=True),
        other=reader.flag("other"),
        columns=tuple(_column(Reader(item, place, reader.problems, "a column"))
                      for item, place in reader.items("columns")),
        when=expression(reader, "when"), required=reader.flag("required", True), default=None,
        default_from=expression(reader, "default_from"), unsure=None, minimum=_bound(reader, "min"),
        maximum=_bound(reader, "max"),
        says=reader.text("says"), otherwise=reader.text("otherwise"), covers=reader.texts("covers"), part=part,
        place=reader.data.place, depth=reader.choice("depth", DEPTHS, "full"),
        quick_when=expression(reader, "quick_when"), ages=reader.flag("ages"))
    typed = {key: reader.raw(key) for key in ("default", "unsure")}
    reader.done()
    if question.type in ("choice", "choices") and not question.choices:
        reader.add(f"{reader.what} offers no choices", question.place, "Add `choices:`.")
    if question.type == "table" and not question.columns:
        reader.add(f"{reader.what} has no columns", question.place, "Add `columns:`.")
    for key, raw in typed.items():
        try:
            question = question if raw is None else replace(question, **{key: parse_answer(question, raw)})
        except NotAnAnswer as exc:
            reader.add(f"`{key}` of `{identity}` cannot be: {exc.message}", reader.place(key), exc.hint)
    _check_choices(question, reader)
    _check_depth(question, reader, has_suggestion=typed["default"] is not None or question.default_from is not None)
    return question


def _choices(reader: Reader, conditional: bool = False) -> tuple[Choice, ...]:
    found = []
    for item, place in reader.items("choices"):
        inner = Reader(item, place, reader.problems, "a choice")
        value, label = inner.text("value", None), inner.text("label", None)
        found.append(Choice(value, label, inner.text("words") or value,
                            expression(inner, "when") if conditional else None))
        inner.done()
    return tuple(found)


def _column(reader: Reader) -> Column:
    column = Column(reader.text("id", None), reader.text("label", None), reader.choice("type", _COLUMN_TYPES, "text"),
                    _choices(reader))
    reader.done()
    return column


def _fact(name: str, reader: Reader) -> Fact:
    condition = expression(reader, "if")
    if condition is None:
        reader.add(f"the fact `{name}` has no condition", reader.data.place, "Add `if: ...`.")
        condition = compile_expression("false", reader.data.place)
    fact = Fact(name, condition, reader.text("says", None), reader.text("otherwise", None), reader.data.place)
    reader.done()
    return fact


def _caution(reader: Reader) -> Caution:
    identity = reader.text("id", None)
    reader.what = f"the warning `{identity}`"
    when = expression(reader, "when")
    if when is None:
        if not reader.text("when"):
            reader.add(f"{reader.what} has no condition", reader.data.place, "Add `when: ...`.")
        when = compile_expression("false", reader.data.place)
    caution = Caution(identity, when, reader.text("says", None), reader.text("why", None),
                      reader.text("question", None), reader.data.place)
    reader.done()
    return caution


def _change(reader: Reader) -> Change:
    version = reader.text("version", None)
    reader.what = f"the change of {version}"
    split = {old: {new: _over_answer(source, place, reader) for new, source, place in
                   _words(reader, f"split` of `{old}", item)} for old, item, _ in reader.mapping("split")}
    change = Change(version, _named(reader, "renamed"), split, _named(reader, "dropped"),
                    {name: {old: new for old, new, _ in _words(reader, f"renamed_choices` of `{name}", item)}
                     for name, item, _ in reader.mapping("renamed_choices")}, reader.data.place)
    reader.done()
    return change


def _named(reader: Reader, key: str) -> dict[str, str]:
    return {old: new for old, new, _ in _words(reader, key, reader.raw(key))}


def _words(reader: Reader, what: str, found: Value) -> Iterator[tuple[str, str, Place]]:
    """The names, words and places of a mapping; what is none is added to the problems."""
    if found is not None and not isinstance(found, SourceMapping):
        reader.add(f"`{what}` must have `name: words` lines", reader.data.place)
        return
    for name, words in (found or {}).items():
        if not isinstance(words, str):
            reader.add(f"`{name}` under `{what}` must be words", found.places[name])
            continue
        yield name, words, found.places[name]


def _over_answer(source: str, place: Place, reader: Reader) -> Expression:
    """An expression over `answer`; one that cannot be used is added to the problems."""
    try:
        found = compile_expression(source, place)
    except LibraryError as exc:
        reader.problems += exc.problems
        return compile_expression("answer", place)
    for name in sorted(found.names - {"answer"}):
        reader.add(f"{reader.what} reads `{name}`, which is not known there", place, "It can only read `answer`.")
    return found


def expression(reader: Reader, key: str) -> Expression | None:
    """The condition under a key; None when there is none. One that does not compile is added to the problems."""
    source = reader.text(key)
    if not source:
        return None
    try:
        return compile_expression(source, reader.place(key))
    except LibraryError as exc:
        reader.problems += exc.problems
        return None


def _bound(reader: Reader, key: str) -> int | None:
    written = reader.text(key)
    if not written:
        return None
    if not written.isdigit():
        reader.add(f"`{key}` must be a whole number", reader.place(key))
        return None
    return int(written)


def _check_names(questionnaire: Questionnaire, reader: Reader) -> None:
    """Report names that are unknown, and conditions of a question that read a later one."""
    known: set[str] = set()
    reads: dict[str, frozenset[str]] = {}
    for fact in questionnaire.facts.values():
        _unknown(fact.condition, known | set(questionnaire.questions) | set(reads), reader, f"the fact `{fact.id}`")
        reads[fact.id] = frozenset().union(*(reads.get(name, {name}) for name in fact.condition.names))
    for question in questionnaire.questions.values():
        settled = {name for name, needs in reads.items() if needs <= known}
        for condition in filter(None, (question.when, question.default_from, question.quick_when)):
            _unknown(condition, known | settled, reader, f"the question `{question.id}`")
        for choice in question.choices:
            if choice.when is not None:
                _unknown(choice.when, known | settled, reader, f"the choice `{choice.value}` of `{question.id}`")
        known.add(question.id)


def _unknown(expression: Expression, known: Collection[str], reader: Reader, what: str) -> None:
    for name in sorted(expression.names - set(known)):
        reader.add(f"{what} reads `{name}`, which is not known there", expression.place,
                   nearest(name, known) or "A condition reads answers and facts that come before it.")


def _check_warnings(questionnaire: Questionnaire, reader: Reader) -> None:
    """Report warnings that read, or ask to change, what there is not."""
    for caution in questionnaire.warnings:
        _unknown(caution.when, questionnaire.names, reader, f"the warning `{caution.id}`")
        if caution.question not in questionnaire.questions:
            reader.add(f"the warning `{caution.id}` names the question `{caution.question}`, which there is not",
                       caution.place, nearest(caution.question, questionnaire.questions))


def version_number(version: str) -> tuple[int, ...]:
    """A version to compare by: 2026.11 comes before 2027.3."""
    return tuple(map(int, version.split("."))) if is_version(version) else ()


def is_version(text: Any) -> bool:
    """Whether it is numbers joined by dots."""
    return isinstance(text, str) and _VERSION.fullmatch(text.strip()) is not None


def _check_versions(questionnaire: Questionnaire, reader: Reader) -> None:
    """Report versions that are none, and changes that are not in order."""
    before: tuple[int, ...] = ()
    for version, place in [(questionnaire.version, reader.place("version")),
                           *((change.version, change.place) for change in questionnaire.changes)]:
        if not is_version(version):
            reader.add(f"`{version}` is not a version", place, "Write numbers joined by dots, such as 2026.11.")
    for change in questionnaire.changes:
        number = version_number(change.version)
        if number and number <= before:
            reader.add(f"the change of {change.version} does not come after the one before it", change.place,
                       "Put the oldest change first.")
        if number > version_number(questionnaire.version):
            reader.add(f"the change of {change.version} is newer than the questionnaire, which is "
                       f"{questionnaire.version}", change.place, "Raise `version` at the top of the file.")
        before = number


def _check_changes(questionnaire: Questionnaire, reader: Reader) -> None:
    """Report changes to questions and choices that there are not, or of some that there still are."""
    questions = questionnaire.questions
    for number, change in enumerate(questionnaire.changes):
        later = {name for other in questionnaire.changes[number + 1:] for name in other.old}
        what = f"the change of {change.version}"
        for name in change.old:
            if name in questions:
                reader.add(f"{what} calls `{name}` an old question, and it is still asked", change.place,
                           "Only questions that are no longer there under their name can be old.")
        for name in change.new:
            if name not in questions and name not in later:
                reader.add(f"{what} names the question `{name}`, which there is not", change.place,
                           nearest(name, questions))
        for name, choices in change.renamed_choices.items():
            again = [other.renamed_choices.get(name, {}) for other in questionnaire.changes[number + 1:]]
            if name in questions:
                _check_renamed_choices(questions[name], choices, {old for names in again for old in names}, what,
                                       reader, change.place)


def _check_renamed_choices(question: Question, choices: Mapping[str, str], later: set[str], what: str, reader: Reader,
                           place: Place) -> None:
    values = {choice.value for choice in question.choices}
    for old, new in choices.items():
        if old in values:
            reader.add(f"{what} calls `{old}` of `{question.id}` an old choice, and it is still offered", place)
        if new not in values and new not in later:
            reader.add(f"{what} names the choice `{new}` of `{question.id}`, which there is not", place,
                       nearest(new, values))


def _check_choices(question: Question, reader: Reader) -> None:
    """Report choices that somebody could be left with, or that stand in for an answer, and are not always offered."""
    always = {choice.value for choice in question.choices if choice.when is None}
    conditional = {choice.value for choice in question.choices} - always
    if conditional and not always:
        reader.add(f"the question `{question.id}` can be left without a choice", question.place,
                   "At least one of its choices must have no `when`.")
    for key, value in (("default", question.default), ("unsure", question.unsure)):
        taken = value if isinstance(value, list) else [value]
        if hidden := [choice for choice in sorted(conditional) if choice in taken]:
            reader.add(f"`{key}` of `{question.id}` cannot be: `{hidden[0]}` is not always offered", question.place,
                       "Use `default_from`, or a choice without `when`.")


def _check_depth(question: Question, reader: Reader, has_suggestion: bool) -> None:
    """Report questions that would stop a quick interview, and a `quick_when` that can have no effect."""
    if question.quick_when is not None and question.depth != "quick":
        reader.add(f"the question `{question.id}` has `quick_when`, and is not quick", question.place,
                   "Add `depth: quick`, or leave `quick_when` out.")
    is_quick = question.depth == "quick" and question.quick_when is None
    if question.required and not has_suggestion and not is_quick:
        reader.add(f"a quick interview cannot answer the question `{question.id}`: it has no suggestion",
                   question.place,
                   "Add a `default`, or `depth: quick` without `quick_when`.")


def each_covered(questionnaire: Questionnaire) -> Iterator[tuple[str, str, Place]]:
    """Point, question and place, for every point that a question carries."""
    for question in questionnaire.questions.values():
        for point in question.covers:
            yield point, question.id, question.place


# ---- in words ------------------------------------------------------------------------------------------------------


def answer_in_words(question: Question, value: Any) -> str:
    """An answer as a person would read it out, in one line."""
    labels = {choice.value: choice.label for choice in question.choices}
    match value:
        case bool():
            return "yes" if value else "no"
        case date():
            return date_in_words(value)
        case list():
            items = [labels.get(item, item) if isinstance(item, str) else next(iter(item.values())) for item in value]
            return "; ".join(items) or "none"
    return labels.get(value, str(value)).replace("\n", ", ")


def cell_in_words(column: Column, value: Any) -> str:
    """A cell of a table as a person would read it out."""
    labels = {choice.value: choice.label for choice in column.choices}
    return labels.get(value, "yes" if value is True else "no" if value is False else str(value))


def rows_in_words(question: Question, rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """The rows of a table, each as one line."""
    return ["; ".join(cell_in_words(column, row[column.id]) for column in question.columns) for row in rows]

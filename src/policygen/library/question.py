"""One question, and what counts as an answer to it.

In: a `Question` and one raw answer, as it was typed or read from a file. Out: the typed value, or a `NotAnAnswer` that
says what is wrong; and a typed value in words. It asks nobody and keeps nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from policygen.library.conditions import PRIVATE_USE, Expression
from policygen.library.yaml import YamlList, YamlMapping, YamlValue, nearest
from policygen.model.english import date_in_words
from policygen.model.problems import Place

TYPES = ("text", "paragraph", "yes_no", "choice", "choices", "number", "period", "date", "table", "file", "colour")
COLUMN_TYPES = ("text", "choice", "period", "yes_no")
DEPTHS = ("quick", "full")
YES, NO = ("yes", "y", "true", "on"), ("no", "n", "false", "off")
_PERIOD = re.compile(r"0*([1-9][0-9]{0,3})\s*(hour|day|week|month|year)s?", re.IGNORECASE)
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


def parse_answer(question: Question, raw: YamlValue) -> Any:
    """The typed value of a raw answer (a string, a list or mapping of strings, or None for empty).

    text, paragraph, choice, period, file: str; colour: `#rrggbb`; yes_no: bool; choices: list of str; number: int; date: `date`, or "" for
    empty; table: list of dicts. Raises NotAnAnswer.
    """
    if raw is None or (isinstance(raw, str) and not raw.strip()):
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


def is_not_sure(raw: YamlValue) -> bool:
    """Whether a raw answer says that somebody does not know."""
    return isinstance(raw, str) and raw.strip().lower() in ("not sure", "unsure")


def _several(question: Question, raw: YamlValue) -> list[str]:
    if isinstance(raw, str):
        raw = [part.strip() for part in raw.split(",") if part.strip()]
    if not isinstance(raw, list):
        raise NotAnAnswer("a list is expected here", "Begin each item with a dash and a space.")
    chosen = {}
    for number, item in enumerate(raw):
        place = raw.places[number] if isinstance(raw, YamlList) else Place()
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


def _table(question: Question, raw: YamlValue) -> list[dict[str, Any]]:
    if not isinstance(raw, list):
        raise NotAnAnswer("a table is expected here: a list of rows", "Begin each row with a dash and a space.")
    known = [column.id for column in question.columns]
    rows = []
    for number, row in enumerate(raw):
        place = raw.places[number] if isinstance(raw, YamlList) else Place()
        if not isinstance(row, Mapping):
            raise NotAnAnswer("a row must have `column: value` lines", f"The columns are: {', '.join(known)}.", place)
        for key in row:
            if key not in known:
                raise NotAnAnswer(f"the table has no column `{key}`",
                                  nearest(key, known) or f"The columns are: {', '.join(known)}.", place)
        rows.append({column.id: _cell(column, row.get(column.id), row, place) for column in question.columns})
    return rows


def _cell(column: Column, raw: YamlValue, row: Mapping, place: Place) -> Any:
    at = row.places.get(column.id, place) if isinstance(row, YamlMapping) else place
    if raw is None or (isinstance(raw, str) and not raw.strip()):
        raise NotAnAnswer(f"the row has no `{column.id}` ({column.label.lower()})", "Fill it in.", at)
    if not isinstance(raw, str):
        raise NotAnAnswer(f"`{column.id}` must be one value", "Write it on one line.", at)
    try:
        return _scalar(column.type, raw, column.choices)
    except NotAnAnswer as exc:
        raise NotAnAnswer(f"{column.id}: {exc.message}", exc.hint, at) from None


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


def rows_in_words(question: Question, rows: list[Mapping[str, Any]]) -> list[str]:
    """The rows of a table, each as one line."""
    return ["; ".join(cell_in_words(column, row[column.id]) for column in question.columns) for row in rows]

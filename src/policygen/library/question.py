"""One question, and what counts as an answer to it.

In: a `Question` and one raw answer, as it was typed or read from a file. Out: the typed value, or a `NotAnAnswer` that
says what is wrong; and a typed value in words. It asks nobody and keeps nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from policygen.library.conditions import PRIVATE_USE, Expression
from policygen.library.yaml import YamlList, YamlMapping, YamlValue, nearest
from policygen.model import english
from policygen.model.english import date_in_words
from policygen.model.problems import Place

TYPES = ("text", "paragraph", "yes_no", "choice", "choices", "number", "period", "date", "table", "file", "colour")
COLUMN_TYPES = ("text", "choice", "period", "yes_no")
DEPTHS = ("quick", "full")
NOUNS = ("", "one", "role")
CONTACTS = ("", "email", "telephone")
ASKS = ("style", "practice", "fact")
"""What a question can ask for: how a thing is said, what the organisation does from now on, or what is so already."""
YES, NO = ("yes", "y", "true", "on"), ("no", "n", "false", "off")
HIGHEST = 10**6
"""The highest number that can be answered where the question sets none."""
LONGEST = 2000
"""Characters of one answer; a page holds about 3,000."""
_PERIOD = re.compile(r"0*([1-9][0-9]{0,3})\s*(hour|day|week|month|year)s?", re.IGNORECASE)
_COLOUR = re.compile(r"#?([0-9a-f]{6})", re.IGNORECASE)
_QUOTED = re.compile(r"""[“”„«"][^“”„«»"]+[”“»"]|[‘‚'][^‘‚]+[’‘']""")
_EMAIL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
                    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z][A-Za-z0-9-]*[A-Za-z0-9]")
_BESIDE_NUMBERS = re.compile(
    r"(?:\bext(?:ension|n)?|\bx|\boption)\.?\s*\d+|\bor\b|[;,/|]|\b18001\s|"
    r"\b\d{1,2}(?:[:.]\d\d)?\s*(?:[ap]m|hours?|hrs?|noon)\b|\b\d{1,2}:\d\d\b", re.IGNORECASE)
"""What can stand between and beside telephone numbers: extensions, the prefix of Relay UK, hours."""
_UK_NUMBER = (
    r"(?:[1235789]\d{9}|[58]00\d{6}|16977\d{4}|1(?:2(?:0[48]|54|76|9[78])|3(?:6[34]|8[46])|4(?:04|20|6[01]|8[08])|"
    r"5(?:2[47]|6[26])|6(?:06|29|35|47|59|95)|7(?:26|44|50|68)|8(?:27|37|84)|9(?:00|05|35|4[69]|63|95))\d{5})")
"""Ten digits; nine where some numbers of an area have one less."""
_TELEPHONE = re.compile(rf"1\d\d|999|116\d{{3}}|[678]\d{{4}}|08001111|08454647|(?:0|\+44|0044){_UK_NUMBER}|"
                        r"(?:\+(?!44)|00(?!44))[1-9]\d{6,13}")
"""Emergency numbers and helplines, short codes for texts, numbers in the UK with their area, and elsewhere."""
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Choice:
    """An option of a question or of a column."""

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
    """A question as its author wrote it."""

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
    """Where this does not hold, a quick question is asked only in the full interview."""
    ages: bool = False
    """The answer goes out of date by itself, as names, dates and systems do: each review asks it again."""
    noun: str = ""
    """`one`: the answer is the word for one person; `role`: a job title, or the name of a body. Sentences put `the` or
    `a` before either. Empty for any other answer."""
    contact: str = ""
    """`email` or `telephone`: people are told where the answer does not look like one. Empty for any other answer."""
    asks: str = "practice"
    """One of `ASKS`. Nobody suggests the answer to a fact."""
    presumed: Any = None
    """The typed value that claims least. It stands in where nobody has answered, and is the `unsure` of the question;
    None where the question must be answered or has a suggestion."""
    offers: tuple[dict[str, Any], ...] = ()
    """Rows that a table offers to be ticked. None of them is taken unasked."""

    @property
    def empty(self) -> Any:
        """The value of a question that does not apply or was left empty."""
        return {"yes_no": False, "choices": [], "table": [], "number": 0}.get(self.type, "")

    @property
    def may_be_none(self) -> bool:
        """Whether an empty list is an answer of its own: none."""
        return self.presumed == [] or not self.required

    def value(self, answer: Any) -> Any:
        """The typed value that an answer stands for; it differs for `not sure` and for a `Carried` answer."""
        return self.unsure if answer is NOT_SURE else answer.value if isinstance(answer, Carried) else answer


class NotSure:
    """The answer of somebody who does not know; the protective value stands in until it is decided."""

    def __repr__(self) -> str:
        return "not sure"


NOT_SURE = NotSure()


@dataclass(frozen=True, slots=True)
class Carried:
    """The answer of an older pack to what nobody was asked: it stands until somebody says whether it is true."""

    value: Any


def as_given(answers: Mapping[str, Any]) -> dict[str, Any]:
    """The same answers; what an older pack took without asking stands in them as if somebody had given it."""
    return {name: answer.value if isinstance(answer, Carried) else answer for name, answer in answers.items()}


class NotAnAnswer(ValueError):
    """A raw answer that its question cannot take."""

    def __init__(self, message: str, hint: str, place: Place = Place()):
        super().__init__(message)
        self.message, self.hint, self.place = message, hint, place


# ---- from a raw answer to a typed value --------------------------------------------------------------------------


def parse_answer(question: Question, raw: YamlValue | list[str]) -> Any:
    """The typed value of a raw answer (a string, a list or mapping of strings, or None for empty).

    text, paragraph, choice, period, file: str; colour: `#rrggbb`; yes_no: bool; choices: list of str; number: int;
    date: `date`, or "" for empty; table: list of dicts. Raises NotAnAnswer.
    """
    if _is_empty(raw):
        return question.empty
    if is_not_sure(raw):
        if question.unsure is None:
            raise NotAnAnswer("this cannot be left open", "Answer it as well as you can; you can change it later.")
        return NOT_SURE
    if question.type == "table":
        return list(_rows(question, raw))
    if question.type == "choices":
        return list(dict.fromkeys(_chosen(question, raw)))
    if not isinstance(raw, str):
        raise NotAnAnswer("one value is expected here, not a list", f"Write it behind `{question.id}:` on one line.")
    return _scalar(question, _as_noun(question, raw))


def _as_noun(question: Question, raw: str) -> str:
    """What was typed, without an article and in the singular where the question asks for such a noun."""
    if not question.noun:
        return raw
    noun = english.without_article(" ".join(raw.split()))
    return english.singular(noun) if question.noun == "one" else noun


def notice(question: Question, raw: object) -> str:
    """What to tell somebody whose raw answer is kept in another form, or is perhaps not as they meant it, in one line;
    empty where there is nothing to tell."""
    typed = " ".join(raw.split()) if isinstance(raw, str) else ""
    if question.type == "date":
        with suppress(english.NotADate):
            return english.date_taken(typed, english.read_date(typed))
    if question.type in ("text", "paragraph") and (words := in_quotation_marks(typed)):
        return words
    if typed and question.contact and not is_not_sure(typed) and not _CONTACTS[question.contact](typed):
        return f"“{typed}” is kept, but does not look like {_CONTACT_NAMES[question.contact]}: check each sign."
    kept = _as_noun(question, typed)
    if kept == typed:
        return ""
    if english.without_article(typed) == kept:
        return f"“{typed}” is kept as “{kept}”: each sentence puts “the” or “a” before it where it needs one."
    return f"“{typed}” is kept as “{kept}”: the question asks for the word for one person."


def in_quotation_marks(typed: str) -> str:
    """What to tell somebody who put a whole answer between quotation marks, in one line; empty where nobody did."""
    found = _QUOTED.fullmatch(typed.strip())
    return f"The quotation marks around {found[0]} count as part of it, and are printed. Take them out, unless they " \
           "are meant." if found else ""


def _is_email(typed: str) -> bool:
    """Whether there is an e-mail address, and whatever has an @ is one."""
    found = [word.strip("<>()").rstrip(".").removeprefix("mailto:") for word in re.split(r"[\s,;]+", typed)
             if "@" in word]
    return bool(found) and all(map(_EMAIL.fullmatch, found))


def _is_telephone(typed: str) -> bool:
    """Whether there is a number that can be called from anywhere in the UK, and none that cannot. Short numbers beside
    it, such as hours, do not count."""
    bare = re.sub(r"\(([^)]*)\)", lambda part: part[0] if part[1] == "0" or part[1].startswith("+") or len(
        re.sub(r"\D", "", part[1])) >= 3 else ";", typed)
    numbers = [re.sub(r"[^\d+]", "", part.replace("(0)", ""))
               for part in re.findall(r"\+?[\d(][\d\s().\u2010-\u2015-]*|$", _BESIDE_NUMBERS.sub(";", bare))]
    return any(map(_TELEPHONE.fullmatch, numbers)) and all(
        len(number) < 5 or _TELEPHONE.fullmatch(number) for number in numbers)


_CONTACTS = {"email": _is_email, "telephone": _is_telephone}
_CONTACT_NAMES = {"email": "an e-mail address", "telephone": "a telephone number with its area"}


def is_not_sure(raw: object) -> bool:
    """Whether a raw answer says that somebody does not know."""
    return isinstance(raw, str) and raw.strip().lower() in ("not sure", "unsure")


def _is_empty(raw: YamlValue | list[str]) -> bool:
    return raw is None or (isinstance(raw, str) and not raw.strip())


def _scalar(asked: Question | Column, raw: str) -> str | bool | int | date:
    raw = raw.strip()
    match asked.type:
        case "choice":
            return _choice(asked, raw)
        case "yes_no":
            if raw.lower() in YES + NO:
                return raw.lower() in YES
            raise NotAnAnswer(f"`{raw}` is neither yes nor no", "Write yes or no.")
        case "number" if isinstance(asked, Question):
            return _number(raw, asked.minimum or 0, HIGHEST if asked.maximum is None else asked.maximum)
        case "date":
            try:
                return english.read_date(raw)
            except english.NotADate as exc:
                raise NotAnAnswer(str(exc), exc.hint) from None
        case "period":
            if found := _PERIOD.fullmatch(raw):
                return f"{int(found[1])} {found[2].lower()}" + ("" if int(found[1]) == 1 else "s")
            raise NotAnAnswer(f"`{raw}` is not a length of time", "Write, for example, 6 years or 18 months.")
        case "colour":
            if found := _COLOUR.fullmatch(raw):
                return f"#{found[1].lower()}"
            raise NotAnAnswer(f"`{raw}` is not a colour", "Write six digits or letters a to f, for example 1f5c66.")
    return _text(raw, asked.type == "paragraph", asked.type == "file")


def _choice(asked: Question | Column, raw: str) -> str:
    values = {choice.value: choice.value for choice in asked.choices}
    by_label = {choice.label.casefold(): choice.value for choice in reversed(asked.choices)}
    found = values.get(raw) or by_label.get(raw.casefold())
    if found is None and not (isinstance(asked, Question) and asked.other):
        raise NotAnAnswer(f"`{raw}` is not one of the choices",
                          nearest(raw, values) or f"Write one of: {', '.join(values)}.")
    return _text(raw) if found is None else found


def _number(raw: str, low: int, high: int) -> int:
    try:
        value = Decimal(raw)
        if low <= value <= high and value == int(value):
            return int(value)
    except InvalidOperation:
        raise NotAnAnswer(f"`{raw}` is not a number", "Write it in digits, for example 2.") from None
    raise NotAnAnswer(f"`{raw}` is not possible here", f"Write a whole number from {low} to {high}.")


def _text(raw: str, several_lines: bool = False, is_file: bool = False) -> str:
    text = re.sub("\r\n|[\r\x85\u2028\u2029]", "\n", raw).strip()
    if not several_lines:
        text = " ".join(text.split("\n" if is_file else None))  # names of files have blanks of many kinds
    if len(text) > LONGEST:
        raise NotAnAnswer(f"this is {len(text)} characters long", f"Keep it under {LONGEST}.")
    if odd := PRIVATE_USE.search(text) or _UNPRINTABLE.search(text):
        raise NotAnAnswer(f"there is a character that cannot be printed (U+{ord(odd.group()):04X})",
                          "Delete it and type the text again.")
    return text


def _chosen(question: Question, raw: YamlValue | list[str]) -> Iterator[str]:
    items = [part.strip() for part in raw.split(",") if part.strip()] if isinstance(raw, str) else raw
    if not isinstance(items, list):
        raise NotAnAnswer("a list is expected here", "Begin each item with a dash and a space.")
    for number, item in enumerate(items):
        place = items.places[number] if isinstance(items, YamlList) else Place()
        if not isinstance(item, str) or not item.strip():
            raise NotAnAnswer("an item of the list is empty, or more than one value", "Write one value an item.", place)
        try:
            yield _choice(question, item.strip())
        except NotAnAnswer as exc:
            raise NotAnAnswer(exc.message, exc.hint, place) from None


def _rows(question: Question, raw: YamlValue | list[str]) -> Iterator[dict[str, Any]]:
    if not isinstance(raw, list):
        raise NotAnAnswer("a table is expected here: a list of rows", "Begin each row with a dash and a space.")
    known = [column.id for column in question.columns]
    columns = f"The columns are: {', '.join(known)}."
    for number, row in enumerate(raw):
        place = raw.places[number] if isinstance(raw, YamlList) else Place()
        if not isinstance(row, Mapping):
            raise NotAnAnswer("a row must have `column: value` lines", columns, place)
        for key in row:
            if key not in known:
                raise NotAnAnswer(f"the table has no column `{key}`", nearest(key, known) or columns, place)
        yield {column.id: _cell(column, row, place) for column in question.columns}


def _cell(column: Column, row: Mapping[str, YamlValue], place: Place) -> Any:
    raw = row.get(column.id)
    at = row.places.get(column.id, place) if isinstance(row, YamlMapping) else place
    if _is_empty(raw):
        raise NotAnAnswer(f"the row has no `{column.id}` ({column.label.lower()})", "Fill it in.", at)
    if not isinstance(raw, str):
        raise NotAnAnswer(f"`{column.id}` must be one value", "Write it on one line.", at)
    try:
        return _scalar(column, raw)
    except NotAnAnswer as exc:
        raise NotAnAnswer(f"{column.id}: {exc.message}", exc.hint, at) from None


def parse_cells(question: Question, raw: Mapping[str, YamlValue]) -> dict[str, Any]:
    """The typed cells of a row that is not finished, by the id of the column, without those that its column cannot
    take."""
    cells = {}
    for column in question.columns:
        with suppress(NotAnAnswer):
            if column.id in raw:
                cells[column.id] = _cell(column, raw, question.place)
    return cells


# ---- from a typed value to words ---------------------------------------------------------------------------------


def answer_in_words(asked: Question | Column, value: Any) -> str:
    """An answer, or a cell of a table, as a person would read it out, in one line."""
    labels = {choice.value: choice.label for choice in asked.choices}
    match value:
        case bool():
            return "yes" if value else "no"
        case date():
            return date_in_words(value)
        case list():
            items = [labels.get(item, item) if isinstance(item, str) else next(iter(item.values())) for item in value]
            return "; ".join(items) or "none"
    return labels.get(value, str(value)).replace("\n", ", ")


def taken_if_unsure(question: Question) -> str:
    """What a pack does until somebody who is not sure has decided, as the words after a colon."""
    if question.presumed is not None:
        return "the pack states nothing that rests on it"
    words = answer_in_words(question, question.unsure)
    return f"{words[0].lower()}{words[1:]}"


def rows_in_words(question: Question, rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """The rows of a table, each as one line."""
    return ["; ".join(answer_in_words(column, row[column.id]) for column in question.columns) for row in rows]

"""Lists that people keep in a spreadsheet program: a CSV or Excel file in, rows of plain text under known columns
out.

It guesses the encoding and the separator, never a meaning. Problems name rows by number, as the spreadsheet shows
them, and never quote a cell: the cells are about people.
"""

from __future__ import annotations

import csv
import io
import itertools
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from policygen.signing import spreadsheet
from policygen.model.problems import ListError, Place, Problem, error
from policygen.signing.spreadsheet import Cell, Row

MOST = 10_000
"""Rows that a list may have."""
_LARGEST = 50 * 1024 * 1024
"""Bytes of a file; ten thousand people are about 1 MiB."""
_LONGEST = 200
"""Characters of a cell; the longest names that people bear have about 80."""
_TITLES = 10
"""Rows at the top among which the headings are looked for."""
_SEPARATORS = ",;\t"
_NOTHING = frozenset({"", "-", "–", "—", "n/a", "na", "none", "nil"})
_SAVE = "Save it as CSV UTF-8 or as an Excel workbook (.xlsx)."


@dataclass(frozen=True, slots=True)
class ListedRow:
    number: int
    """As the spreadsheet program numbers it: the first one of the file is 1."""
    cells: Mapping[str, Cell]
    """By column; text in one line, and empty where nothing stands."""

    def text(self, column: str) -> str:
        """What stands in a column, as text; empty also for `-`, `none` and the like."""
        found = self.cells.get(column, "")
        found = found.isoformat() if isinstance(found, date) else found
        return "" if found.casefold() in _NOTHING else found


@dataclass(frozen=True, slots=True)
class Listed:
    rows: tuple[ListedRow, ...]
    """Those in which something stands."""
    columns: frozenset[str]
    """The known columns that the file has."""
    unknown: tuple[str, ...]
    """The headings that mean nothing here, as they are written."""


def read(path: Path, spellings: Mapping[str, Sequence[str]], needed: Sequence[Sequence[str]]) -> Listed:
    """The list in a file. `spellings` has the headings of each column, `needed` sets of columns of which one must be
    there whole. Raises ListError."""
    place = Place(str(path))
    rows = _rows(path, place, spellings)
    at = _header(rows, spellings, needed, place)
    columns, unknown = _columns(rows[at], spellings, place)
    listed = []
    for number, row in enumerate(rows[at + 1:], at + 2):
        cells = {columns[place]: _one_line(cell) for place, cell in enumerate(row) if place in columns}
        if any(cells.values()):
            listed.append(ListedRow(number, cells))
    if problems := too_long(listed, place):
        raise ListError(*problems)
    return Listed(tuple(listed), frozenset(columns.values()), unknown)


def _header(rows: Sequence[Row], spellings: Mapping[str, Sequence[str]], needed: Sequence[Sequence[str]],
            place: Place) -> int:
    """The place of the row of headings: the first with a needed set of columns, which a title may stand above."""
    names = _names(spellings)
    for at, row in enumerate(rows[:_TITLES]):
        found = {names.get(key(str(cell))) for cell in row}
        if any(set(some) <= found for some in needed):
            return at
    if not any(map(any, rows)):
        raise ListError(error("there is nothing in this file", place,
                              "Put headings into the first row, then a row for each person."))
    words = " or ".join(" and ".join(some) for some in needed)
    raise ListError(error(f"no row names the columns: there is no heading {words}", place,
                          f"Begin the list with a row of headings, such as {', '.join(list(spellings)[:4])}."))


def _names(spellings: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """The column that each heading stands for, as headings are compared."""
    return {key(name): column for column, written in spellings.items() for name in (column, *written)}


def key(words: str) -> str:
    """A heading or a kind as it is compared: without capitals, signs and double spaces."""
    return " ".join(re.sub(r"[\W_]+", " ", unicodedata.normalize("NFKC", words).casefold()).split())


def _one_line(cell: Cell) -> Cell:
    """The cell without line breaks, and without what is no sign: controls, and what turns the direction of
    writing."""
    if isinstance(cell, date):
        return cell
    kept = "".join(" " if sign.isspace() else sign for sign in unicodedata.normalize("NFC", cell)
                   if sign.isspace() or (unicodedata.category(sign) not in ("Cc", "Cs", "Cn") and sign not in _TURNS))
    return " ".join(kept.split())


_TURNS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
"""Signs that could make the rest of a line read backwards; scripts that run to the left do not need them."""


def _columns(header: Row, spellings: Mapping[str, Sequence[str]],
             place: Place) -> tuple[dict[int, str], tuple[str, ...]]:
    """The column at each place, and the headings that are not used: they mean nothing, or another heading says the
    same. A heading with a column's own name goes before another spelling, and the first before a later one."""
    names, words = _names(spellings), [str(_one_line(cell)) for cell in header]
    found: dict[str, int] = {}
    for number, heading in enumerate(words):
        column = names.get(key(heading))
        if column and (column not in found or key(heading) == column != key(words[found[column]])):
            found[column] = number
    twice = [heading for number, heading in enumerate(words)
             if number not in found.values() and names.get(key(heading))
             and key(heading) == key(words[found[names[key(heading)]]])]
    if twice:
        raise ListError(*(error(f"two columns have the heading “{heading}”", place, "Keep one of them.")
                          for heading in dict.fromkeys(twice)))
    return ({number: column for column, number in found.items()},
            tuple(heading for number, heading in enumerate(words) if heading and number not in found.values()))


# ---- the file ----------------------------------------------------------------------------------------------------


def _rows(path: Path, place: Place, spellings: Mapping[str, Sequence[str]]) -> list[Row]:
    """All rows of a file, also the empty ones."""
    data = _bytes(path, place)
    if data.startswith((spreadsheet.SIGNATURE, b"\xd0\xcf\x11\xe0")):
        try:
            sheets = spreadsheet.read(data, MOST + _TITLES)
        except spreadsheet.Unreadable as exc:
            raise ListError(error(exc.message, place, exc.hint)) from None
        rows = next((rows for rows in sheets.values() if any(map(any, rows))), [])
    else:
        rows = _separated(_decoded(data, place), place, spellings)
    if sum(map(any, rows)) > MOST + 1:
        raise ListError(error(f"this list has more than {MOST:,} rows", place,
                              "Split it, and give each part by itself."))
    return rows


def _bytes(path: Path, place: Place) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(_LARGEST + 1)
    except FileNotFoundError:
        raise ListError(error("there is no such file", place,
                              "Check the name, and the folder that you are in.")) from None
    except OSError as exc:
        raise ListError(error(f"cannot read it: {(exc.strerror or 'unknown reason').lower()}", place)) from None
    if len(data) > _LARGEST:
        raise ListError(error("this file is far too large for a list of people", place, _SAVE))
    return data


def _decoded(data: bytes, place: Place) -> str:
    """The text of a CSV file: what its first bytes say, else UTF-8, else Windows-1252, which Excel in Britain
    writes."""
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            found = [encoding]
            break
    else:
        even, odd = data[:400:2].count(0), data[1:400:2].count(0)
        found = ["utf-16-le" if odd > even else "utf-16-be"] if even or odd else ["utf-8", "cp1252"]
    for encoding in found:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise ListError(error("this is no list: it is neither text nor an Excel workbook", place, _SAVE))


def _separated(text: str, place: Place, spellings: Mapping[str, Sequence[str]]) -> list[Row]:
    """The rows of a CSV text. Its separator is the one that gives a row with most known headings."""
    if found := re.match(rf"sep=([{_SEPARATORS}])\r?\n", text):
        return _parsed(text[found.end():], found[1], place)
    known = _names(spellings)

    def headings(separator: str) -> int:
        rows: list[Row] = []
        with suppress(csv.Error):  # which a wrong separator can lead to
            rows += itertools.islice(_records(text, separator), _TITLES)
        return max((sum(key(cell) in known for cell in row) for row in rows), default=0)

    return _parsed(text, max(_SEPARATORS, key=headings), place)


def _records(text: str, separator: str) -> Iterator[Row]:
    return map(tuple, csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))


def _parsed(text: str, separator: str, place: Place) -> list[Row]:
    """All rows, up to where there are too many in which something stands: a list may end in thousands of empty
    ones."""
    rows: list[Row] = []
    filled = 0
    try:
        for row in _records(text, separator):
            rows.append(row if any(row) else ())
            filled += any(row)
            if filled > MOST + 1:
                break
    except csv.Error:
        raise ListError(error(f"row {len(rows) + 1} begins a quotation mark that does not end", place,
                              'Write the mark twice inside a quoted cell ("Jo ""Jo"" Smith"), or save the list again '
                              "from a spreadsheet program.")) from None
    return rows


# ---- problems ----------------------------------------------------------------------------------------------------


def too_long(rows: Iterable[ListedRow], place: Place) -> list[Problem]:
    """One problem for all rows with a cell that is too long."""
    found = [row.number for row in rows if any(isinstance(cell, str) and len(cell) > _LONGEST
                                               for cell in row.cells.values())]
    return [of_rows(found, f"a cell has more than {_LONGEST} characters", place, "Shorten it.")] if found else []


def of_rows(numbers: Sequence[int], message: str, place: Place, hint: str = "") -> Problem:
    """One problem for several rows."""
    return error(f"{in_words(numbers)}: {message}", place, hint)


def in_words(rows: Sequence[int]) -> str:
    """Numbers of rows for people: `row 7`, `rows 3, 7 and 9`, `rows 3, 7, 9 and 40 more`."""
    return f"row{'s' if len(set(rows)) > 1 else ''} {_listing(rows)}"


def numbers(entries: Sequence[int]) -> str:
    """Numbers of a register's entries for people: `No. 4`, `No. 4, 7 and 9`."""
    return f"No. {_listing(entries)}"


def _listing(given: Sequence[int]) -> str:
    ordered = sorted(set(given))
    shown, more = (ordered, 0) if len(ordered) <= 12 else (ordered[:10], len(ordered) - 10)
    words = [str(number) for number in shown] + ([f"{more:,} more"] if more else [])
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else words[0]


# ---- dates -------------------------------------------------------------------------------------------------------

_MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
           "november", "december")
DATES = "Write it as 20/11/2026 or 2026-11-20: the day before the month."


def day_of(cell: Cell) -> date | None:
    """The date in a cell, day before month as in Britain; None for what is no date from 1920 to 2099."""
    if isinstance(cell, date):
        return cell if 1920 <= cell.year < 2100 else None
    words = cell.strip().casefold().removesuffix(" 00:00:00")
    if found := re.fullmatch(r"(\d{4})-(\d\d?)-(\d\d?)", words):
        year, month, day = map(int, found.groups())
    elif found := re.fullmatch(r"(\d\d?)[/.\- ](\d\d?)[/.\- ](\d{4}|\d\d)", words):
        day, month, year = map(int, found.groups())
    elif found := re.fullmatch(r"(\d\d?)(?:st|nd|rd|th)?[ \-/]([a-z]{3,9})\.?,?[ \-/](\d{4}|\d\d)", words):
        day, year = int(found[1]), int(found[3])
        month = next((number for number, name in enumerate(_MONTHS, 1) if name.startswith(found[2])), 0)
    else:
        return None
    year += 2000 if year < 100 else 0
    try:
        return date(year, month, day) if 1920 <= year < 2100 else None
    except ValueError:
        return None

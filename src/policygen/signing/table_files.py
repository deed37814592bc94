"""Tables that people keep in a spreadsheet program: a CSV or Excel file in, rows of plain text out; and back to Excel.

`read_list` guesses the encoding and the separator of a file, never a meaning. Problems name rows by their numbers, as
the spreadsheet program shows them, and never quote a cell: the cells are about people.

A workbook may come from anybody: what it unpacks to is limited, and it can fetch nothing. `write_workbook` writes text
as text, whatever it begins with, so that no name can be a formula. The same rows give the same bytes. Nothing is
written to disk here, not for a moment. openpyxl is slow to load, and so is imported late.
"""

from __future__ import annotations

import codecs
import csv
import io
import itertools
import re
import unicodedata
import warnings
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from copy import copy
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile

from policygen.formats.word.package import zipped
from policygen.model.problems import ListError, Place, Problem, cannot_read, error

MOST_ROWS = 10_000
"""Rows that a list may have."""
_LARGEST = 50 * 1024 * 1024
"""Bytes of a file; ten thousand people are about 1 MiB."""
_UNPACKED = 100 * 1024 * 1024
"""Bytes that a workbook may unpack to; ten thousand people are about 5 MiB."""
_MOST_PARTS = 2000
"""Files inside a workbook."""
_MOST_COLUMNS = 60
"""Columns of a workbook that are read; further ones are left out."""
_LONGEST = 200
"""Characters of a cell; the longest names that people bear have about 80."""
_TITLES = 10
"""Rows at the top among which the headings are looked for."""
_SEPARATORS = ",;\t"
_NOTHING = frozenset({"", "-", "–", "—", "n/a", "na", "none", "nil"})
_EXCEL, _OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
"""How workbooks of today begin, and how old or protected ones do."""
_BROKEN = (BadZipFile, zlib.error, EOFError, LookupError, ValueError, TypeError, AttributeError, SyntaxError,
           ArithmeticError, NotImplementedError, RuntimeError, OSError)
"""What openpyxl and zipfile raise for files that are not as they should be."""
_FORMULA = re.compile(rb"<(\w+:)?f[\s/>]")
_TURNS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
"""Signs that could make the rest of a line read backwards; scripts that run to the left do not need them."""
_MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
           "november", "december")
_SAVE = "Save it as CSV UTF-8 or as an Excel workbook (.xlsx)."
_SAVE_AGAIN = "Open it in a spreadsheet program and save it again, or save it as CSV UTF-8."
DATE_HINT = "Write it as 20/11/2026 or 2026-11-20: the day before the month."

Cell = str | date
"""What a cell holds; an empty cell is an empty string."""
Row = tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class ListRow:
    number: int
    """As the spreadsheet program numbers it: the first row of the file is 1."""
    cells: Mapping[str, Cell]
    """By column; text in one line."""

    def text(self, column: str) -> str:
        """What stands in a column, as text; empty also for `-`, `none` and the like."""
        found = self.cells.get(column, "")
        found = found.isoformat() if isinstance(found, date) else found
        return "" if found.casefold() in _NOTHING else found


@dataclass(frozen=True, slots=True)
class ListFile:
    rows: tuple[ListRow, ...]
    """Those in which something stands."""
    columns: frozenset[str]
    """The known columns that the file has."""
    unknown: tuple[str, ...]
    """The headings that mean nothing here, as they are written."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of a workbook, to write."""

    title: str
    header: Sequence[str]
    rows: Sequence[Sequence[str | date | int | None]]
    widths: Sequence[int]
    """Of the columns, in characters."""


# ---- lists -------------------------------------------------------------------------------------------------------


def read_list(path: Path, spellings: Mapping[str, Sequence[str]], needed: Sequence[Sequence[str]]) -> ListFile:
    """The list in a file. `spellings` has the headings that stand for each column; `needed` has sets of columns, of
    which one must be there whole. Raises ListError."""
    place = Place(str(path))
    known = {heading_key(name): column for column, written in spellings.items() for name in (column, *written)}
    rows = _rows(path, place, known)
    at = _header(rows, known, needed, place)
    columns, unknown = _columns(rows[at], known, place)
    listed = []
    for number, row in enumerate(rows[at + 1:], at + 2):
        cells = {columns[index]: _one_line(cell) for index, cell in enumerate(row) if index in columns}
        if any(cells.values()):
            listed.append(ListRow(number, cells))
    if too_long := [row.number for row in listed if any(isinstance(cell, str) and len(cell) > _LONGEST
                                                        for cell in row.cells.values())]:
        raise ListError(problem_of_rows(too_long, f"a cell has more than {_LONGEST} characters", place, "Shorten it."))
    return ListFile(tuple(listed), frozenset(columns.values()), unknown)


def heading_key(words: str) -> str:
    """A heading or a kind of person, as it is compared: without capitals, signs and double spaces."""
    return " ".join(re.sub(r"[\W_]+", " ", unicodedata.normalize("NFKC", words).casefold()).split())


def date_in_cell(cell: Cell) -> date | None:
    """The date in a cell, day before month as in Britain; None for anything but a date from 1920 to 2099."""
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


def _header(rows: Sequence[Row], known: Mapping[str, str], needed: Sequence[Sequence[str]], place: Place) -> int:
    """The index of the row of headings: the first with a needed set of columns; a title may stand above it."""
    for at, row in enumerate(rows[:_TITLES]):
        found = {known.get(heading_key(str(cell))) for cell in row}
        if any(set(some) <= found for some in needed):
            return at
    if not any(map(any, rows)):
        raise ListError(error("there is nothing in this file", place,
                              "Put headings into the first row, then a row for each person."))
    words = " or ".join(" and ".join(some) for some in needed)
    first = list(dict.fromkeys(known.values()))[:4]
    raise ListError(error(f"no row names the columns: there is no heading {words}", place,
                          f"Begin the list with a row of headings, such as {', '.join(first)}."))


def _columns(header: Row, known: Mapping[str, str], place: Place) -> tuple[dict[int, str], tuple[str, ...]]:
    """The column at each index, and the headings that are not used: they mean nothing, or another heading says the
    same. A heading with a column's own name goes before another spelling, and the first before a later one."""
    words = [str(_one_line(cell)) for cell in header]
    found: dict[str, int] = {}
    for number, heading in enumerate(words):
        column = known.get(heading_key(heading))
        if column and (column not in found or heading_key(heading) == column != heading_key(words[found[column]])):
            found[column] = number
    twice = [heading for number, heading in enumerate(words)
             if (column := known.get(heading_key(heading))) and number != found[column]
             and heading_key(heading) == heading_key(words[found[column]])]
    if twice:
        raise ListError(*(error(f"two columns have the heading “{heading}”", place, "Keep one of them.")
                          for heading in dict.fromkeys(twice)))
    return ({number: column for column, number in found.items()},
            tuple(heading for number, heading in enumerate(words) if heading and number not in found.values()))


def _one_line(cell: Cell) -> Cell:
    """The cell without line breaks, control characters, and signs that turn the direction of writing."""
    if isinstance(cell, date):
        return cell
    kept = "".join(" " if sign.isspace() else sign for sign in unicodedata.normalize("NFC", cell)
                   if sign.isspace() or (unicodedata.category(sign) not in ("Cc", "Cs", "Cn") and sign not in _TURNS))
    return " ".join(kept.split())


# ---- words for problems ------------------------------------------------------------------------------------------


def problem_of_rows(numbers: Sequence[int], message: str, place: Place, hint: str = "") -> Problem:
    return error(f"{row_numbers_in_words(numbers)}: {message}", place, hint)


def row_numbers_in_words(rows: Sequence[int]) -> str:
    """Numbers of rows for people: `row 7`, `rows 3, 7 and 9`, `rows 3, 7, 9 and 40 more`."""
    return f"row{'s' if len(set(rows)) > 1 else ''} {_listing(rows)}"


def entries_in_words(entries: Sequence[int]) -> str:
    """Numbers of a register's entries for people: `No. 4`, `No. 4, 7 and 9`."""
    return f"No. {_listing(entries)}"


def _listing(given: Sequence[int]) -> str:
    ordered = sorted(set(given))
    shown, more = (ordered, 0) if len(ordered) <= 12 else (ordered[:10], len(ordered) - 10)
    words = [str(number) for number in shown] + ([f"{more:,} more"] if more else [])
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else words[0]


# ---- CSV ---------------------------------------------------------------------------------------------------------


def _rows(path: Path, place: Place, known: Mapping[str, str]) -> list[Row]:
    """All rows of a file, also the empty ones."""
    try:
        with path.open("rb") as file:
            data = file.read(_LARGEST + 1)
    except OSError as exc:
        raise ListError(cannot_read(path, exc)) from None
    if len(data) > _LARGEST:
        raise ListError(error("this file is far too large for a list of people", place, _SAVE))
    if data.startswith((_EXCEL, _OLD_EXCEL)):
        sheets = read_workbook(data, MOST_ROWS + _TITLES, place)
        rows = next((rows for rows in sheets.values() if any(map(any, rows))), [])
    else:
        rows = _separated(_decoded(data, place), place, known)
    if sum(map(any, rows)) > MOST_ROWS + 1:
        raise ListError(error(f"this list has more than {MOST_ROWS:,} rows", place,
                              "Split it, and give each part by itself."))
    return rows


def _decoded(data: bytes, place: Place) -> str:
    """The text of a CSV file: in the encoding that its first bytes say, else in UTF-8, else in Windows-1252, which
    Excel in Britain writes."""
    even, odd = data[:400:2].count(0), data[1:400:2].count(0)
    if data.startswith(codecs.BOM_UTF8):
        encodings = ["utf-8-sig"]
    elif data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encodings = ["utf-16"]
    else:
        encodings = ["utf-16-le" if odd > even else "utf-16-be"] if even or odd else ["utf-8", "cp1252"]
    for encoding in encodings:
        with suppress(UnicodeDecodeError):
            if "\0" not in (text := data.decode(encoding)):
                return text
    raise ListError(error("this is no list: it is neither text nor an Excel workbook", place, _SAVE))


def _separated(text: str, place: Place, known: Mapping[str, str]) -> list[Row]:
    """The rows of a CSV text, up to where there are too many in which something stands: a list may end in thousands of
    empty ones. Its separator is the one that gives a row with most known headings."""
    if found := re.match(rf"sep=([{_SEPARATORS}])\r?\n", text):
        text, separator = text[found.end():], found[1]
    else:
        separator = max(_SEPARATORS, key=lambda separator: _known_headings(text, separator, known))
    rows: list[Row] = []
    filled = 0
    try:
        for row in _records(text, separator):
            rows.append(row if any(row) else ())
            filled += any(row)
            if filled > MOST_ROWS + 1:
                break
    except csv.Error:
        raise ListError(error(f"row {len(rows) + 1} begins a quotation mark that does not end", place,
                              'Write the mark twice inside a quoted cell ("Jo ""Jo"" Smith"), or save the list again '
                              "from a spreadsheet program.")) from None
    return rows


def _known_headings(text: str, separator: str, known: Mapping[str, str]) -> int:
    rows: list[tuple[str, ...]] = []
    with suppress(csv.Error):  # which a wrong separator can lead to
        rows += itertools.islice(_records(text, separator), _TITLES)
    return max((sum(heading_key(cell) in known for cell in row) for row in rows), default=0)


def _records(text: str, separator: str) -> Iterator[tuple[str, ...]]:
    return map(tuple, csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))


# ---- Excel -------------------------------------------------------------------------------------------------------


def read_workbook(data: bytes, most: int, place: Place) -> dict[str, list[Row]]:
    """The rows of each sheet, from its first row; no more than `most` and one. Raises ListError with one problem."""
    if data.startswith(_OLD_EXCEL):
        raise ListError(error("this workbook is protected by a password, or in Excel’s old format", place,
                              "Save it as an Excel workbook (.xlsx) without a password, or as CSV UTF-8."))
    try:
        has_formulas = _has_formulas(data, place)
        sheets = _cells(data, most, data_only=True)
        if has_formulas:
            unworked = sorted({number for title, sheet in _cells(data, most, data_only=False).items()
                               for number, (row, results) in enumerate(zip(sheet, sheets[title]), 1)
                               for (kind, _), (_, result) in zip(row, results) if kind == "f" and result is None})
            if unworked:
                raise ListError(error(f"row {unworked[0]} holds a formula whose result is not in the file", place,
                                      _SAVE_AGAIN))
    except _BROKEN:
        raise ListError(error("this is no Excel workbook, or it is damaged", place, _SAVE_AGAIN)) from None
    return {title: [tuple(_as_shown(value) for _, value in row) for row in rows] for title, rows in sheets.items()}


def _has_formulas(data: bytes, place: Place) -> bool:
    """Whether there are formulas in the workbook. Raises ListError for one that would unpack to too much, and
    BadZipFile for one whose XML brings declarations of its own: no spreadsheet program writes them."""
    with ZipFile(io.BytesIO(data)) as package:
        parts = package.infolist()
        if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > _UNPACKED:
            raise ListError(error("this workbook is far too large for a list of people", place,
                                  "Save only the list, as CSV UTF-8."))
        if "xl/workbook.xml" not in package.namelist():
            raise BadZipFile
        formulas = False
        for part in parts:
            if part.filename.endswith((".xml", ".rels")):
                text = package.read(part)
                if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
                    raise BadZipFile
                formulas = formulas or (part.filename.startswith("xl/worksheets/") and bool(_FORMULA.search(text)))
    return formulas


def _cells(data: bytes, most: int, data_only: bool) -> dict[str, list[list[tuple[str, Any]]]]:
    """The type and the value of each cell, row by row, of each sheet; with `data_only`, the results of formulas."""
    from openpyxl import load_workbook

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of what a workbook has besides words, and is passed over
        workbook = load_workbook(io.BytesIO(data), read_only=True, data_only=data_only, keep_links=False)
        return {sheet.title: [[(cell.data_type, cell.value) for cell in row] for row in sheet.iter_rows(
            max_row=most + 1, max_col=min(sheet.max_column or _MOST_COLUMNS, _MOST_COLUMNS))]
            for sheet in workbook.worksheets}


def _as_shown(value: Any) -> Cell:
    """What a person sees in a cell with this value."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case datetime():
            return value.date()
        case float() if value.is_integer():
            return str(int(value))
        case date():
            return value
    return str(value)


def write_workbook(sheets: Sequence[Sheet], title: str) -> bytes:
    """An Excel workbook: headings that stay in sight, dates as dates, all else as text."""
    from openpyxl import Workbook
    from openpyxl.worksheet._writer import WorksheetWriter
    from openpyxl.writer.excel import ExcelWriter

    class WriterInMemory(ExcelWriter):  # type: ignore[misc]  # openpyxl has no types
        """Makes no temporary file of each sheet."""

        def write_worksheet(self, sheet: Any) -> None:
            writer = WorksheetWriter(sheet, io.BytesIO())
            writer.write()
            sheet._drawing, sheet._rels = None, writer._rels
            self._archive.writestr(sheet.path[1:], writer.out.getvalue())
            self.manifest.append(sheet)

    book = Workbook()
    book.remove(book.active)
    for sheet in sheets:
        _fill(book.create_sheet(sheet.title), sheet)
    book.properties.title, book.properties.creator = title, "policygen"
    book.properties.created = book.properties.modified = datetime(1980, 1, 1)  # the clock must not be in it
    buffer = io.BytesIO()
    WriterInMemory(book, ZipFile(buffer, "w", ZIP_DEFLATED)).save()
    with ZipFile(buffer) as package:
        return zipped({name: package.read(name) for name in package.namelist()})


def _fill(page: Any, sheet: Sheet) -> None:
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
    from openpyxl.utils import get_column_letter

    at_top, line = Alignment(wrap_text=True, vertical="top", horizontal="left"), Side("thin", "C5D3D6")
    page.append(list(sheet.header))
    for cell in page[1]:
        cell.font, cell.alignment = Font(name="Calibri", size=11, bold=True), at_top
        cell.fill, cell.border = PatternFill("solid", "EDF4F5"), Border(bottom=Side("medium", "1F5C66"))
    styles: dict[type, Any] = {}
    for number, row in enumerate(sheet.rows, 2):
        page.row_dimensions[number].height = 15 * max(map(_lines_of_cell, row, sheet.widths))
        for column, value in enumerate(row, 1):
            cell = page.cell(number, column, value)
            if type(value) not in styles:  # once for each kind of value: it takes longer than all else
                cell.alignment, cell.border = at_top, Border(bottom=line)
                cell.number_format = {str: "@", int: "0"}.get(type(value), "D MMM YYYY")
                cell.quotePrefix = isinstance(value, str)
                styles[type(value)] = cell._style
            cell._style = copy(styles[type(value)])
            if isinstance(value, str):
                cell.data_type = "s"
    for column, width in enumerate(sheet.widths, 1):
        page.column_dimensions[get_column_letter(column)].width = width
    page.freeze_panes = "A2"
    page.print_title_rows = "1:1"
    page.page_setup.orientation, page.page_setup.paperSize = "landscape", 9  # A4
    page.page_setup.fitToHeight = 0
    page.sheet_properties.pageSetUpPr.fitToPage = True


def _lines_of_cell(value: str | date | int | None, width: int) -> int:
    """About how many lines a cell needs: no program works that out when it opens a file."""
    return sum(1 + len(part) // max(1, width - 1) for part in value.split("\n")) if isinstance(value, str) else 1

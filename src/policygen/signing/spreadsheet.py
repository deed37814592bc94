"""Excel files: bytes in, rows of plain cells out; rows in, the bytes of a workbook out. openpyxl, loaded late.

A file may come from anybody: what it unpacks to is limited, and it can fetch nothing. What it holds is text and
dates; text is written as text, whatever it begins with, so that no name can be a formula. The same rows give the same
bytes. Nothing is written to disk here, not for a moment: the rows may be about people.
"""

from __future__ import annotations

import io
import re
import warnings
import zlib
from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile, ZipInfo

Cell = str | date
"""What a cell holds; an empty one is an empty string."""
Row = tuple[Cell, ...]

UNPACKED = 100 * 1024 * 1024
"""Bytes that a workbook may unpack to; ten thousand people are about 5 MiB."""
PARTS = 2000
COLUMNS = 60
"""Columns that are read; further ones are left out."""
SIGNATURE = b"PK\x03\x04"
"""How every Excel file of today begins."""
_BROKEN = (BadZipFile, zlib.error, EOFError, LookupError, ValueError, TypeError, AttributeError, SyntaxError,
           ArithmeticError, NotImplementedError, RuntimeError, OSError)
"""What openpyxl and zipfile raise for files that are not as they should be."""
_FORMULA = re.compile(rb"<(\w+:)?f[\s/>]")
_SAVE_AGAIN = "Open it in a spreadsheet program and save it again, or save it as CSV UTF-8."


class Unreadable(Exception):
    """A file cannot be read as a workbook."""

    def __init__(self, message: str, hint: str):
        super().__init__(message)
        self.message, self.hint = message, hint


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet to write."""

    title: str
    header: Sequence[str]
    rows: Sequence[Sequence[str | date | int | None]]
    widths: Sequence[int]
    """Of the columns, in characters."""


# ---- reading -----------------------------------------------------------------------------------------------------


def read(data: bytes, most: int) -> dict[str, list[Row]]:
    """The rows of each sheet, from its first row; no more than `most` and one. Raises Unreadable."""
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise Unreadable("this workbook is protected by a password, or in Excel’s old format",
                         "Save it as an Excel workbook (.xlsx) without a password, or as CSV UTF-8.")
    try:
        has_formulas = _looked_through(data)
        sheets = _rows(data, most, data_only=True)
        if has_formulas:
            _refuse_unworked(_rows(data, most, data_only=False), sheets)
    except _BROKEN:
        raise Unreadable("this is no Excel workbook, or it is damaged", _SAVE_AGAIN) from None
    return {title: [tuple(map(_plain, row)) for row in rows] for title, rows in sheets.items()}


def _looked_through(data: bytes) -> bool:
    """Whether there are formulas in the workbook. Raises Unreadable for one that would unpack to too much, or whose
    XML brings declarations of its own: no spreadsheet program writes them."""
    with ZipFile(io.BytesIO(data)) as package:
        parts = package.infolist()
        if len(parts) > PARTS or sum(part.file_size for part in parts) > UNPACKED:
            raise Unreadable("this workbook is far too large for a list of people",
                             "Save only the list, as CSV UTF-8.")
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


def _rows(data: bytes, most: int, data_only: bool) -> dict[str, list[list[tuple[str, Any]]]]:
    """The type and the value of each cell, row by row, of each sheet."""
    from openpyxl import load_workbook

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of what a workbook has besides words, and is passed over
        workbook = load_workbook(io.BytesIO(data), read_only=True, data_only=data_only, keep_links=False)
        return {sheet.title: [[(cell.data_type, cell.value) for cell in row] for row in sheet.iter_rows(
            max_row=most + 1, max_col=min(sheet.max_column or COLUMNS, COLUMNS))] for sheet in workbook.worksheets}


def _refuse_unworked(written: Mapping[str, list], worked: Mapping[str, list]) -> None:
    """Raise Unreadable for formulas whose result is not in the file."""
    rows = sorted({number for title, sheet in written.items()
                   for number, (row, results) in enumerate(zip(sheet, worked[title]), 1)
                   for (kind, _), (_, value) in zip(row, results) if kind == "f" and value is None})
    if rows:
        raise Unreadable(f"row {rows[0]} holds a formula whose result is not in the file", _SAVE_AGAIN)


def _plain(cell: tuple[str, Any]) -> Cell:
    """What a person sees in a cell."""
    _kind, value = cell
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


# ---- writing -----------------------------------------------------------------------------------------------------

_LINE = 15
"""Points of a line."""
_FIXED = datetime(1980, 1, 1)
"""Stands where a file wants a time: the clock must not be in it."""


def workbook(sheets: Sequence[Sheet], title: str) -> bytes:
    """An Excel workbook: headings that stay in sight, dates as dates, all else as text."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    for sheet in sheets:
        _fill(book.create_sheet(sheet.title), sheet)
    book.properties.title, book.properties.creator = title, "policygen"
    book.properties.created = book.properties.modified = _FIXED
    return _packed(_saved(book))


def _fill(page: Any, sheet: Sheet) -> None:
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
    from openpyxl.utils import get_column_letter

    placed, line = Alignment(wrap_text=True, vertical="top", horizontal="left"), Side("thin", "C5D3D6")
    page.append(list(sheet.header))
    for cell in page[1]:
        cell.font, cell.alignment = Font(name="Calibri", size=11, bold=True), placed
        cell.fill, cell.border = PatternFill("solid", "EDF4F5"), Border(bottom=Side("medium", "1F5C66"))
    looks: dict[type, Any] = {}
    for number, row in enumerate(sheet.rows, 2):
        page.row_dimensions[number].height = _LINE * max(map(_lines, row, sheet.widths))
        for column, value in enumerate(row, 1):
            cell = page.cell(number, column, value)
            if type(value) not in looks:  # once for each kind of value: it takes longer than all else
                cell.alignment, cell.border = placed, Border(bottom=line)
                cell.number_format = {str: "@", int: "0"}.get(type(value), "D MMM YYYY")
                cell.quotePrefix = isinstance(value, str)
                looks[type(value)] = cell._style
            cell._style = copy(looks[type(value)])
            if isinstance(value, str):
                cell.data_type = "s"
    for column, width in enumerate(sheet.widths, 1):
        page.column_dimensions[get_column_letter(column)].width = width
    page.freeze_panes = "A2"
    page.print_title_rows = "1:1"
    page.page_setup.orientation, page.page_setup.paperSize = "landscape", 9  # A4
    page.page_setup.fitToHeight = 0
    page.sheet_properties.pageSetUpPr.fitToPage = True


def _lines(value: str | date | int | None, width: int) -> int:
    """About how many lines a cell needs: no program works that out when it opens a file."""
    return sum(1 + len(part) // max(1, width - 1) for part in value.split("\n")) if isinstance(value, str) else 1


def _saved(book: Any) -> bytes:
    """The workbook as openpyxl packs it, without the temporary file that it makes of each sheet."""
    from openpyxl.worksheet._writer import WorksheetWriter
    from openpyxl.writer.excel import ExcelWriter

    class InMemory(ExcelWriter):
        def write_worksheet(self, sheet: Any) -> None:
            writer = WorksheetWriter(sheet, io.BytesIO())
            writer.write()
            sheet._drawing, sheet._rels = None, writer._rels
            self._archive.writestr(sheet.path[1:], writer.out.getvalue())
            self.manifest.append(sheet)

    buffer = io.BytesIO()
    InMemory(book, ZipFile(buffer, "w", ZIP_DEFLATED)).save()
    return buffer.getvalue()


def _packed(data: bytes) -> bytes:
    """The same package with no clock in it."""
    buffer = io.BytesIO()
    with ZipFile(io.BytesIO(data)) as old, ZipFile(buffer, "w") as new:
        for name, part in _parts(old):
            entry = ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.create_system, entry.compress_type = 0, ZIP_DEFLATED
            new.writestr(entry, part, compresslevel=6)
    return buffer.getvalue()


def _parts(package: ZipFile) -> Iterator[tuple[str, bytes]]:
    for name in sorted(package.namelist(), key=lambda name: (name != "[Content_Types].xml", name)):
        yield name, package.read(name)

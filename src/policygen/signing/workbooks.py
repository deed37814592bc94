"""Workbooks of spreadsheet programs: Excel (.xlsx) and OpenDocument (.ods) in, their cells out; and cells to Excel.

A workbook may come from anybody. Only the parts that hold cells are opened; they are read as a stream, which makes no
tree; what it unpacks to is counted, and so are its elements and cells; document types are refused; nothing is fetched.
A cell keeps what a person sees in it. What the cells mean is for others to say.

`write_workbook` writes text as text, whatever it begins with, so that no name can be a formula. The same rows give the
same bytes. Nothing is written to disk here, not for a moment. openpyxl and lxml are slow to load, so they come late.
"""

from __future__ import annotations

import io
import posixpath
import re
import struct
import zlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from copy import copy
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from itertools import groupby
from typing import Any, NamedTuple
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile

from policygen.formats.word.package import has_endless_list, zipped
from policygen.model.problems import ListError, Place, error

SIGNATURES = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
"""How workbooks of today begin, and how old or protected ones do."""
UNWORKED = "#UNWORKED!"
"""What stands for a formula whose result is not in the file; it looks like the errors of spreadsheet programs."""
_UNPACKED = 150_000_000
"""Bytes that the parts with cells may unpack to; ten thousand people are about 5 million."""
_MOST_WORK, _MOST_CELLS = 7_000_000, 1_000_000
"""What reading may cost, as `_Heard` counts it, and cells in which something stands: ten thousand people with eighty
columns, or all rows that Excel has, empty. Either takes less than five seconds."""
_LONGEST_STRETCH = 1_000_000
"""Bytes of one tag or one text."""
_MOST_ROWS, _MOST_COLUMNS, _MOST_FORMATS = 16_777_216, 16_384, 5000
"""What LibreOffice and Excel can have at most; Excel has far fewer formats of numbers."""
_LONGEST = 32_767
"""Characters of a cell, for Excel."""
_BROKEN = (BadZipFile, zlib.error, struct.error, EOFError, LookupError, ValueError, ArithmeticError,
           NotImplementedError, RuntimeError, SyntaxError, OSError)
"""What zipfile, lxml and the conversion of values raise for files that are not as they should be."""
_OTHERS = (
    ("xl/workbook.bin", "this is a binary Excel workbook (.xlsb)"), ("word/document.xml", "this is a Word file"),
    ("Index/Document.iwa", "this is a workbook of Apple Numbers"), ("Index.zip", "this is a workbook of Apple Numbers"))
"""Files that look like workbooks: a part that each has, and what it is."""
_AS_EXCEL = "Save it as an Excel workbook (.xlsx) or as CSV UTF-8."
_SAVE_AGAIN = "Open it in a spreadsheet program and save it again, or save it as CSV UTF-8."
_PASSWORD = "Save it as an Excel workbook (.xlsx) without a password, or as CSV UTF-8."
_OFFICE, _TABLE, _STYLE, _TEXT = (f"{{urn:oasis:names:tc:opendocument:xmlns:{name}:1.0}}"
                                  for name in ("office", "table", "style", "text"))

_ASIDE = frozenset("annotation frame custom-shape ruby-text dde-links tracked-changes shapes".split())
"""Elements of OpenDocument whose words do not stand in the cells of the list."""
_NAMES = _ASIDE | frozenset(
    "Relationship sheet workbookPr t rPh si numFmt fonts font strike cellXfs xf v c f row table table-row table-cell "
    "covered-table-cell style table-properties text-properties p s tab line-break".split())
"""The elements that are listened to."""
Cell = str | date
"""What a cell holds; an empty cell is an empty string."""
Event = tuple[str, Any]
"""The name of an element with its attributes where it begins and None where it ends; or no name, and text."""


class SheetRow(NamedTuple):
    number: int
    """As the spreadsheet program numbers it: the first row is 1."""
    hidden: bool
    """By hand or by a filter."""
    cells: Mapping[int, Cell]
    """Those in which something stands, by their column from 0."""
    struck: Collection[int] = frozenset()
    """The columns of those whose words are struck through."""


class SheetRead(NamedTuple):
    title: str
    hidden: bool
    rows: Iterator[SheetRow]
    """Those in which something stands; to be read before the next sheet is."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of a workbook, to write."""

    title: str
    header: Sequence[str]
    rows: Sequence[Sequence[str | date | int | None]]
    widths: Sequence[int]
    """Of the columns, in characters."""


# ---- reading -----------------------------------------------------------------------------------------------------


def read_workbook(data: bytes, place: Place) -> Iterator[SheetRead]:
    """The sheets of a workbook, in order, each read when its rows are asked for. Raises ListError with one problem,
    also while the rows are read."""
    if data.startswith(SIGNATURES[1]):
        protected = "EncryptedPackage".encode("utf-16-le") in data
        raise ListError(error("this workbook is protected by a password" if protected else
                              "this workbook is in Excel’s old format (.xls), or protected by a password", place,
                              _PASSWORD))
    try:
        package = _Package(data, place)
        for sheet in _open_document_sheets(package) if "content.xml" in package.names else _excel_sheets(package):
            yield sheet._replace(rows=_counted(sheet.rows, package))
    except _BROKEN:
        raise ListError(error("this is no workbook, or it is damaged", place, _SAVE_AGAIN)) from None


def _counted(rows: Iterator[SheetRow], package: _Package) -> Iterator[SheetRow]:
    try:
        for row in rows:
            package.count_cells(len(row.cells))
            if row.cells:
                yield row
    except _BROKEN:
        raise ListError(error("this is no workbook, or it is damaged", package.place, _SAVE_AGAIN)) from None


class _Package:
    """The parts of a workbook, as streams of events; it counts what comes out of all of them together."""

    def __init__(self, data: bytes, place: Place) -> None:
        """Raises ListError, or one of `_BROKEN`."""
        self.place = place
        self._bytes = self._work = self._cells = 0
        if has_endless_list(data):
            raise self.too_large()
        self._zip = ZipFile(io.BytesIO(data))
        self.names = frozenset(self._zip.namelist())
        if len(self.names) < len(self._zip.namelist()):
            raise BadZipFile
        for name, message in _OTHERS:
            if name in self.names:
                raise ListError(error(message, place, _AS_EXCEL))
        if "META-INF/manifest.xml" in self.names:
            with self._zip.open("META-INF/manifest.xml") as manifest:
                if b"encryption-data" in manifest.read(1_000_000):
                    raise ListError(error("this workbook is protected by a password", place, _PASSWORD))

    def too_large(self) -> ListError:
        return ListError(error("this workbook is far too large for a list of people", self.place,
                               "Delete what stands below and beside the list, also empty rows and columns with a "
                               "colour or a border; or save only the list, as CSV UTF-8."))

    def count_cells(self, more: int) -> None:
        self._cells += more
        if self._cells > _MOST_CELLS:
            raise self.too_large()

    def events(self, name: str) -> Iterator[Event]:
        """What one part says, element by element. Raises ListError, or one of `_BROKEN`."""
        from lxml.etree import XMLParser

        entry = self._zip.getinfo(name)
        if entry.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
            raise BadZipFile
        heard = _Heard()
        parser = XMLParser(target=heard, resolve_entities=False, no_network=True)
        stretch = 0
        with self._zip.open(entry) as part:
            while chunk := part.read(1 << 16):
                self._bytes += len(chunk)
                stretch = len(chunk) - 1 - last if (last := chunk.rfind(b"<")) >= 0 else stretch + len(chunk)
                if stretch > _LONGEST_STRETCH:  # before the parser keeps all of it
                    raise self.too_large()
                parser.feed(chunk)
                self._work += heard.work
                if self._bytes > _UNPACKED or self._work > _MOST_WORK:
                    raise self.too_large()
                yield from heard.events
                heard.events.clear()
                heard.work = 0
        parser.close()
        yield from heard.events


class _Heard:
    """What lxml says while it parses, by the names of the methods that it calls; other elements are passed over."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.work = 0
        """A measure of the time that it takes, and of the text that may be kept."""
        self._names: dict[str, str] = {}

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        self.work += 2 + len(attributes)
        name = self._names.get(tag)
        if name is None:
            self.work += 10  # also because a hostile file can have a new one each time
            if (name := tag[tag.rfind("}") + 1:]) not in _NAMES:
                return
            self._names[tag] = name
        self.events.append((name, attributes))

    def end(self, tag: str) -> None:
        if name := self._names.get(tag):
            self.events.append((name, None))

    def data(self, text: str) -> None:
        self.events.append(("", text))
        self.work += 2 + len(text) // 10

    def doctype(self, *_: str | None) -> None:
        raise ValueError  # no spreadsheet program writes one, and entities are what attacks are made of

    def close(self) -> None:
        pass


# ---- Excel -------------------------------------------------------------------------------------------------------


def _excel_sheets(package: _Package) -> Iterator[SheetRead]:
    book = next(part for kind, part in _related(package, "").values() if kind == "officeDocument")
    related = _related(package, book)
    listed, since_1904 = [], False
    for name, found in package.events(book):
        if name == "sheet" and found:
            identity = next(value for key, value in found.items() if key.endswith("}id"))
            listed.append((found["name"], found.get("state", "visible") != "visible", *related[identity]))
        elif name == "workbookPr" and found:
            since_1904 = found.get("date1904") in ("1", "true")
    kinds = dict(related.values())
    strings = _shared_strings(package.events(kinds["sharedStrings"])) if "sharedStrings" in kinds else []
    styles = _cell_styles(package.events(kinds["styles"]) if "styles" in kinds else iter(()))
    for title, hidden, kind, part in listed:
        if kind == "worksheet":  # a chart can be a sheet too
            yield SheetRead(title, hidden, _excel_rows(package.events(part), strings, *styles, since_1904))


def _related(package: _Package, part: str) -> dict[str, tuple[str, str]]:
    """What a part refers to, or the workbook as a whole: the kind and the name of each part by its id."""
    folder, name = posixpath.split(part)
    known = {name.lower(): name for name in package.names}
    found = {}
    for element, about in package.events(posixpath.join(folder, "_rels", f"{name}.rels")):
        if element == "Relationship" and about and about.get("TargetMode") != "External":
            target = posixpath.normpath(posixpath.join("/", folder, about["Target"]))[1:]
            found[about["Id"]] = about["Type"].rpartition("/")[2], known.get(target.lower(), target)
    return found


def _shared_strings(events: Iterator[Event]) -> list[str]:
    strings: list[str] = []
    words: list[str] = []
    wanted = aside = False  # rPh says how the words are pronounced
    for name, found in events:
        if not name and wanted:
            words.append(found)
        elif name == "t":
            wanted = found is not None and not aside
        elif name == "rPh":
            aside = found is not None
        elif name == "si" and found is None:
            strings.append("".join(words)[:_LONGEST])
            words = []
    return strings


def _cell_styles(events: Iterator[Event]) -> tuple[Collection[int], Collection[int]]:
    """The indexes of the cell styles that show a number as a date, and of those that strike words through."""
    from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format

    formats = {number for number, code in BUILTIN_FORMATS.items() if is_date_format(code)}
    inside, more, font = "", 0, -1
    struck = set[int]()
    styles: list[tuple[int, int]] = []
    for name, found in events:
        if name == "numFmt" and found and (more := more + 1) < _MOST_FORMATS:
            if is_date_format(found.get("formatCode", "")[:255]):
                formats.add(int(found["numFmtId"]))
        elif name in ("fonts", "cellXfs"):
            inside = name if found is not None else ""
        elif name == "font" and found is not None:
            font += inside == "fonts"
        elif name == "strike" and found is not None and inside == "fonts" and found.get("val", "1") in ("1", "true"):
            struck.add(font)
        elif name == "xf" and found is not None and inside == "cellXfs":
            styles.append((int(found.get("numFmtId", 0)), int(found.get("fontId", 0))))
    return ({index for index, (number, _) in enumerate(styles) if number in formats},
            {index for index, (_, font) in enumerate(styles) if font in struck})


def _excel_rows(events: Iterator[Event], strings: Sequence[str], dates: Collection[int], strikes: Collection[int],
                since_1904: bool) -> Iterator[SheetRow]:
    number, column, hidden, wanted, aside, formula = 0, -1, False, False, False, False
    about: Mapping[str, str] = {}
    cells: dict[int, Cell] = {}
    struck: set[int] = set()
    words: list[str] = []
    for name, found in events:
        if not name:
            if wanted:
                words.append(found)
        elif name in ("v", "t"):
            wanted = found is not None and not aside
            formula = formula and about.get("t") != "str"  # whose result can be no words
        elif name == "c" and found is not None:
            column = _column(found["r"].rstrip("0123456789")) if "r" in found else column + 1
            about, words, formula = found, [], False
        elif name == "c" and column >= _MOST_COLUMNS:
            raise ValueError
        elif name == "c":
            if words and (value := _excel_cell("".join(words)[:_LONGEST], about, strings, dates, since_1904)):
                cells[column] = value
                struck |= {column} if int(about.get("s", 0)) in strikes else set()
            elif formula:
                cells[column] = UNWORKED
        elif name == "f":
            formula = True
        elif name == "rPh":
            aside = found is not None
        elif name == "row" and found is not None:
            before, number, column, cells = number, int(found.get("r", number + 1)), -1, {}
            hidden, struck = found.get("hidden") in ("1", "true") or found.get("ht") == "0", set()
            if not before < number <= _MOST_ROWS:
                raise ValueError
        elif name == "row":
            yield SheetRow(number, hidden, cells, struck)


@lru_cache(_MOST_COLUMNS)
def _column(letters: str) -> int:
    """The number of a column, from 0: 27 of AB."""
    column = 0
    for letter in letters[:4].upper():
        column = 26 * column + ord(letter) - 64
    return column - 1


def _excel_cell(words: str, about: Mapping[str, str], strings: Sequence[str], dates: Collection[int],
                since_1904: bool) -> Cell:
    """What a person sees in a cell: dates as dates, whole numbers without a point."""
    kind = about.get("t", "n")
    if kind == "s":
        words = strings[int(words)] if words else ""
    elif kind == "b":
        return "True" if words.strip() == "1" else "False"
    elif kind == "d" or (kind == "n" and words and int(about.get("s", 0)) in dates):
        from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, from_excel

        with suppress(ValueError, OverflowError):  # a number that is no day of the calendar stays one
            if kind == "d":
                return date.fromisoformat(words[:10])
            day = from_excel(float(words), CALENDAR_MAC_1904 if since_1904 else CALENDAR_WINDOWS_1900)
            return day.date() if isinstance(day, datetime) else str(day)
    if kind == "n" and words:
        value = float(words)
        return str(int(value)) if value.is_integer() else str(value)
    return re.sub("_x([0-9A-Fa-f]{4})_", lambda found: chr(int(found[1], 16)), words) if "_x" in words else words


# ---- OpenDocument ------------------------------------------------------------------------------------------------

def _open_document_sheets(package: _Package) -> Iterator[SheetRead]:
    found = _open_document_rows(package)
    for (title, hidden), rows in groupby(found, key=lambda one: one[:2]):
        yield SheetRead(title, hidden, (row for _, _, row in rows))


def _open_document_rows(package: _Package) -> Iterator[tuple[str, bool, SheetRow]]:
    """The rows of all sheets, each with the title of its sheet and whether that is hidden."""
    title, style, number, column, aside = "", "", 0, 0, 0
    invisible, strikes, struck = set[str](), set[str](), set[int]()
    row: Mapping[str, str] = {}
    about: Mapping[str, str] = {}
    cells: dict[int, Cell] = {}
    words: list[str] | None = None
    hidden = False
    for name, found in package.events("content.xml"):
        if name in _ASIDE:
            aside += 1 if found is not None else -1
        elif aside:
            continue
        elif name == "table" and found is not None:
            title, number = found.get(f"{_TABLE}name", ""), 0
            hidden = found.get(f"{_TABLE}style-name") in invisible
        elif name == "table-row" and found is not None:
            row, cells, column, struck = found, {}, 0, set()
        elif name == "table-row":
            repeat = int(row.get(f"{_TABLE}number-rows-repeated", 1))
            filtered = row.get(f"{_TABLE}visibility", "visible") != "visible"
            for further in range(repeat if cells else 0):
                yield title, hidden, SheetRow(number + further + 1, filtered, cells, struck)
            number += repeat
        elif name in ("table-cell", "covered-table-cell") and found is not None:
            about, words = found, []
        elif name in ("table-cell", "covered-table-cell"):
            repeat = int(about.get(f"{_TABLE}number-columns-repeated", 1))
            if name == "table-cell" and (value := _open_document_cell("".join(words or ()).strip()[:_LONGEST], about)):
                package.count_cells(repeat)
                columns = range(column, column + repeat)
                cells |= dict.fromkeys(columns, value)
                struck |= {*columns} if about.get(f"{_TABLE}style-name") in strikes else set()
            column, words = column + repeat, None
        elif words is not None:
            _add_words(words, name, found)
        elif name == "style" and found is not None:
            style = found.get(f"{_STYLE}name", "")
        elif name == "table-properties" and found and found.get(f"{_TABLE}display") == "false":
            invisible.add(style)
        elif name == "text-properties" and found and found.get(
                f"{_STYLE}text-line-through-style", "none") != "none":
            strikes.add(style)


def _add_words(words: list[str], name: str, found: Any) -> None:
    """Add what an event inside a paragraph of a cell stands for."""
    if len(words) > _LONGEST:
        return
    if not name:
        words.append(found)
    elif found is not None:
        spaces = min(int(found.get(f"{_TEXT}c", 1)), 100) if name == "s" else 1
        words.append({"p": "\n" if words else "", "s": " " * spaces, "tab": "\t", "line-break": "\n"}.get(name, ""))


def _open_document_cell(words: str, about: Mapping[str, str]) -> Cell:
    kind = about.get(f"{_OFFICE}value-type")
    if kind == "date":
        with suppress(ValueError):
            return date.fromisoformat(about.get(f"{_OFFICE}date-value", "")[:10])
    if kind is None and not words and f"{_TABLE}formula" in about:
        return UNWORKED
    if kind == "boolean":
        return "True" if about.get(f"{_OFFICE}boolean-value") == "true" else "False"
    return words or about.get(f"{_OFFICE}string-value", "") or about.get(f"{_OFFICE}value", "")


# ---- writing -----------------------------------------------------------------------------------------------------


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

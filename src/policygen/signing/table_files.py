"""Lists that people keep in a spreadsheet program: a CSV file or a workbook in, rows of plain text out.

`read_list` finds out the encoding, the separator, and the sheets that hold the list; it guesses no meaning. Problems
name rows by their numbers, as the spreadsheet program shows them, and never quote a cell: the cells are about people.
Rows that are hidden, by hand or by a filter, are in the list: a form too many does less harm than a person who never
signs. Notices say which rows these are, and which sheets and columns are not used.
"""

from __future__ import annotations

import codecs
import csv
import io
import itertools
import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from pathlib import Path

from policygen.model.english import EARLIEST_YEAR, LAST_YEAR, NotADate, cap, read_date
from policygen.model.problems import ListError, Place, Problem, error, read_file
from policygen.signing.workbooks import SIGNATURES, UNWORKED, Cell, SheetRead, SheetRow, read_workbook

MOST_ROWS = 10_000
"""Rows that a list may have."""
_LARGEST, _LARGEST_TEXT = 50_000_000, 20_000_000
"""Bytes of a workbook with its pictures, and of a CSV file; ten thousand people are about 1 million."""
_WIDEST, _MOST_LINES = 100_000, 1_100_000
"""Characters of a line of a CSV file, and its lines; Excel has 1,048,576 rows."""
_LONGEST = 200
"""Characters of a cell; the longest names that people bear have about 80."""
_TITLES = 10
"""Rows at the top among which the headings are looked for."""
_SEPARATORS = ",;\t|"
_NOTHING = frozenset({"", "-", "–", "—", "n/a", "na", "none", "nil", "null"})
_ERROR = re.compile(r"#N/A|#[A-Z][A-Z0-9_/]*[!?]|Err:\d{3}|#{3,}|Loading\.\.\.", re.IGNORECASE)
"""What spreadsheet programs show where a formula went wrong, a column is too narrow, or a value has not come yet."""
_LOST = re.compile(r"[^\W\d_]\?[^\W\d_]|(?<=[a-z])Ã|Ã(?=[^A-ZÀ-Þ\s])|â€|√[^\s\d]")
"""What stands in words whose letters were lost: a question mark, or what is left of letters in a wrong encoding."""
_JOINERS = "\u200c\u200d"
"""Signs without a width that belong to the spelling of words, in some scripts."""
_ENCODINGS = {"cp1252": "Windows writes", "mac_roman": "older Macs write", "cp850": "DOS writes"}
"""The encodings of CSV files that do not say what they are, the most usual first, and who writes them."""
_CAPITALS, _SMALL = "À-ÔÖØ-ÝŠŽ", "ß-ïñ-öø-ýšž"
"""The letters with accents that names in Britain are written with."""
_LETTER = f"[A-Za-z{_CAPITALS}{_SMALL}]"
_STRANGE = re.compile("|".join((
    f"[^\\x00-\\x7f{_CAPITALS}{_SMALL}’‘“”–—£€\xa0]", f"(?<=[a-z{_SMALL}])[{_CAPITALS}]",
    f"(?<={_LETTER})[{_CAPITALS}](?=[a-z{_SMALL}])", f"[{_SMALL}](?=[A-Z{_CAPITALS}])", f"(?<={_LETTER})[‘“]",
    f"”(?={_LETTER})", f"(?<={_LETTER})[–—](?={_LETTER})", f"(?<={_LETTER}{{3}})’(?=[a-z{_SMALL}])(?!s\\b)")))
"""What words that were read in a wrong encoding are full of: other signs, capitals and quotation marks inside words."""
_MENDED = re.compile("[\\x00-\\x7f\u00a0-\u017f\u0300-\u036f\u1e00-\u1eff\u200b-\u201f\ufeff]*")
"""Words that may come out where UTF-8 was read in another encoding."""
_SAVE = "Save it as CSV UTF-8 or as an Excel workbook (.xlsx)."
_SAVE_AGAIN = "Open it in a spreadsheet program and save it again, or save it as CSV UTF-8."
_OTHERS = (
    (r"<\?xml[^>]*>\s*(<\?mso-application[^>]*>)?\s*<([a-z]+:)?workbook",
     "this is an Excel workbook in the XML format of 2003"),
    (r"<\?xml[^>]*>\s*<office:document", "this is a flat OpenDocument file (.fods)"),
    (r"<(!doctype html|html|head|meta|body|table|style|div|\?xml)\b",
     "this is a web page (HTML), whatever its name ends in"),
    (r"mime-version:", "this is a web page (MHTML), whatever its name ends in"),
    (r"\{\\rtf", "this is an RTF file"), (r"%pdf", "this is a PDF file"),
    (r"begin:vcard", "these are contact cards (.vcf)"),
    (r"\{\s*\"", "this is a link to a list elsewhere, or data of a program"))
"""Files that are sometimes given for a list: how they begin, and what they are."""

RowNumber = tuple[str, int]
"""The sheet of a row, empty unless the list is on several; and its number in the spreadsheet program."""
RowProblems = defaultdict[tuple[str, str], list[RowNumber]]
"""The rows in which something is wrong, by message and hint."""
Fits = Callable[[Cell], bool]
"""Whether a cell in which something stands is as the cells of some column are."""


@dataclass(frozen=True, slots=True)
class ListRow:
    number: RowNumber
    cells: Mapping[str, Cell]
    """By column, for all known columns of the sheet; text in one line."""

    def as_written(self, column: str) -> str:
        """What stands in a column, as text."""
        found = self.cells.get(column, "")
        return found.isoformat() if isinstance(found, date) else found

    def text(self, column: str) -> str:
        """What stands in a column, as text; empty also for `-`, `none` and the like."""
        found = self.as_written(column)
        return "" if found.casefold() in _NOTHING else found


@dataclass(frozen=True, slots=True)
class ListFile:
    rows: tuple[ListRow, ...]
    """Those in which something stands."""
    columns: frozenset[str]
    """The known columns of all its sheets."""
    notices: tuple[str, ...]
    """What whoever gave the list should know, in lines that quote no cell but headings."""


@dataclass(frozen=True, slots=True)
class _ListSheet:
    """A sheet that has the headings."""

    title: str
    columns: Mapping[int, str]
    """The column at each index."""
    unused: tuple[str, ...]
    """The headings that mean nothing here, or that another heading goes before, as they are written."""
    rows: Sequence[SheetRow]
    """Those below the headings."""
    titled: str = ""
    """The column that its title stands for in each row, because it has none."""


# ---- lists -------------------------------------------------------------------------------------------------------


def read_list(path: Path, spellings: Mapping[str, Sequence[str]], needed: Sequence[Sequence[str]],
              fits: Mapping[str, Fits], usual: str = "") -> ListFile:
    """The list in a file: on all sheets in sight that have the headings. Raises ListError.

    `spellings` has the headings that stand for each column. `needed` has sets of columns, of which a sheet must have
    one whole; where a sheet lacks the column `usual`, its title stands in it if it fits, and else it holds something
    other than the list, provided that some sheet has the column. `fits` says which of several headings means a column:
    the one whose cells are like that.
    """
    place = Place(str(path))
    known = {heading_key(name): column for column, written in spellings.items() for name in (column, *written)}
    tables, encoding = _tables(path, place, known)
    sheets, notices = _list_sheets(tables, place, known, needed, fits, usual)
    listed = []
    wrong: RowProblems = defaultdict(list)
    doubts: dict[str, list[RowNumber]] = defaultdict(list)
    for sheet in sheets:
        for row in sheet.rows:
            number = sheet.title if len(sheets) > 1 else "", row.number
            cells = {column: row.cells.get(index, "") for index, column in sheet.columns.items()}
            if faults := {fault for cell in cells.values() if (fault := _fault(cell))}:
                for fault in faults:
                    wrong[fault].append(number)
            elif any((shown := {column: _one_line(cell) for column, cell in cells.items()}).values()):
                shown |= {sheet.titled: sheet.title} if sheet.titled else {}
                listed.append(ListRow(number, shown))
                struck = any(index in row.struck for index in sheet.columns)
                for words in _doubts(cells.values(), row.hidden, struck, encoding):
                    doubts[words].append(number)
    if wrong:
        raise ListError(*problems_of_rows(wrong, place))
    notices += [f"{cap(row_numbers_in_words(rows))}: {words}" for words, rows in doubts.items()]
    return ListFile(tuple(listed), frozenset(
        column for sheet in sheets for column in (*sheet.columns.values(), *filter(None, [sheet.titled]))),
                    tuple(notices))


def heading_key(words: str) -> str:
    """A heading or a kind of person, as it is compared: without capitals, signs and double spaces."""
    plain = without_marks(unicodedata.normalize("NFKC", words)).casefold()
    return " ".join(re.sub(r"[\W_]+", " ", plain).split())


def without_marks(words: str) -> str:
    """Words without the signs that take no room and that nobody sees, such as soft hyphens."""
    return words if words.isascii() else "".join(sign for sign in words if unicodedata.category(sign) != "Cf")


def date_in_cell(cell: Cell, last_year: int = LAST_YEAR) -> date | None:
    """The date in a cell, as `read_date` reads it; None for anything else. Forms are signed in this century; people can
    have joined in the last, where `last_year` is next year."""
    if isinstance(cell, date):
        return cell if EARLIEST_YEAR <= cell.year <= LAST_YEAR else None
    try:
        return read_date(cell, last_year)
    except NotADate:
        return None


def _list_sheets(tables: Iterable[SheetRead], place: Place, known: Mapping[str, str], needed: Sequence[Sequence[str]],
                 fits: Mapping[str, Fits], usual: str) -> tuple[list[_ListSheet], list[str]]:
    """The sheets that hold the list, and what is to be said of them and of the others. Raises ListError."""
    found: list[_ListSheet] = []
    others: list[str] = []
    hidden: list[str] = []
    anything = in_hidden = False
    for title, is_hidden, rows in tables:
        top = list(itertools.islice(rows, _TITLES))
        at = _header(top, known, needed)
        anything = anything or bool(top)
        in_hidden = in_hidden or (is_hidden and at is not None)
        if is_hidden or at is None:
            (hidden if is_hidden else others).extend([title] if top else [])
            continue
        wanted = [index for index, cell in top[at].cells.items() if heading_key(str(_one_line(cell))) in known]
        below = [row._replace(cells={index: row.cells[index] for index in wanted if index in row.cells})
                 for row in itertools.chain(top[at + 1:], itertools.islice(rows, MOST_ROWS + 1))]
        if len(below) + sum(len(sheet.rows) for sheet in found) > MOST_ROWS:
            raise ListError(error(f"this list has more than {MOST_ROWS:,} rows", place,
                                  "Split it, and give each part by itself."))
        found.append(_list_sheet(title, top[at].cells, below, known, fits, place))
    if not found:
        raise ListError(_no_list(known, needed, place, anything, in_hidden))
    found = [replace(sheet, titled=usual) if usual and usual not in sheet.columns.values() and fits[usual](sheet.title)
             else sheet for sheet in found]
    if any(usual in sheet.columns.values() for sheet in found):
        others += [sheet.title for sheet in found if not sheet.titled and usual not in sheet.columns.values()]
        found = [sheet for sheet in found if sheet.titled or usual in sheet.columns.values()]
    unused = dict.fromkeys(heading for sheet in found for heading in sheet.unused)
    headings = f"headings {needed[0][0]} and {usual}" if usual else f"heading {needed[0][0]}"
    told = {"The list is on the sheets": [sheet.title for sheet in found] if len(found) > 1 else [],
            f"The {usual} is taken from the name of the sheet": [
                sheet.title for sheet in found if sheet.titled],
            f"Sheets that are not read, because they lack the {headings}": others,
            "Hidden sheets, which are not read": hidden, "Columns that are not used": list(unused)}
    return found, [f"{words}: {_listing([f'“{name[:40]}”' for name in names])}."
                   for words, names in told.items() if names]


def _header(rows: Sequence[SheetRow], known: Mapping[str, str], needed: Sequence[Sequence[str]]) -> int | None:
    """The index of the row of headings: the first with a needed set of columns; a title may stand above it."""
    for at, row in enumerate(rows):
        found = {known.get(heading_key(str(_one_line(cell)))) for cell in row.cells.values()}
        if any(set(some) <= found for some in needed):
            return at
    return None


def _no_list(known: Mapping[str, str], needed: Sequence[Sequence[str]], place: Place, anything: bool, hidden: bool
             ) -> Problem:
    if not anything:
        return error("there is nothing in this file", place,
                     "Put headings into the first row, then a row for each person.")
    if hidden:
        return error("the sheet with the list is hidden", place, "Show it in the spreadsheet program, and save again.")
    words = " or ".join(" and ".join(some) for some in needed)
    first = list(dict.fromkeys(known.values()))[:4]
    return error(f"no row names the columns: there is no heading {words}", place,
                 f"Begin the list with a row of headings, such as {', '.join(first)}.")


def _list_sheet(title: str, header: Mapping[int, Cell], rows: Sequence[SheetRow], known: Mapping[str, str],
                fits: Mapping[str, Fits], place: Place) -> _ListSheet:
    """The sheet with its columns. Of several headings for one column that counts whose cells fit best; a heading with
    the column's own name goes first where half of its cells fit, and else the one furthest left. Raises ListError."""
    words = {index: str(_one_line(cell)) for index, cell in header.items()}
    options: dict[str, list[int]] = defaultdict(list)
    for index in sorted(words):
        if column := known.get(heading_key(words[index])):
            options[column].append(index)

    def rank(column: str, index: int) -> tuple[bool, int, bool]:
        filled = [cell for row in rows if (cell := row.cells.get(index, ""))]
        good = sum(map(fits[column], filled)) if column in fits else 0
        own = heading_key(words[index]) == column
        return own and 2 * good >= (len(filled) if column in fits else 0), good, own

    columns = {(max(some, key=lambda index: rank(column, index)) if len(some) > 1 else some[0]): column
               for column, some in options.items()}
    twice = dict.fromkeys(
        words[index] for chosen, column in columns.items() for index in options[column]
        if index != chosen and heading_key(words[index]) == heading_key(words[chosen]))
    if twice:
        raise ListError(*(error(f"two columns have the heading “{heading}”", place, "Keep one of them.")
                          for heading in twice))
    return _ListSheet(title, columns, tuple(words[index] for index in sorted(words)
                                            if index not in columns and words[index]), rows)


# ---- cells -------------------------------------------------------------------------------------------------------


def _fault(cell: Cell) -> tuple[str, str] | None:
    """Why a cell cannot be used, and what to do."""
    if isinstance(cell, date):
        return None
    if len(cell) > _LONGEST:
        return f"a cell has more than {_LONGEST} characters", "Shorten it."
    if cell == UNWORKED:
        return "a cell holds a formula whose result is not in the file", _SAVE_AGAIN
    if _ERROR.fullmatch(cell.strip()):
        return ("a cell shows an error, such as #N/A, in the place of words",
                "Put the formula right, or write into the cell what should stand there.")
    if "\ufffd" in cell:
        return "a letter was lost when the list was saved: � stands in its place", f"Write it again. {_SAVE}"
    return None


def _doubts(cells: Iterable[Cell], hidden: bool, struck: bool, encoding: str) -> Iterator[str]:
    """What somebody should look at in a row."""
    words = [cell for cell in cells if isinstance(cell, str)]
    for how in ["hidden"] * hidden + ["struck through"] * struck:
        yield f"{how} in the spreadsheet, but in the list like the others. Delete there whoever is not to sign."
    if any(_mended(cell) != cell for cell in words):
        yield "letters with accents were garbled, as in “Ã©” for “é”, and are put right. Check them on the forms."
    elif encoding and not all(map(str.isascii, words)):
        yield (f"this file does not say how it writes letters with accents. They are read as {encoding} them. "
               "Check them on the forms, or save the list as CSV UTF-8.")
    if any(_LOST.search(_mended(cell)) or _misread(_mended(cell)) for cell in words):
        yield ("a word has a question mark or other signs in it, as if a letter was lost. If so, write it again, "
               "and save the list as CSV UTF-8.")


def _one_line(cell: Cell) -> Cell:
    """The cell without line breaks, control characters, and signs that nobody sees."""
    if isinstance(cell, date):
        return cell
    if not (cell.isascii() and cell.isprintable()):
        cell = "".join(" " if sign.isspace() else sign for sign in unicodedata.normalize("NFC", _mended(cell))
                       if sign.isspace() or sign in _JOINERS
                       or unicodedata.category(sign) not in ("Cc", "Cs", "Cn", "Cf"))
    return " ".join(cell.split())


def _low(failed: UnicodeError) -> tuple[bytes, int]:
    """The byte of a sign that Windows-1252 leaves out, where programs keep it as a sign with the byte's number."""
    if isinstance(failed, UnicodeEncodeError) and "\x80" <= (sign := failed.object[failed.start]) <= "\x9f":
        return sign.encode("latin-1"), failed.start + 1
    raise failed


codecs.register_error("policygen-low", _low)


@lru_cache(64)  # a cell is looked at several times
def _mended(words: str) -> str:
    """Words whose UTF-8 was read in another encoding, as they were; all others as they are."""
    if not words.isascii():
        for encoding in ("cp1252", "mac_roman"):
            with suppress(UnicodeError):
                if _MENDED.fullmatch(found := words.encode(encoding, "policygen-low").decode()):
                    return found
    return words


def _misread(words: str) -> bool:
    """Whether words look as if a file from Windows was opened on an older Mac, or the other way round."""
    for written, read in (("cp1252", "mac_roman"), ("mac_roman", "cp1252")) if _STRANGE.search(words) else ():
        with suppress(UnicodeError):
            if not _STRANGE.search(words.encode(read).decode(written)):
                return True
    return False


# ---- words for problems ------------------------------------------------------------------------------------------


def problems_of_rows(wrong: Mapping[tuple[str, str], Sequence[RowNumber]], place: Place) -> list[Problem]:
    """A problem for each message and hint, with its rows."""
    return [error(f"{row_numbers_in_words(rows)}: {message}", place, hint) for (message, hint), rows in wrong.items()]


def row_numbers_in_words(rows: Iterable[RowNumber]) -> str:
    """Numbers of rows for people: `row 7`, `rows 3, 7 and 9`, `rows 3 and 7 of “Staff”, row 2 of “Volunteers”`."""
    by_sheet: dict[str, set[int]] = defaultdict(set)
    for sheet, number in rows:
        by_sheet[sheet].add(number)
    return ", ".join(f"row{'s' if len(numbers) > 1 else ''} {_listing(sorted(numbers))}"
                     f"{f' of “{sheet}”' if sheet else ''}" for sheet, numbers in by_sheet.items())


def entries_in_words(entries: Iterable[int]) -> str:
    """Numbers of a register's entries for people: `No. 4`, `No. 4, 7 and 9`."""
    return f"No. {_listing(sorted(set(entries)))}"


def _listing(all_of_them: Sequence[object]) -> str:
    """`a`, `a, b and c`; of more than twelve only ten: `a, b, c and 40 more`."""
    shown, more = (all_of_them, 0) if len(all_of_them) <= 12 else (all_of_them[:10], len(all_of_them) - 10)
    words = [*map(str, shown), *([f"{more:,} more"] if more else [])]
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else words[0]


# ---- files -------------------------------------------------------------------------------------------------------


def _tables(path: Path, place: Place, known: Mapping[str, str]) -> tuple[Iterable[SheetRead], str]:
    """The sheets of a file, and who writes letters as they were read, where that was a guess. Raises ListError."""
    data = read_file(path, ListError, _LARGEST + 1)
    is_workbook = data.startswith(SIGNATURES)
    if len(data) > (_LARGEST if is_workbook else _LARGEST_TEXT):
        raise ListError(error("this file is far too large for a list of people", place, _SAVE))
    if is_workbook:
        return read_workbook(data, place), ""
    text, encoding = _decoded(data, place)
    lines = text.splitlines()
    if len(lines) > _MOST_LINES or any(len(line) > _WIDEST for line in lines):
        raise ListError(error("this file is far too large for a list of people", place, _SAVE))
    start = text[:2000].lstrip()
    for sign, message in _OTHERS:
        if re.match(sign, start, re.IGNORECASE):
            raise ListError(error(message, place, f"Open it in a spreadsheet program. {_SAVE}"))
    return [SheetRead("", False, _separated(text, place, known))], encoding


def _decoded(data: bytes, place: Place) -> tuple[str, str]:
    """The text of a CSV file, and who writes it so where that is not sure.

    It is in the encoding that its first bytes say, else in UTF-8, else in the one that gives the fewest signs that do
    not belong into words: Excel in Britain writes Windows-1252, on a Mac often Mac Roman."""
    even, odd = data[:400:2].count(0), data[1:400:2].count(0)
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encodings = ["utf-16"]
    else:
        encodings = ["utf-16-le" if odd > even else "utf-16-be"] if even or odd else ["utf-8-sig"]
    for encoding in encodings:
        with suppress(UnicodeDecodeError):
            if "\0" not in (text := data.decode(encoding)):
                return text, ""
    ranked = []
    for encoding, writer in _ENCODINGS.items() if not (even or odd) else ():
        with suppress(UnicodeDecodeError):
            text = data.decode(encoding)
            ranked.append((len(_STRANGE.findall(text[:1_000_000])), text, writer))
    if not ranked or "\0" in ranked[0][1]:
        raise ListError(error("this is no list: it is neither text nor a workbook", place, _SAVE))
    strange, text, writer = min(ranked, key=lambda one: one[0])
    sure = writer == _ENCODINGS["cp1252"] and not strange and all(other for other, _, _ in ranked[1:])
    return text, "" if sure else writer


def _separated(text: str, place: Place, known: Mapping[str, str]) -> Iterator[SheetRow]:
    """The rows of a CSV text in which something stands. Its separator is the one that gives a row with most known
    headings. Raises ListError."""
    if found := re.match(rf"sep=([{_SEPARATORS}])\r?\n", text):
        text, separator = text[found.end():], found[1]
    else:
        separator = max(_SEPARATORS, key=lambda separator: _known_headings(text, separator, known))
    number = 0
    try:
        for number, row in enumerate(_records(text, separator), 1):
            if cells := {index: cell for index, cell in enumerate(row) if cell and not cell.isspace()}:
                yield SheetRow(number, False, cells)
    except csv.Error:
        raise ListError(error(f"row {number + 1} begins a quotation mark that does not end", place,
                              'Write the mark twice inside a quoted cell ("Jo ""Jo"" Smith"), or save the list again '
                              "from a spreadsheet program.")) from None


def _known_headings(text: str, separator: str, known: Mapping[str, str]) -> int:
    rows: list[list[str]] = []
    with suppress(csv.Error):  # which a wrong separator can lead to
        rows += itertools.islice(_records(text, separator), _TITLES)
    return max((sum(heading_key(cell) in known for cell in row) for row in rows), default=0)


def _records(text: str, separator: str) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)

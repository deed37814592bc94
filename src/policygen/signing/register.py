"""The register of an edition: who was given which form, and who has signed it.

In: the folder of an edition. Out: its `Register`, from `register.json`, with what people have since changed in
`register.xlsx`; and both files, written together. The register lies in the folder of its edition because it belongs to
it, but `pack.json` and the documents stay as they are: only the record of an approval alters an edition.

`register.json` is what counts; the spreadsheet shows the same. In the spreadsheet people may fill in the columns
`EDITABLE` and sort the rows. That is read back before anything is written, and goes before what is in `register.json`.
The spreadsheet carries the number of its revision: so a cell that somebody changed by hand is told from one that is
only older than `register.json`, as after a power cut between the two files. Whatever else somebody has written into it
is kept in a copy beside it. No notice and no problem quotes a name: they give the numbers of entries.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, Final, Literal

import msgspec

from policygen.model import stored
from policygen.model.english import DATE_HINT
from policygen.model.problems import ListError, OutputError, Place, error, read_file
from policygen.pack import edition, folders
from policygen.pack.edition import Edition
from policygen.signing.people import SHOWN, Person, ShownKind
from policygen.signing.table_files import date_in_cell, entries_in_words
from policygen.signing.workbooks import Cell, Sheet, SheetRead, read_workbook, write_workbook

REGISTER_FORMAT: Final = 1
FILE, SHEET = "register.json", "register.xlsx"
EDITABLE = {"signed_on": "Signed on", "noted_by": "Noted by", "note": "Note"}
"""What people may change in the spreadsheet, and its headings there."""
_COLUMNS = {"No.": 6, "Name": 26, "Role": 20, "Kind": 11, "Team": 14, "E-mail": 22, "Form": 32, "Edition": 9,
            "Issued": 13, "Signed on": 13, "Noted by": 14, "Note": 26, "Wording": 18}
"""Headings of the spreadsheet, and widths in characters."""
_FIXED = slice(1, 9)
"""The columns that people are not to change and that are compared; the number tells which entry a row is."""
_ABOUT = "About this list"
_NOT_READ = (".csv", ".ods", ".xls")
"""How files end in which somebody may have saved the spreadsheet otherwise."""
_KINDS = {shown: kind for kind, shown in SHOWN.items()}


class FilledIn(msgspec.Struct, frozen=True):
    """What stands in the columns `EDITABLE` of one entry."""

    signed_on: date | None
    noted_by: str
    note: str


@dataclass(frozen=True, slots=True)
class RegisterEntry:
    """One form for one person."""

    number: int
    """Its own number in this register; it never changes."""
    person: Person
    form: str
    """The document's id."""
    title: str
    edition: int
    """The number of the edition that the form is of; of an earlier one where that signature still holds."""
    digest: str
    """As `due.digest` gives it for that edition."""
    issued: date
    signed_on: date | None = None
    noted_by: str = ""
    note: str = ""

    @property
    def filled_in(self) -> FilledIn:
        return FilledIn(self.signed_on, self.noted_by, self.note)


@dataclass(frozen=True, slots=True)
class Register:
    organisation: str
    edition: int
    entries: tuple[RegisterEntry, ...] = ()
    """By number."""


@dataclass(frozen=True, slots=True)
class RegisterOnDisk:
    """What is in an edition's folder."""

    register: Register
    """With what was changed in the spreadsheet."""
    notices: tuple[str, ...] = ()
    """What was taken over from the spreadsheet or could not be, for whoever uses it."""
    revision: int = 0
    """Of `register.json`; 0 when there is none yet."""
    sheet: Mapping[int, FilledIn] | None = None
    """What the spreadsheet says now; None where it says just what `register.json` does."""
    sheet_revision: int = 0
    """0 when it is not known."""
    kept: bytes = b""
    """The spreadsheet as it is, where something in it would be lost; else empty."""


class _StoredEntry(msgspec.Struct):
    number: int
    name: str
    kind: ShownKind
    role: str
    email: str
    team: str
    form: str
    title: str
    edition: int
    digest: str
    issued: date
    signed_on: date | None
    noted_by: str
    note: str


class _StoredRegister(msgspec.Struct):
    """What `register.json` holds."""

    format: Literal[1]
    organisation: str
    edition: int
    revision: int
    sheet: str
    """The digest of the spreadsheet that was written with it."""
    before_revision: int
    """Of the spreadsheet that was there before."""
    before: dict[str, FilledIn]
    """What that spreadsheet said otherwise, by the number of the entry."""
    entries: list[_StoredEntry]


# ---- reading -----------------------------------------------------------------------------------------------------


def has_register(folder: Path) -> bool:
    """Whether anybody was given a form of this edition; the register may have lost one of its two files since."""
    return (folder / FILE).exists() or (folder / SHEET).exists()


def read_register(folder: Path, issued: Edition) -> RegisterOnDisk:
    """The register in an edition's folder, empty if there is none. Raises OutputError when it is damaged, and ListError
    where the spreadsheet has something else than a date in the column for dates."""
    if not (folder / FILE).exists():
        if (folder / SHEET).exists():
            raise OutputError(error(f"there is a {SHEET} without its {FILE}", Place(str(folder)),
                                    f"Put {FILE} back from a copy. If there is none, move {SHEET} elsewhere: the "
                                    "register then begins anew."))
        return RegisterOnDisk(Register(issued.organisation, issued.number))
    kept = _stored(folder / FILE)
    others = tuple(f"{other.name} is not read: save it as {SHEET}, in its place."
                   for other in sorted(folder.glob("register.*")) if other.suffix.lower() in _NOT_READ)
    entries = tuple(RegisterEntry(
        one.number, Person(one.name, _KINDS[one.kind], one.role, one.email, one.team), one.form, one.title, one.edition,
        one.digest, one.issued, one.signed_on, one.noted_by, one.note) for one in kept.entries)
    found = RegisterOnDisk(Register(kept.organisation, kept.edition, entries), others, kept.revision)
    if not (folder / SHEET).exists():
        return replace(found, notices=(*others, f"{SHEET} was not there: it is written anew.",), sheet={})
    sheet, place = read_file(folder / SHEET, OutputError), Place(str(folder / SHEET))
    if hashlib.sha256(sheet).hexdigest() == kept.sheet:
        return found
    try:
        rows, revision, surplus = _listed(read_workbook(sheet, place))
    except ListError as exc:
        return replace(found, notices=(*others, f"{SHEET} cannot be read ({exc.problems[0].message}). "
                                       f"It is written anew from {FILE}.",), sheet={}, kept=sheet)
    merged, lost = _merged(found, kept, rows, revision, place)
    return replace(merged, kept=sheet if lost or surplus else b"")


def earlier_entries(folder: Path, issued: Edition) -> list[tuple[RegisterEntry, ...]]:
    """The entries of the registers of the editions before this one, the oldest first. Raises as `read_register`."""
    found = []
    for other in folders.editions(folder.resolve().parent):
        if has_register(other):
            then = edition.read_edition(other)
            if then.number < issued.number:
                found.append(read_register(other, then).register)
    return [one.entries for one in sorted(found, key=lambda one: one.edition)]


def _stored(path: Path) -> _StoredRegister:
    place, hint = Place(str(path)), f"Put it back from a copy. {SHEET}, beside it, shows what it held."
    raw = stored.decode(read_file(path, OutputError), place, hint)
    if isinstance(raw, dict) and isinstance(raw.get("format"), int) and raw["format"] > REGISTER_FORMAT:
        raise OutputError(error("this register was made by a newer policygen", place, "Install a newer policygen."))
    found = stored.convert(raw, _StoredRegister, place, hint)
    numbers = [entry.number for entry in found.entries]
    if len(set(numbers)) < len(numbers):
        raise OutputError(error("this file is damaged: two entries have the same number", place, hint))
    return found


# ---- what people have changed in the spreadsheet -----------------------------------------------------------------


def _listed(sheets: Iterable[SheetRead]) -> tuple[list[dict[str, Cell]], int, bool]:
    """The rows of the list by heading, the revision (0 when it is not known), and whether there are columns that are
    not ours. Raises ListError when there is no such list."""
    listed: list[dict[str, Cell]] = []
    revision, surplus, found = 0, False, False
    for sheet in sheets:
        headings: dict[int, str] = {}
        for number, cells in enumerate(row.cells for row in sheet.rows):
            if headings:
                listed.append({heading: cells.get(index, "") for index, heading in headings.items()})
            elif number < 12:
                about = re.search(r"^Revision (\d{1,9})\b", str(cells.get(0, "")) or str(cells.get(1, "")))
                revision = revision or (int(about[1]) if about else 0)
                here = {index: str(cell).strip() for index, cell in cells.items()}
                if not found and {"No.", *EDITABLE.values()} <= set(here.values()):
                    headings, found = here, True
                    surplus = bool(set(here.values()) - set(_COLUMNS))
    if not found:
        raise ListError(error(f"it has no table with the headings No., {', '.join(EDITABLE.values())}"))
    return listed, revision, surplus


def _merged(found: RegisterOnDisk, kept: _StoredRegister, rows: Sequence[Mapping[str, Cell]], revision: int,
            place: Place) -> tuple[RegisterOnDisk, bool]:
    """The register with what was changed in the spreadsheet, and whether the spreadsheet holds more than that. Raises
    ListError."""
    numbers = [int(words) if (words := str(row.get("No.", "")).strip()).isdecimal() and len(words) < 10 else 0
               for row in rows]
    theirs = dict(zip(reversed(numbers), reversed(rows)))  # the first counts where a number stands twice
    entries: list[RegisterEntry] = []
    taken: list[int] = []
    against: list[int] = []
    no_dates: list[int] = []
    shown: dict[int, FilledIn] = {}
    newest = revision == kept.revision
    lost = len(theirs) < len(rows) or bool(theirs.keys() - {entry.number for entry in found.register.entries})
    for entry in found.register.entries:
        row = theirs.get(entry.number)
        if row is None:
            lost = lost or newest
            entries.append(entry)
            continue
        cell = row.get(EDITABLE["signed_on"], "")
        signed_on = date_in_cell(cell) if _as_text(cell) else None
        if _as_text(cell) and signed_on is None:
            no_dates.append(entry.number)
        says = FilledIn(signed_on, _as_text(row.get(EDITABLE["noted_by"])), _as_text(row.get(EDITABLE["note"])))
        shown[entry.number] = says
        fixed = [_as_text(row.get(heading)) for heading in list(_COLUMNS)[_FIXED]]
        lost = lost or (newest and fixed != [_as_text(cell) for cell in _cells(entry)[_FIXED]])
        base = entry.filled_in if newest else None
        if revision and revision == kept.before_revision and not newest:
            base = kept.before.get(str(entry.number), entry.filled_in)
        changes, conflict = _changes(entry.filled_in, says, base)
        taken += [entry.number] if changes else []
        against += [entry.number] if conflict else []
        entries.append(replace(entry, **changes))
    if no_dates:
        raise ListError(error(f"{entries_in_words(no_dates)}: “{EDITABLE['signed_on']}” cannot be read as a date",
                              place, f"{DATE_HINT} Leave it empty where nobody has signed."))
    told = {f"Changed in {SHEET} and taken over": taken,
            f"{SHEET} says otherwise than what was recorded, and counts": against}
    notices = tuple(f"{words}: {entries_in_words(some)}." for words, some in told.items() if some)
    return replace(found, register=replace(found.register, entries=tuple(entries)), sheet=shown,
                   sheet_revision=revision, notices=(*found.notices, *notices)), lost


def _as_text(cell: Cell | int | None) -> str:
    text = cell.isoformat() if isinstance(cell, date) else "" if cell is None else str(cell)
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def _changes(ours: FilledIn, theirs: FilledIn, base: FilledIn | None) -> tuple[dict[str, Any], bool]:
    """What the spreadsheet changes, and whether it goes before something else that was recorded. `base` is what it said
    before somebody changed it; None where that is not known."""
    changes: dict[str, Any] = {}
    conflict = False
    for key in EDITABLE:
        own, new = getattr(ours, key), getattr(theirs, key)
        changed = new != getattr(base, key) if base is not None else bool(new)
        if changed and new != own:
            changes[key] = new
            conflict = conflict or (bool(own) and (base is None or getattr(base, key) != own))
    return changes, conflict


# ---- writing -----------------------------------------------------------------------------------------------------


@contextmanager
def locked_register(folder: Path) -> Iterator[None]:
    """While it lasts, nobody else writes this register. Raises OutputError when somebody does, or has it open in a
    spreadsheet program."""
    for name in (f".~lock.{SHEET}#", f"~${SHEET}"):  # of LibreOffice, of Excel
        if (folder / name).exists():
            raise OutputError(error("this list is open in a spreadsheet program", Place(str(folder / SHEET)),
                                    "Save and close it, then start again. "
                                    f"If it is not open, delete {name} beside it."))
    busy = error("the register is being written by another policygen", Place(str(folder)),
                 "Wait until it has finished, then start again.")
    with folders.locked(folder / ".register.lock", 10, busy):
        yield


def write_register(folder: Path, register: Register, found: RegisterOnDisk) -> tuple[str, ...]:
    """Put the register into the place of what was found there; returns lines for whoever uses it. The register
    must be locked. Raises OutputError, and leaves the register as it was found.

    A stop between the two files leaves a spreadsheet that is one revision behind; the next reading knows it.
    """
    if register == found.register and found.sheet is None and found.revision:
        return found.notices
    revision = found.revision + 1
    table = write_workbook(_sheets(register, revision), f"Register of {register.organisation}")
    before = found.sheet
    if before is None:
        before = {entry.number: entry.filled_in for entry in found.register.entries}
    changed = {str(entry.number): before[entry.number] for entry in register.entries
               if entry.number in before and before[entry.number] != entry.filled_in}
    kept = _StoredRegister(
        REGISTER_FORMAT, register.organisation, register.edition, revision, hashlib.sha256(table).hexdigest(),
        found.revision if found.sheet is None else found.sheet_revision, changed,
        [_stored_entry(entry) for entry in register.entries])
    notices = found.notices
    if found.kept:
        number = 1
        while (copy := folder / f"register kept {number}.xlsx").exists():
            number += 1
        folders.replace_files({copy: found.kept}, private=True)
        notices = (*notices, f"{SHEET} held more than policygen takes over. As it was, it is kept in {copy.name}.")
    folders.replace_files({folder / FILE: stored.dump(kept), folder / SHEET: table}, private=True)
    return notices


def _stored_entry(entry: RegisterEntry) -> _StoredEntry:
    person = entry.person
    return _StoredEntry(entry.number, person.name, SHOWN[person.kind], person.role, person.email, person.team,
                        entry.form, entry.title, entry.edition, entry.digest, entry.issued, entry.signed_on,
                        entry.noted_by, entry.note)


def _cells(entry: RegisterEntry) -> list[str | date | int | None]:
    person = entry.person
    return [entry.number, person.name, person.role, SHOWN[person.kind], person.team, person.email, entry.title,
            entry.edition, entry.issued, entry.signed_on, entry.noted_by, entry.note, entry.digest]


def _sheets(register: Register, revision: int) -> list[Sheet]:
    about = [
        (f"Register of {register.organisation}, edition {register.edition}",),
        (f"You may fill in the columns {', '.join(EDITABLE.values())}, and sort the rows. Save the file under its "
         "name: policygen reads it back.",),
        ("The other columns come from your list of people. Change them there.",),
        ("Wording stands for the text that the person has signed for: where it differs, the text has changed.",),
        (f"Revision {revision} (leave this line as it is)",)]
    rows = [_cells(entry) for entry in register.entries]
    return [Sheet("Register", tuple(_COLUMNS), rows, tuple(_COLUMNS.values())),
            Sheet(_ABOUT, (_ABOUT,), about, (100,))]

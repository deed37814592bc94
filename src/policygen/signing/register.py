"""The register of an edition: who was given which form, and who has signed it.

In: the folder of an edition. Out: its `Register`, from `register.json`, with what people have since changed in
`register.xlsx`; and both files, written together. An edition is never altered after it is issued: the register lies
in its folder because it belongs to it, but `pack.json` and the documents stay as they are.

`register.json` is what counts; the spreadsheet shows the same. In the spreadsheet people may fill in the columns
`EDITABLE` and sort the rows; that is read back before anything is written, and goes before what is in
`register.json`. The spreadsheet carries the number of its revision: so a cell that was changed by hand is told from
one that is only older than `register.json`, as after a power cut between the two files. Whatever else somebody has
written into it is kept in a copy beside it. Nothing that is said quotes a name: entries are told by their numbers.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from policygen.pack import edition, private
from policygen.signing import table_files as lists, spreadsheet
from policygen.model.problems import ListError, OutputError, Place, error
from policygen.signing.people import SHOWN, Person
from policygen.signing.spreadsheet import Cell, Row, Sheet

FORMAT = 1
FILE, SHEET = "register.json", "register.xlsx"
EDITABLE = {"signed_on": "Signed on", "noted_by": "Noted by", "note": "Note"}
"""What people may change in the spreadsheet, and its headings there."""
_COLUMNS = {"No.": 6, "Name": 26, "Role": 20, "Kind": 11, "Team": 14, "E-mail": 22, "Form": 32, "Edition": 9,
            "Issued": 13, "Signed on": 13, "Noted by": 14, "Note": 26, "Wording": 18}
"""Headings of the spreadsheet, and widths in characters."""
_ABOUT = "About this list"
_MOST = 4 * lists.MOST
_KINDS = {shown: kind for kind, shown in SHOWN.items()}

Values = Mapping[str, str | date | None]
"""What stands in the columns `EDITABLE` of one entry, by their keys."""


@dataclass(frozen=True, slots=True)
class Entry:
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
    """As `signing.digest` gives it for that edition."""
    issued: date
    signed_on: date | None = None
    noted_by: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Register:
    organisation: str
    edition: int
    entries: tuple[Entry, ...] = ()
    """By number."""


@dataclass(frozen=True, slots=True)
class Found:
    """What is in an edition's folder."""

    register: Register
    """With what was changed in the spreadsheet."""
    notices: tuple[str, ...] = ()
    """What was taken over from the spreadsheet or could not be, for whoever uses it."""
    revision: int = 0
    """Of `register.json`; 0 when there is none yet."""
    written: bytes = b""
    """What `register.json` holds now."""
    sheet: Mapping[int, Values] | None = None
    """What the spreadsheet says now; None where it says just what `register.json` does."""
    sheet_revision: int = 0
    """0 when it is not known."""
    kept: bytes = b""
    """The spreadsheet as it is, where something in it would be lost; else empty."""


# ---- reading -----------------------------------------------------------------------------------------------------


def exists(folder: Path) -> bool:
    """Whether anybody was given a form of this edition."""
    return (folder / FILE).exists()


def read(folder: Path, pack: Mapping[str, Any]) -> Found:
    """The register in an edition's folder, empty if there is none. Raises OutputError when it is damaged, and
    ListError for dates in the spreadsheet that are none."""
    if not exists(folder):
        if (folder / SHEET).exists():
            raise OutputError(error(f"there is a {SHEET} without its {FILE}", Place(str(folder)),
                                    f"Put {FILE} back from a copy, or move {SHEET} elsewhere."))
        return Found(Register(pack["organisation"], pack["edition"]["number"]))
    data = _bytes(folder / FILE)
    stored, register = _parsed(data, folder / FILE)
    found = Found(register, (), stored["revision"], data)
    if not (folder / SHEET).exists():
        return replace(found, notices=(f"{SHEET} was not there: it is written anew.",), sheet={})
    sheet = _bytes(folder / SHEET)
    if hashlib.sha256(sheet).hexdigest() == stored["sheet"]:
        return found
    try:
        rows, revision, surplus = _table(spreadsheet.read(sheet, _MOST))
    except spreadsheet.Unreadable as exc:
        return replace(found, notices=(f"{SHEET} cannot be read ({exc.message}). It is written anew from {FILE}.",),
                       sheet={}, kept=sheet)
    return _merged(found, stored, rows, revision, surplus, sheet, Place(str(folder / SHEET)))


def before(folder: Path, pack: Mapping[str, Any]) -> list[tuple[Entry, ...]]:
    """The entries of the registers of the editions before this one, the oldest first. Raises as `read`."""
    found = []
    for other in edition.folders(folder.resolve().parent):
        if exists(other):
            then = edition.read(other)
            if then["edition"]["number"] < pack["edition"]["number"]:
                found.append(read(other, then).register)
    return [one.entries for one in sorted(found, key=lambda one: one.edition)]


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as exc:
        raise OutputError(error(f"cannot be read: {(exc.strerror or '').lower()}", Place(str(path)))) from None


def _parsed(data: bytes, path: Path) -> tuple[dict[str, Any], Register]:
    """What `register.json` holds, as it is and as a register."""
    try:
        stored = json.loads(data)
        if stored["format"] == FORMAT:
            entries = tuple(map(_entry, stored["entries"]))
            if len({entry.number for entry in entries}) == len(entries) and isinstance(stored["sheet"], str):
                stored["before"] = {int(number): _values(values) for number, values in stored["before"].items()}
                return stored, Register(stored["organisation"], int(stored["edition"]), entries)
        newer = stored["format"] > FORMAT
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        newer = False
    if newer:
        raise OutputError(error("this register was made by a newer policygen", Place(str(path)),
                                "Install that version."))
    raise OutputError(error("this file is damaged", Place(str(path)),
                            f"Put it back from a copy. {SHEET}, beside it, shows what it held."))


def _entry(data: Mapping[str, Any]) -> Entry:
    person = Person(data["name"], _KINDS[data["kind"]], data["role"], data["email"], data["team"])
    return Entry(int(data["number"]), person, data["form"], data["title"], int(data["edition"]), data["digest"],
                 date.fromisoformat(data["issued"]), **_values(data))


def _values(data: Mapping[str, Any]) -> dict[str, Any]:
    signed_on = data["signed_on"]
    return {"signed_on": date.fromisoformat(signed_on) if signed_on else None, "noted_by": str(data["noted_by"]),
            "note": str(data["note"])}


def _own(entry: Entry) -> Values:
    return {key: getattr(entry, key) for key in EDITABLE}


# ---- what people have changed in the spreadsheet -----------------------------------------------------------------


def _table(sheets: Mapping[str, list[Row]]) -> tuple[list[dict[str, Cell]], int, bool]:
    """The rows of the list by heading, the revision, and whether there are columns that are not ours."""
    about = " ".join(str(cell) for rows in sheets.values() for row in rows[:12] for cell in row[:2]
                     if str(cell).startswith("Revision "))
    revision = re.search(r"Revision (\d{1,9})\b", about)
    for rows in sheets.values():
        for at, row in enumerate(rows[:10]):
            headings = [str(cell).strip() for cell in row]
            if {"No.", *EDITABLE.values()} <= set(headings):
                listed = [dict(zip(headings, cells)) for cells in rows[at + 1:] if any(cells)]
                return listed, int(revision[1]) if revision else 0, bool(set(headings) - set(_COLUMNS) - {""})
    raise spreadsheet.Unreadable(f"it has no table with the headings No., {', '.join(EDITABLE.values())}", "")


def _merged(found: Found, stored: Mapping[str, Any], rows: Sequence[Mapping[str, Cell]], revision: int, surplus: bool,
            sheet: bytes, place: Place) -> Found:
    """The register with what was changed in the spreadsheet."""
    theirs, strange = _numbered(rows, {entry.number for entry in found.register.entries})
    entries, taken, against, no_dates = [], [], [], []
    lost, shown, newest = surplus or strange, {}, revision == stored["revision"]
    for entry in found.register.entries:
        row = theirs.get(entry.number)
        if row is None:
            lost = lost or newest
            entries.append(entry)
            continue
        said = _said(row)
        if said is None:
            no_dates.append(entry.number)
            continue
        shown[entry.number] = said
        lost = lost or (newest and _fixed_cells(row) != [_as_text(cell) for cell in _cells(entry)[1:9]])
        settled, conflict = _settled(_own(entry), said, _base(entry, stored, revision))
        taken += [entry.number] if settled != _own(entry) else []
        against += [entry.number] if conflict else []
        entries.append(replace(entry, **settled))
    if no_dates:
        raise ListError(error(f"{lists.numbers(no_dates)}: “{EDITABLE['signed_on']}” is no date", place,
                                    f"{lists.DATES} Leave it empty where nobody has signed."))
    notices = {f"Changed in {SHEET} and taken over": taken,
               f"{SHEET} says otherwise than what was recorded, and counts": against}
    return replace(found, register=replace(found.register, entries=tuple(entries)), notices=tuple(
        f"{words}: {lists.numbers(numbers)}." for words, numbers in notices.items() if numbers),
                   sheet=shown, sheet_revision=revision, kept=sheet if lost else b"")


def _numbered(rows: Sequence[Mapping[str, Cell]], known: set[int]) -> tuple[dict[int, Mapping[str, Cell]], bool]:
    """The rows by the numbers of their entries, and whether there are others, or one twice."""
    found: dict[int, Mapping[str, Cell]] = {}
    strange = False
    for row in rows:
        number = int(words) if (words := str(row.get("No.", "")).strip()).isdecimal() and len(words) < 10 else 0
        if number in known and number not in found:
            found[number] = row
        else:
            strange = True
    return found, strange


def _said(row: Mapping[str, Cell]) -> dict[str, Any] | None:
    """What a row of the spreadsheet says in the columns `EDITABLE`; None where its date is none."""
    cell = row.get(EDITABLE["signed_on"], "")
    cell = cell.strip() if isinstance(cell, str) else cell
    signed_on = lists.day_of(cell) if cell else None
    if cell and signed_on is None:
        return None
    return {"signed_on": signed_on} | {key: _as_text(row.get(EDITABLE[key], "")) for key in ("noted_by", "note")}


def _as_text(cell: Cell | int | None) -> str:
    text = cell.isoformat() if isinstance(cell, date) else "" if cell is None else str(cell)
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def _fixed_cells(row: Mapping[str, Cell]) -> list[str]:
    """What stands in the columns that are not to be changed."""
    return [_as_text(row.get(heading, "")) for heading in list(_COLUMNS)[1:9]]


def _base(entry: Entry, stored: Mapping[str, Any], revision: int) -> Values | None:
    """What the spreadsheet said before somebody changed it; None where that is not known."""
    if revision == stored["revision"]:
        return _own(entry)
    if revision and revision == stored["before_revision"]:
        return stored["before"].get(entry.number, _own(entry))
    return None


def _settled(ours: Values, theirs: Values, base: Values | None) -> tuple[dict[str, Any], bool]:
    """The values that count, and whether the spreadsheet went before something else that was recorded."""
    settled, conflict = dict(ours), False
    for key in EDITABLE:
        changed = theirs[key] != base[key] if base is not None else bool(theirs[key])
        if changed and theirs[key] != ours[key]:
            settled[key] = theirs[key]
            conflict = conflict or (bool(ours[key]) and (base is None or base[key] != ours[key]))
    return settled, conflict


# ---- writing -----------------------------------------------------------------------------------------------------


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """While it lasts, nobody else writes this register. Raises OutputError when somebody does, or has it open in a
    spreadsheet program."""
    for name in (f".~lock.{SHEET}#", f"~${SHEET}"):  # of LibreOffice, of Excel
        if (folder / name).exists():
            raise OutputError(error("this list is open in a spreadsheet program", Place(str(folder / SHEET)),
                                    "Save and close it, then start again. "
                                    f"If it is not open, delete {name} beside it."))
    with edition.locked(folder, "register", "the register"):
        yield


def write(folder: Path, register: Register, found: Found) -> tuple[str, ...]:
    """Put the register into the place of what was found there; lines for whoever uses it. Must be `locked`. Raises
    OutputError, and leaves the register as it was found.

    A stop between the two files leaves a spreadsheet that is one revision behind; the next reading knows it.
    """
    unread = found.sheet is not None
    if register == found.register and not unread and found.revision:
        return found.notices
    revision = found.revision + 1
    table = spreadsheet.workbook(_sheets(register, revision), f"Register of {register.organisation}")
    before = {} if found.sheet is None else dict(found.sheet)
    if found.sheet is None:
        before = {entry.number: _own(entry) for entry in found.register.entries}
    changed = {entry.number: before[entry.number] for entry in register.entries
               if entry.number in before and before[entry.number] != _own(entry)}
    stored = {
        "format": FORMAT, "organisation": register.organisation, "edition": register.edition, "revision": revision,
        "sheet": hashlib.sha256(table).hexdigest(),
        "before_revision": found.sheet_revision if unread else found.revision,
        "before": {str(number): _plain(values) for number, values in changed.items()},
        "entries": [_as_data(entry) for entry in register.entries]}
    notices = found.notices
    if found.kept:
        notices = (*notices, f"What is in {SHEET} beside the columns {', '.join(EDITABLE.values())} is kept in "
                   f"{_keep(folder, found.kept)}.")
    private.replace_files({folder / FILE: edition.dump(stored), folder / SHEET: table})
    return notices


def _keep(folder: Path, data: bytes) -> str:
    """The name of a new file with a spreadsheet as it was."""
    number = 1
    while (path := folder / f"register kept {number}.xlsx").exists():
        number += 1
    private.replace_files({path: data})
    return path.name


def _as_data(entry: Entry) -> dict[str, Any]:
    person = entry.person
    return {"number": entry.number, "name": person.name, "kind": SHOWN[person.kind], "role": person.role,
            "email": person.email, "team": person.team, "form": entry.form, "title": entry.title,
            "edition": entry.edition, "digest": entry.digest, "issued": entry.issued.isoformat(),
            **_plain(_own(entry))}


def _plain(values: Values) -> dict[str, str | None]:
    return {key: value.isoformat() if isinstance(value, date) else value for key, value in values.items()}


def _cells(entry: Entry) -> list[str | date | int | None]:
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

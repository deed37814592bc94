"""What has come back signed: names and dates in, a register in which they are noted out.

A name that fits nobody, or more than one person, is never guessed: it is asked, or refused. What is refused is told
by the numbers of the entries and the rows of the list, without names.
"""

from __future__ import annotations

import difflib
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from policygen.pack import edition
from policygen.signing import table_files as lists, register
from policygen.model.problems import ListError, Place, Problem, error
from policygen.signing.table_files import DATES, ListedRow, key
from policygen.signing.people import COLUMNS, KINDS, SHOWN, Person, forgiving_key, name_key
from policygen.signing.register import Entry, Register
from policygen.signing.due import identity

LIST_COLUMNS = {
    "name": COLUMNS["name"], "first name": COLUMNS["first name"], "surname": COLUMNS["surname"],
    "date": ("signed on", "signed", "date signed", "signature date", "on", "day", "returned"),
    "document": ("form", "document id", "forms"),
    "kind": COLUMNS["kind"], "email": COLUMNS["email"], "role": COLUMNS["role"], "team": COLUMNS["team"],
}

Ask = Callable[[str, Sequence[Person], Mapping[Person, str]], Person | None]
"""Asks which of some people is meant; gets the question, the people, and what tells them apart. None for none of
them."""


@dataclass(frozen=True, slots=True)
class Note:
    """What is to be noted."""

    name: str
    """Of a person as somebody wrote it, or `No. 4`, the number of an entry."""
    day: date
    by: str = ""
    document: str = ""
    """Id or title of a form; empty for all that the person has not signed yet."""
    hints: tuple[tuple[str, str], ...] = ()
    """What else is known of the person: names of fields of `Person` other than `start`, and their values."""
    row: int = 0
    """Of the list that it is from; 0 for none."""


@dataclass(frozen=True, slots=True)
class Noted:
    entries: tuple[Entry, ...]
    """As they are now."""
    again: bool
    """It had been noted before, with the same date."""
    forgiven: bool
    """The name was written otherwise than in the register."""


def note(folder: Path, notes: Sequence[Note], ask: Ask | None) -> tuple[list[Noted], tuple[str, ...]]:
    """What was noted in an edition's register, and lines for whoever uses it. Nothing is noted unless all can be.
    Raises ListError with everything that cannot, OutputError for the files."""
    pack = edition.read(folder)
    if not register.exists(folder):
        raise ListError(error("nobody has been given a form of this edition yet", Place(str(folder)),
                              "Print the forms first: policygen forms EDITION --people people.csv."))
    with register.locked(folder):
        found = register.read(folder, pack)
        now, done, problems = found.register, [], []
        for one in notes:
            chosen = _chosen(now, one, ask)
            if isinstance(chosen, Problem):
                problems.append(chosen)
                continue
            entries, forgiven = chosen
            result = _signed(entries, one, now.edition)
            if isinstance(result, Problem):
                problems.append(result)
                continue
            done.append(Noted(tuple(result), all(entry in entries for entry in result), forgiven))
            changed = {entry.number: entry for entry in result}
            now = replace(now, entries=tuple(changed.get(entry.number, entry) for entry in now.entries))
        if problems:
            raise ListError(*problems)
        return done, register.write(folder, now, found)


def read(path: Path, day: date, by: str, document: str) -> list[Note]:
    """The notes in a CSV or Excel list; `day` and `document` stand in where it has no column for them. Raises
    ListError."""
    listed = lists.read(path, LIST_COLUMNS, (("name",), ("first name", "surname")))
    place, notes = Place(str(path)), []
    wrong: dict[tuple[str, str], list[int]] = defaultdict(list)
    for row in listed.rows:
        name = row.text("name") or " ".join(filter(None, (row.text("first name"), row.text("surname"))))
        signed_on = lists.day_of(row.cells.get("date", "")) if "date" in listed.columns else day
        if not name:
            wrong["the name is missing", "Write it, or delete the row."].append(row.number)
        if signed_on is None:
            wrong["the date is missing, or is none", DATES].append(row.number)
        elif signed_on > day:
            wrong["the date is in the future", "Correct it."].append(row.number)
        notes.append(Note(name, signed_on or day, by, row.text("document") or document, _hints(row), row.number))
    problems = [lists.of_rows(rows, message, place, hint) for (message, hint), rows in wrong.items()]
    if not notes:
        problems.append(error("nobody is in this list", place, "Put a row for each person below the headings."))
    if problems:
        raise ListError(*problems)
    return notes


_KINDS = {key(word): kind for kind, words in KINDS.items() for word in (kind, *words)}


def _hints(row: ListedRow) -> tuple[tuple[str, str], ...]:
    hints = {column: row.text(column) for column in ("email", "role", "team")}
    hints["kind"] = _KINDS.get(key(row.text("kind")), "")
    return tuple((column, value) for column, value in hints.items() if value)


# ---- who is meant ------------------------------------------------------------------------------------------------


def _chosen(now: Register, one: Note, ask: Ask | None) -> tuple[list[Entry], bool] | Problem:
    """The entries that are meant, and whether the name was written otherwise there; or why that cannot be said."""
    among = [entry for entry in now.entries if not one.document or _is_form(entry, one.document)]
    if not among:
        forms = ", ".join(dict.fromkeys(entry.form for entry in now.entries))
        return _problem(one, "the register has no such form", f"Its forms are: {forms}.")
    if found := re.fullmatch(r"(?:no\.?\s*)?(\d{1,9})", one.name.strip(), re.IGNORECASE):
        entries = [entry for entry in among if entry.number == int(found[1])]
        return (entries, False) if entries else _problem(
            one, f"the register has no entry No. {int(found[1])} that fits", "Its first column has the numbers.")
    exact = [entry for entry in among if name_key(entry.person.name) == name_key(one.name)]
    named = exact or [entry for entry in among if forgiving_key(entry.person.name) == forgiving_key(one.name)]
    fitting = [entry for entry in named if _fits(entry.person, one)]
    people = list(dict.fromkeys(identity(entry.person) for entry in fitting or named))
    if fitting and len(people) == 1:
        return fitting, not exact
    refused = _refused(one, now, people, bool(fitting)) if people else _nobody(one, now)
    people = people or _similar(now.entries, one.name)
    question = "Several people fit this name." if fitting else "Nobody fits exactly."
    told = {each: _told(each, now) for each in people}
    meant = ask(f"{question} Who is meant?", people, told) if ask and people else None
    if meant is None:
        return refused
    return [entry for entry in among if identity(entry.person) == meant], False


def _is_form(entry: Entry, document: str) -> bool:
    return document in (entry.form, entry.title) or key(document) in (key(entry.form), key(entry.title))


def _fits(person: Person, one: Note) -> bool:
    return all(name_key(getattr(person, column)) == name_key(value) for column, value in one.hints)


def _similar(entries: Iterable[Entry], name: str) -> list[Person]:
    """The people whose names are most like this one."""
    keys: dict[str, list[Person]] = defaultdict(list)
    for person in dict.fromkeys(identity(entry.person) for entry in entries):
        keys[forgiving_key(person.name)].append(person)
    near = difflib.get_close_matches(forgiving_key(name), keys, n=5, cutoff=0.7)
    return [person for one in near for person in keys[one]]


def _told(person: Person, now: Register) -> str:
    """What tells a person apart, without the name: `No. 4 and 5 (volunteer, driver)`."""
    numbers = [entry.number for entry in now.entries if identity(entry.person) == person]
    about = ", ".join(filter(None, (SHOWN[person.kind], person.role, person.team)))
    return f"{lists.numbers(numbers)} ({about})"


def _nobody(one: Note, now: Register) -> Problem:
    near = "; ".join(_told(person, now) for person in _similar(now.entries, one.name))
    return _problem(one, "nobody with this name was given a form of this edition",
                    f"The most similar names: {near}. {_BY_NUMBER}" if near else
                    "Print the form first: policygen forms EDITION --people people.csv.")


def _refused(one: Note, now: Register, people: Sequence[Person], fitting: bool) -> Problem:
    candidates = "; ".join(_told(person, now) for person in people[:8])
    if not fitting:
        return _problem(one, "the name is there, but with another kind, e-mail address, role or team",
                        f"There is {candidates}. {_BY_NUMBER}")
    return _problem(one, f"{len(people)} people fit this name", f"They are {candidates}. {_BY_NUMBER}")


_BY_NUMBER = "Give the number in the place of the name, such as “No. 4”."


def _problem(one: Note, message: str, hint: str) -> Problem:
    return error(f"row {one.row}: {message}" if one.row else message, Place(), hint)


# ---- what is noted -----------------------------------------------------------------------------------------------


def _signed(entries: Sequence[Entry], one: Note, edition_now: int) -> list[Entry] | Problem:
    """The entries as they are noted: those not signed yet; if there are none, those whose signature was carried over
    from an earlier edition."""
    waiting = [entry for entry in entries if not entry.signed_on] or [
        entry for entry in entries if entry.edition < edition_now]
    if waiting:
        return [replace(entry, signed_on=one.day, edition=edition_now, noted_by=one.by or entry.noted_by)
                for entry in waiting]
    if all(entry.signed_on == one.day for entry in entries):
        return list(entries)
    return _problem(one, f"{lists.numbers([entry.number for entry in entries])}: signed on another day, as the "
                    "register has it", f"If that is wrong, correct it in {register.SHEET}.")

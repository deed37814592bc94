"""Forms that have come back signed: names and dates in, the register in which they are recorded out.

A name that fits nobody, or more than one person, is never guessed: a person is asked, or the name is refused. A refusal
gives the numbers of entries and the rows of the list, without names.
"""

from __future__ import annotations

import difflib
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from policygen.model.english import DATE_HINT
from policygen.model.problems import ListError, Place, Problem, command, error
from policygen.pack import edition
from policygen.signing.people import (
    COLUMNS, FITS, NAMED_BY, SHOWN, Person, forgiving_key, kind_in, list_problems, name_in, name_key,
)
from policygen.signing.register import (
    SHEET, Register, RegisterEntry, has_register, locked_register, read_register, write_register,
)
from policygen.signing.table_files import (
    RowProblems, date_in_cell, entries_in_words, heading_key, read_list, row_numbers_in_words,
)

_LIST_COLUMNS = {
    "name": COLUMNS["name"], "first name": COLUMNS["first name"], "surname": COLUMNS["surname"],
    "date": ("signed on", "signed", "date signed", "signature date", "on", "day", "returned"),
    "document": ("form", "document id", "forms"),
    "kind": COLUMNS["kind"], "email": COLUMNS["email"], "role": COLUMNS["role"], "team": COLUMNS["team"],
}
_BY_NUMBER = "Give the number in the place of the name, such as “No. 4”."

AskWho = Callable[[str, Sequence[Person], Mapping[Person, str]], Person | None]
"""Asks which of some people is meant; gets the question, the people, and what tells them apart. None for none of
them."""


@dataclass(frozen=True, slots=True)
class Signature:
    """What is to be recorded."""

    name: str
    """Of a person as somebody wrote it, or `No. 4`, the number of an entry."""
    day: date
    by: str = ""
    """Who records it."""
    document: str = ""
    """Id or title of a form; empty for all that the person has not signed yet."""
    hints: tuple[tuple[str, str], ...] = ()
    """What else is known of the person: names of fields of `Person` other than `start`, and their values."""
    row: str = ""
    """Of the list that it is from, in words; empty for none."""


@dataclass(frozen=True, slots=True)
class Recorded:
    entries: tuple[RegisterEntry, ...]
    """As they are now."""
    again: bool
    """It had been recorded before, with the same date."""
    forgiven: bool
    """The name was written otherwise than in the register."""


def record_signatures(folder: Path, signatures: Sequence[Signature], ask: AskWho | None
                      ) -> tuple[list[Recorded], tuple[str, ...]]:
    """What was recorded in an edition's register, and lines for whoever uses it. Nothing is recorded unless all can be.
    Raises ListError with everything that cannot, OutputError for the files."""
    issued = edition.read_edition(folder)
    if not has_register(folder):
        raise ListError(error("nobody has been given a form of this edition yet", Place(str(folder)),
                              f"Print the forms first:\n  {command('forms', folder, '--people', 'people.csv')}"))
    with locked_register(folder):
        found = read_register(folder, issued)
        now = found.register
        done: list[Recorded] = []
        problems: list[Problem] = []
        for one in signatures:
            chosen = _entries_meant(now, one, ask)
            if isinstance(chosen, Problem):
                problems.append(chosen)
                continue
            entries, forgiven = chosen
            result = _signed(entries, one, now.edition)
            if isinstance(result, Problem):
                problems.append(result)
                continue
            done.append(Recorded(tuple(result), all(entry in entries for entry in result), forgiven))
            changed = {entry.number: entry for entry in result}
            now = replace(now, entries=tuple(changed.get(entry.number, entry) for entry in now.entries))
        if problems:
            raise ListError(*problems)
        return done, write_register(folder, now, found)


def read_signatures(path: Path, day: date, by: str, document: str) -> tuple[list[Signature], tuple[str, ...]]:
    """The signatures in a list, and lines for whoever gave it; `day` and `document` stand in where it has no column for
    them. Raises ListError."""
    listed = read_list(path, _LIST_COLUMNS, NAMED_BY, FITS)
    place = Place(str(path))
    signatures = []
    wrong: RowProblems = defaultdict(list)
    for row in listed.rows:
        name = name_in(row)
        signed_on = date_in_cell(row.cells.get("date", "")) if "date" in row.cells else day
        if not name:
            wrong["the name is missing", "Write it, or delete the row."].append(row.number)
        if signed_on is None:
            wrong["the date is missing, or cannot be read as a date", DATE_HINT].append(row.number)
        elif signed_on > day:
            wrong["the date is in the future", "Correct it."].append(row.number)
        about = {column: row.text(column) for column in ("email", "role", "team")} | {"kind": kind_in(row)}
        hints = tuple((column, value) for column, value in about.items() if value)
        signatures.append(Signature(name, signed_on or day, by, row.text("document") or document, hints,
                                    row_numbers_in_words([row.number])))
    if problems := list_problems(wrong, place, signatures):
        raise ListError(*problems)
    return signatures, listed.notices


# ---- who is meant ------------------------------------------------------------------------------------------------


def _entries_meant(now: Register, one: Signature, ask: AskWho | None) -> tuple[list[RegisterEntry], bool] | Problem:
    """The entries that are meant, and whether the name was written otherwise there; or why that cannot be said."""
    among = [entry for entry in now.entries
             if not one.document or heading_key(one.document) in map(heading_key, (entry.form, entry.title))]
    if not among:
        forms = ", ".join(dict.fromkeys(entry.form for entry in now.entries))
        return _problem(one, "the register has no such form", f"Its forms are: {forms}.")
    if found := re.fullmatch(r"(?:no\.?\s*)?(\d{1,9})", one.name.strip(), re.IGNORECASE):
        entries = [entry for entry in among if entry.number == int(found[1])]
        return (entries, False) if entries else _problem(
            one, f"the register has no entry No. {int(found[1])} that fits", "Its first column has the numbers.")
    exact = [entry for entry in among if name_key(entry.person.name) == name_key(one.name)]
    named = exact or [entry for entry in among if forgiving_key(entry.person.name) == forgiving_key(one.name)]
    fitting = [entry for entry in named if all(name_key(getattr(entry.person, field)) == name_key(value)
                                               for field, value in one.hints)]
    people = list(dict.fromkeys(entry.person.as_registered() for entry in fitting or named))
    if fitting and len(people) == 1:
        return fitting, not exact
    refused = _refused(one, now, people, bool(fitting))
    people = people or _similar(now.entries, one.name)
    question = "Several people fit this name." if fitting else "Nobody fits exactly."
    meant = ask(f"{question} Who is meant?", people, {each: _described(each, now) for each in people}) \
        if ask and people else None
    if meant is None:
        return refused
    return [entry for entry in among if entry.person.as_registered() == meant], False


def _similar(entries: Iterable[RegisterEntry], name: str) -> list[Person]:
    """The people whose names are most like this one."""
    keys: dict[str, list[Person]] = defaultdict(list)
    for person in dict.fromkeys(entry.person.as_registered() for entry in entries):
        keys[forgiving_key(person.name)].append(person)
    near = difflib.get_close_matches(forgiving_key(name), keys, n=5, cutoff=0.7)
    return [person for one in near for person in keys[one]]


def _described(person: Person, now: Register) -> str:
    """What tells a person apart, without the name: `No. 4 and 5 (volunteer, driver)`."""
    numbers = [entry.number for entry in now.entries if entry.person.as_registered() == person]
    about = ", ".join(filter(None, (SHOWN[person.kind], person.role, person.team)))
    return f"{entries_in_words(numbers)} ({about})"


def _refused(one: Signature, now: Register, people: Sequence[Person], fitting: bool) -> Problem:
    """Why it cannot be said who is meant; `fitting` when all that is known fits these people."""
    candidates = "; ".join(_described(person, now) for person in people[:8])
    if fitting:
        return _problem(one, f"{len(people)} people fit this name", f"They are {candidates}. {_BY_NUMBER}")
    if people:
        return _problem(one, "the name is there, but with another kind, e-mail address, role or team",
                        f"There is {candidates}. {_BY_NUMBER}")
    near = "; ".join(_described(person, now) for person in _similar(now.entries, one.name))
    return _problem(one, "nobody with this name was given a form of this edition",
                    f"The most similar names: {near}. {_BY_NUMBER}" if near else
                    f"{SHEET} has the names. Who is not in it has to be given a form first.")


def _problem(one: Signature, message: str, hint: str) -> Problem:
    return error(f"{one.row}: {message}" if one.row else message, Place(), hint)


def _signed(entries: Sequence[RegisterEntry], one: Signature, edition_now: int) -> list[RegisterEntry] | Problem:
    """The entries with the signature: those not signed yet; if there are none, those whose signature was carried over
    from an earlier edition."""
    waiting = [entry for entry in entries if not entry.signed_on] or [
        entry for entry in entries if entry.edition < edition_now]
    if waiting:
        return [replace(entry, signed_on=one.day, edition=edition_now, noted_by=one.by or entry.noted_by)
                for entry in waiting]
    if all(entry.signed_on == one.day for entry in entries):
        return list(entries)
    return _problem(one, f"{entries_in_words([entry.number for entry in entries])}: signed on another day, as the "
                    "register has it", f"If that is wrong, correct it in {SHEET}.")

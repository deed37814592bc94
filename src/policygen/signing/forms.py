"""Forms for everybody: a list of people in; their forms, printed and entered into the edition's register, out.

The forms are printed first and entered then: whoever stops between the two has a folder that the register does not
know, and prints again. Who signs what is decided in `due`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from policygen.model.english import cap
from policygen.model.problems import OutputError, Place, Step, error
from policygen.pack import edition, folders
from policygen.pack.edition import Edition
from policygen.pack.make import Sources, as_issued
from policygen.printing.print_run import PersonForm, Printed, PrintOptions, print_blank_sheets, print_run
from policygen.signing.due import FormStanding, entries_of_people, form_standings, signed_forms
from policygen.signing.people import SHOWN, People, Person, form_values, read_people
from policygen.signing.register import (
    Register, RegisterEntry, earlier_entries, locked_register, read_register, write_register,
)
from policygen.signing.table_files import RowNumber, entries_in_words, row_numbers_in_words


@dataclass(frozen=True, slots=True)
class FormsRequest:
    """Which forms to print, for whom."""

    edition: Path
    people: Path
    """The list of people."""
    documents: tuple[str, ...]
    """Ids of forms; empty for all that people sign."""
    outstanding: bool
    """Only what is not signed yet, or must be signed again."""
    options: PrintOptions
    day: date


@dataclass(frozen=True, slots=True)
class FormsGiven:
    """What was printed, and what a person has to know of it."""

    folder: Path | None
    """Where the forms are; None if nobody has to sign."""
    people: int
    """How many people got a form."""
    forms: Mapping[str, int]
    """How often each form was printed, by its title."""
    settled: int
    """Forms that need not be signed again."""
    reworded: int
    """Forms that people signed before, whose wording has changed since."""
    notices: tuple[str, ...]


def give_forms(sources: Sources, request: FormsRequest, report: Callable[[Step], None]) -> FormsGiven:
    """Print the forms and enter them. Raises ListError for the list, OutputError for everything else."""
    listed = read_people(request.people, request.day)
    issued, house, of_style = as_issued(sources, request.edition)
    blank = {document.id: document for document in issued.documents}
    _refuse_unknown(request.documents, signed_forms(issued, sources.library), request.edition,
                    "no kind of people signs `{}` in this edition", "What people sign in it: {}.")
    with locked_register(request.edition):
        found = read_register(request.edition, issued)
        earlier = earlier_entries(request.edition, issued)
        standings = [one for one in form_standings([*earlier, found.register.entries], issued, sources.library,
                                                   listed.people)
                     if not request.documents or one.form in request.documents]
        wanted = [one for one in standings if not (request.outstanding and one.settled)]
        register, numbers = _entered(found.register, standings, wanted, listed, issued, request.day)
        indexes = {person: index for index, person in enumerate(listed.people)}
        forms = [PersonForm(numbers[one.person, one.form], blank[one.form], indexes[one.person],
                            form_values(one.person)) for one in wanted]
        printed = (print_run(forms, request.edition, request.day, request.options, house, report) if forms
                   else Printed(None, ()))
        told = write_register(request.edition, register, found)
    return FormsGiven(
        printed.folder, len({one.person for one in wanted}), Counter(blank[one.form].title for one in wanted),
        len(standings) - len(wanted), sum(one.reworded for one in wanted),
        (*of_style, *listed.notices, *_notices(listed, standings, issued, request, printed.unreadable), *told))


def give_blank_sheets(sources: Sources, folder: Path, documents: Sequence[str], copies: int, day: date,
                      options: PrintOptions, report: Callable[[Step], None]) -> tuple[Path, tuple[str, ...]]:
    """The new folder with so many numbered copies of the client sheets of an edition, or of some of them; and notices.
    Raises OutputError."""
    issued, house, notices = as_issued(sources, folder)
    titles = {entry.id: entry.title for entry in issued.record.documents}
    sheets = {plan.id: titles[plan.id] for plan in sources.library.documents if plan.stock and plan.id in titles}
    _refuse_unknown(documents, sheets, folder, "`{}` is no client sheet of this edition", "Its client sheets: {}.")
    if not sheets:
        raise OutputError(error("this edition has no client sheets", Place(str(folder))))
    blanks = [document for document in issued.documents if document.id in (documents or sheets)]
    return print_blank_sheets(blanks, copies, folder, day, options, house, report), notices


def _refuse_unknown(wanted: Sequence[str], known: Mapping[str, str], folder: Path, message: str, hint: str) -> None:
    """Raise OutputError for ids of documents that are not among the known ones."""
    if unknown := [identity for identity in wanted if identity not in known]:
        raise OutputError(*(error(message.format(identity), Place(str(folder)), hint.format(", ".join(known) or "none"))
                            for identity in unknown))


def _entered(now: Register, standings: Sequence[FormStanding], wanted: Sequence[FormStanding], listed: People,
             issued: Edition, day: date) -> tuple[Register, dict[tuple[Person, str], int]]:
    """The register with an entry for each form that these people sign, and its number there. A signature from an
    earlier edition that still holds is carried over."""
    titles = {entry.id: entry.title for entry in issued.record.documents}
    entries = {entry.number: entry for entry in now.entries}
    own = entries_of_people([now.entries], listed.people)
    for index, person in enumerate(listed.people):  # whose role may be another by now
        entries |= {entry.number: replace(entry, person=person.as_registered()) for entry in own[index]}
    indexes = {person: index for index, person in enumerate(listed.people)}
    printed = {(one.person, one.form) for one in wanted}
    numbers = {}
    for one in standings:
        there = [entry.number for entry in own[indexes[one.person]] if entry.form == one.form]
        entry = entries[there[-1]] if there else None
        person = one.person.as_registered()
        if entry is None or (entry.signed_on and entry.digest != one.digest):
            number = max(entries, default=0) + 1
            entry = replace(one.settled, number=number) if one.settled else RegisterEntry(
                number, person, one.form, titles[one.form], now.edition, one.digest, day)
        elif entry.signed_on is None and (one.person, one.form) in printed:
            entry = replace(entry, issued=day, digest=one.digest, edition=now.edition)
        entries[entry.number] = replace(entry, person=person)
        numbers[one.person, one.form] = entry.number
    return replace(now, entries=tuple(entries[number] for number in sorted(entries))), numbers


def _notices(listed: People, standings: Sequence[FormStanding], issued: Edition, request: FormsRequest,
             unreadable: Sequence[int]) -> Iterator[str]:
    if issued.record.edition.status == "draft":
        yield "This edition is a draft, and so are its forms: have them signed once the policy is approved."
    newer = [edition.read_edition(folder).number for folder in folders.editions(request.edition.resolve().parent)]
    if max(newer, default=0) > issued.number:
        yield f"There is a newer edition: number {max(newer)}."
    with_form = {one.person for one in standings}
    without: dict[str, list[RowNumber]] = {}
    for person in listed.people:
        if person not in with_form:
            without.setdefault(person.kind, []).append(person.row)
    for kind, rows in without.items():
        among = "none of the forms asked for is" if request.documents else "this edition has no form"
        yield f"{cap(row_numbers_in_words(rows))}: {among} for this kind ({SHOWN[kind]})."
    if unreadable:
        yield (f"{entries_in_words(unreadable)}: this computer has no font for some letters, so the print shows boxes "
               "in their place. Print these from Word (--format docx), or install a font that has them.")

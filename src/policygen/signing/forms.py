"""Forms for everybody: a list of people in; their forms, printed, and entered into the edition's register, out.

The forms are printed first and entered then: whoever stops between the two has a folder that the register does not
know, and prints again. Who signs what is decided in `signing`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from policygen.pack import edition, make as pipeline
from policygen.printing import print_run
from policygen.signing import table_files as lists, people, register, due as signing
from policygen.model.problems import OutputError, Place, error
from policygen.signing.people import SHOWN, People, Person
from policygen.pack.make import Sources, Step
from policygen.printing.print_run import PersonForm, Printed, PrintOptions
from policygen.signing.register import Entry, Register
from policygen.signing.due import Due


@dataclass(frozen=True, slots=True)
class Order:
    """What to print."""

    edition: Path
    people: Path
    documents: tuple[str, ...]
    """Ids of forms; empty for all that people sign."""
    outstanding: bool
    """Only what is not signed yet, or must be signed again."""
    options: PrintOptions
    day: date


@dataclass(frozen=True, slots=True)
class Given:
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


def give(sources: Sources, order: Order, report: Callable[[Step], None]) -> Given:
    """Print the forms and enter them. Raises ListError for the list, OutputError for everything else."""
    listed = people.read(order.people)
    pack, documents, style = pipeline.issued(sources, order.edition)
    made = {document.id: document for document in documents}
    library = sources.library
    _refuse_unknown(order.documents, signing.signed_forms(pack, library), order.edition)
    with register.locked(order.edition):
        found = register.read(order.edition, pack)
        earlier = register.before(order.edition, pack)
        due = [one for one in signing.standing([*earlier, found.register.entries], pack, library, listed.people)
               if not order.documents or one.form in order.documents]
        wanted = [one for one in due if not (order.outstanding and one.settled)]
        entered, numbers = _entered(found.register, due, wanted, listed, pack, order.day)
        places = {person: place for place, person in enumerate(listed.people)}
        jobs = [PersonForm(numbers[one.person, one.form], made[one.form], places[one.person], people.form_values(one.person))
                for one in wanted]
        printed = (print_run.print_run(jobs, order.edition, order.day, order.options, style, report) if jobs
                   else Printed(None, ()))
        told = register.write(order.edition, entered, found)
    return Given(printed.folder, len({one.person for one in wanted}), Counter(made[one.form].title for one in wanted),
                 len(due) - len(wanted), sum(one.reworded for one in wanted),
                 (*listed.notices, *_notices(listed, due, pack, order), *_unreadable(printed.unreadable), *told))


def stock(sources: Sources, folder: Path, documents: Sequence[str], copies: int, day: date, options: PrintOptions,
          report: Callable[[Step], None]) -> Path:
    """The new folder with so many numbered copies of the client sheets of an edition, or of some of them. Raises
    OutputError."""
    pack, made, style = pipeline.issued(sources, folder)
    titles = {entry["id"]: entry["title"] for entry in pack["documents"]}
    known = {plan.id: titles[plan.id] for plan in sources.library.documents if plan.stock and plan.id in titles}
    if unknown := [identity for identity in documents if identity not in known]:
        raise OutputError(*(error(f"`{identity}` is no client sheet of this edition", Place(str(folder)),
                                  f"Its client sheets: {', '.join(known) or 'none'}.") for identity in unknown))
    if not known:
        raise OutputError(error("this edition has no client sheets", Place(str(folder))))
    blanks = [document for document in made if document.id in (documents or known)]
    return print_run.print_blank_sheets(blanks, copies, folder, day, options, style, report)


def _unreadable(numbers: Sequence[int]) -> Iterator[str]:
    if numbers:
        yield (f"{lists.numbers(numbers)}: this computer has no font for some letters, so the print shows boxes in their "
               "place. Print these from Word (--format docx), or install a font that has them.")


def _refuse_unknown(wanted: Sequence[str], forms: Mapping[str, str], folder: Path) -> None:
    """Raise OutputError for forms that nobody signs in this edition."""
    if unknown := [identity for identity in wanted if identity not in forms]:
        known = ", ".join(forms) or "none"
        raise OutputError(*(error(f"no kind of people signs `{identity}` in this edition", Place(str(folder)),
                                  f"What people sign in it: {known}.") for identity in unknown))


def _entered(now: Register, due: Sequence[Due], wanted: Sequence[Due], listed: People, pack: Mapping[str, Any],
             day: date) -> tuple[Register, dict[tuple[Person, str], int]]:
    """The register with an entry for each form that is due, and its number there. A signature from an earlier edition
    that still holds is carried over."""
    titles = {entry["id"]: entry["title"] for entry in pack["documents"]}
    entries = {entry.number: entry for entry in now.entries}
    own = signing.assigned([now.entries], listed.people)
    for place, person in enumerate(listed.people):  # whose role may be another by now
        entries |= {entry.number: replace(entry, person=signing.identity(person)) for entry in own[place]}
    places = {person: place for place, person in enumerate(listed.people)}
    printed = {(one.person, one.form) for one in wanted}
    numbers = {}
    for one in due:
        there = [entry.number for entry in own[places[one.person]] if entry.form == one.form]
        entry = entries[there[-1]] if there else None
        person = signing.identity(one.person)
        if entry is None or (entry.signed_on and entry.digest != one.digest):
            number = max(entries, default=0) + 1
            fresh = Entry(number, person, one.form, titles[one.form], now.edition, one.digest, day)
            entry = replace(one.settled, number=number, person=person) if one.settled else fresh
        elif entry.signed_on is None and (one.person, one.form) in printed:
            entry = replace(entry, issued=day, digest=one.digest, edition=now.edition)
        entries[entry.number] = replace(entry, person=person)
        numbers[one.person, one.form] = entry.number
    return replace(now, entries=tuple(entries[number] for number in sorted(entries))), numbers


def _notices(listed: People, due: Sequence[Due], pack: Mapping[str, Any], order: Order) -> Iterator[str]:
    if pack["edition"].get("status") == "draft":
        yield "This edition is a draft, and so are its forms: have them signed once the policy is approved."
    newer = [edition.read(folder)["edition"]["number"] for folder in edition.folders(order.edition.resolve().parent)]
    if max(newer, default=0) > pack["edition"]["number"]:
        yield f"There is a newer edition: number {max(newer)}."
    some = {one.person for one in due}
    without: dict[str, list[int]] = {}
    for person in listed.people:
        if person not in some:
            without.setdefault(person.kind, []).append(person.row)
    for kind, rows in without.items():
        among = "none of the forms asked for is" if order.documents else "this edition has no form"
        yield f"{lists.in_words(rows).capitalize()}: {among} for this kind ({SHOWN[kind]})."

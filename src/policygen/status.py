"""What there is: organisations, their editions, unfinished answers, and whose review is due.

In: a folder of editions, and the day. Out: an `Organisation` for each, frozen. Nothing is altered, and an edition
that cannot be read is one more line, not an error.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Literal

from policygen.interview.path import QuestionPath
from policygen.pack import answers, edition, folders
from policygen.signing.due import form_standings, people_in
from policygen.signing.register import earlier_entries, has_register, read_register
from policygen.model.problems import AnswersError, OutputError
from policygen.library.law import LawBook, LawChange
from policygen.library.clauses import Library
from policygen.library.questionnaire import Questionnaire
from policygen.model.english import date_in_words

SOON = timedelta(days=90)
"""A review that is no further off is due."""


@dataclass(frozen=True, slots=True)
class Forms:
    """How the forms stand that people sign."""

    signed: int
    outstanding: int
    """Not signed, or signed when the wording was another."""
    problem: str = ""
    """Why that cannot be said, in words; empty when it can."""


@dataclass(frozen=True, slots=True)
class EditionStatus:
    folder: Path
    organisation: str
    number: int
    made: date
    status: Literal["draft", "approved", ""]
    """Empty for an edition of an early policygen, which did not record it."""
    review_due: date
    decisions_open: tuple[str, ...]
    """Ids of questions."""
    undecided: tuple[str, ...] = ()
    """Ids of clauses that were changed by hand and in the library, where nobody has decided what stands."""
    forms: Forms | None = None
    """None where nobody was given a form, and for an edition that is not the newest."""
    law: tuple[LawChange, ...] = ()
    """What became of the law that it rests on since it was made; only told of the newest."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """An edition, or all that is in a folder, that cannot be read."""

    folder: Path
    problem: str
    """Why, in words that follow `cannot be read:`."""


@dataclass(frozen=True, slots=True)
class Unfinished:
    """Answers that somebody has begun to give."""

    file: Path
    answered: int
    about: int
    """About how many questions there are; both numbers are 0 when the file cannot be read."""
    problem: str
    """Why it cannot be read, in words; empty when it can."""


@dataclass(frozen=True, slots=True)
class Organisation:
    name: str
    folder: Path
    editions: tuple[EditionStatus | Unreadable, ...]
    """The newest first."""
    newest: EditionStatus | None
    """The one whose review counts; None when there is none that can be read."""
    review: Literal["overdue", "due", "later", ""]
    """How its review stands; empty when there is no edition."""
    unfinished: Unfinished | None


def read(folder: Path, questionnaire: Questionnaire, today: date,
         library: Callable[[], Library] | None = None, book: LawBook | None = None) -> tuple[Organisation, ...]:
    """What is in a folder of editions, in an organisation's folder, or in the folder of one edition. How the forms
    stand is told with a `library`, which is only asked for where somebody was given a form; with a `book`, what became
    of the law behind each newest edition is told too."""
    folder = folder.resolve()
    if folders.is_edition(folder):
        found = [_of_one_edition(folder, today)]
    else:
        homes = [folder] if _is_home(folder) else _homes(folder)
        found = [_organisation(home, questionnaire, today) for home in homes]
    if library:
        found = [_with_forms(organisation, library) for organisation in found]
    if book is not None:
        found = [_with_law(organisation, book, today) for organisation in found]
    return tuple(sorted(found, key=lambda organisation: (organisation.name.casefold(), organisation.folder)))


def review_in_words(due: date, today: date) -> str:
    """When a review is due: `overdue since 20 November 2026`, `in 5 weeks, on 25 December 2026`."""
    return f"{distance(due, today)} {date_in_words(due)}"


def distance(due: date, today: date) -> str:
    """How far off a review is, in words that a date follows."""
    days = (due - today).days
    weeks, months, years = round(days / 7), round(days / 30.44), round(days / 365.25)
    if days < 0:
        return "overdue since"
    if days < 2:
        return ("today, on", "tomorrow, on")[days]
    count, unit = (days, "days") if days < 14 else (weeks, "weeks") if weeks < 13 else (
        months, "months") if months < 24 else (years, "years")
    return f"in {count} {unit}, on"


def as_data(organisation: Organisation) -> dict[str, Any]:
    """An organisation as JSON has it; the same keys whatever there is."""
    newest, unfinished = organisation.newest, organisation.unfinished
    return {
        "organisation": organisation.name,
        "folder": str(organisation.folder),
        "review": organisation.review or None,
        "review_due": newest.review_due.isoformat() if newest else None,
        "editions": [_edition_as_data(item, item == newest) for item in organisation.editions],
        "unfinished": unfinished and {
            "file": str(unfinished.file), "answered": unfinished.answered, "about": unfinished.about,
            "problem": unfinished.problem or None},
    }


def _edition_as_data(item: EditionStatus | Unreadable, newest: bool) -> dict[str, Any]:
    match item:
        case Unreadable(folder=folder, problem=problem):
            return {"folder": str(folder), "number": None, "date": None, "newest": False, "status": None,
                    "review_due": None, "decisions_open": None, "undecided": None, "forms": None, "law": None,
                    "problem": problem}
    return {"folder": str(item.folder), "number": item.number, "date": item.made.isoformat(), "newest": newest,
            "status": item.status or None, "review_due": item.review_due.isoformat(),
            "decisions_open": list(item.decisions_open), "undecided": list(item.undecided),
            "forms": _forms_as_data(item.forms),
            "law": [{"id": change.law.id, "what": change.what, "on": change.on.isoformat() if change.on else None}
                    for change in item.law], "problem": None}


def _forms_as_data(forms: Forms | None) -> dict[str, Any] | None:
    if forms is None:
        return None
    if forms.problem:
        return {"signed": None, "outstanding": None, "problem": forms.problem}
    return {"signed": forms.signed, "outstanding": forms.outstanding, "problem": None}


# ---- folders -----------------------------------------------------------------------------------------------------


def _is_home(folder: Path) -> bool:
    """Whether this is an organisation's folder."""
    return (folder / folders.UNFINISHED).exists() or bool(folders.all_editions(folder))


def _homes(folder: Path) -> Iterator[Path]:
    """The folders of organisations, and those that nobody may look into: what is in them is not known."""
    for home in folder.iterdir():
        try:
            if home.is_dir() and _is_home(home):
                yield home
        except OSError:
            yield home


def _organisation(home: Path, questionnaire: Questionnaire, today: date) -> Organisation:
    try:
        editions = tuple(map(_edition, reversed(folders.all_editions(home))))
        there = (home / folders.UNFINISHED).exists()
    except OSError as exc:
        return Organisation(home.name, home, (Unreadable(home, (exc.strerror or str(exc)).lower()),), None, "", None)
    name, unfinished = _unfinished(home / folders.UNFINISHED, questionnaire, today) if there else ("", None)
    newest = _newest(editions)
    return Organisation(newest.organisation if newest else name or home.name, home, editions, newest,
                        _review(newest, today), unfinished)


def _of_one_edition(folder: Path, today: date) -> Organisation:
    """The organisation of an edition, with that edition alone; those beside it say whether it is the newest."""
    shown = _edition(folder)
    if isinstance(shown, Unreadable):
        return Organisation(folder.parent.name, folder.parent, (shown,), None, "", None)
    beside = [item for item in map(_edition, folders.editions(folder.parent))
              if isinstance(item, EditionStatus) and item.organisation == shown.organisation]
    newest = _newest((shown, *beside))
    return Organisation(shown.organisation, folder.parent, (shown,), newest, _review(newest, today), None)


def _newest(editions: Iterable[EditionStatus | Unreadable]) -> EditionStatus | None:
    return max((item for item in editions if isinstance(item, EditionStatus)), key=lambda item: item.number, default=None)


def _review(newest: EditionStatus | None, today: date) -> str:
    if newest is None:
        return ""
    return "overdue" if newest.review_due < today else "due" if newest.review_due <= today + SOON else "later"


# ---- forms that people sign --------------------------------------------------------------------------------------


def _with_forms(organisation: Organisation, library: Callable[[], Library]) -> Organisation:
    """The organisation with how the forms of its newest edition stand, if that is one of those shown."""
    if organisation.newest not in organisation.editions:
        return organisation
    newest = replace(organisation.newest, forms=_forms(organisation.newest.folder, library))
    editions = tuple(newest if item == organisation.newest else item for item in organisation.editions)
    return replace(organisation, editions=editions, newest=newest)


def _forms(folder: Path, library: Callable[[], Library]) -> Forms | None:
    """How the forms of an edition stand for the people in its register; for those in the one before, if it has
    none."""
    if not any(map(has_register, folders.editions(folder.parent))):
        return None
    try:
        pack = edition.read(folder)
        registers = [*earlier_entries(folder, pack), read_register(folder, pack).register.entries]
        given = [entries for entries in registers if entries]
        people = people_in(given[-1], library()) if given else []
        standing = form_standings(registers, pack, library(), people) if people else ()
    except (OutputError, AnswersError) as exc:
        return Forms(0, 0, exc.problems[0].message)
    except (LookupError, TypeError, ValueError, AttributeError):
        return Forms(0, 0, "the pack is damaged")
    if not given:
        return None
    settled = sum(one.settled is not None for one in standing)
    return Forms(settled, len(standing) - settled)


# ---- law ---------------------------------------------------------------------------------------------------------


def _with_law(organisation: Organisation, book: LawBook, today: date) -> Organisation:
    """The organisation with what became of the law behind its newest edition, if that is one of those shown."""
    if organisation.newest is None or organisation.newest not in organisation.editions:
        return organisation
    newest = replace(organisation.newest, law=edition.read(organisation.newest.folder).law_changes(book, today))
    editions = tuple(newest if item == organisation.newest else item for item in organisation.editions)
    return replace(organisation, editions=editions, newest=newest)


# ---- files -------------------------------------------------------------------------------------------------------


def _edition(folder: Path) -> EditionStatus | Unreadable:
    if not (folder / "pack.json").exists():
        return Unreadable(folder, "it has lost its pack.json; its Word files may be enough for a review")
    try:
        record = edition.read(folder).record
    except OutputError as exc:
        return Unreadable(folder, exc.problems[0].message.removeprefix("cannot be read: ").partition(": ")[0])
    about, review = record.edition, record.review
    return EditionStatus(folder, record.organisation, about.number, about.date, about.status or "", about.review_due,
                         tuple(item.question for item in record.decisions_open),
                         tuple(item.clause for item in review.undecided) if review else ())


def _unfinished(file: Path, questionnaire: Questionnaire, today: date) -> tuple[str, Unfinished]:
    """The organisation's name in unfinished answers, and how far they are."""
    try:
        given, progress = answers.read_draft(file, questionnaire)
    except AnswersError as exc:
        line = exc.problems[0].place.line  # the message may hold what somebody answered
        return "", Unfinished(file, 0, 0, f"see its line {line}" if line else exc.problems[0].message)
    here = QuestionPath.begin(questionnaire, given, today, progress)
    return given.get("organisation_name", ""), Unfinished(file, here.answered, len(here.asked), "")

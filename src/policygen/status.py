"""How everything stands: organisations, their editions and unfinished answers, and whose review is due.

In: a folder of editions, and the day. Out: a frozen `Organisation` for each. Reads only. An edition that cannot be read
is one more entry, not an error.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Literal

from policygen.interview import drafts
from policygen.interview.path import QuestionPath
from policygen.library.clauses import Library
from policygen.library.law import LawBook, LawChange
from policygen.library.questionnaire import Questionnaire
from policygen.model.english import date_in_words
from policygen.model.problems import AnswersError, OutputError, Place, Problem, error
from policygen.pack import edition, folders
from policygen.signing.due import form_standings, people_in
from policygen.signing.register import earlier_entries, has_register, read_register

SOON = timedelta(days=90)
"""A review is due from so long before its day."""
LOST_RECORD = "it has lost its pack.json; its Word files may be enough for a review"
"""The problem of an edition that can still be reviewed."""


@dataclass(frozen=True, slots=True)
class FormCounts:
    """How many of the forms that people sign are signed."""

    signed: int
    outstanding: int
    """Not signed, or signed in an earlier wording."""
    problem: str = ""
    """Why nobody can say, in words; both numbers are 0 then. Empty when all is well."""
    faults: tuple[Problem, ...] = field(default=(), compare=False)
    """The same with places, and what to do."""


@dataclass(frozen=True, slots=True)
class EditionStatus:
    """One edition that can be read."""

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
    """Ids of clauses that people and the library both changed, where nobody has decided what stands."""
    forms: FormCounts | None = None
    """None where nobody was given a form, and for an edition that is not the newest."""
    law: tuple[LawChange, ...] = ()
    """Changes of the law that the edition rests on, since it was made; empty for an edition that is not the newest."""
    approved_on: date | None = None
    """None for a draft, and for an edition of an early policygen."""
    because: str = ""
    """Why it counts as approved before it was made; empty where nobody had to say."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """An edition that cannot be read, or a folder."""

    folder: Path
    problem: str
    """Why, in words that follow `cannot be read:`."""
    faults: tuple[Problem, ...] = field(default=(), compare=False)
    """The same with places, and what to do; empty for what `pack.json` is not to blame for."""


@dataclass(frozen=True, slots=True)
class Unfinished:
    """Answers that somebody has begun to give."""

    file: Path
    answered: int
    about: int
    """About how many questions there are; both numbers are 0 when the file cannot be read."""
    problem: str
    """Why the file cannot be read, in words without an answer in them; empty when it can."""
    faults: tuple[Problem, ...] = field(default=(), compare=False)
    """The same with its place, and what to do."""


ReviewState = Literal["overdue", "due", "later", ""]


@dataclass(frozen=True, slots=True)
class Organisation:
    name: str
    folder: Path
    editions: tuple[EditionStatus | Unreadable, ...]
    """The newest first."""
    newest: EditionStatus | None
    """The edition whose review counts; None when none can be read."""
    review: ReviewState
    """How its review stands; empty without an edition."""
    unfinished: Unfinished | None

    @property
    def faults(self) -> tuple[Problem, ...]:
        """What is wrong with the files that cannot be read."""
        items = [*self.editions, self.newest and self.newest.forms, self.unfinished]
        return tuple(fault for item in items if not isinstance(item, EditionStatus) and item for fault in item.faults)

    @property
    def to_approve(self) -> EditionStatus | None:
        """The newest edition, if its approval is still to be recorded: it is a draft, or its approval is that of an
        earlier edition with the same words. Else None."""
        newest = self.newest
        if newest is None or newest.status == "draft":
            return newest
        stands_over = newest.approved_on and newest.approved_on < newest.made and any(
            isinstance(item, EditionStatus) and item.number < newest.number and item.approved_on == newest.approved_on
            for item in self.editions)
        return newest if stands_over else None


def read_organisations(folder: Path, questionnaire: Questionnaire, today: date,
                       library: Callable[[], Library] | None = None,
                       book: LawBook | None = None) -> tuple[Organisation, ...]:
    """What is in a folder of editions, in an organisation's folder, or in the folder of one edition, by name. Forms are
    counted only with a `library`, which is called where somebody was given one; changes of law are found only with a
    `book`."""
    folder = folder.resolve()
    if folders.is_edition(folder):
        found = [_of_one_edition(folder, today)]
    else:
        homes = [folder] if _is_home(folder) else _homes(folder)
        found = [_organisation(home, questionnaire, today) for home in homes]
    detailed = [_with_details(organisation, library, book, today) for organisation in found]
    return tuple(sorted(detailed, key=lambda organisation: (organisation.name.casefold(), organisation.folder)))


def review_in_words(due: date, today: date) -> str:
    """When a review is due: `overdue since 20 November 2026`, `in 5 weeks, on 25 December 2026`."""
    return f"{distance(due, today)} {date_in_words(due)}"


def distance(due: date, today: date) -> str:
    """How far away a review is, in words that a date follows."""
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
    data: dict[str, Any] = dict.fromkeys((
        "folder", "number", "date", "newest", "status", "approved_on",
        "approved_because", "review_due", "decisions_open", "undecided", "forms", "law",
        "problem"))
    data |= {"folder": str(item.folder), "newest": newest}
    if isinstance(item, Unreadable):
        return data | {"problem": item.problem}
    bad = item.forms.problem if item.forms else ""
    return data | {
        "number": item.number, "date": item.made.isoformat(), "status": item.status or None,
        "approved_on": item.approved_on.isoformat() if item.approved_on else None,
        "approved_because": item.because or None,
        "review_due": item.review_due.isoformat(), "decisions_open": list(item.decisions_open),
        "undecided": list(item.undecided),
        "forms": item.forms and {"signed": None if bad else item.forms.signed,
                                 "outstanding": None if bad else item.forms.outstanding, "problem": bad or None},
        "law": [{"id": change.law.id, "what": change.what, "on": change.on.isoformat() if change.on else None}
                for change in item.law]}


# ---- folders -----------------------------------------------------------------------------------------------------


def _is_home(folder: Path) -> bool:
    """Whether this is an organisation's folder."""
    return (folder / folders.UNFINISHED).exists() or bool(folders.all_editions(folder))


def _homes(folder: Path) -> Iterator[Path]:
    """The folders of organisations; also those that the system lets nobody look into."""
    for home in folder.iterdir():
        try:
            if home.is_dir() and _is_home(home):
                yield home
        except OSError:
            yield home


def _organisation(home: Path, questionnaire: Questionnaire, today: date) -> Organisation:
    try:
        editions = tuple(map(_edition, reversed(folders.all_editions(home))))
        begun = (home / folders.UNFINISHED).exists()
    except OSError as exc:
        return Organisation(home.name, home, (Unreadable(home, (exc.strerror or str(exc)).lower()),), None, "", None)
    name, unfinished = _unfinished(home / folders.UNFINISHED, questionnaire, today) if begun else ("", None)
    newest = _newest(editions)
    return Organisation(newest.organisation if newest else name or home.name, home, editions, newest,
                        _review(newest, today), unfinished)


def _of_one_edition(folder: Path, today: date) -> Organisation:
    """The organisation of an edition, with that edition alone; those beside it say whether it is the newest."""
    shown = _edition(folder)
    if isinstance(shown, Unreadable):
        return Organisation(folder.parent.name, folder.parent, (shown,), None, "", None)
    newest = _newest((shown, *(item for item in map(_edition, folders.editions(folder.parent))
                               if isinstance(item, EditionStatus) and item.organisation == shown.organisation)))
    return Organisation(shown.organisation, folder.parent, (shown,), newest, _review(newest, today), None)


def _newest(editions: tuple[EditionStatus | Unreadable, ...]) -> EditionStatus | None:
    return max((item for item in editions if isinstance(item, EditionStatus)), key=lambda item: item.number,
               default=None)


def _review(newest: EditionStatus | None, today: date) -> ReviewState:
    if newest is None:
        return ""
    return "overdue" if newest.review_due < today else "due" if newest.review_due <= today + SOON else "later"


# ---- files -------------------------------------------------------------------------------------------------------


def _edition(folder: Path) -> EditionStatus | Unreadable:
    if not (folder / "pack.json").exists():
        return Unreadable(folder, LOST_RECORD)
    try:
        record = edition.read_edition(folder).record
    except OutputError as exc:
        return Unreadable(folder, exc.problems[0].message.removeprefix("cannot be read: ").partition(": ")[0],
                          exc.problems)
    about, review = record.edition, record.review
    return EditionStatus(folder, record.organisation, about.number, about.date, about.status or "", about.review_due,
                         tuple(item.question for item in record.decisions_open),
                         tuple(item.clause for item in review.undecided) if review else (),
                         approved_on=about.approved_on or None, because=about.approved_because or "")


def _unfinished(file: Path, questionnaire: Questionnaire, today: date) -> tuple[str, Unfinished]:
    """The organisation's name in unfinished answers, empty for none, and how far the answers are."""
    try:
        saved = drafts.read_saved_draft(file, questionnaire)
    except (AnswersError, OutputError) as exc:
        first = exc.problems[0]
        line = first.place.line  # the message may hold what somebody answered
        problem = f"see its line {line}" if line else first.message
        damage = error(f"this file is damaged: {problem.removeprefix('this file is damaged: ')}", Place(str(file)),
                       "It holds unfinished answers. Correct it, or delete it to begin again.")
        return "", Unfinished(file, 0, 0, problem, (damage,) if isinstance(exc, OutputError) else exc.problems)
    here = QuestionPath.begin(questionnaire, saved.said, today, saved.progress)
    return saved.said.get(drafts.NAME, ""), Unfinished(file, here.answered, len(here.asked), "")


def _with_details(organisation: Organisation, library: Callable[[], Library] | None, book: LawBook | None,
                  today: date) -> Organisation:
    """The organisation with the forms and the law of its newest edition, if that is one of those shown."""
    newest = organisation.newest
    if newest is None or newest not in organisation.editions:
        return organisation
    detailed = replace(newest, forms=_forms(newest.folder, library) if library else None,
                       law=() if book is None else edition.read_edition(newest.folder).law_changes(book, today))
    editions = tuple(detailed if item == newest else item for item in organisation.editions)
    return replace(organisation, editions=editions, newest=detailed)


def _forms(folder: Path, library: Callable[[], Library]) -> FormCounts | None:
    """The forms of the people in an edition's register; where that is empty, of those in the last one before it."""
    if not any(map(has_register, folders.editions(folder.parent))):
        return None
    try:
        pack = edition.read_edition(folder)
        registers = [*earlier_entries(folder, pack), read_register(folder, pack).register.entries]
        given = [entries for entries in registers if entries]
        people = people_in(given[-1], library()) if given else []
        standings = form_standings(registers, pack, library(), people) if people else ()
    except (OutputError, AnswersError) as exc:
        return FormCounts(0, 0, exc.problems[0].message, exc.problems)
    if not given:
        return None
    settled = sum(one.settled is not None for one in standings)
    return FormCounts(settled, len(standings) - settled)

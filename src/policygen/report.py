"""What a person is shown in the terminal around a pack: progress, what was made, and how all packs stand.

In: `Step`, `Made`, `Organisation`, and the stream that it is for. Out: text as wide as the terminal, with what its
encoding can print; for a pipe and under NO_COLOR without escape codes. It decides nothing and asks nothing.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from io import StringIO
from pathlib import PurePosixPath
from time import monotonic
from typing import TextIO

from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.style import Style
from rich.table import Table
from rich.text import Text

from policygen.model import english
from policygen.batch import Outcome
from policygen.library.clauses import Library
from policygen.pack.edition import ClauseRecord, DocumentRecord, Edition
from policygen.pack.folders import LARGE
from policygen.signing.forms import FormsGiven
from policygen.signing.people import SHOWN
from policygen.signing.register import SHEET as REGISTER_SHEET
from policygen.signing.signed import Recorded
from policygen.pack.make import REMINDER, Made, Step
from policygen.review.news import REDLINE, News
from policygen.status import EditionStatus, FormCounts, Organisation, Unreadable, distance, review_in_words
from policygen.model.english import date_in_words

WIDEST = 100
"""Columns; longer lines are hard to read."""
_BLINK = 0.05
"""Seconds between two pictures of the progress line: to draw it takes longer than to print a form."""
_ROOMY = 78
"""Columns from which the table of all editions keeps its dates on one line."""
_GROUPS = {"": "Policy", "forms": "Forms", "sheets": "Sheets"}
_STATES = ("made", "unchanged", "failed")
_KEEP = "Keep this folder: the next review starts from it. Start policygen again then, and choose to review."
_FORMATS = {".docx": "Word", ".pdf": "PDF", ".html": "web page", ".txt": "text"}


class _Page(StringIO):
    """Keeps what is printed on it, and is to rich like the stream that it is for. rich's own way to keep it also
    writes an empty string to the stream, which fails where nobody can read."""

    def __init__(self, stream: TextIO):
        super().__init__()
        self._stream = stream

    @property
    def encoding(self) -> str:
        return self._stream.encoding

    def isatty(self) -> bool:
        return self._stream.isatty()


def _console(stream: TextIO, widest: int = WIDEST) -> Console:
    # Titles and questions are plain text: `[b]` and `:key:` stand for themselves.
    console = Console(file=stream, highlight=False, markup=False, emoji=False,
                      force_terminal=False if os.environ.get("NO_COLOR") else None)
    console.width = min(console.width, widest)
    return console


# ---- while it is made --------------------------------------------------------------------------------------------


@contextmanager
def progress(stream: TextIO, say: Callable[[str], None], what: str = "documents",
             still: bool = False) -> Iterator[Callable[[Step], None]]:
    """What hears of each step: in a terminal one line that moves and goes away, else a line for each stage; those
    also where everything is to be `still`."""
    console = _console(stream)
    if still or not console.is_terminal or console.is_dumb_terminal:
        yield lambda step: _stage(step, say, what)
        return
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
    from rich.table import Column

    words_column = TextColumn("{task.description}", markup=False, table_column=Column(no_wrap=True, overflow="ellipsis"))
    line = Progress(BarColumn(20), TimeRemainingColumn(compact=True), words_column, console=console, transient=True,
                    auto_refresh=False, redirect_stdout=False, redirect_stderr=False)
    shown = 0.0
    with line:
        task = line.add_task("", total=1)

        def hear(step: Step) -> None:
            nonlocal shown
            if monotonic() - shown < _BLINK and step.number not in (0, 1, step.of):
                return
            shown = monotonic()
            words = f"{step.number} of {step.of}: {step.words}" if step.number else step.words
            line.update(task, description=words, refresh=True,
                        **{"completed": step.number - 1, "total": step.of} if step.number else {})
        yield hear


def _stage(step: Step, say: Callable[[str], None], what: str) -> None:
    if step.number < 2:
        say(f"Writing {step.of} {what}" if step.number else step.words)


# ---- what was made -----------------------------------------------------------------------------------------------


def made(pack: Made, today: date, stream: TextIO, folder_follows: bool) -> str:
    """What was made and what to do next. The folder is its last line, unless that `folder_follows` from elsewhere."""
    page, stamp, news = _Page(stream), pack.stamp, _news(pack)
    console = _console(page)
    state = f"a draft until it is approved by {pack.governing_body}" if stamp.draft else "approved"
    console.print(Text(f"{len(pack.documents)} documents for {pack.organisation}", "bold"))
    console.print(f"Edition {stamp.number} of {date_in_words(stamp.date)}, {state}.\n"
                  f"Each document is there {_formats(pack)}.\n")
    console.print(Padding(_documents(pack), (0, 0, 1, 2)))
    if news:
        console.print(Text.assemble(("What has changed: ", "bold"), _changes(news), "\n"))
    console.print(Text.assemble(("Next review: ", "bold"), review_in_words(stamp.review_due, today), ".",
                                f" Open “{REMINDER}” to put it into your calendar."
                                if stamp.review_due > today else ""))
    if pack.decisions_open:
        console.print(Text("\nStill to decide", "bold"))
        console.print(_numbered(pack.decisions_open))
    console.print(Text("\nNext steps", "bold"))
    console.print(_numbered(_steps(pack)))
    link = Style(link=pack.folder.resolve().as_uri())
    console.print(Text("\nEverything is in this folder:", link + Style(bold=True)))
    if not folder_follows:
        console.print(Text(str(pack.folder), link), soft_wrap=True)
    return "\n" + _trimmed(page.getvalue())


def _news(pack: Made) -> News | None:
    """What a review has added; None for a pack that stands alone."""
    return pack.addition if isinstance(pack.addition, News) else None


def _changes(news: News) -> str:
    """How much has changed, and where it stands."""
    brief = news.documents[0].title
    if not news.changes:
        return f"nothing. “{brief}” says so for the minutes."
    count = len(news.changes)
    return f"{count} {'changes' if count != 1 else 'change'}. “{brief}” lists {'them' if count != 1 else 'it'} with the cause."


def _trimmed(text: str) -> str:
    """The text without the spaces that fill the lines of a table, and without empty lines before and after it."""
    return "\n".join(line.rstrip(" ") for line in text.split("\n")).strip("\n")


def _documents(pack: Made) -> Table:
    """The titles, by folder."""
    groups: dict[str, list[str]] = {}
    for document in pack.documents:
        folder = PurePosixPath(pack.files[document.id][0]).parent.name
        groups.setdefault(folder, []).append(document.title)
    table = Table.grid(padding=(0, 3, 0, 0))
    for folder, titles in groups.items():
        for number, title in enumerate(titles):
            table.add_row(Text(_GROUPS.get(folder, folder) if number == 0 else "", "bold"), title)
    return table


def _formats(pack: Made) -> str:
    """In what formats the documents are there."""
    paths = [PurePosixPath(path) for paths in pack.files.values() for path in paths]
    names = list(dict.fromkeys(_FORMATS[path.suffix] for path in paths))
    large = any(path.stem.endswith(LARGE) for path in paths)
    return f"as {english.listing(names)}{', and in large print' if large else ''}"


def _steps(pack: Made) -> list[str]:
    """What a person does next."""
    news = _news(pack)
    word = any(path.endswith(".docx") for paths in pack.files.values() for path in paths)
    if news and not (news.changes or pack.stamp.draft or news.approved_anew):
        return [f"Put “{pack.documents[0].title}” before {pack.governing_body}, and have it minuted that the policy "
                "stays as it is.",
                "Then start policygen again, choose to change answers, and give that day as the date of approval: the "
                "next review is counted from it.", _KEEP]
    first = pack.documents[0] if news else pack.documents[-1]
    adapt = (f"Read {_named(pack, first.title)}. Then adapt the "
             f"{'Word files: change whatever does not fit' if word else 'answers where something does not fit'}.")
    if not pack.stamp.draft:
        return [adapt, f"Have the forms signed again that “{first.title}” names." if news
                else "Have the forms signed.", _KEEP]
    return [adapt, f"{'Decide what is open, and have' if pack.decisions_open else 'Have'} the policy approved by "
                   f"{pack.governing_body}. Then start policygen again, choose to change answers, give "
                   f"{'what was open and ' if pack.decisions_open else ''}the date of approval, and make it again."
                   f"{' What you have changed in the Word files is kept.' if word else ''}"]


def _named(pack: Made, title: str) -> str:
    """What is to be read first, and the redline of the policy that goes with it."""
    redlines = [path.stem for path in map(PurePosixPath, pack.files[pack.documents[0].id])
                if path.stem.endswith(REDLINE) and path.parent.name == ""]
    return english.listing([f"“{title}”", *(f"“{name}”, which shows every word" for name in redlines)])


def _numbered(items: Iterable[str]) -> Table:
    table = Table.grid(padding=(0, 1, 0, 0))
    for number, item in enumerate(items, 1):
        table.add_row(f"  {number}.", item)
    return table


# ---- several packs -----------------------------------------------------------------------------------------------


def batched(outcomes: Sequence[Outcome], stream: TextIO) -> str:
    """What came of each answer file: names of files and reasons, no answers."""
    page = _Page(stream)
    console = _console(page)
    for outcome in outcomes:
        for reason in outcome.reasons:
            console.print(reason, soft_wrap=True)
    if any(outcome.reasons for outcome in outcomes):
        console.print()
    table = Table.grid(padding=(0, 2, 0, 0))
    for outcome in outcomes:
        table.add_row(Text(outcome.state, "bold" if outcome.state == "failed" else ""), outcome.path.name,
                      "" if outcome.folder is None else f"edition of {outcome.folder.name}")
    console.print(table)
    counts = [f"{sum(outcome.state == state for outcome in outcomes)} {state}" for state in _STATES]
    console.print(Text(f"\n{', '.join(counts)}.", "bold"))
    return "\n" + _trimmed(page.getvalue())


# ---- how everything stands ---------------------------------------------------------------------------------------


def overview(organisations: Sequence[Organisation], today: date, stream: TextIO) -> str:
    """A table of all editions and unfinished answers."""
    page = _Page(stream)
    console = _console(page)
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
    for heading, width in (("Organisation", None), ("Edition", 14), ("State", None), ("Next review", 17),
                           ("Decisions\nopen", 9)):
        table.add_column(heading, overflow="fold", width=width if console.width >= _ROOMY else None)
    for organisation in organisations:
        rows = [*_unfinished(organisation), *(_edition(item, organisation, today) for item in organisation.editions)]
        for number, row in enumerate(rows):
            table.add_row(organisation.name if number == 0 else "", *row, end_section=number == len(rows) - 1)
    console.print(table)
    if any(there and not there.problem for there in (organisation.unfinished for organisation in organisations)):
        console.print("\n`policygen new` carries on with unfinished answers.")
    for organisation in organisations:
        if organisation.newest and organisation.newest.law:
            newest = organisation.newest
            console.print(Text(f"\nLaw that has changed since edition {newest.number} of {organisation.name}", "bold"))
            for change in newest.law:
                console.print(Padding(f"{change.words[:1].upper()}{change.words[1:]}.", (0, 0, 0, 2)))
    if any(organisation.newest and (organisation.newest.law or organisation.review in ("due", "overdue"))
           for organisation in organisations):
        console.print("\n`policygen review FOLDER` makes the next edition, with the law of today.")
    return _trimmed(page.getvalue())


def _unfinished(organisation: Organisation) -> Iterator[tuple[str, ...]]:
    """The row of unfinished answers, if there are any."""
    if (there := organisation.unfinished) is None:
        return
    state = f"cannot be read: {there.problem}" if there.problem else (
        f"{there.answered} of about {there.about} answered")
    yield "unfinished answers", state, "", ""


def _edition(item: EditionStatus | Unreadable, organisation: Organisation, today: date) -> tuple[str | Text, ...]:
    """The row of one edition; a review that is due stands out."""
    if isinstance(item, Unreadable):
        return item.folder.name, f"cannot be read: {item.problem}", "", ""
    newest = organisation.newest
    due = Text(f"{distance(item.review_due, today)}\n{date_in_words(item.review_due)}",
               "" if organisation.review == "later" else "bold")
    review = due if item == newest else f"see edition {newest.number}"
    state = item.status or "not recorded"
    return (f"{item.number}, {item.made.day} {item.made:%b %Y}", f"{state}{_forms(item.forms)}", review,
            str(len(item.decisions_open) + len(item.undecided) or "none"))


def _forms(forms: FormCounts | None) -> str:
    """How the forms stand, as further lines of a cell; empty where nobody was given one."""
    if forms is None:
        return ""
    return "\nthe register cannot be read" if forms.problem else (
        f"\n{_counted(forms.signed, 'form')} signed\n{forms.outstanding:,} outstanding")


# ---- forms for people --------------------------------------------------------------------------------------------


def given(forms: FormsGiven, stream: TextIO) -> str:
    """What was printed for people, and what comes next."""
    page = _Page(stream)
    console = _console(page)
    if not forms.folder:
        console.print(f"Nobody has to sign: all {forms.settled} forms are signed, and their wording is the same.")
        return _trimmed(page.getvalue())
    count = sum(forms.forms.values())
    console.print(Text(f"{_counted(count, 'form')} for {_counted(forms.people, 'person', 'people')}", "bold"))
    table = Table.grid(padding=(0, 2, 0, 0))
    for title, number in forms.forms.items():
        table.add_row(Text(f"{number:>6,}"), title)
    console.print(table)
    if forms.reworded:
        console.print(f"{forms.reworded:,} of these must be signed again: the wording has changed.")
    if forms.settled:
        console.print(f"{_counted(forms.settled, 'form')} not printed: signed already, and the wording is the same.")
    console.print(f"\nAll are entered in {REGISTER_SHEET}. When forms come back, fill in “Signed on” there, or type "
                  "policygen signed.")
    return "\n" + _trimmed(page.getvalue())


def noted(done: Sequence[Recorded]) -> str:
    """What was noted, without names: this may be kept in a log."""
    lines = []
    for one in done:
        for entry in one.entries:
            about = ", ".join(filter(None, (SHOWN[entry.person.kind], entry.person.role)))
            told = "noted already" if one.again else "noted"
            day = date_in_words(entry.signed_on)
            lines.append(f"No. {entry.number} ({about}): {entry.title}, signed on {day}: {told}"
                         + (". The register writes the name otherwise." if one.forgiven else "."))
    return "\n".join(lines)


def _counted(number: int, noun: str, plural: str = "") -> str:
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


# ---- why a clause is in ------------------------------------------------------------------------------------------


def explained(edition: Edition, library: Library, wanted: str | None, stream: TextIO) -> str:
    """All clauses of an edition with their reasons, or all about the one with this number or id, from its `pack.json` and
    the clause library of today. Raises LookupError for a clause that the edition does not have."""
    page = _Page(stream)
    console = _console(page, widest=sys.maxsize)
    if wanted is None:
        for document in edition.record.documents:
            console.print(_clauses(document))
    else:
        document, clause = _clause(edition, wanted)
        console.print(_about(document, clause, library))
        console.print(f"\n{clause.text}")
    return page.getvalue().rstrip()


def _clauses(document: DocumentRecord) -> Table:
    numbered = any(clause.number for clause in document.clauses)
    table = Table(title=document.title, title_justify="left")
    for heading in ("No.", "Clause", "Why it is in") if numbered else ("Clause", "Why it is in"):
        table.add_column(heading, overflow="fold")
    for clause in document.clauses:
        cells = [f"{clause.title}\n({clause.id})", f"because {clause.because}"]
        table.add_row(*[clause.number] * numbered, *cells)
    return table


def _clause(edition: Edition, wanted: str) -> tuple[DocumentRecord, ClauseRecord]:
    for document in edition.record.documents:
        for clause in document.clauses:
            if wanted and wanted in (clause.number, clause.id):
                return document, clause
    raise LookupError(wanted)


def _about(document: DocumentRecord, clause: ClauseRecord, library: Library) -> Table:
    known = library.clauses.get(clause.id)
    lines = [
        ("Clause", f"{clause.number} {clause.title} ({clause.id})".strip()),
        ("Document", document.title),
        ("It is in because", clause.because),
        ("What it is for", known.because if known else "it is no longer in the clause library"),
        ("Rests on", "; ".join(f"{law.title}, {law.provision}" for identity in clause.law
                               if (law := library.law.laws.get(identity))) or "no particular law"),
        ("Carries", ", ".join(clause.covers) or "no point of the requirements"),
        ("Law checked on", str(library.law.checked)),
        ("File", known.place.file if known else "none"),
    ]
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    for label, value in lines:
        table.add_row(label, value)
    return table

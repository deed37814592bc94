"""What a person reads in the terminal: progress, what was made or printed, how all packs stand, why a clause is in.

In: `Step`, `Made`, `Organisation` and the like, and the stream that will show it. Out: text as wide as the terminal,
with letters that the stream can print, and no escape codes for a pipe or under NO_COLOR. It decides and asks nothing.
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
from typing import TYPE_CHECKING, TextIO

from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.style import Style
from rich.table import Table
from rich.text import Text

from policygen.batch import Outcome
from policygen.library.clauses import Library
from policygen.model.document import passages_of, untitled
from policygen.model.english import date_in_words, listing
from policygen.model.lines import text_of
from policygen.model.problems import OutputError, Step, command, wrapped
from policygen.pack.assembly import OWN_REASON
from policygen.pack.edition import ClauseRecord, DocumentRecord, Edition
from policygen.pack.folders import LARGE_PRINT
from policygen.pack.make import REMINDER, Made
from policygen.pack.selection import ALWAYS
from policygen.review.news import REDLINE, News
from policygen.signing.forms import FormsGiven
from policygen.signing.people import SHOWN
from policygen.signing.register import SHEET as REGISTER_SHEET
from policygen.signing.signed import Recorded
from policygen.status import EditionStatus, FormCounts, Organisation, Unreadable, distance, review_in_words

if TYPE_CHECKING:  # what records an approval reads Word files too
    from policygen.review.approval import Approved

WIDEST = 100
"""Columns; longer lines are hard to read."""
_REDRAW = 0.05
"""Least seconds between two drawings of the progress line: one takes longer than to print a form."""
_ROOMY = 78
"""Columns from which the table of all editions keeps its dates on one line."""
_GROUPS = {"": "Policy", "forms": "Forms", "sheets": "Sheets"}
_STATES = ("made", "unchanged", "failed")
_KEEP = "Keep this folder: the next review starts from it. Start policygen again then, and choose to review."
_FORMATS = {".docx": "Word", ".pdf": "PDF", ".html": "web page", ".txt": "text"}


def _console(stream: TextIO, widest: int = WIDEST) -> Console:
    # Titles and questions are plain text: `[b]` and `:key:` stand for themselves.
    console = Console(file=stream, highlight=False, markup=False, emoji=False,
                      force_terminal=False if os.environ.get("NO_COLOR") else None)
    console.width = min(console.width, widest)
    return console


class _Page(StringIO):
    """Collects what rich prints, and has the encoding and the kind of the stream that will show it. (rich's own way to
    collect text also writes an empty string to the stream, which fails where nobody can read.)"""

    encoding: str = ""

    def __init__(self, stream: TextIO, widest: int = WIDEST):
        super().__init__()
        self.encoding, self._stream = stream.encoding, stream
        self.console = _console(self, widest)
        self.print = self.console.print

    def isatty(self) -> bool:
        return self._stream.isatty()

    @property
    def text(self) -> str:
        """What was printed, without spaces at the ends of lines and without empty lines around it."""
        return "\n".join(line.rstrip(" ") for line in self.getvalue().split("\n")).strip("\n")


# ---- while it is made --------------------------------------------------------------------------------------------


@contextmanager
def progress(stream: TextIO, say: Callable[[str], None], what: str = "document",
             still: bool = False) -> Iterator[Callable[[Step], None]]:
    """A function that shows each step: in a terminal, on one line that changes and goes away in the end; elsewhere, and
    where no printed line may change because it is to be `still`, by a line for each stage. `what` is the name of one of
    the things that are written."""
    console = _console(stream)
    if still or not console.is_terminal or console.is_dumb_terminal:
        def say_stage(step: Step) -> None:
            if step.number < 2:
                say(f"Writing {_counted(step.of, what)}" if step.number else step.words)
        yield say_stage
        return
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
    from rich.table import Column

    words_column = TextColumn("{task.description}", markup=False,
                              table_column=Column(no_wrap=True, overflow="ellipsis"))
    line = Progress(BarColumn(20), TimeRemainingColumn(compact=True), words_column, console=console, transient=True,
                    auto_refresh=False, redirect_stdout=False, redirect_stderr=False)
    shown = 0.0
    with line:
        task = line.add_task("", total=1)

        def draw(step: Step) -> None:
            nonlocal shown
            if monotonic() - shown < _REDRAW and step.number not in (0, 1, step.of):
                return
            shown = monotonic()
            if step.number:
                line.update(task, description=f"{step.number} of {step.of}: {step.words}", refresh=True,
                            completed=step.number - 1, total=step.of)
            else:
                line.update(task, description=step.words, refresh=True)
        yield draw


# ---- what was made -----------------------------------------------------------------------------------------------


def made(pack: Made, today: date, stream: TextIO, folder_follows: bool) -> str:
    """What was made and what to do next. The folder is its last line, unless the caller prints it after this."""
    page, stamp = _Page(stream), pack.stamp
    news = pack.addition if isinstance(pack.addition, News) else None
    state = f"a draft until it is approved by {pack.governing_body}" if stamp.draft else "approved"
    page.print(Text(f"{len(pack.documents)} documents for {pack.organisation}", "bold"))
    page.print(f"Edition {stamp.number} of {date_in_words(stamp.date)}, {state}.\n"
               f"Each document is there {_formats(pack)}.\n")
    page.print(Padding(_titles(pack), (0, 0, 1, 2)))
    if news:
        page.print(Text.assemble(("What has changed: ", "bold"), _changes(news), "\n"))
    page.print(f"{pack.law_checked}\n")
    page.print(Text.assemble(("Next review: ", "bold"), review_in_words(stamp.review_due, today), ".",
                             f" Open “{REMINDER}” to put it into your calendar." if stamp.review_due > today else ""))
    if pack.decisions_open:
        page.print(Text("\nStill to decide", "bold"))
        page.print(_numbered(pack.decisions_open))
    page.print(Text("\nNext steps", "bold"))
    page.print(_numbered(_next_steps(pack, news)))
    link = Style(link=pack.folder.resolve().as_uri())
    page.print(Text("\nEverything is in this folder:", link + Style(bold=True)))
    if not folder_follows:
        page.print(Text(str(pack.folder), link), soft_wrap=True)
    return f"\n{page.text}"


def approved(done: Approved, today: date) -> str:
    """What was recorded about an approval, and what to do next."""
    return (f"\nEdition {done.number} of {done.organisation} was approved on {date_in_words(done.on)}. Its files say "
            f"so now; what they were before is kept in its folder, under “{done.kept}”.\n"
            f"Next review: {review_in_words(done.review_due, today)}. Open “{REMINDER}” again to put it into your "
            "calendar.\nHave the forms signed now, where that is not done yet.\n")


def _changes(news: News) -> str:
    """How much has changed, and which document says so."""
    brief, count = news.documents[0].title, len(news.changes)
    if not count:
        return f"nothing. “{brief}” says so for the minutes."
    return f"{_counted(count, 'change')}. “{brief}” lists {'them' if count != 1 else 'it'} with the cause."


def _titles(pack: Made) -> Table:
    """The titles of the documents, by folder."""
    groups: dict[str, list[str]] = {}
    for document in pack.documents:
        groups.setdefault(PurePosixPath(pack.files[document.id][0]).parent.name, []).append(document.title)
    table = Table.grid(padding=(0, 3, 0, 0))
    for folder, titles in groups.items():
        for number, title in enumerate(titles):
            table.add_row(Text(_GROUPS.get(folder, folder) if number == 0 else "", "bold"), title)
    return table


def _formats(pack: Made) -> str:
    paths = [PurePosixPath(path) for paths in pack.files.values() for path in paths]
    names = list(dict.fromkeys(_FORMATS[path.suffix] for path in paths))
    large = ", and in large print" if any(path.stem.endswith(LARGE_PRINT) for path in paths) else ""
    return f"as {listing(names)}{large}"


def _next_steps(pack: Made, news: News | None) -> list[str]:
    """What a person does next."""
    word = any(path.endswith(".docx") for paths in pack.files.values() for path in paths)
    if news and not (news.changes or pack.stamp.draft or news.approved_anew):
        return [f"Put “{pack.documents[0].title}” before {pack.governing_body}, and have it minuted that the policy "
                "stays as it is.",
                "Then start policygen again, and choose to record the approval: the next review is counted from that "
                "day.", _KEEP]
    first = pack.documents[0] if news else pack.documents[-1]
    redlines = [path.stem for path in map(PurePosixPath, pack.files[pack.documents[0].id])
                if path.stem.endswith(REDLINE) and path.parent.name == ""]
    read = listing([f"“{first.title}”", *(f"“{name}”, which shows every word" for name in redlines)])
    adapt = (f"Read {read}. Then adapt the "
             f"{'Word files: change whatever does not fit' if word else 'answers where something does not fit'}.")
    if not pack.stamp.draft:
        return [adapt, f"Have the forms signed again that “{first.title}” names." if news
                else "Have the forms signed.", _KEEP]
    decide = ("Decide what is open. Then start policygen again, choose to change answers, and make the next edition."
              f"{' What you have changed in the Word files is kept.' if word else ''}")
    return [adapt, *[decide] * bool(pack.decisions_open),
            f"Have {'that edition' if pack.decisions_open else 'the policy'} approved by {pack.governing_body}. Then "
            "start policygen again, and choose to record the approval: the words stay, and the files lose DRAFT."]


def _numbered(items: Iterable[str]) -> Table:
    table = Table.grid(padding=(0, 1, 0, 0))
    for number, item in enumerate(items, 1):
        table.add_row(f"  {number}.", item)
    return table


def _counted(number: int, noun: str, plural: str = "") -> str:
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def batched(outcomes: Sequence[Outcome], stream: TextIO) -> str:
    """What came of each answer file: names of files and reasons, no answers."""
    page = _Page(stream)
    for outcome in outcomes:
        for reason in outcome.reasons:
            page.print("\n".join(wrapped(reason)) if stream.isatty() else reason, soft_wrap=True)
    if any(outcome.reasons for outcome in outcomes):
        page.print()
    table = Table.grid(padding=(0, 2, 0, 0))
    for outcome in outcomes:
        table.add_row(Text(outcome.state, "bold" if outcome.state == "failed" else ""), outcome.path.name,
                      "" if outcome.folder is None else f"edition of {outcome.folder.name}")
    page.print(table)
    counts = [f"{sum(outcome.state == state for outcome in outcomes)} {state}" for state in _STATES]
    page.print(Text(f"\n{', '.join(counts)}.", "bold"))
    return f"\n{page.text}"


# ---- how everything stands ---------------------------------------------------------------------------------------


def status_table(organisations: Sequence[Organisation], today: date, stream: TextIO,
                 law_checked: str = "") -> str:
    """All editions and unfinished answers, what to do about them, and when the law was checked."""
    page = _Page(stream)
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
    for heading, width in (("Organisation", None), ("Edition", 14), ("State", None), ("Next review", 17),
                           ("Decisions\nopen", 9)):
        table.add_column(heading, overflow="fold", width=width if page.console.width >= _ROOMY else None)
    for organisation in organisations:
        rows = [_edition_row(item, organisation, today) for item in organisation.editions]
        if begun := organisation.unfinished:
            rows.insert(0, ("unfinished answers", "cannot be read" if begun.problem else
                            f"{begun.answered} of about {begun.about} answered", "", ""))
        for number, row in enumerate(rows):
            table.add_row(organisation.name if number == 0 else "", *row, end_section=number == len(rows) - 1)
    page.print(table)
    for begun in (one.unfinished for one in organisations):
        if begun and begun.problem:
            page.print(f"\nUnfinished answers cannot be read: {begun.problem}. Correct this file, or move it elsewhere "
                       "to begin again:")
            page.print(str(begun.file), soft_wrap=True)
    if any(one.unfinished and not one.unfinished.problem for one in organisations):
        page.print(f"\n`{command('new')}` carries on with unfinished answers.")
    for organisation in organisations:
        for item in organisation.editions:
            if isinstance(item, EditionStatus) and item.because:
                page.print(f"\nEdition {item.number} of {organisation.name} counts as approved before it was made: "
                           f"{item.because}")
        if (newest := organisation.newest) and newest.law:
            page.print(Text(f"\nLaw that has changed since edition {newest.number} of {organisation.name}", "bold"))
            for change in newest.law:
                page.print(Padding(f"{change.words[:1].upper()}{change.words[1:]}.", (0, 0, 0, 2)))
    if due := [one.newest.folder for one in organisations
               if one.newest and (one.newest.law or one.review in ("due", "overdue"))]:
        page.print("\nThis makes the next edition, with the law as it was last checked:")
        for folder in due:
            page.print(f"  {command('review', folder)}", soft_wrap=True)
    if law_checked:
        page.print(f"\n{law_checked}")
    return page.text


def _edition_row(item: EditionStatus | Unreadable, organisation: Organisation, today: date) -> tuple[str | Text, ...]:
    """The cells of one edition; a review that is due is bold."""
    if isinstance(item, Unreadable):
        return item.folder.name, f"cannot be read: {item.problem}", "", ""
    newest = organisation.newest
    review: str | Text = Text(f"{distance(item.review_due, today)}\n{date_in_words(item.review_due)}",
                              "" if organisation.review == "later" else "bold")
    if newest and item != newest:
        review = f"see edition {newest.number}"
    return (f"{item.number}, {item.made.day} {item.made:%b %Y}",
            f"{item.status or 'not recorded'}{_day(item.approved_on)}{_form_lines(item.forms)}", review,
            str(len(item.decisions_open) + len(item.undecided) or "none"))


def _day(approved_on: date | None) -> str:
    """A day as a further line of a cell; empty for none."""
    return f"\n{approved_on.day} {approved_on:%b %Y}" if approved_on else ""


def _form_lines(forms: FormCounts | None) -> str:
    """How many forms are signed, as further lines of a cell; empty where nobody was given one."""
    if forms is None:
        return ""
    return "\nthe register cannot be read" if forms.problem else (
        f"\n{_counted(forms.signed, 'form')} signed\n{forms.outstanding:,} outstanding")


# ---- forms for people --------------------------------------------------------------------------------------------


def forms_given(forms: FormsGiven, stream: TextIO) -> str:
    """What was printed for people, and what comes next."""
    page = _Page(stream)
    if not forms.folder:
        page.print(f"Nobody has to sign: all {forms.settled} forms are signed, and their wording is the same.")
        return page.text
    count = sum(forms.forms.values())
    page.print(Text(f"{_counted(count, 'form')} for {_counted(forms.people, 'person', 'people')}", "bold"))
    table = Table.grid(padding=(0, 2, 0, 0))
    for title, number in forms.forms.items():
        table.add_row(Text(f"{number:>6,}"), title)
    page.print(table)
    if forms.reworded:
        page.print(f"{forms.reworded:,} of these must be signed again: the wording has changed.")
    if forms.settled:
        page.print(f"{_counted(forms.settled, 'form')} not printed: signed already, and the wording is the same.")
    page.print(f"\nAll are entered in {REGISTER_SHEET}. When forms come back, fill in “Signed on” there, or type")
    page.print(f"  {command('signed', forms.folder.parent.parent, 'NAME')}", soft_wrap=True)
    return f"\n{page.text}"


def signatures_recorded(done: Sequence[Recorded]) -> str:
    """What was entered in the register, without names: somebody may keep this in a log."""
    lines = []
    for one in done:
        for entry in one.entries:
            about = ", ".join(filter(None, (SHOWN[entry.person.kind], entry.person.role)))
            state = "noted already" if one.again else "noted"
            day = date_in_words(entry.signed_on) if entry.signed_on else ""
            lines.append(f"No. {entry.number} ({about}): {entry.title}, signed on {day}: {state}"
                         + (". The register writes the name otherwise." if one.forgiven else "."))
    return "\n".join(lines)


# ---- why a clause is in ------------------------------------------------------------------------------------------


def explained(edition: Edition, library: Library, wanted: str | None, stream: TextIO) -> str:
    """All clauses of an edition with their reasons, or all about the one with this number or id, from its record and
    the clause library of today. Raises LookupError for a clause that the edition does not have."""
    page = _Page(stream, widest=sys.maxsize)
    for document in edition.record.documents if wanted is None else ():
        numbered = any(clause.number for clause in document.clauses)
        table = Table(title=document.title, title_justify="left")
        for heading in ("No.", "Clause", "Why it is in") if numbered else ("Clause", "Why it is in"):
            table.add_column(heading, overflow="fold")
        for clause in document.clauses:
            table.add_row(*[clause.number] * numbered, f"{clause.title}\n({clause.id})",
                          f"because {clause.because}" if clause.because != ALWAYS else "")
        page.print(table)
    if wanted is not None:
        found = [(document, clause) for document in edition.record.documents for clause in document.clauses
                 if wanted and wanted in (clause.number, clause.id)]
        if not found:
            raise LookupError(wanted)
        document, clause = found[0]
        page.print(_about(document, clause, library))
        page.print(f"\n{_words_in_edition(edition, document, clause)}")
    return page.getvalue().rstrip()


def _words_in_edition(edition: Edition, document: DocumentRecord, clause: ClauseRecord) -> str:
    """The words of a clause as its document prints them. An older policygen kept only those of the library, in which
    a reference is the id of its target."""
    try:
        passages = {(one.id, passage.clause): passage for one in edition.documents for passage in passages_of(one)}
    except OutputError:
        return clause.text.replace("[[", "“").replace("]]", "”")
    return text_of(untitled(passages[document.id, clause.id]).blocks)


def _about(document: DocumentRecord, clause: ClauseRecord, library: Library) -> Table:
    known = library.clauses.get(clause.id)
    lines = [
        ("Clause", f"{clause.number} {clause.title} ({clause.id})".strip()),
        ("Document", document.title),
        *([("It is in because", clause.because)] if clause.because != ALWAYS else []),
        *([("What it is for", known.because if known else "it is no longer in the clause library")]
          if clause.because != OWN_REASON else []),
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

"""Print runs: copies of forms and sheets in, a folder of files out, whole or not at all.

One PDF for the printer, or a file for each copy. Nothing of it is in one place in memory: a run of thousands is written
as it is made.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from policygen.pack import private
from policygen.printing import masters
from policygen.model.document import Document
from policygen.formats.house import House
from policygen.printing.masters import Copy, Master
from policygen.model.problems import Step
from policygen.model.english import date_in_words

if TYPE_CHECKING:
    from policygen.printing.presswork import Prepared

FOLDER = "people"
"""Inside an edition: what was printed for people."""
STOCKS = "blank sheets"
"""Inside an edition: what was printed for nobody in particular."""
TOGETHER = "Forms to print.pdf"
COVER, _COVER_ID = "Cover list", "cover-list"
COLUMNS, BOXES = ("No.", "Name", "Form"), ("Given", "Signed")
_USUAL = ("8888", "Wilhelmina Featherstone")
"""A number and a name as the columns of a list in Word are made for; longer names have several lines."""
ROWS = 24
"""Rows of the cover list on a page; there is room for a few that need two lines."""
LONGEST = 60
"""Letters of a name in the name of a file."""


@dataclass(frozen=True, slots=True)
class Job:
    """One form for one person."""

    number: int
    """Of its entry in the register."""
    document: Document
    """Blank."""
    person: int
    """Which of the people it is for: those who stand together with the same number belong together."""
    known: Mapping[str, str]
    """What stands in its places, by what these hold: `name` at least."""


@dataclass(frozen=True, slots=True)
class Look:
    """How a run comes out."""

    formats: tuple[str, ...]
    duplex: bool = False
    """Printed on both sides: each person's set begins on a right-hand page."""
    separate: bool = False
    """A PDF for each form, instead of one for all; other formats have a file for each form anyway."""


@dataclass(frozen=True, slots=True)
class Printed:
    """What was printed for people."""

    folder: Path | None
    """None where there was nothing to print."""
    unreadable: tuple[int, ...]
    """The numbers of the forms in whose PDF letters are missing: no font of this machine has them."""


def print_run(jobs: Sequence[Job], edition: Path, day: date, look: Look, house: House,
              report: Callable[[Step], None]) -> Printed:
    """The forms, in order, with a list to tick off, in a new folder. Raises OutputError, and leaves no half of a run."""
    copies = list(_copies(jobs))
    organisation = next((job.document.organisation for job in jobs if job.document.organisation), "")
    lines = [(str(job.number), copy.words.get("name", ""), job.document.title) for job, copy in zip(jobs, copies)]
    title = " – ".join(filter(None, [f"Forms of {date_in_words(day)}", organisation]))
    steps = _Steps(len(copies) * len(look.formats), report)
    folder = _free(edition / FOLDER, day)
    with private.new_folder(folder) as half:
        for name in look.formats:
            if name != "pdf":
                _write_each(half, copies, name, house, steps)
            elif look.separate:
                _print_each(half, copies, house, steps)
                _print(half / f"{COVER}.pdf", _cover(lines, organisation, day), house, (COVER, organisation), steps)
            else:
                _print(half / TOGETHER, [*_cover(lines, organisation, day), *copies], house,
                       (title, organisation, look.duplex), steps)
        if "pdf" not in look.formats:
            name = look.formats[0]
            with private.new_file(half / f"{COVER}.{name}") as file:
                file.write(_whole_cover(lines, organisation, day, name, house))
    return Printed(folder, tuple(job.number for job, copy in zip(jobs, copies) if copy in steps.unreadable))


def print_stocks(blanks: Sequence[Document], copies: int, edition: Path, day: date, look: Look, house: House,
                 report: Callable[[Step], None]) -> Path:
    """The new folder in which the blank sheets are: for each document a PDF with so many numbered copies. Raises
    OutputError, and leaves no half of a run."""
    steps = _Steps(copies * len(blanks), report)
    folder = _free(edition / STOCKS, day)
    with private.new_folder(folder) as half:
        for blank in blanks:
            master = masters.of_form(blank, {})
            stock = [Copy(master, {masters.FOOT: masters.foot(blank, f"Sheet {number} of {copies}")}, "", f"{number}/",
                          f"Sheet {number}") for number in range(1, copies + 1)]
            _print(half / f"{blank.title}, {copies} copies.pdf", stock, house,
                   (blank.title, blank.organisation, look.duplex), steps)
    return folder


class _Steps:
    """Tells how far a run is."""

    def __init__(self, of: int, report: Callable[[Step], None]) -> None:
        self._of, self._report, self._done = of, report, 0
        self.unreadable: list[Copy] = []

    def hear_printed(self, one: Prepared) -> None:
        """A copy is in a PDF."""
        self.hear(one.copy)
        if not one.readable:
            self.unreadable.append(one.copy)

    def hear(self, copy: Copy) -> None:
        """A copy is done."""
        if copy.master.document.id != _COVER_ID:
            self._done += 1
            self._report(Step(copy.master.document.title, self._done, self._of))


def _free(home: Path, day: date) -> Path:
    """A new folder for a run of this day."""
    names = (day.isoformat() + (f"-{number}" if number > 1 else "") for number in count(1))
    return next(home / name for name in names if not (home / name).exists())


# ---- copies ------------------------------------------------------------------------------------------------------


def _copies(jobs: Sequence[Job]) -> Iterator[Copy]:
    """The forms as copies of a few masters: one for each form and each choice of what is known."""
    made: dict[tuple[str, frozenset[str]], Master] = {}
    before = None
    for job in jobs:
        known = {holds: masters.in_one_line(words) for holds, words in job.known.items()}
        key = job.document.id, frozenset(holds for holds, words in known.items() if words)
        if key not in made:
            made[key] = masters.of_form(job.document, known)
        words = known | {masters.FOOT: masters.foot(job.document, f"No. {job.number}")}
        yield Copy(made[key], {word: words[word] for word in made[key].places}, job.document.title, f"{job.number}/",
                   known["name"] if job.person != before else "")
        before = job.person


def _cover(lines: Sequence[tuple[str, ...]], organisation: str, day: date) -> Iterator[Copy]:
    """The pages of the list to tick off."""
    made: dict[int, Master] = {}
    pages = [lines[at:at + ROWS] for at in range(0, len(lines), ROWS)]
    for number, page in enumerate(pages, 1):
        if len(page) not in made:
            made[len(page)] = masters.of_list(_COVER_ID, COVER, organisation, COLUMNS, BOXES, len(page))
        words = _words_of(page, f"{date_in_words(day)}{masters.BETWEEN}List {number} of {len(pages)}")
        yield Copy(made[len(page)], words, "", "", COVER if number == 1 else "")


def _words_of(lines: Sequence[tuple[str, ...]], foot: str) -> dict[str, str]:
    """The words of a list by the names of its cells, and its foot."""
    return {masters.cell(row, column): words for row, line in enumerate(lines)
            for column, words in enumerate(line)} | {masters.FOOT: foot}


def _whole_cover(lines: Sequence[tuple[str, ...]], organisation: str, day: date, name: str, house: House) -> bytes:
    """The list to tick off in one of the formats that make pages of it themselves."""
    foot = date_in_words(day)
    if name != "docx":
        master = masters.of_list(_COVER_ID, COVER, organisation, COLUMNS, BOXES, len(lines))
        return _drawn(masters.filled(master, _words_of(lines, foot)), name, house)
    from policygen.printing import duplicates

    master = masters.of_list(_COVER_ID, COVER, organisation, COLUMNS, BOXES, 1)
    usual = (*_USUAL, max((title for *_, title in lines), key=len))
    one = _drawn(masters.filled(master, _words_of([usual], foot)), name, house)
    return duplicates.with_rows(one, lines)


# ---- files -------------------------------------------------------------------------------------------------------


def _print(path: Path, copies: Iterable[Copy], house: House, about: tuple, steps: _Steps) -> None:
    """Print copies as one PDF; `about` is its title, the organisation, and whether it is for both sides."""
    from policygen.printing.presswork import Compositor, print_together
    from policygen.printing.press import About

    with private.new_file(path) as file:
        print_together(Compositor(house).prepare(copies), file, About(*about), steps.hear_printed)


def _print_each(folder: Path, copies: Sequence[Copy], house: House, steps: _Steps) -> None:
    """A PDF for each copy."""
    from policygen.printing.presswork import Compositor, print_together
    from policygen.printing.press import About

    for name, one in zip(_file_names(copies), Compositor(house).prepare(copies)):
        document = one.copy.master.document
        about = About(f"{document.title} – {one.copy.words['name']}", document.organisation)
        with private.new_file(folder / f"{name}.pdf") as file:
            print_together([replace(one, copy=replace(one.copy, begins=one.copy.title))], file, about, lambda _: None)
        steps.hear_printed(one)


def _write_each(folder: Path, copies: Sequence[Copy], name: str, house: House, steps: _Steps) -> None:
    """A file for each copy in another format."""
    from policygen.printing.duplicates import Duplicator

    made: dict[Master, Duplicator] = {}
    for path, copy in zip(_file_names(copies), copies):
        if name != "docx":
            data = _drawn(masters.filled(copy.master, copy.words), name, house)
        else:
            if copy.master not in made:
                made[copy.master] = Duplicator(_drawn(copy.master.document, name, house), copy.master.stand_ins)
            data = made[copy.master].copy(copy.words)
        with private.new_file(folder / f"{path}.{name}") as file:
            file.write(data)
        steps.hear(copy)


def _drawn(document: Document, name: str, house: House) -> bytes:
    """The bytes of a document, which no review needs to recognise."""
    if name == "docx":
        from policygen.formats.word.writer import write_word_file

        return write_word_file(document, house)
    from policygen.pack import make as pipeline

    return pipeline.drawn(document, name, house, None)


def _file_names(copies: Sequence[Copy]) -> Iterator[str]:
    """Names for the files of copies, without their endings: in order, and such that every system takes them."""
    digits = len(str(len(copies)))
    for place, copy in enumerate(copies, 1):
        name = "".join(sign for sign in copy.words["name"] if unicodedata.category(sign)[0] in "LMN" or sign in " -'’")
        yield f"{place:0{digits}} {' '.join(name.split())[:LONGEST].strip()}, {copy.master.document.title}"

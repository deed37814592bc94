"""Print runs: blank forms and the values for each copy in, a new folder of files out, whole or not at all.

A run is one PDF for the printer, or a file for each copy. A form is laid out once, with placeholders, and then filled
many times. A copy whose values cannot be exchanged faithfully is laid out in full: one with a letter that the house's
typeface does not have, or with a value that does not fit its line and so is wrapped. A run of thousands is written as
it is made, and never all in memory. Who gets which form is decided elsewhere.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from itertools import count, islice
from pathlib import Path
from string import ascii_lowercase
from typing import TYPE_CHECKING, Literal

from policygen.formats.house import House
from policygen.model.document import (
    Document, Field, Fields, Inline, Passage, Section, Table, Text, every_block, map_fields, map_inlines,
    passages_of, table_description,
)
from policygen.model.english import date_in_words
from policygen.model.lines import text_of
from policygen.model.problems import Step
from policygen.pack import folders

if TYPE_CHECKING:
    from policygen.printing.pdf_pages import DrawnValue, DrawnValues, FormLayout

FOLDER = "people"
"""Inside an edition: what was printed for people."""
BLANK_FOLDER = "blank sheets"
"""Inside an edition: what was printed for nobody in particular."""
ONE_FILE = "Forms to print.pdf"
FOOT = "foot"
"""The name of the place at the foot of every page."""
BATCH = 250
"""Copies whose values are drawn together: enough to be quick, few enough not to need much memory."""
_BETWEEN = " · "
"""What stands between the line that names the edition and the number of a copy."""
_COVER, _COVER_ID = "Cover list", "cover-list"
_COLUMNS, _BOXES = ("No.", "Name", "Form"), ("Given", "Signed")
_TYPICAL = ("8888", "Wilhelmina Featherstone")
"""A number and a name that decide how wide the columns of a list in Word are; longer names take several lines."""
_ROWS = 24
"""Rows of the cover list on a page; there is room for a few that need two lines."""
_LONGEST = 60
"""Letters of a person's name in the name of a file."""
_SHORT_LABELS = {"name": "Name"}
"""A blank form asks for capitals because of people's handwriting; print needs none."""
_BOX = "☐"

PlaceKind = Literal["line", "cell", "foot"]


@dataclass(frozen=True, slots=True)
class PersonForm:
    """One form for one person."""

    number: int
    """Of its entry in the register."""
    document: Document
    """Blank."""
    person: int
    """Which of the people it is for; forms that follow each other with the same number belong together."""
    values: Mapping[str, str]
    """What is known of the person, by what the places of a form hold: `name` at least. Plain text; may be empty."""


@dataclass(frozen=True, slots=True)
class PrintOptions:
    formats: tuple[str, ...]
    duplex: bool = False
    """Printed on both sides: the forms of each person begin on a right-hand page."""
    separate: bool = False
    """A PDF for each form, instead of one for all; other formats have a file for each form anyway."""


@dataclass(frozen=True, slots=True)
class Printed:
    folder: Path | None
    """None where there was nothing to print."""
    unreadable: tuple[int, ...]
    """The numbers of the forms in whose PDF letters are missing: no font of this machine has them."""


@dataclass(frozen=True, slots=True, eq=False)
class FormTemplate:
    """A document with placeholders where the values of each copy go."""

    document: Document
    places: Mapping[str, PlaceKind]
    """Where each value goes, by the name of the place."""
    placeholders: Mapping[str, str]
    """What stands in the places, by their names."""


@dataclass(frozen=True, slots=True, eq=False)
class FormCopy:
    """A copy of a document that is to be printed."""

    template: FormTemplate
    values: Mapping[str, str]
    """What goes into the places, each in one line."""
    bookmark: str
    """The title of its own bookmark, where several copies make up a group; empty for none."""
    label: str
    """What the labels of its pages begin with; empty for Roman numbers."""
    group: str = ""
    """The title of the group of copies that begins with this one; empty in the middle of a group."""


def print_run(forms: Sequence[PersonForm], edition: Path, day: date, options: PrintOptions, house: House,
              report: Callable[[Step], None]) -> Printed:
    """The forms, in order, with a list to tick off, in a new folder. Raises OutputError, and leaves no half of a run.
    """
    copies = list(_copies_of(forms))
    organisation = next((form.document.organisation for form in forms if form.document.organisation), "")
    rows = [(str(form.number), copy.values.get("name", ""), form.document.title) for form, copy in zip(forms, copies)]
    title = " – ".join(filter(None, [f"Forms of {date_in_words(day)}", organisation]))
    done = _counted(len(copies) * len(options.formats), report)
    unreadable: list[FormCopy] = []
    folder = folders.free_folder(edition / FOLDER, day)
    with folders.new_folder(folder, private=True) as half:
        for name in options.formats:
            if name != "pdf":
                _write_each(half, copies, name, house, done)
            elif options.separate:
                for path, one in zip(_file_names(copies), laid_out(copies, house)):
                    document = one.copy.template.document
                    about = f"{document.title} – {one.copy.values['name']}", document.organisation, False
                    unreadable += _write_pdf(half / f"{path}.pdf", [one], about, done, document.title)
                _write_pdf(half / f"{_COVER}.pdf", laid_out(_cover_pages(rows, organisation, day), house),
                           (_COVER, organisation, False), done)
            else:
                everything = [*_cover_pages(rows, organisation, day), *copies]
                unreadable += _write_pdf(half / ONE_FILE, laid_out(everything, house),
                                         (title, organisation, options.duplex), done)
        if "pdf" not in options.formats:
            name = options.formats[0]
            with folders.new_file(half / f"{_COVER}.{name}", private=True) as file:
                file.write(_cover_in_one(rows, organisation, day, name, house))
    return Printed(folder, tuple(form.number for form, copy in zip(forms, copies) if copy in unreadable))


def print_blank_sheets(blanks: Sequence[Document], copies: int, edition: Path, day: date, options: PrintOptions,
                       house: House, report: Callable[[Step], None]) -> Path:
    """The new folder of the blank sheets: for each document a PDF with so many numbered copies. Raises OutputError, and
    leaves no half of a run."""
    done = _counted(copies * len(blanks), report)
    folder = folders.free_folder(edition / BLANK_FOLDER, day)
    with folders.new_folder(folder, private=True) as half:
        for blank in blanks:
            template = form_template(blank, {})
            sheets = [FormCopy(template, {FOOT: numbered_foot(blank, f"Sheet {number} of {copies}")}, "", f"{number}/",
                               f"Sheet {number}") for number in range(1, copies + 1)]
            _write_pdf(half / f"{blank.title}, {copies} copies.pdf", laid_out(sheets, house),
                       (blank.title, blank.organisation, options.duplex), done)
    return folder


def _counted(of: int, report: Callable[[Step], None]) -> Callable[[FormCopy], None]:
    """What reports each copy that is in its file."""
    numbers = count(1)

    def done(copy: FormCopy) -> None:
        if copy.template.document.id != _COVER_ID:
            report(Step(copy.template.document.title, next(numbers), of))

    return done


# ---- templates and their copies ----------------------------------------------------------------------------------


def with_values(document: Document, values: Mapping[str, str]) -> Document:
    """The form with values in its places, by what these hold; an empty value leaves its place blank."""
    def fill(field: Field) -> Field:
        if not (value := values.get(field.holds)):
            return field
        return replace(field, value=value, label=_SHORT_LABELS.get(field.holds, field.label))

    return _each_passage(document, lambda passage: replace(passage, blocks=map_fields(passage.blocks, fill)))


def numbered_foot(blank: Document, number: str) -> str:
    """The line at the foot of a copy with its number, such as `No. 17`."""
    return _BETWEEN.join(filter(None, [blank.edition_line, number]))


def in_one_line(text: str) -> str:
    """A value as it stands in print: a line break or several spaces become one space."""
    return re.sub(r"[ \t\r\n\f\v]+", " ", text).strip(" ")


def form_template(blank: Document, values: Mapping[str, str]) -> FormTemplate:
    """The template of a form on which those values are filled in that are not empty, and the line at the foot."""
    prefix = _unused_prefix([blank.title, blank.organisation, *(text_of(one.blocks) for one in passages_of(blank))])
    document = with_values(blank, {holds: f"{prefix}{holds}" for holds, value in values.items() if value})
    places: dict[str, PlaceKind] = {
        field.holds: "line" for passage in passages_of(document) for block in every_block(passage.blocks)
        if isinstance(block, Fields) for field in block.fields if field.value}
    places[FOOT] = "foot"
    return FormTemplate(replace(document, edition_line=f"{prefix}{FOOT}"), places,
                        {place: f"{prefix}{place}" for place in places})


def filled(template: FormTemplate, values: Mapping[str, str]) -> Document:
    """The template's document with values instead of the placeholders."""
    given = {template.placeholders[place]: value for place, value in values.items()}

    def fill(field: Field) -> Field:
        return replace(field, value=given.get(field.value, field.value))

    def change(inline: Inline) -> Inline:
        return Text(given[inline.text], inline.style) if isinstance(inline, Text) and inline.text in given else inline

    foot = template.document.edition_line
    return replace(_each_passage(template.document, lambda passage: replace(
        passage, blocks=map_inlines(map_fields(passage.blocks, fill), change))), edition_line=given.get(foot, foot))


def _each_passage(document: Document, change: Callable[[Passage], Passage]) -> Document:
    return replace(document, sections=tuple(replace(section, passages=tuple(map(change, section.passages)))
                                            for section in document.sections))


def _unused_prefix(texts: Iterable[str]) -> str:
    """What all placeholders of a document begin with: letters that are nowhere among its own."""
    taken = "\n".join(texts)
    return next(prefix for many in count(1) if (prefix := "Xq" + "z" * many) not in taken)


def _copies_of(forms: Sequence[PersonForm]) -> Iterator[FormCopy]:
    """The forms as copies of a few templates: one for each form and each choice of values that are known."""
    made: dict[tuple[str, frozenset[str]], FormTemplate] = {}
    before = None
    for form in forms:
        values = {holds: in_one_line(value) for holds, value in form.values.items()}
        key = form.document.id, frozenset(holds for holds, value in values.items() if value)
        if key not in made:
            made[key] = form_template(form.document, values)
        everything = values | {FOOT: numbered_foot(form.document, f"No. {form.number}")}
        yield FormCopy(made[key], {place: everything[place] for place in made[key].places}, form.document.title,
                       f"{form.number}/", values["name"] if form.person != before else "")
        before = form.person


# ---- the list to tick off ----------------------------------------------------------------------------------------


@lru_cache(maxsize=4)  # the pages of a list are laid out once
def _list_template(organisation: str, rows: int) -> FormTemplate:
    """The template of one page of the list, with so many rows."""
    prefix = _unused_prefix([_COVER, organisation, *_COLUMNS, *_BOXES])
    placeholders = {_cell(row, at): f"{prefix}{_cell(row, at)}" for row in range(rows) for at in range(len(_COLUMNS))}
    places: dict[str, PlaceKind] = dict.fromkeys(placeholders, "cell")
    header = tuple((Text(heading),) for heading in (*_COLUMNS, *_BOXES))
    boxes = tuple((Text(_BOX),) for _ in _BOXES)
    lines = tuple((*((Text(placeholders[_cell(row, at)]),) for at in range(len(_COLUMNS))), *boxes)
                  for row in range(rows))
    table = Table(header, lines, table_description(header))
    section = Section(f"{_COVER_ID}-body", "", "", (Passage(f"{_COVER_ID}/rows", _COVER, "", (table,)),))
    foot = f"{prefix}{FOOT}"
    document = Document(_COVER_ID, "form", _COVER, organisation, "plain", (), (section,), foot, False)
    return FormTemplate(document, places | {FOOT: "foot"}, placeholders | {FOOT: foot})


def _cell(row: int, column: int) -> str:
    return f"{row}{ascii_lowercase[column]}"


def _list_values(rows: Sequence[tuple[str, ...]], foot: str) -> dict[str, str]:
    return {_cell(number, column): value for number, row in enumerate(rows)
            for column, value in enumerate(row)} | {FOOT: foot}


def _cover_pages(rows: Sequence[tuple[str, ...]], organisation: str, day: date) -> Iterator[FormCopy]:
    pages = [rows[at:at + _ROWS] for at in range(0, len(rows), _ROWS)]
    for number, page in enumerate(pages, 1):
        values = _list_values(page, f"{date_in_words(day)}{_BETWEEN}List {number} of {len(pages)}")
        yield FormCopy(_list_template(organisation, len(page)), values, "", "", _COVER if number == 1 else "")


def _cover_in_one(rows: Sequence[tuple[str, ...]], organisation: str, day: date, name: str, house: House) -> bytes:
    """The whole list in a format whose files are divided into pages by the program that opens them."""
    from policygen.printing.word_copies import with_rows

    typical = (*_TYPICAL, max((title for *_, title in rows), key=len))
    shown = rows if name != "docx" else [typical]
    whole = filled(_list_template(organisation, len(shown)), _list_values(shown, date_in_words(day)))
    data = _written(whole, name, house)
    return data if name != "docx" else with_rows(data, rows)


# ---- PDF ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _LaidOutCopy:
    """A copy that can be written to a PDF."""

    copy: FormCopy
    layout: FormLayout
    values: Mapping[str, DrawnValue]
    """For the places of the layout."""
    drawn: DrawnValues | None
    """Where the values are from; None for a copy that was laid out in full."""
    readable: bool = True
    """Whether the machine has a font for each of its letters."""


def _write_pdf(path: Path, copies: Iterable[_LaidOutCopy], about: tuple[str, str, bool],
               done: Callable[[FormCopy], None], group: str = "") -> list[FormCopy]:
    """Write copies to one file; `about` is its title, its author, and whether it is for printing on both sides. Each
    copy is in a group of its own with `group`. Returns the copies in which letters are missing."""
    from policygen.printing.pdf_file import PdfFile

    unreadable = []
    with folders.new_file(path, private=True) as file:
        pdf_file = PdfFile(file, *about)
        for one in copies:
            if title := group or one.copy.group:
                pdf_file.begin_group(title)
            pdf_file.add(one.layout, one.copy.bookmark, one.copy.label, one.values, one.drawn)
            unreadable += [] if one.readable else [one.copy]
            done(one.copy)
        pdf_file.close()
    return unreadable


def laid_out(copies: Iterable[FormCopy], house: House) -> Iterator[_LaidOutCopy]:
    """The copies, in order, each with its layout; a template is laid out once, when it is first needed."""
    from policygen.formats import pdf
    from policygen.printing.pdf_pages import form_layout

    letters, waiting = pdf.letters(house), iter(copies)
    layouts: dict[FormTemplate, FormLayout | None] = {}
    while batch := list(islice(waiting, BATCH)):
        alike: dict[tuple[str, str], list[FormCopy]] = defaultdict(list)
        for copy in batch:
            alike[_appearance(copy)].append(copy)
        drawn = {key: _drawn(some, layouts, letters, house) for key, some in alike.items()}
        for copy in batch:
            there, places = drawn[_appearance(copy)], copy.template.places
            if copy.template not in layouts:
                layouts[copy.template] = _layout_of(copy.template, there, house)
            layout = layouts[copy.template]
            values = {place: value for place, kind in places.items()
                      if (value := there.values.get((kind, copy.values[place])))}
            if layout and all(place.name in values and values[place.name].fits(place) for place in layout.places):
                yield _LaidOutCopy(copy, layout, values, there)
                continue
            with pdf.missing_letters() as missing:
                data = pdf.write(filled(copy.template, copy.values), house, fillable=False)
            yield _LaidOutCopy(copy, form_layout(data, {}), {}, None, not missing)


def _appearance(copy: FormCopy) -> tuple[str, str]:
    """What the size of the letters on a document depends on."""
    return copy.template.document.kind, copy.template.document.layout


def _drawn(copies: Sequence[FormCopy], layouts: Mapping[FormTemplate, FormLayout | None], letters: frozenset[str],
           house: House) -> DrawnValues:
    """The values of some copies that look alike, and the placeholders of templates that are new, as WeasyPrint draws
    them."""
    from policygen.formats import pdf
    from policygen.printing.pdf_pages import drawn_values

    wanted: dict[str, set[str]] = defaultdict(set)
    for copy in copies:
        for place, kind in copy.template.places.items():
            if copy.values[place] and letters.issuperset(copy.values[place]):
                wanted[kind].add(copy.values[place])
    for template in {copy.template for copy in copies} - layouts.keys():
        for place, kind in template.places.items():
            wanted[kind].add(template.placeholders[place])
    values = {kind: sorted(some) for kind, some in sorted(wanted.items())}
    return drawn_values(pdf.words_page(copies[0].template.document, house, values), values)


def _layout_of(template: FormTemplate, drawn: DrawnValues, house: House) -> FormLayout | None:
    """The template, laid out; None where one of its places is not found on it."""
    from policygen.formats import pdf
    from policygen.printing.pdf_pages import form_layout

    placeholders = {place: value for place, kind in template.places.items()
                    if (value := drawn.values.get((kind, template.placeholders[place])))}
    if placeholders.keys() != template.places.keys():
        return None
    layout = form_layout(pdf.write(template.document, house, fillable=False), placeholders)
    return layout if {place.name for place in layout.places} == set(template.places) else None


# ---- other formats -----------------------------------------------------------------------------------------------


def _write_each(folder: Path, copies: Sequence[FormCopy], name: str, house: House,
                done: Callable[[FormCopy], None]) -> None:
    """A file for each copy in a format other than PDF."""
    from policygen.printing.word_copies import WordCopies

    made: dict[FormTemplate, WordCopies] = {}
    for path, copy in zip(_file_names(copies), copies):
        template = copy.template
        if name != "docx":
            data = _written(filled(template, copy.values), name, house)
        else:
            if template not in made:
                made[template] = WordCopies(_written(template.document, name, house), template.placeholders)
            data = made[template].copy(copy.values)
        with folders.new_file(folder / f"{path}.{name}", private=True) as file:
            file.write(data)
        done(copy)


def _written(document: Document, name: str, house: House) -> bytes:
    """The bytes of a document in a format other than PDF; a Word file carries nothing for a later review."""
    match name:
        case "docx":
            from policygen.formats.word.writer import write_word_file

            return write_word_file(document, house)
        case "html":
            from policygen.formats import html

            return html.screen(document, house).encode()
    from policygen.formats import text

    return text.write(document).encode()


def _file_names(copies: Sequence[FormCopy]) -> Iterator[str]:
    """Names for the files of copies, without their endings: in order, and such that every system takes them."""
    digits = len(str(len(copies)))
    for place, copy in enumerate(copies, 1):
        name = "".join(sign for sign in copy.values["name"] if unicodedata.category(sign)[0] in "LMN" or sign in " -'’")
        yield f"{place:0{digits}} {' '.join(name.split())[:_LONGEST].strip()}, {copy.template.document.title}"

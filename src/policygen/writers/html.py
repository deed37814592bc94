"""Write stage, HTML: one `Document` and the house folder in, one complete HTML page (str) out.

The page is what the PDF writer prints. Markup is built as a tree, so that every word of the model is escaped by
construction, once; the scaffold around it is `page.html`, the look is `print.css`, both in the house folder and open
to a designer. Nothing here chooses sizes, colours or fonts, and nothing touches the network.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from html import escape
from pathlib import Path
from string import Template
from urllib.parse import quote
from xml.etree.ElementTree import Element, SubElement, tostring

from policygen.document import (
    Blank, Block, Box, Document, Field, Fields, Heading, Inlines, Item, ItemList, LineBreak, Paragraph, Passage,
    Reference, Section, Table, Text, passages_of,
)
from policygen.errors import LibraryError, Place, error
from policygen.house import House
from policygen.writers.tables import TICK, is_filled_in, lies_on_its_side, widths, written_on

# What neither XML nor HTML may hold: control characters, halves of surrogate pairs, the two last code points.
ILLEGAL = re.compile("[^\t\n\r\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
RULES = {"line": 1, "lines": 3, "date": 1, "signature": 1, "tick": 0}
LONG_CONTENTS = 8
NUMBERED = ("numbered", "three_level", "lettered")
ROOM = {False: 162, True: 249}
"""From margin to margin, in millimetres: on an upright page, and on one that lies on its side."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What a block must know about the document it stands in."""

    document: Document
    targets: frozenset[str]
    """Ids that a cross reference can link to."""
    heading: int = 3
    """Level of a clause's own heading, or of one inside a clause: one below the nearest heading above it."""

    @property
    def numbered(self) -> bool:
        """Whether clause numbers are printed."""
        return self.document.layout in NUMBERED


def page(document: Document, house: House) -> str:
    """The whole page as HTML; raises LibraryError when the house folder's scaffold cannot be used."""
    words = {
        "language": "en-GB",
        "page_title": " – ".join(filter(None, [document.title, document.organisation])),
        "title": document.title,
        "organisation": document.organisation,
        "edition": document.edition_line,
        "draft": "DRAFT" if document.draft else "",
        "classes": f"{document.kind} {document.layout}" + (" sideways" if lies_on_its_side(document) else ""),
    }
    places = {name: escape(text) for name, text in words.items()}
    # An empty author would be written into the file's properties.
    places["author"] = f'<meta name="author" content="{places["organisation"]}">' if document.organisation else ""
    body = tostring(_body(document), encoding="unicode", method="html")
    return ILLEGAL.sub("", _fill(house.folder / "page.html", places | {"body": body}))


def _fill(scaffold: Path, places: dict[str, str]) -> str:
    """The scaffold with its places filled in; the values are HTML already."""
    try:
        return Template(scaffold.read_text(encoding="utf-8")).substitute(places)
    except OSError as reason:
        raise LibraryError(error(f"cannot read the page's scaffold: {reason.strerror}", Place(str(scaffold)),
                                 "Put page.html back into the house folder.")) from reason
    except (KeyError, ValueError) as reason:
        raise LibraryError(error(f"the scaffold has a $ that means nothing: {reason}", Place(str(scaffold)),
                                 f"Use {', '.join('$' + name for name in places)}; write $$ for a dollar sign."
                                 )) from reason


# ---- the document --------------------------------------------------------------------------------------------------


def _body(document: Document) -> Element:
    """The page's one `main` element: cover, contents, sections."""
    sections = {section.id for section in document.sections}
    setting = Setting(document, frozenset(sections | {passage.clause for passage in passages_of(document)}))
    main = Element("main")
    _cover(main, document, setting)
    if document.contents and document.layout != "short":
        _contents(main, document)
    for section in document.sections:
        if not section.cover:
            _section(main, section, setting, bullets=document.layout == "short")
    return main


def _cover(main: Element, document: Document, setting: Setting) -> None:
    """Appends title, organisation, DRAFT mark, document control and the sections of the first page."""
    header = SubElement(main, "header", {"class": "cover"})
    SubElement(header, "h1").text = document.title
    if document.organisation:
        SubElement(header, "p", {"class": "organisation"}).text = document.organisation
    if document.draft:
        SubElement(header, "p", {"class": "draft"}).text = "DRAFT"
    if document.control:
        table = SubElement(header, "table", {"class": "control", "aria-label": "Document control"})
        body = SubElement(table, "tbody")
        for label, value in document.control:
            row = SubElement(body, "tr")
            SubElement(row, "th", scope="row").text = label
            _inlines(SubElement(row, "td"), value, setting)
    for section in document.sections:
        if section.cover:
            _section(main, section, setting, bullets=False)


def _contents(main: Element, document: Document) -> None:
    """Appends the list of the sections that have a title; the style adds the page numbers."""
    listed = [section for section in document.sections if section.title and not section.cover]
    long = " long" if len(listed) > LONG_CONTENTS else ""
    nav = SubElement(main, "nav", {"class": f"contents{long}", "aria-label": "Contents"})
    SubElement(nav, "h2").text = "Contents"
    entries = SubElement(nav, "ol")
    for section in listed:
        entry = SubElement(entries, "li", {"data-target": _href(section.id)})
        _numbered_words(entry, section.number, "")
        SubElement(entry, "a", href=_href(section.id)).text = section.title


def _section(main: Element, section: Section, setting: Setting, bullets: bool) -> None:
    """Appends one section with its heading and passages."""
    kind = "box" if section.boxed else "section"
    here = SubElement(main, "section", {"class": kind, "id": section.id})
    if section.title:
        _numbered_words(SubElement(here, "h2"), section.number, section.title)
    else:
        setting = replace(setting, heading=2)
    group = SubElement(here, "ul", {"class": "passages"}) if bullets else here
    for passage in section.passages:
        _passage(group, passage, setting, "li" if bullets else "div")


def _passage(parent: Element, passage: Passage, setting: Setting, tag: str) -> None:
    """Appends one clause; a numbered one hangs its number in the margin, an annotated one ends with its note."""
    kind = "clause" if setting.numbered and passage.number else "passage"
    here = SubElement(parent, tag, {"class": kind, "id": passage.clause})
    match passage.blocks:
        case (*blocks, Box(note)) if setting.document.kind == "annotated":
            _blocks(here, tuple(blocks), setting)
            _blocks(SubElement(here, "div", {"class": "note", "role": "note"}), note, setting)
        case blocks:
            _blocks(here, blocks, setting)


# ---- blocks --------------------------------------------------------------------------------------------------------


def _blocks(parent: Element, blocks: tuple[Block, ...], setting: Setting) -> None:
    """Appends the blocks, in order."""
    for block in blocks:
        match block:
            case Paragraph(inlines, number):
                _paragraph(parent, number if setting.numbered else "", inlines, setting)
            case Heading(inlines, number):
                heading = SubElement(parent, f"h{setting.heading}", {"class": "title" if number else "inner"})
                _numbered_words(heading, number, "")
                _inlines(heading, inlines, setting)
                setting = replace(setting, heading=setting.heading + 1) if number else setting
            case ItemList(items, lettered):
                _list(parent, items, lettered, setting)
            case Table():
                _table(parent, block, setting)
            case Box(inner):
                _blocks(SubElement(parent, "div", {"class": "box", "role": "note"}), inner, setting)
            case Fields():
                _fields(parent, block)


def _paragraph(parent: Element, number: str, inlines: Inlines, setting: Setting) -> None:
    """Appends a paragraph, its number or label first."""
    here = SubElement(parent, "p")
    _numbered_words(here, number, "")
    _inlines(here, inlines, setting)


def _list(parent: Element, items: tuple[Item, ...], lettered: bool, setting: Setting) -> None:
    """Appends a list with the model's own labels.

    They are words, not markers of the style: a style's own count could come out differently, and WeasyPrint draws
    markers last, so that copied text and screen readers would get them out of order.
    """
    group = SubElement(parent, "ol" if lettered else "ul")
    for item in items:
        here = SubElement(group, "li")
        match item.blocks:
            case (Paragraph(inlines), *rest):
                _paragraph(here, item.label, inlines, setting)
                _blocks(here, tuple(rest), setting)
            case blocks:
                _paragraph(here, item.label, (), setting)
                _blocks(here, blocks, setting)


def _table(parent: Element, table: Table, setting: Setting) -> None:
    """Appends a table with column headers; one to fill in has its columns' widths and its tall rows marked."""
    here = SubElement(parent, "table", {"class": "data", "aria-label": table.description})
    filled_in = is_filled_in(table, setting.document)
    if filled_in:
        here.set("class", "data filled-in")
        room = ROOM[lies_on_its_side(setting.document)]
        columns = SubElement(here, "colgroup")
        for width in widths(table, room):
            SubElement(columns, "col", style=f"width: {width / room:.2%}")
    head = SubElement(SubElement(here, "thead"), "tr")
    for cell in table.header:
        _inlines(SubElement(head, "th", scope="col"), cell, setting)
    body = SubElement(here, "tbody")
    for row in table.rows:
        line = SubElement(body, "tr", {"class": "tall"} if filled_in and written_on(row) else {})
        for cell in row:
            _inlines(SubElement(line, "td"), cell, setting)


def _fields(parent: Element, group: Fields) -> None:
    """Appends a group of places to write on."""
    here = SubElement(parent, "div", {"class": "fields", "role": "group"})
    if group.title:
        here.set("aria-label", group.title)
        SubElement(here, "p", {"class": "fields-title"}).text = group.title
    for field in group.fields:
        _field(here, field)


def _field(parent: Element, field: Field) -> None:
    """Appends one place to write on: a label and its ruled lines, or a box and its label."""
    here = SubElement(parent, "p", {"class": f"field {field.kind}"})
    if field.kind == "tick":
        SubElement(here, "span", {"class": "tick-box"}).tail = " "
    SubElement(here, "span", {"class": "label"}).text = field.label
    for _ in range(RULES[field.kind]):
        _words(here, " ")
        if field.value:
            SubElement(here, "span", {"class": "rule given", "dir": "auto"}).text = field.value
        else:
            SubElement(here, "span", {"class": "rule"})


# ---- words ---------------------------------------------------------------------------------------------------------


def _inlines(parent: Element, inlines: Inlines, setting: Setting) -> None:
    """Appends a run of inlines."""
    for inline in inlines:
        match inline:
            case Text(text, "strong"):
                SubElement(parent, "strong").text = text
            case Text(text, "emphasis"):
                SubElement(parent, "em").text = text
            case Reference(target, text) if target in setting.targets and text:
                SubElement(parent, "a", href=_href(target)).text = text
            case Text(text) if TICK in text:
                _ticks(parent, text)
            case Text(text) | Reference(_, text):
                _words(parent, text)
            case LineBreak():
                SubElement(parent, "br")
            case Blank(label):
                SubElement(parent, "mark", {"class": "blank"}).text = f"[{label}]"


def _ticks(parent: Element, text: str) -> None:
    """Appends plain words with boxes to tick."""
    first, *rest = text.split(TICK)
    _words(parent, first)
    for words in rest:
        SubElement(parent, "span", {"class": "tick-sign"}).text = TICK
        _words(parent, words)


def _words(parent: Element, text: str) -> None:
    """Appends plain words: a tree keeps them on the element before, or on the parent when they come first."""
    if len(parent):
        parent[-1].tail = (parent[-1].tail or "") + text
    else:
        parent.text = (parent.text or "") + text


def _numbered_words(parent: Element, number: str, text: str) -> None:
    """Appends a number, if there is one, and the words behind it."""
    if number:
        SubElement(parent, "span", {"class": "number"}).text = number
        _words(parent, " ")
    _words(parent, text)


def _href(target: str) -> str:
    """The link to an id on the same page."""
    return "#" + quote(target)

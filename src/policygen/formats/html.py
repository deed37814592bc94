"""Write stage, HTML: one `Document` and the house folder in, one complete HTML page (str) out.

The page is what the PDF writer prints, and what people read in a browser. Markup is built as a tree, so that every word of the model is escaped by
construction, once; the scaffold around it is `page.html`, the look is `print.css`, both in the house folder and open
to a designer. Nothing here chooses sizes, colours or fonts, and nothing touches the network.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from html import escape
from pathlib import Path
from string import Template
from urllib.parse import quote
from xml.etree.ElementTree import Element, SubElement, tostring

from policygen.model.document import (
    Blank, Block, Box, Document, Field, Fields, Heading, Inlines, Item, ItemList, LineBreak, Paragraph, Passage,
    Reference, Section, Table, Text, passages_of, plain,
)
from policygen.model.problems import LibraryError, Place, error
from policygen.formats.house import House, Logo
from policygen.formats.tables import TICK, is_filled_in, lies_on_its_side, widths, written_on

# What neither XML nor HTML may hold: control characters, halves of surrogate pairs, the two last code points.
ILLEGAL = re.compile("[^\t\n\r\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
RULES = {"line": 1, "lines": 3, "date": 1, "signature": 1, "tick": 0}
LONG_CONTENTS = 8
NUMBERED = ("numbered", "three_level", "lettered")
ROOM = {False: 162, True: 249}
"""From margin to margin, in millimetres: on an upright page, and on one that lies on its side."""
ENLARGED = 1.7
"""How much larger the letters of large print are."""
LOGO = {True: (54, 22), False: (42, 15)}
"""The most room of a logo, in millimetres: on a policy, and on any other document."""
TOGETHER = 20
"""Lines that are laid out together: in longer runs, and in shorter ones, each takes more time."""
SHARPEST = 150
"""Pixels of a logo for an inch at least: a small picture stays small."""
FIELD = "field"
"""The scheme of the links that stand where something can be filled in on screen; the PDF writer makes fields of them."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What a block must know about the document it stands in."""

    document: Document
    targets: frozenset[str]
    """Ids that a cross reference can link to."""
    heading: int = 3
    """Level of a clause's own heading, or of one inside a clause: one below the nearest heading above it."""
    fillable: bool = False
    """Places to write on become links to `field:`."""
    large: bool = False
    screen: bool = False
    """Read in a browser: tables have captions, and scroll where they are too wide."""
    about: str = ""
    """What a box to tick in these words belongs to: the row and the column of a table."""

    @property
    def numbered(self) -> bool:
        """Whether clause numbers are printed."""
        return self.document.layout in NUMBERED


def page(document: Document, house: House, fillable: bool = False) -> str:
    """The whole page as HTML, for print; raises LibraryError when the house folder's scaffold cannot be used.

    `fillable` puts a link to `field:KIND?LABEL` where something can be filled in.
    """
    setting = Setting(document, _targets(document), fillable=fillable, large=house.large)
    return _scaffolded(document, house, _body(document, house, setting))


def words_page(document: Document, house: House, words: Mapping[str, Sequence[str]]) -> str:
    """One endless page, without anything else on it, that shows words as they would stand in the document: each on a
    line of its own, in order. The words are given by where they stand: `line` to write on, `cell` of a table, `foot`."""
    main = Element("main")
    for place, lines in words.items():
        for at in range(0, len(lines), TOGETHER):
            SubElement(main, "p", {"class": f"words {place}"}).text = "\n".join(
                ILLEGAL.sub("", line) for line in lines[at:at + TOGETHER])
    return _scaffolded(document, house, main, "words-page")


def _scaffolded(document: Document, house: House, body: Element, kind: str = "") -> str:
    """A whole page for print with this body; raises LibraryError when the house folder's scaffold cannot be used."""
    words = {
        "language": "en-GB",
        "page_title": _page_title(document),
        "document": document.id,
        "title": document.title,
        "organisation": document.organisation,
        "edition": document.edition_line,
        "draft": "DRAFT" if document.draft else "",
        "classes": " ".join(filter(None, [document.kind, document.layout, kind, "sideways" * lies_on_its_side(
            document, house.large)])),
    }
    places = {name: escape(text) for name, text in words.items()}
    # An empty author would be written into the file's properties.
    places["author"] = f'<meta name="author" content="{places["organisation"]}">' if document.organisation else ""
    places["look"] = _look(house)
    text = tostring(body, encoding="unicode", method="html")
    return ILLEGAL.sub("", _fill(house.folder / "page.html", places | {"body": text}))


def screen(document: Document, house: House) -> str:
    """The whole document as one HTML file for browsers, which needs no other; raises LibraryError when the house
    folder's `screen.html` or `screen.css` cannot be used."""
    setting = Setting(document, _targets(document), screen=True)
    places = {"language": "en-GB", "page_title": escape(_page_title(document)),
              "classes": escape(f"{document.kind} {document.layout} {house.typeface}"),
              "style": f"{colours(house)}\n{_read(house.folder / 'screen.css')}",
              "body": "\n".join(tostring(part, encoding="unicode", method="html")
                                for part in _landmarks(document, house, setting))}
    return ILLEGAL.sub("", _fill(house.folder / "screen.html", places))


def _landmarks(document: Document, house: House, setting: Setting) -> Iterator[Element]:
    """The parts of a page for browsers: what it is, its contents, its words, its edition."""
    header = Element("header", {"class": "cover"})
    if house.logo and document.organisation:
        kind = house.logo.kind + ("+xml" if house.logo.kind == "svg" else "")
        data = b64encode(house.logo.data).decode()
        SubElement(header, "img", {"class": "logo", "src": f"data:image/{kind};base64,{data}", "alt": ""})
    _title(header, document, setting)
    yield header
    if document.contents and document.layout != "short":
        navigation = Element("div")
        _contents(navigation, document)
        yield navigation[0]
    main = Element("main", {"id": "content", "tabindex": "-1"})
    for section in sorted(document.sections, key=lambda section: not section.cover):
        _section(main, section, setting, bullets=document.layout == "short" and not section.cover)
    yield main
    if document.edition_line:
        footer = Element("footer")
        SubElement(footer, "p").text = document.edition_line
        yield footer


def _page_title(document: Document) -> str:
    return " – ".join(filter(None, [document.title, document.organisation]))


def _look(house: House) -> str:
    """The head's lines that carry what the organisation chose."""
    sheets = [f"{house.typeface}.css"] + (["large.css"] if house.large else [])
    lines = [f'<link rel="stylesheet" href="{sheet}">' for sheet in sheets]
    return "\n".join([*lines, f"<style>{colours(house)}</style>"])


def colours(house: House) -> str:
    """The colours of a house as custom properties, for its style sheets."""
    return (f":root {{ --accent: {house.accent}; --tint: {house.tint}; --rule: {house.rule}; "
            f"--deep: {house.deep} }}")


def _targets(document: Document) -> frozenset[str]:
    """Every id that a link of the document can lead to."""
    return frozenset(section.id for section in document.sections) | {
        passage.clause for passage in passages_of(document)}


def _fill(scaffold: Path, places: dict[str, str]) -> str:
    """The scaffold with its places filled in; the values are HTML already."""
    try:
        return Template(_read(scaffold)).substitute(places)
    except (KeyError, ValueError) as reason:
        raise LibraryError(error(f"the scaffold has a $ that means nothing: {reason}", Place(str(scaffold)),
                                 f"Use {', '.join('$' + name for name in places)}; write $$ for a dollar sign."
                                 )) from reason


def _read(path: Path) -> str:
    """The text of a file of the house folder."""
    try:
        return path.read_text(encoding="utf-8")
    except OSError as reason:
        raise LibraryError(error(f"cannot read the page's scaffold: {reason.strerror}", Place(str(path)),
                                 f"Put {path.name} back into the house folder.")) from reason


# ---- the document --------------------------------------------------------------------------------------------------


def _body(document: Document, house: House, setting: Setting) -> Element:
    """The page's one `main` element: cover, contents, sections."""
    main = Element("main")
    _cover(main, document, house, setting)
    if document.contents and document.layout != "short":
        _contents(main, document)
    for section in document.sections:
        if not section.cover:
            _section(main, section, setting, bullets=document.layout == "short")
    return main


def _cover(main: Element, document: Document, house: House, setting: Setting) -> None:
    """Appends logo, title, organisation, DRAFT mark, document control and the sections of the first page."""
    header = SubElement(main, "header", {"class": "cover"})
    if house.logo and document.organisation:
        _logo(header, house.logo, document)
    _title(header, document, setting)
    for section in document.sections:
        if section.cover:
            _section(main, section, setting, bullets=False)


def _title(header: Element, document: Document, setting: Setting) -> None:
    """Appends title, organisation, DRAFT mark and document control."""
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


def _logo(header: Element, logo: Logo, document: Document) -> None:
    """Appends the logo as large as its room lets it be, never stretched.

    On a policy it is a picture with a description; on forms and sheets it only decorates what the name beside it says.
    """
    policy = document.kind in ("policy", "annotated")
    wide, high = LOGO[policy]
    scale = min(wide / logo.width, high / logo.height)
    if logo.kind != "svg":
        scale = min(scale, 25.4 / SHARPEST)
    size = f"width: {logo.width * scale:.2f}mm; height: {logo.height * scale:.2f}mm"
    if policy:
        SubElement(header, "img", {"class": "logo", "src": address(logo), "style": size,
                                   "alt": f"Logo of {document.organisation}"})
    else:
        SubElement(header, "span", {"class": "logo", "style": f"{size}; background-image: url({address(logo)})"})


def address(logo: Logo) -> str:
    """The address under which the page shows a logo; another logo has another one."""
    return f"logo:{sha256(logo.data).hexdigest()[:32]}"


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
                _fields(parent, block, setting)


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
    filled_in = is_filled_in(table, setting.document)
    if setting.large and not filled_in and len(table.header) > 2:
        _records(parent, table, setting)
        return
    if setting.screen:
        parent = SubElement(parent, "div", {"class": "scroll", "role": "region", "tabindex": "0",
                                            "aria-label": table.description})
    here = SubElement(parent, "table", {"class": "data", "aria-label": table.description})
    if setting.screen:
        del here.attrib["aria-label"]
        SubElement(here, "caption").text = table.description
    if filled_in:
        here.set("class", "data filled-in")
        room = ROOM[lies_on_its_side(setting.document, setting.large)] / (ENLARGED if setting.large else 1)
        columns = SubElement(here, "colgroup")
        for width in widths(table, room):
            SubElement(columns, "col", style=f"width: {width / room:.2%}")
    head = SubElement(SubElement(here, "thead"), "tr")
    for cell in table.header:
        _inlines(SubElement(head, "th", scope="col"), cell, setting)
    body = SubElement(here, "tbody")
    for number, row in enumerate(table.rows, 1):
        line = SubElement(body, "tr", {"class": "tall"} if filled_in and written_on(row) else {})
        name = plain(row[0]).strip() or f"row {number}"
        for heading, cell in zip(table.header, row, strict=True):
            about = f"{plain(heading)}, {name}" if cell is not row[0] else plain(heading)
            here = SubElement(line, "td")
            _inlines(here, cell, replace(setting, about=about))
            if filled_in and written_on(row) and setting.fillable and not plain(cell).strip():
                SubElement(here, "a", {"class": "cell", "href": _field_address("cell", about)})


def _records(parent: Element, table: Table, setting: Setting) -> None:
    """Appends the rows of a table one below the other, each cell behind its column's name: large letters leave columns
    no room."""
    group = SubElement(parent, "ul", {"class": "records"})
    for row in table.rows:
        here = SubElement(group, "li")
        for heading, cell in zip(table.header, row, strict=True):
            line = SubElement(here, "p")
            name = SubElement(line, "strong")
            _inlines(name, heading, setting)
            _words(name, ":")
            _words(line, " ")
            _inlines(line, cell, setting)


def _fields(parent: Element, group: Fields, setting: Setting) -> None:
    """Appends a group of places to write on."""
    here = SubElement(parent, "div", {"class": "fields", "role": "group"})
    if group.title:
        here.set("aria-label", group.title)
        SubElement(here, "p", {"class": "fields-title"}).text = group.title
    for field in group.fields:
        _field(here, field, f"{group.title}: {field.label}" if group.title else field.label, setting)


def _field(parent: Element, field: Field, description: str, setting: Setting) -> None:
    """Appends one place to write on: a label and its ruled lines, or a box and its label."""
    here = SubElement(parent, "p", {"class": f"field {field.kind}"})
    if field.kind == "tick":
        _place(here, "tick-box", "tick", description, setting).tail = " "
    SubElement(here, "span", {"class": "label"}).text = field.label
    rules = RULES[field.kind]
    for number in range(1, rules + 1):
        _words(here, " ")
        if field.value:
            SubElement(here, "span", {"class": "rule given", "dir": "auto"}).text = field.value
            continue
        _place(here, "rule", "line", description + (f", line {number} of {rules}" if rules > 1 else ""), setting)


def _place(parent: Element, look: str, kind: str, description: str, setting: Setting) -> Element:
    """Appends the place itself: something to see, or a link where a field shall be."""
    if setting.fillable:
        return SubElement(parent, "a", {"class": look, "href": _field_address(kind, description)})
    return SubElement(parent, "span", {"class": look})


def _field_address(kind: str, description: str) -> str:
    return f"{FIELD}:{kind}?{quote(' '.join(ILLEGAL.sub('', description).split()))}"


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
                _ticks(parent, text, setting)
            case Text(text) | Reference(_, text):
                _words(parent, text)
            case LineBreak():
                SubElement(parent, "br")
            case Blank(label):
                SubElement(parent, "mark", {"class": "blank"}).text = f"[{label}]"


def _ticks(parent: Element, text: str, setting: Setting) -> None:
    """Appends plain words with boxes to tick; a box belongs to the words before it, as in `Yes ☐ No ☐`, or where it
    begins a sentence, to those behind it."""
    pieces = text.split(TICK)
    labels = pieces[1:] if pieces[0].strip()[-1:] in ("", ".", ":", "?") else pieces
    _words(parent, pieces[0])
    for label, words in zip(labels, pieces[1:]):
        description = ": ".join(filter(None, [setting.about, label.strip(" .,;\n")]))
        _place(parent, "tick-sign", "sign", description, setting).text = TICK
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

"""Stage *write*, Word: a `Document` in, the bytes of a DOCX file out.

docxtpl fills in the house's frame (cover, header, footer), then the body is put in as elements with named styles, so
no word of the clause library ever passes through a template. The look is the frame's alone (`tools/make_frame.py`).
It does not select, number or check anything, and it touches no file but the frame. Same input, same bytes.
"""

from __future__ import annotations

import hashlib
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import count
from pathlib import Path
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile, ZipInfo

from docx.document import Document as WordFile
from docx.enum.section import WD_ORIENT
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement as Element
from docxtpl import DocxTemplate
from docxtpl.template import TemplateError

from policygen.document import (
    Blank, Block, Box, Document, Field, Fields, Heading, Inline, Inlines, ItemList, LineBreak, Paragraph, Passage,
    Reference, Section, Table, Text, inlines_of, plain,
)
from policygen.errors import LibraryError, Place, error
from policygen.house import House
from policygen.writers.tables import TICK, is_filled_in, lies_on_its_side, widths, written_on

BODY_MARK = "[BODY]"
"""The words of the frame's one paragraph that the body replaces."""
LONG_AGO = datetime(2000, 1, 1)
"""Stands in the properties as the day of making, so that no byte depends on the clock."""
NOT_XML = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
TWENTIETHS_PER_MM = 56.7
EMU_PER_TWENTIETH = 635
REMEDY = "Make the frame again with tools/make_frame.py, or undo the last change to it in Word."
GAP = "Gap"
CLAUSE_HEADING = "Clause Heading"
TEXT_STYLES = {"": "", "strong": "Strong", "emphasis": "Emphasis"}
SECTION_HEADINGS = {"numbered": "Heading 1", "three_level": "Heading 1", "lettered": "Lettered Heading",
                    "short": "Short Heading", "plain": "Heading 1 Plain"}
NUMBERED = ("numbered", "three_level", "lettered")


@dataclass(frozen=True, slots=True)
class Look:
    """The paragraph styles in one surrounding."""

    lead: str
    """A numbered paragraph; in the short edition a passage's first one."""
    text: str
    heading: str
    """A heading inside a clause."""
    note: str
    bullets: tuple[str, str]
    """Items of an outer list, items of a list inside it."""
    letters: tuple[str, str]
    further: tuple[str, str]
    """Further paragraphs of an item."""
    counts: bool = False
    """Lettered lists belong to the numbered paragraph above: its next number starts them again at (a)."""


CLAUSE = Look("Clause", "Clause Text", "Heading 2", "Clause Note", ("Clause Bullet", "Clause Bullet 2"),
              ("Lettered List", "Lettered List 2"), ("Clause List Text", "Clause List Text 2"), counts=True)
THREE_LEVEL = replace(CLAUSE, lead="Clause Paragraph", heading="Heading 3")
NO_PARAGRAPH_YET = replace(THREE_LEVEL, letters=("Loose Lettered List", "Loose Lettered List 2"))
"""Between a clause's heading and its first paragraph: letters of the clauses' own list would use up a 6.2.1."""
LETTERED = Look("Point", "Point Text", "Heading 2 Plain", "Note", ("Point Bullet", "Point Bullet 2"),
                ("Point Lettered List", "Point Lettered List 2"), ("Point List Text", "Point List Text 2"), counts=True)
BODY = Look("Body Text", "Body Text", "Heading 2 Plain", "Note", ("Bullet List", "Bullet List 2"),
            ("Body Lettered List", "Body Lettered List 2"), ("List Text", "List Text 2"))
SHORT = Look("Short Bullet", "List Text", "Heading 2 Plain", "Note", ("Bullet List 2", "Bullet List 2"),
             ("Body Lettered List 2", "Body Lettered List 2"), ("List Text 2", "List Text 2"))
BOX = Look("Box Text", "Box Text", "Box Heading", "Box Note", ("Box Bullet", "Box Bullet 2"),
           ("Box Lettered List", "Box Lettered List 2"), ("Box List Text", "Box List Text"))
SHORT_BOX = Look("Box Bullet", "Box List Text", "Box Heading", "Box Note", ("Box Bullet 2", "Box Bullet 2"),
                 ("Box Lettered List 2", "Box Lettered List 2"), ("Box List Text", "Box List Text"))
LOOKS = {"numbered": CLAUSE, "three_level": THREE_LEVEL, "lettered": LETTERED, "short": SHORT, "plain": BODY}


@dataclass(frozen=True, slots=True)
class Drawing:
    """What the parts of one body share while they are drawn."""

    document: Document
    word: WordFile
    """The frame, filled in; lists that start again are added to its numbering."""
    frame: Place
    targets: dict[str, tuple[str, str]]
    """Id of a section or clause to its bookmark and its number (empty for none)."""
    width: int
    """From margin to margin, in twentieths of a point."""
    used: Counter[str] = field(default_factory=Counter)
    """How many bookmarks each code has."""
    ids: Iterator[int] = field(default_factory=count)


def write(document: Document, house: House) -> bytes:
    """The bytes of the Word file; raises `LibraryError` when the house's `frame.docx` cannot be used."""
    frame = Place(str(house.folder / "frame.docx"))
    word = _filled_frame(document, frame)
    if not document.organisation:
        _drop_subtitle(word)
    if lies_on_its_side(document):
        _turn_page(word)
    if document.layout == "three_level":
        _number_headings(word)
    mark = _body_mark(word, frame)
    for element in _body(Drawing(document, word, frame, _targets(document), _room(word) // EMU_PER_TWENTIETH)):
        mark.addprevious(element)
    mark.getparent().remove(mark)
    _refuse_unknown_styles(word, frame)
    _set_properties(word, document)
    buffer = io.BytesIO()
    word.save(buffer)
    with ZipFile(buffer) as package:
        return packed({name: package.read(name) for name in package.namelist()})


def packed(parts: dict[str, bytes]) -> bytes:
    """A zip file of some parts, the same bytes whatever the clock, the system and the parts' order."""
    buffer = io.BytesIO()
    with ZipFile(buffer, "w") as package:
        for name in sorted(parts, key=lambda name: (name != "[Content_Types].xml", name)):
            entry = ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.create_system = 0
            entry.compress_type = ZIP_DEFLATED
            package.writestr(entry, parts[name], compresslevel=6)
    return buffer.getvalue()


# ---- the frame ---------------------------------------------------------------------------------------------------


class _Verbatim(str):
    """Words for the frame that come out as they are: docxtpl escapes `<`, but then turns `{_{` into `{{`."""

    def __html__(self) -> str:
        return escape(self).replace("{", "&#123;").replace("}", "&#125;").replace("%", "&#37;")


def _filled_frame(document: Document, frame: Place) -> WordFile:
    """The frame with its placeholders filled in: cover, header and footer."""
    values = {"title": document.title, "organisation": document.organisation, "edition_line": document.edition_line,
              "draft": "yes" if document.draft else ""}
    template = DocxTemplate(frame.file)
    try:
        unknown = sorted(template.get_undeclared_template_variables() - values.keys())
        if unknown:
            raise LibraryError(error(f"unknown placeholder in the Word frame: {', '.join(unknown)}", frame, REMEDY))
        template.render({name: _Verbatim(_clean(value)) for name, value in values.items()}, autoescape=True)
    except (PackageNotFoundError, BadZipFile, KeyError, OSError, SyntaxError) as reason:
        raise LibraryError(error("the Word frame is missing or is not a Word file", frame, REMEDY)) from reason
    except TemplateError as reason:
        raise LibraryError(error(f"a placeholder in the Word frame is wrong: {reason}", frame, REMEDY)) from reason
    # Not `get_docx()`: after rendering, that gives the frame as it was before.
    return template.docx


def _body_mark(word: WordFile, frame: Place) -> Element:
    # The last one: a document may be called `[BODY]`, and its title stands further up.
    marks = [paragraph._p for paragraph in word.paragraphs if paragraph.text == BODY_MARK]
    if not marks:
        raise LibraryError(error(f"the Word frame has no paragraph {BODY_MARK}", frame, REMEDY))
    return marks[-1]


def _room(word: WordFile) -> int:
    """From margin to margin."""
    page = word.sections[0]
    return page.page_width - page.left_margin - page.right_margin


def _drop_subtitle(word: WordFile) -> None:
    """Leave no empty line below the title where there is no organisation to name."""
    for paragraph in word.paragraphs:
        match paragraph.style.name:
            case "Title":
                paragraph._p.style = _style_id("Title Alone")
            case "Subtitle":
                paragraph._p.getparent().remove(paragraph._p)


def _turn_page(word: WordFile) -> None:
    """Lay the page on its side, and move the page number at the right end of the footer along."""
    page = word.sections[0]
    page.orientation, page.page_width, page.page_height = WD_ORIENT.LANDSCAPE, page.page_height, page.page_width
    for stop in word.styles.element.xpath('w:style[w:name/@w:val="footer"]/w:pPr/w:tabs/w:tab'):
        stop.set(qn("w:pos"), str(_room(word) // EMU_PER_TWENTIETH))


def _number_headings(word: WordFile) -> None:
    """Let the list give the number 6.2 to headings of clauses: a level of a list belongs to one style only."""
    for owner in word.part.numbering_part.element.iter(qn("w:pStyle")):
        if owner.get(qn("w:val")) == _style_id(CLAUSE.lead):
            owner.set(qn("w:val"), _style_id(CLAUSE_HEADING))


def _refuse_unknown_styles(word: WordFile, frame: Place) -> None:
    known = {style.get(qn("w:styleId")) for style in word.styles.element}
    used = {name.get(qn("w:val")) for tag in ("w:pStyle", "w:rStyle", "w:tblStyle")
            for name in word.element.body.iter(qn(tag))}
    if used - known:
        raise LibraryError(error(f"styles are missing in the Word frame: {', '.join(sorted(used - known))}", frame,
                                 REMEDY))


def _set_properties(word: WordFile, document: Document) -> None:
    properties = word.core_properties
    # Word allows 255 characters here. docxtpl escapes properties twice, so they are set after it has run.
    properties.title = _clean(document.title)[:255]
    if document.organisation:
        properties.author = properties.last_modified_by = _clean(document.organisation)[:255]
    properties.language = "en-GB"
    properties.created = properties.modified = LONG_AGO
    properties.revision = 1
    for empty in [element for element in properties._element if not element.text]:
        properties._element.remove(empty)


# ---- bookmarks ---------------------------------------------------------------------------------------------------


def _bookmark(owner: str, n: int) -> str:
    """The hidden bookmark of a clause's n-th paragraph from 1, or, with 0, of a section's heading.

    Word allows 40 letters, digits and underscores. Ids of other letters, and long ones, end in a hash.
    """
    code = owner.replace("/", "__").replace("-", "_")
    if len(code) > 28 or not re.fullmatch(r"[a-z0-9]+([-/][a-z0-9]+)*", owner):
        code = re.sub(r"[^A-Za-z0-9]", "_", owner)[:19] + "_" + hashlib.sha256(owner.encode()).hexdigest()[:8]
    return f"_pg_{code}_{n}"


def _targets(document: Document) -> dict[str, tuple[str, str]]:
    """What a reference can point to in this document: see `Drawing.targets`."""
    targets: dict[str, tuple[str, str]] = {}
    numbered = document.layout in NUMBERED
    for section in document.sections:
        heading = _bookmark(section.id, 0) if section.title else ""
        for passage in section.passages:
            if passage.blocks:
                first, bookmark = passage.blocks[0], _bookmark(passage.clause, 1)
                number = passage.number if numbered and isinstance(first, Paragraph | Heading) and first.number else ""
                targets.setdefault(passage.clause, (bookmark, number))
                heading = heading or bookmark
        if heading:
            number = section.number if numbered and section.title and not section.boxed else ""
            targets.setdefault(section.id, (heading, number))
    return targets


def _mark(elements: list[Element], owner: str, drawing: Drawing) -> list[Element]:
    """The elements, each paragraph and each table's first paragraph now holding a bookmark of its own."""
    for element in elements:
        paragraph = element if element.tag == qn("w:p") else next(element.iter(qn("w:p")))
        if paragraph.style != GAP:
            drawing.used[owner] += 1
            _enclose(paragraph, _bookmark(owner, drawing.used[owner]), drawing)
    return elements


def _enclose(paragraph: Element, name: str, drawing: Drawing) -> Element:
    at = next(drawing.ids)
    paragraph.insert(1, _w("bookmarkStart", id=at, name=name))
    paragraph.append(_w("bookmarkEnd", id=at))
    return paragraph


# ---- the body ----------------------------------------------------------------------------------------------------


def _body(drawing: Drawing) -> list[Element]:
    document = drawing.document
    elements = _control(document.control, drawing) if document.control else []
    for section in document.sections:
        if section.cover:
            elements += _section(section, drawing)
    rest = [section for section in document.sections if not section.cover]
    if document.contents and document.layout != "short":
        elements += _contents([section for section in rest if section.title])
    for section in rest:
        elements += _section(section, drawing)
    return elements


def _section(section: Section, drawing: Drawing) -> list[Element]:
    elements, layout = [], drawing.document.layout
    if section.title:
        style = ("Box Heading" if section.boxed else "Cover Heading" if section.cover
                 else SECTION_HEADINGS[layout] if section.number or layout == "short" else "Heading 1 Plain")
        heading = _paragraph(style, (Text(section.title),), drawing)
        elements.append(_enclose(heading, _bookmark(section.id, 0), drawing))
    look = _look(section, layout)
    for passage in section.passages:
        if isinstance(next(iter(passage.blocks), None), Fields):
            _stay_with_next(elements)
        elements += _mark(_passage(passage, look, drawing), passage.clause, drawing)
    return elements + [_gap()] if section.boxed else elements


def _look(section: Section, layout: str) -> Look:
    if section.boxed:
        return SHORT_BOX if layout == "short" and not section.cover else BOX
    unnumbered = section.cover or layout in NUMBERED and not section.number
    return BODY if unnumbered else LOOKS[layout]


def _passage(passage: Passage, look: Look, drawing: Drawing) -> list[Element]:
    """The blocks of a clause; in an annotated document the last one is a note."""
    match passage.blocks:
        case (*blocks, Box(note)) if drawing.document.kind == "annotated":
            elements = _blocks(blocks, look, drawing)
            _stay_with_next(elements)
            elements += [_paragraph(look.note, inlines, drawing) for inlines in inlines_of(note)]
            # Inside a box its own end will do.
            return elements if look.note == BOX.note else [*elements, _gap()]
    return _blocks(passage.blocks, look, drawing)


def _contents(sections: Sequence[Section]) -> list[Element]:
    """The list of sections, as a field that is filled in already, without page numbers: nothing in it can go stale."""
    entries = []
    for section in sections:
        number = [_run(f"{section.number}."), _w("r", _w("tab"))] if section.number else []
        link = _w("hyperlink", *number, _run(section.title), anchor=_bookmark(section.id, 0), history=1)
        entries.append(_p("toc 1", [link]))
    if not entries:
        return []
    entries[0][1:1] = _field_start(r'TOC \o "1-1" \n \h \z \u')
    entries[-1].append(_field_mark("end"))
    return [_p("TOC Heading", [_run("Contents")]), *entries]


def _blocks(blocks: Sequence[Block], look: Look, drawing: Drawing) -> list[Element]:
    elements: list[Element] = []
    restarted, lists = False, look
    for at, block in enumerate(blocks):
        # The words that lead up to a list or a form stay with it.
        if at and (isinstance(block, Fields) or isinstance(block, ItemList) and isinstance(blocks[at - 1], Paragraph)):
            _stay_with_next(elements)
        match block:
            case Paragraph(inlines, number):
                led = at == 0 if look in (SHORT, SHORT_BOX) else bool(number)
                elements.append(_paragraph(look.lead if led else look.text, inlines, drawing))
                restarted, lists = (look.counts, look) if led else (restarted, lists)
            case Heading(inlines, number):
                elements.append(_paragraph(CLAUSE_HEADING if number else look.heading, inlines, drawing))
                lists = NO_PARAGRAPH_YET if number else lists
            case ItemList(lettered=lettered):
                # Only the first lettered list below a clause's number starts again at (a) by itself.
                elements += _list(block, lists, 0, drawing, lettered and not restarted)
                restarted = restarted and not lettered
            case Table():
                elements += [_gap(), _table(block, drawing), _gap()]
            case Box(inner):
                elements += [*_blocks(inner, BOX, drawing), _gap()]
            case Fields():
                elements += _fields(block, drawing)
    return elements


def _paragraph(style: str, inlines: Inlines, drawing: Drawing) -> Element:
    return _p(style, _runs(inlines, drawing))


def _stay_with_next(elements: list[Element]) -> None:
    """Keep the last paragraph on the page of what follows; a table ends in a gap, which stays free."""
    if elements and elements[-1].style != GAP:
        elements[-1].get_or_add_pPr().get_or_add_keepNext()


def _gap() -> Element:
    """The small empty paragraph that ends a table or a box: Word would join it with the next one."""
    return _p(GAP, [])


# ---- lists -------------------------------------------------------------------------------------------------------


def _list(items: ItemList, look: Look, depth: int, drawing: Drawing, restart: bool) -> list[Element]:
    depth = min(depth, 1)
    label = (look.letters if items.lettered else look.bullets)[depth]
    started_again = _start_again(label, drawing) if restart else None
    elements: list[Element] = []
    for item in items.items:
        if item is items.items[-1]:  # it does not stand alone at the top of a page
            _stay_with_next(elements)
        for at, block in enumerate(item.blocks):
            match block:
                case Paragraph(inlines) if at == 0:
                    numbering = [_numbering(*started_again)] if started_again else []
                    elements.append(_p(label, _runs(inlines, drawing), *numbering))
                case Paragraph(inlines):
                    elements.append(_paragraph(look.further[depth], inlines, drawing))
                case ItemList(lettered=lettered):
                    elements += _list(block, look, depth + 1, drawing, lettered)
                case _:
                    elements += _blocks((block,), look, drawing)
    return elements


def _start_again(style: str, drawing: Drawing) -> tuple[int, int]:
    """A new list in the numbering that a style belongs to, starting at (a): its id and the style's level."""
    definition = drawing.word.styles.element.get_by_name(style)
    of_style = definition.pPr.numPr if definition is not None and definition.pPr is not None else None
    if of_style is None:
        raise LibraryError(error(f"the style {style} of the Word frame has no list", drawing.frame, REMEDY))
    numbering = drawing.word.part.numbering_part.element
    level = of_style.ilvl.val
    added = numbering.add_num(numbering.num_having_numId(of_style.numId.val).abstractNumId.val)
    added.add_lvlOverride(level).add_startOverride(1)
    return added.numId, level


def _numbering(number: int, level: int) -> Element:
    return _w("numPr", _w("ilvl", val=level), _w("numId", val=number))


# ---- tables ------------------------------------------------------------------------------------------------------


def _table(table: Table, drawing: Drawing) -> Element:
    whole = drawing.width / TWENTIETHS_PER_MM
    columns = [int(width * TWENTIETHS_PER_MM) for width in widths(table, whole)]
    filled_in = is_filled_in(table, drawing.document)
    header = _row([_cell(width, _paragraph("Table Heading", cell, drawing))
                   for width, cell in zip(columns, table.header, strict=True)], header=True)
    rows = [_row([_cell(width, _paragraph("Table Text", cell, drawing))
                  for width, cell in zip(columns, row, strict=True)],
                 height_mm=9.5 if filled_in and written_on(row) else 0) for row in table.rows]
    caption = ", ".join(plain(cell) for cell in table.header)
    return _grid("Form Table" if filled_in else "House Table", columns, [header, *rows], caption, table.description,
                 "firstRow")


def _control(control: Sequence[tuple[str, Inlines]], drawing: Drawing) -> list[Element]:
    widths = [int(drawing.width * 0.3), int(drawing.width * 0.7)]
    rows = [_row([_cell(widths[0], _p("Control Label", [_run(label)])),
                  _cell(widths[1], _paragraph("Control text", value, drawing))]) for label, value in control]
    return [_grid("House Control", widths, rows, "Document control", "What each line of the document control says.",
                  "firstColumn"), _gap()]


def _fields(fields: Fields, drawing: Drawing) -> list[Element]:
    """A group of places to write on, with its title: all styles here keep with the next line, down to the gap."""
    label, date = int(drawing.width * 0.3), int(drawing.width * 0.3)
    widths = [label, date, drawing.width - label - date]
    rows = [row for one in fields.fields for row in _field_rows(one, widths)]
    title = [_p("Fields Title", [_run(fields.title)])] if fields.title else []
    description = "Places to write on: " + ", ".join(one.label for one in fields.fields) + "."
    return [*title, _grid("House Form", widths, rows, fields.title or "To fill in", description, "firstColumn"), _gap()]


def _field_rows(one: Field, widths: list[int]) -> list[Element]:
    label, date, rest = widths
    if one.kind == "tick":
        words = [_run(TICK, "Tick Box"), _w("r", _w("tab")), _run(one.label)]
        return [_row([_cell(sum(widths), _p("Field Tick", words), span=3)], height_mm=9)]
    named = _cell(label, _p("Field Label", [_run(one.label)]))
    given = [_run(one.value)] if one.value else []
    if one.kind == "date":
        blank = [_cell(date, _p("Field Line", given)), _cell(rest, _p("Field Label", []))]
        return [_row([named, *blank], height_mm=9.5)]
    rows = [_row([named, _cell(date + rest, _p("Field Line", given), span=2)],
                 height_mm=12.1 if one.kind == "signature" else 9.5)]
    further = 2 if one.kind == "lines" else 0
    return rows + [_row([_cell(label, _p("Field Label", [])), _cell(date + rest, _p("Field Line", []), span=2)],
                        height_mm=9) for _ in range(further)]


def _grid(style: str, widths: Sequence[int], rows: list[Element], caption: str, description: str,
          marked: str) -> Element:
    """A table; `marked` says where its headings stand, for the style and for people who listen.

    `firstRow` or `firstColumn`.
    """
    looks = {"firstRow": 0, "lastRow": 0, "firstColumn": 0, "lastColumn": 0, "noHBand": 1, "noVBand": 1} | {marked: 1}
    properties = _w("tblPr", _w("tblStyle", val=_style_id(style)), _w("tblW", w=sum(widths), type="dxa"),
                    _w("tblLayout", type="fixed"),
                    _w("tblLook", val={"firstRow": "0620", "firstColumn": "0680"}[marked], **looks),
                    _w("tblCaption", val=_clean(caption)), _w("tblDescription", val=_clean(description)))
    return _w("tbl", properties, _w("tblGrid", *(_w("gridCol", w=width) for width in widths)), *rows)


def _row(cells: list[Element], height_mm: float = 0, header: bool = False) -> Element:
    properties = [_w("cantSplit")]
    if height_mm:
        properties.append(_w("trHeight", val=round(height_mm * TWENTIETHS_PER_MM), hRule="atLeast"))
    if header:
        properties.append(_w("tblHeader"))
    return _w("tr", _w("trPr", *properties), *cells)


def _cell(width: int, paragraph: Element, span: int = 1) -> Element:
    spanning = [_w("gridSpan", val=span)] if span > 1 else []
    return _w("tc", _w("tcPr", _w("tcW", w=width, type="dxa"), *spanning), paragraph)


# ---- words -------------------------------------------------------------------------------------------------------


def _runs(inlines: Inlines, drawing: Drawing) -> list[Element]:
    return [element for inline in inlines for element in _inline(inline, drawing)]


def _inline(inline: Inline, drawing: Drawing) -> list[Element]:
    match inline:
        case Text(text, style):
            return [_run(piece, "Tick Box" if piece == TICK else TEXT_STYLES[style])
                    for piece in re.split(f"({TICK})", text) if piece]
        case LineBreak():
            return [_w("r", _w("br"))]
        case Blank(label):
            return [_run(f"[{label}]", "Blank")]
        case Reference(target, text):
            return _reference(text, *drawing.targets.get(target, ("", "")))


def _reference(text: str, bookmark: str, number: str) -> list[Element]:
    """A reference's words; the number in them is a field that Word can renew."""
    before = text.removesuffix(number)
    # The number in full, `3(b)`, wherever the reference stands.
    if not bookmark:
        return [_run(text)]
    if number and before != text:
        return [*([_run(before)] if before else []), *_field_start(rf"REF {bookmark} \w \h"), _run(number),
                _field_mark("end")]
    return [_w("hyperlink", _run(text, "Hyperlink"), anchor=bookmark, history=1)]


def _field_start(instruction: str) -> list[Element]:
    words = _w("instrText")
    words.text = f" {instruction} "
    words.set(qn("xml:space"), "preserve")
    return [_field_mark("begin"), _w("r", words), _field_mark("separate")]


def _field_mark(kind: str) -> Element:
    return _w("r", _w("fldChar", fldCharType=kind))


def _run(text: str, style: str = "") -> Element:
    run = _w("r", *([_w("rPr", _w("rStyle", val=_style_id(style)))] if style else []))
    for piece in re.split("([\t\n])", _clean(text)):
        match piece:
            case "\t":
                run.append(_w("tab"))
            case "\n":
                run.append(_w("br"))
            case _ if piece:
                words = _w("t")
                words.text = piece
                words.set(qn("xml:space"), "preserve")
                run.append(words)
    return run


def _clean(text: str) -> str:
    """The text without the characters that no XML file may hold."""
    return NOT_XML.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def _p(style: str, content: list[Element], *properties: Element) -> Element:
    return _w("p", _w("pPr", _w("pStyle", val=_style_id(style)), *properties), *content)


def _style_id(name: str) -> str:
    """The frame names its styles so that the id is the name without spaces (`tools/make_frame.py`)."""
    return "".join(word[0].upper() + word[1:] for word in name.split())


def _w(tag: str, *children: Element, **attributes: str | int) -> Element:
    element = OxmlElement(f"w:{tag}", {qn(f"w:{name}"): str(value) for name, value in attributes.items()})
    element.extend(children)
    return element

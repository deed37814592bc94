"""The body of a Word file: a `Document` in its `BodyContext` in; paragraphs and tables with named styles out, in order.

It decides which style each block takes, what stays on one page with the next block, where lists start again, and what
can be filled in on screen. What the styles look like is the frame's matter.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from itertools import count, islice, pairwise, repeat

from policygen.formats.tables import (
    TICK, box_labels, boxes_lead, is_filled_in, widths, words_beside, written_on,
)
from policygen.formats.word.bookmarks import bookmark
from policygen.formats.word.xml import (
    Element, WordDocument, clean, field_mark, field_start, keep_with_next, p, qn, run, style_id, w, web_link,
)
from policygen.model.document import (
    Blank, Block, Box, Document, Field, Fields, Heading, Inlines, ItemList, LineBreak, ListLabels, Paragraph, Passage,
    Reference, Section, Table, Text, inlines_of, plain,
)
from policygen.model.problems import LibraryError, Place, error

NUMBERED_LAYOUTS = ("numbered", "three_level", "lettered")
CLAUSE_HEADING = "Clause Heading"
GAP, END = "Gap", "End"
"""The styles of the small empty paragraph after a table or a box, and of the one that ends the document."""
SECTION_HEADINGS = {"numbered": "Heading 1", "three_level": "Heading 1", "lettered": "Lettered Heading",
                    "short": "Short Heading", "plain": "Heading 1 Plain"}


@dataclass(frozen=True, slots=True)
class _BlockStyles:
    """The names of the paragraph styles that the blocks of one place take, such as a numbered clause or a box."""

    lead: str
    """A paragraph with a number; in the short edition the first one of a clause."""
    text: str
    heading: str
    """A heading inside a clause."""
    note: str
    bullets: tuple[str, str]
    """Items of an outer list, items of a list inside it."""
    letters: tuple[str, str]
    further: tuple[str, str]
    """Further paragraphs of an item."""
    letters_restart: bool = False
    """Whether the next number above a lettered list starts its letters again at (a)."""


CLAUSE = _BlockStyles(
    "Clause", "Clause Text", "Heading 2", "Clause Note", ("Clause Bullet", "Clause Bullet 2"),
    ("Lettered List", "Lettered List 2"), ("Clause List Text", "Clause List Text 2"), letters_restart=True)
THREE_LEVEL = replace(CLAUSE, lead="Clause Paragraph", heading="Heading 3")
BEFORE_FIRST_PARAGRAPH = replace(THREE_LEVEL, letters=("Loose Lettered List", "Loose Lettered List 2"))
"""Between a clause's heading and its first paragraph: letters of the clauses' own list would use up a 6.2.1."""
LETTERED = _BlockStyles(
    "Point", "Point Text", "Heading 2 Plain", "Note", ("Point Bullet", "Point Bullet 2"),
    ("Point Lettered List", "Point Lettered List 2"), ("Point List Text", "Point List Text 2"), letters_restart=True)
BODY = _BlockStyles(
    "Body Text", "Body Text", "Heading 2 Plain", "Note", ("Bullet List", "Bullet List 2"),
    ("Body Lettered List", "Body Lettered List 2"), ("List Text", "List Text 2"))
SHORT = _BlockStyles(
    "Short Bullet", "List Text", "Heading 2 Plain", "Note", ("Bullet List 2", "Bullet List 2"),
    ("Body Lettered List 2", "Body Lettered List 2"), ("List Text 2", "List Text 2"))
BOX = _BlockStyles(
    "Box Text", "Box Text", "Box Heading", "Box Note", ("Box Bullet", "Box Bullet 2"),
    ("Box Lettered List", "Box Lettered List 2"), ("Box List Text", "Box List Text"))
SHORT_BOX = replace(BOX, lead="Box Bullet", text="Box List Text", bullets=("Box Bullet 2", "Box Bullet 2"),
                    letters=("Box Lettered List 2", "Box Lettered List 2"))
STYLES_OF_LAYOUT = {"numbered": CLAUSE, "three_level": THREE_LEVEL, "lettered": LETTERED, "short": SHORT, "plain": BODY}


@dataclass(frozen=True, slots=True)
class BodyContext:
    """What the functions that make one body share."""

    document: Document
    word: WordDocument
    """The frame, filled in. Lists that start again are added to its numbering."""
    frame: Place
    """The frame's file, for messages."""
    targets: dict[str, tuple[str, str]]
    """For the id of each section and clause, its bookmark and its number (empty for none)."""
    width: int
    """From margin to margin, in twentieths of a point."""
    large: bool
    """Large print."""
    blocks: Counter[str] = field(default_factory=Counter)
    """How many bookmarks each clause has so far, by the clause's id."""
    tags: Counter[str] = field(default_factory=Counter)
    """How many content controls have each tag so far."""
    ids: Iterator[int] = field(default_factory=lambda: count(1))
    """Numbers for bookmarks and tracked changes."""


def unusable_frame(message: str, frame: Place) -> LibraryError:
    """The error for a frame that cannot be used."""
    return LibraryError(error(message, frame, "Make the frame again with tools/make_frame.py, or undo the last change "
                                              "to it in Word."))


def gap() -> Element:
    """The small empty paragraph after a table or a box: Word would join the table or box with the next one."""
    return p(GAP, [])


def targets_of(document: Document) -> dict[str, tuple[str, str]]:
    """What a reference can point to in this document: see `BodyContext.targets`."""
    targets: dict[str, tuple[str, str]] = {}
    numbered = document.layout in NUMBERED_LAYOUTS
    for section in document.sections:
        heading = bookmark(section.id, 0) if section.title else ""
        for passage in section.passages:
            if passage.blocks:
                first, name = passage.blocks[0], bookmark(passage.clause, 1)
                number = passage.number if numbered and isinstance(first, Paragraph | Heading) and first.number else ""
                targets.setdefault(passage.clause, (name, number))
                heading = heading or name
        if heading:
            number = section.number if numbered and section.title and not section.boxed else ""
            targets.setdefault(section.id, (heading, number))
    return targets


def body(context: BodyContext) -> list[Element]:
    """All elements of a document: document control, cover, contents and sections."""
    document = context.document
    cover, rest = ([section for section in document.sections if section.cover == wanted] for wanted in (True, False))
    elements = control_table(context)
    for section in cover:
        elements += _section(section, context)
    if document.contents and document.layout != "short":
        elements += _contents([section for section in rest if section.title])
    for section in rest:
        elements += _section(section, context)
    if elements and elements[-1].style == GAP:
        elements[-1].style = END
    return elements


def _section(section: Section, context: BodyContext) -> list[Element]:
    elements, layout = [], context.document.layout
    if section.title:
        style = ("Box Heading" if section.boxed else "Cover Heading" if section.cover
                 else SECTION_HEADINGS[layout] if section.number or layout == "short" else "Heading 1 Plain")
        elements = [_paragraph(style, (Text(section.title),), context)]
        _add_bookmark(elements[0], bookmark(section.id, 0), context)
    if section.boxed:
        styles = SHORT_BOX if layout == "short" and not section.cover else BOX
    elif section.cover or (layout in NUMBERED_LAYOUTS and not section.number):
        styles = BODY
    else:
        styles = STYLES_OF_LAYOUT[layout]
    for passage in section.passages:
        if passage.blocks and _follows_its_introduction(passage.blocks[0]):
            _keep_last_with_next(elements)
        elements += _passage(passage, styles, context)
    return elements + [gap()] if section.boxed else elements


def _passage(passage: Passage, styles: _BlockStyles, context: BodyContext) -> list[Element]:
    """The blocks of a clause with their bookmarks; in an annotated document the last block is a note."""
    match passage.blocks:
        case (*blocks, Box(note)) if context.document.kind == "annotated":
            elements = _blocks(blocks, styles, context)
            _keep_last_with_next(elements)
            elements += [_paragraph(styles.note, inlines, context) for inlines in inlines_of(note)]
            elements += [] if styles.note == BOX.note else [gap()]  # a boxed section ends in a gap of its own
        case blocks:
            elements = _blocks(blocks, styles, context)
    for element in elements:
        first = next(element.iter(qn("w:p")))  # itself, or the first one of a table
        if first.style != GAP:
            context.blocks[passage.clause] += 1
            _add_bookmark(first, bookmark(passage.clause, context.blocks[passage.clause]), context)
    return elements


def _add_bookmark(paragraph: Element, name: str, context: BodyContext) -> None:
    """Put a bookmark around all words of a paragraph."""
    number = next(context.ids)
    paragraph.insert(1, w("bookmarkStart", id=number, name=name))
    paragraph.append(w("bookmarkEnd", id=number))


def _contents(sections: Sequence[Section]) -> list[Element]:
    """The list of sections, as a field that is filled in already; without page numbers, so that it is always right."""
    entries = []
    for section in sections:
        number = [run(f"{section.number}."), w("r", w("tab"))] if section.number else []
        link = w("hyperlink", *number, run(section.title), anchor=bookmark(section.id, 0), history=1)
        entries.append(p("toc 1", [link]))
    if not entries:
        return []
    entries[0][1:1] = field_start(r'TOC \o "1-1" \n \h \z \u')
    entries[-1].append(field_mark("end"))
    return [p("TOC Heading", [run("Contents")]), *entries]


def _blocks(blocks: Sequence[Block], styles: _BlockStyles, context: BodyContext) -> list[Element]:
    elements: list[Element] = []
    restarted, list_styles = False, styles
    for at, block in enumerate(blocks):
        # A paragraph that introduces a list or a table stays with it.
        introduced = isinstance(block, ItemList | Table) and isinstance(blocks[at - 1], Paragraph)
        if at and (introduced or _follows_its_introduction(block)):
            _keep_last_with_next(elements)
        match block:
            case Paragraph(inlines, number):
                leads = at == 0 if styles in (SHORT, SHORT_BOX) else bool(number)
                elements.append(_paragraph(styles.lead if leads else styles.text, inlines, context))
                restarted, list_styles = (styles.letters_restart, styles) if leads else (restarted, list_styles)
            case Heading(inlines, number):
                elements.append(_paragraph(CLAUSE_HEADING if number else styles.heading, inlines, context))
                list_styles = BEFORE_FIRST_PARAGRAPH if number else list_styles
            case ItemList(lettered=lettered):
                # Only the first lettered list below a clause's number starts again at (a) by itself.
                restart = lettered and (not restarted or block.labels != "letter")
                elements += _list(block, list_styles, 0, context, restart)
                restarted = restarted and not lettered
            case Table():
                before = gap()
                keep_with_next(before)
                elements += [before, _table(block, context), gap()]
            case Box(inner):
                elements += [*_blocks(inner, BOX, context), gap()]
            case Fields():
                elements += _field_table(block, context)
    return elements


def _follows_its_introduction(block: Block) -> bool:
    """Whether the paragraph before a block stays on its page: before a signature, and before a form without a title.

    Longer chains than needed do not fit on one page of large print, and then nothing is kept together.
    """
    return isinstance(block, Fields) and (not block.title or any(one.kind == "signature" for one in block.fields))


def _keep_last_with_next(elements: list[Element]) -> None:
    """Keep the last paragraph on the page of the next one, but not the gap after a table."""
    if elements and elements[-1].style != GAP:
        keep_with_next(elements[-1])


def _list(items: ItemList, styles: _BlockStyles, depth: int, context: BodyContext, restart: bool) -> list[Element]:
    depth = min(depth, 1)
    style = (styles.letters if items.lettered else styles.bullets)[depth]
    numbering = [_restarted_list(style, items.labels, context)] if restart else []
    elements: list[Element] = []
    for item in items.items:
        if item is items.items[-1]:  # it does not stand alone at the top of a page
            _keep_last_with_next(elements)
        for at, block in enumerate(item.blocks):
            match block:
                case Paragraph(inlines) if at == 0:
                    elements.append(p(style, _runs(inlines, context), *map(deepcopy, numbering)))  # each takes its own
                case Paragraph(inlines):
                    elements.append(_paragraph(styles.further[depth], inlines, context))
                case ItemList(lettered=lettered):
                    elements += _list(block, styles, depth + 1, context, lettered)
                case _:
                    elements += _blocks((block,), styles, context)
    return elements


def _restarted_list(style: str, labels: ListLabels, context: BodyContext) -> Element:
    """The property that makes a paragraph part of a new list, which starts again, with the numbering of a style; with
    other labels where they are no letters."""
    definition = context.word.styles.element.get_by_name(style)
    of_style = definition.pPr.numPr if definition is not None and definition.pPr is not None else None
    if of_style is None:
        raise unusable_frame(f"the style {style} of the Word frame has no list", context.frame)
    numbering = context.word.part.numbering_part.element
    level = of_style.ilvl.val
    abstract = numbering.num_having_numId(of_style.numId.val).abstractNumId.val
    added = numbering.add_num(abstract)
    override = added.add_lvlOverride(level)
    override.add_startOverride(1)
    if labels != "letter":
        own, = numbering.xpath(f"w:abstractNum[@w:abstractNumId='{abstract}']/w:lvl[@w:ilvl='{level}']")
        own = deepcopy(own)
        for path, value in (("w:numFmt", "decimal" if labels == "number" else "lowerRoman"),
                            ("w:lvlText", f"%{level + 1}." if labels == "number" else f"(%{level + 1})")):
            own.find(qn(path)).set(qn("w:val"), value)
        own.remove(own.find(qn("w:pStyle")))
        override.append(own)
    return w("numPr", w("ilvl", val=level), w("numId", val=added.numId))


# ---- tables and fields -------------------------------------------------------------------------------------------

TWENTIETHS_PER_MM = 56.7
LINE, SIGNATURE, TICK_LINE = 9.3, 12.0, 9.0
"""The height of a line to write on, of one to sign on, and of one with a box to tick, in millimetres."""
LARGER = 1.65
"""How much wider letters of large print are, and how much higher lines to write on. The columns of a table are shared
out as if the page were so much narrower."""
QUARTERS, HALVES = (0.3, 0.34, 0.1), (0.5,)
"""The columns of a form, but for the last, as shares of the width: label, line, second label, its line. In large
print only halves, for a date takes no whole line."""
SHORT_LABEL = 6
"""Letters of a label that the third column has room for."""
FURTHER_LINES = 2
"""Where an answer takes several lines, so many below the first."""
SPACES, FEW_SPACES = "\u00a0" * 24, "\u00a0" * 4
"""What a content control shows while it is not filled in: spaces to click on, so that the line is clear in print."""


def control_table(context: BodyContext) -> list[Element]:
    """The table of the document control (status, approval, next review), and a gap; nothing where there is none."""
    columns = _shared_out(context.width, 0.3)
    rows = [_row(columns, [p("Control Label", [run(label)]), _paragraph("Control text", value, context)])
            for label, value in context.document.control]
    return [_grid("House Control", columns, rows, "Document control", "What each line of the document control says.",
                  "firstColumn"), gap()] if rows else []


def _table(block: Table, context: BodyContext) -> Element:
    """The Word table of a `Table`. In a form each empty cell is a content control, named after the words beside it and
    the column."""
    size = LARGER if context.large else 1.0
    columns = [int(width * size * TWENTIETHS_PER_MM)
               for width in widths(block, context.width / TWENTIETHS_PER_MM / size, context.large)]
    filled_in = is_filled_in(block, context.document)
    titles = [plain(cell).strip() for cell in block.header]
    rows = [_row(columns, [_paragraph("Table Heading", cell, context) for cell in block.header], header=True)]
    for at, row in enumerate(block.rows, 1):
        cells = []
        for column, (title, cell) in enumerate(zip(titles, row, strict=True)):
            about = (f"Row {at}", words_beside(block, at, column), title) if filled_in else None
            if about and not plain(cell).strip():
                name = _name_in_table(*about)
                content = [_place_to_fill_in(name, context, FEW_SPACES, w("text", multiLine=1))]
            else:
                content = _runs(cell, context, about)
            cells.append(p("Table Text", content))
        rows.append(_row(columns, cells, _height(LINE, context) if filled_in and written_on(row) else 0))
    return _grid("Form Table" if filled_in else "House Table", columns, rows, ", ".join(filter(None, titles)),
                 block.description, "firstRow")


def _field_table(group: Fields, context: BodyContext) -> list[Element]:
    """The title and the table of a group of fields, and a gap: all styles here keep with the next paragraph."""
    columns = _shared_out(context.width, *(HALVES if context.large else QUARTERS))
    # A signature and its date stand on one line, where the date's label is short.
    signed = {at for at, (one, following) in enumerate(pairwise(group.fields))
              if one.kind == "signature" and following.kind == "date" and len(following.label) <= SHORT_LABEL
              and not context.large}
    rows: list[Element] = []
    for at, one in enumerate(group.fields):
        if at in signed:
            date = group.fields[at + 1]
            rows.append(_row(columns, [
                p("Field Label", [run(one.label)]), p("Field Line", []), p("Second Label", [run(date.label)]),
                p("Field Line", _filled_in(date, context))], SIGNATURE))
        elif at - 1 not in signed:
            rows += _field_rows(one, columns, context)
    title = [p("Fields Title", [run(group.title)])] if group.title else []
    description = "Places to write on: " + ", ".join(one.label for one in group.fields) + "."
    grid = _grid("House Form", columns, rows, group.title or "To fill in", description, "firstColumn")
    return [*title, grid, gap()]


def _field_rows(one: Field, columns: list[int], context: BodyContext) -> list[Element]:
    """The rows of a field: its label beside its line, or above it in large print, where long words need the room."""
    whole = [len(columns)]
    if one.kind == "tick":
        ticked = p("Field Tick", [_tick_box(one.label, context), w("r", w("tab")), run(one.label)])
        return [_row(columns, [ticked], TICK_LINE, spans=whole)]
    label, line = p("Field Label", [run(one.label)]), p("Field Line", _filled_in(one, context))
    height = _height(SIGNATURE if one.kind == "signature" else LINE, context)
    beside = [] if context.large else [label]
    rows = [_row(columns, [label], spans=whole)] if context.large else []
    spans = [*(1 for _ in beside), len(columns) - len(beside)]
    if one.kind == "date":
        rows.append(_row(columns, [*beside, line, p("Field Label", [])], height, spans=[*spans[:-1], 1, spans[-1] - 1]))
    else:
        rows.append(_row(columns, [*beside, line], height, spans=spans))
    further = FURTHER_LINES if one.kind == "lines" else 0
    return rows + [_row(columns, [*(p("Field Label", []) for _ in beside), p("Field Line", [])], height, spans=spans)
                   for _ in range(further)]


def _height(height_mm: float, context: BodyContext) -> float:
    """The least height of a row to write on: large print asks for large writing."""
    return height_mm * LARGER if context.large else height_mm


def _filled_in(one: Field, context: BodyContext) -> list[Element]:
    """What stands on the line: a content control; nothing where somebody signs by hand."""
    if one.value:
        return [run(one.value)]
    match one.kind:
        case "signature":
            return []
        case "date":
            kind = w("date", w("dateFormat", val="d MMMM yyyy"), w("lid", val="en-GB"),
                     w("storeMappedDataAs", val="dateTime"), w("calendar", val="gregorian"))
        case "lines":
            kind = w("text", multiLine=1)
        case _:
            kind = w("text")
    return [_place_to_fill_in(one.label, context, SPACES, kind)]


def _shared_out(width: int, *shares: float) -> list[int]:
    """A width in columns: the shares given, and what is left."""
    columns = [int(width * share) for share in shares]
    return [*columns, width - sum(columns)]


def _grid(style: str, columns: Sequence[int], rows: list[Element], caption: str, description: str,
          headings: str) -> Element:
    """A table. `headings`, `firstRow` or `firstColumn`, says where they stand, for the style and people who listen."""
    looks = {"firstRow": 0, "lastRow": 0, "firstColumn": 0, "lastColumn": 0, "noHBand": 1, "noVBand": 1} | {headings: 1}
    properties = w("tblPr", w("tblStyle", val=style_id(style)), w("tblW", w=sum(columns), type="dxa"),
                   w("tblLayout", type="fixed"),
                   w("tblLook", val={"firstRow": "0620", "firstColumn": "0680"}[headings], **looks),
                   w("tblCaption", val=clean(caption)), w("tblDescription", val=clean(description)))
    return w("tbl", properties, w("tblGrid", *(w("gridCol", w=width) for width in columns)), *rows)


def _row(columns: Sequence[int], contents: Sequence[Element], height_mm: float = 0, header: bool = False,
         spans: Sequence[int] = ()) -> Element:
    """A row that stays on one page. Each cell takes one column, or as many as `spans` says."""
    properties = [w("cantSplit")]
    if height_mm:
        properties.append(w("trHeight", val=round(height_mm * TWENTIETHS_PER_MM), hRule="atLeast"))
    if header:
        properties.append(w("tblHeader"))
    cells, left = [], iter(columns)
    for content, span in zip(contents, spans or repeat(1)):
        spanning = [w("gridSpan", val=span)] if span > 1 else []
        cells.append(w("tc", w("tcPr", w("tcW", w=sum(islice(left, span)), type="dxa"), *spanning), content))
    return w("tr", w("trPr", *properties), *cells)


# ---- words -------------------------------------------------------------------------------------------------------

TEXT_STYLES = {"": "", "strong": "Strong", "emphasis": "Emphasis"}
TICKED, TICK_FONT, NO_BREAK_SPACE = "☑", "Segoe UI Symbol", "\u00a0"
CONTROL_NAME_LENGTH = 64
"""Word takes no longer name for a content control."""


def _paragraph(style: str, inlines: Inlines, context: BodyContext) -> Element:
    return p(style, _runs(inlines, context))


def _runs(inlines: Inlines, context: BodyContext, about: tuple[str, str, str] | None = None) -> list[Element]:
    """The elements of some inlines. Boxes to tick are named after what they are `about`: the number of the row, the
    words beside the cell, and the column; None outside tables."""
    elements: list[Element] = []
    for inline in inlines:
        match inline:
            case Text(text, style, address) if address:
                elements.append(web_link(run(text, TEXT_STYLES[style] or "Hyperlink"), address, context.word))
            case Text(text, style) if TICK in text and context.document.kind == "form":
                elements += _text_with_boxes(text, TEXT_STYLES[style], context, about)
            case Text(text, style):
                elements += [run(piece, "Tick Box" if piece == TICK else TEXT_STYLES[style])
                             for piece in re.split(f"({TICK})", text) if piece]
            case LineBreak():
                elements.append(w("r", w("br")))
            case Blank(label):
                elements.append(run(f"[{label}]", "Blank"))
            case Reference(target, text):
                name, number = context.targets.get(target, ("", ""))
                before = text.removesuffix(number)
                if not name:
                    elements.append(run(text))
                elif number and before != text:  # the number is a field that Word can renew
                    # \w: the number in full, `3(b)`, wherever the reference stands.
                    elements += [run(before)] if before else []
                    elements += [*field_start(rf"REF {name} \w \h"), run(number), field_mark("end")]
                else:
                    elements.append(w("hyperlink", run(text, "Hyperlink"), anchor=name, history=1))
    return elements


def _text_with_boxes(text: str, style: str, context: BodyContext,
                     about: tuple[str, str, str] | None) -> list[Element]:
    """The words of a form with boxes to tick. Each box is named after its word, and stays on one line with it."""
    beside = "^ " if boxes_lead(text) else " $"
    first, *others = [re.sub(beside, NO_BREAK_SPACE, piece) for piece in text.split(TICK)]
    elements = [run(first, style)] if first else []
    for label, words in zip(box_labels(text), others, strict=True):
        name = _name_in_table(*about, answer=label) if about else label
        elements += [_tick_box(name, context), *([run(words, style)] if words else [])]
    return elements


def _name_in_table(row: str, words: str, column: str, answer: str = "") -> str:
    """The name of a place to fill in: the words beside it, its column, and the answer that a box stands for. Where
    that is too long for Word, the end of the column is left out, and then the end of the words, which get the number of
    the row; never the answer."""
    answer = f": {answer}" if answer else ""
    room = CONTROL_NAME_LENGTH - len(answer)
    return _cut(", ".join(filter(None, (words if len(words) <= room else f"{row}: {words}", column))), room) + answer


def _cut(text: str, length: int) -> str:
    """The text, or as many whole words of it as fit into so many letters, and `…`."""
    if len(text) <= length:
        return text
    short = text[:max(0, length - 1)]
    return (short if text[len(short)] == " " else short.rpartition(" ")[0] or short).rstrip(" ,") + "…"


def _tick_box(label: str, context: BodyContext) -> Element:
    """A box that can be ticked on screen."""
    box = w("w14:checkbox", w("w14:checked", val=0), w("w14:checkedState", val=f"{ord(TICKED):04X}", font=TICK_FONT),
            w("w14:uncheckedState", val=f"{ord(TICK):04X}", font=TICK_FONT))
    return _content_control(label, context, [box], run(TICK, "Tick Box"))


def _place_to_fill_in(label: str, context: BodyContext, spaces: str, kind: Element) -> Element:
    return _content_control(label, context, [w("showingPlcHdr"), kind], run(spaces, "Placeholder Text"))


def _content_control(label: str, context: BodyContext, kind: list[Element], shown: Element) -> Element:
    """A content control inside a paragraph, named after its label for people and for programs.

    `kind` are the properties that say what can be filled in, `shown` is the run inside it.
    """
    name = _cut(" ".join(clean(label).split()), CONTROL_NAME_LENGTH)
    tag = re.sub(r"[\W_]+", "-", name.lower()).strip("-")[:CONTROL_NAME_LENGTH - 4] or "field"
    context.tags[tag] += 1
    again = context.tags[tag]
    # Without an id, which editors give out by themselves: where there is one, LibreOffice 7.4 moves the words before a
    # box into the next cell at the second saving.
    properties = w("sdtPr", w("alias", val=name), w("tag", val=tag if again == 1 else f"{tag}-{again}"), *kind)
    return w("sdt", properties, w("sdtContent", shown))

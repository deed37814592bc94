"""The body of a Word file: a `Document` in, paragraphs and tables with named styles out, in order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from policygen.formats.word.bookmarks import bookmark
from policygen.model.document import (
    Block, Box, Fields, Heading, ItemList, Paragraph, Passage, Section, Table, Text, inlines_of,
)
from policygen.model.problems import LibraryError, error
from policygen.formats.word.drawing import GAP, NUMBERED, REMEDY, Drawing, enclose, gap, mark
from policygen.formats.word.grids import control_table, fields, table
from policygen.formats.word.inlines import paragraph, runs
from policygen.formats.word.xml import Element, field_mark, field_start, keep_with_next, p, run, w

CLAUSE_HEADING = "Clause Heading"
END = "End"
"""The gap that ends the document."""
SECTION_HEADINGS = {"numbered": "Heading 1", "three_level": "Heading 1", "lettered": "Lettered Heading",
                    "short": "Short Heading", "plain": "Heading 1 Plain"}


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



# ---- the body ----------------------------------------------------------------------------------------------------


def body(drawing: Drawing) -> list[Element]:
    document = drawing.document
    elements = control_table(document.control, drawing) if document.control else []
    for section in document.sections:
        if section.cover:
            elements += _section(section, drawing)
    rest = [section for section in document.sections if not section.cover]
    if document.contents and document.layout != "short":
        elements += _contents([section for section in rest if section.title])
    for section in rest:
        elements += _section(section, drawing)
    if elements and elements[-1].style == GAP:
        elements[-1].style = END
    return elements


def _section(section: Section, drawing: Drawing) -> list[Element]:
    elements, layout = [], drawing.document.layout
    if section.title:
        style = ("Box Heading" if section.boxed else "Cover Heading" if section.cover
                 else SECTION_HEADINGS[layout] if section.number or layout == "short" else "Heading 1 Plain")
        heading = paragraph(style, (Text(section.title),), drawing)
        elements.append(enclose(heading, bookmark(section.id, 0), drawing))
    look = _look(section, layout)
    for passage in section.passages:
        if _is_led_up_to(next(iter(passage.blocks), None)):
            _stay_with_next(elements)
        elements += mark(_passage(passage, look, drawing), passage.clause, drawing)
    return elements + [gap()] if section.boxed else elements


def _look(section: Section, layout: str) -> Look:
    if section.boxed:
        return SHORT_BOX if layout == "short" and not section.cover else BOX
    unnumbered = section.cover or (layout in NUMBERED and not section.number)
    return BODY if unnumbered else LOOKS[layout]


def _passage(passage: Passage, look: Look, drawing: Drawing) -> list[Element]:
    """The blocks of a clause; in an annotated document the last one is a note."""
    match passage.blocks:
        case (*blocks, Box(note)) if drawing.document.kind == "annotated":
            elements = _blocks(blocks, look, drawing)
            _stay_with_next(elements)
            elements += [paragraph(look.note, inlines, drawing) for inlines in inlines_of(note)]
            # Inside a box its own end will do.
            return elements if look.note == BOX.note else [*elements, gap()]
    return _blocks(passage.blocks, look, drawing)


def _contents(sections: Sequence[Section]) -> list[Element]:
    """The list of sections, as a field that is filled in already, without page numbers: nothing in it can go stale."""
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


def _blocks(blocks: Sequence[Block], look: Look, drawing: Drawing) -> list[Element]:
    elements: list[Element] = []
    restarted, lists = False, look
    for at, block in enumerate(blocks):
        # The words that lead up to a list, a table or a form stay with it.
        led = isinstance(block, ItemList | Table) and isinstance(blocks[at - 1], Paragraph)
        if at and (led or _is_led_up_to(block)):
            _stay_with_next(elements)
        match block:
            case Paragraph(inlines, number):
                leads = at == 0 if look in (SHORT, SHORT_BOX) else bool(number)
                elements.append(paragraph(look.lead if leads else look.text, inlines, drawing))
                restarted, lists = (look.counts, look) if leads else (restarted, lists)
            case Heading(inlines, number):
                elements.append(paragraph(CLAUSE_HEADING if number else look.heading, inlines, drawing))
                lists = NO_PARAGRAPH_YET if number else lists
            case ItemList(lettered=lettered):
                # Only the first lettered list below a clause's number starts again at (a) by itself.
                elements += _list(block, lists, 0, drawing, lettered and not restarted)
                restarted = restarted and not lettered
            case Table():
                before = gap()
                keep_with_next(before)
                elements += [before, table(block, drawing), gap()]
            case Box(inner):
                elements += [*_blocks(inner, BOX, drawing), gap()]
            case Fields():
                elements += fields(block, drawing)
    return elements


def _is_led_up_to(block: Block | None) -> bool:
    """Whether the words before a block stay on its page: those that are signed, and those of a form without a title.

    Longer chains than needed do not fit on one page of large print, and then nothing is kept together.
    """
    return isinstance(block, Fields) and (not block.title or any(one.kind == "signature" for one in block.fields))


def _stay_with_next(elements: list[Element]) -> None:
    """Keep the last paragraph on the page of what follows; a table ends in a gap, which stays free."""
    if elements and elements[-1].style != GAP:
        keep_with_next(elements[-1])


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
                    elements.append(p(label, runs(inlines, drawing), *numbering))
                case Paragraph(inlines):
                    elements.append(paragraph(look.further[depth], inlines, drawing))
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
    return w("numPr", w("ilvl", val=level), w("numId", val=number))

"""The body of a Word file: a `Document` in its `BodyContext` in, paragraphs and tables with named styles out, in order.

It decides which style each block takes, what stays on one page with the next block, and where lists start again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from policygen.formats.word.bookmarks import bookmark
from policygen.formats.word.grids import control_table, field_table, word_table
from policygen.formats.word.inlines import (
    GAP, NUMBERED_LAYOUTS, BodyContext, bookmark_blocks, bookmark_paragraph, gap, paragraph, runs, unusable_frame,
)
from policygen.formats.word.xml import Element, field_mark, field_start, keep_with_next, p, run, w
from policygen.model.document import (
    Block, Box, Fields, Heading, ItemList, Paragraph, Passage, Section, Table, Text, inlines_of,
)

CLAUSE_HEADING = "Clause Heading"
END = "End"
"""The style of the gap that ends the document."""
SECTION_HEADINGS = {"numbered": "Heading 1", "three_level": "Heading 1", "lettered": "Lettered Heading",
                    "short": "Short Heading", "plain": "Heading 1 Plain"}


@dataclass(frozen=True, slots=True)
class BlockStyles:
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


CLAUSE = BlockStyles(
    "Clause", "Clause Text", "Heading 2", "Clause Note", ("Clause Bullet", "Clause Bullet 2"),
    ("Lettered List", "Lettered List 2"), ("Clause List Text", "Clause List Text 2"), letters_restart=True)
THREE_LEVEL = replace(CLAUSE, lead="Clause Paragraph", heading="Heading 3")
BEFORE_FIRST_PARAGRAPH = replace(THREE_LEVEL, letters=("Loose Lettered List", "Loose Lettered List 2"))
"""Between a clause's heading and its first paragraph: letters of the clauses' own list would use up a 6.2.1."""
LETTERED = BlockStyles(
    "Point", "Point Text", "Heading 2 Plain", "Note", ("Point Bullet", "Point Bullet 2"),
    ("Point Lettered List", "Point Lettered List 2"), ("Point List Text", "Point List Text 2"), letters_restart=True)
BODY = BlockStyles(
    "Body Text", "Body Text", "Heading 2 Plain", "Note", ("Bullet List", "Bullet List 2"),
    ("Body Lettered List", "Body Lettered List 2"), ("List Text", "List Text 2"))
SHORT = BlockStyles(
    "Short Bullet", "List Text", "Heading 2 Plain", "Note", ("Bullet List 2", "Bullet List 2"),
    ("Body Lettered List 2", "Body Lettered List 2"), ("List Text 2", "List Text 2"))
BOX = BlockStyles(
    "Box Text", "Box Text", "Box Heading", "Box Note", ("Box Bullet", "Box Bullet 2"),
    ("Box Lettered List", "Box Lettered List 2"), ("Box List Text", "Box List Text"))
SHORT_BOX = replace(BOX, lead="Box Bullet", text="Box List Text", bullets=("Box Bullet 2", "Box Bullet 2"),
                    letters=("Box Lettered List 2", "Box Lettered List 2"))
STYLES_OF_LAYOUT = {"numbered": CLAUSE, "three_level": THREE_LEVEL, "lettered": LETTERED, "short": SHORT, "plain": BODY}


def body(context: BodyContext) -> list[Element]:
    """All elements of a document: document control, cover, contents and sections."""
    document = context.document
    elements = control_table(document.control, context) if document.control else []
    for section in document.sections:
        if section.cover:
            elements += _section(section, context)
    rest = [section for section in document.sections if not section.cover]
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
        elements = [paragraph(style, (Text(section.title),), context)]
        bookmark_paragraph(elements[0], bookmark(section.id, 0), context)
    if section.boxed:
        styles = SHORT_BOX if layout == "short" and not section.cover else BOX
    else:
        unnumbered = section.cover or (layout in NUMBERED_LAYOUTS and not section.number)
        styles = BODY if unnumbered else STYLES_OF_LAYOUT[layout]
    for passage in section.passages:
        if passage.blocks and _follows_its_introduction(passage.blocks[0]):
            _keep_last_with_next(elements)
        blocks = _passage(passage, styles, context)
        bookmark_blocks(blocks, passage.clause, context)
        elements += blocks
    return elements + [gap()] if section.boxed else elements


def _passage(passage: Passage, styles: BlockStyles, context: BodyContext) -> list[Element]:
    """The blocks of a clause; in an annotated document the last one is a note."""
    match passage.blocks:
        case (*blocks, Box(note)) if context.document.kind == "annotated":
            elements = _blocks(blocks, styles, context)
            _keep_last_with_next(elements)
            elements += [paragraph(styles.note, inlines, context) for inlines in inlines_of(note)]
            # A boxed section ends in a gap of its own.
            return elements if styles.note == BOX.note else [*elements, gap()]
    return _blocks(passage.blocks, styles, context)


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


def _blocks(blocks: Sequence[Block], styles: BlockStyles, context: BodyContext) -> list[Element]:
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
                elements.append(paragraph(styles.lead if leads else styles.text, inlines, context))
                restarted, list_styles = (styles.letters_restart, styles) if leads else (restarted, list_styles)
            case Heading(inlines, number):
                elements.append(paragraph(CLAUSE_HEADING if number else styles.heading, inlines, context))
                list_styles = BEFORE_FIRST_PARAGRAPH if number else list_styles
            case ItemList(lettered=lettered):
                # Only the first lettered list below a clause's number starts again at (a) by itself.
                elements += _list(block, list_styles, 0, context, lettered and not restarted)
                restarted = restarted and not lettered
            case Table():
                before = gap()
                keep_with_next(before)
                elements += [before, word_table(block, context), gap()]
            case Box(inner):
                elements += [*_blocks(inner, BOX, context), gap()]
            case Fields():
                elements += field_table(block, context)
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


def _list(items: ItemList, styles: BlockStyles, depth: int, context: BodyContext, restart: bool) -> list[Element]:
    depth = min(depth, 1)
    style = (styles.letters if items.lettered else styles.bullets)[depth]
    numbering = _restarted_list(style, context) if restart else None
    elements: list[Element] = []
    for item in items.items:
        if item is items.items[-1]:  # it does not stand alone at the top of a page
            _keep_last_with_next(elements)
        for at, block in enumerate(item.blocks):
            match block:
                case Paragraph(inlines) if at == 0:
                    restarted = [w("numPr", w("ilvl", val=numbering[1]), w("numId", val=numbering[0]))] if (
                        numbering) else []
                    elements.append(p(style, runs(inlines, context), *restarted))
                case Paragraph(inlines):
                    elements.append(paragraph(styles.further[depth], inlines, context))
                case ItemList(lettered=lettered):
                    elements += _list(block, styles, depth + 1, context, lettered)
                case _:
                    elements += _blocks((block,), styles, context)
    return elements


def _restarted_list(style: str, context: BodyContext) -> tuple[int, int]:
    """A new list with the numbering of a style, which starts at (a): its id and the style's level."""
    definition = context.word.styles.element.get_by_name(style)
    of_style = definition.pPr.numPr if definition is not None and definition.pPr is not None else None
    if of_style is None:
        raise unusable_frame(f"the style {style} of the Word frame has no list", context.frame)
    numbering = context.word.part.numbering_part.element
    level = of_style.ilvl.val
    added = numbering.add_num(numbering.num_having_numId(of_style.numId.val).abstractNumId.val)
    added.add_lvlOverride(level).add_startOverride(1)
    return added.numId, level

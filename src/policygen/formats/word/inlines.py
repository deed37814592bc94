"""Words as runs: `Inlines` in; runs, fields, links and content controls out.

Also what the modules that make one body share: `BodyContext`, bookmarks, and the small empty paragraph `gap`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count

from policygen.formats.tables import TICK
from policygen.formats.word.bookmarks import bookmark
from policygen.formats.word.xml import Element, WordDocument, clean, field_mark, field_start, p, qn, run, w
from policygen.model.document import Blank, Document, Heading, Inlines, LineBreak, Paragraph, Reference, Text
from policygen.model.problems import LibraryError, Place, error

NUMBERED_LAYOUTS = ("numbered", "three_level", "lettered")
GAP = "Gap"
TEXT_STYLES = {"": "", "strong": "Strong", "emphasis": "Emphasis"}
TICKED, TICK_FONT, NO_BREAK_SPACE = "☑", "Segoe UI Symbol", "\u00a0"
CONTROL_NAME_LENGTH = 64
"""Word takes no longer name for a content control."""


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


def bookmark_blocks(elements: list[Element], clause: str, context: BodyContext) -> None:
    """Give each paragraph of a clause a bookmark, and each of its tables one in the first paragraph."""
    for element in elements:
        paragraph = element if element.tag == qn("w:p") else next(element.iter(qn("w:p")))
        if paragraph.style != GAP:
            context.blocks[clause] += 1
            bookmark_paragraph(paragraph, bookmark(clause, context.blocks[clause]), context)


def bookmark_paragraph(paragraph: Element, name: str, context: BodyContext) -> None:
    """Put a bookmark around all words of a paragraph."""
    number = next(context.ids)
    paragraph.insert(1, w("bookmarkStart", id=number, name=name))
    paragraph.append(w("bookmarkEnd", id=number))


def paragraph(style: str, inlines: Inlines, context: BodyContext) -> Element:
    """A paragraph of inlines in a named style."""
    return p(style, runs(inlines, context))


def runs(inlines: Inlines, context: BodyContext, about: str = "") -> list[Element]:
    """The elements of some inlines. `about` goes before the names of boxes to tick, for people who listen."""
    elements: list[Element] = []
    for inline in inlines:
        match inline:
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
                elements += _reference(text, *context.targets.get(target, ("", "")))
    return elements


def _reference(text: str, name: str, number: str) -> list[Element]:
    """The words of a reference to the bookmark `name`; the number in them is a field that Word can renew."""
    before = text.removesuffix(number)
    if not name:
        return [run(text)]
    if number and before != text:
        # \w: the number in full, `3(b)`, wherever the reference stands.
        field_runs = [*field_start(rf"REF {name} \w \h"), run(number), field_mark("end")]
        return [run(before), *field_runs] if before else field_runs
    return [w("hyperlink", run(text, "Hyperlink"), anchor=name, history=1)]


def _text_with_boxes(text: str, style: str, context: BodyContext, about: str) -> list[Element]:
    """The words of a form with boxes to tick. Each box is named after its word, and stays on one line with it."""
    pieces = text.split(TICK)
    if not pieces[-1].strip():  # `Yes ☐ No ☐`, not `☐ Yes ☐ No`
        names, pieces = pieces[:-1], [re.sub(" $", NO_BREAK_SPACE, piece) for piece in pieces]
    else:
        names, pieces = pieces[1:], [re.sub("^ ", NO_BREAK_SPACE, piece) for piece in pieces]
    elements = [run(pieces[0], style)] if pieces[0] else []
    for name, words in zip(names, pieces[1:], strict=True):
        label = ": ".join(filter(None, (about, name.strip())))
        elements += [tick_box(label, context), *([run(words, style)] if words else [])]
    return elements


def tick_box(label: str, context: BodyContext) -> Element:
    """A box that can be ticked on screen."""
    box = w("w14:checkbox", w("w14:checked", val=0), w("w14:checkedState", val=f"{ord(TICKED):04X}", font=TICK_FONT),
            w("w14:uncheckedState", val=f"{ord(TICK):04X}", font=TICK_FONT))
    return content_control(label, context, [box], run(TICK, "Tick Box"))


def content_control(label: str, context: BodyContext, kind: list[Element], shown: Element) -> Element:
    """A content control inside a paragraph, named after its label for people and for programs.

    `kind` are the properties that say what can be filled in, `shown` is the run inside it.
    """
    name = re.sub(r"\s+", " ", clean(label)).strip()
    if len(name) > CONTROL_NAME_LENGTH:
        name = name[:CONTROL_NAME_LENGTH - 1].rstrip() + "…"
    tag = re.sub(r"[\W_]+", "-", name.lower()).strip("-")[:CONTROL_NAME_LENGTH - 4] or "field"
    context.tags[tag] += 1
    again = context.tags[tag]
    # Without an id, which editors give out by themselves: where there is one, LibreOffice 7.4 moves the words before a
    # box into the next cell at the second saving.
    properties = w("sdtPr", w("alias", val=name), w("tag", val=tag if again == 1 else f"{tag}-{again}"), *kind)
    return w("sdt", properties, w("sdtContent", shown))

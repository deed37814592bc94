"""What the parts of one Word body share: the frame, where references lead, bookmarks, names of controls."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from policygen.formats.word.bookmarks import bookmark
from policygen.model.document import Document, Heading, Paragraph
from policygen.model.problems import Place
from policygen.formats.word.xml import Element, clean, p, qn, w

NUMBERED = ("numbered", "three_level", "lettered")
GAP = "Gap"
REMEDY = "Make the frame again with tools/make_frame.py, or undo the last change to it in Word."
TWENTIETHS_PER_MM = 56.7
NAME_LENGTH = 64
"""Word takes no longer name for a control."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """What the parts of one body share while they are drawn."""

    document: Document
    word: Any
    """The frame, filled in, as python-docx has it; lists that start again are added to its numbering."""
    frame: Place
    targets: dict[str, tuple[str, str]]
    """Id of a section or clause to its bookmark and its number (empty for none)."""
    width: int
    """From margin to margin, in twentieths of a point."""
    large: bool
    """Large print."""
    used: Counter[str] = field(default_factory=Counter)
    """How many blocks each clause has, by its id, and how many controls have one tag."""
    ids: Iterator[int] = field(default_factory=lambda: count(1))
    """For bookmarks and controls."""


def gap() -> Element:
    """The small empty paragraph that ends a table or a box: Word would join it with the next one."""
    return p(GAP, [])


# ---- bookmarks ---------------------------------------------------------------------------------------------------


def targets_of(document: Document) -> dict[str, tuple[str, str]]:
    """What a reference can point to in this document: see `Drawing.targets`."""
    targets: dict[str, tuple[str, str]] = {}
    numbered = document.layout in NUMBERED
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


def mark(elements: list[Element], owner: str, drawing: Drawing) -> list[Element]:
    """The elements, each paragraph and each table's first paragraph now holding a bookmark of its own."""
    for element in elements:
        paragraph = element if element.tag == qn("w:p") else next(element.iter(qn("w:p")))
        if paragraph.style != GAP:
            drawing.used[owner] += 1
            enclose(paragraph, bookmark(owner, drawing.used[owner]), drawing)
    return elements


def enclose(paragraph: Element, name: str, drawing: Drawing) -> Element:
    """The paragraph, all its words now inside a bookmark."""
    at = next(drawing.ids)
    paragraph.insert(1, w("bookmarkStart", id=at, name=name))
    paragraph.append(w("bookmarkEnd", id=at))
    return paragraph


# ---- controls ----------------------------------------------------------------------------------------------------


def control(label: str, drawing: Drawing, kind: list[Element], shown: Element) -> Element:
    """A content control inside a paragraph, named after its label for people and for programs."""
    name = re.sub(r"\s+", " ", clean(label)).strip()
    if len(name) > NAME_LENGTH:
        name = name[:NAME_LENGTH - 1].rstrip() + "…"
    tag = re.sub(r"[\W_]+", "-", name.lower()).strip("-")[:NAME_LENGTH - 4] or "field"
    drawing.used[f"#{tag}"] += 1
    again = drawing.used[f"#{tag}"]
    # Without an id, which editors give out by themselves: where there is one, LibreOffice 7.4 moves the words before a
    # box into the next cell at the second saving.
    properties = w("sdtPr", w("alias", val=name), w("tag", val=tag if again == 1 else f"{tag}-{again}"), *kind)
    return w("sdt", properties, w("sdtContent", shown))

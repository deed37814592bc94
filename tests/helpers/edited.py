"""A policy, its Word file, and changes of that file, for the tests of reading, comparing and merging."""

import io
import re
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from policygen.formats.house import House
from policygen.formats.word.reader import EditedFile, EditedLine, read_word_file
from policygen.formats.word.writer import write_word_file
from policygen.model.document import (
    Block, Document, Item, ItemList, Paragraph, Passage, Reference, Section, Table, Text, item_letter,
)
from policygen.pack.assembly import with_numbers
from policygen.review.compare import Comparison

HOUSE = House(Path(__file__).parents[2] / "templates" / "house")


def para(text: str) -> Paragraph:
    """A paragraph; `[[target]]` is a reference."""
    pieces = re.split(r"(\[\[.*?\]\])", text)
    return Paragraph(tuple(Reference(piece[2:-2]) if piece.startswith("[[") else Text(piece)
                           for piece in pieces if piece))


def items(*texts: str, lettered: bool = False) -> ItemList:
    """A list of items, each a paragraph as `para` makes it."""
    return ItemList(tuple(Item((para(text),), item_letter(at) if lettered else "•")
                          for at, text in enumerate(texts, 1)), lettered)


def table(*rows: tuple[str, ...]) -> Table:
    """A table; the first row is its header."""
    header, *rest = (tuple((Text(cell),) if cell else () for cell in row) for row in rows)
    return Table(header, tuple(rest), f"Table with the columns {', '.join(rows[0])}.")


def clause(name: str, title: str, *blocks: Block | str) -> Passage:
    """A clause without a number; a string becomes a paragraph."""
    return Passage(name, title, "", tuple(para(block) if isinstance(block, str) else block for block in blocks))


SECTIONS = (
    Section("aim", "Why we have this policy", "", (
        clause("aim/purpose", "Our purpose", "We keep to ourselves whatever people tell us about their lives. "
               "A promise like this one is easily broken by a careless word."),
        clause("aim/people", "Whom we mean", "These people can rely on us:", items(
            "everybody who comes to the lunch club", "their relatives and neighbours", "each other's helpers"),
            "Nobody has to earn it."),
        clause("aim/meaning", "What it means",
               "Confidential does not mean secret at any price. See [[sharing/limits]] "
               "for where it ends."))),
    Section("sharing", "Sharing with others", "", (
        clause("sharing/consent", "Asking first", "Ask the person before you pass anything on to another agency.",
               "Write down what was agreed, with the date. Keep the note for 30 days."),
        clause("sharing/forms", "Which form", "Each kind of sharing has its own form:", table(
            ("Form", "Used for"), ("Blue sheet", "the doctor"), ("Green sheet", "the housing office"),
            ("White card", "school trips")), "Spare forms lie in the hall."),
        clause("sharing/limits", "Where it ends", "Danger to a child goes before every promise made here. Tell the "
               "coordinator at once, as [[records]] explains."))),
    Section("records", "What we record", "", (
        clause("records/basics", "Only the basics", "Write down no more than these things:", items(
            "the name and a telephone number", "the days of each visit", lettered=True)),
        clause("records/places", "Where it lies", "Paper is locked in the steel cupboard behind the stage. "
               "The steel cupboard has two keys."),
        clause("records/keeping", "For how long", "Old cards are shredded every January. "
               "Somebody who asks sooner gets it done sooner."),
        clause("records/asking", "Seeing your card", "Anybody may read their own card on a Tuesday morning."))),
)


def policy(layout: str = "numbered", sections: tuple[Section, ...] = SECTIONS) -> Document:
    """A policy as assembly leaves it, with numbers and references."""
    return finished(Document("policy", "policy", "Confidentiality policy", "Riverside Lunch Club", layout,
                             (("Status", (Text("Draft"),)),), sections, "Edition 1", False, True))


def finished(document: Document) -> Document:
    """The document with its numbers, and with the words of its references."""
    once = with_numbers(document, {})
    printed = {target: f"section {number}" if number else document.title for section in once.sections
               for target, number in [(section.id, section.number),
                                      *((passage.clause, passage.number) for passage in section.passages)]}
    return with_numbers(document, printed)


def changed(document: Document, clause: str, **fields: Any) -> Document:
    """The document with some fields of one clause changed."""
    return replace(document, sections=tuple(replace(section, passages=tuple(
        replace(passage, **fields) if passage.clause == clause else passage for passage in section.passages))
        for section in document.sections))


def drawn(document: Document, to: Path) -> Path:
    """The path of the Word file of a document, which is written there."""
    to.write_bytes(write_word_file(document, HOUSE))
    return to


def read(data: bytes, to: Path) -> EditedFile:
    """The content of a Word file, which is written to a path first."""
    to.write_bytes(data)
    return read_word_file(to)


def rewritten(path: Path, to: Path, change: Callable[[str], str], part: str = "word/document.xml") -> Path:
    """A Word file with the text of one part changed, as another program might leave it."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            new.writestr(name, change(data.decode()).encode() if name == part else data)
    to.write_bytes(buffer.getvalue())
    return to


def without_bookmarks(path: Path, to: Path) -> Path:
    """A copy of a Word file that has lost its bookmarks."""
    return rewritten(path, to, lambda xml: re.sub(r"<w:bookmark(Start|End)\b[^>]*/>", "", xml))


def as_drawn(document) -> list[EditedLine]:
    """The lines of a document's Word file."""
    with tempfile.TemporaryDirectory() as folder:
        return list(read_word_file(drawn(document, Path(folder) / "drawn.docx")).lines)


def differing(comparison: Comparison) -> dict[str, set[str]]:
    """The statuses of each clause that differs; that of a clause which somebody added is called `new`."""
    return {"new" if change.statuses == ("new",) else change.clause: set(change.statuses)
            for change in comparison.clauses if change.statuses != ("unchanged",)}

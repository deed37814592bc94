"""The document model: what assembly makes, the checks look at and the writers draw.

Plain frozen data without behaviour or layout: a writer decides what a box or a field looks like. All strings are plain
text (never Markdown, HTML or XML); each writer escapes once, at its own last step.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Literal

FieldKind = Literal["line", "lines", "date", "signature", "tick"]
TextStyle = Literal["", "strong", "emphasis"]
ADDRESS = re.compile(r"(https?://|mailto:|tel:)[!-~\u00a1-\ud7ff\ue000-\ufffd]+", re.IGNORECASE)
"""An address that a link may have. Others start programs, or lead to files that only one computer has."""
DocumentKind = Literal["policy", "annotated", "form", "notes"]
"""A policy has a cover block and contents; an annotated one also says why each clause is there; a form is filled in or
signed; notes are only read."""
Layout = Literal["numbered", "three_level", "lettered", "short", "plain"]
"""`numbered`: sections 1, 2 and clauses 1.1, 1.2; `three_level`: clauses with headings 1.1 and paragraphs 1.1.1;
`lettered`: sections 1, 2 and clauses (a), (b); `short`: unnumbered, each clause one bullet; `plain`: unnumbered
paragraphs."""
LOCAL = "local/"
"""The beginning of the ids of clauses and sections that people wrote themselves."""
ListLabels = Literal["letter", "number", "roman"]
"""How the items of a list are counted: (a), 1. or (i). The library has letters alone; people have all three."""
SIGNER_DETAILS = ("name", "role", "team", "start_date")
"""What a field can hold about the person who signs."""


# ---- inlines -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Text:
    """A run of words."""

    text: str
    style: TextStyle = ""
    address: str = ""
    """Where it leads, on the web or to a mailbox; empty for words that are no link."""


@dataclass(frozen=True, slots=True)
class LineBreak:
    """A line break that somebody typed in an answer."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A cross reference to a clause, section or document of the same pack."""

    target: str
    """Id of the clause (`limits/terrorism`), section (`limits`) or document (`declaration`)."""
    text: str = ""
    """What is printed (`section 6.2`); empty until assembly has given out the numbers."""


@dataclass(frozen=True, slots=True)
class Blank:
    """An answer that is still missing. A draft shows it; a final edition is refused."""

    label: str
    """What is missing, in words."""


Inline = Text | LineBreak | Reference | Blank
Inlines = tuple[Inline, ...]


# ---- blocks ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of a clause."""

    inlines: Inlines
    number: str = ""
    """The number as printed: `6.2` or `(b)` on the first paragraph of a clause, `6.2.1` on each paragraph of a clause
    that has a heading; empty otherwise."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading inside a clause, one level below the section's."""

    inlines: Inlines
    number: str = ""
    """The clause's number as printed (`6.2`), where clauses have headings of their own; otherwise empty."""


@dataclass(frozen=True, slots=True)
class Item:
    """An item of a list."""

    blocks: tuple[Block, ...]
    """Paragraphs, and at most one further list."""
    label: str
    """What is printed before it: `•`, or `(a)`, `1.`, `(i)` in a counted list."""


@dataclass(frozen=True, slots=True)
class ItemList:
    """A list, bulleted or counted."""

    items: tuple[Item, ...]
    lettered: bool = False
    """Whether its items are counted; by letters, unless `labels` says otherwise."""
    labels: ListLabels = "letter"


@dataclass(frozen=True, slots=True)
class Table:
    """A table with one row of headings."""

    header: tuple[Inlines, ...]
    rows: tuple[tuple[Inlines, ...], ...]
    description: str
    """One sentence for people who cannot see the table."""


@dataclass(frozen=True, slots=True)
class Box:
    """A boxed key message."""

    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Field:
    """One line, box or space of a form to write on."""

    label: str
    kind: FieldKind
    """`line`: one line; `lines`: several; `date`: a short line; `signature`: a taller line; `tick`: a box with the
    label behind it."""
    holds: str = ""
    """One of `SIGNER_DETAILS`; empty for what only the person can write."""
    value: str = ""
    """What is printed on the line already; empty on a blank form."""


@dataclass(frozen=True, slots=True)
class Fields:
    """A group of fields that stays on one page."""

    fields: tuple[Field, ...]
    title: str = ""
    """Printed above the group; empty for none."""


Block = Paragraph | Heading | ItemList | Table | Box | Fields


# ---- documents ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Passage:
    """One clause as it stands in one document."""

    clause: str
    """The clause's id."""
    title: str
    number: str
    """`6.2`, or `6(b)` with lettered clauses; empty in unnumbered documents."""
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A section of a document, with the clauses that are in."""

    id: str
    title: str
    """Empty for a section without a heading."""
    number: str
    """`6`; empty in unnumbered documents."""
    passages: tuple[Passage, ...]
    cover: bool = False
    """Stands on the first page, before the contents."""
    boxed: bool = False
    """Drawn as one box, its title inside."""


@dataclass(frozen=True, slots=True)
class Document:
    """One policy, form or sheet, ready to be written in any format."""

    id: str
    kind: DocumentKind
    title: str
    organisation: str
    """Empty on a sheet that must not show where it comes from."""
    layout: Layout
    control: tuple[tuple[str, Inlines], ...]
    """Document control: label and value, in order (status, approved by, next review ...)."""
    sections: tuple[Section, ...]
    edition_line: str
    """The one line that ties a print-out to its edition; stands in the footer; empty where it must not."""
    draft: bool
    contents: bool = False
    """Has a list of its sections after the cover."""


@dataclass(frozen=True, slots=True)
class Issue:
    """An edition, in the history of its policy."""

    number: int
    date: datetime.date
    approved_on: datetime.date | None
    """None for a draft."""
    because: str = ""
    """Why it counts as approved before it was made; empty where nobody had to say."""


@dataclass(frozen=True, slots=True)
class Remark:
    """A comment beside a clause of a document, which only Word files show."""

    clauses: tuple[str, ...]
    """The id of the clause that it is about, then ids of where it goes if the document has no such clause: the first
    that the document has counts."""
    words: str
    author: str
    on: datetime.date


# ---- reading and changing them -----------------------------------------------------------------------------------


def plain(inlines: Inlines) -> str:
    """The words of some inlines as they are printed; a line break is `\\n`, a blank is its label in brackets."""
    parts = []
    for inline in inlines:
        match inline:
            case Text(text) | Reference(_, text):
                parts.append(text)
            case LineBreak():
                parts.append("\n")
            case Blank(label):
                parts.append(f"[{label}]")
    return "".join(parts)


def with_addresses(inlines: Inlines, shape: str = " ({})") -> Inlines:
    """The inlines with the address of each link in words behind it, unless its words say the same."""
    found: list[Inline] = []
    for address, group in groupby(inlines, lambda inline: inline.address if isinstance(inline, Text) else ""):
        found += (words := tuple(group))
        if address and _bare(plain(words)) != _bare(address):
            found.append(Text(shape.format(address)))
    return tuple(found)


def _bare(address: str) -> str:
    """An address as people write it, to compare it with words."""
    return re.sub(r"^(https?://(www\.)?|mailto:|tel:|www\.)|[\s-]|/$", "", address.strip().lower())


def joined(inlines: Iterable[Inline]) -> Inlines:
    """The inlines with neighbouring texts of one style and address joined."""
    found: list[Inline] = []
    for inline in inlines:
        last = found[-1] if found else None
        if isinstance(inline, Text) and isinstance(last, Text) and (inline.style, inline.address) == (
                last.style, last.address):
            found[-1] = replace(last, text=last.text + inline.text)
        else:
            found.append(inline)
    return tuple(found)


def item_letter(number: int) -> str:
    """The label of an item of a lettered list, counted from 1, as Word counts: `(a)` to `(z)`, then `(aa)`, `(bb)`."""
    times, place = divmod(number - 1, 26)
    return f"({chr(ord('a') + place) * (times + 1)})"


def item_label(labels: ListLabels, number: int) -> str:
    """The label of an item of a counted list, counted from 1."""
    if labels == "letter":
        return item_letter(number)
    if labels == "number":
        return f"{number}."
    tens, ones = divmod(number, 10)
    return f"({'x' * tens}{('', 'i', 'ii', 'iii', 'iv', 'v', 'vi', 'vii', 'viii', 'ix')[ones]})"


def table_description(header: tuple[Inlines, ...]) -> str:
    """The description of a table that has none of its own."""
    return f"Table with the columns {', '.join(plain(cell) for cell in header)}."


def every_block(blocks: tuple[Block, ...]) -> Iterator[Block]:
    """Every block, outer before inner, in reading order."""
    for block in blocks:
        yield block
        match block:
            case ItemList(items):
                for item in items:
                    yield from every_block(item.blocks)
            case Box(inner):
                yield from every_block(inner)


def inlines_of(blocks: tuple[Block, ...]) -> Iterator[Inlines]:
    """Every run of inlines in some blocks, in reading order. The labels of fields are not among them."""
    for block in every_block(blocks):
        match block:
            case Paragraph(inlines) | Heading(inlines):
                yield inlines
            case Table(header, rows):
                yield from header
                for row in rows:
                    yield from row


def map_blocks(blocks: tuple[Block, ...], change: Callable[[Block], Block]) -> tuple[Block, ...]:
    """The same blocks with every one changed that holds no other blocks."""

    def block(found: Block) -> Block:
        match found:
            case ItemList(items):
                return replace(found, items=tuple(replace(item, blocks=map_blocks(item.blocks, change))
                                                  for item in items))
            case Box(inner):
                return Box(map_blocks(inner, change))
        return change(found)

    return tuple(map(block, blocks))


def map_inlines(blocks: tuple[Block, ...], change: Callable[[Inline], Inline]) -> tuple[Block, ...]:
    """The same blocks with every inline changed."""

    def run(inlines: Inlines) -> Inlines:
        return tuple(map(change, inlines))

    def block(found: Block) -> Block:
        match found:
            case Paragraph(inlines) | Heading(inlines):
                return replace(found, inlines=run(inlines))
            case Table(header, rows):
                return replace(found, header=tuple(map(run, header)), rows=tuple(tuple(map(run, row)) for row in rows))
        return found

    return map_blocks(blocks, block)


def map_fields(blocks: tuple[Block, ...], change: Callable[[Field], Field]) -> tuple[Block, ...]:
    """The same blocks with every field changed."""
    return map_blocks(blocks, lambda block: replace(block, fields=tuple(map(change, block.fields)))
                      if isinstance(block, Fields) else block)


def passages_of(document: Document) -> Iterator[Passage]:
    """Every passage of a document, in reading order."""
    for section in document.sections:
        yield from section.passages


def untitled(passage: Passage) -> Passage:
    """The passage without the title that assembly prints before its first words."""
    first, *rest = passage.blocks
    titled = passage.title and passage.clause.startswith(LOCAL)  # its title is printed in every layout
    match first:
        case Heading(number=number) if number:
            return replace(passage, blocks=tuple(rest))
        case Paragraph((Text(words),), number) if (number or titled) and words.rstrip() == f"{passage.title}.":
            return replace(passage, blocks=tuple(rest))  # assembly put it there only to bear the number or the title
        case Paragraph((Text(words, "strong"), *inlines), number) if (
                number or titled) and words == f"{passage.title}. ":
            return replace(passage, blocks=(replace(first, inlines=tuple(inlines)), *rest))
    return passage


def is_generated(passage: Passage) -> bool:
    """Whether a passage is made anew for each edition, like its history; the id of a clause has a slash."""
    return "/" not in passage.clause

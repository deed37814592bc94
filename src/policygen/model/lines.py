"""Blocks as a flat run of lines, and lines as blocks again: what comparing, merging and storing work on.

In: blocks of the document model, or plain data from a JSON file. Out: the same as `Line`s, one for each paragraph,
heading, list item, table row or field; or the blocks that some lines make. It compares and decides nothing.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any, get_args

from policygen.model.document import (
    ADDRESS, SIGNER_DETAILS, Blank, Block, Box, Field, FieldKind, Fields, Heading, Inline, Inlines, Item, ItemList,
    LineBreak, ListLabels, Paragraph, Passage, Reference, Table, Text, item_label, plain, table_description, untitled,
    with_addresses,
)

COUNTED = get_args(ListLabels)
LISTS = {kind + level for kind in ("bullet", *COUNTED, "further") for level in ("", " 2")}
"""Items of lists, and further paragraphs in them; 2 is a list inside an item."""
_ITEMS = ("bullet", *COUNTED)
"""The first paragraph of an item in an outer list."""
ROWS = {"header", "row"}
_FIELD_KINDS: dict[str, FieldKind] = {"field line": "line", "field lines": "lines", "field date": "date",
                                      "field signature": "signature", "field tick": "tick"}
FIELDS = {"fields", *_FIELD_KINDS}
"""The title of a group of fields, and its fields."""
KINDS = {"paragraph", "heading", *LISTS, *ROWS, *FIELDS}
IN_BOX = "box "
"""Before the kind of each line in a box."""
_TARGET = "\ue000{}\ue001"
"""The target of a reference or link where lines are compared: the printed number of a reference does not count."""
_TYPOGRAPHY = str.maketrans({**dict.fromkeys("‘’‚‛′`´", "'"), **dict.fromkeys("“”„‟″«»", '"'),
                             **dict.fromkeys("‐‑‒–—―−", "-"),
                             "\u00ad": "", "\u200b": "", "\u200d": "", "\u2060": "", "\ufeff": ""})


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph, heading, list item, table row or field."""

    kind: str
    """One of `KINDS`, after `box ` in a box."""
    cells: tuple[Inlines, ...]
    """The cells of a row; every other line has one."""
    starts: tuple[str, ...] = field(default=(), compare=False)
    """What begins with this line and would otherwise join what is before it: `box`, `list`, `list 2`, `fields`."""
    description: str = field(default="", compare=False)
    """With the header of a table: its description, where that is not the one that its header gives."""
    holds: str = field(default="", compare=False)
    """With a field: as in `Field.holds`."""


def words_of(line: Line) -> str:
    """The words of a line as printed, cells with ` | ` between them."""
    return " | ".join(map(plain, line.cells))


def text_of(blocks: Iterable[Block]) -> str:
    """The words of some blocks, one paragraph, item, row or field a line, without numbers and labels, and the addresses
    of their links."""
    return "\n".join(" | ".join(plain(with_addresses(cell)) for cell in line.cells) for line in lines_of(blocks))


def words_with_targets(line: Line) -> str:
    """The words of a line, with the targets of its references and links as in `text_with_targets`."""
    return " | ".join(map(text_with_targets, line.cells))


def text_with_targets(inlines: Inlines) -> str:
    """The words of some inlines, with its target between two signs for each reference, and behind each link."""
    return plain(tuple(Text(_TARGET.format(inline.target)) if isinstance(inline, Reference) else inline
                       for inline in with_addresses(inlines, f" {_TARGET}")))


def comparable(text: str) -> str:
    """A text without what is only typography: kinds of quotes, dashes and spaces, and invisible characters."""
    return " ".join(unicodedata.normalize("NFKC", text.translate(_TYPOGRAPHY)).split())


def is_blank_line(line: Line) -> bool:
    """Whether a line has no words: an empty row to write in."""
    return not comparable(words_with_targets(line)).replace("|", "").strip()


def unnumbered_lines(blocks: Iterable[Block]) -> tuple[Line, ...]:
    """The lines of some blocks without the printed words of their references, so that numbering leaves no trace."""
    return tuple(map_cells(line, lambda inline: replace(inline, text="") if isinstance(inline, Reference) else inline)
                 for line in lines_of(blocks))


def clause_lines(passage: Passage) -> tuple[Line, ...]:
    """The lines of a clause without its title and without numbers."""
    return unnumbered_lines(untitled(passage).blocks)


def map_cells(line: Line, change: Callable[[Inline], Inline]) -> Line:
    """The line with every inline changed."""
    return replace(line, cells=tuple(tuple(map(change, cell)) for cell in line.cells))


# ---- blocks to lines ---------------------------------------------------------------------------------------------


def lines_of(blocks: Iterable[Block]) -> tuple[Line, ...]:
    """The lines of some blocks, in reading order, without numbers and labels."""
    return tuple(line for block in blocks for line in _lines(block))


def _lines(block: Block) -> Iterator[Line]:
    match block:
        case Paragraph(inlines):
            yield Line("paragraph", (inlines,))
        case Heading(inlines):
            yield Line("heading", (inlines,))
        case ItemList():
            yield from _starting("list", _list(block, 1))
        case Table(header, rows, description):
            yield Line("header", header, description="" if description == table_description(header) else description)
            for row in rows:
                yield Line("row", row)
        case Box(inner):
            yield from _starting("box", (replace(line, kind=IN_BOX + line.kind.removeprefix(IN_BOX))
                                         for line in lines_of(inner)))
        case Fields(fields, title):
            lines = [Line(f"field {one.kind}", ((Text(one.label),),), holds=one.holds) for one in fields]
            titles = [Line("fields", ((Text(title),),))] if title else []
            yield from _starting("fields", titles + lines)


def _starting(what: str, lines: Iterable[Line]) -> Iterator[Line]:
    for at, line in enumerate(lines):
        yield line if at else replace(line, starts=(what, *line.starts))


def _list(items: ItemList, level: int) -> Iterator[Line]:
    suffix = "" if level == 1 else " 2"
    for item in items.items:
        for at, block in enumerate(item.blocks):
            match block:
                case Paragraph(inlines):
                    kind = "further" if at else items.labels if items.lettered else "bullet"
                    yield Line(kind + suffix, (inlines,))
                case ItemList():  # a third level looks like the second one
                    yield from _starting("list 2", _list(block, 2))


# ---- lines to blocks ---------------------------------------------------------------------------------------------


def blocks_of(lines: Sequence[Line]) -> tuple[Block, ...]:
    """The blocks that some lines make. A line that cannot stand where it is, such as a further paragraph without its
    item, becomes what can."""
    return tuple(map(_block, _groups(lines)))


def _groups(lines: Sequence[Line]) -> Iterator[list[Line]]:
    """The lines of each block."""
    group: list[Line] = []
    for line in lines:
        if group and not _goes_on(group, line):
            yield group
            group = []
        group.append(line)
    if group:
        yield group


def _goes_on(group: list[Line], line: Line) -> bool:
    """Whether a line belongs to the block that has begun."""
    family = _family(line)
    if family != _family(group[0]) or family in line.starts:
        return False
    if family == "list":
        top = next((one.kind for one in group if one.kind in _ITEMS), line.kind)
        return line.kind not in _ITEMS or line.kind == top
    return family == "box" or line.kind in ("row", *_FIELD_KINDS)


def _family(line: Line) -> str:
    """The kind of block that a line is part of."""
    if line.kind in LISTS:
        return "list"
    if line.kind in ROWS:
        return "table"
    return "box" if line.kind.startswith(IN_BOX) else "fields" if line.kind in FIELDS else line.kind


def _block(group: list[Line]) -> Block:
    words = group[0].cells[0]
    match _family(group[0]):
        case "box":
            return Box(blocks_of([replace(line, kind=line.kind.removeprefix(IN_BOX),
                                          starts=tuple(what for what in line.starts if what != "box"))
                                  for line in group]))
        case "list":
            return _item_list(group)
        case "table":
            return _table(group)
        case "fields":
            fields = [Field(plain(line.cells[0]), _FIELD_KINDS[line.kind], line.holds) for line in group
                      if line.kind != "fields"]
            return Fields(tuple(fields), plain(words) if group[0].kind == "fields" else "")
        case "heading":
            return Heading(words)
    return Paragraph(words)


def _item_list(group: list[Line]) -> ItemList:
    """A list. Where its first item is missing, its first line becomes one."""
    kind = next((line.kind for line in group if line.kind in _ITEMS), group[0].kind).removesuffix(" 2")
    labels = next((one for one in COUNTED if one == kind), None)
    items: list[list[Line]] = []
    for line in group:
        if line.kind in _ITEMS or not items:
            items.append([])
        items[-1].append(line)
    return ItemList(tuple(Item(_item_blocks(lines), item_label(labels, at) if labels else "•")
                          for at, lines in enumerate(items, 1)), labels is not None, labels or "letter")


def _item_blocks(lines: list[Line]) -> tuple[Block, ...]:
    blocks: list[Block] = [Paragraph(lines[0].cells[0])]
    for inner, group in groupby(lines[1:], key=lambda line: line.kind.endswith(" 2")):
        if inner:
            blocks.append(_item_list([replace(line, kind=line.kind.removesuffix(" 2"), starts=()) for line in group]))
        else:
            blocks += [Paragraph(line.cells[0]) for line in group]
    return tuple(blocks)


def _table(group: list[Line]) -> Table:
    """A table; each row gets as many cells as the header has."""
    header, *rows = (line.cells for line in group)
    count = len(header)

    def fitted(cells: tuple[Inlines, ...]) -> tuple[Inlines, ...]:
        last = tuple(inline for cell in cells[count - 1:] for inline in (*cell, Text(" ")))[:-1]
        return (*cells[:count - 1], last) if len(cells) > count else cells + ((),) * (count - len(cells))

    return Table(header, tuple(map(fitted, rows)), group[0].description or table_description(header))


# ---- lines as data -----------------------------------------------------------------------------------------------


def lines_to_data(lines: Iterable[Line]) -> list[dict[str, Any]]:
    """Lines as JSON can hold them."""
    data = [{"kind": line.kind, "cells": [inlines_to_data(cell) for cell in line.cells], "starts": list(line.starts),
             "description": line.description, "holds": line.holds} for line in lines]
    return [{name: value for name, value in entry.items() if value} for entry in data]


def inlines_to_data(cell: Inlines) -> Any:
    """A plain string for plain words, else a list of them and of lists that begin with what something is."""
    data = [_inline_data(inline) for inline in cell]
    return data[0] if len(data) == 1 and isinstance(data[0], str) else data


def _inline_data(inline: Inline) -> Any:
    match inline:
        case Text(text, style, address) if address:
            return ["link", address, text, style]
        case Text(text, style):
            return [style, text] if style else text
        case Reference(target):
            return ["reference", target]
        case Blank(label):
            return ["blank", label]
    return ["break"]


def lines_from_data(data: Any, name: str = "lines") -> tuple[Line, ...]:
    """The lines that `lines_to_data` stored. Raises ValueError for anything else, with its place in what is called
    `name`."""
    if not isinstance(data, list):
        raise ValueError(f"`{name}` is no list")
    return tuple(_line(entry, f"{name}[{number}]") for number, entry in enumerate(data))


def _line(data: Any, name: str) -> Line:
    match data:
        case {"kind": str(kind), "cells": [_, *_] as cells, **more} if (
                kind.removeprefix(IN_BOX) in KINDS and more.keys() <= {"starts", "description", "holds"}):
            starts, description, holds = more.get("starts", []), more.get("description", ""), more.get("holds", "")
            if isinstance(starts, list) and holds in ("", *SIGNER_DETAILS) and all(
                    isinstance(one, str) for one in (description, *starts)):
                return Line(kind, tuple(inlines_from_data(cell, f"{name}.cells") for cell in cells), tuple(starts),
                            str(description), str(holds))
    raise ValueError(f"`{name}` is no line of a document")


def inlines_from_data(data: Any, name: str) -> Inlines:
    """The inlines that `inlines_to_data` stored. Raises ValueError for anything else, as `lines_from_data` does."""
    if not isinstance(data, str | list):
        raise ValueError(f"`{name}` has something else than words in it")
    return tuple(_inline(one, name) for one in ([data] if isinstance(data, str) else data))


def _inline(data: Any, name: str) -> Inline:
    match data:
        case str():
            return Text(data)
        case [("strong" | "emphasis") as style, str(text)]:
            return Text(text, style)
        case ["link", str(address), str(text), ("" | "strong" | "emphasis") as style] if (
                ADDRESS.fullmatch(address)):
            return Text(text, style, address)
        case ["reference", str(target)]:
            return Reference(target)
        case ["blank", str(label)]:
            return Blank(label)
        case ["break"]:
            return LineBreak()
    raise ValueError(f"`{name}` has something else than words in it")

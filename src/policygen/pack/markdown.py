"""The clauses' Markdown to blocks of the document model.

In: rendered Markdown with shielded answers and markers. Out: blocks of plain text. References come out without words,
because this module knows no numbers. It refuses Markdown that the document model has no block for: links, images, HTML
and code.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import get_args

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from policygen.library.conditions import MARKER, REFERENCE, unshield
from policygen.model.document import (
    SIGNER_DETAILS, Blank, Block, Box, Field, FieldKind, Fields, Heading, Inline, Inlines, Item, ItemList, LineBreak,
    Paragraph, Reference, Table, Text, TextStyle, item_letter, joined, plain, table_description,
)
from policygen.model.problems import LibraryError, Place, error

_FIELD_KINDS: dict[str, FieldKind] = {kind: kind for kind in get_args(FieldKind)}


@cache
def _parser() -> MarkdownIt:
    # The parser recognises more than the document model has, so that `_block` can refuse it, and no signs are printed.
    return MarkdownIt("commonmark").enable("table").disable(["lheading", "reference"])


def blocks(markdown: str, place: Place) -> tuple[Block, ...]:
    """The blocks of a rendered clause, whose text begins at `place`. Raises LibraryError."""
    tree = SyntaxTreeNode(_parser().parse(markdown))
    return tuple(_block(node, place) for node in tree.children)


def literal(words: str) -> Inlines:
    """The inlines of a plain string, which may hold markers and line breaks. Nothing in it acts as Markdown."""
    return joined(list(_marked(words, "")))


def _block(node: SyntaxTreeNode, place: Place) -> Block:
    match node.type:
        case "paragraph":
            return Paragraph(_inlines(node, place))
        case "heading":
            return Heading(_inlines(node, place))
        case "bullet_list" | "ordered_list":
            lettered = node.type == "ordered_list"
            items = tuple(_item(item, item_letter(number) if lettered else "•", place)
                          for number, item in enumerate(node.children, 1))
            return ItemList(items, lettered)
        case "blockquote":
            return Box(tuple(_block(child, place) for child in node.children))
        case "table":
            return _table(node, place)
        case "fence" if node.info.split(" ")[0] == "fields":
            return _fields(node, place)
    raise LibraryError(error(f"a clause cannot hold this kind of Markdown: {node.type.replace('_', ' ')}", place,
                             "docs/writing.md lists what a clause can hold."))


def _item(node: SyntaxTreeNode, label: str, place: Place) -> Item:
    inner = tuple(_block(child, place) for child in node.children)
    lists = [block for block in inner if isinstance(block, ItemList)]
    if not inner or not isinstance(inner[0], Paragraph) or len(lists) > 1 or any(
            not isinstance(block, Paragraph | ItemList) for block in inner):
        raise LibraryError(error("a list item must hold words, and after them at most one list", place,
                                 "Put anything else behind the list, and an item without words under a condition."))
    return Item(inner, label)


def _table(node: SyntaxTreeNode, place: Place) -> Table:
    header, *rows = (tuple(_inlines(cell, place) for cell in row.children) for part in node.children
                     for row in part.children)
    return Table(header, tuple(rows), table_description(header))


def _fields(node: SyntaxTreeNode, place: Place) -> Fields:
    fields = []
    for line in filter(str.strip, node.content.split("\n")):
        label, colon, what = line.rpartition(":")
        kind, equals, holds = map(str.strip, what.partition("="))
        if not colon or kind not in _FIELD_KINDS:
            raise LibraryError(error(f"`{unshield(line.strip())}` is not a field", place,
                                     f"Write `label: kind`; the kinds are {', '.join(_FIELD_KINDS)}."))
        if equals and (holds not in SIGNER_DETAILS or kind not in ("line", "date")):
            raise LibraryError(error(f"`{unshield(line.strip())}` cannot hold that", place,
                                     f"A line or a date can hold one of these: {', '.join(SIGNER_DETAILS)}."))
        fields.append(Field(_label(label, place), _FIELD_KINDS[kind], holds))
    return Fields(tuple(fields), _label(node.info.partition(" ")[2], place))


def _label(words: str, place: Place) -> str:
    """The label of a field, or the heading of a group of fields, in one line."""
    inlines = literal(words.strip())
    if any(isinstance(inline, Reference) for inline in inlines):
        raise LibraryError(error("a field cannot hold a reference", place, "Put ref() into the text before it."))
    return plain(inlines).replace("\n", ", ")


def _inlines(node: SyntaxTreeNode, place: Place) -> Inlines:
    return joined([inline for child in node.children for leaf in child.children
                   for inline in _inline(leaf, place, "")])


def _inline(node: SyntaxTreeNode, place: Place, style: TextStyle) -> Iterator[Inline]:
    match node.type:
        case "text":
            yield from _marked(node.content, style)
        case "softbreak":
            yield Text(" ", style)
        case "hardbreak":
            yield LineBreak()
        case "strong" | "em":
            inner: TextStyle = "strong" if node.type == "strong" else "emphasis"
            for child in node.children:
                yield from _inline(child, place, inner)
        case _:
            raise LibraryError(error(f"a clause cannot hold this kind of Markdown: {node.type}", place,
                                     "docs/writing.md lists what a clause can hold."))


def _marked(content: str, style: TextStyle) -> Iterator[Inline]:
    """The inlines of a plain text: markers become references and blanks, line breaks become breaks."""
    at = 0
    for found in MARKER.finditer(content):
        yield from _lines(content[at:found.start()], style)
        value = unshield(found[2])
        yield Reference(value) if found[1] == REFERENCE else Blank(value)
        at = found.end()
    yield from _lines(content[at:], style)


def _lines(content: str, style: TextStyle) -> Iterator[Inline]:
    for number, line in enumerate(unshield(content).split("\n")):
        if number:
            yield LineBreak()
        if line:
            yield Text(re.sub(r"[ \t]+", " ", line), style)

"""Write stage, text: one `Document` in, plain text (str) out, 78 columns wide.

It is for reading anywhere, for the golden files of the tests and for comparing editions.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from policygen.model.document import (
    Block, Box, Document, Field, Fields, Heading, Inlines, ItemList, Paragraph, Section, Table, plain, with_addresses,
)

WIDTH = 78


def write(document: Document) -> str:
    """The document's text: UTF-8 characters, lines ended by `\\n`."""
    head = [document.title, "=" * len(document.title), document.organisation, "DRAFT" if document.draft else ""]
    parts = ["\n".join(filter(None, head))]
    if document.control:
        width = max(len(label) for label, _ in document.control) + 2
        parts.append("\n".join(_wrap(_words(words), f"{label}:".ljust(width), " " * width)
                               for label, words in document.control))
    parts += [part for section in document.sections if section.cover for part in _section(section, document)]
    if document.contents:
        parts.append("\n".join(["Contents", *(f"{section.number}. {section.title}" for section in document.sections
                                              if section.title and not section.cover)]))
    parts += [part for section in document.sections if not section.cover for part in _section(section, document)]
    parts += filter(None, [document.edition_line])
    return "\n\n".join(parts) + "\n"


def _section(section: Section, document: Document) -> Iterator[str]:
    if section.title:
        title = f"{section.number}. {section.title}" if section.number else section.title
        yield f"{title}\n{'-' * len(title)}"
    for passage in section.passages:
        if document.layout == "short":
            yield "\n\n".join(_labelled(passage.blocks, "• ", ""))
            continue
        numbers = [block.number for block in passage.blocks if isinstance(block, Paragraph | Heading)]
        longest = max(map(len, numbers), default=0)
        yield "\n\n".join(_block(block, " " * (longest + 3) if longest else "") for block in passage.blocks)


def _labelled(blocks: tuple[Block, ...], label: str, indent: str) -> list[str]:
    """The texts of some blocks, a label before the first words and the rest under these words."""
    inside = indent + " " * len(label)
    first, *rest = blocks
    led = (_wrap(_words(first.inlines), indent + label, inside) if isinstance(first, Paragraph)
           else _block(first, inside))
    return [led, *(_block(block, inside) for block in rest)]


def _block(block: Block, indent: str) -> str:
    match block:
        case Paragraph(inlines, number):
            return _wrap(_words(inlines), f"{number} ".ljust(len(indent)) if number else indent, indent)
        case Heading(inlines, number):
            return _wrap(_words(inlines), number.ljust(len(indent)) if number else indent, indent)
        case ItemList(items):
            texts: list[str] = []
            for item in items:
                alone = () if isinstance(item.blocks[0], Paragraph) else (Paragraph(()),)  # a label without words
                texts += _labelled(alone + item.blocks, f"{item.label} ", indent)
            return "\n".join(texts)
        case Table(header, rows):
            return "\n".join(_wrap(" | ".join(_words(cell).replace("\n", ", ") for cell in row), indent, f"{indent}  ")
                             for row in (header, *rows))
        case Box(inner):
            return "\n\n".join(_block(part, f"{indent}| ") for part in inner)
        case Fields(fields, title):
            lines = [f"{indent}{title}"] if title else []
            return "\n\n".join([*lines, *(_field(field, indent) for field in fields)])


def _field(field: Field, indent: str) -> str:
    if field.kind == "tick":
        return _wrap(field.label, f"{indent}[ ] ", f"{indent}    ")
    if field.value:
        return _wrap(f"{field.label}: {field.value}", indent, f"{indent}  ")
    rule = "_" * max(12, WIDTH - len(indent) - len(field.label) - 2)
    lines = [f"{indent}{field.label}: {rule}"]
    if field.kind == "lines":
        lines += [indent + "_" * (WIDTH - len(indent))] * 2
    return "\n\n".join(lines)


def _words(inlines: Inlines) -> str:
    return plain(with_addresses(inlines))


def _wrap(text: str, first: str, rest: str) -> str:
    lines = text.split("\n")
    wrapped = [textwrap.fill(line, WIDTH, initial_indent=rest if number else first, subsequent_indent=rest,
                             break_long_words=False, break_on_hyphens=False) for number, line in enumerate(lines)]
    return "\n".join(wrapped) if text else first.rstrip()

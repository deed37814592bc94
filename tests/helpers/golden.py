"""The words of several packs in one text for each document, in which what they have in common stands once.

Each line is a sentence, with a letter in its margin for each pack that has it. A sentence that is changed in a clause
changes one line, or one for each pack where it has other words. What the notes for trustees repeat of the policy is
left out. The lines of one pack, in their order, are all the words of its document.
"""

import re
from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher

from policygen.model.document import (
    Block, Box, Document, Fields, Heading, ItemList, Paragraph, Passage, Table, plain,
)

SENTENCE_END = re.compile(r"(?<=[.:;?!”]) (?=\S)|\n")
Part = tuple[str, list[str]]
"""A clause, a section's title, or what stands before and after them: its name, and its lines."""


def golden_texts(packs: Mapping[str, tuple[Document, ...]]) -> dict[str, str]:
    """The text of each document by its id, from the documents of each pack by its name."""
    found: dict[str, dict[str, list[Part]]] = {}
    for name, documents in packs.items():
        policy = {passage.clause: passage for document in documents if document.kind == "policy"
                  for section in document.sections for passage in section.passages}
        for document in documents:
            repeats = policy if document.kind == "annotated" else {}
            found.setdefault(document.id, {})[name] = list(_parts(document, repeats))
    return {document: _text(parts, list(packs)) for document, parts in found.items()}


def _text(parts: Mapping[str, list[Part]], packs: list[str]) -> str:
    letters = {name: chr(ord("a") + at) for at, name in enumerate(packs)}
    text = [f"Which packs have a line: {', '.join(f'{letter} {name}' for name, letter in letters.items())}."]
    for title, _ in _merged({letters[name]: [title for title, _ in own] for name, own in parts.items()}):
        lines = _merged({letters[name]: dict(own)[title] for name, own in parts.items() if title in dict(own)})
        text += ["", f"[{title}]"] + [f"{''.join(one if one in having else ' ' for one in letters.values())} {line}"
                                      for line, having in lines]
    return "\n".join(text) + "\n"


def _merged(packs: Mapping[str, list[str]]) -> list[tuple[str, str]]:
    """All lines of some lists, each with the letters of those that have it; those of one letter are in their order."""
    merged: list[tuple[str, str]] = []
    for letter, lines in packs.items():
        before, merged = merged, []
        steps = SequenceMatcher(None, [line for line, _ in before], lines, autojunk=False).get_opcodes()
        for step, i1, i2, j1, j2 in steps:
            merged += [(line, having + letter if step == "equal" else having) for line, having in before[i1:i2]]
            merged += [(line, letter) for line in lines[j1:j2] if step != "equal"]
    return merged


def _parts(document: Document, repeats: Mapping[str, Passage]) -> Iterator[Part]:
    yield "top", [document.title, document.organisation, *(["DRAFT"] if document.draft else []),
                  *(f"{label}: {plain(words)}" for label, words in document.control)]
    for section in document.sections:
        yield section.id, [f"{section.number} {section.title}".strip()]
        for passage in section.passages:
            policy = repeats.get(passage.clause)
            first = len(policy.blocks) if policy and passage.blocks[:len(policy.blocks)] == policy.blocks else 0
            lines = [line for block in passage.blocks[first:] for line in _lines(block)]
            yield f"{section.id}: {passage.clause}", [f"No. {passage.number}"] * bool(passage.number) + lines
    yield "foot", [document.edition_line]


def _lines(block: Block, before: str = "") -> Iterator[str]:
    match block:
        case Paragraph(inlines, number) | Heading(inlines, number):
            yield from [f"No. {number}"] * (number.count(".") > 1)
            yield from (before + words for words in SENTENCE_END.split(plain(inlines)) if words.strip())
        case ItemList(items):
            for item in items:
                for place, inner in enumerate(item.blocks):
                    yield from _lines(inner, before + ("" if place else f"{item.label} "))
        case Table(header, rows):
            for row in (header, *rows):
                yield before + " | ".join(plain(cell).replace("\n", " / ") for cell in row)
        case Box(blocks):
            for inner in blocks:
                yield from _lines(inner, f"{before}| ")
        case Fields(fields, title):
            yield from [f"{before}{title}"] * bool(title)
            yield from (f"{before}{field.label}: {field.value or field.kind}" for field in fields)

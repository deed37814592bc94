"""Masters: documents that are printed many times, with other words in some places.

In: a blank form or sheet, or the rows of a list. Out: a `Master`, the same document with a stand-in for each of those
words; and the document with the words themselves, for when it has to be laid out in full. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count
from string import ascii_lowercase
from typing import Literal

from policygen.model.document import (
    Document, Field, Fields, Inline, Passage, Section, Table, Text, every_block, map_fields, map_inlines, passages_of,
    table_description, text_of,
)

FOOT = "foot"
"""The place of the line at the foot of every page."""
BETWEEN = " · "
"""What stands between the line that names the edition and the number of a copy."""
_BOX = "☐"

_SHORT_LABELS = {"name": "Name"}
"""A blank form asks for capitals because of people's handwriting; print needs none."""

Place = Literal["line", "cell", "foot"]


@dataclass(frozen=True, slots=True, eq=False)
class Master:
    """A document with stand-ins."""

    document: Document
    places: Mapping[str, Place]
    """Where the words stand that are exchanged, by their names."""
    stand_ins: Mapping[str, str]
    """What stands there in their place."""


@dataclass(frozen=True, slots=True, eq=False)
class Copy:
    """One print of a document."""

    master: Master
    words: Mapping[str, str]
    """What stands in the master's places, each in one line."""
    title: str
    """Its bookmark, where several copies make up a set; empty for none."""
    label: str
    """What the labels of its pages begin with; empty for Roman numbers."""
    begins: str = ""
    """The bookmark of the set that begins with this copy; empty in the middle of a set."""


def _beginning(taken: str) -> str:
    """What all stand-ins of a document begin with: letters that are nowhere among its own."""
    return next(beginning for many in count(1) if (beginning := "Xq" + "z" * many) not in taken)


def of_form(blank: Document, known: Mapping[str, str]) -> Master:
    """The master of a form on which those words are filled in that are known, and its foot."""
    texts = [text_of(passage.blocks) for passage in passages_of(blank)]
    beginning = _beginning("\n".join([blank.title, blank.organisation, *texts]))
    document = with_known(blank, {holds: f"{beginning}{holds}" for holds, words in known.items() if words})
    places: dict[str, Place] = {field.holds: "line" for field in _fields(document) if field.value} | {FOOT: FOOT}
    return Master(replace(document, edition_line=f"{beginning}{FOOT}"), places,
                  {word: f"{beginning}{word}" for word in places})


def with_known(document: Document, known: Mapping[str, str]) -> Document:
    """The form with words in its places, by what these hold."""
    def fill(field: Field) -> Field:
        if not (value := known.get(field.holds)):
            return field
        return replace(field, value=value, label=_SHORT_LABELS.get(field.holds, field.label))

    return replace(document, sections=tuple(
        replace(section, passages=tuple(replace(passage, blocks=map_fields(passage.blocks, fill))
                                        for passage in section.passages)) for section in document.sections))


def foot(blank: Document, mark: str) -> str:
    """The foot of a copy with its mark, such as `No. 17`."""
    return BETWEEN.join(filter(None, [blank.edition_line, mark]))


def filled(master: Master, words: Mapping[str, str]) -> Document:
    """The document with words for the stand-ins."""
    given = {master.stand_ins[word]: text for word, text in words.items()}

    def fill(field: Field) -> Field:
        return replace(field, value=given.get(field.value, field.value))

    def change(inline: Inline) -> Inline:
        return Text(given[inline.text], inline.style) if isinstance(inline, Text) and inline.text in given else inline

    def passage(one: Passage) -> Passage:
        return replace(one, blocks=map_inlines(map_fields(one.blocks, fill), change))

    return replace(master.document, edition_line=given.get(master.document.edition_line, master.document.edition_line),
                   sections=tuple(replace(section, passages=tuple(map(passage, section.passages)))
                                  for section in master.document.sections))


def in_one_line(text: str) -> str:
    """Words as they stand in print: a line break or several spaces are one space."""
    return re.sub(r"[ \t\r\n\f\v]+", " ", text).strip(" ")


def _fields(document: Document) -> list[Field]:
    return [field for passage in passages_of(document)
            for block in every_block(passage.blocks) if isinstance(block, Fields)
            for field in block.fields]


# ---- lists -------------------------------------------------------------------------------------------------------


def of_list(identity: str, title: str, organisation: str, columns: Sequence[str], boxes: Sequence[str], rows: int
            ) -> Master:
    """The master of one page of a list with so many rows: columns of words, then columns of boxes to tick."""
    beginning = _beginning("\n".join([title, organisation, *columns, *boxes]))
    stand_ins = {cell(row, at): f"{beginning}{cell(row, at)}" for row in range(rows) for at in range(len(columns))}
    header = tuple((Text(heading),) for heading in (*columns, *boxes))
    lines = tuple((*((Text(stand_ins[cell(row, at)]),) for at in range(len(columns))), *((Text(_BOX),) for _ in boxes))
                  for row in range(rows))
    table = Table(header, lines, table_description(header))
    section = Section(f"{identity}-body", "", "", (Passage(f"{identity}/rows", title, "", (table,)),))
    document = Document(identity, "form", title, organisation, "plain", (), (section,), f"{beginning}{FOOT}", False)
    return Master(document, dict.fromkeys(stand_ins, "cell") | {FOOT: FOOT}, stand_ins | {FOOT: document.edition_line})


def cell(row: int, column: int) -> str:
    """The name of the words in a cell of a list."""
    return f"{row}{ascii_lowercase[column]}"

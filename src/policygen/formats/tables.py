"""How tables lie on paper: which page they need, how wide their columns are, which rows are written on.

In: a `Table` and its `Document`. Out: figures and yes or no, the same for Word and PDF: Word needs every width in
figures, and style sheets cannot see which cells are left blank. It draws nothing.
"""

from __future__ import annotations

import math
import re

from policygen.model.document import Document, Inlines, Table, every_block, passages_of, plain

TICK = "☐"
"""A box to tick, in running words."""
WIDE = {False: 7, True: 6}
"""With this many columns a table needs the page on its side: in ordinary print, and in large print."""
LETTER, TICK_BOX, PADDING = 2.0, 6.5, 4.5
"""What a letter, a box to tick and the edges of a cell take, in millimetres."""
ANSWER = 12
"""The most letters of a text with boxes that stays on one line."""
BLANK = 30.0
"""The share of a column to write in, in the same measure as that of words; a long heading asks for more."""


def lies_on_its_side(document: Document, large: bool = False) -> bool:
    """Whether a document is printed on landscape pages, because one of its tables is wide; in large print only tables
    to fill in stay tables."""
    return any(len(table.header) >= WIDE[large]
               for passage in passages_of(document) for table in every_block(passage.blocks)
               if isinstance(table, Table) and (not large or is_filled_in(table, document)))


def written_on(row: tuple[Inlines, ...]) -> bool:
    """Whether a row of a form is filled in by hand: a cell is blank or has boxes to tick."""
    return any(not text or TICK in text for text in _texts(row))


def is_filled_in(table: Table, document: Document) -> bool:
    """Whether a table is there to be filled in by hand. Only plain documents have such tables: in all others an empty
    cell means that there is nothing to say."""
    return document.layout == "plain" and any(map(written_on, table.rows))


def words_beside(table: Table, number: int, at: int) -> str:
    """The words that say what somebody fills in at column `at` of a row: those nearest before it that begin after
    another place to fill in. `number` counts rows from 1; `Row 3` stands for a row without such words."""
    rows = [[" ".join(text.split()) for text in _texts(row)] for row in table.rows]
    texts, begins = rows[number - 1], at
    while begins and not _says(texts[begins - 1]):
        begins -= 1
    ends = begins
    while begins and _says(texts[begins - 1]):
        begins -= 1
    if begins == ends:
        return f"Row {number}"
    alike = sum(row[begins] == texts[begins] for row in rows) > 1
    return ", ".join(texts[begins:ends]) if alike else texts[begins]


def _says(text: str) -> bool:
    """Whether a cell has words to read and nothing to fill in."""
    return bool(text) and TICK not in text


def boxes_lead(text: str) -> bool:
    """Whether the boxes to tick in a text stand before their words, as in `☐ Yes ☐ No`, and not after them, as in
    `Yes ☐ No ☐`."""
    return text.partition(TICK)[0].strip()[-1:] in ("", ".", ":", "?")


def box_labels(text: str) -> list[str]:
    """The words of each box to tick in a text."""
    pieces = text.split(TICK)
    return [label.strip(" .,;\u00a0\n") for label in (pieces[1:] if boxes_lead(text) else pieces[:-1])]


def widths(table: Table, whole: float, stacked: bool = False) -> list[float]:
    """The width of each column in millimetres; together they are `whole`. No long word is broken.

    A column gets room in proportion to the square root of the length of its texts, so that long texts leave room for
    the other columns. `stacked`: the
    boxes of one answer may stand below each other.
    """
    columns = list(zip(_texts(table.header), *map(_texts, table.rows), strict=True))
    wanted, least = [_wanted(column) for column in columns], [_least(column, stacked) for column in columns]
    if sum(least) >= whole:
        return [whole * width / sum(least) for width in least]
    tight: set[int] = set()
    while True:
        room = whole - sum(least[at] for at in tight)
        unit = room / sum(want for at, want in enumerate(wanted) if at not in tight)
        found = [least[at] if at in tight else want * unit for at, want in enumerate(wanted)]
        tighter = {at for at, width in enumerate(found) if width < least[at]}
        if not tighter:
            return found
        tight |= tighter


def _texts(row: tuple[Inlines, ...]) -> tuple[str, ...]:
    return tuple(plain(cell).strip() for cell in row)


def _wanted(column: tuple[str, ...]) -> float:
    """What a column, its heading first, would have if there were room; only the proportions count."""
    heading, *texts = column
    for_words = 7 * math.sqrt(max(8, *map(len, column)))
    mostly_blank = sum(map(bool, texts)) * 2 < len(texts)
    return max(for_words, BLANK + min(len(heading), 48) / 2) if mostly_blank else for_words


def _least(column: tuple[str, ...], stacked: bool) -> float:
    """What a column needs for its longest word, and for `☐ Yes ☐ No` on one line, or each box with its word."""
    pieces: list[str] = []
    for text in column:
        if TICK not in text or len(text) > ANSWER:
            pieces += text.split()
        else:
            pieces += re.findall(rf"{TICK} \S+|\S+ {TICK}|\S+", text) if stacked else [text]
    widest = max((sum(TICK_BOX if letter == TICK else LETTER for letter in piece) for piece in pieces), default=0)
    return PADDING + widest

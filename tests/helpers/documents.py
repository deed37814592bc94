"""Random documents and random edits of them, the same for the same seed."""

from collections.abc import Sequence
from dataclasses import replace
from random import Random

from helpers.edited import finished
from policygen.model.document import (
    Block, Box, Document, Heading, Inlines, Item, ItemList, Paragraph, Passage, Section, Table, Text, item_letter,
    plain,
)

WORDS = "cat dog bird house table river stone green blue seven paper window garden letter summer".split()
LAYOUTS = ("numbered", "three_level", "lettered", "plain", "short")


def words(draw: Random, count: int = 0) -> Paragraph:
    """A paragraph of so many words; without a count, of 3 to 14."""
    return Paragraph((Text(" ".join(draw.choice(WORDS) for _ in range(count or draw.randint(3, 14))) + "."),))


def listed(draw: Random) -> ItemList:
    return relabelled([words(draw, 3) for _ in range(draw.randint(1, 4))], draw.random() < 0.5)


def relabelled(paragraphs: Sequence[Paragraph], lettered: bool) -> ItemList:
    """A list of these items, labelled anew."""
    return ItemList(tuple(Item((paragraph,), item_letter(at) if lettered else "•")
                          for at, paragraph in enumerate(paragraphs, 1)), lettered)


def row(draw: Random, columns: int) -> tuple[Inlines, ...]:
    return tuple(words(draw, 3).inlines for _ in range(columns))


def table(draw: Random) -> Table:
    columns = draw.randint(2, 3)
    return Table(row(draw, columns), tuple(row(draw, columns) for _ in range(draw.randint(1, 4))), "A table.")


def heading(draw: Random) -> Heading:
    return Heading(words(draw, 2).inlines)


def box(draw: Random) -> Box:
    return Box((words(draw),))


def passage(draw: Random, number: int) -> Passage:
    kinds = (words, listed, table, heading, box)
    blocks = [words(draw)] + [draw.choice(kinds)(draw) for _ in range(draw.randint(0, 3))]
    return Passage(f"s/c{number}", f"Clause {number}", "", tuple(blocks))


def document(draw: Random) -> Document:
    numbers = iter(range(100))
    sections = tuple(Section(f"s{at}", f"Section {at}", "", tuple(passage(draw, next(numbers)) for _ in range(
        draw.randint(1, 4)))) for at in range(draw.randint(1, 3)))
    return Document("policy", "policy", "Policy", "Riverside", draw.choice(LAYOUTS), (("Status", (Text("Draft"),)),),
                    sections, "Edition 1", False, True)


def edited(draw: Random, before: Document) -> Document:
    """The document after up to five edits of all kinds."""
    titles, clauses = [section.title for section in before.sections], [list(one.passages) for one in before.sections]
    for _ in range(draw.randint(0, 5)):
        section = draw.choice(range(len(clauses)))
        if clauses[section]:
            _edit(draw, titles, clauses, section)
    sections = tuple(replace(section, title=title, passages=tuple(passages)) for section, title, passages
                     in zip(before.sections, titles, clauses, strict=True) if passages)
    return replace(before, sections=sections or before.sections)


def _edit(draw: Random, titles: list[str], clauses: list[list[Passage]], section: int) -> None:
    """Delete, add or move a clause, change the section's title, or edit a block of a clause."""
    passages = clauses[section]
    at, kind = draw.randrange(len(passages)), draw.random()
    if kind < 0.15:
        passages.pop(at)
    elif kind < 0.3:
        passages.insert(at, passage(draw, draw.randint(100, 9999)))
    elif kind < 0.45:
        moved, goal = passages.pop(at), draw.choice(clauses)
        goal.insert(draw.randint(0, len(goal)), moved)
    elif kind < 0.5:
        titles[section] += " new"
    else:
        blocks = list(passages[at].blocks)
        _edit_block(draw, blocks, draw.randrange(len(blocks)))
        passages[at] = replace(passages[at], blocks=tuple(blocks))


def _edit_block(draw: Random, blocks: list[Block], at: int) -> None:
    kind, block = draw.random(), blocks[at]
    if kind < 0.2 and len(blocks) > 1:
        blocks.pop(at)
    elif kind < 0.3:
        blocks.insert(at + 1, draw.choice((words, listed, table))(draw))
    elif isinstance(block, Paragraph):
        found = plain(block.inlines).split()
        for _ in range(draw.randint(1, 3)):
            found[draw.randrange(len(found))] = draw.choice(WORDS)
        blocks[at] = Paragraph((Text(" ".join(found)),))
    elif isinstance(block, Table):
        longer = draw.random() < 0.5 or len(block.rows) < 2
        rows = [*block.rows, row(draw, len(block.header))] if longer else block.rows[1:]
        blocks[at] = replace(block, rows=tuple(rows))
    elif isinstance(block, ItemList):
        items = [item.blocks[0] for item in block.items]
        same = draw.random() < 0.7
        blocks[at] = relabelled([*items, words(draw, 4)] if same else items[1:] or items, block.lettered == same)


def pair(seed: int) -> tuple[Document, Document]:
    """A document and an edited one, with their numbers."""
    draw = Random(seed)
    before = document(draw)
    return finished(before), finished(edited(draw, before))

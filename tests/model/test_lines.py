"""Blocks as lines, and lines as blocks again."""

import json
from random import Random

import pytest

from helpers.documents import document
from helpers.sample import filled_in, form, policy, three_level
from policygen.model.document import (
    Blank, Box, Field, Fields, Heading, Item, ItemList, LineBreak, Paragraph, Passage, Reference, Table, Text,
    passages_of, untitled,
)
from policygen.model.lines import (
    Line, blocks_of, comparable, is_blank_line, lines_from_data, lines_of, lines_to_data, unnumbered_lines,
    words_with_targets,
)


def para(text: str) -> Paragraph:
    return Paragraph((Text(text),))


def bullets(*texts) -> ItemList:
    return ItemList(tuple(Item(text if isinstance(text, tuple) else (para(text),), "•") for text in texts))


RICH = (
    Heading((Text("A heading"),)), para("One."), bullets("a", (para("b"), bullets("c", "d"), para("e"))),
    bullets("f"),
    ItemList((Item((para("g"), para("h")), "(a)"), Item((para("i"),), "(b)")), True),
    ItemList((Item((para("j"),), "(a)"),), True),
    Box((para("k"), bullets("l", "m"))), Box((bullets("n"),)),
    Table(((Text("Where"),), (Text("What"),)), (((Text("x"),), ()), ((), ())), "Table with the columns Where, What."),
    Table(((Text("Who"),),), (((Text("y"),),),), "Table with the columns Who."),
    Fields((Field("Name", "line"), Field("More", "lines"), Field("I agree", "tick")), "Sign"),
    Fields((Field("Signature", "signature"), Field("Date", "date"))), Fields((Field("Seen by", "line"),)),
    Paragraph((Text("See ", "strong"), Reference("a/b"), LineBreak(), Blank("the date"), Text(".", "emphasis"))),
    Paragraph((Text("See "), Text("our ", "", "https://a.example/?y=1"), Text("page", "strong", "mailto:a@b.uk"))),
)


def test_every_kind_of_block_comes_back():
    assert blocks_of(lines_of(RICH)) == RICH


def test_the_blocks_of_random_documents_come_back_and_so_do_their_lines_as_data():
    for seed in range(100):
        for passage in passages_of(document(Random(seed))):
            lines = lines_of(passage.blocks)
            again = lines_from_data(json.loads(json.dumps(lines_to_data(lines))))
            assert again == lines and [line.starts for line in again] == [line.starts for line in lines]
            assert [type(block) for block in blocks_of(again)] == [type(block) for block in passage.blocks]
            assert lines_of(blocks_of(again)) == lines


@pytest.mark.parametrize("lines, wanted", [
    ([Line("further", ((Text("a"),),))], (bullets("a"),)),
    ([Line("bullet 2", ((Text("a"),),))], (bullets("a"),)),
    ([Line("row", ((Text("a"),),))], (Table(((Text("a"),),), (), "Table with the columns a."),)),
    ([Line("header", ((Text("a"),), (Text("b"),))), Line("row", ((Text("c"),),)),
      Line("row", ((Text("d"),), (Text("e"),), (Text("f"),)))],
     (Table(((Text("a"),), (Text("b"),)), (((Text("c"),), ()), ((Text("d"),), (Text("e"), Text(" "), Text("f")))),
            "Table with the columns a, b."),)),
    ([Line("field line", ((Text("a"),),))], (Fields((Field("a", "line"),)),)),
    ([], ()),
])
def test_lines_that_stand_where_they_cannot_become_what_can_stand_there(lines, wanted):
    assert blocks_of(lines) == wanted


def test_what_is_only_typography_does_not_count():
    assert comparable("It’s  “ours” –\u00a0now\u00ad.") == comparable("It's \"ours\" - now.")
    assert comparable("It is ours.") != comparable("It is yours.")
    assert comparable("No 5") != comparable("No 6")


def test_numbers_of_references_do_not_count():
    seen = [Line("paragraph", ((Text("See "), Reference("a/b", text)),)) for text in ("section 1.2", "section 7")]
    assert words_with_targets(seen[0]) == words_with_targets(seen[1])
    assert unnumbered_lines((Paragraph(seen[0].cells[0]),)) == unnumbered_lines((Paragraph(seen[1].cells[0]),))


def test_a_blank_line_is_known():
    assert is_blank_line(Line("row", ((), (Text(" \u00a0"),)))) and not is_blank_line(Line("row", ((), (Text("x"),))))


@pytest.mark.parametrize("made", [policy(), form(), three_level(), filled_in(8)])
def test_a_clause_stands_without_the_title_that_assembly_printed(made):
    for passage in passages_of(made):
        lines = unnumbered_lines(untitled(passage).blocks)
        if passage.number:
            assert not [line for line in lines if words_with_targets(line).startswith(f"{passage.title}. ")]
        assert lines_from_data(lines_to_data(lines)) == lines


def test_a_title_alone_in_its_line_goes_with_its_line():
    listed = bullets("a")
    for title in (Text("Aim. ", "strong"), Text("Aim.")):
        assert untitled(Passage("a/b", "Aim", "1.1", (Paragraph((title,), "1.1"), listed))).blocks == (listed,)


def test_damaged_data_is_refused():
    good = lines_to_data(lines_of(RICH))
    for damage in ({"kind": "script"}, {"cells": []}, {"cells": [[["bold", "x"]]]}, {"starts": [1]},
                   {"cells": [[7]]}, {"cells": [[["link", "javascript:alert(1)", "x", ""]]]},
                   {"cells": [[["link", "file:///C:/x", "x", ""]]]}):
        with pytest.raises((ValueError, TypeError)):
            lines_from_data([good[0] | damage])

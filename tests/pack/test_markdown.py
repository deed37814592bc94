"""Markdown to blocks; whatever an answer holds comes out as it was typed, wherever a clause puts it."""

import re

import pytest
from hypothesis import given, settings

from helpers.strategies import HOSTILE, lines, paragraphs
from policygen.library.conditions import BLANK, REFERENCE, compile_wording, for_wording, marker
from policygen.model.document import (
    Blank, Box, Field, Fields, Heading, Item, ItemList, LineBreak, Paragraph, Reference, Table, Text, inlines_of,
    plain,
)
from policygen.model.problems import LibraryError, Place
from policygen.pack.markdown import blocks, literal

PLACE = Place("clause.md", 5)
STABLE = settings(max_examples=150, deadline=None, derandomize=True, database=None)


def drawn(source: str, **context):
    return blocks(compile_wording(source, PLACE).render(context), PLACE)


def words(text: str, style: str = "") -> Paragraph:
    return Paragraph((Text(text, style),))


# ---- Markdown ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("source", "block"), [
    ("One line\nand another.", words("One line and another.")),
    ("# Heading", Heading((Text("Heading"),))),
    ("> Key message.", Box((words("Key message."),))),
    ("a **b** *c* d", Paragraph((Text("a "), Text("b", "strong"), Text(" "), Text("c", "emphasis"), Text(" d")))),
    ("a\\\nb", Paragraph((Text("a"), LineBreak(), Text("b")))),
    ("- a\n- b", ItemList((Item((words("a"),), "•"), Item((words("b"),), "•")))),
    ("1. a\n2. b", ItemList((Item((words("a"),), "(a)"), Item((words("b"),), "(b)")), True)),
    ("- a\n\n  more\n  - b", ItemList((Item((words("a"), words("more"), ItemList((Item((words("b"),), "•"),))),
                                            "•"),))),
    ("| A | B |\n|---|---|\n| c | **d** |", Table(((Text("A"),), (Text("B"),)),
                                                  (((Text("c"),), (Text("d", "strong"),)),),
                                                  "Table with the columns A, B.")),
    ("```fields Signed\nName: line\n\nI agree: to this: tick\n```",
     Fields((Field("Name", "line"), Field("I agree: to this", "tick")), "Signed")),
    ("```fields\nName: line = name\nSince: date=start_date\n```",
     Fields((Field("Name", "line", "name"), Field("Since", "date", "start_date")))),
    ("R&amp;D \\* \\_ 5 < 6 & x_y_z", words("R&D * _ 5 < 6 & x_y_z")),
], ids=lambda value: value if isinstance(value, str) else "")
def test_each_kind_of_markdown_has_its_block(source, block):
    assert drawn(source) == (block,)


def test_letters_go_on_after_z():
    (found,) = drawn("\n".join(f"{number}. x" for number in range(1, 55)))
    assert [item.label for item in found.items][24:28] == ["(y)", "(z)", "(aa)", "(bb)"]
    assert found.items[-1].label == "(bbb)"


@pytest.mark.parametrize("source", [
    "[the ICO](https://ico.org.uk)", "![logo](logo.png)", "see <https://ico.org.uk>", "some `code`", "    code",
    "```python\nx\n```", "<b>bold</b>", "<div>\nx\n</div>", "a\n\n---\n\nb", "line<br>line", "- \n- a", "- - a",
    "- > a",
    "- # a", "- | A |\n  |---|\n  | b |", "- a\n  - b\n\n  1. c", "```fields\nName line\n```",
    "```fields\nName: line = nmae\n```",
    "```fields\nI agree: tick = name\n```", "```fields\nName: line =\n```", "```fields\nName: box\n```",
    "```fields\nSee {{ ref('x') }}: line\n```",
])
def test_what_the_document_has_no_block_for_is_refused_and_never_printed_as_signs(source):
    with pytest.raises(LibraryError) as caught:
        drawn(source, ref=for_wording(lambda target: marker(REFERENCE, target)))
    assert caught.value.problems[0].place == PLACE
    assert caught.value.problems[0].hint


def test_markers_become_nodes_and_keep_their_style_apart():
    found = drawn("See {{ ref }} **and {{ blank }}**.", ref=marker(REFERENCE, "limits/a_b"),
                  blank=marker(BLANK, "lead *role*"))
    assert found == (Paragraph((Text("See "), Reference("limits/a_b"), Text(" "), Text("and ", "strong"),
                                Blank("lead *role*"), Text("."))),)


def test_a_blank_on_a_field_is_printed_like_any_blank_and_an_address_in_one_line():
    found = drawn("```fields For {{ who }}\n{{ who }}: line\nTo {{ address }}: line\n```",
                  who=marker(BLANK, "the lead"),
                  address="1 High Street:\nEastbrook")
    assert found == (Fields((Field("[the lead]", "line"), Field("To 1 High Street:, Eastbrook", "line")),
                            "For [the lead]"),)


def test_a_string_that_is_no_markdown_keeps_its_signs_and_its_line_breaks():
    assert literal("*a*\n# b" + marker(BLANK, "x")) == (Text("*a*"), LineBreak(), Text("# b"), Blank("x"))
    assert literal("") == ()


# ---- answers come out literally ----------------------------------------------------------------------------------

FRAMES = {
    "paragraph": "{{ answer }}", "middle": "Ask {{ answer }}, please.",
    "sentence start": "Before\n{{ answer }}\nafter.",
    "bold": "It is **{{ answer }}** here.", "emphasis": "It is *{{ answer }}*.", "item": "- {{ answer }}\n- b",
    "lettered": "1. {{ answer }}\n2. b", "nested": "- a\n  - {{ answer }}", "box": "> {{ answer }}",
    "heading": "## {{ answer }}", "cell": "| A | B |\n|---|---|\n| {{ answer }} | b |\n| c | {{ answer }} |",
    "header": "| {{ answer }} | B |\n|---|---|\n| c | d |",
}


def squeezed(text: str) -> str:
    return re.sub(r"[ \t]+", " ", text)


def text_around(name: str, answer: str) -> str:
    """What the frame must give, one run of inlines a line."""
    return {"middle": f"Ask {answer}, please.", "sentence start": f"Before {answer} after.",
            "bold": f"It is {answer} here.",
            "emphasis": f"It is {answer}.", "item": f"{answer}\nb", "lettered": f"{answer}\nb",
            "nested": f"a\n{answer}",
            "cell": f"A\nB\n{answer}\nb\nc\n{answer}", "header": f"{answer}\nB\nc\nd"}.get(name, answer)


def runs(found) -> str:
    return "\n".join(plain(run) for run in inlines_of(found))


@pytest.mark.parametrize("frame", FRAMES)
@pytest.mark.parametrize("answer", [*HOSTILE, "a\nb", "# a\n- b\n\n> c\n    d", "a\n\n\nb"])
def test_a_hostile_answer_is_literal_in_every_place(frame, answer):
    assert squeezed(runs(drawn(FRAMES[frame], answer=answer))) == squeezed(text_around(frame, answer))


@given(lines() | paragraphs())
@STABLE
def test_any_answer_is_literal_in_every_place(answer):
    for frame, source in FRAMES.items():
        assert runs(drawn(source, answer=answer)) == squeezed(text_around(frame, answer)), frame


@given(lines())
@STABLE
def test_an_answer_changes_neither_the_kind_nor_the_number_of_blocks(answer):
    for source in FRAMES.values():
        assert [type(block) for block in drawn(source, answer=answer)] == [
            type(block) for block in drawn(source, answer="plain")]


@given(lines())
@STABLE
def test_any_answer_is_literal_on_a_field(answer):
    assert drawn("```fields {{ answer }}\n{{ answer }}: line\n```", answer=answer) == (
        Fields((Field(squeezed(answer), "line"),), squeezed(answer)),)


@given(paragraphs())
@STABLE
def test_the_line_breaks_of_an_answer_stay_line_breaks(answer):
    ((paragraph,), breaks) = drawn("To: {{ answer }}", answer=answer), answer.count("\n")
    assert sum(isinstance(inline, LineBreak) for inline in paragraph.inlines) == breaks


def test_a_bold_answer_is_bold_through_and_through():
    (paragraph,) = drawn("**{{ answer }}**", answer="a_b\n**c** [d](e)")
    assert paragraph.inlines == (Text("a_b", "strong"), LineBreak(), Text("**c** [d](e)", "strong"))

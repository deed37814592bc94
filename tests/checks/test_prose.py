"""The words of a clause: paragraphs, sentences and their lines, alternatives."""

import pytest

from policygen.checks.prose import paragraphs, placed_sentences, unconditional_words
from policygen.library.conditions import compile_wording
from policygen.model.problems import Place


def lines_of(source: str) -> list[tuple[str, int]]:
    """Each sentence of a wording that begins on line 10, with its line."""
    found = paragraphs(compile_wording(source, Place("x.md", 10)), {})
    return [(sentence, place.line) for paragraph in found for sentence, place in placed_sentences(paragraph)]


@pytest.mark.parametrize(("source", "expected"), [
    ("One. Two\nthree. Four.", [("One.", 10), ("Two three.", 10), ("Four.", 11)]),
    ("Lead:\n\n- one\n  more;\n- two.", [("Lead:", 10), ("one more;", 12), ("two.", 14)]),
    ("> Boxed. Text\n> here.", [("Boxed.", 10), ("Text here.", 10)]),
    ("## Title\nWords.", [("Title", 10), ("Words.", 11)]),
    ("```fields Signed\nName: line\n```\nAfter.", [("Name", 11), ("After.", 13)]),
    ("See {{ ref('a/b') }} and ask the {{ lead_role }}.", [("See section 6.2 and ask the lead role.", 10)]),
    ("{{ term.users | cap }} and {{ listing(words('workers')) }}.", [("users and workers.", 10)]),
    ("{{ verb('body', 'approves') }} {{ 'it now' if x == 'no' else '' }}.", [("approves it now.", 10)]),
    ("{{ listing(\n  words('workers')) }} go.\nStay.", [("workers go.", 10), ("Stay.", 12)]),
])
def test_sentences_keep_the_line_on_which_they_begin(source, expected):
    assert lines_of(source) == expected


def test_each_alternative_stands_in_a_sentence_of_its_own():
    source = "You go {% if a %}up{% elif b %}down{% else %}on{% endif %}.\n{% if c %}\nStop.\n{% endif %}\nEnd."
    found = lines_of(source)
    assert {("You go up.", 10), ("You go down.", 10), ("You go on.", 10), ("Stop.", 12), ("End.", 14)} == set(found)


def test_an_alternative_inside_another_is_not_forgotten():
    source = "{% if a %}One.{% else %}{% if b %}Two.{% else %}Three.{% endif %}{% endif %}"
    assert {sentence for sentence, _ in lines_of(source)} == {"One.", "Two.", "Three."}


def test_unconditional_words_are_those_under_no_condition():
    source = "Always. {% if a %}Perhaps.{% else %}Or this.{% endif %} Again."
    assert unconditional_words(compile_wording(source, Place()), {}).split() == ["Always.", "Again."]

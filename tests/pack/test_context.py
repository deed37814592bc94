"""What clauses can read and call, for the small library."""

from datetime import date

import pytest
from hypothesis import given, settings

from helpers.strategies import lines
from helpers.tiny import Pack, questions
from policygen.library.conditions import MARKER, compile_wording, unshield
from policygen.library.question import answer_in_words
from policygen.model.problems import LibraryError, Place
from policygen.pack import context


def said(pack: Pack, source: str) -> str:
    return unshield(compile_wording(source, Place("clause.md", 1)).render(pack.context))


@pytest.fixture
def pack(tmp_path):
    return Pack(tmp_path, {"user_term": "guest", "governing_body": "Trustees",
                           "about_people": ["users", "their *dogs*"],
                           "nations": ["scotland"]})


@pytest.mark.parametrize(("source", "words"), [
    ("{{ term.user }} {{ term.users }} {{ term.a_user }} {{ term.the_user }} {{ term.user_s }} {{ term.users_s }}",
     "guest guests a guest the guest guest’s guests’"),
    ("{{ term.the_body }} {{ verb('body', 'approves') }}", "the Trustees approve"),
    ("{{ listing(words('about_people')) }}", "guests and their *dogs*"),
    ("{{ listing(words('about_people'), 'or') }}", "guests or their *dogs*"),
    ("{{ label('data_stores', 'kind', 'cloud') }} {{ label('data_stores', 'kind', 'typed') }}", "A cloud drive typed"),
    ("{{ a('employee') }} {{ plural('Director') }}", "an employee Directors"),
    ("{{ verb('governing_body', 'approves') }} {{ verb('lead_role', 'decides') }}", "approve decides"),
    ("{{ pronoun('user', 'they has') }} {{ pronoun('user', 'their') }}", "they have their"),
    ("{{ law('dpa-2018') }} {{ 'yes' if in_force('dpa-2018') else 'no' }}", "the Data Protection Act 2018 yes"),
    ("{{ 'yes' if in_force('scots-law') else 'no' }}", "no"),
])
def test_each_function_gives_its_words(pack, source, words):
    assert said(pack, source) == words


def test_the_plural_that_somebody_gave_stands_in_every_form():
    found = context.forms("user", "person we help", "folk we help")
    assert (found["user"], found["users"]) == ("person we help", "folk we help")


def test_a_reference_is_a_marker_for_assembly(pack):
    assert MARKER.search(said(pack, "{{ ref('limits') }}"))[2] == "limits"


@pytest.mark.parametrize("call", ["law('nothing')", "words('lead_role')", "label('pets', 'x', 'y')", "verb('x', 'is')",
                                  "label('data_stores', 'owner', 'y')", "in_force('x')", "plural(1)", "listing(1)"])
def test_a_call_that_leads_nowhere_is_an_error_of_the_library(pack, call):
    with pytest.raises(LibraryError, match="cannot be worked out"):
        said(pack, "{{ " + call + " }}")


@pytest.mark.parametrize(("typed", "the_body", "a_user"), [
    ("the Board", "the Board", "a Board"), ("The Management Committee", "the Management Committee",
                                            "a Management Committee"),
    ("A Team", "the Team", "a Team"), ("Theatre", "the Theatre", "a Theatre"), ("The", "the The", "a The"),
])
def test_an_article_that_was_typed_with_a_word_stands_once(typed, the_body, a_user):
    found = context.forms("body", typed)
    assert (found["the_body"], found["a_body"]) == (the_body, a_user)


@given(lines())
@settings(max_examples=100, deadline=None, derandomize=True, database=None)
def test_whatever_a_term_is_called_it_has_six_forms(word):
    assert len(context.forms("user", word)) == 6
    assert all(context.forms("user", word).values())


def test_suggestions_that_were_taken_are_told_in_words(pack):
    taken = {item["ask"]: item["answer"] for item in pack.context["taken"]}
    assert taken["Do you run premises?"] == "yes"
    assert taken["Where do you keep it?"] == "the cabinet"
    assert taken["How many pets?"] == "3"
    assert "Where do you work?" not in taken


@pytest.mark.parametrize(("name", "value", "words"), [
    ("nations", ["england", "scotland"], "England; Scotland"), ("nations", [], "none"),
    ("user_term", "client", "Client"),
    ("approved_on", date(2026, 3, 1), "1 March 2026"), ("brief", False, "no"), ("keys", "a\nb", "a, b"),
    ("data_stores", [{"name": "x", "kind": "paper"}, {"name": "y", "kind": "cloud"}], "x; y"),
])
def test_an_answer_is_read_out_in_one_line(name, value, words):
    assert answer_in_words(questions().questions[name], value) == words

"""What counts as an answer to a question, and what is refused."""

from dataclasses import replace
from datetime import date

import pytest

from helpers.tiny import questions
from policygen.library.question import NotAnAnswer, notice, parse_answer
from policygen.library.yaml import YamlList, YamlMapping
from policygen.model.problems import Place


def of_type(kind: str, **changes):
    return replace(questions().questions["organisation_name"], type=kind, **changes)


CHOICES = questions().questions["nations"].choices


@pytest.mark.parametrize(("kind", "raw", "typed"), [
    ("text", "  two\n words ", "two words"),
    ("text", "007", "007"),
    ("paragraph", " one\r\ntwo\rthree\x85four\u2028five ", "one\ntwo\nthree\nfour\nfive"),
    ("yes_no", "YES", True), ("yes_no", "off", False), ("yes_no", None, False),
    ("number", "2", 2), ("number", "2.0", 2), ("number", "1e3", 1000), ("number", "1000000", 1000000),
    ("period", "1 Years", "1 year"), ("period", "06months", "6 months"), ("period", " 9999 weeks ", "9999 weeks"),
    ("date", " 2026-11-20 ", date(2026, 11, 20)), ("date", "", ""), ("date", "  ", ""),
    ("choice", "scotland", "scotland"), ("choice", " SCOTLAND ", "scotland"),
    ("choices", "england, scotland,", ["england", "scotland"]),
    ("choices", ["Scotland", "scotland", "england"], ["scotland", "england"]),
    ("choices", None, []), ("table", None, []), ("colour", " 1F5C66 ", "#1f5c66"), ("colour", "#123456", "#123456"),
    ("file", " our logo.png ", "our logo.png"),
])
def test_an_answer_is_read_as_its_question_wants_it(kind, raw, typed):
    found = parse_answer(of_type(kind, choices=CHOICES), raw)
    assert found == typed
    assert type(found) is type(typed)


@pytest.mark.parametrize(("kind", "raw"), [
    ("text", ["a"]), ("text", {"a": "b"}), ("text", "a\x00b"), ("text", "x" * 2001), ("text", "\ud800"),
    ("text", "\ue000"), ("text", "a\x9fb"), ("yes_no", "2"), ("number", "NaN"), ("number", "Infinity"),
    ("number", "-1"),
    ("number", "1000001"), ("number", "1.5"), ("number", "1e999999999"), ("number", "two"),
    ("period", "0 days"), ("period", "a year"), ("period", "9" * 5000 + " years"), ("period", "1.5 years"),
    ("date", "20261120"), ("date", "2026-W01-1"), ("date", "2026-02-29"), ("date", "today"),
    ("choice", "wales"), ("choices", "england; scotland"), ("choices", {"england": "yes"}), ("choices", [None]),
    ("choices", [["england"]]), ("colour", "red"), ("colour", "#12345"), ("colour", "#1234567"), ("file", ["a"]),
])
def test_what_is_no_answer_is_refused_and_never_guessed(kind, raw):
    with pytest.raises(NotAnAnswer) as caught:
        parse_answer(of_type(kind, choices=CHOICES), raw)
    assert caught.value.message and caught.value.hint


def test_a_value_wins_over_the_label_of_another_choice():
    swapped = (replace(CHOICES[0], label="scotland"), CHOICES[1])
    assert parse_answer(of_type("choice", choices=swapped), "scotland") == "scotland"


def test_an_answer_of_ones_own_is_taken_where_it_may_be_typed():
    assert parse_answer(of_type("choice", choices=CHOICES, other=True), "Isle  of Man") == "Isle of Man"
    with pytest.raises(NotAnAnswer, match="cannot be printed"):
        parse_answer(of_type("choices", choices=CHOICES, other=True), ["England", "\x01"])


def test_a_wrong_item_and_a_wrong_cell_are_found_on_their_own_lines():
    items = YamlList(Place("a", 1))
    items.extend(["england", "wales"])
    items.places = [Place("a", 2), Place("a", 3)]
    with pytest.raises(NotAnAnswer) as caught:
        parse_answer(of_type("choices", choices=CHOICES), items)
    assert caught.value.place.line == 3

    row = YamlMapping(Place("a", 5))
    row |= {"name": "x", "kind": "stone"}
    row.places = {"name": Place("a", 5), "kind": Place("a", 6)}
    rows = YamlList(Place("a", 5))
    rows.append(row)
    rows.places = [Place("a", 5)]
    with pytest.raises(NotAnAnswer, match="kind: `stone` is not one of the choices") as caught:
        parse_answer(questions().questions["data_stores"], rows)
    assert caught.value.place.line == 6


@pytest.mark.parametrize(("noun", "typed", "kept", "said"), [
    ("role", "the  chair", "chair", "“the chair” is kept as “chair”"),
    ("role", "Our Directors", "Directors", "“Our Directors” is kept as “Directors”"),
    ("role", "chair", "chair", ""),
    ("one", "a client", "client", "“a client” is kept as “client”"),
    ("one", "men", "man", "the word for one person"),
    ("one", "the people we support", "person we support", "the word for one person"),
    ("one", "witness", "witness", ""),
    ("", "the blue folder", "the blue folder", ""),
])
def test_a_noun_is_kept_without_its_article_and_people_are_told(noun, typed, kept, said):
    question = of_type("text", noun=noun)
    assert parse_answer(question, typed) == kept
    assert said in notice(question, typed)
    assert bool(said) == bool(notice(question, typed))


def test_a_choice_that_was_typed_with_an_article_is_that_choice():
    assert parse_answer(of_type("choice", choices=CHOICES, other=True, noun="one"), "the England") == "england"


# ---- what is kept, with a word of doubt ----------------------------------------------------------------------------


@pytest.mark.parametrize("typed", [
    "01632 960123", "(01632) 960123", "01632-960-123", "+44 1632 960123", "+44 (0)1632 960123", "0044 1632 960123",
    "020 7946 0000", "0161 496 0000 ext. 12", "0161 496 0000 x12", "0161 496 0000 option 2", "07700 900123",
    "999", "111", "101", "116 123", "116000", "0800 1111", "0300 123 4567", "016977 1234", "+353 1 496 0000", "85258",
    "01632 960123 or 07700 900123", "01632 960123/4", "01632 960123 (Mon-Fri 9-5)", "0808 157 0000, 9am to 5pm",
    "0808 157 0000 24 hours", "Office: 0161 496 0000; mobile 07700 900123", "18001 0161 496 0000 (Relay UK)",
    "Jo (0161 496 0000)", "0161\u2011496\u20110000", "0161\u00a0496\u00a00000", "not sure", ""])
def test_a_telephone_number_as_people_write_it_is_taken_without_a_word(typed):
    assert notice(of_type("text", contact="telephone"), typed) == ""


@pytest.mark.parametrize("typed", [
    "960123", "01632 96012", "01632 9601234", "1632 960123", "+44 01632 960123", "O1632 96O123", "ask at the office",
    "07700 900123 and 960123", "office@harbour.example", "01632", "12", "+44 1632"])
def test_a_telephone_number_that_looks_wrong_is_kept_with_a_word_of_doubt(typed):
    question = of_type("text", contact="telephone")
    assert f"“{typed}” is kept, but does not look like a telephone number" in notice(question, typed)
    assert parse_answer(question, typed) == typed


@pytest.mark.parametrize("typed", [
    "office@harbour.example", "Jo.O'Neill+news@mail.harbour.org.uk", "<office@harbour.example>", "mailto:a@b.scot",
    "a@harbour.example; b@harbour.example", "a@harbour.example or b@harbour.example", "Office (office@harbour.wales)"])
def test_an_email_address_is_taken_without_a_word(typed):
    assert notice(of_type("text", contact="email"), typed) == ""


@pytest.mark.parametrize("typed", [
    "office", "office@harbour", "office at harbour.org", "www.harbour.org", "office@@harbour.org", "office@harbour,org",
    "office@ harbour.org", "office@harbour..org", "o\u2019neill@harbour.org", "office@harbour street.org",
    "01632 960123", "a@harbour.org; b@harbour", ".a@harbour.org", "office@-harbour.org"])
def test_an_email_address_that_looks_wrong_is_kept_with_a_word_of_doubt(typed):
    assert "does not look like an e-mail address" in notice(of_type("text", contact="email"), typed)


@pytest.mark.parametrize(("typed", "told"), [
    ("“Hub”", True), ("‘Hub’", True), ('"Hub"', True), ("„Hub“", True), ("‘St John’s’", True), ("The “Hub”", False),
    ("“Hub” and “Spoke”", False), ("St John’s", False), ("’Tis Mary’s", False), ("", False)])
def test_a_whole_answer_between_quotation_marks_is_told(typed, told):
    assert bool(notice(of_type("text"), typed)) is told

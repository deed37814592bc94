"""Random answers through the shipped clause library: every pack that can be made is whole."""

import re
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpers.shipped import NEEDED, SOURCES
from helpers.strategies import HOSTILE, answer_sets, tame_lines
from policygen.library.conditions import PRIVATE_USE
from policygen.library.question import NOT_SURE
from policygen.model.document import (
    Blank, Document, Fields, Item, ItemList, Paragraph, Reference, Table, every_block, inlines_of, item_letter,
    passages_of, plain,
)
from policygen.model.lines import text_of
from policygen.pack import check as document_checks
from policygen.pack.make import rendered

QUESTIONS, LIBRARY = SOURCES.questionnaire, SOURCES.library
DAYS = st.sampled_from([date(2026, 6, 18), date(2026, 11, 21), date(2031, 1, 1)])
DISCREET = {plan.id for plan in LIBRARY.documents if plan.discreet}
LEFTOVER = re.compile(r"\{\{|\}\}|\{%|%\}|\{#|&[a-z]+;|\*\*|\bTrue\b|\bFalse\b|Undefined")
STABLE = settings(max_examples=60, deadline=None, derandomize=True, database=None,
                  suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much])


def made(given_answers: dict, day: date, draft: bool) -> tuple[tuple[Document, ...], dict]:
    approved = given_answers.get("approved_on")  # not after the day, nor while something is open
    if isinstance(approved, date):
        open_still = NOT_SURE in given_answers.values()
        given_answers = given_answers | {"approved_on": "" if open_still else min(approved, day)}
    pack = rendered(SOURCES, given_answers, day, name="answers.yaml", draft=draft, number=1)
    return pack.documents, pack.context


def words_of(document: Document) -> str:
    """All words that come from clauses and answers."""
    return "\n".join([document.organisation, *(plain(words) for _, words in document.control),
                      *(text_of(passage.blocks) for passage in passages_of(document))])


NUMBERS = {"numbered": "{}.{}", "three_level": "{}.{}", "lettered": "{}{}"}


def assert_numbered_throughout(document: Document) -> None:
    numbered = [section for section in document.sections if not section.cover]
    if document.layout not in NUMBERS:
        assert all(not section.number for section in document.sections)
        assert all(not passage.number for passage in passages_of(document))
        return
    assert [section.number for section in numbered] == [str(number) for number in range(1, len(numbered) + 1)]
    for section in numbered:
        places = range(1, len(section.passages) + 1)
        labels = map(item_letter, places) if document.layout == "lettered" else places
        assert [passage.number for passage in section.passages] == [
            NUMBERS[document.layout].format(section.number, label) for label in labels]


def assert_nothing_is_empty(document: Document) -> None:
    assert document.sections
    for section in document.sections:
        assert section.passages
        for passage in section.passages:
            assert text_of(passage.blocks).strip(), passage.clause
            for block in every_block(passage.blocks):
                if isinstance(block, ItemList):
                    assert all(isinstance(item, Item) and isinstance(item.blocks[0], Paragraph) for item in block.items)
                if isinstance(block, Fields):
                    assert block.fields and all(field.label.strip() for field in block.fields)
            words = [block for block in passage.blocks if document.layout != "plain" or not isinstance(block, Table)]
            assert all(plain(run).strip() for run in inlines_of(tuple(words))), passage.clause


def assert_whole(document: Document, draft: bool) -> None:
    assert_numbered_throughout(document)
    assert_nothing_is_empty(document)
    assert not PRIVATE_USE.search(words_of(document))
    for passage in passages_of(document):
        for inline in (inline for run in inlines_of(passage.blocks) for inline in run):
            assert not isinstance(inline, Reference) or inline.text, (passage.clause, inline)
            assert draft or not isinstance(inline, Blank), (passage.clause, inline)


@pytest.mark.slow
@given(answer_sets(QUESTIONS), DAYS, st.booleans())
@settings(STABLE, max_examples=500)
def test_any_answers_make_a_whole_pack(given_answers, day, draft):
    documents, context = made(given_answers, day, draft)
    assert document_checks.check(documents, LIBRARY, context) == ()
    for document in documents:
        assert_whole(document, draft)
        assert document.organisation == ("" if document.id in DISCREET else given_answers["organisation_name"])
    name = re.sub(r"\s+", " ", given_answers["organisation_name"])
    assert name in re.sub(r"\s+", " ", "\n".join(text_of(passage.blocks) for passage in passages_of(documents[0])))


@pytest.mark.slow
@given(answer_sets(QUESTIONS, line=tame_lines()), DAYS)
@STABLE
def test_without_odd_answers_nothing_looks_like_a_template_or_like_python(given_answers, day):
    documents, _ = made(given_answers, day, draft=False)
    for document in documents:
        words = words_of(document)
        assert not [words[max(0, found.start() - 60):found.end() + 60] for found in LEFTOVER.finditer(words)]


@pytest.mark.slow
@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_stands_literally_in_every_document(name):
    name = name.strip()
    given_answers = NEEDED | {question.id: name for question in QUESTIONS.questions.values()
                              if question.type in ("text", "paragraph")}
    given_answers |= {"organisation_kinds": ["front_line"], "user_term": name, "about_people": ["users", name],
                      "data_stores": [{"name": name, "kind": "paper", "holds": name, "protection": name}]}
    documents, context = made(given_answers, date(2026, 11, 21), draft=False)
    assert document_checks.check(documents, LIBRARY, context) == ()
    for document in documents:
        assert_whole(document, draft=False)
        assert document.organisation == ("" if document.id in DISCREET else name)
    assert name in text_of(tuple(block for passage in passages_of(documents[0]) for block in passage.blocks))

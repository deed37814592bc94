"""The checks of finished documents: each finds its fault, and nothing else."""

from dataclasses import replace
from datetime import date

import pytest

from helpers import sample
from helpers.tiny import STAMP, Pack
from policygen.model.document import passages_of
from policygen.pack import check as document_checks

FRONT = "---\ntitle: Aim\nbecause: It says why.\ncovers: [FL-01]\n{}---\n{}\n"


def found(to, text: str, front: str = "", as_at=date(2026, 11, 21), stamp=STAMP, **given) -> list[str]:
    """What the checks say about a pack whose clause `about/aim` has this text."""
    pack = Pack(to, given, as_at, stamp, policy__about__aim=FRONT.format(front, text))
    problems = document_checks.check(pack.documents, pack.library, pack.context)
    assert {problem.place.file for problem in problems} <= {"policy/about/aim.md"}
    return [problem.message for problem in problems]


@pytest.mark.parametrize("given", [{}, {"brief": True}, {"nations": ["scotland"]}, {"approved_on": date(2026, 1, 1)}])
def test_the_small_pack_has_no_problem(tmp_path, given):
    pack = Pack(tmp_path, given)
    assert document_checks.check(pack.documents, pack.library, pack.context) == ()


def test_a_reference_to_what_this_pack_has_not(tmp_path):
    text = "See {{ ref('paper/kept') }} and {{ ref('limits') }}."
    assert found(tmp_path, text, data_stores=[{"name": "x", "kind": "cloud"}]) == [
        "`about/aim` refers to `paper/kept`, which is not in this pack"]


def test_a_reference_in_a_form_to_a_document_that_is_left_out(tmp_path):
    text = "---\ntitle: Promise\nbecause: x\n---\nSee {{ ref('notes') }}.\n"
    pack = Pack(tmp_path, {"approved_on": date(2026, 1, 1)}, forms__declaration__promise=text)
    assert [problem.message for problem in document_checks.check(pack.documents, pack.library, pack.context)] == [
        "`declaration/promise` refers to `notes`, which is not in this pack"]


@pytest.mark.parametrize("text", ["{% if brief %}x{% endif %}", "{{ keys if brief else '' }}", "{# nothing #}"])
def test_a_clause_without_words(tmp_path, text):
    assert found(tmp_path, text) == ["`about/aim` has no words for these answers"]


def test_a_document_without_words(tmp_path):
    notes = "---\ntitle: Next\nbecause: x\nwhen: brief\n---\nx\n"
    pack = Pack(tmp_path, {}, forms__notes__next=notes)
    assert [problem.message for problem in document_checks.check(pack.documents, pack.library, pack.context)] == [
        "the document `notes` is empty"]


def test_a_blank_in_a_final_edition_and_none_in_a_draft(tmp_path):
    """The documents of a draft, checked as if they were final."""
    pack = Pack(tmp_path, {"has_premises": True}, stamp=replace(STAMP, draft=True))
    blank = passages_of(sample.policy(draft=True))
    (with_blank,) = [passage for passage in blank if passage.clause == "about/whom-it-binds"]
    section = replace(pack.documents[0].sections[1], passages=(replace(with_blank, clause="about/aim"),))
    for draft, messages in ((True, []), (False, ["`about/aim` still needs an answer: the date of approval"])):
        document = replace(pack.documents[0], draft=draft, sections=(section,))
        problems = document_checks.check((document,), pack.library, pack.context)
        assert [problem.message for problem in problems] == messages


@pytest.mark.parametrize("law", ["law: [scots-law]\n", "law: [scots-law, dpa-2018]\n"])
@pytest.mark.parametrize(("as_at", "nations", "stated"), [
    (date(2026, 12, 31), ["scotland"], True), (date(2027, 1, 1), ["scotland"], False),
    (date(2027, 1, 1), ["england"], True), (date(2027, 1, 1), ["england", "scotland"], False),
])
@pytest.mark.parametrize("text", ["Keep {{ law('scots-law') }}.", "{{ law('scots-law') | cap }} binds us.",
                                  "| A |\n|---|\n| {{ law('scots-law') }} |"])
def test_law_of_another_nation_or_of_another_time(tmp_path, law, as_at, nations, stated, text):
    wrong = ["`about/aim` states the Scots Act 2027, which does not apply in these nations on this date"]
    assert found(tmp_path, text, law, as_at, nations=nations) == (wrong if stated else [])


def test_law_that_is_not_printed_for_these_answers_is_no_fault(tmp_path):
    assert found(tmp_path, "We keep it{% if in_force('scots-law') %} ({{ law('scots-law') }}){% endif %}.",
                 "law: [scots-law]\n") == []


def test_superseded_law_may_never_be_printed(tmp_path):
    assert len(found(tmp_path, "Keep {{ law('repealed') }}.", "law: [repealed]\n")) == 1

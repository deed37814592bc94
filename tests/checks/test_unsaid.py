"""No clause claims what nobody has said."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpers.shipped import NEEDED, QUESTIONS, SOURCES
from helpers.small_library import problems_of, small_library
from policygen.checks import unsaid
from policygen.library.question import NOT_SURE
from policygen.pack import answers
from policygen.pack.context import context

DAY = SOURCES.library.law.checked
CLAUSE = """---
title: The building
because: A test.
{front}---
We look after our keys. {words}
"""


def problems_with(tmp_path, words: str, front: str = "") -> list[str]:
    """What is wrong with a small library in which `has_premises` need not be answered, and one clause says this."""
    folder = small_library(tmp_path)
    questions = (folder / "questionnaire.yaml").read_text(encoding="utf-8")
    marked = questions.replace("id: has_premises, asks: practice,", "id: has_premises, asks: fact, presumed: no,")
    assert marked != questions
    (folder / "questionnaire.yaml").write_text(marked, encoding="utf-8")
    (folder / "policy" / "limits" / "speaking-up.md").write_text(CLAUSE.format(words=words, front=front),
                                                                 encoding="utf-8")
    return [problem for problem in problems_of(folder) if "nobody has said" in problem]


@pytest.mark.parametrize(("words", "claimed"), [
    ('{{ "Lock the door." if has_premises else "We have no building." }}', "“We have no building.”"),
    ("{% if not has_premises %}We have no building.{% endif %}", "“We have no building.”"),
    ("Lock {{ 'our door' if has_premises else 'your bag' }}.", "“Lock your bag.”"),
])
def test_a_sentence_that_an_answer_would_take_away_or_change_is_found(tmp_path, words, claimed):
    found = problems_with(tmp_path, words)
    assert len(found) == 1 and claimed in found[0] and "`has_premises: yes`" in found[0], found
    assert found[0].startswith("policy/limits/speaking-up.md, line 5: `limits/speaking-up` claims")


@pytest.mark.parametrize("words", [
    "{% if has_premises %}Lock the door.{% endif %}",
    '{% if answered("has_premises") and not has_premises %}We have no building.{% endif %}',
    '{% if has_premises %}Lock the door.{% elif answered("has_premises") %}We have no building.{% endif %}',
])
def test_a_sentence_that_only_an_answer_adds_claims_nothing(tmp_path, words):
    assert problems_with(tmp_path, words) == []


def test_a_clause_may_say_why_a_difference_claims_nothing(tmp_path):
    words = "Lock {{ 'our door' if has_premises else 'your bag' }}."
    assert problems_with(tmp_path, words, "claims_nothing: {has_premises: Everybody has a bag.}\n") == []


@pytest.mark.slow
@given(st.data())
@settings(max_examples=12, deadline=None, derandomize=True, database=None,
          suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_the_quick_pack_of_any_organisation_has_no_sentence_that_rests_on_what_nobody_said(data):
    drawn = {name: data.draw(st.lists(st.sampled_from([one.value for one in QUESTIONS.questions[name].choices]),
                                      min_size=1, unique=True), label=name)
             for name in ("organisation_kinds", "nations", "workers")}
    drawn |= {"victims_service": data.draw(st.booleans(), label="victims_service")}
    assert list(unsaid.check(SOURCES, [NEEDED | drawn], DAY)) == []


# ---- answered ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("given_answers", "name", "expected"), [
    ({}, "keeps_files", False), ({"keeps_files": NOT_SURE}, "keeps_files", False),
    ({"keeps_files": False}, "keeps_files", True), ({"keeps_files": True}, "keeps_files", True),
    ({}, "review_years", False), ({"review_years": 3}, "review_years", True), ({}, "keeps_paper", True),
    ({}, "works_with_domestic_abuse", False), ({"runs_programme": False}, "works_with_domestic_abuse", True),
])
def test_answered_is_what_somebody_said_and_of_a_fact_all_that_it_follows_from(given_answers, name, expected):
    complete = answers.complete(QUESTIONS, NEEDED | given_answers, "a")
    assert context(SOURCES.library, QUESTIONS, complete, DAY)["answered"](name) is expected

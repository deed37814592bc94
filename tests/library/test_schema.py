"""The JSON Schema of answers.yaml agrees with `answers.read_answers`: what the one takes, the other takes."""

import json
import re
from pathlib import Path
from typing import ClassVar

import jsonschema
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from helpers.shipped import QUESTIONS, ROOT
from helpers.strategies import answer_sets
from helpers.tiny import CASES
from policygen.library import questionnaire, schema
from policygen.library.conditions import compile_expression
from policygen.model.problems import AnswersError, Place
from policygen.pack import answers

VALIDATOR = jsonschema.Draft202012Validator(json.loads(json.dumps(schema.json_schema(QUESTIONS))),
                                            format_checker=jsonschema.FormatChecker())
STABLE = settings(max_examples=50, deadline=None, derandomize=True, database=None,
                  suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])


META = (questionnaire.SUGGESTED, questionnaire.VERSION, questionnaire.INTERVIEW)


def as_json(data):
    """Data of a YAML parser as an editor sees it: JSON knows no dates."""
    return json.loads(json.dumps(data, default=lambda value: value.isoformat()))


def parsed(text: str) -> dict[str, object]:
    """What the two kinds of YAML make of a text."""
    return {"1.1": as_json(yaml.safe_load(text) or {}), "1.2": as_json(YAML(typ="safe", pure=True).load(text) or {})}


class Editor(yaml.SafeLoader):
    """YAML as JSON has it: a date is a string."""

    yaml_implicit_resolvers: ClassVar = {sign: [(tag, pattern) for tag, pattern in found if "timestamp" not in tag]
                                         for sign, found in yaml.SafeLoader.yaml_implicit_resolvers.items()}


def reads(text: str, tmp_path: Path) -> bool:
    (tmp_path / "answers.yaml").write_text(text, encoding="utf-8")
    try:
        answers.read_answers(tmp_path / "answers.yaml", QUESTIONS)
    except AnswersError:
        return False
    return True


def test_it_is_a_valid_schema_with_every_question():
    VALIDATOR.check_schema(VALIDATOR.schema)
    assert set(VALIDATOR.schema["properties"]) == {*QUESTIONS.questions, *META}
    assert all(found.get("title") or name in META for name, found in VALIDATOR.schema["properties"].items())


@pytest.mark.parametrize("example", sorted((ROOT / "examples").glob("*.yaml")), ids=lambda path: path.stem)
def test_the_examples_are_valid_in_both_kinds_of_yaml(example):
    for kind, data in parsed(example.read_text(encoding="utf-8")).items():
        assert [error.message for error in VALIDATOR.iter_errors(data)] == [], kind


@pytest.mark.slow
@given(answer_sets(QUESTIONS, everything=True), st.booleans())
@STABLE
def test_what_policygen_writes_is_valid(given_answers, listed):
    progress = answers.Progress("quick", tuple(given_answers)[:2]) if listed else None
    text = answers.as_text(QUESTIONS, given_answers, list(given_answers)[:3] if listed else (), progress=progress)
    assert [error.message for error in VALIDATOR.iter_errors(parsed(text)["1.2"])] == []


@pytest.mark.parametrize("text", [
    "has_premises: yes", "has_premises: Yes", "has_premises: 'NO'", "has_premises: true", "has_premises: off",
    "has_premises: Y", "has_premises:", "has_premises: ''", "review_years: 1", "review_years: 5", "review_years: 2.0",
    "approved_on: 2026-11-20", "approved_on: '2026-11-20'",
    "approved_on: 20/11/2026", "approved_on: 31.8.2026",
    "approved_on: 31 OCTOBER 2026", "approved_on: 1 sep 2026", "approved_on:", "approved_on: ''",
    "breach_review: 6 months", "breach_review: 1 YEAR", "breach_review: 06weeks", "breach_review: 9999 days",
    "nations: [england, wales]", "nations: [England, Northern Ireland]", "nations: [england, england]", "nations: []",
    "about_people: [users, people who sing]", "policy_style: short", "retention: In this policy",
    "user_term: client", "user_term: crew", "organisation_name: 42", "organisation_name: 2026-11-20",
    "organisation_name: true", "organisation_name: 1.5", "organisation_name: ''", "left_as_suggested:",
    "left_as_suggested: [user_term]", "data_stores: []",
    "data_stores:\n  - {name: 1, kind: Paper, holds: 2, protection: x}",
    "retention_periods:\n  - {record: a, period: 1 day, counted_from: b, reason: c}",
    f"questionnaire_version: '{QUESTIONS.version}'", "questionnaire_version:", "interview:", "interview: {}",
    "interview: {depth: quick, later: [user_term, gone], unfinished: []}", "interview: {depth: '', later: ~}",
])
def test_what_both_take(text, tmp_path):
    for kind, data in parsed(text).items():
        assert [error.message for error in VALIDATOR.iter_errors(data)] == [], kind
    assert reads(text, tmp_path)


REFUSED = [
    "organisation_nam: x", "organisation_name: [a]", "organisation_name: {a: b}", "has_premises: perhaps",
    "has_premises: 2", "has_premises: [yes]", "review_years: 0", "review_years: 6", "review_years: 1.5",
    "review_years: two", "review_years: [1]", "review_years: true", "approved_on: 2026-02-30",
    "approved_on: 31/2/2026", "approved_on: 9/22/2026", "approved_on: 31 April 2026", "approved_on: 20261120",
    "approved_on: today", "breach_review: 0 months", "breach_review: often", "breach_review: 1.5 years",
    "breach_review: 10000 days", "breach_review: 6", "nations: [walse]", "nations: {england: yes}",
    "nations: [[england]]",
    "nations: [england, null]", "policy_style: brief", "policy_style: [short]", "data_stores: yes", "data_stores: [x]",
    "data_stores: [{name: x, kind: paper, holds: y}]", "data_stores: [{name: x, kind: stone, holds: y, protection: z}]",
    "data_stores: [{name: x, kind: paper, holds: ' ', protection: z}]",
    "data_stores: [{name: x, kind: paper, holds: y, protection: z, owner: Ann}]",
    "retention_periods: [{record: a, period: long, counted_from: b, reason: c}]",
    "left_as_suggested: [organisation_nam]", "left_as_suggested: user_term", "left_as_suggested: {user_term: 1}",
    "questionnaire_version: soon", "questionnaire_version: [1]", "questionnaire_version: '9999.1'", "interview: yes",
    "interview: {depth: deep}", "interview: {later: user_term}", "interview: {later: [[user_term]]}",
    "interview: {x: y}",
    "interview: [quick]", "interview: {later: ['']}", "about_people: ['', users]", "organisation_name: " + "x" * 2001,
]


@pytest.mark.parametrize("text", REFUSED, ids=lambda text: text[:40])
def test_what_both_refuse(text, tmp_path):
    assert not VALIDATOR.is_valid(yaml.load(text, Editor))
    assert not reads(text, tmp_path)


SHAPES = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 9) | st.sampled_from([1.5, 2.0]) | st.text("abxyz019 -", max_size=6)
    | st.sampled_from(["yes", "No", "england", "England", "short", "paper", "6 months", "2026-11-20", "2026-13-01",
                       "users", "x, y", " ", ""]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(
        st.sampled_from(["name", "kind", "holds", "protection", "record", "period", "counted_from", "reason",
                         "depth", "later", "unfinished"]), inner,
        max_size=4), max_leaves=6)


@given(st.dictionaries(st.sampled_from([*QUESTIONS.questions, *META]), SHAPES, min_size=1, max_size=4))
@settings(STABLE, max_examples=400)
def test_whatever_the_schema_takes_can_be_read(tmp_path, data):
    if VALIDATOR.is_valid(data):
        assert reads(json.dumps(data), tmp_path)


SEEN_BEFORE_THE_SCHEMA = ("not-yaml", "an-alias", "the-same-answer-twice")


@pytest.mark.parametrize("case", [path for path in sorted((CASES / "answers").glob("*.yaml"))
                                  if path.stem not in SEEN_BEFORE_THE_SCHEMA], ids=lambda path: path.stem)
def test_the_broken_answers_are_refused_by_the_schema_too(case):
    assert not VALIDATOR.is_valid(yaml.load(case.read_text(encoding="utf-8"), Editor))


def flat(text: str) -> str:
    return " ".join(text.split())


PAGE = "\n".join(schema.question_page(QUESTIONS))


def test_the_page_of_questions_fits_a_terminal_and_names_everything_that_an_answer_needs():
    assert max(map(len, PAGE.split("\n"))) <= 80
    for number, question in enumerate(QUESTIONS.questions.values(), 1):
        entry = flat(PAGE).partition(f" {question.ask} [{question.id}]")
        assert re.search(rf" {number} ?(\*|\(\*\))?$", entry[0]), question.id
        for choice in question.choices:
            assert choice.label in entry[2] and (choice.label == choice.value or f"[{choice.value}]" in entry[2])
        for column in question.columns:
            assert f"- {column.label} [{column.id}]" in entry[2]
    headings = [f"Part {number} of {len(QUESTIONS.parts)}: {part.title}\n----"
                for number, part in enumerate(QUESTIONS.parts, 1)]
    assert sorted(headings, key=PAGE.index) == headings


@pytest.mark.parametrize("words", [
    " 1 * What is your organisation called?", " 4 * What is your governing body called",
    "(*) What do you call somebody who takes part",
    " 5 What do you call one member",
    "(*) Asked in the quick interview if you are more than a small community group.",
    "Only asked if you list the retention periods in this policy.",
    "Only asked if you share information with other agencies when people agree.",
    "[ ] Employees [employees], if you employ staff",
    "( ) not sure (until it is decided: only those who need it for their work)", "A whole number from 1 to 5.",
    "A date: day, month and year. May stay empty.", "Rows to choose from: [ ] Shared cloud drive;",
    "Fact. Without an answer, the pack states nothing that rests on it.", "Fact. It needs an answer.",
    "Style. ( ) governing body",
    "- The next review is more than two years away.",
])
def test_the_page_of_questions_speaks_to_people(words):
    assert words in flat(PAGE)


def test_no_condition_is_shown_as_it_is_written():
    sources = [question.when.source for question in QUESTIONS.questions.values() if question.when]
    assert sources and not [source for source in sources if f"if {source}" in flat(PAGE)]


@pytest.mark.parametrize(("source", "words"), [
    ("runs_groups", "you run groups"), ("not runs_groups", "you run no groups"),
    ("has_staff and not keeps_paper", "you employ staff and you keep no paper records"),
    ("has_staff or keeps_paper", "you employ staff or you keep paper records"),
    ('retention == "here"', "your other answers call for it (Where do you say how long records are kept?)"),
    ("has_staff and review_years > 2", "your other answers call for it (How many years until the next review?)"),
])
def test_a_condition_is_told_in_words(source, words):
    condition = compile_expression(source, Place())
    assert questionnaire.condition_in_words(condition, QUESTIONS) == words

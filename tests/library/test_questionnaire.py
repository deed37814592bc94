"""Questionnaires that are wrong, case by case, and what counts as an answer."""

import re
import shutil
from dataclasses import replace
from datetime import date

import pytest

from policygen.library import questionnaire
from policygen.model.problems import LibraryError, Place
from policygen.library.question import NotAnAnswer, parse_answer
from policygen.library.yaml import YamlMapping, YamlList
from helpers.tiny import CASES, assert_expected, expectations, questions


@pytest.mark.parametrize("case", sorted((CASES / "questionnaire").glob("*.yaml")), ids=lambda path: path.stem)
def test_a_broken_questionnaire_is_refused_with_line_and_hint(case, tmp_path):
    shutil.copy(case, tmp_path / "tiny.yaml")
    with pytest.raises(LibraryError) as caught:
        questionnaire.load(tmp_path / "tiny.yaml")
    assert_expected(caught.value.problems, expectations(case.read_text(encoding="utf-8")))


WITH_UNKNOWN_KEYS = """\
questionnaire: tiny
version: "1"
parts:
  - id: only
    title: Only
    questions:
      - id: nation
        ask: Where?
        type: choice
        default: wales
        zzz: here
        choices: [{value: wales, label: Wales, zzz: here}]
      - {id: stores, ask: Where?, type: table, depth: quick, columns: [{id: name, label: Name, zzz: here}]}
facts:
  is_open: {if: nation, says: it is, otherwise: it is not, zzz: here}
warnings:
  - {id: careless, when: nation, says: So., why: So., question: nation, zzz: here}
changes:
  - {version: "1", zzz: here}
"""


def test_every_key_is_explained_in_the_documentation(tmp_path):
    (tmp_path / "tiny.yaml").write_text(WITH_UNKNOWN_KEYS, encoding="utf-8")
    with pytest.raises(LibraryError) as caught:
        questionnaire.load(tmp_path / "tiny.yaml")
    known = [problem.hint.removeprefix("The keys are: ").rstrip(".").split(", ") for problem in caught.value.problems]
    assert len(known) == 6 and all(known)
    text = (CASES.parents[1] / "docs" / "writing.md").read_text(encoding="utf-8").partition("## A question\n")[2]
    assert [key for keys in known for key in keys if not re.search(rf"\b{key}\b", text)] == []


def test_what_the_documentation_shows_can_be_loaded(tmp_path):
    text = (CASES.parents[1] / "docs" / "writing.md").read_text(encoding="utf-8").partition("## A question\n")[2]
    question, fact, _, _, warning, change = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    version, changes = change.split("\n", 1)
    names = ("lead_role", "has_staff", "has_volunteers")
    needed = "".join(f"- {{id: {name}, ask: What?, default: x}}\n" for name in names) + """\
- {id: review_years, ask: When?, type: number, default: 2}
- {id: data_stores, ask: Where?, type: table, depth: quick, columns: [{id: kind, label: Kind}]}
- {id: user_term, ask: Who?, type: choice, default: guest, choices: [{value: guest, label: Guest}]}
"""
    listed = "".join(f"      {line}\n" for line in (question + needed).rstrip().split("\n"))
    (tmp_path / "shown.yaml").write_text(f"questionnaire: shown\n{version}\nparts:\n  - id: a\n    title: A\n"
                                         f"    questions:\n{listed}{fact}{warning}{changes}", encoding="utf-8")
    loaded = questionnaire.load(tmp_path / "shown.yaml")
    assert loaded.warnings[0].id == "review_far_off" and loaded.changes[0].dropped and "keeps_paper" in loaded.facts


def test_a_questionnaire_keeps_the_order_of_questions_and_knows_all_names():
    loaded = questions()
    assert list(loaded.questions)[:3] == ["organisation_name", "nations", "governing_body"]
    assert {"keeps_paper", "has_premises"} < loaded.names
    assert loaded.questions["keys"].when.names == {"has_premises"}


def test_the_points_of_questions_come_with_their_places():
    loaded = questions()
    question = replace(loaded.questions["pets"], covers=("FL-07", "FL-08"))
    part = replace(loaded.parts[0], questions=(question,))
    assert list(questionnaire.each_covered(replace(loaded, parts=(part,)))) == [
        ("FL-07", "pets", question.place), ("FL-08", "pets", question.place)]


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
    ("text", "\ue000"), ("text", "a\x9fb"), ("yes_no", "2"), ("number", "NaN"), ("number", "Infinity"), ("number", "-1"),
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

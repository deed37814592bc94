"""Questionnaires that are wrong, case by case, and what a good one holds."""

import re
import shutil
from dataclasses import replace

import pytest

from helpers.tiny import CASES, assert_expected, expectations, questions
from policygen.library import questionnaire
from policygen.model.problems import LibraryError


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
        asks: practice
        type: choice
        default: wales
        zzz: here
        choices: [{value: wales, label: Wales, zzz: here}]
      - {id: stores, asks: practice,
          ask: Where?, type: table, depth: quick, columns: [{id: name, label: Name, zzz: here}]}
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
    needed = "".join(f"- {{id: {name}, asks: practice, ask: What?, default: x}}\n" for name in names) + """\
- {id: review_years, asks: practice, ask: When?, type: number, default: 2}
- {id: data_stores, asks: practice, ask: Where?, type: table, depth: quick, columns: [{id: kind, label: Kind}]}
- {id: user_term, asks: practice, ask: Who?, type: choice, default: guest, choices: [{value: guest, label: Guest}]}
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

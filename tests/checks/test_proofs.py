"""A faulty library, case by case: each fault is found, in its file and line, and nothing else is.

A case in tests/cases/proofs: what is expected, one line for each problem, then the files that it puts in the place of
those of the small library in `base`, each below a line `=== path`. The small library is without a fault.
"""

import re
import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from helpers.shipped import ROOT, SOURCES

from policygen.checks import mistakes
from policygen.library import clauses, questionnaire
from policygen.pack import answers, assembly, selection, context as wording
from policygen.pack.assembly import Stamp
from policygen.pack import check as document_checks
from policygen.checks import check as everything
from policygen.checks.domain import Domain
from policygen.model.problems import LibraryError

CASES = ROOT / "tests" / "cases" / "proofs"
SHIPPED = ROOT / "clauses" / "confidentiality"


def problems_of(folder: Path, own: bool = True) -> list[str]:
    """All problems of a library that lies beside its questionnaire and one example, each on one line."""
    try:
        questions = questionnaire.load(folder / "questionnaire.yaml")
        found = everything.check(clauses.load(folder, questions), questions,
                                 mistakes.load(SHIPPED / "errors.yaml", "errors.yaml"), [folder / "example.yaml"], own)
    except LibraryError as exc:
        found = exc.problems
    return [re.sub(r"\s*\n\s*", " / ", str(problem)).removeprefix(f"{folder.name}/") for problem in found]


def small_library(to: Path, case: str = "") -> Path:
    """A copy of the small library with the files of a case."""
    folder = shutil.copytree(CASES / "base", to / "small")
    for name, text in re.findall(r"^=== (.+)\n((?:(?!=== ).*\n?)*)", case, re.MULTILINE):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_the_small_library_has_no_problem(tmp_path):
    assert problems_of(small_library(tmp_path)) == []


@pytest.mark.parametrize("path", sorted(CASES.glob("*.txt")), ids=lambda path: path.stem)
def test_a_fault_is_found_where_it_is(path, tmp_path):
    case = path.read_text(encoding="utf-8")
    expected = case.partition("\n===")[0].strip().split("\n")
    found = problems_of(small_library(tmp_path, case))
    assert len(found) == len(expected) and all(map(str.startswith, found, expected)), "\n".join(found)


# ---- whether the proofs can be believed --------------------------------------------------------------------------


@pytest.fixture(scope="module")
def sources():
    return SOURCES


def answer_to(question, offered) -> st.SearchStrategy:
    """Any answer to a question with the choices that are offered; None leaves it at what is suggested."""
    values = [choice.value for choice in offered]
    match question.type:
        case "yes_no":
            return st.booleans()
        case "choice":
            return st.sampled_from(values)
        case "choices":
            return st.lists(st.sampled_from(values), min_size=1, unique=True)
        case "table":
            kinds = [[choice.value for choice in column.choices] or ["2 weeks"] for column in question.columns]
            rows = st.tuples(*map(st.sampled_from, kinds)).map(lambda row: dict(zip((c.id for c in question.columns), row)))
            return st.lists(rows, min_size=1, max_size=3)
        case "number":
            return st.integers(question.minimum, question.maximum)
    return st.none()


def draw_answers(data, questions) -> answers.Answers:
    """Complete answers, drawn at random."""
    values = {}
    for name, question in questions.questions.items():
        if not answers.applies(question, questions, values):
            continue
        drawn = data.draw(answer_to(question, answers.offered(question, questions, values)), label=name)
        suggested = answers.suggestion(question, questions, values)
        values[name] = next(value for value in (drawn, suggested, question.empty if not question.required else "x")
                            if value is not None)
    return answers.complete(questions, values, "")


@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_no_pack_refers_to_what_it_has_not_or_states_law_of_elsewhere(sources, data):
    """What the proofs rule out for all answers, the check of a single pack does not find for any that are drawn."""
    library, questions = sources.library, sources.questionnaire
    complete = draw_answers(data, questions)
    context = wording.context(library, questions, complete, library.law.checked)
    chosen = selection.select(library, questions, context)
    made = assembly.assemble(library, chosen, context, Stamp(1, library.law.checked, library.law.checked, True))
    rules = (document_checks.dangling_references, document_checks.law_that_does_not_apply)
    assert [str(problem) for document in made for rule in rules for problem in rule(document, library, context)] == []


@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_the_cases_of_three_conditions_stand_for_all_answers(sources, data):
    """However three conditions come out for drawn answers, they come out so in one of their cases."""
    questions = sources.questionnaire
    conditions = [fact.condition for fact in questions.facts.values()]
    conditions += [question.when for question in questions.questions.values() if question.when]
    three = data.draw(st.lists(st.sampled_from(conditions), min_size=3, max_size=3))
    values = draw_answers(data, questions).values
    outcomes = {tuple(condition.holds(case.values) for condition in three)
                for case in Domain(questions, sources.library).cases(three)}
    assert tuple(condition.holds(values) for condition in three) in outcomes


def test_the_cases_of_no_condition_are_one(sources):
    [case] = Domain(sources.questionnaire, sources.library).cases([])
    assert (str(case), case.day) == ("# any answers", sources.library.law.checked)

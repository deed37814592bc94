"""A faulty library, case by case: each fault is found, in its file and line, and nothing else is.

A case in tests/cases/proofs: what is expected, one line for each problem, then the files that it puts in the place of
those of the small library in `base`, each below a line `=== path`. The small library is without a fault.
"""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.shipped import SOURCES
from helpers.small_library import CASES, problems_of, small_library
from helpers.strategies import draw_answers
from policygen.pack import assembly, selection
from policygen.pack import check as document_checks
from policygen.pack import context
from policygen.pack.assembly import Stamp


def test_the_small_library_has_no_problem(tmp_path):
    assert problems_of(small_library(tmp_path)) == []


@pytest.mark.parametrize("path", sorted(CASES.glob("*.txt")), ids=lambda path: path.stem)
def test_a_fault_is_found_where_it_is(path, tmp_path):
    case = path.read_text(encoding="utf-8")
    expected = case.partition("\n===")[0].strip().split("\n")
    found = problems_of(small_library(tmp_path, case))
    assert len(found) == len(expected) and all(map(str.startswith, found, expected)), "\n".join(found)


@pytest.mark.slow
@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_no_pack_refers_to_what_it_has_not_or_states_law_of_elsewhere(data):
    """What the proofs rule out for all answers, the check of a single pack does not find for any that are drawn."""
    library, questions = SOURCES.library, SOURCES.questionnaire
    complete = draw_answers(data, questions)
    readable = context.context(library, questions, complete, library.law.checked)
    chosen = selection.select(library, questions, readable)
    made = assembly.assemble(library, chosen, readable, Stamp(1, library.law.checked, library.law.checked, True))
    rules = (document_checks.dangling_references, document_checks.law_that_does_not_apply)
    assert [str(problem) for document in made for rule in rules for problem in rule(document, library, readable)] == []

"""A faulty library, case by case: each fault is found, in its file and line, and nothing else is.

A case in tests/cases/proofs: what is expected, one line for each problem, then the files that it puts in the place of
those of the small library in `base`, each below a line `=== path`. The small library is without a fault.
"""

import re
import shutil
from pathlib import Path

import pytest

from policygen import library, mistakes, questionnaire
from policygen.checks import everything
from policygen.errors import LibraryError

ROOT = Path(__file__).resolve().parents[1]
CASES = ROOT / "tests" / "cases" / "proofs"
SHIPPED = ROOT / "clauses" / "confidentiality"


def problems_of(folder: Path, own: bool = True) -> list[str]:
    """All problems of a library that lies beside its questionnaire and one example, each on one line."""
    try:
        questions = questionnaire.load(folder / "questionnaire.yaml")
        found = everything.check(library.load(folder, questions), questions,
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

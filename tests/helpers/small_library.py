"""A small clause library without a fault, from tests/cases/proofs/base, in which a test can put a fault."""

import re
import shutil
from pathlib import Path

from helpers.shipped import ROOT, SOURCES
from policygen.checks import check, style
from policygen.library import clauses, questionnaire
from policygen.model.problems import LibraryError
from policygen.pack.make import Sources

CASES = ROOT / "tests" / "cases" / "proofs"
SHIPPED = ROOT / "clauses" / "confidentiality"
KNOWN = style.load_mistakes(SHIPPED / "errors.yaml", "errors.yaml")


def problems_of(folder: Path, own: bool = True) -> list[str]:
    """All problems of a library that lies beside its questionnaire and one example, each on one line."""
    try:
        questions = questionnaire.load(folder / "questionnaire.yaml")
        found = check.check(Sources(questions, clauses.load(folder, questions), SOURCES.house), KNOWN,
                            [folder / "example.yaml"], own)
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

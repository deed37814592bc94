"""Writes docs/coverage.md: for each point of the requirements, what carries it, and with which words.

    python tools/coverage.py

The words are those of the example packs: of a clause its first words as they are printed there, of a question what it
asks, of a document its title. tests/test_coverage.py fails when the file is not what this would write.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

from policygen.pack import make as pipeline
from policygen.checks import examples as packs
from policygen.model.document import passages_of, text_of
from policygen.library.questionnaire import each_covered

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "docs" / "coverage.md"
WORDS = 25
HEAD = """# What carries each point

Made by `python tools/coverage.py` from the clause library and the example packs; do not edit it by hand. A clause is
quoted as it is printed in an example, where possible in the one that carries most points of the model.
"""


def page(root: Path) -> str:
    """The text of the page, from the data folders in `root`."""
    sources = pipeline.load(root)
    printed, lines = _printed(root, sources), [HEAD]
    for model, title in sources.library.points.models.items():
        points = {point: text for point, text in sources.library.points.texts.items() if point.startswith(f"{model}-")}
        carriers = _carriers(sources, points, printed)
        lines += [f"## {model}: {title}", "", f"{len(carriers)} of {len(points)} points are carried.", ""]
        lines += ["| Point | What it asks for | What carries it |", "|---|---|---|"] if carriers else []
        for point in (point for point in points if point in carriers):
            carried = "<br>".join(f"{name}: {words}" for name, words in carriers[point])
            lines.append(f"| {point} | {_cell(points[point])} | {carried} |")
        lines += [""] if carriers else []
    return "\n".join(lines).rstrip() + "\n"


def _printed(root: Path, sources: pipeline.Sources) -> dict[str, dict[str, str]]:
    """Of each example the clauses, with their words."""
    found = {}
    for path in sorted((root / "examples").glob("*.yaml")):
        pack = packs.make(path, sources.library, sources.questionnaire)
        found[path.stem] = {passage.clause: text_of(passage.blocks)
                            for document in reversed(pack.documents) for passage in passages_of(document)}
    return found


def _carriers(sources: pipeline.Sources, points: Collection[str],
              printed: Mapping[str, Mapping[str, str]]) -> dict[str, list[tuple[str, str]]]:
    """Of each of a model's points that is carried what carries it, and in which words."""
    library, questions = sources.library, sources.questionnaire
    clauses = {clause.id: set(clause.covers).intersection(points) for clause in library.clauses.values()}
    best = sorted(printed, key=lambda name: -len(set().union(*(clauses[clause] for clause in printed[name]))))
    found: dict[str, list[tuple[str, str]]] = {}
    for plan in library.documents:
        for point in plan.covers:
            found.setdefault(point, []).append((f"document `{plan.id}`", _cell(f"“{plan.title}”")))
    for clause, covered in clauses.items():
        example = next((name for name in best if clause in printed[name]), "")
        words = f"{_cell(_first(printed[example][clause]))} ({example})" if example else "in no example yet"
        for point in covered:
            found.setdefault(point, []).append((f"clause `{clause}`", words))
    for point, question, _ in each_covered(questions):
        found.setdefault(point, []).append((f"question `{question}`", _cell(questions.questions[question].ask)))
    return {point: carried for point, carried in found.items() if point in points}


def _first(text: str) -> str:
    words = text.split()
    return " ".join(words[:WORDS]) + (" ..." if len(words) > WORDS else "")


def _cell(text: str) -> str:
    """The text as it can stand in a cell of a Markdown table."""
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;").replace("*", "\\*")


if __name__ == "__main__":
    TARGET.write_text(page(ROOT), encoding="utf-8")

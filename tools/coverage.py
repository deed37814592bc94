"""Writes docs/coverage.md, a table of the points of the requirements and of what carries each point.

    python tools/coverage.py

It quotes a clause by its first words in an example pack, a question by what it asks, a document by its title.
tests/test_coverage.py fails when the file is not what this would write.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

from policygen.checks import examples
from policygen.library.questionnaire import each_covered
from policygen.model.document import passages_of
from policygen.model.lines import text_of
from policygen.pack import make

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "docs" / "coverage.md"
WORDS = 25
"""How many words of a clause are quoted."""
HEAD = """# What carries each point

Made by `python tools/coverage.py` from the clause library and the example packs; do not edit it by hand. A clause is
quoted as it is printed in an example, where possible in the one that carries most points of the model.
"""


def page(root: Path) -> str:
    """The Markdown of the page, made from the data folders in `root`."""
    sources = make.load(root)
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


def _printed(root: Path, sources: make.Sources) -> dict[str, dict[str, str]]:
    """The words of every clause that is printed, by example and clause."""
    found = {}
    for path in sorted((root / "examples").glob("*.yaml")):
        pack = examples.make_example(path, sources)
        found[path.stem] = {passage.clause: text_of(passage.blocks)
                            for document in reversed(pack.documents) for passage in passages_of(document)}
    return found


def _carriers(sources: make.Sources, points: Collection[str],
              printed: Mapping[str, Mapping[str, str]]) -> dict[str, list[tuple[str, str]]]:
    """What carries each of some points: names with a quotation. A point that nothing carries is left out."""
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
    """The text, escaped for a cell of a Markdown table."""
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;").replace("*", "\\*")


if __name__ == "__main__":
    TARGET.write_text(page(ROOT), encoding="utf-8")

"""Rules over a whole clause library that has loaded: what its author must know before anybody uses it.

In: questionnaire, library, and the packs that the examples give. Out: problems. Names, conditions and references are
checked while loading; these rules look at what only the whole shows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from policygen.errors import Place, Problem, error
from policygen.library import Library
from policygen.questionnaire import Questionnaire, each_covered
from policygen.source import nearest
from policygen.templating import Wording
from policygen.wording import forms

_PLACEHOLDER = re.compile(r"\bTODO\b|\bTBC\b|\bFIXME\b|\bXX+\b|lorem ipsum|\[(?:insert|name|date|organisation)\b[^\]]*\]"
                          r"|_{4,}|\.{5,}", re.IGNORECASE)
_FORM = re.compile(r"\bterm\.(\w+)")


def check(library: Library, questionnaire: Questionnaire) -> tuple[Problem, ...]:
    """Everything that these rules find, in the order of the files."""
    found = [*points_without_a_carrier(library, questionnaire), *unknown_forms(library), *placeholders(library)]
    return tuple(sorted(found, key=lambda problem: problem.place))


def points_without_a_carrier(library: Library, questionnaire: Questionnaire) -> Iterator[Problem]:
    """A point of a model that the library carries whole, and that nothing names under `covers`."""
    carried = {point for clause in library.clauses.values() for point in clause.covers}
    carried |= {point for plan in library.documents for point in plan.covers}
    carried |= {point for point, _, _ in each_covered(questionnaire)}
    for point, text in library.points.texts.items():
        if point.partition("-")[0] in library.points.models and point not in carried:
            yield error(f"nothing carries the point {point}: {text}", library.points.places[point],
                        f"Name it under `covers:` in the clause or question that says all of it.")


def unknown_forms(library: Library) -> Iterator[Problem]:
    """A form of a term that there is not, which would stop a pack whose answers bring the clause in."""
    known = {form for term in library.terms for form in forms(term, "word")}
    for wording, number, line in _lines(library):
        for form in _FORM.findall(line):
            if form not in known:
                yield error(f"there is no form `term.{form}`", Place(wording.place.file, wording.place.line + number),
                            nearest(form, known) or "docs/writing.md lists the forms.")


def placeholders(library: Library) -> Iterator[Problem]:
    """Words that somebody meant to replace."""
    for wording, number, line in _lines(library):
        if found := _PLACEHOLDER.search(line):
            yield error(f"a placeholder is left over: `{found.group()}`",
                        Place(wording.place.file, wording.place.line + number),
                        "Write the words, ask a question for them, or make it a field.")


def _lines(library: Library) -> Iterator[tuple[Wording, int, str]]:
    """Every line of wording with its number from 0."""
    for clause in library.clauses.values():
        for wording in filter(None, (clause.wording, clause.short)):
            for number, line in enumerate(wording.source.split("\n")):
                yield wording, number, line

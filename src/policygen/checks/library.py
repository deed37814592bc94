"""Rules over a whole clause library that has loaded: what its author must know before anybody uses it.

In: library and questionnaire. Out: problems. Names, conditions and references are checked while loading; these rules
look at what only the whole shows: what nothing carries, and what nothing uses.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from policygen.model.problems import Place, Problem, error
from policygen.library.clauses import Library
from policygen.library.questionnaire import Questionnaire, each_covered
from policygen.library.yaml import nearest
from policygen.library.conditions import Wording, compile_wording
from policygen.pack.context import forms

_PLACEHOLDER = re.compile(r"\bTODO\b|\bTBC\b|\bFIXME\b|\bXX+\b|lorem ipsum|\[(?:insert|name|date|organisation)\b[^\]]*\]"
                          r"|_{4,}|\.{5,}", re.IGNORECASE)
_FORM = re.compile(r"\bterm\.(\w+)")


_PRINTED = frozenset({"organisation_name", "nations", "governing_body", "lead_role", "approved_on", "review_years",
                      "logo", "accent_colour", "typeface"})
"""Questions that the program itself reads: for the title, the status block, the law and the look."""


def check(library: Library, questionnaire: Questionnaire) -> tuple[Problem, ...]:
    """Everything that these rules find, in the order of the files."""
    found = [*points_without_a_carrier(library, questionnaire), *unknown_forms(library), *placeholders(library)]
    return tuple(sorted(found, key=lambda problem: problem.place))


def check_questionnaire(library: Library, questionnaire: Questionnaire) -> Iterator[Problem]:
    """Questions and facts without a use; only for the library that the questionnaire was made for."""
    used = _names_used(library, questionnaire) | _PRINTED
    for question in questionnaire.questions.values():
        if question.id not in used:
            yield error(f"nothing uses the question `{question.id}`", question.place,
                        "Use its answer in a clause or a condition, or do not ask it.")
    for fact in questionnaire.facts.values():
        if fact.id not in used:
            yield error(f"nothing uses the fact `{fact.id}`", fact.place, "Use it in a condition, or delete it.")


def _names_used(library: Library, questionnaire: Questionnaire) -> set[str]:
    """Every question and fact that a clause, document, condition, suggestion, fact or term reads; its own apart."""
    used = {*library.terms.values(), *(plan.layout_from for plan in library.documents)}
    wordings = [wording for clause in library.clauses.values() for wording in (clause.wording, clause.short) if wording]
    for question in questionnaire.questions.values():
        wordings += [compile_wording(choice.words, question.place) for choice in question.choices]
    conditions = [item.when for items in (library.clauses.values(), library.documents,
                                          questionnaire.questions.values()) for item in items]
    conditions += [fact.condition for fact in questionnaire.facts.values()]
    conditions += [condition for question in questionnaire.questions.values()
                   for condition in (question.default_from, question.quick_when)]
    conditions += [choice.when for question in questionnaire.questions.values() for choice in question.choices]
    conditions += [caution.when for caution in questionnaire.warnings]
    for reads in (*wordings, *filter(None, conditions)):
        used |= reads.names | {call.argument for call in reads.calls if call.function in ("words", "label")}
    return used


def points_without_a_carrier(library: Library, questionnaire: Questionnaire) -> Iterator[Problem]:
    """A point of a model that the library carries whole, and that nothing names under `covers`."""
    carried = {point for clause in library.clauses.values() for point in clause.covers}
    carried |= {point for plan in library.documents for point in plan.covers}
    carried |= {point for point, _, _ in each_covered(questionnaire)}
    for point, text in library.points.texts.items():
        if point.partition("-")[0] in library.points.models and point not in carried:
            yield error(f"nothing carries the point {point}: {text}", library.points.places[point],
                        "Name it under `covers:` in the clause or question that says all of it.")


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

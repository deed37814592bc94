"""Which clauses are in, and why, in words.

In: the library and the context of a pack. Out: a `Selection`: the documents that the answers call for, each with its
clauses in order and the reason for each; and the reason for each clause that is left out. It renders nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from policygen.library.clauses import Clause, DocumentPlan, Library
from policygen.library.conditions import Expression
from policygen.library.questionnaire import Questionnaire, because
from policygen.model import english
from policygen.model.document import Layout
from policygen.model.problems import LibraryError, Problem, error

ALWAYS = "it is in every pack"
CONCISE = ("short", "lettered")
"""The layouts that use the short wording of clauses."""


@dataclass(frozen=True, slots=True)
class SelectedDocument:
    plan: DocumentPlan
    because: str
    """Why the document is in, as the words after `because`."""
    layout: Layout
    clauses: dict[str, str]
    """The ids of the clauses that are in, in order, each with why it is in, as the words after `because`."""

    @property
    def concise(self) -> bool:
        """Whether the document uses the short wording of clauses."""
        return self.layout in CONCISE


@dataclass(frozen=True, slots=True)
class Selection:
    documents: tuple[SelectedDocument, ...]
    left_out: dict[str, str]
    """The ids of clauses and documents that are left out, and why."""


def select(library: Library, questionnaire: Questionnaire, context: Mapping[str, Any]) -> Selection:
    """The documents and clauses for these answers. Raises LibraryError unless exactly one clause fills each slot."""
    documents: list[SelectedDocument] = []
    left_out: dict[str, str] = {}
    problems: list[Problem] = []
    for plan in library.documents:
        reason = _reason(plan.when, questionnaire, context)
        if plan.when is not None and not plan.when.holds(context):
            left_out[plan.id] = reason
            continue
        layout: Layout = context[plan.layout_from] if plan.layout_from else "plain"
        clauses = {}
        for identity in plan.clauses:
            clause = library.clauses[identity]
            why = _reason(clause.when, questionnaire, context)
            if clause.when is not None and not clause.when.holds(context):
                left_out[identity] = why
            elif layout in CONCISE and clause.short is None:
                left_out[identity] = "the concise edition leaves this detail out"
            else:
                clauses[identity] = why
        problems += _slot_problems(plan, library, context)
        documents.append(SelectedDocument(plan, reason, layout, clauses))
    if problems:
        raise LibraryError(*problems)
    return Selection(tuple(documents), left_out)


def _slot_problems(plan: DocumentPlan, library: Library, context: Mapping[str, Any]) -> list[Problem]:
    """A problem for each slot of a document that exactly one clause does not fill."""
    slots: dict[str, list[Clause]] = {}
    for identity in plan.clauses:
        if slot := library.clauses[identity].slot:
            slots.setdefault(slot, []).append(library.clauses[identity])
    problems = []
    for slot, alternatives in slots.items():
        fitting = [item.id for item in alternatives if item.when is None or item.when.holds(context)]
        if len(fitting) != 1:
            found = english.listing(fitting) or "none of them"
            problems.append(error(f"the slot `{slot}` is filled by {found}", alternatives[0].place,
                                  "Change the conditions so that exactly one of its clauses fits these answers."))
    return problems


def _reason(when: Expression | None, questionnaire: Questionnaire, context: Mapping[str, Any]) -> str:
    """Why a condition holds or does not, as the words after `because`."""
    if when is None:
        return ALWAYS
    if reasons := because(when, questionnaire, context):
        return reasons
    if "decisions" in when.names and when.holds(context):
        return "something is still to be decided"
    in_force = dict(when.polarity).get("in_force")
    if in_force is not None:
        return f"the law behind it is {'' if in_force == when.holds(context) else 'not '}in force"
    return "of your answers"


# ---- what answers lead to ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a pack holds, in numbers and reasons."""

    sections: int
    """Sections of the policy."""
    forms: int
    sheets: int
    because: tuple[tuple[str, tuple[str, ...]], ...]
    """Reasons, as the words after `because`, each with the titles of the documents that it brings in."""


def outlook(selected: Selection) -> Outlook:
    """What a pack of this selection holds."""
    reasons: dict[str, list[str]] = {}
    for document in selected.documents:
        if document.plan.when is not None:
            reasons.setdefault(document.because, []).append(document.plan.title)
    folders = [document.plan.folder for document in selected.documents]
    return Outlook(
        sum(any(clause in document.clauses for clause in section.clauses)
            for document in selected.documents if document.plan.layout_from and document.plan.kind == "policy"
            for section in document.plan.sections if not section.cover),
        folders.count("forms"), folders.count("sheets"),
        tuple((reason, tuple(titles)) for reason, titles in reasons.items()))


def decided_by(library: Library, questionnaire: Questionnaire, question: str) -> list[str]:
    """What a question decides, in lines of words; empty if it decides nothing."""
    names = {question}
    for fact in questionnaire.facts.values():
        if fact.condition.names & names:
            names.add(fact.id)

    def reads(expression: Expression | None) -> bool:
        return expression is not None and bool(expression.names & names)

    def listed(titles: list[str]) -> str:
        once = list(dict.fromkeys(titles))
        return "; ".join(once[:6]) + (f"; and {len(once) - 6} more" if len(once) > 6 else "")

    if question in library.terms.values():
        return ["Your word is used throughout the documents."]
    clauses = library.clauses.values()
    lines = {
        "It decides whether the pack has: ": [plan.title for plan in library.documents if reads(plan.when)],
        "It decides whether these clauses are in: ": [clause.title for clause in clauses if reads(clause.when)],
        "It changes what these clauses say: ": [clause.title for clause in clauses
                                                if clause.wording.names & names and not reads(clause.when)]}
    return [words + listed(titles) for words, titles in lines.items() if titles]

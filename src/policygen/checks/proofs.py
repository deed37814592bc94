"""Proofs over all possible answers: what holds for every pack that a library can make, or one pack for which it fails.

In: a library and its questionnaire. Out: problems, each with the answers that show it. A proof goes through every case
that the conditions concerned can tell apart, so that what it does not report cannot happen. It writes no document:
for references and law it renders the one wording concerned and listens to what is asked of `ref` and `law`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from policygen.model import english
from policygen.pack import answers, context as wording
from policygen.checks.domain import Case, Domain
from policygen.checks.prose import certain
from policygen.model.problems import LibraryError, Place, Problem, error
from policygen.library.clauses import Clause, DocumentPlan, Library, SectionPlan
from policygen.checks.mistakes import MustHave
from policygen.library.question import Question
from policygen.library.questionnaire import Questionnaire
from policygen.pack.selection import CONCISE
from policygen.library.conditions import Call, Expression, Wording, for_wording


def check(library: Library, questionnaire: Questionnaire, needed: tuple[MustHave, ...]) -> Iterator[Problem]:
    """Everything that can go wrong for some answers; `needed` is what no policy may be without."""
    proof = _Proof(library, questionnaire, Domain(questionnaire, library))
    for plan in library.documents:
        yield from _gathered(slots(proof, plan))
        yield from _gathered(empty_document(proof, plan))
        yield from _gathered(useless_condition(proof, plan.when, [(plan, None)], f"the document `{plan.id}`"))
        for words in needed if plan.kind == "policy" else ():
            for concise in (False, True) if plan.layout_from else (False,):
                yield from _gathered(missing_words(proof, plan, words, concise))
    for question in questionnaire.questions.values():
        yield from _gathered(useless_conditions_of(proof, question))
        yield from _gathered(missing_suggestion(proof, question))
    for clause in library.clauses.values():
        standing = [(plan, clause) for plan in library.documents if clause.id in plan.clauses]
        yield from _gathered(useless_condition(proof, clause.when, standing, f"the clause `{clause.id}`"))
        for plan, _ in standing:
            for concise in (False, True):
                yield from _gathered(dangling_references(proof, plan, clause, concise))
                yield from _gathered(law_that_does_not_apply(proof, plan, clause, concise))


def _gathered(found: Iterator[Problem]) -> Iterator[Problem]:
    """The problems, and those that stopped the search: a condition that depends on too much, or fails."""
    try:
        yield from found
    except LibraryError as exc:
        yield from exc.problems


@dataclass(frozen=True, slots=True)
class _Proof:
    """A library with all its possible answers, and when its parts stand in a pack."""

    library: Library
    questionnaire: Questionnaire
    domain: Domain

    def made(self, plan: DocumentPlan, case: Case) -> bool:
        """Whether a document is in the pack."""
        others = [other for other in self.library.documents if other.id == plan.annotates]
        return _holds(plan.when, case) and all(self.made(other, case) for other in others)

    def stands(self, clause: Clause, plan: DocumentPlan, case: Case) -> bool:
        """Whether a clause is in a document, if that is made; a definition only where its words are sure to stand."""
        concise = self.concise(plan, case)
        return (_holds(clause.when, case) and not (concise and clause.short is None)
                and (not clause.defines or self.needs_definition(clause, plan, concise)))

    def concise(self, plan: DocumentPlan, case: Case) -> bool:
        """Whether it is made with the short wording; no, where the case does not depend on the layout."""
        return case.values.get(plan.layout_from) in CONCISE

    def needs_definition(self, clause: Clause, plan: DocumentPlan, concise: bool) -> bool:
        """Whether the document uses one of the words that a clause explains, whatever the answers are."""
        words = re.compile("|".join(rf"\b{re.escape(word)}\b" for word in clause.defines), re.IGNORECASE)
        others = [self.library.clauses[name] for name in plan.clauses]
        texts = [other.short if concise else other.wording for other in others if not other.when and not other.defines]
        return any(words.search(certain(text, self.library.law.laws)) for text in texts if text)

    def clauses(self, part: DocumentPlan | SectionPlan) -> list[Clause]:
        return [self.library.clauses[name] for name in part.clauses]

    def cases_of(self, plan: DocumentPlan, clauses: list[Clause], **more: Any) -> tuple[Case, ...]:
        """Every case that makes a difference to a document and to whether these of its clauses stand in it."""
        names = {*more.pop("names", ()), *_layout_names(plan, clauses)}
        conditions = [plan.when, *(clause.when for clause in clauses), *more.pop("conditions", ())]
        return self.domain.cases(conditions, names=names, **more)

    def render(self, text: Wording, plan: DocumentPlan, case: Case, function: str) -> frozenset[str]:
        """What the wording asks of `ref` or `law` in this case."""
        answers = self.domain.answers(case)
        asked: set[str] = set()
        context = wording.context(self.library, self.questionnaire, answers, case.day)
        meant = context[function]

        def probe(argument: str) -> str:
            asked.add(argument)
            return meant(argument)

        text.render({**context, "reader": plan.reader, function: for_wording(probe)})
        return frozenset(asked)


def _layout_names(plan: DocumentPlan, clauses: list[Clause]) -> set[str]:
    """The question for the layout, where it decides whether one of the clauses stands in the document."""
    differs = any(clause.short is None or clause.defines for clause in clauses)
    return {plan.layout_from} if plan.layout_from and differs else set()


def _holds(when: Expression | None, case: Case) -> bool:
    return when is None or when.holds(case.values)


def _example(case: Case) -> str:
    """A hint that shows the answers for which it fails."""
    return "It happens with these answers:\n    " + str(case).replace("\n", "\n    ")


# ---- slots, conditions, documents --------------------------------------------------------------------------------


def slots(proof: _Proof, plan: DocumentPlan) -> Iterator[Problem]:
    """A slot that for some answers none, or more than one, of its clauses fills."""
    places: dict[str, list[Clause]] = {}
    for clause in proof.clauses(plan):
        if clause.slot:
            places.setdefault(clause.slot, []).append(clause)
    for slot, alternatives in places.items():
        for case in proof.domain.cases([plan.when, *(clause.when for clause in alternatives)]):
            fitting = [clause.id for clause in alternatives if _holds(clause.when, case)]
            if len(fitting) != 1 and proof.made(plan, case):
                found = f"both {english.listing(fitting)}" if fitting else "nothing"
                yield error(f"the slot `{slot}` of `{plan.id}` can be filled by {found}",
                            _place(alternatives[0].when, alternatives[0].place), _example(case))
                break


def useless_condition(proof: _Proof, when: Expression | None, standing: list[tuple[DocumentPlan, Clause | None]],
                      what: str) -> Iterator[Problem]:
    """A condition that is never so, or always so, wherever its document is made."""
    if when is None:
        return
    can_be_in = can_be_out = False
    for plan, clause in standing:
        for case in proof.cases_of(plan, [clause] if clause else []):
            holds = _holds(when, case)
            is_made = clause is None or proof.made(plan, case)
            can_be_in |= is_made and holds and not (clause and not clause.short and proof.concise(plan, case))
            can_be_out |= is_made and not holds
    if not can_be_in:
        yield error(f"{what} can never be in: `{when.source}`", when.place,
                    "No answers fit the condition, its document and its layout together.")
    elif not can_be_out:
        yield error(f"{what} is always in where it can be: `{when.source}`", when.place, "Leave the condition out.")


def empty_document(proof: _Proof, plan: DocumentPlan) -> Iterator[Problem]:
    """A document that for some answers has no clause in it."""
    clauses = [clause for clause in proof.clauses(plan) if not clause.defines]
    if plan.annotates or any(clause.when is None and (clause.short or not plan.layout_from) for clause in clauses):
        return
    if not clauses:
        yield error(f"the document `{plan.id}` has no clauses", plan.place,
                    "Write them, and list them in its sections.")
        return
    for case in proof.cases_of(plan, clauses):
        if proof.made(plan, case) and not any(proof.stands(clause, plan, case) for clause in clauses):
            yield error(f"the document `{plan.id}` can be empty", plan.place, _example(case))
            return


def missing_words(proof: _Proof, plan: DocumentPlan, needed: MustHave, concise: bool) -> Iterator[Problem]:
    """A policy that for some answers lacks words that every policy needs."""
    laws, edition = proof.library.law.laws, "concise" if concise else "complete"
    having = []
    for clause in proof.clauses(plan):
        text = clause.short if concise else clause.wording
        if text and needed.pattern.search(" ".join(certain(text, laws).split())):
            having.append(clause)
    if not having:
        yield error(f"{needed.wrong} ({edition} edition)", plan.place, needed.correct)
        return
    for case in proof.cases_of(plan, having, names=[plan.layout_from] if plan.layout_from else []):
        if (proof.concise(plan, case) == concise and proof.made(plan, case)
                and not any(_holds(clause.when, case) for clause in having)):
            yield error(f"{needed.wrong} ({edition} edition)", plan.place, f"{needed.correct} {_example(case)}")
            return


def _place(when: Expression | None, otherwise: Place) -> Place:
    return when.place if when else otherwise


# ---- questions ---------------------------------------------------------------------------------------------------


def useless_conditions_of(proof: _Proof, question: Question) -> Iterator[Problem]:
    """A choice, or a question in the quick interview, whose condition is never so or always so where it is asked."""
    conditions = [(choice.when, f"the choice `{choice.value}` of `{question.id}`") for choice in question.choices]
    for when, what in [*conditions, (question.quick_when, f"`quick_when` of `{question.id}`")]:
        if when is None:
            continue
        found = {when.holds(case.values) for case in proof.domain.cases([when, question.when])
                 if _holds(question.when, case)}
        if found != {True, False}:
            how_often = "always" if found == {True} else "never"
            yield error(f"the condition of {what} is {how_often} so: `{when.source}`", when.place,
                        "Leave the condition out." if found == {True} else "No answers fit it. Mend or delete it.")


def missing_suggestion(proof: _Proof, question: Question) -> Iterator[Problem]:
    """A question that the quick interview leaves to its suggestion, and for some answers it has none."""
    always_asked = question.depth == "quick" and question.quick_when is None
    if always_asked or not question.required or question.default_from is None:
        return
    conditions = [question.when, question.default_from, *(choice.when for choice in question.choices)]
    for case in proof.domain.cases(conditions):
        if _holds(question.when, case) and answers.suggestion(question, proof.questionnaire, case.values) is None:
            yield error(f"the question `{question.id}` can be without a suggestion", question.default_from.place,
                        _example(case))
            return


# ---- references and law ------------------------------------------------------------------------------------------


def dangling_references(proof: _Proof, plan: DocumentPlan, clause: Clause, concise: bool) -> Iterator[Problem]:
    """A reference to a clause, section or document that for some answers is absent while the reference is there."""
    text = clause.short if concise else clause.wording
    for target in _called(text, "ref"):
        places = list(_places(proof.library, target))

        def is_there(case: Case, places=places) -> bool:
            return any(_is_at(proof, place, case, plan) for place in places)

        conditions = [when for place in places for when in place.conditions(proof)]
        names = {name for place in places for name in place.names(proof)}
        yield from _asked_in_vain(proof, plan, clause, concise, "ref", target, is_there,
                                  {"conditions": conditions, "names": names},
                                  f"`{clause.id}` refers to `{target}`, which can be absent")


def law_that_does_not_apply(proof: _Proof, plan: DocumentPlan, clause: Clause, concise: bool) -> Iterator[Problem]:
    """A clause that cites law of another nation; and law before its first day, where it stands under `in_force`.

    Elsewhere the day of the library's last check counts: nobody makes a policy for the days before the Act.
    """
    text = clause.short if concise else clause.wording
    for law in _called(text, "law"):
        found = proof.library.law.laws[law]
        is_dated = all("in_force" in call.deciding for call in text.calls if _is_call(call, "law", law))

        def applies(case: Case, found=found, is_dated=is_dated) -> bool:
            return found.applies(case.day if is_dated else proof.library.law.checked, case.values["nations"])

        yield from _asked_in_vain(proof, plan, clause, concise, "law", law, applies, {"names": {"nations"}},
                                  f"`{clause.id}` states {found.cite}, which may not apply")


def _asked_in_vain(proof: _Proof, plan: DocumentPlan, clause: Clause, concise: bool, function: str, argument: str,
                   is_right: Callable[[Case], bool], more: Mapping[str, Any], message: str) -> Iterator[Problem]:
    """A call in a wording that is made in a case in which it must not be."""
    text = clause.short if concise else clause.wording
    calls = [call for call in text.calls if _is_call(call, function, argument)]
    names = {*more["names"], *(name for call in calls for name in call.deciding),
             *([plan.layout_from] if plan.layout_from else [])}
    laws = {call.argument for call in text.calls if call.function == "in_force"} if "in_force" in names else set()
    for case in proof.cases_of(plan, [clause], **{**more, "names": names}, laws=laws, mentions=text.mentions):
        if (proof.concise(plan, case) == concise and proof.made(plan, case) and _holds(clause.when, case)
                and not is_right(case) and argument in proof.render(text, plan, case, function)):
            yield error(message, calls[0].place, _example(case))
            return


def _is_call(call: Call, function: str, argument: str) -> bool:
    return call.function == function and call.argument == argument


def _called(text: Wording | None, function: str) -> list[str]:
    return sorted({call.argument for call in text.calls if call.function == function}) if text else []


@dataclass(frozen=True, slots=True)
class _Where:
    """One place where the target of a reference can stand: a document, a section of it, or a clause in that."""

    plan: DocumentPlan
    section: SectionPlan | None
    clause: Clause | None

    def choices(self, proof: _Proof) -> list[Clause]:
        """The clauses that decide whether it is there; none where it is always there."""
        if self.section is None or self.clause:
            return [self.clause] if self.clause else []
        clauses = proof.clauses(self.section)
        sure = [clause for clause in clauses if not clause.when and not clause.defines
                and (clause.short or not self.plan.layout_from)]
        return sure[:1] or clauses

    def conditions(self, proof: _Proof) -> list[Expression | None]:
        others = [other.when for other in proof.library.documents if other.id == self.plan.annotates]
        return [self.plan.when, *others, *(clause.when for clause in self.choices(proof))]

    def names(self, proof: _Proof) -> set[str]:
        needs_number = self.section is not None and not self.section.title
        return (_layout_names(self.plan, self.choices(proof))
                | ({self.plan.layout_from} if needs_number and self.plan.layout_from else set()))


def _places(library: Library, target: str) -> Iterator[_Where]:
    for plan in library.documents:
        if plan.id == target:
            yield _Where(plan, None, None)
        for section in plan.sections:
            if section.id == target:
                yield _Where(plan, section, None)
            if target in section.clauses:
                yield _Where(plan, section, library.clauses[target])


def _is_at(proof: _Proof, where: _Where, case: Case, plan: DocumentPlan) -> bool:
    """Whether the target stands there, and has a number or a title that a reference can print."""
    if not proof.made(where.plan, case):
        return False
    if where.section is None:
        return True
    layout = case.values.get(where.plan.layout_from, "plain")
    if not where.section.title and (where.section.cover or layout in ("plain", "short")):
        return False
    return any(proof.stands(clause, where.plan, case) for clause in where.choices(proof))

"""Proofs over all possible answers: what holds for every pack of a library, or the answers for which it fails.

In: a library and its questionnaire. Out: problems, each with answers that show it. A proof goes through every case that
the conditions concerned can tell apart, so what it does not report cannot happen. No document is made: for references
and law the one wording concerned is rendered, with functions for `ref` and `law` that note what they are asked.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from policygen.checks.cases import Case, Cases
from policygen.checks.prose import any_word, unconditional_words
from policygen.checks.style import Mistake
from policygen.library.clauses import Clause, DocumentPlan, Library, SectionPlan
from policygen.library.conditions import Call, Expression, Wording, compile_wording, for_wording
from policygen.library.question import Question
from policygen.library.questionnaire import Questionnaire
from policygen.model import english
from policygen.model.problems import LibraryError, Problem, error
from policygen.pack import answers, context
from policygen.pack.selection import CONCISE


_CITING = re.compile(r"\{\{(?:(?!\}\}).)*\blaw\((?:(?!\}\}).)*\}\}", re.DOTALL)
_BRACKET = re.compile(r"\(\s*\{%")
_EMPTY = re.compile(r"\x02\s*\x03|\([\s;,]*\)")


def check(library: Library, questionnaire: Questionnaire, must_have: Iterable[Mistake]) -> Iterator[Problem]:
    """Everything that can go wrong for some answers; `must_have`: words that no policy may be without."""
    for search in _searches(_Packs(library, questionnaire, Cases(questionnaire, library)), tuple(must_have)):
        try:
            yield from search
        except LibraryError as exc:  # a condition that depends on too much, or fails
            yield from exc.problems


def _searches(packs: _Packs, must_have: tuple[Mistake, ...]) -> Iterator[Iterator[Problem]]:
    documents = packs.library.documents
    for plan in documents:
        yield _slots(packs, plan)
        yield _empty_document(packs, plan)
        yield _useless_condition(packs, plan.when, [(plan, None)], f"the document `{plan.id}`")
        for words in must_have if plan.kind == "policy" else ():
            for concise in (False, True):
                yield _missing_words(packs, plan, words, concise)
    for question in packs.questionnaire.questions.values():
        yield _useless_conditions_of(packs, question)
        yield _missing_suggestion(packs, question)
    for clause in packs.library.clauses.values():
        plans = [plan for plan in documents if clause.id in plan.clauses]
        yield _useless_condition(packs, clause.when, [(plan, clause) for plan in plans], f"the clause `{clause.id}`")
        for plan in plans:
            for text, concise in ((clause.wording, False), (clause.short, True)):
                if text:
                    yield _dangling_references(packs, _Use(plan, clause, text, concise))
                    yield _law_that_does_not_apply(packs, _Use(plan, clause, text, concise))
                    yield _empty_citations(packs, _Use(plan, clause, text, concise))


@dataclass(frozen=True, slots=True)
class _Packs:
    """All packs that a library can make: what stands in each, case by case."""

    library: Library
    questionnaire: Questionnaire
    cases: Cases
    _contexts: dict[int, dict[str, Any]] = field(default_factory=dict)

    def has_document(self, plan: DocumentPlan, case: Case) -> bool:
        """Whether the document is in the pack."""
        return all(_holds(when, case) for when in self.conditions(plan))

    def has_clause(self, clause: Clause, plan: DocumentPlan, case: Case) -> bool:
        """Whether the clause is in the document, if that is in the pack; a definition only where it is sure to be."""
        concise = self.is_concise(plan, case)
        return (_holds(clause.when, case) and not (concise and clause.short is None)
                and (not clause.defines or self._needs_definition(clause, plan, concise)))

    def is_concise(self, plan: DocumentPlan, case: Case) -> bool:
        """Whether the document has the short wordings; False where the case does not depend on the layout."""
        return case.values.get(plan.layout_from) in CONCISE

    def _needs_definition(self, clause: Clause, plan: DocumentPlan, concise: bool) -> bool:
        """Whether the document uses one of the words that the clause explains, whatever the answers are."""
        words, others = any_word(clause.defines), self.clauses(plan)
        texts = [other.short if concise else other.wording for other in others if not other.when and not other.defines]
        return any(words.search(unconditional_words(text, self.library.law.laws)) for text in texts if text)

    def clauses(self, part: DocumentPlan | SectionPlan) -> list[Clause]:
        return [self.library.clauses[name] for name in part.clauses]

    def conditions(self, plan: DocumentPlan) -> list[Expression | None]:
        """The conditions under which a document is in the pack: its own, and that of the document that it annotates."""
        return [plan.when, *(when for other in self.library.documents if other.id == plan.annotates
                             for when in self.conditions(other))]

    def cases_of(self, plan: DocumentPlan, clauses: Sequence[Clause], conditions: Iterable[Expression | None] = (),
                 names: Iterable[str] = (), text: Wording | None = None) -> tuple[Case, ...]:
        """Every case that makes a difference to a document, to whether these clauses stand in it, and to a wording."""
        names = {*names, *_layout_names(plan, clauses)}
        dated = text.calls if text and "in_force" in names else ()
        return self.cases.of([*self.conditions(plan), *(clause.when for clause in clauses), *conditions], names,
                             {call.argument for call in dated if call.function == "in_force"},
                             text.mentions if text else (),
                             {call.argument for call in text.calls if call.function == "answered"}
                             if text and "answered" in names else ())

    def context_of(self, case: Case) -> dict[str, Any]:
        """What wording can read in this case. Many wordings are tried in the same case, which `Cases` keeps."""
        if id(case) not in self._contexts:
            self._contexts[id(case)] = context.context(self.library, self.questionnaire, self.cases.complete(case),
                                                       case.day)
        return self._contexts[id(case)]

    def is_called(self, call: Call, use: _Use, case: Case) -> bool:
        """Whether the wording asks `ref` or `law` for this, in this case."""
        complete = self.context_of(case)
        asked = set()

        def function(argument: str) -> Any:
            asked.add(argument)
            return complete[call.function](argument)

        use.text.render({**complete, "reader": use.plan.reader, call.function: for_wording(function)})
        return call.argument in asked


def _layout_names(plan: DocumentPlan, clauses: Iterable[Clause], needs_number: bool = False) -> set[str]:
    """The question for the layout, where it decides on a number or on whether one of the clauses is in the document."""
    differs = needs_number or any(clause.short is None or clause.defines for clause in clauses)
    return {plan.layout_from} if plan.layout_from and differs else set()


def _holds(when: Expression | None, case: Case) -> bool:
    return when is None or when.holds(case.values)


def _example(case: Case) -> str:
    """A hint with the answers for which something fails."""
    return "It happens with these answers:\n    " + str(case).replace("\n", "\n    ")


# ---- slots, conditions, documents --------------------------------------------------------------------------------


def _slots(packs: _Packs, plan: DocumentPlan) -> Iterator[Problem]:
    """Slots that for some answers no clause fills, or more than one."""
    slots: dict[str, list[Clause]] = defaultdict(list)
    for clause in packs.clauses(plan):
        if clause.slot:
            slots[clause.slot].append(clause)
    for slot, alternatives in slots.items():
        for case in packs.cases.of([plan.when, *(clause.when for clause in alternatives)]):
            fitting = [clause.id for clause in alternatives if _holds(clause.when, case)]
            if len(fitting) != 1 and packs.has_document(plan, case):
                found = f"both {english.listing(fitting)}" if fitting else "nothing"
                first = alternatives[0]
                yield error(f"the slot `{slot}` of `{plan.id}` can be filled by {found}",
                            first.when.place if first.when else first.place, _example(case))
                break


def _useless_condition(packs: _Packs, when: Expression | None, uses: Sequence[tuple[DocumentPlan, Clause | None]],
                       what: str) -> Iterator[Problem]:
    """A condition of a document or clause that never holds, or always, wherever the document is made."""
    if when is None:
        return
    can_be_in = can_be_out = False
    for plan, clause in uses:
        for case in packs.cases_of(plan, [clause] if clause else []):
            holds = _holds(when, case)
            is_made = clause is None or packs.has_document(plan, case)
            can_be_in |= is_made and holds and not (clause and not clause.short and packs.is_concise(plan, case))
            can_be_out |= is_made and not holds
    if not can_be_in:
        yield error(f"{what} can never be in: `{when.source}`", when.place,
                    "No answers fit the condition, its document and its layout together.")
    elif not can_be_out:
        yield error(f"{what} is always in where it can be: `{when.source}`", when.place, "Leave the condition out.")


def _empty_document(packs: _Packs, plan: DocumentPlan) -> Iterator[Problem]:
    """A document that for some answers has no clause in it."""
    clauses = [clause for clause in packs.clauses(plan) if not clause.defines]
    if plan.annotates or any(clause.when is None and (clause.short or not plan.layout_from) for clause in clauses):
        return
    if not clauses:
        yield error(f"the document `{plan.id}` has no clauses", plan.place,
                    "Write them, and list them in its sections.")
        return
    for case in packs.cases_of(plan, clauses):
        if packs.has_document(plan, case) and not any(packs.has_clause(clause, plan, case) for clause in clauses):
            yield error(f"the document `{plan.id}` can be empty", plan.place, _example(case))
            return


def _missing_words(packs: _Packs, plan: DocumentPlan, words: Mistake, concise: bool) -> Iterator[Problem]:
    """A policy that for some answers lacks words that every policy must have."""
    having = []
    for clause in packs.clauses(plan):
        text = clause.short if concise else clause.wording
        if text and words.pattern.search(" ".join(unconditional_words(text, packs.library.law.laws).split())):
            having.append(clause)
    message = f"{words.wrong} ({'concise' if concise else 'complete'} edition)"
    for case in packs.cases_of(plan, having, names=[plan.layout_from] if plan.layout_from else []):
        if (packs.is_concise(plan, case) == concise and packs.has_document(plan, case)
                and not any(_holds(clause.when, case) for clause in having)):
            yield error(message, plan.place, f"{words.correct} {_example(case)}" if having else words.correct)
            return


# ---- questions ---------------------------------------------------------------------------------------------------


def _useless_conditions_of(packs: _Packs, question: Question) -> Iterator[Problem]:
    """A condition of a choice, or `quick_when`, that never holds, or always, where the question is asked."""
    conditions = [(choice.when, f"the choice `{choice.value}` of `{question.id}`") for choice in question.choices]
    for when, what in [*conditions, (question.quick_when, f"`quick_when` of `{question.id}`")]:
        if when is None:
            continue
        cases = packs.cases.of([when, question.when])
        found = {when.holds(case.values) for case in cases if _holds(question.when, case)}
        if found != {True, False}:
            how_often = "always" if found == {True} else "never"
            yield error(f"the condition of {what} is {how_often} so: `{when.source}`", when.place,
                        "Leave the condition out." if found == {True} else "No answers fit it. Mend or delete it.")


def _missing_suggestion(packs: _Packs, question: Question) -> Iterator[Problem]:
    """A question that the quick interview does not ask, and that for some answers has no suggestion."""
    always_asked = question.depth == "quick" and question.quick_when is None
    if always_asked or not question.required or question.default_from is None:
        return
    for case in packs.cases.of([question.when, question.default_from, *(choice.when for choice in question.choices)]):
        if _holds(question.when, case) and answers.suggestion(question, packs.questionnaire, case.values) is None:
            yield error(f"the question `{question.id}` can be without a suggestion", question.default_from.place,
                        _example(case))
            return


# ---- references and law ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Use:
    """A clause in a document, with its full or its short wording."""

    plan: DocumentPlan
    clause: Clause
    text: Wording
    concise: bool

    def calls(self, function: str) -> list[list[Call]]:
        """The calls of a function, those with the same argument together."""
        found: dict[str, list[Call]] = defaultdict(list)
        for call in self.text.calls:
            if call.function == function:
                found[call.argument].append(call)
        return [found[argument] for argument in sorted(found)]


def _dangling_references(packs: _Packs, use: _Use) -> Iterator[Problem]:
    """References to a clause, section or document that for some answers is not in the pack while the reference is."""
    for calls in use.calls("ref"):
        targets = list(_targets(packs, calls[0].argument))
        conditions = [when for target in targets for when in target.conditions(packs)]
        names = {name for target in targets for name in target.names()}
        if wrong := _wrong_case(packs, use, calls, conditions, names,
                                lambda case: any(target.is_there(packs, case) for target in targets)):
            yield error(f"`{use.clause.id}` refers to `{calls[0].argument}`, which can be absent", calls[0].place,
                        _example(wrong))


def _law_that_does_not_apply(packs: _Packs, use: _Use) -> Iterator[Problem]:
    """Citations of another nation's law; and of law before its first day, where they stand under `in_force`.

    Other citations are tried on the day when the law was last checked: nobody makes a policy for days before the Act.
    """
    for calls in use.calls("law"):
        law = packs.library.law.laws[calls[0].argument]
        day = None if all("in_force" in call.deciding for call in calls) else packs.library.law.checked
        if wrong := _wrong_case(packs, use, calls, [], {"nations"},
                                lambda case: law.applies(day or case.day, case.values["nations"])):
            yield error(f"`{use.clause.id}` states {law.cite}, which may not apply", calls[0].place, _example(wrong))


def _empty_citations(packs: _Packs, use: _Use) -> Iterator[Problem]:
    """A place for law that in some nations, on some day, prints none; unless it says `else ""`."""
    names = {name for calls in use.calls("law") for call in calls for name in call.deciding}
    choosing = any(" if " in tag and 'else ""' not in tag for tag in _CITING.findall(use.text.source))
    if "in_force" not in names or not (choosing or _BRACKET.search(use.text.source)):
        return
    marked = compile_wording(_CITING.sub(
        lambda tag: tag[0] if 'else ""' in tag[0] else f"\x02{tag[0]}\x03", use.text.source), use.text.place)
    names |= {"nations", *([use.plan.layout_from] if use.plan.layout_from else [])}
    for case in packs.cases_of(use.plan, [use.clause], (), names, use.text):
        if (packs.is_concise(use.plan, case) == use.concise and packs.has_document(use.plan, case)
                and _holds(use.clause.when, case)):
            complete = packs.context_of(case)
            if _EMPTY.search(marked.render({**complete, "reader": use.plan.reader})):
                yield error(f"a citation in `{use.clause.id}` can be empty", use.text.place,
                            f"Put it under a condition with `in_force`. {_example(case)}")
                return


def _wrong_case(packs: _Packs, use: _Use, calls: list[Call], conditions: Iterable[Expression | None], names: set[str],
                is_right: Callable[[Case], bool]) -> Case | None:
    """The first case in which the wording makes one of the calls and the call is not right."""
    names = names | {name for call in calls for name in call.deciding}
    names |= {use.plan.layout_from} if use.plan.layout_from else set()
    for case in packs.cases_of(use.plan, [use.clause], conditions, names, use.text):
        if (packs.is_concise(use.plan, case) == use.concise and packs.has_document(use.plan, case)
                and _holds(use.clause.when, case) and not is_right(case) and packs.is_called(calls[0], use, case)):
            return case
    return None


@dataclass(frozen=True, slots=True)
class _Target:
    """One of the places where the target of a reference can stand: a document, a section of it, or a clause in that."""

    plan: DocumentPlan
    section: SectionPlan | None
    """None for a document."""
    clauses: list[Clause]
    """It is there if one of them is; none for a document."""

    def is_there(self, packs: _Packs, case: Case) -> bool:
        """Whether the target stands there, and has a number or a title that a reference can print."""
        if not packs.has_document(self.plan, case):
            return False
        if self.section is None:
            return True
        layout = case.values.get(self.plan.layout_from, "plain")
        if not self.section.title and (self.section.cover or layout in ("plain", "short")):
            return False
        return any(packs.has_clause(clause, self.plan, case) for clause in self.clauses)

    def conditions(self, packs: _Packs) -> list[Expression | None]:
        return [*packs.conditions(self.plan), *(clause.when for clause in self.clauses)]

    def names(self) -> set[str]:
        return _layout_names(self.plan, self.clauses, needs_number=self.section is not None and not self.section.title)


def _targets(packs: _Packs, target: str) -> Iterator[_Target]:
    for plan in packs.library.documents:
        if plan.id == target:
            yield _Target(plan, None, [])
        for section in plan.sections:
            if section.id == target:
                clauses = packs.clauses(section)
                always = [clause for clause in clauses if not clause.when and not clause.defines
                          and (clause.short or not plan.layout_from)]
                yield _Target(plan, section, always[:1] or clauses)
            if target in section.clauses:
                yield _Target(plan, section, [packs.library.clauses[target]])

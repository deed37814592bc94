"""The way through the questions: where somebody is, what is asked next, what an answer changes.

In: the questionnaire and what has been said. Out: a frozen `Walk`; every step gives a new one. Pure: it shows nothing,
saves nothing and knows no terminal. What was said of a question that no longer applies is kept, in case it applies
again, but nothing reads it meanwhile.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from policygen.pack import answers
from policygen.pack.answers import Progress
from policygen.library.questionnaire import APPROVED_ON, Part, Questionnaire
from policygen.library.question import NOT_SURE, Question



@dataclass(frozen=True, slots=True)
class Walk:
    """Where somebody is in a questionnaire."""

    questionnaire: Questionnaire
    as_at: date
    """The day of the pack: no answer may be a later one."""
    said: Mapping[str, Any]
    """Every answer that was given, also those to questions that no longer apply."""
    quick: bool
    """Only what is quick is asked; suggestions stand in for the rest."""
    at: str
    """The question that is asked now; empty when the answers are to be checked."""
    later: frozenset[str]
    """Questions that were skipped for now."""
    unfinished: frozenset[str]
    """Questions that have an answer and are asked again: tables that were begun, and what a review has to ask."""
    values: Mapping[str, Any]
    """The answers as a pack would take them, suggestions included."""
    asked: tuple[Question, ...]
    """What is asked of this organisation, in order; what has its answer too."""
    edition: str = ""
    """The folder of the edition that is reviewed or changed; empty for a new pack."""
    edited: tuple[str, ...] = ()
    """Word files that were given for it."""
    confirmed: frozenset[str] = frozenset()
    """Parts of which somebody has said that they are still right."""

    @property
    def question(self) -> Question:
        """The question that is asked now. There is none while the answers are checked."""
        return self.questionnaire.questions[self.at]

    @property
    def progress(self) -> Progress:
        """What a draft keeps beside the answers."""
        return Progress("quick" if self.quick else "full", tuple(sorted(self.later)), tuple(sorted(self.unfinished)),
                        self.edition, self.edited, tuple(sorted(self.confirmed)))

    @property
    def open(self) -> tuple[Question, ...]:
        """What is asked and has no answer yet, what was skipped too."""
        return tuple(question for question in self.asked if not self._is_settled(question))

    @property
    def answered(self) -> int:
        """How many of the questions that are asked have their answer."""
        return len(self.asked) - len(self.open)

    @property
    def untouched(self) -> tuple[Question, ...]:
        """The questions that apply, were not asked, and are left at their suggestion."""
        asked = {question.id for question in self.asked}
        return tuple(question for question in self.questionnaire.questions.values()
                     if question.id not in asked and self.applies(question))

    @property
    def unsure(self) -> tuple[Question, ...]:
        """What was answered `not sure`."""
        return tuple(question for question in self.asked if self.said.get(question.id) is NOT_SURE)

    @property
    def parts(self) -> tuple[Part, ...]:
        """The parts that have something to ask."""
        wanted = {question.part for question in self.asked}
        return tuple(part for part in self.questionnaire.parts if part.id in wanted)

    def applies(self, question: Question) -> bool:
        """Whether the question has a meaning for this organisation."""
        if question.id == APPROVED_ON and not self.said.get(APPROVED_ON) and any(
                value is NOT_SURE and self.applies(self.questionnaire.questions[name])
                for name, value in self.said.items() if name in self.questionnaire.questions):
            return False
        return answers.applies(question, self.questionnaire, self.values)

    def suggestion(self, question: Question) -> Any:
        """What Enter alone would answer: what was said, as far as it still fits, else what is suggested."""
        said = self.said.get(question.id)
        if said is NOT_SURE and question.type not in ("yes_no", "choice"):  # there, it is one of the options
            said = None
        if said is not None and answers.fits(question, self.questionnaire, self.values, said):
            return said
        if isinstance(said, list):
            return [item for item in said if answers.fits(question, self.questionnaire, self.values, [item])]
        return answers.suggestion(question, self.questionnaire, self.values)

    def _is_settled(self, question: Question) -> bool:
        """Whether a question has its answer. A day that has not come yet, or a choice that is no longer offered, is
        asked for again."""
        said = self.said.get(question.id)
        return (said is not None and question.id not in self.unfinished
                and not (isinstance(said, date) and said > self.as_at)
                and answers.fits(question, self.questionnaire, self.values, said))


def begin(questionnaire: Questionnaire, said: Mapping[str, Any], as_at: date, progress: Progress) -> Walk:
    """A walk that lands on the first question without an answer, or on the check when there is none."""
    walk = Walk(questionnaire, as_at, {}, progress.depth == "quick", "", frozenset(progress.later),
                frozenset(progress.unfinished), {}, (), progress.edition, progress.edited,
                frozenset(progress.confirmed))
    return _onward(_with(walk, said))


# ---- steps -------------------------------------------------------------------------------------------------------


def answer(walk: Walk, value: Any) -> Walk:
    """The walk after this answer to the question it was at, on the next question."""
    return _onward(_with(replace(walk, later=walk.later - {walk.at}, unfinished=walk.unfinished - {walk.at}),
                         {**walk.said, walk.at: value}))


def begun(walk: Walk, value: Any) -> Walk:
    """The walk with a table that is still being filled in, at the same question."""
    return _with(replace(walk, unfinished=walk.unfinished | {walk.at}), {**walk.said, walk.at: value})


def skip(walk: Walk) -> Walk:
    """The walk on the next question; one that has no answer yet is asked again at the end."""
    unanswered = walk.at in {question.id for question in walk.open}
    return _onward(replace(walk, later=walk.later | {walk.at} if unanswered else walk.later))


def back(walk: Walk) -> Walk:
    """The walk on the question before; from the check on the last one; on the first, where it is."""
    return to(walk, before[-1].id) if (before := earlier(walk)) else walk


def earlier(walk: Walk) -> tuple[Question, ...]:
    """What is asked before the question that is asked now, in order; all of it at the check."""
    order = list(walk.questionnaire.questions)
    return tuple(question for question in walk.asked
                 if not walk.at or order.index(question.id) < order.index(walk.at))


def to(walk: Walk, name: str) -> Walk:
    """The walk at a question of one's choice, which it then asks also where a quick one would not."""
    return replace(walk, at=name)


def all_questions(walk: Walk) -> Walk:
    """The walk that asks everything that applies, on the first question without an answer."""
    return _onward(_with(replace(walk, quick=False, at=""), walk.said))


def skipped(walk: Walk) -> Walk:
    """The walk on the first question that was skipped, which is then no longer skipped."""
    return _onward(replace(walk, at="", later=frozenset()))


def still_right(walk: Walk, part: str, changed: tuple[str, ...]) -> Walk:
    """The walk after somebody looked through a part: all of it is right but the questions that `changed` names."""
    return _onward(replace(walk, at="", confirmed=walk.confirmed | {part},
                           unfinished=walk.unfinished | frozenset(changed)))


def take_suggestions(walk: Walk, names: tuple[str, ...]) -> Walk:
    """The walk with what is suggested now for some questions, on a question that is still open after that."""
    for name in names:
        suggested = answers.suggestion(walk.questionnaire.questions[name], walk.questionnaire, walk.values)
        walk = _with(walk, {**walk.said, name: suggested})
    return walk if walk.at in {question.id for question in walk.open} else _onward(walk)


def _onward(walk: Walk) -> Walk:
    """The walk on the next question without an answer, else on the first one, else on the check."""
    names = [question.id for question in walk.open if question.id not in walk.later]
    order = list(walk.questionnaire.questions)
    here = order.index(walk.at) if walk.at else -1
    return replace(walk, at=next((name for name in names if order.index(name) > here), names[0] if names else ""))


def _with(walk: Walk, said: Mapping[str, Any]) -> Walk:
    """The walk after other things were said, at the same question."""
    values: dict[str, Any] = {}
    for question in walk.questionnaire.questions.values():
        values[question.id] = _taken(question, walk.questionnaire, said, values)
    walk = replace(walk, said=said, values=values)
    return replace(walk, asked=tuple(
        question for question in walk.questionnaire.questions.values() if walk.applies(question)
        and (not walk.quick or question.id in said or answers.is_quick(question, walk.questionnaire, values))))


def _taken(question: Question, questionnaire: Questionnaire, said: Mapping[str, Any],
           values: Mapping[str, Any]) -> Any:
    """What a pack would take for a question, after these earlier answers."""
    if not answers.applies(question, questionnaire, values):
        return question.empty
    value = said.get(question.id)
    if value is NOT_SURE:
        return question.unsure
    if answers.is_missing(question, value) or not answers.fits(question, questionnaire, values, value):
        value = answers.suggestion(question, questionnaire, values)
    return question.empty if value is None else value


# ---- what an answer changes --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Effects:
    """What a changed answer did to the answers after it."""

    gone: tuple[Question, ...]
    """Had an answer and no longer apply; the answers are kept for later."""
    returned: tuple[Question, ...]
    """Apply again, and have their answer from before."""
    unfitting: tuple[Question, ...]
    """Have to be asked again: what was chosen is no longer offered."""
    suggested: tuple[Question, ...]
    """Were left at a suggestion, and another one would be made now."""


def effects(before: Walk, after: Walk) -> Effects:
    """What the step between two walks changed for the other questions that had their answer."""
    questions = [question for question in after.questionnaire.questions.values()
                 if question.id in before.said and question.id in after.said
                 and before.said[question.id] == after.said[question.id]]
    applied, apply = ({question.id for question in questions if walk.applies(question)} for walk in (before, after))
    still = [question for question in questions if question.id in applied & apply]

    def suggested(walk: Walk, question: Question) -> Any:
        return answers.suggestion(question, walk.questionnaire, walk.values)

    return Effects(
        gone=tuple(question for question in questions if question.id in applied - apply),
        returned=tuple(question for question in questions if question.id in apply - applied),
        unfitting=tuple(question for question in still if question in after.open and question not in before.open),
        suggested=tuple(question for question in still if question not in after.open
                        and after.said[question.id] == suggested(before, question) != suggested(after, question)
                        is not None))

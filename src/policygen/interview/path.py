"""Where somebody is among the questions: what is asked next, and what an answer changes.

In: the questionnaire and the answers so far. Out: a frozen `QuestionPath`; each step returns a new one. Pure: this
module shows nothing and saves nothing. An answer to a question that no longer applies is kept, in case it applies
again, but nothing reads it meanwhile.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from policygen.library.question import NOT_SURE, Carried, Question
from policygen.library.questionnaire import APPROVED_ON, Part, Questionnaire
from policygen.pack import answers
from policygen.pack.answers import Attempt, Progress


@dataclass(frozen=True, slots=True)
class QuestionPath:
    """Where somebody is among the questions."""

    questionnaire: Questionnaire
    as_at: date
    """The day of the pack. No answer may be a later day."""
    said: Mapping[str, Any]
    """Every typed answer by the id of its question, including answers to questions that do not apply now."""
    quick: bool
    """Whether only quick questions are asked; suggestions stand in for the others."""
    at: str
    """The id of the question that is asked now; empty when the answers are to be checked."""
    later: frozenset[str]
    """Ids of questions that were skipped for now."""
    unfinished: frozenset[str]
    """Ids of questions that are asked although they have an answer: begun tables, and what a review asks again."""
    values: Mapping[str, Any]
    """The answers as a pack would take them, suggestions included."""
    asked: tuple[Question, ...]
    """The questions for this organisation, answered or not, in order."""
    edition: str = ""
    """The folder of the edition that is reviewed or changed; empty for a new pack."""
    edited: tuple[str, ...] = ()
    """Paths of Word files that were given for the review."""
    confirmed: frozenset[str] = frozenset()
    """Ids of parts whose answers somebody has confirmed in this review."""
    begun: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """The typed cells so far of a row that somebody has begun to add, by the id of the table."""
    attempts: Mapping[str, Attempt] = field(default_factory=dict)
    """What was half typed, as in `Progress`."""

    @classmethod
    def begin(cls, questionnaire: Questionnaire, said: Mapping[str, Any], as_at: date,
              progress: Progress) -> QuestionPath:
        """The path at the first question without an answer; at the check when every question has one."""
        path = cls(questionnaire, as_at, {}, progress.depth == "quick", "", frozenset(progress.later),
                   frozenset(progress.unfinished), {}, (), progress.edition, progress.edited,
                   frozenset(progress.confirmed), progress.begun, progress.attempts)
        return path._with(said)._next()

    @property
    def question(self) -> Question:
        """The question that is asked now. Raises KeyError at the check."""
        return self.questionnaire.questions[self.at]

    @property
    def progress(self) -> Progress:
        """What a draft keeps beside the answers."""
        return Progress("quick" if self.quick else "full", tuple(sorted(self.later)), tuple(sorted(self.unfinished)),
                        self.edition, self.edited, tuple(sorted(self.confirmed)), self.begun, self.attempts)

    @property
    def open(self) -> tuple[Question, ...]:
        """The questions that are asked and have no valid answer yet; skipped ones too."""
        return tuple(question for question in self.asked if not self._has_answer(question))

    @property
    def answered(self) -> int:
        """How many of the questions that are asked have their answer."""
        return len(self.asked) - len(self.open)

    @property
    def not_asked(self) -> tuple[Question, ...]:
        """The questions that apply but are not asked: their suggestion stands."""
        asked = {question.id for question in self.asked}
        return tuple(question for question in self.questionnaire.questions.values()
                     if question.id not in asked and self.applies(question))

    @property
    def unsure(self) -> tuple[Question, ...]:
        """The questions that somebody answered with `not sure`."""
        return tuple(question for question in self.asked if self.said.get(question.id) is NOT_SURE)

    @property
    def carried(self) -> tuple[Question, ...]:
        """The questions to be asked first: an older pack took a suggestion for them, and states it as a fact."""
        return tuple(question for question in self.asked if isinstance(self.said.get(question.id), Carried)
                     and question.id not in self.later)

    @property
    def parts(self) -> tuple[Part, ...]:
        """The parts of the questionnaire that have a question to ask."""
        wanted = {question.part for question in self.asked}
        return tuple(part for part in self.questionnaire.parts if part.id in wanted)

    @property
    def earlier(self) -> tuple[Question, ...]:
        """What is asked before the current question, in order; at the check, everything."""
        order = list(self.questionnaire.questions)
        return tuple(question for question in self.asked
                     if not self.at or order.index(question.id) < order.index(self.at))

    def applies(self, question: Question) -> bool:
        """Whether the question applies, after the answers before it. Nobody is asked for the day of approval: the text
        does not exist yet. A day that was given stays in sight."""
        if question.id == APPROVED_ON and not self.said.get(APPROVED_ON):
            return False
        return answers.applies(question, self.questionnaire, self.values)

    def suggestion(self, question: Question) -> Any:
        """The typed answer that Enter alone gives: the answer so far, as far as it is still offered, else what the
        questionnaire suggests; None for no suggestion."""
        said = self.said.get(question.id)
        if isinstance(said, Carried) or (said is NOT_SURE and question.type not in ("yes_no", "choice")):
            said = None  # nobody gave it; in those two, `not sure` is one of the options
        if said is not None and answers.fits(question, self.questionnaire, self.values, said):
            return said
        if isinstance(said, list):
            return [item for item in said if answers.fits(question, self.questionnaire, self.values, [item])]
        return answers.suggestion(question, self.questionnaire, self.values)

    def _has_answer(self, question: Question) -> bool:
        said = self.said.get(question.id)
        return (not answers.is_missing(question, said) and not isinstance(said, Carried)
                and question.id not in self.unfinished
                and not (isinstance(said, date) and said > self.as_at)
                and answers.fits(question, self.questionnaire, self.values, said))

    # ---- steps ---------------------------------------------------------------------------------------------------

    def answer(self, value: Any) -> QuestionPath:
        """The path at the next question, after this typed answer to the current one."""
        others = {name: one for name, one in self.attempts.items() if name.split(".")[0] != self.at}
        settled = replace(self, later=self.later - {self.at}, unfinished=self.unfinished - {self.at},
                          begun=self._begun({}), attempts=self.attempts if value is NOT_SURE else others)
        return settled._with({**self.said, self.at: value})._next()

    def change(self, said: Mapping[str, Any]) -> QuestionPath:
        """The path with these typed answers in the places of others, at the first question without one."""
        return replace(self, at="")._with({**self.said, **said})._next()

    def keep_rows(self, rows: list[dict[str, Any]]) -> QuestionPath:
        """The path at the same question, a table, with the rows so far. The table counts as unfinished."""
        return replace(self, unfinished=self.unfinished | {self.at})._with({**self.said, self.at: rows})

    def begin_row(self, cells: Mapping[str, Any]) -> QuestionPath:
        """The path at the same question, a table, with the cells so far of a row to add; without any, none is begun.
        The rows do not change, and where a row is begun, the table counts as unfinished."""
        return replace(self, unfinished=self.unfinished | {self.at} if cells else self.unfinished,
                       begun=self._begun(cells))

    def attempted(self, attempt: Attempt, column: str = "") -> QuestionPath:
        """The path at the same question, with what was half typed there, or in the `column` of a row to add, in place
        of what was there before. A table with such a row counts as unfinished."""
        typed = "".join(sign for sign in attempt.typed if sign.isprintable() or sign == "\n").strip()
        name = f"{self.at}.{column}" if column else self.at
        kept = {other: one for other, one in self.attempts.items() if other != name}
        if typed or attempt.ticked is not None:
            kept[name] = replace(attempt, typed=typed)
        return replace(self, attempts=kept, unfinished=self.unfinished | {self.at} if column and typed else
                       self.unfinished)

    def attempt(self, column: str = "") -> Attempt:
        """What was half typed at the current question, or in the `column` of a row to add."""
        return self.attempts.get(f"{self.at}.{column}" if column else self.at, Attempt())

    def _begun(self, cells: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
        others = {name: row for name, row in self.begun.items() if name != self.at}
        return others | {self.at: cells} if cells else others

    def skip(self) -> QuestionPath:
        """The path at the next question. If the current one has no answer yet, it is asked again at the end."""
        unanswered = self.at in {question.id for question in self.open}
        return replace(self, later=self.later | {self.at} if unanswered else self.later)._next()

    def back(self) -> QuestionPath:
        """The path at the question before; at the check, the last question; at the first question, unchanged."""
        return self.go_to(self.earlier[-1].id) if self.earlier else self

    def go_to(self, name: str) -> QuestionPath:
        """The path at the question with this id, which need not be among the `asked`."""
        return replace(self, at=name)

    def ask_all(self) -> QuestionPath:
        """The path that asks everything that applies, at the first question without an answer."""
        return replace(self, quick=False, at="")._with(self.said)._next()

    def ask_skipped(self) -> QuestionPath:
        """The path at the first skipped question. No question counts as skipped any more."""
        return replace(self, at="", later=frozenset())._next()

    def confirm(self, part: str, changed: tuple[str, ...]) -> QuestionPath:
        """The path after somebody looked through a part: its answers are right, except the questions in `changed`,
        which are asked again."""
        return replace(self, at="", confirmed=self.confirmed | {part},
                       unfinished=self.unfinished | frozenset(changed))._next()

    def take_suggestions(self, names: tuple[str, ...]) -> QuestionPath:
        """The path after some questions got the answer that is suggested now, at a question that is still open."""
        path = self
        for name in names:
            suggested = answers.suggestion(path.questionnaire.questions[name], path.questionnaire, path.values)
            path = path._with({**path.said, name: suggested})
        return path if path.at in {question.id for question in path.open} else path._next()

    def _next(self) -> QuestionPath:
        """The path at the next question without an answer, else at the first one without, else at the check."""
        names = [question.id for question in self.carried or self.open if question.id not in self.later]
        order = list(self.questionnaire.questions)
        here = order.index(self.at) if self.at else -1
        return replace(self, at=next((name for name in names if order.index(name) > here), names[0] if names else ""))

    def _with(self, said: Mapping[str, Any]) -> QuestionPath:
        """The path at the same question, with other answers."""
        values: dict[str, Any] = {}
        for question in self.questionnaire.questions.values():
            values[question.id] = _taken(question, self.questionnaire, said, values)
        path = replace(self, said=said, values=values)
        return replace(path, asked=tuple(
            question for question in self.questionnaire.questions.values() if path.applies(question)
            and (not path.quick or question.id in said or answers.is_quick(question, self.questionnaire, values))))


def _taken(question: Question, questionnaire: Questionnaire, said: Mapping[str, Any],
           values: Mapping[str, Any]) -> Any:
    """What a pack would take for a question, given the `values` of the questions before it."""
    if not answers.applies(question, questionnaire, values):
        return question.empty
    value = said.get(question.id)
    if value is NOT_SURE or isinstance(value, Carried):
        return question.value(value)
    if not answers.is_emptied(question, value) and (
            answers.is_missing(question, value) or not answers.fits(question, questionnaire, values, value)):
        value = answers.suggestion(question, questionnaire, values)
    return next(found for found in (value, question.presumed, question.empty) if found is not None)


# ---- what an answer changes --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Effects:
    """What a changed answer did to other questions that had an answer."""

    gone: tuple[Question, ...]
    """No longer apply; their answers are kept."""
    returned: tuple[Question, ...]
    """Apply again, with their answer from before."""
    unfitting: tuple[Question, ...]
    """Have to be asked again: what was chosen is no longer offered."""
    suggested: tuple[Question, ...]
    """Have the answer that was suggested before, and something else is suggested now."""


def effects(before: QuestionPath, after: QuestionPath) -> Effects:
    """What one step changed for the questions whose own answer it left alone."""
    questions = [question for question in after.questionnaire.questions.values()
                 if question.id in before.said and question.id in after.said
                 and before.said[question.id] == after.said[question.id]]
    applied, apply = ({question.id for question in questions if path.applies(question)} for path in (before, after))
    still = [question for question in questions if question.id in applied & apply]

    def suggested(path: QuestionPath, question: Question) -> Any:
        return answers.suggestion(question, path.questionnaire, path.values)

    return Effects(
        gone=tuple(question for question in questions if question.id in applied - apply),
        returned=tuple(question for question in questions if question.id in apply - applied),
        unfitting=tuple(question for question in still if question in after.open and question not in before.open),
        suggested=tuple(question for question in still if question not in after.open
                        and after.said[question.id] == suggested(before, question) != suggested(after, question)
                        is not None))

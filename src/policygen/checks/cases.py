"""Cases: every set of answers that some conditions can tell from the others.

In: a questionnaire, a library's law, and conditions and names. Out: `Case`s, one for each group of answers, facts
and dates that those conditions cannot tell apart. Nothing is judged here.

What stands for all answers to a question: yes and no; each choice, and a typed one where that is allowed; of several
choices each subset of those that the conditions mention, alone, with one more and with all the others; of a table
each set of rows of the mentioned kinds; of a text or number what the conditions mention and something else;
of a noun also a second one, so that two of them can be the same or not. Nations
come in every combination. Each law that a condition asks for gives two days: its first, and the day before. A question
that is not asked has the empty answer, and so has, in one case, each question that may stay empty.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations, product
from typing import Any

from policygen.library.clauses import Library
from policygen.library.conditions import Expression, for_wording
from policygen.library.question import Question
from policygen.library.questionnaire import Questionnaire
from policygen.model.problems import LibraryError, Place, error
from policygen.pack import answers
from policygen.pack.answers import Answers

MOST = 20_000
"""Cases that one proof may have; the library's largest has a few hundred."""

_TYPED = "something else"
"""Stands for any typed answer."""
_ONE_WORD = "word"
"""Stands for any typed noun whose plural is sure."""


@dataclass(frozen=True, slots=True)
class Case:
    """One set of answers, as far as the conditions can see it."""

    values: Mapping[str, Any]
    """What those conditions read: answers, facts, `in_force`, `decisions`, `taken`."""
    questions: tuple[str, ...]
    """The questions that it answers, in their order."""
    day: date
    dated: bool
    """Whether the day makes a difference."""
    unsure: tuple[str, ...]
    """The question that is answered `not sure`, if there is one."""
    suggested: tuple[str, ...]
    """The question that is left at its suggested answer, if there is one."""
    presumed: tuple[str, ...] = ()
    """The questions that nobody has answered, where the conditions can tell."""

    def __str__(self) -> str:
        """The case as lines of an answers file."""
        lines = [f"{name}: {written(self.values[name])}" for name in self.questions
                 if self.values[name] != "" and name not in self.presumed]
        lines += [f"{name}: not sure" for name in self.unsure]
        lines += [f"left_as_suggested: [{name}]" for name in self.suggested]
        lines += [f"# {name} has no answer" for name in self.presumed]
        lines += [f"# with --as-at {self.day}"] if self.dated else []
        return "\n".join(lines) or "# any answers"


@dataclass(frozen=True, slots=True)
class _Scope:
    """Everything that some conditions depend on, directly or through facts and other questions."""

    names: frozenset[str]
    """Questions, facts, and the lists `decisions`, `taken` and `unsaid`."""
    told_apart: frozenset[str]
    """Questions of which a condition asks whether somebody has answered them."""
    laws: frozenset[str]
    mentions: frozenset[tuple[str, Any]]
    """Each question with a constant that it is compared with."""


class Cases:
    """All possible answers to a questionnaire, on all dates that the law of a library can tell apart."""

    def __init__(self, questionnaire: Questionnaire, library: Library):
        self._questionnaire, self._library = questionnaire, library
        self._questions, self._facts = questionnaire.questions, questionnaire.facts
        self._conditions_behind = {name: [fact.condition] for name, fact in self._facts.items()}
        for name, question in self._questions.items():
            conditions = [question.when, *(choice.when for choice in question.choices)]
            self._conditions_behind[name] = [when for when in conditions if when is not None]
        self._questions_behind = {"in_force": ["nations"], "term": [*library.terms.values()]}
        self._known: dict[_Scope, tuple[Case, ...]] = {}

    def of(self, conditions: Iterable[Expression | None], names: Iterable[str] = (), laws: Collection[str] = (),
           mentions: Iterable[tuple[str, Any]] = (), asked: Iterable[str] = ()) -> tuple[Case, ...]:
        """Every case that the conditions and names can tell apart; `laws` come on top of those in the conditions, and
        what `answered` is asked about on top of what they ask it.

        Raises LibraryError when there are too many cases, or when a condition cannot be worked out.
        """
        found = [condition for condition in conditions if condition is not None]
        scope = self._scope(found, {*names, *(["in_force"] if laws else [])}, set(laws), set(mentions), set(asked))
        if scope not in self._known:
            self._known[scope] = tuple(self._expanded(scope, found))
        return self._known[scope]

    def complete(self, case: Case) -> Answers:
        """Answers to the whole questionnaire that agree with the case; a usual one where the case says nothing."""
        values: dict[str, Any] = {}
        applicable = []
        for question in self._questions.values():
            if question.id in case.questions:
                values[question.id] = case.values[question.id]
            elif not answers.applies(question, self._questionnaire, values):
                values[question.id] = question.empty
                continue
            else:
                values[question.id] = question.unsure if question.id in case.unsure else self._usual(question)
            applicable.append(question.id)
        readable = answers.readable_values(self._questionnaire, values)
        return Answers(readable, case.suggested, tuple(applicable), case.unsure,
                       case.presumed)

    def _scope(self, conditions: list[Expression], waiting: set[str], laws: set[str],
               mentions: set[tuple[str, Any]], asked: set[str]) -> _Scope:
        """What the conditions and the waiting names depend on. Adds to the sets that it is given."""
        seen = set[str]()
        while conditions or waiting:
            for condition in conditions:
                waiting |= condition.names - seen
                mentions |= condition.mentions
                laws |= {call.argument for call in condition.calls if call.function == "in_force"}
                asked |= {call.argument for call in condition.calls if call.function == "answered"}
            seen |= waiting
            conditions = [found for name in waiting for found in self._conditions_behind.get(name, [])]
            waiting = {question for name in waiting for question in self._questions_behind.get(name, [])} - seen
        told_apart = frozenset[str]().union(*map(self._questionnaire.behind, asked))
        return _Scope(frozenset(seen), told_apart, frozenset(laws & self._library.law.laws.keys()),
                      frozenset(pair for pair in mentions if pair[0] in seen & self._questions.keys()))

    # ---- combinations --------------------------------------------------------------------------------------------

    def _expanded(self, scope: _Scope, conditions: list[Expression]) -> Iterator[Case]:
        """Every combination of answers, days, and lists that are empty or not."""
        asked = [question for question in self._questions.values() if question.id in scope.names]
        order = tuple(question.id for question in asked)
        partial: list[tuple[dict[str, Any], tuple[str, ...]]] = [({}, ())]
        for question in asked:
            mentioned = {value for name, value in scope.mentions if name == question.id}
            can_be_unsaid = question.presumed is not None and question.id in scope.told_apart
            partial = [(values | {question.id: option}, (*presumed, question.id) if is_presumed else presumed)
                       for values, presumed in partial
                       for option, is_presumed in self._told_apart(question, mentioned, values, can_be_unsaid)]
            _refuse_too_many(len(partial), order, conditions)
        days = self._days(scope.laws)
        filled_lists = list(_subsets(sorted(scope.names & {"decisions", "taken", "unsaid"})))
        _refuse_too_many(len(partial) * len(days) * len(filled_lists), order, conditions)
        for (values, presumed), day, filled in product(partial, days, filled_lists):
            may_be_open = (name for name, question in self._questions.items()
                           if question.unsure is not None and question.when is None and name not in values)
            unsure = tuple(may_be_open)[:1] if "decisions" in filled else ()
            suggested = tuple(self._questions)[:1] if "taken" in filled else ()
            context = values | {
                "decisions": list(unsure), "taken": list(suggested), "answered": self._answered(presumed),
                "unsaid": [{"ask": "", "why": ""}] * ("unsaid" in filled),
                "in_force": self._in_force(day, values.get("nations", []))}
            for name, fact in self._facts.items():  # a fact reads only those before it
                if name in scope.names:
                    context[name] = fact.condition.holds(context)
            yield Case(context, order, day, len(days) > 1, unsure, suggested, presumed)

    def _in_force(self, day: date, nations: list[str]) -> Callable[[str], bool]:
        return for_wording(lambda law: self._library.law.laws[law].applies(day, nations))

    def _answered(self, presumed: Collection[str]) -> Callable[[str], bool]:
        return for_wording(lambda name: self._questionnaire.behind(name).isdisjoint(presumed))

    def _told_apart(self, question: Question, mentioned: set[Any], earlier: Mapping[str, Any],
                    can_be_unsaid: bool) -> Iterator[tuple[Any, bool]]:
        """Each answer that stands for others, with whether nobody has given it."""
        if can_be_unsaid and answers.applies(question, self._questionnaire, earlier):
            yield question.presumed, True
        yield from ((option, False) for option in self._options(question, mentioned, earlier))

    def _days(self, laws: Iterable[str]) -> list[date]:
        first = {day for law in laws for day in self._library.law.laws[law].turns}
        return sorted(first | {day - timedelta(days=1) for day in first}) or [self._library.law.checked]

    # ---- the answers to one question -----------------------------------------------------------------------------

    def _options(self, question: Question, mentioned: set[Any], earlier: Mapping[str, Any]) -> list[Any]:
        """What stands for all answers to a question after earlier ones, if conditions mention only these values."""
        if not answers.applies(question, self._questionnaire, earlier):
            return [question.empty]
        values = [choice.value for choice in answers.offered(question, self._questionnaire, earlier)]
        found: list[Any]
        match question.type:
            case "yes_no":
                return [False, True]
            case "choice":
                found = values + ([_TYPED] if question.other else [])
            case "choices":
                found = _choices(values, set(values) if question.id == "nations" else mentioned, question.other)
            case "table":
                found = [rows for rows in _subsets(_rows(question, mentioned)) if rows or question.may_be_none]
            case "number":
                low, high = question.minimum or 0, question.maximum if question.maximum is not None else 10**6
                near = {number + step for number in mentioned if type(number) is int for step in (-1, 0, 1)}
                found = sorted(number for number in near | {low, high} if low <= number <= high)
            case "date":
                found = [self._usual(question)]
            case _:
                texts = sorted(value for value in mentioned if isinstance(value, str) and value)
                found = [*texts, self._usual(question), *([_ONE_WORD] if question.noun else [])]
        if question.type == "choices" and question.presumed == []:
            found = [[], *found]
        elif question.presumed == "" and question.empty not in found:  # nobody may have answered
            found = [*found, ""]
        return found if question.required else [question.empty, *found]

    def _usual(self, question: Question) -> Any:
        """An ordinary answer: the suggested one, or a made-up one of the right kind."""
        if question.default is not None:
            return question.default
        first = next((choice.value for choice in question.choices if choice.when is None), _TYPED)
        return {"yes_no": False, "choice": first, "choices": [first], "number": question.minimum or 1,
                "period": "2 weeks", "date": self._library.law.checked,
                "table": _rows(question, set())[:1]}.get(question.type, _TYPED)


def _refuse_too_many(count: int, questions: Iterable[str], conditions: list[Expression]) -> None:
    if count > MOST:
        worst = max(conditions, key=lambda condition: len(condition.names), default=None)
        what = f"`{worst.source}`" if worst else "what decides here"
        raise LibraryError(error(f"{what} depends on too many answers to go through all of them ({count:,} and more)",
                                 worst.place if worst else Place(),
                                 f"It depends on {', '.join(sorted(questions))}. Use fewer of them at once."))


def _choices(values: list[str], mentioned: set[Any], other: bool) -> list[list[str]]:
    """Each subset of the mentioned choices: alone, with one of the others, with all of the others; none empty."""
    known = [value for value in values if value in mentioned]
    rest = [value for value in values if value not in mentioned] + ([_TYPED] if other else [])
    found = [(*some, *more) for some in _subsets(known) for more in ([], rest[:1], rest)]
    return [list(each) for each in dict.fromkeys(found) if each]


def _rows(question: Question, mentioned: set[Any]) -> list[dict[str, Any]]:
    """A row for each combination of mentioned choices in its columns; one more choice stands for all others."""
    columns: list[list[Any]] = []
    for column in question.columns:
        values = [choice.value for choice in column.choices]
        rest = [value for value in values if value not in mentioned][:1]
        made_up: dict[str, list[Any]] = {"yes_no": [True, False], "period": ["2 weeks"]}
        known = [value for value in values if value in mentioned] + rest
        columns.append(known or made_up.get(column.type, [_TYPED]))
    return [dict(zip((column.id for column in question.columns), row)) for row in product(*columns)]


def _subsets(items: list[Any]) -> Iterator[list[Any]]:
    for size in range(len(items) + 1):
        yield from map(list, combinations(items, size))


def written(value: Any) -> str:
    """The value on one line, as it stands behind its key in an answers file."""
    match value:
        case bool():
            return "yes" if value else "no"
        case list():
            return f"[{', '.join(map(written, value))}]"
        case dict():
            return "{" + ", ".join(f"{key}: {written(item)}" for key, item in value.items()) + "}"
        case str():
            return value if value.replace(" ", "").replace("_", "").isalnum() else json.dumps(value, ensure_ascii=False)
    return str(value)

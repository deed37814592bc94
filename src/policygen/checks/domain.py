"""Every set of answers that some conditions can tell apart.

In: the questionnaire, the library's law, and the conditions and names concerned. Out: `Case`s, which between them
stand for all possible answers, facts and dates, as far as those conditions read them. It judges nothing.

What stands for all answers to a question: yes and no; each choice, and a typed one where that is allowed; of several
choices each subset of those that the conditions mention, alone, with one more and with all the others; of a table
each set of rows with the mentioned kinds; of a text or number what the conditions mention and something else. All
sets of nations. The day before, and the first day of, each law that a condition asks for. A question that is not
asked is empty, and so is one that may stay empty.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import combinations, product
from typing import Any

from policygen.pack import answers
from policygen.pack.answers import Answers
from policygen.model.problems import LibraryError, Place, error
from policygen.library.clauses import Library
from policygen.library.question import Question
from policygen.library.questionnaire import Questionnaire
from policygen.library.conditions import Expression, for_wording

MOST = 20_000
"""Combinations that one proof may take; the library's largest takes a few hundred."""

_TYPED = "something else"
"""Stands for any typed answer."""


@dataclass(frozen=True, slots=True)
class Case:
    """One set of answers, as far as the conditions concerned can see it."""

    values: Mapping[str, Any]
    """What those conditions read: answers, facts, `in_force`, `decisions`, `taken`."""
    questions: tuple[str, ...]
    """The questions gone through, in order."""
    day: date
    dated: bool
    """Whether the day makes a difference."""
    unsure: tuple[str, ...]
    """A question that is answered `not sure`, or none."""
    suggested: tuple[str, ...]
    """A question that is left at its suggested answer, or none."""

    def __str__(self) -> str:
        """Lines for an answers file."""
        lines = [f"{name}: {_written(self.values[name])}" for name in self.questions if self.values[name] != ""]
        lines += [f"{name}: not sure" for name in self.unsure]
        lines += [f"left_as_suggested: [{name}]" for name in self.suggested]
        return "\n".join([*lines, *([f"# with --as-at {self.day}"] if self.dated else [])]) or "# any answers"


@dataclass(frozen=True, slots=True)
class _Scope:
    """What some conditions depend on, all the way down."""

    questions: frozenset[str]
    lists: frozenset[str]
    """Of `decisions` and `taken`, those that are read."""
    laws: frozenset[str]
    mentions: frozenset[tuple[str, Any]]


class Domain:
    """All possible answers to a questionnaire, with the law of a library."""

    def __init__(self, questionnaire: Questionnaire, library: Library):
        self._questionnaire, self._library = questionnaire, library
        self._questions, self._facts = questionnaire.questions, questionnaire.facts
        self._known: dict[_Scope, tuple[Case, ...]] = {}

    def cases(self, conditions: Iterable[Expression | None], names: Iterable[str] = (), laws: Iterable[str] = (),
              mentions: Iterable[tuple[str, Any]] = ()) -> tuple[Case, ...]:
        """Every case that the conditions and names can tell apart; `laws` are asked for beside those in conditions.

        Raises LibraryError when there are too many, or when a condition cannot be worked out.
        """
        found = [condition for condition in conditions if condition is not None]
        scope = self._scope(found, set(names), set(laws), set(mentions))
        if scope not in self._known:
            self._known[scope] = tuple(self._expanded(scope, found))
        return self._known[scope]

    def answers(self, case: Case) -> Answers:
        """Complete answers that agree with a case; questions that it says nothing about have a usual answer."""
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
        return Answers(answers.readable(self._questionnaire, values), case.suggested, tuple(applicable), case.unsure)

    # ---- what depends on what ------------------------------------------------------------------------------------

    def _scope(self, conditions: list[Expression], waiting: set[str], laws: set[str],
               mentions: set[tuple[str, Any]]) -> _Scope:
        pending, seen = list(conditions), set()
        if laws:
            waiting.add("in_force")
        while pending or waiting:
            for condition in pending:
                waiting |= condition.names - seen
                mentions |= condition.mentions
                laws |= {call.argument for call in condition.calls if call.function == "in_force"}
            seen |= waiting
            pending = [found for name in waiting for found in self._behind(name)]
            waiting = {question for name in waiting for question in self._stands_for(name)} - seen
        questions, laws = frozenset(seen & self._questions.keys()), laws & self._library.law.laws.keys()
        return _Scope(questions, frozenset(seen & {"decisions", "taken"}), frozenset(laws),
                      frozenset(pair for pair in mentions if pair[0] in questions))

    def _behind(self, name: str) -> list[Expression]:
        """The conditions that a name depends on: of a fact; of a question; of its choices."""
        if name in self._facts:
            return [self._facts[name].condition]
        if name not in self._questions:
            return []
        question = self._questions[name]
        return [when for when in (question.when, *(choice.when for choice in question.choices)) if when is not None]

    def _stands_for(self, name: str) -> tuple[str, ...]:
        """The questions behind a name that is neither question nor fact."""
        return {"in_force": ("nations",), "term": tuple(self._library.terms.values())}.get(name, ())

    # ---- combinations --------------------------------------------------------------------------------------------

    def _expanded(self, scope: _Scope, conditions: list[Expression]) -> Iterator[Case]:
        partial: list[dict[str, Any]] = [{}]
        for question in self._questions.values():
            if question.id not in scope.questions:
                continue
            mentioned = {value for name, value in scope.mentions if name == question.id}
            partial = [values | {question.id: option} for values in partial
                       for option in self._options_after(question, mentioned, values)]
            _bearable(len(partial), scope, conditions)
        days, lists = self._days(scope.laws), list(product(*([False, True] for _ in scope.lists)))
        _bearable(len(partial) * len(days) * len(lists), scope, conditions)
        order = tuple(name for name in self._questions if name in scope.questions)
        for values, day, filled in product(partial, days, lists):
            names = {name for name, full in zip(sorted(scope.lists), filled) if full}
            yield self._case(values, order, day, names, dated=len(days) > 1)

    def _case(self, values: dict[str, Any], order: tuple[str, ...], day: date, filled: set[str], dated: bool) -> Case:
        laws, nations = self._library.law.laws, values.get("nations", [])
        open_question = next((name for name, question in self._questions.items() if question.unsure is not None
                              and question.when is None and name not in values), None)
        unsure = (open_question,) if "decisions" in filled and open_question else ()
        suggested = tuple(list(self._questions)[:1]) if "taken" in filled else ()
        context = {**self._with_facts(values, self._facts), "decisions": list(unsure), "taken": list(suggested),
                   "in_force": for_wording(lambda law: laws[law].applies(day, nations))}
        return Case(context, order, day, dated, unsure, suggested)

    def _options_after(self, question: Question, mentioned: set[Any], values: Mapping[str, Any]) -> list[Any]:
        """The answers to a question after those before it."""
        if not self._holds(question.when, values):
            return [question.empty]
        offered = tuple(choice for choice in question.choices if self._holds(choice.when, values))
        return self._options(replace(question, choices=offered), mentioned)

    def _holds(self, when: Expression | None, values: Mapping[str, Any]) -> bool:
        return when is None or when.holds(self._with_facts(values, when.names))

    def _with_facts(self, values: Mapping[str, Any], wanted: Iterable[str]) -> dict[str, Any]:
        """The values, and of the wanted facts those that they settle."""
        context = dict(values)

        def settle(name: str) -> bool:
            if name in context:
                return True
            if name not in self._facts or not all(settle(inner) for inner in self._facts[name].condition.names):
                return False
            context[name] = self._facts[name].condition.holds(context)
            return True

        for name in wanted:
            settle(name)
        return context

    def _days(self, laws: Iterable[str]) -> list[date]:
        first = {self._library.law.laws[law].in_force for law in laws} - {None}
        days = {day - timedelta(days=before) for day in first for before in (0, 1)}
        return sorted(days) or [self._library.law.checked]

    # ---- the answers to one question -----------------------------------------------------------------------------

    def _options(self, question: Question, mentioned: set[Any]) -> list[Any]:
        """Answers to a question that stand for all others, when only these constants are mentioned."""
        values = [choice.value for choice in question.choices]
        match question.type:
            case "yes_no":
                return [False, True]
            case "choice":
                found = values + ([_TYPED] if question.other else [])
            case "choices":
                everything = question.id == "nations"
                found = _choices(values, set(values) if everything else mentioned, question.other)
            case "table":
                found = [rows for rows in _subsets(_rows(question, mentioned)) if rows]
            case "number":
                low, high = question.minimum or 0, question.maximum if question.maximum is not None else 10**6
                near = {number + step for number in mentioned if type(number) is int for step in (-1, 0, 1)}
                found = sorted(number for number in near | {low, high} if low <= number <= high)
            case "date":
                found = [self._usual(question)]
            case _:
                texts = sorted(value for value in mentioned if isinstance(value, str) and value)
                found = [*texts, self._usual(question)]
        return found if question.required else [question.empty, *found]

    def _usual(self, question: Question) -> Any:
        """An ordinary answer: the suggested one, or a made-up one of the right kind."""
        if question.default is not None:
            return question.default
        first = next((choice.value for choice in question.choices if choice.when is None), _TYPED)
        return {"yes_no": False, "choice": first, "choices": [first], "number": question.minimum or 1,
                "period": "2 weeks", "date": self._library.law.checked,
                "table": _rows(question, set())[:1]}.get(question.type, _TYPED)


def _bearable(count: int, scope: _Scope, conditions: list[Expression]) -> None:
    if count > MOST:
        worst = max(conditions, key=lambda condition: len(condition.names), default=None)
        what = f"`{worst.source}`" if worst else "what decides here"
        raise LibraryError(error(f"{what} depends on too many answers to go through all of them ({count:,} and more)",
                                 worst.place if worst else Place(),
                                 f"It depends on {', '.join(sorted(scope.questions))}. Use fewer of them at once."))


def _choices(values: list[str], mentioned: set[Any], other: bool) -> list[list[str]]:
    """Each subset of the mentioned choices: alone, with one of the others, with all of the others; none empty."""
    known = [value for value in values if value in mentioned]
    rest = [value for value in values if value not in mentioned] + ([_TYPED] if other else [])
    found = [[*some, *more] for some in _subsets(known) for more in ([], rest[:1], rest)]
    return [list(each) for each in dict.fromkeys(map(tuple, found)) if each]


def _rows(question: Question, mentioned: set[Any]) -> list[dict[str, Any]]:
    """One row for each mentioned kind, and one for the kinds that are not."""
    kinds = []
    for column in question.columns:
        values = [choice.value for choice in column.choices]
        rest = [value for value in values if value not in mentioned][:1]
        made_up = {"yes_no": [True, False], "period": ["2 weeks"]}.get(column.type, [_TYPED])
        kinds.append([value for value in values if value in mentioned] + rest if values else made_up)
    return [dict(zip((column.id for column in question.columns), row)) for row in product(*kinds)]


def _subsets(items: list[Any]) -> Iterator[list[Any]]:
    for size in range(len(items) + 1):
        yield from map(list, combinations(items, size))


def _written(value: Any) -> str:
    """The value as it stands behind its key in an answers file, on one line."""
    match value:
        case bool():
            return "yes" if value else "no"
        case list():
            return f"[{', '.join(map(_written, value))}]"
        case dict():
            return "{" + ", ".join(f"{key}: {_written(item)}" for key, item in value.items()) + "}"
        case str():
            return value if value.replace(" ", "").replace("_", "").isalnum() else json.dumps(value, ensure_ascii=False)
    return str(value)

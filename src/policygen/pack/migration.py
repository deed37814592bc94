"""Answers to an older version of the questionnaire, brought to today's names by the steps that the questionnaire
declares.

In: raw answers as a file has them, the version that they belong to, and the questionnaire with its changes. Out: raw
answers under today's names, and one plain line for each change. It does not check answers, and changes no file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from policygen.library.question import NO, YES, is_not_sure
from policygen.library.questionnaire import VersionChange, Questionnaire, version_number
from policygen.library.yaml import YamlMapping, YamlList, YamlValue
from policygen.model import english
from policygen.model.problems import LibraryError, Problem, error


def migrate(raw: YamlMapping, questionnaire: Questionnaire, since: str, problems: list[Problem],
            report: Callable[[str], None]) -> tuple[YamlMapping, set[str]]:
    """The raw answers under today's names, and those that are an earlier meaning of `not sure`. `since` is the version
    that they belong to; empty for the oldest.

    Answers that cannot be carried over become problems; `report` receives a line for every other change.
    """
    was_unsure: set[str] = set()
    for change in _newer(questionnaire, since):
        raw = _with_renamed_choices(_with_names_of(change, raw, questionnaire, problems, report), change, report)
        for name, meant in change.not_sure_was.items() if since else ():  # a file without a version may be new
            if is_not_sure(raw.get(name)):
                raw[name] = meant
                was_unsure.add(name)
    return raw, was_unsure


def names_today(name: str, questionnaire: Questionnaire, since: str) -> tuple[tuple[str, ...], str]:
    """Today's names of a question of an older version, and a sentence on why its answer cannot simply stay.

    A question that was split has several names, one that was dropped has none. The sentence is empty if the question
    only has another name.
    """
    names, words = [name], ""
    for change in _newer(questionnaire, since):
        followed: list[str] = []
        for one in names:
            if one in change.dropped:
                words = words or f"`{one}` is no longer asked: {change.dropped[one]}"
            elif one in change.split:
                words = words or f"`{one}` is now asked as {_listed(change.split[one])}."
                followed += change.split[one]
            else:
                followed.append(change.renamed.get(one, one))
        names = followed
    return tuple(names), words


def _newer(questionnaire: Questionnaire, since: str) -> Iterator[VersionChange]:
    for change in questionnaire.changes:
        if not since or version_number(since) < version_number(change.version):
            yield change


def _listed(names: Iterable[str]) -> str:
    return english.listing([f"`{name}`" for name in names])


def _with_names_of(change: VersionChange, raw: YamlMapping, questionnaire: Questionnaire, problems: list[Problem],
                   report: Callable[[str], None]) -> YamlMapping:
    """The raw answers after the renamed, split and dropped questions of one change."""
    result = YamlMapping(raw.place)
    for name, value in raw.items():
        place = raw.places.get(name, raw.place)
        successors, notice = {name: value}, ""
        if name in change.dropped:
            successors, notice = {}, f"`{name}` is no longer asked: {change.dropped[name]}"
        elif name in change.split:
            notice = f"`{name}` is now asked as {_listed(change.split[name])}; please check the answers."
            try:
                successors = _split_answer(name, value, change, questionnaire, raw)
            except LibraryError:
                successors = {}
                problems.append(error(f"`{name}` cannot be carried over to {_listed(change.split[name])}", place,
                                      "Delete it, and answer the new questions instead."))
        elif name in change.renamed:
            successors = {change.renamed[name]: value}
            notice = f"`{name}` is now called `{change.renamed[name]}`; your answer is kept."
        for new, answer in successors.items():
            if new != name and new in raw:
                problems.append(error(f"`{name}` is now called `{new}`, and this file has both", place,
                                      "Keep one of them."))
            else:
                result[new], result.places[new] = answer, place
        if value is not None and notice:
            report(notice)
    return result


def _split_answer(name: str, value: YamlValue, change: VersionChange, questionnaire: Questionnaire,
                  raw: YamlMapping) -> dict[str, YamlValue]:
    """The raw answers to the questions that one was split into. Raises LibraryError for an unexpected value."""
    if value is None:
        return {}
    if is_not_sure(value):
        questions = questionnaire.questions
        return {new: value for new in change.split[name] if new not in questions or questions[new].unsure is not None}
    answer: Any = value  # an expression reads yes and no as true and false, everything else as somebody typed it
    if isinstance(value, str) and value.strip().lower() in YES + NO:
        answer = value.strip().lower() in YES
    return {new: _raw(condition.value({"answer": answer}), raw) for new, condition in change.split[name].items()}


def _raw(value: Any, around: YamlMapping) -> YamlValue:
    """The value of an expression as a file has it."""
    if isinstance(value, list):
        items = YamlList(around.place)
        items.extend(_raw(item, around) for item in value)
        items.places = [around.place for _ in value]
        return items
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value if isinstance(value, YamlMapping) else str(value) or None


def _with_renamed_choices(raw: YamlMapping, change: VersionChange, report: Callable[[str], None]) -> YamlMapping:
    """The raw answers after the renamed choices of one change; commas may join several choices."""
    result = YamlMapping(raw.place)
    result.places = raw.places
    for name, value in raw.items():
        for old, new in change.renamed_choices.get(name, {}).items():
            changed = value
            if isinstance(value, str):
                parts = [part.strip() for part in value.split(",")]
                changed = ", ".join(new if part == old else part for part in parts) if old in parts else value
            elif isinstance(value, YamlList):
                changed = YamlList(value.place)
                changed.extend(new if item == old else item for item in value)
                changed.places = value.places
            if changed != value:
                value = changed
                report(f"In `{name}`, the answer `{old}` is now called `{new}`.")
        result[name] = value
    return result

"""Answers to an older version of the questionnaire, brought to the names of today by the steps that it declares.

In: raw answers as a file has them, the version that they belong to, and the questionnaire with its changes. Out: raw
answers under today's names, and one line of plain words for each thing that was changed. It judges no answer, and
changes no file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from policygen.library.question import NO, YES, is_not_sure
from policygen.library.questionnaire import VersionChange, Questionnaire, version_number
from policygen.library.yaml import YamlMapping, YamlList, YamlValue
from policygen.model import english
from policygen.model.problems import LibraryError, Problem, error


def migrate(raw: YamlMapping, questionnaire: Questionnaire, since: str, problems: list[Problem],
            report: Callable[[str], None]) -> YamlMapping:
    """The raw answers under today's names. `since` is the version that they belong to; empty for the oldest.

    What cannot be carried over is added to the problems; `report` is told of everything else that changes.
    """
    for change in _newer(questionnaire, since):
        raw = _renamed_choices(_renamed(raw, change, questionnaire, problems, report), change, report)
    return raw


def names_today(name: str, questionnaire: Questionnaire, since: str) -> tuple[tuple[str, ...], str]:
    """What a question of an older version is called today, and why its answer cannot simply stay, in words.

    Several names for one that was split, none for one that was dropped; no words for one that has only another name.
    """
    names, words = [name], ""
    for change in _newer(questionnaire, since):
        followed: list[str] = []
        for one in names:
            if one in change.dropped:
                words = words or f"`{one}` is no longer asked: {change.dropped[one]}"
            elif one in change.split:
                words = words or f"`{one}` is now asked as {english.listing(_quoted(change.split[one]))}."
                followed += change.split[one]
            else:
                followed.append(change.renamed.get(one, one))
        names = followed
    return tuple(names), words


def _newer(questionnaire: Questionnaire, since: str) -> Iterator[VersionChange]:
    """The steps that answers of a version have not been through."""
    for change in questionnaire.changes:
        if not since or version_number(since) < version_number(change.version):
            yield change


def _quoted(names: Any) -> list[str]:
    return [f"`{name}`" for name in names]


def _renamed(raw: YamlMapping, change: VersionChange, questionnaire: Questionnaire, problems: list[Problem],
             report: Callable[[str], None]) -> YamlMapping:
    """The answers after the renamed, split and dropped questions of one step."""
    result = YamlMapping(raw.place)
    for name, value in raw.items():
        place = raw.places.get(name, raw.place)
        for new, answer in _successors(name, value, change, questionnaire, problems, raw):
            if new != name and new in raw:
                problems.append(error(f"`{name}` is now called `{new}`, and both stand here", place,
                                      "Keep one of them."))
                continue
            result[new], result.places[new] = answer, place
        if value is not None and (said := _notice(name, change)):
            report(said)
    return result


def _notice(name: str, change: VersionChange) -> str:
    """What to tell about one answer; empty when nothing happens to its question."""
    if name in change.renamed:
        return f"`{name}` is now called `{change.renamed[name]}`; your answer is kept."
    if name in change.split:
        return f"`{name}` is now asked as {english.listing(_quoted(change.split[name]))}; please check the answers."
    return f"`{name}` is no longer asked: {change.dropped[name]}" if name in change.dropped else ""


def _successors(name: str, value: YamlValue, change: VersionChange, questionnaire: Questionnaire,
                problems: list[Problem], raw: YamlMapping) -> list[tuple[str, YamlValue]]:
    """The questions and raw answers that take the place of one."""
    if name in change.dropped:
        return []
    if name not in change.split:
        return [(change.renamed.get(name, name), value)]
    if value is None:
        return []
    if is_not_sure(value):
        return [(new, value) for new in change.split[name] if _may_be_unsure(new, questionnaire)]
    try:
        context = {"answer": _plain(value)}
        return [(new, _raw(condition.value(context), raw)) for new, condition in change.split[name].items()]
    except LibraryError:
        problems.append(error(f"`{name}` cannot be carried over to {english.listing(_quoted(change.split[name]))}",
                              raw.places.get(name, raw.place), "Delete it, and answer the new questions instead."))
        return []


def _may_be_unsure(name: str, questionnaire: Questionnaire) -> bool:
    question = questionnaire.questions.get(name)
    return question is None or question.unsure is not None


def _plain(value: YamlValue) -> Any:
    """A raw answer as an expression sees it: yes and no are true and false, everything else is as it was typed."""
    if isinstance(value, str) and value.strip().lower() in YES + NO:
        return value.strip().lower() in YES
    return value


def _raw(value: Any, around: YamlMapping) -> YamlValue:
    """The value of an expression as a file would have it."""
    if isinstance(value, list):
        items = YamlList(around.place)
        items.extend(_raw(item, around) for item in value)
        items.places = [around.place for _ in value]
        return items
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value if isinstance(value, YamlMapping) else str(value) or None


def _renamed_choices(raw: YamlMapping, change: VersionChange, report: Callable[[str], None]) -> YamlMapping:
    """The answers with the renamed choices of one step."""
    result = YamlMapping(raw.place)
    result.places = raw.places
    for name, value in raw.items():
        result[name] = value
        for old, new in change.renamed_choices.get(name, {}).items():
            if (changed := _with_choice(result[name], old, new)) != result[name]:
                result[name] = changed
                report(f"In `{name}`, the answer `{old}` is now called `{new}`.")
    return result


def _with_choice(value: YamlValue, old: str, new: str) -> YamlValue:
    """A raw answer with one choice called otherwise; several may be joined by commas."""
    if isinstance(value, str):
        parts = [part.strip() for part in value.split(",")]
        return ", ".join(new if part == old else part for part in parts) if old in parts else value
    if not isinstance(value, YamlList):
        return value
    items = YamlList(value.place)
    items.extend(new if item == old else item for item in value)
    items.places = value.places
    return items

"""The questions in order, and the facts that follow from answers.

In: a questionnaire file. Out: a `Questionnaire` in which every condition compiles and every name is known, or a
LibraryError with everything that is wrong. It asks nobody and keeps nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from policygen.library.conditions import Expression, needed_condition, read_condition
from policygen.library.question import (
    ASKS, CONTACTS, COLUMN_TYPES, DEPTHS, NOUNS, TYPES, Choice, Column, NotAnAnswer, Question, parse_answer,
)
from policygen.library.yaml import MappingReader, each_id, nearest, read_yaml
from policygen.model import english
from policygen.model.problems import LibraryError, Place, Problem

APPROVED_ON = "approved_on"
"""The question for the day of approval. Scripts may answer it. Nobody is asked it: an approval is recorded when there
is a text to approve."""
SUGGESTED = "left_as_suggested"
"""The key of answers.yaml that lists the questions that were left at their suggested answer, also those that nobody may
suggest an answer to any more."""
VERSION = "questionnaire_version"
"""The key of answers.yaml for the version of the questionnaire that was answered."""
PLURAL = "_plural"
"""What the id of a question ends with that asks for the plural of the answer to another: `user_term_plural`."""
INTERVIEW = "interview"
"""The key of answers.yaml that says how far an unfinished interview is."""
_VERSION = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})*")


@dataclass(frozen=True, slots=True)
class Fact:
    """A named yes/no that follows from answers."""

    id: str
    condition: Expression
    says: str
    """A yes in words, after `because`."""
    otherwise: str
    """A no in words."""
    place: Place


@dataclass(frozen=True, slots=True)
class Part:
    """Questions under one heading."""

    id: str
    title: str
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class Caution:
    """A combination of answers that is legal but unwise."""

    id: str
    when: Expression
    says: str
    """What is unwise, in one sentence."""
    why: str
    """The reason, and what to do instead."""
    question: str
    """The id of the answer to change."""
    place: Place


@dataclass(frozen=True, slots=True)
class VersionChange:
    """What a new version of the questionnaire calls or asks otherwise than the one before it."""

    version: str
    renamed: dict[str, str]
    """Old name and new name of a question."""
    split: dict[str, dict[str, Expression]]
    """Of an old question, the new ones, each with its answer as an expression over `answer`."""
    dropped: dict[str, str]
    """An old question, and why it is no longer asked."""
    renamed_choices: dict[str, dict[str, str]]
    """Of a question, under the name that it has after this step, old and new values of choices."""
    not_sure_was: dict[str, str]
    """Of a question, what `not sure` stood for before this step, as a file has it."""
    place: Place

    @property
    def old(self) -> tuple[str, ...]:
        """The names that no question has any longer."""
        return (*self.renamed, *self.split, *self.dropped)

    @property
    def new(self) -> tuple[str, ...]:
        """The questions that the step counts on."""
        parts = (name for names in self.split.values() for name in names)
        return (*self.renamed.values(), *parts, *self.renamed_choices, *self.not_sure_was)


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """Everything that can be asked, and what follows from it."""

    id: str
    version: str
    parts: tuple[Part, ...]
    facts: dict[str, Fact]
    warnings: tuple[Caution, ...] = ()
    changes: tuple[VersionChange, ...] = ()
    """The oldest first."""
    questions: dict[str, Question] = field(init=False, repr=False, compare=False)
    """All of them by id, in order."""
    unanswered: dict[str, Any] = field(init=False, repr=False, compare=False)
    """The empty value of each; nobody may change it."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "questions", {item.id: item for part in self.parts for item in part.questions})
        object.__setattr__(self, "unanswered", {item.id: item.empty for item in self.questions.values()})

    @property
    def names(self) -> frozenset[str]:
        """Every name that a condition or a clause may read."""
        return frozenset(self.questions) | frozenset(self.facts)

    @property
    def plurals(self) -> dict[str, str]:
        """Each question for a word, with the question for its plural."""
        return {name: name + PLURAL for name in self.questions if name + PLURAL in self.questions}

    def behind(self, name: str) -> frozenset[str]:
        """The questions that a fact follows from; of a question, itself."""
        if name not in self.facts:
            return frozenset({name})
        return frozenset().union(*map(self.behind, self.facts[name].condition.names))


def because(condition: Expression, questionnaire: Questionnaire, context: Mapping[str, Any]) -> str:
    """Why a condition holds or does not, as the words after `because`; empty where no answer says it."""
    holds = condition.holds(context)
    answered = context.get("answered", lambda name: True)
    reasons: list[str] = []
    vague: list[str] = []
    for name, positive in condition.polarity:
        named = questionnaire.facts.get(name) or questionnaire.questions.get(name)
        if named is None or (bool(context[name]) == positive) != holds:
            continue
        said = named.says if context[name] else named.otherwise
        if named.says and not context[name] and not answered(name) and any(
                questionnaire.questions[behind].presumed is not None for behind in questionnaire.behind(name)):
            said = f"nobody has said that {named.says}"
        if said:
            reasons.append(said)
        elif isinstance(named, Question):
            vague.append(f"of your answer to “{named.ask}”")
    return english.listing(list(dict.fromkeys(reasons or vague)))


def condition_in_words(condition: Expression, questionnaire: Questionnaire) -> str:
    """What a condition asks for, as the words after `if`; where there are none, which answers it depends on."""
    for joined_by in ("or", "and"):
        parts = re.split(rf"\s+{joined_by}\s+", condition.source.strip())
        said = [_said(part, questionnaire) for part in parts]
        if all(said):
            return english.listing(said, joined_by)
    asks = [question.ask for name, question in questionnaire.questions.items() if name in condition.names]
    return f"your other answers call for it ({' '.join(asks)})" if asks else "your other answers call for it"


def _said(part: str, questionnaire: Questionnaire) -> str:
    """What a name in a condition, or `not` and a name, says about the organisation; empty for anything else."""
    name = part.removeprefix("not ").strip()
    named = questionnaire.facts.get(name) or questionnaire.questions.get(name)
    return (named.otherwise if part.startswith("not ") else named.says) if named else ""


def version_number(version: object) -> tuple[int, ...]:
    """A version to compare by: 2026.11 comes before 2027.3. Empty for anything else than numbers joined by dots."""
    is_version = isinstance(version, str) and _VERSION.fullmatch(version.strip())
    return tuple(map(int, str(version).split("."))) if is_version else ()


def each_covered(questionnaire: Questionnaire) -> Iterator[tuple[str, str, Place]]:
    """Point, question and place, for every point that a question carries."""
    for question in questionnaire.questions.values():
        for point in question.covers:
            yield point, question.id, question.place


# ---- loading -----------------------------------------------------------------------------------------------------


def load(path: Path, shown: str = "") -> Questionnaire:
    """The questionnaire in a file. Raises LibraryError with everything that is wrong."""
    shown = shown or path.name
    problems: list[Problem] = []
    top = MappingReader(read_yaml(path, LibraryError, shown), Place(shown, 1), problems, "the questionnaire")
    identity, version = top.text("questionnaire", None), top.text("version", None)
    parts = tuple(map(_part, top.each("parts", "a part")))
    inner = top.inner("facts")
    facts = {name: _fact(name, inner.inner(name, f"the fact `{name}`")) for name in inner.data}
    warnings = tuple(map(_caution, top.each("warnings", "a warning")))
    changes = tuple(map(_version_change, top.each("changes", "a change")))
    top.done()
    result = Questionnaire(identity, version, parts, facts, warnings, changes)
    questions = [question for part in parts for question in part.questions]
    each_id([(item.id, item.place) for item in questions] + [(item.id, item.place) for item in facts.values()],
            top.add, "a question or fact")
    for question in questions:
        if question.id in (SUGGESTED, VERSION, INTERVIEW):
            top.add(f"`{question.id}` cannot be the id of a question: answers files use it", question.place,
                    "Choose another name.")
    each_id([(item.id, item.place) for item in warnings], top.add, "a warning")
    _check_names(result, top)
    _check_versions(result, top)
    for number, change in enumerate(changes):
        _check_change(change, changes[number + 1:], result.questions, top)
    if problems:
        raise LibraryError(*problems)
    return result


def _part(reader: MappingReader) -> Part:
    identity, title = reader.text("id", None), reader.text("title", None)
    questions = tuple(_question(inner, identity) for inner in reader.each("questions", "a question"))
    reader.done()
    return Part(identity, title, questions)


def _question(reader: MappingReader, part: str) -> Question:
    identity = reader.text("id", None)
    reader.what = f"the question `{identity}`"
    question = Question(
        id=identity, ask=reader.text("ask", None), type=reader.choice("type", TYPES, "text"),
        why=reader.text("why"), example=reader.text("example"), choices=_choices(reader, conditional=True),
        other=reader.flag("other"), columns=tuple(map(_column, reader.each("columns", "a column"))),
        when=read_condition(reader, "when"), required=reader.flag("required", True), default=None,
        default_from=read_condition(reader, "default_from"), unsure=None, minimum=reader.number("min"),
        maximum=reader.number("max"), says=reader.text("says"), otherwise=reader.text("otherwise"),
        covers=reader.texts("covers"), part=part, place=reader.data.place,
        depth=reader.choice("depth", DEPTHS, "full"), quick_when=read_condition(reader, "quick_when"),
        ages=reader.flag("ages"), noun=reader.choice("noun", NOUNS, ""),
        contact=reader.choice("contact", CONTACTS, ""), asks=reader.choice("asks", ASKS))
    typed = {key: reader.raw(key) for key in ("default", "unsure", "presumed", "offers")}
    reader.done()
    if question.type in ("choice", "choices") and not question.choices:
        reader.add(f"{reader.what} offers no choices", question.place, "Add `choices:`.")
    if question.type == "table" and not question.columns:
        reader.add(f"{reader.what} has no columns", question.place, "Add `columns:`.")
    for key, raw in typed.items():
        try:
            value = None if raw is None else parse_answer(question, raw)
        except NotAnAnswer as exc:
            reader.add(f"`{key}` of `{identity}` cannot be: {exc.message}", reader.place(key), exc.hint)
            continue
        if value is not None:
            changed: dict[str, Any] = {key: tuple(value) if key == "offers" else value}
            question = replace(question, **changed)
    _check_asks(question, reader)
    _check_choices(question, reader)
    _check_depth(question, reader, any(key in reader.data for key in ("default", "default_from", "presumed")))
    return question if question.presumed is None else replace(question, unsure=question.presumed)


def _choices(reader: MappingReader, conditional: bool) -> tuple[Choice, ...]:
    found = []
    for inner in reader.each("choices", "a choice"):
        value, label = inner.text("value", None), inner.text("label", None)
        found.append(Choice(value, label, inner.text("words") or value,
                            read_condition(inner, "when") if conditional else None))
        inner.done()
    return tuple(found)


def _column(reader: MappingReader) -> Column:
    column = Column(reader.text("id", None), reader.text("label", None), reader.choice("type", COLUMN_TYPES, "text"),
                    _choices(reader, conditional=False))
    reader.done()
    return column


def _fact(name: str, reader: MappingReader) -> Fact:
    fact = Fact(name, needed_condition(reader, "if"), reader.text("says", None), reader.text("otherwise", None),
                reader.data.place)
    reader.done()
    return fact


def _caution(reader: MappingReader) -> Caution:
    identity = reader.text("id", None)
    reader.what = f"the warning `{identity}`"
    caution = Caution(identity, needed_condition(reader, "when"), reader.text("says", None), reader.text("why", None),
                      reader.text("question", None), reader.data.place)
    reader.done()
    return caution


def _version_change(reader: MappingReader) -> VersionChange:
    version = reader.text("version", None)
    reader.what = f"the change of {version}"
    split, choices = reader.inner("split"), reader.inner("renamed_choices")
    change = VersionChange(
        version, reader.inner("renamed").words(),
        {old: _answers_to_parts(split.inner(old, f"`split` of `{old}`"), reader.what) for old in split.data},
        reader.inner("dropped").words(),
        {name: choices.inner(name, f"`renamed_choices` of `{name}`").words() for name in choices.data},
        reader.inner("not_sure_was").words(), reader.data.place)
    reader.done()
    return change


def _answers_to_parts(reader: MappingReader, what: str) -> dict[str, Expression]:
    """Each question that takes the place of a split one, with its answer as an expression over `answer`."""
    found = {}
    for name in reader.data:
        answer = needed_condition(reader, name)
        for unknown in sorted(answer.names - {"answer"}):
            reader.add(f"{what} reads `{unknown}`, which is not known there", answer.place,
                       "It can only read `answer`.")
        found[name] = answer
    return found


# ---- checks that need the whole ----------------------------------------------------------------------------------


def _check_names(questionnaire: Questionnaire, reader: MappingReader) -> None:
    """Report names that are unknown, and conditions of a question that read a later one."""

    def check(condition: Expression | None, known: set[str], what: str) -> None:
        if condition is not None:
            for name in sorted(condition.names - known):
                reader.add(f"{what} reads `{name}`, which is not known there", condition.place,
                           nearest(name, known) or "A condition reads answers and facts that come before it.")

    questions = questionnaire.questions
    rests_on: dict[str, frozenset[str]] = {}
    for fact in questionnaire.facts.values():
        check(fact.condition, {*questions, *rests_on}, f"the fact `{fact.id}`")
        rests_on[fact.id] = frozenset().union(*(rests_on.get(name, {name}) for name in fact.condition.names))
    asked: set[str] = set()
    for question in questions.values():
        known = asked | {fact for fact, needs in rests_on.items() if needs <= asked}
        for condition in (question.when, question.default_from, question.quick_when):
            check(condition, known, f"the question `{question.id}`")
        for choice in question.choices:
            check(choice.when, known, f"the choice `{choice.value}` of `{question.id}`")
        asked.add(question.id)
    for caution in questionnaire.warnings:
        check(caution.when, {*questions, *rests_on}, f"the warning `{caution.id}`")
        if caution.question not in questions:
            reader.add(f"the warning `{caution.id}` names the question `{caution.question}`, which does not exist",
                       caution.place, nearest(caution.question, questions))


def _check_versions(questionnaire: Questionnaire, reader: MappingReader) -> None:
    """Report versions that are not numbers, and changes that are not in order."""
    changes = [(change.version, change.place) for change in questionnaire.changes]
    for version, place in [(questionnaire.version, reader.place("version")), *changes]:
        if not version_number(version):
            reader.add(f"`{version}` is not a version", place, "Write numbers joined by dots, such as 2026.11.")
    before: tuple[int, ...] = ()
    for version, place in changes:
        number = version_number(version)
        if number and number <= before:
            reader.add(f"the change of {version} does not come after the one before it", place,
                       "Put the oldest change first.")
        if number > version_number(questionnaire.version):
            reader.add(f"the change of {version} is newer than the questionnaire, which is {questionnaire.version}",
                       place, "Raise `version` at the top of the file.")
        before = number


def _check_change(change: VersionChange, later: tuple[VersionChange, ...], questions: Mapping[str, Question],
                  reader: MappingReader) -> None:
    """Report new questions and choices that do not exist, and old ones that still do. A new name may be an old one of a
    `later` change."""
    what, gone = f"the change of {change.version}", {name for other in later for name in other.old}
    for name in change.old:
        if name in questions:
            reader.add(f"{what} calls `{name}` an old question, and it is still asked", change.place,
                       "Name only questions that no longer exist.")
    for name in change.new:
        if name not in questions and name not in gone:
            reader.add(f"{what} names the question `{name}`, which does not exist", change.place,
                       nearest(name, questions))
    for name, choices in change.renamed_choices.items():
        if name not in questions:
            continue
        values = {choice.value for choice in questions[name].choices}
        gone = {old for other in later for old in other.renamed_choices.get(name, {})}
        for old, new in choices.items():
            if old in values:
                reader.add(f"{what} calls `{old}` of `{name}` an old choice, and it is still offered", change.place)
            if new not in values and new not in gone:
                reader.add(f"{what} names the choice `{new}` of `{name}`, which does not exist", change.place,
                           nearest(new, values))


def _check_asks(question: Question, reader: MappingReader) -> None:
    """Report an answer that would be taken for true although nobody gave it."""
    suggesting = [key for key in ("default", "default_from", "unsure") if key in reader.data]
    for key in suggesting:
        if question.asks == "fact":
            reader.add(f"`{question.id}` asks for a fact, and `{key}` would claim one that nobody stated",
                       reader.place(key), "Give the value that claims least as `presumed`, or ask it in every "
                       "interview (`depth: quick`); rows to choose from go under `offers`.")
        elif question.presumed is not None:
            reader.add(f"`{question.id}` has both `presumed` and `{key}`", reader.place(key), "Keep one of them.")
    if question.offers and question.type != "table":
        reader.add(f"`offers` of `{question.id}` means nothing: only a table has rows to offer", reader.place("offers"))


def _check_choices(question: Question, reader: MappingReader) -> None:
    """Report choices that are not always offered where one that is has to be there: as the last one left, as the
    default, and as the answer of somebody who is not sure."""
    always = {choice.value for choice in question.choices if choice.when is None}
    conditional = {choice.value for choice in question.choices} - always
    if conditional and not always:
        reader.add(f"the question `{question.id}` can be left without a choice", question.place,
                   "At least one of its choices must have no `when`.")
    for key in ("default", "unsure", "presumed"):
        value = getattr(question, key)
        taken = value if isinstance(value, list) else [value]
        if hidden := [choice for choice in sorted(conditional) if choice in taken]:
            reader.add(f"`{key}` of `{question.id}` cannot be: `{hidden[0]}` is not always offered", question.place,
                       "Use `default_from`, or a choice without `when`.")


def _check_depth(question: Question, reader: MappingReader, has_suggestion: bool) -> None:
    """Report questions that would stop a quick interview, and a `quick_when` that can have no effect."""
    if question.quick_when is not None and question.depth != "quick":
        reader.add(f"the question `{question.id}` has `quick_when`, and is not quick", question.place,
                   "Add `depth: quick`, or leave `quick_when` out.")
    is_quick = question.depth == "quick" and question.quick_when is None
    if question.required and not has_suggestion and not is_quick:
        fact = question.asks == "fact"
        reader.add(f"a quick interview cannot answer the question `{question.id}`: it has no "
                   f"{'presumed value' if fact else 'suggestion'}", question.place,
                   f"Add {'`presumed`' if fact else 'a `default`'}, or `depth: quick` without `quick_when`.")

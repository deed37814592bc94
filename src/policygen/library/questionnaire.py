"""The questions in order, and the facts that follow from answers.

In: a questionnaire file. Out: a `Questionnaire` in which every condition compiles and every name is known, or a
LibraryError with everything that is wrong. It asks nobody and keeps nothing.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from policygen.library.conditions import Expression, compile_expression, read_condition
from policygen.library.question import COLUMN_TYPES, DEPTHS, TYPES, Choice, Column, NotAnAnswer, Question, parse_answer
from policygen.library.yaml import MappingReader, YamlMapping, YamlValue, each_id, nearest, read_yaml
from policygen.model import english
from policygen.model.problems import LibraryError, Place, Problem

SUGGESTED = "left_as_suggested"
"""The key of answers.yaml under which the questions stand that were left at their suggested answer."""
APPROVED_ON = "approved_on"
"""The question that is not asked while anything is undecided: such a policy stays a draft. A day that was given stays in
sight."""
VERSION = "questionnaire_version"
"""The key under which the version of the questionnaire stands that was answered."""
INTERVIEW = "interview"
"""The key under which an unfinished interview keeps how far it is."""
_VERSION = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})*")


@dataclass(frozen=True, slots=True)
class Fact:
    """A named yes/no that follows from answers."""

    id: str
    condition: Expression
    says: str
    otherwise: str
    place: Place


@dataclass(frozen=True, slots=True)
class Part:
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
    """What was called or asked otherwise before a version of the questionnaire."""

    version: str
    renamed: dict[str, str]
    """Old name and new name of a question."""
    split: dict[str, dict[str, Expression]]
    """Of an old question, the new ones, each with its answer as an expression over `answer`."""
    dropped: dict[str, str]
    """An old question, and why it is no longer asked."""
    renamed_choices: dict[str, dict[str, str]]
    """Of a question, under the name that it has after this step, old and new values of choices."""
    place: Place

    @property
    def old(self) -> tuple[str, ...]:
        """The questions that there are no longer under their name."""
        return (*self.renamed, *self.split, *self.dropped)

    @property
    def new(self) -> tuple[str, ...]:
        """The questions that the step counts on."""
        parts = (name for names in self.split.values() for name in names)
        return (*self.renamed.values(), *parts, *self.renamed_choices)


@dataclass(frozen=True, slots=True)
class Questionnaire:
    id: str
    version: str
    parts: tuple[Part, ...]
    facts: dict[str, Fact]
    warnings: tuple[Caution, ...] = ()
    changes: tuple[VersionChange, ...] = ()
    """The oldest first."""
    questions: dict[str, Question] = field(init=False, repr=False, compare=False)
    """All of them by id, in order."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "questions", {item.id: item for part in self.parts for item in part.questions})

    @property
    def names(self) -> frozenset[str]:
        """Every name that a condition or a clause may read."""
        return frozenset(self.questions) | frozenset(self.facts)


def because(condition: Expression, questionnaire: Questionnaire, context: Mapping[str, Any]) -> str:
    """Why a condition holds or does not, as the words after `because`; empty where no answer says it."""
    holds, reasons, vague = condition.holds(context), [], []
    for name, positive in condition.polarity:
        named = questionnaire.facts.get(name) or questionnaire.questions.get(name)
        if named is None:
            continue
        is_so = bool(context[name])
        if (is_so == positive) == holds:
            said = named.says if is_so else named.otherwise
            (reasons if said else vague).append(said or f"of your answer to “{named.ask}”")
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


# ---- loading -----------------------------------------------------------------------------------------------------


def load(path: Path, shown: str = "") -> Questionnaire:
    """The questionnaire in a file. Raises LibraryError with everything that is wrong."""
    shown = shown or path.name
    problems: list[Problem] = []
    top = MappingReader(read_yaml(path, LibraryError, shown), Place(shown, 1), problems, "the questionnaire")
    identity, version = top.text("questionnaire", None), top.text("version", None)
    parts = tuple(_part(MappingReader(item, place, problems, "a part")) for item, place in top.items("parts"))
    facts = [_fact(name, MappingReader(item, place, problems, f"the fact `{name}`"))
             for name, item, place in top.mapping("facts")]
    warnings = tuple(_caution(MappingReader(item, place, problems, "a warning")) for item, place in top.items("warnings"))
    changes = tuple(_change(MappingReader(item, place, problems, "a change")) for item, place in top.items("changes"))
    top.done()
    questions = [question for part in parts for question in part.questions]
    each_id([(item.id, item.place) for item in [*questions, *facts]], top.add, "a question or fact")
    for question in questions:
        if question.id in (SUGGESTED, VERSION, INTERVIEW):
            top.add(f"`{question.id}` cannot be the id of a question: answers files use it", question.place,
                    "Choose another name.")
    each_id([(item.id, item.place) for item in warnings], top.add, "a warning")
    result = Questionnaire(identity, version, parts, {fact.id: fact for fact in facts}, warnings, changes)
    _check_names(result, top)
    _check_warnings(result, top)
    _check_versions(result, top)
    _check_changes(result, top)
    if problems:
        raise LibraryError(*problems)
    return result


def _part(reader: MappingReader) -> Part:
    identity, title = reader.text("id", None), reader.text("title", None)
    questions = tuple(_question(MappingReader(item, place, reader.problems, "a question"), identity)
                      for item, place in reader.items("questions"))
    reader.done()
    return Part(identity, title, questions)


def _question(reader: MappingReader, part: str) -> Question:
    identity = reader.text("id", None)
    reader.what = f"the question `{identity}`"
    question = Question(
        id=identity, ask=reader.text("ask", None), type=reader.choice("type", TYPES, "text"),
        why=reader.text("why"), example=reader.text("example"), choices=_choices(reader, conditional=True),
        other=reader.flag("other"),
        columns=tuple(_column(MappingReader(item, place, reader.problems, "a column"))
                      for item, place in reader.items("columns")),
        when=read_condition(reader, "when"), required=reader.flag("required", True), default=None,
        default_from=read_condition(reader, "default_from"), unsure=None, minimum=_bound(reader, "min"),
        maximum=_bound(reader, "max"),
        says=reader.text("says"), otherwise=reader.text("otherwise"), covers=reader.texts("covers"), part=part,
        place=reader.data.place, depth=reader.choice("depth", DEPTHS, "full"),
        quick_when=read_condition(reader, "quick_when"), ages=reader.flag("ages"))
    typed = {key: reader.raw(key) for key in ("default", "unsure")}
    reader.done()
    if question.type in ("choice", "choices") and not question.choices:
        reader.add(f"{reader.what} offers no choices", question.place, "Add `choices:`.")
    if question.type == "table" and not question.columns:
        reader.add(f"{reader.what} has no columns", question.place, "Add `columns:`.")
    for key, raw in typed.items():
        try:
            question = question if raw is None else replace(question, **{key: parse_answer(question, raw)})
        except NotAnAnswer as exc:
            reader.add(f"`{key}` of `{identity}` cannot be: {exc.message}", reader.place(key), exc.hint)
    _check_choices(question, reader)
    _check_depth(question, reader, has_suggestion=typed["default"] is not None or question.default_from is not None)
    return question


def _choices(reader: MappingReader, conditional: bool = False) -> tuple[Choice, ...]:
    found = []
    for item, place in reader.items("choices"):
        inner = MappingReader(item, place, reader.problems, "a choice")
        value, label = inner.text("value", None), inner.text("label", None)
        found.append(Choice(value, label, inner.text("words") or value,
                            read_condition(inner, "when") if conditional else None))
        inner.done()
    return tuple(found)


def _column(reader: MappingReader) -> Column:
    column = Column(reader.text("id", None), reader.text("label", None), reader.choice("type", COLUMN_TYPES, "text"),
                    _choices(reader))
    reader.done()
    return column


def _fact(name: str, reader: MappingReader) -> Fact:
    condition = read_condition(reader, "if")
    if condition is None:
        reader.add(f"the fact `{name}` has no condition", reader.data.place, "Add `if: ...`.")
        condition = compile_expression("false", reader.data.place)
    fact = Fact(name, condition, reader.text("says", None), reader.text("otherwise", None), reader.data.place)
    reader.done()
    return fact


def _caution(reader: MappingReader) -> Caution:
    identity = reader.text("id", None)
    reader.what = f"the warning `{identity}`"
    when = read_condition(reader, "when")
    if when is None:
        if not reader.text("when"):
            reader.add(f"{reader.what} has no condition", reader.data.place, "Add `when: ...`.")
        when = compile_expression("false", reader.data.place)
    caution = Caution(identity, when, reader.text("says", None), reader.text("why", None),
                      reader.text("question", None), reader.data.place)
    reader.done()
    return caution


def _change(reader: MappingReader) -> VersionChange:
    version = reader.text("version", None)
    reader.what = f"the change of {version}"
    split = {old: {new: _over_answer(source, place, reader) for new, source, place in
                   _words(reader, f"split` of `{old}", item)} for old, item, _ in reader.mapping("split")}
    change = VersionChange(version, _named(reader, "renamed"), split, _named(reader, "dropped"),
                    {name: {old: new for old, new, _ in _words(reader, f"renamed_choices` of `{name}", item)}
                     for name, item, _ in reader.mapping("renamed_choices")}, reader.data.place)
    reader.done()
    return change


def _named(reader: MappingReader, key: str) -> dict[str, str]:
    return {old: new for old, new, _ in _words(reader, key, reader.raw(key))}


def _words(reader: MappingReader, what: str, found: YamlValue) -> Iterator[tuple[str, str, Place]]:
    """The names, words and places of a mapping; what is none is added to the problems."""
    if found is not None and not isinstance(found, YamlMapping):
        reader.add(f"`{what}` must have `name: words` lines", reader.data.place)
        return
    for name, words in (found or {}).items():
        if not isinstance(words, str):
            reader.add(f"`{name}` under `{what}` must be words", found.places[name])
            continue
        yield name, words, found.places[name]


def _over_answer(source: str, place: Place, reader: MappingReader) -> Expression:
    """An expression over `answer`; one that cannot be used is added to the problems."""
    try:
        found = compile_expression(source, place)
    except LibraryError as exc:
        reader.problems += exc.problems
        return compile_expression("answer", place)
    for name in sorted(found.names - {"answer"}):
        reader.add(f"{reader.what} reads `{name}`, which is not known there", place, "It can only read `answer`.")
    return found


def _bound(reader: MappingReader, key: str) -> int | None:
    written = reader.text(key)
    if not written:
        return None
    if not written.isdigit():
        reader.add(f"`{key}` must be a whole number", reader.place(key))
        return None
    return int(written)


def _check_names(questionnaire: Questionnaire, reader: MappingReader) -> None:
    """Report names that are unknown, and conditions of a question that read a later one."""
    known: set[str] = set()
    reads: dict[str, frozenset[str]] = {}
    for fact in questionnaire.facts.values():
        _unknown(fact.condition, known | set(questionnaire.questions) | set(reads), reader, f"the fact `{fact.id}`")
        reads[fact.id] = frozenset().union(*(reads.get(name, {name}) for name in fact.condition.names))
    for question in questionnaire.questions.values():
        settled = {name for name, needs in reads.items() if needs <= known}
        for condition in filter(None, (question.when, question.default_from, question.quick_when)):
            _unknown(condition, known | settled, reader, f"the question `{question.id}`")
        for choice in question.choices:
            if choice.when is not None:
                _unknown(choice.when, known | settled, reader, f"the choice `{choice.value}` of `{question.id}`")
        known.add(question.id)


def _unknown(expression: Expression, known: Collection[str], reader: MappingReader, what: str) -> None:
    for name in sorted(expression.names - set(known)):
        reader.add(f"{what} reads `{name}`, which is not known there", expression.place,
                   nearest(name, known) or "A condition reads answers and facts that come before it.")


def _check_warnings(questionnaire: Questionnaire, reader: MappingReader) -> None:
    """Report warnings that read, or ask to change, what there is not."""
    for caution in questionnaire.warnings:
        _unknown(caution.when, questionnaire.names, reader, f"the warning `{caution.id}`")
        if caution.question not in questionnaire.questions:
            reader.add(f"the warning `{caution.id}` names the question `{caution.question}`, which there is not",
                       caution.place, nearest(caution.question, questionnaire.questions))


def version_number(version: str) -> tuple[int, ...]:
    """A version to compare by: 2026.11 comes before 2027.3."""
    return tuple(map(int, version.split("."))) if is_version(version) else ()


def is_version(text: Any) -> bool:
    """Whether it is numbers joined by dots."""
    return isinstance(text, str) and _VERSION.fullmatch(text.strip()) is not None


def _check_versions(questionnaire: Questionnaire, reader: MappingReader) -> None:
    """Report versions that are none, and changes that are not in order."""
    before: tuple[int, ...] = ()
    for version, place in [(questionnaire.version, reader.place("version")),
                           *((change.version, change.place) for change in questionnaire.changes)]:
        if not is_version(version):
            reader.add(f"`{version}` is not a version", place, "Write numbers joined by dots, such as 2026.11.")
    for change in questionnaire.changes:
        number = version_number(change.version)
        if number and number <= before:
            reader.add(f"the change of {change.version} does not come after the one before it", change.place,
                       "Put the oldest change first.")
        if number > version_number(questionnaire.version):
            reader.add(f"the change of {change.version} is newer than the questionnaire, which is "
                       f"{questionnaire.version}", change.place, "Raise `version` at the top of the file.")
        before = number


def _check_changes(questionnaire: Questionnaire, reader: MappingReader) -> None:
    """Report changes to questions and choices that there are not, or of some that there still are."""
    questions = questionnaire.questions
    for number, change in enumerate(questionnaire.changes):
        later = {name for other in questionnaire.changes[number + 1:] for name in other.old}
        what = f"the change of {change.version}"
        for name in change.old:
            if name in questions:
                reader.add(f"{what} calls `{name}` an old question, and it is still asked", change.place,
                           "Only questions that are no longer there under their name can be old.")
        for name in change.new:
            if name not in questions and name not in later:
                reader.add(f"{what} names the question `{name}`, which there is not", change.place,
                           nearest(name, questions))
        for name, choices in change.renamed_choices.items():
            again = [other.renamed_choices.get(name, {}) for other in questionnaire.changes[number + 1:]]
            if name in questions:
                _check_renamed_choices(questions[name], choices, {old for names in again for old in names}, what,
                                       reader, change.place)


def _check_renamed_choices(question: Question, choices: Mapping[str, str], later: set[str], what: str, reader: MappingReader,
                           place: Place) -> None:
    values = {choice.value for choice in question.choices}
    for old, new in choices.items():
        if old in values:
            reader.add(f"{what} calls `{old}` of `{question.id}` an old choice, and it is still offered", place)
        if new not in values and new not in later:
            reader.add(f"{what} names the choice `{new}` of `{question.id}`, which there is not", place,
                       nearest(new, values))


def _check_choices(question: Question, reader: MappingReader) -> None:
    """Report choices that somebody could be left with, or that stand in for an answer, and are not always offered."""
    always = {choice.value for choice in question.choices if choice.when is None}
    conditional = {choice.value for choice in question.choices} - always
    if conditional and not always:
        reader.add(f"the question `{question.id}` can be left without a choice", question.place,
                   "At least one of its choices must have no `when`.")
    for key, value in (("default", question.default), ("unsure", question.unsure)):
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
        reader.add(f"a quick interview cannot answer the question `{question.id}`: it has no suggestion",
                   question.place,
                   "Add a `default`, or `depth: quick` without `quick_when`.")


def each_covered(questionnaire: Questionnaire) -> Iterator[tuple[str, str, Place]]:
    """Point, question and place, for every point that a question carries."""
    for question in questionnaire.questions.values():
        for point in question.covers:
            yield point, question.id, question.place

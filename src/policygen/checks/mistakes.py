"""What a confidentiality policy must not say, and what it must: mistakes in law that are often made, by pattern.

In: `errors.yaml` of the shipped library. Out: `Mistakes`, compiled, each tried on its own example. It looks at no
clause. Patterns run only from the program's own library: a pattern from a stranger could keep a computer busy for
ever, and what is wrong in UK law is wrong in every library.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from policygen.model.problems import LibraryError, Place, Problem
from policygen.library.yaml import MappingReader, each_id, read_yaml

_LONGEST = 700
"""Characters of one pattern."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """Words that state the law wrongly, or law that has gone."""

    id: str
    pattern: re.Pattern[str]
    unless: re.Pattern[str] | None
    """Words in the same paragraph that make it right."""
    wrong: str
    correct: str
    severity: Literal["error", "warning"]
    """`warning` where the words may be right in their place."""


@dataclass(frozen=True, slots=True)
class MustHave:
    """Words that every policy needs, whatever the answers are."""

    id: str
    pattern: re.Pattern[str]
    wrong: str
    correct: str


@dataclass(frozen=True, slots=True)
class Mistakes:
    mistakes: tuple[Mistake, ...]
    must_have: tuple[MustHave, ...]


def load(path: Path, shown: str) -> Mistakes:
    """The mistakes in a file. Raises LibraryError with everything that is wrong with it."""
    problems: list[Problem] = []
    top = MappingReader(read_yaml(path, LibraryError, shown), Place(shown, 1), problems, "errors.yaml")
    mistakes = [_mistake(MappingReader(item, place, problems, "a mistake")) for item, place in top.items("mistakes")]
    needed = [_must_have(MappingReader(item, place, problems, "something to have"))
              for item, place in top.items("must_have")]
    top.done()
    each_id([(item.id, place) for item, place in (*mistakes, *needed)], top.add, "a mistake")
    if problems:
        raise LibraryError(*sorted(problems, key=lambda problem: problem.place))
    return Mistakes(tuple(item for item, _ in mistakes), tuple(item for item, _ in needed))


def _mistake(reader: MappingReader) -> tuple[Mistake, Place]:
    example = reader.text("example", None)
    unless = _pattern(reader, "unless")
    found = Mistake(reader.text("id", None), _pattern(reader, "pattern", None), unless if unless.pattern else None,
                    reader.text("wrong", None), reader.text("correct", None),
                    reader.choice("severity", ("error", "warning"), "error"))
    _tried(reader, found.pattern, example)
    if found.unless and found.unless.search(example):
        reader.add(f"`unless` of `{found.id}` suppresses its own example", reader.place("unless"), "Make it narrower.")
    reader.done()
    return found, reader.data.place


def _must_have(reader: MappingReader) -> tuple[MustHave, Place]:
    found = MustHave(reader.text("id", None), _pattern(reader, "pattern", None), reader.text("wrong", None),
                     reader.text("correct", None))
    _tried(reader, found.pattern, reader.text("example", None))
    reader.done()
    return found, reader.data.place


def _tried(reader: MappingReader, pattern: re.Pattern[str], example: str) -> None:
    if not pattern.search(example):
        reader.add("the pattern does not find its own example", reader.place("example"), "Correct one of them.")


def _pattern(reader: MappingReader, key: str, default: str | None = "") -> re.Pattern[str]:
    """A pattern; capitals make no difference unless it says so."""
    written = reader.text(key, default)
    if len(written) > _LONGEST:
        reader.add(f"`{key}` is {len(written)} characters long", reader.place(key), f"Keep it under {_LONGEST}.")
    try:
        return re.compile(written, re.IGNORECASE)
    except re.error as exc:
        reader.add(f"`{key}` is not a pattern: {exc}", reader.place(key), "See the `re` module of Python.")
        return re.compile("")

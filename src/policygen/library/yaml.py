"""Text files to plain data that knows its line numbers: YAML, and Markdown with YAML front matter.

In: a path. Out: `Mapping` and `Sequence` (a dict and a list with places) whose scalars are strings as they were
typed, or None. What a scalar means (a number, a date, yes or no) is decided by whoever knows the question, so that a
telephone number keeps its leading nought and a wrong date gets a sentence instead of a traceback.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Collection, Iterable, Iterator
from pathlib import Path
from typing import Any

import yaml

from policygen.model.problems import Place, PolicygenError, Problem, error

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_DEEPEST = 40
"""Levels of nesting; our files have six. Deeper ones are a mistake or an attack."""


class YamlMapping(dict):
    """A YAML mapping. `place` is where it begins, `places` where each key stands."""

    def __init__(self, place: Place):
        super().__init__()
        self.place = place
        self.places: dict[str, Place] = {}


class YamlList(list):
    """A YAML list. `place` is where it begins, `places` where each item stands."""

    def __init__(self, place: Place):
        super().__init__()
        self.place = place
        self.places: list[Place] = []


YamlValue = YamlMapping | YamlList | str | None


def read_text(path: Path, raises: type[PolicygenError], shown: str = "") -> str:
    """The text of a UTF-8 file, line ends as `\\n`. Raises `raises` when it cannot be had; `shown` names it there."""
    place = Place(shown or str(path))
    try:
        return path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except FileNotFoundError:
        raise raises(error("there is no such file", place, "Check the name, and the folder that you are in.")) from None
    except UnicodeDecodeError as exc:
        raise raises(error(f"this is not UTF-8 text (byte {exc.start + 1})", place,
                           "Save it again as plain text with the encoding UTF-8.")) from None
    except OSError as exc:
        raise raises(error(f"cannot read it: {(exc.strerror or 'unknown reason').lower()}", place)) from None


def read_yaml(path: Path, raises: type[PolicygenError], shown: str = "") -> YamlMapping:
    """The mapping in a YAML file; an empty file is an empty mapping. Raises `raises` for anything else."""
    return parse_yaml(read_text(path, raises, shown), Place(shown or str(path), 1), raises)


def parse_yaml(text: str, start: Place, raises: type[PolicygenError]) -> YamlMapping:
    """The mapping in a YAML text whose first line stands at `start`."""
    try:
        _refuse_traps(text, start, raises)
        node = yaml.compose(text, _Loader)
    except yaml.MarkedYAMLError as exc:
        mark = exc.problem_mark or exc.context_mark
        line = start.line + mark.line if mark else start.line
        raise raises(error(f"this is not valid YAML: {exc.problem or exc.context}", Place(start.file, line),
                           "Check the indentation, and put text with a colon or a special sign between 'quotes'."
                           )) from None
    except yaml.YAMLError as exc:
        raise raises(error(f"this is not valid YAML: {getattr(exc, 'reason', exc)}", start,
                           "Save it again as plain text with the encoding UTF-8.")) from None
    problems: list[Problem] = []
    data = _value(node, start, problems) if node else None
    if data is None and not problems:
        return YamlMapping(start)
    if not isinstance(data, YamlMapping):
        place = Place(start.file, start.line + node.start_mark.line)
        problems.append(error("this file is not a list of `name: value` lines", place,
                              "Every line at the left margin must begin with a name and a colon."))
    if problems:
        raise raises(*problems)
    return data


def read_front_matter(path: Path, raises: type[PolicygenError], shown: str) -> tuple[YamlMapping, str, Place]:
    """The front matter, the body, and the place of the body's first line, of a Markdown file."""
    lines = read_text(path, raises, shown).split("\n")
    ends = [number for number, line in enumerate(lines) if line.rstrip() == "---"]
    if len(ends) < 2 or ends[0] != 0:
        raise raises(error("the front matter is missing", Place(shown, 1),
                           "Begin the file with a line ---, then `name: value` lines, then another line ---."))
    front = parse_yaml("\n".join(lines[1:ends[1]]), Place(shown, 2), raises)
    return front, "\n".join(lines[ends[1] + 1:]), Place(shown, ends[1] + 2)


def comments(text: str) -> list[str]:
    """The comments in a YAML text, in order, each from its `#`."""
    found, at = [], 0
    for token in yaml.scan(text, _Loader):
        if isinstance(token, yaml.ScalarToken | yaml.StreamEndToken):
            found += _COMMENT.findall(text[at:token.start_mark.index])
            at = token.end_mark.index
    return found


_COMMENT = re.compile(r"(?<!\S)#.*")


def _refuse_traps(text: str, start: Place, raises: type[PolicygenError]) -> None:
    """Raise for nesting so deep that libyaml, which composes by recursion in C, would end the process; and for aliases,
    with which ten lines can stand for a thousand million."""
    depth = 0
    for event in yaml.parse(text, _Loader):
        place = Place(start.file, start.line + event.start_mark.line)
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST:
            raise raises(error("this is nested too deeply", place, "Write it in fewer levels."))
        if isinstance(event, yaml.AliasEvent):
            raise raises(error("a value cannot begin with an asterisk", place, "Put it between 'quotes'."))


def _value(node: yaml.Node, start: Place, problems: list[Problem]) -> YamlValue:
    place = Place(start.file, start.line + node.start_mark.line)
    if isinstance(node, yaml.MappingNode):
        mapping = YamlMapping(place)
        for key_node, value_node in node.value:
            key, at = str(key_node.value), Place(start.file, start.line + key_node.start_mark.line)
            if not isinstance(key_node, yaml.ScalarNode) or key in mapping:
                problems.append(error(f"`{key}` stands here twice" if key in mapping else "a name is expected here",
                                      at, "Keep one of them." if key in mapping else ""))
                continue
            mapping.places[key] = at
            mapping[key] = _value(value_node, start, problems)
        return mapping
    if isinstance(node, yaml.SequenceNode):
        sequence = YamlList(place)
        for child in node.value:
            sequence.places.append(Place(start.file, start.line + child.start_mark.line))
            sequence.append(_value(child, start, problems))
        return sequence
    if not node.style and node.value in ("", "~", "null"):  # plain: None, and an empty string from libyaml
        return None
    return node.value


# ---- reading a mapping key by key --------------------------------------------------------------------------------


class MappingReader:
    """Takes the keys of a mapping one by one, and gathers every problem instead of stopping at the first."""

    def __init__(self, data: YamlValue, place: Place, problems: list[Problem], what: str):
        self.problems, self.what = problems, what
        self.data = data if isinstance(data, YamlMapping) else YamlMapping(place)
        self._known: list[str] = []
        if not isinstance(data, YamlMapping):
            self.add(f"{what} must have `name: value` lines", place)

    def add(self, message: str, place: Place, hint: str = "") -> None:
        self.problems.append(error(message, place, hint))

    def place(self, key: str) -> Place:
        return self.data.places.get(key, self.data.place)

    def text(self, key: str, default: str | None = "") -> str:
        """A string; `default=None` makes the key obligatory."""
        value = self._take(key)
        if value is None:
            if default is None:
                self.add(f"{self.what} has no `{key}`", self.data.place, f"Add a line `{key}: ...`.")
            return default or ""
        if not isinstance(value, str):
            self.add(f"`{key}` must be text", self.place(key))
            return default or ""
        return value

    def flag(self, key: str, default: bool = False) -> bool:
        value = self.choice(key, ("true", "false"), "true" if default else "false")
        return value == "true"

    def choice(self, key: str, allowed: Collection[str], default: str | None = None) -> str:
        """One of some words."""
        value = self.text(key, default)
        if value and value not in allowed:
            self.add(f"`{key}` cannot be `{value}`", self.place(key),
                     nearest(value, allowed) or f"Write one of: {', '.join(allowed)}.")
            return default or next(iter(allowed))
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of strings, empty when it is missing."""
        value = self._take(key)
        if value is None:
            return ()
        if not isinstance(value, YamlList) or not all(isinstance(item, str) for item in value):
            self.add(f"`{key}` must be a list of words", self.place(key), f"Write `{key}: [one, another]`.")
            return ()
        return tuple(value)

    def items(self, key: str) -> Iterator[tuple[YamlValue, Place]]:
        """The items of a list with their places."""
        value = self._take(key)
        if value is not None and not isinstance(value, YamlList):
            self.add(f"`{key}` must be a list", self.place(key), "Begin each item with a dash and a space.")
            return
        yield from zip(value or (), value.places if value else ())

    def mapping(self, key: str) -> Iterator[tuple[str, YamlValue, Place]]:
        """The names, values and places of a mapping inside."""
        value = self._take(key)
        if value is not None and not isinstance(value, YamlMapping):
            self.add(f"`{key}` must have `name: value` lines", self.place(key))
            return
        yield from ((name, item, value.places[name]) for name, item in (value or {}).items())

    def raw(self, key: str) -> Any:
        return self._take(key)

    def done(self) -> None:
        """Report every key that nobody took."""
        for key in [key for key in self.data if key not in self._known]:
            self.add(f"{self.what} has no key called `{key}`", self.place(key),
                     nearest(key, self._known) or f"The keys are: {', '.join(self._known)}.")

    def _take(self, key: str) -> YamlValue:
        self._known.append(key)
        return self.data.get(key)


def nearest(word: str, known: Iterable[str]) -> str:
    """`Did you mean ...?` for the most similar known word, or nothing."""
    found = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"Did you mean `{found[0]}`?" if found else ""


ID = re.compile(r"[a-z][a-z0-9]*(?:[_-][a-z0-9]+)*")


def each_id(ids: Iterable[tuple[str, Place]], report: Callable[[str, Place, str], None], what: str) -> None:
    """Report ids that are badly formed or stand twice."""
    seen: dict[str, Place] = {}
    for name, place in ids:
        if not ID.fullmatch(name):
            report(f"`{name}` cannot be the id of {what}", place,
                   "Use lower-case letters and digits, joined by `_` or `-`.")
        elif name in seen:
            report(f"the id `{name}` of {what} stands twice", place, f"It is used already in {seen[name]}.")
        seen.setdefault(name, place)

"""Text files to plain data that knows its line numbers: YAML, and Markdown with YAML front matter.

In: a path or a text. Out: `YamlMapping` and `YamlList` (a dict and a list with places), whose scalars are strings as
they were typed, or None; and `MappingReader`, which takes a mapping apart key by key. What a scalar in answers means
(a number, a date, yes or no) is decided by its question, so that a telephone number keeps its leading nought and a
wrong date gets a sentence instead of a traceback.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import date
from pathlib import Path

import yaml

from policygen.model.problems import Place, PolicygenError, Problem, error, read_file

ID = re.compile(r"[a-z][a-z0-9]*(?:[_-][a-z0-9]+)*")
"""What the id of a question, a clause or a document looks like."""
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_COMMENT_BEHIND = re.compile(r"([ \t]+)(#.*)")
_PASTED_BLANK = re.compile(r"^(?:[ -]*|[ -]*\w+:[ ]*)[\u00a0\u2000-\u200a\u202f]", re.MULTILINE)
_COMMENT = re.compile(r"(?<!\S)#.*")
_DEEPEST, _MOST_VALUES, _LONGEST = 40, 20_000, 20_000
"""Levels of nesting, names and values of a file, and bytes of a clause; ours have six, 3,000 and 3,200. More are a
mistake or an attack."""


class YamlMapping(dict[str, "YamlValue"]):
    """A YAML mapping. `place` is where it begins, `places` where each key stands."""

    def __init__(self, place: Place):
        super().__init__()
        self.place = place
        self.places: dict[str, Place] = {}


class YamlList(list["YamlValue"]):
    """A YAML list. `place` is where it begins, `places` where each item stands."""

    def __init__(self, place: Place):
        super().__init__()
        self.place = place
        self.places: list[Place] = []


YamlValue = YamlMapping | YamlList | str | None


def read_text(path: Path, raises: type[PolicygenError], shown: str = "", most: int = 1_000_000) -> str:
    """The text of a UTF-8 file, line ends as `\\n`. Raises `raises` where it cannot be read, or has more bytes than
    `most`; `shown` is its name in the message."""
    place = Place(shown or str(path))
    data = read_file(path, raises, most, "answers.yaml", shown)
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as exc:
        raise raises(error(f"this is not UTF-8 text (byte {exc.start + 1})", place,
                           "Save it again as plain text with the encoding UTF-8.")) from None


def read_yaml(path: Path, raises: type[PolicygenError], shown: str = "") -> YamlMapping:
    """The mapping in a YAML file; an empty file is an empty mapping. Raises `raises` for anything else."""
    return parse_yaml(read_text(path, raises, shown), Place(shown or str(path), 1), raises)


def parse_yaml(text: str, start: Place, raises: type[PolicygenError]) -> YamlMapping:
    """The mapping in a YAML text whose first line stands at `start`."""
    try:
        _refuse_traps(text, start, raises)
        node = yaml.compose(text, _Loader)
    except yaml.MarkedYAMLError as exc:
        if pasted := _PASTED_BLANK.search(text):
            raise raises(error("a blank here is not an ordinary one: it was pasted from a web page or from Word", Place(
                start.file, start.line + text.count("\n", 0, pasted.end())), "Type it again.")) from None
        mark = exc.problem_mark or exc.context_mark
        place = Place(start.file, start.line + mark.line) if mark else start
        line = text.split("\n")[mark.line] if mark and mark.line <= text.count("\n") else ""
        hint = ("Curly quotation marks do not count here: type straight ones (\")." if re.search("[“”‘’]", line) else
                "Check the indentation, and put text with a colon or a special sign between 'quotes'.")
        raise raises(error(f"this is not valid YAML: {exc.problem or exc.context}", place, hint)) from None
    except yaml.YAMLError as exc:
        raise raises(error(f"this is not valid YAML: {getattr(exc, 'reason', exc)}", start,
                           "Save it again as plain text with the encoding UTF-8.")) from None
    problems: list[Problem] = []
    data = _value(node, start, problems) if node else None
    if node and data is not None and not isinstance(data, YamlMapping):
        problems.append(error("this file is not a list of `name: value` lines", _place(node, start),
                              "Every line at the left margin must begin with a name and a colon."))
    if problems:
        raise raises(*problems)
    return data if isinstance(data, YamlMapping) else YamlMapping(start)


def read_front_matter(path: Path, raises: type[PolicygenError], shown: str) -> tuple[YamlMapping, str, Place]:
    """The front matter, the body, and the place of the body's first line, of a Markdown file."""
    lines = read_text(path, raises, shown, _LONGEST).split("\n")
    ends = [number for number, line in enumerate(lines) if line.rstrip() == "---"]
    if len(ends) < 2 or ends[0] != 0:
        raise raises(error("the front matter is missing", Place(shown, 1),
                           "Begin the file with a line ---, then `name: value` lines, then another line ---."))
    front = parse_yaml("\n".join(lines[1:ends[1]]), Place(shown, 2), raises)
    return front, "\n".join(lines[ends[1] + 1:]), Place(shown, ends[1] + 2)


def cut_short(text: str, start: Place) -> Iterator[Problem]:
    """What to tell of each value that ` #` ends, in a YAML text whose first line stands at `start`. A comment as it is
    usually written, with two blanks before the sign and one after it, is meant as one."""
    lines = text.split("\n")
    for event in yaml.parse(text, _Loader):
        if isinstance(event, yaml.ScalarEvent) and not event.style and (end := event.end_mark):
            found = _COMMENT_BEHIND.match(lines[end.line][end.column:])
            if found and (found[2][1:2].strip() or (event.value and len(found[1]) == 1)):
                kept = f"“{event.value[-30:]}” is all that is taken" if event.value else "nothing is taken"
                yield Problem("warning", f"“{found[2][:30]}” counts as a comment, because of its #: {kept}",
                              Place(start.file, start.line + end.line),
                              "If that belongs to the answer, put the whole answer between straight 'quotes'. If it is "
                              "a comment, write two blanks before the sign and one after it.")


def comments(text: str) -> list[str]:
    """The comments in a YAML text, in order, each from its `#`."""
    found: list[str] = []
    at = 0
    for token in yaml.scan(text, _Loader):
        if isinstance(token, yaml.ScalarToken | yaml.StreamEndToken):
            found += _COMMENT.findall(text[at:token.start_mark.index])
            at = token.end_mark.index
    return found


def _place(found: yaml.Node | yaml.Event, start: Place) -> Place:
    return Place(start.file, start.line + (found.start_mark.line if found.start_mark else 0))


def _refuse_traps(text: str, start: Place, raises: type[PolicygenError]) -> None:
    """Raise for nesting so deep that libyaml, which composes by recursion in C, would end the process; for aliases,
    with which ten lines can stand for a thousand million; for words that YAML would drop; and for far more values than
    anybody writes."""
    depth = 0
    for number, event in enumerate(yaml.parse(text, _Loader)):
        if number > _MOST_VALUES:
            raise raises(error(f"this holds more than {_MOST_VALUES} names and values", _place(event, start),
                               "Delete what does not belong here."))
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST:
            raise raises(error("this is nested too deeply", _place(event, start), "Write it in fewer levels."))
        sign = "*" if isinstance(event, yaml.AliasEvent) else "&" if getattr(event, "anchor", None) else "!"
        if sign != "!" or getattr(event, "tag", None):  # YAML takes the word behind it for a name of its own
            raise raises(error(f"a value cannot begin with {sign}", _place(event, start), "Put it between 'quotes'."))


def _value(node: yaml.Node, start: Place, problems: list[Problem]) -> YamlValue:
    if isinstance(node, yaml.MappingNode):
        mapping = YamlMapping(_place(node, start))
        for key_node, value_node in node.value:
            key, at = str(key_node.value), _place(key_node, start)
            if not isinstance(key_node, yaml.ScalarNode):
                problems.append(error("a name is expected here", at))
            elif key in mapping:
                problems.append(error(f"`{key}` stands here twice", at, "Keep one of them."))
            else:
                mapping.places[key] = at
                mapping[key] = _value(value_node, start, problems)
        return mapping
    if isinstance(node, yaml.SequenceNode):
        sequence = YamlList(_place(node, start))
        for child in node.value:
            sequence.places.append(_place(child, start))
            sequence.append(_value(child, start, problems))
        return sequence
    is_plain = isinstance(node, yaml.ScalarNode) and not node.style  # None, and an empty string from libyaml
    return None if is_plain and node.value in ("", "~", "null") else str(node.value)


class MappingReader:
    """Takes the keys of a mapping one by one, and gathers every problem instead of stopping at the first."""

    def __init__(self, data: YamlValue, place: Place, problems: list[Problem], what: str):
        self.problems, self.what = problems, what
        self.data = data if isinstance(data, YamlMapping) else YamlMapping(place)
        self._taken: list[str] = []
        if not isinstance(data, YamlMapping):
            self.add(f"{what} must have `name: value` lines", place)

    def add(self, message: str, place: Place, hint: str = "") -> None:
        self.problems.append(error(message, place, hint))

    def place(self, key: str) -> Place:
        return self.data.places.get(key, self.data.place)

    def raw(self, key: str) -> YamlValue:
        """The value as it was written; None when it is missing."""
        self._taken.append(key)
        return self.data.get(key)

    def text(self, key: str, default: str | None = "") -> str:
        """A string; `default=None` makes the key obligatory."""
        value = self.raw(key)
        if value is None and default is None:
            self.add(f"{self.what} has no `{key}`", self.data.place, f"Add a line `{key}: ...`.")
        elif value is not None and not isinstance(value, str):
            self.add(f"`{key}` must be text", self.place(key))
        return value if isinstance(value, str) else default or ""

    def flag(self, key: str, default: bool = False) -> bool:
        return self.choice(key, ("true", "false"), "true" if default else "false") == "true"

    def choice(self, key: str, allowed: Collection[str], default: str | None = None) -> str:
        """One of some words."""
        value = self.text(key, default)
        if not value or value in allowed:
            return value
        self.add(f"`{key}` cannot be `{value}`", self.place(key),
                 nearest(value, allowed) or f"Write one of: {', '.join(allowed)}.")
        return default or next(iter(allowed))

    def number(self, key: str) -> int | None:
        """A whole number from 0; None when it is missing."""
        written = self.text(key)
        if written and not (written.isascii() and written.isdigit()):
            self.add(f"`{key}` must be a whole number", self.place(key), "Write it in digits, for example 12.")
            return None
        return int(written) if written else None

    def day(self, key: str, obligatory: bool = False) -> date | None:
        """A day; None when it is missing."""
        written = self.text(key, None if obligatory else "")
        return self._date(key, written) if written else None

    def days(self, key: str) -> tuple[date, ...]:
        """A list of days, the first one first; empty when it is missing."""
        return tuple(sorted(filter(None, (self._date(key, written) for written in self.texts(key)))))

    def _date(self, key: str, written: str) -> date | None:
        try:
            return date.fromisoformat(written)
        except ValueError:
            self.add(f"`{written}` is not a date", self.place(key), "Write it as 2026-11-20.")
            return None

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of strings, empty when it is missing."""
        value = self.raw(key)
        texts = tuple(item for item in value if isinstance(item, str)) if isinstance(value, YamlList) else ()
        if value is not None and (not isinstance(value, YamlList) or len(texts) < len(value)):
            self.add(f"`{key}` must be a list of words", self.place(key), f"Write `{key}: [one, another]`.")
            return ()
        return texts

    def choices(self, key: str, allowed: Collection[str]) -> tuple[str, ...]:
        """Some of some words, in the order of `allowed`."""
        written = self.texts(key)
        for word in written:
            if word not in allowed:
                self.add(f"`{key}` cannot be `{word}`", self.place(key),
                         nearest(word, allowed) or f"Write some of: {', '.join(allowed)}.")
        return tuple(word for word in allowed if word in written)

    def items(self, key: str) -> Iterator[tuple[YamlValue, Place]]:
        """The items of a list with their places."""
        value = self.raw(key)
        if isinstance(value, YamlList):
            yield from zip(value, value.places, strict=True)
        elif value is not None:
            self.add(f"`{key}` must be a list", self.place(key), "Begin each item with a dash and a space.")

    def each(self, key: str, what: str) -> Iterator[MappingReader]:
        """A reader for each item of a list; `what` names one item."""
        return (MappingReader(item, place, self.problems, what) for item, place in self.items(key))

    def inner(self, key: str, what: str = "") -> MappingReader:
        """A reader for a mapping inside, empty when it is missing; `what` names it."""
        value, place = self.raw(key), self.place(key)
        return MappingReader(YamlMapping(place) if value is None else value, place, self.problems, what or f"`{key}`")

    def words(self) -> dict[str, str]:
        """All names of the mapping, with a string each."""
        return {name: words for name in self.data if (words := self.text(name, None))}

    def done(self) -> None:
        """Report every key that nobody took."""
        for key in self.data:
            if key not in self._taken:
                self.add(f"{self.what} has no key called `{key}`", self.place(key),
                         nearest(key, self._taken) or f"The keys are: {', '.join(self._taken)}.")


def nearest(word: str, known: Iterable[str]) -> str:
    """`Did you mean ...?` for the most similar known word, or nothing."""
    found = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"Did you mean `{found[0]}`?" if found else ""


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

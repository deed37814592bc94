"""Three texts to one: what the library said, what stands locally, what the library says now.

In: three runs of lines. Out: the merged lines, with a `Conflict` wherever both sides changed the same place. First
line by line, then sentence by sentence; below a sentence nothing is ever mixed. Pure; asks nobody. A conflict that
nobody decides about comes up again at the next merge, if that starts from `Merged.base`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal, TypeVar

from policygen.model.alignment import align, likeness
from policygen.model.document import Inline, Inlines, LineBreak, Text, joined
from policygen.model.lines import Line, comparable, text_with_targets, words_with_targets

MergeChoice = Literal["mine", "new", "both"]
Unit = TypeVar("Unit")
_SENTENCE_END = re.compile(
    r"(?<![ (]e\.g\.)(?<![ (]i\.e\.)(?<!\bMr\.)(?<!\bMrs\.)(?<!\bMs\.)(?<!\bDr\.)(?<!\bSt\.)(?<!\bNo\.)"
    r"(?:(?<=[.!?…])|(?<=[.!?…][\"'”’)]))\s+(?![a-z])|(?<=\n)")


@dataclass(frozen=True, slots=True)
class Conflict:
    """A place that was changed on both sides."""

    base: tuple[Line, ...]
    mine: tuple[Line, ...]
    """Empty where the local side deleted it."""
    new: tuple[Line, ...]
    """Empty where the library withdrew it."""
    both: tuple[Line, ...]
    """The local text, then the library's."""
    library: tuple[Line, ...]
    """All that the library says in this place, what is settled without asking included."""

    def settled(self, choice: MergeChoice) -> tuple[Line, ...]:
        """The lines that a choice leaves."""
        return {"mine": self.mine, "new": self.new, "both": self.both}[choice]


@dataclass(frozen=True, slots=True)
class Agreed:
    """A place where there is nothing to decide."""

    lines: tuple[Line, ...]
    library: tuple[Line, ...]
    """What the library says there."""


MergedPart = Agreed | Conflict


@dataclass(frozen=True, slots=True)
class Merged:
    parts: tuple[MergedPart, ...]

    @property
    def conflicts(self) -> tuple[Conflict, ...]:
        return tuple(part for part in self.parts if isinstance(part, Conflict))

    def settled(self, choices: Sequence[MergeChoice | None] = ()) -> tuple[Line, ...]:
        """The lines, with a choice for each conflict in order; the local text stands where there is none."""
        return tuple(line for part, choice in self._chosen(choices)
                     for line in (part.lines if isinstance(part, Agreed) else part.settled(choice or "mine")))

    def base(self, choices: Sequence[MergeChoice | None] = ()) -> tuple[Line, ...]:
        """What the next merge has to start from: what the library says, and in each place that nobody has decided
        about what it said before, so that the place counts as changed still."""
        return tuple(line for part, choice in self._chosen(choices)
                     for line in (part.base if isinstance(part, Conflict) and not choice else part.library))

    def is_open(self, choices: Sequence[MergeChoice | None] = ()) -> bool:
        """Whether there is a conflict that nobody has decided about."""
        return any(isinstance(part, Conflict) and not choice for part, choice in self._chosen(choices))

    def _chosen(self, choices: Sequence[MergeChoice | None]) -> list[tuple[MergedPart, MergeChoice | None]]:
        left = iter(choices)
        return [(part, next(left, None) if isinstance(part, Conflict) else None) for part in self.parts]


def merge(base: tuple[Line, ...], mine: tuple[Line, ...], new: tuple[Line, ...]) -> Merged:
    """The library's lines of then, the local ones and the library's of now as one text."""
    if mine in (base, new):
        return Merged((Agreed(new, new),))
    if new == base:
        return Merged((Agreed(mine, new),))
    return Merged(tuple(_joined_conflicts(_merged_lines(*place) for place in merge_places(base, mine, new, _line_key))))


def _line_key(line: Line) -> str:
    return f"{line.kind}: {comparable(words_with_targets(line))}"


# ---- places ------------------------------------------------------------------------------------------------------


MergePlace = tuple[tuple[Unit, ...], tuple[Unit, ...], tuple[Unit, ...]]
"""What stands in one place in base, mine and new: one unit or none; in a gap of the base, any number."""


def merge_places(base: Sequence[Unit], mine: Sequence[Unit], new: Sequence[Unit],
           name: Callable[[Unit], str]) -> list[MergePlace[Unit]]:
    """Every place of the three in order: each gap of the base, and each unit of it."""
    ours, theirs = _counterparts(base, mine, name), _counterparts(base, new, name)
    found: list[MergePlace[Unit]] = []
    for at in range(len(base) + 1):
        found.append(((), ours[0][at], theirs[0][at]))
        if at < len(base):
            found.append(((base[at],), ours[1][at], theirs[1][at]))
    return [place for place in found if any(place)]


def _counterparts(base: Sequence[Unit], other: Sequence[Unit], name: Callable[[Unit], str]) -> tuple[
        list[tuple[Unit, ...]], list[tuple[Unit, ...]]]:
    """What the other text adds in each gap of the base, and what it has for each of its units."""
    old, now = [*map(name, base)], [*map(name, other)]
    gaps: list[tuple[Unit, ...]] = [() for _ in range(len(base) + 1)]
    kept: list[tuple[Unit, ...]] = [() for _ in base]
    gone: list[int] = []
    added: list[int] = []

    def close(gap: int) -> None:
        if len(gone) == len(added):  # as many as before: each stands for the one in its place
            for i, j in zip(gone, added, strict=True):
                kept[i] = (other[j],)
        else:
            gaps[gap] = tuple(other[j] for j in added)
        gone.clear()
        added.clear()

    for i, j in align(old, now, lambda i, j: likeness(old[i], now[j])):
        if i is not None and j is not None:
            close(i)
            kept[i] = (other[j],)
        elif i is not None:
            gone.append(i)
        elif j is not None:
            added.append(j)
    close(len(base))
    return gaps, kept


def _decided(base: tuple[Unit, ...], mine: tuple[Unit, ...], new: tuple[Unit, ...],
             name: Callable[[Unit], str]) -> tuple[Unit, ...] | None:
    """What stands in a place that at most one side changed; None where both did. The library's typography counts."""
    was, ours, theirs = ([*map(name, side)] for side in (base, mine, new))
    if ours in (was, theirs):
        return new
    return mine if theirs == was else None


# ---- lines -------------------------------------------------------------------------------------------------------


def _merged_lines(base: tuple[Line, ...], mine: tuple[Line, ...], new: tuple[Line, ...]) -> MergedPart:
    decided = _decided(base, mine, new, _line_key)
    if decided is not None:
        return Agreed(decided, new)
    if base and mine and new and len(base[0].cells) == len(mine[0].cells) == len(new[0].cells):
        return _merged_line(base[0], mine[0], new[0])
    return Conflict(base, mine, new, mine + new, new)


def _merged_line(base: Line, mine: Line, new: Line) -> MergedPart:
    """One line, cell by cell, sentence by sentence; a conflict holds each side's line with all that is settled."""
    kind = new.kind if mine.kind == base.kind else mine.kind
    sides: dict[MergeChoice, list[Inlines]] = {"mine": [], "new": [], "both": []}
    clash = False
    for was, ours, theirs in zip(base.cells, mine.cells, new.cells, strict=True):
        parts: dict[MergeChoice, list[Inlines]] = {"mine": [], "new": [], "both": []}
        for place in merge_places(sentences(was), sentences(ours), sentences(theirs), _sentence_key):
            decided = _decided(*place, _sentence_key)
            clash = clash or decided is None
            _, own, other = place
            for side, words in zip(parts, (own, other, own + other), strict=True):
                parts[side] += words if decided is None else decided
        for side, cells in sides.items():
            cells.append(_sentences_joined(parts[side]))
    if not clash:
        return Agreed((replace(new, kind=kind, cells=tuple(sides["mine"])),), (new,))
    return Conflict((base,), (replace(mine, cells=tuple(sides["mine"])),), (replace(new, cells=tuple(sides["new"])),),
                    (replace(mine, cells=tuple(sides["both"])),), (new,))


def _joined_conflicts(parts: Iterable[MergedPart]) -> list[MergedPart]:
    """The parts, conflicts side by side as one: somebody decides about a place, not about its lines."""
    found: list[MergedPart] = []
    for part in parts:
        last = found[-1] if found else None
        if isinstance(part, Conflict) and isinstance(last, Conflict):
            found[-1] = Conflict(last.base + part.base, last.mine + part.mine, last.new + part.new,
                                 last.both + part.both, last.library + part.library)
        else:
            found.append(part)
    return found


# ---- sentences ---------------------------------------------------------------------------------------------------


def sentences_in(text: str) -> list[str]:
    """The sentences of a plain text, each with the space behind it."""
    ends = [0, *(found.end() for found in _SENTENCE_END.finditer(text)), len(text)]
    return [text[start:stop] for start, stop in pairwise(ends) if start < stop]


def _sentence_key(sentence: Inlines) -> str:
    return comparable(text_with_targets(sentence))


def sentences(inlines: Inlines) -> tuple[Inlines, ...]:
    """The sentences of some inlines, without the spaces between them; a line break ends one, and stays at its end."""
    atoms = [one for inline in inlines
             for one in ([replace(inline, text=letter) for letter in inline.text] if isinstance(inline, Text)
                         else [inline])]
    text = "".join(atom.text if isinstance(atom, Text) else "\n" if isinstance(atom, LineBreak) else "_"
                   for atom in atoms)
    ends = [(found.start(), found.end()) for found in _SENTENCE_END.finditer(text)]
    starts = [0, *(right for _, right in ends)]
    stops = [*(left for left, _ in ends), len(atoms)]
    return tuple(joined(atoms[start:stop]) for start, stop in zip(starts, stops, strict=True) if start < stop)


def _sentences_joined(sentences: Sequence[Inlines]) -> Inlines:
    """Sentences as one run of inlines, with a space between them."""
    found: list[Inline] = []
    for sentence in sentences:
        if found and not isinstance(found[-1], LineBreak):
            found.append(Text(" ", found[-1].style if isinstance(found[-1], Text) else ""))
        found += sentence
    return joined(found[:-1] if found and isinstance(found[-1], LineBreak) else found)

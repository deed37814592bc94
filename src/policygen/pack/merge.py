"""Three texts merged into one: the library's of then, the local one, and the library's of now.

In: the lines of each text. Out: `Merged` lines, with a `Conflict` wherever both sides changed the same place. Texts are
compared line by line, then sentence by sentence; no sentence mixes words of both sides. This module asks nobody. A
conflict that nobody decides comes up again at the next merge, if that merge starts from `Merged.base`. `carried` takes
the changes of one text over to another wording of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise, zip_longest
from typing import Literal, NamedTuple, TypeVar

from policygen.model.alignment import align, likeness
from policygen.model.document import Inline, Inlines, LineBreak, Text, joined
from policygen.model.lines import LISTS, Line, comparable, text_with_targets, words_with_targets

MergeChoice = Literal["mine", "new", "both"]
Unit = TypeVar("Unit")
_SAME = 0.8
"""Two sentences that are at least as alike as this say the same thing."""
_SENTENCE_END = re.compile(
    r"(?<![ (]e\.g\.)(?<![ (]i\.e\.)(?<!\bMr\.)(?<!\bMrs\.)(?<!\bMs\.)(?<!\bDr\.)(?<!\bSt\.)(?<!\bNo\.)"
    r"(?:(?<=[.!?…])|(?<=[.!?…][\"'”’)]))\s+(?![a-z])|(?<=\n)")


@dataclass(frozen=True, slots=True)
class Conflict:
    """A place that both sides changed."""

    base: tuple[Line, ...]
    mine: tuple[Line, ...]
    """The local lines; empty where they were deleted."""
    new: tuple[Line, ...]
    """The library's lines; empty where it withdrew them. What only one side changed is in `mine` and in `new`."""
    both: tuple[Line, ...]
    """The local lines, then the library's."""
    library: tuple[Line, ...]
    """The whole text of the library in this place, as it is now."""

    def settled(self, choice: MergeChoice) -> tuple[Line, ...]:
        """The lines that stand after a choice."""
        return {"mine": self.mine, "new": self.new, "both": self.both}[choice]


@dataclass(frozen=True, slots=True)
class Agreed:
    """A place without a conflict."""

    lines: tuple[Line, ...]
    library: tuple[Line, ...]
    """The library's lines there."""


MergedPart = Agreed | Conflict


@dataclass(frozen=True, slots=True)
class Merged:
    parts: tuple[MergedPart, ...]

    @property
    def conflicts(self) -> tuple[Conflict, ...]:
        return tuple(part for part in self.parts if isinstance(part, Conflict))

    def settled(self, choices: Sequence[MergeChoice | None] = ()) -> tuple[Line, ...]:
        """The lines that stand after a choice for each conflict, in order; where it is None, the local text."""
        return tuple(line for part, choice in self._chosen(choices)
                     for line in (part.lines if isinstance(part, Agreed) else part.settled(choice or "mine")))

    def base(self, choices: Sequence[MergeChoice | None] = ()) -> tuple[Line, ...]:
        """The base of the next merge: the library's lines of now, but in undecided places those of then, so that
        these places still count as changed."""
        return tuple(line for part, choice in self._chosen(choices)
                     for line in (part.base if isinstance(part, Conflict) and not choice else part.library))

    def is_open(self, choices: Sequence[MergeChoice | None] = ()) -> bool:
        """Whether some conflict has no choice."""
        return any(isinstance(part, Conflict) and not choice for part, choice in self._chosen(choices))

    def _chosen(self, choices: Sequence[MergeChoice | None]) -> list[tuple[MergedPart, MergeChoice | None]]:
        left = iter(choices)
        return [(part, next(left, None) if isinstance(part, Conflict) else None) for part in self.parts]


def merge(base: tuple[Line, ...], mine: tuple[Line, ...], new: tuple[Line, ...]) -> Merged:
    """The merge of the library's lines of then (`base`), the local lines, and the library's lines of now (`new`)."""
    if mine in (base, new):
        return Merged((Agreed(new, new),))
    if new == base:
        return Merged((Agreed(mine, new),))
    return Merged(tuple(_joined_conflicts(_merged_lines(*place) for place in merge_places(base, mine, new, _line_key))))


def _line_key(line: Line) -> str:
    return f"{line.kind}: {comparable(words_with_targets(line))}"


MergePlace = tuple[tuple[Unit, ...], tuple[Unit, ...], tuple[Unit, ...]]
"""One place in base, mine and new: one unit or none each; in a gap of the base, any number."""


def merge_places(base: Sequence[Unit], mine: Sequence[Unit], new: Sequence[Unit],
           name: Callable[[Unit], str]) -> list[MergePlace[Unit]]:
    """Every place of the three texts in order: each gap of the base, and each unit of it. Units are compared by
    `name`."""
    ours, theirs = _counterparts(base, mine, name), _counterparts(base, new, name)
    found: list[MergePlace[Unit]] = []
    for at in range(len(base) + 1):
        found.append(((), ours[0][at], theirs[0][at]))
        if at < len(base):
            found.append(((base[at],), ours[1][at], theirs[1][at]))
    return [place for place in found if any(place)]


def _counterparts(base: Sequence[Unit], other: Sequence[Unit], name: Callable[[Unit], str]) -> tuple[
        list[tuple[Unit, ...]], list[tuple[Unit, ...]]]:
    """The units that the other text has in each gap of the base, and those that it has for each unit of the base."""
    old, now = [*map(name, base)], [*map(name, other)]
    gaps: list[tuple[Unit, ...]] = [() for _ in range(len(base) + 1)]
    kept: list[tuple[Unit, ...]] = [() for _ in base]
    gone: list[int] = []
    added: list[int] = []

    def close(gap: int) -> None:
        if len(gone) == len(added):  # as many as before: each is the counterpart of the one in its place
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
    """What stands in a place that at most one side changed; None where both did. Local typography does not count."""
    was, ours, theirs = ([*map(name, side)] for side in (base, mine, new))
    if ours in (was, theirs):
        return new
    return mine if theirs == was else None


def _merged_lines(base: tuple[Line, ...], mine: tuple[Line, ...], new: tuple[Line, ...]) -> MergedPart:
    """One place of three texts of lines. A line that all have is merged cell by cell, sentence by sentence; in a
    conflict, each side's line has everything that is settled."""
    decided = _decided(base, mine, new, _line_key)
    if decided is not None:
        return Agreed(decided, new)
    if not (base and mine and new and len(base[0].cells) == len(mine[0].cells) == len(new[0].cells)):
        return Conflict(base, mine, new, mine + new, new)
    (was,), (ours,), (theirs,) = base, mine, new
    sides: dict[MergeChoice, list[Inlines]] = {"mine": [], "new": [], "both": []}
    clash = False
    for cells in zip(was.cells, ours.cells, theirs.cells, strict=True):
        parts: dict[MergeChoice, list[Inlines]] = {"mine": [], "new": [], "both": []}
        then, local, now = map(sentences, cells)
        for place in merge_places(then, local, now, sentence_key):
            settled = _decided(*place, sentence_key)
            clash = clash or settled is None
            _, own, other = place
            for side, words in zip(parts, (own, other, own + other), strict=True):
                parts[side] += words if settled is None else settled
        for side, found in sides.items():
            found.append(sentences_joined(parts[side]))
    if not clash:
        kind = theirs.kind if ours.kind == was.kind else ours.kind
        return Agreed((replace(theirs, kind=kind, cells=tuple(sides["mine"])),), new)
    return Conflict(base, (replace(ours, cells=tuple(sides["mine"])),), (replace(theirs, cells=tuple(sides["new"])),),
                    (replace(ours, cells=tuple(sides["both"])),), new)


def _joined_conflicts(parts: Iterable[MergedPart]) -> list[MergedPart]:
    """The parts, with neighbouring conflicts as one: somebody decides about a place, not about each of its lines."""
    found: list[MergedPart] = []
    for part in parts:
        last = found[-1] if found else None
        if isinstance(part, Conflict) and isinstance(last, Conflict):
            found[-1] = Conflict(last.base + part.base, last.mine + part.mine, last.new + part.new,
                                 last.both + part.both, last.library + part.library)
        else:
            found.append(part)
    return found


def sentences_in(text: str) -> list[str]:
    """The sentences of a plain text, each with the space after it."""
    ends = [0, *(found.end() for found in _SENTENCE_END.finditer(text)), len(text)]
    return [text[start:stop] for start, stop in pairwise(ends) if start < stop]


def sentence_key(sentence: Inlines) -> str:
    return comparable(text_with_targets(sentence))


def sentences(inlines: Inlines) -> tuple[Inlines, ...]:
    """The sentences of some inlines, without the spaces between them. A line break ends one, and stays at its end."""
    atoms = [one for inline in inlines
             for one in ([replace(inline, text=letter) for letter in inline.text] if isinstance(inline, Text)
                         else [inline])]
    text = "".join(atom.text if isinstance(atom, Text) else "\n" if isinstance(atom, LineBreak) else "_"
                   for atom in atoms)
    ends = [(found.start(), found.end()) for found in _SENTENCE_END.finditer(text)]
    starts = [0, *(right for _, right in ends)]
    stops = [*(left for left, _ in ends), len(atoms)]
    return tuple(joined(atoms[start:stop]) for start, stop in zip(starts, stops, strict=True) if start < stop)


def sentences_joined(sentences: Sequence[Inlines]) -> Inlines:
    found: list[Inline] = []
    for sentence in sentences:
        if found and not isinstance(found[-1], LineBreak):
            last, first = found[-1], sentence[0]
            style = last.style if isinstance(last, Text) else ""
            addresses = {one.address if isinstance(one, Text) else "" for one in (last, first)}
            found.append(Text(" ", style, addresses.pop() if len(addresses) == 1 else ""))
        found += sentence
    return joined(found[:-1] if found and isinstance(found[-1], LineBreak) else found)


# ---- another wording of the same text ----------------------------------------------------------------------------


class _Piece(NamedTuple):
    """A sentence of a paragraph, or a whole line of any other kind."""

    at: int
    """The place of its line."""
    line: Line
    """Its line, with these words alone."""

    @property
    def key(self) -> str:
        return comparable(words_with_targets(self.line))


def carried(before: tuple[Line, ...], after: tuple[Line, ...], base: tuple[Line, ...],
            text: tuple[Line, ...]) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
    """`base` and `text` with the changes that lead from `before` to `after`, which say the same in other words. `text`
    has what was added and reworded, and lacks what was taken out. `base` has each reworded sentence as it was before:
    where the other wording has no such sentence, a merge finds a conflict there."""
    changes = _changes(before, after)
    return _with_changes(base, changes, False), _with_changes(text, changes, True)


def took_out(before: tuple[Line, ...], after: tuple[Line, ...], text: tuple[Line, ...]) -> bool:
    """Whether `after` lacks a sentence of `before` that `text`, another wording, does not have as such: it may say the
    same in other words."""
    return any(was and not put and _place(_pieces(text), was) is None for was, put, _ in _changes(before, after))


def reopened(base: tuple[Line, ...], text: tuple[Line, ...], now: tuple[Line, ...]) -> tuple[Line, ...]:
    """`base` without the sentences that `text` has in other words, and `now` as they were: a merge of the three finds a
    conflict in each of them."""
    same = {piece.key for piece in _pieces(now)}
    changed = {was.key for was, put, _ in _changes(base, text) if was and put}
    return _lines([piece for piece in _pieces(base) if piece.key not in changed & same])


class _PieceChange(NamedTuple):
    """A piece that was changed, came or went."""

    was: _Piece | None
    now: _Piece | None
    last: _Piece | None
    """The piece before it, as it is now."""


def _pieces(lines: Sequence[Line]) -> list[_Piece]:
    return [_Piece(at, replace(line, cells=(words,)) if _is_prose(line) else line) for at, line in enumerate(lines)
            for words in (sentences(line.cells[0]) if _is_prose(line) else ((),))]


def _is_prose(line: Line) -> bool:
    return line.kind == "paragraph" or line.kind in LISTS


def _lines(pieces: Iterable[_Piece]) -> tuple[Line, ...]:
    return tuple(replace(group[0].line, cells=(sentences_joined([one.line.cells[0] for one in group]),))
                 if _is_prose(group[0].line) else group[0].line
                 for group in (list(group) for _, group in groupby(pieces, key=lambda piece: piece.at)))


def _changes(before: Sequence[Line], after: Sequence[Line]) -> list[_PieceChange]:
    """What was changed, in order. What went and what came in the same place are one change each."""
    old, new = _pieces(before), _pieces(after)
    was, now = [piece.key for piece in old], [piece.key for piece in new]
    found: list[_PieceChange] = []
    gone: list[_Piece] = []
    came: list[_Piece] = []
    last: _Piece | None = None
    for i, j in (*align(was, now, lambda i, j: likeness(was[i], now[j])), (None, None)):
        if (i is None) == (j is None):  # the same piece in both, or the end
            for one, other in zip_longest(gone, came):
                found.append(_PieceChange(one, other, last))
                last = other or last
            gone, came = [], []
        if i is not None and j is not None:
            found += [_PieceChange(old[i], new[j], last)] if was[i] != now[j] else []
            last = new[j]
        elif i is not None:
            gone.append(old[i])
        elif j is not None:
            came.append(new[j])
    return found


def _with_changes(lines: tuple[Line, ...], changes: Iterable[_PieceChange], new: bool) -> tuple[Line, ...]:
    """Some lines with changes, `new` or as they were before. What stands nowhere in them comes after the piece that it
    followed, or else at the end."""
    pieces = _pieces(lines)
    for was, now, last in changes:
        at, put = _place(pieces, was), now if new else was
        if at is not None:
            home = pieces[at]
            if put and _is_prose(put.line) and _is_prose(home.line):
                put = put._replace(line=replace(home.line, cells=put.line.cells))
            pieces[at:at + 1] = [put._replace(at=home.at)] if put else []
        elif put and now and _place(pieces, put) is None:
            after = next((at for at, piece in enumerate(pieces) if last and piece.key == last.key), len(pieces) - 1)
            joins = bool(last and last.at == now.at and pieces) and all(map(_is_prose, (put.line, pieces[after].line)))
            while not joins and after + 1 < len(pieces) and pieces[after + 1].at == pieces[after].at:
                after += 1
            pieces.insert(after + 1, put._replace(at=pieces[after].at if joins else len(lines) + len(pieces)))
    return _lines(pieces)


def _place(pieces: Sequence[_Piece], piece: _Piece | None) -> int | None:
    """The place of the piece that says the same; None where none does."""
    alike = [(likeness(one.key, piece.key), -at) for at, one in enumerate(pieces)] if piece else []
    best, at = max(alike, default=(0.0, 0))
    return -at if best >= _SAME else None

"""Where two texts differ, in few words that a busy reader understands without the rest.

In: the lines of a clause as it was and as it is. Out: some words of each. A short sentence stands whole. Of a long one
stands what differs, with a few words around it, and every word that turns its sense: whoever reads the excerpt must not
take it for the opposite. Rows of tables stand as rows; what is there to be filled in is left out. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Literal

from policygen.model.alignment import align, likeness
from policygen.model.document import Inlines, Reference, plain
from policygen.model.lines import IN_BOX, LISTS, ROWS, Line, comparable, text_with_targets
from policygen.pack.merge import sentences

How = Literal["added", "cut", "reworded"]
ROOM = 32
"""Words of an excerpt, as far as it consists of whole sentences."""
WHOLE = 16
"""A sentence of so many words is shown whole."""
AROUND = 3
"""Words that are shown before and behind what differs; so many are never left out between two that are shown."""
SMALL = 4
"""Places where fewer words differ are shown last: most often it is a name that is another one everywhere."""
LEAD = 8
"""Words that are shown of the line before a list."""
_TURNING = frozenset(("no", "not", "never", "nobody", "nothing", "none", "neither", "nor", "nowhere", "cannot",
                      "without", "unless", "except", "only", "hardly"))
_GAP, _TICK, _JOINT = "…", "☐", "\ue002"


@dataclass(frozen=True, slots=True)
class Difference:
    before: str
    """Empty where something was only added."""
    now: str
    """Empty where something was only taken out."""
    how: How


@dataclass(frozen=True, slots=True)
class _Unit:
    """A sentence, or a row of a table."""

    words: tuple[str, ...]
    """As printed."""
    keys: tuple[str, ...]
    """What each of them is compared by: typography and printed numbers do not count."""
    listed: bool = False
    """Whether it stands in a list."""

    @property
    def key(self) -> str:
        return " ".join(self.keys)


def difference(before: Iterable[Line], now: Iterable[Line]) -> Difference:
    """What differs in two texts, and whether words were only added, only taken out, or neither."""
    old, new = ([*_units(lines)] for lines in (before, now))
    pairs = align([unit.key for unit in old], [unit.key for unit in new], lambda i, j: likeness(old[i].key, new[j].key))
    places = [_place(old, new, i, j) for i, j in pairs if i is None or j is None or old[i].key != new[j].key]
    sides: tuple[dict[int, list[str]], dict[int, list[str]]] = ({}, {})
    left = []
    for place in sorted(places, key=lambda place: place.size < SMALL):
        if all(_fits(side, piece) for side, piece in zip(sides, place.pieces, strict=True)):
            for side, at, piece in zip(sides, place.at, place.pieces, strict=True):
                side.update({at: piece} if piece else {})
        else:
            left.append(place)
    texts = [_told(units, side) for units, side in zip((old, new), sides, strict=True)]
    for side in (0, 1):
        texts[side] += f" {_GAP}" if any(place.pieces[side] and not place.pieces[1 - side] for place in left) else ""
    if both := sum(all(place.pieces) for place in left):
        texts[1] += f" (and {both} more change{'s' if both > 1 else ''})"
    kinds = {kind for place in places for kind in place.kinds}
    how: How = "added" if kinds == {"insert"} else "cut" if kinds == {"delete"} else "reworded"
    return Difference(*texts, how)


def beginning(lines: Iterable[Line]) -> str:
    """The first sentences of a text."""
    units, shown = [*_units(lines)], {}
    for at, unit in enumerate(units):
        piece = _shortened(unit.words)
        if not _fits(shown, piece):
            break
        shown[at] = piece
    return _told(units, shown) + (f" {_GAP}" if len(shown) < len(units) else "")


def keys(lines: Iterable[Line]) -> list[str]:
    """The sentences of a text as they are compared."""
    return [unit.key for unit in _units(lines)]


# ---- units -------------------------------------------------------------------------------------------------------


def _units(lines: Iterable[Line]) -> Iterator[_Unit]:
    for line in lines:
        kind = line.kind.removeprefix(IN_BOX)
        if kind in ROWS:
            yield from _row(line)
            continue
        for sentence in sentences(line.cells[0]):
            unit = _unit(sentence)
            if unit.words:
                yield replace(unit, listed=kind in LISTS)


def _row(line: Line) -> Iterator[_Unit]:
    """A row as a sentence: `Locked cabinet: Paper; Signed forms`."""
    cells = [unit for cell in line.cells if _TICK not in plain(cell) and (unit := _unit(cell)).words]
    if cells:
        marks = [":", *[";"] * len(cells)][:len(cells) - 1] + [""]
        yield _Unit(tuple(word for cell, mark in zip(cells, marks, strict=True) for word in _marked(cell, mark)),
                    tuple(word for cell in cells for word in cell.keys))


def _marked(cell: _Unit, mark: str) -> tuple[str, ...]:
    """The words of a cell with a mark behind the last one, unless it has one."""
    *rest, last = cell.words
    return (*rest, last if last.endswith((":", ";")) else last + mark)


def _unit(inlines: Inlines) -> _Unit:
    printed = "".join((one.text or one.target).replace(" ", _JOINT) if isinstance(one, Reference) else plain((one,))
                      for one in inlines)
    pairs = [(word.replace(_JOINT, " "), comparable(symbol))
             for word, symbol in zip(printed.split(), text_with_targets(inlines).split(), strict=True) if word != _TICK]
    return _Unit(tuple(word for word, _ in pairs), tuple(symbol for _, symbol in pairs))


# ---- pieces ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Place:
    """A sentence that is another one, has gone or has come."""

    at: tuple[int | None, int | None]
    pieces: tuple[list[str], list[str]]
    """What to show of it before and now."""
    kinds: frozenset[str]
    """Whether words come in, go, or are others."""
    size: int
    """How many words differ."""


def _place(before: Sequence[_Unit], now: Sequence[_Unit], i: int | None, j: int | None) -> _Place:
    old, new = (before[i].words if i is not None else ()), (now[j].words if j is not None else ())
    if i is None or j is None:
        return _Place((i, j), (_shortened(old), _shortened(new)), frozenset({"insert" if i is None else "delete"}),
                      len(old) + len(new))
    codes = [code for code in SequenceMatcher(None, before[i].keys, now[j].keys, autojunk=False).get_opcodes()
             if code[0] != "equal"]
    pieces = ([*old], [*new]) if max(len(old), len(new)) <= WHOLE else (
        _around(old, [code[1:3] for code in codes]), _around(new, [code[3:5] for code in codes]))
    return _Place((i, j), pieces, frozenset(code[0] for code in codes),
                  sum(max(code[2] - code[1], code[4] - code[3]) for code in codes))


def _shortened(words: Sequence[str]) -> list[str]:
    """A sentence; the beginning of one that is far too long, cut behind a comma if there is one."""
    if len(words) <= ROOM + LEAD:
        return [*words]
    end = max((at for at in range(ROOM // 2, ROOM) if words[at - 1].endswith((",", ";", ":"))), default=ROOM)
    return _around(words, [(0, end - AROUND)])


def _around(words: Sequence[str], places: Iterable[Sequence[int]]) -> list[str]:
    """The words at some places, those around them and those that turn the sense, with `…` for what is left out."""
    wanted = {at for start, end in places for at in range(start - AROUND, min(end, start + ROOM) + AROUND)}
    wanted |= {near for at, word in enumerate(words) if _turns(word) for near in (at - 1, at, at + 1)}
    wanted &= set(range(len(words)))
    wanted |= {near for at in wanted for near in _name(words, at)}
    edges = [-1, *sorted(wanted), len(words)]
    for left, right in pairwise(edges):
        wanted |= {*range(left + 1, right)} if right - left - 1 <= AROUND else set()
    found: list[str] = []
    for at, word in enumerate(words):
        if at in wanted:
            found.append(word)
        elif found[-1:] != [_GAP]:
            found.append(_GAP)
    return found if len(found) <= 2 * ROOM else [*found[:2 * ROOM], _GAP]


def _name(words: Sequence[str], at: int) -> range:
    """The places of all words of the name that one word is part of."""
    start = end = at
    while start and words[start][:1].isupper() and words[start - 1][:1].isupper():
        start -= 1
    while end + 1 < len(words) and words[end][:1].isupper() and words[end + 1][:1].isupper():
        end += 1
    return range(start, end + 1)


def _turns(word: str) -> bool:
    bare = word.lower().strip("“”‘’\"'(),.;:!?–-")
    return bare in _TURNING or bare.endswith(("n't", "n’t"))


def _fits(side: dict[int, list[str]], piece: list[str]) -> bool:
    """Whether there is still room for a piece; the first one always has some."""
    return not side or not piece or sum(map(len, side.values())) + len(piece) <= ROOM


# ---- pieces to a text --------------------------------------------------------------------------------------------


def _told(units: Sequence[_Unit], shown: dict[int, list[str]]) -> str:
    """The pieces as one text, an item of a list behind the line that leads to it."""
    found: list[str] = []
    last = -1
    for at, piece in sorted(shown.items()):
        lead = _lead_of(units, at) if units[at].listed and not (last >= 0 and _lead_of(units, at) <= last) else -1
        for place, words in ((lead, _tail(units[lead].words)), (at, piece)) if lead >= 0 else ((at, piece),):
            if found and place != last + 1:
                found.append(_GAP)
            elif found and found[-1] != _GAP and not found[-1].endswith((".", ",", ";", ":", "!", "?", ".”", ".)")):
                found[-1] += ";"
            found += words
            last = place
    return " ".join(word for at, word in enumerate(found) if word != _GAP or at == 0 or found[at - 1] != _GAP)


def _lead_of(units: Sequence[_Unit], at: int) -> int:
    """The place of the line that leads to an item of a list; -1 for none."""
    before = next((place for place in reversed(range(at)) if not units[place].listed), -1)
    return before if before >= 0 and units[before].words[-1].endswith(":") else -1


def _tail(words: Sequence[str]) -> list[str]:
    """The last words of a line, from one on that turns its sense."""
    start = min([max(0, len(words) - LEAD), *(at for at, word in enumerate(words) if _turns(word))])
    return [*([_GAP] if start else []), *words[start:]]

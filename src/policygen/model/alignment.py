"""Which lines of an old text are which lines of a new one: two sequences in, pairs of positions out.

The pairs keep the order of both; what has no counterpart was deleted or is new. It knows nothing of clauses.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Sequence

from rapidfuzz.distance import Indel

ALIKE = 0.5
"""The least likeness of two texts that can be versions of one text."""

Pair = tuple[int | None, int | None]
"""Positions in the old and the new sequence; None where the other one has no counterpart."""


def likeness(old: str, new: str) -> float:
    """How alike two texts are, by their words and by their letters, from 0 to 1. A value below `ALIKE` is not exact."""
    if old == new:
        return 1.0
    if not old or not new or max(len(old), len(new)) > 6 * min(len(old), len(new)):
        return 0.0
    letters = Indel.normalized_similarity(old, new, score_cutoff=0.4)
    if not letters:
        return 0.0
    return (letters + Indel.normalized_similarity(old.split(), new.split(), score_cutoff=2 * ALIKE - letters)) / 2


def align(old: Sequence[str], new: Sequence[str], weight: Callable[[int, int], float]) -> list[Pair]:
    """The positions of both sequences in order. `weight` says how much two of them belong together; below `ALIKE` they
    never pair. Texts that stand once in each are paired first, so that only what lies between them is weighed."""
    once = {text for text, count in Counter(old).items() if count == 1}
    once &= {text for text, count in Counter(new).items() if count == 1}
    place = {text: j for j, text in enumerate(new) if text in once}
    equal = [(i, place[text]) for i, text in enumerate(old) if text in once and weight(i, place[text]) >= ALIKE]
    fixed = [equal[at] for at in _longest_rise([j for _, j in equal])]
    pairs: list[Pair] = []
    at_old = at_new = 0
    for i, j in (*fixed, (len(old), len(new))):
        pairs += _between(range(at_old, i), range(at_new, j), weight)
        if i < len(old):
            pairs.append((i, j))
        at_old, at_new = i + 1, j + 1
    return pairs


def out_of_order(old: Sequence[str], new: Sequence[str]) -> list[str]:
    """The texts that stand in another order in the new sequence, as few as possible; each stands once in a sequence."""
    place = {text: at for at, text in enumerate(old)}
    both = [text for text in new if text in place]
    in_order = {both[at] for at in _longest_rise([place[text] for text in both])}
    return [text for text in both if text not in in_order]


def _longest_rise(numbers: Sequence[int]) -> list[int]:
    """The positions of a longest run of rising numbers."""
    ends: list[int] = []
    last: list[int] = []
    before: list[int] = []
    for at, number in enumerate(numbers):
        where = bisect_left(ends, number)
        ends[where:where + 1] = [number]
        last[where:where + 1] = [at]
        before.append(last[where - 1] if where else -1)
    run, at = [], last[-1] if last else -1
    while at >= 0:
        run.append(at)
        at = before[at]
    return run[::-1]


def _between(old: range, new: range, weight: Callable[[int, int], float]) -> list[Pair]:
    """The pairs of a stretch with the greatest weight in all."""
    weights = [[weight(i, j) for j in new] for i in old]
    best = [[0.0] * (len(new) + 1) for _ in range(len(old) + 1)]
    for i in reversed(range(len(old))):
        for j in reversed(range(len(new))):
            best[i][j] = max(best[i + 1][j], best[i][j + 1],
                             best[i + 1][j + 1] + weights[i][j] if weights[i][j] >= ALIKE else 0)
    pairs: list[Pair] = []
    i = j = 0
    while i < len(old) and j < len(new):
        if weights[i][j] >= ALIKE and best[i][j] == best[i + 1][j + 1] + weights[i][j]:
            pairs.append((old[i], new[j]))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            pairs.append((old[i], None))
            i += 1
        else:
            pairs.append((None, new[j]))
            j += 1
    return pairs + [(place, None) for place in old[i:]] + [(None, place) for place in new[j:]]

"""What led to the changes between two editions: the law, answers, improved wording, or local edits.

In: `EditionChange`s, and what the library gives for the answers of then and now. Out: the same changes, each with its
causes. It renders nothing itself: `Evidence` brings the functions that do.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from policygen.library.law import LawChange
from policygen.model import english
from policygen.model.alignment import align, likeness
from policygen.model.lines import Line
from policygen.pack.edits import LocalEdit
from policygen.pack.merge import merge
from policygen.review.changes import Cause, EditionChange, comparable_words, sentence_keys

ClauseKey = tuple[str, str]
"""The ids of a document and of a clause in it. For a whole document, the clause is empty."""
ClauseTexts = Mapping[ClauseKey, tuple[str, tuple[Line, ...]]]
"""The title and lines of each clause."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What shows the causes of changes between two editions."""

    library_then: ClauseTexts
    """The texts that the library gave for the earlier edition."""
    library_today: Callable[[Mapping[str, Any], date], ClauseTexts]
    """Gives the texts of today's library for answers on a day; empty if the answers contradict each other."""
    answers_then: Mapping[str, Any]
    answers_now: Mapping[str, Any]
    changed_answers: Mapping[str, Cause]
    """The questions whose answer has changed, each with the cause that it is."""
    then: date
    now: date
    law_changes: tuple[LawChange, ...]
    laws_of: Callable[[str], frozenset[str]]
    """Gives the ids of the laws behind a clause or a document."""
    edits_then: tuple[LocalEdit, ...]
    edits_now: tuple[LocalEdit, ...]
    edited: frozenset[ClauseKey]
    """Clauses that somebody changed by hand since the edition under review."""
    undecided: frozenset[ClauseKey]
    """Clauses where nobody has decided yet between local words and the library's."""
    texts_then: ClauseTexts = field(default_factory=dict)
    """The texts of the earlier edition."""
    texts_now: ClauseTexts = field(default_factory=dict)
    """The texts of the new edition."""


def with_causes(changes: tuple[EditionChange, ...], evidence: Evidence) -> tuple[EditionChange, ...]:
    """The changes, each with all its causes in the order of `CAUSES`."""
    if not changes:
        return ()
    given = evidence.library_today
    at_first = given(evidence.answers_then, evidence.then)
    with_law = given(evidence.answers_then, evidence.now)
    at_last = given(evidence.answers_now, evidence.now)
    decisive = {name: _decisive(name, evidence, with_law, at_last) for name in evidence.changed_answers}

    def causes(change: EditionChange) -> tuple[Cause, ...]:
        at = change.key
        wording, dated = _differs(evidence.library_then, at_first, at), _differs(at_first, with_law, at)
        laws = evidence.laws_of(change.clause or change.document) if wording or dated else frozenset()
        law = [one.words for one in evidence.law_changes if one.law.id in laws]
        own, is_all = _own_edit(change, evidence, at_last)
        if is_all:
            return (Cause("own", f"{own}. It stands although {' and '.join(law)}" if law else own),)
        found = [Cause("law", f"Law: {english.cap(words)}") for words in law]
        if dated and not law:
            found.append(Cause("law", "Law: what is in force has changed since"))
        if _differs(with_law, at_last, at) and not ("new" in change.what and at in with_law):
            found += [evidence.changed_answers[name] for name, decides in decisive.items() if decides(at)] or [
                Cause("answer", "Your answers, taken together")]
        if wording and not law:
            found.append(Cause("wording", "Improved wording"))
        if own:
            found.append(Cause("own", own))
        return tuple(found) or (Cause("wording", "Follows from the other changes"),)

    return tuple(replace(change, causes=causes(change)) for change in changes)


def _differs(one: ClauseTexts, other: ClauseTexts, at: ClauseKey) -> bool:
    """Whether two renderings have other words for a clause."""
    first, second = one.get(at), other.get(at)
    if first is None or second is None:
        return first is not second
    return first[0] != second[0] or comparable_words(first[1]) != comparable_words(second[1])


def _decisive(name: str, evidence: Evidence, with_law: ClauseTexts,
              at_last: ClauseTexts) -> Callable[[ClauseKey], bool]:
    """A test of whether one answer makes a clause what it is: with the earlier answer, the clause would be another
    one. If the other answers of today contradict the earlier one, the test is whether the new answer alone changes
    the earlier clause."""

    def given(answers: Mapping[str, Any], others: Mapping[str, Any]) -> ClauseTexts:
        changed = {**answers, name: others.get(name)}
        return evidence.library_today({question: value for question, value in changed.items() if value is not None},
                                      evidence.now)

    if without := given(evidence.answers_now, evidence.answers_then):
        return lambda at: _differs(without, at_last, at)
    alone = given(evidence.answers_then, evidence.answers_now)
    return lambda at: bool(alone) and _differs(with_law, alone, at)


def _own_edit(change: EditionChange, evidence: Evidence, at_last: ClauseTexts) -> tuple[str, bool]:
    """The words for a local edit that is new, changed or given up, else empty; and whether nothing else shows there."""
    at = change.key
    before, after = (next((edit for edit in edits if (edit.document, edit.clause) == at), None)
                     for edits in (evidence.edits_then, evidence.edits_now))
    own = ""
    if after is None:
        own = "You gave up your own edit" if before else ""
    elif "gone" not in change.what or after.lines is None:  # else the edit waits until its clause returns
        if before is None or at in evidence.edited:
            own = "Your own edit"
        elif before.wording != after.wording:  # it was carried over
            own = ""
        elif (base := before.settled_with) is None or None in (before.base, before.lines, after.base, after.lines):
            own = "Your own edit" if before.lines != after.lines or before.title != after.title else ""
        elif merge(base, before.lines or (), after.base or ()).settled() != after.lines:
            own = "Your own edit"  # the library alone would have led to other words: a draft between was edited again
    if own and at in evidence.undecided:
        own += "; whether the new wording takes its place is still to be decided"
    taken_out = after is not None and after.base is not None and after.lines is None
    return own, bool(own) and (taken_out or not _comes_through(evidence, at_last, at))


def _comes_through(evidence: Evidence, at_last: ClauseTexts, at: ClauseKey) -> bool:
    """Whether the new edition shows something that is new in the library's text of a clause, or lacks something that
    the library has left out. A local edit may have kept all of it away."""
    then, last, stood, stands = (sentence_keys(texts[at][1]) if at in texts else [] for texts in (
        evidence.library_then, at_last, evidence.texts_then, evidence.texts_now))
    pairs = align(then, last, lambda i, j: likeness(then[i], last[j]))
    came = {last[j] for i, j in pairs if j is not None and (i is None or then[i] != last[j])}
    went = {then[i] for i, j in pairs if i is not None and j is None}
    return bool(came.intersection(stands) or went.intersection(stood) - set(stands))

"""What has changed between two editions, clause by clause, and what caused it.

In: the documents of both, and what the library gives for other answers and other days. Out: `Change`s in the order of
the documents. Numbers do not count, nor do the documents that only speak about the pack. Pure; renders nothing itself.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from difflib import SequenceMatcher
from typing import Any, Literal

from policygen.alignment import longest_rise
from policygen.document import Document, Passage, is_generated, passages_of, text_of, untitled
from policygen.law import LawChange
from policygen.lines import Line, key, neutral, symbolic
from policygen.local_edits import LocalEdit
from policygen.merge import merge, sentences_in

Kind = Literal["law", "answer", "wording", "own"]
What = Literal["new", "gone", "added", "cut", "reworded", "retitled", "moved"]
KINDS: dict[Kind, str] = {"law": "the law", "answer": "your answers", "wording": "improved wording",
                          "own": "your own edits"}
"""The causes in words, in the order in which they weigh."""
LONGEST = 18
"""Words of an excerpt."""
AROUND = 3
"""Words that an excerpt shows before and behind what changed."""


@dataclass(frozen=True, slots=True)
class Cause:
    kind: Kind
    words: str
    """What it was, as a sentence without its full stop."""


@dataclass(frozen=True, slots=True)
class Change:
    """One clause of one document, or a whole document, that is not what it was."""

    document: str
    """The document's id."""
    document_title: str
    document_kind: str
    clause: str
    """The clause's id; empty for a whole document; a section's id for a section with another title."""
    number: str
    """As printed now; as it was printed for one that is gone."""
    title: str
    what: tuple[What, ...]
    before: str
    """What it said, shortened to what differs; empty for what is new."""
    now: str
    """What it says, shortened likewise; empty for what is gone."""
    earlier_title: str = ""
    """Of a clause with another title."""
    digest: str = ""
    """Of the words that stand now; empty for what is gone."""
    causes: tuple[Cause, ...] = ()

    @property
    def key(self) -> tuple[str, str]:
        """Document and clause."""
        return self.document, self.clause


# ---- what has changed --------------------------------------------------------------------------------------------


def between(then: Iterable[Document], now: Iterable[Document], about: frozenset[str] = frozenset()) -> tuple[
        Change, ...]:
    """The changes from the documents of one edition to those of a later one. `about` are the ids of documents that
    speak of the pack itself and always differ."""
    before, after = ({document.id: document for document in documents if document.id not in about
                      and document.kind != "annotated"} for documents in (then, now))
    found: list[Change] = []
    for identity in [*after, *(gone for gone in before if gone not in after)]:
        match before.get(identity), after.get(identity):
            case None, Document() as document:
                found.append(_whole(document, "new"))
            case Document() as document, None:
                found.append(_whole(document, "gone"))
            case old, new:
                found += _clauses(old, new)
    return tuple(found)


def _whole(document: Document, what: What) -> Change:
    return Change(document.id, document.title, document.kind, "", "", document.title, (what,), "", "")


def _clauses(old: Document, new: Document) -> Iterator[Change]:
    """The changed clauses of a document: those of the new one in order, each gone one where it stood."""
    old, new = map(_lasting, (old, new))
    was, stands = ({passage.clause: passage for passage in passages_of(document)} for document in (old, new))
    moved = _moved(list(was), list(stands))
    titles = {section.id: section.title for section in old.sections}
    left = list(was)
    for section in new.sections:
        if titles.get(section.id, section.title) != section.title:
            yield _change(new, section.id, section.number, section.title, ("retitled",), "", "",
                          titles[section.id])
        for passage in section.passages:
            while left and left[0] not in stands:
                yield _gone(old, was[left.pop(0)])
            left = [clause for clause in left if clause != passage.clause]
            if change := _of_clause(new, was.get(passage.clause), passage, passage.clause in moved):
                yield change
    for clause in left:
        if clause not in stands:
            yield _gone(old, was[clause])


def _lasting(document: Document) -> Document:
    """The document without what is made for each edition, such as its history."""
    return replace(document, sections=tuple(section for section in document.sections
                                            if not any(map(is_generated, section.passages))))


def _moved(old: list[str], new: list[str]) -> set[str]:
    """The clauses that stand in another order: as few as possible."""
    both = [clause for clause in new if clause in old]
    rising = {both[at] for at in longest_rise([old.index(clause) for clause in both])}
    return set(both) - rising


def _of_clause(document: Document, old: Passage | None, new: Passage, moved: bool) -> Change | None:
    """The change of a clause; None when it says the same."""
    now = standing(new)
    if old is None:
        return replace(_change(document, new.clause, new.number, new.title, ("new",), "", shortened(now)),
                       digest=digest(lines_in(new)))
    before = standing(old)
    what: tuple[What, ...] = ("moved",) * moved + ("retitled",) * (old.title != new.title)
    if _words(lines_in(old)) != _words(lines_in(new)):
        what += (_sort(before, now),)
        before, now = excerpts(before, now)
    else:
        before, now = "", ""
    if not what:
        return None
    return replace(_change(document, new.clause, new.number, new.title, what, before, now,
                           old.title if old.title != new.title else ""), digest=digest(lines_in(new)))


def _gone(document: Document, passage: Passage) -> Change:
    return _change(document, passage.clause, passage.number, passage.title, ("gone",), shortened(standing(passage)), "")


def _change(document: Document, clause: str, number: str, title: str, what: tuple[What, ...], before: str, now: str,
            earlier_title: str = "") -> Change:
    return Change(document.id, document.title, document.kind, clause, number, title, what, before, now, earlier_title)


def lines_in(passage: Passage) -> tuple[Line, ...]:
    """The lines of a clause without its title and without numbers."""
    return neutral(untitled(passage).blocks)


def standing(passage: Passage) -> str:
    """The words of a clause as they are printed, without its title."""
    return text_of(untitled(passage).blocks)


def digest(lines: Iterable[Line]) -> str:
    """What stands for the words of some lines; numbers and typography make no difference."""
    return hashlib.sha256("\n".join(_words(lines)).encode()).hexdigest()


def _words(lines: Iterable[Line]) -> list[str]:
    return [key(symbolic(line)) for line in lines]


# ---- in few words ------------------------------------------------------------------------------------------------


def shortened(text: str, longest: int = LONGEST) -> str:
    """The first words of a text."""
    words = text.replace(" | ", "; ").split()
    return " ".join(words[:longest]) + (" …" if len(words) > longest else "")


def _codes(before: str, now: str) -> tuple[list[str], list[str], list[tuple[str, int, int, int, int]]]:
    """The words of two texts, and where they differ."""
    old, new = (text.replace(" | ", "; ").split() for text in (before, now))
    codes = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    return old, new, [code for code in codes if code[0] != "equal"]


def _sort(before: str, now: str) -> What:
    """Whether words were only added, only taken out, or neither."""
    kinds = {code[0] for code in _codes(before, now)[2]}
    return "added" if kinds == {"insert"} else "cut" if kinds == {"delete"} else "reworded"


def excerpts(before: str, now: str) -> tuple[str, str]:
    """Of two texts what differs, with some words around it."""
    old, new, codes = _codes(before, now)
    return _excerpt(old, [(code[1], code[2]) for code in codes]), _excerpt(new, [(code[3], code[4]) for code in codes])


def _excerpt(words: list[str], places: list[tuple[int, int]]) -> str:
    """The words at some places with some around them, not more than `LONGEST`; `…` stands for what is left out."""
    wanted = sorted({at for start, end in places for at in range(start - AROUND, end + AROUND)
                     if 0 <= at < len(words)})
    changed = {at for start, end in places for at in range(start, end)}
    if len(wanted) > LONGEST:  # what changed first is shown; the redline has the rest
        wanted = wanted[:LONGEST]
    found: list[str] = []
    last = -1
    for at in wanted:
        if at != last + 1:
            found.append("…")
        found.append(words[at])
        last = at
    if found and (last < len(words) - 1 or changed - set(wanted)):
        found.append("…")
    return " ".join(found)


# ---- causes ------------------------------------------------------------------------------------------------------


Texts = Mapping[tuple[str, str], tuple[str, tuple[Line, ...]]]
"""Title and lines of each clause that the library gives, by document and clause; a whole document has the clause ''."""


@dataclass(frozen=True, slots=True)
class Grounds:
    """What is needed to tell the causes of changes."""

    issued: Texts
    """What the library gave for the earlier edition."""
    given: Callable[[Mapping[str, Any], date], Texts]
    """What the library of today gives for some answers on some day."""
    old_answers: Mapping[str, Any]
    new_answers: Mapping[str, Any]
    changed_answers: Mapping[str, str]
    """The questions that are answered otherwise, and the sentence to tell it with, without its full stop."""
    then: date
    now: date
    law_changes: tuple[LawChange, ...]
    laws_of: Callable[[str], frozenset[str]]
    """The ids of the laws behind a clause or a document."""
    old_edits: tuple[LocalEdit, ...]
    new_edits: tuple[LocalEdit, ...]
    by_hand: frozenset[tuple[str, str]]
    """Documents and clauses that were changed by hand since the edition that was reviewed."""
    undecided: frozenset[tuple[str, str]]
    """Those where nobody has decided yet between what was changed by hand and what the library brings."""


def with_causes(changes: tuple[Change, ...], grounds: Grounds) -> tuple[Change, ...]:
    """The changes, each with all its causes."""
    if not changes:
        return ()
    at_first = grounds.given(grounds.old_answers, grounds.then)
    with_law = grounds.given(grounds.old_answers, grounds.now)
    at_last = grounds.given(grounds.new_answers, grounds.now)
    without = {name: grounds.given(_reverted(grounds, name), grounds.now) for name in grounds.changed_answers}

    def causes(change: Change) -> tuple[Cause, ...]:
        at = change.key
        if at in grounds.undecided:
            return (Cause("own", "Your own edit; whether the new wording takes its place is still to be decided"),)
        own = _own(change, grounds)
        if own and _overlaid(change, at_last, grounds):
            return tuple(own)
        behind = grounds.laws_of(change.clause or change.document)
        law = [found for found in grounds.law_changes if found.law.id in behind]
        wording, dated = not _same(grounds.issued, at_first, at), not _same(at_first, with_law, at)
        found = [Cause("law", f"Law: {_capital(one.words)}") for one in law] if wording or dated else []
        if dated and not law:
            found = [Cause("law", "Law: what is in force has changed since")]
        if not _same(with_law, at_last, at):
            found += [Cause("answer", words) for name, words in grounds.changed_answers.items()
                      if not _same(without[name], at_last, at)] or [Cause("answer", "Your answers, taken together")]
        found += own
        if wording and not law or not found:
            found.append(Cause("wording", "Improved wording" if wording else "Follows from the other changes"))
        order = list(KINDS)
        return tuple(sorted(found, key=lambda cause: order.index(cause.kind)))

    return tuple(replace(change, causes=causes(change)) for change in changes)


def _same(one: Texts, other: Texts, at: tuple[str, str]) -> bool:
    """Whether two renderings say the same in a clause."""
    first, second = one.get(at), other.get(at)
    if first is None or second is None:
        return first is second
    return first[0] == second[0] and _words(first[1]) == _words(second[1])


def _reverted(grounds: Grounds, name: str) -> dict[str, Any]:
    """The new answers, one of them as it was before."""
    found = {**grounds.new_answers, name: grounds.old_answers.get(name)}
    return {question: value for question, value in found.items() if value is not None}


def _own(change: Change, grounds: Grounds) -> list[Cause]:
    before, after = (_edit_of(change, edits) for edits in (grounds.old_edits, grounds.new_edits))
    if after is None:
        return [Cause("own", "You gave up your own edit")] if before else []
    if "gone" in change.what and after.lines is not None:  # it waits for the return of its clause
        return []
    if before is None or change.key in grounds.by_hand or _edited_again(before, after):
        return [Cause("own", "Your own edit")]
    return []


def _edit_of(change: Change, edits: Iterable[LocalEdit]) -> LocalEdit | None:
    return next((edit for edit in edits if (edit.document, edit.clause) == change.key), None)


def _edited_again(before: LocalEdit, after: LocalEdit) -> bool:
    """Whether people changed a clause again, in a draft between: the library alone would have left other words."""
    if None in (before.base, before.lines, after.base, after.lines):
        return before.lines != after.lines or before.title != after.title
    return merge(before.base, before.lines, after.base).settled() != after.lines


def _overlaid(change: Change, at_last: Texts, grounds: Grounds) -> bool:
    """Whether none of the library's new sentences stands: local ones are in their places."""
    edit, was, now = _edit_of(change, grounds.new_edits), grounds.issued.get(change.key), at_last.get(change.key)
    if not (edit and edit.lines and was and now):
        return False
    new = sentences_in(now[1]) - sentences_in(was[1])
    return bool(new) and new.isdisjoint(sentences_in(edit.lines))


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


# ---- who has to sign again ---------------------------------------------------------------------------------------


def resting(changes: Iterable[Change], forms: Mapping[str, Callable[[Change], bool]]) -> dict[str, tuple[Change, ...]]:
    """The forms that people sign and whose words are others now, with the changes. `forms` are the ids of all forms
    that are signed, each with whether a change of words counts for those who sign it."""
    worded = [change for change in changes if change.clause and set(change.what) - {"moved"}]
    found = {form: tuple(filter(counts, worded)) for form, counts in forms.items()}
    return {form: own for form, own in found.items() if own}


# ---- as data -----------------------------------------------------------------------------------------------------


def to_data(change: Change) -> dict[str, Any]:
    """A change as JSON can hold it."""
    return {"document": change.document, "document_title": change.document_title, "document_kind": change.document_kind,
            "clause": change.clause, "number": change.number, "title": change.title, "what": list(change.what),
            "before": change.before, "now": change.now, "earlier_title": change.earlier_title,
            "digest": change.digest, "causes": [[cause.kind, cause.words] for cause in change.causes]}


def from_data(data: Mapping[str, Any]) -> Change:
    """The change that `to_data` stored. Raises ValueError, TypeError or LookupError for anything else."""
    texts = {name: str(data[name]) for name in ("document", "document_title", "document_kind", "clause", "number",
                                                "title", "before", "now", "earlier_title", "digest")}
    return Change(**texts, what=tuple(data["what"]),
                  causes=tuple(Cause(kind, str(words)) for kind, words in data["causes"]))


def in_words(change: Change) -> str:
    """What happened to a clause, in one line of plain words without the cause."""
    whole = not change.clause
    words = {"new": "New document" if whole else "New", "gone": "No longer made" if whole else "Left out",
             "moved": "Stands in another place",
             "retitled": f"Was called “{change.earlier_title}”", "added": "Something was added",
             "cut": "Something was taken out", "reworded": "Reworded"}
    return "; ".join(words[what] if not at else words[what][0].lower() + words[what][1:]
                     for at, what in enumerate(change.what))


def name(change: Change) -> str:
    """The clause as people find it: number and title."""
    if not change.clause:
        return change.document_title
    if "gone" in change.what and change.number:
        return f"{change.title} (it was {change.number})"
    return " ".join(filter(None, (change.number, change.title or "(without a title)")))

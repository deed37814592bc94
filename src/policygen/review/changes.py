"""What has changed between two editions, clause by clause, and what caused it.

In: the documents of both, and what the library gives for other answers and other days. Out: `Change`s in the order of
the documents. Numbers do not count, nor do the documents that only speak about the pack. Pure; renders nothing itself.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Literal

from policygen.model.alignment import align, likeness, longest_rise
from policygen.model.document import Document, Passage, Section, is_generated, passages_of, untitled
from policygen.review.excerpts import beginning, difference, keys
from policygen.library.law import LawChange
from policygen.model.lines import Line, comparable, lines_of, unnumbered_lines, words_with_targets
from policygen.pack.edits import LocalEdit
from policygen.pack.merge import merge

Kind = Literal["law", "answer", "wording", "own"]
What = Literal["new", "gone", "added", "cut", "reworded", "divided", "retitled", "moved"]
KINDS: dict[Kind, str] = {"law": "the law", "answer": "your answers", "wording": "improved wording",
                          "own": "your own edits"}
"""The causes in words, in the order in which they weigh."""


@dataclass(frozen=True, slots=True)
class Cause:
    kind: Kind
    words: str
    """What it was, as a sentence without its full stop."""
    again: str = field(default="", compare=False)
    """The same for somebody who has just been told it; empty where it cannot be said in fewer words."""


APPROVAL = Cause("answer", "It says whether, and when, the text was approved")
"""The cause of changes that every approval brings."""


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
    """What it said, shortened to what differs; its title or number where only that is another one. Empty for what is
    new, and where something was only added."""
    now: str
    """What it says, shortened likewise; empty for what is gone, and where something was only taken out."""
    earlier_title: str = ""
    """Of a clause with another title."""
    section: str = ""
    """The title of the section that it stands in, or stood in."""
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
    homes = {passage.clause: section for section in old.sections for passage in section.passages}
    moved = _moved(list(was), list(stands))
    titles = {section.id: section.title for section in old.sections}
    left = list(was)
    for section in new.sections:
        if (title := titles.get(section.id, section.title)) != section.title:
            yield replace(_change(new, section, Passage(section.id, section.title, section.number, ()), ("retitled",),
                                  title, section.title), earlier_title=title)
        for passage in section.passages:
            while left and left[0] not in stands:
                yield _gone(old, homes[left[0]], was[left.pop(0)])
            left = [clause for clause in left if clause != passage.clause]
            if change := _of_clause(new, section, was.get(passage.clause), passage, passage.clause in moved):
                yield change
    for clause in left:
        if clause not in stands:
            yield _gone(old, homes[clause], was[clause])


def _lasting(document: Document) -> Document:
    """The document without what is made for each edition, such as its history."""
    return replace(document, sections=tuple(section for section in document.sections
                                            if not any(map(is_generated, section.passages))))


def _moved(old: list[str], new: list[str]) -> set[str]:
    """The clauses that stand in another order: as few as possible."""
    both = [clause for clause in new if clause in old]
    rising = {both[at] for at in longest_rise([old.index(clause) for clause in both])}
    return set(both) - rising


def _of_clause(document: Document, section: Section, old: Passage | None, new: Passage, moved: bool) -> Change | None:
    """The change of a clause; None when it says the same."""
    stands = digest(lines_in(new))
    if old is None:
        return replace(_change(document, section, new, ("new",), "", beginning(_printed(new))), digest=stands)
    retitled = old.title != new.title
    what: tuple[What, ...] = ("moved",) * moved + ("retitled",) * retitled
    before, now = (old.title, new.title) if retitled else (f"At {old.number}", f"At {new.number}") if (
        moved and old.number and new.number) else ("", "")
    if _words(lines_in(old)) != _words(lines_in(new)):
        found = difference(_printed(old), _printed(new))
        if found.before or found.now:
            what, before, now = (*what, found.how), found.before, found.now
        else:
            what += ("divided",)
    return replace(_change(document, section, new, what, before, now), digest=stands,
                   earlier_title=old.title if retitled else "") if what else None


def _gone(document: Document, section: Section, passage: Passage) -> Change:
    return _change(document, section, passage, ("gone",), beginning(_printed(passage)), "")


def _change(document: Document, section: Section, passage: Passage, what: tuple[What, ...], before: str,
            now: str) -> Change:
    return Change(document.id, document.title, document.kind, passage.clause, passage.number, passage.title, what,
                  before, now, section=section.title)


def lines_in(passage: Passage) -> tuple[Line, ...]:
    """The lines of a clause without its title and without numbers."""
    return unnumbered_lines(untitled(passage).blocks)


def _printed(passage: Passage) -> tuple[Line, ...]:
    """The same with what is printed for references."""
    return lines_of(untitled(passage).blocks)


def digest(lines: Iterable[Line]) -> str:
    """What stands for the words of some lines; numbers and typography make no difference."""
    return hashlib.sha256("\n".join(_words(lines)).encode()).hexdigest()


def _words(lines: Iterable[Line]) -> list[str]:
    return [comparable(words_with_targets(line)) for line in lines]


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
    changed_answers: Mapping[str, Cause]
    """The questions that are answered otherwise, and how to tell it."""
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
    stood: Texts = field(default_factory=dict)
    """What the earlier edition says."""
    stands: Texts = field(default_factory=dict)
    """What the new one says."""


def with_causes(changes: tuple[Change, ...], grounds: Grounds) -> tuple[Change, ...]:
    """The changes, each with all its causes."""
    if not changes:
        return ()
    at_first = grounds.given(grounds.old_answers, grounds.then)
    with_law = grounds.given(grounds.old_answers, grounds.now)
    at_last = grounds.given(grounds.new_answers, grounds.now)
    decide = {name: _deciding(name, grounds, with_law, at_last) for name in grounds.changed_answers}

    def causes(change: Change) -> tuple[Cause, ...]:
        at = change.key
        law = [one for one in grounds.law_changes if one.law.id in grounds.laws_of(change.clause or change.document)]
        wording, dated = not _same(grounds.issued, at_first, at), not _same(at_first, with_law, at)
        law = law if wording or dated else []
        own = _own(change, grounds)
        if own and (_taken_out(change, grounds) or not _comes_through(grounds, at_last, at)):
            return (_standing(own, law, undecided=at in grounds.undecided),)
        found = [Cause("law", f"Law: {_capital(one.words)}") for one in law]
        if dated and not law:
            found = [Cause("law", "Law: what is in force has changed since")]
        if not _same(with_law, at_last, at) and not ("new" in change.what and at in with_law):
            found += [grounds.changed_answers[name] for name, decides in decide.items() if decides(at)] or [
                Cause("answer", "Your answers, taken together")]
        if wording and not law:
            found.append(Cause("wording", "Improved wording"))
        if own:
            found.append(_standing(own, [], undecided=at in grounds.undecided))
        order = list(KINDS)
        return tuple(sorted(found, key=lambda cause: order.index(cause.kind))) or (
            Cause("wording", "Follows from the other changes"),)

    return tuple(replace(change, causes=causes(change)) for change in changes)


def _deciding(name: str, grounds: Grounds, with_law: Texts, at_last: Texts) -> Callable[[tuple[str, str]], bool]:
    """What says whether a clause is another one because of one answer: without it, it would not be what it is. Where
    the other answers cannot stand without it: alone, it would make it another one."""
    if without := grounds.given(_reverted(grounds, name), grounds.now):
        return lambda at: not _same(without, at_last, at)
    alone = grounds.given(_taken({**grounds.old_answers, name: grounds.new_answers.get(name)}), grounds.now)
    return lambda at: bool(alone) and not _same(with_law, alone, at)


def _same(one: Texts, other: Texts, at: tuple[str, str]) -> bool:
    """Whether two renderings say the same in a clause."""
    first, second = one.get(at), other.get(at)
    if first is None or second is None:
        return first is second
    return first[0] == second[0] and _words(first[1]) == _words(second[1])


def _reverted(grounds: Grounds, name: str) -> dict[str, Any]:
    """The new answers, one of them as it was before."""
    return _taken({**grounds.new_answers, name: grounds.old_answers.get(name)})


def _taken(answers: Mapping[str, Any]) -> dict[str, Any]:
    return {question: value for question, value in answers.items() if value is not None}


def _own(change: Change, grounds: Grounds) -> str:
    """What to say of a local edit that is new or another one, or given up; empty for none."""
    before, after = (_edit_of(change, edits) for edits in (grounds.old_edits, grounds.new_edits))
    if after is None:
        return "You gave up your own edit" if before else ""
    if "gone" in change.what and after.lines is not None:  # it waits for the return of its clause
        return ""
    again = before is None or change.key in grounds.by_hand or _edited_again(before, after)
    return "Your own edit" if again else ""


def _taken_out(change: Change, grounds: Grounds) -> bool:
    """Whether people have taken a clause out: what the library says of it makes no difference then."""
    edit = _edit_of(change, grounds.new_edits)
    return edit is not None and edit.base is not None and edit.lines is None


def _standing(own: str, law: Sequence[LawChange], undecided: bool) -> Cause:
    """The cause that a local edit is, with the law that it stands against."""
    if undecided:
        own = f"{own}; whether the new wording takes its place is still to be decided"
    return Cause("own", f"{own}. It stands although {' and '.join(one.words for one in law)}" if law else own)


def _comes_through(grounds: Grounds, at_last: Texts, at: tuple[str, str]) -> bool:
    """Whether anything that is new in the library's text of a clause stands in the new edition, or is missing there
    because the library has left it out. What stands locally may have kept all of it away."""
    then, last, stood, stands = (_sentences(texts, at) for texts in (grounds.issued, at_last, grounds.stood,
                                                                     grounds.stands))
    pairs = align(then, last, lambda i, j: likeness(then[i], last[j]))
    came = {last[j] for i, j in pairs if j is not None and (i is None or then[i] != last[j])}
    went = {then[i] for i, j in pairs if i is not None and j is None}
    return bool(came.intersection(stands) or went.intersection(stood) - set(stands))


def _sentences(texts: Texts, at: tuple[str, str]) -> list[str]:
    return keys(texts[at][1]) if at in texts else []


def _edit_of(change: Change, edits: Iterable[LocalEdit]) -> LocalEdit | None:
    return next((edit for edit in edits if (edit.document, edit.clause) == change.key), None)


def _edited_again(before: LocalEdit, after: LocalEdit) -> bool:
    """Whether people changed a clause again, in a draft between: the library alone would have left other words."""
    if None in (before.base, before.lines, after.base, after.lines):
        return before.lines != after.lines or before.title != after.title
    return merge(before.settled_with, before.lines, after.base).settled() != after.lines


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


# ---- who has to sign again ---------------------------------------------------------------------------------------


def resting(changes: Iterable[Change], forms: Mapping[str, Callable[[Change], bool]]) -> dict[str, tuple[Change, ...]]:
    """The forms that people sign and whose words are others now, with the changes; titles, places and paragraphs bind
    nobody. `forms` are the ids of all forms that are signed, each with whether a change of words counts for those who
    sign it."""
    worded = [change for change in changes if change.clause and set(change.what) - {"moved", "retitled", "divided"}]
    found = {form: tuple(filter(counts, worded)) for form, counts in forms.items()}
    return {form: own for form, own in found.items() if own}


# ---- as data -----------------------------------------------------------------------------------------------------


def to_data(change: Change) -> dict[str, Any]:
    """A change as JSON can hold it."""
    return {"document": change.document, "document_title": change.document_title, "document_kind": change.document_kind,
            "clause": change.clause, "number": change.number, "title": change.title, "what": list(change.what),
            "before": change.before, "now": change.now, "earlier_title": change.earlier_title,
            "section": change.section, "digest": change.digest,
            "causes": [[cause.kind, cause.words] for cause in change.causes]}


def from_data(data: Mapping[str, Any]) -> Change:
    """The change that `to_data` stored. Raises ValueError, TypeError or LookupError for anything else."""
    data = {"section": "", **data}  # earlier versions did not store it
    texts = {name: str(data[name]) for name in ("document", "document_title", "document_kind", "clause", "number",
                                                "title", "before", "now", "earlier_title", "section", "digest")}
    return Change(**texts, what=tuple(data["what"]),
                  causes=tuple(Cause(kind, str(words)) for kind, words in data["causes"]))


def in_words(change: Change) -> str:
    """What happened to a clause, in one line of plain words without the cause."""
    whole = not change.clause
    words = {"new": "New document" if whole else "New", "gone": "No longer made" if whole else "Left out",
             "moved": "Stands in another place",
             "retitled": f"Was called “{change.earlier_title}”", "added": "Something was added",
             "cut": "Something was taken out", "reworded": "Reworded",
             "divided": "The same words in other paragraphs"}
    return "; ".join(words[what] if not at else words[what][0].lower() + words[what][1:]
                     for at, what in enumerate(change.what))


def name(change: Change) -> str:
    """The clause as people find it: number and title, in a policy without numbers title and section."""
    if not change.clause:
        return change.document_title
    if "gone" in change.what and change.number:
        return f"{change.title or 'A point'} (it was {change.number})"
    words = " ".join(filter(None, (change.number, change.title))) or "A point"
    apart = change.document_kind == "policy" and not change.number and change.section not in ("", change.title)
    return f"{words}, under “{change.section}”" if apart else words

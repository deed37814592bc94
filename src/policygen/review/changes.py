"""What has changed between two editions, clause by clause, and what caused it.

In: the documents of both, and what the library gives for other answers and other days. Out: `EditionChange`s in the
order of the documents. Numbers do not count, nor do the documents that only speak about the pack. Pure.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Any, Literal

from policygen.model.alignment import align, likeness, out_of_order
from policygen.model.document import (
    Document, Inlines, Passage, Reference, Section, is_generated, passages_of, plain, untitled,
)
from policygen.library.law import LawChange
from policygen.model.lines import (
    IN_BOX, LISTS, ROWS, Line, clause_lines, comparable, lines_of, text_with_targets, words_with_targets,
)
from policygen.pack.edits import LocalEdit
from policygen.pack.merge import merge, sentences

CauseKind = Literal["law", "answer", "wording", "own"]
ChangeKind = Literal["new", "gone", "added", "cut", "reworded", "divided", "retitled", "moved"]
CAUSES: dict[CauseKind, str] = {"law": "the law", "answer": "your answers", "wording": "improved wording",
                          "own": "your own edits"}
"""The causes in words, in the order in which they weigh."""

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
class Cause:
    kind: CauseKind
    words: str
    """What it was, as a sentence without its full stop."""
    again: str = field(default="", compare=False)
    """The same for somebody who has just been told it; empty where it cannot be said in fewer words."""


APPROVAL = Cause("answer", "It says whether, and when, the text was approved")
"""The cause of changes that every approval brings."""


@dataclass(frozen=True, slots=True)
class EditionChange:
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
    what: tuple[ChangeKind, ...]
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


def changes_between(then: Iterable[Document], now: Iterable[Document], about: frozenset[str] = frozenset()) -> tuple[
        EditionChange, ...]:
    """The changes from the documents of one edition to those of a later one. `about` are the ids of documents that
    speak of the pack itself and always differ."""
    before, after = ({document.id: document for document in documents if document.id not in about
                      and document.kind != "annotated"} for documents in (then, now))
    found: list[EditionChange] = []
    for identity in [*after, *(gone for gone in before if gone not in after)]:
        match before.get(identity), after.get(identity):
            case None, Document() as document:
                found.append(_whole(document, "new"))
            case Document() as document, None:
                found.append(_whole(document, "gone"))
            case old, new:
                found += _clauses(old, new)
    return tuple(found)


def _whole(document: Document, what: ChangeKind) -> EditionChange:
    return EditionChange(document.id, document.title, document.kind, "", "", document.title, (what,), "", "")


def _clauses(old: Document, new: Document) -> Iterator[EditionChange]:
    """The changed clauses of a document: those of the new one in order, each gone one where it stood."""
    old, new = map(_lasting, (old, new))
    was, stands = ({passage.clause: passage for passage in passages_of(document)} for document in (old, new))
    homes = {passage.clause: section for section in old.sections for passage in section.passages}
    moved = set(out_of_order(list(was), list(stands)))
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


def _of_clause(document: Document, section: Section, old: Passage | None, new: Passage,
               moved: bool) -> EditionChange | None:
    """The change of a clause; None when it says the same."""
    stands = words_digest(clause_lines(new))
    if old is None:
        return replace(_change(document, section, new, ("new",), "", beginning(_printed(new))), digest=stands)
    retitled = old.title != new.title
    what: tuple[ChangeKind, ...] = ("moved",) * moved + ("retitled",) * retitled
    before, now = (old.title, new.title) if retitled else (f"At {old.number}", f"At {new.number}") if (
        moved and old.number and new.number) else ("", "")
    if _words(clause_lines(old)) != _words(clause_lines(new)):
        found = excerpts(_printed(old), _printed(new))
        if found.before or found.now:
            what, before, now = (*what, found.how), found.before, found.now
        else:
            what += ("divided",)
    return replace(_change(document, section, new, what, before, now), digest=stands,
                   earlier_title=old.title if retitled else "") if what else None


def _gone(document: Document, section: Section, passage: Passage) -> EditionChange:
    return _change(document, section, passage, ("gone",), beginning(_printed(passage)), "")


def _change(document: Document, section: Section, passage: Passage, what: tuple[ChangeKind, ...], before: str,
            now: str) -> EditionChange:
    return EditionChange(document.id, document.title, document.kind, passage.clause, passage.number, passage.title,
                         what, before, now, section=section.title)


def _printed(passage: Passage) -> tuple[Line, ...]:
    """The lines of a clause without its title, with what is printed for references."""
    return lines_of(untitled(passage).blocks)


def words_digest(lines: Iterable[Line]) -> str:
    """What stands for the words of some lines; numbers and typography make no difference."""
    return hashlib.sha256("\n".join(_words(lines)).encode()).hexdigest()


def _words(lines: Iterable[Line]) -> list[str]:
    return [comparable(words_with_targets(line)) for line in lines]


# ---- causes ------------------------------------------------------------------------------------------------------


ClauseTexts = Mapping[tuple[str, str], tuple[str, tuple[Line, ...]]]
"""Title and lines of each clause that the library gives, by document and clause; a whole document has the clause ''."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is needed to tell the causes of changes."""

    issued: ClauseTexts
    """What the library gave for the earlier edition."""
    given: Callable[[Mapping[str, Any], date], ClauseTexts]
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
    stood: ClauseTexts = field(default_factory=dict)
    """What the earlier edition says."""
    stands: ClauseTexts = field(default_factory=dict)
    """What the new one says."""


def with_causes(changes: tuple[EditionChange, ...], grounds: Evidence) -> tuple[EditionChange, ...]:
    """The changes, each with all its causes."""
    if not changes:
        return ()
    at_first = grounds.given(grounds.old_answers, grounds.then)
    with_law = grounds.given(grounds.old_answers, grounds.now)
    at_last = grounds.given(grounds.new_answers, grounds.now)
    decide = {name: _deciding(name, grounds, with_law, at_last) for name in grounds.changed_answers}

    def causes(change: EditionChange) -> tuple[Cause, ...]:
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
        order = list(CAUSES)
        return tuple(sorted(found, key=lambda cause: order.index(cause.kind))) or (
            Cause("wording", "Follows from the other changes"),)

    return tuple(replace(change, causes=causes(change)) for change in changes)


def _deciding(name: str, grounds: Evidence, with_law: ClauseTexts,
              at_last: ClauseTexts) -> Callable[[tuple[str, str]], bool]:
    """What says whether a clause is another one because of one answer: without it, it would not be what it is. Where
    the other answers cannot stand without it: alone, it would make it another one."""
    if without := grounds.given(_reverted(grounds, name), grounds.now):
        return lambda at: not _same(without, at_last, at)
    alone = grounds.given(_taken({**grounds.old_answers, name: grounds.new_answers.get(name)}), grounds.now)
    return lambda at: bool(alone) and not _same(with_law, alone, at)


def _same(one: ClauseTexts, other: ClauseTexts, at: tuple[str, str]) -> bool:
    """Whether two renderings say the same in a clause."""
    first, second = one.get(at), other.get(at)
    if first is None or second is None:
        return first is second
    return first[0] == second[0] and _words(first[1]) == _words(second[1])


def _reverted(grounds: Evidence, name: str) -> dict[str, Any]:
    """The new answers, one of them as it was before."""
    return _taken({**grounds.new_answers, name: grounds.old_answers.get(name)})


def _taken(answers: Mapping[str, Any]) -> dict[str, Any]:
    return {question: value for question, value in answers.items() if value is not None}


def _own(change: EditionChange, grounds: Evidence) -> str:
    """What to say of a local edit that is new or another one, or given up; empty for none."""
    before, after = (_edit_of(change, edits) for edits in (grounds.old_edits, grounds.new_edits))
    if after is None:
        return "You gave up your own edit" if before else ""
    if "gone" in change.what and after.lines is not None:  # it waits for the return of its clause
        return ""
    again = before is None or change.key in grounds.by_hand or _edited_again(before, after)
    return "Your own edit" if again else ""


def _taken_out(change: EditionChange, grounds: Evidence) -> bool:
    """Whether people have taken a clause out: what the library says of it makes no difference then."""
    edit = _edit_of(change, grounds.new_edits)
    return edit is not None and edit.base is not None and edit.lines is None


def _standing(own: str, law: Sequence[LawChange], undecided: bool) -> Cause:
    """The cause that a local edit is, with the law that it stands against."""
    if undecided:
        own = f"{own}; whether the new wording takes its place is still to be decided"
    return Cause("own", f"{own}. It stands although {' and '.join(one.words for one in law)}" if law else own)


def _comes_through(grounds: Evidence, at_last: ClauseTexts, at: tuple[str, str]) -> bool:
    """Whether anything that is new in the library's text of a clause stands in the new edition, or is missing there
    because the library has left it out. What stands locally may have kept all of it away."""
    then, last, stood, stands = (_sentences(texts, at) for texts in (grounds.issued, at_last, grounds.stood,
                                                                     grounds.stands))
    pairs = align(then, last, lambda i, j: likeness(then[i], last[j]))
    came = {last[j] for i, j in pairs if j is not None and (i is None or then[i] != last[j])}
    went = {then[i] for i, j in pairs if i is not None and j is None}
    return bool(came.intersection(stands) or went.intersection(stood) - set(stands))


def _sentences(texts: ClauseTexts, at: tuple[str, str]) -> list[str]:
    return keys(texts[at][1]) if at in texts else []


def _edit_of(change: EditionChange, edits: Iterable[LocalEdit]) -> LocalEdit | None:
    return next((edit for edit in edits if (edit.document, edit.clause) == change.key), None)


def _edited_again(before: LocalEdit, after: LocalEdit) -> bool:
    """Whether people changed a clause again, in a draft between: the library alone would have left other words."""
    if None in (before.base, before.lines, after.base, after.lines):
        return before.lines != after.lines or before.title != after.title
    return merge(before.settled_with, before.lines, after.base).settled() != after.lines


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


# ---- who has to sign again ---------------------------------------------------------------------------------------


def to_sign_again(changes: Iterable[EditionChange],
                  forms: Mapping[str, Callable[[EditionChange], bool]]) -> dict[str, tuple[EditionChange, ...]]:
    """The forms that people sign and whose words are others now, with the changes; titles, places and paragraphs bind
    nobody. `forms` are the ids of all forms that are signed, each with whether a change of words counts for those who
    sign it."""
    worded = [change for change in changes if change.clause and set(change.what) - {"moved", "retitled", "divided"}]
    found = {form: tuple(filter(counts, worded)) for form, counts in forms.items()}
    return {form: own for form, own in found.items() if own}


# ---- as data -----------------------------------------------------------------------------------------------------


def change_to_data(change: EditionChange) -> dict[str, Any]:
    """A change as JSON can hold it."""
    return {"document": change.document, "document_title": change.document_title, "document_kind": change.document_kind,
            "clause": change.clause, "number": change.number, "title": change.title, "what": list(change.what),
            "before": change.before, "now": change.now, "earlier_title": change.earlier_title,
            "section": change.section, "digest": change.digest,
            "causes": [[cause.kind, cause.words] for cause in change.causes]}


def change_from_data(data: Mapping[str, Any]) -> EditionChange:
    """The change that `change_to_data` stored. Raises ValueError, TypeError or LookupError for anything else."""
    data = {"section": "", **data}  # earlier versions did not store it
    texts = {name: str(data[name]) for name in ("document", "document_title", "document_kind", "clause", "number",
                                                "title", "before", "now", "earlier_title", "section", "digest")}
    return EditionChange(**texts, what=tuple(data["what"]),
                  causes=tuple(Cause(kind, str(words)) for kind, words in data["causes"]))


def change_in_words(change: EditionChange) -> str:
    """What happened to a clause, in one line of plain words without the cause."""
    whole = not change.clause
    words = {"new": "New document" if whole else "New", "gone": "No longer made" if whole else "Left out",
             "moved": "Stands in another place",
             "retitled": f"Was called “{change.earlier_title}”", "added": "Something was added",
             "cut": "Something was taken out", "reworded": "Reworded",
             "divided": "The same words in other paragraphs"}
    return "; ".join(words[what] if not at else words[what][0].lower() + words[what][1:]
                     for at, what in enumerate(change.what))


def clause_name(change: EditionChange) -> str:
    """The clause as people find it: number and title, in a policy without numbers title and section."""
    if not change.clause:
        return change.document_title
    if "gone" in change.what and change.number:
        return f"{change.title or 'A point'} (it was {change.number})"
    words = " ".join(filter(None, (change.number, change.title))) or "A point"
    apart = change.document_kind == "policy" and not change.number and change.section not in ("", change.title)
    return f"{words}, under “{change.section}”" if apart else words


# ---- excerpts ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Excerpts:
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


def excerpts(before: Iterable[Line], now: Iterable[Line]) -> Excerpts:
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
    return Excerpts(*texts, how)


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

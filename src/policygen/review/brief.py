"""The change brief: what trustees have to know of a new edition, on two pages at most for an ordinary review.

In: `BriefContents`, the changes with their causes and what is known of both editions. Out: a `Document` that every
writer can draw. This module decides nothing and finds nothing out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from policygen.library.law import LawChange
from policygen.model import english
from policygen.model.document import (
    Block, Box, Document, Issue, Item, ItemList, Paragraph, Passage, Section, Table, Text,
)
from policygen.model.english import date_in_words
from policygen.pack.assembly import Stamp
from policygen.review.changes import (
    APPROVAL, CAUSES, Cause, CauseKind, ChangeKind, EditionChange, change_in_words, clause_name,
)

ID, TITLE = "what-has-changed", "What has changed"
ROOM, _ROOM_FOR_FORMS = 12, 4
"""Rows for which there is room on two pages; above it, more changes share a row."""
_ENOUGH_TO_SHARE = 4
"""So many changes of one kind, and more, can share a row."""
_NUMBERS = 12
"""Numbers of clauses that are listed at most."""
_LINE = "____________"


@dataclass(frozen=True, slots=True)
class BriefContents:
    """What the brief says."""

    organisation: str
    policy: str
    """The policy's title."""
    the_body: str
    """What the governing body is called, with its article."""
    the_body_then: str
    """The same when the earlier edition was made."""
    earlier: Issue
    """The edition that the new one is compared with."""
    stamp: Stamp
    """Of the new edition."""
    approved: str
    """The day of approval in words; empty for a draft."""
    years: int
    """Until the next review."""
    changes: tuple[EditionChange, ...]
    law: tuple[LawChange, ...]
    """What became of law that the pack rests on."""
    decisions: tuple[str, ...]
    """What is still to be decided, a sentence or two each."""
    sign_again: Mapping[str, tuple[EditionChange, ...]]
    """Titles of forms that are to be signed again, and what changed for those who sign."""
    redline: str
    """The name of the Word file that shows every word; empty where none is written."""


def brief_document(contents: BriefContents) -> Document:
    """The brief."""
    own = _rows([change for change in contents.changes if change.document_kind == "policy"], ROOM)
    rest = _rows(_in_one_place(change for change in contents.changes if change.document_kind != "policy"),
                 _ROOM_FOR_FORMS)
    whys = _whys([*own, *rest])
    parts: list[tuple[str, list[Block]]] = [
        ("", [_words(_opening(contents))]),
        ("Decisions", [_listed(contents.decisions)] if contents.decisions else []),
        (f"The {contents.policy[0].lower()}{contents.policy[1:]}", [_table(own, whys[:len(own)])] if own else []),
        ("Forms and sheets", [_table(rest, whys[len(own):])] if rest else []),
        ("Law", _law(contents)),
        ("Who has to sign again", _signing(contents)),
        ("For the minutes", [Box(tuple(map(_words, _minute(contents))))])]
    sections = tuple(Section(f"{ID}-{number}", title, "", (Passage(f"{ID}/{number}", title, "", tuple(blocks)),))
                     for number, (title, blocks) in enumerate(parts) if blocks)
    stamp = contents.stamp
    line = f"Edition {stamp.number}, {date_in_words(stamp.date)}{' (draft)' if stamp.draft else ''}"
    return Document(ID, "notes", TITLE, contents.organisation, "plain", (), sections, line, stamp.draft)


def _words(text: str) -> Paragraph:
    return Paragraph((Text(text),))


def _listed(texts: Iterable[str]) -> ItemList:
    return ItemList(tuple(Item((_words(text),), "•") for text in texts))


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}{'s' if number != 1 else ''}"


# ---- in short ----------------------------------------------------------------------------------------------------


def _opening(contents: BriefContents) -> str:
    stamp, earlier, changes = contents.stamp, contents.earlier, contents.changes
    approved = (f", whose text {contents.the_body_then} approved on {date_in_words(earlier.approved_on)}"
                if earlier.approved_on else ", a draft")
    words = (f"This compares edition {stamp.number} of {date_in_words(stamp.date)} with edition {earlier.number} of "
             f"{date_in_words(earlier.date)}{approved}.")
    if not changes:
        return f"{words} Nothing has changed: your answers and the law of today lead to the same words."
    shown = f" The Word file “{contents.redline}” shows every word." if contents.redline else ""
    return f"{words} {_count(len(changes), 'change')}{_by_cause(changes)}.{shown}"


def _by_cause(changes: Sequence[EditionChange]) -> str:
    """How many changes have which cause: `: 2 from the law and 1 by improved wording`."""
    counts = Counter(kind for change in changes for kind in {cause.kind for cause in change.causes})
    causes = {kind: f"{'from' if kind in ('law', 'answer') else 'by'} {words}" for kind, words in CAUSES.items()
              if counts[kind]}
    if counts["own"] == 1:
        causes["own"] = "by your own edit"
    if len(changes) == 1 and len(counts) == 1:
        return f", {causes.popitem()[1]}"
    several = ", some of them for more than one reason" if counts.total() > len(changes) else ""
    return f": {english.listing([f'{counts[kind]} {words}' for kind, words in causes.items()])}{several}"


def _law(contents: BriefContents) -> list[Block]:
    """What changed in the law and led to no other words: nobody should wonder whether it was overlooked."""
    said = " ".join(cause.words for change in contents.changes for cause in change.causes)
    quiet = [english.cap(one.words) for one in contents.law
             if one.words not in said and english.cap(one.words) not in said]
    return [_words("This has changed as well. It has not led to other words:"),
            _listed(f"{words}." for words in quiet)] if quiet else []


# ---- rows of changes ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Group:
    """What changes have in common that share a row."""

    causes: tuple[Cause, ...]
    what: tuple[ChangeKind, ...]
    """What happened to new clauses and to those that are gone; empty for others."""

    def is_only(self, kind: CauseKind) -> bool:
        return all(cause.kind == kind for cause in self.causes)


@dataclass(frozen=True, slots=True)
class _Row:
    where: str
    changes: tuple[EditionChange, ...]
    """All that it stands for; the first one is shown."""
    causes: tuple[Cause, ...]


def _rows(changes: Sequence[EditionChange], room: int) -> list[_Row]:
    """A row for each change. Several share one where an answer changed many places; where there is no room, also the
    places that several answers changed, and those with improved wording. What was changed by hand or for the law always
    has its own."""
    groups = _groups(changes)
    shared = [group for group, found in groups.items() if len(found) >= _ENOUGH_TO_SHARE and group.is_only("answer")]

    def length() -> int:
        return sum(1 if group in shared else len(found) for group, found in groups.items())

    if length() > room:
        groups = _groups(changes, by_answer=True)
        shared = [group for group, found in groups.items() if group.is_only("answer")
                  and len(found) >= (_ENOUGH_TO_SHARE if group.what else 2)]
    reworded = sorted((group for group in groups if group.is_only("wording")), key=lambda group: len(groups[group]))
    while reworded and len(groups[reworded[-1]]) >= _ENOUGH_TO_SHARE and length() > room:
        shared.append(reworded.pop())
    found: list[_Row] = []
    for change in changes:
        for group, members in groups.items():
            if change in members and group not in shared:
                found.append(_Row(clause_name(change), (change,), change.causes))
            elif members[0] is change:
                found.append(_shared_row(group, members))
    return found


def _group(change: EditionChange) -> _Group:
    return _Group(change.causes, change.what if set(change.what) & {"new", "gone"} else ())


def _groups(changes: Sequence[EditionChange], by_answer: bool = False) -> dict[_Group, list[EditionChange]]:
    """The changes that can share a row. With `by_answer`, what several answers changed stands with the other places of
    each of them, if they have any."""
    places = Counter(cause for change in changes if _group(change).is_only("answer") and not _group(change).what
                     for cause in change.causes)
    groups: dict[_Group, list[EditionChange]] = {}
    for change in changes:
        group = _group(change)
        splits = by_answer and not group.what and all(places[cause] > 1 for cause in group.causes)
        for one in [_Group((cause,), ()) for cause in group.causes] if splits else [group]:
            groups.setdefault(one, []).append(change)
    return groups


def _shared_row(group: _Group, members: Sequence[EditionChange]) -> _Row:
    """The row of changes that go together. It shows one that has words to show, and no other cause if there is one:
    the shortest for an answer, which is much the same everywhere, else the longest."""
    sign = 1 if group.is_only("answer") else -1
    shown = min(members, key=lambda change: (not (change.before and change.now), change.causes != group.causes,
                                             "…" in change.now, sign * len(change.before + change.now)))
    return _Row(_places(members), (shown, *(change for change in members if change is not shown)), group.causes)


def _places(members: Sequence[EditionChange]) -> str:
    """Where changes are: by number or title in the policy, elsewhere by document."""
    if len(members) == 1:
        return clause_name(members[0])
    if members[0].document_kind == "policy":
        places = [clause_name(change) if _group(change).what else change.number or change.title for change in members]
        most, lead, sign = _NUMBERS // 2 if _group(members[0]).what or not members[-1].number else _NUMBERS, ": ", ", "
    else:
        places = [change.document_title for change in members]
        most, lead, sign = 3, " in ", "; "
    return f"{len(members)} places{lead}{_at_most(most, places, sign)}"


def _at_most(most: int, names: Iterable[str], sign: str = ", ") -> str:
    """The first of some names, each once, and how many more there are."""
    once = list(dict.fromkeys(names))
    return sign.join(once[:most]) + (f" and {len(once) - most} more" if len(once) > most else "")


def _in_one_place(changes: Iterable[EditionChange]) -> list[EditionChange]:
    """The changes, with one in the place of those that are the same in several documents."""
    groups: dict[tuple[str, tuple[ChangeKind, ...], str, str], list[EditionChange]] = {}
    for change in changes:
        groups.setdefault((change.clause or change.document, change.what, change.before, change.now), []).append(change)
    found = []
    for first, *others in groups.values():
        documents = {change.document_title for change in others} - {first.document_title}
        place = first.document_title + (f" and {_count(len(documents), 'other form')}" if documents else "")
        title = f"{place}: {first.title}" if first.clause and first.title else place
        found.append(replace(first, title=title, number="", document_title=place))
    return found


def _whys(rows: Sequence[_Row]) -> list[str]:
    """What happened in each row and its causes, as sentences; a cause that an earlier row has, in fewer words."""
    found: list[str] = []
    known: set[Cause] = set()
    for row in rows:
        change = row.changes[0]
        what = [change_in_words(change)] if len(row.changes) == 1 or _group(change).what else []
        causes = [cause.again if cause in known and cause.again else cause.words for cause in row.causes]
        found.append(" ".join(sentence if sentence.endswith((".", "?”", "…”")) else f"{sentence}."
                              for sentence in (*what, *causes)))
        known.update(row.causes)
    return found


def _table(rows: Sequence[_Row], whys: Sequence[str]) -> Table:
    def shown(row: _Row, words: str) -> tuple[Text, ...]:  # an empty cell would look like one to write in
        return (Text(f"For example: {words}" if len(row.changes) > 1 and words else words or "–"),)

    header = ("What has changed, and why", "Before", "Now")
    cells = [((Text(f"{row.where}.", "strong"), Text(f" {why}")), shown(row, row.changes[0].before),
              shown(row, row.changes[0].now)) for row, why in zip(rows, whys, strict=True)]
    return Table(tuple((Text(words),) for words in header), tuple(cells),
                 "Each change: where it is, what changed and why, the words before and now.")


# ---- who signs, what is minuted ----------------------------------------------------------------------------------


def _signing(contents: BriefContents) -> list[Block]:
    if not contents.sign_again:
        return [_words("Nobody: what people have signed says the same.")] if contents.changes else []
    groups: dict[str, list[str]] = {}
    for title in contents.sign_again:  # titles that differ only in whom they are for are listed as one
        form, _, whom = title.partition(" for ")
        groups.setdefault(form, []).append(whom)
    titles = "; ".join(f"{form} for {english.listing(whom)}" if all(whom) else form for form, whom in groups.items())
    when = "" if contents.approved else "once the policy is approved, "
    words = english.cap(f"{when}whoever has signed one of these signs it again: {titles}.")
    if clauses := _at_most(_NUMBERS, (_numbered(change) for changes in contents.sign_again.values()
                                      for change in changes if change.document_kind == "policy")):
        words += f" A declaration promises to keep to the policy, and these clauses of it have changed: {clauses}."
    return [_words(words)]


def _numbered(change: EditionChange) -> str:
    """A clause by its number; by its title, or at least its section, where it has none."""
    words = change.number or change.title or f"a point under “{change.section}”"
    return f"{words} (left out)" if "gone" in change.what else words


def _minute(contents: BriefContents) -> Iterator[str]:
    yield _resolution(contents)
    if contents.decisions:
        yield f"On what was left to decide, it agreed: {_LINE * 2}"
    if contents.sign_again:
        yield f"The forms that “{TITLE}” names are to be signed again before {_LINE}."
    yield f"The next review is due {'a year' if contents.years == 1 else f'{contents.years} years'} from then."


def _resolution(contents: BriefContents) -> str:
    """What the governing body resolved, or is to resolve, about the policy."""
    stamp, earlier, body = contents.stamp, contents.earlier, english.cap(contents.the_body)
    policy, changed = f"the {contents.policy}", _count(len(contents.changes), "change")
    looked_at = f"{body} looked at edition {stamp.number} of {policy}, of {date_in_words(stamp.date)}, "
    approved_then = date_in_words(earlier.approved_on) if earlier.approved_on else ""
    if approved_then and all(change.causes == (APPROVAL,) for change in contents.changes):
        day = _LINE if contents.approved in ("", approved_then) else contents.approved
        return (f"{body} reviewed {policy} (edition {earlier.number} of {date_in_words(earlier.date)}) and agreed on "
                f"{day} that it stays as it is.")
    if approved_then and contents.approved == approved_then:
        return f"{looked_at}with its {changed}, and agreed on {_LINE} that its approval of {approved_then} stands."
    if contents.approved:
        return f"{body} approved {policy} on {contents.approved}, with the {changed} since edition {earlier.number}."
    return f"{looked_at}{f'with its {changed}, ' if contents.changes else ''}and approved it on {_LINE}."

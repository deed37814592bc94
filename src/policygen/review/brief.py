"""The change brief: what trustees have to know about a new edition, on two pages at most for an ordinary review.

In: `BriefContents`, the changes with their causes and what is known of both editions. Out: a `Document` that every
writer can draw. This module decides nothing and looks nothing up.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from policygen.library.law import Law, LawBook, LawChange
from policygen.model import english
from policygen.model.document import (
    Block, Box, Document, Issue, Item, ItemList, Paragraph, Passage, Section, Table, Text,
)
from policygen.model.english import date_in_words
from policygen.pack.assembly import Stamp
from policygen.pack.edition import CauseKind, ChangeKind
from policygen.review.changes import APPROVAL, CAUSES, Cause, EditionChange, change_in_words, clause_name

ID, TITLE = "what-has-changed", "What has changed"
ROOM, _ROOM_FOR_FORMS = 10, 3
"""Rows that fit on two pages, of the policy and of forms; where there are more, more changes share a row."""
_ENOUGH_TO_SHARE = 4
"""The number of changes of one kind from which on they can share a row."""
_NUMBERS = 12
"""The most numbers of clauses in one list."""
_LINE = "____________"


@dataclass(frozen=True, slots=True)
class BriefContents:
    """Everything that the brief says."""

    organisation: str
    policy: str
    """The policy's title."""
    the_body: str
    """The name of the governing body, with its article."""
    the_body_then: str
    """Its name when the earlier edition was made."""
    earlier: Issue
    """The edition that the new one is compared with."""
    stamp: Stamp
    """The stamp of the new edition."""
    approved: str
    """The day of approval in words; empty for a draft."""
    years: int
    """Years until the next review."""
    changes: tuple[EditionChange, ...]
    law: tuple[LawChange, ...]
    """What happened to the law that the pack rests on."""
    book: LawBook
    coming: tuple[Law, ...]
    """The law of their nations that was on its way when the law was checked; “Read this first” names it."""
    decisions: tuple[str, ...]
    """What somebody still has to decide, a sentence or two each."""
    sign_again: Mapping[str, tuple[EditionChange, ...]]
    """The titles of forms that people have to sign again, with the changes for those who sign."""
    redline: str
    """The name of the Word file that shows every change of words; empty if there is none."""
    old_names: tuple[str, ...] = ()
    """The places that still have a name which has changed, a sentence each without its full stop."""
    numbers: tuple[str, ...] = ()
    """The numbers typed by hand whose clauses have other numbers now, a sentence each without its full stop."""


def brief_document(contents: BriefContents) -> Document:
    """The brief as a document."""
    own = _rows([change for change in contents.changes if change.document_kind == "policy"], ROOM)
    rest = _rows(_in_one_place(change for change in contents.changes if change.document_kind != "policy"),
                 _ROOM_FOR_FORMS)
    whys = _whys([*own, *rest])
    parts: list[tuple[str, list[Block]]] = [
        ("", _beginning(contents)),
        ("Old names that are still there", [
            _paragraph("A name has changed, and these places still have the old one. Put the new one there, or make "
                       "sure that the old one is meant."), _bullets(contents.old_names)] if contents.old_names else []),
        ("Numbers that were typed by hand", [
            _paragraph("Clauses have other numbers now. Look at each of these places, and correct it in Word if its "
                       "number is wrong now."),
            _bullets(contents.numbers)] if contents.numbers else []),
        ("Decisions", [_bullets(contents.decisions)] if contents.decisions else []),
        (f"The {contents.policy[0].lower()}{contents.policy[1:]}",
         [_change_table(own, whys[:len(own)])] if own else []),
        ("Forms and sheets", [_change_table(rest, whys[len(own):])] if rest else []),
        ("Law", _quiet_law(contents)),
        ("Who has to sign again", _signing(contents)),
        ("For the minutes", [Box(tuple(map(_paragraph, _minute(contents))))])]
    sections = tuple(Section(f"{ID}-{number}", title, "", (Passage(f"{ID}/{number}", title, "", tuple(blocks)),))
                     for number, (title, blocks) in enumerate(parts) if blocks)
    stamp = contents.stamp
    line = f"Edition {stamp.number}, {date_in_words(stamp.date)}{' (draft)' if stamp.draft else ''}"
    return Document(ID, "notes", TITLE, contents.organisation, "plain", (), sections, line, stamp.draft)


def _paragraph(text: str) -> Paragraph:
    return Paragraph((Text(text),))


def _bullets(texts: Iterable[str]) -> ItemList:
    return ItemList(tuple(Item((_paragraph(text),), "•") for text in texts))


def _counted(number: int, thing: str) -> str:
    return f"{number} {thing}{'s' if number != 1 else ''}"


def _opening(contents: BriefContents) -> str:
    """The first paragraph: which editions the brief compares, and how many changes have which cause."""
    stamp, earlier, changes = contents.stamp, contents.earlier, contents.changes
    approved = (f", whose text {contents.the_body_then} approved on {date_in_words(earlier.approved_on)}"
                if earlier.approved_on else ", a draft")
    words = (f"This compares edition {stamp.number} of {date_in_words(stamp.date)} with edition {earlier.number} of "
             f"{date_in_words(earlier.date)}{approved}.")
    if not changes:
        return (f"{words} Nothing has changed: your answers, and the law as it was checked on "
                f"{date_in_words(contents.book.checked)}, lead to the same words.")
    counts = Counter(kind for change in changes for kind in {cause.kind for cause in change.causes})
    causes = {kind: f"{'from' if kind in ('law', 'answer') else 'by'} {cause}" for kind, cause in CAUSES.items()
              if counts[kind]}
    if counts["own"] == 1:
        causes["own"] = "by your own edit"
    if len(changes) == 1 and len(counts) == 1:
        by_cause = f", {causes.popitem()[1]}"
    else:
        several = ", some of them for more than one reason" if counts.total() > len(changes) else ""
        by_cause = f": {english.listing([f'{counts[kind]} {cause}' for kind, cause in causes.items()])}{several}"
    shown = f" The Word file “{contents.redline}” shows every word." if contents.redline else ""
    return f"{words} {_counted(len(changes), 'change')}{by_cause}.{shown}"


def _beginning(contents: BriefContents) -> list[Block]:
    """The opening; when the law was checked, in a box where that is long ago; and whether more was on its way."""
    words = contents.book.checked_in_words(contents.stamp.date)
    if contents.coming:
        words += " Look up whether the law is in force now that “Read this first” names as on its way."
    if contents.book.is_old(contents.stamp.date):
        return [_paragraph(_opening(contents)), Box((_paragraph(words),))]
    return [_paragraph(f"{_opening(contents)} {words}")]


def _quiet_law(contents: BriefContents) -> list[Block]:
    """What changed in the law without changing any words, so that nobody wonders whether it was overlooked."""
    said = " ".join(cause.words for change in contents.changes for cause in change.causes)
    quiet = [english.cap(one.words) for one in contents.law
             if one.words not in said and english.cap(one.words) not in said]
    return [_paragraph("This has changed as well. It has not led to other words:"),
            _bullets(f"{words}." for words in quiet)] if quiet else []


@dataclass(frozen=True, slots=True)
class _Group:
    """What the changes in one row have in common."""

    causes: tuple[Cause, ...]
    what: tuple[ChangeKind, ...]
    """What happened, for clauses that are new or gone; empty for others."""

    def is_only(self, kind: CauseKind) -> bool:
        return all(cause.kind == kind for cause in self.causes)


@dataclass(frozen=True, slots=True)
class _Row:
    where: str
    changes: tuple[EditionChange, ...]
    """All changes of the row; it shows the words of the first."""
    causes: tuple[Cause, ...]


def _rows(changes: Sequence[EditionChange], room: int) -> list[_Row]:
    """A row for each change. Several share one where an answer changed many places; if there is no room, also where
    several answers changed a place, and for improved wording. Changes by hand and for the law never share one."""
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
                shown = _most_telling(group, members)
                found.append(_Row(_places(members), (shown, *(one for one in members if one is not shown)),
                                  group.causes))
    return found


def _group(change: EditionChange) -> _Group:
    return _Group(change.causes, change.what if set(change.what) & {"new", "gone"} else ())


def _groups(changes: Sequence[EditionChange], by_answer: bool = False) -> dict[_Group, list[EditionChange]]:
    """The changes that can share a row. With `by_answer`, a change that several answers led to is with the other
    places of each of these answers, if each has other places."""
    places = Counter(cause for change in changes if _group(change).is_only("answer") and not _group(change).what
                     for cause in change.causes)
    groups: dict[_Group, list[EditionChange]] = {}
    for change in changes:
        group = _group(change)
        splits = by_answer and not group.what and all(places[cause] > 1 for cause in group.causes)
        for one in [_Group((cause,), ()) for cause in group.causes] if splits else [group]:
            groups.setdefault(one, []).append(change)
    return groups


def _most_telling(group: _Group, members: Sequence[EditionChange]) -> EditionChange:
    """The change that a shared row shows: preferably one with words before and now, and without another cause. Of
    several, the shortest for an answer, because an answer has much the same effect everywhere; else the longest."""
    sign = 1 if group.is_only("answer") else -1
    return min(members, key=lambda change: (not (change.before and change.now), change.causes != group.causes,
                                            "…" in change.now, sign * len(change.before + change.now)))


def _places(members: Sequence[EditionChange]) -> str:
    """Where the changes of a row are: in the policy by number or title, elsewhere by document."""
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
    """The first `most` names, each once, and how many more there are."""
    once = list(dict.fromkeys(names))
    return sign.join(once[:most]) + (f" and {len(once) - most} more" if len(once) > most else "")


def _in_one_place(changes: Iterable[EditionChange]) -> list[EditionChange]:
    """The changes, with one for those that are the same in several documents."""
    groups: dict[tuple[str, tuple[ChangeKind, ...], str, str], list[EditionChange]] = {}
    for change in changes:
        groups.setdefault((change.clause or change.document, change.what, change.before, change.now), []).append(change)
    found = []
    for first, *others in groups.values():
        documents = {change.document_title for change in others} - {first.document_title}
        place = first.document_title + (f" and {_counted(len(documents), 'other form')}" if documents else "")
        title = f"{place}: {first.title}" if first.clause and first.title else place
        found.append(replace(first, title=title, number="", document_title=place))
    return found


def _whys(rows: Sequence[_Row]) -> list[str]:
    """What happened in each row and why, as sentences. A cause that an earlier row has is shorter."""
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


def _change_table(rows: Sequence[_Row], whys: Sequence[str]) -> Table:
    def shown(row: _Row, words: str) -> tuple[Text, ...]:  # an empty cell would look like a field to fill in
        return (Text(f"For example: {words}" if len(row.changes) > 1 and words else words or "–"),)

    header = ("What has changed, and why", "Before", "Now")
    cells = [((Text(f"{row.where}.", "strong"), Text(f" {why}")), shown(row, row.changes[0].before),
              shown(row, row.changes[0].now)) for row, why in zip(rows, whys, strict=True)]
    return Table(tuple((Text(words),) for words in header), tuple(cells),
                 "Each change: where it is, what changed and why, the words before and now.")


def _signing(contents: BriefContents) -> list[Block]:
    if not contents.sign_again:
        return [_paragraph("Nobody: what people have signed says the same.")] if contents.changes else []
    groups: dict[str, list[str]] = {}
    for title in contents.sign_again:  # “Declaration for staff” and “Declaration for volunteers” share an entry
        form, _, whom = title.partition(" for ")
        groups.setdefault(form, []).append(whom)
    titles = "; ".join(f"{form} for {english.listing(whom)}" if all(whom) else form for form, whom in groups.items())
    when = "" if contents.approved else "once the policy is approved, "
    words = english.cap(f"{when}whoever has signed one of these signs it again: {titles}.")
    clauses = [(change.number or change.title or f"a point under “{change.section}”")
               + (" (left out)" if "gone" in change.what else "")
               for changes in contents.sign_again.values() for change in changes if change.document_kind == "policy"]
    if clauses:
        words += (" A declaration promises to keep to the policy, and these clauses of it have changed: "
                  f"{_at_most(_NUMBERS, clauses)}.")
    return [_paragraph(words)]


def _minute(contents: BriefContents) -> Iterator[str]:
    """Sentences for the minutes, the first of which says what the governing body resolved about the policy."""
    stamp, earlier, body = contents.stamp, contents.earlier, english.cap(contents.the_body)
    policy, changed = f"the {contents.policy}", _counted(len(contents.changes), "change")
    looked_at = f"{body} looked at edition {stamp.number} of {policy}, of {date_in_words(stamp.date)}, "
    approved_then = date_in_words(earlier.approved_on) if earlier.approved_on else ""
    if approved_then and all(change.causes == (APPROVAL,) for change in contents.changes):
        day = _LINE if contents.approved in ("", approved_then) else contents.approved
        yield (f"{body} reviewed {policy} (edition {earlier.number} of {date_in_words(earlier.date)}) and agreed on "
               f"{day} that it stays as it is.")
    elif approved_then and contents.approved == approved_then:
        yield f"{looked_at}with its {changed}, and agreed on {_LINE} that its approval of {approved_then} stands."
    elif contents.approved:
        yield f"{body} approved {policy} on {contents.approved}, with the {changed} since edition {earlier.number}."
    else:
        yield f"{looked_at}{f'with its {changed}, ' if contents.changes else ''}and approved it on {_LINE}."
    if contents.book.is_old(stamp.date):
        yield (f"It knew that the law in it was last checked on {date_in_words(contents.book.checked)}, and agreed who "
               f"checks it by when: {_LINE * 2}")
    if contents.decisions:
        yield f"On what was left to decide, it agreed: {_LINE * 2}"
    if contents.sign_again:
        yield f"The forms that “{TITLE}” names are to be signed again before {_LINE}."
    yield f"The next review is due {'a year' if contents.years == 1 else f'{contents.years} years'} from then."

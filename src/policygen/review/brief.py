"""The change brief: what trustees have to know of a new edition, on two pages at most for an ordinary review.

In: the changes with their causes, and what is known of both editions. Out: a `Document` that every writer can draw.
It decides nothing and finds nothing out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from policygen.model import english
from policygen.pack.assembly import Stamp
from policygen.review.changes import APPROVAL, CAUSES, Cause, EditionChange, CauseKind, ChangeKind, change_in_words, clause_name
from policygen.model.document import (
    Block, Box, Document, Issue, Item, ItemList, Paragraph, Passage, Section, Table, Text,
)
from policygen.library.law import LawChange
from policygen.model.english import date_in_words

ID, TITLE = "what-has-changed", "What has changed"
ROOM, ROOM_FOR_FORMS = 12, 4
"""Rows for which there is room on two pages; above it, more changes share a row."""
ALIKE = 4
"""So many changes, and more, can share a row; those that come from one answer always do."""
NUMBERS = 12
"""Numbers of clauses that a shared row lists."""
LINE = "____________"


@dataclass(frozen=True, slots=True)
class BriefContents:
    """What the brief has to say beside the changes."""

    organisation: str
    policy: str
    """The policy's title."""
    the_body: str
    """What the governing body is called, with its article."""
    the_body_then: str
    """The same when the earlier edition was made."""
    since: Issue
    """The edition that it is compared with."""
    stamp: Stamp
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


def brief_document(facts: BriefContents) -> Document:
    """The brief."""
    own = _rows([change for change in facts.changes if change.document_kind == "policy"], ROOM)
    rest = _rows(_shared(change for change in facts.changes if change.document_kind != "policy"), ROOM_FOR_FORMS)
    whys = _whys([*own, *rest])
    parts = [("", _opening(facts)),
             ("Decisions", _decisions(facts)),
             (f"The {facts.policy[0].lower()}{facts.policy[1:]}", [_table(own, whys[:len(own)])] if own else []),
             ("Forms and sheets", [_table(rest, whys[len(own):])] if rest else []),
             ("Law", _law(facts)),
             ("Who has to sign again", _signing(facts)),
             ("For the minutes", [Box(tuple(map(_words, _minute(facts))))])]
    sections = tuple(Section(f"{ID}-{number}", title, "", (Passage(f"{ID}/{number}", title, "", tuple(blocks)),))
                     for number, (title, blocks) in enumerate(parts) if blocks)
    line = f"Edition {facts.stamp.number}, {date_in_words(facts.stamp.date)}" + (" (draft)" if facts.stamp.draft else "")
    return Document(ID, "notes", TITLE, facts.organisation, "plain", (), sections, line, facts.stamp.draft)


def _words(text: str) -> Paragraph:
    return Paragraph((Text(text),))


def _listed(texts: Iterable[str]) -> ItemList:
    return ItemList(tuple(Item((_words(text),), "•") for text in texts))


# ---- in short ----------------------------------------------------------------------------------------------------


def _opening(facts: BriefContents) -> list[Block]:
    stamp, since = facts.stamp, facts.since
    approved = (f", whose text {facts.the_body_then} approved on {date_in_words(since.approved_on)}"
                if since.approved_on else ", a draft")
    words = (f"This compares edition {stamp.number} of {date_in_words(stamp.date)} with edition {since.number} of "
             f"{date_in_words(since.date)}{approved}.")
    if not facts.changes:
        return [_words(f"{words} Nothing has changed: your answers and the law of today lead to the same words.")]
    count = len(facts.changes)
    shown = f" The Word file “{facts.redline}” shows every word." if facts.redline else ""
    return [_words(f"{words} {_count(count, 'change')}{_by_cause(facts.changes)}.{shown}")]


def _by_cause(changes: Sequence[EditionChange]) -> str:
    """How many changes have which cause: `: 2 from the law and 1 by improved wording`."""
    counts = Counter(kind for change in changes for kind in {cause.kind for cause in change.causes})
    told = {kind: f"{'from' if kind in ('law', 'answer') else 'by'} {words}" for kind, words in CAUSES.items()
            if counts[kind]}
    if counts["own"] == 1:
        told["own"] = "by your own edit"
    if len(changes) == 1 and len(counts) == 1:
        return f", {told.popitem()[1]}"
    several = ", some of them for more than one reason" if counts.total() > len(changes) else ""
    return ": " + english.listing([f"{counts[kind]} {words}" for kind, words in told.items()]) + several


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}{'s' if number != 1 else ''}"


def _decisions(facts: BriefContents) -> list[Block]:
    return [_listed(facts.decisions)] if facts.decisions else []


def _law(facts: BriefContents) -> list[Block]:
    """What changed in the law and led to no other words: nobody should wonder whether it was overlooked."""
    told = " ".join(cause.words for change in facts.changes for cause in change.causes)
    quiet = [f"{english.cap(one.words)}." for one in facts.law
             if one.words not in told and english.cap(one.words) not in told]
    return [_words("This has changed as well. It has not led to other words:"), _listed(quiet)] if quiet else []


# ---- the changes -------------------------------------------------------------------------------------------------


Group = tuple[tuple[Cause, ...], tuple[ChangeKind, ...]]
"""What changes have in common that share a row: their causes; and what tells new and gone ones from the others."""


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
    groups = _grouped((change, _group(change)) for change in changes)
    together = [group for group, found in groups.items() if len(found) >= ALIKE and _only(group, "answer")]
    if _length(groups, together) > room:
        groups = _by_answer(changes)
        together = [group for group, found in groups.items()
                    if len(found) >= (ALIKE if group[1] else 2) and _only(group, "answer")]
    spare = sorted((group for group in groups if _only(group, "wording")), key=lambda group: len(groups[group]))
    while spare and len(groups[spare[-1]]) >= ALIKE and _length(groups, together) > room:
        together.append(spare.pop())
    found: list[_Row] = []
    for change in changes:
        for group in [group for group, members in groups.items() if change in members]:
            if group not in together:
                found.append(_Row(clause_name(change), (change,), change.causes))
            elif groups[group][0] is change:
                found.append(_shared_row(group, groups[group]))
    return found


def _group(change: EditionChange) -> Group:
    return change.causes, change.what if set(change.what) & {"new", "gone"} else ()


def _grouped(pairs: Iterable[tuple[EditionChange, Group]]) -> dict[Group, list[EditionChange]]:
    groups: dict[Group, list[EditionChange]] = {}
    for change, group in pairs:
        groups.setdefault(group, []).append(change)
    return groups


def _only(group: Group, kind: CauseKind) -> bool:
    return all(cause.kind == kind for cause in group[0])


def _by_answer(changes: Sequence[EditionChange]) -> dict[Group, list[EditionChange]]:
    """The groups, where what several answers changed stands with the other places of each of them, if they have any."""
    plain = Counter(cause for change in changes if _only(_group(change), "answer") and not _group(change)[1]
                    for cause in change.causes)

    def groups(change: EditionChange) -> list[Group]:
        causes, what = _group(change)
        splits = all(plain[cause] > 1 for cause in causes) and not what
        return [((cause,), what) for cause in causes] if splits else [(causes, what)]

    return _grouped((change, group) for change in changes for group in groups(change))


def _length(groups: Mapping[Group, list[EditionChange]], together: Sequence[Group]) -> int:
    return sum(1 if group in together else len(found) for group, found in groups.items())


def _shared_row(group: Group, members: Sequence[EditionChange]) -> _Row:
    """The row of changes that go together. It shows one that has words to show, and no other cause if there is one:
    the shortest for an answer, which is much the same everywhere, else the longest."""
    sign = 1 if _only(group, "answer") else -1
    shown = min(members, key=lambda change: (not (change.before and change.now), change.causes != group[0],
                                             "…" in change.now, sign * len(change.before + change.now)))
    return _Row(_places(members), (shown, *(change for change in members if change is not shown)), group[0])


def _places(members: Sequence[EditionChange]) -> str:
    """Where changes are: by number or title in the policy, elsewhere by document."""
    if len(members) == 1:
        return clause_name(members[0])
    own, titled = members[0].document_kind == "policy", bool(_group(members[0])[1]) or not members[-1].number
    places = list(dict.fromkeys((clause_name(change) if _group(change)[1] else change.number or change.title) if own
                                else change.document_title for change in members))
    room, lead, sign = (NUMBERS // 2 if titled else NUMBERS, ": ", ", ") if own else (3, " in ", "; ")
    rest = f" and {len(places) - room} more" if len(places) > room else ""
    return f"{len(members)} places{lead}{sign.join(places[:room])}{rest}"


def _shared(changes: Iterable[EditionChange]) -> list[EditionChange]:
    """The changes, with one in the place of those that are the same in several documents."""
    groups: dict[tuple, list[EditionChange]] = {}
    for change in changes:
        groups.setdefault((change.clause or change.document, change.what, change.before, change.now), []).append(change)
    found = []
    for group in groups.values():
        titles = list(dict.fromkeys(change.document_title for change in group))
        place = titles[0] if len(titles) == 1 else f"{titles[0]} and {_count(len(titles) - 1, 'other form')}"
        title = f"{place}: {group[0].title}" if group[0].clause and group[0].title else place
        found.append(replace(group[0], title=title, number="", document_title=place))
    return found


def _table(rows: Sequence[_Row], whys: Sequence[str]) -> Table:
    header = ("What has changed, and why", "Before", "Now")
    cells = [((Text(f"{row.where}.", "strong"), Text(f" {why}")), _shown(row, row.changes[0].before),
              _shown(row, row.changes[0].now)) for row, why in zip(rows, whys, strict=True)]
    return Table(tuple((Text(words),) for words in header), tuple(cells),
                 "Each change: where it is, what changed and why, the words before and now.")


def _whys(rows: Sequence[_Row]) -> list[str]:
    """What happened in each row and its causes, as sentences; what was told before in fewer words."""
    found, told = [], set()
    for row in rows:
        change = row.changes[0]
        what = [change_in_words(change)] if len(row.changes) == 1 or _group(change)[1] else []
        causes = [cause.again if cause in told and cause.again else cause.words for cause in row.causes]
        found.append(" ".join(sentence if sentence.endswith((".", "?”", "…”")) else f"{sentence}."
                              for sentence in (*what, *causes)))
        told.update(row.causes)
    return found


def _shown(row: _Row, words: str) -> tuple[Text, ...]:
    """A cell; an empty one would look like one to write in."""
    return (Text(f"For example: {words}" if len(row.changes) > 1 and words else words or "–"),)


# ---- who signs, what is minuted ----------------------------------------------------------------------------------


def _signing(facts: BriefContents) -> list[Block]:
    if not facts.sign_again:
        return [_words("Nobody: what people have signed says the same.")] if facts.changes else []
    numbers = list(dict.fromkeys(_numbered(change) for changes in facts.sign_again.values() for change in changes
                                 if change.document_kind == "policy"))
    shown = ", ".join(numbers[:NUMBERS]) + (f" and {len(numbers) - NUMBERS} more" if len(numbers) > NUMBERS else "")
    when = "" if facts.approved else "once the policy is approved, "
    words = english.cap(f"{when}whoever has signed one of these signs it again: {_titles(facts.sign_again)}.")
    why = f" A declaration promises to keep to the policy, and these clauses of it have changed: {shown}."
    return [_words(words + why if numbers else words)]


def _titles(titles: Iterable[str]) -> str:
    """Titles of forms, those that differ only in whom they are for as one."""
    groups: dict[str, list[str]] = {}
    for title in titles:
        form, _, whom = title.partition(" for ")
        groups.setdefault(form, []).append(whom)
    return "; ".join(f"{form} for {english.listing(all_)}" if all(all_) else form for form, all_ in groups.items())


def _numbered(change: EditionChange) -> str:
    """A clause by its number; by its title, or at least its section, where it has none."""
    words = change.number or change.title or f"a point under “{change.section}”"
    return f"{words} (left out)" if "gone" in change.what else words


def _minute(facts: BriefContents) -> Iterator[str]:
    years = "a year" if facts.years == 1 else f"{facts.years} years"
    yield _resolution(facts)
    if facts.decisions:
        yield f"On what was left to decide, it agreed: {LINE * 2}"
    if facts.sign_again:
        yield f"The forms that “{TITLE}” names are to be signed again before {LINE}."
    yield f"The next review is due {years} from then."


def _resolution(facts: BriefContents) -> str:
    """What the governing body resolved, or is to resolve, about the policy."""
    stamp, since, body = facts.stamp, facts.since, english.cap(facts.the_body)
    policy, changed = f"the {facts.policy}", _count(len(facts.changes), "change")
    looked_at = f"{body} looked at edition {stamp.number} of {policy}, of {date_in_words(stamp.date)}, "
    earlier = date_in_words(since.approved_on) if since.approved_on else ""
    if earlier and all(change.causes == (APPROVAL,) for change in facts.changes):
        day = LINE if facts.approved in ("", earlier) else facts.approved
        return (f"{body} reviewed {policy} (edition {since.number} of {date_in_words(since.date)}) and agreed on "
                f"{day} that it stays as it is.")
    if earlier and facts.approved == earlier:
        return f"{looked_at}with its {changed}, and agreed on {LINE} that its approval of {earlier} stands."
    if facts.approved:
        return f"{body} approved {policy} on {facts.approved}, with the {changed} since edition {since.number}."
    return f"{looked_at}{f'with its {changed}, ' if facts.changes else ''}and approved it on {LINE}."

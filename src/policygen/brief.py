"""The change brief: what trustees have to know of a new edition, on two pages at most for an ordinary review.

In: the changes with their causes, and what is known of both editions. Out: a `Document` that every writer can draw.
It decides nothing and finds nothing out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from policygen import grammar
from policygen.assembly import Stamp
from policygen.changes import KINDS, Change, in_words, name
from policygen.document import Block, Box, Document, Issue, Item, ItemList, Paragraph, Passage, Section, Table, Text
from policygen.law import LawChange
from policygen.templating import date_in_words

ID, TITLE = "what-has-changed", "What has changed"
ROOM, ROOM_FOR_FORMS = 10, 4
"""Rows for which there is room on two pages; above it, changes with one cause share a row."""
ALIKE = 4
"""From so many on, changes that come from one answer always share a row."""
NUMBERS = 12
"""Numbers of clauses that a shared row lists."""
LINE = "____________"


@dataclass(frozen=True, slots=True)
class Facts:
    """What the brief has to say beside the changes."""

    organisation: str
    policy: str
    """The policy's title."""
    the_body: str
    """What the governing body is called, with its article."""
    since: Issue
    """The edition that it is compared with."""
    then_the_body: str
    """What the governing body was called then."""
    stamp: Stamp
    approved: str
    """The day of approval in words; empty for a draft."""
    years: int
    """Until the next review."""
    changes: tuple[Change, ...]
    law: tuple[LawChange, ...]
    """What became of law that the pack rests on."""
    decisions: tuple[str, ...]
    """What is still to be decided, a sentence each."""
    sign_again: Mapping[str, tuple[Change, ...]]
    """Titles of forms that are to be signed again, and what changed for those who sign."""
    redline: str
    """The name of the Word file that shows every word; empty where none is written."""


def document(facts: Facts) -> Document:
    """The brief."""
    own = [change for change in facts.changes if change.document_kind == "policy"]
    rest = [change for change in facts.changes if change.document_kind != "policy"]
    parts = [("", _opening(facts)),
             ("Decisions", _decisions(facts)),
             (f"The {facts.policy[0].lower()}{facts.policy[1:]}", [_table(_rows(own, ROOM))] if own else []),
             ("Forms and sheets", [_table(_rows(_shared(rest), ROOM_FOR_FORMS))] if rest else []),
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


def _opening(facts: Facts) -> list[Block]:
    stamp, since = facts.stamp, facts.since
    approved = (f", which {facts.then_the_body} approved on {date_in_words(since.approved_on)}" if since.approved_on
                else ", a draft")
    words = (f"This compares edition {stamp.number} of {date_in_words(stamp.date)} with edition {since.number} of "
             f"{date_in_words(since.date)}{approved}.")
    if not facts.changes:
        return [_words(f"{words} Nothing has changed: the same answers and the law of today lead to the same words.")]
    count = len(facts.changes)
    shown = f" The Word file “{facts.redline}” shows every word." if facts.redline else ""
    return [_words(f"{words} {_count(count, 'change')}{_by_cause(facts.changes)}.{shown}")]


def _by_cause(changes: Sequence[Change]) -> str:
    """How many changes have which cause: `: 2 from the law and 1 by improved wording`."""
    counts = Counter(kind for change in changes for kind in {cause.kind for cause in change.causes})
    before = {"law": "from ", "answer": "from ", "wording": "by ", "own": "by "}
    if len(changes) == 1 and len(counts) == 1:
        return f", {before[only := next(iter(counts))]}{KINDS[only]}"
    return ": " + grammar.listing([f"{counts[kind]} {before[kind]}{words}" for kind, words in KINDS.items()
                                   if counts[kind]])


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}{'s' if number != 1 else ''}"


def _decisions(facts: Facts) -> list[Block]:
    return [_listed(facts.decisions)] if facts.decisions else []


def _law(facts: Facts) -> list[Block]:
    """What changed in the law and led to no other words: nobody should wonder whether it was overlooked."""
    told = {cause.words for change in facts.changes for cause in change.causes}
    quiet = [f"{one.words[:1].upper()}{one.words[1:]}." for one in facts.law
             if f"Law: {one.words[:1].upper()}{one.words[1:]}" not in told]
    return [_words("This has changed as well, and the wording needed no change for it:"), _listed(quiet)] if quiet else []


# ---- the changes -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Row:
    where: str
    changes: tuple[Change, ...]
    """All that it stands for; the first one is shown."""


def _rows(changes: Sequence[Change], room: int) -> list[_Row]:
    """A row for each change; one for several that have the same causes, where there are many."""
    groups: dict[tuple, list[Change]] = {}
    for change in changes:
        groups.setdefault((change.causes, _is_whole(change)), []).append(change)
    together = {key for key, group in groups.items() if len(group) >= ALIKE and key[0][0].kind == "answer"}
    spare = sorted((key for key in groups if key not in together), key=lambda key: len(groups[key]))
    while spare and len(groups[spare[-1]]) > 2 and _length(groups, together) > room:
        together.add(spare.pop())
    found: list[_Row] = []
    for change in changes:
        key = (change.causes, _is_whole(change))
        if key not in together:
            found.append(_Row(name(change), (change,)))
        elif change is groups[key][0]:
            found.append(_Row(_places(groups[key]), tuple(groups[key])))
    return found


def _length(groups: Mapping[tuple, list[Change]], together: set[tuple]) -> int:
    return sum(1 if key in together else len(group) for key, group in groups.items())


def _is_whole(change: Change) -> tuple[str, ...]:
    """What tells changes apart that cannot share a row: new and gone ones."""
    return change.what if set(change.what) & {"new", "gone"} else ()


def _places(group: Sequence[Change]) -> str:
    """Where several changes are."""
    numbers = any(change.number for change in group)
    places = list(dict.fromkeys((change.number or change.title) if numbers else change.document_title for change in group))
    room, lead, sign = (NUMBERS, ": ", ", ") if numbers else (3, " in ", "; ")
    rest = f" and {len(places) - room} more" if len(places) > room else ""
    return f"{len(group)} places{lead}{sign.join(places[:room])}{rest}"


def _shared(changes: Iterable[Change]) -> list[Change]:
    """The changes, with one in the place of those that are the same in several documents."""
    groups: dict[tuple, list[Change]] = {}
    for change in changes:
        groups.setdefault((change.clause or change.document, change.what, change.before, change.now), []).append(change)
    found = []
    for group in groups.values():
        titles = list(dict.fromkeys(change.document_title for change in group))
        place = titles[0] if len(titles) == 1 else f"{titles[0]} and {_count(len(titles) - 1, 'other form')}"
        title = f"{place}: {group[0].title}" if group[0].clause and group[0].title else place
        found.append(replace(group[0], title=title, number="", document_title=place))
    return found


def _table(rows: Sequence[_Row]) -> Table:
    header = ("What has changed, and why", "Before", "Now")
    cells = [((Text(f"{row.where}.", "strong"), Text(f" {_why(row)}")), _cell(_shown(row, row.changes[0].before, "new")),
              _cell(_shown(row, row.changes[0].now, "gone"))) for row in rows]
    return Table(tuple(map(_cell, header)), tuple(cells),
                 "Each change: where it is, what changed and why, the words before and now.")


def _cell(words: str) -> tuple[Text, ...]:
    return (Text(words),) if words else ()


def _why(row: _Row) -> str:
    """What happened and its causes, as sentences."""
    what = in_words(row.changes[0]) if len(row.changes) == 1 or _is_whole(row.changes[0]) else "Changed in the same way"
    return " ".join(sentence if sentence.endswith((".", "?”", "…”")) else f"{sentence}."
                    for sentence in (what, *(cause.words for cause in row.changes[0].causes)))


def _shown(row: _Row, words: str, missing: str) -> str:
    example = "For example: " if len(row.changes) > 1 and words else ""
    return f"{example}{words}" if words or missing not in row.changes[0].what else "–"


# ---- who signs, what is minuted ----------------------------------------------------------------------------------


def _signing(facts: Facts) -> list[Block]:
    if not facts.sign_again:
        return [_words("Nobody: what people have signed says the same.")] if facts.changes else []
    numbers = list(dict.fromkeys(_numbered(change) for changes in facts.sign_again.values() for change in changes
                                 if change.document_kind == "policy"))
    shown = ", ".join(numbers[:NUMBERS]) + (f" and {len(numbers) - NUMBERS} more" if len(numbers) > NUMBERS else "")
    why = f" A declaration promises to keep to the policy, and these clauses of it have changed: {shown}." if numbers else ""
    return [_words(f"Once the policy is approved, whoever has signed one of these signs it again: {'; '.join(facts.sign_again)}."
                   f"{why}")]


def _numbered(change: Change) -> str:
    """A clause by its number."""
    return f"{change.number or change.title} (left out)" if "gone" in change.what else change.number or change.title


def _minute(facts: Facts) -> Iterator[str]:
    stamp, since, body = facts.stamp, facts.since, f"{facts.the_body[:1].upper()}{facts.the_body[1:]}"
    years = "a year" if facts.years == 1 else f"{facts.years} years"
    if not facts.changes:
        yield (f"{body} reviewed the {facts.policy} (edition {since.number} of {date_in_words(since.date)}) and agreed "
               f"on {LINE} that it stays as it is.")
    else:
        yield (f"{body} looked at edition {stamp.number} of the {facts.policy}, of {date_in_words(stamp.date)}, with "
               f"its {_count(len(facts.changes), 'change')}, and approved it on {facts.approved or LINE}.")
    if facts.decisions:
        yield f"On what was left to decide, it agreed: {LINE * 2}"
    if facts.sign_again:
        yield f"The forms named above are to be signed again by {LINE}."
    yield f"The next review is due {years} from then."

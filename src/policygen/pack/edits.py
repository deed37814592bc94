"""Local edits: what people changed by hand, as data that is kept from edition to edition.

In: edits, and the documents that the library gives now. Out: what the library has changed about each edit, documents
with the edits in their places, and the edits as JSON can hold them. The text of an edit goes into a document after
rendering, so that nothing in it can act as markup or template. This module reads no files and asks nobody: the choice
for each conflict comes in as an argument.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from msgspec import UNSET, Struct, UnsetType

from policygen.model.document import LOCAL, Document, Passage, Section, passages_of
from policygen.model.lines import Line, blocks_of, lines_from_data, lines_to_data, unnumbered_lines
from policygen.pack.merge import Conflict, MergeChoice, Merged, carried, merge, reopened
from policygen.pack.selection import CONCISE


@dataclass(frozen=True, slots=True)
class OtherWording:
    """What stood in a clause's place in an edition that has another wording of the clause than this one."""

    wording: str
    """Which wording, as `wording_of` names it."""
    base: tuple[Line, ...]
    """The library's lines that the local ones were last settled with."""
    lines: tuple[Line, ...]
    """The local lines, with what people have changed in other wordings since."""


@dataclass(frozen=True, slots=True)
class LocalEdit:
    """What stands locally in the place of one clause of one document."""

    document: str
    clause: str
    """Its id; it begins with `local/` if the library does not have the clause. A section with another title, or that
    people added, has an edit too: with the section's id, and no lines."""
    base: tuple[Line, ...] | None
    """The library's lines when the edit was made or last settled: a review asks only if they differ from today's.
    None for a local clause."""
    lines: tuple[Line, ...] | None
    """The local lines; None for a clause that was deleted."""
    base_title: str = ""
    title: str = ""
    section: str = ""
    """The id of the section that the clause stands in; empty for a section that people added."""
    after: str = ""
    """The id of the clause before it in that section; for a section that people added, of the section before it. Empty
    for the first."""
    placed: bool = False
    """Whether `section` and `after` count, as for a local or a moved clause; else the library's order does."""
    open: tuple[Line, ...] | None = None
    """Set while something is still to be decided, else None: the library's lines of the last time when everything
    was decided, with today's lines in the places that are settled. A clause that the library has withdrawn stands as
    long as this is set."""
    wording: str = ""
    """Which wording of the clause `base` and `lines` are of, as `wording_of` names it."""
    others: tuple[OtherWording, ...] = ()
    """The clause in its other wordings, for when the policy has one of those again."""

    @property
    def adds_section(self) -> bool:
        """Whether it is a section that people added."""
        return self.base is None and self.lines == ()

    @property
    def settled_with(self) -> tuple[Line, ...] | None:
        """The lines that the library's lines of today are compared with."""
        return self.base if self.open is None else self.open


@dataclass(frozen=True, slots=True)
class Renewal:
    """A local edit, and what the library says about its clause now."""

    edit: LocalEdit
    now: tuple[Line, ...] | None
    """The library's lines now; None when it has withdrawn the clause, or left it out."""
    now_title: str
    merged: Merged
    waits: bool = False
    """Whether the answers leave out its clause or document this time: the edit waits until that returns."""
    reworded: bool = False
    """Whether this edition has another wording of the clause than the one that was edited."""

    @property
    def conflicts(self) -> tuple[Conflict, ...]:
        """What somebody has to decide; empty when the edit stands as it is."""
        return self.merged.conflicts

    @property
    def title(self) -> str:
        """What the clause is called."""
        return self.edit.title or self.now_title

    @property
    def what(self) -> str:
        """Why there is something to decide, in words that follow the title."""
        if self.edit.lines is None:
            return "you have taken this out by hand, and the wording that policygen brings for it has changed since"
        if self.now is None:
            return "you have changed this by hand, and policygen has left it out since"
        if self.reworded:
            return "you have changed this by hand in another style of the policy, and this one has other words here"
        return "you have changed this by hand, and the wording that policygen brings has changed too"

    @property
    def meanwhile(self) -> str:
        """What stands until somebody decides, as a sentence without its full stop."""
        return "It stays out for now" if self.edit.lines is None else "Your words stand for now"


def renew(documents: Iterable[Document], edits: Iterable[LocalEdit],
          known: Collection[tuple[str, str]] = ()) -> tuple[Renewal, ...]:
    """What the library of today says about each edit. The documents come as rendered, before they are numbered.
    `known` are the ids of all documents of the library, each with the id of a clause or section in it. What is known
    and not in the documents is left out by the answers and may return; anything else has been withdrawn."""
    found, documents = [], tuple(documents)
    current = {document.id: {passage.clause: passage for passage in passages_of(document)}
               | {section.id: Passage(section.id, section.title, "", ()) for section in document.sections}
               for document in documents}
    wordings = {document.id: wording_of(document.layout) for document in documents}
    for edit in edits:
        passage = current.get(edit.document, {}).get(edit.clause)
        waits = edit.document not in current or (passage is None and (edit.document, edit.clause) in known)
        now = unnumbered_lines(passage.blocks) if passage else None
        given = edit
        if now is not None and edit.wording != wordings[edit.document]:
            edit = _in_other_wording(edit, wordings[edit.document], now)
        lines, base = edit.lines or (), edit.settled_with
        if base is None or waits or (now is None and lines in ((), base)):
            merged = Merged(())
        elif now is None:  # withdrawn: words that somebody wrote must not vanish unseen
            merged = Merged((Conflict(base, lines, (), lines, ()),))
        elif edit.lines is None:
            merged = Merged(()) if now == base else Merged((Conflict(base, (), now, now, now),))
        else:
            merged = merge(base, lines, now)
        found.append(Renewal(edit, now, passage.title if passage else edit.base_title, merged, waits,
                             edit.others != given.others))
    return tuple(found)


def wording_of(layout: str) -> str:
    """The name of the wording that a layout uses: empty for the complete one."""
    return layout if layout in CONCISE else ""


def _in_other_wording(edit: LocalEdit, wording: str, now: tuple[Line, ...]) -> LocalEdit:
    """The edit in another wording of its clause: as it stood there before, or else what it changes, carried over to the
    library's lines of `now`. The wording that it comes from is kept beside it."""
    base, lines = edit.settled_with, edit.lines
    before = next((one for one in edit.others if one.wording == wording), None)
    if base is None or lines is None or (before is None and base == now):
        return replace(edit, wording=wording)
    others = (*(one for one in edit.others if one.wording != wording), OtherWording(edit.wording, base, lines))
    if before is None:
        base, lines = carried(base, lines, now, now)
    else:
        base, lines = before.base, before.lines
        base = reopened(base, lines, now) if edit.open is not None else base
    return replace(edit, base=base, lines=lines, wording=wording, others=others, open=None)


def changed_by_hand(before: LocalEdit, lines: tuple[Line, ...]) -> tuple[OtherWording, ...]:
    """The other wordings of an edit, after somebody changed its lines to these."""
    found = ((one, *carried(before.lines or (), lines, one.base, one.lines)) for one in before.others)
    return tuple(replace(one, base=base, lines=own) for one, base, own in found if base != own)


def settle(renewal: Renewal, choices: Sequence[MergeChoice | None] = ()) -> LocalEdit | None:
    """The edit for the next edition; None when nothing of the edit is left and the library's text stands. `choices` has
    one for each conflict, in order. Where it is None, the local text stands and the next review asks again."""
    edit, merged = renewal.edit, renewal.merged
    lines, is_open = merged.settled(choices), merged.is_open(choices)
    if renewal.waits:  # what is undecided comes up again when the clause returns
        return replace(edit, base=edit.settled_with, open=None)
    if edit.base is None or (renewal.now is None and not merged.conflicts):
        return edit
    if renewal.now is None:  # the library has withdrawn the clause: from now on it is a local one, unless it goes
        if is_open:
            return replace(edit, open=edit.settled_with)
        return replace(edit, clause=LOCAL + edit.clause, base=None, lines=lines, placed=True, open=None,
                       others=()) if lines else None
    if renewal.reworded and {"new", "both"} & set(choices):  # what was given up here is asked about there again
        edit = replace(edit, others=tuple(
            replace(one, base=reopened(one.base, one.lines, one.base)) for one in edit.others))
    title = edit.title if edit.title != edit.base_title else renewal.now_title
    gone = edit.lines is None and not lines
    kept = replace(edit, base=renewal.now, lines=None if gone else lines, base_title=renewal.now_title, title=title,
                   open=merged.base(choices) if is_open else None)
    unchanged = not kept.open and not gone and lines == renewal.now and title == renewal.now_title and not (
        edit.placed or edit.others)
    return None if unchanged else kept


def apply_edits(documents: tuple[Document, ...], edits: Iterable[LocalEdit]) -> tuple[Document, ...]:
    """The documents with the settled edits in their places. They come as rendered, before they are numbered."""
    edits = tuple(edits)
    return tuple(_edited(document, [edit for edit in edits if edit.document == document.id])
                 for document in documents)


def _edited(document: Document, edits: Sequence[LocalEdit]) -> Document:
    sections = document.sections
    for edit in filter(lambda edit: edit.adds_section, edits):
        ids = [section.id for section in sections]
        at = ids.index(edit.after) + 1 if edit.after in ids else len(ids) if edit.after else 0
        sections = (*sections[:at], Section(edit.clause, edit.title, "", ()), *sections[at:])
    for edit in filter(lambda edit: not edit.adds_section, edits):
        sections = tuple(replace(section, title=edit.title) if section.id == edit.clause else section
                         for section in sections)
        passage = next((one for section in sections for one in section.passages if one.clause == edit.clause), None)
        if passage is None and edit.base is not None and edit.open is None:
            continue  # the answers leave this clause out; the edit waits for its return
        now: tuple[Passage, ...] = ()
        if edit.lines is not None:
            title = edit.title or (passage.title if passage else "")
            now = (Passage(edit.clause, title, "", blocks_of(edit.lines)),)
        moves = edit.placed or passage is None
        if now or not moves:
            put = () if moves else now
            sections = tuple(replace(section, passages=tuple(
                found for one in section.passages for found in (put if one is passage else (one,))))
                for section in sections)
        if moves and now and sections:
            sections = _placed(sections, edit, now[0])
    return replace(document, sections=sections)


def _placed(sections: tuple[Section, ...], edit: LocalEdit, passage: Passage) -> tuple[Section, ...]:
    """The sections with a clause after the one that it follows. If that one is gone, the clause goes to the end of its
    section; if the section is gone, to the end of the last one."""
    home = next((at for at, section in enumerate(sections) if section.id == edit.section), len(sections) - 1)
    section = sections[home]
    order = [one.clause for one in section.passages]
    if section.id == edit.section and not edit.after:
        at = 0
    else:
        at = order.index(edit.after) + 1 if edit.after in order else len(order)
    passages = (*section.passages[:at], passage, *section.passages[at:])
    return (*sections[:home], replace(section, passages=passages), *sections[home + 1:])


class WordingRecord(Struct, frozen=True):
    """An `OtherWording` as JSON can hold it; the lines as `lines_to_data` stores them."""

    wording: str
    base: list[Any]
    lines: list[Any]


class EditRecord(Struct, frozen=True):
    """An edit as JSON can hold it; the lines as `lines_to_data` stores them."""

    document: str
    clause: str
    base: list[Any] | None
    lines: list[Any] | None
    base_title: str
    title: str
    section: str
    after: str
    placed: bool
    open: list[Any] | UnsetType = UNSET
    wording: str | UnsetType = UNSET
    others: list[WordingRecord] | UnsetType = UNSET

    def __post_init__(self) -> None:
        """Raise ValueError for lines that cannot be read."""
        self.edit()

    @classmethod
    def of(cls, edit: LocalEdit) -> EditRecord:
        return cls(edit.document, edit.clause, None if edit.base is None else lines_to_data(edit.base),
                   None if edit.lines is None else lines_to_data(edit.lines), edit.base_title, edit.title, edit.section,
                   edit.after, edit.placed, UNSET if edit.open is None else lines_to_data(edit.open),
                   edit.wording, [WordingRecord(one.wording, lines_to_data(one.base), lines_to_data(one.lines))
                                  for one in edit.others] or UNSET)

    def edit(self, wording: str = "") -> LocalEdit:
        """The edit that was stored. `wording` is that of an edit which does not say its own."""
        return LocalEdit(self.document, self.clause, None if self.base is None else lines_from_data(self.base, "base"),
                         None if self.lines is None else lines_from_data(self.lines), self.base_title, self.title,
                         self.section, self.after, self.placed,
                         None if self.open is UNSET else lines_from_data(self.open, "open"),
                         wording if self.wording is UNSET else self.wording,
                         tuple(OtherWording(one.wording, lines_from_data(one.base), lines_from_data(one.lines))
                               for one in self.others or ()))

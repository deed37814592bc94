"""Local edits as data: what people changed by hand, kept from edition to edition.

In: edits, and the documents that the library gives now. Out: what the library touched of the edits, documents with
the edits in their places, and the edits as JSON can hold them. Local text is text: it goes in after rendering, so
nothing in it can be markup or template. It reads no files and asks nobody; a choice for each conflict comes in.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from policygen.model.document import Document, Passage, Section, passages_of
from policygen.model.lines import Line, blocks_of, lines_from_data, lines_to_data, unnumbered_lines
from policygen.pack.merge import Conflict, MergeChoice, Merged, merge

LOCAL = "local/"
"""Begins the ids of clauses that people wrote themselves."""


@dataclass(frozen=True, slots=True)
class LocalEdit:
    """What stands locally in the place of one clause of one document."""

    document: str
    clause: str
    """Its id; one that begins with `local/` for a clause that the library does not have. The id of a section, with
    no lines, for a section that was given another title."""
    base: tuple[Line, ...] | None
    """What the library said when the edit was made or last settled: only when the library says something else now
    is there anything to ask. None for a local clause."""
    lines: tuple[Line, ...] | None
    """What stands; None for a clause that was deleted."""
    base_title: str = ""
    title: str = ""
    section: str = ""
    """The section that it stands in."""
    after: str = ""
    """The clause before it there; empty for the first."""
    placed: bool = False
    """Whether that place counts, as for a local or a moved clause, and not the library's."""
    open: tuple[Line, ...] | None = None
    """What the library said when all was decided last, where something is still to be decided; in the places that are
    settled, what it says now. None where all is decided. A clause that the library has withdrawn stands as long as that
    is open."""

    @property
    def settled_with(self) -> tuple[Line, ...] | None:
        """What the library's words of now are compared with."""
        return self.base if self.open is None else self.open


@dataclass(frozen=True, slots=True)
class Renewal:
    """A local edit, and what became of the clause in the library."""

    edit: LocalEdit
    now: tuple[Line, ...] | None
    """What the library says now; None when it has withdrawn the clause."""
    now_title: str
    merged: Merged
    waits: bool = False
    """Its clause, or the whole document, is only left out this time: the edit stays as it is until that returns."""

    @property
    def conflicts(self) -> tuple[Conflict, ...]:
        """What has to be decided; empty when the edit stands as it is."""
        return self.merged.conflicts

    @property
    def title(self) -> str:
        """What the clause is called."""
        return self.edit.title or self.now_title

    @property
    def what(self) -> str:
        """Why something has to be decided, in words that follow the title."""
        if self.edit.lines is None:
            return "you have taken this out by hand, and the wording that policygen brings for it has changed since"
        if self.now is None:
            return "you have changed this by hand, and policygen has left it out since"
        return "you have changed this by hand, and the wording that policygen brings has changed too"

    @property
    def meanwhile(self) -> str:
        """What stands until it is decided, as a sentence without its full stop."""
        return "It stays out for now" if self.edit.lines is None else "Your words stand for now"


# ---- at a review -------------------------------------------------------------------------------------------------


def renew(documents: Iterable[Document], edits: Iterable[LocalEdit],
          known: Collection[tuple[str, str]] = ()) -> tuple[Renewal, ...]:
    """What the library's documents of now make of each edit. The documents come as rendered, before they are numbered.
    `known` are all documents and clauses, or sections, that the library has: what the answers leave out of them may
    return, and what else is not there has been withdrawn."""
    now = {document.id: {passage.clause: passage for passage in passages_of(document)}
           | {section.id: Passage(section.id, section.title, "", ()) for section in document.sections}
           for document in documents}
    found = []
    for edit in edits:
        passage = now.get(edit.document, {}).get(edit.clause)
        left_out = edit.document not in now or (passage is None and (edit.document, edit.clause) in known)
        found.append(_renewal(edit, passage, left_out))
    return tuple(found)


def _renewal(edit: LocalEdit, passage: Passage | None, waits: bool) -> Renewal:
    now = unnumbered_lines(passage.blocks) if passage else None
    title = passage.title if passage else edit.base_title
    lines, base = edit.lines or (), edit.settled_with
    if base is None or waits or (now is None and lines in ((), base)):
        merged = Merged(())
    elif now is None:  # withdrawn: its last words must not vanish unseen where somebody wrote them
        merged = Merged((Conflict(base, lines, (), lines, ()),))
    elif edit.lines is None:
        merged = Merged(()) if now == base else Merged((Conflict(base, (), now, now, now),))
    else:
        merged = merge(base, lines, now)
    return Renewal(edit, now, title, merged, waits)


def settle(renewal: Renewal, choices: Sequence[MergeChoice | None] = ()) -> LocalEdit | None:
    """The edit for the next edition, with a choice for each conflict in order. Where there is none the local text
    stands, and the conflict comes up again at the next review. None when nothing of the edit is left: the library's
    text is what stands."""
    edit, merged = renewal.edit, renewal.merged
    lines = merged.settled(choices)
    if renewal.waits:  # what was still to be decided comes up again with its clause
        return replace(edit, base=edit.settled_with, open=None)
    if edit.base is None or (renewal.now is None and not merged.conflicts):
        return edit
    if renewal.now is None:
        return _of_withdrawn(edit, lines, merged.is_open(choices))
    title = edit.title if edit.title != edit.base_title else renewal.now_title
    gone = edit.lines is None and not lines
    kept = replace(edit, base=renewal.now, lines=None if gone else lines, base_title=renewal.now_title, title=title,
                   open=merged.base(choices) if merged.is_open(choices) else None)
    unchanged = not kept.open and not gone and lines == renewal.now and title == renewal.now_title and not edit.placed
    return None if unchanged else kept


def _of_withdrawn(edit: LocalEdit, lines: tuple[Line, ...], is_open: bool) -> LocalEdit | None:
    """The edit of a clause that the library no longer gives: a local clause from now on, unless it goes."""
    if is_open:
        return replace(edit, open=edit.settled_with)
    kept = replace(edit, clause=LOCAL + edit.clause, base=None, lines=lines, placed=True, open=None)
    return kept if lines else None


# ---- in documents ------------------------------------------------------------------------------------------------


def apply_edits(documents: tuple[Document, ...], edits: Iterable[LocalEdit]) -> tuple[Document, ...]:
    """The documents with the settled edits in their places. They come as rendered, before they are numbered."""
    edits = tuple(edits)
    return tuple(_edited(document, [edit for edit in edits if edit.document == document.id])
                 for document in documents)


def _edited(document: Document, edits: Sequence[LocalEdit]) -> Document:
    sections = document.sections
    for edit in edits:
        sections = tuple(replace(section, title=edit.title) if section.id == edit.clause else section
                         for section in sections)
        passage = next((one for section in sections for one in section.passages if one.clause == edit.clause), None)
        if passage is None and edit.base is not None and edit.open is None:
            continue  # the answers leave this clause out; the edit waits for its return
        now = _passage(edit, passage)
        if edit.placed or passage is None:
            sections = _placed(_instead(sections, passage, ()), edit, now) if now else sections
        else:
            sections = _instead(sections, passage, (now,) if now else ())
    return replace(document, sections=sections)


def _instead(sections: tuple[Section, ...], passage: Passage | None, now: tuple[Passage, ...]) -> tuple[Section, ...]:
    """The sections with something else, or nothing, in the place of a clause."""
    return tuple(replace(section, passages=tuple(found for one in section.passages
                                                 for found in (now if one is passage else (one,))))
                 for section in sections)


def _passage(edit: LocalEdit, passage: Passage | None) -> Passage | None:
    """The clause as it stands locally; None for a deleted one."""
    if edit.lines is None:
        return None
    return Passage(edit.clause, edit.title or (passage.title if passage else ""), "", blocks_of(edit.lines))


def _placed(sections: tuple[Section, ...], edit: LocalEdit, passage: Passage) -> tuple[Section, ...]:
    """The sections with a clause after the one that it follows; at the end of its section, or of the last one, when
    that is gone."""
    if not sections:
        return sections
    home = next((at for at, section in enumerate(sections) if section.id == edit.section), len(sections) - 1)
    section = sections[home]
    order = [one.clause for one in section.passages]
    if section.id == edit.section and not edit.after:
        at = 0
    else:
        at = order.index(edit.after) + 1 if edit.after in order else len(order)
    passages = (*section.passages[:at], passage, *section.passages[at:])
    return (*sections[:home], replace(section, passages=passages), *sections[home + 1:])


# ---- as data -----------------------------------------------------------------------------------------------------


def edit_to_data(edit: LocalEdit) -> dict[str, Any]:
    """An edit as JSON can hold it."""
    return {"document": edit.document, "clause": edit.clause,
            "base": None if edit.base is None else lines_to_data(edit.base),
            "lines": None if edit.lines is None else lines_to_data(edit.lines),
            "base_title": edit.base_title, "title": edit.title, "section": edit.section, "after": edit.after,
            "placed": edit.placed} | ({} if edit.open is None else {"open": lines_to_data(edit.open)})


def edit_from_data(data: Mapping[str, Any]) -> LocalEdit:
    """The edit that `edit_to_data` stored. Raises ValueError, TypeError or LookupError for anything else."""
    texts = {name: data[name] for name in ("document", "clause", "base_title", "title", "section", "after")}
    if not all(isinstance(text, str) for text in texts.values()) or not isinstance(data["placed"], bool):
        raise ValueError("an edit's texts must be strings")
    base, lines, still_open = (None if lines is None else lines_from_data(lines)
                               for lines in (data["base"], data["lines"], data.get("open")))
    return LocalEdit(base=base, lines=lines, placed=data["placed"], open=still_open, **texts)

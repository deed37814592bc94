"""Local edits as they are found: a comparison with an edited file in, `LocalEdit`s out.

It asks nobody: every change of words, place or title counts, only typography does not.
"""

from __future__ import annotations

from collections.abc import Iterable

from policygen.review.compare import ClauseChange, Comparison
from policygen.model.document import Document, Passage, passages_of, untitled
from policygen.model.lines import Line, unnumbered_lines
from policygen.pack.edits import LOCAL, LocalEdit
from policygen.pack.merge import merge


def edits_from(library: Document, comparison: Comparison,
               standing: Iterable[LocalEdit] = ()) -> tuple[LocalEdit, ...]:
    """The local edits of a document: those of its edited file, and of the earlier ones all that still stand.

    `library` is the document as the library gave it for the issued edition, without any local edit.
    """
    passages = {passage.clause: passage for passage in passages_of(library)}
    earlier = {edit.clause: edit for edit in standing if edit.document == library.id}
    found = []
    for change in comparison.clauses:
        passage, before = passages.get(change.clause), earlier.pop(change.clause, None)
        if passage is not None:
            found.append(_edit(library.id, change, passage, before))
        elif change.clause.startswith(LOCAL) and "deleted" not in change.statuses:
            found.append(LocalEdit(library.id, change.clause, None, change.now, "", change.title, change.section,
                                   change.after, placed=True))
    for section in library.sections:
        before = earlier.pop(section.id, None)
        title = comparison.titles.get(section.id, before.title if before else section.title)
        if title != section.title:
            found.append(LocalEdit(library.id, section.id, (), (), section.title, title, section.id))
    found += [edit for edit in earlier.values() if edit.lines is None]
    return tuple(edit for edit in found if edit)


def _edit(document: str, change: ClauseChange, passage: Passage, before: LocalEdit | None) -> LocalEdit | None:
    """The edit of a clause that the library has; None when it stands as the library gave it."""
    base = unnumbered_lines(untitled(passage).blocks)
    if "deleted" in change.statuses:
        return LocalEdit(document, change.clause, base, None, passage.title, passage.title, change.section,
                         open=before.open if before and before.lines is None else None)
    placed = "moved" in change.statuses or bool(before and before.placed)
    edit = LocalEdit(document, change.clause, base, change.now, passage.title, change.title, change.section,
                     change.after, placed, _still_open(before, change.now, base))
    return edit if placed or change.now != base or change.title != passage.title else None


def _still_open(before: LocalEdit | None, now: tuple[Line, ...], base: tuple[Line, ...]) -> tuple[Line, ...] | None:
    """What is still to be decided of an earlier edit: whoever changes the words of such a place has decided."""
    if before is None or before.open is None or before.lines == now:
        return before and before.open
    if before.lines is None:
        return None
    known = {conflict.mine for conflict in merge(before.open, before.lines, base).conflicts}
    found = merge(before.open, now, base)
    choices = [None if conflict.mine in known else "mine" for conflict in found.conflicts]
    return found.base(choices) if found.is_open(choices) else None

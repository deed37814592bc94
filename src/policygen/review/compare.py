"""What somebody changed by hand in a Word file, clause by clause, and the local edits that follow from it.

In: an issued document and the lines of its edited file. Out: a `Comparison` with one `ClauseEdit` for each clause, and
`LocalEdit`s. A change of typography alone (kinds of quotes and spaces, bold, a lost style) is a status of its own,
which the local edits leave out. Numbers and the printed words of references do not count. This module asks nobody.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from policygen.formats.word.reader import EditedLine
from policygen.model.alignment import out_of_order
from policygen.model.document import (
    LOCAL, Document, Inlines, LineBreak, Passage, Reference, Section, Text, is_generated, passages_of, plain,
)
from policygen.model.lines import (
    IN_BOX, Line, clause_lines, comparable, is_blank_line, text_with_targets, words_of,
)
from policygen.pack.edits import LocalEdit, changed_by_hand, wording_of
from policygen.pack.merge import MergeChoice, merge
from policygen.review.matching import FRONT, IssuedLine, LineMatches, is_short_box, line_family, match_key

EditStatus = Literal["unchanged", "typography", "reworded", "retitled", "moved", "deleted", "new"]
_ONE_LEVEL_UP = {"further": "paragraph"} | {
    f"{kind} 2": kind for kind in ("bullet", "letter", "number", "roman", "further")}
"""A short edition draws these lines one level further in, because its clauses are bullets."""
_SHORT_SENTENCE = re.compile(r"\s*([A-Z][^\s.:;!?]*(?:\s[^\s.:;!?]+){0,3})\.\s+(?=[A-Z])")
_BEFORE, _BEHIND = re.compile(r"^[\s\u200b\u200d\u2060\ufeff]+"), re.compile(r"[\s\u200b\u200d\u2060\ufeff]+$")
"""Invisible signs around words. LibreOffice puts such a sign into each cell of a row that is tracked as new."""


@dataclass(frozen=True, slots=True)
class ClauseEdit:
    """One clause, as it was issued and as the edited file has it."""

    clause: str
    """Its id; it begins with `local/` if somebody added the clause. A section that somebody added is told as one."""
    section: str
    """The id of the section that it stands in now; for a deleted clause, of the section that it stood in; for a section
    its own."""
    after: str
    """The id of the clause before it in that section, or of the section before a section; empty for the first."""
    statuses: tuple[EditStatus, ...]
    """Either `unchanged` or `typography` alone, or all others that apply."""
    base_title: str
    title: str
    base: tuple[Line, ...]
    """The issued lines, without title and numbers."""
    now: tuple[Line, ...]
    """The edited lines. A line that differs only in typography is as it was issued."""

    @property
    def is_section(self) -> bool:
        """Whether it is a section that somebody added."""
        return self.section == self.clause

    @property
    def differs(self) -> bool:
        """Whether somebody changed more than typography."""
        return not {"unchanged", "typography"} & set(self.statuses)


@dataclass(frozen=True, slots=True)
class Comparison:
    """An issued document compared with its edited file."""

    clauses: tuple[ClauseEdit, ...]
    """In the order of the edited file, with deleted clauses at the end."""
    titles: Mapping[str, str]
    """The new titles of sections, by the section's id."""
    front: tuple[tuple[str, str], ...]
    """Lines of title, document control and history that differ: as issued, and as edited."""
    displaced: tuple[str, ...] = ()
    """The issued titles of the library's sections that were moved: the fewest whose moving explains the new order."""
    beside: tuple[tuple[str, str], ...] = ()
    """What somebody wrote above the title, or added to the title, the document control or the history: where, and the
    words."""


def compare(document: Document, lines: Iterable[EditedLine]) -> Comparison:
    """The edits in every clause of an issued document. `lines` have the tracked changes accepted or rejected."""
    matches = LineMatches(document, lines)
    headings = {j: matches.issued[i] for j, i in matches.pairs.items() if matches.issued[i].role == "section"}
    new_titles = {heading.owner: words_of(matches.edited[j].line).strip() for j, heading in headings.items()
                  if matches.keys[j] != match_key(heading.line, False) and not heading.owner.startswith(LOCAL)}
    titles = {section.id: section.title for section in document.sections}
    displaced = out_of_order([one for one in titles if not one.startswith(LOCAL)], [
        headings[j].owner for j in sorted(headings) if not headings[j].owner.startswith(LOCAL)])
    counterparts = {i: matches.edited[j].line for j, i in matches.pairs.items()}
    front = [(words_of(line.line), words_of(counterparts[i]) if i in counterparts else "")
             for i, line in enumerate(matches.issued) if line.role == "front"]
    body = min((j for j, i in matches.pairs.items() if i >= matches.front), default=len(matches.edited))
    beside = [("above the title" if j < min(matches.pairs, default=0) else "on the first page" if j < body else
               "in the history", " ".join(words_of(matches.edited[j].line).split()))
              for j, owner in enumerate(matches.owners) if owner == FRONT and j not in matches.pairs]
    sections = sorted(document.sections, key=lambda section: not section.cover)
    passages = {passage.clause: passage for passage in passages_of(document) if not is_generated(passage)}
    homes = {passage.clause: section.id for section in sections for passage in section.passages
             if not is_generated(passage)}
    standing = _standing(matches, homes)
    order = [section.id for section in sections]  # whether a whole section was moved does not count
    kept = sorted((clause for clause in standing if clause in homes and standing[clause].section in order),
                  key=lambda clause: order.index(standing[clause].section))
    moved = set(out_of_order(list(homes), kept))
    edits = [_clause_edit(matches, clause, found, passages.get(clause),
                          clause in moved or homes.get(clause, found.section) != found.section)
             for clause, found in standing.items()]
    edits = [edit for edit in edits if edit.now or not edit.base]  # a title without words would not be printed
    edits[:0] = _own_sections(matches, sections)
    left = {edit.clause for edit in edits}
    edits += [ClauseEdit(clause, homes[clause], "", ("deleted",), passage.title, passage.title,
                         clause_lines(passage), ())
              for clause, passage in passages.items() if clause not in left and passage.blocks]
    return Comparison(tuple(edits), new_titles,
                      tuple((was, now) for was, now in front if comparable(was) != comparable(now)),
                      tuple(titles[section] for section in displaced), tuple(beside))


def _own_sections(matches: LineMatches, issued: Sequence[Section]) -> list[ClauseEdit]:
    """The sections that somebody added, as issued and as they are now."""
    there = {owner: j for j, owner in reversed([*enumerate(matches.owners)]) if owner in matches.sections}
    order = sorted(there, key=there.__getitem__)
    earlier = {section.id: section.title for section in issued}
    both = [[one for one in some if one in there and one in earlier] for some in (earlier, order)]
    before_then, before_now = (dict(zip(some[1:], some, strict=False)) for some in both)
    found = []
    for at, identity in enumerate(order):
        if identity.startswith(LOCAL):
            title = words_of(matches.edited[there[identity]].line).strip()
            was = earlier.get(identity, title)
            applies: dict[EditStatus, bool] = {
                "new": identity not in earlier, "retitled": comparable(was) != comparable(title),
                "moved": before_then.get(identity) != before_now.get(identity)}
            found.append(ClauseEdit(
                identity, identity, order[at - 1] if at else "",
                tuple(status for status, does in applies.items() if does) or ("unchanged",), was, title, (), ()))
    return found + [ClauseEdit(one, one, "", ("deleted",), title, title, (), ())
                    for one, title in earlier.items() if one.startswith(LOCAL) and one not in there]


@dataclass(frozen=True, slots=True)
class _Standing:
    """Where a clause stands in the edited file, and which of its lines the clause has, by their places."""

    section: str
    after: str
    lines: list[int] = field(default_factory=list)


def _standing(matches: LineMatches, homes: Mapping[str, str]) -> dict[str, _Standing]:
    """Every clause in the edited file, in order. `homes` has the section in which each clause was issued."""
    sections = matches.document.sections
    titled = matches.sections - {section.id for section in sections if not section.title}
    first = sections[0].id if sections else ""
    found: dict[str, _Standing] = {}
    section, after = "", ""
    for j, owner in enumerate(matches.owners):
        if owner in matches.sections:
            section, after = owner, ""
        elif owner != FRONT:
            if owner not in found:
                home = homes.get(owner, "")
                if home and home != section and (home not in titled or section not in titled):
                    section, after = home, ""  # a section without a heading begins with its first clause
                found[owner] = _Standing(section or home or first, after)
                after = owner
            found[owner].lines.append(j)
    return found


def _clause_edit(matches: LineMatches, clause: str, standing: _Standing, passage: Passage | None,
                 is_moved: bool) -> ClauseEdit:
    """How the words of a clause differ. `passage` is the clause as it was issued; None for an added one."""
    own = {i: line for i, line in enumerate(matches.issued) if line.owner == clause and line.role != "section"}
    base, base_title = (clause_lines(passage), passage.title) if passage else ((), "")
    lost = [line.line for i, line in own.items() if i not in matches.pairs.values()]
    has_blank_rows = any(is_blank_line(line) for one in own.values() for line in one.own)
    now: list[Line] = []
    order: list[int] = []
    title, added, restyled = base_title, False, False
    for j in standing.lines:
        i, edited = matches.pairs.get(j, -1), matches.edited[j]
        if i in own:
            order.append(i)
            line, issued = edited.line, own[i].line
            if matches.is_form and line.kind == "row" and len(line.cells) == len(issued.cells):
                line = replace(line, cells=tuple(cell if plain(empty).strip() else () for cell, empty in zip(
                    line.cells, issued.cells, strict=True)))  # without what somebody wrote into its empty cells
            lines, new_title, line_restyled = _kept_line(own[i], line, base_title, lost)
            restyled |= line_restyled
        elif matches.is_form and edited.line.kind == "row" and has_blank_rows:
            continue  # somebody filled in a blank row
        else:
            near = [matches.issued[at].line for at in (i, *order[-1:]) if at >= 0]  # the line was moved here, or split
            is_first = passage is None and j == standing.lines[0] and (
                edited.role == "clause" or edited.line.kind == "heading")
            lines, new_title = _added_line(_with_references(edited.line, *near, *lost), is_first, matches.document,
                                           standing.section)
            added = True
        title = new_title or title
        now += lines
    if passage is None and title and not now:  # a title alone would not be printed
        title, now = "", [Line("paragraph", ((Text(title, "strong"),),))]
    applies: dict[EditStatus, bool] = {
        "new": passage is None, "retitled": passage is not None and title != base_title,
        "reworded": passage is not None and (added or order != sorted(own) or tuple(now) != base), "moved": is_moved}
    statuses = tuple(status for status, does in applies.items() if does)
    return ClauseEdit(clause, standing.section, standing.after,
                      statuses or (("typography",) if restyled else ("unchanged",)), base_title, title, base,
                      tuple(now))


def _kept_line(base: IssuedLine, line: Line, title: str, lost: Sequence[Line]) -> tuple[Sequence[Line], str, bool]:
    """The clause's lines for an edited line with a counterpart, the new title that the line has (empty for none),
    and whether only typography differs. `title` is the clause's issued title. `lost` are the clause's lines without
    a counterpart: one of them may be joined to this line."""
    line = _with_references(line, base.line)
    if _same_words(line, base.line):
        return base.own, "", _is_restyled(line, base)
    cells, new_title = _with_references(line, *lost).cells, ""
    if base.role == "clause" and (printed := base.line.cells[0]):
        if not base.own:  # the title stands in a line of its own
            return (), plain(cells[0]).strip().rstrip("."), False
        if isinstance(printed[0], Text) and base.own[0].cells[0][:1] != printed[:1]:  # this layout prints titles
            new_title, rest = _split_title(cells[0], title)
            cells = (rest, *cells[1:])
    if not base.own or _same_words(replace(line, cells=cells), base.own[0]):
        return base.own, new_title, False
    first, *blank = base.own
    now = replace(first, cells=tuple(map(_tidy, cells)))
    return ((now, *blank) if words_of(now).strip() else blank), new_title, False  # only its title is left of the line


def _same_words(*lines: Line) -> bool:
    first, second = ([comparable(text_with_targets(cell)) for cell in line.cells] for line in lines)
    return first == second


def _is_restyled(line: Line, base: IssuedLine) -> bool:
    """Whether two lines with the same words differ in quotes, spaces or bold, or in being a list or a heading."""
    # A heading that became a paragraph does not count: LibreOffice takes its style away when the paragraph before it is
    # deleted with changes tracked. The first line of a clause is a bullet in a short box.
    now, was = line_family(line.kind), line_family(base.line.kind)
    styles, issued_styles = ([inline.style for cell in one.cells for inline in cell if isinstance(inline, Text)
                              for letter in inline.text if not letter.isspace()] for one in (line, base.line))
    return ((base.role != "clause" and now != was and was in ("paragraph", "list"))
            or [*map(text_with_targets, line.cells)] != [*map(text_with_targets, base.line.cells)]
            or (was != "heading" and styles != issued_styles))


def _with_references(line: Line, *bases: Line) -> Line:
    """The edited line with the references of some issued lines, wherever an editor left only the printed words of
    one."""
    cells = list(line.cells)
    for target, words in (_printed_references(bases) - _printed_references([line])).elements():
        if any(isinstance(inline, Reference) and inline.target == target for cell in cells for inline in cell):
            continue
        # “section 6.2” and “section 6 of the Act” do not refer to section 6 of the policy.
        printed = re.compile(rf"(?<!\w){re.escape(words)}(?!\w|\.\d|\(| of the )")
        places = ((row, at, inline, found) for row, cell in enumerate(cells) for at, inline in enumerate(cell)
                  if isinstance(inline, Text) and (found := printed.search(inline.text)))
        if place := next(places, None):
            row, at, inline, found = place
            parts = (replace(inline, text=inline.text[:found.start()]), Reference(target, words),
                     replace(inline, text=inline.text[found.end():]))
            cells[row] = (*cells[row][:at], *(part for part in parts if part.text), *cells[row][at + 1:])
    return replace(line, cells=tuple(cells))


def _printed_references(lines: Iterable[Line]) -> Counter[tuple[str, str]]:
    return Counter((inline.target, inline.text) for line in lines for cell in line.cells for inline in cell
                   if isinstance(inline, Reference) and inline.text)


def _split_title(cell: Inlines, known: str, plain_too: bool = False) -> tuple[str, Inlines]:
    """A bold or known title at the beginning of a cell, empty if there is none, and the words after it. With
    `plain_too`, a first sentence of a few words is one: `Calls home. Ring the office when you leave.`"""
    if cell and isinstance(first := cell[0], Text):
        if known and comparable(first.text).startswith(comparable(f"{known}.")):
            behind: Inlines = (replace(first, text=first.text.split(".", known.count(".") + 1)[-1]),)
            return known, _tidy(behind + cell[1:])
        if first.style == "strong" and first.text.rstrip().endswith("."):
            return first.text.strip().rstrip("."), _tidy(cell[1:])
        if plain_too and not first.style and (found := _SHORT_SENTENCE.match(first.text)):
            return found[1], _tidy((replace(first, text=first.text[found.end():]), *cell[1:]))
    return "", cell


def _added_line(line: Line, is_first: bool, document: Document, section_id: str) -> tuple[list[Line], str]:
    """The lines of the document model for a line that somebody added in a section; and, if it is the first line of its
    clause, the title that it has, else empty."""
    cells, title, kind = tuple(map(_tidy, line.cells)), "", line.kind
    if is_first and document.layout != "plain":
        if kind == "heading":
            return [], plain(cells[0]) if document.layout == "three_level" else plain(cells[0]).rstrip(".")
        title, rest = _split_title(cells[0], "", document.layout == "numbered")
        cells = (rest, *cells[1:])
    section = next((one for one in document.sections if one.id == section_id), Section(section_id, "", "", ()))
    if kind == f"{IN_BOX}bullet" and is_short_box(document, section):
        kind = "paragraph"
    else:
        kind = kind.removeprefix(IN_BOX) if section.boxed else kind
        kind = _ONE_LEVEL_UP.get(kind, kind) if document.layout == "short" and not section.cover else kind
    return [replace(line, kind=kind, cells=cells)] if any(cells) else [], title


def _tidy(cell: Inlines) -> Inlines:
    """The words of an edited cell as a clause has them: references without printed words, no space at either end."""
    found = [replace(inline, text="") if isinstance(inline, Reference) else
             replace(inline, text=re.sub(r"[^\S\n]+", " ", inline.text)) if isinstance(inline, Text) else inline
             for inline in cell]
    for end, edge in ((0, _BEFORE), (-1, _BEHIND)):
        while found and (isinstance(last := found[end], LineBreak)
                         or (isinstance(last, Text) and not edge.sub("", last.text))):
            found.pop(end)
        if found and isinstance(last := found[end], Text):
            found[end] = replace(last, text=edge.sub("", last.text))
    return tuple(found)


def local_edits(library: Document, comparison: Comparison,
                standing: Iterable[LocalEdit] = ()) -> tuple[LocalEdit, ...]:
    """The local edits of a document: those of its edited file, and the earlier ones in `standing` that still stand.
    Every change of words, place or title counts; only typography does not.

    `library` is the document as the library gave it for the issued edition, without any local edit.
    """
    passages = {passage.clause: passage for passage in passages_of(library)}
    earlier = {edit.clause: edit for edit in standing if edit.document == library.id}
    found: list[LocalEdit] = []
    for edit in comparison.clauses:
        passage, before = passages.get(edit.clause), earlier.pop(edit.clause, None)
        if edit.is_section:
            if "deleted" not in edit.statuses:
                found.append(LocalEdit(library.id, edit.clause, None, (), "", edit.title, "", edit.after, placed=True))
            continue
        base = clause_lines(passage) if passage else None
        base_title = passage.title if passage else ""
        local = LocalEdit(library.id, edit.clause, base, edit.now, base_title, edit.title, edit.section, edit.after,
                          wording=wording_of(library.layout),
                          others=changed_by_hand(before, edit.now) if before and edit.now else ())
        if "deleted" in edit.statuses:
            if passage:
                still_open = before.open if before and before.lines is None else None
                found.append(replace(local, lines=None, title=base_title, after="", open=still_open, others=()))
        elif base is None:
            if edit.clause.startswith(LOCAL):
                found.append(replace(local, placed=True))
        elif (placed := "moved" in edit.statuses or bool(before and before.placed)) or (
                edit.now != base or edit.title != base_title or local.others):
            found.append(replace(local, placed=placed, open=_still_open(before, edit.now, base)))
    for section in library.sections:
        before = earlier.pop(section.id, None)
        title = comparison.titles.get(section.id, before.title if before else section.title)
        if title != section.title:
            found.append(LocalEdit(library.id, section.id, (), (), section.title, title, section.id))
    return (*found, *(edit for edit in earlier.values() if edit.lines is None))


def _still_open(before: LocalEdit | None, now: tuple[Line, ...], base: tuple[Line, ...]) -> tuple[Line, ...] | None:
    """What of an earlier edit is still undecided. Whoever changes the words of such a place has decided about it."""
    if before is None or before.open is None or before.lines == now:
        return before.open if before else None
    if before.lines is None:
        return None
    known = {conflict.mine for conflict in merge(before.open, before.lines, base).conflicts}
    found = merge(before.open, now, base)
    choices: list[MergeChoice | None] = [None if conflict.mine in known else "mine" for conflict in found.conflicts]
    return found.base(choices) if found.is_open(choices) else None

"""What somebody changed by hand: an issued document and the lines of its edited file in, each clause's changes out.

Lines find their clauses by their bookmarks and by their words, either of which is enough for ordinary edits. What is
only typography (kinds of quotes and spaces, bold, a lost style) is told apart and never taken over. It merges nothing
and asks nothing; numbers and the printed words of references do not count.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from policygen.model.alignment import align, likeness, longest_rise
from policygen.formats.word.bookmarks import bookmark
from policygen.model.document import (
    Document, Inline, Inlines, LineBreak, Passage, Reference, Section, Text, is_generated, joined, passages_of, plain, untitled,
)
from policygen.model.lines import (
    FIELDS, IN_BOX, LISTS, ROWS, Line, comparable, is_blank, lines_of, map_cells, text_with_targets, unnumbered_lines,
    words_of, words_with_targets,
)
from policygen.pack.edits import LOCAL, LocalEdit
from policygen.pack.merge import merge
from policygen.formats.word.reader import Comment, EditedLine

EditStatus = Literal["unchanged", "typography", "reworded", "retitled", "moved", "deleted", "new"]
FRONT = "_front"
"""Owner of the lines that are made for each edition: title, document control, history."""
SURE = 0.8
"""Texts as alike as this are the same one, even out of order."""
_ONE_LEVEL_UP = {"further": "paragraph", "bullet 2": "bullet", "letter 2": "letter", "further 2": "further"}
"""What lines are that a short edition draws one level further in, since its clauses are bullets."""
_AROUND = re.compile(r"^[\s\u200b\u200d\u2060\ufeff]+"), re.compile(r"[\s\u200b\u200d\u2060\ufeff]+$")
"""What is not seen before and behind words. LibreOffice puts such a sign into each cell of a row that is tracked as new."""
_TICK = re.compile(r"^[☐☑☒✓✔]\s*")
_ENTRY = re.compile(r"^(\d+|[A-Z])\. | \d+$")
"""Number and page of a section in the list of contents."""
_TICKED = re.compile("[☑☒✓✔]")
_BESIDE_TICK = re.compile(r"(?<=[☐☑☒])\u00a0|\u00a0(?=[☐☑☒])")
"""The space that the writer puts there instead of a usual one, to keep a box and its word on one line."""


@dataclass(frozen=True, slots=True)
class ClauseEdit:
    """One clause, as it was issued and as it stands in the edited file."""

    clause: str
    """Its id; one that begins with `local/` for a clause that is new."""
    section: str
    """The section that it stands in now; the one it stood in when it is deleted."""
    after: str
    """The clause before it in that section; empty for the first."""
    statuses: tuple[EditStatus, ...]
    """`unchanged` or `typography` alone, or all that apply."""
    base_title: str
    title: str
    base: tuple[Line, ...]
    """As issued, without title and numbers."""
    now: tuple[Line, ...]
    """As it stands; lines that differ only in typography are those of the base."""
    comments: tuple[Comment, ...] = ()

    @property
    def differs(self) -> bool:
        """Whether somebody changed more than typography."""
        return not {"unchanged", "typography"} & set(self.statuses)


@dataclass(frozen=True, slots=True)
class Comparison:
    clauses: tuple[ClauseEdit, ...]
    """In the order of the edited file, deleted ones at the end."""
    titles: Mapping[str, str]
    """The new titles of sections that were given one, by the section's id."""
    front: tuple[tuple[str, str], ...]
    """Lines of title, document control and history that differ: as issued, as they stand."""
    displaced: tuple[str, ...] = ()
    """Titles as issued of the sections that stand in another order: as few as possible."""


def compare(document: Document, lines: Iterable[EditedLine]) -> Comparison:
    """The changes in every clause of an issued document. Give the lines of either view of the tracked changes."""
    base = _base_lines(document)
    edited = _Edited(document, _without_contents(document, [line for line in lines if not is_blank(line.line)]))
    pairs = _matched(base, edited)
    filed = _filed(document, base, edited, pairs)
    return Comparison(_clauses(document, base, edited, pairs, filed), _titles(document, base, edited, pairs),
                      _front(base, edited, pairs), _displaced(document, base, pairs))


# ---- the base ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _BaseLine:
    """A line of the issued document as the writer draws it."""

    owner: str
    """Id of its clause or section, or `FRONT`."""
    role: str
    """`clause`: the first line of a clause; `section`; `front`; otherwise empty."""
    mark: str
    """Its bookmark; empty for rows and fields after the first, and in front."""
    line: Line
    own: tuple[Line, ...]
    """What stands for it in the clause: without title and number, with the blank rows below it."""


def _base_lines(document: Document) -> list[_BaseLine]:
    found = [_BaseLine(FRONT, "front", "", Line("paragraph", ((Text(text),),)), ())
             for text in (document.title, document.organisation) if text]
    found += [_BaseLine(FRONT, "front", "", Line("row", ((Text(label),), value)), ())
              for label, value in document.control]
    used: Counter[str] = Counter()
    for section in sorted(document.sections, key=lambda section: not section.cover):
        lines = [_BaseLine(section.id, "section", bookmark(section.id, 0), Line("heading", ((Text(section.title),),)),
                           ())] if section.title else []
        for passage in section.passages:
            lines += _passage_lines(passage, used)
        if any(map(is_generated, section.passages)):
            lines = [replace(line, owner=FRONT, role="front") for line in lines]
        found += lines
    return found


def _passage_lines(passage: Passage, used: Counter[str]) -> list[_BaseLine]:
    """The lines of a clause; blank rows go with the line before them."""
    printed, own = lines_of(passage.blocks), unnumbered_lines(untitled(passage).blocks)
    alone = len(printed) - len(own)  # 1 when the title stands in a line of its own
    found: list[_BaseLine] = []
    before = ""
    for at, line in enumerate(printed):
        standing = own[at - alone:at - alone + 1] if at >= alone else ()
        family = _family(line.kind)
        goes_on = line.kind == "row" or (family == "field" and before == "field" and "fields" not in line.starts)
        used[passage.clause] += not goes_on
        before = family
        if is_blank(line) and found:
            found[-1] = replace(found[-1], own=found[-1].own + standing)
        else:
            mark = "" if goes_on else bookmark(passage.clause, used[passage.clause])
            found.append(_BaseLine(passage.clause, "" if at else "clause", mark, line, standing))
    return found


def _family(kind: str) -> str:
    """What a line is, as far as an editor keeps it."""
    kind = kind.removeprefix(IN_BOX)
    if kind in FIELDS:
        return "title" if kind == "fields" else "field"
    if kind.startswith("further"):
        return "paragraph"
    return "list" if kind in LISTS else "row" if kind in ROWS else kind


# ---- the edited file ---------------------------------------------------------------------------------------------


def _without_contents(document: Document, lines: list[EditedLine]) -> list[EditedLine]:
    """The lines without the list of contents, which is plain paragraphs where an editor has lost their styles."""
    words = [comparable(words_of(line.line)) for line in lines]
    if not document.contents or "Contents" not in words:
        return lines
    start = words.index("Contents")
    left = {comparable(section.title) for section in document.sections}
    stop = start + 1
    while stop < len(lines) and lines[stop].role != "section" and (title := _ENTRY.sub("", words[stop])) in left:
        left.remove(title)  # the second time it is the section's own heading
        stop += 1
    return lines[:start] + lines[stop:] if stop > start + 1 else lines


def _without_box(line: EditedLine) -> EditedLine:
    """The label of a box to tick without the box."""
    if line.role != "label":
        return line
    return replace(line, line=replace(line.line, cells=((Text(_TICK.sub("", words_of(line.line)).strip()),),)))


def _unticked(line: EditedLine) -> EditedLine:
    """The line with all boxes empty."""
    return replace(line, line=map_cells(line.line, lambda inline: replace(inline, text=_TICKED.sub("☐", inline.text))
                                        if isinstance(inline, Text) else inline))


class _Edited:
    """The lines of an edited file, their references leading to clauses again."""

    def __init__(self, document: Document, lines: Sequence[EditedLine]):
        self.targets, self.prefixes = _targets(document)
        self.lines = [replace(line, line=replace(line.line, cells=tuple(map(self._resolved, line.line.cells))))
                      for line in map(_without_box, lines)]
        self.form = document.kind == "form"
        if self.form:
            self.lines = list(map(_unticked, self.lines))
        self.keys = [_compared(line.line, self.form) for line in self.lines]

    def _resolved(self, inlines: Inlines) -> Inlines:
        found: list[Inline] = []
        for inline in inlines:
            if isinstance(inline, Reference):
                target, last = self.targets.get(inline.target, ""), found[-1] if found else None
                prefix = self.prefixes.get(target, "")
                if target and not prefix:
                    inline = replace(inline, target=target)
                elif target and isinstance(last, Text) and last.text.endswith(prefix):
                    rest = last.text.removesuffix(prefix)
                    found[-1:] = [replace(last, text=rest)] if rest else []
                    inline = Reference(target, prefix + inline.text)
                else:
                    inline = Text(inline.text)
            found.append(inline)
        return tuple(replace(inline, text=_BESIDE_TICK.sub(" ", inline.text)) if isinstance(inline, Text) else inline
                     for inline in joined(found))


def _targets(document: Document) -> tuple[dict[str, str], dict[str, str]]:
    """What each bookmark stands for that a reference can lead to; the words before the number in such references."""
    targets, prefixes = {}, {}
    for section in document.sections:
        for passage in section.passages:
            targets[bookmark(passage.clause, 1)] = passage.clause
            prefixes[passage.clause] = "section " if passage.number else ""
        targets[bookmark(section.id, 0)] = section.id
        prefixes[section.id] = "section " if section.number else ""
    return targets, prefixes


def _compared(line: Line, form: bool) -> str:
    """The words of a line for finding its counterpart: as printed, without typography, boxes to tick, blank cells. A
    row of a form is known by its first words: in the others, people write."""
    cells = list(filter(None, (comparable(plain(cell)) for cell in line.cells)))
    return _TICK.sub("", " | ".join(cells[:1] if form and line.kind == "row" else cells))


# ---- matching ----------------------------------------------------------------------------------------------------


def _matched(base: list[_BaseLine], edited: _Edited) -> dict[int, int]:
    """The place in the base of each edited line that has a counterpart there."""
    old = [_compared(line.line, edited.form) for line in base]
    new = edited.keys
    marks = {line.mark: at for at, line in enumerate(base) if line.mark}
    # Each counts once: LibreOffice lets both halves of a paragraph that was split begin with its bookmark.
    hints = [[marks.pop(name) for name in line.bookmarks if name in marks] for line in edited.lines]
    sections = [line.role == "section" for line in base]

    def weight(i: int, j: int) -> float:
        hint, alike = hints[j], likeness(old[i], new[j])
        if (base[i].role == "front") != (edited.lines[j].role == "front"):
            alike -= 0.3
        if sections[i] != (edited.lines[j].role == "section") and "heading" not in edited.lines[j].line.kind:
            alike -= 0.15
        if i in hint:  # of paragraphs that were joined, the first one bears number and title
            return max(alike, 0.55) + (0.5 if i == hint[0] else -0.1)
        return alike - 0.4 if hint else alike

    pairs = {j: i for i, j in align(old, new, weight) if i is not None and j is not None}
    free_old = [i for i in range(len(old)) if i not in set(pairs.values())]
    free_new = [j for j in range(len(new)) if j not in pairs]
    moved = sorted(((weight(i, j), -abs(i - j), i, j) for i in free_old for j in free_new), reverse=True)
    for score, _, i, j in moved:
        if score >= SURE and i in free_old and j in free_new:
            pairs[j] = i
            free_old.remove(i)
            free_new.remove(j)
    pairs = _from_their_beginning(base, edited, pairs, hints)
    return pairs | _retitled(base, edited, pairs)


def _from_their_beginning(base: Sequence[_BaseLine], edited: _Edited, pairs: Mapping[int, int],
                          hints: Sequence[Sequence[int]]) -> dict[int, int]:
    """The pairs with paragraphs that were split or joined known by how they begin, however long the rest is: there,
    the number and the title stand."""
    found, taken = dict(pairs), set(pairs.values())
    for j, i in pairs.items():
        now = edited.lines[j].line
        first = j
        while first and first - 1 not in found and not hints[first - 1]:
            first -= 1
        half = next((n for n in range(first, j) if _begins(base[i].line, edited.lines[n].line, now)), None)
        if half is not None:
            found[half] = found.pop(j)
        elif not hints[j]:
            first = i
            while first and first - 1 not in taken:
                first -= 1
            found[j] = next((n for n in range(first, i) if _begins(now, base[n].line, base[i].line)), i)
            taken.add(found[j])
    return found


def _begins(whole: Line, first: Line, second: Line) -> bool:
    """Whether the words of a line begin with those of the first of two, and those of the second do not."""
    return any(one and all_.startswith(one) and not other.startswith(one)
               for all_, one, other in zip(*map(_readings, (whole, first, second)), strict=True))


def _readings(line: Line) -> tuple[str, str]:
    """The words of a line without typography: as printed, and with the targets of references, whose numbers change."""
    return comparable(words_of(line)), comparable(words_with_targets(line))


def _retitled(base: list[_BaseLine], edited: _Edited, pairs: Mapping[int, int]) -> dict[int, int]:
    """The headings that say something else now, and are known by the words that follow them."""
    taken = set(pairs.values())
    found: dict[int, int] = {}
    for j, line in enumerate(edited.lines):
        if j in pairs or "heading" not in line.line.kind:
            continue
        at = (_most_follow if line.role == "section" else _next_before)(j, base, edited, pairs)
        if at >= 0 and at not in taken:
            found[j] = at
            taken.add(at)
    return found


def _most_follow(j: int, base: list[_BaseLine], edited: _Edited, pairs: Mapping[int, int]) -> int:
    """The heading without counterpart whose section most lines come from between a section's heading and the next one;
    -1 for none."""
    taken = set(pairs.values())
    end = next((n for n in range(j + 1, len(edited.lines)) if edited.lines[n].role == "section"), len(edited.lines))
    heads, head = [], -1
    for at, line in enumerate(base):
        head = at if line.role == "section" else head
        heads.append(head)
    votes = Counter(heads[pairs[n]] for n in range(j + 1, end) if n in pairs and heads[pairs[n]] not in taken)
    return votes.most_common(1)[0][0] if votes else -1


def _next_before(j: int, base: list[_BaseLine], edited: _Edited, pairs: Mapping[int, int]) -> int:
    """The nearest heading without counterpart before what follows a heading; -1 for none."""
    following = next((n for n in range(j + 1, len(edited.lines)) if n in pairs), None)
    at = pairs[following] - 1 if following is not None else -1
    taken = set(pairs.values())
    while at >= 0 and at not in taken and not _may_be(edited.lines[j], base[at]):
        at -= 1
    return at


def _may_be(line: EditedLine, base: _BaseLine) -> bool:
    """Whether an edited heading stands where one of the base stood; in a box, and inside clauses, all look the same."""
    boxed = line.line.kind.startswith(IN_BOX)
    return "heading" in base.line.kind and (line.role == base.role or (not line.role and (
        boxed or base.role != "section")))


def _filed(document: Document, base: list[_BaseLine], edited: _Edited, pairs: Mapping[int, int]) -> list[str]:
    """The owner of each edited line: where it stands now, which need not be where it came from."""
    home = _homes(base, pairs)
    bullets = {owner for section in document.sections if _is_short_box(document, section)
               for owner in (section.id, *(passage.clause for passage in section.passages))}
    owners: list[str] = []
    local: set[str] = set()
    grown: set[str] = set()
    """Those that begin with the heading of a section: its clauses are theirs."""
    known = {line.owner for line in base}
    previous = -1
    for j, line in enumerate(edited.lines):
        at = pairs.get(j)
        last = owners[-1] if owners else FRONT
        inside = previous >= 0 and base[pairs[previous]].owner in bullets
        leads = line.role in ("clause", "section") or (inside and line.line.kind == f"{IN_BOX}bullet")
        if at is not None and (base[at].role in ("section", "front") or j in home):
            owner = base[at].owner
            previous = j
        elif line.role == "front":
            owner = FRONT
        elif leads and (line.role == "section" or last not in grown) and _is_no_half(
                j, base, edited, pairs, previous, last):
            owner = _local_id(edited.keys[j], known, local)
            grown |= {owner} if line.role == "section" else set()
        elif last in local or (last != FRONT and not _is_section(last, base)):
            owner = last
        else:
            owner = _next_clause(j, base, pairs, home) or _local_id(edited.keys[j], known, local)
        owners.append(owner)
    return owners


def _is_section(owner: str, base: list[_BaseLine]) -> bool:
    return any(line.owner == owner and line.role == "section" for line in base)


def _homes(base: list[_BaseLine], pairs: Mapping[int, int]) -> set[int]:
    """The edited lines that stand with their clause: of several runs of one clause, that with its first line, or the
    longest one. The others were moved into another clause."""
    runs: dict[str, list[list[int]]] = defaultdict(list)
    before = None
    for j in sorted(pairs):
        owner = base[pairs[j]].owner
        if owner != before:
            runs[owner].append([])
        runs[owner][-1].append(j)
        before = owner
    return {j for found in runs.values()
            for j in max(found, key=lambda run: (any(base[pairs[j]].role == "clause" for j in run), len(run)))}


def _is_no_half(j: int, base: list[_BaseLine], edited: _Edited, pairs: Mapping[int, int], previous: int,
                last: str) -> bool:
    """Whether an edited line without counterpart is not the second half of a paragraph that was split."""
    if previous < 0 or base[pairs[previous]].owner != last:
        return True
    if edited.keys[previous] == _compared(base[pairs[previous]].line, False):
        return True
    return not any(half in whole for half, whole in zip(
        _readings(edited.lines[j].line), _readings(base[pairs[previous]].line), strict=True))


def _is_short_box(document: Document, section: Section) -> bool:
    """Whether this is the box of a short edition, in which each clause is a bullet."""
    return document.layout == "short" and section.boxed and not section.cover


def _next_clause(j: int, base: list[_BaseLine], pairs: Mapping[int, int], home: set[int]) -> str:
    """The clause that follows at once in the same section; empty for none."""
    following = next((base[pairs[n]] for n in sorted(pairs) if n > j and n in home), None)
    return following.owner if following and following.role == "clause" else ""


def _local_id(words: str, known: set[str], used: set[str]) -> str:
    """An id for a clause that somebody wrote; it stays the clause's own when its words change later."""
    code = hashlib.sha256(words.encode()).hexdigest()[:8]
    count = 1
    while (found := f"{LOCAL}{code}" + (f"-{count}" if count > 1 else "")) in used or found in known:
        count += 1
    used.add(found)
    return found


# ---- the clauses -------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Standing:
    """A clause as it is found in the edited file."""

    section: str
    after: str
    lines: list[int] = field(default_factory=list)


def _clauses(document: Document, base: list[_BaseLine], edited: _Edited, pairs: Mapping[int, int],
             filed: list[str]) -> tuple[ClauseEdit, ...]:
    passages = {passage.clause: (section, passage) for section in document.sections for passage in section.passages
                if not is_generated(passage)}
    standing = _standing(document, filed, {passages[clause][0].id for clause in passages}, passages)
    moved = _moved(document, standing, passages)
    changes = []
    for clause, found in standing.items():
        section, passage = passages.get(clause, (None, None))
        where = next((one for one in document.sections if one.id == found.section), None)
        change = _now(clause, passage, found, where, document, base, edited, pairs)
        extra = ("moved",) if clause in moved or (section and section.id != found.section) else ()
        statuses = tuple(status for status in change.statuses
                         if not extra or status not in ("unchanged", "typography"))
        changes.append(replace(change, statuses=statuses + extra))
    changes += [ClauseEdit(clause, section.id, "", ("deleted",), passage.title, passage.title,
                             unnumbered_lines(untitled(passage).blocks), ())
                for clause, (section, passage) in passages.items() if clause not in standing and passage.blocks]
    return tuple(changes)


def _standing(document: Document, filed: list[str], sections: set[str],
              passages: Mapping[str, tuple[Section, Passage]]) -> dict[str, _Standing]:
    """Every clause in the edited file, in order, with its section and its lines."""
    found: dict[str, _Standing] = {}
    first = document.sections[0].id if document.sections else ""
    section, after = "", ""
    titled = {one.id for one in document.sections if one.title}
    for j, owner in enumerate(filed):
        if owner in sections and owner not in passages:
            section, after = owner, ""
        elif owner != FRONT:
            if owner not in found:
                own = passages[owner][0].id if owner in passages else ""
                if own and own != section and (own not in titled or section not in titled):
                    section, after = own, ""  # a section without a heading begins with its first clause
                found[owner] = _Standing(section or own or first, after)
                after = owner
            found[owner].lines.append(j)
    return found


def _moved(document: Document, standing: Mapping[str, _Standing],
           passages: Mapping[str, tuple[Section, Passage]]) -> set[str]:
    """The clauses that stand in another order than they were issued in: as few as possible. The order of whole
    sections does not count."""
    order = {clause: at for at, clause in enumerate(
        clause for clause, (section, _) in sorted(passages.items(), key=lambda item: not item[1][0].cover))}
    sections = [section.id for section in sorted(document.sections, key=lambda section: not section.cover)]
    kept = sorted((clause for clause in standing if clause in order),
                  key=lambda clause: sections.index(standing[clause].section))
    rising = {kept[at] for at in longest_rise([order[clause] for clause in kept])}
    return set(kept) - rising


def _now(clause: str, passage: Passage | None, found: _Standing, section: Section | None, document: Document,
         base: list[_BaseLine], edited: _Edited, pairs: Mapping[int, int]) -> ClauseEdit:
    """A clause's words as they stand, and in what they differ."""
    own = {i: line for i, line in enumerate(base) if line.owner == clause and line.role != "section"}
    title, now, order, loose, typographic = passage.title if passage else "", [], [], False, False
    lost = [line.line for i, line in own.items() if i not in pairs.values()]
    for j in found.lines:
        at = pairs.get(j)
        line = edited.lines[j].line
        if edited.form and (at is None or at not in own) and line.kind == "row" and _has_blank_rows(own.values()):
            continue  # somebody wrote in a row that was left for it
        if at is None or at not in own:
            whole = [base[one].line for one in (at, *order[-1:]) if one is not None]  # moved here, or split
            line = _with_references(line, *whole, *lost)
            first = passage is None and j == found.lines[0] and edited.lines[j].role in ("clause", "section")
            fresh, fresh_title = _fresh(line, first, document)
            title = fresh_title or title
            now += [replace(one, kind=_kind_there(one.kind, document, section)) for one in fresh]
            loose = True
            continue
        order.append(at)
        line = _unwritten(line, own[at].line) if edited.form else line
        lines, new_title, restyled = _same_line(own[at], line, passage, lost)
        title = new_title or title
        now += lines
        typographic |= restyled
    if passage is None and title and not now:  # a title alone would not be printed
        title, now = "", [Line("paragraph", ((Text(title, "strong"),),))]
    statuses = _statuses(passage, own, order, tuple(now), title, loose, typographic)
    return ClauseEdit(clause, found.section, found.after, statuses, passage.title if passage else "", title,
                        unnumbered_lines(untitled(passage).blocks) if passage else (), tuple(now),
                        tuple(comment for j in found.lines for comment in edited.lines[j].comments))


def _kind_there(kind: str, document: Document, section: Section | None) -> str:
    """The kind in the model of a line that somebody added, by how it is drawn in its section."""
    if section is None:
        return kind
    if kind == f"{IN_BOX}bullet" and _is_short_box(document, section):
        return "paragraph"
    kind = kind.removeprefix(IN_BOX) if section.boxed else kind
    return _ONE_LEVEL_UP.get(kind, kind) if document.layout == "short" and not section.cover else kind


def _has_blank_rows(own: Iterable[_BaseLine]) -> bool:
    return any(is_blank(line) for one in own for line in one.own)


def _unwritten(line: Line, base: Line) -> Line:
    """The row of a form without what somebody wrote into its empty cells."""
    if line.kind != "row" or len(line.cells) != len(base.cells):
        return line
    return replace(line, cells=tuple(cell if plain(empty).strip() else ()
                                     for cell, empty in zip(line.cells, base.cells, strict=True)))


def _statuses(passage: Passage | None, own: Mapping[int, _BaseLine], order: list[int], now: tuple[Line, ...],
              title: str, loose: bool, typographic: bool) -> tuple[EditStatus, ...]:
    if passage is None:
        return ("new",)
    reworded = loose or order != sorted(own) or now != unnumbered_lines(untitled(passage).blocks)
    found: tuple[EditStatus, ...] = ("retitled",) * (title != passage.title) + ("reworded",) * reworded
    return found or (("typography",) if typographic else ("unchanged",))


def _same_line(base: _BaseLine, line: Line, passage: Passage,
               lost: Sequence[Line]) -> tuple[tuple[Line, ...], str, bool]:
    """The clause's lines for an edited line with its counterpart, a title it may bear, and whether only typography
    differs. `lost` are the clause's lines that have no counterpart: one of them may have been joined to this one."""
    line = _with_references(line, base.line)
    if _equal(line, base.line):
        return base.own, "", _is_restyled(line, base)
    cells, title = _without_title(_with_references(line, *lost).cells, base, passage)
    if not base.own:
        return (), title, False
    first, *blank = base.own
    if _equal(replace(line, cells=cells), first):
        return base.own, title, False
    return (replace(first, cells=tuple(map(_tidy, cells))), *blank), title, False


def _equal(line: Line, base: Line) -> bool:
    cells, others = ([comparable(text_with_targets(cell)) for cell in one.cells] for one in (line, base))
    return cells == others


def _is_restyled(line: Line, base: _BaseLine) -> bool:
    """Whether two lines of the same words differ in quotes, spaces, bold, or in being a list or a heading."""
    # A heading that became a paragraph is passed over: LibreOffice takes its style away when the paragraph before it
    # is deleted with changes tracked. The first line of a clause is a bullet in a short box.
    families = _family(line.kind), _family(base.line.kind)
    restyled = base.role != "clause" and families[0] != families[1] and families[1] in ("paragraph", "list")
    return restyled or [*map(text_with_targets, line.cells)] != [*map(text_with_targets, base.line.cells)] or \
        (families[1] != "heading" and _looks(line) != _looks(base.line))


def _looks(line: Line) -> list[str]:
    """How each letter of a line stands out."""
    return [inline.style for cell in line.cells for inline in cell if isinstance(inline, Text)
            for letter in inline.text if not letter.isspace()]


def _with_references(line: Line, *bases: Line) -> Line:
    """The edited line with the references of some lines of the base in the place of their printed words, where an
    editor left only these."""
    wanted = Counter((inline.target, inline.text) for base in bases for cell in base.cells for inline in cell
                     if isinstance(inline, Reference) and inline.text)
    wanted -= Counter((inline.target, inline.text) for cell in line.cells for inline in cell
                      if isinstance(inline, Reference))
    cells = list(line.cells)
    for target, words in wanted.elements():
        if any(isinstance(inline, Reference) and inline.target == target for cell in cells for inline in cell):
            continue
        for at, cell in enumerate(cells):
            if (replaced := _referring(cell, Reference(target, words))) != cell:
                cells[at] = replaced
                break
    return replace(line, cells=tuple(cells))


def _referring(cell: Inlines, reference: Reference) -> Inlines:
    # Neither “section 6.2” nor “section 6 of the Act” is our section 6.
    whole = re.compile(rf"(?<!\w){re.escape(reference.text)}(?!\w|\.\d|\(| of the )")
    for at, inline in enumerate(cell):
        if isinstance(inline, Text) and (printed := whole.search(inline.text)):
            before, after = inline.text[:printed.start()], inline.text[printed.end():]
            middle = (*([replace(inline, text=before)] if before else []), reference,
                      *([replace(inline, text=after)] if after else []))
            return (*cell[:at], *middle, *cell[at + 1:])
    return cell


def _without_title(cells: tuple[Inlines, ...], base: _BaseLine, passage: Passage) -> tuple[tuple[Inlines, ...], str]:
    """The words of a clause's first line without the title before them, and the title."""
    if base.role != "clause" or not base.line.cells[0]:
        return cells, ""
    if not base.own:  # the title stands in a line of its own
        return cells, plain(cells[0]).strip().rstrip(".")
    first = base.line.cells[0][0]
    if base.own[0].cells[0][:1] == (first,) or not isinstance(first, Text):
        return cells, ""  # this layout prints no title
    title, rest = _split_title(cells[0], passage.title)
    return (rest, *cells[1:]), title


def _split_title(cell: Inlines, known: str) -> tuple[str, Inlines]:
    """A title in bold, or the known one, and the words behind it."""
    match cell:
        case (Text(words, style), *rest) if known and comparable(words).startswith(comparable(f"{known}.")):
            return known, _tidy((Text(words.split(".", known.count(".") + 1)[-1], style), *rest))
        case (Text(words, "strong"), *rest) if words.rstrip().endswith("."):
            return words.strip().rstrip("."), _tidy(tuple(rest))
    return "", cell


def _fresh(line: Line, first: bool, document: Document) -> tuple[list[Line], str]:
    """The line that somebody added, and a title that it bears as the first of its clause."""
    cells, title = tuple(map(_tidy, line.cells)), ""
    if first and line.kind == "heading" and document.layout in ("numbered", "three_level"):
        return [], plain(cells[0])
    if first and line.kind == "heading" and document.layout in ("lettered", "short"):  # they print no titles
        return [Line("paragraph", ((Text(plain(cells[0]), "strong"),),))], ""
    if first and document.layout == "numbered":
        title, rest = _split_title(cells[0], "")
        cells = (rest if title else cells[0], *cells[1:])
    return [replace(line, cells=cells)] if any(cells) else [], title


def _tidy(cell: Inlines) -> Inlines:
    """The words of an edited cell as a clause can hold them: references without printed words, no space around."""
    found = [replace(inline, text="") if isinstance(inline, Reference) else
             replace(inline, text=re.sub(r"[^\S\n]+", " ", inline.text)) if isinstance(inline, Text) else inline
             for inline in cell]
    while found and _is_empty(found[0]):
        found.pop(0)
    while found and _is_empty(found[-1]):
        found.pop()
    if found and isinstance(found[0], Text):
        found[0] = replace(found[0], text=_AROUND[0].sub("", found[0].text))
    if found and isinstance(found[-1], Text):
        found[-1] = replace(found[-1], text=_AROUND[1].sub("", found[-1].text))
    return tuple(found)


def _is_empty(inline: Inline) -> bool:
    return isinstance(inline, LineBreak) or (isinstance(inline, Text) and not _AROUND[0].sub("", inline.text))


# ---- sections and front ------------------------------------------------------------------------------------------


def _titles(document: Document, base: list[_BaseLine], edited: _Edited, pairs: Mapping[int, int]) -> dict[str, str]:
    return {base[i].owner: words_of(edited.lines[j].line).strip() for j, i in pairs.items()
            if base[i].role == "section" and edited.keys[j] != _compared(base[i].line, False)}


def _displaced(document: Document, base: list[_BaseLine], pairs: Mapping[int, int]) -> tuple[str, ...]:
    places = [pairs[j] for j in sorted(pairs) if base[pairs[j]].role == "section"]
    rising = set(longest_rise(places))
    titles = {section.id: section.title for section in document.sections}
    return tuple(titles[base[place].owner] for at, place in enumerate(places) if at not in rising)


def _front(base: list[_BaseLine], edited: _Edited, pairs: Mapping[int, int]) -> tuple[tuple[str, str], ...]:
    kept = {i: j for j, i in pairs.items() if base[i].role == "front"}
    found = [(words_of(line.line), words_of(edited.lines[kept[i]].line) if i in kept else "")
             for i, line in enumerate(base) if line.role == "front"]
    return tuple((was, now) for was, now in found if comparable(was) != comparable(now))


# ---- local edits -------------------------------------------------------------------------------------------------


def local_edits(library: Document, comparison: Comparison,
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


def _edit(document: str, change: ClauseEdit, passage: Passage, before: LocalEdit | None) -> LocalEdit | None:
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

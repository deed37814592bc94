"""Which line of an issued document each line of its edited Word file is, and which clause that line belongs to.

In: a `Document` as it was issued, and the `EditedLine`s of its file. Out: `LineMatches`. Each line finds its
counterpart by its bookmarks or by its words; either is enough after ordinary edits. `compare` says what has changed in
each clause.
"""

from __future__ import annotations

import hashlib
import itertools
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from policygen.formats.word.bookmarks import bookmark
from policygen.formats.word.reader import THEIRS, EditedLine, Role
from policygen.model.alignment import align, likeness
from policygen.model.document import (
    LOCAL, Document, Inline, Inlines, Passage, Reference, Section, Text, is_generated, joined, plain,
)
from policygen.model.lines import (
    FIELDS, IN_BOX, LISTS, ROWS, Line, clause_lines, comparable, is_blank_line, lines_of, map_cells, words_of,
    words_with_targets,
)

FRONT = "_front"
"""The owner of the lines that are made for each edition: title, document control, history."""
_SURE = 0.8
"""Two texts that are at least as alike as this are the same text, even out of order."""
_TICK = re.compile(r"^[☐☑☒✓✔]\s*")
_TICKED = re.compile("[☑☒✓✔]")
_BESIDE_TICK = re.compile(r"(?<=[☐☑☒])\u00a0|\u00a0(?=[☐☑☒])")
"""The writer keeps a box and its word on one line with this space; clauses have an ordinary one."""
_TYPED = re.compile(r"\s*(?:([1-9]\d?(?:\.[1-9]\d?){0,2})[.):]?|(\d{0,2}\(?[a-z]{1,2}\))|([•·▪●○◦‣]))\s+")
"""What somebody typed before the words of a line: a number, a letter or a bullet."""
_APPENDIX = re.compile(r"(?:appendix|annexe?|schedule)(?: (?:[a-z]|\d{1,2}|[ivx]{1,4}))?(?: ?[:.–—-] ?.{1,80}(?<!\.))?",
                       re.IGNORECASE)
_NEAR = 5
"""The number of a section or clause may be so much higher than the highest one before it: others were deleted."""
_BEFORE_NUMBER = re.compile(r"(?<![\w-])(?:sections?|clauses?|paragraphs?|paras?\.?|points?)\s$", re.IGNORECASE)
NUMBERED = ("numbered", "three_level", "lettered")
"""The layouts with numbers."""
_CONTENTS_ENTRY = re.compile(r"^(\d+|[A-Z])\. | \d+$")
"""The number and page of a section in the list of contents."""


@dataclass(frozen=True, slots=True)
class IssuedLine:
    """A line of the issued document, as the writer draws it."""

    owner: str
    """The id of its clause or section, or `FRONT`."""
    role: Role
    """`clause` for the first line of a clause, `section` for the heading of a section, `front`, or empty."""
    mark: str
    """Its bookmark; empty in front, and for rows and fields after the first."""
    line: Line
    own: tuple[Line, ...]
    """The lines of the clause that it stands for, without title and number, and the blank rows after them."""


@dataclass(frozen=True, slots=True)
class _Place:
    """Where in an edited file a line stands."""

    sections: int
    """How many numbered sections have begun."""
    numbers: frozenset[str]
    """The numbers that this section can have: as issued, as counted, as typed."""
    clauses: int
    """How many clauses the section was issued with."""


class LineMatches:
    """The lines of an issued document and of its edited file, with the counterpart and the clause of each edited
    line."""

    def __init__(self, document: Document, lines: Iterable[EditedLine]) -> None:
        """`lines` may be those with the tracked changes accepted or rejected."""
        self.document = document
        self.is_form = document.kind == "form"
        self.issued = _issued_lines(document)
        self.front = next((i for i, line in enumerate(self.issued) if line.role != "front"), len(self.issued))
        """How many issued lines stand before the first section: the title and the document control."""
        written = [line for line in lines if not is_blank_line(line.line)]
        self.edited = _with_clause_references(document, _without_contents(document, written))
        self.keys = [match_key(typed_number(line.line)[1], self.is_form) for line in self.edited]
        """What each edited line is compared by."""
        self.pairs = self._paired()
        """The place of each edited line's counterpart in `issued`, by the line's place in `edited`."""
        self.edited = self._without_typed_numbers()
        self.keys = [match_key(line.line, self.is_form) for line in self.edited]
        self.sections = {section.id for section in document.sections if not any(map(is_generated, section.passages))}
        """The ids of all sections, with those that somebody added."""
        self.owners = self._owners()
        """The id of the clause or section that each edited line belongs to now, or `FRONT`. A line that was moved has
        another one than its counterpart. The ids of clauses and sections that somebody added begin with `local/`."""
        prefix = "section " if document.layout in NUMBERED else ""
        self.edited = _with_references(self.edited, {
            name: (owner, prefix) for line, owner in zip(self.edited, self.owners, strict=True)
            for name in line.bookmarks if name.startswith(THEIRS) and owner != FRONT}, THEIRS)

    # ---- counterparts --------------------------------------------------------------------------------------------

    def _paired(self) -> dict[int, int]:
        issued, edited, new = self.issued, self.edited, self.keys
        old = [match_key(line.line, self.is_form) for line in issued]
        marks = {line.mark: i for i, line in enumerate(issued) if line.mark}
        # Each bookmark counts once: in LibreOffice, both halves of a split paragraph begin with its bookmark.
        hints = [[marks.pop(name) for name in line.bookmarks if name in marks] for line in edited]

        def weight(i: int, j: int) -> float:
            hint, alike = hints[j], likeness(old[i], new[j])
            if (issued[i].role == "front") != (edited[j].role == "front"):
                alike -= 0.3
            if (issued[i].role == "section") != (edited[j].role == "section") and "heading" not in edited[j].line.kind:
                alike -= 0.15
            if i in hint:  # of paragraphs that were joined, the first one has number and title
                return max(alike, 0.55) + (0.5 if i == hint[0] else -0.1)
            return alike - 0.4 if hint else alike

        pairs = {j: i for i, j in align(old, new, weight) if i is not None and j is not None}
        free_old = set(range(len(old))).difference(pairs.values())
        free_new = set(range(len(new))).difference(pairs)
        moved = sorted(((weight(i, j), -abs(i - j), i, j) for i in free_old for j in free_new), reverse=True)
        for score, _, i, j in moved:
            if score >= _SURE and i in free_old and j in free_new:
                pairs[j] = i
                free_old.remove(i)
                free_new.remove(j)
        pairs = self._paired_by_beginning(pairs, hints)
        return pairs | self._retitled(pairs)

    def _paired_by_beginning(self, pairs: dict[int, int], hints: Sequence[Sequence[int]]) -> dict[int, int]:
        """The pairs, but paragraphs that were split or joined are paired by how they begin, because the number and
        the title stand there, however long the rest is."""
        found, taken = dict(pairs), set(pairs.values())
        for j, i in pairs.items():
            now = self.edited[j].line
            first = j
            while first and first - 1 not in found and not hints[first - 1]:
                first -= 1
            half = next((n for n in range(first, j) if _begins(self.issued[i].line, self.edited[n].line, now)), None)
            if half is not None:
                found[half] = found.pop(j)
            elif not hints[j]:
                first = i
                while first and first - 1 not in taken:
                    first -= 1
                whole = self.issued[i].line
                found[j] = next((n for n in range(first, i) if _begins(now, self.issued[n].line, whole)), i)
                taken.add(found[j])
        return found

    def _retitled(self, pairs: dict[int, int]) -> dict[int, int]:
        """Further pairs: headings with new words, which are found by the lines that follow them."""
        taken = set(pairs.values())
        section_heads, head = [], -1
        for i, issued in enumerate(self.issued):
            head = i if issued.role == "section" else head
            section_heads.append(head)
        found: dict[int, int] = {}
        for j, line in enumerate(self.edited):
            if j in pairs or "heading" not in line.line.kind:
                continue
            following = range(j + 1, len(self.edited))
            if line.role == "section":  # take the heading under which most of the lines below were issued
                end = next((n for n in following if self.edited[n].role == "section"), following.stop)
                heads = [section_heads[pairs[n]] for n in range(j + 1, end) if n in pairs]
                votes = Counter(head for head in heads if head not in taken)
                i = votes.most_common(1)[0][0] if votes else -1
            else:  # take the nearest free heading before the next issued line
                i = next((pairs[n] - 1 for n in following if n in pairs), -1)
                while i >= 0 and i not in taken and not _may_be(line, self.issued[i]):
                    i -= 1
            if i >= 0 and i not in taken and i not in found.values():
                found[j] = i
        return found

    # ---- typed numbers -------------------------------------------------------------------------------------------

    def _without_typed_numbers(self) -> list[EditedLine]:
        """The edited lines without the numbers of sections and clauses, letters and bullets that somebody typed before
        their words, because the layout prints those. A new line with such a number begins a section or a clause; so
        does an appendix."""
        sections = {section.id: section for section in self.document.sections}
        start = min((j for j, i in self.pairs.items() if i >= self.front), default=len(self.edited))
        end = max(self.pairs, default=0) if self.document.kind == "policy" else len(self.edited)
        found: list[EditedLine] = []
        place = _Place(0, frozenset(), 0)
        for j, line in enumerate(self.edited):
            issued = self.issued[self.pairs[j]] if j in self.pairs else None
            number, bare = typed_number(line.line)
            role, is_typed = issued.role if issued else line.role, False
            is_last = end < j < len(self.edited) - 1
            if not issued and j > start and line.line.kind in ("paragraph", "heading") and (
                    role == "front" or _is_appendix(line.line) or (is_last and _is_bold(line.line))):
                role = "section"
            if number and issued and _first_word(bare) == _first_word(issued.line) != _first_word(line.line):
                is_typed = role != "" or number[0].isdigit() or line_family(issued.line.kind) == "list"
            elif number and (told := self._role_by_number(number, bare, role, place)) is not None:
                role, is_typed = role or told, True
            if role == "section":
                section = sections.get(issued.owner) if issued else None
                counted = place.sections + (section is None or not section.cover)
                known = {str(counted), section.number if section else "", number.split(".")[0] if is_typed else ""}
                place = _Place(counted, frozenset(known), len(section.passages) if section else 0)
            now = bare if is_typed else line.line
            if not issued and role != line.role and (role == "section" or (
                    self.document.layout == "three_level" and not words_of(now).endswith("."))):
                now = replace(now, kind="heading")
            found.append(replace(line, line=now, role=line.role if issued else role))
        return found

    def _role_by_number(self, number: str, bare: Line, role: Role, place: _Place) -> Role | None:
        """The role of a line that begins with a typed number, by the number; None where it numbers no section, clause
        or item: a date, a sum, a time, words that somebody wants to have as they are. `bare` is the line without it."""
        layout, (head, *rest) = self.document.layout, number.split(".")
        if not head.isdecimal():
            is_point = layout == "lettered" and (role == "clause" or head[0].isdigit() or not place.clauses)
            return "clause" if is_point else "" if line_family(bare.kind) == "list" else None
        if layout not in NUMBERED or not _begins_sentence(bare):
            return None
        if not rest:
            is_heading = role == "section" or (bare.kind in ("paragraph", "heading") and _is_bold(bare))
            return "section" if is_heading and abs(int(head) - place.sections - 1) <= _NEAR else None
        if head not in place.numbers or int(rest[0]) > place.clauses + _NEAR or layout == "lettered":
            return None
        return "clause" if len(rest) == 1 else "" if layout == "three_level" else None

    # ---- clauses -------------------------------------------------------------------------------------------------

    def _owners(self) -> list[str]:
        at_home = self._at_home()
        in_bullets = {owner for section in self.document.sections if is_short_box(self.document, section)
                      for owner in (section.id, *(passage.clause for passage in section.passages))}
        known = {line.owner for line in self.issued}
        local: set[str] = set()
        """The clauses that somebody has added."""
        section = ""
        owners: list[str] = []

        def own_clause(j: int, among: set[str]) -> str:
            owner = _local_id(self.keys[j], known | local | self.sections)
            among.add(owner)
            return owner

        last_front = max((j for j, i in self.pairs.items() if i < self.front), default=-1)
        previous: IssuedLine | None = None
        previous_key = ""
        for j, line in enumerate(self.edited):
            issued = self.issued[self.pairs[j]] if j in self.pairs else None
            last = owners[-1] if owners else FRONT
            begins = line.role == "clause" or (line.line.kind == "heading" and section.startswith(LOCAL)) or (
                previous is not None and previous.owner in in_bullets and line.line.kind == f"{IN_BOX}bullet")
            if issued and (issued.role in ("section", "front") or j in at_home):
                owner, previous, previous_key = issued.owner, issued, self.keys[j]
            elif line.role == "front" or (last == FRONT and not line.role and (
                    j < last_front or (line.line.kind == "row" and owners))):  # a note, a row of the history
                owner = FRONT
            elif line.role == "section":
                owner = own_clause(j, self.sections)
            elif begins and not (
                    previous and previous.owner == last and _is_second_half(line.line, previous, previous_key)):
                owner = own_clause(j, local)
            elif last != FRONT and last not in self.sections:
                owner = last
            elif last.startswith(LOCAL):  # the heading of a section that somebody added
                owner = own_clause(j, local)
            else:  # it begins the next clause of the section, or is a clause of its own
                following = min((n for n in at_home if n > j), default=-1)
                begun = following >= 0 and self.issued[self.pairs[following]].role == "clause"
                owner = self.issued[self.pairs[following]].owner if begun else own_clause(j, local)
            section = owner if owner in self.sections else section
            owners.append(owner)
        return owners

    def _at_home(self) -> set[int]:
        """The edited lines that stand with their clause. Of several runs of one clause, that is the run with the
        clause's first line, or else the longest one; the others were moved into another clause."""
        runs: dict[str, list[list[int]]] = defaultdict(list)
        before = None
        for j in sorted(self.pairs):
            owner = self.issued[self.pairs[j]].owner
            if owner != before:
                runs[owner].append([])
            runs[owner][-1].append(j)
            before = owner

        def rank(run: list[int]) -> tuple[bool, int]:
            return any(self.issued[self.pairs[j]].role == "clause" for j in run), len(run)

        return {j for found in runs.values() for j in max(found, key=rank)}


def line_family(kind: str) -> str:
    """What kind of line it is, as far as every editor keeps it."""
    kind = kind.removeprefix(IN_BOX)
    if kind in FIELDS:
        return "title" if kind == "fields" else "field"
    if kind.startswith("further"):
        return "paragraph"
    return "list" if kind in LISTS else "row" if kind in ROWS else kind


def is_short_box(document: Document, section: Section) -> bool:
    """Whether a section is the box of a short edition, in which each clause is a bullet."""
    return document.layout == "short" and section.boxed and not section.cover


def _issued_lines(document: Document) -> list[IssuedLine]:
    found = [IssuedLine(FRONT, "front", "", Line("paragraph", ((Text(text),),)), ())
             for text in (document.title, document.organisation) if text]
    found += [IssuedLine(FRONT, "front", "", Line("row", ((Text(label),), value)), ())
              for label, value in document.control]
    for section in sorted(document.sections, key=lambda section: not section.cover):
        heading = Line("heading", ((Text(section.title),),))
        lines = [IssuedLine(section.id, "section", bookmark(section.id, 0), heading, ())] if section.title else []
        for passage in section.passages:
            lines += _clause_lines(passage)
        if any(map(is_generated, section.passages)):
            lines = [replace(line, owner=FRONT, role="front") for line in lines]
        found += lines
    return found


def _clause_lines(passage: Passage) -> list[IssuedLine]:
    """The lines of a clause. Blank rows belong to the line before them."""
    printed, own = lines_of(passage.blocks), clause_lines(passage)
    title_lines = len(printed) - len(own)  # 1 when the title stands in a line of its own
    found: list[IssuedLine] = []
    marks, before = 0, ""
    for at, line in enumerate(printed):
        standing = own[at - title_lines:at - title_lines + 1] if at >= title_lines else ()
        family = line_family(line.kind)
        goes_on = line.kind == "row" or (family == "field" and before == "field" and "fields" not in line.starts)
        marks += not goes_on
        before = family
        if is_blank_line(line) and found:
            found[-1] = replace(found[-1], own=found[-1].own + standing)
        else:
            mark = "" if goes_on else bookmark(passage.clause, marks)
            found.append(IssuedLine(passage.clause, "" if at else "clause", mark, line, standing))
    return found


def _without_contents(document: Document, lines: list[EditedLine]) -> list[EditedLine]:
    """The lines without the list of contents, which is plain paragraphs where an editor has lost their styles."""
    words = [comparable(words_of(line.line)) for line in lines]
    if not document.contents or "Contents" not in words:
        return lines
    start = words.index("Contents")
    left = {comparable(section.title) for section in document.sections}
    stop = start + 1
    while stop < len(lines) and lines[stop].role != "section" and (
            title := _CONTENTS_ENTRY.sub("", words[stop])) in left:
        left.remove(title)  # where the title stands again, it is the heading of its section
        stop += 1
    return lines[:start] + lines[stop:] if stop > start + 1 else lines


def _with_clause_references(document: Document, lines: Iterable[EditedLine]) -> list[EditedLine]:
    """The lines with references to clauses instead of bookmarks, and labels without boxes. In a form, boxes are
    empty."""
    targets: dict[str, tuple[str, str]] = {}
    for section in document.sections:
        targets[bookmark(section.id, 0)] = section.id, "section " if section.number else ""
        for passage in section.passages:
            targets[bookmark(passage.clause, 1)] = passage.clause, "section " if passage.number else ""

    def tidy_boxes(inline: Inline) -> Inline:
        if not isinstance(inline, Text):
            return inline
        text = _BESIDE_TICK.sub(" ", inline.text)
        return replace(inline, text=_TICKED.sub("☐", text) if document.kind == "form" else text)

    found = []
    for line in _with_references(lines, targets, "_pg_"):
        label: tuple[Inlines, ...] = ((Text(_TICK.sub("", words_of(line.line)).strip()),),)
        cells = label if line.role == "label" else line.line.cells
        found.append(replace(line, line=map_cells(replace(line.line, cells=cells), tidy_boxes)))
    return found


def _with_references(lines: Iterable[EditedLine], targets: Mapping[str, tuple[str, str]],
                     kind: str) -> list[EditedLine]:
    """The lines with references to clauses instead of bookmarks whose names begin with `kind`. `targets` has the clause
    or section of each bookmark, and the word before its number. A number without a known target becomes words; so does
    one after a word with a capital, which a reference cannot print."""

    def resolved(inlines: Inlines) -> Inlines:
        found: list[Inline] = []
        for inline in inlines:
            if isinstance(inline, Reference) and inline.target.startswith(kind):
                target, prefix = targets.get(inline.target, ("", ""))
                last = found[-1] if found else None
                word = _BEFORE_NUMBER.search(last.text) if isinstance(last, Text) else None
                if target and not prefix:
                    inline = replace(inline, target=target)
                elif target and (word is None or word[0].islower()):
                    if word and isinstance(last, Text):
                        rest = last.text[:word.start()]
                        found[-1:] = [replace(last, text=rest)] if rest else []
                    inline = Reference(target, (word[0] if word else "") + inline.text)
                else:
                    inline = Text(inline.text)
            found.append(inline)
        return joined(found)

    return [replace(line, line=replace(line.line, cells=tuple(map(resolved, line.line.cells)))) for line in lines]


def match_key(line: Line, in_form: bool) -> str:
    """The words that find a line's counterpart: as printed, without typography, boxes to tick and blank cells. A row
    of a form is found by its first words alone, because people write in the other cells."""
    cells = list(filter(None, (comparable(plain(cell)) for cell in line.cells)))
    return _TICK.sub("", " | ".join(cells[:1] if in_form and line.kind == "row" else cells))


def typed_number(line: Line) -> tuple[str, Line]:
    """The number, letter or bullet that stands before the words of a line, empty for none, and the line without it."""
    found = _TYPED.match(words_of(line)) if line_family(line.kind) in ("paragraph", "heading", "list") else None
    if found is None:
        return "", line
    left, cell = found.end(), list(line.cells[0])
    while left and isinstance(first := cell[0], Text):
        cell[:1] = [replace(first, text=first.text[left:])] if left < len(first.text) else []
        left -= min(left, len(first.text))
    return ("", line) if left or not cell else (next(filter(None, found.groups())), replace(line, cells=(tuple(cell),)))


def _first_word(line: Line) -> str:
    return comparable(words_of(line)).partition(" ")[0]


def _begins_sentence(line: Line) -> bool:
    return re.match(r"[^\w]*[A-Z]", words_of(line)) is not None


def _is_bold(line: Line) -> bool:
    """Whether a line is a heading by its looks alone: bold, and no sentence."""
    words = words_of(line).strip()
    return not words.endswith((".", ":", ";")) and all(
        isinstance(one, Text) and (one.style == "strong" or not one.text.strip()) for one in line.cells[0])


def _is_appendix(line: Line) -> bool:
    return _APPENDIX.fullmatch(comparable(words_of(line))) is not None


def _readings(line: Line) -> tuple[str, str]:
    """The words of a line without typography: as printed, and with targets, which do not change with the numbers."""
    return comparable(words_of(line)), comparable(words_with_targets(line))


def _begins(whole: Line, first: Line, second: Line) -> bool:
    """Whether the words of `whole` begin with those of `first`, and those of `second` do not."""
    return any(one and text.startswith(one) and not other.startswith(one)
               for text, one, other in zip(*map(_readings, (whole, first, second)), strict=True))


def _is_second_half(line: Line, previous: IssuedLine, previous_key: str) -> bool:
    """Whether a line without a counterpart is the second half of a paragraph that was split. `previous` is the
    counterpart of the line before it, and `previous_key` the words of that line now."""
    return previous_key != match_key(previous.line, False) and any(
        half in whole for half, whole in zip(_readings(line), _readings(previous.line), strict=True))


def _may_be(line: EditedLine, issued: IssuedLine) -> bool:
    """Whether an edited heading can be an issued one. In a box and inside clauses, all headings look the same."""
    same_role = line.role == issued.role or (not line.role and (
        line.line.kind.startswith(IN_BOX) or issued.role != "section"))
    return same_role and "heading" in issued.line.kind


def _local_id(words: str, taken: set[str]) -> str:
    """An id for a clause that somebody wrote. The clause keeps it when its words change later."""
    stem = LOCAL + hashlib.sha256(words.encode()).hexdigest()[:8]
    names = (stem if count == 1 else f"{stem}-{count}" for count in itertools.count(1))
    return next(name for name in names if name not in taken)

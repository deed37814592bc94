"""The redline: two `Document`s in, the bytes of one Word file out in which every change of wording is tracked.

The ordinary writer makes the bodies of both documents; the differences between them become tracked insertions,
deletions and moves. Rejecting them all gives the old words, accepting them all the new ones. The cover, document
control, contents, history and footer are those of the new edition, and are not tracked; numbers renew themselves.
Same input, same bytes.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import date
from difflib import SequenceMatcher
from itertools import groupby
from typing import Literal, TypeVar

from lxml.etree import strip_elements, strip_tags

from policygen.formats.house import House
from policygen.formats.word.body import END, GAP, BodyContext, body, control_table, gap, targets_of
from policygen.formats.word.bookmarks import bookmark
from policygen.formats.word.writer import write_word_file
from policygen.formats.word.xml import Element, keep_with_next, p, qn, run, style_of, w
from policygen.model.alignment import ALIKE, Pair, align, likeness
from policygen.model.document import Document, is_generated

Effect = Literal["ins", "del"]
"""What a change does where it stands: a move inserts in one place and deletes in the other."""
TrackedKind = Effect | Literal["moveFrom", "moveTo"]
"""Word's names of the elements around a change."""
MOVES: dict[Effect, TrackedKind] = {"ins": "moveTo", "del": "moveFrom"}
CONTENTS_STYLES = ("TOCHeading", "Toc1")
REFERENCE = re.compile(r" REF (\S+) ")
"""The instruction of a reference's field. The field has five runs: begin, instruction, separate, number, end."""
SPACES_AND_SIGNS = re.compile(r"[\W_]*")
"""Equal words of this kind between two changes become part of the changes."""


def write_redline(old: Document, new: Document, house: House, author: str, when: date) -> bytes:
    """The bytes of the redline from one document to another; raises `LibraryError` like `write_word_file`."""

    def make_body(context: BodyContext) -> list[Element]:
        of_old = replace(context, document=replace(old, control=()), targets=targets_of(old), blocks=Counter(),
                         tags=Counter())
        of_new = replace(context, document=replace(new, control=()))
        old_cover, _, old_rest, _ = _split(body(of_old), old)
        new_cover, contents, new_rest, generated = _split(body(of_new), new)
        cover, rest = _aligned(old_cover, new_cover, context), _aligned(old_rest, new_rest, context)
        staying = {start.get(qn("w:name")) for was, now in (*cover, *rest) if was and now
                   for start in now.main.iter(qn("w:bookmarkStart"))}
        _use_links_for_steady_references([*old_cover, *old_rest], of_new, staying)
        _use_links_for_steady_references([*new_cover, *new_rest], of_old, staying)
        marks = _ChangeMarks(context, author, when)
        return [*control_table(context), *_tracked(cover, marks), *contents, *_tracked(rest, marks), *generated]

    return write_word_file(new, house, make_body=make_body)


@dataclass(frozen=True, slots=True)
class _ChangeMarks:
    """What every mark of a tracked change needs."""

    context: BodyContext
    author: str
    when: date

    def mark(self, tag: str, *children: Element) -> Element:
        return w(tag, *children, id=next(self.context.ids), author=self.author,
                 date=f"{self.when.isoformat()}T00:00:00Z")


# ---- the bodies of both documents, block by block ----------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class _BodyBlock:
    """A paragraph or table, with the small empty paragraphs before and after it."""

    before: list[Element]
    main: Element
    after: list[Element]
    text: str


BlockPair = tuple[_BodyBlock | None, _BodyBlock | None]
"""The same block of the old and of the new document; None where one of them has none."""
T = TypeVar("T")


def _split(elements: list[Element], document: Document) -> tuple[list[Element], ...]:
    """The elements before the contents, the contents, the rest, and the sections at the end that are made for each
    edition. Without contents, everything before those sections is rest."""
    made = [section for section in document.sections if all(map(is_generated, section.passages))]
    names = {bookmark(section.id, 0) for section in made} | {
        bookmark(passage.clause, 1) for section in made for passage in section.passages}
    end = next((at for at, element in enumerate(elements) for start in element.iter(qn("w:bookmarkStart"))
                if start.get(qn("w:name")) in names), len(elements))
    places = [at for at, element in enumerate(elements) if style_of(element) in CONTENTS_STYLES] or [-1]
    first, last = max(places[0], 0), places[-1] + 1
    return elements[:first], elements[first:last], elements[last:end], elements[end:]


def _text(element: Element) -> str:
    """The words, cells and paragraphs kept apart; the results of fields are numbers and do not count."""
    parts: list[str] = []
    depth = 0
    for child in element.iter(qn("w:t"), qn("w:br"), qn("w:fldChar"), qn("w:tc")):
        kind = child.get(qn("w:fldCharType"))
        depth += {"begin": 1, "end": -1}.get(kind or "", 0)
        if child.tag == qn("w:t") and not depth:
            parts.append(child.text or "")
        elif child.tag != qn("w:fldChar") or kind == "begin":
            parts.append(" ")
    return " ".join("".join(parts).split())


def _body_blocks(elements: list[Element]) -> list[_BodyBlock]:
    blocks: list[_BodyBlock] = []
    gaps: list[Element] = []
    for element, following in zip(elements, [*elements[1:], None]):
        if style_of(element) != GAP:
            blocks.append(_BodyBlock(gaps, element, [], _text(element)))
            gaps = []
        elif not blocks or (following is not None and following.tag == qn("w:tbl")):  # a table keeps the gap before it
            gaps.append(element)
        else:
            blocks[-1].after.append(element)
    return blocks


def _aligned(before: list[Element], after: list[Element], context: BodyContext) -> list[BlockPair]:
    """The blocks of both bodies, in order.

    A numbered heading that loses a word pairs with none: LibreOffice gives no number to a paragraph that is deleted
    in part, and without a section's number all later ones would be wrong.
    """
    old, new = _body_blocks(before), _body_blocks(after)

    def weight(i: int, j: int) -> float:
        was, now = old[i], new[j]
        alike = likeness(was.text, now.text) if was.main.tag == now.main.tag else 0.0
        rest = iter(now.text.split())
        loses_words = not all(word in rest for word in was.text.split())  # in their order
        if alike < ALIKE or (loses_words and "Heading" in style_of(was.main) and _has_number(was.main, context)):
            return 0.0
        return alike + 0.05 * (style_of(was.main) == style_of(now.main))

    return _paired(old, new, align([block.text for block in old], [block.text for block in new], weight))


def _paired(old: Sequence[T], new: Sequence[T], places: Iterable[Pair]) -> list[tuple[T | None, T | None]]:
    return [(None if i is None else old[i], None if j is None else new[j]) for i, j in places]


def _has_number(element: Element, context: BodyContext) -> bool:
    """Whether a number or letter stands before it."""
    name = style_of(element)
    style = None if "Bullet" in name else context.word.styles.element.get_by_id(name)
    while style is not None:
        if number := style.xpath("w:pPr/w:numPr/w:numId/@w:val"):
            return bool(number[0] != "0")
        style = style.base_style
    return False


def _use_links_for_steady_references(elements: Iterable[Element], other: BodyContext, staying: set[str]) -> None:
    """Replace the fields of references by links where the number is the same in the other document: LibreOffice renews
    fields, and counts both what goes and what comes. Also where the bookmark is not in a paragraph that stays: the
    field would have nothing to refer to once that paragraph is taken back."""
    numbers = dict(other.targets.values())
    for instruction in [found for element in elements for found in element.iter(qn("w:instrText"))]:
        if not (found := REFERENCE.match(instruction.text or "")):
            continue
        name, asking = found[1], instruction.getparent()
        number = asking.getnext().getnext()
        printed = "".join(words.text or "" for words in number.iter(qn("w:t")))
        if name not in staying or numbers.get(name) == printed:
            for run in (asking.getprevious(), asking.getnext(), number.getnext(), asking):
                run.getparent().remove(run)
            link = w("hyperlink", anchor=name, history=1)
            number.addprevious(link)
            link.append(number)


# ---- whole paragraphs and tables ---------------------------------------------------------------------------------


def _tracked(pairs: list[BlockPair], marks: _ChangeMarks) -> list[Element]:
    """The elements of both bodies, the changes between them tracked."""
    moves = _moves(pairs, marks)
    elements: list[Element] = []
    last: Effect | None = None
    for at, (was, now) in enumerate(pairs):
        effect: Effect | None = None
        if was and now:
            following = pairs[at + 1] if at + 1 < len(pairs) else (was, now)
            clash = "ins" if not following[0] else "del" if not following[1] else ""
            if now.main.tag == qn("w:tbl"):
                changed = _track_table(was.main, now.main, marks)
            else:
                changed = [now.main]
                if style_of(was.main) != style_of(now.main):
                    now.main.get_or_add_pPr().append(marks.mark("pPrChange", deepcopy(was.main.find(qn("w:pPr")))))
                _track_words(was.main, now.main, marks, clash)
            made = [*now.before, *changed, *now.after]
        elif block := now or was:
            effect = "ins" if now else "del"
            made = _track_block(block, effect, moves.get(block, ""), marks)
        elements += [*_separator(last, effect, made[0], marks), *made]
        last = effect
    # A tracked paragraph cannot be the last one: there is none to join it with when it goes.
    return [*elements, p(END, [])] if last else elements


def _moves(pairs: list[BlockPair], marks: _ChangeMarks) -> dict[_BodyBlock, str]:
    """A name for each move of a paragraph, by the paragraph in the old and in the new document.

    LibreOffice takes the same words deleted and inserted for a move, and then spoils the next paragraph unless the
    file says that it is a move.
    """
    gone = [was for was, now in pairs if was and not now and was.main.tag == qn("w:p") and was.text]
    come = [now for was, now in pairs if now and not was and now.main.tag == qn("w:p")]
    moves: dict[_BodyBlock, str] = {}
    for was in gone:
        if now := next((now for now in come if now not in moves and now.text == was.text), None):
            moves[was] = moves[now] = f"move{next(marks.context.ids)}"
    return moves


def _separator(before: Effect | None, effect: Effect | None, following: Element, marks: _ChangeMarks) -> list[Element]:
    """The tiny empty paragraph between a whole changed paragraph and a number; none where none is needed.

    LibreOffice counts a numbered paragraph as inserted or deleted where the mark of the paragraph before it is, and
    its numbers are wrong from there on. The tiny paragraph takes that mark, and has the one that the number needs.
    """
    if before == effect or (before is None and effect == "del") or not _has_number(following, marks.context):
        return []
    between = p(END, [])
    keep_with_next(between)
    if effect:
        _track_paragraph(between, effect, marks)
    return [between]


def _track_block(block: _BodyBlock, effect: Effect, move: str, marks: _ChangeMarks) -> list[Element]:
    """All elements of a block, marked as inserted, deleted or moved; `move` is the name of the move, if it is one."""
    kind = MOVES[effect] if move else effect
    elements = [*block.before, block.main, *block.after]
    for element in elements:
        if element.tag == qn("w:tbl"):
            for row in element.iter(qn("w:tr")):
                _track_row(row, kind, marks)
        else:
            _track_paragraph(element, kind, marks)
    if move:
        start = marks.mark(f"{kind}RangeStart")
        start.set(qn("w:name"), move)
        # Inside the bookmark: around it, LibreOffice takes a heading back and leaves its style to the next paragraph.
        bookmarks = len(block.main.findall(qn("w:bookmarkStart")))
        block.main.insert(1 + bookmarks, start)
        block.main.insert(len(block.main) - bookmarks, w(f"{kind}RangeEnd", id=start.get(qn("w:id"))))
    return elements


def _track_row(row: Element, kind: TrackedKind, marks: _ChangeMarks) -> None:
    row.find(qn("w:trPr")).append(marks.mark(kind))
    for paragraph in row.iter(qn("w:p")):
        _track_paragraph(paragraph, kind, marks)


def _track_paragraph(paragraph: Element, kind: TrackedKind, marks: _ChangeMarks) -> None:
    paragraph.get_or_add_pPr().append(w("rPr", marks.mark(kind)))
    _track_runs(paragraph, kind, marks)


def _track_runs(holder: Element, kind: TrackedKind, marks: _ChangeMarks) -> None:
    """Put a mark around each run, after taking away what cannot be tracked.

    That is content controls: LibreOffice leaves a row that has one behind when it takes the row back. Of what goes it
    is also bookmarks, for the new text has the same names, and links and fields but for their printed words, for the
    bookmarks that they lead to may be gone.
    """
    strip_elements(holder, qn("w:sdtPr"))
    strip_tags(holder, qn("w:sdt"), qn("w:sdtContent"))
    if kind in ("del", "moveFrom"):
        strip_elements(holder, qn("w:bookmarkStart"), qn("w:bookmarkEnd"))
        strip_tags(holder, qn("w:hyperlink"))
        in_instruction = False
        for run in list(holder.iter(qn("w:r"))):
            field_mark = run.find(qn("w:fldChar"))
            if field_mark is not None:
                in_instruction = field_mark.get(qn("w:fldCharType")) == "begin"
            if in_instruction or field_mark is not None:
                run.getparent().remove(run)
    for run in list(holder.iter(qn("w:r"))):
        mark = marks.mark(kind)
        run.addprevious(mark)
        mark.append(run)
        for text in list(run.iter(qn("w:t"))) if kind == "del" else ():
            text.tag = qn("w:delText")


# ---- words, and the rows of tables -------------------------------------------------------------------------------


def _track_table(old: Element, new: Element, marks: _ChangeMarks) -> list[Element]:
    before: list[Element] = list(old.iter(qn("w:tr")))
    after: list[Element] = list(new.iter(qn("w:tr")))
    if len({len(row.findall(qn("w:tc"))) for row in before[:1] + after[:1]}) > 1:
        # Rows of two shapes cannot stand in one table, nor two tables side by side without a paragraph between them.
        for row in before:
            _track_row(row, "del", marks)
        for row in after:
            _track_row(row, "ins", marks)
        return [old, gap(), new]
    old_texts, new_texts = [_text(row) for row in before], [_text(row) for row in after]
    places = align(old_texts, new_texts, lambda i, j: likeness(old_texts[i], new_texts[j]))
    for was, now in _paired(before, after, places):
        if was is not None and now is not None:
            for old_paragraph, new_paragraph in zip(was.iter(qn("w:p")), now.iter(qn("w:p")), strict=False):
                _track_words(old_paragraph, new_paragraph, marks)
        elif now is not None:
            _track_row(now, "ins", marks)
        elif was is not None:
            _track_row(was, "del", marks)
        new.append(was if now is None else now)  # behind the rows that are in order already
    return [new]


@dataclass(frozen=True, slots=True)
class _Token:
    """The smallest piece that is inserted or deleted: a word, a space, a sign, a field, a link."""

    key: tuple[str, ...]
    """What has to be equal in two tokens. For a word, space or sign: `words`, the id of its style, and itself."""
    elements: tuple[Element, ...] = ()
    """None for words: they get new runs."""


TrackedStep = tuple[Literal["equal"] | Effect, list[_Token]]


def _track_words(old: Element, new: Element, marks: _ChangeMarks, clash: str = "") -> None:
    """Track inside the new paragraph the words that differ from the old one. It must not end in a change of the kind
    `clash`, which the whole next paragraph is."""
    before, after = _tokens(old), _tokens(new)
    if [token.key for token in before] == [token.key for token in after]:
        return
    content: list[Element] = []
    for kind, tokens in _without_clash(_steps(before, after), clash):
        holder = w("p")
        for (what, style), group in groupby(tokens, lambda token: token.key[:2]):
            if what == "words":  # neighbours of one character style share a run
                holder.append(run("".join(token.key[2] for token in group), style))
            else:
                holder.extend(element for token in group for element in token.elements)
        if kind != "equal":
            _track_runs(holder, kind, marks)
        content += list(holder)
    ends = [element for element in new if element.tag in (qn("w:bookmarkStart"), qn("w:bookmarkEnd"))]
    for element in list(new):
        if element.tag != qn("w:pPr"):
            new.remove(element)
    new.extend([*ends[:1], *content, *ends[1:]])


def _tokens(paragraph: Element) -> list[_Token]:
    tokens: list[_Token] = []
    field_runs: list[Element] = []
    for child in paragraph:
        if child.tag == qn("w:r"):
            mark = child.find(qn("w:fldChar"))
            if mark is None and not field_runs:
                tokens += _tokens_of_run(child)
                continue
            field_runs.append(child)
            if mark is not None and mark.get(qn("w:fldCharType")) == "end":
                instruction = "".join(found.text or "" for run in field_runs for found in run.iter(qn("w:instrText")))
                tokens.append(_Token(("field", instruction), tuple(field_runs)))
                field_runs = []
        elif child.tag == qn("w:hyperlink"):
            target = child.get(qn("w:anchor")) or child.get(qn("r:id"), "")
            tokens.append(_Token(("link", target, _text(child)), (child,)))
        elif child.tag == qn("w:sdt"):
            tokens.append(_Token(("control", _text(child)), (child,)))
    return tokens


def _tokens_of_run(holder: Element) -> list[_Token]:
    properties = holder.find(qn("w:rPr"))
    style = "" if properties is None else properties.find(qn("w:rStyle")).get(qn("w:val"))
    tokens: list[_Token] = []
    for child in holder:
        if child.tag == qn("w:t"):
            tokens += [_Token(("words", style, piece)) for piece in re.findall(r"\w+|\s+|[^\w\s]", child.text or "")]
        elif child.tag != qn("w:rPr"):
            alone = w("r", *([] if properties is None else [deepcopy(properties)]), deepcopy(child))
            tokens.append(_Token((child.tag, style), (alone,)))
    return tokens


def _steps(before: list[_Token], after: list[_Token]) -> list[TrackedStep]:
    """Equal, deleted and inserted tokens, in order. Spaces and signs between two changes change with them."""
    matcher = SequenceMatcher(None, [token.key for token in before], [token.key for token in after], autojunk=False)
    codes = matcher.get_opcodes()

    def stays(at: int) -> bool:
        code, first, end, _, _ = codes[at]
        small = all(token.key[0] == "words" and SPACES_AND_SIGNS.fullmatch(token.key[2]) for token in before[first:end])
        return code == "equal" and not (small and 0 < at < len(codes) - 1)

    steps: list[TrackedStep] = []
    for same, places in groupby(range(len(codes)), stays):
        group = [codes[at] for at in places]
        gone, come = before[group[0][1]:group[-1][2]], after[group[0][3]:group[-1][4]]
        steps += [("equal", come)] if same else [("del", gone), ("ins", come)]
    return [step for step in steps if step[1]]


def _without_clash(steps: list[TrackedStep], clash: str) -> list[TrackedStep]:
    """The steps, the last one of another kind than `clash`: when LibreOffice takes back two changes of one kind that
    meet at the end of a paragraph, it joins this paragraph with the next one."""
    kind, tokens = steps[-1]
    if kind != clash:
        return steps
    before: TrackedStep = steps[-2] if len(steps) > 1 else ("equal", [])
    if before[0] != "equal":
        return [*steps[:-2], (kind, tokens), before]
    kept, word = before[1][:-1], before[1][-1:]
    again = [replace(token, elements=tuple(map(deepcopy, token.elements))) for token in word]
    ending: list[TrackedStep] = [("equal", kept), (kind, [*word, *tokens]), ("del" if clash == "ins" else "ins", again)]
    return [step for step in (*steps[:-2], *ending) if step[1]]

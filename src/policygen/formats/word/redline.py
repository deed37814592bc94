"""The redline: two `Document`s in, the bytes of one Word file out in which every change of wording is tracked.

All is drawn by the ordinary writer; what differs between the two contexts becomes tracked insertions, deletions and
moves. Rejecting them all gives the old words, accepting them all the new ones. Not tracked are cover, document
control, contents, history and footer, which say of each edition which one it is and are those of the new one; numbers
renew themselves. Same input, same bytes.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import date
from difflib import SequenceMatcher
from typing import Literal

from policygen.formats.house import House
from policygen.formats.word.body import END, body
from policygen.formats.word.bookmarks import bookmark
from policygen.formats.word.grids import control_table
from policygen.formats.word.inlines import GAP, BodyContext, gap, targets_of
from policygen.formats.word.writer import write_word_file
from policygen.formats.word.xml import Element, keep_with_next, p, qn, w, words
from policygen.model.alignment import ALIKE, Pair, align, likeness
from policygen.model.document import Document, is_generated

Kind = Literal["ins", "del", "moveFrom", "moveTo"]
WHOLE: dict[Kind | None, Literal["ins", "del"] | None] = {None: None, "ins": "ins", "moveTo": "ins", "del": "del",
                                                          "moveFrom": "del"}
"""What a move does in either place."""
CONTENTS = ("TOCHeading", "Toc1")
REFERENCE = re.compile(r" REF (\S+) ")
"""The field of a reference: its five runs begin, ask, separate, print the number, and end."""
SMALL = re.compile(r"[\W_]*")
"""Words between two changes that are too little to be worth keeping apart: spaces and signs."""


def write_redline(old: Document, new: Document, house: House, author: str, when: date) -> bytes:
    """The bytes of the redline from one document to another; raises `LibraryError` like the ordinary writer."""

    def content(context: BodyContext) -> list[Element]:
        of_old = replace(context, document=replace(old, control=()), targets=targets_of(old), blocks=Counter(),
                         tags=Counter())
        of_new = replace(context, document=replace(new, control=()))
        control = control_table(new.control, context) if new.control else []
        marks = _Marks(context, author, when)
        cover, _, rest, _ = _parts(body(of_old), old)
        new_cover, contents, new_rest, generated = _parts(body(of_new), new)
        stretches = [_stretch(*both, context) for both in ((cover, new_cover), (rest, new_rest))]
        staying = {name for stretch in stretches for name in stretch.staying()}
        _settle([*cover, *rest], of_new, staying)
        _settle([*new_cover, *new_rest], of_old, staying)
        first, second = (_tracked(stretch, marks) for stretch in stretches)
        return [*control, *first, *contents, *second, *generated]

    return write_word_file(new, house, make_body=content)


@dataclass(frozen=True, slots=True)
class _Marks:
    """What every mark of a change needs."""

    context: BodyContext
    author: str
    when: date


    def mark(self, tag: str, *children: Element) -> Element:
        return w(tag, *children, id=next(self.context.ids), author=self.author,
                 date=f"{self.when.isoformat()}T00:00:00Z")


def _settle(elements: Iterable[Element], other: BodyContext, staying: set[str]) -> None:
    """Put links in place of the fields whose number is the same in the other document: LibreOffice renews fields, and
    counts both what goes and what comes. So where the goal, a bookmark, is not in a paragraph that stays: it is gone
    when that is taken back."""
    numbers = dict(other.targets.values())
    for instruction in [found for element in elements for found in element.iter(qn("w:instrText"))]:
        if not (found := REFERENCE.match(instruction.text or "")):
            continue
        goal, asking = found[1], instruction.getparent()
        number = asking.getnext().getnext()
        printed = "".join(words.text or "" for words in number.iter(qn("w:t")))
        if goal not in staying or numbers.get(goal) == printed:
            for mark in (asking.getprevious(), asking.getnext(), number.getnext(), asking):
                mark.getparent().remove(mark)
            link = w("hyperlink", anchor=goal, history=1)
            number.addprevious(link)
            link.append(number)


# ---- what is drawn, unit by unit ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Unit:
    """A paragraph or table, with the small empty paragraphs before and behind it."""

    before: list[Element]
    main: Element
    after: list[Element]
    text: str


@dataclass(frozen=True, slots=True)
class _Stretch:
    """A part of both documents."""

    old: list[_Unit]
    new: list[_Unit]
    pairs: list[Pair]
    """Which unit is which: places in both, in order."""

    def staying(self) -> Iterator[str]:
        """The bookmarks in units that are in both."""
        for i, j in self.pairs:
            if i is not None and j is not None:
                yield from (mark.get(qn("w:name"), "") for mark in self.new[j].main.iter(qn("w:bookmarkStart")))


def _parts(elements: list[Element], document: Document) -> tuple[list[Element], ...]:
    """What stands before the contents, the contents, the rest, and the sections at the end that are made for the
    edition. Where there are no contents, all before those sections is rest."""
    made = [section for section in document.sections if all(map(is_generated, section.passages))]
    names = {bookmark(section.id, 0) for section in made} | {
        bookmark(passage.clause, 1) for section in made for passage in section.passages}
    end = next((at for at, element in enumerate(elements) for mark in element.iter(qn("w:bookmarkStart"))
                if mark.get(qn("w:name")) in names), len(elements))
    places = [at for at, element in enumerate(elements) if _style(element) in CONTENTS] or [-1]
    start = places[-1] + 1
    return elements[:max(places[0], 0)], elements[max(places[0], 0):start], elements[start:end], elements[end:]


def _style(element: Element) -> str:
    found = element.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
    return "" if found is None else found.get(qn("w:val"), "")


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


def _units(elements: Iterable[Element]) -> list[_Unit]:
    units: list[_Unit] = []
    waiting: list[Element] = []
    for element in elements:
        if element.tag == qn("w:p") and _style(element) == GAP:
            waiting.append(element)
            continue
        behind = waiting if element.tag == qn("w:p") else waiting[:-1]
        if units and behind:
            units[-1].after.extend(behind)
            waiting = waiting[len(behind):]
        units.append(_Unit(waiting, element, [], _text(element)))
        waiting = []
    if units:
        units[-1].after.extend(waiting)
    return units


def _stretch(before: list[Element], after: list[Element], context: BodyContext) -> _Stretch:
    """What was drawn for both documents, paired.

    A numbered heading of which a word goes is another one: LibreOffice gives no number to a paragraph that is deleted
    in part, and with a section's number all those behind it would be wrong.
    """
    old, new = _units(before), _units(after)

    def weight(i: int, j: int) -> float:
        was, now = old[i], new[j]
        alike = likeness(was.text, now.text) if was.main.tag == now.main.tag else 0.0
        if alike < ALIKE or (not _holds(now.text, was.text) and _is_numbered_heading(was.main, context)):
            return 0.0
        return alike + 0.05 * (_style(was.main) == _style(now.main))

    return _Stretch(old, new, align([unit.text for unit in old], [unit.text for unit in new], weight))


def _holds(text: str, part: str) -> bool:
    """Whether all words of one text stand in the other one, in order."""
    rest = iter(text.split())
    return all(word in rest for word in part.split())


def _is_numbered_heading(element: Element, context: BodyContext) -> bool:
    return "Heading" in _style(element) and _counts(element, context)


def _tracked(stretch: _Stretch, marks: _Marks) -> list[Element]:
    """The elements of both, the changes between them tracked."""
    old, new, pairs = stretch.old, stretch.new, stretch.pairs
    names: dict[tuple[str, int], str] = {}
    for i, j in _moved(old, new, pairs):
        names["old", i] = names["new", j] = f"move{next(marks.context.ids)}"
    elements: list[Element] = []
    last: Kind | None = None
    for at, (i, j) in enumerate(pairs):
        kind: Kind | None
        if i is None:
            name = names.get(("new", j), "")
            kind = "moveTo" if name else "ins"
            drawn = _whole(new[j], kind, name, marks)
        elif j is None:
            name = names.get(("old", i), "")
            kind = "moveFrom" if name else "del"
            drawn = _whole(old[i], kind, name, marks)
        else:
            kind = None
            following = pairs[at + 1] if at + 1 < len(pairs) else (0, 0)
            clash = "ins" if following[0] is None else "del" if following[1] is None else ""
            drawn = [*new[j].before, *_changed(old[i].main, new[j].main, marks, clash), *new[j].after]
        elements += [*_apart_from(last, kind, drawn[0], marks), *drawn]
        last = kind
    # A tracked paragraph cannot be the last one: there is none to join it with when it goes.
    return [*elements, p(END, [])] if last else elements


def _apart_from(last: Kind | None, kind: Kind | None, following: Element, marks: _Marks) -> list[Element]:
    """The tiny empty paragraph between what is tracked as a whole and a number, or none where none is needed.

    LibreOffice counts a numbered paragraph as what the mark of the paragraph before it is, deleted or inserted, and
    its numbers are wrong from there on. This one takes that mark upon itself, and brings the one that is needed.
    """
    came, comes = WHOLE[last], WHOLE[kind]
    if came == comes or (came is None and comes == "del") or not _counts(following, marks.context):
        return []
    between = p(END, [])
    keep_with_next(between)
    if comes:
        _whole_paragraph(between, comes, marks)
    return [between]


def _counts(element: Element, context: BodyContext) -> bool:
    """Whether a number or letter stands before it."""
    style = None if "Bullet" in _style(element) else context.word.styles.element.get_by_id(_style(element))
    while style is not None:
        if number := style.xpath("w:pPr/w:numPr/w:numId/@w:val"):
            return number[0] != "0"
        style = style.base_style
    return False


def _moved(old: list[_Unit], new: list[_Unit], pairs: Sequence[Pair]) -> list[tuple[int, int]]:
    """The paragraphs that stand elsewhere now. LibreOffice takes the same words deleted and inserted for a move, and
    then spoils the paragraph behind it, unless they are said to be one."""
    gone = [i for i, j in pairs if j is None and i is not None and old[i].main.tag == qn("w:p") and old[i].text]
    come = [j for i, j in pairs if i is None and j is not None and new[j].main.tag == qn("w:p")]
    found = []
    for i in gone:
        match = next((j for j in come if new[j].text == old[i].text), None)
        if match is not None:
            come.remove(match)
            found.append((i, match))
    return found


# ---- whole paragraphs and tables ---------------------------------------------------------------------------------


def _whole(unit: _Unit, kind: Kind, move: str, marks: _Marks) -> list[Element]:
    """All of a unit inserted, deleted or moved."""
    elements = [*unit.before, unit.main, *unit.after]
    for element in elements:
        if element.tag == qn("w:tbl"):
            for row in element.iter(qn("w:tr")):
                _whole_row(row, kind, marks)
        else:
            _whole_paragraph(element, kind, marks)
    if move:
        start = marks.mark(f"{kind}RangeStart")
        start.set(qn("w:name"), move)
        # Inside the bookmark: around it, LibreOffice takes a heading back and leaves its style to the next paragraph.
        anchors = len(unit.main.findall(qn("w:bookmarkStart")))
        unit.main.insert(1 + anchors, start)
        unit.main.insert(len(unit.main) - anchors, w(f"{kind}RangeEnd", id=start.get(qn("w:id"))))
    return elements


def _bare(holder: Element, kind: Kind) -> None:
    """Take away what cannot be tracked: controls, for LibreOffice leaves a row that has one behind when it takes it
    back. From what goes also bookmarks, for the new text has those of the same names, and of links and fields all but
    what they printed, for what they lead to may be gone."""
    for control in list(holder.iter(qn("w:sdt"))):
        _unwrap(control, control.find(qn("w:sdtContent")))
    if kind in ("ins", "moveTo"):
        return
    for link in list(holder.iter(qn("w:hyperlink"))):
        _unwrap(link, link)
    for anchor in list(holder.iter(qn("w:bookmarkStart"), qn("w:bookmarkEnd"))):
        anchor.getparent().remove(anchor)
    instructing = False
    for run in list(holder.iter(qn("w:r"))):
        mark = run.find(qn("w:fldChar"))
        instructing = instructing if mark is None else mark.get(qn("w:fldCharType")) == "begin"
        if instructing or mark is not None:
            run.getparent().remove(run)


def _unwrap(element: Element, holder: Element) -> None:
    """Put what a part of an element holds into its place."""
    for child in list(holder):
        element.addprevious(child)
    element.getparent().remove(element)


def _whole_paragraph(paragraph: Element, kind: Kind, marks: _Marks) -> None:
    _bare(paragraph, kind)
    properties = paragraph.get_or_add_pPr()
    properties.append(w("rPr", marks.mark(kind)))
    for run in list(paragraph.iter(qn("w:r"))):
        _wrap(run, kind, marks)


def _wrap(run: Element, kind: Kind, marks: _Marks) -> None:
    """Put a run into a mark, where it stands."""
    mark = marks.mark(kind)
    run.addprevious(mark)
    mark.append(_struck(run) if kind == "del" else run)


def _struck(run: Element) -> Element:
    """The run as it is written inside a deletion."""
    for found in list(run.iter(qn("w:t"))):
        found.tag = qn("w:delText")
    return run


def _whole_row(row: Element, kind: Kind, marks: _Marks) -> None:
    row.find(qn("w:trPr")).append(marks.mark(kind))
    for paragraph in row.iter(qn("w:p")):
        _whole_paragraph(paragraph, kind, marks)


# ---- changed paragraphs and tables -------------------------------------------------------------------------------


def _changed(old: Element, new: Element, marks: _Marks, clash: str) -> list[Element]:
    """The new element, what differs from the old one tracked inside it. It must not end in a change of the kind
    `clash`, in which the next one stands as a whole."""
    if new.tag == qn("w:tbl"):
        return _changed_table(old, new, marks)
    if _style(old) != _style(new):
        properties = new.get_or_add_pPr()
        earlier = deepcopy(old.find(qn("w:pPr")))
        properties.append(marks.mark("pPrChange", earlier))
    _changed_words(old, new, marks, clash)
    return [new]


def _changed_table(old: Element, new: Element, marks: _Marks) -> list[Element]:
    before, after = (list(table.iter(qn("w:tr"))) for table in (old, new))
    if len({len(row.findall(qn("w:tc"))) for row in before[:1] + after[:1]}) > 1:
        # Rows of two shapes cannot stand in one table, nor two tables side by side without a paragraph between them.
        return [*_whole(_Unit([], old, [], ""), "del", "", marks), gap(),
                *_whole(_Unit([], new, [], ""), "ins", "", marks)]
    texts = [[_text(row) for row in rows] for rows in (before, after)]
    for i, j in align(*texts, lambda i, j: likeness(texts[0][i], texts[1][j])):
        row = before[i] if j is None else after[j]
        if j is None:
            _whole_row(row, "del", marks)
        elif i is None:
            _whole_row(row, "ins", marks)
        else:
            for was, now in zip(before[i].iter(qn("w:p")), row.iter(qn("w:p")), strict=False):
                _changed_words(was, now, marks, "")
        new.append(row)  # moves it behind the rows that are in order already
    return [new]


# ---- changed words -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Token:
    """The smallest piece that is inserted or deleted: a word, a space, a sign, a field, a link."""

    key: tuple[str, ...]
    elements: tuple[Element, ...]
    """A word has a run of its own."""


def _changed_words(old: Element, new: Element, marks: _Marks, clash: str) -> None:
    """Track inside the new paragraph what differs in words from the old one."""
    before, after = _tokens(old), _tokens(new)
    if [token.key for token in before] == [token.key for token in after]:
        return
    properties = new.find(qn("w:pPr"))
    anchors = [element for element in new if element.tag in (qn("w:bookmarkStart"), qn("w:bookmarkEnd"))]
    content: list[Element] = []
    for kind, tokens in _apart(_steps(before, after), clash):
        content += _runs_of(tokens) if kind == "equal" else _marked(_runs_of(tokens), kind, marks)
    for element in list(new):
        if element is not properties:
            new.remove(element)
    new.extend([*anchors[:1], *content, *anchors[1:]])


def _tokens(paragraph: Element) -> list[_Token]:
    tokens: list[_Token] = []
    field_runs: list[Element] = []
    for child in paragraph:
        if child.tag == qn("w:r"):
            mark = child.find(qn("w:fldChar"))
            if mark is not None or field_runs:
                field_runs.append(child)
                if mark is not None and mark.get(qn("w:fldCharType")) == "end":
                    instruction = "".join(found.text or "" for run in field_runs
                                          for found in run.iter(qn("w:instrText")))
                    tokens.append(_Token(("field", instruction), tuple(field_runs)))
                    field_runs = []
            else:
                tokens += _run_tokens(child)
        elif child.tag == qn("w:hyperlink"):
            tokens.append(_Token(("link", child.get(qn("w:anchor"), ""), _text(child)), (child,)))
        elif child.tag == qn("w:sdt"):
            tokens.append(_Token(("control", _text(child)), (child,)))
    return tokens


def _run_tokens(run: Element) -> list[_Token]:
    properties = run.find(qn("w:rPr"))
    look = "" if properties is None else (properties.find(qn("w:rStyle")).get(qn("w:val")))
    tokens = []
    for child in run:
        if child.tag == qn("w:t"):
            tokens += [_Token(("words", look, piece), (_run_like(run, words("t", piece)),))
                       for piece in re.findall(r"\w+|\s+|[^\w\s]", child.text or "")]
        elif child.tag != qn("w:rPr"):
            tokens.append(_Token((child.tag, look), (_run_like(run, deepcopy(child)),)))
    return tokens


def _run_like(run: Element, content: Element) -> Element:
    properties = run.find(qn("w:rPr"))
    return w("r", *([] if properties is None else [deepcopy(properties)]), content)


def _steps(before: list[_Token], after: list[_Token]) -> list[tuple[str, list[_Token]]]:
    """What stays, goes and comes, in order; small islands between two changes go and come with them."""
    steps: list[tuple[list[_Token], list[_Token], bool]] = []
    matcher = SequenceMatcher(None, [token.key for token in before], [token.key for token in after], autojunk=False)
    codes = matcher.get_opcodes()
    for at, (code, i1, i2, j1, j2) in enumerate(codes):
        island = all(token.key[0] == "words" and SMALL.fullmatch(token.key[2]) for token in before[i1:i2])
        same = code == "equal" and not (island and 0 < at < len(codes) - 1)
        if steps and steps[-1][2] == same:
            steps[-1][0].extend(before[i1:i2])
            steps[-1][1].extend(after[j1:j2])
        else:
            steps.append((before[i1:i2], after[j1:j2], same))
    return [step for gone, come, same in steps
            for step in ([("equal", come)] if same else [("del", gone), ("ins", come)]) if step[1]]


def _apart(steps: list[tuple[str, list[_Token]]], clash: str) -> list[tuple[str, list[_Token]]]:
    """The steps, the last one of another kind than `clash`: when LibreOffice takes back two changes of one kind that
    meet at the end of a paragraph, it joins this paragraph with the next one."""
    (*first, before, (kind, tokens)) = [("equal", []), *steps]
    if kind != clash:
        return steps
    if before[0] != "equal":
        return [*first, (kind, tokens), before]
    kept, word = before[1][:-1], before[1][-1:]
    again = [replace(token, elements=tuple(map(deepcopy, token.elements))) for token in word]
    other = "del" if clash == "ins" else "ins"
    return [step for step in (*first, ("equal", kept), (kind, [*word, *tokens]), (other, again)) if step[1]]


def _runs_of(tokens: Sequence[_Token]) -> list[Element]:
    """The elements of some tokens, neighbouring words of one look in one run."""
    elements: list[Element] = []
    look = ""
    for token in tokens:
        if token.key[0] == "words" and look == token.key[1] and elements and elements[-1].tag == qn("w:r"):
            found = elements[-1].find(qn("w:t"))
            if found is not None:
                found.text += token.key[2]
                continue
        elements += token.elements
        look = token.key[1] if token.key[0] == "words" else "\n"
    return elements


def _marked(elements: list[Element], kind: Kind, marks: _Marks) -> list[Element]:
    """Some elements as inserted or deleted; a link stays outside the mark, which may not hold one."""
    holder = w("p", *elements)
    _bare(holder, kind)
    for run in list(holder.iter(qn("w:r"))):
        _wrap(run, kind, marks)
    return list(holder)

"""Words as runs: `Inlines` in, runs, fields, links and boxes to tick out."""

from __future__ import annotations

import re

from policygen.model.document import Blank, Inline, Inlines, LineBreak, Reference, Text
from policygen.formats.tables import TICK
from policygen.formats.word.drawing import Drawing, control
from policygen.formats.word.xml import Element, field_mark, field_start, p, run, w

TEXT_STYLES = {"": "", "strong": "Strong", "emphasis": "Emphasis"}
TICKED, SIGNS, NO_BREAK = "☑", "Segoe UI Symbol", "\u00a0"


def paragraph(style: str, inlines: Inlines, drawing: Drawing) -> Element:
    return p(style, runs(inlines, drawing))


def runs(inlines: Inlines, drawing: Drawing, about: str = "") -> list[Element]:
    """The words of some inlines; `about` says what boxes among them are about, for people who listen."""
    return [element for inline in inlines for element in _inline(inline, drawing, about)]


def _inline(inline: Inline, drawing: Drawing, about: str) -> list[Element]:
    match inline:
        case Text(text) if TICK in text and drawing.document.kind == "form":
            return _words_and_boxes(text, TEXT_STYLES[inline.style], drawing, about)
        case Text(text, style):
            return [run(piece, "Tick Box" if piece == TICK else TEXT_STYLES[style])
                    for piece in re.split(f"({TICK})", text) if piece]
        case LineBreak():
            return [w("r", w("br"))]
        case Blank(label):
            return [run(f"[{label}]", "Blank")]
        case Reference(target, text):
            return _reference(text, *drawing.targets.get(target, ("", "")))


def _words_and_boxes(text: str, style: str, drawing: Drawing, about: str) -> list[Element]:
    """The words of a form with boxes to tick; each box is called by its word, and stays on one line with it."""
    pieces = text.split(TICK)
    if not pieces[-1].strip():  # `Yes ☐ No ☐`, not `☐ Yes ☐ No`
        names, pieces = pieces[:-1], [re.sub(" $", NO_BREAK, piece) for piece in pieces]
    else:
        names, pieces = pieces[1:], [re.sub("^ ", NO_BREAK, piece) for piece in pieces]
    elements = [run(pieces[0], style)] if pieces[0] else []
    for name, words in zip(names, pieces[1:], strict=True):
        label = ": ".join(filter(None, (about, name.strip())))
        elements += [tick_box(label, drawing), *([run(words, style)] if words else [])]
    return elements


def tick_box(label: str, drawing: Drawing) -> Element:
    """A box that can be ticked on screen."""
    box = w("w14:checkbox", w("w14:checked", val=0), w("w14:checkedState", val=f"{ord(TICKED):04X}", font=SIGNS),
            w("w14:uncheckedState", val=f"{ord(TICK):04X}", font=SIGNS))
    return control(label, drawing, [box], run(TICK, "Tick Box"))


def _reference(text: str, goal: str, number: str) -> list[Element]:
    """A reference's words; the number in them is a field that Word can renew."""
    before = text.removesuffix(number)
    if not goal:
        return [run(text)]
    if number and before != text:
        # \w: the number in full, `3(b)`, wherever the reference stands.
        field = [*field_start(rf"REF {goal} \w \h"), run(number), field_mark("end")]
        return [run(before), *field] if before else field
    return [w("hyperlink", run(text, "Hyperlink"), anchor=goal, history=1)]

"""One organisation's look: the parts of a finished Word file in, the same parts with its colour, typeface, size out.

All styles take colours and fonts from the theme, so that one change in Word's Design tab restyles a whole document.
Beside each name of a theme's colour stands the colour itself, for programs that do not read themes; both are changed
here. The frame's own colour and typeface stay where the organisation chose none. Large print makes the styles larger,
all in one pass; nothing is formatted outside them.
"""

from __future__ import annotations

import colorsys
import re
from collections.abc import Callable

from lxml import etree

from policygen.formats.house import ACCENT, House
from policygen.formats.word.xml import qn

SERIF = "Cambria"
"""The serif typeface that every Word has."""
THEME = re.compile(r"word/(theme/)?theme\d+\.xml")
STYLED = re.compile(r"word/(styles|numbering)\.xml")
DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
LARGE = 36
"""The size of large print, in half points; no word is smaller."""
NO_WORDS = 14
"""What is smaller than this is no size of words, but keeps paragraphs apart."""
AIR, LINES = 1.5, 300
"""Large print: so much more space between paragraphs; the least distance of lines, in 240ths of their own."""
BOXED = 1.15
"""How much more the lists in a box stand in: Word lets no border stand further than 31 points from the words."""


def shaded(colour: str, tint: int = 255, shade: int = 255) -> str:
    """A colour `1f5c66` as Word makes it lighter or darker.

    So much of 255 is left of its distance to white, and to black.
    """
    red, green, blue = (int(colour[at:at + 2], 16) / 255 for at in (0, 2, 4))
    hue, light, strength = colorsys.rgb_to_hls(red, green, blue)
    light = (light * tint / 255 + 1 - tint / 255) * shade / 255
    return "".join(f"{round(part * 255):02X}" for part in colorsys.hls_to_rgb(hue, light, strength))


def restyled(parts: dict[str, bytes], house: House) -> dict[str, bytes]:
    """The parts of the file in the organisation's look."""
    changes: list[tuple[re.Pattern[str], Callable[[etree._Element], None]]] = []
    if house.accent != ACCENT:
        accent = house.accent.removeprefix("#").upper()
        changes += [(THEME, lambda theme: _recolour_theme(theme, accent)),
                    (STYLED, lambda part: _recolour(part, accent))]
    if house.typeface == "serif":
        changes.append((THEME, _with_serifs))
    if house.large:
        styles = etree.fromstring(parts["word/styles.xml"])
        boxes, body = _boxes(styles), _size_of_body(styles)
        changes.append((STYLED, lambda part: _enlarge(part, boxes, body)))
    return {name: _changed(data, [change for names, change in changes if names.fullmatch(name)])
            for name, data in parts.items()}


def _changed(data: bytes, changes: list[Callable[[etree._Element], None]]) -> bytes:
    if not changes:
        return data
    root = etree.fromstring(data)
    for change in changes:
        change(root)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


# ---- colour and typeface -----------------------------------------------------------------------------------------


def _recolour_theme(theme: etree._Element, accent: str) -> None:
    for name in ("accent1", "hlink"):
        for colour in theme.iterfind(f".//{DRAWING}{name}/{DRAWING}srgbClr"):
            colour.set("val", accent)


def _recolour(part: etree._Element, accent: str) -> None:
    """Give every colour that is the accent, or a tint of it, its new value."""
    for element in part.iter():
        for kind, name, value in (("theme", "themeColor", "val" if element.tag == qn("w:color") else "color"),
                                  ("themeFill", "themeFill", "fill")):
            if element.get(qn(f"w:{name}")) == "accent1":
                tint, shade = (int(element.get(qn(f"w:{kind}{change}"), "FF"), 16) for change in ("Tint", "Shade"))
                element.set(qn(f"w:{value}"), shaded(accent, tint, shade))


def _with_serifs(theme: etree._Element) -> None:
    for kind in ("majorFont", "minorFont"):
        for font in theme.iterfind(f".//{DRAWING}{kind}/*"):
            font.set("typeface", SERIF)


# ---- large print -------------------------------------------------------------------------------------------------


def _boxes(styles: etree._Element) -> frozenset[str]:
    """The styles of words in a box."""
    return frozenset(style.get(qn("w:styleId")) for style in styles.iter(qn("w:style"))
                     if style.find(f"{qn('w:pPr')}/{qn('w:shd')}") is not None)


def _size_of_body(styles: etree._Element) -> int:
    """In half points; Word takes 10 points where no style says more."""
    of_paragraphs = f"{qn('w:style')}[@{qn('w:type')}='paragraph'][@{qn('w:default')}='1']"
    size = styles.find(f"{of_paragraphs}/{qn('w:rPr')}/{qn('w:sz')}")
    return 20 if size is None else int(size.get(qn("w:val")))


def _enlarge(part: etree._Element, boxes: frozenset[str], body: int) -> None:
    """Make every size, distance and indent larger, in styles and in the levels of lists that belong to them."""
    for owner in part.iter(qn("w:style"), qn("w:lvl")):
        linked = owner.find(qn("w:pStyle"))
        name = owner.get(qn("w:styleId")) if linked is None else linked.get(qn("w:val"))
        further = BOXED if name in boxes else LARGE / body
        for size in owner.iter(qn("w:sz"), qn("w:szCs")):
            _set(size, "val", lambda old: larger(old, body))
        for space in owner.iterfind(f"{qn('w:pPr')}/{qn('w:spacing')}"):
            for side in ("before", "after"):
                _set(space, side, lambda old: round(old * AIR))
            _set(space, "line", lambda old: max(old, LINES) if old >= 240 else old)
        for stop in owner.iterfind(f"{qn('w:pPr')}/{qn('w:ind')}"):
            for side in ("left", "hanging"):
                _set(stop, side, lambda old: round(old * further))
        for stop in owner.iterfind(f"{qn('w:pPr')}/{qn('w:tabs')}/{qn('w:tab')}"):
            if stop.get(qn("w:val")) != "right":  # that one stands at the margin
                _set(stop, "pos", lambda old: round(old * further))
        for edge in owner.iterfind(f"{qn('w:tblPr')}/{qn('w:tblCellMar')}/*"):
            _set(edge, "w", lambda old: round(old * AIR))
        for border in owner.iterfind(f"{qn('w:pPr')}/{qn('w:pBdr')}/{qn('w:left')}"):
            if name in boxes:
                _set(border, "space", lambda old: round(8 + (old - 8) * BOXED))


def larger(size: int, body: int) -> int:
    """A size in large print: words in general have the same, headings keep what they have more than the body."""
    return round(size * LARGE / body) if size < NO_WORDS else max(LARGE, LARGE + size - body)


def _set(element: etree._Element, name: str, change: Callable[[int], int]) -> None:
    if (old := element.get(qn(f"w:{name}"))) is not None:
        element.set(qn(f"w:{name}"), str(change(int(old))))

"""One organisation's look: the parts of a finished Word file in, the same parts with its colour, typeface, size out.

All styles take colours and fonts from the theme, so that one change in Word's Design tab restyles a whole document.
Beside each name of a theme's colour stands the colour itself, for programs that do not read themes; both are changed
here. The frame's own colour and typeface stay where the organisation chose none. Large print makes the styles larger,
all in one pass; nothing is formatted outside them. The logo becomes a picture of a kind and size that Word can show.
"""

from __future__ import annotations

import colorsys
import re
from collections.abc import Callable

from lxml import etree

from policygen.formats.house import ACCENT, House, Logo
from policygen.formats.word.xml import nsmap, qn

SERIF = "Cambria"
"""The serif typeface that every Word has."""
THEME = re.compile(r"word/(theme/)?theme\d+\.xml")
STYLES_AND_LISTS = re.compile(r"word/(styles|numbering)\.xml")
LARGE_SIZE = 36
"""The size of large print, in half points; no word is smaller."""
NO_WORDS = 14
"""Smaller sizes than this are not for words; they keep paragraphs apart."""
MORE_SPACE, LEAST_LINE_HEIGHT = 1.5, 300
"""Large print: the factor for the space between paragraphs; the least height of lines, in 240ths of a line."""
IN_BOX_FACTOR = 1.15
"""Large print: the factor for indents in a box, because Word allows a border at most 31 points from the words."""
LOGO_WIDTH, LOGO_HEIGHT = 50, 13
"""The room for a logo, in millimetres: it fills it as far as its shape lets it."""


def shaded(colour: str, tint: int = 255, shade: int = 255) -> str:
    """A colour `1f5c66` as Word makes it lighter or darker.

    `tint` of 255 parts are left of its distance to white, `shade` of 255 parts of its distance to black.
    """
    red, green, blue = (int(colour[at:at + 2], 16) / 255 for at in (0, 2, 4))
    hue, light, strength = colorsys.rgb_to_hls(red, green, blue)
    light = (light * tint / 255 + 1 - tint / 255) * shade / 255
    return "".join(f"{round(part * 255):02X}" for part in colorsys.hls_to_rgb(hue, light, strength))


def restyled(parts: dict[str, bytes], house: House) -> dict[str, bytes]:
    """The parts of the file in the organisation's look."""
    accent = "" if house.accent == ACCENT else house.accent.removeprefix("#").upper()
    serif = house.typeface == "serif"
    changed = {}
    for name, data in parts.items():
        root = None
        if THEME.fullmatch(name) and (accent or serif):
            root = etree.fromstring(data)
            for colour in root.xpath("//a:accent1/a:srgbClr | //a:hlink/a:srgbClr", namespaces=nsmap) if accent else ():
                colour.set("val", accent)
            for font in root.xpath("//a:majorFont/* | //a:minorFont/*", namespaces=nsmap) if serif else ():
                font.set("typeface", SERIF)
        elif STYLES_AND_LISTS.fullmatch(name) and (accent or house.large):
            root = etree.fromstring(data)
            if accent:
                _recolour(root, accent)
            if house.large:
                _enlarge(root, etree.fromstring(parts["word/styles.xml"]))
        changed[name] = data if root is None else etree.tostring(root, xml_declaration=True, encoding="UTF-8",
                                                                  standalone=True)
    return changed


def _recolour(part: etree._Element, accent: str) -> None:
    """Give every colour that is the accent, or a tint of it, its new value."""
    for element in part.iter():
        for kind, name, value in (("theme", "themeColor", "val" if element.tag == qn("w:color") else "color"),
                                  ("themeFill", "themeFill", "fill")):
            if element.get(qn(f"w:{name}")) == "accent1":
                tint, shade = (int(element.get(qn(f"w:{kind}{change}"), "FF"), 16) for change in ("Tint", "Shade"))
                element.set(qn(f"w:{value}"), shaded(accent, tint, shade))


def _enlarge(part: etree._Element, styles: etree._Element) -> None:
    """Make every size, distance and indent larger, in styles and in the levels of lists that belong to them."""
    boxes = {style.get(qn("w:styleId")) for style in styles.iter(qn("w:style"))
             if style.find(f"{qn('w:pPr')}/{qn('w:shd')}") is not None}
    body_style = f"{qn('w:style')}[@{qn('w:type')}='paragraph'][@{qn('w:default')}='1']"
    size = styles.find(f"{body_style}/{qn('w:rPr')}/{qn('w:sz')}")
    body = 20 if size is None else int(size.get(qn("w:val")))  # Word takes 10 points where no style says more

    def change(path: str, names: str, larger: Callable[[int], int]) -> None:
        for element in owner.iterfind("/".join(qn(f"w:{step}") if step != "*" else step for step in path.split("/"))):
            for name in names.split():
                if (old := element.get(qn(f"w:{name}"))) is not None:
                    element.set(qn(f"w:{name}"), str(larger(int(old))))

    for owner in part.iter(qn("w:style"), qn("w:lvl")):
        linked = owner.find(qn("w:pStyle"))
        in_box = (owner.get(qn("w:styleId")) if linked is None else linked.get(qn("w:val"))) in boxes
        indent = IN_BOX_FACTOR if in_box else LARGE_SIZE / body
        for size in owner.iter(qn("w:sz"), qn("w:szCs")):
            old = int(size.get(qn("w:val")))
            # Words in general have the same size; headings keep what they have more than the body.
            larger = round(old * LARGE_SIZE / body) if old < NO_WORDS else max(LARGE_SIZE, LARGE_SIZE + old - body)
            size.set(qn("w:val"), str(larger))
        change("pPr/spacing", "before after", lambda old: round(old * MORE_SPACE))
        change("pPr/spacing", "line", lambda old: max(old, LEAST_LINE_HEIGHT) if old >= 240 else old)
        change("pPr/ind", "left hanging", lambda old: round(old * indent))
        change("tblPr/tblCellMar/*", "w", lambda old: round(old * MORE_SPACE))
        for stop in owner.iterfind(f"{qn('w:pPr')}/{qn('w:tabs')}/{qn('w:tab')}"):
            if stop.get(qn("w:val")) != "right":  # that one stands at the margin
                stop.set(qn("w:pos"), str(round(int(stop.get(qn("w:pos"))) * indent)))
        if in_box:
            change("pPr/pBdr/left", "space", lambda old: round(8 + (old - 8) * IN_BOX_FACTOR))


def logo_size(logo: Logo) -> tuple[float, float]:
    """Width and height of a logo in millimetres: as large as the room allows, never stretched."""
    scale = min(LOGO_WIDTH / logo.width, LOGO_HEIGHT / logo.height)
    return logo.width * scale, logo.height * scale

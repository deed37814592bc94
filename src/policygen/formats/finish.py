"""What WeasyPrint leaves to do in a tagged PDF, done before it is written: artifacts, header cells, fields to fill in.

In: the PDF's objects as WeasyPrint made them. Out: the same objects, changed in place. It draws no page and reads no
file but the font of the fields. Same objects, same changes.
"""

from __future__ import annotations

import io
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pydyf

INK = "0.11 0.15 0.16"
"""The colour of what is typed, and of a tick."""
LETTERS = {"line": 12, "cell": 9}
"""Points of the letters in a field."""
LINE = 20
"""Points: the room of a typed line. It lies on the ruled line, however much room for a pen there is above."""
BOX = 11.9
"""Points: a box to tick in running words, 4.2 mm."""
MULTILINE, PRINTED = 1 << 12, 1 << 2
UNUSED = ("GPOS", "GSUB", "GDEF", "BASE", "DSIG", "kern", "STAT", "meta")
"""Tables of a font that typing into a field does not need."""


@dataclass(frozen=True, slots=True)
class Tagged:
    """A PDF and the elements of its structure tree."""

    pdf: pydyf.PDF
    elements: tuple[pydyf.Dictionary, ...]
    """In reading order."""

    def at(self, reference: Any) -> Any:
        """The object behind a reference."""
        return self.pdf.objects[int(reference.split()[0])]

    def added(self, thing: Any) -> bytes:
        """The reference of a new object."""
        self.pdf.add_object(thing)
        return thing.reference


def finish(pdf: pydyf.PDF, scheme: str, font: Path, scale: float = 1) -> None:
    """Mend the tags, and make fields of the links whose address begins with a scheme; their letters are of a font, and
    larger by a scale."""
    root = pdf.objects[int(pdf.catalog["StructTreeRoot"].split()[0])]
    tagged = Tagged(pdf, tuple(_below(pdf, root)))
    _set_artifacts(tagged, pdf.objects[int(root["ParentTree"].split()[0])]["Nums"])
    _set_scopes(tagged)
    _set_fields(tagged, f"{scheme}:", font, scale)


def _below(pdf: pydyf.PDF, element: pydyf.Dictionary) -> Iterator[pydyf.Dictionary]:
    """The elements below one, in reading order."""
    for kid in element["K"]:
        found = None if isinstance(kid, int) else pdf.objects[int(kid.split()[0])]
        if found is not None and found.get("Type") == "/StructElem":
            yield found
            yield from _below(pdf, found)


def _set_artifacts(tagged: Tagged, numbers: pydyf.Array) -> None:
    """Headers and footers are no part of the text: WeasyPrint numbers their words, and leaves them out of the tree."""
    there = {element.reference for element in tagged.elements}
    owners = dict(zip(numbers[::2], numbers[1::2]))
    for number, page in enumerate(tagged.pdf.page_references):
        stray = {mark: owner for mark, owner in enumerate(owners[number]) if owner not in there}
        stream = tagged.at(tagged.at(page)["Contents"]).stream
        for at, item in enumerate(stream):
            if isinstance(item, pydyf.Dictionary) and item.get("MCID") in stray:
                stream[at - 1:at + 1] = ["/Artifact", pydyf.Dictionary({"Type": "/Pagination"})]
        for mark, owner in stray.items():
            owners[number][mark] = "null"
            tagged.at(owner).clear()


def _set_scopes(tagged: Tagged) -> None:
    """A header cell says whether it heads its column or its row."""
    for element in tagged.elements:
        if element["S"] == "/TH":
            group = tagged.at(tagged.at(element["P"])["P"])["S"]
            element["A"]["Scope"] = "/Column" if group == "/THead" else "/Row"


# ---- fields ------------------------------------------------------------------------------------------------------


def _set_fields(tagged: Tagged, scheme: str, font: Path, scale: float) -> None:
    """Links that stand for fields become fields, in place: same rectangle, same place in the reading order."""
    fields, names, ticks = pydyf.Array(), Counter(), {}
    for element in tagged.elements:
        annotation = _annotation(tagged, element)
        if annotation is None or not annotation["Contents"].string.startswith(scheme):
            continue
        kind, _, label = annotation["Contents"].string.removeprefix(scheme).partition("?")
        description = unquote(label)
        name = description.replace(".", " ")
        names[name] += 1
        for key in ("Contents", "A", "BS"):
            del annotation[key]
        annotation["Rect"] = _rectangle(kind, scale, *annotation["Rect"])
        annotation |= {"Subtype": "/Widget", "F": PRINTED, "TU": pydyf.String(description),
                       "T": pydyf.String(name if names[name] == 1 else f"{name} ({names[name]})")}
        annotation |= _text(tagged, kind, scale, annotation["Rect"]) if kind in LETTERS else _tick(tagged, annotation, ticks)
        element["S"] = "/Form"
        fields.append(annotation.reference)
    if fields:
        fonts = pydyf.Dictionary({"Font": pydyf.Dictionary({"House": _font(tagged, font)})})
        tagged.pdf.catalog["AcroForm"] = pydyf.Dictionary(
            {"Fields": fields, "DR": fonts, "DA": pydyf.String(f"/House {LETTERS['line']} Tf {INK} rg")})


def _annotation(tagged: Tagged, element: pydyf.Dictionary) -> pydyf.Dictionary | None:
    """What can be clicked in a link; None for any other element."""
    if element["S"] == "/Link":
        for kid in element["K"]:
            found = None if isinstance(kid, int) else tagged.at(kid)
            if found is not None and found.get("Type") == "/OBJR":
                return tagged.at(found["Obj"])
    return None


def _rectangle(kind: str, scale: float, left: float, top: float, right: float, bottom: float) -> pydyf.Array:
    """The room of a field inside the room of its link: above the ruled line, in the cell, over the box."""
    if kind == "line":
        return pydyf.Array([left, bottom + 1, right, min(bottom + 1 + LINE * scale, top)])
    if kind == "sign":
        across, up, half = (left + right) / 2, (top + bottom) / 2, BOX * scale / 2
        return pydyf.Array([across - half, up - half, across + half, up + half])
    return pydyf.Array([left, bottom, right, top])


def _text(tagged: Tagged, kind: str, scale: float, rectangle: pydyf.Array) -> dict[str, Any]:
    """What makes an annotation a field to type in; empty, it shows nothing."""
    left, bottom, right, top = rectangle
    empty = pydyf.Stream([b"/Tx BMC EMC"], {
        "Type": "/XObject", "Subtype": "/Form", "BBox": pydyf.Array([0, 0, right - left, top - bottom])})
    return {"FT": "/Tx", "V": pydyf.String(""), "DA": pydyf.String(f"/House {LETTERS[kind] * scale:g} Tf {INK} rg"),
            "AP": pydyf.Dictionary({"N": tagged.added(empty)})} | ({"Ff": MULTILINE} if kind == "cell" else {})


def _tick(tagged: Tagged, annotation: pydyf.Dictionary, drawn: dict[tuple[float, float], pydyf.Dictionary]) -> dict:
    """What makes an annotation a box to tick; unticked, it shows nothing but the printed box below it."""
    left, bottom, right, top = annotation["Rect"]
    size = (round(right - left, 2), round(top - bottom, 2))
    if size not in drawn:
        wide, high = size
        frame = {"Type": "/XObject", "Subtype": "/Form", "BBox": pydyf.Array([0, 0, wide, high])}
        mark = (f"{INK} RG 1.6 w 1 J 1 j {0.2 * wide:.2f} {0.52 * high:.2f} m {0.42 * wide:.2f} {0.24 * high:.2f} l "
                f"{0.8 * wide:.2f} {0.78 * high:.2f} l S")
        drawn[size] = pydyf.Dictionary({"Yes": tagged.added(pydyf.Stream([mark], dict(frame))),
                                        "Off": tagged.added(pydyf.Stream([b""], dict(frame)))})
    return {"FT": "/Btn", "V": "/Off", "AS": "/Off", "AP": pydyf.Dictionary({"N": drawn[size]})}


# ---- the font of what is typed -----------------------------------------------------------------------------------


def _font(tagged: Tagged, path: Path) -> bytes:
    """The font that fields are filled in with, whole: nobody knows the names that will be typed."""
    data, length, widths, unicode, box = _prepared(path)
    file = tagged.added(pydyf.Stream([data], {"Filter": "/FlateDecode", "Length1": length}))
    descriptor = tagged.added(pydyf.Dictionary({
        "Type": "/FontDescriptor", "FontName": f"/{path.stem}", "Flags": 4, "ItalicAngle": 0, "StemV": 80,
        "FontBBox": pydyf.Array(box), "Ascent": box[3], "Descent": box[1], "CapHeight": 660, "FontFile2": file}))
    letters = tagged.added(pydyf.Dictionary({
        "Type": "/Font", "Subtype": "/CIDFontType2", "BaseFont": f"/{path.stem}", "CIDToGIDMap": "/Identity",
        "CIDSystemInfo": pydyf.Dictionary({"Registry": pydyf.String("Adobe"), "Ordering": pydyf.String("Identity"),
                                           "Supplement": 0}),
        "FontDescriptor": descriptor, "W": pydyf.Array([0, pydyf.Array(widths)])}))
    meaning = tagged.added(pydyf.Stream([unicode], {"Filter": "/FlateDecode"}))
    return tagged.added(pydyf.Dictionary({
        "Type": "/Font", "Subtype": "/Type0", "BaseFont": f"/{path.stem}", "Encoding": "/Identity-H",
        "DescendantFonts": pydyf.Array([letters]), "ToUnicode": meaning}))


@lru_cache(maxsize=2)
def letters_of(path: Path) -> frozenset[str]:
    """The letters that a font has."""
    from fontTools.ttLib import TTFont  # late: WeasyPrint has loaded it by now

    with TTFont(path, lazy=True) as font:
        return frozenset(map(chr, font.getBestCmap()))


@lru_cache(maxsize=2)
def _prepared(path: Path) -> tuple[bytes, int, tuple[int, ...], bytes, tuple[int, ...]]:
    """A font's file and its map of letters, both deflated; the file's length, the letters' widths and their box."""
    from fontTools.ttLib import TTFont  # late: WeasyPrint has loaded it by now

    font = TTFont(path, lazy=True, recalcBBoxes=False, recalcTimestamp=False)
    scale = 1000 / font["head"].unitsPerEm
    widths = tuple(round(font["hmtx"][glyph][0] * scale) for glyph in font.getGlyphOrder())
    box = tuple(round(getattr(font["head"], side) * scale) for side in ("xMin", "yMin", "xMax", "yMax"))
    letters = sorted((font.getGlyphID(glyph), letter) for letter, glyph in font.getBestCmap().items())
    for table in set(UNUSED) & set(font.keys()):
        del font[table]
    out = io.BytesIO()
    font.save(out, reorderTables=None)
    font.close()
    return (zlib.compress(out.getvalue()), len(out.getvalue()), widths, zlib.compress(_map_of(letters)), box)


def _map_of(letters: list[tuple[int, int]]) -> bytes:
    """Which letter each glyph is, in the language of PDF."""
    lines = [f"<{glyph:04x}> <{chr(letter).encode('utf-16-be').hex()}>" for glyph, letter in letters]
    blocks = [lines[at:at + 100] for at in range(0, len(lines), 100)]
    body = "\n".join("\n".join([f"{len(block)} beginbfchar", *block, "endbfchar"]) for block in blocks)
    return ("/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n/CMapType 2 def\n/CMapName /House def\n"
            f"1 begincodespacerange\n<0000> <ffff>\nendcodespacerange\n{body}\n"
            "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend").encode()

"""The house style of one organisation: the folder of the look, and what the organisation puts into it.

In: what the answers say of logo, colour and typeface. Out: a `House`, which every writer takes: a logo that is read,
checked, brought to the size that print needs, without its metadata; a colour that can be read. It draws nothing.
"""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree
from xml.parsers import expat

from policygen.model.problems import AnswersError, Place, error

ACCENT = "#1f5c66"
"""The accent colour of an organisation that names none."""
READABLE = 4.5
"""The contrast that words need at least (WCAG 2, level AA)."""
TINT, RULE = 0.08, 0.26
"""How much of the accent is in the ground of boxes, and in thin rules; the rest is white."""
LARGEST = 10 * 2**20
"""Bytes of a logo's file."""
MOST_PIXELS = 40_000_000
WIDEST, HIGHEST = 1000, 500
"""Pixels that a printed logo can show: 64 by 32 mm at 400 for an inch."""
MOST_SHAPES = 20_000
"""Shapes of an SVG file, each counted as often as it is drawn."""
DEEPEST = 100
"""Levels of shapes in shapes."""
SVG, XLINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
KEPT_NAMESPACES = (SVG, "", XLINK)
ACTIVE = {"script", "foreignObject", "iframe", "audio", "video", "animate", "animateMotion", "animateTransform", "set",
          "handler", "listener"}
UNSEEN = {"metadata", "title", "desc"}
"""Parts of an SVG file that may hold who made it, and show nothing."""
LINKS = re.compile(r"(?:^\s*|url\(\s*['\"]?\s*)#([^'\")\s]+)")
KINDS_OF_PICTURE = "Give a PNG, JPEG or SVG file."
SAVE_SMALLER = "Save it smaller: 1,000 pixels across are enough."
SAVE_AS_PNG = "Save it as PNG."
SAVE_PLAIN = "Save it as plain SVG, or as PNG."


@dataclass(frozen=True, slots=True)
class Logo:
    """The logo of an organisation, ready for print."""

    kind: str
    """`png`, `jpeg` or `svg`."""
    data: bytes
    width: float
    """Only the proportion of width to height counts."""
    height: float

    @property
    def name(self) -> str:
        """The name of its file in an edition."""
        return f"logo.{'jpg' if self.kind == 'jpeg' else self.kind}"


@dataclass(frozen=True, slots=True)
class House:
    """How the documents of one organisation look."""

    folder: Path
    """Holds frame.docx, the templates of HTML pages and the style sheets."""
    logo: Logo | None = None
    accent: str = ACCENT
    """`#rrggbb`, dark enough to be read on white."""
    typeface: str = "sans"
    """`sans` or `serif`."""
    large: bool = False
    """Large print."""

    @property
    def tint(self) -> str:
        """The background colour of boxes and of header rows."""
        return _mixed(self.accent, TINT)

    @property
    def rule(self) -> str:
        """Thin rules; they carry no meaning."""
        return _mixed(self.accent, RULE)

    @property
    def deep(self) -> str:
        """The accent, dark enough to be read on the tint."""
        return _darkened(self.accent, self.tint)


def prepare(folder: Path, values: Mapping[str, Any], base: Path) -> tuple[House, tuple[str, ...]]:
    """The house style in a folder with what the answers put into it, and what the person must be told.

    A logo's path starts at `base`, else at the current folder. Raises AnswersError for a logo that cannot be used.
    """
    wanted = values.get("accent_colour") or ACCENT
    accent = _darkened(wanted, "#ffffff")
    notices = () if accent == wanted else (
        f"The accent colour {wanted} is too light to be read on white; {accent} is used.",)
    logo = read_logo(values["logo"], base) if values.get("logo") else None
    return House(folder, logo, accent, values.get("typeface") or "sans"), notices


# ---- colour ------------------------------------------------------------------------------------------------------


def contrast(one: str, other: str) -> float:
    """The contrast of two colours (WCAG 2): 1 for the same, 21 for black and white."""
    lights = []
    for colour in (one, other):
        red, green, blue = (
            part / 255 / 12.92 if part <= 10 else ((part / 255 + 0.055) / 1.055) ** 2.4 for part in _parts(colour))
        lights.append(0.2126 * red + 0.7152 * green + 0.0722 * blue)
    return (max(lights) + 0.05) / (min(lights) + 0.05)


def _darkened(colour: str, ground: str) -> str:
    """The colour, made just dark enough to be read on a ground."""
    shades = (_hex(part * percent / 100 for part in _parts(colour)) for percent in range(100, 0, -1))
    return next((shade for shade in shades if contrast(shade, ground) >= READABLE), "#000000")


def _mixed(colour: str, share: float) -> str:
    """The colour with white, so that only a share of it is left."""
    return _hex(255 - share * (255 - part) for part in _parts(colour))


def _parts(colour: str) -> bytes:
    """Red, green and blue."""
    return bytes.fromhex(colour.removeprefix("#"))


def _hex(parts: Iterable[float]) -> str:
    return "#" + bytes(map(int, parts)).hex()


# ---- the logo ----------------------------------------------------------------------------------------------------


def read_logo(name: str, base: Path) -> Logo:
    """The logo in a file, prepared for print. Raises AnswersError."""
    path = next((folder / name for folder in (base, Path()) if (folder / name).exists()), base / name)
    place = Place(str(path))
    try:
        if path.stat().st_size > LARGEST:
            raise _unusable("this logo is too large a file", place, SAVE_SMALLER)
        data = path.read_bytes()
    except FileNotFoundError:
        raise _unusable("there is no such file for the logo", place,
                        "Give its path as seen from the answers file, or leave `logo` empty.") from None
    except (OSError, ValueError) as exc:
        why = (getattr(exc, "strerror", "") or "not a file name").lower()
        raise _unusable(f"the logo cannot be read: {why}", place, KINDS_OF_PICTURE) from None
    return _shapes(data, place) if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") else _pixels(data, place)


def _unusable(message: str, place: Place, hint: str) -> AnswersError:
    return AnswersError(error(message, place, hint))


def _pixels(data: bytes, place: Place) -> Logo:
    """A logo of pixels: upright, no larger than print needs, nothing in the file but the picture."""
    from PIL import Image, ImageOps, JpegImagePlugin  # late: slow to import, and most packs have no logo

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = Image.open(io.BytesIO(data), formats=("PNG", "JPEG"))
            if found.width * found.height > MOST_PIXELS:
                raise _unusable(f"this logo has {found.width} by {found.height} pixels, which is too many", place,
                                SAVE_SMALLER)
            kind = "png" if found.format == "PNG" else "jpeg"
            if (isinstance(found, JpegImagePlugin.JpegImageFile) and found.mode == "RGB"
                    and found.width <= WIDEST and found.height <= HIGHEST
                    and [name for name, _ in found.applist] == ["APP0"] and data.endswith(b"\xff\xd9")):
                return Logo(kind, data, *found.size)  # it was saved below: each new saving would lose a little
            clear = "A" in found.getbands() or "transparency" in found.info
            picture = ImageOps.exif_transpose(found).convert("RGBA" if clear else "RGB")
    except Image.DecompressionBombError:
        raise _unusable("this logo has too many pixels", place, SAVE_SMALLER) from None
    except (OSError, ValueError, SyntaxError, EOFError, LookupError, TypeError):
        raise _unusable("this is not a picture that can be read", place, KINDS_OF_PICTURE) from None
    picture.thumbnail((WIDEST, HIGHEST), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    bare = Image.frombytes(picture.mode, picture.size, picture.tobytes())  # without what the file said beside it
    if kind == "png":
        bare.save(out, "PNG", optimize=True)
    else:
        bare.save(out, "JPEG", quality=92, subsampling=0)
    return Logo(kind, out.getvalue(), *picture.size)


def _shapes(data: bytes, place: Place) -> Logo:
    """A logo of shapes: without what could act, reach out or never end, and without what is not seen."""
    root = _root(data, place)
    if root.tag != f"{{{SVG}}}svg":
        raise _unusable("this is not a picture that can be read", place, KINDS_OF_PICTURE)
    for element in list(root.iter()):
        for child in list(element):
            namespace, name = _split(child.tag)
            if namespace != SVG or name in UNSEEN:
                element.remove(child)
    for element in root.iter():
        _refuse_active(element, place)
        for key in [key for key in element.attrib if _split(key)[0] not in KEPT_NAMESPACES]:
            del element.attrib[key]
    if _drawn(root) > MOST_SHAPES:
        raise _unusable("this logo has too many shapes", place, SAVE_AS_PNG)
    width, height = _proportion(root, place)
    root.attrib.setdefault("viewBox", f"0 0 {width:g} {height:g}")
    root.attrib |= {"width": f"{width:g}", "height": f"{height:g}"}
    ElementTree.register_namespace("", SVG)
    ElementTree.register_namespace("xlink", XLINK)
    return Logo("svg", ElementTree.tostring(root, encoding="utf-8", xml_declaration=True), width, height)


def _root(data: bytes, place: Place) -> ElementTree.Element:
    """The root of an SVG file. Raises AnswersError where the file is broken, where it declares entities, with which
    reading it could swell or reach out, and where it is nested so deeply that working on it could fail."""

    def refuse_entity(*_: object) -> None:
        raise _unusable("this SVG file declares entities, which is not safe", place, SAVE_PLAIN)

    checker = expat.ParserCreate()
    checker.EntityDeclHandler = refuse_entity
    depth = 0
    try:
        checker.Parse(data, True)
        for event, _ in ElementTree.iterparse(io.BytesIO(data), ("start", "end")):
            depth += 1 if event == "start" else -1
            if depth > DEEPEST:
                raise _unusable("the shapes in this SVG file are nested too deeply", place, SAVE_AS_PNG)
        return ElementTree.fromstring(data)
    except (ElementTree.ParseError, expat.ExpatError, ValueError, LookupError):
        raise _unusable("this SVG file is broken", place, "Save it again from the program that made it.") from None


def _refuse_active(element: ElementTree.Element, place: Place) -> None:
    """Raises AnswersError for a part that acts, or that takes something from elsewhere."""
    name = _split(element.tag)[1]
    keys = {key: _split(key) for key in element.attrib}
    if name in ACTIVE or any(local.lower().startswith("on") for _, local in keys.values()):
        raise _unusable(f"this SVG file holds something that acts (`{name}`), not only a picture", place, SAVE_PLAIN)
    styles = [element.attrib[key] for key, (namespace, _) in keys.items() if namespace in KEPT_NAMESPACES]
    styles += [element.text or ""] if name == "style" else []
    styles = [re.sub(r"\\|/\*.*?\*/", "", style, flags=re.DOTALL) for style in styles]
    targets = [element.attrib[key].strip() for key, (_, local) in keys.items() if local == "href"]
    for style in styles:
        targets += re.findall(r"url\(\s*['\"]?\s*(.?)", style, re.IGNORECASE)
    if any(not target.startswith("#") for target in targets) or any("@import" in style.lower() for style in styles):
        raise _unusable(f"this SVG file takes something from elsewhere (`{name}`)", place,
                        "Save it with everything in it, or as PNG.")


def _drawn(root: ElementTree.Element) -> float:
    """How many shapes are drawn when every reference inside the file is followed; endless where one leads back to
    itself, or references are nested too deeply to follow."""
    targets = {element.get("id"): element for element in root.iter() if element.get("id")}
    known: dict[ElementTree.Element, float] = {}

    def of(element: ElementTree.Element, depth: int) -> float:
        if element not in known:
            known[element] = float("inf")  # while it is being counted: a reference back to it is endless
            names = [name for value in element.attrib.values() for name in LINKS.findall(value)]
            if depth <= DEEPEST:
                parts = [*element, *(targets[name] for name in names if name in targets)]
                known[element] = 1 + sum(of(part, depth + 1) for part in parts)
        return known[element]

    return of(root, 0)


def _proportion(root: ElementTree.Element, place: Place) -> tuple[float, float]:
    """Width and height, by the view box or by the attributes of those names."""
    box = re.findall(r"[-+.\deE]+", root.get("viewBox", ""))
    sizes = box[2:] if len(box) == 4 else [
        re.sub(r"\s*(px|pt|mm|cm|in|pc)?\s*$", "", root.get(name, "")) for name in ("width", "height")]
    try:
        width, height = map(float, sizes)
    except ValueError:
        width = height = 0
    if not (0 < width < 1e6 and 0 < height < 1e6 and 1 / 50 < width / height < 50):
        raise _unusable("this SVG file does not say how wide and how high it is", place,
                        "Save it with a view box, or as PNG.")
    return width, height


def _split(key: str) -> tuple[str, str]:
    """The namespace and the name in `{namespace}name`."""
    namespace, _, name = key.rpartition("}")
    return namespace.removeprefix("{"), name

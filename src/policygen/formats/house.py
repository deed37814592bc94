"""The house style of one organisation: the folder of the look, and what the organisation puts into it.

In: what the answers say of logo, colour and typeface. Out: a `House`, which every writer takes: a logo that is read,
checked, drawn once at the size that print needs, without its metadata; a colour that can be read.
"""

from __future__ import annotations

import io
import re
import stat
import subprocess
import sys
import unicodedata
import warnings
import zlib
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote
from xml.etree import ElementTree
from xml.parsers import expat
from zipfile import BadZipFile, ZipFile

from policygen.model.problems import AnswersError, Place, error

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

ACCENT = "#1f5c66"
"""The accent colour of an organisation that names none."""
READABLE = 4.5
"""The contrast that words need at least (WCAG 2, level AA)."""
TINT, RULE = 0.08, 0.26
"""How much of the accent is in the ground of boxes, and in thin rules; the rest is white."""
LARGEST = 10 * 2**20
"""Bytes of a logo's file."""
MOST_PIXELS = 25_000_000
MOST_PICTURES = 20
"""Pictures inside an SVG file."""
WIDEST, HIGHEST = 1000, 500
"""Pixels that a printed logo can show: 64 by 32 mm at 400 for an inch."""
FAINT = 230
"""Lighter than this in each colour, of 255, a spot cannot be told from white paper."""
DEEPEST = 100
"""Levels of shapes in shapes."""
SVG, XLINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
KEPT_NAMESPACES = (SVG, "", XLINK)
ACTIVE = {"script", "foreignObject", "iframe", "audio", "video", "animate", "animateMotion", "animateTransform", "set",
          "handler", "listener"}
UNSEEN = {"metadata", "title", "desc"}
"""Parts of an SVG file that may hold who made it, and show nothing."""
EMBEDDED = re.compile(r"data:image/(?:png|jpe?g);base64,(.*)", re.DOTALL)
NOT_DRAWN = re.compile(
    r"(?:^|[;{])\s*(d|r|c?[xy]|r[xy]|width|height|rotate|scale|translate|transform-box|offset-\w+)\s*:|(vector-effect)\s*:\s*non-")
"""Style that the program which draws SVG does not know, and does not name either."""
DARK = re.compile(r"@media[^{}]*prefers-color-scheme\s*:\s*dark[^{}]*\{(?:[^{}]*\{[^{}]*\})*\s*\}")
"""Rules for dark screens: paper is white."""
WIDE_COLOUR = re.compile(r"(?:(?<=;)|^)\s*(([\w-]+)\s*:[^;]*);\s*\2\s*:\s*color\(display-p3[^)]*\)")
"""A colour for newer screens behind the usual one, which stays."""
HARMLESS = re.compile(r"No fonts provided|has an invalid '\w+' value. Skipped|:(?:hover|focus|active|visited)\b")
"""What that program says of what cannot be seen anyway."""
SECONDS, MEMORY = 5, 500 * 2**20
"""Time and memory that drawing an SVG file may take."""
KINDS_OF_PICTURE = "Give a PNG, JPEG or SVG file."
SAVE_SMALLER = "Save it smaller: 1,000 pixels across are enough."
SAVE_AS_PNG = "Save it as PNG."
SAVE_PLAIN = "Save it as plain SVG, or as PNG."
SAVE_SHAPES = "Turn its words into shapes (“text to paths”) in the program that made it, or save it as PNG."


@dataclass(frozen=True, slots=True)
class Logo:
    """The logo of an organisation, ready for print."""

    kind: str
    """`png` or `jpeg`."""
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


def prepare_issued(folder: Path, values: Mapping[str, Any], edition: Path) -> tuple[House, tuple[str, ...]]:
    """As `prepare`, for what is added to the folder of an edition. Where its logo cannot be used, because it is lost or
    an earlier version drew it, the picture in its Word files takes its place; where there is none, there is no logo."""
    try:
        return prepare(folder, values, edition)
    except AnswersError as exc:
        style, notices = prepare(folder, {**values, "logo": ""}, edition)
        logo = next(_logos_in_word(edition), None)
        instead = "The one in its Word files is used." if logo else "What is written now has no logo."
        return replace(style, logo=logo), (*notices, f"The edition's logo: {exc.problems[0].message}. {instead}")


def _logos_in_word(edition: Path) -> Iterator[Logo]:
    for path in sorted(edition.glob("*.docx")):
        with suppress(OSError, BadZipFile, NotImplementedError, RuntimeError, zlib.error, AnswersError), ZipFile(
                path) as word:
            for entry in word.infolist():
                if re.fullmatch(r"word/media/logo\d+\.(?:png|jpe?g)", entry.filename) and entry.file_size <= LARGEST:
                    yield _pixels(word.read(entry), Place(str(path)))


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


def pasted_path(name: str, base: Path) -> Path:
    """The file that somebody means: as they typed it, or as file managers and terminals paste it, in quotation marks,
    with `file://`, with escaped signs or with `~`; seen from `base`, else from the current folder."""
    spellings = dict.fromkeys(_spellings(name))
    for folder in (base, Path()):
        for spelling in spellings:
            try:
                if (folder / Path(spelling).expanduser()).exists():
                    return folder / Path(spelling).expanduser()
            except (OSError, ValueError, RuntimeError):  # too long, no file name, or nobody's home
                continue
    return base / name


def _spellings(name: str) -> Iterator[str]:
    bare = name.strip()
    if len(bare) > 1 and bare[0] + bare[-1] in ("''", '""', "“”", "‘’", "<>"):
        bare = bare[1:-1].strip()
    if bare.lower().startswith("file:"):
        bare = re.sub(r"^file:(?://(?:localhost)?(?=/))?", "", unquote(bare), flags=re.IGNORECASE)
        bare = re.sub(r"^/(?=[A-Za-z]:[\\/])", "", bare)
    for one in (name, bare, re.sub(r"\\(.)", r"\1", bare), unquote(bare)):
        for form in ("NFC", "NFD"):
            yield from (one, unicodedata.normalize(form, one))


def read_logo(name: str, base: Path) -> Logo:
    """The logo in a file, prepared for print. Raises AnswersError."""
    path = pasted_path(name, base)
    place = Place(str(path))
    try:
        about = path.stat()
        if not stat.S_ISREG(about.st_mode):
            raise _unusable("the logo cannot be read: this is not a file", place, "Give the file of the picture.")
        if about.st_size > LARGEST:
            raise _unusable("this logo is too large a file", place, SAVE_SMALLER)
        data = path.read_bytes()
    except FileNotFoundError:
        raise _unusable("there is no such file for the logo", place,
                        "Give its path as seen from the answers file, or leave `logo` empty.") from None
    except (OSError, ValueError) as exc:
        why = (getattr(exc, "strerror", "") or "not a file name").lower()
        raise _unusable(f"the logo cannot be read: {why}", place, KINDS_OF_PICTURE) from None
    if data.removeprefix(b"\xef\xbb\xbf").lstrip().startswith((b"<", b"\xff\xfe<", b"\xfe\xff\0<")):
        data = _shapes(data, place)
    return _pixels(data, place)


def _unusable(message: str, place: Place, hint: str) -> AnswersError:
    return AnswersError(error(message, place, hint))


def _pixels(data: bytes, place: Place, alone: bool = True) -> Logo:
    """A logo of pixels: upright, in the colours of screens, no larger than print needs, nothing in the file but the
    picture. One that stands `alone` must be seen on white paper."""
    from PIL import Image, ImageOps, JpegImagePlugin  # late: slow to import, and most packs have no logo

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = Image.open(io.BytesIO(data), formats=("PNG", "JPEG"))
            is_jpeg = isinstance(found, JpegImagePlugin.JpegImageFile)
            if found.width * found.height > MOST_PIXELS * (2 if is_jpeg else 1):  # JPEG can be read at a smaller size
                raise _unusable(f"this logo has {found.width} by {found.height} pixels, which is too many", place,
                                SAVE_SMALLER)
            kind = "jpeg" if is_jpeg else "png"
            if (isinstance(found, JpegImagePlugin.JpegImageFile) and found.mode == "RGB"
                    and found.width <= WIDEST and found.height <= HIGHEST
                    and [name for name, _ in found.applist] == ["APP0"] and data.endswith(b"\xff\xd9")):
                _refuse_unseen(found, place, alone)
                return Logo(kind, data, *found.size)  # it was saved below: each new saving would lose a little
            found.draft(None, (2 * WIDEST, 2 * HIGHEST))
            picture = ImageOps.exif_transpose(_in_screen_colours(found))
    except Image.DecompressionBombError:
        raise _unusable("this logo has too many pixels", place, SAVE_SMALLER) from None
    except (OSError, ValueError, SyntaxError, EOFError, LookupError, TypeError):
        raise _unusable("this is not a picture that can be read", place, KINDS_OF_PICTURE) from None
    picture.thumbnail((WIDEST, HIGHEST), Image.Resampling.LANCZOS)
    _refuse_unseen(picture, place, alone)
    out = io.BytesIO()
    bare = Image.frombytes(picture.mode, picture.size, picture.tobytes())  # without what the file said beside it
    if kind == "png":
        bare.save(out, "PNG", optimize=True)
    else:
        bare.save(out, "JPEG", quality=92, subsampling=0)
    return Logo(kind, out.getvalue(), *picture.size)


def _in_screen_colours(found: Picture) -> Picture:
    """A picture as RGB or RGBA in sRGB, by the colour profile in its file; 16 bits of grey become 8."""
    from PIL import ImageCms

    clear, profile, size = found.info.get("transparency"), found.info.get("icc_profile"), found.size
    if found.mode.startswith("I"):
        found = found.convert("I").point(lambda value: value * (1 / 256)).convert("L")
        if isinstance(clear, int):
            found.putalpha(found.point([255 * (value != clear >> 8) for value in range(256)]))
    elif found.mode == "P" or clear is not None:
        found = found.convert("RGB" if clear is None and "A" not in found.getbands() else "RGBA")
    alpha = found.getchannel("A") if "A" in found.getbands() else None
    plain = found.convert(found.mode.rstrip("Aa")) if alpha and found.mode != "PA" else found
    if profile and plain.mode in ("RGB", "CMYK", "L"):
        try:
            own = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            plain = ImageCms.profileToProfile(plain, own, ImageCms.createProfile("sRGB"), outputMode="RGB") or plain
        except (ImageCms.PyCMSError, OSError, ValueError, TypeError):  # a broken profile, or one of another kind
            pass
    plain = plain.convert("RGB")
    if alpha and alpha.size == size:
        plain.putalpha(alpha)
    plain.info = {name: value for name, value in found.info.items() if name == "exif"}
    return plain


def _refuse_unseen(picture: Picture, place: Place, alone: bool) -> None:
    """Raises AnswersError for a logo that stands alone and of which nothing can be seen on white paper."""
    from PIL import Image, ImageChops

    paper = Image.new("RGB", picture.size, "white")
    paper.paste(picture, mask=picture.getchannel("A") if "A" in picture.getbands() else None)
    red, green, blue = paper.split()
    darkest = ImageChops.darker(ImageChops.darker(red, green), blue).histogram()
    if alone and sum(darkest[:FAINT]) * 5000 < picture.width * picture.height:
        raise _unusable("nothing of this logo can be seen on white paper", place,
                        "Give the one that is meant for a white background.")


def _shapes(data: bytes, place: Place) -> bytes:
    """A PNG of a logo of shapes, drawn without what could act or reach out. Raises AnswersError, also where it cannot
    be drawn as its author sees it."""
    root = _root(data, place)
    if root.tag != f"{{{SVG}}}svg":
        raise _unusable("this is not a picture that can be read", place, KINDS_OF_PICTURE)
    pictures = 0
    for element in list(root.iter()):
        for child in list(element):
            namespace, name = _split(child.tag)
            if namespace != SVG or name in UNSEEN:
                element.remove(child)
    for element in root.iter():
        name = _split(element.tag)[1]
        for key in [key for key in element.attrib if _split(key)[0] not in KEPT_NAMESPACES or (
                name == "a" and _split(key)[1] == "href")]:  # nobody follows a link on paper
            del element.attrib[key]
        pictures += _with_own_picture(element, place)
        _refuse_active(element, place)
        if name == "text" and "".join(element.itertext()).strip():
            raise _unusable("this logo has words in a typeface that other computers may not have", place, SAVE_SHAPES)
        if name == "style":
            element.text = DARK.sub("", element.text or "")
        if "style" in element.attrib:
            element.set("style", WIDE_COLOUR.sub(r"\1", element.attrib["style"]))
        style = f"{'' if element is root else element.get('style', '')}{{{element.text if name == 'style' else ''}"
        if found := NOT_DRAWN.search(f"{style};vector-effect:{element.get('vector-effect', '')}"):
            what = found[1] or found[2]
            raise _unusable(f"this SVG file has style that not every program can draw (`{what}`)", place, SAVE_PLAIN)
    if pictures > MOST_PICTURES:
        raise _unusable("this SVG file holds too many pictures", place, SAVE_AS_PNG)
    width, height = _proportion(root, place)
    root.attrib.setdefault("viewBox", f"0 0 {width:g} {height:g}")
    root.attrib |= {"width": f"{width:g}", "height": f"{height:g}"}
    ElementTree.register_namespace("", SVG)
    ElementTree.register_namespace("xlink", XLINK)
    return _drawn(ElementTree.tostring(root), max(1, round(min(WIDEST, HIGHEST * width / height))), place)


def _with_own_picture(element: ElementTree.Element, place: Place) -> bool:
    """Whether the element is a picture that the file holds itself; it is then prepared as a logo of pixels is."""
    keys = [key for key in element.attrib if _split(key)[1] == "href"]
    found = [EMBEDDED.fullmatch(element.attrib[key].strip()) for key in keys]
    if _split(element.tag)[1] != "image" or not any(found):
        return False
    for key, embedded in zip(keys, found, strict=True):
        if embedded:
            try:
                data = b64decode(unquote(embedded[1]))
            except ValueError:
                raise _unusable("a picture in this SVG file is broken", place, SAVE_AS_PNG) from None
            logo = _pixels(data, place, alone=False)
            element.attrib[key] = f"data:image/{logo.kind};base64,{b64encode(logo.data).decode()}"
    return True


def _drawn(svg: bytes, width: int, place: Place) -> bytes:
    """An SVG file as PNG, drawn in a process of its own, which is stopped when it takes too much."""
    slow = _unusable("this logo takes too long, or too much memory, to be drawn", place, SAVE_AS_PNG)
    try:
        done = subprocess.run([sys.executable, "-P", "-c", _DRAWING, str(width)], input=svg, capture_output=True,
                              timeout=SECONDS * 4, check=False)
    except subprocess.TimeoutExpired:
        raise slow from None
    told = done.stderr.decode(errors="replace")
    if done.returncode < 0 or "MemoryError" in told or "memory allocation" in told:
        raise slow
    for line in told.splitlines():
        if (found := re.match(r"Warning \(in [^)]*\): (.*)", line)) and not HARMLESS.search(line):
            what = re.search(r"(?<=').+?(?=')|@[\w-]+", found[1])
            raise _unusable(f"this logo has “{what[0] if what else found[1]}”, which not every program can draw", place,
                            SAVE_PLAIN)
    if done.returncode or not done.stdout:
        raise _unusable("the logo cannot be drawn: the SVG file is broken or of an unknown kind", place, SAVE_AS_PNG)
    return done.stdout


_DRAWING = "from policygen.formats.house import draw; draw()"


def draw() -> None:
    """Draw the SVG file on standard input, as wide as the first argument says, as PNG on standard output. What cannot
    be drawn is named on standard error. The process can have no more time and memory than drawing may take."""
    import os
    from contextlib import suppress

    with suppress(ImportError, ValueError, OSError):  # Windows has no such limits: there, only the clock stops it
        import resource

        for kind, most in ((resource.RLIMIT_CPU, SECONDS - 1), (resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CORE, 0)):
            resource.setrlimit(kind, (most, most))
    from resvg_py import svg_to_bytes

    out = os.dup(1)
    os.dup2(2, 1)  # resvg tells on standard output what it does not understand
    png = svg_to_bytes(svg_string=sys.stdin.buffer.read().decode(), width=int(sys.argv[1]), skip_system_fonts=True,
                       log_information=True)
    with os.fdopen(out, "wb") as file:
        file.write(bytes(png))


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
    """Raises AnswersError for a part that acts, that takes something from elsewhere, or that could hide it."""
    name = _split(element.tag)[1]
    keys = {key: _split(key) for key in element.attrib}
    if name in ACTIVE or any(local.lower().startswith("on") for _, local in keys.values()):
        raise _unusable(f"this SVG file holds something that acts (`{name}`), not only a picture", place, SAVE_PLAIN)
    styles = [element.attrib[key] for key, (namespace, local) in keys.items()
              if namespace in KEPT_NAMESPACES and not (name == "image" and local == "href")]
    styles += [element.text or ""] if name == "style" else []
    if any("\\" in style and ("(" in style or ":" in style or "@" in style) for style in styles):
        raise _unusable(f"this SVG file has style with escaped signs (`{name}`), which can hide something", place,
                        SAVE_PLAIN)
    styles = [re.sub(r"/\*.*?\*/", "", style, flags=re.DOTALL) for style in styles]
    targets = [element.attrib[key].strip() for key, (_, local) in keys.items() if local == "href"]
    for style in styles:
        targets += re.findall(r"(?:url|image|image-set|src)\(\s*['\"]?\s*(.?)", style, re.IGNORECASE)
    own = [target for target in targets if target.startswith("#") or (name == "image" and EMBEDDED.match(target))]
    if len(own) < len(targets) or any("@import" in style.lower() for style in styles):
        raise _unusable(f"this SVG file takes something from elsewhere (`{name}`)", place,
                        "Save it with everything in it, or as PNG.")


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

"""Plates: laid-out pages taken apart, so that they can be printed again and again with other words in some places.

In: the bytes of tagged PDFs as the PDF writer makes them. Out: `Plate`s, whose objects are texts with places for numbers
of objects and for words; and `Specimens`, words as WeasyPrint sets them. It lays out nothing and writes no file.

Words are exchanged only as a whole run of letters: what WeasyPrint has set in a specimen, kerning included, stands where
the plate had a stand-in of the same typeface and size. So a page is the same as if it had been laid out with the words,
as long as they fit their place on one line; `Slot.room` says how long they may be.
"""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Stream, String

OWN, SHARED, KEY, SERIAL, PARENT = range(5)
"""What a number is counted from: the objects of one copy, those that all copies share, the keys of the parent tree, the
copy's own number, the element above the copy."""
GAP = 17.0
"""What stays free between words and what stands on the same line, in pixels of CSS: the edges of two cells, and more."""
PIXEL = 0.75
"""Points in a pixel of CSS."""
_PAGE_ENTRIES = ("/MediaBox", "/CropBox", "/BleedBox", "/TrimBox", "/ArtBox", "/Rotate", "/Tabs")
_TEXT = re.compile(rb"BT\n1 0 0 -1 (\S+) (\S+) Tm\n/(\S+) (\S+) Tf\n(\[[^\]]*\] TJ)\nET")
_LINE = re.compile(rb"1 0 0 -1 \S+ \S+ Tm\n(?:/(\S+) (\S+) Tf\n)?(.*?)(?=1 0 0 -1 |ET)", re.DOTALL)
_FONT = re.compile(rb"/(\S+) (\S+) Tf")
_SHOWN = re.compile(rb"\[[^\]]*\] TJ")
_LETTERS = re.compile(rb"<([0-9a-f]*)>|(-?[\d.]+)")
_RECTANGLE = re.compile(rb"(\S+) \S+ (\S+) \S+ re\n")
_BEFORE = 400
"""Bytes before some words in which the line is drawn that they stand on."""

Number = tuple[int, int]
"""What it is counted from, and which one it is."""


@dataclass(frozen=True, slots=True)
class Body:
    """What stands in an object."""

    parts: tuple[bytes | Number, ...]
    """Its text. A stream's leaves out the end of its dictionary, which says how long it is."""
    data: bytes | None = None
    """What a stream holds, as it stands in a file; None for any other object."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A place for words on a plate."""

    word: str
    """The name of the stand-in."""
    at: bytes
    """What comes before the name of the font."""
    size: bytes
    typeface: str
    room: float
    """How long the words may be, in thousandths of their size."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page of a plate."""

    entries: Body
    """What stands in the page's dictionary, but its contents and resources."""
    contents: tuple[int | Slot, ...]
    """In order; numbers are those of shared objects."""
    fonts: Body
    """The names of the fonts, each with its object."""
    resources: Body
    """What else the page draws with."""


@dataclass(frozen=True, slots=True, eq=False)
class Plate:
    """A laid-out document that can be printed again and again."""

    shared: tuple[Body, ...]
    """Objects of which one is enough for all copies; each leads only to earlier ones."""
    own: tuple[Body, ...]
    """Objects that each copy has for itself; the pages are counted on behind them."""
    sheets: tuple[Sheet, ...]
    roots: tuple[int, ...]
    """Which of its own objects are at the top of the tree."""
    keys: tuple[int, ...]
    """Which of its own objects the keys of the parent tree lead to."""
    names: tuple[tuple[bytes, int], ...]
    """The ids of elements, each with its own object."""
    roles: Mapping[str, str]
    """What the tags mean that are not of the standard."""

    @property
    def slots(self) -> tuple[Slot, ...]:
        return tuple(part for sheet in self.sheets for part in sheet.contents if isinstance(part, Slot))


@dataclass(frozen=True, slots=True)
class Run:
    """Words as WeasyPrint has set them in one typeface."""

    letters: bytes
    """The operator that draws them."""
    font: str
    """Its name among the specimens."""
    typeface: str
    size: bytes
    length: float
    """In thousandths of the size."""


@dataclass(frozen=True, slots=True, eq=False)
class Specimens:
    """Words that were set, and the fonts that this needed."""

    shared: tuple[Body, ...]
    fonts: Mapping[str, int]
    """The shared object of each font, by its name."""
    runs: Mapping[tuple[str, str], Run]
    """By place and words; words that need several typefaces are not here."""


# ---- specimens ---------------------------------------------------------------------------------------------------


def specimens(data: bytes, words: Mapping[str, Sequence[str]]) -> Specimens:
    """The words as they were set on the one page of a PDF; `words` are those that it was made of."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        (page,) = pdf.pages
        reader = _Reader()
        sources = {name[1:]: font for name, font in page.Resources.Font.items()}
        fonts = {name: reader.shared_object(font) for name, font in sources.items()}
        lines = list(_lines(page.Contents.read_bytes(), sources))
    asked = [(place, word) for place, several in words.items() for word in several]
    pairs = zip(asked, lines) if len(asked) == len(lines) else ()
    return Specimens(tuple(reader.shared), fonts, {key: run for key, run in pairs if run is not None})


def _lines(drawn: bytes, fonts: Mapping[str, Object]) -> Iterator[Run | None]:
    """The lines of a page, in order; None for one that needs several typefaces, or more than letters."""
    widths = {name: _widths(font) for name, font in fonts.items()}
    font, size = "", b""
    for named, sized, rest in _LINE.findall(drawn):
        font, size = (named.decode(), sized) if named else (font, size)
        letters = rest.strip()
        if _SHOWN.fullmatch(letters):
            yield Run(letters, font, _typeface(fonts[font]), size, _length(letters, widths[font]))
        else:
            yield None
        for named, sized in _FONT.findall(rest):
            font, size = named.decode(), sized


def _typeface(font: Object) -> str:
    """The name of a font's typeface, without what stands for the choice of letters that is in the file."""
    return str(font.BaseFont)[1:].rpartition("+")[2]


def _widths(font: Object) -> dict[int, float]:
    """The widths of a font's letters."""
    widths, first = {}, 0
    for item in font.DescendantFonts[0].W:
        if isinstance(item, Array):
            widths |= {at: float(width) for at, width in enumerate(item, first)}
        else:
            first = int(item)
    return widths


def _length(letters: bytes, widths: Mapping[int, float]) -> float:
    """How long some words are; endless with a letter that the font does not have."""
    length = 0.0
    for glyphs, back in _LETTERS.findall(letters):
        length += sum(widths.get(int(glyphs[at:at + 4], 16), float("inf")) for at in range(0, len(glyphs), 4))
        length -= float(back or 0)
    return length


# ---- plates ------------------------------------------------------------------------------------------------------


def plate(data: bytes, stand_ins: Mapping[str, Run]) -> Plate:
    """A laid-out document taken apart; where one of the stand-ins was printed there is a slot of its name."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        reader, root = _Reader(), pdf.Root.StructTreeRoot
        tops = list(_kids(root))
        elements = [element for top in tops for element in _below(top)]
        links = [link for page in pdf.pages for link in page.get("/Annots", [])]
        for thing in (*elements, *links):
            reader.own(thing)
        owners = _owners(root)
        marks = {key: len(elements) + len(links) + at for at, key in enumerate(
            key for key, owner in owners.items() if isinstance(owner, Array))}
        for page in pdf.pages:
            reader.own(page.obj, len(marks))
        keys = {key: at for at, key in enumerate(owners)}
        names: list[tuple[bytes, int]] = []
        places = _places(pdf)
        own = [*(_element(element, reader, names) for element in elements),
               *(_link(link, reader, places, keys) for link in links),
               *(_whole(owners[key], reader) for key in marks)]
        sheets = tuple(_sheet(page, reader, keys, stand_ins) for page in pdf.pages)
        return Plate(tuple(reader.shared), tuple(own), sheets, tuple(map(reader.own, tops)),
                     tuple(marks[key] if key in marks else reader.own(owner) for key, owner in owners.items()),
                     tuple(names), {str(tag): str(role) for tag, role in root.get("/RoleMap", {}).items()})


def _sheet(page: pikepdf.Page, reader: _Reader, keys: Mapping[int, int], stand_ins: Mapping[str, Run]) -> Sheet:
    page.contents_coalesce()
    fonts = page.Resources.get("/Font", Dictionary())
    drawn, done, contents = page.Contents.read_bytes(), 0, []
    for text in _TEXT.finditer(drawn):
        word = next((word for word, run in stand_ins.items() if (run.letters, run.size) == (text[5], text[4])), None)
        if word is not None:
            typeface = _typeface(fonts[f"/{text[3].decode()}"])
            slot = Slot(word, b"BT\n1 0 0 -1 %s %s Tm\n" % (text[1], text[2]), text[4], typeface, _room(text, drawn, page))
            contents += [reader.added_stream(drawn[done:text.start()]), slot]
            done = text.end()
    contents.append(reader.added_stream(drawn[done:]))
    entries, named, others = _Text(), _Text(), _Text()
    for key in (key for key in _PAGE_ENTRIES if key in page):
        entries.entry(key, page[key], reader)
    entries.parts += [b"/StructParents ", (KEY, keys[int(page.StructParents)])]
    if "/Annots" in page:
        entries.entry("/Annots", Array(list(page.Annots)), reader)
    for key, font in fonts.items():
        named.entry(key, font, reader)
    for key in (key for key in page.Resources if key != "/Font"):
        others.entry(key, page.Resources[key], reader)
    return Sheet(entries.body(), tuple(contents), named.body(), others.body())


def _room(text: re.Match[bytes], drawn: bytes, page: pikepdf.Page) -> float:
    """How long the words may be that stand there: up to what is on the same line, or to the margin, which is as wide as
    the one on the left; and not beyond the end of the ruled line that they stand on."""
    left, size, width = float(text[1]), float(text[4]), float(page.MediaBox[2] - page.MediaBox[0]) / PIXEL
    others = [(float(other[1]), other[2] == text[2]) for other in _TEXT.finditer(drawn)]
    right = min([width - min(at for at, _ in others), *(at - GAP for at, beside in others if beside and at > left)])
    ruled = [float(found[2]) for found in _RECTANGLE.finditer(drawn, max(0, text.start() - _BEFORE), text.start())
             if abs(float(found[1]) - left) < 0.5]
    return (min([right - left, *ruled[-1:]]) - 1) / size * 1000


# ---- the tree ----------------------------------------------------------------------------------------------------


def _kids(element: Object) -> Iterator[Object]:
    """The elements right below one."""
    kids = element.get("/K", [])
    for kid in kids if isinstance(kids, Array) else [kids]:
        if isinstance(kid, Dictionary) and "/S" in kid:
            yield kid


def _below(element: Object) -> Iterator[Object]:
    """An element and all below it, in reading order."""
    yield element
    for kid in _kids(element):
        yield from _below(kid)


def _owners(root: Object) -> dict[int, Any]:
    """What the keys of the parent tree lead to."""
    numbers = list(root.ParentTree.Nums)
    return dict(sorted(zip(numbers[::2], numbers[1::2]), key=lambda pair: pair[0]))


def _element(element: Object, reader: _Reader, names: list[tuple[bytes, int]]) -> Body:
    """An element of the tree. What was a document is now a part of one; its id is told from those of other copies."""
    text = _Text()
    text.parts.append(b"<<")
    for key, value in element.items():
        match key:
            case "/P" if "/S" not in value:
                text.parts += [b"/P ", (PARENT, 0), b" 0 R"]
            case "/S" if value == "/Document":
                text.parts.append(b"/S/Art")
            case "/K":
                text.parts.append(b"/K[")
                for kid in value if isinstance(value, Array) else [value]:
                    reader.write(kid, text, inline=isinstance(kid, Dictionary) and "/S" not in kid)
                text.parts.append(b"]")
            case "/ID":
                names.append((bytes(value), reader.own(element)))
                text.parts += [b"/ID", *_unique(value)]
            case "/A" if isinstance(value, Dictionary) and "/Headers" in value:
                text.parts += [b"/A<</Headers[", *(part for name in value.Headers for part in _unique(name)), b"]"]
                for inner in (inner for inner in value if inner != "/Headers"):
                    text.entry(inner, value[inner], reader)
                text.parts.append(b">>")
            case _:
                text.entry(key, value, reader)
    text.parts.append(b">>")
    return text.body()


def _unique(name: Object) -> tuple[bytes | Number, ...]:
    """An id that no other copy has."""
    return b"(", (SERIAL, 0), b"-%s)" % re.sub(rb"([()\\])", rb"\\\1", bytes(name))


def _places(pdf: pikepdf.Pdf) -> dict[bytes, Array]:
    """What the names in a document lead to."""
    named = list(pdf.Root.get("/Names", {}).get("/Dests", {}).get("/Names", []))
    return {bytes(name): place for name, place in zip(named[::2], named[1::2])}


def _link(link: Object, reader: _Reader, places: Mapping[bytes, Array], keys: Mapping[int, int]) -> Body:
    """A link; one to a name leads to the place itself, as each copy has the same names."""
    text = _Text()
    text.parts.append(b"<<")
    for key, value in link.items():
        named = value.get("/D") if key == "/A" and "/D" in value else value
        if key == "/StructParent":
            text.parts += [b"/StructParent ", (KEY, keys[int(value)])]
        elif isinstance(named, String) and key in ("/A", "/Dest"):
            if bytes(named) in places:
                text.entry("/Dest", places[bytes(named)], reader)
        else:
            text.entry(key, value, reader)
    text.parts.append(b">>")
    return text.body()


def _whole(thing: Object, reader: _Reader) -> Body:
    text = _Text()
    reader.write(thing, text, inline=True)
    return text.body()


# ---- objects -----------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Text:
    """The text of an object, while it is written."""

    parts: list[bytes | Number] = field(default_factory=list)

    def entry(self, key: str, value: Any, reader: _Reader) -> None:
        """Write an entry of a dictionary."""
        self.parts.append(_name(key))
        reader.write(value, self)

    def body(self, data: bytes | None = None) -> Body:
        return Body(tuple(self.parts), data)


class _Reader:
    """The objects of one PDF that are written down: which are a copy's own, and the texts of those that all share."""

    def __init__(self) -> None:
        self.shared: list[Body] = []
        self._shared: dict[tuple[int, int], int] = {}
        self._own: dict[tuple[int, int], int] = {}

    def own(self, thing: Object, further: int = 0) -> int:
        """The number of an object that each copy has for itself; a new one comes `further` behind the last."""
        return self._own.setdefault(thing.objgen, len(self._own) + further)

    def shared_object(self, thing: Object) -> int:
        """The number of an object that all copies share; it is written down when it is first met."""
        if thing.objgen not in self._shared:
            text, data = _Text(), None
            if isinstance(thing, Stream):
                data = thing.read_raw_bytes()
                self._dictionary(thing, text, without="/Length")
            else:
                self.write(thing, text, inline=True)
            self.shared.append(text.body(data))
            self._shared[thing.objgen] = len(self.shared) - 1
        return self._shared[thing.objgen]

    def added_stream(self, data: bytes) -> int:
        """The number of a new stream that all copies share."""
        self.shared.append(Body((b"<</Filter/FlateDecode",), zlib.compress(data)))
        return len(self.shared) - 1

    def write(self, thing: Any, text: _Text, inline: bool = False) -> None:
        """Write an object down: as a reference where the file has it elsewhere, unless it is to stand here."""
        if isinstance(thing, Object) and thing.is_indirect and not inline:
            mine = self._own.get(thing.objgen)
            text.parts += [b" ", (SHARED, self.shared_object(thing)) if mine is None else (OWN, mine), b" 0 R"]
            return
        match thing:
            case None | bool():
                text.parts.append({None: b" null", True: b" true", False: b" false"}[thing])
            case int() | Decimal():
                text.parts.append(f" {thing:{'f' if isinstance(thing, Decimal) else 'd'}}".encode())
            case Name():
                text.parts.append(_name(str(thing)))
            case String():
                text.parts.append(b"<%s>" % bytes(thing).hex().encode())
            case Array():
                text.parts.append(b"[")
                for value in thing:
                    self.write(value, text)
                text.parts.append(b"]")
            case _:
                self._dictionary(thing, text)
                text.parts.append(b">>")

    def _dictionary(self, thing: Object, text: _Text, without: str = "") -> None:
        """Write a dictionary down, but for its end."""
        text.parts.append(b"<<")
        for key in (key for key in thing if key != without):
            text.entry(key, thing[key], self)


def _name(name: str) -> bytes:
    """A name as a file has it."""
    return b"/" + re.sub(rb"[^!-~]|[#()<>\[\]{}/%]", lambda sign: b"#%02x" % sign[0][0], name[1:].encode())

"""A laid-out PDF taken apart, so that its pages can be written again and again with other values in some places.

In: the bytes of tagged PDFs as the PDF writer makes them. Out: a `FormLayout`, whose objects are texts in which the
numbers of objects are still open, and which has places for values; and `DrawnValues`, values as WeasyPrint draws them.
Nothing is laid out or written here.

A value is exchanged only as one whole drawing operator: what WeasyPrint drew for the value, kerning included, goes
where it had drawn the placeholder in the same typeface and size. So a page is the same as if it had been laid out with
the value, provided that the value fits its place on one line; `ValuePlace.room` says how long it may be.
"""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Stream, String

OWN, SHARED, KEY, SERIAL, PARENT, NODE, RESOURCES = range(7)
"""What a number is counted from: the objects of one copy, the objects that all copies share, the keys of the parent
tree, the copy's own number, the element above the copy, the pages' node in the tree of pages, and what the first page
draws with; the numbers after that stand for what further pages draw with."""
_GAP = 17.0
"""What stays free between a value and what stands on the same line, in CSS pixels: the edges of two cells, and more."""
_POINTS_IN_A_PIXEL = 0.75
_BEFORE = 400
"""Bytes before a value in which the ruled line is drawn that it stands on."""
_PAGE_ENTRIES = ("/MediaBox", "/CropBox", "/BleedBox", "/TrimBox", "/ArtBox", "/Rotate", "/Tabs")
_TEXT = re.compile(rb"BT\n1 0 0 -1 (\S+) (\S+) Tm\n/(\S+) (\S+) Tf\n(\[[^\]]*\] TJ)\nET")
_LINE = re.compile(rb"1 0 0 -1 \S+ \S+ Tm\n(?:/(\S+) (\S+) Tf\n)?(.*?)(?=1 0 0 -1 |ET)", re.DOTALL)
_FONT = re.compile(rb"/(\S+) (\S+) Tf")
_DRAWN = re.compile(rb"\[[^\]]*\] TJ")
_GLYPHS = re.compile(rb"<([0-9a-f]*)>|(-?[\d.]+)")
_RECTANGLE = re.compile(rb"(\S+) \S+ (\S+) \S+ re\n")

Counted = tuple[int, int]
"""A number that is known only in a file: what it is counted from, and how far from there."""
ObjectText = tuple[bytes | Counted, ...]
"""The text of a PDF object. The text of a stream leaves out the end of its dictionary, which says how long it is."""


@dataclass(frozen=True, slots=True)
class SharedObject:
    """A PDF object of which one is enough for all copies."""

    text: ObjectText
    data: bytes | None = None
    """What a stream holds, as it stands in a file; None for any other object."""


@dataclass(frozen=True, slots=True)
class ValuePlace:
    """A place on a page where a value of each copy goes."""

    name: str
    start: bytes
    """What the drawing begins with, up to the name of the font."""
    size: bytes
    typeface: str
    room: float
    """How long the value may be, in thousandths of its size."""


@dataclass(frozen=True, slots=True, eq=False)
class FormLayout:
    """A laid-out document that can be written again and again."""

    shared: tuple[SharedObject, ...]
    """Each refers only to earlier ones."""
    own: tuple[ObjectText, ...]
    """Objects that each copy has for itself; the last of them are its pages."""
    resources: tuple[tuple[ObjectText, ObjectText], ...]
    """What each page draws with: the entries for its fonts, and all others."""
    places: tuple[ValuePlace, ...]
    """Each copy has a stream for each, numbered after its own objects."""
    tops: tuple[int, ...]
    """Which of its own objects are at the top of the tree of tags."""
    keys: tuple[int, ...]
    """Which of its own objects the keys of the parent tree lead to."""
    ids: tuple[tuple[bytes, int], ...]
    """The ids of elements, each with its own object."""
    roles: Mapping[str, str]
    """What the tags mean that are not of the standard."""


@dataclass(frozen=True, slots=True)
class DrawnValue:
    """A value as WeasyPrint draws it in one typeface."""

    operator: bytes
    """Draws the value."""
    font: str
    """Its name among the fonts of the `DrawnValues`."""
    typeface: str
    size: bytes
    length: float
    """In thousandths of the size."""

    def fits(self, place: ValuePlace) -> bool:
        """Whether it can stand there, the same as if the page had been laid out with it."""
        return (self.typeface, self.size) == (place.typeface, place.size) and self.length <= place.room


@dataclass(frozen=True, slots=True, eq=False)
class DrawnValues:
    """Values that were drawn together, and the fonts that this needed."""

    shared: tuple[SharedObject, ...]
    fonts: Mapping[str, int]
    """The shared object of each font, by its name."""
    values: Mapping[tuple[str, str], DrawnValue]
    """By kind of place and value; a value that needs several typefaces is not here."""


# ---- values ------------------------------------------------------------------------------------------------------


def drawn_values(data: bytes, values: Mapping[str, Sequence[str]]) -> DrawnValues:
    """The values as they were drawn on the one page of a PDF, which was made of these values, by kind of place."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        (page,) = pdf.pages
        reader = _ObjectReader()
        sources = {name[1:]: font for name, font in page.Resources.Font.items()}
        fonts = {name: reader.shared_number(font) for name, font in sources.items()}
        lines = list(_drawn_lines(page.Contents.read_bytes(), sources))
    asked = [(kind, value) for kind, several in values.items() for value in several]
    pairs = zip(asked, lines) if len(asked) == len(lines) else ()
    return DrawnValues(tuple(reader.shared), fonts, {key: drawn for key, drawn in pairs if drawn is not None})


def _drawn_lines(drawn: bytes, fonts: Mapping[str, Object]) -> Iterator[DrawnValue | None]:
    """The lines of a page, in order; None for a line that takes several operators or fonts."""
    widths = {name: _widths(font) for name, font in fonts.items()}
    font, size = "", b""
    for named, sized, rest in _LINE.findall(drawn):
        font, size = (named.decode(), sized) if named else (font, size)
        operator = rest.strip()
        yield (DrawnValue(operator, font, _typeface(fonts[font]), size, _length(operator, widths[font]))
               if _DRAWN.fullmatch(operator) else None)
        for named, sized in _FONT.findall(rest):
            font, size = named.decode(), sized


def _typeface(font: Object) -> str:
    """The name of a font's typeface, without the prefix that stands for the choice of letters in the file."""
    return str(font.BaseFont)[1:].rpartition("+")[2]


def _widths(font: Object) -> dict[int, float]:
    widths: dict[int, float] = {}
    first = 0
    for item in font.DescendantFonts[0].W:
        if isinstance(item, Array):
            widths |= {glyph: float(width) for glyph, width in enumerate(item, first)}
        else:
            first = int(item)
    return widths


def _length(operator: bytes, widths: Mapping[int, float]) -> float:
    """How long a value is; endless with a letter that the font does not have."""
    length = 0.0
    for glyphs, back in _GLYPHS.findall(operator):
        length += sum(widths.get(int(glyphs[at:at + 4], 16), float("inf")) for at in range(0, len(glyphs), 4))
        length -= float(back or 0)
    return length


# ---- pages -------------------------------------------------------------------------------------------------------


def form_layout(data: bytes, placeholders: Mapping[str, DrawnValue]) -> FormLayout:
    """A laid-out document taken apart; where one of the placeholders was drawn there is a place of its name."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        root: Any = pdf.Root.StructTreeRoot
        elements = list(_below(root))
        links = [link for page in pdf.pages for link in page.get("/Annots", [])]
        things = [*elements, *links]
        owners: dict[int, Any] = dict(sorted(_pairs(root.ParentTree.Nums), key=lambda pair: pair[0]))
        lists = [key for key, owner in owners.items() if isinstance(owner, Array)]
        own = {thing.objgen: at for at, thing in enumerate(things)}
        own |= {page.obj.objgen: at for at, page in enumerate(pdf.pages, len(things) + len(lists))}
        streams = len(things) + len(lists) + len(pdf.pages)
        reader = _ObjectReader(own)
        listed = {key: at for at, key in enumerate(lists, len(things))}
        keys = {key: at for at, key in enumerate(owners)}
        names: Any = pdf.Root.get("/Names", {})
        targets = {bytes(name): target for name, target in _pairs(names.get("/Dests", {}).get("/Names", []))}
        texts = [*(_element(element, reader) for element in elements),
                 *(_link(link, reader, targets, keys) for link in links),
                 *(reader.text(owners[key]) for key in lists)]
        places: list[ValuePlace] = []
        resources = []
        for number, page in enumerate(pdf.pages):
            text, used, more = _page(page, number, reader, keys, placeholders, streams + len(places))
            texts.append(text)
            resources.append(used)
            places += more
        return FormLayout(
            tuple(reader.shared), tuple(texts), tuple(resources), tuple(places),
            tuple(own[top.objgen] for top in _below(root, deep=False)),
            tuple(listed[key] if key in listed else own[owner.objgen] for key, owner in owners.items()),
            tuple((bytes(element.ID), at) for at, element in enumerate(elements) if "/ID" in element),
            {str(tag): str(role) for tag, role in root.get("/RoleMap", {}).items()})


def _pairs(things: Iterable[Any]) -> Iterator[tuple[Any, Any]]:
    """The keys and values that stand in turn in a tree of numbers or names."""
    each = iter(things)
    return zip(each, each)


def _page(page: pikepdf.Page, number: int, reader: _ObjectReader, keys: Mapping[int, int],
          placeholders: Mapping[str, DrawnValue], stream: int
          ) -> tuple[ObjectText, tuple[ObjectText, ObjectText], list[ValuePlace]]:
    """A page, what it draws with, and its places, whose streams are numbered from `stream`."""
    page.contents_coalesce()
    used: dict[str, Any] = dict(page.Resources.items())
    fonts = dict(used.pop("/Font", Dictionary()).items())
    drawn, done = page.Contents.read_bytes(), 0
    contents: list[bytes | Counted] = []
    places: list[ValuePlace] = []
    for text in _TEXT.finditer(drawn):
        name = next((name for name, value in placeholders.items()
                     if (value.operator, value.size) == (text[5], text[4])), None)
        if name is not None:
            contents += [b" ", (SHARED, reader.add_stream(drawn[done:text.start()])), b" 0 R ",
                         (OWN, stream + len(places)), b" 0 R"]
            places.append(ValuePlace(name, b"BT\n1 0 0 -1 %s %s Tm\n" % (text[1], text[2]), text[4],
                                     _typeface(fonts[f"/{text[3].decode()}"]), _room(text, drawn, page)))
            done = text.end()
    contents += [b" ", (SHARED, reader.add_stream(drawn[done:])), b" 0 R"]
    entries = {key: page[key] for key in _PAGE_ENTRIES if key in page}
    links = {"/Annots": Array(list(page.Annots))} if "/Annots" in page else {}
    written = (b"<</Type/Page/Parent ", (NODE, 0), b" 0 R", *reader.entries(entries),
               b"/StructParents ", (KEY, keys[int(page.StructParents)]), *reader.entries(links),
               b"/Resources ", (RESOURCES + number, 0), b" 0 R/Contents[", *contents, b"]>>")
    return written, (reader.entries(fonts), reader.entries(used)), places


def _room(text: re.Match[bytes], drawn: bytes, page: pikepdf.Page) -> float:
    """How long a value may be: up to what is on the same line, or to the margin, which is as wide as the one on the
    left; and not beyond the end of the ruled line that it stands on."""
    left, size = float(text[1]), float(text[4])
    width = float(page.MediaBox[2] - page.MediaBox[0]) / _POINTS_IN_A_PIXEL
    others = [(float(other[1]), other[2] == text[2]) for other in _TEXT.finditer(drawn)]
    right = min([width - min(at for at, _ in others), *(at - _GAP for at, beside in others if beside and at > left)])
    ruled = [float(found[2]) for found in _RECTANGLE.finditer(drawn, max(0, text.start() - _BEFORE), text.start())
             if abs(float(found[1]) - left) < 0.5]
    return (min([right - left, *ruled[-1:]]) - 1) / size * 1000


# ---- the tree of tags --------------------------------------------------------------------------------------------


def _below(element: Object, deep: bool = True) -> Iterator[Object]:
    """The elements below one, in reading order; only those right below it, unless `deep`."""
    kids: Any = element.get("/K", [])
    for kid in kids if isinstance(kids, Array) else [kids]:
        if isinstance(kid, Dictionary) and "/S" in kid:
            yield kid
            if deep:
                yield from _below(kid)


def _element(element: Object, reader: _ObjectReader) -> ObjectText:
    """An element of the tree. What was a document becomes a part of one; ids are made different in each copy."""
    text: list[bytes | Counted] = [b"<<"]
    for key, value in element.items():
        match key:
            case "/P" if "/S" not in value:
                text += [b"/P ", (PARENT, 0), b" 0 R"]
            case "/S" if value == "/Document":
                text.append(b"/S/Art")
            case "/K":
                text.append(b"/K[")
                for kid in value if isinstance(value, Array) else [value]:
                    reader.write(kid, text, in_place=isinstance(kid, Dictionary) and "/S" not in kid)
                text.append(b"]")
            case "/ID":
                text += [b"/ID", *_id_of_copy(value)]
            case "/A" if isinstance(value, Dictionary) and "/Headers" in value:
                text += [b"/A<</Headers[", *(part for name in value.Headers for part in _id_of_copy(name)), b"]"]
                text += reader.entries({inner: held for inner, held in value.items() if inner != "/Headers"})
                text.append(b">>")
            case _:
                text += reader.entries({key: value})
    return (*text, b">>")


def _id_of_copy(name: Object) -> ObjectText:
    return b"(", (SERIAL, 0), b"-%s)" % re.sub(rb"([()\\])", rb"\\\1", bytes(name))


def _link(link: Object, reader: _ObjectReader, targets: Mapping[bytes, Object], keys: Mapping[int, int]) -> ObjectText:
    """A link. One to a name leads to the target itself, as each copy has the same names."""
    text: list[bytes | Counted] = [b"<<"]
    for key, value in link.items():
        named = value.get("/D") if key == "/A" and "/D" in value else value
        if key == "/StructParent":
            text += [b"/StructParent ", (KEY, keys[int(value)])]
        elif not isinstance(named, String) or key not in ("/A", "/Dest"):
            text += reader.entries({key: value})
        elif bytes(named) in targets:
            text += reader.entries({"/Dest": targets[bytes(named)]})
    return (*text, b">>")


# ---- objects -----------------------------------------------------------------------------------------------------


class _ObjectReader:
    """Writes down the objects of one PDF: references to a copy's own objects, and the texts of those that all share."""

    def __init__(self, own: Mapping[tuple[int, int], int] = {}) -> None:
        self.shared: list[SharedObject] = []
        self._own = own
        self._shared: dict[tuple[int, int], int] = {}

    def shared_number(self, thing: Object) -> int:
        """The number of an object that all copies share; it is written down when it is first met."""
        if thing.objgen not in self._shared:
            if isinstance(thing, Stream):
                entries = {key: value for key, value in thing.items() if key != "/Length"}
                written = SharedObject((b"<<", *self.entries(entries)), thing.read_raw_bytes())
            else:
                written = SharedObject(self.text(thing))
            self.shared.append(written)
            self._shared[thing.objgen] = len(self.shared) - 1
        return self._shared[thing.objgen]

    def add_stream(self, data: bytes) -> int:
        """The number of a new stream that all copies share."""
        self.shared.append(SharedObject((b"<</Filter/FlateDecode",), zlib.compress(data)))
        return len(self.shared) - 1

    def text(self, thing: Object) -> ObjectText:
        """The text of an object itself, not of a reference to it."""
        text: list[bytes | Counted] = []
        self.write(thing, text, in_place=True)
        return tuple(text)

    def entries(self, entries: Mapping[str, Any]) -> ObjectText:
        """The text of a dictionary's entries."""
        text: list[bytes | Counted] = []
        for key, value in entries.items():
            text.append(_name(key))
            self.write(value, text)
        return tuple(text)

    def write(self, thing: Any, text: list[bytes | Counted], in_place: bool = False) -> None:
        """Add an object to a text: as a reference where the file has it elsewhere, unless it is to stand in place."""
        if isinstance(thing, Object) and thing.is_indirect and not in_place:
            own = self._own.get(thing.objgen)
            text += [b" ", (SHARED, self.shared_number(thing)) if own is None else (OWN, own), b" 0 R"]
            return
        match thing:
            case None | bool():
                text.append({None: b" null", True: b" true", False: b" false"}[thing])
            case int() | Decimal():
                text.append(f" {thing:{'f' if isinstance(thing, Decimal) else 'd'}}".encode())
            case Name():
                text.append(_name(str(thing)))
            case String():
                text.append(b"<%s>" % bytes(thing).hex().encode())
            case Array():
                text.append(b"[")
                for value in thing:
                    self.write(value, text)
                text.append(b"]")
            case _:
                text += [b"<<", *self.entries(dict(thing.items())), b">>"]


def _name(name: str) -> bytes:
    """A name as PDF writes it."""
    return b"/" + re.sub(rb"[^!-~]|[#()<>\[\]{}/%]", lambda sign: b"#%02x" % sign[0][0], name[1:].encode())

"""A press: plates and words in, one tagged PDF out, written page by page into an open file.

It keeps the plates' trees of tags and joins them into one; it counts pages and sets bookmarks. What it holds in memory
grows only by a few numbers for each page. Same plates and words, same bytes. It lays out nothing.

Why it writes the file itself: a form of one page has a hundred elements in its tree, so that five hundred forms are fifty
thousand objects. As objects of a library they would take longer than all else together, and more memory.
"""

from __future__ import annotations

import re
import zlib
from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import BinaryIO
from xml.sax.saxutils import escape

from policygen.printing.plates import OWN, SHARED, Body, Number, Plate, Run, Slot, Specimens

LANGUAGE = "en-GB"
LEAF = 128
"""How many entries of a tree of pages, numbers or names stand together."""
TOGETHER = 400
"""How many small objects are packed together."""
NODE, RESOURCES = 5, 6
"""Further things that a number is counted from, beside those of a plate: the pages' place in the tree of pages; the
resources of the first page, of the second, and so on."""
BY_ITSELF = 0xFFFF
"""Stands for the place of an object that is not packed together with others."""
INK = b"V"
"""What the names of the specimens' fonts begin with, where a page has fonts of its own."""
_XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" pdfuaid:part="1"/>
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title><rdf:Alt>\
<rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title></rdf:Description>
</rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>"""


@dataclass(frozen=True, slots=True)
class About:
    """What a file says about itself."""

    title: str
    author: str
    """Empty for a file that must not show where it comes from."""
    duplex: bool = False
    """For printing on both sides: each set begins on a right-hand page."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """A plate that is in the press."""

    plate: Plate
    text: bytes
    """The objects of a copy and its pages, one a line, with `%d` for each number."""
    numbers: tuple[Number, ...]
    shared: tuple[int, ...]
    """The numbers of its shared objects in this file."""
    serial: int


@dataclass(frozen=True, slots=True)
class Ink:
    """Specimens that are in the press."""

    fonts: Mapping[str, int]
    serial: int = 0


@dataclass(slots=True)
class _Set:
    """What belongs together, such as the forms of one person."""

    title: str
    number: int
    """Of its element in the tree of tags."""
    roots: list[int] = field(default_factory=list)
    prints: list[tuple[str, int]] = field(default_factory=list)
    """Title and first page of each copy; without a title it has no bookmark."""


def fits(run: Run | None, slot: Slot) -> bool:
    """Whether words can stand in a slot, the same as if the page had been laid out with them."""
    return run is not None and (run.typeface, run.size) == (slot.typeface, slot.size) and run.length <= slot.room


class Press:
    """One file while it is printed: `begin` a set, `print` its copies, and `close` the file in the end."""

    def __init__(self, file: BinaryIO, about: About) -> None:
        self._file, self._about, self._digest, self._at = file, about, sha256(), 0
        self._where, self._inside = array("Q", [0]), array("H", [0])
        self._small: list[tuple[int, bytes]] = []
        self._same: dict[bytes, int] = {}
        self._resources: dict[tuple[int, int, int], int] = {}
        self._nodes: list[tuple[int, list[int]]] = []
        self._labels: list[tuple[int, bytes]] = []
        self._keys = array("Q")
        self._names: list[tuple[bytes, int]] = []
        self._roles: dict[str, str] = {}
        self._sets: list[_Set] = []
        self._pages = self._copies = self._loads = 0
        self._write(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
        self._tree_root, self._document, self._page_root = self._new(), self._new(), self._new()

    def load(self, plate: Plate) -> Loaded:
        """The plate, ready to be printed."""
        shared = self._load_shared(plate.shared)
        numbers = []
        text = [_compiled(body, shared, numbers) for body in plate.own]
        streams = len(plate.own) + len(plate.sheets)
        for at, sheet in enumerate(plate.sheets):
            contents: list[bytes | Number] = []
            for part in sheet.contents:
                number = (SHARED, part) if isinstance(part, int) else (OWN, streams)
                streams += isinstance(part, Slot)
                contents += [b" ", number, b" 0 R"]
            page = Body((b"<</Type/Page/Parent ", (NODE, 0), b" 0 R", *sheet.entries.parts, b"/Resources ",
                         (RESOURCES + at, 0), b" 0 R/Contents[", *contents, b"]>>"))
            text.append(_compiled(page, shared, numbers))
        self._roles |= plate.roles
        self._loads += 1
        return Loaded(plate, b"\n".join(text), tuple(numbers), shared, self._loads)

    def mix(self, specimens: Specimens) -> Ink:
        """The fonts of specimens, ready to print with."""
        shared = self._load_shared(specimens.shared)
        self._loads += 1
        return Ink({name: shared[number] for name, number in specimens.fonts.items()}, self._loads)

    def begin(self, title: str) -> None:
        """Begin a set, on a right-hand page where the file is for both sides."""
        if self._about.duplex and self._pages % 2:
            self._label(b"<</P(blank)>>")
            blank = self._new()
            self._small_object(blank, b"<</Type/Page/Parent %d 0 R/MediaBox[0 0 595.276 841.89]/Resources<<>>/Tabs/S>>"
                               % self._node([blank]))
        self._sets.append(_Set(title, self._new()))

    def print(self, loaded: Loaded, title: str, label: str = "", words: Mapping[str, Run] = {},
              ink: Ink = Ink({})) -> None:
        """Print a copy with words in the plate's slots. Its pages are labelled with a label and their number; without a
        label, with Roman numbers that go on."""
        plate, here, first = loaded.plate, self._sets[-1], len(self._where)
        pages = range(first + len(plate.own), first + len(plate.own) + len(plate.sheets))
        self._new(len(plate.own) + len(pages) + len(plate.slots))
        if label or not self._labels:
            self._label(b"<</S/D/P%s>>" % _words(label) if label else b"<</S/r>>")
        for at, slot in enumerate(plate.slots, pages.stop):
            run = words[slot.word]
            self._stream(at, b"<<", b"%s/%s%s %s Tf\n%s\nET\n" % (slot.at, INK, run.font.encode(), slot.size,
                                                                  run.letters))
        bases = [first, 0, len(self._keys), self._copies, here.number, self._node(pages),
                 *(self._resources_of(loaded, at, ink) for at in range(len(pages)))]
        text = loaded.text % tuple([bases[kind] + number for kind, number in loaded.numbers])
        for at, line in enumerate(text.split(b"\n"), first):
            self._small_object(at, line)
        self._keys.extend(first + at for at in plate.keys)
        self._names += [(b"%d-%s" % (self._copies, name), first + at) for name, at in plate.names]
        here.roots += [first + at for at in plate.roots]
        here.prints.append((title, pages[0]))
        self._copies += 1

    def close(self) -> None:
        """Finish the file."""
        for one in self._sets:
            self._small_object(one.number, b"<</Type/StructElem/S/Part/T%s/P %d 0 R/K%s>>" % (
                _words(one.title), self._document, _references(one.roots)))
        self._small_object(self._document, b"<</Type/StructElem/S/Document/P %d 0 R/K%s>>" % (
            self._tree_root, _references(one.number for one in self._sets)))
        owners = self._number_tree(enumerate(b"%d 0 R" % key for key in self._keys))
        roles = b"".join(b"/%s/%s" % (tag[1:].encode(), role[1:].encode()) for tag, role in sorted(self._roles.items()))
        names = self._name_tree()
        self._small_object(self._tree_root, b"<</Type/StructTreeRoot/K %d 0 R/ParentTree %d 0 R/ParentTreeNextKey %d"
                           b"/RoleMap<<%s>>%s>>" % (self._document, owners, len(self._keys), roles, names))
        for number, pages in self._nodes:
            self._small_object(number, b"<</Type/Pages/Parent %d 0 R/Count %d/Kids%s>>" % (
                self._page_root, len(pages), _references(pages)))
        self._small_object(self._page_root, b"<</Type/Pages/Count %d/Kids%s>>" % (
            self._pages, _references(number for number, _ in self._nodes)))
        self._end(self._catalog(), self._information())

    # ---- parts of the file -------------------------------------------------------------------------------------------

    def _node(self, pages: Sequence[int]) -> int:
        """The node of the tree of pages that some new pages are in."""
        if not self._nodes or len(self._nodes[-1][1]) >= LEAF:
            self._nodes.append((self._new(), []))
        number, there = self._nodes[-1]
        there += pages
        self._pages += len(pages)
        return number

    def _label(self, label: bytes) -> None:
        self._labels.append((self._pages, label))

    def _resources_of(self, loaded: Loaded, at: int, ink: Ink) -> int:
        """What a page of a plate draws with, and the fonts of the words that are put there."""
        sheet, key = loaded.plate.sheets[at], (loaded.serial, at, ink.serial)
        if key not in self._resources:
            fonts = b"".join(b"/%s%s %d 0 R" % (INK, name.encode(), number) for name, number in ink.fonts.items())
            body = Body((b"<<", *sheet.resources.parts, b"/Font<<", *sheet.fonts.parts, fonts, b">>>>"))
            self._resources[key] = self._new()
            self._small_object(self._resources[key], _compiled(body, loaded.shared, []) % ())
        return self._resources[key]

    def _load_shared(self, bodies: Sequence[Body]) -> tuple[int, ...]:
        """The numbers of shared objects; what is in the file already is not written again."""
        numbers: list[int] = []
        for body in bodies:
            text = _compiled(body, numbers, []) % ()
            digest = sha256(b"%d %s%s" % (len(text), text, body.data or b"")).digest()
            if digest not in self._same:
                self._same[digest] = self._new()
                if body.data is None:
                    self._small_object(self._same[digest], text)
                else:
                    self._stream(self._same[digest], text, body.data)
            numbers.append(self._same[digest])
        return tuple(numbers)

    def _catalog(self) -> int:
        """The number of the object in which reading begins."""
        labels = self._number_tree(self._labels)
        metadata = self._stream(self._new(), b"<</Type/Metadata/Subtype/XML", _XMP.format(
            title=escape(self._about.title)).encode())
        duplex = b"/Duplex/DuplexFlipLongEdge" if self._about.duplex else b""
        number = self._new()
        self._small_object(number, b"<</Type/Catalog/Pages %d 0 R/Outlines %d 0 R/PageMode/UseOutlines/PageLabels %d 0 R"
                           b"/StructTreeRoot %d 0 R/MarkInfo<</Marked true>>/Lang%s/Metadata %d 0 R"
                           b"/ViewerPreferences<</DisplayDocTitle true%s>>>>" % (
                               self._page_root, self._bookmarks(), labels, self._tree_root, _words(LANGUAGE), metadata,
                               duplex))
        return number

    def _information(self) -> int:
        number = self._new()
        author = b"/Author" + _words(self._about.author) if self._about.author else b""
        self._small_object(number, b"<</Title%s%s/Producer(policygen)>>" % (_words(self._about.title), author))
        return number

    def _bookmarks(self) -> int:
        """The number of the bookmarks: one for each set, and below it one for each copy where there are several."""
        root, tops = self._new(), [(one.title, one.prints[0][1]) for one in self._sets]
        numbers = [self._new() for _ in tops]
        for at, ((title, page), one) in enumerate(zip(tops, self._sets)):
            below = [(title, page) for title, page in one.prints if title] if len(one.prints) > 1 else []
            inner = [self._new() for _ in below]
            opened = b"/First %d 0 R/Last %d 0 R/Count -%d" % (inner[0], inner[-1], len(inner)) if inner else b""
            self._bookmark(numbers, at, root, title, page, opened)
            for place, (name, first) in enumerate(below):
                self._bookmark(inner, place, numbers[at], name, first, b"")
        self._small_object(root, b"<</Type/Outlines/First %d 0 R/Last %d 0 R/Count %d>>" % (
            numbers[0], numbers[-1], len(numbers)))
        return root

    def _bookmark(self, numbers: Sequence[int], at: int, parent: int, title: str, page: int, opened: bytes) -> None:
        before = b"/Prev %d 0 R" % numbers[at - 1] if at else b""
        behind = b"/Next %d 0 R" % numbers[at + 1] if at + 1 < len(numbers) else b""
        self._small_object(numbers[at], b"<</Title%s/Parent %d 0 R/Dest[%d 0 R/Fit]%s%s%s>>" % (
            _words(title), parent, page, before, behind, opened))

    def _number_tree(self, entries: Iterable[tuple[int, bytes]]) -> int:
        """The number of a tree that leads from numbers to things."""
        leaves, there = [], list(entries)
        for at in range(0, len(there), LEAF):
            some = there[at:at + LEAF]
            leaves.append(self._new())
            self._small_object(leaves[-1], b"<</Limits[%d %d]/Nums[%s]>>" % (
                some[0][0], some[-1][0], b" ".join(b"%d %s" % entry for entry in some)))
        root = self._new()
        self._small_object(root, b"<</Kids%s>>" % _references(leaves))
        return root

    def _name_tree(self) -> bytes:
        """The entry for the tree that leads from ids to elements; nothing where none has an id."""
        there, leaves = sorted(self._names), []
        for at in range(0, len(there), LEAF):
            some = [(_escaped(name), number) for name, number in there[at:at + LEAF]]
            leaves.append(self._new())
            self._small_object(leaves[-1], b"<</Limits[%s%s]/Names[%s]>>" % (
                some[0][0], some[-1][0], b" ".join(b"%s %d 0 R" % entry for entry in some)))
        return b"/IDTree<</Kids%s>>" % _references(leaves) if leaves else b""

    # ---- objects -----------------------------------------------------------------------------------------------------

    def _new(self, several: int = 1) -> int:
        """The number of a new object, the first of several."""
        number = len(self._where)
        self._where.extend([0] * several)
        self._inside.extend([0] * several)
        return number

    def _write(self, data: bytes) -> None:
        self._file.write(data)
        self._digest.update(data)
        self._at += len(data)

    def _stream(self, number: int, text: bytes, data: bytes) -> int:
        """Write a stream; `text` is its dictionary without its length and end."""
        self._where[number], self._inside[number] = self._at, BY_ITSELF
        self._write(b"%d 0 obj\n%s/Length %d>>\nstream\n%s\nendstream\nendobj\n" % (number, text, len(data), data))
        return number

    def _small_object(self, number: int, text: bytes) -> None:
        """Write any object but a stream: together with others, packed."""
        self._small.append((number, text))
        if len(self._small) >= TOGETHER:
            self._pack()

    def _pack(self) -> None:
        """Write the small objects that are waiting."""
        if not self._small:
            return
        pack, places, at = self._new(), [], 0
        for place, (number, text) in enumerate(self._small):
            self._where[number], self._inside[number] = pack, place
            places.append(b"%d %d" % (number, at))
            at += len(text) + 1
        header = b" ".join(places) + b"\n"
        self._stream(pack, b"<</Type/ObjStm/N %d/First %d/Filter/FlateDecode" % (len(places), len(header)),
                     zlib.compress(header + b"\n".join(text for _, text in self._small)))
        self._small.clear()

    def _end(self, catalog: int, information: int) -> None:
        """Write where everything is."""
        self._pack()
        own = self._new()
        self._where[own], self._inside[own] = start, _ = self._at, BY_ITSELF
        rows = [b"\0\0\0\0\0\0\xff\xff"]
        for where, inside in zip(self._where[1:], self._inside[1:]):
            kind, further = (1, 0) if inside == BY_ITSELF else (2, inside)
            rows.append((kind << 56 | where << 16 | further).to_bytes(8, "big"))
        identity = self._digest.hexdigest()[:32].encode()
        self._stream(own, b"<</Type/XRef/Size %d/W[1 5 2]/Root %d 0 R/Info %d 0 R/ID[<%s><%s>]/Filter/FlateDecode" % (
            len(rows), catalog, information, identity, identity), zlib.compress(b"".join(rows)))
        self._write(b"startxref\n%d\n%%%%EOF\n" % start)


def _compiled(body: Body, shared: Sequence[int], numbers: list[Number]) -> bytes:
    """The text of an object with `%d` for each number; those numbers are noted, but shared objects have theirs."""
    text = []
    for part in body.parts:
        if isinstance(part, bytes):
            text.append(part.replace(b"%", b"%%"))
        elif part[0] == SHARED:
            text.append(b"%d" % shared[part[1]])
        else:
            text.append(b"%d")
            numbers.append(part)
    return b"".join(text)


def _references(numbers: Iterable[int]) -> bytes:
    return b"[%s]" % b" ".join(b"%d 0 R" % number for number in numbers)


def _words(text: str) -> bytes:
    """Words as a file has them."""
    return _escaped(text.encode()) if text.isascii() else b"<feff%s>" % text.encode("utf-16-be").hex().encode()


def _escaped(text: bytes) -> bytes:
    return b"(%s)" % re.sub(rb"([()\\])", rb"\\\1", text)

"""One tagged PDF of many copies: laid-out forms and drawn values in, a file out, written page by page as copies come.

The trees of tags of all copies become one; pages are counted and bookmarks set. Memory grows only by a few numbers for
each page. The same forms and values give the same bytes. Nothing is laid out here.

Why the file is written by hand: a form of one page has a hundred elements in its tree, so five hundred forms are fifty
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

from policygen.printing.pdf_pages import (
    SHARED, Counted, DrawnValue, DrawnValues, FormLayout, ObjectText, SharedObject,
)

_LANGUAGE = "en-GB"
_LEAF = 128
"""How many entries of a tree of pages, numbers or names stand together."""
_STREAM_OF = 400
"""How many small objects are compressed together."""
_BY_ITSELF = 0xFFFF
"""Stands for the index of an object that is not compressed together with others."""
_VALUE_FONT = b"V"
"""What the names of the values' fonts begin with, where a page has fonts of its own."""
_XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" pdfuaid:part="1"/>
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title><rdf:Alt>\
<rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title></rdf:Description>
</rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>"""

_Bookmark = tuple[str, int, Sequence["_Bookmark"]]
"""Its title, the page that it leads to, and the bookmarks below it."""


@dataclass(frozen=True, slots=True)
class _AddedLayout:
    """A form layout whose shared objects are in the file."""

    text: bytes
    """The objects of a copy, one a line, with `%d` for each number."""
    numbers: tuple[Counted, ...]
    shared: tuple[int, ...]
    """The numbers of its shared objects in this file."""
    resources: dict[tuple[int, bytes], int] = field(default_factory=dict)
    """The resources of a page, by its index and the entries for the values' fonts."""


@dataclass(slots=True)
class _Group:
    """What belongs together, such as the forms of one person."""

    title: str
    number: int
    """Of its element in the tree of tags."""
    tops: list[int] = field(default_factory=list)
    copies: list[tuple[str, int]] = field(default_factory=list)
    """Title and first page of each copy; without a title it has no bookmark."""


class PdfFile:
    """A PDF that is being written: `begin_group`, `add` its copies, and `close` the file in the end.

    An empty `author` is for a file that must not show where it comes from. With `duplex` the file is for printing on
    both sides: each group begins on a right-hand page.
    """

    def __init__(self, file: BinaryIO, title: str, author: str, duplex: bool = False) -> None:
        self._file, self._digest, self._at = file, sha256(), 0
        self._title, self._author, self._duplex = title, author, duplex
        self._where, self._inside = array("Q", [0]), array("H", [0])
        self._small: list[tuple[int, bytes]] = []
        self._same: dict[bytes, int] = {}
        self._layouts: dict[FormLayout, _AddedLayout] = {}
        self._drawn: tuple[DrawnValues | None, bytes] = None, b""
        self._nodes: list[tuple[int, list[int]]] = []
        self._labels: list[tuple[int, bytes]] = []
        self._keys = array("Q")
        self._ids: list[tuple[bytes, int]] = []
        self._roles: dict[str, str] = {}
        self._groups: list[_Group] = []
        self._pages = self._copies = 0
        self._write(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
        self._tree_root, self._document, self._page_root = self._new(), self._new(), self._new()

    def begin_group(self, title: str) -> None:
        """Begin a group of copies, whose bookmark has this title."""
        if self._duplex and self._pages % 2:
            self._labels.append((self._pages, b"<</P(blank)>>"))
            blank = self._new()
            self._small_object(blank, b"<</Type/Page/Parent %d 0 R/MediaBox[0 0 595.276 841.89]/Resources<<>>/Tabs/S>>"
                               % self._node([blank]))
        self._groups.append(_Group(title, self._new()))

    def add(self, layout: FormLayout, title: str, label: str, values: Mapping[str, DrawnValue],
            drawn: DrawnValues | None) -> None:
        """Write a copy, with `values` from `drawn` in the places of the layout; None for a layout without places, which
        is not met again. The labels of its pages are `label` and their number; without one, Roman numbers that go on.
        """
        added = self._layouts.get(layout) or self._added(layout)
        fonts = b""
        if drawn is not None:
            self._layouts[layout] = added
            fonts = self._fonts_of(drawn)
        group, first = self._groups[-1], len(self._where)
        streams = first + len(layout.own)
        pages = range(streams - len(layout.resources), streams)
        self._new(len(layout.own) + len(layout.places))
        if label or not self._labels:
            self._labels.append((self._pages, b"<</S/D/P%s>>" % _string(label) if label else b"<</S/r>>"))
        for at, place in enumerate(layout.places, streams):
            value = values[place.name]
            self._stream(at, b"<<", b"%s/%s%s %s Tf\n%s\nET\n" % (
                place.start, _VALUE_FONT, value.font.encode(), place.size, value.operator))
        bases = [first, 0, len(self._keys), self._copies, group.number, self._node(pages),
                 *(self._resources(layout, added, at, fonts) for at in range(len(pages)))]
        text = added.text % tuple([bases[base] + number for base, number in added.numbers])
        for at, line in enumerate(text.split(b"\n"), first):
            self._small_object(at, line)
        self._keys.extend(first + at for at in layout.keys)
        self._ids += [(b"%d-%s" % (self._copies, name), first + at) for name, at in layout.ids]
        group.tops += [first + at for at in layout.tops]
        group.copies.append((title, pages[0]))
        self._copies += 1

    def close(self) -> None:
        """Finish the file."""
        for group in self._groups:
            self._small_object(group.number, b"<</Type/StructElem/S/Part/T%s/P %d 0 R/K%s>>" % (
                _string(group.title), self._document, _references(group.tops)))
        self._small_object(self._document, b"<</Type/StructElem/S/Document/P %d 0 R/K%s>>" % (
            self._tree_root, _references(group.number for group in self._groups)))
        owners = self._number_tree([(at, b"%d 0 R" % key) for at, key in enumerate(self._keys)])
        roles = b"".join(b"/%s/%s" % (tag[1:].encode(), role[1:].encode()) for tag, role in sorted(self._roles.items()))
        ids = self._leaves(b"Names", [(_escaped(name), b"%d 0 R" % number) for name, number in sorted(self._ids)])
        self._small_object(self._tree_root, b"<</Type/StructTreeRoot/K %d 0 R/ParentTree %d 0 R/ParentTreeNextKey %d"
                           b"/RoleMap<<%s>>%s>>" % (self._document, owners, len(self._keys), roles,
                                                    b"/IDTree<</Kids%s>>" % _references(ids) if ids else b""))
        for number, pages in self._nodes:
            self._small_object(number, b"<</Type/Pages/Parent %d 0 R/Count %d/Kids%s>>" % (
                self._page_root, len(pages), _references(pages)))
        self._small_object(self._page_root, b"<</Type/Pages/Count %d/Kids%s>>" % (
            self._pages, _references(number for number, _ in self._nodes)))
        catalog, information = self._catalog(), self._new()
        author = b"/Author" + _string(self._author) if self._author else b""
        self._small_object(information, b"<</Title%s%s/Producer(policygen)>>" % (_string(self._title), author))
        self._compress_small_objects()
        self._cross_references(catalog, information)

    # ---- what copies are made of -------------------------------------------------------------------------------------

    def _added(self, layout: FormLayout) -> _AddedLayout:
        shared = self._add_shared(layout.shared)
        numbers: list[Counted] = []
        text = b"\n".join(_with_numbers_open(own, shared, numbers) for own in layout.own)
        self._roles |= layout.roles
        return _AddedLayout(text, tuple(numbers), shared)

    def _fonts_of(self, drawn: DrawnValues) -> bytes:
        """The entries for the fonts of drawn values in the resources of a page."""
        if self._drawn[0] is not drawn:
            shared = self._add_shared(drawn.shared)
            self._drawn = drawn, b"".join(b"/%s%s %d 0 R" % (_VALUE_FONT, name.encode(), shared[number])
                                          for name, number in drawn.fonts.items())
        return self._drawn[1]

    def _resources(self, layout: FormLayout, added: _AddedLayout, at: int, fonts: bytes) -> int:
        """The number of what a page draws with, the fonts of the values included."""
        if (at, fonts) not in added.resources:
            (page_fonts, others), number = layout.resources[at], self._new()
            text = b"<<", *others, b"/Font<<", *page_fonts, fonts, b">>>>"
            self._small_object(number, _with_numbers_open(text, added.shared, []) % ())
            added.resources[at, fonts] = number
        return added.resources[at, fonts]

    def _add_shared(self, things: Sequence[SharedObject]) -> tuple[int, ...]:
        """The numbers of shared objects; what is in the file already is not written again."""
        numbers: list[int] = []
        for thing in things:
            text = _with_numbers_open(thing.text, numbers, []) % ()
            digest = sha256(b"%d %s%s" % (len(text), text, thing.data or b"")).digest()
            if digest not in self._same:
                self._same[digest] = self._new()
                if thing.data is None:
                    self._small_object(self._same[digest], text)
                else:
                    self._stream(self._same[digest], text, thing.data)
            numbers.append(self._same[digest])
        return tuple(numbers)

    # ---- parts of the file -------------------------------------------------------------------------------------------

    def _node(self, pages: Sequence[int]) -> int:
        """The node of the tree of pages that some new pages are in."""
        if not self._nodes or len(self._nodes[-1][1]) >= _LEAF:
            self._nodes.append((self._new(), []))
        number, there = self._nodes[-1]
        there += pages
        self._pages += len(pages)
        return number

    def _catalog(self) -> int:
        """The number of the object in which reading begins."""
        labels = self._number_tree(self._labels)
        metadata = self._stream(self._new(), b"<</Type/Metadata/Subtype/XML", _XMP.format(
            title=escape(self._title)).encode())
        number, outlines = self._new(), self._new()
        tops = [(group.title, group.copies[0][1], [(title, page, ()) for title, page in group.copies if title]
                 if len(group.copies) > 1 else ()) for group in self._groups]
        numbers = [self._new() for _ in tops]
        self._add_bookmarks(outlines, numbers, tops)
        self._small_object(outlines, b"<</Type/Outlines/First %d 0 R/Last %d 0 R/Count %d>>" % (
            numbers[0], numbers[-1], len(numbers)))
        self._small_object(number, b"<</Type/Catalog/Pages %d 0 R/Outlines %d 0 R/PageMode/UseOutlines"
                           b"/PageLabels %d 0 R/StructTreeRoot %d 0 R/MarkInfo<</Marked true>>/Lang%s/Metadata %d 0 R"
                           b"/ViewerPreferences<</DisplayDocTitle true%s>>>>" % (
                               self._page_root, outlines, labels, self._tree_root, _string(_LANGUAGE), metadata,
                               b"/Duplex/DuplexFlipLongEdge" if self._duplex else b""))
        return number

    def _add_bookmarks(self, parent: int, numbers: Sequence[int], bookmarks: Sequence[_Bookmark]) -> None:
        for at, (title, page, below) in enumerate(bookmarks):
            inner = [self._new() for _ in below]
            self._small_object(numbers[at], b"<</Title%s/Parent %d 0 R/Dest[%d 0 R/Fit]%s%s%s>>" % (
                _string(title), parent, page,
                b"/Prev %d 0 R" % numbers[at - 1] if at else b"",
                b"/Next %d 0 R" % numbers[at + 1] if at + 1 < len(numbers) else b"",
                b"/First %d 0 R/Last %d 0 R/Count -%d" % (inner[0], inner[-1], len(inner)) if inner else b""))
            self._add_bookmarks(numbers[at], inner, below)

    def _number_tree(self, entries: Sequence[tuple[int, bytes]]) -> int:
        """The number of a tree that leads from numbers to things."""
        leaves, root = self._leaves(b"Nums", [(b"%d" % key, thing) for key, thing in entries]), self._new()
        self._small_object(root, b"<</Kids%s>>" % _references(leaves))
        return root

    def _leaves(self, kind: bytes, entries: Sequence[tuple[bytes, bytes]]) -> list[int]:
        """The numbers of the leaves of a tree that leads from keys to things; the entries are sorted."""
        leaves = []
        for at in range(0, len(entries), _LEAF):
            some = entries[at:at + _LEAF]
            leaves.append(self._new())
            self._small_object(leaves[-1], b"<</Limits[%s %s]/%s[%s]>>" % (
                some[0][0], some[-1][0], kind, b" ".join(b"%s %s" % entry for entry in some)))
        return leaves

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
        self._where[number], self._inside[number] = self._at, _BY_ITSELF
        self._write(b"%d 0 obj\n%s/Length %d>>\nstream\n%s\nendstream\nendobj\n" % (number, text, len(data), data))
        return number

    def _small_object(self, number: int, text: bytes) -> None:
        """Write any object but a stream: compressed together with others."""
        self._small.append((number, text))
        if len(self._small) >= _STREAM_OF:
            self._compress_small_objects()

    def _compress_small_objects(self) -> None:
        """Write the small objects that are waiting."""
        if not self._small:
            return
        stream, offsets, at = self._new(), [], 0
        for index, (number, text) in enumerate(self._small):
            self._where[number], self._inside[number] = stream, index
            offsets.append(b"%d %d" % (number, at))
            at += len(text) + 1
        header = b" ".join(offsets) + b"\n"
        self._stream(stream, b"<</Type/ObjStm/N %d/First %d/Filter/FlateDecode" % (len(offsets), len(header)),
                     zlib.compress(header + b"\n".join(text for _, text in self._small)))
        self._small.clear()

    def _cross_references(self, catalog: int, information: int) -> None:
        """Write where everything is."""
        own = self._new()
        self._where[own], self._inside[own] = start, _ = self._at, _BY_ITSELF
        rows = [b"\0\0\0\0\0\0\xff\xff"]
        for where, inside in zip(self._where[1:], self._inside[1:]):
            kind, index = (1, 0) if inside == _BY_ITSELF else (2, inside)
            rows.append((kind << 56 | where << 16 | index).to_bytes(8, "big"))
        identity = self._digest.hexdigest()[:32].encode()
        self._stream(own, b"<</Type/XRef/Size %d/W[1 5 2]/Root %d 0 R/Info %d 0 R/ID[<%s><%s>]/Filter/FlateDecode" % (
            len(rows), catalog, information, identity, identity), zlib.compress(b"".join(rows)))
        self._write(b"startxref\n%d\n%%%%EOF\n" % start)


def _with_numbers_open(text: ObjectText, shared: Sequence[int], numbers: list[Counted]) -> bytes:
    """The text of an object with `%d` for each number that is not known yet; these are added to `numbers`."""
    parts = []
    for part in text:
        if isinstance(part, bytes):
            parts.append(part.replace(b"%", b"%%"))
        elif part[0] == SHARED:
            parts.append(b"%d" % shared[part[1]])
        else:
            parts.append(b"%d")
            numbers.append(part)
    return b"".join(parts)


def _references(numbers: Iterable[int]) -> bytes:
    return b"[%s]" % b" ".join(b"%d 0 R" % number for number in numbers)


def _string(text: str) -> bytes:
    """Plain text as PDF writes it."""
    return _escaped(text.encode()) if text.isascii() else b"<feff%s>" % text.encode("utf-16-be").hex().encode()


def _escaped(text: bytes) -> bytes:
    return b"(%s)" % re.sub(rb"([()\\])", rb"\\\1", text)

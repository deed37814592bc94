"""Word files that differ in a few values: the bytes of one file with placeholders in, the bytes of each copy out.

What all copies have in common is compressed once. Each copy has the same parts, byte for byte, as if the Word writer
had written it on its own. Nothing here knows what a document is.
"""

from __future__ import annotations

import io
import re
import struct
import zlib
from collections.abc import Iterable, Mapping, Sequence
from xml.sax.saxutils import escape
from zipfile import ZipFile

from policygen.formats.word.xml import clean

_LOCAL, _CENTRAL, _END = "<4sHHHHHIIIHH", "<4sHHHHHHIIIHHHHHII", "<4sHHHHIIH"
_VERSION, _UTF8, _DEFLATED = 20, 1 << 11, 8
_DAY = 1 << 5 | 1
"""The first of January 1980, as zip files write it."""
_LAST_BLOCK = b"\x03\x00"
"""An empty block that ends compressed data."""
_ROW = re.compile(rb"<w:tr>(?:(?!<w:tr>).)*</w:tr>", re.DOTALL)
_CELL_TEXT = re.compile(rb'(<w:t xml:space="preserve">)([^<]*)(</w:t>)')
_CONTROL_NAME = re.compile(rb'(<w:(?:alias|tag) w:val=")([^"]*)')


_Piece = tuple[bytes, bytes]
"""Some bytes of a part of the file, and the same compressed; these end with a whole byte, so that others can follow."""


class WordCopies:
    """Makes copies of one Word file. `placeholders` has, by the name of each place, the text that stands there."""

    def __init__(self, data: bytes, placeholders: Mapping[str, str]) -> None:
        places = {text.encode(): place for place, text in placeholders.items()}
        placeholder = re.compile(b"(%s)" % b"|".join(re.escape(text) for text in sorted(places, key=len, reverse=True)))
        with ZipFile(io.BytesIO(data)) as package:
            self._parts = [(name.encode(), [places.get(text) or _compressed(text)
                                            for text in placeholder.split(package.read(name))])
                           for name in package.namelist()]

    def copy(self, values: Mapping[str, str]) -> bytes:
        """The bytes of a copy, with plain text for the places."""
        pieces = {place: _uncompressed(_escaped(text)) for place, text in values.items()}
        return _zipped((name, [pieces[piece] if isinstance(piece, str) else piece for piece in part])
                       for name, part in self._parts)


def with_rows(data: bytes, rows: Sequence[Sequence[str]]) -> bytes:
    """The bytes of a Word file whose last table has, in place of its last row, a row for each of `rows`.

    The words of a row go into its first cells. The names of the controls in a row (its boxes to tick) begin with the
    row's first words.
    """
    with ZipFile(io.BytesIO(data)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    body = parts["word/document.xml"]
    *_, last = _ROW.finditer(body)
    parts["word/document.xml"] = b"".join(
        [body[:last.start()], *(_filled_row(last[0], [_escaped(cell) for cell in row]) for row in rows),
         body[last.end():]])
    return _zipped((name.encode(), [_compressed(part)]) for name, part in parts.items())


def _filled_row(row: bytes, texts: Sequence[bytes]) -> bytes:
    old, cells = _CELL_TEXT.findall(row)[0][1], iter(texts)
    row = _CONTROL_NAME.sub(lambda found: found[1] + found[2].replace(old, texts[0]), row)
    return _CELL_TEXT.sub(lambda found: found[1] + next(cells) + found[3], row, count=len(texts))


def _escaped(text: str) -> bytes:
    return escape(clean(text)).encode()


def _zipped(parts: Iterable[tuple[bytes, Sequence[_Piece]]]) -> bytes:
    """A zip file of parts, each with its name and its pieces."""
    out, entries = io.BytesIO(), []
    for name, pieces in parts:
        check, length, packed = 0, 0, len(_LAST_BLOCK)
        for plain, compressed in pieces:
            check, length, packed = zlib.crc32(plain, check), length + len(plain), packed + len(compressed)
        about = (_UTF8 if not name.isascii() else 0, _DEFLATED, 0, _DAY, check, packed, length, len(name), 0)
        entries.append(struct.pack(_CENTRAL, b"PK\1\2", _VERSION, _VERSION, *about, 0, 0, 0, 0, out.tell()) + name)
        out.write(struct.pack(_LOCAL, b"PK\3\4", _VERSION, *about) + name)
        out.writelines(compressed for _, compressed in pieces)
        out.write(_LAST_BLOCK)
    start, listed = out.tell(), b"".join(entries)
    out.write(listed + struct.pack(_END, b"PK\5\6", 0, 0, len(entries), len(entries), len(listed), start, 0))
    return out.getvalue()


def _compressed(text: bytes) -> _Piece:
    packer = zlib.compressobj(6, zlib.DEFLATED, -15)
    return text, packer.compress(text) + packer.flush(zlib.Z_FULL_FLUSH)


def _uncompressed(text: bytes) -> _Piece:
    """A piece in stored blocks: compressing a few letters would make them longer."""
    blocks = [text[at:at + 0xFFFF] for at in range(0, len(text), 0xFFFF)]
    return text, b"".join(struct.pack("<BHH", 0, len(block), len(block) ^ 0xFFFF) + block for block in blocks)

"""Many copies of a Word file that differ in a few words: the bytes of a file with stand-ins in, those of each copy out.

What is the same in all copies is packed once. Each copy has the same parts, byte for byte, as if it had been written on
its own. It knows nothing of documents.
"""

from __future__ import annotations

import io
import re
import struct
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape
from zipfile import ZipFile

from policygen.formats.word.xml import clean

_LOCAL, _CENTRAL, _END = "<4sHHHHHIIIHH", "<4sHHHHHHIIIHHHHHII", "<4sHHHHIIH"
_VERSION, _UTF8, _DEFLATED = 20, 1 << 11, 8
_DAY = 1 << 5 | 1
"""The first of January 1980, as zip files write it."""
_LAST = b"\x03\x00"
"""An empty last block."""
_ROW = re.compile(rb"<w:tr>(?:(?!<w:tr>).)*</w:tr>", re.DOTALL)
_WORDS = re.compile(rb'(<w:t xml:space="preserve">)([^<]*)(</w:t>)')
_NAMED = re.compile(rb'(<w:(?:alias|tag) w:val=")([^"]*)')


@dataclass(frozen=True, slots=True)
class _Piece:
    """A piece of a part that is the same in all copies."""

    text: bytes
    packed: bytes
    """Ends with a whole byte, so that others can follow."""


@dataclass(frozen=True, slots=True)
class _Part:
    name: bytes
    pieces: tuple[_Piece | str, ...]
    """In order; a string is the name of words."""


class Duplicator:
    """Makes copies of one Word file."""

    def __init__(self, data: bytes, stand_ins: Mapping[str, str]) -> None:
        self._parts = []
        words = {text.encode(): word for word, text in stand_ins.items()}
        between = re.compile(b"(%s)" % b"|".join(re.escape(text) for text in sorted(words, key=len, reverse=True)))
        with ZipFile(io.BytesIO(data)) as package:
            for name in package.namelist():
                pieces = between.split(package.read(name))
                self._parts.append(_Part(name.encode(), tuple(
                    words[piece] if piece in words else _piece(piece) for piece in pieces)))

    def copy(self, words: Mapping[str, str]) -> bytes:
        """The bytes of a copy with these words."""
        texts = {word: _verbatim(_escaped(text)) for word, text in words.items()}
        return _zipped((part.name, [texts[piece] if isinstance(piece, str) else piece for piece in part.pieces])
                       for part in self._parts)


def with_rows(data: bytes, rows: Sequence[Sequence[str]]) -> bytes:
    """The bytes of a Word file in which the last row of the last table is there once for each of these rows: their words
    stand in its first cells. The first word, which stands for its row, is in the names of what can be ticked there."""
    with ZipFile(io.BytesIO(data)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    body = parts["word/document.xml"]
    *_, last = _ROW.finditer(body)
    found = [_as_row(last[0], row) for row in rows]
    parts["word/document.xml"] = body[:last.start()] + b"".join(found) + body[last.end():]
    return _zipped((name.encode(), [_piece(part)]) for name, part in parts.items())


def _as_row(row: bytes, words: Sequence[str]) -> bytes:
    """A row with other words, its controls with names of their own."""
    texts = iter(map(_escaped, words))
    sample = _WORDS.search(row)[2]
    row = _NAMED.sub(lambda name: name[1] + name[2].replace(sample, _escaped(words[0])), row)
    return _WORDS.sub(lambda found: found[1] + next(texts) + found[3], row, count=len(words))


def _escaped(text: str) -> bytes:
    return escape(clean(text)).encode()


# ---- zip files ---------------------------------------------------------------------------------------------------


def _zipped(parts: Iterable[tuple[bytes, Sequence[_Piece]]]) -> bytes:
    """A zip file of parts, given by name and pieces."""
    out, entries = io.BytesIO(), []
    for name, pieces in parts:
        check, length, packed = 0, 0, sum(len(piece.packed) for piece in pieces) + len(_LAST)
        for piece in pieces:
            check, length = zlib.crc32(piece.text, check), length + len(piece.text)
        about = (_UTF8 if not name.isascii() else 0, _DEFLATED, 0, _DAY, check, packed, length, len(name), 0)
        entries.append(struct.pack(_CENTRAL, b"PK\1\2", _VERSION, _VERSION, *about, 0, 0, 0, 0, out.tell()) + name)
        out.write(struct.pack(_LOCAL, b"PK\3\4", _VERSION, *about) + name)
        out.writelines(piece.packed for piece in pieces)
        out.write(_LAST)
    start, listed = out.tell(), b"".join(entries)
    out.write(listed + struct.pack(_END, b"PK\5\6", 0, 0, len(entries), len(entries), len(listed), start, 0))
    return out.getvalue()


def _piece(text: bytes) -> _Piece:
    packer = zlib.compressobj(6, zlib.DEFLATED, -15)
    return _Piece(text, packer.compress(text) + packer.flush(zlib.Z_FULL_FLUSH))


def _verbatim(text: bytes) -> _Piece:
    """Words as they are: to pack a few letters would make them longer."""
    blocks = [text[at:at + 0xFFFF] for at in range(0, len(text), 0xFFFF)]
    return _Piece(text, b"".join(struct.pack("<BHH", 0, len(block), len(block) ^ 0xFFFF) + block for block in blocks))

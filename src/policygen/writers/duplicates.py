"""Many copies of a Word file that differ in a few words: the bytes of a file with stand-ins in, those of each copy out.

What is the same in all copies is packed once. Each copy has the same parts, byte for byte, as if it had been written on
its own. It knows nothing of documents.
"""

from __future__ import annotations

import io
import re
import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from xml.sax.saxutils import escape
from zipfile import ZipFile

from policygen.writers.word.xml import clean

_LOCAL, _CENTRAL, _END = "<4sHHHHHIIIHH", "<4sHHHHHHIIIHHHHHII", "<4sHHHHIIH"
_VERSION, _UTF8, _DEFLATED = 20, 1 << 11, 8
_DAY = 1 << 5 | 1
"""The first of January 1980, as zip files write it."""
_LAST = b"\x03\x00"
"""An empty last block."""


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
        texts = {word: _piece_of_words(escape(clean(text)).encode()) for word, text in words.items()}
        out, entries = io.BytesIO(), []
        for part in self._parts:
            pieces = [texts[piece] if isinstance(piece, str) else piece for piece in part.pieces]
            check, length, packed = 0, 0, sum(len(piece.packed) for piece in pieces) + len(_LAST)
            for piece in pieces:
                check, length = zlib.crc32(piece.text, check), length + len(piece.text)
            about = (_UTF8 if not part.name.isascii() else 0, _DEFLATED, 0, _DAY, check, packed, length, len(part.name), 0)
            entries.append(struct.pack(_CENTRAL, b"PK\1\2", _VERSION, _VERSION, *about, 0, 0, 0, 0, out.tell()) + part.name)
            out.write(struct.pack(_LOCAL, b"PK\3\4", _VERSION, *about) + part.name)
            out.writelines(piece.packed for piece in pieces)
            out.write(_LAST)
        start, listed = out.tell(), b"".join(entries)
        out.write(listed + struct.pack(_END, b"PK\5\6", 0, 0, len(entries), len(entries), len(listed), start, 0))
        return out.getvalue()


def _piece(text: bytes) -> _Piece:
    packer = zlib.compressobj(6, zlib.DEFLATED, -15)
    return _Piece(text, packer.compress(text) + packer.flush(zlib.Z_FULL_FLUSH))


def _piece_of_words(text: bytes) -> _Piece:
    """Words as they are: to pack a few letters would make them longer."""
    blocks = [text[at:at + 0xFFFF] for at in range(0, len(text), 0xFFFF)]
    return _Piece(text, b"".join(struct.pack("<BHH", 0, len(block), len(block) ^ 0xFFFF) + block for block in blocks))

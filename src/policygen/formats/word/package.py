"""The parts of a Word file that somebody hands in, or a plain sentence why it is not read; and parts as one file.

In: a path. Out: the XML parts as UTF-8 bytes. Nothing is written, unpacked to disk or fetched; pictures, macros and
embedded files are never opened. Every limit counts what really comes out of the zip file, not what it claims.
"""

from __future__ import annotations

import io
import re
import struct
import zlib
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from policygen.model.problems import OutputError, Place, WordFileError, error, read_file

FILE_LIMIT, PART_LIMIT, TOTAL_LIMIT, TAG_LIMIT = 20_000_000, 4_000_000, 8_000_000, 200_000
"""Bytes of the file, of one part unpacked, of all parts that are read; and their tags. A policy has about 5,000."""
ENTRY_LIMIT, DIRECTORY_LIMIT = 2000, 1_000_000
"""The number of entries in the zip file, and the bytes of their list at its end."""
RATIO_LIMIT, RATIO_FROM = 250, 2_000_000
"""Word writes no part that unpacks to more than 250 times its size, once that is more than 2 MB."""
NOT_READ = re.compile(r"(^|/)(theme|glossary|charts|diagrams|embeddings|activex|media|ink)/", re.IGNORECASE)
"""Folders of parts that hold none of the document's words."""
BAD_NAME = re.compile(r"(^|[/\\])\.\.([/\\]|$)|^[/\\]|^[a-z]:|\\|[\x00-\x1f]")
MAIN_KINDS = (b"wordprocessingml.document.main+xml", b"wordprocessingml.template.main+xml")
DAMAGED = "this Word file is damaged or incomplete"
NOT_WORD = "this is not a Word file (.docx)"
MACROS = "this file holds macros (small programs)"
SAVE_AGAIN = "Open it in Word or LibreOffice, save it as a Word document (.docx), and give that file."
LONGER = "Put what does not belong to the policy into a file of its own, and give the rest."
COPY_AGAIN = "Copy it again from where it came from, or open it in Word and save it anew."
OTHER_FILES = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "this is an old Word file (.doc), or one with a password",
     "Open it in Word, take any password away, save it as a Word document (.docx), and give that."),
    (b"{\\rtf", "this is an RTF file", SAVE_AGAIN), (b"%PDF", "this is a PDF file", SAVE_AGAIN))
"""What other files begin with, what they are, and what to do."""
STRICT = {b"http://purl.oclc.org/ooxml/wordprocessingml/main":
              b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
          b"http://purl.oclc.org/ooxml/officeDocument/relationships":
              b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"}
"""The namespaces of the format's strict variant, and the usual ones that replace them."""


class _Refused(Exception):
    """Says why a file is not read, and what to do."""

    def __init__(self, message: str, hint: str = SAVE_AGAIN) -> None:
        super().__init__(message, hint)


def read_parts(path: Path) -> dict[str, bytes]:
    """The XML parts of a Word file by name, as UTF-8 without declaration. Raises WordFileError or OutputError."""
    place, data = Place(str(path)), read_file(path, OutputError, 2 * FILE_LIMIT)
    try:
        _refuse_other_files(data)
        with ZipFile(io.BytesIO(data)) as package:
            parts = _unpacked(package, _entries_to_read(package.infolist()))
        kinds = next(part for name, part in parts.items() if name.lower() == "[content_types].xml")
        if b"macroenabled" in kinds.lower():
            raise _Refused(MACROS)
        if not any(kind in kinds for kind in MAIN_KINDS):  # sheets and slides are packed like a Word file
            raise _Refused(NOT_WORD)
    except _Refused as reason:
        message, hint = reason.args
        raise WordFileError(error(message, place, hint)) from None
    except (BadZipFile, zlib.error, EOFError, struct.error, NotImplementedError, RuntimeError, ValueError):
        raise WordFileError(error(DAMAGED, place, COPY_AGAIN)) from None
    return parts


def _refuse_other_files(data: bytes) -> None:
    """Refuse what is no zip file, saying what it is; one that is too large; and one with an endless list of entries."""
    if not data:
        raise _Refused("this file is empty", "Copy it again from where it came from.")
    for sign, message, hint in OTHER_FILES:
        if data[:2048].lstrip().startswith(sign):
            raise _Refused(message, hint)
    if not data.startswith(b"PK"):
        raise _Refused(NOT_WORD)
    if len(data) > FILE_LIMIT:
        raise _Refused(f"this file is too large: {len(data) // 1_000_000} MB, and {FILE_LIMIT // 1_000_000} MB is the "
                       "most that is read", "Take large pictures out, save it, and give that file.")
    if has_endless_list(data):
        raise _Refused("this file holds far more parts than a Word document has")


def has_endless_list(data: bytes) -> bool:
    """Whether the list of entries of a zip file is so long that reading it would take the machine's memory. Raises
    BadZipFile where there is none."""
    end = data[-(22 + 65536):]
    at = end.rfind(b"PK\x05\x06")
    if at < 0 or len(end) - at < 22:
        raise BadZipFile
    entries, length = struct.unpack_from("<HL", end, at + 10)
    return entries > ENTRY_LIMIT or length > DIRECTORY_LIMIT or b"PK\x06\x07" in end[max(at - 20, 0):at]


def _entries_to_read(entries: list[ZipInfo]) -> list[ZipInfo]:
    """The entries to read; what a Word file never has is refused by its name alone."""
    names = [entry.filename.lower() for entry in entries]
    wanted = [entry for entry in entries
              if entry.filename.lower().endswith((".xml", ".rels")) and not NOT_READ.search(entry.filename)]
    for is_so, message in (
            ("mimetype" in names and "content.xml" in names, "this is an OpenDocument file (.odt)"),
            ("[content_types].xml" not in names, NOT_WORD),
            (len(set(names)) < len(names),
             "this file holds two parts of the same name, so nobody can tell which one counts"),
            (any(map(BAD_NAME.search, names)), "this file holds names that lead out of it"),
            (any(name.endswith("vbaproject.bin") for name in names), MACROS)):
        if is_so:
            raise _Refused(message)
    if any(entry.flag_bits & 1 for entry in entries):
        raise _Refused("this file has a password", "Take the password away, save the file, and give that one.")
    if any(entry.compress_type not in (ZIP_STORED, ZIP_DEFLATED) for entry in wanted):
        raise _Refused("this file is packed in a way that Word does not use")
    return wanted


def _unpacked(package: ZipFile, wanted: list[ZipInfo]) -> dict[str, bytes]:
    parts, total = {}, 0
    for entry in wanted:
        with package.open(entry) as stream:
            data = stream.read(min(PART_LIMIT, TOTAL_LIMIT - total) + 1)
        total += len(data)
        too_tight = len(data) > RATIO_FROM and len(data) > RATIO_LIMIT * max(entry.compress_size, 1)
        if len(data) > PART_LIMIT or total > TOTAL_LIMIT or too_tight:
            raise _Refused("this file unpacks to far more than a Word document is")
        parts[entry.filename] = _as_utf8(data)
    if sum(part.count(b"<") for part in parts.values()) > TAG_LIMIT:
        raise _Refused("this file holds far more than a policy does", LONGER)
    return parts


def _as_utf8(data: bytes) -> bytes:
    """A part without its declaration; anything but UTF-8 and UTF-16 is refused, and so are document types.

    Word never writes a document type, and entities are what attacks and silent losses of text are made of.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        data = data.decode("utf-16").encode()
    elif b"\x00" in data[:4]:
        raise _Refused(DAMAGED, COPY_AGAIN)
    data = data.removeprefix(b"\xef\xbb\xbf").lstrip()
    if declared := re.match(rb"<\?xml\b[^>]*?\?>", data):
        encoding = re.search(rb"encoding\s*=\s*[\"']([^\"']*)", declared[0])
        if encoding and encoding[1].lower() not in (b"utf-8", b"utf8", b"utf-16", b"us-ascii", b"ascii"):
            raise _Refused(DAMAGED, COPY_AGAIN)
        data = data[declared.end():]
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise _Refused("this file holds a document type, which no word processor writes")
    for strict, usual in STRICT.items():
        data = data.replace(strict, usual)
    return data


def zipped(parts: dict[str, bytes]) -> bytes:
    """A zip file of some parts, the same bytes whatever the clock, the system and the parts' order: a Word file, or an
    Excel workbook."""
    buffer = io.BytesIO()
    with ZipFile(buffer, "w") as package:
        for name in sorted(parts, key=lambda name: (name != "[Content_Types].xml", name)):
            entry = ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.create_system = 0
            entry.compress_type = ZIP_DEFLATED
            package.writestr(entry, parts[name], compresslevel=6)
    return buffer.getvalue()

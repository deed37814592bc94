"""Files that somebody hands in: what is no Word file, or a dangerous one, is refused at once with one sentence."""

import copy
import io
import json
import struct
import subprocess
import sys
import zipfile
import zlib
from pathlib import Path
from random import Random

import pytest
from lxml import etree

from helpers.edited import drawn, policy
from policygen.formats.word import reader
from policygen.formats.word.package import read_parts
from policygen.formats.word.reader import read_word_file
from policygen.model.problems import AnswersError, OutputError
from policygen.pack.edits import EditRecord, apply_edits
from policygen.review.compare import compare
from policygen.review.compare import local_edits

MEASURED = """
import json, re, resource, sys, time
from pathlib import Path
from policygen.formats.word.reader import read_word_file
from policygen.model.problems import PolicygenError
before = time.process_time()  # other programs may be busy
try:
    read_word_file(Path(sys.argv[1]))
    said = ""
except PolicygenError as problem:
    said = str(problem.problems[0].message)
seconds, status = time.process_time() - before, Path("/proc/self/status")
# What the system counts for a child process on Linux begins with what its parent had.
memory = (int(re.search(r"VmHWM:\\s+(\\d+) kB", status.read_text())[1]) * 1024 if status.exists()
          else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
print(json.dumps([said, seconds, memory]))
"""
TYPES = (b'<Types><Override ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.'
         b'main+xml"/></Types>')
WITH_MACROS = TYPES.replace(b"document.main", b"document.macroEnabled.main")


@pytest.fixture(scope="module")
def good(tmp_path_factory) -> dict[str, bytes]:
    """The parts of a Word file that is as it should be."""
    with zipfile.ZipFile(drawn(policy(), tmp_path_factory.mktemp("good") / "good.docx")) as package:
        return {name: package.read(name) for name in package.namelist()}


def packed(parts) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in parts.items():
            package.writestr(name, data)
    return buffer.getvalue()


def altered(good, change) -> bytes:
    return packed(good | {"word/document.xml": change(good["word/document.xml"])})


def twice(good) -> bytes:
    buffer = io.BytesIO(packed(good))
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(buffer, "a") as package:
        package.writestr("word/document.xml", good["word/document.xml"])
    return buffer.getvalue()


def lying(good) -> bytes:
    """A part whose entry claims to be small, and which unpacks to 300 MB."""
    data = bytearray(packed(good | {"word/styles.xml": b"<x>" + b"a" * 300_000_000}))
    at = data.rfind(b"PK\x01\x02", 0, data.rfind(b"word/styles.xml"))
    struct.pack_into("<L", data, at + 24, 1000)
    return bytes(data)


def many(good) -> bytes:
    return packed(good | {f"word/extra{number}.xml": b"<x/>" for number in range(30_000)})


def with_password(good) -> bytes:
    data = bytearray(packed(good))
    at = 0
    while (at := data.find(b"PK\x01\x02", at)) >= 0:
        data[at + 8] |= 1
        at += 4
    return bytes(data)


def entities(good) -> bytes:
    return altered(good,
                   lambda xml: b'<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + xml.split(b"?>", 1)[1])


def utf16(good) -> bytes:
    return altered(good,
                   lambda xml: ('<!DOCTYPE d [<!ENTITY x "y">]>' + xml.decode().split("?>", 1)[1]).encode("utf-16"))


def other_alphabet(good) -> bytes:
    return altered(good, lambda xml: b'<?xml version="1.0" encoding="utf-7"?>' + xml.split(b"?>", 1)[1])


HOSTILE = {
    "an empty file": (lambda good: b"", "empty"),
    "an old Word file": (lambda good: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(20_000),
                         "old Word file (.doc), or one with a password"),
    "an RTF file": (lambda good: b"{\\rtf1 hello}", "RTF"),
    "a PDF file": (lambda good: b"%PDF-1.7 hello", "PDF"),
    "an OpenDocument file": (lambda good: packed({"mimetype": b"application/vnd.oasis.opendocument.text",
                                                  "content.xml": b"<x/>"}), "OpenDocument"),
    "a web page": (lambda good: b"<html>hello</html>", "not a Word file"),
    "plain text": (lambda good: b"hello", "not a Word file"),
    "a zip file of something else": (lambda good: packed({"a.txt": b"hello"}), "not a Word file"),
    "a spreadsheet": (lambda good: packed(good | {"[Content_Types].xml": b"<Types/>"}), "not a Word file"),
    "cut off": (lambda good: packed(good)[:4000], "damaged"),
    "cut off inside": (lambda good: packed(good)[:300] + packed(good)[700:], "damaged"),
    "broken XML": (lambda good: altered(good, lambda xml: xml[:2000]), "damaged"),
    "no body": (lambda good: altered(good, lambda xml: b"<x/>"), "damaged"),
    "deeply nested": (lambda good: altered(good, lambda xml: b"<a>" * 5000 + b"</a>" * 5000), "damaged"),
    "a bomb": (lambda good: packed(good | {"word/styles.xml": b"<x>" + b"a" * 300_000_000}), "unpacks to far more"),
    "a bomb in many parts": (lambda good: packed(good | {f"word/x{n}.xml": bytes(1_900_000) for n in range(90)}),
                             "unpacks to far more|damaged"),
    "a bomb that lies": (lying, "unpacks to far more|damaged"),
    "30,000 parts": (many, "far more parts"),
    "200 MB": (lambda good: packed(good) + bytes(200_000_000), "too large"),
    "macros": (lambda good: packed(good | {"word/vbaProject.bin": b"x"}), "macros"),
    "macros by kind": (lambda good: packed(good | {"[Content_Types].xml": WITH_MACROS}), "macros"),
    "a document type": (entities, "document type"),
    "a document type in UTF-16": (utf16, "document type"),
    "another alphabet": (other_alphabet, "damaged"),
    "two parts of one name": (twice, "two parts of the same name"),
    "two parts of one name but for capitals": (lambda good: packed(good | {"word/DOCUMENT.xml": b"<x/>"}),
                                               "two parts of the same name"),
    "a name that leads out": (lambda good: packed(good | {"../../evil.xml": b"<x/>"}), "lead out of it"),
    "a name from the root": (lambda good: packed(good | {"/etc/evil.xml": b"<x/>"}), "lead out of it"),
    "a password": (with_password, "password"),
}


@pytest.mark.slow
@pytest.mark.parametrize("kind", HOSTILE)
def test_what_is_no_word_file_or_a_dangerous_one_is_refused_in_half_a_second_and_80_mb(good, tmp_path, kind):
    make, words = HOSTILE[kind]
    path = tmp_path / "handed in.docx"
    path.write_bytes(make(good))
    done = subprocess.run([sys.executable, "-c", MEASURED, str(path)], capture_output=True, text=True, check=True)
    said, seconds, memory = json.loads(done.stdout)
    assert any(option in said for option in words.split("|")), said
    assert "\n" not in said and seconds < 0.5 and memory < 80_000_000
    assert done.stderr == "" and [item.name for item in tmp_path.iterdir()] == ["handed in.docx"]


def test_a_missing_file_and_a_folder_are_told_apart_from_a_bad_one(tmp_path):
    for path, said in ((tmp_path / "none.docx", "there is no such file"), (tmp_path, "folder")):
        with pytest.raises(OutputError, match=said):
            read_parts(path)


def test_the_sentence_names_the_file_and_what_to_do(tmp_path):
    path = tmp_path / "policy.docx"
    path.write_bytes(b"{\\rtf1 hello}")
    with pytest.raises(AnswersError) as caught:
        read_parts(path)
    problem, = caught.value.problems
    assert problem.place.file == str(path) and problem.hint.endswith(".") and ".docx" in problem.hint


def test_an_ordinary_file_is_read_without_what_holds_no_words(good, tmp_path):
    path = tmp_path / "good.docx"
    path.write_bytes(packed(good | {"word/theme/extra.xml": b"<!DOCTYPE x>", "word/media/picture.png": b"x"}))
    parts = read_parts(path)
    assert {"word/document.xml", "word/styles.xml", "[Content_Types].xml"} <= parts.keys()
    assert not [name for name in parts if "media" in name or "theme/" in name]


def test_parts_in_utf_16_and_strict_files_are_read_like_any_other(good, tmp_path):
    text = good["word/document.xml"].decode().split("?>", 1)[1]
    strict = text.replace("http://schemas.openxmlformats.org/wordprocessingml/2006/main",
                          "http://purl.oclc.org/ooxml/wordprocessingml/main")
    found = []
    for number, data in enumerate((text.encode(), text.encode("utf-16"), strict.encode())):
        path = tmp_path / f"{number}.docx"
        path.write_bytes(packed(good | {"word/document.xml": data}))
        found.append(read_word_file(path).lines)
    assert found[0] == found[1] == found[2] and len(found[0]) > 20


# ---- at random ---------------------------------------------------------------------------------------------------

TAGS = ("p r t tbl tr tc sdt sdtContent ins del moveFrom moveTo hyperlink fldSimple smartTag customXml pPr rPr numPr "
        "ilvl numId pStyle bookmarkStart fldChar instrText footnoteReference commentReference sym drawing pict "
        "txbxContent altChunk style num abstractNum lvl body sectPr trPr").split()
VALUES = ("", "-1", "9" * 20, "x", "²", "true", "\U0001f600", "a" * 3000, "_pg_sharing__consent_1", "begin", "end",
          "separate", "Clause", " REF _pg_aim_0 ", "1.5")


def misshapen(draw: Random, data: bytes) -> bytes:
    """The XML after a few changes that no word processor makes."""
    root = etree.fromstring(data)
    for _ in range(draw.randint(1, 10)):
        elements = [element for element in root.iter() if isinstance(element.tag, str)]
        one, other, kind = draw.choice(elements), draw.choice(elements), draw.randrange(7)
        if kind == 0 and one is not root:
            one.getparent().remove(one)
        elif kind == 1 and other is not root:
            one.append(copy.deepcopy(other))
        elif kind == 2 and one.attrib:
            one.set(draw.choice(sorted(one.attrib)), draw.choice(VALUES))
        elif kind == 3:
            one.tag = reader.W + draw.choice(TAGS)
        elif kind == 4:
            one.text = draw.choice(VALUES)
        elif kind == 5:
            values = {reader.W + name: draw.choice(VALUES) for name in ("val", "id", "name", "fldCharType")}
            one.insert(0, etree.Element(reader.W + draw.choice(TAGS), values))
        elif kind == 6 and one is not root:
            wrapper = etree.Element(reader.W + draw.choice(TAGS))
            one.getparent().replace(one, wrapper)
            wrapper.append(one)
    return etree.tostring(root)


def mutated(draw: Random, good: dict[str, bytes]) -> dict[str, bytes]:
    """The parts of a Word file after something happened to one or two of them."""
    found, names = dict(good), sorted(name for name in good if name.endswith((".xml", ".rels")))
    for name in ["word/document.xml", draw.choice(names)][:draw.randint(1, 2)]:
        kind = draw.random()
        if kind < 0.85:
            found[name] = misshapen(draw, found[name])
        elif kind < 0.9:
            found[name] = found[name][:draw.randrange(len(found[name]))]
        elif kind < 0.95 and name != "[Content_Types].xml":
            del found[name]
        else:
            found[name] = good[draw.choice(names)]
    return found


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(6))
def test_no_random_change_of_a_word_file_gives_anything_but_a_plain_sentence_or_edits(good, tmp_path, seed):
    path, document, read = tmp_path / "mutated.docx", policy(), 0
    for step in range(50):
        path.write_bytes(packed(mutated(Random(f"{seed} {step}"), good)))
        try:
            file = read_word_file(path)
        except (AnswersError, OutputError) as problem:
            assert path.name in str(problem)
            continue
        read += 1
        for lines in (file.lines, file.before):
            edits = local_edits(document, compare(document, lines))
            assert len(apply_edits((document,), edits)) == 1
            assert tuple(EditRecord.of(edit).edit() for edit in edits) == edits
    assert read > 25


def test_no_random_damage_gives_anything_but_a_plain_sentence_or_the_words(good, tmp_path):
    whole = packed(good)
    path = tmp_path / "damaged.docx"
    for step in range(120):
        at = zlib.crc32(str(step).encode()) % len(whole)
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 0x55]) + whole[at + 1:])
        try:
            assert read_word_file(path).name == path.name
        except (AnswersError, OutputError) as problem:
            assert str(Path(path.name)) in str(problem)

"""Documents for the tests of Word files, and Word files unpacked and read as XML, apart from the writer."""

import io
import re
import zipfile
from collections import Counter
from pathlib import Path

from PIL import Image
from lxml import etree

from helpers.sample import annotated, discreet, filled_in, form, policy, three_level, words
from helpers.sample import lettered as points
from policygen.formats.house import House, Logo
from policygen.formats.word.package import zipped
from policygen.model.document import (
    Blank, Block, Box, Document, Field, Fields, Heading, Item, ItemList, LineBreak, Paragraph, Passage, Reference,
    Section, Table, Text,
)

ROOT = Path(__file__).parents[2]
HOUSE = ROOT / "templates" / "house"
PLAIN = House(HOUSE)
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def listed(*texts: str | tuple[Block, ...], lettered: bool = False) -> ItemList:
    """A list; an item that is a tuple has several blocks."""
    labels = "abcdefgh" if lettered else "•" * 8
    items = tuple(Item(text if isinstance(text, tuple) else (words(text),), f"({label})" if lettered else label)
                  for text, label in zip(texts, labels))
    return ItemList(items, lettered)


def lettered(*texts: str | tuple[Block, ...]) -> ItemList:
    return listed(*texts, lettered=True)


def clause(number: str, name: str, *blocks: Block) -> Passage:
    return Passage(name, name, number, (Paragraph((Text("Lead. ", "strong"), Text(f"About {name}.")), number), *blocks))


def rich() -> Document:
    """A policy with everything that makes numbering, references and lists hard."""
    deep = listed("outer", (words("with more"), words("a second paragraph"), lettered("in a", "in b")),
                  lettered=True)
    references = Paragraph((Text("See "), Reference("limits/harm-1", "section 2.1"), Text(", "),
                            Reference("limits", "section 2"), Text(", "),
                            Reference("glossary", "Words we use"), Text(", "),
                            Reference("about/_Odd id ü", "section 1.2"), Text(" and "),
                            Reference("declaration", "the declaration"), Text(".")))
    table = Table(((Text("Where"),), (Text("What"),)),
                  (((), (Text("x"),)), ((Text("Cabinet"),), (Blank("what it holds"),))), "Where we keep what.")
    fields = Fields((Field("Name", "line"), Field("Signature", "signature")), "Sign here")
    sections = (
        Section("summary", "In short", "", (
            Passage("summary/box", "", "", (words("It protects people."), listed("one", "two"),
                                            lettered("a", "b"), lettered("c", "d"))),),
                cover=True, boxed=True),
        Section("how", "How to read it", "", (Passage("how/read", "", "", (words("Slowly."),)),), cover=True),
        Section("about", "Why we have this policy", "1", (
            clause("1.1", "about/aim", lettered("one", "two"), words("And:"),
                   lettered("one", "two"), deep),
            clause("1.2", "about/_Odd id ü", deep, references,
                   listed((words("one"), lettered("v", "w")), (words("two"), lettered("x", "y")))),
            clause("1.3", "about/a-very-long-id-that-goes-on-and-on-without-an-end-1", deep),
            clause("1.4", "about/a-very-long-id-that-goes-on-and-on-without-an-end-2", table, table, fields))),
        Section("limits", "When we may tell someone", "2", (
            clause("2.1", "limits/harm-1", Box((words("Safety first."), lettered("x", "y"))), listed("p", "q")),
            clause("2.2", "limits/harm_1", lettered("p", "q"), Heading((Text("Inside"),)), words("End.")))),
        Section("glossary", "Words we use", "", (
            Passage("glossary/a", "", "", (words("Lead: the lead."), lettered("one", "two"),
                                           lettered("one", "two"), listed("b", (words("c"), listed("d"))))),)),
        Section("after", "Afterwards", "3", (clause("3.1", "after/all", lettered("one", "two")),)),
    )
    return Document("policy", "policy", "Confidentiality policy", "Riverside", "numbered",
                    (("Status", (Text("Draft"),)), ("Approved", (Blank("the date"), LineBreak(), Text("soon")))),
                    sections, "Edition 1", True, True)


def small(*blocks: Block, title: str = "Notes", organisation: str = "Riverside", layout: str = "plain",
          edition_line: str = "Edition 1", draft: bool = False) -> Document:
    """A document with one clause."""
    section = Section("a", "", "", (Passage("a/b", "", "", blocks),))
    return Document("notes", "notes", title, organisation, layout, (), (section,), edition_line, draft)


EVERY = {"policy": policy(), "short": policy("short"), "form": form(), "rich": rich(), "three levels": three_level(),
         "lettered": points(), "filled in": filled_in(), "wide": filled_in(8), "discreet": discreet(),
         "annotated": annotated(policy()), "annotated short": annotated(policy("short")),
         "annotated three levels": annotated(three_level()), "annotated lettered": annotated(points())}


def picture(width: int, height: int, colour: str = "#d07a2c", kind: str = "png") -> bytes:
    """The file of a picture of one colour."""
    buffer = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(buffer, kind)
    return buffer.getvalue()


LOGO = Logo("png", picture(300, 100), 300, 100)


# ---- reading the files -------------------------------------------------------------------------------------------


def parts(data: bytes) -> dict[str, bytes]:
    """The parts of a Word file by name."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist()}


def part(data: bytes, name: str = "word/document.xml") -> etree._Element:
    """The root of one part."""
    return etree.fromstring(parts(data)[name])


def val(element: etree._Element, path: str = "") -> str | None:
    """The `w:val` of an element, or of the one that a path such as `pPr/pStyle` leads to."""
    found = element.find("/".join(W + step for step in path.split("/"))) if path else element
    return None if found is None else found.get(f"{W}val")


def text(element: etree._Element) -> str:
    """The words a reader sees: not the instructions of fields, nor the spaces of a control that is not filled in.

    That a word stays on one line with its box is no matter of words.
    """
    signs = {f"{W}tab": "\t", f"{W}br": "\n"}
    return "".join(e.text or "" if e.tag == f"{W}t" else signs.get(e.tag, "") for run in element.iter(f"{W}r")
                   if val(run, "rPr/rStyle") != "PlaceholderText" for e in run).replace("\xa0", " ")


def paragraphs(data: bytes) -> list[tuple[str | None, str]]:
    """(style, words) of every paragraph."""
    return [(val(p, "pPr/pStyle"), text(p)) for p in part(data).iter(f"{W}p")]


def styles(data: bytes) -> dict[str, etree._Element]:
    """The styles of a Word file by id."""
    return {style.get(f"{W}styleId"): style for style in part(data, "word/styles.xml").iter(f"{W}style")}


def inherited(known: dict[str, etree._Element], name: str | None, path: str) -> etree._Element | None:
    """A setting of a paragraph style, or of the one that it is based on."""
    while name:
        found = known[name].find("/".join(W + step for step in path.split("/")))
        if found is not None:
            return found
        name = val(known[name], "basedOn")
    return None


def labels(data: bytes) -> list[tuple[str, str]]:
    """(label, words) of every paragraph with a label."""
    return [(label, line) for label, line in labelled(data) if label]


def labelled(data: bytes) -> list[tuple[str, str]]:
    """(label, words) of every paragraph, labels counted by the rules of Word from the file alone."""
    known, numbering, seen, counters, out = styles(data), part(data, "word/numbering.xml"), set(), {}, []
    abstract = {a.get(f"{W}abstractNumId"): {int(v.get(f"{W}ilvl")): v for v in a.iter(f"{W}lvl")}
                for a in numbering.iter(f"{W}abstractNum")}
    nums = {n.get(f"{W}numId"): n for n in numbering.iter(f"{W}num")}
    for p in part(data).iter(f"{W}p"):
        place = p.find(f"{W}pPr/{W}numPr")
        place = place if place is not None else inherited(known, val(p, "pPr/pStyle"), "pPr/numPr")
        if place is None or val(place, "numId") == "0":
            out.append(("", text(p)))
            continue
        number, at = val(place, "numId"), int(val(place, "ilvl"))
        owner = val(nums[number], "abstractNumId")
        levels, counts = abstract[owner], counters.setdefault(owner, Counter())
        restarts = {int(o.get(f"{W}ilvl")): int(val(o, "startOverride")) for o in nums[number].iter(f"{W}lvlOverride")}
        fresh = at in restarts and (number, at) not in seen
        seen.add((number, at))
        counts[at] = restarts[at] if fresh else counts[at] + 1
        for deeper in range(at + 1, 9):
            counts[deeper] = 0
        out.append((printed(levels, counts, val(levels[at], "lvlText")), text(p)))
    return out


def printed(levels: dict[int, etree._Element], counts: Counter[int], pattern: str) -> str:
    """The label that a level's pattern such as `%1.%2` prints."""
    def one(match: re.Match[str]) -> str:
        at = int(match[1]) - 1
        return chr(96 + counts[at]) if val(levels[at], "numFmt") == "lowerLetter" else str(counts[at])

    return re.sub(r"%(\d)", one, pattern).replace("–", "•")


# ---- files that are changed --------------------------------------------------------------------------------------


def house_with(tmp_path: Path, name: str, old: str, new: str) -> House:
    """A house whose frame has some text of one part replaced."""
    changed = parts((HOUSE / "frame.docx").read_bytes())
    assert old.encode() in changed[name]
    changed[name] = changed[name].replace(old.encode(), new.encode())
    (tmp_path / "frame.docx").write_bytes(zipped(changed))
    return House(tmp_path)


def broken(data: bytes, name: str, old: str, new: str, count: int = 1) -> bytes:
    """A Word file with what a pattern finds in one part replaced."""
    changed = parts(data)
    before = changed[name].decode()
    after = re.sub(old, new, before, count=count)
    assert after != before
    return zipped(changed | {name: after.encode()})

"""Word files that somebody edited by hand: a path in, an `EditedFile` out.

It reads what the writer made, after any number of trips through Word and LibreOffice: styles by their names, numbers
left to the lists, references by the bookmarks that they lead to, links with their addresses. Tracked changes are read
twice, as if all were accepted and as if all were rejected. Words that somebody has struck through or hidden by
formatting count as deleted. What is not among the words of the body is listed: see `Aside`. What somebody wrote into a
form is not read. It compares nothing and keeps no layout.
"""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from lxml import etree

from policygen.formats.word.bookmarks import BASE_NAMESPACE, BOOKMARK, DIGEST_PROPERTY, DOCUMENT_PROPERTY, base_digest
from policygen.formats.word.package import DAMAGED, LONGER, SAVE_AGAIN, read_parts
from policygen.model.document import ADDRESS, Blank, Inline, Inlines, LineBreak, Reference, Text, joined, plain
from policygen.model.lines import IN_BOX, Line, words_of
from policygen.model.problems import Place, WordFileError, error

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
V = "{urn:schemas-microsoft-com:vml}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
PROPERTY = "{http://schemas.openxmlformats.org/officeDocument/2006/custom-properties}property"
GONE = {"accepted": {f"{W}del", f"{W}moveFrom"}, "rejected": {f"{W}ins", f"{W}moveTo"}}
"""The elements that are left out in each view of the tracked changes."""
NOT_WORDS = {f"{W}{tag}" for tag in ("pPr", "rPr", "sectPr", "sdtPr", "sdtEndPr", "tblPr", "tblGrid", "trPr", "tcPr",
                                     "rt", "fldData")} | {f"{MC}Fallback"}
LEAVES_OUT: dict[str, Literal["struck", "hidden"]] = {"vanish": "hidden", "strike": "struck", "dstrike": "struck"}
"""The properties of words that count as deleted."""
MOST_PARAGRAPHS, MOST_LETTERS, DEEPEST = 3000, 400_000, 100
"""Paragraphs with rows, and letters of a file, of which a policy has 500 and 100,000; and levels of elements or fields,
of which Word makes about 20."""
SIGNS = {f"{W}tab": " ", f"{W}ptab": " ", f"{W}noBreakHyphen": "-", f"{W}softHyphen": ""}
TICKS = "☐☑☒✓✔"

AsideKind = Literal["struck", "hidden", "comment", "footnote", "endnote", "text box", "link", "picture", "sign", "file"]
View = Literal["accepted", "rejected"]
Role = Literal["", "clause", "section", "front", "label", "written"]
ROLES: dict[str, Role] = {
    **dict.fromkeys(("clause", "clause heading", "point", "short bullet"), "clause"),
    **dict.fromkeys(("heading 1", "heading 1 plain", "lettered heading", "short heading", "cover heading"), "section"),
    **dict.fromkeys(("title", "title alone", "subtitle", "control label", "control text"), "front"),
    **dict.fromkeys(("field label", "second label", "field tick"), "label"), "field line": "written"}
"""The roles of styles, by their names in lower case; all other styles have none."""
LIST_STYLES = {"bullet": "bullet", "lettered list": "letter", "list text": "further"}
"""The kinds of lines by a part of their style's name; 2 at its end is a list inside an item."""
LIST_FORMATS = {"bullet": "bullet", "none": "bullet", "decimal": "number", "decimalZero": "number",
                "lowerRoman": "roman", "upperRoman": "roman"}
"""The kinds of lines by the formats of numbers; all others are letters."""
OTHER_STYLES = {"fields title": "fields", "clause paragraph": "paragraph"}
SKIPPED = re.compile(r"toc( heading| \d)|contents( heading| \d)?|index heading|gap")
"""Styles of what the writer makes without words of its own, under Word's names and LibreOffice's."""
_LINK = re.compile(r"^\s*(?:PAGEREF\s+\"?(?=_pg_)|REF\s+\"?|HYPERLINK\s+\\l\s+\"?)([^\s\"\\]+)")
_LED_TO = re.compile(r"\bREF\s+\"?([^\s\"\\]+)|\\l\s+\"?([^\s\"\\]+)")
"""The bookmarks that instructions of fields lead to."""
_PRINTED_NUMBER = re.compile(r"(?:(?:section|clause|paragraph)s?\s)?\d{1,2}(?:\.\d{1,2}){0,2}(?:\([a-z]{1,2}\))?\.?")
THEIRS = "#"
"""Before the names of bookmarks that people, or their programs, made for references of their own."""
_WEB_LINK = re.compile(r"^\s*HYPERLINK\s+(?:\"([^\"]+)\"|([^\s\\\"]\S*))(?:.*?\\l\s+\"([^\"]*)\")?")
"""The instruction of a link that leads out of the file: its address, and the place in what it leads to."""
_NOTES: dict[str, AsideKind] = {f"{W}footnote": "footnote", f"{W}endnote": "endnote", f"{W}txbxContent": "text box"}
_LOOKS = {"firstRow": 0x20, "lastRow": 0x40, "firstColumn": 0x80, "lastColumn": 0x100, "noHBand": 0x200,
          "noVBand": 0x400}
"""What the look of a table says, by name and as older programs write it."""
_PAGES = {"default": "", "first": " of the first page", "even": " of even pages"}

ReadStyle = Literal["", "strong", "emphasis", "blank"]


@dataclass(frozen=True, slots=True)
class EditedLine:
    """A line of the file as a person sees it."""

    line: Line
    """Its references lead to bookmarks; comparing gives them back their clauses."""
    bookmarks: tuple[str, ...] = ()
    """Names of the hidden bookmarks that begin in it, copies left out; and of those that references of people lead
    to, after `THEIRS`."""
    role: Role = ""
    """`clause`: has a clause's own number; `section`: a section's heading; `front`: title and document control;
    `label`: names a place to write on; `written`: such a place, and what somebody wrote there."""


@dataclass(frozen=True, slots=True)
class Aside:
    """What a file has beside the words that stand in its lines, or has there in a way that a policy has not."""

    kind: AsideKind
    """`struck`, `hidden`: words of one paragraph that count as deleted; `comment`; `footnote`, `endnote`, `text box`:
    their lines come after the paragraph; `link`: words with an address that is not kept; `picture`, `sign` of a symbol
    typeface, embedded `file`: what is not read."""
    words: str
    """Empty for what has none."""
    bookmark: str
    """The last hidden bookmark that begins at or before it; empty for none."""
    beside: str
    """The words of the last line that has some, up to its own."""


@dataclass(frozen=True, slots=True)
class EditedFile:
    """A Word file as it was handed in."""

    name: str
    document: str
    """Id of the document that it is; empty when the file has lost it."""
    digest: str
    """Identifies the base of the file; empty when the file has lost it."""
    base: Mapping[str, Any] | None
    """The data that the writer embedded; None when the file has lost it, or when it does not have the digest."""
    lines: tuple[EditedLine, ...]
    """With all tracked changes accepted."""
    before: tuple[EditedLine, ...]
    """With all tracked changes rejected."""
    asides: tuple[Aside, ...] = ()
    """With all tracked changes accepted, as the next."""
    margins: tuple[tuple[str, str], ...] = ()
    """The words of each line in headers and footers, after the place: `footer of the first page`."""

    @property
    def pending(self) -> bool:
        """Whether tracked changes are waiting."""
        return self.lines != self.before


def read_word_file(path: Path) -> EditedFile:
    """The content of a Word file. Raises WordFileError for what is no sound Word file, OutputError where the path
    cannot be read."""
    parts = read_parts(path)
    try:
        main = next((link.target for link in _links(parts, "") if link.kind == "officeDocument"), "word/document.xml")
        wanted = ("styles", "numbering", "footnotes", "endnotes", "comments", "header", "footer")
        trees, addresses = {}, {}
        for link in (*_links(parts, main), _Link("", "document", main, False)):
            if not link.external and link.kind in (*wanted, "document") and link.target in parts:
                name = link.id if link.kind in ("header", "footer") else link.kind
                trees[name] = _tree(parts[link.target])
                addresses[trees[name]] = {found.id: found.target for found in _links(parts, link.target)
                                          if found.external}
        body = trees["document"].find(f"{W}body")
        if body is None:
            raise KeyError("body")
        letters = sum(len(one.text or "") for one in body.iter(f"{W}t", f"{W}delText"))
        paragraphs = sum(1 for _ in body.iter(f"{W}p", f"{W}tr"))
        for count, most, what in ((paragraphs, MOST_PARAGRAPHS, "paragraphs and rows"),
                                  (letters, MOST_LETTERS, "letters")):
            if count > most:
                raise WordFileError(error(f"this file has {count:,} {what}, and {most:,} are the most that are read",
                                          Place(str(path)), LONGER))
        reader = _BodyReader(trees, addresses)
        before, lines = reader.view(body, "rejected"), reader.view(body, "accepted")
        asides = (*reader.asides, *reader.other_comments())
        document, digest, base = _origin(parts)
    except (KeyError, etree.XMLSyntaxError, ValueError):
        raise WordFileError(error(DAMAGED, Place(str(path)), SAVE_AGAIN)) from None
    return EditedFile(path.name, document, digest, base, lines, before, asides, tuple(reader.margins(body)))


def _tree(data: bytes) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False,
                             remove_comments=True, remove_pis=True)
    root, depth = etree.fromstring(data, parser), 0
    for event, _ in etree.iterwalk(root, ("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > DEEPEST:
            raise ValueError("depth")
    return root


@dataclass(frozen=True, slots=True)
class _Link:
    """What a part leads to: another part, or an address outside the file."""

    id: str
    kind: str
    target: str
    external: bool


def _links(parts: Mapping[str, bytes], owner: str) -> Iterator[_Link]:
    """What a part leads to; what the package does for an empty name."""
    folder, name = posixpath.split(owner)
    rels = parts.get(posixpath.join(folder, "_rels", f"{name}.rels"))
    for link in _tree(rels) if rels is not None else ():
        target, external = link.get("Target", ""), link.get("TargetMode") == "External"
        if not external:  # a path from the package's root wins over the folder
            target = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
        yield _Link(link.get("Id", ""), link.get("Type", "").rpartition("/")[2], target, external)


def _origin(parts: Mapping[str, bytes]) -> tuple[str, str, dict[str, Any] | None]:
    """Id of the document, digest of its base, and the base: see `EditedFile`."""
    properties = {}
    for name, data in parts.items():
        if name.lower() == "docprops/custom.xml":
            properties = {prop.get("name"): "".join(prop.itertext()) for prop in _tree(data).iter(PROPERTY)}
    document, digest, base = properties.get(DOCUMENT_PROPERTY, ""), properties.get(DIGEST_PROPERTY, ""), None
    for name, data in parts.items():
        if re.fullmatch(r"customxml/item\d*\.xml", name.lower()):
            root = _tree(data)
            text = "".join(root.itertext())
            if root.tag == f"{{{BASE_NAMESPACE}}}base" and digest in ("", base_digest(text)):
                with suppress(ValueError, RecursionError):
                    base = json.loads(text)
                break
    return document, digest, base if isinstance(base, dict) else None


# ---- styles and lists --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Style:
    name: str = ""
    """In lower case."""
    numbering: tuple[str, int] | None = None
    """Number of the list and level, its own or inherited."""
    leaves_out: frozenset[str] = frozenset()
    """Those of `LEAVES_OUT` that are on in it."""
    parts: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """The same for parts of a table with this style, such as `firstRow`."""


def _value(element: etree._Element | None, path: str) -> str | None:
    found = None if element is None else element.find("/".join(f"{W}{step}" for step in path.split("/")))
    return None if found is None else found.get(f"{W}val", "")


def _is_on(properties: etree._Element | None, tag: str) -> bool | None:
    """Whether a property is set; None where nothing is said of it."""
    value = _value(properties, tag)
    return None if value is None else _is_true(value)


def _is_true(value: str) -> bool:
    return value not in ("0", "false", "off")


def _numbering(properties: etree._Element | None) -> tuple[str, int] | None:
    number = _value(properties, "numPr/numId")
    level = _value(properties, "numPr/ilvl") or "0"
    return (number, int(level)) if number and level.isdecimal() else None


def _styles(tree: etree._Element | None) -> dict[str, _Style]:
    elements = {} if tree is None else {style.get(f"{W}styleId", ""): style for style in tree.iter(f"{W}style")}
    found = {}
    for style_id, style in elements.items():
        chain: dict[str, etree._Element] = {}  # the style, the one that it is based on, and so on
        base = style_id
        while base in elements and base not in chain and len(chain) < 30:  # Word follows no more than about ten
            chain[base] = elements[base]
            base = _value(elements[base], "basedOn") or ""
        numbering = (_numbering(one.find(f"{W}pPr")) for one in chain.values())
        parts = {part.get(f"{W}type", "") for one in chain.values() for part in one.iter(f"{W}tblStylePr")}
        found[style_id] = _Style(
            (_value(style, "name") or style_id).lower(), next(filter(None, numbering), None),
            _left_out_by(one.find(f"{W}rPr") for one in chain.values()),
            {name: _left_out_by(part.find(f"{W}rPr") for one in chain.values() for part in one.iter(f"{W}tblStylePr")
                                if part.get(f"{W}type") == name) for name in parts})
        if style.get(f"{W}default") in ("1", "true", "on"):
            found[f"default {style.get(f'{W}type')}"] = found[style_id]
    return found


def _left_out_by(properties: Iterable[etree._Element | None]) -> frozenset[str]:
    """Those of `LEAVES_OUT` that are on, where the first properties that say something count."""
    chain = list(properties)
    return frozenset(tag for tag in LEAVES_OUT if next(
        (on for one in chain if (on := _is_on(one, tag)) is not None), False))


def _list_kinds(tree: etree._Element | None, styles: Mapping[str, _Style]) -> dict[tuple[str, int], str]:
    """`bullet`, `letter`, `number` or `roman` for number and level of each list; not for what numbers sections and
    clauses: LibreOffice gives such a number to paragraphs that are pasted together with a heading."""
    if tree is None:
        return {}
    counted = {style.numbering for style in styles.values() if ROLES.get(style.name) in ("clause", "section")}

    def kinds(definition: etree._Element) -> dict[int, str]:
        found = {level.get(f"{W}ilvl", "0"): _value(level, "numFmt") or "" for level in definition.iter(f"{W}lvl")}
        return {level: LIST_FORMATS.get(found[str(level)], "letter") for level in range(9) if str(level) in found}

    abstract = {one.get(f"{W}abstractNumId"): kinds(one) for one in tree.iter(f"{W}abstractNum")}
    return {(name, level): kind for number in tree.iter(f"{W}num") if (name := number.get(f"{W}numId", ""))
            for level, kind in (abstract.get(_value(number, "abstractNumId"), {}) | kinds(number)).items()
            if (name, level) not in counted}


# ---- the body ----------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _OpenParagraph:
    """A paragraph that is being read."""

    properties: etree._Element | None = None
    inlines: list[Inline] = field(default_factory=list)
    bookmarks: list[str] = field(default_factory=list)
    asides: list[tuple[AsideKind, str]] = field(default_factory=list)
    """Kind and words of what else stands in it."""
    after: list[etree._Element] = field(default_factory=list)
    """The notes and text boxes of the paragraph: their lines come after it."""
    left_out: dict[Literal["struck", "hidden"], str] = field(default_factory=dict)
    """Its words that count as deleted, with `…` for the words between them."""
    gap: bool = False
    """Whether a space was left out since the last word that counts."""


@dataclass(slots=True)
class _OpenField:
    """A field whose end has not been read yet."""

    instruction: str = ""
    result: int = -1
    """Where its result begins among the paragraph's inlines; -1 before that."""
    left_out: bool = False
    """Whether some of its result counts as deleted."""

    def shows(self) -> bool:
        """Whether what stands in the field now is words of the document."""
        return self.result >= 0 and not self.instruction.lstrip().startswith("TOC")


class _BodyReader:
    """Reads a body line by line, in one view after the other."""

    def __init__(self, trees: Mapping[str, etree._Element],
                 addresses: Mapping[etree._Element, Mapping[str, str]]) -> None:
        """`trees` are the roots of the parts by kind, those of headers and footers by the ids of their relationships.
        `addresses` has for each root the addresses of its links, by the ids of theirs."""
        self.trees, self.addresses = trees, addresses
        self.styles = _styles(trees.get("styles"))
        self.list_kinds = _list_kinds(trees.get("numbering"), self.styles)
        self.notes = {(kind, note.get(f"{W}id", "")): note for kind in ("footnote", "endnote") if f"{kind}s" in trees
                      for note in trees[f"{kind}s"].iter(f"{W}{kind}")}
        self.comments = {}
        for comment in trees["comments"].iter(f"{W}comment") if "comments" in trees else ():
            words = ("".join(text.text or "" for text in one.iter(f"{W}t")) for one in comment.iter(f"{W}p"))
            self.comments[comment.get(f"{W}id", "")] = " ".join(words).strip()

    def view(self, body: etree._Element, view: View) -> tuple[EditedLine, ...]:
        """The lines of the whole body. Raises ValueError when a field in it does not end and hides the rest."""
        self.accepted, self.gone, self.skipped = view == "accepted", GONE[view], GONE[view] | NOT_WORDS
        self.fields: list[_OpenField] = []
        """Fields that have begun, the innermost last."""
        self.waiting: list[str] = []
        """Bookmarks that begin between two paragraphs: they belong to the next one."""
        self.leaves_out: Literal["", "struck", "hidden"] = ""
        """Why the words that are being read count as deleted; empty for words that count."""
        self.of_table: frozenset[str] = frozenset()
        """Those of `LEAVES_OUT` that the style of a table sets for the cell that is being read."""
        self.asides: list[Aside] = []
        instructions = "".join(text.text or "" for text in body.iter(f"{W}instrText"))
        simple = " ".join(one.get(f"{W}instr", "") for one in body.iter(f"{W}fldSimple"))
        self.led_to = {name for names in _LED_TO.findall(f"{instructions} {simple}") for name in names}
        self.led_to |= {one.get(f"{W}anchor", "") for one in body.iter(f"{W}hyperlink")}
        """Names of the bookmarks that references lead to."""
        self.bookmark, self.beside = "", ""
        """The last bookmark, and the last words, so far."""
        self.told: set[str] = set()
        """Ids of the comments that are among the asides."""
        self.seen: set[etree._Element] = set()
        """Notes that were read: each stands in one place, whatever else refers to it."""
        found = tuple(self._lines_in(body))
        if not all(one.shows() for one in self.fields):
            raise ValueError("field")
        return found

    def other_comments(self) -> list[Aside]:
        """The comments that the last view met nowhere: their words are gone, or they lost their place."""
        return [Aside("comment", words, "", "") for name, words in self.comments.items() if name not in self.told]

    def margins(self, body: etree._Element) -> Iterator[tuple[str, str]]:
        """The place and the words of each line in headers and footers, after a view of the body. What several parts of
        a file share has the place in the first of them."""
        layouts, read = list(body.iter(f"{W}sectPr")), set()
        for number, layout in enumerate(layouts, 1):
            for reference in layout.iter(f"{W}headerReference", f"{W}footerReference"):
                kind = reference.tag.removeprefix(W).removesuffix("Reference")
                place = kind + _PAGES.get(reference.get(f"{W}type", ""), "")
                place += f" of part {number} of the file" if len(layouts) > 1 else ""
                self.fields, self.waiting = [], []
                root = self.trees.get(name := reference.get(f"{R}id", ""))
                if root is not None and (name, reference.get(f"{W}type")) not in read:
                    read.add((name, reference.get(f"{W}type")))
                    yield from ((place, words_of(line.line)) for line in self._lines_in(root))

    def _lines_in(self, container: etree._Element) -> Iterator[EditedLine]:
        """The lines of a body, a cell, a note or a text box."""
        paragraph: _OpenParagraph | None = None
        for element in self._unwrapped(container, f"{W}p", f"{W}tbl"):
            if element.tag == f"{W}tbl":
                yield from self._table_lines(element)
                continue
            paragraph, properties = paragraph or _OpenParagraph(), element.find(f"{W}pPr")
            if not paragraph.inlines:  # all that came before is gone: the words that follow bring their own style
                paragraph.properties, paragraph.bookmarks = properties, []
            paragraph.bookmarks += self.waiting
            self.waiting = []
            for one in self.fields:  # a field that goes on from the paragraph before
                one.result = min(one.result, 0)
            self._read(element, paragraph)
            if not self._is_gone(properties, "rPr"):  # otherwise the next paragraph goes on in this one
                yield from self._lines_of(paragraph)
                paragraph = None
        if paragraph is not None:
            yield from self._lines_of(paragraph)

    def _unwrapped(self, container: etree._Element, *tags: str) -> Iterator[etree._Element]:
        """The paragraphs and tables, rows or cells in a container, out of content controls and the like."""
        for element in container:
            if element.tag in tags:
                yield element
            elif element.tag == f"{W}bookmarkStart":
                self._add_bookmark(element, self.waiting)
            elif element.tag == f"{W}altChunk":
                self.asides.append(Aside("file", "", self.bookmark, self.beside))
            elif element.tag not in self.skipped and not (f"{W}p" in tags and _is_placeholder(element)):
                yield from self._unwrapped(element, *tags)

    def _is_gone(self, element: etree._Element | None, properties: str) -> bool:
        """Whether the mark of a row or paragraph in its properties says that it is left out in this view."""
        marks = None if element is None else element.find(f"{W}{properties}")
        return marks is not None and any(mark.tag in self.gone for mark in marks)

    def _table_lines(self, table: etree._Element) -> Iterator[EditedLine]:
        rows = [row for row in self._unwrapped(table, f"{W}tr") if not self._is_gone(row, "trPr")]
        outer = self.of_table
        for at, row in enumerate(rows):
            before = len(self.asides)
            cells = []
            for cell, leaves_out in self._cells(table, row, at, len(rows)):
                self.of_table = leaves_out
                cells.append(list(self._lines_in(cell)))
            self.of_table = outer
            inside = [line for cell in cells for line in cell]
            bookmarks = tuple(name for line in inside for name in line.bookmarks)
            gone = any(one.kind in ("struck", "hidden") for one in self.asides[before:])
            if gone and not any(words_of(line.line).strip() for line in inside):
                continue  # a row whose words are all struck through
            roles = {line.role for line in inside}
            if roles & {"label", "written"}:  # the lines of a form are its labels, without what somebody wrote there
                for cell in cells:
                    words = _joined_lines([line for line in cell if line.role == "label"])
                    if plain(words).strip():
                        kind = "field tick" if plain(words).lstrip()[:1] in TICKS else "field line"
                        yield EditedLine(Line(kind, (words,)), bookmarks, "label")
                        bookmarks = ()
                continue
            header = _is_on(row.find(f"{W}trPr"), "tblHeader")
            kind = "header" if header or (header is None and at == 0 and len(rows) > 1) else "row"
            yield EditedLine(Line(kind, tuple(map(_joined_lines, cells)) or ((),)), bookmarks,
                             "front" if "front" in roles else "")

    def _cells(self, table: etree._Element, row: etree._Element, at: int,
               rows: int) -> Iterator[tuple[etree._Element, frozenset[str]]]:
        """The cells of a row, each with those of `LEAVES_OUT` that the table's style sets for it. The look of the table
        says which parts of it the style draws in a way of their own."""
        properties = table.find(f"{W}tblPr")
        style = self.styles.get(_value(properties, "tblStyle") or "default table", _Style())
        element = None if properties is None else properties.find(f"{W}tblLook")
        look = {} if element is None else {name.removeprefix(W): value for name, value in element.attrib.items()}
        bits = int(look.get("val") or "0", 16)
        first_row, last_row, first_column, last_column, no_rows, no_columns = (
            _is_true(look[flag]) if flag in look else bool(bits & bit) for flag, bit in _LOOKS.items())
        cells = list(self._unwrapped(row, f"{W}tc"))
        for place, cell in enumerate(cells):
            band, column = at - first_row, place - first_column
            of = {"firstRow": first_row and at == 0, "lastRow": last_row and at == rows - 1,
                  "firstCol": first_column and place == 0, "lastCol": last_column and place == len(cells) - 1,
                  f"band{band % 2 + 1}Horz": band >= 0 and not no_rows,
                  f"band{column % 2 + 1}Vert": column >= 0 and not no_columns}
            yield cell, style.leaves_out.union(*(style.parts.get(name, ()) for name, there in of.items() if there))

    def _lines_of(self, paragraph: _OpenParagraph) -> Iterator[EditedLine]:
        style, kind, role = self._style_kind_role(paragraph.properties)
        line = Line(kind, (joined(paragraph.inlines),))
        self.bookmark = next((name for name in reversed(paragraph.bookmarks) if name[:1] != THEIRS), self.bookmark)
        self.beside = words_of(line).strip() or self.beside
        if role not in ("front", "written") and not SKIPPED.fullmatch(style):
            self._add_asides(paragraph.left_out.items())
        self._add_asides(paragraph.asides)
        if not SKIPPED.fullmatch(style) and (words_of(line).strip() or paragraph.bookmarks):
            yield EditedLine(line, tuple(paragraph.bookmarks), role)
        for element in paragraph.after:
            lines = list(self._lines_in(element))
            if note := _NOTES.get(element.tag):
                self._add_asides([(note, " ".join(words_of(one.line) for one in lines))])
            yield from lines

    def _add_asides(self, found: Iterable[tuple[AsideKind, str]]) -> None:
        """List what a paragraph has, without what ought to have words and has none."""
        tidy = ((kind, " ".join(words.strip(" …").split())) for kind, words in found)
        self.asides += [Aside(kind, words, self.bookmark, self.beside) for kind, words in tidy
                        if words or kind in ("picture", "sign")]

    def _style_kind_role(self, properties: etree._Element | None) -> tuple[str, str, Role]:
        """The name of a paragraph's style, the kind of its line, and its role."""
        if not self.accepted and properties is not None:
            earlier = properties.find(f"{W}pPrChange/{W}pPr")
            properties = properties if earlier is None else earlier
        style = self.styles.get(_value(properties, "pStyle") or "default paragraph", _Style())
        name = style.name
        if role := ROLES.get(name):
            return name, "heading" if role == "section" or name == "clause heading" else "paragraph", role
        kind = next((kind + (" 2" if name.endswith(" 2") else "") for words, kind in LIST_STYLES.items()
                     if words in name), "heading" if "heading" in name else OTHER_STYLES.get(name, ""))
        number = _numbering(properties)
        if number and kind.startswith(("bullet", "letter")) and (
                own := self.list_kinds.get(number, "")) in ("number", "roman"):
            kind = own + kind.removeprefix("bullet").removeprefix("letter")
        if not kind and (number := number or style.numbering):
            kind = self.list_kinds.get(number, "")
            kind += " 2" if kind and number[1] else ""
        return name, (IN_BOX if name.startswith(IN_BOX) else "") + (kind or "paragraph"), ""

    def _read(self, element: etree._Element, paragraph: _OpenParagraph) -> None:
        """Add what stands in a paragraph, or in an element around some of its runs, to the paragraph."""
        for child in element:
            if child.tag in self.skipped:
                for start in child.iter(f"{W}bookmarkStart"):  # words that were replaced keep theirs in the old ones
                    self._add_bookmark(start, paragraph.bookmarks)
                continue
            match child.tag.removeprefix(W):
                case "r":
                    self._read_run(child, paragraph)
                case "bookmarkStart":
                    self._add_bookmark(child, paragraph.bookmarks)
                case "commentReference" | "commentRangeStart":
                    self._add_comment(child, paragraph)
                case "hyperlink" | "fldSimple" as tag:
                    found = _LINK.match(child.get(f"{W}instr", ""))
                    name = child.get(f"{W}anchor", "") if tag == "hyperlink" else found[1] if found else ""
                    at = len(paragraph.inlines)
                    self._read(child, paragraph)
                    if name and not child.get(f"{R}id"):
                        _make_reference(name, at, paragraph)
                    elif tag == "hyperlink" and (link := child.get(f"{R}id")):
                        address = self.addresses.get(child.getroottree().getroot(), {}).get(link, "")
                        _make_link(address, name, at, paragraph)
                    elif web := _WEB_LINK.match(child.get(f"{W}instr", "")):
                        _make_link(web[1] or web[2], web[3] or "", at, paragraph)
                case "sdt" if _is_placeholder(child):
                    continue
                case "p" | "tbl":  # a content control around whole paragraphs, inside a paragraph's own run
                    paragraph.after.append(element)
                    return
                case _ if child.tag == f"{M}t":
                    self._add_words(child.text or "", "", paragraph)
                case _:
                    self._read(child, paragraph)

    def _read_run(self, run: etree._Element, paragraph: _OpenParagraph) -> None:
        properties = run.find(f"{W}rPr")
        if not self.accepted and properties is not None:
            earlier = properties.find(f"{W}rPrChange/{W}rPr")
            properties = properties if earlier is None else earlier
        style = self.styles.get(_value(properties, "rStyle") or "", _Style())
        outer, self.leaves_out = self.leaves_out, self.leaves_out or self._why_left_out(properties, style, paragraph)
        self._read_run_content(run, _text_style(properties, style.name), paragraph)
        self.leaves_out = outer

    def _why_left_out(self, properties: etree._Element | None, style: _Style,
                      paragraph: _OpenParagraph) -> Literal["", "struck", "hidden"]:
        """Why a run's words count as deleted; empty where they do not. `style` is its character style."""
        of_paragraph = self.styles.get(_value(paragraph.properties, "pStyle") or "default paragraph",
                                       _Style()).leaves_out
        for tag, how in LEAVES_OUT.items():
            # Where two styles set it, Word turns `vanish` and `strike` off again, but not `dstrike`.
            times = sum(tag in of for of in (style.leaves_out, of_paragraph, self.of_table))
            own = _is_on(properties, tag)
            if (times if tag == "dstrike" else times % 2) if own is None else own:
                return how
        return ""

    def _read_run_content(self, run: etree._Element, text_style: ReadStyle, paragraph: _OpenParagraph) -> None:
        for child in run:
            if child.tag in NOT_WORDS:
                continue
            match child.tag.removeprefix(W):
                case "t" | "delText":
                    self._add_words(child.text or "", text_style, paragraph)
                case "br" | "cr":
                    if child.get(f"{W}type", "textWrapping") == "textWrapping":
                        self._add(LineBreak(), paragraph)
                case "fldChar":
                    self._read_field_mark(child.get(f"{W}fldCharType"), paragraph)
                case "instrText" | "delInstrText":
                    if self.fields:
                        self.fields[-1].instruction += child.text or ""
                case "footnoteReference" | "endnoteReference" as tag:
                    note = self.notes.get((tag.removesuffix("Reference"), child.get(f"{W}id", "")))
                    if note is not None and note not in self.seen and not self.leaves_out:
                        self.seen.add(note)
                        paragraph.after.append(note)
                case "commentReference":
                    self._add_comment(child, paragraph)
                case "sym":
                    paragraph.asides.append(("sign", ""))
                case "drawing" | "pict" | "object":
                    self._read_picture(child, paragraph)
                case _ if child.tag in SIGNS:
                    self._add_words(SIGNS[child.tag], text_style, paragraph)
                case _ if child.tag == f"{MC}AlternateContent":
                    self._read_picture(child, paragraph)
                case _:
                    self._read(child, paragraph)

    def _read_picture(self, element: etree._Element, paragraph: _OpenParagraph) -> None:
        """The words of a text box come after the paragraph; those of WordArt, such as a watermark, stand in it; a
        picture is only listed."""
        if self.leaves_out == "hidden":
            return
        choice, tag = element.find(f"{MC}Choice"), f"{W}txbxContent"
        around = next(element.iterancestors(tag), None)
        boxes = [box for box in (element if choice is None else choice).iter(tag)
                 if next(box.iterancestors(tag), None) is around]  # boxes in boxes are read with these
        paragraph.after += boxes
        art = [path.get("string", "") for path in element.iter(f"{V}textpath")]
        for words in art:
            self._add_words(f" {words}", "", paragraph)
        if not boxes and not art:
            paragraph.asides.append(("picture", ""))

    def _read_field_mark(self, kind: str | None, paragraph: _OpenParagraph) -> None:
        match kind:
            case "begin":
                self.fields.append(_OpenField())
                if len(self.fields) > DEEPEST:
                    raise ValueError("fields")
            case "separate" if self.fields:
                self.fields[-1].result = len(paragraph.inlines)
            case "end" if self.fields:
                ended = self.fields.pop()
                if ended.result >= 0 and (found := _LINK.match(ended.instruction)):
                    _make_reference(found[1], ended.result, paragraph)
                    if (ended.result == len(paragraph.inlines) and "REF" in found[0] and not ended.left_out
                            and found[1].startswith("_pg_")):
                        # While changes are tracked, LibreOffice may print no number where it will print one again.
                        self._add(Reference(found[1]), paragraph)
                elif ended.result >= 0 and (web := _WEB_LINK.match(ended.instruction)):
                    _make_link(web[1] or web[2], web[3] or "", ended.result, paragraph)

    def _add(self, inline: Inline, paragraph: _OpenParagraph) -> None:
        if not all(one.shows() for one in self.fields):
            return
        words = plain((inline,))
        if not self.leaves_out:
            before = plain(tuple(paragraph.inlines[-1:]))
            if paragraph.gap and before[-1:].isalnum() and words[:1].isalnum():
                paragraph.inlines.append(Text(" "))  # the spaces on both sides were struck through too
            paragraph.inlines.append(inline)
            paragraph.gap = False
            paragraph.left_out = {how: f"{words.rstrip(' …')} … " for how, words in paragraph.left_out.items()}
            return
        paragraph.left_out[self.leaves_out] = paragraph.left_out.get(self.leaves_out, "") + words
        paragraph.gap |= words != words.strip()
        for one in self.fields:
            one.left_out = True

    def _add_words(self, text: str, style: ReadStyle, paragraph: _OpenParagraph) -> None:
        if style == "blank" and (label := re.fullmatch(r"\[(.*)\]", text)):
            self._add(Blank(label[1]), paragraph)
        elif text:
            self._add(Text(text, "" if style == "blank" else style), paragraph)

    def _add_bookmark(self, start: etree._Element, names: list[str]) -> None:
        name = start.get(f"{W}name", "")
        found = BOOKMARK.fullmatch(name)
        if found and not found[3]:
            names.append(name)
        elif not found and name in self.led_to:
            names.append(THEIRS + name)

    def _add_comment(self, reference: etree._Element, paragraph: _OpenParagraph) -> None:
        name = reference.get(f"{W}id", "")
        if name in self.comments and name not in self.told:
            self.told.add(name)
            paragraph.asides.append(("comment", self.comments[name]))


def _make_reference(name: str, at: int, paragraph: _OpenParagraph) -> None:
    """Put a reference to a bookmark in the place of the inlines that it prints, if any; to a bookmark of people's own
    if it prints a number."""
    printed = plain(tuple(paragraph.inlines[at:]))
    if printed and name.startswith("_pg_"):
        paragraph.inlines[at:] = [Reference(name, printed)]
    elif _PRINTED_NUMBER.fullmatch(printed.strip()):
        paragraph.inlines[at:] = [Reference(THEIRS + name, printed.strip())]


def _make_link(address: str, place: str, at: int, paragraph: _OpenParagraph) -> None:
    """Give the words from `at` on an address, or list them where it is one that is not kept. `place` is where it leads
    to in what has that address."""
    address = "%20".join((f"{address}#{place}" if place else address).split())
    if ADDRESS.fullmatch(address):
        paragraph.inlines[at:] = [replace(inline, address=address) if isinstance(inline, Text) else inline
                                  for inline in paragraph.inlines[at:]]
    elif printed := plain(tuple(paragraph.inlines[at:])).strip():
        paragraph.asides.append(("link", f"{printed} ({address})"))


def _is_placeholder(element: etree._Element) -> bool:
    """Whether an element is a content control that nobody has filled in: it shows only what to write."""
    return element.find(f"{W}sdtPr/{W}showingPlcHdr") is not None


def _joined_lines(lines: list[EditedLine]) -> Inlines:
    """The words of some lines, line breaks between them."""
    texts = [inlines for line in lines for inlines in line.line.cells if inlines]
    return tuple(inline for at, text in enumerate(texts) for inline in ((LineBreak(), *text) if at else text))


def _text_style(properties: etree._Element | None, style: str) -> ReadStyle:
    """How a run stands out; `style` is the name of its character style."""
    if style == "blank":
        return "blank"
    bold, italic = _is_on(properties, "b"), _is_on(properties, "i")
    if style == "strong" if bold is None else bold:
        return "strong"
    return "emphasis" if (style == "emphasis" if italic is None else italic) else ""

"""Word files that somebody edited by hand: a path in, an `EditedFile` out.

It reads what the writer drew, after any number of trips through Word and LibreOffice: styles by their names, numbers
left to the lists, references by the bookmarks that they lead to. Tracked changes are read twice, as if all were
accepted and as if all were rejected. What somebody wrote into a form is not read. It compares nothing and keeps no
layout.
"""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from lxml import etree

from policygen.formats.word.bookmarks import BASE_NAMESPACE, BOOKMARK, DIGEST, DOCUMENT
from policygen.formats.word.bookmarks import digest as digest_of
from policygen.formats.word.package import SAVE_AGAIN, read_parts
from policygen.model.document import Blank, Inline, Inlines, LineBreak, Reference, Text, joined, plain
from policygen.model.lines import IN_BOX, Line, words_of
from policygen.model.problems import WordFileError, Place, error

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
PROPERTY = "{http://schemas.openxmlformats.org/officeDocument/2006/custom-properties}property"
GONE = {"accepted": {f"{W}del", f"{W}moveFrom"}, "rejected": {f"{W}ins", f"{W}moveTo"}}
"""What is left out in each view of the tracked changes."""
NOT_WORDS = {f"{W}{tag}" for tag in ("pPr", "rPr", "sectPr", "sdtPr", "sdtEndPr", "tblPr", "tblGrid", "trPr", "tcPr",
                                     "rt", "fldData")} | {f"{MC}Fallback"}
SIGNS = {f"{W}tab": " ", f"{W}ptab": " ", f"{W}noBreakHyphen": "-", f"{W}softHyphen": ""}
NUMBERED = {"clause", "clause heading", "point", "short bullet"}
"""Names of the styles that begin a clause, in lower case."""
SECTIONS = {"heading 1", "heading 1 plain", "lettered heading", "short heading", "cover heading"}
FORM = {"field label": "label", "second label": "label", "field tick": "label", "field line": "written"}
FRONT = {"title", "title alone", "subtitle", "control label", "control text"}
TICKS = "☐☑☒✓✔"
SKIPPED = re.compile(r"toc( heading| \d)|contents( heading| \d)?|index heading|gap")
"""Styles of what the writer draws without words of its own, under Word's names and LibreOffice's."""
_LINK = re.compile(r"^\s*(?:(?:PAGE)?REF|HYPERLINK\s+\\l)\s+\"?(_pg_\w+)")

View = Literal["accepted", "rejected"]


@dataclass(frozen=True, slots=True)
class Comment:
    author: str
    words: str


@dataclass(frozen=True, slots=True)
class EditedLine:
    """A line of the file as it is drawn."""

    line: Line
    """Its references lead to bookmarks; comparing gives them back their clauses."""
    bookmarks: tuple[str, ...] = ()
    """Names of the hidden bookmarks that begin in it, copies left out."""
    role: Literal["", "clause", "section", "front", "label", "written"] = ""
    """`clause`: has a clause's own number; `section`: a section's heading; `front`: title and document control;
    `label`: names a place to write on; `written`: such a place, and what somebody wrote there."""
    comments: tuple[Comment, ...] = ()


@dataclass(frozen=True, slots=True)
class EditedFile:
    """A Word file as it was handed in."""

    name: str
    document: str
    """Id of the document that it is; empty when the file has lost it."""
    digest: str
    """Identifies the base of the file; empty when the file has lost it."""
    base: Mapping[str, Any] | None
    """The data that the writer embedded; None when the file has lost it, or it is not what the digest says."""
    lines: tuple[EditedLine, ...]
    """With all tracked changes accepted."""
    before: tuple[EditedLine, ...]
    """With all tracked changes rejected."""
    warnings: tuple[str, ...]
    """What stands in the file and cannot be taken over, a sentence each."""

    @property
    def pending(self) -> bool:
        """Whether tracked changes are waiting."""
        return self.lines != self.before


def read_word_file(path: Path) -> EditedFile:
    """What stands in a Word file. Raises WordFileError for a file that is none, OutputError when it cannot be read."""
    parts = read_parts(path)
    try:
        main = _main_part(parts)
        trees = {kind: _tree(parts[name]) for kind, name in _related(parts, main).items()}
        body = _tree(parts[main]).find(f"{W}body")
        if body is None:
            raise KeyError("body")
        styles = _styles(trees.get("styles"))
        shared = _Shared(styles, _list_kinds(trees.get("numbering"), styles), _notes(trees),
                         _comments(trees.get("comments")))
        views = {view: _Reading(shared, view).body(body) for view in ("accepted", "rejected")}
        document, digest = _origin(parts)
        base = _base(parts, digest)
    except (KeyError, etree.XMLSyntaxError, ValueError):
        raise WordFileError(error("this Word file is damaged or incomplete", Place(str(path)),
                                 SAVE_AGAIN)) from None
    return EditedFile(path.name, document, digest, base, views["accepted"], views["rejected"],
                      tuple(dict.fromkeys(shared.warnings)))


def _tree(data: bytes) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False,
                             remove_comments=True, remove_pis=True)
    return etree.fromstring(data, parser)


# ---- the parts of the package ------------------------------------------------------------------------------------


def _links(parts: Mapping[str, bytes], owner: str) -> Iterator[tuple[str, str]]:
    """Kind and target of each part that a part leads to; the package's own for an empty name."""
    folder, name = posixpath.split(owner)
    rels = parts.get(posixpath.join(folder, "_rels", f"{name}.rels"))
    for link in _tree(rels) if rels is not None else ():
        target = link.get("Target", "")
        if link.get("TargetMode") != "External":
            # A path from the package's root wins over the folder.
            path = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
            yield link.get("Type", "").rpartition("/")[2], path


def _main_part(parts: Mapping[str, bytes]) -> str:
    return next((target for kind, target in _links(parts, "") if kind == "officeDocument"), "word/document.xml")


def _related(parts: Mapping[str, bytes], main: str) -> dict[str, str]:
    """The parts that the document's words need, by kind."""
    wanted = ("styles", "numbering", "footnotes", "endnotes", "comments")
    return {kind: target for kind, target in _links(parts, main) if kind in wanted and target in parts}


def _origin(parts: Mapping[str, bytes]) -> tuple[str, str]:
    """Id of the document and digest of its base, from the file's properties."""
    found = {}
    for name, data in parts.items():
        if name.lower() == "docprops/custom.xml":
            found = {prop.get("name"): "".join(prop.itertext()) for prop in _tree(data).iter(PROPERTY)}
    return found.get(DOCUMENT, ""), found.get(DIGEST, "")


def _base(parts: Mapping[str, bytes], digest: str) -> Mapping[str, Any] | None:
    for name, data in parts.items():
        if re.fullmatch(r"customxml/item\d*\.xml", name.lower()):
            root = _tree(data)
            text = "".join(root.itertext())
            if root.tag == f"{{{BASE_NAMESPACE}}}base" and digest in ("", digest_of(text)):
                return _object(text)
    return None


def _object(text: str) -> dict[str, Any] | None:
    """The object that a JSON text holds; None when it is none."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


# ---- styles, lists, notes, comments ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Style:
    name: str
    """In lower case."""
    list: tuple[str, int] | None
    """Number of the list and level, its own or inherited."""
    hidden: bool


@dataclass(slots=True)
class _Shared:
    """What both views of one file share."""

    styles: Mapping[str, _Style]
    list_kinds: Mapping[tuple[str, int], str]
    """`bullet` or `letter` for number and level of a list."""
    notes: Mapping[tuple[str, str], etree._Element]
    comments: Mapping[str, Comment]
    warnings: list[str] = field(default_factory=list)


def _value(element: etree._Element | None, path: str) -> str | None:
    found = None if element is None else element.find("/".join(f"{W}{step}" for step in path.split("/")))
    return None if found is None else found.get(f"{W}val", "")


def _is_on(properties: etree._Element | None, tag: str) -> bool | None:
    """Whether a property is set; None where nothing is said of it."""
    value = _value(properties, tag)
    return None if value is None else value not in ("0", "false", "off")


def _list_of(properties: etree._Element | None) -> tuple[str, int] | None:
    number = _value(properties, "numPr/numId")
    level = _value(properties, "numPr/ilvl") or "0"
    return (number, int(level)) if number and level.isdecimal() else None


def _styles(tree: etree._Element | None) -> dict[str, _Style]:
    raw = {} if tree is None else {style.get(f"{W}styleId", ""): style for style in tree.iter(f"{W}style")}

    def first(style_id: str, read) -> Any:
        """What the style says, or the nearest one that it is based on."""
        seen: set[str] = set()
        while style_id in raw and style_id not in seen:
            seen.add(style_id)
            if (found := read(raw[style_id])) is not None:
                return found
            style_id = _value(raw[style_id], "basedOn") or ""
        return None

    return {style_id: _Style((_value(style, "name") or style_id).lower(),
                             first(style_id, lambda one: _list_of(one.find(f"{W}pPr"))),
                             bool(first(style_id, lambda one: _is_on(one.find(f"{W}rPr"), "vanish"))))
            for style_id, style in raw.items()}


def _list_kinds(tree: etree._Element | None, styles: Mapping[str, _Style]) -> dict[tuple[str, int], str]:
    """`bullet` or `letter` for number and level of each list; not for what numbers sections and clauses: LibreOffice
    gives such a number to paragraphs that are pasted together with a heading."""
    if tree is None:
        return {}
    counted = {style.list for style in styles.values() if style.name in NUMBERED | SECTIONS}
    levels = {(one.get(f"{W}abstractNumId"), int(level.get(f"{W}ilvl", "0"))):
              "bullet" if _value(level, "numFmt") in ("bullet", "none") else "letter"
              for one in tree.iter(f"{W}abstractNum") for level in one.iter(f"{W}lvl")}
    return {(number.get(f"{W}numId", ""), level): kind for number in tree.iter(f"{W}num")
            for (one, level), kind in levels.items()
            if one == _value(number, "abstractNumId") and (number.get(f"{W}numId", ""), level) not in counted}


def _notes(trees: Mapping[str, etree._Element]) -> dict[tuple[str, str], etree._Element]:
    return {(kind, note.get(f"{W}id", "")): note for kind in ("footnote", "endnote") if f"{kind}s" in trees
            for note in trees[f"{kind}s"].iter(f"{W}{kind}")}


def _comments(tree: etree._Element | None) -> dict[str, Comment]:
    return {} if tree is None else {
        one.get(f"{W}id", ""): Comment(one.get(f"{W}author", ""), " ".join(
            "".join(text.text or "" for text in paragraph.iter(f"{W}t")) for paragraph in one.iter(f"{W}p")).strip())
        for one in tree.iter(f"{W}comment")}


# ---- the body ----------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Draft:
    """A paragraph that is being read."""

    properties: etree._Element | None = None
    inlines: list[Inline] = field(default_factory=list)
    bookmarks: list[str] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
    after: list[etree._Element] = field(default_factory=list)
    """Notes and text boxes that hang on it: lines of their own behind it."""


@dataclass(slots=True)
class _Field:
    instruction: str = ""
    result: int = -1
    """Where its result begins among the paragraph's inlines; -1 before that."""


class _Reading:
    """One view of a body, line by line."""

    def __init__(self, shared: _Shared, view: View):
        self.shared, self.view = shared, view
        self.fields: list[_Field] = []
        self.waiting: list[str] = []
        """Bookmarks that begin between two paragraphs."""
        self.seen: set[etree._Element] = set()
        """Notes that were read: each stands in one place, whatever else refers to it."""

    def body(self, body: etree._Element) -> tuple[EditedLine, ...]:
        """The lines of the whole body. Raises ValueError when a field in it has swallowed the rest."""
        found = tuple(self.lines(body))
        if any(not self._shows(one) for one in self.fields):
            raise ValueError("field")
        return found

    def lines(self, container: etree._Element) -> Iterator[EditedLine]:
        """The lines of a body, a cell or a note."""
        open_draft: _Draft | None = None
        for element in self._blocks(container):
            if element.tag == f"{W}tbl":
                yield from self._table(element)
                continue
            draft, goes_on = self._paragraph(element, open_draft)
            open_draft = draft if goes_on else None
            if not goes_on:
                yield from self._finished(draft)
        if open_draft is not None:
            yield from self._finished(open_draft)

    def _blocks(self, container: etree._Element) -> Iterator[etree._Element]:
        """Paragraphs and tables, out of whatever they are wrapped in."""
        for element in container:
            if element.tag in (f"{W}p", f"{W}tbl"):
                yield element
            elif element.tag == f"{W}bookmarkStart":
                self._bookmark(element, self.waiting)
            elif element.tag == f"{W}altChunk":
                self.shared.warnings.append("A part of another file is embedded; its words are not read.")
            elif element.tag not in NOT_WORDS and element.tag not in GONE[self.view] and not _is_empty(element):
                yield from self._blocks(element)

    def _finished(self, draft: _Draft) -> Iterator[EditedLine]:
        style, kind, role = self._kind(draft.properties)
        line = EditedLine(Line(kind, (joined(draft.inlines),)), tuple(draft.bookmarks), role, tuple(draft.comments))
        if not SKIPPED.fullmatch(style) and (words_of(line.line).strip() or draft.bookmarks):
            yield line
        for element in draft.after:
            yield from self.lines(element)

    def _kind(self, properties: etree._Element | None) -> tuple[str, str, str]:
        """Name of the style, kind and role of a paragraph."""
        if self.view == "rejected" and properties is not None:
            earlier = properties.find(f"{W}pPrChange/{W}pPr")
            properties = properties if earlier is None else earlier
        style = self.shared.styles.get(_value(properties, "pStyle") or "", _Style("", None, False))
        name = style.name
        if name in NUMBERED:
            return name, "heading" if name == "clause heading" else "paragraph", "clause"
        if name in SECTIONS:
            return name, "heading", "section"
        if name in FRONT:
            return name, "paragraph", "front"
        if name in FORM:
            return name, "paragraph", FORM[name]
        box = IN_BOX if name.startswith(IN_BOX) else ""
        return name, box + self._kind_of_list(name, properties, style), ""

    def _kind_of_list(self, name: str, properties: etree._Element | None, style: _Style) -> str:
        for words, kind in (("bullet", "bullet"), ("lettered list", "letter"), ("list text", "further")):
            if words in name:
                return kind + (" 2" if name.endswith(" 2") else "")
        if "heading" in name:
            return "heading"
        if name in ("fields title", "clause paragraph"):
            return "fields" if name == "fields title" else "paragraph"
        number = _list_of(properties) or style.list
        kind = self.shared.list_kinds.get(number, "") if number else ""
        return kind + (" 2" if number[1] else "") if kind else "paragraph"

    # ---- paragraphs ----

    def _paragraph(self, element: etree._Element, open_draft: _Draft | None) -> tuple[_Draft, bool]:
        """The paragraph, and whether the next one goes on in it because its mark is deleted in this view."""
        properties = element.find(f"{W}pPr")
        draft = open_draft or _Draft(properties)
        if not draft.inlines:  # all that came before is gone: the words that follow bring their own style
            draft.properties, draft.bookmarks = properties, []
        draft.bookmarks += self.waiting
        self.waiting = []
        for one in self.fields:  # a field that goes on from the paragraph before
            one.result = min(one.result, 0)
        self._walk(element, draft)
        mark = None if properties is None else properties.find(f"{W}rPr")
        return draft, mark is not None and any(child.tag in GONE[self.view] for child in mark)

    def _walk(self, element: etree._Element, draft: _Draft) -> None:
        for child in element:
            if child.tag in GONE[self.view] or child.tag in NOT_WORDS:
                for mark in child.iter(f"{W}bookmarkStart"):  # words that were replaced keep theirs in the old ones
                    self._bookmark(mark, draft.bookmarks)
                continue
            match child.tag.removeprefix(W):
                case "r":
                    self._run(child, draft)
                case "bookmarkStart":
                    self._bookmark(child, draft.bookmarks)
                case "commentReference" | "commentRangeStart":
                    self._comment(child, draft)
                case "hyperlink":
                    self._link(child, child.get(f"{W}anchor", ""), draft)
                case "fldSimple":
                    found = _LINK.match(child.get(f"{W}instr", ""))
                    self._link(child, found[1] if found else "", draft)
                case "sdt" if _is_empty(child):
                    continue
                case "p" | "tbl":  # a content control around whole paragraphs, inside a paragraph's own run
                    draft.after.append(element)
                    return
                case _ if child.tag == f"{M}t":
                    self._words(child.text or "", "", draft)
                case _:
                    self._walk(child, draft)

    def _link(self, element: etree._Element, goal: str, draft: _Draft) -> None:
        at = len(draft.inlines)
        self._walk(element, draft)
        if goal.startswith("_pg_"):
            self._refer(goal, at, draft)

    def _refer(self, goal: str, at: int, draft: _Draft) -> None:
        """Put a reference to a bookmark in the place of the words that it prints, if any."""
        printed = plain(tuple(draft.inlines[at:]))
        if printed:
            draft.inlines[at:] = [Reference(goal, printed)]

    def _bookmark(self, element: etree._Element, names: list[str]) -> None:
        found = BOOKMARK.fullmatch(element.get(f"{W}name", ""))
        if found and not found[3]:
            names.append(found[0])

    def _comment(self, element: etree._Element, draft: _Draft) -> None:
        comment = self.shared.comments.get(element.get(f"{W}id", ""))
        if comment and comment not in draft.comments:
            draft.comments.append(comment)

    def _run(self, run: etree._Element, draft: _Draft) -> None:
        properties = run.find(f"{W}rPr")
        style = self.shared.styles.get(_value(properties, "rStyle") or "", _Style("", None, False))
        hidden = _is_on(properties, "vanish")
        if style.hidden if hidden is None else hidden:
            return
        look = _look(properties, style.name)
        for child in run:
            if child.tag in NOT_WORDS:
                continue
            match child.tag.removeprefix(W):
                case "t" | "delText":
                    self._words(child.text or "", look, draft)
                case "br" | "cr":
                    if child.get(f"{W}type", "textWrapping") == "textWrapping":
                        self._add(LineBreak(), draft)
                case "fldChar":
                    self._field_mark(child.get(f"{W}fldCharType"), draft)
                case "instrText" | "delInstrText":
                    if self.fields:
                        self.fields[-1].instruction += child.text or ""
                case "footnoteReference" | "endnoteReference":
                    kind = child.tag.removeprefix(W).removesuffix("Reference")
                    note = self.shared.notes.get((kind, child.get(f"{W}id", "")))
                    if note is not None and note not in self.seen:
                        self.seen.add(note)
                        draft.after.append(note)
                case "commentReference":
                    self._comment(child, draft)
                case "sym":
                    self.shared.warnings.append("A sign from a symbol typeface is used; it is not read.")
                case "drawing" | "pict" | "object":
                    self._picture(child, draft)
                case _ if child.tag in SIGNS:
                    self._words(SIGNS[child.tag], look, draft)
                case _ if child.tag == f"{MC}AlternateContent":
                    self._picture(child, draft)
                case _:
                    self._walk(child, draft)

    def _picture(self, element: etree._Element, draft: _Draft) -> None:
        """A text box's words come behind the paragraph; a picture is only mentioned."""
        choice = element.find(f"{MC}Choice")
        boxes = list(_outermost(element if choice is None else choice, f"{W}txbxContent"))
        draft.after += boxes
        if not boxes and self.view == "accepted":
            self.shared.warnings.append("A picture or drawing stands in the file; only words are taken over.")

    # ---- words and fields ----

    def _words(self, text: str, look: str, draft: _Draft) -> None:
        if not text:
            return
        if look == "blank" and (label := re.fullmatch(r"\[(.*)\]", text)):
            self._add(Blank(label[1]), draft)
        else:
            self._add(Text(text, "" if look == "blank" else look), draft)

    def _add(self, inline: Inline, draft: _Draft) -> None:
        if all(map(self._shows, self.fields)):
            draft.inlines.append(inline)

    def _shows(self, one: _Field) -> bool:
        """Whether what stands in a field now is words of the document."""
        return one.result >= 0 and not one.instruction.lstrip().startswith("TOC")

    def _field_mark(self, kind: str | None, draft: _Draft) -> None:
        match kind:
            case "begin":
                self.fields.append(_Field())
            case "separate" if self.fields:
                self.fields[-1].result = len(draft.inlines)
            case "end" if self.fields:
                ended = self.fields.pop()
                if ended.result >= 0 and (found := _LINK.match(ended.instruction)):
                    self._refer(found[1], ended.result, draft)
                    if ended.result == len(draft.inlines) and "REF" in found[0]:
                        # While changes are tracked, LibreOffice may print no number where it will print one again.
                        self._add(Reference(found[1]), draft)

    # ---- tables ----

    def _table(self, table: etree._Element) -> Iterator[EditedLine]:
        rows = [row for row in self._wrapped(table, "tr") if not self._is_gone(row)]
        for at, row in enumerate(rows):
            cells = [list(self.lines(cell)) for cell in self._wrapped(row, "tc")]
            header = _is_on(row.find(f"{W}trPr"), "tblHeader")
            if any(line.role in ("label", "written") for cell in cells for line in cell):
                yield from _field_row(cells)
            else:
                yield _row("header" if header or (header is None and at == 0 and len(rows) > 1) else "row", cells)

    def _wrapped(self, container: etree._Element, tag: str) -> Iterator[etree._Element]:
        """Rows or cells, out of content controls and the like."""
        for element in container:
            if element.tag == f"{W}{tag}":
                yield element
            elif element.tag == f"{W}bookmarkStart":
                self._bookmark(element, self.waiting)
            elif element.tag not in NOT_WORDS and element.tag not in GONE[self.view]:
                yield from self._wrapped(element, tag)

    def _is_gone(self, row: etree._Element) -> bool:
        properties = row.find(f"{W}trPr")
        return properties is not None and any(child.tag in GONE[self.view] for child in properties)


def _outermost(element: etree._Element, tag: str) -> Iterator[etree._Element]:
    """The elements of one name inside an element, without those inside another such one."""
    for child in element:
        if child.tag == tag:
            yield child
        else:
            yield from _outermost(child, tag)


def _is_empty(element: etree._Element) -> bool:
    """Whether this is a content control that nobody has filled in: it shows only what to write."""
    return element.find(f"{W}sdtPr/{W}showingPlcHdr") is not None


def _field_row(cells: list[list[EditedLine]]) -> Iterator[EditedLine]:
    """A line for each label in a row of a form, without what somebody wrote there; none for a row that is only
    written on."""
    whole = [line for cell in cells for line in cell]
    bookmarks = tuple(name for line in whole for name in line.bookmarks)
    comments = tuple(comment for line in whole for comment in line.comments)
    for cell in cells:
        words = _cell([line for line in cell if line.role == "label"])
        if plain(words).strip():
            kind = "field tick" if plain(words).lstrip()[:1] in TICKS else "field line"
            yield EditedLine(Line(kind, (words,)), bookmarks, "label", comments)
            bookmarks, comments = (), ()


def _row(kind: str, cells: list[list[EditedLine]]) -> EditedLine:
    """A row of a table as one line."""
    inside = [line for cell in cells for line in cell]
    front = any(line.role == "front" for line in inside)
    return EditedLine(Line(kind, tuple(_cell(cell) for cell in cells) or ((),)),
                      tuple(name for line in inside for name in line.bookmarks), "front" if front else "",
                      tuple(comment for line in inside for comment in line.comments))


def _cell(lines: list[EditedLine]) -> Inlines:
    """The paragraphs of a cell as one, line breaks between them."""
    texts = [inlines for line in lines for inlines in line.line.cells if inlines]
    return tuple(inline for at, text in enumerate(texts) for inline in ((LineBreak(), *text) if at else text))


def _look(properties: etree._Element | None, style: str) -> str:
    """How a run stands out: `strong`, `emphasis`, `blank` or not at all."""
    if style == "blank":
        return "blank"
    bold, italic = _is_on(properties, "b"), _is_on(properties, "i")
    if style == "strong" if bold is None else bold:
        return "strong"
    return "emphasis" if (style == "emphasis" if italic is None else italic) else ""

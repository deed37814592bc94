"""Word files that somebody edited by hand: a path in, an `EditedFile` out.

It reads what the writer made, after any number of trips through Word and LibreOffice: styles by their names, numbers
left to the lists, references by the bookmarks that they lead to. Tracked changes are read twice, as if all were
accepted and as if all were rejected. Words that somebody has struck through or hidden by formatting count as deleted,
and are told. What somebody wrote into a form is not read. It compares nothing and keeps no layout.
"""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from lxml import etree

from policygen.formats.word.bookmarks import BASE_NAMESPACE, BOOKMARK, DIGEST_PROPERTY, DOCUMENT_PROPERTY, base_digest
from policygen.formats.word.package import DAMAGED, SAVE_AGAIN, read_parts
from policygen.model.document import Blank, Inline, Inlines, LineBreak, Reference, Text, joined, plain
from policygen.model.lines import IN_BOX, Line, words_of
from policygen.model.problems import Place, WordFileError, error

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
PROPERTY = "{http://schemas.openxmlformats.org/officeDocument/2006/custom-properties}property"
GONE = {"accepted": {f"{W}del", f"{W}moveFrom"}, "rejected": {f"{W}ins", f"{W}moveTo"}}
"""The elements that are left out in each view of the tracked changes."""
NOT_WORDS = {f"{W}{tag}" for tag in ("pPr", "rPr", "sectPr", "sdtPr", "sdtEndPr", "tblPr", "tblGrid", "trPr", "tcPr",
                                     "rt", "fldData")} | {f"{MC}Fallback"}
LEAVES_OUT: dict[str, Literal["struck", "hidden"]] = {"vanish": "hidden", "strike": "struck", "dstrike": "struck"}
"""The properties of words that count as deleted."""
SIGNS = {f"{W}tab": " ", f"{W}ptab": " ", f"{W}noBreakHyphen": "-", f"{W}softHyphen": ""}
TICKS = "☐☑☒✓✔"

Role = Literal["", "clause", "section", "front", "label", "written"]
ROLES: dict[str, Role] = {
    **dict.fromkeys(("clause", "clause heading", "point", "short bullet"), "clause"),
    **dict.fromkeys(("heading 1", "heading 1 plain", "lettered heading", "short heading", "cover heading"), "section"),
    **dict.fromkeys(("title", "title alone", "subtitle", "control label", "control text"), "front"),
    **dict.fromkeys(("field label", "second label", "field tick"), "label"), "field line": "written"}
"""The roles of styles, by their names in lower case; all other styles have none."""
LIST_STYLES = {"bullet": "bullet", "lettered list": "letter", "list text": "further"}
"""The kinds of lines by a part of their style's name; 2 at its end is a list inside an item."""
OTHER_STYLES = {"fields title": "fields", "clause paragraph": "paragraph"}
SKIPPED = re.compile(r"toc( heading| \d)|contents( heading| \d)?|index heading|gap")
"""Styles of what the writer makes without words of its own, under Word's names and LibreOffice's."""
_LINK = re.compile(r"^\s*(?:(?:PAGE)?REF|HYPERLINK\s+\\l)\s+\"?(_pg_\w+)")

View = Literal["accepted", "rejected"]
ReadStyle = Literal["", "strong", "emphasis", "blank"]


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment that somebody wrote beside some words."""

    author: str
    words: str


@dataclass(frozen=True, slots=True)
class EditedLine:
    """A line of the file as a person sees it."""

    line: Line
    """Its references lead to bookmarks; comparing gives them back their clauses."""
    bookmarks: tuple[str, ...] = ()
    """Names of the hidden bookmarks that begin in it, copies left out."""
    role: Role = ""
    """`clause`: has a clause's own number; `section`: a section's heading; `front`: title and document control;
    `label`: names a place to write on; `written`: such a place, and what somebody wrote there."""
    comments: tuple[Comment, ...] = ()


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Words of one paragraph that are still in the file, and count as deleted."""

    how: Literal["struck", "hidden"]
    words: str
    bookmark: str
    """The last hidden bookmark that begins at or before them; empty for none."""


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
    warnings: tuple[str, ...]
    """What stands in the file and cannot be taken over, a sentence each."""
    left_out: tuple[LeftOut, ...] = ()
    """What is struck through or hidden, with all tracked changes accepted."""

    @property
    def pending(self) -> bool:
        """Whether tracked changes are waiting."""
        return self.lines != self.before


def read_word_file(path: Path) -> EditedFile:
    """The content of a Word file. Raises WordFileError for what is no sound Word file, OutputError where the path
    cannot be read."""
    parts = read_parts(path)
    try:
        main = next((target for kind, target in _links(parts, "") if kind == "officeDocument"), "word/document.xml")
        wanted = ("styles", "numbering", "footnotes", "endnotes", "comments")
        trees = {kind: _tree(parts[name]) for kind, name in _links(parts, main) if kind in wanted and name in parts}
        body = _tree(parts[main]).find(f"{W}body")
        if body is None:
            raise KeyError("body")
        reader = _BodyReader(trees)
        before, lines = reader.view(body, "rejected"), reader.view(body, "accepted")
        document, digest, base = _origin(parts)
    except (KeyError, etree.XMLSyntaxError, ValueError):
        raise WordFileError(error(DAMAGED, Place(str(path)), SAVE_AGAIN)) from None
    return EditedFile(path.name, document, digest, base, lines, before, tuple(reader.warnings),
                      tuple(reader.left_out))


def _tree(data: bytes) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False,
                             remove_comments=True, remove_pis=True)
    return etree.fromstring(data, parser)


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


def _value(element: etree._Element | None, path: str) -> str | None:
    found = None if element is None else element.find("/".join(f"{W}{step}" for step in path.split("/")))
    return None if found is None else found.get(f"{W}val", "")


def _is_on(properties: etree._Element | None, tag: str) -> bool | None:
    """Whether a property is set; None where nothing is said of it."""
    value = _value(properties, tag)
    return None if value is None else value not in ("0", "false", "off")


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
        while base in elements and base not in chain:
            chain[base] = elements[base]
            base = _value(elements[base], "basedOn") or ""
        numbering = (_numbering(one.find(f"{W}pPr")) for one in chain.values())
        leaves_out = frozenset(tag for tag in LEAVES_OUT if next(
            (on for one in chain.values() if (on := _is_on(one.find(f"{W}rPr"), tag)) is not None), False))
        found[style_id] = _Style((_value(style, "name") or style_id).lower(), next(filter(None, numbering), None),
                                 leaves_out)
    return found


def _list_kinds(tree: etree._Element | None, styles: Mapping[str, _Style]) -> dict[tuple[str, int], str]:
    """`bullet` or `letter` for number and level of each list; not for what numbers sections and clauses: LibreOffice
    gives such a number to paragraphs that are pasted together with a heading."""
    if tree is None:
        return {}
    counted = {style.numbering for style in styles.values() if ROLES.get(style.name) in ("clause", "section")}
    levels = {(one.get(f"{W}abstractNumId"), int(level.get(f"{W}ilvl", "0"))):
              "bullet" if _value(level, "numFmt") in ("bullet", "none") else "letter"
              for one in tree.iter(f"{W}abstractNum") for level in one.iter(f"{W}lvl")}
    return {(number.get(f"{W}numId", ""), level): kind for number in tree.iter(f"{W}num")
            for (one, level), kind in levels.items()
            if one == _value(number, "abstractNumId") and (number.get(f"{W}numId", ""), level) not in counted}


# ---- the body ----------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _OpenParagraph:
    """A paragraph that is being read."""

    properties: etree._Element | None = None
    inlines: list[Inline] = field(default_factory=list)
    bookmarks: list[str] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
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

    def __init__(self, trees: Mapping[str, etree._Element]) -> None:
        """`trees` are the roots of the parts beside the body, by kind: those of them that the file has."""
        self.styles = _styles(trees.get("styles"))
        self.list_kinds = _list_kinds(trees.get("numbering"), self.styles)
        self.notes = {(kind, note.get(f"{W}id", "")): note for kind in ("footnote", "endnote") if f"{kind}s" in trees
                      for note in trees[f"{kind}s"].iter(f"{W}{kind}")}
        self.comments = {}
        for comment in trees["comments"].iter(f"{W}comment") if "comments" in trees else ():
            words = ("".join(text.text or "" for text in one.iter(f"{W}t")) for one in comment.iter(f"{W}p"))
            self.comments[comment.get(f"{W}id", "")] = Comment(comment.get(f"{W}author", ""), " ".join(words).strip())
        self.warnings: dict[str, None] = {}
        """A sentence for each kind of thing that is not read, in order."""

    def view(self, body: etree._Element, view: View) -> tuple[EditedLine, ...]:
        """The lines of the whole body. Raises ValueError when a field in it does not end and hides the rest."""
        self.accepted, self.gone, self.skipped = view == "accepted", GONE[view], GONE[view] | NOT_WORDS
        self.fields: list[_OpenField] = []
        """Fields that have begun, the innermost last."""
        self.waiting: list[str] = []
        """Bookmarks that begin between two paragraphs: they belong to the next one."""
        self.leaves_out: Literal["", "struck", "hidden"] = ""
        """Why the words that are being read count as deleted; empty for words that count."""
        self.left_out: list[LeftOut] = []
        self.bookmark = ""
        """The last bookmark so far."""
        self.seen: set[etree._Element] = set()
        """Notes that were read: each stands in one place, whatever else refers to it."""
        found = tuple(self._lines_in(body))
        if not all(one.shows() for one in self.fields):
            raise ValueError("field")
        return found

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
                self.warnings["A part of another file is embedded; its words are not read."] = None
            elif element.tag not in self.skipped and not (f"{W}p" in tags and _is_placeholder(element)):
                yield from self._unwrapped(element, *tags)

    def _is_gone(self, element: etree._Element | None, properties: str) -> bool:
        """Whether the mark of a row or paragraph in its properties says that it is left out in this view."""
        marks = None if element is None else element.find(f"{W}{properties}")
        return marks is not None and any(mark.tag in self.gone for mark in marks)

    def _table_lines(self, table: etree._Element) -> Iterator[EditedLine]:
        rows = [row for row in self._unwrapped(table, f"{W}tr") if not self._is_gone(row, "trPr")]
        for at, row in enumerate(rows):
            before = len(self.left_out)
            cells = [list(self._lines_in(cell)) for cell in self._unwrapped(row, f"{W}tc")]
            inside = [line for cell in cells for line in cell]
            bookmarks = tuple(name for line in inside for name in line.bookmarks)
            comments = tuple(comment for line in inside for comment in line.comments)
            if len(self.left_out) > before and not any(words_of(line.line).strip() for line in inside):
                continue  # a row whose words are all struck through
            roles = {line.role for line in inside}
            if roles & {"label", "written"}:  # the lines of a form are its labels, without what somebody wrote there
                for cell in cells:
                    words = _joined_lines([line for line in cell if line.role == "label"])
                    if plain(words).strip():
                        kind = "field tick" if plain(words).lstrip()[:1] in TICKS else "field line"
                        yield EditedLine(Line(kind, (words,)), bookmarks, "label", comments)
                        bookmarks, comments = (), ()
                continue
            header = _is_on(row.find(f"{W}trPr"), "tblHeader")
            kind = "header" if header or (header is None and at == 0 and len(rows) > 1) else "row"
            yield EditedLine(Line(kind, tuple(map(_joined_lines, cells)) or ((),)), bookmarks,
                             "front" if "front" in roles else "", comments)

    def _lines_of(self, paragraph: _OpenParagraph) -> Iterator[EditedLine]:
        style, kind, role = self._style_kind_role(paragraph.properties)
        line = Line(kind, (joined(paragraph.inlines),))
        self.bookmark = paragraph.bookmarks[-1] if paragraph.bookmarks else self.bookmark
        if role not in ("front", "written") and not SKIPPED.fullmatch(style):
            self.left_out += [LeftOut(how, " ".join(words.strip(" …").split()), self.bookmark)
                              for how, words in paragraph.left_out.items() if words.strip(" …")]
        if not SKIPPED.fullmatch(style) and (words_of(line).strip() or paragraph.bookmarks):
            yield EditedLine(line, tuple(paragraph.bookmarks), role, tuple(paragraph.comments))
        for element in paragraph.after:
            yield from self._lines_in(element)

    def _style_kind_role(self, properties: etree._Element | None) -> tuple[str, str, Role]:
        """The name of a paragraph's style, the kind of its line, and its role."""
        if not self.accepted and properties is not None:
            earlier = properties.find(f"{W}pPrChange/{W}pPr")
            properties = properties if earlier is None else earlier
        style = self.styles.get(_value(properties, "pStyle") or "", _Style())
        name = style.name
        if role := ROLES.get(name):
            return name, "heading" if role == "section" or name == "clause heading" else "paragraph", role
        kind = next((kind + (" 2" if name.endswith(" 2") else "") for words, kind in LIST_STYLES.items()
                     if words in name), "heading" if "heading" in name else OTHER_STYLES.get(name, ""))
        if not kind and (number := _numbering(properties) or style.numbering):
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
                    if name.startswith("_pg_"):
                        _make_reference(name, at, paragraph)
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
        of_paragraph = self.styles.get(_value(paragraph.properties, "pStyle") or "", _Style()).leaves_out
        for tag, how in LEAVES_OUT.items():
            # Where both styles set it, Word turns `vanish` and `strike` off again, but not `dstrike`.
            both = style.leaves_out | of_paragraph if tag == "dstrike" else style.leaves_out ^ of_paragraph
            own = _is_on(properties, tag)
            if tag in both if own is None else own:
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
                    self.warnings["A sign from a symbol typeface is used; it is not read."] = None
                case "drawing" | "pict" | "object":
                    self._read_picture(child, paragraph)
                case _ if child.tag in SIGNS:
                    self._add_words(SIGNS[child.tag], text_style, paragraph)
                case _ if child.tag == f"{MC}AlternateContent":
                    self._read_picture(child, paragraph)
                case _:
                    self._read(child, paragraph)

    def _read_picture(self, element: etree._Element, paragraph: _OpenParagraph) -> None:
        """The words of a text box come after the paragraph; a picture is only mentioned."""
        if self.leaves_out == "hidden":
            return
        choice, tag = element.find(f"{MC}Choice"), f"{W}txbxContent"
        around = next(element.iterancestors(tag), None)
        boxes = [box for box in (element if choice is None else choice).iter(tag)
                 if next(box.iterancestors(tag), None) is around]  # boxes in boxes are read with these
        paragraph.after += boxes
        if not boxes and self.accepted:
            self.warnings["A picture or drawing stands in the file; only words are taken over."] = None

    def _read_field_mark(self, kind: str | None, paragraph: _OpenParagraph) -> None:
        match kind:
            case "begin":
                self.fields.append(_OpenField())
            case "separate" if self.fields:
                self.fields[-1].result = len(paragraph.inlines)
            case "end" if self.fields:
                ended = self.fields.pop()
                if ended.result >= 0 and (found := _LINK.match(ended.instruction)):
                    _make_reference(found[1], ended.result, paragraph)
                    if ended.result == len(paragraph.inlines) and "REF" in found[0] and not ended.left_out:
                        # While changes are tracked, LibreOffice may print no number where it will print one again.
                        self._add(Reference(found[1]), paragraph)

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
        found = BOOKMARK.fullmatch(start.get(f"{W}name", ""))
        if found and not found[3]:
            names.append(found[0])

    def _add_comment(self, reference: etree._Element, paragraph: _OpenParagraph) -> None:
        comment = self.comments.get(reference.get(f"{W}id", ""))
        if comment and comment not in paragraph.comments:
            paragraph.comments.append(comment)


def _make_reference(name: str, at: int, paragraph: _OpenParagraph) -> None:
    """Put a reference to a bookmark in the place of the inlines that it prints, if any."""
    printed = plain(tuple(paragraph.inlines[at:]))
    if printed:
        paragraph.inlines[at:] = [Reference(name, printed)]


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

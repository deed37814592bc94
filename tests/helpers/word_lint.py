"""Faults of a Word file that validators let pass, and marks of careless work.

The bytes of a DOCX file in, one line for each finding out. It reads the parts as XML, apart from the writer.
"""

import io
import posixpath
import re
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
PACKAGE = "{http://schemas.openxmlformats.org/package/2006/"
PLAIN_PARAGRAPH = {"pStyle", "keepNext", "numPr"}
"""What a paragraph may say for itself: its style, that it stays with the next one, that its list starts again."""
PLAIN_CELL = {"tcW", "gridSpan"}

Trees = dict[str, etree._Element]
"""The roots of parts by name."""


def lint(data: bytes) -> list[str]:
    """Every finding, in words; none for a sound file."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        names = package.namelist()
        parts = {name: package.read(name) for name in names}
    found = [f"two parts are called {name}" for name, count in Counter(names).items() if count > 1]
    found += links_between(parts)
    trees = {name: etree.fromstring(content) for name, content in parts.items() if re.fullmatch(
        r"word/(document|styles|numbering|settings|(header|footer|footnotes|comments)\d*)\.xml", name)}
    stories = {name: tree for name, tree in trees.items() if not re.search("styles|numbering|settings", name)}
    found += styles_and_lists(trees, stories) + numbered_once(stories)
    for name, tree in stories.items():
        found += [f"{name}: {line}" for line in (*bookmarks(tree), *fields(tree), *changes(tree), *formatting(tree),
                                                 *tables(tree), *pictures(tree))]
    return found + goals(stories) + properties(parts, trees)


def val(element: etree._Element, path: str = "") -> str | None:
    found = element.find("/".join(W + step for step in path.split("/"))) if path else element
    return None if found is None else found.get(f"{W}val")


def twice(names: Iterable[str]) -> list[str]:
    return sorted(name for name, count in Counter(names).items() if count > 1)


# ---- the package -------------------------------------------------------------------------------------------------


def links_between(parts: dict[str, bytes]) -> list[str]:
    """Relationships without parts, parts without relationships or content types, ids without relationships."""
    found, reached = [], {"[Content_Types].xml"}
    types = etree.fromstring(parts["[Content_Types].xml"])
    typed = {item.get("PartName") for item in types} | {item.get("Extension") for item in types}
    for name, content in parts.items():
        if name != "[Content_Types].xml" and not {f"/{name}", name.rpartition(".")[2]} & typed:
            found.append(f"{name} has no content type")
        if not name.endswith(".rels"):
            continue
        reached.add(name)
        folder = posixpath.dirname(posixpath.dirname(name))
        owner = posixpath.join(folder, posixpath.basename(name).removesuffix(".rels"))
        if owner and owner not in parts:
            found.append(f"{name} belongs to no part")
        links = list(etree.fromstring(content))
        found += [f"{name}: two relationships {at}" for at in twice(link.get("Id") for link in links)]
        for link in links:
            if link.get("TargetMode") == "External":
                found.append(f"{name}: {link.get('Id')} leads outside the file")
                continue
            target = posixpath.normpath(posixpath.join("/", folder, link.get("Target"))).lstrip("/")
            reached.add(target)
            if target not in parts:
                found.append(f"{name}: {link.get('Id')} leads to no part: {target}")
        if owner in parts:
            used = {value for element in etree.fromstring(parts[owner]).iter()
                    for key, value in element.attrib.items() if key.startswith(R)}
            found += [f"{owner}: no relationship {at}" for at in sorted(used - {link.get("Id") for link in links})]
    return found + [f"nothing leads to {name}" for name in sorted(parts.keys() - reached)]


def properties(parts: dict[str, bytes], trees: Trees) -> list[str]:
    found = []
    core = etree.fromstring(parts["docProps/core.xml"])
    said = {etree.QName(element).localname: element.text for element in core}
    if not said.get("title"):
        found.append("the file has no title")
    language = val(trees["word/styles.xml"], "docDefaults/rPrDefault/rPr/lang")
    if said.get("language") != "en-GB" or language != "en-GB":
        found.append("the language is not en-GB")
    if trees["word/settings.xml"].find(f"{W}updateFields") is not None:
        found.append("Word will ask whether to renew the fields")
    return found


# ---- styles and lists --------------------------------------------------------------------------------------------


def styles_and_lists(trees: Trees, stories: Trees) -> list[str]:
    """Names of styles and lists that do not exist; levels that say another style than the style says."""
    found = []
    styles = {style.get(f"{W}styleId"): style for style in trees["word/styles.xml"].iter(f"{W}style")}
    numbering = trees["word/numbering.xml"]
    abstract = [item.get(f"{W}abstractNumId") for item in numbering.iter(f"{W}abstractNum")]
    nums = {item.get(f"{W}numId"): val(item, "abstractNumId") for item in numbering.iter(f"{W}num")}
    found += [f"two styles {name}" for name in twice(style.get(f"{W}styleId")
                                                    for style in trees["word/styles.xml"].iter(f"{W}style"))]
    found += [f"list {at} has no definition" for at, owner in nums.items() if owner not in abstract]
    for name, tree in trees.items():
        used = {val(element) for tag in ("pStyle", "rStyle", "tblStyle", "basedOn", "next", "link")
                for element in tree.iter(W + tag)}
        found += [f"{name}: unknown style {style}" for style in sorted(used - styles.keys())]
        lists = {val(element) for element in tree.iter(f"{W}numId")} - {"0"}
        found += [f"{name}: unknown list {at}" for at in sorted(lists - nums.keys())]
    for name, tree in stories.items():
        found += [f"{name}: a paragraph without a style: {text(p)!r}" for p in tree.iter(f"{W}p")
                  if val(p, "pPr/pStyle") is None]
    return found


def text(element: etree._Element) -> str:
    return "".join(words.text or "" for words in element.iter(f"{W}t"))


# ---- marks that come in pairs ------------------------------------------------------------------------------------


def bookmarks(tree: etree._Element) -> list[str]:
    starts, ends = list(tree.iter(f"{W}bookmarkStart")), [end.get(f"{W}id") for end in tree.iter(f"{W}bookmarkEnd")]
    names, ids = [start.get(f"{W}name") for start in starts], [start.get(f"{W}id") for start in starts]
    found = [f"two bookmarks {name}" for name in twice(name.lower() for name in names)]
    found += [f"two bookmarks with the id {at}" for at in twice(ids)]
    found += [f"the bookmark {name} is not closed" for name, at in zip(names, ids) if at not in ends]
    found += [f"the end of bookmark {at} has no start" for at in ends if at not in ids]
    found += [f"the bookmark {name} is no name that Word takes" for name in names
              if not re.fullmatch(r"[A-Za-z_]\w{0,39}", name, re.ASCII)]
    return found


def fields(tree: etree._Element) -> Iterator[str]:
    """Fields that are not closed, and instructions outside fields."""
    open_ = []
    for element in tree.iter(f"{W}fldChar", f"{W}instrText"):
        kind = element.get(f"{W}fldCharType")
        if element.tag == f"{W}instrText":
            if not open_ or open_[-1] != "begin":
                yield f"the instruction {element.text!r} stands in no field"
        elif kind == "begin":
            open_.append(kind)
        elif not open_ or (kind == "separate" and open_[-1] != "begin"):
            yield f"a field has {kind} without begin"
        elif kind == "separate":
            open_[-1] = kind
        else:
            open_.pop()
    if open_:
        yield f"{len(open_)} fields are not closed"


def changes(tree: etree._Element) -> Iterator[str]:
    """Tracked changes with the wrong kind of words in them."""
    for words in tree.iter(f"{W}t"):
        if any(True for _ in words.iterancestors(f"{W}del", f"{W}moveFrom")):
            yield f"w:t inside w:del: {words.text!r}"
    for words in tree.iter(f"{W}delText"):
        if not any(True for _ in words.iterancestors(f"{W}del", f"{W}moveFrom")):
            yield f"w:delText outside w:del: {words.text!r}"


def numbered_once(stories: Trees) -> list[str]:
    controls = [item.get(f"{W}val") for tree in stories.values() for item in tree.iterfind(f".//{W}sdtPr/{W}id")]
    drawings = [item.get("id") for tree in stories.values() for item in tree.iter(f"{WP}docPr")]
    tags = [val(item, "tag") for tree in stories.values() for item in tree.iter(f"{W}sdtPr")]
    return ([f"two controls with the id {at}" for at in twice(controls)]
            + [f"two controls with the tag {tag}" for tag in twice(tags)]
            + [f"two drawings with the id {at}" for at in twice(drawings)])


def goals(stories: Trees) -> list[str]:
    """Links and references that lead to no bookmark."""
    names = {start.get(f"{W}name") for tree in stories.values() for start in tree.iter(f"{W}bookmarkStart")}
    wanted = {link.get(f"{W}anchor") for tree in stories.values() for link in tree.iter(f"{W}hyperlink")} - {None}
    wanted |= {words.text.split()[1] for tree in stories.values() for words in tree.iter(f"{W}instrText")
               if words.text.split()[0] in ("REF", "PAGEREF")}
    return [f"no bookmark {name}" for name in sorted(wanted - names)]


# ---- what a careful person does not leave ------------------------------------------------------------------------


def formatting(tree: etree._Element) -> Iterator[str]:
    """Looks that are not a style's."""
    def names(element: etree._Element) -> set[str]:
        return {etree.QName(child).localname for child in element}

    for run in tree.iter(f"{W}rPr"):
        if more := names(run) - {"rStyle"}:
            yield f"a run is formatted by hand: {', '.join(sorted(more))}"
    for paragraph in tree.iter(f"{W}pPr"):
        if more := names(paragraph) - PLAIN_PARAGRAPH:
            yield f"a paragraph is formatted by hand: {', '.join(sorted(more))}"
    for cell in tree.iter(f"{W}tcPr"):
        if more := names(cell) - PLAIN_CELL:
            yield f"a cell is formatted by hand: {', '.join(sorted(more))}"
    for height in tree.iter(f"{W}trHeight"):
        if height.get(f"{W}hRule") != "atLeast":
            yield "a row has a fixed height"
    for paragraph in tree.iter(f"{W}p"):
        if val(paragraph, "pPr/pStyle") not in ("TableText", "ControlText", "FieldLabel", "Toc1") and re.match(
                r"(\d+(\.\d+)*\.?|\([a-z]\)|[•–])\s", text(paragraph)):
            yield f"a number or label is typed: {text(paragraph)[:20]!r}"


def tables(tree: etree._Element) -> Iterator[str]:
    for table in tree.iter(f"{W}tbl"):
        if not val(table, "tblPr/tblCaption") or not val(table, "tblPr/tblDescription"):
            yield "a table is not described"
        columns = len(table.findall(f"{W}tblGrid/{W}gridCol"))
        look = table.find(f"{W}tblPr/{W}tblLook")
        rows = table.findall(f"{W}tr")
        if look is None or {look.get(f"{W}firstRow"), look.get(f"{W}firstColumn")} != {"0", "1"}:
            yield "a table does not say where its headings are"
        elif look.get(f"{W}firstRow") == "1" and [
                row.find(f"{W}trPr/{W}tblHeader") is not None for row in rows] != [True] + [False] * (len(rows) - 1):
            yield "the header row of a table is not repeated, or another one is"
        for row in rows:
            if row.find(f"{W}trPr/{W}cantSplit") is None:
                yield "a row of a table may be split"
            cells = row.findall(f"{W}tc")
            if sum(int(val(cell, "tcPr/gridSpan") or 1) for cell in cells) != columns:
                yield "a row does not fill the columns of its table"
            if any(cell[-1].tag != f"{W}p" for cell in cells):
                yield "a cell does not end in a paragraph"


def pictures(tree: etree._Element) -> Iterator[str]:
    for picture in tree.iter(f"{WP}docPr"):
        if not picture.get("descr"):
            yield "a picture is not described"

"""What a screen reader needs of a PDF, looked for in the file itself: `problems(data)` lists what is missing.

It follows PDF/UA-1 (ISO 14289-1) where a program can: everything painted is part of the text or an artifact, the tree
of tags is whole, and headings, lists, tables, pictures, links and fields say what they are.
"""

import io
import itertools
from collections import Counter
from collections.abc import Iterator

import pikepdf

PAINTING = {"f", "F", "f*", "B", "B*", "b", "b*", "S", "s", "Tj", "TJ", "'", '"', "Do", "sh", "EI"}
HEADINGS = {f"/H{level}": level for level in range(1, 7)}
PARENTS = {"/LI": {"/L"}, "/LBody": {"/LI"}, "/Lbl": {"/LI"}, "/TR": {"/THead", "/TBody", "/TFoot", "/Table"},
           "/TH": {"/TR"}, "/TD": {"/TR"}, "/THead": {"/Table"}, "/TBody": {"/Table"}}
CHILDREN = {"/L": {"/LI", "/L"}, "/LI": {"/LBody", "/Lbl"}, "/TR": {"/TH", "/TD"}}


def problems(data: bytes) -> list[str]:
    """Everything that is wrong with a PDF, in words; nothing for one that is right."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        found = [*_whole(pdf)]
        if "/StructTreeRoot" not in pdf.Root:
            return [*found, "it has no tags"]
        elements = [*_elements(pdf)]
        return [*found, *_painted(pdf, elements), *_headings(elements), *_nesting(elements), *_cells(elements),
                *_figures(elements), *_annotations(pdf, elements)]


def _elements(pdf: pikepdf.Pdf) -> list[tuple[pikepdf.Dictionary, str]]:
    """Every element of the tree in reading order, with the tag of the one it stands in."""
    found = []

    def visit(element: pikepdf.Dictionary, parent: str) -> None:
        found.append((element, parent))
        for kid in _kids(element):
            if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
                visit(kid, str(element.S))

    for kid in _kids(pdf.Root.StructTreeRoot):
        visit(kid, "")
    return found


def _kids(element: pikepdf.Dictionary) -> list:
    kids = element.get("/K", [])
    return list(kids) if isinstance(kids, pikepdf.Array | list) else [kids]


def _whole(pdf: pikepdf.Pdf) -> Iterator[str]:
    """What the file says about itself."""
    root = pdf.Root
    if not str(root.get("/Lang", "")):
        yield "it has no language"
    if not str(pdf.docinfo.get("/Title", "")):
        yield "it has no title"
    if not root.get("/ViewerPreferences", {}).get("/DisplayDocTitle", False):
        yield "readers do not show the title"
    if not root.get("/MarkInfo", {}).get("/Marked", False):
        yield "it does not say that it is tagged"
    if "/Metadata" not in root or b"pdfuaid:part" not in root.Metadata.read_bytes():
        yield "it does not say that it is PDF/UA"
    if not list(pdf.open_outline().root):
        yield "it has no bookmarks"
    for number, page in enumerate(pdf.pages, 1):
        if page.get("/Tabs") != "/S":
            yield f"page {number} does not take its fields in the order of the tags"
        for name, font in page.get("/Resources", {}).get("/Font", {}).items():
            inner = font.DescendantFonts[0] if "/DescendantFonts" in font else font
            if not {"/FontFile", "/FontFile2", "/FontFile3"} & set(inner.FontDescriptor.keys()):
                yield f"the font {name} is not in the file"


def _painted(pdf: pikepdf.Pdf, elements: list) -> Iterator[str]:
    """What is drawn on the pages: in the tree, or an artifact."""
    owned = {(element.Pg.objgen, int(kid)) for element, _ in elements for kid in _kids(element) if isinstance(kid, int)}
    drawn, marked = set(), set()
    for number, page in enumerate(pdf.pages, 1):
        open_marks: list[tuple[str, int | None]] = []
        for operands, operator in pikepdf.parse_content_stream(page):
            match str(operator):
                case "BMC":
                    open_marks.append((str(operands[0]), None))
                case "BDC":
                    mark = operands[1].get("/MCID") if isinstance(operands[1], pikepdf.Dictionary) else None
                    open_marks.append((str(operands[0]), None if mark is None else int(mark)))
                    marked |= set() if mark is None else {(page.obj.objgen, int(mark))}
                case "EMC":
                    open_marks.pop()
                case paint if paint in PAINTING:
                    marks = [mark for _, mark in open_marks if mark is not None]
                    drawn |= {(page.obj.objgen, mark) for mark in marks}
                    if not marks and "/Artifact" not in [tag for tag, _ in open_marks]:
                        yield f"page {number} paints ({paint}) what is neither text nor artifact"
        if open_marks:
            yield f"page {number} does not end what it marks"
    yield from (f"marked content {mark} of object {page[0]} is not in the tree" for page, mark in sorted(drawn - owned))
    yield from (f"the tree holds content {mark} that no page has" for _, mark in sorted(owned - marked))


def _headings(elements: list) -> Iterator[str]:
    levels = [HEADINGS[str(element.S)] for element, _ in elements if str(element.S) in HEADINGS]
    if levels.count(1) != 1 or levels[0] != 1:
        yield f"it has {levels.count(1)} titles, or begins with another heading"
    yield from (f"a heading of level {after} follows one of level {before}"
                for before, after in itertools.pairwise(levels) if after > before + 1)


def _nesting(elements: list) -> Iterator[str]:
    for element, parent in elements:
        tag = str(element.S)
        if tag in PARENTS and parent not in PARENTS[tag]:
            yield f"{tag} stands in {parent}"
        inside = {str(kid.S) for kid in _kids(element) if isinstance(kid, pikepdf.Dictionary) and "/S" in kid}
        if tag in CHILDREN and not inside <= CHILDREN[tag]:
            yield f"{tag} holds {', '.join(sorted(inside - CHILDREN[tag]))}"


def _cells(elements: list) -> Iterator[str]:
    heads = {str(element.ID) for element, _ in elements if str(element.S) == "/TH" and "/ID" in element}
    for element, _ in elements:
        kind, about = str(element.S), element.get("/A", {})
        if kind == "/TH" and about.get("/Scope") not in ("/Column", "/Row"):
            yield "a header cell does not say what it heads"
        if kind == "/TD" and not (named := {str(name) for name in about.get("/Headers", [])}) & heads:
            yield f"a cell has no header ({named or 'none'})"


def _figures(elements: list) -> Iterator[str]:
    for element, _ in elements:
        if str(element.S) == "/Figure" and not str(element.get("/Alt", "")).strip():
            yield "a picture has no description"


def _annotations(pdf: pikepdf.Pdf, elements: list) -> Iterator[str]:
    """Links and fields: in the tree under the right tag, described, each field with a name of its own."""
    owners = {kid.Obj.objgen: str(element.S) for element, _ in elements for kid in _kids(element)
              if isinstance(kid, pikepdf.Dictionary) and kid.get("/Type") == "/OBJR"}
    fields = list(pdf.Root.get("/AcroForm", {}).get("/Fields", []))
    for annotation in (item for page in pdf.pages for item in page.get("/Annots", [])):
        widget = annotation.Subtype == "/Widget"
        if owners.get(annotation.objgen) != ("/Form" if widget else "/Link"):
            yield f"{annotation.Subtype} stands under {owners.get(annotation.objgen)} in the tree"
        if not str(annotation.get("/TU" if widget else "/Contents", "")).strip():
            yield f"{annotation.Subtype} is not described"
        if "/StructParent" not in annotation:
            yield f"{annotation.Subtype} does not lead back to the tree"
        if widget and annotation.objgen not in {field.objgen for field in fields}:
            yield "a field is not listed among the fields"
        if widget and "/N" not in annotation.get("/AP", {}):
            yield "a field has no appearance"
    names = Counter(str(field.get("/T", "")) for field in fields)
    yield from (f"{count} fields are called {name!r}" for name, count in names.items() if count > 1 or not name)

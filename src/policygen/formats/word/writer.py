"""Stage *write*, Word: a `Document` in, the bytes of a DOCX file out.

docxtpl fills in the house's frame (cover, header, footer), then the body is put in as elements with named styles, so
no word of the clause library ever passes through a template. The look is the frame's alone (`tools/make_frame.py`),
in the organisation's colour, typeface and size. The pieces are in this package. It does not select,
number or check anything, and it touches no file but the frame. Same input, same bytes.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from datetime import datetime
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile, ZipInfo

from docx.document import Document as WordFile
from docx.enum.section import WD_ORIENT
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.exceptions import PackageNotFoundError
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.text.run import Run
from docxtpl import DocxTemplate
from docxtpl.template import TemplateError

from policygen.formats.word import bookmarks as anchors
from policygen.model.document import Document, Remark
from policygen.model.problems import LibraryError, Place, error
from policygen.formats.house import House, Logo
from policygen.formats.tables import lies_on_its_side
from policygen.formats.word import logo as logos
from policygen.formats.word.body import CLAUSE, CLAUSE_HEADING, body
from policygen.formats.word.drawing import REMEDY, Drawing, targets_of
from policygen.formats.word.look import restyled
from policygen.formats.word.xml import Element, clean, qn, style_id

BODY_MARK = "[BODY]"
"""The words of the frame's one paragraph that the body replaces."""
LOGO_MARK = "\uf8ff"
"""Stands for the logo while the frame is filled in: a letter that no words have."""
LONG_AGO = datetime(2000, 1, 1)
"""Stands in the properties as the day of making, so that no byte depends on the clock."""
EMU_PER_TWENTIETH = 635


def write(document: Document, house: House, embedded: bytes | None = None, remarks: Iterable[Remark] = ()) -> bytes:
    """The bytes of the Word file; raises `LibraryError` when the house's `frame.docx` cannot be used.

    `embedded` is the JSON that a review needs to recognise the file after it was edited; `bookmarks` says how
    it is kept. Give none for a document that must not show where it comes from. `remarks` stand as Word comments.
    """
    return written(document, house, body, embedded, remarks)


def written(document: Document, house: House, content: Callable[[Drawing], list[Element]],
            embedded: bytes | None = None, remarks: Iterable[Remark] = ()) -> bytes:
    """The bytes of a Word file in the document's frame; `content` draws what goes into it. Raises `LibraryError`."""
    frame = Place(str(house.folder / "frame.docx"))
    logo = house.logo if document.organisation else None
    word = _filled_frame(document, frame, logo is not None)
    if logo is not None:
        _show_logo(word, logo, document.organisation)
    if not document.organisation:
        _drop_subtitle(word)
    if lies_on_its_side(document):
        _turn_page(word)
    if document.layout == "three_level":
        _number_headings(word)
    mark = _body_mark(word, frame)
    for element in content(Drawing(document, word, frame, targets_of(document), _room(word), house.large)):
        mark.addprevious(element)
    mark.getparent().remove(mark)
    _refuse_unknown_styles(word, frame)
    _set_properties(word, document)
    for remark in remarks:
        _remark(word, remark)
    if embedded is not None:
        _embed(word, document, anchors.base_text(embedded))
    buffer = io.BytesIO()
    word.save(buffer)
    with ZipFile(buffer) as package:
        return packed(restyled({name: package.read(name) for name in package.namelist()}, house))


def packed(parts: dict[str, bytes]) -> bytes:
    """A zip file of some parts, the same bytes whatever the clock, the system and the parts' order."""
    buffer = io.BytesIO()
    with ZipFile(buffer, "w") as package:
        for name in sorted(parts, key=lambda name: (name != "[Content_Types].xml", name)):
            entry = ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.create_system = 0
            entry.compress_type = ZIP_DEFLATED
            package.writestr(entry, parts[name], compresslevel=6)
    return buffer.getvalue()


def _remark(word: WordFile, remark: Remark) -> None:
    """Put a comment on the first words of a clause; nothing happens where neither it nor its stand-ins are there."""
    marks = {mark.get(qn("w:name")): mark for mark in word.element.body.iter(qn("w:bookmarkStart"))}
    names = (anchors.bookmark(clause, n) for clause in remark.clauses for n in (1, 0))
    mark = next((marks[name] for name in names if name in marks), None)
    runs = [] if mark is None else list(mark.getparent().iterchildren(qn("w:r")))
    if not runs:
        return
    comment = word.add_comment([Run(run, None) for run in (runs[0], runs[-1])], clean(remark.words),
                               clean(remark.author)[:255], "")
    comment._comment_elm.set(qn("w:date"), f"{remark.on.isoformat()}T00:00:00Z")  # no byte depends on the clock
    for root in (word.element.body, comment._comment_elm):  # the frame has no styles for comments
        for name in [name for tag in ("w:rStyle", "w:pStyle") for name in root.iter(qn(tag))]:
            if name.get(qn("w:val"), "").startswith("Comment"):
                name.getparent().remove(name)


# ---- the frame ---------------------------------------------------------------------------------------------------


class _Verbatim(str):
    """Words for the frame that come out as they are: docxtpl escapes `<`, but then turns `{_{` into `{{`."""

    def __html__(self) -> str:
        return escape(self).replace("{", "&#123;").replace("}", "&#125;").replace("%", "&#37;")


def _filled_frame(document: Document, frame: Place, with_logo: bool) -> WordFile:
    """The frame with its placeholders filled in: cover, header and footer."""
    values = {"title": document.title, "organisation": document.organisation, "edition_line": document.edition_line,
              "draft": "yes" if document.draft else "", "logo": LOGO_MARK if with_logo else ""}
    template = DocxTemplate(frame.file)
    try:
        unknown = sorted(template.get_undeclared_template_variables() - values.keys())
        if unknown:
            raise LibraryError(error(f"unknown placeholder in the Word frame: {', '.join(unknown)}", frame, REMEDY))
        template.render({name: _Verbatim(clean(value)) for name, value in values.items()}, autoescape=True)
    except (PackageNotFoundError, BadZipFile, KeyError, OSError, SyntaxError) as reason:
        raise LibraryError(error("the Word frame is missing or is not a Word file", frame, REMEDY)) from reason
    except TemplateError as reason:
        raise LibraryError(error(f"a placeholder in the Word frame is wrong: {reason}", frame, REMEDY)) from reason
    # Not `get_docx()`: after rendering, that gives the frame as it was before.
    return template.docx


def _body_mark(word: WordFile, frame: Place) -> Element:
    # The last one: a document may be called `[BODY]`, and its title stands further up.
    marks = [paragraph._p for paragraph in word.paragraphs if paragraph.text == BODY_MARK]
    if not marks:
        raise LibraryError(error(f"the Word frame has no paragraph {BODY_MARK}", frame, REMEDY))
    return marks[-1]


def _room(word: WordFile) -> int:
    """From margin to margin, in twentieths of a point."""
    page = word.sections[0]
    return (page.page_width - page.left_margin - page.right_margin) // EMU_PER_TWENTIETH


def _drop_subtitle(word: WordFile) -> None:
    """Leave no empty line below the title where there is no organisation to name."""
    for paragraph in word.paragraphs:
        match paragraph.style.name:
            case "Title":
                paragraph._p.style = style_id("Title Alone")
            case "Subtitle":
                paragraph._p.getparent().remove(paragraph._p)


def _show_logo(word: WordFile, logo: Logo, organisation: str) -> None:
    """Put the logo where the frame has its placeholder; the paragraph takes the style that has room for it."""
    kind, data = logos.picture_of(logo)
    package = word.part.package
    picture = Part(package.next_partname(f"/word/media/logo%d.{kind}"), f"image/{kind}", data, package)
    headers = [link.target_part for link in word.part.rels.values() if link.reltype == RELATIONSHIP_TYPE.HEADER]
    for part in (word.part, *headers):
        for words in [words for words in part.element.iter(qn("w:t")) if words.text == LOGO_MARK]:
            name = part.relate_to(picture, RELATIONSHIP_TYPE.IMAGE)
            run = words.getparent()
            run.replace(words, logos.drawn(logo, name, organisation))
            run.getparent().style = style_id("Logo")


def _turn_page(word: WordFile) -> None:
    """Lay the page on its side, and move what stands at the right end of header and footer along."""
    page = word.sections[0]
    page.orientation, page.page_width, page.page_height = WD_ORIENT.LANDSCAPE, page.page_height, page.page_width
    for stop in word.styles.element.xpath('w:style/w:pPr/w:tabs/w:tab[@w:val="right"]'):
        stop.set(qn("w:pos"), str(_room(word)))


def _number_headings(word: WordFile) -> None:
    """Let the list give the number 6.2 to headings of clauses: a level of a list belongs to one style only."""
    for owner in word.part.numbering_part.element.iter(qn("w:pStyle")):
        if owner.get(qn("w:val")) == style_id(CLAUSE.lead):
            owner.set(qn("w:val"), style_id(CLAUSE_HEADING))


def _refuse_unknown_styles(word: WordFile, frame: Place) -> None:
    known = {style.get(qn("w:styleId")) for style in word.styles.element}
    used = {name.get(qn("w:val")) for tag in ("w:pStyle", "w:rStyle", "w:tblStyle")
            for name in word.element.body.iter(qn(tag))}
    if used - known:
        raise LibraryError(error(f"styles are missing in the Word frame: {', '.join(sorted(used - known))}", frame,
                                 REMEDY))


def _set_properties(word: WordFile, document: Document) -> None:
    properties = word.core_properties
    # Word allows 255 characters here. docxtpl escapes properties twice, so they are set after it has run.
    properties.title = clean(document.title)[:255]
    if document.organisation:
        properties.author = properties.last_modified_by = clean(document.organisation)[:255]
    properties.language = "en-GB"
    properties.created = properties.modified = LONG_AGO
    properties.revision = 1
    for empty in [element for element in properties._element if not element.text]:
        properties._element.remove(empty)


def _embed(word: WordFile, document: Document, base: str) -> None:
    """Put the base of the next review into the file, and what finds it when the file has lost it."""
    package = word.part.package

    def add(name: PackURI, kind: str, content: bytes) -> Part:
        return Part(name, kind, content, package)

    # A frame that was saved by Word may hold such parts already.
    item = add(package.next_partname("/customXml/item%d.xml"), "application/xml", anchors.base_part(base))
    word.part.relate_to(item, RELATIONSHIP_TYPE.CUSTOM_XML)
    store = add(package.next_partname("/customXml/itemProps%d.xml"),
                "application/vnd.openxmlformats-officedocument.customXmlProperties+xml", anchors.store_part())
    item.relate_to(store, RELATIONSHIP_TYPE.CUSTOM_XML_PROPS)
    for name in [name for name, link in package.rels.items() if link.reltype == RELATIONSHIP_TYPE.CUSTOM_PROPERTIES]:
        del package.rels[name]
    package.relate_to(add(PackURI("/docProps/custom.xml"),
                          "application/vnd.openxmlformats-officedocument.custom-properties+xml",
                          anchors.properties_part(document.id, base)), RELATIONSHIP_TYPE.CUSTOM_PROPERTIES)

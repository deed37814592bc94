"""Stage *write*, Word: a `Document` in, the bytes of a DOCX file out.

docxtpl fills in the house's frame (cover, header, footer), then the body is put in as elements with named styles, so
no word of the clause library ever passes through a template. The look is the frame's alone (`tools/make_frame.py`),
in the organisation's colour, typeface and size. The writer does not select, number or check anything, and it reads no
file but the frame. Same input, same bytes.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from datetime import datetime
from xml.sax.saxutils import escape
from zipfile import BadZipFile, ZipFile

from docx.enum.section import WD_ORIENT
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.exceptions import PackageNotFoundError
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml.shape import CT_Inline
from docx.shared import Emu
from docx.text.run import Run
from docxtpl import DocxTemplate
from docxtpl.template import TemplateError

from policygen.formats.house import House, Logo
from policygen.formats.tables import lies_on_its_side
from policygen.formats.word.body import CLAUSE, CLAUSE_HEADING, BodyContext, body, targets_of, unusable_frame
from policygen.formats.word.bookmarks import base_text, bookmark, origin_parts
from policygen.formats.word.look import logo_size, restyled
from policygen.formats.word.package import zipped
from policygen.formats.word.xml import Element, WordDocument, clean, qn, style_id, w
from policygen.model.document import Document, Remark
from policygen.model.problems import Place

BODY_PLACE = "[BODY]"
"""The words of the frame's one paragraph that the body replaces."""
LOGO_PLACE = "\uf8ff"
"""Stands for the logo while the frame is filled in: a letter that no words have."""
EMU_PER_TWENTIETH, EMU_PER_MM = 635, 36000
OFFICE = "application/vnd.openxmlformats-officedocument"
LONGEST_PROPERTY = 255
"""Letters that Word allows in a property, and in the name of a comment's author."""


def write_word_file(document: Document, house: House, embedded: bytes | None = None, remarks: Iterable[Remark] = (),
                    make_body: Callable[[BodyContext], list[Element]] = body) -> bytes:
    """The bytes of the Word file; raises `LibraryError` when the house's `frame.docx` cannot be used.

    `embedded` is the JSON that a review needs to recognise the file after it was edited; `bookmarks` says how
    it is kept. Give none for a document that must not show where it comes from. `remarks` stand as Word comments.
    `make_body` makes what goes into the frame. Raises `AnswersError` when the logo cannot be drawn.
    """
    frame = Place(str(house.folder / "frame.docx"))
    logo = house.logo if document.organisation else None
    word = _filled_frame(document, frame, logo is not None)
    if logo is not None:
        _show_logo(word, logo, document.organisation)
    if not document.organisation:  # leave no empty line below the title
        for paragraph in word.element.body.findall(qn("w:p")):
            if paragraph.style == "Title":
                paragraph.style = style_id("Title Alone")
            elif paragraph.style == "Subtitle":
                word.element.body.remove(paragraph)
    width = _lay_out_page(word, lies_on_its_side(document))
    if document.layout == "three_level":  # the list numbers headings of clauses: a level belongs to one style only
        for owner in word.part.numbering_part.element.xpath(f'.//w:pStyle[@w:val="{style_id(CLAUSE.lead)}"]'):
            owner.set(qn("w:val"), style_id(CLAUSE_HEADING))
    # The last one: a document may be called `[BODY]`, and its title stands further up.
    place = next((one._p for one in reversed(word.paragraphs) if one.text == BODY_PLACE), None)
    if place is None:
        raise unusable_frame(f"the Word frame has no paragraph {BODY_PLACE}", frame)
    for element in make_body(BodyContext(document, word, frame, targets_of(document), width, house.large)):
        place.addprevious(element)
    place.getparent().remove(place)
    unknown = set(word.element.body.xpath("//w:pStyle/@w:val | //w:rStyle/@w:val | //w:tblStyle/@w:val")) - set(
        word.styles.element.xpath("w:style/@w:styleId"))
    if unknown:
        raise unusable_frame(f"styles are missing in the Word frame: {', '.join(sorted(unknown))}", frame)
    _set_properties(word, document)
    for remark in remarks:
        _add_comment(word, remark)
    if embedded is not None:
        _embed(word, document, base_text(embedded))
    buffer = io.BytesIO()
    word.save(buffer)
    with ZipFile(buffer) as package:
        return zipped(restyled({name: package.read(name) for name in package.namelist()}, house))


class _Literal(str):
    """Words for the frame that come out as they are: docxtpl escapes `<`, but then turns `{_{` into `{{`."""

    def __html__(self) -> str:
        return escape(self).replace("{", "&#123;").replace("}", "&#125;").replace("%", "&#37;")


def _filled_frame(document: Document, frame: Place, with_logo: bool) -> WordDocument:
    """The frame with its placeholders filled in: cover, header and footer."""
    values = {"title": document.title, "organisation": document.organisation, "edition_line": document.edition_line,
              "draft": "yes" if document.draft else "", "logo": LOGO_PLACE if with_logo else ""}
    template = DocxTemplate(frame.file)
    try:
        unknown = sorted(template.get_undeclared_template_variables() - values.keys())
        if unknown:
            raise unusable_frame(f"unknown placeholder in the Word frame: {', '.join(unknown)}", frame)
        template.render({name: _Literal(clean(value)) for name, value in values.items()}, autoescape=True)
    except (PackageNotFoundError, BadZipFile, KeyError, OSError, SyntaxError) as reason:
        raise unusable_frame("the Word frame is missing or is not a Word file", frame) from reason
    except TemplateError as reason:
        raise unusable_frame(f"a placeholder in the Word frame is wrong: {reason}", frame) from reason
    # Not `get_docx()`: after rendering, that gives the frame as it was before.
    word: WordDocument = template.docx
    return word


def _show_logo(word: WordDocument, logo: Logo, organisation: str) -> None:
    """Put the logo where the frame has its placeholder; the paragraph takes the style that has room for it."""
    width, height = (Emu(round(side * EMU_PER_MM)) for side in logo_size(logo))
    package = word.part.package
    picture = Part(package.next_partname(f"/word/media/logo%d.{logo.kind}"), f"image/{logo.kind}", logo.data, package)
    headers = [link.target_part for link in word.part.rels.values() if link.reltype == RELATIONSHIP_TYPE.HEADER]
    for part in (word.part, *headers):
        for words in [words for words in part.element.iter(qn("w:t")) if words.text == LOGO_PLACE]:
            name = part.relate_to(picture, RELATIONSHIP_TYPE.IMAGE)
            run = words.getparent()
            drawing = CT_Inline.new_pic_inline(1, name, "Logo", width, height)
            drawing.docPr.set("descr", clean(f"Logo of {organisation}"))
            run.replace(words, w("drawing", drawing))
            run.getparent().style = style_id("Logo")


def _lay_out_page(word: WordDocument, on_its_side: bool) -> int:
    """The width from margin to margin in twentieths of a point, after the page is turned where it lies on its side.

    What stands at the right end of header and footer moves along.
    """
    page = word.sections[0]
    if on_its_side:
        page.orientation, page.page_width, page.page_height = WD_ORIENT.LANDSCAPE, page.page_height, page.page_width
    width = ((page.page_width or 0) - (page.left_margin or 0) - (page.right_margin or 0)) // EMU_PER_TWENTIETH
    for stop in word.styles.element.xpath('w:style/w:pPr/w:tabs/w:tab[@w:val="right"]') if on_its_side else ():
        stop.set(qn("w:pos"), str(width))
    return width


def _set_properties(word: WordDocument, document: Document) -> None:
    # docxtpl escapes properties twice, so they are set after it has run.
    properties = word.core_properties
    properties.title = clean(document.title)[:LONGEST_PROPERTY]
    if document.organisation:
        properties.author = properties.last_modified_by = clean(document.organisation)[:LONGEST_PROPERTY]
    properties.language = "en-GB"
    properties.created = properties.modified = datetime(2000, 1, 1)  # no byte depends on the clock
    properties.revision = 1
    for empty in [element for element in properties._element if not element.text]:
        properties._element.remove(empty)


def _add_comment(word: WordDocument, remark: Remark) -> None:
    """Put a comment on the first words of the first of the remark's clauses that is there, if any."""
    starts = {start.get(qn("w:name")): start for start in word.element.body.iter(qn("w:bookmarkStart"))}
    names = (bookmark(clause, n) for clause in remark.clauses for n in (1, 0))
    start = next((starts[name] for name in names if name in starts), None)
    runs = [] if start is None else start.getparent().findall(qn("w:r"))
    if not runs:
        return
    comment = word.add_comment([Run(run, word.element.body) for run in (runs[0], runs[-1])], clean(remark.words),
                               clean(remark.author)[:LONGEST_PROPERTY], "")
    comment._comment_elm.set(qn("w:date"), f"{remark.on.isoformat()}T00:00:00Z")  # no byte depends on the clock
    for root in (word.element.body, comment._comment_elm):  # the frame has no styles for comments
        for name in list(root.iter(qn("w:rStyle"), qn("w:pStyle"))):
            if name.get(qn("w:val"), "").startswith("Comment"):
                name.getparent().remove(name)


def _embed(word: WordDocument, document: Document, base: str) -> None:
    """Put the base of the next review into the file, and the properties that identify it if the file loses it."""
    package = word.part.package
    base_data, store_data, properties_data = origin_parts(document.id, base)
    # A frame that was saved by Word may hold such parts already.
    item = Part(package.next_partname("/customXml/item%d.xml"), "application/xml", base_data, package)
    word.part.relate_to(item, RELATIONSHIP_TYPE.CUSTOM_XML)
    store = Part(package.next_partname("/customXml/itemProps%d.xml"), f"{OFFICE}.customXmlProperties+xml", store_data,
                 package)
    item.relate_to(store, RELATIONSHIP_TYPE.CUSTOM_XML_PROPS)
    for name in [name for name, link in package.rels.items() if link.reltype == RELATIONSHIP_TYPE.CUSTOM_PROPERTIES]:
        del package.rels[name]
    properties = Part(PackURI("/docProps/custom.xml"), f"{OFFICE}.custom-properties+xml", properties_data, package)
    package.relate_to(properties, RELATIONSHIP_TYPE.CUSTOM_PROPERTIES)

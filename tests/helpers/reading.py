"""The sample documents by name, and the words of a document in the order in which they are read."""

import re

from helpers.sample import annotated, discreet, filled_in, form, lettered, policy, three_level
from policygen.model.document import Box, Fields, Heading, ItemList, Paragraph, Table, plain

DOCUMENTS = {"numbered": policy(), "final": policy(draft=False), "short": policy("short"), "plain": policy("plain"),
             "form": form(), "three levels": three_level(), "lettered": lettered(), "filled in": filled_in(),
             "wide": filled_in(8), "discreet": discreet(), "annotated": annotated(policy()),
             "annotated short": annotated(policy("short")), "annotated three levels": annotated(three_level())}
NUMBERED = ("numbered", "three_level", "lettered")


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def reading(document, bullets: bool = False):
    """Every piece of words of a document in reading order; with `bullets` also those that the style adds."""
    yield from (document.title, document.organisation, "DRAFT" if document.draft else "")
    for label, value in document.control:
        yield from (label, plain(value))
    cover = [section for section in document.sections if section.cover]
    rest = [section for section in document.sections if not section.cover]
    for section in cover:
        yield from of_section(document, section, bullets)
    if document.contents and document.layout != "short":
        yield "Contents"
        for section in rest:
            yield from (section.number, section.title)
    for section in rest:
        yield from of_section(document, section, bullets)


def of_section(document, section, bullets):
    yield from (section.number, section.title)
    for passage in section.passages:
        if bullets and document.layout == "short" and not section.cover:
            yield "•"
        yield from of_blocks(document, passage.blocks)


def of_blocks(document, blocks):
    for block in blocks:
        match block:
            case Paragraph(inlines, number) | Heading(inlines, number):
                yield from (number if document.layout in NUMBERED else "", plain(inlines))
            case ItemList(items):
                for item in items:
                    yield item.label
                    yield from of_blocks(document, item.blocks)
            case Table(header, rows):
                yield from (plain(cell) for row in (header, *rows) for cell in row)
            case Box(inner):
                yield from of_blocks(document, inner)
            case Fields(fields, title):
                yield from (title, *(field.label for field in fields))

"""Small pieces of WordprocessingML: names, words and properties in, elements out.

The other modules that make elements reach python-docx through this one. It knows nothing of documents.
"""

from __future__ import annotations

import re

from docx.document import Document as WordDocument
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import nsmap, qn
from docx.oxml.xmlchemy import BaseOxmlElement as Element  # lxml, below it, has no types: its methods give Any

__all__ = ["Element", "WordDocument", "clean", "field_mark", "field_start", "keep_with_next", "nsmap", "p", "qn", "run",
           "style_id", "style_of", "w", "web_link", "words"]

nsmap.setdefault("w14", "http://schemas.microsoft.com/office/word/2010/wordml")
NOT_XML = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def w(tag: str, *children: Element, **attributes: str | int) -> Element:
    """An element of WordprocessingML with its attributes; a tag like `w14:checkbox` names another namespace."""
    space = "w14" if tag.startswith("w14:") else "w"
    name = tag if ":" in tag else f"w:{tag}"
    element = OxmlElement(name, {qn(f"{space}:{key}"): str(value) for key, value in attributes.items()})
    element.extend(children)
    return element


def p(style: str, content: list[Element], *properties: Element) -> Element:
    """A paragraph in a named style."""
    return w("p", w("pPr", w("pStyle", val=style_id(style)), *properties), *content)


def run(text: str, style: str = "") -> Element:
    """A run of words, with a character style if one is named; tabs and line breaks become elements."""
    element = w("r", *([w("rPr", w("rStyle", val=style_id(style)))] if style else []))
    for piece in re.split("([\t\n])", clean(text)):
        if piece:
            element.append(w("tab") if piece == "\t" else w("br") if piece == "\n" else words("t", piece))
    return element


def words(tag: str, text: str) -> Element:
    """An element that holds words, spaces at the ends included."""
    element = w(tag)
    element.text = text
    element.set(qn("xml:space"), "preserve")
    return element


def field_start(instruction: str) -> list[Element]:
    """The runs before the result of a field; `field_mark("end")` stands after the result."""
    return [field_mark("begin"), w("r", words("instrText", f" {instruction} ")), field_mark("separate")]


def field_mark(kind: str) -> Element:
    """The run that begins or ends a field, or separates its instruction from its result."""
    return w("r", w("fldChar", fldCharType=kind))


def web_link(shown: Element, address: str, word: WordDocument) -> Element:
    """A link around a run, which leads out of the file."""
    link = w("hyperlink", shown, history=1)
    link.set(qn("r:id"), word.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
    return link


def keep_with_next(paragraph: Element) -> None:
    """Keep a paragraph on the page of the next one."""
    paragraph.get_or_add_pPr().get_or_add_keepNext()


def clean(text: str) -> str:
    """The text without the characters that XML does not allow, and with `\\n` as its line ends."""
    return NOT_XML.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def style_id(name: str) -> str:
    """The id of a style: its name without spaces, as `tools/make_frame.py` gives them out."""
    return "".join(word[0].upper() + word[1:] for word in name.split())


def style_of(element: Element) -> str:
    """The style id of a paragraph; empty for a table."""
    found = element.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
    return "" if found is None else str(found.get(qn("w:val"), ""))

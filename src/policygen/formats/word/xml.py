"""Small pieces of WordprocessingML: names, words and properties in, elements out.

Everything of python-docx that makes or reads elements is reached through here. It knows nothing of documents.
"""

from __future__ import annotations

import re

from docx.oxml import OxmlElement
from docx.oxml.ns import nsmap, qn
from docx.oxml.shape import CT_Inline
from docx.oxml.xmlchemy import BaseOxmlElement as Element

nsmap.setdefault("w14", "http://schemas.microsoft.com/office/word/2010/wordml")
NOT_XML = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def w(tag: str, *children: Element, **attributes: str | int) -> Element:
    """An element of WordprocessingML with its attributes; `w14:checkbox` and the like name another namespace."""
    space = "w14" if tag.startswith("w14:") else "w"
    name = tag if ":" in tag else f"w:{tag}"
    element = OxmlElement(name, {qn(f"{space}:{key}"): str(value) for key, value in attributes.items()})
    element.extend(children)
    return element


def p(style: str, content: list[Element], *properties: Element) -> Element:
    """A paragraph in a named style."""
    return w("p", w("pPr", w("pStyle", val=style_id(style)), *properties), *content)


def run(text: str, style: str = "") -> Element:
    """A run of words, with a character style if one is named."""
    element = w("r", *([w("rPr", w("rStyle", val=style_id(style)))] if style else []))
    for piece in re.split("([\t\n])", clean(text)):
        match piece:
            case "\t":
                element.append(w("tab"))
            case "\n":
                element.append(w("br"))
            case _ if piece:
                element.append(words("t", piece))
    return element


def words(tag: str, text: str) -> Element:
    """An element that holds words, spaces at the ends included."""
    element = w(tag)
    element.text = text
    element.set(qn("xml:space"), "preserve")
    return element


def field_start(instruction: str) -> list[Element]:
    """The runs before the result of a field; `field_mark("end")` comes behind it."""
    return [field_mark("begin"), w("r", words("instrText", f" {instruction} ")), field_mark("separate")]


def field_mark(kind: str) -> Element:
    return w("r", w("fldChar", fldCharType=kind))


def inline_picture(relationship: str, across: int, down: int, description: str) -> Element:
    """A picture that stands among the words; lengths in English metric units."""
    picture = CT_Inline.new_pic_inline(1, relationship, "Logo", across, down)
    picture.docPr.set("descr", description)
    return picture


def keep_with_next(paragraph: Element) -> None:
    """Keep a paragraph on the page of what follows."""
    paragraph.get_or_add_pPr().get_or_add_keepNext()


def clean(text: str) -> str:
    """The text without the characters that no XML file may hold."""
    return NOT_XML.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def style_id(name: str) -> str:
    """The frame names its styles so that the id is the name without spaces (`tools/make_frame.py`)."""
    return "".join(word[0].upper() + word[1:] for word in name.split())

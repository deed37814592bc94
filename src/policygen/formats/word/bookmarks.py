"""What a Word file holds so that a review recognises its clauses and its origin after people have edited it by hand.

In: ids and data of an edition. Out: names of bookmarks, and the XML of three parts. The writer puts them into the
file, the reader looks for them; this module opens no file.

*Bookmarks.* Each block of a clause has one hidden bookmark, `_pg_<code>_<n>`. A block is a paragraph (an item of a
list, a heading, one of the paragraphs in a box) or a table, which has the bookmark in its first cell. The bookmark
begins and ends in one paragraph, around all its words. `<code>` comes from the clause's id, never from its words or
its number; `n` counts the clause's blocks from 1. The heading of a section has the section's id and 0. The copy of a
bookmark in LibreOffice is called `..._Copy_1`. The title, the organisation below it, the document control, the
contents and the empty paragraphs of style `Gap` have no bookmark.

*The base*, where the writer is given one. A custom XML part holds an element `base` of `BASE_NAMESPACE`, and in it
JSON as text: compact, sorted, of ASCII characters only, so that nothing in it depends on how an editor writes XML.
Editors drop the part unless it has an `itemProps` part; ODT, DOC and RTF files lose it. They keep the properties in
`docProps/custom.xml`: the document's id, and the SHA-256 of that JSON, which finds the same base beside the file.
"""

from __future__ import annotations

import hashlib
import json
import re
from xml.sax.saxutils import escape, quoteattr

BOOKMARK = re.compile(r"(_pg_[A-Za-z0-9_]+?)_(\d+)(_Copy_\d+)?")
"""A bookmark's name: all but the block's number, the number, and what a copy in LibreOffice adds."""
BASE_NAMESPACE = "urn:policygen:base"
DOCUMENT_PROPERTY, DIGEST_PROPERTY = "policygen document", "policygen base"
_STORE = "{7C1B1F52-3D8E-4E0A-9A64-5B0C2F6D1E97}"
"""Word wants an id for the store of custom XML; the same in every file."""
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"


def bookmark(owner: str, n: int) -> str:
    """The name of the hidden bookmark of a clause's n-th block from 1, or, with 0, of a section's heading.

    Word allows 40 letters, digits and underscores. Ids of other letters, and long ones, end in a hash.
    """
    code = owner.replace("/", "__").replace("-", "_")
    if len(code) > 28 or not re.fullmatch(r"[a-z0-9]+([-/][a-z0-9]+)*", owner):
        code = re.sub(r"[^A-Za-z0-9]", "_", owner)[:19] + "_" + hashlib.sha256(owner.encode()).hexdigest()[:8]
    return f"_pg_{code}_{n}"


def bookmark_code(name: str) -> str:
    """The code of the clause or section in the name of a bookmark; empty for another name."""
    found = BOOKMARK.fullmatch(name)
    return found[1] if found else ""


def base_text(data: bytes) -> str:
    """The JSON text that stands in the file, whatever the layout of the JSON given."""
    return json.dumps(json.loads(data), sort_keys=True, separators=(",", ":"))


def base_digest(text: str) -> str:
    """The digest of a `base_text`, which identifies the base."""
    return hashlib.sha256(text.encode()).hexdigest()


def origin_parts(document: str, text: str) -> tuple[bytes, ...]:
    """The custom XML part with a `base_text`, its `itemProps` part, and `docProps/custom.xml` with the id of the
    document and the digest of the base."""
    values = {DOCUMENT_PROPERTY: document, DIGEST_PROPERTY: base_digest(text)}
    properties = "".join(
        f'<property fmtid="{{D5CDD505-2E9C-101B-9397-08002B2CF9AE}}" pid="{pid}" name={quoteattr(name)}>'
        f"<vt:lpwstr>{escape(value)}</vt:lpwstr></property>" for pid, (name, value) in enumerate(values.items(), 2))
    roots = (
        f'<base xmlns="{BASE_NAMESPACE}">{escape(text)}</base>',
        f'<ds:datastoreItem xmlns:ds="{_OFFICE}/customXml" ds:itemID="{_STORE}"><ds:schemaRefs>'
        f'<ds:schemaRef ds:uri="{BASE_NAMESPACE}"/></ds:schemaRefs></ds:datastoreItem>',
        f'<Properties xmlns="{_OFFICE}/custom-properties" xmlns:vt="{_OFFICE}/docPropsVTypes">{properties}'
        "</Properties>")
    return tuple(f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n{root}'.encode() for root in roots)

"""Write stage, HTML: one `Document` and the look of an organisation in, one complete page (str) out.

The markup is in the Jinja templates of the house folder, where a designer can change it: `page.html` for print, which
the PDF writer takes, `screen.html` for browsers, and `blocks.html` for what both share. Jinja escapes every value. This
module gives the templates what they cannot work out; it chooses no sizes but those of logos and columns, and touches no
network.
"""

from __future__ import annotations

import re
import traceback
from base64 import b64encode
from collections.abc import Mapping, Sequence
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateError, TemplateNotFound
from markupsafe import Markup

from policygen.formats.house import House, Logo
from policygen.formats.tables import (
    TICK, box_labels, is_filled_in, lies_on_its_side, widths, words_beside, written_on,
)
from policygen.model.document import (
    Blank, Box, Document, Fields, Heading, ItemList, LineBreak, Paragraph, Reference, Table, passages_of, plain,
)
from policygen.model.problems import LibraryError, Place, error

ILLEGAL = re.compile("[^\t\n\r\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What HTML must not hold: control characters, halves of surrogate pairs, the two last code points."""
ROOM = {False: 162, True: 249}
"""From margin to margin, in millimetres: on an upright page, and on one that lies on its side."""
LARGE_PRINT_SCALE = 1.7
"""How much larger the letters of large print are."""
LOGO = {True: (54, 22), False: (42, 15)}
"""The most room of a logo, in millimetres: on a policy, and on any other document."""
SHARPEST = 150
"""The lowest resolution of a printed logo, in pixels per inch: a small picture stays small."""
FIELD = "field"
"""The scheme of the links where something can be filled in on screen: `field:KIND?DESCRIPTION`."""


def page(document: Document, house: House, fillable: bool = False) -> str:
    """The whole page for print. Raises LibraryError when the templates of the house folder cannot be used.

    `fillable` puts a link of the scheme `FIELD` where something can be filled in; the PDF writer makes fields of them.
    """
    return _rendered("page.html", document, house, fillable=fillable)


def words_page(document: Document, house: House, words: Mapping[str, Sequence[str]]) -> str:
    """One page without breaks that holds the given words, each on a line of its own, styled as in the document.

    The words are given, in order, by where they stand: on a `line` to write on, in a `cell` of a table, at the `foot`.
    """
    return _rendered("words.html", document, house, words=words)


def screen(document: Document, house: House) -> str:
    """The whole document as one HTML file for browsers, which needs no other. Raises LibraryError as `page` does."""
    return _rendered("screen.html", document, house, "screen.css", screen=True, large=False)


def logo_address(logo: Logo) -> str:
    """The address under which a page for print shows a logo; another logo has another one."""
    return f"logo:{sha256(logo.data).hexdigest()[:32]}"


def _rendered(template: str, document: Document, house: House, sheet: str = "", **values: object) -> str:
    """A template filled in; a style sheet of the house folder, where one is named, goes into it as `style`."""
    targets = {section.id for section in document.sections} | {passage.clause for passage in passages_of(document)}
    usual = {"document": document, "house": house, "targets": targets, "large": house.large, "fillable": False,
             "screen": False}
    try:
        style = Markup((house.folder / sheet).read_text(encoding="utf-8") if sheet else "")
        text = _environment(house.folder).get_template(template).render(usual | values, style=style)
    except OSError as reason:
        name = reason.name if isinstance(reason, TemplateNotFound) else Path(str(reason.filename)).name
        raise LibraryError(error(
            f"cannot read this part of the house style: {reason.strerror or 'there is no such file'}",
            Place(str(house.folder / str(name))), f"Put {name} back into the house folder.")) from reason
    except (TemplateError, TypeError, ValueError) as reason:
        frames = [frame for frame in traceback.extract_tb(reason.__traceback__) if frame.filename.endswith(".html")]
        place = Place(frames[-1].filename, frames[-1].lineno or 0) if frames else Place(str(house.folder / template))
        raise LibraryError(error(f"this template cannot be used: {reason}", place,
                                 "The Jinja templates that come with policygen show what it can use.")) from reason
    return ILLEGAL.sub("", text)


@lru_cache(maxsize=2)
def _environment(folder: Path) -> Environment:
    """The Jinja environment for the templates of a house folder.

    It is not a sandbox, which would take more than twice the time: the templates come with the program and are trusted
    like it. Clauses, which may come from strangers, have an environment of their own.
    """
    environment = Environment(loader=FileSystemLoader(folder), autoescape=True, undefined=StrictUndefined,
                              trim_blocks=True, lstrip_blocks=True)
    environment.globals.update(
        plain=plain, is_filled_in=is_filled_in, is_written_on=written_on, words_beside=words_beside,
        lies_on_its_side=lies_on_its_side, column_shares=_column_shares, boxes_to_tick=_boxes_to_tick,
        field_address=_field_address, logo_address=logo_address, logo_data=_logo_data, logo_size=_logo_size)
    for kind in (Paragraph, Heading, ItemList, Table, Box, Fields, LineBreak, Reference, Blank):
        environment.tests[kind.__name__.lower()] = lambda thing, kind=kind: isinstance(thing, kind)
    return environment


def _column_shares(table: Table, document: Document, large: bool) -> list[str]:
    """How much of the page each column takes, such as `12.50%`."""
    room = ROOM[lies_on_its_side(document, large)] / (LARGE_PRINT_SCALE if large else 1)
    return [f"{width / room:.2%}" for width in widths(table, room)]


def _boxes_to_tick(text: str, about: str) -> list[tuple[str, str]]:
    """Each box in plain words: its description, and the words behind it."""
    return [(": ".join(filter(None, [about, label])), words)
            for label, words in zip(box_labels(text), text.split(TICK)[1:], strict=True)]


def _field_address(kind: str, description: str) -> str:
    """The address of a place to fill in: a `line`, a `cell`, a box to `tick` or a `sign` in running words."""
    return f"{FIELD}:{kind}?{quote(' '.join(ILLEGAL.sub('', description).split()))}"


def _logo_data(logo: Logo) -> str:
    """The address that holds the whole logo."""
    return f"data:image/{logo.kind};base64,{b64encode(logo.data).decode()}"


def _logo_size(logo: Logo, policy: bool) -> str:
    """The style that makes a logo as large as its room lets it be, never stretched."""
    wide, high = LOGO[policy]
    scale = min(wide / logo.width, high / logo.height, 25.4 / SHARPEST)
    return f"width: {logo.width * scale:.2f}mm; height: {logo.height * scale:.2f}mm"

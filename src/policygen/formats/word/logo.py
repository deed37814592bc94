"""The organisation's logo on the first page: a `Logo` in, a picture and the element that shows it out.

The frame says where it stands. A logo that is drawn in SVG becomes a picture, sharp enough for print: older Word and
LibreOffice cannot draw it themselves.
"""

from __future__ import annotations

from functools import lru_cache

from policygen.model.problems import AnswersError, error
from policygen.formats.house import Logo
from policygen.formats.word.xml import Element, clean, inline_picture, w

WIDEST, HIGHEST = 50, 13
"""The room for a logo, in millimetres: it fills it as far as its shape lets it."""
EMU_PER_MM = 36000
DOTS_PER_MM = 24
"""600 dots in an inch."""


def size_of(logo: Logo) -> tuple[float, float]:
    """Width and height in millimetres: as large as the room allows, never stretched."""
    scale = min(WIDEST / logo.width, HIGHEST / logo.height)
    return logo.width * scale, logo.height * scale


def picture_of(logo: Logo) -> tuple[str, bytes]:
    """The kind of picture that Word gets, `png` or `jpeg`, and its bytes."""
    if logo.kind != "svg":
        return logo.kind, logo.data
    return "png", _as_png(logo.data, round(size_of(logo)[0] * DOTS_PER_MM))


@lru_cache(maxsize=1)
def _as_png(svg: bytes, width: int) -> bytes:
    # Loaded only now: few have a logo of this kind.
    from resvg_py import svg_to_bytes

    try:
        return svg_to_bytes(svg_string=svg.decode("utf-8"), width=width)
    except ValueError as reason:  # also what is no UTF-8
        raise AnswersError(error("the logo cannot be drawn: the SVG file is broken or of an unknown kind",
                                 hint="Save it as PNG, and give that file as the logo.")) from reason


def drawn(logo: Logo, relationship: str, organisation: str) -> Element:
    """The picture among the words; `relationship` is the id of the one that leads to it."""
    across, down = (round(side * EMU_PER_MM) for side in size_of(logo))
    return w("drawing", inline_picture(relationship, across, down, clean(f"Logo of {organisation}")))

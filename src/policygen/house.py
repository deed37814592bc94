"""The house style of one organisation: the folder of the look, and what the organisation puts into it.

In: what the answers say of logo, colour and typeface. Out: a `House`, which every writer takes. It draws nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

ACCENT = "#1f5c66"
"""The accent colour of an organisation that names none."""


@dataclass(frozen=True, slots=True)
class Logo:
    """A picture that was read and prepared once."""

    kind: str
    """`png`, `jpeg` or `svg`."""
    data: bytes
    width: float
    """Only the proportion of width to height counts."""
    height: float


@dataclass(frozen=True, slots=True)
class House:
    folder: Path
    """Holds frame.docx, page.html, print.css."""
    logo: Logo | None = None
    accent: str = ACCENT
    """`#rrggbb`, dark enough to be read on white."""
    typeface: str = "sans"
    """`sans` or `serif`."""
    large: bool = False
    """Large print."""

"""What whoever waits for some work is told of it while it is done."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Step:
    """What is being done."""

    words: str
    """The name of the stage, or of the document or file that is being worked on."""
    number: int = 0
    """Which of several it is, from 1; 0 for a stage."""
    of: int = 0
    """How many there are."""

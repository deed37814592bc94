"""Forms for people as files: filled-in documents in, in the order of printing; a folder of files out, whole or not at
all.

It lays out nothing itself: the writers do.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import count
from pathlib import Path

from policygen import private
from policygen.document import Document
from policygen.house import House
from policygen.pipeline import Step, drawn

FOLDER = "people"
"""Inside an edition: what was printed for people."""


@dataclass(frozen=True, slots=True)
class Job:
    """One form for one person."""

    number: int
    """Of its entry in the register."""
    document: Document
    """Filled in."""


def print_run(jobs: Sequence[Job], edition: Path, day: date, formats: Sequence[str], house: House,
              report: Callable[[Step], None]) -> Path:
    """The new folder in which the forms are, in order. Raises OutputError, and leaves no half of a run."""
    files = {}
    for place, job in enumerate(jobs, 1):
        report(Step(job.document.title, place, len(jobs)))
        for name in formats:
            number = f"{place:0{len(str(len(jobs)))}}"
            files[f"{number} {job.document.title}.{name}"] = drawn(job.document, name, house, {})
    names = (day.isoformat() + (f"-{number}" if number > 1 else "") for number in count(1))
    folder = next(edition / FOLDER / name for name in names if not (edition / FOLDER / name).exists())
    private.write_folder(folder, files)
    return folder

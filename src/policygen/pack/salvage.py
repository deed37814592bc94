"""An edition opened for a review, one that has lost its `pack.json` too.

In: a folder. Out: the `Issued` edition; where `pack.json` is lost, what the Word files there carry of it is put together.
It writes nothing.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from policygen.pack import edition, issued
from policygen.model.problems import OutputError, Place, WordFileError, error
from policygen.pack.issued import Issued
from policygen.formats.word.reader import read_word_file


def open_edition(folder: Path) -> Issued:
    """The edition in a folder; one that has lost its `pack.json` from what its Word files carry. Raises OutputError."""
    place = Place(str(folder / "pack.json"))
    if (folder / "pack.json").exists() or not edition.is_edition(folder) or not (pack := _carried(folder)):
        return issued.read(folder)
    if not any(entry["kind"] == "policy" for entry in pack["documents"]):
        raise OutputError(error("this edition has lost its pack.json and its policy in Word", Place(str(folder)),
                                "Put one of them back from a copy. Without both, make a pack from its answers: policygen "
                                "new --answers."))
    return Issued(folder, pack, issued.documents_of(pack, place), issued.edits_of(pack, place), rebuilt=True)


def _carried(folder: Path) -> dict[str, Any] | None:
    """The pack of an edition as far as its Word files carry it; None when no file does."""
    found: dict[str, Any] | None = None
    for path in sorted(folder.rglob("*.docx")) if folder.is_dir() else ():
        if not own_name(path) or path.stem.endswith(edition.LARGE):
            continue
        try:
            base = read_word_file(path).base
            part = issued.of_base(base, folder, Place(str(path))) if base else None
        except (WordFileError, OutputError):
            continue  # what is no file of ours, or is broken, cannot help
        if part is None or (found and (part.organisation, part.pack["edition"]) != (
                found["organisation"], found["edition"])):
            continue
        found = found or {**part.pack, "documents": [], "local_edits": [], "decisions_open": []}
        if part.pack["documents"][0]["id"] not in {entry["id"] for entry in found["documents"]}:
            found["documents"] += [{**entry, "files": [{"path": path.relative_to(folder).as_posix(), "sha256": ""}]}
                                   for entry in part.pack["documents"]]
            found["local_edits"] += part.pack["local_edits"]
    return found


def own_name(path: Path) -> bool:
    """Whether a file is one that a person saved, and not what an editor keeps beside it while it is open."""
    return not re.match(r"~|\.", path.name)

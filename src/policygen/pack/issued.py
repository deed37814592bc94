"""The documents of an edition that was issued, made again from its `pack.json` or from what a Word file carries.

In: data that an earlier run stored. Out: an `Issued` edition with its documents as they were issued, and as the library
gave them then. It renders nothing anew: library and answers may have changed since. It writes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from policygen.formats.word.bookmarks import base_digest, base_text
from policygen.pack import edition
from policygen.pack.assembly import numbered
from policygen.model.document import Document, Issue, Passage, Section, is_generated
from policygen.model.problems import OutputError, Place, error
from policygen.model.lines import blocks_of, inlines_from_data, lines_from_data
from policygen.pack.edits import LocalEdit, edit_from_data

LAYOUTS = ("numbered", "three_level", "lettered", "short", "plain")


@dataclass(frozen=True, slots=True)
class Issued:
    """An edition as it was issued."""

    folder: Path
    pack: Mapping[str, Any]
    documents: tuple[Document, ...]
    """Without annotated ones."""
    edits: tuple[LocalEdit, ...]
    """The local edits that stand in it."""
    rebuilt: bool = False
    """Its `pack.json` is lost: it is known from its Word files alone."""

    @property
    def organisation(self) -> str:
        return self.pack["organisation"]

    @property
    def issue(self) -> Issue:
        """Number, day, and day of approval."""
        return edition.issue_of(self.pack)

    @property
    def as_at(self) -> date:
        """The day of the law in it."""
        return date.fromisoformat(self.pack["as_at"])

    def digests(self) -> dict[str, str]:
        """What the Word file of each document carries to be recognised by, and the document's id."""
        return {base_digest(base_text(edition.dump(embedded(self.pack, document.id)))): document.id
                for document in self.documents}


def read(folder: Path) -> Issued:
    """The edition in a folder. Raises OutputError."""
    pack, place = edition.read(folder), Place(str(folder / "pack.json"))
    return Issued(folder, pack, documents_of(pack, place), edits_of(pack, place))


def of_base(base: Mapping[str, Any], folder: Path, place: Place) -> Issued:
    """The part of an edition that a Word file carries. Raises OutputError when it is damaged, or from a newer program."""
    newer = isinstance(base.get("format"), int) and base["format"] > edition.FORMAT
    if newer:
        raise OutputError(error(f"this file was made by a newer policygen (format {base['format']})", place,
                                "Install that version."))
    try:
        found = Issued(folder, base, documents_of(base, place), edits_of(base, place))
        if not (isinstance(found.organisation, str) and isinstance(found.issue.number, int) and found.as_at):
            raise ValueError
    except (ValueError, TypeError, LookupError, AttributeError):
        raise _damaged(place) from None
    return found


def embedded(pack: Mapping[str, Any], document: str) -> dict[str, Any]:
    """What the Word file of a document carries of its edition, so that a review can recognise it on its own."""
    entries = [{name: value for name, value in entry.items() if name != "files"} for entry in pack["documents"]
               if entry["id"] == document]
    edits = [edit for edit in pack["local_edits"] if edit["document"] == document]
    return {name: pack[name] for name in ("format", "organisation", "edition", "as_at", "made_with")} | {
        "documents": entries, "local_edits": edits}


def documents_of(pack: Mapping[str, Any], place: Place) -> tuple[Document, ...]:
    """The documents as they were issued, without annotated ones. Raises OutputError for data that holds too little.

    `place` is where it was read."""
    try:
        return tuple(_document(entry) for entry in pack["documents"] if entry["clauses"])
    except KeyError as missing:
        if missing.args == ("sections",) or missing.args == ("lines",):
            raise OutputError(error("this edition was made by an older policygen, which kept too little of it",
                                    place, "Make an edition from its answers first: policygen new --answers."),
                              ) from None
        raise _damaged(place) from None
    except (ValueError, TypeError, LookupError, AttributeError):
        raise _damaged(place) from None


def edits_of(pack: Mapping[str, Any], place: Place) -> tuple[LocalEdit, ...]:
    """The local edits that stand in an edition. Raises OutputError."""
    try:
        return tuple(map(edit_from_data, pack.get("local_edits", ())))
    except (ValueError, TypeError, LookupError, AttributeError):
        raise _damaged(place) from None


def _damaged(place: Place) -> OutputError:
    return OutputError(error("what is stored of this edition is damaged", place,
                             "Put it back from a copy; policygen wrote it and does not change it."))


def _document(entry: Mapping[str, Any]) -> Document:
    """One document, with its numbers and references."""
    left = list(entry["clauses"])
    sections = []
    for section in entry["sections"]:
        here = [left.pop(0) for _ in section["clauses"]]
        passages = tuple(Passage(clause["id"], clause["title"], "", blocks_of(lines_from_data(clause["lines"])))
                         for clause in here)
        sections.append(Section(section["id"], section["title"], "", passages, section["cover"], section["boxed"]))
    if entry["layout"] not in LAYOUTS:
        raise ValueError(entry["layout"])
    control = tuple((label, inlines_from_data(value)) for label, value in entry["control"])
    document = Document(entry["id"], entry["kind"], entry["title"], entry["organisation"], entry["layout"], control,
                        tuple(sections), entry["edition_line"], entry["draft"], entry["contents"])
    made = tuple(Section(section["id"], section["title"], section["number"], (
        Passage(section["id"], section["title"], "", blocks_of(lines_from_data(section["lines"]))),))
        for section in entry.get("generated", ()))
    whole = numbered(document, entry["references"])
    return replace(whole, sections=(*whole.sections, *made))


def as_the_library_gave(document: Document, edits: tuple[LocalEdit, ...]) -> Document:
    """An issued document without its local edits and what was made for its edition alone; its clauses stand where
    they were issued."""
    own = {edit.clause: edit for edit in edits if edit.document == document.id}
    kept = {passage.clause for section in document.sections for passage in section.passages}
    sections = []
    for section in document.sections:
        edit = own.get(section.id)
        passages = [_library_passage(passage, own.get(passage.clause)) for passage in section.passages
                    if not is_generated(passage) and (
                        passage.clause not in own or own[passage.clause].base is not None)]
        passages += [Passage(gone.clause, gone.base_title, "", blocks_of(gone.base)) for gone in own.values()
                     if gone.lines is None and gone.section == section.id and gone.clause not in kept]
        sections.append(replace(section, title=edit.base_title if edit else section.title, passages=tuple(passages)))
    return replace(document, sections=tuple(section for section in sections if section.passages))


def _library_passage(passage: Passage, edit: LocalEdit | None) -> Passage:
    if edit is None or edit.base is None:
        return passage
    return Passage(passage.clause, edit.base_title, "", blocks_of(edit.base))

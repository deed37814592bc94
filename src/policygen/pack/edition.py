"""An edition: what its `pack.json` records, its documents as they were issued, and its number among the others.

In: the folder of an edition, or the part of it that a Word file carries. Out: an `Edition`; and for a new one, its
number, its folder and the records to write. The documents are rebuilt from the record. Nothing is rendered again,
because the library and the answers may have changed. No other module knows what `pack.json` looks like.
"""

from __future__ import annotations

import datetime
import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from msgspec import UNSET, Struct, UnsetType
from msgspec.structs import replace as replace_record

from policygen.formats.word.bookmarks import base_digest, base_text
from policygen.library import law
from policygen.library.law import LawBook, LawChange
from policygen.model import stored
from policygen.model.document import (
    Document, DocumentKind, Issue, Layout, Passage, Reference, Section, inlines_of, is_generated, map_inlines,
    passages_of,
)
from policygen.model.lines import (
    Line, blocks_of, clause_lines, inlines_from_data, inlines_to_data, lines_from_data, lines_to_data, text_of,
    unnumbered_lines, words_with_targets,
)
from policygen.model.problems import OutputError, Place, WordFileError, command, error, read_file
from policygen.pack import folders
from policygen.pack.assembly import with_numbers
from policygen.pack.edits import EditRecord, LocalEdit, wording_of

PACK_FORMAT = 1
CauseKind = Literal["law", "answer", "wording", "own"]
ChangeKind = Literal["new", "gone", "added", "cut", "reworded", "divided", "retitled", "moved"]
"""`added` and `cut`: words only came in or only went; `divided`: the same words in other paragraphs."""
DAMAGED = ("Put it back from a copy. If there is none, give it another name: a review then takes what it said from "
           "the Word files beside it.")
"""What to do about a damaged `pack.json`."""


# ---- pack.json ---------------------------------------------------------------------------------------------------


_INSIDE = re.compile(r"(?![A-Za-z]:)(?:(?!\.\.?(?:/|$))[^\0/\\]+(?:/(?!$)|$))+")
"""A path that leads to a file inside a folder, on any system."""


class FileRecord(Struct, frozen=True):
    """A file of a document."""

    path: str
    """From the edition's folder."""
    sha256: str

    @classmethod
    def of(cls, path: str, data: bytes) -> FileRecord:
        return cls(path, hashlib.sha256(data).hexdigest())


class ClauseRecord(Struct, frozen=True):
    """A clause of a document. Its lines and its text have no numbers, so that renumbering does not change them."""

    id: str
    title: str
    number: str
    text: str
    """Plain text of the library, with `[[target]]` for each reference."""
    digest: str
    because: str
    covers: tuple[str, ...]
    law: tuple[str, ...]
    lines: list[Any] | UnsetType = UNSET
    """The lines in the document, as `lines_to_data` stores them."""

    def __post_init__(self) -> None:
        """Raise ValueError for lines that cannot be read."""
        lines_from_data([] if self.lines is UNSET else self.lines)

    @classmethod
    def of(cls, passage: Passage, because: str, covers: Iterable[str] = (), law: Iterable[str] = (),
           library: tuple[Line, ...] | None = None) -> ClauseRecord:
        """The record of a clause. `library` are the lines that the library gave for a clause with a local edit."""
        lines = clause_lines(passage)
        blocks = map_inlines(blocks_of(lines if library is None else library), lambda inline: replace(
            inline, text=f"[[{inline.target}]]") if isinstance(inline, Reference) else inline)
        text = text_of(blocks)
        digest = hashlib.sha256(text.encode()).hexdigest()
        return cls(passage.clause, passage.title, passage.number, text, digest, because, tuple(sorted(covers)),
                   tuple(sorted(law)), lines_to_data(lines))


class SectionRecord(Struct, frozen=True):
    """A section and the ids of its clauses, in order."""

    id: str
    title: str
    cover: bool
    boxed: bool
    clauses: tuple[str, ...]


class GeneratedRecord(Struct, frozen=True):
    """A section that the program made for one edition, such as its history."""

    id: str
    title: str
    number: str
    lines: list[Any]

    def __post_init__(self) -> None:
        """Raise ValueError for lines that cannot be read."""
        lines_from_data(self.lines)


class DocumentRecord(Struct, frozen=True):
    """A document, with everything to rebuild it from; one without clauses has only its files."""

    id: str
    title: str
    kind: DocumentKind
    clauses: tuple[ClauseRecord, ...]
    files: tuple[FileRecord, ...] | UnsetType = UNSET
    layout: Layout | UnsetType = UNSET
    organisation: str | UnsetType = UNSET
    edition_line: str | UnsetType = UNSET
    draft: bool | UnsetType = UNSET
    contents: bool | UnsetType = UNSET
    control: tuple[tuple[str, Any], ...] | UnsetType = UNSET
    references: dict[str, str] | UnsetType = UNSET
    sections: tuple[SectionRecord, ...] | UnsetType = UNSET
    generated: tuple[GeneratedRecord, ...] | UnsetType = UNSET

    def __post_init__(self) -> None:
        """Raise ValueError when the document cannot be rebuilt from it."""
        if self.sections is not UNSET:
            self.document()

    @classmethod
    def of(cls, document: Document, clauses: tuple[ClauseRecord, ...]) -> DocumentRecord:
        if not clauses:
            return cls(document.id, document.title, document.kind, ())
        made = [section for section in document.sections if any(map(is_generated, section.passages))]
        return cls(
            document.id, document.title, document.kind, clauses, UNSET, document.layout, document.organisation,
            document.edition_line, document.draft, document.contents,
            tuple((label, inlines_to_data(value)) for label, value in document.control),
            {inline.target: inline.text for passage in passages_of(document) for run in inlines_of(passage.blocks)
             for inline in run if isinstance(inline, Reference)},
            tuple(SectionRecord(section.id, section.title, section.cover, section.boxed,
                                tuple(passage.clause for passage in section.passages))
                  for section in document.sections if section not in made),
            tuple(GeneratedRecord(section.id, section.title, section.number, lines_to_data(
                line for passage in section.passages for line in unnumbered_lines(passage.blocks)))
                for section in made))

    def document(self) -> Document:
        """The document as it was issued. Raises ValueError when the record is damaged, with the place in it."""
        if (self.sections is UNSET or self.control is UNSET or self.layout is UNSET or self.organisation is UNSET
                or self.references is UNSET):
            raise ValueError("`sections`, `control`, `layout`, `organisation` or `references` is missing")
        if sum(len(section.clauses) for section in self.sections) != len(self.clauses):
            raise ValueError("`sections` names other clauses than there are")
        left, sections = list(self.clauses), []
        for section in self.sections:
            passages = tuple(Passage(clause.id, clause.title, "", blocks_of(lines_from_data(clause.lines)))
                             for clause in [left.pop(0) for _ in section.clauses])
            sections.append(Section(section.id, section.title, "", passages, section.cover, section.boxed))
        control = tuple((label, inlines_from_data(value, "control")) for label, value in self.control)
        document = Document(self.id, self.kind, self.title, self.organisation, self.layout, control, tuple(sections),
                            self.edition_line or "", bool(self.draft), bool(self.contents))
        made = tuple(Section(one.id, one.title, one.number, (
            Passage(one.id, one.title, "", blocks_of(lines_from_data(one.lines))),)) for one in self.generated or ())
        whole = with_numbers(document, self.references)
        return replace(whole, sections=(*whole.sections, *made))


class IssueRecord(Struct, frozen=True):
    """Number, day and state of an edition."""

    number: int
    date: datetime.date
    review_due: datetime.date
    status: Literal["draft", "approved"] | UnsetType = UNSET
    """Missing in editions of early versions."""
    approved_on: datetime.date | UnsetType | None = UNSET
    approved_because: str | UnsetType = UNSET
    """What somebody gave as the reason why the edition counts as approved before it was made."""


class VersionsRecord(Struct, frozen=True):
    """The versions of the program, the clause library and the questionnaire that made an edition."""

    policygen: str
    library: str
    questionnaire: str


class DecisionRecord(Struct, frozen=True):
    """A question that is still open."""

    question: str
    taken: str
    who: str


class LawRecord(Struct, frozen=True):
    """A law that the clauses rest on."""

    id: str
    status: str
    name: str = ""
    """What people call it, for a later library that no longer has it; empty in older packs."""


class LawChangeRecord(Struct, frozen=True):
    """What happened to a law since an earlier edition."""

    id: str
    what: str
    on: date | None = None
    where: tuple[str, ...] = ()
    """The nations concerned; empty for all in which it holds."""
    name: str = ""
    """What people called it."""


class UndecidedRecord(Struct, frozen=True):
    """A clause that changed both by hand and in the library, and that nobody has decided about."""

    document: str
    clause: str
    title: str


class ChangeRecord(Struct, frozen=True):
    """A change since an earlier edition; the fields are those of `review.changes.EditionChange`."""

    document: str
    document_title: str
    document_kind: str
    clause: str
    number: str
    title: str
    what: tuple[ChangeKind, ...]
    before: str
    now: str
    earlier_title: str = ""
    section: str = ""
    digest: str = ""
    causes: tuple[tuple[CauseKind, str], ...] = ()
    """The kind of each cause, and its words."""


class ReviewRecord(Struct, frozen=True):
    """What a review records in an edition that follows on another."""

    since: int
    """The number of the edition that this one is compared with."""
    changes: tuple[ChangeRecord, ...]
    law: tuple[LawChangeRecord, ...] = ()
    undecided: tuple[UndecidedRecord, ...] = ()
    sign_again: dict[str, tuple[str, ...]] = {}
    """The ids of forms that people have to sign again, and of the clauses that changed for them."""


class CarriedRecord(Struct, frozen=True, kw_only=True):
    """The part of the record that the Word file of a document carries, so that a review recognises the file."""

    format: int
    organisation: str
    edition: IssueRecord
    as_at: date
    made_with: VersionsRecord
    documents: tuple[DocumentRecord, ...]
    local_edits: tuple[EditRecord, ...] = ()


class PackRecord(CarriedRecord, frozen=True, kw_only=True):
    """The content of `pack.json`."""

    decisions_open: tuple[DecisionRecord, ...] = ()
    left_out: dict[str, str] = {}
    """Clauses and documents that are left out, and why."""
    nations: tuple[str, ...] = ()
    questions: dict[str, tuple[str, ...]] = {}
    """All questions of the questionnaire, with the values of their choices."""
    law: tuple[LawRecord, ...] = ()
    points: dict[str, tuple[str, ...]] = {}
    """The points of the requirements that the pack carries, and what carries each."""
    answers: str | UnsetType = UNSET
    """The text of the answers file, without people's comments."""
    made_from: str | UnsetType = UNSET
    """A digest of everything that the pack was made from. A batch compares it to see whether anything has changed."""
    review: ReviewRecord | UnsetType = UNSET
    """Missing in an edition that does not follow on another."""


# ---- an edition --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Edition:
    """An edition as it was issued."""

    folder: Path
    record: PackRecord
    place: Place
    """The file that held the record."""
    rebuilt: bool = False
    """Whether its `pack.json` is lost and the record comes from its Word files."""

    @property
    def organisation(self) -> str:
        return self.record.organisation

    @property
    def number(self) -> int:
        """1 for an organisation's first edition."""
        return self.record.edition.number

    @property
    def issue(self) -> Issue:
        """Number, day, and day of approval (None for a draft)."""
        about = self.record.edition
        return Issue(about.number, about.date, about.approved_on or None, about.approved_because or "")

    @property
    def as_at(self) -> date:
        """The day whose law it states."""
        return self.record.as_at

    @cached_property
    def documents(self) -> tuple[Document, ...]:
        """The documents as they were issued, without annotated ones. Raises OutputError when an older policygen
        recorded too little."""
        clauses = [clause for one in self.record.documents for clause in one.clauses]
        if any(clause.lines is UNSET for clause in clauses) or any(
                one.sections is UNSET for one in self.record.documents if one.clauses):
            raise OutputError(error("this edition was made by an older policygen, which kept too little of it",
                                    self.place, "Make an edition from its answers first:\n  "
                                    f"{command('new', '--answers', self.folder / 'answers.yaml')}"))
        return tuple(one.document() for one in self.record.documents if one.clauses)

    def clause_words(self, document: str) -> dict[str, str]:
        """The words of a document's clauses as they stand in it, with local edits, by id; none for a document that is
        not in the edition. References show their targets."""
        return {clause.id: "\n".join(map(words_with_targets, lines_from_data(clause.lines)))
                for entry in self.record.documents if entry.id == document for clause in entry.clauses}

    @cached_property
    def edits(self) -> tuple[LocalEdit, ...]:
        """The local edits in it."""
        wordings = {(one.id, clause.id): wording_of(one.layout or "") for one in self.record.documents
                    for clause in one.clauses}  # editions of early versions do not say which wording an edit is of
        return tuple(edit.edit(wordings.get((edit.document, edit.clause), "")) for edit in self.record.local_edits)

    def digests(self) -> dict[str, str]:
        """The id of each document, by the digest that the document's Word file carries."""
        return {base_digest(base_text(carried(self.record, document.id))): document.id
                for document in self.documents}

    def law_changes(self, book: LawBook, today: date, more: Iterable[str] = (),
                    nations: Sequence[str] = ()) -> tuple[LawChange, ...]:
        """What happened, between its day and `today`, to the law behind its clauses and to `more` laws. `nations` are
        those of today; empty for its own."""
        status = {one.id: one.status for one in self.record.law}
        used = {*more, *(name for document in self.record.documents for clause in document.clauses
                         for name in clause.law)}
        return law.law_changes(book, {name: status.get(name, "") for name in used}, self.as_at, today,
                               nations or self.record.nations or law.NATIONS,
                               {one.id: one.name for one in self.record.law})


def carried(record: PackRecord, document: str) -> bytes:
    """The `CarriedRecord` for the Word file of a document, as JSON."""
    return stored.dump(CarriedRecord(
        format=record.format, organisation=record.organisation, edition=record.edition, as_at=record.as_at,
        made_with=record.made_with,
        local_edits=tuple(edit for edit in record.local_edits if edit.document == document),
        documents=tuple(replace_record(one, files=UNSET) for one in record.documents if one.id == document)))


def read_edition(folder: Path) -> Edition:
    """The edition in a folder. Raises OutputError when its `pack.json` is missing, damaged, or of a newer format."""
    folders.put_back(folder)
    path = folder / "pack.json"
    if folder.is_file():
        raise file_for_folder(folder)
    if not path.exists():
        raise OutputError(error("this is not the folder of an edition: it has no pack.json", Place(str(folder)),
                                "Give the folder that has the date as its name."))
    place = Place(str(path))
    return _edition(stored.decode(read_file(path, OutputError), place, DAMAGED), folder, place, DAMAGED)


def file_for_folder(path: Path, more: str = "") -> OutputError:
    """The error for a file that somebody gave in place of the folder of an edition; `more` is added to the hint."""
    above = path.absolute().parents
    folder = next(filter(folders.is_edition, above), above[0])
    return OutputError(error("this is a file, and the folder of an edition is needed", Place(str(path)),
                             f"Give the folder that it is in: {folder}{more}"))


def edition_in_word_file(base: Mapping[str, Any], folder: Path, path: Path) -> Edition:
    """What a Word file carries of an edition: one document. Raises OutputError if it is damaged or too new."""
    found = _edition(base, folder, Place(str(path)), "Put it back from a copy: policygen does not change it.")
    _ = found.documents
    return found


def open_edition(folder: Path) -> Edition:
    """The edition in a folder; from its Word files if its `pack.json` is lost. Raises OutputError."""
    found = None
    if not (folder / "pack.json").exists() and folders.is_edition(folder):
        found = _from_word_files(folder)
    found = found or read_edition(folder)
    _ = found.documents  # a review stops before it begins where too little was recorded
    return found


def _edition(raw: Any, folder: Path, place: Place, hint: str) -> Edition:
    """The edition in decoded JSON; `hint` says what to do about a damaged one. Raises OutputError."""
    newer = isinstance(raw, Mapping) and isinstance(raw.get("format"), int) and raw["format"] > PACK_FORMAT
    if newer:
        made_with = raw.get("made_with")
        version = made_with.get("policygen") if isinstance(made_with, Mapping) else None
        raise OutputError(error(
            f"this edition was made by a newer policygen (format {raw['format']})", place,
            f"Install policygen {version}, which made it, or a later one." if isinstance(version, str) else
            "Install a newer policygen."))
    record = stored.convert(raw, PackRecord, place, hint)
    if record.format != PACK_FORMAT:
        raise OutputError(error("this file is damaged: its `format` is unknown", place, hint))
    outside = [file.path for document in record.documents for file in document.files or ()
               if not _INSIDE.fullmatch(file.path)]
    if outside:
        raise OutputError(error(f"this file is damaged: {outside[0]!r} is no file inside the edition's folder", place,
                                hint))
    return Edition(folder, record, place)


def _from_word_files(folder: Path) -> Edition | None:
    """The edition that the Word files in a folder carry, as far as they belong to the same one; None if they carry
    none. Raises OutputError when its policy is not among them."""
    from policygen.formats.word.reader import read_word_file  # needs lxml, which is slow to load

    first: Edition | None = None
    documents: dict[str, DocumentRecord] = {}
    edits: list[EditRecord] = []
    for path in sorted(folder.rglob("*.docx")):
        if not is_own_name(path) or path.stem.endswith(folders.LARGE_PRINT) or folders.is_kept(path, folder):
            continue
        try:
            base = read_word_file(path).base
            part = edition_in_word_file(base, folder, path) if base else None
        except (WordFileError, OutputError):
            continue  # a broken file, or one of another program, cannot help
        if part is None:
            continue
        first = first or part
        (document,) = part.record.documents
        if document.id not in documents and (part.organisation, part.record.edition) == (
                first.organisation, first.record.edition):
            files = (FileRecord(path.relative_to(folder).as_posix(), ""),)
            documents[document.id] = replace_record(document, files=files)
            edits += part.record.local_edits
    if first is None:
        return None
    if not any(one.kind == "policy" for one in documents.values()):
        raise OutputError(error("this edition has lost its pack.json and its policy in Word", Place(str(folder)),
                                "Put one of them back from a copy. Without both, make a pack from its answers:\n  "
                                f"{command('new', '--answers', folder / 'answers.yaml')}"))
    record = replace_record(first.record, documents=tuple(documents.values()), local_edits=tuple(edits))
    return Edition(folder, record, Place(str(folder / "pack.json")), rebuilt=True)


def is_own_name(path: Path) -> bool:
    """Whether a file is one that a person saved. Editors keep temporary files beside an open one, with other names."""
    return not re.match(r"~|\.", path.name)


def as_the_library_gave(document: Document, edits: tuple[LocalEdit, ...]) -> Document:
    """An issued document without its local edits and without the sections that were made for its edition. Its clauses
    are in the places where they were issued."""
    own = {edit.clause: edit for edit in edits if edit.document == document.id}
    kept = {passage.clause for section in document.sections for passage in section.passages}
    library = {clause: Passage(clause, edit.base_title, "", blocks_of(edit.base)) for clause, edit in own.items()
               if edit.base is not None}
    sections: list[Section] = []
    for section in document.sections:
        edit = own.get(section.id)
        passages = [library.get(passage.clause, passage) for passage in section.passages
                    if not is_generated(passage) and (passage.clause not in own or passage.clause in library)]
        passages += [passage for clause, passage in library.items()
                     if own[clause].lines is None and own[clause].section == section.id and clause not in kept]
        if edit and edit.adds_section:  # the library's clauses in it were moved there
            before = sections.pop() if sections else replace(section, id="", title="")
            sections.append(replace(before, passages=(*before.passages, *passages)))
        else:
            sections.append(replace(section, title=edit.base_title if edit else section.title,
                                    passages=tuple(passages)))
    return replace(document, sections=tuple(section for section in sections if section.passages))


# ---- its number among the others ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ReservedFolder:
    """A folder that is kept free for one new edition."""

    folder: Path
    number: int
    """1 for an organisation's first edition."""
    earlier: tuple[Issue, ...]
    """The organisation's editions so far, oldest first."""


@contextmanager
def reserved_folder(to: Path, organisation: str, day: date, above: int = 0,
             home: Path | None = None) -> Iterator[ReservedFolder]:
    """While it lasts, the folder and number of the organisation's next edition, which no other policygen takes. The
    number is higher than `above`. `home` is the folder of the organisation's editions if one of them is known,
    because the organisation may have had another name then; None for the folder that its name gives. Raises
    OutputError."""
    known, home = home is not None, home or folders.home_of(to, organisation)
    with folders.organisation_locked(home):
        with folders.writing(home):
            earlier = _issues(home) if known else issues_of(to, organisation)
            number = 1 + max((above, *(issue.number for issue in earlier)))
            place = ReservedFolder(folders.free_folder(home, day), number, earlier)
        yield place


def newest_edition(home: Path) -> Path | None:
    """The folder of an organisation's newest edition; None if there is none. Editions are compared by their numbers,
    and by the names of their folders where a number cannot be read."""
    there = folders.all_editions(home)
    numbers = {folder: number for folder in there if (number := edition_number(folder))}
    best = max(numbers, key=lambda folder: (numbers[folder], folders.order_made(folder)), default=None)
    later = [folder for folder in there if folder not in numbers
             and (best is None or folders.order_made(folder) > folders.order_made(best))]
    return later[-1] if later else best


def edition_number(folder: Path) -> int:
    """The number of an edition; 0 if it cannot be read."""
    try:
        return read_edition(folder).number
    except OutputError:
        return 0


def issues_of(to: Path, organisation: str) -> tuple[Issue, ...]:
    """The organisation's editions, oldest first. Raises OutputError if the folder holds another organisation's."""
    home = folders.home_of(to, organisation)
    newest_there = max(map(read_edition, folders.editions(home)), key=lambda edition: edition.number, default=None)
    if newest_there and not folders.same_name(newest_there.organisation, organisation):
        raise OutputError(error(f"this folder holds the editions of “{newest_there.organisation}”", Place(str(home)),
                                "Choose another folder with --to, or write the name as before."))
    return _issues(home)


def _issues(home: Path) -> tuple[Issue, ...]:
    """Number and days of the editions in an organisation's folder, oldest first. Raises OutputError."""
    issues = (read_edition(folder).issue for folder in folders.editions(home))
    return tuple(sorted(issues, key=lambda issue: issue.number))


def next_number(to: Path, organisation: str) -> int:
    """One more than the organisation's highest number. Raises OutputError as `issues_of` does."""
    return 1 + max((issue.number for issue in issues_of(to, organisation)), default=0)

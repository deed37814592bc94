"""The Word files of an edition that people have changed by hand: found, recognised, compared.

In: an edition as it was issued, and files that somebody gives. Out: `Edited` files, each with its changes, or an error
that says whose file it is instead. It merges nothing, asks nothing, and writes nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from msgspec.structs import replace as replace_record

from policygen.formats.word.reader import read_word_file
from policygen.formats.word.reader import EditedFile
from policygen.model import english
from policygen.model.document import Document, passages_of
from policygen.model.english import date_in_words
from policygen.model.lines import comparable, lines_of, words_of
from policygen.model.problems import OutputError, Place, WordFileError, error
from policygen.pack import edition, folders
from policygen.pack.edition import Edition, as_the_library_gave, open_edition
from policygen.pack.edits import LocalEdit
from policygen.review import news
from policygen.review.compare import Comparison, compare
from policygen.review.compare import local_edits

ANYWAY = "Give the file that belongs to it, or take this one with --anyway."
FAMILIAR = 0.5
"""The share of a document's lines that a file must have to be taken for it when it has lost all other signs."""


@dataclass(frozen=True, slots=True)
class EditedDocument:
    """A Word file, and what people changed in it."""

    path: Path
    document: Document
    """As it was issued."""
    comparison: Comparison
    edits: tuple[LocalEdit, ...]
    """All that stands locally in this document now."""
    notices: tuple[str, ...]
    """What stands in the file and is not taken over, or in another way than somebody may think; a sentence each."""

    @property
    def clauses(self) -> tuple[str, ...]:
        """The clauses in which people changed more than typography."""
        return tuple(change.clause for change in self.comparison.clauses if change.differs)


def find_edited_files(last: Edition, given: Sequence[Path],
                      anyway: bool) -> tuple[tuple[EditedDocument, ...], tuple[str, ...]]:
    """The edited files of the last edition: those of its files that are no longer as they were written, and those that
    somebody gives; and what to tell of files that are left aside.

    Raises WordFileError for a file that is no Word file, and OutputError for one of another edition or organisation,
    which `anyway` takes.
    """
    found: dict[str, EditedDocument] = {}
    for path in {path.resolve(): path for path in given}.values():
        one = _recognised(path, last, "", anyway)
        if one.document.id in found:
            raise WordFileError(error(f"two files of “{one.document.title}” were given", Place(str(path)),
                                     "Give the one that counts."))
        found[one.document.id] = one
    notices = []
    for path, document in changed_files(last):
        if path.resolve() in {one.resolve() for one in given}:
            continue
        one = _recognised(path, last, document, anyway)
        if one.document.id in found and one.clauses:
            notices.append(f"{path} was changed too; the file that you gave counts.")
        found.setdefault(one.document.id, one)
    return tuple(found.values()), (*notices, *_missing(last, found), *_left_aside(last))


def changed_files(last: Edition) -> Iterator[tuple[Path, str]]:
    """The Word files of an edition that are no longer as they were written, each with its document's id."""
    for entry in last.record.documents:
        for file in (entry.files or ()) if entry.clauses else ():
            path = last.folder / file.path
            if path.suffix == ".docx" and not path.stem.endswith(folders.LARGE) and _digest(path) not in (
                    "", file.sha256):
                yield path, entry.id


def _missing(last: Edition, found: Collection[str]) -> Iterator[str]:
    """What to tell of Word files that are no longer where they were written: somebody may have changed them elsewhere.
    `found` are the ids of documents that were read."""
    gone = [path.name for entry in last.record.documents if entry.clauses and entry.id not in found
            for path in (last.folder / file.path for file in entry.files or ())
            if path.suffix == ".docx" and not path.stem.endswith(folders.LARGE) and not path.exists()]
    if gone:
        one, them = (len(gone) == 1, "it" if len(gone) == 1 else "them")
        yield (f"{english.listing(gone)} {'is' if one else 'are'} no longer in {last.folder}. If somebody has changed "
               f"{them} elsewhere, put {them} back, or give {them} with --edited.")


def _left_aside(last: Edition) -> Iterator[str]:
    """What to tell of the Word files in an edition's folder that are not read."""
    files = {file.path: file.sha256 for entry in last.record.documents for file in entry.files or ()}
    about = {file.path for entry in last.record.documents if not entry.clauses for file in entry.files or ()}
    places = {last.folder, *((last.folder / name).parent for name in files)}  # people's own forms lie in others
    for path in sorted(path for folder in places for path in folder.glob("*.docx")):
        name = path.relative_to(last.folder).as_posix()
        if name not in files and edition.is_own_name(path) and not last.rebuilt:
            yield f"{path} is not one of the files of this edition. If it counts, give it with --edited."
        elif files.get(name, "") in ("", _digest(path)):
            continue
        elif name in about:
            yield f"{path} was changed. Such a file is not read: make the change in the document that it is about."
        elif path.stem.endswith(folders.LARGE):
            yield f"{path} was changed. Files in large print are not read: make the change in the ordinary one."


def _digest(path: Path) -> str:
    """The digest of a file; empty when there is none."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except FileNotFoundError:
        return ""
    except OSError as reason:
        raise OutputError(error(f"cannot be read: {(reason.strerror or 'unknown reason').lower()}",
                                Place(str(path)))) from None


# ---- recognising -------------------------------------------------------------------------------------------------


def _recognised(path: Path, last: Edition, document: str, anyway: bool) -> EditedDocument:
    """A file with its changes. `document` is the id of what it was issued as, where its place says so; else empty."""
    file = read_word_file(path)
    known = last.digests()
    if file.digest in known or (not file.digest and document):
        return _of(last, known.get(file.digest, document), file, path, last)
    if file.digest:
        return _foreign(file, path, last, anyway)
    if (likely := _likeliest(last.documents, file)) is None:
        raise OutputError(error("this is not one of the documents of this edition, or too little of it is left", Place(
            str(path)), "Give the Word file that was made from it."))
    found = _of(last, likely.id, file, path, last)
    said = f"{path.name} has lost where it comes from. By its words it is “{likely.title}”."
    return replace(found, notices=(said, *found.notices))


def _foreign(file: EditedFile, path: Path, last: Edition, anyway: bool) -> EditedDocument:
    """A file of another edition or organisation, if it is to be taken. Raises OutputError."""
    origin = _origin(file, path, last)
    if origin is None:
        raise OutputError(error("this file does not belong to this edition, and it does not say which one it is of",
                                Place(str(path)), "Give the file that belongs to it."))
    if not origin.documents:
        raise OutputError(error(f"this is “{origin.record.documents[0].title}”, and such a file is not read", Place(
            str(path)), "Make the change in the document that it is about, and give that one."))
    title = origin.documents[0].title
    if not anyway:
        about = origin.issue
        whose = "this organisation" if origin.organisation == last.organisation else f"“{origin.organisation}”"
        raise OutputError(error(
            f"this is “{title}” of {whose}, edition {about.number} of {date_in_words(about.date)}, and what is "
            f"reviewed is edition {last.issue.number} of {date_in_words(last.issue.date)}", Place(str(path)), ANYWAY))
    document = origin.documents[0].id
    if document not in {one.id for one in last.documents}:
        raise OutputError(error(f"the edition that is reviewed has no “{title}”", Place(str(path)),
                                "Leave this file out."))
    return _of(origin, document, file, path, last)


def _origin(file: EditedFile, path: Path, last: Edition) -> Edition | None:
    """The edition that a file says it is of, with this document alone; None where nothing is known of it."""
    if file.base:
        return edition.edition_in_word_file(file.base, path.parent, path)
    for folder in folders.editions(last.folder.parent):
        other = open_edition(folder)
        if document := other.digests().get(file.digest):
            alone = tuple(one for one in other.record.documents if one.id == document)
            return replace(other, record=replace_record(other.record, documents=alone))
    return None


def _likeliest(documents: Iterable[Document], file: EditedFile) -> Document | None:
    """The document that a file without any sign of its own has most lines of."""
    there = {comparable(words_of(one.line)) for one in file.lines}

    def share(document: Document) -> float:
        own = {comparable(words_of(line)) for section in document.sections for passage in section.passages
               for line in lines_of(passage.blocks)} - {""}
        return len(own & there) / len(own) if own else 0.0

    best = max(documents, key=share, default=None)
    return best if best and share(best) >= FAMILIAR else None


# ---- what changed ------------------------------------------------------------------------------------------------


def _of(origin: Edition, document: str, file: EditedFile, path: Path, last: Edition) -> EditedDocument:
    """The changes of a file, which is of `document` as the edition `origin` has it."""
    shown = next(one for one in origin.documents if one.id == document)
    comparison = compare(shown, file.lines)
    edits = local_edits(as_the_library_gave(shown, origin.edits), comparison, origin.edits)
    there = {passage.clause for passage in passages_of(shown)} | {section.id for section in shown.sections}
    edits += tuple(edit for edit in origin.edits if edit.document == document and edit.base is not None
                   and edit.lines is not None and edit.clause not in there)  # left out: its edit waits for its return
    if origin is not last:  # what was changed by hand since then stands, but where this file changed it too
        here = {change.clause for change in comparison.clauses if change.differs} | set(comparison.titles)
        edits = (*(edit for edit in last.edits if edit.document == document and edit.clause not in here),
                 *(edit for edit in edits if edit.clause in here))
    return EditedDocument(path, shown, comparison, edits, tuple(_notices(file, path, comparison)))


def _notices(file: EditedFile, path: Path, comparison: Comparison) -> Iterator[str]:
    yield from (f"{path.name}: {warning}" for warning in file.warnings)
    if file.pending:
        yield (f"{path.name}: tracked changes are waiting in it. They count as accepted; reject in Word what you do "
               "not want, and start again.")
    if comparison.front:
        yield (f"{path.name}: the title or the table on the first page was changed. They are made from your answers: "
               "change those.")
    for title in comparison.displaced:
        yield (f"{path.name}: the section “{title}” was moved. Sections keep their order; what was changed inside it "
               "is taken over.")
    comments = [comment for change in comparison.clauses for comment in change.comments
                if not comment.words.startswith(news.UNDECIDED)]
    if comments:
        yield (f"{path.name}: {len(comments)} comment{'s' if len(comments) != 1 else ''} in it "
               f"{'are' if len(comments) != 1 else 'is'} not taken over: " + "; ".join(
                   f"“{comment.words}”" for comment in comments))

"""The Word files of an edition that people have changed by hand: found, recognised, compared.

In: an edition as it was issued, and the files that somebody gives. Out: an `EditedDocument` for each changed file, or
an error that names the edition which a file belongs to. This module merges nothing, asks nobody, and writes nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from msgspec.structs import replace as replace_record

from policygen.formats.word.bookmarks import bookmark, bookmark_code
from policygen.formats.word.reader import EditedFile, read_word_file
from policygen.model import english
from policygen.model.document import Document, passages_of
from policygen.model.english import date_in_words
from policygen.model.lines import comparable, lines_of, words_of
from policygen.model.problems import OutputError, Place, WordFileError, error
from policygen.pack import edition, folders
from policygen.pack.edition import Edition, as_the_library_gave, open_edition
from policygen.pack.edits import LocalEdit
from policygen.review import news
from policygen.review.compare import Comparison, compare, local_edits

_FAMILIAR = 0.5
"""A file that has lost all other signs counts as a document if it has this share of the document's lines."""
_TOLD = 300
"""So many letters of the words that were struck through in a clause are told."""


@dataclass(frozen=True, slots=True)
class EditedDocument:
    """A Word file, and what people changed in it."""

    path: Path
    document: Document
    """The document as it was issued."""
    comparison: Comparison
    edits: tuple[LocalEdit, ...]
    """All local edits in this document now."""
    notices: tuple[str, ...]
    """What the file has that the review does not take over, or takes over in an unexpected way; a sentence each."""

    @property
    def clauses(self) -> tuple[str, ...]:
        """The ids of the clauses in which people changed more than typography."""
        return tuple(change.clause for change in self.comparison.clauses if change.differs)


def find_edited_files(last: Edition, given: Sequence[Path],
                      anyway: bool) -> tuple[tuple[EditedDocument, ...], tuple[str, ...]]:
    """The changed files of the last edition and the files that somebody gives; and a notice about each file that is
    not read.

    Raises WordFileError for a file that is not a Word file, and OutputError for one of another edition or organisation
    unless `anyway` is true.
    """
    found: dict[str, EditedDocument] = {}
    given = list({path.resolve(): path for path in given}.values())
    for path in given:
        one = _recognised(path, last, "", anyway)
        if one.document.id in found:
            raise WordFileError(error(f"two files of “{one.document.title}” were given", Place(str(path)),
                                     "Give the one that counts."))
        found[one.document.id] = one
    notices, gone = [], []
    for entry in last.record.documents:
        for file in (entry.files or ()) if entry.clauses else ():
            path = last.folder / file.path
            if path.suffix != ".docx" or path.stem.endswith(folders.LARGE_PRINT):
                continue
            if not path.exists():
                gone.append((path.name, entry.id))
            elif path.resolve() not in {one.resolve() for one in given} and _digest(path) != file.sha256:
                one = _recognised(path, last, entry.id, anyway)
                if one.document.id in found and one.clauses:
                    notices.append(f"{path} was changed too; the file that you gave counts.")
                found.setdefault(one.document.id, one)
    if missing := [name for name, document in gone if document not in found]:
        is_are, them = ("is", "it") if len(missing) == 1 else ("are", "them")
        notices.append(f"{english.listing(missing)} {is_are} no longer in {last.folder}. If somebody has changed "
                       f"{them} elsewhere, put {them} back, or give {them} with --edited.")
    return tuple(found.values()), (*notices, *_not_read(last))


def _not_read(last: Edition) -> Iterator[str]:
    """A notice about each Word file in an edition's folder that the review does not read."""
    files = {file.path: file.sha256 for entry in last.record.documents for file in entry.files or ()}
    about = {file.path for entry in last.record.documents if not entry.clauses for file in entry.files or ()}
    places = {last.folder, *((last.folder / name).parent for name in files)}  # others hold people's own files
    for path in sorted(path for folder in places for path in folder.glob("*.docx")):
        name = path.relative_to(last.folder).as_posix()
        if name not in files and edition.is_own_name(path) and not last.rebuilt:
            yield f"{path} is not one of the files of this edition. If it counts, give it with --edited."
        elif files.get(name, "") in ("", _digest(path)):
            continue
        elif name in about:
            yield f"{path} was changed. Such a file is not read: make the change in the document that it is about."
        elif path.stem.endswith(folders.LARGE_PRINT):
            yield f"{path} was changed. Files in large print are not read: make the change in the ordinary one."


def _digest(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as reason:
        raise OutputError(error(f"cannot be read: {(reason.strerror or 'unknown reason').lower()}",
                                Place(str(path)))) from None


def _recognised(path: Path, last: Edition, document: str, anyway: bool) -> EditedDocument:
    """A file with its changes. `document` is the id that its place in the folder gives; empty for a given file."""
    file = read_word_file(path)
    known = last.digests()
    if file.digest in known or (not file.digest and document):
        return _with_changes(last, known.get(file.digest, document), file, path, last)
    if file.digest:
        return _foreign(file, path, last, anyway)
    if (likely := _likeliest(last.documents, file)) is None:
        raise OutputError(error("this is not one of the documents of this edition, or too little of it is left", Place(
            str(path)), "Give the Word file that was made from it."))
    found = _with_changes(last, likely.id, file, path, last)
    said = f"{path.name} no longer says which document it is. By its words, it is “{likely.title}”."
    return replace(found, notices=(said, *found.notices))


def _foreign(file: EditedFile, path: Path, last: Edition, anyway: bool) -> EditedDocument:
    """A file of another edition or organisation, compared with that edition. Raises OutputError unless `anyway` is true
    and the edition under review has this document."""
    origin = edition.edition_in_word_file(file.base, path.parent, path) if file.base else None
    for folder in folders.editions(last.folder.parent) if origin is None else ():
        other = open_edition(folder)
        if found := other.digests().get(file.digest):
            alone = tuple(one for one in other.record.documents if one.id == found)
            origin = replace(other, record=replace_record(other.record, documents=alone))
            break
    if origin is None:
        raise OutputError(error("this file does not belong to this edition, and it does not say to which one",
                                Place(str(path)), "Give the file that belongs to it."))
    if not origin.documents:
        raise OutputError(error(f"this is “{origin.record.documents[0].title}”, and such a file is not read", Place(
            str(path)), "Make the change in the document that it is about, and give that one."))
    title, about = origin.documents[0].title, origin.issue
    is_its_draft = (origin.organisation, about.number, about.date) == (
        last.organisation, last.issue.number, last.issue.date)  # it was given out before the approval was recorded
    if not (anyway or is_its_draft):
        whose, here = ("this organisation", "") if origin.organisation == last.organisation else (
            f"“{origin.organisation}”", f" of “{last.organisation}”")
        raise OutputError(error(
            f"this is “{title}” of {whose}, edition {about.number} of {date_in_words(about.date)}, and what is "
            f"reviewed is edition {last.issue.number}{here} of {date_in_words(last.issue.date)}", Place(str(path)),
            "Give the file that belongs to it, or take this one with --anyway."))
    document = origin.documents[0].id
    if document not in {one.id for one in last.documents}:
        raise OutputError(error(f"the edition that is reviewed has no “{title}”", Place(str(path)),
                                "Leave this file out."))
    return _with_changes(origin, document, file, path, last)


def _likeliest(documents: Iterable[Document], file: EditedFile) -> Document | None:
    """The document whose lines a file has the largest share of; None if no share is large enough."""
    there = {comparable(words_of(one.line)) for one in file.lines}

    def share(document: Document) -> float:
        own = {comparable(words_of(line)) for passage in passages_of(document)
               for line in lines_of(passage.blocks)} - {""}
        return len(own & there) / len(own) if own else 0.0

    best = max(documents, key=share, default=None)
    return best if best and share(best) >= _FAMILIAR else None


def _with_changes(origin: Edition, document: str, file: EditedFile, path: Path, last: Edition) -> EditedDocument:
    """A file, compared with `document` as the edition `origin` has it."""
    shown = next(one for one in origin.documents if one.id == document)
    comparison = compare(shown, file.lines)
    edits = local_edits(as_the_library_gave(shown, origin.edits), comparison, origin.edits)
    there = {passage.clause for passage in passages_of(shown)} | {section.id for section in shown.sections}
    edits += tuple(edit for edit in origin.edits if edit.document == document and edit.base is not None
                   and edit.lines is not None and edit.clause not in there)  # an edit waits until its clause returns
    if origin is not last:  # edits that were made since then stand, except where this file has an edit too
        here = {change.clause for change in comparison.clauses if change.differs} | set(comparison.titles)
        edits = (*(edit for edit in last.edits if edit.document == document and edit.clause not in here),
                 *(edit for edit in edits if edit.clause in here))
    return EditedDocument(path, shown, comparison, edits, tuple(_notices(file, path, shown, comparison)))


def _notices(file: EditedFile, path: Path, shown: Document, comparison: Comparison) -> Iterator[str]:
    yield from (f"{path.name}: {warning}" for warning in file.warnings)
    if file.pending:
        yield (f"{path.name}: tracked changes are waiting in it. They count as accepted; reject in Word what you do "
               "not want, and start again.")
    yield from (f"{path.name}: {words}" for words in _left_out(file, shown, comparison))
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


def _left_out(file: EditedFile, shown: Document, comparison: Comparison) -> Iterator[str]:
    """A sentence for each clause with words that are struck through or hidden."""
    clauses = {bookmark_code(bookmark(passage.clause, 1)): passage for passage in passages_of(shown)}
    touched = {bookmark_code(bookmark(change.clause, 1)) for change in comparison.clauses if change.differs}
    found: dict[tuple[str, str, bool], list[str]] = {}
    for one in file.left_out:
        code = bookmark_code(one.bookmark)
        stays = code in clauses and code not in touched
        found.setdefault((one.how, code, stays), []).append(one.words)
    for (how, code, stays), words in found.items():
        passage = clauses.get(code)
        where = f"{passage.number} “{passage.title}”: ".lstrip() if passage else ""
        all_words = " … ".join(words)
        said = f"“{all_words if len(all_words) <= _TOLD else all_words[:_TOLD].rsplit(' ', 1)[0] + ' …'}”"
        what = "you struck these words through" if how == "struck" else "these words are hidden"
        yield (f"{where}{what}: they are left out: {said}" if not stays else
               f"{where}{what}, but the title stays: {said}. Write another one, or delete the whole clause.")

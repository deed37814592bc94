"""The Word files of an edition that people have changed by hand: found, recognised, compared.

In: an edition as it was issued, and the files that somebody gives. Out: an `EditedDocument` for each changed file, or
an error that names the edition which a file belongs to. This module merges nothing, asks nobody, and writes nothing.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from msgspec.structs import replace as replace_record

from policygen.formats.word.bookmarks import bookmark, bookmark_code
from policygen.formats.word.reader import EditedFile, read_word_file
from policygen.model import english
from policygen.model.document import Document, Text, passages_of, with_addresses
from policygen.model.english import date_in_words
from policygen.model.lines import Line, comparable, lines_of, words_of
from policygen.model.problems import OutputError, Place, WordFileError, command, error, read_file
from policygen.pack import assembly, edition, folders
from policygen.pack.edition import Edition, as_the_library_gave, open_edition
from policygen.pack.edits import LocalEdit, apply_edits
from policygen.review import news
from policygen.review.compare import Comparison, compare, local_edits
from policygen.review.references import followed, numbers_of, titles_of
from policygen.review.replaced import NOTHING, Replaced

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
    file: EditedFile
    followed: tuple[str, ...]
    """The numbers that people typed, which lead to their clauses now: each with the title of its clause."""
    known_by: str = ""
    """How the document was recognised, as a sentence, where the file does not say; else empty."""
    replaced: Replaced = NOTHING
    """The words that have others in their place all through it."""

    @property
    def notices(self) -> tuple[str, ...]:
        """What the file has that the review does not take over, or takes over in an unexpected way; a sentence each."""
        return (*filter(None, [self.known_by]), *_notices(self))

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
            elif path.resolve() not in {one.resolve() for one in given} and file_digest(path) != file.sha256:
                one = _recognised(path, last, entry.id, anyway)
                if one.document.id in found and one.clauses:
                    notices.append(f"{path} was changed too; the file that you gave counts.")
                found.setdefault(one.document.id, one)
    if missing := [name for name, document in gone if document not in found]:
        is_are, them = ("is", "it") if len(missing) == 1 else ("are", "them")
        notices.append(f"{english.listing(missing)} {is_are} no longer in {last.folder}. If somebody has changed "
                       f"{them} elsewhere, put {them} back, or give {them}:\n  "
                       f"{command('review', last.folder, '--edited', 'FILE')}")
    return tuple(found.values()), (*notices, *_not_read(last))


def _not_read(last: Edition) -> Iterator[str]:
    """A notice about each Word file in an edition's folder that the review does not read."""
    files = {file.path: file.sha256 for entry in last.record.documents for file in entry.files or ()}
    about = {file.path for entry in last.record.documents if not entry.clauses for file in entry.files or ()}
    places = {last.folder, *((last.folder / name).parent for name in files)}  # others hold people's own files
    for path in sorted(path for folder in places for path in folder.glob("*.docx")):
        name = path.relative_to(last.folder).as_posix()
        if name not in files and edition.is_own_name(path) and not last.rebuilt:
            yield (f"{path} is not one of the files of this edition. If it counts, give it:\n  "
                   f"{command('review', last.folder, '--edited', path)}")
        elif files.get(name, "") in ("", file_digest(path)):
            continue
        elif name in about:
            yield f"{path} was changed. Such a file is not read: make the change in the document that it is about."
        elif path.stem.endswith(folders.LARGE_PRINT):
            yield f"{path} was changed. Files in large print are not read: make the change in the ordinary one."


def file_digest(path: Path) -> str:
    """What stands for the bytes of a file. Raises OutputError."""
    return hashlib.sha256(read_file(path, OutputError, 100_000_000)).hexdigest()


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
    return replace(found, known_by=said)


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
        whose, here = ("this organisation", "") if folders.same_name(
            origin.organisation, last.organisation) else (
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
    library = as_the_library_gave(shown, origin.edits)
    edits = local_edits(library, comparison, origin.edits)
    there = {passage.clause for passage in passages_of(shown)} | {section.id for section in shown.sections}
    edits += tuple(edit for edit in origin.edits if edit.document == document and edit.base is not None
                   and edit.lines is not None and edit.clause not in there)  # an edit waits until its clause returns
    if origin is not last:  # edits that were made since then stand, except where this file has an edit too
        here = {change.clause for change in comparison.clauses if change.differs} | set(comparison.titles)
        edits = (*(edit for edit in last.edits if edit.document == document and edit.clause not in here),
                 *(edit for edit in edits if edit.clause in here))
    (as_edited,) = assembly.numbered(apply_edits((library,), edits))
    policy = shown if shown.kind == "policy" else next((one for one in origin.documents if one.kind == "policy"), shown)
    seen = [policy, *([as_edited] if policy is shown else [])]
    edits, follow = followed(edits, shown, [*map(numbers_of, seen)], {
        identity: title for one in seen for identity, title in titles_of(one).items()})
    return EditedDocument(path, shown, comparison, edits, file, follow)


def _notices(edited: EditedDocument) -> Iterator[str]:
    file, path, shown, comparison = edited.file, edited.path, edited.document, edited.comparison
    names = [comparable(item.now) for item in edited.replaced.found if item.questions]
    if file.pending:
        yield (f"{path.name}: tracked changes are waiting in it. They count as accepted; reject in Word what you do "
               "not want, and start again.")
    yield from (f"{path.name}: {words}" for words in (*_asides(file, shown, comparison), *_margins(file, shown, names)))
    kept = {inline.address for change in comparison.clauses for inline in _texts(change.now)}
    for link in dict.fromkeys(inline for inline in _texts(one.line for one in file.lines)
                              if inline.address not in kept and with_addresses((inline,)) != (inline,)):
        yield (f"{path.name}: the link from “{link.text.strip()}” to {link.address} is not taken over: only the text "
               "of a clause can have one.")
    changed = [f"“{was}” is “{now}” there" if now else f"“{was}” is gone" for was, now in comparison.front]
    if changed and not edited.replaced.front:
        yield (f"{path.name}: the title, the table on the first page or the history was changed: "
               f"{_ended(_told(changed, '; '))} They are made from your answers: change those.")
    beside = [(place, words) for place, words in comparison.beside if comparable(words) not in names]
    for place in dict.fromkeys(place for place, _ in beside):
        added = [f"“{words}”" for where, words in beside if where == place]
        yield (f"{path.name}: these words {place} are not taken over: {_ended(_told(added, '; '))} Put them into a "
               "clause if they count.")
    if edited.followed:
        yield (f"{path.name}: these numbers that you typed lead to their clauses from now on, and change with them: "
               f"{'; '.join(edited.followed)}.")
    for title in comparison.displaced:
        yield (f"{path.name}: the section “{title}” was moved. Sections keep their order; what was changed inside it "
               "is taken over.")


def _texts(lines: Iterable[Line]) -> list[Text]:
    return [inline for line in lines for cell in line.cells for inline in cell if isinstance(inline, Text)]


def _told(words: Iterable[str], between: str) -> str:
    """Some words, cut off where they are very long."""
    text = between.join(words)
    return text if len(text) <= _TOLD else text[:_TOLD].rsplit(" ", 1)[0] + " …"


def _ended(said: str) -> str:
    """The words with a full stop, unless they end in quoted words that have one."""
    return said if said.endswith((".”", "?”", "!”")) else f"{said}."


_ASIDES = {
    "struck": "you struck these words through, so they are left out: “{}”",
    "hidden": "these words are hidden, so they are left out: “{}”",
    "comment": "what a comment says is not taken over: “{}”",
    "footnote": "the words of a footnote become words of the clause: “{}”",
    "endnote": "the words of an endnote become words of the clause: “{}”",
    "text box": "the words of a text box become words of the clause: “{}”",
    "link": "this link leads to no address on the web, so only its words are taken over: “{}”",
    "picture": "a picture or drawing is not taken over",
    "sign": "a sign from a symbol typeface is not read: type an ordinary one",
    "file": "a part of another file is embedded, and its words are not read: copy them into the text"}
"""What is told about each kind of `Aside`."""
_TITLE_STAYS = "{}, but the title stays: “{}”. Write another one, or delete the whole clause"


def _asides(file: EditedFile, shown: Document, comparison: Comparison) -> Iterator[str]:
    """A sentence for each place and kind of what the file has beside its lines."""
    clauses = {bookmark_code(bookmark(passage.clause, 1)): (passage.number, passage.title)
               for passage in passages_of(shown)}
    places = clauses | {bookmark_code(bookmark(section.id, 0)): (section.number, section.title)
                        for section in shown.sections}
    touched = {bookmark_code(bookmark(change.clause, 1)) for change in comparison.clauses if change.differs}
    found: dict[tuple[str, str], list[str]] = {}
    for one in file.asides:
        code = bookmark_code(one.bookmark)
        number, title = places.get(code, ("", ""))
        where = f"{number} “{title}”: ".lstrip() if title else (
            f"at “{' '.join(one.beside.split()[:8])}”: " if one.beside else "")
        what = _ASIDES[one.kind]
        if one.kind in ("struck", "hidden") and code in clauses and code not in touched and (
                comparable(one.words).strip(".") == comparable(title)):
            what = _TITLE_STAYS.format(what.partition(", so")[0], "{}")
        in_front = one.kind in ("footnote", "text box") and any(one.words == words for _, words in comparison.beside)
        if not in_front and not (one.kind == "comment" and one.words.startswith(news.UNDECIDED)):
            found.setdefault((where, what), []).append(one.words)
    for (where, what), words in found.items():
        yield _ended(f"{where}{what.format(_told(words, '”; “' if 'comment' in what else ' … '))}")


_MADE_ANEW = re.compile(r"\bPage( \d+)?( of \d+)?|\bDRAFT\b|\(draft\)")


def _margins(file: EditedFile, shown: Document, names: Sequence[str]) -> Iterator[str]:
    """A sentence for each line of headers and footers with words that the document does not have there itself. `names`
    are those that somebody put into the places of others everywhere."""
    edition_line = shown.edition_line.removesuffix(" (draft)")
    own = sorted(map(comparable, (shown.organisation, shown.title, edition_line, *names)), key=len, reverse=True)
    found: dict[str, list[str]] = {}
    for place, words in file.margins:
        left = comparable(words)
        for known in filter(None, own):
            left = left.replace(known, " ", 1)
        if re.search(r"[^\W_]", _MADE_ANEW.sub(" ", left, count=2)):
            found.setdefault(" ".join(re.sub(r"\bPage \d+ of \d+", "", words).split()), []).append(place)
    for words, places in found.items():
        there = english.listing(list(dict.fromkeys(places)), "and the")
        yield (_ended(f"the words in the {there} are not taken over: “{words}”") +
               " Headers and footers are made anew: add the words to the new file, or put them into a clause.")

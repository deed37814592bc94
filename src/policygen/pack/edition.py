"""An edition's folder: where it goes, what its `pack.json` says, written whole or not at all.

In: the finished documents as bytes, and what they were made from. Out: a folder `<organisation>/<date>` that is never
altered again. A half-written edition has a name that begins with a dot, and is cleared away.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import os
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from policygen.library import law
from policygen.library.law import LawBook, LawChange
from policygen.model.document import (
    Block, Document, Issue, Passage, Reference, inlines_of, is_generated, map_inlines, passages_of,
)
from policygen.model.problems import OutputError, Place, cannot_write, error
from policygen.model.lines import (
    Line, blocks_of, clause_lines, inlines_to_data, lines_to_data, text_of, unnumbered_lines,
)

FORMAT = 1
UNFINISHED = "answers.draft.yaml"
"""The name of the file of unfinished answers, beside an organisation's editions."""
LARGE = " (large print)"
"""What the names of files in large print end with."""
_FOLDER = re.compile(r"\d{4}-\d\d-\d\d(-\d+)?")
_CLAUSE_KEYS = {"id", "title", "number", "text", "digest", "because", "covers", "law"}


@dataclass(frozen=True, slots=True)
class Slot:
    """A place that is kept free for one new edition."""

    folder: Path
    number: int
    """1 for an organisation's first edition."""
    earlier: tuple[Issue, ...]
    """The organisation's editions so far, oldest first."""


def slug(organisation: str) -> str:
    """The organisation's name as the name of a folder."""
    from slugify import slugify

    return slugify(organisation, max_length=60) or "organisation"


@contextmanager
def reserved(to: Path, organisation: str, day: date, above: int = 0, home: Path | None = None) -> Iterator[Slot]:
    """The slot for the organisation's next edition, whose number is higher than `above` too; nobody else gets it
    meanwhile. `home` is the folder of its editions where one of them is known: it may have had another name then.
    Raises OutputError."""
    from filelock import FileLock, Timeout

    known, home = home is not None, home or to / slug(organisation)
    lock = FileLock(home.parent / f".{home.name}.lock", timeout=60)
    try:
        with _writing(home.parent):
            home.parent.mkdir(parents=True, exist_ok=True)
            lock.acquire()
    except Timeout:
        raise OutputError(error("another policygen is working here", Place(str(home)),
                                "Wait until it has finished, then start again.")) from None
    try:
        with _writing(home):
            earlier = _issues(_packs(home)) if known else issued(to, organisation)
            slot = Slot(_free_name(home, day), max(_after(earlier), above + 1), earlier)
        yield slot
    finally:
        lock.release()


@contextmanager
def locked(folder: Path, name: str, what: str) -> Iterator[None]:
    """While it lasts, no other policygen works on a part of an edition. Raises OutputError when one does; `what`
    begins the sentence that says so."""
    from filelock import FileLock, Timeout

    lock = FileLock(folder / f".{name}.lock", timeout=10)
    try:
        with _writing(folder):
            lock.acquire()
    except Timeout:
        raise OutputError(error(f"{what} is being written by another policygen", Place(str(folder)),
                                "Wait until it has finished, then start again.")) from None
    try:
        yield
    finally:
        lock.release()


@contextmanager
def claimed(to: Path, organisation: str) -> Iterator[None]:
    """While it lasts, no other window asks the questions of this organisation. Raises OutputError when one does."""
    from filelock import FileLock, Timeout

    lock = FileLock(to / f".{slug(organisation)}.answers.lock", timeout=0)
    try:
        with _writing(to):
            to.mkdir(parents=True, exist_ok=True)
            lock.acquire()
    except Timeout:
        raise OutputError(error(f"the questions about “{organisation}” are open in another window",
                                hint="Go on there, or close that window and start again.")) from None
    try:
        yield
    finally:
        lock.release()


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    """Turns what the system says against writing there into an OutputError."""
    try:
        yield
    except TimeoutError:  # nobody wrote: the lock was not to be had
        raise
    except (FileExistsError, NotADirectoryError):
        file = next((item for item in (path, *path.parents) if item.is_file()), path)
        raise OutputError(error("this is a file, and a folder is needed", Place(str(file)),
                                "Choose another folder with --to.")) from None
    except OSError as exc:
        raise cannot_write(path, exc) from None


def _free_name(home: Path, day: date) -> Path:
    names = (day.isoformat() + (f"-{count}" if count > 1 else "") for count in itertools.count(1))
    return next(home / name for name in names if not (home / name).exists())


def folders(home: Path) -> list[Path]:
    """The folders of an organisation's editions, in the order in which they were made."""
    return [folder for folder in all_folders(home) if (folder / "pack.json").exists()]


def all_folders(home: Path) -> list[Path]:
    """The same, those too that have lost their `pack.json` and still hold Word files. Copies that people made of a
    folder have other names, and do not count."""
    there = (folder for folder in home.iterdir() if _FOLDER.fullmatch(folder.name) and is_edition(folder))
    return sorted(there, key=_order)


def newest(home: Path) -> Path | None:
    """The folder of an organisation's newest edition; None where there is none. Its number says so, and its day where
    that cannot be read."""
    there = all_folders(home)
    numbers = {folder: number for folder in there if (number := number_of(folder))}
    best = max(numbers, key=lambda folder: (numbers[folder], _order(folder)), default=None)
    later = [folder for folder in there if folder not in numbers and (best is None or _order(folder) > _order(best))]
    return later[-1] if later else best


def number_of(folder: Path) -> int:
    """The number of an edition; 0 where it cannot be read."""
    try:
        return read(folder)["edition"]["number"]
    except OutputError:
        return 0


def is_edition(folder: Path) -> bool:
    """Whether a folder is, or was, that of an edition."""
    return folder.is_dir() and ((folder / "pack.json").exists() or (_FOLDER.fullmatch(folder.name) is not None
                                and next(folder.rglob("*.docx"), None) is not None))


def _order(folder: Path) -> tuple[str, int]:
    return folder.name[:10], int(folder.name[11:] or 1) if _FOLDER.fullmatch(folder.name) else 0


def issued(to: Path, organisation: str) -> tuple[Issue, ...]:
    """The organisation's editions, oldest first. Raises OutputError if its folder is another organisation's."""
    home = to / slug(organisation)
    packs = _packs(home)
    if packs and packs[-1]["organisation"] != organisation:
        raise OutputError(error(f"this folder holds the editions of “{packs[-1]['organisation']}”", Place(str(home)),
                                "Choose another folder with --to, or write the name as before."))
    return _issues(packs)


def _packs(home: Path) -> list[dict[str, Any]]:
    """The packs of the editions in an organisation's folder, by number. Raises OutputError."""
    there = map(read, folders(home) if home.is_dir() else ())
    return sorted(there, key=lambda pack: pack["edition"]["number"])


def _issues(packs: Iterable[Mapping[str, Any]]) -> tuple[Issue, ...]:
    return tuple(map(issue_of, packs))


def issue_of(pack: Mapping[str, Any]) -> Issue:
    """Number, day, and day of approval of an edition."""
    about = pack["edition"]
    approved = about.get("approved_on")
    return Issue(about["number"], date.fromisoformat(about["date"]), date.fromisoformat(approved) if approved else None)


def next_number(to: Path, organisation: str) -> int:
    """One more than the organisation's highest edition. Raises OutputError if its folder is another
    organisation's."""
    return _after(issued(to, organisation))


def _after(issues: tuple[Issue, ...]) -> int:
    return 1 + max((issue.number for issue in issues), default=0)


def write(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write the files of an edition, all or none, in one step. Raises OutputError."""
    home, half = folder.parent, folder.with_name(f".{folder.name}.half")
    try:
        with _writing(folder):
            _clear_halves(home)
            half.mkdir(parents=True)
            for name, data in files.items():
                path = half / name
                path.parent.mkdir(parents=True, exist_ok=True)
                with path.open("xb") as file:
                    file.write(data)
                    file.flush()
                    os.fsync(file.fileno())
            half.rename(folder)
    finally:
        _clear_halves(home)
        with suppress(OSError):  # holds editions or a draft
            home.rmdir()


def _clear_halves(home: Path) -> None:
    """Remove what was left of an edition that could not be finished, on this day or an earlier one."""
    for half in home.glob(".*.half"):
        if _FOLDER.fullmatch(half.name[1:-len(".half")]):
            shutil.rmtree(half, ignore_errors=True)


def write_safely(path: Path, text: str) -> None:
    """Replace a file in one step: it holds the old text or the new one, never half. Raises OutputError."""
    half = path.with_name(f".{path.name}.half")
    try:
        with _writing(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            with half.open("w", encoding="utf-8", newline="\n") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            half.replace(path)
    finally:
        with suppress(OSError):  # is in place already, or was never there
            half.unlink()


def read(folder: Path) -> dict[str, Any]:
    """The `pack.json` of an edition. Raises OutputError when it is missing, broken, or of a newer format."""
    path = folder / "pack.json"
    try:
        pack = json.loads(path.read_bytes())
        format_ = pack["format"]
        whole = _is_whole(pack) if format_ == FORMAT else format_ > FORMAT
    except FileNotFoundError:
        raise OutputError(error("this is not the folder of an edition: it has no pack.json", Place(str(folder)),
                                "Give the folder that has the date as its name.")) from None
    except OSError as exc:
        raise OutputError(error(f"cannot be read: {(exc.strerror or '').lower()}", Place(str(path)))) from None
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        whole = False
    if not whole:
        raise OutputError(error(
            "this file is damaged", Place(str(path)), "Put it back from a copy. If there is none, give it another name: a "
            "review then takes what it said from the Word files beside it."))
    if format_ != FORMAT:
        raise OutputError(error(f"this edition was made by a newer policygen (format {format_})", Place(str(path)),
                                "Install that version."))
    return pack


def _is_whole(pack: Mapping[str, Any]) -> bool:
    """Whether a pack has what the program reads of it; else it is False, or an error of the kind that JSON data gives
    when it has another shape."""
    clauses = [clause for document in pack["documents"] if document["title"] for clause in document["clauses"]]
    made, approved = pack["edition"]["date"], pack["edition"].get("approved_on")
    days = [date.fromisoformat(day) for day in (made, approved or made)]
    return bool(days) and isinstance(pack["organisation"], str) and isinstance(pack["edition"]["number"], int) and all(
        _CLAUSE_KEYS <= clause.keys() for clause in clauses)


def law_of(pack: Mapping[str, Any], book: LawBook, today: date) -> tuple[LawChange, ...]:
    """What became of the law behind the clauses of an edition."""
    status = {entry["id"]: entry["status"] for entry in pack.get("law", ())}
    used = {identity: status.get(identity, "") for document in pack["documents"] for clause in document["clauses"]
            for identity in clause["law"]}
    return law.changes_between(book, used, date.fromisoformat(pack["as_at"]), today, pack.get("nations") or law.NATIONS)


# ---- pack.json ---------------------------------------------------------------------------------------------------


def dump(pack: Mapping[str, Any]) -> bytes:
    """The bytes of a `pack.json`: sorted keys, two-space indent."""
    return (json.dumps(pack, sort_keys=True, indent=2, ensure_ascii=False) + "\n").encode()


def file_entry(path: str, data: bytes) -> dict[str, str]:
    return {"path": path, "sha256": hashlib.sha256(data).hexdigest()}


def with_files(pack: Mapping[str, Any], written: Mapping[str, Mapping[str, bytes]]) -> dict[str, Any]:
    """The pack with the files of each document, which are given by the document's id."""
    return {**pack, "documents": [
        entry | {"files": [file_entry(path, data) for path, data in written[entry["id"]].items()]}
        for entry in pack["documents"]]}


def clause_entry(passage: Passage, because: str, covers: tuple[str, ...], law: tuple[str, ...],
                 library: tuple[Line, ...] | None = None) -> dict[str, Any]:
    """What `pack.json` keeps of a clause: the lines that stand in the document, and the text that the library gave,
    which has to be given for a clause that was edited locally. Both are without numbers, so that the text and its
    digest stay the same when only the numbering of the document changes."""
    lines = clause_lines(passage)
    text = text_of(_symbolic(blocks_of(lines if library is None else library)))
    return {"id": passage.clause, "title": passage.title, "number": passage.number, "lines": lines_to_data(lines),
            "text": text,
            "digest": hashlib.sha256(text.encode()).hexdigest(), "because": because, "covers": sorted(covers),
            "law": sorted(law)}


def document_entry(document: Document, files: list[dict[str, str]], clauses: list[dict[str, Any]]) -> dict[str, Any]:
    """What `pack.json` keeps of a document: with its clauses, all that the document can be made of again."""
    entry = {"id": document.id, "title": document.title, "kind": document.kind, "files": files, "clauses": clauses}
    if not clauses:
        return entry
    return entry | {
        "layout": document.layout, "organisation": document.organisation, "edition_line": document.edition_line,
        "draft": document.draft, "contents": document.contents,
        "control": [[label, inlines_to_data(value)] for label, value in document.control],
        "references": {inline.target: inline.text for passage in passages_of(document)
                       for run in inlines_of(passage.blocks) for inline in run if isinstance(inline, Reference)},
        "sections": [{"id": section.id, "title": section.title, "cover": section.cover, "boxed": section.boxed,
                      "clauses": [passage.clause for passage in section.passages]}
                     for section in document.sections if not any(map(is_generated, section.passages))],
        "generated": [{"id": section.id, "title": section.title, "number": section.number,
                       "lines": lines_to_data(line for passage in section.passages
                                              for line in unnumbered_lines(passage.blocks))}
                      for section in document.sections if any(map(is_generated, section.passages))]}


def _symbolic(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """The blocks with `[[target]]` for every reference."""
    return map_inlines(blocks, lambda inline: replace(inline, text=f"[[{inline.target}]]")
                       if isinstance(inline, Reference) else inline)

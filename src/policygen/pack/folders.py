"""Where editions lie, and how files get there whole: names of folders, locks, and everything that writes files.

In: paths and bytes. Out: files and folders that are written whole or not at all. This module does not know what is in
them. A folder or file that is still being written has a name that begins with a dot and ends in `.half`. If the program
is stopped, the next one that writes there removes it. While a folder is replaced, the earlier one has for a moment a
name that ends in `.before`. If the program is stopped just then, the next one that looks there puts it back.

A power cut may undo whatever the disk does not hold yet, in any order. So files and the folders that name them are
flushed to the disk before anything is renamed, and after each step that another one rests on.
"""

from __future__ import annotations

import itertools
import os
import re
import shutil
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path
from typing import BinaryIO

from policygen.model.problems import OutputError, Place, Problem, cannot_write, error

UNFINISHED = "answers.draft.yaml"
"""The name of the file of unfinished answers, beside an organisation's editions."""
LARGE_PRINT = " (large print)"
"""What the names of files in large print end with."""
_DATED = re.compile(r"\d{4}-\d\d-\d\d(-\d+)?")
_KEPT = re.compile(r"(draft|approved \d{4}-\d\d-\d\d)( \d+)?")
_BEFORE = ".before"
_APOSTROPHES, _QUOTES = "'’‘‛ʼʻ`´′＇", "“”„‟«»\"″＂"
"""Signs that people type for an apostrophe, and for a quotation mark."""


# ---- names -------------------------------------------------------------------------------------------------------


def slug(organisation: str) -> str:
    """The name of an organisation's folder, the same whichever apostrophe its name is typed with."""
    return _slugified(_without(_APOSTROPHES, organisation))


def home_of(to: Path, organisation: str) -> Path:
    """The folder of an organisation's editions below a folder for editions. Where there is one whose name an earlier
    version made of the apostrophes in it, that one."""
    straight = organisation.translate(dict.fromkeys(map(ord, _APOSTROPHES), "'"))
    there = (to / _slugified(name) for name in (organisation, straight))
    with writing(to):  # a name can be too long to look for
        return next((folder for folder in there if folder.is_dir()), to / slug(organisation))


def same_name(one: str, other: str) -> bool:
    """Whether two names are of one organisation: they may differ in capitals, blanks, dashes, apostrophes and quotation
    marks, and in how their accents are put together."""
    return _name_key(one) == _name_key(other)


def _name_key(organisation: str) -> str:
    plain = _without(_APOSTROPHES + _QUOTES, organisation)
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", plain).casefold())
    kept = ("-" if unicodedata.category(sign) == "Pd" else sign for sign in plain
            if unicodedata.category(sign) != "Cf")
    return " ".join("".join(kept).split())


def _without(signs: str, name: str) -> str:
    return name.translate(dict.fromkeys(map(ord, signs)))


def _slugified(name: str) -> str:
    from slugify import slugify

    return slugify(name, max_length=60) or "organisation"


def free_folder(home: Path, day: date) -> Path:
    """A folder for this day that does not exist yet: `2026-11-20`, or `2026-11-20-2`."""
    names = (day.isoformat() + (f"-{count}" if count > 1 else "") for count in itertools.count(1))
    return next(home / name for name in names if not (home / name).exists())


def editions(home: Path) -> list[Path]:
    """The folders of an organisation's editions that have a `pack.json`, in the order in which they were made."""
    return [folder for folder in all_editions(home) if (folder / "pack.json").exists()]


def all_editions(home: Path) -> list[Path]:
    """The same folders, and those that have lost their `pack.json` and still hold Word files. A folder that is not
    named after a day, such as somebody's copy, does not count."""
    if not home.is_dir():
        return []
    for before in home.glob(f".*{_BEFORE}"):
        put_back(home / before.name[1:-len(_BEFORE)])
    return sorted((folder for folder in home.iterdir() if _DATED.fullmatch(folder.name) and is_edition(folder)),
                  key=order_made)


def is_edition(folder: Path) -> bool:
    """Whether a folder is the folder of an edition, or was before it lost its `pack.json`."""
    put_back(folder)
    return folder.is_dir() and ((folder / "pack.json").exists() or (_DATED.fullmatch(folder.name) is not None
                                and next(folder.rglob("*.docx"), None) is not None))


def order_made(folder: Path) -> tuple[str, int]:
    """The sort key for folders of editions: the day, and the count on that day."""
    return folder.name[:10], (int(folder.name[11:] or 1) if _DATED.fullmatch(folder.name) else 0)


def free_for_kept(edition: Path, approved_on: date | None) -> str:
    """The name of a new folder, in the folder of an edition, for the files that an approval replaces: `draft`, or the
    day that they name."""
    name = f"approved {approved_on}" if approved_on else "draft"
    names = (name + (f" {count}" if count > 1 else "") for count in itertools.count(1))
    return next(one for one in names if not (edition / one).exists())


def is_kept(path: Path, edition: Path) -> bool:
    """Whether a file in the folder of an edition is one that an approval has replaced."""
    return _KEPT.fullmatch(path.relative_to(edition).parts[0]) is not None


# ---- locks -------------------------------------------------------------------------------------------------------


@contextmanager
def locked(path: Path, seconds: float, busy: Problem) -> Iterator[None]:
    """While it lasts, no other policygen holds the lock file `path`. Raises OutputError with `busy` after so many
    seconds."""
    from filelock import FileLock, Timeout

    lock = FileLock(path, timeout=seconds)
    with writing(path.parent):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            lock.acquire()
        except Timeout:
            raise OutputError(busy) from None
    try:
        yield
    finally:
        lock.release()


@contextmanager
def organisation_locked(home: Path, seconds: float = 60) -> Iterator[None]:
    """While it lasts, no other policygen makes or replaces an edition in an organisation's folder. Raises OutputError
    after so many seconds."""
    busy = error("another policygen is working here", Place(str(home)), "Wait until it has finished, then start again.")
    with locked(home.parent / f".{home.name}.lock", seconds, busy):
        yield


@contextmanager
def claimed(to: Path, organisation: str) -> Iterator[None]:
    """While it lasts, no other window asks the questions of this organisation. Raises OutputError if one does."""
    busy = error(f"the questions about “{organisation}” are open in another window",
                 hint="Go on there, or close that window and start again.")
    with locked(to / f".{home_of(to, organisation).name}.answers.lock", 0, busy):
        yield


# ---- writing -----------------------------------------------------------------------------------------------------


@contextmanager
def writing(path: Path, hint: str = "") -> Iterator[None]:
    """While it lasts, an OSError becomes an OutputError about `path`. `hint` says what to do where there is no room or
    no access, and the folder cannot be chosen with --to."""
    try:
        yield
    except (FileExistsError, NotADirectoryError):
        file = next((item for item in (path, *path.parents) if item.is_file()), path)
        raise OutputError(error("this is a file, and a folder is needed", Place(str(file)),
                                "Move it elsewhere, or give it another name." if hint else
                                "Choose another folder with --to.")) from None
    except OSError as exc:
        raise cannot_write(path, exc, hint) from None


def new_file(path: Path, private: bool = False) -> BinaryIO:
    """A new file to write into. Where the system has such rights, only its owner may read a `private` one."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    return os.fdopen(os.open(path, flags, 0o600 if private else 0o666), "wb")


def write_file(path: Path, data: bytes, private: bool = False) -> None:
    """Write a new file."""
    with new_file(path, private) as file:
        file.write(data)


def _flush(path: Path) -> None:
    """Return when the content of a file, or the names in a folder, are on the disk."""
    is_folder = path.is_dir()
    try:  # Windows flushes only what is open for writing, and opens no folder
        number = os.open(path, os.O_RDONLY if is_folder or os.name == "posix" else os.O_RDWR)
    except PermissionError:
        return
    try:
        os.fsync(number)
    except OSError:
        if not is_folder:  # some file systems flush no folder
            raise
    finally:
        os.close(number)


def _flush_all(folder: Path) -> None:
    """Return when everything in a folder is on the disk, whatever its files are called by then."""
    for home, _, names in os.walk(folder, topdown=False):
        for path in (Path(home, name) for name in names):
            if path.is_file() and not path.is_symlink():
                _flush(path)
        _flush(Path(home))


def _make_folder(folder: Path, mode: int = 0o777) -> None:
    """Make a folder and those above it, as far as they are missing, so that they are on the disk."""
    missing = [one for one in (folder, *folder.parents) if not one.exists()]
    folder.mkdir(mode, parents=True, exist_ok=True)
    for one in missing:
        _flush(one.parent)


def replace_files(files: Mapping[Path, bytes], private: bool = False) -> None:
    """Write all files whole, then put them in the place of earlier ones, one after the other. Raises OutputError."""
    halves = {path: path.with_name(f".{path.name}.half") for path in files}
    hint = "Close it if it is open in another program, and see to it that there is room." if private else ""
    try:
        for path, half in halves.items():
            with writing(path, hint):
                _make_folder(path.parent)
                half.unlink(missing_ok=True)
                write_file(half, files[path], private)
                _flush(half)
        for path, half in halves.items():
            with writing(path, hint):
                half.replace(path)
                _flush(path.parent)
    finally:
        for half in halves.values():
            with suppress(OSError):  # it is in its place already, or was never written
                half.unlink()


@contextmanager
def new_folder(folder: Path, private: bool = False) -> Iterator[Path]:
    """While it lasts, a folder to write into; at the end it becomes `folder` in one step. After an error nothing of
    it stays. Raises OutputError."""
    half = folder.with_name(f".{folder.name}.half")
    mode = 0o700 if private else 0o777
    try:
        with writing(folder, "Make room, or ask for access to this folder." if private else ""):
            _clear_halves(folder.parent)
            _make_folder(folder.parent, mode)
            half.mkdir(mode)
            yield half
            _flush_all(half)
            half.rename(folder)
            _flush(folder.parent)
    finally:
        _clear_halves(folder.parent)
        with suppress(OSError):  # it has other folders or a draft in it
            folder.parent.rmdir()


def write_folder(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write a new folder with these files, given by their paths in it: all or none. Raises OutputError."""
    with new_folder(folder) as half:
        for name, data in files.items():
            (half / name).parent.mkdir(parents=True, exist_ok=True)
            write_file(half / name, data)


def replace_in_folder(folder: Path, files: Mapping[str, bytes], moved: Mapping[str, str]) -> None:
    """Move files inside a folder, from the paths in it that are the keys of `moved` to the paths that are its values,
    and write `files` there, all in one step: the folder is as it was, or as it is to be. Raises OutputError."""
    folder = folder.resolve()
    half, before = (folder.with_name(f".{folder.name}{end}") for end in (".half", _BEFORE))
    try:
        with writing(folder, "Close whatever is open from this folder, and see to it that there is room."):
            _clear_halves(folder.parent)
            shutil.copytree(folder, half, symlinks=True, copy_function=_linked)
            for old, new in moved.items():
                (half / new).parent.mkdir(parents=True, exist_ok=True)
                (half / old).rename(half / new)
            for name, data in files.items():
                (half / name).parent.mkdir(parents=True, exist_ok=True)
                (half / name).unlink(missing_ok=True)
                write_file(half / name, data)
            _flush_all(half)
            folder.rename(before)
            half.rename(folder)
            _flush(folder.parent)
    finally:
        _clear_halves(folder.parent)


def _linked(source: str, target: str) -> None:
    """Give a file a second name, or copy it where the system has no second names."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def put_back(folder: Path) -> None:
    """Give a folder its name back if somebody was stopped while it was replaced, or remove what that has left of it."""
    with suppress(OSError, OutputError):  # nothing is left, or this place cannot be written, or somebody is at work
        folder = folder.resolve()
        before = folder.with_name(f".{folder.name}{_BEFORE}")
        if not folder.exists():
            before.rename(folder)
        elif before.exists():
            with organisation_locked(folder.parent, 0):
                _clear_halves(folder.parent)


def _clear_halves(home: Path) -> None:
    """Remove the folders of editions that an earlier run could not finish, and give those their names back that one
    had begun to replace."""
    for half in home.glob(".*.half"):
        if _DATED.fullmatch(half.name[1:-len(".half")]):
            _remove(half)
    for before in home.glob(f".*{_BEFORE}"):
        if _DATED.fullmatch(name := before.name[1:-len(_BEFORE)]):
            put_back(home / name)
            _remove(before)


def _remove(folder: Path) -> None:
    """Remove a folder with all in it, or what stands in its place: of a link, only the link."""
    shutil.rmtree(folder, ignore_errors=True)
    with suppress(OSError):
        folder.unlink()

"""What the program does to files: written down, stopped or refused, one operation after the other.

`record`, `kill` and `fail` are called in a process of its own before the program begins. They number the operations
below one folder, which is the same each time the program does the same. `Disk` says what may be left of them when the
power is cut.
"""

import builtins
import errno
import io
import os
import pickle
import signal
import subprocess
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from itertools import product
from math import prod
from pathlib import Path
from typing import Any

CODES = {"no room": errno.ENOSPC, "no access": errno.EACCES, "broken disk": errno.EIO}
_READS = ("read", "list")


@dataclass(frozen=True)
class Operation:
    kind: str
    """create, write, flush, rename, link, remove, make folder, remove folder; read and list where asked for."""
    path: str
    to: str = ""
    """The other path of a rename or link."""
    data: bytes = b""


def record(root: Path, log: Path) -> None:
    """Write each operation below a folder into a file."""
    file = io.FileIO(log, "w")
    _watch(root, lambda operation: file.write(pickle.dumps(operation)))


def recorded(log: Path) -> list[Operation]:
    found = []
    with log.open("rb") as file:
        while file.peek(1):
            found.append(pickle.load(file))
    return found


def kill(root: Path, at: int) -> None:
    """Kill the process before an operation that changes something, by its number from 0."""
    seen = iter(range(at + 1))

    def before(operation: Operation) -> None:
        if next(seen) == at:
            os.kill(os.getpid(), signal.SIGKILL)
    _watch(root, before)


def copy_disk(root: Path, places: Collection[int], disk: str) -> None:
    """Copy the file that holds a file system before the operations with these numbers; the copies end in `-NUMBER`."""
    seen = iter(range(1_000_000))

    def before(operation: Operation) -> None:
        if (at := next(seen)) in places:
            subprocess.run(["cp", "--sparse=always", disk, f"{disk}-{at}"], check=True)
    _watch(root, before)


def fail(root: Path, at: int, why: str, lasting: bool) -> None:
    """Refuse an operation, by its number from 0; where the fault is `lasting`, those after it too."""
    seen = iter(range(1_000_000))

    def before(operation: Operation) -> None:
        number = next(seen)
        full = why == "no room" and operation.kind in (*_READS, "remove", "remove folder", "rename")
        if not full and (number == at or (lasting and number > at)):
            raise OSError(CODES[why], os.strerror(CODES[why]), operation.path)
    _watch(root, before, reads=True)


def _watch(root: Path, before: Callable[[Operation], Any], reads: bool = False) -> None:
    """Call `before` ahead of each operation below a folder. A write counts as two: each of half of the bytes."""
    top, opened, real = f"{root.resolve()}{os.sep}", {}, {name: getattr(os, name) for name in (
        "open", "fdopen", "fsync", "mkdir", "rmdir", "unlink", "rename", "link", "scandir", "listdir")}

    def full(path: Any, folder: int | None = None) -> str:
        if isinstance(path, int):
            return opened.get(path, "")
        return str(Path(opened.get(folder, ""), os.fsdecode(path)).absolute())

    def tell(kind: str, path: str, to: str = "", data: bytes = b"") -> None:
        if (path.startswith(top) or to.startswith(top)) and not path.endswith(".lock") and (
                reads or kind not in _READS):
            before(Operation(kind, path.removeprefix(top), to.removeprefix(top), data))

    class Watched(io.FileIO):
        def write(self, data: Any) -> int:
            whole, where = bytes(data), opened[self.fileno()]
            for part in (whole[:len(whole) // 2], whole[len(whole) // 2:]):
                tell("write", where, data=part)
                super().write(part)
            return len(whole)

    def opening(path: Any, flags: int, mode: int = 0o777, *, dir_fd: int | None = None) -> int:
        where = full(path, dir_fd)
        tell("create" if flags & os.O_CREAT else "read", where)
        number = real["open"](path, flags, mode, dir_fd=dir_fd)
        opened[number] = where
        return number

    def stream(number: int, mode: str = "r", *more: Any, **options: Any) -> Any:
        if mode == "wb":
            return io.BufferedWriter(Watched(number, "w"))
        return real["fdopen"](number, mode, *more, **options)

    def read(path: Any, mode: str = "r", *more: Any, **options: Any) -> Any:
        tell("read" if "r" in mode else "create", full(path))
        return plain(path, mode, *more, **options)

    def told(kind: str, name: str) -> Callable[..., Any]:
        def called(path: Any = ".", *more: Any, dir_fd: int | None = None, **options: Any) -> Any:
            tell(kind, full(path, dir_fd))
            return real[name](path, *more, **options, **({} if dir_fd is None else {"dir_fd": dir_fd}))
        return called

    def told_twice(kind: str, name: str) -> Callable[..., Any]:
        def called(path: Any, to: Any, **options: Any) -> Any:
            tell(kind, full(path), full(to))
            return real[name](path, to, **options)
        return called

    plain = io.open
    io.open = builtins.open = read
    os.open, os.fdopen, os.fsync = opening, stream, told("flush", "fsync")
    os.mkdir, os.rmdir = told("make folder", "mkdir"), told("remove folder", "rmdir")
    os.unlink, os.scandir, os.listdir = told("remove", "unlink"), told("list", "scandir"), told("list", "listdir")
    os.remove, os.rename, os.link = os.unlink, told_twice("rename", "rename"), told_twice("link", "link")
    os.replace = os.rename


# ---- what a power cut may leave ----------------------------------------------------------------------------------


@dataclass
class _File:
    data: bytes = b""
    flushed: bytes = b""


@dataclass
class _Folder:
    names: dict[str, "_File | _Folder"] = field(default_factory=dict)
    flushed: dict[str, "_File | _Folder"] = field(default_factory=dict)
    since: list[dict[str, "_File | _Folder"]] = field(default_factory=list)
    """What it held after each change since it was flushed."""

    def change(self, name: str, item: "_File | _Folder | None") -> None:
        self.names.pop(name, None)
        if item is not None:
            self.names[name] = item
        self.since.append(dict(self.names))


class Disk:
    """A folder on a disk that forgets what it was not told to keep."""

    def __init__(self, root: Path):
        """What is there is on the disk already."""
        self._root = self._read(root)

    def _read(self, path: Path) -> _Folder:
        names: dict[str, _File | _Folder] = {}
        for one in path.iterdir():
            names[one.name] = self._read(one) if one.is_dir() else _File(one.read_bytes(), one.read_bytes())
        return _Folder(names, dict(names))

    def _find(self, path: str) -> tuple[_Folder, str]:
        *above, name = path.split("/")
        folder = self._root
        for one in above:
            folder = folder.names[one]
        return folder, name

    def apply(self, operation: Operation) -> None:
        if not operation.path or operation.path.startswith("/"):
            if operation.kind == "flush":
                self._root.flushed, self._root.since = dict(self._root.names), []
            return
        folder, name = self._find(operation.path)
        item = folder.names.get(name)
        match operation.kind:
            case "create" if item is None:
                folder.change(name, _File())
            case "make folder" if item is None:
                folder.change(name, _Folder())
            case "write" if item is not None:
                item.data += operation.data
            case "flush" if isinstance(item, _Folder):
                item.flushed, item.since = dict(item.names), []
            case "flush" if item is not None:
                item.flushed = item.data
            case "remove" | "remove folder" if item is not None and not getattr(item, "names", None):
                folder.change(name, None)
            case "rename" | "link" if item is not None:
                home, to = self._find(operation.to)
                there = home.names.get(to)
                if operation.kind == "link" and there is None:
                    home.change(to, item)
                elif operation.kind == "rename" and not getattr(there, "names", None):
                    if home is folder:  # both names change at once
                        folder.names.pop(name)
                        folder.change(to, item)
                    else:
                        home.change(to, item)
                        folder.change(name, None)

    def states(self, most: int = 24) -> Iterator[dict[str, bytes | None]]:
        """What the disk may hold after a power cut: paths, and bytes, or None for a folder. Each folder has kept as
        many of its changes as you like, in order, whatever the others have kept; a file that was not flushed is whole,
        cut in half or empty. At most so many are given."""
        changed = list(self._changed(self._root))
        choices = [range(-1, len(folder.since)) for folder in changed]
        few: list[tuple[int, ...]] = []
        if prod(map(len, choices)) > most:  # all old, all new, and each one alone old or new
            ends = [(-1, len(folder.since) - 1) for folder in changed]
            few = [tuple(pair[which] for pair in ends) for which in (0, 1)]
            for at, steps in enumerate(choices):
                few += [(*few[other][:at], step, *few[other][at + 1:]) for step in (steps[0], steps[-1], steps[
                    len(steps) // 2]) for other in (0, 1)]
        for kept in dict.fromkeys(few) if few else product(*choices):
            names = {id(folder): folder.since[step] if step >= 0 else folder.flushed
                     for folder, step in zip(changed, kept)}
            for part in (0, 1, 2):
                yield dict(_tree(self._root, names, part, ""))

    def _changed(self, folder: _Folder) -> Iterator[_Folder]:
        if folder.since:
            yield folder
        for item in {id(one): one for one in (*folder.names.values(), *folder.flushed.values())}.values():
            if isinstance(item, _Folder):
                yield from self._changed(item)


def _tree(folder: _Folder, names: dict[int, Any], part: int, path: str) -> Iterator[tuple[str, bytes | None]]:
    for name, item in names.get(id(folder), folder.flushed if folder.since else folder.names).items():
        where = f"{path}{name}"
        if isinstance(item, _Folder):
            yield where, None
            yield from _tree(item, names, part, f"{where}/")
        else:
            lost = item.data[len(item.flushed):]
            yield where, item.flushed + lost[:len(lost) * part // 2]

"""Files about people: only their owner may read them, and they are written whole or not at all.

In: paths and bytes. Out: files of mode 0600 in folders of mode 0700, where the system has modes.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from policygen.model.problems import cannot_write


def replace_files(files: Mapping[Path, bytes]) -> None:
    """Put files into the place of earlier ones, in order, once all of them are written. Raises OutputError."""
    halves = {path: path.with_name(f".{path.name}.half") for path in files}
    path = Path()
    try:
        for path, data in files.items():
            _write(halves[path], data)
        for path, half in halves.items():
            half.replace(path)
    except OSError as exc:
        raise cannot_write(path, exc, "Close it if it is open in another program, and see to it that there is room."
                           ) from None
    finally:
        for half in halves.values():
            with suppress(OSError):  # is in place already, or was never there
                half.unlink()


@contextmanager
def new_folder(folder: Path) -> Iterator[Path]:
    """A folder to write into, which becomes the new folder once everything is written. Raises OutputError."""
    half = folder.with_name(f".{folder.name}.half")
    try:
        for stopped in folder.parent.glob(".*.half"):  # of a run that was stopped
            shutil.rmtree(stopped, ignore_errors=True)
        folder.parent.mkdir(mode=0o700, exist_ok=True)
        half.mkdir(mode=0o700)
        yield half
        half.rename(folder)
    except OSError as exc:
        raise cannot_write(folder, exc, "Make room, or ask for access to this folder.") from None
    finally:
        shutil.rmtree(half, ignore_errors=True)


def new_file(path: Path) -> BinaryIO:
    """A new file to write into."""
    path.unlink(missing_ok=True)
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600), "wb")


def _write(path: Path, data: bytes) -> None:
    with new_file(path) as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())

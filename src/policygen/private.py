"""Files about people: only their owner may read them, and they are written whole or not at all.

In: paths and bytes. Out: files of mode 0600 in folders of mode 0700, where the system has modes.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from policygen.errors import cannot_write


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


def write_folder(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write a new folder with files, in one step. Raises OutputError."""
    half = folder.with_name(f".{folder.name}.half")
    try:
        shutil.rmtree(half, ignore_errors=True)  # of one that was stopped
        folder.parent.mkdir(mode=0o700, exist_ok=True)
        half.mkdir(mode=0o700)
        for name, data in files.items():
            _write(half / name, data)
        half.rename(folder)
    except OSError as exc:
        raise cannot_write(folder, exc, "Make room, or ask for access to this folder.") from None
    finally:
        shutil.rmtree(half, ignore_errors=True)


def _write(path: Path, data: bytes) -> None:
    path.unlink(missing_ok=True)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(path, flags, 0o600), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())

"""What is made once in a test run, whichever of its processes needs it first, and then only copied or looked at."""

import os
import pickle
import shutil
from collections.abc import Callable
from pathlib import Path
from tempfile import mkdtemp
from typing import TypeVar

from filelock import FileLock

VARIABLE = "POLICYGEN_TESTS_SHARED"
"""The variable that tells all processes of a run which folder they share."""
T = TypeVar("T")


def begin() -> None:
    """Make the folder, in the process that starts the others."""
    os.environ[VARIABLE] = mkdtemp(prefix="policygen-tests-")


def end() -> None:
    shutil.rmtree(os.environ.pop(VARIABLE), ignore_errors=True)


def made_once(name: str, make: Callable[[Path], T]) -> T:
    """What `make` returns for a new folder; it is called once in a run for each name. Nobody may change the folder."""
    folder = Path(os.environ[VARIABLE]) / name
    kept = folder.with_name(f"{name}.pickle")
    with FileLock(f"{folder}.lock"):
        if not kept.exists():
            folder.mkdir()
            kept.write_bytes(pickle.dumps(make(folder)))
    return pickle.loads(kept.read_bytes())

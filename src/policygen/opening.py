"""The folder of an edition in the file manager of this computer.

In: a folder. Out: a window of another program, where there is a screen for it. It asks nobody and prints nothing.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

_WAIT = 3
"""Seconds after which a file manager that is still there counts as open."""


def command(folder: Path) -> list[str] | None:
    """What opens the folder; None where there is no screen to show it on."""
    place = str(folder.absolute())
    if sys.platform == "win32":
        return ["explorer", place]
    if sys.platform == "darwin":
        return None if os.environ.get("SSH_CONNECTION") else ["open", place]
    screen = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    return ["xdg-open", place] if screen and shutil.which("xdg-open") else None


def open_folder(folder: Path) -> bool:
    """Whether the folder was opened."""
    if not (words := command(folder)):
        return False
    try:
        opener = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                  stderr=subprocess.DEVNULL, start_new_session=True)
    except OSError:
        return False
    try:
        code = opener.wait(_WAIT)
    except subprocess.TimeoutExpired:
        return True
    return code == 0 or sys.platform == "win32"  # Explorer says 1 when all is well

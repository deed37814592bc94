"""Problems, the exceptions that carry them (one for each who must act), steps of progress, and the lines of a message.

One `Problem` type, and exceptions that carry problems. Nothing here prints or exits; `cli` maps each exception to an
exit code in one place.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import stat
import sys
import textwrap
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A file and a line: where a problem is, or what a person wrote."""

    file: str = ""
    """Path as the person knows it; empty when the problem is in no file."""
    line: int = 0
    """Line number from 1; 0 when not known."""

    def __str__(self) -> str:
        if self.file and self.line:
            return f"{self.file}, line {self.line}"
        return self.file or (f"line {self.line}" if self.line else "")


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, in words for the person who must act on it."""

    severity: Literal["error", "warning"]
    message: str
    """What is wrong: one plain sentence, without file and line."""
    place: Place = Place()
    hint: str = ""
    """What to do next; one plain sentence."""

    def __str__(self) -> str:
        where = f"{self.place}: " if str(self.place) else ""
        hint = f"\n  {self.hint}" if self.hint else ""
        said = self.message if len(self.message) <= 1000 else f"{self.message[:500]} … {self.message[-200:]}"
        return f"{where}{said}{hint}"


def error(message: str, place: Place = Place(), hint: str = "") -> Problem:
    """A problem that stops the work."""
    return Problem("error", message, place, hint)


@dataclass(frozen=True, slots=True)
class Step:
    """How far a long piece of work is, for whoever waits for it."""

    words: str
    """The name of the stage, or of the document or file that is being worked on."""
    number: int = 0
    """Which of several documents or files it is, from 1; 0 for a stage."""
    of: int = 0
    """How many there are."""


MOST_TOLD = 100
"""Problems that somebody is told at once."""


class PolicygenError(Exception):
    """The base of all errors that a person sees in words, without a traceback."""

    def __init__(self, *problems: Problem | str):
        self.problems = tuple(p if isinstance(p, Problem) else error(p) for p in problems)
        super().__init__("\n".join(str(p) for p in self.problems))


class AnswersError(PolicygenError):
    """The answers need attention: the coordinator acts."""


class ListError(AnswersError):
    """A list of people needs attention, or a name among them: whoever gave it acts."""


class WordFileError(AnswersError):
    """A Word file that somebody gave needs attention: whoever gave it acts."""


class LibraryError(PolicygenError):
    """The clause library, the questionnaire or the house style needs attention: its author acts."""


class OutputError(PolicygenError):
    """Something could not be written or read on this machine."""


class Interrupted(Exception):
    """Somebody stopped the work. `draft` is the file with their answers; None when they had given none."""

    def __init__(self, draft: Path | None):
        super().__init__()
        self.draft = draft


def read_file(path: Path, raises: type[PolicygenError], most: int = 16_000_000, inside: str = "",
              shown: str = "") -> bytes:
    """The bytes of a file. Raises `raises` where the system refuses to read it, and for what might never end: more
    than `most` bytes, a pipe, a device. `inside` is the name of the file that somebody may have meant when they gave a
    folder; `shown` is the path as the person knows it."""
    place = Place(shown or str(path))
    try:
        kind = path.stat().st_mode
        if stat.S_ISDIR(kind):
            there = inside and (path / inside).is_file()
            raise raises(error("this is a folder, and a file is needed", place,
                               f"Give the file in it: {path / inside}" if there else "Give the file itself."))
        if not stat.S_ISREG(kind):
            raise raises(error("this is no ordinary file", place, "Give a file that is saved in a folder."))
        with path.open("rb") as file:
            data = file.read(most + 1)
    except FileNotFoundError:
        raise raises(error("there is no such file", place, "Check the name, and the folder that you are in.")) from None
    except (OSError, ValueError) as exc:
        why = (getattr(exc, "strerror", "") or "unknown reason").lower()
        raise raises(error(f"cannot be read: {why}", place)) from None
    if len(data) > most:
        size = f"{most // 1000} KB" if most < 1_000_000 else f"{most // 1_000_000} MB"
        raise raises(error(f"this file is far too large: {size} is the most that is read", place,
                           "Give a smaller file, or put it back from a copy."))
    return data


def cannot_write(path: Path, reason: OSError, hint: str = "") -> OutputError:
    """The error for a path that the system refuses to write, with the system's own reason in words."""
    words = (reason.strerror or reason.__class__.__name__).lower()
    return OutputError(error(f"cannot write here: {words}", Place(str(path)),
                             hint or "Choose another folder with --to, or make room or ask for access to this one."))


# ---- the lines of a message --------------------------------------------------------------------------------------


def command(*arguments: str | Path) -> str:
    """The line that somebody types to start policygen with these arguments: by the name with which they have started it
    now, and quoted for the shell of their system, so that it can be pasted. A path is given from where they are."""
    here = Path.cwd()
    words = [str(item.relative_to(here) if isinstance(item, Path) and item.is_relative_to(here) else item)
             for item in arguments]
    return " ".join(map(_quoted, [*_started_as(), *words]))


def _started_as() -> list[str]:
    """The words with which somebody has started policygen."""
    if script := os.environ.get("POLICYGEN_STARTED_AS"):  # the script `run` sets it
        return [script] if os.name == "nt" or ("/" in script and os.access(script, os.X_OK)) else ["sh", script]
    typed = Path(sys.argv[0])
    if (typed.parent.name, typed.name) == ("policygen", "__main__.py"):
        return ["py" if os.name == "nt" and shutil.which("py") else sys.orig_argv[0], "-m", "policygen"]
    if typed.stem != "policygen":  # a worker of a batch, say
        return ["policygen"]
    found = shutil.which("policygen")
    return ["policygen" if found and Path(found).resolve().with_suffix("") == typed.resolve().with_suffix("")
            else str(typed)]


def _quoted(word: str) -> str:
    """A word of a command as the shell needs it. PowerShell and cmd.exe both take double quotes."""
    if os.name == "nt":
        return word if re.fullmatch(r"[\w.:=/\\-]+", word) else f'"{word}"'
    return f'"{word}"' if "'" in word and not set(word) & set('"$`\\!') else shlex.quote(word)


def width() -> int:
    """The columns that a line on the screen may have."""
    return max(20, min(_size().columns, 100))


def height() -> int:
    """The lines that fit the screen at once."""
    return max(12, _size().lines)


def _size() -> os.terminal_size:
    usual = os.terminal_size((80, 24))
    with suppress(OSError):  # standard output may lead elsewhere
        usual = os.get_terminal_size(2)
    return shutil.get_terminal_size(usual)


def wrapped(words: str) -> Iterator[str]:
    """Lines no wider than the screen, broken between words; a path or an address stays whole. What follows a number, a
    `>`, `-` or `+` hangs below it. A line with a command stays whole, so that it can be pasted."""
    typed = f"{command()} "
    for line in words.split("\n"):
        if line.startswith("  ") and line.lstrip().startswith(typed):
            yield line
            continue
        lead = len(line) - len(re.sub(r"^ *((>|[-+]|\d+\.) )?", "", line))
        yield textwrap.fill(line, width(), subsequent_indent=" " * lead, break_long_words=False, break_on_hyphens=False)

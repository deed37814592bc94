"""The program in a process of its own that starts at once: a copy of the test's process, which has loaded all of it.

Code, arguments, streams, working folder, signals and exit code are as from a shell. What only a fresh interpreter does
(locale, closed streams, which libraries are loaded when) is for tests that start one.
"""

import gc
import os
import signal
import subprocess
import sys
import traceback
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any, NoReturn

import pexpect
from helpers.shipped import QUESTIONS, ROOT, SOURCES
from policygen.library.questionnaire import Questionnaire

import policygen.cli
import policygen.formats.word.writer
import policygen.review.review
import policygen.terminal.menu
import policygen.terminal.screen
from policygen.pack import make

SCRIPT = "from policygen.cli import main; main()"
_load, _load_questions = make.load, make.load_questions


def environment(**changed: str) -> dict[str, str]:
    """The variables that the program is started with, on every machine the same."""
    kept = {name: value for name, value in os.environ.items()
            if name not in ("COLUMNS", "LANG", "LC_ALL", "LINES", "NO_COLOR")}
    return kept | {"PYTHONPATH": str(ROOT / "src")} | changed


def policygen(*arguments: object, code: int | None = 0, typed: str = "", folder: Path | None = None,
              **changed: str) -> subprocess.CompletedProcess[str]:
    """What the program does without a terminal, and that it ends with this code; None for any. `typed` are the lines
    that somebody types, `changed` variables of its environment."""
    with piped([*map(str, arguments)], environment(**changed), stderr=subprocess.PIPE, cwd=folder,
               encoding="utf-8") as process:
        said, told = process.communicate(typed, timeout=300)
    assert "Traceback" not in told, told
    assert code in (None, process.returncode), f"exit code {process.returncode}\n{said}\n{told}"
    return subprocess.CompletedProcess(arguments, process.returncode, said, told)


def piped(arguments: Sequence[str], variables: Mapping[str, str], script: str = SCRIPT,
          **options: Any) -> subprocess.Popen[Any]:
    """A script that runs with its input and output in pipes; `options` are those of `Popen`."""
    instead = partial(_run, arguments, variables, script)
    with _threads_may_run():
        return subprocess.Popen(["true"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, restore_signals=False,
                                preexec_fn=instead, **options)  # noqa: PLW1509 (it never returns)


def in_terminal(arguments: Sequence[str], variables: Mapping[str, str], script: str = SCRIPT,
                **options: Any) -> pexpect.spawn:
    """A script that runs in a terminal; `options` are those of `pexpect.spawn`."""
    instead = partial(_run, arguments, variables, script)
    with _threads_may_run():
        return pexpect.spawn("true", encoding="utf-8", preexec_fn=instead, **options)


@contextmanager
def _threads_may_run() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "This process .* is multi-threaded", DeprecationWarning)
        yield


def _run(arguments: Sequence[str], variables: Mapping[str, str], script: str) -> NoReturn:
    """Run a script in this process, which was copied a moment ago, and end it."""
    code = 99
    try:
        gc.freeze()  # nothing of the copy is ever closed a second time
        os.closerange(3, 1000)
        sys.stdin, sys.stdout, sys.stderr = (
            open(number, mode, encoding="utf-8", closefd=False)  # noqa: SIM115 (open as long as the process runs)
            for number, mode in enumerate("rww"))
        sys.stderr.reconfigure(line_buffering=True)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        os.environ.clear()
        os.environ.update(variables)
        sys.argv = ["policygen", *arguments]
        make.load, make.load_questions = _loaded, _loaded_questions
        code = _exit_code(script)
        sys.stdout.flush()
    except BaseException:
        os.write(2, traceback.format_exc().encode())
    finally:
        os._exit(code)


def _exit_code(script: str) -> int:
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        exec(compile(script, "<string>", "exec"), vars(sys.modules["__main__"]))
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    return 0


def _loaded(data: Path, folder: Path | None = None) -> make.Sources:
    """As `make.load`, which need not read again what this process has read."""
    return SOURCES if data == ROOT and folder is None else _load(data, folder)


def _loaded_questions(data: Path) -> Questionnaire:
    return QUESTIONS if data == ROOT else _load_questions(data)

"""Inputs that are made to take long, to take much memory, or to reach files that are none of their business.

Each case makes its files in a folder and says how the program is called there. It must end within 5 seconds and 500 MB,
with an exit code of its own and without a traceback.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from helpers.program import environment
from helpers.shipped import EXAMPLES

SECONDS, MEGABYTES = 5, 500
Case = Callable[[Path], list[str]]
"""Makes its files in a folder, and returns the arguments that the program gets there."""


def _answers(folder: Path, more: str) -> list[str]:
    text = (EXAMPLES / "cic.yaml").read_text(encoding="utf-8")
    (folder / "answers.yaml").write_text(f"{text}\n{more}\n", encoding="utf-8")
    return ["new", "--no-input", "--answers", "answers.yaml", "--to", "out", "--format", "txt"]


def deep_answers(folder: Path) -> list[str]:
    return _answers(folder, "x: " + "[" * 50_000)


def aliases(folder: Path) -> list[str]:
    lines = ["a0: &a0 [x, x]", *(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 40))]
    return _answers(folder, "\n".join(lines))


CASES: dict[str, Case] = {"answers nested deeply": deep_answers, "answers with aliases of aliases": aliases}


def outcome(name: str, case: Case) -> str:
    """What was wrong with how the program took a case, empty for nothing."""
    with tempfile.TemporaryDirectory() as made, tempfile.TemporaryFile() as output:
        arguments, began = case(Path(made)), time.monotonic()
        process = subprocess.Popen([sys.executable, "-m", "policygen", *arguments], cwd=made, env=environment(),
                                   stdin=subprocess.DEVNULL, stdout=output, stderr=output)
        ended = 0
        while not ended and time.monotonic() - began < 10 * SECONDS:
            ended, status, used = os.wait4(process.pid, os.WNOHANG)
            time.sleep(0.02)
        seconds = time.monotonic() - began
        if not ended:
            process.kill()
            process.wait()
            return f"{name}: it had not ended after {seconds:.0f} seconds"
        process.returncode, megabytes = os.waitstatus_to_exitcode(status), used.ru_maxrss / 1024
        output.seek(0)
        words = output.read().decode(errors="replace")
    return "; ".join(filter(None, (
        seconds > SECONDS and f"{name}: {seconds:.1f} seconds",
        megabytes > MEGABYTES and f"{name}: {megabytes:.0f} MB",
        (process.returncode not in (0, 2, 3, 4, 5) or "Traceback" in words or "fault of policygen" in words)
        and f"{name}: it ended with {process.returncode}: {words[-300:]}")))

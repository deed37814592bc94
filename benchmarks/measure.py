"""How fast policygen is beside something simple that does the same, as ratios.

    python benchmarks/measure.py [--pairs 9]

Each pair runs one after the other as whole processes, so that a slow or busy machine slows down both.

`help`: `policygen --help` beside `python -c pass`. `pack`: the whole pack of the front-line example in Word and PDF
beside benchmarks/yardstick.py, which only turns the same documents into Word and PDF. `start`: from `policygen new` to
its first question in a terminal, beside a script that asks one question with the same library; on an ordinary machine
it should take less than 400 ms. `between`: from an answer to the next question, which nobody should notice; once the
work and the writing alone, once as a whole in a terminal.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pexpect

from inputs import DAY, HOUSE, ROOT, copy_style_sheets, documents
from policygen.formats import html
from policygen.formats.house import House
from policygen.formats.word.writer import write_word_file
from policygen.interview.drafts import Draft
from policygen.interview.path import QuestionPath, effects
from policygen.pack import make
from policygen.pack.answers import Progress

POLICYGEN = [sys.executable, "-c", "from policygen.cli import main; main()"]
ONE_QUESTION = [sys.executable, "-c", "import questionary; questionary.text('What is it called?').unsafe_ask()"]
PROMPT = "\x1b[?2004h"
"""What the program sends to the terminal when it is ready for typing."""
NOTICED = 50
"""Milliseconds from an answer to the next question; somebody would notice more."""
NEEDED = {"organisation_name": "Harbour", "organisation_kinds": ["front_line"], "contact_email": "a@harbour.example",
          "contact_address": "1 Harbour Street", "contact_phone": "01632 960000"}


def seconds(command: list[str]) -> float:
    """How long a command takes."""
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - start


def seconds_to_prompt(command: list[str]) -> float:
    """How long a command takes until it asks something."""
    start = time.perf_counter()
    child = in_terminal(command)
    child.expect_exact(PROMPT)
    taken = time.perf_counter() - start
    child.close(force=True)
    return taken


def in_terminal(command: list[str]) -> pexpect.spawn:
    """A command that runs in a terminal of 80 by 24."""
    child = pexpect.spawn(command[0], command[1:], dimensions=(24, 80), env=os.environ | {
        "TERM": "xterm-256color", "PROMPT_TOOLKIT_NO_CPR": "1"})  # nobody answers where the cursor is
    child.delaybeforesend = None
    return child


def ratio(name: str, ours: Callable[[int], list[str]], yardstick: Callable[[int], list[str]], pairs: int, most: float,
          measured: Callable[[list[str]], float] = seconds) -> bool:
    """Print the median ratio of some pairs. Returns whether it is at most `most`."""
    taken = [(measured(ours(number)), measured(yardstick(number))) for number in range(pairs + 1)][1:]  # first: cold
    found = statistics.median(mine / other for mine, other in taken)
    mine, other = (statistics.median(column) * 1000 for column in zip(*taken))
    print(f"{name}: {found:.2f} times the yardstick (at most {most}); medians {mine:.0f} ms and {other:.0f} ms, "
          f"{pairs} pairs")
    return found <= most


def prepare(folder: Path) -> None:
    """Write the documents of the front-line pack as inputs of the yardstick."""
    house = House(HOUSE)
    for document in documents(folder):
        (folder / f"{document.id}.docx").write_bytes(write_word_file(document, house))
        (folder / f"{document.id}.html").write_text(html.page(document, house), encoding="utf-8")
    copy_style_sheets(folder)


def worked_out(folder: Path) -> list[float]:
    """Seconds for each answer of a full interview: the next question, what changed, and the draft on disk."""
    questions, taken = make.load_questions(ROOT), []
    here = QuestionPath.begin(questions, {}, DAY, Progress("full"))
    with Draft(questions, folder) as draft:
        draft.claim(NEEDED["organisation_name"])
        while here.at:
            suggested = here.suggestion(here.question)
            said = NEEDED.get(here.at, "" if suggested is None else suggested)
            start = time.perf_counter()
            after = here.answer(said)
            effects(here, after)
            draft.keep(after)
            taken.append(time.perf_counter() - start)
            here = after
    return taken


def in_the_terminal(folder: Path) -> list[float]:
    """Seconds from each answer to the next prompt of a full interview, as far as Enter leads."""
    child = in_terminal([*POLICYGEN, "new", "--full", "--to", str(folder)])
    child.expect_exact(PROMPT)
    taken = []
    for typed in ("Harbour\r", " \r", *["\r"] * 25):
        start = time.perf_counter()
        child.send(typed)
        child.expect_exact(PROMPT)
        taken.append(time.perf_counter() - start)
    child.close(force=True)
    return taken


def unnoticed(name: str, taken: list[float]) -> bool:
    """Print how long answers took. Returns whether nobody would notice."""
    median, longest = statistics.median(taken) * 1000, max(taken) * 1000
    print(f"{name}: median {median:.0f} ms (at most {NOTICED}), longest {longest:.0f} ms, {len(taken)} answers")
    return median <= NOTICED


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=9)
    pairs = parser.parse_args().pairs
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        prepare(scratch)
        good = ratio("help", lambda number: [*POLICYGEN, "--help"], lambda number: [sys.executable, "-c", "pass"],
                     pairs, 5.0)
        good &= ratio("pack", lambda number: [*POLICYGEN, "demo", "--to", str(scratch / f"ours-{number}")],
                      lambda number: [sys.executable, str(ROOT / "benchmarks" / "yardstick.py"), name,
                                      str(scratch / f"bare-{number}")], pairs, 1.1)
        good &= ratio("start", lambda number: [*POLICYGEN, "new", "--quick", "--to", str(scratch / "none")],
                      lambda number: ONE_QUESTION, pairs, 5.0, seconds_to_prompt)
        good &= unnoticed("between, worked out and on disk", worked_out(scratch / "draft"))
        good &= unnoticed("between, in a terminal", in_the_terminal(scratch / "terminal"))
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()

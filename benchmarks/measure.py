"""How long policygen takes beside a yardstick, as ratios; each pair runs side by side, cold, as whole processes.

    python benchmarks/measure.py [--pairs 9]

`help`: `policygen --help` against a bare `python -c pass`. `pack`: the front-line example's whole pack in Word and
PDF against benchmarks/yardstick.py, which turns the same documents into Word and PDF and does nothing else.
`start`: from `policygen new` to its first question in a terminal, against a script that asks one question with the
same library; on an ordinary machine it should take less than 400 ms. `between`: from an answer to the next question,
which nobody should notice: what is worked out and put on disk, and the whole of it in a terminal.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

import pexpect

from policygen.interview import path as walk
from policygen.pack import answers, make as pipeline
from policygen.pack.answers import Progress
from policygen.interview.drafts import Draft
from policygen.formats.house import House
from policygen.formats import html, pdf
from policygen.formats.word.writer import write_word_file

ROOT = Path(__file__).resolve().parents[1]
POLICYGEN = [sys.executable, "-c", "from policygen.cli import main; main()"]
ONE_QUESTION = [sys.executable, "-c", "import questionary; questionary.text('What is it called?').unsafe_ask()"]
PROMPT = "\x1b[?2004h"
"""What a terminal is sent when it can be typed into."""
NOTICED = 50
"""Milliseconds from an answer to the next question that somebody would notice."""
NEEDED = {"organisation_name": "Harbour", "organisation_kinds": ["front_line"], "contact_email": "a@harbour.example",
          "contact_address": "1 Harbour Street", "contact_phone": "01632 960000"}


def seconds(command: list[str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - start


def seconds_to_prompt(command: list[str]) -> float:
    start = time.perf_counter()
    child = in_terminal(command)
    child.expect_exact(PROMPT)
    taken = time.perf_counter() - start
    child.close(force=True)
    return taken


def in_terminal(command: list[str]) -> pexpect.spawn:
    child = pexpect.spawn(command[0], command[1:], dimensions=(24, 80), env=os.environ | {
        "TERM": "xterm-256color", "PROMPT_TOOLKIT_NO_CPR": "1"})  # nobody answers where the cursor is
    child.delaybeforesend = None
    return child


def ratio(name: str, ours, yardstick, pairs: int, most: float, measured=seconds) -> bool:
    """Print the median ratio of some pairs; whether it stays within `most`."""
    taken = [(measured(ours(number)), measured(yardstick(number))) for number in range(pairs + 1)][1:]
    found = statistics.median(mine / other for mine, other in taken)
    mine, other = (statistics.median(column) * 1000 for column in zip(*taken))
    print(f"{name}: {found:.2f} times the yardstick (at most {most}); medians {mine:.0f} ms and {other:.0f} ms, "
          f"{pairs} pairs")
    return found <= most


def prepare(folder: Path) -> None:
    """The documents of the front-line pack as inputs of the yardstick."""
    sources = pipeline.load(ROOT)
    path = ROOT / "examples" / "front-line.yaml"
    request = pipeline.Request(given=answers.read(path, sources.questionnaire), answers_name="", answers_text="",
                               to=folder / "pack", formats=("txt",), as_at=date(2026, 11, 21), draft=False)
    for document in pipeline.make(sources, request, lambda stage: None).documents:
        (folder / f"{document.id}.docx").write_bytes(write_word_file(document, House(sources.house)))
        (folder / f"{document.id}.html").write_text(html.page(document, House(sources.house)), encoding="utf-8")
    fonts = pdf.readable("font:SourceSansPro-Regular.ttf", sources.house).parent.as_uri()
    for sheet in ("print.css", "sans.css"):
        style = (sources.house / sheet).read_text(encoding="utf-8")
        (folder / sheet).write_text(style.replace('url("font:', f'url("{fonts}/'), encoding="utf-8")


def worked_out(folder: Path) -> list[float]:
    """Seconds for each answer of a full interview: the next question, what changed, and the draft on disk."""
    questions, taken = pipeline.load_questions(ROOT), []
    here = walk.begin(questions, {}, date(2026, 11, 21), Progress("full"))
    with Draft(questions, folder) as draft:
        draft.claim(NEEDED["organisation_name"])
        while here.at:
            suggested = here.suggestion(here.question)
            said = NEEDED.get(here.at, "" if suggested is None else suggested)
            start = time.perf_counter()
            after = walk.answer(here, said)
            walk.effects(here, after)
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
    """Print how long answers took; whether nobody would notice."""
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

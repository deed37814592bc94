"""The program in terminals that are closed at the end of a test."""

import re

import pytest

from helpers.terminal import DAY, Terminal


@pytest.fixture
def open_terminal():
    """Opens terminals, and closes them at the end."""
    opened = []

    def begin(*given, **changed) -> Terminal:
        opened.append(Terminal(*given, **changed))
        return opened[-1]

    yield begin
    for terminal in opened:
        terminal.close()


@pytest.fixture
def start(open_terminal, tmp_path):
    """Starts the program; its packs go to `out` in a temporary folder."""
    def begin(*arguments: str) -> Terminal:
        return open_terminal(["new", "--format", "txt", "--as-at", DAY, "--to", str(tmp_path / "out"), *arguments])

    return begin


@pytest.fixture
def menu(open_terminal, tmp_path):
    """Opens the menu; its packs go to `out` in a temporary folder."""
    script = f"""
from pathlib import Path
from policygen import cli
cli._output_folder = lambda: Path({str(tmp_path / "out")!r})
cli.main()
"""
    return lambda: open_terminal([], script).expect("What would you like to do?")


@pytest.fixture
def ask(open_terminal, tmp_path):
    """Asks the questions of a small questionnaire, of practices unless it says otherwise, and gives the terminal;
    `result` has what came of it."""
    def begin(text: str, given: str = "{}") -> Terminal:
        path = tmp_path / "questions.yaml"
        marked = re.sub(r"(id: \w+, )ask: ", r"\1asks: practice, ask: ", text)
        marked = text if "asks:" in text else re.sub(r"(?m)^( +)ask: ", r"\1asks: practice\n\1ask: ", marked)
        first = "{id: organisation_name, asks: practice, ask: What is your name?, depth: quick}"
        body = "{id: governing_body, asks: practice, ask: What is your body?, default: Directors}"
        path.write_text(f"questionnaire: test\nversion: '1'\nparts:\n  - id: one\n    title: One\n    questions:\n"
                        f"      - {first}\n      - {body}\n{marked}\nfacts: {{}}\n", encoding="utf-8")
        script = f"""
import datetime, json
from pathlib import Path
from policygen.pack import answers
from policygen.terminal import interview
from policygen.library import questionnaire
from policygen.interview.drafts import Draft
from policygen.terminal.interview import Session, Start
from policygen.terminal.screen import Screen
from policygen.pack.selection import Outlook
questions = questionnaire.load(Path({str(path)!r}))
begin = Start({{"organisation_name": "Test", "governing_body": "Directors"}} | {given}, {{}}, "full")
with Draft(questions, Path({str(tmp_path / "out")!r})) as draft:
    end = interview.run_interview(Session(questions, Screen(), draft, datetime.date(2026, 11, 20),
                                lambda given, draft: Outlook(0, 0, 0, ()), lambda question: []), begin)
Path({str(tmp_path / "result.json")!r}).write_text(json.dumps(dict(end.values), default=str))
"""
        return open_terminal([], script)

    return begin

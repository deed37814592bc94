"""CONTRIBUTING.md does what it says: its examples are put into a copy of the project, and its commands run there."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from helpers.shipped import ROOT

PAGE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"(?P<before>[^\n]*(?:\n[^\n]+)*)\n\n(?P<fence>`{3,4})(?P<kind>\w+)\n(?P<text>.*?)\n(?P=fence)\n",
                   re.DOTALL)
"""A block of code with the paragraph before it, which says where the block goes."""
NEW = re.compile(r"In a new file\s`([^`]+)`:$")
BELOW = re.compile(r"In\s`([^`]+)`,\sbelow\s`([^`]+)`:$")
COPIED = ("clauses", "docs", "examples", "questionnaires", "src", "templates", "tools")
EXAMPLES = [found for found in BLOCK.finditer(PAGE) if found["kind"] != "sh"]
COMMANDS = [shlex.split(line, comments=True) for found in BLOCK.finditer(PAGE) if found["kind"] == "sh"
            for line in found["text"].split("\n")]


def put_below(path: Path, name: str, text: str) -> None:
    """Write an item of a YAML list below the item that has this id, or is this word, with its indent."""
    lines = path.read_text(encoding="utf-8").split("\n")
    [at] = [number for number, line in enumerate(lines) if line.strip() in (f"- id: {name}", f"- {name}")]
    indent = len(lines[at]) - len(lines[at].lstrip())
    end = next(number for number in range(at + 1, len(lines))
               if lines[number].strip() and len(lines[number]) - len(lines[number].lstrip()) <= indent)
    lines[end:end] = [" " * indent + line for line in text.split("\n")]
    path.write_text("\n".join(lines), encoding="utf-8")


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """A copy of the project with every example of the page."""
    folder = tmp_path_factory.mktemp("copy")
    for name in COPIED:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", "gallery"))
    for found in EXAMPLES:
        if new := NEW.search(found["before"]):
            (folder / new[1]).parent.mkdir(parents=True, exist_ok=True)
            (folder / new[1]).write_text(found["text"] + "\n", encoding="utf-8")
        else:
            place = BELOW.search(found["before"])
            assert place, f"the page does not say where this goes: {found['text']}"
            put_below(folder / place[1], place[2], found["text"])
    return folder


def run(folder: Path, *arguments: str) -> str:
    """What a Python command prints in the copy."""
    done = subprocess.run([sys.executable, *arguments], cwd=folder, capture_output=True, text=True, check=False,
                          env=os.environ | {"PYTHONPATH": str(folder / "src")})
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def policygen(folder: Path, *arguments: str) -> str:
    return run(folder, "-c", "from policygen.cli import main; main()", *arguments)


def test_the_page_has_an_example_of_each_thing_that_can_be_added():
    assert [found["kind"] for found in EXAMPLES] == ["yaml", "yaml", "markdown", "yaml", "yaml", "markdown"]


@pytest.mark.slow
def test_the_library_has_no_problems_with_the_examples(copy):
    assert policygen(copy, "check").startswith("no problems")


@pytest.mark.slow
def test_the_question_the_clause_and_the_document_come_out(copy, tmp_path):
    assert "must pay the data protection fee? [checks_data_fee]" in " ".join(policygen(copy, "questions").split())
    edition = Path(policygen(copy, "demo", "front-line", "--to", str(tmp_path), "--format", "txt").splitlines()[-1])
    policy = " ".join((edition / "Confidentiality policy.txt").read_text(encoding="utf-8").split())
    assert "a fee under the Data Protection (Charges and Information) Regulations 2018" in policy
    form = (edition / "forms" / "List for every April.txt").read_text(encoding="utf-8")
    assert "What came of it" in form and "Paid on" in form


@pytest.mark.slow
def test_the_commands_of_the_page_can_be_run(copy):
    for name, *arguments in COMMANDS:
        match [Path(name).name, *arguments]:
            case ["run", "test", *given]:
                if given:
                    subprocess.run([sys.executable, "-m", "pytest", "-q", "--collect-only", "-p", "no:cacheprovider",
                                    *given], cwd=ROOT, check=True, capture_output=True)
            case ["run", "check" | "questions" | "demo", *_]:
                pass  # the tests above run them
            case ["python", "tools/coverage.py"]:
                run(copy, "tools/coverage.py")
            case ["python", "-m", module, *_]:
                run(ROOT, "-m", module, "--version")
            case other:
                pytest.fail(f"nothing shows that this command works: {' '.join(other)}")

"""Commands as somebody can type them: by the name that they used, quoted for their shell."""

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from policygen.model.problems import OutputError, command, error, read_file

MAIN = str(Path(command.__code__.co_filename).parents[1] / "__main__.py")


@pytest.fixture
def started(tmp_path, monkeypatch):
    """Says what somebody typed to start the program, in a folder of their own."""
    def begin(first: str, script: str = "", python: str = "python3") -> None:
        monkeypatch.setattr(sys, "argv", [first])
        monkeypatch.setattr(sys, "orig_argv", [python, "-m", "policygen"])
        monkeypatch.setenv("POLICYGEN_STARTED_AS", script)

    monkeypatch.chdir(tmp_path)
    return begin


@pytest.mark.parametrize(("script", "shown"), [
    ("./run", "./run status"), ("../x/run", "../x/run status"), ("my folder/run", "'my folder/run' status"),
    ("Mary's/run", '"Mary\'s/run" status'), ("run", "sh run status"), ("plain/run", "sh plain/run status")])
def test_who_started_with_the_script_sees_the_script(started, tmp_path, script, shown):
    """`sh run`, and a script that may not be executed, as after unpacking a ZIP file, are started by `sh`."""
    path = tmp_path / "in" / script
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("")
    path.chmod(0o644 if "plain" in script else 0o755)
    (tmp_path / "in").mkdir(exist_ok=True)
    os.chdir(tmp_path / "in")
    started("/somewhere/.venv/bin/policygen", script)
    assert command("status") == shown


def test_who_started_the_module_sees_the_module(started):
    started(MAIN)
    assert command("status") == "python3 -m policygen status"


def test_who_started_the_installed_program_sees_its_name_or_its_path(started, tmp_path, monkeypatch):
    (tmp_path / "policygen").write_text("#!/bin/sh\n")
    (tmp_path / "policygen").chmod(0o755)
    started(str(tmp_path / "policygen"))
    assert command() == str(tmp_path / "policygen")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert command() == "policygen"


def test_a_worker_and_a_test_run_name_the_program(started):
    started("/usr/lib/python3/site-packages/pytest/__main__.py")
    assert command("new") == "policygen new"


PATHS = ["output/a b/2026-11-21", "St Mary's", "it's $5", 'a "b"', "ümlaut", "a;b", "new\\old", "!bang's",
         "*", "-x", "`x`"]


@pytest.mark.parametrize("name", PATHS)
def test_what_it_shows_can_be_pasted(started, name):
    started("policygen")
    words = subprocess.run(["sh", "-c", f'policygen() {{ printf "%s\\n" "$@"; }}; {command("review", name)}'],
                           capture_output=True, encoding="utf-8", check=True).stdout
    assert words == f"review\n{name}\n"
    assert shlex.split(command("review", name))[1:] == ["review", name]


def test_a_path_is_given_from_where_somebody_is(started, tmp_path):
    started("policygen")
    assert command("review", tmp_path / "output" / "x") == "policygen review output/x"
    assert command("review", tmp_path.parent) == f"policygen review {tmp_path.parent}"
    assert command("review", Path("output/x")) == "policygen review output/x"


@pytest.mark.parametrize(("word", "shown"), [
    (r"C:\Users\Ann\out", r"C:\Users\Ann\out"), (r"C:\My files\St Mary's", r'"C:\My files\St Mary' + "'s\""),
    ("it's", '"it\'s"'), ("--on", "--on")])
def test_windows_takes_double_quotes(started, monkeypatch, word, shown):
    from policygen.model import problems
    started("policygen")
    monkeypatch.setattr(problems.os, "name", "nt")
    assert problems._quoted(word) == shown


def test_a_file_that_might_never_end_is_refused(tmp_path):
    (tmp_path / "large").write_bytes(b"123456")
    (tmp_path / "loop").symlink_to("loop")
    os.mkfifo(tmp_path / "pipe")
    assert read_file(tmp_path / "large", OutputError, 6) == b"123456"
    for name, words in {"large": "far too large", "loop": "cannot be read", "pipe": "no ordinary file",
                        "none": "no such file", ".": "a folder"}.items():
        with pytest.raises(OutputError, match=words):
            read_file(tmp_path / name, OutputError, 5)


def test_a_long_message_keeps_its_beginning_and_its_end():
    said = str(error(f"`{'9' * 100_000}` is not possible here"))
    assert len(said) < 1000 and said.endswith("is not possible here")

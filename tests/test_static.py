"""What ruff and mypy say of the program: nothing. Their rules are in pyproject.toml."""

import subprocess
import sys

import pytest

from helpers.shipped import ROOT


def said(*command: str) -> str:
    """What a tool finds in the checkout; empty for nothing."""
    done = subprocess.run([sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, timeout=600)
    return (done.stdout + done.stderr) if done.returncode else ""


def test_ruff_finds_nothing():
    assert said("ruff", "check", "--no-cache", ".") == ""


@pytest.mark.slow
def test_mypy_finds_nothing(tmp_path):
    assert said("mypy", "--cache-dir", str(tmp_path)) == ""

"""Whatever stops the program, nothing is lost: a few places of what tools/robustness.py tries at every place."""

import os
import tempfile
from pathlib import Path

import pytest

from helpers import hostile, robustness
from helpers.shared import made_once
from policygen.pack import folders

pytestmark = [pytest.mark.slow, pytest.mark.skipif(os.name != "posix", reason="only POSIX systems have fork")]
WAYS = {way.name: way for way in robustness.WAYS}


def watched(name: str) -> robustness.Watched:
    return made_once(f"watched-{name}", lambda folder: robustness.Watched.of(WAYS[name], folder))


@pytest.mark.parametrize("name", WAYS)
def test_a_kill_loses_nothing_and_the_next_command_carries_on(name):
    renames = [at for at, operation in enumerate(watched(name).operations) if operation.kind == "rename"]
    found = robustness.kills(watched(name), lambda number: range(renames[-1] - 1, renames[-1] + 2))
    assert "\n".join(filter(None, found)) == ""


@pytest.mark.parametrize("name", ["interview", "signed"])
def test_an_operation_that_fails_loses_nothing_and_is_told(name):
    found = robustness.faults(watched(name), lambda number: range(number // 2, number // 2 + 1))
    assert "\n".join(filter(None, found)) == ""


@pytest.mark.parametrize("name", WAYS)
def test_a_power_cut_loses_nothing_and_the_next_command_carries_on(name):
    found = robustness.power_cuts(watched(name), lambda number: range(number - 2, number))
    assert "\n".join(filter(None, found)) == ""


def test_a_power_cut_is_found_where_nothing_is_flushed(monkeypatch):
    monkeypatch.setattr(folders, "_flush", lambda path: None)
    with tempfile.TemporaryDirectory() as folder:
        careless = robustness.Watched.of(WAYS["signed"], Path(folder))
        found = robustness.power_cuts(careless, lambda number: range(number - 7, number))
        assert "register.json: this file is damaged" in "".join(found)


@pytest.mark.parametrize("name", robustness.READERS)
def test_a_damaged_file_is_told_as_that_by_each_command(name):
    base = made_once("two-editions", lambda folder: (robustness.two_editions(folder), folder)[1])
    commands = [one for one in robustness.READERS[name] if one != "menu"]
    found = robustness.damages(base, name, lambda number: (commands[number % len(commands)],), 67)
    assert "\n".join(filter(None, found)) == ""


@pytest.mark.parametrize("name", list(hostile.CASES)[::7])
def test_a_hostile_input_is_refused_in_time(name):
    assert hostile.outcome(name, hostile.CASES[name]) == ""

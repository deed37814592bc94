"""Opening a folder: what is started on which machine, and that nothing is where there is no screen."""

import os
import sys

import pytest

from policygen import opening


@pytest.fixture
def desktop(tmp_path, monkeypatch):
    """A Linux desktop whose xdg-open runs a line of shell."""
    def install(line: str) -> None:
        (tmp_path / "xdg-open").write_text(f"#!/bin/sh\n{line}\n")
        (tmp_path / "xdg-open").chmod(0o755)

    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    return install


@pytest.mark.parametrize("name", ["DISPLAY", "WAYLAND_DISPLAY"])
def test_a_linux_desktop_opens_it_with_xdg_open(tmp_path, desktop, monkeypatch, name):
    desktop("true")
    monkeypatch.delenv("DISPLAY")
    assert opening.command(tmp_path) is None
    monkeypatch.setenv(name, "x")
    assert opening.command(tmp_path) == ["xdg-open", str(tmp_path)]


def test_without_xdg_open_there_is_nothing_to_start(tmp_path, desktop, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert opening.command(tmp_path) is None and not opening.open_folder(tmp_path)


def test_a_mac_opens_it_but_not_for_somebody_who_is_elsewhere(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.delenv("SSH_CONNECTION", raising=False)
    assert opening.command(tmp_path) == ["open", str(tmp_path)]
    monkeypatch.setenv("SSH_CONNECTION", "x")
    assert opening.command(tmp_path) is None


def test_windows_opens_it_in_explorer_which_never_says_that_all_is_well(tmp_path, desktop, monkeypatch):
    monkeypatch.setattr(sys, "platform", "win32")
    assert opening.command(tmp_path) == ["explorer", str(tmp_path)]
    desktop("exit 1")
    (tmp_path / "xdg-open").rename(tmp_path / "explorer")
    assert opening.open_folder(tmp_path)


def test_a_folder_whose_name_begins_with_a_dash_is_no_option(tmp_path, desktop, monkeypatch):
    desktop("true")
    monkeypatch.chdir(tmp_path)
    assert opening.command(opening.Path("-x"))[1] == str(tmp_path / "-x")


def test_the_folder_goes_to_the_opener_whole_and_nothing_it_says_is_shown(tmp_path, desktop, capfd):
    desktop(f'printf %s "$1" > "{tmp_path}/given"; echo noise; echo noise >&2')
    folder = tmp_path / "a folder; with 'marks'"
    assert opening.open_folder(folder)
    assert (tmp_path / "given").read_text() == str(folder)
    assert capfd.readouterr() == ("", "")


def test_a_file_manager_lives_on_when_the_terminal_is_closed(tmp_path, desktop):
    desktop(f'ps -o sid= -p $$ > "{tmp_path}/session"')
    assert opening.open_folder(tmp_path)
    assert int((tmp_path / "session").read_text()) != os.getsid(0)


def test_an_opener_that_fails_is_told(tmp_path, desktop):
    desktop("exit 3")
    assert not opening.open_folder(tmp_path)


def test_an_opener_that_cannot_be_started_is_told(tmp_path, desktop):
    (tmp_path / "xdg-open").write_bytes(b"\x7fELF")
    (tmp_path / "xdg-open").chmod(0o755)
    assert opening.command(tmp_path) is not None and not opening.open_folder(tmp_path)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # it is still there, as it should be
def test_a_file_manager_that_stays_counts_as_open_and_is_not_waited_for(tmp_path, desktop, monkeypatch):
    desktop("sleep 1.5")
    monkeypatch.setattr(opening, "_WAIT", 0.1)
    assert opening.open_folder(tmp_path)

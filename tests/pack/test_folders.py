"""Files and folders are written whole or not at all."""

import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from helpers.packs import SMALL
from policygen.model import stored
from policygen.model.problems import OutputError
from policygen.pack import edition, folders

PROGRAM = Path(sys.executable).with_name("policygen")
DAY, NEXT_DAY = date(2026, 11, 20), date(2026, 11, 21)
FILES = {"policy.txt": b"The policy.", "forms/declaration.txt": b"I promise.", "forms/access.txt": b"I agree."}


def issue(to: Path, day: date = DAY) -> Path:
    """The folder of a small edition, made as packs are made."""
    with edition.reserved_folder(to, "Harbour Street", day) as place:
        about = SMALL["edition"] | {"number": place.number}
        folders.write_folder(place.folder, FILES | {"pack.json": stored.dump(SMALL | {"edition": about})})
    return place.folder


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


# ---- whole or not at all -----------------------------------------------------------------------------------------


def test_an_edition_holds_exactly_the_files_that_were_given(tmp_path):
    folder = tmp_path / "home" / "2026-11-20"
    folders.write_folder(folder, FILES)
    assert contents(tmp_path) == {f"home/2026-11-20/{name}": data for name, data in FILES.items()}


@pytest.mark.parametrize("bad", ["policy.txt/inside.txt", "x" * 300, "forms"],
                         ids=["a file where a folder is needed", "a name too long", "a folder where a file is needed"])
def test_a_write_that_fails_in_the_middle_leaves_nothing(tmp_path, bad):
    with pytest.raises(OutputError):
        folders.write_folder(tmp_path / "home" / "2026-11-20", FILES | {bad: b"x"})
    assert list(tmp_path.iterdir()) == []


def test_a_write_that_fails_leaves_the_editions_before_it_as_they_were(tmp_path):
    before = contents(issue(tmp_path))
    with pytest.raises(OutputError):
        folders.write_folder(tmp_path / "harbour-street" / "2026-11-21", FILES | {"x" * 300: b"x"})
    assert [path.name for path in (tmp_path / "harbour-street").iterdir()] == ["2026-11-20"]
    assert contents(tmp_path / "harbour-street" / "2026-11-20") == before


@pytest.mark.slow
def test_a_full_disk_gives_exit_code_5_and_no_folder_of_the_organisation(tmp_path):
    limited = ["sh", "-c", 'ulimit -f 4; exec "$@"', "sh", PROGRAM, "demo", "cic", "--format", "txt", "--to", tmp_path]
    # Python would leave halves of compiled files, which it then fails to load.
    done = subprocess.run(limited, capture_output=True, text=True, timeout=300,
                          env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"})
    assert (done.returncode, done.stdout) == (5, "")
    assert "cannot write here: file too large" in done.stderr
    assert [path.name for path in tmp_path.iterdir() if not path.name.startswith(".")] == []


@pytest.mark.parametrize("next_day", [DAY, NEXT_DAY], ids=["on the same day", "on another day"])
def test_a_kill_in_the_middle_leaves_only_a_dot_folder_and_the_next_edition_clears_it(tmp_path, next_day):
    home = tmp_path / "harbour-street"
    script = f"""
import os, signal
from pathlib import Path
from policygen.pack import folders
written = []
def write_file(*file, write=folders.write_file):
    write(*file)
    written.append(file)
    if len(written) == 2:
        os.kill(os.getpid(), signal.SIGKILL)
folders.write_file = write_file
folders.write_folder(Path({str(home / "2026-11-20")!r}), {FILES!r})
"""
    assert subprocess.run([sys.executable, "-c", script], timeout=300).returncode == -9
    assert [path.name for path in home.iterdir()] == [".2026-11-20.half"]
    assert len(contents(home)) == 2
    assert edition.next_number(tmp_path, "Harbour Street") == 1

    assert issue(tmp_path, day=next_day).name == next_day.isoformat()
    assert [path.name for path in home.iterdir()] == [next_day.isoformat()]


def test_a_file_where_the_organisations_folder_should_be_is_named_and_kept(tmp_path):
    (tmp_path / "harbour-street").write_text("mine")
    with pytest.raises(OutputError) as error:
        issue(tmp_path)
    assert f"{tmp_path / 'harbour-street'}: this is a file, and a folder is needed" in str(error.value)
    assert (tmp_path / "harbour-street").read_text() == "mine"


# ---- one file, safely --------------------------------------------------------------------------------------------


def test_a_file_is_replaced_and_nothing_else_is_left(tmp_path):
    path = tmp_path / "home" / "draft.yaml"
    folders.replace_files({path: b"one"})
    folders.replace_files({path: "two: Tŷ\n".encode()})
    assert contents(tmp_path) == {"home/draft.yaml": "two: Tŷ\n".encode()}


def test_whoever_is_reading_the_old_text_reads_it_to_its_end(tmp_path):
    path = tmp_path / "draft.yaml"
    folders.replace_files({path: b"one"})
    with path.open() as reader:
        folders.replace_files({path: b"two"})
        assert reader.read() == "one"


def test_the_old_text_stays_when_the_new_one_does_not_fit_on_the_disk(tmp_path):
    path = tmp_path / "draft.yaml"
    folders.replace_files({path: b"old"})
    script = f"""
import resource
from pathlib import Path
from policygen.pack import folders
from policygen.model.problems import OutputError
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
try:
    folders.replace_files({{Path({str(path)!r}): b"new" * 1000}})
except OutputError as exc:
    print(exc)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=300)
    assert done.stdout.startswith(f"{path}: cannot write here: file too large\n"), done.stderr
    assert contents(tmp_path) == {"draft.yaml": b"old"}


@pytest.mark.parametrize("name", ["file/draft.yaml", "file/deeper/draft.yaml", "x" * 300 + "/draft.yaml", "y" * 250])
def test_a_place_that_cannot_be_written_is_an_output_error_and_leaves_nothing(tmp_path, name):
    (tmp_path / "file").write_text("mine")
    with pytest.raises(OutputError):
        folders.replace_files({tmp_path / name: b"text"})
    assert contents(tmp_path) == {"file": b"mine"}


def test_the_old_text_stays_when_the_process_is_killed_before_the_new_one_is_whole(tmp_path):
    path = tmp_path / "draft.yaml"
    folders.replace_files({path: b"old"})
    script = f"""
import os, signal
from pathlib import Path
from policygen.pack import folders
os.fsync = lambda number: os.kill(os.getpid(), signal.SIGKILL)
folders.replace_files({{Path({str(path)!r}): b"new"}})
"""
    assert subprocess.run([sys.executable, "-c", script], timeout=300).returncode == -9
    assert path.read_text() == "old"
    folders.replace_files({path: b"newer"})
    assert contents(tmp_path) == {"draft.yaml": b"newer"}


def test_what_a_stop_leaves_of_a_replaced_edition_is_removed_when_somebody_looks_there(tmp_path, monkeypatch):
    folder = issue(tmp_path)
    monkeypatch.setattr(folders, "_clear_halves", lambda home: None)  # as if it was stopped before
    folders.replace_in_folder(folder, {"policy.txt": b"Approved."}, {})
    monkeypatch.undo()
    assert len(list(folder.parent.iterdir())) == 2
    with folders.organisation_locked(folder.parent):  # somebody may be at work there
        assert folders.is_edition(folder) and len(list(folder.parent.iterdir())) == 2
    assert folders.is_edition(folder) and list(folder.parent.iterdir()) == [folder]
    assert (folder / "policy.txt").read_bytes() == b"Approved."


@pytest.mark.parametrize(("name", "expected"), [
    ("Harbour Street", "harbour-street"), ("Cymorth Tŷ Gwyn", "cymorth-ty-gwyn"), ("../../etc/passwd", "etc-passwd"),
    ("???", "organisation"), ("..", "organisation"), ("x" * 300, "x" * 60)])
def test_the_organisations_folder_is_one_plain_name(name, expected):
    assert folders.slug(name) == expected


SPELLINGS = ("St John's “Café” - Hub", 'ST JOHN’S "Café" – Hub', "St Johnʼs «Cafe\u0301» — hub",
             "St John`s  Café \u2010 Hub", "St\u00a0John´s ″Café″ \u2011 Hub", "St John\u2018s Café - Hub\u200b",
             "St John\uff07s Café - Hub")


@pytest.mark.parametrize("typed", SPELLINGS)
def test_one_organisation_is_one_folder_however_its_signs_are_typed(tmp_path, typed):
    assert folders.slug(typed) == "st-johns-cafe-hub" and folders.same_name(typed, SPELLINGS[0])
    assert folders.home_of(tmp_path, typed) == tmp_path / "st-johns-cafe-hub"


@pytest.mark.parametrize("name", ["st-john-s", "st-johns"])
def test_a_folder_that_an_earlier_version_made_is_found_with_any_apostrophe(tmp_path, name):
    (tmp_path / name).mkdir()
    for typed in ("St John's", "St John’s", "st john`s"):
        assert folders.home_of(tmp_path, typed) == tmp_path / name


def test_other_words_are_another_organisation():
    assert not folders.same_name("St John's", "St Jane's") and not folders.same_name("A-B", "A B")


def test_a_link_in_the_place_of_a_folder_that_is_being_written_is_removed_and_not_followed(tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / ".2026-11-20.half").symlink_to(tmp_path / "elsewhere")
    folders.write_folder(tmp_path / "home" / "2026-11-20", {"a.txt": b"a"})
    assert (tmp_path / "home" / "2026-11-20" / "a.txt").read_bytes() == b"a"
    assert not list((tmp_path / "elsewhere").iterdir())

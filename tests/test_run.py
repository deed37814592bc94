"""The set-up script `run`, with a Python that only notes what it is asked: no network, and nothing is installed."""

import os
import pty
import re
import shutil
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]

TOOLS = ("cat", "chmod", "cksum", "cp", "dirname", "mkdir", "readlink", "rm", "sh", "uname")

# Each call is noted as one line. FAKE_LACKS names what this Python does not have.
FAKE_PYTHON = """#!/bin/sh
case "$1 $2" in
    "-c "*version_info*realpath*) call="which version"; lacking=version ;;
    "-c "*print*) echo python3.99-venv; exit ;;
    "-c "*ensurepip*) call="probe ensurepip"; lacking=ensurepip ;;
    "-c "*ctypes*) call="probe pango"; lacking=pango ;;
    "-c "*) call="probe pip"; lacking=pip ;;
    "-m venv") call="venv"; lacking=venv ;;
    "-m pip") shift 2; call="pip $*"; lacking=connection ;;
    "-m pytest") shift 2; pwd; printf '<%s>\\n' "$@"; exit ;;
    *) exec sh "$@" ;;
esac
echo "$call" >>"$FAKE_CALLS"
case " $FAKE_LACKS " in *" $lacking "*) echo "no $lacking" >&2; exit 1 ;; esac
case $call in
    which*) echo "$FAKE_PYTHON" ;;
    venv) mkdir -p "$3/bin"; cp "$FAKE_PYTHON" "$3/bin/python" ;;
    pip*)
        echo "noise and $(cat)"
        printf %s 'pwd; printf "<%s>\\n" "$@"; [ -t 0 ] || cat' >.venv/bin/policygen ;;
esac
"""


class Place:
    """A copy of what `run` needs, in a folder with spaces, and a PATH that leads nowhere else."""

    def __init__(self, folder: Path):
        self.repo = folder / "a shared laptop" / "policygen"
        self.repo.mkdir(parents=True)
        for name in ("run", "pyproject.toml", "requirements.txt", "requirements-test.txt"):
            shutil.copy(ROOT / name, self.repo)
        self.elsewhere = folder / "else where"
        self.elsewhere.mkdir()
        self.tools = folder / "tools"
        self.tools.mkdir()
        for name in TOOLS:
            (self.tools / name).symlink_to(shutil.which(name))
        self.tool("python3", FAKE_PYTHON)
        self.tool("id", "#!/bin/sh\necho 1000\n")
        self.log = folder / "calls"
        self.environment = {
            "PATH": str(self.tools),
            "FAKE_CALLS": str(self.log),
            "FAKE_PYTHON": str(self.tools / "python3"),
        }

    def tool(self, name: str, script: str) -> None:
        path = self.tools / name
        path.write_text(script)
        path.chmod(0o755)

    def start(self, *arguments: str, script: Path | None = None, lacks: str = "", **options):
        """What the script printed and its exit code; it is started from another folder, with no terminal."""
        return subprocess.run(
            [script or self.repo / "run", *arguments],
            cwd=self.elsewhere,
            env=self.environment | {"FAKE_LACKS": lacks},
            **{"stdin": subprocess.DEVNULL, "capture_output": True, "text": True, "timeout": 30} | options,
        )

    def calls(self) -> list[str]:
        """What Python was asked since the last time of asking."""
        lines = self.log.read_text().splitlines() if self.log.exists() else []
        self.log.unlink(missing_ok=True)
        return lines


@pytest.fixture
def place(tmp_path):
    return Place(tmp_path)


@pytest.fixture
def ready(place):
    """A place that is set up."""
    assert place.start("questions").returncode == 0
    place.calls()
    return place


def test_without_a_terminal_it_names_the_demo(place):
    result = place.start()
    assert result.returncode == 2
    assert "needs a terminal" in result.stderr and f'To see an example pack: "{place.repo}/run" demo' in result.stderr
    assert result.stdout == ""
    assert not (place.repo / ".venv").exists()


def test_in_a_terminal_it_opens_the_menu(ready):
    ours, theirs = pty.openpty()
    try:
        result = ready.start(stdin=theirs, stdout=theirs, stderr=subprocess.PIPE, capture_output=False)
        shown = os.read(ours, 1000).decode()
    finally:
        os.close(ours)
        os.close(theirs)
    assert result.returncode == 0, result.stderr
    assert shown.endswith("<>\r\n")  # what the shell prints for no argument


def test_first_start_sets_up_from_the_pins(place):
    result = place.start("demo", "cic")
    assert result.returncode == 0, result.stderr
    assert result.stdout.endswith("<demo>\n<cic>\n")
    assert result.stderr == "Setting up policygen (once, about a minute) ...\n"
    *before, packages, itself, pango = place.calls()
    assert before == ["which version", "probe ensurepip", "venv"]
    assert packages.endswith("install --only-binary :all: --require-hashes -r requirements.txt")
    assert itself.endswith("install --no-index --no-deps --no-build-isolation -e .")
    assert pango == "probe pango"


def test_arguments_and_folder_are_passed_on_unaltered(ready):
    arguments = ["new", "--set", "organisation_name=Ann's \"Place\" * $HOME", "", "a\\nb", "  two  spaces "]
    result = ready.start(*arguments)
    assert result.stdout.splitlines() == [str(ready.elsewhere), *(f"<{argument}>" for argument in arguments)]


def test_what_was_typed_is_passed_on_for_its_messages(ready):
    (ready.repo / ".venv/bin/policygen").write_text('printf %s "$POLICYGEN_STARTED_AS"')
    assert ready.start("new").stdout == str(ready.repo / "run")
    done = subprocess.run(["sh", "-c", "./run status"], cwd=ready.repo, env=ready.environment, capture_output=True,
                          text=True, timeout=30)
    assert done.stdout == "./run"


def test_standard_input_and_output_are_for_policygen_alone(place):
    answers = place.elsewhere / "answers"
    answers.write_text("yes\n")
    with answers.open() as file:
        result = place.start("new", stdin=file)
    assert result.stdout.splitlines() == [str(place.elsewhere), "<new>", "yes"]


def test_exit_code_is_passed_on(ready):
    (ready.repo / ".venv/bin/policygen").write_text("exit 4")
    assert ready.start("check").returncode == 4


def test_second_start_asks_nothing_of_python(ready):
    ready.tool("python3", "#!/bin/sh\necho 'python was started' >&2\nexit 1\n")
    result = ready.start("questions")
    assert (result.returncode, result.stderr) == (0, "")
    assert ready.calls() == []


def test_it_starts_through_a_link(ready):
    (ready.elsewhere / "one").symlink_to(ready.repo / "run")
    (ready.elsewhere / "two").symlink_to("one")
    result = ready.start("questions", script=ready.elsewhere / "two")
    assert (result.returncode, result.stderr) == (0, "")
    assert ready.calls() == []


@pytest.mark.parametrize("name", ["pyproject.toml", "requirements-test.txt"])
def test_changed_requirements_are_installed(ready, name):
    with (ready.repo / name).open("a") as file:
        file.write("# changed\n")
    result = ready.start("questions")
    assert result.returncode == 0
    assert "up to date" in result.stderr
    probe, packages, _itself, _pango = ready.calls()
    assert probe == "probe pip" and packages.startswith("pip ")
    assert ready.start("questions").stderr == ""


def test_a_moved_folder_is_set_up_anew(ready):
    ready.repo = ready.repo.rename(ready.repo.with_name("moved"))
    assert ready.start("questions").returncode == 0
    assert "venv" in ready.calls()


def test_a_python_that_is_gone_means_setting_up_anew(ready):
    newer = ready.tools / "python3.12"
    (ready.tools / "python3").rename(newer)
    (ready.repo / ".venv/bin/python").unlink()
    ready.environment["FAKE_PYTHON"] = str(newer)
    assert ready.start("questions").returncode == 0
    assert "venv" in ready.calls()


def test_a_failed_installation_is_said_and_then_repaired(place):
    result = place.start("questions", lacks="connection")
    assert result.returncode == 1
    _first, last = result.stderr.splitlines()
    assert "internet connection" in last
    assert Path(last.partition("Details: ")[2]).read_text() == "no connection\n"
    assert result.stdout == ""
    place.calls()
    assert place.start("questions").returncode == 0
    assert "venv" in place.calls()


def test_a_failed_update_is_not_taken_for_a_good_one(ready):
    (ready.repo / "requirements-test.txt").write_text("")
    assert ready.start("questions", lacks="connection").returncode == 1
    shutil.copy(ROOT / "requirements-test.txt", ready.repo)
    assert ready.start("questions").returncode == 0
    assert "venv" in ready.calls()


def test_no_python_new_enough(place):
    result = place.start("questions", lacks="version")
    assert result.returncode == 1
    assert "Python 3.11 or later is needed" in result.stderr
    assert not (place.repo / ".venv").exists()


def test_a_python_under_another_name_is_found(place):
    (place.tools / "python3").rename(place.tools / "python3.13")
    place.tool("python3", "#!/bin/sh\nexit 1\n")
    place.environment["FAKE_PYTHON"] = str(place.tools / "python3.13")
    assert place.start("questions").returncode == 0


def test_without_ensurepip_and_rights_it_says_what_to_type(place):
    result = place.start("questions", lacks="ensurepip")
    assert result.returncode == 1
    assert "sudo apt-get install python3.99-venv" in result.stderr.splitlines()[-1]
    assert not (place.repo / ".venv").exists()


def test_without_pango_and_rights_it_goes_on(place):
    result = place.start("questions", lacks="pango")
    assert result.returncode == 0
    by_hand = "brew install" if sys.platform == "darwin" else "sudo apt-get install libpango-1.0-0"
    assert by_hand in result.stderr.splitlines()[-1]
    assert place.start("questions", lacks="pango").stderr == ""


@pytest.mark.skipif(sys.platform == "darwin", reason="apt-get is Debian's")
@pytest.mark.parametrize("root", [True, False], ids=["root", "sudo"])
def test_missing_libraries_are_installed(place, root):
    if root:
        place.tool("id", "#!/bin/sh\necho 0\n")
    else:
        place.tool("sudo", '#!/bin/sh\necho sudo >>"$FAKE_CALLS"\n[ "$1" = -n ] || "$@"\n')
    place.tool("apt-get", '#!/bin/sh\necho "apt-get $DEBIAN_FRONTEND $*" >>"$FAKE_CALLS"\necho chatter\n')
    result = place.start("questions", lacks="pango ensurepip")
    assert result.returncode == 0
    assert "chatter" not in result.stdout + result.stderr
    calls = place.calls()
    assert ("sudo" in calls) is not root
    installed = [call.partition("--no-install-recommends ")[2] for call in calls if " install " in call]
    assert [line for line in installed if line] == [
        "python3.99-venv",
        "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0",
    ]
    assert all("noninteractive" in call for call in calls if call.startswith("apt-get"))


def test_tests_run_in_the_repository_with_what_they_need(ready):
    result = ready.start("test", "-k", "a and b")
    assert result.stdout.splitlines() == [str(ready.repo), "<-n>", "<auto>", "<--dist>", "<worksteal>", "<-k>",
                                          "<a and b>"]
    assert ready.calls()[1].endswith(" -r requirements-test.txt")
    assert ready.start("questions").stderr == ""
    with (ready.repo / "pyproject.toml").open("a") as file:
        file.write("# changed\n")
    ready.start("questions")
    assert ready.calls()[1].endswith(" -r requirements-test.txt")


def pinned(name: str) -> dict[str, str]:
    """The packages that a list of requirements pins, each with its version; every one has hashes, and no address."""
    found = {}
    for entry in re.split(r"\n(?! )", (ROOT / name).read_text().rstrip()):
        line, *hashes = entry.split(" \\\n")
        package, version = re.fullmatch(r"([a-z0-9-]+)==([0-9][0-9.]*)( ; .+)?", line).group(1, 2)
        assert hashes and all(re.fullmatch(r" +--hash=sha256:[0-9a-f]{64}", each) for each in hashes), entry
        found[package] = version
    return found


def needed(lines: list[str]) -> set[str]:
    """The packages that some requirements need on this system, and those that these need."""
    waiting, wanted = list(map(Requirement, lines)), set()
    while waiting:
        requirement = waiting.pop()
        wanted.add(canonicalize_name(requirement.name))
        for further in map(Requirement, metadata.requires(requirement.name) or ()):
            cases = [{"extra": extra} for extra in ("", *requirement.extras)]
            if further.marker is None or any(map(further.marker.evaluate, cases)):
                waiting.append(further)
    return wanted


def test_every_package_is_pinned_with_hashes_and_installed_in_that_version():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    ordinary, tests = pinned("requirements.txt"), pinned("requirements-test.txt")
    everything = project["dependencies"] + project["optional-dependencies"]["test"]
    assert ordinary.items() <= tests.items()
    assert needed(project["dependencies"]) <= set(ordinary)
    assert needed(everything) <= set(tests)
    installed = {canonicalize_name(found.name): found.version for found in metadata.distributions()}
    assert {name: tests[name] for name in needed(everything)} == {name: installed[name] for name in needed(everything)}


def test_the_list_of_licences_names_every_package_that_is_installed_for_use():
    listed = re.findall(r"^\| `([^`]+)` \| [A-Z][^|]+ \|$", (ROOT / "docs" / "packages.md").read_text(), re.MULTILINE)
    assert listed == list(pinned("requirements.txt"))

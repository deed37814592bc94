"""Ways to use the program, each stopped, refused or cut off at every place: what may be left, and whether it goes on.

For each way there is a folder as it is before, as it is after, and the operations in between. Whatever happens, each
edition, draft, register and print run is as before or as after, and the next command carries on.
"""

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

from helpers import file_operations
from helpers.file_operations import CODES, Disk, Operation
from helpers.interviews import unfinished
from helpers.program import SCRIPT, environment, piped, policygen
from helpers.shipped import EXAMPLES, QUESTIONS, SOURCES
from helpers.signers import TEN
from policygen.model import stored
from policygen.model.problems import PolicygenError
from policygen.pack import edition, folders
from policygen.signing.register import FILE, SHEET, read_register
from policygen.status import read_organisations

DAY, LATER = "2026-11-20", "2028-11-20"
HOME = "greenway-skills-cic"
STOPPED = 130
State = dict[str, bytes | object]
"""What stands under the path of each edition, draft, register and print run."""


@dataclass(frozen=True)
class Done:
    code: int
    said: str
    """On standard error."""


@dataclass(frozen=True)
class Way:
    """One way to use the program: what is there before, and what somebody types."""

    name: str
    before: Callable[[Path], None]
    arguments: tuple[str, ...]
    """`OUT` stands for the folder of editions."""
    typed: str = ""
    again: tuple[int, ...] = (0,)
    """The exit codes with which the same command may end afterwards."""

    def run(self, out: Path, script: str = SCRIPT) -> Done:
        arguments = [one.replace("OUT", str(out)) for one in self.arguments]
        with piped(arguments, environment(), script, stderr=-1, encoding="utf-8") as process:
            _, told = process.communicate(self.typed, timeout=300)
        return Done(process.returncode, told)


def _new(out: Path, *more: str) -> None:
    policygen("new", "--no-input", "--draft", "--answers", EXAMPLES / "cic.yaml", "--set", "approved_on=", "--to", out,
              "--format", "docx,txt", "--as-at", DAY, *more)


def _given(out: Path) -> None:
    _new(out)
    (out / "people.csv").write_text(TEN, encoding="utf-8")
    policygen("forms", out / HOME / DAY, "--people", out / "people.csv", "--format", "txt")


def _approved(out: Path) -> None:
    _new(out)
    policygen("approve", out / HOME / DAY, "--on", DAY, "--as-at", DAY)


def _listed(out: Path) -> None:
    _new(out)
    (out / "people.csv").write_text(TEN, encoding="utf-8")


def _begun(out: Path) -> None:
    unfinished(out.parent, organisation_kinds=None, nations=None, victims_service=None)


WAYS = (
    Way("new", _new, ("new", "--no-input", "--answers", str(EXAMPLES / "cic.yaml"), "--to", "OUT", "--format", "txt",
                      "--as-at", LATER)),
    Way("interview", _begun, ("new", "--plain", "--to", "OUT", "--format", "txt", "--as-at", DAY),
        "1\n" + "2\nyes\n" * 4 + "\n" * 30 + "1\n", (0, STOPPED)),  # what a question does not take is asked again
    Way("review", _approved, ("review", f"OUT/{HOME}/{DAY}", "--no-input", "--format", "txt", "--as-at", LATER),
        again=(0, 5)),  # 5: there is a newer edition
    Way("forms", _listed, ("forms", f"OUT/{HOME}/{DAY}", "--people", "OUT/people.csv", "--format", "txt")),
    Way("signed", _given, ("signed", f"OUT/{HOME}/{DAY}", "Cas", "--on", DAY)),
    Way("approve", _new, ("approve", f"OUT/{HOME}/{DAY}", "--on", DAY, "--as-at", DAY),
        again=(0, 3)),  # 3: it is approved already
)


# ---- what is there -----------------------------------------------------------------------------------------------


def state(out: Path) -> State:
    """What is in a folder of editions, by what must stay whole. Raises PolicygenError where a register is damaged."""
    found: State = {}
    for path in sorted(one for one in out.rglob("*") if one.is_file()):
        parts = path.relative_to(out).parts
        if any(part.startswith(".") for part in parts) or path.name == "people.csv":
            continue
        if path.name == folders.UNFINISHED:
            found["/".join(parts)] = path.read_bytes()
        elif path.name in (FILE, SHEET):
            folder = path.parent
            found["/".join(parts[:-1]) + " register"] = read_register(folder, edition.read_edition(folder)).register
        else:
            whole = parts[:4] if parts[2] == "people" else parts[:2]
            files = found.setdefault("/".join(whole), {})
            files["/".join(parts[len(whole):])] = path.read_bytes()
    return found


def left_over(out: Path) -> list[str]:
    """What was left half done."""
    return [str(path.relative_to(out)) for path in out.rglob(".*") if not path.name.endswith(".lock")]


@dataclass(frozen=True)
class Watched:
    """A way with what is there before and after, in `folder`."""

    way: Way
    folder: Path

    @classmethod
    def of(cls, way: Way, folder: Path) -> "Watched":
        out = folder / "out"
        out.mkdir()
        way.before(out)
        shutil.copytree(out, folder / "before")
        log = folder / "log"
        done = way.run(out, _script(f"record(Path({str(out)!r}), Path({str(log)!r}))"))
        assert done.code == 0, done.said
        return cls(way, folder)

    @cached_property
    def operations(self) -> list[Operation]:
        return file_operations.recorded(self.folder / "log")

    @cached_property
    def allowed(self) -> dict[str, list[object]]:
        """What may stand in each place, None for nothing."""
        before, after = state(self.folder / "before"), state(self.folder / "out")
        found = {key: [before.get(key), after.get(key)] for key in before | after}
        drafted, disk = "", b""
        for operation in self.operations:  # a draft is replaced after each answer
            if operation.kind == "create" and operation.path.endswith(f".{folders.UNFINISHED}.half"):
                drafted, disk = operation.path.replace(f"/.{folders.UNFINISHED}.half", f"/{folders.UNFINISHED}"), b""
            elif operation.kind == "write" and operation.path.endswith(f".{folders.UNFINISHED}.half"):
                disk += operation.data
            elif operation.kind == "rename" and operation.to == drafted:
                found.setdefault(drafted, [None]).append(disk)
        return found

    def place(self, to: Path) -> Path:
        """A folder as it is before."""
        return Path(shutil.copytree(self.folder / "before", to / "out"))

    def lost(self, out: Path, look_first: bool, draft_needed: bool = True) -> str:
        """What was lost in a folder in which the way was cut off, in words; empty when nothing was. `look_first`: the
        next command only looks; else the same command comes next."""
        drafted = [key for key in self.allowed if key.endswith(folders.UNFINISHED)]
        try:
            if look_first:
                if said := _unreadable(out):
                    return said
                if wrong := self._wrong(out):
                    return wrong
            if draft_needed and drafted and not any((out / key).exists() for key in drafted) and not folders.editions(
                    (out / drafted[0]).parent):
                return "the answers are lost"
            done = self.way.run(out)
            if done.code not in self.way.again or "fault of policygen" in done.said or "Traceback" in done.said:
                return f"the next command ended with {done.code}: {done.said[-300:]}"
            found, before = state(out), state(self.folder / "before")
            if gone := [key for key in before if key not in found and not key.endswith(folders.UNFINISHED)]:
                return f"gone afterwards: {gone}"
            if done.code == 0 and (left := left_over(out)):
                return f"left over: {left}"
        except PolicygenError as exc:
            return str(exc)
        return ""

    def _wrong(self, out: Path) -> str:
        found = state(out)
        for key, there in found.items():
            if there not in self.allowed.get(key, []):
                return f"{key} is neither as before nor as after"
        return "".join(f"{key} is gone" for key, may in self.allowed.items() if key not in found and None not in may)


def _unreadable(out: Path) -> str:
    """What `status` finds unreadable."""
    for organisation in read_organisations(out, QUESTIONS, date.fromisoformat(LATER), lambda: SOURCES.library):
        if bad := [one for one in organisation.editions if hasattr(one, "problem")]:
            return f"status: {bad[0].problem}"
        if organisation.unfinished and organisation.unfinished.problem:
            return f"draft: {organisation.unfinished.problem}"
        if organisation.newest and organisation.newest.forms and organisation.newest.forms.problem:
            return f"register: {organisation.newest.forms.problem}"
    return ""


def _script(watched: str) -> str:
    return f"from pathlib import Path\nfrom helpers.file_operations import *\n{watched}\n{SCRIPT}"


# ---- what is done to it ------------------------------------------------------------------------------------------


def fault(code: int, said: str) -> str:
    """How the program failed where it may not; empty where it ended as it should."""
    ends_well = code in (0, 3, 5, STOPPED) and "fault of policygen" not in said and "Traceback" not in said
    return "" if ends_well else f"it ended with {code}: {said[-300:]}"


def kills(watched: Watched, places: Callable[[int], range]) -> Iterator[str]:
    """What was lost by each kill, empty for nothing: before the operations with these numbers."""
    for at in places(len(watched.operations)):
        with tempfile.TemporaryDirectory() as folder:
            out = watched.place(Path(folder))
            done = watched.way.run(out, _script(f"kill(Path({str(out)!r}), {at})"))
            assert done.code == -9, (at, done)
            lost = watched.lost(out, look_first=at % 2 == 0)
            yield lost and f"{watched.way.name}, killed before operation {at}: {lost}"


def faults(watched: Watched, places: Callable[[int], range]) -> Iterator[str]:
    """What was lost or unclear after each operation that failed, empty for nothing."""
    number = _count(watched)
    for why in CODES:
        for lasting in (False, True):
            for at in places(number):
                with tempfile.TemporaryDirectory() as folder:
                    out = watched.place(Path(folder))
                    done = watched.way.run(out, _script(f"fail(Path({str(out)!r}), {at}, {why!r}, {lasting})"))
                    lost = fault(done.code, done.said) or watched.lost(out, look_first=at % 2 == 0)
                    yield lost and f"{watched.way.name}, {why}{' from' if lasting else ' at'} operation {at}: {lost}"


def _count(watched: Watched) -> int:
    """How many operations there are, those that only read among them."""
    with tempfile.TemporaryDirectory() as folder:
        out, log = watched.place(Path(folder)), Path(folder) / "log"
        watched.way.run(out, _script(f"_watch(Path({str(out)!r}), (lambda f: lambda one: f.write(pickle.dumps(one)))("
                                     f"io.FileIO({str(log)!r}, 'w')), True)").replace(
            "import *", "import *\nfrom helpers.file_operations import _watch, io, pickle"))
        return len(file_operations.recorded(log))


def power_cuts(watched: Watched, places: Callable[[int], range]) -> Iterator[str]:
    """What was lost by each power cut, empty for nothing: each state in which the disk may be before the operations
    with these numbers and after the last one."""
    disk, seen, wanted = Disk(watched.folder / "before"), set(), set(places(len(watched.operations) + 1))
    for at, operation in enumerate([*watched.operations, None]):
        for tree in disk.states() if at in wanted else ():
            key = hash(tuple(sorted(tree.items(), key=lambda item: item[0])))
            if key in seen:
                continue
            seen.add(key)
            with tempfile.TemporaryDirectory() as folder:
                out = Path(folder) / "out"
                _write(out, tree)
                lost = watched.lost(out, look_first=len(seen) % 2 == 0)
                yield lost and f"{watched.way.name}, power cut before operation {at}: {lost}"
        if operation:
            disk.apply(operation)


def _write(out: Path, tree: Mapping[str, bytes | None]) -> None:
    out.mkdir()
    for path, data in tree.items():
        if data is None:
            (out / path).mkdir()
        else:
            (out / path).write_bytes(data)


def image_cuts(watched: Watched, places: Callable[[int], range]) -> Iterator[str]:
    """What was lost by each power cut, empty for nothing, on a file system of its own (ext4, in a file): a copy of that
    file before an operation is what the disk holds then. Only the administrator of a Linux system may mount one."""
    with tempfile.TemporaryDirectory() as folder:
        image, mounted = Path(folder) / "image", Path(folder) / "mounted"
        mounted.mkdir()
        with image.open("wb") as file:
            file.truncate(48 * 2**20)
        subprocess.run(["mkfs.ext4", "-q", "-F", image], check=True)
        with _mounted(image, mounted):
            out = watched.place(mounted)
            os.sync()
            wanted = set(places(len(watched.operations)))
            watched.way.run(out, _script(f"copy_disk(Path({str(out)!r}), {wanted!r}, {str(image)!r})"))
        for at in sorted(wanted):
            with tempfile.TemporaryDirectory() as taken:
                with _mounted(Path(f"{image}-{at}"), mounted):
                    out = Path(shutil.copytree(mounted / "out", Path(taken) / "out"))
                lost = watched.lost(out, look_first=at % 2 == 0)
                yield lost and f"{watched.way.name}, disk cut off before operation {at}: {lost}"
            Path(f"{image}-{at}").unlink()


@contextmanager
def _mounted(image: Path, place: Path) -> Iterator[None]:
    subprocess.run(["mount", "-o", "loop", image, place], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", place], check=True)


# ---- damaged files -----------------------------------------------------------------------------------------------

WRONG = (None, -1, 10**30, 0.5, True, "", "x", [], [[]], {}, {"x": 1})
"""What is put in the place of each value."""
BYTES: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda data: b"", "half": lambda data: data[:len(data) // 2], "a byte less": lambda data: data[:-3],
    "noughts": lambda data: bytes(len(data)), "UTF-16": lambda data: data.decode().encode("utf-16"),
    "byte order mark": lambda data: b"\xef\xbb\xbf" + data, "not UTF-8": lambda data: data.replace(b"e", b"\xe9", 9),
    "null": lambda data: b"null", "a number": lambda data: b"7", "a list": lambda data: b"[]",
    "a word": lambda data: b'"x"', "twice": lambda data: data * 2, "deep": lambda data: b"[" * 100_000,
    "deep mappings": lambda data: b'{"a":' * 100_000}
"""What happens to the bytes of a file."""


NOTHING = object()


def damaged(data: object) -> Iterator[tuple[str, object]]:
    """JSON with a wrong value, and its place, for each place that is unlike all before it; without each key, too."""
    seen: set[str] = set()

    def places(value: object, path: str) -> Iterator[tuple[str, Callable[[object], object]]]:
        """Each place, and what gives the value with something else in that place; None to leave it out."""
        if isinstance(value, dict):
            for key, inner in value.items():
                where = f"{path}.{key if len(value) < 20 and key.isidentifier() else '{}'}"
                yield from ((at, lambda new, key=key, change=change: value | {key: change(new)})
                            for at, change in places(inner, where))
                yield where, lambda new, key=key: {
                    name: one for name, one in (value | {key: new}).items() if name != key or new is not NOTHING}
        elif isinstance(value, list):
            for number, inner in enumerate(value):
                yield from ((at, lambda new, number=number, change=change: [
                    *value[:number], change(new), *value[number + 1:]]) for at, change in places(inner, f"{path}[]"))
                yield f"{path}[]", lambda new, number=number: [*value[:number], *([] if new is NOTHING else [new]),
                                                               *value[number + 1:]]
    for where, change in places(data, ""):
        if where not in seen:
            seen.add(where)
            for new in (NOTHING, *WRONG):
                yield f"{where} = {'nothing' if new is NOTHING else json.dumps(new)}", change(new)


SECOND = f"{HOME}/{LATER}"
COMMANDS = {
    "new": ("new", "--no-input", "--answers", str(EXAMPLES / "cic.yaml"), "--to", "OUT", "--format", "txt", "--as-at",
            LATER),
    "review": ("review", f"OUT/{SECOND}", "--no-input", "--format", "txt", "--as-at", "2030-11-20"),
    "forms": ("forms", f"OUT/{SECOND}", "--people", "OUT/people.csv", "--format", "txt"),
    "signed": ("signed", f"OUT/{SECOND}", "Bo", "--on", DAY),
    "status": ("status", "OUT", "--as-at", LATER),
    "explain": ("explain", f"OUT/{SECOND}"),
    "approve": ("approve", f"OUT/{SECOND}", "--on", LATER, "--as-at", LATER),
    "diff": ("diff", f"OUT/{HOME}/{DAY}", f"OUT/{SECOND}"),
    "menu": ("--plain",),
}
"""Everything that reads an edition; the menu shows it, and is left."""
READERS = {"pack.json": tuple(COMMANDS), FILE: ("forms", "signed", "status"), "answers.yaml": ("review", "approve")}
"""Files of an edition, and the commands that need them."""


def two_editions(out: Path) -> None:
    """A folder with an approved edition and a reviewed one, of which forms were given and signed."""
    _approved(out)
    policygen("review", out / HOME / DAY, "--no-input", "--format", "docx,txt", "--as-at", LATER, "--set",
              "approved_on=")
    (out / "people.csv").write_text(TEN, encoding="utf-8")
    policygen("forms", out / SECOND, "--people", out / "people.csv", "--format", "txt", "--on", LATER)
    policygen("signed", out / SECOND, "Cas", "--on", DAY)


def damages(base: Path, name: str, commands: Callable[[int], tuple[str, ...]] = lambda number: tuple(COMMANDS),
            every: int = 1) -> Iterator[str]:
    """What was unclear about each damage of a file of the second edition in `base`, empty for nothing. `commands` gives
    those that are tried, by the number of the damage."""
    data = (base / SECOND / name).read_bytes()
    cases = [(what, change(data)) for what, change in BYTES.items()]
    if name.endswith(".json"):
        cases += [(what, stored.dump(new)) for what, new in damaged(json.loads(data))]
    for number, (what, new) in enumerate(cases[::every]):
        for command in commands(number):
            with tempfile.TemporaryDirectory() as folder:
                out = Path(shutil.copytree(base, Path(folder) / "output"))
                (out / SECOND / name).write_bytes(new)
                arguments = [one.replace("OUT", str(out)) for one in COMMANDS[command]]
                with piped(arguments, environment(), stderr=-1, encoding="utf-8", cwd=folder) as process:
                    said, told = process.communicate("9\n" * 9, timeout=300)
                words = " ".join(f"{said} {told}".split())
                wrong = fault(process.returncode, told)
                if not wrong and (refused := _refused(out)) and command in READERS[name] and command != "menu" and (
                        process.returncode != 5 or "this file is damaged: " not in words):
                    wrong = f"refused by its reader ({refused}), but it ended with {process.returncode}: {words[-300:]}"
                yield wrong and f"{name}, {what}, policygen {command}: {wrong}"


def _refused(out: Path) -> str:
    """Why the second edition or its register cannot be read; empty when they can."""
    try:
        read_register(out / SECOND, edition.read_edition(out / SECOND))
    except PolicygenError as exc:
        return str(exc)
    return ""

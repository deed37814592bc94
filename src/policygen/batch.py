"""Packs for several organisations at once: answer files in, an edition for each out, and what came of every file.

Each file is worked on by itself, in any executor of `concurrent.futures`: one that fails stops no other. A file whose
newest edition was made from the same is passed over, so that a batch which was stopped goes on where it was. What it
was made from is kept in `pack.json` as `made_from`: a digest of the answers, the logo, the version, every file of
library, questionnaire and house style, and what was asked for, but not the date. Only a batch keeps it; an edition that
was made in another way counts as made from something else.
"""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal

from policygen.formats import house
from policygen.model.problems import AnswersError, LibraryError, OutputError, PolicygenError, Step, error
from policygen.pack import answers, edition, folders
from policygen.pack.make import Request, Sources, data_folder, load, load_questions, make


CLUSTER_WAIT = 10
"""Seconds after which a cluster that does not answer counts as not there."""


@dataclass(frozen=True, slots=True)
class Order:
    """What to make of each answer file."""

    to: Path
    formats: tuple[str, ...]
    as_at: date
    draft: bool = False
    large: bool = False
    library: Path | None = None
    """A clause library elsewhere."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one answer file."""

    path: Path
    state: Literal["made", "unchanged", "failed"]
    folder: Path | None = None
    """The edition that was made, or that is the same."""
    reasons: tuple[str, ...] = ()
    """Why it failed, in words; else what its answers are perhaps not meant to say."""
    whose: Literal["", "answers", "library", "output", "fault"] = ""
    """What needs attention where it failed."""


def run_batch(paths: Sequence[Path], order: Order, executor: Executor | None = None, jobs: int | None = None,
        report: Callable[[Step], None] = lambda step: None) -> tuple[Outcome, ...]:
    """What came of each file, in the order of the files. Without an executor, as many processes work on them as there
    are cores, or `jobs`."""
    found, chosen = _told_apart(paths)
    with _lent(executor, jobs, len(chosen)) as workers:
        waiting = {workers.submit(make_one, path.resolve(), order): path for path in chosen}
        try:
            for number, future in enumerate(as_completed(waiting), 1):
                path = waiting[future]
                report(Step(path.name, number, len(chosen)))
                fault = future.exception()
                found[path] = _faulty(path, fault) if fault else _named(future.result(), path)
        finally:  # where somebody stops it, what has not begun is not begun any more
            for future in waiting:
                future.cancel()
    return tuple(found[path] for path in dict.fromkeys(paths))


def make_one(path: Path, order: Order) -> Outcome:
    """What came of one answer file; it works in any process, and raises nothing that has a reason in words."""
    try:
        sources, library = _sources(order.library)
        told: list[str] = []
        given = answers.read_answers(path, sources.questionnaire, told.append)
        digest = _digest(given, path.parent, order, library)
        if same := _unchanged(order.to, given.get("organisation_name", ""), digest):
            return Outcome(path, "unchanged", same, tuple(told))
        request = Request(given, str(path), answers.earlier_text(path), order.to, order.formats, order.as_at,
                          order.draft, path.parent, order.large, made_from=digest)
        return Outcome(path, "made", make(sources, request, lambda step: None).folder, tuple(told))
    except PolicygenError as exc:
        return Outcome(path, "failed", None, tuple(map(str, exc.problems)), "answers" if isinstance(
            exc, AnswersError) else "library" if isinstance(exc, LibraryError) else "output")


# ---- the files ---------------------------------------------------------------------------------------------------


def _told_apart(paths: Sequence[Path]) -> tuple[dict[Path, Outcome], list[Path]]:
    """The files that are of an organisation that an earlier one is of, as failures, and all others."""
    questions = load_questions(data_folder())
    first: dict[str, Path] = {}
    failed: dict[Path, Outcome] = {}
    chosen: list[Path] = []
    for path in dict.fromkeys(paths):
        try:
            home = folders.slug(answers.read_answers(path, questions).get("organisation_name", ""))
        except AnswersError:
            chosen.append(path)  # whoever makes it says what is wrong
            continue
        earlier = first.setdefault(home, path)
        if earlier is path:
            chosen.append(path)
        else:
            failed[path] = Outcome(path, "failed", None, (
                f"{path}: these are answers of the same organisation as {earlier}, or of one with a name too like it\n"
                "  Leave one of them out, or make its pack in another folder.",), "answers")
    return failed, chosen


def _unchanged(to: Path, organisation: str, digest: str) -> Path | None:
    """The organisation's newest edition, if it was made from the same. Raises OutputError."""
    home = folders.home_of(to, organisation)
    newest = max(map(edition.read_edition, folders.editions(home)), key=lambda found: found.number, default=None)
    return newest.folder if newest and newest.record.made_from == digest else None


def _digest(given: dict[str, Any], base: Path, order: Order, library: str) -> str:
    """What stands for all that a pack is made from, but its date."""
    logo = house.pasted_path(given["logo"], base) if given.get("logo") else base
    picture = hashlib.sha256(logo.read_bytes()).hexdigest() if logo.is_file() else ""
    made_from = {"answers": given | ({"logo": picture} if picture else {}), "policygen": version("policygen"),
                 "library": library, "formats": sorted(order.formats), "draft": order.draft, "large": order.large}
    return hashlib.sha256(json.dumps(made_from, sort_keys=True, default=str).encode()).hexdigest()


@lru_cache(maxsize=1)
def _sources(library: Path | None) -> tuple[Sources, str]:
    """What packs are made from, read once in each process, and what stands for its files."""
    data = data_folder()
    sources = load(data, library)  # which refuses what is too large to read
    digest = hashlib.sha256()
    for folder in (library or data / "clauses" / "confidentiality", data / "questionnaires", data / "templates"):
        for path in sorted(file for file in folder.rglob("*") if file.is_file()):
            digest.update(f"{path.relative_to(folder).as_posix()}\0".encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return sources, digest.hexdigest()


# ---- the workers -------------------------------------------------------------------------------------------------


@contextmanager
def cluster_workers(address: str) -> Iterator[Executor]:
    """An executor that hands work to the Dask cluster at an address; it needs `policygen[cluster]`. The workers must
    have the same policygen, and see the same folders under the same names. Raises OutputError."""
    try:
        from distributed import Client
    except ImportError:
        raise OutputError(error("a cluster needs Dask, which is not installed",
                                hint="Install it with: pip install 'policygen[cluster]'.")) from None
    try:
        client = Client(address, timeout=CLUSTER_WAIT, set_as_default=False)  # type: ignore[no-untyped-call]  # no stubs
    except (OSError, ValueError, TypeError):  # TypeError: the address has an unknown protocol
        hint = "Give the address that its scheduler shows, such as tcp://10.0.0.5:8786."
        raise OutputError(error(f"there is no cluster at {address}", hint=hint)) from None
    with client:
        yield client.get_executor()  # type: ignore[no-untyped-call]  # no stubs


@contextmanager
def _lent(executor: Executor | None, jobs: int | None, files: int) -> Iterator[Executor]:
    """The executor, or processes for as long as they are needed."""
    if executor is not None:
        yield executor
        return
    # A fork of a process that has threads may hang; Windows has neither way.
    start = multiprocessing.get_context("spawn" if sys.platform == "win32" else "forkserver")
    workers = max(1, min(jobs or os.cpu_count() or 1, files))
    with ProcessPoolExecutor(workers, mp_context=start, initializer=_leave_stopping_to_others) as pool:
        yield pool


def _leave_stopping_to_others() -> None:
    """Ctrl-C reaches all processes of a terminal: those that work finish what they are at, and are told to stop."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _named(outcome: Outcome, path: Path) -> Outcome:
    """The outcome with the file's path as it was given."""
    return replace(outcome, path=path, reasons=tuple(
        reason.replace(str(path.resolve()), str(path)) for reason in outcome.reasons))


def _faulty(path: Path, fault: BaseException) -> Outcome:
    """The outcome where a worker ended without a reason in words. A fault's own words may hold what an answer says."""
    match fault:
        case BrokenProcessPool():
            return Outcome(path, "failed", None, (f"{path}: the system ended the process that worked on it\n  Start "
                                                  "again, with fewer --jobs: what is made is kept.",), "output")
        case OSError():
            reason = (fault.strerror or type(fault).__name__).lower()
            return Outcome(path, "failed", None, (f"{path}: {reason}",), "output")
    reason = f"this is a fault of policygen, not yours: {type(fault).__name__}"
    return Outcome(path, "failed", None, (f"{path}: {reason}",), "fault")

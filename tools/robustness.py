"""Stops, refuses and damages everything that the program does to files, and says whether anything was lost.

    python tools/robustness.py kills           the program is killed before each operation on a file
    python tools/robustness.py faults          each operation fails: no room, no access, a broken disk
    python tools/robustness.py power-cuts      before each operation, what the disk does not hold yet is lost
    python tools/robustness.py image-cuts      the same on a file system in a file; only root may mount one
    python tools/robustness.py damages         each value of the stored files is wrong, missing or cut off
    python tools/robustness.py hostile         inputs that are made to take long or much memory
    python tools/robustness.py all --every 10  all of these but image-cuts, at every tenth place

The ways to use the program are in tests/helpers/robustness.py, the operations in tests/helpers/file_operations.py.
Everything happens in temporary folders. Exit code 1 when something was lost or unclear.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
from helpers import hostile, robustness, shared

RUNS = ("kills", "faults", "power-cuts", "image-cuts", "damages", "hostile")


def outcomes(run: str, every: int, only: str) -> Iterator[tuple[str, Iterator[str]]]:
    """The parts of a run, each with what was lost or unclear in each case, empty for nothing."""
    if run == "hostile":
        for name, case in hostile.CASES.items():
            if only in name:
                yield name, map(hostile.outcome, [name], [case])
    elif run == "damages":
        base = Path(tempfile.mkdtemp()) / "out"
        base.mkdir()
        robustness.two_editions(base)
        for name, commands in robustness.READERS.items():
            if only in name:
                yield name, robustness.damages(base, name, lambda number: commands, every)
    else:
        for way in robustness.WAYS:
            if only in way.name:
                watched = robustness.Watched.of(way, Path(tempfile.mkdtemp()))
                yield way.name, getattr(robustness, run.replace("-", "_"))(
                    watched, lambda number: range(0, number, every))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", choices=(*RUNS, "all"))
    parser.add_argument("--every", type=int, default=1, help="take only each so manieth place")
    parser.add_argument("--only", default="", help="take only the ways or files whose name has this in it")
    wanted = parser.parse_args()
    shared.begin()
    bad = 0
    for run in [run for run in RUNS if run != "image-cuts"] if wanted.run == "all" else (wanted.run,):
        for name, found in outcomes(run, wanted.every, wanted.only):
            began, count, lost = time.monotonic(), 0, 0
            for words in found:
                count += 1
                if words:
                    lost += 1
                    print(f"  {words}", flush=True)
            bad += lost
            print(f"{run}, {name}: {count} tried, {lost} lost or unclear, {time.monotonic() - began:.0f} s", flush=True)
    shared.end()
    return int(bad > 0)


if __name__ == "__main__":
    sys.exit(main())

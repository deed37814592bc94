"""How long policygen takes beside a yardstick, as ratios; each pair runs side by side, cold, as whole processes.

    python benchmarks/measure.py [--pairs 9]

`help`: `policygen --help` against a bare `python -c pass`. `pack`: the front-line example's whole pack in Word and
PDF against benchmarks/yardstick.py, which turns the same documents into Word and PDF and does nothing else.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

from policygen import answers, pipeline
from policygen.house import House
from policygen.writers import docx, html, pdf

ROOT = Path(__file__).resolve().parents[1]
POLICYGEN = [sys.executable, "-c", "from policygen.cli import main; main()"]


def seconds(command: list[str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - start


def ratio(name: str, ours, yardstick, pairs: int, most: float) -> bool:
    """Print the median ratio of some pairs; whether it stays within `most`."""
    taken = [(seconds(ours(number)), seconds(yardstick(number))) for number in range(pairs + 1)][1:]
    found = statistics.median(mine / other for mine, other in taken)
    mine, other = (statistics.median(column) * 1000 for column in zip(*taken))
    print(f"{name}: {found:.2f} times the yardstick (at most {most}); medians {mine:.0f} ms and {other:.0f} ms, "
          f"{pairs} pairs")
    return found <= most


def prepare(folder: Path) -> None:
    """The documents of the front-line pack as inputs of the yardstick."""
    sources = pipeline.load(ROOT)
    path = ROOT / "examples" / "front-line.yaml"
    request = pipeline.Request(given=answers.read(path, sources.questionnaire), answers_name="", answers_text="",
                               to=folder / "pack", formats=("txt",), as_at=date(2026, 11, 21), draft=False)
    for document in pipeline.make(sources, request, lambda stage: None).documents:
        (folder / f"{document.id}.docx").write_bytes(docx.write(document, House(sources.house)))
        (folder / f"{document.id}.html").write_text(html.page(document, House(sources.house)), encoding="utf-8")
    fonts = pdf.readable("font:SourceSansPro-Regular.ttf", sources.house).parent.as_uri()
    for sheet in ("print.css", "sans.css"):
        style = (sources.house / sheet).read_text(encoding="utf-8")
        (folder / sheet).write_text(style.replace('url("font:', f'url("{fonts}/'), encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=9)
    pairs = parser.parse_args().pairs
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        prepare(scratch)
        good = ratio("help", lambda number: [*POLICYGEN, "--help"], lambda number: [sys.executable, "-c", "pass"],
                     pairs, 5.0)
        good &= ratio("pack", lambda number: [*POLICYGEN, "demo", "--to", str(scratch / f"ours-{number}")],
                      lambda number: [sys.executable, str(ROOT / "benchmarks" / "yardstick.py"), name,
                                      str(scratch / f"bare-{number}")], pairs, 1.1)
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()

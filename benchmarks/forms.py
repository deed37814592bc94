"""How fast forms for many people are made beside plain loops, as whole processes, and how much memory it takes.

    python benchmarks/forms.py [--pairs 3] [--people 500]

`pdf`: one tagged PDF of all declarations, with bookmarks and a cover list, beside a loop of one tagged `write_pdf` for
each person and a merge with pikepdf, which loses the tags. `docx`: a Word file each, beside a loop of one docxtpl
render for each person. A loop runs for a tenth of the people; its own time then counts ten times, its start once.
`growth`: the same PDF for a tenth of the people and for ten times as many.
"""

import argparse
import io
import os
import pickle
import random
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

HOUSE = Path(__file__).resolve().parents[1] / "templates" / "house"
DAY = date(2026, 11, 21)
FIRST = ("Aisha Małgorzata Siân Zoë Özgür Brónagh Łukasz Chloë Anaïs Iñigo Þóra Åsa Jiří Ștefan Ieuan Wren Li "
         "Fionnuala Olivia Tom Priya Kwame Mei Ifeoma Callum Rhys Niamh Dafydd Élodie Søren Gülşen Matěj Ana").split()
LAST = ("Wiśniewska O’Neill MacDonald Ó-Súilleabháin Çelik Nowak Jones-Parry Featherstonehaugh Patel Okonkwo Ionescu "
        "van-der-Berg Müller Dvořák Kowalczyk Smith Fitzgerald Mbeki Nguyễn Đặng Åkesson Jørgensen Ferreira").split()
ROLES = ("Support worker", "Driver", "Senior support worker", "Counsellor", "Outreach coordinator", "Finance officer")
PDF, DOCX = 15, 12
"""How many times faster than the loop they have to be."""
MOST_MEMORY = 300
"""MiB."""
MOST_GROWTH = 1.35
"""How many times as long each further form may take in a long run as in a short one."""


def people(number: int) -> list[dict[str, str]]:
    """Invented people, the same every time."""
    chance = random.Random(7)
    return [{"name": f"{chance.choice(FIRST)} {chance.choice(LAST)}", "role": chance.choice(ROLES), "team": "",
             "start_date": ""} for _ in range(number)]


# ---- the processes that are measured -----------------------------------------------------------------------------


def ours(scratch: Path, number: int, name: str) -> float:
    """Make forms in the format called `name`. Returns the seconds to count once more: none."""
    from policygen.formats.house import House
    from policygen.printing.print_run import PersonForm, PrintOptions, print_run

    blank = pickle.loads((scratch / "declaration.pickle").read_bytes())
    wanted = [PersonForm(at, blank, at, person) for at, person in enumerate(people(number), 1)]
    print_run(wanted, Path(tempfile.mkdtemp(dir=scratch)), DAY, PrintOptions((name,)), House(HOUSE),
              lambda step: None)
    return 0


def pdf_loop(scratch: Path, number: int, name: str) -> float:
    """Make PDF files one by one. Returns the seconds without the start."""
    import pikepdf
    import weasyprint

    page = (scratch / "declaration.html").read_text(encoding="utf-8")
    start, merged = time.perf_counter(), pikepdf.Pdf.new()
    for person in people(number):
        text = page.replace("NAME", person["name"]).replace("ROLE", person["role"])
        data = weasyprint.HTML(string=text, base_url=f"{scratch.as_uri()}/").write_pdf(pdf_variant="pdf/ua-1")
        with pikepdf.open(io.BytesIO(data)) as one:
            merged.pages.extend(one.pages)
    merged.save(scratch / "merged.pdf")
    return time.perf_counter() - start


def docx_loop(scratch: Path, number: int, name: str) -> float:
    """Make Word files one by one. Returns the seconds without the start."""
    from docxtpl import DocxTemplate

    folder, start = Path(tempfile.mkdtemp(dir=scratch)), time.perf_counter()
    for at, person in enumerate(people(number)):
        template = DocxTemplate(scratch / "declaration.docx")
        template.render(person, autoescape=True)
        template.save(folder / f"{at}.docx")
    return time.perf_counter() - start


# ---- measuring ---------------------------------------------------------------------------------------------------


def measured(what: str, scratch: Path, number: int, name: str = "") -> tuple[float, float]:
    """The seconds that a process takes and its most memory in MiB. The time of a loop for a tenth is scaled up."""
    begin = time.perf_counter()
    process = subprocess.Popen([sys.executable, __file__, "--process", what, str(scratch), str(number), name],
                               stdout=subprocess.PIPE, text=True)
    looped = float(process.stdout.read())
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, what
    memory = usage.ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)  # in bytes on a Mac, elsewhere in KiB
    return time.perf_counter() - begin + 9 * looped, memory


def prepare(scratch: Path) -> None:
    """Write the declaration of the example: as a document, and as a page and a Word file with placeholders."""
    from inputs import copy_style_sheets, documents

    from policygen.formats import html
    from policygen.formats.house import House
    from policygen.formats.word.writer import write_word_file
    from policygen.printing.print_run import with_values

    blank = next(document for document in documents(scratch) if document.id == "declaration-staff")
    (scratch / "declaration.pickle").write_bytes(pickle.dumps(blank))
    named = with_values(blank, {"name": "NAME", "role": "ROLE"})
    (scratch / "declaration.html").write_text(html.page(named, House(HOUSE)), encoding="utf-8")
    named = with_values(blank, {"name": "{{ name }}", "role": "{{ role }}"})
    (scratch / "declaration.docx").write_bytes(write_word_file(named, House(HOUSE)))
    copy_style_sheets(scratch)


def compare(name: str, loop: str, scratch: Path, number: int, pairs: int, least: float) -> bool:
    """Print how much faster the forms are than a loop. Returns whether it is enough."""
    taken = [(*measured("ours", scratch, number, name), *measured(loop, scratch, number // 10)) for _ in range(pairs)]
    mine, memory, theirs, _ = (statistics.median(column) for column in zip(*taken))
    faster = statistics.median(other / own for own, _, other, _ in taken)
    print(f"{name}: {number:,} forms in {mine:.2f} s, the loop {theirs:.1f} s: {faster:.1f} times faster "
          f"(at least {least}); {memory:.0f} MiB (at most {MOST_MEMORY}); {pairs} pairs", flush=True)
    return faster >= least and memory <= MOST_MEMORY


def growth(scratch: Path, number: int) -> bool:
    """Print how time and memory grow with the number of forms. Returns whether each form takes about as long."""
    sizes = (number // 10, number, number * 10)
    taken = [measured("ours", scratch, size, "pdf") for size in sizes]
    each = [(later - earlier) / (more - fewer) * 1000 for (earlier, _), (later, _), fewer, more
            in zip(taken, taken[1:], sizes, sizes[1:])]
    print("growth: " + ", ".join(f"{size:,} forms {seconds:.2f} s {memory:.0f} MiB" for size, (seconds, memory)
                                 in zip(sizes, taken)))
    print(f"        each further form: {each[0]:.2f} ms up to {number:,}, then {each[1]:.2f} ms "
          f"(at most {MOST_GROWTH} times)")
    return each[1] <= each[0] * MOST_GROWTH


def main() -> None:
    if sys.argv[1:2] == ["--process"]:
        what, scratch, number, name = sys.argv[2:]
        print({"ours": ours, "pdf_loop": pdf_loop, "docx_loop": docx_loop}[what](Path(scratch), int(number), name))
        return
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=3)
    parser.add_argument("--people", type=int, default=500)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        prepare(scratch)
        good = compare("pdf", "pdf_loop", scratch, asked.people, asked.pairs, PDF)
        good &= compare("docx", "docx_loop", scratch, asked.people, asked.pairs, DOCX)
        good &= growth(scratch, asked.people)
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()

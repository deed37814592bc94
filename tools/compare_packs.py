"""Shows whether two commits make the same packs: of the five examples, of a review, and of forms for a list of people.

    python tools/compare_packs.py main .                 a commit and the working tree
    python tools/compare_packs.py --make FOLDER main     keep what a commit makes; FOLDER then stands for the commit

Word files, text files and all else must be the same to the byte. Where two PDF files differ, their words, the names
and kinds of their fields and the pictures of their pages are compared instead; of HTML files, the words. Exit code 1
when something differs.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
from lxml import html
from pypdf import PdfReader

ROOT = Path(__file__).resolve().parents[1]
EXAMPLES = ("front-line", "voluntary", "community-group", "dv-programme", "cic")
DAY, LATER = "2026-11-21", "2028-11-20"
PEOPLE = """name,role,kind,email,needs system access
Asha Ågren,Manager,staff,asha@example.org,yes
Bo O’Neill,Driver,volunteer,,no
Cas,Driver,volunteer,,yes
Dee,Chair,trustee,,no
Eli,Cleaner,contractor,,no
"""
SCALE = 0.7
"""Of the pictures that are compared: about 50 dots an inch."""


def make(source: Path, to: Path) -> None:
    """Make the packs with the program in a checkout."""
    def policygen(*arguments: object) -> Path:
        done = subprocess.run([sys.executable, "-c", "from policygen.cli import main; main()", *map(str, arguments)],
                              env=os.environ | {"PYTHONPATH": str(source / "src")}, check=True, stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL, encoding="utf-8", cwd=source)
        return Path(done.stdout.strip().split("\n")[-1])

    editions = {name: policygen("demo", name, "--to", to / "packs", "--as-at", DAY, "--format", "docx,pdf,html,txt",
                                "--large-print") for name in EXAMPLES}
    approved = policygen("new", "--answers", source / "examples" / "front-line.yaml", "--set", f"approved_on={DAY}",
                         "--to", to / "review", "--as-at", DAY, "--format", "docx,txt", "--no-input")
    reword(approved / "Confidentiality policy.docx")
    policygen("review", approved, "--as-at", LATER, "--format", "docx,pdf,txt", "--set", "lead_role=Service Director",
              "--set", "file_notice=1 week", "--no-input")
    people = to / "people.csv"
    people.write_text(PEOPLE, encoding="utf-8")
    for options in (("pdf",), ("docx,txt", "--separate")):
        policygen("forms", editions["dv-programme"], "--people", people, "--on", DAY, "--format", *options)


def reword(path: Path) -> None:
    """Change a few words in a Word file, as somebody would by hand."""
    with zipfile.ZipFile(path) as package:
        parts = {item: package.read(item) for item in package.infolist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for item, data in parts.items():
            package.writestr(item, data.replace(b"look around you", b"look around you twice"))


def differences(old: Path, new: Path) -> Iterator[str]:
    """Where two folders of packs differ, a line each."""
    before, after = ({path.relative_to(folder): path for path in sorted(folder.rglob("*")) if path.is_file()
                      and not path.name.endswith(".lock")} for folder in (old, new))
    yield from (f"only in the first: {name}" for name in before.keys() - after.keys())
    yield from (f"only in the second: {name}" for name in after.keys() - before.keys())
    for name in sorted(before.keys() & after.keys()):
        one, other = before[name].read_bytes(), after[name].read_bytes()
        if one == other or (name.name == "pack.json" and without_digests(one) == without_digests(other)):
            continue
        if name.suffix == ".pdf":
            yield from (f"{name}: its {what} differ" for what in differing(before[name], after[name]))
        elif name.suffix == ".html":
            yield from [f"{name}: its words differ"] * (words(one) != words(other))
        elif name.suffix == ".xlsx":
            yield from [f"{name}: its cells differ"] * (sheet(before[name]) != sheet(after[name]))
        else:
            yield f"{name}: its bytes differ"


def without_digests(data: bytes) -> bytes:
    """A pack.json without the digests of the files, which differ where a PDF does."""
    return re.sub(rb'"sha256": "\w+"', b"", data)


def words(data: bytes) -> list[str]:
    """The words of an HTML page."""
    page = html.fromstring(data)
    for hidden in page.xpath("//style|//script"):
        hidden.drop_tree()
    for element in page.iter():
        if element.tag not in ("a", "em", "mark", "span", "strong"):  # a block ends a word, whatever stands beside it
            element.text, element.tail = f" {element.text or ''}", f" {element.tail or ''}"
    return page.text_content().split()


def sheet(path: Path) -> bytes:
    """The parts of an Excel file that hold cells and their words."""
    with zipfile.ZipFile(path) as package:
        names = sorted(name for name in package.namelist() if "sheet" in name or "shared" in name)
        return b"".join(map(package.read, names))


def differing(old: Path, new: Path) -> Iterator[str]:
    """What two PDF files have that is not the same."""
    one, other = PdfReader(old), PdfReader(new)
    if [page.extract_text() for page in one.pages] != [page.extract_text() for page in other.pages]:
        yield "words"
    fields = [[(name, field.get("/FT"), field.get("/TU")) for name, field in (file.get_fields() or {}).items()]
              for file in (one, other)]
    if fields[0] != fields[1]:
        yield "fields"
    pictures = [[page.render(scale=SCALE).to_pil() for page in pypdfium2.PdfDocument(path)] for path in (old, new)]
    if pictures[0] != pictures[1]:
        yield "pictures"


def made_by(what: str, to: Path) -> Path:
    """The folder of the packs that a commit or the working tree makes, or that `--make` kept."""
    if what != "." and Path(what).is_dir():
        return Path(what)
    to.mkdir(parents=True)
    if what == ".":
        make(ROOT, to)
        return to
    source = to.parent / f"{to.name}-source"
    subprocess.run(["git", "worktree", "add", "--quiet", "--detach", source, what], check=True, cwd=ROOT)
    try:
        make(source, to)
    finally:
        subprocess.run(["git", "worktree", "remove", "--force", source], check=True, cwd=ROOT)
    return to


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--make", type=Path, metavar="FOLDER", help="keep the packs of the first in this new folder")
    parser.add_argument("first", help="a commit, a folder made by --make, or . for the working tree")
    parser.add_argument("second", nargs="?", default=".")
    wanted = parser.parse_args()
    if wanted.make:
        made_by(wanted.first, wanted.make.resolve())
        return
    with tempfile.TemporaryDirectory() as temporary:
        found = list(differences(made_by(wanted.first, Path(temporary) / "first"),
                                 made_by(wanted.second, Path(temporary) / "second")))
    print("\n".join(found) or "the packs are the same")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()

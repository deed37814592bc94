"""What both benchmarks work on: the documents of the front-line example, and their style sheets."""

from datetime import date
from pathlib import Path

from policygen.formats import pdf
from policygen.model.document import Document
from policygen.pack import answers, make

ROOT = Path(__file__).resolve().parents[1]
HOUSE = ROOT / "templates" / "house"
DAY = date(2026, 11, 21)


def documents(scratch: Path) -> tuple[Document, ...]:
    """The documents of the example's pack, which is made in a folder."""
    sources, path = make.load(ROOT), ROOT / "examples" / "front-line.yaml"
    request = make.Request(given=answers.read_answers(path, sources.questionnaire), answers_name="", answers_text="",
                           to=scratch / "pack", formats=("txt",), as_at=DAY, draft=False)
    return make.make(sources, request, lambda step: None).documents


def copy_style_sheets(folder: Path) -> None:
    """Put the style sheets of pages into a folder, with fonts at addresses that WeasyPrint itself can open."""
    fonts = pdf.readable_file("font:SourceSansPro-Regular.ttf", HOUSE).parent.as_uri()
    for sheet in ("print.css", "sans.css"):
        style = (HOUSE / sheet).read_text(encoding="utf-8")
        (folder / sheet).write_text(style.replace('url("font:', f'url("{fonts}/'), encoding="utf-8")

"""Makes the pictures in docs/gallery/: pages of the example packs, from PDF files and from Word files.

    python tools/gallery.py

LibreOffice turns the Word files into pictures; where there is no `soffice`, their pictures stay as they are. Apart from
that it needs only what the tests need. The organisations and their logos are invented.
"""

import io
import os
import shutil
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path

import pypdfium2
from PIL import ImageOps

from policygen.pack import answers, make

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))
TARGET = ROOT / "docs" / "gallery"
WIDTH, LARGEST = 560, 60_000
"""Pixels across, and bytes at most, of a picture."""
COLOURS = (24, 16, 10)
"""Numbers of colours to try, until the picture is small enough."""
ROWAN = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 36"><g fill="{colour}"><path d="M17 33V17h2v16z"/>
<circle cx="18" cy="9" r="5"/><circle cx="10" cy="15" r="5"/><circle cx="26" cy="15" r="5"/>
<circle cx="13" cy="23" r="4"/><circle cx="23" cy="23" r="4"/>
<path d="M42 8h56v5H42zM42 17h44v5H42zM42 26h30v3H42z"/></g></svg>"""
BRIDGE = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 36"><g fill="none"
stroke="{colour}" stroke-width="4"><path d="M3 30h94M8 30a21 21 0 0 1 42 0M50 30a21 21 0 0 1 42 0"/></g></svg>"""
LOGOS = {"dv-programme": (ROWAN, "#7a2e6b", "sans"), "cic": (BRIDGE, "#9a4a00", "serif"),
         "front-line": (BRIDGE, "#1f5c66", "sans")}
"""Logo, colour and typeface of each example."""
PICTURES = {
    "policy-cover": ("dv-programme", "Confidentiality policy.pdf", 1),
    "policy-tables": ("front-line", "Confidentiality policy.pdf", 10),
    "policy-short": ("cic", "Confidentiality policy.pdf", 1),
    "declaration": ("front-line", "forms/Declaration of confidentiality for volunteers.pdf", 1),
    "consent": ("dv-programme", "sheets/Consent to share information.pdf", 1),
    "sheet": ("front-line", "sheets/What this means day to day.pdf", 1),
    "large-print": ("front-line", "sheets/Your confidentiality (large print).pdf", 1),
    "word-policy": ("dv-programme", "Confidentiality policy.docx", 1),
    "review-brief": ("review", "What has changed.pdf", 1),
    "review-brief-2": ("review", "What has changed.pdf", 2),
    "review-redline": ("review", "Confidentiality policy - changes.docx", 3),
    "word-declaration": ("front-line", "forms/Declaration of confidentiality for volunteers.docx", 1),
}
"""The name of each picture; the pack, file and page that it shows."""


def pack(example: str, scratch: Path) -> Path:
    """The folder of an example's pack with a logo, a colour and a typeface of its own."""
    sources = make.load(ROOT)
    drawing, colour, typeface = LOGOS[example]
    (scratch / f"{example}.svg").write_text(drawing.format(colour=colour), encoding="utf-8")
    given = answers.read_answers(ROOT / "examples" / f"{example}.yaml", sources.questionnaire) | {
        "logo": f"{example}.svg", "accent_colour": colour, "typeface": typeface}
    request = make.Request(given=given, answers_name=example, answers_text="", to=scratch / example,
                               formats=("docx", "pdf"), as_at=date(2026, 11, 21), draft=False, base=scratch, large=True)
    return make.make(sources, request, lambda stage: None).folder


def review(scratch: Path) -> Path:
    """The folder of the edition that a review makes in the story of tests/helpers/reviewed.py."""
    from helpers.reviewed import story
    from helpers.shared import VARIABLE

    os.environ[VARIABLE] = str(scratch / "shared")
    return story().second


def as_pdf(file: Path, scratch: Path) -> Path:
    """The file as PDF: itself, or as LibreOffice prints it."""
    if file.suffix == ".pdf":
        return file
    subprocess.run(["soffice", "--headless", f"-env:UserInstallation={(scratch / 'profile').as_uri()}", "--convert-to",
                    "pdf", "--outdir", str(scratch), str(file)], check=True, capture_output=True, timeout=180)
    return scratch / f"{file.stem}.pdf"


def picture(file: Path, page: int) -> bytes:
    """A page of a PDF as a PNG with a thin edge, in the most colours with which it stays small."""
    with pypdfium2.PdfDocument(file) as document:
        sheet = document[page - 1]
        image = sheet.render(scale=WIDTH / sheet.get_width(), draw_annots=False).to_pil().convert("RGB")
    framed = ImageOps.expand(image, 1, "#b8c2c5")
    for colours in COLOURS:
        out = io.BytesIO()
        framed.quantize(colours).save(out, "PNG", optimize=True)
        if out.tell() < LARGEST:
            break
    return out.getvalue()


def main() -> None:
    TARGET.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        packs = {example: pack(example, scratch) for example in LOGOS} | {"review": review(scratch)}
        for title, (example, file, page) in PICTURES.items():
            if file.endswith(".docx") and not shutil.which("soffice"):
                print(f"{title}: left as it is, as there is no soffice")
                continue
            data = picture(as_pdf(packs[example] / file, scratch), page)
            (TARGET / f"{title}.png").write_bytes(data)
            print(f"{title}: {len(data) / 1000:.0f} kB")


if __name__ == "__main__":
    main()

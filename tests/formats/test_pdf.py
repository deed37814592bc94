"""The PDF writer: the words and the glyphs on the paper, tags, determinism, and what WeasyPrint may touch.

PDFs are taken apart by `Drawing`, which follows the content stream itself: what a reader program makes of a page can
be right while the page is wrong.
"""

import ctypes.util
import gc
import hashlib
import io
import itertools
import logging
import os
import re
import shutil
import subprocess
import sys
import warnings
from dataclasses import replace
from functools import cache
from pathlib import Path

import font_source_sans_pro
import font_source_serif_pro
import pikepdf
import pypdfium2
import pytest
from PIL import Image, ImageChops, ImageDraw, ImageFont, ImageOps, ImageStat
from fontTools.pens.recordingPen import RecordingPen
from fontTools.pens.transformPen import TransformPen
from fontTools.ttLib import TTFont
from pypdf import PdfReader
from pypdf.generic import ContentStream

from helpers import pdf_structure
from helpers.pdf_structure import problems
from helpers.reading import DOCUMENTS, reading, squeezed
from helpers.sample import HOSTILE, NAMES, discreet, filled_in, form, lettered, policy, words
from policygen.formats import pdf
from policygen.formats.house import ACCENT, House, Logo
from policygen.model.document import Field, Fields, Paragraph, Passage, Section, Table, Text
from policygen.model.problems import LibraryError, OutputError

ROOT = Path(__file__).parents[2]
HOUSE = ROOT / "templates" / "house"
PLAIN = House(HOUSE)
MM = 25.4 / 96  # WeasyPrint draws in CSS pixels


def logo(name: str, proportion: tuple[int, int] = (40, 10)) -> Logo:
    """A plain picture of the colour #cc0000."""
    wide, high = proportion
    out = io.BytesIO()
    Image.new("RGB", (wide * 20, high * 20), "#cc0000").save(out, name)
    return Logo(name, out.getvalue(), wide * 20, high * 20)


DRESSED = House(HOUSE, logo("png"), "#7a2e6b", "serif")


@cache
def made(name: str) -> bytes:
    return pdf.write(DOCUMENTS[name], PLAIN)


def opened(name: str) -> PdfReader:
    return PdfReader(io.BytesIO(made(name)))


def one_passage(*blocks, **changes):
    section = Section("s", "", "", (Passage("s/clause", "", "", blocks),))
    return replace(form(), sections=(section,), **changes)


# ---- taking a page apart -------------------------------------------------------------------------------------------


class Drawing:
    """What one page draws: the words by marked content, the glyphs by font, the painted shapes."""

    def __init__(self, page):
        self.words: dict[int, str] = {}
        self.glyphs: set[tuple[str, int, str]] = set()
        self.shapes: list[tuple[float, float]] = []
        self.fonts = {name: font.get_object() for name, font in page["/Resources"]["/Font"].items()}
        self.letters = {name: letters(font) for name, font in self.fonts.items()}
        marked, font, path = None, "", []
        for operands, operator in ContentStream(page.get_contents(), page.pdf).operations:
            match operator:
                case b"BDC":
                    marked = operands[1].get("/MCID")
                case b"Tf":
                    font = operands[0]
                case b"TJ":
                    self.show(operands[0], font, marked)
                case b"m" | b"l" | b"c":
                    path.append(operands[-2:])
                case b"re":
                    x, y, width, height = operands
                    path += [(x, y), (x + width, y + height)]
                case b"f" | b"f*":
                    self.shapes.append(tuple(float(max(side) - min(side)) * MM for side in zip(*path)))
                    path = []
                case b"n":
                    path = []

    def show(self, pieces, font, marked):
        for piece in pieces:
            if isinstance(piece, (str, bytes)):
                raw = piece if isinstance(piece, bytes) else piece.original_bytes
                for code in (int.from_bytes(raw[i:i + 2]) for i in range(0, len(raw), 2)):
                    letter = self.letters[font][code]
                    self.glyphs.add((font, code, letter))
                    self.words[marked] = self.words.get(marked, "") + letter


def letters(font) -> dict[int, str]:
    """What each code of a PDF font says that it means."""
    found = re.findall(r"<([0-9a-f]{4})> <([0-9a-f]+)>\n", font["/ToUnicode"].get_data().decode())
    return {int(code, 16): bytes.fromhex(text).decode("utf-16-be") for code, text in found}


def outline(font: TTFont, glyph: str) -> list:
    pen = RecordingPen()
    glyphs = font.getGlyphSet()
    glyphs[glyph].draw(pen)
    while any(operator == "addComponent" for operator, _ in pen.value):  # an accent kept as a glyph of its own
        pen.value = [part for operator, operands in pen.value for part in (
            moved(glyphs, *operands) if operator == "addComponent" else [(operator, operands)])]
    return pen.value


def moved(glyphs, component, transformation):
    pen = RecordingPen()
    glyphs[component].draw(TransformPen(pen, transformation))
    return pen.value


def embedded(font) -> TTFont:
    return TTFont(io.BytesIO(font["/DescendantFonts"][0]["/FontDescriptor"]["/FontFile2"].get_data()))


def elements(reader) -> list:
    """Every structure element, in reading order, as (tag, page's object number, marked content ids)."""
    found = []

    def visit(element, page):
        page = element.raw_get("/Pg").idnum if "/Pg" in element else page
        own = [kid for kid in element["/K"] if isinstance(kid, int)]
        found.append((element["/S"], page, own))
        for kid in element["/K"]:
            if not isinstance(kid, int) and "/S" in kid.get_object():
                visit(kid.get_object(), page)

    visit(reader.trailer["/Root"]["/StructTreeRoot"]["/K"][0], None)
    return found


# ---- the words -----------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_tagged_words_are_the_models_in_order(name):
    document = replace(DOCUMENTS[name], contents=False)
    reader = PdfReader(io.BytesIO(pdf.write(document, PLAIN)))
    drawn = {page.indirect_reference.idnum: Drawing(page).words for page in reader.pages}
    text = "".join(drawn[page].get(kid, "") for _, page, kids in elements(reader) for kid in kids)
    assert squeezed(text) == squeezed("".join(reading(document, bullets=True)))


def test_the_contents_list_gives_the_pages_of_the_headings():
    first, second, *_ = [page.extract_text() for page in opened("numbered").pages]
    entries = re.search(r"Contents\n1\s+Why we have this policy\s+(\d)\n2\s+When we may tell someone\s+(\d)\n", first)
    assert entries.groups() == ("1", "2")
    assert first.count("Why we have this policy") == 2
    assert re.match(r"2\s+When we may tell someone", second)


def test_header_and_footer_stand_on_every_page_but_no_header_on_the_first():
    pages = [page.extract_text() for page in opened("numbered").pages]
    assert len(pages) > 1
    for number, text in enumerate(pages, 1):
        assert f"Edition 1, 21 November 2026 Page {number} of {len(pages)}" in text
        assert (f"{HOSTILE} DRAFT Confidentiality policy" in text) == (number > 1)
    assert "DRAFT" not in "".join(page.extract_text() for page in opened("final").pages)


def test_a_long_name_does_not_push_the_header_off_the_page():
    name = "The Extraordinarily Long-Named Association of Friends and Neighbours of Anywhere-on-the-Water " * 2
    page = PdfReader(io.BytesIO(pdf.write(policy(organisation=name), PLAIN))).pages[1]
    assert squeezed(name) in squeezed(page.extract_text())


def test_every_letter_of_a_name_has_its_own_glyph():
    source = TTFont(font_source_sans_pro.font_files_ttf["SourceSansPro"])
    document = one_passage(words(f"{NAMES} ☐ ☑ ✓ Łódź ŵŷ"), organisation="Charity")
    drawing = Drawing(PdfReader(io.BytesIO(pdf.write(document, PLAIN))).pages[0])
    regular = [name for name, font in drawing.fonts.items() if font["/BaseFont"].endswith("+House-Sans")]
    assert len(regular) == 1
    font = embedded(drawing.fonts[regular[0]])
    drawn = {letter: code for name, code, letter in drawing.glyphs if name == regular[0]}
    for letter in squeezed(f"{NAMES} ☐ ☑ ✓ Łódź ŵŷ"):
        wanted = outline(source, source.getBestCmap()[ord(letter)])
        assert outline(font, font.getGlyphName(drawn[letter])) == wanted, letter
        assert wanted, letter


@pytest.mark.slow
@pytest.mark.parametrize("name", DOCUMENTS)
def test_only_the_house_fonts_are_used(name):
    fonts = {font["/BaseFont"].split("+")[1] for page in opened(name).pages for font in Drawing(page).fonts.values()}
    assert fonts <= {"House-Sans", "House-Sans-Bold", "House-Sans-Italic", "House-Sans-Bold-Italic"}


# ---- tags and metadata ---------------------------------------------------------------------------------------------


def test_the_pdf_says_what_it_is():
    reader = opened("numbered")
    root = reader.trailer["/Root"]
    assert reader.metadata == {"/Title": f"Confidentiality policy – {HOSTILE}", "/Author": HOSTILE,
                               "/Producer": reader.metadata["/Producer"]}
    assert root["/Lang"] == "en-GB"
    assert root["/MarkInfo"]["/Marked"].value is True
    assert root["/ViewerPreferences"]["/DisplayDocTitle"].value is True
    assert b"pdfuaid:part" in root["/Metadata"].get_data()


def test_the_tags_tell_the_structure():
    tags = [tag for tag, _, _ in elements(opened("numbered"))]
    assert tags.count("/H1") == 1
    assert tags.count("/H2") == 4  # a cover box, the contents, two sections
    assert tags.count("/H3") == 1
    assert tags.count("/Table") == 2
    assert tags.count("/TH") == 4
    assert tags.count("/Link") == 3
    assert tags.count("/LI") == tags.count("/LBody") == 8 + 2  # the lists and the contents


def test_cells_know_their_headers():
    root = opened("numbered").trailer["/Root"]["/StructTreeRoot"]["/K"][0]

    def cells(element):
        for kid in element["/K"]:
            if not isinstance(kid, int) and "/S" in kid.get_object():
                yield from [kid] if kid.get_object()["/S"] == "/TD" else cells(kid.get_object())

    assert {len(cell["/A"]["/Headers"]) for cell in (kid.get_object() for kid in cells(root))} == {1}


# ---- the layout ----------------------------------------------------------------------------------------------------


def test_places_to_write_on_are_large_enough():
    """A rule is painted as the lower edge of the room above it; a box to tick is as wide as it is high."""
    kinds = {"line": 10, "lines": 9, "date": 10, "signature": 13}
    for kind, least in kinds.items():
        document = one_passage(Fields((Field("Label", kind),)))
        drawing = Drawing(PdfReader(io.BytesIO(pdf.write(document, PLAIN))).pages[0])
        rooms = [height for width, height in drawing.shapes[1:] if width > 30 and height > 2]  # the cover is the first
        assert len(rooms) == (3 if kind == "lines" else 1)
        assert min(rooms) >= least, kind
    drawing = Drawing(PdfReader(io.BytesIO(pdf.write(one_passage(Fields((Field("Label", "tick"),))), PLAIN))).pages[0])
    assert [4 <= width == pytest.approx(height) for width, height in drawing.shapes if 2 < width < 10] == [True]


def test_fields_stay_together():
    group = Fields(tuple(Field(f"Field {n}", "line") for n in range(8)), "Together")
    for lines in (28, 32, 36):
        document = one_passage(*[words("Some words.")] * lines, group)
        pages = [page.extract_text() for page in PdfReader(io.BytesIO(pdf.write(document, PLAIN))).pages]
        (page,) = [text for text in pages if "Together" in text]
        assert page.count("Field ") == 8


@pytest.mark.slow
def test_no_heading_stands_alone_at_the_foot_of_a_page():
    seen = 0
    for lines in range(2, 8):
        sections = tuple(Section(f"s{n}", f"Heading {n}", str(n), (
            Passage(f"s{n}/p", "", "", tuple(words("Word. " * 30) for _ in range(lines))),)) for n in range(9))
        reader = PdfReader(io.BytesIO(pdf.write(replace(policy(), sections=sections, contents=False), PLAIN)))
        for page in reader.pages:
            body = page.extract_text().split("R&D")[0].split("Edition 1")[0].strip().splitlines()
            seen += len(body)
            assert not body or not body[-1].lstrip("0123456789 ").startswith("Heading")
    assert seen > 200


def test_a_short_policy_of_750_words_takes_two_pages():
    sections = tuple(Section(f"s{n}", f"Heading {n}", "", tuple(
        Passage(f"s{n}/{m}", "", "", (words("word " * 22),)) for m in range(5)), boxed=n == 3) for n in range(7))
    document = replace(policy("short"), sections=policy().sections[:1] + sections)
    assert len(PdfReader(io.BytesIO(pdf.write(document, PLAIN))).pages) == 2
    assert len(opened("form").pages) == 1


def test_a_lettered_policy_of_1500_words_takes_four_pages():
    document = lettered(6, 9)
    assert 1500 < len(" ".join(reading(document)).split()) < 1800
    assert len(PdfReader(io.BytesIO(pdf.write(document, PLAIN))).pages) == 4


@pytest.mark.slow
def test_the_sentence_before_a_signature_stays_with_it():
    group = Fields((Field("Name", "line"), Field("Signature", "signature")), "Together")
    for lines in range(26, 40):
        before = Passage("s/a", "", "", (*[words("Some words.")] * lines, words("I agree.")))
        together = replace(before, blocks=(*before.blocks, group))
        for passages in ((together,), (before, Passage("s/b", "", "", (group,)))):
            document = replace(form(), sections=(Section("s", "", "", passages),))
            pages = [page.extract_text() for page in PdfReader(io.BytesIO(pdf.write(document, PLAIN))).pages]
            assert ["I agree." in page for page in pages] == ["Signature" in page for page in pages]


def lines_of(page) -> list[tuple[float, float, str, float]]:
    """Where each piece of words stands, in points from the left and from the foot, and how large it is."""
    found = []

    def note(text, matrix, position, font, size):
        if text.strip():
            x, y = position[4], position[5]
            found.append((x * matrix[0] + matrix[4], y * matrix[3] + matrix[5], text.strip(), size * abs(matrix[0])))

    page.extract_text(visitor_text=note)
    return found


def test_rows_to_write_on_are_high_and_their_boxes_large():
    (page,) = opened("filled in").pages
    boxes = [(y, size) for _, y, text, size in lines_of(page) if text.startswith("☐")]
    rows = sorted({round(y) for y, _ in boxes}, reverse=True)
    assert len(rows) == 7  # a sentence and six rows
    assert all((above - below) * 25.4 / 72 >= 9 for above, below in itertools.pairwise(rows))
    assert all(size * 0.651 * 25.4 / 72 >= 4 for _, size in boxes)  # what the house font's box takes of its size


@pytest.mark.slow
@pytest.mark.parametrize(("columns", "landscape"), [(6, False), (7, True)])
def test_a_wide_table_turns_every_page_and_repeats_its_header(columns, landscape):
    pages = PdfReader(io.BytesIO(pdf.write(filled_in(columns, 24), PLAIN))).pages
    assert len(pages) > 1
    assert {page.mediabox.width > page.mediabox.height for page in pages} == {landscape}
    assert all("Initials" in page.extract_text() for page in pages if "Police" in page.extract_text())


def test_a_discreet_sheet_tells_nothing():
    reader = opened("discreet")
    assert squeezed(reader.pages[0].extract_text()) == squeezed(
        "Useful numbers You can ring us between nine and five. • Ask for Jo. • Say when to ring back. Page 1 of 1")
    assert set(reader.metadata) == {"/Title", "/Producer"} and reader.metadata["/Title"] == "Useful numbers"
    xmp = reader.trailer["/Root"]["/Metadata"].get_data()
    assert b"creator" not in xmp
    content = made("discreet") + xmp + reader.pages[0].get_contents().get_data()
    assert not re.search(rb"(?i)R&D|Trust|Edition|policy|confidential", content)


@pytest.mark.slow
def test_nothing_is_complained_about(caplog):
    with caplog.at_level(logging.WARNING):
        for document in DOCUMENTS.values():
            pdf.write(document, PLAIN)
    # Without that library PDFs are made all the same, only slower.
    assert [text for text in caplog.messages if "HarfBuzz-Subset" not in text] == []


# ---- the same bytes ------------------------------------------------------------------------------------------------

HASHES = """
import hashlib, sys
from pathlib import Path
from helpers.sample import form, policy
from policygen.formats.house import House
from policygen.formats import pdf
documents = {"policy": policy(), "form": form()}
made = {name: pdf.write(documents[name], House(Path(sys.argv[1]))) for name in sys.argv[2:]}
print(*(hashlib.sha256(made[name]).hexdigest() for name in sorted(made)))
"""


def run(code: str, *arguments, **environment) -> str:
    """What a fresh Python prints; warnings are errors there too, and standard error must stay empty."""
    path = os.pathsep.join([str(ROOT / "src"), str(ROOT / "tests")])
    done = subprocess.run([sys.executable, "-W", "error", "-c", code, *map(str, arguments)], capture_output=True,
                          text=True, timeout=300, env=os.environ | {"PYTHONPATH": path} | environment)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_the_same_document_gives_the_same_bytes():
    again = pdf.write(policy(), PLAIN)
    assert again == made("numbered")
    assert pdf.write(policy(organisation="Other"), PLAIN) != again


@pytest.mark.slow
def test_bytes_depend_on_neither_hash_seed_nor_time_zone_nor_order():
    first = run(HASHES, HOUSE, "policy", "form", PYTHONHASHSEED="1", TZ="Pacific/Auckland")
    other = run(HASHES, HOUSE, "form", "policy", PYTHONHASHSEED="2", TZ="America/Los_Angeles")
    assert first == other
    assert first.split() == [hashlib.sha256(made(name)).hexdigest() for name in ("form", "numbered")]


@pytest.mark.slow
def test_the_bytes_do_not_depend_on_which_typefaces_were_printed_before(tmp_path):
    shutil.copytree(HOUSE, tmp_path, dirs_exist_ok=True)
    before = pdf.write(form(), PLAIN)
    for typeface in ("serif", "sans", "serif"):  # more fonts than are kept
        pdf.write(form(), House(tmp_path, typeface=typeface))
    assert pdf.write(form(), PLAIN) == before


def test_bytes_do_not_depend_on_the_clock_where_harfbuzz_subset_is_missing():
    code = """
import cffi, sys, time
now = float(sys.argv.pop())
time.time = lambda: now
dlopen = cffi.FFI.dlopen
def without_subset(self, name, flags=0):
    if "subset" in name:
        raise OSError(name)
    return dlopen(self, name, flags)
cffi.FFI.dlopen = without_subset
"""
    assert run(code + HASHES, HOUSE, "form", 1e9) == run(code + HASHES, HOUSE, "form", 2e9)


# ---- what may be read ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("url", [
    "http://example.org/a.css", "https://example.org/a.ttf", "ftp://example.org/a", "data:text/css,*{}", "a.css",
    "file:///etc/passwd", "file://elsewhere/etc/passwd", f"{HOUSE.as_uri()}/../../pyproject.toml",
    f"{HOUSE.as_uri()}/%2e%2e/%2e%2e/pyproject.toml", f"{HOUSE.as_uri()}-other/a.css",
    "font:../__init__.py", "font:/etc/passwd", "font:LICENSE.txt", "font:..%2Ffiles%2FSourceSansPro-Bold.ttf",
])
def test_the_fetcher_refuses(url):
    with pytest.raises(ValueError, match="outside the house folder"):
        pdf.readable_file(url, HOUSE)
    with pytest.raises(ValueError, match="outside the house folder"):
        pdf.fetcher(HOUSE)(url)


def test_the_fetcher_reads_the_house_folder_and_the_fonts():
    fetch = pdf.fetcher(HOUSE)
    assert fetch(f"{HOUSE.as_uri()}/print.css").read() == (HOUSE / "print.css").read_bytes()
    assert fetch("font:SourceSansPro-Bold.ttf").read(4) == b"\0\1\0\0"


def test_a_link_out_of_the_house_folder_is_refused(tmp_path):
    (tmp_path / "house").mkdir()
    (tmp_path / "secret.css").touch()
    (tmp_path / "house" / "a.css").symlink_to(tmp_path / "secret.css")
    with pytest.raises(ValueError, match="outside the house folder"):
        pdf.readable_file((tmp_path / "house" / "a.css").as_uri(), tmp_path / "house")


@pytest.mark.parametrize("rule", [
    "@import url(http://localhost:9/a.css);", "h1 { background: url(https://localhost:9/a.png) }",
    "@font-face { font-family: X; src: url(http://localhost:9/a.ttf) }", "@import url(missing.css);",
    "h1 { background: url(file:///etc/passwd) }",
])
def test_a_house_style_that_reaches_out_is_refused(tmp_path, rule):
    shutil.copytree(HOUSE, tmp_path, dirs_exist_ok=True)
    (tmp_path / "print.css").write_text(rule, encoding="utf-8")
    with pytest.raises(LibraryError, match=r"house style cannot be printed: .*(outside|No such file)"):
        pdf.write(form(), House(tmp_path))


# ---- WeasyPrint, late and quiet ------------------------------------------------------------------------------------


def test_nothing_is_missing_here():
    assert pdf.unavailable() == ""


@pytest.mark.parametrize(("system", "line"), [
    ("linux", "apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"), ("darwin", "brew install pango"),
    ("freebsd14", "apt-get install"), ("win32", "https://"),
])
def test_without_pango_one_line_says_what_to_install(monkeypatch, capfd, system, line):
    monkeypatch.setattr(pdf, "LIBRARIES", ("libno-such-pango.so.9",))
    monkeypatch.setattr(sys, "platform", system)
    assert line in pdf.unavailable()
    assert "\n" not in pdf.unavailable()
    with pytest.raises(OutputError, match=re.escape(line)):
        pdf.write(form(), PLAIN)
    assert capfd.readouterr() == ("", "")


def test_a_library_missing_behind_the_probe_is_told_without_a_banner():
    """The probe finds Pango, yet WeasyPrint cannot load it."""
    assert run("""
import cffi, sys
from pathlib import Path
from policygen.model.problems import OutputError
from policygen.formats.house import House
from policygen.formats import pdf
from helpers.sample import form
def dlopen(self, name, flags=0):
    raise OSError(f"cannot load library {name}\\nlong story")
cffi.FFI.dlopen = dlopen
try:
    pdf.write(form(), House(Path(sys.argv[1])))
except OutputError as error:
    assert "cannot load library" in str(error) and "long story" not in str(error)
else:
    raise AssertionError("written without Pango?")
""", HOUSE) == ""


def test_the_probe_and_the_module_do_not_import_weasyprint():
    code = "import sys; from policygen.formats import pdf; pdf.unavailable(); print('weasyprint' in sys.modules)"
    assert run(code) == "False\n"


@pytest.mark.skipif(sys.platform != "linux", reason="only there does find_library start programs")
def test_importing_weasyprint_starts_no_programs():
    assert run("""
import sys, ctypes.util
started = []
sys.addaudithook(lambda event, arguments: started.append(arguments[0]) if event == "subprocess.Popen" else None)
from policygen.formats import pdf
find_library = ctypes.util.find_library
pdf._weasyprint()
print(started, ctypes.util.find_library is find_library)
""") == "[] True\n"


def test_homebrews_folder_is_searched_on_a_mac(monkeypatch, tmp_path):
    (tmp_path / "libpango-1.0.dylib").touch()
    monkeypatch.setattr(pdf, "HOMEBREW", f"{tmp_path}/lib{{}}.dylib")
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr(ctypes.util, "find_library", {"z": "libz.dylib"}.get)
    with pdf._quick_find_library():
        found = list(map(ctypes.util.find_library, ("z", "pango-1.0", "nothing")))
    assert found == ["libz.dylib", f"{tmp_path}/libpango-1.0.dylib", None]


def test_the_garbage_collector_is_left_as_it_was(monkeypatch):
    monkeypatch.setattr(pdf.html, "page", lambda document, house, fillable: f"{1 / 0}")
    try:
        for before in (True, False):
            (gc.enable if before else gc.disable)()
            with pytest.raises(ZeroDivisionError):
                pdf.write(form(), PLAIN)
            assert gc.isenabled() is before
    finally:
        gc.enable()


# ---- what a screen reader needs ------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("house", [PLAIN, DRESSED, replace(DRESSED, large=True)], ids=["plain", "dressed", "large"])
@pytest.mark.parametrize("name", DOCUMENTS)
def test_nothing_is_missing_for_a_screen_reader(name, house):
    assert problems(pdf.write(DOCUMENTS[name], house)) == []


def damaged(damage) -> list[str]:
    """What the checker says of a form, or of a policy with a logo, after something in it was broken."""
    found = []
    for document in (form(), policy(), filled_in()):
        with pikepdf.open(io.BytesIO(pdf.write(document, DRESSED))) as file:
            damage(file, [element for element, _ in pdf_structure._elements(file)])
            out = io.BytesIO()
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", pikepdf.PageCopyWarning)  # it notices some of this damage itself
                file.save(out)
        found += problems(out.getvalue())
    return found


def of_tag(elements, *tags):
    return [element for element in elements if str(element.S) in tags]


def rewritten(file, old: bytes, new: bytes):
    page = file.pages[0]
    page.Contents = file.make_stream(page.Contents.read_bytes().replace(old, new))


DAMAGES = {
    "has no language": lambda file, _: file.Root.__delitem__("/Lang"),
    "has no title": lambda file, _: file.docinfo.__delitem__("/Title"),
    "do not show the title": lambda file, _: file.Root.__delitem__("/ViewerPreferences"),
    "does not say that it is tagged": lambda file, _: file.Root.__delitem__("/MarkInfo"),
    "does not say that it is PDF/UA": lambda file, _: file.Root.__delitem__("/Metadata"),
    "has no bookmarks": lambda file, _: file.Root.__delitem__("/Outlines"),
    "has no tags": lambda file, _: file.Root.__delitem__("/StructTreeRoot"),
    "order of the tags": lambda file, _: file.pages[0].obj.__delitem__("/Tabs"),
    "is not in the file": lambda file, _: [font.DescendantFonts[0].FontDescriptor.__delitem__("/FontFile2")
                                           for font in file.pages[0].Resources.Font.values()],
    "neither text nor artifact": lambda file, _: rewritten(file, b"/Artifact\nBMC", b"/P\nBMC"),
    "is not in the tree": lambda file, elements: [element.__setitem__("/K", pikepdf.Array())
                                                  for element in of_tag(elements, "/P")],
    "that no page has": lambda file, _: rewritten(file, b"/MCID 1>>", b"/MCID 99>>"),
    "titles, or begins": lambda file, elements: [element.__setitem__("/S", pikepdf.Name.P)
                                                 for element in of_tag(elements, "/H1")],
    "follows one of level": lambda file, elements: [element.__setitem__("/S", pikepdf.Name.H4)
                                                    for element in of_tag(elements, "/H2")],
    "/LI stands in": lambda file, elements: [element.__setitem__("/S", pikepdf.Name.Div)
                                             for element in of_tag(elements, "/L")],
    "/LI holds": lambda file, elements: [element.__setitem__("/S", pikepdf.Name.Div)
                                         for element in of_tag(elements, "/LBody")],
    "does not say what it heads": lambda file, elements: [element.A.__delitem__("/Scope")
                                                          for element in of_tag(elements, "/TH")],
    "has no header": lambda file, elements: [element.__delitem__("/ID") for element in of_tag(elements, "/TH")],
    "picture has no description": lambda file, elements: [element.__delitem__("/Alt")
                                                          for element in of_tag(elements, "/Figure")],
    "/Link stands under": lambda file, elements: [element.__setitem__("/S", pikepdf.Name.Span)
                                                  for element in of_tag(elements, "/Link")],
    "/Widget stands under": lambda file, elements: [element.__setitem__("/S", pikepdf.Name.Span)
                                                    for element in of_tag(elements, "/Form")],
    "/Widget is not described": lambda file, _: [field.__delitem__("/TU") for field in fields_of(file)],
    "does not lead back": lambda file, _: [field.__delitem__("/StructParent") for field in fields_of(file)],
    "not listed among the fields": lambda file, _: [file.Root.AcroForm.Fields.__delitem__(0)
                                                    for _ in fields_of(file)[:1]],
    "field has no appearance": lambda file, _: [field.__delitem__("/AP") for field in fields_of(file)],
    "2 fields are called 'x'": lambda file, _: [field.__setitem__("/T", pikepdf.String("x"))
                                                for field in fields_of(file)[:2]],
}


def fields_of(file) -> list:
    return list(file.Root.get("/AcroForm", {}).get("/Fields", []))


@pytest.mark.slow
@pytest.mark.parametrize("words", DAMAGES)
def test_what_is_missing_for_a_screen_reader_is_found(words):
    assert [problem for problem in damaged(DAMAGES[words]) if words in problem]


def test_headers_and_footers_are_no_part_of_the_text():
    with pikepdf.open(io.BytesIO(made("numbered"))) as file:
        for page in file.pages:
            marked = pikepdf.parse_content_stream(page)
            furniture = [operands for operands, operator in marked if str(operator) == "BDC"
                         and operands[1].get("/Type") == "/Pagination"]
            assert len(furniture) >= 2 and {str(tag) for tag, _ in furniture} == {"/Artifact"}


# ---- forms on screen -----------------------------------------------------------------------------------------------


def test_every_place_to_write_on_is_a_field_in_reading_order():
    with pikepdf.open(io.BytesIO(made("form"))) as file:
        found = [(str(field.TU), str(field.FT)) for field in fields_of(file)]
        rooms = [[float(side) * 25.4 / 72 for side in field.Rect] for field in fields_of(file)]
    assert found == [("I have had a copy", "/Btn"),
                     *((f"Anything I want to add, line {n} of 3", "/Tx") for n in (1, 2, 3)),
                     ("Signed: Name in capitals", "/Tx"), ("Signed: Signature", "/Tx"), ("Signed: Date", "/Tx")]
    assert all(right - left >= 4 and top - bottom >= 4 for left, bottom, right, top in rooms)


def test_boxes_and_blank_cells_of_a_table_are_fields_that_say_where_they_stand():
    with pikepdf.open(io.BytesIO(made("filled in"))) as file:
        found = [str(field.TU) for field in fields_of(file)]
    assert found[0] == "All of it"
    assert found[5:9] == ["Police, We may share information: Yes", "Police, We may share information: No",
                          "Police, What we may share", "Police, Initials"]
    assert len(found) == 1 + 6 * 4 + 3


def test_blank_cells_of_a_row_without_words_say_the_number_of_the_row():
    header = tuple((Text(word),) for word in ("Name", "Date"))
    document = one_passage(Table(header, (((), ()), ((), ())), "Who was told."))
    with pikepdf.open(io.BytesIO(pdf.write(document, PLAIN))) as file:
        assert [str(field.TU) for field in fields_of(file)] == ["Row 1, Name", "Row 1, Date", "Row 2, Name",
                                                                 "Row 2, Date"]


def test_only_forms_have_fields():
    for name in ("numbered", "discreet", "annotated"):
        with pikepdf.open(io.BytesIO(made(name))) as file:
            assert "/AcroForm" not in file.Root


def picture(data: bytes, page: int = 0, scale: float = 2.0) -> Image.Image:
    """A page as it is printed, without what is typed into fields."""
    with pypdfium2.PdfDocument(data) as file:
        return file[page].render(scale=scale, draw_annots=False).to_pil().convert("L")


def test_fields_that_nobody_filled_in_do_not_show_in_print():
    with pypdfium2.PdfDocument(made("form")) as file:
        file.init_forms()
        with_fields = file[0].render(scale=2, may_draw_forms=False).to_pil().convert("L")
    assert ImageChops.difference(with_fields, picture(made("form"))).getbbox() is None


def test_what_is_typed_stands_on_the_line_in_the_houses_letters():
    """Typed by a PDF reader, a name of many tongues and a tick change the page only where they belong."""
    with pikepdf.open(io.BytesIO(made("form"))) as file:
        rooms = {str(field.TU): [float(side) for side in field.Rect] for field in fields_of(file)}
    wanted = {"Signed: Name in capitals": "Małgorzata Siân Özgür", "I have had a copy": ""}
    with pypdfium2.PdfDocument(made("form")) as file:
        file.init_forms()
        page, forms = file[0], file.formenv
        for field, words_typed in wanted.items():
            left, bottom, right, top = rooms[field]
            for event in (pypdfium2.raw.FORM_OnMouseMove, pypdfium2.raw.FORM_OnLButtonDown,
                          pypdfium2.raw.FORM_OnLButtonUp):
                event(forms, page, 0, (left + right) / 2, (bottom + top) / 2)
            for letter in words_typed:
                pypdfium2.raw.FORM_OnChar(forms, page, ord(letter), 0)
        pypdfium2.raw.FORM_ForceToKillFocus(forms)
        # Without the colour that shows where fields are.
        pypdfium2.raw.FPDF_SetFormFieldHighlightAlpha(forms, 0)
        typed, high = page.render(scale=2).to_pil().convert("L"), page.get_height()
    changed = ImageChops.difference(typed, picture(made("form")))
    for field in wanted:
        left, bottom, right, top = rooms[field]
        area = tuple(round(2 * side) for side in (left, high - top, right, high - bottom))
        assert changed.crop(area).getbbox(), field
        changed.paste(0, area)
    assert changed.getbbox() is None


# ---- the house -----------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("document", [policy(), form(), policy("short")], ids=["policy", "form", "short"])
@pytest.mark.parametrize("kind", ["png", "jpeg"])
@pytest.mark.parametrize("proportion", [(40, 10), (10, 40), (20, 20)])
def test_a_logo_is_never_stretched_and_stays_in_its_room(document, kind, proportion):
    with pypdfium2.PdfDocument(pdf.write(document, replace(PLAIN, logo=logo(kind, proportion)))) as file:
        page = file[0].render(scale=2).to_pil().convert("RGB")
    red = page.split()[0].point(lambda value: 255 * (value > 180))
    green = page.split()[1].point(lambda value: 255 * (value < 40))
    left, top, right, bottom = ImageChops.multiply(red, green).getbbox()
    assert (right - left) / (bottom - top) == pytest.approx(proportion[0] / proportion[1], rel=0.06)
    assert max(right - left, bottom - top) > 60 and right <= page.width - 2 * 19 * 72 / 25.4 + 3 and top > 80


def test_a_discreet_sheet_shows_no_logo():
    data = pdf.write(discreet(), replace(PLAIN, logo=logo("png")))
    assert b"/Image" not in data and data == pdf.write(discreet(), PLAIN)


def test_the_bytes_do_not_depend_on_which_logo_was_printed_before():
    one, other = (replace(PLAIN, logo=logo("png", size)) for size in ((40, 10), (20, 20)))
    first = pdf.write(form(), one)
    assert pdf.write(form(), other) != first == pdf.write(form(), one)


def test_the_accent_colours_the_page_and_nothing_else_changes():
    plain, red = made("numbered"), pdf.write(policy(), replace(PLAIN, accent="#aa0000"))
    assert [page.extract_text() for page in PdfReader(io.BytesIO(red)).pages] == [
        page.extract_text() for page in opened("numbered").pages]
    content = PdfReader(io.BytesIO(red)).pages[0].get_contents().get_data()
    assert b"0.666667 0 0 rg" in content
    accent = " ".join(f"{int(ACCENT[at:at + 2], 16) / 255:.6g}" for at in (1, 3, 5)).encode()
    assert accent in PdfReader(io.BytesIO(plain)).pages[0].get_contents().get_data() and accent not in content


@pytest.mark.parametrize(("typeface", "font", "folder"), [
    ("sans", "House-Sans", font_source_sans_pro), ("serif", "House-Serif", font_source_serif_pro)])
def test_the_typeface_draws_every_letter_of_a_name(typeface, font, folder):
    """By the outline of each glyph in the file, for upright, bold and slanted letters."""
    text = f"{NAMES} T h ☐ ☑ ✓ Łódź ŵŷ"  # T and h apart: together they are one glyph of the serif letters
    document = one_passage(Paragraph((Text(text), Text(text, "strong"), Text(text, "emphasis"))),
                           organisation="Charity")
    drawing = Drawing(PdfReader(io.BytesIO(pdf.write(document, replace(PLAIN, typeface=typeface)))).pages[0])
    files = Path(folder.__file__).parent / "files"
    stems = {"": "Regular", "-Bold": "Bold", "-Italic": "It", "-Oblique": "Regular"}
    seen: dict[str, set[str]] = {}
    for name, pdf_font in drawing.fonts.items():
        style = pdf_font["/BaseFont"].split("+")[1].removeprefix(font)
        inside, whole = embedded(pdf_font), TTFont(next(files.glob(f"Source*Pro-{stems[style]}.ttf")))
        for code, letter in {(code, letter) for used, code, letter in drawing.glyphs if used == name}:
            if len(letter) == 1 and letter.strip():
                wanted = outline(whole, whole.getBestCmap()[ord(letter)])
                assert outline(inside, inside.getGlyphName(code)) == wanted and wanted, (letter, style)
                seen.setdefault(style, set()).add(letter)
    slanted = seen["-Italic"] | seen.get("-Oblique", set())  # what the slanted file lacks is slanted from the upright
    assert all(set(squeezed(text)) <= letters for letters in (seen[""], seen["-Bold"], slanted))


# ---- pixels --------------------------------------------------------------------------------------------------------


def drawn_alone(letters: str, face: str, size: int) -> Image.Image:
    """Letters as another program draws them, straight from the font's file."""
    font = ImageFont.truetype(Path(font_source_sans_pro.__file__).parent / "files" / f"SourceSansPro-{face}.ttf", size)
    picture = Image.new("L", (size * (len(letters) + 1), size * 2), 255)
    ImageDraw.Draw(picture).text((size // 2, size // 4), letters, fill=0, font=font)
    return picture


def ink(image: Image.Image) -> Image.Image:
    """What is dark of a picture, brought to one size."""
    image = ImageOps.autocontrast(image)
    return image.crop(ImageOps.invert(image).point(lambda value: 255 * (value > 90)).getbbox()).resize((48, 48))


def unlike(one: Image.Image, other: Image.Image) -> float:
    """0 for the same picture, 1 for black against white."""
    return ImageStat.Stat(ImageChops.difference(ink(one), ink(other))).mean[0] / 255


def test_names_and_boxes_are_right_in_pixels():
    """Each letter on a line of its own, as it is printed, beside what the font holds."""
    letters = sorted(set(squeezed(f"{NAMES}☐✓")) - set(",I.l|"))
    document = one_passage(*[words(f"{letter} ") for letter in letters], organisation="x")
    found = {}
    with pypdfium2.PdfDocument(pdf.write(document, PLAIN)) as file:
        for page in file:
            text = page.get_textpage()
            image = page.render(scale=6).to_pil().convert("L")
            for at in range(text.count_chars()):
                letter = text.get_text_range(at, 1)
                left, bottom, right, top = text.get_charbox(at)
                if letter in letters and left < 90 and 60 < bottom < 735:  # not in the title, nor in the footer
                    area = ((left - 1) * 6, (page.get_height() - top - 1) * 6, (right + 1) * 6,
                            (page.get_height() - bottom + 1) * 6)
                    found.setdefault(letter, image.crop(tuple(map(int, area))))
    assert set(found) == set(letters)
    models = {letter: drawn_alone(letter, "Regular", 108 if letter == "☐" else 60) for letter in letters}
    for letter in letters:
        assert unlike(found[letter], models[letter]) < 0.1, letter
    # What separates a letter from its neighbour is more than that.
    assert min(unlike(models[one], drawn_alone(other, "Regular", 60))
               for one, other in ("łl", "śs", "ễe", "ịi", "☐o")) > 0.1


# ---- large print ---------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("typeface", ["sans", "serif"])
@pytest.mark.parametrize("name", DOCUMENTS)
def test_large_print_has_no_words_below_18_point(name, typeface):
    reader = PdfReader(io.BytesIO(pdf.write(DOCUMENTS[name], replace(PLAIN, large=True, typeface=typeface))))
    lines = [line for page in reader.pages for line in lines_of(page)]
    assert len(lines) > 5
    assert [text for _, _, text, size in lines if size < 17.99] == []


@pytest.mark.slow
def test_large_print_keeps_its_words_on_the_page():
    """The margins stay empty, on upright pages and on those that lie on their side."""
    for name in ("numbered", "form", "filled in", "wide", "short"):
        data = pdf.write(DOCUMENTS[name], replace(PLAIN, large=True))
        for number in range(len(PdfReader(io.BytesIO(data)).pages)):
            page = ImageOps.invert(picture(data, number, 1))
            left, top, right, bottom = page.getbbox()
            assert left >= 40 and right <= page.width - 40 and top >= 30 and bottom <= page.height - 30, (name, number)


@pytest.mark.slow
@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_margins_of_the_page_stay_empty(name):
    for number in range(len(opened(name).pages)):
        page = ImageOps.invert(picture(made(name), number, 1))
        left, top, right, bottom = page.getbbox()
        assert left >= 40 and right <= page.width - 40 and top >= 25 and bottom <= page.height - 25, number

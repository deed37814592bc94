"""One organisation's look in Word, in the XML and in pixels: colour and typeface by the theme, logo, large print."""

import colorsys
import re
import struct
import subprocess
from dataclasses import replace
from itertools import pairwise

import pytest
from PIL import Image
from lxml import etree
from pypdf import PdfReader

from helpers.office import convert
from helpers.sample import NAMES, annotated, discreet, filled_in, form, policy, sheet_of, three_level, words
from helpers.word_files import LOGO, PLAIN, W, house_with, part, parts, picture, rich, styles, val
from policygen.formats.house import ACCENT, Logo
from policygen.formats.word.look import shaded
from policygen.formats.word.writer import write_word_file
from policygen.model.document import Field, Fields, Table, Text

PLUM = replace(PLAIN, accent="#7a1f5c")
LARGE = replace(PLAIN, large=True)
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
WITH_LOGO = replace(PLAIN, logo=LOGO)


def themed(data, name="accent1"):
    return part(data, "word/theme1.xml").find(f".//{A}{name}/{A}srgbClr").get("val")


def colours(data):
    """Every colour in styles and lists: (name in the theme, tint and shade, the colour itself)."""
    found = set()
    for name in ("word/styles.xml", "word/numbering.xml"):
        for e in part(data, name).iter():
            at = {etree.QName(key).localname: value for key, value in e.attrib.items()}
            kind = "themeFill" if "themeFill" in at else "theme"
            value = at.get("fill") if e.tag == f"{W}shd" else at.get("val" if e.tag == f"{W}color" else "color")
            if value not in (None, "auto"):
                changes = at.get(f"{kind}Tint", "FF"), at.get(f"{kind}Shade", "FF")
                found.add((at.get("themeFill") or at.get("themeColor"), *changes, value))
    return found


# ---- colour and typeface -----------------------------------------------------------------------------------------


def test_every_colour_comes_from_the_theme_but_the_marker():
    assert {value for name, _, _, value in colours(write_word_file(rich(), PLAIN)) if name is None} == {"FFE9A8"}


@pytest.mark.parametrize("house, accent", [(PLAIN, ACCENT), (PLUM, "#7a1f5c")])
def test_the_accent_and_its_tints_follow_the_house(house, accent):
    data = write_word_file(rich(), house)
    assert themed(data) == themed(data, "hlink") == accent[1:].upper()
    found = {(tint, shade): value for name, tint, shade, value in colours(data) if name == "accent1"}
    assert found == {(tint, shade): shaded(accent[1:], int(tint, 16), int(shade, 16)) for tint, shade in found}
    assert len(found) == 4 and found["FF", "FF"] == accent[1:].upper()
    assert {value for name, *_, value in colours(data) if name == "text1"} == {"1E2628"}


def test_a_tint_keeps_the_colour_and_takes_light():
    assert (shaded("000000", 0x80), shaded("ffffff", 0x10), shaded("1f5c66")) == ("7F7F7F", "FFFFFF", "1F5C66")
    assert shaded("808080", shade=0x80) == "404040"
    before, (hue, light, strength) = (colorsys.rgb_to_hls(*(int(colour[at:at + 2], 16) / 255 for at in (0, 2, 4)))
                                      for colour in ("7a1f5c", shaded("7a1f5c", 0x33)))
    assert (hue, strength) == pytest.approx((before[0], before[2]), abs=0.03)
    assert light == pytest.approx(0.8 + 0.2 * before[1], abs=0.01)


def contrast(one, other):
    def light(colour):
        linear = [v / 12.92 if v <= 0.03928 else ((v + 0.055) / 1.055) ** 2.4
                  for v in (int(colour[at:at + 2], 16) / 255 for at in (0, 2, 4))]
        return sum(share * v for share, v in zip((0.2126, 0.7152, 0.0722), linear)) + 0.05

    return max(light(one), light(other)) / min(light(one), light(other))


@pytest.mark.slow
@pytest.mark.parametrize("hue", range(0, 360, 15))
@pytest.mark.parametrize("strength", [0.3, 1])
def test_words_on_the_tint_can_be_read_whatever_the_accent(hue, strength):
    shades = ("".join(f"{round(v * 255):02x}" for v in colorsys.hls_to_rgb(hue / 360, light / 100, strength))
              for light in range(90, 0, -1))
    accent = next(shade for shade in shades if contrast(shade, "ffffff") >= 4.5)
    known = styles(write_word_file(rich(), replace(PLAIN, accent=f"#{accent}")))
    tint = known["BoxText"].find(f"{W}pPr/{W}shd").get(f"{W}fill")
    for name in ("BoxHeading", "TableHeading", "Hyperlink"):
        assert contrast(val(known[name], "rPr/color"), tint) >= 4.5
    assert contrast(val(known["BoxNote"], "rPr/color"), tint) >= 4.5


@pytest.mark.parametrize("typeface, font", [("sans", "Calibri"), ("serif", "Cambria")])
def test_the_typeface_is_the_themes(typeface, font):
    data = write_word_file(rich(), replace(PLAIN, typeface=typeface))
    theme = part(data, "word/theme1.xml")
    assert {e.get("typeface") for kind in ("majorFont", "minorFont") for e in theme.find(f".//{A}{kind}")} == {font}
    named = {fonts.get(f"{W}ascii") for fonts in part(data, "word/styles.xml").iter(f"{W}rFonts")}
    assert named == {None, "Segoe UI Symbol"}
    kinds = {name: style.find(f"{W}rPr/{W}rFonts").get(f"{W}asciiTheme") for name, style in styles(data).items()
             if style.find(f"{W}rPr/{W}rFonts") is not None}
    assert kinds["Normal"] == "minorHAnsi" and kinds["Heading1"] == kinds["Title"] == "majorHAnsi"


def test_a_house_that_chose_nothing_has_the_frames_own_look(tmp_path):
    changed = house_with(tmp_path, "word/theme1.xml", ACCENT[1:].upper(), "112233")
    data = write_word_file(form(), changed)
    assert themed(data) == "112233"
    assert parts(data)["word/styles.xml"] == parts(write_word_file(form(), PLAIN))["word/styles.xml"]


def test_the_sign_of_a_box_has_a_font_that_has_it():
    style = styles(write_word_file(filled_in(), PLAIN))["TickBox"].find(f"{W}rPr/{W}rFonts")
    assert style.get(f"{W}ascii") == style.get(f"{W}hAnsi") == "Segoe UI Symbol"
    assert style.get(f"{W}eastAsia") == "MS Gothic"


# ---- logo --------------------------------------------------------------------------------------------------------


def logo_of(data):
    """Millimetres across and down, alternative text, and the picture's bytes."""
    inline, = part(data, "word/header2.xml").iter(f"{WP}inline")
    across, down = (int(inline.find(f"{WP}extent").get(side)) / 36000 for side in ("cx", "cy"))
    inner = inline.find(f".//{A}xfrm/{A}ext")
    assert (int(inner.get("cx")) / 36000, int(inner.get("cy")) / 36000) == (across, down)
    at = inline.find(f".//{A}blip").get("{http://schemas.openxmlformats.org/officeDocument/2006/relationships}embed")
    links = {e.get("Id"): e.get("Target") for e in part(data, "word/_rels/header2.xml.rels")}
    return across, down, inline.find(f"{WP}docPr").get("descr"), parts(data)[f"word/{links[at]}"]


@pytest.mark.parametrize("width, height", [(300, 100), (100, 300), (100, 100), (5000, 40), (3, 2)])
@pytest.mark.parametrize("kind", ["png", "jpeg"])
def test_a_logo_is_never_stretched_and_never_too_large(width, height, kind):
    logo = Logo(kind, picture(width, height, kind=kind), width, height)
    across, down, _, data = logo_of(write_word_file(form(), replace(PLAIN, logo=logo)))
    assert across / down == pytest.approx(width / height, rel=0.01)
    assert across <= 50.001 and down <= 13.001 and (across > 49.9 or down > 12.9)
    assert data == logo.data


def test_a_logo_is_described_and_stands_on_the_first_page_only():
    data = write_word_file(policy(organisation="R&D <Trust>"), WITH_LOGO)
    assert logo_of(data)[2] == "Logo of R&D <Trust>"
    assert val(part(data, "word/header2.xml"), "p/pPr/pStyle") == "Logo"
    assert not [name for name in ("word/header1.xml", "word/document.xml") if b"<wp:" in parts(data)[name]]


def test_a_sheet_that_tells_nothing_has_no_logo():
    assert write_word_file(discreet(), WITH_LOGO) == write_word_file(discreet(), PLAIN)


def test_without_a_logo_no_room_is_kept_for_one():
    data = write_word_file(form(), PLAIN)
    assert val(part(data, "word/header2.xml"), "p/pPr/pStyle") == "FirstHeader"
    assert "\uf8ff" not in parts(write_word_file(form(), WITH_LOGO))["word/header2.xml"].decode()


# ---- large print -------------------------------------------------------------------------------------------------


def test_large_print_has_no_small_word_and_headings_in_proportion():
    before, after = styles(write_word_file(rich(), PLAIN)), styles(write_word_file(rich(), LARGE))
    sizes = {name: int(val(style, "rPr/sz")) for name, style in after.items() if val(style, "rPr/sz")}
    assert sizes["Normal"] == 36
    assert {name for name, size in sizes.items() if size < 36} == {"Gap", "End"}
    assert sizes["Title"] > sizes["Heading1"] > sizes["Heading2"] > 36
    order = sorted((int(val(before[name], "rPr/sz")), size) for name, size in sizes.items())
    assert [size for _, size in order] == sorted(sizes.values())


def test_large_print_is_in_the_styles_alone():
    """The bodies differ only in widths, heights and the places of labels; words stand in the same styles."""
    for document in (rich(), three_level(), annotated(policy("short"))):
        bodies = [write_word_file(document, house) for house in (PLAIN, LARGE)]
        in_styles = [[(val(p, "pPr/pStyle"), "".join(p.itertext())) for p in part(data).iter(f"{W}p")
                      if not val(p, "pPr/pStyle").startswith("Field")] for data in bodies]
        assert in_styles[0] == in_styles[1]


def test_large_print_gives_labels_lists_and_spaces_more_room():
    normal, large = (write_word_file(rich(), house) for house in (PLAIN, LARGE))
    for name in ("Clause", "LetteredList", "BodyText", "BulletList"):
        old, new = (styles(data)[name].find(f"{W}pPr") for data in (normal, large))
        for tag, side, least in (("ind", "left", 1.7), ("ind", "hanging", 1.7), ("spacing", "after", 1.4)):
            found = [element.find(W + tag) for element in (old, new)]
            if found[0] is not None and int(found[0].get(W + side)):
                assert int(found[1].get(W + side)) >= least * int(found[0].get(W + side)), (name, side)
        assert int(new.find(f"{W}spacing").get(f"{W}line")) >= 300


def lengths(data, name, path, attribute):
    return [int(e.get(W + attribute)) for e in part(data, name).iterfind(f".//{path}")]


def test_large_print_gives_rows_and_cells_more_room():
    normal, large = (write_word_file(filled_in(), house) for house in (PLAIN, LARGE))
    for where, least in ((("word/styles.xml", f"{W}tblCellMar/*", "w"), 1.4),
                         (("word/document.xml", f"{W}tbl[1]//{W}trHeight", "val"), 1.6)):
        pairs = list(zip(lengths(normal, *where), lengths(large, *where)))
        assert len(pairs) >= 6 and all(after >= least * before for before, after in pairs[:6])


def test_large_print_leaves_what_stands_at_the_margin():
    stops = [[stop.get(f"{W}pos") for stop in part(write_word_file(rich(), house), "word/styles.xml").iter(f"{W}tab")
              if val(stop) == "right"] for house in (PLAIN, LARGE)]
    assert stops[0] == stops[1] and set(stops[0]) == {"9184"}


def test_large_print_keeps_styles_and_levels_of_lists_together():
    data = write_word_file(rich(), LARGE)
    known = styles(data)
    levels = list(part(data, "word/numbering.xml").iter(f"{W}lvl"))
    for level in levels:
        for side in ("left", "hanging"):
            assert (known[val(level, "pStyle")].find(f"{W}pPr/{W}ind").get(W + side)
                    == level.find(f"{W}pPr/{W}ind").get(W + side))
    assert len(levels) == 24


@pytest.mark.parametrize("house", [PLAIN, LARGE])
def test_the_bar_of_a_box_is_one_line_and_within_words_limits(house):
    known = styles(write_word_file(rich(), house))
    bars = set()
    for style in known.values():
        border, indent = style.find(f"{W}pPr/{W}pBdr/{W}left"), style.find(f"{W}pPr/{W}ind")
        if border is not None and style.find(f"{W}pPr/{W}shd") is not None:
            assert int(border.get(f"{W}space")) <= 31
            bars.add(int(indent.get(f"{W}left")) - int(indent.get(f"{W}hanging")) - 20 * int(border.get(f"{W}space")))
    assert max(bars) - min(bars) <= 20


def test_in_large_print_labels_stand_above_their_lines():
    group = Fields((Field("A long label that would have no room beside its line", "line"), Field("Date", "date"),
                    Field("Why", "lines"), Field("Signature", "signature"), Field("Yes", "tick")))
    table, = part(write_word_file(sheet_of(group), LARGE)).iter(f"{W}tbl")
    kinds = [[val(p, "pPr/pStyle") for p in row.iter(f"{W}p")] for row in table.iter(f"{W}tr")]
    assert kinds == [["FieldLabel"], ["FieldLine"], ["FieldLabel"], ["FieldLine", "FieldLabel"],
                     ["FieldLabel"], ["FieldLine"], ["FieldLine"], ["FieldLine"], ["FieldLabel"], ["FieldLine"],
                     ["FieldTick"]]
    heights = [int(val(row, "trPr/trHeight") or 0) / 56.7 for row in table.iter(f"{W}tr")]
    assert all(height > 15 for kind, height in zip(kinds, heights) if kind[0] == "FieldLine")


def test_in_large_print_the_two_boxes_of_an_answer_may_stand_below_each_other():
    titles = ("Photographs and films", "My choice", "Newspapers, broadcasts", "My choice")
    header = tuple((Text(text),) for text in titles)
    row = tuple((Text(text),) for text in ("Photographs", "Yes ☐ No ☐", "Newspapers", "Yes ☐ No ☐"))
    data = write_word_file(sheet_of(Table(header, (row,), "What is allowed.")), LARGE)
    page = part(data).find(f"{W}body/{W}sectPr/{W}pgSz")
    assert page.get(f"{W}orient") is None
    columns = [int(column.get(f"{W}w")) / 56.7 for column in part(data).iter(f"{W}gridCol")]
    assert sum(columns) <= 162.1 and columns[0] > 40 and columns[1] > 28
    answer, = {"".join(e.text for e in p.iter(f"{W}t")) for p in part(data).iter(f"{W}p") if list(p.iter(f"{W}sdt"))}
    assert answer == "Yes\xa0☐ No\xa0☐"


# ---- in pixels ---------------------------------------------------------------------------------------------------


def pages(documents, to, resolution=60):
    """The pages of some documents (name to bytes), as LibreOffice draws them: name to pictures."""
    for name, data in documents.items():
        (to / f"{name}.docx").write_bytes(data)
    found = {}
    for pdf in convert([to / f"{name}.docx" for name in documents], "pdf", to):
        subprocess.run(["pdftoppm", "-r", str(resolution), "-png", str(pdf), str(pdf.with_suffix(""))], check=True)
        images = []
        for path in sorted(to.glob(f"{pdf.stem}-*.png")):
            with Image.open(path) as image:
                images.append(image.convert("RGB"))
        found[pdf.stem] = images
    return found


def has(image, colour, least=40):
    """Whether so many dots of a picture have a colour, or nearly."""
    wanted = struct.unpack("BBB", bytes.fromhex(colour.lstrip("#")))
    near = [count for count, dot in image.getcolors(1 << 24) if max(abs(a - b) for a, b in zip(dot, wanted)) < 12]
    return sum(near) >= least


@pytest.mark.office
def test_colour_logo_and_draft_mark_are_seen(tmp_path):
    made = pages({"plain": write_word_file(policy(draft=False), PLAIN),
                  "plum": write_word_file(policy(draft=True), replace(PLUM, logo=LOGO)),
                  "later": write_word_file(replace(rich(), draft=True), PLAIN)}, tmp_path)
    plain, plum = made["plain"][0], made["plum"][0]
    assert has(plain, ACCENT) and not has(plain, "#7a1f5c", 1) and not has(plain, "#d07a2c", 1)
    assert has(plum, "#7a1f5c") and not has(plum, ACCENT, 1) and has(plum, "#d07a2c", 400)
    assert has(plum, shaded("7a1f5c", 0x1A), 400)
    assert not has(plain, "#a33a1e", 3) and has(plum, "#a33a1e", 8)
    assert len(made["later"]) > 1 and all(has(page, "#a33a1e", 8) for page in made["later"])


@pytest.mark.office
def test_the_typeface_of_the_theme_is_the_one_that_is_drawn(tmp_path):
    pages({name: write_word_file(policy(), replace(PLAIN, typeface=name)) for name in ("sans", "serif")}, tmp_path)
    fonts = {name: {re.sub(r"/[A-Z]{6}\+", "", font.get_object()["/BaseFont"]) for page in PdfReader(
        tmp_path / f"{name}.pdf").pages for font in page["/Resources"]["/Font"].values()} for name in ("sans", "serif")}
    # Carlito has the widths of Calibri, Caladea those of Cambria.
    assert any(font.startswith(("Calibri", "Carlito")) for font in fonts["sans"])
    assert not any(font.startswith(("Calibri", "Carlito")) for font in fonts["serif"])


@pytest.mark.office
def test_names_and_signs_are_drawn_and_not_as_empty_boxes(tmp_path):
    """Each letter that could be missing is drawn unlike a letter that no font has, and unlike its plain sister."""
    pairs = {"ł": "l", "ś": "s", "ễ": "e", "ị": "i", "Á": "A", "â": "a", "Ö": "O", "ü": "u", "☐": "□", "✓": "v"}
    signs = [*pairs, *pairs.values(), "\U000f1234"]
    blocks = [words(sign * 30) for sign in signs]
    made = pages({"signs": write_word_file(sheet_of(*blocks, title="T"), PLAIN),
                  "names": write_word_file(sheet_of(words(NAMES)), PLAIN)}, tmp_path, 100)
    lines = rows_of(made["signs"])
    assert len(lines) >= len(signs)
    drawn = dict(zip(signs, lines[-len(signs):]))
    for sign, plain_one in pairs.items():
        assert drawn[sign] != drawn["\U000f1234"], sign
        if sign not in "☐✓":
            assert drawn[sign] != drawn[plain_one], sign
    read = subprocess.run(["pdftotext", str(tmp_path / "names.pdf"), "-"], check=True, capture_output=True, text=True)
    assert NAMES in re.sub(r"\s+", " ", read.stdout)


def rows_of(images):
    """The bands of ink down some pages, each as bytes."""
    bands = []
    for image in images:
        grey = image.convert("L").point(lambda dot: 255 * (dot < 128))
        left, right = int(image.width * 0.11), int(image.width * 0.9)
        start = None
        for at in range(int(image.height * 0.1), int(image.height * 0.92)):
            dark = grey.crop((left, at, right, at + 1)).getbbox() is not None
            if dark and start is None:
                start = at
            elif not dark and start is not None:
                bands.append(grey.crop((left, start, right, at)).tobytes())
                start = None
    return bands


@pytest.mark.office
@pytest.mark.parametrize("house", [PLAIN, LARGE], ids=["ordinary", "large"])
def test_a_blank_form_shows_lines_and_boxes_and_no_grey_words(tmp_path, house):
    image, *_ = pages({"form": write_word_file(form(), house)}, tmp_path, 120)["form"]
    text = subprocess.run(["pdftotext", "-layout", str(tmp_path / "form.pdf"), "-"], check=True, capture_output=True,
                          text=True).stdout
    assert "Click" not in text and "Choose" not in text and "Enter" not in text
    per_mm = 120 / 25.4
    long_lines = [at for at in range(image.height) if longest_dark(image, at) > 60 * per_mm]
    edges = [at for at, before in zip(long_lines, [-9, *long_lines]) if at - before > 2]
    gaps = [(after - before) / per_mm for before, after in pairwise(edges)]
    assert len([gap for gap in gaps if gap >= 9]) >= 3 and min(gaps[1:-1]) >= 8.9


def longest_dark(image, at):
    row = image.crop((0, at, image.width, at + 1)).convert("L").point(lambda dot: 255 * (dot < 150)).tobytes()
    return max(map(len, row.split(b"\0")))

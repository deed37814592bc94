"""The house style: colours that can be read, logos of every kind, and files that pretend to be one."""

import io
import random
from datetime import date
from pathlib import Path

import pytest
from PIL import Image, PngImagePlugin

from helpers.shipped import SOURCES
from policygen.formats import house
from policygen.formats.house import ACCENT, House, prepare
from policygen.model.problems import AnswersError
from policygen.pack import answers, edition, make

FOLDER = Path(__file__).parents[2] / "templates" / "house"
SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 40 20">{}</svg>'


def saved(path: Path, picture: Image.Image, **options) -> Path:
    picture.save(path, **options)
    return path


def picture(width: int = 60, height: int = 30, mode: str = "RGB", colour="#204080") -> Image.Image:
    return Image.new(mode, (width, height), colour)


def read(path: Path) -> house.Logo:
    return house.read_logo(path.name, path.parent)


# ---- colour ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("one", "other", "ratio"), [
    ("#000000", "#ffffff", 21), ("#ffffff", "#ffffff", 1), ("#777777", "#ffffff", 4.48), ("#767676", "#ffffff", 4.54),
    ("#ff0000", "#ffffff", 4.0), ("#0000ff", "#ffffff", 8.59),
])
def test_contrast_is_that_of_the_standard(one, other, ratio):
    assert house.contrast(one, other) == house.contrast(other, one) == pytest.approx(ratio, abs=0.01)


def test_every_colour_becomes_readable_and_a_readable_one_stays():
    for number in range(0, 0x1000000, 40009):
        colour = f"#{number:06x}"
        style, notices = prepare(FOLDER, {"accent_colour": colour}, Path())
        assert house.contrast(style.accent, "#ffffff") >= 4.5
        assert house.contrast(style.deep, style.tint) >= 4.5
        assert (style.accent == colour) is (house.contrast(colour, "#ffffff") >= 4.5) is (not notices)


def test_a_light_colour_is_darkened_no_more_than_needed_and_the_person_is_told():
    style, (notice,) = prepare(FOLDER, {"accent_colour": "#ffcc00"}, Path())
    assert notice == f"The accent colour #ffcc00 is too light to be read on white; {style.accent} is used."
    red, green, blue = (int(style.accent[at:at + 2], 16) for at in (1, 3, 5))
    assert blue == 0 and red / green == pytest.approx(0xff / 0xcc, abs=0.02)  # still the same hue
    assert 4.5 <= house.contrast(style.accent, "#ffffff") < 4.7


def test_without_answers_the_house_is_plain():
    assert prepare(FOLDER, {}, Path()) == (House(FOLDER), ())
    assert prepare(FOLDER, {"logo": "", "accent_colour": "", "typeface": ""}, Path()) == (House(FOLDER), ())
    assert House(FOLDER).accent == ACCENT


# ---- logos of pixels ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "mode", "kind", "kept"), [
    ("a.png", "RGB", "png", "RGB"), ("a.png", "RGBA", "png", "RGBA"), ("a.png", "P", "png", "RGB"),
    ("a.png", "LA", "png", "RGBA"), ("a.png", "1", "png", "RGB"), ("a.png", "I;16", "png", "RGB"),
    ("a.jpg", "RGB", "jpeg", "RGB"), ("a.jpg", "L", "jpeg", "RGB"), ("a.jpg", "CMYK", "jpeg", "RGB"),
])
def test_every_common_kind_of_picture_is_taken(tmp_path, name, mode, kind, kept):
    logo = read(saved(tmp_path / name, Image.new(mode, (60, 30))))
    assert (logo.kind, logo.width, logo.height) == (kind, 60, 30)
    assert Image.open(io.BytesIO(logo.data)).mode == kept


def test_the_ending_does_not_decide_what_a_file_is(tmp_path):
    assert read(saved(tmp_path / "logo.jpg", picture(), format="PNG")).kind == "png"


def test_a_large_picture_is_made_as_small_as_print_needs_without_being_stretched(tmp_path):
    wide, high = (read(saved(tmp_path / f"{size}.png", picture(*size))) for size in ((4000, 1000), (1000, 4000)))
    assert (wide.width, wide.height) == (1000, 250)
    assert (high.width, high.height) == (125, 500)


def test_a_picture_taken_sideways_is_turned_upright(tmp_path):
    upright = picture(60, 30)
    upright.paste("#ffffff", (0, 0, 30, 30))
    exif = Image.Exif()
    exif[0x0112] = 6  # as a telephone held upright stores it
    logo = read(saved(tmp_path / "a.png", upright.rotate(90, expand=True), exif=exif))
    assert (logo.width, logo.height) == (60, 30)
    assert Image.open(io.BytesIO(logo.data)).getpixel((5, 15)) == (255, 255, 255)


@pytest.mark.parametrize("kind", ["png", "jpg"])
def test_nothing_is_left_of_what_a_file_says_beside_the_picture(tmp_path, kind):
    exif, notes = Image.Exif(), PngImagePlugin.PngInfo()
    exif[0x013b] = "Secret Ann"
    notes.add_text("Author", "Secret Ann")
    options = {"exif": exif, "icc_profile": b"Secret Ann"} | (
        {"pnginfo": notes} if kind == "png" else {"comment": b"Secret Ann"})
    path = saved(tmp_path / f"a.{kind}", picture(), **options)
    assert b"Secret Ann" in path.read_bytes()
    assert b"Secret Ann" not in read(path).data


@pytest.mark.parametrize("name", ["a.png", "a.jpg"])
def test_a_prepared_logo_stays_as_it_is(tmp_path, name):
    generator = random.Random(7)
    noisy = Image.frombytes("RGB", (1500, 400), generator.randbytes(1500 * 400 * 3))
    once = read(saved(tmp_path / name, noisy))
    (tmp_path / once.name).write_bytes(once.data)
    assert read(tmp_path / once.name) == once == read(saved(tmp_path / name, noisy))


# ---- logos of shapes ---------------------------------------------------------------------------------------------


def shapes(tmp_path: Path, inside: str, frame: str = SVG) -> house.Logo:
    (tmp_path / "a.svg").write_text(frame.format(inside), encoding="utf-8")
    return read(tmp_path / "a.svg")


def test_shapes_are_kept_and_what_nobody_sees_is_not(tmp_path):
    logo = shapes(tmp_path, """<!-- Secret Ann --><metadata>Secret Ann</metadata><title>Secret Ann</title>
        <defs><linearGradient id="g"><stop offset="0" stop-color="#123456"/></linearGradient></defs>
        <rect width="9" height="9" fill="url(#g)" xmlns:i="urn:editor" i:by="Secret Ann"/><use xlink:href="#g"/>
        <i:page xmlns:i="urn:editor">Secret Ann</i:page>""")
    assert (logo.kind, logo.name, logo.width, logo.height) == ("svg", "logo.svg", 40, 20)
    assert b"Secret" not in logo.data and b"urn:editor" not in logo.data
    assert logo.data.count(b"<rect ") == logo.data.count(b"<stop ") == logo.data.count(b"<use ") == 1
    (tmp_path / "logo.svg").write_bytes(logo.data)
    assert read(tmp_path / "logo.svg") == logo


@pytest.mark.parametrize(("frame", "size"), [
    ('<svg xmlns="http://www.w3.org/2000/svg" width="30mm" height="15mm">{}</svg>', (30, 15)),
    ('<?xml version="1.0"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/svg11.dtd">' + SVG,
     (40, 20)),
])
def test_the_size_comes_from_what_is_there(tmp_path, frame, size):
    logo = shapes(tmp_path, "<rect/>", frame)
    assert (logo.width, logo.height) == size
    assert b"viewBox" in logo.data and b"DOCTYPE" not in logo.data


BAD_SHAPES = {
    "acts": ("<script>1</script>", "<rect onclick='x()'/>", "<a><rect onLoad='x'/></a>", "<foreignObject/>",
             "<rect><animate/></rect>", "<set/>"),
    "from elsewhere": ("<image href='http://localhost/a.png'/>", "<use xlink:href='b.svg#a'/>",
                       "<image href='data:image/png;base64,AAAA'/>", "<rect fill='url(http://localhost/a)'/>",
                       "<rect style='fill: URL( \"//localhost/a\" )'/>", "<style>@import 'a.css'</style>",
                       "<style>@\\import 'a.css'</style>", "<style>@im/**/port 'a.css'</style>",
                       "<a href='javascript:1'/>", "<image href='file:///etc/passwd'/>"),
    "too many shapes": ("<g id='a'><use href='#a'/></g>",
                        "<g id='a'><use href='#b'/></g><g id='b'><use href='#a'/></g>",
                        "<rect id='x0'/>" + "".join(f"<g id='x{n}'>" + f"<use href='#x{n - 1}'/>" * 10 + "</g>"
                                                    for n in range(1, 9)),
                        "<pattern id='p'><rect fill='url(#p)'/></pattern>", "<rect/>" * 20_001,
                        "".join(f"<g id='y{n}'><use href='#y{n + 1}'/></g>" for n in range(5000))),
    "nested too deeply": ("<g>" * 200 + "</g>" * 200,),
    "broken": ("<g>", "&nbsp;", "<rect</rect>"),
}


@pytest.mark.parametrize(("why", "inside"), [(why, inside) for why, cases in BAD_SHAPES.items() for inside in cases],
                         ids=lambda text: text[:30])
def test_an_svg_file_that_is_more_than_a_picture_is_refused(tmp_path, why, inside):
    with pytest.raises(AnswersError, match=why) as caught:
        shapes(tmp_path, inside)
    assert caught.value.problems[0].place.file.endswith("a.svg") and caught.value.problems[0].hint


@pytest.mark.parametrize(("frame", "why"), [
    ('<!DOCTYPE svg [<!ENTITY a "b">]>' + SVG, "declares entities"),
    ('<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]><svg xmlns="http://www.w3.org/2000/svg">&a;{}</svg>',
     "declares entities"),
    ('<!DOCTYPE svg [<!ENTITY % a SYSTEM "http://localhost/"> %a;]>' + SVG, "declares entities"),
    ('<svg xmlns="http://www.w3.org/2000/svg">{}</svg>', "how wide and how high"),
    ('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 0 5">{}</svg>', "how wide and how high"),
    ('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 nan">{}</svg>', "how wide and how high"),
    ('<svg xmlns="http://www.w3.org/2000/svg" width="100%" height="100%">{}</svg>', "how wide and how high"),
    ("<html>{}</html>", "not a picture"), ("<?xml version='1.0' encoding='nonsense'?>" + SVG, "broken"),
])
def test_a_frame_of_shapes_that_cannot_be_trusted_is_refused(tmp_path, frame, why):
    with pytest.raises(AnswersError, match=why):
        shapes(tmp_path, "<rect/>", frame)


# ---- files that are no logos -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "data", "why"), [
    ("missing.png", None, "no such file"), ("a.png", b"", "not a picture"), ("a.png", b"words", "not a picture"),
    ("a.gif", b"GIF89a", "not a picture"), ("a.png", b"\x89PNG\r\n\x1a\n", "not a picture"), ("a\0b", None, "read"),
    (".", None, "cannot be read"), ("a.png", b"x" * (10 * 2**20 + 1), "too large"),
])
def test_what_is_no_logo_is_told_with_place_and_remedy(tmp_path, name, data, why):
    if data is not None:
        (tmp_path / name).write_bytes(data)
    with pytest.raises(AnswersError, match=why) as caught:
        house.read_logo(name, tmp_path)
    (problem,) = caught.value.problems
    assert str(tmp_path) in problem.place.file and problem.hint


def test_a_picture_of_too_many_pixels_is_refused_before_it_is_read(tmp_path):
    path = saved(tmp_path / "a.png", picture(10_000, 10_000, "1", 0))
    assert path.stat().st_size < 50_000
    with pytest.raises(AnswersError, match="10000 by 10000 pixels"):
        read(path)


@pytest.mark.parametrize("kind", ["png", "jpeg"])
def test_a_damaged_picture_is_told_whatever_is_wrong_with_it(tmp_path, kind):
    """Cut off anywhere, or with any byte changed, it is either still a picture or refused in words."""
    out = io.BytesIO()
    picture(40, 30).save(out, kind)
    whole, generator, refused = out.getvalue(), random.Random(3), 0
    for number in range(400):
        data = bytearray(whole)
        if number % 2:
            del data[generator.randrange(len(data)):]
        else:
            data[generator.randrange(len(data))] = generator.randrange(256)
        (tmp_path / "a").write_bytes(data)
        try:
            read(tmp_path / "a")
        except AnswersError:
            refused += 1
    assert refused > 100


def test_a_logo_is_looked_for_beside_the_answers_then_where_the_person_is(tmp_path, monkeypatch):
    (tmp_path / "there").mkdir()
    monkeypatch.chdir(tmp_path)
    saved(tmp_path / "here.png", picture(10, 10))
    assert house.read_logo("here.png", tmp_path / "there").width == 10
    saved(tmp_path / "there" / "here.png", picture(20, 20))
    assert house.read_logo("here.png", tmp_path / "there").width == 20


# ---- in an edition -----------------------------------------------------------------------------------------------




def made(to: Path, path: Path, *formats: str) -> make.Made:
    request = make.Request(answers.read_answers(path, SOURCES.questionnaire), path.name, answers.earlier_text(path), to,
                               formats or ("txt",), date(2026, 11, 21), False, path.parent)
    return make.make(SOURCES, request, lambda stage: None)


@pytest.fixture
def given(tmp_path) -> Path:
    """An answers file with a logo beside it."""
    example = (FOLDER.parents[1] / "examples" / "community-group.yaml").read_text(encoding="utf-8")
    path = tmp_path / "given" / "answers.yaml"
    path.parent.mkdir()
    path.write_text(f"{example}\nlogo: our mark.png  # from Jo\naccent_colour: ffcc00\ntypeface: serif\n",
                    encoding="utf-8")
    saved(path.parent / "our mark.png", picture(1200, 400))
    return path


def test_an_edition_holds_its_logo_and_a_new_one_is_made_from_it(given, tmp_path):
    first = made(tmp_path / "one", given)
    assert any("#ffcc00 is too light" in notice for notice in first.notices)
    assert Image.open(io.BytesIO((first.folder / "logo.png").read_bytes())).size == (1000, 333)
    kept = (first.folder / "answers.yaml").read_text(encoding="utf-8")
    assert "\nlogo: logo.png  # from Jo\n" in kept
    (given.parent / "our mark.png").unlink()
    second = made(tmp_path / "two", first.folder / "answers.yaml")
    assert (second.folder / "answers.yaml").read_text(encoding="utf-8") == kept
    assert (second.folder / "logo.png").read_bytes() == (first.folder / "logo.png").read_bytes()


def test_without_its_logo_nothing_is_written(given, tmp_path):
    (given.parent / "our mark.png").unlink()
    with pytest.raises(AnswersError, match=r"our mark\.png: there is no such file for the logo"):
        made(tmp_path / "one", given)
    assert not (tmp_path / "one").exists()


def test_a_colour_behind_the_sign_of_a_comment_is_not_lost_in_silence(tmp_path):
    path = tmp_path / "answers.yaml"
    path.write_text("accent_colour: #1f5c66\n", encoding="utf-8")
    with pytest.raises(AnswersError, match=r"line 1: accent_colour: whatever follows `#`.*\n.*accent_colour: 1f5c66"):
        answers.read_answers(path, SOURCES.questionnaire)
    path.write_text("accent_colour: '#1F5C66'\nlogo:  # none\n", encoding="utf-8")
    assert answers.read_answers(path, SOURCES.questionnaire) == {"accent_colour": "#1f5c66"}


@pytest.mark.slow
def test_large_print_stands_beside_each_word_and_pdf_file(given, tmp_path):
    request = make.Request(answers.read_answers(given, SOURCES.questionnaire), given.name, "", tmp_path / "out",
                               ("docx", "pdf", "html", "txt"), date(2026, 11, 21), False, given.parent, large=True)
    made_too = make.make(SOURCES, request, lambda stage: None)
    names = {path.name for path in (made_too.folder / "sheets").iterdir()}
    assert {name for name in names if name.startswith("Your confidentiality")} == {
        "Your confidentiality.docx", "Your confidentiality.pdf", "Your confidentiality.html",
        "Your confidentiality.txt", "Your confidentiality (large print).docx", "Your confidentiality (large print).pdf"}
    pack = edition.read_edition(made_too.folder)
    listed = {entry.path for document in pack.record.documents for entry in document.files}
    there = {path.relative_to(made_too.folder).as_posix() for path in made_too.folder.rglob("*") if path.is_file()}
    assert there - listed == {"answers.yaml", "pack.json", "logo.png", "Review reminder.ics"}

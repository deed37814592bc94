"""The house style: colours that can be read, logos of every kind, and files that pretend to be one."""

import io
import os
import random
import resource
import unicodedata
from base64 import b64encode
from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest
from PIL import Image, ImageCms, PngImagePlugin

from helpers.shipped import SOURCES
from policygen.formats import house
from policygen.formats.house import ACCENT, House, prepare
from policygen.model.problems import AnswersError
from policygen.pack import answers, edition, make

FIELD = Path(__file__).parents[1] / "cases" / "field"
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
    logo = read(saved(tmp_path / name, picture(mode=mode, colour={"CMYK": (9, 9, 9, 200)}.get(mode, "black"))))
    assert (logo.kind, logo.width, logo.height) == (kind, 60, 30)
    assert Image.open(io.BytesIO(logo.data)).mode == kept


def test_sixteen_bits_of_grey_are_the_same_grey_in_eight(tmp_path):
    logo = read(FIELD / "17-logo-16bit-grey.png")
    assert len(set(Image.open(io.BytesIO(logo.data)).convert("L").tobytes())) > 1
    grey = Image.new("I;16", (60, 30), 0x4000)
    assert near(at(read(saved(tmp_path / "a.png", grey)), 0.5, 0.5), (0x40, 0x40, 0x40))


@pytest.mark.parametrize("hidden", [
    picture(colour="white"), picture(colour="#f8f8f8"), picture(mode="LA", colour=(255, 255)),
    picture(mode="RGBA", colour=(0, 0, 0, 0)), picture(mode="1", colour=1)])
def test_a_logo_that_cannot_be_seen_on_white_is_refused(tmp_path, hidden):
    with pytest.raises(AnswersError, match=r"nothing of this logo can be seen on white paper\n.*white background"):
        read(saved(tmp_path / "a.png", hidden))


def test_a_profile_of_colours_counts(tmp_path):
    swapped = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB"))  # of another kind: left out
    assert near(at(read(saved(tmp_path / "a.png", picture(), icc_profile=swapped.tobytes())), .5, .5), (32, 64, 128))
    usual = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
    assert near(at(read(saved(tmp_path / "a.jpg", picture(), icc_profile=usual.tobytes())), .5, .5), (32, 64, 128))


@pytest.mark.parametrize(("mode", "colour"), [("RGBA", (32, 64, 128, 128)), ("LA", (64, 128))])
def test_what_shows_through_still_does(tmp_path, mode, colour):
    found = Image.open(io.BytesIO(read(saved(tmp_path / "a.png", picture(mode=mode, colour=colour))).data))
    assert found.mode == "RGBA" and found.getpixel((5, 5))[3] == 128


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


def test_shapes_are_drawn_and_what_nobody_sees_is_not_kept(tmp_path):
    logo = shapes(tmp_path, """<!-- Secret Ann --><metadata>Secret Ann</metadata><title>Secret Ann</title>
        <defs><linearGradient id="g"><stop offset="0" stop-color="#123456"/></linearGradient></defs>
        <rect width="9" height="9" fill="url(#g)" xmlns:i="urn:editor" i:by="Secret Ann"/><use xlink:href="#g"/>
        <i:page xmlns:i="urn:editor">Secret Ann</i:page>""")
    assert (logo.kind, logo.name, logo.width, logo.height) == ("png", "logo.png", 1000, 500)
    assert b"Secret" not in logo.data
    assert (at(logo, 0.1, 0.2), at(logo, 0.9, 0.5)) == ((0x12, 0x34, 0x56), WHITE)
    (tmp_path / "logo.png").write_bytes(logo.data)
    assert read(tmp_path / "logo.png") == logo


WHITE = (255, 255, 255)


def at(logo: house.Logo, across: float, down: float) -> tuple[int, ...]:
    """The colour of a spot of a logo on white paper."""
    found = Image.open(io.BytesIO(logo.data)).convert("RGBA")
    paper = Image.new("RGBA", found.size, "white")
    paper.alpha_composite(found)
    return paper.convert("RGB").getpixel((round(across * found.width), round(down * found.height)))


def near(one: tuple[int, ...], other: tuple[int, ...], by: int = 6) -> bool:
    return all(abs(first - second) <= by for first, second in zip(one, other, strict=True))


@pytest.mark.parametrize(("frame", "size"), [
    ('<svg xmlns="http://www.w3.org/2000/svg" width="30mm" height="10mm">{}</svg>', (1000, 334)),
    ('<?xml version="1.0"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/svg11.dtd">' + SVG,
     (1000, 500)),
])
def test_the_size_comes_from_what_is_there(tmp_path, frame, size):
    logo = shapes(tmp_path, "<rect width='9' height='9'/>", frame)
    assert (logo.width, logo.height) == size


BAD_SHAPES = {
    "acts": ("<script>1</script>", "<rect onclick='x()'/>", "<a><rect onLoad='x'/></a>", "<foreignObject/>",
             "<rect><animate/></rect>", "<set/>"),
    "from elsewhere": ("<image href='http://localhost/a.png'/>", "<use xlink:href='b.svg#a'/>",
                       "<image href='data:image/svg+xml;base64,AAAA'/>", "<rect fill='url(http://localhost/a)'/>",
                       "<rect style='fill: URL( \"//localhost/a\" )'/>", "<style>@import 'a.css'</style>",
                       "<style>@im/**/port 'a.css'</style>",
                       "<image href='file:///etc/passwd'/>"),
    "escaped signs": ("<style>@\\import 'a.css'</style>", "<style>@\\69mport 'a.css'</style>",
                      "<rect fill='u\\72l(http://localhost/a)'/>", "<rect style='fill: \\75rl(//localhost/a)'/>"),
    "typeface": ("<text>Hub</text>", "<path id='p' d='M0 9h9'/><text><textPath href='#p'>Hub</textPath></text>"),
    "style that not every program": ("<path vector-effect='non-scaling-stroke' d='M0 0h9'/>",
                                     "<circle style='r: 5px'/>", "<style>.a{transform-box: fill-box}</style>"),
    "which not every program can draw": (
        "<style>:root{--b:#b43}.k{fill:var(--b)}</style><rect class='k' width='9' height='9'/>",
        "<rect width='9' height='9' fill='oklch(60% 0.15 30)'/>",
        "<rect width='9' height='9' fill='rgb(180 64 51 / 80%)'/>",
        "<style>@media screen{rect{fill:red}}</style><rect width='9' height='9'/>",
        "<rect width='9' height='9' fill='color-mix(in srgb, red, blue)'/>",
        "<rect width='9' height='9' style='fill: light-dark(red, blue)'/>"),
    "nothing of this logo": ("<rect/>", "<rect width='9' height='9' fill='white'/>", "",
                             "<rect width='9' height='9' fill='#fefefe'/>", "<rect width='9' height='9' opacity='0'/>"),
    "a picture": ("<image width='9' height='9' href='data:image/png;base64,AAAA'/>",),
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
        shapes(tmp_path, "<rect width='9' height='9'/>", frame)


def embedded(picture: Image.Image, kind: str = "png") -> str:
    out = io.BytesIO()
    picture.save(out, kind)
    return f"data:image/{kind};base64,{b64encode(out.getvalue()).decode()}"


@pytest.mark.parametrize(("inside", "where", "colour"), [
    ("<defs><linearGradient id='g'><stop offset='0' stop-color='#f00'/><stop offset='1' stop-color='#00f'/>"
     "</linearGradient></defs><rect width='40' height='20' fill='url(#g)'/>", (0.5, 0.5), (128, 0, 128)),
    ("<defs><radialGradient id='g'><stop offset='0' stop-color='#0f0'/><stop offset='1' stop-color='#00f'/>"
     "</radialGradient></defs><rect width='40' height='20' fill='url(#g)'/>", (0.5, 0.5), (0, 255, 0)),
    ("<filter id='f'><feFlood flood-color='#b04030'/></filter><rect width='40' height='20' filter='url(#f)'/>",
     (0.5, 0.5), (0xb0, 0x40, 0x30)),
    ("<mask id='m'><rect width='20' height='20' fill='white'/></mask><rect width='40' height='20' mask='url(#m)'/>",
     (0.75, 0.5), WHITE),
    ("<style>.a{fill:#b43}</style><rect class='a' width='40' height='20'/>", (0.5, 0.5), (0xbb, 0x44, 0x33)),
    ("<rect width='40' height='20' fill='hsl(120, 100%, 25%)'/>", (0.5, 0.5), (0, 128, 0)),
    ("<rect width='40' height='20' fill='black' fill-opacity='.5'/>", (0.5, 0.5), (128, 128, 128)),
    (f"<image width='40' height='20' xlink:href='{embedded(picture(4, 2))}'/>", (0.5, 0.5), (0x20, 0x40, 0x80)),
    (f"<image width='40' height='20' href='{embedded(picture(40, 20, 'CMYK', (255, 255, 0, 0)), 'jpeg')}'/>",
     (0.5, 0.5), (0, 0, 255)),
    ("<path style='fill:#b43;vector-effect:none' vector-effect='none' d='M0 0h40v20H0z'/>", (0.5, 0.5), (187, 68, 51)),
    ("<path style='fill:#b43;fill:color(display-p3 0.7 0.3 0.2);fill-opacity:1' d='M0 0h40v20H0z'/>", (0.5, 0.5),
     (187, 68, 51)),
    ("<style>path{fill:#b43}@media (prefers-color-scheme: dark){path{fill:#fff}}</style><path d='M0 0h40v20H0z'/>",
     (0.5, 0.5), (187, 68, 51)),
    ("<a href='https://hub.example'><rect width='40' height='20'/></a>", (0.5, 0.5), (0, 0, 0))])
def test_shapes_have_the_colours_that_their_author_sees(tmp_path, inside, where, colour):
    assert near(at(shapes(tmp_path, inside), *where), colour)


@pytest.mark.parametrize("inside", [
    "<g id='a'><use href='#a'/></g><rect width='9' height='9'/>",
    "<rect id='x0' width='1' height='1'/>" + "".join(
        f"<g id='x{n}'>" + f"<use href='#x{n - 1}'/>" * 10 + "</g>" for n in range(1, 9)),
    "<pattern id='p' width='1' height='1'><rect width='9' height='9' fill='url(#p)'/></pattern><rect width='9' "
    "height='9' fill='url(#p)'/>",
    "<filter id='f' x='-9999' y='-9999' width='99999' height='99999'>" + "<feTurbulence baseFrequency='9' "
    "numOctaves='99'/><feMorphology operator='dilate' radius='99'/>" * 50 + "</filter><rect width='40' height='20' "
    "filter='url(#f)'/>",
    "<path stroke='black' stroke-dasharray='0.0001' d='" + "M0 0L40 20" * 90_000 + "'/>"], ids=range(5))
def test_shapes_that_never_end_are_drawn_or_refused_in_seconds(tmp_path, inside):
    start = resource.getrusage(resource.RUSAGE_CHILDREN)
    with suppress(AnswersError):
        shapes(tmp_path, inside)
    end = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert end.ru_utime - start.ru_utime < 6


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


@pytest.mark.parametrize("pasted", [
    "{0}/My pictures/our logo.jpg", "'{0}/My pictures/our logo.jpg'", '"{0}/My pictures/our logo.jpg"',
    "{0}/My\\ pictures/our\\ logo.jpg", "file://{0}/My%20pictures/our%20logo.jpg",
    "'file://{0}/My pictures/our logo.jpg' ", "file://localhost{0}/My%20pictures/our%20logo.jpg",
    "{0}/My%20pictures/our%20logo.jpg", "{0}/My pictures/our logo.jpg ",
    "~/My pictures/our logo.jpg", "'~/My pictures/our logo.jpg'", "file:{0}/My%20pictures/our%20logo.jpg",
    "My pictures/our logo.jpg", "./My\\ pictures/our\\ logo.jpg", "“{0}/My pictures/our logo.jpg”"])
def test_a_path_is_taken_as_file_managers_and_terminals_paste_it(tmp_path, monkeypatch, pasted):
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "My pictures").mkdir()
    saved(tmp_path / "My pictures" / "our logo.jpg", picture())
    assert house.read_logo(pasted.format(tmp_path), tmp_path).width == 60


@pytest.mark.parametrize("name", ["100% ours.png", "a\\b.png", "'a'.png", "Siân.png", "Sia\u0302n.png",
                                  "two  blanks.png", "at 9.41\u202fAM.png", " a.png"])
def test_a_name_that_only_looks_escaped_is_found_as_it_is(tmp_path, name):
    saved(tmp_path / name, picture())
    assert read(tmp_path / name).width == 60
    assert house.pasted_path(unicodedata.normalize("NFC", name), tmp_path).exists()


def test_only_a_regular_file_is_read(tmp_path):
    os.mkfifo(tmp_path / "pipe.png")
    (tmp_path / "loop.png").symlink_to("loop.png")
    saved(tmp_path / "a.png", picture())
    (tmp_path / "link.png").symlink_to("a.png")
    assert read(tmp_path / "link.png").width == 60
    for name in ("pipe.png", "loop.png", "/dev/zero", str(tmp_path), "~nobody-at-all/a.png", "x" * 3000):
        with pytest.raises(AnswersError, match="logo"):
            house.read_logo(name, tmp_path)


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

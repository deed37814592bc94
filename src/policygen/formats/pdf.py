"""Write stage, PDF: one `Document` and the look of an organisation in, one tagged PDF (bytes) out, through WeasyPrint.

The same document gives the same bytes on the same machine: no date is written. WeasyPrint may read the house folder,
the organisation's logo and the font files of two installed packages, and nothing else. WeasyPrint is slow to import and
needs Pango, which pip cannot install: it is imported when first needed, and `unavailable` says beforehand, cheaply,
whether it would work.
"""

from __future__ import annotations

import atexit
import ctypes
import gc
import io
import logging
import os
import sys
import warnings
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stdout, suppress
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pydyf

from policygen.formats import html
from policygen.formats.house import House, Logo
from policygen.model.document import Document
from policygen.model.problems import LibraryError, OutputError, error

LIBRARIES = ("libpangoft2-1.0.so.0", "libpangoft2-1.0.dylib", "/opt/homebrew/lib/libpangoft2-1.0.dylib",
             "libpangoft2-1.0-0.dll", r"C:\msys64\ucrt64\bin\libpangoft2-1.0-0.dll")
"""One of these must load; each brings Pango and all that Pango needs. The full paths are where Homebrew on Apple
silicon and MSYS2 put it: the system does not search there, but WeasyPrint can be led there."""
HOMEBREW = "/opt/homebrew/lib/lib{}.dylib"
INSTALL = {
    "linux": "apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0",
    "darwin": "brew install pango",
    "win32": "see https://doc.courtbouillon.org/weasyprint/stable/first_steps.html#windows",
}
FONTS = ("font_source_sans_pro", "font_source_serif_pro")
TYPED = {"sans": "font:SourceSansPro-Regular.ttf", "serif": "font:SourceSerifPro-Regular.ttf"}
"""The font of what is typed into a form."""
PICTURES: dict[str, Any] = {}
"""The logo as WeasyPrint keeps it, shared by all documents of a run; its address tells it from any other."""


def unavailable() -> str:
    """Empty when PDF can be made; else one line that tells the person how to install what is missing."""
    for library in LIBRARIES:
        with suppress(OSError):
            ctypes.CDLL(library)
            return ""
    return f"PDF needs Pango, which is not installed here: {INSTALL.get(sys.platform, INSTALL['linux'])}"


def write(document: Document, house: House, fillable: bool = True) -> bytes:
    """The document as PDF. Raises OutputError without Pango, LibraryError when the house style cannot be used.

    A form can be filled in on screen, unless it is for print alone and not `fillable`.
    """
    def finish(_: object, made: pydyf.PDF) -> None:
        elements = _mend_tags(made)
        _make_fields(made, elements, readable_file(TYPED[house.typeface], house.folder),
                     html.LARGE_PRINT_SCALE if house.large else 1)

    page = html.page(document, house, fillable=fillable and document.kind == "form")
    return _laid_out(page, house, pdf_variant="pdf/ua-1", finisher=finish)


def words_page(document: Document, house: House, words: Mapping[str, Sequence[str]]) -> bytes:
    """One page that shows nothing but words: see `html.words_page`. Raises as `write` does."""
    return _laid_out(html.words_page(document, house, words), house)


def letters(house: House) -> frozenset[str]:
    """The letters of an organisation's typeface, without fallback fonts. Raises OutputError without Pango."""
    _weasyprint()
    from fontTools.ttLib import TTFont  # late: WeasyPrint has loaded it by now

    with TTFont(readable_file(TYPED[house.typeface], house.folder), lazy=True) as font:
        return frozenset(map(chr, font.getBestCmap()))


@contextmanager
def missing_letters() -> Iterator[list[str]]:
    """A list to which, while it lasts, each letter is added for which no font of this machine has a picture."""
    missing: list[str] = []

    def hear(record: logging.LogRecord) -> bool:
        if str(record.msg).startswith(".notdef") and isinstance(record.args, tuple):
            missing.append(str(record.args[0]))
        return True

    log = logging.getLogger("weasyprint")
    log.addFilter(hear)
    try:
        yield missing
    finally:
        log.removeFilter(hear)


def _laid_out(page: str, house: House, **options: object) -> bytes:
    """An HTML page as PDF. Raises OutputError, LibraryError."""
    weasyprint = _weasyprint()
    from weasyprint.urls import FatalURLFetchingError

    folder = house.folder.resolve()
    try:
        with _without_collector_and_clock():
            source = weasyprint.HTML(string=page, base_url=f"{folder.as_uri()}/",
                                     url_fetcher=fetcher(folder, house.logo))
            fonts = _fonts(folder, house.typeface)
            sheets = [_style_sheet(folder, link.attrib.pop("href"), fonts)
                      for link in source.etree_element.iter("link")]
            made: bytes = source.write_pdf(stylesheets=sheets, font_config=fonts, cache=PICTURES, **options)
            return made
    except FatalURLFetchingError as refused:
        raise LibraryError(error(f"the house style cannot be printed: {refused.__cause__}",
                                 hint="Keep everything that its templates and style sheets use in the house folder.")
                           ) from refused


# ---- what may be read ----------------------------------------------------------------------------------------------


def readable_file(url: str, house: Path) -> Path:
    """The file behind a URL: of the house folder (`file:`) or a whole font (`font:`). Raises ValueError otherwise."""
    from urllib.request import url2pathname  # late: slow to import, and of use only beside WeasyPrint

    parts = urlsplit(url)
    if parts.scheme == "font":
        name = Path(unquote(parts.path))
        folders = [Path(str(spec.origin)).parent / "files" for spec in map(find_spec, FONTS) if spec]
        path = next((folder / name for folder in folders if (folder / name).exists()), name)
        allowed = path.parent in folders and path.suffix == ".ttf"
    else:
        path = Path(url2pathname(parts.path)).resolve()
        allowed = parts.scheme == "file" and not parts.netloc and path.is_relative_to(house.resolve())
    if not allowed:
        raise ValueError(f"{url} is outside the house folder")
    return path


def fetcher(house: Path, logo: Logo | None = None) -> Any:
    """The URL fetcher for WeasyPrint: it reads the logo and what is a `readable_file`, and stops at anything else."""
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class HouseFetcher(URLFetcher):  # type: ignore[misc]  # WeasyPrint has no types
        def fetch(self, url: str, headers: object = None) -> Any:
            if logo and url == html.logo_address(logo):
                return URLFetcherResponse(url, logo.data, {"Content-Type": f"image/{logo.kind}"})
            path = readable_file(url, house)
            kind = "text/css" if path.suffix == ".css" else "application/octet-stream"
            return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": kind})

    return HouseFetcher(fail_on_errors=True)


@lru_cache(maxsize=2)
def _fonts(house: Path, typeface: str) -> Any:
    """The registered fonts of a house folder and typeface, shared by all documents of a run.

    Measured: a fifth less time for a form, and the bytes do not depend on which documents were written before.
    """
    from weasyprint.text.fonts import FontConfiguration

    atexit.register(_style_sheet.cache_clear)  # style sheets hold the fonts that they register
    atexit.register(_fonts.cache_clear)  # it frees its copies of the fonts before Python shuts down
    return FontConfiguration()


@lru_cache(maxsize=8)
def _style_sheet(house: Path, name: str, fonts: Any) -> Any:
    """A style sheet of the house folder, which registers the fonts that it names; shared by all documents of a run.

    Measured: a fifth less time for a form, and the same bytes. WeasyPrint would parse it again for each document that
    links to it. Given beside a page it gives way to what the page says itself, which are the organisation's colours.
    """
    from weasyprint import CSS

    return CSS(url=f"{house.as_uri()}/{name}", url_fetcher=fetcher(house), font_config=fonts)


# ---- tags --------------------------------------------------------------------------------------------------------


def _object(made: pydyf.PDF, reference: Any) -> Any:
    """The object of a PDF behind a reference."""
    return made.objects[int(reference.split()[0])]


def _added(made: pydyf.PDF, thing: Any) -> Any:
    """The reference of a new object of a PDF."""
    made.add_object(thing)
    return thing.reference


def _mend_tags(made: pydyf.PDF) -> list[pydyf.Dictionary]:
    """The elements of the structure tree in reading order, after mending what WeasyPrint leaves undone in it."""
    root = _object(made, made.catalog["StructTreeRoot"])

    def below(element: pydyf.Dictionary) -> Iterator[pydyf.Dictionary]:
        for kid in element["K"]:
            if not isinstance(kid, int) and (found := _object(made, kid)).get("Type") == "/StructElem":
                yield found
                yield from below(found)

    elements = list(below(root))
    # Headers and footers are no part of the text: WeasyPrint numbers their words, but leaves them out of the tree.
    in_tree = {element.reference for element in elements}
    numbers = _object(made, root["ParentTree"])["Nums"]
    owners = dict(zip(numbers[::2], numbers[1::2]))
    for number, page in enumerate(made.page_references):
        stray = {mark: owner for mark, owner in enumerate(owners[number]) if owner not in in_tree}
        stream = _object(made, _object(made, page)["Contents"]).stream
        for at, item in enumerate(stream):
            if isinstance(item, pydyf.Dictionary) and item.get("MCID") in stray:
                stream[at - 1:at + 1] = ["/Artifact", pydyf.Dictionary({"Type": "/Pagination"})]
        for mark, owner in stray.items():
            owners[number][mark] = "null"
            _object(made, owner).clear()
    # A header cell has to say whether it heads its column or its row.
    for element in elements:
        if element["S"] == "/TH":
            group = _object(made, _object(made, element["P"])["P"])["S"]
            element["A"]["Scope"] = "/Column" if group == "/THead" else "/Row"
    return elements


# ---- fields ------------------------------------------------------------------------------------------------------

# WeasyPrint 70 can make fields of HTML inputs. Their names, descriptions and tags are as good as ours, but the rest is
# not. For each file it prepares the whole font anew: a form takes 101 ms instead of 59, and 144 kB instead of 117. A
# field to type in has no appearance, and neither has a box that is not ticked: the reader program has to draw them all
# again when it opens the file. Two fields of the same name are not told apart. Using both ways would take more code.

INK = "0.11 0.15 0.16"
"""The colour of what is typed, and of a tick: red, green and blue, as PDF writes them."""
LETTERS = {"line": 12, "cell": 9}
"""Points: the letters in a field, by the kind of its link. A link of any other kind becomes a box to tick."""
LINE = 20
"""Points: the room of a typed line. It lies on the ruled line, however much room for a pen there is above."""
TICK_BOX = 11.9
"""Points: a box to tick in running words, 4.2 mm."""
MULTILINE, PRINTED = 1 << 12, 1 << 2
UNUSED = ("GPOS", "GSUB", "GDEF", "BASE", "DSIG", "kern", "STAT", "meta")
"""Tables of a font that typing into a field does not need."""


def _make_fields(made: pydyf.PDF, elements: list[pydyf.Dictionary], font: Path, scale: float) -> None:
    """Links that stand for fields become fields, in place: same rectangle, same place in the reading order.

    What is typed is set in a font; letters and room are larger by a scale.
    """
    references = pydyf.Array()
    names: Counter[str] = Counter()
    ticks: dict[tuple[float, float], pydyf.Dictionary] = {}
    for element in elements:
        kids = [_object(made, kid) for kid in element["K"] if not isinstance(kid, int)]
        links = [_object(made, kid["Obj"]) for kid in kids if kid.get("Type") == "/OBJR"]
        address = urlsplit(links[0]["Contents"].string if links else "")
        if address.scheme != html.FIELD:
            continue
        (annotation,) = links
        kind, description = address.path, unquote(address.query)
        name = description.replace(".", " ")
        names[name] += 1
        for key in ("Contents", "A", "BS"):
            del annotation[key]
        left, top, right, bottom = annotation["Rect"]
        if kind == "line":  # above the ruled line
            bottom, top = bottom + 1, min(bottom + 1 + LINE * scale, top)
        elif kind == "sign":  # over the box
            across, up, half = (left + right) / 2, (top + bottom) / 2, TICK_BOX * scale / 2
            left, bottom, right, top = across - half, up - half, across + half, up + half
        size = (right - left, top - bottom)
        annotation |= {"Rect": pydyf.Array([left, bottom, right, top]), "Subtype": "/Widget", "F": PRINTED,
                       "TU": pydyf.String(description),
                       "T": pydyf.String(name if names[name] == 1 else f"{name} ({names[name]})")}
        if kind in LETTERS:
            empty = _drawing(made, "/Tx BMC EMC", size)
            annotation |= {"FT": "/Tx", "V": pydyf.String(""),
                           "DA": pydyf.String(f"/House {LETTERS[kind] * scale:g} Tf {INK} rg"),
                           "AP": pydyf.Dictionary({"N": empty})}
            annotation |= {"Ff": MULTILINE} if kind == "cell" else {}
        else:
            annotation |= {"FT": "/Btn", "V": "/Off", "AS": "/Off",
                           "AP": pydyf.Dictionary({"N": _tick(made, (round(size[0], 2), round(size[1], 2)), ticks)})}
        element["S"] = "/Form"
        references.append(annotation.reference)
    if references:
        fonts = pydyf.Dictionary({"Font": pydyf.Dictionary({"House": _whole_font(made, font)})})
        made.catalog["AcroForm"] = pydyf.Dictionary(
            {"Fields": references, "DR": fonts, "DA": pydyf.String(f"/House {LETTERS['line']} Tf {INK} rg")})


def _drawing(made: pydyf.PDF, content: str, size: tuple[float, float]) -> Any:
    """The reference of a drawing that shows a field; its content is in the language of PDF."""
    return _added(made, pydyf.Stream([content], {"Type": "/XObject", "Subtype": "/Form",
                                                 "BBox": pydyf.Array([0, 0, *size])}))


def _tick(made: pydyf.PDF, size: tuple[float, float], drawn: dict[tuple[float, float], pydyf.Dictionary]
          ) -> pydyf.Dictionary:
    """How a box to tick looks, drawn once for each size; unticked it shows only the printed box below it."""
    if size not in drawn:
        wide, high = size
        mark = (f"{INK} RG 1.6 w 1 J 1 j {0.2 * wide:.2f} {0.52 * high:.2f} m {0.42 * wide:.2f} {0.24 * high:.2f} l "
                f"{0.8 * wide:.2f} {0.78 * high:.2f} l S")
        drawn[size] = pydyf.Dictionary({"Yes": _drawing(made, mark, size), "Off": _drawing(made, "", size)})
    return drawn[size]


def _whole_font(made: pydyf.PDF, path: Path) -> Any:
    """The reference of the font that fields are filled in with, whole: nobody knows the names that will be typed."""
    data, length, widths, unicode, box = _prepared_font(path)
    file = _added(made, pydyf.Stream([data], {"Filter": "/FlateDecode", "Length1": length}))
    descriptor = _added(made, pydyf.Dictionary({
        "Type": "/FontDescriptor", "FontName": f"/{path.stem}", "Flags": 4, "ItalicAngle": 0, "StemV": 80,
        "FontBBox": pydyf.Array(box), "Ascent": box[3], "Descent": box[1], "CapHeight": 660, "FontFile2": file}))
    glyphs = _added(made, pydyf.Dictionary({
        "Type": "/Font", "Subtype": "/CIDFontType2", "BaseFont": f"/{path.stem}", "CIDToGIDMap": "/Identity",
        "CIDSystemInfo": pydyf.Dictionary({"Registry": pydyf.String("Adobe"), "Ordering": pydyf.String("Identity"),
                                           "Supplement": 0}),
        "FontDescriptor": descriptor, "W": pydyf.Array([0, pydyf.Array(widths)])}))
    meaning = _added(made, pydyf.Stream([unicode], {"Filter": "/FlateDecode"}))
    return _added(made, pydyf.Dictionary({
        "Type": "/Font", "Subtype": "/Type0", "BaseFont": f"/{path.stem}", "Encoding": "/Identity-H",
        "DescendantFonts": pydyf.Array([glyphs]), "ToUnicode": meaning}))


@lru_cache(maxsize=2)
def _prepared_font(path: Path) -> tuple[bytes, int, tuple[int, ...], bytes, tuple[int, ...]]:
    """A font's file, deflated, and its length; the widths of its glyphs; which letter each glyph is, in the language of
    PDF and deflated; the box that holds any of its glyphs."""
    from fontTools.ttLib import TTFont  # late: WeasyPrint has loaded it by now

    out = io.BytesIO()
    with TTFont(path, lazy=True, recalcBBoxes=False, recalcTimestamp=False) as font:
        scale = 1000 / font["head"].unitsPerEm
        widths = tuple(round(font["hmtx"][glyph][0] * scale) for glyph in font.getGlyphOrder())
        box = tuple(round(getattr(font["head"], side) * scale) for side in ("xMin", "yMin", "xMax", "yMax"))
        letters = sorted((font.getGlyphID(glyph), letter) for letter, glyph in font.getBestCmap().items())
        for table in set(UNUSED) & set(font.keys()):
            del font[table]
        font.save(out, reorderTables=None)
    lines = [f"<{glyph:04x}> <{chr(letter).encode('utf-16-be').hex()}>" for glyph, letter in letters]
    blocks = [lines[at:at + 100] for at in range(0, len(lines), 100)]
    body = "\n".join("\n".join([f"{len(block)} beginbfchar", *block, "endbfchar"]) for block in blocks)
    unicode = ("/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n/CMapType 2 def\n/CMapName /House def\n"
               f"1 begincodespacerange\n<0000> <ffff>\nendcodespacerange\n{body}\n"
               "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend").encode()
    return zlib.compress(out.getvalue()), len(out.getvalue()), widths, zlib.compress(unicode), box


# ---- WeasyPrint, loaded late and quietly ---------------------------------------------------------------------------


def _weasyprint() -> Any:
    """WeasyPrint, imported at the first call. Raises OutputError when it cannot work on this machine."""
    if missing := unavailable():
        raise OutputError(error(missing, hint="Word and text files do not need it: use --format docx,txt."))
    try:
        # WeasyPrint prints a banner when it misses a library that it needs: standard output belongs to scripts. It
        # warns when it misses one that only makes it quicker: the coordinator cannot act on that.
        with _quick_find_library(), redirect_stdout(io.StringIO()), warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            import weasyprint
    except OSError as reason:
        raise OutputError(error(f"PDF cannot be made here: {str(reason).splitlines()[0]}",
                                hint=INSTALL.get(sys.platform, INSTALL["linux"]))) from reason
    return weasyprint


@contextmanager
def _quick_find_library() -> Iterator[None]:
    """While it lasts, looking for a library starts no other programs.

    On Linux `find_library` runs ldconfig, gcc and ld, a hundred times during WeasyPrint's import, for names that
    WeasyPrint then also tries to load directly: finding nothing is quicker and loads the same files. On a Mac it
    starts nothing but does not know Homebrew's newer folder.
    """
    import ctypes.util  # late: it imports half of what it takes to start another program

    original = ctypes.util.find_library

    def find(name: str) -> str | None:
        if sys.platform == "linux":
            return None
        homebrew = HOMEBREW.format(name)
        return original(name) or (homebrew if Path(homebrew).exists() else None)

    ctypes.util.find_library = find
    try:
        yield
    finally:
        ctypes.util.find_library = original


@contextmanager
def _without_collector_and_clock() -> Iterator[None]:
    """While it lasts, the garbage collector rests, and fontTools does not look at the clock.

    Layout makes many objects and drops few of them. Where HarfBuzz-Subset is missing, fontTools cuts the embedded
    fonts, and would write the time into them.
    """
    clock = "SOURCE_DATE_EPOCH"
    collecting, clock_is_set = gc.isenabled(), clock in os.environ
    gc.disable()
    os.environ.setdefault(clock, "0")
    try:
        yield
    finally:
        if collecting:
            gc.enable()
        if not clock_is_set:
            del os.environ[clock]

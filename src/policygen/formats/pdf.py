"""Write stage, PDF: one `Document` and the house in, one tagged PDF (bytes) out, through WeasyPrint.

The same document gives the same bytes on the same machine: no date is written. WeasyPrint may read the house folder,
the organisation's logo and the font files of two installed packages, and nothing else. A form can be filled in on
screen. It is slow to import and needs Pango, which pip cannot
install: it is imported when first needed, and `unavailable` says beforehand, cheaply, whether it would work.
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
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stdout
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import unquote, urlsplit

from policygen.model.document import Document
from policygen.model.problems import LibraryError, OutputError, error
from policygen.formats.house import House, Logo
from policygen.formats import html

# One of these must load; each brings Pango and all that Pango needs. The full paths are where Homebrew on Apple
# silicon and MSYS2 put it: places that the system does not search, but that WeasyPrint can be led to.
LIBRARIES = ("libpangoft2-1.0.so.0", "libpangoft2-1.0.dylib", "/opt/homebrew/lib/libpangoft2-1.0.dylib",
             "libpangoft2-1.0-0.dll", r"C:\msys64\ucrt64\bin\libpangoft2-1.0-0.dll")
HOMEBREW = "/opt/homebrew/lib/lib{}.dylib"
INSTALL = {
    "linux": "apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0",
    "darwin": "brew install pango",
    "win32": "see https://doc.courtbouillon.org/weasyprint/stable/first_steps.html#windows",
}
FONTS = ("font_source_sans_pro", "font_source_serif_pro")
TYPED = {"sans": "font:SourceSansPro-Regular.ttf", "serif": "font:SourceSerifPro-Regular.ttf"}
"""The letters of what is typed into a form."""
MEDIA = {"png": "image/png", "jpeg": "image/jpeg", "svg": "image/svg+xml"}


def unavailable() -> str:
    """Empty when PDF can be made; else one line that tells the person how to install what is missing."""
    if any(_loads(library) for library in LIBRARIES):
        return ""
    return f"PDF needs Pango, which is not installed here: {INSTALL.get(sys.platform, INSTALL['linux'])}"


def write(document: Document, house: House, fillable: bool = True) -> bytes:
    """The document as PDF; raises OutputError without Pango, LibraryError when the house style cannot be used.

    A form can be filled in on screen, unless it is not to be `fillable`: then it is for print alone.
    """
    _weasyprint()
    from policygen.formats.finish import finish

    page = html.page(document, house, fillable=fillable and document.kind == "form")
    letters, scale = readable(TYPED[house.typeface], house.folder), html.ENLARGED if house.large else 1
    return _laid_out(page, house, pdf_variant="pdf/ua-1",
                     finisher=lambda _, made: finish(made, html.FIELD, letters, scale))


def words_page(document: Document, house: House, words: Mapping[str, Sequence[str]]) -> bytes:
    """One page that shows words as they would stand in the document: see `html.words_page`. Raises as `write`."""
    return _laid_out(html.words_page(document, house, words), house)


def letters(house: House) -> frozenset[str]:
    """The letters that the typeface of a house has of its own."""
    _weasyprint()
    from policygen.formats.finish import letters_of

    return letters_of(readable(TYPED[house.typeface], house.folder))


@contextmanager
def missing_letters() -> Iterator[list[str]]:
    """A list that is told, while it lasts, of every letter for which no font of this machine has a picture."""
    missing: list[str] = []

    def hear(record: logging.LogRecord) -> bool:
        if str(record.msg).startswith(".notdef"):
            missing.append(str(record.args[0]))
        return True

    log = logging.getLogger("weasyprint")
    log.addFilter(hear)
    try:
        yield missing
    finally:
        log.removeFilter(hear)


def _laid_out(page: str, house: House, **options: Any) -> bytes:
    """An HTML page as PDF. Raises OutputError, LibraryError."""
    weasyprint = _weasyprint()
    from weasyprint.urls import FatalURLFetchingError

    folder = house.folder.resolve()
    try:
        with _no_collecting(), _no_clock():
            source = weasyprint.HTML(string=page, base_url=f"{folder.as_uri()}/", url_fetcher=fetcher(folder, house.logo))
            return source.write_pdf(font_config=_fonts(folder, house.typeface), cache=_pictures(), **options)
    except FatalURLFetchingError as refused:
        raise LibraryError(error(f"the house style cannot be printed: {refused.__cause__}",
                                 hint="Keep everything that page.html and print.css use in the house folder.")
                           ) from refused


# ---- what may be read ----------------------------------------------------------------------------------------------


def readable(url: str, house: Path) -> Path:
    """The file behind a URL: of the house folder (`file:`) or a whole font (`font:`); raises ValueError otherwise."""
    from urllib.request import url2pathname  # late: slow to import, and of use only beside WeasyPrint

    parts = urlsplit(url)
    if parts.scheme == "font":
        name = Path(unquote(parts.path))
        folders = [Path(find_spec(package).origin).parent / "files" for package in FONTS]
        path = next((folder / name for folder in folders if (folder / name).exists()), name)
        allowed = path.parent in folders and path.suffix == ".ttf"
    else:
        path = Path(url2pathname(parts.path)).resolve()
        allowed = parts.scheme == "file" and not parts.netloc and path.is_relative_to(house.resolve())
    if not allowed:
        raise ValueError(f"{url} is outside the house folder")
    return path


def fetcher(house: Path, logo: Logo | None = None):
    """The URL fetcher for WeasyPrint that reads the logo and what is `readable`, and stops at anything else."""
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class HouseFetcher(URLFetcher):
        def fetch(self, url, headers=None):
            if logo and url == html.logo_address(logo):
                return URLFetcherResponse(url, logo.data, {"Content-Type": MEDIA[logo.kind]})
            path = readable(url, house)
            kind = "text/css" if path.suffix == ".css" else "application/octet-stream"
            return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": kind})

    return HouseFetcher(fail_on_errors=True)


@lru_cache(maxsize=1)
def _pictures() -> dict:
    """The logo as WeasyPrint keeps it, shared by all documents of a run; its address tells it from any other."""
    return {}


@lru_cache(maxsize=2)
def _fonts(house: Path, typeface: str):
    """The registered fonts of a house style and typeface, shared by all documents of a run.

    Measured: a fifth less time for a form, and the bytes do not depend on which documents were written before.
    """
    from weasyprint.text.fonts import FontConfiguration

    atexit.register(_fonts.cache_clear)  # its copies of the fonts go before Python takes itself apart
    return FontConfiguration()


# ---- WeasyPrint, loaded late and quietly ---------------------------------------------------------------------------


def _loads(library: str) -> bool:
    """Whether the system can load a shared library."""
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _weasyprint() -> ModuleType:
    """WeasyPrint, imported at the first call; raises OutputError when it cannot work on this machine."""
    if missing := unavailable():
        raise OutputError(error(missing, hint="Word and text files do not need it: use --format docx,txt."))
    try:
        # It prints a banner when it misses a library it needs: standard output belongs to scripts. It warns when it
        # misses one that only makes it quicker: the coordinator cannot act on that.
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
def _no_collecting() -> Iterator[None]:
    """While it lasts, the garbage collector rests: layout makes many objects and drops few of them."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@contextmanager
def _no_clock() -> Iterator[None]:
    """While it lasts, fontTools does not look at the clock.

    Where HarfBuzz-Subset is missing, fontTools cuts the embedded fonts, and writes the time into them.
    """
    name = "SOURCE_DATE_EPOCH"
    was_set = name in os.environ
    os.environ.setdefault(name, "0")
    try:
        yield
    finally:
        if not was_set:
            del os.environ[name]

"""LibreOffice for the tests that need to see what becomes of a Word file; they are skipped where it is missing."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

SOFFICE = shutil.which("soffice")
MISSING = [name for name in ("soffice", "pdftoppm", "pdftotext") if shutil.which(name) is None]
needs_office = pytest.mark.skipif(bool(MISSING), reason=f"needs LibreOffice and poppler: no {MISSING} in PATH")


def convert(paths, kind, to):
    """The files that LibreOffice makes of some files, in order; all in one start, with a profile of its own."""
    profile = Path(tempfile.gettempdir()) / f"policygen-tests-office-{os.getpid()}"
    try:
        subprocess.run([SOFFICE, "--headless", f"-env:UserInstallation={profile.as_uri()}", "--convert-to", kind,
                        "--outdir", str(to), *map(str, paths)], check=True, capture_output=True, timeout=300)
    finally:
        shutil.rmtree(profile, ignore_errors=True)
    made = [to / f"{path.stem}.{kind}" for path in paths]
    assert all(path.is_file() for path in made), "LibreOffice gave no file"
    return made

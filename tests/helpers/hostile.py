"""Inputs that are made to take long, to take much memory, or to reach files that are none of their business.

Each case makes its files in a folder and says how the program is called there. It must end within 5 seconds of the
processor's time and 500 MB, with an exit code of its own and without a traceback, and the editions are as before.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from helpers import robustness
from helpers.program import environment
from helpers.shared import made_once
from helpers.shipped import EXAMPLES
from helpers.small_library import SHIPPED
from helpers.word_files import parts
from policygen.formats.word.package import zipped

SECONDS, MEGABYTES = 5, 500
Case = Callable[[Path], list[str]]
"""Makes its files in a folder, and returns the arguments that the program gets there."""


def _answers(folder: Path, more: str) -> list[str]:
    text = (EXAMPLES / "cic.yaml").read_text(encoding="utf-8")
    (folder / "answers.yaml").write_text(f"{text}\n{more}\n", encoding="utf-8")
    return ["new", "--no-input", "--answers", "answers.yaml", "--to", "out", "--format", "txt"]


def _aliases() -> str:
    return "\n".join(["a0: &a0 [x, x]", *(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 40))])


def _edition(folder: Path) -> Path:
    base = made_once("two-editions", lambda made: (robustness.two_editions(made), made)[1])
    return Path(shutil.copytree(base, folder / "out")) / robustness.SECOND


def _edited(change: Callable[[dict[str, bytes]], None], folder: Path) -> list[str]:
    edition = _edition(folder)
    changed = parts((edition / "Confidentiality policy.docx").read_bytes())
    change(changed)
    (folder / "x.docx").write_bytes(zipped(changed))
    return ["review", str(edition), "--edited", "x.docx", "--no-input", "--format", "txt",
            "--as-at", "2030-11-20"]


def _in_body(words: str, part: str = "word/document.xml", before: bytes = b"<w:sectPr",
             ) -> Callable[[dict[str, bytes]], None]:
    """Puts words into a part of a Word file, before the last place that has `before`."""
    def change(found: dict[str, bytes]) -> None:
        head, sign, tail = found[part].rpartition(before)
        found[part] = head + words.encode() + sign + tail
    return change


def _as(encoding: str) -> Callable[[dict[str, bytes]], None]:
    """Gives the body of a Word file a document type, in an encoding."""
    def change(found: dict[str, bytes]) -> None:
        body = found["word/document.xml"].partition(b"?>")[2].decode()
        found["word/document.xml"] = f'<!DOCTYPE x [<!ENTITY a "b">]>{body}'.encode(encoding)
    return change


def _nested(start: str, end: str, levels: int) -> str:
    return start * levels + "<w:p/>" + end * levels


def _stored(name: str, data: bytes, command: str, folder: Path) -> list[str]:
    edition = _edition(folder)
    (edition / name).write_bytes(data)
    return [command, str(edition if command == "explain" else folder / "out")]


def _clause(when: str, body: str, folder: Path) -> list[str]:
    library = Path(shutil.copytree(SHIPPED, folder / "library"))
    path = next(library.glob("policy/*/*.md"))
    path.write_text(f"---\ntitle: Trap\nbecause: Some try.\nwhen: >-\n  {when}\n---\n{body}\n", encoding="utf-8")
    return ["check", str(library)]


def _instead(make: Callable[[Path], None], name: str, command: list[str], folder: Path) -> list[str]:
    """Puts something else in the place of a file of an edition."""
    edition = _edition(folder)
    (edition / name).unlink(missing_ok=True)
    make(edition / name)
    return [command[0], str(edition), *command[1:]]


def _endless(path: Path) -> None:
    path.symlink_to("/dev/zero")


_RUN = "<w:r><w:t>a </w:t></w:r>"
_TABLE = ("<w:tbl><w:tr><w:tc>", "<w:p/></w:tc></w:tr></w:tbl>")
_CONTROL = ("<w:sdt><w:sdtContent>", "</w:sdtContent></w:sdt>")
_FIELD = '<w:r><w:fldChar w:fldCharType="begin"/><w:fldChar w:fldCharType="separate"/></w:r>'
_STYLES = "".join(f'<w:style w:type="paragraph" w:styleId="z{n}"><w:basedOn w:val="z{n + 1}"/></w:style>'
                  for n in range(10_000))
_CIRCLE = "".join(f'<w:style w:type="paragraph" w:styleId="z{n}"><w:basedOn w:val="z{(n + 1) % 3000}"/></w:style>'
                  for n in range(3000))
_LEVELS = "".join(f'<w:lvl w:ilvl="{n}"/>' for n in range(3000))
_LISTS = (f'<w:abstractNum w:abstractNumId="7">{_LEVELS}</w:abstractNum>'
          + "".join(f'<w:num w:numId="{n}"><w:abstractNumId w:val="7"/></w:num>' for n in range(100, 20_000)))
_LINK = '<w:p><w:hyperlink w:anchor="a"><w:r><w:t>a</w:t></w:r></w:hyperlink></w:p>'
_MARK = '<w:p><w:bookmarkStart w:id="{0}" w:name="a{0}"/><w:r><w:t>a</w:t></w:r><w:bookmarkEnd w:id="{0}"/></w:p>'
_REVIEW = ["review", "--no-input", "--format", "txt", "--as-at", "2030-11-20"]
CASES: dict[str, Case] = {
    "answers nested deeply": partial(_answers, more="x: " + "[" * 50_000),
    "answers with aliases of aliases": partial(_answers, more=_aliases()),
    "answers with 100,000 names": partial(_answers, more="\n".join(f"k{n}: x" for n in range(100_000))),
    "answers of 50 MB": partial(_answers, more="#" * 50_000_000),
    "a number of 100,000 digits": partial(_answers, more=f"review_months: {'9' * 100_000}"),
    "a Word file of 100,000 paragraphs": partial(_edited, _in_body(f"<w:p>{_RUN}</w:p>" * 100_000)),
    "a Word file of 2,500 paragraphs": partial(_edited, _in_body(f"<w:p>{_RUN * 4}</w:p>" * 2500)),
    "a Word file of 2,500 long paragraphs": partial(_edited, _in_body(
        "".join(f"<w:p><w:r><w:t>{n} {'word ' * 22}</w:t></w:r></w:p>" for n in range(2500)))),
    "a paragraph of 100,000 runs": partial(_edited, _in_body(f"<w:p>{_RUN * 100_000}</w:p>")),
    "a paragraph of 3 MB": partial(_edited, _in_body(f"<w:p><w:r><w:t>{'word ' * 600_000}</w:t></w:r></w:p>")),
    "a table of 90,000 empty rows": partial(_edited, _in_body(f"<w:tbl>{'<w:tr/>' * 90_000}</w:tbl>")),
    "tables in tables": partial(_edited, _in_body(_nested(*_TABLE, 80))),
    "controls in controls": partial(_edited, _in_body(_nested(*_CONTROL, 120))),
    "fields in fields": partial(_edited, _in_body(f"<w:p>{_FIELD * 20_000}</w:p>")),
    "styles on styles": partial(_edited, _in_body(_STYLES, "word/styles.xml", b"</w:styles>")),
    "styles in a circle": partial(_edited, _in_body(_CIRCLE, "word/styles.xml", b"</w:styles>")),
    "lists with levels that Word has not": partial(_edited, _in_body(_LISTS, "word/numbering.xml", b"</w:numbering>")),
    "links": partial(_edited, _in_body(_LINK * 2400)),
    "bookmarks": partial(_edited, _in_body("".join(map(_MARK.format, range(900, 3300))))),
    "fields in fields with many runs": partial(_edited, _in_body(f"<w:p>{_FIELD * 90}{_RUN * 40_000}</w:p>")),
    "a part that unpacks to 100 MB": partial(_edited, lambda found: found.update({"word/x.xml": b" " * 100_000_000})),
    **{f"a document type in {encoding}": partial(_edited, _as(encoding))
       for encoding in ("utf-8", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-be")},
    **{f"{name} {what}": partial(_stored, name, data, command)
       for name, command in (("pack.json", "explain"), ("register.json", "status"))
       for what, data in (("nested deeply", b"[" * 100_000), ("of 15 MB of lists", b"[" + b"[]," * 5_000_000 + b"[]]"),
                          ("of 15 MB of words", b'{"documents":[' + b'"",' * 5_000_000 + b'""]}'),
                          ("of 20 MB", b" " * 20_000_000))},
    **{f"the condition {when[:20]}": partial(_clause, when, "Words.") for when in (
        '"x" * 10**9', "9**9**9 > 1", "range(10**9)", "9" * 10_000 + " > 1", "0x" + "f" * 10_000 + " > 1",
        "(" * 10_000, " and ".join(["true"] * 3000), '"' + "x" * 2000 + '" == "x"',
        f'"{"x" * 900}"|join("{"y" * 900}")|join("{"z" * 900}") == "x"')},
    "loops in a clause": partial(_clause, "true", "{% for a in '" + "x" * 900 + "' %}{% for b in '" + "x" * 900
                                 + "' %}{% endfor %}{% endfor %}Words."),
    "a clause of 1 MB": partial(_clause, "true", "Word. " * 160_000),
    **{f"{what} in the place of {name}": partial(_instead, make, name, command) for what, make in (
        ("a pipe", os.mkfifo), ("an endless file", _endless), ("a folder", Path.mkdir))
       for name, command in (("pack.json", ["explain"]), ("answers.yaml", _REVIEW),
                             ("Confidentiality policy.docx", _REVIEW), ("register.json", ["signed", "Cas"]))},
}


def outcome(name: str, case: Case) -> str:
    """What was wrong with how the program took a case, empty for nothing."""
    with tempfile.TemporaryDirectory() as made, tempfile.TemporaryFile() as output:
        arguments, began = case(Path(made)), time.monotonic()
        before = _editions(Path(made))
        process = subprocess.Popen([sys.executable, "-m", "policygen", *arguments], cwd=made, env=environment(),
                                   stdin=subprocess.DEVNULL, stdout=output, stderr=output)
        ended = megabytes = 0
        while not ended and time.monotonic() - began < 20 * SECONDS:
            megabytes = max(megabytes, _megabytes(process.pid))
            ended, status, used = os.wait4(process.pid, os.WNOHANG)
            time.sleep(0.02)
        if not ended:
            process.kill()
            process.wait()
            return f"{name}: it had not ended after {20 * SECONDS} seconds"
        process.returncode = os.waitstatus_to_exitcode(status)
        seconds = used.ru_utime + used.ru_stime
        output.seek(0)
        words = output.read().decode(errors="replace")
        after = _editions(Path(made))
    return "; ".join(filter(None, (
        seconds > SECONDS and f"{name}: {seconds:.1f} seconds",
        megabytes > MEGABYTES and f"{name}: {megabytes} MB",
        any(after.get(path) != data for path, data in before.items()) and f"{name}: a file has changed",
        (process.returncode not in (0, 2, 3, 4, 5) or "Traceback" in words or "fault of policygen" in words)
        and f"{name}: it ended with {process.returncode}: {words[-300:]}")))


def _megabytes(process: int) -> int:
    """The most memory that a process has had; 0 once it has ended. `ru_maxrss` counts that of the process which started
    it as well."""
    try:
        status = Path(f"/proc/{process}/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return 0
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    return int(found[1]) // 1024 if found else 0


def _editions(folder: Path) -> dict[Path, bytes]:
    """The files of the editions, but those that are no ordinary files."""
    return {path: path.read_bytes() for path in folder.glob("out/**/*") if path.is_file() and not path.is_symlink()}

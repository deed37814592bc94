"""Runs axe-core, which finds barriers to access, on the HTML file of every document of the five examples.

    npm install axe-core            (once, anywhere; Chromium has to be installed too)
    python tools/axe.py node_modules/axe-core/axe.min.js

Each document is opened as wide as a screen and as narrow as a telephone, as a draft and as a final document. Half of
them have a logo. It prints every violation and then ends with exit code 1; or it prints that there is none.
"""

import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
from base64 import b64decode
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from html import unescape
from pathlib import Path

from policygen.formats import html
from policygen.formats.house import House, Logo
from policygen.pack import answers, make

ROOT = Path(__file__).resolve().parents[1]
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
SIZES = ("1280,900", "320,640")
LOGO = Logo("png", b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAQAAAABAQAAAADRRzJgAAAACklEQVR42mNgAAAAAgAB5Sfe/AAAAABJRU5ErkJggg=="), 4, 1)
SECURITY = re.compile(r'<meta http-equiv="Content-Security-Policy"[^>]*>')
"""Taken out of the page: it forbids scripts, and axe-core is one."""
SCRIPTS = """<script>%s</script><script>
axe.run(document).then(found => {
  const answer = document.createElement("pre");
  answer.id = "axe";
  answer.textContent = JSON.stringify({
    rules: found.passes.length,
    wide: document.documentElement.scrollWidth - innerWidth,
    violations: found.violations.map(rule => [rule.id, rule.impact, rule.help, rule.nodes.map(node => node.html)])});
  document.title = "done";
  document.body.append(answer);
})</script></body>"""


def pages(folder: Path) -> list[Path]:
    """The HTML files of all documents of all examples, in turn with and without a logo and a colour."""
    sources = make.load(ROOT)
    houses = (House(sources.house), House(sources.house, LOGO, "#8a6d00", "serif"))
    found = []
    for number, path in enumerate(sorted((ROOT / "examples").glob("*.yaml"))):
        given = answers.read_answers(path, sources.questionnaire)
        for draft in (False, True):
            request = make.Request(given=given, answers_name=path.name, answers_text="", to=folder / f"{draft}",
                                       formats=("txt",), as_at=date(2026, 11, 21), draft=draft)
            for document in make.make(sources, request, lambda stage: None).documents:
                page = folder / f"{path.stem} {document.id} {draft}.html"
                page.write_text(html.screen(document, houses[(number + draft) % 2]), encoding="utf-8")
                found.append(page)
    return found


def said(page: Path, size: str, browser: str, script: str) -> dict:
    """What axe-core says about a page in a window of this size."""
    text = SECURITY.sub("", page.read_text(encoding="utf-8")).replace("</body>", SCRIPTS.replace("%s", script))
    asked = page.with_name(f"{page.stem} {size}.asked.html")
    asked.write_text(text, encoding="utf-8")
    with tempfile.TemporaryDirectory() as profile:
        done = subprocess.run([browser, "--headless=new", "--no-sandbox", "--disable-gpu", f"--user-data-dir={profile}",
                               f"--window-size={size}", "--virtual-time-budget=20000", "--dump-dom", asked.as_uri()],
                              capture_output=True, text=True, timeout=120, check=False)
    found = re.search(r'<pre id="axe">(.*?)</pre>', done.stdout, re.DOTALL)
    if not found:
        sys.exit(f"axe-core did not answer for {page.name}: {done.stderr[-500:]}")
    return json.loads(unescape(found[1]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("axe", type=Path, help="axe.min.js of the npm package axe-core")
    script = parser.parse_args().axe.read_text(encoding="utf-8").replace("</script>", r"<\/script>")
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if not browser:
        sys.exit(f"None of these browsers is installed: {', '.join(BROWSERS)}.")
    with tempfile.TemporaryDirectory() as scratch, ThreadPoolExecutor(2) as pool:
        asked = [(page, size) for page in pages(Path(scratch)) for size in SIZES]
        answered = list(pool.map(lambda pair: said(*pair, browser, script), asked))
    faults = [f"{page.stem} at {size}: {rule} ({impact}): {help_}\n    {nodes[0]}"
              for (page, size), found in zip(asked, answered) for rule, impact, help_, nodes in found["violations"]]
    faults += [f"{page.stem} at {size}: {found['wide']} pixels too wide"
               for (page, size), found in zip(asked, answered) if found["wide"] > 0]
    print("\n".join(faults) or f"no violations ({len(asked)} pages, at least "
                               f"{min(found['rules'] for found in answered)} rules passed on each)")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()

"""An organisation whose policy is reviewed after two years, for the tests of reviews."""

import copy
import itertools
import re
import shutil
import subprocess
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import docx
from helpers.program import policygen
from helpers.shared import made_once
from helpers.shipped import ROOT
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph

from policygen.model.document import is_generated, passages_of, untitled
from policygen.model.lines import text_of
from policygen.pack.edition import read_edition

FIRST, SECOND, THIRD = "2026-11-21", "2028-11-20", "2030-11-20"
VOICE = " We never leave a voice message on a shared telephone."
VISITORS = "Visitors sign in on a loose sheet, so that nobody reads who was there before."
CAR_PARK = ", not even in the car park."
GOSSIP = "Talking about people for amusement is never acceptable, inside or outside the organisation."
NUMBER = "Check the number before you press send."


def made(*arguments, code: int = 0) -> Path:
    """The folder of the edition that a command makes."""
    return Path(policygen(*arguments, code=code).stdout.strip().split("\n")[-1])


def first_edition(to: Path, *settings: str, formats: str = "docx,txt", day: str = FIRST) -> Path:
    """A copy of the front-line example's edition, in the folder `to` for all packs. Its policy was approved on the day
    it was made, unless the settings say otherwise."""
    if not any(setting.startswith("approved_on=") for setting in settings):
        settings = (f"approved_on={day}", *settings)
    name = re.sub(r"\W+", "-", " ".join(["first", day, formats, *settings]))
    edition = made_once(name, lambda folder: made(
        "new", "--answers", ROOT / "examples" / "front-line.yaml", *(f"--set={setting}" for setting in settings),
        "--as-at", day, "--to", folder, "--format", formats, "--no-input"))
    shutil.copytree(edition.parent, to / edition.parent.name)
    return to / edition.parent.name / edition.name


def reviewed_by_command(place: Path, day: str, *more, formats: str = "docx,txt") -> Path:
    return made("review", place, "--as-at", day, "--no-input", "--format", formats, *more)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*"))
            if path.is_file()}


def clauses(edition: Path, document: str = "policy") -> dict[str, str]:
    """The words of each clause of a document of an edition, without title and numbers."""
    found, = (one for one in read_edition(edition).documents if one.id == document)
    return {passage.clause: text_of(untitled(passage).blocks) for passage in passages_of(found)
            if not is_generated(passage)}


# ---- edits by hand -----------------------------------------------------------------------------------------------


class ByHand:
    """A Word file in the hands of somebody."""

    def __init__(self, path: Path):
        self.path, self.file = path, docx.Document(str(path))

    def clause(self, title: str) -> Paragraph:
        return next(paragraph for paragraph in self.file.paragraphs
                    if paragraph.style.name == "Clause" and paragraph.text.startswith(title))

    def add_words(self, title: str, words: str) -> None:
        self.clause(title).runs[-1].text += words

    def replace(self, title: str, old: str, new: str) -> None:
        run = next(run for run in self.clause(title).runs if old in run.text)
        run.text = run.text.replace(old, new, 1)

    def add_clause(self, after: str, title: str, words: str) -> None:
        before = self.clause(after)
        element = copy.deepcopy(before._p)
        before._p.addnext(element)
        for child in list(element):
            if not child.tag.endswith("}pPr"):
                element.remove(child)
        new = Paragraph(element, before._parent)
        new.add_run(f"{title}. ").bold = True
        new.add_run(words)

    def delete(self, title: str) -> None:
        """Take a clause out, with all its paragraphs."""
        first = self.clause(title)
        for element in [first._p, *first._p.itersiblings()]:
            style = Paragraph(element, first._parent).style.name if element.tag.endswith("}p") else ""
            if element is not first._p and (style == "Clause" or style.startswith("Heading")):
                break
            element.getparent().remove(element)

    def save(self, to: Path | None = None) -> Path:
        self.file.save(str(to or self.path))
        return to or self.path


def find_and_replace(path: Path, old: str, new: str, keep: Collection[int] = ()) -> None:
    """Replace words all through a Word file as Word does: in any capitals, which stay. `keep` are the places, from 1,
    that stay as they are."""
    file, count = docx.Document(str(path)), itertools.count(1)

    def put(found: re.Match[str]) -> str:
        capital = found[0][:1].isupper() and old[:1].islower()
        return found[0] if next(count) in keep else new[:1].upper() + new[1:] if capital else new

    for words in file.element.body.iter(qn("w:t")):
        words.text = re.sub(re.escape(old), put, words.text or "", flags=re.IGNORECASE)
    file.save(str(path))


def edit(policy: Path) -> None:
    """Reword a clause, add one, delete one; and reword one that the library rewords too."""
    hand = ByHand(policy)
    hand.add_words("Calls and messages", VOICE)
    hand.add_clause("In the office", "Visitors’ book", VISITORS)
    hand.delete("Equality monitoring")
    hand.replace("Conversations", "look around you.", f"look around you{CAR_PARK}")
    hand.save()


def newer_library(to: Path) -> Path:
    """A clause library of two years later."""
    library = to / "confidentiality"
    shutil.copytree(ROOT / "clauses" / "confidentiality", library)

    def change(name: str, old: str, new: str) -> None:
        path = library / name
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1, (name, old)
        path.write_text(text.replace(old, new), encoding="utf-8")

    messages = library / "policy/everyday/messages.md"
    messages.write_text(messages.read_text(encoding="utf-8").rstrip() + f"\n\n{NUMBER}\n", encoding="utf-8")
    gossip = library / "policy/never/gossip.md"
    front = gossip.read_text(encoding="utf-8").split("---")[1]
    gossip.write_text(f"---{front}---\n{GOSSIP}\n", encoding="utf-8")
    change("policy/everyday/conversations.md", "look around you. As", "look around you at all times. As")
    change("law.yaml", "checked: 2026-11-20", "checked: 2028-11-01")
    change("law.yaml", "  - id: terrorism-s38b\n", "  - id: terrorism-s38b\n    changed: [2028-03-01]\n")
    terrorism = library / "policy/limits/terrorism.md"
    text = terrorism.read_text(encoding="utf-8").rstrip()
    terrorism.write_text(f"{text}\n\nDo not warn anybody.\n", encoding="utf-8")
    change("library.yaml", 'version: "2026.11"', 'version: "2028.05"')
    return library


@dataclass(frozen=True)
class Story:
    """Two reviews in a row."""

    library: Path
    first: Path
    issued: Path
    """Its policy in Word as it was issued."""
    before: dict[str, bytes]
    """The files of the first edition as they were when the review began."""
    review: subprocess.CompletedProcess
    second: Path
    third: Path


def story() -> Story:
    """Approved in 2026, edited by hand, reviewed in 2028 with another library and other answers, approved then, and
    reviewed again in 2030 without any change."""
    return made_once("story", _story)


def _story(to: Path) -> Story:
    first = first_edition(to / "output", formats="docx,pdf,txt")
    issued = shutil.copy(first / "Confidentiality policy.docx", to / "issued.docx")
    edit(first / "Confidentiality policy.docx")
    before, library = contents(first), newer_library(to)
    review = policygen("review", first.parent, "--as-at", SECOND, "--no-input", "--library", library, "--format",
                       "docx,pdf,txt", "--set", "lead_role=Service Director", "--set", "file_notice=1 week")
    second = Path(review.stdout.strip().split("\n")[-1])
    approved = reviewed_by_command(first.parent, "2028-11-25", "--library", library, "--set", "approved_on=2028-11-25",
                        formats="docx")
    assert approved.name == "2028-11-25"
    third = reviewed_by_command(first.parent, THIRD, "--library", library)
    return Story(library, first, issued, before, review, second, third)

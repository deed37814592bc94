"""Unfinished answers on disk: one file for each organisation, replaced whole after each answer.

In: a `QuestionPath`. Out: `output/<organisation>/answers.draft.yaml`, which only one window at a time may write, and
what an earlier interview left there. This module asks nobody anything.
"""

from __future__ import annotations

from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, Self

from policygen.interview import overview
from policygen.interview.path import QuestionPath
from policygen.library.questionnaire import APPROVED_ON, Questionnaire
from policygen.model.problems import AnswersError, OutputError, Place, error
from policygen.pack import answers, edition, folders
from policygen.pack.answers import Depth, Progress

NAME = "organisation_name"
"""The id of the question whose answer decides in which folder a draft is kept."""


@dataclass(frozen=True, slots=True)
class SavedDraft:
    """What a draft's file holds."""

    said: dict[str, Any]
    """Typed answers."""
    progress: Progress
    text: str
    """The whole text of the file: its comments are kept."""

    def resumed(self, depth: Depth = "") -> tuple[dict[str, Any], Progress]:
        """The answers and the progress to carry on with; a `depth` that is not empty replaces that of the file. In a
        review, the file still holds the day on which the last edition was approved: it says nothing about the next."""
        said = {name: value for name, value in self.said.items()
                if not (name == APPROVED_ON and name in self.progress.unfinished)}
        return said, replace(self.progress, depth=depth or self.progress.depth)


def draft_file(to: Path, organisation: str) -> Path:
    """The file of an organisation's unfinished answers below a folder for editions, whether or not it exists."""
    return folders.home_of(to, organisation) / folders.UNFINISHED


def draft_files(to: Path) -> list[Path]:
    """All drafts below a folder for editions."""
    return sorted(to.glob(f"*/{folders.UNFINISHED}"))


def read_saved_draft(file: Path, questionnaire: Questionnaire) -> SavedDraft:
    """What a draft's file holds. Raises OutputError when it is damaged or somebody has broken it by hand, and
    AnswersError when a newer policygen wrote it."""
    try:
        said, progress = answers.read_draft(file, questionnaire)
        if not (text := answers.earlier_text(file)).strip():
            raise AnswersError(error("there is nothing in it", Place(str(file))))
    except answers.NewerAnswersError:
        raise
    except AnswersError as exc:
        damages = [replace(one, message=f"this file is damaged: {one.message}") for one in exc.problems]
        raise OutputError(*damages, error("these are unfinished answers", Place(str(file)), "Correct the lines above, "
                                          "or delete the file to begin again.")) from None
    return SavedDraft(said, progress, text)


def unfinished(to: Path, questionnaire: Questionnaire, as_at: date) -> tuple[dict[str, str], list[str]]:
    """The organisations with unfinished answers, each with a line that says how far they are; and of the others, why
    they cannot be carried on with."""
    found, others = {}, []
    for file in draft_files(to):
        try:
            saved = read_saved_draft(file, questionnaire)
        except (AnswersError, OutputError) as exc:
            others.append(f"{exc}\nThese unfinished answers cannot be carried on with until that is mended.")
            continue
        if (name := saved.said.get(NAME)) and is_open_elsewhere(to, name):
            others.append(f"The questions about “{name}” are open in another window. Go on there, or close it.")
        elif name:
            found[name] = overview.progress_line(QuestionPath.begin(questionnaire, saved.said, as_at, saved.progress))
    return found, others


def is_open_elsewhere(to: Path, organisation: str) -> bool:
    """Whether another window asks the questions of this organisation."""
    try:
        with folders.claimed(to, organisation):
            return False
    except OutputError:
        return True


class Draft:
    """The draft that one interview writes."""

    def __init__(self, questionnaire: Questionnaire, to: Path, text: str = ""):
        """`text` is that of an answers file whose comments are kept."""
        self.path: Path | None = None
        """The file that holds the answers; None before any were kept."""
        self.text = text
        """The text of the answers as they were kept last."""
        self._questionnaire, self._to = questionnaire, to
        self._claimed: Path | None = None
        self._claim = ExitStack()

    def claim(self, organisation: str) -> SavedDraft | None:
        """Reserve the file of this organisation for this window, and return what it holds; None for a new file. The
        next `keep` writes there; until then, the answers stay where they are.

        Raises OutputError when another organisation has the folder, another window asks the same questions, or the
        file that is there is broken; AnswersError when a newer policygen wrote it.
        """
        new = draft_file(self._to, organisation)
        if new == self._claimed:
            return None
        edition.next_number(self._to, organisation)
        with ExitStack() as claim:
            claim.enter_context(folders.claimed(self._to, organisation))
            saved = read_saved_draft(new, self._questionnaire) if new.exists() else None
            self._claim.close()
            self._claim = claim.pop_all()
        self._claimed = new
        return saved

    def carry_on(self, saved: SavedDraft) -> None:
        """Go on with what the claimed file holds, comments too. Answers kept under another name stay there."""
        self.path, self.text = self._claimed, saved.text

    def keep(self, here: QuestionPath) -> None:
        """Write the answers. Raises OutputError; the file is then as it was before."""
        if self._claimed is None:
            return
        text = answers.as_text(self._questionnaire, here.said, earlier=self.text, progress=here.progress)
        folders.replace_files({self._claimed: text.encode()})
        moved, self.path, self.text = self.path, self._claimed, text
        if moved is not None and moved != self.path:
            _remove(moved)

    def done(self) -> None:
        """Remove the file: the pack is made."""
        if self._claimed is not None:
            _remove(self._claimed)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *reason: object) -> None:
        """Let other windows ask the questions of this organisation."""
        self._claim.close()


def _remove(file: Path) -> None:
    """Remove a draft, and its folder unless that holds editions."""
    file.unlink(missing_ok=True)
    with suppress(OSError):
        file.parent.rmdir()

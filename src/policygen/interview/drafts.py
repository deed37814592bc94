"""Unfinished answers: one file beside an organisation's editions, safe against everything that can stop a person.

In: a walk through the questions. Out: `output/<organisation>/answers.draft.yaml`, replaced whole after each answer, and
claimed by one window at a time.
"""

from __future__ import annotations

from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from policygen.pack import answers, edition
from policygen.pack.answers import Progress
from policygen.model.problems import AnswersError, OutputError, Place, error
from policygen.library.questionnaire import Questionnaire
from policygen.interview.path import Walk

NAME = "organisation_name"
"""The answer that a draft is kept under."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What a draft held."""

    said: dict[str, Any]
    progress: Progress
    text: str
    """Of the file, whose comments are kept."""


def path(to: Path, organisation: str) -> Path:
    """Where the unfinished answers of an organisation are."""
    return to / edition.slug(organisation) / edition.UNFINISHED


def found(to: Path) -> list[Path]:
    """All drafts in a folder for editions."""
    return sorted(to.glob(f"*/{edition.UNFINISHED}"))


def read(draft: Path, questionnaire: Questionnaire) -> Kept:
    """What a draft holds. Raises AnswersError when somebody has broken it by hand."""
    try:
        said, progress = answers.read_draft(draft, questionnaire)
    except AnswersError as exc:
        raise AnswersError(*exc.problems, error(
            "these are unfinished answers", Place(str(draft)),
            "Correct the lines above, or delete the file to begin again.")) from None
    return Kept(said, progress, answers.earlier_text(draft))


class Draft:
    """The unfinished answers of the organisation that is being asked, for as long as it is asked."""

    def __init__(self, questionnaire: Questionnaire, to: Path, text: str = ""):
        """`text` is of an answers file whose comments are kept."""
        self.path: Path | None = None
        """Where the answers are; None as long as none is on disk."""
        self._questionnaire, self._to, self._text = questionnaire, to, text
        self._claimed: Path | None = None
        self._claim = ExitStack()

    def claim(self, organisation: str) -> Kept | None:
        """Keep the answers under this name from now on; what was kept there before, None for nothing.

        Until then, they stay where they are. Raises OutputError when the organisation's folder is another's, or another
        window is asking its questions, and AnswersError when its unfinished answers are broken.
        """
        new = path(self._to, organisation)
        if new == self._claimed:
            return None
        edition.next_number(self._to, organisation)
        with ExitStack() as claim:
            claim.enter_context(edition.claimed(self._to, organisation))
            kept = read(new, self._questionnaire) if new.exists() else None
            self._claim.close()
            self._claim = claim.pop_all()
        self._claimed = new
        return kept

    def take(self, kept: Kept) -> None:
        """Go on with what was kept before, and with its comments. What was said under another name stays there."""
        self.path, self._text = self._claimed, kept.text

    def keep(self, walk: Walk) -> None:
        """Put the answers on disk. Raises OutputError; the file then holds what it held."""
        if self._claimed is None:
            return
        text = answers.dump(self._questionnaire, walk.said, earlier=self._text, progress=walk.progress)
        edition.write_safely(self._claimed, text)
        moved, self.path, self._text = self.path, self._claimed, text
        if moved not in (None, self.path):
            _remove(moved)

    @property
    def text(self) -> str:
        """The text of the answers as they were kept last."""
        return self._text

    def done(self) -> None:
        """The pack is made: nothing is unfinished any more."""
        if self._claimed is not None:
            _remove(self._claimed)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *reason: object) -> None:
        """Let other windows ask the questions of this organisation."""
        self._claim.close()


def _remove(draft: Path) -> None:
    """Take a draft away, and its folder if nothing else is in it."""
    draft.unlink(missing_ok=True)
    with suppress(OSError):  # holds editions
        draft.parent.rmdir()


def is_open_elsewhere(to: Path, organisation: str) -> bool:
    """Whether another window is asking the questions of this organisation."""
    try:
        with edition.claimed(to, organisation):
            return False
    except OutputError:
        return True

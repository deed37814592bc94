"""The guided way: the menu, the interview, and the pack that comes of it.

In: how to ask, and what the command line does with a request. Out: nothing; the pack is on disk, or the answers are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from policygen.interview import overview
from policygen.pack import make as pipeline, selection
from policygen.terminal import conflicts, interview, menu
from policygen.review import review as review_module
from policygen.pack.answers import Progress
from policygen.interview.drafts import Draft
from policygen.model.problems import Interrupted, OutputError, Place, PolicygenError, error
from policygen.terminal.interview import Behind, Session, Start
from policygen.pack.merge import Choice
from policygen.pack.make import Request, Sources
from policygen.interview.prompts import Option, Prompts
from policygen.library.questionnaire import Questionnaire
from policygen.review.review import Review
from policygen.model.english import date_in_words


@dataclass(frozen=True, slots=True)
class Setting:
    """How to ask, and what to make then."""

    questions: Questionnaire
    prompts: Prompts
    request: Request
    """What to make; the answers are still missing in it."""
    library: Path | None
    """The folder of another clause library."""
    make: Callable[[Sources, Request, Callable[[Path], bool]], None]
    """Makes a pack and tells of it; the last argument asks a person whether a folder is to be opened."""
    tell: Callable[[str], None]
    """Hears what a person should know of answers that were read."""
    show_due: Callable[[], None]
    """Shows which reviews are due."""


def from_menu(setting: Setting) -> None:
    """Let somebody choose what to do, until there is nothing more to do. Raises KeyboardInterrupt or EOFError."""
    while True:
        match menu.choose(setting.prompts, setting.questions, setting.request.to, setting.request.as_at):
            case menu.New():
                return ask(setting, Start({}, {}))
            case menu.CarryOn(organisation=name):
                return ask(setting, Start({}, {}, resume=name))
            case menu.Review(folder=folder):
                return review(setting, _begun(setting, folder.parent), {}, None)
            case menu.Change(folder=folder):
                return _change(setting, _begun(setting, folder.parent))
            case menu.Due():
                setting.show_due()
            case menu.Quit():
                return None


def _begun(setting: Setting, place: Path, files: Sequence[Path] = (), anyway: bool = False) -> Review:
    return review_module.begin(place, setting.questions, files, anyway, setting.tell, setting.request.as_at)


def review(setting: Setting, found: Review, given: Mapping[str, Any], keep: Choice | None) -> None:
    """Ask what may have changed since an edition, and make the next one. `given` are answers that are settled; `keep`
    says what stands where people and the library changed the same words, None that it is asked."""
    due = review_module.reasons(found, pipeline.load(pipeline.data_folder(), setting.library), setting.request.as_at)
    progress = _progress(setting, found, tuple(name for name in due if name not in given))
    ask(setting, Start(given, review_module.seeded(found, setting.questions), progress=progress), found.text, found, keep)


def _change(setting: Setting, found: Review) -> None:
    """Show the answers of an edition for somebody to change what they like, and make the next one."""
    parts = tuple(part.id for part in setting.questions.parts)
    progress = replace(_progress(setting, found, ()), depth="quick", confirmed=parts)
    ask(setting, Start({}, found.given, progress=progress), found.text, found)


def _progress(setting: Setting, found: Review, due: tuple[str, ...]) -> Progress:
    """Where a review begins; it can be carried on with on another day."""
    folder, to = found.folder.resolve(), setting.request.to.resolve()
    place = folder.relative_to(to) if folder.is_relative_to(to) else folder
    return Progress("full", (), due, place.as_posix(), tuple(str(path.resolve()) for path in found.given_files))


def ask(setting: Setting, start: Start, text: str = "", found: Review | None = None,
        keep: Choice | None = None) -> None:
    """Ask, and make the pack. The answers stay on disk until it is made; `text` is of a file with people's comments.
    `found` is the edition that is reviewed or changed, which unfinished answers may name too.

    Raises Interrupted when somebody stops, and what the stages raise.
    """

    @cache  # it is read when it is needed first: the questions need not wait for it
    def sources() -> Sources:
        return pipeline.load(pipeline.data_folder(), setting.library)

    @cache
    def reviewed(place: str, files: tuple[str, ...]) -> Review:
        begun = _progress(setting, found, ()) if found else Progress()
        if (place, files) == (begun.edition, begun.edited):
            return found
        if gone := [file for file in files if not Path(file).exists()]:
            raise OutputError(*(error("this file was given when the review was begun, and is not there any more", Place(
                file), "Put it back, or give another one with --edited: that one counts then.") for file in gone))
        return _begun(setting, setting.request.to / place, [Path(file) for file in files], anyway=True)

    def about(progress: Progress) -> tuple[list[str], Mapping[str, str]]:
        last = reviewed(progress.edition, progress.edited)
        return review_module.told(last), review_module.reasons(last, sources(), setting.request.as_at)

    def request(given: Mapping[str, Any], draft: bool) -> Request:
        return replace(setting.request, given=given, draft=draft or setting.request.draft)

    behind = Behind(lambda given, draft: pipeline.outlook(sources(), request(given, draft)),
                    lambda question: selection.decided_by(sources().library, setting.questions, question.id), about)
    with Draft(setting.questions, setting.request.to, text) as draft:
        walk = interview.run(Session(setting.questions, setting.prompts, draft, behind, setting.request.as_at), start)
        try:
            wanted = replace(request(walk.said, bool(overview.gaps(walk))), answers_text=draft.text)
            if walk.edition:
                wanted = review_module.next_request(
                    reviewed(walk.edition, walk.edited), sources(), wanted,
                    lambda renewal, conflict: keep or conflicts.decide(setting.prompts, renewal, conflict),
                    lambda day: _still_approved(setting.prompts, day))
            setting.make(sources(), wanted, lambda folder: _wants_to_open(setting.prompts))
        except PolicygenError as exc:
            if draft.path:
                exc.add_note(f"Your answers are kept in {draft.path}\nStart again to carry on.")
            raise
        except (KeyboardInterrupt, EOFError):
            raise Interrupted(draft.path) from None
        draft.done()


def _still_approved(prompts: Prompts, day: date) -> bool:
    prompts.say(f"\nThe policy says something else now than what was approved on {date_in_words(day)}.", "bold")
    return prompts.choose([Option("It is a draft until it is approved again", False),
                           Option("These are small corrections: that approval stands", True)])


def _wants_to_open(prompts: Prompts) -> bool:
    prompts.say("\nOpen the folder now?", "bold")
    return prompts.choose([Option("Yes", True), Option("No", False)], True)

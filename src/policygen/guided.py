"""The guided way: the menu, the interview, and the pack that comes of it.

In: how to ask, and what the command line does with a request. Out: nothing; the pack is on disk, or the answers are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from policygen import answers, interview, menu, overview, pipeline, selection
from policygen.drafts import Draft
from policygen.errors import Interrupted, PolicygenError
from policygen.interview import Behind, Session, Start
from policygen.pipeline import Request, Sources
from policygen.prompts.interface import Option, Prompts
from policygen.questionnaire import Questionnaire


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
            case menu.Change(folder=folder):
                path = folder / "answers.yaml"
                given = answers.located(setting.questions, answers.read(path, setting.questions, setting.tell), folder)
                return ask(setting, Start({}, given, "quick"), answers.earlier_text(path))
            case menu.Due():
                setting.show_due()
            case menu.Quit():
                return None


def ask(setting: Setting, start: Start, text: str = "") -> None:
    """Ask, and make the pack. The answers stay on disk until it is made; `text` is of a file with people's comments.

    Raises Interrupted when somebody stops, and what the stages raise.
    """

    @cache  # it is read when it is needed first: the questions need not wait for it
    def sources() -> Sources:
        return pipeline.load(pipeline.data_folder(), setting.library)

    def request(given: Mapping[str, Any], draft: bool) -> Request:
        return replace(setting.request, given=given, draft=draft or setting.request.draft)

    behind = Behind(lambda given, draft: pipeline.outlook(sources(), request(given, draft)),
                    lambda question: selection.decided_by(sources().library, setting.questions, question.id))
    with Draft(setting.questions, setting.request.to, text) as draft:
        walk = interview.run(Session(setting.questions, setting.prompts, draft, behind, setting.request.as_at), start)
        try:
            wanted = replace(request(walk.said, bool(overview.gaps(walk))), answers_text=draft.text)
            setting.make(sources(), wanted, lambda folder: _wants_to_open(setting.prompts))
        except PolicygenError as exc:
            if draft.path:
                exc.add_note(f"Your answers are kept in {draft.path}\nStart again to carry on.")
            raise
        except KeyboardInterrupt:
            raise Interrupted(draft.path) from None
        draft.done()


def _wants_to_open(prompts: Prompts) -> bool:
    prompts.say("\nOpen the folder now?", "bold")
    return prompts.choose([Option("Yes", True), Option("No", False)], True)

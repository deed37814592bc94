"""What somebody can begin in a terminal: the menu, a new policy, a review; then the questions, then the pack.

In: a `Face`, which says how to ask and what the command line does with a request. Out: nothing. Afterwards the pack is
on disk, or the unfinished answers are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Literal

from policygen import status
from policygen.interview import asking, overview
from policygen.interview.asking import Option
from policygen.interview.drafts import Draft
from policygen.interview.path import QuestionPath
from policygen.library.question import parse_answer
from policygen.library.questionnaire import APPROVED_ON, Questionnaire
from policygen.model.english import date_in_words
from policygen.model.problems import Interrupted, OutputError, Place, PolicygenError, command, error
from policygen.pack import edition, selection
from policygen.pack.answers import Progress
from policygen.pack.edits import Renewal
from policygen.pack.make import Request, Sources
from policygen.pack.merge import Conflict, MergeChoice
from policygen.review import approval
from policygen.review import review as reviews
from policygen.review.approval import ApprovalRequest
from policygen.review.old_names import clause_places, old_names_in_words
from policygen.review.review import Review
from policygen.terminal import interview
from policygen.terminal.interview import Session, Start
from policygen.terminal.prompts import Prompts

WELCOME = ("policygen writes a confidentiality policy for your organisation, with the forms that go with it. "
           "Nothing that you type leaves this computer.")


@dataclass(frozen=True, slots=True)
class Face:
    """The prompts that ask, and the functions of the command line that the menu calls."""

    questions: Questionnaire
    prompts: Prompts
    request: Request
    """What to make; its answers are not used."""
    sources: Callable[[], Sources]
    """Reads the clause library, which takes a while, and is called when it is first needed."""
    make: Callable[[Sources, Request, Callable[[Path], bool]], None]
    """Makes a pack and reports it. The last argument asks a person whether to open a folder."""
    tell: Callable[[str], None]
    """Gets what a person should know about answers that were read."""
    show_due: Callable[[], object]
    """Shows which reviews are due."""
    approve: Callable[[ApprovalRequest], None]
    """Records an approval and reports it."""
    failed: Callable[[Exception], object]
    """Says what went wrong."""


@dataclass(frozen=True, slots=True)
class MenuChoice:
    """What somebody wants to do."""

    what: Literal["new", "carry on", "review", "change", "approve", "due", "quit"]
    organisation: str = ""
    """Whose unfinished answers to carry on with."""
    folder: Path = Path()
    """The edition to review, whose answers to change, or whose approval to record."""


def open_menu(face: Face) -> None:
    """Let somebody choose what to do, until there is nothing more to do; after what does not work, once more. Raises
    KeyboardInterrupt or EOFError."""
    while True:
        chosen = choose(face.prompts, face.questions, face.request.to, face.request.as_at)
        try:
            match chosen:
                case MenuChoice("new"):
                    return ask(face, Start({}, {}))
                case MenuChoice("carry on", name):
                    return ask(face, Start({}, {}, resume=name))
                case MenuChoice("review", folder=folder):
                    return ask_review(face, _begun(face, folder.parent), {}, None)
                case MenuChoice("change", folder=folder):
                    return _change(face, _begun(face, folder.parent))
                case MenuChoice("approve", folder=folder):
                    approve(face, folder)
                case MenuChoice("due"):
                    face.show_due()
                case _:
                    return None
        except (PolicygenError, OSError) as exc:
            face.failed(exc)
            face.prompts.say("")


def choose(prompts: Prompts, questionnaire: Questionnaire, to: Path, as_at: date) -> MenuChoice:
    """What somebody chooses from the menu. Raises KeyboardInterrupt or EOFError when they stop."""
    prompts.say(WELCOME)
    unfinished = interview.unfinished_options(prompts, to, questionnaire, as_at)
    organisations = status.read_organisations(to, questionnaire, as_at) if to.is_dir() else ()
    prompts.say("\nWhat would you like to do?", "bold")
    due: list[Option] = []
    later: list[Option] = []
    unreadable, changes, approvals = [], [], []
    for organisation in organisations:
        if waiting := organisation.to_approve:
            approvals.append(Option(f"Record the approval of {organisation.name}, edition {waiting.number}",
                                    MenuChoice("approve", folder=waiting.folder)))
        if newest := organisation.newest:
            when = status.review_in_words(newest.review_due, as_at)
            words = when if organisation.review == "overdue" else f"due {when}"
            (later if organisation.review == "later" else due).append(
                Option(f"Review {organisation.name}: {words}", MenuChoice("review", folder=newest.folder)))
            changes.append(Option(f"Change answers of {organisation.name}, and make a new edition",
                                  MenuChoice("change", folder=newest.folder)))
        elif organisation.editions and isinstance(first := organisation.editions[0], status.Unreadable):
            unreadable.append(Option(f"Review {organisation.name}: {first.problem}",
                                     MenuChoice("review", folder=first.folder)))
    options = [*(Option(option.label, MenuChoice("carry on", option.value)) for option in unfinished), *due, *approvals,
               Option("Start a new policy", MenuChoice("new")), *later, *unreadable, *changes]
    if changes or unfinished:
        options.append(Option("See what is due", MenuChoice("due")))
    chosen: MenuChoice = prompts.choose([*options, Option("Quit", MenuChoice("quit"))])
    return chosen


# ---- an approval -------------------------------------------------------------------------------------------------


def approve(face: Face, folder: Path) -> None:
    """Ask for the day on which an edition was approved, and what else there is to know, and record it. Raises
    KeyboardInterrupt or EOFError when somebody stops."""
    prompts, question, last = face.prompts, face.questions.questions[APPROVED_ON], edition.read_edition(folder)
    about = last.issue
    prompts.say(f"\nOn which day was edition {about.number}, made on {date_in_words(about.date)}, approved?", "bold")
    prompts.say("Write day, month and year, for example 20/11/2026. Leave it empty to go back.")

    def mistake(text: str) -> str:
        return asking.mistake(question, text) or (
            "That day has not come yet." if text and parse_answer(question, text) > face.request.as_at else "")

    typed = prompts.write("Day of approval:", mistake)
    if not typed:
        return
    wanted = ApprovalRequest(folder, parse_answer(question, typed))
    if approval.needs_reason(last, wanted.on):
        prompts.say("\nThis edition was made later than that, and nobody can approve a text before it exists. If these "
                    "words were approved then, say how: that is kept, and printed with the editions of the policy. "
                    "Leave it empty to go back.")
        wanted = replace(wanted, because=prompts.write("How it was approved before:", lambda text: ""))
        if not wanted.because:
            return
    if edited := approval.changed_by_hand(last):
        for one in edited:
            prompts.say(f"\n{one.path.name} was changed by hand since{approval.titles_changed(one)}.", "bold")
        prompts.say("Was it approved with these changes?")
        if not prompts.choose([Option("Yes: they become part of the policy", True),
                               Option("No, or not sure: go back", False)]):
            return
        wanted = replace(wanted, with_edits=True)
    face.approve(wanted)


# ---- a review ----------------------------------------------------------------------------------------------------


def _begun(face: Face, place: Path, files: Sequence[Path] = (), anyway: bool = False) -> Review:
    return reviews.begin_review(place, face.questions, files, anyway, face.tell, face.request.as_at)


def ask_review(face: Face, found: Review, given: Mapping[str, Any], keep: MergeChoice | None) -> None:
    """Ask what may have changed since an edition, and make the next one. `given` are answers that are not asked for;
    `keep` says what stands where people and the library changed the same words, None to ask about each place."""
    due = reviews.reasons_to_ask(found, face.sources(), face.request.as_at)
    # The day of approval counts as unfinished, so that a draft which is carried on with does not take the last one.
    progress = _progress(face, found, tuple(name for name in (*due, APPROVED_ON) if name not in given))
    ask(face, Start(given, reviews.known_answers(found, face.questions), progress=progress), found.text, found, keep)


def _change(face: Face, found: Review) -> None:
    """Show the answers of an edition for somebody to change what they like, and make the next one."""
    parts = tuple(part.id for part in face.questions.parts)
    progress = replace(_progress(face, found, ()), depth="quick", confirmed=parts)
    ask(face, Start({}, found.given, progress=progress), found.text, found)


def _progress(face: Face, found: Review, due: tuple[str, ...]) -> Progress:
    """The progress with which a review begins, and from which it can be carried on with another day."""
    folder, to = found.folder.resolve(), face.request.to.resolve()
    place = folder.relative_to(to) if folder.is_relative_to(to) else folder
    return Progress("full", (), due, place.as_posix(), tuple(str(path.resolve()) for path in found.given_files))


def decide(prompts: Prompts, renewal: Renewal, conflict: Conflict) -> MergeChoice | None:
    """What somebody wants in a place that people and the library both changed; None where they decide later."""
    prompts.say(f"\n“{renewal.title}”: {renewal.what}.", "bold")
    for label, words in asking.conflict_texts(conflict):
        prompts.say(f"\n{label}:", "bold")
        for line in words.split("\n"):
            prompts.say(f"  {line}")
    prompts.say("\nWhat is to stand?", "bold")
    chosen: MergeChoice | None = prompts.choose(asking.conflict_options(conflict), "mine")
    return chosen


# ---- the questions and the pack ----------------------------------------------------------------------------------


def ask(face: Face, start: Start, text: str = "", found: Review | None = None, keep: MergeChoice | None = None) -> None:
    """Ask the questions and make the pack. The answers stay on disk until it is made.

    `text` is that of an answers file whose comments are kept. `found` is the edition that is reviewed or changed; a
    draft may name one too. Raises Interrupted when somebody stops, and what the stages raise.
    """
    @cache
    def last_edition(place: str, files: tuple[str, ...]) -> Review:
        if found and (place, files) == ((begun := _progress(face, found, ())).edition, begun.edited):
            return found
        if gone := [file for file in files if not Path(file).exists()]:
            raise OutputError(*(error("this file was given when the review was begun, and is not there any more", Place(
                file), "Put it back, or give another one, which counts then:\n  "
                               f"{command('review', face.request.to / place, '--edited', 'FILE')}") for file in gone))
        return _begun(face, face.request.to / place, [Path(file) for file in files], anyway=True)

    def reviewed(progress: Progress) -> tuple[list[str], Mapping[str, str]]:
        last = last_edition(progress.edition, progress.edited)
        return (reviews.opening_notices(last, face.sources().library.law),
                reviews.reasons_to_ask(last, face.sources(), face.request.as_at))

    def request(given: Mapping[str, Any], draft: bool) -> Request:
        return replace(face.request, given=given, draft=draft or face.request.draft)

    with Draft(face.questions, face.request.to, text) as draft:
        here = interview.run_interview(Session(
            face.questions, face.prompts, draft, face.request.as_at,
            outlook=lambda given, draft: selection.outlook(request(given, draft).rendered(face.sources()).selection),
            decided_by=lambda question: selection.decided_by(face.sources().library, face.questions, question.id),
            reviewed=reviewed, old_names=lambda here: _old_names(
                here, last_edition(here.edition, here.edited), face, request) if here.edition else (),
            replaced=lambda here: _replaced(
                here, last_edition(here.edition, here.edited)) if here.edition else ()), start)
        try:
            wanted = replace(request(here.said, bool(overview.gaps(here))), answers_text=draft.text)
            if here.edition:
                wanted = reviews.next_request(
                    last_edition(here.edition, here.edited), face.sources(), wanted,
                    lambda renewal, conflict: keep or decide(face.prompts, renewal, conflict),
                    lambda day: _still_approved(face.prompts, day))
            face.make(face.sources(), wanted, lambda folder: _wants_to_open(face.prompts))
        except PolicygenError as exc:
            if draft.path:
                exc.add_note(f"Your answers are kept in {draft.path}\nStart again to carry on.")
            raise
        except (KeyboardInterrupt, EOFError):
            raise Interrupted(draft.path) from None
        draft.done()


def _old_names(here: QuestionPath, last: Review, face: Face,
               request: Callable[[Mapping[str, Any], bool], Request]) -> list[tuple[str, str]]:
    """The places that still have a name which has changed, as `Session.old_names` gives them."""
    found = reviews.old_names_left(last, face.sources(), request(here.said, bool(overview.gaps(here))))
    labels = {question.id: f"Answer {number}, “{question.ask}”"
              for number, question in enumerate(overview.numbered(here), 1)}
    words = old_names_in_words(found, labels, clause_places(last.last.documents))
    return [*zip(words, (one.question for one in found))]


def _replaced(here: QuestionPath, last: Review) -> list[tuple[str, Mapping[str, Any]]]:
    """A question about each name that somebody replaced in Word, as `Session.replaced` gives them."""
    return [(f"“{item.before}” is your answer to “{here.questionnaire.questions[item.questions[0]].ask}” Is it "
             f"“{item.now}” from now on?", changed)
            for item, changed in reviews.changes_of_answers(last, here.questionnaire, here.said)]


def _still_approved(prompts: Prompts, day: date) -> bool:
    prompts.say(f"\nThe policy says something else now than what was approved on {date_in_words(day)}.", "bold")
    return bool(prompts.choose([Option("It is a draft until it is approved again", False),
                                Option("These are small corrections: that approval stands", True)]))


def _wants_to_open(prompts: Prompts) -> bool:
    prompts.say("\nOpen the folder now?", "bold")
    return bool(prompts.choose([Option("Yes", True), Option("No", False)], True))

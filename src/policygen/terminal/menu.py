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
from policygen.formats.house import pasted_path
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
from policygen.review.old_names import clause_places, old_names_in_words
from policygen.review.review import Review
from policygen.signing.register import has_register, read_register
from policygen.signing.table_files import date_in_cell
from policygen.terminal import interview
from policygen.terminal.interview import Session, Start
from policygen.terminal.prompts import CLOSE, Prompts, say_in_pages

WELCOME = ("policygen writes a confidentiality policy for your organisation, with the forms that go with it. "
           "Nothing that you type leaves this computer.")


_NOT_YET = "That day has not come yet."
EXAMPLES = {
    "front-line": "A front-line charity", "voluntary": "A general voluntary organisation",
    "community-group": "A small community group, with a short policy",
    "dv-programme": "A domestic-violence programme, with nearly all forms and sheets",
    "cic": "A community interest company"}
"""The example packs, by the name of their answers."""


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
    command: Callable[..., None]
    """Runs a command with these arguments, as if somebody had typed it."""
    open_folder: Callable[[Path], None]
    """Opens a folder in the file manager, or says where it is."""
    failed: Callable[[Exception], object]
    """Says what went wrong."""


@dataclass(frozen=True, slots=True)
class MenuChoice:
    """What somebody wants to do."""

    what: Literal["new", "carry on", "review", "change", "approve", "due", "forms", "signed", "open", "delete",
                  "example", "quit"]
    organisation: str = ""
    """Whose unfinished answers to carry on with, or to delete."""
    folder: Path = Path()
    """The edition that it is about."""


def open_menu(face: Face) -> None:
    """Let somebody choose what to do, until there is nothing more to do; after what does not work, once more. Raises
    KeyboardInterrupt or EOFError."""
    face.prompts.say(WELCOME)
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
                    face.command("status", face.request.to)
                case MenuChoice("forms", folder=folder):
                    _print_forms(face, folder)
                case MenuChoice("signed", folder=folder):
                    _signed(face, folder)
                case MenuChoice("open", folder=folder):
                    face.open_folder(folder)
                case MenuChoice("delete", name):
                    _delete(face, name)
                case MenuChoice("example"):
                    _example(face)
                case _:
                    return None
        except (PolicygenError, OSError) as exc:
            face.failed(exc)
            face.prompts.say("")


def choose(prompts: Prompts, questionnaire: Questionnaire, to: Path, as_at: date) -> MenuChoice:
    """What somebody chooses from the menu. Raises KeyboardInterrupt or EOFError when they stop."""
    unfinished = interview.unfinished_options(prompts, to, questionnaire, as_at)
    organisations = status.read_organisations(to, questionnaire, as_at) if to.is_dir() else ()
    lost = _lost(prompts, organisations)
    due: list[Option] = []
    later: list[Option] = []
    approvals: list[Option] = []
    changes, forms, signed, folders = [], [], [], []
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
            forms.append(Option(f"Print forms of {organisation.name}", MenuChoice("forms", folder=newest.folder)))
            if has_register(newest.folder):
                signed.append(Option(f"See who has signed at {organisation.name}, or note it",
                                     MenuChoice("signed", folder=newest.folder)))
            folders.append(Option(f"Open the folder of {organisation.name}", MenuChoice("open", folder=newest.folder)))
    options = [*(Option(option.label, MenuChoice("carry on", option.value)) for option in unfinished), *due, *approvals,
               Option("Start a new policy", MenuChoice("new")), *later, *lost]
    options += [option for label, found in (
        ("Change answers, and make a new edition", changes), ("Print forms", forms),
        ("See who has signed, or note it", signed), ("Open a folder", folders)) for option in _one_of(label, found)]
    if organisations:
        options.append(Option("See what is due", MenuChoice("due")))
    options += _one_of("Delete unfinished answers", [Option(
        f"Delete the unfinished answers of {option.value}", MenuChoice("delete", option.value))
        for option in unfinished])
    options += [Option("Make an example pack, to see what comes out", MenuChoice("example")),
                Option("Quit", MenuChoice("quit"))]
    chosen: Any = None
    while not isinstance(chosen, MenuChoice):
        prompts.say("\nWhat would you like to do?", "bold")
        if isinstance(chosen := prompts.choose(options), list):
            prompts.say("\nOf which organisation?", "bold")
            chosen = prompts.choose([*chosen, Option("Go back", "")], actions=CLOSE)
    return chosen


def _lost(prompts: Prompts, organisations: Sequence[status.Organisation]) -> list[Option]:
    """A review of each organisation whose edition has lost its record, which its Word files can stand in for; of the
    other editions that cannot be read, it is said why."""
    found = []
    for organisation in organisations:
        first = organisation.editions[0] if organisation.editions and not organisation.newest else None
        if not isinstance(first, status.Unreadable):
            continue
        if first.problem == status.LOST_RECORD:
            found.append(Option(f"Review {organisation.name}: {first.problem}",
                                MenuChoice("review", folder=first.folder)))
        else:
            faults = "\n".join(map(str, first.faults)) or f"{first.folder}: {first.problem}"
            prompts.say(f"\nThe edition of {organisation.name} cannot be read:\n{faults}")
    return found


def _one_of(label: str, found: list[Option]) -> list[Option]:
    """The option that was found; where there are several, one that leads to them."""
    return found if len(found) < 2 else [Option(f"{label} ...", found)]


# ---- forms, signatures, examples, unfinished answers -------------------------------------------------------------


def _print_forms(face: Face, folder: Path) -> None:
    """Ask what to print of an edition, and print it."""
    prompts, pack = face.prompts, edition.read_edition(folder)
    stock = {plan.id for plan in face.sources().library.documents if plan.stock}
    options = [Option("Forms for everybody in a list of people, with name and role", "all")]
    if has_register(folder):
        options.append(Option("The same, but only what is not signed, or must be signed again", "outstanding"))
    if any(one.id in stock for one in pack.record.documents):
        options.append(Option("Blank copies of the sheets for the people whom you help", "blank"))
    prompts.say("\nWhat do you want to print?", "bold")
    match prompts.choose([*options, Option("Go back", "")], actions=CLOSE):
        case "blank":
            prompts.say("\nHow many copies of each? Leave it empty to go back.")
            if copies := prompts.write("Copies:", lambda text: "" if not text or (
                    text.isdecimal() and 0 < int(text[:9]) <= 10_000) else "Please type a number from 1 to 10000."):
                face.command("forms", "--copies", copies, folder)
        case "all" | "outstanding" as which:
            prompts.say("\nThe list is a CSV or Excel file with the columns name, role and kind (staff, volunteer, "
                        "board, contractor). Leave it empty to go back.")
            def missing(text: str) -> str:
                return f"There is no file {text}." if text and not pasted_path(text, Path()).is_file() else ""

            if typed := prompts.write("Where is the list?", missing):
                again = ["--outstanding"] * (which == "outstanding")
                face.command("forms", "--people", pasted_path(typed, Path()), *again, folder)


def _signed(face: Face, folder: Path) -> None:
    """Show who has signed the forms of an edition, and ask who else has, until nobody has."""
    prompts, pack, today = face.prompts, edition.read_edition(folder), face.request.as_at

    def mistake(text: str) -> str:
        day = date_in_cell(text)
        return ("There is no such date. Write day, month, year, for example 25/11/2026." if day is None else
                _NOT_YET if day > today else "")

    while True:
        entries = read_register(folder, pack).register.entries
        count = sum(entry.signed_on is not None for entry in entries)
        lines = [(f"\nForms of edition {pack.number}: {count} of {len(entries)} signed", "bold")]
        for entry in entries:
            day = f"signed on {date_in_words(entry.signed_on)}" if entry.signed_on else "not signed yet"
            lines.append((f" {entry.number}. {entry.person.name}, {entry.title}: {day}", ""))
        say_in_pages(prompts, lines, 6)
        noted = False
        while not noted:
            prompts.say("\nWho else has signed? Type a name, or a number such as No. 4. Leave it empty to go back.")
            if not (name := prompts.write("Who:", lambda text: "")):
                return
            prompts.say("On which day?")
            on = date_in_cell(prompts.write("Day:", mistake, f"{today:%d/%m/%Y}"))
            try:
                face.command("signed", "--on", on, "--", folder, name)
                noted = True
            except PolicygenError as exc:
                face.failed(exc)


def _example(face: Face) -> None:
    """Ask which of the invented organisations to show, and make its pack."""
    face.prompts.say("\nWhich example? Each is an invented organisation.", "bold")
    name = face.prompts.choose([*(Option(label, name) for name, label in EXAMPLES.items()), Option("Go back", "")],
                               actions=CLOSE)
    if name in EXAMPLES:
        face.command("demo", name, "--to", face.request.to)


def _delete(face: Face, name: str) -> None:
    """Delete the unfinished answers of an organisation, once somebody has confirmed it."""
    with Draft(face.questions, face.request.to) as draft:
        if (saved := draft.claim(name)) is None:
            return
        path = QuestionPath.begin(face.questions, saved.said, face.request.as_at, saved.progress)
        face.prompts.say(f"\nDelete the unfinished answers of {overview.progress_line(path)}?", "bold")
        face.prompts.say("Nobody can bring them back. Packs that were made already stay as they are.")
        if face.prompts.choose([Option("No, keep them", False), Option(f"Yes, delete those of {name}", True)],
                               actions=CLOSE) is True:
            draft.done()
            face.prompts.say(f"The unfinished answers of {name} are deleted.")


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
            _NOT_YET if text and parse_answer(question, text) > face.request.as_at else "")

    typed = prompts.write("Day of approval:", mistake)
    if not typed:
        return
    day: date = parse_answer(question, typed)
    wanted = ["--on", day]
    if approval.needs_reason(last, day):
        prompts.say("\nThis edition was made later than that, and nobody can approve a text before it exists. If these "
                    "words were approved then, say how: that is kept, and printed with the editions of the policy. "
                    "Leave it empty to go back.")
        if not (because := prompts.write("How it was approved before:", lambda text: "")):
            return
        wanted.append(f"--because={because}")
    if edited := approval.changed_by_hand(last):
        for one in edited:
            prompts.say(f"\n{one.path.name} was changed by hand since{approval.titles_changed(one)}.", "bold")
        prompts.say("Was it approved with these changes?")
        if not prompts.choose([Option("Yes: they become part of the policy", True),
                               Option("No, or not sure: go back", False)]):
            return
        wanted.append("--with-edits")
    face.command("approve", *wanted, folder)


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

    def reviewed(progress: Progress) -> tuple[list[str], Mapping[str, str], Mapping[str, Any]]:
        last = last_edition(progress.edition, progress.edited)
        return (reviews.opening_notices(last, face.sources().library.law),
                reviews.reasons_to_ask(last, face.sources(), face.request.as_at),
                {**reviews.known_answers(last, face.questions), **last.given})

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
                exc.add_note(f"Your answers are kept in {draft.path}\nCarry on with them once that is mended.")
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

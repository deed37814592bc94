"""The command line: commands, printing, exit codes. The only place that asks for today, prints, or exits.

In: the arguments. Out: results on standard output, everything else on standard error, and an exit code. Only click and
`problems` are imported at the top: `policygen --help` must not load what makes documents.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext, suppress
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TextIO, TypeVar

import click

from policygen.model.problems import (
    MOST_TOLD, AnswersError, Interrupted, LibraryError, ListError, OutputError, PolicygenError, Step, WordFileError,
    command, wrapped,
)

if TYPE_CHECKING:
    from policygen.library.questionnaire import Questionnaire
    from policygen.pack.make import Request, Sources
    from policygen.pack.merge import MergeChoice
    from policygen.signing.people import Person
    from policygen.terminal.menu import Face
    from policygen.terminal.prompts import Prompts

EXIT_FAULT, EXIT_USAGE, EXIT_ANSWERS, EXIT_LIBRARY, EXIT_OUTPUT, EXIT_INTERRUPTED = 1, 2, 3, 4, 5, 130
Command = TypeVar("Command", bound=Callable[..., Any])


def main() -> None:
    """Run the command line and exit: 0 done, 2 wrong usage, 3 answers, 4 clause library, 5 output, 130 interrupted;
    1 for a fault of the program itself."""
    _open_streams()
    with _hearing_ctrl_c():
        try:
            sys.exit(commands(prog_name=command(), standalone_mode=False) or 0)
        except click.ClickException as exc:
            from io import StringIO

            exc.show(page := StringIO())
            _say(page.getvalue().rstrip("\n"))
            sys.exit(EXIT_USAGE)
        except (click.Abort, KeyboardInterrupt):
            _say("\nStopped.")
            sys.exit(EXIT_INTERRUPTED)
        except Exception as exc:
            sys.exit(_failed(exc))


def _failed(exc: Exception) -> int:
    """Tell a person what went wrong; the exit code."""
    import traceback

    match exc:
        case Interrupted(draft=draft):
            _say(f"\nStopped. Your answers are kept in {draft}\nStart again to carry on:\n  {_carrying_on(draft)}"
                 if draft else "\nStopped.")
            return EXIT_INTERRUPTED
        case PolicygenError():
            heads = {AnswersError: "The answers need attention", LibraryError: "The clause library needs attention",
                     ListError: "This needs attention", WordFileError: "The Word file needs attention"}
            _say("\n".join([f"{heads.get(type(exc), 'This did not work')}:", *map(str, exc.problems[:MOST_TOLD]),
                            *([f"And {len(exc.problems) - MOST_TOLD} more problems."]
                              if len(exc.problems) > MOST_TOLD else ()), *getattr(exc, "__notes__", ())]))
            return EXIT_ANSWERS if isinstance(exc, AnswersError) else EXIT_LIBRARY if isinstance(
                exc, LibraryError) else EXIT_OUTPUT
        case OSError():
            _say(f"This did not work:\n{exc.filename or 'standard output'}: {(exc.strerror or str(exc)).lower()}")
            return EXIT_OUTPUT
    if _stops:  # a library made an error of its own out of the KeyboardInterrupt
        _say("\nStopped.")
        return EXIT_INTERRUPTED
    # The message of an unforeseen error may hold what somebody answered; its kind and place do not.
    place = traceback.extract_tb(exc.__traceback__)[-1]
    _say(f"This is a fault of policygen, not yours: {type(exc).__name__} in {Path(place.filename).name}, line "
         f"{place.lineno}.\nPlease tell those who look after policygen.")
    return EXIT_FAULT


def _carrying_on(draft: Path) -> str:
    """What somebody types to carry on with unfinished answers; the menu finds only those in the usual folder."""
    plain, to = ["--plain"] * ("--plain" in sys.argv), draft.absolute().parent.parent
    return command(*plain) if to == _output_folder().absolute() else command("new", *plain, "--to", to)


_stops: list[int] = []
"""A signal number for each Ctrl-C so far."""


@contextmanager
def _hearing_ctrl_c() -> Iterator[None]:
    """While it lasts, Ctrl-C raises KeyboardInterrupt, and is also remembered. Python only prints an exception that is
    raised in the callback of a weak reference or in a finaliser, and some libraries catch every exception; then
    `_stop_if_asked` raises it again before the next step or question."""
    import signal

    def stop(number: int, frame: object) -> None:
        _stops.append(number)
        raise KeyboardInterrupt

    def report(dropped: sys.UnraisableHookArgs) -> None:
        if not issubclass(dropped.exc_type, KeyboardInterrupt):
            usual_hook(dropped)

    usual_hook, sys.unraisablehook = sys.unraisablehook, report
    usual_handler = signal.getsignal(signal.SIGINT)
    if usual_handler is signal.default_int_handler:  # elsewhere Ctrl-C is ignored, as under nohup
        signal.signal(signal.SIGINT, stop)
    try:
        yield
    finally:
        if usual_handler is signal.default_int_handler:
            signal.signal(signal.SIGINT, usual_handler)
        sys.unraisablehook = usual_hook
        _stops.clear()


def _stop_if_asked() -> None:
    """Raises KeyboardInterrupt when somebody has pressed Ctrl-C and the work went on nevertheless."""
    if _stops:
        raise KeyboardInterrupt


@contextmanager
def _progress(what: str = "document") -> Iterator[Callable[[Step], None]]:
    """A function that shows each step of some work on standard error, and stops the work after a Ctrl-C."""
    from policygen import report

    with report.progress(sys.stderr, _say, what, _is_plain()) as show:
        def hear(step: Step) -> None:
            _stop_if_asked()
            show(step)
        yield hear


def _open_streams() -> None:
    """Make the standard streams usable: a closed one leads nowhere, and letters that cannot be printed are escaped."""
    import os
    from io import TextIOWrapper

    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode))  # noqa: SIM115, PTH123 (open as long as the program runs)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _say(words: str) -> None:
    """Print progress or a message to standard error."""
    _show(_fitted(words, sys.stderr))


def _show(page: str) -> None:
    """Print a page to standard error whose lines are as they should be. The work goes on where nobody can read it."""
    with suppress(OSError):
        click.echo(page, err=True)


def _tell(words: str, fit: bool = False) -> None:
    """Print a result to standard output, in lines that `fit` the terminal if it is a message. Whoever reads it may stop
    before its end, as `head` does."""
    with suppress(BrokenPipeError):
        click.echo(_fitted(words, sys.stdout) if fit else words)


def _fitted(words: str, stream: TextIO) -> str:
    """Words in lines that fit the terminal; as they are where a stream leads elsewhere, since programs read them."""
    return "\n".join(wrapped(words)) if stream.isatty() else words


# ---- what commands share -----------------------------------------------------------------------------------------


def _questions() -> Questionnaire:
    from policygen.pack.make import data_folder, load_questions

    return load_questions(data_folder())


def _sources(library: Path | None = None) -> Sources:
    """Questionnaire and clauses: the program's own, or those in the folder of another library."""
    from policygen.pack.make import data_folder, load

    return load(data_folder(), library)


def _output_folder() -> Path:
    """`output` beside the data folders in a checkout, else in the current folder."""
    from policygen.pack.make import data_folder

    data = data_folder()
    return data / "output" if (data / "pyproject.toml").exists() else Path("output")


def _day(context: click.Context, parameter: click.Parameter, value: str | None) -> date:
    if not value:
        return date.today()
    from policygen.model import english

    try:
        day = english.read_date(value)
    except english.NotADate as exc:
        raise click.BadParameter(f"{exc}. {exc.hint}") from None
    if taken := english.date_taken(value, day):
        _say(taken)
    if not 2000 <= day.year < 2100:
        raise click.BadParameter("the year must be from 2000 to 2099.")
    return day


def _formats(context: click.Context, parameter: click.Parameter, value: str | None) -> tuple[str, ...]:
    """The formats in a list; none where nothing is given."""
    if value is None:
        return ()
    from policygen.pack.make import FORMATS

    names = tuple(dict.fromkeys(name.strip().lower() for name in value.split(",") if name.strip()))
    for name in names:
        if name not in FORMATS:
            raise click.BadParameter(f"{name!r} is not a format. Choose from: {', '.join(FORMATS)}.")
    if not names:
        raise click.BadParameter(f"Choose from: {', '.join(FORMATS)}.")
    return names


def _together(*options: Callable[[Command], Command]) -> Callable[[Command], Command]:
    """Several options as one decorator; help lists them in this order."""
    def decorate(command: Command) -> Command:
        for option in reversed(options):
            command = option(command)
        return command
    return decorate


def _making(to: str = "output") -> Callable[[Command], Command]:
    """The options of all commands that make a pack. `to` names the folder that is taken where none is given."""
    return _together(
        click.option("--to", type=click.Path(path_type=Path, file_okay=True), metavar="DIR",
                     help=f"Folder for the editions.  [default: {to}]"),
        click.option("--format", "formats", default="docx,pdf", callback=_formats, metavar="LIST", show_default=True,
                     help="Formats to write: docx, pdf, html, txt, joined by commas."),
        click.option("--large-print", "large", is_flag=True,
                     help="Make each Word and PDF file in large print (18 point) too."),
        click.option("--as-at", callback=_day, metavar="DATE",
                     help="Date of the edition, and of the law in it.  [default: today]"))


def _given(answers_help: str) -> Callable[[Command], Command]:
    """The options with which answers are given."""
    return _together(
        click.option("--answers", "answers_path", type=click.Path(path_type=Path), metavar="FILE", help=answers_help),
        click.option("--set", "settings", multiple=True, metavar="KEY=VALUE",
                     help="One answer; goes before the file. May be given again."))


class _Command(click.Command):
    """A command whose help ends with an example: `epilog` has its words after the program's name."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        import shlex

        with formatter.section("Example"):
            formatter.write(f"  {command(*shlex.split(self.epilog or ''))}\n")


class _Commands(_Command, click.Group):
    command_class = _Command


class _ExistingFolder(click.Path):
    """A folder that must be there. Whoever gives a file in it learns what to give. An edition gets its name back if
    somebody was stopped while it was replaced."""

    def __init__(self) -> None:
        super().__init__(path_type=Path, exists=True, file_okay=False)

    def convert(self, value: Any, parameter: click.Parameter | None, context: click.Context | None) -> Any:
        if (path := Path(value)).is_file():
            self.fail(f"{path} is a file, and a folder is needed. Give the folder that it is in: "
                      f"{path.absolute().parent}", parameter, context)
        from policygen.pack import folders

        folders.put_back(path)
        return super().convert(value, parameter, context)


_from_library = click.option(
    "--library", type=_ExistingFolder(), metavar="LIBRARY",
    help="Take the clauses from this folder.  [default: the program's own]")
_plain = click.option(
    "--plain", is_flag=True, callback=lambda context, _, value: value or context.find_root().params.get("plain", False),
    help="Ask with numbered lines: for screen readers, or over a pipe.")
_edition = click.argument("edition", type=_ExistingFolder())


def _can_ask(plain: bool) -> bool:
    return plain or (sys.stdin.isatty() and sys.stdout.isatty())


def _prompts(plain: bool) -> Prompts:
    """Plain prompts where they are asked for, or where the terminal cannot redraw; else prompts with arrow keys."""
    import os

    if plain or os.environ.get("NO_COLOR") or (os.environ.get("TERM", "dumb") == "dumb" and sys.platform != "win32"):
        from policygen.terminal.plain import Plain

        return Plain(_stop_if_asked)
    from policygen.terminal.screen import Screen

    return Screen(_stop_if_asked)


def _face(plain: bool, questions: Questionnaire, request: Request, library: Path | None) -> Face:
    """How to ask in this terminal, and what is done with the answers."""
    from functools import cache, partial

    from policygen.terminal.menu import Face

    return Face(questions, _prompts(plain), request, cache(partial(_sources, library)), _make, _say, _run,
                _open_folder, _failed)


def _run(*arguments: object) -> None:
    """Run a command as if somebody had typed it. What is wrong with its arguments is said."""
    try:
        commands.main([*["--plain"] * _is_plain(), *map(str, arguments)], prog_name=command(), standalone_mode=False)
    except click.UsageError as exc:
        _say(exc.format_message())


def _is_plain() -> bool:
    """Whether no printed line may change, since somebody has given --plain before or after the command."""
    context = click.get_current_context(silent=True)
    return bool(context and (context.params.get("plain") or context.find_root().params.get("plain")))


def _request(making: Mapping[str, Any], draft: bool = False) -> Request:
    """What to make, after the options in `_making`; without answers."""
    from policygen.pack.make import Request

    return Request(given={}, answers_name="your answers", answers_text="", draft=draft,
                   **{**making, "to": making["to"] or _output_folder()})


def _make(sources: Sources, request: Request, offer: Callable[[Path], bool] | None = None) -> None:
    """Make the edition with progress and a report on standard error, and print its folder. `offer` asks a person
    whether to open the folder; None where nobody is asked."""
    from policygen import report
    from policygen.pack import make

    with _progress() as hear:
        made = make.make(sources, request, hear)
    for notice in made.notices:
        _say(notice)
    if offer is None:  # who was asked has seen these beside the answers
        if made.presumed:
            _say("Nobody has answered these, and the pack states nothing that rests on them. “Read this first” has the "
                 f"questions: {', '.join(made.presumed)}.")
        for caution in made.cautions:
            _say(f"Worth a second thought: {caution.says} {caution.why}")
    wants = offer if _can_show_folders() else None
    _show(report.made(made, date.today(), sys.stderr, folder_follows=sys.stdout.isatty() and not wants))
    if wants and wants(made.folder):
        _open_folder(made.folder)
    _tell(str(made.folder))


_OPENING_WAIT = 3
"""Seconds after which a file manager that still runs counts as open."""


def _can_show_folders() -> bool:
    """Whether this computer has a screen and a file manager that can show a folder on it."""
    import os
    import shutil

    if sys.platform == "win32":
        return True
    if sys.platform == "darwin":
        return not os.environ.get("SSH_CONNECTION")
    return bool((os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")) and shutil.which("xdg-open"))


def _open_folder(folder: Path) -> None:
    """Open a folder in the file manager; where that cannot be done, say so, and where the folder is."""
    if not (_can_show_folders() and _opened(folder)):
        _say("No file manager could be started from here. The folder is:")
        _show(str(folder.absolute()))


def _opened(folder: Path) -> bool:
    """Whether the file manager opened the folder. What it prints is not shown here, and it stays open when this
    terminal is closed."""
    import os
    import subprocess

    path = str(folder.absolute())
    try:
        if sys.platform == "win32":
            os.startfile(path)
            return True
        opener = subprocess.Popen(["open" if sys.platform == "darwin" else "xdg-open", path], stdin=subprocess.DEVNULL,
                                  stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        return opener.wait(_OPENING_WAIT) == 0
    except subprocess.TimeoutExpired:
        return True
    except OSError:
        return False


# ---- making packs ------------------------------------------------------------------------------------------------


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]}, epilog="new --quick",
             invoke_without_command=True)
@_plain
@click.version_option(package_name="policygen", message="policygen %(version)s")
@click.pass_context
def commands(context: click.Context, /, plain: bool) -> None:
    """Write a confidentiality policy and its forms for a small UK voluntary organisation.

    Answer questions, get Word and PDF files. Nothing leaves this computer. Alone, it opens a menu.
    """
    if context.invoked_subcommand is None:
        if not _can_ask(plain):
            raise click.exceptions.NoArgsIsHelpError(context)
        from policygen.terminal.menu import open_menu

        usual = {"to": None, "formats": ("docx", "pdf"), "large": False, "as_at": date.today()}
        open_menu(_face(plain, _questions(), _request(usual), None))


@commands.command(epilog="new --answers answers.yaml --no-input")
@click.option("--quick", "depth", flag_value="quick", help="Ask only the most important questions.")
@click.option("--full", "depth", flag_value="full", help="Ask every question that applies.")
@_given("Take the answers from this file; ask only for what is missing in it.")
@_making()
@_from_library
@click.option("--no-input", is_flag=True, help="Never ask; list what is missing and stop.")
@click.option("--draft", is_flag=True, help="Mark it as a draft; printed words may still be missing.")
@_plain
def new(depth: Literal["quick", "full"] | None, answers_path: Path | None, settings: tuple[str, ...],
        library: Path | None, no_input: bool, draft: bool, plain: bool, **making: Any) -> None:
    """Make a new pack: ask the questions, or take an answers file.

    The last line on standard output is the folder of the edition.
    """
    from dataclasses import replace

    from policygen.pack import answers
    from policygen.terminal import menu
    from policygen.terminal.interview import Start

    questions = _questions()
    earlier = answers.read_answers(answers_path, questions, _say) if answers_path else {}
    given = answers.parse_settings(settings, questions, _say)
    text = answers.earlier_text(answers_path) if answers_path else ""
    request = _request(making, draft)
    asks = bool(depth) or not answers_path or (_can_ask(plain) and _has_gaps(questions, earlier | given, draft))
    if asks and not no_input:
        if not _can_ask(plain):
            raise click.UsageError("The questions need a terminal, and this is none. Give --answers FILE, --no-input, "
                                   "or --plain to answer line by line.")
        if answers_path:
            earlier = answers.located(questions, earlier, answers_path.parent)
        start = Start(given, earlier, depth or ("quick" if answers_path else ""),
                      offer=None if answers_path else request.to)
        menu.ask(_face(plain, questions, request, library), start, text)
        return
    if answers_path:
        request = replace(request, answers_name=str(answers_path), answers_text=text, base=answers_path.parent)
        if (answers_path.parent / "pack.json").exists():
            _say("What was changed by hand in the Word files of that edition is not in the new one. A review keeps "
                 f"it:\n  {command('review', answers_path.parent)}")
    _make(_sources(library), replace(request, given=earlier | given))


def _has_gaps(questions: Questionnaire, given: Mapping[str, Any], draft: bool) -> bool:
    """Whether an answer is missing that nothing can stand in for."""
    from policygen.pack import answers

    try:
        answers.complete(questions, given, "", draft)
    except AnswersError:
        return True
    return False


@commands.command(epilog="batch first.yaml second.yaml --to packs")
@click.argument("paths", nargs=-1, required=True, metavar="ANSWERS...", type=click.Path(path_type=Path))
@_making()
@_from_library
@click.option("--draft", is_flag=True, help="Mark them as drafts; printed words may still be missing.")
@click.option("--jobs", type=click.IntRange(1, 256), metavar="N",
              help="How many at once.  [default: one for each core]")
@click.option("--cluster", metavar="ADDRESS",
              help="Work on the Dask cluster with this scheduler. Needs policygen[cluster].")
def batch(paths: tuple[Path, ...], library: Path | None, draft: bool, jobs: int | None, cluster: str | None,
          **making: Any) -> None:
    """Make the pack of each of several answers files.

    What has not changed since its newest edition is passed over. One that fails stops no other. Standard output has the
    folder of each new edition.
    """
    from policygen import report
    from policygen.batch import Order, cluster_workers, run_batch

    if cluster and jobs:
        raise click.UsageError("--jobs is for this computer: a cluster has as many workers as it has.")
    order = Order((making["to"] or _output_folder()).resolve(), making["formats"], making["as_at"], draft,
                  making["large"], library.resolve() if library else None)
    with cluster_workers(cluster) if cluster else nullcontext() as workers, _progress("pack") as hear:
        outcomes = run_batch(paths, order, workers, jobs, hear)
    _show(report.batched(outcomes, sys.stderr))
    for outcome in outcomes:
        if outcome.state == "made":
            _tell(str(outcome.folder))
    codes = {"answers": EXIT_ANSWERS, "library": EXIT_LIBRARY, "output": EXIT_OUTPUT, "fault": EXIT_FAULT, "": 0}
    sys.exit(max(codes[outcome.whose] for outcome in outcomes))


@commands.command(epilog="review output/riverside/2026-11-21")
@click.argument("place", metavar="EDITION|FOLDER", type=click.Path(path_type=Path))
@click.option("--edited", multiple=True, type=click.Path(path_type=Path), metavar="FILE",
              help="A Word file of this edition that was edited elsewhere. May be given again.")
@click.option("--keep", type=click.Choice(["mine", "new", "both"]),
              help="What stands where you and the library changed the same words.")
@_given("Answers that go before those of the edition.")
@_making("where this one lies")
@_from_library
@click.option("--anyway", is_flag=True, help="Take files of another edition, and an edition that is not the newest.")
@click.option("--no-input", is_flag=True, help="Never ask: take the answers as they are.")
@_plain
def review(place: Path, edited: tuple[Path, ...], keep: MergeChoice | None, answers_path: Path | None,
           settings: tuple[str, ...], library: Path | None, anyway: bool, no_input: bool, plain: bool,
           **making: Any) -> None:
    """Make the next edition, with what was changed by hand.

    EDITION is the folder of the last one, and its Word files are read; FOLDER is that of an organisation, whose newest
    edition is taken. The new edition has a redline, and a page that says what has changed and why. The last line on
    standard output is its folder.
    """
    from dataclasses import replace

    from policygen.pack import answers
    from policygen.review.old_names import clause_places, old_names_in_words
    from policygen.review.review import begin_review, how_to_change, next_request, old_names_left, opening_notices
    from policygen.terminal import menu

    questions = _questions()
    given = answers.located(questions, answers.read_answers(answers_path, questions, _say), answers_path.parent) \
        if answers_path else {}
    given |= answers.parse_settings(settings, questions, _say)
    found = begin_review(place, questions, edited, anyway, _say, making["as_at"])
    request = _request({**making, "to": making["to"] or found.to})
    if not no_input and _can_ask(plain):
        menu.ask_review(_face(plain, questions, request, library), found, given, keep)
        return
    if not (no_input or answers_path):
        raise click.UsageError("The questions need a terminal, and this is none. Give --no-input, or --plain to answer "
                               "line by line.")
    sources = _sources(library)
    for words in opening_notices(found, sources.library.law):
        _say(words)
    given = {**found.given, **given}
    if words := how_to_change(found, questions, given):
        _say(words)
    request = next_request(found, sources, replace(request, given=given),
                           lambda renewal, conflict: keep)
    if names := old_names_left(found, sources, request):
        labels = {name: f"{name} (“{question.ask}”)" for name, question in questions.questions.items()}
        _say("\n- ".join(["These places still have a name that has changed:", *old_names_in_words(
            names, labels, clause_places(found.last.documents))]))
    _make(sources, request)


@commands.command(epilog="diff output/riverside/2026-11-21 output/riverside/2028-11-20")
@click.argument("one", metavar="EDITION", type=click.Path(path_type=Path))
@click.argument("other", metavar="EDITION", type=click.Path(path_type=Path))
def diff(one: Path, other: Path) -> None:
    """Print what changed between two editions, clause by clause."""
    from policygen.review import news

    _tell(news.difference(one, other, _questions()), fit=True)


@commands.command(epilog="demo community-group")
@click.argument("name", default="front-line")
@_making()
def demo(name: str, **making: Any) -> None:
    """Make an example pack without a question. NAME is one of the examples."""
    from dataclasses import replace

    from policygen.library.questionnaire import APPROVED_ON
    from policygen.pack import answers
    from policygen.pack.make import data_folder

    examples = {path.stem: path for path in sorted((data_folder() / "examples").glob("*.yaml"))}
    if name not in examples:
        raise click.UsageError(f"There is no example {name!r}. Choose from: {', '.join(examples)}.")
    sources, path = _sources(), examples[name]
    given = answers.read_answers(path, sources.questionnaire)
    if given.get(APPROVED_ON):  # an invented organisation approves its policy on the day it is made
        given[APPROVED_ON] = making["as_at"]
    _make(sources, replace(
        _request(making), given=given, answers_name=str(path),
        answers_text=answers.earlier_text(path), base=path.parent))


@commands.command(epilog="approve output/riverside/2026-11-21 --on 2026-11-25")
@_edition
@click.option("--on", "day", callback=_day, required=True, metavar="DATE",
              help="The day on which your governing body approved it.")
@click.option("--because", metavar="WHY", default="",
              help="Why it counts as approved before it was made. Kept, and printed with the editions of the policy.")
@click.option("--with-edits", is_flag=True,
              help="What was changed by hand in its Word files was approved too: take it over.")
@click.option("--correct", is_flag=True, help="The day that is recorded is wrong: take this one instead.")
@click.option("--as-at", callback=_day, metavar="DATE", help="The day on which it is recorded.  [default: today]")
@_from_library
def approve(edition: Path, day: date, because: str, with_edits: bool, correct: bool, as_at: date,
            library: Path | None) -> None:
    """Record that EDITION was approved: its files lose DRAFT.

    Number and words stay as they are. The files of the draft are kept in a folder inside that of the edition, which is
    the last line on standard output.
    """
    from policygen import report
    from policygen.review.approval import ApprovalRequest, record_approval

    with _progress() as hear:
        approved = record_approval(_sources(library), ApprovalRequest(edition, day, because, with_edits, correct),
                                   as_at, hear)
    for notice in approved.notices:
        _say(notice)
    _say(report.approved(approved, as_at))
    _tell(str(edition))


# ---- editions that there are -------------------------------------------------------------------------------------


@commands.command(epilog="status")
@click.argument("folder", required=False, metavar="[DIR]",
                type=_ExistingFolder())
@click.option("--json", "as_json", is_flag=True, help="A list for programs instead of a table.")
@click.option("--as-at", callback=_day, metavar="DATE", help="How it stands on that day.  [default: today]")
def status(folder: Path | None, as_json: bool, as_at: date) -> None:
    """Show all packs: what is open, due, or changed in the law.

    DIR is the folder of the editions, of one organisation, or of one edition.  [default: output]
    """
    from policygen.pack.make import data_folder, load_law
    from policygen.status import as_data, read_organisations

    folder = folder or _output_folder()
    questions, book = _questions(), load_law(data_folder())
    found = read_organisations(folder, questions, as_at, lambda: _sources().library, book) if folder.is_dir() else ()
    if as_json:
        import json

        _tell(json.dumps([as_data(item) for item in found], indent=2, ensure_ascii=False))
    elif found:
        from policygen import report

        _tell(report.status_table(found, as_at, sys.stdout, book.checked_in_words(as_at)))
    else:
        _tell(f"There is no pack in {folder} yet. `{command('new')}` makes the first.", fit=True)
    if faults := [fault for item in found for fault in item.faults]:
        raise OutputError(*faults)


@commands.command(epilog="forms output/riverside/2026-11-21 --people people.csv")
@_edition
@click.option("--people", type=click.Path(path_type=Path), metavar="FILE",
              help="The list: name, role, kind (staff, volunteer, board, contractor). CSV, Excel or OpenDocument.")
@click.option("--document", "documents", multiple=True, metavar="ID", help="Only this form. May be given again.")
@click.option("--outstanding", is_flag=True, help="Only what is not signed, or must be signed again.")
@click.option("--format", "formats", callback=_formats, metavar="LIST",
              help="Formats to write: docx, pdf, txt, joined by commas.  [default: pdf]")
@click.option("--separate", is_flag=True, help="A PDF for each form, instead of one for the printer.")
@click.option("--duplex", is_flag=True, help="For printing on both sides: each person's forms begin on a new leaf.")
@click.option("--copies", type=click.IntRange(1, 10_000), metavar="N",
              help="Without a list of people: so many numbered blank copies of each client sheet.")
@click.option("--on", "day", callback=_day, metavar="DATE",
              help="The day on which they are given out.  [default: today]")
@_from_library
def forms(edition: Path, people: Path | None, documents: tuple[str, ...], outstanding: bool, formats: tuple[str, ...],
          separate: bool, duplex: bool, copies: int | None, day: date, library: Path | None) -> None:
    """Print the forms that everybody signs, with name and role.

    They are entered in the register. EDITION is the folder of an edition. The last line on standard output is the
    folder of the forms.
    """
    from policygen import report
    from policygen.formats import pdf
    from policygen.printing.print_run import PrintOptions
    from policygen.signing.forms import FormsRequest, give_blank_sheets, give_forms

    if bool(people) == bool(copies):
        raise click.UsageError(
            "Give either a list of people with --people, or the number of blank copies with --copies.")
    if copies and (outstanding or separate or (formats and formats != ("pdf",))):
        raise click.UsageError("--copies goes with --document, --duplex and --on only: it prints a PDF of each sheet.")
    no_pdf = "" if formats or copies else pdf.unavailable()
    options = PrintOptions(formats or (("docx",) if no_pdf else ("pdf",)), duplex, separate)
    sources = _sources(library)
    if people is None:
        with _progress("sheet") as hear:
            folder, notices = give_blank_sheets(sources, edition, documents, copies or 0, day, options, hear)
        for notice in notices:
            _say(notice)
        _tell(str(folder))
        return
    with _progress("form") as hear:
        given = give_forms(sources, FormsRequest(edition, people, documents, outstanding, options, day), hear)
    for notice in filter(None, (no_pdf, *given.notices)):
        _say(notice)
    _show(report.forms_given(given, sys.stderr))
    if given.folder:
        _tell(str(given.folder))


@commands.command(epilog="signed output/riverside/2026-11-21 'Ama Osei' --on 2026-12-01")
@_edition
@click.argument("name", required=False)
@click.option("--document", metavar="ID", default="", help="Only this form.  [default: all that are not signed yet]")
@click.option("--on", "day", callback=_day, metavar="DATE", help="The day of the signature.  [default: today]")
@click.option("--by", metavar="WHO", default="", help="Who notes it.")
@click.option("--from", "listed", type=click.Path(path_type=Path), metavar="FILE",
              help="Note all in this list: name, date, and document where it is only one. CSV, Excel or OpenDocument.")
@_plain
def signed(edition: Path, name: str | None, document: str, day: date, by: str, listed: Path | None,
           plain: bool) -> None:
    """Note in the register of EDITION that NAME has signed.

    In the place of the name, the number of an entry will do: "No. 4".
    """
    from policygen import report
    from policygen.interview.asking import Option
    from policygen.signing.signed import Signature, read_signatures, record_signatures

    if bool(name) == bool(listed):
        raise click.UsageError("Give either a name, or a list with --from.")
    if day > date.today():
        raise click.UsageError("The day of the signature is in the future.")
    signatures, told = read_signatures(listed, day, by, document) if listed else (
        [Signature(name or "", day, by, document)], ())

    def ask(question: str, people: Sequence[Person], about: Mapping[Person, str]) -> Person | None:
        """The person that somebody means; None for none of them."""
        prompts = _prompts(plain)
        prompts.say(question, "bold")
        options = [Option(f"{person.name}: {about[person]}", person) for person in people]
        return prompts.choose([*options, Option("None of them", "")]) or None

    done, notices = record_signatures(edition, signatures, ask if name and _can_ask(plain) else None)
    for notice in (*told, *notices):
        _say(notice)
    _tell(report.signatures_recorded(done), fit=True)


@commands.command(epilog="explain output/riverside/2026-11-21 6.2")
@click.argument("edition", type=click.Path(path_type=Path))
@click.argument("clause", required=False, metavar="[NUMBER|CLAUSE]")
def explain(edition: Path, clause: str | None) -> None:
    """Say why each clause is in an edition, or all about one clause."""
    from policygen import report
    from policygen.pack.edition import read_edition

    pack = read_edition(edition)
    try:
        text = report.explained(pack, _sources().library, clause, sys.stdout)
    except LookupError:
        raise click.UsageError(f"This edition has no clause {clause!r}. `{command('explain', edition)}` lists all."
                               ) from None
    _tell(text)


# ---- for authors -------------------------------------------------------------------------------------------------


@commands.command(epilog="check")
@click.argument("library", required=False, type=_ExistingFolder())
def check(library: Path | None) -> None:
    """Check the clause library: every problem, or "no problems"."""
    from policygen.checks import check, style
    from policygen.pack.make import data_folder

    data = data_folder()
    shipped = data / "clauses" / "confidentiality"
    own = library is None or library.resolve() == shipped.resolve()
    sources = _sources(library)
    if library and not own and (library / "errors.yaml").exists():
        _say("Its errors.yaml is not used: patterns from elsewhere are not run, the program has its own.")
    examples = sorted((data / "examples").glob("*.yaml"))
    mistakes = style.load_mistakes(shipped / "errors.yaml", f"{shipped.name}/errors.yaml")
    found = check.check(sources, mistakes, examples, own)
    if found:
        raise LibraryError(*found)
    loaded, asked = sources.library, sources.questionnaire.questions
    _tell(f"no problems ({len(loaded.clauses)} clauses, {len(loaded.documents)} documents, {len(asked)} questions, "
          f"{len(examples)} example packs, {len(loaded.law.laws)} legal references checked on {loaded.law.checked})",
          fit=True)
    if loaded.law.is_old(date.today()):
        _say(loaded.law.checked_in_words(date.today()))


@commands.command(epilog="questions")
@click.option("--schema", "as_schema", is_flag=True, help="A JSON Schema of answers.yaml instead, for editors.")
def questions(as_schema: bool) -> None:
    """Print all questions with their ids."""
    import json

    from policygen.library import schema

    if as_schema:
        _tell(json.dumps(schema.json_schema(_questions()), indent=2, ensure_ascii=False))
    else:
        _tell("\n".join(schema.question_page(_questions())), fit=True)

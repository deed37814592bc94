"""The command line: commands, printing, exit codes. The only place that asks for today, prints, or exits.

Only click is imported at the top: `policygen --help` must not load what makes documents.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from policygen.pipeline import Sources

EXIT_FAULT, EXIT_USAGE, EXIT_ANSWERS, EXIT_LIBRARY, EXIT_OUTPUT, EXIT_INTERRUPTED = 1, 2, 3, 4, 5, 130


def main() -> None:
    """Run the command line and exit: 0 done, 2 wrong usage, 3 answers, 4 clause library, 5 output, 130 interrupted;
    1 for a fault of the program itself."""
    _open_streams()
    try:
        sys.exit(commands(standalone_mode=False) or 0)
    except click.ClickException as exc:
        exc.show()
        sys.exit(EXIT_USAGE)
    except (click.Abort, KeyboardInterrupt):
        _say("\nStopped.")
        sys.exit(EXIT_INTERRUPTED)
    except Exception as exc:
        sys.exit(_failed(exc))


def _failed(exc: Exception) -> int:
    """Tell a person what went wrong; the exit code. The errors' module is loaded only now: it is of no use to --help."""
    from policygen.errors import AnswersError, Interrupted, LibraryError, PolicygenError

    match exc:
        case Interrupted(draft=draft):
            _say(f"\nStopped. Your answers are kept in {draft}\nStart again to carry on." if draft else "\nStopped.")
            return EXIT_INTERRUPTED
        case PolicygenError():
            heads = {AnswersError: "The answers need attention", LibraryError: "The clause library needs attention"}
            _say("\n".join([f"{heads.get(type(exc), 'This did not work')}:", *map(str, exc.problems),
                            *getattr(exc, "__notes__", ())]))
            return {AnswersError: EXIT_ANSWERS, LibraryError: EXIT_LIBRARY}.get(type(exc), EXIT_OUTPUT)
        case OSError():
            _say(f"This did not work:\n{exc.filename or 'standard output'}: {(exc.strerror or str(exc)).lower()}")
            return EXIT_OUTPUT
    # The message of an unforeseen error may hold what somebody answered; its kind and place do not.
    frame = exc.__traceback__
    while frame.tb_next:
        frame = frame.tb_next
    _say(f"This is a fault of policygen, not yours: {type(exc).__name__} in "
         f"{Path(frame.tb_frame.f_code.co_filename).name}, line {frame.tb_lineno}.\n"
         "Please tell those who look after policygen.")
    return EXIT_FAULT


def _open_streams() -> None:
    """Make the three standard streams usable: one that was closed leads nowhere, and no letter is too much for them."""
    import os

    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode))
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")


def _say(words: str) -> None:
    """Progress and messages go to standard error. That nobody can read them stops no work."""
    try:
        click.echo(words, err=True)
    except OSError:
        pass


def _tell(words: str) -> None:
    """Results go to standard output. That nobody reads to their end, as in `| head`, is no fault."""
    try:
        click.echo(words)
    except BrokenPipeError:
        pass


def _day(context: click.Context, parameter: click.Parameter, value: str | None) -> date:
    try:
        day = date.fromisoformat(value) if value else date.today()
    except ValueError:
        raise click.BadParameter(f"there is no date {value!r}. Write year, month, day, "
                                 "for example 2026-11-20.") from None
    if not 2000 <= day.year < 2100:
        raise click.BadParameter("the year must be from 2000 to 2099.")
    return day


def _formats(context: click.Context, parameter: click.Parameter, value: str) -> tuple[str, ...]:
    from policygen.pipeline import FORMATS

    names = tuple(dict.fromkeys(name.strip().lower() for name in value.split(",") if name.strip()))
    for name in names:
        if name not in FORMATS:
            raise click.BadParameter(f"{name!r} is not a format. Choose from: {', '.join(FORMATS)}.")
    if not names:
        raise click.BadParameter(f"Choose from: {', '.join(FORMATS)}.")
    return names


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
             invoke_without_command=False)
@click.version_option(package_name="policygen", message="policygen %(version)s")
def commands() -> None:
    """Write a confidentiality policy and its forms for a small UK voluntary organisation.

    Answer questions, get Word and PDF files. Nothing leaves this computer.
    """


_making: list[Callable] = [
    click.option("--to", type=click.Path(path_type=Path, file_okay=True), metavar="DIR",
                 help="Folder for the editions.  [default: output]"),
    click.option("--format", "formats", default="docx,pdf", callback=_formats, metavar="LIST", show_default=True,
                 help="Formats to write: docx, pdf, html, txt, joined by commas."),
    click.option("--large-print", "large", is_flag=True,
                 help="Make each Word and PDF file in large print (18 point) too."),
    click.option("--as-at", callback=_day, metavar="DATE",
                 help="Date of the edition, and of the law in it.  [default: today]"),
]


def _with(options: list[Callable]) -> Callable:
    def decorate(function: Callable) -> Callable:
        for option in reversed(options):
            function = option(function)
        return function
    return decorate


@commands.command()
@click.option("--answers", "answers_path", type=click.Path(path_type=Path), metavar="FILE",
              help="Take the answers from this file.")
@click.option("--set", "settings", multiple=True, metavar="KEY=VALUE",
              help="One answer; goes before the file. May be given again.")
@_with(_making)
@click.option("--library", type=click.Path(path_type=Path, exists=True, file_okay=False), metavar="LIBRARY",
              help="Take the clauses from this folder.  [default: the program's own]")
@click.option("--no-input", is_flag=True, help="Never ask; list what is missing and stop.")
@click.option("--draft", is_flag=True, help="Mark it as a draft; printed words may still be missing.")
def new(answers_path: Path | None, settings: tuple[str, ...], to: Path | None, formats: tuple[str, ...], large: bool,
        as_at: date, library: Path | None, no_input: bool, draft: bool) -> None:
    """Make a new pack: ask the questions, or take an answers file.

    The last line on standard output is the folder of the edition.
    """
    from policygen import answers, pipeline

    sources = pipeline.load(pipeline.data_folder(), library)
    questions = sources.questionnaire
    given = answers.read(answers_path, questions) if answers_path else {}
    given |= answers.parse_settings(settings, questions)
    to = to or _output_folder()
    ask = not no_input and not answers_path
    if ask and not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise click.UsageError("The questions need a terminal, and this is none. Give --answers FILE, or --no-input.")
    if ask:
        _interview(sources, given, to, formats, large, as_at, draft)
    else:
        text = answers.earlier_text(answers_path) if answers_path else ""
        base = answers_path.parent if answers_path else Path()
        _make(sources, given, str(answers_path or "your answers"), text, to, formats, large, as_at, draft, base)


def _interview(sources: Sources, given: dict[str, Any], to: Path, formats: tuple[str, ...], large: bool, as_at: date,
               draft: bool) -> None:
    """Ask, and make the pack. The answers stay on disk until it is made."""
    from policygen import interview
    from policygen.errors import Interrupted, PolicygenError

    given = interview.run(sources.questionnaire, given, to, as_at)
    kept = interview.draft_path(given, to)
    try:
        _make(sources, given, "your answers", "", to, formats, large, as_at, draft)
    except PolicygenError as exc:
        exc.add_note(f"Your answers are kept in {kept}\nStart again to carry on.")
        raise
    except KeyboardInterrupt:
        raise Interrupted(kept) from None
    kept.unlink(missing_ok=True)


@commands.command()
@click.argument("name", default="front-line")
@_with(_making)
def demo(name: str, to: Path | None, formats: tuple[str, ...], large: bool, as_at: date) -> None:
    """Make an example pack without a question. NAME is one of the examples."""
    from policygen import answers, pipeline

    examples = {path.stem: path for path in sorted((pipeline.data_folder() / "examples").glob("*.yaml"))}
    if name not in examples:
        raise click.UsageError(f"There is no example {name!r}. Choose from: {', '.join(examples)}.")
    sources = pipeline.load(pipeline.data_folder())
    given = answers.read(examples[name], sources.questionnaire)
    text = answers.earlier_text(examples[name])
    _make(sources, given, str(examples[name]), text, to or _output_folder(), formats, large, as_at, draft=False,
          base=examples[name].parent)


def _make(sources: Sources, given: dict[str, Any], name: str, text: str, to: Path, formats: tuple[str, ...],
          large: bool, as_at: date, draft: bool, base: Path = Path()) -> None:
    """Make the edition with progress on standard error, and print its folder."""
    from policygen import pipeline

    request = pipeline.Request(given=given, answers_name=name, answers_text=text, to=to, formats=formats, as_at=as_at,
                               draft=draft, base=base, large=large)
    made = pipeline.make(sources, request, lambda stage: _say(f"  {stage}"))
    for notice in made.notices:
        _say(notice)
    _say(f"Done: {len(made.documents)} documents. Read “{made.documents[-1].title}” before you use them.")
    _tell(str(made.folder))


def _output_folder() -> Path:
    """`output` beside the data folders in a checkout, else in the current folder."""
    from policygen.pipeline import data_folder

    data = data_folder()
    return data / "output" if (data / "pyproject.toml").exists() else Path("output")


@commands.command()
@click.argument("library", required=False, type=click.Path(path_type=Path, exists=True, file_okay=False))
def check(library: Path | None) -> None:
    """Check the clause library: every problem with file and line, or "no problems"."""
    from policygen import mistakes, pipeline
    from policygen.checks import everything
    from policygen.errors import LibraryError

    data = pipeline.data_folder()
    shipped = data / "clauses" / "confidentiality"
    own = library is None or library.resolve() == shipped.resolve()
    sources = pipeline.load(data, library)
    if not own and (library / "errors.yaml").exists():
        _say("Its errors.yaml is not used: patterns from elsewhere are not run, the program has its own.")
    examples = sorted((data / "examples").glob("*.yaml"))
    found = everything.check(sources.library, sources.questionnaire,
                             mistakes.load(shipped / "errors.yaml", f"{shipped.name}/errors.yaml"), examples, own)
    if found:
        raise LibraryError(*found)
    loaded, asked = sources.library, sources.questionnaire.questions
    _tell(f"no problems ({len(loaded.clauses)} clauses, {len(loaded.documents)} documents, {len(asked)} questions, "
          f"{len(examples)} example packs, {len(loaded.law.laws)} legal references checked on {loaded.law.checked})")


@commands.command()
@click.option("--schema", is_flag=True, help="A JSON Schema of answers.yaml instead, for editors.")
def questions(schema: bool) -> None:
    """Print all questions with their ids."""
    import json

    from policygen import pipeline, questionnaire
    from policygen import schema as schema_module

    loaded = questionnaire.load(pipeline.data_folder() / "questionnaires" / "confidentiality.yaml")
    if schema:
        _tell(json.dumps(schema_module.schema(loaded), indent=2, ensure_ascii=False))
    else:
        _tell("\n".join(schema_module.as_text(loaded)))


@commands.command()
@click.argument("edition", type=click.Path(path_type=Path))
@click.argument("clause", required=False, metavar="[NUMBER|CLAUSE]")
def explain(edition: Path, clause: str | None) -> None:
    """Say why each clause is in an edition, or all about one clause."""
    from policygen import explanation, pipeline
    from policygen.edition import read

    pack = read(edition)
    library = pipeline.load(pipeline.data_folder()).library
    try:
        text = explanation.explain(pack, library, clause)
    except LookupError:
        raise click.UsageError(f"This edition has no clause {clause!r}. `policygen explain` with the folder alone "
                               "lists all.") from None
    _tell(text)

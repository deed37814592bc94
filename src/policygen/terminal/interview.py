"""The interview in a terminal: one question after the other, until the answers have been checked.

In: a `Session` and a `Start`. Out: a `QuestionPath` at the check, with answers that somebody wants a pack of. Every
answer is on disk before the next question comes. This module shows and asks; the package `interview` says what is asked
next, what counts as an answer, and what an answer changes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, NoReturn

from policygen.interview import asking, drafts, overview
from policygen.interview.asking import NONE, OTHER, UNPICKED, Action, Option
from policygen.interview.drafts import NAME, Draft, SavedDraft
from policygen.interview.overview import StyledLine
from policygen.interview.path import QuestionPath, effects
from policygen.library.question import (
    NOT_SURE, Carried, Choice, Column, Question, answer_in_words, notice, parse_answer,
)
from policygen.library.questionnaire import Questionnaire
from policygen.model.english import date_in_words
from policygen.model.problems import AnswersError, Interrupted, OutputError, height
from policygen.pack import answers
from policygen.pack.answers import Attempt, Depth, Progress
from policygen.pack.selection import Outlook
from policygen.terminal.prompts import (
    AROUND_A_PAGE, CLOSE, Leave, Prompts, fitted, say_all, say_in_pages,
)

WELCOME = """
Where there is a suggested answer, Enter takes it. Your answers stay on this computer, and each is kept as soon as
 you give it: Ctrl-C stops at any time, and you can carry on another day.""".replace("\n ", " ")
_LEAVE = "Save and leave; carry on another day"


@dataclass(frozen=True, slots=True)
class Session:
    """What stays the same during an interview."""

    questionnaire: Questionnaire
    prompts: Prompts
    draft: Draft
    as_at: date
    """The day of the pack."""
    outlook: Callable[[Mapping[str, Any], bool], Outlook]
    """Returns what a pack made from these answers would hold, as a draft or not. Raises AnswersError."""
    decided_by: Callable[[Question], list[str]]
    """Returns what a question decides, in lines."""
    reviewed: Callable[[Progress], tuple[list[str], Mapping[str, str], Mapping[str, Any]]] = lambda progress: (
        [], {}, {})
    """Returns what to say of the edition that is reviewed, in lines; why some questions are asked again, by id; and the
    typed answers of that edition."""
    old_names: Callable[[QuestionPath], Sequence[tuple[str, str]]] = lambda path: ()
    """Returns each place that still has a name which has changed, as a line, with the id of the question whose answer
    has it; that is empty for words that were changed by hand. Raises AnswersError."""
    replaced: Callable[[QuestionPath], Sequence[tuple[str, Mapping[str, Any]]]] = lambda path: ()
    """Returns a question about each name that somebody replaced all through a Word file, with the answers of a yes."""


@dataclass(frozen=True, slots=True)
class Start:
    """How an interview begins."""

    given: Mapping[str, Any]
    """Answers that replace all others."""
    earlier: Mapping[str, Any]
    """Answers of an earlier edition or of a file; unfinished answers replace them."""
    depth: Depth = ""
    """`quick` or `full`; empty where somebody is to choose."""
    resume: str = ""
    """The organisation whose unfinished answers to carry on with; empty for none."""
    offer: Path | None = None
    """The folder for editions whose unfinished answers are offered; None for no offer."""
    progress: Progress | None = None
    """Of a review: the edition, and what to ask again. None for a new pack."""


def run_interview(session: Session, start: Start) -> QuestionPath:
    """The path at the check, once somebody wants the pack.

    Raises Interrupted when somebody stops; OutputError or AnswersError when the organisation's folder, or the
    unfinished answers in it, cannot be used.
    """
    try:
        session.prompts.say(WELCOME)
        said, progress = _started(session, start)
        if not progress.depth:
            progress = replace(progress, depth=_depth(session))
        return _asked(session, {**said, **start.given}, progress)
    except (KeyboardInterrupt, EOFError):
        raise Interrupted(session.draft.path) from None


def _started(session: Session, start: Start) -> tuple[dict[str, Any], Progress]:
    """The answers and the progress to begin with."""
    said, progress = {**start.earlier, **start.given}, start.progress or Progress(start.depth)
    resume = start.resume
    if start.offer is not None and NAME not in said:
        resume = _offered(session, start.offer)
    name = resume or said.get(NAME)
    saved = session.draft.claim(name) if name else None
    if saved is None or not (resume or _wants(session, saved)):
        return said, progress
    session.draft.carry_on(saved)
    said, progress = saved.resumed(start.depth)
    if start.progress and not progress.edition:  # the draft was begun without the last edition
        return {**start.earlier, **said}, start.progress
    if start.progress and (given := start.progress.edited):
        for file in progress.edited:
            if file not in given:
                session.prompts.say(
                    f"{file} was given when this review was begun. What you give now counts in its place.")
        progress = replace(progress, edited=given)
    return said, progress


def unfinished_options(prompts: Prompts, to: Path, questionnaire: Questionnaire, as_at: date) -> list[Option]:
    """An option for each organisation with unfinished answers below a folder for editions; its value is the name. Of
    those that cannot be carried on with it is said at once why."""
    found, others = drafts.unfinished(to, questionnaire, as_at)
    for words in others:
        prompts.say(f"\n{words}")
    return [Option(f"Carry on: {words}", name) for name, words in found.items()]


def _offered(session: Session, to: Path) -> str:
    """The organisation whose unfinished answers somebody wants to carry on with; empty for another one."""
    found = unfinished_options(session.prompts, to, session.questionnaire, session.as_at)
    if not found:
        return ""
    session.prompts.say("\nThere are unfinished answers.", "bold")
    return str(session.prompts.choose([*found, Option("Start with another organisation", "")]))


def _depth(session: Session) -> Depth:
    questions = session.questionnaire.questions.values()
    session.prompts.say("\nHow many questions do you want to answer?", "bold")
    depth: Depth = session.prompts.choose([
        Option("Only the quick ones; careful suggestions stand in for the rest, and you can change them later",
               "quick"),
        Option(f"All that apply: up to {len(questions)}, most of them answered with Enter", "full")], "quick")
    return depth


def _wants(session: Session, saved: SavedDraft) -> bool:
    """Whether somebody wants to carry on with unfinished answers."""
    path = QuestionPath.begin(session.questionnaire, saved.said, session.as_at, saved.progress)
    session.prompts.say("\nThere are unfinished answers for it.", "bold")
    return bool(session.prompts.choose([Option(f"Carry on: {overview.progress_line(path)}", True),
                                        Option("Begin again, and throw the unfinished answers away", False)]))


# ---- from question to question -----------------------------------------------------------------------------------


def _asked(session: Session, said: dict[str, Any], progress: Progress) -> QuestionPath:
    """The path after all questions and the check."""
    here, part, confirmed = QuestionPath.begin(session.questionnaire, said, session.as_at, progress), "", False
    why: Mapping[str, str] = {}
    at, before, edition = _FIRST, here.said, ""
    while True:
        if here.edition not in ("", edition):  # what somebody carries on with may be a review, too
            edition = here.edition
            lines, why, before = session.reviewed(here.progress)
            for line in lines:
                session.prompts.say(line)
            if here.edited:  # so that nobody has to give these files again
                _keep(session, here)
            if answers.REPLACED not in here.confirmed:
                here = _replaced(session, here)
        if here.edition and not (confirmed or here.carried):
            shown, here, confirmed = here, _confirmed(session, here), True
            at = _LAST if here is not shown else at  # all answers were looked through a moment ago
        if not here.at:
            before = before if here.edition else {**here.said, **before}
            after, at = _check(session, here, before, at)
            if after is None:
                return here
            here, part = after, ""
            continue
        if here.question.part != part:
            part = here.question.part
            title = next(one.title for one in here.questionnaire.parts if one.id == part)
            if here.question in here.asked:
                number = [one.id for one in here.parts].index(part) + 1
                title = f"Part {number} of {len(here.parts)}: {title}"
            session.prompts.say(f"\n{title}", "bold")
        again = here.at in here.unfinished or here.question in here.open
        here = _step(session, here, why.get(here.at, "") if again else "")


def _replaced(session: Session, here: QuestionPath) -> QuestionPath:
    """The path of a review, once somebody has said of each name that they replaced in Word whether it is an answer."""
    if not (offers := session.replaced(here)):
        return here
    for words, changed in offers:
        session.prompts.say(f"\n{words}", "bold")
        if session.prompts.choose([Option("Yes: change the answer, and all documents say it", True),
                                   Option("No: it stays in that file, as a change by hand", False)], True):
            here = _changed(session, here, here.change(changed))
    here = here.confirm(answers.REPLACED, ())
    _keep(session, here)
    return here


def _confirmed(session: Session, here: QuestionPath) -> QuestionPath:
    """The path of a review, once somebody has said of each part whether its answers are still right."""
    prompts = session.prompts
    for number, part in enumerate(here.parts, 1):
        answered = [(question, lines) for question, lines in overview.check_lines(here, here.said)
                    if question.part == part.id and question in here.asked and question not in here.open]
        if part.id in here.confirmed or not answered:
            continue
        changed: list[str] = []
        pages = _pages(answered, AROUND_A_PAGE + 4)
        for count, page in enumerate(pages, 1):
            rest = f" ({count} of {len(pages)})" if len(pages) > 1 else ""
            prompts.say(f"\nPart {number} of {len(here.parts)}: {part.title}{rest}", "bold")
            say_all(prompts, page.lines)
            changed += _no_longer_right(session, here, page)
        here = here.confirm(part.id, tuple(changed))
        _keep(session, here)
    return here


def _no_longer_right(session: Session, here: QuestionPath, page: _Page) -> list[str]:
    """The ids of the questions on a page whose answers are to be asked again."""
    prompts, changed = session.prompts, None
    while not isinstance(changed, list) or not changed:  # Esc, or nothing ticked
        prompts.say("\nIs this still right?", "bold")
        chosen = prompts.choose([Option("Yes, all of it", "yes"), Option("Change some", "change"),
                                 Option(_LEAVE, "leave")], "yes")
        if chosen == "yes":
            return []
        if chosen == "leave":
            _leave(session, here)
        prompts.say("\nWhich of them? You are asked each again.", "bold")
        changed = prompts.tick([Option(f"{question.ask} {overview.answer_line(here, question)}", question.id)
                                for question in page.questions], [], False, CLOSE)
    return changed


def _step(session: Session, here: QuestionPath, why: str) -> QuestionPath:
    """The path after the current question was put once. `why` says why it is asked again; empty for no reason."""
    before, question, prompts, left = here, here.question, session.prompts, len(here.open)
    count = f"{left} question{'s' if left != 1 else ''} left" if left else "All questions have an answer"
    prompts.say(f"\n{count}   ({prompts.help})", "dim")
    if why:
        prompts.say(why)
    said = here.said.get(question.id)
    if isinstance(said, Carried) and question.type != "table":  # the rows of a table are offered
        prompts.say(f"So far the pack takes: {overview.value_in_words(question, said.value) or 'nothing'}")
    prompts.say(question.ask, "bold")
    for hint in filter(None, (question.why, question.example and f"For example: {question.example}")):
        prompts.say(hint)
    answer, here = _table(session, here) if question.type == "table" else _answer(session, here)
    if answer is Action.MORE:
        options = [Option(words, action) for action, words in asking.actions(here).items() if action is not Action.MORE]
        answer = prompts.choose([*options, Option("Return to the question", Action.MORE)], actions=CLOSE)
    if isinstance(answer, Action):
        if answer not in (Action.MORE, Action.WHY, Action.EXAMPLE) and (words := here.attempt().in_words):
            prompts.say(f"What you had begun here comes back with the question: {words}")
        return _acted(session, here, answer)
    if question.id == NAME and (other := _renamed(session, here, answer)):
        return other
    return _changed(session, before, here.answer(answer))


def _renamed(session: Session, here: QuestionPath, name: str) -> QuestionPath | None:
    """The path to go on with in place of the answers so far: the unfinished answers of the named organisation, if
    somebody wants them, or the same question, if the name cannot be used. None to take the name as an answer."""
    try:
        saved = session.draft.claim(name)
    except (OutputError, AnswersError) as exc:
        if NAME not in here.said:
            raise
        session.prompts.say(f"\n{exc}\nThe name stays as it was.")
        return here
    if saved is None or not _wants(session, saved):
        return None
    session.draft.carry_on(saved)
    said, progress = saved.resumed(here.progress.depth)
    return QuestionPath.begin(here.questionnaire, said, here.as_at, progress)


def _changed(session: Session, before: QuestionPath, after: QuestionPath) -> QuestionPath:
    """The path after an answer, once it is on disk and somebody has seen what it changed."""
    _keep(session, after)
    found, prompts = effects(before, after), session.prompts
    for line in overview.effect_lines(found):
        prompts.say(line)
    if not found.suggested:
        return after
    prompts.say("\nAfter this change, other answers would be suggested:", "bold")
    for line in overview.suggestion_lines(after, found.suggested):
        prompts.say(line)
    if not prompts.choose([Option("Leave my answers as they are", False), Option("Take the new suggestions", True)]):
        return after
    return _changed(session, after, after.take_suggestions(tuple(question.id for question in found.suggested)))


def _keep(session: Session, here: QuestionPath) -> None:
    """Put the answers on disk. Where that fails, somebody may make room and try again. Raises OutputError."""
    while True:
        try:
            return session.draft.keep(here)
        except OutputError as exc:
            session.prompts.say(f"\nThis answer could not be kept; those before it are safe.\n{exc}")
            if not session.prompts.choose([Option("Try again", True), Option("Leave; this answer is lost", False)]):
                raise


def _leave(session: Session, here: QuestionPath) -> NoReturn:
    _keep(session, here)
    raise Interrupted(session.draft.path)


# ---- one question ------------------------------------------------------------------------------------------------


def _answer(session: Session, here: QuestionPath) -> tuple[Any, QuestionPath]:
    """The typed answer to the current question, which is no table, or an Action; and the path with what was half
    typed."""
    def leave(attempt: Attempt) -> None:
        nonlocal here
        here = _attempted(session, here, attempt)

    question = here.question
    offered = answers.offered(question, here.questionnaire, here.values)
    return _put(session.prompts, question, offered, here.suggestion(question), asking.actions(here), here.attempt(),
                leave, latest=here.as_at), here


def _attempted(session: Session, here: QuestionPath, attempt: Attempt, column: str = "") -> QuestionPath:
    """The path with what was half typed, which is on disk too if there is room: nobody is asked on their way out."""
    after = here.attempted(attempt, column)
    with suppress(OutputError):
        session.draft.keep(after)
    return after


def _put(prompts: Prompts, question: Question, offered: Sequence[Choice], suggested: Any, actions: Mapping[Action, str],
         begun: Attempt, leave: Leave, label: str = ">", latest: date = date.max) -> Any:
    """The typed answer to a question that is no table, or an Action. `begun` is what was half typed before, `leave`
    gets what is half typed now; `label` stands before what is typed."""
    options = asking.options(question, offered, suggested)
    again = None if begun.ticked is None else [option.value for option in options if option.label in begun.ticked]
    ticked: list[Any] = []
    match question.type:
        case "yes_no" | "choice":
            if suggested is None:
                suggested = UNPICKED if question.required else question.empty
            chosen = prompts.choose(options, next(iter(again or ()), suggested), actions)
            if chosen is not OTHER:
                return chosen
            label, suggested, ticked = "What is it called?", None, [OTHER]
        case "choices":
            ticked = prompts.tick(options, suggested or [] if again is None else again, question.required, actions,
                                  leave)
            if isinstance(ticked, Action):
                return ticked
            if OTHER not in ticked:
                return [value for value in ticked if value is not NONE]
            label, suggested = "What else? Join several by commas:", None
    if labels := tuple(option.label for option in options if option.value in ticked):
        leave(Attempt(begun.typed, labels))  # the list is not shown again before the words are typed

    def parts(text: str) -> str | list[str]:
        """What is judged: the text, or several, which commas part."""
        return [part.strip() for part in text.split(",") if part.strip()] if question.type == "choices" else text

    typed = prompts.write(
        label, lambda text: asking.mistake(question, parts(text), latest),
        "" if suggested is None or suggested is NOT_SURE else str(date_in_words(suggested)),
        question.type == "paragraph", actions,
        begun.typed, lambda attempt: leave(replace(attempt, ticked=labels or None)))
    if isinstance(typed, Action):
        return typed
    if words := notice(question, typed):
        prompts.say(words)
    others = [value for value in ticked if value not in (OTHER, NONE)] if question.type == "choices" else []
    return parse_answer(question, [*others, *parts(typed)] if question.type == "choices" else typed)


Rows = list[dict[str, Any]]
_CANCEL = {Action.BACK: "Go back to the list; this row stays as it was"}
_PUT_OFF = {Action.BACK: "Go back to the list; what you typed is offered again when you add a row"}


def _table(session: Session, here: QuestionPath) -> tuple[Any, QuestionPath]:
    """The rows of the current question, a table, or an Action; and the path with the rows so far. Each change is kept
    at once, and each cell of a new row."""
    prompts, question = session.prompts, here.question
    said = here.said.get(question.id)
    offered = said.value if isinstance(said, Carried) else question.offers
    if offered and not here.suggestion(question) and not _begun_row(here):
        def leave(attempt: Attempt) -> None:
            nonlocal here
            here = _attempted(session, here, attempt)

        prompts.say("Tick the rows that are true of you. You can change them afterwards, and add others.")
        options = [*(Option(_in_words(question, row), number) for number, row in enumerate(offered)),
                   Option("None of these", NONE)]
        ticks = here.attempt().ticked or ()
        ticked = prompts.tick(options, [option.value for option in options if option.label in ticks], True,
                              asking.actions(here), leave)
        if isinstance(ticked, Action):
            return ticked, here
        here = here.attempted(Attempt())
        if rows := [dict(offered[number]) for number in ticked if number is not NONE]:
            here = here.keep_rows(rows)
            _keep(session, here)
    while True:
        rows = [dict(row) for row in here.suggestion(question) or []]
        for number, row in enumerate(rows, 1):
            prompts.say(f"  {number}. {_in_words(question, row)}")
        if begun := _begun_row(here):
            prompts.say(f"You have begun a row that is not in the list yet: {begun}")
        options = [Option("This list is right" if rows else "There are none", "done")
                   ] if rows or question.may_be_none else []
        options.append(Option("Add a row", "add"))
        if rows:
            options += [Option("Change a row", "change"), Option("Delete a row", "delete")]
        if len(rows) > 1:
            options.append(Option("Move a row", "move"))
        chosen = prompts.choose(options, "done" if rows else UNPICKED, asking.actions(here))
        if isinstance(chosen, Action):
            return chosen, here
        if chosen == "done":
            if begun:
                prompts.say(f"The row that you had begun is left out: {begun}")
            return rows, here
        if chosen == "add":
            here = _with_new_row(session, here, rows)
        elif (changed := _with_change(prompts, question, rows, chosen)) != rows:
            here = here.keep_rows(changed)
            _keep(session, here)


def _with_new_row(session: Session, here: QuestionPath, rows: Rows) -> QuestionPath:
    """The path with one more row; with its cells so far when somebody goes back."""
    prompts, row = session.prompts, here.begun.get(here.at, {})
    prompts.say(f"{prompts.cancel}; what you typed is offered again when you add a row.", "dim")
    for column in here.question.columns:
        def leave(attempt: Attempt, name: str = column.id) -> None:
            nonlocal here
            here = _attempted(session, here, attempt, name)

        cell = _cell(prompts, here.question, column, row.get(column.id), _PUT_OFF, here.attempt(column.id), leave)
        if isinstance(cell, Action):
            return here
        row = {**row, column.id: cell}
        here = here.begin_row(row).attempted(Attempt(), column.id)
        _keep(session, here)
    here = here.keep_rows([*rows, {column.id: row[column.id] for column in here.question.columns}]).begin_row({})
    _keep(session, here)
    return here


def _with_change(prompts: Prompts, question: Question, rows: Rows, change: str) -> Rows:
    """The rows after `change`, `delete` or `move`; the same rows when somebody goes back."""
    index = prompts.choose([Option(f"{number}. {_name(row)}", number - 1) for number, row in enumerate(rows, 1)],
                           actions=_CANCEL)
    if isinstance(index, Action):
        return rows
    others = [*rows[:index], *rows[index + 1:]]
    if change == "delete":
        return others
    if change == "change":
        return [*rows[:index], _changed_row(prompts, question, rows[index]), *rows[index + 1:]]
    target = prompts.choose([Option("To the top", 0), *(Option(f"Below {_name(row)}", number)
                                                        for number, row in enumerate(others, 1))], index, _CANCEL)
    return rows if isinstance(target, Action) else [*others[:target], rows[index], *others[target:]]


def _name(row: Mapping[str, Any]) -> str:
    return str(next(iter(row.values())))


def _in_words(question: Question, row: Mapping[str, Any]) -> str:
    """A row as one line; of a row that is not finished, its cells so far."""
    return " | ".join(answer_in_words(column, row[column.id]) for column in question.columns if column.id in row)


def _begun_row(here: QuestionPath) -> str:
    """The row that somebody has begun to add, with the cell that is half typed, as one line; empty for none."""
    typed = (here.attempt(column.id).typed for column in here.question.columns)
    return " | ".join(filter(None, (_in_words(here.question, here.begun.get(here.at, {})), *typed)))


def _changed_row(prompts: Prompts, question: Question, row: dict[str, Any]) -> dict[str, Any]:
    """The row with what somebody put in its cells; as it was when they go back and do not keep that."""
    filled, place, half = dict(row), 0, Attempt()

    def leave(attempt: Attempt) -> None:
        nonlocal half
        half = attempt

    prompts.say(f"{prompts.cancel}; you are asked whether to keep what you have changed by then.", "dim")
    while place < len(question.columns):
        column = question.columns[place]
        try:
            cell = _cell(prompts, question, column, filled[column.id], _CANCEL, half, leave)
        except (KeyboardInterrupt, EOFError):
            if words := _changes(question, row, filled, half):
                prompts.say(f"\nThe row stays as it was. Not kept: {words}")
            raise
        if not isinstance(cell, Action):
            filled, place, half = {**filled, column.id: cell}, place + 1, Attempt()
            continue
        if not (words := _changes(question, row, filled, half)):
            return row
        prompts.say(f"You have changed in this row: {words}")
        chosen = prompts.choose([Option("Go on with this row", "on"),
                                 Option("Go back to the list; this row stays as it was", "as it was"),
                                 Option("Go back to the list with what is finished", "finished")], actions=CLOSE)
        if chosen in ("as it was", "finished"):
            return row if chosen == "as it was" else filled
    return filled


def _changes(question: Question, row: Mapping[str, Any], filled: Mapping[str, Any], half: Attempt) -> str:
    """What somebody has changed in a row so far, as one line; empty for nothing."""
    changed = {name: cell for name, cell in filled.items() if cell != row[name]}
    return " | ".join(filter(None, (_in_words(question, changed), half.in_words)))


def _cell(prompts: Prompts, question: Question, column: Column, suggested: Any, actions: Mapping[Action, str],
          begun: Attempt, leave: Leave) -> Any:
    """What somebody put in a cell, or an Action."""
    if column.type in ("choice", "yes_no"):
        prompts.say(f" {column.label}:")
    return _put(prompts, asking.cell_question(question, column), column.choices, suggested, actions, begun, leave,
                f"{column.label}:")


# ---- instead of answering ----------------------------------------------------------------------------------------


def _acted(session: Session, here: QuestionPath, action: Action) -> QuestionPath:
    """The path after something other than an answer."""
    prompts, question = session.prompts, here.question
    match action:
        case Action.BACK:
            return here.back()
        case Action.EARLIER:
            options = [Option(f"{before.ask} {overview.answer_line(here, before)}", before.id)
                       for before in reversed(here.earlier)]
            name = prompts.choose([*options, Option("Return to the question", here.at)], actions=CLOSE)
            return here if isinstance(name, Action) else here.go_to(name)
        case Action.UNSURE if question.unsure is not None and _rows_may_go(prompts, here):
            return _changed(session, here, here.answer(NOT_SURE))
        case Action.UNSURE:
            suggested = here.suggestion(question)
            stands = "what you have given" if here.said.get(question.id) == suggested else "the suggestion"
            reason = "" if question.unsure else "There is no careful answer that could stand in for this one. "
            prompts.say(f"\n{reason}" + (
                "It is left open for now; you can answer it at the end." if suggested in (None, []) else
                f"You can answer it at the end; until then, {stands} stands: "
                + overview.value_in_words(question, suggested)))
            here = here.skip()
        case Action.SKIP:
            here = here.skip()
        case Action.ALL:
            here = here.ask_all()
        case Action.LEAVE:
            _leave(session, here)
        case Action.WHY:
            prompts.say("\nWhy this is asked", "bold")
            prompts.say(question.why or "The documents print your answer.")
            for line in session.decided_by(question):
                prompts.say(line)
            return here
        case Action.EXAMPLE:
            prompts.say(f"\nFor example: {question.example}")
            return here
        case Action.MORE:
            return here
    _keep(session, here)
    return here


def _rows_may_go(prompts: Prompts, here: QuestionPath) -> bool:
    """Whether `not sure` may take the place of the answer so far. Rows that somebody typed go only if they say so."""
    rows = here.said.get(here.at) if here.question.type == "table" else None
    if not isinstance(rows, list) or not rows:
        return True
    instead = answer_in_words(here.question, here.question.unsure)
    return prompts.choose([Option("Keep the rows, and ask me again at the end", False),
                           Option(f"Take all rows out (until it is decided: {instead})", True)], actions=CLOSE) is True


# ---- the check ---------------------------------------------------------------------------------------------------


_FIRST, _LAST = "", "last"
"""Where the check begins: at its first page, after all answers, or at the page with the answer to this question."""
_ON_PAGE = {Action.MORE: "", Action.SKIP: "Go on to what this makes", Action.LEAVE: _LEAVE}
_ON_LATER_PAGE = {Action.MORE: "", Action.BACK: "Go back a page"} | _ON_PAGE


def _check(session: Session, here: QuestionPath, before: Mapping[str, Any], at: str) -> tuple[QuestionPath | None, str]:
    """The path that somebody goes on with after looking through the answers, and where the next check begins. The path
    is None when they want the pack. `before` are the answers to compare with."""
    if at != _LAST and (name := _looked_through(session, here, before, at)):
        return here.go_to(name), name
    lines, options = [*overview.changed_lines(here, before)], []
    try:
        outlook = session.outlook(here.said, bool(overview.gaps(here)))
        names = session.old_names(here)
    except AnswersError as exc:
        lines += [("\nThe pack cannot be made yet", "bold"), *((str(problem), "") for problem in exc.problems)]
    else:
        lines += [*overview.pack_lines(here, outlook), *_old_name_lines(names)]
        options = [Option(f"Go to answer {number}: {question.ask}", ("answer", question.id))
                   for number, question in enumerate(overview.numbered(here), 1)
                   if question.id in {name for _, name in names}]
        options.append(Option("Make the pack, with these old names" if names else "Make the pack", "make"))
    options += [Option("Change an answer, by its number", "change"),
                Option("Look through all answers, part by part", "look")]
    if here.later and here.open:
        options.append(Option(f"Answer what you skipped ({len(here.open)})", "skipped"))
    if here.not_asked:
        options.append(Option(f"Answer the other questions too ({len(here.not_asked)})", "all"))
    options.append(Option(_LEAVE, "leave"))
    say_in_pages(session.prompts, lines, len(fitted((f"   {option.label}", "") for option in options)) + 4)
    session.prompts.say("\nIs everything right?", "bold")
    match session.prompts.choose(options):
        case "make":
            return None, _LAST
        case ("answer", name):
            return here.go_to(name), _LAST
        case "look":
            return here, _FIRST
        case "skipped":
            return here.ask_skipped(), _LAST
        case "all":
            return here.ask_all(), _FIRST
        case "leave":
            _leave(session, here)
    session.prompts.say("\nLeave it empty to go back.")
    typed = session.prompts.write("Which number?", lambda text: text and _number_mistake(here, text), empty="")
    return here if not typed else here.go_to(overview.numbered(here)[int(typed) - 1].id), _LAST


def _number_mistake(here: QuestionPath, typed: str) -> str:
    """What is wrong with a typed number of an answer; empty when it is one."""
    last = len(overview.numbered(here))
    return "" if typed.isdecimal() and len(typed) < 9 and 0 < int(typed) <= last else (
        f"Please type a number from 1 to {last}.")


def _looked_through(session: Session, here: QuestionPath, before: Mapping[str, Any], at: str) -> str:
    """The id of the question whose answer somebody wants to change, once they have looked through the answers page by
    page; empty for none. They begin at the page with the answer to the question `at`."""
    prompts, pages = session.prompts, _pages(overview.check_lines(here, before), AROUND_A_PAGE)
    titles = {part.id: part.title for part in here.questionnaire.parts}
    page = next((place for place, one in enumerate(pages) if at in {question.id for question in one.questions}), 0)
    while page < len(pages):
        prompts.say(f"\nCheck your answers, {page + 1} of {len(pages)}: {titles[pages[page].part]}", "bold")
        say_all(prompts, pages[page].lines)
        actions = _ON_LATER_PAGE if page else _ON_PAGE
        back = "back, " if page else ""
        prompts.say(f"Enter goes on; a number changes that answer.   ({prompts.more}: {back}skip, save)", "dim")
        typed = prompts.write("Number:", lambda text: text and _number_mistake(here, text), actions=actions, empty="")
        if typed is Action.MORE:
            typed = prompts.choose([*(Option(words, action) for action, words in actions.items() if words),
                                    Option("Return to the answers", Action.MORE)], actions=CLOSE)
        match typed:
            case Action.BACK:
                page -= 1
            case Action.SKIP:
                break
            case Action.LEAVE:
                _leave(session, here)
            case "":
                page += 1
            case str():
                return overview.numbered(here)[int(typed) - 1].id
    return ""


@dataclass(slots=True)
class _Page:
    """Answers that fit the screen together, all of one part."""

    part: str
    questions: list[Question]
    lines: list[StyledLine]


def _pages(answers: Iterable[tuple[Question, list[StyledLine]]], around: int) -> list[_Page]:
    """The lines of answers on pages that leave so many lines `around` them free. Only an answer that is longer than a
    page goes on to the next one."""
    room, pages = height() - around, list[_Page]()
    for question, lines in answers:
        rest = fitted(lines)
        if not pages or pages[-1].part != question.part or len(pages[-1].lines) + len(rest) > room:
            pages.append(_Page(question.part, [], []))
        pages[-1].questions.append(question)
        pages[-1].lines += rest[:room]
        while rest := rest[room:]:
            pages.append(_Page(question.part, [question], rest[:room]))
    return pages


def _old_name_lines(names: Sequence[tuple[str, str]]) -> list[StyledLine]:
    """The places that still have a name which has changed."""
    if not names:
        return []
    by_hand = [("What was changed by hand, you change in the Word files of the new edition.", "")]
    return [("\nA name has changed, and these places still have the old one", "bold"),
            *((f"> {words}", "") for words, _ in names), *by_hand * (not all(name for _, name in names))]

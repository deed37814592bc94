"""The interview: one question after the other, back and forth, until the answers have been checked.

In: the questionnaire, the answers there are already, the prompts, and where drafts are kept. Out: a finished walk
through the questions. Every answer is on disk before the next question comes. It decides nothing: which question is
next comes from `walk`, what counts as an answer from `questionnaire`, what the answers lead to from whoever calls it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from policygen.interview import asking, drafts, overview, path as walk
from policygen.pack import answers
from policygen.pack.answers import Progress
from policygen.interview.asking import Ask
from policygen.interview.drafts import NAME, Draft, Kept
from policygen.model.problems import AnswersError, Interrupted, OutputError
from policygen.interview.prompts import Action, Option, Prompts
from policygen.library.questionnaire import APPROVED_ON, Questionnaire
from policygen.library.question import NOT_SURE, Question, answer_in_words
from policygen.pack.selection import Outlook
from policygen.interview.path import Walk

WELCOME = """
Where there is a suggested answer, Enter takes it. Your answers stay on this computer, and each is kept as soon as
 you give it: Ctrl-C stops at any time, and you can carry on another day.""".replace("\n ", " ")


@dataclass(frozen=True, slots=True)
class Behind:
    """What the interview has to be told by what lies behind the questions."""

    outlook: Callable[[Mapping[str, Any], bool], Outlook]
    """What a pack made from these answers would hold, as a draft with gaps or not. Raises AnswersError."""
    decides: Callable[[Question], list[str]]
    """What a question decides: lines of words."""
    reviewed: Callable[[Progress], tuple[list[str], Mapping[str, str]]] = lambda progress: ([], {})
    """Of the edition that is reviewed: what to tell about it, in lines, and why some questions are asked again."""


@dataclass(frozen=True, slots=True)
class Session:
    """What stays the same during an interview."""

    questionnaire: Questionnaire
    prompts: Prompts
    draft: Draft
    behind: Behind
    as_at: date


@dataclass(frozen=True, slots=True)
class Start:
    """How an interview begins."""

    given: Mapping[str, Any]
    """Answers that go before all others."""
    earlier: Mapping[str, Any]
    """Answers of an earlier edition or a file; unfinished ones go before them."""
    depth: str = ""
    """`quick` or `full`; empty where that is to be asked."""
    resume: str = ""
    """The organisation whose unfinished answers are carried on with."""
    offer: Path | None = None
    """The folder for editions in which to look for unfinished answers to offer; None for no offer."""
    progress: Progress | None = None
    """Of a review: the edition, and what to ask again."""


class _Left(Exception):
    """Somebody chose to stop and carry on another day."""


def run(session: Session, start: Start) -> Walk:
    """Ask until the answers are complete and somebody wants the pack.

    Raises Interrupted when somebody stops; OutputError or AnswersError when the organisation's folder, or the
    unfinished answers in it, cannot be used.
    """
    draft = session.draft
    try:
        session.prompts.say(WELCOME)
        return _asked(session, *_started(session, start))
    except (KeyboardInterrupt, EOFError, _Left):
        raise Interrupted(draft.path) from None


def _started(session: Session, start: Start) -> tuple[dict[str, Any], Progress]:
    """The answers to begin with, and how far they are."""
    said, progress = {**start.earlier, **start.given}, start.progress or Progress(start.depth)
    resume = start.resume
    if start.offer is not None and NAME not in said:
        resume = _offered(session, start.offer)
    if (name := resume or said.get(NAME)) and (kept := session.draft.claim(name)) and (
            resume or _wants(session, kept)):
        said, progress = _taken_up(session, kept, start.depth)
        if start.progress:
            said, progress = _of_review(session, start, said, progress)
    if not progress.depth:
        progress = replace(progress, depth=_depth(session))
    return {**said, **start.given}, progress


def _of_review(session: Session, start: Start, said: dict[str, Any], kept: Progress) -> tuple[dict[str, Any], Progress]:
    """Unfinished answers that a review goes on with. Word files that are given now go before those given then."""
    if not kept.edition:  # they were begun without looking at the last edition
        return {**start.earlier, **said}, start.progress
    given = start.progress.edited
    for file in (file for file in kept.edited if given and file not in given):
        session.prompts.say(f"{file} was given when this review was begun. What you give now counts in its place.")
    return said, replace(kept, edited=given or kept.edited)


def _offered(session: Session, to: Path) -> str:
    """The organisation whose unfinished answers somebody wants to carry on with; empty for another one."""
    found, broken = unfinished(session.questionnaire, to, session.as_at)
    for words in broken:
        session.prompts.say(f"\n{words}\nThese unfinished answers cannot be carried on with until that is mended.")
    if not found:
        return ""
    session.prompts.say("\nThere are unfinished answers.", "bold")
    return session.prompts.choose([*(Option(f"Carry on: {words}", name) for name, words in found.items()),
                                   Option("Start with another organisation", "")])


def unfinished(questionnaire: Questionnaire, to: Path, as_at: date) -> tuple[dict[str, str], list[str]]:
    """The organisations with unfinished answers, with how far they are; and what is wrong with broken ones."""
    found, broken = {}, []
    for path in drafts.found(to):
        try:
            kept = drafts.read(path, questionnaire)
        except AnswersError as exc:
            broken.append(str(exc))
            continue
        if name := kept.said.get(NAME):
            found[name] = overview.how_far(walk.begin(questionnaire, kept.said, as_at, kept.progress))
            if drafts.is_open_elsewhere(to, name):
                found[name] += ", open in another window"
    return found, broken


def _depth(session: Session) -> str:
    asked = session.questionnaire.questions.values()
    quick = sum(question.depth == "quick" for question in asked)
    session.prompts.say("\nHow many questions do you want to answer?", "bold")
    return session.prompts.choose([
        Option(f"The quick ones: {quick} at the most; careful suggestions stand in for the rest, and you can change "
               "them later", "quick"),
        Option(f"All that apply: up to {len(asked)}, most of them answered with Enter", "full")], "quick")


def _wants(session: Session, kept: Kept) -> bool:
    """Whether somebody wants to carry on with unfinished answers."""
    far = walk.begin(session.questionnaire, kept.said, session.as_at, kept.progress)
    session.prompts.say("\nThere are unfinished answers for it.", "bold")
    return session.prompts.choose([Option(f"Carry on: {overview.how_far(far)}", True),
                                   Option("Begin again, and throw the unfinished answers away", False)])


def _taken_up(session: Session, kept: Kept, depth: str) -> tuple[dict[str, Any], Progress]:
    """The unfinished answers, to be carried on with; a `depth` that is not empty goes before theirs. The day on which an
    earlier text was approved stands among the lines that are kept, and is no answer to the question that is still open."""
    session.draft.take(kept)
    said = {name: value for name, value in kept.said.items()
            if not (name == APPROVED_ON and name in kept.progress.unfinished)}
    return said, replace(kept.progress, depth=depth or kept.progress.depth)


# ---- from question to question -----------------------------------------------------------------------------------


def _asked(session: Session, said: dict[str, Any], progress: Progress) -> Walk:
    """The walk through all questions and the check."""
    here, part = walk.begin(session.questionnaire, said, session.as_at, progress), ""
    lines, why = session.behind.reviewed(progress) if progress.edition else ([], {})
    for line in lines:
        session.prompts.say(line)
    if here.edited:  # nobody gives them again
        _keep(session, here)
    if here.edition:
        here = _looked_through(session, here)
    while True:
        if not here.at:
            after = _check(session, here)
            if after is None:
                return here
            here, part = after, ""
            continue
        if here.question.part != part:
            part = here.question.part
            _say_part(session, here)
        here = _step(session, here, why.get(here.at, "") if here.at in here.unfinished or here.question in here.open
                     else "")


def _looked_through(session: Session, here: Walk) -> Walk:
    """The walk of a review once somebody has said of each part whether it is still right."""
    prompts = session.prompts
    for number, part in enumerate(here.parts, 1):
        settled = [question for question in part.questions if question in here.asked and question not in here.open]
        if part.id in here.confirmed or not settled:
            continue
        prompts.say(f"\nPart {number} of {len(here.parts)}: {part.title}", "bold")
        for question in settled:
            prompts.say(f" > {question.ask}")
            for line in overview.shown(here, question):
                prompts.say(f"      {line}", "bold")
        prompts.say("\nIs this still right?", "bold")
        step = prompts.choose([Option("Yes, all of it", _right), Option("Change some", _some),
                               Option("Save and leave; carry on another day", _leave)], _right)
        here = walk.still_right(here, part.id, step(session, here, settled) if step is not _leave else _leave(
            session, here))
        _keep(session, here)
    return here


def _right(session: Session, here: Walk, settled: list[Question]) -> tuple[str, ...]:
    return ()


def _some(session: Session, here: Walk, settled: list[Question]) -> tuple[str, ...]:
    """The questions that somebody wants to answer otherwise."""
    session.prompts.say("\nWhich of them? You are asked each again.", "bold")
    options = [Option(f"{question.ask} {overview.said(here, question)}", question.id) for question in settled]
    return tuple(session.prompts.tick(options, [], False))


def _say_part(session: Session, here: Walk) -> None:
    number = [part.id for part in here.parts].index(here.question.part) + 1 if here.question in here.asked else 0
    title = next(part.title for part in here.questionnaire.parts if part.id == here.question.part)
    session.prompts.say(f"\nPart {number} of {len(here.parts)}: {title}" if number else f"\n{title}", "bold")


def _step(session: Session, here: Walk, why: str) -> Walk:
    """The walk after one prompt: an answer, or something else that somebody wanted. `why` says why it is asked again."""
    question, prompts = here.question, session.prompts
    _say_question(session, here, why)

    def keep(rows: list[dict[str, Any]]) -> None:
        _keep(session, walk.begun(here, rows))

    offered = answers.offered(question, here.questionnaire, here.values)
    said = asking.put(Ask(question, offered, here.suggestion(question), session.as_at, prompts, _actions(here), keep))
    if said is Action.MORE:
        said = _wanted(session, here)
    if isinstance(said, Action):
        return _acted(session, here, said)
    if question.id == NAME and (took := _renamed(session, here, said)) is not None:
        return took
    return _changed(session, here, walk.answer(here, said))


def _say_question(session: Session, here: Walk, why: str) -> None:
    question, prompts = here.question, session.prompts
    left = len(here.open)
    count = f"{left} question{'s' if left != 1 else ''} left" if left else "All questions have an answer"
    prompts.say(f"\n{count}   ({prompts.help})", "dim")
    if why:
        prompts.say(why)
    prompts.say(question.ask, "bold")
    for hint in filter(None, (question.why, question.example and f"For example: {question.example}")):
        prompts.say(hint)


def _renamed(session: Session, here: Walk, name: str) -> Walk | None:
    """The walk on the unfinished answers of the organisation that was named, if somebody wants them; None to go on with
    the answers there are."""
    try:
        kept = session.draft.claim(name)
    except (OutputError, AnswersError) as exc:
        if NAME not in here.said:
            raise
        session.prompts.say(f"\n{exc}\nThe name stays as it was.")
        return here
    if kept is None or not _wants(session, kept):
        return None
    said, progress = _taken_up(session, kept, here.progress.depth)
    return walk.begin(here.questionnaire, said, here.as_at, progress)


def _changed(session: Session, before: Walk, after: Walk) -> Walk:
    """The walk after an answer, once it is on disk and its effects on other answers were told."""
    _keep(session, after)
    effects, prompts = walk.effects(before, after), session.prompts
    for question in effects.gone:
        prompts.say(f"No longer asked: {question.ask} Your answer is kept in case it applies again.")
    for question in effects.returned:
        prompts.say(f"Applies again, with your answer from before: {question.ask}")
    for question in effects.unfitting:
        prompts.say(f"Has to be asked again, since what you chose is no longer offered: {question.ask}")
    if effects.suggested:
        after = _other_suggestions(session, after, effects.suggested)
    return after


def _other_suggestions(session: Session, here: Walk, changed: tuple[Question, ...]) -> Walk:
    """The walk once somebody has decided about answers for which something else would be suggested now."""
    prompts = session.prompts
    prompts.say("\nAfter this change, other answers would be suggested:", "bold")
    for question in changed:
        suggested = answers.suggestion(question, here.questionnaire, here.values)
        prompts.say(f"> {question.ask} {_words(question, suggested)} (now: {_words(question, here.said[question.id])})")
    if not prompts.choose([Option("Leave my answers as they are", False), Option("Take the new suggestions", True)]):
        return here
    return _changed(session, here, walk.take_suggestions(here, tuple(question.id for question in changed)))


def _words(question: Question, value: Any) -> str:
    words = "Not sure" if value is NOT_SURE else answer_in_words(question, value)
    return words.capitalize() if question.type == "yes_no" else words


def _keep(session: Session, here: Walk) -> None:
    """Put the answers on disk; where the machine cannot, somebody may make room and try again."""
    while True:
        try:
            return session.draft.keep(here)
        except OutputError as exc:
            session.prompts.say(f"\nThis answer could not be kept; those before it are safe.\n{exc}")
            if not session.prompts.choose([Option("Try again", True), Option("Leave; this answer is lost", False)]):
                raise


# ---- instead of answering ----------------------------------------------------------------------------------------


def _actions(here: Walk) -> dict[Action, str]:
    """What somebody may do instead of answering, and its words."""
    before, question = walk.earlier(here), here.question
    found = {Action.MORE: ""}
    if before:
        found |= {Action.BACK: "Go back to the question before", Action.EARLIER: "Go back to any earlier answer"}
    if question.id != NAME:
        found |= {Action.SKIP: "Skip this for now; you can answer it at the end", Action.UNSURE: "Not sure"}
    found[Action.WHY] = "Why is this asked, and what does it decide?"
    if question.example:
        found[Action.EXAMPLE] = "Show an example"
    if here.quick:
        found[Action.ALL] = "Answer all questions, not only the quick ones"
    return found | {Action.LEAVE: "Save and leave; carry on another day"}


def _wanted(session: Session, here: Walk) -> Action | None:
    """What somebody wants who asked for all that can be done here."""
    options = [Option(words, action) for action, words in _actions(here).items() if action is not Action.MORE]
    return session.prompts.choose([*options, Option("Return to the question", Action.MORE)])


def _acted(session: Session, here: Walk, action: Action) -> Walk:
    """The walk after something else than an answer."""
    match action:
        case Action.BACK:
            return walk.back(here)
        case Action.EARLIER:
            return _to_earlier(session, here)
        case Action.SKIP:
            here = walk.skip(here)
            _keep(session, here)
        case Action.UNSURE:
            return _not_sure(session, here)
        case Action.WHY:
            _explain(session, here.question)
        case Action.EXAMPLE:
            session.prompts.say(f"\nFor example: {here.question.example}")
        case Action.ALL:
            here = walk.all_questions(here)
            _keep(session, here)
        case Action.LEAVE:
            _keep(session, here)
            raise _Left
    return here


def _to_earlier(session: Session, here: Walk) -> Walk:
    options = [Option(f"{question.ask} {overview.said(here, question)}", question.id)
               for question in reversed(walk.earlier(here))]
    chosen = session.prompts.choose([*options, Option("Return to the question", here.at)])
    return walk.to(here, chosen)


def _not_sure(session: Session, here: Walk) -> Walk:
    """The walk after `not sure`: the protective answer where there is one, else the question stays open."""
    question = here.question
    if question.unsure is not None:
        return _changed(session, here, walk.answer(here, NOT_SURE))
    suggested = here.suggestion(question)
    session.prompts.say("\nThere is no careful answer that could stand in for this one. " + (
        "It is left open for now; you can answer it at the end." if suggested is None else
        f"You can answer it at the end; until then, the suggestion stands: {_words(question, suggested)}"))
    here = walk.skip(here)
    _keep(session, here)
    return here


def _explain(session: Session, question: Question) -> None:
    prompts = session.prompts
    prompts.say("\nWhy this is asked", "bold")
    prompts.say(question.why or "The documents print your answer.")
    for line in session.behind.decides(question):
        prompts.say(line)


# ---- the check ---------------------------------------------------------------------------------------------------


def _check(session: Session, here: Walk) -> Walk | None:
    """The walk that somebody goes on with after looking through the answers; None when the pack can be made."""
    prompts, gaps = session.prompts, overview.gaps(here)
    for line, style in overview.answers_by_part(here):
        prompts.say(line, style)
    options = []
    try:
        outlook = session.behind.outlook(here.said, bool(gaps))
    except AnswersError as exc:
        prompts.say("\nThe pack cannot be made yet", "bold")
        prompts.say("\n".join(map(str, exc.problems)))
    else:
        for line, style in overview.leads_to(here, outlook, gaps):
            prompts.say(line, style)
        options.append(Option("Make the pack", _ready))
    prompts.say("\nIs everything right?", "bold")
    options.append(Option("Change an answer, by its number", _change))
    if here.later:
        options.append(Option(f"Answer what you skipped ({len(here.open)})", _skipped))
    if here.untouched:
        options.append(Option(f"Answer the other questions too ({len(here.untouched)})", _all))
    return prompts.choose([*options, Option("Save and leave; carry on another day", _leave)])(session, here)


def _ready(session: Session, here: Walk) -> None:
    """No walk to go on with: the pack can be made."""


def _change(session: Session, here: Walk) -> Walk:
    numbered = overview.numbered(here)
    typed = session.prompts.write(
        "Which number?", lambda text: (text.isdecimal() and len(text) < 9 and 0 < int(text) <= len(numbered))
        or f"Please type a number from 1 to {len(numbered)}.")
    return walk.to(here, numbered[int(typed) - 1].id)


def _skipped(session: Session, here: Walk) -> Walk:
    return walk.skipped(here)


def _all(session: Session, here: Walk) -> Walk:
    return walk.all_questions(here)


def _leave(session: Session, here: Walk) -> Walk:
    _keep(session, here)
    raise _Left

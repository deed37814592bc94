"""What a face shows for one question, and whether a typed text is an answer to it.

In: a question, or a place that both people and the library changed. Out: the options to choose from, what is wrong with
a typed text, and what somebody may do instead of answering. Pure: the faces do the asking.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum
from pathlib import Path
from typing import Any, Final

from policygen.formats import house
from policygen.interview.drafts import NAME
from policygen.interview.path import QuestionPath
from policygen.library.question import (
    NOT_SURE, Choice, Column, NotAnAnswer, Question, parse_answer, taken_if_unsure,
)
from policygen.model.english import date_in_words
from policygen.model.lines import blocks_of, text_of
from policygen.model.problems import AnswersError
from policygen.pack.merge import Conflict, sentences_in

OTHER: Final = object()
"""The value of the option under which somebody types an answer of their own."""
NONE: Final = object()
"""The value of the option that says that none of the others fits."""
UNPICKED: Final = object()
"""Stands for the suggestion where there is none, and where Enter alone must not answer."""


@dataclass(frozen=True, slots=True)
class Option:
    """One of several that somebody can choose."""

    label: str
    value: Any


class Action(Enum):
    """What somebody may want instead of answering. The value is the word that is typed for it in plain lines."""

    MORE = "a list of all that can be done here"
    BACK = "back"
    EARLIER = "earlier"
    SKIP = "skip"
    UNSURE = "not sure"
    WHY = "why"
    EXAMPLE = "example"
    ALL = "all"
    LEAVE = "save"


def actions(here: QuestionPath) -> dict[Action, str]:
    """What somebody may do instead of answering the current question, each with a line that says it."""
    found = {Action.MORE: ""}
    if here.earlier:
        found[Action.BACK] = "Go back to the question before"
    if len(here.earlier) > 1:
        found[Action.EARLIER] = "Go back to any earlier answer"
    if here.at != NAME:
        is_open = here.at in {question.id for question in here.open}
        found[Action.SKIP] = ("Skip this for now; you can answer it at the end" if is_open else
                              "Leave your answer as it is, and go on")
        found[Action.UNSURE] = "Not sure"
    found[Action.WHY] = "Why is this asked, and what does it decide?"
    if here.question.example:
        found[Action.EXAMPLE] = "Show an example"
    if here.quick and here.not_asked:
        found[Action.ALL] = "Answer all questions, not only the quick ones"
    return found | {Action.LEAVE: "Save and leave; carry on another day"}


def options(question: Question, offered: Sequence[Choice], suggested: Any) -> list[Option]:
    """What can be chosen as an answer to a yes_no, choice or choices question: typed values, NOT_SURE, and `OTHER`.
    `offered` are the choices that fit the earlier answers; what is `suggested` is offered too."""
    found = [Option(choice.label, choice.value) for choice in offered]
    if question.type == "yes_no":
        found = [Option("Yes", True), Option("No", False)]
    elif question.type == "choices":
        values = {choice.value for choice in offered}
        found += [Option(value, value) for value in suggested or () if value not in values]
    elif question.other and isinstance(suggested, str) and suggested not in {
            question.empty, *(choice.value for choice in question.choices)}:
        found.append(Option(suggested, suggested))
    if question.other:
        found.append(Option("Something else ...", OTHER))
    if question.type == "choices" and question.presumed == []:
        found.append(Option("None of these", NONE))
    if question.type == "choice" and not question.required:
        found.append(Option("Leave it empty", question.empty))
    if question.type != "choices" and question.unsure is not None:
        found.append(Option(f"Not sure (until it is decided: {taken_if_unsure(question)})", NOT_SURE))
    return found


def mistake(question: Question, typed: str | list[str], latest: date = date.max) -> str:
    """What is wrong with a typed text, or with several, in one line; empty for an answer. `latest` is the last day that
    a date may be."""
    if not typed:
        return "Please type an answer." if question.required else ""
    try:
        value = parse_answer(question, typed)
        if question.type == "file":
            house.read_logo(value, Path())  # now, and not after the last question
    except NotAnAnswer as exc:
        return f"{exc.message[0].upper()}{exc.message[1:]}. {exc.hint}"
    except AnswersError as exc:
        words = exc.problems[0].message
        return f"{words[0].upper()}{words[1:]}. {exc.problems[0].hint}"
    return f"{date_in_words(value)} is after {date_in_words(latest)}, the date of this pack." \
        if isinstance(value, date) and value > latest else ""


def cell_question(question: Question, column: Column) -> Question:
    """A column of a table as a question, so that its cells are asked and judged like answers."""
    return Question(
        id=column.id, ask=column.label, type=column.type, why="", example="", choices=column.choices, other=False,
        columns=(), when=None, required=True, default=None, default_from=None, unsure=None, minimum=None, maximum=None,
        says="", otherwise="", covers=(), part=question.part, place=question.place)


# ---- a place that people and the library changed -----------------------------------------------------------------


def conflict_texts(conflict: Conflict) -> list[tuple[str, str]]:
    """The three texts that somebody chooses from, each with its label. `…` stands for the sentences that all of them
    begin or end with."""
    texts = [sentences_in(text_of(blocks_of(lines))) for lines in (conflict.base, conflict.mine, conflict.new)]
    present = [text for text in texts if text]
    lead = _shared(present)
    tail = _shared([text[lead:][::-1] for text in present])
    shown = []
    for label, text, missing in zip(("It was", "Yours", "New"), texts,
                                    ("(nothing)", "(you took it out)", "(left out)"), strict=True):
        words = "".join(text[lead:len(text) - tail]).strip()
        shown.append((label, " ".join(filter(None, ("…" * bool(lead), words, "…" * bool(tail)))) if words else missing))
    return shown


def _shared(texts: list[list[str]]) -> int:
    """The number of sentences that all of some texts begin with."""
    rows = ({sentence.strip() for sentence in row} for row in zip(*texts, strict=False))
    return next((count for count, row in enumerate(rows) if len(row) > 1), min(map(len, texts), default=0))


def conflict_options(conflict: Conflict) -> list[Option]:
    """What may stand in the place; the value None leaves it open, and people's own words stand until it is decided."""
    found = [Option("Keep ours" if conflict.mine else "Leave it out, as now", "mine"),
             Option("Take the new one" if conflict.new else "Leave it out", "new")]
    if conflict.mine and conflict.new:
        found.append(Option("Keep both, ours first", "both"))
    return [*found, Option("Decide later: ours stands, the Word file has a comment, the next review asks again", None)]

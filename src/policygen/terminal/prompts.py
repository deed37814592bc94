"""What the two ways to ask in a terminal have in common: the methods that ask."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Protocol

from policygen.interview.asking import Action, Option
from policygen.interview.overview import StyledLine
from policygen.model.problems import height, wrapped
from policygen.pack.answers import Attempt

NO_ACTIONS: Mapping[Action, str] = {}
CLOSE: Mapping[Action, str] = {Action.MORE: ""}
"""Of a list that can be closed without a choice: Esc returns Action.MORE."""
AROUND_A_PAGE = 6
"""Lines that must fit the screen with a page of answers: its title, what to type, and an empty line."""
Judge = Callable[[str], str]
"""Returns what is wrong with a typed text, in one line; empty when it is an answer."""
Leave = Callable[[Attempt], None]
"""Gets what was typed or ticked when somebody leaves a prompt without an answer, also by Ctrl-C."""


def forget(attempt: Attempt) -> None:
    """Keeps nothing of what was typed."""


def yes_and_no(options: Sequence[Option]) -> dict[str, int]:
    """Which option says yes and which one no, by `y` and `n`; empty unless there is one of each."""
    found = {letter: [place for place, option in enumerate(options) if re.match(word, option.label)]
             for letter, word in (("y", r"Yes\b"), ("n", r"No\b"))}
    return {letter: places[0] for letter, places in found.items()} if all(
        len(places) == 1 for places in found.values()) else {}


class Prompts(Protocol):
    """One way to ask. A method that asks returns the answer, or one of the `actions`, which it gets with a line of
    words for each. Raises KeyboardInterrupt or EOFError when somebody stops."""

    help: str
    """How to see the actions of a question, in a few words."""
    more: str
    """The key that shows the actions."""
    cancel: str
    """How to go back from a row of a table to the list, as the beginning of a sentence."""

    def say(self, words: str, style: str = "") -> None:
        """Print lines, wrapped as `wrapped` does. `style` is `bold`, `dim` or empty."""

    def choose(self, options: Sequence[Option], suggested: Any = None,
               actions: Mapping[Action, str] = NO_ACTIONS) -> Any:
        """The value of one option."""

    def tick(self, options: Sequence[Option], ticked: Sequence[Any], required: bool,
             actions: Mapping[Action, str] = NO_ACTIONS, leave: Leave = forget) -> Any:
        """The list of the values of several options."""

    def write(self, label: str, judge: Judge, suggested: str = "", lines: bool = False,
              actions: Mapping[Action, str] = NO_ACTIONS, begun: str = "", leave: Leave = forget,
              empty: str = "(left empty)") -> Any:
        """The text that somebody types, stripped: one line, or several with `lines`. `begun` is what they had typed
        before they left; it goes before the suggestion. `empty` is shown where they typed nothing; nothing is shown
        where that is empty too."""

    def pause(self) -> None:
        """Wait until somebody presses Enter."""


def say_in_pages(prompts: Prompts, lines: Sequence[StyledLine], after: int) -> None:
    """Say some lines, and wait for Enter wherever the screen is full. So many lines must fit `after` the last."""
    rest, room = fitted(lines), height() - AROUND_A_PAGE
    while len(rest) > height() - after:
        say_all(prompts, rest[:room])
        rest = rest[room:]
        prompts.pause()
    say_all(prompts, rest)


def say_all(prompts: Prompts, lines: Sequence[StyledLine]) -> None:
    for line, style in lines:
        prompts.say(line, style)


def fitted(lines: Iterable[StyledLine]) -> list[StyledLine]:
    """The lines as they stand on the screen."""
    return [(line, style) for words, style in lines for line in "\n".join(wrapped(words)).split("\n")]

"""What the two ways to ask in a terminal have in common: the methods that ask."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from policygen.interview.asking import Action, Option
from policygen.pack.answers import Attempt

NO_ACTIONS: Mapping[Action, str] = {}
CLOSE: Mapping[Action, str] = {Action.MORE: ""}
"""Of a list that can be closed without a choice: Esc returns Action.MORE."""
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
              actions: Mapping[Action, str] = NO_ACTIONS, begun: str = "", leave: Leave = forget) -> Any:
        """The text that somebody types, stripped: one line, or several with `lines`. `begun` is what they had typed
        before they left; it goes before the suggestion."""

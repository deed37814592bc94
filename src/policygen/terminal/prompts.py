"""What the two ways to ask in a terminal have in common: the methods that ask."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from policygen.interview.asking import Action, Option

NO_ACTIONS: Mapping[Action, str] = {}
Judge = Callable[[str], str]
"""Returns what is wrong with a typed text, in one line; empty when it is an answer."""


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
             actions: Mapping[Action, str] = NO_ACTIONS) -> Any:
        """The list of the values of several options."""

    def write(self, label: str, judge: Judge, suggested: str = "", lines: bool = False,
              actions: Mapping[Action, str] = NO_ACTIONS) -> Any:
        """The text that somebody types, stripped: one line, or several with `lines`."""

"""What every way to put a question to a person has in common: options, actions, and the methods that ask."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, Protocol

Verdict = Callable[[str], bool | str]
"""True for what can be an answer, else what is wrong with it, in one line."""


class Action(Enum):
    """What somebody may want instead of answering."""

    MORE = "a list of all that can be done here"
    BACK = "back"
    EARLIER = "earlier"
    SKIP = "skip"
    UNSURE = "not sure"
    WHY = "why"
    EXAMPLE = "example"
    ALL = "all"
    LEAVE = "save"


NO_ACTIONS: Mapping[Action, str] = {}


@dataclass(frozen=True, slots=True)
class Option:
    """One of several that can be chosen."""

    label: str
    value: Any


class Prompts(Protocol):
    """One way to ask. Each method that asks gives an answer, or one of the `actions` that it was given; `actions` map
    to their words. Raises KeyboardInterrupt or EOFError when somebody stops."""

    help: str
    """How to get at the actions of a question, in a few words."""
    cancel: str
    """How to leave a row of a table as it was."""

    def say(self, words: str, style: str = "") -> None:
        """Print lines, wrapped between words; below a number or a `>` they hang. `style` is `bold`, `dim` or empty."""

    def choose(self, options: Sequence[Option], suggested: Any = None,
               actions: Mapping[Action, str] = NO_ACTIONS) -> Any:
        """The value of one option."""

    def tick(self, options: Sequence[Option], ticked: Sequence[Any], required: bool,
             actions: Mapping[Action, str] = NO_ACTIONS) -> Any:
        """The list of the values of several options."""

    def write(self, label: str, verdict: Verdict, suggested: str = "", lines: bool = False,
              actions: Mapping[Action, str] = NO_ACTIONS) -> Any:
        """What somebody types, stripped: of one line, or of several with `lines`."""

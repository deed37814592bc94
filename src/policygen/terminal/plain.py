"""Prompts as lines of text: for screen readers, for terminals that cannot redraw, and for a pipe.

In: options, labels, suggestions. Out: what somebody chose or typed, or an `Action`. Choices have numbers, printed lines
never change, and colours mean nothing. Each action has a word that can be typed; a word in quotation marks is an answer
and never an action.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from policygen.interview.asking import Action, Option
from policygen.model.problems import wrapped
from policygen.pack.answers import Attempt
from policygen.terminal.prompts import NO_ACTIONS, Judge, Leave, forget, yes_and_no

_WORDS = {"y": "yes", "n": "no"}
_NEVER_MEANT = {action.value for action in (
    Action.BACK, Action.EARLIER, Action.SKIP, Action.UNSURE, Action.WHY, Action.LEAVE)}
"""Words that are no answer either where the action cannot be taken. The others, as `all`, may well be one."""
NOTHING = "-"
"""Typed to leave a question empty that has a suggestion."""


class Plain:
    """Asks line by line, on standard output and input."""

    help = "?: what else you can type"
    more = "?"
    cancel = "Typing back goes back to the list"

    def __init__(self, check_stop: Callable[[], None] = lambda: None):
        """`check_stop` is called before each line. It raises KeyboardInterrupt when somebody has pressed Ctrl-C."""
        self._check_stop = check_stop

    def say(self, words: str, style: str = "") -> None:
        for line in wrapped(words):
            print(line, flush=True)

    def choose(self, options: Sequence[Option], suggested: Any = None,
               actions: Mapping[Action, str] = NO_ACTIONS) -> Any:
        values, labels = [option.value for option in options], [option.label.casefold() for option in options]
        default = values.index(suggested) if suggested in values else None
        for number, option in enumerate(options, 1):
            self.say(f"  {number}. {option.label}{' (suggested)' if number - 1 == default else ''}")
        alone = "" if default is None else f"; Enter alone takes {default + 1}"
        words = {word: place for letter, place in yes_and_no(options).items() for word in (letter, _WORDS[letter])}
        asking = f"Type a number from 1 to {len(options)}{', or yes or no' if words else ''}{alone}"
        while True:
            typed = self._line(asking, actions)
            if isinstance(typed, Action):
                return typed
            if not typed and default is not None:
                chosen = default
            elif typed.casefold() in labels:
                chosen = labels.index(typed.casefold())
            elif typed.casefold() in words:
                chosen = words[typed.casefold()]
            else:
                chosen = _number(typed, len(options)) - 1
            if chosen >= 0:
                self.say(f"> {options[chosen].label}")
                return values[chosen]
            self.say(f"Please type one of the numbers from 1 to {len(options)}.")

    def tick(self, options: Sequence[Option], ticked: Sequence[Any], required: bool,
             actions: Mapping[Action, str] = NO_ACTIONS, leave: Leave = forget) -> Any:
        already = [number for number, option in enumerate(options, 1) if option.value in ticked]
        for number, option in enumerate(options, 1):
            self.say(f"  {number}. {option.label}{' (suggested)' if number in already else ''}")
        alone = f"; Enter alone takes {', '.join(map(str, already))}" if already else ""
        none = "" if required else "; 0 for none of them"
        while True:
            typed = self._line(f"Type the numbers that fit, joined by commas{alone}{none}", actions)
            if isinstance(typed, Action):
                return typed
            chosen = already if not typed and (already or not required) else _numbers(typed, len(options), required)
            if chosen is not None:
                picked = [options[number - 1] for number in chosen]
                self.say("> " + ("; ".join(option.label for option in picked) or "(none of these)"))
                return [option.value for option in picked]
            self.say(f"Please type numbers from 1 to {len(options)}, joined by commas: 1, 3 for example.")

    def write(self, label: str, judge: Judge, suggested: str = "", lines: bool = False,
              actions: Mapping[Action, str] = NO_ACTIONS, begun: str = "", leave: Leave = forget,
              empty: str = "(left empty)") -> Any:
        offer = begun or suggested
        if offer:
            self.say(f"{'You had begun' if begun else 'Suggested'}: {offer}".replace("\n", "\n  "))
        empty_allowed = not judge("")
        asking = "Type your answer" if label == ">" else f"Type: {label.rstrip(':?')}"
        if lines:
            asking += ", over as many lines as you need; an empty line ends it"
        if offer:
            asking += f"; Enter alone takes {'that' if begun else 'the suggestion'}"
            asking += f"; {NOTHING} leaves it empty" if empty_allowed else ""
        while True:
            typed = self._line(asking, actions)
            if isinstance(typed, Action):
                return typed
            if typed and lines:
                typed = self._lines(typed, leave)
            typed = "" if typed == NOTHING and empty_allowed else typed or offer
            if not (mistake := judge(typed.strip())):
                if words := typed or empty:
                    self.say(f"> {words}".replace("\n", "\n  "))
                return typed.strip()
            self.say(mistake)

    def pause(self) -> None:
        self._line("Press Enter to go on", NO_ACTIONS)

    def _lines(self, first: str, leave: Leave) -> str:
        """The lines that somebody types up to an empty one."""
        lines = [first]
        try:
            while (more := self._more()).strip():
                lines.append(more)
        except (KeyboardInterrupt, EOFError):
            leave(Attempt("\n".join(lines)))
            raise
        return "\n".join(lines)

    def _line(self, asking: str, actions: Mapping[Action, str]) -> str | Action:
        """One typed line, or the action that it names. `?` lists the actions and asks again."""
        words = {action.value: action for action in actions if action is not Action.MORE}
        while True:
            self.say(f"{asking}{'; ? for more' if words else ''}.")
            typed = self._more().strip()
            if typed == "?" and words:
                for action in words.values():
                    self.say(f"  {action.value}: {actions[action]}")
                continue
            if typed.lower() in words:
                return words[typed.lower()]
            if words and typed.lower() in _NEVER_MEANT:
                self.say(f"You cannot type {typed} here; ? lists what you can. In quotation marks it is an answer.")
                continue
            return typed[1:-1] if len(typed) > 2 and typed[0] == typed[-1] == '"' else typed

    def _more(self) -> str:
        """One more line from standard input. Raises EOFError at its end."""
        self._check_stop()
        print("> ", end="", flush=True)
        line = sys.stdin.readline()
        if not sys.stdin.isatty():
            print(flush=True)  # nobody pressed Enter on this side
        if not line:
            raise EOFError
        return line.rstrip("\r\n")


def _number(typed: str, highest: int) -> int:
    """The number that was typed, from 1 to the highest; 0 for anything else."""
    return int(typed) if typed.isdecimal() and len(typed) < 9 and 0 < int(typed) <= highest else 0


def _numbers(typed: str, highest: int, required: bool) -> list[int] | None:
    """The numbers that were typed, sorted; None where a number is impossible or missing."""
    if typed.strip() == "0" and not required:
        return []
    found = [_number(part, highest) for part in re.split(r"[,;\s]+", typed.strip()) if part]
    return sorted(set(found)) if found and all(found) else None

"""Prompts for a terminal that can redraw: lists with arrow keys, lines with a cursor. questionary draws them.

Esc leaves any of them for a list of what else can be done there.
"""

from __future__ import annotations

import re
import shutil
import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

import questionary
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent

from policygen.interview.prompts import NO_ACTIONS, Action, Option, Verdict

_STYLES = {"": "", "bold": "bold", "dim": "italic"}
_ESCAPE_WAIT = 0.05
"""Seconds until Esc counts as Esc alone and not as the beginning of an arrow key."""


class Screen:
    """Asks with arrow keys."""

    help = "Esc: back, skip, not sure, why, leave"
    cancel = "Esc goes back to the list, and leaves the row as it was."

    def say(self, words: str, style: str = "") -> None:
        for line in words.split("\n"):
            indent = " " * re.match(r" *((>|\d+\.) )?", line).end()
            questionary.print(textwrap.fill(line, _width(), subsequent_indent=indent), style=_STYLES[style])

    def choose(self, options: Sequence[Option], suggested: Any = None,
               actions: Mapping[Action, str] = NO_ACTIONS) -> Any:
        values = [option.value for option in options]
        chosen = _asked(questionary.select(
            "Choose one", qmark="", instruction="(arrow keys, then Enter)", erase_when_done=True,
            choices=[questionary.Choice(_folded(option.label, 3), number) for number, option in enumerate(options)],
            default=values.index(suggested) if suggested in values else None), actions)
        if isinstance(chosen, Action):
            return chosen
        self.say(f" > {options[chosen].label}")
        return values[chosen]

    def tick(self, options: Sequence[Option], ticked: Sequence[Any], required: bool,
             actions: Mapping[Action, str] = NO_ACTIONS) -> Any:
        chosen = _asked(questionary.checkbox(
            "Tick what fits", qmark="", instruction="(arrow keys; space to tick; Enter when it is right)",
            choices=[questionary.Choice(_folded(option.label, 5), number, checked=option.value in ticked)
                     for number, option in enumerate(options)], erase_when_done=True,
            validate=lambda found: bool(found) or not required or "Tick at least one, with the space bar."), actions)
        if isinstance(chosen, Action):
            return chosen
        self.say(" > " + ("; ".join(options[number].label for number in chosen) or "(none of these)"))
        return [options[number].value for number in chosen]

    def write(self, label: str, verdict: Verdict, suggested: str = "", lines: bool = False,
              actions: Mapping[Action, str] = NO_ACTIONS) -> Any:
        keys = KeyBindings()
        if lines:
            self.say("Enter begins a new line; an empty line finishes.")
            keys.add("enter")(_empty_line_finishes)
        typed = _asked(questionary.text(
            label, qmark="", default=suggested, multiline=lines, instruction="", validate=lambda text: _fitting(
                verdict(text.strip())), validate_while_typing=False, key_bindings=keys, erase_when_done=True),
            actions, keys)
        if isinstance(typed, Action):
            return typed
        self.say(f" {label} {typed.strip() or '(left empty)'}".replace("\n", "\n   "))
        return typed.strip()


def _asked(prompt: questionary.Question, actions: Mapping[Action, str], keys: KeyBindings | None = None) -> Any:
    """What somebody answered, or Action.MORE after Esc."""
    keys = prompt.application.key_bindings if keys is None else keys
    keys.add("c-d", eager=True)(lambda event: event.app.exit(exception=EOFError))
    if actions:
        keys.add("escape", eager=True)(lambda event: event.app.exit(result=Action.MORE))
        prompt.application.ttimeoutlen = _ESCAPE_WAIT
    # ask() would give None on Ctrl-C, as if that were an answer.
    return prompt.unsafe_ask()


def _empty_line_finishes(event: KeyPressEvent) -> None:
    buffer = event.current_buffer
    if buffer.document.is_cursor_at_the_end and not buffer.document.current_line.strip():
        buffer.validate_and_handle()
    else:
        buffer.newline()


def _width() -> int:
    return max(20, min(shutil.get_terminal_size().columns, 100))


def _fitting(found: bool | str) -> bool | str:
    """What is wrong with an answer, in the one line that there is for it: its last sentence, if need be."""
    if found is True or len(found) < _width():
        return found
    return found.rpartition(". ")[2]


def _folded(label: str, indent: int) -> str:
    """A label on as many lines as it needs: a list cuts off what is too long."""
    return textwrap.fill(label, _width() - indent - 1).replace("\n", "\n" + " " * indent)

"""Prompts for a terminal that can redraw: lists with arrow keys, lines with a cursor. questionary draws them.

In: options, labels, suggestions. Out: what somebody chose or typed; after Esc, `Action.MORE`.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

import questionary
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent

from policygen.interview.asking import UNPICKED, Action, Option
from policygen.model.problems import width, wrapped
from policygen.terminal.prompts import NO_ACTIONS, Judge

_STYLES = {"": "", "bold": "bold", "dim": "italic"}
_NOT_YET = "(nothing chosen yet)"
_ESCAPE_WAIT = 0.05
"""Seconds until Esc counts as Esc alone and not as the beginning of an arrow key."""


class Screen:
    """Asks with arrow keys."""

    help = "Esc: back, skip, not sure, why, leave"
    cancel = "Esc goes back to the list"

    def __init__(self, check_stop: Callable[[], None] = lambda: None):
        """`check_stop` is called before each prompt. It raises KeyboardInterrupt when somebody has pressed Ctrl-C."""
        self._check_stop = check_stop

    def say(self, words: str, style: str = "") -> None:
        for line in wrapped(words):
            questionary.print(line, style=_STYLES[style])

    def choose(self, options: Sequence[Option], suggested: Any = None,
               actions: Mapping[Action, str] = NO_ACTIONS) -> Any:
        values = [option.value for option in options]
        choices = [questionary.Choice(_folded(option.label, 3), number) for number, option in enumerate(options)]
        if suggested is UNPICKED:
            choices.insert(0, questionary.Choice(_NOT_YET, -1))
        while True:
            chosen = self._asked(questionary.select(
                "Choose one", qmark="", instruction="(arrow keys, then Enter)", erase_when_done=True, choices=choices,
                default=choices[values.index(suggested)] if suggested in values else None), actions)
            if isinstance(chosen, Action):
                return chosen
            if chosen >= 0:
                break
            self.say("Go to your answer with the arrow keys first, then press Enter.")
        self.say(f" > {options[chosen].label}")
        return values[chosen]

    def tick(self, options: Sequence[Option], ticked: Sequence[Any], required: bool,
             actions: Mapping[Action, str] = NO_ACTIONS) -> Any:
        chosen = self._asked(questionary.checkbox(
            "Tick what fits", qmark="", instruction="(arrow keys; space to tick; Enter when it is right)",
            choices=[questionary.Choice(_folded(option.label, 5), number, checked=option.value in ticked)
                     for number, option in enumerate(options)], erase_when_done=True,
            validate=lambda found: bool(found) or not required or "Tick at least one, with the space bar."), actions)
        if isinstance(chosen, Action):
            return chosen
        self.say(" > " + ("; ".join(options[number].label for number in chosen) or "(none of these)"))
        return [options[number].value for number in chosen]

    def write(self, label: str, judge: Judge, suggested: str = "", lines: bool = False,
              actions: Mapping[Action, str] = NO_ACTIONS) -> Any:
        keys = KeyBindings()
        if lines:
            self.say("Enter begins a new line; an empty line finishes.")
            keys.add("enter")(_empty_line_finishes)
        prompt = questionary.text(
            label, qmark="", default=suggested, multiline=lines, instruction="", key_bindings=keys,
            erase_when_done=True, validate_while_typing=False,
            validate=lambda text: _fitting(judge(text.strip())) or True)
        typed = self._asked(prompt, actions, keys)
        if isinstance(typed, Action):
            return typed
        self.say(f" {label} {typed.strip() or '(left empty)'}".replace("\n", "\n   "))
        return typed.strip()

    def _asked(self, prompt: questionary.Question, actions: Mapping[Action, str],
               keys: KeyBindings | None = None) -> Any:
        """What somebody answered, or Action.MORE after Esc. `keys` are the key bindings that the prompt was given."""
        self._check_stop()
        if keys is None:
            keys = cast(KeyBindings, prompt.application.key_bindings)
        keys.add("c-d", eager=True)(lambda event: event.app.exit(exception=EOFError))
        if actions:
            keys.add("escape", eager=True)(lambda event: event.app.exit(result=Action.MORE))
            prompt.application.ttimeoutlen = _ESCAPE_WAIT
        # ask() would return None on Ctrl-C, as if that were an answer.
        return prompt.unsafe_ask()


def _empty_line_finishes(event: KeyPressEvent) -> None:
    buffer = event.current_buffer
    if buffer.document.is_cursor_at_the_end and not buffer.document.current_line.strip():
        buffer.validate_and_handle()
    else:
        buffer.newline()


def _fitting(mistake: str) -> str:
    """What is wrong with an answer, in the one line that questionary has for it: only its last sentence, if need be."""
    return mistake if len(mistake) < width() else mistake.rpartition(". ")[2]


def _folded(label: str, indent: int) -> str:
    """A label on as many lines as it needs: questionary cuts off a line that is too long."""
    return textwrap.fill(label, width() - indent - 1).replace("\n", "\n" + " " * indent)

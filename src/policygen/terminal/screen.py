"""Prompts for a terminal that can redraw: lists with arrow keys, lines with a cursor. questionary draws them.

In: options, labels, suggestions. Out: what somebody chose or typed; after Esc, `Action.MORE`.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

import questionary
from prompt_toolkit.filters import shift_selection_mode
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.keys import Keys
from prompt_toolkit.selection import SelectionState
from questionary.prompts.common import InquirerControl

from policygen.interview.asking import UNPICKED, Action, Option
from policygen.model.problems import width, wrapped
from policygen.pack.answers import Attempt
from policygen.terminal.prompts import CLOSE, NO_ACTIONS, Judge, Leave, forget, yes_and_no

_STYLES = {"": "", "bold": "bold", "dim": "italic"}
_NOT_YET = "(nothing chosen yet)"
_REPLACE = "Enter takes this; typing replaces it; an arrow key lets you change it."
_FINISH = "Enter begins a new line; Tab finishes, and so does Enter on an empty line."
_OR_BACK = "; Esc goes back"
_ESCAPE_WAIT = 0.05
"""Seconds until Esc counts as Esc alone and not as the beginning of an arrow key."""


class Screen:
    """Asks with arrow keys."""

    help = "Esc: back, skip, not sure, why, leave"
    more = "Esc"
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
        letters = yes_and_no(options)
        while True:
            prompt = questionary.select(
                "Choose one", qmark="", instruction=f"(arrow keys{', or y or n' if letters else ''}, then Enter"
                f"{_OR_BACK if actions is CLOSE else ''})", erase_when_done=True, choices=choices,
                default=choices[values.index(suggested)] if suggested in values else None)
            for letter, place in letters.items():  # Enter answers, so that no letter of a whole word does more
                _point(prompt, letter, place + len(choices) - len(options))
            chosen = self._asked(prompt, actions)
            if isinstance(chosen, Action):
                return chosen
            if chosen >= 0:
                break
            self.say("Go to your answer with the arrow keys first, then press Enter.")
        self.say(f" > {options[chosen].label}")
        return values[chosen]

    def tick(self, options: Sequence[Option], ticked: Sequence[Any], required: bool,
             actions: Mapping[Action, str] = NO_ACTIONS, leave: Leave = forget) -> Any:
        prompt = questionary.checkbox(
            "Tick what fits", qmark="", instruction="(arrow keys; space to tick; "
            f"{f'then Enter{_OR_BACK}' if actions is CLOSE else 'Enter when it is right'})",
            choices=[questionary.Choice(_folded(option.label, 5), number, checked=option.value in ticked)
                     for number, option in enumerate(options)], erase_when_done=True,
            validate=lambda found: bool(found) or not required or "Tick at least one, with the space bar.")
        before = set(_list(prompt).selected_options)

        def left() -> None:
            if before != (now := set(_list(prompt).selected_options)):
                leave(Attempt(ticked=tuple(options[number].label for number in sorted(now))))

        chosen = self._asked(prompt, actions, left=left)
        if isinstance(chosen, Action):
            return chosen
        self.say(" > " + ("; ".join(options[number].label for number in chosen) or "(none of these)"))
        return [options[number].value for number in chosen]

    def write(self, label: str, judge: Judge, suggested: str = "", lines: bool = False,
              actions: Mapping[Action, str] = NO_ACTIONS, begun: str = "", leave: Leave = forget,
              empty: str = "(left empty)") -> Any:
        while True:
            typed = self._written(label, begun, suggested, lines, actions, leave)
            if isinstance(typed, Action):
                return typed
            if not (mistake := judge(typed)):
                if words := typed or empty:
                    self.say(f" {label} {words}".replace("\n", "\n   "))
                return typed
            self.say(mistake)
            leave(Attempt(typed))
            begun = typed

    def _written(self, label: str, begun: str, suggested: str, lines: bool, actions: Mapping[Action, str],
                 leave: Leave) -> Any:
        """What somebody typed, stripped, or Action.MORE; nobody has judged it."""
        keys, offer = KeyBindings(), begun or suggested
        hints = [_REPLACE] if suggested and not begun else []
        if lines:
            hints.append(_FINISH)
            keys.add("enter")(_new_line)
            keys.add("tab")(lambda event: event.current_buffer.validate_and_handle())
        keys.add(Keys.BracketedPaste)(_paste)
        for key in ("c-a", "c-e"):  # they move as the arrow keys do
            keys.add(key, filter=shift_selection_mode)(_change_it)
        for key in ("delete", "c-k", "c-u", "c-w"):  # they delete as Backspace does
            keys.add(key, filter=shift_selection_mode)(lambda event: event.current_buffer.cut_selection())
        above = [line for hint in hints for line in wrapped(hint)]
        prompt = questionary.text("\n ".join([*above, label]), qmark="", default=offer, multiline=lines, instruction="",
                                  key_bindings=keys, erase_when_done=True)
        buffer = prompt.application.current_buffer
        if suggested and not begun:  # the first letter that is typed replaces what is selected
            buffer.selection_state = SelectionState(0)
            buffer.selection_state.enter_shift_mode()

        def left() -> None:
            if buffer.text.strip() != offer.strip():
                leave(Attempt(buffer.text))

        typed = self._asked(prompt, actions, keys, left)
        return typed if isinstance(typed, Action) else typed.strip()

    def pause(self) -> None:
        keys = KeyBindings()
        self._asked(questionary.text("Press Enter to go on.", qmark="", erase_when_done=True, key_bindings=keys),
                    NO_ACTIONS, keys)

    def _asked(self, prompt: questionary.Question, actions: Mapping[Action, str],
               keys: KeyBindings | None = None, left: Callable[[], None] = lambda: None) -> Any:
        """What somebody answered, or Action.MORE after Esc. `keys` are the key bindings that the prompt was given;
        `left` is called when nobody answered."""
        self._check_stop()
        if keys is None:
            keys = cast(KeyBindings, prompt.application.key_bindings)
        keys.add("c-d", eager=True)(lambda event: event.app.exit(exception=EOFError))
        # Where Esc does nothing it is heard too: Esc and then Enter would otherwise answer as one key.
        keys.add("escape", eager=True)(lambda event: event.app.exit(result=Action.MORE) if actions else None)
        prompt.application.ttimeoutlen = _ESCAPE_WAIT
        try:
            answer = prompt.unsafe_ask()  # ask() would return None on Ctrl-C, as if that were an answer
        except (KeyboardInterrupt, EOFError):
            left()
            raise
        if isinstance(answer, Action):
            left()
        return answer


def _list(prompt: questionary.Question) -> InquirerControl:
    """The list that a prompt shows."""
    return next(one for one in prompt.application.layout.find_all_controls() if isinstance(one, InquirerControl))


def _point(prompt: questionary.Question, letter: str, place: int) -> None:
    """Let the arrow go to one place of a list when somebody types a letter, small or capital."""
    keys = cast(KeyBindings, prompt.application.key_bindings)
    for key in (letter, letter.upper()):
        keys.add(key, eager=True)(lambda event: setattr(_list(prompt), "pointed_at", place))


def _new_line(event: KeyPressEvent) -> None:
    """Begin a new line, or finish on an empty one, or take what is suggested."""
    buffer = event.current_buffer
    if buffer.selection_state or (
            buffer.document.is_cursor_at_the_end and not buffer.document.current_line.strip()):
        buffer.validate_and_handle()
    else:
        buffer.newline()


def _change_it(event: KeyPressEvent) -> None:
    """Let what is suggested stay, and move in it."""
    event.current_buffer.exit_selection()
    event.key_processor.feed(event.key_sequence[0], first=True)


def _paste(event: KeyPressEvent) -> None:
    """Insert what is pasted, in the place of a suggestion that was not touched; in one line where there is only one."""
    buffer = event.current_buffer
    if buffer.selection_state:
        buffer.cut_selection()
    buffer.insert_text(re.sub(*((r"\r\n?", "\n") if buffer.multiline() else (r"\s*[\r\n]\s*", " ")), event.data))


def _folded(label: str, indent: int) -> str:
    """A label on as many lines as it needs: questionary cuts off a line that is too long."""
    return textwrap.fill(label, width() - indent - 1).replace("\n", "\n" + " " * indent)

"""A place that people changed by hand and the library changed too, put to a person with its three texts.

In: the prompts, and the place. Out: what is to stand there. It keeps nothing.
"""

from __future__ import annotations

from policygen.document import text_of
from policygen.lines import Line, blocks_of
from policygen.local_edits import Renewal
from policygen.merge import Choice, Conflict
from policygen.prompts.interface import Option, Prompts

_LATER = object()


def decide(prompts: Prompts, renewal: Renewal, conflict: Conflict) -> Choice | None:
    """What somebody wants to stand; None when they leave it open: their own words stand until it is decided."""
    prompts.say(f"\n“{renewal.title}”: {renewal.what}.", "bold")
    for label, lines, missing in (("It was", conflict.base, "(nothing)"), ("Yours", conflict.mine, "(you took it out)"),
                                  ("New", conflict.new, "(left out)")):
        prompts.say(f"\n{label}:", "bold")
        for line in (_words(lines) or missing).split("\n"):
            prompts.say(f"  {line}")
    prompts.say("\nWhat is to stand?", "bold")
    options: list[Option] = [Option("Keep ours" if conflict.mine else "Leave it out, as now", "mine"),
                             Option("Take the new one" if conflict.new else "Leave it out", "new")]
    if conflict.mine and conflict.new:
        options.append(Option("Keep both, ours first", "both"))
    options.append(Option("Decide later: ours stands, the Word file has a comment, the next review asks again", _LATER))
    chosen = prompts.choose(options, "mine")
    return None if chosen is _LATER else chosen


def _words(lines: tuple[Line, ...]) -> str:
    return text_of(blocks_of(lines))

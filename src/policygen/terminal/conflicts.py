"""A place that people changed by hand and the library changed too, put to a person with its three texts.

In: the prompts, and the place. Out: what is to stand there. It keeps nothing.
"""

from __future__ import annotations

from policygen.model.lines import text_of
from policygen.model.lines import blocks_of
from policygen.pack.edits import Renewal
from policygen.pack.merge import Choice, Conflict, sentences_in
from policygen.interview.prompts import Option, Prompts

_LATER = object()


def decide(prompts: Prompts, renewal: Renewal, conflict: Conflict) -> Choice | None:
    """What somebody wants to stand; None when they leave it open: their own words stand until it is decided."""
    prompts.say(f"\n“{renewal.title}”: {renewal.what}.", "bold")
    for label, words, missing in zip(("It was", "Yours", "New"), _differing(conflict),
                                     ("(nothing)", "(you took it out)", "(left out)"), strict=True):
        prompts.say(f"\n{label}:", "bold")
        for line in (words or missing).split("\n"):
            prompts.say(f"  {line}")
    prompts.say("\nWhat is to stand?", "bold")
    options: list[Option] = [Option("Keep ours" if conflict.mine else "Leave it out, as now", "mine"),
                             Option("Take the new one" if conflict.new else "Leave it out", "new")]
    if conflict.mine and conflict.new:
        options.append(Option("Keep both, ours first", "both"))
    options.append(Option("Decide later: ours stands, the Word file has a comment, the next review asks again", _LATER))
    chosen = prompts.choose(options, "mine")
    return None if chosen is _LATER else chosen


def _differing(conflict: Conflict) -> list[str]:
    """The three texts without the sentences that all of them begin and end with: `…` stands for those."""
    texts = [sentences_in(text_of(blocks_of(lines))) for lines in (conflict.base, conflict.mine, conflict.new)]
    there = list(filter(None, texts))
    lead = _shared(there)
    tail = _shared([text[lead:][::-1] for text in there])
    kept = ["".join(text[lead:len(text) - tail]).strip() for text in texts]
    return [" ".join(filter(None, ("…" * bool(lead), words, "…" * bool(tail)))) if words else "" for words in kept]


def _shared(texts: list[list[str]]) -> int:
    """How many sentences all of some texts begin with."""
    rows = ({sentence.strip() for sentence in row} for row in zip(*texts, strict=False))
    return next((count for count, row in enumerate(rows) if len(row) > 1), min(map(len, texts), default=0))

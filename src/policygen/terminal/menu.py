"""The menu that `policygen` alone opens: what there is to do, named, and what each choice begins.

In: the folder for editions and the questionnaire. Out: what somebody chose, as plain data.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from policygen import status
from policygen.terminal import interview
from policygen.interview.prompts import Option, Prompts
from policygen.library.questionnaire import Questionnaire

WELCOME = ("policygen writes a confidentiality policy for your organisation, with the forms that go with it. "
           "Nothing that you type leaves this computer.")


@dataclass(frozen=True, slots=True)
class New:
    """Start a new policy."""


@dataclass(frozen=True, slots=True)
class CarryOn:
    """Go on with unfinished answers."""

    organisation: str


@dataclass(frozen=True, slots=True)
class Review:
    """Make the next edition from the newest one, asking only what may have changed."""

    folder: Path


@dataclass(frozen=True, slots=True)
class Change:
    """Look through the answers of the newest edition, and make another."""

    folder: Path


@dataclass(frozen=True, slots=True)
class Due:
    """See which reviews are due."""


@dataclass(frozen=True, slots=True)
class Quit:
    """Do nothing."""


Choice = New | CarryOn | Review | Change | Due | Quit


def choose(prompts: Prompts, questionnaire: Questionnaire, to: Path, as_at: date) -> Choice:
    """What somebody wants to do. Raises KeyboardInterrupt or EOFError when they stop."""
    prompts.say(WELCOME)
    unfinished, broken = interview.unfinished(questionnaire, to, as_at)
    for words in broken:
        prompts.say(f"\n{words}\nThese unfinished answers cannot be carried on with until that is mended.")
    there = status.read(to, questionnaire, as_at) if to.is_dir() else ()
    packs = [item for item in there if item.newest]
    prompts.say("\nWhat would you like to do?", "bold")
    options = [Option(f"Carry on: {words}", CarryOn(name)) for name, words in unfinished.items()]
    due = [item for item in packs if item.review != "later"]
    options += [_review(item, as_at) for item in due]
    options.append(Option("Start a new policy", New()))
    options += [_review(item, as_at) for item in packs if item not in due]
    options += [Option(f"Review {item.name}: {item.editions[0].problem}", Review(item.editions[0].folder))
                for item in there if item.editions and not item.newest]
    options += [Option(f"Change answers of {item.name}, and make a new edition", Change(item.newest.folder))
                for item in packs]
    if packs or unfinished:
        options.append(Option("See what is due", Due()))
    return prompts.choose([*options, Option("Quit", Quit())])


def _review(item: status.Organisation, as_at: date) -> Option:
    """The option to review an organisation's policy, with when that is due."""
    when = status.review_in_words(item.newest.review_due, as_at)
    words = when if item.review == "overdue" else f"due {when}"
    return Option(f"Review {item.name}: {words}", Review(item.newest.folder))

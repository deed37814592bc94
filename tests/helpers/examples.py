"""The packs of the examples, for tests that look at whole packs."""

from datetime import date
from pathlib import Path

from helpers.shared import made_once
from helpers.shipped import EXAMPLES, QUESTIONS, SOURCES
from policygen.pack import answers, make

DAY = date(2026, 11, 21)
HOSTILE = "R&D <Trust> {{ 7*7 }} # * _x_"


def make_pack(to: Path, example: str, formats: tuple[str, ...] = ("txt",), day: date = DAY, large: bool = False,
              **changed: object) -> make.Made:
    """The pack of an example, with some other answers."""
    path = EXAMPLES / f"{example}.yaml"
    given = answers.read_answers(path, QUESTIONS) | changed
    request = make.Request(given=given, answers_name=path.name, answers_text=answers.earlier_text(path), to=to,
                           formats=formats, as_at=day, draft=False, large=large)
    return make.make(SOURCES, request, lambda step: None)


def whole_pack(example: str) -> make.Made:
    """The pack of an example in every format, in large print too; nobody may change it. In the one that is called
    `hostile`, answers look like markup."""
    changed: dict[str, object] = {}
    if example == "hostile":
        changed = {"organisation_name": HOSTILE, "lead_role": HOSTILE, "user_term": "<b>guest</b>",
                   "minimum_record": HOSTILE, "about_people": ["users", HOSTILE], "contact_address": "A & B\n<c>\n1. d",
                   "data_stores": [{"name": HOSTILE, "kind": "paper", "holds": "a | b", "protection": "**c**"}]}
    answered = "front-line" if changed else example
    return made_once(f"whole-{example}", lambda to: make_pack(to, answered, make.FORMATS, large=True, **changed))

"""Editions of the example organisation, reviewed in the tests' own process, which is quicker than by command."""

import json
from datetime import date
from pathlib import Path

from helpers.reviewed import SECOND
from helpers.shipped import SOURCES
from policygen.pack import answers, make
from policygen.pack.make import Made, Request
from policygen.pack.merge import MergeChoice
from policygen.review import review as review_module

QUESTIONS = SOURCES.questionnaire


def begun(place: Path, *files: Path, day: str = SECOND, anyway: bool = False) -> review_module.Review:
    return review_module.begin_review(place, QUESTIONS, files, anyway, None, date.fromisoformat(day))


def reviewed(place: Path, day: str = SECOND, *settings: str, formats=("txt",), sources: make.Sources = SOURCES,
             keep: MergeChoice | None = None) -> Made:
    """The next edition, as `policygen review --no-input` makes it."""
    found = begun(place, day=day)
    request = Request({**found.given, **answers.parse_settings(settings, QUESTIONS)}, "", "", found.to, formats,
                      date.fromisoformat(day), False)
    request = review_module.next_request(found, sources, request, lambda renewal, conflict: keep)
    return make.make(sources, request, lambda step: None)


def words(path: Path) -> str:
    return " ".join(path.read_text(encoding="utf-8").split())


def pack(folder: Path) -> dict:
    return json.loads((folder / "pack.json").read_text(encoding="utf-8"))

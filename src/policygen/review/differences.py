"""What changed from one edition to another, as lines to read or to keep.

In: the folders of two editions. Out: text of 78 columns, for a terminal or a file. Causes are told where the later
edition has kept them; nothing is worked out anew, since today's library may be another one.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from itertools import groupby
from pathlib import Path
from typing import Any

from policygen.pack import salvage
from policygen.review import changes, news as since
from policygen.library.question import NOT_SURE, Question, answer_in_words, rows_in_words
from policygen.review.changes import EditionChange, change_in_words, clause_name
from policygen.model.problems import OutputError, Place, error
from policygen.pack.issued import Issued
from policygen.library.questionnaire import Questionnaire
from policygen.model.english import date_in_words

_WIDTH = 78


def between(old: Path, new: Path, questionnaire: Questionnaire) -> str:
    """The changes from one edition to another. Raises OutputError."""
    one, other = salvage.open_edition(old), salvage.open_edition(new)
    homes = {edition.folder.resolve().parent for edition in (one, other)}
    if one.organisation != other.organisation and len(homes) > 1:  # one organisation may have had another name
        raise OutputError(error(f"this edition is of “{other.organisation}”, and the other one of “{one.organisation}”",
                                Place(str(new)), "Give two editions of one organisation."))
    found = since.recorded(other.pack, one.issue.number)
    if found is None:
        about = _about(one.pack) | _about(other.pack)
        found = changes.changes_between(one.documents, other.documents, about)
    return "\n".join([*_head(one, other), *_answers(one, other, questionnaire), *_changes(found)])


def _about(pack: Mapping[str, Any]) -> frozenset[str]:
    """The documents that speak of the pack itself: notes at its top."""
    return frozenset(entry["id"] for entry in pack["documents"] if entry["kind"] == "notes"
                     and not any("/" in file["path"] for file in entry["files"]))


def _head(one: Issued, other: Issued) -> Iterator[str]:
    yield other.organisation
    for edition in (one, other):
        about = edition.issue
        state = f"approved on {date_in_words(about.approved_on)}" if about.approved_on else "a draft"
        yield from _wrapped(f"Edition {about.number} of {date_in_words(about.date)}, {state}; "
                            f"{since.versions(edition.pack)}")


def _answers(one: Issued, other: Issued, questionnaire: Questionnaire) -> Iterator[str]:
    given = [since.given_for(edition, questionnaire) for edition in (one, other)]
    if None in given:
        return
    before, after = (since.said(questionnaire, found, {}) for found in given)
    differing = [question for question in questionnaire.questions.values()
                 if before.get(question.id) != after.get(question.id) and question.type != "file"]
    if differing:
        yield from ("", "Answers", "-------")
    for question in differing:
        yield from _wrapped(question.ask)
        old, new = (_in_words(question, said.get(question.id)) for said in (before, after))
        for sign, lines, others in (("-", old, new), ("+", new, old)):
            for words in [line for line in lines if line not in others] or lines * (len(old) == len(new)):
                yield from _wrapped(words, f"  {sign} ")


def _in_words(question: Question, said: Any) -> list[str]:
    """An answer in lines: a table has one for each row."""
    if said is NOT_SURE:
        return ["not sure"]
    rows = rows_in_words(question, said) if question.type == "table" and said else [answer_in_words(question, said)] * (
        said is not None)
    return [row for row in rows if row] or ["(no answer)"]


def _changes(found: tuple[EditionChange, ...]) -> Iterator[str]:
    if not found:
        yield from ("", "No clause has changed.")
    for title, group in groupby(found, key=lambda change: change.document_title):
        yield from ("", title, "-" * len(title))
        for change in group:
            why = "".join(f" {cause.words}." for cause in change.causes)
            what = change_in_words(change)
            yield from _wrapped(f"{clause_name(change)}: {what[0].lower()}{what[1:]}.{why}")
            for sign, words in (("-", change.before), ("+", change.now)):
                yield from _wrapped(words, f"  {sign} ") if words else ()


def _wrapped(words: str, lead: str = "") -> list[str]:
    return textwrap.wrap(words, _WIDTH, initial_indent=lead, subsequent_indent=" " * max(2, len(lead)),
                         break_on_hyphens=False)

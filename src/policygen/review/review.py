"""The review: the last edition and what there is today in, what has to be asked and what to make out.

In: the folder of an edition or of an organisation, edited Word files, questionnaire, library and law of today. Out: a
`Review`; from it the questions that are worth asking with the reason for each, the local edits with what has to be
decided about them, and the request for the next edition. It asks nobody and writes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from policygen.library.clauses import Clause, Library
from policygen.library.conditions import Expression
from policygen.library.law import LawChange
from policygen.library.question import NOT_SURE
from policygen.library.questionnaire import APPROVED_ON, Questionnaire
from policygen.model import english
from policygen.model.document import Document, Inline, Issue, Reference, is_generated, passages_of
from policygen.model.english import date_in_words
from policygen.model.lines import blocks_of, clause_lines, map_cells, text_of
from policygen.model.problems import AnswersError, OutputError, Place, error
from policygen.pack import answers, edition, folders
from policygen.pack.edition import Edition, open_edition
from policygen.pack.edits import LocalEdit, Renewal, apply_edits, renew, settle
from policygen.pack.make import Follows, Request, Sources, rendered
from policygen.pack.merge import Conflict, MergeChoice
from policygen.review import changes, edited, news
from policygen.review.changes import excerpts
from policygen.review.compare import ClauseEdit
from policygen.review.edited import EditedDocument
from policygen.review.news import Baseline, Undecided

Decide = Callable[[Renewal, Conflict], MergeChoice | None]
"""Decides about a place that was changed by hand and in the library; None leaves it open."""


@dataclass(frozen=True, slots=True)
class Review:
    """The edition that is reviewed."""

    last: Edition
    given: Mapping[str, Any]
    """The typed answers that it was made from; files among them have whole paths."""
    text: str
    """Of its answers file."""
    base: Edition
    """The last edition that was approved, with which the new one is compared; this one where none was."""
    base_given: Mapping[str, Any]
    edited: tuple[EditedDocument, ...]
    """Its Word files that people have changed."""
    given_files: tuple[Path, ...]
    """Those of them that somebody gave."""
    notices: tuple[str, ...]
    """What to tell about the files, a sentence each."""

    @property
    def folder(self) -> Path:
        return self.last.folder

    @property
    def home(self) -> Path:
        """The folder of the organisation's editions, which may have the name that it had before."""
        return self.folder.resolve().parent

    @property
    def to(self) -> Path:
        """The folder for editions that it lies in."""
        return self.home.parent

    @property
    def edits(self) -> tuple[LocalEdit, ...]:
        """All that stands locally now."""
        read = {one.document.id for one in self.edited}
        return (*(edit for edit in self.last.edits if edit.document not in read),
                *(edit for one in self.edited for edit in one.edits))

    @property
    def by_hand(self) -> frozenset[tuple[str, str]]:
        """Documents and clauses that were changed by hand since it was made."""
        return frozenset((one.document.id, clause) for one in self.edited for clause in one.clauses)


# ---- the last edition --------------------------------------------------------------------------------------------


def begin_review(place: Path, questionnaire: Questionnaire, given: Sequence[Path] = (), anyway: bool = False,
          tell: Callable[[str], None] | None = None, as_at: date = date.max) -> Review:
    """The review of an edition, or of an organisation's newest one, with its edited files and those that are given.

    `anyway` takes an edition that is not the newest, and files of another one. `tell` hears of answers that were
    brought up to date. Raises OutputError and AnswersError, also when the edition was made after `as_at`.
    """
    folder = _newest(place, anyway)
    last = open_edition(folder)
    if last.issue.date > as_at:
        raise OutputError(error(f"this edition is of {date_in_words(last.issue.date)}, and the review of "
                                f"{date_in_words(as_at)}, which is earlier", Place(str(folder)),
                                "Give a later day with --as-at, or see whether this computer has the right date."))
    base = _approved(last)
    said, text, told_of_answers = _answers(last, questionnaire, tell)
    base_said = news.answers_of_edition(base, questionnaire)
    found, notices = edited.find_edited_files(last, given, anyway)
    if newer := _newer(folder):
        notices = (f"There is a newer edition, {newer.name}. What is new in it is not in the one that comes of this.",
                   *notices)
    if last.rebuilt:
        notices = (f"{folder} has lost its pack.json. What it said was taken from the Word files there.", *notices)
    return Review(last, answers.located(questionnaire, said, folder), text, base,
                  said if base_said is None else base_said, found, tuple(given),
                  (*told_of_answers, *notices, *(notice for one in found for notice in one.notices)))


def _answers(of: Edition, questionnaire: Questionnaire, tell: Callable[[str], None] | None) -> tuple[
        dict[str, Any], str, tuple[str, ...]]:
    """The answers to start from, typed and as text, and what to tell of them. Raises OutputError when they are lost."""
    path, kept = of.folder / "answers.yaml", news.answers_of_edition(of, questionnaire)
    if kept is None:
        raise OutputError(error("the answers of this edition are missing", Place(str(path)),
                                "Put the file back from a copy; the review starts from it."))
    if not path.exists():
        return kept, of.record.answers or "", (f"{path} is missing. What it said was taken from pack.json.",)
    said = answers.read_answers(path, questionnaire, tell)
    return said, answers.earlier_text(path), () if said == kept else (
        f"{path} was changed by hand. What it says now counts.",)


def _newest(place: Path, anyway: bool) -> Path:
    """The folder of the edition to review."""
    if folders.is_edition(place):
        if (newer := _newer(place)) and not anyway:
            raise OutputError(error(f"there is a newer edition, {newer.name}", Place(str(place)),
                                    "Review that one, or take this one with --anyway."))
        return place
    if not place.is_dir():
        raise OutputError(error("there is no such folder", Place(str(place)),
                                "Give the folder of an edition, or of an organisation."))
    if found := edition.newest_edition(place):
        return found
    raise OutputError(error("there is no edition in this folder", Place(str(place)),
                            "Give the folder of an edition, or of an organisation; `policygen status` lists them."))


def _newer(folder: Path) -> Path | None:
    """The organisation's newest edition, if it is another one than this, which may lie in a copy of its folder."""
    newest = edition.newest_edition(folder.resolve().parent)
    if newest is None or newest.samefile(folder):
        return None
    number = edition.edition_number(folder)
    return None if number and number == edition.edition_number(newest) else newest


def _approved(last: Edition) -> Edition:
    """The last edition that was approved, up to this one; this one where none was."""
    if last.issue.approved_on:
        return last
    earlier = [(issue.number, folder) for folder, issue in _issues(last.folder.resolve().parent).items()
               if issue.number < last.issue.number and issue.approved_on]
    return open_edition(max(earlier)[1]) if earlier else last


def _issues(home: Path) -> dict[Path, Issue]:
    """The editions of an organisation, those too that have lost their `pack.json` and can be read without it."""
    found = {folder: edition.read_edition(folder).issue for folder in folders.editions(home)}
    for folder in folders.all_editions(home):
        if folder not in found:
            with suppress(OutputError):
                found[folder] = open_edition(folder).issue
    return found


def opening_notices(review: Review) -> list[str]:
    """What to tell about the last edition before anything else, in lines."""
    about = review.last.issue
    lines = [f"The review starts from edition {about.number} of {date_in_words(about.date)}, in {review.folder}."]
    for one in review.edited:
        if review.last.rebuilt and not (one.clauses or one.comparison.titles or one.path in review.given_files):
            continue  # without pack.json nothing says which files were saved again
        titles = [f"{_titled(change)} ({english.listing(list(change.statuses))})"
                  for change in one.comparison.clauses if change.differs]
        titles += [f"“{title}” (section, retitled)" for title in one.comparison.titles.values()]
        said = f"changed by hand: {'; '.join(titles)}." if titles else "saved again; its words are the same."
        lines.append(f"{one.path.name}: {said}")
    return [*lines, *review.notices]


def _titled(change: ClauseEdit) -> str:
    title = change.title or change.base_title
    return f"“{title}”" if title else "a point of your own"


# ---- what to ask -------------------------------------------------------------------------------------------------


def reasons_to_ask(review: Review, sources: Sources, as_at: date) -> dict[str, str]:
    """The questions that are worth asking again, and why, in words; in the questionnaire's order."""
    questions, record = sources.questionnaire.questions, review.last.record
    found: dict[str, list[str]] = {}
    for item in record.decisions_open:
        if item.question in questions:
            left = "You left it open." if review.given.get(item.question) is not NOT_SURE else "You were not sure."
            found.setdefault(item.question, []).append(left)
    for name, question in questions.items():
        if question.type == "file" and review.given.get(name) and not Path(review.given[name]).is_file():
            found.setdefault(name, []).append("The file is not there any more.")
    known: Mapping[str, Sequence[str]] = record.questions or {
        name: [choice.value for choice in question.choices] for name, question in questions.items()}
    for name, question in questions.items():
        new = [choice.label for choice in question.choices if choice.value not in known.get(name, ())]
        if name not in known:
            found.setdefault(name, []).append("This question is new.")
        elif new:
            found.setdefault(name, []).append(f"A new choice: {'; '.join(new)}.")
        elif question.ages:
            day = date_in_words(review.last.issue.date)
            found.setdefault(name, []).append("The new text is not approved yet." if name == APPROVED_ON
                                              else f"It may have changed since {day}.")
    for name, why in _from_library(review, sources, as_at):
        found.setdefault(name, []).append(why)
    return {name: " ".join(dict.fromkeys(found[name])) for name in questions if name in found}


def _from_library(review: Review, sources: Sources, as_at: date) -> Iterable[tuple[str, str]]:
    """The questions that changed law or a changed library makes worth asking, and why."""
    library = sources.library
    before = {clause.id for document in review.last.record.documents for clause in document.clauses}
    left_out = set(review.last.record.left_out)
    now = _selected(review, sources, as_at)
    for clause in library.clauses.values():
        names = _behind(clause.when, sources.questionnaire)
        if left_out and clause.id not in before | left_out:
            yield from ((name, f"A new clause, “{clause.title}”, depends on it.") for name in names)
        elif left_out and clause.id in now and clause.id not in before and clause.id in left_out:
            yield from ((name, f"“{clause.title}” would be in now, and depends on it.") for name in names)
        elif clause.id in before and clause.id not in now and clause.id not in _unused(library):
            yield from ((name, f"“{clause.title}” would no longer be in, and depends on it.") for name in names)
    moved = {change.law.id: change for change in law_changes(review, sources, as_at)}
    for clause in library.clauses.values():
        for change in (moved[identity] for identity in clause.law if identity in moved and clause.id in now | before):
            yield from ((name, f"The law behind it has changed: {change.words}.")
                        for name in _resting_on(clause, change.law.id, sources.questionnaire))


def law_changes(review: Review, sources: Sources, as_at: date) -> tuple[LawChange, ...]:
    """What became of the law behind the clauses of the last edition."""
    return review.last.law_changes(sources.library.law, as_at)


def _selected(review: Review, sources: Sources, as_at: date) -> set[str]:
    """The clauses that the same answers would get today; all there are where that cannot be said."""
    try:
        selected = rendered(sources, review.given, as_at, draft=True).selection
    except AnswersError:
        return set(sources.library.clauses)
    return {clause for document in selected.documents for clause in document.clauses}


def _unused(library: Library) -> set[str]:
    """Clauses of a glossary come and go with the words that they explain."""
    return {clause.id for clause in library.clauses.values() if clause.defines}


def _behind(condition: Expression | None, questionnaire: Questionnaire) -> list[str]:
    """The questions that a condition depends on, through facts too."""
    left, found = list(condition.names if condition else ()), []
    while left:
        name = left.pop()
        if name in questionnaire.facts:
            left += questionnaire.facts[name].condition.names
        elif name in questionnaire.questions and name not in found:
            found.append(name)
    return sorted(found)


def _resting_on(clause: Clause, law_id: str, questionnaire: Questionnaire) -> list[str]:
    """The questions with choices that decide whether, or how, a clause speaks of a law. What it prints counts where it
    rests on that law alone."""
    names = set(_behind(clause.when, questionnaire))
    for call in clause.wording.calls:
        names |= call.deciding if call.argument == law_id else set()
    if clause.law == (law_id,):
        names |= clause.wording.names
    asked = {question for name in names & questionnaire.facts.keys()
             for question in _behind(questionnaire.facts[name].condition, questionnaire)}
    return sorted(name for name in (names | asked) & questionnaire.questions.keys() if name != "nations"
                  and questionnaire.questions[name].type in ("choice", "choices", "yes_no"))


def known_answers(review: Review, questionnaire: Questionnaire) -> dict[str, Any]:
    """What was said in the last edition, what was left as suggested or empty then included, so that it is not asked
    again. The day of approval is that of the earlier text, and left out."""
    known = review.last.record.questions or questionnaire.questions
    blank = {item.question for item in review.last.record.decisions_open}
    stood = news.answers_that_stand(questionnaire, review.given, {})
    return {name: value for name, value in stood.items()
            if name != APPROVED_ON and (name in review.given or (name in known and name not in blank))}


# ---- local edits -------------------------------------------------------------------------------------------------


def settle_edits(review: Review, library: Library, documents: Iterable[Document], decide: Decide,
            approving: bool) -> tuple[tuple[LocalEdit, ...], tuple[Undecided, ...]]:
    """The local edits for the next edition, and what is still to be decided about them. The documents are those that
    the library of today gives. `approving` a draft with something open in it decides for the words that stand."""
    known = {(plan.id, one) for plan in library.documents for section in plan.sections
             for one in (section.id, *section.clauses)}
    documents, edits, undecided = tuple(documents), [], []
    titles = _titles((*review.last.documents, *documents))
    for renewal in renew(documents, review.edits, known):
        choices = []
        for conflict in renewal.conflicts:
            shown = _readable(conflict, titles)
            choices.append(decide(renewal, shown) or ("mine" if approving and _was_open(renewal) else None))
            if choices[-1] is None:
                undecided.append(_undecided(renewal, shown))
        edits.append(settle(renewal, choices))
    return tuple(edit for edit in edits if edit), tuple(undecided)


def _was_open(renewal: Renewal) -> bool:
    """Whether the edition that is reviewed has the same question in it."""
    return renewal.edit.open is not None and renewal.now in (None, renewal.edit.base)


def _titles(documents: Iterable[Document]) -> dict[str, str]:
    """What people call all that a reference can lead to."""
    found = {}
    for document in documents:
        found[document.id] = document.title
        for section in document.sections:
            found |= {section.id: section.title} | {passage.clause: passage.title or section.title
                                                    for passage in section.passages}
    return found


def _readable(conflict: Conflict, titles: Mapping[str, str]) -> Conflict:
    """A conflict as people can read it: there are no numbers yet, so that titles stand for references."""

    def named(inline: Inline) -> Inline:
        return replace(inline, text=f"“{titles.get(inline.target, inline.target)}”") if isinstance(
            inline, Reference) else inline

    return Conflict(*(tuple(map_cells(line, named) for line in lines)
                      for lines in (conflict.base, conflict.mine, conflict.new, conflict.both, conflict.library)))


def _undecided(renewal: Renewal, conflict: Conflict) -> Undecided:
    edit = renewal.edit
    differs = excerpts(conflict.mine, conflict.new)
    return Undecided(edit.document, edit.clause, edit.section, renewal.title, f"{renewal.what}. {renewal.meanwhile}",
                     edit.lines is None, lines_in_words(conflict.new), differs.before, differs.now)


def lines_in_words(lines: Iterable[Any]) -> str:
    """Some lines as they are read out, a paragraph each."""
    return text_of(blocks_of(tuple(lines)))


# ---- the next edition --------------------------------------------------------------------------------------------


def next_request(review: Review, sources: Sources, request: Request, decide: Decide,
                 stands: Callable[[date], bool] = lambda day: False) -> Request:
    """The request for the next edition; its `given` holds the answers. Raises AnswersError and LibraryError.

    An approval is one of a text. The one of the last edition stands if nothing is said otherwise now; else `stands` is
    asked whether the approval of that day counts for the new text too.
    """
    request = replace(request, answers_name=str(review.folder / "answers.yaml"),
                      answers_text=request.answers_text or review.text,
                      draft=request.draft or (_has_blanks(review) and not request.given.get(APPROVED_ON)))
    decide = _once(decide)
    earlier = review.last.issue.approved_on
    approved = request.given.get(APPROVED_ON) or None
    kept = {name: value for name, value in request.given.items() if name != APPROVED_ON}
    if earlier and approved in (None, earlier) and not request.draft:
        same = _settled_request(review, sources, replace(request, given={**kept, APPROVED_ON: earlier}), decide)
        if _says_the_same(review, sources, same) or (approved == earlier and stands(earlier)):
            return same
        request = replace(request, given={**kept, APPROVED_ON: ""}, notices=(
            f"It is a draft: what was approved on {date_in_words(earlier)} said something else.",))
    return _settled_request(review, sources, request, decide)


def _has_blanks(review: Review) -> bool:
    """Whether printed words were still missing in the last edition, as a draft may have it."""
    return any(item.taken == "left open" for item in review.last.record.decisions_open)


def _once(decide: Decide) -> Decide:
    """The same, asked only once about each place."""
    said: dict[Any, MergeChoice | None] = {}

    def decided(renewal: Renewal, conflict: Conflict) -> MergeChoice | None:
        place = (renewal.edit.document, renewal.edit.clause, conflict)
        if place not in said:
            said[place] = decide(renewal, conflict)
        return said[place]

    return decided


def _settled_request(review: Review, sources: Sources, request: Request, decide: Decide) -> Request:
    approving = bool(request.given.get(APPROVED_ON)) and not request.draft and not review.last.issue.approved_on
    documents = _library_documents(sources, request)
    edits, undecided = settle_edits(review, sources.library, documents, decide, approving)
    earlier = {issue.number: issue for issue in (*_issues(review.home).values(), review.last.issue)}
    base = Baseline(review.base, review.base_given, review.by_hand, undecided)
    follows = Follows(tuple(earlier[number] for number in sorted(earlier)),
                      review.home if request.to.resolve() == review.to else None, partial(news.news, base))
    return replace(request, edits=edits, follows=follows,
                   notices=(*request.notices, *_put_away(review, documents, edits)))


def _library_documents(sources: Sources, request: Request) -> tuple[Document, ...]:
    """The documents as the library of today gives them for the new answers, before any local edit."""
    return rendered(sources, request.given, request.as_at, name=request.answers_name, draft=request.draft,
                    reviewing=True).library_documents


def _put_away(review: Review, documents: Iterable[Document], edits: Collection[LocalEdit]) -> Iterator[str]:
    """What to tell of local edits whose clauses the answers leave out now."""
    before, now = ({(document.id, passage.clause) for document in some for passage in passages_of(document)}
                   for some in (review.last.documents, documents))
    for edit in edits:
        if edit.lines and edit.base and (edit.document, edit.clause) in before - now and edit.open is None:
            title = f"“{edit.title}”" if edit.title else "A point without a title"
            yield (f"{title} is left out now, and with it what you have changed there by hand. That returns when it "
                   "does.")


def _says_the_same(review: Review, sources: Sources, request: Request) -> bool:
    """Whether all policies would be those of the last edition, word by word."""
    then = {(document.id, passage.clause): changes.words_digest(clause_lines(passage))
            for document in review.last.documents if document.kind == "policy" for passage in passages_of(document)
            if not is_generated(passage)}
    there = {key[0] for key in then}
    now = {(document.id, passage.clause): changes.words_digest(clause_lines(passage))
           for document in apply_edits(_library_documents(sources, request), request.edits)
           if document.id in there for passage in passages_of(document)}
    return {key: now.get(key) for key in then} == then and not {
        key for key in now.keys() - then.keys() if key[1] not in _unused(sources.library)}

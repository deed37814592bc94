"""The review: which questions to ask again, what somebody has to decide, and the request for the next edition.

In: the folder of an edition or of an organisation, edited Word files, and today's questionnaire, library and law. Out:
a `Review`; from it the questions to ask again with the reason for each, the local edits with the places to decide
about, and the `Request` for the next edition. This module asks nobody and writes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from policygen.library.clauses import Clause
from policygen.library.conditions import Expression
from policygen.library.law import NATIONS, LawBook
from policygen.library.question import NOT_SURE, Carried
from policygen.library.questionnaire import APPROVED_ON, Questionnaire
from policygen.model import english
from policygen.model.document import LOCAL, Document, Inline, Issue, Reference, is_generated, passages_of
from policygen.model.english import date_in_words
from policygen.model.lines import blocks_of, clause_lines, map_cells, text_of
from policygen.model.problems import AnswersError, OutputError, Place, command, error
from policygen.pack import answers, edition, folders
from policygen.pack.assembly import numbered, only_used_definitions
from policygen.pack.edition import Edition, open_edition
from policygen.pack.edits import LocalEdit, Renewal, apply_edits, renew, settle
from policygen.pack.make import Follows, Request, Sources, rendered
from policygen.pack.merge import Conflict, MergeChoice, took_out
from policygen.review import brief, changes, edited, news
from policygen.review.changes import excerpts
from policygen.review.edited import EditedDocument
from policygen.review.news import Baseline, Undecided
from policygen.review.old_names import OldName, old_names
from policygen.review.references import out_of_date
from policygen.review.replaced import (
    Replacement, changed_answers, replaced, replaced_in_words, without_replaced,
)

Decide = Callable[[Renewal, Conflict], MergeChoice | None]
"""Chooses the words for a place that changed both by hand and in the library; None leaves it undecided."""


@dataclass(frozen=True, slots=True)
class Review:
    """The edition under review, with everything that people changed in it."""

    last: Edition
    given: Mapping[str, Any]
    """The typed answers that made it, with absolute paths of files."""
    text: str
    """The text of its answers file."""
    base: Edition
    """The edition that the new one is compared with: the last approved one; `last` if none was approved."""
    base_given: Mapping[str, Any]
    """The typed answers that made `base`."""
    edited: tuple[EditedDocument, ...]
    """The Word files that people have changed."""
    given_files: tuple[Path, ...]
    """The Word files that somebody gave."""
    notices: tuple[str, ...]
    """Notices about the files, a sentence each."""

    @property
    def folder(self) -> Path:
        return self.last.folder

    @property
    def home(self) -> Path:
        """The folder of the organisation's editions. It may have an earlier name of the organisation."""
        return self.folder.resolve().parent

    @property
    def to(self) -> Path:
        """The folder for the editions of all organisations that `home` is in."""
        return self.home.parent

    @property
    def edits(self) -> tuple[LocalEdit, ...]:
        """All local edits as they are now."""
        read = {one.document.id for one in self.edited}
        return (*(edit for edit in self.last.edits if edit.document not in read),
                *(edit for one in self.edited for edit in one.edits))

    @property
    def by_hand(self) -> frozenset[tuple[str, str]]:
        """The ids of documents and clauses that people changed by hand since this edition was made."""
        return frozenset((one.document.id, clause) for one in self.edited for clause in one.clauses)


# ---- the last edition --------------------------------------------------------------------------------------------


def begin_review(place: Path, questionnaire: Questionnaire, given: Sequence[Path] = (), anyway: bool = False,
                 tell: Callable[[str], None] | None = None, as_at: date = date.max) -> Review:
    """The review of an edition, or of an organisation's newest one, with its edited files and the files that somebody
    gives.

    `anyway` allows an edition that is not the newest, and files of another edition. `tell` receives a line for each
    answer that gets today's name. Raises OutputError and AnswersError, also when the edition was made after `as_at`.
    """
    folder = _newest(place, anyway)
    last = open_edition(folder)
    if last.issue.date > as_at:
        raise OutputError(error(f"this edition is of {date_in_words(last.issue.date)}, and the review of "
                                f"{date_in_words(as_at)}, which is earlier", Place(str(folder)),
                                "Give a later day with --as-at, or see whether this computer has the right date."))
    base = _approved(last)
    said, text, notices = _answers(last, questionnaire, tell)
    base_given = news.answers_of_edition(base, questionnaire)
    found, file_notices = edited.find_edited_files(last, given, anyway)
    stood = news.answers_that_stand(questionnaire, said, {})
    found = tuple(replace(one, replaced=replaced(one.document, one.comparison, questionnaire, stood)) for one in found)
    if last.rebuilt:
        notices.append(f"{folder} has lost its pack.json. What it said was taken from the Word files there.")
    if newer := _newer(folder):
        notices.append(f"There is a newer edition, {newer.name}. The edition that you make now "
                       "will not have what is new there.")
    return Review(last, answers.located(questionnaire, said, folder), text, base,
                  said if base_given is None else base_given, found, tuple(given),
                  (*notices, *file_notices, *(notice for one in found for notice in one.notices)))


def _answers(of: Edition, questionnaire: Questionnaire,
             tell: Callable[[str], None] | None) -> tuple[dict[str, Any], str, list[str]]:
    """The answers of an edition, typed and as text, and notices about them. Raises OutputError when they are lost."""
    path, kept = of.folder / "answers.yaml", news.answers_of_edition(of, questionnaire)
    if kept is None:
        raise OutputError(error("the answers of this edition are missing", Place(str(path)),
                                "Put the file back from a copy; the review starts from it."))
    if not path.exists():
        return kept, of.record.answers or "", [f"{path} is missing. What it said was taken from pack.json."]
    try:
        said = answers.read_answers(path, questionnaire, tell)
    except AnswersError as damaged:
        if isinstance(of.record.answers, str):
            damaged.add_note("pack.json, beside it, holds the answers that this edition was made from. Correct the "
                             "file, or move it elsewhere: the review then starts from those.")
        raise
    return said, answers.earlier_text(path), [] if said == kept else [
        f"{path} was changed by hand. What it says now counts."]


def _newest(place: Path, anyway: bool) -> Path:
    """The folder of the edition to review. Raises OutputError."""
    if folders.is_edition(place):
        if (newer := _newer(place)) and not anyway:
            raise OutputError(error(f"there is a newer edition, {newer.name}", Place(str(place)),
                                    f"Review that one, or take this one:\n  {command('review', place, '--anyway')}"))
        return place
    if place.is_file():
        word = place.suffix.lower() == ".docx"
        raise edition.file_for_folder(place,
                                      "\n  If it was edited elsewhere, give the folder of its edition, and it:\n  "
                                      f"{command('review', 'EDITION', '--edited', place)}" if word else "")
    if not place.is_dir():
        raise OutputError(error("there is no such folder", Place(str(place)),
                                "Give the folder of an edition, or of an organisation."))
    if found := edition.newest_edition(place):
        return found
    raise OutputError(error("there is no edition in this folder", Place(str(place)),

                            "Give the folder of an edition, or of an organisation. This lists them:\n  "
                            f"{command('status')}"))


def _newer(folder: Path) -> Path | None:
    """The organisation's newest edition, if it is newer than `folder`, which may be in a copy; else None."""
    newest = edition.newest_edition(folder.resolve().parent)
    if newest is None or newest.samefile(folder):
        return None
    number = edition.edition_number(folder)
    return None if number and number == edition.edition_number(newest) else newest


def _approved(last: Edition) -> Edition:
    """The last approved edition, up to this one; this one if none was approved."""
    if last.issue.approved_on:
        return last
    earlier = [(issue.number, folder) for folder, issue in issues_at(last.folder.resolve().parent).items()
               if issue.number < last.issue.number and issue.approved_on]
    return open_edition(max(earlier)[1]) if earlier else last


def issues_at(home: Path) -> dict[Path, Issue]:
    """The editions of an organisation, including those that have lost their `pack.json` and can be read without it."""
    found = {folder: edition.read_edition(folder).issue for folder in folders.editions(home)}
    for folder in folders.all_editions(home):
        if folder not in found:
            with suppress(OutputError):
                found[folder] = open_edition(folder).issue
    return found


def opening_notices(review: Review, book: LawBook) -> list[str]:
    """What to tell about the last edition, and to look up about the law, before the first question; in lines."""
    about = review.last.issue
    lines = [f"The review starts from edition {about.number} of {date_in_words(about.date)}, in {review.folder}."]
    for one in review.edited:
        if review.last.rebuilt and not (one.clauses or one.comparison.titles or one.path in review.given_files):
            continue  # without pack.json nothing shows which files somebody saved again
        titles = []
        for change in one.comparison.clauses:
            if not change.differs or change.clause in one.replaced.alone:
                continue
            title = change.title or change.base_title
            titles.append(f"{f'“{title}”' if title else 'a point of your own'} "
                          f"({'section, ' * change.is_section}{english.listing(list(change.statuses))})")
        titles += [f"“{title}” (section, retitled)" for title in one.comparison.titles.values()]
        said = f"changed by hand: {'; '.join(titles)}." if titles else "saved again; its words are the same."
        lines += [f"{one.path.name}: {said}"] if titles or not one.replaced.found else []
        lines += [f"{one.path.name}: {replaced_in_words(item)}" for item in one.replaced.found]
    if coming := book.coming(review.last.record.nations or NATIONS):
        lines.append(f"Look up whether this law is in force now. It was not on {date_in_words(book.checked)}: "
                     f"{'; '.join(law.name for law in coming)}.")
    return [*lines, *review.notices]


def changes_of_answers(review: Review, questionnaire: Questionnaire,
                       given: Mapping[str, Any]) -> list[tuple[Replacement, dict[str, Any]]]:
    """The names that somebody replaced all through a Word file, each with the answers that it would change; without
    those that `given`, the answers so far, have already."""
    found: list[tuple[Replacement, dict[str, Any]]] = []
    for one in review.edited:
        for item in one.replaced.found:
            changed = changed_answers(questionnaire, news.answers_that_stand(questionnaire, given, {}), item)
            changed = {name: answer for name, answer in changed.items() if given.get(name) != answer}
            if set(item.questions) & set(changed) and changed not in [others for _, others in found]:
                found.append((item, changed))
    return found


def how_to_change(review: Review, questionnaire: Questionnaire, given: Mapping[str, Any]) -> str:
    """For somebody who is not asked: how to change the answers that have such names, and what stands until then. Empty
    where there are none."""
    found = changes_of_answers(review, questionnaire, given)
    if not found:
        return ""
    lines = [f"- “{item.before}” is the answer {english.listing([f'`{name}`' for name in item.questions])} "
             f"(“{questionnaire.questions[item.questions[0]].ask}”)" for item, _ in found]
    changed = {name: answer for _, some in found for name, answer in some.items()}
    settings = [part for name, answer in changed.items() if isinstance(answer, str)
                for part in ("--set", f"{name}={answer}")]
    rows = sorted(name for name, answer in changed.items() if not isinstance(answer, str))
    hows = [f"review again with:\n  {command('review', review.home, '--no-input', *settings)}"] * bool(settings) + [
        f"change it in answers.yaml ({', '.join(rows)}), and review again."] * bool(rows)
    return "\n".join((
        "Somebody replaced what an answer says:", *lines,
        *(f"If the new words are to stand in all documents, {how}" for how in hows),
        "Until then they stand where they were written, as changes by hand, and everything else has the earlier ones. "
        "“--keep mine” leaves it so where policygen has new words too; it changes no answer."))


# ---- what to ask -------------------------------------------------------------------------------------------------

NEVER_ASKED = ("Nobody has answered it yet: the last edition took a suggestion, and states it as a fact. "
               "Say whether it is true.")
"""Why a review asks for an answer that was only suggested."""


def reasons_to_ask(review: Review, sources: Sources, as_at: date) -> dict[str, str]:
    """The questions that are worth asking again, each with why, in words; in the questionnaire's order. The day of
    approval is none of them: the next text does not exist yet."""
    questions, record = sources.questionnaire.questions, review.last.record
    found: dict[str, list[str]] = {}
    for item in record.decisions_open:
        if item.question in questions:
            said = review.given.get(item.question)
            found.setdefault(item.question, []).append(
                "You were not sure." if said is NOT_SURE else NEVER_ASKED if isinstance(said, Carried)
                else "You left it open.")
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
        elif isinstance(review.given.get(name), Carried):
            found.setdefault(name, []).append(NEVER_ASKED)
        elif question.ages:
            day = date_in_words(review.last.issue.date)
            found.setdefault(name, []).append(f"It may have changed since {day}.")
    for name, why in _from_library(review, sources, as_at):
        found.setdefault(name, []).append(why)
    return {name: " ".join(dict.fromkeys(found[name])) for name in questions if name in found and name != APPROVED_ON}


def _from_library(review: Review, sources: Sources, as_at: date) -> Iterator[tuple[str, str]]:
    """The questions that are worth asking because the law or the library has changed, each with why."""
    library, record = sources.library, review.last.record
    before = {clause.id for document in record.documents for clause in document.clauses}
    left_out = set(record.left_out)
    try:
        selected = rendered(sources, review.given, as_at, draft=True).selection
        now = {clause for document in selected.documents for clause in document.clauses}
    except AnswersError:  # nobody can say what these answers would select today
        now = set(library.clauses)
    for clause in library.clauses.values():
        names = _behind(clause.when, sources.questionnaire)
        if left_out and clause.id not in before | left_out:
            yield from ((name, f"A new clause, “{clause.title}”, depends on it.") for name in names)
        elif clause.id in left_out and clause.id in now and clause.id not in before:
            yield from ((name, f"“{clause.title}” would be in now, and depends on it.") for name in names)
        elif clause.id in before and clause.id not in now and not clause.defines:
            yield from ((name, f"“{clause.title}” would no longer be in, and depends on it.") for name in names)
    changed = {change.law.id: change for change in review.last.law_changes(library.law, as_at)}
    for clause in library.clauses.values():
        for law in clause.law if clause.id in now | before else ():
            if law in changed:
                yield from ((name, f"The law behind it has changed: {changed[law].words}.")
                            for name in _resting_on(clause, law, sources.questionnaire))


def _behind(condition: Expression | None, questionnaire: Questionnaire) -> list[str]:
    """The questions that a condition depends on, directly or through facts; sorted."""
    left, found = list(condition.names if condition else ()), []
    while left:
        name = left.pop()
        if name in questionnaire.facts:
            left += questionnaire.facts[name].condition.names
        elif name in questionnaire.questions and name not in found:
            found.append(name)
    return sorted(found)


def _resting_on(clause: Clause, law_id: str, questionnaire: Questionnaire) -> list[str]:
    """The questions with choices that decide whether, or how, a clause speaks of a law. If the clause rests on that
    law alone, the answers that it prints count too."""
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
    """What the last edition says about each question, including suggestions and empty answers, so that nobody is
    asked again. Open decisions are left out, and so is the day of approval: it belongs to the earlier text."""
    known = review.last.record.questions or questionnaire.questions
    blank = {item.question for item in review.last.record.decisions_open}
    stood = news.answers_that_stand(questionnaire, review.given, {})
    return {name: value for name, value in stood.items()
            if name != APPROVED_ON and (name in review.given or (name in known and name not in blank))}


# ---- local edits -------------------------------------------------------------------------------------------------


def settle_edits(review: Review, sources: Sources, request: Request, documents: Iterable[Document], decide: Decide,
                 approving: bool) -> tuple[tuple[LocalEdit, ...], tuple[Undecided, ...]]:
    """The local edits for the next edition, and the undecided places. The documents are those of today's library. If
    `approving`, somebody approves a draft, and thereby the words that stand in the places which it left open."""
    known = {(plan.id, one) for plan in sources.library.documents for section in plan.sections
             for one in (section.id, *section.clauses)}
    documents, edits, undecided = tuple(documents), [], []
    titles = {}  # by the id of everything that a reference can lead to
    for document in (*review.last.documents, *documents):
        titles[document.id] = document.title
        for section in document.sections:
            titles |= {section.id: section.title} | {one.clause: one.title or section.title for one in section.passages}
    before, now = _names_of(review, sources.questionnaire, request.given)
    mine = without_replaced(review.edits, documents, sources.questionnaire, before[-1], now)
    for renewal in renew(documents, mine, known):
        edit = renewal.edit
        was_open = edit.open is not None and renewal.now in (None, edit.base)
        choices = []
        for conflict in renewal.conflicts:
            shown = _with_titles(conflict, titles)
            choices.append(decide(renewal, shown) or ("mine" if approving and was_open else None))
            if choices[-1] is None:
                differs = excerpts(shown.mine, shown.new)
                undecided.append(Undecided(
                    edit.document, edit.clause, edit.section, renewal.title, f"{renewal.what}. {renewal.meanwhile}",
                    edit.lines is None, lines_in_words(shown.new), differs.before, differs.now))
        edits.append(settle(renewal, choices))
    return tuple(edit for edit in edits if edit), tuple(undecided)


def _with_titles(conflict: Conflict, titles: Mapping[str, str]) -> Conflict:
    """A conflict as people can read it: titles take the place of references, because there are no numbers yet."""

    def named(inline: Inline) -> Inline:
        return replace(inline, text=f"“{titles.get(inline.target, inline.target)}”") if isinstance(
            inline, Reference) else inline

    return Conflict(*(tuple(map_cells(line, named) for line in lines)
                      for lines in (conflict.base, conflict.mine, conflict.new, conflict.both, conflict.library)))


def lines_in_words(lines: Iterable[Any]) -> str:
    """Some lines as plain text, a paragraph each."""
    return text_of(blocks_of(tuple(lines)))


# ---- the next edition --------------------------------------------------------------------------------------------


def next_request(review: Review, sources: Sources, request: Request, decide: Decide,
                 stands: Callable[[date], bool] = lambda day: False) -> Request:
    """The request for the next edition, from `request`, whose `given` are the new answers. Raises AnswersError and
    LibraryError.

    An approval belongs to one text. The last edition's approval stays if the new text says the same and the new answers
    do not name another day. If the text differs, `stands` is asked whether the approval of that day counts for it too.
    """
    request = replace(request, answers_name=str(review.folder / "answers.yaml"),
                      answers_text=request.answers_text or review.text,
                      draft=request.draft or (not request.given.get(APPROVED_ON) and any(
                          item.taken == "left open" for item in review.last.record.decisions_open)))
    if request.draft:
        request = replace(request, given={**request.given, APPROVED_ON: ""})
    decide = _once(decide)
    earlier = review.last.issue.approved_on
    approved = request.given.get(APPROVED_ON) or None
    kept = {name: value for name, value in request.given.items() if name != APPROVED_ON}
    if earlier and approved in (None, earlier) and not request.draft:
        same = _settled_request(review, sources, replace(request, given={**kept, APPROVED_ON: earlier}), decide)
        if _says_the_same(review, sources, same) or (approved == earlier and stands(earlier)):
            return replace(same, approval_stands=True)
        request = replace(request, given={**kept, APPROVED_ON: ""}, notices=(
            f"It is a draft: what was approved on {date_in_words(earlier)} said something else.",))
    settled = _settled_request(review, sources, request, decide)
    if earlier or not approved or not review.last.issue.date <= approved < request.as_at:
        return settled
    as_draft = replace(settled, given={**settled.given, APPROVED_ON: ""})  # as the last edition, a draft, was rendered
    return replace(settled, approval_stands=_says_the_same(review, sources, as_draft))


def _once(decide: Decide) -> Decide:
    """The same function, called only once about each place."""
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
    edits, undecided = settle_edits(review, sources, request, documents, decide, approving)
    earlier = {issue.number: issue for issue in (*issues_at(review.home).values(), review.last.issue)}
    names = _old_names(review, sources.questionnaire, request.given, edits)
    numbers = out_of_date(edits, review.last.documents, numbered(
        only_used_definitions(document, sources.library) for document in apply_edits(documents, edits)))
    base = Baseline(review.base, review.base_given, review.by_hand, undecided, names, numbers)
    follows = Follows(tuple(earlier[number] for number in sorted(earlier)),
                      review.home if request.to.resolve() == review.to else None, partial(news.news, base))
    return replace(request, edits=edits, follows=follows,
                   notices=(*request.notices, *_put_away(review, documents, edits),
                            *_said_otherwise(review, edits), *_count_of_old_names(names),
                            *(f"{words}. Correct it in Word if it is wrong now." for words in numbers)))


def old_names_left(review: Review, sources: Sources, request: Request) -> tuple[OldName, ...]:
    """The places that will still have a name which has changed, in a pack that is made from a request. Where somebody
    has yet to decide about words that were changed by hand, those words count. Raises AnswersError and LibraryError."""
    edits = request.edits
    if request.follows is None and review.edits:
        edits, _ = settle_edits(review, sources, request, _library_documents(sources, request),
                                lambda renewal, conflict: None, approving=False)
    return _old_names(review, sources.questionnaire, request.given, edits)


def _old_names(review: Review, questionnaire: Questionnaire, given: Mapping[str, Any],
               edits: Iterable[LocalEdit]) -> tuple[OldName, ...]:
    """The places with names that have changed since the edition that the new one is compared with, or since the last
    one: what nobody has mended in a draft is found again."""
    edits, (earlier, now) = tuple(edits), _names_of(review, questionnaire, given)
    return tuple(dict.fromkeys(one for before in earlier for one in old_names(questionnaire, before, now, edits)))


def _names_of(review: Review, questionnaire: Questionnaire,
              given: Mapping[str, Any]) -> tuple[tuple[dict[str, Any], ...], dict[str, Any]]:
    """The answers of the edition that the new one is compared with, and of the last one; and the new ones."""
    made_from = news.answers_of_edition(review.last, questionnaire)
    earlier = (review.base_given, review.given if made_from is None else made_from)
    return (tuple(news.answers_that_stand(questionnaire, one, given) for one in earlier),
            news.answers_that_stand(questionnaire, given, {}))


def _count_of_old_names(names: Collection[OldName]) -> Iterator[str]:
    if names:
        places = "One place still has" if len(names) == 1 else f"{len(names)} places still have"
        yield f"{places} a name that has changed. “{brief.TITLE}” says where."


def _library_documents(sources: Sources, request: Request) -> tuple[Document, ...]:
    """The documents of today's library for the new answers, before any local edit."""
    return rendered(sources, request.given, request.as_at, name=request.answers_name, draft=request.draft,
                    reviewing=True).library_documents


def _put_away(review: Review, documents: Iterable[Document], edits: Collection[LocalEdit]) -> Iterator[str]:
    """A notice about each local edit whose clause the answers leave out now."""
    before, now = ({(document.id, passage.clause) for document in some for passage in passages_of(document)}
                   for some in (review.last.documents, documents))
    for edit in edits:
        if edit.lines and edit.base and (edit.document, edit.clause) in before - now and edit.open is None:
            title = f"“{edit.title}”" if edit.title else "A point without a title"
            yield (f"{title} is left out now, and with it what you have changed there by hand. Your changes "
                   "come back when it does.")


def _said_otherwise(review: Review, edits: Iterable[LocalEdit]) -> Iterator[str]:
    """A notice about each clause that has another wording now, which may say what somebody took out by hand."""
    before = {(edit.document, edit.clause): edit for edit in review.edits}
    for edit in edits:
        was = before.get((edit.document, edit.clause))
        if (was and was.wording != edit.wording and edit.base and was.settled_with and was.lines
                and edit.wording not in {one.wording for one in was.others}
                and took_out(was.settled_with, was.lines, edit.base)):
            yield (f"“{edit.title}”: you took words out there by hand, and this style of the policy says the clause in "
                   "other words. See whether they still say what you took out.")


def _says_the_same(review: Review, sources: Sources, request: Request) -> bool:
    """Whether all policies have the words of the last edition, and the same sections of people's own. New entries of a
    glossary do not count."""

    def words(documents: Iterable[Document]) -> dict[tuple[str, str], str]:
        return {(document.id, identity): words for document in documents for section in document.sections
                for identity, words in ((section.id, section.title), *(
                    (one.clause, changes.words_digest(clause_lines(one))) for one in section.passages
                    if not is_generated(one))) if identity != section.id or identity.startswith(LOCAL)}

    then = words(document for document in review.last.documents if document.kind == "policy")
    policies = {document for document, _ in then}
    now = words(document for document in apply_edits(_library_documents(sources, request), request.edits)
                if document.id in policies)
    glossary = {clause.id for clause in sources.library.clauses.values() if clause.defines}
    return then.items() <= now.items() and all(clause in glossary for _, clause in now.keys() - then.keys())

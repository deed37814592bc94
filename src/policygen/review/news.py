"""What is new since an earlier edition: a baseline and a new pack in; changes, brief and redlines out.

It works out the changes with their causes, and gives them to the pack that is being made as an `Addition`. `difference`
prints the changes between two editions that were issued. It chooses nothing.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Any

from policygen.formats.house import House
from policygen.library import law
from policygen.library.clauses import DocumentPlan, Library
from policygen.library.law import LawChange
from policygen.library.question import NOT_SURE, Question, answer_in_words, rows_in_words
from policygen.library.questionnaire import APPROVED_ON, Questionnaire
from policygen.model.document import Document, Remark, passages_of
from policygen.model.english import date_in_words
from policygen.model.lines import Line, clause_lines
from policygen.model.problems import AnswersError, OutputError, Place, error
from policygen.pack import answers as answers_module
from policygen.pack import assembly
from policygen.pack.context import forms
from policygen.pack.edition import (
    Edition, LawChangeRecord, ReviewRecord, UndecidedRecord, as_the_library_gave, open_edition,
)
from policygen.pack.make import Addition, Rendering, is_blank, rendered
from policygen.review import brief, changes
from policygen.review.brief import BriefContents
from policygen.review.causes import ClauseTexts, Evidence, with_causes
from policygen.review.changes import APPROVAL, Cause, EditionChange

REDLINE = " - changes"
"""What the name of a redline ends with."""
CHANGES = "changes"
"""The folder of the redlines of forms and sheets."""
LONGEST = 14
"""Words of a question that is told in a line."""
WIDTH = 78
"""Columns of what `difference` prints."""
UNDECIDED = "policygen asks you to decide: "
"""Begins the Word comments on what nobody has decided; by it they are told from people's own."""


@dataclass(frozen=True, slots=True)
class Undecided:
    """A place that was changed by hand and in the library; the words of the organisation stand for now."""

    document: str
    clause: str
    section: str
    title: str
    what: str
    """What has happened, and what stands until it is decided, in words that follow the title."""
    is_out: bool
    """Whether the clause does not stand: somebody took it out."""
    new: str
    """What the library says there; empty where it has nothing."""
    ours: str
    """What stands, shortened to what differs; empty where somebody took it out."""
    theirs: str
    """What the library says, shortened likewise."""

    @property
    def comment(self) -> str:
        """What stands in the Word file beside it."""
        about = f"“{self.title}”: " if self.is_out else ""
        return f"{UNDECIDED}{about}{self.what}.{f' The new words: {self.new}' if self.new else ''}"

    @property
    def question(self) -> str:
        """What there is to decide, for whoever made the edition."""
        shown = " The Word file has the new ones in a comment." if self.new else ""
        return f"“{self.title}”: {self.what}.{shown}"

    @property
    def key(self) -> tuple[str, str]:
        """Document and clause."""
        return self.document, self.clause


@dataclass(frozen=True, slots=True)
class Baseline:
    """The edition that a new one is compared with, and what has been settled since."""

    edition: Edition
    """The last one that was approved; the last one where none was."""
    given: Mapping[str, Any]
    """The typed answers that it was made from."""
    by_hand: frozenset[tuple[str, str]] = frozenset()
    """Documents and clauses that were changed by hand since then."""
    undecided: tuple[Undecided, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class News(Addition):
    """What a review adds to a pack."""

    changes: tuple[EditionChange, ...]
    approved_anew: bool
    """Whether the approval of the new edition, if it has one, is another one than that of the edition before."""


def news(base: Baseline, pack: Rendering, style: House, formats: tuple[str, ...]) -> News:
    """All that is new in a pack since an earlier edition, with its brief and, beside Word files, its redlines."""
    library, questionnaire, values = pack.sources.library, pack.sources.questionnaire, pack.answers.values
    about, earlier = _about(library), base.edition
    then = tuple(document for document in earlier.documents if document.id not in about)
    now = tuple(document for document in pack.documents if document.id not in about)
    found = changes.changes_between(then, now)
    if earlier.rebuilt:  # what carries no sign of its origin could not be found again, and is no news
        found = tuple(change for change in found if change.clause or "new" not in change.what)
    law_changes = _law_changes(base, pack)
    found = with_causes(found, _evidence(base, pack, law_changes))
    signed = changes.to_sign_again(found, _signed(library, now))
    titles = {document.id: document.title for document in now}
    policy = next((document.title for document in now if document.kind == "policy"), "")
    contents = BriefContents(
        earlier.organisation if not now else values["organisation_name"], policy, _body(values),
        _body(answers_that_stand(questionnaire, base.given, pack.given)), earlier.issue, pack.stamp,
        date_in_words(pack.approved_on) if pack.approved_on else "", values["review_years"], found, law_changes,
        (*_decisions(pack), *_choices(base, pack)), {titles[form]: own for form, own in signed.items()},
        f"{policy}{REDLINE}" if "docx" in formats else "")
    remarks: dict[str, tuple[Remark, ...]] = {}
    for one in base.undecided:
        remark = Remark((one.clause, one.section), one.comment, values["organisation_name"], pack.stamp.date)
        remarks[one.document] = (*remarks.get(one.document, ()), remark)
    return News(
        documents=(brief.brief_document(contents),), changes=found, remarks=remarks,
        approved_anew=pack.approved_on != earlier.issue.approved_on,
        files={brief.ID: _redlines(then, now, found, pack, style)} if "docx" in formats else {},
        undecided=tuple(one.question for one in base.undecided),
        record=ReviewRecord(
            earlier.number, [changes.change_to_data(change) for change in found],
            tuple(LawChangeRecord(one.law.id, one.what, one.on) for one in law_changes),
            tuple(UndecidedRecord(one.document, one.clause, one.title) for one in base.undecided),
            {form: tuple(change.clause for change in own) for form, own in signed.items()}))


def _redlines(then: Iterable[Document], now: Iterable[Document], found: tuple[EditionChange, ...], pack: Rendering,
              style: House) -> dict[str, bytes]:
    """The bytes of the redlines: a policy's at the top, the others in a folder of their own, so that nobody prints one
    for the form itself."""
    from policygen.formats.word.redline import write_redline

    old = {document.id: document for document in then}
    changed = {change.document for change in found if change.clause}
    author = pack.answers.values["organisation_name"] or "policygen"
    return {(Path("" if document.kind == "policy" else CHANGES) / f"{document.title}{REDLINE}.docx").as_posix():
            write_redline(old[document.id], document, style, author, pack.stamp.date)
            for document in now if document.id in old and (document.kind == "policy" or document.id in changed)}


def _body(answers: Mapping[str, Any]) -> str:
    """What the governing body is called, with its article; empty where it is not said."""
    return forms("body", answers["governing_body"])["the_body"] if answers.get("governing_body") else ""


def _about(library: Library) -> frozenset[str]:
    """The documents that speak of the pack itself: they always differ."""
    return frozenset(plan.id for plan in library.documents
                     if plan.annotates or (plan.kind == "notes" and not plan.folder)) | {brief.ID}


def _signed(library: Library, documents: Iterable[Document]) -> dict[str, Callable[[EditionChange], bool]]:
    """The forms that people sign, and whether a change counts for those who sign: in the form's own clauses, and in
    those that bind them of the document that they promise to keep to."""
    made = {document.id for document in documents}

    def counts(plan: DocumentPlan) -> Callable[[EditionChange], bool]:
        def bound(change: EditionChange) -> bool:
            clause = library.clauses.get(change.clause)
            return clause is None or not set(plan.signed_by).isdisjoint(clause.binds)

        return lambda change: change.document == plan.id or (change.document == plan.promises and bound(change))

    return {plan.id: counts(plan) for plan in library.documents if plan.id in made and plan.signed_by}


# ---- what is left to decide --------------------------------------------------------------------------------------


def _decisions(pack: Rendering) -> Iterator[str]:
    questions = pack.sources.questionnaire.questions
    for name in pack.answers.unsure:
        taken = answer_in_words(questions[name], pack.answers.values[name])
        yield f"{questions[name].ask} Until it is decided, the policy takes: {taken}."
    for name in pack.answers.applicable:
        if is_blank(pack.answers.values[name]):
            yield f"{questions[name].ask} It is left open."


def _choices(base: Baseline, pack: Rendering) -> Iterator[str]:
    """Which words are to stand where nobody has decided it yet."""
    numbers = {passage.clause: passage.number for document in pack.documents for passage in passages_of(document)}
    for one in base.undecided:
        place = " ".join(filter(None, (numbers.get(one.clause, ""), one.title)))
        ours, theirs = (words if words.endswith((".", "…", "!", "?", ")")) else f"{words}."
                         for words in (one.ours, one.theirs))
        if not one.ours:
            yield f"{place}: you have taken words out that say something else now. Do they stay out? They say: {theirs}"
        elif not one.theirs:
            yield f"{place}: policygen has left it out since. Do your own words stay? They are: {ours}"
        else:
            yield f"{place}: which words are to stand? Yours, as now: {ours} The new ones: {theirs}"


# ---- grounds -----------------------------------------------------------------------------------------------------


def _law_changes(base: Baseline, pack: Rendering) -> tuple[LawChange, ...]:
    """What became of all law that the earlier edition or the new one rests on."""
    library, record = pack.sources.library, base.edition.record
    status = {one.id: one.status for one in record.law}
    before = [clause for document in record.documents for clause in document.clauses]
    in_packs = {clause.id for clause in before} | {passage.clause for document in pack.documents
                                                   for passage in passages_of(document)}
    used = {identity for clause in before for identity in clause.law} | {
        identity for clause in in_packs & library.clauses.keys() for identity in library.clauses[clause].law}
    return law.changes_between(library.law, {identity: status.get(identity, "") for identity in used},
                               base.edition.as_at, pack.stamp.date, pack.answers.values["nations"])


def _evidence(base: Baseline, pack: Rendering, law_changes: tuple[LawChange, ...]) -> Evidence:
    library, questionnaire, earlier = pack.sources.library, pack.sources.questionnaire, base.edition
    old = answers_that_stand(questionnaire, base.given, pack.given)
    new = answers_that_stand(questionnaire, pack.given, {})
    then = {clause.id: frozenset(clause.law) for document in earlier.record.documents for clause in document.clauses}
    plans = {plan.id: frozenset(identity for clause in plan.clauses for identity in library.clauses[clause].law)
             for plan in library.documents}

    def laws_of(identity: str) -> frozenset[str]:
        clause = library.clauses.get(identity)
        own = frozenset(clause.law) | (_asked(clause.when) if clause.when else frozenset()) if clause else frozenset()
        return own | then.get(identity, frozenset()) | plans.get(identity, frozenset())

    return Evidence(
        _texts(as_the_library_gave(document, earlier.edits) for document in earlier.documents),
        lambda given, day: _given(pack, given, day), old, new, _changed_answers(questionnaire, old, new),
        earlier.as_at, pack.stamp.date, law_changes, laws_of, earlier.edits, pack.edits,
        base.by_hand, frozenset(one.key for one in base.undecided), _texts(earlier.documents),
        _texts(pack.documents))


def _asked(condition: Any) -> frozenset[str]:
    """The laws that a condition asks after."""
    return frozenset(call.argument for call in condition.calls if call.function == "in_force")


def answers_of_edition(edition: Edition, questionnaire: Questionnaire) -> dict[str, Any] | None:
    """The typed answers that an edition was made from. Where an earlier policygen made it, those of its answers file,
    which may have been changed since; None where both are lost. Raises AnswersError."""
    text, path = edition.record.answers, edition.folder / "answers.yaml"
    if isinstance(text, str):
        return answers_module.parse_answers(text, Place(str(edition.folder / "pack.json"), 1), questionnaire)[0]
    return answers_module.read_answers(path, questionnaire) if path.exists() else None


def answers_that_stand(questionnaire: Questionnaire, given: Mapping[str, Any],
                       others: Mapping[str, Any]) -> dict[str, Any]:
    """What stands for each question that applies, suggestions included; what is missing is taken from `others`."""
    try:
        answers = answers_module.complete(questionnaire, given, "", draft=True)
    except AnswersError:  # a question that there was not then, and that nothing is suggested for
        answers = answers_module.complete(questionnaire, {**others, **given}, "", draft=True)
    return {name: NOT_SURE if name in answers.unsure else answers.values[name] for name in answers.applicable
            if not is_blank(answers.values[name])}


def _changed_answers(questionnaire: Questionnaire, old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Cause]:
    found = {}
    for name, question in questionnaire.questions.items():
        before, after = (_taken(questionnaire, name, answers.get(name)) for answers in (old, new))
        if before != after:
            found[name] = APPROVAL if name == APPROVED_ON else _answered(question, after)
    return found


def _answered(question: Question, value: Any) -> Cause:
    """How to tell that a question is answered otherwise; once that was told, what somebody wrote will do."""
    words = answer_in_words(question, value) if question.type not in ("choices", "table", "file") else ""
    if not words or len(words.split()) >= 6:
        return Cause("answer", f"Your answer to “{_brief(question.ask)}” has changed")
    return Cause("answer", f"Your answer to “{_brief(question.ask)}” is now “{words}”",
                 f"Your answer “{words}”" if question.type in ("text", "choice") else "")


def _taken(questionnaire: Questionnaire, name: str, value: Any) -> Any:
    question = questionnaire.questions[name]
    return question.empty if value is None else question.unsure if value is NOT_SURE else value


def _brief(ask: str) -> str:
    """The first words of a question, without what stands in brackets and behind its question mark; cut behind a comma
    if there is one."""
    before, bracket, rest = ask.partition(" (")
    words = (before + rest.partition(")")[2] if bracket else ask).partition("?")[0].split()
    if len(words) <= LONGEST:
        return " ".join(words) + "?" * ("?" in ask)
    end = next((at for at in range(LONGEST, LONGEST // 2, -1) if words[at - 1].endswith(",")), LONGEST)
    return f"{' '.join(words[:end]).rstrip(',')} …"


def _given(pack: Rendering, given: Mapping[str, Any], day: date) -> ClauseTexts:
    """What the library of today gives for some answers on some day; nothing where they cannot stand together."""
    try:
        found = rendered(pack.sources, given, day, draft=True)
    except AnswersError:
        return {}
    return _texts(assembly.only_used_definitions(document, pack.sources.library)
                  for document in found.library_documents)


def _texts(documents: Iterable[Document]) -> ClauseTexts:
    found: dict[tuple[str, str], tuple[str, tuple[Line, ...]]] = {}
    for document in documents:
        found[document.id, ""] = (document.title, ())
        for section in document.sections:
            found[document.id, section.id] = (section.title, ())
            found |= {(document.id, passage.clause): (passage.title, clause_lines(passage))
                      for passage in section.passages}
    return found


def _recorded(edition: Edition, since: int) -> tuple[EditionChange, ...] | None:
    """The changes that an edition keeps since another one; None where it keeps none since that one."""
    record = edition.record.review
    try:
        return tuple(map(changes.change_from_data, record.changes)) if record and record.since == since else None
    except (ValueError, TypeError, LookupError):
        return None


# ---- between two editions ----------------------------------------------------------------------------------------


def difference(old: Path, new: Path, questionnaire: Questionnaire) -> str:
    """The changes from one edition to another, as text of 78 columns. Causes are told where the later edition has kept
    them; nothing is worked out anew, since today's library may be another one. Raises OutputError."""
    one, other = open_edition(old), open_edition(new)
    homes = {edition.folder.resolve().parent for edition in (one, other)}
    if one.organisation != other.organisation and len(homes) > 1:  # one organisation may have had another name
        raise OutputError(error(f"this edition is of “{other.organisation}”, and the other one of “{one.organisation}”",
                                Place(str(new)), "Give two editions of one organisation."))
    found = _recorded(other, one.number)
    if found is None:
        about = _notes(one) | _notes(other)
        found = changes.changes_between(one.documents, other.documents, about)
    return "\n".join([*_head(one, other), *_answers_that_differ(one, other, questionnaire), *_change_lines(found)])


def _notes(edition: Edition) -> frozenset[str]:
    """The documents that speak of the pack itself: notes at its top."""
    return frozenset(entry.id for entry in edition.record.documents if entry.kind == "notes"
                     and not any("/" in file.path for file in entry.files or ()))


def _head(one: Edition, other: Edition) -> Iterator[str]:
    yield other.organisation
    for edition in (one, other):
        about, made = edition.issue, edition.record.made_with
        state = f"approved on {date_in_words(about.approved_on)}" if about.approved_on else "a draft"
        yield from _wrapped(f"Edition {about.number} of {date_in_words(about.date)}, {state}; "
                            f"policygen {made.policygen}, clause library {made.library}, "
                            f"questionnaire {made.questionnaire}")


def _answers_that_differ(one: Edition, other: Edition, questionnaire: Questionnaire) -> Iterator[str]:
    given = [found for edition in (one, other) if (found := answers_of_edition(edition, questionnaire)) is not None]
    if len(given) < 2:
        return
    before, after = (answers_that_stand(questionnaire, found, {}) for found in given)
    differing = [question for question in questionnaire.questions.values()
                 if before.get(question.id) != after.get(question.id) and question.type != "file"]
    if differing:
        yield from ("", "Answers", "-------")
    for question in differing:
        yield from _wrapped(question.ask)
        old, new = (_in_words(question, answers.get(question.id)) for answers in (before, after))
        for sign, lines, others in (("-", old, new), ("+", new, old)):
            for words in [line for line in lines if line not in others] or lines * (len(old) == len(new)):
                yield from _wrapped(words, f"  {sign} ")


def _in_words(question: Question, answer: Any) -> list[str]:
    """An answer in lines: a table has one for each row."""
    if answer is NOT_SURE:
        return ["not sure"]
    rows = [] if answer is None else [answer_in_words(question, answer)]
    if question.type == "table" and answer:
        rows = rows_in_words(question, answer)
    return [row for row in rows if row] or ["(no answer)"]


def _change_lines(found: tuple[EditionChange, ...]) -> Iterator[str]:
    if not found:
        yield from ("", "No clause has changed.")
    for title, group in groupby(found, key=lambda change: change.document_title):
        yield from ("", title, "-" * len(title))
        for change in group:
            why = "".join(f" {cause.words}." for cause in change.causes)
            words = changes.change_in_words(change)
            yield from _wrapped(f"{changes.clause_name(change)}: {words[0].lower()}{words[1:]}.{why}")
            for sign, words in (("-", change.before), ("+", change.now)):
                yield from _wrapped(words, f"  {sign} ") if words else ()


def _wrapped(words: str, lead: str = "") -> list[str]:
    return textwrap.wrap(words, WIDTH, initial_indent=lead, subsequent_indent=" " * max(2, len(lead)),
                         break_on_hyphens=False)

"""What is new since an earlier edition: its changes, the brief about them, and the redlines.

In: a `Baseline` and a new pack. Out: `News`, the addition to that pack. `difference` prints the changes between two
editions that were issued. This module leaves every decision to somebody else.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any, cast

from msgspec.structs import replace as replace_record

from policygen.formats.house import House
from policygen.library.clauses import DocumentPlan, Library
from policygen.library.law import LawChange, law_of
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
    DAMAGED, Edition, LawChangeRecord, ReviewRecord, UndecidedRecord, as_the_library_gave, open_edition,
)
from policygen.pack.make import Addition, Rendering, rendered
from policygen.review import brief, changes
from policygen.review.brief import BriefContents
from policygen.review.causes import ClauseTexts, Evidence, with_causes
from policygen.review.changes import APPROVAL, Cause, EditionChange
from policygen.review.old_names import OldName, clause_places, old_names, old_names_in_words

REDLINE = " - changes"
"""The end of a redline's name."""
CHANGES = "changes"
"""The folder with the redlines of forms and sheets."""
_LONGEST = 14
"""The most words of a question in a sentence about its answer."""
_WIDTH = 78
"""The columns of what `difference` prints."""
UNDECIDED = "policygen asks you to decide: "
"""The beginning of the Word comments on undecided places, which tells them from people's own comments."""


@dataclass(frozen=True, slots=True)
class Undecided:
    """A place that changed both by hand and in the library. The organisation's words stand until somebody decides."""

    document: str
    clause: str
    section: str
    title: str
    what: str
    """What has happened, and what stands until somebody decides, in words that follow the title."""
    is_out: bool
    """Whether somebody took the clause out, so that it does not stand."""
    new: str
    """The library's words; empty if it has withdrawn them."""
    ours: str
    """The words that stand, shortened to what differs; empty if somebody took them out."""
    theirs: str
    """The library's words, shortened in the same way."""

    @property
    def comment(self) -> str:
        """The Word comment beside the place."""
        about = f"“{self.title}”: " if self.is_out else ""
        return f"{UNDECIDED}{about}{self.what}.{f' The new words: {self.new}' if self.new else ''}"

    @property
    def question(self) -> str:
        """What there is to decide, for the person who made the edition."""
        shown = " The Word file has the new ones in a comment." if self.new else ""
        return f"“{self.title}”: {self.what}.{shown}"

    @property
    def key(self) -> tuple[str, str]:
        """The ids of document and clause."""
        return self.document, self.clause


@dataclass(frozen=True, slots=True)
class Baseline:
    """The edition that a new one is compared with, and what people changed and left open since."""

    edition: Edition
    """The last approved edition; the last one if none was approved."""
    given: Mapping[str, Any]
    """The typed answers that made it."""
    by_hand: frozenset[tuple[str, str]] = frozenset()
    """The ids of documents and clauses that people changed by hand since then."""
    undecided: tuple[Undecided, ...] = ()
    old_names: tuple[OldName, ...] = ()
    """The places that still have a name which has changed."""
    numbers: tuple[str, ...] = ()
    """The numbers typed by hand whose clauses have other numbers now, a sentence each without its full stop."""


@dataclass(frozen=True, slots=True, kw_only=True)
class News(Addition):
    """What a review adds to a pack."""

    changes: tuple[EditionChange, ...]
    approved_anew: bool
    """Whether the new edition has another day of approval than the earlier one."""


def news(base: Baseline, pack: Rendering, style: House, formats: tuple[str, ...]) -> News:
    """Everything that is new in a pack since an earlier edition, with the brief, and redlines beside Word files."""
    library, values, earlier = pack.sources.library, pack.answers.values, base.edition
    then, now = _compared(library, earlier.documents), _compared(library, pack.documents)
    found = changes.edition_changes(then, now)
    if earlier.rebuilt:  # a document whose Word file does not say its edition was not found again: it only seems new
        found = tuple(change for change in found if change.clause or "new" not in change.what)
    law_changes = _law_changes(base, pack)
    found = with_causes(found, _evidence(base, pack, law_changes))
    signed = changes.to_sign_again(found, _signed(library, now))
    contents = _contents(base, pack, now, found, law_changes, signed, "docx" in formats)
    contents = replace(contents, decisions=tuple(_decisions(base, pack)))
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
            earlier.number, tuple(map(changes.change_to_data, found)),
            tuple(LawChangeRecord(one.law.id, one.what, one.on, one.where, one.law.name) for one in law_changes),
            tuple(UndecidedRecord(one.document, one.clause, one.title) for one in base.undecided),
            {form: tuple(change.clause for change in own) for form, own in signed.items()}))


def _compared(library: Library, documents: Iterable[Document]) -> tuple[Document, ...]:
    """The documents without those that are about the pack itself."""
    about = {plan.id for plan in library.documents if plan.annotates or (plan.kind == "notes" and not plan.folder)}
    return tuple(document for document in documents if document.id not in about | {brief.ID})


def _contents(base: Baseline, pack: Rendering, now: Sequence[Document], found: tuple[EditionChange, ...],
              law_changes: tuple[LawChange, ...], signed: Mapping[str, tuple[EditionChange, ...]],
              redlines: bool) -> BriefContents:
    """What the brief says, but for decisions that are still open."""
    values, earlier, book = pack.answers.values, base.edition, pack.sources.library.law
    titles = {document.id: document.title for document in now}
    policy = next((document.title for document in now if document.kind == "policy"), "")
    return BriefContents(
        earlier.organisation if not now else values["organisation_name"], policy, _body(values),
        _body(answers_that_stand(pack.sources.questionnaire, base.given, pack.given)), earlier.issue, pack.stamp,
        date_in_words(pack.approved_on) if pack.approved_on else "", values["review_years"], found, law_changes,
        book, book.coming(values["nations"]), (),
        {titles[form]: own for form, own in signed.items()}, f"{policy}{REDLINE}" if redlines else "",
        tuple(_old_names(base, pack, now)), base.numbers)


def news_of_approval(base: Baseline, record: ReviewRecord, pack: Rendering, documents: Sequence[Document],
                     style: House, redlines: bool) -> Addition:
    """What a review added to an edition, now that the edition is approved: `documents` are those of the edition with
    its approval, and the edits by hand in it are those of `pack`. The causes of changes are those that the review
    recorded, and edits by hand since then."""
    book, earlier = pack.sources.library.law, base.edition
    then, now = (_compared(pack.sources.library, some) for some in (earlier.documents, documents))
    old, new = (answers_that_stand(pack.sources.questionnaire, given, pack.given) for given in (base.given, pack.given))
    base = replace(base, old_names=old_names(pack.sources.questionnaire, old, new, pack.edits))
    in_full = {cause: cause for cause in _changed_answers(pack.sources.questionnaire, old, new).values()}
    causes = {change.key: tuple(in_full.get(cause, cause) for cause in change.causes)
              for change in map(changes.change_from_data, record.changes)}
    own = Cause("own", "Your own edit")
    causes |= {key: tuple(dict.fromkeys((*causes.get(key, ()), own))) for key in base.by_hand}
    found = tuple(replace(change, causes=causes.get(change.key, (APPROVAL,)))
                  for change in changes.edition_changes(then, now)
                  if not earlier.rebuilt or change.clause or "new" not in change.what)
    law_changes = tuple(LawChange(law_of(book, one.id, one.name), cast("Any", one.what), one.on, one.where)
                        for one in record.law)
    signed = changes.to_sign_again(found, _signed(pack.sources.library, now))
    contents = _contents(base, pack, now, found, law_changes, signed, redlines)
    return Addition(
        documents=(brief.brief_document(contents),),
        files={brief.ID: _redlines(then, now, found, pack, style)} if redlines else {},
        record=replace_record(record, changes=tuple(map(changes.change_to_data, found)),
                              sign_again={form: tuple(change.clause for change in some)
                                          for form, some in signed.items()}))


def _redlines(then: Iterable[Document], now: Iterable[Document], found: tuple[EditionChange, ...], pack: Rendering,
              style: House) -> dict[str, bytes]:
    """The bytes of the redlines by their paths: a policy's at the top, the others in a folder of their own, so that
    nobody prints a redline instead of the form."""
    from policygen.formats.word.redline import write_redline

    old = {document.id: document for document in then}
    changed = {change.document for change in found if change.clause}
    author = pack.answers.values["organisation_name"] or "policygen"
    return {(Path("" if document.kind == "policy" else CHANGES) / f"{document.title}{REDLINE}.docx").as_posix():
            write_redline(old[document.id], document, style, author, pack.stamp.date)
            for document in now if document.id in old and (document.kind == "policy" or document.id in changed)}


def _body(answers: Mapping[str, Any]) -> str:
    """The name of the governing body, with its article; empty if the answers do not have it."""
    return forms("body", answers["governing_body"])["the_body"] if answers.get("governing_body") else ""


def _signed(library: Library, documents: Iterable[Document]) -> dict[str, Callable[[EditionChange], bool]]:
    """The ids of the forms that people sign, each with a test of whether a change matters to those who sign: it does in
    the form's own clauses, and in the clauses that bind them in the document that the form promises to keep to."""

    def matters(plan: DocumentPlan, change: EditionChange) -> bool:
        clause = library.clauses.get(change.clause)
        binds = clause is None or not set(plan.signed_by).isdisjoint(clause.binds)
        return change.document == plan.id or (change.document == plan.promises and binds)

    made = {document.id for document in documents}
    return {plan.id: partial(matters, plan) for plan in library.documents if plan.id in made and plan.signed_by}


def _decisions(base: Baseline, pack: Rendering) -> Iterator[str]:
    """What is still to be decided: answers, then the words that are to stand in each undecided place."""
    questions, values = pack.sources.questionnaire.questions, pack.answers.values
    for name in pack.answers.open:
        taken = answer_in_words(questions[name], values[name])
        yield f"{questions[name].ask} Until it is decided, the policy takes: {taken}."
    yield from (f"{questions[name].ask} It is left open." for name in pack.answers.applicable
               if answers_module.is_blank_answer(values[name]))
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


def _old_names(base: Baseline, pack: Rendering, documents: Iterable[Document]) -> list[str]:
    questions = {name: f"The answer to “{_brief(question.ask)}”"
                 for name, question in pack.sources.questionnaire.questions.items()}
    return old_names_in_words(base.old_names, questions, clause_places(documents))


def _law_changes(base: Baseline, pack: Rendering) -> tuple[LawChange, ...]:
    """What happened to all law that the earlier edition or the new one rests on."""
    library = pack.sources.library
    in_packs = {clause.id for document in base.edition.record.documents for clause in document.clauses}
    in_packs |= {passage.clause for document in pack.documents for passage in passages_of(document)}
    laws = {name for clause in in_packs & library.clauses.keys() for name in library.clauses[clause].law}
    return base.edition.law_changes(library.law, pack.stamp.date, laws, pack.answers.values["nations"])


def _evidence(base: Baseline, pack: Rendering, law_changes: tuple[LawChange, ...]) -> Evidence:
    library, questionnaire, earlier = pack.sources.library, pack.sources.questionnaire, base.edition
    old = answers_that_stand(questionnaire, base.given, pack.given)
    new = answers_that_stand(questionnaire, pack.given, {})
    then = {clause.id: clause.law for document in earlier.record.documents for clause in document.clauses}
    plans = {plan.id: [name for clause in plan.clauses for name in library.clauses[clause].law]
             for plan in library.documents}

    def laws_of(identity: str) -> frozenset[str]:
        clause = library.clauses.get(identity)
        calls = clause.when.calls if clause and clause.when else ()
        asked = [call.argument for call in calls if call.function == "in_force"]
        return frozenset((*(clause.law if clause else ()), *asked, *then.get(identity, ()), *plans.get(identity, ())))

    def library_today(given: Mapping[str, Any], day: date) -> ClauseTexts:
        try:
            found = rendered(pack.sources, given, day, draft=True)
        except AnswersError:
            return {}
        return _texts(assembly.only_used_definitions(document, library) for document in found.library_documents)

    return Evidence(
        _texts(as_the_library_gave(document, earlier.edits) for document in earlier.documents), library_today,
        old, new, _changed_answers(questionnaire, old, new), earlier.as_at, pack.stamp.date, law_changes, laws_of,
        earlier.edits, pack.edits, base.by_hand, frozenset(one.key for one in base.undecided),
        _texts(earlier.documents), _texts(pack.documents))


def answers_of_edition(edition: Edition, questionnaire: Questionnaire) -> dict[str, Any] | None:
    """The typed answers that made an edition. Editions of early versions have them only in the answers file, which
    somebody may have changed since; None if that is lost too. Raises AnswersError for that file, OutputError for
    `pack.json`."""
    text, path = edition.record.answers, edition.folder / "answers.yaml"
    if not isinstance(text, str):
        return answers_module.read_answers(path, questionnaire) if path.exists() else None
    try:
        return answers_module.parse_answers(text, Place("", 1), questionnaire)[0]
    except answers_module.NewerAnswersError:
        raise
    except AnswersError as exc:
        raise OutputError(*(error(f"this file is damaged: `answers`, {one.place}: {one.message}", edition.place,
                                  DAMAGED) for one in exc.problems)) from None


def answers_that_stand(questionnaire: Questionnaire, given: Mapping[str, Any],
                       others: Mapping[str, Any]) -> dict[str, Any]:
    """The answer to each question that applies, also a suggested one. `others` give what `given` lacks."""
    try:
        answers = answers_module.complete(questionnaire, given, "", draft=True)
    except AnswersError:  # a question that is new since then, and has no suggestion
        answers = answers_module.complete(questionnaire, {**others, **given}, "", draft=True)
    return answers_module.to_keep(answers, given)


def _changed_answers(questionnaire: Questionnaire, old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Cause]:
    """The questions whose answers have another effect now, each with the cause that it is."""
    found = {}
    for name, question in questionnaire.questions.items():
        stood = question.empty if question.presumed is None else question.presumed
        before, after = (stood if value is None else question.value(value) for value in (old.get(name), new.get(name)))
        if before == after:
            continue
        words = answer_in_words(question, after) if question.type not in ("choices", "table", "file") else ""
        about = f"Your answer to “{_brief(question.ask)}”"
        if name == APPROVED_ON:
            found[name] = APPROVAL
        elif not words or len(words.split()) >= 6:
            found[name] = Cause("answer", f"{about} has changed")
        else:  # for a reader who knows the question, the words that somebody typed or chose are enough
            again = f"Your answer “{words}”" if question.type in ("text", "choice") else ""
            found[name] = Cause("answer", f"{about} is now “{words}”", again)
    return found


def _brief(ask: str) -> str:
    """A question without brackets and question mark; the first words of a long one, up to a comma if there is one."""
    before, bracket, rest = ask.partition(" (")
    words = (before + rest.partition(")")[2] if bracket else ask).partition("?")[0].split()
    if len(words) <= _LONGEST:
        return " ".join(words) + "?" * ("?" in ask)
    end = next((at for at in range(_LONGEST, _LONGEST // 2, -1) if words[at - 1].endswith(",")), _LONGEST)
    return f"{' '.join(words[:end]).rstrip(',')} …"


def _texts(documents: Iterable[Document]) -> ClauseTexts:
    found: dict[tuple[str, str], tuple[str, tuple[Line, ...]]] = {}
    for document in documents:
        found[document.id, ""] = (document.title, ())
        for section in document.sections:
            found[document.id, section.id] = (section.title, ())
            found |= {(document.id, passage.clause): (passage.title, clause_lines(passage))
                      for passage in section.passages}
    return found


def difference(old: Path, new: Path, questionnaire: Questionnaire) -> str:
    """The changes from one edition to another, as text of 78 columns. The causes are those that the later edition
    recorded: none are worked out, because today's library may be another one. Raises OutputError."""
    one, other = open_edition(old), open_edition(new)
    homes = {edition.folder.resolve().parent for edition in (one, other)}
    if one.organisation != other.organisation and len(homes) > 1:  # one organisation may have had another name
        raise OutputError(error(f"this edition is of “{other.organisation}”, and the other one of “{one.organisation}”",
                                Place(str(new)), "Give two editions of one organisation."))
    found, record = None, other.record.review
    if record and record.since == one.number:
        found = tuple(map(changes.change_from_data, record.changes))
    if found is None:  # notes at the top of an edition describe the pack itself
        about = frozenset(entry.id for edition in (one, other) for entry in edition.record.documents
                          if entry.kind == "notes" and not any("/" in file.path for file in entry.files or ()))
        found = changes.edition_changes(one.documents, other.documents, about)
    lines = [other.organisation]
    for edition in (one, other):
        issue, made = edition.issue, edition.record.made_with
        state = f"approved on {date_in_words(issue.approved_on)}" if issue.approved_on else "a draft"
        lines += _wrapped(f"Edition {issue.number} of {date_in_words(issue.date)}, {state}; policygen "
                          f"{made.policygen}, clause library {made.library}, questionnaire {made.questionnaire}")
    return "\n".join([*lines, *_answers_that_differ(one, other, questionnaire), *_change_lines(found)])


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
        old, new = (_answer_lines(question, answers.get(question.id)) for answers in (before, after))
        for sign, lines, others in (("-", old, new), ("+", new, old)):
            for words in [line for line in lines if line not in others] or lines * (len(old) == len(new)):
                yield from _wrapped(words, f"  {sign} ")


def _answer_lines(question: Question, answer: Any) -> list[str]:
    """An answer in lines: a table has one for each row."""
    if answer is NOT_SURE:
        return ["not sure"]
    if question.type == "table" and answer:
        rows = rows_in_words(question, question.value(answer))
    else:
        rows = [] if answer is None else [answer_in_words(question, question.value(answer))]
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
    return textwrap.wrap(words, _WIDTH, initial_indent=lead, subsequent_indent=" " * max(2, len(lead)),
                         break_on_hyphens=False)

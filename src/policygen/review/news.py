"""What is new since an earlier edition: the changes with their causes, the brief, and what the redlines compare.

In: the earlier edition as it was issued, and the documents of the new one. Out: `News`, with which the new edition is
written. It chooses nothing and touches no file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from policygen.pack import answers as answers_module
from policygen.library import law
from policygen.pack import assembly, issued, selection, context as wording
from policygen.review import brief, changes
from policygen.pack.answers import Answers
from policygen.pack.assembly import Stamp
from policygen.review.brief import BriefContents
from policygen.review.causes import ClauseTexts, Evidence, with_causes
from policygen.review.changes import APPROVAL, Cause, EditionChange
from policygen.model.document import Document, Issue, passages_of
from policygen.model.lines import clause_lines
from policygen.model.problems import AnswersError, Place
from policygen.pack.issued import Issued
from policygen.library.law import LawChange
from policygen.library.clauses import DocumentPlan, Library
from policygen.pack.edits import LocalEdit
from policygen.library.questionnaire import APPROVED_ON, Questionnaire
from policygen.library.question import NOT_SURE, Question, answer_in_words
from policygen.library.conditions import MARKER
from policygen.model.english import date_in_words

REDLINE = " - changes"
"""What the name of a redline ends with."""
LONGEST = 14
"""Words of a question that is told in a line."""


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
class Since:
    """An earlier edition, and what has been settled since."""

    base: Issued
    """The last one that was approved; the last one where none was."""
    given: Mapping[str, Any]
    """The typed answers that it was made from."""
    earlier: tuple[Issue, ...]
    """All editions so far that are known, oldest first: the new one has a higher number."""
    home: Path | None = None
    """The folder of the organisation's editions; None for the one that its name gives."""
    by_hand: frozenset[tuple[str, str]] = frozenset()
    """Documents and clauses that were changed by hand since then."""
    undecided: tuple[Undecided, ...] = ()


@dataclass(frozen=True, slots=True)
class News:
    changes: tuple[EditionChange, ...]
    brief: Document
    redlines: tuple[tuple[Document, Document], ...]
    """A document as it was and as it is, for each that gets a redline."""
    record: Mapping[str, Any]
    """What `pack.json` keeps of it."""


@dataclass(frozen=True, slots=True)
class Pack:
    """The new edition, as far as it is known before it is written."""

    library: Library
    questionnaire: Questionnaire
    given: Mapping[str, Any]
    answers: Answers
    stamp: Stamp
    documents: tuple[Document, ...]
    edits: tuple[LocalEdit, ...]
    in_word: bool
    """Whether Word files are written, and with them redlines."""


def news(since: Since, pack: Pack) -> News:
    """All that is new in a pack since an earlier edition."""
    base, about = since.base, _about(pack.library)
    then = tuple(document for document in base.documents if document.id not in about)
    now = tuple(document for document in pack.documents if document.id not in about)
    found = changes.changes_between(then, now)
    if base.rebuilt:  # what carries no sign of its origin could not be found again, and is no news
        found = tuple(change for change in found if change.clause or "new" not in change.what)
    law_changes = _law_changes(since, pack)
    found = with_causes(found, _grounds(since, pack, law_changes))
    signed = changes.to_sign_again(found, _signed(pack.library, now))
    titles = {document.id: document.title for document in now}
    policy = next((document.title for document in now if document.kind == "policy"), "")
    years, approved = pack.answers.values["review_years"], "" if pack.stamp.draft else pack.answers.values["approved_on"]
    contents = BriefContents(
        base.organisation if not now else pack.answers.values["organisation_name"], policy,
        _body(pack.answers.values), _body(said(pack.questionnaire, since.given, pack.given)), base.issue,
        pack.stamp,
        date_in_words(approved) if approved else "", years, found, law_changes,
        (*_decisions(pack), *_choices(since, pack)), {titles[form]: own for form, own in signed.items()},
        f"{policy}{REDLINE}" if pack.in_word else "")
    old = {document.id: document for document in then}
    changed = {change.document for change in found if change.clause}
    redlines = tuple((old[document.id], document) for document in now if document.id in old
                     and (document.kind == "policy" or document.id in changed))
    return News(found, brief.brief_document(contents), redlines, {
        "since": base.issue.number, "changes": [changes.change_to_data(change) for change in found],
        "law": [{"id": one.law.id, "what": one.what, "on": one.on and one.on.isoformat()} for one in law_changes],
        "undecided": [{"document": one.document, "clause": one.clause, "title": one.title} for one in since.undecided],
        "sign_again": {form: [change.clause for change in own] for form, own in signed.items()}})


def _body(answers: Mapping[str, Any]) -> str:
    """What the governing body is called, with its article; empty where it is not said."""
    return wording.forms("body", answers["governing_body"])["the_body"] if answers.get("governing_body") else ""


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


def _decisions(pack: Pack) -> Iterator[str]:
    for name in pack.answers.unsure:
        question = pack.questionnaire.questions[name]
        taken = answer_in_words(question, pack.answers.values[name])
        yield f"{question.ask} Until it is decided, the policy takes: {taken}."
    for name in pack.answers.applicable:
        if _is_blank(pack.answers.values[name]):
            yield f"{pack.questionnaire.questions[name].ask} It is left open."


def _choices(since: Since, pack: Pack) -> Iterator[str]:
    """Which words are to stand where nobody has decided it yet."""
    numbers = {passage.clause: passage.number for document in pack.documents for passage in passages_of(document)}
    for one in since.undecided:
        place = " ".join(filter(None, (numbers.get(one.clause, ""), one.title)))
        ours, theirs = (words if words.endswith((".", "…", "!", "?", ")")) else f"{words}."
                         for words in (one.ours, one.theirs))
        if not one.ours:
            yield f"{place}: you have taken words out that say something else now. Do they stay out? They say: {theirs}"
        elif not one.theirs:
            yield f"{place}: policygen has left it out since. Do your own words stay? They are: {ours}"
        else:
            yield f"{place}: which words are to stand? Yours, as now: {ours} The new ones: {theirs}"


def _is_blank(value: Any) -> bool:
    return isinstance(value, str) and MARKER.search(value) is not None


# ---- grounds -----------------------------------------------------------------------------------------------------


def _law_changes(since: Since, pack: Pack) -> tuple[LawChange, ...]:
    """What became of all law that the earlier edition or the new one rests on."""
    status = {entry["id"]: entry["status"] for entry in since.base.pack.get("law", ())}
    clauses = [clause["id"] for document in since.base.pack["documents"] for clause in document["clauses"]]
    clauses += [passage.clause for document in pack.documents for passage in passages_of(document)]
    used = {identity for clause in clauses if clause in pack.library.clauses
            for identity in pack.library.clauses[clause].law}
    used |= {identity for document in since.base.pack["documents"] for clause in document["clauses"]
             for identity in clause["law"]}
    return law.changes_between(pack.library.law, {identity: status.get(identity, "") for identity in used}, since.base.as_at,
                     pack.stamp.date, pack.answers.values["nations"])


def _grounds(since: Since, pack: Pack, law_changes: tuple[LawChange, ...]) -> Evidence:
    library = pack.library
    old = said(pack.questionnaire, since.given, pack.given)
    new = said(pack.questionnaire, pack.given, {})
    then = {clause["id"]: frozenset(clause["law"]) for document in since.base.pack["documents"]
            for clause in document["clauses"]}
    plans = {plan.id: frozenset(identity for clause in plan.clauses for identity in library.clauses[clause].law)
             for plan in library.documents}

    def laws_of(identity: str) -> frozenset[str]:
        clause = library.clauses.get(identity)
        own = frozenset(clause.law) | (_asked(clause.when) if clause.when else frozenset()) if clause else frozenset()
        return own | then.get(identity, frozenset()) | plans.get(identity, frozenset())

    return Evidence(
        _texts(issued.as_the_library_gave(document, since.base.edits) for document in since.base.documents),
        lambda given, day: _given(pack, given, day), old, new, _changed_answers(pack.questionnaire, old, new),
        since.base.as_at, pack.stamp.date, law_changes, laws_of, since.base.edits, pack.edits,
        since.by_hand, frozenset(one.key for one in since.undecided), _texts(since.base.documents),
        _texts(pack.documents))


def _asked(condition: Any) -> frozenset[str]:
    """The laws that a condition asks after."""
    return frozenset(call.argument for call in condition.calls if call.function == "in_force")


def given_for(edition: Issued, questionnaire: Questionnaire) -> dict[str, Any] | None:
    """The typed answers that an edition was made from. Where an earlier policygen made it, those of its answers file, which
    may have been changed since; None where both are lost. Raises AnswersError."""
    text, path = edition.pack.get("answers"), edition.folder / "answers.yaml"
    if isinstance(text, str):
        return answers_module.parse(text, Place(str(edition.folder / "pack.json"), 1), questionnaire)[0]
    return answers_module.read(path, questionnaire) if path.exists() else None


def said(questionnaire: Questionnaire, given: Mapping[str, Any], others: Mapping[str, Any]) -> dict[str, Any]:
    """What stands for each question that applies, suggestions included; what is missing is taken from `others`."""
    try:
        answers = answers_module.complete(questionnaire, given, "", draft=True)
    except AnswersError:  # a question that there was not then, and that nothing is suggested for
        answers = answers_module.complete(questionnaire, {**others, **given}, "", draft=True)
    return {name: NOT_SURE if name in answers.unsure else answers.values[name] for name in answers.applicable
            if not _is_blank(answers.values[name])}


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


def _given(pack: Pack, given: Mapping[str, Any], day: date) -> ClauseTexts:
    """What the library of today gives for some answers on some day; nothing where they cannot stand together."""
    try:
        answers = answers_module.complete(pack.questionnaire, given, "", draft=True)
    except AnswersError:
        return {}
    context = wording.context(pack.library, pack.questionnaire, answers, day)
    selected = selection.select(pack.library, pack.questionnaire, context)
    return _texts(assembly.only_used_definitions(document, pack.library)
                  for document in assembly.rendered(pack.library, selected, context, pack.stamp))


def _texts(documents: Iterable[Document]) -> ClauseTexts:
    found = {}
    for document in documents:
        found[document.id, ""] = (document.title, ())
        for section in document.sections:
            found[document.id, section.id] = (section.title, ())
            found |= {(document.id, passage.clause): (passage.title, clause_lines(passage))
                      for passage in section.passages}
    return found


def recorded(pack: Mapping[str, Any], since: int) -> tuple[EditionChange, ...] | None:
    """The changes that an edition keeps since another one; None where it keeps none since that one."""
    record = pack.get("review")
    try:
        return tuple(map(changes.change_from_data, record["changes"])) if record and record["since"] == since else None
    except (ValueError, TypeError, LookupError):
        return None


def versions(pack: Mapping[str, Any]) -> str:
    """What an edition was made with, in words."""
    made = pack["made_with"]
    return f"policygen {made['policygen']}, clause library {made['library']}, questionnaire {made['questionnaire']}"

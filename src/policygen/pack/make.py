"""The way through, top to bottom: load, select, assemble, check, write, record.

In: where the data folders are, the answers given, and what to make. Out: the folder of a new edition. The interview
comes before it and belongs to the command line; dates come in as arguments.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import date
from importlib.metadata import version
from itertools import product
from pathlib import Path
from typing import Any

from policygen.pack import answers as answers_module
from policygen.formats import house
from policygen.library import clauses, law, questionnaire
from policygen.pack import assembly, edition, reminder, selection, context as wording
from policygen.review import brief, news as since
from policygen.pack.answers import Answers
from policygen.pack.assembly import Stamp
from policygen.review.changes import EditionChange
from policygen.pack import check as document_checks
from policygen.model.document import Document, Issue, Remark, is_generated, passages_of
from policygen.pack.edition import Slot
from policygen.model.problems import AnswersError, LibraryError, OutputError, Place, Problem, Step, error
from policygen.formats.house import House
from policygen.pack.issued import documents_of, embedded
from policygen.library.law import LawBook
from policygen.library.clauses import Clause, Library
from policygen.pack.edits import LocalEdit, edit_to_data
from policygen.library.question import answer_in_words, NOT_SURE
from policygen.library.questionnaire import Caution, Questionnaire
from policygen.pack.selection import Outlook, Selection
from policygen.review.news import News, Since
from policygen.library.conditions import MARKER

FORMATS = ("docx", "pdf", "html", "txt")
CHANGES = "changes"
"""The folder of the redlines of forms and sheets."""
ENLARGED = ("docx", "pdf")
"""The formats that there are in large print."""


@dataclass(frozen=True, slots=True)
class Sources:
    """What a pack is made from."""

    questionnaire: Questionnaire
    library: Library
    house: Path
    """The folder of the house style."""


@dataclass(frozen=True, slots=True)
class Request:
    """What to make."""

    given: Mapping[str, Any]
    """Typed answers."""
    answers_name: str
    """What messages call them: a file's name, or `your answers`."""
    answers_text: str
    """The text of the answers file, whose comments are kept; empty for none."""
    to: Path
    formats: tuple[str, ...]
    as_at: date
    draft: bool
    base: Path = Path()
    """Where the path of a logo starts: the folder of the answers file."""
    large: bool = False
    """Whether each document is also made in large print."""
    edits: tuple[LocalEdit, ...] = ()
    """Settled local edits, which stand in the places of the library's text."""
    notices: tuple[str, ...] = ()
    """What to tell whoever asked for it, in lines."""
    since: Since | None = None
    """The edition that this one follows on, and is compared with; None for a pack that stands alone."""
    made_from: str = ""
    """What stands for all this, for whoever asks later whether it has changed; kept in `pack.json` unless it is empty."""


@dataclass(frozen=True, slots=True)
class Made:
    """What was made, and what a person has to know of it."""

    folder: Path
    organisation: str
    stamp: Stamp
    documents: tuple[Document, ...]
    files: Mapping[str, tuple[str, ...]]
    """The paths of each document's files inside the edition, by the document's id."""
    decisions_open: tuple[str, ...]
    """What is still to be decided, in words: questions, and places that were changed by hand and in the library."""
    governing_body: str
    """What it is called, with its article: `the Board of Trustees`."""
    notices: tuple[str, ...]
    """Lines to tell the person, such as why there is no PDF."""
    cautions: tuple[Caution, ...]
    """What is legal but unwise about the answers."""
    changes: tuple[EditionChange, ...] | None = None
    """What has changed since the edition that it follows on; None where there is none."""
    approved_anew: bool = True
    """Whether its approval, if it has one, is not that of the edition that it follows on."""


def data_folder() -> Path:
    """The folder of questionnaires, clauses, templates and examples: the checkout, or inside the installed package."""
    checkout = Path(__file__).resolve().parents[3]
    return checkout if (checkout / "clauses").is_dir() else Path(__file__).resolve().parents[1] / "data"


def load_questions(data: Path) -> Questionnaire:
    """Read the questionnaire alone, which is quick. Raises LibraryError."""
    return questionnaire.load(data / "questionnaires" / "confidentiality.yaml", "questionnaires/confidentiality.yaml")


def load_law(data: Path) -> LawBook:
    """Read the law of the program's own clause library alone, which is quick. Raises LibraryError."""
    problems: list[Problem] = []
    book = law.load(data / "clauses" / "confidentiality" / "law.yaml", "confidentiality/law.yaml", problems)
    if problems:
        raise LibraryError(*problems)
    return book


def load(data: Path, folder: Path | None = None) -> Sources:
    """Read questionnaire and clause library, which may be in a folder elsewhere. Raises LibraryError with everything
    that is wrong."""
    questions = load_questions(data)
    return Sources(questions, clauses.load(folder or data / "clauses" / "confidentiality", questions),
                   data / "templates/house")


def outlook(sources: Sources, request: Request) -> Outlook:
    """What the pack would hold. Raises AnswersError where it could not be made."""
    answers = answers_module.complete(sources.questionnaire, request.given, request.answers_name, request.draft)
    _approved(answers, request)
    context = wording.context(sources.library, sources.questionnaire, answers, request.as_at)
    return selection.outlook(selection.select(sources.library, sources.questionnaire, context))


def make(sources: Sources, request: Request, report: Callable[[Step], None]) -> Made:
    """Make one edition, whole or not at all. `report` hears of each step before it is taken."""
    questions, clauses = sources.questionnaire, sources.library
    answers = answers_module.complete(questions, request.given, request.answers_name, request.draft)
    approved = _approved(answers, request)
    style, of_style = house.prepare(sources.house, answers.values, request.base)
    formats, notices = _possible(request.formats)
    with _slot(request, answers.values["organisation_name"]) as slot:
        due = assembly.review_due(approved or request.as_at, answers.values["review_years"])
        stamp = Stamp(slot.number, request.as_at, due, draft=approved is None)
        context = wording.context(clauses, questions, answers, request.as_at, request.since is not None)
        report(Step("Selecting clauses"))
        selected = selection.select(clauses, questions, context)
        report(Step("Assembling documents"))
        documents = assembly.assemble(clauses, selected, context, stamp, request.edits)
        report(Step("Checking"))
        if problems := document_checks.check(documents, clauses, context):
            raise LibraryError(*problems)
        finished, found = assembly.with_history(
            documents, (*_earlier(slot, request.since), Issue(slot.number, request.as_at, approved))), None
        said = _said(answers, request, style)
        pack = _pack(sources, selected, finished, answers, stamp, request.edits, context) | {
            "answers": answers_module.dump(questions, said, answers.suggested)} | (
            {"made_from": request.made_from} if request.made_from else {})
        if request.since:
            report(Step("Comparing with the last edition"))
            found = since.news(request.since, since.Pack(clauses, questions, request.given, answers, stamp, documents,
                                                         request.edits, "docx" in formats))
            pack |= {"review": dict(found.record), "documents": [edition.document_entry(found.brief, [], []),
                                                                 *pack["documents"]]}
            finished = (found.brief, *finished)
        styles = [style, replace(style, large=True)] if request.large else [style]
        remarks = _remarks(request, pack["organisation"])
        written = _write(finished, formats, selected, styles, pack, remarks, report)
        if found:
            written[found.brief.id] |= _redlines(found, formats, style, pack["organisation"], stamp)
        report(Step("Recording"))
        edition.write(slot.folder, {path: data for files in written.values() for path, data in files.items()} | {
            "answers.yaml": answers_module.dump(questions, said, answers.suggested, request.answers_text).encode(),
            "pack.json": edition.dump(edition.with_files(pack, written)),
            reminder.FILE: reminder.calendar(pack["organisation"], slot.number, stamp.date, due, stamp.draft),
            **{logo.name: logo.data for logo in (style.logo,) if logo}})
    return Made(slot.folder, pack["organisation"], stamp, finished,
                {name: tuple(files) for name, files in written.items()},
                (*(questions.questions[item["question"]].ask for item in pack["decisions_open"]),
                 *(one.question for one in (request.since.undecided if request.since else ()))),
                wording.forms("body", answers.values["governing_body"])["the_body"], (*request.notices, *of_style, *notices),
                answers_module.cautions(questions, answers.values), found.changes if found else None,
                request.since is None or approved != request.since.base.issue.approved_on)


def rendered_now(sources: Sources, request: Request) -> tuple[Document, ...]:
    """The documents as the library of today gives them for these answers at a review, before any local edit. Raises
    AnswersError and LibraryError."""
    answers = answers_module.complete(sources.questionnaire, request.given, request.answers_name, request.draft)
    approved = _approved(answers, request)
    context = wording.context(sources.library, sources.questionnaire, answers, request.as_at, reviewing=True)
    selected = selection.select(sources.library, sources.questionnaire, context)
    stamp = Stamp(0, request.as_at, request.as_at, draft=approved is None)
    return assembly.rendered(sources.library, selected, context, stamp)


def issued(sources: Sources, folder: Path) -> tuple[dict[str, Any], tuple[Document, ...], House]:
    """The pack of an edition, its documents as they were issued, and the look that they have. Raises OutputError, and
    AnswersError for a look that cannot be had."""
    pack = edition.read(folder)
    path = folder / "answers.yaml"
    given = answers_module.read(path, sources.questionnaire)
    answers = answers_module.complete(sources.questionnaire, given, str(path), draft=True)
    style, _ = house.prepare(sources.house, answers.values, folder)
    return pack, documents_of(pack, Place(str(folder / "pack.json"))), style


def _slot(request: Request, organisation: str) -> AbstractContextManager[Slot]:
    """The place for the new edition: where the one is that it follows on, with a higher number."""
    if (follows := request.since) is None:
        return edition.reserved(request.to, organisation, request.as_at)
    return edition.reserved(request.to, organisation, request.as_at, follows.earlier[-1].number, follows.home)


def _earlier(slot: Slot, follows: Since | None) -> tuple[Issue, ...]:
    """All editions before this one: those beside it, and those that are known of what it follows on."""
    known = {issue.number: issue for issue in (*(follows.earlier if follows else ()), *slot.earlier)}
    return tuple(known[number] for number in sorted(known))


def _approved(answers: Answers, request: Request) -> date | None:
    """The day of approval; None for a draft. Raises AnswersError when it lies after the pack's date."""
    approved = None if request.draft else answers.values["approved_on"] or None
    if approved and answers.unsure:
        raise AnswersError(*(error(f"`{name}` is still “not sure”; decide it before the policy is approved",
                                   Place(request.answers_name), "Answer it, or leave approved_on empty.")
                             for name in answers.unsure))
    if approved and approved > request.as_at:
        raise AnswersError(error(f"approved_on: {approved} is after {request.as_at}, the date of this pack",
                                 Place(request.answers_name),
                                 "Correct the date, or leave it empty while the policy is a draft."))
    return approved


# ---- write -------------------------------------------------------------------------------------------------------


def _possible(formats: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The formats that this machine can write, and what to say about the others."""
    if "pdf" not in formats:
        return formats, ()
    from policygen.formats import pdf

    if not (reason := pdf.unavailable()):
        return formats, ()
    rest = tuple(name for name in formats if name != "pdf")
    if not rest:
        raise OutputError(error(reason))
    return tuple(dict.fromkeys((*rest, "txt"))), (reason,)


def _write(documents: tuple[Document, ...], formats: tuple[str, ...], selected: Selection, styles: list[House],
           pack: Mapping[str, Any], remarks: Mapping[str, list[Remark]],
           report: Callable[[Step], None]) -> dict[str, dict[str, bytes]]:
    """The bytes of each document's files, by the document's id and the path inside the edition."""
    folders = {document.plan.id: document.plan.folder for document in selected.documents}
    written = {}
    for number, document in enumerate(documents, 1):
        report(Step(document.title, number, len(documents)))
        path = (Path(folders.get(document.id, "")) / document.title).as_posix()
        written[document.id] = {
            f"{path}{edition.LARGE if style.large else ''}.{name}": drawn(
                document, name, style, {} if document.id == brief.ID else pack, remarks.get(document.id, ()))
            for style, name in product(styles, formats) if not style.large or name in ENLARGED}
    return written


def _remarks(request: Request, author: str) -> dict[str, list[Remark]]:
    """The Word comments on what nobody has decided yet, by document."""
    found: dict[str, list[Remark]] = {}
    for one in request.since.undecided if request.since else ():
        found.setdefault(one.document, []).append(Remark((one.clause, one.section), one.comment, author, request.as_at))
    return found


def _redlines(found: News, formats: tuple[str, ...], style: House, author: str, stamp: Stamp) -> dict[str, bytes]:
    """The bytes of the redlines: a policy's at the top, the others in a folder of their own, so that nobody prints one
    for the form itself. They are Word files or nothing."""
    if "docx" not in formats:
        return {}
    from policygen.formats.word.redline import write_redline

    return {(Path("" if new.kind == "policy" else CHANGES) / f"{new.title}{since.REDLINE}.docx").as_posix():
            write_redline(old, new, style, author or "policygen", stamp.date) for old, new in found.redlines}


def drawn(document: Document, name: str, style: House, pack: Mapping[str, Any],
          remarks: Iterable[Remark] = ()) -> bytes:
    """The bytes of a document in one of `FORMATS`. A Word file carries its part of the `pack`, if that is not empty, and
    the `remarks` as comments."""
    match name:
        case "docx":
            from policygen.formats.word.writer import write_word_file

            # A sheet that must not show where it comes from carries nothing, nor does a form for one person.
            carried = edition.dump(embedded(pack, document.id)) if pack and document.organisation else None
            return write_word_file(document, style, carried, remarks)
        case "pdf":
            from policygen.formats import pdf

            return pdf.write(document, style)
        case "html":
            from policygen.formats import html

            return html.screen(document, style).encode()
    from policygen.formats import text

    return text.write(document).encode()


# ---- record ------------------------------------------------------------------------------------------------------


def _said(answers: Answers, request: Request, style: House) -> dict[str, Any]:
    """The answers that this edition was made from; the logo that they name lies beside them."""
    kept = {name: NOT_SURE if name in answers.unsure else answers.values[name] for name in answers.applicable
            if not (isinstance(answers.values[name], str) and MARKER.search(answers.values[name]))
            and (answers.values[name] != "" or name in request.given)}
    if style.logo:
        kept["logo"] = style.logo.name
    return kept


def _pack(sources: Sources, selected: Selection, documents: tuple[Document, ...], answers: Answers, stamp: Stamp,
          edits: tuple[LocalEdit, ...], context: Mapping[str, Any]) -> dict[str, Any]:
    """What `pack.json` says, but for the files, which carry a part of it themselves."""
    clauses, values = sources.library.clauses, answers.values
    used = [clauses[passage.clause] for document in documents for passage in passages_of(document)
            if passage.clause in clauses]
    return {
        "format": edition.FORMAT,
        "organisation": values["organisation_name"],
        "edition": {"number": stamp.number, "date": stamp.date.isoformat(), "review_due": stamp.review_due.isoformat(),
                    "status": "draft" if stamp.draft else "approved",
                    "approved_on": None if stamp.draft else values["approved_on"].isoformat()},
        "as_at": stamp.date.isoformat(),
        "made_with": {"policygen": version("policygen"), "library": sources.library.version,
                      "questionnaire": sources.questionnaire.version},
        "decisions_open": _open_decisions(sources.questionnaire, answers),
        "documents": [edition.document_entry(
            document, [], [] if document.kind == "annotated" else _clause_entries(document, clauses, selected, edits))
            for document in documents],
        "left_out": dict(selected.left_out),
        "local_edits": [edit_to_data(edit) for edit in edits],
        "nations": list(values["nations"]),
        "questions": {question.id: [choice.value for choice in question.choices]
                      for question in sources.questionnaire.questions.values()},
        "law": [{"id": name, "status": sources.library.law.laws[name].status}
                for name in sorted({name for clause in used for name in clause.law if context["in_force"](name)})],
        "points": _points(sources, selected, documents, answers),
    }


def _clause_entries(document: Document, clauses: Mapping[str, Clause], selected: Selection,
                    edits: tuple[LocalEdit, ...]) -> list[dict[str, Any]]:
    reasons = next(found.clauses for found in selected.documents if found.plan.id == document.id)
    library = {edit.clause: edit.base for edit in edits if edit.document == document.id}
    return [edition.clause_entry(passage, reasons[passage.clause], clauses[passage.clause].covers,
                                 clauses[passage.clause].law, library.get(passage.clause))
            if passage.clause in reasons else edition.clause_entry(passage, "you wrote it yourselves", (), ())
            for passage in passages_of(document) if not is_generated(passage)]


def _open_decisions(questions: Questionnaire, answers: Answers) -> list[dict[str, str]]:
    """What was answered `not sure`, and what a draft leaves blank."""
    values = answers.values
    blank = [name for name in answers.applicable if isinstance(values[name], str) and MARKER.search(values[name])]
    taken = {name: answer_in_words(questions.questions[name], values[name]) for name in answers.unsure}
    return [{"question": name, "taken": taken.get(name, "left open"), "who": values["governing_body"]}
            for name in answers.applicable if name in taken or name in blank]


def _points(sources: Sources, selected: Selection, documents: tuple[Document, ...],
            answers: Answers) -> dict[str, list[str]]:
    """Each point that this pack carries, and what carries it."""
    carriers = [(point, f"document {document.plan.id}") for document in selected.documents
                for point in document.plan.covers]
    carriers += [(point, f"clause {passage.clause}") for document in documents for passage in passages_of(document)
                 if passage.clause in sources.library.clauses
                 for point in sources.library.clauses[passage.clause].covers]
    carriers += [(point, f"question {name}") for point, name, _ in questionnaire.each_covered(sources.questionnaire)
                 if name in answers.applicable]
    points: dict[str, list[str]] = {}
    for point, carrier in sorted(set(carriers)):
        points.setdefault(point, []).append(carrier)
    return points

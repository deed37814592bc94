"""The approval of an edition that there is: its files without DRAFT, in the places of the draft's.

In: the folder of an edition, and the day on which the governing body approved it. Out: the same folder, with the same
number and the same words. This is the one time that an edition is altered after it is issued. What it replaces is kept
in a folder inside it. The text comes from `pack.json`: today's library only gives the clauses that say whether the
policy is approved. This module asks nobody; a face asks, and calls `record_approval`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain
from pathlib import Path, PurePosixPath

from msgspec import UNSET
from msgspec.structs import replace as replace_record

from policygen.formats import house
from policygen.formats.house import House
from policygen.library.clauses import Library
from policygen.library.question import Carried
from policygen.library.questionnaire import APPROVED_ON, Questionnaire
from policygen.model import stored
from policygen.model.document import Document, Issue, Passage, Section, is_generated, passages_of
from policygen.model.english import date_in_words, listing
from policygen.model.lines import blocks_of, clause_lines
from policygen.model.problems import AnswersError, LibraryError, OutputError, Place, Problem, Step, command, error
from policygen.pack import answers as answers_module
from policygen.pack import assembly, check, edition, folders
from policygen.pack.edition import ClauseRecord, DocumentRecord, Edition, FileRecord, IssueRecord, PackRecord
from policygen.pack.edits import EditRecord, LocalEdit, apply_edits, renew, settle
from policygen.pack.make import REMINDER, Addition, Rendering, Sources, answers_text, drawn, reminder, rendered
from policygen.review import brief, changes, edited, news
from policygen.review.changes import APPROVAL
from policygen.review.edited import EditedDocument
from policygen.review.news import Baseline
from policygen.review.references import out_of_date
from policygen.review.review import issues_at
from policygen.signing.due import digest, signed_forms
from policygen.signing.register import has_register, read_register

RECORD = "record.json"
"""The name that the draft's `pack.json` has where it is kept: that folder is not an edition."""


@dataclass(frozen=True, slots=True)
class ApprovalRequest:
    """What to record."""

    folder: Path
    """The folder of the edition."""
    on: date
    because: str = ""
    """Why the edition counts as approved before it was made; empty where that is not so."""
    with_edits: bool = False
    """Whether what was changed by hand in its Word files is part of what was approved."""
    correct: bool = False
    """Whether the day that is recorded is wrong, and this one takes its place."""


@dataclass(frozen=True, slots=True)
class Approved:
    """What was recorded."""

    folder: Path
    organisation: str
    number: int
    on: date
    review_due: date
    kept: str
    """The name of the folder, inside the edition's, that has the files which were replaced."""
    notices: tuple[str, ...]
    """Lines for the person who recorded it."""


def record_approval(sources: Sources, request: ApprovalRequest, today: date,
                    report: Callable[[Step], None]) -> Approved:
    """Record that an edition was approved, whole or not at all. Raises AnswersError where it cannot be so, and
    OutputError where a file was edited by hand or cannot be written."""
    folder = request.folder.resolve()
    with folders.organisation_locked(folder.parent):
        last = edition.read_edition(folder)
        if problems := tuple(refusals(last, request, today, sources.questionnaire)):
            raise AnswersError(*problems)
        found, notices = _hand_edits(last, request.with_edits)
        read_register(folder, last)  # a damaged one is told before anything is written
        report(Step("Assembling documents"))
        before, after = _renderings(sources, last, request.on)
        style, of_style = house.prepare_issued(sources.house, after.answers.values, folder)
        edits = tuple(_edits(last, found, before, after))
        why = " ".join(request.because.split()) if request.on < last.issue.date else ""
        issue = Issue(last.number, last.issue.date, request.on, why)
        current = _documents(last, issue, before, after, edits)
        documents = _with_history(last, issue, current)
        if problems := check.check(documents, sources.library, after.context):
            raise LibraryError(*problems)
        notices = (*notices, *(f"{words}. If it is wrong now, correct it in Word, and start a review."
                               for words in out_of_date(edits, last.documents, documents)))
        added = _added(last, replace(after, edits=edits), current, found, style)
        record = _record(last, issue, after, documents, edits, added, style)
        written = dict(_written(record, (*(added.documents if added else ()), *documents), added, style, report))
        record = replace_record(record, documents=tuple(replace_record(one, files=tuple(
            FileRecord.of(file.path, written[file.path]) if file.path in written else file for file in one.files or ()))
            for one in record.documents))
        stays = {file.path for one in record.documents for file in one.files or ()} - written.keys()
        written |= {"answers.yaml": _answers_on_disk(last, after, style), "pack.json": stored.dump(record),
                    REMINDER: reminder(last.organisation, after.stamp)}
        if style.logo and not (folder / style.logo.name).exists():  # an earlier version kept the drawing itself
            written[style.logo.name] = style.logo.data
        kept = folders.free_for_kept(folder, last.issue.approved_on)
        gone = {file.path for one in last.record.documents for file in one.files or ()} - stays | written.keys()
        report(Step("Writing"))
        folders.replace_in_folder(folder, written, {
            path: f"{kept}/{RECORD if path == 'pack.json' else path}" for path in sorted(gone)
            if (folder / path).exists()})
    if has_register(folder):
        same = _signed_wording(sources.library, last) == _signed_wording(sources.library, replace(last, record=record))
        notices = (*notices, "Signatures that people have given for this edition stand: it says the same." if same
                   else
                   "The wording that people sign is another one now. Print the forms anew:\n  "
                   f"{command('forms', last.folder, '--people', 'people.csv', '--outstanding')}")
    return Approved(folder, last.organisation, last.number, request.on, after.stamp.review_due, kept,
                    (*of_style, *notices))


# ---- whether it can be so ----------------------------------------------------------------------------------------


def refusals(last: Edition, request: ApprovalRequest, today: date, questionnaire: Questionnaire) -> Iterator[Problem]:
    """Why this approval cannot be recorded; nothing where it can."""
    about, place, day = last.issue, Place(str(last.folder)), date_in_words(request.on)
    if request.on > today:
        yield error(f"{day} has not come yet", place, "Record the approval once it has been given.")
    if request.correct and not about.approved_on:
        yield error(f"edition {about.number} is a draft, so there is no day to correct", place,
                    "Leave --correct out.")
    if about.approved_on and not request.correct and not _stands_over(last):
        yield error(f"edition {about.number} was approved on {date_in_words(about.approved_on)} already", place,
                    f"If that day is wrong:\n  {command('approve', last.folder, '--on', 'DATE', '--correct')}")
    if needs_reason(last, request.on) and not request.because.strip():
        yield error(f"edition {about.number} was made on {date_in_words(about.date)}, which is after {day}: nobody "
                    "can approve a text before it exists", place,
                    "See whether the day is right. If they did approve these words then, say how with --because.")
    given = news.answers_of_edition(last, questionnaire) or {}
    for item in last.record.decisions_open:
        if isinstance(given.get(item.question), Carried):
            continue  # a final edition may have it: the next review asks
        yield error(f"`{item.question}` is still to be decided", place,
                    "Decide it in a review, which makes the next edition, and record the approval of that one.")


def needs_reason(last: Edition, on: date) -> bool:
    """Whether somebody has to say why an edition counts as approved on a day: it is before the edition was made, and
    the words are others than those of the edition that was approved on that day."""
    record = last.record.review
    if on >= last.issue.date:
        return False
    if not record or _issues(last).get(record.since, last.issue).approved_on != on:
        return True
    return any(changes.change_from_data(change).causes != (APPROVAL,) for change in record.changes)


def _stands_over(last: Edition) -> bool:
    """Whether the approval of an edition is that of an earlier one with the same words, so that it can be approved
    anew: the next review is counted from there."""
    about = last.issue
    return about.approved_on is not None and about.approved_on < about.date and any(
        issue.approved_on == about.approved_on for number, issue in _issues(last).items()
        if number < about.number)


def _issues(last: Edition) -> dict[int, Issue]:
    """The editions of the organisation by their number."""
    return {issue.number: issue for issue in issues_at(last.folder.resolve().parent).values()}


def _hand_edits(last: Edition, taken: bool) -> tuple[tuple[EditedDocument, ...], tuple[str, ...]]:
    """The Word files whose words somebody changed, which are `taken`, or else refused; and notices. Raises OutputError
    where somebody has a file open, too."""
    files = [file for entry in last.record.documents for file in entry.files or ()]
    problems = [error("this file is open in another program", Place(str(path)), "Close it, then start again.")
                for path in (last.folder / file.path for file in files)
                if any((path.parent / name).exists() for name in (f".~lock.{path.name}#", f"~${path.name[2:]}"))]
    read = edited.find_edited_files(last, (), anyway=True)[0]
    found = _with_other_words(read)
    if not taken:
        problems += [error(f"this file was changed by hand since the edition was made{titles_changed(one)}",
                           Place(str(one.path)), "If it was approved as it is now, add --with-edits. If not, put it "
                           "back as it was; a review keeps the changes.") for one in found]
    if problems:
        raise OutputError(*problems)
    changed = {one.path for one in found}
    notices = [f"{file.path} was saved again since it was made. As it is, it is kept with the files of the draft."
               for file in files if (path := last.folder / file.path).exists() and path not in changed
               and edited.file_digest(path) != file.sha256]
    return found, (*(notice for one in read for notice in one.notices), *notices)


def changed_by_hand(last: Edition) -> tuple[EditedDocument, ...]:
    """The Word files of an edition whose words somebody has changed."""
    return _with_other_words(edited.find_edited_files(last, (), anyway=True)[0])


def _with_other_words(read: Iterable[EditedDocument]) -> tuple[EditedDocument, ...]:
    return tuple(one for one in read if one.clauses or one.comparison.titles)


def titles_changed(one: EditedDocument) -> str:
    """Which clauses of a Word file were changed, in words that follow a sentence; empty where none has a title."""
    titles = [f"“{title}”" for change in one.comparison.clauses if change.differs
              for title in [change.title or change.base_title] if title]
    return f": {listing(titles[:4])}{' and more' if len(titles) > 4 else ''}" if titles else ""


def _signed_wording(library: Library, issued: Edition) -> dict[tuple[str, str], str]:
    """A digest of what binds those who sign a form of an edition, by the form's id and their kind."""
    made = signed_forms(issued, library)
    return {(plan.id, kind): digest(issued, library, plan.id, kind)
            for plan in library.documents if plan.id in made for kind in plan.signed_by}


# ---- the text ----------------------------------------------------------------------------------------------------


def _renderings(sources: Sources, last: Edition, on: date) -> tuple[Rendering, Rendering]:
    """What today's library gives for the answers of an edition as it is, and with its approval."""
    given = news.answers_of_edition(last, sources.questionnaire)
    if given is None:
        raise OutputError(error("the answers of this edition are missing", Place(str(last.folder / "answers.yaml")),
                                "Put the file back from a copy."))
    given = answers_module.located(sources.questionnaire, given, last.folder)
    as_it_is, approved = (
        rendered(sources, given, last.as_at, name=str(last.folder / "pack.json"), draft=day is None,
                 number=last.number, reviewing=last.record.review is not UNSET, approved_since=day)
        for day in (last.issue.approved_on, on))
    return as_it_is, approved


def _edits(last: Edition, found: Iterable[EditedDocument], before: Rendering, after: Rendering) -> Iterator[LocalEdit]:
    """All local edits, now that the words are approved: what was undecided stands as it is."""
    read = {one.document.id: one.edits for one in found}
    there, reworded = _passages(after.library_documents), _reworded(before, after)
    for edit in (*(edit for edit in last.edits if edit.document not in read), *chain(*read.values())):
        key = edit.document, edit.clause
        if key in reworded:
            renewal, = renew(after.library_documents, [edit])
            if kept := settle(renewal, ["mine"] * len(renewal.conflicts)):
                yield kept
        else:
            yield replace(edit, open=None) if key in there else edit


def _passages(documents: Iterable[Document]) -> dict[tuple[str, str], Passage]:
    """All clauses by the ids of document and clause."""
    return {(document.id, passage.clause): passage for document in documents for passage in passages_of(document)}


def _reworded(before: Rendering, after: Rendering) -> dict[tuple[str, str], Passage]:
    """The clauses that say something else once the edition is approved, as they are then."""
    was = _passages(before.library_documents)
    return {key: passage for key, passage in _passages(after.library_documents).items()
            if key in was and (clause_lines(was[key]), was[key].title) != (clause_lines(passage), passage.title)}


def _documents(last: Edition, issue: Issue, before: Rendering, after: Rendering,
               edits: tuple[LocalEdit, ...]) -> tuple[Document, ...]:
    """The documents of the approved edition, in order, with annotated ones, but without the history of editions."""
    was, now = ({document.id: document for document in one.library_documents} for one in (before, after))
    reworded = _reworded(before, after)
    line = f"Edition {issue.number}, {date_in_words(issue.date)}"
    found = {}
    for document in last.documents:
        if document.id in was and document.id not in now:  # it is only there in a draft
            continue
        document = replace(
            edition.as_the_library_gave(document, last.edits), draft=False, edition_line=document.edition_line and line,
            control=assembly.control(after.context, after.stamp) if document.kind == "policy" else ())
        ids = {passage.clause for passage in passages_of(was[document.id])} if document.id in was else set()
        found[document.id] = replace(document, sections=tuple(
            _section(document.id, section, ids, now.get(document.id), reworded) for section in document.sections))
    made = {document.id: document for document in assembly.numbered(apply_edits(tuple(found.values()), edits))}
    library, in_order = after.sources.library, []
    annotates = {plan.id: plan.annotates for plan in library.documents}
    for entry in last.record.documents:
        if entry.id in made:
            in_order.append(made[entry.id])
        elif entry.kind == "annotated" and (base := made.get(annotates.get(entry.id, ""))):
            why = {clause.id: clause.because for one in last.record.documents if one.id == base.id
                   for clause in one.clauses if clause.because != assembly.OWN_REASON}
            noted = assembly.with_notes(base, why, library, after.context, edits)
            in_order.append(replace(noted, id=entry.id, kind=entry.kind, title=entry.title))
    return assembly.resolved(tuple(in_order), edits)


def _with_history(last: Edition, issue: Issue, documents: tuple[Document, ...]) -> tuple[Document, ...]:
    earlier = {number: one for number, one in _issues(last).items() if number < issue.number}
    return assembly.with_history(documents, (*(earlier[number] for number in sorted(earlier)), issue))


def _section(document: str, section: Section, was: Collection[str], now: Document | None,
             reworded: Mapping[tuple[str, str], Passage]) -> Section:
    """A section as it was issued, without numbers, with the clauses that an approval rewords, brings and takes away.
    `was` are the clauses that the library gives without the approval, `now` is the document with it."""
    order = [passage for one in now.sections if one.id == section.id for passage in one.passages] if now else []
    stays = {passage.clause for passage in passages_of(now)} if now else was
    passages = [reworded.get((document, passage.clause), Passage(passage.clause, passage.title, "", blocks_of(
        clause_lines(passage)))) for passage in section.passages
        if passage.clause in stays or passage.clause not in was]
    names = [passage.clause for passage in passages]
    for at, passage in enumerate(order):
        if passage.clause not in was and passage.clause not in names:
            place = names.index(order[at - 1].clause) + 1 if at and order[at - 1].clause in names else 0
            names.insert(place, passage.clause)
            passages.insert(place, passage)
    return replace(section, number="", passages=tuple(passages))


def _added(last: Edition, after: Rendering, documents: tuple[Document, ...], found: Iterable[EditedDocument],
           style: House) -> Addition | None:
    """What a review added to the edition, now that it is approved; None where it follows on no other, and where the
    edition that it was compared with is lost."""
    record = last.record.review
    entry = next((one for one in last.record.documents if one.id == brief.ID), None)
    place = next((folder for folder, issue in issues_at(last.folder.parent).items()
                  if record and issue.number == record.since), None)
    if not record or entry is None or place is None:
        return None
    base = edition.open_edition(place)
    given = news.answers_of_edition(base, after.sources.questionnaire) or after.given
    redlines = any(PurePosixPath(file.path).stem.endswith(news.REDLINE) for file in entry.files or ())
    by_hand = frozenset((one.document.id, clause) for one in found for clause in one.clauses)
    return news.news_of_approval(Baseline(base, given, by_hand), record, after, documents, style, redlines)


# ---- the files ---------------------------------------------------------------------------------------------------


def _record(last: Edition, issue: Issue, after: Rendering, documents: tuple[Document, ...],
            edits: tuple[LocalEdit, ...], added: Addition | None, style: House) -> PackRecord:
    """The content of `pack.json`; the digests of files that are written anew are still to come."""
    finished, found = {document.id: document for document in documents}, []
    for entry in last.record.documents:
        if entry.clauses:
            if entry.id in finished:
                clauses = _clause_records(entry, finished[entry.id], after, edits)
                found.append(replace_record(DocumentRecord.of(finished[entry.id], clauses), files=entry.files))
            continue
        if entry.id == brief.ID and added:
            files = [file for file in entry.files or () if not PurePosixPath(file.path).stem.endswith(news.REDLINE)]
            files += [FileRecord(path, "") for path in added.files.get(brief.ID, ())]
            entry = replace_record(entry, files=tuple(files))
        found.append(entry)
    review = added.record if added else last.record.review
    if review:
        still_open = {(edit.document, edit.clause) for edit in edits if edit.open is not None}
        review = replace_record(review, undecided=tuple(
            one for one in review.undecided if (one.document, one.clause) in still_open))
    return replace_record(
        last.record, documents=tuple(found), local_edits=tuple(map(EditRecord.of, edits)), review=review,
        answers=answers_text(after, style),
        edition=IssueRecord(issue.number, issue.date, after.stamp.review_due, "approved", issue.approved_on,
                            issue.because or UNSET))


def _clause_records(entry: DocumentRecord, document: Document, after: Rendering,
                    edits: tuple[LocalEdit, ...]) -> tuple[ClauseRecord, ...]:
    """The records of a document's clauses, with the reasons that `entry` has for them."""
    recorded = {clause.id: clause for clause in entry.clauses}
    bases = {edit.clause: edit.base for edit in edits if edit.document == document.id}
    reasons = {clause: why for found in after.selection.documents if found.plan.id == document.id
               for clause, why in found.clauses.items()}
    library, found = after.sources.library.clauses, []
    for passage in passages_of(document):
        if is_generated(passage):
            continue
        if old := recorded.get(passage.clause):
            found.append(ClauseRecord.of(passage, old.because, old.covers, old.law, bases.get(passage.clause)))
        elif clause := library.get(passage.clause):
            found.append(ClauseRecord.of(passage, reasons[clause.id], clause.covers, clause.law,
                                         bases.get(clause.id)))
        else:
            found.append(ClauseRecord.of(passage, assembly.OWN_REASON))
    return tuple(found)


def _written(record: PackRecord, documents: tuple[Document, ...], added: Addition | None, style: House,
             report: Callable[[Step], None]) -> Iterator[tuple[str, bytes]]:
    """Paths and bytes of the files of all these documents. Raises OutputError where this machine cannot write one."""
    paths = {one.id: [file.path for file in one.files or ()] for one in record.documents}
    if any(path.endswith(".pdf") for some in paths.values() for path in some):
        from policygen.formats import pdf

        if reason := pdf.unavailable():
            raise OutputError(error(reason))
    for number, document in enumerate(documents, 1):
        report(Step(document.title, number, len(documents)))
        carried = edition.carried(record, document.id) if document.organisation and document.id != brief.ID else None
        more = added.files.get(document.id, {}) if added else {}
        yield from more.items()
        for path in map(PurePosixPath, paths[document.id]):
            if path.as_posix() not in more:
                look = replace(style, large=True) if path.stem.endswith(folders.LARGE_PRINT) else style
                yield path.as_posix(), drawn(document, path.suffix[1:], look, carried)


def _answers_on_disk(last: Edition, after: Rendering, style: House) -> bytes:
    """The text of answers.yaml as it stands, with the day of approval."""
    path, questionnaire = last.folder / "answers.yaml", after.sources.questionnaire
    if not path.exists():
        return answers_text(after, style).encode()
    said = answers_module.located(questionnaire, answers_module.read_answers(path, questionnaire), last.folder)
    given = {**said, APPROVED_ON: after.approved_on}
    answers = answers_module.complete(questionnaire, given, str(path), draft=True)
    return answers_text(replace(after, given=given, answers=answers), style, answers_module.earlier_text(path)).encode()

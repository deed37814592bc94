"""The whole way of one pack: load, select, assemble, check, write, record.

In: typed answers and where to write. Out: the folder of a new edition. No other module completes answers, selects
clauses and assembles documents together: everybody calls `rendered`. `make` writes what `rendered` gives, with what a
review adds to the pack. Dates come in as arguments.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from importlib.metadata import version
from itertools import groupby, product
from operator import itemgetter
from pathlib import Path
from typing import Any

from msgspec import UNSET, UnsetType
from msgspec.structs import replace as replace_record

from policygen.formats import house
from policygen.formats.house import House
from policygen.library import clauses, law, questionnaire
from policygen.library.clauses import Clause, Library
from policygen.library.law import LawBook
from policygen.library.question import answer_in_words
from policygen.library.questionnaire import APPROVED_ON, Caution, Questionnaire
from policygen.model import stored
from policygen.model.document import Document, Issue, Remark, is_generated, passages_of
from policygen.model.english import date_in_words
from policygen.model.problems import AnswersError, LibraryError, OutputError, Place, Problem, Step, command, error
from policygen.pack import answers as answers_module
from policygen.pack import assembly, check, context, edition, folders, selection
from policygen.pack.answers import Answers
from policygen.pack.assembly import Stamp
from policygen.pack.edition import (
    ClauseRecord, DecisionRecord, DocumentRecord, Edition, FileRecord, IssueRecord, LawRecord, PackRecord, ReviewRecord,
    VersionsRecord,
)
from policygen.pack.edits import EditRecord, LocalEdit
from policygen.pack.selection import Selection

FORMATS = ("docx", "pdf", "html", "txt")
LARGE_PRINT_FORMATS = ("docx", "pdf")
"""The formats that large print is made in."""
REMINDER = "Review reminder.ics"
"""The name of the calendar file with the next review."""


# ---- load --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Sources:
    """What every pack is made from."""

    questionnaire: Questionnaire
    library: Library
    house: Path
    """The folder of the house style."""


def data_folder() -> Path:
    """The folder of questionnaires, clauses, templates and examples, in the checkout or the installed package."""
    checkout = Path(__file__).resolve().parents[3]
    return checkout if (checkout / "clauses").is_dir() else Path(__file__).resolve().parents[1] / "data"


def load_questions(data: Path) -> Questionnaire:
    """The questionnaire alone, which is quick to read. Raises LibraryError."""
    return questionnaire.load(data / "questionnaires" / "confidentiality.yaml", "questionnaires/confidentiality.yaml")


def load_law(data: Path) -> LawBook:
    """The law of the program's own clause library alone, which is quick to read. Raises LibraryError."""
    problems: list[Problem] = []
    book = law.load(data / "clauses" / "confidentiality" / "law.yaml", "confidentiality/law.yaml", problems)
    if problems:
        raise LibraryError(*problems)
    return book


def load(data: Path, folder: Path | None = None) -> Sources:
    """The questionnaire and the clause library, or the one in `folder`. Raises LibraryError with every problem."""
    questions = load_questions(data)
    return Sources(questions, clauses.load(folder or data / "clauses" / "confidentiality", questions),
                   data / "templates/house")


# ---- select, assemble, check -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Rendering:
    """What the library gives for some answers on some day. A stage runs when somebody first asks for its result."""

    sources: Sources
    given: Mapping[str, Any]
    """The typed answers."""
    answers: Answers
    """The same answers, completed."""
    approved_on: date | None
    """None for a draft."""
    stamp: Stamp
    edits: tuple[LocalEdit, ...]
    """Settled local edits, which replace the library's text."""
    context: Mapping[str, Any]
    """Everything that conditions and wording can read and call."""

    @cached_property
    def selection(self) -> Selection:
        """The clauses that are in, and why. Raises LibraryError."""
        return selection.select(self.sources.library, self.sources.questionnaire, self.context)

    @cached_property
    def library_documents(self) -> tuple[Document, ...]:
        """The documents as the library gives them: without numbers, without local edits, and without annotated ones."""
        return assembly.render_documents(self.sources.library, self.selection, self.context, self.stamp)

    @cached_property
    def documents(self) -> tuple[Document, ...]:
        """The finished documents with the local edits, but without the history of editions."""
        return assembly.assemble(self.sources.library, self.selection, self.context, self.stamp, self.edits)

    @cached_property
    def problems(self) -> tuple[Problem, ...]:
        """What must not reach a reader."""
        return check.check(self.documents, self.sources.library, self.context)


def rendered(sources: Sources, given: Mapping[str, Any], as_at: date, *, name: str = "", draft: bool = False,
             number: int = 0, edits: tuple[LocalEdit, ...] = (), reviewing: bool = False,
             approved_since: date | None = None) -> Rendering:
    """What the library gives for typed answers on a day, as edition `number`. `name` is the name of the answers in
    messages. `reviewing`: the pack follows on an earlier one. `approved_since`: the day on which the edition of that
    day was approved, in the place of the answer. Raises AnswersError."""
    if approved_since:
        given = {**given, APPROVED_ON: approved_since}
    answers = answers_module.complete(sources.questionnaire, given, name, draft or approved_since is not None)
    approved_on = None if draft else answers.values[APPROVED_ON] or None
    if approved_on and answers.unsure:
        raise AnswersError(*(error(f"`{question}` is still “not sure”; decide it before the policy is approved",
                                   Place(name), "Answer it, or leave approved_on empty.")
                             for question in answers.unsure))
    if approved_on and approved_on > as_at and not approved_since:
        raise AnswersError(error(f"approved_on: {date_in_words(approved_on)} is after {date_in_words(as_at)}, the date "
                                 "of this pack", Place(name),
                                 "Correct the date, or leave it empty while the policy is a draft."))
    due = assembly.review_due(approved_on or as_at, answers.values["review_years"])
    return Rendering(sources, given, answers, approved_on, Stamp(number, as_at, due, draft=approved_on is None), edits,
                     context.context(sources.library, sources.questionnaire, answers, as_at, reviewing))


# ---- make --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Addition:
    """What a review adds to a pack."""

    documents: tuple[Document, ...] = ()
    """They come before the other documents. A review does not read their Word files back."""
    files: Mapping[str, Mapping[str, bytes]] = field(default_factory=dict)
    """More files of a document: their bytes, by the document's id and by their paths in the edition."""
    remarks: Mapping[str, tuple[Remark, ...]] = field(default_factory=dict)
    """Word comments, by the document's id."""
    undecided: tuple[str, ...] = ()
    """What somebody still has to decide, a sentence each."""
    record: ReviewRecord | UnsetType = UNSET
    """What `pack.json` records of the review."""


@dataclass(frozen=True, slots=True)
class Follows:
    """The editions that a pack follows on, and what the pack gets because of them."""

    earlier: tuple[Issue, ...]
    """All editions so far that are known, oldest first. The new one gets a higher number."""
    home: Path | None
    """The folder of the organisation's editions; None for the one that its name gives."""
    add: Callable[[Rendering, House, tuple[str, ...]], Addition]
    """Makes the addition from the pack, its house style, and the formats to write."""


@dataclass(frozen=True, slots=True)
class Request:
    """What to make."""

    given: Mapping[str, Any]
    """Typed answers."""
    answers_name: str
    """The name of the answers in messages: a file's name, or `your answers`."""
    answers_text: str
    """The text of the answers file, whose comments the new one keeps; empty if there is none."""
    to: Path
    formats: tuple[str, ...]
    as_at: date
    draft: bool
    base: Path = Path()
    """The folder of the answers file, where the path of a logo starts."""
    large: bool = False
    """Whether to make each document in large print too."""
    edits: tuple[LocalEdit, ...] = ()
    """Settled local edits, which replace the library's text."""
    notices: tuple[str, ...] = ()
    """Lines to show to the person who asked for the pack."""
    follows: Follows | None = None
    """None for a pack that stands alone."""
    approval_stands: bool = False
    """Whether these words were approved on the day of approval, although the edition is made later."""
    made_from: str = ""
    """A digest of all this, by which a batch sees later whether anything has changed; empty if nobody needs it."""

    def rendered(self, sources: Sources) -> Rendering:
        """What the library gives for this request: a draft says nowhere that it is approved. Raises AnswersError."""
        given = {**self.given, APPROVED_ON: ""} if self.draft and self.given.get(APPROVED_ON) else self.given
        return rendered(sources, given, self.as_at, name=self.answers_name, draft=self.draft, edits=self.edits,
                        reviewing=self.follows is not None)


@dataclass(frozen=True, slots=True)
class Made:
    """What was made, and what a person has to know about it."""

    folder: Path
    organisation: str
    stamp: Stamp
    approved_on: date | None
    """None for a draft."""
    documents: tuple[Document, ...]
    files: Mapping[str, tuple[str, ...]]
    """The paths of each document's files inside the edition, by the document's id."""
    decisions_open: tuple[str, ...]
    """What somebody still has to decide, in words: questions, and places in local edits."""
    governing_body: str
    """The name of the governing body with its article: `the Board of Trustees`."""
    notices: tuple[str, ...]
    """Lines for the person, such as why there is no PDF."""
    presumed: tuple[str, ...]
    """The ids of the facts that nobody has stated; the pack states nothing that rests on them."""
    cautions: tuple[Caution, ...]
    """What is legal but unwise about the answers."""
    law_checked: str
    """When the law was last checked, in sentences, with a warning where that is long ago."""
    addition: Addition | None
    """What was added because the pack follows on another edition; None if it does not."""


def make(sources: Sources, request: Request, report: Callable[[Step], None]) -> Made:
    """Make one edition, whole or not at all; `report` receives each step before it begins. Raises AnswersError,
    LibraryError and OutputError."""
    pack = request.rendered(sources)
    values, follows = pack.answers.values, request.follows
    style, of_style = house.prepare(sources.house, values, request.base)
    formats, of_formats = _possible(request.formats)
    with edition.reserved_folder(request.to, values["organisation_name"], request.as_at,
                          follows.earlier[-1].number if follows else 0, follows.home if follows else None) as place:
        pack = replace(pack, stamp=replace(pack.stamp, number=place.number))
        report(Step("Selecting clauses"))
        _ = pack.selection
        report(Step("Assembling documents"))
        _ = pack.documents
        report(Step("Checking"))
        if pack.problems:
            raise LibraryError(*pack.problems)
        addition = None
        if follows:
            report(Step("Comparing with the last edition"))
            addition = follows.add(pack, style, formats)
        issue = Issue(place.number, request.as_at, pack.approved_on)
        known = {one.number: one for one in (*(follows.earlier if follows else ()), *place.earlier, issue)}
        finished = assembly.with_history(pack.documents, tuple(known[number] for number in sorted(known)))
        record = _record(pack, finished, addition, request, style)
        added = addition or Addition()
        written = _write((*added.documents, *finished), added, pack, formats, request.large, style, record, report)
        record = replace_record(record, documents=tuple(replace_record(one, files=tuple(
            FileRecord.of(path, data) for path, data in written[one.id].items())) for one in record.documents))
        report(Step("Recording"))
        files = {path: data for each in written.values() for path, data in each.items()} | {
            "answers.yaml": answers_text(pack, style, request.answers_text).encode(),
            "pack.json": stored.dump(record), REMINDER: reminder(record.organisation, pack.stamp)}
        if style.logo:
            files[style.logo.name] = style.logo.data
        folders.write_folder(place.folder, files)
    return Made(
        place.folder, record.organisation, pack.stamp, pack.approved_on, (*added.documents, *finished),
        {name: tuple(paths) for name, paths in written.items()},
        (*(sources.questionnaire.questions[one.question].ask for one in record.decisions_open), *added.undecided),
        context.forms("body", values["governing_body"])["the_body"],
        (*request.notices, *_too_early(pack, request), *of_style, *of_formats), pack.answers.presumed,
        answers_module.cautions(sources.questionnaire, values), sources.library.law.checked_in_words(request.as_at),
        addition)


def _too_early(pack: Rendering, request: Request) -> Iterator[str]:
    """A notice where the policy says that it was approved before it was made."""
    if pack.approved_on and pack.approved_on < request.as_at and not request.approval_stands:
        yield (f"Worth a second thought: the policy says that it was approved on {date_in_words(pack.approved_on)} and "
               f"made on {date_in_words(request.as_at)}, which is later. Nobody can approve a text before it exists. "
               "Leave approved_on empty, and record the approval of the edition once it has been given:\n  "
               f"{command('approve', 'EDITION', '--on', 'DATE')}")


# ---- write -------------------------------------------------------------------------------------------------------


def _possible(formats: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The formats that this machine can write, and what to tell about the others."""
    if "pdf" not in formats:
        return formats, ()
    from policygen.formats import pdf

    if not (reason := pdf.unavailable()):
        return formats, ()
    rest = tuple(name for name in formats if name != "pdf")
    if not rest:
        raise OutputError(error(reason))
    return tuple(dict.fromkeys((*rest, "txt"))), (reason,)


def _write(documents: tuple[Document, ...], added: Addition, pack: Rendering, formats: tuple[str, ...], large: bool,
           style: House, record: PackRecord, report: Callable[[Step], None]) -> dict[str, dict[str, bytes]]:
    """The bytes of each document's files, by the document's id and the path in the edition."""
    places = {document.plan.id: document.plan.folder for document in pack.selection.documents}
    styles = [style, replace(style, large=True)] if large else [style]
    written = {}
    for number, document in enumerate(documents, 1):
        report(Step(document.title, number, len(documents)))
        path = (Path(places.get(document.id, "")) / document.title).as_posix()
        # A sheet that must not show which organisation gave it carries nothing.
        carried = edition.carried(record, document.id) if document.organisation and document.id in places else None
        written[document.id] = {
            f"{path}{folders.LARGE_PRINT if style.large else ''}.{name}": drawn(
                document, name, style, carried, added.remarks.get(document.id, ()))
            for style, name in product(styles, formats) if not style.large or name in LARGE_PRINT_FORMATS}
    for name, files in added.files.items():
        written[name] |= files
    return written


def drawn(document: Document, name: str, style: House, carried: bytes | None = None,
          remarks: Iterable[Remark] = ()) -> bytes:
    """A document in one of `FORMATS`. A Word file carries `carried`, by which a review recognises it, and the
    `remarks`."""
    match name:
        case "docx":
            from policygen.formats.word.writer import write_word_file

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


def answers_text(pack: Rendering, style: House, earlier: str = "") -> str:
    """The text of answers.yaml: the answers that made this edition. It names the logo that lies beside it."""
    answers = pack.answers
    said = {name: value for name, value in answers_module.to_keep(answers, pack.given).items()
            if value != "" or name in pack.given}
    if style.logo:
        said["logo"] = style.logo.name
    return answers_module.as_text(pack.sources.questionnaire, said, answers.suggested, earlier)


def _record(pack: Rendering, documents: tuple[Document, ...], addition: Addition | None, request: Request,
            style: House) -> PackRecord:
    """The content of `pack.json` without the documents' files, because Word files carry a part of this record."""
    library, answers, stamp = pack.sources.library, pack.answers, pack.stamp
    questions, values = pack.sources.questionnaire.questions, answers.values
    used = [library.clauses[passage.clause] for document in documents for passage in passages_of(document)
            if passage.clause in library.clauses]
    in_force = pack.context["in_force"]
    taken = {name: answer_in_words(questions[name], values[name]) for name in answers.open}
    return PackRecord(
        format=edition.PACK_FORMAT, organisation=values["organisation_name"],
        edition=IssueRecord(stamp.number, stamp.date, stamp.review_due, "draft" if stamp.draft else "approved",
                            pack.approved_on),
        as_at=stamp.date,
        made_with=VersionsRecord(version("policygen"), library.version, pack.sources.questionnaire.version),
        documents=(*(DocumentRecord.of(document, ()) for document in (addition.documents if addition else ())),
                   *(DocumentRecord.of(document, _clause_records(document, pack)) for document in documents)),
        local_edits=tuple(map(EditRecord.of, pack.edits)),
        decisions_open=tuple(DecisionRecord(name, taken.get(name, "left open"), values["governing_body"])
                             for name in answers.applicable
                             if name in taken or answers_module.is_blank_answer(values[name])),
        left_out=dict(pack.selection.left_out), nations=tuple(values["nations"]),
        questions={name: tuple(choice.value for choice in question.choices) for name, question in questions.items()},
        law=tuple(LawRecord(name, library.law.laws[name].status, library.law.laws[name].name)
                  for name in sorted({name for clause in used for name in clause.law}) if in_force(name)),
        points=_points(pack, used), answers=answers_text(pack, style),
        made_from=request.made_from or UNSET, review=addition.record if addition else UNSET)


def _clause_records(document: Document, pack: Rendering) -> tuple[ClauseRecord, ...]:
    if document.kind == "annotated":
        return ()
    clauses = pack.sources.library.clauses
    reasons = next(found.clauses for found in pack.selection.documents if found.plan.id == document.id)
    bases = {edit.clause: edit.base for edit in pack.edits if edit.document == document.id}
    return tuple(
        ClauseRecord.of(passage, reasons[passage.clause], clauses[passage.clause].covers, clauses[passage.clause].law,
                        bases.get(passage.clause))
        if passage.clause in reasons else ClauseRecord.of(passage, assembly.OWN_REASON)
        for passage in passages_of(document) if not is_generated(passage))


def _points(pack: Rendering, used: Iterable[Clause]) -> dict[str, tuple[str, ...]]:
    """Each point that this pack carries, and what carries it. `used` are the library's clauses in its documents."""
    carriers = [(point, f"document {document.plan.id}") for document in pack.selection.documents
                for point in document.plan.covers]
    carriers += [(point, f"clause {clause.id}") for clause in used for point in clause.covers]
    carriers += [(point, f"question {name}")
                 for point, name, _ in questionnaire.each_covered(pack.sources.questionnaire)
                 if name in pack.answers.applicable]
    return {point: tuple(carrier for _, carrier in group)
            for point, group in groupby(sorted(set(carriers)), key=itemgetter(0))}


_EVENTS = uuid.UUID("d3944f50-6e5c-49a2-ac4a-98c3a422367b")
"""The namespace of the ids of all reminders. With another one, every reminder would get a new id."""


def reminder(organisation: str, stamp: Stamp) -> bytes:
    """The next review as a calendar file: an event of a whole day, with an alarm eight weeks before, which leaves
    time for the work and for a meeting. Its time stamp is the edition's day, so that the bytes stay the same."""
    from icalendar import Alarm, Calendar, Event

    summary = f"Review the confidentiality policy of {organisation}"
    event = Event()
    event.add("uid", str(uuid.uuid5(_EVENTS, f"{stamp.number} {organisation}")))
    event.add("dtstamp", datetime.combine(stamp.date, time(), UTC))
    event.add("dtstart", stamp.review_due)
    event.add("dtend", stamp.review_due + timedelta(days=1))
    event.add("summary", summary)
    event.add("description", "\n".join([
        f"Edition {stamp.number} of {date_in_words(stamp.date)} is due for review by this day.",
        "1. Run policygen again and choose to review. It asks what may have changed, and keeps what you changed in the "
        "Word files.",
        "2. Put “What has changed” and the new policy before your governing body, and have them approved.",
        "3. Put the new reminder into the calendar, and delete this one.",
        *["That edition is a draft: this day is counted from when it was made. The approved edition brings a "
          "reminder with its own day."] * stamp.draft]))
    event.add("transp", "TRANSPARENT")  # so that the calendar does not show the whole day as busy
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("trigger", timedelta(weeks=-8))
    alarm.add("description", f"{summary}: eight weeks to go")
    event.add_component(alarm)
    file = Calendar()
    file.add("version", "2.0")
    file.add("prodid", "-//policygen//policygen//EN")
    file.add_component(event)
    return bytes(file.to_ical())


def as_issued(sources: Sources, folder: Path) -> tuple[Edition, House, tuple[str, ...]]:
    """An edition, the house style that its answers give its documents, and notices. Raises OutputError and
    AnswersError."""
    found, path = edition.read_edition(folder), folder / "answers.yaml"
    given = answers_module.read_answers(path, sources.questionnaire)
    answers = answers_module.complete(sources.questionnaire, given, str(path), draft=True)
    return found, *house.prepare_issued(sources.house, answers.values, folder)

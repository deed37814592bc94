"""The clause library: clauses, the documents that they make up, their law and the points that they must carry.

In: a library's folder and the questionnaire whose answers its conditions read. Out: a `Library` in which every
condition compiles and every name is known, or a LibraryError with all that is wrong. It selects and renders nothing.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import cast, get_args

from policygen.library import law
from policygen.library.conditions import (
    CONDITION_FUNCTIONS, WORDING_FUNCTIONS, Expression, Wording, compile_wording, read_condition,
)
from policygen.library.law import LawBook
from policygen.library.questionnaire import Questionnaire
from policygen.library.yaml import ID, MappingReader, each_id, nearest, read_front_matter, read_yaml
from policygen.model.document import DocumentKind
from policygen.model.problems import LibraryError, Place, Problem, error

KINDS_OF_DOCUMENT = get_args(DocumentKind)
KINDS_OF_PEOPLE = ("staff", "volunteer", "body", "contractor")
"""Those who work for an organisation, and sign its forms."""
MOST_FILES = 2000
"""Files and folders of a library; ours has 300."""
_NOBODY = "nobody"
_NAME_FIELD = re.compile(r"^[^\n]*: *line *= *name *$", re.MULTILINE)
_FILE_NAME = re.compile(r'[^/\\:*?"<>|.\x00-\x1f](?:[^/\\:*?"<>|\x00-\x1f]*[^/\\:*?"<>|.\s\x00-\x1f])?')
_EXTRA_NAMES = frozenset({"term", "taken", "unsaid", "decisions", "reader", "reviewing", "law_checked", "law_coming"})
"""Names that wording can read beside answers, facts and functions: the terms' forms, the suggestions taken, what nobody
has said, the open decisions, for whom the document is, whether the pack follows on an earlier one, when the law was
checked, and what law was on its way then."""
_CONDITION_NAMES = frozenset({"decisions"})
_RESERVED = WORDING_FUNCTIONS | _EXTRA_NAMES | {"loop"}
"""Names that have a meaning in wording, so that no question or fact can have them."""


@dataclass(frozen=True, slots=True)
class Clause:
    """The smallest unit of wording: one file."""

    id: str
    title: str
    because: str
    """Why it is there, for trustees: one sentence."""
    when: Expression | None
    """None for a clause that is always in."""
    slot: str
    """What exactly one of several alternative clauses fills; empty for none."""
    protects: bool
    """Whether somebody's safety or a legal duty rests on it, so that no edition may leave it out."""
    covers: tuple[str, ...]
    law: tuple[str, ...]
    defines: tuple[str, ...]
    """The words that a glossary clause explains."""
    wording: Wording
    short: Wording | None
    """The wording for the short edition; None when that leaves the clause out."""
    binds: tuple[str, ...]
    """The kinds of people whom it binds once they have promised to keep to its document; none for a clause that only
    informs."""
    claims_nothing: dict[str, str]
    """The questions with whose answers its sentences may change although nobody has answered them, each with why that
    claims nothing."""
    place: Place


@dataclass(frozen=True, slots=True)
class SectionPlan:
    """A section of a document, with all the clauses that it can have."""

    id: str
    title: str
    cover: bool
    """Stands on the first page."""
    boxed: str
    """When it is drawn as a box: `no`, `always`, or only in the `short` edition."""
    clauses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DocumentPlan:
    """A document of the pack, with all the sections that it can have."""

    id: str
    title: str
    kind: DocumentKind
    folder: str
    """Inside the edition: `forms`, or empty for the top."""
    when: Expression | None
    layout_from: str
    """The question whose answer is the layout of a policy; empty for any other document."""
    reader: str
    """For whom a form is (`volunteer`), for clauses that say so; empty for nobody in particular."""
    signed_by: tuple[str, ...]
    """The kinds of people who all sign this form; none for a form that only the occasion calls for."""
    only_with_access: bool
    """Of these, only those sign who need access to the organisation's systems."""
    promises: str
    """The document that whoever signs promises to keep to: its clauses bind them too; empty for none."""
    stock: bool
    """Printed blank, in numbered copies, for clients to fill in or take along."""
    discreet: bool
    """Names neither the organisation nor the edition anywhere: safe to take home."""
    annotates: str
    """The document that an annotated one goes through, clause by clause; empty otherwise."""
    covers: tuple[str, ...]
    reading_age: int
    """The age at which its readers can be expected to read it; 0 for no limit."""
    sections: tuple[SectionPlan, ...]
    place: Place

    @property
    def clauses(self) -> tuple[str, ...]:
        """The ids of all its clauses, in order."""
        return tuple(clause for section in self.sections for clause in section.clauses)


@dataclass(frozen=True, slots=True)
class Points:
    """What a pack has to say."""

    models: dict[str, str]
    """The models that this library carries whole: prefix of their points, and what kind of organisation it is."""
    texts: dict[str, str]
    places: dict[str, Place]


@dataclass(frozen=True, slots=True)
class Library:
    """A clause library that has been checked."""

    id: str
    version: str
    terms: dict[str, str]
    """The name of a term (`user`), and the question that gives its word (`user_term`)."""
    documents: tuple[DocumentPlan, ...]
    clauses: dict[str, Clause]
    law: LawBook
    points: Points
    glossary: dict[str, Place]
    """The words that a policy must explain wherever it uses them, and where library.yaml lists each."""

    @property
    def targets(self) -> frozenset[str]:
        """Every id that `ref()` may name."""
        return frozenset(self.clauses).union(
            *({plan.id, *(section.id for section in plan.sections)} for plan in self.documents))


# ---- loading -----------------------------------------------------------------------------------------------------


def load(folder: Path, questionnaire: Questionnaire) -> Library:
    """The clause library in a folder. Raises LibraryError with everything that is wrong."""
    _refuse_traps(folder)
    problems: list[Problem] = []
    shown = f"{folder.name}/library.yaml"
    top = MappingReader(read_yaml(folder / "library.yaml", LibraryError, shown), Place(shown, 1), problems,
                        "library.yaml")
    identity, version = top.text("library", None), top.text("version", None)
    if (needed := top.text("questionnaire", None)) != questionnaire.id:
        top.add(f"the library belongs to the questionnaire `{needed}`", top.place("questionnaire"),
                f"The questionnaire in use is `{questionnaire.id}`.")
    library = Library(identity, version, top.inner("terms").words(),
                      tuple(_document(reader) for reader in top.each("documents", "a document")),
                      _clauses(folder, problems),
                      law.load(folder / "law.yaml", f"{folder.name}/law.yaml", problems),
                      _points(folder / "points.yaml", f"{folder.name}/points.yaml", problems),
                      {str(word): place for word, place in top.items("glossary")})
    top.done()
    problems += [*_inconsistencies(library, questionnaire, top)]
    if problems:
        raise LibraryError(*sorted(problems, key=lambda problem: problem.place))
    return library


def _refuse_traps(folder: Path) -> None:
    """Refuse links to files elsewhere, which a library from a stranger could use to print them; and far more files than
    a library has."""
    home, count, links = os.path.realpath(folder), 0, []
    for inside, folders, files in os.walk(folder):
        links += [path for name in (*folders, *files) if (path := Path(inside, name)).is_symlink()
                  and not Path(os.path.realpath(path)).is_relative_to(home)]
        if (count := count + len(folders) + len(files)) > MOST_FILES:
            raise LibraryError(error(f"this folder holds more than {MOST_FILES} files", Place(str(folder)),
                                     "Give the folder that holds the library alone."))
    if links:
        raise LibraryError(*(error("this is a link that leads out of the library",
                                   Place(f"{folder.name}/{path.relative_to(folder).as_posix()}"),
                                   "Put a copy in its place.") for path in sorted(links)))


def _document(reader: MappingReader) -> DocumentPlan:
    plan = DocumentPlan(
        id=reader.text("id", None), title=reader.text("title", None),
        kind=cast(DocumentKind, reader.choice("kind", KINDS_OF_DOCUMENT, "form")), folder=reader.text("folder"),
        when=read_condition(reader, "when"), layout_from=reader.text("layout_from"),
        reader=reader.choice("reader", KINDS_OF_PEOPLE, ""), signed_by=reader.choices("signed_by", KINDS_OF_PEOPLE),
        only_with_access=reader.flag("only_with_access"), promises=reader.text("promises"), stock=reader.flag("stock"),
        discreet=reader.flag("discreet"), annotates=reader.text("annotates"), covers=reader.texts("covers"),
        reading_age=reader.number("reading_age") or 0,
        sections=tuple(_section(inner) for inner in reader.each("sections", "a section")), place=reader.data.place)
    reader.done()
    if not _FILE_NAME.fullmatch(plan.title):
        reader.add(f"`{plan.title}` cannot be the title of a document: it is its file's name", reader.place("title"),
                   'Leave out / \\ : * ? " < > | and a dot at either end.')
    if plan.folder and not ID.fullmatch(plan.folder):
        reader.add(f"`{plan.folder}` cannot be a folder", reader.place("folder"), "Write one lower-case word.")
    if plan.signed_by and plan.kind != "form":
        reader.add(f"`{plan.id}` is not a form, so nobody can sign it", reader.place("signed_by"),
                   "Leave out `signed_by`.")
    if plan.signed_by and plan.reader and plan.signed_by != (plan.reader,):
        reader.add(f"the words of `{plan.id}` are for `{plan.reader}`, and others sign it", reader.place("signed_by"),
                   f"Write `signed_by: [{plan.reader}]`, and make a document of its own for the others.")
    for key in ("only_with_access", "promises"):
        if getattr(plan, key) and not plan.signed_by:
            reader.add(f"`{key}` means nothing where nobody signs", reader.place(key), "Say who with `signed_by`.")
    return plan


def _section(reader: MappingReader) -> SectionPlan:
    section = SectionPlan(reader.text("id", None), reader.text("title"), reader.flag("cover"),
                          reader.choice("boxed", ("no", "always", "short"), "no"), reader.texts("clauses"))
    reader.done()
    return section


def _clauses(folder: Path, problems: list[Problem]) -> dict[str, Clause]:
    clauses: dict[str, Clause] = {}
    for path in sorted([*folder.glob("policy/*/*.md"), *folder.glob("forms/*/*.md")]):
        identity = f"{path.parent.name}/{path.stem}"
        shown = path.relative_to(folder).as_posix()
        if identity in clauses:
            problems.append(error(f"there are two clauses with the id `{identity}`", Place(shown),
                                  f"The other one is in {clauses[identity].place.file}."))
        else:
            clauses[identity] = _clause(identity, path, shown, problems)
    return clauses


def _clause(identity: str, path: Path, shown: str, problems: list[Problem]) -> Clause:
    """The clause in a file. What is wrong with it is added to `problems`, and the clause counts as there."""
    try:
        front, body, body_place = read_front_matter(path, LibraryError, shown)
    except LibraryError as exc:
        problems += exc.problems
        nothing = compile_wording("", Place(shown, 1))
        return Clause(identity, "", "", None, "", False, (), (), (), nothing, None, KINDS_OF_PEOPLE, {},
                      Place(shown, 1))
    reader = MappingReader(front, Place(shown, 2), problems, "the front matter")
    short, binds = reader.text("short"), reader.choices("binds", (*KINDS_OF_PEOPLE, _NOBODY))
    clause = Clause(
        id=identity, title=reader.text("title", None), because=reader.text("because", None),
        when=read_condition(reader, "when"), slot=reader.text("slot"),
        protects=reader.flag("protects"), covers=reader.texts("covers"), law=reader.texts("law"),
        defines=reader.texts("defines"), wording=_wording(body, body_place, problems),
        short=_wording(short, reader.place("short"), problems) if short else None,
        binds=tuple(kind for kind in binds if kind != _NOBODY) if "binds" in front else KINDS_OF_PEOPLE,
        claims_nothing=reader.inner("claims_nothing").words(), place=Place(shown, 1))
    reader.done()
    if not body.strip():
        reader.add("the clause has no text", body_place, "Write it below the front matter.")
    return clause


def _wording(source: str, place: Place, problems: list[Problem]) -> Wording:
    try:
        return compile_wording(source, place)
    except LibraryError as exc:
        problems += exc.problems
        return compile_wording("", place)


def _points(path: Path, shown: str, problems: list[Problem]) -> Points:
    if not path.exists():
        return Points({}, {}, {})
    try:
        top = MappingReader(read_yaml(path, LibraryError, shown), Place(shown, 1), problems, "points.yaml")
    except LibraryError as exc:
        problems += exc.problems
        return Points({}, {}, {})
    models, points = top.inner("models"), top.inner("points")
    top.done()
    return Points(models.words(), points.words(), points.data.places)


# ---- whether it all fits -----------------------------------------------------------------------------------------


def _inconsistencies(library: Library, questionnaire: Questionnaire, top: MappingReader) -> Iterator[Problem]:
    """What is wrong between files: names, references, law, points and ids that lead nowhere."""
    sections = [(section.id, plan.place) for plan in library.documents for section in plan.sections]
    each_id([*((plan.id, plan.place) for plan in library.documents), *sections], top.add, "a document or section")
    words = [name for name, question in questionnaire.questions.items() if question.type in ("text", "choice")]
    for term, name in library.terms.items():
        if name not in words:
            yield error(f"the term `{term}` takes its word from `{name}`, which is not a question that a word answers",
                        top.place("terms"), nearest(name, words))
    for name in sorted(questionnaire.names & _RESERVED):
        found = questionnaire.questions.get(name) or questionnaire.facts[name]
        yield error(f"a question or fact cannot be called `{name}`: clauses use that name", found.place)
    yield from _misplaced(library)
    for clause in library.clauses.values():
        yield from _leads_nowhere(clause, library, questionnaire)
    for number, plan in enumerate(library.documents):
        if plan.title in [other.title for other in library.documents[:number]]:
            yield error(f"two documents have the title `{plan.title}`", plan.place,
                        "Files are named by it: change one.")
        yield from _condition_problems(plan.when, library, questionnaire)
        yield from _unknown_points(plan.covers, library, plan.place)
        yield from _unsignable(plan, library)
    for question in questionnaire.questions.values():
        yield from _unknown_points(question.covers, library, question.place)
        for choice in question.choices:
            for name in sorted(_wording(choice.words, question.place, top.problems).names
                               - questionnaire.names - {"term"}):
                yield error(f"a choice of `{question.id}` uses `{name}`, which is not known", question.place)


def _misplaced(library: Library) -> Iterator[Problem]:
    """Clauses that are listed but missing, or there but not listed, or listed twice in a document."""
    listed = set()
    for plan in library.documents:
        for clause in dict.fromkeys(plan.clauses):
            if clause not in library.clauses:
                yield error(f"the document `{plan.id}` lists the clause `{clause}`, and there is no such file",
                            plan.place, nearest(clause, library.clauses) or "Check the folder and the file's name.")
            if plan.clauses.count(clause) > 1:
                yield error(f"the document `{plan.id}` lists the clause `{clause}` twice", plan.place)
            listed.add(clause)
    for clause_id, found in library.clauses.items():
        if clause_id not in listed:
            yield error(f"no document lists the clause `{clause_id}`", found.place,
                        "Add its id to a section in library.yaml.")


def _unsignable(plan: DocumentPlan, library: Library) -> Iterator[Problem]:
    """What keeps people from signing a form: no field for their name, or a promise to keep to an unknown policy."""
    policies = [other.id for other in library.documents if other.kind == "policy"]
    if plan.promises and plan.promises not in policies:
        yield error(f"`{plan.id}` promises `{plan.promises}`, and there is no such policy", plan.place,
                    nearest(plan.promises, policies) or f"Write one of: {', '.join(policies)}.")
    wordings = [library.clauses[clause].wording for clause in plan.clauses if clause in library.clauses]
    if plan.signed_by and not any(_NAME_FIELD.search(wording.source) for wording in wordings):
        yield error(f"everybody signs `{plan.id}`, and it has no place for the name", plan.place,
                    "Give one of its clauses a field such as `Name in capitals: line = name`.")


def _leads_nowhere(clause: Clause, library: Library, questionnaire: Questionnaire) -> Iterator[Problem]:
    known = questionnaire.names | WORDING_FUNCTIONS | _EXTRA_NAMES
    for wording in filter(None, (clause.wording, clause.short)):
        for name in sorted(wording.names - known):
            lines = wording.source.split("\n")
            at = next((number for number, line in enumerate(lines) if name in line), 0)
            yield error(f"the clause uses `{name}`, which is not known",
                        Place(wording.place.file, wording.place.line + at),
                        nearest(name, known) or "A clause can use answers, facts, and what docs/writing.md lists.")
        yield from _bad_calls(wording, library, questionnaire)
        cited = {call.argument for call in wording.calls if call.function == "law"}
        for identity in sorted(cited - set(clause.law)):
            yield error(f"the clause cites `{identity}` without naming it under `law:`", clause.place,
                        f"Add it: law: [{', '.join([*clause.law, identity])}].")
    presumed = [name for name, question in questionnaire.questions.items() if question.presumed is not None]
    for name in clause.claims_nothing:
        if name not in presumed:
            yield error(f"`claims_nothing` names `{name}`, which is not a question with `presumed`", clause.place,
                        nearest(name, presumed) or "Delete the line.")
    yield from _condition_problems(clause.when, library, questionnaire)
    yield from _unknown_points(clause.covers, library, clause.place)
    for identity in clause.law:
        if identity not in library.law.laws:
            yield error(f"there is no law `{identity}` in law.yaml", clause.place, nearest(identity, library.law.laws))


def _condition_problems(when: Expression | None, library: Library, questionnaire: Questionnaire) -> Iterator[Problem]:
    if when is not None:
        known = questionnaire.names | CONDITION_FUNCTIONS | _CONDITION_NAMES
        for name in sorted(when.names - known):
            yield error(f"the condition reads `{name}`, which is not known", when.place,
                        nearest(name, known) or "A condition reads answers and facts.")
        yield from _bad_calls(when, library, questionnaire)


def _bad_calls(called: Wording | Expression, library: Library, questionnaire: Questionnaire) -> Iterator[Problem]:
    laws, questions = library.law.laws, questionnaire.questions.values()
    nouns = {*library.terms, *(question.id for question in questions if question.noun)}
    known = {"ref": library.targets, "law": laws, "in_force": laws, "answered": called.names,
             "verb": nouns, "pronoun": nouns,
             "words": {question.id for question in questions if question.choices},
             "label": {question.id for question in questions if question.columns}}
    for call in called.calls:
        if call.function not in known:
            continue
        if not call.argument:
            yield error(f"{call.function}() must name what it means in quotes", call.place,
                        f'Write {call.function}("...") once for each, under conditions.')
        elif call.argument not in known[call.function]:
            yield error(f'{call.function}("{call.argument}") leads nowhere', call.place,
                        nearest(call.argument, known[call.function]) or "Check the id.")
        elif call.function == "law" and not laws[call.argument].cite:
            yield error(f'law("{call.argument}") has nothing to print', call.place, "Give it a `cite` in law.yaml.")


def _unknown_points(covers: tuple[str, ...], library: Library, place: Place) -> Iterator[Problem]:
    for point in covers:
        if library.points.texts and point not in library.points.texts:
            yield error(f"there is no point `{point}` in points.yaml", place, nearest(point, library.points.texts))

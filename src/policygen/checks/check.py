"""`policygen check`: everything that the author of a clause library should know before somebody uses it.

In: a library and questionnaire that have loaded, the known mistakes and the example answers. Out: all problems, in the
order of the files. Loading has checked names, conditions and references one by one. The rules in this module look at
what only the whole shows, such as a question that nothing uses; `style`, `proofs`, `words` and `examples` add theirs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import cycle
from pathlib import Path

from policygen.checks import examples, proofs, style, unsaid, words
from policygen.library.clauses import Library
from policygen.library.conditions import Expression, Wording, compile_wording
from policygen.library.law import NATIONS
from policygen.library.questionnaire import Questionnaire, each_covered
from policygen.library.yaml import nearest
from policygen.model.problems import AnswersError, LibraryError, Place, Problem, error
from policygen.pack.answers import read_answers
from policygen.pack.context import forms
from policygen.pack.make import Sources

_PLACEHOLDER = re.compile(r"\bTODO\b|\bTBC\b|\bFIXME\b|\bXX+\b|lorem ipsum|_{4,}|\.{5,}"
                          r"|\[(?:insert|name|date|organisation)\b[^\]]*\]", re.IGNORECASE)
_FORM = re.compile(r"\bterm\.(\w+)")
_USED_BY_PROGRAM = frozenset({"organisation_name", "nations", "governing_body", "lead_role", "approved_on",
                              "review_years", "logo", "accent_colour", "typeface"})
"""Questions that need no clause: the program reads them for the title, the status block, the law and the look."""


def check(sources: Sources, mistakes: style.Mistakes, answers_files: Iterable[Path], own: bool) -> tuple[Problem, ...]:
    """Everything that is wrong with a library.

    `own`: questionnaire and example answers were made for this library. With another library it is no problem if it
    uses only some of the questions, or if an example does not fit.
    """
    library, questionnaire = sources.library, sources.questionnaire
    found = [*check_library(library, questionnaire), *style.check(library, mistakes.mistakes),
             *proofs.check(library, questionnaire, mistakes.must_have)]
    if own:
        found += _unused_questions(library, questionnaire)
    packs, awkward, given = [], [], []
    for path, own_words in zip(answers_files, cycle(words.AWKWARD), strict=False):
        try:
            packs.append(examples.make_example(path, sources))
            given.append(read_answers(path, questionnaire))
            awkward.append({**given[-1], **own_words})
        except AnswersError as exc:
            found += exc.problems if own else ()
        except LibraryError as exc:
            found += exc.problems
    if own:
        found += words.check(library, questionnaire, awkward, library.law.checked)
        found += unsaid.check(sources, given, library.law.checked)
    # One pack shows less than the rules above, and often the same: it is left out for files that they complain about.
    known = {problem.place.file for problem in found}
    found += [problem for pack in packs for problem in pack.problems if problem.place.file not in known]
    found += examples.check(tuple(packs), library)
    return tuple(sorted(dict.fromkeys(found), key=lambda problem: (problem.place, problem.message)))


def check_library(library: Library, questionnaire: Questionnaire) -> Iterator[Problem]:
    """What is missing or left over in a library, without a look at style, at all answers and at the examples."""
    yield from _points_not_covered(library, questionnaire)
    yield from _law_without_use(library)
    yield from _leftovers(library)


def _points_not_covered(library: Library, questionnaire: Questionnaire) -> Iterator[Problem]:
    """Points of the requirements that nothing covers, of each model that the library means to cover whole."""
    covered = {point for clause in library.clauses.values() for point in clause.covers}
    covered |= {point for plan in library.documents for point in plan.covers}
    covered |= {point for point, _, _ in each_covered(questionnaire)}
    for point, text in library.points.texts.items():
        if point.partition("-")[0] in library.points.models and point not in covered:
            yield error(f"nothing carries the point {point}: {text}", library.points.places[point],
                        "Name it under `covers:` in the clause or question that says all of it.")


def _law_without_use(library: Library) -> Iterator[Problem]:
    """Law that no clause rests on. What is only on its way stands in the notes for trustees by itself."""
    used = {name for clause in library.clauses.values() for name in clause.law}
    coming = {law.id for law in library.law.coming(NATIONS)}
    for law in library.law.laws.values():
        if law.id not in used | coming:
            yield error(f"no clause rests on the law `{law.id}`", law.place,
                        "Name it under `law:` in the clause that says it, or delete it.")


def _leftovers(library: Library) -> Iterator[Problem]:
    """Placeholders; and forms of terms that do not exist, which stop each pack that has the clause."""
    known = {form for term in library.terms for form in forms(term, "word")}
    wordings = (wording for clause in library.clauses.values() for wording in (clause.wording, clause.short) if wording)
    for wording in wordings:
        for number, line in enumerate(wording.source.split("\n"), wording.place.line):
            place = Place(wording.place.file, number)
            for form in _FORM.findall(line):
                if form not in known:
                    yield error(f"there is no form `term.{form}`", place,
                                nearest(form, known) or "docs/writing.md lists the forms.")
            if found := _PLACEHOLDER.search(line):
                yield error(f"a placeholder is left over: `{found.group()}`", place,
                            "Write the words, ask a question for them, or make it a field.")


def _unused_questions(library: Library, questionnaire: Questionnaire) -> Iterator[Problem]:
    """Questions and facts that nothing uses."""
    used = _names_used(library, questionnaire) | _USED_BY_PROGRAM
    for question in questionnaire.questions.values():
        if question.id not in used:
            yield error(f"nothing uses the question `{question.id}`", question.place,
                        "Use its answer in a clause or a condition, or do not ask it.")
    for fact in questionnaire.facts.values():
        if fact.id not in used:
            yield error(f"nothing uses the fact `{fact.id}`", fact.place, "Use it in a condition, or delete it.")


def _names_used(library: Library, questionnaire: Questionnaire) -> set[str]:
    """Every question and fact that the library or another question or fact reads."""
    readers: list[Wording | Expression | None] = [fact.condition for fact in questionnaire.facts.values()]
    readers += [caution.when for caution in questionnaire.warnings]
    for question in questionnaire.questions.values():
        readers += [question.when, question.default_from, question.quick_when]
        for choice in question.choices:
            readers += [choice.when, compile_wording(choice.words, question.place)]
    for clause in library.clauses.values():
        readers += [clause.when, clause.wording, clause.short]
    used = {*library.terms.values(), *questionnaire.plurals.values()}
    for plan in library.documents:
        readers.append(plan.when)
        used.add(plan.layout_from)
    for reader in readers:
        if reader is not None:
            used |= reader.names | {call.argument for call in reader.calls if call.function in ("words", "label")}
    return used

"""The proof that no clause claims what nobody has said.

In: the sources, and answers. Out: a problem for each clause with a sentence that rests on a question which nobody has
answered: with another answer to it the sentence would be gone, or would say something else. So what an answer adds may
only be more sentences. Each clause that reads the question is rendered, with all its wordings; no document is made.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple

from policygen.checks.cases import written
from policygen.checks.prose import printed, split_sentences
from policygen.library.clauses import Clause, DocumentPlan
from policygen.library.conditions import Expression, Wording
from policygen.library.question import Question
from policygen.library.questionnaire import Questionnaire
from policygen.model.problems import AnswersError, Problem, error
from policygen.pack import answers
from policygen.pack.context import context
from policygen.pack.make import Sources
from policygen.pack.selection import CONCISE

_MARK = "Zennor"
"""A word that stands for all that somebody can type; no clause has it."""
_ABOUT_ANSWERS: dict[str, Any] = {"taken": [], "unsaid": [], "decisions": []}
"""The lists of answers, which change with every answer, and claim nothing about the organisation."""


class _Text(NamedTuple):
    """A wording of a clause in a document."""

    plan: DocumentPlan
    clause: Clause
    wording: Wording
    layout: str
    reads: frozenset[str]
    """Questions and facts."""


def check(sources: Sources, bases: Iterable[Mapping[str, Any]], as_at: date) -> Iterator[Problem]:
    """The problems with each set of typed answers, once with all of them and once with those alone that every pack
    needs. A clause is reported once for a question."""
    found: dict[tuple[str, str], Problem] = {}
    presumed = {name for name, question in sources.questionnaire.questions.items() if question.presumed is not None}
    texts = _texts(sources)
    concerned = {name: [text for text in texts if text.reads & changing and name not in text.clause.claims_nothing]
                 for name in presumed for changing in [_dependent(name, sources.questionnaire)]}
    for base in bases:
        needed = {name: answer for name, answer in base.items() if name not in presumed}
        for given in ({**base}, needed):
            for name in presumed:
                for problem, clause in _resting_on(name, given, sources, concerned[name], as_at):
                    found.setdefault((clause, name), problem)
    yield from found.values()


def _resting_on(name: str, given: Mapping[str, Any], sources: Sources, texts: list[_Text],
                as_at: date) -> Iterator[tuple[Problem, str]]:
    """A problem for each of the texts that rests on a question while nobody answers it, and the id of its clause."""
    questions = sources.questionnaire
    question = questions.questions[name]
    without = {key: value for key, value in given.items() if key != name}
    before = _context(sources, without, as_at)
    if before is None or name not in before["_applicable"]:
        return
    said = [(text, sentences) for text in texts if (sentences := _sentences(text, before, questions))]
    for answer in _answers(question, questions, before):
        after = _context(sources, {**without, name: answer}, as_at)
        for text, sentences in said:
            rest = _sentences(text, after, questions) if after is not None else sentences
            if lost := next((one for one in sentences if one not in rest), ""):
                yield error(
                    f"`{text.clause.id}` claims what nobody has said about `{name}`: “{lost}”", text.wording.place,
                    f"It is not there with `{name}: {written(answer)}`. Leave it out until somebody has answered: "
                    f'answered("{name}").'), text.clause.id


def _texts(sources: Sources) -> list[_Text]:
    """Every wording in every document, once for each layout that makes a difference to it."""
    library, found = sources.library, []
    for plan in sources.library.documents:
        layouts = [choice.value for choice in sources.questionnaire.questions[plan.layout_from].choices
                   ] if plan.layout_from else ["plain"]
        for clause in (library.clauses[name] for name in plan.clauses):
            done: set[Wording | None] = {None}
            for layout in layouts:
                wording = clause.short if layout in CONCISE else clause.wording
                if wording is None or wording in done:
                    continue
                reads = _names(plan.when) | _names(clause.when) | _names(wording)
                reads |= {*library.terms.values()} if "term" in reads else set()
                found.append(_Text(plan, clause, wording, layout, frozenset(reads)))
                if not reads & {plan.layout_from, *_facts_on({plan.layout_from}, sources.questionnaire)}:
                    done.add(wording)
    return found


def _names(reader: Expression | Wording | None) -> set[str]:
    return set() if reader is None else {*reader.names, *(call.argument for call in reader.calls)}


def _dependent(name: str, questionnaire: Questionnaire) -> set[str]:
    """The questions and facts that can change with the answer to a question, itself included."""
    found = {name}
    for question in questionnaire.questions.values():
        conditions = (question.when, question.default_from, *(choice.when for choice in question.choices))
        if any(_names(when) & (found | _facts_on(found, questionnaire)) for when in conditions):
            found.add(question.id)
    return found | _facts_on(found, questionnaire)


def _facts_on(names: set[str], questionnaire: Questionnaire) -> set[str]:
    return {fact for fact in questionnaire.facts if questionnaire.behind(fact) & names}


def _context(sources: Sources, given: Mapping[str, Any], as_at: date) -> dict[str, Any] | None:
    """What wording can read with these answers; None where they do not fit together."""
    try:
        found = answers.complete(sources.questionnaire, given, "", draft=True)
    except AnswersError:
        return None
    return context(sources.library, sources.questionnaire, found, as_at) | _ABOUT_ANSWERS | {
        "_applicable": found.applicable}


def _sentences(text: _Text, readable: Mapping[str, Any], questionnaire: Questionnaire) -> tuple[str, ...]:
    """The sentences of a wording with these answers; none where its clause or document is not in the pack."""
    if text.plan.layout_from and readable[text.plan.layout_from] != text.layout:
        readable = {**readable, text.plan.layout_from: text.layout}
        readable |= {name: questionnaire.facts[name].condition.holds(readable)
                     for name in _facts_on({text.plan.layout_from}, questionnaire)}
    if not all(when is None or when.holds(readable) for when in (text.plan.when, text.clause.when)):
        return ()
    return tuple(sentence for paragraph in printed(text.wording, {**readable, "reader": text.plan.reader})
                 for _, sentence in split_sentences(paragraph.text))


def _answers(question: Question, questionnaire: Questionnaire, readable: Mapping[str, Any]) -> list[Any]:
    """Some of the answers that somebody could give: each that a condition could tell from the others."""
    values = [choice.value for choice in answers.offered(question, questionnaire, readable)]
    match question.type:
        case "yes_no":
            return [True, False]
        case "choice":
            return values
        case "choices":
            return [[], *([value] for value in values), values]
        case "table":
            rows = [{column.id: column.choices[0].value if column.choices else "2 weeks" if column.type == "period"
                     else True if column.type == "yes_no" else _MARK for column in question.columns}]
            return [[], rows]
    return [_MARK]

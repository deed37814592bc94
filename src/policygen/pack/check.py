"""Rules about finished documents: what must not reach a reader.

In: the documents of a pack, and the library and the context that made them. Out: problems. It changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from policygen.library.clauses import Library
from policygen.model.document import Blank, Document, Inline, Passage, Reference, inlines_of, passages_of
from policygen.model.lines import text_of
from policygen.model.problems import Place, Problem, error


def check(documents: tuple[Document, ...], library: Library, context: Mapping[str, Any]) -> tuple[Problem, ...]:
    """Everything that is wrong with the documents of a pack."""
    rules = (dangling_references, empty_sections, blanks_in_a_final_edition, law_that_does_not_apply)
    return tuple(problem for document in documents for rule in rules for problem in rule(document, library, context))


def dangling_references(document: Document, library: Library, context: Mapping[str, Any]) -> Iterator[Problem]:
    """References to a clause, section or document that this pack does not have."""
    for passage, inline in _inlines(document):
        if isinstance(inline, Reference) and not inline.text:
            yield error(f"`{passage.clause}` refers to `{inline.target}`, which is not in this pack",
                        _place(passage, library),
                        "Refer to it only under the condition under which it is in.")


def empty_sections(document: Document, library: Library, context: Mapping[str, Any]) -> Iterator[Problem]:
    """Documents without words, and clauses without words for these answers."""
    if not document.sections:
        yield error(f"the document `{document.id}` is empty", hint="Give it a condition.")
    for passage in passages_of(document):
        if not text_of(passage.blocks).strip():
            yield error(f"`{passage.clause}` has no words for these answers", _place(passage, library),
                        "Give the clause a condition.")


def blanks_in_a_final_edition(document: Document, library: Library, context: Mapping[str, Any]) -> Iterator[Problem]:
    """Answers that are still missing, in a document that is not a draft."""
    if document.draft:
        return
    for passage, inline in _inlines(document):
        if isinstance(inline, Blank):
            yield error(f"`{passage.clause}` still needs an answer: {inline.label}",
                        _place(passage, library))


def law_that_does_not_apply(document: Document, library: Library, context: Mapping[str, Any]) -> Iterator[Problem]:
    """Clauses that print law of another nation, or law that is not in force on the pack's date."""
    laws, in_force = library.law.laws, context["in_force"]
    for passage in passages_of(document):
        clause, text = library.clauses.get(passage.clause), text_of(passage.blocks).casefold()
        if clause is None:
            continue
        for law in clause.law:
            if laws[law].cite and laws[law].cite.casefold() in text and not in_force(law):
                yield error(f"`{clause.id}` states {laws[law].cite}, which does not apply in these nations on this "
                            "date", clause.place, f'Put the sentence under {{% if in_force("{law}") %}}.')


def _place(passage: Passage, library: Library) -> Place:
    """Where the library has a clause; an empty place for a clause that people wrote into the document themselves."""
    clause = library.clauses.get(passage.clause)
    return clause.place if clause else Place()


def _inlines(document: Document) -> Iterator[tuple[Passage, Inline]]:
    for passage in passages_of(document):
        for run in inlines_of(passage.blocks):
            for inline in run:
                yield passage, inline

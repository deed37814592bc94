"""Rules over the words of clauses: mistakes in law, long sentences, terms that are not explained.

In: the library with its wording as paragraphs, and the known mistakes. Out: problems, each with the line on which the
words stand. It looks at the source, so that every alternative is looked at, whatever the answers are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from policygen.checks.prose import Paragraph, paragraphs, sentences, word_count
from policygen.model.problems import Place, Problem, error
from policygen.library.law import Law
from policygen.library.clauses import Clause, DocumentPlan, Library
from policygen.checks.mistakes import Mistake

LONGEST_SENTENCE = 35
"""Words."""


@dataclass(frozen=True, slots=True)
class Written:
    """One wording of a clause, as a reader meets it."""

    clause: Clause
    concise: bool
    paragraphs: tuple[Paragraph, ...]


def check(library: Library, mistakes: tuple[Mistake, ...]) -> Iterator[Problem]:
    """Everything that these rules find in a library."""
    written = tuple(_written(library, library.law.laws))
    yield from mistakes_in_law(written, mistakes)
    yield from law_typed_by_hand(library)
    yield from long_sentences(written)
    yield from unused_definitions(written, library)
    yield from undefined_terms(written, library)


def _written(library: Library, laws: Mapping[str, Law]) -> Iterator[Written]:
    for clause in library.clauses.values():
        for concise, wording in ((False, clause.wording), (True, clause.short)):
            if wording:
                yield Written(clause, concise, paragraphs(wording, laws))


def mistakes_in_law(written: tuple[Written, ...], mistakes: tuple[Mistake, ...]) -> Iterator[Problem]:
    """Words that state the law wrongly, or law that has gone."""
    for text in written:
        for paragraph in text.paragraphs:
            words = paragraph.text.replace("’", "'")
            for mistake in mistakes:
                found = mistake.pattern.search(words)
                if found and not (mistake.unless and mistake.unless.search(words)):
                    yield Problem(mistake.severity, f"“{found.group()}” ({mistake.id}): {mistake.wrong}",
                                  paragraph.place(found.start()), mistake.correct)


def law_typed_by_hand(library: Library) -> Iterator[Problem]:
    """A citation in a clause's own words: no check would know for whom and since when it holds."""
    cites = sorted({law.cite for law in library.law.laws.values() if law.cite}, key=len, reverse=True)
    typed = re.compile("|".join(map(re.escape, cites)) or "(?!)")
    for text in _written(library, laws={}):
        for paragraph in text.paragraphs:
            if found := typed.search(paragraph.text):
                yield error(f"“{found.group()}” is typed by hand", paragraph.place(found.start()),
                            'Write {{ law("...") }} with its id from law.yaml.')


def long_sentences(written: tuple[Written, ...]) -> Iterator[Problem]:
    """A sentence that nobody can follow."""
    for text in written:
        for paragraph in text.paragraphs:
            for sentence, place in sentences(paragraph) if paragraph.sentences else ():
                if (count := word_count(sentence)) > LONGEST_SENTENCE:
                    yield error(f"a sentence of {count} words: “{' '.join(sentence.split()[:8])} ...”", place,
                                f"Make two of it; {LONGEST_SENTENCE} words are the most.")


# ---- the glossary ------------------------------------------------------------------------------------------------


def unused_definitions(written: tuple[Written, ...], library: Library) -> Iterator[Problem]:
    """A glossary clause whose words no clause of its document uses."""
    for clause in library.clauses.values():
        homes = [plan for plan in library.documents if clause.id in plan.clauses]
        if clause.defines and not any(_use(text, clause.defines) for plan in homes for text in _of(plan, written)):
            yield error(f"no clause uses what `{clause.id}` explains: {', '.join(clause.defines)}", clause.place,
                        "Delete it, or name under `defines:` the forms in which the words stand.")


def undefined_terms(written: tuple[Written, ...], library: Library) -> Iterator[Problem]:
    """A word of library.yaml's `glossary` that a policy uses and does not explain."""
    for plan in library.documents:
        explained = [library.clauses[name] for name in plan.clauses if library.clauses[name].defines]
        for term in library.glossary if plan.kind == "policy" else ():
            clauses = [clause for clause in explained if term in clause.defines]
            forms = {term, *(form for clause in clauses for form in clause.defines)}
            for concise in (False, True):
                texts = [text for text in _of(plan, written) if text.concise == concise]
                uses = [place for text in texts if (place := _use(text, forms))]
                if uses and not any(clause.short if concise else clause.wording for clause in clauses):
                    edition = "concise" if concise else "complete"
                    yield error(f"the {edition} edition of `{plan.id}` uses “{term}” and does not explain it", uses[0],
                                f"Write a glossary clause with `defines: [{term}]`"
                                + (", and its `short:`." if concise else "."))
                    break


def _of(plan: DocumentPlan, written: tuple[Written, ...]) -> list[Written]:
    """The wordings of a document, without its definitions."""
    return [text for text in written if text.clause.id in plan.clauses and not text.clause.defines
            and (plan.layout_from or not text.concise)]


def _use(text: Written, words: Iterable[str]) -> Place | None:
    """Where one of the words stands in a wording."""
    pattern = re.compile("|".join(rf"\b{re.escape(word)}\b" for word in words), re.IGNORECASE)
    for paragraph in text.paragraphs:
        if found := pattern.search(paragraph.text):
            return paragraph.place(found.start())
    return None

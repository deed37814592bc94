"""Rules over the words of clauses: mistakes in law, law typed by hand, long sentences, words that are not explained.

In: a library, and the known mistakes from `errors.yaml`. Out: problems, each at the line on which the words stand.
The rules read the wording as its author wrote it, so they see every alternative, whatever the answers are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from policygen.checks.prose import (
    WordingParagraph, any_word, paragraphs, placed_sentences, unconditional_words, word_count,
)
from policygen.library.clauses import Clause, DocumentPlan, Library
from policygen.library.law import Law
from policygen.library.yaml import MappingReader, each_id, read_yaml
from policygen.model.problems import LibraryError, Place, Problem, error

LONGEST_SENTENCE = 35
"""Words."""

_STATUTE = (r"\b(?:[A-Z][\w’]*,? (?:(?:and|of|for|in|from|to) |\([^)]+\) )*)*(?:Act|Order|Regulations)"
            r"(?: \([^)]+\))? (?:19|20)\d\d\b")
"""An Act or the like with its year, known to the library or not."""
_LONGEST_PATTERN = 700
"""Characters."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """Words that state the law wrongly, or that name repealed law; or words that have to be there."""

    id: str
    pattern: re.Pattern[str]
    """What to look for in a paragraph that stands on one line."""
    wrong: str
    correct: str
    unless: re.Pattern[str] | None = None
    """Words in the same paragraph that make it right."""
    whole_clause: bool = False
    """Whether `unless` may stand anywhere in the wording of the clause."""
    severity: Literal["error", "warning"] = "error"
    """`warning` where the words may be right in their place."""


@dataclass(frozen=True, slots=True)
class Mistakes:
    """What `errors.yaml` holds."""

    mistakes: tuple[Mistake, ...]
    """Words that no clause may have."""
    must_have: tuple[Mistake, ...]
    """Words that every policy must have, whatever the answers are."""


def load_mistakes(path: Path, shown: str) -> Mistakes:
    """The mistakes in a file that messages call `shown`. Raises LibraryError with everything that is wrong in it.

    Give it the program's own `errors.yaml` only, for every library: what is wrong in UK law is wrong everywhere, and a
    pattern from a stranger could keep the computer busy for ever.
    """
    problems: list[Problem] = []
    top = MappingReader(read_yaml(path, LibraryError, shown), Place(shown, 1), problems, "errors.yaml")
    mistakes = [_mistake(MappingReader(item, place, problems, "a mistake"), must_have=False)
                for item, place in top.items("mistakes")]
    needed = [_mistake(MappingReader(item, place, problems, "something to have"), must_have=True)
              for item, place in top.items("must_have")]
    top.done()
    each_id([(item.id, place) for item, place in [*mistakes, *needed]], top.add, "a mistake")
    if problems:
        raise LibraryError(*sorted(problems, key=lambda problem: problem.place))
    return Mistakes(tuple(item for item, _ in mistakes), tuple(item for item, _ in needed))


def _mistake(reader: MappingReader, must_have: bool) -> tuple[Mistake, Place]:
    """An entry with its place. Its patterns are tried on its own example."""
    identity, example = reader.text("id", None), reader.text("example", None)
    pattern = _pattern(reader, "pattern", reader.text("pattern", None))
    exception = "" if must_have else reader.text("unless")
    unless = _pattern(reader, "unless", exception) if exception else None
    severity = "error" if must_have else reader.choice("severity", ("error", "warning"), "error")
    if not pattern.search(example):
        reader.add("the pattern does not find its own example", reader.place("example"), "Correct one of them.")
    if unless and unless.search(example):
        reader.add(f"`unless` of `{identity}` suppresses its own example", reader.place("unless"), "Make it narrower.")
    found = Mistake(identity, pattern, reader.text("wrong", None), reader.text("correct", None), unless,
                    not must_have and reader.flag("whole_clause"), "warning" if severity == "warning" else "error")
    reader.done()
    return found, reader.data.place


def _pattern(reader: MappingReader, key: str, written: str) -> re.Pattern[str]:
    """The compiled pattern. Capitals make no difference unless the pattern says so."""
    if len(written) > _LONGEST_PATTERN:
        reader.add(f"`{key}` is {len(written)} characters long", reader.place(key),
                   f"Keep it under {_LONGEST_PATTERN}.")
    try:
        return re.compile(written, re.IGNORECASE)
    except re.error as exc:
        reader.add(f"`{key}` is not a pattern: {exc}", reader.place(key), "See the `re` module of Python.")
        return re.compile("")


# ---- the rules ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Text:
    """The full or the short wording of a clause."""

    clause: Clause
    concise: bool
    paragraphs: tuple[WordingParagraph, ...]


def check(library: Library, mistakes: Iterable[Mistake]) -> Iterator[Problem]:
    """Everything that these rules find in a library."""
    texts = _texts(library, library.law.laws)
    yield from _mistakes_in_words(texts, tuple(mistakes))
    yield from _law_typed_by_hand(library)
    yield from _long_sentences(texts)
    yield from _unused_definitions(texts, library)
    yield from _undefined_terms(texts, library)
    yield from _protection_left_out(library)


def _texts(library: Library, laws: Mapping[str, Law]) -> tuple[_Text, ...]:
    return tuple(_Text(clause, concise, paragraphs(wording, laws)) for clause in library.clauses.values()
                 for concise, wording in ((False, clause.wording), (True, clause.short)) if wording)


def _mistakes_in_words(texts: tuple[_Text, ...], mistakes: tuple[Mistake, ...]) -> Iterator[Problem]:
    for text in texts:
        clause = "\n".join(_searched(paragraph) for paragraph in text.paragraphs)
        for paragraph in text.paragraphs:
            words = _searched(paragraph)
            for mistake in mistakes:
                found = mistake.pattern.search(words)
                if found and not (mistake.unless and mistake.unless.search(clause if mistake.whole_clause else words)):
                    yield Problem(mistake.severity, f"“{found.group()}” ({mistake.id}): {mistake.wrong}",
                                  paragraph.place(found.start()), mistake.correct)


def _searched(paragraph: WordingParagraph) -> str:
    return paragraph.text.replace("’", "'")


def _law_typed_by_hand(library: Library) -> Iterator[Problem]:
    """A citation in a clause's own words: no check could know in which nations and from which day it holds."""
    cites = sorted({law.cite for law in library.law.laws.values() if law.cite}, key=len, reverse=True)
    known = [f"[Tt]he {re.escape(cite[4:])}" if cite.startswith("the ") else re.escape(cite) for cite in cites]
    citation = re.compile("|".join([*known, _STATUTE]))
    for paragraph in (paragraph for text in _texts(library, laws={}) for paragraph in text.paragraphs):
        if found := citation.search(paragraph.text):
            yield error(f"“{found.group()}” is typed by hand", paragraph.place(found.start()),
                        'Write {{ law("...") }} with its id from law.yaml.')


def _long_sentences(texts: tuple[_Text, ...]) -> Iterator[Problem]:
    for paragraph in (paragraph for text in texts for paragraph in text.paragraphs if paragraph.has_sentences):
        for sentence, place in placed_sentences(paragraph):
            if (count := word_count(sentence)) > LONGEST_SENTENCE:
                yield error(f"a sentence of {count} words: “{' '.join(sentence.split()[:8])} ...”", place,
                            f"Make two of it; {LONGEST_SENTENCE} words are the most.")


def _unused_definitions(texts: tuple[_Text, ...], library: Library) -> Iterator[Problem]:
    """A glossary clause that explains words which no other clause of its documents uses."""
    for clause in library.clauses.values():
        around = [text for plan in library.documents if clause.id in plan.clauses for text in _part(texts, plan)]
        if clause.defines and not any(_first_use(text, clause.defines) for text in around):
            yield error(f"no clause uses what `{clause.id}` explains: {', '.join(clause.defines)}", clause.place,
                        "Delete it, or name under `defines:` the forms in which the words stand.")


def _undefined_terms(texts: tuple[_Text, ...], library: Library) -> Iterator[Problem]:
    """A word from the `glossary` of library.yaml that a policy uses and does not explain."""
    for plan in library.documents:
        explained = [library.clauses[name] for name in plan.clauses if library.clauses[name].defines]
        for term in library.glossary if plan.kind == "policy" else ():
            clauses = [clause for clause in explained if term in clause.defines]
            forms = {term, *(form for clause in clauses for form in clause.defines)}
            for concise in (False, True):
                uses = [place for text in _part(texts, plan) if text.concise == concise
                        and (place := _first_use(text, forms))]
                if uses and not any(clause.short if concise else clause.wording for clause in clauses):
                    edition = "concise" if concise else "complete"
                    yield error(f"the {edition} edition of `{plan.id}` uses “{term}” and does not explain it", uses[0],
                                f"Write a glossary clause with `defines: [{term}]`"
                                + (", and its `short:`." if concise else "."))
                    break


def _protection_left_out(library: Library) -> Iterator[Problem]:
    """A clause on which somebody's safety or a legal duty rests, and of which a concise edition can say nothing."""
    concise = {name for plan in library.documents if plan.layout_from for name in plan.clauses}
    for clause in library.clauses.values():
        if not clause.protects or clause.id not in concise:
            continue
        if clause.short is None:
            yield error(f"`{clause.id}` protects somebody, and has no `short`: a concise edition leaves it out",
                        clause.place, "Write it: a concise edition loses words, never a rule that keeps somebody safe.")
        elif not word_count(unconditional_words(clause.short, library.law.laws)):
            yield error(f"`{clause.id}` protects somebody, and all its `short` stands under conditions",
                        clause.short.place, "Put the words that protect outside every {% if %}, and more under it.")


def _part(texts: tuple[_Text, ...], plan: DocumentPlan) -> list[_Text]:
    """The wordings that a document can hold, without its definitions; short ones only where it has a layout."""
    return [text for text in texts if text.clause.id in plan.clauses and not text.clause.defines
            and (plan.layout_from or not text.concise)]


def _first_use(text: _Text, words: Iterable[str]) -> Place | None:
    """Where one of the words first stands in a wording."""
    pattern = any_word(words)
    for paragraph in text.paragraphs:
        if found := pattern.search(paragraph.text):
            return paragraph.place(found.start())
    return None

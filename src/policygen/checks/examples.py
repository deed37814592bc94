"""Rules over the packs that the examples give: sentences said twice, and documents that are hard to read.

In: the examples' packs and the library. Out: problems, at the clause or document concerned. What is wrong with one
pack by itself `documents` finds; these rules are too slow, or too much a matter of taste, for every edition.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from policygen.pack import answers, assembly, selection, context as wording
from policygen.pack.assembly import Stamp
from policygen.pack import check as document_checks
from policygen.checks.prose import paragraphs, sentences, split, word_count
from policygen.model.document import Document, Paragraph, Passage, every_block, passages_of, plain
from policygen.model.problems import Place, Problem, error
from policygen.library.clauses import Library
from policygen.library.questionnaire import Questionnaire
from policygen.pack.selection import CONCISE

_SHORTEST_REPEATED = 6
"""Words of a sentence that counts when it stands twice; shorter ones are figures of speech."""

_AGE_AT_GRADE_0 = 5
"""Children come into the first year of an American school, grade 1, at six."""


@dataclass(frozen=True, slots=True)
class Pack:
    """The documents that an example gives."""

    example: str
    """The name of its file."""
    documents: tuple[Document, ...]
    """Those that have words."""
    problems: tuple[Problem, ...]
    """What the checks of every edition say about it."""


def make(path: Path, library: Library, questionnaire: Questionnaire) -> Pack:
    """The pack of an example, on the day when the law was checked. Raises AnswersError and LibraryError."""
    given = answers.complete(questionnaire, answers.read(path, questionnaire), path.name)
    approved = given.values["approved_on"] or None
    day = max(library.law.checked, approved or library.law.checked)
    context = wording.context(library, questionnaire, given, day)
    stamp = Stamp(1, day, assembly.review_due(approved or day, given.values["review_years"]), draft=approved is None)
    made = assembly.assemble(library, selection.select(library, questionnaire, context), context, stamp)
    documents = tuple(document for document in made if document.sections)
    return Pack(path.name, documents, document_checks.check(documents, library, context))


def check(packs: tuple[Pack, ...], library: Library) -> Iterator[Problem]:
    """Sentences said twice in a pack, once each, and what is hard to read in any."""
    yield from dict.fromkeys(problem for pack in packs for problem in repeated_sentences(pack, library))
    yield from hard_to_read(packs, library)


# ---- said twice --------------------------------------------------------------------------------------------------


def repeated_sentences(pack: Pack, library: Library) -> Iterator[Problem]:
    """A sentence that stands twice in one document."""
    repeating = {plan.id for plan in library.documents if plan.annotates}
    for document in pack.documents:
        seen: dict[str, str] = {}
        for passage in passages_of(document) if document.id not in repeating else ():
            for sentence in _sentences(passage):
                key = " ".join(re.findall(r"\w+", sentence.casefold()))
                if word_count(sentence) >= _SHORTEST_REPEATED and key in seen:
                    where = "in the same clause" if seen[key] == passage.clause else f"in `{seen[key]}` too"
                    yield error(f"this sentence of `{document.id}` stands {where}: “{sentence}”",
                                _line_of(sentence, passage, document, library), "Say it once, and refer to it.")
                seen.setdefault(key, passage.clause)


def _sentences(passage: Passage) -> Iterator[str]:
    for line in _lines(passage):
        yield from (sentence for _, sentence in split(line))


def _lines(passage: Passage) -> Iterator[str]:
    """The paragraphs and items of a passage; no tables, headings or fields, which hold no sentences."""
    for block in every_block(passage.blocks):
        if isinstance(block, Paragraph):
            yield plain(block.inlines)


def _line_of(sentence: str, passage: Passage, document: Document, library: Library) -> Place:
    """The line of the clause on which the sentence most like this one begins."""
    clause = library.clauses[passage.clause]
    source = clause.short if document.layout in CONCISE and clause.short else clause.wording
    written = [found for paragraph in paragraphs(source, library.law.laws) for found in sentences(paragraph)]
    best = max(written, key=lambda found: difflib.SequenceMatcher(None, found[0], sentence).ratio(), default=None)
    return best[1] if best else clause.place


# ---- reading age -------------------------------------------------------------------------------------------------


def hard_to_read(packs: Iterable[Pack], library: Library) -> Iterator[Problem]:
    """A document that asks more of its readers than library.yaml says they bring, in the pack where it is hardest."""
    for plan in library.documents:
        made = [(reading_age(_prose(passages_of(document))), pack.example, document)
                for pack in packs for document in pack.documents if document.id == plan.id and plan.reading_age]
        if not made:
            continue
        age, example, document = max(made, key=lambda found: found[0])
        if age > plan.reading_age:
            hardest = sorted(((reading_age(_prose([passage])), passage.clause) for passage in passages_of(document)),
                             reverse=True)[:3]
            names = ", ".join(f"{clause} ({found:.0f})" for found, clause in hardest)
            yield error(f"`{plan.id}` reads at the age of {age:.1f} in the pack of {example}; "
                        f"{plan.reading_age} is the most", plan.place,
                        f"Use shorter words and sentences. Hardest: {names}.")


def reading_age(text: str) -> float:
    """The age at which a text in English can be read: its Flesch-Kincaid grade and five years; 0 for no text."""
    if not text:
        return 0.0
    import textstat

    return textstat.flesch_kincaid_grade(text) + _AGE_AT_GRADE_0


def _prose(passages: Iterable[Passage]) -> str:
    """The sentences of some passages. An item is one sentence, and a dot inside a number or an address ends none."""
    lines = [line.rstrip(" ;:,.") + ("" if line.rstrip()[-1:] in "!?" else ".")
             for passage in passages for line in _lines(passage) if line.strip()]
    return re.sub(r"(?<=\w)\.(?=\w)", "", "\n".join(lines))

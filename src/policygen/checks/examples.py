"""Rules over the packs that the examples give: sentences that stand twice, and documents that are hard to read.

In: the examples' packs and the library. Out: problems, at the clause or document concerned. These rules are too slow,
or too much a matter of taste, for every edition; those for every edition are in `policygen.pack.check`.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from policygen.checks.prose import paragraphs, placed_sentences, split_sentences, word_count
from policygen.library.clauses import Library
from policygen.model.document import Document, Paragraph, Passage, every_block, passages_of, plain
from policygen.model.problems import Place, Problem, error
from policygen.pack import answers
from policygen.pack import check as document_checks
from policygen.pack.make import Sources, rendered
from policygen.pack.selection import CONCISE

_SHORTEST_REPEATED = 6
"""Words of the shortest sentence that may not stand twice; shorter ones are figures of speech."""

_AGE_AT_GRADE_0 = 5
"""Children come into the first year of an American school, grade 1, at six."""

_WORD = re.compile(r"[A-Za-z]+")
_TWO_SOUNDS = re.compile(  # vowels that stand together and are spoken apart: re-act, cre-ate, be-ing, tri-al
    r"i(?:um|et|a(?!l))|[^ct]ial(?!l)|tiali|io(?!n|us)|(?<![qg])u(?:a|i(?:ng|ty|n)|ou)|[aoy]ing|oye|ea(?:te|ti|li|lit)|eing|deo|oet"
    r"|^rea(?!ch|d|l|s)|^reu|^coo[pr]|[dlr]ier|[dlrp]ient|[rdb]ious|eria|sms?$")
_SILENT_INSIDE = re.compile(  # the e of safe-ly, some-body, every
    r"(?<=[^aeiouyb])e(?:ly|ty|ments?|ful|less|ness|thing|body|day|guard|times|where|hand|fore)|ever[iy]|busi|ague")
_FINAL_E = re.compile(r"(?<![aeiouy])e[ds]?$")
_SOUNDED_FINAL_E = re.compile(r"(?:[^aeiouylr]le[ds]?|[td]ed|(?:[cgsxz]|ch|sh)es)$")


@dataclass(frozen=True, slots=True)
class Pack:
    """The documents that an example gives."""

    example: str
    """The name of its file."""
    documents: tuple[Document, ...]
    """Those that have words."""
    problems: tuple[Problem, ...]
    """What the checks of every edition say about it."""


def make_example(path: Path, sources: Sources) -> Pack:
    """The pack of an example, on the day when the law was checked. Raises AnswersError and LibraryError."""
    given, checked = answers.read_answers(path, sources.questionnaire), sources.library.law.checked
    rendering = rendered(sources, given, max(checked, given.get("approved_on") or checked), name=path.name, number=1)
    documents = tuple(document for document in rendering.documents if document.sections)
    return Pack(path.name, documents, document_checks.check(documents, sources.library, rendering.context))


def check(packs: tuple[Pack, ...], library: Library) -> Iterator[Problem]:
    """Sentences that stand twice, each once for all packs; and each document that is hard to read in any of them."""
    yield from dict.fromkeys(problem for pack in packs for problem in _repeated_sentences(pack, library))
    yield from _hard_to_read(packs, library)


# ---- sentences that stand twice ----------------------------------------------------------------------------------


def _repeated_sentences(pack: Pack, library: Library) -> Iterator[Problem]:
    """Sentences that stand twice in one document."""
    annotated = {plan.id for plan in library.documents if plan.annotates}
    for document in pack.documents:
        seen: dict[str, str] = {}
        for passage in passages_of(document) if document.id not in annotated else ():
            for sentence in (sentence for line in _lines(passage) for _, sentence in split_sentences(line)):
                key = " ".join(re.findall(r"\w+", sentence.casefold()))
                if word_count(sentence) >= _SHORTEST_REPEATED and key in seen:
                    where = "in the same clause" if seen[key] == passage.clause else f"in `{seen[key]}` too"
                    yield error(f"this sentence of `{document.id}` stands {where}: “{sentence}”",
                                _line_of(sentence, passage, document, library), "Say it once, and refer to it.")
                seen.setdefault(key, passage.clause)


def _lines(passage: Passage) -> Iterator[str]:
    """The paragraphs and items of a passage; no tables, headings or fields, which hold no sentences."""
    for block in every_block(passage.blocks):
        if isinstance(block, Paragraph):
            yield plain(block.inlines)


def _line_of(sentence: str, passage: Passage, document: Document, library: Library) -> Place:
    """The line in the clause's file on which the sentence most like this one begins."""
    clause = library.clauses[passage.clause]
    source = clause.short if document.layout in CONCISE and clause.short else clause.wording
    written = [found for paragraph in paragraphs(source, library.law.laws) for found in placed_sentences(paragraph)]
    best = max(written, key=lambda found: difflib.SequenceMatcher(None, found[0], sentence).ratio(), default=None)
    return best[1] if best else clause.place


# ---- reading age -------------------------------------------------------------------------------------------------


def _hard_to_read(packs: Iterable[Pack], library: Library) -> Iterator[Problem]:
    """Documents that need a higher reading age than library.yaml allows, each in the pack where it is hardest."""
    for plan in library.documents:
        made = [(reading_age(_prose(passages_of(document))), pack.example, document)
                for pack in packs for document in pack.documents if document.id == plan.id and plan.reading_age]
        age, example, document = max(made, key=lambda found: found[0], default=(0, "", None))
        if document and age > plan.reading_age:
            hardest = sorted(((reading_age(_prose([passage])), passage.clause) for passage in passages_of(document)),
                             reverse=True)[:3]
            names = ", ".join(f"{clause} ({found:.0f})" for found, clause in hardest)
            yield error(f"`{plan.id}` reads at the age of {age:.1f} in the pack of {example}; "
                        f"{plan.reading_age} is the most", plan.place,
                        f"Use shorter words and sentences. Hardest: {names}.")


def reading_age(text: str) -> float:
    """The age at which a text in English can be read: its Flesch-Kincaid grade and five years; 0 for no text.

    The grade is that of Kincaid and others (1975): 0.39 words a sentence and 11.8 syllables a word, less 15.59.
    """
    words = _WORD.findall(text.replace("’", ""))
    if not words:
        return 0.0
    sentences = sum(bool(_WORD.search(sentence)) for sentence in re.split(r"[.!?]", text))
    grade = 0.39 * len(words) / sentences + 11.8 * sum(map(syllables, words)) / len(words) - 15.59
    return grade + _AGE_AT_GRADE_0


def syllables(word: str) -> int:
    """The syllables of an English word, letters only: a guess that is right for 99 of 100 words of a policy.

    Dictionaries of pronunciation are under licences that would bind whoever passes this program on.
    """
    if word.isupper() and 1 < len(word) < 4:  # spelt: UK
        return len(word)
    word = word.lower()
    count = len(re.findall("[aeiouy]+", word))
    count += len(_TWO_SOUNDS.findall(word)) - len(_SILENT_INSIDE.findall(word))
    if _FINAL_E.search(word) and not _SOUNDED_FINAL_E.search(word):
        count -= 1
    return max(count, 1)


def _prose(passages: Iterable[Passage]) -> str:
    """The sentences of some passages. An item is one sentence, and a dot inside a number or an address ends none."""
    lines = [line.rstrip(" ;:,.") + ("" if line.rstrip()[-1:] in "!?" else ".")
             for passage in passages for line in _lines(passage) if line.strip()]
    return re.sub(r"(?<=\w)\.(?=\w)", "", "\n".join(lines))

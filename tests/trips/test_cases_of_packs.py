"""Packs of invented organisations, with what must and must not stand in them: the files of tests/cases/packs.

`NAME.yaml` holds the answers, and `NAME.expect.yaml` what is expected of the pack that they make:

    as_at: 2026-11-21                     the day of the pack; this one, if the line is left out
    answers: OTHER                        the answers are those of OTHER.yaml, for the same pack on another day
    policy:                               the id of a document
      must: [a phrase that stands in it]
      must_not: [a phrase that does not, {pattern: "a regular .* expression"}]
    any:                                  all documents of the pack together
      must_not: [words that stand in none of them]

Phrases are found as they are typed, across the ends of lines. A pattern is searched for in the same way.
"""

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from helpers.shipped import EXAMPLES, QUESTIONS, ROOT, SOURCES
from policygen.checks.prose import unconditional_words
from policygen.formats import text
from policygen.library.yaml import MappingReader, YamlMapping, read_yaml
from policygen.model.document import passages_of
from policygen.model.lines import text_of
from policygen.model.problems import LibraryError, Place, Problem
from policygen.pack import answers
from policygen.pack.make import rendered
from policygen.pack.selection import CONCISE

FOLDER = ROOT / "tests" / "cases" / "packs"
NAMES = sorted(path.name.removesuffix(".expect.yaml") for path in FOLDER.glob("*.expect.yaml"))
ANSWERED = [*sorted(path for path in FOLDER.glob("*.yaml") if path.stem in NAMES), *sorted(EXAMPLES.glob("*.yaml"))]
DAY = date(2026, 11, 21)
DOCUMENTS = [plan.id for plan in SOURCES.library.documents]
ALL = "any"


@dataclass(frozen=True, slots=True)
class Expected:
    """A phrase that must, or must not, stand in a document."""

    document: str
    """Its id; `any` for all of them."""
    phrase: str
    pattern: re.Pattern[str]
    wanted: bool
    place: Place

    def fault(self, texts: dict[str, str]) -> str:
        """What is wrong in the texts of a pack, by document; empty if nothing is."""
        if self.document not in (ALL, *texts):
            return f"{self.place}: the pack has no document `{self.document}`, only {', '.join(texts)}"
        looked_at = texts if self.document == ALL else {self.document: texts[self.document]}
        found = {name: match for name, words in looked_at.items() if (match := self.pattern.search(words))}
        if self.wanted:
            return "" if found else f"{self.place}: not in `{self.document}`: {self.phrase}"
        return "\n".join(f"{self.place}: in `{name}` stands “... {around(match)} ...”" for name, match in found.items())


def around(match: re.Match[str]) -> str:
    return match.string[max(0, match.start() - 60):match.end() + 60]


def folded(words: str) -> str:
    """The words with one space wherever there is white space, and without the bars of boxes."""
    return " ".join(re.sub(r"^ *\| ", "", words, flags=re.MULTILINE).split())


def read_expected(path: Path) -> tuple[str, date, list[Expected]]:
    """The name of the answers of a case, its day and what is expected. Raises LibraryError with
    every line that cannot be meant."""
    problems: list[Problem] = []
    top = MappingReader(read_yaml(path, LibraryError, path.name), Place(path.name, 1), problems, "the case")
    day = top.day("as_at") or DAY
    answered = top.text("answers") or path.name.removesuffix(".expect.yaml")
    found: list[Expected | None] = []
    for document in (ALL, *DOCUMENTS):
        if document in top.data:
            inner = top.inner(document)
            for key in ("must_not",) if document == ALL else ("must", "must_not"):
                found += [_expected(document, key, item, place, top) for item, place in inner.items(key)]
            inner.done()
    top.done()
    if not found:
        top.add("nothing is expected of this pack", Place(path.name, 1), "Write a document's id with `must: [...]`.")
    if problems:
        raise LibraryError(*problems)
    return answered, day, [one for one in found if one]


def _expected(document: str, key: str, item: object, place: Place, top: MappingReader) -> Expected | None:
    if isinstance(item, str):
        return Expected(document, item, re.compile(re.escape(folded(item))), key == "must", place)
    if isinstance(item, YamlMapping):
        reader = MappingReader(item, place, top.problems, "a phrase")
        written = reader.text("pattern", None)
        reader.done()
        try:
            return Expected(document, written, re.compile(written), key == "must", place)
        except re.error as exc:
            top.add(f"`{written}` is not a pattern: {exc}", place)
    else:
        top.add("a phrase is expected here", place)
    return None


def texts_of(name: str, day: date) -> dict[str, str]:
    """The words of each document of the pack, by its id."""
    given = answers.read_answers(FOLDER / f"{name}.yaml", QUESTIONS)
    pack = rendered(SOURCES, given, day, name=f"{name}.yaml", draft=not given.get("approved_on"), number=1)
    assert not pack.problems, pack.problems
    return {document.id: folded(text.write(document)) for document in pack.documents}


@pytest.mark.parametrize("name", NAMES)
def test_a_pack_says_what_it_must_and_nothing_that_it_must_not(name):
    answered, day, expected = read_expected(FOLDER / f"{name}.expect.yaml")
    texts = texts_of(answered, day)
    faults = [fault for one in expected if (fault := one.fault(texts))]
    assert not faults, "\n" + "\n".join(faults)


@pytest.mark.parametrize("layout", CONCISE)
@pytest.mark.parametrize("path", ANSWERED,
                         ids=lambda path: path.stem)
def test_a_concise_edition_has_the_short_words_of_every_clause_that_protects(path, layout):
    complete, concise = (policy_of(path, style) for style in ("numbered", layout))
    protecting = {clause for clause in complete if SOURCES.library.clauses[clause].protects}
    assert len(protecting) > 30
    assert protecting <= concise.keys(), f"lost: {sorted(protecting - concise.keys())}"
    for clause in protecting:
        unconditional = unconditional_words(SOURCES.library.clauses[clause].short, SOURCES.library.law.laws)
        assert concise[clause].split() and any(word in concise[clause] for word in unconditional.split()), clause


def policy_of(path: Path, layout: str) -> dict[str, str]:
    """The words of each clause of the policy that these answers make in a layout."""
    given = answers.read_answers(path, QUESTIONS) | {"policy_style": layout}
    pack = rendered(SOURCES, given, DAY, name=path.name, draft=True)
    return {passage.clause: text_of(passage.blocks) for document in pack.documents if document.id == "policy"
            for passage in passages_of(document) if passage.clause in SOURCES.library.clauses}


def test_every_file_of_answers_has_its_expectations():
    files = {path.name for path in FOLDER.iterdir()}
    answered = {read_expected(FOLDER / f"{name}.expect.yaml")[0] for name in NAMES}
    assert NAMES and files == {f"{name}.expect.yaml" for name in NAMES} | {f"{name}.yaml" for name in answered}


# ---- the cases themselves are read with care ---------------------------------------------------------------------


@pytest.mark.parametrize(("written", "complaint"), [
    ("polcy:\n  must: [x]\n", "has no key called `polcy`"),
    ("policy:\n  most: [x]\n", "has no key called `most`"),
    ("any:\n  must: [x]\n", "has no key called `must`"),
    ("policy:\n  must: [{patern: x}]\n", "has no key called `patern`"),
    ("policy:\n  must_not: [{pattern: '('}]\n", "is not a pattern"),
    ("policy:\n  must: x\n", "`must` must be a list"),
    ("policy:\n  must: [[x]]\n", "a phrase is expected here"),
    ("as_at: soon\npolicy:\n  must: [x]\n", "is not a date"),
    ("as_at: 2026-11-21\n", "nothing is expected"),
])
def test_what_cannot_be_meant_is_refused(tmp_path, written, complaint):
    path = tmp_path / "odd.expect.yaml"
    path.write_text(written, encoding="utf-8")
    with pytest.raises(LibraryError) as caught:
        read_expected(path)
    assert complaint in "\n".join(problem.message for problem in caught.value.problems)


def test_each_fault_says_the_line_the_document_and_the_words_around(tmp_path):
    path = tmp_path / "small.expect.yaml"
    path.write_text("policy:\n  must: [keys are signed out, ring 999]\n  must_not: [{pattern: 'polices?\\b'}]\n"
                    "declaration-staff:\n  must: [x]\nany:\n  must_not: [a cat]\n", encoding="utf-8")
    _, _, expected = read_expected(path)
    texts = {"policy": folded("Please ring\n   999. No polices here."), "read-first": folded("| Here is a\n| cat.")}
    assert sorted(filter(None, (one.fault(texts) for one in expected))) == [
        "small.expect.yaml, line 2: not in `policy`: keys are signed out",
        "small.expect.yaml, line 3: in `policy` stands “... Please ring 999. No polices here. ...”",
        "small.expect.yaml, line 5: the pack has no document `declaration-staff`, only policy, read-first",
        "small.expect.yaml, line 7: in `read-first` stands “... Here is a cat. ...”"]

"""Rules over the grammar of clauses in the packs of organisations with words of their own.

In: a library, its questionnaire and answers. Out: problems, each at the clause whose sentence is wrong: doubled words,
wrong plurals, verbs that do not agree, `a` before a vowel. Every clause is rendered, whatever the answers are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Any

from policygen.checks.prose import WordingParagraph, printed, split_sentences
from policygen.library.clauses import KINDS_OF_PEOPLE, Library
from policygen.library.questionnaire import Questionnaire
from policygen.model import english
from policygen.model.problems import Place, Problem, error
from policygen.pack import answers
from policygen.pack.context import context

_DOUBLED = re.compile(r"\b(the|an?|your|our|my|its|their|his|her) (the|an?|your|our|my|its|their|his|her|this|that)\b"
                      r"|\b(?!(?:that|had) )(\w+) \3\b", re.IGNORECASE)
_GAP = re.compile(r"(?<!\()\b(?:the|an|your|our|my)\s*(?:[.,;:)]|(?:when|if|or|and|who)\b)", re.IGNORECASE)
_ARTICLE = re.compile(r"\b(an?) [“‘]?(\w[\w’-]*)", re.IGNORECASE)
_SINGULAR_VERB = re.compile(r"(?:is|has|was|does|goes|\w{2,}[^\W_aiu’]s)(?<!ss)$")
_NO_VERBS = frozenset("always besides perhaps this as unless sometimes afterwards towards its yes".split())
_PLURAL_VERBS = frozenset("are have were do go decide ask approve review agree make keep give say take record tell "
                          "arrange send explain look".split())
_VERB_AFTER = (r"(?<!of the )(?<!and the )(?<!and a )(?<!\ba )(?<!\ban )(?<!for )"
               r"\bWORD(?:,? who| (?:at once|straight away|the same day), who)? (?:formally )?(\w+)\b(?!’)")
"""The verb after a `WORD` that is its subject."""
_THEY = re.compile(r"\b(?<!one of )(?:they|them|their|theirs|themselves)\b", re.IGNORECASE)
_SMALL_START = re.compile(r"(?:^|(?<=[.!?] ))[a-zà-ÿ]")


AWKWARD: tuple[Mapping[str, str], ...] = (
    {"user_term": "person we support", "victim_term": "woman", "participant_term": "man", "body_member": "MP",
     "governing_body": "Directors", "lead_role": "Directors", "manager_role": "team leader or a senior volunteer",
     "deputy_role": "Chair and Secretary", "review_group": "senior staff", "contact_role": "HR manager"},
    {"user_term": "woman", "victim_term": "member of the group", "participant_term": "hour bank user",
     "body_member": "unpaid carer", "governing_body": "Organisers", "lead_role": "Convener", "manager_role": "Convener",
     "deputy_role": "Convener", "review_group": "Convener", "contact_role": "Convener"},
    {"user_term": "child", "victim_term": "young person", "participant_term": "young man", "body_member": "hour keeper",
     "lead_role": "NHS worker", "deputy_role": ""},
)
"""Answers that are words of an organisation's own, and that sentences must hold for."""


@dataclass(frozen=True, slots=True)
class Words:
    """The words of an organisation that sentences are looked through for."""

    terms: tuple[tuple[str, str], ...]
    """Words for one person, each with its plural."""
    roles: tuple[str, ...]
    """Job titles, and the names of bodies."""


def check(library: Library, questionnaire: Questionnaire, sets: Iterable[Mapping[str, Any]],
          day: date) -> Iterator[Problem]:
    """What is wrong with the grammar of any clause, full or short, with some sets of answers."""
    found: dict[tuple[Place, str], Problem] = {}
    for given in sets:
        complete = answers.complete(questionnaire, given, "", draft=True)
        not_asked = {name: given[name] for name in library.terms.values() if name in given}
        readable = context(library, questionnaire, replace(complete, values={**complete.values, **not_asked}), day)
        words = words_in(questionnaire, readable)
        for paragraph in _every_paragraph(library, readable):
            for mistake in grammar_mistakes(paragraph, words):
                place = paragraph.place(0)
                found.setdefault((place, mistake), error(mistake, place, "Word it so that it holds for any answer."))
    yield from found.values()


def _every_paragraph(library: Library, readable: Mapping[str, Any]) -> Iterator[WordingParagraph]:
    """Each paragraph of each clause, full and short, as it is printed for each kind of reader."""
    for clause in library.clauses.values():
        for wording in filter(None, (clause.wording, clause.short)):
            for reader in KINDS_OF_PEOPLE if "reader" in wording.names else KINDS_OF_PEOPLE[:1]:
                yield from printed(wording, {**readable, "reader": reader})


def words_in(questionnaire: Questionnaire, readable: Mapping[str, Any]) -> Words:
    """The words in complete answers."""
    nouns = {question.id: readable[question.id] for question in questionnaire.questions.values() if question.noun}
    plurals = questionnaire.plurals
    return Words(
        tuple((word, nouns.get(plurals.get(name, ""), "") or english.plural(word)) for name, word in nouns.items()
              if word and questionnaire.questions[name].noun == "one"),
        tuple(dict.fromkeys(word for name, word in nouns.items()
                            if word and questionnaire.questions[name].noun == "role" and name not in plurals.values())))


def grammar_mistakes(paragraph: WordingParagraph, words: Words) -> Iterator[str]:
    """What is wrong with the grammar of a paragraph, in words."""
    text = paragraph.text
    for found in _DOUBLED.finditer(text):
        yield f"doubled: “{_around(text, found)}”"
    for found in _GAP.finditer(text):
        yield f"a word is missing: “{_around(text, found)}”"
    for found in _ARTICLE.finditer(text):
        if _article(found[2]) not in ("", found[1].lower()):
            yield f"“{found[1]}” is not the article: “{_around(text, found)}”"
    if paragraph.has_sentences and text.rstrip()[-1:] in (".", "?", "!"):
        for found in _SMALL_START.finditer(text):
            if found.start() or paragraph.begins:
                yield f"a sentence begins with a small letter: “{_around(text, found)}”"
    for one, many in words.terms:
        yield from _wrong_plurals(text, one, many)
        if " we " in many:
            yield from (f"“our people we support”: “{_around(text, found)}”"
                        for found in _pattern(r"\b(?:our|your|my) WORD\b", many).finditer(text))
    for _, sentence in split_sentences(text):
        for role in words.roles:
            yield from _wrong_verbs(sentence, role)
            yield from _same_twice(sentence, role)
        for one, _ in words.terms:
            yield from _they_of_one_sex(sentence, one)


def _around(text: str, found: re.Match[str]) -> str:
    return text[max(found.start() - 40, 0):found.end() + 40]


@cache
def _article(word: str) -> str:
    """`a` or `an`, as the word has it; empty for a plural one."""
    return "" if english.is_plural(word) else english.with_article(word).partition(" ")[0]


@cache
def _pattern(template: str, word: str) -> re.Pattern[str]:
    """The pattern with a word in the place of `WORD`. Capitals make no difference."""
    return re.compile(template.replace("WORD", re.escape(word)), re.IGNORECASE)


def _wrong_plurals(text: str, one: str, many: str) -> Iterator[str]:
    for wrong in {f"{one}s", f"{many}s"} - {many}:
        for found in _pattern(r"\bWORD\b", wrong).finditer(text):
            yield f"not a plural: “{_around(text, found)}”"


def _wrong_verbs(sentence: str, role: str) -> Iterator[str]:
    """Verbs right after a role that do not agree with it."""
    several = english.is_plural(role)
    for found in _pattern(_VERB_AFTER, role).finditer(sentence):
        verb = found[1]
        if (_SINGULAR_VERB.match(verb) and verb not in _NO_VERBS) if several else verb in _PLURAL_VERBS:
            yield f"the verb does not agree: “{_around(sentence, found)}”"


def _same_twice(sentence: str, role: str) -> Iterator[str]:
    """A role that stands in for itself."""
    if found := _pattern(r"\bWORD(?:,? or\b|,? and\b|,? \(|, when|, if)[^.;]{0,40}\bWORD\b", role).search(sentence):
        yield f"the same person twice: “{_around(sentence, found)}”"


def _they_of_one_sex(sentence: str, one: str) -> Iterator[str]:
    """`they` for somebody who is a woman, or a man, by the organisation's own word."""
    if english.pronoun("they", one) == "they":
        return
    found = _pattern(r"\b(?:an?|the|each|every|this|that) WORD\b(?!’)", one).search(sentence)
    if found and (they := _THEY.search(sentence, found.end())):
        yield f"“{they.group()}” after “{found.group()}”: “{sentence}”"

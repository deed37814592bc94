"""Words that somebody replaced all through a Word file, with find and replace or by hand.

In: an edited document and the answers of its edition. Out: a `Replacement` for each word or name that has another one
in its place in several clauses, so that it can be told, or offered as a change of an answer, once. Where the answer was
changed too, `without_replaced` takes the same change out of the local edits. Pure.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from operator import itemgetter
from typing import Any

from policygen.library.question import NotAnAnswer, as_given, parse_answer
from policygen.library.questionnaire import Questionnaire
from policygen.model import english
from policygen.model.document import Document, Inlines, Text, passages_of
from policygen.model.lines import Line, clause_lines, comparable, words_with_targets
from policygen.pack.edits import LocalEdit
from policygen.pack.merge import merge_places, sentence_key, sentences, sentences_joined
from policygen.review.compare import Comparison
from policygen.review.old_names import names, renamings

_FEW, _ENOUGH = 2, 3
"""A word counts as replaced in so many clauses: with `_FEW`, only where most places have the new one."""
_LONGEST = 8
"""The most words that can have taken the place of others."""
_MOST_TOKENS = 5000
"""A clause of more words is not looked at: that would take long."""
_TOKEN = re.compile(r"\w+|[^\w\s]")
_NO_NAME = re.compile(r"[\n|;:!?\ue000\ue001]")


@dataclass(frozen=True, slots=True)
class Name:
    """A name that answers have, for one and for several."""

    word: str
    plural: str
    questions: tuple[str, ...] = ()
    """The ids of the questions with this answer."""

    def fitting(self, text: str) -> bool:
        """Whether a text is this name in one of its forms, or the one with only an s at its end."""
        return comparable(text).lower() in {comparable(form).lower() for form in (
            self.word, self.plural, f"{self.word}s")}


@dataclass(frozen=True, slots=True)
class Replacement:
    """A word or name that stands in the place of another one in several clauses of a document."""

    before: str
    now: str
    plural: str
    """Of a name: what stands for several."""
    questions: tuple[str, ...]
    """The ids of the questions whose answer it is; empty for other words."""
    clauses: tuple[str, ...]
    """The ids of the clauses with the new word."""
    missed: tuple[str, ...]
    """The numbers, or else the titles, of the clauses that still have the earlier one."""


@dataclass(frozen=True, slots=True)
class Replaced:
    """What was replaced in one document."""

    found: tuple[Replacement, ...] = ()
    alone: frozenset[str] = frozenset()
    """The ids of the clauses in which something was replaced, and nothing else was changed."""
    front: bool = False
    """Whether it is all that was changed on the first page."""


NOTHING = Replaced()

# ---- finding ------------------------------------------------------------------------------------------------------


def replaced(document: Document, comparison: Comparison, questionnaire: Questionnaire,
             answers: Mapping[str, Any]) -> Replaced:
    """What was replaced in an edited document. `answers` are those that made it, each that applies."""
    known = _names(questionnaire, answers)
    readings = {change.clause: _read(_text(change.base_title, change.base), _text(change.title, change.now), known)
                for change in comparison.clauses if change.base and change.now and change.differs}
    readings[""] = _read("\n".join(was for was, _ in comparison.front), "\n".join(now for _, now in comparison.front),
                         known)
    stands = {change.clause: _text(change.title, change.now) for change in comparison.clauses}
    texts = {passage: stands.get(passage.clause, _text(passage.title, clause_lines(passage)))
             for passage in passages_of(document)}
    found: list[Replacement] = []
    taken: dict[Name, Name] = {}
    for name in known:
        clauses = tuple(clause for clause, one in readings.items() if any(
            put.name is name and not name.fitting(put.now) for put in one.names))
        new = _new_name([put for one in readings.values() for put in one.names if put.name is name])
        if new is None:
            continue
        hiding = sorted((new, *known), key=lambda name: -len(name.word))  # the earlier one may be part of the new one
        missed = tuple(passage.number or passage.title or "a point without a title" for passage, text in texts.items()
                       if any(put.name is name for put in _read(text, text, hiding).names))
        if _is_enough(clauses, missed):
            found.append(Replacement(name.word, new.word, new.plural, name.questions, clauses, missed))
            taken[name] = new
    others, words = _other_words({clause: [*one.others, *(
        (put.was, put.now) for put in one.names if not _is_taken(put, taken))] for clause, one in readings.items()})
    found += others

    def is_told(clause: str, put: _Put) -> bool:
        on_first_page = not clause and not put.now  # a line of which nothing is left is not known by its words
        return _is_taken(put, taken) or (on_first_page and put.name in taken) or _key(put.was, put.now) in words or all(
            _key(*other) in words for other in _read(put.was, put.now, ()).others)

    alone = {clause for clause, one in readings.items() if (one.others or not all(
        put.name.fitting(put.now) for put in one.names)) and all(  # else it differs in capitals or in paragraphs
        is_told(clause, put) for put in one.names) and all(_key(*other) in words for other in one.others)}
    moved = {change.clause for change in comparison.clauses if {"moved", "new", "deleted"} & set(change.statuses)}
    return Replaced(tuple(found), frozenset(alone) - {""} - moved, "" in alone)


def _is_taken(put: _Put, taken: Mapping[Name, Name]) -> bool:
    """Whether a name stands as before, or has the one in its place that has taken it; a longer name may have a new one
    inside: `Deputy Centre Manager` where `Chief Executive` was replaced."""
    if put.name.fitting(put.now) or (put.name in taken and taken[put.name].fitting(put.now)):
        return True
    within = _read(put.was, put.now, [name for name in taken if name != put.name])
    return bool(within.names) and not within.others and all(_is_taken(one, taken) for one in within.names)


def _is_enough(clauses: Collection[str], missed: Collection[str]) -> bool:
    return len(clauses) >= _ENOUGH or (len(clauses) >= _FEW and len(clauses) > len(missed))


def _text(title: str, lines: Iterable[Line]) -> str:
    return "\n".join((title, *map(words_with_targets, lines)))


def _names(questionnaire: Questionnaire, answers: Mapping[str, Any]) -> list[Name]:
    """The names in some answers, the longest first."""
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for question, word in names(questionnaire, as_given(answers)):
        if question not in questionnaire.plurals.values() and (bare := english.without_article(word.strip())):
            found[comparable(bare)].append((question, bare))
    return sorted((Name(same[0][1], _plural(same[0][1], questionnaire, answers, same[0][0]),
                        tuple(question for question, _ in same)) for same in found.values()),
                  key=lambda name: -len(name.word))


def _plural(word: str, questionnaire: Questionnaire, answers: Mapping[str, Any], question: str) -> str:
    return str(answers.get(questionnaire.plurals.get(question, "")) or english.plural(word))


@dataclass(frozen=True, slots=True)
class _Put:
    """What stands in a place where a name stood."""

    name: Name
    plural: bool
    was: str
    """The name as it was printed there."""
    now: str
    """Without an article, and without what makes it possessive."""


@dataclass(frozen=True, slots=True)
class _Reading:
    """How the words of a clause differ."""

    names: list[_Put] = field(default_factory=list)
    """Every place in which a name stood, also where it stands still."""
    others: list[tuple[str, str]] = field(default_factory=list)
    """All other words that differ, each as it was and as it is."""


def _read(was: str, now: str, known: Sequence[Name]) -> _Reading:
    was, now = ("\n".join(map(comparable, text.split("\n"))) for text in (was, now))
    old, new = ([(found[0], found.start(), found.end()) for found in _TOKEN.finditer(text)] for text in (was, now))
    if max(len(old), len(new)) > _MOST_TOKENS:
        return _Reading([], [("", now)])
    same = SequenceMatcher(None, [word.lower() for word, *_ in old], [word.lower() for word, *_ in new],
                           autojunk=False)
    at: dict[int, int] = {-1: -1, len(old): len(new)}  # the places of the words that stand in both
    for block in same.get_matching_blocks():
        at |= {block.a + step: block.b + step for step in range(block.size)}
    reading, covered = _Reading(), set()
    for start, stop, name, plural in _places(old, known):
        first, last = _with_article_and_possessive(old, start, stop)
        if at.get(first - 1) is None or at.get(last) is None:
            continue
        covered |= set(range(first, last))
        left, right = at[first - 1] + 1, at[last]
        text = now[new[left][1]:new[right - 1][2]] if left < right else ""
        text = re.sub(r"'s?$", "", text) if old[last - 1][0] in ("'", "s") and last > stop else text
        reading.names.append(_Put(name, plural, was[old[start][1]:old[stop - 1][2]], english.without_article(text)))
    for what, a, b, c, d in same.get_opcodes():
        if what != "equal" and not (set(range(a, b)) <= covered if a < b else {a - 1, a} & covered):
            reading.others.append((was[old[a][1]:old[b - 1][2]] if a < b else "",
                                   now[new[c][1]:new[d - 1][2]] if c < d else ""))
    return reading


_Token = tuple[str, int, int]


def _places(tokens: Sequence[_Token], known: Sequence[Name]) -> Iterator[tuple[int, int, Name, bool]]:
    """Where each name stands among some words: start and stop, the name, and whether it is in the plural."""
    words = [word.lower() for word, *_ in tokens]
    forms = [([found.lower() for found in _TOKEN.findall(comparable(form))], name, plural)
             for name in known for plural, form in ((True, name.plural), (False, name.word))
             if not plural or form != name.word]
    at = 0
    while at < len(words):
        found = next(((len(form), name, plural) for form, name, plural in forms
                      if form and words[at:at + len(form)] == form), None)
        if found:
            yield at, at + found[0], found[1], found[2]
        at += found[0] if found else 1


def _with_article_and_possessive(tokens: Sequence[_Token], start: int, stop: int) -> tuple[int, int]:
    if start and tokens[start - 1][0].lower() in ("a", "an"):
        start -= 1
    for mark in ("'", "s"):
        if stop < len(tokens) and tokens[stop][0] == mark and tokens[stop][1] == tokens[stop - 1][2]:
            stop += 1
        else:
            break
    return start, stop


def _new_name(places: Iterable[_Put]) -> Name | None:
    """The name that has taken the place of another one in most places; None where there is none."""
    votes: dict[bool, Counter[str]] = {False: Counter(), True: Counter()}
    for put in places:
        words = put.now.replace("'", "’")
        if put.was != put.name.word and put.was[:1].isupper() and put.name.word[:1].islower():
            words = words[:1].lower() + words[1:]
        longer = re.search(rf"(?<!\w){re.escape(put.name.word)}", words, re.IGNORECASE)
        if words and not put.name.fitting(words) and len(words.split()) <= _LONGEST and not (
                _NO_NAME.search(words) or (longer and re.search(r"\b(and|or|of)\b|[,&()]", words))):
            votes[put.plural][words] += 1
    one, many = ((max(votes[plural], key=lambda text: (votes[plural][text], text)) if votes[plural] else "")
                 for plural in (False, True))
    if not (one or many):
        return None
    word = one or english.singular(many)
    return Name(word, english.plural(word) if many in ("", word, f"{word}s") else many)


def _other_words(changed: Mapping[str, Iterable[tuple[str, str]]]) -> tuple[
        list[Replacement], frozenset[tuple[str, str]]]:
    """The words that have others in their place in several clauses, and the key of each. `changed` are the words that
    differ, as they were and as they are, by the id of the clause."""
    where: dict[tuple[str, str], list[str]] = defaultdict(list)
    shown: dict[tuple[str, str], Counter[tuple[str, str]]] = defaultdict(Counter)
    for clause, pairs in changed.items():
        for was, now in pairs:
            if was and now and max(len(was.split()), len(now.split())) <= _LONGEST and _TOKEN.search(was + now):
                where[_key(was, now)].append(clause)
                shown[_key(was, now)][was, now] += 1
    often = {key: tuple(dict.fromkeys(clauses)) for key, clauses in where.items() if len(set(clauses)) >= _ENOUGH}
    return [Replacement(*max(shown[key], key=lambda pair: (shown[key][pair], pair)), "", (), clauses, ())
            for key, clauses in often.items()], frozenset(often)


def _key(was: str, now: str) -> tuple[str, str]:
    return english.singular(was.lower()), english.singular(now.lower())


def replaced_in_words(found: Replacement) -> str:
    """A replacement in a sentence or two."""
    count = len(found.clauses)
    where = "on the first page" if found.clauses == ("",) else f"in {count} clause{'s' if count != 1 else ''}"
    words = f"“{found.before}” was replaced by “{found.now}” {where}."
    if found.missed:
        words += f" It still stands in {english.listing(found.missed)}."
    return words if found.questions else (
        f"{words} No answer can give these words, so they stay in this document, as changes by hand.")


# ---- the answer ---------------------------------------------------------------------------------------------------


def changed_answers(questionnaire: Questionnaire, answers: Mapping[str, Any], found: Replacement) -> dict[str, Any]:
    """The typed answers that a replacement changes, as they would be; none where it cannot be an answer."""
    changed: dict[str, Any] = {}
    given = as_given(answers)
    try:
        for name in found.questions:
            question = questionnaire.questions[name]
            if question.columns:
                column = next(column.id for column in question.columns if column.type == "text")
                changed[name] = [{**row, column: found.now} if comparable(row[column]) == comparable(found.before)
                                 else row for row in given[name]]
            else:
                changed[name] = parse_answer(question, found.now)
                plural = questionnaire.plurals.get(name)
                if plural and not english.has_sure_plural(found.now):
                    changed[plural] = parse_answer(questionnaire.questions[plural], found.plural)
    except NotAnAnswer:
        return {}
    return changed


def without_replaced(edits: Iterable[LocalEdit], documents: Iterable[Document], questionnaire: Questionnaire,
                     before: Mapping[str, Any], now: Mapping[str, Any]) -> tuple[LocalEdit, ...]:
    """The local edits without what a change of names in the answers, from `before` to `now`, does as well. `documents`
    are those of the library for the new answers; a sentence that they still have as it was is left as it is."""
    old = _names(questionnaire, before)
    changed = {name: Name(one.now, _plural(one.now, questionnaire, now, one.question))
               for one in renamings(questionnaire, before, now) if one.now
               for name in old if one.question in name.questions and comparable(
                   english.without_article(one.before)) == comparable(name.word)}
    if not changed:
        return tuple(edits)
    says = {(document.id, passage.clause): {sentence_key(sentence) for line in clause_lines(passage)
                                            for cell in line.cells for sentence in sentences(cell)}
            for document in documents for passage in passages_of(document)}
    names_now = _NewNames(old, changed)
    return tuple(names_now.edit(edit, says.get((edit.document, edit.clause), set())) for edit in edits)


@dataclass(frozen=True, slots=True)
class _NewNames:
    """Names that have changed."""

    old: Sequence[Name]
    new: Mapping[Name, Name]
    """The new name for each old one that has changed."""

    def edit(self, edit: LocalEdit, says: Collection[str]) -> LocalEdit:
        """The edit without these changes. `says` are the sentences that the library has for its clause now."""
        if edit.base is None or not edit.lines or edit.open is not None:
            return edit
        base, lines = list(edit.base), list(edit.lines)
        for i, j in _pairs([(self.text(words_with_targets(line))) for line in base], [*map(words_with_targets, lines)]):
            if len(base[i].cells) == len(lines[j].cells):
                cells = [self.cell(*both, says) for both in zip(base[i].cells, lines[j].cells, strict=True)]
                base[i], lines[j] = (replace(line, cells=tuple(side)) for line, side in zip(
                    (base[i], lines[j]), zip(*cells, strict=True), strict=True))
        return replace(edit, base=tuple(base), lines=tuple(lines))

    def cell(self, base: Inlines, mine: Inlines, says: Collection[str]) -> tuple[Inlines, Inlines]:
        """Both cells: a local sentence that only has the new name becomes what it was; where it has more, the library's
        gets the new name, so that only the rest counts as a change."""
        was, stands = list(sentences(base)), list(sentences(mine))
        for i, j in _pairs([self.text(sentence_key(one)) for one in was], [*map(sentence_key, stands)]):
            if (key := sentence_key(was[i])) in says or key == sentence_key(stands[j]):
                continue
            reading = _read(key, sentence_key(stands[j]), self.old)
            put = [one for one in reading.names if one.name in self.new and not one.name.fitting(one.now)]
            if not put:
                continue
            if not reading.others and all(_is_taken(one, self.new) for one in reading.names):
                stands[j] = was[i]
            else:
                was[i] = tuple(replace(one, text=self.text(one.text)) if isinstance(one, Text) else one
                               for one in was[i])
        return sentences_joined(was), sentences_joined(stands)

    def text(self, text: str) -> str:
        """A text with the new names."""
        tokens = [(found[0].replace("’", "'"), found.start(), found.end()) for found in _TOKEN.finditer(text)]
        for start, stop, name, plural in reversed([*_places(tokens, self.old)]):
            if new := self.new.get(name):
                first, _ = _with_article_and_possessive(tokens, start, stop)
                word, was = (new.plural if plural else new.word), text[tokens[first][1]:tokens[stop - 1][2]]
                word = english.with_article(word) if first < start else word
                text = (text[:tokens[first][1]] + (english.cap(word) if was[:1].isupper() else word)
                        + text[tokens[stop - 1][2]:])
        return text


def _pairs(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[int, int]]:
    """The places of the texts that are versions of one another."""
    for was, now, _ in merge_places([*enumerate(old)], [*enumerate(new)], (), itemgetter(1)):
        if was and len(now) == 1:
            yield was[0][0], now[0][0]

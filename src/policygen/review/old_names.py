"""Names that have changed, and the places that still have the old ones.

In: the answers before and now, and the local edits that are carried over. Out: an `OldName` for each answer, row and
edit by hand that still has words which another answer replaced. A name is what somebody calls a person, a body or a
thing: an answer of one line, a choice to which others may be typed, the first text of a row. Pure; it changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from policygen.library.question import NOT_SURE, Question, as_given
from policygen.library.questionnaire import Questionnaire
from policygen.model import english
from policygen.model.document import Document, passages_of
from policygen.model.lines import comparable, words_of
from policygen.pack.edits import LocalEdit
from policygen.pack.merge import sentences_in

_EXCERPT = 160
"""The most letters that are shown of a place."""
_MASK = "\ue003"
"""Stands for words that only contain an old name: `Deputy Manager` where `Manager` is old."""


@dataclass(frozen=True, slots=True)
class Renaming:
    """An answer that says another name than before."""

    question: str
    before: str
    now: str
    """Empty where nothing has this name any more, such as a row that is gone."""
    old_forms: frozenset[str]
    """The old name and its other number, as `comparable` writes them in small letters; none that the new name has."""
    new_forms: frozenset[str]


@dataclass(frozen=True, slots=True)
class OldName:
    """A place that still has an old name."""

    renaming: Renaming
    words: str
    """The sentence or cell with it."""
    question: str = ""
    """The id of the question whose answer has it; empty for words that were changed by hand."""
    row: int = 0
    """Of a table, from 1; 0 for any other answer."""
    edit: LocalEdit | None = None
    """The edit by hand that has it."""


def renamings(questionnaire: Questionnaire, before: Mapping[str, Any], now: Mapping[str, Any]) -> tuple[Renaming, ...]:
    """The names that have changed from one set of answers to another, in the order of the questions. Both have the
    answers that apply; a question that one of them lacks has not been renamed, but left out."""
    found, before, now = [], as_given(before), as_given(now)
    singular = {plural: name for name, plural in questionnaire.plurals.items()}
    for name, question in questionnaire.questions.items():
        if not (name in before and name in now) or NOT_SURE in (before[name], now[name]):
            continue
        was, stands = (some.get(questionnaire.plurals.get(name, ""), "") for some in (before, now))
        for old, new in _changed_names(question, before[name], now[name]):
            new_forms = _forms(new, "" if stands == was else stands)
            if old_forms := _forms(old, was) - new_forms:
                found.append(Renaming(name, old, new, old_forms, new_forms))
    renamed = {one.question for one in found}
    return tuple(one for one in found if singular.get(one.question) not in renamed)


def old_names(questionnaire: Questionnaire, before: Mapping[str, Any], now: Mapping[str, Any],
              edits: Iterable[LocalEdit]) -> tuple[OldName, ...]:
    """The places that had a name which has changed since, and have it still: answers in the order of their questions,
    then local edits, but only where their words differ from those of the library. Capitals make no difference."""
    found: list[OldName] = []
    edits, before, now = tuple(edits), as_given(before), as_given(now)
    for one in renamings(questionnaire, before, now):
        search = _Search(one, tuple((name, form) for name, word in names(questionnaire, now) for form in _forms(word)))
        for name, question in questionnaire.questions.items():
            had = any(map(search.found_in, (text for _, text in _texts(question, before.get(name)))))
            if had and (name != one.question or question.columns):
                found += (OldName(one, words, name, row) for row, text in _texts(question, now.get(name))
                          if (words := search.sentence(text, name)))
        for edit in edits:
            library = {words_of(line) for line in edit.base or ()}
            texts = [edit.title] if edit.title != edit.base_title else []
            texts += [words for words in map(words_of, edit.lines or ()) if words not in library]
            found += (OldName(one, words, edit=edit) for text in texts if (words := search.sentence(text)))
    return tuple(dict.fromkeys(found))


def old_names_in_words(found: Iterable[OldName], questions: Mapping[str, str],
                       clauses: Mapping[tuple[str, str], str]) -> list[str]:
    """Each place as a sentence. `questions` has the name of each question, `clauses` that of each clause by the ids of
    document and clause, as `clause_places` gives it; one that is not there is called by its title."""
    lines = []
    for one in found:
        edit, change = one.edit, one.renaming
        now = f"now “{change.now}”" if change.now else "which is no longer there"
        if edit is None:
            place = questions.get(one.question, one.question) + (f", row {one.row}" if one.row else "")
        else:
            place = clauses.get((edit.document, edit.clause)) or f"“{edit.title or 'a point of your own'}”"
            place += ", changed by hand"
        lines.append(f"{place}: still has “{change.before}” ({now}): “{one.words}”")
    return lines


def clause_places(documents: Iterable[Document]) -> dict[tuple[str, str], str]:
    """The name of each clause and section by the ids of document and clause: `Clause 6.2, “Terrorism”`; in another
    document than the policy with that document's title."""
    found = {}
    for document in documents:
        about = "" if document.kind == "policy" else f" in “{document.title}”"
        for section in document.sections:
            found[document.id, section.id] = f"Section {section.number} “{section.title}”".replace("  ", " ") + about
        for passage in passages_of(document):
            name = f"Clause {passage.number}" if passage.number else ""
            title = f"“{passage.title}”" if passage.title else ""
            found[document.id, passage.clause] = (", ".join(filter(None, (name, title))) or "A clause") + about
    return found


# ---- what is a name ----------------------------------------------------------------------------------------------


def _changed_names(question: Question, before: Any, now: Any) -> Iterator[tuple[str, str]]:
    """Each name that an answer does not say any more, with the one in its place; that is empty where there is none."""
    if not question.columns:
        if _is_name(question) and before and before != now:
            yield str(before), str(now)
        return
    column = next((column.id for column in question.columns if column.type == "text"), "")
    old, new = ([row[column] for row in rows] for rows in (before, now)) if column else ([], [])
    for number, name in enumerate(old):
        if name not in new:
            other = new[number] if len(old) == len(new) and new[number] not in old else ""
            yield name, other


def _is_name(question: Question) -> bool:
    return question.type == "text" or (question.type == "choice" and question.other)


def names(questionnaire: Questionnaire, answers: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Each name in some answers, with the id of its question."""
    for name, question in questionnaire.questions.items():
        answer = answers.get(name)
        if answer is NOT_SURE or not answer:
            continue
        if question.columns:
            column = next((column.id for column in question.columns if column.type == "text"), "")
            yield from ((name, row[column]) for row in answer if column)
        elif _is_name(question):
            yield name, str(answer)


def _texts(question: Question, answer: Any) -> Iterator[tuple[int, str]]:
    """Every name and every other text that somebody typed in an answer, with the number of its row; 0 for no table."""
    known = {choice.value for choice in question.choices}
    if answer is NOT_SURE or not answer:
        return
    if question.columns:
        typed = [column.id for column in question.columns if column.type == "text"]
        yield from ((number, row[column]) for number, row in enumerate(answer, 1) for column in typed)
    elif question.type in ("text", "paragraph") or _is_name(question):
        yield 0, str(answer)
    elif question.type == "choices":
        yield from ((0, item) for item in answer if item not in known)


# ---- finding words -----------------------------------------------------------------------------------------------


@cache
def _forms(name: str, plural: str = "") -> frozenset[str]:
    """A name without its article, in singular and plural, and the plural that somebody typed; none without a letter or
    digit. All as `comparable` writes them, in small letters."""
    bare = english.without_article(name.strip())
    forms = {bare, plural}
    if re.fullmatch(r"[^\W\d_][\w\s'’&/-]*[^\W\d_]", bare):
        forms |= {english.plural(bare), english.singular(bare)}
    return frozenset(comparable(form).lower() for form in forms if re.search(r"\w", form))


@dataclass(frozen=True, slots=True)
class _Search:
    """Looks for an old name."""

    renaming: Renaming
    in_use: tuple[tuple[str, str], ...]
    """The forms of all names of now, each with the id of its question."""

    def found_in(self, text: str) -> bool:
        return _pattern(self.renaming.old_forms).search(comparable(text)) is not None

    def sentence(self, text: str, of: str = "") -> str:
        """The first sentence of a text that has the old name, shortened around it; empty if none has. A longer name
        that is in use hides what it contains: `Deputy Manager` is right where `Manager` is old. It does not hide an
        answer, to the question `of`, that consists of it."""
        if not self.found_in(text):
            return ""
        old = self.renaming.old_forms
        whole = comparable(text).lower() if of else ""
        longer = frozenset(form for name, form in self.in_use if form != whole and name != of and self.found_in(form))
        hidden = _pattern((longer | self.renaming.new_forms) - old)
        for sentence in map(comparable, sentences_in(text)):
            found = _pattern(old).search(hidden.sub(lambda name: _MASK * len(name[0]), sentence))
            if found:
                start = max(0, min(found.start() - _EXCERPT // 2, len(sentence) - _EXCERPT))
                shown = sentence[start:start + _EXCERPT]
                shown = f"… {shown.partition(' ')[2]}" if start else shown
                return f"{shown.rpartition(' ')[0]} …" if start + _EXCERPT < len(sentence) else shown
        return ""


@cache
def _pattern(forms: frozenset[str]) -> re.Pattern[str]:
    """Finds one of some forms as whole words, the longest first; nothing where there are none."""
    words = "|".join(re.escape(form) for form in sorted(forms, key=lambda form: (-len(form), form))) or "(?!)"
    return re.compile(rf"(?<!\w)(?:{words})(?!\w)", re.IGNORECASE)

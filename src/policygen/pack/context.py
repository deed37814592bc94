"""What clauses can read: answers, facts, the forms of terms, and the functions that wording may call.

In: the library, the questionnaire, complete answers and the pack's date. Out: the context for `Wording.render` and
`Expression.holds`, plain data and functions only.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from typing import Any

from policygen.library.clauses import Library
from policygen.library.conditions import REFERENCE, compile_wording, for_wording, marker, unshield
from policygen.library.question import Question, answer_in_words
from policygen.library.questionnaire import Questionnaire
from policygen.model import english
from policygen.model.problems import Place
from policygen.pack.answers import Answers


def context(library: Library, questionnaire: Questionnaire, answers: Answers, as_at: date,
            reviewing: bool = False) -> dict[str, Any]:
    """Everything that conditions and wording can read and call. `reviewing`: the pack follows on an earlier one."""
    terms = {form: word for term, question in library.terms.items()
             for form, word in forms(term, answers.values[question]).items()}
    readable = {**answers.values, "term": terms}
    words = {question.id: in_words(question, answers.values[question.id], readable)
             for question in questionnaire.questions.values() if question.choices}
    decisions = [_decision(questionnaire.questions[name], answers.values[name]) for name in answers.unsure]
    taken = [{"ask": questionnaire.questions[name].ask,
              "answer": answer_in_words(questionnaire.questions[name], answers.values[name])}
             for name in answers.suggested]
    return {**readable, "taken": taken, "decisions": decisions, "reviewing": reviewing,
            **_functions(library, questionnaire, readable, words, as_at)}


_ARTICLE = re.compile(r"^(?:the|an?)\s+(?=\S)", re.IGNORECASE)


def forms(term: str, word: str) -> dict[str, str]:
    """The forms of a term, for `user` and `client`, `user`: client, `users`: clients, `a_user`: a client,
    `the_user`: the client, `user_s`: client’s, `users_s`: clients’. A body keeps its number: the Directors. An
    article that somebody typed with the word is left out."""
    word = _ARTICLE.sub("", word)
    many = english.plural(word)
    return {term: word, f"{term}s": many, f"a_{term}": english.with_article(word), f"the_{term}": f"the {word}",
            f"{term}_s": english.possessive(word), f"{term}s_s": english.possessive(many)}


def in_words(question: Question, value: Any, readable: Mapping[str, Any]) -> list[str]:
    """What clauses print for a choice, or for each of several; a typed one as it was typed."""
    words = {choice.value: choice.words for choice in question.choices}
    chosen = value if isinstance(value, list) else [value] if value else []
    return [_filled(words[item], question.place, readable) if item in words else item for item in chosen]


def _decision(question: Question, value: Any) -> dict[str, str]:
    """An open decision, for the sheet that trustees get: the question, why it matters, the options, what was taken."""
    options = [choice.label for choice in question.choices] or ["yes", "no"]
    return {"ask": question.ask, "why": question.why, "options": english.listing(options, "or"),
            "taken": answer_in_words(question, value)}


def _filled(words: str, place: Place, readable: Mapping[str, Any]) -> str:
    return unshield(compile_wording(words, place).render(readable)) if "{" in words else words


def _functions(library: Library, questionnaire: Questionnaire, readable: Mapping[str, Any],
               words: Mapping[str, list[str]], as_at: date) -> dict[str, Callable[..., Any]]:
    """The functions of `library.conditions.WORDING_FUNCTIONS`, for this pack."""
    laws, nations = library.law.laws, readable["nations"]

    def label(question: str, column: str, value: str) -> str:
        columns = {item.id: item for item in questionnaire.questions[question].columns}
        return {choice.value: choice.label for choice in columns[column].choices}.get(value, value)

    functions: dict[str, Callable[..., Any]] = {
        "ref": lambda target: marker(REFERENCE, target),
        "law": lambda law: laws[law].cite,
        "in_force": lambda law: laws[law].applies(as_at, nations),
        "words": lambda question: words[question],
        "label": label,
        "listing": lambda items, joined_by="and": english.listing(items, joined_by),
        "verb": lambda term, verb: english.agree(verb, readable[library.terms[term]]),
        "a": partial(english.with_article),
        "plural": partial(english.plural),
    }
    return {name: for_wording(function) for name, function in functions.items()}

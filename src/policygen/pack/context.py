"""What clauses can read: answers, facts, the forms of terms, and the functions that wording may call.

In: the library, the questionnaire, complete answers and the pack's date. Out: the context for `Wording.render` and
`Expression.holds`, which holds only plain data and functions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from typing import Any

from policygen.library.clauses import Library
from policygen.library.conditions import REFERENCE, compile_wording, for_wording, marker, unshield
from policygen.library.law import nations_in_words
from policygen.library.question import Question, answer_in_words
from policygen.library.questionnaire import Questionnaire
from policygen.model import english
from policygen.pack.answers import Answers


def context(library: Library, questionnaire: Questionnaire, answers: Answers, as_at: date,
            reviewing: bool = False) -> dict[str, Any]:
    """Everything that conditions and wording can read, and the functions of `library.conditions.WORDING_FUNCTIONS`.
    `reviewing`: the pack follows on an earlier one."""
    questions, values = questionnaire.questions, answers.values
    typed = {values[name]: values[plural] for name, plural in questionnaire.plurals.items() if values[plural]}
    terms = {form: word for term, question in library.terms.items()
             for form, word in forms(term, values[question], typed.get(values[question], "")).items()}
    readable = {**values, "term": terms}
    words = {question.id: _in_words(question, values[question.id], readable)
             for question in questions.values() if question.choices}
    taken = {name: answer_in_words(questions[name], values[name]) for name in (*answers.suggested, *answers.open)}
    options = {name: [choice.label for choice in questions[name].choices] or ["yes", "no"] for name in answers.open}
    decisions = [{"ask": questions[name].ask, "why": questions[name].why, "taken": taken[name],
                  "options": english.listing(options[name], "or")} for name in answers.open]
    laws = library.law.laws

    def word(name: str) -> str:
        """The answer behind a term (`user`), or to a question (`lead_role`)."""
        return str(values[library.terms.get(name, name)])

    def label(question: str, column: str, value: str) -> str:
        columns = {item.id: item for item in questions[question].columns}
        return {choice.value: choice.label for choice in columns[column].choices}.get(value, value)

    functions: dict[str, Callable[..., Any]] = {
        "ref": lambda target: marker(REFERENCE, target),
        "law": lambda law: laws[law].cite,
        "in_force": lambda law: laws[law].applies(as_at, values["nations"]),
        "answered": lambda name: answers.unanswered.isdisjoint(questionnaire.behind(name)),
        "words": lambda question: words[question],
        "label": label,
        "listing": lambda items, joined_by="and": english.listing(items, joined_by),
        "verb": lambda name, verb: english.agree(verb, word(name)),
        "pronoun": lambda name, pronoun: english.pronoun(pronoun, word(name)),
        "a": partial(english.with_article),
        "plural": lambda noun: typed.get(noun) or english.plural(noun),
    }
    return {**readable, "taken": [{"ask": questions[name].ask, "answer": taken[name], "asks": questions[name].asks}
                                  for name in answers.suggested],
            "unsaid": [{"ask": questions[name].ask, "why": questions[name].why} for name in answers.presumed],
            "decisions": decisions, "reviewing": reviewing, "law_checked": library.law.checked_in_words(as_at),
            "law_coming": [{"name": english.cap(law.name), "requires": law.requires,
                            "nations": nations_in_words(set(law.nations) & set(values["nations"]))}
                           for law in library.law.coming(values["nations"])],
            **{name: for_wording(function) for name, function in functions.items()}}


def forms(term: str, word: str, plural: str = "") -> dict[str, str]:
    """The forms of a term: for `user` and `client`, `user` is client, `users` clients, `a_user` a client, `the_user`
    the client, `user_s` client’s and `users_s` clients’. The word for a body stays singular or plural as it is: the
    Directors. An article that somebody typed with the word is left out. `plural`: what somebody gave; empty where it is
    for English to say."""
    word = english.without_article(word)
    many = plural or english.plural(word)
    return {term: word, f"{term}s": many, f"a_{term}": english.with_article(word), f"the_{term}": f"the {word}",
            f"{term}_s": english.possessive(word), f"{term}s_s": english.possessive(many)}


def _in_words(question: Question, value: Any, readable: Mapping[str, Any]) -> list[str]:
    """The words that clauses print for each choice in an answer; a choice that somebody typed, as it was typed."""
    words = {choice.value: choice.words for choice in question.choices}
    chosen = value if isinstance(value, list) else [value] if value else []
    return [unshield(compile_wording(words[item], question.place).render(readable)) if "{" in words.get(item, "")
            else str(words.get(item, item)) for item in chosen]

"""Random answers that a person could give, for any questionnaire."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from hypothesis import strategies as st

from policygen.library.question import NOT_SURE, Choice, Column, Question, parse_answer
from policygen.library.questionnaire import Questionnaire
from policygen.pack import answers

HOSTILE = ("R&D <Trust> {{ 7*7 }} # * _x_", "{% if x %}", "| a | b |", "1. x", "> q", "    code", "&amp; &#60;", "\\*",
           "[a](b)", "`x`", "---", "# Heading", "**bold**", "- item", "'quoted': x", "yes", "null", "~", "2026-11-20",
           "a: b # c", "<w:p/>", "%s %(x)s {0.__class__}", "]]>", "Zoë’s “Place”", "łąka", "O'Neill", "!tag &a *a")
ALPHABET = st.characters(exclude_categories=("Cs", "Cc", "Co", "Cn"))
"""Everything that can be printed; private use is what shields and markers are made of."""


def lines(longest: int = 40) -> st.SearchStrategy[str]:
    """One line of text as an answer holds it."""
    text = st.sampled_from(HOSTILE) | st.text(ALPHABET, min_size=1, max_size=longest)
    return text.map(lambda words: " ".join(words.split())).filter(bool)


def tame_lines() -> st.SearchStrategy[str]:
    """One line of ordinary words."""
    return st.sampled_from(["the blue folder", "a note", "Ann Lee", "team leader", "trustee", "weekly visits",
                            "parcels"])


def paragraphs(line: st.SearchStrategy[str] = lines()) -> st.SearchStrategy[str]:
    """Several lines, as an answer to a paragraph question holds them."""
    joined = st.lists(line | st.just("") | line.map("  {} ".format), min_size=1, max_size=4).map("\n".join)
    return joined.map(str.strip).filter(bool)


def periods() -> st.SearchStrategy[str]:
    return st.builds(lambda count, unit: f"{count} {unit}{'s' * (count != 1)}", st.integers(1, 9999),
                     st.sampled_from(["hour", "day", "week", "month", "year"]))


def answer(question: Question, line: st.SearchStrategy[str] = lines(),
           offered: Iterable[Choice] | None = None) -> st.SearchStrategy[Any]:
    """A typed answer to one question, as `parse_answer` gives it; `line` draws what is typed freely.

    `offered` are the choices that it has after the answers before it; None for all.
    """
    values = [choice.value for choice in (question.choices if offered is None else offered)]
    withheld = {choice.value for choice in question.choices} - set(values)
    match question.type:
        case "paragraph":
            return paragraphs(line)
        case "yes_no":
            return st.booleans()
        case "choice":
            own = line.map(lambda text: parse_answer(question, text)).filter(lambda value: value not in withheld)
            return st.sampled_from(values) | own if question.other else st.sampled_from(values)
        case "choices":
            own = line.map(lambda text: parse_answer(question, [text])[0]).filter(lambda value: value not in withheld)
            one = st.sampled_from(values) | own if question.other else st.sampled_from(values)
            return st.lists(one, unique=True, min_size=question.required, max_size=len(values) + 1)
        case "number":
            return st.integers(question.minimum or 0, 10**6 if question.maximum is None else question.maximum)
        case "period":
            return periods()
        case "date":
            return st.dates(date(1920, 1, 1), date(2099, 12, 31))
        case "table":
            return st.lists(st.fixed_dictionaries({column.id: _cell(column, line) for column in question.columns}),
                            min_size=question.required, max_size=3)
        case "colour":
            return st.integers(0, 0xffffff).map("#{:06x}".format)
        case "file":
            return st.just("")  # there is none to name
    return line.map(lambda text: parse_answer(question, text))


def _cell(column: Column, line: st.SearchStrategy[str]) -> st.SearchStrategy[Any]:
    match column.type:
        case "choice":
            return st.sampled_from([choice.value for choice in column.choices])
        case "period":
            return periods()
        case "yes_no":
            return st.booleans()
    return line


@st.composite
def answer_sets(draw, questionnaire: Questionnaire, everything: bool = False,
                line: st.SearchStrategy[str] = lines()) -> dict[str, Any]:
    """Typed answers that are enough to make a pack: what needs an answer has one, the rest may be left out.

    Questions that do not apply are answered too now and then, as in a file that somebody has changed.
    """
    given: dict[str, Any] = {}
    values: dict[str, Any] = {}
    for question in questionnaire.questions.values():
        asked = answers.applies(question, questionnaire, values)
        suggested = answers.suggestion(question, questionnaire, values)
        needed = asked and question.required and suggested is None
        if needed or everything or draw(st.integers(0, 9)) < (7 if asked else 1):
            unsure = question.unsure is not None and draw(st.integers(0, 9)) == 0
            offered = answers.offered(question, questionnaire, values)
            given[question.id] = NOT_SURE if unsure else draw(answer(question, line, offered))
        if asked and given.get(question.id, suggested) is not None:
            values[question.id] = given.get(question.id, suggested)
    return given


def answer_to(question, offered) -> st.SearchStrategy:
    """Any answer to a question with the choices that are offered; None leaves it at what is suggested."""
    values = [choice.value for choice in offered]
    match question.type:
        case "yes_no":
            return st.booleans()
        case "choice":
            return st.sampled_from(values)
        case "choices":
            return st.lists(st.sampled_from(values), min_size=1, unique=True)
        case "table":
            kinds = [[choice.value for choice in column.choices] or ["2 weeks"] for column in question.columns]
            names = [column.id for column in question.columns]
            rows = st.tuples(*map(st.sampled_from, kinds)).map(lambda row: dict(zip(names, row)))
            return st.lists(rows, min_size=1, max_size=3)
        case "number":
            return st.integers(question.minimum, question.maximum)
    return st.none()


def draw_answers(data, questions) -> answers.Answers:
    """Complete answers, drawn at random."""
    values = {}
    for name, question in questions.questions.items():
        if not answers.applies(question, questions, values):
            continue
        drawn = data.draw(answer_to(question, answers.offered(question, questions, values)), label=name)
        suggested = answers.suggestion(question, questions, values)
        values[name] = next(value for value in (drawn, suggested, question.empty if not question.required else "x")
                            if value is not None)
    return answers.complete(questions, values, "")

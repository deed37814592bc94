"""The cases of some conditions stand for all possible answers."""

from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.shipped import SOURCES
from helpers.strategies import draw_answers
from policygen.checks.cases import Cases


@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_the_cases_of_three_conditions_stand_for_all_answers(data):
    """However three conditions come out for drawn answers, they come out so in one of their cases."""
    questions = SOURCES.questionnaire
    conditions = [fact.condition for fact in questions.facts.values()]
    conditions += [question.when for question in questions.questions.values() if question.when]
    three = data.draw(st.lists(st.sampled_from(conditions), min_size=3, max_size=3))
    values = draw_answers(data, questions).values
    outcomes = {tuple(condition.holds(case.values) for condition in three)
                for case in Cases(questions, SOURCES.library).of(three)}
    assert tuple(condition.holds(values) for condition in three) in outcomes


def test_the_cases_of_no_condition_are_one():
    [case] = Cases(SOURCES.questionnaire, SOURCES.library).of([])
    assert (str(case), case.day) == ("# any answers", SOURCES.library.law.checked)

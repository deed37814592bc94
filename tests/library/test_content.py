"""What the shipped questionnaire asks, suggests and warns of."""

from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings

from helpers.shipped import NEEDED, QUESTIONS, ROOT
from helpers.strategies import answer_sets, tame_lines
from policygen.library.questionnaire import PLURAL
from policygen.pack import answers

KINDS = [choice.value for choice in QUESTIONS.questions["organisation_kinds"].choices]
STABLE = settings(max_examples=150, deadline=None, derandomize=True, database=None,
                  suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def complete(**given_answers) -> dict:
    return dict(answers.complete(QUESTIONS, NEEDED | given_answers, "a").values)


def found(**given_answers) -> list[str]:
    return [caution.id for caution in answers.cautions(QUESTIONS, complete(**given_answers))]


# ---- the quick interview -----------------------------------------------------------------------------------------


def quick_questions(values: dict) -> list[str]:
    return [question.id for question in QUESTIONS.questions.values()
            if answers.applies(question, QUESTIONS, values) and answers.is_quick(question, QUESTIONS, values)
            and not question.id.endswith(PLURAL)]  # asked only of those who type a word of their own


def test_the_quick_interview_has_at_most_twenty_five_questions_whatever_the_answers():
    assert sum(question.depth == "quick" and not question.id.endswith(PLURAL)
               for question in QUESTIONS.questions.values()) <= 25


@pytest.mark.slow
@given(answer_sets(QUESTIONS, line=tame_lines()))
@STABLE
def test_the_quick_interview_is_shorter_for_a_small_group_and_always_leads_to_complete_answers(drawn):
    values = dict(answers.complete(QUESTIONS, drawn, "a").values)
    asked = quick_questions(values)
    assert len(asked) <= (16 if values["organisation_kinds"] == ["community_group"] else 25)
    answered = {name: drawn[name] for name in asked if name in drawn}
    assert answers.complete(QUESTIONS, answered, "a").values["organisation_name"] == drawn["organisation_name"]


@pytest.mark.slow
@given(answer_sets(QUESTIONS, line=tame_lines()))
@STABLE
def test_a_small_group_is_asked_sixteen_questions_at_the_most(drawn):
    drawn["organisation_kinds"] = ["community_group"]
    values: dict = {}
    for question in QUESTIONS.questions.values():
        if question.id in drawn and answers.fits(question, QUESTIONS, values, drawn[question.id]):
            values[question.id] = drawn[question.id]
    assert len(quick_questions(dict(answers.complete(QUESTIONS, values, "a").values))) == 16


def test_what_could_hurt_somebody_if_it_were_guessed_is_always_asked():
    for kinds, survivors in product([[kind] for kind in KINDS], [True, False]):
        asked = quick_questions(complete(organisation_kinds=kinds, victims_service=survivors))
        assert {"nations", "workers", "lead_role", "keeps_files", "victims_service", "data_stores"} <= set(asked)


def test_a_small_group_that_helps_survivors_is_not_taken_to_tell_the_whole_team():
    assert complete(organisation_kinds=["community_group"], victims_service=False)["team_sharing"] == "whole_team"
    assert complete(organisation_kinds=["community_group"], victims_service=True)["team_sharing"] == "need_to_know"


# ---- the words of the questions ----------------------------------------------------------------------------------


@pytest.mark.parametrize("question", QUESTIONS.questions.values(), ids=lambda question: question.id)
def test_every_question_says_why_it_is_asked_and_what_is_typed_has_an_example(question):
    assert question.ask.rstrip()[-1] in "?." and question.why.endswith(".")
    assert all(len(sentence.split()) <= 30 for sentence in question.why.split(". "))
    if question.other or question.type in ("text", "paragraph", "number", "period", "date", "table"):
        assert question.example


# ---- choices that are not always offered -------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "choice", "without", "with_it"), [
    ("about_people", "employees", {"workers": ["volunteers"]}, {"workers": ["staff"]}),
    ("about_people", "volunteers", {"workers": ["staff"]}, {"workers": ["volunteers", "staff"]}),
    ("consent_forms_kept", "electronic",
    {"data_stores": [{"name": "a", "kind": "paper", "holds": "b", "protection": "c"}]},
     {"data_stores": [{"name": "a", "kind": "personal", "holds": "b", "protection": "c"}]}),
])
def test_a_choice_that_answers_have_ruled_out_is_not_offered(name, choice, without, with_it):
    def offered(earlier):
        return [one.value for one in answers.offered(QUESTIONS.questions[name], QUESTIONS, complete(**earlier))]

    assert choice not in offered(without) and choice in offered(with_it)


# ---- warnings ----------------------------------------------------------------------------------------------------


def place(kind: str = "cloud", protection: str = "a password") -> dict:
    return {"name": f"the {kind}", "kind": kind, "holds": "letters", "protection": protection}


SURVIVORS = {"victims_service": True, "uses_pictures_or_stories": False, "keeps_files": True,
             "shares_with_agencies": True}
PERSONNEL = {"covers_personnel": True, "workers": ["staff"], "purposes": ["employ"],
             "staff_details_gross_misconduct": True}
UNWISE = [
    ("own_devices", {"data_stores": [place("personal")]}, {"data_stores": [place("phone")]}),
    ("no_protection", {"data_stores": [place(), place("paper", "None")]},
    {"data_stores": [place("paper", "None but staff has keys")]}),
    ("one_place_for_two_services", SURVIVORS | {"runs_programme": True, "data_stores": [place()]},
     SURVIVORS | {"runs_programme": True, "data_stores": [place(), place("paper")]}),
    ("files_in_a_database", {"keeps_files": False, "data_stores": [place("crm")]},
     {"keeps_files": True, "data_stores": [place("crm")]}),
    ("whole_team_and_survivors", SURVIVORS | {"team_sharing": "whole_team"}, {"team_sharing": "whole_team"}),
    ("messaging_and_survivors", SURVIVORS | {"channels": ["messaging"], "data_stores": [place("phone")]},
     SURVIVORS | {"channels": ["telephone"]}),
    ("pictures_of_survivors", SURVIVORS | {"uses_pictures_or_stories": True}, SURVIVORS),
    ("one_person_decides", {"lead_role": "Chair", "deputy_role": "chair"},
    {"lead_role": "Chair", "deputy_role": "Vice-chair"}),
    ("children", {"user_term": "child"}, {"user_term": "client"}),
    ("alongside_and_nothing_shared", {"agencies_on_site": True, "shares_with_agencies": False},
     {"agencies_on_site": True, "shares_with_agencies": True}),
    ("survivors_in_a_shared_room", SURVIVORS | {"agencies_on_site": True, "shares_with_agencies": True},
     {"agencies_on_site": True, "shares_with_agencies": True}),
    ("personnel_files_and_no_staff", {"covers_personnel": True, "workers": ["volunteers"], "purposes": ["employ"]},
     {"covers_personnel": True, "workers": ["staff"], "purposes": ["employ"]}),
    ("files_about_nobody_named", {"keeps_files": True, "about_people": ["supporters"]},
     {"keeps_files": False, "about_people": ["supporters"]}),
    ("abuse_work_without_files", SURVIVORS | {"keeps_files": False}, SURVIVORS | {"keeps_files": True}),
    ("messages_without_a_phone", {"channels": ["messaging"]},
     {"channels": ["messaging"], "data_stores": [place("phone")]}),
    ("partners_and_nothing_shared", {"formal_partners": True, "shares_with_agencies": False},
     {"formal_partners": True, "shares_with_agencies": True}),
    ("periods_in_a_policy_that_is_not_named",
     {"retention": "data_protection_policy", "related_policies": ["complaints"]},
     {"retention": "data_protection_policy", "related_policies": ["data_protection"]}),
    ("staff_without_a_purpose", {"about_people": ["users", "employees"], "workers": ["staff"]},
     {"about_people": ["users", "employees"], "workers": ["staff"], "purposes": ["support", "employ"]}),
    ("misconduct_without_a_procedure", PERSONNEL | {"related_policies": []},
     PERSONNEL | {"related_policies": ["disciplinary"]}),
    ("contract_with_nobody", {"lawful_basis": "contract"}, {"lawful_basis": "contract", "about_people": ["customers"]}),
    ("a_ground_that_few_have", {"lawful_basis": "public_task"}, {"lawful_basis": "legitimate_interests"}),
    ("review_far_off", {"review_years": 3}, {"review_years": 2}),
]


@pytest.mark.parametrize(("name", "unwise", "wise"), UNWISE, ids=[name for name, _, _ in UNWISE])
def test_what_is_unwise_is_warned_of_and_its_nearest_neighbour_is_not(name, unwise, wise):
    assert found(**unwise) == [name] and found(**wise) == []


def test_every_warning_is_tried_and_names_an_answer_that_can_be_changed():
    assert [caution.id for caution in QUESTIONS.warnings] == [name for name, _, _ in UNWISE]
    for caution in QUESTIONS.warnings:
        assert caution.says.count(".") == 1 and caution.says.endswith(".") and caution.why.endswith(".")


@pytest.mark.parametrize("kinds", [[kind] for kind in KINDS] + [["cic", "dv_programme"], KINDS])
def test_what_the_questionnaire_suggests_is_never_unwise(kinds):
    assert found(organisation_kinds=kinds) == []


@pytest.mark.parametrize("path", sorted((ROOT / "examples").glob("*.yaml")), ids=lambda path: path.stem)
def test_no_example_is_unwise(path):
    assert found(**answers.read_answers(path, QUESTIONS)) == []

"""The grammar of every clause, with words that organisations really use."""

from itertools import cycle

import pytest

from helpers.shipped import EXAMPLES, QUESTIONS, SOURCES
from policygen.checks import words
from policygen.checks.prose import WordingParagraph
from policygen.model.problems import Problem
from policygen.pack import answers

TERMS = ("person we support", "member of the group", "woman", "child", "young person", "patient’s carer", "man", "MP",
         "NHS worker", "hour bank user", "boss", "unpaid carer")
ROLES = (
    dict.fromkeys(("lead_role", "manager_role", "deputy_role", "review_group", "contact_role"), "Convener"),
    {"lead_role": "Directors", "manager_role": "Directors", "deputy_role": "senior staff", "review_group": "Directors",
     "contact_role": "Trustees", "governing_body": "Directors"},
    {"lead_role": "Convener and Co-convener", "manager_role": "team leader or a senior volunteer",
     "deputy_role": "Chair and Secretary", "review_group": "Convener and Co-convener", "contact_role": "HR manager"},
    {"lead_role": "MP", "manager_role": "HR manager", "deputy_role": "NHS officer", "review_group": "Organisers",
     "contact_role": "hour keeper", "governing_body": "Organisers"},
    {"lead_role": "Convener", "deputy_role": "", "manager_role": "Convener"},
)
NATIONS = {"nations": ["england", "wales", "scotland", "northern_ireland"]}
GIVEN = {path.stem: answers.read_answers(path, QUESTIONS) | NATIONS for path in sorted(EXAMPLES.glob("*.yaml"))}


def every_clause(given: dict) -> tuple[Problem, ...]:
    return tuple(words.check(SOURCES.library, QUESTIONS, [given], SOURCES.library.law.checked))


@pytest.mark.slow
@pytest.mark.parametrize(("number", "example"), list(zip(range(len(TERMS)), cycle(GIVEN))))
def test_every_clause_reads_well_with_awkward_words(number, example):
    """Each word stands for each kind of person, with other roles each time, in a pack of every kind and both ways round
    of each yes/no question."""
    user, member, victim, participant = (TERMS[(number + step) % len(TERMS)] for step in (0, 1, 2, 6))
    member = "trustee" if member in ("woman", "man") else member  # nobody calls a member of a committee so
    own = {"user_term": user, "body_member": member, "victim_term": victim, "participant_term": participant,
           **ROLES[number % len(ROLES)]}
    given, everything = GIVEN[example] | own, GIVEN["dv-programme"] | own
    otherwise = {name: not value for name, value in everything.items() if isinstance(value, bool)}
    for answered in (given, given | {"policy_style": "short"}, everything, everything | otherwise):
        assert every_clause(answered) == ()


def found(text: str, terms: tuple[tuple[str, str], ...] = (), roles: tuple[str, ...] = ()) -> list[str]:
    paragraph = WordingParagraph(text, True, "clause.md", True, ((0, 1),))
    return list(words.grammar_mistakes(paragraph, words.Words(terms, roles)))


SUPPORTED = (("person we support", "people we support"),)


@pytest.mark.parametrize(("text", "terms", "roles", "wrong"), [
    ("Ask the the chair.", (), (), "doubled: “Ask the the chair.”"),
    ("Ask your the chair.", (), (), "doubled"),
    ("Tell them them.", (), (), "doubled"),
    ("Tell the when they are away.", (), (), "a word is missing"),
    ("Go to the.", (), (), "a word is missing"),
    ("Your people we support agree.", SUPPORTED, (), "“our people we support”"),
    ("An user may ask.", (), (), "“An” is not the article"),
    ("Go to a MP.", (), (), "“a” is not the article"),
    ("It takes a hour.", (), (), "“a” is not the article"),
    ("Ask. clients decide.", (), (), "a sentence begins with a small letter"),
    ("clients decide.", (), (), "a sentence begins with a small letter"),
    ("All person we supports agree.", SUPPORTED, (), "not a plural"),
    ("All childs agree.", (("child", "children"),), (), "not a plural"),
    ("The Directors decides.", (), ("Directors",), "the verb does not agree"),
    ("Ask the Directors, who decides.", (), ("Directors",), "the verb does not agree"),
    ("Tell the Directors at once, who decides.", (), ("Directors",), "the verb does not agree"),
    ("The Convener decide.", (), ("Convener",), "the verb does not agree"),
    ("Tell the Convener or the Convener.", (), ("Convener",), "the same person twice"),
    ("Tell the Convener or, when they are away, the Convener.", (), ("Convener",), "the same person twice"),
    ("Tell the Convener (the Convener when away).", (), ("Convener",), "the same person twice"),
    ("A woman may harm themselves.", (("woman", "women"),), (), "“themselves” after “A woman”"),
])
def test_each_kind_of_slip_is_found(text, terms, roles, wrong):
    [slip] = found(text, terms, roles)
    assert slip.startswith(wrong)


@pytest.mark.parametrize(("text", "terms", "roles"), [
    ("Know that that is so, and that they had had an hour.", (), ()),
    ("A police request, an MP, a user and a one-to-one talk.", (), ()),
    ("All people we support agree.", SUPPORTED, ()),
    ("The Directors decide. The Directors always decide.", (), ("Directors",)),
    ("If it was the Convener, tell a trustee.", (), ("Convener",)),
    ("Tell the Convener. The Convener decides.", (), ("Convener",)),
    ("Women may harm themselves. A client may harm themselves.", (("woman", "women"), ("client", "clients")), ()),
])
def test_what_is_right_is_left_alone(text, terms, roles):
    assert found(text, terms, roles) == []

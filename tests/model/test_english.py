"""Word forms, with the words that organisations really use, and with anything else without falling over."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policygen.model import english


@pytest.mark.parametrize(("one", "many"), [
    ("client", "clients"), ("service user", "service users"), ("person", "people"), ("young person", "young people"),
    ("woman", "women"), ("child", "children"), ("guest", "guests"), ("boss", "bosses"), ("charity", "charities"),
    ("member of staff", "members of staff"), ("Member of the Board", "Members of the Board"),
    ("committee member", "committee members"), ("Director", "Directors"), ("MP", "MPs"), ("YP", "YPs"),
    ("carer/parent", "carer/parents"), ("one-off visitor", "one-off visitors"),
    ("user|client", "user|clients"),
])
def test_a_plural_is_made_once_and_known_as_one(one, many):
    assert english.plural(one) == many
    assert english.plural(many) == many
    assert not english.is_plural(one)
    assert english.is_plural(many)


@pytest.mark.parametrize(("subject", "verb"), [
    ("Board of Trustees", "approves"), ("Board of Directors", "approves"), ("Management Committee", "approves"),
    ("Trustees", "approve"), ("Directors", "approve"), ("Trustees of the charity", "approve"), ("NHS", "approves"),
    ("Campus", "approves"), ("Friends of the Park", "approve"),
])
def test_a_verb_agrees_with_its_subject(subject, verb):
    assert english.agree("approves", subject) == verb


@pytest.mark.parametrize(("singular", "plural"), [("is", "are"), ("has", "have"), ("does", "do"), ("sees", "see")])
def test_irregular_verbs_agree_too(singular, plural):
    assert english.agree(singular, "Directors") == plural


@pytest.mark.parametrize(("noun", "phrase"), [
    ("client", "a client"), ("employee", "an employee"), ("honest broker", "an honest broker"), ("user", "a user"),
    ("MP", "an MP"), ("university", "a university"), ("hour", "an hour"), ("", ""),
])
def test_a_or_an(noun, phrase):
    assert english.with_article(noun) == phrase


@pytest.mark.parametrize(("noun", "owner"), [
    ("client", "client’s"), ("clients", "clients’"), ("people", "people’s"),
    ("Board of Trustees", "Board of Trustees’"),
    ("boss", "boss’s"), ("Management Committee", "Management Committee’s"),
])
def test_the_possessive(noun, owner):
    assert english.possessive(noun) == owner


@pytest.mark.parametrize(("items", "listed"), [
    ([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c"),
    (["a, b", "c", "d"], "a, b; c and d"),
])
def test_lists_in_words(items, listed):
    assert english.listing(items) == listed


def test_lists_can_be_joined_by_or_and_only_the_first_letter_gets_a_capital():
    assert english.listing(["a", "b"], "or") == "a or b"
    assert english.cap("the DPO and éa") == "The DPO and éa"
    assert english.cap("") == ""


TYPED = st.text(st.characters(exclude_categories=("C",)), max_size=20).map(lambda text: " ".join(text.split()))
PIECES = "of the a men ss 's ’s - , . 1st 2 NHS & : and to person's Board x y's % $5 ( )".split()
ODD = st.lists(st.sampled_from(PIECES), max_size=5).map(" ".join)


@given(TYPED | ODD)
@settings(max_examples=300, deadline=None, derandomize=True)
def test_whatever_somebody_typed_has_all_forms(noun):
    assert bool(english.plural(noun)) == bool(noun)
    assert english.possessive(noun).removesuffix("s").removesuffix("’") == noun
    assert not noun or english.with_article(noun).split(" ")[0] in ("a", "an")
    assert noun in english.listing([noun, "b", noun])
    assert english.agree("approves", noun) in ("approve", "approves")

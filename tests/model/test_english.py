"""Word forms, with the words that organisations really use, and with anything else without falling over."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policygen.model import english


@pytest.mark.parametrize(("one", "many"), [
    ("client", "clients"), ("service user", "service users"), ("person", "people"), ("young person", "young people"),
    ("woman", "women"), ("child", "children"), ("guest", "guests"), ("boss", "bosses"), ("charity", "charities"),
    ("member of staff", "members of staff"), ("Member of the Board", "Members of the Board"),
    ("committee member", "committee members"), ("Director", "Directors"), ("MP", "MPs"), ("YP", "YPs"),
    ("carer/parent", "carers/parents"), ("parent or carer", "parents or carers"), ("user|client", "user|clients"),
    ("one-off visitor", "one-off visitors"), ("person we support", "people we support"), ("Family", "Families"),
    ("member of the group", "members of the group"),
    ("Young Person", "Young People"), ("patient’s carer", "patient’s carers"), ("mum-to-be", "mums-to-be"),
    ("mother to be", "mothers to be"), ("passer-by", "passers-by"), ("rough sleeping client", "rough sleeping clients"),
    ("woman using our service", "women using our service"),
    ("person with lived experience", "people with lived experience"),
    ("NHS worker", "NHS workers"), ("witness", "witnesses"), ("human being", "human beings"), ("man", "men"),
    ("person who uses our service", "people who use our service"), ("friend who is ill", "friends who are ill"),
    ("Health and Safety Officer", "Health and Safety Officers"), ("Director (Operations)", "Directors (Operations)"),
])
def test_a_plural_is_made_once_and_known_as_one(one, many):
    assert english.plural(one) == many
    assert english.plural(many) == many
    assert not english.is_plural(one)
    assert english.is_plural(many)


@pytest.mark.parametrize(("several", "one"), [
    ("men", "man"), ("clients", "client"), ("people we support", "person we support"), ("Trustees", "Trustee"),
    ("members of the group", "member of the group"), ("client", "client"), ("witness", "witness"), ("staff", "staff"),
    ("people who use our service", "person who uses our service"),
])
def test_a_plural_that_was_typed_has_its_singular(several, one):
    assert english.singular(several) == one


@pytest.mark.parametrize(("noun", "sure"), [
    ("client", True), ("woman", True), ("member of the group", True), ("person we support", False),
    ("young person", True), ("mum-to-be", False),
    ("staff", False),
])
def test_a_plural_is_sure_where_the_last_word_is_the_one_that_changes(noun, sure):
    assert english.has_sure_plural(noun) is sure


@pytest.mark.parametrize(("subject", "words"), [
    ("woman", "she goes, her"), ("young man", "he goes, his"),
])
def test_a_word_for_one_sex_has_its_pronouns(subject, words):
    verb, owner = words.split(", ")
    assert english.pronoun("they goes", subject) == verb
    assert english.pronoun("their", subject) == owner


@pytest.mark.parametrize("subject", ["client", "women", "person we support", ""])
def test_any_other_word_stays_with_they(subject):
    assert english.pronoun("they goes", subject) == "they go"
    assert english.pronoun("them", subject) == "them"


@pytest.mark.parametrize(("typed", "word"), [
    ("the chair", "chair"), ("A client", "client"), ("our Directors", "Directors"), ("an MP", "MP"), ("the", "the"),
    ("Theatre", "Theatre"), ("anchor", "anchor"),
])
def test_a_leading_article_is_taken_off(typed, word):
    assert english.without_article(typed) == word


@pytest.mark.parametrize(("subject", "verb"), [
    ("Convener and Co-convener", "approve"), ("team leader or a senior volunteer", "approves"),
    ("senior staff", "approve"), ("Chair or Trustees", "approve"), ("Health and Safety Officer", "approves"),
    ("Director (Operations)", "approves"), ("Finance and Operations Director", "approves"),
    ("the Chair and the Secretary", "approve"),
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
    ("NHS worker", "an NHS worker"), ("HR manager", "an HR manager"), ("LA officer", "an LA officer"),
    ("UASC", "a UASC"), ("18-year-old", "an 18-year-old"), ("20-year-old", "a 20-year-old"),
    ("one-to-one client", "a one-to-one client"),
    ("men", "men"),
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
    assert not noun or english.is_plural(noun) or english.with_article(noun).split(" ")[0] in ("a", "an")
    assert noun in english.listing([noun, "b", noun])
    assert english.singular(noun) or not noun
    assert english.singular(english.singular(noun)) == english.singular(noun)
    assert english.agree("approves", noun) in ("approve", "approves")


# ---- dates -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("written", [
    "22/9/2026", "22-09-26", "22.9.2026", "22. 9. 2026", "22 September 2026", "22nd Sept 2026", "22 Sept. 2026",
    "22.09.26", "Tuesday 22 September 2026", "Tue, 22nd September, 2026", "Tues 22/09/2026", "2026-09-22", "2026/9/22",
    "22 / 9 / 26", "the 22nd of September 2026", "September 22, 2026", "sept 22nd 2026", "22-Sep-26", "22/Sep/2026",
    "22SEP2026", "22 09 2026", "22 Sep \u201926", "22\u20139\u20132026", "22\u00a0September\u00a02026",
    "\u200e22/9/2026", "22\u20449\u20442026", "22/09/2026 00:00:00", "22/9/2026 14:30", "2026-09-22T09:15:00.5Z",
    "22/9/2026, 2:30 pm", "22 September 2026.", "\uff12\uff12/\uff19/2026"])
def test_a_date_is_read_as_people_in_britain_write_it(written):
    assert english.read_date(written) == date(2026, 9, 22)


@pytest.mark.parametrize(("written", "day"), [
    ("4.12.25", date(2025, 12, 4)), ("1/9/49", date(2049, 9, 1)), ("1/9/50", date(1950, 9, 1)),
    ("01/09/98", date(1998, 9, 1)), ("29/2/28", date(2028, 2, 29)), ("1 May 2026", date(2026, 5, 1))])
def test_the_day_is_before_the_month_and_two_digits_are_the_nearest_years(written, day):
    assert english.read_date(written) == day


@pytest.mark.parametrize(("written", "why", "hint"), [
    ("31/2/2026", "February 2026 has 28 days", "20/11/2026"), ("31/2", "the year is missing", "20/11/2026"),
    ("22 September", "the year is missing", "day, month"), ("13/13/2026", "there is no month 13", "20/11/2026"),
    ("9/22/2026", "there is no month 22", "Write the day before the month: 22/9/2026."),
    ("9-22-26", "there is no month 22", "22/9/26"), ("2026-22-09", "there is no month 22", "20/11/2026"),
    ("0/9/2026", "September 2026 has 30 days", ""), ("31 April 2026", "April 2026 has 30 days", ""),
    ("22 Febuary 2026", "there is no month “febuary”", "Did you mean February?"),
    ("Monday 22 September 2026", "22 September 2026 is a Tuesday", "the name of the day"),
    ("22/9/1826", "the year must be from 1920 to 2099", ""), ("next week", "there is no date `next week`", ""),
    ("20261120", "there is no date", ""), ("22/9/206", "there is no date", ""), ("", "there is no date", ""),
    ("September 2026", "there is no date", "day, month and year"), ("1/2/2026 or 3/2/2026", "there is no date", "")])
def test_what_is_no_date_is_refused_with_the_reason(written, why, hint):
    with pytest.raises(english.NotADate) as caught:
        english.read_date(written)
    assert why in str(caught.value) and hint in caught.value.hint


@given(st.dates(date(1920, 1, 1), date(2099, 12, 31)))
def test_a_date_in_words_and_in_digits_is_read_back(day):
    for words in (english.date_in_words(day), f"{day:%A} {english.date_in_words(day)}", f"{day:%d/%m/%Y}", str(day)):
        assert english.read_date(words) == day


@given(st.text(max_size=30))
def test_any_words_are_a_date_or_are_refused(words):
    try:
        assert 1920 <= english.read_date(words).year <= 2099
    except english.NotADate as exc:
        assert exc.hint


@pytest.mark.parametrize(("written", "told"), [
    ("4.12.25", "“4.12.25” is read as 4 December 2025, the day before the month."), ("31/12/2026", ""),
    ("3/3/2026", ""),
    ("3/4/2026", "3 April 2026"), ("31/12/26", "31 December 2026"), ("2026-04-03", ""), ("3 April 2026", "")])
def test_a_date_that_could_be_taken_for_another_is_told(written, told):
    said = english.date_taken(written, english.read_date(written))
    assert told in said and bool(told) == bool(said)

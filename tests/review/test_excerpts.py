"""What trustees see of a changed clause: few words, and never the opposite of what it says."""

import pytest
from helpers.edited import clause, items, para, table
from hypothesis import given
from hypothesis import strategies as st

from policygen.review.excerpts import Difference, beginning, difference
from policygen.model.lines import lines_of

LONG = ("Everybody who joins the lunch club or helps there now and then hears of it before the first meal, in their "
        "own language if they wish.")


def lines(*blocks):
    return lines_of(clause("x/y", "", *blocks).blocks)


def told(before, now) -> Difference:
    return difference(lines(*before), lines(*now))


def test_a_short_sentence_stands_whole():
    assert told(["Keep it. Tell nobody about it."], ["Keep it. Tell the cook about it."]) == Difference(
        "Tell nobody about it.", "Tell the cook about it.", "reworded")


def test_of_a_long_sentence_stands_what_differs_with_some_words_around_it():
    found = told([LONG], [LONG.replace("first meal", "second visit")])
    assert (found.before, found.now) == (
        "… it before the first meal, in their own …", "… it before the second visit, in their own …")


@pytest.mark.parametrize(("words", "shown"), [
    ("They are your own: tell the cook as well as everybody else who may have to hear of it soon, but do not wait for "
     "permission.", "They are your own: tell the cook as well as … do not wait for permission."),
    ("Nobody who has been here for less than a year, whatever their work is, may take the key from the cook or keep "
     "it.", "Nobody who … key from the cook or keep it."),
    ("You may tell the cook what you have heard about somebody who comes to the lunch club, unless they don’t want it.",
     "You may tell the cook what you have … club, unless they don’t want it.")])
def test_what_turns_the_sense_of_a_sentence_is_always_shown(words, shown):
    assert told([words.replace("the cook", "the driver")], [words]).now == shown


@given(st.lists(st.sampled_from(["not", "never", "nobody", "unless", "we", "tell", "them", "about", "it", "soon"]),
                min_size=20, max_size=45), st.data())
def test_no_excerpt_of_a_sentence_loses_a_not(words, data):
    at = data.draw(st.integers(0, len(words) - 1))
    found = told([" ".join([*words[:at], "Ann", *words[at:]])], [" ".join([*words[:at], "Bob", *words[at:]])])
    turning = {"not", "never", "nobody", "unless"}
    assert [word for word in found.now.split() if word in turning] == [word for word in words if word in turning]


def test_a_new_sentence_needs_nothing_around_it():
    assert told([LONG], [f"{LONG} Nobody has to say why."]) == Difference("", "Nobody has to say why.", "added")
    assert told([f"{LONG} Nobody has to say why."], [LONG]) == Difference("Nobody has to say why.", "", "cut")


def test_an_item_stands_behind_the_line_that_leads_to_it():
    lead = "You must never do any of this:"
    found = told([lead, items("gossip", "run", "guess")], [lead, items("gossip", "run", "guess", "tell names")])
    assert found == Difference("", "You must never do any of this: … tell names", "added")
    found = told([lead, items("gossip", "run")], [lead, items("chat", "walk")])
    assert found.now == "You must never do any of this: chat; walk"


def test_a_row_of_a_table_stands_as_a_row_and_blank_cells_do_not():
    header, drive, van = ("Where", "What", "Seen by"), ("Cloud drive", "Letters", ""), ("Van", "Keys", "")
    assert told([table(header, drive)], [table(header, drive, van)]) == Difference("", "Van: Keys", "added")
    ticked = ("Agency", "May we?"), ("Housing office", "Yes ☐ No ☐"), ("Doctor", "Yes ☐ No ☐")
    assert told([table(*ticked)], [table(*ticked[:2])]) == Difference("Doctor", "", "cut")


def test_another_number_of_a_reference_is_no_difference():
    before, now = (lines(para("[[sharing/limits]] is about this. Ask the " + who)) for who in ("cook.", "driver."))
    assert difference(before, now).before == "Ask the cook."


def test_what_is_larger_goes_before_what_is_small_and_the_rest_is_counted():
    more = "They may have a copy of it, and are told of all their rights."
    renamed = " ".join(f"The client and one of their {count} friends may come on any day." for count in
                       ("two", "three", "four"))
    found = told([f"{renamed} They may have a copy of it."],
                 [f"{renamed.replace('client', 'guest')} {more}"])
    assert found.now == f"The guest and one of their two friends may come on any day. … {more} (and 2 more changes)"


def test_sentences_that_are_only_divided_otherwise_have_no_words_to_show():
    assert told(["One day. Another day."], ["One day.", "Another day."]) == Difference("", "", "reworded")


def test_the_beginning_of_a_text_ends_with_a_sentence():
    assert beginning(lines("Tell nobody.", f"{LONG} {LONG}")) == f"Tell nobody. {LONG} …"
    assert beginning(lines("Tell nobody.")) == "Tell nobody."


def test_nothing_is_shown_at_length():
    long = " ".join(f"word{n}" for n in range(400))
    assert len(beginning(lines(long)).split()) < 40
    found = told([long], [long.upper()])
    assert all(len(words.split()) < 80 for words in (found.before, found.now))

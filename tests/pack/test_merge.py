"""Three texts to one: the laws of merging, nothing lost, nothing invented, nothing mixed below a sentence."""

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

import pytest

from policygen.model.document import LineBreak, Reference, Text
from policygen.model.lines import Line, words_of
from policygen.pack.merge import Conflict, merge, merge_places

FACTS = ("We keep it locked.", "Ask first.", "The key hangs in the office.", "Tell the lead at once.",
         "Nobody else may see it.",
         "It is shredded in May.", "Write down the date.", "A card stays for two years.", "Children come first.")
NEWER = tuple(fact[:-1] + ", always." for fact in FACTS)
OWN = tuple(fact[:-1] + ", as we agreed." for fact in FACTS)


def line(*sentences: str, kind: str = "paragraph") -> Line:
    return Line(kind, ((Text(" ".join(sentences)),),))


def texts(choice) -> list[str]:
    return [words_of(one) for one in choice]


@st.composite
def lines(draw, facts=FACTS, least=0):
    """Some lines of one to three sentences, each sentence once."""
    drawn = draw(st.lists(st.sampled_from(facts), min_size=least, max_size=9, unique=True))
    found = []
    while drawn:
        count = draw(st.integers(1, 3))
        found.append(line(*drawn[:count], kind=draw(st.sampled_from(["paragraph", "paragraph", "bullet"]))))
        drawn = drawn[count:]
    return tuple(found)


@st.composite
def changed(draw, base, facts):
    """The lines with some deleted, some added, some sentences changed or left out; each change is told by its side."""
    found = []
    for one in base:
        what = draw(st.integers(0, 9))
        if what == 0:
            continue
        if what == 1:
            found.append(line(draw(st.sampled_from(facts))))
        if what == 2:
            sentences = sentences_of([one])
            place = draw(st.integers(0, len(sentences) - 1))
            new = facts[FACTS.index(sentences[place])] if sentences[place] in FACTS else sentences[place]
            one = line(*sentences[:place], new, *sentences[place + 1:], kind=one.kind)
        found.append(one)
    return tuple(found)


def sentences_of(some) -> list[str]:
    return [sentence.strip() + "." for one in some for sentence in words_of(one).split(".") if sentence.strip()]


@st.composite
def three(draw):
    base = draw(lines(least=1))
    return base, draw(changed(base, OWN)), draw(changed(base, NEWER))


@pytest.mark.slow
@settings(max_examples=500)
@given(lines(), lines(facts=FACTS + OWN))
def test_what_only_one_side_changed_is_taken_and_what_both_changed_alike_too(base, other):
    assert merge(base, base, other).settled() == other
    assert merge(base, other, base).settled() == other
    assert merge(base, other, other).settled() == other
    for sides in ((base, base, other), (base, other, base), (base, other, other)):
        assert not merge(*sides).conflicts


@pytest.mark.slow
@settings(max_examples=500)
@given(three())
def test_no_sentence_is_lost_or_invented_or_mixed(sides):
    base, mine, new = sides
    merged = merge(base, mine, new)
    choices = {choice: sentences_of(merged.settled([choice] * len(merged.conflicts)))
               for choice in ("mine", "new", "both")}
    known = {*sentences_of(base), *sentences_of(mine), *sentences_of(new)}
    for found in choices.values():
        assert set(found) <= known
    own, library = ({*sentences_of(side)} - {*sentences_of(base)} for side in (mine, new))
    assert own <= {*choices["mine"]} and own <= {*choices["both"]}
    assert library <= {*choices["new"]} and library <= {*choices["both"]}
    kept = [sentence for sentence in sentences_of(base) if sentence in sentences_of(mine)
            and sentence in sentences_of(new)]
    assert {*kept} <= {*choices["mine"]} & {*choices["new"]} & {*choices["both"]}


@settings(max_examples=300)
@given(three())
def test_merging_again_after_a_choice_asks_nothing(sides):
    base, mine, new = sides
    merged = merge(base, mine, new)
    for choice in ("mine", "new", "both"):
        settled = merged.settled([choice] * len(merged.conflicts))
        again = merge(new, settled, new)
        assert again.settled() == settled and not again.conflicts


@pytest.mark.slow
@settings(max_examples=500)
@given(three(), st.data())
def test_what_nobody_decides_about_comes_up_again_and_nothing_else_does(sides, data):
    base, mine, new = sides
    merged = merge(base, mine, new)
    choices = [data.draw(st.sampled_from([None, None, "mine", "new", "both"])) for _ in merged.conflicts]
    settled = merged.settled(choices)
    again = merge(merged.base(choices), settled, new)
    assert merged.is_open(choices) == (None in choices) == bool(again.conflicts)
    left = [conflict for conflict, choice in zip(merged.conflicts, choices, strict=True) if choice is None]
    for side in ("mine", "new"):
        assert [one for conflict in again.conflicts for one in getattr(conflict, side)] == [
            one for conflict in left for one in getattr(conflict, side)]
    assert again.settled() == settled
    assert merged.base(["new"] * len(choices)) == new


@pytest.mark.slow
def test_twenty_thousand_random_texts_can_be_put_together_again_from_the_places_of_their_merge():
    draw = Random(20_000)
    for _ in range(20_000):
        base, mine, new = ([draw.choice("abcdefg") * draw.randint(1, 2) for _ in range(draw.randint(0, 6))]
                           for _ in range(3))
        found = merge_places(base, mine, new, str)
        assert [[one for place in found for one in place[side]] for side in range(3)] == [base, mine, new]
        assert all(len(place[0]) <= 1 for place in found)


@given(three())
def test_the_sides_of_a_merge_can_be_told_from_its_parts(sides):
    base, mine, new = sides
    merged = merge(base, mine, new)
    if merged.conflicts:
        assert mine != new and mine != base and new != base
        assert all(part.mine != part.new for part in merged.conflicts)
        assert all(part.settled("both") for part in merged.conflicts)


def test_sentences_of_one_paragraph_that_each_side_changed_are_both_taken():
    base = (line("We keep it locked.", "Ask first.", "It is shredded in May."),)
    mine = (line("We keep it locked.", "Ask twice.", "It is shredded in May."),)
    new = (line("We keep it locked.", "Ask first.", "It is shredded in June."),)
    assert texts(merge(base, mine, new).settled()) == ["We keep it locked. Ask twice. It is shredded in June."]


def test_a_sentence_that_both_sides_changed_is_a_conflict_in_an_otherwise_merged_paragraph():
    base = (line("We keep it locked.", "Ask first.", "It is shredded in May."), line("Children come first."))
    mine = (line("We keep it locked.", "Ask twice.", "It is shredded in May."), line("Children come first."))
    new = (line("We keep it locked.", "Ask the lead.", "It is shredded in June."),
           line("Children come first of all."))
    merged = merge(base, mine, new)
    assert [isinstance(part, Conflict) for part in merged.parts] == [True, False]
    assert texts(merged.settled(["mine"])) == ["We keep it locked. Ask twice. It is shredded in June.",
                                               "Children come first of all."]
    assert texts(merged.settled(["new"]))[0] == "We keep it locked. Ask the lead. It is shredded in June."
    assert texts(merged.settled(["both"]))[0] == ("We keep it locked. Ask twice. Ask the lead. It is shredded in June.")
    assert merged.settled() == merged.settled(["mine"])
    assert texts(merged.conflicts[0].base) == ["We keep it locked. Ask first. It is shredded in May."]


def test_a_line_that_one_side_deleted_and_the_other_changed_is_a_conflict():
    base = (line("Ask first."), line("Children come first."))
    new = (line("Ask everybody first."), base[1])
    merged = merge(base, base[1:], new)
    assert merged.conflicts == (Conflict(base[:1], (), new[:1], new[:1], new[:1]),)
    assert texts(merged.settled(["mine"])) == ["Children come first."]


def test_changes_in_neighbouring_lines_do_not_clash():
    base = tuple(line(fact) for fact in FACTS[:4])
    mine, new = (base[0], line("Ask first, please."), *base[2:]), (*base[:2], line("The key hangs in the safe."),
                                                                   base[3])
    assert texts(merge(base, mine, new).settled()) == [FACTS[0], "Ask first, please.", "The key hangs in the safe.",
                                                       FACTS[3]]


def test_rows_are_merged_cell_by_cell():
    def row(*cells):
        return Line("row", tuple((Text(cell),) for cell in cells))

    merged = merge((row("Cabinet", "letters", "locked"),), (row("Cabinet", "letters and cards", "locked"),),
                   (row("Cabinet", "letters", "locked twice"),))
    assert texts(merged.settled()) == ["Cabinet | letters and cards | locked twice"]
    assert not merged.conflicts


def test_typography_alone_is_no_change_and_the_library_has_its_way_with_it():
    base, mine, new = ((line("It's “ours”."),), (line("It’s \"ours\"."), line("Ask first.")),
                       (line("It’s “ours” - now."), line("Children come first.")))
    merged = merge(base, mine, new)
    assert texts(merged.settled(["mine"])) == ["It’s “ours” - now.", "Ask first."]


def test_references_bold_words_and_line_breaks_come_through():
    reference = Reference("limits/terrorism")
    base = Line("paragraph",
                ((Text("Key. ", "strong"), Text("See "), reference, Text(". Ring us:"), LineBreak(), Text("01632 1")),
                 ))
    mine = Line("paragraph",
                ((Text("Key. ", "strong"), Text("See "), reference, Text(" now. Ring us:"), LineBreak(),
                  Text("01632 1")),))
    new = Line("paragraph",
               ((Text("Key. ", "strong"), Text("See "), reference, Text(". Ring us:"), LineBreak(), Text("01632 2")),
                ))
    found = merge((base,), (mine,), (new,)).settled()[0].cells[0]
    assert found == (Text("Key. ", "strong"), Text("See "), reference, Text(" now. Ring us:"), LineBreak(),
                     Text("01632 2"))


def test_an_abbreviation_ends_no_sentence():
    base = (line("Ask Dr. Lee about it."),)
    merged = merge(base, (line("Ask Dr. Poe about it."),), (line("Ring Dr. Lee about it."),))
    assert len(merged.conflicts) == 1



PAGE = Text("this page", address="https://a.example/old")


def linked(*inlines) -> Line:
    return Line("paragraph", (inlines,))


@pytest.mark.parametrize(("mine", "new", "settled"), [
    ((Text("Ask first. See "), PAGE, Text(".")), (Text("Always ask first. See this page."),),
     (Text("Always ask first. See "), PAGE, Text("."))),
    ((Text("Ask "), Text("first. See this", address=PAGE.address), Text(" page.")),
     (Text("Ask first. See this page!"),), None)])
def test_a_link_of_ones_own_stays_where_the_library_changes_another_sentence(mine, new, settled):
    found = merge((line("Ask first.", "See this page."),), (linked(*mine),), (linked(*new),))
    if settled is None:
        assert found.conflicts and PAGE.address in {one.address for one in found.settled()[0].cells[0]}
    else:
        assert not found.conflicts and found.settled() == (linked(*settled),)


def test_two_addresses_behind_the_same_words_are_a_conflict():
    old, mine, new = (linked(Text("See "), Text("this page", address=f"https://a.example/{name}"), Text("."))
                      for name in ("old", "mine", "new"))
    conflict, = merge((old,), (mine,), (new,)).conflicts
    assert (conflict.mine, conflict.new) == ((mine,), (new,))

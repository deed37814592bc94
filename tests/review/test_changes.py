"""What has changed between two documents, in few words."""

from dataclasses import replace

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.edited import SECTIONS, clause, finished, items, para, policy, table
from policygen.model.document import Passage, Section, Table, Text
from policygen.model.lines import lines_of
from policygen.pack.edition import ChangeRecord
from policygen.review.changes import (
    Cause, EditionChange, Excerpts, beginning, change_from_data, change_in_words, change_to_data, edition_changes,
    clause_name, excerpts, to_sign_again,
)

THEN = policy()


def changed(**what) -> dict[str, EditionChange]:
    """The changes after clauses were dropped, added, put in another order, or given other words or titles."""
    sections = []
    for number, section in enumerate(SECTIONS):
        passages = [replace(passage, blocks=clause("x/y", "", *what["blocks"][passage.clause]).blocks)
                    if passage.clause in what.get("blocks", {}) else passage
                    for passage in section.passages if passage.clause not in what.get("drop", ())]
        if not number and "order" in what:
            passages = [passages[at] for at in what["order"]]
        passages += what.get("add", {}).get(section.id, ())
        sections.append(replace(section, passages=tuple(passages), title=what.get("titles", {}).get(
            section.id, section.title)))
    new = finished(replace(THEN, sections=tuple(sections)))
    return {change.clause: change for change in edition_changes((THEN,), (new,))}


def test_the_same_documents_have_no_changes():
    assert changed() == {}


def test_numbers_do_not_count():
    found = changed(drop=["aim/purpose"])
    assert set(found) == {"aim/purpose"}, "all that follow are renumbered, and references to them too"


@pytest.mark.parametrize(("words", "what", "before", "after"), [
    ("Ask the person before you pass anything on to another agency. Always.", "added", "", "Always."),
    ("Ask the person before you pass anything on to agency.", "cut",
     "Ask the person before you pass anything on to another agency.",
     "Ask the person before you pass anything on to agency."),
    ("Ask everybody before you pass anything on to another agency.", "reworded",
     "Ask the person before you pass anything on to another agency.",
     "Ask everybody before you pass anything on to another agency.")])
def test_a_clause_that_says_something_else_is_shown_where_it_differs(words, what, before, after):
    rest = "Write down what was agreed, with the date. Keep the note for 30 days."
    change = changed(blocks={"sharing/consent": (words, rest)})["sharing/consent"]
    assert (change.what, change.before, change.now) == ((what,), before, after)


def test_the_same_words_in_other_paragraphs_are_told_as_such():
    now = "Ask the person before you pass anything on to another agency. Write down what was agreed, with the date."
    change = changed(blocks={"sharing/consent": (now, "Keep the note for 30 days.")})["sharing/consent"]
    assert (change.what, change.before, change.now) == (("divided",), "", "")
    assert change_in_words(change) == "The same words in other paragraphs"
    assert not to_sign_again((change,), {"a": lambda _: True})


def test_new_gone_moved_and_retitled_ones_are_told_as_such():
    own = clause("local/1", "Photographs", "Nobody takes photographs.")
    found = changed(drop=["records/asking"], order=[1, 2, 0], add={"sharing": (own,)}, titles={"records": "Records"})
    assert {key: change.what for key, change in found.items()} == {
        "records/asking": ("gone",), "local/1": ("new",), "aim/purpose": ("moved",), "records": ("retitled",)}
    assert (found["local/1"].before, found["local/1"].now) == ("", "Nobody takes photographs.")
    assert found["records/asking"].now == "" and clause_name(found["records/asking"]).endswith("(it was 3.4)")
    assert change_in_words(found["records"]) == "Was called “What we record”"
    assert (found["records"].before, found["records"].now) == ("What we record", "Records")
    assert (found["aim/purpose"].before, found["aim/purpose"].now) == ("At 1.1", "At 1.3")


def test_clauses_whose_heading_is_gone_are_told_with_both_sections_though_their_order_is_the_same():
    aim, sharing, records = SECTIONS
    joined = finished(replace(THEN, sections=(aim, replace(sharing, passages=sharing.passages + records.passages))))
    found = {change.clause: change for change in edition_changes((THEN,), (joined,))}
    assert {key: change.what for key, change in found.items()} == {
        passage.clause: ("moved",) for passage in records.passages}
    assert (found["records/basics"].before, found["records/basics"].now) == (
        "At 3.1, under “What we record”", "At 2.4, under “Sharing with others”")


def test_a_clause_is_named_as_people_find_it():
    base = EditionChange("policy", "Policy", "policy", "aim/purpose", "1.1", "Our purpose", ("new",), "", "",
                         section="Why")
    assert clause_name(base) == "1.1 Our purpose"
    assert clause_name(replace(base, title="")) == "1.1"
    assert clause_name(replace(base, number="")) == "Our purpose, under “Why”"
    assert clause_name(replace(base, number="", title="")) == "A point, under “Why”"
    assert clause_name(replace(base, number="", section="Our purpose")) == "Our purpose"
    assert clause_name(replace(base, number="", document_kind="form")) == "Our purpose"
    assert clause_name(replace(base, what=("gone",), title="")) == "A point (it was 1.1)"


def test_what_is_made_for_each_edition_is_no_change():
    table = Table(((Text("Edition"),),), (((Text("2"),),),), "")
    history = Section("history", "History of this policy", "4", (Passage("history", "History", "", (table,)),))
    assert edition_changes((THEN,), (replace(THEN, sections=(*THEN.sections, history)),)) == ()


def test_whole_documents_come_and_go():
    form = replace(THEN, id="form", title="A form", kind="form")
    assert [(change.document, change.clause, change.what) for change in edition_changes((THEN,), (THEN, form))] == [
        ("form", "", ("new",))]
    gone, = edition_changes((THEN, form), (THEN,))
    assert (gone.what, change_in_words(gone), clause_name(gone)) == (("gone",), "No longer made", "A form")


def test_documents_about_the_pack_are_left_out():
    about = replace(THEN, id="read-first", kind="notes")
    assert edition_changes((THEN,), (THEN, about), frozenset({"read-first"})) == ()


def test_a_change_survives_json():
    change = replace(next(iter(changed(drop=["aim/purpose"]).values())), causes=(Cause("law", "Law: x"),))
    assert change_from_data(change_to_data(change)) == change
    earlier = msgspec.to_builtins(change_to_data(change))
    del earlier["section"]
    assert change_from_data(msgspec.convert(earlier, ChangeRecord)) == replace(change, section="")
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(earlier | {"what": ["vanished"]}, ChangeRecord)


def test_only_changed_words_make_people_sign_again():
    base = EditionChange("policy", "Policy", "policy", "aim/purpose", "1.1", "Our purpose", ("reworded",), "", "")
    moved, whole = replace(base, what=("moved", "retitled")), replace(base, clause="", what=("new",))
    assert to_sign_again((base, moved, whole), {"declaration": lambda change: True, "other": lambda change: False}) == {
        "declaration": (base,)}


# ---- excerpts: few words, and never the opposite of what a clause says ---------------------------------------------


LONG = ("Everybody who joins the lunch club or helps there now and then hears of it before the first meal, in their "
        "own language if they wish.")


def lines(*blocks):
    return lines_of(clause("x/y", "", *blocks).blocks)


def told(before, now) -> Excerpts:
    return excerpts(lines(*before), lines(*now))


def test_a_short_sentence_stands_whole():
    assert told(["Keep it. Tell nobody about it."], ["Keep it. Tell the cook about it."]) == Excerpts(
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
    assert told([LONG], [f"{LONG} Nobody has to say why."]) == Excerpts("", "Nobody has to say why.", "added")
    assert told([f"{LONG} Nobody has to say why."], [LONG]) == Excerpts("Nobody has to say why.", "", "cut")


def test_an_item_stands_behind_the_line_that_leads_to_it():
    lead = "You must never do any of this:"
    found = told([lead, items("gossip", "run", "guess")], [lead, items("gossip", "run", "guess", "tell names")])
    assert found == Excerpts("", "You must never do any of this: … tell names", "added")
    found = told([lead, items("gossip", "run")], [lead, items("chat", "walk")])
    assert found.now == "You must never do any of this: chat; walk"


def test_a_row_of_a_table_stands_as_a_row_and_blank_cells_do_not():
    header, drive, van = ("Where", "What", "Seen by"), ("Cloud drive", "Letters", ""), ("Van", "Keys", "")
    assert told([table(header, drive)], [table(header, drive, van)]) == Excerpts("", "Van: Keys", "added")
    ticked = ("Agency", "May we?"), ("Housing office", "Yes ☐ No ☐"), ("Doctor", "Yes ☐ No ☐")
    assert told([table(*ticked)], [table(*ticked[:2])]) == Excerpts("Doctor", "", "cut")


def test_another_number_of_a_reference_is_no_difference():
    before, now = (lines(para("[[sharing/limits]] is about this. Ask the " + who)) for who in ("cook.", "driver."))
    assert excerpts(before, now).before == "Ask the cook."


def test_what_is_larger_goes_before_what_is_small_and_the_rest_is_counted():
    more = "They may have a copy of it, and are told of all their rights."
    renamed = " ".join(f"The client and one of their {count} friends may come on any day." for count in
                       ("two", "three", "four"))
    found = told([f"{renamed} They may have a copy of it."],
                 [f"{renamed.replace('client', 'guest')} {more}"])
    assert found.now == f"The guest and one of their two friends may come on any day. … {more} (and 2 more changes)"


def test_sentences_that_are_only_divided_otherwise_have_no_words_to_show():
    assert told(["One day. Another day."], ["One day.", "Another day."]) == Excerpts("", "", "reworded")


def test_the_beginning_of_a_text_ends_with_a_sentence():
    assert beginning(lines("Tell nobody.", f"{LONG} {LONG}")) == f"Tell nobody. {LONG} …"
    assert beginning(lines("Tell nobody.")) == "Tell nobody."


def test_nothing_is_shown_at_length():
    long = " ".join(f"word{n}" for n in range(400))
    assert len(beginning(lines(long)).split()) < 40
    found = told([long], [long.upper()])
    assert all(len(words.split()) < 80 for words in (found.before, found.now))

"""What has changed between two documents, in few words, and what caused it."""

from dataclasses import replace
from datetime import date

import pytest
from edited import SECTIONS, clause, finished, policy

from policygen.changes import (
    Cause, Change, Grounds, between, excerpts, from_data, in_words, lines_in, name, resting, shortened, to_data,
    with_causes,
)
from policygen.document import Passage, Section, Table, Text
from policygen.errors import Place
from policygen.law import Law, LawChange
from policygen.local_edits import LocalEdit

THEN = policy()
DAY, LATER = date(2026, 11, 21), date(2028, 11, 20)


def changed(**what) -> dict[str, Change]:
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
    return {change.clause: change for change in between((THEN,), (new,))}


def test_the_same_documents_have_no_changes():
    assert changed() == {}


def test_numbers_do_not_count():
    found = changed(drop=["aim/purpose"])
    assert set(found) == {"aim/purpose"}, "all that follow are renumbered, and references to them too"


@pytest.mark.parametrize(("words", "what", "before", "after"), [
    ("Ask the person before you pass anything on to another agency. Always.", "added",
     "… to another agency. Write down what …", "… to another agency. Always. Write down what …"),
    ("Ask the person before you pass anything on to agency.", "cut",
     "… anything on to another agency. Write down …", "… anything on to agency. Write down …"),
    ("Ask everybody before you pass anything on to another agency.", "reworded",
     "Ask the person before you pass …", "Ask everybody before you pass …")])
def test_a_clause_that_says_something_else_is_shown_where_it_differs(words, what, before, after):
    rest = "Write down what was agreed, with the date. Keep the note for 30 days."
    change = changed(blocks={"sharing/consent": (words, rest)})["sharing/consent"]
    assert (change.what, change.before, change.now) == ((what,), before, after)


def test_new_gone_moved_and_retitled_ones_are_told_as_such():
    own = clause("local/1", "Photographs", "Nobody takes photographs.")
    found = changed(drop=["records/asking"], order=[1, 2, 0], add={"sharing": (own,)}, titles={"records": "Records"})
    assert {key: change.what for key, change in found.items()} == {
        "records/asking": ("gone",), "local/1": ("new",), "aim/purpose": ("moved",), "records": ("retitled",)}
    assert (found["local/1"].before, found["local/1"].now) == ("", "Nobody takes photographs.")
    assert found["records/asking"].now == "" and name(found["records/asking"]).endswith("(it was 3.4)")
    assert in_words(found["records"]) == "Was called “What we record”"


def test_what_is_made_for_each_edition_is_no_change():
    table = Table(((Text("Edition"),),), (((Text("2"),),),), "")
    history = Section("history", "History of this policy", "4", (Passage("history", "History", "", (table,)),))
    assert between((THEN,), (replace(THEN, sections=(*THEN.sections, history)),)) == ()


def test_whole_documents_come_and_go():
    form = replace(THEN, id="form", title="A form", kind="form")
    assert [(change.document, change.clause, change.what) for change in between((THEN,), (THEN, form))] == [
        ("form", "", ("new",))]
    gone, = between((THEN, form), (THEN,))
    assert (gone.what, in_words(gone), name(gone)) == (("gone",), "No longer made", "A form")


def test_documents_about_the_pack_are_left_out():
    about = replace(THEN, id="read-first", kind="notes")
    assert between((THEN,), (THEN, about), frozenset({"read-first"})) == ()


def test_excerpts_show_a_few_words_around_each_place_and_say_what_is_left_out():
    before = "one two three four five six seven eight nine ten eleven twelve"
    after = "one two three four five six 7 eight nine ten eleven twelve"
    assert excerpts(before, after) == ("… four five six seven eight nine ten …", "… four five six 7 eight nine ten …")
    assert excerpts("a b", "a b c") == ("a b", "a b c")


def test_nothing_long_is_shown_whole():
    long = " ".join(f"word{n}" for n in range(400))
    assert len(shortened(long).split()) == 19 and shortened(long).endswith(" …")
    assert all(len(words.split()) < 25 for words in excerpts(long, long.upper()))


def test_a_change_survives_json():
    change = replace(next(iter(changed(drop=["aim/purpose"]).values())), causes=(Cause("law", "Law: x"),))
    assert from_data(to_data(change)) == change
    with pytest.raises((ValueError, LookupError, TypeError)):
        from_data({"what": []})


# ---- causes ------------------------------------------------------------------------------------------------------


LAW = Law("act", "the Act", "Act", "s 1", "", ("england",), date(2027, 3, 1), "in-force", "duty", "", "", "", Place())
COMMENCED = LawChange(LAW, "commenced", date(2027, 3, 1))


def causes(*, library=False, law=False, answer=False, own=False, undecided=False, laws=()) -> list[str]:
    """The kinds of cause of one clause, after its words were changed by each of these."""

    def texts(words: str):
        return {("policy", "aim/purpose"): ("Our purpose", lines_in(clause("aim/purpose", "Our purpose", words)))}

    def given(answers, day):
        words = "New words." if library else "Old words."
        words += " By law." if law and day == LATER else ""
        words += " Answered." if answers.get("question") == "new" else ""
        return texts(words)

    edit = LocalEdit("policy", "aim/purpose", (), ())
    change = Change("policy", "Policy", "policy", "aim/purpose", "1.1", "Our purpose", ("reworded",), "", "")
    grounds = Grounds(texts("Old words."), given, {"question": "old"}, {"question": "new" if answer else "old"},
                      {"question": "Your answer to “Which?”"} if answer else {}, DAY, LATER, (COMMENCED,),
                      lambda clause: frozenset(laws), (), (edit,) if own or undecided else (),
                      frozenset(), frozenset({change.key}) if undecided else frozenset())
    found, = with_causes((change,), grounds)
    return [cause.kind for cause in found.causes]


@pytest.mark.parametrize(("what", "kinds"), [
    ({"library": True}, ["wording"]), ({"answer": True}, ["answer"]), ({"own": True}, ["own"]),
    ({"law": True, "laws": ("act",)}, ["law"]), ({"law": True}, ["law"]),
    ({"library": True, "laws": ("act",)}, ["law"]), ({"laws": ("act",), "answer": True}, ["answer"]),
    ({"library": True, "answer": True, "own": True}, ["answer", "wording", "own"]),
    ({"library": True, "undecided": True}, ["own"]), ({}, ["wording"])])
def test_each_cause_is_told_and_no_other(what, kinds):
    assert causes(**what) == kinds


def own(base: tuple[str, ...], *lines: str) -> LocalEdit:
    return LocalEdit("policy", "aim/purpose", lines_in(clause("x", "", *base)), lines_in(clause("x", "", *lines)))


def causes_of(issued: str, now: str, before: LocalEdit | None, after: LocalEdit, what=("reworded",)) -> list[str]:
    """The kinds of cause of a clause with local edits; the library said and says something."""
    def texts(words: str):
        return {("policy", "aim/purpose"): ("Our purpose", lines_in(clause("aim/purpose", "Our purpose", words)))}

    change = Change("policy", "Policy", "policy", "aim/purpose", "1.1", "Our purpose", what, "", "")
    grounds = Grounds(texts(issued), lambda given, day: texts(now), {}, {}, {}, DAY, LATER, (), lambda one: frozenset(),
                      (before,) if before else (), (after,), frozenset(), frozenset())
    found, = with_causes((change,), grounds)
    return [cause.kind for cause in found.causes]


THEN_SAID, NOW_SAYS = "Ask first. Then write it down.", "Ask first. Then write it down. Lock it away."


def test_an_edit_that_people_changed_again_between_two_editions_is_a_cause_and_one_that_only_stands_is_none():
    first, again = own((THEN_SAID,), "Ask twice. Then write it down."), own((THEN_SAID,), "Ask us. Then write it down.")
    assert causes_of(THEN_SAID, THEN_SAID, first, again) == ["own"]
    merged = own((NOW_SAYS,), "Ask twice. Then write it down. Lock it away.")
    assert causes_of(THEN_SAID, NOW_SAYS, first, merged) == ["wording"]
    local = LocalEdit("policy", "aim/purpose", None, lines_in(clause("x", "", "One.")))
    assert causes_of(THEN_SAID, THEN_SAID, local, replace(local, lines=lines_in(clause("x", "", "Two.")))) == ["own"]


def test_a_new_sentence_of_the_library_that_does_not_stand_is_no_cause():
    kept = own(("Ask them. Then write it down.",), "Ask twice. Then write it down.")
    assert causes_of(THEN_SAID, "Ask them. Then write it down.", None, kept) == ["own"]
    both = own(("Ask them. Then write it down.",), "Ask twice. Ask them. Then write it down.")
    assert causes_of(THEN_SAID, "Ask them. Then write it down.", None, both) == ["wording", "own"]


def test_a_clause_that_went_is_no_edit_of_those_who_had_edited_it():
    edit = own((THEN_SAID,), "Ask twice.")
    assert "own" not in causes_of(THEN_SAID, NOW_SAYS, None, edit, ("gone",))
    assert causes_of(THEN_SAID, THEN_SAID, None, replace(edit, lines=None), ("gone",)) == ["own"]


def test_only_changed_words_make_people_sign_again():
    base = Change("policy", "Policy", "policy", "aim/purpose", "1.1", "Our purpose", ("reworded",), "", "")
    moved, whole = replace(base, what=("moved",)), replace(base, clause="", what=("new",))
    assert resting((base, moved, whole), {"declaration": lambda change: True, "other": lambda change: False}) == {
        "declaration": (base,)}


def test_the_law_is_told_with_its_day():
    assert COMMENCED.words == "the Act came into force on 1 March 2027"
    assert replace(COMMENCED, what="changed").words == "the Act was changed on 1 March 2027"
    ended = replace(COMMENCED, what="ended", law=replace(LAW, replaced_by="the other Act"))
    assert ended.words == "the Act is no longer in force since 1 March 2027; now: the other Act"

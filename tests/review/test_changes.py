"""What has changed between two documents, in few words, and what caused it."""

from dataclasses import replace
from datetime import date

import pytest
from helpers.edited import SECTIONS, clause, finished, policy

from policygen.review.changes import (
    Cause, Change, Grounds, between, from_data, in_words, lines_in, name, resting, to_data, with_causes,
)
from policygen.model.document import Passage, Section, Table, Text
from policygen.model.problems import Place
from policygen.library.law import Law, LawChange
from policygen.pack.edits import LocalEdit

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
    assert in_words(change) == "The same words in other paragraphs" and not resting((change,), {"a": lambda _: True})


def test_new_gone_moved_and_retitled_ones_are_told_as_such():
    own = clause("local/1", "Photographs", "Nobody takes photographs.")
    found = changed(drop=["records/asking"], order=[1, 2, 0], add={"sharing": (own,)}, titles={"records": "Records"})
    assert {key: change.what for key, change in found.items()} == {
        "records/asking": ("gone",), "local/1": ("new",), "aim/purpose": ("moved",), "records": ("retitled",)}
    assert (found["local/1"].before, found["local/1"].now) == ("", "Nobody takes photographs.")
    assert found["records/asking"].now == "" and name(found["records/asking"]).endswith("(it was 3.4)")
    assert in_words(found["records"]) == "Was called “What we record”"
    assert (found["records"].before, found["records"].now) == ("What we record", "Records")
    assert (found["aim/purpose"].before, found["aim/purpose"].now) == ("At 1.1", "At 1.3")


def test_a_clause_is_named_as_people_find_it():
    base = Change("policy", "Policy", "policy", "aim/purpose", "1.1", "Our purpose", ("new",), "", "", section="Why")
    assert name(base) == "1.1 Our purpose"
    assert name(replace(base, title="")) == "1.1"
    assert name(replace(base, number="")) == "Our purpose, under “Why”"
    assert name(replace(base, number="", title="")) == "A point, under “Why”"
    assert name(replace(base, number="", section="Our purpose")) == "Our purpose"
    assert name(replace(base, number="", document_kind="form")) == "Our purpose"
    assert name(replace(base, what=("gone",), title="")) == "A point (it was 1.1)"


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


def test_a_change_survives_json():
    change = replace(next(iter(changed(drop=["aim/purpose"]).values())), causes=(Cause("law", "Law: x"),))
    assert from_data(to_data(change)) == change
    earlier = to_data(change)
    del earlier["section"]
    assert from_data(earlier) == replace(change, section="")
    with pytest.raises((ValueError, LookupError, TypeError)):
        from_data({"what": []})


# ---- causes ------------------------------------------------------------------------------------------------------


LAW = Law("act", "the Act", "Act", "s 1", "", ("england",), date(2027, 3, 1), "in-force", "duty", "", "", "", Place())
COMMENCED = LawChange(LAW, "commenced", date(2027, 3, 1))


AT = ("policy", "aim/purpose")
CHANGE = Change("policy", "Policy", "policy", "aim/purpose", "1.1", "Our purpose", ("reworded",), "", "")
EDIT = LocalEdit("policy", "aim/purpose", (), ())
NOT_ASKED = Grounds({}, lambda answers, day: {}, {}, {}, {}, DAY, LATER, (COMMENCED,), lambda clause: frozenset(), (),
                    (), frozenset(), frozenset())


def texts(words: str):
    return {AT: ("Our purpose", lines_in(clause("aim/purpose", "Our purpose", words)))} if words else {}


def causes(*, library=False, law=False, answer=False, own="", undecided=False, laws=(), what="reworded") -> list[str]:
    """The causes of one clause, after its words were changed by each of these; `own` is what somebody made of it."""

    def given(answers, day):
        words = "New words." if library else "" if what == "new" else "Old words."
        words += " By law." if law and day == LATER else ""
        words += f" Ask {answers['question']}." if words else ""
        return texts(words)

    old, new = {"question": "Ann"}, {"question": "Bob" if answer else "Ann"}
    then = texts("" if what == "new" else "Old words. Ask Ann.")
    found, = with_causes((replace(CHANGE, what=(what,)),), replace(
        NOT_ASKED, issued=then, given=given, old_answers=old, new_answers=new,
        changed_answers={"question": Cause("answer", "Your answer")} if answer else {},
        laws_of=lambda clause: frozenset(laws), new_edits=(EDIT,) if own else (),
        undecided=frozenset({AT}) if undecided else frozenset(), stood=then,
        stands=texts(own) if own else given(new, LATER)))
    return [cause.words for cause in found.causes]


WORDING, OWN, BY_LAW = "Improved wording", "Your own edit", "Law: The Act came into force on 1 March 2027"


@pytest.mark.parametrize(("what", "told"), [
    ({"library": True}, [WORDING]), ({"answer": True}, ["Your answer"]), ({"own": "Our words."}, [OWN]),
    ({"law": True, "laws": ("act",)}, [BY_LAW]), ({"law": True}, ["Law: what is in force has changed since"]),
    ({"library": True, "laws": ("act",)}, [BY_LAW]), ({"laws": ("act",), "answer": True}, ["Your answer"]),
    ({"library": True, "answer": True, "own": "New words. Ask Bob. Ours."}, ["Your answer", WORDING, OWN]),
    ({}, ["Follows from the other changes"])])
def test_each_cause_is_told_and_no_other(what, told):
    assert causes(**what) == told


def test_a_new_clause_is_not_put_down_to_an_answer_that_it_prints():
    assert causes(library=True, answer=True, what="new") == [WORDING]


def test_where_own_words_kept_all_that_is_new_away_only_they_are_the_cause():
    assert causes(library=True, own="Our words. Ask Ann.") == [OWN]
    assert causes(library=True, own="Our words. Ask Ann.", laws=("act",)) == [
        "Your own edit. It stands although the Act came into force on 1 March 2027"]
    assert causes(library=True, own="Our words. Ask Ann.", undecided=True) == [
        "Your own edit; whether the new wording takes its place is still to be decided"]


def test_what_the_library_left_out_comes_through_as_well():
    stood, stands = texts("Old words. Much more."), texts("Old words. Ours.")
    found, = with_causes((CHANGE,), replace(
        NOT_ASKED, issued=stood, given=lambda answers, day: texts("Old words."), new_edits=(EDIT,), stood=stood,
        stands=stands))
    assert [cause.words for cause in found.causes] == [WORDING, OWN]


def test_an_answer_that_cannot_go_back_alone_is_no_cause_of_everything():
    """Without staff nobody can hold information about employees: that answer cannot be given back by itself."""

    def given(answers, day):
        if answers["about"] == "employees" and answers["workers"] == "volunteers":
            return {}
        return texts(f"For {answers['workers']}.") | {("policy", "other"): texts(f"About {answers['about']}.")[AT]}

    changed_answers = {name: Cause("answer", name) for name in ("workers", "about")}
    old, new = {"workers": "staff", "about": "employees"}, {"workers": "volunteers", "about": "members"}
    found = with_causes((CHANGE, replace(CHANGE, clause="other")), replace(
        NOT_ASKED, issued=given(old, DAY), given=given, old_answers=old, new_answers=new,
        changed_answers=changed_answers))
    assert [[cause.words for cause in change.causes] for change in found] == [["workers"], ["about"]]


def own(base: tuple[str, ...], *lines: str) -> LocalEdit:
    return LocalEdit("policy", "aim/purpose", lines_in(clause("x", "", *base)), lines_in(clause("x", "", *lines)))


def causes_of(issued: str, now: str, before: LocalEdit | None, after: LocalEdit, what=("reworded",)) -> list[str]:
    """The kinds of cause of a clause with local edits; the library said and says something."""
    def texts(words: str):
        return {("policy", "aim/purpose"): ("Our purpose", lines_in(clause("aim/purpose", "Our purpose", words)))}

    change = Change("policy", "Policy", "policy", "aim/purpose", "1.1", "Our purpose", what, "", "")
    grounds = Grounds(texts(issued), lambda given, day: texts(now), {}, {}, {}, DAY, LATER, (), lambda one: frozenset(),
                      (before,) if before else (), (after,), frozenset(), frozenset(), texts(issued),
                      {change.key: ("Our purpose", after.lines or ())})
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


def test_a_new_sentence_of_the_library_that_does_not_stand_is_no_cause_and_one_that_does_is():
    kept = own(("Ask them. Then write it down.",), "Ask twice. Then write it down.")
    assert causes_of(THEN_SAID, "Ask them. Then write it down.", None, kept) == ["own"]
    both = own(("Ask them. Then write it down.",), "Ask twice. Ask them. Then write it down.")
    assert causes_of(THEN_SAID, "Ask them. Then write it down.", None, both) == ["wording", "own"]


def test_a_clause_that_went_is_no_edit_of_those_who_had_edited_it():
    edit = own((THEN_SAID,), "Ask twice.")
    assert "own" not in causes_of(THEN_SAID, NOW_SAYS, None, edit, ("gone",))
    for says in (THEN_SAID, NOW_SAYS, "Something else."):
        assert causes_of(THEN_SAID, says, None, replace(edit, lines=None), ("gone",)) == ["own"]


def test_only_changed_words_make_people_sign_again():
    base = Change("policy", "Policy", "policy", "aim/purpose", "1.1", "Our purpose", ("reworded",), "", "")
    moved, whole = replace(base, what=("moved", "retitled")), replace(base, clause="", what=("new",))
    assert resting((base, moved, whole), {"declaration": lambda change: True, "other": lambda change: False}) == {
        "declaration": (base,)}


def test_the_law_is_told_with_its_day():
    assert COMMENCED.words == "the Act came into force on 1 March 2027"
    assert replace(COMMENCED, what="changed").words == "the Act changed on 1 March 2027"
    ended = replace(COMMENCED, what="ended", law=replace(LAW, replaced_by="the other Act"))
    assert ended.words == "the Act stopped applying on 1 March 2027; now: the other Act"

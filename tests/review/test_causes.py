"""What led to a change: law, answers, improved wording, somebody's own edits; each is told, and nothing else."""

from dataclasses import replace
from datetime import date

import pytest

from helpers.edited import clause
from policygen.library.law import Law, LawChange
from policygen.model.lines import clause_lines
from policygen.model.problems import Place
from policygen.pack.edits import LocalEdit
from policygen.review.causes import Evidence, with_causes
from policygen.review.changes import Cause, EditionChange

DAY, LATER = date(2026, 11, 21), date(2028, 11, 20)
LAW = Law("act", "the Act", "Act", "s 1", "", ("england",), date(2027, 3, 1), "in-force", "duty", "", "", "", Place())
COMMENCED = LawChange(LAW, "commenced", date(2027, 3, 1))


AT = ("policy", "aim/purpose")
CHANGE = EditionChange("policy", "Policy", "policy", "aim/purpose", "1.1", "Our purpose", ("reworded",), "", "")
EDIT = LocalEdit("policy", "aim/purpose", (), ())
NO_EVIDENCE = Evidence({}, lambda answers, day: {}, {}, {}, {}, DAY, LATER, (COMMENCED,), lambda clause: frozenset(),
                       (), (), frozenset(), frozenset())


def texts(words: str):
    return {AT: ("Our purpose", clause_lines(clause("aim/purpose", "Our purpose", words)))} if words else {}


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
        NO_EVIDENCE, library_then=then, library_today=given, answers_then=old, answers_now=new,
        changed_answers={"question": Cause("answer", "Your answer")} if answer else {},
        laws_of=lambda clause: frozenset(laws), edits_now=(EDIT,) if own else (),
        undecided=frozenset({AT}) if undecided else frozenset(), texts_then=then,
        texts_now=texts(own) if own else given(new, LATER)))
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
        NO_EVIDENCE, library_then=stood, library_today=lambda answers, day: texts("Old words."), edits_now=(EDIT,),
        texts_then=stood, texts_now=stands))
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
        NO_EVIDENCE, library_then=given(old, DAY), library_today=given, answers_then=old, answers_now=new,
        changed_answers=changed_answers))
    assert [[cause.words for cause in change.causes] for change in found] == [["workers"], ["about"]]


def own(base: tuple[str, ...], *lines: str) -> LocalEdit:
    then, now = (clause_lines(clause("x", "", *words)) for words in (base, lines))
    return LocalEdit("policy", "aim/purpose", then, now)


def causes_of(issued: str, now: str, before: LocalEdit | None, after: LocalEdit, what=("reworded",)) -> list[str]:
    """The kinds of cause of a clause with local edits; the library said and says something."""
    def texts(words: str):
        return {("policy", "aim/purpose"): ("Our purpose", clause_lines(clause("aim/purpose", "Our purpose", words)))}

    change = EditionChange("policy", "Policy", "policy", "aim/purpose", "1.1", "Our purpose", what, "", "")
    evidence = Evidence(texts(issued), lambda given, day: texts(now), {}, {}, {}, DAY, LATER, (),
                        lambda one: frozenset(), (before,) if before else (), (after,), frozenset(), frozenset(),
                        texts(issued),
                        {change.key: ("Our purpose", after.lines or ())})
    found, = with_causes((change,), evidence)
    return [cause.kind for cause in found.causes]


THEN_SAID, NOW_SAYS = "Ask first. Then write it down.", "Ask first. Then write it down. Lock it away."


def test_an_edit_that_people_changed_again_between_two_editions_is_a_cause_and_one_that_only_stands_is_none():
    first, again = own((THEN_SAID,), "Ask twice. Then write it down."), own((THEN_SAID,), "Ask us. Then write it down.")
    assert causes_of(THEN_SAID, THEN_SAID, first, again) == ["own"]
    merged = own((NOW_SAYS,), "Ask twice. Then write it down. Lock it away.")
    assert causes_of(THEN_SAID, NOW_SAYS, first, merged) == ["wording"]
    local = LocalEdit("policy", "aim/purpose", None, clause_lines(clause("x", "", "One.")))
    other = replace(local, lines=clause_lines(clause("x", "", "Two.")))
    assert causes_of(THEN_SAID, THEN_SAID, local, other) == ["own"]


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


def test_the_law_is_told_with_its_day():
    assert COMMENCED.words == "the Act came into force on 1 March 2027"
    assert replace(COMMENCED, what="changed").words == "the Act changed on 1 March 2027"
    ended = replace(COMMENCED, what="ended", law=replace(LAW, replaced_by="the other Act"))
    assert ended.words == "the Act stopped applying on 1 March 2027; now: the other Act"

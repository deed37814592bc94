"""Local edits are kept: through Word, as data, over reviews, asked about only where the library touches them."""

from dataclasses import replace

import msgspec
import pytest

from helpers.edited import SECTIONS, changed, clause, drawn, finished, items, para, policy, table
from policygen.formats.word.reader import read_word_file
from policygen.model.document import Section, Text, passages_of
from policygen.model.lines import text_of
from policygen.model.lines import blocks_of, unnumbered_lines, words_of
from policygen.pack.edits import EditRecord, LocalEdit, apply_edits, renew, settle
from policygen.review.compare import compare
from policygen.review.compare import local_edits

LIBRARY = replace(policy(), sections=SECTIONS)
"""The document as the library gives it: without numbers."""


def edited(document, **clauses):
    """The document with the blocks of some clauses changed; `aim__purpose` stands for `aim/purpose`."""
    for name, blocks in clauses.items():
        document = changed(document, name.replace("__", "/"), blocks=tuple(map(block, blocks)))
    return document


def block(words):
    return para(words) if isinstance(words, str) else words


def without(document, name):
    return replace(document, sections=tuple(replace(section, passages=tuple(
        passage for passage in section.passages if passage.clause != name)) for section in document.sections))


def by_hand(issued, now, folder, library, standing=()):
    """The local edits after somebody made one document out of another in Word."""
    lines = read_word_file(drawn(finished(now), folder / "edited.docx")).lines
    return local_edits(library, compare(finished(issued), lines), standing)


def words(document) -> dict[str, str]:
    return {passage.clause: text_of(passage.blocks) for passage in passages_of(document)}


OWN_PURPOSE = ("We keep to ourselves whatever people tell us over lunch. "
               "A promise like this one is easily broken by a careless word.",)


def test_what_nobody_changed_gives_no_edits(tmp_path):
    assert by_hand(LIBRARY, LIBRARY, tmp_path, LIBRARY) == ()


def test_an_edit_keeps_what_the_library_said_and_what_stands(tmp_path):
    edit, = by_hand(LIBRARY, edited(LIBRARY, aim__purpose=OWN_PURPOSE), tmp_path, LIBRARY)
    assert (edit.document, edit.clause, edit.placed) == ("policy", "aim/purpose", False)
    assert edit.base == unnumbered_lines(LIBRARY.sections[0].passages[0].blocks)
    assert [words_of(line) for line in edit.lines] == [*OWN_PURPOSE]


def test_all_kinds_of_edit_come_back_in_their_places(tmp_path):
    now = edited(LIBRARY, aim__purpose=OWN_PURPOSE)
    now = without(now, "records/keeping")
    now = changed(now, "sharing/consent", title="Ask them")
    aim, sharing, records = now.sections
    own = clause("local/x", "Photographs", "Nobody takes photographs of children.", items("at the club", "on trips"))
    moved = sharing.passages[1]
    aim = replace(aim, passages=(*aim.passages[:2], moved, aim.passages[2]))
    sharing = replace(sharing, title="When we share", passages=(sharing.passages[0], own, sharing.passages[2]))
    now = replace(now, sections=(aim, sharing, records))
    edits = by_hand(LIBRARY, now, tmp_path, LIBRARY)
    assert {edit.clause for edit in edits} >= {"aim/purpose", "records/keeping", "sharing/consent", "sharing/forms",
                                               "sharing"}
    back, = apply_edits((LIBRARY,), edits)
    assert [section.title for section in back.sections] == [section.title for section in now.sections]
    assert [[passage.title for passage in section.passages] for section in back.sections] == [
        [passage.title for passage in section.passages] for section in now.sections]
    assert [text_of(passage.blocks) for passage in passages_of(back)] == [
        text_of(passage.blocks) for passage in passages_of(now)]
    assert finished(back).sections[1].passages[1].number == "2.2"


def test_local_text_is_text_in_every_document_that_is_made_of_it(tmp_path):
    hostile = "R&D <b>{{ 7*7 }}</b> {% raw %} [[aim/people]] # * _x_ ]]> 🙂."
    edits = by_hand(LIBRARY, edited(LIBRARY, records__asking=(hostile,)), tmp_path, LIBRARY)
    edits = tuple(replace(edit, lines=(replace(edit.lines[0], cells=((Text(hostile),),)),)) for edit in edits)
    back, = apply_edits((LIBRARY,), edits)
    line = next(line for line in read_word_file(drawn(finished(back), tmp_path / "x.docx")).lines
                if "7*7" in words_of(line.line))
    assert words_of(line.line) == "Seeing your card. " + hostile


def stored_and_read(edit: LocalEdit) -> LocalEdit:
    return msgspec.json.decode(msgspec.json.encode(EditRecord.of(edit)), type=EditRecord).edit()


def test_edits_survive_json_to_the_letter(tmp_path):
    now = edited(without(LIBRARY, "records/keeping"), aim__purpose=OWN_PURPOSE, aim__meaning=("See [[records]].",))
    edits = by_hand(LIBRARY, now, tmp_path, LIBRARY)
    assert len(edits) == 3
    assert tuple(map(stored_and_read, edits)) == edits


@pytest.mark.parametrize("damage", [{"lines": [{"kind": "script", "cells": ["x"]}]}, {"lines": 7}, {"title": None},
                                    {"base": [{"kind": "paragraph", "cells": [[["bold", "x"]]]}]}, {"placed": "no"},
                                    {"lines": [{"kind": "paragraph", "cells": []}]}])
def test_damaged_edits_are_refused(damage):
    data = msgspec.to_builtins(EditRecord.of(LocalEdit("policy", "aim/purpose", (), ())))
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(data | damage, EditRecord)


def test_an_edit_that_the_library_does_not_touch_is_never_asked_about_and_stays_the_same(tmp_path):
    edits = by_hand(LIBRARY, edited(LIBRARY, aim__purpose=OWN_PURPOSE), tmp_path, LIBRARY)
    for other in ("One.", "Two.", "Three."):
        now = edited(LIBRARY, records__asking=(other,))
        renewed = renew((now,), edits)
        assert not [conflict for renewal in renewed for conflict in renewal.conflicts]
        again = tuple(map(settle, renewed))
        assert again == edits
        assert apply_edits((now,), again) == apply_edits(apply_edits((now,), again), again)
        edits = again


def test_another_sentence_of_the_library_comes_in_and_the_local_one_stays(tmp_path):
    edits = by_hand(LIBRARY, edited(LIBRARY, aim__purpose=OWN_PURPOSE), tmp_path, LIBRARY)
    now = edited(LIBRARY, aim__purpose=("We keep to ourselves whatever people tell us about their lives. "
                                        "A promise like this one is broken by one careless word.",))
    renewal, = renew((now,), edits)
    edit = settle(renewal)
    assert not renewal.conflicts
    assert words(apply_edits((now,), (edit,))[0])["aim/purpose"] == (
        "We keep to ourselves whatever people tell us over lunch. "
        "A promise like this one is broken by one careless word.")
    assert edit.base == unnumbered_lines(now.sections[0].passages[0].blocks)


NEWER = ("We keep to ourselves whatever people tell us about themselves. "
         "A promise like this one is easily broken by a careless word.",)


@pytest.mark.parametrize("choice, first", [("mine", "over lunch."), ("new", "about themselves."),
                                           ("both", "over lunch. We keep to ourselves whatever people tell us about "
                                                    "themselves.")])
def test_a_settled_conflict_comes_up_again_only_when_the_library_touches_the_place_again(tmp_path, choice, first):
    edits = by_hand(LIBRARY, edited(LIBRARY, aim__purpose=OWN_PURPOSE), tmp_path, LIBRARY)
    second = edited(LIBRARY, aim__purpose=NEWER)
    renewal, = renew((second,), edits)
    assert len(renewal.conflicts) == 1
    edit = settle(renewal, [choice])
    kept = (edit,) if edit else ()
    assert bool(kept) == (choice != "new")
    text = words(apply_edits((second,), kept)[0])["aim/purpose"]
    assert first in text and text.endswith("by a careless word.")
    assert not [conflict for renewal in renew((second,), kept) for conflict in renewal.conflicts]
    third = edited(LIBRARY, aim__purpose=("We tell nobody what people say about themselves. "
                                          "A promise like this one is easily broken by a careless word.",))
    # With both, the library's sentence stands untouched beside the local one, so its new version comes in by itself.
    asked = [conflict for renewal in renew((third,), kept) for conflict in renewal.conflicts]
    assert len(asked) == (choice == "mine")


def test_what_is_left_for_later_is_asked_again_until_somebody_decides(tmp_path):
    edits = by_hand(LIBRARY, edited(LIBRARY, aim__purpose=OWN_PURPOSE), tmp_path, LIBRARY)
    newer = edited(LIBRARY, aim__purpose=NEWER)
    later = settle(renew((newer,), edits)[0])
    stands = apply_edits((newer,), (later,))[0]
    assert words(stands)["aim/purpose"] == " ".join(OWN_PURPOSE)
    assert stored_and_read(later) == later
    again, = by_hand(stands, edited(stands, records__keeping=("Old cards are burnt.",)), tmp_path, newer, (later,))[:1]
    assert again == later, "another clause was changed in Word, and this one was not"
    renewal, = renew((newer,), (again,))
    assert len(renewal.conflicts) == 1 and settle(renewal, ["new"]) is None
    assert not renew((newer,), (settle(renewal, ["mine"]),))[0].conflicts


def test_somebody_who_changes_in_word_what_was_left_for_later_has_decided(tmp_path):
    edits = by_hand(LIBRARY, edited(LIBRARY, aim__purpose=OWN_PURPOSE), tmp_path, LIBRARY)
    newer = edited(LIBRARY, aim__purpose=NEWER)
    later = settle(renew((newer,), edits)[0])
    stands = apply_edits((newer,), (later,))[0]
    decided, = by_hand(stands, edited(stands, aim__purpose=("We keep it to ourselves.",)), tmp_path, newer, (later,))
    assert decided.open is None and not renew((newer,), (decided,))[0].conflicts


def test_a_deleted_clause_that_was_left_for_later_is_asked_about_again(tmp_path):
    edits = by_hand(LIBRARY, without(LIBRARY, "records/keeping"), tmp_path, LIBRARY)
    newer = edited(LIBRARY, records__keeping=("Old cards are burnt.",))
    later = settle(renew((newer,), edits)[0])
    stands = apply_edits((newer,), (later,))[0]
    again = by_hand(stands, stands, tmp_path, newer, (later,))
    assert again == (later,) and len(renew((newer,), again)[0].conflicts) == 1


def test_without_a_choice_the_local_text_stands_and_the_question_comes_up_again(tmp_path):
    edits = by_hand(LIBRARY, edited(LIBRARY, aim__purpose=OWN_PURPOSE), tmp_path, LIBRARY)
    now = edited(LIBRARY, aim__purpose=NEWER)
    renewal, = renew((now,), edits)
    undecided = settle(renewal)
    assert undecided.lines == settle(renewal, ["mine"]).lines
    again, = renew((now,), (undecided,))
    assert again.conflicts == renewal.conflicts
    assert settle(again) == undecided and settle(again, ["new"]) is None
    assert not renew((now,), (settle(again, ["mine"]),))[0].conflicts


def test_a_hand_on_another_paragraph_of_the_clause_leaves_its_open_question_open(tmp_path):
    ours = (OWN_PURPOSE[0], "A careless word is enough.")
    first, now = (edited(LIBRARY, aim__purpose=(purpose, "One word is enough.")) for purpose in (
        text_of(LIBRARY.sections[0].passages[0].blocks), *NEWER))
    edits = by_hand(first, edited(first, aim__purpose=ours), tmp_path, first)
    undecided = settle(renew((now,), edits)[0])
    issued, = apply_edits((now,), (undecided,))
    later, = by_hand(issued, edited(issued, aim__purpose=(OWN_PURPOSE[0], "One will do.")), tmp_path, now, (undecided,))
    renewal, = renew((now,), (later,))
    assert len(renewal.conflicts) == 1 and "over lunch" in text_of(blocks_of(renewal.conflicts[0].mine))
    assert words(apply_edits((now,), (settle(renewal),))[0])["aim/purpose"].split("\n") == [*OWN_PURPOSE,
                                                                                            "One will do."]


def test_a_deleted_clause_stays_deleted_and_is_asked_about_once_when_the_library_changes_it(tmp_path):
    edits = by_hand(LIBRARY, without(LIBRARY, "records/keeping"), tmp_path, LIBRARY)
    assert "records/keeping" not in words(apply_edits((LIBRARY,), edits)[0])
    assert tuple(map(settle, renew((LIBRARY,), edits))) == edits
    now = edited(LIBRARY, records__keeping=("Old cards are burnt.",))
    renewal, = renew((now,), edits)
    assert len(renewal.conflicts) == 1
    gone, back = settle(renewal, ["mine"]), settle(renewal, ["new"])
    assert "records/keeping" not in words(apply_edits((now,), (gone,))[0])
    assert not renew((now,), (gone,))[0].conflicts and back is None


def test_a_clause_that_the_library_withdraws_goes_unless_somebody_wrote_in_it(tmp_path):
    edits = by_hand(LIBRARY, edited(LIBRARY, aim__purpose=OWN_PURPOSE), tmp_path, LIBRARY)
    now = without(LIBRARY, "aim/purpose")
    renewal, = renew((now,), edits)
    assert len(renewal.conflicts) == 1
    assert settle(renewal, ["new"]) is None
    undecided = settle(renewal)
    assert words(apply_edits((now,), (undecided,))[0])["aim/purpose"] == OWN_PURPOSE[0]
    assert renew((now,), (undecided,))[0].conflicts == renewal.conflicts
    assert settle(renew((LIBRARY,), (undecided,))[0]) == edits[0]
    kept = settle(renewal, ["mine"])
    back, = apply_edits((now,), (kept,))
    first = back.sections[0].passages[0]
    assert (first.title, text_of(first.blocks)) == ("Our purpose", *OWN_PURPOSE)
    assert not renew((now,), (kept,))[0].conflicts


@pytest.mark.parametrize("now", [lambda: edited(LIBRARY, aim__purpose=OWN_PURPOSE),
                                 lambda: without(LIBRARY, "aim/purpose")], ids=["reworded", "deleted"])
def test_edits_of_a_document_or_clause_that_is_not_made_this_time_wait(tmp_path, now):
    edits = by_hand(LIBRARY, now(), tmp_path, LIBRARY)
    left_out, known = without(LIBRARY, "aim/purpose"), {("policy", "aim/purpose")}
    for documents in ((), (left_out,)):
        renewal, = renew(documents, edits, known)
        assert renewal.waits and not renewal.conflicts and settle(renewal) == edits[0]
    assert apply_edits((left_out,), edits)[0] == left_out
    assert words(apply_edits((LIBRARY,), edits)[0]) == words(now())


def test_the_title_of_a_section_that_is_left_out_this_time_waits(tmp_path):
    now = replace(LIBRARY, sections=(replace(SECTIONS[0], title="Why we do this"), *SECTIONS[1:]))
    edit, = by_hand(LIBRARY, now, tmp_path, LIBRARY)
    renewal, = renew((replace(LIBRARY, sections=SECTIONS[1:]),), (edit,), {("policy", "aim")})
    assert settle(renewal) == edit


def test_a_local_clause_stays_behind_its_neighbour_and_moves_on_when_that_is_gone(tmp_path):
    own = clause("local/y", "Dogs", "Dogs wait outside.")
    sharing = SECTIONS[1]
    now = replace(LIBRARY, sections=(SECTIONS[0], replace(sharing, passages=(
        sharing.passages[0], own, *sharing.passages[1:])), SECTIONS[2]))
    edits = by_hand(LIBRARY, now, tmp_path, LIBRARY)

    def order(document):
        return [[passage.title for passage in section.passages] for section in document.sections]

    assert order(apply_edits((LIBRARY,), edits)[0])[1] == ["Asking first", "Dogs", "Which form", "Where it ends"]
    gone = without(LIBRARY, "sharing/consent")
    assert order(apply_edits((gone,), edits)[0])[1] == ["Which form", "Where it ends", "Dogs"]
    no_section = replace(LIBRARY, sections=(SECTIONS[0], SECTIONS[2]))
    assert order(apply_edits((no_section,), edits)[0])[1][-1] == "Dogs"


def test_two_reviews_in_a_row_keep_every_edit_and_take_in_both_updates(tmp_path):
    first = edited(LIBRARY, aim__purpose=OWN_PURPOSE, sharing__forms=(
        "Each kind of sharing has its own form:", table(
            ("Form", "Used for"), ("Blue sheet", "the doctor and the nurse"), ("Green sheet", "the housing office"),
            ("White card", "school trips")), "Spare forms lie in the hall."))
    first = without(first, "records/keeping")
    own = clause("local/z", "Photographs", "Nobody takes photographs of children.")
    first = replace(first, sections=(*first.sections[:2], replace(first.sections[2], passages=(
        *first.sections[2].passages, own))))
    edits = by_hand(LIBRARY, first, tmp_path, LIBRARY)

    second_library = edited(LIBRARY, aim__meaning=("Confidential does not mean secret. See [[sharing/limits]].",),
                            sharing__forms=("Every kind of sharing has a form:", table(
                                ("Form", "Used for"), ("Blue sheet", "the doctor"), ("Green sheet", "the council"),
                                ("White card", "school trips")), "Spare forms lie in the hall."))
    edits = tuple(filter(None, map(settle, renew((second_library,), edits))))
    second, = apply_edits((second_library,), edits)
    # Somebody edits the second edition as well, in another clause.
    later = edited(second, records__places=("Paper is locked in the iron box. The iron box has one key.",))
    edits = by_hand(second, later, tmp_path, second_library, edits)

    third_library = edited(second_library, aim__purpose=(
        "We keep to ourselves whatever people tell us about their lives. It is a promise.",))
    renewed = renew((third_library,), edits)
    assert not [conflict for renewal in renewed for conflict in renewal.conflicts]
    edits = tuple(filter(None, map(settle, renewed)))
    third = words(apply_edits((third_library,), edits)[0])
    assert third["aim/purpose"] == "We keep to ourselves whatever people tell us over lunch. It is a promise."
    assert third["aim/meaning"].startswith("Confidential does not mean secret. ")
    assert third["sharing/forms"].split("\n") == [
        "Every kind of sharing has a form:", "Form | Used for", "Blue sheet | the doctor and the nurse",
        "Green sheet | the council", "White card | school trips", "Spare forms lie in the hall."]
    assert "records/keeping" not in third and "iron box" in third["records/places"]
    assert list(third.values())[-1] == "Nobody takes photographs of children."


def test_a_section_that_a_person_added_nothing_to_keeps_its_local_title(tmp_path):
    now = replace(LIBRARY, sections=(replace(SECTIONS[0], title="Why we do this"), *SECTIONS[1:]))
    edits = by_hand(LIBRARY, now, tmp_path, LIBRARY)
    assert [edit.clause for edit in edits] == ["aim"]
    assert tuple(map(settle, renew((LIBRARY,), edits))) == edits
    assert apply_edits((LIBRARY,), edits)[0].sections[0].title == "Why we do this"
    renamed = replace(LIBRARY, sections=(Section("aim", "Why we do this", "", SECTIONS[0].passages), *SECTIONS[1:]))
    assert settle(renew((renamed,), edits)[0]) is None

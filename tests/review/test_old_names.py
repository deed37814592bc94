"""Names that have changed: which places still have the old one, from cases and from answers drawn at random."""

from dataclasses import replace

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from helpers.shipped import QUESTIONS, ROOT
from policygen.library.question import NOT_SURE
from policygen.model.document import Text
from policygen.model.lines import Line
from policygen.pack.edits import LocalEdit
from policygen.review.old_names import clause_places, old_names, old_names_in_words, renamings

CASES = yaml.safe_load((ROOT / "tests/cases/old-names/cases.yaml").read_text(encoding="utf-8"))


def edit(*texts: str, library: tuple[str, ...] = (), title: str = "") -> LocalEdit:
    lines, base = ([Line("paragraph", ((Text(text),),)) for text in some] for some in (texts, library))
    return LocalEdit("policy", "limits/terrorism", tuple(base), tuple(lines), "Terrorism", title or "Terrorism")


def places(before: dict, now: dict, *edits: LocalEdit) -> list[str]:
    return [f"{'by hand' if one.edit else one.question}{f' {one.row}' if one.row else ''}: {one.words}"
            for one in old_names(QUESTIONS, before, now, edits)]


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_the_places_with_old_names_are_found(case):
    now = {name: NOT_SURE if value == "not sure" else value for name, value in case["now"].items()}
    assert places(case["before"], now, *map(edit, case.get("by_hand", []))) == case["found"]


def test_every_question_of_the_cases_is_one_of_the_questionnaire():
    """Else a case about a renamed question would go on passing."""
    assert {name for case in CASES for side in ("before", "now") for name in case[side]} <= set(QUESTIONS.questions)


# ---- words changed by hand ---------------------------------------------------------------------------------------

OLD, NEW = {"lead_role": "Manager"}, {"lead_role": "Director"}


def test_words_that_the_library_says_too_are_not_words_changed_by_hand():
    library = ("A line manager may ask.", "Tell the Director.")
    assert places(OLD, NEW, edit(*library, "Be quick.", library=library)) == []
    assert places(OLD, NEW, edit("Tell the Manager.", library=library)) == ["by hand: Tell the Manager."]


def test_a_title_by_hand_counts_and_a_clause_that_was_taken_out_does_not():
    assert places(OLD, NEW, edit("Be quick.", title="Ask the Manager")) == ["by hand: Ask the Manager"]
    assert places(OLD, NEW, replace(edit(), lines=None)) == []
    assert places({"lead_role": "Terrorism"}, NEW, edit("Be quick.")) == []  # the library's own title


def test_the_words_of_a_row_are_found_whatever_cell_they_stand_in():
    row = Line("row", ((Text("Key"),), (Text("the managers"),)))
    assert places(OLD, NEW, replace(edit(), lines=(row,))) == ["by hand: Key | the managers"]


# ---- in words ----------------------------------------------------------------------------------------------------


def test_each_place_is_named_so_that_a_person_finds_it():
    before = {"lead_role": "Manager", "agencies": [{"name": "Surgery", "purpose": "the Manager"}]}
    found = old_names(QUESTIONS, before, {**before, **NEW}, [edit("Ask the Manager."), edit("A Manager.", title="Own")])
    lines = old_names_in_words(found, {"agencies": "“Which agencies?”"}, {("policy", "limits/terrorism"): "Clause 6.2"})
    assert lines[:2] == ["“Which agencies?”, row 1: still has “Manager” (now “Director”): “the Manager”",
                         "Clause 6.2, changed by hand: still has “Manager” (now “Director”): “Ask the Manager.”"]
    assert old_names_in_words(found, {}, {})[2].startswith("“Own”, changed by hand: still has")


def test_what_is_gone_is_said_to_be_gone():
    rows = [{"name": "Surgery", "purpose": "x"}]
    before = {"agencies": rows, "minimum_record": "what the Surgery says"}
    found = old_names(QUESTIONS, before, before | {"agencies": []}, ())
    assert old_names_in_words(found, {}, {}) == [
        "minimum_record: still has “Surgery” (which is no longer there): “what the Surgery says”"]


def test_clauses_are_called_by_number_and_title_and_those_of_forms_by_their_document():
    from helpers.sample import form, policy

    found = clause_places((policy(), form()))
    own = {name for (document, _), name in found.items() if document == policy().id}
    assert any(name.startswith("Clause 1.1, “") for name in own) and not any(" in “" in name for name in own)
    assert all(name.endswith(f" in “{form().title}”") for (document, _), name in found.items() if document == form().id)


# ---- whatever the answers are ------------------------------------------------------------------------------------

TEXTS = [name for name, question in QUESTIONS.questions.items()
         if question.type in ("text", "paragraph") and name != "lead_role"][:7]
FILLER = st.lists(st.sampled_from("Ask tell a the every of lead key Tuesday door, not. we 7".split()), max_size=5)


@st.composite
def sentence(draw, name: str) -> str:
    return " ".join([*draw(FILLER), name, *draw(FILLER)])


@given(st.data(), st.sampled_from(["Zebra Warden", "zebra", "Łucja’s Hut", "Z-Team 4", "Straße"]))
def test_exactly_the_texts_that_had_the_old_name_and_have_it_still_are_found(data, name):
    def texts(*kinds: str) -> dict[str, str]:
        words = {"old": name, "new": "Ox Keeper", "other": "nobody"}
        return {question: f"{question}: {data.draw(sentence(words[data.draw(st.sampled_from(kinds))]))}"
                for question in TEXTS}  # each begins with a word of its own, so that none has another in it

    before = texts("old", "other") | {"lead_role": name}
    now = before | {question: text for question, text in texts("old", "new", "other").items()
                    if data.draw(st.booleans())} | {"lead_role": "Ox Keeper"}
    found = {one.question for one in old_names(QUESTIONS, before, now, ()) if one.renaming.question == "lead_role"}
    wanted = {question for question in TEXTS if name in before[question] and name in now[question]}
    assert found == wanted


@given(st.data())
def test_nothing_is_found_where_nothing_has_changed_or_everything_has(data):
    before = {question: data.draw(sentence("Zebra Warden")) for question in TEXTS} | {"lead_role": "Zebra Warden"}
    by_hand = edit(data.draw(sentence("zebra wardens")))
    assert renamings(QUESTIONS, before, before) == () == old_names(QUESTIONS, before, before, [by_hand])
    now = {question: text.replace("Zebra Warden", "Ox Keeper") for question, text in before.items()}
    assert old_names(QUESTIONS, before, now, ()) == ()
    assert any(one.edit for one in old_names(QUESTIONS, before, now, [by_hand]))


@given(st.data())
def test_what_is_shown_always_has_the_old_name(data):
    before = {"lead_role": "Zebra Warden"}
    texts = data.draw(st.lists(sentence("Zebra Wardens"), min_size=1, max_size=4))
    found = old_names(QUESTIONS, before, NEW, [edit(*texts)])
    assert found and all("Zebra Warden" in one.words and len(one.words) <= 162 for one in found)

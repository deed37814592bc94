"""Which clauses are in, and why, in words."""

from datetime import date

import pytest

from helpers.tiny import Pack
from policygen.model.problems import LibraryError
from policygen.pack import selection

CRIME = ("---\ntitle: Crime\nbecause: The duty differs.\nslot: limits/crime\nshort: Report.\n{}---\n"
         "You may report a crime.\n")


def chosen(pack: Pack, document: str) -> dict[str, str]:
    return next(found for found in pack.selection.documents if found.plan.id == document).clauses


def test_clauses_come_in_the_library_s_order_each_with_its_reason(tmp_path):
    pack = Pack(tmp_path, {"nations": ["scotland"]})
    assert chosen(pack, "policy") == {
        "summary/gist": selection.ALWAYS, "about/aim": selection.ALWAYS, "about/premises": "you run premises",
        "paper/kept": "you keep paper", "limits/terrorism": selection.ALWAYS,
        "limits/crime-scotland": "you work in Scotland", "glossary/caretaker": selection.ALWAYS,
        "glossary/regulator": selection.ALWAYS}
    assert pack.selection.left_out == {"limits/crime-england": "you work in Scotland"}


def test_what_is_left_out_has_its_reason_too(tmp_path):
    pack = Pack(tmp_path, {"has_premises": False, "data_stores": [{"name": "x", "kind": "cloud"}],
                           "approved_on": date(2026, 1, 1)})
    assert pack.selection.left_out == {
        "about/premises": "you run no premises", "paper/kept": "you keep no paper",
        "limits/crime-scotland": "you do not work in Scotland",
        "notes": "of your answer to “When was it approved?”"}
    assert [found.plan.id for found in pack.selection.documents] == ["policy", "declaration"]


def test_the_short_edition_leaves_out_what_has_no_short_wording(tmp_path):
    pack = Pack(tmp_path, {"brief": True})
    assert [found.concise for found in pack.selection.documents] == [True, False, False]
    assert list(chosen(pack, "policy")) == ["summary/gist", "about/aim", "limits/terrorism", "limits/crime-england"]
    assert pack.selection.left_out["about/premises"] == "the concise edition leaves this detail out"


@pytest.mark.parametrize(("when", "because"), [
    ("has_premises and in_scotland", "you run premises and you work in Scotland"),
    ("not (brief or keeps_paper)", ""),
    ("has_premises or not brief", "you run premises and you chose numbers"),
    ("has_premises and has_premises", "you run premises"),
    ('in_force("dpa-2018")', "the law behind it is in force"),
    ('not in_force("scots-law")', "the law behind it is not in force"),
    ("pets > 2", "of your answer to “How many pets?”"),
    ("true", "of your answers"),
])
def test_a_reason_names_what_decided(tmp_path, when, because):
    clause = f"---\ntitle: Premises\nbecause: Keys.\nwhen: '{when}'\n---\nText.\n"
    pack = Pack(tmp_path, {"nations": ["scotland"]}, policy__about__premises=clause)
    assert chosen(pack, "policy").get("about/premises", "") == because


@pytest.mark.parametrize(("scotland", "england", "message"), [
    ("when: in_scotland\n", "when: in_scotland\n", "the slot `limits/crime` is filled by none of them"),
    ("", "", "the slot `limits/crime` is filled by limits/crime-england and limits/crime-scotland"),
    ("when: not in_scotland\n", "",
     "the slot `limits/crime` is filled by limits/crime-england and limits/crime-scotland"),
])
@pytest.mark.parametrize("brief", [True, False])
def test_a_slot_is_filled_exactly_once_in_every_edition(tmp_path, scotland, england, message, brief):
    with pytest.raises(LibraryError) as caught:
        Pack(tmp_path, {"brief": brief}, **{
            "policy__limits__crime-scotland": CRIME.format(scotland),
            "policy__limits__crime-england": CRIME.format(england)})
    assert [problem.message for problem in caught.value.problems] == [message]
    assert caught.value.problems[0].place.file == "policy/limits/crime-england.md"


def test_selecting_twice_gives_the_same_and_changes_nothing(tmp_path):
    pack = Pack(tmp_path, {})
    before = dict(pack.context)
    assert selection.select(pack.library, pack.questions, pack.context) == pack.selection
    assert pack.context == before

"""What people change in Word is found clause by clause; what they leave alone compares equal to the letter."""

import re
from pathlib import Path

import pytest
from edited import SECTIONS, clause, drawn, items, policy, rewritten, without_bookmarks
from office import carry_out, convert, needs_office

from policygen import lines
from policygen.comparison import compare
from policygen.document import passages_of
from policygen.readers import docx as reader

LAYOUTS = ("numbered", "three_level", "lettered")
PARAGRAPH = ["do GoToStartOfPara", "do EndOfParaSel"]
"""Steps that select a paragraph, from a place inside it: at its start, the first one would go to the one before."""


def whole(words: str, paragraphs: int = 1) -> list[str]:
    """Steps that select the paragraph of some words, and those behind it, with their ends."""
    return [f"after {words}", "do GoToStartOfPara", *["do EndOfParaSel", "do CharRightSel"] * paragraphs]


def style(layout: str, name: str) -> str:
    """The layout's own style: `clause` for the line with the number, `text` for a further paragraph."""
    return {"numbered": {"clause": "Clause", "text": "Clause Text"},
            "three_level": {"clause": "Clause Heading", "text": "Clause Paragraph"},
            "lettered": {"clause": "Point", "text": "Point Text"}}[layout][name]


def kinds(layout: str) -> dict[str, tuple[list[str], dict[str, set[str]]]]:
    """Each kind of edit: what somebody does in LibreOffice, and which clauses then differ, and how. `new` stands for
    a clause of their own."""
    clause_style, text_style = f"style {style(layout, 'clause')}", f"style {style(layout, 'text')}"
    purpose = whole("We keep to ourselves") if layout != "three_level" else whole("Our pur", 2)
    keeping = whole("Old cards") if layout != "three_level" else whole("For how", 2)
    found = {
        "words": (["find careless", "type thoughtless"], {"aim/purpose": {"reworded"}}),
        "numbers": (["find 30 days", "type 14 days"], {"sharing/consent": {"reworded"}}),
        "a paragraph retyped": (["after Write down what was", *PARAGRAPH,
                                 "type Everything else is none of our business."], {"sharing/consent": {"reworded"}}),
        "a paragraph added": (["after before you pass anything on to another agency.", "do InsertPara", text_style,
                               "type They may change their mind later."], {"sharing/consent": {"reworded"}}),
        "a paragraph deleted": ([*whole("Nobody has to earn it"), "do Delete"], {"aim/people": {"reworded"}}),
        "a paragraph split": (["after with the date.", "do InsertPara"], {"sharing/consent": {"reworded"}}),
        "paragraphs joined": (["after on to another agency.", "do Delete"], {"sharing/consent": {"reworded"}}),
        "a clause deleted": ([*keeping, "do Delete"], {"records/keeping": {"deleted"}}),
        "a clause deleted, fields renewed": ([*purpose, "do Delete", "do UpdateFields"], {"aim/purpose": {"deleted"}}),
        "a clause added": (["after gets it done sooner.", "do InsertPara", clause_style,
                            "type Photographs of children are never taken at the club."], {"new": {"new"}}),
        "a clause moved": ([*purpose, "do Cut", "after on a Tuesday morning.", "do InsertPara", "do Paste"],
                           {"aim/purpose": {"moved"}}),
        "a clause copied": ([*purpose, "do Copy", "after on a Tuesday morning.", "do InsertPara", "do Paste"],
                            {"new": {"new"}}),
        "a cell": (["find the housing office", "type the council"], {"sharing/forms": {"reworded"}}),
        "a row added": (["after the doctor", "do InsertRowsAfter", "do GoRight", "type Pink slip"],
                        {"sharing/forms": {"reworded"}}),
        "a row deleted": (["after Green sheet", "do DeleteRows"], {"sharing/forms": {"reworded"}}),
        "an item added": (["after their relatives and neighbours", "do InsertPara", "type the postman"],
                          {"aim/people": {"reworded"}}),
        "an item deleted": ([*whole("their relatives"), "do Delete"], {"aim/people": {"reworded"}}),
        "a list made plain": (["find their relatives and neighbours", text_style, "do RemoveBullets"], {"aim/people": {"typography"}}),
        "bold": (["find easily broken", "do Bold"], {"aim/purpose": {"typography"}}),
        "quotes": (["find each other's", "type each other’s"], {"aim/people": {"typography"}}),
        "a tracked word": (["track", "find careless", "type thoughtless"], {"aim/purpose": {"reworded"}}),
        "a tracked paragraph": (["track", *whole("Write down what was agreed"), "do Delete"],
                                {"sharing/consent": {"reworded"}}),
        "a comment": (["find careless", "comment Is that the word?"], {}),
        "a footnote": (["after careless word", "do InsertFootnote", "type As we know too well."],
                       {"aim/purpose": {"reworded"}}),
        "a paragraph moved to another clause": ([*whole("Nobody has to earn it"), "do Cut",
                                                 "before Write down what was agreed", "do Paste"],
                                                {"aim/people": {"reworded"}, "sharing/consent": {"reworded"}}),
        "one of two like sentences": (["find The steel cupboard has", "type It has"], {"records/places": {"reworded"}}),
        "a section's title": (["find Sharing with others", "type When we share"], {}),
        "several at once": (["find careless", "type thoughtless", "find 30 days", "type 14 days", *keeping, "do Delete",
                             "find the council", "find school trips", "type outings"],
                            {"aim/purpose": {"reworded"}, "sharing/consent": {"reworded"},
                             "records/keeping": {"deleted"}, "sharing/forms": {"reworded"}}),
        "nothing": ([], {}),
    }
    if layout == "numbered":
        found["a title"] = (["find Asking first.", "type Ask them."], {"sharing/consent": {"retitled"}})
        found["joined with the next clause"] = (["after a careless word.", "do Delete"], {
            "aim/purpose": {"reworded"}, "aim/people": {"reworded"}})
    if layout == "three_level":
        found["a title"] = (["find Asking first", "type Ask them"], {"sharing/consent": {"retitled"}})
    return found


EDITS = [(layout, kind) for layout in LAYOUTS for kind in kinds(layout)]


@pytest.fixture(scope="module")
def edited(tmp_path_factory) -> dict[tuple[str, str], Path]:
    """The policy after each kind of edit, all made in one start of LibreOffice."""
    folder = tmp_path_factory.mktemp("edited")
    steps, files = [], {}
    for number, (layout, kind) in enumerate(EDITS):
        source = drawn(policy(layout), folder / f"{layout}.docx")
        files[layout, kind] = folder / f"{number}.docx"
        what = [step for step in kinds(layout)[kind][0] if step != "find the council"]
        steps += [f"open {source.as_uri()}", *what, f"save {files[layout, kind].as_uri()}"]
    carry_out(steps, files.values())
    return files


def differing(comparison) -> dict[str, set[str]]:
    return {"new" if change.statuses == ("new",) else change.clause: set(change.statuses)
            for change in comparison.clauses if change.statuses != ("unchanged",)}


@needs_office
@pytest.mark.parametrize("stripped", [False, True], ids=["with bookmarks", "without bookmarks"])
@pytest.mark.parametrize("layout, kind", EDITS, ids=[f"{layout}, {kind}" for layout, kind in EDITS])
def test_each_kind_of_edit_is_found_in_its_clauses_and_nowhere_else(edited, tmp_path, layout, kind, stripped):
    path = edited[layout, kind]
    if stripped:
        path = without_bookmarks(path, tmp_path / "stripped.docx")
    document = policy(layout)
    comparison = compare(document, reader.read(path).lines)
    assert differing(comparison) == kinds(layout)[kind][1]
    same = {passage.clause: passage for passage in passages_of(policy(layout, SECTIONS))}
    for change in comparison.clauses:
        if change.statuses == ("unchanged",):
            assert change.now == change.base and change.title == same[change.clause].title
    assert comparison.titles == ({"sharing": "When we share"} if kind == "a section's title" else {})
    assert comparison.front == ()

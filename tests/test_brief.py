"""The page that trustees get: what has changed, why, who signs again, what to minute; two pages, whatever happens."""

import io
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from pypdf import PdfReader

from policygen import brief
from policygen.assembly import Stamp
from policygen.brief import Facts
from policygen.changes import Cause, Change
from policygen.document import Document, Issue, Table, passages_of, plain, text_of
from policygen.errors import Place
from policygen.house import House
from policygen.law import Law, LawChange
from policygen.writers import pdf, text

HOUSE = House(Path(__file__).resolve().parents[1] / "templates" / "house")
OWN, WORDING = Cause("own", "Your own edit"), Cause("wording", "Improved wording")
ANSWER, OTHER = Cause("answer", "Your answer to “Who decides?” is now “Ann”"), Cause("answer", "Your answer to “Where?”")
LAW = Cause("law", "Law: Section 1 of the Act came into force on 1 March 2027")
LONG = "a rather long run of words that stands for a clause of the policy, with all that it says …"


def change(number: int, *causes: Cause, **more) -> Change:
    fields = {"document": "policy", "document_title": "Confidentiality policy", "document_kind": "policy",
              "clause": f"section/clause-{number}", "number": f"{number // 10 + 1}.{number % 10 + 1}",
              "title": f"Clause {number}", "what": ("reworded",), "before": f"before {number}: {LONG}",
              "now": f"now {number}: {LONG}"}
    return Change(**{**fields, **more}, causes=causes or (WORDING,))


def form(number: int, cause: Cause, of: str, **more) -> Change:
    return replace(change(number, cause, **more), document=of, document_title=of, document_kind="form", number="")


FACTS = Facts("Harbour Street Support", "Confidentiality policy", "the Board of Trustees",
              Issue(1, date(2026, 11, 21), date(2026, 11, 21)), "the Board of Trustees",
              Stamp(2, date(2028, 11, 20), date(2030, 11, 20), draft=True), "", 2, (), (), (), {},
              "Confidentiality policy - changes")


def made(*changes: Change, **fields) -> Document:
    return brief.document(replace(FACTS, changes=changes, **fields))


def words(document: Document) -> str:
    return " ".join(text.write(document).replace("|", " ").split())


def rows(document: Document) -> list[str]:
    """The first cell of each row of its tables."""
    return [plain(row[0]) for passage in passages_of(document) for block in passage.blocks if isinstance(block, Table)
            for row in block.rows]


def test_it_says_what_is_compared_and_how_much_came_from_where():
    said = words(made(change(1, LAW), change(2, OWN), change(3, ANSWER, OWN)))
    assert "This compares edition 2 of 20 November 2028 with edition 1 of 21 November 2026, which the Board of " \
           "Trustees approved on 21 November 2026." in said
    assert "3 changes: 1 from the law, 1 from your answers and 2 by your own edits." in said
    assert "The Word file “Confidentiality policy - changes” shows every word." in said


def test_one_change_is_no_list():
    assert "1 change, from the law." in words(made(change(1, LAW)))


def test_a_change_is_one_row_with_its_clause_its_cause_before_and_now():
    document = made(change(1, LAW, OWN))
    assert rows(document) == [
        "1.2 Clause 1. Reworded. Law: Section 1 of the Act came into force on 1 March 2027. Your own edit."]
    assert f"before 1: {LONG}" in words(document) and f"now 1: {LONG}" in words(document)


def test_what_is_new_has_nothing_before_and_what_is_gone_nothing_now():
    table = next(block for passage in passages_of(made(
        change(1, what=("new",), before=""), change(2, what=("gone",), now=""))) for block in passage.blocks
        if isinstance(block, Table))
    assert [[plain(cell)[:8] for cell in row[1:]] for row in table.rows] == [["–", "now 1: a"], ["before 2", "–"]]
    assert plain(table.rows[1][0]).startswith("Clause 2 (it was 1.3). Left out.")


def test_one_answer_that_changes_many_places_takes_one_row():
    document = made(*(change(number, ANSWER) for number in range(30)), change(40, OWN))
    assert rows(document) == [
        "30 places: 1.1, 1.2, 1.3, 1.4, 1.5, 1.6, 1.7, 1.8, 1.9, 1.10, 2.1, 2.2 and 18 more. Changed in the same way. "
        "Your answer to “Who decides?” is now “Ann”.", "5.1 Clause 40. Reworded. Your own edit."]
    assert "For example: before 0" in words(document)


def test_places_without_a_number_stand_under_their_title_among_those_that_have_one():
    document = made(*(change(number, ANSWER) for number in range(4)), replace(change(5, ANSWER), number="", title="In short"))
    assert rows(document)[0].startswith("5 places: 1.1, 1.2, 1.3, 1.4, In short. Changed in the same way.")
    document = made(*(replace(change(number, ANSWER), number="") for number in range(4)))
    assert rows(document)[0].startswith("4 places in Confidentiality policy.")


def test_an_approval_was_given_by_whoever_it_was_then():
    said = words(made(change(1), then_the_body="the Management Committee"))
    assert "which the Management Committee approved on 21 November 2026" in said
    assert "The Board of Trustees looked at edition 2" in said


def test_improved_wording_keeps_its_rows_until_there_are_too_many():
    assert len(rows(made(*(change(number) for number in range(brief.ROOM))))) == brief.ROOM
    assert len(rows(made(*(change(number) for number in range(brief.ROOM + 1))))) == 1


def test_the_same_change_in_several_forms_takes_one_row():
    same = {"before": "Ask Ann.", "now": "Ask Jo.", "clause": "declaration/promise", "title": "My promise"}
    document = made(*(form(1, OTHER, f"Declaration for {who}", **same) for who in ("staff", "volunteers", "others")))
    assert rows(document) == ["Declaration for staff and 2 other forms: My promise. Reworded. Your answer to “Where?”"]


def test_without_changes_it_says_so_and_minutes_it():
    said = words(made())
    assert "Nothing has changed: the same answers and the law of today lead to the same words." in said
    assert "reviewed the Confidentiality policy (edition 1 of 21 November 2026) and agreed on ____________ that it " \
           "stays as it is" in said
    assert "Who has to sign again" not in said and "The next review is due 2 years from then." in said


def test_the_minute_has_what_was_approved_decided_and_signed():
    said = words(made(change(1), decisions=("Where? It is left open.",),
                      sign_again={"Declaration for staff": (change(1),)}))
    assert "The Board of Trustees looked at edition 2 of the Confidentiality policy, of 20 November 2028, with its 1 " \
           "change, and approved it on ____________." in said
    assert "On what was left to decide, it agreed: ____" in said and "• Where? It is left open." in said
    assert "whoever has signed one of these signs it again: Declaration for staff." in said
    assert "these clauses of it have changed: 1.2." in said


def test_an_approved_edition_has_its_day_in_the_minute():
    assert "and approved it on 1 December 2028." in words(made(change(1), approved="1 December 2028"))


def test_when_nobody_signs_again_it_says_so():
    assert "Nobody: what people have signed says the same." in words(made(change(1)))


def test_law_that_changed_no_word_is_told_and_law_that_did_only_once():
    act = Law("act", "section 1 of the Act", "", "", "", ("england",), date(2027, 3, 1), "in-force", "duty", "", "", "",
              Place())
    found = LawChange(act, "commenced", date(2027, 3, 1))
    quiet = "This has changed as well, and the wording needed no change for it: • Section 1 of the Act came into force " \
            "on 1 March 2027."
    assert quiet in words(made(change(1, OWN), law=(found,)))
    assert "changed as well" not in words(made(change(1, LAW), law=(found,)))


def test_a_draft_before_is_no_approval():
    since = Issue(1, date(2026, 11, 21), None)
    assert "with edition 1 of 21 November 2026, a draft." in words(made(change(1), since=since))


@pytest.mark.skipif(bool(pdf.unavailable()), reason="Pango is not installed")
def test_it_has_two_pages_at_most_whatever_happens():
    changes = (*(change(number, OWN) for number in range(4)), *(change(number, LAW) for number in range(10, 12)),
               *(change(number) for number in range(20, 60)), *(change(number, ANSWER) for number in range(60, 90)),
               *(form(number, OTHER, f"Form {number}") for number in range(12)))
    document = made(*changes, decisions=("Who decides? It is left open.",) * 2,
                    sign_again={"Declaration of confidentiality for staff": changes})
    assert len(PdfReader(io.BytesIO(pdf.write(document, HOUSE))).pages) <= 2
    assert all(text_of(passage.blocks) for passage in passages_of(document))

"""The page that trustees get: what has changed, why, who signs again, what to minute; two pages, whatever happens."""

import io
from dataclasses import replace
from datetime import date
from pathlib import Path

from pypdf import PdfReader

from policygen.formats import pdf, text
from policygen.formats.house import House
from policygen.formats.tables import is_filled_in
from policygen.library.law import Law, LawBook, LawChange
from policygen.model.document import Document, Issue, Table, passages_of, plain
from policygen.model.lines import text_of
from policygen.model.problems import Place
from policygen.pack.assembly import Stamp
from policygen.review import brief
from policygen.review.brief import BriefContents
from policygen.review.changes import APPROVAL, Cause, EditionChange

HOUSE = House(Path(__file__).resolve().parents[2] / "templates" / "house")
OWN, WORDING = Cause("own", "Your own edit"), Cause("wording", "Improved wording")
ANSWER = Cause("answer", "Your answer to “Who decides?” is now “Ann”", "Your answer “Ann”")
OTHER = Cause("answer", "Your answer to “Where?” has changed")
LAW = Cause("law", "Law: Section 1 of the Act came into force on 1 March 2027")
LONG = "a rather long run of words that stands for a clause of the policy, with all that it says …"


def change(number: int, *causes: Cause, **more) -> EditionChange:
    fields = {"document": "policy", "document_title": "Confidentiality policy", "document_kind": "policy",
              "clause": f"section/clause-{number}", "number": f"{number // 10 + 1}.{number % 10 + 1}",
              "title": f"Clause {number}", "what": ("reworded",), "before": f"before {number}: {LONG}",
              "now": f"now {number}: {LONG}"}
    return EditionChange(**{**fields, **more}, causes=causes or (WORDING,))


def form(number: int, cause: Cause, of: str, **more) -> EditionChange:
    return replace(change(number, cause, **more), document=of, document_title=of, document_kind="form", number="")


FACTS = BriefContents(
    "Harbour Street Support", "Confidentiality policy", "the Board of Trustees", "the Management Committee",
    Issue(1, date(2026, 11, 21), date(2026, 11, 21)),
    Stamp(2, date(2028, 11, 20), date(2030, 11, 20), draft=True), "", 2, (), (),
    LawBook(date(2028, 6, 1), {}), (), (), {}, "Confidentiality policy - changes")


def made(*changes: EditionChange, **fields) -> Document:
    return brief.brief_document(replace(FACTS, changes=changes, **fields))


def words(document: Document) -> str:
    return " ".join(text.write(document).replace("|", " ").split())


def rows(document: Document) -> list[str]:
    """The first cell of each row of its tables."""
    return [plain(row[0]) for passage in passages_of(document) for block in passage.blocks if isinstance(block, Table)
            for row in block.rows]


def test_it_says_what_is_compared_and_how_much_came_from_where():
    said = words(made(change(1, LAW), change(2, OWN), change(3, ANSWER, OWN)))
    assert "This compares edition 2 of 20 November 2028 with edition 1 of 21 November 2026, whose text the " \
           "Management Committee approved on 21 November 2026." in said
    assert "3 changes: 1 from the law, 1 from your answers and 2 by your own edits, some of them for more than one " \
           "reason." in said
    assert "2 changes: 1 from the law and 1 by your own edit. The" in words(made(change(1, LAW), change(2, OWN)))
    assert "The Word file “Confidentiality policy - changes” shows every word." in said


def test_old_names_stand_before_everything_else_and_only_if_there_are_some():
    said = words(made(change(1, LAW), old_names=("Clause 3.7: still has “Manager”",), decisions=("Decide.",)))
    assert said.index("• Clause 3.7: still has “Manager”") < said.index("• Decide.") < said.index("Clause 1.")
    assert "Put the new one there, or make sure that the old one is meant." in said
    assert "Old names" not in words(made(change(1, LAW)))


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


def test_no_cell_is_left_blank_as_if_it_were_to_be_written_in():
    document = made(change(1, what=("added",), before=""),
                    form(2, OTHER, "A form", clause="", what=("gone",), before="", now=""),
                    form(3, OTHER, "Another form", what=("moved",), before="", now=""))
    tables = [block for passage in passages_of(document) for block in passage.blocks if isinstance(block, Table)]
    assert [plain(cell) for table in tables for row in table.rows for cell in row[1:]].count("–") == 5
    assert not any(is_filled_in(table, document) for table in tables)


def test_a_new_or_gone_clause_is_told_with_where_it_was():
    table = next(block for passage in passages_of(made(
        change(1, what=("new",), before=""), change(2, what=("gone",), now=""))) for block in passage.blocks
        if isinstance(block, Table))
    assert plain(table.rows[1][0]).startswith("Clause 2 (it was 1.3). Left out.")


def test_one_answer_that_changes_many_places_takes_one_row():
    document = made(*(change(number, ANSWER) for number in range(30)), change(40, OWN))
    assert rows(document) == [
        "30 places: 1.1, 1.2, 1.3, 1.4, 1.5, 1.6, 1.7, 1.8, 1.9, 1.10, 2.1, 2.2 and 18 more. Your answer to “Who "
        "decides?” is now “Ann”.", "5.1 Clause 40. Reworded. Your own edit."]
    assert "For example: before 0" in words(document)


def test_what_was_changed_by_hand_or_for_the_law_always_has_its_own_row():
    document = made(*(change(number, OWN) for number in range(9)), *(change(number, LAW) for number in range(9, 18)),
                    *(change(number, OWN, WORDING) for number in range(18, 27)))
    assert len(rows(document)) == 27 and "For example" not in words(document)


def test_a_place_that_several_answers_changed_stands_with_each_of_them_where_there_is_no_room():
    both = [change(number, ANSWER, OTHER) for number in range(12)]
    one, other = change(20, ANSWER), [change(number, OTHER) for number in range(30, 33)]
    assert len(rows(made(*both[:2], one))) == 3
    many = rows(made(*both, one, *other, *(change(number, OWN) for number in range(40, 52))))
    assert [row.split(". Your")[0] for row in many[:2]] == [
        "13 places: 1.1, 1.2, 1.3, 1.4, 1.5, 1.6, 1.7, 1.8, 1.9, 1.10, 2.1, 2.2 and 1 more",
        "15 places: 1.1, 1.2, 1.3, 1.4, 1.5, 1.6, 1.7, 1.8, 1.9, 1.10, 2.1, 2.2 and 3 more"]


def test_an_answer_that_has_been_told_is_told_in_few_words():
    assert rows(made(change(1, ANSWER), change(2, ANSWER, OWN), form(3, ANSWER, "A form"))) == [
        "1.2 Clause 1. Reworded. Your answer to “Who decides?” is now “Ann”.",
        "1.3 Clause 2. Reworded. Your answer “Ann”. Your own edit.", "A form: Clause 3. Reworded. Your answer “Ann”."]


def test_a_shared_row_shows_a_place_that_has_words_to_show():
    titles = [change(number, ANSWER, what=("moved",), before="", now="") for number in range(4)]
    assert "For example: Ask Jo." in words(made(*titles, change(5, ANSWER, before="Ask Ann.", now="Ask Jo.")))


def test_new_and_gone_clauses_that_share_a_row_are_told_by_their_titles():
    gone = [change(number, ANSWER, what=("gone",), now="") for number in range(5)]
    assert len(rows(made(*gone[:3]))) == 3
    assert rows(made(*gone))[0].startswith("5 places: Clause 0 (it was 1.1), Clause 1 (it was 1.2),")


def test_places_without_numbers_are_told_by_their_titles():
    places = [replace(change(at, ANSWER), number="", section="Every day") for at in range(4)]
    assert rows(made(*places))[0].startswith("4 places: Clause 0, Clause 1, Clause 2, Clause 3. ")
    assert rows(made(places[0]))[0].startswith("Clause 0, under “Every day”. Reworded.")


def test_improved_wording_keeps_its_rows_until_there_are_too_many():
    assert len(rows(made(*(change(number) for number in range(brief.ROOM))))) == brief.ROOM
    assert len(rows(made(*(change(number) for number in range(brief.ROOM + 1))))) == 1


def test_the_same_change_in_several_forms_takes_one_row():
    same = {"before": "Ask Ann.", "now": "Ask Jo.", "clause": "declaration/promise", "title": "My promise"}
    document = made(*(form(1, OTHER, f"Declaration for {who}", **same) for who in ("staff", "volunteers", "others")))
    assert rows(document) == ["Declaration for staff and 2 other forms: My promise. Reworded. Your answer to "
                              "“Where?” has changed."]


def test_without_changes_it_says_so_and_minutes_it():
    said = words(made())
    assert "Nothing has changed: your answers, and the law as it was checked on 1 June 2028, lead to the same " \
           "words." in said
    assert "reviewed the Confidentiality policy (edition 1 of 21 November 2026) and agreed on ____________ that it " \
           "stays as it is" in said
    assert "Who has to sign again" not in said and "The next review is due 2 years from then." in said


def test_it_says_when_the_law_was_checked_and_warns_where_that_is_long_ago():
    fresh = words(made())
    assert "The law was checked on 1 June 2028. This is not legal advice." in fresh and "Warning" not in fresh
    for changes in ((), (change(1),)):
        old = words(made(*changes, book=LawBook(date(2026, 11, 20), {})))
        assert "The law was checked on 20 November 2026. This is not legal advice. Warning: that is more than six " \
               "months ago." in old
        assert "It knew that the law in it was last checked on 20 November 2026, and agreed who checks it" in old
        assert "law of today" not in old


def test_law_on_its_way_is_to_be_looked_up():
    law = Law("act", "the New Act", "New Act", "s 1", "Will ask more.", ("england",), None, "not-commenced", "duty",
              "settled", "", "", Place())
    asked = "Look up whether the law is in force now that “Read this first” names as on its way."
    assert asked in words(made(coming=(law,))) and asked not in words(made())


def test_the_minute_has_what_was_approved_decided_and_signed():
    said = words(made(change(1), decisions=("Where? It is left open.",),
                      sign_again={"Declaration for staff": (change(1),), "Declaration for volunteers": (),
                                  "Agreement": ()}))
    assert "The Board of Trustees looked at edition 2 of the Confidentiality policy, of 20 November 2028, with its 1 " \
           "change, and approved it on ____________." in said
    assert "On what was left to decide, it agreed: ____" in said and "• Where? It is left open." in said
    assert "Once the policy is approved, whoever has signed one of these signs it again: Declaration for staff and " \
           "volunteers; Agreement." in said
    approved = words(made(change(1), sign_again={"A form": ()}, approved="1 May 2029"))
    assert "Whoever has signed one of these signs it again: A form." in approved and "Once" not in approved
    assert "these clauses of it have changed: 1.2." in said
    assert "The forms that “What has changed” names are to be signed again before ____________." in said


def test_a_clause_without_number_and_title_is_named_where_people_sign_again():
    point = replace(change(1, OWN, what=("new",)), number="", title="", section="Every day")
    said = words(made(point, sign_again={"A form": (point,)}))
    assert "these clauses of it have changed: a point under “Every day”." in said


def test_the_minute_says_only_what_can_be_true():
    day = {"approved": "1 December 2028", "stamp": Stamp(3, date(2028, 12, 5), date(2030, 12, 1), draft=False)}
    assert "The Board of Trustees approved the Confidentiality policy on 1 December 2028, with the 1 change since " \
           "edition 1." in words(made(change(1), **day))
    same = "reviewed the Confidentiality policy (edition 1 of 21 November 2026) and agreed on 1 December 2028 that it"
    assert same in words(made(**day)) and same in words(made(change(1, APPROVAL), **day))
    stands = words(made(form(1, OTHER, "A form"), **day | {"approved": "21 November 2026"}))
    assert "with its 1 change, and agreed on ____________ that its approval of 21 November 2026 stands." in stands
    draft = words(made(earlier=Issue(1, date(2026, 11, 21), None)))
    assert "edition 2 of the Confidentiality policy, of 20 November 2028, and approved it on ____________." in draft


def test_when_nobody_signs_again_it_says_so():
    assert "Nobody: what people have signed says the same." in words(made(change(1)))


def test_law_that_changed_no_word_is_told_and_law_that_did_only_once():
    act = Law("act", "section 1 of the Act", "", "", "", ("england",), date(2027, 3, 1), "in-force", "duty", "", "", "",
              Place())
    found = LawChange(act, "commenced", date(2027, 3, 1))
    quiet = "This has changed as well. It has not led to other words: • Section 1 of the Act came into force " \
            "on 1 March 2027."
    assert quiet in words(made(change(1, OWN), law=(found,)))
    assert "changed as well" not in words(made(change(1, LAW), law=(found,)))
    stands = Cause("own", f"Your own edit. It stands although {found.words}")
    assert "changed as well" not in words(made(change(1, stands), law=(found,)))


def test_a_draft_before_is_no_approval():
    earlier = Issue(1, date(2026, 11, 21), None)
    assert "with edition 1 of 21 November 2026, a draft." in words(made(change(1), earlier=earlier))


def test_it_has_two_pages_at_most_whatever_happens():
    changes = (*(change(number, OWN) for number in range(4)), *(change(number, LAW) for number in range(10, 12)),
               *(change(number) for number in range(20, 60)), *(change(number, ANSWER) for number in range(60, 90)),
               *(form(number, OTHER, f"Form {number}") for number in range(12)))
    document = made(*changes, decisions=("Who decides? It is left open.",) * 2,
                    sign_again={"Declaration of confidentiality for staff": changes})
    assert len(PdfReader(io.BytesIO(pdf.write(document, HOUSE))).pages) <= 2
    assert all(text_of(passage.blocks) for passage in passages_of(document))

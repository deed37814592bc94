"""Widths of columns and rows to write on, from the model alone."""

import pytest

from helpers.sample import filled_in, form, policy
from policygen.formats.tables import box_labels, is_filled_in, lies_on_its_side, widths, words_beside, written_on
from policygen.model.document import Table, Text


def table(*rows: str) -> Table:
    header, *others = (tuple((Text(cell.strip()),) if cell.strip() else () for cell in row.split("|")) for row in rows)
    return Table(header, tuple(others), "A table.")


TABLES = {
    "words": table("Where | What | Why so long",
                   "Cloud | Notes and letters | " + "A claim may be made in that time. " * 4),
    "all blank": table("Date | What happened | Who decided | Signed", " | | | "),
    "consent": table("Agency | Share? | What | Initials", "Police | ☐ Yes ☐ No | | ", "Council | ☐ Yes ☐ No | | "),
    "one": table("What", ""),
    "crowded": table(" | ".join(["Responsibilities"] * 9), " | " * 8),
}


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("whole", [160.0, 250.0])
def test_columns_fill_the_page_and_none_starves(name, whole):
    found = widths(TABLES[name], whole)
    assert sum(found) == pytest.approx(whole)
    assert min(found) >= whole / len(found) / 2.5


def test_a_column_of_long_texts_is_wider_and_no_word_is_broken():
    short, middle, long = widths(TABLES["words"], 160)
    assert short < middle < long
    assert widths(table("A | Responsibilities", "words " * 60 + "| x"), 100)[1] >= 16 * 2


def test_columns_to_fill_in_have_their_share():
    date, happened, decided, signed = widths(TABLES["all blank"], 160)
    assert min(date, decided, signed) >= 32 and happened > date
    assert widths(table("Who | Date", "An example | 1 May", "| ", "| "), 100)[1] > 40  # one example changes nothing
    _agency, ticks, what, initials = widths(TABLES["consent"], 160)
    assert ticks >= 30 and what >= 40 and initials >= 40


@pytest.mark.parametrize("answer", ["Yes ☐ No ☐", "☐ Yes ☐ No"])
def test_boxes_may_stand_below_each_other_where_there_is_no_room(answer):
    asked = table("Agency | Mine | Photographs and newspapers | Mine",
                  f"Newspapers | {answer} | Photographs | {answer}")
    beside, stacked = widths(asked, 98), widths(asked, 98, stacked=True)
    assert sum(beside) == pytest.approx(98) == sum(stacked)
    assert beside[0] < 20 + 4.5 <= stacked[0]  # the longest word
    assert stacked[1] >= 4.5 + 3 * 2 + 2 + 6.5  # `Yes ☐`


def test_what_is_filled_in_is_about_the_words_beside_it_since_the_last_place_to_fill_in():
    asked = table("What | Mine | Where | Mine | Until", "Photographs | Yes ☐ No ☐ | Leaflets | Yes ☐ No ☐ | ",
                  "GP | Care | Yes ☐ No ☐ | | ", " | | Yes ☐ No ☐ | | ", "☐ Yes | | | | ")
    assert [words_beside(asked, 1, at) for at in (1, 3, 4)] == ["Photographs", "Leaflets", "Leaflets"]
    assert [words_beside(asked, 2, at) for at in (2, 3, 4)] == ["GP"] * 3
    assert {words_beside(asked, 3, at) for at in range(5)} == {"Row 3"}
    assert {words_beside(asked, 4, at) for at in range(5)} == {"Row 4"}


def test_rows_that_begin_alike_are_told_apart_by_their_further_words():
    asked = table("Who | What for | Mine", "GP | Care | Yes ☐", "GP | A letter | Yes ☐", "Council | A home | Yes ☐")
    assert [words_beside(asked, row, 2) for row in (1, 2, 3)] == ["GP, Care", "GP, A letter", "Council"]


@pytest.mark.parametrize(("words", "labels"), [
    ("Yes ☐ No ☐", ["Yes", "No"]), ("☐ Yes ☐ No", ["Yes", "No"]), ("Yes\u00a0☐ No\u00a0☐", ["Yes", "No"]),
    ("My choice: ☐ yes ☐ no", ["yes", "no"]), ("I agree ☐.", ["I agree"]), ("☐", [""])])
def test_a_box_belongs_to_the_words_on_its_own_side(words, labels):
    assert box_labels(words) == labels


def test_rows_to_write_on_have_a_blank_cell_or_a_box():
    rows = table("x", " ", "☐ Yes", "Police").rows
    assert [written_on(row) for row in rows] == [True, True, False]
    assert written_on(table("a | b", "Police | ").rows[0])


def test_only_a_plain_document_has_tables_to_fill_in():
    blank = TABLES["all blank"]
    assert is_filled_in(blank, form()) and not is_filled_in(blank, policy())
    assert not is_filled_in(TABLES["words"], form())


@pytest.mark.parametrize(("columns", "wide"), [(6, False), (7, True)])
def test_a_wide_table_turns_its_document(columns, wide):
    assert lies_on_its_side(filled_in(columns)) is wide
    assert not lies_on_its_side(policy())

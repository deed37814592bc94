"""Prompts with arrow keys: every type of question, tables, and what is refused."""

import pytest

from helpers.interviews import draft_path, result
from helpers.terminal import CTRL_C, CTRL_D, CTRL_E, CTRL_U, DOWN, ENTER, ESC, RIGHT, TAB, Terminal, UP

pytestmark = pytest.mark.terminal


# ---- tables ------------------------------------------------------------------------------------------------------


TABLE = """
      - id: a
        ask: Which places?
        type: table
        depth: quick
        columns:
          - {id: name, label: Its name, type: text}
          - {id: kind, label: What it is, type: choice, choices: [{value: p, label: Paper}, {value: c, label: Cloud}]}
          - {id: kept, label: Kept for, type: period}
          - {id: locked, label: Is it locked?, type: yes_no}
"""


ROWS = """        default:
          - {name: Cabinet, kind: p, kept: 1 year, locked: yes}
          - {name: Drive, kind: c, kept: 6 years, locked: no}
"""


def test_rows_of_a_table_are_added_changed_moved_and_deleted(ask, tmp_path):
    terminal = ask(TABLE).expect("Which places?").expect("» (nothing chosen yet)")
    assert not {"This list is right", "Change a row", "Delete a row", "Move a row"} & set(lines(terminal))
    terminal.pick("Add a row").expect("Its name:").send(ENTER).expect("Please type an answer.")
    terminal.answer("Cabinet" + ENTER).expect("What it is:").pick("Paper").expect("Kept for:")
    terminal.send("long" + ENTER).expect("is not a length of time").answer(CTRL_U + "6 years" + ENTER)
    terminal.expect("Is it locked?").pick("Yes").expect("1. Cabinet | Paper | 6 years | yes")
    assert "Move a row" not in lines(terminal)

    terminal.pick("Add a row").answer("Drive" + ENTER).pick("Cloud").answer("1 year" + ENTER).pick("No")
    terminal.expect("2. Drive | Cloud | 1 year | no").expect("This list is right")

    terminal.pick("Change a row").pick("2. Drive").expect("Its name: Drive").answer(RIGHT + " two" + ENTER)
    terminal.expect("» Cloud").answer(ENTER).expect("Kept for: 1 year").answer(ENTER).expect("» No").answer(ENTER)
    terminal.expect("2. Drive two | Cloud | 1 year | no")

    terminal.pick("Move a row").pick("2. Drive two").pick("To the top").expect("1. Drive two").expect("2. Cabinet")
    terminal.pick("Move a row").pick("1. Drive two").pick("Below Cabinet")
    terminal.expect("1. Cabinet | Paper | 6 years | yes 2. Dr")
    terminal.pick("Delete a row").pick("1. Cabinet").expect("1. Drive two | Cloud | 1 year | no")
    terminal.pick("This list is right")
    row = {"name": "Drive two", "kind": "c", "kept": "1 year", "locked": False}
    assert result(terminal, tmp_path) == {"a": [row]}


def lines(terminal: Terminal) -> list[str]:
    """The lines of the prompt on the screen."""
    return [line.strip(" »") for line in "\n".join(terminal.screen.display).rpartition("Choose one")[2].split("\n")]


@pytest.mark.parametrize(("action", "on_the_way"), [
    ("Add a row", ["Shelf" + ENTER]), ("Add a row", []), ("Change a row", []),
    ("Change a row", [ENTER, " changed" + ENTER]), ("Delete a row", []), ("Move a row", []), ("Move a row", [ENTER])])
def test_esc_leaves_the_rows_as_they_were(ask, tmp_path, action, on_the_way):
    terminal = ask(TABLE + ROWS).expect("This list is right").pick(action)
    for key in on_the_way:
        terminal.answer(key)
    terminal.answer(ESC)
    if "Go back to the list; this row stays as it was" in terminal.shown:
        terminal.pick("Go back to the list")
    terminal.expect("1. Cabinet | Paper | 1 year | yes 2. Drive | Cloud | 6 years | no").pick("This list is right")
    assert [row["name"] for row in result(terminal, tmp_path)["a"]] == ["Cabinet", "Drive"]


def test_a_row_that_was_finished_is_on_disk_and_the_table_is_asked_again(ask, tmp_path):
    terminal = ask(TABLE + ROWS).expect("This list is right").pick("Add a row").answer("Shelf" + ENTER).pick("Paper")
    terminal.answer("1 day" + ENTER).pick("No").expect("3. Shelf | Paper").pick("Add a row").type("Half", CTRL_C)
    assert terminal.ends() != 0
    text = draft_path(tmp_path, "test").read_text()
    assert "name: Shelf" in text and "name: Half" not in text
    again = ask(TABLE + ROWS).pick("Carry on: Test").expect("3. Shelf | Paper | 1 day | no")
    again.expect("You have begun a row that is not in the list yet: Half").expect("» This list is right")
    again.answer(ENTER).expect("The row that you had begun is left out: Half")
    assert [row["name"] for row in result(again, tmp_path)["a"]] == ["Cabinet", "Drive", "Shelf"]


def test_a_row_that_was_finished_is_kept_when_somebody_saves_and_leaves_or_looks_at_why(ask, tmp_path):
    terminal = ask(TABLE + ROWS).expect("This list is right").pick("Delete a row").pick("1. Cabinet")
    terminal.instead("Why is this asked").expect("Why this is asked").expect("1. Drive").pick("Add a row")
    terminal.answer("Shelf" + ENTER).pick("Paper").answer("1 day" + ENTER).pick("No").expect("2. Shelf | Paper")
    terminal.instead("Save and leave")
    assert terminal.ends() != 0
    again = ask(TABLE + ROWS).pick("Carry on: Test").expect("1. Drive").expect("2. Shelf | Paper | 1 day | no")
    again.answer(ENTER)
    assert [row["name"] for row in result(again, tmp_path)["a"]] == ["Drive", "Shelf"]


def test_rows_go_when_somebody_is_not_sure_and_says_that_they_may(ask, tmp_path):
    unsure = "        unsure: [{name: Safe, kind: p, kept: 1 day, locked: yes}]\n"
    terminal = ask(TABLE + ROWS + unsure).expect("This list is right").pick("Delete a row").pick("1. Cabinet")
    terminal.instead("Not sure").pick("Take all rows out")
    assert [row["name"] for row in result(terminal, tmp_path)["a"]] == ["Safe"]


@pytest.mark.parametrize("way", [ESC, CTRL_C])
def test_the_cells_of_a_row_that_is_not_finished_are_offered_again(ask, tmp_path, way):
    terminal = ask(TABLE + ROWS).pick("Add a row").expect("Esc goes back to the list; what you typed is offered again")
    terminal.answer("Shelf" + ENTER).pick("Cloud")
    if way == ESC:
        terminal.answer(ESC)
    else:
        terminal.child.send(CTRL_C)
        assert terminal.ends() != 0
        terminal = ask(TABLE + ROWS).pick("Carry on: Test")
    terminal.expect("You have begun a row that is not in the list yet: Shelf | Cloud").pick("Add a row")
    terminal.expect("Its name: Shelf").answer(ENTER).expect("» Cloud").answer(ENTER).answer("1 day" + ENTER).pick("No")
    terminal.expect("3. Shelf | Cloud | 1 day | no").pick("This list is right")
    assert [row["name"] for row in result(terminal, tmp_path)["a"]] == ["Cabinet", "Drive", "Shelf"]


def test_a_row_that_is_being_changed_stays_as_it_was_at_ctrl_c_and_that_is_told(ask, tmp_path):
    terminal = ask(TABLE + ROWS).pick("Change a row").pick("1. Cabinet").answer(RIGHT + " two" + ENTER)
    terminal.child.send(CTRL_C)
    assert terminal.ends() != 0
    assert "The row stays as it was. Not kept: Cabinet two" in terminal.shown


def test_a_table_that_needs_a_row_cannot_be_left_without_one(ask, tmp_path):
    terminal = ask(TABLE + ROWS).expect("This list is right")
    for name in ("Cabinet", "Drive"):
        terminal.pick("Delete a row").pick(f"1. {name}")
    terminal.expect("» (nothing chosen yet) Add a row")
    assert not {"This list is right", "There are none"} & set(lines(terminal))


def test_a_table_that_may_stay_empty_can_be_left_without_rows(ask, tmp_path):
    terminal = ask(TABLE + ROWS + "        required: false\n").expect("This list is right")
    for name in ("Cabinet", "Drive"):
        terminal.pick("Delete a row").pick(f"1. {name}")
    terminal.expect("» (nothing chosen yet) There are none").pick("There are none")
    assert result(terminal, tmp_path) == {"a": []}


# ---- every type of question --------------------------------------------------------------------------------------


def test_words_have_to_be_typed_unless_the_question_may_stay_empty(ask, tmp_path):
    terminal = ask("""
      - {id: a, ask: What first?, default: one}
      - {id: b, ask: What second?, depth: quick}
      - {id: c, ask: What third?, required: false}""").expect("What first?").answer(ENTER).expect("What second?")
    terminal.send("  " + ENTER).expect("Please type an answer.").answer(" two  words " + ENTER).expect("What third?")
    terminal.answer(ENTER).expect("> (left empty)")
    assert result(terminal, tmp_path) == {"a": "one", "b": "two words", "c": ""}


@pytest.mark.parametrize(("definition", "wrong", "words", "right", "value"), [
    ("type: date", "2026-02-30", "There is no date `2026-02-30`: February 2026 has 28 days. Write day, month",
     "28/2/2026", "2026-02-28"),
    ("type: date", "18 MAY", "the year is missing. Write day, month and year", "18 MAY 26", "2026-05-18"),
    ("type: number, min: 1, max: 5", "9", "`9` is not possible here. Write a whole number from 1 to 5.", "5", 5),
    ("type: number", "two", "`two` is not a number. Write it in digits", "2", 2),
    ("type: period", "Soon", "`Soon` is not a length of time. Write, for example, 6 years", "2 Year", "2 years"),
    ("type: period", "as long as anybody here can remember it at all", "Write, for example, 6 years or 18 months.",
     "1 month", "1 month"),
])
def test_a_wrong_answer_is_refused_with_words_that_fit_and_can_be_corrected(
        ask, tmp_path, definition, wrong, words, right, value):
    terminal = ask(f"      - {{id: a, ask: What first?, depth: quick, {definition}}}").expect("What first?")
    terminal.send(wrong + ENTER).expect(words).answer(ESC).answer(ESC).expect(f"> {wrong}")
    terminal.answer(CTRL_U + right + ENTER)
    assert result(terminal, tmp_path) == {"a": value}


def test_nothing_is_refused_while_it_is_being_typed(ask):
    terminal = ask("      - {id: a, ask: When?, depth: quick, type: date}").expect("When?").type("2", "0", "2")
    assert "There is no date" not in terminal.shown


def test_a_yes_or_no_begins_at_the_suggestion_and_ends_with_enter_so_that_no_key_answers_the_next_one(ask, tmp_path):
    terminal = ask("""
      - {id: a, ask: Is it so?, type: yes_no, default: false, says: it is, otherwise: it is not}
      - {id: b, ask: And this?, type: yes_no, default: true, says: it is, otherwise: it is not, unsure: true}
      - {id: c, ask: And that?, type: yes_no, default: true, says: it is, otherwise: it is not}""").expect("» No")
    terminal.answer(UP + ENTER).expect("And this?").expect("» Yes").expect("Not sure (until it is decided: yes)")
    terminal.answer(DOWN + ENTER).expect("And that?").answer(ENTER)
    assert result(terminal, tmp_path) == {"a": True, "b": False, "c": True}


LEFT, BACKSPACE, PASTE = "\x1b[D", "\x7f", "\x1b[200~{}\x1b[201~"
ADDRESS = """      - {id: a, ask: Which address?, depth: quick, type: paragraph}
      - {id: b, ask: And which?, depth: quick, type: paragraph, default_from: a}"""


@pytest.mark.parametrize(("typed", "value"), [
    ("", "one two"), ("x", "x"), ("x" + LEFT + "y", "yx"), (RIGHT + "x", "one twox"), (LEFT + LEFT + "x", "one txwo"),
    (CTRL_E + "x", "one twox"), (BACKSPACE + RIGHT + "y", "y"), (CTRL_U + RIGHT + "y", "y"),
    (PASTE.format("some words"), "some words"),
    (RIGHT + PASTE.format("!"), "one two!"), (PASTE.format("\nHarbour\r\n  Street\n"), "Harbour Street")])
def test_what_is_typed_over_a_suggestion_replaces_it_and_an_arrow_key_changes_it(ask, tmp_path, typed, value):
    terminal = ask("      - {id: a, ask: What first?, default: one two}").expect("Enter takes this; typing replaces")
    terminal.answer(typed + ENTER).expect(f"> {value} Check")
    assert result(terminal, tmp_path) == {"a": value}


@pytest.mark.parametrize(("typed", "value"), [
    (ENTER, "1 High Street\nTown"), (TAB, "1 High Street\nTown"), ("2 Low Road" + TAB, "2 Low Road"),
    (RIGHT + " 9" + TAB, "1 High Street\nTown 9"),
    (PASTE.format("\n\nShop\r\n\r\n3 Road\n\n ") + TAB, "Shop\n\n3 Road"),
    (" " + ENTER + "Shop" + ENTER + " " + ENTER, "Shop")])
def test_several_lines_end_with_tab_and_have_no_empty_ones_around_them(ask, tmp_path, typed, value):
    terminal = ask(ADDRESS).expect("Enter begins a new line; Tab finishes")
    terminal.answer("1 High Street" + ENTER + "Town" + TAB).expect("And which?").expect("Town").answer(typed)
    assert result(terminal, tmp_path) == {"a": "1 High Street\nTown", "b": value}


@pytest.mark.parametrize(("typed", "value"), [("y", True), ("n", False), ("Y", True), ("yes", True), ("No", False)])
def test_y_and_n_choose_yes_and_no_and_enter_answers(ask, tmp_path, typed, value):
    terminal = ask("""
      - {id: a, ask: Is it so?, depth: quick, type: yes_no, says: it is, otherwise: it is not, unsure: true}
      - {id: b, ask: What then?, depth: quick}""").expect("(arrow keys, or y or n, then Enter)")
    terminal.answer(typed + ENTER).expect("What then?").answer("w" + ENTER)
    assert result(terminal, tmp_path) == {"a": value, "b": "w"}


# ---- what is half typed ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", ["Why is this asked", "Return to the question", "Skip this for now", "Go back to the",
                                 "Not sure", "Save and leave", CTRL_C, CTRL_D, ESC])
def test_a_half_typed_line_comes_back_whatever_somebody_does_instead_of_answering(ask, tmp_path, way):
    questions = """
      - {id: a, ask: What first?, default: one}
      - {id: b, ask: What second?, depth: quick, type: paragraph, default: two, unsure: three}
      - {id: c, ask: What third?, default: four}"""
    terminal = ask(questions).answer(ENTER).expect("What second?").send("1 High" + ENTER + "To")
    terminal.expect("To")
    if way in (CTRL_C, CTRL_D):
        terminal.child.send(way)
    elif way == ESC:
        terminal.answer(ESC).expect("Esc goes back").answer(ESC)
    else:
        terminal.instead(way)
    if way in (CTRL_C, CTRL_D, "Save and leave"):
        assert terminal.ends() != 0
        terminal = ask(questions).pick("Carry on: Test")
    elif way in ("Skip this for now", "Not sure", "Go back to the"):
        assert "What you had begun here comes back with the question: 1 High, To" in terminal.printed
        terminal.answer(ENTER)
    if way == "Skip this for now":
        terminal.expect("Is everything right?").pick("Answer what you skipped")
    elif way == "Not sure":
        terminal.pick("Change an answer").answer("4" + ENTER)
    terminal.expect("What second?").expect("> 1 High To").answer("wn" + TAB)
    if "What third?" in terminal.shown and terminal.prompt == ">":
        terminal.answer(ENTER)
    assert result(terminal, tmp_path) == {"a": "one", "b": "1 High\nTown", "c": "four"}
    assert "attempts" not in draft_path(tmp_path, "test").read_text()


def test_ticks_and_half_typed_words_of_ones_own_come_back(ask, tmp_path):
    questions = f"""
      - {{id: a, ask: Which?, depth: quick, type: choices, other: true, {CHOICES}}}
      - {{id: b, ask: And which?, depth: quick, type: choice, other: true, {CHOICES}}}"""
    terminal = ask(questions).expect("Which?").answer(DOWN + " " + ESC).pick("Return").expect("● Pears")
    terminal.answer(UP + " " + ENTER).expect("What else?").send("Plums, qui").expect("qui").instead("Why is this")
    terminal.expect("○ Apples ● Pears ● Something else").answer(ENTER).expect("commas: Plums, qui").answer(ESC)
    terminal.pick("Save and leave")
    assert terminal.ends() != 0
    terminal = ask(questions).pick("Carry on: Test").expect("○ Apples ● Pears ● Something else").answer(ENTER)
    terminal.expect("commas: Plums, qui").answer("nces" + ENTER).expect("And which?").pick("Something else")
    terminal.send("Med").expect("called? Med").answer(ESC).answer(ESC).expect("» Something else").answer(ENTER)
    terminal.expect("called? Med").answer("lars" + ENTER)
    assert result(terminal, tmp_path) == {"a": ["b", "Plums", "qui" + "nces"], "b": "Medlars"}


@pytest.mark.parametrize(("keep", "cells"), [("Go back to the list; this row stays", "Cabinet | Paper | 1 year"),
                                             ("Go back to the list with what is finished", "Safe | Cloud | 1 year"),
                                             ("Go on with this row", ""), (ESC, "")])
def test_somebody_who_leaves_a_row_that_they_have_changed_says_what_to_keep(ask, tmp_path, keep, cells):
    terminal = ask(TABLE + ROWS).pick("Change a row").pick("1. Cabinet").answer("Safe" + ENTER).answer(DOWN + ENTER)
    terminal.expect("Kept for: 1 year").send("2 ye").expect("Kept for: 2 ye").answer(ESC)
    terminal.expect("You have changed in this row: Safe | Cloud | 2 ye")
    terminal.answer(ESC) if keep == ESC else terminal.pick(keep)
    if not cells:
        terminal.expect("Kept for: 2 ye").answer("ars" + ENTER).answer(ENTER)
    terminal.expect(f"1. {cells or 'Safe | Cloud | 2 years'} | yes")


def test_several_lines_end_with_an_empty_one_and_can_be_changed(ask, tmp_path):
    terminal = ask("      - {id: a, ask: Which address?, depth: quick, type: paragraph}")
    terminal.expect("Enter begins a new line; Tab finishes, and so does Enter on an empty line.")
    terminal.send(ENTER).expect("Please type an answer.")
    terminal.child.send("1 High Stret" + ENTER + "Town")
    terminal.expect("Town")
    terminal.answer(UP + "\x05\x7fet" + DOWN + "\x05" + ENTER + ENTER)
    assert result(terminal, tmp_path) == {"a": "1 High Street\nTown"}


CHOICES = "choices: [{value: a, label: Apples}, {value: b, label: Pears}]"


def test_one_choice_begins_at_the_suggestion(ask, tmp_path):
    terminal = ask(f"      - {{id: a, ask: Which?, type: choice, default: b, {CHOICES}}}").expect("» Pears")
    terminal.answer(ENTER).expect("Which? > Pears")
    assert result(terminal, tmp_path) == {"a": "b"}


def test_a_choice_that_is_not_needed_can_be_left_empty_and_given_later(ask, tmp_path):
    terminal = ask(f"""
      - {{id: a, ask: Which?, type: choice, required: false, {CHOICES}}}
      - {{id: b, ask: What second?, depth: quick}}""").expect("» Leave it empty").answer(ENTER).expect("What second?")
    terminal.instead("Go back to the question before").expect("» Leave it empty").pick("Pears").expect("What second?")
    terminal.instead("Go back to the question before").expect("» Pears").pick("Leave it empty").answer("w" + ENTER)
    assert result(terminal, tmp_path) == {"a": "", "b": "w"}


def test_something_else_takes_ones_own_words_and_a_suggestion_of_ones_own_is_offered(ask, tmp_path):
    terminal = ask(f"""
      - {{id: a, ask: Which?, depth: quick, type: choice, other: true, {CHOICES}}}
      - {{id: b, ask: And which?, type: choice, other: true, default_from: a, {CHOICES}}}""").expect("Which?")
    terminal.answer(UP + ENTER).expect("What is it called?").send(ENTER).expect("Please type an answer.")
    terminal.answer("Plums & {{x}}" + ENTER).expect("And which?").expect("» Plums & {{x}}").answer(ENTER)
    assert result(terminal, tmp_path) == {"a": "Plums & {{x}}", "b": "Plums & {{x}}"}


def test_several_choices_begin_with_the_suggested_ones_and_need_one_tick(ask, tmp_path):
    terminal = ask(f"""
      - {{id: a, ask: Which?, type: choices, default: [b], {CHOICES}}}
      - {{id: b, ask: And which?, type: choices, required: false, {CHOICES}}}""").expect("● Pears").expect("○ Apples")
    terminal.send(DOWN + " " + ENTER).expect("Tick at least one, with the space bar.")
    terminal.answer(" " + UP + " " + ENTER).expect("> Apples; Pears").expect("And which?")
    terminal.answer(ENTER).expect("> (none of these)")
    assert result(terminal, tmp_path) == {"a": ["a", "b"], "b": []}


def test_something_else_beside_ticks_takes_several_of_ones_own_words(ask, tmp_path):
    terminal = ask(f"      - {{id: a, ask: Which?, depth: quick, type: choices, other: true, {CHOICES}}}")
    terminal.expect("Which?")
    terminal.answer(" " + UP + " " + ENTER).expect("What else? Join several by commas:")
    terminal.send(", ," + ENTER).expect("Please type an answer.")
    terminal.send(CTRL_U + "\ue000" + ENTER).expect("Delete it and type the text again.")
    terminal.answer(CTRL_U + "Plums, quinces,pears," + ENTER)
    assert result(terminal, tmp_path) == {"a": ["a", "Plums", "quinces", "b"]}


@pytest.mark.parametrize("kind", ["choice", "choices"])
def test_a_long_choice_is_shown_whole_on_two_lines(ask, kind):
    label = "Something that needs many words because it has to be said so that nobody can misunderstand it"
    choices = f"choices: [{{value: a, label: {label}}}, {{value: b, label: Pears}}]"
    ask(f"      - {{id: a, ask: Which?, depth: quick, type: {kind}, {choices}}}").expect(label).expect("Pears")


def test_not_sure_about_a_table_or_ticks_can_be_gone_back_to(ask, tmp_path):
    terminal = ask(f"""
      - {{id: a, ask: Which?, type: choices, default: [b], unsure: [a], {CHOICES}}}
      - {{id: b, ask: Where?, type: table, columns: [{{id: n, label: N}}], default: [{{n: x}}], unsure: [{{n: y}}]}}
      - {{id: c, ask: What third?, depth: quick}}""").expect("Which?").instead("Not sure")
    terminal.expect("Where?").instead("Not sure")
    terminal.expect("What third?").instead("Go back to the question before").expect("1. x")
    terminal.instead("Go back to the question before").expect("● Pears").answer(" " + UP + " " + ENTER)
    terminal.expect("What third?").answer("w" + ENTER)
    assert result(terminal, tmp_path) == {"a": ["a"], "b": [{"n": "y"}], "c": "w"}

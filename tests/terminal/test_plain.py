"""The interview in plain lines: over a pipe, for a screen reader, on a terminal that cannot redraw."""

import json
import re
from datetime import date
from pathlib import Path

import pytest

from helpers.shipped import QUESTIONS, ROOT
from helpers.terminal import DAY, Pipe, Terminal, asked, squeezed
from policygen.library.question import NOT_SURE, Question
from policygen.pack import answers, folders
from policygen.pack.answers import Progress

pytestmark = pytest.mark.terminal

NAME, CHECK = "What is your organisation called?", "Is everything right?"
KINDS = [choice.value for choice in QUESTIONS.questions["organisation_kinds"].choices]


@pytest.fixture
def start(tmp_path):
    """Starts the program with its input and output in pipes."""
    running = []

    def begin(*arguments: str, **changed: str) -> Pipe:
        running.append(Pipe(["new", "--plain", "--format", "txt", "--as-at", DAY, "--to", str(tmp_path / "out"),
                             *arguments], **changed))
        return running[-1]

    yield begin
    for pipe in running:
        pipe.close()


def draft_path(tmp_path: Path) -> Path:
    return tmp_path / "out" / "harbour-street" / "answers.draft.yaml"


def draft(tmp_path: Path) -> dict:
    return answers.read_answers(draft_path(tmp_path), QUESTIONS)


def begun(start, depth: str = "full") -> Pipe:
    """An interview in which two questions have been answered."""
    pipe = start(f"--{depth}").expect(NAME).type("Harbour Street").expect("Which of these describe you?")
    return pipe.type("1").expect("In which nations")


def unfinished(tmp_path: Path, *open_questions: str, **changed) -> None:
    """Write a draft as the program does: the answers of an example, but for some."""
    given = answers.read_answers(ROOT / "examples" / "cic.yaml", QUESTIONS)
    values = answers.complete(QUESTIONS, given | {"organisation_name": "Harbour Street"} | changed, "")
    folders.replace_files({draft_path(tmp_path): answers.as_text(QUESTIONS, {
        name: values.values[name] for name in values.applicable if name not in open_questions},
        progress=Progress("full")).encode()})


def lines(question: Question) -> list[str]:
    """What somebody types who takes every suggestion there is, and says no to every fact."""
    if question.id == "organisation_name":
        return ["Harbour Street"]
    if question.type == "yes_no" and question.asks == "fact":
        return ["no"]
    if question.type == "table":
        return ["1", ""] if question.offers else ["1"]
    if question.default is not None or question.default_from is not None or not question.required:
        return [""]
    return {"choices": ["2"], "paragraph": ["1 Harbour Street", "Northport", ""]}.get(question.type, ["01632 960000"])


# ---- from the start to the pack ----------------------------------------------------------------------------------


@pytest.mark.parametrize("depth", ["quick", "full"])
def test_a_whole_interview_over_a_pipe_asks_each_question_once_and_ends_with_a_pack(start, tmp_path, depth):
    pipe, order = start(f"--{depth}"), []
    while CHECK not in pipe.last:
        question = asked(squeezed(pipe.last))
        labels = [choice.label for choice in question.choices if choice.when is None]
        words = [question.ask, question.why, question.example, *labels]
        assert all(squeezed(part) in squeezed(pipe.last) for part in words), pipe.last
        assert " left (?: what else you can type)" in squeezed(pipe.last)
        order.append(question.id)
        pipe.type(*lines(question))
    pipe.pick("Make the pack")
    assert pipe.ends() == 0
    folder = tmp_path / "out" / "harbour-street" / DAY
    assert pipe.said.rstrip().endswith(f"\n{folder}")
    kept = dict(answers.complete(QUESTIONS, answers.read_answers(folder / "answers.yaml", QUESTIONS), "").values)
    assert order == [name for name, item in QUESTIONS.questions.items()
                     if name != "approved_on" and answers.applies(item, QUESTIONS, kept)
                     and (depth == "full" or answers.is_quick(item, QUESTIONS, kept))]
    assert kept["contact_address"] == "1 Harbour Street\nNorthport"
    assert "\x1b" not in pipe.said and "\r" not in pipe.said
    assert [line for line in pipe.said.split("\n") if len(line) > 80 and "/" not in line] == []


def test_each_choice_has_a_number_and_the_suggested_one_says_so_in_words(start):
    pipe = begun(start).expect("1. England 2. Wales").type("1").expect("> England")
    pipe.expect("1. governing body (suggested) 2. Board of Trustees 3. Trustees")
    pipe.expect("Type a number from 1 to 7; Enter alone takes 1; ? for")
    pipe.type("5").expect("> Directors")


def test_enter_alone_answers_no_fact_and_says_what_to_do(start, tmp_path):
    pipe = begun(start).expect("1. England 2. Wales").type("").expect("Please type numbers from 1 to 4")
    pipe.type("1", "5", "", "1", "1").expect("Who decides whether to report").type("").expect("Please type an answer.")
    pipe.type("Chair", "").expect("Who decides about a concern").type("").expect("Please type an answer.")
    pipe.type("not sure").expect("Do you keep a file").type("").expect("Please type one of the numbers from 1 to 3.")
    assert "keeps_files" not in draft(tmp_path) and draft(tmp_path)["deputy_role"] is NOT_SURE
    pipe.type("3").expect("> Not sure (until it is decided: the pack states nothing that rests on it)")


@pytest.mark.parametrize(("typed", "said"), [("y", "Yes"), ("N", "No"), ("YES", "Yes"), ("no", "No"), ("2", "No")])
def test_y_and_n_and_whole_words_answer_yes_and_no(start, tmp_path, typed, said):
    unfinished(tmp_path, "has_premises", "contact_phone")
    pipe = start().type("1").expect("Do you run premises").expect("Type a number from 1 to 3, or yes or no;")
    pipe.type(typed).expect(f"> {said} ")


def test_a_choice_can_be_typed_in_its_own_words_too(start, tmp_path):
    begun(start).type("1").type("dirECTORS").expect("> Directors")
    assert draft(tmp_path)["governing_body"] == "Directors"


# ---- what else one can type --------------------------------------------------------------------------------------


def test_a_question_mark_lists_the_words_that_can_be_typed_and_asks_again(start):
    pipe = begun(start).type("1").type("?").expect("back: Go back to the question before")
    found = re.findall(r"^  ([a-z ]+): ", pipe.last, re.MULTILINE)
    assert found == ["back", "earlier", "skip", "not sure", "why", "example", "save"]
    pipe.expect("Type a number from 1 to 7")


@pytest.mark.parametrize("word", ["back", "Skip", "save"])
def test_a_word_for_what_cannot_be_done_here_is_no_answer_unless_in_quotation_marks(start, tmp_path, word):
    pipe = start("--quick").expect(NAME).type("back").expect("You cannot type back here; ? lists what you can.")
    pipe.type(f'"{word}"').expect("Which of these describe you?")
    assert f"> {word}" in pipe.said


def test_all_is_a_word_only_in_the_quick_interview(start):
    begun(start, "quick").type("?").expect("all: Answer all questions, not only the quick ones")


def test_back_earlier_why_and_example(start, tmp_path):
    pipe = begun(start).type("1").expect("What is your governing body called").type("example")
    pipe.expect("For example: Board of")
    pipe.type("WHY").expect("Why this is asked").expect("What is your governing body called").type("back")
    pipe.expect("In which nations").type("back")
    pipe.expect("1. A front-line service that works directly with people (suggested)")
    pipe.type("").expect("What is your governing body called").type("earlier").pick(NAME)
    pipe.expect("Suggested: Harbour Street")
    pipe.type("").expect("What is your governing body called")
    assert list(draft(tmp_path)) == ["organisation_name", "organisation_kinds", "nations"]


def test_what_is_skipped_or_not_sure_comes_to_the_check_and_can_be_answered_there(start, tmp_path):
    unfinished(tmp_path, "team_sharing", "has_premises", "contact_phone")
    pipe = start().expect("Carry on: Harbour Street").type("1").expect("Who in your team").type("skip")
    pipe.expect("Do you run premises").type("not sure").expect("On which telephone number").type("not sure")
    pipe.expect("It is left open for now").expect("It is a draft: 1 answer “not sure”.")
    pipe.expect("It is a draft with gaps")
    pipe.pick("Answer what you skipped (2)").expect("Who in your team").type("2").type("01632 960000").expect(CHECK)
    assert draft(tmp_path)["team_sharing"] == "whole_team" and draft(tmp_path)["has_premises"] is NOT_SURE
    pipe.pick("Change an answer").expect("Leave it empty to go back.").type("").expect(CHECK)
    pipe.pick("Change an answer").expect("Type: Which number").type("0").expect("Please type a number from 1 to")
    number = re.search(r" (\d+)\. Do you run premises", pipe.said)[1]
    pipe.type(number).expect("Do you run premises").type("yes").expect(CHECK)
    pipe.pick("Make the pack")
    assert pipe.ends() == 0
    pack = json.loads((tmp_path / "out" / "harbour-street" / DAY / "pack.json").read_text())
    assert pack["decisions_open"] == []


def test_the_check_goes_page_by_page_over_a_pipe_too(start, tmp_path):
    unfinished(tmp_path)
    pipe = start().expect("Carry on: Harbour Street")
    pipe.stops_at_pages = True
    pipe.type("1").expect("Check your answers, 1 of").type("").expect("Check your answers, 2 of").type("back")
    pipe.expect("Check your answers, 1 of").type("1").expect(NAME).type("").expect("Check your answers, 1 of")
    pipe.type("?").expect("skip: Go on to what this makes").type("skip").expect(CHECK)
    assert "Check your answers, 3 of" not in pipe.said
    assert all(len(page.splitlines()) < 24 for page in pipe.said.split("\n> ")[2:])


def test_all_asks_everything_and_nothing_twice(start, tmp_path):
    pipe = begun(start, "quick").type("all").expect("In which nations").type("1").type("")
    pipe.expect("What do you call one member of the governing body?")
    assert answers.read_draft(draft_path(tmp_path), QUESTIONS)[1].depth == "full"


def test_save_stops_and_says_where_the_answers_are(start, tmp_path):
    pipe = begun(start).type("save")
    assert not pipe.waits and pipe.ends() == 130
    assert f"Stopped. Your answers are kept in {draft_path(tmp_path)}" in pipe.said
    assert len(draft(tmp_path)) == 2


@pytest.mark.parametrize("word", ["back", "skip", "why", "save", "?", "-"])
def test_a_word_in_quotation_marks_is_an_answer(start, tmp_path, word):
    begun(start).type("1", "").expect("one member").type(f'"{word}"').expect(f"> {word} ")
    assert draft(tmp_path)["body_member"] == word


def test_an_article_is_taken_off_and_told_and_the_plural_of_a_word_is_asked(start, tmp_path):
    pipe = begun(start).type("1").expect("governing body called").type("7").type("the Elders")
    pipe.expect("“the Elders” is kept as “Elders”").expect("one member of the governing body").type("elder")
    pipe.expect("Who works for you").type("2").expect("somebody who uses your service").type("7")
    pipe.type("a person we help")
    pipe.expect("“a person we help” is kept as “person we help”").expect("several of the people who use your service")
    pipe.expect("Suggested: people we help").type("").expect("> people we help")
    kept = draft(tmp_path)
    assert (kept["governing_body"], kept["user_term"], kept["user_term_plural"]) == (
        "Elders", "person we help", "people we help")


# ---- what cannot be meant ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["0", "8", "-1", "1.5", "Directers", "999999999999"])
def test_a_number_that_is_none_of_the_choices_is_told_and_asked_again(start, typed):
    pipe = begun(start).type("1").type(typed).expect("Please type one of the numbers from 1 to 7.")
    pipe.expect("Type a number").type("1").expect("one member")


@pytest.mark.parametrize("typed", ["0", "1,9", "England", "1-2"])
def test_numbers_that_are_not_all_choices_are_told_and_asked_again(start, tmp_path, typed):
    pipe = begun(start).type(typed).expect("Please type numbers from 1 to 4, joined by commas: 1, 3 for example.")
    pipe.type("3 1;1")
    assert draft(tmp_path)["nations"] == ["england", "scotland"]


def test_an_empty_line_is_no_answer_where_there_is_no_suggestion(start):
    start("--quick").expect(NAME).type("").expect("Please type an answer.").type("Harbour Street").expect(
        "Type the numbers that fit, joined by commas").type("").expect("Please type numbers from 1 to 5")


def test_a_wrong_date_is_told_with_what_to_write_and_a_dash_leaves_it_empty(start, tmp_path):
    unfinished(tmp_path, "contact_phone", approved_on=date(2026, 11, 21))  # it has not come yet, so it is asked for
    pipe = start().type("1").expect("On which date").type("18 May")
    pipe.expect("There is no date `18 May`: the year is missing. Write day, month")
    pipe.type("2026-11-21").expect("is after 20 November 2026, the date of this pack").type("2026-11-19")
    pipe.expect("On which telephone")
    pipe.type("earlier").pick("On which date").expect("Suggested: 19 November 2026").expect("- leaves it empty")
    pipe.type("-")
    pipe.expect("> (left empty)")
    assert draft(tmp_path)["approved_on"] == ""


# ---- tables and long texts ---------------------------------------------------------------------------------------


def test_a_table_is_filled_in_row_by_row(start, tmp_path):
    unfinished(tmp_path, "data_stores", "contact_phone")
    pipe = start().type("1").expect("Where do you keep information").expect("1. Shared cloud drive | A cloud drive")
    pipe.type("1, 2").pick("Add a row").expect("Typing back goes back to the list;").type("Shed").expect("What it is:")
    pipe.type("9")
    pipe.expect("Please type one of the numbers").type("paper", "Old files", "A lock")
    pipe.expect("3. Shed | Paper | Old files")
    pipe.pick("Move a row").pick("3. Shed").pick("To the top").expect("1. Shed | Paper")
    pipe.pick("Change a row").pick("1. Shed").expect("Suggested: Shed").type("", "", "Very old files", "")
    pipe.expect("1. Shed | Paper | Very old files | A lock")
    pipe.pick("Delete a row").pick("2. Shared cloud drive").expect("2. Locked cabinet in the office")
    for step in ("Add a row", "Delete a row", "Move a row", "Change a row"):
        pipe.pick(step).type("back").expect("1. Shed | Paper | Very old files | A lock 2. Locked cabinet")
    pipe.expect("1. This list is right (suggested)").type("").expect("On which telephone number")
    assert [row["name"] for row in draft(tmp_path)["data_stores"]] == ["Shed", "Locked cabinet in the office"]


def test_agencies_that_were_all_struck_out_come_back_nowhere(start, tmp_path):
    unfinished(tmp_path, "agencies", shares_with_agencies=True)
    pipe = start().type("1").expect("Which agencies do you share").type("1, 2")
    assert len(draft(tmp_path)["agencies"]) == 2
    pipe.pick("Delete a row").type("1").pick("Delete a row").type("1").type("skip").expect(CHECK)
    assert draft(tmp_path)["agencies"] == [] and "Council housing team" not in pipe.last
    pipe.pick("Make the pack")
    assert pipe.ends() == 0
    said = "".join(path.read_text() for path in (tmp_path / "out").rglob("*.txt"))
    assert "Council housing team" not in said and "GP surgery or health team" not in said


@pytest.mark.parametrize("end", ["the end of the input", "back"])
def test_the_cells_of_a_row_that_is_not_finished_are_offered_again(start, tmp_path, end):
    unfinished(tmp_path, "data_stores")
    pipe = start().type("1", "1, 2").pick("Add a row").type("Shed", "paper", "Old files")
    if end == "back":
        pipe.type("back")
    else:
        assert pipe.ends() == 130
        assert "Shed" in draft_path(tmp_path).read_text() and len(draft(tmp_path)["data_stores"]) == 2
        pipe = start().type("1")
    pipe.expect("You have begun a row that is not in the list yet: Shed | Paper | Old files").pick("Add a row")
    pipe.expect("Suggested: Shed").type("").expect("(suggested)").type("").expect("Suggested: Old files").type("")
    pipe.type("A lock").expect("3. Shed | Paper | Old files | A lock")
    assert "You have begun" not in pipe.last and "begun" not in draft_path(tmp_path).read_text()


def test_a_begun_row_that_nobody_finishes_is_told_when_the_list_is_taken_without_it(start, tmp_path):
    unfinished(tmp_path, "data_stores", "contact_phone")
    pipe = start().type("1", "1, 2").pick("Add a row").type("Shed", "back").pick("This list is right")
    pipe.expect("The row that you had begun is left out: Shed").expect("On which telephone")
    assert len(draft(tmp_path)["data_stores"]) == 2 and "Shed" not in draft_path(tmp_path).read_text()


def test_a_row_that_is_being_changed_when_the_input_ends_stays_as_it_was_and_that_is_told(start, tmp_path):
    unfinished(tmp_path, "data_stores")
    pipe = start().type("1", "1, 2").pick("Change a row").pick("1. Shared cloud drive")
    pipe.expect("Typing back goes back to the list; you are asked whether").type("Shed")
    assert pipe.ends() == 130
    assert "The row stays as it was. Not kept: Shed" in pipe.said
    start().type("1").expect("1. Shared cloud drive | A cloud drive")


def test_an_address_is_typed_over_several_lines_and_keeps_them_when_it_is_taken_again(start, tmp_path):
    unfinished(tmp_path, "contact_address", "contact_phone")
    pipe = start().type("1").expect("over as many lines as you need; an empty line ends it")
    pipe.type("1 Harbour Street", "back", "")
    assert draft(tmp_path)["contact_address"] == "1 Harbour Street\nback"
    pipe.expect("On which telephone").type("back").expect("Suggested: 1 Harbour Street back").type("")
    pipe.expect("On which tele")
    assert draft(tmp_path)["contact_address"] == "1 Harbour Street\nback"


# ---- the end of the input, and terminals -------------------------------------------------------------------------


def test_the_end_of_the_input_saves_and_says_where(start, tmp_path):
    pipe = begun(start)
    assert pipe.ends() == 130
    assert f"Your answers are kept in {draft_path(tmp_path)}" in pipe.said and len(draft(tmp_path)) == 2
    start().expect("Carry on: Harbour Street (2 of").type("1").expect("In which nations")


@pytest.mark.parametrize(("typed", "kept"), [(("",), "1 Harbour Street\nNorth"), (("2 Low Road", ""), "2 Low Road")])
def test_the_end_of_the_input_in_the_middle_of_an_address_offers_the_lines_again(start, tmp_path, typed, kept):
    unfinished(tmp_path, "contact_address", "contact_phone")
    pipe = start().type("1").expect("At which postal address").type("1 Harbour Street", "North")
    assert pipe.ends() == 130
    assert "contact_address" not in draft(tmp_path)
    pipe = start().type("1").expect("You had begun: 1 Harbour Street North").expect("Enter alone takes that;")
    pipe.type(*typed).expect("On which telephone")
    assert draft(tmp_path)["contact_address"] == kept and "attempts" not in draft_path(tmp_path).read_text()


def test_numbers_that_were_typed_before_words_of_ones_own_come_back(start, tmp_path):
    unfinished(tmp_path, "purposes", "contact_phone")
    pipe = start().type("1")
    own = re.search(r"(\d+)\. Something else", pipe.last)[1]
    pipe.type(f"1, {own}").expect("What else? Join several by commas").type("why").expect(f"Enter alone takes 1, {own}")
    pipe.type("").expect("What else?").type("quinces").expect("On which telephone")
    assert draft(tmp_path)["purposes"][-1] == "quinces"


def to_the_pack(tmp_path: Path, *arguments: str, **changed: str) -> str:
    """What a terminal is sent on the way from a draft to the pack, answered line by line."""
    unfinished(tmp_path, "contact_phone")
    usual = ["new", "--format", "txt", "--as-at", DAY, "--to", str(tmp_path / "out")]
    terminal = Terminal([*usual, *arguments], **changed)
    try:
        for shown, typed in (("Carry on: Harbour Street", "1"), ("On which telephone number", "01632 960000"),
                             ("Type: Number; ? for more.", "skip"), (CHECK, "1")):
            terminal.until(lambda: shown in terminal.shown and terminal.shown.endswith(">"), shown)
            terminal.child.send(f"{typed}\r")
        assert terminal.ends() == 0
    finally:
        terminal.close()
    assert "Everything is in this folder" in terminal.raw
    assert (tmp_path / "out" / "harbour-street" / DAY / "pack.json").exists()
    return terminal.raw


@pytest.mark.parametrize("changed", [{"TERM": "dumb"}, {"NO_COLOR": "1"}], ids=["dumb", "no colour"])
def test_a_terminal_that_cannot_redraw_gets_plain_lines_by_itself_and_no_escape_sequence(tmp_path, changed):
    assert "\x1b" not in to_the_pack(tmp_path, **changed)


def test_where_plain_lines_are_wanted_in_an_ordinary_terminal_nothing_that_was_printed_changes(tmp_path):
    sent = to_the_pack(tmp_path, "--plain")
    assert re.findall(r"\x1b\[[0-9;?]*[^0-9;?m]|\r(?!\n)", sent) == [], "only bold, colours and links may stand there"
    assert "Writing " in sent


def test_a_variable_for_no_colour_that_is_empty_says_nothing(tmp_path):
    terminal = Terminal(["new", "--quick", "--to", str(tmp_path / "out")], NO_COLOR="")
    try:
        assert "Esc: back" in terminal.expect(NAME).shown
    finally:
        terminal.close()


def test_ctrl_c_in_plain_lines_keeps_the_answers(tmp_path):
    terminal = Terminal(["new", "--quick", "--as-at", DAY, "--to", str(tmp_path / "out")], TERM="dumb")
    try:
        terminal.until(lambda: terminal.shown.endswith(">"), "the name")
        terminal.child.send("Harbour Street\r")
        terminal.expect("Which of these describe you?").until(lambda: terminal.shown.endswith(">"), "a line")
        terminal.child.send("\x03")
        assert terminal.ends() == 130
    finally:
        terminal.close()
    assert list(draft(tmp_path)) == ["organisation_name"]


def test_the_menu_is_plain_too(tmp_path):
    script = f"""
from pathlib import Path
from policygen import cli
cli._output_folder = lambda: Path({str(tmp_path / "out")!r})
cli.main()
"""
    unfinished(tmp_path, "contact_phone")
    pipe = Pipe(["--plain"], script)
    try:
        pipe.expect("Nothing that you type leaves this computer.").expect("1. Carry on: Harbour Street (")
        pipe.pick("See what is due").expect("Harbour Street").pick("Quit")
        assert pipe.ends() == 0
    finally:
        pipe.close()

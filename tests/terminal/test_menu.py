"""The menu, and a place that was changed on both sides, as it is put to a person."""

import io
import json
import re
from datetime import date
from pathlib import Path

import pytest

from helpers.interviews import CHECK, kept_in, number_of, resumed, unfinished
from helpers.program import policygen
from helpers.reviewed import SECOND, edit, find_and_replace, first_edition
from helpers.shipped import QUESTIONS, ROOT, SOURCES
from helpers.terminal import CTRL_C, CTRL_U, DAY, DOWN, ENTER, ESC
from policygen.model.document import Document, Passage, Section, Text
from policygen.model.lines import Line, blocks_of
from policygen.pack import answers
from policygen.pack.edits import LocalEdit, renew
from policygen.pack.make import Request
from policygen.terminal.menu import EXAMPLES, Face, MenuChoice, approve, choose, decide
from policygen.terminal.plain import Plain


def line(*sentences: str) -> Line:
    return Line("paragraph", ((Text(" ".join(sentences)),),))


LEAD = "Before you talk to somebody, face to face or by telephone or video, look around you"
WAS, OURS, NEW = (line(f"{LEAD}{how}. Then speak.") for how in ("", ", not even in the car park", " at all times"))


def document(new: tuple | None) -> Document:
    """A policy of one clause, or of none."""
    passages = () if new is None else (Passage("talk", "Conversations", "", blocks_of(new)),)
    return Document("policy", "policy", "Policy", "Riverside", "numbered", (), (Section("s", "All", "", passages),),
                    "Edition 2", False, True)


def local_edit(was, mine) -> LocalEdit:
    return LocalEdit("policy", "talk", was, mine, "Conversations", "Conversations", "s")


def renewal(mine=(OURS,), new: tuple | None = (NEW,)):
    return renew((document(new),), (local_edit((WAS,), mine),))[0]


@pytest.fixture
def asked(monkeypatch, capsys):
    """What is chosen with some typed words, and what was printed before."""
    def ask(found, typed: str = "\n"):
        monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        chosen = decide(Plain(), found, found.conflicts[0])
        return chosen, " ".join(capsys.readouterr().out.split())
    return ask


def test_the_three_texts_are_shown_and_enter_keeps_ones_own(asked):
    chosen, shown = asked(renewal())
    assert chosen == "mine"
    assert ("“Conversations”: you have changed this by hand, and the wording that policygen brings has changed too. "
            in shown)
    assert f"It was: {LEAD}. … Yours: {LEAD}, not even in the car park. … New: {LEAD} at all times. … What is" in shown


def test_only_the_sentences_that_differ_are_shown_each_paragraph_in_a_line_of_its_own(asked):
    was, ours, new = ((line("We begin.", f"Ask {who}."), line(f"Write {what}.", "We end.")) for who, what in (
        ("first", "it down"), ("twice", "it down twice"), ("the lead", "it all down")))
    found = renew((document(new),), (local_edit(was, ours),))[0]
    _, shown = asked(found)
    assert ("It was: … Ask first. Write it down. … Yours: … Ask twice. Write it down twice. … New: … Ask the lead. "
            "Write it all down. … What is to stand?") in shown
    gone = renew((document((new[0],)),), (local_edit(was[:1], (line("We begin."),)),))[0]
    assert "It was: … Ask first. Yours: (you took it out) New: … Ask the lead. What" in asked(gone)[1]


@pytest.mark.parametrize("typed, chosen", [("1", "mine"), ("2", "new"), ("3", "both"), ("4", None)])
def test_each_choice_can_be_made(asked, typed, chosen):
    assert asked(renewal(), f"{typed}\n")[0] == chosen


def test_a_clause_that_somebody_took_out_is_kept_out_or_taken_back(asked):
    chosen, shown = asked(renewal(mine=None), "2\n")
    assert chosen == "new" and "you have taken this out by hand" in shown and "Yours: (you took it out)" in shown
    assert "1. Leave it out, as now" in shown and "both" not in shown


def test_a_clause_that_policygen_has_left_out_is_kept_or_given_up(asked):
    chosen, shown = asked(renewal(new=None), "2\n")
    assert chosen == "new" and "policygen has left it out since" in shown and "New: (left out)" in shown
    assert "2. Leave it out" in shown and "both" not in shown


def test_what_docs_show_is_what_is_asked(asked):
    page = (Path(__file__).parents[2] / "docs" / "review.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```\n(.*?)```", page, re.DOTALL)
    shown = next(block for block in blocks if block.startswith("“Conversations”"))
    assert asked(renewal())[1].replace(" (suggested)", "").startswith(" ".join(shown.split()))


# ---- the menu ----------------------------------------------------------------------------------------------------


@pytest.mark.terminal
def test_the_menu_of_an_empty_folder_starts_a_policy_or_quits(menu):
    terminal = menu().expect("Nothing that you type leaves this computer.").expect("» Start a new policy")
    assert "Carry on" not in terminal.shown and "See what is due" not in terminal.shown
    terminal.answer(ENTER).expect("How many questions do you want to answer?")
    assert menu().type(DOWN, DOWN, ENTER).ends() == 0


@pytest.mark.terminal
def test_the_menu_carries_on_with_a_draft_by_its_name_and_how_far_it_is(menu, tmp_path):
    unfinished(tmp_path, contact_phone=None)
    menu().pick("Carry on: Harbour Street (").expect("On which telephone number")


@pytest.mark.terminal
def test_the_menu_changes_the_answers_of_a_pack_and_makes_another_edition(start, menu, tmp_path):
    unfinished(tmp_path)
    terminal = resumed(start).pick("Make the pack")
    assert terminal.ends() == 0
    first = tmp_path / "out" / "harbour-street" / DAY
    before = {path: path.read_bytes() for path in first.rglob("*") if path.is_file()}
    terminal = menu().pick("See what is due").expect("Harbour Street").expect("What would you like to do?")
    terminal.pick("Change answers of Harbour Street, and make a new edition").expect(CHECK)
    assert "Check your answers" in terminal.raw
    said = answers.read_answers(first / "answers.yaml", QUESTIONS)
    terminal.pick("Change an answer").answer(number_of("review_years", kept_in(first)) + ENTER)
    terminal.expect("How many years")
    terminal.answer(CTRL_U + "1" + ENTER).expect(CHECK).pick("Make the pack")
    terminal.expect("The policy says something else now than what was approved on").pick("These are small corrections")
    terminal.until(lambda: not terminal.child.isalive(), "the new edition")
    assert terminal.ends() == 0
    second = tmp_path / "out" / "harbour-street" / date.today().isoformat()
    assert answers.read_answers(second / "answers.yaml", QUESTIONS) == said | {"review_years": 1}
    assert json.loads((second / "pack.json").read_text())["edition"]["number"] == 2
    assert {path: path.read_bytes() for path in first.rglob("*") if path.is_file()} == before


@pytest.mark.terminal
def test_the_menu_records_the_approval_of_a_draft(start, menu, tmp_path):
    unfinished(tmp_path, approved_on="")
    assert resumed(start).pick("Make the pack").ends() == 0
    folder = tmp_path / "out" / "harbour-street" / DAY
    assert "DRAFT" in (folder / "Confidentiality policy.txt").read_text(encoding="utf-8")
    terminal = menu().pick("Record the approval of Harbour Street, edition 1").expect("On which day was edition 1,")
    terminal.send("2099-01-01" + ENTER).expect("That day has not come yet.").answer(CTRL_U + ENTER)
    terminal.expect("What would you like to do?").pick("Record the approval").answer("2026-11-10" + ENTER)
    terminal.expect("nobody can approve a text before it exists").answer("They saw the print." + ENTER)
    terminal.expect("was approved on 10 November 2026").expect("What would you like to do?")
    assert "Record the approval" not in terminal.shown
    assert "DRAFT" not in (folder / "Confidentiality policy.txt").read_text(encoding="utf-8")
    about = json.loads((folder / "pack.json").read_text(encoding="utf-8"))["edition"]
    assert (about["approved_on"], about["approved_because"]) == ("2026-11-10", "They saw the print.")


@pytest.mark.slow
def test_an_approval_is_recorded_line_by_line_with_the_changes_of_a_word_file(tmp_path, monkeypatch, capsys):
    folder = first_edition(tmp_path / "output", "approved_on=")
    edit(folder / "Confidentiality policy.docx")
    wanted: list[tuple] = []
    face = Face(QUESTIONS, Plain(), Request({}, "", "", tmp_path / "output", ("txt",), date(2026, 11, 30), False),
                lambda: SOURCES, lambda *_: None, print, lambda *given: wanted.append(given), print, print)
    for typed in ("\n", "2026-11-01\n\n", "2026-11-25\n2\n"):
        monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        approve(face, folder)
    assert wanted == [], "each of these goes back"
    shown = " ".join(capsys.readouterr().out.split())
    assert "Confidentiality policy.docx was changed by hand since: “" in shown
    monkeypatch.setattr("sys.stdin", io.StringIO("2026-11-25\n1\n"))
    approve(face, folder)
    assert wanted == [("approve", "--on", date(2026, 11, 25), "--with-edits", folder)]


@pytest.mark.terminal
def test_stopping_in_the_menu_is_told(menu):
    terminal = menu().type(CTRL_C)
    assert terminal.ends() == 130 and "Stopped." in terminal.shown


@pytest.mark.terminal
def test_what_does_not_work_is_told_in_whole_words_and_the_menu_comes_again(start, menu, tmp_path):
    unfinished(tmp_path, approved_on="")
    assert resumed(start).pick("Make the pack").ends() == 0
    terminal = menu()
    (tmp_path / "out" / "harbour-street" / DAY / "pack.json").write_text("{", encoding="utf-8")
    terminal.pick("Review Harbour Street").expect("This did not work:").expect("What would you like to do?")
    told = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", terminal.raw.rpartition("This did not work:")[2])
    assert [line for line in re.split("[\r\n]+", told) if len(line) > 80 and "/" not in line] == []
    terminal.pick("Quit")
    assert terminal.ends() == 0


@pytest.mark.terminal
@pytest.mark.parametrize("arguments", [
    ["new", "--as-at", "20 November", "--to", "somewhere"], ["status", "README.md"],
    ["new", "--no-input", "--set", "organisation_kinds=charity or company or group", "--set", "nations=france"]])
def test_messages_and_errors_are_broken_between_words_in_a_terminal_and_nowhere_else(open_terminal, arguments):
    terminal = open_terminal(arguments)
    assert terminal.ends() in (2, 3)
    lines = [re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", line) for line in terminal.raw.rstrip().split("\r\n")]
    assert [line for line in lines if len(line) > 80] == []
    piped = policygen(*arguments, code=None).stderr
    assert " ".join(piped.split()) == " ".join(" ".join(lines).split())
    assert max(map(len, piped.split("\n"))) > 80


@pytest.mark.terminal
def test_a_name_that_was_replaced_all_through_the_policy_is_offered_as_an_answer(open_terminal, tmp_path):
    first = first_edition(tmp_path / "output")
    find_and_replace(first / "Confidentiality policy.docx", "service user", "client")
    terminal = open_terminal(["review", str(first), "--as-at", SECOND, "--format", "txt"])
    terminal.expect("Is it “client” from now on?").expect("» Yes: change the answer, and all documents say it")
    terminal.answer(ENTER).expect("Is this still right?").pick("Change some").expect("Esc goes back")
    terminal.answer(ESC).expect("» Yes, all of it").pick("Change some").answer(ENTER)
    terminal.expect("» Yes, all of it").pick("Yes, all of it")
    assert "Give the word for one person. client" in terminal.printed


# ---- what else is in the menu ------------------------------------------------------------------------------------


@pytest.fixture
def packs(tmp_path):
    """A pack of an example, and a list of people."""
    (tmp_path / "people.csv").write_text("name,role,kind\nAma Osei,Cook,staff\nJo Bloggs,Driver,volunteer\n")
    return Path(policygen("demo", "community-group", "--format", "txt", "--to", tmp_path / "out").stdout.strip())


@pytest.mark.terminal
def test_an_example_is_made_from_the_menu_and_its_folder_is_named_where_it_cannot_be_opened(menu, tmp_path):
    terminal = menu()
    assert "Print forms" not in terminal.shown and "Open the folder" not in terminal.shown
    terminal.pick("Make an example pack").pick("A small community group").expect("What would you like to do?")
    folder, = (tmp_path / "out" / "thursday-table").iterdir()
    terminal.pick("Open the folder of Thursday Table").expect("No file manager could be started from here.")
    assert str(folder) in "".join(line.strip() for line in terminal.screen.display)


def test_every_example_is_offered():
    assert EXAMPLES.keys() == {path.stem for path in (ROOT / "examples").glob("*.yaml")}


@pytest.mark.terminal
def test_forms_are_printed_and_signatures_noted_from_the_menu(menu, packs, tmp_path):
    terminal = menu().pick("Print forms of Thursday Table").expect("Blank copies").pick("Forms for everybody in a list")
    terminal.send("/nowhere.csv" + ENTER).expect("There is no file /nowhere.csv.")
    terminal.answer(CTRL_U + f"'{tmp_path}/people.csv'" + ENTER).expect("What would you like to do?")
    assert len([*(packs / "people").iterdir()]) == 1
    terminal.pick("See who has signed at Thursday Table").expect("0 of 3 signed").expect("3. Jo Bloggs, Declaration")
    terminal.answer("jo bloggs" + ENTER).expect("On which day?").answer(ENTER).expect("1 of 3 signed")
    terminal.answer("No. 99" + ENTER).answer(ENTER).expect("the register has no entry No. 99").expect("Who else has")
    terminal.answer("No. 2" + ENTER).send(CTRL_U + "31/12/2099" + ENTER).expect("That day has not come yet.")
    terminal.answer(CTRL_U + "1/1/2026" + ENTER).expect("2 of 3 signed").answer(ENTER)
    terminal.expect("What would you like to do?").pick("Print forms of Thursday Table")
    terminal.pick("Blank copies").answer("2" + ENTER).expect("What would you like to do?")


@pytest.mark.terminal
def test_unfinished_answers_are_deleted_only_once_that_is_confirmed(menu, tmp_path):
    unfinished(tmp_path)
    file = tmp_path / "out" / "harbour-street" / "answers.draft.yaml"
    terminal = menu().pick("Delete the unfinished answers of Harbour Street")
    terminal.expect("Delete the unfinished answers of Harbour Street (").pick("No, keep them")
    assert file.exists()
    terminal.pick("Delete the unfinished answers of").pick("Yes, delete those of Harbour Street")
    terminal.expect("What would you like to do?")
    assert not file.parent.exists() and "Carry on" not in terminal.shown.rpartition("are deleted")[2]


@pytest.mark.terminal
def test_esc_and_enter_after_it_choose_as_enter_does_and_are_no_fault(menu):
    terminal = menu().answer(ESC + ENTER).expect("How many questions do you want to answer?")
    terminal.answer(ESC + ENTER).expect("What is your organisation called?")


class Chooser:
    """Prompts that choose, one after the other, the first options that some words begin; the last list stays."""

    def __init__(self, *words: str):
        self.words, self.labels, self.said = list(words), [], []

    def say(self, words, style=""):
        self.said.append(words.strip())

    def choose(self, options, suggested=None, actions=None):
        self.labels = [option.label for option in options]
        return next(option.value for option in options if option.label.startswith(self.words[0]) and self.words.pop(0))


def test_with_several_organisations_what_can_be_done_is_listed_once_and_then_for_whom(packs, tmp_path):
    policygen("demo", "cic", "--format", "txt", "--to", tmp_path / "out")
    prompts = Chooser("Print forms ...", "Go back", "Open a folder ...", "Open the folder of Thursday Table")
    assert choose(prompts, QUESTIONS, tmp_path / "out", date.today()) == MenuChoice("open", folder=packs)
    assert prompts.labels == ["Open the folder of Greenway Skills CIC", "Open the folder of Thursday Table", "Go back"]
    assert [words for words in prompts.said if words.endswith("?")] == [
        "What would you like to do?", "Of which organisation?"] * 2



@pytest.mark.terminal
def test_an_edition_that_cannot_be_read_is_told_and_nothing_is_offered_to_do_with_it(start, menu, tmp_path):
    unfinished(tmp_path, approved_on="")
    assert resumed(start).pick("Make the pack").ends() == 0
    (tmp_path / "out" / "harbour-street" / DAY / "pack.json").write_text("{", encoding="utf-8")
    terminal = menu().expect("The edition of harbour-street cannot be read:").expect("» Start a new policy")
    assert not re.search("Review|Record|Change|Print|Open", terminal.shown.partition("Choose one")[2])

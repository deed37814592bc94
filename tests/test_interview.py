"""The interview, driven through a pseudo-terminal of 80 by 24, as a coordinator would see it."""

import json
import os
import re
import signal
import sys
from datetime import date
from pathlib import Path

import pexpect
import pyte
import pytest

from policygen import answers, edition, questionnaire

ROOT = Path(__file__).resolve().parents[1]
PROGRAM = str(Path(sys.executable).with_name("policygen"))
DAY = "2026-11-20"
QUESTIONS = questionnaire.load(ROOT / "questionnaires" / "confidentiality.yaml")
UP, DOWN, ENTER, CTRL_C, CTRL_D, CTRL_U = "\x1b[A", "\x1b[B", "\r", "\x03", "\x04", "\x15"
SELECT, TICK, YES_NO = "Choose one (arrow keys", "Tick what fits (arrow keys", "Yes or no? (y or n"
REFUSALS = ("Please type an answer.", "Tick at least one")


def squeezed(text: str) -> str:
    return " ".join(text.split())


class Terminal:
    """A program in a terminal, and what its screen shows."""

    def __init__(self, command: str, arguments: list[str]):
        self.screen = pyte.Screen(80, 24)
        self.stream = pyte.Stream(self.screen)
        self.child = pexpect.spawn(command, arguments, dimensions=(24, 80), encoding="utf-8", timeout=20,
                                   env=os.environ | {"TERM": "xterm-256color"})
        self.child.delaybeforesend = None
        self.child.ptyproc.delayafterclose = 0.02
        self.screen.write_process_input = self.child.send  # so that it can ask where the cursor is
        self.raw = ""

    def see(self, timeout: float = 0.05) -> bool:
        """Take in what was printed; False when nothing came for a while."""
        try:
            text = self.child.read_nonblocking(65536, timeout)
        except pexpect.TIMEOUT:
            return False
        except pexpect.EOF:
            self.child.wait()
            return False
        self.raw += text
        self.stream.feed(text)
        return True

    @property
    def shown(self) -> str:
        """All words on the screen, as if it had one line."""
        return squeezed(" ".join(self.screen.display))

    @property
    def prompt(self) -> str:
        """What the screen asks for now: one of SELECT, TICK, YES_NO, `>` for words; nothing between two prompts."""
        for kind in (SELECT, TICK, YES_NO):
            if kind in self.shown:
                return kind
        line = self.screen.display[self.screen.cursor.y]
        return ">" if self.screen.cursor.x >= 3 and re.match(r" (>|[A-Z][^>]*[:?]) ", line) else ""

    def until(self, found, what: str) -> None:
        """Wait until something is true of the screen, and nothing more comes."""
        for _ in range(400):
            if not self.see() and (found() or not self.child.isalive()):
                break
        assert found(), f"waited for {what}; the screen shows:\n" + "\n".join(self.screen.display)

    def expect(self, words: str) -> "Terminal":
        self.until(lambda: words in self.shown, words)
        return self

    def type(self, *keys: str) -> "Terminal":
        """Press keys one after the other, each when the one before has been taken in."""
        for key in keys:
            self.child.send(key)
            while not self.see(0.3):
                assert self.child.isalive(), "it has ended"
            while self.see():
                pass
        return self

    def answer(self, *keys: str) -> "Terminal":
        """Press keys, and wait until something else is asked or the program ends."""
        before = self.shown
        self.child.send("".join(keys))
        self.until(lambda: not self.child.isalive() or self.shown != before and self.prompt, "the next prompt")
        return self

    def close(self) -> None:
        self.child.kill(signal.SIGKILL)
        self.child.close()

    def ends(self) -> int:
        """The exit code of the program."""
        self.until(lambda: not self.child.isalive(), "the end")
        self.child.close()
        return self.child.exitstatus if self.child.signalstatus is None else -self.child.signalstatus


@pytest.fixture
def start(tmp_path):
    """Starts the program; its packs go to `out` in a temporary folder."""
    running = []

    def begin(*arguments: str) -> Terminal:
        given = ["new", "--format", "txt", "--as-at", DAY, "--to", str(tmp_path / "out"), *arguments]
        running.append(Terminal(PROGRAM, given))
        return running[-1]

    yield begin
    for terminal in running:
        terminal.close()


@pytest.fixture
def ask(tmp_path):
    """Asks the questions of a small questionnaire, and gives the terminal; `result` has what came of it."""
    running = []

    def begin(text: str, given: str = "{}") -> Terminal:
        path = tmp_path / "questions.yaml"
        first = "{id: organisation_name, ask: What is your name?}"
        path.write_text(f"questionnaire: test\nversion: '1'\nparts:\n  - id: one\n    title: One\n    questions:\n"
                        f"      - {first}\n{text}\nfacts: {{}}\n", encoding="utf-8")
        script = f"""
import datetime, json
from pathlib import Path
from policygen import interview, questionnaire
said = interview.run(questionnaire.load(Path({str(path)!r})), {{"organisation_name": "Test"}} | {given},
                     Path({str(tmp_path / "out")!r}), datetime.date(2026, 11, 20))
Path({str(tmp_path / "result.json")!r}).write_text(json.dumps(said, default=str))
"""
        running.append(Terminal(sys.executable, ["-c", script]))
        return running[-1]

    yield begin
    for terminal in running:
        terminal.close()


def result(tmp_path: Path) -> dict:
    found = json.loads((tmp_path / "result.json").read_text())
    del found["organisation_name"]
    return found


# ---- the whole way -----------------------------------------------------------------------------------------------


def asked(shown: str) -> questionnaire.Question:
    """The question that stands last on a screen."""
    places = {question.id: shown.rfind(squeezed(question.ask)) for question in QUESTIONS.questions.values()}
    return QUESTIONS.questions[max(places, key=places.get)]


def is_whole(question: questionnaire.Question, shown: str) -> bool:
    """Whether the words of a question, its reason, its example, and every choice are all on the screen."""
    words = [question.ask, question.why, question.example and f"For example: {question.example}",
             *(choice.label for choice in question.choices)]
    return all(squeezed(part) in re.sub(r"[○●»] ", "", shown) for part in filter(None, words))


def refusal(terminal: Terminal) -> str:
    """Keys for a question that has no suggestion to take."""
    if "Tick at least one" in terminal.shown:
        return " " + ENTER
    assert "Please type an answer." in terminal.shown, terminal.screen.display
    return "01632 960000" + ENTER * (2 if asked(terminal.shown).type == "paragraph" else 1)


def take_suggestions(terminal: Terminal, special: dict[str, str]) -> list[str]:
    """Take every suggestion until the program ends, with `special` keys for some questions. Returns the questions in
    the order in which they were asked."""
    order: list[str] = []
    while terminal.child.isalive():
        question = asked(terminal.shown)
        if order and order[-1] == question.id:
            terminal.answer(ENTER if terminal.prompt == SELECT else refusal(terminal))
        else:
            order.append(question.id)
            assert is_whole(question, terminal.shown), f"{question.id}:\n" + "\n".join(terminal.screen.display)
            terminal.answer(special.get(question.id, ENTER))
    return order


def needed(values: dict) -> list[str]:
    """The questions that apply to these answers, in order."""
    return [item.id for item in QUESTIONS.questions.values() if answers.applies(item, QUESTIONS, values)]


@pytest.mark.parametrize(("kind", "body"), [("front_line", "Board of Trustees"), ("cic", "Directors")])
def test_a_whole_interview_asks_each_question_once_and_whole_and_ends_with_a_pack(start, tmp_path, kind, body):
    place = [choice.value for choice in QUESTIONS.questions["organisation_kinds"].choices].index(kind)
    terminal = start().expect("What is your organisation called?")
    order = take_suggestions(terminal, {"organisation_name": "Harbour & Sons #1" + ENTER,
                                        "organisation_kinds": DOWN * place + " " + ENTER})
    assert terminal.ends() == 0
    folder = tmp_path / "out" / "harbour-sons-1" / DAY
    assert terminal.raw.rstrip().endswith(f"\n{folder}")
    kept = answers.read(folder / "answers.yaml", QUESTIONS)
    assert (kept["organisation_name"], kept["organisation_kinds"]) == ("Harbour & Sons #1", [kind])
    assert order == needed(kept)
    policy = (folder / "Confidentiality policy.txt").read_text(encoding="utf-8")
    assert "Harbour & Sons #1" in policy and body in policy
    assert [path.name for path in folder.parent.iterdir()] == [DAY]


def test_not_sure_is_an_answer_and_leaves_the_policy_a_draft(start, tmp_path):
    terminal = start().expect("What is your organisation called?")
    order = take_suggestions(terminal, {"organisation_name": "Harbour Street" + ENTER,
                                        "organisation_kinds": " " + ENTER,
                                        "has_premises": DOWN * 2 + ENTER, "team_sharing": DOWN * 2 + ENTER})
    assert terminal.ends() == 0
    folder = tmp_path / "out" / "harbour-street" / DAY
    kept = answers.read(folder / "answers.yaml", QUESTIONS)
    assert kept["has_premises"] is kept["team_sharing"] is questionnaire.NOT_SURE
    assert "approved_on" not in order and "stays a draft for now" in squeezed(terminal.raw)
    sheet = squeezed((folder / "Decisions for trustees.txt").read_text(encoding="utf-8"))
    assert "Do you run premises that people visit?" in sheet and "Who in your team may know" in sheet


def test_what_is_set_on_the_command_line_is_not_asked(start, tmp_path):
    terminal = start("--set", "organisation_name=Harbour Street", "--set", "organisation_kinds=cic")
    terminal.expect("In which nations").answer(ENTER).expect("» Directors")
    assert draft(tmp_path) == {"organisation_name": "Harbour Street", "organisation_kinds": ["cic"],
                               "nations": ["england"]}


# ---- stopping and carrying on ------------------------------------------------------------------------------------


def draft_path(tmp_path: Path) -> Path:
    return tmp_path / "out" / "harbour-street" / "answers.draft.yaml"


def draft(tmp_path: Path) -> dict:
    return answers.read(draft_path(tmp_path), QUESTIONS)


def unfinished(tmp_path: Path, **changed) -> None:
    """Write a draft as the program does: the answers of an example, but for some; None for those not given yet."""
    given = answers.read(ROOT / "examples" / "cic.yaml", QUESTIONS) | {
        "organisation_name": "Harbour Street", "logo": "", "accent_colour": "", "typeface": "sans"} | changed
    edition.write_safely(draft_path(tmp_path), answers.dump(
        QUESTIONS, {name: value for name, value in given.items() if value is not None}))


def begun(start) -> Terminal:
    """An interview in which two questions have been answered."""
    terminal = start().expect("What is your organisation called?").answer("Harbour Street" + ENTER)
    return terminal.expect("Which of these describe you?").answer(" " + ENTER).expect("In which nations")


@pytest.mark.parametrize("key", [CTRL_C, CTRL_D], ids=["Ctrl-C", "Ctrl-D"])
def test_stopping_at_the_first_question_leaves_nothing_behind(start, tmp_path, key):
    terminal = start().expect("What is your organisation called?").type("Harb", key)
    assert terminal.ends() == 130
    assert terminal.shown.endswith("Stopped.")
    assert not (tmp_path / "out").exists()


def test_stopping_before_anything_was_answered_says_nothing_of_kept_answers(start, tmp_path):
    terminal = start("--set", "organisation_name=Harbour Street").expect("Which of these describe you?")
    terminal.child.send(CTRL_C)
    assert terminal.ends() == 130
    assert "Your answers are kept in" not in terminal.raw and not (tmp_path / "out").exists()


@pytest.mark.parametrize("key", [CTRL_C, CTRL_D], ids=["Ctrl-C", "Ctrl-D"])
@pytest.mark.parametrize("prompt", [TICK, SELECT, ">", YES_NO])
def test_stopping_in_the_middle_keeps_every_answer_and_says_where(start, tmp_path, key, prompt):
    terminal = begun(start)
    while terminal.prompt != prompt:
        terminal.answer(ENTER)
    terminal.child.send(key)
    assert terminal.ends() == 130
    assert f"Your answers are kept in {draft_path(tmp_path)}\r\nStart again to carry on." in terminal.raw
    kept = draft(tmp_path)
    assert kept["organisation_name"] == "Harbour Street" and len(kept) >= 2
    assert list(kept) == needed(kept)[:len(kept)]


def test_the_next_start_carries_on_asks_nothing_twice_and_the_draft_is_gone_at_the_end(start, tmp_path):
    begun(start).answer(DOWN + " " + ENTER).child.send(CTRL_C)
    again = start()
    again.until(lambda: "Carry on: Harbour Street (3 of about" in again.shown, "the offer")
    before = draft(tmp_path)
    order = take_suggestions(again.answer(ENTER), {})
    assert again.ends() == 0
    kept = answers.read(tmp_path / "out" / "harbour-street" / DAY / "answers.yaml", QUESTIONS)
    assert kept["nations"] == ["england", "wales"] and kept | before == kept
    assert order == [name for name in needed(kept) if name not in before]
    assert not draft_path(tmp_path).exists()


def test_a_kill_in_the_middle_loses_no_answer(start, tmp_path):
    terminal = begun(start).answer(ENTER)
    terminal.child.kill(signal.SIGKILL)
    assert terminal.ends() == -9
    assert list(draft(tmp_path)) == ["organisation_name", "organisation_kinds", "nations"]
    start().expect("Carry on: Harbour Street (3 of about").answer(ENTER).expect("What is your governing body called?")


def test_a_draft_of_another_organisation_can_be_left_alone(start, tmp_path):
    begun(start).child.send(CTRL_C)
    terminal = start().expect("Carry on: Harbour Street").answer(DOWN + ENTER).expect("What is your organisation called?")
    terminal.answer("Other House" + ENTER).expect("Which of these describe you?").child.send(CTRL_C)
    assert terminal.ends() == 130
    assert len(draft(tmp_path)) == 2
    start().expect("Carry on: Harbour Street (2 of").expect("Carry on: Other House (1 of")


@pytest.mark.parametrize(("choice", "then", "count"), [
    (ENTER, "In which nations", 2), (DOWN + ENTER, "Which of these describe you?", 1)], ids=["carry on", "begin again"])
def test_the_name_of_an_unfinished_organisation_offers_its_answers_before_they_are_overwritten(
        start, tmp_path, choice, then, count):
    begun(start).child.send(CTRL_C)
    terminal = start().expect("Carry on").answer(DOWN + ENTER).expect("What is your organisation called?")
    terminal.answer("Harbour Street" + ENTER).expect("Begin again, and throw the unfinished answers away")
    assert len(draft(tmp_path)) == 2
    terminal.answer(choice).expect(then)
    assert len(draft(tmp_path)) == count


def test_a_name_from_the_command_line_offers_its_unfinished_answers_too(start, tmp_path):
    begun(start).child.send(CTRL_C)
    start("--set", "organisation_name=Harbour Street").expect("Carry on: Harbour Street (2 of").answer(ENTER).expect(
        "In which nations")


def test_a_draft_broken_by_hand_is_told_with_its_line_and_never_overwritten(start, tmp_path):
    begun(start).child.send(CTRL_C)
    start().expect("Carry on").child.send(CTRL_C)
    draft_path(tmp_path).write_text("organisation_name: Harbour Street\nnations: [englnd]\n")
    terminal = start().expect("What is your organisation called?")
    assert "line 2: nations: `englnd`" in terminal.shown and "cannot be carried on with" in terminal.shown
    terminal.child.send("Harbour Street" + ENTER)
    assert terminal.ends() == 3
    assert "Correct the lines above, or delete the file to begin again." in terminal.shown
    assert draft_path(tmp_path).read_text() == "organisation_name: Harbour Street\nnations: [englnd]\n"


def test_a_pack_that_cannot_be_written_loses_no_answer_and_says_so(start, tmp_path):
    (tmp_path / "out" / ".harbour-street.lock").mkdir(parents=True)
    unfinished(tmp_path, contact_phone=None)
    terminal = start().expect("Carry on").answer(ENTER).expect("On which telephone number?")
    terminal.child.send("01632 960000" + ENTER)
    assert terminal.ends() == 5
    assert f"Your answers are kept in {draft_path(tmp_path)}" in terminal.raw
    assert draft(tmp_path)["contact_phone"] == "01632 960000"


def test_stopping_while_the_pack_is_made_keeps_the_answers_and_makes_no_pack(start, tmp_path):
    unfinished(tmp_path, contact_phone=None)
    terminal = start().expect("Carry on").answer(ENTER).expect("On which telephone number?")
    with edition.reserved(tmp_path / "out", "Harbour Street", date(2026, 11, 20)):
        terminal.type("01632 960000", ENTER)
        terminal.until(lambda: "contact_phone" in draft(tmp_path), "the last answer on disk")
        terminal.child.send(CTRL_C)
        assert terminal.ends() == 130
    assert f"Your answers are kept in {draft_path(tmp_path)}\r\nStart again to carry on." in terminal.raw
    assert [path.name for path in draft_path(tmp_path).parent.iterdir()] == ["answers.draft.yaml"]
    assert draft(tmp_path)["contact_phone"] == "01632 960000"


def test_a_folder_of_another_organisation_is_refused_at_once_and_not_at_the_end(start, tmp_path):
    (tmp_path / "out" / "harbour-street" / "2026-01-01").mkdir(parents=True)
    pack = {"format": 1, "organisation": "Harbour, Street", "edition": {"number": 1, "date": "2026-01-01"},
            "documents": []}
    (tmp_path / "out" / "harbour-street" / "2026-01-01" / "pack.json").write_text(json.dumps(pack))
    terminal = start().expect("What is your organisation called?")
    terminal.child.send("Harbour Street" + ENTER)
    assert terminal.ends() == 5
    assert "this folder holds the editions of “Harbour, Street”" in terminal.shown
    assert not draft_path(tmp_path).exists()


def test_a_file_for_a_folder_is_refused_at_the_first_answer(start, tmp_path):
    (tmp_path / "out").write_text("mine")
    terminal = start().expect("What is your organisation called?")
    terminal.child.send("Harbour Street" + ENTER)
    assert terminal.ends() == 5
    assert f"{tmp_path / 'out'}: this is a file, and a folder is needed" in terminal.raw
    assert (tmp_path / "out").read_text() == "mine"


def test_a_day_of_approval_that_has_not_come_yet_is_refused_at_once_and_also_in_an_old_draft(start, tmp_path):
    unfinished(tmp_path, approved_on=date(2026, 11, 21))
    terminal = start().expect("Carry on").answer(ENTER).expect("On which date was the policy approved?")
    terminal.answer("2026-11-21" + ENTER).expect("2026-11-21 is after 2026-11-20, the date of this pack.")
    terminal.child.send(CTRL_U + "2026-11-20" + ENTER)
    assert terminal.ends() == 0
    kept = answers.read(tmp_path / "out" / "harbour-street" / DAY / "answers.yaml", QUESTIONS)
    assert kept["approved_on"] == date(2026, 11, 20)


# ---- every type of question --------------------------------------------------------------------------------------


def test_words_have_to_be_typed_unless_the_question_may_stay_empty(ask, tmp_path):
    terminal = ask("""
      - {id: a, ask: What first?, default: one}
      - {id: b, ask: What second?}
      - {id: c, ask: What third?, required: false}""").expect("What first?").answer(ENTER).expect("What second?")
    terminal.answer("  " + ENTER).expect("Please type an answer.").answer(" two  words " + ENTER).expect("What third?").child.send(ENTER)
    assert terminal.ends() == 0
    assert result(tmp_path) == {"a": "one", "b": "two words", "c": ""}
    assert "> (left empty)" in terminal.shown


@pytest.mark.parametrize(("definition", "wrong", "words", "right", "value"), [
    ("type: date", "2026-02-30", "There is no date `2026-02-30`. Write year, month, day, for example", "2026-02-28",
     "2026-02-28"),
    ("type: date", "18 MAY", "There is no date `18 MAY`. Write year", "2026-05-18", "2026-05-18"),
    ("type: number, min: 1, max: 5", "9", "`9` is not possible here. Write a whole number from 1 to 5.", "5", 5),
    ("type: number", "two", "`two` is not a number. Write it in digits", "2", 2),
    ("type: period", "Soon", "`Soon` is not a length of time. Write, for example, 6 years", "2 Year", "2 years"),
    ("type: period", "as long as anybody here can remember it at all", "Write, for example, 6 years or 18 months.",
     "1 month", "1 month"),
    ("type: text", "x" * 2001, "Keep it under 2000.", "x", "x"),
])
def test_a_wrong_answer_is_refused_with_words_that_fit_and_can_be_corrected(
        ask, tmp_path, definition, wrong, words, right, value):
    terminal = ask(f"      - {{id: a, ask: What first?, {definition}}}").expect("What first?")
    terminal.child.send(wrong + ENTER)
    terminal.expect(words)
    terminal.child.send(CTRL_U + right + ENTER)
    assert terminal.ends() == 0
    assert result(tmp_path) == {"a": value}


def test_nothing_is_refused_while_it_is_being_typed(ask):
    terminal = ask("      - {id: a, ask: When?, type: date}").expect("When?").type("2", "0", "2")
    assert "There is no date" not in terminal.shown


def test_a_yes_or_no_ends_with_enter_so_that_no_key_answers_the_next_question(ask, tmp_path):
    terminal = ask("""
      - {id: a, ask: Is it so?, type: yes_no, default: false, says: it is, otherwise: it is not}
      - {id: b, ask: And this?, type: yes_no, default: true, says: it is, otherwise: it is not}
      - {id: c, ask: And that?, type: yes_no, default: true, says: it is, otherwise: it is not}""").expect("Is it so?")
    assert "Enter alone means no" in terminal.shown
    terminal.answer("y" + ENTER).expect("And this?").expect("Enter alone means yes")
    assert "And that?" not in terminal.shown
    terminal.answer("y", "n" + ENTER).expect("And that?").child.send(ENTER)
    assert terminal.ends() == 0
    assert result(tmp_path) == {"a": True, "b": False, "c": True}


def test_several_lines_end_with_an_empty_one_and_can_be_changed(ask, tmp_path):
    terminal = ask("      - {id: a, ask: Which address?, type: paragraph}").expect("an empty line finishes.")
    terminal.answer(ENTER).expect("Please type an answer.")
    terminal.child.send("1 High Stret" + ENTER + "Town")
    terminal.expect("Town")
    terminal.child.send(UP + "\x05\x7fet" + DOWN + "\x05" + ENTER + ENTER)
    assert terminal.ends() == 0
    assert result(tmp_path) == {"a": "1 High Street\nTown"}


CHOICES = "choices: [{value: a, label: Apples}, {value: b, label: Pears}]"


def test_one_choice_begins_at_the_suggestion(ask, tmp_path):
    terminal = ask(f"      - {{id: a, ask: Which?, type: choice, default: b, {CHOICES}}}").expect("» Pears")
    terminal.child.send(ENTER)
    assert terminal.ends() == 0
    assert result(tmp_path) == {"a": "b"} and "Which? > Pears" in terminal.shown


def test_something_else_takes_ones_own_words_and_a_suggestion_of_ones_own_is_offered(ask, tmp_path):
    terminal = ask(f"""
      - {{id: a, ask: Which?, type: choice, other: true, {CHOICES}}}
      - {{id: b, ask: And which?, type: choice, other: true, default_from: a, {CHOICES}}}""").expect("Which?")
    terminal.answer(UP + ENTER).expect("What is it called?").answer(ENTER).expect("Please type an answer.")
    terminal.answer("Plums & {{x}}" + ENTER).expect("And which?").expect("» Plums & {{x}}").child.send(ENTER)
    assert terminal.ends() == 0
    assert result(tmp_path) == {"a": "Plums & {{x}}", "b": "Plums & {{x}}"}


def test_several_choices_begin_with_the_suggested_ones_and_need_one_tick(ask, tmp_path):
    terminal = ask(f"""
      - {{id: a, ask: Which?, type: choices, default: [b], {CHOICES}}}
      - {{id: b, ask: And which?, type: choices, required: false, {CHOICES}}}""").expect("● Pears").expect("○ Apples")
    terminal.answer(DOWN + " " + ENTER).expect("Tick at least one, with the space bar.")
    terminal.answer(" " + UP + " " + ENTER).expect("> Apples; Pears").expect("And which?").child.send(ENTER)
    assert terminal.ends() == 0
    assert result(tmp_path) == {"a": ["a", "b"], "b": []} and "> (none of these)" in terminal.shown


def test_something_else_beside_ticks_takes_several_of_ones_own_words(ask, tmp_path):
    terminal = ask(f"      - {{id: a, ask: Which?, type: choices, other: true, {CHOICES}}}").expect("Which?")
    terminal.answer(" " + UP + " " + ENTER).expect("What else? Join several by commas:")
    terminal.answer(", ," + ENTER).expect("Please type an answer.")
    terminal.answer(CTRL_U + "\ue000" + ENTER).expect("Delete it and type the text again.")
    terminal.child.send(CTRL_U + "Plums, quinces,pears," + ENTER)
    assert terminal.ends() == 0
    assert result(tmp_path) == {"a": ["a", "Plums", "quinces", "b"]}


def test_a_long_choice_is_shown_whole_on_two_lines(ask):
    label = "Something that needs many words because it has to be said so that nobody can misunderstand it"
    choices = f"choices: [{{value: a, label: {label}}}, {{value: b, label: Pears}}]"
    for kind in ("choice", "choices"):
        ask(f"      - {{id: a, ask: Which?, type: {kind}, {choices}}}").expect(label).expect("Pears")


TABLE = """
      - id: a
        ask: Which places?
        type: table
        columns:
          - {id: name, label: Its name, type: text}
          - {id: kind, label: What it is, type: choice, choices: [{value: p, label: Paper}, {value: c, label: Cloud}]}
          - {id: kept, label: Kept for, type: period}
          - {id: locked, label: Is it locked?, type: yes_no}
"""


def test_rows_of_a_table_are_added_changed_and_deleted(ask, tmp_path):
    terminal = ask(TABLE).expect("Which places?")
    assert "This list is right" not in terminal.shown and "Delete" not in terminal.shown
    terminal.answer(ENTER).expect("Its name:").answer(ENTER).expect("Please type an answer.")
    terminal.answer("Cabinet" + ENTER).expect("What it is:").answer(ENTER).expect("Kept for:")
    terminal.answer("long" + ENTER).expect("is not a length of time").answer(CTRL_U + "6 years" + ENTER)
    terminal.expect("Is it locked?").answer("y" + ENTER).expect("1. Cabinet | Paper | 6 years | yes")

    terminal.answer(DOWN + ENTER).answer("Drive" + ENTER).answer(DOWN + ENTER).answer("1 year" + ENTER).answer(ENTER)
    terminal.expect("2. Drive | Cloud | 1 year | no")

    terminal.answer(DOWN * 2 + ENTER).expect("» 1. Cabinet").answer(DOWN + ENTER).expect("Its name: Drive")
    terminal.answer(" two" + ENTER).expect("» Cloud").answer(ENTER).answer(ENTER).answer(ENTER)
    terminal.expect("2. Drive two | Cloud | 1 year | no")

    terminal.answer(UP + ENTER).expect("» 1. Cabinet").answer(ENTER).expect("1. Drive two | Cloud | 1 year | no")
    terminal.child.send(ENTER)
    assert terminal.ends() == 0
    assert result(tmp_path) == {"a": [{"name": "Drive two", "kind": "c", "kept": "1 year", "locked": False}]}


def test_a_table_that_may_stay_empty_can_be_left_and_one_that_may_not_cannot(ask, tmp_path):
    rows = "        default: [{name: Cabinet, kind: p, kept: 1 year, locked: yes}]\n"
    terminal = ask(TABLE + rows).expect("1. Cabinet | Paper | 1 year | yes").answer(UP + ENTER).answer(ENTER)
    assert "This list is right" not in "\n".join(terminal.screen.display).rpartition("> 1. Cabinet")[2]
    optional = ask(TABLE + rows + "        required: false\n").expect("1. Cabinet").answer(UP + ENTER).answer(ENTER)
    optional.expect("» This list is right").child.send(ENTER)
    assert optional.ends() == 0
    assert result(tmp_path) == {"a": []}


def test_a_logo_that_is_not_there_is_asked_for_again_at_once(start, tmp_path):
    unfinished(tmp_path, logo=None)
    terminal = start().expect("Carry on").answer(ENTER).expect("Do you have a logo?")
    terminal.answer("nothing.png" + ENTER).expect("There is no such file for the logo.")
    logo = tmp_path / "our logo.svg"
    logo.write_text('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 1"><path d="M0 0h4v1z"/></svg>')
    terminal.child.send(CTRL_U + str(logo) + ENTER)
    assert terminal.ends() == 0
    assert (tmp_path / "out" / "harbour-street" / DAY / "logo.svg").exists()

"""A table in an interview, in the three ways to ask: whatever somebody does, no row is lost, and none comes back."""

import pytest

from helpers.interviews import draft, unfinished
from helpers.terminal import CTRL_C, CTRL_D, DAY, DOWN, ENTER, ESC, Lines, Pipe, Terminal

pytestmark = pytest.mark.terminal

ROWS = "1. Practice | to arrange care 2. Bank | to open an account"
KEPT = [{"name": "Practice", "purpose": "to arrange care"}, {"name": "Bank", "purpose": "to open an account"}]
LABELS = {"back": "Go back to the question before", "earlier": "Go back to any earlier", "skip": "Skip this for now",
          "not sure": "Not sure", "why": "Why is this asked", "example": "Show an example", "save": "Save and leave",
          "return": "Return to the question"}
PHONE = "On which telephone number"


class Drawn(Terminal):
    """Somebody who uses arrow keys and Esc."""

    rest = "ice"  # what they typed before is there

    def ticks(self, *places: int) -> "Drawn":
        return self.answer("".join(DOWN * (place - 1) + " " + "\x1b[A" * (place - 1) for place in places) + ENTER)

    def words(self, *lines: str) -> "Drawn":
        for line in lines:
            self.answer(line + ENTER)
        return self

    def half(self, words: str) -> "Drawn":
        """Leave a cell of a row that is half typed."""
        self.send(words).expect(words)
        return self.answer(ESC)

    def does(self, what: str) -> None:
        if what in (CTRL_C, CTRL_D):
            self.until(lambda: self.prompt, "a prompt")
            self.child.send(what)
        elif what == "return":
            self.answer(ESC).expect("Esc goes back").answer(ESC)
        else:
            self.instead(LABELS[what])


class Typed:
    """Somebody who types line by line."""

    rest = "for advice"

    def ticks(self, *places: int):
        return self.type(", ".join(map(str, places)))

    def words(self, *lines: str):
        return self.type(*lines)

    def half(self, words: str):
        return self.type("back")  # a line that is not finished never reaches the program

    def does(self, what: str) -> None:
        if what == "return":
            self.type("earlier").pick("Return to the question")
        elif what not in (CTRL_C, CTRL_D):
            self.type(what)


class TypedInTerminal(Typed, Lines):
    pass


class TypedInPipe(Typed, Pipe):
    pass


@pytest.fixture(params=[Drawn, TypedInTerminal, TypedInPipe], ids=["screen", "plain", "pipe"])
def carry_on(request, tmp_path):
    """Carries on with the unfinished answers, in one of the three ways."""
    running = []

    def begin():
        usual = ["new", "--format", "txt", "--as-at", DAY, "--to", str(tmp_path / "out")]
        running.append(request.param([*usual, *["--plain"] * (request.param is TypedInPipe)]))
        return running[-1].expect("Carry on: Harbour Street").pick("Carry on")

    yield begin
    for one in running:
        one.close()


@pytest.mark.parametrize("what", [*LABELS, CTRL_C, CTRL_D], ids=[*LABELS, "Ctrl-C", "end of input"])
def test_rows_that_were_added_changed_deleted_and_begun_stay_so_whatever_somebody_does_next(carry_on, tmp_path, what):
    unfinished(tmp_path, agencies=None, contact_phone=None, shares_with_agencies=True)
    one = carry_on().expect("Which agencies do you share").ticks(1, 2).pick("Delete a row").pick("2. Council housing")
    one.pick("Change a row").pick("1. GP").words("Practice", "")
    one.pick("Add a row").words("Bank", "to open an account").expect(ROWS)
    one.pick("Add a row").words("Solicitor").half("for adv")
    one.expect("You have begun a row that is not in the list yet: Solicitor").does(what)
    if what == "not sure":
        one.pick("Keep the rows, and ask me again")
    if what in ("save", CTRL_C, CTRL_D):
        assert (one.ends(what) if isinstance(one, Lines) else one.ends()) == 130
    assert draft(tmp_path)["agencies"] == KEPT
    if what in ("save", CTRL_C, CTRL_D):
        one = carry_on()
    elif what == "back":
        one.words("")
    elif what == "earlier":
        one.pick("Do workers of other agencies").words("")
    if what in ("skip", "not sure"):
        one.expect(PHONE).words("01632 960000").expect("Is everything right?").pick("Answer what you skipped")
    one.expect(ROWS).expect("You have begun a row that is not in the list yet: Solicitor").pick("Add a row")
    one.words("", one.rest).expect("3. Solicitor | for advice").pick("This list is right")
    if what not in ("skip", "not sure"):
        one.expect(PHONE).words("01632 960000")
    one.expect("Is everything right?").pick("Make the pack")
    assert one.ends() == 0
    said = "".join(path.read_text() for path in (tmp_path / "out").rglob("*.txt"))
    assert all(name in said for name in ("Practice", "Bank", "Solicitor")) and "Council housing team" not in said

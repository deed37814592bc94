"""What README shows of the program is what it prints."""

import re

import pytest

from helpers.shipped import ROOT
from helpers.terminal import DOWN, ENTER, Terminal

README = (ROOT / "README.md").read_text(encoding="utf-8")
ANSWERS = {"What is your organisation called?": ["Harbour Street Lunch Club", ENTER],
           "Which of these describe you?": [DOWN, DOWN, " ", ENTER],
           "In which nations": [" ", ENTER],
           "Who works for you": [DOWN, " ", ENTER],
           "Who decides whether to report": ["Convener", ENTER],
           "when the person who usually does is away": ["Treasurer", ENTER],
           "Tick the rows that are true of you": [" ", ENTER],
           "At which e-mail address": ["office@harbourstreet.example", ENTER],
           "At which postal address": ["12 Harbour Street", ENTER, ENTER],
           "On which telephone number": ["01632 960123", ENTER],
           "(nothing chosen yet)": [DOWN, DOWN, ENTER]}
"""Keys for each question: no to all that asks for yes or no; Enter takes what is suggested."""


@pytest.mark.terminal
def test_the_interview_in_readme_is_a_real_one(tmp_path):
    """Each line that README shows, in order; a list that was answered is gone from the screen, so it is seen before."""
    terminal = Terminal(["new", "--quick", "--format", "txt", "--to", str(tmp_path)])
    seen: list[str] = []
    try:
        terminal.expect("What is your organisation called?")
        while "Is everything right?" not in terminal.shown:
            seen += [line.rstrip() for line in terminal.screen.display]
            *moves, last = next((keys for words, keys in ANSWERS.items()
                                 if words in terminal.shown.rpartition(" left ")[2]), [ENTER])
            terminal.type(*moves)
            seen += [line.rstrip() for line in terminal.screen.display]
            terminal.answer(last)
        seen += [line.rstrip() for line in terminal.screen.display]
    finally:
        terminal.close()
    seen += [line.rstrip() for line in re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", terminal.raw).splitlines()]
    shown = next(block for block in re.findall(r"```\n(.*?)```", README, re.DOTALL) if block.startswith("Part 1 of"))
    lines = [line.rstrip() for line in shown.splitlines() if line.strip() and line != "[...]"]
    assert [line for line in lines if line not in seen] == []

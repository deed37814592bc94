"""An interview in a terminal: what is asked, drafts on disk, and the keys that lead through it."""

import json
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from helpers.shipped import QUESTIONS, ROOT
from helpers.terminal import DOWN, ENTER, Terminal, asked, squeezed
from policygen.library.question import NOT_SURE, Question
from policygen.pack import answers, folders
from policygen.pack.answers import Progress

NAME = "What is your organisation called?"
CHECK = "Is everything right? Choose one"
"""As long as nothing was chosen there; what was chosen stands in its place then."""


def missing(terminal: Terminal, question: Question) -> list[str]:
    """What of a question is not on the screen: its words, reason, example, choices, and how many are left."""
    offered = [choice.label for choice in question.choices if choice.when is None]
    words = [question.ask, question.why, question.example and f"For example: {question.example}", *offered,
             "Yes No" if question.type == "yes_no" else "",
             "Not sure (" if question.unsure is not None and question.type in ("yes_no", "choice") else "",
             ("None of these" if question.offers else "Add a row") if question.type == "table" else "",
             " left (Esc: back, skip"]
    lines = squeezed(" ".join(line.replace("○", " ").replace("●", " ").replace("»", " ")
                              for line in terminal.screen.display))
    return [part for part in filter(None, words) if squeezed(part) not in lines]


def own_words(question: Question) -> str:
    """Keys for a question that has no suggestion to take."""
    match question.type:
        case "choices":
            return " " + ENTER
        case "yes_no":
            return DOWN + DOWN + ENTER  # no
        case "table":
            return " " + ENTER if question.offers else DOWN + ENTER
    return ("Harbour & Sons #1" if question.id == "organisation_name" else "01632 960000") + ENTER * (
        2 if question.type == "paragraph" else 1)


def keys(question: Question, special: Mapping[str, str]) -> str:
    """Keys that answer a question: the special ones, else what takes the suggestion, else an answer."""
    has_suggestion = question.default is not None or question.default_from is not None or not question.required
    return special.get(question.id) or (ENTER if has_suggestion else own_words(question))


def to_the_check(terminal: Terminal, special: Mapping[str, str] = MappingProxyType({})) -> list[str]:
    """Answer everything up to the check. Returns the questions in the order in which they were asked."""
    order: list[str] = []
    while CHECK not in terminal.shown:
        terminal.until(lambda: not missing(terminal, asked(terminal.shown)), "a question that is whole on the screen")
        question = asked(terminal.shown)
        order.append(question.id)
        terminal.answer(keys(question, special))
        if question.offers and question.id not in special:
            terminal.expect("This list is right").answer(ENTER)
        assert terminal.child.isalive(), terminal.raw[-2000:]
    return order


def applies(values: dict, name: str) -> bool:
    return answers.applies(QUESTIONS.questions[name], QUESTIONS, values)


def needed(values: dict, depth: str) -> list[str]:
    """The questions that are asked of an organisation with these answers, in order; also a day that was given."""
    return [name for name, item in QUESTIONS.questions.items()
            if applies(values, name) and (name != "approved_on" or values.get(name))
            and (depth == "full" or answers.is_quick(item, QUESTIONS, values))]


def kept_in(folder: Path) -> dict:
    """All answers of an edition, those that were left as suggested too."""
    return dict(answers.complete(QUESTIONS, answers.read_answers(folder / "answers.yaml", QUESTIONS), "").values)


def draft_path(tmp_path: Path, slug: str = "harbour-street") -> Path:
    return tmp_path / "out" / slug / "answers.draft.yaml"


def draft(tmp_path: Path, slug: str = "harbour-street") -> dict:
    return answers.read_answers(draft_path(tmp_path, slug), QUESTIONS)


def unfinished(tmp_path: Path, progress: Progress = Progress("full"), **changed) -> dict:
    """Write a draft as the program does: the answers of an example, but for some; None for those not given yet."""
    given = answers.read_answers(ROOT / "examples" / "cic.yaml", QUESTIONS)
    given |= {"organisation_name": "Harbour Street"}
    given = answers.complete(QUESTIONS, given | {
        name: value for name, value in changed.items() if value is not None}, "", True)
    said = {name: NOT_SURE if name in given.unsure else given.values[name] for name in given.applicable
            if changed.get(name, "") is not None}
    folders.replace_files({draft_path(tmp_path): answers.as_text(QUESTIONS, said, progress=progress).encode()})
    return said


def resumed(start) -> Terminal:
    """The interview, carried on with the draft that there is."""
    return start().expect("Carry on: Harbour Street (").answer(ENTER)


def begun(start, depth: str = "full") -> Terminal:
    """An interview in which two questions have been answered."""
    terminal = start(f"--{depth}").expect(NAME).answer("Harbour Street" + ENTER)
    return terminal.expect("Which of these describe you?").answer(" " + ENTER).expect("In which nations")


def number_of(question: str, values: dict) -> str:
    """The number that an answer has in the check."""
    return str(needed(values, "full").index(question) + 1)


def result(terminal: Terminal, tmp_path: Path) -> dict:
    """What the program of the fixture `ask` took for its answers, once the check has been left."""
    terminal.expect(CHECK).pick("Make the pack")
    assert terminal.ends() == 0
    found = json.loads((tmp_path / "result.json").read_text())
    return {name: value for name, value in found.items() if name not in ("organisation_name", "governing_body")}

"""The rules over the words of clauses, and the list of known mistakes."""

import re

import pytest

from helpers.shipped import ROOT
from helpers.small_library import KNOWN, SHIPPED, problems_of, small_library
from policygen.checks import style
from policygen.model.problems import LibraryError

FRONT = "---\ntitle: Premises\nwhen: has_premises\nbecause: It matters.\n---\n"


def example_of(identity: str) -> str:
    """The sentence that errors.yaml gives for a mistake."""
    text = (SHIPPED / "errors.yaml").read_text(encoding="utf-8")
    return re.search(rf"- id: {identity}\n.*?example: '(.*?)'\n", text, re.DOTALL)[1].replace("''", "’")


@pytest.mark.slow
@pytest.mark.parametrize("mistake", KNOWN.mistakes, ids=lambda mistake: mistake.id)
def test_each_mistake_in_law_is_found_on_its_line(mistake, tmp_path):
    words = example_of(mistake.id).split()
    text = f"Lock the door.\n\n{words[0]}\n{' '.join(words[1:])}\n"
    found = problems_of(small_library(tmp_path, f"=== policy/limits/premises.md\n{FRONT}{text}"))
    message = re.compile(rf"policy/limits/premises.md, line [89]: “.*” \({mistake.id}\): ")
    assert any(map(message.match, found))


def test_a_mistake_split_over_two_lines_is_found_where_it_begins(tmp_path):
    text = "Lock the door. We follow the Data\nProtection Act 1998 here.\n"
    found = problems_of(small_library(tmp_path, f"=== policy/limits/premises.md\n{FRONT}{text}"))
    assert {problem.partition(":")[0] for problem in found} == {"policy/limits/premises.md, line 6"}
    assert any("repealed-data-protection-act" in problem for problem in found)


def test_words_in_the_same_paragraph_can_make_it_right(tmp_path):
    text = "You must not discuss this with anyone outside the charity. That does not stop whistleblowing.\n"
    assert problems_of(small_library(tmp_path, f"=== policy/limits/premises.md\n{FRONT}{text}")) == []


@pytest.mark.parametrize(("text", "found"), [
    ("Never tell anybody who comes here.\n", ["absolute-without-exception"]),
    ("Never tell anybody who comes here.\n\nIf a life is in danger, call 999.\n", []),
    ("We cannot help you without a record.\n", ["no-record-no-help"]),
    ("We cannot help you without a record.\n\nIn an emergency we help first.\n", []),
])
def test_an_exception_may_stand_in_another_paragraph_of_the_clause(tmp_path, text, found):
    problems = problems_of(small_library(tmp_path, f"=== policy/limits/premises.md\n{FRONT}{text}"))
    assert re.findall(r"\(([\w-]+)\): ", "\n".join(problems)) == found


def test_every_common_error_has_a_pattern_or_a_proof():
    """Twenty less the wrong nation, which is proved; and none is there twice."""
    common = (SHIPPED / "errors.yaml").read_text(encoding="utf-8").partition("# ---- law and guidance")[0]
    assert len(re.findall(r"^  - id: ", common, re.MULTILINE)) == 19
    assert len({mistake.pattern.pattern for mistake in KNOWN.mistakes}) == len(KNOWN.mistakes)


@pytest.mark.parametrize("path", sorted((ROOT / "tests/cases/errors").glob("*.yaml")), ids=lambda path: path.stem)
def test_a_broken_list_of_mistakes_is_refused(path):
    lines = path.read_text(encoding="utf-8").split("\n")
    expected = [line.removeprefix("# ") for line in lines if line.startswith("# ")]
    with pytest.raises(LibraryError) as caught:
        style.load_mistakes(path, "errors.yaml")
    found = [str(problem).replace("\n  ", " / ") for problem in caught.value.problems]
    assert len(found) == len(expected) and all(map(str.startswith, found, expected)), "\n".join(found)

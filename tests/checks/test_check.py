"""`policygen check`: the rules over a whole library, over the shipped one, and over libraries from elsewhere."""

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from helpers.shipped import ROOT, SOURCES
from helpers.small_library import CASES, KNOWN, SHIPPED, problems_of, small_library
from helpers.tiny import folder, questions
from policygen import cli
from policygen.checks import check
from policygen.library import clauses
from policygen.model.problems import LibraryError, Place

FRONT = "---\ntitle: Aim\nbecause: It says why.\ncovers: [FL-01]\n{}---\n{}\n"


def about_library(to, **replaced) -> list[tuple[str, int, str]]:
    """What is said about the small library, but for the law in it that no clause rests on."""
    loaded = clauses.load(folder(to, **replaced), questions())
    return [(problem.place.file, problem.place.line, problem.message)
            for problem in check.check_library(loaded, questions()) if "no clause rests on" not in problem.message]


def test_law_that_no_clause_rests_on_is_named(tmp_path):
    loaded = clauses.load(folder(tmp_path), questions())
    assert [(problem.place.line, problem.message) for problem in check.check_library(loaded, questions())] == [
        (line, f"no clause rests on the law `{name}`") for line, name in ((3, "dpa-2018"), (33, "repealed"),
                                                                         (42, "silent"))]


def test_the_small_library_has_no_problem(tmp_path):
    assert about_library(tmp_path) == []


def test_a_point_that_nothing_carries(tmp_path):
    aim = "---\ntitle: Aim\nbecause: x\nshort: x\n---\nWe keep it.\n"
    assert about_library(tmp_path, policy__about__aim=aim) == [
        ("tiny/points.yaml", 4, "nothing carries the point FL-01: The aim.")]


@pytest.mark.parametrize("placeholder", ["TODO", "tbc", "XXX", "FIXME", "[insert name]", "[Organisation]",
                                         "[date here]", "____", ".....", "Lorem ipsum"])
def test_a_placeholder_that_was_left_over(tmp_path, placeholder):
    found = about_library(tmp_path, policy__about__aim=FRONT.format("", f"We keep it.\n\nAsk {placeholder} now."))
    assert found == [("policy/about/aim.md", 8, f"a placeholder is left over: `{placeholder}`")]


@pytest.mark.parametrize("text", ["a dog ...", "the date", "[sic]", "Methodology", "x_y", "Exxon"])
def test_ordinary_words_are_no_placeholders(tmp_path, text):
    assert about_library(tmp_path, policy__about__aim=FRONT.format("", text)) == []


def test_a_placeholder_and_an_unknown_form_in_the_short_wording(tmp_path):
    found = about_library(tmp_path, policy__about__aim=FRONT.format("short: TBC for {{ term.usrs }}\n", "x"))
    assert found == [("policy/about/aim.md", 5, "there is no form `term.usrs`"),
                     ("policy/about/aim.md", 5, "a placeholder is left over: `TBC`")]


# ---- the shipped library, and others -----------------------------------------------------------------------------


@pytest.mark.slow
def test_the_shipped_library_has_no_problem():
    answers_files = sorted((ROOT / "examples").glob("*.yaml"))
    found = check.check(SOURCES, KNOWN, answers_files, True)
    assert not found, "\n".join(map(str, found))


def library_from_elsewhere(to: Path) -> Path:
    """A copy of the shipped library with a fault of its own, and a pattern that would take for ever."""
    folder = shutil.copytree(SHIPPED, to / "elsewhere")
    (folder / "errors.yaml").write_text(
        "mistakes:\n  - {id: trap, pattern: '(\\w+\\s?)+$', wrong: x, correct: y, example: x}\n", encoding="utf-8")
    terrorism = folder / "policy" / "limits" / "terrorism.md"
    text = terrorism.read_text(encoding="utf-8")
    terrorism.write_text(f"{text}\nSee the Drug Trafficking Act 1994.\n", encoding="utf-8")
    return folder


@pytest.mark.slow
def test_a_library_from_elsewhere_is_checked_by_our_patterns_not_by_its_own(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("sys.argv", ["policygen", "check", str(library_from_elsewhere(tmp_path))])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    said = capsys.readouterr().err
    assert ended.value.code == 4
    assert "Its errors.yaml is not used" in said
    last = len((tmp_path / "elsewhere/policy/limits/terrorism.md").read_text(encoding="utf-8").rstrip().split("\n"))
    assert f"policy/limits/terrorism.md, line {last}: “Drug Trafficking Act 1994” (drug-trafficking-acts)" in said
    assert "nothing uses the question" not in said


def test_what_another_library_does_not_use_is_no_fault(tmp_path):
    case = (CASES / "a-question-that-nothing-uses.txt").read_text(encoding="utf-8")
    folder = small_library(tmp_path, case)
    assert len(problems_of(folder)) == 1
    assert problems_of(folder, own=False) == []


def test_a_pack_can_be_made_from_a_library_elsewhere(tmp_path):
    example = ROOT / "examples" / "front-line.yaml"
    result = CliRunner().invoke(cli.commands, [
        "new", "--library", str(ROOT / "tests/cases/elsewhere"), "--answers", str(example), "--no-input",
        "--format", "txt", "--as-at", "2026-11-21", "--to", str(tmp_path)])
    assert result.exit_code == 0, result.output
    text = (tmp_path / "harbour-street-support/2026-11-21/A few words.txt").read_text(encoding="utf-8")
    assert "Ask the Chief Executive before you speak." in text


def test_faults_of_a_library_elsewhere_are_told_with_its_files(tmp_path):
    library = shutil.copytree(ROOT / "tests/cases/elsewhere", tmp_path / "elsewhere")
    (library / "law.yaml").write_text("checked: yesterday\n", encoding="utf-8")
    result = CliRunner().invoke(cli.commands, ["new", "--library", str(library), "--no-input", "--to", str(tmp_path)])
    assert isinstance(result.exception, LibraryError)
    assert [problem.place for problem in result.exception.problems] == [Place("elsewhere/law.yaml", 1)]


def test_a_library_elsewhere_cannot_link_to_our_files(tmp_path):
    library = shutil.copytree(ROOT / "tests/cases/elsewhere", tmp_path / "elsewhere")
    (library / "policy" / "words" / "secret.md").symlink_to(ROOT / "README.md")
    result = CliRunner().invoke(cli.commands, ["check", str(library)])
    [problem] = result.exception.problems
    assert str(problem).partition(":")[0] == "elsewhere/policy/words/secret.md"

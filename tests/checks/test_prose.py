"""The words of clauses: mistakes in law, sentences and their lines, reading age; and the shipped library as a whole."""

import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner
from helpers.shipped import SOURCES

from policygen import cli
from policygen.checks import mistakes
from policygen.checks import check as everything, examples as packs
from policygen.checks.prose import certain, paragraphs, sentences
from policygen.model.problems import LibraryError, Place
from policygen.library.conditions import compile_wording
from checks.test_proofs import CASES, ROOT, SHIPPED, problems_of, small_library

KNOWN = mistakes.load(SHIPPED / "errors.yaml", "errors.yaml")
FRONT = "---\ntitle: Premises\nwhen: has_premises\nbecause: It matters.\n---\n"


@pytest.fixture(scope="module")
def sources():
    return SOURCES


# ---- mistakes in law ---------------------------------------------------------------------------------------------


def example_of(identity: str) -> str:
    """The sentence that errors.yaml gives for a mistake."""
    text = (SHIPPED / "errors.yaml").read_text(encoding="utf-8")
    return re.search(rf"- id: {identity}\n.*?example: '(.*?)'\n", text, re.DOTALL)[1].replace("''", "’")


@pytest.mark.parametrize("mistake", KNOWN.mistakes, ids=lambda mistake: mistake.id)
def test_each_mistake_in_law_is_found_on_its_line(mistake, tmp_path):
    words = example_of(mistake.id).split()
    text = f"Lock the door.\n\n{words[0]}\n{' '.join(words[1:])}\n"
    found = problems_of(small_library(tmp_path, f"=== policy/limits/premises.md\n{FRONT}{text}"))
    assert any(re.match(rf"policy/limits/premises.md, line [89]: “.*” \({mistake.id}\): ", problem) for problem in found)


def test_a_mistake_split_over_two_lines_is_found_where_it_begins(tmp_path):
    text = "Lock the door. We follow the Data\nProtection Act 1998 here.\n"
    found = problems_of(small_library(tmp_path, f"=== policy/limits/premises.md\n{FRONT}{text}"))
    assert [problem.partition(":")[0] for problem in found] == ["policy/limits/premises.md, line 6"]


def test_words_in_the_same_paragraph_can_make_it_right(tmp_path):
    text = "You must not discuss this with anyone outside the charity. That does not stop whistleblowing.\n"
    assert problems_of(small_library(tmp_path, f"=== policy/limits/premises.md\n{FRONT}{text}")) == []


def test_every_common_error_has_a_pattern_or_a_proof():
    """Twenty less the wrong nation, which is proved; and none is there twice."""
    common = (SHIPPED / "errors.yaml").read_text(encoding="utf-8").partition("# ---- law and guidance")[0]
    assert len(re.findall(r"^  - id: ", common, re.MULTILINE)) == 19
    assert len({mistake.pattern.pattern for mistake in KNOWN.mistakes}) == len(KNOWN.mistakes)


@pytest.mark.parametrize("path", sorted((ROOT / "tests" / "cases" / "errors").glob("*.yaml")), ids=lambda path: path.stem)
def test_a_broken_list_of_mistakes_is_refused(path):
    expected = [line.removeprefix("# ") for line in path.read_text(encoding="utf-8").split("\n") if line.startswith("# ")]
    with pytest.raises(LibraryError) as caught:
        mistakes.load(path, "errors.yaml")
    found = [str(problem).replace("\n  ", " / ") for problem in caught.value.problems]
    assert len(found) == len(expected) and all(map(str.startswith, found, expected)), "\n".join(found)


# ---- paragraphs, sentences, lines --------------------------------------------------------------------------------


def lines_of(source: str) -> list[tuple[str, int]]:
    """Each sentence of a wording that begins on line 10, with its line."""
    found = paragraphs(compile_wording(source, Place("x.md", 10)), {})
    return [(sentence, place.line) for paragraph in found for sentence, place in sentences(paragraph)]


@pytest.mark.parametrize(("source", "expected"), [
    ("One. Two\nthree. Four.", [("One.", 10), ("Two three.", 10), ("Four.", 11)]),
    ("Lead:\n\n- one\n  more;\n- two.", [("Lead:", 10), ("one more;", 12), ("two.", 14)]),
    ("> Boxed. Text\n> here.", [("Boxed.", 10), ("Text here.", 10)]),
    ("## Title\nWords.", [("Title", 10), ("Words.", 11)]),
    ("```fields Signed\nName: line\n```\nAfter.", [("Name", 11), ("After.", 13)]),
    ("See {{ ref('a/b') }} and ask the {{ lead_role }}.", [("See section 6.2 and ask the lead role.", 10)]),
    ("{{ term.users | cap }} and {{ listing(words('workers')) }}.", [("users and workers.", 10)]),
    ("{{ verb('body', 'approves') }} {{ 'it now' if x == 'no' else '' }}.", [("approves it now.", 10)]),
    ("{{ listing(\n  words('workers')) }} go.\nStay.", [("workers go.", 10), ("Stay.", 12)]),
])
def test_sentences_keep_the_line_on_which_they_begin(source, expected):
    assert lines_of(source) == expected


def test_each_alternative_stands_in_a_sentence_of_its_own():
    source = "You go {% if a %}up{% elif b %}down{% else %}on{% endif %}.\n{% if c %}\nStop.\n{% endif %}\nEnd."
    found = lines_of(source)
    assert {("You go up.", 10), ("You go down.", 10), ("You go on.", 10), ("Stop.", 12), ("End.", 14)} == set(found)


def test_an_alternative_inside_another_is_not_forgotten():
    source = "{% if a %}One.{% else %}{% if b %}Two.{% else %}Three.{% endif %}{% endif %}"
    assert {sentence for sentence, _ in lines_of(source)} == {"One.", "Two.", "Three."}


def test_certain_words_are_those_under_no_condition():
    source = "Always. {% if a %}Perhaps.{% else %}Or this.{% endif %} Again."
    assert certain(compile_wording(source, Place()), {}).split() == ["Always.", "Again."]


# ---- reading age -------------------------------------------------------------------------------------------------


def test_reading_age_rises_with_words_and_sentences():
    easy = "We keep it to us. You can ask us. We will tell you why."
    hard = "Confidentiality obligations necessitate organisational consideration of proportionate disclosure arrangements."
    assert packs.reading_age("") == 0 < packs.reading_age(easy) < 9 < 20 < packs.reading_age(hard)


# ---- the shipped library, and others -----------------------------------------------------------------------------


def test_the_shipped_library_has_no_problem(sources):
    found = everything.check(sources.library, sources.questionnaire, KNOWN, sorted((ROOT / "examples").glob("*.yaml")), True)
    assert not found, "\n".join(map(str, found))


def library_from_elsewhere(to: Path) -> Path:
    """A copy of the shipped library with a fault of its own, and a pattern that would take for ever."""
    folder = shutil.copytree(SHIPPED, to / "elsewhere")
    (folder / "errors.yaml").write_text(
        "mistakes:\n  - {id: trap, pattern: '(\\w+\\s?)+$', wrong: x, correct: y, example: x}\n", encoding="utf-8")
    terrorism = folder / "policy" / "limits" / "terrorism.md"
    terrorism.write_text(terrorism.read_text(encoding="utf-8") + "\nSee the Drug Trafficking Act 1994.\n", encoding="utf-8")
    return folder


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
    assert [str(problem).partition(":")[0] for problem in result.exception.problems] == ["elsewhere/policy/words/secret.md"]

"""Clause libraries that are wrong, case by case, and what a good one holds."""

import re
import shutil

import pytest

from helpers.tiny import CASES, assert_expected, expectations, folder, questions
from policygen.library import clauses, questionnaire
from policygen.model.problems import LibraryError


def problems_of(path):
    with pytest.raises(LibraryError) as caught:
        clauses.load(path, questions())
    return caught.value.problems


def test_the_small_library_loads_whole(tmp_path):
    loaded = clauses.load(folder(tmp_path), questions())
    assert [plan.id for plan in loaded.documents] == ["policy", "declaration", "notes"]
    assert loaded.documents[0].clauses[:2] == ("summary/gist", "about/aim")
    aim = loaded.clauses["about/aim"]
    assert (aim.title, aim.covers, aim.when, aim.slot) == ("Aim", ("FL-01",), None, "")
    assert aim.wording.place.line == 7
    assert {"limits/terrorism", "limits", "declaration"} < loaded.targets
    assert loaded.points.places["FL-02"].line == 5


@pytest.mark.parametrize("case", sorted((CASES / "clause").glob("*.md")), ids=lambda path: path.stem)
def test_a_broken_clause_is_refused_with_line_and_hint(case, tmp_path):
    """The file without its first line stands for the clause `about/aim`."""
    opening, text = case.read_text(encoding="utf-8").split("\n", 1)
    expected = expectations(f"{opening}\n", "<!-- ", " -->")
    assert_expected(problems_of(folder(tmp_path, policy__about__aim=text)), expected)


@pytest.mark.parametrize("case", sorted((CASES / "library").iterdir()), ids=lambda path: path.name)
def test_a_broken_library_is_refused_with_file_line_and_hint(case, tmp_path):
    """The files of the case stand in for those of the smallest library."""
    broken = folder(tmp_path, CASES / "smallest")
    expected = []
    for file in sorted(case.iterdir()):
        shutil.copy(file, broken / file.name)
        expected += expectations(file.read_text(encoding="utf-8"))
    assert_expected(problems_of(broken), expected, with_file=True)


def test_two_faults_in_one_clause_are_reported_together_and_the_file_counts_as_there(tmp_path):
    found = problems_of(folder(tmp_path, policy__limits__terrorism="---\ntitel: x\nbecause: y\n---\n{% if %}\n"))
    assert [problem.message.split(":")[0] for problem in found] == [
        "the front matter has no `title`", "the front matter has no key called `titel`", "a tag is wrong"]


def test_faults_of_many_files_come_sorted_by_file_and_line(tmp_path):
    broken = folder(tmp_path, policy__about__aim="nothing\n", forms__declaration__promise="nothing\n")
    (broken / "law.yaml").write_text("checked: [\n")
    assert [problem.place for problem in problems_of(broken)] == sorted(
        problem.place for problem in problems_of(broken))
    files = {problem.place.file for problem in problems_of(broken)}
    assert {"policy/about/aim.md", "forms/declaration/promise.md", "tiny/law.yaml"} <= files


def test_a_clause_id_in_two_folders_is_refused(tmp_path):
    broken = folder(tmp_path)
    (broken / "forms" / "about").mkdir()
    shutil.copy(broken / "policy/about/aim.md", broken / "forms/about/aim.md")
    assert_expected(problems_of(broken), [
        "line 0: there are two clauses with the id `about/aim` / The other one is in forms/about/aim.md."])


def test_a_library_without_points_loads_and_asks_for_none(tmp_path):
    without = folder(tmp_path)
    (without / "points.yaml").unlink()
    assert clauses.load(without, questions()).points.texts == {}


def test_a_folder_that_is_no_library_says_so(tmp_path):
    assert [str(problem.place) for problem in problems_of(tmp_path)] == [f"{tmp_path.name}/library.yaml"]


@pytest.mark.parametrize("name", ["law", "term", "loop"])
def test_a_question_cannot_have_a_name_that_clauses_use(tmp_path, name):
    text = (CASES / "tiny" / "questionnaire.yaml").read_text().replace("id: pets", f"id: {name}")
    (tmp_path / "questionnaire.yaml").write_text(text)
    with pytest.raises(LibraryError, match=f"cannot be called `{name}`"):
        clauses.load(folder(tmp_path), questionnaire.load(tmp_path / "questionnaire.yaml"))


@pytest.mark.parametrize(("words", "message"), [("{{ term.users", "a tag is wrong"), ("{{ clients }}", "`clients`"),
                                                ("{{ taken }}", "`taken`"), ("{{ ref('about') }}", "`ref`")])
def test_the_words_of_a_choice_are_looked_at_with_the_library(tmp_path, words, message):
    text = (CASES / "tiny" / "questionnaire.yaml").read_text().replace("'{{ term.users }}'", f'"{words}"')
    (tmp_path / "questionnaire.yaml").write_text(text)
    with pytest.raises(LibraryError, match=message):
        clauses.load(folder(tmp_path), questionnaire.load(tmp_path / "questionnaire.yaml"))


def test_every_key_of_documents_and_clauses_is_explained_in_the_documentation(tmp_path):
    broken = folder(tmp_path)
    aim, library = broken / "policy" / "about" / "aim.md", broken / "library.yaml"
    aim.write_text(aim.read_text().replace("---\n", "---\nzzz: here\n", 1))
    library.write_text(re.sub(r"(\n +)- id: policy\n", r"\1- zzz: here\1  id: policy\n",
    library.read_text() + "zzz: 1\n"))
    problems = [problem for problem in problems_of(broken) if "no key called `zzz`" in problem.message]
    known = [problem.hint.removeprefix("The keys are: ").rstrip(".").split(", ") for problem in problems]
    assert len(known) == 3 and all(known)
    text = (CASES.parents[1] / "docs" / "writing.md").read_text(encoding="utf-8")
    assert [key for keys in known for key in keys if f"`{key}" not in text] == []

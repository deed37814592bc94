"""The changes between two editions as `policygen diff` prints them, also for editions of earlier programs."""

import json
import shutil
from pathlib import Path

import pytest

from helpers.reviewed import FIRST, SECOND, contents, first_edition, policygen, reviewed_by_command
from helpers.shipped import QUESTIONS
from policygen.model.document import passages_of
from policygen.pack import edition
from policygen.review import review as review_module

pytestmark = pytest.mark.slow
FORMATS = sorted((Path(__file__).parents[1] / "cases" / "editions").iterdir())


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Path:
    """An organisation with three editions: as drafted, with another answer, and approved."""
    first = first_edition(tmp_path_factory.mktemp("diff"), "approved_on=", formats="txt")
    reviewed_by_command(first, "2027-01-10", "--set", "file_notice=1 week", formats="txt")
    reviewed_by_command(first.parent, SECOND, "--set", "approved_on=2028-11-19", formats="txt")
    return first.parent


def diff(home: Path, one: str, other: str, code: int = 0):
    return policygen("diff", home / one, home / other, code=code)


def test_it_names_both_editions_the_answers_and_each_clause_with_its_cause(home):
    said = diff(home, FIRST, "2027-01-10").stdout
    assert "Edition 1 of 21 November 2026, a draft; policygen" in said and "Edition 2 of 10 January 2027" in said
    assert "How much notice do you ask for" in said and "  - 2 days\n  + 1 week\n" in said
    assert "\nConfidentiality policy\n----------------------\n" in said
    words = " ".join(said.split())
    assert "8.4 Looking at one’s file: reworded. Your answer to “How much notice do you ask for when somebody wants " \
           "to look at their …” is now “1 week”. - We ask for notice of 2 days. + We ask for notice of 1 week." in words
    assert "\nRequest to see my file\n" in said and "Read this first" not in said
    assert max(map(len, said.splitlines())) <= 78


def test_editions_that_do_not_follow_on_each_other_are_compared_without_causes(home):
    words = " ".join(diff(home, FIRST, SECOND).stdout.split())
    assert "8.4 Looking at one’s file: reworded. - We ask for notice of 2 days." in words
    assert "10.6 In force: reworded. - This is a draft." in words and "Your answer to" not in words


def test_backwards_it_goes_too(home):
    words = " ".join(diff(home, "2027-01-10", FIRST).stdout.split())
    assert "8.4 Looking at one’s file: reworded. - We ask for notice of 1 week. + We ask for notice of 2 days." in words


def test_of_a_table_only_the_rows_that_differ_are_printed(home, tmp_path):
    there = tmp_path / home.name
    shutil.copytree(home, there)
    answers = tmp_path / "answers.yaml"
    said = (there / SECOND / "answers.yaml").read_text(encoding="utf-8")
    answers.write_text(said.replace("6 months, counted_from: the decision", "1 year, counted_from: the decision"),
                       encoding="utf-8")
    reviewed_by_command(there, "2028-12-01", "--answers", answers, formats="txt")
    words = " ".join(diff(there, SECOND, "2028-12-01").stdout.split())
    assert "- Unsuccessful applications; 6 months; the decision; To answer questions about the decision " \
           "+ Unsuccessful applications; 1 year; the decision; To answer questions about the decision On " in words
    assert "- Unsuccessful applications: 6 months; the decision; To answer questions about the decision " \
           "+ Unsuccessful applications: 1 year;" in words


def test_without_a_change_it_says_so_and_alters_nothing(home):
    before = contents(home)
    assert "\nNo clause has changed.\n" in diff(home, FIRST, FIRST).stdout
    assert contents(home) == before


def test_editions_of_two_organisations_are_not_compared(home, tmp_path):
    other = first_edition(tmp_path, "organisation_name=Riverside", formats="txt")
    done = policygen("diff", home / FIRST, other, code=5)
    assert "this edition is of “Riverside”, and the other one of “Harbour Street Support”" in " ".join(
        done.stderr.split())


def test_a_folder_that_is_not_an_edition_gets_a_clear_error(home, tmp_path):
    assert "this is not the folder of an edition" in policygen("diff", home / FIRST, tmp_path, code=5).stderr


# ---- formats -----------------------------------------------------------------------------------------------------


def test_every_format_that_there_was_is_kept_as_an_example():
    assert [folder.name for folder in FORMATS] == [f"format-{number}" for number in range(1, edition.PACK_FORMAT + 1)]


@pytest.mark.parametrize("folder", FORMATS, ids=lambda folder: folder.name)
def test_an_edition_of_each_format_opens_and_can_be_reviewed(folder, tmp_path):
    assert edition.read_edition(folder).documents
    home = tmp_path / "thursday-table"
    shutil.copytree(folder, home / "2026-11-21")
    second = reviewed_by_command(home, SECOND, formats="txt")
    pack = json.loads((second / "pack.json").read_text(encoding="utf-8"))
    assert pack["edition"]["number"] == 2 and pack["review"]["since"] == 1
    issued = edition.read_edition(second).documents
    assert all(passage.blocks for document in issued for passage in passages_of(document))
    assert policygen("status", home).stdout.count("21 Nov 2026") == 1


@pytest.mark.parametrize("folder", FORMATS, ids=lambda folder: folder.name)
def test_keys_that_came_later_are_not_needed(folder, tmp_path):
    there = tmp_path / "2026-11-21"
    shutil.copytree(folder, there)
    pack = json.loads((there / "pack.json").read_text(encoding="utf-8"))
    for key in ("questions", "left_out", "nations"):
        pack.pop(key, None)
    (there / "pack.json").write_text(json.dumps(pack), encoding="utf-8")
    found = review_module.begin_review(there, QUESTIONS)
    assert set(review_module.known_answers(found, QUESTIONS)) >= {"organisation_name", "data_stores", "user_term"}


def test_a_newer_format_is_refused_with_what_to_do(tmp_path):
    there = tmp_path / "2026-11-21"
    shutil.copytree(FORMATS[-1], there)
    pack = json.loads((there / "pack.json").read_text(encoding="utf-8"))
    pack["made_with"]["policygen"] = "7.5"
    (there / "pack.json").write_text(json.dumps(pack | {"format": edition.PACK_FORMAT + 1}), encoding="utf-8")
    for command in (("review", there, "--no-input"), ("diff", there, there)):
        done = policygen(*command, code=5)
        assert f"made by a newer policygen (format {edition.PACK_FORMAT + 1})" in done.stderr
        assert "Install policygen 7.5, which made it, or a later one." in done.stderr

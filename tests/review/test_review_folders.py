"""What a review finds in the folder of an edition, and beside it: copies, lost files, other names, other days."""

import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import docx
import pytest

from helpers.editions import QUESTIONS, SOURCES, begun, pack, reviewed, words
from helpers.packs import save
from helpers.reviewed import FIRST, ROOT, SECOND, THIRD, VOICE, ByHand, clauses, edit, policygen
from policygen import status
from policygen.model.problems import OutputError
from policygen.pack import edition
from policygen.review import review as review_module
from policygen.signing import register
from policygen.terminal.menu import MenuChoice, choose

pytestmark = pytest.mark.slow
POLICY, BRIEF = "Confidentiality policy", "What has changed"
ANNOTATED = f"{POLICY} with notes for trustees"


def notices_of(review):
    return review_module.opening_notices(review, SOURCES.library.law)


def history(folder: Path) -> str:
    return words(folder / f"{POLICY}.txt").partition("History of this policy -")[2]


def refused(*words: str):
    """The review is refused with some words."""
    return pytest.raises(OutputError, match="(?s)" + ".*".join(words))


# ---- where the next edition goes -----------------------------------------------------------------------------------


@pytest.mark.parametrize("place", [".", ".."], ids=["in the edition's folder", "one folder up"])
def test_from_inside_a_folder_the_next_edition_lies_beside_the_last_one(first, monkeypatch, place):
    monkeypatch.chdir(first)
    assert reviewed(Path(place)).folder == first.with_name(SECOND)
    assert [path.name for path in first.parent.iterdir() if path.name != FIRST] == [SECOND]


def test_a_link_to_a_folder_leads_to_where_it_lies(first, tmp_path):
    for name, there in (("one", first), ("all", first.parent)):
        (tmp_path / name).symlink_to(there)
    assert reviewed(tmp_path / "one").folder == first.with_name(SECOND)
    assert reviewed(tmp_path / "all", THIRD).folder == first.with_name(THIRD)


def test_a_folder_that_people_renamed_stays_that_of_their_editions(first):
    home = first.parent.rename(first.parent.with_name("Our policy"))
    second = reviewed(home)
    assert second.folder == home / SECOND
    assert begun(home, day=THIRD).last.issue.number == 2
    assert [path.name for path in home.parent.iterdir() if path.is_dir()] == ["Our policy"]


@pytest.mark.parametrize("name", ["Harbour Street SUPPORT", "Quay Support"], ids=["in its spelling", "altogether"])
def test_an_organisation_that_is_called_otherwise_now_keeps_its_folder_its_history_and_its_approved_text(first, name):
    edit(first / f"{POLICY}.docx")
    second = reviewed(first, SECOND, f"organisation_name={name}")
    third = reviewed(second.folder.parent, THIRD)
    assert (third.folder, third.organisation, third.stamp.number) == (first.with_name(THIRD), name, 3)
    assert "3 | 20 November 2030 | Draft 1 | 21 November 2026 | Approved on 21 November 2026" in history(third.folder)
    assert pack(third.folder)["review"]["since"] == 1 and VOICE.strip() in clauses(third.folder)["everyday/messages"]
    changes = policygen("diff", first, third.folder).stdout
    assert f"+ {name}" in changes
    assert [item.name for item in status.read_organisations(first.parents[1], QUESTIONS, date(2030, 11, 20))] == [name]


def test_who_signed_under_the_earlier_name_has_signed(first):
    (first.parents[1] / "people.csv").write_text("name,role,kind\nAnn Lee,Worker,staff\n")
    policygen("forms", first, "--people", first.parents[1] / "people.csv", "--format", "txt")
    second = reviewed(first, SECOND, "organisation_name=Quay Support")
    entries, = register.earlier_entries(second.folder, edition.read_edition(second.folder))
    assert {entry.person.name for entry in entries} == {"Ann Lee"}


def test_a_folder_of_another_organisation_is_still_refused_for_a_new_pack(first):
    reviewed(first, SECOND, "organisation_name=Quay Support")
    done = policygen("new", "--answers", ROOT / "examples" / "front-line.yaml", "--as-at", SECOND, "--to",
                     first.parents[1], "--no-input", "--format", "txt", code=5)
    assert "this folder holds the editions of “Quay Support”" in done.stderr


# ---- which edition is the newest -----------------------------------------------------------------------------------


def test_a_copy_of_a_folder_is_not_taken_for_the_newest_edition(first):
    edit(first / f"{POLICY}.docx")
    copies = [shutil.copytree(first, first.with_name(name)) for name in (f"{FIRST} copy", f"Copy of {FIRST}")]
    assert begun(first.parent).folder == first and begun(copies[0]).folder == copies[0]
    reviewed(first.parent)
    assert begun(first.parent, day=THIRD).folder == first.with_name(SECOND)
    for copy in copies:
        with refused(f"there is a newer edition, {SECOND}"):
            begun(copy, day=THIRD)


def test_an_older_edition_that_is_taken_anyway_is_said_to_be_one(first):
    reviewed(first)
    said = notices_of(begun(first, day=THIRD, anyway=True))
    assert f"There is a newer edition, {SECOND}. The edition that you make now will not have what is new there." in said


def test_a_review_of_a_day_before_the_edition_is_refused(first):
    with refused("this edition is of 21 November 2026, and the review of 20 November 2026, which is earlier"):
        begun(first, day="2026-11-20")
    assert begun(first, day=FIRST).folder == first


# ---- which files count ---------------------------------------------------------------------------------------------


def test_the_copy_with_notes_is_refused_in_plain_words(first, tmp_path):
    hand = docx.Document(str(first / f"{ANNOTATED}.docx"))
    hand.paragraphs[-3].add_run(" A remark.")
    hand.save(str(tmp_path / "notes.docx"))
    with refused(f"this is “{ANNOTATED}”, and such a file is not read"):
        begun(first, tmp_path / "notes.docx")


def test_what_was_changed_in_files_that_are_not_read_is_told(first):
    second = reviewed(first, SECOND, "file_notice=1 week", formats=("docx",)).folder
    for name in (ANNOTATED, BRIEF, f"{POLICY} - changes"):
        hand = docx.Document(str(second / f"{name}.docx"))
        hand.paragraphs[-3].add_run(" A remark.")
        hand.save(str(second / f"{name}.docx"))
    lines = [line for line in notices_of(begun(second)) if "Such a file is not read" in line]
    assert [Path(line.partition(".docx was changed.")[0]).name for line in lines] == [
        f"{POLICY} - changes", ANNOTATED, BRIEF]


def test_a_word_file_that_is_no_longer_there_is_told_unless_it_is_given(first, tmp_path):
    assert not [line for line in notices_of(begun(first)) if "no longer" in line]
    moved = shutil.move(first / f"{POLICY}.docx", tmp_path / "ours.docx")
    assert any(line.startswith(f"{POLICY}.docx is no longer in {first}. If somebody has changed it elsewhere")
               for line in notices_of(begun(first)))
    assert not [line for line in notices_of(begun(first, moved)) if "no longer" in line]
    shutil.rmtree(first / "sheets")
    assert any(" and Request to see my file.docx are no longer in " in line
               for line in notices_of(begun(first, moved)))


def test_a_file_that_is_given_twice_is_one(first, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    hand = ByHand(first / f"{POLICY}.docx")
    hand.add_words("Calls and messages", VOICE)
    hand.save(Path("ours.docx"))
    assert [one.clauses for one in begun(first, Path("ours.docx"), Path("./ours.docx"),
                                         tmp_path / "ours.docx").edited] == [
        ("everyday/messages",)]


def test_a_logo_that_is_no_longer_there_is_asked_for(first):
    found = begun(first)
    assert "logo" not in review_module.reasons_to_ask(found, SOURCES, date(2028, 11, 20))
    lost = replace(found, given={**found.given, "logo": str(first / "logo.png")})
    assert review_module.reasons_to_ask(lost, SOURCES, date(2028, 11, 20))["logo"] == "The file is not there any more."


# ---- what is lost --------------------------------------------------------------------------------------------------


def test_an_edition_without_its_pack_json_stays_in_the_history(first):
    (first / "pack.json").unlink()
    lines = notices_of(begun(first.parent))
    assert [line for line in lines if "saved again" in line] == [], "nobody knows which were"
    second = reviewed(first.parent)
    editions = "2 | 20 November 2028 | Approved on 21 November 2026 1 | 21 November 2026 | Approved"
    assert editions in history(second.folder)
    third = reviewed(first.parent, THIRD, "file_notice=1 week")
    fourth = reviewed(first.parent, "2030-11-21")
    assert "1 | 21 November 2026 | Approved" in history(fourth.folder)
    assert (pack(third.folder)["review"]["since"], pack(fourth.folder)["review"]["since"]) == (2, 2)


def test_the_approved_text_is_found_again_in_an_edition_without_pack_json(first):
    second = reviewed(first, SECOND, "file_notice=1 week")
    (first / "pack.json").unlink()
    third = reviewed(second.folder, THIRD)
    about = pack(third.folder)["review"]
    assert about["since"] == 1 and "rights/own-file" in {change["clause"] for change in about["changes"]}


def test_without_pack_json_and_policy_nothing_can_be_compared_and_nothing_is_claimed(first):
    (first / "pack.json").unlink()
    (first / f"{POLICY}.docx").unlink()
    with refused("this edition has lost its pack.json and its policy in Word", "policygen new --answers"):
        begun(first.parent)


def test_a_damaged_pack_json_is_explained_with_the_way_out(first):
    (first / "pack.json").write_text("{", encoding="utf-8")
    with refused("this file is damaged", "give it another name", "from the Word files beside it"):
        begun(first.parent)
    (first / "pack.json").rename(first / "pack.old.json")
    assert begun(first.parent).last.rebuilt


def test_what_has_lost_its_pack_json_is_in_status_and_menu(first):
    (first / "pack.json").unlink()
    found, = status.read_organisations(first.parents[1], QUESTIONS, date(2028, 11, 20))
    assert [item.problem for item in found.editions] == [
        "it has lost its pack.json; its Word files may be enough for a review"]
    assert found == status.read_organisations(first, QUESTIONS, date(2028, 11, 20))[0]

    class Chooser:
        def say(self, words, style=""):
            pass

        def choose(self, options, suggested=None, actions=None):
            return next(option.value for option in options if "it has lost its pack.json" in option.label)

    assert choose(Chooser(), QUESTIONS, first.parents[1], date(2028, 11, 20)) == MenuChoice("review", folder=first)


def test_the_folder_of_an_organisation_is_no_edition_to_compare(first):
    done = policygen("diff", first.parent, first, code=5)
    assert "this is not the folder of an edition" in done.stderr


# ---- the answers ---------------------------------------------------------------------------------------------------


def test_answers_that_were_changed_by_hand_count_and_are_told_as_answers(first):
    path = first / "answers.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("file_notice: 2 days", "file_notice: 1 week"),
                    encoding="utf-8")
    assert f"{path} was changed by hand. What it says now counts." in notices_of(begun(first))
    second = reviewed(first)
    assert "1 week" in clauses(second.folder)["rights/own-file"]
    causes = {change["clause"]: change["causes"] for change in pack(second.folder)["review"]["changes"]}
    assert [kind for kind, _ in causes["rights/own-file"]] == ["answer"]
    assert "- 2 days\n  + 1 week" in policygen("diff", first, second.folder).stdout


def test_an_untouched_edition_has_the_answers_that_it_was_made_from(first):
    assert "file_notice: 2 days" in pack(first)["answers"] and "An invented" not in pack(first)["answers"]
    path = first / "answers.yaml"
    path.write_text(f"# For Ann.\n{path.read_text(encoding='utf-8')}", encoding="utf-8")
    assert not [line for line in notices_of(begun(first)) if "answers.yaml" in line]


def test_lost_answers_are_taken_from_pack_json(first):
    said = begun(first).given
    (first / "answers.yaml").unlink()
    found = begun(first)
    assert found.given == said
    assert f"{first / 'answers.yaml'} is missing. What it said was taken from pack.json." in notices_of(found)
    assert pack(reviewed(first).folder)["review"]["changes"] == []


def test_damaged_answers_are_told_with_where_they_are_kept_too(first):
    path = first / "answers.yaml"
    path.write_text("organisation_name: [\n", encoding="utf-8")
    done = policygen("review", first, "--as-at", SECOND, "--no-input", "--format", "txt", code=3)
    assert "pack.json, beside it, holds the answers that this edition was made from." in done.stderr
    assert "or move it elsewhere: the review then starts from those." in done.stderr
    path.rename(path.with_name("broken"))  # what it says is true
    policygen("review", first, "--as-at", SECOND, "--no-input", "--format", "txt")


def test_damaged_answers_that_pack_json_does_not_have_are_told_without_a_promise(first):
    older = pack(first)
    del older["answers"]
    save(first, older)
    (first / "answers.yaml").write_text("organisation_name: [\n", encoding="utf-8")
    assert "pack.json" not in policygen("review", first, "--no-input", code=3).stderr


@pytest.mark.parametrize(("text", "words"), [
    ("organisation_name: [\n", "this file is damaged: `answers`, line 2: this is not valid YAML"),
    ("nations: moon\n", "this file is damaged: `answers`, line 1: nations: `moon` is not one of the choices")])
def test_damaged_answers_in_pack_json_are_told_with_their_place(first, text, words):
    save(first, pack(first) | {"answers": text})
    with refused(words, "Put it back from a copy"):
        begun(first)


def test_answers_that_are_lost_altogether_are_told(first):
    older = pack(first)
    del older["answers"]
    save(first, older)
    assert begun(first).given["file_notice"] == "2 days"
    (first / "answers.yaml").unlink()
    with refused("the answers of this edition are missing"):
        begun(first)

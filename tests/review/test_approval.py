"""The approval of an edition: which is refused, what becomes of its files, and what a stop in the middle leaves."""

import hashlib
import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest
from PIL import Image

from helpers.editions import pack, reviewed, words
from helpers.reviewed import FIRST, SECOND, VOICE, ByHand, clauses, contents, edit, first_edition, newer_library
from helpers.shipped import QUESTIONS, ROOT, SOURCES
from policygen import status
from policygen.model.problems import AnswersError, OutputError
from policygen.pack import answers, make
from policygen.pack.edition import open_edition, read_edition
from policygen.printing.print_run import PrintOptions
from policygen.review import approval
from policygen.review.approval import RECORD, ApprovalRequest, Approved, record_approval
from policygen.signing.forms import FormsRequest, give_forms

pytestmark = pytest.mark.slow
POLICY, BRIEF = "Confidentiality policy", "What has changed.txt"
NOTES = f"{POLICY} with notes for trustees"
MADE, MEETING, LATER = date(2026, 11, 21), date(2026, 11, 25), date(2028, 11, 20)


@pytest.fixture
def draft(tmp_path) -> Path:
    return first_edition(tmp_path / "output", "approved_on=")


def approve(folder: Path, on: date = MEETING, because: str = "", *, today: date = LATER + timedelta(365),
            sources: make.Sources = SOURCES, **fields) -> Approved:
    return record_approval(sources, ApprovalRequest(folder, on, because, **fields), today, lambda step: None)


def text(folder: Path, name: str = POLICY) -> str:
    return words(folder / f"{name}.txt")


def refused(folder: Path, *arguments, error: type[Exception] = AnswersError, **fields) -> str:
    """What is told of an approval that cannot be recorded and that changes nothing."""
    before = contents(folder)
    with pytest.raises(error) as told:
        approve(folder, *arguments, **fields)
    assert contents(folder) == before and [path.name for path in folder.parent.iterdir()] == [folder.name]
    return str(told.value)


# ---- what becomes of the files -----------------------------------------------------------------------------------


def test_the_approved_files_are_those_of_an_edition_that_was_made_with_its_approval(tmp_path, draft):
    """Whoever approves on the day an edition was made gets the same bytes as a script that knew the day."""
    approve(draft, MADE)
    at_once = first_edition(tmp_path / "other", f"approved_on={FIRST}")
    assert {name: data for name, data in contents(draft).items() if not name.startswith("draft/")} == contents(at_once)


def test_the_drafts_files_are_kept_as_they_were_and_only_its_record_has_another_name(draft):
    before = contents(draft)
    done = approve(draft)
    kept = {name.removeprefix("draft/"): data for name, data in contents(draft).items() if name.startswith("draft/")}
    assert done.kept == "draft" and kept.pop(RECORD) == before.pop("pack.json") and kept == before
    assert "DRAFT" in text(draft / "draft") and not [name for name, data in contents(draft).items() if name.endswith(
        ".txt") and not name.startswith("draft/") and (b"DRAFT" in data or b"(draft)" in data)]


def test_number_and_day_stay_and_everything_knows_the_approval(draft):
    approve(draft)
    about = pack(draft)["edition"]
    assert about == {"number": 1, "date": FIRST, "review_due": "2028-11-25", "status": "approved",
                     "approved_on": "2026-11-25"}
    assert answers.read_answers(draft / "answers.yaml", QUESTIONS)["approved_on"] == MEETING
    for shown in (text(draft), text(draft, NOTES)):
        assert "Approved by the Board of Trustees on 25 November 2026" in shown and "25 November 2028" in shown
        assert "approved this policy on 25 November 2026, and it took effect at once" in shown
        assert "1 | 21 November 2026 | Approved on 25 November 2026" in shown
    assert b"20281125" in (draft / "Review reminder.ics").read_bytes()
    organisation, = status.read_organisations(draft.parent, QUESTIONS, LATER)
    assert (organisation.newest.status, organisation.newest.review_due) == ("approved", date(2028, 11, 25))


def test_the_paths_and_digests_of_the_record_are_those_of_the_files(draft):
    approve(draft)
    for entry in read_edition(draft).record.documents:
        for file in entry.files:
            assert hashlib.sha256((draft / file.path).read_bytes()).hexdigest() == file.sha256
    (draft / "pack.json").unlink()
    assert open_edition(draft).issue.approved_on == MEETING, "the Word files know it too, and those of the draft do not"


def test_what_else_lies_in_the_folder_stays_where_it_is(draft):
    (draft / "Minutes").mkdir()
    (draft / "Minutes" / "25 November.txt").write_text("Approved.")
    (draft / "answers.yaml").write_text("# Ask Asha.\n" + (draft / "answers.yaml").read_text())
    approve(draft)
    assert (draft / "Minutes" / "25 November.txt").read_text() == "Approved."
    assert (draft / "answers.yaml").read_text().startswith("# Ask Asha.\n")


@pytest.mark.parametrize("style", ["lettered", "short", "three_level"])
def test_every_layout_is_approved(tmp_path, style):
    folder = first_edition(tmp_path / "output", "approved_on=", f"policy_style={style}", formats="txt")
    approve(folder, MADE)
    at_once = first_edition(tmp_path / "other", f"approved_on={FIRST}", f"policy_style={style}", formats="txt")
    assert {name: data for name, data in contents(folder).items() if not name.startswith("draft/")} == contents(at_once)


def test_the_words_are_those_that_were_approved_also_when_policygen_has_others_by_then(draft, tmp_path):
    before = {name: said for name, said in clauses(draft).items() if name != "practice/in-force"}
    approve(draft, sources=make.load(ROOT, newer_library(tmp_path)))
    after = clauses(draft)
    assert "on 25 November 2026" in after.pop("practice/in-force") and after == before


@pytest.mark.parametrize("formats", ["docx,txt", "txt"])
def test_a_logo_that_an_earlier_version_drew_is_taken_from_the_word_files(tmp_path, formats):
    Image.new("RGB", (40, 20), "#204080").save(tmp_path / "hub.png")
    folder = first_edition(tmp_path / "output", "approved_on=", f"logo={tmp_path / 'hub.png'}", formats=formats)
    (folder / "logo.png").unlink()
    (folder / "logo.svg").write_text(
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'><text y='9'>Hub</text></svg>", encoding="utf-8")
    for path in (folder / "answers.yaml", folder / "pack.json"):
        path.write_text(path.read_text(encoding="utf-8").replace("logo: logo.png", "logo: logo.svg"), encoding="utf-8")
    (tmp_path / "people.csv").write_text("name,kind\nJo,staff\n", encoding="utf-8")
    what = "The one in its Word files is used." if "docx" in formats else "What is written now has no logo."
    told = f"The edition's logo: this logo has words in a typeface that other computers may not have. {what}"
    given = give_forms(SOURCES, FormsRequest(folder, tmp_path / "people.csv", (), False, PrintOptions(("txt",)), MADE),
                       lambda step: None)
    assert given.notices[0] == told
    assert approve(folder).notices[0] == told and read_edition(folder).issue.approved_on == MEETING
    assert "docx" not in formats or Image.open(folder / "logo.png").getpixel((20, 10)) == (0x20, 0x40, 0x80)


# ---- what is refused ---------------------------------------------------------------------------------------------


def test_a_register_that_lost_a_file_is_told_before_anything_is_approved(draft):
    (draft / "register.xlsx").write_bytes(b"")
    assert "there is a register.xlsx without its register.json" in refused(draft, error=OutputError)


def test_a_day_that_has_not_come_is_refused(draft):
    assert "26 November 2026 has not come yet" in refused(draft, date(2026, 11, 26), today=MEETING)


def test_a_day_before_the_edition_was_made_needs_a_reason_which_is_kept_and_shown(draft):
    day = MADE - timedelta(10)
    told = refused(draft, day)
    assert "was made on 21 November 2026, which is after 11 November 2026" in told and "--because" in told
    assert "--because" in refused(draft, day, "  ")
    approve(draft, day, "They approved\nthe printed draft.")
    assert pack(draft)["edition"]["approved_because"] == "They approved the printed draft."
    assert "Approved on 11 November 2026 (They approved the printed draft.)" in text(draft)


def test_what_is_still_to_be_decided_is_named(tmp_path):
    folder = first_edition(tmp_path, "approved_on=", "has_premises=not sure", formats="txt")
    told = refused(folder)
    assert "`has_premises` is still to be decided" in told and "a review, which makes the next edition" in told


def test_an_approved_edition_says_its_day_and_a_wrong_day_can_be_corrected(draft):
    assert "a draft, so there is no day to correct" in refused(draft, correct=True)
    approve(draft)
    assert "was approved on 25 November 2026 already" in refused(draft, date(2026, 11, 26))
    done = approve(draft, date(2026, 11, 24), correct=True)
    assert done.kept == "approved 2026-11-25" and "DRAFT" in text(draft / "draft")
    assert "on 24 November 2026, and it took effect" in text(draft) and "25 November" not in text(draft)
    assert answers.read_answers(draft / "answers.yaml", QUESTIONS)["approved_on"] == date(2026, 11, 24)


def test_a_file_that_is_open_elsewhere_is_named(draft):
    lock = draft / "~$nfidentiality policy.docx"
    lock.write_bytes(b"")
    assert f"{draft / POLICY}.docx: this file is open in another program" in refused(draft, error=OutputError)


# ---- Word files that somebody has changed ------------------------------------------------------------------------


def test_a_word_file_that_was_changed_by_hand_is_refused_until_somebody_says_that_it_was_approved(draft):
    edit(draft / f"{POLICY}.docx")
    told = refused(draft, error=OutputError)
    assert f"{draft / POLICY}.docx: this file was changed by hand since the edition was made: “" in told
    assert "--with-edits" in told


def test_changes_by_hand_that_were_approved_come_into_every_format_and_the_file_itself_is_kept(draft):
    edit(draft / f"{POLICY}.docx")
    theirs = (draft / f"{POLICY}.docx").read_bytes()
    approve(draft, with_edits=True)
    assert (draft / "draft" / f"{POLICY}.docx").read_bytes() == theirs
    said = clauses(draft)
    assert VOICE.strip() in said["everyday/messages"] and VOICE.strip() in text(draft) and "scope/equality" not in said
    assert "Visitors’ book" in text(draft) and "You wrote this clause yourselves" in text(draft, NOTES)
    assert [edit["clause"] for edit in pack(draft)["local_edits"]]


def test_the_next_review_of_words_that_were_changed_by_hand_finds_nothing_new(draft):
    edit(draft / f"{POLICY}.docx")
    approve(draft, with_edits=True)
    again = reviewed(draft, SECOND)
    assert again.addition.changes == () and again.approved_on == MEETING


def test_a_typed_number_that_leads_elsewhere_in_the_approved_text_is_told(draft):
    hand = ByHand(draft / f"{POLICY}.docx")
    hand.add_words("Gossip", " For more, see section 3.3.")
    hand.add_clause("Use your judgement", "Stop", "Think before you speak.")
    hand.save()
    told, = [notice for notice in approve(draft, with_edits=True).notices if "typed by hand" in notice]
    assert "“section 3.3” was typed by hand" in told and "is 3.4 now; 3.3 is “" in told
    assert told.endswith("If it is wrong now, correct it in Word, and start a review.")


def test_a_file_that_was_only_saved_again_is_kept_and_told(draft):
    hand = ByHand(draft / f"{POLICY}.docx")
    hand.save()
    (draft / f"{POLICY}.txt").write_text("My notes")
    done = approve(draft)
    assert [notice.split(" was saved again")[0] for notice in done.notices] == [f"{POLICY}.docx", f"{POLICY}.txt"]
    assert (draft / "draft" / f"{POLICY}.txt").read_text() == "My notes"


def test_a_clause_about_the_approval_that_was_changed_by_hand_keeps_its_own_words(draft):
    hand = ByHand(draft / f"{POLICY}.docx")
    hand.add_words("In force", " We tell everybody.")
    hand.save()
    approve(draft, with_edits=True)
    said = clauses(draft)["practice/in-force"]
    assert said.endswith("We tell everybody.") and "approved this policy on 25 November 2026" in said


# ---- reviews -----------------------------------------------------------------------------------------------------


@pytest.fixture
def second(draft) -> Path:
    """A draft that follows on an approved edition, with a changed answer."""
    approve(draft)
    return reviewed(draft, SECOND, "lead_role=Service Director", formats=("docx", "txt")).folder


def test_a_review_that_changes_the_text_makes_a_draft_and_its_approval_rewrites_the_brief(second):
    assert pack(second)["edition"]["status"] == "draft" and "approved it on ____" in words(second / BRIEF)
    before = pack(second)["review"]
    approve(second, date(2028, 12, 1))
    shown = words(second / BRIEF).replace(" |", "")
    assert "The Board of Trustees approved the Confidentiality policy on 1 December 2028, with the" in shown
    assert "once the policy is approved" not in shown and "DRAFT" not in shown
    after = pack(second)["review"]
    assert [change["causes"] for change in after["changes"]] == [change["causes"] for change in before["changes"]]
    assert after["sign_again"] == before["sign_again"]
    assert (second / f"{POLICY} - changes.docx").read_bytes() != (
        second / "draft" / f"{POLICY} - changes.docx").read_bytes()
    history = text(second).partition("History of this policy")[2]
    assert ("2 | 20 November 2028 | Approved on 1 December 2028 1 | 21 November 2026 | Approved on 25 November 2026"
            in text(second)), history


def test_the_approved_edition_of_a_review_is_what_a_review_with_that_day_would_have_made(second, tmp_path):
    copy = tmp_path / "copy" / second.parent.name / second.name
    shutil.copytree(second.parent.parent, tmp_path / "copy")
    approve(second, LATER)
    shutil.rmtree(copy)
    at_once = reviewed(copy.parent / FIRST, SECOND, "lead_role=Service Director", f"approved_on={SECOND}",
                       formats=("docx", "txt")).folder
    mine, theirs = contents(second), contents(at_once)
    assert {name: data for name, data in mine.items() if not name.startswith("draft/")} == theirs


def test_old_names_that_nobody_has_mended_stand_in_the_approved_brief_too(draft):
    approve(draft)
    second = reviewed(draft, SECOND, "user_term=guest").folder
    before = words(second / BRIEF)
    approve(second, LATER)
    for brief in (before, words(second / BRIEF)):
        assert "Old names that are still there" in brief and "still has “service user” (now “guest”)" in brief


def test_the_next_review_starts_from_the_words_that_were_approved(second):
    approve(second, date(2028, 12, 1))
    third = reviewed(second, "2030-11-20")
    assert third.addition.changes == () and third.approved_on == date(2028, 12, 1)
    assert pack(third.folder)["review"]["since"] == 2


def test_a_review_without_changes_is_approved_anew_and_the_next_one_is_counted_from_there(draft):
    approve(draft)
    same = reviewed(draft, SECOND).folder
    assert pack(same)["edition"]["approved_on"] == "2026-11-25"
    done = approve(same, date(2028, 11, 28))
    assert done.kept == "approved 2026-11-25" and done.review_due == date(2030, 11, 28)
    minutes = words(same / BRIEF).replace(" |", "")
    assert "reviewed the Confidentiality policy" in minutes
    assert "agreed on 28 November 2028 that it stays as it is" in minutes


def test_no_reason_is_needed_for_words_that_were_approved_on_that_day(draft):
    approve(draft)
    same = reviewed(draft, SECOND, "approved_on=").folder
    assert not approval.needs_reason(read_edition(same), MEETING)
    assert approval.needs_reason(read_edition(same), MEETING + timedelta(1))


def test_a_copy_of_the_draft_that_comes_back_later_is_known_and_its_changes_are_found(draft, tmp_path):
    theirs = tmp_path / "from Asha.docx"
    shutil.copy(draft / f"{POLICY}.docx", theirs)
    approve(draft)
    hand = ByHand(theirs)
    hand.add_words("Calls and messages", VOICE)
    hand.save()
    from helpers.editions import begun
    found = begun(draft, theirs)
    assert [one.clauses for one in found.edited] == [("everyday/messages",)]

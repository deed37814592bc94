"""Unfinished answers on disk: under which name, when they move, and who has them open."""

from datetime import date

import pytest

from helpers import tiny
from policygen.interview import drafts
from policygen.interview.drafts import Draft
from policygen.interview.path import QuestionPath
from policygen.model.problems import OutputError
from policygen.pack.answers import Progress

QUESTIONS = tiny.questions()


def said(**answers):
    return QuestionPath.begin(QUESTIONS, answers, date(2026, 11, 20), Progress("full", ("pets",), ("data_stores",)))


def kept(to, organisation: str) -> dict:
    return drafts.read_saved_draft(drafts.draft_file(to, organisation), QUESTIONS).said


def test_nothing_is_written_before_there_is_a_name(tmp_path):
    with Draft(QUESTIONS, tmp_path / "out") as draft:
        draft.keep(said(pets=4))
        assert draft.path is None and not (tmp_path / "out").exists()


def test_a_claim_alone_writes_no_answers_and_takes_none_away(tmp_path):
    with Draft(QUESTIONS, tmp_path) as draft:
        assert draft.claim("Kestrel") is None
        assert draft.path is None and drafts.draft_files(tmp_path) == []


def test_what_is_kept_is_read_again_with_how_far_it_is(tmp_path):
    with Draft(QUESTIONS, tmp_path) as draft:
        draft.claim("Kestrel")
        draft.keep(said(organisation_name="Kestrel", pets=4))
    found = drafts.read_saved_draft(drafts.draft_file(tmp_path, "Kestrel"), QUESTIONS)
    assert found.said == {"organisation_name": "Kestrel", "pets": 4}
    assert found.progress == Progress("full", ("pets",), ("data_stores",))
    assert drafts.draft_files(tmp_path) == [drafts.draft_file(tmp_path, "Kestrel")]


def test_another_name_moves_the_answers_only_once_they_are_kept_there(tmp_path):
    with Draft(QUESTIONS, tmp_path) as draft:
        draft.claim("Kestrel")
        draft.keep(said(organisation_name="Kestrel"))
        assert draft.claim("Kestrel") is None and draft.claim("Falcon") is None
        assert draft.path == drafts.draft_file(tmp_path, "Kestrel") and kept(tmp_path, "Kestrel")
        draft.keep(said(organisation_name="Falcon"))
        assert drafts.draft_files(tmp_path) == [draft.path] == [drafts.draft_file(tmp_path, "Falcon")]
        assert not (tmp_path / "kestrel").exists()


def test_an_old_name_that_has_editions_keeps_its_folder(tmp_path):
    with Draft(QUESTIONS, tmp_path) as draft:
        draft.claim("Kestrel")
        draft.keep(said(organisation_name="Kestrel"))
        (tmp_path / "kestrel" / "2026-01-01").mkdir()
        draft.claim("Falcon")
        draft.keep(said(organisation_name="Falcon"))
    assert [path.name for path in (tmp_path / "kestrel").iterdir()] == ["2026-01-01"]


def test_answers_that_are_taken_up_leave_those_of_the_other_name_where_they_are(tmp_path):
    for name in ("Kestrel", "Falcon"):
        with Draft(QUESTIONS, tmp_path) as draft:
            draft.claim(name)
            draft.keep(said(organisation_name=name, lead_role=name))
    with Draft(QUESTIONS, tmp_path) as draft:
        draft.carry_on(draft.claim("Kestrel"))
        draft.keep(said(organisation_name="Kestrel"))
        found = draft.claim("Falcon")
        assert found.said["lead_role"] == "Falcon"
        draft.carry_on(found)
        draft.keep(said(**found.said, pets=1))
    assert kept(tmp_path, "Kestrel")["organisation_name"] == "Kestrel"
    assert kept(tmp_path, "Falcon") == {"organisation_name": "Falcon", "lead_role": "Falcon", "pets": 1}


def test_a_name_is_one_windows_until_it_is_closed_or_goes_to_another_name(tmp_path):
    with Draft(QUESTIONS, tmp_path) as first, Draft(QUESTIONS, tmp_path) as second:
        first.claim("Kestrel")
        assert drafts.is_open_elsewhere(tmp_path, "Kestrel")
        with pytest.raises(OutputError, match="“Kestrel” are open in another window"):
            second.claim("Kestrel")
        first.claim("Falcon")
        assert not drafts.is_open_elsewhere(tmp_path, "Kestrel") and second.claim("Kestrel") is None
    assert not drafts.is_open_elsewhere(tmp_path, "Kestrel") and not drafts.is_open_elsewhere(tmp_path, "Falcon")


def test_a_claim_that_fails_leaves_the_one_before(tmp_path):
    (tmp_path / "falcon").mkdir()
    drafts.draft_file(tmp_path, "Falcon").write_text("pets: many\n")
    with Draft(QUESTIONS, tmp_path) as draft:
        draft.claim("Kestrel")
        with pytest.raises(OutputError, match=r"this file is damaged: [^~]*these are unfinished answers") as refused:
            draft.claim("Falcon")
        assert refused.value.problems[0].place.line == 1
        assert drafts.is_open_elsewhere(tmp_path, "Kestrel") and not drafts.is_open_elsewhere(tmp_path, "Falcon")
        draft.keep(said(organisation_name="Kestrel"))
    assert drafts.draft_file(tmp_path, "Falcon").read_text() == "pets: many\n"


def test_when_the_pack_is_made_the_draft_is_gone_and_so_is_one_that_was_to_be_thrown_away(tmp_path):
    with Draft(QUESTIONS, tmp_path) as draft:
        draft.claim("Kestrel")
        draft.keep(said(organisation_name="Kestrel"))
        draft.done()
    assert not (tmp_path / "kestrel").exists()
    with Draft(QUESTIONS, tmp_path) as draft:
        draft.claim("Kestrel")
        draft.keep(said(organisation_name="Kestrel"))
    with Draft(QUESTIONS, tmp_path) as again:
        assert again.claim("Kestrel") is not None
        again.done()
    assert drafts.draft_files(tmp_path) == []


def test_the_comments_of_a_file_that_somebody_gave_are_kept(tmp_path):
    with Draft(QUESTIONS, tmp_path, "# mine\npets: 3\n") as draft:
        draft.claim("Kestrel")
        draft.keep(said(organisation_name="Kestrel", pets=4))
        assert draft.text.startswith("# mine\n") and "pets: 4" in draft.path.read_text()


def test_unfinished_answers_are_listed_by_name_with_how_far_they_are_and_those_that_wait_with_why(tmp_path):
    for name in ("Kestrel", "Falcon"):
        with Draft(QUESTIONS, tmp_path) as draft:
            draft.claim(name)
            draft.keep(said(organisation_name=name))
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "answers.draft.yaml").write_text("pets: many\n")
    with Draft(QUESTIONS, tmp_path) as draft:
        draft.claim("Falcon")
        found, others = drafts.unfinished(tmp_path, QUESTIONS, date(2026, 11, 20))
    assert list(found) == ["Kestrel"]
    assert found["Kestrel"].startswith("Kestrel (1 of about ") and found["Kestrel"].endswith(" questions answered)")
    broken, busy = others
    assert "line 1" in broken and "these are unfinished answers" in broken and "until that is mended" in broken
    assert busy == "The questions about “Falcon” are open in another window. Go on there, or close it."


def test_carrying_on_leaves_out_a_day_of_approval_that_a_review_asks_again(tmp_path):
    saved = drafts.SavedDraft({"approved_on": date(2026, 1, 1), "pets": 4}, Progress("full", (), ("approved_on",)), "")
    assert saved.resumed() == ({"pets": 4}, Progress("full", (), ("approved_on",)))
    assert saved.resumed("quick")[1].depth == "quick"
    kept = drafts.SavedDraft({"approved_on": date(2026, 1, 1)}, Progress("full"), "")
    assert kept.resumed() == ({"approved_on": date(2026, 1, 1)}, Progress("full"))

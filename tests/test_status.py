"""How all packs stand: what is read of folders in every state, and the words for how far off a review is."""

import json
import time
from dataclasses import FrozenInstanceError
from datetime import date, timedelta
from pathlib import Path

import pytest

from helpers.packs import SMALL, data_of, save
from helpers.shipped import QUESTIONS
from policygen import status
from policygen.pack import folders
from policygen.status import EditionStatus, Unreadable

TODAY = date(2026, 11, 20)


def issue(to: Path, made: str = "2026-11-20", number: int = 1, organisation: str = "Harbour Street", folder: str = "",
          **about) -> Path:
    """The folder of an edition of which only pack.json is there; `None` leaves a key out."""
    said = {"number": number, "date": made, "review_due": "2028-11-20", "status": "approved"} | about
    place = to / folders.slug(organisation) / (folder or made)
    save(place, SMALL | {
        "organisation": organisation, "edition": {key: value for key, value in said.items() if value is not None},
        "decisions_open": [{"question": "team_sharing", "taken": "no", "who": "Trustees"}]})
    return place


def read(folder: Path, today: date = TODAY) -> tuple[status.Organisation, ...]:
    return status.read_organisations(folder, QUESTIONS, today)


def tree(folder: Path) -> dict[str, tuple[bytes, int]]:
    return {str(path): (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.rglob("*") if path.is_file()}


# ---- editions ----------------------------------------------------------------------------------------------------


def test_an_edition_is_told_with_all_that_is_recorded_of_it(tmp_path):
    folder = issue(tmp_path, status="draft")
    [organisation] = read(tmp_path)
    assert (organisation.name, organisation.folder) == ("Harbour Street", folder.parent)
    assert organisation.editions == (EditionStatus(folder, "Harbour Street", 1, date(2026, 11, 20), "draft",
                                             date(2028, 11, 20), ("team_sharing",)),)
    assert organisation.newest == organisation.editions[0] and organisation.unfinished is None
    with pytest.raises(FrozenInstanceError):
        organisation.name = "x"


def test_editions_stand_newest_first_also_when_ten_were_made_on_one_day(tmp_path):
    names = ["2026-11-20" + (f"-{count}" if count > 1 else "") for count in range(1, 12)]
    for number, name in reversed(list(enumerate(names, 1))):
        issue(tmp_path, number=number, folder=name)
    issue(tmp_path, "2026-11-19", number=0)
    [organisation] = read(tmp_path)
    assert [item.folder.name for item in organisation.editions] == [*reversed(names), "2026-11-19"]
    assert organisation.newest.number == 11


def test_an_edition_from_before_drafts_were_recorded_is_read(tmp_path):
    issue(tmp_path, status=None)
    [organisation] = read(tmp_path)
    assert organisation.newest.status == "" and status.as_data(organisation)["editions"][0]["status"] is None


@pytest.mark.parametrize(("due", "review"), [("2026-11-19", "overdue"), ("2026-11-20", "due"), ("2027-02-18", "due"),
                                             ("2027-02-19", "later")])
def test_a_review_is_overdue_due_or_later(tmp_path, due, review):
    issue(tmp_path, review_due=due)
    assert [organisation.review for organisation in read(tmp_path)] == [review]


def test_only_the_newest_editions_review_counts(tmp_path):
    old = issue(tmp_path, "2024-01-01", review_due="2025-01-01")
    issue(tmp_path, number=2, review_due="2026-12-01")
    assert [item.review for item in read(tmp_path)] == ["due"] == [item.review for item in read(old)]


# ---- what cannot be read -----------------------------------------------------------------------------------------

DAMAGED = {
    "cut off": ('{"format": 1, "organ', "this file is damaged"),
    "nothing": ("", "this file is damaged"),
    "not text": (b"\xff\xfe\x00", "this file is damaged"),
    "a list": ("[]", "this file is damaged"),
    "without a title": ('{"format": 1, "organisation": "x", "edition": {"number": 1}, "documents": [{}]}',
                        "this file is damaged"),
    "too deep": ("[" * 100_000, "this file is damaged"),
    "newer": ('{"format": 9}', "this edition was made by a newer policygen (format 9)"),
}
ODD = [{"review_due": None}, {"review_due": "soon"}, {"review_due": 7}, {"date": "2026-13-01"}, {"status": "perhaps"},
       {"status": []}, {"number": "one"}]


@pytest.mark.parametrize("case", DAMAGED)
def test_what_cannot_be_read_is_a_line_and_the_rest_is_there(tmp_path, case):
    text, problem = DAMAGED[case]
    whole = issue(tmp_path, "2026-01-01")
    broken = issue(tmp_path, number=2)
    (broken / "pack.json").write_bytes(text if isinstance(text, bytes) else text.encode())
    [organisation] = read(tmp_path)
    assert organisation.editions[0] == Unreadable(broken, problem)
    assert organisation.newest.folder == whole and organisation.review == "later"
    [alone] = read(broken)
    assert alone.editions == (Unreadable(broken, problem),) and (alone.newest, alone.review) == (None, "")


@pytest.mark.parametrize("about", ODD, ids=str)
def test_a_pack_that_says_something_impossible_is_damaged(tmp_path, about):
    folder = issue(tmp_path, **about)
    assert read(tmp_path)[0].editions == (Unreadable(folder, "this file is damaged"),)


def test_a_folder_in_place_of_the_file_is_told(tmp_path):
    folder = issue(tmp_path)
    (folder / "pack.json").unlink()
    (folder / "pack.json").mkdir()
    found, = read(tmp_path)[0].editions
    assert (found.folder, found.problem) == (folder, "this is a folder, and a file is needed")


def test_a_folder_that_nobody_may_look_into_is_a_line(tmp_path, monkeypatch):
    issue(tmp_path)
    locked = issue(tmp_path, organisation="Locked").parent
    look = Path.iterdir

    def refused(folder: Path):
        if folder == locked:
            raise PermissionError(13, "Permission denied", str(folder))
        return look(folder)

    monkeypatch.setattr(Path, "iterdir", refused)
    assert [item.editions[0] for item in read(tmp_path)][1] == Unreadable(locked, "permission denied")


# ---- unfinished answers ------------------------------------------------------------------------------------------


def begin(to: Path, text: str, slug: str = "harbour-street") -> Path:
    (to / slug).mkdir(parents=True, exist_ok=True)
    (to / slug / "answers.draft.yaml").write_text(text, encoding="utf-8")
    return to / slug / "answers.draft.yaml"


def test_unfinished_answers_are_told_with_how_far_they_are(tmp_path):
    file = begin(tmp_path, "organisation_name: Harbour Street\norganisation_kinds: [cic]\nuser_term: guest\n")
    [organisation] = read(tmp_path)
    assert (organisation.name, organisation.editions, organisation.review) == ("Harbour Street", (), "")
    assert organisation.unfinished.file == file and organisation.unfinished.answered == 3
    assert 40 <= organisation.unfinished.about <= len(QUESTIONS.questions)


def test_unfinished_answers_stand_beside_the_editions(tmp_path):
    home = issue(tmp_path).parent
    begin(tmp_path, "organisation_name: Harbour Street\n")
    for folder in (tmp_path, home):
        [organisation] = read(folder)
        assert len(organisation.editions) == 1 and organisation.unfinished.answered == 1


def test_answers_that_somebody_broke_are_told_by_their_line_and_repeat_nothing(tmp_path):
    begin(tmp_path, "organisation_name: Harbour Street\nreview_years: 770077\n")
    [organisation] = read(tmp_path)
    assert (organisation.name, organisation.unfinished.problem) == ("harbour-street", "see its line 2")
    assert "770077" not in json.dumps(status.as_data(organisation))


# ---- folders -----------------------------------------------------------------------------------------------------


def test_the_folder_of_one_edition_shows_that_one_alone(tmp_path, monkeypatch):
    first, second = issue(tmp_path, "2025-01-01"), issue(tmp_path, number=2)
    begin(tmp_path, "organisation_name: Harbour Street\n")
    monkeypatch.chdir(first)
    for folder in (first, Path()):
        [organisation] = read(folder)
        assert [item.number for item in organisation.editions] == [1] and organisation.newest.folder == second


def test_an_edition_among_those_of_another_organisation_is_compared_with_none_of_them(tmp_path):
    mine = issue(tmp_path)
    (tmp_path / "mixed").mkdir()
    moved = mine.rename(tmp_path / "mixed" / "2026-11-20")
    issue(tmp_path, "2026-11-21", number=7, organisation="Other").rename(tmp_path / "mixed" / "2026-11-21")
    [organisation] = read(moved)
    assert (organisation.name, organisation.newest.number) == ("Harbour Street", 1)


def test_organisations_stand_by_name_and_other_things_are_left_out(tmp_path):
    for name in ("beta", "Alpha", "Tŷ Gwyn", "Gamma"):
        issue(tmp_path, organisation=name)
    (tmp_path / "photographs" / "2026-01-01").mkdir(parents=True)
    (tmp_path / "README.md").write_text("x")
    (tmp_path / ".gamma.lock").write_text("")
    half = issue(tmp_path, organisation="Gamma", made="2026-11-21")
    half.rename(half.with_name(".2026-11-21.half"))
    found = read(tmp_path)
    assert [item.name for item in found] == ["Alpha", "beta", "Gamma", "Tŷ Gwyn"]
    assert all(len(item.editions) == 1 for item in found)


def test_an_empty_folder_has_nothing(tmp_path):
    assert read(tmp_path) == ()


def test_nothing_is_altered_and_nothing_is_left_behind(tmp_path):
    issue(tmp_path)
    begin(tmp_path, "organisation_name: Harbour Street\n")
    before = tree(tmp_path)
    read(tmp_path)
    assert tree(tmp_path) == before


def test_two_hundred_editions_of_full_size_are_read_in_a_moment(tmp_path):
    filler = [{"id": "x", "title": "y", "kind": "form", "files": [], "clauses": [
        {"id": "a/b", "title": "t", "number": "1", "text": "word " * 60, "digest": "0" * 64, "because": "c",
         "covers": ["FL-01"], "law": []} for _ in range(10)]} for _ in range(20)]
    for number in range(200):
        folder = issue(tmp_path, organisation=f"Organisation {number // 4}", folder=f"2026-01-{number % 4 + 1:02}")
        save(folder, data_of(folder) | {"documents": filler})
    assert (folder / "pack.json").stat().st_size > 100_000
    start = time.process_time()
    assert sum(len(item.editions) for item in read(tmp_path)) == 200
    assert time.process_time() - start < 4


# ---- for people and programs -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("days", "words"), [
    (-400, "overdue since 16 October 2025"), (-1, "overdue since 19 November 2026"), (0, "today, on 20 November 2026"),
    (1, "tomorrow, on 21 November 2026"), (2, "in 2 days, on 22 November 2026"), (13, "in 13 days, on 3 December 2026"),
    (14, "in 2 weeks, on 4 December 2026"), (35, "in 5 weeks, on 25 December 2026"),
    (90, "in 3 months, on 18 February 2027"), (365, "in 12 months, on 20 November 2027"),
    (729, "in 2 years, on 18 November 2028"), (1826, "in 5 years, on 20 November 2031")])
def test_a_review_is_told_in_words(days, words):
    assert status.review_in_words(TODAY + timedelta(days), TODAY) == words


@pytest.mark.parametrize(("editions", "waits"), [
    ([("draft", None)], 1), ([("approved", "2026-11-20")], None), ([("approved", "2026-11-20"), ("draft", None)], 2),
    ([("draft", None), ("approved", "2026-11-22")], None),
    ([("approved", "2026-11-20"), ("approved", "2026-11-20")], 2)],
    ids=["a draft", "approved", "a draft after an approved one", "approved after a draft", "approved as before"])
def test_the_edition_to_approve_is_a_newest_one_that_nobody_has_approved_itself(tmp_path, editions, waits):
    for number, (state, day) in enumerate(editions, 1):
        made = f"2026-11-{19 + number}"
        issue(tmp_path, made, number=number, status=state, approved_on=day)
    [organisation] = read(tmp_path)
    assert (organisation.to_approve and organisation.to_approve.number) == waits


def test_the_reason_for_an_early_approval_is_shown(tmp_path):
    issue(tmp_path, approved_on="2026-11-10", approved_because="They saw the print.")
    [organisation] = read(tmp_path)
    found = status.as_data(organisation)["editions"][0]
    assert (found["approved_on"], found["approved_because"]) == ("2026-11-10", "They saw the print.")


def test_as_data_has_the_same_keys_whatever_there_is(tmp_path):
    issue(tmp_path, organisation="Whole")
    (issue(tmp_path, organisation="Broken") / "pack.json").write_text("{")
    begin(tmp_path, "organisation_name: Begun\n", "begun")
    begin(tmp_path, "{", "damaged")
    found = [status.as_data(item) for item in read(tmp_path)]
    assert {tuple(item) for item in found} == {
        ("organisation", "folder", "review", "review_due", "editions", "unfinished")}
    assert {tuple(item) for data in found for item in data["editions"]} == {
        ("folder", "number", "date", "newest", "status", "approved_on", "approved_because", "review_due",
         "decisions_open", "undecided", "forms", "law", "problem")}
    assert {tuple(data["unfinished"]) for data in found if data["unfinished"]} == {
        ("file", "answered", "about", "problem")}
    assert json.loads(json.dumps(found)) == found

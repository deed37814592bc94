"""From a draft to the review two years later: printed, approved, signed and reviewed by command."""

import json
from pathlib import Path

import pytest

from helpers.program import policygen
from helpers.reviewed import VOICE, ByHand, clauses, made
from helpers.shipped import EXAMPLES

pytestmark = pytest.mark.slow
PEOPLE = "name,role,kind\nAsha,Cook,staff\nBo,Driver,volunteer\n"


def state(folder: Path) -> dict:
    return json.loads(policygen("status", folder, "--json", "--as-at", "2026-12-01").stdout)[0]["editions"][0]


def signed_draft(to: Path, example: str, formats: str) -> tuple[Path, Path]:
    """A draft of an example, whose forms were printed and signed by one person; and the list of people."""
    draft = made("new", "--answers", EXAMPLES / f"{example}.yaml", "--set", "approved_on=", "--as-at", "2026-11-20",
                 "--to", to / "out", "--format", formats, "--no-input")
    people = to / "people.csv"
    people.write_text(PEOPLE, encoding="utf-8")
    policygen("forms", draft, "--people", people, "--format", "txt", "--on", "2026-11-20")
    policygen("signed", draft, "Asha", "--on", "2026-11-21")
    return draft, people


def test_a_draft_is_printed_approved_signed_and_reviewed_two_years_later(tmp_path):
    draft, people = signed_draft(tmp_path, "front-line", "docx,txt")
    assert (state(draft)["status"], state(draft)["forms"]["signed"]) == ("draft", 2)

    hand = ByHand(draft / "Confidentiality policy.docx")
    hand.add_words("Calls and messages", VOICE)
    hand.save()
    refused = policygen("approve", draft, "--on", "2026-11-25", "--as-at", "2026-11-26", code=5)
    assert "“Calls and messages”" in refused.stderr and "--with-edits" in refused.stderr
    told = policygen("approve", draft, "--on", "2026-11-25", "--as-at", "2026-11-26", "--with-edits")
    assert told.stdout == f"{draft}\n"
    assert "The wording that people sign is another one now" in told.stderr, "the sentence about voice messages binds"
    found = state(draft)
    assert (found["number"], found["status"], found["approved_on"], found["review_due"]) == (
        1, "approved", "2026-11-25", "2028-11-25")
    assert found["forms"] == {"signed": 1, "outstanding": 2, "problem": None}, "access to systems is another form"

    policygen("forms", draft, "--people", people, "--format", "txt", "--outstanding", "--on", "2026-11-26")
    policygen("signed", draft, "Asha", "--on", "2026-11-27")
    assert state(draft)["forms"]["signed"] == 2
    assert "already" in policygen("approve", draft, "--on", "2026-11-26", "--as-at", "2026-11-26", code=3).stderr

    second = made("review", draft.parent, "--as-at", "2028-11-20", "--no-input", "--format", "docx,txt", "--set",
                  "lead_role=Service Director")
    assert json.loads((second / "pack.json").read_text())["edition"]["status"] == "draft"
    assert VOICE.strip() in clauses(second)["everyday/messages"]
    policygen("approve", second, "--on", "2028-12-01", "--as-at", "2028-12-02")
    policy = (second / "Confidentiality policy.txt").read_text(encoding="utf-8")
    assert "2 | 20 November 2028 | Approved on 1 December 2028" in policy
    assert "1 | 20 November 2026 | Approved on 25 November 2026" in policy and "DRAFT" not in policy


def test_signatures_on_a_draft_stand_when_it_is_approved_as_it_was(tmp_path):
    draft, _people = signed_draft(tmp_path, "cic", "txt")
    before = (draft / "register.json").read_bytes()
    told = policygen("approve", draft, "--on", "2026-11-25", "--as-at", "2026-11-26")
    assert "Signatures that people have given for this edition stand: it says the same." in told.stderr
    assert state(draft)["forms"]["signed"] == 2 and (draft / "register.json").read_bytes() == before


def test_a_script_that_gives_a_day_before_the_edition_is_told_and_a_demo_is_approved_on_its_day(tmp_path):
    given = ["--answers", EXAMPLES / "cic.yaml", "--as-at", "2026-11-20", "--to", tmp_path, "--format", "txt",
             "--no-input"]
    told = policygen("new", *given, "--set", "approved_on=2026-11-05")
    assert "approved on 5 November 2026 and made on 20 November 2026, which is later" in told.stderr
    assert "which is later" not in policygen("new", *given, "--set", "approved_on=2026-11-20").stderr
    demo = policygen("demo", "cic", "--as-at", "2026-06-19", "--format", "txt", "--to", tmp_path / "demo")
    assert "which is later" not in demo.stderr
    policy = Path(demo.stdout.strip()) / "Confidentiality policy.txt"
    assert "on 19 June 2026" in " ".join(policy.read_text(encoding="utf-8").split())


def test_a_draft_says_nowhere_that_it_is_approved_also_if_the_answers_have_a_day(tmp_path):
    draft = made("new", "--answers", EXAMPLES / "front-line.yaml", "--set", "approved_on=2026-11-05", "--draft",
                 "--as-at", "2026-11-20", "--to", tmp_path, "--format", "txt", "--no-input")
    assert not [path.name for path in draft.rglob("*") if path.is_file() and "5 November" in path.read_text("utf-8")]

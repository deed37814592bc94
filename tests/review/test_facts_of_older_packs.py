"""A pack that was made before facts were marked: what it states without having asked is asked first."""

from datetime import date

from helpers.program import policygen
from helpers.shipped import NEEDED, QUESTIONS
from policygen.interview.path import QuestionPath
from policygen.library.question import Carried
from policygen.pack import answers
from policygen.pack.answers import Progress
from policygen.pack.edition import read_edition

DAY = date(2026, 11, 21)


def test_a_review_asks_about_facts_that_were_only_suggested_before_anything_else():
    said = NEEDED | {"has_premises": Carried(True), "uses_social_media": Carried(True)}
    here = QuestionPath.begin(QUESTIONS, said, DAY, Progress("full"))
    assert here.at == "uses_social_media" and [question.id for question in here.carried] == [
        "uses_social_media", "has_premises"]
    assert here.suggestion(here.question) is None  # nobody gave it: Enter alone may not take it
    here = here.answer(False)
    assert here.at == "has_premises" and here.values["has_premises"] is True
    skipped = here.skip()
    assert skipped.carried == () and skipped.values["has_premises"] is True


def test_without_a_person_they_stand_among_the_open_decisions_and_no_clause_goes_unsaid(tmp_path):
    said = NEEDED | {"keeps_files": False, "has_premises": True, "uses_social_media": True}
    text = answers.as_text(QUESTIONS, said, ["keeps_files", "has_premises"])
    (tmp_path / "answers.yaml").write_text(text.replace(QUESTIONS.version, "2026.11"), encoding="utf-8")
    made = policygen("new", "--no-input", "--answers", tmp_path / "answers.yaml", "--to", tmp_path / "output",
                     "--as-at", str(DAY), "--format", "txt")
    first = tmp_path / "output" / "kestrel-row" / str(DAY)
    assert "Nobody has answered these, and the pack states nothing that rests on them." in " ".join(made.stderr.split())
    policygen("review", first, "--no-input", "--as-at", "2028-11-20")
    second = read_edition(first.parent / "2028-11-20")
    for edition in (read_edition(first), second):
        clauses = {clause.id for document in edition.record.documents for clause in document.clauses}
        assert {"records/no-files", "limits/drugs"} <= clauses
        assert [item.question for item in edition.record.decisions_open] == ["keeps_files", "has_premises"]

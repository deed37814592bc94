"""Legal references: read from law.yaml, and in force on a date in a nation or not."""

from datetime import date

import pytest

from policygen import law
from tiny import CASES


@pytest.fixture(scope="module")
def laws():
    problems = []
    book = law.load(CASES / "tiny" / "library" / "law.yaml", "law.yaml", problems)
    assert problems == []
    assert book.checked == date(2026, 11, 20)
    return book.laws


@pytest.mark.parametrize(("name", "day", "nations", "applies"), [
    ("dpa-2018", date(2018, 5, 24), ["england"], False),
    ("dpa-2018", date(2018, 5, 25), ["england"], True),
    ("dpa-2018", date(2026, 1, 1), ["wales"], False),
    ("dpa-2018", date(2026, 1, 1), ["wales", "scotland"], True),
    ("dpa-2018", date(2026, 1, 1), [], False),
    ("scots-law", date(2026, 12, 31), ["scotland"], False),
    ("scots-law", date(2027, 1, 1), ["scotland"], True),
    ("repealed", date(2026, 1, 1), ["england"], False),
    ("silent", date(1066, 1, 1), ["england"], True),
])
def test_law_applies_from_its_first_day_in_its_own_nations(laws, name, day, nations, applies):
    assert laws[name].applies(day, nations) is applies


@pytest.mark.parametrize("status", ["not-commenced", "not-law", "superseded"])
def test_what_is_not_law_never_applies(tmp_path, status):
    text = (CASES / "tiny" / "library" / "law.yaml").read_text().replace("status: in-force", f"status: {status}")
    (tmp_path / "law.yaml").write_text(text)
    book = law.load(tmp_path / "law.yaml", "law.yaml", [])
    assert not book.laws["dpa-2018"].applies(date(2026, 1, 1), law.NATIONS)


def test_a_missing_file_is_a_problem_of_the_library_and_not_the_end(tmp_path):
    problems = []
    assert law.load(tmp_path / "law.yaml", "tiny/law.yaml", problems).laws == {}
    assert [str(problem.place) for problem in problems] == ["tiny/law.yaml"]

"""Legal references: read from law.yaml, and in force on a date in a nation or not."""

import tempfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from helpers.shipped import SOURCES
from helpers.tiny import CASES
from policygen.library import law
from policygen.model.problems import Place


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


# ---- what became of it -------------------------------------------------------------------------------------------


BEFORE, AFTER = date(2026, 11, 21), date(2028, 11, 20)


def book(**lines: str) -> law.LawBook:
    """A book of one reference with some lines of its own, as law.yaml has them."""
    own = "".join(f"    {key}: {value}\n" for key, value in {"nations": "[england]", **lines}.items())
    text = ("checked: 2026-11-20\nreferences:\n  - id: act\n    cite: the Act\n    title: The Act\n    provision: s 1\n"
            f"    requires: Something.\n    confidence: settled\n{own}")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "law.yaml"
        path.write_text(text, encoding="utf-8")
        problems = []
        found = law.load(path, "law.yaml", problems)
    if problems:
        raise AssertionError("; ".join(map(str, problems)))
    return found


def became(was: str = "in-force", nations=("england",), **lines: str) -> list[str]:
    return [change.words for change in law.law_changes(book(**lines), {"act": was}, BEFORE, AFTER, nations)]


@pytest.mark.parametrize(("lines", "words"), [
    ({"in_force": "2027-03-01"}, ["the Act came into force on 1 March 2027"]),
    ({"in_force": "2026-11-21"}, []), ({"in_force": "2028-11-21"}, []),
    ({"in_force": "2020-01-01", "changed": "[2026-01-01, 2027-02-03, 2028-04-05]"},
    ["the Act changed on 5 April 2028"]),
    ({"in_force": "2020-01-01", "changed": "[2026-11-21]"}, []),
    ({"in_force": "2020-01-01", "ended": "2028-11-20"}, ["the Act stopped applying on 20 November 2028"]),
    ({"ended": "2028-01-01", "replaced_by": "the New Act"},
     ["the Act stopped applying on 1 January 2028; now: the New Act"]),
    ({"ended": "2026-11-21"}, []), ({"ended": "2028-11-21"}, []),
    ({"status": "superseded", "replaced_by": "the New Act"}, ["the Act stopped applying; now: the New Act"]),
    ({"status": "not-commenced", "in_force": "2027-01-01"}, ["the Act stopped applying"])])
def test_what_became_of_law_between_two_days_is_told_with_its_day(lines, words):
    assert became(**lines) == words


def test_law_is_told_by_what_people_call_it():
    assert became(called="the Forms Regulations 2004", changed="[2028-04-05]") == [
        "the Forms Regulations 2004 changed on 5 April 2028"]


def test_law_whose_cite_is_no_law_has_a_name_of_its_own():
    assert became(called="section 9 of the Act", in_force="2027-03-01") == [
        "section 9 of the Act came into force on 1 March 2027"]


def test_law_that_was_no_law_before_has_not_ended_since():
    assert became(was="superseded", status="superseded") == []


def test_law_of_other_nations_and_what_never_was_law_is_passed_over():
    assert became(nations=("scotland",), in_force="2027-03-01") == []
    assert law.law_changes(book(), {"other": "", "third": "superseded"}, BEFORE, AFTER) == ()


def test_law_that_was_in_a_pack_and_is_in_the_library_no_more_is_told():
    kept = {"other": "section 9 of the Old Act"}
    assert [change.words for change in law.law_changes(book(), {"other": "in-force"}, BEFORE, AFTER, names=kept)] == [
        "the clause library no longer has section 9 of the Old Act: find out what became of it"]
    assert [change.words for change in law.law_changes(book(), {"other": "in-force"}, BEFORE, AFTER)] == [
        "the clause library no longer has the law “other”: find out what became of it"]


def test_law_can_end_in_one_nation_and_stand_in_another():
    lines = {"nations": "[england, scotland]", "ended_in": "{scotland: 2028-01-01}"}
    act = book(**lines).laws["act"]
    assert act.applies(date(2027, 12, 31), ["scotland"]) and not act.applies(date(2028, 1, 1), ["scotland"])
    assert act.applies(date(2028, 1, 1), ["scotland", "england"])
    gone = "the Act stopped applying in Scotland on 1 January 2028"
    for nations, words in ((["scotland"], [gone]), (["england"], [])):
        changes = law.law_changes(book(**lines), {"act": "in-force"}, BEFORE, AFTER, nations)
        assert [change.words for change in changes] == words


@pytest.mark.parametrize(("day", "old"), [(date(2026, 11, 20), False), (date(2027, 5, 20), False),
                                          (date(2027, 5, 21), True), (date(2028, 1, 1), True)])
def test_law_is_old_more_than_six_months_after_it_was_checked(day, old):
    assert book().is_old(day) is old
    assert ("Warning" in book().checked_in_words(day)) is old
    assert book().checked_in_words(day).startswith("The law was checked on 20 November 2026. This is not legal advice.")


def test_law_on_its_way_is_known_for_the_nations_where_it_will_hold():
    coming = book(status="not-commenced")
    assert [one.id for one in coming.coming(["england"])] == ["act"] and coming.coming(["wales"]) == ()
    assert book(status="superseded").coming(["england"]) == book().coming(["england"]) == ()


def test_law_that_has_ended_applies_until_the_day_before():
    act = book(ended="2028-01-01").laws["act"]
    assert act.applies(date(2027, 12, 31), ["england"]) and not act.applies(date(2028, 1, 1), ["england"])


@pytest.mark.parametrize(("lines", "message"), [
    ({"changed": "[2026-13-01]"}, "`2026-13-01` is not a date"), ({"ended": "soon"}, "`soon` is not a date"),
    ({"replaced_by": "the New Act"}, "`act` is replaced and still in force"),
    ({"ended_in": "{wales: 2028-01-01}"}, "`act` ends in wales, where it never held"),
    ({"ended_in": "{france: 2028-01-01}"}, "has no key called `france`")])
def test_what_became_of_law_is_checked(lines, message):
    with pytest.raises(AssertionError, match=message):
        book(**lines)


def test_every_key_of_law_is_explained_in_the_documentation(tmp_path):
    text = (CASES / "tiny" / "library" / "law.yaml").read_text(encoding="utf-8")
    (tmp_path / "law.yaml").write_text(text.replace("    status:", "    zzz: here\n    status:", 1) + "zzz: here\n")
    problems = []
    law.load(tmp_path / "law.yaml", "law.yaml", problems)
    known = [problem.hint.removeprefix("The keys are: ").rstrip(".").split(", ") for problem in problems]
    assert sorted(map(len, known)) == [2, 17]
    section = (CASES.parents[1] / "docs" / "writing.md").read_text(encoding="utf-8").partition("## Law\n")[2]
    assert [key for keys in known for key in keys if f"`{key}`" not in section.partition("\n## ")[0]] == []


def test_the_law_that_the_documentation_shows_is_as_the_library_has_it(tmp_path):
    section = (CASES.parents[1] / "docs" / "writing.md").read_text(encoding="utf-8").partition("## Law\n")[2]
    shown = section.partition("```yaml\n")[2].partition("```")[0].replace("\n", "\n  ")
    (tmp_path / "law.yaml").write_text(f"checked: 2026-11-20\nreferences:\n  {shown}", encoding="utf-8")
    problems = []
    found = law.load(tmp_path / "law.yaml", "law.yaml", problems).laws["terrorism-s38b"]
    assert problems == []
    assert replace(found, place=Place()) == replace(SOURCES.library.law.laws["terrorism-s38b"], place=Place())

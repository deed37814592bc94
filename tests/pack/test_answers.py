"""Answers: read with every problem at once, completed, saved and read again with people's comments."""

from datetime import date
from pathlib import Path

import re
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpers import shipped
from helpers.shipped import QUESTIONS
from helpers.strategies import answer_sets
from helpers.tiny import CASES, assert_expected, expectations, questions
from policygen.library import questionnaire
from policygen.library.question import NOT_SURE, Carried
from policygen.model.problems import AnswersError
from policygen.pack import answers

TINY = questions()
STABLE = settings(max_examples=60, deadline=None, derandomize=True, database=None,
                  suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
NEEDED = {"organisation_name": "Harbour"}


def read_text(text: str, tmp_path: Path, questions=QUESTIONS):
    (tmp_path / "answers.yaml").write_text(text, encoding="utf-8")
    return answers.read_answers(tmp_path / "answers.yaml", questions)


# ---- reading -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", sorted((CASES / "answers").glob("*.yaml")), ids=lambda path: path.stem)
def test_broken_answers_are_refused_with_line_and_hint(case):
    with pytest.raises(AnswersError) as caught:
        answers.read_answers(case, QUESTIONS)
    assert_expected(caught.value.problems, expectations(case.read_text(encoding="utf-8")))


def test_an_article_in_a_file_or_in_a_setting_is_told(tmp_path):
    file, said = tmp_path / "answers.yaml", []
    file.write_text("lead_role: the chair\nuser_term: client\n", encoding="utf-8")
    assert answers.read_answers(file, QUESTIONS, said.append)["lead_role"] == "chair"
    assert answers.parse_settings(["user_term=a caller"], QUESTIONS, said.append) == {"user_term": "caller"}
    assert [words.partition(": “")[0] for words in said] == [f"{file}, line 1: lead_role", "--set: user_term"]
    assert "is kept as “chair”" in said[0]


def test_an_answer_that_a_comment_cuts_short_is_told_with_its_line(tmp_path):
    said = []
    answers.read_answers(CASES / "field" / "21-hash.yaml", QUESTIONS, said.append)
    assert len(said) == 1 and "21-hash.yaml, line 3: “#1: \"Hub\"” counts as a comment" in said[0]
    assert "“St John's & Mary’s <Aid>” is all that is taken" in said[0]


@pytest.mark.parametrize(("text", "lines"), [
    ("organisation_name: Hub #1", [1]), ("organisation_name: Hub # 1", [1]), ("organisation_name: Hub  # our name", []),
    ("organisation_name: Hub  #1", [1]), ("organisation_name: 'Hub #1'", []), ("organisation_name: Hub#1", []),
    ("lead_role: #1 Chair\norganisation_name: Hub", [1]), ("lead_role: # nobody", []),
    ("# a\nnations: [wales] #x", []),
    ("data_stores:\n  - name: Locker #4\n    kind: paper\n    holds: x\n    protection: y", [2]),
    ("contact_address: |-\n  Unit #5\n  Lane # 6", []), ("purposes:\n  - a #1\n  - b", [2]),
    ("organisation_name: Hub\n  of #1", [2]),
    ("organisation_name: “Hub”\nlead_role: x", [1]),
    ("data_stores:\n  - {name: “Locker”, kind: paper, holds: x, protection: y}", [2]),
    ("about_people:\n  - users\n  - “guests”", [3]), ("contact_phone: 960123", [1]), ("approved_on: 1/2/26", [1])])
def test_what_is_perhaps_not_meant_is_told_with_its_line_and_taken(tmp_path, text, lines):
    said = []
    (tmp_path / "answers.yaml").write_text(text, encoding="utf-8")
    answers.read_answers(tmp_path / "answers.yaml", QUESTIONS, said.append)
    assert [int(re.search(r"answers\.yaml, line (\d+):", words)[1]) for words in said] == lines


def test_a_setting_in_quotation_marks_is_told():
    said = []
    assert answers.parse_settings(["organisation_name=“Hub”"], QUESTIONS, said.append) == {"organisation_name": "“Hub”"}
    assert said[0].startswith("--set: organisation_name: The quotation marks around “Hub”")


def test_curly_quotes_round_a_colon_are_named_where_they_break_the_file(tmp_path):
    with pytest.raises(AnswersError, match=r"line 1: this is not valid YAML.*\n.*type straight ones"):
        read_text("organisation_name: “Hub: us”", tmp_path)


@pytest.mark.parametrize(("typed", "suggested"), [
    ("person we support", "people we support"), ("friend who visits", "friends who visit"), ("client", None),
    ("member of the group", None),
    ("caller", None), ("young person", None),
])
def test_the_plural_is_asked_of_whoever_types_a_word_whose_plural_is_not_sure(typed, suggested):
    question, values = QUESTIONS.questions["user_term_plural"], {"user_term": typed}
    assert answers.applies(question, QUESTIONS, values) is (suggested is not None)
    if suggested:
        assert answers.suggestion(question, QUESTIONS, values) == suggested


def test_a_missing_file_is_named():
    with pytest.raises(AnswersError, match=r"nowhere\.yaml: there is no such file"):
        answers.read_answers(Path("nowhere.yaml"), QUESTIONS)


def test_an_empty_file_gives_no_answers(tmp_path):
    assert read_text("# nothing yet\n", tmp_path) == {}


def test_an_answer_without_a_value_is_no_answer(tmp_path):
    assert read_text("user_term:\nhas_premises:\nreview_years: ''\nregulated_sector: ''\nnations: ~\n", tmp_path) == {}


def test_an_empty_text_clears_an_answer_that_may_be_empty(tmp_path):
    assert read_text("approved_on: ''\n", tmp_path) == {"approved_on": ""}


def test_settings_are_read_like_a_file_and_report_everything():
    assert answers.parse_settings(["organisation_name=A=B", "nations=england, wales", "has_premises=no"],
                                  QUESTIONS) == {
        "organisation_name": "A=B", "nations": ["england", "wales"], "has_premises": False}
    with pytest.raises(AnswersError) as caught:
        answers.parse_settings(["organisation_name", "nation=england", "review_years=9"], QUESTIONS)
    assert [str(problem).split("\n")[0] for problem in caught.value.problems] == [
        "--set: `organisation_name` has no equals sign", "--set: there is no question called `nation`",
        "--set: review_years: `9` is not possible here"]


# ---- completing --------------------------------------------------------------------------------------------------


def test_what_is_not_given_is_suggested_and_a_suggestion_follows_earlier_answers():
    found = answers.complete(TINY, NEEDED | {"governing_body": "Board"}, "a")
    assert found.values["lead_role"] == found.values["contact_role"] == "Director"
    assert found.values["pets"] == 3
    assert {"lead_role", "contact_role", "pets", "nations"} <= set(found.suggested)
    assert "governing_body" not in found.suggested


def test_a_nought_and_a_no_are_answers():
    found = answers.complete(TINY, NEEDED | {"pets": 0, "has_premises": False}, "a")
    assert (found.values["pets"], found.values["has_premises"]) == (0, False)
    assert not {"pets", "has_premises"} & set(found.suggested)


def test_an_empty_answer_where_one_is_needed_takes_the_suggestion():
    found = answers.complete(TINY, NEEDED | {"governing_body": "", "nations": []}, "a")
    assert (found.values["governing_body"], found.values["nations"]) == ("Directors", ["england"])


def test_a_hidden_answer_is_never_used():
    found = answers.complete(TINY, NEEDED | {"has_premises": False, "keys": "a secret"}, "a")
    assert found.values["keys"] == ""
    assert "keys" not in found.applicable


def test_facts_follow_from_answers():
    rows = [{"name": "drive", "kind": "cloud"}]
    assert answers.complete(TINY, NEEDED | {"data_stores": rows}, "a").values["keeps_paper"] is False
    assert answers.complete(TINY, NEEDED, "a").values["keeps_paper"] is True


def test_everything_that_is_missing_is_one_list_with_the_questions():
    with pytest.raises(AnswersError) as caught:
        answers.complete(QUESTIONS, {}, "answers.yaml")
    found = [problem.message for problem in caught.value.problems]
    assert found == [f"`{name}` has no answer" for name in
                     ("organisation_name", "organisation_kinds", "nations", "workers", "lead_role", "victims_service",
                      "data_stores", "contact_email", "contact_address", "contact_phone")]
    assert str(caught.value.problems[0]) == ("answers.yaml: `organisation_name` has no answer\n"
                                             "  What is your organisation called? For example: Harbour Street Support")


def test_a_draft_has_blanks_for_printed_words_and_still_needs_a_name_and_choices():
    needed = {name: value for name, value in shipped.NEEDED.items() if name != "contact_email"}
    found = answers.complete(QUESTIONS, needed, "a", draft=True)
    assert "contact email" in found.values["contact_email"]
    with pytest.raises(AnswersError) as caught:
        answers.complete(QUESTIONS, {}, "a", draft=True)
    assert [problem.message for problem in caught.value.problems] == [
        f"`{name}` has no answer" for name in ("organisation_name", "organisation_kinds", "nations", "workers",
                                               "victims_service", "data_stores")]


@given(answer_sets(TINY))
@STABLE
def test_hidden_answers_have_no_influence(given_answers):
    full = answers.complete(TINY, given_answers, "a")
    shown = {name: value for name, value in given_answers.items() if name in full.applicable}
    assert answers.complete(TINY, shown, "a") == full


# ---- depth, choices that are not always offered, warnings ------------------------------------------------------


CLUB = """\
questionnaire: club
version: "1"
parts:
  - id: all
    title: All
    questions:
      - {id: name, asks: practice, ask: What are you called?, depth: quick}
      - {id: has_staff, asks: practice,
          ask: Have you staff?, type: yes_no, depth: quick, unsure: true, says: you employ staff,
         otherwise: you employ nobody}
      - {id: boss, asks: practice, ask: Who is in charge?, default: the chair, depth: quick, quick_when: has_staff}
      - {id: pets, asks: practice, ask: How many pets?, type: number, default: 0}
      - id: about
        ask: Whom do you know about?
        asks: practice
        type: choices
        choices:
          - {value: users, label: Users}
          - {value: employees, label: Employees, when: has_staff}
          - {value: keepers, label: Keepers, when: pets}
        other: true
        default_from: '["users", "employees", "keepers"]'
      - id: kept_by
        ask: Who keeps the files?
        asks: practice
        type: choice
        choices: [{value: chair, label: The chair}, {value: clerk, label: The clerk, when: has_staff and many_pets}]
        default_from: '"clerk" if has_staff else "chair"'
      - {id: vet, asks: practice, ask: Which vet?, default: Ann, when: many_pets}
facts:
  many_pets: {if: pets > 2, says: you have many pets, otherwise: you have few pets}
warnings:
  - {id: unkept, when: 'pets and "keepers" not in about', says: Nobody keeps the pets., why: They starve.,
     question: about}
  - {id: odd_vet, when: 'vet == "Eve"', says: Eve is no vet., why: She bites., question: vet}
"""


@pytest.fixture(scope="module")
def club(tmp_path_factory):
    path = tmp_path_factory.mktemp("club") / "questionnaire.yaml"
    path.write_text(CLUB, encoding="utf-8")
    return questionnaire.load(path)


@pytest.mark.parametrize(("name", "earlier", "expected"), [
    ("name", {}, True), ("boss", {"has_staff": True}, True), ("boss", {"has_staff": False}, False), ("boss", {}, False),
    ("boss", {"has_staff": NOT_SURE}, True), ("pets", {"has_staff": True}, False),
])
def test_a_question_is_quick_where_the_questionnaire_says_so(club, name, earlier, expected):
    assert answers.is_quick(club.questions[name], club, earlier) is expected


@pytest.mark.parametrize(("earlier", "about", "kept_by"), [
    ({}, ["users"], ["chair"]),
    ({"has_staff": True}, ["users", "employees"], ["chair"]),
    ({"has_staff": NOT_SURE, "pets": 3}, ["users", "employees", "keepers"], ["chair", "clerk"]),
    ({"has_staff": False, "pets": 1}, ["users", "keepers"], ["chair"]),
])
def test_a_choice_is_offered_and_suggested_only_where_its_condition_holds(club, earlier, about, kept_by):
    found = club.questions["about"], club.questions["kept_by"]
    assert [[choice.value for choice in answers.offered(one, club, earlier)] for one in found] == [about, kept_by]
    assert answers.suggestion(found[0], club, earlier) == about
    clerk = answers.suggestion(found[1], club, earlier)
    assert clerk in kept_by if clerk is not None else earlier == {"has_staff": True}


@pytest.mark.parametrize(("name", "value", "without", "with_staff"), [
    ("about", ["users", "a typed one"], True, True), ("about", ["users", "employees"], False, True),
    ("about", [], True, True),
    ("kept_by", "clerk", False, False), ("kept_by", "chair", True, True), ("vet", "employees", True, True),
    ("has_staff", NOT_SURE, True, True),
])
def test_an_answer_fits_as_long_as_all_of_it_is_offered(club, name, value, without, with_staff):
    question = club.questions[name]
    assert answers.fits(question, club, {"has_staff": False}, value) is without
    assert answers.fits(question, club, {"has_staff": True}, value) is with_staff


def test_an_answer_that_is_not_offered_is_never_taken_in_silence(club):
    given_answers = {"name": "x", "has_staff": False, "pets": 1, "about": ["users", "employees"], "kept_by": "clerk"}
    with pytest.raises(AnswersError) as caught:
        answers.complete(club, given_answers, "a")
    assert [str(problem) for problem in caught.value.problems] == [
        "a: `about` cannot have the answer “Employees”, because you employ nobody\n"
        "  Take it out, or change the earlier answer.",
        "a: `kept_by` cannot have the answer “The clerk”, because you employ nobody and you have few pets\n"
        "  Take it out, or change the earlier answer."]
    assert answers.complete(club, given_answers | {"has_staff": True, "pets": 3}, "a").values["kept_by"] == "clerk"


def test_cautions_are_the_warnings_that_hold_and_a_hidden_answer_causes_none(club):
    def found(**values):
        return [caution.id for caution in answers.cautions(club, values)]

    assert found() == found(pets=0, about=["users"]) == []
    assert found(pets=1, about=["users"]) == ["unkept"]
    assert found(pets=3, about=["keepers"], vet="Eve") == ["odd_vet"]
    assert found(pets=2, about=["keepers"], vet="Eve") == []
    [caution] = answers.cautions(club, {"pets": 1, "about": ["users"]})
    assert (caution.says, caution.why, caution.question) == ("Nobody keeps the pets.", "They starve.", "about")


# ---- saving ------------------------------------------------------------------------------------------------------


@pytest.mark.slow
@given(answer_sets(QUESTIONS, everything=True))
@STABLE
def test_what_is_saved_is_read_again(tmp_path, given_answers):
    assert read_text(answers.as_text(QUESTIONS, given_answers), tmp_path) == given_answers


@pytest.mark.slow
@given(answer_sets(QUESTIONS))
@STABLE
def test_suggestions_that_were_taken_are_known_as_such_when_read_again(tmp_path, given_answers):
    full = answers.complete(QUESTIONS, given_answers, "a")
    text = answers.as_text(QUESTIONS, answers.to_keep(full, given_answers), full.suggested)
    again = answers.complete(QUESTIONS, read_text(text, tmp_path), "a")
    assert again == full


@given(answer_sets(TINY), answer_sets(TINY), st.booleans())
@STABLE
def test_a_changed_file_says_what_is_meant_and_saving_it_again_changes_nothing(tmp_path, first, second, commented):
    earlier = answers.as_text(TINY, first, list(first)[:2])
    if commented:
        earlier = "".join(f"{line}\n# after {number}\n" if line.startswith("#") or not line else f"{line}\n"
                          for number, line in enumerate(earlier.split("\n")))
    text = answers.as_text(TINY, first | second, list(second)[:2], earlier)
    assert read_text(text.partition(f"{answers.SUGGESTED}:")[0], tmp_path, TINY) == first | second
    assert answers.as_text(TINY, first | second, list(second)[:2], text) == text
    if commented:
        assert [line for line in earlier.split("\n") if line.startswith("# after")] == [
            line for line in text.split("\n") if line.startswith("# after")]


EARLIER = """\
# Our answers. Ann has the original.

organisation_name: Harbour   # the short name
#
nations: [england]  # for now

about_people:
  - users     # our clients
  # and these:
  - families
# our own note, between two answers
lead_role: Chair
keys: |-
  the caretaker
  # not a comment
# note after the text
pets: 2

# The questions whose suggested answer was taken. Change the answer above, not this list.
left_as_suggested:
  - pets  # Bob
# the end
"""


def test_comments_and_order_survive_when_every_answer_changes():
    changed = {"organisation_name": "Quay", "nations": ["scotland"], "about_people": ["users"], "lead_role": "Lead",
               "keys": "one\ntwo", "pets": 4, "has_premises": True}
    assert answers.as_text(TINY, changed, ["pets", "lead_role"], EARLIER) == """\
# Our answers. Ann has the original.

organisation_name: Quay  # the short name
#
nations:
  - scotland
# for now

about_people:
  - users
# our clients
# and these:

# Do you run premises?
has_premises: yes
# our own note, between two answers
lead_role: Lead
keys: |-
  one
  two
# note after the text
pets: 4

# Bob
# the end

# The questions whose suggested answer was taken. Change the answer above, not this list.
left_as_suggested:
  - pets
  - lead_role

# The questionnaire that was answered. Leave this line as it is.
questionnaire_version: '1'
"""


def test_answers_that_have_not_changed_stay_as_they_were_written():
    given_answers = {"organisation_name": "Harbour", "nations": ["england"], "pets": 2}
    assert answers.as_text(TINY, given_answers, ["pets"], EARLIER).startswith(EARLIER.partition("\n# The questions")[0])


def test_of_json_the_answers_are_read_and_written_as_yaml(tmp_path):
    earlier = '# note\n{"organisation_name": "Harbour",\n "pets": 2}\n'
    text = answers.as_text(TINY, {"organisation_name": "Harbour", "pets": 2}, (), earlier)
    assert text.startswith("# note\n")
    assert read_text(text, tmp_path, TINY) == read_text(earlier, tmp_path, TINY)


def test_a_new_file_groups_the_answers_under_their_questions():
    given_answers = {"organisation_name": "Yes", "keys": "a\nb", "approved_on": date(2026, 11, 20), "brief": False}
    assert answers.as_text(TINY, given_answers, ["keys"]) == """\
# All questions
# -------------

# What are you called?
organisation_name: Yes

# Who has the keys?
keys: |-
  a
  b

# The short edition?
brief: no

# When was it approved?
approved_on: 2026-11-20

# The questions whose suggested answer was taken. Change the answer above, not this list.
left_as_suggested:
  - keys

# The questionnaire that was answered. Leave this line as it is.
questionnaire_version: '1'
"""


def test_a_suggestion_that_somebody_changed_by_hand_is_an_answer(tmp_path):
    text = "organisation_name: Harbour\npets: 5\nnations: [england]\nleft_as_suggested: [pets, nations, keys]\n"
    assert read_text(text, tmp_path, TINY) == {"organisation_name": "Harbour", "pets": 5}


# ---- how far an interview is -------------------------------------------------------------------------------------


def test_progress_is_kept_in_the_file_read_again_and_gone_when_the_interview_is(tmp_path):
    progress = answers.Progress("quick", ("pets", "keys"), ("nations",))
    text = answers.as_text(TINY, {"organisation_name": "Harbour", "pets": 2}, ["pets"], progress=progress)
    (tmp_path / "draft.yaml").write_text(text, encoding="utf-8")
    said, found = answers.read_draft(tmp_path / "draft.yaml", TINY)
    assert (said, found) == ({"organisation_name": "Harbour", "pets": 2},
                             answers.Progress("quick", ("keys", "pets"), ("nations",)))
    assert answers.read_answers(tmp_path / "draft.yaml", TINY) == said
    assert answers.as_text(TINY, said, ["pets"], text, progress) == text
    assert "interview" not in answers.as_text(TINY, said, (), text)


@pytest.mark.parametrize("typed", ["12", "yes", "null", "2026-01-01", "# x", "- y: &a *b", "a\n\n  b", "“'\"",
                                   "{{ x }}", "x" * 300])
def test_what_was_half_typed_is_kept_as_it_was(tmp_path, typed):
    attempts = {"pets": answers.Attempt(typed), "data_stores.name": answers.Attempt("", (typed, "One: two"))}
    progress = answers.Progress("full", attempts=attempts)
    (tmp_path / "draft.yaml").write_text(answers.as_text(TINY, {"pets": 2}, progress=progress), encoding="utf-8")
    assert answers.read_draft(tmp_path / "draft.yaml", TINY) == ({"pets": 2}, progress)


@pytest.mark.parametrize("broken", ["attempts: pets", "attempts: {pets: x}", "attempts: {pets: {typed: [a]}}",
                                    "attempts: {pets: {ticked: a}}", "attempts: [pets]"])
def test_half_typed_answers_that_are_damaged_are_told(tmp_path, broken):
    (tmp_path / "draft.yaml").write_text(f"pets: 2\ninterview: {{depth: full, {broken}}}\n", encoding="utf-8")
    with pytest.raises(AnswersError, match="line 2: `interview` must have"):
        answers.read_draft(tmp_path / "draft.yaml", TINY)


@pytest.mark.parametrize(("written", "expected"), [
    ("", answers.Progress()), ("interview:", answers.Progress()), ("interview: {}", answers.Progress()),
    ("interview: {depth: full, later: [pets, gone], unfinished: }", answers.Progress("full", ("pets",), ())),
    ("interview: {depth: full, attempts: {gone: {typed: x}, pets: {typed: y}}}",
     answers.Progress("full", attempts={"pets": answers.Attempt("y")})),
])
def test_progress_that_is_not_known_is_empty_and_questions_that_are_gone_are_left_out(tmp_path, written, expected):
    (tmp_path / "draft.yaml").write_text(f"pets: 2\n{written}\n", encoding="utf-8")
    assert answers.read_draft(tmp_path / "draft.yaml", TINY) == ({"pets": 2}, expected)


# ---- answers to an older questionnaire ---------------------------------------------------------------------------


MIGRATION = CASES / "migration"


def sections(path: Path) -> dict[str, str]:
    """The parts of a case file, by the names behind `===`."""
    parts = path.read_text(encoding="utf-8").split("=== ")[1:]
    return {part.partition("\n")[0]: part.partition("\n")[2] for part in parts}


@pytest.mark.parametrize("path", sorted(MIGRATION.glob("*.txt")), ids=lambda path: path.stem)
def test_answers_to_an_older_questionnaire_are_brought_up_to_date(path, tmp_path):
    today, case, told = questionnaire.load(MIGRATION / "questionnaire.yaml"), sections(path), []
    (tmp_path / "old.yaml").write_text(case["old"], encoding="utf-8")
    said, progress = answers.read_draft(tmp_path / "old.yaml", today, told.append)
    assert told == case["notices"].strip().split("\n") if case["notices"].strip() else told == []
    (tmp_path / "new.yaml").write_text(case["new"], encoding="utf-8")
    expected = answers.read_draft(tmp_path / "new.yaml", today, told.append)
    assert (said, progress) == expected
    if "saved" in case:
        assert answers.as_text(today, said, (), case["old"]) == case["saved"]
        (tmp_path / "saved.yaml").write_text(case["saved"], encoding="utf-8")
        assert answers.read_answers(tmp_path / "saved.yaml", today, told.append) == said
        assert answers.as_text(today, said, (), case["saved"]) == case["saved"]


@pytest.mark.parametrize(("text", "message"), [
    ("questionnaire_version: '2028.2'\n",
     "line 1: these answers belong to the questionnaire 2028.2, and this program has 2028.1"),
    ("organisation: x\nquestionnaire_version: new\n",
     "line 2: `questionnaire_version` must be a version such as 2028.1"),
    ("title: x\nname: y\n", "line 1: `title` is now called `name`, and this file has both\n  Keep one of them."),
    ("team: yes\n", "line 1: `team` cannot be carried over to `has_staff` and `has_volunteers`"),
    ("pet: maybe\nquestionnaire_version: '2027.3'\n", "line 1: there is no question called `pet`"),
])
def test_what_cannot_be_brought_up_to_date_is_refused_with_its_line(tmp_path, text, message):
    with pytest.raises(AnswersError) as caught:
        read_text(text, tmp_path, questionnaire.load(MIGRATION / "questionnaire.yaml"))
    assert message in str(caught.value).replace(f"{tmp_path / 'answers.yaml'}, ", "")


# ---- facts -------------------------------------------------------------------------------------------------------

OLD = """\
organisation_name: Harbour
keeps_files: yes
has_premises: yes
victims_service: not sure
review_years: 2
left_as_suggested: [keeps_files, has_premises, review_years]
questionnaire_version: '2026.11'
"""


def test_a_fact_that_nobody_was_asked_keeps_its_value_in_an_older_pack_and_is_open(tmp_path):
    given_answers = read_text(OLD, tmp_path)
    assert given_answers == {"organisation_name": "Harbour", "keeps_files": Carried(True),
                             "has_premises": Carried(True), "victims_service": Carried(True)}
    full = answers.complete(QUESTIONS, shipped.NEEDED | given_answers, "a")
    assert full.values["keeps_files"] is full.values["has_premises"] is full.values["victims_service"] is True
    assert full.open == full.carried == ("keeps_files", "victims_service", "has_premises")
    assert full.unsure == () and "keeps_files" not in full.unanswered  # no clause goes unsaid


def test_what_was_carried_over_is_kept_as_such_until_somebody_answers(tmp_path):
    given_answers = read_text(OLD, tmp_path)
    text = answers.as_text(QUESTIONS, given_answers, (), OLD.replace("review_years: 2\n", ""))
    assert "left_as_suggested:\n  - keeps_files\n  - has_premises\n  - victims_service\n" in text
    assert read_text(text, tmp_path) == given_answers
    answered = answers.as_text(QUESTIONS, given_answers | {"keeps_files": False}, (), text)
    assert read_text(answered, tmp_path) == given_answers | {"keeps_files": False}


def test_a_fact_that_nobody_has_answered_is_presumed_and_not_kept():
    full = answers.complete(QUESTIONS, shipped.NEEDED | {"has_premises": NOT_SURE, "related_policies": []}, "a")
    assert full.values["keeps_files"] is False and "keeps_files" in full.presumed
    assert "related_policies" not in full.presumed  # none of them is an answer
    assert "has_premises" not in full.presumed and full.open == ("has_premises",)
    kept = answers.to_keep(full, shipped.NEEDED | {"has_premises": NOT_SURE})
    assert "keeps_files" not in kept and kept["related_policies"] == [] and kept["has_premises"] is NOT_SURE
    assert kept["review_years"] == 2


def test_no_question_suggests_a_fact():
    for question in QUESTIONS.questions.values():
        if question.asks == "fact":
            assert answers.suggestion(question, QUESTIONS, {}) is None, question.id

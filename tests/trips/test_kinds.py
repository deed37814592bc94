"""Kinds combine, and answers decide: which documents a pack has, what is not sure, what names nobody."""

import json
import re
import zipfile
from datetime import date
from pathlib import Path

import pypdf
import pytest

from helpers.examples import whole_pack
from helpers.shipped import NEEDED, SOURCES
from policygen.model import english
from policygen.model.document import is_generated
from policygen.model.problems import AnswersError
from policygen.pack import answers, make

DAY = date(2026, 11, 21)


def make_pack(to: Path, formats=("txt",), **given) -> make.Made:
    request = make.Request(given=NEEDED | given, answers_name="answers.yaml", answers_text="", to=to,
                               formats=formats, as_at=DAY, draft=False)
    return make.make(SOURCES, request, lambda stage: None)


def ids(made: make.Made) -> set[str]:
    return {document.id for document in made.documents}


def policy(made: make.Made) -> str:
    return " ".join((made.folder / "Confidentiality policy.txt").read_text(encoding="utf-8").split())


# ---- kinds combine -----------------------------------------------------------------------------------------------


def test_a_company_with_a_mens_programme_and_a_service_for_survivors(tmp_path):
    made = make_pack(tmp_path, organisation_kinds=["cic", "dv_programme"], runs_programme=True, victims_service=True,
                     participant_term="man", victim_term="woman", runs_groups=True, formal_partners=True,
                     governing_body="Directors", policy_style="numbered")
    text = policy(made)
    assert {"programme-form", "victims-form", "take-away", "group-agreement", "partner-acknowledgement"} <= ids(made)
    assert "the Directors review this policy" in text or "The Directors approve this policy" in text
    assert "mans" not in text and "womans" not in text and "Directors approves" not in text
    assert "women" in text and "men" in text


def test_a_group_with_no_staff_and_no_files_has_a_short_policy_that_presupposes_neither(tmp_path):
    made = make_pack(tmp_path, organisation_kinds=["community_group"], workers=["volunteers"], keeps_files=False)
    text = policy(made)
    assert len(text.split()) < 2200
    assert "We keep no case files." in text
    assert "grievance" not in text and "employee" not in text
    assert not {"client-consent", "file-request", "declaration-staff", "staff-authorisation"} & ids(made)
    assert "declaration-volunteer" in ids(made)


def test_a_front_line_charity_with_volunteers_only(tmp_path):
    made = make_pack(tmp_path, organisation_kinds=["front_line"], workers=["volunteers"])
    assert "declaration-staff" not in ids(made) and "declaration-volunteer" in ids(made)
    assert "grievance" not in policy(made)


@pytest.mark.slow
@pytest.mark.parametrize(("answer", "document"), [
    ("runs_groups", "group-agreement"), ("runs_programme", "programme-form"), ("victims_service", "victims-form"),
    ("victims_service", "take-away"), ("formal_partners", "partner-acknowledgement"), ("keeps_files", "file-request"),
    ("keeps_files", "client-consent"), ("uses_pictures_or_stories", "picture-permission"),
    ("covers_personnel", "staff-authorisation"), ("body_sees_cases", "body-acknowledgement"),
    ("needs_systems_agreement", "systems-access"),
])
def test_a_document_is_there_only_when_the_answers_call_for_it(tmp_path, answer, document):
    assert document in ids(make_pack(tmp_path / "yes", organisation_kinds=["front_line"], **{answer: True}))
    assert document not in ids(make_pack(tmp_path / "no", organisation_kinds=["front_line"], **{answer: False}))


# ---- not sure ----------------------------------------------------------------------------------------------------


def unsure(to: Path, **given) -> make.Made:
    path = to / "answers.yaml"
    path.write_text("has_premises: not sure\nteam_sharing: Not sure\n", encoding="utf-8")
    read = answers.read_answers(path, SOURCES.questionnaire)
    return make_pack(to, organisation_kinds=["front_line"], **read, **given)


def test_not_sure_takes_the_protective_answer_and_goes_on_the_sheet_of_decisions(tmp_path):
    made = unsure(tmp_path)
    pack = json.loads((made.folder / "pack.json").read_text(encoding="utf-8"))
    assert [(item["question"], item["taken"], item["who"]) for item in pack["decisions_open"]] == [
        ("team_sharing", "Only those who need it for their work", "governing body"),
        ("has_premises", "no", "governing body")]
    assert "premises" not in policy(made)  # a fact that nobody has said
    sheet = " ".join((made.folder / "Decisions for trustees.txt").read_text(encoding="utf-8").split())
    assert "Who in your team may know" in sheet and "Do you run premises" in sheet
    assert "has_premises: not sure" in (made.folder / "answers.yaml").read_text(encoding="utf-8")


def test_a_policy_cannot_be_approved_while_something_is_not_sure_and_every_such_question_is_named(tmp_path):
    with pytest.raises(AnswersError) as caught:
        unsure(tmp_path, approved_on=date(2026, 11, 1))
    assert [re.match(r"`(\w+)`", problem.message)[1] for problem in caught.value.problems] == [
        "team_sharing", "has_premises"]
    assert not (tmp_path / "kestrel-row").exists()


def test_once_decided_the_mark_and_the_sheet_are_gone(tmp_path):
    made = make_pack(tmp_path, organisation_kinds=["front_line"], has_premises=False, approved_on=date(2026, 11, 1))
    assert "decisions" not in ids(made)
    assert not any(document.draft for document in made.documents)


def test_a_question_without_a_protective_answer_cannot_be_left_open(tmp_path):
    path = tmp_path / "answers.yaml"
    path.write_text("governing_body: not sure\n", encoding="utf-8")
    with pytest.raises(AnswersError, match="governing_body: this cannot be left open"):
        answers.read_answers(path, SOURCES.questionnaire)


# ---- people's own devices ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("style", ["numbered", "short"])
def test_what_is_kept_on_peoples_own_devices_is_named_and_bound_by_rules(tmp_path, style):
    def text(kind: str) -> str:
        stores = [{"name": "the rota", "kind": kind, "holds": "names and numbers", "protection": "a code"},
                  {"name": "the cabinet", "kind": "paper", "holds": "forms", "protection": "locked"}]
        return policy(make_pack(tmp_path / kind, organisation_kinds=["front_line"], policy_style=style,
                                data_stores=stores))

    own, ours = text("personal"), text("phone")
    assert "a phone, tablet or computer of your own" in own.lower() and "when you leave us" in own.lower()
    assert "computer of your own" not in ours
    assert "Keep no copies on your own devices" not in own
    if style == "numbered":
        assert "Keep no copies on your own devices" in ours and "Somebody’s own phone, tablet or computer" in own
        assert "Devices that you carry" in own and "Devices that you carry" in ours


# ---- safe to take home -------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_sheet_to_take_home_names_neither_the_organisation_nor_the_subject():
    made = whole_pack("dv-programme")
    assert made.organisation == "Rowan Gate"
    sheet = next(document for document in made.documents if document.id == "take-away")
    paths = [next(made.folder.rglob(f"{sheet.title}.{kind}")) for kind in ("docx", "pdf", "txt")]
    with zipfile.ZipFile(paths[0]) as package:
        word = "\n".join(package.read(name).decode("utf-8", "replace") for name in package.namelist())
    pdf = pypdf.PdfReader(paths[1])
    printed = "\n".join([*(page.extract_text() for page in pdf.pages), *map(str, (pdf.metadata or {}).values()),
                         pdf.xmp_metadata.stream.get_data().decode() if pdf.xmp_metadata else ""])
    for text in (word, printed, paths[2].read_text(encoding="utf-8"), sheet.title):
        assert not re.search(r"rowan|abuse|violen|survivor|victim|confidential|refuge|support service|edition \d",
                             text, re.IGNORECASE)


# ---- the annotated policy ----------------------------------------------------------------------------------------


def test_the_annotated_policy_says_of_every_clause_why_it_is_there_and_what_it_rests_on(tmp_path):
    made = make_pack(tmp_path, organisation_kinds=["front_line"], nations=["scotland"])
    documents = {document.id: document for document in made.documents}
    text = (made.folder / "Confidentiality policy with notes for trustees.txt").read_text(encoding="utf-8")
    clauses = [passage for section in documents["policy"].sections for passage in section.passages
               if not is_generated(passage)]
    assert text.count("Why it is here:") == len(clauses)
    assert "it is in every pack" not in text
    assert 0 < text.count("In this pack because") < len(clauses)
    flat = " ".join(re.sub(r"[|]", " ", text).split())
    assert "Terrorism Act 2000 (c. 11), s.38B" in flat
    assert "The law was checked on 20 November 2026. This is not legal advice." in flat
    assert "detail unconfirmed" not in text and "Not confirmed in every detail: " in flat
    assert "Adults with Incapacity (Scotland) Act 2000" in flat and "Mental Capacity Act 2005" not in flat


# ---- grammar -----------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize(("user", "victim", "participant", "body", "member"), [
    ("elder", "woman", "man", "Directors", "Director"),
    ("service user", "survivor", "participant", "Trustees", "trustee"),
    ("guest", "victim", "programme client", "Management Committee", "committee member"),
    ("child", "person", "adult", "Executive Board", "officer"),
])
@pytest.mark.parametrize("style", ["numbered", "lettered"])
def test_articles_plurals_and_verbs_agree_with_every_term(tmp_path, user, victim, participant, body, member, style):
    made = make_pack(tmp_path, organisation_kinds=["dv_programme"], victims_service=True, runs_programme=True,
                     runs_groups=True, keeps_files=True, user_term=user, victim_term=victim,
                     participant_term=participant, governing_body=body, body_member=member, policy_style=style)
    text = " ".join(" ".join(re.sub(r"[|•]", " ", path.read_text(encoding="utf-8")).split())
                    for path in made.folder.rglob("*.txt"))
    wrong = [r"\b(a|an|the|of|to|we|our|is|are) \1\b", r"\ba (elder|adult|officer|agency|hour|offence|employee)\b",
             r"\ban (woman|man|survivor|victim|person|child|guest|service user|participant|programme client|trustee|"
             r"committee member)\b", r"\b(womans|mans|childs|persons|peoples|mens|womens)\b",
             r"\b(Directors|Trustees) (approves|reviews|decides|agrees|makes|is|has|does)\b",
             r"\b(Committee|Board) (approve|review|decide|agree|make)\b", r"\bmembers of the (Directors|Trustees)\b"]
    assert [found.group() for pattern in wrong for found in re.finditer(pattern, text)] == []
    for one in {user, victim, participant}:
        assert english.plural(one) in text

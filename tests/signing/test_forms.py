"""The round of forms: printed for everybody, entered, and noted when they come back."""

import json
import os
import stat
import subprocess
import sys
import zipfile
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from pypdf import PdfReader

from policygen import status
from policygen.model.problems import ListError, OutputError
from policygen.signing.signed import Signature, read_signatures, record_signatures
from helpers.signers import DAY, LATER, TEN, edition, give, library, names, sign, sources


@pytest.fixture
def folder(tmp_path):
    return edition(tmp_path / "output")


@pytest.fixture
def given(folder):
    """An edition whose forms ten people have got."""
    give(folder)
    return folder


def register(folder) -> list[dict]:
    return json.loads((folder / "register.json").read_bytes())["entries"]


def snapshot(folder) -> dict:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


# ---- printing and entering ---------------------------------------------------------------------------------------


def test_everybody_gets_their_forms_in_the_order_of_the_list(folder):
    before = snapshot(folder)
    made = give(folder)
    texts = [path.read_text(encoding="utf-8") for path in sorted(made.folder.glob("[0-9]*"))]
    assert [(entry["number"], entry["name"]) for entry in register(folder)] == [
        (number, name) for number, name in enumerate(
            ["Asha", "Asha", "Bo", "Cas", "Dee", "Dee", "Eli", "Flo", "Gus", "Hal", "Hal", "Isa", "Isa", "Jem"], 1)]
    for text, entry in zip(texts, register(folder), strict=True):
        assert f"Name: {entry['name']}\n" in text and text.startswith(f"{entry['title']}\n")
        assert ("Role" not in text or f": {entry['role']}\n" in text) and "Signature: ____" in text
        assert text.endswith(f"Edition 1, 20 November 2026 · No. {entry['number']}\n")
    assert (made.people, sum(made.forms.values()), made.settled, made.reworded) == (10, 14, 0, 0)
    after = snapshot(folder)
    assert {name: after[name] for name in before} == before, "an edition is never altered"


def test_two_runs_of_a_day_have_a_folder_each_and_one_register(folder):
    first, second = give(folder), give(folder)
    assert (first.folder.name, second.folder.name) == ("2026-11-20", "2026-11-20-2")
    assert len(register(folder)) == 14


@pytest.mark.parametrize("formats", [("docx",), ("pdf",), ("docx", "txt")])
def test_forms_are_written_in_the_formats_asked_for(folder, formats):
    made = give(folder, "name,role,kind,access\nSiân,Cook,staff,no\n", formats=formats)
    wanted = {".docx": {"1 Siân, Declaration of confidentiality for staff", "Cover list"}, ".pdf": {"Forms to print"},
              ".txt": {"1 Siân, Declaration of confidentiality for staff"}}
    for suffix, stems in wanted.items():
        there = {path.stem for path in made.folder.glob(f"*{suffix}")}
        assert there == (stems if suffix[1:] in formats else set())


@pytest.mark.skipif(os.name != "posix", reason="only POSIX systems have modes")
def test_only_their_owner_may_read_what_is_about_people(given):
    folder = given / "people"
    for path in (folder, *folder.rglob("*")):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path


def test_the_same_run_gives_the_same_bytes(tmp_path):
    one, other = (edition(tmp_path / name) for name in ("one", "other"))
    give(one), give(other)
    sign(one, "Bo"), sign(other, "Bo")
    assert snapshot(one) == snapshot(other)


def test_only_the_forms_that_were_asked_for(folder):
    made = give(folder, documents=("systems-access",))
    assert dict(made.forms) == {"Agreement for access to our systems": 2}
    assert {entry["form"] for entry in register(folder)} == {"systems-access"}
    assert [line for line in made.notices if "forms asked for" in line] == [
        "Row 3: none of the forms asked for is for this kind (staff).",
        "Rows 4, 6, 7 and 8: none of the forms asked for is for this kind (volunteer).",
        "Rows 9 and 10: none of the forms asked for is for this kind (board).",
        "Row 11: none of the forms asked for is for this kind (contractor)."]


@pytest.mark.parametrize("form", ["client-consent", "policy", "nothing"])
def test_a_form_that_nobody_signs_is_refused(folder, form):
    with pytest.raises(OutputError, match=f"no kind of people signs `{form}`.*\n.*declaration-staff, declaration-volunteer"):
        give(folder, documents=(form,))
    assert not (folder / "register.json").exists()


def test_who_gets_no_form_in_this_edition_is_told_by_row(tmp_path):
    folder = edition(tmp_path, workers="staff,volunteers")
    assert "Row 11: this edition has no form for this kind (contractor)." in give(folder).notices


def test_a_form_has_the_words_with_which_it_was_issued_whatever_the_library_says_now(folder, tmp_path):
    other = library(tmp_path, forms__declaration__promise=("I have been given a copy", "I have got a copy"))
    [path] = give(folder, "name,role,kind,access\nSiân,Cook,volunteer,no\n", made_of=other).folder.glob("[0-9]*")
    text = path.read_text(encoding="utf-8")
    assert "I have been given a copy" in text and "I have got a copy" not in text
    issued = (folder / "forms" / "Declaration of confidentiality for volunteers.txt").read_text(encoding="utf-8")
    blank = [line for line in issued.splitlines() if not line.startswith(("Name in capitals:", "Role:"))]
    without_number = text.replace(" · No. 1\n", "\n")
    assert [line for line in without_number.splitlines() if not line.startswith(("Name:", "Role:"))] == blank


def test_word_and_pdf_have_the_name_and_the_role_too(folder):
    made = give(folder, "name,role,kind,access\nMałgorzata Wiśniewska,R&D <cook>,staff,no\n", formats=("docx", "pdf"))
    word, page = sorted(made.folder.iterdir())
    with zipfile.ZipFile(word) as package:
        body = package.read("word/document.xml").decode()
    assert "Małgorzata Wiśniewska" in body and "R&amp;D &lt;cook&gt;" in body and "Name in capitals" not in body
    text = " ".join(PdfReader(page).pages[-1].extract_text().split())
    assert "Małgorzata Wiśniewska" in text and "R&D <cook>" in text and "Name in capitals" not in text


def test_forms_have_the_look_of_the_organisation(tmp_path):
    folder = edition(tmp_path, accent_colour="#7a1f5c")
    [path] = give(folder, "name,role,kind,access\nSiân,Cook,staff,no\n", formats=("docx",)).folder.glob("[0-9]*")
    with zipfile.ZipFile(path) as package:
        assert any(b"7A1F5C" in package.read(name).upper() for name in package.namelist() if "theme" in name)
        assert not any(b"urn:policygen:base" in package.read(name) for name in package.namelist()), "it is no base"


def test_a_draft_and_an_older_edition_are_told(tmp_path):
    folder = edition(tmp_path, approved_on="")
    assert any("is a draft" in line for line in give(folder).notices)
    edition(tmp_path, LATER)
    assert "There is a newer edition: number 2." in give(folder).notices


def test_a_bad_list_prints_and_enters_nothing(folder):
    with pytest.raises(ListError):
        give(folder, "name,kind\nJo,nobody\n")
    assert not (folder / "register.json").exists() and not (folder / "people").exists()


def test_who_has_got_a_new_role_is_entered_with_it_and_stays_one_person(given):
    sign(given, "Asha", document="systems-access")
    give(given, TEN.replace("Asha,Manager", "Asha,Director of services"), documents=("declaration-staff",))
    assert {entry["role"] for entry in register(given) if entry["name"] == "Asha"} == {"Director of services"}
    assert len(register(given)) == 14


def test_outstanding_in_the_same_edition_is_what_has_not_come_back(given):
    sign(given, "Bo", "Cas", "Hal")
    made = give(given, outstanding=True, day=LATER)
    assert (sum(made.forms.values()), made.settled, made.reworded) == (10, 4, 0)
    issued = {entry["name"]: entry["issued"] for entry in register(given)}
    assert issued["Bo"] == DAY.isoformat() and issued["Eli"] == LATER.isoformat()


def test_a_date_filled_in_in_the_spreadsheet_counts_as_signed(given):
    book = openpyxl.load_workbook(given / "register.xlsx")
    book["Register"]["J4"] = "1 Dec 2026"
    book.save(given / "register.xlsx")
    made = give(given, outstanding=True)
    assert "Changed in register.xlsx and taken over: No. 3." in made.notices
    assert made.settled == 1 and register(given)[2]["signed_on"] == "2026-12-01"


KILL = """
import os, signal, sys
from pathlib import Path
sys.path.insert(0, sys.argv[3])
from helpers import signers
done = []
def fsync(number, real=os.fsync):
    real(number)
    done.append(number)
    if len(done) == int(sys.argv[2]):
        os.kill(os.getpid(), signal.SIGKILL)
folder = Path(sys.argv[1])
os.fsync = fsync
signers.give(folder)
"""


@pytest.mark.skipif(os.name != "posix", reason="only POSIX systems have kill -9")
@pytest.mark.parametrize("after", [1, 2])
def test_a_kill_while_the_register_is_written_leaves_no_half_register(folder, after):
    killed = subprocess.run([sys.executable, "-c", KILL, folder, str(after), Path(__file__).parents[1]], timeout=120)
    assert killed.returncode == -9
    assert not (folder / "register.json").exists() and not (folder / "register.xlsx").exists()
    assert [len(list(run.iterdir())) for run in (folder / "people").iterdir()] == [15]
    give(folder)
    assert len(register(folder)) == 14 and not [*(folder / "people").glob(".*")]


# ---- noting ------------------------------------------------------------------------------------------------------


def note(folder, *notes: Signature, ask=None):
    return record_signatures(folder, notes, ask)[0]


def refused(folder, *notes: Signature) -> str:
    before = (folder / "register.json").read_bytes()
    with pytest.raises(ListError) as caught:
        note(folder, *notes)
    assert (folder / "register.json").read_bytes() == before
    return str(caught.value)


def test_a_name_notes_all_forms_that_the_person_has_not_signed(given):
    [noted] = note(given, Signature("asha", DAY, "AB"))
    assert [(entry.number, entry.signed_on, entry.noted_by) for entry in noted.entries] == [(1, DAY, "AB"), (2, DAY, "AB")]
    assert (noted.again, noted.forgiven) == (False, False)
    assert [entry["number"] for entry in register(given) if entry["signed_on"]] == [1, 2]


@pytest.mark.parametrize("document", ["systems-access", "Agreement for access to our systems"])
def test_one_form_by_id_or_title(given, document):
    note(given, Signature("Asha", DAY, document=document))
    assert [entry["number"] for entry in register(given) if entry["signed_on"]] == [2]


def test_the_number_of_an_entry_will_do_for_a_name(given):
    note(given, Signature("No. 5", DAY), Signature("6", DAY))
    assert [entry["number"] for entry in register(given) if entry["signed_on"]] == [5, 6]
    assert "the register has no entry No. 99" in refused(given, Signature("99", DAY))


def test_noting_again_is_no_fault_and_another_day_is(given):
    sign(given, "Bo")
    assert note(given, Signature("Bo", DAY))[0].again
    assert "No. 3: signed on another day" in refused(given, Signature("Bo", LATER))


TWO = "name,role,kind,email,access\nJo Bloggs,Cook,staff,jo@example.org,no\nJo Bloggs,Driver,volunteer,,no\nSiân Ray,,staff,,no\n"


def test_a_name_that_fits_two_people_is_refused_without_a_name(folder):
    give(folder, TWO)
    told = refused(folder, Signature("jo bloggs", DAY))
    assert "2 people fit this name" in told and "No. 1 (staff, Cook); No. 2 (volunteer, Driver)" in told
    assert "loggs" not in told.replace("jo bloggs", "")


def test_a_name_that_fits_two_people_is_asked_where_somebody_is_there(folder):
    give(folder, TWO)
    asked = []

    def ask(question, people, told):
        asked.append((question, [told[person] for person in people]))
        return people[1]
    note(folder, Signature("Jo Bloggs", DAY), ask=ask)
    assert asked == [("Several people fit this name. Who is meant?", ["No. 1 (staff, Cook)", "No. 2 (volunteer, Driver)"])]
    assert [entry["number"] for entry in register(folder) if entry["signed_on"]] == [2]
    with pytest.raises(ListError, match="2 people fit this name"):
        note(folder, Signature("Jo Bloggs", DAY), ask=lambda *_: None)


def test_capitals_and_accents_are_forgiven_where_only_one_person_fits_and_that_is_said(folder):
    give(folder, TWO)
    assert note(folder, Signature("SIAN RAY", DAY))[0].forgiven
    give(folder, TWO + "Sian Ray,Cook,staff,,no\nSían Ray,Cook,volunteer,,no\n")
    assert not note(folder, Signature("Sian Ray", DAY))[0].forgiven
    assert "3 people fit this name" in refused(folder, Signature("Siãn Ray", DAY))


def test_a_name_that_nobody_has_is_refused_with_the_nearest(folder):
    give(folder, TWO)
    told = refused(folder, Signature("Sean Ray", DAY))
    assert "nobody with this name was given a form" in told and "The most similar names: No. 3 (staff)." in told
    assert "Print the form first" in refused(folder, Signature("Wilhelmina", DAY))


def test_the_form_can_tell_two_people_apart(folder):
    give(folder, TWO)
    note(folder, Signature("Jo Bloggs", DAY, document="declaration-volunteer"))
    assert [entry["number"] for entry in register(folder) if entry["signed_on"]] == [2]
    assert "no such form" in refused(folder, Signature("Jo Bloggs", DAY, document="policy"))


def test_without_a_register_nothing_can_be_noted(folder):
    with pytest.raises(ListError, match="nobody has been given a form of this edition yet"):
        note(folder, Signature("Asha", DAY))


def listed(tmp_path, text: str) -> list[Signature]:
    path = tmp_path / "list.csv"
    path.write_text(text, encoding="utf-8")
    return read_signatures(path, DAY, "AB", "")


def test_a_list_notes_many_at_once_with_what_tells_them_apart(folder, tmp_path):
    give(folder, TWO)
    note(folder, *listed(tmp_path, "Name,Date signed,Type\nJo Bloggs,1/11/2026,Volunteer\nSian Ray,2026-11-02,\n"))
    assert [entry["signed_on"] for entry in register(folder)] == [None, "2026-11-01", "2026-11-02"]
    assert register(folder)[1]["noted_by"] == "AB"


def test_of_a_list_nothing_is_noted_unless_all_can_be(given, tmp_path):
    told = refused(given, *listed(tmp_path, "name\nAsha\nWilhelmina\nBo\nWaldemar\n"))
    assert "row 3: nobody with this name" in told and "row 5: nobody with this name" in told and "Wil" not in told


@pytest.mark.parametrize(("text", "words"), [
    ("name,date\nAsha,\n", "row 2: the date is missing"), ("name,date\nAsha,soon\n", "row 2: the date is missing, or cannot be read as a date"),
    ("name,date\nAsha,21/11/2026\n", "row 2: the date is in the future"), ("name,date\n,1/11/2026\n", "the name is missing"),
    ("name\n", "nobody is in this list"), ("who was it\nAsha\n", "no row names the columns")])
def test_a_bad_list_of_signatures_is_refused(tmp_path, text, words):
    with pytest.raises(ListError, match=words) as caught:
        listed(tmp_path, text)
    assert "Asha" not in str(caught.value)


def test_a_signature_under_a_new_edition_replaces_the_one_carried_over(tmp_path):
    first = edition(tmp_path)
    give(first)
    sign(first, *names())
    second = edition(tmp_path, LATER)
    give(second, day=LATER)
    assert {entry["edition"] for entry in register(second)} == {1}
    sign(second, "Bo", day=LATER)
    assert [(entry["edition"], entry["signed_on"]) for entry in register(second) if entry["name"] == "Bo"] == [
        (2, LATER.isoformat())]


# ---- status ------------------------------------------------------------------------------------------------------


def counted(folder) -> status.FormCounts | None:
    [organisation] = status.read(folder.parent.parent, sources().questionnaire, DAY, lambda: sources().library)
    return organisation.newest.forms


def test_status_counts_what_is_signed_and_outstanding_also_after_a_new_edition(tmp_path):
    first = edition(tmp_path)
    assert counted(first) is None
    give(first)
    assert counted(first) == status.FormCounts(0, 14)
    sign(first, "Asha", "Bo")
    assert counted(first) == status.FormCounts(3, 11)
    edition(tmp_path, LATER)
    assert counted(first) == status.FormCounts(3, 11)
    edition(tmp_path, date(2028, 1, 1), manager_role="supervisor")
    assert counted(first) == status.FormCounts(0, 14)


def test_status_without_a_library_counts_nothing(given):
    [organisation] = status.read(given.parent.parent, sources().questionnaire, DAY)
    assert organisation.newest.forms is None

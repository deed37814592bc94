"""Forms for everybody: printed, and entered in the register; and what the status says of them."""

import os
import stat
import zipfile
from datetime import date

import openpyxl
import pytest
from pypdf import PdfReader

from helpers.shipped import SOURCES
from helpers.signers import DAY, LATER, TEN, edition, give, library, register, sign
from policygen import status
from policygen.model.problems import ListError, OutputError


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


@pytest.mark.slow
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
    with pytest.raises(OutputError,
                       match=f"no kind of people signs `{form}`.*\n.*declaration-staff, declaration-volunteer"):
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


def test_a_file_in_the_place_of_the_folder_for_forms_is_to_be_moved(folder):
    (folder / "people").write_text("mine", encoding="utf-8")
    with pytest.raises(OutputError, match="this is a file, and a folder is needed") as caught:
        give(folder)
    assert "Move it elsewhere, or give it another name." in str(caught.value) and "--to" not in str(caught.value)


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


# ---- status ------------------------------------------------------------------------------------------------------


def counted(folder) -> status.FormCounts | None:
    home = folder.parent.parent
    [organisation] = status.read_organisations(home, SOURCES.questionnaire, DAY, lambda: SOURCES.library)
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
    [organisation] = status.read_organisations(given.parent.parent, SOURCES.questionnaire, DAY)
    assert organisation.newest.forms is None

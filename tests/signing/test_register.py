"""The register: both files say the same, what people change in the spreadsheet is kept, and nothing is ever half."""

import json
import os
import shutil
import stat
import zipfile
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import filelock
import openpyxl
import pytest

from helpers import packs
from helpers.office import convert
from policygen import status
from policygen.model.problems import ListError, OutputError
from policygen.signing import register
from policygen.signing.people import Person
from policygen.signing.signed import Signature, record_signatures
from policygen.signing.register import Register, RegisterEntry
from policygen.signing.workbooks import write_workbook

DAY = date(2026, 11, 20)
EDITION = packs.edition_of(packs.SMALL)
STORED = Path(__file__).parents[1] / "cases" / "register"
"""A register as an earlier version wrote it."""
FORMULA = '=HYPERLINK("http://example.org","x")'
NAMES = ("Małgorzata Wiśniewska", "محمد بن عبد الله", FORMULA, "Seán O’Neill")


def entries(names=NAMES) -> tuple[RegisterEntry, ...]:
    people = (Person(name, "body" if number == 2 else "staff", "Cook", f"p{number}@example.org", "East")
              for number, name in enumerate(names, 1))
    return tuple(RegisterEntry(number, person, "declaration-staff", "Declaration of confidentiality for staff", 1,
                               "ab12" * 4, DAY) for number, person in enumerate(people, 1))


@pytest.fixture
def folder(tmp_path) -> Path:
    """An edition with a register of four entries, none of them signed."""
    place = tmp_path / "harbour-street" / "2026-11-20"
    packs.save(place, packs.SMALL)
    save(place, lambda now: replace(now, entries=entries()))
    return place


def save(folder: Path, change=lambda now: now) -> tuple[str, ...]:
    """Read the register, change it and write it; what was told."""
    with register.locked_register(folder):
        found = register.read_register(folder, EDITION)
        return register.write_register(folder, change(found.register), found)


def read(folder: Path) -> tuple[RegisterEntry, ...]:
    return register.read_register(folder, EDITION).register.entries


def signed(number: int, day: date = DAY, **more):
    """A change that notes a signature."""
    return lambda now: replace(now, entries=tuple(
        replace(one, signed_on=day, **more) if one.number == number else one for one in now.entries))


def by_hand(folder: Path, change, sheet: str = "Register") -> None:
    """Change the spreadsheet as somebody does who opens it; columns by their headings, rows from 2."""
    book = openpyxl.load_workbook(folder / register.SHEET)
    page = book[sheet]
    places = {cell.value: cell.column for cell in page[1]}
    change(lambda row, heading: page.cell(row, places[heading]), page)
    book.save(folder / register.SHEET)


def data(folder: Path) -> dict:
    return json.loads((folder / register.FILE).read_bytes())


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if not path.name.endswith(".lock")}


# ---- what is written ---------------------------------------------------------------------------------------------


def test_both_files_say_the_same(folder):
    save(folder, signed(4, noted_by="AB", note="by post"))
    rows = list(openpyxl.load_workbook(folder / register.SHEET)["Register"].values)
    shown = [dict(zip(rows[0], row)) for row in rows[1:]]
    kept = data(folder)["entries"]
    assert [(row["No."], row["Name"], row["Role"], row["Kind"], row["Team"], row["E-mail"], row["Form"], row["Edition"],
             row["Issued"].date().isoformat(), row["Signed on"] and row["Signed on"].date().isoformat(),
             row["Noted by"] or "", row["Note"] or "", row["Wording"]) for row in shown] == [
        tuple(one[key] for key in ("number", "name", "role", "kind", "team", "email", "title", "edition", "issued",
                                   "signed_on", "noted_by", "note", "digest")) for one in kept]
    assert [one["kind"] for one in kept] == ["staff", "board", "staff", "staff"]
    assert kept[3]["signed_on"] == "2026-11-20" and data(folder)["format"] == 1


def test_a_name_is_never_a_formula(folder):
    cell = openpyxl.load_workbook(folder / register.SHEET)["Register"]["B4"]
    assert (cell.value, cell.data_type, cell.quotePrefix) == (FORMULA, "s", True)
    with zipfile.ZipFile(folder / register.SHEET) as package:
        assert b"<f" not in package.read("xl/worksheets/sheet1.xml")


def test_the_same_data_gives_the_same_bytes_at_another_time(folder, monkeypatch):
    def table() -> bytes:
        return write_workbook(register._sheets(Register("X", 1, entries()), 3), "X")
    before = table()
    real = datetime

    class Later(real):
        @classmethod
        def now(cls, tz=None):
            return real(2031, 5, 6, tzinfo=tz)
    monkeypatch.setattr("datetime.datetime", Later)
    monkeypatch.setattr("time.time", lambda: 1_900_000_000.0)
    assert table() == before


def test_keys_are_sorted_and_nothing_changed_writes_nothing(folder):
    text = (folder / register.FILE).read_text(encoding="utf-8")
    assert text == json.dumps(json.loads(text), sort_keys=True, indent=2, ensure_ascii=False) + "\n"
    before = {path: path.stat().st_mtime_ns for path in folder.iterdir()}
    assert save(folder) == ()
    assert {path: path.stat().st_mtime_ns for path in folder.iterdir()} == before


@pytest.mark.skipif(os.name != "posix", reason="only POSIX systems have modes")
def test_only_their_owner_may_read_the_files(folder):
    save(folder, signed(1))
    assert {stat.S_IMODE((folder / name).stat().st_mode) for name in (register.FILE, register.SHEET)} == {0o600}


def test_the_pack_is_never_altered(folder):
    before = (folder / "pack.json").read_bytes()
    save(folder, signed(1))
    assert (folder / "pack.json").read_bytes() == before


def test_no_temporary_file_is_made_elsewhere(folder, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "not there"))
    save(folder, signed(1))
    assert read(folder)[0].signed_on == DAY


# ---- what people change in the spreadsheet -----------------------------------------------------------------------


def test_dates_names_and_notes_that_people_fill_in_are_read_back_kept_and_told(folder):
    def change(cell, page):
        cell(2, "Signed on").value = datetime(2026, 12, 1)
        cell(3, "Signed on").value = "2 Dec 2026"
        cell(3, "Noted by").value = " AB "
        cell(5, "Note").value = "=on paper"
        cell(5, "Note").data_type = "s"
    by_hand(folder, change)
    found = read(folder)
    assert [one.signed_on for one in found] == [date(2026, 12, 1), date(2026, 12, 2), None, None]
    assert (found[1].noted_by, found[3].note) == ("AB", "=on paper")
    assert save(folder) == ("Changed in register.xlsx and taken over: No. 1, 2 and 4.",)
    assert data(folder)["entries"][0]["signed_on"] == "2026-12-01"
    assert save(folder) == () and read(folder) == found


def test_a_date_that_somebody_clears_is_cleared(folder):
    save(folder, signed(1))
    by_hand(folder, lambda cell, page: setattr(cell(2, "Signed on"), "value", None))
    assert save(folder) == ("Changed in register.xlsx and taken over: No. 1.",)
    assert read(folder)[0].signed_on is None


def test_rows_in_another_order_are_known_by_their_numbers(folder):
    def change(_, page):
        rows = [[one.value for one in row] for row in page.iter_rows(min_row=2)]
        rows[0][9] = datetime(2026, 12, 1)
        for number, row in enumerate(reversed(rows), 2):
            for column, value in enumerate(row, 1):
                cell = page.cell(number, column)
                cell.value = value
                if isinstance(value, str):
                    cell.data_type = "s"
    by_hand(folder, change)
    assert [one.signed_on for one in read(folder)] == [date(2026, 12, 1), None, None, None]
    assert save(folder) == ("Changed in register.xlsx and taken over: No. 1.",)


def test_the_spreadsheet_counts_where_both_were_changed_and_that_is_told(folder):
    shutil.copy(folder / register.SHEET, folder / "opened.xlsx")
    save(folder, signed(1))
    (folder / "opened.xlsx").rename(folder / register.SHEET)  # somebody saves what they had open

    def change(cell, page):
        cell(2, "Signed on").value = datetime(2026, 12, 24)
    by_hand(folder, change)
    told = save(folder)
    assert read(folder)[0].signed_on == date(2026, 12, 24)
    assert "register.xlsx says otherwise than what was recorded, and counts: No. 1." in told


def test_an_older_spreadsheet_takes_nothing_away(folder):
    old = (folder / register.SHEET).read_bytes()
    save(folder, signed(1))
    (folder / register.SHEET).write_bytes(old)
    assert read(folder)[0].signed_on == DAY
    save(folder, signed(2))
    (folder / register.SHEET).write_bytes(old)  # two behind by now
    by_hand(folder, lambda cell, page: setattr(cell(4, "Note"), "value", "late"))
    assert [one.signed_on for one in read(folder)] == [DAY, DAY, None, None] and read(folder)[2].note == "late"


LOSSES = {
    "another name": lambda cell, page: setattr(cell(2, "Name"), "value", "Somebody else"),
    "a row more": lambda cell, page: page.append(["", "Somebody new"]),
    "a row twice": lambda cell, page: page.append([1, "Somebody new"]),
    "a row less": lambda cell, page: page.delete_rows(3),
    "a column more": lambda cell, page: page.cell(1, 14, "Telephone"),
}


@pytest.mark.parametrize("case", LOSSES)
def test_what_cannot_be_taken_over_is_kept_in_a_copy_and_told(folder, case):
    by_hand(folder, LOSSES[case])
    changed = (folder / register.SHEET).read_bytes()
    told = save(folder, signed(4))
    assert (folder / "register kept 1.xlsx").read_bytes() == changed
    assert told[-1].endswith("is kept in register kept 1.xlsx.")
    assert [one.person.name for one in read(folder)] == list(NAMES) and read(folder)[3].signed_on == DAY
    assert save(folder) == ()


@pytest.mark.parametrize("broken", [b"", b"PK\x03\x04 no more", b"name,signed\n"], ids=["empty", "cut off", "text"])
def test_a_broken_spreadsheet_is_told_kept_and_written_anew(folder, broken):
    save(folder, signed(1))
    (folder / register.SHEET).write_bytes(broken)
    told = save(folder, signed(2))
    assert "register.xlsx cannot be read" in told[0] and "written anew from register.json" in told[0]
    assert [one.signed_on for one in read(folder)] == [DAY, DAY, None, None]
    kept = folder / "register kept 1.xlsx"
    assert (kept.read_bytes() if kept.exists() else b"") == broken
    assert openpyxl.load_workbook(folder / register.SHEET)["Register"].max_row == 5


def test_a_spreadsheet_without_our_table_is_treated_like_a_broken_one(folder):
    by_hand(folder, lambda cell, page: setattr(page["A1"], "value", "Number"))
    assert "it has no table with the headings No., Signed on, Noted by, Note" in save(folder)[0]
    assert (folder / "register kept 1.xlsx").exists()


def test_a_spreadsheet_that_was_deleted_is_written_anew(folder):
    (folder / register.SHEET).unlink()
    assert save(folder) == ("register.xlsx was not there: it is written anew.",)
    assert read(folder) == entries()


def test_a_register_that_was_saved_under_another_name_is_told(folder):
    (folder / "register.ods").write_bytes(b"x")
    by_hand(folder, lambda cell, page: setattr(cell(2, "Note"), "value", "one"))
    assert save(folder)[:2] == ("register.ods is not read: save it as register.xlsx, in its place.",
                                "Changed in register.xlsx and taken over: No. 1.")


def test_words_in_the_place_of_a_date_stop_the_work_and_nothing_is_lost(folder):
    by_hand(folder, lambda cell, page: setattr(cell(3, "Signed on"), "value", "yes"))
    before = files(folder)
    with pytest.raises(ListError, match=r"No\. 2: “Signed on” cannot be read as a date") as caught:
        save(folder, signed(1))
    assert NAMES[1] not in str(caught.value)
    assert files(folder) == before


def test_line_breaks_in_notes_stay(folder):
    by_hand(folder, lambda cell, page: setattr(cell(2, "Note"), "value", "one\ntwo"))
    save(folder)
    assert read(folder)[0].note == "one\ntwo" and save(folder) == ()


# ---- LibreOffice Calc --------------------------------------------------------------------------------------------


def through_calc(folder: Path, to: Path) -> None:
    """Open the spreadsheet in LibreOffice Calc, and save it again."""
    saved, = convert([folder / register.SHEET], "xlsx:Calc MS Excel 2007 XML", to)
    shutil.move(saved, folder / register.SHEET)


@pytest.mark.office
def test_the_register_survives_libreoffice_calc(folder, tmp_path):
    save(folder, signed(1, noted_by="AB", note="two\nlines"))
    before = read(folder)
    own = (folder / register.SHEET).read_bytes()
    through_calc(folder, tmp_path / "calc")
    assert (folder / register.SHEET).read_bytes() != own
    assert read(folder) == before
    by_hand(folder, lambda cell, page: setattr(cell(3, "Signed on"), "value", datetime(2026, 12, 1)))
    through_calc(folder, tmp_path / "calc")
    assert [one.signed_on for one in read(folder)] == [DAY, date(2026, 12, 1), None, None]
    assert openpyxl.load_workbook(folder / register.SHEET)["Register"]["B4"].data_type == "s"
    assert save(folder) == ("Changed in register.xlsx and taken over: No. 2.",)
    assert not (folder / "register kept 1.xlsx").exists()


# ---- whole or not at all -----------------------------------------------------------------------------------------

def test_a_full_disk_leaves_both_files_as_they_were(folder, monkeypatch):
    before = files(folder)

    def full(number):
        raise OSError(28, "No space left on device")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OutputError, match="no space left"):
        save(folder, signed(1))
    monkeypatch.undo()
    assert files(folder) == before


def test_nobody_else_writes_meanwhile(folder, monkeypatch):
    monkeypatch.setattr(filelock.FileLock, "acquire", lambda self: (_ for _ in ()).throw(filelock.Timeout("x")))
    with pytest.raises(OutputError, match="the register is being written by another policygen"):
        save(folder)


@pytest.mark.parametrize("name", [".~lock.register.xlsx#", "~$register.xlsx"])
def test_a_spreadsheet_that_is_open_is_not_replaced(folder, name):
    (folder / name).touch()
    before = files(folder)
    with pytest.raises(OutputError, match="open in a spreadsheet program"):
        save(folder, signed(1))
    assert files(folder) == before


DAMAGED = ["", "[]", "{", '{"format": 1}', "[" * 100_000]


@pytest.mark.parametrize("text", DAMAGED, ids=lambda text: text[:5] or "nothing")
def test_a_damaged_register_is_refused_and_left_alone(folder, text):
    (folder / register.FILE).write_text(text, encoding="utf-8")
    before = files(folder)
    with pytest.raises(OutputError, match="this file is damaged"):
        save(folder)
    assert files(folder) == before


def test_every_fault_of_a_damaged_register_has_its_path(folder):
    damaged = data(folder)
    damaged["entries"][1]["kind"] = "trustee"
    damaged["entries"][2]["signed_on"] = "soon"
    del damaged["entries"][3]["digest"]
    (folder / register.FILE).write_text(json.dumps(damaged), encoding="utf-8")
    with pytest.raises(OutputError) as caught:
        read(folder)
    assert [str(problem.message).split("`")[1] for problem in caught.value.problems] == [
        "entries[1].kind", "entries[2].signed_on", "entries[3].digest"]


def test_two_entries_with_one_number_are_refused(folder):
    damaged = data(folder)
    damaged["entries"][1]["number"] = 1
    (folder / register.FILE).write_text(json.dumps(damaged), encoding="utf-8")
    with pytest.raises(OutputError, match="two entries have the same number"):
        read(folder)


def test_a_register_made_by_an_earlier_version_opens_and_is_written_as_it_was(folder):
    for name in (register.FILE, register.SHEET):
        shutil.copy(STORED / name, folder / name)
    before = files(folder)
    assert [one.person.name for one in read(folder)] == list(NAMES) and save(folder) == ()
    assert (read(folder)[3].signed_on, read(folder)[3].noted_by, read(folder)[3].note) == (DAY, "AB", "by post")
    assert files(folder) == before
    (folder / register.FILE).unlink(), (folder / register.SHEET).unlink()
    save(folder, lambda now: replace(now, entries=entries()))
    save(folder, signed(4, noted_by="AB", note="by post"))
    assert files(folder) == before


def test_a_newer_register_is_refused(folder):
    (folder / register.FILE).write_text('{"format": 9}', encoding="utf-8")
    with pytest.raises(OutputError, match="made by a newer policygen"):
        read(folder)


def test_a_spreadsheet_alone_is_not_overwritten(folder):
    (folder / register.FILE).unlink()
    with pytest.raises(OutputError, match=r"there is a register\.xlsx without its register\.json"):
        read(folder)
    with pytest.raises(OutputError, match=r"there is a register\.xlsx without its register\.json"):
        record_signatures(folder, [Signature("Ann", DAY)], None)
    [organisation] = status.read_organisations(folder, None, DAY, lambda: None)
    assert organisation.newest.forms == status.FormCounts(0, 0, "there is a register.xlsx without its register.json")


# ---- status ------------------------------------------------------------------------------------------------------


def test_a_register_that_cannot_be_read_is_a_line_in_the_status(folder):
    (folder / register.FILE).write_text("{", encoding="utf-8")
    [organisation] = status.read_organisations(folder, None, DAY, lambda: None)
    assert organisation.newest.forms == status.FormCounts(0, 0, "this file is damaged: input data was truncated")
    assert status.as_data(organisation)["editions"][0]["forms"] == {
        "signed": None, "outstanding": None, "problem": "this file is damaged: input data was truncated"}

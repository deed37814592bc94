"""Print runs: a filled form is what would have been laid out, with its tags; nothing is cut, and nothing left half."""

import io
import os
import pickle
import re
import stat
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path
from zipfile import ZipFile

import pikepdf
import pypdfium2
import pytest
from PIL import ImageChops

from helpers import pdf_structure
from helpers import signers
from policygen.formats import pdf
from policygen.formats.house import House
from policygen.formats.word.writer import write_word_file
from policygen.model.document import (
    Document, Field, Fields, Item, ItemList, Paragraph, Passage, Reference, Section, Table, Text,
)
from policygen.pack import edition
from policygen.printing import print_run as print_run_module
from policygen.printing.print_run import (
    PersonForm, PrintOptions, form_template, in_one_line, numbered_foot, print_blank_sheets, print_run, with_values,
)
from policygen.signing.people import Person, form_values

pytestmark = pytest.mark.slow
DAY = date(2026, 11, 20)
HOUSE = House(signers.ROOT / "templates" / "house")
NAMES = """\
Al|Li Wu|Ivy Hill|Illi Lilli|WWWW MMMM|Wanda AVAWAY|To Ta Te Tö|Siân Price|Zoë O’Hara|Chloë D'Arcy-Vaughan
Małgorzata Wiśniewska|Łukasz Świątek|Nguyễn Thị Ánh|Đặng Văn Ởn|Özgür Çelik|Gülşen Iğdır|Ștefan Ionuț|Dvořák Žižka
Ágnes Kőrösi|Ærø Bjørnsdóttir|Þórdís Ðøra|Åsa Ängström|Éloïse Lefèvre|Iñaki Núñez|João Conceição|Ħal Għargħur
Ľubomír Ďurčo|Ķārlis Ģirts|Jūratė Žąsė|Fionnuala Ní Bhriain|Gruffudd ap Llŷr|Adébáyò Ọlá|Ifeoma Ọbị|Аня Иванова
Γιώργος Νικολάου|office file fluff affix|Ff Fi Fl Ffi|J. R. R. Q. Very|Anne-Marie van der Berg-Smythe|A B C D E F G
Hubert Blaine Wolfe|Smith & Sons <Ltd>|{{ 7*7 }} ${PATH} %d|=HYPERLINK("http://example.org")
Maximiliane Featherstonehaugh-Cholmondeley of Marjoribanks|Tá Tà Tâ Tã Tä Tå|T. Y. V. W. A.|fi ffi fl ffl
1 2 3 4 5 6 7 8 9 0|L’Œuvre d’Été|Quỳnh Phượng"""
FIFTY = NAMES.replace("\n", "|").split("|")[:50]
LONG = "Wolfeschlegelsteinhausenbergerdorff-Featherstonehaugh-Cholmondeley Marjoribanks-W"
AWKWARD = {"Hebrew": "שרה כהן", "Arabic": "محمد عبد الله", "both ways": "Sara (שרה) Cohen", "80 letters": LONG,
           "no space": "W" * 80, "line break": "Ada\nLovelace", "tab": "Ada\tLovelace", "control": "Ada\x01 L\u200fove"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return signers.edition(tmp_path_factory.mktemp("printing"))


@pytest.fixture(scope="module")
def forms(folder) -> dict[str, Document]:
    return {document.id: document for document in edition.read_edition(folder).documents}


def jobs(forms: dict[str, Document], names: list[str], *more: str) -> list[PersonForm]:
    wanted = ("declaration-staff", *more)
    return [PersonForm(number * len(wanted) + at + 1, forms[form], number, form_values(Person(name, "staff", "Driver")))
            for number, name in enumerate(names) for at, form in enumerate(wanted)]


def run(tmp_path: Path, jobs: list[PersonForm], **look) -> Path:
    options = PrintOptions(look.pop("formats", ("pdf",)), **look)
    return print_run(jobs, tmp_path, DAY, options, HOUSE, lambda step: None).folder


def together(folder: Path) -> bytes:
    return (folder / print_run_module.ONE_FILE).read_bytes()


def pictures(data: bytes, pages=None) -> list:
    with pypdfium2.PdfDocument(data) as file:
        return [file[at].render(scale=1.5).to_pil().convert("L") for at in pages or range(len(file))]


def words(data: bytes) -> list[str]:
    with pypdfium2.PdfDocument(data) as file:
        return [page.get_textpage().get_text_range().replace("\r\n", "\n") for page in file]


def bookmarks(data: bytes) -> list[tuple[str, int, list[str]]]:
    with pikepdf.open(io.BytesIO(data)) as file, file.open_outline() as outline:
        pages = {page.objgen: number for number, page in enumerate(file.pages)}
        return [(item.title, pages[item.destination[0].objgen], [child.title for child in item.children])
                for item in outline.root]


def laid_out(job: PersonForm) -> bytes:
    document = with_values(job.document, {key: in_one_line(value) for key, value in job.values.items()})
    foot = numbered_foot(job.document, f"No. {job.number}")
    return pdf.write(replace(document, edition_line=foot), HOUSE, fillable=False)


def structure(data: bytes) -> list[str]:
    """What is wrong with the tags; a run has the titles of all its forms."""
    return [problem for problem in pdf_structure.problems(data) if "titles, or begins" not in problem]


# ---- the same as laid out ----------------------------------------------------------------------------------------


def test_fifty_names_are_filled_in_just_as_they_would_have_been_laid_out(tmp_path, forms, monkeypatch):
    asked = jobs(forms, FIFTY)
    laid = []
    write = pdf.write
    monkeypatch.setattr(pdf, "write",
                        lambda document, *rest, **more: laid.append(document) or write(document, *rest, **more))
    data = together(run(tmp_path, asked))
    assert len([document for document in laid if document.id == "declaration-staff"]) == 1, "laid out once"
    first = bookmarks(data)[1][1]
    for job, filled in zip(asked, pictures(data, range(first, first + 50)), strict=True):
        (full,) = pictures(laid_out(job))
        assert full.size == filled.size
        assert ImageChops.difference(full, filled).getextrema()[1] <= 16, job.values["name"]


def test_the_comparison_sees_a_wrong_letter_and_a_wrong_place(forms):
    one, other, shifted = (pictures(laid_out(jobs(forms, [name])[0]))[0]
                           for name in ("Siân Price", "Sian Price", "Siân  Prıce"))
    assert ImageChops.difference(one, other).getextrema()[1] > 64 < ImageChops.difference(one, shifted).getextrema()[1]


@pytest.mark.parametrize("name", AWKWARD.values(), ids=AWKWARD)
def test_an_awkward_name_is_laid_out_in_full_or_just_as_well(tmp_path, forms, name):
    (job,) = jobs(forms, [name])
    data = together(run(tmp_path, [job]))
    assert structure(data) == []
    (full,), filled = pictures(laid_out(job)), pictures(data)[-1]
    assert ImageChops.difference(full, filled).getextrema()[1] <= 16


def test_no_letter_of_a_long_name_is_cut(tmp_path, forms):
    for number, name in enumerate((LONG, "W" * 80, "Anna " * 16)):
        (place := tmp_path / str(number)).mkdir()
        text = words(together(run(place, jobs(forms, [name]))))
        for page in (text[0], text[-1]):  # the cover list, the form
            # pdfium gives a hyphen at the end of a line as a letter of its own
            assert "".join(name.split()) in "".join(page.replace("\ufffe", "-").split()), name


def test_a_name_without_a_role_leaves_the_role_to_be_written(tmp_path, forms):
    asked = jobs(forms, ["Ada Lovelace", "Bo Chan"])
    asked[1] = replace(asked[1], values=form_values(Person("Bo Chan", "staff")))
    data = together(run(tmp_path, asked))
    assert [("Driver" in page, "Role" in page) for page in words(data)[1:]] == [(True, True), (False, True)]
    assert ImageChops.difference(pictures(laid_out(asked[1]))[0], pictures(data)[-1]).getextrema()[1] <= 16


def test_words_that_look_like_a_placeholder_are_not_mixed_up_with_it(tmp_path, forms):
    blank = forms["declaration-staff"]
    role = form_template(blank, {"name": "x", "role": "x"}).placeholders["role"]
    section = blank.sections[0]
    first = replace(section.passages[0], blocks=(Paragraph((Text(role),)), *section.passages[0].blocks))
    odd = replace(blank, sections=(replace(section, passages=(first, *section.passages[1:])),))
    (job,) = jobs({"declaration-staff": odd}, ["Ada Lovelace"])
    data = together(run(tmp_path, [job]))
    assert ImageChops.difference(pictures(laid_out(job))[0], pictures(data)[-1]).getextrema()[1] <= 16


def test_letters_that_no_font_has_are_told_by_the_number_of_the_form(tmp_path, forms):
    asked = jobs(forms, ["Ada Lovelace", "Ada \U000f0000 Lovelace", "Bo Chan"])  # a letter of nobody's alphabet
    for separate in (False, True):
        made = print_run(asked, tmp_path, DAY, PrintOptions(("pdf",), separate=separate), HOUSE, lambda step: None)
        assert made.unreadable == (2,)


# ---- one file ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def many(tmp_path_factory, forms) -> bytes:
    """Twelve people with two forms each, one of them in letters that the typeface does not have."""
    return together(run(tmp_path_factory.mktemp("many"), jobs(forms, [*FIFTY[:11], "שרה כהן"], "systems-access")))


def test_the_tags_of_all_forms_are_whole(many):
    assert structure(many) == []
    with pikepdf.open(io.BytesIO(many)) as file:
        assert file.check_pdf_syntax() == []
        root = file.Root.StructTreeRoot
        document = root.K
        people = list(document.K)
        assert [str(part.T) for part in people] == ["Cover list", *FIFTY[:11], "שרה כהן"]
        assert {str(form.S) for part in people for form in part.K} == {"/Art"}
        keys = [key for leaf in root.ParentTree.Kids for key in list(leaf.Nums)[::2]]
        assert keys == list(range(int(root.ParentTreeNextKey)))
        assert {int(page.StructParents) for page in file.pages} <= set(keys)


def test_a_form_has_the_same_tags_as_when_it_is_laid_out_alone(many, forms):
    def tags(element) -> list:
        kids = [kid for kid in element.get("/K", []) if isinstance(kid, pikepdf.Dictionary) and "/S" in kid]
        return [str(element.S), *map(tags, kids)]

    with pikepdf.open(io.BytesIO(many)) as file, pikepdf.open(io.BytesIO(laid_out(jobs(forms, ["Al"])[0]))) as alone:
        (person, *_) = list(file.Root.StructTreeRoot.K.K)[1:]
        assert tags(person.K[0])[1:] == tags(alone.Root.StructTreeRoot.K[0])[1:]


def test_everybody_has_a_bookmark_and_each_form_counts_its_own_pages(many):
    found = bookmarks(many)
    assert [title for title, _, _ in found] == ["Cover list", *FIFTY[:11], "שרה כהן"]
    assert {tuple(below) for _, _, below in found[1:]} == {
        ("Declaration of confidentiality for staff", "Agreement for access to our systems")}
    text = words(many)
    assert [page for _, page, _ in found[1:]] == list(range(1, 25, 2))
    for number, page in enumerate(text[1:], 1):
        assert f"No. {number}" in page and "Page 1 of 1" in page
    with pypdfium2.PdfDocument(many) as file:
        assert [file.get_page_label(at) for at in (0, 1, 2, 24)] == ["i", "1/1", "2/1", "24/1"]


def test_a_print_run_has_no_fields_to_type_in(many):
    with pikepdf.open(io.BytesIO(many)) as file:
        assert "/AcroForm" not in file.Root and not [page for page in file.pages if "/Annots" in page]


def test_with_duplex_each_set_begins_on_a_right_hand_page(tmp_path, forms):
    asked = [*jobs(forms, ["Ada"]), *jobs(forms, ["Bo"], "systems-access"), *jobs(forms, ["Cy"])]
    asked = [replace(job, number=at, person=ord(job.values["name"][0])) for at, job in enumerate(asked, 1)]
    data = together(run(tmp_path, asked, duplex=True))
    assert [(title, page) for title, page, _ in bookmarks(data)] == [
        ("Cover list", 0), ("Ada", 2), ("Bo", 4), ("Cy", 6)]
    with pikepdf.open(io.BytesIO(data)) as file:
        assert file.Root.ViewerPreferences.Duplex == "/DuplexFlipLongEdge"
        blank = [at for at, page in enumerate(file.pages) if "/Contents" not in page]
    assert blank == [1, 3] and structure(data) == []


def test_the_cover_list_names_everybody_with_boxes_to_tick(tmp_path, forms):
    data = together(run(tmp_path, jobs(forms, [f"Person {number}" for number in range(1, 31)])))
    pages = words(data)
    assert [page.count("☐") for page in pages[:3]] == [48, 12, 0]
    assert re.findall(r"Person \d+", pages[0] + pages[1]) == [f"Person {number}" for number in range(1, 31)]
    assert "List 1 of 2" in pages[0] and "List 2 of 2" in pages[1] and "Page" not in pages[0] + pages[1]
    assert structure(data) == []


def test_the_same_run_gives_the_same_bytes(many, tmp_path, forms):
    asked = jobs(forms, [*FIFTY[:11], "שרה כהן"], "systems-access")
    assert together(run(tmp_path, asked)) == many


ELSEWHERE = """
import pickle, sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from printing import test_print_run as tests
forms = pickle.loads(Path(sys.argv[1], "forms").read_bytes())
sys.stdout.buffer.write(tests.together(tests.run(Path(sys.argv[1]), tests.jobs(forms, ["Ada"]))))
"""


def test_the_same_run_in_another_process_gives_the_same_bytes(tmp_path, forms):
    (tmp_path / "forms").write_bytes(pickle.dumps(forms))
    made = subprocess.run([sys.executable, "-c", ELSEWHERE, tmp_path, Path(__file__).parents[1]], timeout=300,
                          env=os.environ | {"PYTHONHASHSEED": "1"}, capture_output=True, check=True).stdout
    assert made == together(run(tmp_path, jobs(forms, ["Ada"])))


def test_values_are_drawn_anew_for_a_further_batch(tmp_path, forms, monkeypatch):
    monkeypatch.setattr(print_run_module, "BATCH", 3)
    data = together(run(tmp_path, jobs(forms, FIFTY[:8])))
    assert structure(data) == []
    assert [name in page for name, page in zip(["WWWW MMMM", "Siân Price"], words(data)[5:9:3])] == [True, True]


# ---- links and tables --------------------------------------------------------------------------------------------


def linked() -> Document:
    """Two pages with a table, a link inside, and two places for the name on the second."""
    line = Fields((Field("Name", "line", "name"),))
    rows = tuple(((Text(f"Row {n}"),), (Text("yes"),)) for n in range(30))
    table = Table(((Text("What"),), (Text("How"),)), rows, "A table.")
    items = ItemList(tuple(Item((Paragraph((Text(f"Point {n}"),)),), "•") for n in range(30)))
    reference = Paragraph((Text("See "), Reference("x/two", "the second part"), Text(".")))
    passages = (Passage("x/one", "One", "", (reference, table, line)), Passage("x/two", "Two", "", (items, line)))
    return Document("linked", "form", "Linked form", "Rowan Gate", "plain", (), (Section("x", "Here", "", passages),),
                    "Edition 1", False)


def test_ids_of_header_cells_and_links_stay_within_their_copy(tmp_path):
    data = together(run(tmp_path, [PersonForm(number, linked(), number, {"name": f"Person {number}"})
                                   for number in (1, 2, 3)]))
    assert structure(data) == []
    with pikepdf.open(io.BytesIO(data)) as file:
        heads = Counter(str(element.ID) for element, _ in pdf_structure._elements(file) if "/ID" in element)
        named = [str(name) for leaf in file.Root.StructTreeRoot.IDTree.Kids for name in list(leaf.Names)[::2]]
        assert set(heads.values()) == {1} and named == sorted(heads)
        firsts = [page for _, page, _ in bookmarks(data)[1:]]
        pages = {page.objgen: at for at, page in enumerate(file.pages)}
        for at in firsts:
            (link,) = file.pages[at].Annots
            assert at <= pages[link.Dest[0].objgen] <= at + 1
    assert [page.count("Page 1 of 2") + page.count("Page 2 of 2") * 2 for page in words(data)[1:]] == [1, 2] * 3
    assert ["".join(re.findall(r"Person (\d)", page)) for page in words(data)[1:]] == ["", "11", "", "22", "", "33"]


# ---- a file each -------------------------------------------------------------------------------------------------


def test_separate_gives_a_pdf_for_each_form(tmp_path, forms):
    asked = jobs(forms, ["Siân Price", "a/b\\c:*?", LONG])
    made = run(tmp_path, asked, separate=True)
    title = "Declaration of confidentiality for staff"
    assert sorted(path.name for path in made.iterdir()) == [
        f"1 Siân Price, {title}.pdf", f"2 abc, {title}.pdf", f"3 {LONG[:60]}, {title}.pdf", "Cover list.pdf"]
    for job, path in zip(asked, sorted(made.iterdir())):
        data = path.read_bytes()
        assert structure(data) == []
        assert ImageChops.difference(pictures(laid_out(job))[0], pictures(data)[0]).getextrema()[1] <= 16


def parts(data: bytes) -> dict[str, bytes]:
    with ZipFile(io.BytesIO(data)) as package:
        assert package.testzip() is None
        return {name: package.read(name) for name in package.namelist()}


@pytest.mark.parametrize("name", ["Siân Price", 'Smith & "Sons" <Ltd>', "Ada\nLovelace", "שרה כהן", LONG,
                                  "{{ 7*7 }} %d \\1"])
def test_a_word_file_has_the_parts_that_the_ordinary_writer_gives_it(tmp_path, forms, name):
    (job,) = jobs(forms, [name])
    made = run(tmp_path, [job], formats=("docx",))
    (path,) = made.glob("1 *.docx")
    document = with_values(job.document, {key: in_one_line(value) for key, value in job.values.items()})
    expected = write_word_file(replace(document, edition_line=numbered_foot(job.document, "No. 1")), HOUSE)
    assert parts(path.read_bytes()) == parts(expected)


def test_word_files_come_with_a_cover_list(tmp_path, forms):
    made = run(tmp_path, jobs(forms, FIFTY[:3]), formats=("docx",))
    text = parts((made / "Cover list.docx").read_bytes())["word/document.xml"].decode()
    assert all(name in text for name in FIFTY[:3])


# ---- blank sheets ------------------------------------------------------------------------------------------------


def test_blank_sheets_are_numbered_and_name_nobody(tmp_path, forms):
    made = print_blank_sheets([forms["client-consent"], forms["file-request"]], 12, tmp_path, DAY,
                              PrintOptions(("pdf",), True), HOUSE, lambda step: None)
    assert sorted(path.name for path in made.iterdir()) == [
        "Confidentiality and consent sheet, 12 copies.pdf", "Request to see my file, 12 copies.pdf"]
    for path in made.iterdir():
        data = path.read_bytes()
        found = [re.search(r"Sheet (\d+) of 12", page) for page in words(data)]
        numbers = [int(match[1]) for match in found if match]
        assert sorted(set(numbers)) == list(range(1, 13)) and numbers == sorted(numbers)
        assert all(match for match, page in zip(found, words(data)) if page.strip()), "on every page"
        assert all(page % 2 == 0 for _, page, _ in bookmarks(data)) and structure(data) == []


def test_a_sheet_that_names_no_organisation_has_only_its_number(tmp_path, forms):
    discreet = replace(forms["client-consent"], organisation="", edition_line="", title="Reminders")
    made = print_blank_sheets([discreet], 3, tmp_path, DAY, PrintOptions(("pdf",)), HOUSE, lambda step: None)
    data = (made / "Reminders, 3 copies.pdf").read_bytes()
    with pikepdf.open(io.BytesIO(data)) as file:
        assert "/Author" not in file.docinfo and str(file.docinfo.Title) == "Reminders"
    assert [line for page in words(data) for line in page.split("\n") if "of 3" in line or "Edition" in line] == [
        f"Sheet {number} of 3 Page {page} of 2" for number in (1, 2, 3) for page in (1, 2)]


# ---- files -------------------------------------------------------------------------------------------------------


@pytest.mark.skipif(os.name != "posix", reason="only POSIX systems have modes")
@pytest.mark.parametrize("look", [{}, {"separate": True}, {"formats": ("docx",)}])
def test_only_the_owner_can_read_what_was_printed(tmp_path, forms, look):
    made = run(tmp_path, jobs(forms, ["Ada"]), **look)
    assert {stat.S_IMODE(folder.stat().st_mode) for folder in (made, made.parent)} == {0o700}
    assert {stat.S_IMODE(path.stat().st_mode) for path in made.iterdir()} == {0o600}


@pytest.mark.parametrize("look", [{}, {"separate": True}, {"formats": ("docx",)}])
def test_a_run_that_is_stopped_leaves_nothing(tmp_path, forms, look):
    options = PrintOptions(look.pop("formats", ("pdf",)), **look)

    def stop(step):
        if step.number == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        print_run(jobs(forms, FIFTY[:4]), tmp_path, DAY, options, HOUSE, stop)
    assert list(tmp_path.iterdir()) == []


KILL = """
import os, signal, sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from printing import test_print_run as tests
from policygen.pack import edition
from policygen.printing import print_run
def report(step):
    if step.number == 3:
        os.kill(os.getpid(), signal.SIGKILL)
forms = {document.id: document for document in edition.read_edition(Path(sys.argv[3])).documents}
print_run.print_run(tests.jobs(forms, tests.FIFTY[:4]), Path(sys.argv[1]), tests.DAY, print_run.PrintOptions(("pdf",)),
                    tests.HOUSE, report)
"""


@pytest.mark.skipif(os.name != "posix", reason="only POSIX systems have kill -9")
def test_a_kill_leaves_no_run_and_the_next_one_clears_up(tmp_path, folder, forms):
    killed = subprocess.run([sys.executable, "-c", KILL, tmp_path, Path(__file__).parents[1], folder], timeout=300)
    assert killed.returncode == -9
    (left,) = (tmp_path / print_run_module.FOLDER).iterdir()
    assert left.name.startswith(".") and left.name.endswith(".half")
    made = run(tmp_path, jobs(forms, ["Ada"]))
    assert list((tmp_path / print_run_module.FOLDER).iterdir()) == [made]


def test_each_step_is_told_once(tmp_path, forms):
    heard = []
    print_run(jobs(forms, FIFTY[:5]), tmp_path, DAY, PrintOptions(("pdf", "docx")), HOUSE, heard.append)
    assert [(step.number, step.of) for step in heard] == [(number, 10) for number in range(1, 11)]

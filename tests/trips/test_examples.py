"""The example packs, whole: golden text, the same words in every format, the same bytes twice, every point carried.

To refresh the golden text after a change of wording: ./run test tests/trips/test_examples.py --golden -k approved
"""

import difflib
import hashlib
import json
import re
import zipfile
from collections import Counter
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import pypdf
import pypdfium2
import pytest
from helpers.examples import DAY, HOSTILE, make_pack, whole_pack
from helpers.golden import golden_texts
from helpers.shipped import QUESTIONS, ROOT, SOURCES
from lxml.html import document_fromstring

from policygen.model.document import Document, Fields, Table, every_block, inlines_of, passages_of, plain
from policygen.model.problems import PolicygenError
from policygen.pack import answers, make
from policygen.pack.make import Made, Request

GOLDEN = ROOT / "tests" / "golden"
MODELS = {"front-line": "FL", "voluntary": "VO", "community-group": "CG", "dv-programme": "DV", "cic": "CI"}
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


@pytest.fixture(params=[*MODELS, "hostile"])
def made(request) -> Made:
    return whole_pack(request.param)


@pytest.fixture(scope="module")
def packs(tmp_path_factory) -> dict[str, Made]:
    """The packs of the examples as text."""
    return {example: make_pack(tmp_path_factory.mktemp(example), example) for example in sorted(MODELS)}


# ---- the same words ----------------------------------------------------------------------------------------------


def docx_text(path: Path) -> str:
    """The words of a Word file's body; a table cell and a paragraph end a word."""
    with zipfile.ZipFile(path) as package:
        root = ElementTree.fromstring(package.read("word/document.xml"))
    parts = {f"{W}p": "\n", f"{W}br": "\n", f"{W}tab": "\t"}
    return "".join(parts.get(node.tag, node.text if node.tag == f"{W}t" else "") or "" for node in root.iter())


def pdf_text(path: Path) -> str:
    with pypdfium2.PdfDocument(path) as document:  # pypdf takes twenty times as long
        return "\n".join(page.get_textpage().get_text_range() for page in document)


def html_text(path: Path) -> str:
    """The words that somebody sees of a page: not its title, the captions for screen readers, the link over the top."""
    page = document_fromstring(path.read_text(encoding="utf-8"))
    for unseen in page.xpath("//head | //caption | //a[@class='skip']"):
        unseen.drop_tree()
    for block in page.iter("p", "li", "td", "th", "h1", "h2", "h3", "h4", "br"):
        block.tail = "\n" + (block.tail or "")
    return page.text_content()


READERS = {"docx": docx_text, "pdf": pdf_text, "html": html_text, "txt": lambda path: path.read_text(encoding="utf-8")}
ENDINGS = {**{kind: f".{kind}" for kind in READERS}, "large": " (large print).pdf"}


def model_lines(document: Document) -> list[str]:
    """Every line of words in the model: what each format must have, once each."""
    lines = [document.title, document.organisation, *(section.title for section in document.sections)]
    for label, words in document.control:
        lines += [label, plain(words)]
    for passage in passages_of(document):
        lines += [plain(run) for run in inlines_of(passage.blocks)]
        for block in every_block(passage.blocks):
            if isinstance(block, Fields):
                lines += [block.title, *(field.label for field in block.fields)]
    return lines


def header_rows(document: Document) -> list[str]:
    """The header rows of tables, which stand again on each page that a table goes on to."""
    return [plain(cell) for passage in passages_of(document) for block in every_block(passage.blocks)
            if isinstance(block, Table) for cell in block.header]


def counted(text: str) -> Counter:
    """How often each word stands in a text. Numbers and single letters are left out: some formats draw them."""
    return Counter(word for word in re.findall(r"[^\W_]+", text) if len(word) > 1 and not word.isdigit())


@pytest.mark.slow
@pytest.mark.parametrize("kind", ENDINGS)
def test_every_format_has_the_words_of_the_model_and_no_others(made, kind):
    for document in made.documents:
        path = next(made.folder.rglob(f"{document.title}{ENDINGS[kind]}"))
        found = counted(READERS[path.suffix[1:]](path))
        wanted = counted("\n".join(model_lines(document)))
        furniture = counted("\n".join([document.title, document.organisation, document.edition_line,
                                       "Contents Page of DRAFT", *(section.title for section in document.sections),
                                       *header_rows(document)]))
        assert wanted - found == Counter(), f"missing in {document.title}.{kind}"
        assert (found - wanted).keys() <= furniture.keys(), f"too much in {document.title}.{kind}"


@pytest.mark.slow
@pytest.mark.parametrize("kind", ENDINGS)
def test_sentences_stand_in_the_order_of_the_model(made, kind):
    """One document is enough: the policy has every kind of block."""
    document = made.documents[0]
    path = next(made.folder.rglob(f"{document.title}{ENDINGS[kind]}"))
    text = squeezed(READERS[path.suffix[1:]](path))
    at = 0
    for passage in passages_of(document):
        first = next(squeezed(plain(run)) for run in inlines_of(passage.blocks))[:40]
        assert (at := text.find(first, at)) >= 0, f"{passage.clause} in {kind}"


def squeezed(text: str) -> str:
    return re.sub(r"[\W_]+", "", text)


@pytest.mark.slow
def test_a_hostile_name_is_literal_everywhere():
    made = whole_pack("hostile")
    assert made.folder.parent.name == "r-d-trust-7-7-x"
    for document in made.documents:
        stem = next(made.folder.rglob(f"{document.title}.txt"))
        assert stem.read_text(encoding="utf-8").split("\n")[2] == HOSTILE
        pdf = pypdf.PdfReader(stem.with_suffix(".pdf"))
        assert HOSTILE in pdf.metadata.title
        assert HOSTILE in " ".join(pdf.pages[0].extract_text().split())
        with zipfile.ZipFile(stem.with_suffix(".docx")) as package:
            core = ElementTree.fromstring(package.read("docProps/core.xml"))
            headers = [package.read(name) for name in package.namelist() if name.startswith("word/header")]
        assert HOSTILE in "".join(core.itertext())
        assert HOSTILE in "".join("".join(ElementTree.fromstring(header).itertext()) for header in headers)
        assert HOSTILE in docx_text(stem.with_suffix(".docx"))


# ---- golden text, determinism, points ----------------------------------------------------------------------------


def test_the_words_are_what_was_read_and_approved(packs, request):
    texts = golden_texts({example: made.documents for example, made in packs.items()})
    if request.config.getoption("--golden"):
        for path in GOLDEN.glob("*.txt"):
            path.unlink()
        for name, text in texts.items():
            (GOLDEN / f"{name}.txt").write_text(text, encoding="utf-8")
    approved = {path.stem: path.read_text(encoding="utf-8") for path in GOLDEN.glob("*.txt")}
    changes = [line for name in sorted(texts.keys() | approved.keys()) for line in difflib.unified_diff(
        approved.get(name, "").split("\n"), texts.get(name, "").split("\n"), f"{name} as approved", f"{name} now",
        lineterm="", n=1)]
    assert not changes, "\n".join(["./run test tests/trips/test_examples.py --golden keeps this:", *changes])


@pytest.mark.slow
@pytest.mark.parametrize("example", MODELS)
def test_the_same_answers_and_date_give_the_same_bytes(tmp_path, example):
    first, second = whole_pack(example), make_pack(tmp_path, example, ("docx", "pdf", "txt"))
    files = {path.relative_to(second.folder) for path in second.folder.rglob("*") if path.is_file()}
    assert len(files) == 3 * len(first.documents) + 3
    for name in files - {Path("pack.json")}:
        assert (first.folder / name).read_bytes() == (second.folder / name).read_bytes(), name
    records = [json.loads((made.folder / "pack.json").read_bytes()) for made in (first, second)]
    for document in records[0]["documents"]:
        document["files"] = [file for file in document["files"] if Path(file["path"]) in files]
    assert records[0] == records[1]


@pytest.mark.parametrize(("example", "model"), MODELS.items())
def test_an_example_carries_every_point_of_its_model(packs, example, model):
    record = json.loads((packs[example].folder / "pack.json").read_text(encoding="utf-8"))
    points = {point for point in SOURCES.library.points.texts if point.startswith(model)}
    assert points - set(record["points"]) == set()


@pytest.mark.slow
def test_pack_json_describes_what_is_in_the_folder():
    folder = whole_pack("front-line").folder
    record = json.loads((folder / "pack.json").read_text(encoding="utf-8"))
    listed = {entry["path"]: entry["sha256"] for document in record["documents"] for entry in document["files"]}
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert set(listed) == there - {"answers.yaml", "pack.json", "Review reminder.ics"}
    for name, digest in listed.items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest
    assert record["edition"] == {"number": 1, "date": "2026-11-21", "review_due": "2028-10-14",
                                 "status": "approved", "approved_on": "2026-10-14"}
    clauses = {clause["id"]: clause for document in record["documents"] for clause in document["clauses"]}
    assert re.fullmatch(r"\d+\.\d+", clauses["limits/terrorism"]["number"])
    assert "terrorism-s38b" in clauses["limits/terrorism"]["law"]
    assert "[[" in "".join(clause["text"] for clause in clauses.values())


def test_the_answers_in_an_edition_make_the_same_pack_again(packs, tmp_path):
    first = packs["cic"]
    given = answers.read_answers(first.folder / "answers.yaml", QUESTIONS)
    request = Request(given=given, answers_name="", answers_text="",
                      to=tmp_path, formats=("txt",), as_at=DAY, draft=False)
    second = make.make(SOURCES, request, lambda step: None)
    for name in ("Confidentiality policy.txt", "Read this first.txt", "pack.json"):
        assert (first.folder / name).read_bytes() == (second.folder / name).read_bytes()


# ---- the law on a date -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("day", "stated"), [(date(2026, 6, 18), False), (date(2026, 6, 19), True)])
def test_the_statutory_complaints_duty_is_stated_from_its_first_day(tmp_path, day, stated):
    made = make_pack(tmp_path, "front-line", ("txt",), day, approved_on="")
    text = (made.folder / "Confidentiality policy.txt").read_text(encoding="utf-8")
    assert ("section 164A" in " ".join(text.split())) is stated


@pytest.mark.parametrize(("nations", "there", "absent"), [
    (["england"], "nobody has a general duty in law to report a crime", "Criminal Law Act (Northern Ireland)"),
    (["northern_ireland"], "Criminal Law Act (Northern Ireland) 1967", "general duty in law to report a crime"),
])
def test_each_nation_has_its_own_duty_to_report(tmp_path, nations, there, absent):
    made = make_pack(tmp_path, "front-line", nations=nations)
    text = " ".join((made.folder / "Confidentiality policy.txt").read_text(encoding="utf-8").split())
    assert there in text
    assert absent not in text


def test_a_draft_says_so_and_an_approval_from_the_future_is_refused(tmp_path):
    draft = make_pack(tmp_path, "front-line", approved_on="")
    assert "DRAFT" in (draft.folder / "Confidentiality policy.txt").read_text(encoding="utf-8")
    with pytest.raises(PolicygenError, match="24 December 2026 is after 21 November 2026"):
        make_pack(tmp_path, "front-line", approved_on=date(2026, 12, 24))

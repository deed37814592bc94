"""Every Word file of the five examples, in ordinary and in large print: sound, and the words of the text writer."""

import re
from dataclasses import replace
from datetime import date
from functools import cache

import pytest
from openxml_audit import OpenXmlValidator
from pypdf import PdfReader

from helpers.office import convert
from helpers.sdk import findings
from helpers.shipped import SOURCES
from helpers.word_files import EVERY, LOGO, PLAIN, ROOT, broken, labelled, part, text
from helpers.word_lint import lint
from policygen.formats import text as text_writer
from policygen.formats.word.writer import write_word_file
from policygen.model.document import Remark, passages_of
from policygen.pack import answers, make

pytestmark = pytest.mark.slow
EXAMPLES = sorted(path.stem for path in (ROOT / "examples").glob("*.yaml"))
LOOKS = {"ordinary": PLAIN, "large": replace(PLAIN, large=True, accent="#7a1f5c", typeface="serif", logo=LOGO)}


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """The documents of an example with their Word files, by look."""
    sources = SOURCES

    @cache
    def made(example, look):
        path = ROOT / "examples" / f"{example}.yaml"
        request = make.Request(
            given=answers.read_answers(path, sources.questionnaire), answers_name="", answers_text="",
            to=tmp_path_factory.mktemp(example), formats=("txt",), as_at=date(2026, 11, 21), draft=look == "large")
        documents = make.make(sources, request, lambda stage: None).documents
        return [(document, write_word_file(document, LOOKS[look], b'{"organisation": "A"}')) for document in documents]

    return made


every_file = pytest.mark.parametrize(("example", "look"), [(e, look) for e in EXAMPLES for look in LOOKS])


@every_file
def test_no_finding_of_the_lint(files, example, look):
    assert {document.id: found for document, data in files(example, look) if (found := lint(data))} == {}


@every_file
def test_no_finding_of_the_validator(files, example, look, tmp_path):
    audit = OpenXmlValidator()
    found = {}
    for document, data in files(example, look):
        (tmp_path / "it.docx").write_bytes(data)
        found[document.id] = audit.validate(str(tmp_path / "it.docx")).errors
    assert len(found) >= 14 and not any(found.values()), found


@pytest.mark.parametrize("document", EVERY.values(), ids=EVERY)
def test_no_finding_of_the_validator_in_the_samples(document, tmp_path):
    for look in LOOKS.values():
        (tmp_path / "it.docx").write_bytes(write_word_file(document, look, b"{}"))
        assert OpenXmlValidator().validate(str(tmp_path / "it.docx")).errors == []


def test_the_validator_finds_what_is_wrong(tmp_path):
    (tmp_path / "it.docx").write_bytes(damaged())
    assert OpenXmlValidator().validate(str(tmp_path / "it.docx")).errors


def damaged() -> bytes:
    return broken(write_word_file(EVERY["form"], PLAIN), "word/document.xml", "<w:pStyle ", "<w:pStil ")


@pytest.mark.office
def test_no_finding_of_the_sdk(files, tmp_path):
    """In one whole pack, in the policies of the others in large print, and in a file with comments."""
    drawn = {document.id: data for document, data in files("dv-programme", "ordinary")}
    drawn |= {f"{example} policy": data for example in EXAMPLES for document, data in files(example, "large")
              if document.kind == "policy"}
    document = next(document for document, _ in files("cic", "ordinary") if document.kind == "policy")
    remarks = [Remark((passage.clause,), "Is this “ours” & right?", "Riverside <Ltd>", date(2026, 11, 21))
               for passage in passages_of(document)]
    drawn["with comments"] = write_word_file(document, PLAIN, b"{}", remarks)
    found = {name: findings(data, tmp_path / "it.docx") for name, data in drawn.items()}
    assert len(found) >= 25 and not any(found.values()), found


@pytest.mark.office
def test_the_sdk_finds_what_is_wrong(tmp_path):
    assert findings(damaged(), tmp_path / "it.docx")


@every_file
def test_the_words_are_those_of_the_text_writer(files, example, look):
    for document, data in files(example, look):
        written = text_writer.write(document)
        assert in_word(data, document) == bare(written), document.title


def in_word(data, document):
    """The words of the file in the order of the text writer, numbers and letters of lists included."""
    title, *lines = [f"{label} {line}" for label, line in labelled(data)]
    head = [title, lines.pop(0)] if document.organisation else [title]
    draft = ["DRAFT"] if "DRAFT" in text(part(data, "word/header2.xml")) else []
    footer = text(part(data, "word/footer2.xml")).partition("\t")[0]
    return bare("\n".join([*head, *draft, *lines, footer]))


def bare(written):
    """The words alone: signs, rules and spaces are the writers' own."""
    return re.findall(r"[^\W_]+", written)


@every_file
def test_the_same_bytes_again(files, example, look):
    for document, data in files(example, look)[:3]:
        assert write_word_file(document, LOOKS[look], b'{"organisation":"A"}') == data


@pytest.mark.office
def test_how_many_pages_they_have(files, tmp_path):
    """With a logo, a short edition is four pages (three without), a form one or two."""
    with_logo = replace(PLAIN, logo=LOGO)
    sources, most = [], {"cic policy": 4, "community-group policy": 5, "front-line policy": 14}
    for example in ("cic", "community-group", "front-line"):
        for document, _ in files(example, "ordinary"):
            if document.kind in ("policy", "form"):
                sources.append(tmp_path / f"{example} {document.id}.docx")
                sources[-1].write_bytes(write_word_file(document, with_logo))
    long_ones = ("client-consent", "decision-record")
    for pdf in convert(sources, "pdf", tmp_path):
        pages = len(PdfReader(pdf).pages)
        assert pages <= most.get(pdf.stem, 2 if pdf.stem.endswith(long_ones) else 1), pdf.stem
    assert len(sources) > 30


def test_what_stands_on_every_page(files):
    for document, data in files("front-line", "large"):
        for name in ("word/header1.xml", "word/header2.xml"):
            assert ("DRAFT" in text(part(data, name))) is document.draft, (document.id, name)
        for name in ("word/footer1.xml", "word/footer2.xml"):
            assert text(part(data, name)).startswith(document.edition_line)

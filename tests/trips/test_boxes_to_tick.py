"""Every box to tick in the forms of the example packs: its name, which people who listen hear, says what is printed
beside it. Rows and answers are looked for in the finished files, and not in the model."""

import io
import re
from dataclasses import replace
from functools import cache

import pikepdf
import pypdfium2
import pypdfium2.raw as raw
import pytest

from helpers.examples import make_pack
from helpers.shipped import EXAMPLES
from helpers.word_files import PLAIN, W, part, text, val
from policygen.formats import html, pdf
from policygen.formats.word.writer import write_word_file
from policygen.model.document import Fields, Table, every_block, passages_of, plain

pytestmark = pytest.mark.slow
CHECKBOX = "{http://schemas.microsoft.com/office/word/2010/wordml}checkbox"
NAMES = sorted(path.stem for path in EXAMPLES.glob("*.yaml"))


@pytest.fixture(scope="module")
def forms(tmp_path_factory):
    """The documents of an example that have boxes to tick."""
    @cache
    def made(example):
        documents = make_pack(tmp_path_factory.mktemp(example), example).documents
        return [document for document in documents if document.kind == "form" and boxes_in(document)]

    return made


def squeezed(words):
    return " ".join(words.split())


def blocks_of(document):
    return [block for passage in passages_of(document) for block in every_block(passage.blocks)]


def boxes_in(document):
    """How many boxes to tick a document has."""
    blocks = blocks_of(document)
    return (sum(plain(cell).count("☐") for block in blocks if isinstance(block, Table) for row in block.rows
                for cell in row)
            + sum(field.kind == "tick" for block in blocks if isinstance(block, Fields) for field in block.fields))


@pytest.mark.parametrize("example", NAMES)
def test_in_word_the_name_of_a_box_says_its_row_its_column_and_its_answer(forms, example):
    for document in forms(example):
        found, names = part(write_word_file(document, PLAIN)), []
        for row, number, header in table_rows(found):
            cells = [squeezed(text(cell)) for cell in row.findall(f"{W}tc")]
            for at, cell in enumerate(row.findall(f"{W}tc")):
                for box in boxes(cell):
                    answer = re.findall(r"\w+", text_before(cell, box))[-1]
                    names.append(name_of(box))
                    assert names[-1] == f"{beside(cells, at) or f'Row {number}'}, {header[at]}: {answer}", document.id
        for paragraph in found.iter(f"{W}p"):
            if val(paragraph, "pPr/pStyle") == "FieldTick":
                box, = boxes(paragraph)
                names.append(name_of(box))
                assert text(paragraph).removeprefix("☐").strip().startswith(names[-1].rstrip("…")), document.id
        assert len(names) == len(set(names)) == boxes_in(document), document.id


def table_rows(root):
    """The rows of all tables to fill in, each with its number and the titles of the columns."""
    for table in root.iter(f"{W}tbl"):
        if val(table, "tblPr/tblStyle") == "FormTable":
            first, *rows = table.findall(f"{W}tr")
            header = [squeezed(text(cell)) for cell in first.findall(f"{W}tc")]
            yield from ((row, number, header) for number, row in enumerate(rows, 1))


def beside(cells, at):
    """The words that a reader takes the cell to be about: what was printed since the last box to its left, else the
    first words of the row."""
    words = [cell if "☐" not in cell else "☐" for cell in cells[:at]]
    group = " ".join(words).rpartition("☐")[2].strip()
    if group:
        return next(cell for cell in reversed(words) if cell and group.startswith(cell))
    return next((cell for cell in words if cell != "☐"), "")


def boxes(element):
    return [control for control in element.iter(f"{W}sdt") if control.find(f"{W}sdtPr/{CHECKBOX}") is not None]


def name_of(box):
    return val(box, "sdtPr/alias")


def text_before(cell, box):
    """The words of a cell up to a box."""
    words = ""
    for element in cell.iter():
        if element is box:
            return words
        words += element.text or "" if element.tag == f"{W}t" else ""
    return words


@pytest.mark.parametrize("example", NAMES)
@pytest.mark.parametrize("large", [False, True], ids=["ordinary", "large print"])
def test_in_a_pdf_the_name_of_a_box_says_its_row_its_column_and_its_answer(forms, example, large):
    for document in forms(example):
        tables, lines = tagged(pdf.write(document, replace(PLAIN, large=large)))
        found = []
        for header, rows in tables:
            for number, row in enumerate(rows, 1):
                words = [words for words, _ in row]
                for at, (_, names) in enumerate(row):
                    about = f"{beside(words, at) or f'Row{number}'},{header[at][0]}"
                    assert [bare(name) for name in names] == [
                        f"{about}:{answer}" for answer in re.findall(r"(\w+)☐", words[at])], document.id
                    found += names
        for words, name in lines:
            assert words == bare(name.partition(': ')[2] or name), document.id
            found.append(name)
        assert len(found) == len(set(found)) == boxes_in(document), document.id


def tagged(data):
    """What a screen reader finds in a PDF: for each row of each table its cells, each with its words and the names of
    its boxes; and the words of each other line with a box, and the name of that. The words are without spaces."""
    with pikepdf.open(io.BytesIO(data)) as file, pypdfium2.PdfDocument(data) as drawn:
        printed = {}
        for page, sheet in zip(file.pages, drawn, strict=True):
            for one in sheet.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT], textpage=sheet.get_textpage()):
                mark = page.obj.objgen, raw.FPDFPageObj_GetMarkedContentID(one.raw)
                printed[mark] = printed.get(mark, "") + one.extract()

        def read(element):
            """The words of an element, and the names of its boxes."""
            words, names = "", []
            for kid in kids(element):
                if isinstance(kid, int):
                    words += printed.get((element.Pg.objgen, kid), "")
                elif "/S" in kid:
                    more, inside = read(kid)
                    words, names = words + more, names + inside
                elif "/Obj" in kid and kid.Obj.get("/FT") == "/Btn":
                    names.append(str(kid.Obj.TU))
            return bare(words), names

        tables = [[[read(cell) for cell in kids(row)] for row in within(table, "/TR")]
                  for table in within(file.Root.StructTreeRoot, "/Table")]
        lines = [(words, names[0]) for words, names in map(read, within(file.Root.StructTreeRoot, "/P")) if names]
        in_tables = {name for rows in tables for row in rows for _, names in row for name in names}
        whole = []
        for header, *rows in filter(None, tables):
            if whole and whole[-1][0] == header:  # it goes on on another page
                whole[-1][1].extend(rows)
            else:
                whole.append((header, rows))
        return whole, [(words, name) for words, name in lines if name not in in_tables]


def kids(element):
    found = element.get("/K", [])
    return list(found) if isinstance(found, pikepdf.Array) else [found]


def within(element, tag):
    """The elements with a tag inside an element."""
    for kid in kids(element):
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            if kid.S == tag:
                yield kid
            else:
                yield from within(kid, tag)


def bare(words):
    return "".join(words.split())


def test_in_html_nothing_names_a_box_but_the_words_beside_it(forms):
    """A page for browsers has no boxes to click on: they are signs among the words."""
    document, = (one for one in forms("cic") if one.id == "picture-permission")
    written = html.screen(document, PLAIN)
    rows = [squeezed(re.sub(r"<[^>]+>", " ", row)) for row in re.findall(r"<tr>?.*?</tr>", written, re.DOTALL)]
    assert any(row.startswith("Photographs of me Yes ☐ No ☐ Printed leaflets and reports Yes ☐ No ☐") for row in rows)
    assert [label for label in re.findall(r'aria-label="([^"]*)"', written) if "Photographs" in label] == []

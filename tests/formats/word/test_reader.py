"""Edited Word files are read as a person sees them, in both views of their tracked changes."""

import json
import re
import zipfile
from collections import Counter
from pathlib import Path

import pytest

from helpers.edited import HOUSE, drawn, policy, read, rewritten
from helpers.sample import form
from policygen.formats.word import reader
from policygen.formats.word.bookmarks import base_digest, base_text, bookmark
from policygen.formats.word.reader import Aside, EditedFile, read_word_file
from policygen.formats.word.writer import write_word_file
from policygen.model.document import Blank, LineBreak, Reference, Text
from policygen.model.lines import words_of
from policygen.model.problems import AnswersError

DEL, INS, FROM, TO = (f'<w:{tag} w:id="{number}" w:author="Ann" w:date="2026-11-21T00:00:00Z"' for number, tag in
                      enumerate(("del", "ins", "moveFrom", "moveTo"), 900))


def run(text: str, properties: str = "") -> str:
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t xml:space=\"preserve\">{text}</w:t></w:r>"


def gone(text: str) -> str:
    return f"{DEL}><w:r><w:delText xml:space=\"preserve\">{text}</w:delText></w:r></w:del>"


def come(text: str) -> str:
    return f"{INS}>{run(text)}</w:ins>"


def para(*content: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr>{''.join(content)}</w:p>"


def field(instruction: str, result: str) -> str:
    mark = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
    begin, separate, end = map(mark.format, ("begin", "separate", "end"))
    return f"{begin}<w:r><w:instrText>{instruction}</w:instrText></w:r>{separate}{result}{end}"


def body(tmp_path, *paragraphs: str, **parts: str) -> EditedFile:
    """A Word file with these paragraphs only."""
    path = rewritten(drawn(policy(), tmp_path / "policy.docx"), tmp_path / "edited.docx", lambda xml: re.sub(
        r"<w:body>.*</w:body>", lambda _: f"<w:body>{''.join(paragraphs)}<w:sectPr/></w:body>", xml, flags=re.DOTALL))
    return read_word_file(path)


def with_notes(tmp_path, content: str, notes: str) -> EditedFile:
    """A Word file with this body, and its footnotes."""
    path = rewritten(drawn(policy(), tmp_path / "policy.docx"), tmp_path / "body.docx", lambda xml: re.sub(
        r"<w:body>.*</w:body>", lambda _: f"<w:body>{content}<w:sectPr/></w:body>", xml, flags=re.DOTALL))
    path = rewritten(path, tmp_path / "noted.docx", lambda xml: xml.replace(
        "</Relationships>", '<Relationship Id="rId98" Type="x/footnotes" Target="notes.xml"/></Relationships>'),
        "word/_rels/document.xml.rels")
    with zipfile.ZipFile(path, "a") as package:
        package.writestr("word/notes.xml", f'<w:footnotes xmlns:w="{reader.W[1:-1]}">{notes}</w:footnotes>')
    return read_word_file(path)


def refer(number: int) -> str:
    return f'<w:r><w:footnoteReference w:id="{number}"/></w:r>'


def note(number: int, *content: str) -> str:
    return f'<w:footnote w:id="{number}">{para(*content)}</w:footnote>'


def texts(lines) -> list[str]:
    return [words_of(line.line) for line in lines]


SEEN = {
    "plain words": (run("Seen."), "Seen.", "Seen."),
    "an insertion": (run("One") + come(" new") + run("."), "One new.", "One."),
    "a deletion": (run("One") + gone(" old") + run("."), "One.", "One old."),
    "a deletion inside an insertion": (f"{INS}>{gone('never')}{run('new')}</w:ins>", "new", ""),
    "a move away": (f'{FROM}>{run("away")}</w:moveFrom>' + run("stay"), "stay", "awaystay"),
    "a move here": (f'{TO}>{run("here")}</w:moveTo>' + run("stay"), "herestay", "stay"),
    "hidden words": (run("Seen") + run(" hidden", "<w:vanish/>"), "Seen", "Seen"),
    "words struck through": (run("Seen") + run(" struck", "<w:strike/>") + run("."), "Seen.", "Seen."),
    "words struck through twice": (run("Seen") + run(" struck", "<w:dstrike/>"), "Seen", "Seen"),
    "words struck through no more": (run("Seen", '<w:strike w:val="0"/><w:dstrike w:val="false"/>'), "Seen", "Seen"),
    "words struck through with both spaces": (run("Seen") + run(" not ", "<w:strike/>") + run("here"), "Seen here",
                                              "Seen here"),
    "letters struck through": (run("pa") + run("s", "<w:strike/>") + run("t"), "pat", "pat"),
    "words struck through while changes are tracked": (
        run("Seen") + run(" struck", "<w:strike/><w:rPrChange w:id='9'><w:rPr/></w:rPrChange>"), "Seen",
        "Seen struck"),
    "words no longer struck through while changes are tracked": (
        run("Seen") + run(" struck", "<w:rPrChange w:id='9'><w:rPr><w:strike/></w:rPr></w:rPrChange>"), "Seen struck",
        "Seen"),
    "words that came and were struck through": (run("Seen") + f"{INS}>{run(' new', '<w:strike/>')}</w:ins>", "Seen",
                                                "Seen"),
    "a field struck through": (field("PAGE", run("7", "<w:strike/>")) + run("x"), "x", "x"),
    "words that are hidden no more": (run("Seen", '<w:vanish w:val="0"/>'), "Seen", "Seen"),
    "a tab and a soft hyphen": ("<w:r><w:t>a</w:t><w:tab/><w:t>b</w:t><w:softHyphen/><w:t>c</w:t></w:r>", "a bc",
                                "a bc"),
    "a hyphen that does not break": ("<w:r><w:t>x</w:t><w:noBreakHyphen/><w:t>y</w:t></w:r>", "x-y", "x-y"),
    "a line break": ("<w:r><w:t>a</w:t><w:br/><w:t>b</w:t></w:r>", "a\nb", "a\nb"),
    "a page break": ('<w:r><w:t>a</w:t><w:br w:type="page"/><w:t>b</w:t></w:r>', "ab", "ab"),
    "a link": ('<w:hyperlink w:anchor="there">' + run("link") + "</w:hyperlink>", "link", "link"),
    "a smart tag": ("<w:smartTag>" + run("tagged") + "</w:smartTag>", "tagged", "tagged"),
    "a field": (field("PAGE", run("7")), "7", "7"),
    "a field in a field": (field("IF " + field("PAGE", run("7")) + " x", run("yes")), "yes", "yes"),
    "a simple field": ('<w:fldSimple w:instr="DATE">' + run("May") + "</w:fldSimple>", "May", "May"),
    "contents": (field('TOC \\o "1-1"', run("Chapter")), "", ""),
    "a filled-in control": ("<w:sdt><w:sdtPr/><w:sdtContent>" + run("Jo") + "</w:sdtContent></w:sdt>", "Jo", "Jo"),
    "a control that waits": ("<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>" + run("Click") +
                             "</w:sdtContent></w:sdt>" + run("rest"), "rest", "rest"),
    "mathematics": ('<m:oMath xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"><m:r><m:t>x=1</m:t>'
                    "</m:r></m:oMath>", "x=1", "x=1"),
    "either of two versions": ('<w:r><mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/'
                               '2006"><mc:Choice Requires="wps"><w:drawing/></mc:Choice><mc:Fallback><w:t>twice</w:t>'
                               "</mc:Fallback></mc:AlternateContent></w:r>" + run("once"), "once", "once"),
}


STRUCK = '<w:style w:type="{}" w:styleId="{}"><w:name w:val="{}"/>{}<w:rPr>{}</w:rPr></w:style>'
STYLES = "".join((
    STRUCK.format("character", "Out", "Out", "", "<w:strike/>"),
    STRUCK.format("character", "OutToo", "Out too", '<w:basedOn w:val="Out"/>', ""),
    STRUCK.format("character", "Twice", "Twice", "", "<w:dstrike/>"),
    STRUCK.format("character", "Back", "Back", '<w:basedOn w:val="Out"/>', '<w:strike w:val="0"/>'),
    STRUCK.format("paragraph", "OutPara", "Out paragraph", "", "<w:strike/>"),
    STRUCK.format("paragraph", "TwicePara", "Twice paragraph", "", "<w:dstrike/>"),
    STRUCK.format("paragraph", "Unseen", "Unseen", "", "<w:vanish/>")))


@pytest.mark.parametrize(("paragraph", "character", "own", "counts"), [
    ("", "Out", "", False), ("", "OutToo", "", False), ("", "Twice", "", False), ("", "Back", "", True),
    ("OutPara", "", "", False), ("TwicePara", "", "", False), ("Unseen", "", "", False),
    ("", "Out", '<w:strike w:val="0"/>', True), ("OutPara", "", '<w:strike w:val="false"/>', True),
    ("OutPara", "Out", "", True), ("TwicePara", "Twice", "", False), ("OutPara", "Back", "", False),
    ("Unseen", "", '<w:vanish w:val="off"/>', True)])
def test_a_style_strikes_words_through_as_word_shows_it(tmp_path, paragraph, character, own, counts):
    style = f'<w:rStyle w:val="{character}"/>' if character else ""
    content = para(run("Words", style + own), properties=f'<w:pStyle w:val="{paragraph}"/>' if paragraph else "")
    body(tmp_path, content)
    path = rewritten(tmp_path / "edited.docx", tmp_path / "styled.docx",
                     lambda xml: xml.replace("</w:styles>", STYLES + "</w:styles>"), "word/styles.xml")
    found = read_word_file(path)
    assert texts(found.lines) == (["Words"] if counts else [])
    assert [one.words for one in found.asides] == ([] if counts else ["Words"])


def test_what_is_struck_through_or_hidden_is_told_with_the_bookmark_before_it(tmp_path):
    mark = '<w:bookmarkStart w:id="1" w:name="_pg_never__gossip_1"/>{}<w:bookmarkEnd w:id="1"/>'
    strike = "<w:strike/>"
    found = body(tmp_path, para(run("First", strike)),
                 para(mark.format(run("One ") + run("two ", strike) + run("three", strike) + run("four ")
                                  + run("five", strike) + run("six", "<w:vanish/>"))),
                 para(run("  ", strike)), para(run("Seven", strike)))
    assert texts(found.lines) == ["One four "]
    assert found.asides == (
        Aside("struck", "First", "", ""), Aside("struck", "two three … five", "_pg_never__gossip_1", "One four"),
        Aside("hidden", "six", "_pg_never__gossip_1", "One four"),
        Aside("struck", "Seven", "_pg_never__gossip_1", "One four"))


def test_rows_and_items_that_are_struck_through_are_gone_and_a_row_with_other_words_stays(tmp_path):
    def row(*cells: str) -> str:
        return "<w:tr>" + "".join(f"<w:tc>{para(cell)}</w:tc>" for cell in cells) + "</w:tr>"

    struck = run("out", "<w:strike/>")
    rows = row(run("A"), run("B")) + row(struck, struck) + row(struck, run("C")) + row("", "")
    found = body(tmp_path, f"<w:tbl>{rows}</w:tbl>", para(struck, properties='<w:pStyle w:val="BulletList"/>'),
                 para(run("stays"), properties='<w:pStyle w:val="BulletList"/>'))
    assert [line.line.kind for line in found.lines] == ["header", "row", "row", "bullet"]
    assert texts(found.lines)[-1] == "stays" and "out" not in "".join(texts(found.lines))
    assert [one.words for one in found.asides] == ["out"] * 4


def test_a_footnote_of_words_that_are_struck_through_is_not_read(tmp_path):
    struck = '<w:r><w:rPr><w:strike/></w:rPr><w:footnoteReference w:id="1"/></w:r>'
    found = with_notes(tmp_path, para(run("Seen") + struck + refer(2)), note(1, run("out")) + note(2, run("in")))
    assert texts(found.lines) == ["Seen", "in"]


def test_a_reference_that_is_struck_through_does_not_come_back(tmp_path):
    instruction = rf"REF {bookmark('records', 0)} \w \h"
    found = body(tmp_path, para(run("See ") + field(instruction, run("3", "<w:strike/>")) + run("here.")))
    assert texts(found.lines) == ["See here."]


@pytest.mark.parametrize("kind", SEEN)
def test_what_a_reader_sees_is_read_and_nothing_else(tmp_path, kind):
    content, accepted, rejected = SEEN[kind]
    found = body(tmp_path, para(content))
    assert (texts(found.lines), texts(found.before)) == ([accepted] * bool(accepted), [rejected] * bool(rejected))
    assert found.pending == (accepted != rejected)


def test_paragraphs_whose_mark_is_tracked_are_joined_in_one_view(tmp_path):
    deleted, inserted = (f"<w:rPr>{mark}/></w:rPr>" for mark in (DEL, INS))
    found = body(tmp_path, para(run("One. "), properties=deleted), para(run("Two. ")),
                 para(come("Three. "), properties=inserted), para(run("Four.")),
                 para(gone("Five."), properties=deleted), para(run("Six.")))
    assert texts(found.lines) == ["One. Two. ", "Three. ", "Four.", "Six."]
    assert texts(found.before) == ["One. ", "Two. ", "Four.", "Five.", "Six."]


def test_the_style_before_a_tracked_change_of_style_belongs_to_the_view_as_it_was(tmp_path):
    change = ('<w:pStyle w:val="ClauseBullet"/><w:pPrChange w:id="7" w:author="Ann"><w:pPr>'
              '<w:pStyle w:val="ClauseText"/></w:pPr></w:pPrChange>')
    found = body(tmp_path, para(run("One."), properties=change))
    assert (found.lines[0].line.kind, found.before[0].line.kind) == ("bullet", "paragraph")


def test_tracked_rows_and_tables_in_tables_are_read(tmp_path):
    def row(words, mark=""):
        return f"<w:tr><w:trPr>{mark}</w:trPr><w:tc>{words}</w:tc><w:tc>{para(run('x'))}</w:tc></w:tr>"

    inner = f"<w:tbl>{row(para(run('inner')))}</w:tbl>{para(run('below'))}"
    found = body(tmp_path, f"<w:tbl>{row(para(run('head')))}{row(para(come('new')), INS + '/>')}"
                           f"{row(para(gone('old')), DEL + '/>')}{row(inner)}</w:tbl>")
    assert texts(found.lines) == ["head | x", "new | x", "inner\nx\nbelow | x"]
    assert texts(found.before) == ["head | x", "old | x", "inner\nx\nbelow | x"]
    assert [line.line.kind for line in found.lines] == ["header", "row", "row"]


def test_text_boxes_come_behind_their_paragraph_and_pictures_are_listed(tmp_path):
    box = f"<w:r><w:pict><w:txbxContent>{para(run('boxed'))}</w:txbxContent></w:pict></w:r>"
    found = body(tmp_path, para(run("before"), box, run(" and after")), para("<w:r><w:drawing/></w:r>", run("x")),
                 para('<w:r><w:sym w:font="Wingdings" w:char="F0FC"/></w:r>', run("y")), "<w:altChunk/>")
    assert texts(found.lines) == ["before and after", "boxed", "x", "y"]
    assert [(one.kind, one.words, one.beside) for one in found.asides] == [
        ("text box", "boxed", "boxed"), ("picture", "", "x"), ("sign", "", "y"), ("file", "", "y")]


def test_bold_italic_and_blanks_are_told_apart_by_style_or_by_hand(tmp_path):
    found = body(tmp_path, para(run("a", '<w:rStyle w:val="Strong"/>'), run("b", "<w:b/>"), run("c", "<w:i/>"),
                                run("d", '<w:rStyle w:val="Strong"/><w:b w:val="0"/>'),
                                run("[the date]", '<w:rStyle w:val="Blank"/>')))
    assert found.lines[0].line.cells[0] == (Text("ab", "strong"), Text("c", "emphasis"), Text("d"), Blank("the date"))


def test_references_are_read_from_fields_links_and_what_other_programs_make_of_them(tmp_path):
    goal = bookmark("limits/harm", 1)
    found = body(tmp_path, para(run("See section "), field(f" REF {goal} \\r \\h ", run("6.2")), run(", "),
                                f'<w:hyperlink w:anchor="{goal}">{run("there")}</w:hyperlink>',
                                field(f'HYPERLINK \\l "{goal}"', run("here")), run(" and "),
                                field(f"REF {goal} \\w", "")))
    assert found.lines[0].line.cells[0] == (Text("See section "), Reference(goal, "6.2"), Text(", "),
                                            Reference(goal, "there"), Reference(goal, "here"), Text(" and "),
                                            Reference(goal, ""))


def test_a_reference_goes_with_its_words_when_it_is_deleted_with_changes_tracked(tmp_path):
    goal = bookmark("limits/harm", 1)
    link = f'<w:hyperlink w:anchor="{goal}">{gone("there")}</w:hyperlink>'
    marks = field(f"REF {goal}", run("6.2"))
    found = body(tmp_path, para(run("See "), link, f"{DEL}>{marks}</w:del>", run("x")))
    assert found.lines[0].line.cells[0] == (Text("See x"),)
    assert [one.target for one in found.before[0].line.cells[0] if isinstance(one, Reference)] == [goal, goal]


def test_the_bookmark_of_words_that_were_replaced_with_changes_tracked_is_kept(tmp_path):
    # LibreOffice leaves it in what is deleted.
    mark = '<w:bookmarkStart w:id="1" w:name="_pg_a__b_1"/>'
    found = body(tmp_path, para(gone("Old words.").replace(">", f">{mark}", 1), come("Others altogether.")))
    assert [line.bookmarks for line in (*found.lines, *found.before)] == [("_pg_a__b_1",), ("_pg_a__b_1",)]


def test_the_bookmark_of_a_paragraph_that_was_deleted_with_changes_tracked_is_not_the_next_ones(tmp_path):
    mark = '<w:bookmarkStart w:id="1" w:name="_pg_a__b_1"/>'
    found = body(tmp_path, para(gone("Old words.").replace(">", f">{mark}", 1), properties=f"<w:rPr>{DEL}/></w:rPr>"),
                 para(run("The next one.")))
    assert [(words_of(line.line), line.bookmarks) for line in found.lines] == [("The next one.", ())]


def test_bookmarks_of_copies_and_of_others_are_left_out_and_those_between_paragraphs_belong_to_the_next(tmp_path):
    def start(name):
        return f'<w:bookmarkStart w:id="1" w:name="{name}"/>'

    found = body(tmp_path, para(start("_pg_a__b_1"), start("_Toc1"), run("One.")),
                 para(start("_pg_a__b_2_Copy_1"), run("Two.")), start("_pg_a__b_3"), para(run("Three.")))
    assert [line.bookmarks for line in found.lines] == [("_pg_a__b_1",), (), ("_pg_a__b_3",)]


def test_lists_by_hand_are_known_by_their_numbering(tmp_path):
    path = drawn(policy(), tmp_path / "policy.docx")
    numbering = "".join(
        f'<w:abstractNum w:abstractNumId="{at}"><w:lvl w:ilvl="0"><w:numFmt w:val="{kind}"/></w:lvl>'
        f'<w:lvl w:ilvl="1"><w:numFmt w:val="{kind}"/></w:lvl></w:abstractNum>' for at,
        kind in ((900, "bullet"), (901, "decimal")))
    numbering += "".join(f'<w:num w:numId="{at}"><w:abstractNumId w:val="{at}"/></w:num>' for at in (900, 901))
    own = "".join(para(run("item"),
                       properties=f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>')
                  for number, level in ((900, 0), (901, 0), (900, 1)))
    path = rewritten(path, tmp_path / "lists.docx",
                     lambda xml: xml.replace("</w:numbering>", f"{numbering}</w:numbering>"),
                     "word/numbering.xml")
    path = rewritten(path, tmp_path / "edited.docx", lambda xml: re.sub(
        r"<w:body>.*</w:body>", f"<w:body>{own}<w:sectPr/></w:body>", xml, flags=re.DOTALL))
    assert [line.line.kind for line in read_word_file(path).lines] == ["bullet", "number", "bullet 2"]


def test_a_paragraph_that_was_given_the_number_of_a_section_or_clause_is_no_item(tmp_path):
    path = drawn(policy(), tmp_path / "policy.docx")
    with zipfile.ZipFile(path) as package:
        styles = package.read("word/styles.xml").decode()
    style = re.search(r'<w:style [^>]*w:styleId="Clause".*?</w:style>', styles, re.DOTALL)
    given = re.search(r"<w:numPr>.*?</w:numPr>", style[0])[0]
    lower = re.sub(r'<w:ilvl w:val="\d"/>', '<w:ilvl w:val="2"/>', given)
    assert lower != given
    found = body(tmp_path, *(para(run("x"), properties=f'<w:pStyle w:val="ClauseText"/>{number}')
                             for number in (given, lower)))
    assert [line.line.kind for line in found.lines] == ["paragraph", "number 2"]


def test_the_file_says_which_document_of_which_edition_it_is_and_carries_its_base(tmp_path):
    base = {"organisation": "Riverside", "documents": []}
    data = write_word_file(policy(), HOUSE, json.dumps(base).encode())
    found = read(data, tmp_path / "policy.docx")
    assert (found.document, found.base, found.name) == ("policy", base, "policy.docx")
    assert found.digest == base_digest(base_text(json.dumps(base).encode()))


def test_a_base_that_was_tampered_with_is_not_taken(tmp_path):
    path = tmp_path / "policy.docx"
    path.write_bytes(write_word_file(policy(), HOUSE, b'{"organisation": "Riverside"}'))
    changed = rewritten(path, tmp_path / "changed.docx", lambda xml: xml.replace("Riverside", "Lakeside"),
                        "customXml/item1.xml")
    assert read_word_file(changed).base is None
    assert read_word_file(changed).document == "policy"


def test_a_file_without_base_has_none(tmp_path):
    found = read(write_word_file(policy(), HOUSE), tmp_path / "policy.docx")
    assert (found.document, found.digest, found.base, found.asides) == ("", "", None, ())


def test_a_form_shows_its_labels_and_a_line_break_stays_one(tmp_path):
    found = read(write_word_file(form(), HOUSE), tmp_path / "form.docx")
    assert {"Name in capitals", "Signature", "Date"} <= {words_of(line.line) for line in found.lines}
    broken = body(tmp_path, para("<w:r><w:t>a</w:t><w:br/><w:t>b</w:t></w:r>"))
    assert broken.lines[0].line.cells[0] == (Text("a"), LineBreak(), Text("b"))


def test_comments_and_replies_are_read_where_they_stand_and_those_without_a_place_after_them(tmp_path):
    comments = "".join(f'<w:comment w:id="{number}"><w:p><w:r><w:t>{words}</w:t></w:r></w:p></w:comment>' for
                       number, words in enumerate(("It was.", "Is that so?", "Nobody sees where.")))
    path = rewritten(drawn(policy(), tmp_path / "policy.docx"), tmp_path / "commented.docx", lambda xml: xml.replace(
        ">Our purpose. </w:t></w:r>", '>Our purpose. </w:t></w:r><w:r><w:commentReference w:id="1"/></w:r>'
        '<w:r><w:commentReference w:id="0"/></w:r>'))
    path = linked(path, tmp_path / "linked.docx", "comments", "comments.xml")
    with zipfile.ZipFile(path, "a") as package:
        package.writestr("word/comments.xml", f'<w:comments xmlns:w="{reader.W[1:-1]}">{comments}</w:comments>')
    found = read_word_file(path).asides
    assert [(one.kind, one.words, one.bookmark) for one in found] == [
        ("comment", "Is that so?", bookmark("aim/purpose", 1)), ("comment", "It was.", bookmark("aim/purpose", 1)),
        ("comment", "Nobody sees where.", "")]


def linked(path: Path, to: Path, kind: str, target: str, mode: str = "") -> Path:
    """A Word file that leads to a part or an address more, under the id `rId99`."""
    kinds = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    return rewritten(path, to, lambda xml: xml.replace(
        "</Relationships>",
        f'<Relationship Id="rId99" Type="{kinds}/{kind}" Target="{target}"{mode}/></Relationships>'),
        "word/_rels/document.xml.rels")


# ---- links -------------------------------------------------------------------------------------------------------


LINK = f'<w:hyperlink xmlns:r="{reader.R[1:-1]}" r:id="rId99"{{}}>{run("our page")}</w:hyperlink>'


@pytest.mark.parametrize(("content", "target", "address"), [
    (LINK.format(""), "https://a.example/b?c=1&amp;d=2", "https://a.example/b?c=1&d=2"),
    (LINK.format(' w:anchor="top"'), "https://a.example/", "https://a.example/#top"),
    (LINK.format(""), "mailto:a@b.example?subject=One two", "mailto:a@b.example?subject=One%20two"),
    (LINK.format(""), "HTTPS://A.example", "HTTPS://A.example"),
    (field('HYPERLINK "https://a.example/x" \\o "A page"', run("our page")), "", "https://a.example/x"),
    (field('HYPERLINK "https://a.example/x" \\l "top"', run("our page")), "", "https://a.example/x#top"),
    ('<w:fldSimple w:instr=" HYPERLINK tel:+441632960000 ">' + run("our page") + "</w:fldSimple>", "",
     "tel:+441632960000"),
    (LINK.format(""), "file:///C:/Users/pat/policy.docx", ""), (LINK.format(""), "javascript:alert(1)", ""),
    (LINK.format(""), "forms/sheet.docx", ""), (field('HYPERLINK \\l "there"', run("our page")), "", "")])
def test_a_link_keeps_its_address_where_it_leads_out_of_the_file(tmp_path, content, target, address):
    body(tmp_path, para(run("See ") + content + run(".")))
    path = linked(tmp_path / "edited.docx", tmp_path / "linked.docx", "hyperlink", target, ' TargetMode="External"')
    found = read_word_file(path)
    assert texts(found.lines) == ["See our page."]
    assert [one.address for one in found.lines[0].line.cells[0]] == (["", address, ""] if address else [""])
    assert [one.words for one in found.asides] == ([] if address or not target else [f"our page ({target})"])


# ---- headers, footers and the styles of tables -------------------------------------------------------------------


def test_the_words_of_headers_and_footers_have_their_place(tmp_path):
    path = rewritten(drawn(policy(), tmp_path / "policy.docx"), tmp_path / "1.docx", lambda xml: xml.replace(
        "</w:p></w:hdr>", '<w:r><w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml"><v:textpath string="COPY"/>'
        "</v:shape></w:pict></w:r></w:p></w:hdr>"), "word/header1.xml")
    path = rewritten(path, tmp_path / "2.docx", lambda xml: xml.replace("Edition 1", "Charity 9"), "word/footer2.xml")
    path = rewritten(path, tmp_path / "3.docx", lambda xml: xml.replace('"first"', '"even"', 1))
    assert read_word_file(path).margins == (
        ("header", "Riverside Lunch Club  ·  Confidentiality policy COPY"), ("footer", "Edition 1 Page 1 of 1"),
        ("footer of the first page", "Charity 9 Page 1 of 1"))


@pytest.mark.parametrize(("style", "part", "look", "paragraph", "left"), [
    ("<w:rPr><w:strike/></w:rPr>", "", "0000", "", []), ("<w:rPr><w:strike/></w:rPr>", "", "0000", "OutPara", "ABCD"),
    ("<w:rPr><w:dstrike/></w:rPr>", "", "0000", "TwicePara", []), ("<w:rPr><w:strike w:val='0'/></w:rPr>", "", "", "",
                                                                   "ABCD"),
    ("", "firstRow", "0020", "", "CD"), ("", "firstRow", "0000", "", "ABCD"), ("", "lastCol", "0100", "", "AC"),
    ("", "firstCol", "0080", "", "BD"), ("", "lastRow", "0040", "", "AB"),
    ("", "band1Horz", "0620", "", "ABCD"), ("", "band1Horz", "0420", "", "AB"), ("", "band2Vert", "0000", "", "AC")])
def test_the_style_of_a_table_strikes_words_through(tmp_path, style, part, look, paragraph, left):
    of_part = f'<w:tblStylePr w:type="{part}"><w:rPr><w:strike/></w:rPr></w:tblStylePr>' if part else ""
    properties = f'<w:pStyle w:val="{paragraph}"/>' if paragraph else ""
    rows = "".join("<w:tr>" + "".join(f"<w:tc>{para(run(words), properties=properties)}</w:tc>" for words in row) +
                   "</w:tr>" for row in ("AB", "CD"))
    body(tmp_path, f'<w:tbl><w:tblPr><w:tblStyle w:val="Gone"/><w:tblLook w:val="{look}"/></w:tblPr>{rows}</w:tbl>',
         para(run("after")))
    own = f'<w:style w:type="table" w:styleId="Gone"><w:name w:val="Gone"/>{style}{of_part}</w:style>'
    found = read_word_file(rewritten(tmp_path / "edited.docx", tmp_path / "styled.docx", lambda xml: xml.replace(
        "</w:styles>", f"{STYLES}{own}</w:styles>"), "word/styles.xml"))
    assert re.sub(r"[ |]", "", "".join(texts(found.lines))) == "".join(left) + "after"
    assert sorted(one.words for one in found.asides) == sorted(set("ABCD") - set(left))


# ---- everything at once ------------------------------------------------------------------------------------------


def say(word: str) -> str:
    return run(f"{word} ")


def control(content: str, properties: str = "") -> str:
    return f"<w:sdt><w:sdtPr>{properties}</w:sdtPr><w:sdtContent>{content}</w:sdtContent></w:sdt>"


def table(*rows: str) -> str:
    return f"<w:tbl>{''.join(rows)}</w:tbl>"


def row(*cells: str, mark: str = "") -> str:
    return f"<w:tr><w:trPr>{mark}</w:trPr>{''.join(f'<w:tc>{cell}</w:tc>' for cell in cells)}</w:tr>"


def text_box(content: str) -> str:
    inside = f"<w:txbxContent>{content}</w:txbxContent>"
    return (f'<w:r><mc:AlternateContent xmlns:mc="{reader.MC[1:-1]}"><mc:Choice Requires="wps"><w:drawing>{inside}'
            f"</w:drawing></mc:Choice><mc:Fallback><w:pict>{inside}</w:pict></mc:Fallback></mc:AlternateContent></w:r>")


MATHS = (f'<m:oMath xmlns:m="{reader.M[1:-1]}"><m:sSup><m:e><m:r><m:t>maths </m:t></m:r></m:e></m:sSup></m:oMath>')
RUBY = f"<w:r><w:ruby><w:rubyPr/><w:rt>{say('GLOSS')}</w:rt><w:rubyBase>{say('ruby')}</w:rubyBase></w:ruby></w:r>"
MIXED = (
    para(say("plain"), come("new-word "), gone("old-word "), f"{INS}>{gone('NEVER ')}</w:ins>",
         f"{FROM}>{say('old-place')}</w:moveFrom>", f"{TO}>{say('new-place')}</w:moveTo>",
         run("HIDDEN ", "<w:vanish/>")),
    para('<w:hyperlink w:anchor="x">' + say("link") + '</w:hyperlink><w:fldSimple w:instr="CODE">' + say("simple") +
         "</w:fldSimple>", field("CODE", say("field")),
         field("IF " + field("CODE", say("INNER")) + " x", say("outer"))),
    para(field('TOC \\o "1-1"', say("CONTENTS"))),
    para(control(say("control") + control(say("inner-control"))), control(say("PLACEHOLDER"), "<w:showingPlcHdr/>"),
         f"<w:smartTag>{say('smart-tag')}<w:customXml>{say('custom-run')}</w:customXml></w:smartTag>", MATHS, RUBY),
    control(control(para(say("block-control")))), f"<w:customXml>{para(say('custom-block'))}</w:customXml>",
    table(row(para(say("header")), para()), control(row(para(say("row-control")), para())),
          f"<w:tr>{control('<w:tc>' + para(say('cell-control')) + '</w:tc>')}<w:tc>{para()}</w:tc></w:tr>",
          f"<w:customXml>{row(para(say('custom-row')), table(row(para(say('inner-table')))) + para())}</w:customXml>"),
    f"{INS}>{table(row(para(say('new-table'))))}</w:ins>",
    table(row(para(say("kept-row"))), row(para(come("new-row ")), mark=f"{INS}/>"),
          row(para(gone("old-row ")), mark=f"{DEL}/>")),
    para(text_box(para(say("box"), come("new-in-box "), gone("old-in-box "))), refer(7),
         '<w:r><w:commentReference w:id="3"/></w:r>'),
    para(say("first-half"), properties=f"<w:rPr>{DEL}/></w:rPr>"), para(say("second-half")),
)
"""All that hides words in a Word file, or holds words that nobody sees (those in capitals), in one body."""
ALWAYS = ("plain link simple field outer control inner-control smart-tag custom-run maths ruby block-control "
          "custom-block header row-control cell-control custom-row inner-table kept-row box note first-half "
          "second-half")
NEW = "new-word new-place new-table new-row new-in-box new-in-note"
OLD = "old-word old-place old-row old-in-box old-in-note"


def test_each_word_that_is_seen_is_read_once_and_no_other_in_both_views(tmp_path):
    found = with_notes(tmp_path, "".join(MIXED), note(7, say("note"), come("new-in-note "), gone("old-in-note ")))
    for lines, there in ((found.lines, NEW), (found.before, OLD)):
        assert Counter(re.findall(r"[\w-]+", " ".join(texts(lines)))) == Counter(f"{ALWAYS} {there}".split())
    assert "first-half second-half " in texts(found.lines) and "first-half " in texts(found.before)


# ---- odd and hostile -----------------------------------------------------------------------------------------------


def test_a_note_stands_once_however_often_and_from_wherever_it_is_referred_to(tmp_path):
    bomb = "".join(note(number, run(f"{number}"), refer(number + 1) * 9) for number in range(30))
    found = with_notes(tmp_path, para(run("x"), refer(0) * 3), bomb + note(30, run("30"), refer(30), refer(0)))
    assert texts(found.lines) == texts(found.before) == ["x", *map(str, range(31))]


def test_a_field_that_never_ends_is_damage_and_no_deletion(tmp_path):
    for opening in ('<w:r><w:fldChar w:fldCharType="begin"/></w:r>', field("TOC", "").rpartition("<w:r>")[0]):
        with pytest.raises(AnswersError, match="damaged"):
            body(tmp_path, para(opening, run("One.")), para(run("Two.")))


def test_a_box_in_a_box_is_read_once(tmp_path):
    def box(words: str) -> str:
        return f"<w:r><w:pict><w:txbxContent>{words}</w:txbxContent></w:pict></w:r>"

    found = body(tmp_path, para(run("before"), box(para(run("outer"), box(para(run("inner")))))))
    assert texts(found.lines) == ["before", "outer", "inner"]


@pytest.mark.parametrize("base", ["[" * 100_000, '{"a": [}', '["a"]'], ids=["deep", "broken", "a list"])
def test_a_base_that_is_none_leaves_the_words(tmp_path, base):
    path = tmp_path / "policy.docx"
    path.write_bytes(write_word_file(policy(), HOUSE, b"{}"))
    path = rewritten(path, tmp_path / "bare.docx", lambda xml: "<x/>", "docProps/custom.xml")
    path = rewritten(path, tmp_path / "changed.docx", lambda xml: re.sub(r">\{.*\}<", lambda _: f">{base}<", xml),
                     "customXml/item1.xml")
    found = read_word_file(path)
    assert found.base is None and "Confidentiality policy" in texts(found.lines)

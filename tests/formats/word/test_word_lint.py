"""The lint finds what it says it finds, and nothing in a file that is sound."""

from dataclasses import replace

import pytest

from helpers.word_files import EVERY, LOGO, PLAIN, broken, rich
from helpers.word_lint import lint
from policygen.formats.word.writer import write_word_file

WITH_LOGO = replace(PLAIN, logo=LOGO)
SOUND = write_word_file(rich(), WITH_LOGO, b"{}")
FORM = write_word_file(EVERY["filled in"], PLAIN)
DOCUMENT, STYLES, CORE = "word/document.xml", "word/styles.xml", "docProps/core.xml"


@pytest.mark.parametrize("document", EVERY.values(), ids=EVERY)
@pytest.mark.parametrize("large", [False, True])
def test_a_sound_file_has_no_findings(document, large):
    assert lint(write_word_file(document, replace(WITH_LOGO, large=large), b"{}")) == []


@pytest.mark.parametrize("name, old, new, finding", [
    (DOCUMENT, 'w:name="_pg_limits_0"', 'w:name="_pg_LIMITS__harm_1_1"', "two bookmarks _pg_limits__harm_1_1"),
    (DOCUMENT, r'<w:bookmarkEnd w:id="9"/>', "", "is not closed"),
    (DOCUMENT, r'<w:bookmarkStart w:id="9" [^>]*>', "", "the end of bookmark 9 has no start"),
    (DOCUMENT, 'w:name="_pg_limits_0"', 'w:name="_pg limits"', "no name that Word takes"),
    (DOCUMENT, 'w:name="_pg_limits_0"', 'w:name="_pg_gone"', "no bookmark _pg_limits_0"),
    (DOCUMENT, r'(?s)<w:r><w:fldChar w:fldCharType="end"/></w:r>(?!.*"end")', "", "1 fields are not closed"),
    (DOCUMENT, r'<w:r><w:fldChar w:fldCharType="begin"/></w:r>', "", "stands in no field"),
    (DOCUMENT, r'<w:numId w:val="\d+"/>', '<w:numId w:val="99"/>', "unknown list 99"),
    ("word/numbering.xml", r'<w:abstractNumId w:val="1"/>', '<w:abstractNumId w:val="77"/>', "has no definition"),
    (DOCUMENT, 'w:val="BoxText"', 'w:val="BoxWords"', "unknown style BoxWords"),
    (STYLES, '<w:basedOn w:val="Note"/>', '<w:basedOn w:val="Notice"/>', "unknown style Notice"),
    (STYLES, 'w:styleId="Note"', 'w:styleId="ClauseNote"', "two styles ClauseNote"),
    (DOCUMENT, r'<w:pPr><w:pStyle w:val="Clause"/></w:pPr>', "", "a paragraph without a style"),
    (DOCUMENT, r"<w:r>(<w:t [^>]*>)(About[^<]*)</w:t></w:r>",
     r'<w:del w:id="900" w:author="A"><w:r>\1\2</w:t></w:r></w:del>', "w:t inside w:del"),
    (DOCUMENT, r"<w:t [^>]*>(About[^<]*)</w:t>", r"<w:delText>\1</w:delText>", "w:delText outside w:del"),
    (DOCUMENT, "<w:tblHeader/>", "", "header row of a table is not repeated"),
    (DOCUMENT, "<w:tblDescription [^>]*>", "", "a table is not described"),
    (DOCUMENT, "<w:cantSplit/>", "", "may be split"),
    (DOCUMENT, '<w:gridSpan w:val="3"/>', "", "does not fill the columns"),
    (DOCUMENT, '<w:hRule w:val="atLeast"/>|w:hRule="atLeast"', 'w:hRule="exact"', "fixed height"),
    (DOCUMENT, r'<w:pStyle w:val="Clause"/>', '<w:pStyle w:val="Clause"/><w:jc w:val="both"/>', "by hand: jc"),
    (DOCUMENT, r'<w:rStyle w:val="Strong"/>', "<w:b/>", "a run is formatted by hand: b"),
    (DOCUMENT, r">Lead\. <", ">1.1 Lead. <", "a number or label is typed"),
    ("word/header2.xml", 'descr="[^"]*"', 'descr=""', "a picture is not described"),
    ("word/header2.xml", r"(<w:r>(?:(?!<w:r>).)*<w:drawing>.*?</w:drawing></w:r>)", r"\1\1",
     "two drawings with the id 1"),
    ("word/_rels/header2.xml.rels", "media/logo1", "media/other", "leads to no part: word/media/other"),
    ("word/_rels/document.xml.rels", 'Id="rId6"', 'Id="rId99"', "no relationship rId6"),
    ("word/_rels/document.xml.rels", 'Target="theme1.xml"', 'Target="styles.xml"', "nothing leads to word/theme1"),
    ("[Content_Types].xml", '<Default Extension="png" [^>]*>', "", "has no content type"),
    (CORE, "<dc:title>.*</dc:title>", "", "no title"),
    (STYLES, 'w:lang w:val="en-GB"', 'w:lang w:val="en-US"', "not en-GB"),
    ("word/settings.xml", "<w:defaultTabStop ", '<w:updateFields w:val="1"/><w:defaultTabStop ', "renew the fields"),
])
def test_a_broken_file_is_found_out(name, old, new, finding):
    found = lint(broken(SOUND, name, old, new))
    assert [line for line in found if finding in line], found


@pytest.mark.parametrize("old, new, finding", [
    ("<w:tag ", '<w:id w:val="5"/><w:tag ', "two controls with the id 5"),
    (r'<w:tag w:val="[^"]*"/>', '<w:tag w:val="same"/>', "two controls with the tag same"),
])
def test_controls_that_are_called_alike_are_found_out(old, new, finding):
    assert finding in lint(broken(FORM, DOCUMENT, old, new, 0))

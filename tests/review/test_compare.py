"""What people change in Word is found clause by clause; what they leave alone compares equal to the letter."""

import re
import time
import zipfile
from dataclasses import replace
from itertools import chain
from pathlib import Path

import pytest

from helpers.edited import (
    HOUSE, SECTIONS, as_drawn, changed, clause, differing, drawn, finished, items, policy, rewritten, table,
    without_bookmarks,
)
from helpers.office import carry_out, convert
from helpers.shared import made_once
from helpers.sample import filled_in, form, lettered, sheet_of, three_level
from helpers.sample import policy as sampled
from policygen.formats.word.bookmarks import bookmark
from policygen.formats.word.reader import EditedLine, read_word_file
from policygen.formats.word.writer import write_word_file
from policygen.model import lines
from policygen.model.document import (
    Heading, ItemList, Paragraph, Passage, Reference, Section, Text, every_block, passages_of,
)
from policygen.pack.assembly import numbered, resolved
from policygen.pack.edition import as_the_library_gave
from policygen.pack.edits import apply_edits
from policygen.review.compare import compare, local_edits

LAYOUTS = ("numbered", "three_level", "lettered", "short")
PARAGRAPH = ["do GoToStartOfPara", "do EndOfParaSel"]
"""Steps that select a paragraph, from a place inside it: at its start, the first one would go to the one before."""


def whole(words: str, paragraphs: int = 1) -> list[str]:
    """Steps that select the paragraph of some words, and those behind it, with their ends."""
    return [f"after {words}", "do GoToStartOfPara", *["do EndOfParaSel", "do CharRightSel"] * paragraphs]


STYLES = {"numbered": ("Heading 1", "Clause", "Clause Text"),
          "three_level": ("Heading 1", "Clause Heading", "Clause Paragraph"),
          "lettered": ("Lettered Heading", "Point", "Point Text"),
          "short": ("Short Heading", "Short Bullet", "List Text")}
"""Each layout's own styles: of a section's heading, of a clause's first line, of a further paragraph."""
BARE = {(layout, "a tracked clause retyped"): {"aim/purpose": {"deleted"}, "new": {"new"}} for layout in LAYOUTS
        if layout != "three_level"}
"""What cannot be told without bookmarks, where no heading stays either."""


def kinds(layout: str) -> dict[str, tuple[list[str], dict[str, set[str]]]]:
    """Each kind of edit: what somebody does in LibreOffice, and which clauses then differ, and how. `new` stands for
    a clause of their own."""
    section_style, clause_style, text_style = (f"style {name}" for name in STYLES[layout])
    headed = layout == "three_level"
    purpose = whole("Our pur", 2) if headed else whole("We keep to ourselves")
    keeping = whole("For how", 2) if headed else whole("Old cards")
    asking = whole("Seeing your", 2) if headed else whole("Anybody may read")
    people = "Whom we mean" if layout in ("numbered", "three_level") else "These people"
    to_the_end = ["after on a Tuesday morning.", "do InsertPara", "do Paste"]
    found = {
        "words": (["find careless", "type thoughtless"], {"aim/purpose": {"reworded"}}),
        "numbers": (["find 30 days", "type 14 days"], {"sharing/consent": {"reworded"}}),
        "a paragraph retyped": (["after Write down what was", *PARAGRAPH,
                                 "type Everything else is none of our business."], {"sharing/consent": {"reworded"}}),
        "a paragraph added": (["after before you pass anything on to another agency.", "do InsertPara", text_style,
                               "type They may change their mind later."], {"sharing/consent": {"reworded"}}),
        "a paragraph deleted": ([*whole("Nobody has to earn it"), "do Delete"], {"aim/people": {"reworded"}}),
        "a paragraph split": (["after with the date.", "do InsertPara"], {"sharing/consent": {"reworded"}}),
        "a paragraph split before a reference": (["after every promise made here.", "do InsertPara"],
                                                {"sharing/limits": {"reworded"}}),
        "paragraphs joined": (["after on to another agency.", "do Delete"], {"sharing/consent": {"reworded"}}),
        "a clause deleted": ([*keeping, "do Delete"], {"records/keeping": {"deleted"}}),
        "a clause deleted, fields renewed": ([*purpose, "do Delete", "do UpdateFields"],
                                             {"aim/purpose": {"deleted"}}),
        "a clause added": (["after gets it done sooner.", "do InsertPara", clause_style,
                            "type Photographs of children are never taken at the club."], {"new": {"new"}}),
        "a clause moved": ([*purpose, "do Cut", *to_the_end], {"aim/purpose": {"moved"}}),
        "a clause copied": ([*purpose, "do Copy", *to_the_end], {"new": {"new"}}),
        "clauses swapped": ([*purpose, "do Cut", *to_the_end, *asking, "do Cut", f"before {people}", "do Paste"],
                            {"aim/purpose": {"moved"}, "records/asking": {"moved"}}),
        "a cell": (["find the housing office", "type the council"], {"sharing/forms": {"reworded"}}),
        "a row added": (["after the doctor", "do InsertRowsAfter", "do GoRight", "type Pink slip"],
                        {"sharing/forms": {"reworded"}}),
        "a row deleted": (["after Green sheet", "do DeleteRows"], {"sharing/forms": {"reworded"}}),
        "an item added": (["after their relatives and neighbours", "do InsertPara", "type the postman"],
                          {"aim/people": {"reworded"}}),
        "an item deleted": ([*whole("their relatives"), "do Delete"], {"aim/people": {"reworded"}}),
        "a list made plain": (["find their relatives and neighbours", text_style, "do RemoveBullets"],
                              {"aim/people": {"typography"}}),
        "bold": (["find easily broken", "do Bold"], {"aim/purpose": {"typography"}}),
        "a space that does not break": (["find careless word", "type careless\u00a0word"],
                                        {"aim/purpose": {"typography"}}),
        "quotes": (["find each other's", "type each other’s"], {"aim/people": {"typography"}}),
        "a tracked word": (["track", "find careless", "type thoughtless"], {"aim/purpose": {"reworded"}}),
        "a tracked paragraph": (["track", *whole("Write down what was agreed"), "do Delete"],
                                {"sharing/consent": {"reworded"}}),
        "a tracked row": (["track", "after the doctor", "do InsertRowsAfter", "do GoRight", "type Pink slip"],
                          {"sharing/forms": {"reworded"}}),
        "a tracked clause moved": (["track", *purpose, "do Cut", *to_the_end], {"aim/purpose": {"moved"}}),
        "a tracked clause retyped": (["track", "after We keep to ourselves", *PARAGRAPH, "type Xylophones hum."],
                                     {"aim/purpose": {"reworded"}}),
        "a comment": (["find careless", "comment Is that the word?"], {}),
        "a footnote": (["after careless word", "do InsertFootnote", "type As we know too well."],
                       {"aim/purpose": {"reworded"}}),
        "a paragraph moved to another clause": ([*whole("Nobody has to earn it"), "do Cut",
                                                 "before Write down what was agreed", "do Paste"],
                                                {"aim/people": {"reworded"}, "sharing/consent": {"reworded"}}),
        "one of two like sentences": (["find The steel cupboard has", "type It has"],
                                      {"records/places": {"reworded"}}),
        "a section's title": (["find Sharing with others", "type When we share"], {}),
        "a section of their own": (["after on a Tuesday morning.", "do InsertPara", section_style, "type Animals",
                                    "do InsertPara", clause_style, "type Dogs stay outside."], {"new": {"new"}}),
        "a section moved": ([*whole("Why we", 11 if headed else 8), "do Cut", "before What we record", "do Paste"], {}),
        "eight at once": (["find careless", "type thoughtless", "find 30 days", "type 14 days", *keeping, "do Delete",
                           "find school trips", "type outings", "after their relatives and neighbours", "do InsertPara",
                           "type the postman", "after the steel cupboard behind the stage.", "do InsertFootnote",
                           "type Ask for the key.", "after made here.", "do InsertPara", "find Confidential does",
                           "type Private does", *asking, "do Cut", f"before {people}", "do Paste", "do InsertPara"],
                          {"aim/purpose": {"reworded"}, "sharing/consent": {"reworded"}, "records/keeping": {"deleted"},
                           "sharing/forms": {"reworded"}, "aim/people": {"reworded"}, "records/places": {"reworded"},
                           "sharing/limits": {"reworded"}, "aim/meaning": {"reworded"}, "records/asking": {"moved"}}),
        "joined with the next clause": (["after a careless word.", "do Delete"], {
            "aim/purpose": {"reworded"}, "aim/people": {"reworded"}}),
        "nothing": ([], {}),
    }
    if layout == "numbered":
        found["a title"] = (["find Asking first.", "type Ask them."], {"sharing/consent": {"retitled"}})
    if layout == "three_level":
        found["a title"] = (["find Asking first", "type Ask them"], {"sharing/consent": {"retitled"}})
    return found


EDITS = [(layout, kind) for layout in LAYOUTS for kind in kinds(layout)]


@pytest.fixture(scope="module")
def edited() -> dict[tuple[str, str], Path]:
    """The policy after each kind of edit."""
    return made_once("edited", edit_in_libreoffice)


def edit_in_libreoffice(folder: Path) -> dict[tuple[str, str], Path]:
    """The files with each kind of edit, all made in one start of LibreOffice."""
    steps, files = [], {}
    for number, (layout, kind) in enumerate(EDITS):
        source = drawn(policy(layout), folder / f"{layout}.docx")
        files[layout, kind] = folder / f"{number}.docx"
        steps += [f"open {source.as_uri()}", *kinds(layout)[kind][0], f"save {files[layout, kind].as_uri()}"]
    carry_out(steps, files.values())
    return files


@pytest.mark.office
@pytest.mark.parametrize("stripped", [False, True], ids=["with bookmarks", "without bookmarks"])
@pytest.mark.parametrize("layout, kind", EDITS, ids=[f"{layout}, {kind}" for layout, kind in EDITS])
def test_each_kind_of_edit_is_found_in_its_clauses_and_nowhere_else(edited, tmp_path, layout, kind, stripped):
    path = edited[layout, kind]
    if stripped:
        path = without_bookmarks(path, tmp_path / "stripped.docx")
    document = policy(layout)
    comparison = compare(document, read_word_file(path).lines)
    wanted = kinds(layout)[kind][1]
    assert differing(comparison) == (BARE.get((layout, kind), wanted) if stripped else wanted)
    same = {passage.clause: passage for passage in passages_of(policy(layout, SECTIONS))}
    for change in comparison.clauses:
        if change.statuses == ("unchanged",):
            assert change.now == change.base and change.title == same[change.clause].title
    assert comparison.titles == ({"sharing": "When we share"} if kind == "a section's title" else {})
    assert comparison.front == () and len(comparison.displaced) == (kind == "a section moved")


# ---- round trips -------------------------------------------------------------------------------------------------

YES_OR_NO = sheet_of(table(("With whom", "May we?", "Until"), ("the doctor", "Yes ☐ No ☐", ""), ("", "Yes ☐ No ☐", "")))
"""A form with boxes behind words, and cells to write in behind them."""


@pytest.mark.office
@pytest.mark.parametrize("way", [("docx",) * 5, ("odt", "docx"), ("doc", "docx"), ("rtf", "docx"), ("fodt", "docx")],
                         ids=", ".join)
def test_files_that_were_only_saved_elsewhere_compare_equal_to_the_letter(tmp_path, way):
    documents = [policy(layout) for layout in (*LAYOUTS, "plain")] + [sampled(), sampled("short"),
                                                                               three_level(), lettered(), form(),
                                                                               filled_in(), YES_OR_NO]
    paths = [drawn(document, tmp_path / f"{number}.docx") for number, document in enumerate(documents)]
    for step, kind in enumerate(way):
        (folder := tmp_path / f"{step} {kind}").mkdir()
        paths = convert(paths, kind, folder)
    stripped = [without_bookmarks(path, tmp_path / f"stripped {path.name}") for path in paths]
    for document, path in zip(documents * 2, paths + stripped, strict=True):
        comparison = compare(document, read_word_file(path).lines)
        assert differing(comparison) == {} and comparison.titles == {} and comparison.front == ()
        assert [change.clause for change in comparison.clauses] == [
            passage.clause for section in sorted(document.sections, key=lambda section: not section.cover)
            for passage in section.passages]


# ---- what other programs do to a file ----------------------------------------------------------------------------


def churned(xml: str) -> str:
    """The XML as Word leaves it after editing: runs split, revision ids, marks of the spelling checker, ids anew."""
    xml = re.sub(r'<w:r>(<w:rPr>(?:(?!</w:rPr>).)*</w:rPr>)?<w:t xml:space="preserve">([^<]{9,})</w:t></w:r>',
                 lambda run: (
        f'<w:r w:rsidR="00AB12CD">{run[1] or ""}<w:t xml:space="preserve">{run[2][:5]}</w:t></w:r>'
        f'<w:proofErr w:type="spellStart"/><w:r>{run[1] or ""}<w:lastRenderedPageBreak/>'
        f'<w:t xml:space="preserve">{run[2][5:]}</w:t></w:r><w:proofErr w:type="spellEnd"/>'), xml)
    return re.sub(r"<w:p>", '<w:p w:rsidR="00AB12CD" w:rsidRDefault="00AB12CD">', xml)


def flattened(xml: str) -> str:
    """The XML with its cross references as plain words, as some programs write them."""
    xml = re.sub(r"<w:r><w:fldChar [^>]*/></w:r>|<w:r><w:instrText.*?</w:instrText></w:r>", "", xml)
    return re.sub(r"</?w:hyperlink[^>]*>", "", xml)


@pytest.mark.slow
@pytest.mark.parametrize("layout", [*LAYOUTS, "plain"])
@pytest.mark.parametrize("change", [churned, flattened, lambda xml: flattened(churned(xml))],
                         ids=["churned", "flattened", "both"])
@pytest.mark.parametrize("stripped", [False, True], ids=["with bookmarks", "without bookmarks"])
def test_what_programs_do_to_a_file_by_themselves_is_no_edit(tmp_path, layout, change, stripped):
    path = rewritten(drawn(policy(layout), tmp_path / "policy.docx"), tmp_path / "changed.docx", change)
    if stripped:
        path = without_bookmarks(path, tmp_path / "stripped.docx")
    comparison = compare(policy(layout), read_word_file(path).lines)
    assert differing(comparison) == {}
    assert all(change.now == change.base for change in comparison.clauses)


def plain_paragraphs(xml: str) -> str:
    """The XML as an editor leaves it that keeps no styles but Word's own headings, no bookmarks and no fields."""
    return re.sub(r'<w:bookmark(Start|End)\b[^>]*/>|<w:pStyle w:val="(?!Heading|Title)[^"]*"/>', "", flattened(xml))


@pytest.mark.parametrize("headings", [True, False], ids=["headings kept", "headings lost"])
@pytest.mark.parametrize("layout", [*LAYOUTS, "short"])
def test_a_file_that_has_lost_its_styles_is_no_edit_and_an_edit_in_it_is_found(tmp_path, layout, headings):
    def change(xml: str) -> str:
        return plain_paragraphs(xml) if headings else re.sub(r"<w:pStyle [^>]*/>", "", plain_paragraphs(xml))

    path = rewritten(drawn(policy(layout), tmp_path / "policy.docx"), tmp_path / "changed.docx", change)
    for was, now, wanted in (("", "", {}), ("a careless word", "a thoughtless word", {"aim/purpose": {"reworded"}})):
        file = rewritten(path, tmp_path / "edited.docx", lambda xml: xml.replace(was, now) if was else xml)
        found = compare(policy(layout), read_word_file(file).lines)
        assert {name: what for name, what in differing(found).items() if what != {"typography"}} == wanted
        assert found.titles == {} and found.front == ()


def test_a_flattened_reference_in_a_changed_paragraph_becomes_a_reference_again(tmp_path):
    path = rewritten(drawn(policy(), tmp_path / "policy.docx"), tmp_path / "changed.docx",
                     lambda xml: flattened(xml).replace(
        "for where it ends", "for all that"))
    change = next(one for one in compare(policy(), read_word_file(path).lines).clauses if one.clause == "aim/meaning")
    assert change.statuses == ("reworded",)
    assert [inline.target for line in change.now for cell in line.cells for inline in cell
            if isinstance(inline, Reference)] == ["sharing/limits"]


@pytest.mark.parametrize("large", [False, True], ids=["ordinary", "large print"])
@pytest.mark.parametrize("document", [form(), filled_in(), filled_in(8)], ids=["lines", "table", "wide table"])
def test_a_filled_in_form_is_not_edited(tmp_path, document, large):
    (empty := tmp_path / "form.docx").write_bytes(write_word_file(document, replace(HOUSE, large=large)))
    path = rewritten(empty, tmp_path / "filled in.docx", lambda xml: xml.replace("<w:showingPlcHdr/>", "").replace(
        "\u00a0" * 24, "Joanna Doe").replace(">" + "\u00a0" * 4, ">Joanna").replace("☐", "☑"))
    with zipfile.ZipFile(path) as package:
        assert b"Joanna Doe" in package.read("word/document.xml")
    comparison = compare(document, read_word_file(path).lines)
    assert all("Joanna" not in lines.words_of(line) for change in comparison.clauses for line in change.now)
    assert differing(comparison) == {}


def test_what_the_front_says_now_is_told_apart(tmp_path):
    path = rewritten(drawn(policy(), tmp_path / "policy.docx"), tmp_path / "changed.docx", lambda xml: xml.replace(
        ">Draft<", ">Approved in May<"))
    comparison = compare(policy(), read_word_file(path).lines)
    assert comparison.front == (("Status | Draft", "Status | Approved in May"),) and differing(comparison) == {}


@pytest.mark.parametrize(("before", "place"), [
    ('<w:p><w:pPr><w:pStyle w:val="Title"/>', "above the title"), ("<w:tbl>", "on the first page")])
def test_a_note_by_the_title_belongs_to_no_clause(tmp_path, before, place):
    path = rewritten(drawn(policy(), tmp_path / "policy.docx"), tmp_path / "noted.docx", lambda xml: xml.replace(
        before, f"<w:p><w:r><w:t>Please send comments.</w:t></w:r></w:p>{before}", 1))
    comparison = compare(policy(), read_word_file(path).lines)
    assert comparison.beside == ((place, "Please send comments."),) and differing(comparison) == {}


def test_a_row_that_somebody_added_to_the_document_control_is_told_apart(tmp_path):
    path = rewritten(drawn(policy(), tmp_path / "policy.docx"), tmp_path / "longer.docx", lambda xml: re.sub(
        r"(<w:tr>.*?</w:tr>)", lambda row: row[1] + row[1].replace("Status", "Charity").replace("Draft", "1199999"),
        xml, count=1, flags=re.DOTALL))
    comparison = compare(policy(), read_word_file(path).lines)
    assert comparison.beside == (("on the first page", "Charity | 1199999"),) and differing(comparison) == {}


@pytest.mark.parametrize(("was", "now", "edits"), [
    ("https://a.example/", "https://a.example/x", {"aim/purpose": {"reworded"}}),
    ("", "https://a.example/", {"aim/purpose": {"reworded"}}), ("https://a.example/", "https://a.example/", {}),
    ("", "http://www.our-page.example/", {})])
def test_another_address_behind_the_same_words_is_an_edit_but_not_the_one_that_the_words_say(was, now, edits):
    words = "www.our-page.example" if now.startswith("http:") else "our page"
    issued, edited = (finished(changed(policy(), "aim/purpose", title="Our purpose", blocks=(Paragraph((
        Text("See "), Text(words, address=address), Text("."))),))) for address in (was, now))
    assert differing(compare(issued, as_drawn(edited))) == edits


LINES = as_drawn(policy())


# ---- paragraphs split and joined ---------------------------------------------------------------------------------


def added(words: str, role: str = "", kind: str = "paragraph") -> EditedLine:
    """A line that somebody wrote; what stands before ` // ` is bold."""
    bold, _, rest = words.rpartition(" // ")
    cell = tuple(Text(text, style) for text, style in ((bold, "strong"), (rest, "")) if text)
    return EditedLine(lines.Line(kind, (cell,)), (), role)


def at(shown: list[EditedLine], words: str) -> int:
    """The place of the line that begins with some words."""
    return next(place for place, line in enumerate(shown) if lines.words_of(line.line).startswith(words))


def instead(line: EditedLine, *cell, **fields) -> EditedLine:
    """The line with other words."""
    return replace(line, line=replace(line.line, cells=(cell,)), **fields)


def unmarked(shown: list[EditedLine]) -> list[EditedLine]:
    return [replace(line, bookmarks=()) for line in shown]


def now(comparison, clause_id: str) -> list[str]:
    return next([lines.words_of(line) for line in one.now] for one in comparison.clauses
                if one.clause.startswith(clause_id))


both = pytest.mark.parametrize("bare", [list, unmarked], ids=["with bookmarks", "without bookmarks"])
UNEQUAL = policy("numbered", (
    Section("aim", "Why", "", (
        clause("aim/brief", "Brief", "Ask first."),
        clause("aim/long", "At length", "Nobody passes on what was said here, whoever asks for it, unless it is "
               "allowed and the coordinator knows.", items("one reason", "another reason")),
        clause("aim/split", "Both", "Mind this. Whatever was said in confidence stays here for as long as "
               "[[aim/brief]] says, whoever asks for it and however often they ask."),)),))


@both
def test_paragraphs_that_were_joined_are_the_first_one_however_long_the_second_is(bare):
    shown = as_drawn(UNEQUAL)
    place = at(shown, "Brief")
    first, second = shown[place:place + 2]
    one = instead(first, *first.line.cells[0], *second.line.cells[0], bookmarks=first.bookmarks + second.bookmarks)
    comparison = compare(UNEQUAL, bare([*shown[:place], one, *shown[place + 2:]]))
    assert differing(comparison) == {"aim/brief": {"reworded"}, "aim/long": {"reworded"}}
    assert now(comparison, "aim/brief")[0].startswith("Ask first.At length. Nobody passes on")
    assert now(comparison, "aim/long") == ["one reason", "another reason"]


@pytest.mark.parametrize("marked", [(True, False), (True, True), (False, False)],
                         ids=["first half marked", "both halves marked", "none marked"])
@pytest.mark.parametrize("number", ["section 1.1", "section 1.2"], ids=["same number", "other number"])
def test_a_paragraph_that_was_split_stays_one_clause_however_short_its_beginning_is(marked, number):
    shown = as_drawn(UNEQUAL)
    place = at(shown, "Both")
    line = shown[place]
    title, words, reference, rest = line.line.cells[0]
    assert words.text.endswith(" section ") and isinstance(reference, Reference)
    halves = (title, Text("Mind this.")), (Text(words.text.removeprefix("Mind this. ")),
                                           replace(reference, text=number.removeprefix("section ")), rest)
    split = [instead(line, *half, bookmarks=line.bookmarks if mark else ()) for half, mark in zip(halves, marked)]
    comparison = compare(UNEQUAL, [*shown[:place], *split, *shown[place + 1:]])
    assert differing(comparison) == {"aim/split": {"reworded"}}
    assert [change.title for change in comparison.clauses][-1] == "Both"
    assert [lines.words_with_targets(one)[:20] for one in comparison.clauses[-1].now] == [
        "Mind this.", "Whatever was said in"]
    assert comparison.clauses[-1].now[1].cells[0][1] == Reference("aim/brief")


def test_a_reference_without_a_printed_number_is_no_edit():
    shown = as_drawn(UNEQUAL)
    place = at(shown, "Both")
    cell = [replace(one, text="") if isinstance(one, Reference) else one for one in shown[place].line.cells[0]]
    assert differing(compare(UNEQUAL, [*shown[:place], instead(shown[place], *cell)])) == {}


def test_flattened_references_come_back_in_both_halves_and_the_sections_of_an_act_stay_words():
    document = policy(sections=(Section("aim", "Why", "", (
        clause("aim/first", "First", "Ask first."),
        clause("aim/act", "Law", "By section 1.1 of the Act and [[aim/first]] you ask. Then, as [[aim]] says, wait."))),
    ))
    shown = as_drawn(document)
    place = at(shown, "Law")
    halves = ((Text("Law. ", "strong"), Text("By section 1.1 of the Act and section 1.1 you ask.")),
              (Text("Then, as section 1 says, wait."),))
    split = [instead(shown[place], *half, bookmarks=()) for half in halves]
    first, second = compare(document, [*shown[:place], *split]).clauses[-1].now
    assert first.cells[0] == (Text("By section 1.1 of the Act and "), Reference("aim/first"), Text(" you ask."))
    assert second.cells[0] == (Text("Then, as "), Reference("aim"), Text(" says, wait."))


# ---- titles and sections -----------------------------------------------------------------------------------------


@both
def test_words_that_became_bold_behind_a_title_are_not_the_title(bare):
    place = at(LINES, "Our purpose")
    bold = instead(LINES[place], Text("Our purpose. Say nothing to anybody.", "strong"),
                   Text(" A promise like this one is easily broken by a careless word."))
    comparison = compare(policy(), bare([*LINES[:place], bold, *LINES[place + 1:]]))
    assert differing(comparison) == {"aim/purpose": {"reworded"}}
    assert now(comparison, "aim/purpose")[0].startswith("Say nothing to anybody. A promise")


@both
@pytest.mark.parametrize("document, heading, found", [
    (sampled(), "What this policy does", {}),
    (policy("plain", (Section("aim", "", "", (
        Passage("aim/do", "Do", "", (Heading((Text("Do"),)), items("Say hello.", "Ask first."))),
        Passage("aim/never", "Never", "", (Heading((Text("Never"),)), items("Tell no tales.", "Open no letters."))),
    )),)), "Never", {"aim/never": {"reworded"}}),
], ids=["of a box", "inside a clause"])
def test_a_heading_that_says_something_else_altogether_is_known_by_what_follows(bare, document, heading, found):
    shown = as_drawn(document)
    place = next(place for place, line in enumerate(shown) if lines.words_of(line.line) == heading)
    changed = [*shown[:place], instead(shown[place], Text("Xylophones"), bookmarks=shown[place].bookmarks),
               *shown[place + 1:]]
    comparison = compare(document, bare(changed))
    assert differing(comparison) == found
    assert comparison.titles == ({} if found else {"summary": "Xylophones"})


@both
def test_a_section_with_another_title_is_known_although_other_clauses_begin_it_now(bare):
    front, aim, sharing, records = sections_of(LINES)
    heading = instead(sharing[0], Text("Xylophones"), bookmarks=sharing[0].bookmarks)
    consent, others = sharing[1:3], sharing[3:]
    comparison = compare(policy(), bare([*front, *aim, heading, records[-1], *others, *records[:-1], *consent]))
    assert differing(comparison) == {"records/asking": {"moved"}, "sharing/consent": {"moved"}}
    assert comparison.titles == {"sharing": "Xylophones"}


def sections_of(shown: list[EditedLine]) -> list[list[EditedLine]]:
    """What stands before the first section, and each section."""
    heads = [place for place, line in enumerate(shown) if line.role == "section"]
    return [shown[start:end] for start, end in zip([0, *heads], [*heads, len(shown)])]


@both
def test_the_clauses_of_a_section_that_was_moved_are_not_moved(bare):
    front, aim, sharing, records = sections_of(LINES)
    comparison = compare(policy(), bare([*front, *sharing, *aim, *records]))
    assert differing(comparison) == {} and comparison.displaced == ("Sharing with others",)
    assert compare(policy(), LINES).displaced == ()


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_section_of_their_own_is_a_section_with_its_clauses(layout):
    front, aim, *rest = sections_of(as_drawn(policy(layout)))
    own = [added("Animals", "section", "heading"), added("Dogs stay outside.", "clause"),
           added("Even small ones."), added("So do cats.", "clause")]
    comparison = compare(policy(layout), [*front, *aim, *own, *chain.from_iterable(rest)])
    assert differing(comparison) == {"new": {"new"}}
    section, dogs, cats = (one for one in comparison.clauses if one.clause.startswith("local/"))
    assert section.is_section and (section.title, section.after) == ("Animals", "aim")
    assert {dogs.section, cats.section} == {section.clause} and cats.after == dogs.clause
    assert [lines.words_of(line) for line in (*dogs.now, *cats.now)] == [
        "Dogs stay outside.", "Even small ones.", "So do cats."]


def next_edition(layout, edits):
    """The policy with some edits, as the next edition has it."""
    bare = replace(policy(layout), sections=SECTIONS)
    return resolved(numbered(apply_edits((bare,), edits)), edits)[0]


def outline(document):
    """The titles of the sections, each with the first words of its clauses."""
    return [(section.title, [lines.words_of(lines.clause_lines(passage)[0])[:9] for passage in section.passages])
            for section in document.sections]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_section_of_their_own_is_moved_retitled_taken_apart_and_drawn_in_every_layout(layout):
    front, aim, *rest = sections_of(as_drawn(policy(layout)))
    own = [added("Animals", "section", "heading"), added("Dogs stay outside.", "clause"),
           added("So do cats.", "clause")]
    end = [added("Appendix A", "section", "heading"), added("The office: 01632 960001")]
    edits = local_edits(policy(layout), compare(policy(layout), [*front, *aim, *own, *chain.from_iterable(rest), *end]))
    issued = next_edition(layout, edits)
    theirs = ("Animals", ["Dogs stay", "So do cat"])
    assert outline(issued)[1] == theirs and outline(issued)[-1] == ("Appendix A", ["The offic"])
    assert [section.number for section in issued.sections] == ([""] * 5 if layout == "short" else [*"12345"])

    def edited_again(shown):
        comparison = compare(issued, shown)
        return comparison, local_edits(as_the_library_gave(issued, edits), comparison, edits)

    comparison, same = edited_again(as_drawn(issued))
    assert differing(comparison) == {} and same == edits
    front, aim, animals, sharing, *rest = sections_of(as_drawn(issued))
    heading = replace(animals[0], line=added("Pets", kind="heading").line)
    comparison, moved = edited_again([*front, *aim, *sharing, heading, *animals[1:], *chain.from_iterable(rest)])
    assert comparison.displaced == () and comparison.titles == {}
    assert [set(one.statuses) for one in comparison.clauses if one.differs] == [{"retitled", "moved"}]
    assert [title for title, _ in outline(next_edition(layout, moved))][1:3] == ["Sharing with others", "Pets"]
    comparison, apart = edited_again([*front, *aim, *animals[1:], *sharing, *chain.from_iterable(rest)])
    assert [set(one.statuses) for one in comparison.clauses if one.differs] == [{"deleted"}, {"moved"}, {"moved"}]
    assert outline(next_edition(layout, apart))[0][1][-2:] == theirs[1]
    for other in LAYOUTS:
        issued = next_edition(other, edits)
        assert outline(issued)[1] == theirs
        assert differing(compare(issued, as_drawn(issued))) == {}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_clauses_below_a_heading_of_their_own_are_in_its_section(layout):
    shown = as_drawn(policy(layout))
    place = next(at for at, line in enumerate(shown) if bookmark("aim/people", 1) in line.bookmarks)
    comparison = compare(policy(layout), [*shown[:place], added("Animals", "section", "heading"), *shown[place:]])
    edits = local_edits(policy(layout), comparison)
    issued = next_edition(layout, edits)
    assert [len(section.passages) for section in issued.sections] == [1, 2, 3, 4]
    again = compare(issued, as_drawn(issued))
    assert differing(again) == {} and local_edits(as_the_library_gave(issued, edits), again, edits) == edits


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_title_of_a_clause_of_their_own_is_printed_in_every_layout(layout):
    shown = as_drawn(policy())
    own = replace(added("", "clause"), line=lines.Line("paragraph", ((Text("Dogs. ", "strong"), Text("Outside.")),)))
    edits = local_edits(policy(), compare(policy(), [*shown, own]))
    assert edits[0].title == "Dogs"
    issued = next_edition(layout, edits)
    assert "Dogs" in "\n".join(lines.words_of(line.line) for line in as_drawn(issued))
    assert differing(compare(issued, as_drawn(issued))) == {}


# ---- numbers typed by hand ---------------------------------------------------------------------------------------


def numbers_of(document):
    """The number of each block, heading and item as printed, by its bookmark."""
    found = {bookmark(section.id, 0): f"{section.number}." for section in document.sections}
    for passage in passages_of(document):
        labels = [label for block in passage.blocks for label in (
            [item.label for item in block.items] if isinstance(block, ItemList) else [getattr(block, "number", "")])]
        found |= {bookmark(passage.clause, at): label for at, label in enumerate(labels, 1) if label}
    return found


def numbered_by_hand(line, number):
    return replace(line, line=replace(line.line, cells=((Text(f"{number} "), *line.line.cells[0]),)))


@pytest.mark.parametrize("marked", [True, False], ids=["with bookmarks", "without bookmarks"])
@pytest.mark.parametrize("layout", LAYOUTS[:3])
def test_numbers_that_became_words_are_taken_off(layout, marked):
    printed = numbers_of(policy(layout))
    shown = [numbered_by_hand(line, printed[line.bookmarks[0]]) if printed.get("".join(line.bookmarks[:1])) else line
             for line in as_drawn(policy(layout))]
    assert sum(line not in as_drawn(policy(layout)) for line in shown) > 15
    shown = shown if marked else [replace(line, bookmarks=()) for line in shown]
    assert differing(compare(policy(layout), shown)) == {}


@pytest.mark.parametrize("layout, typed", [
    ("numbered", ["2.2 Dogs stay outside."]), ("lettered", ["2(b) Dogs stay outside."]),
    ("three_level", ["2.2 Dogs", "2.2.1 Dogs stay outside."])])
def test_a_typed_number_begins_a_clause(layout, typed):
    shown = as_drawn(policy(layout))
    place = next(at for at, line in enumerate(shown) if bookmark("sharing/forms", 1) in line.bookmarks)
    comparison = compare(policy(layout), [*shown[:place], *map(added, typed), *shown[place:]])
    assert differing(comparison) == {"new": {"new"}}
    assert now(comparison, "local/") == ["Dogs stay outside."]
    assert next(one for one in comparison.clauses if one.statuses == ("new",)).after == "sharing/consent"


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_list_of_their_own_keeps_its_numbers(layout):
    shown = as_drawn(policy(layout))
    own = [added("Lock up:", "clause"), added("Shut the door.", kind="number"), added("the front", kind="roman 2"),
           added("the back", kind="roman 2"), added("Turn the key.", kind="number"), added("Go home.", kind="letter")]
    if layout == "short":  # the items of a clause that is a bullet are one level further in
        own = [replace(line, line=replace(line.line, kind=f"{line.line.kind} 2")) if line.line.kind in (
            "number", "letter") else line for line in own if line.line.kind != "roman 2"]
    edits = local_edits(policy(layout), compare(policy(layout), [*shown, *own]))
    for other in LAYOUTS:
        issued = next_edition(other, edits)
        labels = [item.label for block in every_block(issued.sections[-1].passages[-1].blocks)
                  if isinstance(block, ItemList) for item in block.items]
        assert labels == (["1.", "2.", "(a)"] if layout == "short" else ["1.", "2.", "(i)", "(ii)", "(a)"])
        assert differing(compare(issued, as_drawn(issued))) == {}
        assert [line.line.kind.removesuffix(" 2") for line in as_drawn(issued) if line.line.kind.removesuffix(
            " 2") in ("number", "roman", "letter")][-len(labels):] == [
                line.line.kind.removesuffix(" 2") for line in own[1:]]


@pytest.mark.parametrize("words, style", [("4. Animals", "strong"), ("Appendix A: telephone numbers", ""),
                                          ("APPENDIX", ""), ("Annex 1", "strong"), ("Telephone numbers", "strong")])
def test_a_heading_without_a_style_begins_a_section(words, style):
    heading = replace(added(""), line=lines.Line("paragraph", ((Text(words, style),),)))
    comparison = compare(policy(), [*LINES, heading, added("4.1 Dogs stay outside."), added("Even small ones.")])
    section, clause = (one for one in comparison.clauses if one.statuses == ("new",))
    assert section.is_section and section.title == words.removeprefix("4. ") and clause.section == section.clause


@pytest.mark.parametrize("words, kind", [("Appendix A", "bullet"), ("4. Animals", "number"), ("Schedule", "row")])
def test_items_and_rows_begin_no_section(words, kind):
    item = replace(added("", kind=kind), line=lines.Line(kind, ((Text(words, "strong"),),)))
    comparison = compare(policy(), [*LINES, item, added("The end.")])
    assert not any(one.is_section for one in comparison.clauses) and now(comparison, "records/asking")[1:] == [
        words, "The end."]


@pytest.mark.parametrize("words", [
    "24 hours is the limit.", "3 months later we look again.", "4.12.25 is the day.", "3.30 Tea for everybody.",
    "£4.50 is the price.", "1 April is the day.", "3.5 million people", "12 Church Lane is our office.",
    "1. Ring the bell.", "(a) ring the bell", "Appendix A lists them all.", "2.2 Telephone numbers"])
def test_numbers_that_number_no_clause_are_left_alone(words):
    comparison = compare(policy(), [*LINES, added(words)])
    assert differing(comparison) == {"records/asking": {"reworded"}}
    assert now(comparison, "records/asking")[-1] == words


@pytest.mark.parametrize("layout, kind", [("numbered", "paragraph"), ("three_level", "heading")])
def test_a_clause_that_is_nothing_but_bold_is_not_lost_as_a_title(layout, kind):
    shown = as_drawn(policy(layout))
    comparison = compare(policy(layout), [*shown, added("Dogs stay outside. // ", "clause", kind)])
    change = comparison.clauses[-1]
    assert (change.statuses, change.title) == (("new",), "")
    assert now(comparison, "local/") == ["Dogs stay outside" + "." * (kind == "heading")]


def test_a_clause_of_which_only_the_title_is_left_is_deleted():
    document = policy("three_level")
    marks = {bookmark("aim/people", number) for number in range(2, 9)}
    shown = [line for line in as_drawn(document) if not marks.intersection(line.bookmarks)]
    assert "Whom we mean" in [lines.words_of(line.line) for line in shown]
    comparison = compare(document, shown)
    assert differing(comparison) == {"aim/people": {"deleted"}} and comparison.clauses[-1].clause == "aim/people"
    edit, = local_edits(document, comparison)
    assert edit.lines is None


# ---- short editions ----------------------------------------------------------------------------------------------


def test_a_bullet_added_in_the_box_of_a_short_edition_is_a_clause_and_a_list_in_it_is_one_level_up():
    aim, *others = SECTIONS
    document = policy("short", (replace(aim, boxed=True), *others))
    shown = as_drawn(document)
    place = at(shown, "Confidential does not")
    own = [added("Dogs stay outside.", kind="box bullet"), added("So do:", kind="box further"),
           added("cats", kind="box bullet 2")]
    comparison = compare(document, [*shown[:place + 1], *own, *shown[place + 1:]])
    assert differing(comparison) == {"new": {"new"}}
    change = next(one for one in comparison.clauses if one.statuses == ("new",))
    assert (change.section, change.after) == ("aim", "aim/meaning")
    assert [line.kind for line in change.now] == ["paragraph", "paragraph", "bullet"]


def test_the_sign_that_libreoffice_leaves_in_the_cells_of_a_tracked_row_is_not_taken_over():
    place = at(LINES, "White card")
    row = replace(LINES[place], line=lines.Line("row", ((Text("Pink slip\u200d"),), (Text("\u200d"),))), bookmarks=())
    comparison = compare(policy(), [*LINES[:place + 1], row, *LINES[place + 1:]])
    assert now(comparison, "sharing/forms")[5] == "Pink slip | "


# ---- odd files ---------------------------------------------------------------------------------------------------


def compared(tmp_path, change):
    """The policy, the XML of its file changed, compared with itself."""
    path = rewritten(drawn(policy(), tmp_path / "policy.docx"), tmp_path / "changed.docx", change)
    return compare(policy(), read_word_file(path).lines)


def with_body(xml: str, body: str) -> str:
    return re.sub(r"<w:body>.*</w:body>", lambda _: f"<w:body>{body}</w:body>", xml, flags=re.DOTALL)


def test_an_empty_body_is_a_policy_whose_clauses_were_all_deleted(tmp_path):
    comparison = compared(tmp_path, lambda xml: with_body(xml, ""))
    assert {change.statuses for change in comparison.clauses} == {("deleted",)}
    assert len(comparison.clauses) == len(list(passages_of(policy())))


def wrapped(xml: str) -> str:
    """The XML with each paragraph and table in content controls in custom XML, and each run in tags."""
    control = r"<w:sdt><w:sdtPr/><w:sdtContent><w:customXml>\g<0></w:customXml></w:sdtContent></w:sdt>"
    for element, around in ((r"<w:p>.*?</w:p>", control), (r"<w:tbl>.*?</w:tbl>", control),
                            (r"<w:r>.*?</w:r>", r"<w:smartTag><w:customXml>\g<0></w:customXml></w:smartTag>")):
        xml = re.sub(element, around, xml, flags=re.DOTALL)
    return xml


def test_wrappings_are_no_edits(tmp_path):
    assert differing(compared(tmp_path, wrapped)) == {}


@pytest.mark.slow
@pytest.mark.parametrize("words", ["Paragraph {} tells of cats and dogs.", "Always the same."], ids=["other", "same"])
@pytest.mark.parametrize("style", ["", "Clause"], ids=["plain", "numbered"])
def test_three_thousand_paragraphs_of_something_else_take_no_longer_than_a_few_seconds(tmp_path, style, words):
    body = "".join(f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr><w:r><w:t>{words.format(number)}</w:t></w:r></w:p>'
                   for number in range(3000))
    before = time.process_time()  # other programs may be busy
    comparison = compared(tmp_path, lambda xml: with_body(xml, body))
    assert sum(len(change.now) for change in comparison.clauses) == 3000
    assert time.process_time() - before < 10

"""The HTML writer: every word of the model once, in order, escaped; the right element for each part."""

import itertools
import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from lxml.html import document_fromstring

from helpers.reading import DOCUMENTS, reading, squeezed
from helpers.sample import (
    HOSTILE, NAMES, annotated, discreet, filled_in, form, lettered, policy, sheet_of, three_level, words,
)
from policygen.formats.house import House, Logo
from policygen.formats.html import page, screen
from policygen.model.document import (
    Blank, Heading, Item, ItemList, LineBreak, Paragraph, Passage, Reference, Section, Table, Text,
)
from policygen.model.problems import LibraryError

HOUSE = Path(__file__).parents[2] / "templates" / "house"
PLAIN = House(HOUSE)


def tree(document):
    return document_fromstring(page(document, PLAIN))


def one(document, selector):
    (found,) = tree(document).xpath(selector)
    return found


def with_blocks(*blocks, title="A title", layout="numbered"):
    """A document with just these blocks."""
    passage = Passage("s/clause", "A clause", "1.1", blocks)
    return replace(policy(layout), sections=(Section("s", title, "1", (passage,)),))


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_word_comes_out_once_and_in_order(name):
    main = one(DOCUMENTS[name], "//main")
    assert squeezed(main.text_content()) == squeezed("".join(reading(DOCUMENTS[name])))


@pytest.mark.parametrize("name", DOCUMENTS)
def test_ids_are_unique_and_every_link_has_its_target(name):
    html = tree(DOCUMENTS[name])
    ids = html.xpath("//@id")
    assert len(ids) == len(set(ids))
    assert {"#" + name for name in ids} >= set(html.xpath("//a/@href"))


def test_a_hostile_name_is_literal_everywhere():
    html = tree(policy())
    assert html.xpath("//p[@class='organisation']/text()") == [HOSTILE]
    assert html.xpath("//title/text()") == [f"Confidentiality policy – {HOSTILE}"]
    assert html.xpath("//meta[@name='author']/@content") == [HOSTILE]
    assert html.xpath("//body/@data-organisation") == [HOSTILE]
    assert not html.xpath("//trust")


def test_dollars_quotes_and_ends_of_comments_are_literal():
    name = "A$title \"B\" 'C' $$ --> ]]> &amp; \\d"
    html = tree(policy(organisation=name))
    assert html.xpath("//p[@class='organisation']/text()") == [name]
    assert html.xpath("//body/@data-organisation") == [name]


def test_characters_that_html_must_not_hold_are_dropped():
    made = page(policy(organisation="A\x00\x0b\x1f\x7f\x85\ud800\ufffe\uffffB 🙂 ł"), PLAIN)
    assert document_fromstring(made.encode()).xpath("//body/@data-organisation") == ["AB 🙂 ł"]


def test_language_and_kind_are_stated():
    html = tree(policy())
    assert html.get("lang") == "en-GB"
    assert html.xpath("//body/@class") == ["policy numbered"]
    assert html.xpath("//link/@href") == ["print.css", "sans.css"]
    assert len(html.xpath("//h1")) == 1


def test_the_draft_mark_is_on_drafts_only():
    assert tree(policy(draft=True)).xpath("//p[@class='draft']/text()") == ["DRAFT"]
    assert "DRAFT" not in page(policy(draft=False), PLAIN)


def test_numbered_clauses_carry_their_number_and_their_id():
    clause = one(policy(), "//div[@id='about/whom-it-binds']")
    assert clause.get("class") == "clause"
    assert clause[0].xpath("span[@class='number']/text()") == ["1.2"]
    assert clause[0].text_content() == "1.2 Whom it binds. Everybody who works here."
    assert [child.tag for child in clause] == ["p", "p", "ol", "table"]


def test_the_heading_of_a_section_has_its_number_apart():
    heading = one(policy(), "//section[@id='about']/h2")
    assert heading.xpath("span[@class='number']/text()") == ["1"]
    assert heading.text_content() == "1 Why we have this policy"


def test_contents_link_to_the_sections_below_the_cover():
    html = tree(policy())
    assert html.xpath("//nav//a/@href") == ["#about", "#limits"]
    assert not tree(replace(policy(), contents=False)).xpath("//nav")
    assert not tree(policy("short")).xpath("//nav")


@pytest.mark.parametrize(("sections", "kind"), [(8, "contents"), (9, "contents long")])
def test_only_a_long_contents_list_is_marked_so(sections, kind):
    many = tuple(Section(f"s{n}", f"Title {n}", str(n), ()) for n in range(sections))
    assert one(replace(policy(), sections=many), "//nav").get("class") == kind


def test_short_sections_are_lists_with_one_item_for_each_clause():
    html = tree(policy("short"))
    assert html.xpath("//section[@id='about']/ul/li/@id") == ["about/aim", "about/whom-it-binds"]
    assert not html.xpath("//h2/span | //li[@class='passage']/p/span")
    assert not html.xpath("//section[@id='summary']//ul")


def test_boxed_sections_and_boxes_are_boxes():
    html = tree(policy())
    assert html.xpath("//section[@id='summary']/@class") == ["box"]
    assert html.xpath("//div[@class='box']//text()") == ["Safety comes first."]


def test_lists_are_lists_with_the_labels_of_the_model():
    lettered = one(policy(), "//div[@id='about/aim']/ol")
    assert lettered.xpath("li/p/span[@class='number']/text()") == ["(a)", "(b)", "(c)"]
    outer = one(policy(), "//div[@id='about/key']/ul")
    assert [item.text_content() for item in outer.xpath("li/p")] == ["• outer"]
    assert [item.text_content() for item in outer.xpath("li/ul/li")] == ["• inner"]


def test_an_item_without_a_paragraph_keeps_its_label():
    inner = ItemList((Item((words("inner"),), "•"),))
    item = one(with_blocks(ItemList((Item((inner,), "(d)"),), True)), "//section//ol/li")
    assert [child.tag for child in item] == ["p", "ul"]
    assert item.text_content().split() == ["(d)", "•", "inner"]


def test_tables_have_headers_and_a_description():
    html = tree(policy())
    (table,) = html.xpath("//table[@class='data']")
    assert table.get("aria-label") == "Each place where we keep information."
    assert table.xpath("thead/tr/th[@scope='col']/text()") == ["Where", "What we keep there"]
    assert html.xpath("//table[@class='control']//th[@scope='row']/text()") == ["Status", "Next review"]
    assert len(table.xpath("tbody/tr/td/br")) == 1


def test_a_heading_inside_a_clause_skips_no_level():
    heading = Heading((Text("Inside"),))
    assert one(with_blocks(heading), "//*[@class='inner']").tag == "h3"
    assert one(with_blocks(heading, title=""), "//*[@class='inner']").tag == "h2"


def test_clauses_with_headings_number_their_paragraphs():
    clause = one(three_level(), "//div[@id='clause/members']")
    assert [(child.tag, child.get("class")) for child in clause] == [
        ("h3", "title"), ("ol", None), ("p", None), ("ul", None), ("h4", "inner"), ("p", None)]
    assert [words.text_content() for words in clause.xpath("h3 | p")] == ["1.2 Members", "1.2.1 Last.", "1.2.2 End."]
    assert one(three_level(), "//div[@id='clause/aim']/p[last()]").xpath("a/text()") == ["section 2.2", "section 2"]


def test_lettered_points_carry_their_letter():
    assert one(lettered(), "//div[@id='point/p2-b']/p/span[@class='number']").text == "(b)"
    first = one(lettered(), "//div[@id='point/p1-a']")
    assert [child.tag for child in first] == ["p", "ol", "p", "ol", "ul"]
    assert one(lettered(), "//div[@id='point/p1-b']/p").xpath("a/text()") == ["section 2(b)", "section 1"]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_levels_of_headings_never_skip(name):
    levels = [int(heading.tag[1]) for heading in tree(DOCUMENTS[name]).xpath("//h1 | //h2 | //h3 | //h4 | //h5")]
    assert levels[0] == 1 and all(after <= before + 1 for before, after in itertools.pairwise(levels))


def test_notes_are_not_boxes():
    html = tree(annotated(policy()))
    assert len(html.xpath("//div[@class='note'][@role='note']")) == 5
    assert html.xpath("//div[@class='box']//text()") == ["Safety comes first."]
    assert all(note.getnext() is None for note in html.xpath("//div[@class='note']"))
    assert not tree(policy()).xpath("//*[@class='note']")


def test_tables_to_fill_in_have_columns_and_tall_rows():
    html = tree(filled_in())
    (table,) = html.xpath("//table[@class='data filled-in']")
    shares = [float(column[len("width: "):-1]) for column in table.xpath("colgroup/col/@style")]
    assert len(shares) == 4 and sum(shares) == pytest.approx(100, abs=0.1) and min(shares) > 15
    assert [row.get("class") for row in table.xpath("tbody/tr")] == [None] + ["tall"] * 6
    assert html.xpath("//span[@class='tick-sign']/text()") == ["☐"] * 13
    assert not tree(policy()).xpath("//colgroup | //tr[@class]")


@pytest.mark.parametrize(("columns", "classes"), [(6, "form plain"), (7, "form plain sideways")])
def test_a_wide_table_turns_the_page(columns, classes):
    assert tree(filled_in(columns)).xpath("//body/@class") == [classes]


def test_a_discreet_sheet_has_nothing_empty():
    html = tree(discreet())
    assert html.xpath("//title/text()") == ["Useful numbers"]
    assert not html.xpath("//meta[@name='author'] | //p[@class='organisation']")
    assert not html.xpath("//p[not(node())]")


def test_a_box_to_tick_stands_between_the_words():
    paragraph = one(sheet_of(words("Yes ☐ or no ☐.")), "//section//p")
    assert [paragraph.text, *(child.tail for child in paragraph)] == ["Yes ", " or no ", "."]


def test_inlines_have_their_elements():
    paragraph = one(with_blocks(Paragraph((Text("a "), Text("b", "strong"), Text(" c "), Text("d", "emphasis"),
                                           LineBreak(), Text("e"), LineBreak(), LineBreak(), Blank("f"), Text(".")))),
                    "//section//p")
    assert [child.tag for child in paragraph] == ["strong", "em", "br", "br", "br", "mark"]
    assert [child.tail for child in paragraph] == [" c ", None, "e", None, None, "."]
    assert paragraph[-1].get("class") == "blank"
    assert paragraph[-1].text == "[f]"


def test_a_reference_links_only_inside_its_document():
    here, there = Reference("s/clause", "section 1.1"), Reference("declaration", "the declaration")
    paragraph = one(with_blocks(Paragraph((here, Text(" and "), there))), "//section//p")
    assert paragraph.xpath("a/@href") == ["#s/clause"]
    assert paragraph.text_content() == "section 1.1 and the declaration"


def test_a_link_has_its_address_and_its_style():
    words = (Text("See "), Text("our <page>", "strong", 'https://a.example/?b="1"&c=2'), Text("."))
    paragraph = one(with_blocks(Paragraph(words)), "//section//p")
    assert paragraph.xpath("a/@href") == ['https://a.example/?b="1"&c=2']
    assert paragraph.xpath("a/strong/text()") == ["our <page>"] and paragraph.text_content() == "See our <page>."


def test_fields_are_groups_of_labels_and_rules():
    html = tree(form())
    rules = {field.get("class"): len(field.xpath("span[@class='rule']")) for field in html.xpath("//p")
             if field.get("class", "").startswith("field ")}
    assert rules == {"field tick": 0, "field lines": 3, "field line": 1, "field signature": 1, "field date": 1}
    (tick,) = html.xpath("//p[@class='field tick']")
    assert [span.get("class") for span in tick] == ["tick-box", "label"]
    assert html.xpath("//div[@class='fields']/p[@class='fields-title']/text()") == ["Signed"]


def test_names_of_people_are_untouched():
    assert NAMES in page(policy(), PLAIN)


def house_with(folder, name, template):
    """A house folder with another template in the place of one of its own."""
    shutil.copytree(HOUSE, folder, dirs_exist_ok=True)
    (folder / name).write_text(template, encoding="utf-8")
    return House(folder)


def test_a_designer_may_write_another_page(tmp_path):
    template = ("{% import 'blocks.html' as parts with context %}<title>{{ document.organisation }}</title>$ "
                "<main>{{ parts.sections(cover=False) }}")
    made = page(replace(form(), organisation="R&D"), house_with(tmp_path, "page.html", template))
    assert made.startswith("<title>R&amp;D</title>$ <main>") and "I have read the policy." in made


@pytest.mark.parametrize("wrong", ["<p>\n{{ nonsense }}", "<p>\n{% if %}", "<p>\n{{ document.nonsense }}",
                                   "<p>\n{{ document.title() }}"])
def test_a_wrong_template_is_the_house_authors_to_mend(tmp_path, wrong):
    with pytest.raises(LibraryError, match=r"page\.html, line 2: this template cannot be used.*\n.*Jinja"):
        page(form(), house_with(tmp_path, "page.html", wrong))


def test_a_wrong_template_is_named_where_another_one_uses_it(tmp_path):
    with pytest.raises(LibraryError, match=r"blocks\.html, line 3: this template cannot be used: 'nonsense'"):
        page(form(), house_with(tmp_path, "blocks.html", "\n{% macro colours() %}\n{{ nonsense }}\n{% endmacro %}"))


def test_a_missing_template_is_named(tmp_path):
    with pytest.raises(LibraryError, match=r"page\.html: cannot read"):
        page(form(), House(tmp_path))
    (tmp_path / "page.html").write_text("{% import 'blocks.html' as parts %}", encoding="utf-8")
    with pytest.raises(LibraryError, match=r"blocks\.html: cannot read"):
        page(form(), House(tmp_path))


# ---- the edition for browsers ----------------------------------------------------------------------------------------


DRESSED = House(HOUSE, Logo("png", b"\x89PNG", 40, 10), "#7a2e6b", "serif")


def shown(document, house=PLAIN):
    return document_fromstring(screen(document, house))


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_page_for_browsers_has_the_words_of_the_model_in_order(name):
    html = shown(DOCUMENTS[name])
    for unseen in html.xpath("//head | //caption | //a[@class='skip'] | //nav"):
        unseen.drop_tree()
    cover_first = replace(DOCUMENTS[name], contents=False)
    assert squeezed(html.text_content()) == squeezed("".join(reading(cover_first)) + cover_first.edition_line)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_page_for_browsers_needs_no_other_file_and_runs_nothing(name):
    html = shown(DOCUMENTS[name], DRESSED)
    addresses = html.xpath("//@src | //@href | //@action | //@data")
    assert all(address.startswith(("#", "data:image/png;base64,")) for address in addresses)
    assert not html.xpath("//script | //link | //iframe | //object | //@*[starts-with(name(), 'on')]")
    assert not re.search(r"url\(|@import|https?:", html.xpath("string(//style)"))
    assert "default-src 'none'" in html.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")[0]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_page_for_browsers_says_what_its_parts_are(name):
    document = DOCUMENTS[name]
    html = shown(document, DRESSED)
    assert html.get("lang") == "en-GB" and html.xpath("string(//title)").startswith(document.title)
    assert [element.tag for element in html.xpath("/html/body/*")] == [
        "a", "header", *(["nav"] if document.contents and document.layout != "short" else []), "main",
        *(["footer"] if document.edition_line else [])]
    assert html.xpath("//body/a/@href") == ["#content"] and html.xpath("//main/@id") == ["content"]
    levels = [int(heading.tag[1]) for heading in html.xpath("//h1 | //h2 | //h3 | //h4 | //h5")]
    assert levels[0] == 1 == levels.count(1)
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))
    for table in html.xpath("//table[contains(@class, 'data')]"):
        assert table.xpath("string(caption)") and table.getparent().get("tabindex") == "0"
    assert html.xpath("count(//th) = count(//th[@scope])") and html.xpath("count(//img) = count(//img[@alt])")
    assert set(html.xpath("//nav//a/@href")) <= {f"#{name}" for name in html.xpath("//main//@id")}
    assert len(html.xpath("//@id")) == len(set(html.xpath("//@id")))


def test_the_page_for_browsers_wears_what_the_organisation_chose():
    html = shown(policy(), DRESSED)
    assert html.xpath("//body/@class") == ["policy numbered serif"]
    assert "--accent: #7a2e6b" in html.xpath("string(//style)")
    assert html.xpath("//header/img/@src") == ["data:image/png;base64,iVBORw=="]
    assert not shown(discreet(), DRESSED).xpath("//img")


def test_a_missing_sheet_for_browsers_is_named(tmp_path):
    with pytest.raises(LibraryError, match=r"screen\.css: cannot read"):
        screen(form(), House(tmp_path))


# ---- what an organisation chose --------------------------------------------------------------------------------------


def test_the_printed_page_wears_what_the_organisation_chose():
    html = document_fromstring(page(policy(), replace(DRESSED, large=True)))
    assert html.xpath("//link/@href") == ["print.css", "serif.css", "large.css"]
    assert html.xpath("string(//style)") == (":root { --accent: #7a2e6b; --tint: #f4eef3; --rule: #dcc8d8; "
                                             "--deep: #7a2e6b }")


@pytest.mark.parametrize(("document", "described"), [
    (policy(), ["Logo of " + HOSTILE]), (form(), []), (discreet(), [])])
def test_a_logo_is_described_where_it_says_something(document, described):
    html = document_fromstring(page(document, DRESSED))
    assert html.xpath("//img/@alt") == described
    assert len(html.xpath("//*[@class='logo']")) == (document.organisation != "")


def test_places_to_fill_in_become_links_only_where_they_are_asked_for():
    assert not document_fromstring(page(form(), PLAIN)).xpath("//a")
    assert len(document_fromstring(page(form(), PLAIN, fillable=True)).xpath("//a[starts-with(@href, 'field:')]")) == 7


def test_in_large_print_rows_become_records_and_tables_to_fill_in_stay():
    large = replace(PLAIN, large=True)
    table = Table(tuple((Text(word),) for word in ("Where", "What", "How")),
                  (tuple((Text(word),) for word in ("Cloud", "Notes", "Locked")),), "Where we keep what.")
    html = document_fromstring(page(with_blocks(table), large))
    assert [line.text_content() for line in html.xpath("//ul[@class='records']/li/p")] == [
        "Where: Cloud", "What: Notes", "How: Locked"]
    assert document_fromstring(page(filled_in(), large)).xpath("//table[@class='data filled-in']")

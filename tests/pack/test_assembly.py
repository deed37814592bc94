"""Chosen clauses to documents: numbers, references, the glossary, the status block."""

from dataclasses import replace
from datetime import date

import pytest

from helpers import sample
from helpers.tiny import DAY, STAMP, Pack
from policygen.formats import text
from policygen.model.document import (
    Blank, Box, Document, Fields, Heading, Inlines, Issue, ItemList, LineBreak, Paragraph, Reference, Table, Text,
    inlines_of, passages_of, plain,
)
from policygen.pack import assembly
from policygen.pack.assembly import review_due


def outline(document: Document) -> str:
    """A document as readable lines: sections, then passages, then blocks, each kind with a sign of its own."""
    found = [f"{document.title} [{document.layout}]"]
    for section in document.sections:
        marks = "".join(f" ({mark})" for mark, on in (("cover", section.cover), ("boxed", section.boxed)) if on)
        found.append(" ".join(filter(None, ("==", section.number, section.title))) + marks)
        for passage in section.passages:
            found.append(" ".join(filter(None, ("--", passage.number, passage.clause))))
            found += [line for block in passage.blocks for line in shown(block)]
    return "\n".join(found) + "\n"


def shown(block, indent: str = ""):
    match block:
        case Paragraph(inlines, number):
            yield f"{indent}{number} {signed(inlines)}".strip() if not indent else f"{indent}{signed(inlines)}"
        case Heading(inlines):
            yield f"{indent}# {signed(inlines)}"
        case ItemList(items):
            for item in items:
                first, *rest = item.blocks
                yield f"{indent}{item.label} {signed(first.inlines)}"
                for inner in rest:
                    yield from shown(inner, f"{indent}  ")
        case Table(header, rows):
            yield from (f"{indent}| {' | '.join(map(signed, row))} |" for row in (header, *rows))
        case Box(inner):
            for part in inner:
                yield from shown(part, f"{indent}> ")
        case Fields(fields, title):
            yield f"{indent}[{title}] " + ", ".join(f"{field.label}: {field.kind}" for field in fields)


def signed(inlines: Inlines) -> str:
    """The words of some inlines with signs for what is more than words."""
    signs = {"strong": "**", "emphasis": "*", "": ""}
    parts = []
    for inline in inlines:
        match inline:
            case Text(text, style):
                parts.append(signs[style] + text + signs[style])
            case Reference(target, text):
                parts.append(f"<{target}: {text}>")
            case Blank(label):
                parts.append(f"[{label}]")
            case LineBreak():
                parts.append(" / ")
    return "".join(parts)


NUMBERED = """\
Confidentiality policy [numbered]
== In short (cover) (boxed)
-- summary/gist
• We protect guests.
• We ask first.
== 1 Why we have this policy
-- 1.1 about/aim
1.1 **Aim. **Harbour keeps to itself what it learns about guests. The Directors see to that.
See <limits/terrorism: section 3.1>, <limits: section 3> and the <declaration: Declaration>.
-- 1.2 about/premises
1.2 **Premises. **Ask the caretaker.
== 2 Paper
-- 2.1 paper/kept
2.1 **What is on paper. **
| Place | Kind |
| the cabinet | Paper |
== 3 When we may tell someone
-- 3.1 limits/terrorism
3.1 **Terrorism. **Tell the police (section 38B of the Terrorism Act 2000). Tell the Chair:
(a) at once;
(b) in person.
-- 3.2 limits/crime-england
3.2 **Crime. **You may report a crime.
== 4 What our words mean
-- 4.1 glossary/caretaker
4.1 **Caretaker. **The caretaker looks after the house.
"""

SHORT = """\
Confidentiality policy [short]
== In short (cover) (boxed)
-- summary/gist
We protect guests.
== Why we have this policy
-- about/aim
Harbour keeps to itself what it learns. See <limits: “When we may tell someone”>.
== When we may tell someone
-- limits/terrorism
Tell the police about terrorism.
-- limits/crime-england
Report crimes.
"""

DECLARATION = """\
Declaration [plain]
==
-- declaration/promise
I have read the <policy: Confidentiality policy>, and <limits/terrorism: section 3.1 of the Confidentiality policy>.
[Signed for Harbour] Name: line, Date: date
"""


def test_a_numbered_policy_has_numbers_titles_and_references(tmp_path):
    assert outline(Pack(tmp_path, {"user_term": "guest"}).documents[0]) == NUMBERED


def test_a_short_policy_has_the_short_wordings_and_names_sections_instead_of_numbers(tmp_path):
    assert outline(Pack(tmp_path, {"user_term": "guest", "brief": True}).documents[0]) == SHORT


def test_a_form_refers_to_the_policy_by_its_title(tmp_path):
    assert outline(Pack(tmp_path, {}).documents[1]) == DECLARATION


def test_a_form_refers_to_a_section_of_the_short_policy_by_its_title(tmp_path):
    assert "<limits/terrorism: “When we may tell someone” of the Confidentiality policy>" in outline(
        Pack(tmp_path, {"brief": True}).documents[1])


def test_numbers_close_up_when_clauses_are_left_out(tmp_path):
    found = outline(Pack(tmp_path, {"has_premises": False, "data_stores": [{"name": "x",
                                                                            "kind": "cloud"}]}).documents[0])
    assert "== 2 When we may tell someone\n-- 2.1 limits/terrorism" in found
    assert "<limits/terrorism: section 2.1>, <limits: section 2>" in found


def test_the_glossary_explains_only_words_that_are_used(tmp_path):
    without = outline(Pack(tmp_path, {"keys": "Ann"}).documents[0])
    assert "What our words mean" not in without


def test_a_word_of_the_glossary_counts_in_any_case_and_only_whole(tmp_path):
    assert "glossary/caretaker" in outline(Pack(tmp_path / "a", {"keys": "one of the CARETAKERS"}).documents[0])
    assert "glossary/caretaker" not in outline(Pack(tmp_path / "b", {"keys": "the undercaretaker"}).documents[0])


def test_the_glossary_does_not_explain_words_that_only_it_uses(tmp_path):
    assert "glossary/regulator" not in NUMBERED
    assert "glossary/regulator" in outline(Pack(tmp_path, {"keys": "the regulator"}).documents[0])


def test_a_reference_that_leads_nowhere_in_this_pack_stays_without_words(tmp_path):
    aim = "---\ntitle: Aim\nbecause: x\nshort: x\n---\nSee {{ ref('paper/kept') }} and {{ ref('notes') }}.\n"
    pack = Pack(tmp_path, {"data_stores": [{"name": "x", "kind": "cloud"}], "approved_on": DAY}, policy__about__aim=aim)
    assert "See <paper/kept: > and <notes: >." in outline(pack.documents[0])


def test_references_inside_lists_tables_boxes_and_headings_get_their_words(tmp_path):
    aim = ("---\ntitle: Aim\nbecause: x\n---\n- {{ ref('limits') }}\n  - {{ ref('limits') }}\n\n"
           "> {{ ref('limits') }}\n\n"
           "## {{ ref('limits') }}\n\n| {{ ref('limits') }} |\n|---|\n| {{ ref('limits') }} |\n")
    found = Pack(tmp_path, {}, policy__about__aim=aim).documents[0]
    printed = [inline.text for passage in passages_of(found) if passage.clause == "about/aim"
               for run in inlines_of(passage.blocks) for inline in run if isinstance(inline, Reference)]
    assert printed == ["section 3"] * 6


def test_a_clause_that_comes_out_empty_is_left_for_the_checks(tmp_path):
    aim = "---\ntitle: Aim\nbecause: x\n---\n{% if brief %}Words.{% endif %}\n"
    found = Pack(tmp_path, {}, policy__about__aim=aim).documents[0]
    assert [passage.blocks for passage in passages_of(found) if passage.clause == "about/aim"] == [()]


def control(tmp_path, stamp, **given) -> dict[str, str]:
    found = Pack(tmp_path, given, stamp=stamp).documents
    assert [document.control for document in found[1:] if document.control] == []
    return {label: plain(words) for label, words in found[0].control}


def test_the_status_block_of_an_approved_policy(tmp_path):
    assert control(tmp_path, STAMP, approved_on=date(2026, 11, 20), governing_body="The Board") == {
        "Status": "Approved by the Board on 20 November 2026", "Next review": "Due by 20 November 2028",
        "Owner": "Director", "Edition": "1, made on 21 November 2026"}


@pytest.mark.parametrize(("years", "words"), [(1, "One year after approval"), (2, "2 years after approval")])
def test_the_status_block_of_a_draft(tmp_path, years, words):
    found = control(tmp_path, replace(STAMP, draft=True), review_years=years)
    assert found["Status"] == "Draft for discussion; not yet approved by the Directors"
    assert found["Next review"] == words


def test_every_document_carries_the_line_of_its_edition(tmp_path):
    found = Pack(tmp_path, {}, stamp=replace(STAMP, number=3, draft=True)).documents
    assert {document.edition_line for document in found} == {"Edition 3, 21 November 2026 (draft)"}
    assert all(document.draft for document in found)
    assert [document.contents for document in found] == [True, False, False]


@pytest.mark.parametrize(("start", "years", "due"), [
    (date(2026, 11, 20), 2, date(2028, 11, 20)), (date(2028, 2, 29), 1, date(2029, 2, 28)),
    (date(2028, 2, 29), 4, date(2032, 2, 29)),
])
def test_a_review_is_due_on_the_same_day_some_years_later(start, years, due):
    assert review_due(start, years) == due


def test_assembling_twice_gives_equal_documents_and_changes_nothing(tmp_path):
    pack = Pack(tmp_path, {})
    before = dict(pack.context)
    assert assembly.assemble(pack.library, pack.selection, pack.context, STAMP) == pack.documents
    assert pack.context == before


# ---- the history of editions -------------------------------------------------------------------------------------

ISSUES = (Issue(1, date(2022, 5, 3), date(2022, 5, 2)), Issue(2, date(2024, 4, 30), None),
          Issue(3, date(2024, 5, 9), date(2024, 5, 8)), Issue(4, date(2026, 5, 1), None))


def history(layout: str, issues: tuple[Issue, ...]) -> tuple[Document, list[str]]:
    """A policy with its history, and the lines of text that it did not have before."""
    before = replace(sample.policy(), layout=layout)
    after, = assembly.with_history((before,), issues)
    had = text.write(before).split("\n")
    return after, [line.strip() for line in text.write(after).split("\n") if line.strip() and line not in had]


def test_a_full_policy_ends_with_its_editions_the_newest_first_without_drafts_that_were_replaced():
    after, lines = history("numbered", ISSUES)
    assert after.sections[-1].title == "History of this policy"
    rows = [" ".join(line.split()) for line in lines]
    places = [next(number for number, row in enumerate(rows) if words in row) for words in (
        "1 May 2026", "9 May 2024", "3 May 2022", "Earlier drafts are not listed.")]
    assert places == sorted(places)
    assert "30 April 2024" not in " ".join(rows) and "Approved on 8 May 2024" in " ".join(rows)


def test_a_concise_policy_names_its_earlier_editions_on_the_first_page_and_a_first_one_none():
    after, lines = history("short", ISSUES)
    assert after.sections == sample.policy().sections
    assert "3, approved on 8 May 2024; 1, approved on 2 May 2022" in " ".join(" ".join(lines).split())
    assert history("lettered", ISSUES[:1])[1] == []


def test_forms_have_no_history():
    assert assembly.with_history((sample.form(),), ISSUES) == (sample.form(),)

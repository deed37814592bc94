"""References that people typed, or made in Word, follow their clauses; numbers of anything else are left alone."""

import re
from dataclasses import replace

import pytest

from helpers.edited import SECTIONS, as_drawn, drawn, policy, rewritten
from policygen.formats.word.bookmarks import bookmark
from policygen.formats.word.reader import EditedLine, read_word_file
from policygen.model.document import (
    Document, Paragraph, Passage, Reference, Section, Text, inlines_of, passages_of,
)
from policygen.model.lines import Line, blocks_of, words_of
from policygen.pack.assembly import numbered, resolved
from policygen.pack.edits import LocalEdit, apply_edits
from policygen.review.compare import compare, local_edits
from policygen.review.references import followed, numbers_of, out_of_date, titles_of

FORM = Document("form", "form", "Form", "", "plain", (), (), "", False)


def typed(words: str, about: Document | None = None, *others: dict[str, str]) -> list[str]:
    """What references lead to, and the words around them, in a clause that somebody wrote."""
    edit = LocalEdit("policy", "local/x", None, (Line("paragraph", ((Text(words),),)),))
    (found,), _ = followed([edit], about or policy(), [numbers_of(policy()), *others], titles_of(policy()))
    return [one.target if isinstance(one, Reference) else one.text for one in found.lines[0].cells[0]]


@pytest.mark.parametrize("words, found", [
    ("See section 2.3.", ["See ", "sharing/limits", "."]),
    ("It is as in section 2.3 above.", ["It is as in ", "sharing/limits", " above."]),
    ("See 2.3 first.", ["See ", "sharing/limits", " first."]),
    ("For more see clause 2.1, then go.", ["For more see ", "sharing/consent", ", then go."]),
    ("(see paragraph 3.4)", ["(see ", "records/asking", ")"]),
    ("As sections 2.1 and 2.3 say.", ["As ", "sharing/consent", " and ", "sharing/limits", " say."]),
    ("See sections 1.1, 2.1 and 3.1.",
     ["See ", "aim/purpose", ", ", "sharing/consent", " and ", "records/basics", "."]),
    ("More stands in section 3.", ["More stands in ", "records", "."]),
    ("As section 2.1 and Section 2.3 say.", ["As ", "sharing/consent", " and ", "sharing/limits", " say."]),
    ("As s.2.3 and cl. 2.1 say.", ["As ", "sharing/limits", " and ", "sharing/consent", " say."]),
    ("It is told (§ 2.3).", ["It is told (", "sharing/limits", ")."]),
    ("As set out in 2.3 above, tell us.", ["As set out in ", "sharing/limits", " above, tell us."]),
    ("Look at Section 2.3 of this policy.", ["Look at ", "sharing/limits", " of this policy."]),
])
def test_a_typed_number_becomes_a_reference(words, found):
    assert typed(words) == found


@pytest.mark.parametrize("words", [
    "It rests on section 2.3 of the Care Act 2014.", "See section 3 of the Act.",
    "We follow section 3, Mental Health Act.",
    "Under section 3 of that Act we ask.", "The Children Act 1989, section 2.1, says so.", "See section 47 enquiries.",
    "A section 3 enquiry is something else.", "See section 2.3 of our safeguarding policy.",
    "The safeguarding policy, section 2.3, says more.", "See clause 2.1 of the lease.",
    "See paragraph 2.1 of Schedule 2.",
    "See section 2.1 in the staff handbook.", "See section 2.1 Data Protection Act 2018.", "Answer within 3 months.",
    "We keep it 24 hours.", "It costs £2.30.", "On 2.3.26 we met.", "We meet at 2.30.", "See page 2.",
    "See section 2.30.",
    "The council’s 2.3 million.", "It is s.2.3 of the Care Act 2014.", "Look at s.3.", "We wait in 2.3 hours.",
    "See section 2.3.1.", "See 3 of them.", "It is 2.3 per cent."])
def test_other_numbers_are_left_alone(words):
    assert typed(words) == [words]


def test_a_number_that_can_mean_two_clauses_is_left_and_one_that_only_the_edited_file_has_is_followed():
    assert typed("See section 2.3.", None, {"2.3": "local/y"}) == ["See section 2.3."]
    assert typed("See section 2.4.", None, {"2.4": "local/y"}) == ["See ", "local/y", "."]


def test_at_the_beginning_of_a_sentence_a_number_stays_as_it_is_typed_and_is_told_when_it_moves():
    assert typed("Section 2.3 comes first.") == ["Section 2.3 comes first."]
    lines = (Line("paragraph", ((Text("Ring. Section 2.3 comes first."),),)),)
    edit = LocalEdit("policy", "aim/purpose", (), lines, title="Our purpose", section="aim")
    before = policy()
    assert out_of_date([edit], [before], [before]) == ()
    moved, = resolved(numbered([replace(before, sections=before.sections[1:])]), ())
    told, = out_of_date([edit], [before], [moved])
    assert "“Section 2.3”" in told and "“Where it ends”, is 1.3 now" in told
    gone, = resolved(numbered([replace(before, sections=before.sections[:1])]), ())
    assert "has no number now" in out_of_date([edit], [before], [gone])[0]


def test_a_form_follows_the_numbers_of_the_policy_where_it_names_it():
    assert typed("See section 2.3 of our confidentiality policy.", FORM) == ["See ", "sharing/limits", "."]
    assert typed("See section 2.3.", FORM) == ["See section 2.3."]


# ---- cross references that Word makes ----------------------------------------------------------------------------

FIELD = ('<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
         '<w:r><w:instrText xml:space="preserve"> REF {} </w:instrText></w:r>'
         '<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>{}</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/>'
         '</w:r>')
SIMPLE = '<w:fldSimple w:instr=" REF {} "><w:r><w:t>{}</w:t></w:r></w:fldSimple>'
LINK = '<w:hyperlink w:anchor="{0}"><w:r><w:t>{1}</w:t></w:r></w:hyperlink>'


def with_reference(path, to, made: str, number: str, before: str, name: str = "_Ref1234", switches: str = r" \r \h"):
    """The policy with a reference after the first words of a clause, to a bookmark in another clause."""
    limits = bookmark("sharing/limits", 1)

    def change(xml: str) -> str:
        start = f'<w:bookmarkStart w:id="9001" w:name="{name}"/>'
        xml = re.sub(rf'(<w:bookmarkStart [^>]*w:name="{limits}"/>)', rf'{start}\1<w:bookmarkEnd w:id="9001"/>', xml)
        field = made.format(name if made is LINK else name + switches, number)
        words = f'<w:t xml:space="preserve">{before}</w:t></w:r>{field}<w:r><w:t xml:space="preserve">. Anybody may'
        changed = xml.replace('<w:t xml:space="preserve">Anybody may', words)
        assert changed != xml
        return changed

    return read_word_file(rewritten(path, to, change)).lines


@pytest.mark.parametrize("name", ["_Ref1234", "__RefNumPara__12_34", "limits"])
@pytest.mark.parametrize("made", [FIELD, SIMPLE, LINK], ids=["field", "simple field", "link"])
@pytest.mark.parametrize("before", ["See section ", "See ", "See clause "])
def test_a_cross_reference_of_word_follows_its_clause(tmp_path, made, before, name):
    shown = with_reference(drawn(policy(), tmp_path / "a.docx"), tmp_path / "b.docx", made, "2.3", before, name)
    edit, = local_edits(policy(), compare(policy(), shown))
    assert edit.clause == "records/asking"
    assert edit.lines[0].cells[0][:3] == (Text("See "), Reference("sharing/limits"), Text(
        ". Anybody may read their own card on a Tuesday morning."))
    later, = resolved(numbered(apply_edits((replace(policy(), sections=SECTIONS[1:]),), [edit])), ())
    printed = [one for run in inlines_of(later.sections[1].passages[3].blocks) for one in run]
    assert Reference("sharing/limits", "section 1.3") in printed
    assert compare(later, as_drawn(later)).clauses[-1].statuses == ("unchanged",)


@pytest.mark.parametrize("number, switches", [("Where it ends", r" \h"), ("below", r" \p \h")])
def test_a_cross_reference_that_prints_words_is_words(tmp_path, number, switches):
    shown = with_reference(drawn(policy(), tmp_path / "a.docx"), tmp_path / "b.docx", FIELD, number, "See ",
                           switches=switches)
    edit, = local_edits(policy(), compare(policy(), shown))
    assert words_of(edit.lines[0]).startswith(f"See {number}. Anybody") and not [
        one for run in inlines_of(blocks_of(edit.lines)) for one in run if isinstance(one, Reference)]


def test_a_cross_reference_to_a_clause_that_somebody_added_leads_to_it():
    own = EditedLine(Line("paragraph", ((Text("Dogs stay outside."),),)), ("#_Ref1",), "clause")
    words = (Text("Cats see section "), Reference("#_Ref1", "3.5"), Text("."))
    see = EditedLine(Line("paragraph", (words,)), (), "clause")
    comparison = compare(policy(), [*as_drawn(policy()), own, see])
    dogs, cats = comparison.clauses[-2:]
    assert cats.now[0].cells[0] == (Text("Cats see "), Reference(dogs.clause), Text("."))


@pytest.mark.parametrize("taken_out", [False, True])
def test_a_reference_to_a_section_whose_heading_was_taken_out_leads_to_where_its_clauses_stand(taken_out):
    first, *_, last = SECTIONS[-1].passages
    edits = [LocalEdit("policy", one.clause, (), None if taken_out else (Line("paragraph", ((Text("So."),),)),),
                       section="records" if taken_out else "sharing", placed=not taken_out) for one in (first, last)]
    stands = () if taken_out else (first, last)
    sharing = replace(SECTIONS[1], passages=(*SECTIONS[1].passages, *stands))
    words = Passage("x/y", "", "", (Paragraph((Reference("records"),)),))
    form = replace(FORM, sections=(Section("x", "", "", (words,)),))
    own, other = resolved((*numbered([replace(policy(), sections=(SECTIONS[0], sharing))]), form), tuple(edits))
    printed = [[one.text for passage in passages_of(document) for run in inlines_of(passage.blocks) for one in run
                if isinstance(one, Reference) and one.target == "records"] for document in (own, other)]
    assert printed == ([["this policy"], ["the Confidentiality policy"]] if taken_out else
                       [["section 2"], ["section 2 of the Confidentiality policy"]])

"""Sections that people add in Word go through approvals, reviews and changes of layout."""

from itertools import pairwise

from docx.text.paragraph import Paragraph
from helpers.reviewed import ByHand, first_edition, reviewed_by_command
from helpers.program import policygen

VISITS = "Ring the office when you leave a visit."
OFFICE = "The office: 01632 960001."


def add_section(hand: ByHand, before: Paragraph | None, title: str, *clauses: str) -> None:
    """Add a section before a paragraph, or at the end of the file."""
    styles = ["Heading 1", *["Clause"] * len(clauses)]
    for words, style in zip([title, *clauses], styles, strict=True):
        new = hand.file.add_paragraph(words, style=style)
        if before is not None:
            before._p.addprevious(new._p)


def headings(edition) -> list[str]:
    text = (edition / "Confidentiality policy.txt").read_text(encoding="utf-8").split("\n")
    return [line for line, under in pairwise(text) if under and set(under) == {"-"}]


def test_a_section_in_the_middle_and_an_appendix_at_the_end_stay_sections(tmp_path):
    edition = first_edition(tmp_path)
    hand = ByHand(edition / "Confidentiality policy.docx")
    sharing = next(one for one in hand.file.paragraphs if one.text.startswith("Sharing with others")
                   and one.style.name == "Heading 1")
    add_section(hand, sharing, "Lone working", VISITS, "Two go together after dark.")
    add_section(hand, None, "Appendix: telephone numbers")
    hand.file.add_paragraph(OFFICE)
    hand.save()
    second = reviewed_by_command(edition.parent, "2028-11-20", "--keep", "mine")
    number = next(line for line in headings(second) if line.endswith(". Lone working")).partition(".")[0]
    text = (second / "Confidentiality policy.txt").read_text(encoding="utf-8")
    assert f"\n{number}.1   {VISITS}" in text and f"\n{number}.2   Two go together" in text
    assert headings(second).index(f"{number}. Lone working") + 1 == next(
        at for at, line in enumerate(headings(second)) if "Sharing with others" in line)
    assert any(line.endswith(". Appendix: telephone numbers") for line in headings(second))
    policygen("approve", second, "--on", "2028-11-25", "--as-at", "2028-11-26")
    titles = [line.partition(". ")[2] for line in headings(second)]
    assert titles[-2:] == ["Appendix: telephone numbers", "History of this policy"]
    short = reviewed_by_command(edition.parent, "2030-11-20", "--set", "policy_style=short", "--keep", "mine")
    text = (short / "Confidentiality policy.txt").read_text(encoding="utf-8")
    assert "\nLone working\n---" in text and VISITS in text and OFFICE in text
    hand = ByHand(short / "Confidentiality policy.docx")
    heading = next(one for one in hand.file.paragraphs if one.text == "Lone working")
    heading.runs[0].text = "Working alone"
    hand.save()
    third = reviewed_by_command(edition.parent, "2032-11-20", "--set", "policy_style=three_level", "--keep", "mine")
    text = (third / "Confidentiality policy.txt").read_text(encoding="utf-8")
    assert f"{number}. Working alone\n" in text and "Lone working" not in text
    assert VISITS in " ".join(text.split()) and OFFICE in text


def test_a_heading_alone_makes_an_approved_text_a_draft_and_is_told(tmp_path):
    edition = first_edition(tmp_path)
    hand = ByHand(edition / "Confidentiality policy.docx")
    add_section(hand, hand.clause("Social settings"), "In public")
    hand.save()
    second = reviewed_by_command(edition.parent, "2028-11-20")
    text = (second / "Confidentiality policy.txt").read_text(encoding="utf-8")
    assert "5.1   Social settings." in text and "not yet approved" in text
    brief = (second / "What has changed.txt").read_text(encoding="utf-8")
    assert "5 In public. New. Your own edit." in brief and "Nobody: what people have signed says the same." in brief

"""Numbers that people type in Word, from the edited file to the next edition."""

from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from helpers.reviewed import VISITORS, ByHand, clauses, first_edition
from helpers.program import policygen


def type_number(paragraph, number: str) -> None:
    """Take the numbering of a paragraph off, and type a number."""
    numbering, off, run, text = (OxmlElement(f"w:{name}") for name in ("numPr", "numId", "r", "t"))
    off.set(qn("w:val"), "0")
    numbering.append(off)
    paragraph._p.get_or_add_pPr().insert(1, numbering)
    text.text = f"{number} "
    text.set(qn("xml:space"), "preserve")
    run.append(text)
    paragraph._p.insert(1, run)


def number_of(edition, start: str) -> str:
    text = (edition / "Confidentiality policy.txt").read_text(encoding="utf-8")
    return next(line.split()[0] for line in text.split("\n") if line.partition("   ")[2].startswith(start))


def test_typed_numbers_are_taken_off_and_typed_references_follow_their_clauses(tmp_path):
    edition = first_edition(tmp_path)
    breach, gossip = number_of(edition, "What follows a breach."), number_of(edition, "Gossip.")
    section, _, place = gossip.partition(".")
    hand = ByHand(edition / "Confidentiality policy.docx")
    idle_talk = hand.clause("Gossip.")
    type_number(idle_talk, gossip)
    hand.add_words("Calls and messages", f" See also section {breach}.")
    hand.add_words("Conversations", f" Really. Section {breach} says why.")
    new = hand.file.add_paragraph(f"{section}.{int(place) + 1} {VISITORS}")
    idle_talk._p.addnext(new._p)
    hand.save()
    before = clauses(edition)
    review = policygen("review", edition.parent, "--as-at", "2028-11-20", "--no-input", "--format", "docx,txt",
                       "--set", "works_with_public_bodies=yes")
    second = edition.parent / "2028-11-20"
    now = number_of(second, "What follows a breach.")
    assert now != breach and clauses(second)["never/gossip"] == before["never/gossip"]
    assert number_of(second, VISITORS[:20]) == f"{section}.{int(place) + 1}"
    assert f"See also section {now}." in clauses(second)["everyday/messages"]
    assert f"Section {breach} says why." in clauses(second)["everyday/conversations"]
    told = f"“Section {breach}” was typed by hand. What was {breach}, “What follows a breach”, is {now} now"
    said = " ".join(review.stderr.split())
    assert told in said and f"“section {breach}” to “What follows a breach”" in said
    assert told in " ".join((second / "What has changed.txt").read_text(encoding="utf-8").split())
    third = policygen("review", edition.parent, "--as-at", "2030-11-20", "--no-input", "--format", "docx,txt",
                      "--set", "works_with_public_bodies=no")
    assert "See also section" not in third.stderr
    assert f"See also section {breach}." in clauses(edition.parent / "2030-11-20")["everyday/messages"]

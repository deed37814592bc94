"""The review, through the real command line: two years of an organisation, and what can go wrong on the way."""

import copy
import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import date
from itertools import zip_longest
from pathlib import Path

import docx
import pytest
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from pypdf import PdfReader

from helpers.office import carry_out, convert
from helpers.packs import data_of, edition_of
from helpers.reviewed import (
    CAR_PARK, FIRST, GOSSIP, NUMBER, ROOT, SECOND, THIRD, VISITORS, VOICE, ByHand, clauses, contents, edit,
    first_edition, made, newer_library, policygen, reviewed_by_command, story,
)
from helpers.shipped import QUESTIONS, SOURCES
from policygen.formats.word.reader import read_word_file
from policygen.library.question import NOT_SURE
from policygen.model.lines import comparable, words_of
from policygen.pack import folders
from policygen.review import review as review_module
from policygen.terminal.menu import MenuChoice, choose

pytestmark = pytest.mark.slow
POLICY, BRIEF, REDLINE = "Confidentiality policy.docx", "What has changed", "Confidentiality policy - changes.docx"


@pytest.fixture(scope="module")
def two_years():
    return story()


def pack(folder: Path) -> dict:
    return json.loads((folder / "pack.json").read_text(encoding="utf-8"))


def made_by(done: subprocess.CompletedProcess[str]) -> Path:
    return Path(done.stdout.strip().split("\n")[-1])


def causes(folder: Path, document: str = "policy") -> dict[str, list[str]]:
    """The kinds of cause of each changed clause."""
    return {change["clause"]: [kind for kind, _ in change["causes"]] for change in pack(folder)["review"]["changes"]
            if change["document"] == document}


# ---- words that are struck through -------------------------------------------------------------------------------


def strike(paragraph, title: bool = True) -> None:
    """Strike the words of a paragraph through, as the button in Word does."""
    for at, run in enumerate(paragraph.runs):
        run.font.strike = title or at > 0


def test_what_is_struck_through_is_out_of_the_next_edition_and_told_for_each_clause(tmp_path):
    first = first_edition(tmp_path)
    hand, then = ByHand(first / POLICY), clauses(first)
    hand.add_words("Calls and messages", VOICE)
    gossip = hand.clause("Gossip")
    gossip.runs[-1].text, kept = "Gossip is banned. ", "We do not gossip."
    gossip.add_run(kept)
    gossip.runs[-2].font.strike = True
    strike(hand.clause("Equality monitoring"))
    strike(hand.clause("Conversations"), title=False)
    item = next(one for one in hand.file.paragraphs if one.style.name == "Clause Bullet" and "money" in one.text)
    item_words = item.text
    strike(item)
    heading = next(one for one in hand.file.paragraphs if one.style.name == "Heading 1")
    strike(heading)
    hand.clause("In the office").runs[0].font.strike = True
    table = next(one for one in hand.file.tables if one.style.name == "House Table")
    row_words = table.rows[2].cells[0].text
    for cell in table.rows[2].cells:
        strike(cell.paragraphs[0])
    hand.save()
    done = policygen("review", first, "--as-at", SECOND, "--no-input", "--format", "docx,txt")
    second, said = Path(done.stdout.strip().split("\n")[-1]), " ".join(done.stderr.split())
    now = clauses(second)
    assert now["never/gossip"] == kept and VOICE.strip() in now["everyday/messages"]
    assert {"scope/equality", "everyday/conversations"} <= set(then) and not {
        "scope/equality", "everyday/conversations"} & set(now)
    assert item_words in "\n".join(then.values()) and item_words not in "\n".join(now.values())
    assert row_words in "\n".join(then.values()).replace("\xa0", " ")
    assert "Gossip”: you struck these words through, so they are left out: “Gossip is banned.”" in said
    for title in ("Equality monitoring", "Conversations"):
        assert f"{title}”: you struck these words through, so they are left out: “" in said
    assert f"you struck these words through, so they are left out: “{item_words}”" in said
    assert f"you struck these words through, so they are left out: “{row_words} " in said
    assert f"you struck these words through, so they are left out: “{heading.text}”" in said
    assert "In the office”: you struck these words through, but the title stays: “In the office.”." in said
    written = (second / "Confidentiality policy.txt").read_text(encoding="utf-8")
    assert "In the office. " in written and heading.text not in written and "Gossip is banned" not in written


# ---- what stands beside the text ---------------------------------------------------------------------------------


def with_notes_of_all_kinds(policy: Path) -> None:
    """Put into a Word file what people put beside the words of its clauses, and links."""
    hand = ByHand(policy)
    gossip, messages = hand.clause("Gossip"), hand.clause("Calls and messages")
    hand.file.paragraphs[0].insert_paragraph_before("Please read this before Monday.")
    hand.file.sections[0].footer.paragraphs[0].add_run(" Registered charity 1199999")
    hand.file.sections[0].first_page_footer.paragraphs[0].add_run(" Registered charity 1199999")
    hand.file.sections[0].even_page_header.paragraphs[0].add_run("Not for the public")
    for words in ("Is this enough?", "Yes, I think so."):
        hand.file.add_comment(gossip.runs[0], words, "A", "A")
    messages.add_run(" quite secretly").font.hidden = True
    for paragraph, words, address in ((gossip, "Read what the council says.", "https://council.example/a?b=1&c=2"),
                                      (messages, "Or the old list.", "file:///C:/Users/us/list.docx")):
        paragraph.add_run(" ")
        target = hand.file.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
        link = OxmlElement("w:hyperlink", {qn("r:id"): target})
        link.append(paragraph.add_run(words)._r)
        paragraph._p.append(link)
    hand.save()


BESIDE = (
    "these words above the title are not taken over: “Please read this before Monday.”",
    "the words in the footer and the footer of the first page are not taken over: “Edition 1, 21 November 2026 "
    "Registered charity 1199999”",
    "the words in the header of even pages are not taken over: “Not for the public”",
    "“Gossip”: what a comment says is not taken over: “Is this enough?”; “Yes, I think so.”",
    "“Calls and messages”: these words are hidden, so they are left out: “quite secretly”",
    "“Calls and messages”: this link leads to no address on the web, so only its words are taken over: “Or the old "
    "list. (file:///C:/Users/us/list.docx)”")


def addresses(edition: Path, name: str = "Confidentiality policy") -> list[str]:
    """The addresses of the links in the PDF of a document; in its Word file there are the same."""
    found = [str(annotation.get_object()["/A"]["/URI"]) for page in PdfReader(edition / f"{name}.pdf").pages
             for annotation in page.get("/Annots", []) if "/URI" in annotation.get_object().get("/A", {})]
    word = docx.Document(str(edition / f"{name}.docx"))
    assert set(found) == {link.address for one in word.paragraphs for link in one.hyperlinks if link.address}
    return sorted(set(found))


def test_what_stands_beside_the_text_is_told_with_its_place_and_a_link_keeps_its_address(tmp_path):
    first = first_edition(tmp_path)
    with_notes_of_all_kinds(first / POLICY)
    done = policygen("review", first, "--as-at", SECOND, "--no-input")
    second, said = made_by(done), " ".join(done.stderr.split())
    for words in BESIDE:
        assert words in said
    assert "a point of your own" not in said, "the note above the title is no clause"
    assert addresses(second) == ["https://council.example/a?b=1&c=2"]
    hand = ByHand(second / POLICY)
    link, = (link for link in hand.clause("Gossip").hyperlinks if link.address)
    hand.file.part.rels[link._hyperlink.rId]._target = "https://council.example/new"
    hand.save()
    done = policygen("review", second, "--as-at", THIRD, "--no-input", "--format", "docx,pdf,txt")
    assert "changed by hand: “Gossip” (reworded)" in " ".join(done.stderr.split())
    third = made_by(done)
    assert addresses(third) == ["https://council.example/new"]
    words = " ".join((third / "Confidentiality policy.txt").read_text(encoding="utf-8").split())
    assert "Read what the council says. (https://council.example/new)" in words
    assert "https://council.example/new" in (third / f"{BRIEF}.txt").read_text(encoding="utf-8")


def test_an_approval_tells_what_is_not_taken_over_and_keeps_addresses(tmp_path):
    first = first_edition(tmp_path, "approved_on=", formats="docx,pdf")
    with_notes_of_all_kinds(first / POLICY)
    done = policygen("approve", first, "--on", "2026-12-05", "--as-at", "2026-12-06", "--with-edits")
    said = " ".join(done.stderr.split())
    for words in BESIDE:
        assert words.replace("2026 Registered", "2026 (draft) Registered") in said
    assert addresses(first) == ["https://council.example/a?b=1&c=2"]


# ---- the two years -----------------------------------------------------------------------------------------------


def test_what_was_changed_by_hand_stands_with_what_is_new_in_the_library(two_years):
    now, then = clauses(two_years.second), clauses(two_years.first)
    assert VOICE.strip() in now["everyday/messages"] and NUMBER in now["everyday/messages"]
    assert now["never/gossip"] == GOSSIP
    assert "scope/equality" in then and "scope/equality" not in now
    own, = (clause for clause in now if clause.startswith("local/"))
    assert now[own] == VISITORS
    order = list(now)
    assert order.index(own) == order.index("everyday/office") + 1
    assert "Service Director" in now["limits/report-concern"] and "Chief Executive" not in "\n".join(now.values())


def test_the_notes_for_trustees_say_which_words_were_changed_by_hand(two_years):
    text = (two_years.second / "Confidentiality policy with notes for trustees.txt").read_text(encoding="utf-8")
    assert text.count("Changed by hand: You have changed these words.") == 2, "messages and conversations"
    assert text.count("You wrote this clause yourselves.") == 1


def test_where_both_changed_the_same_words_ours_stand_with_a_comment_and_a_line_for_the_meeting(two_years):
    now = clauses(two_years.second)["everyday/conversations"]
    assert CAR_PARK in now and "at all times" not in now
    comment, = docx.Document(str(two_years.second / POLICY)).comments
    assert "look around you at all times" in comment.text and comment.author == "Harbour Street Support"
    assert "“Conversations”: you have changed this by hand, and the wording that policygen brings has changed too. " \
        "Your words stand for now. The Word file has the new ones in a comment." \
        in " ".join(two_years.review.stderr.split())
    brief = " ".join((two_years.second / f"{BRIEF}.txt").read_text(encoding="utf-8").split())
    assert "• 3.6 Conversations: which words are to stand? Yours, as now: … video, look around you, not even in the " \
           "car park. The new ones: … video, look around you at all times." in brief


def test_a_reference_in_words_to_choose_from_is_told_by_its_title(first, tmp_path):
    hand = ByHand(first / POLICY)
    hand.clause("Shared rooms").runs[-1].text = " does apply."
    hand.save()
    library = newer_library(tmp_path)
    path = library / "policy/everyday/shared-rooms.md"
    path.write_text(path.read_text(encoding="utf-8").replace("}} applies.", "}} applies as well."), encoding="utf-8")
    second = reviewed_by_command(first, SECOND, "--library", library)
    brief = " ".join((second / f"{BRIEF}.txt").read_text(encoding="utf-8").split())
    assert "Yours, as now: Outside, “Social settings” does apply. The new ones: Outside, “Social settings” applies " \
           "as well." in brief
    comment, = docx.Document(str(second / POLICY)).comments
    assert "Outside, “Social settings” applies as well." in comment.text


def test_a_point_without_a_title_is_told_as_such(tmp_path):
    first = first_edition(tmp_path, "policy_style=short")
    file = docx.Document(str(first / POLICY))
    point = next(paragraph for paragraph in file.paragraphs if paragraph.text.startswith("Never discuss"))
    point._p.addnext(copy.deepcopy(point._p))
    point.runs[-1].text = "Ask before you add anybody as a friend."
    file.save(str(first / POLICY))
    done = policygen("review", first, "--as-at", SECOND, "--no-input", "--format", "docx,txt")
    assert "a point of your own (new)" in " ".join(done.stderr.split())
    brief = " ".join((Path(done.stdout.strip()) / f"{BRIEF}.txt").read_text(encoding="utf-8").split())
    assert "A point, under “Sharing with others when people agree”. New. Your own edit." in brief


def test_what_is_to_be_read_first_has_the_steps_of_a_review(two_years):
    first, second = (" ".join((edition / "Read this first.txt").read_text(encoding="utf-8").split())
                     for edition in (two_years.first, two_years.second))
    assert "What has changed" not in first and "(a) Read the policy aloud" in first
    assert "(a) Read “What has changed”." in second and "What has changed | The Board of Trustees" in second


def test_every_change_has_its_clause_and_its_cause(two_years):
    found = causes(two_years.second)
    assert found["scope/equality"] == ["own"]
    assert found["everyday/messages"] == ["wording", "own"]
    assert found["never/gossip"] == ["wording"]
    assert found["limits/terrorism"] == ["law", "answer"]
    assert found["rights/own-file"] == ["answer"]
    assert found["everyday/conversations"] == ["own"]
    changed, now, then = set(found), clauses(two_years.second), clauses(two_years.first)
    plain = {clause for clause in now if then.get(clause) != now[clause]} | set(then) - set(now)
    renumbered = {clause for clause in plain - changed if re.sub(r"\d+(\.\d+)*", "", now[clause]) == re.sub(
        r"\d+(\.\d+)*", "", then[clause])}
    assert plain - renumbered == changed


def test_the_brief_says_it_in_plain_words_on_two_pages(two_years):
    brief = " ".join((two_years.second / f"{BRIEF}.txt").read_text(encoding="utf-8").split())
    for words in ("with edition 1 of 21 November 2026, whose text the Board of Trustees approved on 21 November 2026",
                  "Equality monitoring (it was 2.7). Left out. Your own edit.",
                  "3.5 Visitors’ book. New. Your own edit. | – | Visitors sign in on a loose sheet",
                  "4.1 Gossip. Reworded. Improved wording. | Do not gossip about people",
                  "Law: Section 38B of the Terrorism Act 2000 changed on 1 March 2028.",
                  "Your answer to “Who decides whether to report a concern to the authorities?” is now “Service "
                  "Director”.", "these clauses of it have changed: 2.7 (left out), 3.5, 3.6, 3.8, 4.1,",
                  "Declaration of confidentiality for staff, volunteers, the governing body and contractors; ",
                  "looked at edition 2 of the Confidentiality policy, of | 20 November 2028, with its "):
        assert words in brief, words
    assert len(PdfReader(two_years.second / f"{BRIEF}.pdf").pages) <= 2
    assert len(docx.Document(str(two_years.second / f"{BRIEF}.docx")).tables) == 2


def test_the_lines_of_the_brief_in_readme_are_real(two_years):
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    shown = next(block for block in re.findall(r"```\n(.*?)```", readme, re.DOTALL) if block.startswith("3.5 Visitors"))
    brief = " ".join((two_years.second / f"{BRIEF}.txt").read_text(encoding="utf-8").split())
    for entry in re.split(r"\n(?=\d)", shown.strip()):
        assert " ".join(entry.split()) in brief


def test_the_first_edition_stays_as_it_was_to_the_byte(two_years):
    assert contents(two_years.first) == two_years.before


def test_rejecting_the_redline_gives_the_approved_text_and_accepting_it_the_new_one(two_years):
    redline, then, now = map(read_word_file, (two_years.second / REDLINE, two_years.issued, two_years.second / POLICY))
    assert redline.pending
    assert spoken(redline.lines) == without_history(spoken(now.lines))
    assert list(map(numberless, spoken(redline.before))) == list(map(numberless, without_history(spoken(then.lines))))


def spoken(lines) -> list[str]:
    return [comparable(words_of(line.line)) for line in lines if line.role != "front" and words_of(line.line).strip()]


def without_history(lines: list[str]) -> list[str]:
    return lines[:lines.index("History of this policy")]


def numberless(words: str) -> str:
    return re.sub(r"\d+(\.\d+)*", "", words)


def test_the_second_review_raises_nothing_again_and_changes_nothing(two_years):
    about = pack(two_years.third)["review"]
    assert about["since"] == 3 and about["changes"] == []
    assert clauses(two_years.third) == clauses(two_years.second.with_name("2028-11-25"))
    assert VOICE.strip() in clauses(two_years.third)["everyday/messages"]
    assert "Nothing has changed" in " ".join((two_years.third / f"{BRIEF}.txt").read_text(encoding="utf-8").split())
    assert not read_word_file(two_years.third / REDLINE).pending
    assert "Equality monitoring" not in "\n".join(clauses(two_years.third))


def test_what_nobody_decided_is_raised_again_at_each_review_until_somebody_does(two_years, tmp_path):
    home = tmp_path / two_years.first.parent.name
    for folder in (two_years.first, two_years.second):
        shutil.copytree(folder, home / folder.name)
    hand = ByHand(home / SECOND / POLICY)
    hand.add_words("Calls and messages", " Nor on a machine.")
    hand.save()
    again = policygen("review", home, "--as-at", "2029-01-10", "--no-input", "--library", two_years.library, "--format",
                      "docx")
    assert "not taken over" not in again.stderr and "“Calls and messages” (reworded)" in again.stderr
    assert [one["clause"] for one in pack(home / "2029-01-10")["review"]["undecided"]] == ["everyday/conversations"]
    comment, = docx.Document(str(home / "2029-01-10" / POLICY)).comments
    assert "look around you at all times" in comment.text
    decided = reviewed_by_command(home, "2029-02-10", "--library", two_years.library, "--keep", "new", formats="docx")
    now = clauses(decided)
    assert "at all times" in now["everyday/conversations"] and CAR_PARK not in now["everyday/conversations"]
    assert "Nor on a machine." in now["everyday/messages"] and not list(docx.Document(str(decided / POLICY)).comments)
    assert pack(decided)["review"]["undecided"] == []


def test_the_minutes_of_a_redline_are_those_of_the_organisation(two_years):
    from lxml import etree

    body = docx.Document(str(two_years.second / REDLINE)).element.body
    marks = body.iter("{*}ins", "{*}del", "{*}moveFrom", "{*}moveTo")
    name = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
    assert {(mark.get(f"{name}author"), mark.get(f"{name}date")) for mark in marks if isinstance(mark, etree._Element)
            } == {("Harbour Street Support", "2028-11-20T00:00:00Z")}


def test_pack_json_says_which_clauses_changed_and_which_forms_rest_on_them(two_years):
    again = pack(two_years.second)["review"]["sign_again"]
    assert set(again) >= {"declaration-staff", "declaration-volunteer", "declaration-body"}
    assert "never/gossip" in again["declaration-staff"] and "practice/in-force" not in again["declaration-staff"]
    assert "decision-record" not in again


@pytest.mark.parametrize(("keep", "there", "gone"), [("mine", CAR_PARK, "at all times"),
                                                     ("new", "at all times", CAR_PARK), ("both", CAR_PARK, "")])
def test_keep_decides_for_scripts(first, tmp_path, keep, there, gone):
    edit(first / POLICY)
    second = reviewed_by_command(first, SECOND, "--library", newer_library(tmp_path), "--keep", keep, formats="docx")
    now = clauses(second)["everyday/conversations"]
    assert there in now and (not gone or gone not in now)
    assert ("at all times" in now) == (keep != "mine")
    assert not list(docx.Document(str(second / POLICY)).comments)
    third = reviewed_by_command(second.parent, THIRD, "--library", tmp_path / "confidentiality", formats="txt")
    assert clauses(third)["everyday/conversations"] == now


def test_what_nobody_has_decided_is_put_to_the_meeting_again_until_the_text_is_approved(first, tmp_path):
    edit(first / POLICY)
    library = newer_library(tmp_path)
    reviewed_by_command(first, SECOND, "--library", library)
    hand = ByHand(first.parent / SECOND / POLICY)
    hand.add_words("In the office", " Close the door.")
    hand.save()
    third = reviewed_by_command(first.parent, "2028-11-23", "--library", library)
    assert "Conversations: which words are to stand?" in (third / f"{BRIEF}.txt").read_text(encoding="utf-8")
    comment, = docx.Document(str(third / POLICY)).comments
    assert "at all times" in comment.text and "Close the door." in clauses(third)["everyday/office"]
    approved = policygen("review", third, "--as-at", "2028-11-30", "--no-input", "--library", library, "--format",
                         "docx,txt", "--set", "approved_on=2028-11-29")
    fourth = Path(approved.stdout.strip())
    assert "Still to decide" not in approved.stderr and not list(docx.Document(str(fourth / POLICY)).comments)
    assert CAR_PARK in clauses(fourth)["everyday/conversations"]
    assert "which words" not in (fourth / f"{BRIEF}.txt").read_text(encoding="utf-8")


# ---- no change, no noise -----------------------------------------------------------------------------------------


def test_without_any_change_the_text_is_the_same_the_redline_empty_and_the_approval_stands(first):
    done = policygen("review", first.parent, "--as-at", SECOND, "--no-input", "--format", "docx,txt")
    second = Path(done.stdout.strip())
    assert "have it minuted that the policy stays as it is" in " ".join(done.stderr.split())
    assert clauses(second) == clauses(first)
    assert not read_word_file(second / REDLINE).pending
    assert pack(second)["edition"]["approved_on"] == FIRST and pack(second)["review"]["changes"] == []
    brief = " ".join((second / f"{BRIEF}.txt").read_text(encoding="utf-8").split())
    assert "Nothing has changed: your answers, and the law as it was checked on 20 November 2026, lead to the same " \
           "words." in brief
    assert "agreed on ____________ that it stays as it is" in brief
    assert not (second / "changes").exists()


def test_a_file_that_was_only_opened_and_saved_again_changes_nothing(first):
    ByHand(first / POLICY).save()
    done = policygen("review", first, "--as-at", SECOND, "--no-input", "--format", "txt")
    assert "Confidentiality policy.docx: saved again; its words are the same." in done.stderr
    assert pack(Path(done.stdout.strip()))["review"]["changes"] == []


def test_the_same_review_gives_the_same_bytes(first, tmp_path):
    edit(first / POLICY)
    shutil.copytree(first.parent, tmp_path / "again" / first.parent.name)
    one = reviewed_by_command(first.parent, SECOND, formats="docx,pdf,txt")
    other = reviewed_by_command(tmp_path / "again" / first.parent.name, SECOND, formats="docx,pdf,txt")
    assert contents(one) == contents(other)


def test_an_approval_is_of_a_text_and_does_not_pass_to_another_one(first):
    done = policygen("review", first, "--as-at", SECOND, "--no-input", "--format", "txt", "--set", "file_notice=1 week")
    second = Path(done.stdout.strip())
    assert pack(second)["edition"]["status"] == "draft"
    assert "It is a draft: what was approved on 21 November 2026 said something else." in done.stderr
    approved = reviewed_by_command(second, "2028-12-01", "--set", "approved_on=2028-11-30", formats="txt")
    about = pack(approved)
    assert about["edition"]["approved_on"] == "2028-11-30" and about["review"]["since"] == 1
    brief = (approved / f"{BRIEF}.txt").read_text(encoding="utf-8")
    assert "approved the Confidentiality policy on 30 November" in brief


# ---- law ---------------------------------------------------------------------------------------------------------


def test_law_that_comes_into_force_between_two_editions_is_named_with_its_day(tmp_path):
    before = first_edition(tmp_path, "approved_on=", formats="txt", day="2026-06-18")
    assert "section 164A" not in clauses(before)["rights/complain"]
    after = reviewed_by_command(before, "2026-06-19", formats="txt")
    assert "section 164A of the Data Protection Act 2018" in clauses(after)["rights/complain"]
    change, = pack(after)["review"]["changes"]
    assert (change["clause"], change["causes"]) == ("rights/complain", [
        ["law", "Law: Section 164A of the Data Protection Act 2018 came into force on 19 June 2026"]])
    assert ["dpa-s164a-complaints", "commenced", "2026-06-19"] in [
        [one["id"], one["what"], one["on"]] for one in pack(after)["review"]["law"]]


def test_status_tells_what_became_of_the_law_since(tmp_path):
    folder = first_edition(tmp_path, "approved_on=", formats="txt", day="2026-06-18")
    told = " ".join(policygen("status", tmp_path, "--as-at", "2026-06-19").stdout.split())
    assert "Section 164A of the Data Protection Act 2018 came into force on 19 June 2026." in told
    assert "This makes the next edition, with the law as it was last checked: policygen review " in told
    same = policygen("status", tmp_path, "--as-at", "2026-06-18").stdout
    assert "Law that has changed" not in same
    data, = json.loads(policygen("status", folder, "--as-at", "2026-06-19", "--json").stdout)
    assert {"id": "dpa-s164a-complaints", "what": "commenced", "on": "2026-06-19"} in data["editions"][0]["law"]


# ---- what is asked -----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def sources():
    return SOURCES


def reasons(folder: Path, sources, day: str = SECOND, **changed) -> dict[str, str]:
    """Why questions are asked again; `changed` stands in the place of what the edition recorded."""
    found = review_module.begin_review(folder, sources.questionnaire)
    last = edition_of(data_of(found.folder) | changed, found.folder)
    return review_module.reasons_to_ask(replace(found, last=last), sources, date.fromisoformat(day))


def test_only_what_ages_is_asked_when_nothing_else_has_changed(first, sources):
    found = reasons(first, sources)
    ageing = {question.id for question in sources.questionnaire.questions.values() if question.ages}
    assert set(found) == ageing == {"agencies", "room_agencies", "data_stores", "contact_role", "contact_email",
                                    "contact_address", "contact_phone"}
    assert found["data_stores"] == "It may have changed since 21 November 2026."


def test_new_questions_new_choices_and_what_was_left_open_are_asked_with_the_reason(first, sources):
    known = {name: [choice.value for choice in question.choices]
             for name, question in sources.questionnaire.questions.items() if name != "runs_groups"}
    known["channels"] = known["channels"][:-1]
    found = reasons(first, sources, questions=known, decisions_open=[
        {"question": "has_premises", "taken": "yes", "who": "x"}])
    assert found["runs_groups"] == "This question is new."
    assert found["channels"].startswith("A new choice: ")
    assert found["has_premises"] == "You left it open."


def test_a_new_clause_asks_the_questions_that_it_depends_on(first, sources):
    left_out = {name: why for name, why in pack(first)["left_out"].items() if name != "groups/respect"}
    title = sources.library.clauses["groups/respect"].title
    assert reasons(first, sources, left_out=left_out)["runs_groups"] == f"A new clause, “{title}”, depends on it."


def test_what_was_not_sure_is_asked_again(tmp_path, sources):
    folder = first_edition(tmp_path, "approved_on=", "has_premises=not sure", formats="txt")
    found = review_module.begin_review(folder, sources.questionnaire)
    assert found.given["has_premises"] is NOT_SURE
    assert review_module.reasons_to_ask(found, sources, date(2028, 11, 20))["has_premises"] == "You were not sure."


PARTS = "\n" * 12
"""Enter on each screen: all parts are still right."""


def ask(folder: Path, typed: str, *more, code: int = 0):
    return policygen("review", folder, "--plain", "--as-at", SECOND, "--format", "txt", *more, typed=typed, code=code)


def test_a_review_without_news_asks_each_part_once_and_the_few_questions_that_age(first):
    done = ask(first, PARTS + "1\n1\n\n\n\n\n1\n2\n")
    assert done.stdout.count("Is this still right?") == 12
    asked = re.findall(r"(\d+) questions? left", done.stdout)
    assert asked == ["6", "5", "4", "3", "2", "1"]
    assert done.stdout.count("It may have changed since 21 November 2026.") == 6
    second = first.with_name(SECOND)
    assert done.stdout.strip().endswith(str(second))
    assert pack(second)["review"]["changes"] == []


def test_change_some_asks_what_was_ticked_and_nothing_else(first):
    done = ask(first, "\n2\n2\n" + "\n" * 10 + "Service Director\n1\n1\n\n\n\n\n\n1\n2\n")
    assert "Which of them? You are asked each again." in done.stdout
    assert "Service Director" in clauses(first.with_name(SECOND))["limits/report-concern"]


@pytest.fixture
def named(tmp_path) -> Path:
    """An edition in which an answer and a clause that was changed by hand name the lead role too."""
    edition = first_edition(tmp_path / "output", "minimum_record=what the Chief Executive has to know")
    hand = ByHand(edition / POLICY)
    hand.add_words("Calls and messages", " Ask the chief executive before you leave a message.")
    hand.save()
    return edition


def test_places_with_an_old_name_are_listed_before_anything_is_made_and_one_can_go_to_them(named):
    new_role = "\n2\n2\n" + "\n" * 10 + "Service Director\n1\n1\n\n\n\n\n\n\n"
    done = ask(named, new_role, code=130)  # stopped where the list is
    text = re.sub(r"nswer \d+", "nswer 29", " ".join(done.stdout.split()))
    assert ("these places still have the old one > Answer 29, “What is the least that you must record to help "
            "somebody?”: still has “Chief Executive” (now “Service Director”): “what the Chief Executive has to know” "
            "> Clause 3.7, “Calls and messages”, changed by hand: still has") in text
    assert "1. Go to answer 29: What is the least that you must record" in text
    assert [path.name for path in sorted(named.parent.iterdir())] == [FIRST, folders.UNFINISHED]
    done = ask(named, "1\n" "skip\n\n\n" "1\n" "what the Director has to know\n" "\n\n" "1\n" "2\n")
    _, at_first, then = done.stdout.split("What this makes")
    assert re.search(r"> Answer \d+, “", at_first) and not re.search(r"> Answer \d+, “", then)
    assert "1. Make the pack, with these old names" in then
    brief = " ".join((named.with_name(SECOND) / f"{BRIEF}.txt").read_text(encoding="utf-8").split())
    assert "Old names that are still there" in brief and "Clause 3.7, “Calls and messages”, changed by hand" in brief
    assert "least that you must record" not in brief.partition("The confidentiality policy")[0]


def test_without_a_new_name_nothing_is_said_of_old_ones(named):
    done = ask(named, PARTS + "1\n1\n\n\n\n\n1\n2\n")
    assert "still ha" not in done.stdout + done.stderr
    assert "Old names" not in (named.with_name(SECOND) / f"{BRIEF}.txt").read_text(encoding="utf-8")


def test_without_a_person_places_with_an_old_name_are_told_before_the_work_and_stand_in_the_brief(named):
    second = named.with_name(SECOND)
    done = policygen("review", named, "--as-at", SECOND, "--no-input", "--format", "docx,txt", "--set",
                     "lead_role=Service Director")
    before, _, after = done.stderr.partition("Selecting clauses")
    assert "These places still have a name that has changed:\n- minimum_record (“What is the least" in before
    assert "- Clause 3.7, “Calls and messages”, changed by hand: still has “Chief Executive”" in before
    assert "2 places still have a name that has changed. “What has changed” says where." in after
    brief = " ".join((second / f"{BRIEF}.txt").read_text(encoding="utf-8").split())
    assert brief.index("Old names that are still there") < brief.index("The confidentiality policy")
    assert "• The answer to “What is the least that you must record to help somebody?”: still has “Chief" in brief
    # Nothing was mended: the next review finds it again, because no edition was approved since.
    again = policygen("review", second, "--as-at", "2028-11-30", "--no-input", "--format", "txt")
    assert "- minimum_record (“What is the least" in again.stderr


def test_a_conflict_shows_the_three_texts_and_takes_the_decision(first, tmp_path):
    edit(first / POLICY)
    done = ask(first, PARTS + "1\n1\n\n\n\n\n1\n2\n2\n", "--library", newer_library(tmp_path))
    words = " ".join(done.stdout.split())
    assert re.search(r"“Conversations”: you have changed this by hand.*It was: .*look around you\. .*Yours: .*look "
                     r"around you, not even.*New: .*look around you at all times", words)
    assert "at all times" in clauses(first.with_name(SECOND))["everyday/conversations"]


def test_an_interrupted_review_makes_nothing_keeps_the_answers_and_carries_on(first):
    edit(first / POLICY)
    before = contents(first)
    done = ask(first, PARTS + "1\n", code=130)
    assert "Your answers are kept in" in done.stderr
    assert [path.name for path in sorted(first.parent.iterdir())] == [FIRST, folders.UNFINISHED]
    again = ask(first, "1\n" + "1\n\n\n\n\nskip\n1\n2\n")
    assert "Is this still right?" not in again.stdout
    assert VOICE.strip() in clauses(first.with_name(SECOND))["everyday/messages"]
    assert contents(first) == before and not (first.parent / folders.UNFINISHED).exists()


def test_unfinished_answers_of_a_review_are_carried_on_with_from_anywhere_with_the_edits_by_hand(first):
    edit(first / POLICY)
    ask(first, PARTS + "1\n", code=130)
    policygen("new", "--plain", "--as-at", SECOND, "--format", "txt", "--to", first.parent.parent,
              typed="1\n" + "1\n\n\n\n\nskip\n1\n2\n")
    assert VOICE.strip() in clauses(first.with_name(SECOND))["everyday/messages"]


def test_without_a_terminal_the_questions_are_refused_with_what_to_do(first):
    done = policygen("review", first, "--as-at", SECOND, code=2)
    assert "Give --no-input, or --plain" in " ".join(done.stderr.split())


class Chooser:
    """Prompts that take the first option that some words begin, and remember the others."""

    def __init__(self, words: str):
        self.words, self.labels = words, []

    def say(self, words: str, style: str = "") -> None:
        pass

    def choose(self, options, suggested=None, actions=None):
        self.labels = [option.label for option in options]
        return next(option.value for option in options if option.label.startswith(self.words))


@pytest.mark.parametrize(("day", "words", "first_in_list"), [
    ("2028-11-22", "Review Harbour Street Support: overdue since 21 November 2028", True),
    ("2028-11-20", "Review Harbour Street Support: due tomorrow, on 21 November 2028", True),
    ("2027-01-01", "Review Harbour Street Support: due in 23 months, on 21 November 2028", False)])
def test_the_menu_offers_the_review_with_when_it_is_due(first, day, words, first_in_list):
    prompts = Chooser("Review")
    assert choose(prompts, QUESTIONS, first.parent.parent, date.fromisoformat(day)) == MenuChoice("review",
                                                                                                  folder=first)
    assert words in prompts.labels
    assert (prompts.labels.index(words) == 0) == first_in_list


# ---- whose file it is --------------------------------------------------------------------------------------------


def refused(folder: Path, file: Path, *words: str, code: int = 5, more=()) -> None:
    before = [path.name for path in folder.parent.iterdir()]
    done = policygen("review", folder, "--edited", file, "--as-at", SECOND, "--no-input", "--format", "txt", *more,
                     code=code)
    for part in words:
        assert part in " ".join(done.stderr.split())
    assert done.stdout == "" and [path.name for path in folder.parent.iterdir()] == before


def test_a_file_of_another_organisation_is_refused_and_taken_only_when_that_is_said(first, tmp_path):
    other = made("new", "--answers", ROOT / "examples" / "front-line.yaml", "--set", "organisation_name=Riverside",
                 "--as-at", FIRST, "--to", tmp_path / "elsewhere", "--format", "docx", "--no-input")
    hand = ByHand(other / POLICY)
    hand.add_words("Calls and messages", VOICE)
    file = hand.save(tmp_path / "theirs.docx")
    refused(first, file, "this is “Confidentiality policy” of “Riverside”, edition 1", "and what is reviewed is "
            "edition 1 of “Harbour Street Support” of 21 November 2026", "or take this one with --anyway")
    second = reviewed_by_command(first, SECOND, "--edited", file, "--anyway", formats="txt")
    assert VOICE.strip() in clauses(second)["everyday/messages"]
    assert "Riverside" not in "\n".join(clauses(second).values())


def test_a_folder_for_an_edited_file_is_refused_with_what_to_give(first, tmp_path):
    refused(first, tmp_path, "this is a folder, and a file is needed Give the file itself.")


def test_an_edited_file_in_the_place_of_the_edition_is_told_with_the_option(first):
    done = policygen("review", first / POLICY, "--no-input", code=5)
    assert f"Give the folder that it is in: {first}" in done.stderr
    assert "policygen review EDITION --edited" in done.stderr


def test_a_file_of_an_earlier_edition_is_recognised(first, tmp_path):
    hand = ByHand(first / POLICY)
    hand.add_words("Calls and messages", VOICE)
    old = hand.save(tmp_path / "old.docx")
    second = reviewed_by_command(first, SECOND, "--set", "file_notice=1 week", formats="docx")
    refused(second, old, "of this organisation, edition 1 of 21 November 2026, and what is reviewed is edition 2")
    third = reviewed_by_command(second, THIRD, "--edited", old, "--anyway", formats="txt")
    assert VOICE.strip() in clauses(third)["everyday/messages"] and "1 week" in clauses(third)["rights/own-file"]


def test_an_edition_that_is_not_the_newest_is_refused(first):
    reviewed_by_command(first, SECOND, formats="txt")
    done = policygen("review", first, "--as-at", THIRD, "--no-input", code=5)
    assert f"there is a newer edition, {SECOND}" in done.stderr


@pytest.mark.parametrize("data", [b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, b"{\\rtf1 words}", b"PK\x03\x04",
                                  b""],
                         ids=["old Word", "RTF", "truncated", "empty"])
def test_what_is_no_word_file_is_refused_and_nothing_is_made(first, tmp_path, data):
    file = tmp_path / "policy.docx"
    file.write_bytes(data)
    refused(first, file, "The Word file needs attention:", str(file), code=3)


def test_two_files_of_one_document_are_one_too_many(first, tmp_path):
    one, other = (ByHand(first / POLICY).save(tmp_path / f"{name}.docx") for name in ("a", "b"))
    refused(first, one, "two files of “Confidentiality policy” were given", code=3, more=("--edited", other))


def test_a_file_beside_the_editions_own_is_told_and_not_read(first):
    hand = ByHand(first / POLICY)
    hand.add_words("Calls and messages", VOICE)
    hand.save(first / "Copy of the policy.docx")
    shutil.copy(first / POLICY, first / "~$nfidentiality policy.docx")
    done = policygen("review", first, "--as-at", SECOND, "--no-input", "--format", "txt")
    assert "Copy of the policy.docx is not one of the files of this edition" in done.stderr
    assert "~$" not in done.stderr and pack(Path(done.stdout.strip()))["review"]["changes"] == []


def test_a_form_that_was_edited_is_read_too_and_gets_its_redline(first):
    form = next((first / "forms").glob("Agreement for access*.docx"))
    hand = docx.Document(str(form))
    paragraph = next(one for one in hand.paragraphs if len(one.text) > 80)
    paragraph.runs[-1].text += " Ask before you use a new programme."
    hand.save(str(form))
    second = reviewed_by_command(first, SECOND)
    assert "Ask before you use a new programme." in "\n".join(clauses(second, "systems-access").values())
    assert [path.name for path in (second / "changes").iterdir()] == [
        "Agreement for access to our systems - changes.docx"]
    assert "systems-access" in pack(second)["review"]["sign_again"]


def test_a_clause_that_others_refer_to_can_be_taken_out(first):
    hand = ByHand(first / POLICY)
    hand.delete("Requests from the police")
    hand.save()
    second = reviewed_by_command(first, SECOND)
    now = clauses(second)
    assert "limits/police" not in now
    assert any("section 6" in words for words in now.values())
    third = reviewed_by_command(second, THIRD, formats="txt")
    assert pack(third)["review"]["changes"] == pack(second)["review"]["changes"]


# ---- what is lost ------------------------------------------------------------------------------------------------


def test_a_lost_pack_json_is_made_again_from_the_word_files(first):
    edit(first / POLICY)
    (first / "pack.json").unlink()
    before = contents(first)
    done = policygen("review", first.parent, "--as-at", SECOND, "--no-input", "--format", "txt")
    second = Path(done.stdout.strip())
    assert "has lost its pack.json. What it said was taken from the Word files there." in done.stderr
    assert pack(second)["edition"]["number"] == 2
    assert VOICE.strip() in clauses(second)["everyday/messages"] and "scope/equality" not in clauses(second)
    assert causes(second) == {clause: kinds for clause, kinds in causes(second).items() if kinds == ["own"]} | {
        "practice/in-force": ["answer"]}
    assert contents(first) == before


def test_without_pack_json_and_word_files_it_is_explained(tmp_path):
    folder = first_edition(tmp_path, formats="txt")
    (folder / "pack.json").unlink()
    done = policygen("review", folder.parent, "--as-at", SECOND, "--no-input", code=5)
    assert "there is no edition in this folder" in done.stderr


def test_a_review_that_cannot_be_written_leaves_nothing_behind(first):
    before = sorted(path.name for path in first.parent.iterdir())
    done = subprocess.run(["sh", "-c", 'ulimit -f 60; exec "$@"', "sh", sys.executable, "-c",
                           "from policygen.cli import main; main()",
                           "review", str(first), "--as-at", SECOND, "--no-input", "--format", "txt"],
                          capture_output=True, text=True, timeout=300,
                          env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"})
    assert done.returncode == 5 and "cannot write here" in done.stderr, done.stderr
    assert sorted(path.name for path in first.parent.iterdir()) == before


# ---- through LibreOffice -----------------------------------------------------------------------------------------


@pytest.mark.office
def test_edits_made_in_libreoffice_are_kept(first, tmp_path):
    out = tmp_path / "back.docx"
    carry_out([f"open {(first / POLICY).as_uri()}", "after Tell service users that they may ask to be seen in private",
               "type , or outdoors", f"save {out.as_uri()}"], [out])
    shutil.copy(out, first / POLICY)
    second = reviewed_by_command(first, SECOND)
    assert "seen in private, or outdoors" in clauses(second)["everyday/conversations"]
    assert causes(second) == {"everyday/conversations": ["own"], "practice/in-force": ["answer"]}


@pytest.mark.office
def test_a_file_that_went_through_odt_is_recognised_by_what_is_left_of_it(first, tmp_path):
    hand = ByHand(first / POLICY)
    hand.add_words("Calls and messages", VOICE)
    start = hand.save(tmp_path / "policy.docx")
    odt, = convert([start], "odt", tmp_path)
    start.unlink()
    back, = convert([odt], "docx", tmp_path)
    second = reviewed_by_command(first, SECOND, "--edited", back, formats="txt")
    assert causes(second) == {"everyday/messages": ["own"], "practice/in-force": ["answer"]}


@pytest.mark.office
def test_libreoffice_takes_the_redline_back_and_accepts_it(two_years, tmp_path):
    steps, files = [], []
    for command in ("AcceptAllTrackedChanges", "RejectAllTrackedChanges"):
        files.append(tmp_path / f"{command}.docx")
        steps += [f"open {(two_years.second / REDLINE).as_uri()}", f"do {command}", f"save {files[-1].as_uri()}"]
    carry_out(steps, files)
    redline = read_word_file(two_years.second / REDLINE)
    for file, wanted in zip(files, (redline.lines, redline.before), strict=True):
        for one, other in zip_longest(spoken(read_word_file(file).lines), spoken(wanted), fillvalue=""):
            assert numberless(one) == numberless(other)

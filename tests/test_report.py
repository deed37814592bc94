"""What a person is shown around a pack, as values and in a real terminal of 80 by 24."""

import os
import re
import sys
from dataclasses import replace
from datetime import date
from io import StringIO
from pathlib import Path

import pexpect
import pyte
import pytest

from helpers.shipped import ROOT, SOURCES
from policygen import report, status
from policygen.model.problems import Step
from policygen.pack import answers, folders, make
from policygen.review.changes import EditionChange
from policygen.review.news import News

PROGRAM = str(Path(sys.executable).with_name("policygen"))
DAY = date(2026, 11, 20)
LONG = "The Association of Friends and Neighbours of the Harbour Street Community Support Project"
ESCAPE = "\x1b"


class Stream(StringIO):
    """A stream that says of itself what it is told to."""

    def __init__(self, terminal: bool = False, encoding: str = "utf-8"):
        super().__init__()
        self.terminal, self.named = terminal, encoding

    def isatty(self) -> bool:
        return self.terminal

    @property
    def encoding(self) -> str:
        return self.named


@pytest.fixture(autouse=True)
def plain_terminal(monkeypatch):
    for name in ("NO_COLOR", "FORCE_COLOR", "COLORTERM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "80")


@pytest.fixture(scope="module")
def draft(tmp_path_factory) -> make.Made:
    """A draft with two decisions open."""
    return make_pack(tmp_path_factory.mktemp("output"), approved_on="", has_premises="not sure",
                     team_sharing="not sure")


@pytest.fixture(scope="module")
def approved(tmp_path_factory) -> make.Made:
    return make_pack(tmp_path_factory.mktemp("output"), formats=("docx", "txt"))


def make_pack(to: Path, formats: tuple[str, ...] = ("txt",), **changed: str) -> make.Made:
    given = answers.read_answers(ROOT / "examples" / "cic.yaml", SOURCES.questionnaire)
    given |= answers.parse_settings([f"{name}={value}" for name, value in changed.items()], SOURCES.questionnaire)
    request = make.Request(given, "your answers", "", to, formats, DAY, False)
    return make.make(SOURCES, request, lambda step: None)


def told(made: make.Made, stream: Stream | None = None, today: date = DAY, folder_follows: bool = False) -> str:
    return report.made(made, today, stream or Stream(), folder_follows)


def squeezed(text: str) -> str:
    return " ".join(text.split())


# ---- what was made -----------------------------------------------------------------------------------------------


def test_every_document_stands_once_under_its_group(draft):
    text = told(draft)
    blocks = re.split(r"^  (Policy|Forms|Sheets)   ", text, flags=re.MULTILINE)
    assert blocks[1::2] == ["Policy", "Forms", "Sheets"]
    for document in draft.documents:
        group = {"": "Policy", "forms": "Forms", "sheets": "Sheets"}[
            Path(draft.files[document.id][0]).parent.as_posix().removeprefix(".")]
        lines = blocks[blocks.index(group) + 1].split("\n")
        assert sum(re.sub(r"   +text$", "", line).strip() == document.title for line in lines) == 1


def test_the_formats_are_named_as_people_know_them(approved):
    assert "Each document is there as Word and text." in squeezed(told(approved))
    large = {name: (*paths, paths[0].replace(".docx", f"{folders.LARGE_PRINT}.docx"))
             for name, paths in approved.files.items()}
    text = squeezed(told(replace(approved, files=large)))
    assert "Each document is there as Word and text, and in large print." in text


def test_a_draft_says_what_is_open_and_who_approves_it(draft):
    text = squeezed(told(draft))
    assert "Edition 1 of 20 November 2026, a draft until it is approved by the Directors." in text
    asked = [SOURCES.questionnaire.questions[name].ask for name in ("team_sharing", "has_premises")]
    assert f"Still to decide 1. {asked[0]} 2. {asked[1]} Next steps" in text
    assert ("2. Decide what is open. Then start policygen again, choose to change answers, and make the next edition. "
            "3. Have that edition approved by the Directors. Then start policygen again, and choose to record the "
            "approval: the words stay, and the files lose DRAFT. Everything") in text
    decided = squeezed(told(replace(draft, decisions_open=())))
    assert "2. Have the policy approved by the Directors. Then start policygen again, and choose to record" in decided


def test_an_approved_pack_asks_for_no_decision_and_no_approval(approved):
    text = squeezed(told(approved))
    assert "Edition 1 of 20 November 2026, approved." in text
    assert "Still to decide" not in text and "record the approval" not in text
    assert "Then adapt the Word files" in text and "2. Have the forms signed" in text


CHANGE = EditionChange("policy", "Policy", "policy", "a/b", "1.1", "Aim", ("reworded",), "Ask Ann.", "Ask Bob.")


def reviewed(made: make.Made, *changes: EditionChange, approved_anew: bool = True) -> make.Made:
    """The pack as a review makes it: with a brief before the other documents, and a redline beside it."""
    brief = replace(made.documents[0], id="what-has-changed", title="What has changed")
    paths = ("What has changed.docx", "Confidentiality policy - changes.docx", "changes/A form - changes.docx")
    return replace(made, documents=(brief, *made.documents), files={**made.files, brief.id: paths}, addition=News(
        documents=(brief,), changes=changes, approved_anew=approved_anew))


def test_after_a_review_people_are_told_to_read_what_has_changed_and_who_signs_again(approved, draft):
    text = squeezed(told(reviewed(approved, CHANGE)))
    assert "What has changed: 1 change. “What has changed” lists it with the cause." in text
    assert "1. Read “What has changed” and “Confidentiality policy - changes”, which shows every word. Then" in text
    assert "2. Have the forms signed again that “What has changed” names. 3. Keep" in text
    assert "Read “Read this first”" not in text
    assert "3. Have that edition approved by the Directors." in squeezed(told(reviewed(draft, CHANGE)))


def test_a_review_without_a_change_is_minuted_and_counted_from(approved):
    text = squeezed(told(reviewed(approved, approved_anew=False)))
    assert "What has changed: nothing. “What has changed” says so for the minutes." in text
    assert ("1. Put “What has changed” before the Directors, and have it minuted that the policy stays as it is. 2. "
            "Then start policygen again, and choose to record the approval: the next review is counted from that day. "
            "3. Keep") in text
    assert "1. Read “What has changed”" in squeezed(told(reviewed(approved)))


def test_only_with_word_files_people_are_told_to_change_them_and_that_changes_are_kept(draft):
    files = {name: (*paths, f"{name}.docx") for name, paths in draft.files.items()}
    assert "What you have changed in the Word files is kept." in squeezed(told(replace(draft, files=files)))
    assert "Word" not in told(draft)


def test_the_next_review_is_in_words_and_its_reminder_is_there(draft):
    due = draft.stamp.review_due
    assert f"Next review: in 2 years, on 20 November {due.year}. Open “Review reminder.ics”" in squeezed(told(draft))
    late = squeezed(told(draft, today=date(due.year + 1, 1, 1)))
    assert f"Next review: overdue since 20 November {due.year}. Still" in late and "reminder" not in late


def test_the_reminder_in_the_edition_is_its_own(draft, approved):
    for made in (draft, approved):
        reminder = (made.folder / "Review reminder.ics").read_bytes()
        assert reminder == make.reminder("Greenway Skills CIC", made.stamp)
    assert draft.stamp.draft and not approved.stamp.draft


def test_the_folder_is_the_last_line_whole_however_long_it_is(draft):
    folder = Path("/home") / "/".join(["a folder"] * 20)
    text = told(replace(draft, folder=folder))
    assert text.endswith(f"\nEverything is in this folder:\n{folder}")
    assert told(replace(draft, folder=folder), folder_follows=True).endswith("\nEverything is in this folder:")


@pytest.mark.parametrize("columns", ["40", "80", "300"])
def test_long_names_wrap_and_nothing_is_cut_off(draft, columns, monkeypatch):
    monkeypatch.setenv("COLUMNS", columns)
    documents = tuple(replace(document, title=f"{document.title} {LONG}") for document in draft.documents)
    text = told(replace(draft, organisation=LONG, documents=documents, folder=Path("/x")))
    lines = [line for line in text.split("\n") if not line.startswith("  policygen review ")]  # whole, to be pasted
    assert max(map(len, lines)) <= min(int(columns), 100) and "…" not in text
    assert squeezed(text).startswith(f"{len(documents)} documents for {LONG} ")


def test_titles_in_brackets_and_between_colons_stay_as_they_are(draft):
    first, *rest = draft.documents
    odd = replace(draft, organisation="[b]Harbour[/b] :lock:", decisions_open=("[i]Who?[/i]",),
                  documents=(replace(first, title="[red]Policy[/red] :key:"), *rest))
    for words in ("[b]Harbour[/b] :lock:", "[i]Who?[/i]", "[red]Policy[/red] :key:"):
        assert words in told(odd)


# ---- streams -----------------------------------------------------------------------------------------------------


def test_in_a_terminal_the_folder_is_a_link_and_its_plain_path_is_there(draft):
    text = told(draft, Stream(terminal=True))
    links = re.findall(r"\x1b]8;[^;]*;(file://[^\x1b]+)\x1b\\([^\x1b]*)\x1b]8;;\x1b\\",
                       re.sub(r"\x1b\[[\d;]*m", "", text))
    address = draft.folder.as_uri()
    assert links == [(address, "Everything is in this folder:"), (address, str(draft.folder))]
    assert re.sub(r"\x1b]8;[^\x1b]*\x1b\\|\x1b\[[\d;]*m", "", text) == told(draft)


@pytest.mark.parametrize(("stream", "name", "value"), [
    (Stream(), "TERM", "xterm-256color"), (Stream(terminal=True), "NO_COLOR", "1"), (Stream(), "NO_COLOR", "1"),
    (Stream(terminal=True), "TERM", "dumb")], ids=["a pipe", "NO_COLOR", "a pipe and NO_COLOR", "a dumb terminal"])
def test_a_pipe_no_color_and_a_dumb_terminal_get_no_escape_codes(draft, tmp_path, monkeypatch, stream, name, value):
    monkeypatch.setenv(name, value)
    texts = [told(draft, stream), report.status_table(organisations(draft), DAY, stream)]
    said = []
    with report.progress(stream, said.append) as hear:
        hear(Step("Checking"))
    assert ESCAPE not in "".join([*texts, *said, stream.getvalue()]) and said == ["Checking"]


def test_no_color_goes_before_a_wish_for_colour(draft, monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert ESCAPE in told(draft)
    monkeypatch.setenv("NO_COLOR", "1")
    assert ESCAPE not in told(draft)


def test_an_old_encoding_gets_lines_that_it_can_print(draft):
    text = report.status_table(organisations(draft), DAY, Stream(encoding="ascii"))
    assert text.isascii() and "---" in text


def test_nothing_is_written_to_the_stream_itself(draft):
    stream = Stream(terminal=True)
    told(draft, stream)
    report.status_table(organisations(draft), DAY, stream)
    assert stream.getvalue() == ""


# ---- progress ----------------------------------------------------------------------------------------------------


def test_without_a_terminal_there_is_a_line_for_each_stage_and_not_for_each_document():
    said = []
    with report.progress(Stream(), said.append) as hear:
        for step in (Step("Checking"), Step("Policy", 1, 3), Step("Form", 2, 3), Step("Sheet", 3, 3),
                     Step("Recording")):
            hear(step)
    assert said == ["Checking", "Writing 3 documents", "Recording"]


def test_one_thing_is_counted_as_one():
    said = []
    with report.progress(Stream(), said.append, "pack") as hear:
        hear(Step("cic.yaml", 1, 1))
    assert said == ["Writing 1 pack"]


def test_in_a_terminal_there_is_one_line_that_goes_away():
    stream, said = Stream(terminal=True), []
    with report.progress(stream, said.append) as hear:
        hear(Step("Checking"))
        hear(Step(f"[b] {LONG}", 3, 3))
    shown = pyte.Screen(80, 24)
    pyte.Stream(shown).feed(stream.getvalue().replace("\n", "\r\n"))
    assert said == [] and "3 of 3: [b] The Association" in stream.getvalue()
    assert "".join(shown.display).strip() == ""


def test_the_terminal_is_put_right_when_the_work_fails():
    stream = Stream(terminal=True)
    with pytest.raises(ZeroDivisionError), report.progress(stream, print) as hear:
        hear(Step("Checking"))
        1 / 0
    assert stream.getvalue().rfind("\x1b[?25h") > stream.getvalue().rfind("\x1b[?25l")


@pytest.mark.slow
def test_a_person_at_a_terminal_sees_the_report_and_the_folder_once_and_last(tmp_path):
    arguments = ["demo", "cic", "--format", "txt", "--as-at", DAY.isoformat(), "--to", str(tmp_path)]
    child = pexpect.spawn(PROGRAM, arguments, dimensions=(24, 80), encoding="utf-8", timeout=300,
                          env=os.environ | {"TERM": "xterm-256color"})
    raw = child.read()
    child.close()
    assert child.exitstatus == 0, raw
    screen = pyte.HistoryScreen(200, 24, history=200)
    pyte.Stream(screen).feed(re.sub(r"\x1b]8;[^\x1b]*\x1b\\", "", raw))
    lines = [line.rstrip() for line in screen.display if line.strip()]
    folder = str(tmp_path / "greenway-skills-cic" / DAY.isoformat())
    assert lines[-2:] == ["Everything is in this folder:", folder] and lines.count(folder) == 1
    assert not any("Checking" in line or "Writing" in line for line in lines)
    assert "\x1b]8;" in raw


# ---- how everything stands ---------------------------------------------------------------------------------------


def organisations(made: make.Made) -> tuple[status.Organisation, ...]:
    """An organisation of every kind."""
    [whole] = status.read_organisations(made.folder.parent, SOURCES.questionnaire, DAY)
    old = replace(whole.newest, number=0, made=date(2024, 1, 1), status="")
    unfinished = status.Unfinished(Path("x"), 12, 47, "")
    return (replace(whole, editions=(whole.newest, old)),
            replace(whole, name=LONG, newest=replace(whole.newest, review_due=date(2026, 9, 22)), review="overdue",
                    editions=(replace(whole.newest, review_due=date(2026, 9, 22)),), unfinished=unfinished),
            status.Organisation("Broken", Path("b"), (status.Unreadable(Path("2026-01-01"), "this file is damaged"),),
                                None, "", status.Unfinished(Path("b/answers.draft.yaml"), 0, 0, "see its line 2")))


def test_the_table_says_in_words_how_each_edition_stands(draft):
    text = report.status_table(organisations(draft), DAY, Stream())
    rows = [[cell for cell in re.split(r"  +", line) if cell] for line in text.split("\n")]
    assert ["Greenway Skills", "1, 20 Nov 2026", "draft", "in 2 years, on", "2"] in rows
    assert ["CIC", "20 November 2028"] in rows
    assert ["0, 1 Jan 2024", "not recorded", "see edition 1", "2"] in [row[-4:] for row in rows]
    assert ["overdue since"] == [row[-2] for row in rows if "1, 20 Nov 2026" in row][1:]
    assert "12 of about 47" in text and "carries on with unfinished answers." in text
    broken = report.status_table(organisations(draft)[-1:], DAY, Stream())
    assert "cannot be read: this file is damaged" in squeezed(broken.replace("2026-01-01", "").replace("Broken", ""))


def test_unfinished_answers_that_cannot_be_read_are_named_with_their_file(draft):
    text = report.status_table(organisations(draft), DAY, Stream())
    assert "Unfinished answers cannot be read: see its line 2. Correct this file" in squeezed(text)
    assert "\nb/answers.draft.yaml" in text


@pytest.mark.parametrize("columns", ["40", "60", "77", "78", "80", "300"])
def test_the_table_fits_the_terminal_and_cuts_nothing_off(draft, columns, monkeypatch):
    monkeypatch.setenv("COLUMNS", columns)
    text = report.status_table(organisations(draft), DAY, Stream())
    lines = [line for line in text.split("\n") if not line.startswith("  policygen review ")]  # whole, to be pasted
    assert max(map(len, lines)) <= min(int(columns), 100) and "…" not in text
    if int(columns) >= 78:
        assert "Decisions" in text and "22 September 2026" in text


def test_without_unfinished_answers_that_can_be_read_nobody_is_told_to_carry_on(draft):
    whole, begun, broken = organisations(draft)
    assert "carries on" not in report.status_table([whole, broken], DAY, Stream())
    assert "carries on" in report.status_table([begun], DAY, Stream())


def test_what_stands_out_in_a_terminal_is_said_in_words_too(draft):
    text = report.status_table(organisations(draft), DAY, Stream(terminal=True))
    assert "\x1b[1moverdue since" in text and "\x1b[1min 2 years" not in text
    plain = re.sub(r"\x1b\[[\d;]*m", "", text)
    assert squeezed(plain) == squeezed(report.status_table(organisations(draft), DAY, Stream()))

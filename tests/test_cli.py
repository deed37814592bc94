"""The command line as a script or a person meets it: exit codes, what goes to which stream, and every refusal."""

import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import jsonschema
import pytest
import yaml

from helpers.program import environment, policygen
from helpers.shipped import NEEDED_TEXT, QUESTIONS, ROOT
from policygen import cli
from policygen.pack.assembly import OWN_REASON
from policygen.pack.selection import ALWAYS

PROGRAM = Path(sys.executable).with_name("policygen")
EXAMPLE = ROOT / "examples" / "cic.yaml"
DAY = "2026-11-20"
HEAVY = ("weasyprint", "docxtpl", "docx", "questionary", "prompt_toolkit", "jinja2", "yaml", "ruamel", "rich",
         "inflect", "filelock", "markdown_it", "icalendar", "openpyxl")


def run(*arguments, folder: Path | None = None, **changed: str) -> subprocess.CompletedProcess:
    """What the program does without a terminal. No traceback, ever."""
    if changed.keys() <= {"COLUMNS", "POLICYGEN_STARTED_AS"}:
        return policygen(*arguments, code=None, folder=folder, **changed)
    done = subprocess.run([PROGRAM, *arguments], cwd=folder, env=environment(**changed), capture_output=True,
                          encoding="utf-8", stdin=subprocess.DEVNULL, timeout=300)
    assert "Traceback" not in done.stderr, done.stderr
    return done


def python(code: str, *arguments) -> subprocess.CompletedProcess:
    """What the program does after some preparation in the same process."""
    script = f"import sys\nfrom policygen import cli\n{code}\ncli.main()"
    return subprocess.run([sys.executable, "-c", script, *arguments], capture_output=True, encoding="utf-8",
                          stdin=subprocess.DEVNULL, timeout=300)


def shell(command: str, to: Path, **changed: str) -> subprocess.CompletedProcess:
    """What a line of shell does; `policygen` stands for the program, `$TO` for a folder."""
    return subprocess.run(["bash", "-c", f'policygen() {{ "{PROGRAM}" "$@"; }}; {command}'], capture_output=True,
                          encoding="utf-8", env=environment(TO=str(to), **changed), stdin=subprocess.DEVNULL,
                          timeout=300)


def make(to: Path, *arguments, example: Path = EXAMPLE, **changed: str) -> subprocess.CompletedProcess:
    given = {"--format": "txt", "--as-at": DAY, "--to": to}
    options = [item for name, value in given.items() if name not in arguments for item in (name, value)]
    return run("new", "--answers", example, *options, *arguments, **changed)


def refused(done: subprocess.CompletedProcess, code: int, *words: str) -> None:
    """It stopped with this code, said so on standard error, and put nothing on standard output."""
    assert (done.returncode, done.stdout) == (code, ""), done.stderr
    for part in words:
        assert part in done.stderr


@pytest.fixture(scope="module")
def edition(tmp_path_factory) -> Path:
    """The edition of an example with numbered sections."""
    to = tmp_path_factory.mktemp("output")
    return Path(run("demo", "front-line", "--format", "txt", "--as-at", DAY, "--to", to).stdout.strip())


@pytest.fixture
def answers(tmp_path):
    def write(text: str) -> Path:
        path = tmp_path / "answers.yaml"
        path.write_text(text, encoding="utf-8")
        return path
    return write


# ---- making a pack -----------------------------------------------------------------------------------------------


def test_standard_output_of_new_is_the_folder_and_nothing_else(tmp_path):
    done = make(tmp_path)
    folder = tmp_path / "greenway-skills-cic" / DAY
    assert (done.returncode, done.stdout) == (0, f"{folder}\n")
    assert {path.name for path in folder.iterdir()} >= {"answers.yaml", "pack.json", "Confidentiality policy.txt",
                                                        "Review reminder.ics"}
    assert re.search(r"^Writing \d+ documents$", done.stderr, re.MULTILINE)
    assert done.stderr.endswith(f"\nEverything is in this folder:\n{folder}\n")


def test_standard_output_of_demo_is_the_folder_and_nothing_else(tmp_path):
    done = run("demo", "cic", "--format", "txt", "--as-at", DAY, "--to", tmp_path)
    assert (done.returncode, done.stdout) == (0, f"{tmp_path / 'greenway-skills-cic' / DAY}\n")


@pytest.mark.slow
def test_every_example_can_be_shown_by_its_name(tmp_path):
    for example in (ROOT / "examples").glob("*.yaml"):
        assert run("demo", example.stem, "--format", "txt", "--as-at", DAY, "--to", tmp_path).returncode == 0


def test_a_relative_folder_is_taken_from_where_the_person_is(tmp_path):
    done = run("demo", "cic", "--format", "txt", "--as-at", DAY, "--to", "packs", folder=tmp_path)
    assert done.stdout == f"packs/greenway-skills-cic/{DAY}\n"
    assert (tmp_path / done.stdout.strip() / "pack.json").exists()


@pytest.mark.slow
@pytest.mark.parametrize(("formats", "endings"), [
    ("txt", {".txt"}), ("pdf", {".pdf"}), ("TXT, html,txt", {".txt", ".html"}), ("html", {".html"})])
def test_the_formats_that_were_asked_for_are_written_and_no_others(tmp_path, formats, endings):
    folder = Path(make(tmp_path, "--format", formats).stdout.strip())
    assert {path.suffix for path in folder.rglob("*.*")} - {".yaml", ".json", ".ics"} == endings


@pytest.mark.slow
def test_large_print_is_made_beside_the_ordinary_files(tmp_path):
    folder = Path(make(tmp_path, "--format", "docx", "--large-print").stdout.strip())
    names = {path.name for path in folder.glob("*.docx")}
    assert {"Confidentiality policy.docx", "Confidentiality policy (large print).docx"} < names and len(names) % 2 == 0


def test_as_at_dates_the_folder_the_pack_and_the_documents(tmp_path):
    folder = Path(make(tmp_path, "--as-at", "2027-02-28").stdout.strip())
    assert folder.name == "2027-02-28"
    pack = json.loads((folder / "pack.json").read_bytes())
    assert (pack["as_at"], pack["edition"]["date"]) == ("2027-02-28", "2027-02-28")
    assert "28 February 2027" in (folder / "Confidentiality policy.txt").read_text(encoding="utf-8")


def test_set_goes_before_the_answers_file_in_the_text_and_in_the_kept_answers(tmp_path):
    done = make(tmp_path, "--set", "user_term=guest", "--set", "lead_role=Head & Heart",
                "--set", "nations=wales,scotland")
    folder = Path(done.stdout.strip())
    kept = yaml.safe_load((folder / "answers.yaml").read_text(encoding="utf-8"))
    assert (kept["user_term"], kept["lead_role"], kept["nations"]) == ("guest", "Head & Heart", ["wales", "scotland"])
    policy = (folder / "Confidentiality policy.txt").read_text(encoding="utf-8")
    assert "guest" in policy and "client" not in policy and "Head & Heart" in policy


def test_the_later_of_two_settings_counts(tmp_path):
    folder = Path(make(tmp_path, "--set", "user_term=guest", "--set", "user_term=friend").stdout.strip())
    assert "friend" in (folder / "Confidentiality policy.txt").read_text(encoding="utf-8")


def test_settings_complete_a_file_of_answers(tmp_path, answers):
    path = answers(NEEDED_TEXT)
    needed = {"organisation_name": "Tŷ Gwyn", "organisation_kinds": "cic", "lead_role": "Chair",
              "contact_email": "a@b.example", "contact_address": "1 High Street", "contact_phone": "01632 960000"}
    settings = [item for name, value in needed.items() for item in ("--set", f"{name}={value}")]
    done = run("new", "--no-input", "--answers", path, *settings, "--format", "txt", "--as-at", DAY, "--to", tmp_path)
    assert (done.returncode, done.stdout) == (0, f"{tmp_path / 'ty-gwyn' / DAY}\n"), done.stderr


def test_the_kept_answers_make_the_same_pack_again(tmp_path):
    first = Path(make(tmp_path / "one").stdout.strip())
    again = Path(make(tmp_path / "two", example=first / "answers.yaml").stdout.strip())
    for path in filter(Path.is_file, first.rglob("*")):
        assert path.read_bytes() == (again / path.relative_to(first)).read_bytes(), path.name


def test_a_draft_may_have_gaps_and_shows_them_as_open(tmp_path, answers):
    path = answers(f"organisation_name: Tŷ Gwyn\norganisation_kinds: [cic]{NEEDED_TEXT}")
    folder = Path(make(tmp_path / "out", "--draft", example=path).stdout.strip())
    pack = json.loads((folder / "pack.json").read_bytes())
    assert {"contact_email", "contact_phone"} <= {item["question"] for item in pack["decisions_open"]}


def test_an_organisation_without_a_name_cannot_be_drafted(tmp_path, answers):
    refused(make(tmp_path / "out", "--draft", example=answers("organisation_kinds: [cic]\n")), 3, "organisation_name")


# ---- answers that need attention ---------------------------------------------------------------------------------

BAD_FILES = {
    "no such file": (None, ["answers.yaml: there is no such file", "Check the name"]),
    "not YAML": ("a: 1\nb: [c\n", ["answers.yaml, line 3: this is not valid YAML", "Check the indentation"]),
    "a list": ("- a\n- b\n", ["answers.yaml, line 1: this file is not a list of `name: value` lines"]),
    "a sentence": ("hello\n", ["answers.yaml, line 1: this file is not a list of `name: value` lines"]),
    "an unknown key": ("\norganisation_nam: X\n", ["line 2: there is no question called `organisation_nam`",
                                                   "Did you mean `organisation_name`?"]),
    "an unknown key like no other": (
        "zzz: X\n", ["line 1: there is no question called `zzz`", "policygen questions` lists all"]),
    "a key twice": ("user_term: a\nuser_term: b\n", ["line 2: `user_term` stands here twice", "Keep one"]),
    "a list for one value": ("lead_role: [a, b]\n", ["line 1: lead_role: one value is expected here, not a list"]),
    "one value for a table": ("data_stores: cabinet\n", ["line 1: data_stores: a table is expected here"]),
    "an unknown column": ("data_stores:\n  - {nam: a}\n", ["line 2: data_stores: the table has no column `nam`",
                                                           "Did you mean `name`?"]),
    "a row with a gap": (
        "data_stores:\n  - name: a\n    kind: paper\n", ["line 2: data_stores: the row has no `holds`"]),
    "an impossible date": ("approved_on: 2026-02-30\n", ["line 1: approved_on: there is no date `2026-02-30`",
                                                         "February 2026 has 28 days"]),
    "a date in words": ("approved_on: next week\n", ["line 1: approved_on: there is no date `next week`"]),
    "an unknown choice": ("nations: [englnd]\n", ["line 1: nations: `englnd` is not one of the choices",
                                                  "Did you mean `england`?"]),
    "a choice like no other": ("nations: [france]\n", ["`france`", "Write one of: england, wales"]),
    "neither yes nor no": ("has_premises: perhaps\n", ["line 1: has_premises: `perhaps` is neither yes nor no"]),
    "a number out of range": ("review_years: 9\n", ["line 1: review_years: `9` is not possible", "from 1 to 5"]),
    "a number in words": ("review_years: two\n", ["line 1: review_years: `two` is not a number"]),
    "no length of time": ("breach_review: soon\n", ["line 1: breach_review: `soon` is not a length of time"]),
    "nothing at all": ("", ["`organisation_name` has no answer", "What is your organisation called?",
                            "`contact_email` has no answer", "`contact_phone` has no answer"]),
    "an answer left empty": ("organisation_name:\norganisation_kinds: [cic]\n", ["`organisation_name` has no answer"]),
}


@pytest.mark.parametrize("case", BAD_FILES)
def test_bad_answers_give_exit_code_3_with_place_and_hint_and_write_nothing(tmp_path, answers, case):
    text, words = BAD_FILES[case]
    path = answers(text) if text is not None else tmp_path / "answers.yaml"
    done = make(tmp_path / "out", example=path)
    refused(done, 3, "The answers need attention:", str(path), *words)
    assert not (tmp_path / "out").exists()


def test_a_file_that_is_not_text_is_refused(tmp_path):
    (tmp_path / "answers.yaml").write_bytes("organisation_name: Tŷ".encode("utf-16"))
    refused(make(tmp_path / "out", example=tmp_path / "answers.yaml"), 3, "not UTF-8 text")


def test_a_folder_instead_of_answers_is_refused(tmp_path):
    refused(make(tmp_path / "out", example=tmp_path), 3, "this is a folder, and a file is needed",
            "Give the file itself.")
    inside = shutil.copy(EXAMPLE, tmp_path / "answers.yaml")
    refused(make(tmp_path / "out", example=tmp_path), 3, f"Give the file in it: {inside}")


def test_everything_that_is_wrong_is_told_at_once_and_in_the_order_of_the_file(tmp_path, answers):
    texts = [text for text, _ in BAD_FILES.values() if text and text.count("\n") == 1 and ": " in text]
    path = answers("".join({text.partition(":")[0]: text for text in texts}.values()))
    done = make(tmp_path / "out", example=path)
    found = [int(number) for number in re.findall(r"answers\.yaml, line (\d+): ", done.stderr)]
    assert found == list(range(1, len(path.read_text().splitlines()) + 1)) and len(found) >= 7


def test_everything_that_is_missing_is_told_at_once(tmp_path, answers):
    done = make(tmp_path / "out", example=answers("organisation_name: X\n"))
    for name in ("organisation_kinds", "contact_email", "contact_address", "contact_phone"):
        assert f"`{name}` has no answer" in done.stderr


def test_no_input_lists_what_is_missing_without_asking(tmp_path):
    done = run("new", "--no-input", "--format", "txt", "--to", tmp_path / "out")
    refused(done, 3, "`organisation_name` has no answer", "`contact_phone` has no answer")
    assert not (tmp_path / "out").exists()


def test_a_message_repeats_no_answer_but_the_one_to_correct(tmp_path, answers):
    path = answers("organisation_name: Secret Refuge\ncontact_phone: 01632 960777\nreview_years: 77\n")
    done = make(tmp_path / "out", example=path)
    refused(done, 3, "`77`")
    assert "Secret" not in done.stderr and "960777" not in done.stderr


@pytest.mark.parametrize(("setting", "words"), [
    ("nations", "`nations` has no equals sign"), ("user_trm=guest", "Did you mean `user_term`?"),
    ("nations=france", "`france` is not one of the choices"), ("review_years=0", "`0` is not possible here"),
    ("approved_on=2026-13-01", "there is no date `2026-13-01`"), ("=x", "there is no question called ``"),
    ("data_stores=cabinet", "a table is expected here"), ("organisation_name=", "`organisation_name` has no answer")])
def test_a_bad_setting_gives_exit_code_3_and_names_set(tmp_path, setting, words):
    refused(make(tmp_path / "out", "--set", setting), 3, words, "" if setting.endswith("=") else "--set: ")
    assert not (tmp_path / "out").exists()


def test_dates_are_taken_as_people_in_britain_write_them_in_files_settings_and_options(tmp_path):
    field = ROOT / "tests" / "cases" / "field" / "20-uk-dates.yaml"
    done = make(tmp_path, "--as-at", "Thursday 31st December 2026", example=field)
    assert done.returncode == 0 and done.stdout.strip().endswith("/2026-12-31")
    answers = json.loads((Path(done.stdout.strip()) / "pack.json").read_text(encoding="utf-8"))
    assert answers["edition"]["approved_on"] == "2026-12-31"
    done = make(tmp_path, "--as-at", "4.12.27", "--set", "approved_on=3/12/27", example=field)
    assert done.stdout.strip().endswith("/2027-12-04")
    for words in ("“4.12.27” is read as 4 December 2027", "“3/12/27” is read as 3 December 2027"):
        assert words in done.stderr


def test_an_approval_after_the_date_of_the_pack_is_refused(tmp_path):
    done = make(tmp_path / "out", "--set", "approved_on=2026-11-21")
    refused(done, 3, "approved_on: 21 November 2026 is after 20 November 2026, the date", "leave it empty")
    assert not (tmp_path / "out").exists()
    assert make(tmp_path / "out", "--set", "approved_on=2026-11-20").returncode == 0


# ---- wrong usage -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("arguments", "words"), [
    (["frobnicate"], "No such command 'frobnicate'"),
    (["new", "--frobnicate"], "No such option"),
    (["demo", "nobody"], "There is no example 'nobody'. Choose from: cic"),
    (["demo", "cic", "--format", "odt"], "'odt' is not a format. Choose from: docx, pdf, html, txt."),
    (["demo", "cic", "--format", "txt,doc"], "'doc' is not a format"),
    (["demo", "cic", "--format", ","], "Choose from: docx, pdf, html, txt."),
    (["demo", "cic", "--as-at", "2026-13-01"], "there is no date `2026-13-01`: there is no month 13. Write day, month"),
    (["demo", "cic", "--as-at", "tomorrow"], "there is no date `tomorrow`"),
    (["demo", "cic", "--as-at", "1/6/1999"], "the year must be from 2000 to 2099"),
    (["demo", "cic", "--as-at", "9999-12-31"], "the year must be from 1920 to 2099"),
    (["new"], "The questions need a terminal, and this is none. Give --answers FILE, --no-input, or --plain to answer "
              "line by line."),
    (["explain"], "Missing argument 'EDITION'"),
    (["check", "/nowhere"], "does not exist"),
    (["status", "/nowhere"], "Directory '/nowhere' does not exist."),
    (["status", __file__], f"{__file__} is a file, and a folder is needed. Give the folder that it is in: "
                           f"{Path(__file__).parent}"),
    (["check", __file__], "is a file, and a folder is needed"),
    (["forms", __file__, "--people", "x"], "is a file, and a folder is needed"),
    (["signed", __file__, "Jo"], "is a file, and a folder is needed"),
    ([], "Usage: policygen"),
])
def test_wrong_usage_gives_exit_code_2_and_says_what_is_right(tmp_path, arguments, words):
    refused(run(*arguments, folder=tmp_path), 2, words)
    assert list(tmp_path.iterdir()) == []


def test_a_draft_without_approval_on_the_last_possible_day_can_be_made(tmp_path):
    assert make(tmp_path, "--as-at", "2099-12-31", "--set", "approved_on=", "--set", "review_years=5").returncode == 0


# ---- files that cannot be written --------------------------------------------------------------------------------


@pytest.mark.parametrize("place", ["file", "file/deeper", "file/deeper/still"])
def test_a_file_for_a_folder_gives_exit_code_5_and_is_kept(tmp_path, place):
    (tmp_path / "file").write_text("mine")
    refused(make(tmp_path / place), 5, f"{tmp_path / 'file'}: this is a file, and a folder is needed", "--to")
    assert (tmp_path / "file").read_text() == "mine"


@pytest.mark.parametrize("place", ["/proc/policygen", "/dev/null/policygen", "/tmp/" + "x" * 300])
def test_a_folder_that_cannot_be_made_gives_exit_code_5(place):
    refused(make(Path(place)), 5, "This did not work:", place.removesuffix("/policygen"), "--to")


def test_a_name_taken_by_another_organisation_gives_exit_code_5(tmp_path):
    make(tmp_path)
    done = make(tmp_path, "--set", "organisation_name=Greenway: Skills, CIC!")
    refused(done, 5, "this folder holds the editions of “Greenway Skills CIC”", "--to")


def test_an_edition_is_not_altered_by_the_next_one(tmp_path):
    first = Path(make(tmp_path).stdout.strip())
    before = {path: path.read_bytes() for path in first.rglob("*") if path.is_file()}
    second = make(tmp_path, "--set", "user_term=guest").stdout.strip()
    assert second == f"{first}-2"
    assert {path: path.read_bytes() for path in first.rglob("*") if path.is_file()} == before


# ---- without Pango -----------------------------------------------------------------------------------------------

NO_PANGO = "from policygen.formats import pdf\npdf.LIBRARIES = ('libnothing.so.0',)"


@pytest.mark.slow
def test_without_pango_word_and_text_are_written_and_one_line_says_how_to_get_pdf(tmp_path):
    done = python(NO_PANGO, "demo", "cic", "--as-at", DAY, "--to", tmp_path)
    folder = tmp_path / "greenway-skills-cic" / DAY
    assert (done.returncode, done.stdout) == (0, f"{folder}\n"), done.stderr
    assert {path.suffix for path in folder.rglob("*.*")} == {".docx", ".txt", ".json", ".yaml", ".ics"}
    [line] = [line for line in done.stderr.splitlines() if "Pango" in line]
    assert line.startswith("PDF needs Pango") and "install" in line


def test_without_pango_pdf_alone_gives_exit_code_5_and_writes_nothing(tmp_path):
    done = python(NO_PANGO, "demo", "cic", "--format", "pdf", "--to", tmp_path / "out")
    refused(done, 5, "PDF needs Pango")
    assert not (tmp_path / "out").exists()


# ---- help --------------------------------------------------------------------------------------------------------

HELPED = ["", *cli.commands.commands]


@pytest.mark.parametrize("name", HELPED)
def test_help_fits_a_terminal_and_ends_with_an_example_in_the_words_that_somebody_can_type(name):
    shown = run(*filter(None, [name]), "--help", COLUMNS="200", POLICYGEN_STARTED_AS="./run").stdout
    assert shown.startswith(f"Usage: ./run {name}".strip())
    assert [line for line in shown.splitlines() if len(line) > 80] == []
    *_, heading, example = shown.splitlines()
    assert heading == "Example:" and example.startswith(f"  ./run {name}".rstrip())
    assert "..." not in shown.partition("Commands:")[2], "a line of the list is cut off"


@pytest.mark.slow
def test_the_examples_of_help_do_what_they_say(tmp_path, people):
    """In an order in which one finds what it needs, in a folder with the packs that they name."""
    first = run("demo", "voluntary", "--as-at", "2026-11-21", "--to", "output", folder=tmp_path).stdout.strip()
    (tmp_path / "output" / "riverside").mkdir()
    (tmp_path / first).rename(tmp_path / "output" / "riverside" / "2026-11-21")
    home = tmp_path / "output" / "riverside"
    for name in ("answers", "first", "second"):
        shutil.copy(EXAMPLE, tmp_path / f"{name}.yaml")
    shutil.copy(ROOT / "examples" / "community-group.yaml", tmp_path / "second.yaml")
    people.write_text("name,role,kind\nAma Osei,Cook,staff\n", encoding="utf-8")
    run("new", "--answers", home / "2026-11-21" / "answers.yaml", "--as-at", "2028-11-20", "--to", "output", "--set",
        "approved_on=", "--set", "review_years=1", folder=tmp_path)
    (tmp_path / first).parent.joinpath("2028-11-20").rename(home / "2028-11-20")
    more = {"new": ["--to", "out"], "review": ["--no-input", "--as-at", "2028-11-22", "--anyway"],
            "approve": ["--correct"]}
    for name, given in cli.commands.commands.items():
        # What batch starts cannot come from a copy of the test's process, which may have started the same before.
        fresh = {"LANG": "C.UTF-8"} if name == "batch" else {}
        done = run(*shlex.split(given.epilog), *more.get(name, []), folder=tmp_path, **fresh)
        assert done.returncode == 0, (name, done.stderr)


# ---- what is loaded ----------------------------------------------------------------------------------------------

LOADED = f"""
import atexit
atexit.register(lambda: print('loaded:', [name for name in {HEAVY} if name in sys.modules], file=sys.stderr))"""


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["new", "--help"], ["explain", "--help"],
                                       ["status", "--help"],
                                       ["forms", "--help"], ["signed", "--help"],
                                       ["approve", "--help"], ["frob"]])
def test_help_loads_nothing_slow(arguments):
    assert "loaded: []" in python(LOADED, *arguments).stderr


def test_the_slow_libraries_are_looked_for_by_their_right_names():
    assert [name for name in HEAVY if find_spec(name) is None] == []
    assert "'jinja2', 'yaml'" in python(LOADED, "questions").stderr


@pytest.mark.slow
def test_text_is_written_where_neither_weasyprint_nor_the_word_libraries_can_be_loaded(tmp_path):
    blocked = "for name in ('weasyprint', 'docxtpl', 'docx', 'lxml', 'questionary'): sys.modules[name] = None"
    done = python(blocked, "demo", "cic", "--format", "txt", "--as-at", DAY, "--to", tmp_path)
    assert (done.returncode, done.stdout) == (0, f"{tmp_path / 'greenway-skills-cic' / DAY}\n"), done.stderr


# ---- streams -----------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("command", [
    "policygen questions", "policygen questions --schema", "policygen explain $EDITION", "policygen check",
    "policygen status $EDITION",
    "policygen demo cic --format txt --to $TO"])
@pytest.mark.parametrize("end", ["| true", ">&-", "<&-"], ids=["a pipe that nobody reads", "closed", "input closed"])
def test_a_standard_stream_that_is_gone_is_no_fault(tmp_path, edition, command, end):
    done = shell(f"{command} {end}; exit ${{PIPESTATUS[0]}}", tmp_path, EDITION=str(edition))
    assert done.returncode == 0, done.stderr
    assert not re.search("Traceback|Exception|Error", done.stderr)


@pytest.mark.slow
@pytest.mark.parametrize("end", ["2>&-", "2>/dev/full", "2> >(true)"])
def test_the_pack_is_made_also_when_nobody_can_read_the_progress(tmp_path, end):
    done = shell(f"policygen demo cic --format txt --as-at {DAY} --to $TO {end}", tmp_path)
    assert (done.returncode, done.stdout) == (0, f"{tmp_path / 'greenway-skills-cic' / DAY}\n")


@pytest.mark.slow
@pytest.mark.parametrize("command", ["questions", "--help", "explain $EDITION", "status $EDITION",
                                     "demo cic --format txt --to $TO"])
def test_a_full_standard_output_gives_exit_code_5_and_one_message(tmp_path, edition, command):
    done = shell(f"policygen {command} > /dev/full", tmp_path, EDITION=str(edition))
    assert done.returncode == 5
    assert done.stderr.endswith("This did not work:\nstandard output: no space left on device\n")
    assert "Traceback" not in done.stderr


def test_the_questions_are_not_asked_when_input_or_output_is_closed(tmp_path):
    done = shell("policygen new --to $TO <&- >&-", tmp_path)
    assert done.returncode == 2 and "The questions need a terminal" in done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("changed", [{"LANG": "C"}, {"PYTHONIOENCODING": "ascii"}, {"COLUMNS": "40"},
                                     {"LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}], ids=str)
def test_no_locale_and_no_width_stops_a_command(tmp_path, edition, changed):
    commands = [["questions"], ["questions", "--schema"], ["explain", edition],
                ["explain", edition, "limits/no-absolute-promise"], ["new", "--help"], ["status", edition],
                ["demo", "cic", "--format", "txt", "--to", tmp_path, "--as-at", DAY]]
    for arguments in commands:
        assert run(*arguments, **changed).returncode == 0, arguments
    refused(run("new", "--answers", tmp_path / "tŷ.yaml", **changed), 3, "there is no such file")
    refused(run("check", ROOT / "tests" / "cases" / "smallest", **changed), 4, "there is no point")
    assert "LC_ALL" not in changed or run("check", **changed).returncode == 0


@pytest.mark.slow
def test_a_name_in_any_script_is_printed_or_escaped_but_never_stops_a_message(tmp_path):
    make(tmp_path, "--set", "organisation_name=Tŷ Gwyn")
    refused(make(tmp_path, "--set", "organisation_name=Ty Gwyn", PYTHONIOENCODING="latin-1"), 5, r"T\u0177 Gwyn")


# ---- check -------------------------------------------------------------------------------------------------------


@pytest.fixture
def library(tmp_path):
    """A copy of the clause library, to break."""
    return Path(shutil.copytree(ROOT / "clauses" / "confidentiality", tmp_path / "library"))


@pytest.mark.slow
def test_check_says_no_problems_and_how_much_it_looked_at():
    done = run("check")
    assert done.returncode == 0, done.stderr
    assert re.fullmatch(r"no problems \(\d+ clauses, \d+ documents, \d+ questions, 5 example packs, "
                        r"\d+ legal references checked on [\d-]+\)\n",
                        done.stdout)


@pytest.mark.slow
def test_check_takes_another_library(library):
    assert run("check", library).stdout.startswith("no problems (")


def test_check_names_file_and_line_of_every_problem_with_exit_code_4(library):
    clause = next(path for path in sorted((library / "policy").rglob("*.md"))
                  if "\nwhen:" not in path.read_text(encoding="utf-8"))
    lines = clause.read_text(encoding="utf-8").splitlines()
    clause.write_text("\n".join([lines[0], "becuase: x", "when: no_such_answer", *lines[1:]]), encoding="utf-8")
    other = library / "law.yaml"
    other.write_text(other.read_text(encoding="utf-8") + "\nsurprise: 1\n", encoding="utf-8")
    done = run("check", library)
    refused(done, 4, "The clause library needs attention:", "Did you mean `because`?", "`no_such_answer`", "`surprise`")
    place = clause.relative_to(library).as_posix()
    assert f"{place}, line 2: " in done.stderr and f"{place}, line 3: " in done.stderr
    assert re.search(r"law\.yaml, line \d+: .*surprise", done.stderr)


def test_check_of_a_folder_without_a_library_gives_exit_code_4(tmp_path):
    refused(run("check", tmp_path), 4, "library.yaml: there is no such file")


# ---- questions ---------------------------------------------------------------------------------------------------


def test_questions_prints_every_question_with_its_words_and_choices():
    text = " ".join(run("questions").stdout.split())
    for question in QUESTIONS.questions.values():
        assert f"{question.ask} [{question.id}]" in text
        assert all(choice.label in text for choice in question.choices)


def test_the_schema_is_valid_and_takes_the_examples_and_refuses_what_the_program_refuses():
    schema = json.loads(run("questions", "--schema").stdout)
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    for example in (ROOT / "examples").glob("*.yaml"):
        given = yaml.load(example.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
        given |= {name: int(value) for name, value in given.items() if QUESTIONS.questions[name].type == "number"}
        assert list(validator.iter_errors(given)) == []
    for bad in ({"zzz": 1}, {"nations": ["france"]}, {"review_years": 9}, {"has_premises": "perhaps"},
                {"data_stores": [{"name": "a"}]}, {"breach_review": "soon"}):
        assert not validator.is_valid(bad), bad


# ---- explain -----------------------------------------------------------------------------------------------------


def clauses(edition: Path) -> list[dict]:
    pack = json.loads((edition / "pack.json").read_bytes())
    return [clause for document in pack["documents"] for clause in document["clauses"]]


def test_explain_lists_every_clause_with_its_number_and_its_reason(edition):
    text = run("explain", edition, COLUMNS="200").stdout
    assert text.startswith("Confidentiality policy")
    for clause in clauses(edition):
        assert f"({clause['id']})" in text
        assert clause["because"] == ALWAYS or f"because {clause['because']}" in text
        assert not clause["number"] or f"│ {clause['number']} " in text
    assert ALWAYS not in text and "because" in text


def test_explain_cuts_no_id_off_on_a_narrow_terminal(edition):
    text = run("explain", edition, COLUMNS="40").stdout
    assert max(map(len, text.splitlines())) <= 40 and "…" not in text


def test_explain_has_no_column_of_numbers_where_there_are_none(tmp_path):
    folder = make(tmp_path).stdout.strip()
    assert not any(clause["number"] for clause in clauses(Path(folder)))
    assert "No." not in run("explain", folder).stdout


def test_explain_tells_all_about_a_clause_by_number_and_by_id(edition):
    clause = next(clause for clause in clauses(edition) if clause["number"] and clause["law"] and clause["covers"]
                  and clause["because"] != ALWAYS)
    by_number, by_id = (run("explain", edition, wanted, COLUMNS="400") for wanted in (clause["number"], clause["id"]))
    assert by_number.stdout == by_id.stdout and by_id.returncode == 0
    for words in (clause["title"], clause["because"], ", ".join(clause["covers"]), f"policy/{clause['id']}.md"):
        assert words in by_id.stdout
    assert clause["text"].split("\n")[0][:100] in by_id.stdout


def test_explain_prints_references_as_the_document_does(edition):
    clause = next(clause for clause in clauses(edition) if "[[" in clause["text"])
    text = " ".join(run("explain", edition, clause["id"], COLUMNS="400").stdout.split())
    assert "[[" not in text and re.search(r"section \d", text)
    printed = " ".join((edition / "Confidentiality policy.txt").read_text(encoding="utf-8").split())
    assert text.partition(".md ")[2][:300] in printed


@pytest.mark.parametrize("wanted", ["99.9", "limits/nothing", "", "6", "LIMITS"])
def test_explain_refuses_what_is_not_in_the_edition_with_exit_code_2(edition, wanted):
    refused(run("explain", edition, wanted), 2, f"This edition has no clause {wanted!r}", "lists all")


def test_explain_prints_words_in_brackets_and_between_colons_as_they_are(edition, tmp_path):
    pack = json.loads((edition / "pack.json").read_bytes())
    clause = pack["documents"][0]["clauses"][0] | {"title": "[bold]Keys[/bold] :key:", "because": "[red]x[/red]",
                                                   "lines": [{"cells": ["[i]Word[/i] :lock:"], "kind": "paragraph"}]}
    pack["documents"][0]["clauses"][0] = clause
    (tmp_path / "pack.json").write_text(json.dumps(pack), encoding="utf-8")
    text = run("explain", tmp_path, COLUMNS="200").stdout + run("explain", tmp_path, clause["id"], COLUMNS="200").stdout
    assert text.count("[bold]Keys[/bold] :key:") == 2 and text.count("[red]x[/red]") == 2
    assert "[i]Word[/i] :lock:" in text


def test_explain_says_of_ones_own_clause_who_wrote_it_and_not_that_the_library_has_lost_it(edition, tmp_path):
    pack = json.loads((edition / "pack.json").read_bytes())
    own, gone = pack["documents"][0]["clauses"][:2]
    own |= {"id": "local/1", "because": OWN_REASON}
    gone["id"] = "limits/withdrawn"
    (tmp_path / "pack.json").write_text(json.dumps(pack), encoding="utf-8")
    told = run("explain", tmp_path, "local/1", COLUMNS="200").stdout
    assert OWN_REASON in told and "clause library" not in told
    assert "it is no longer in the clause library" in run("explain", tmp_path, "limits/withdrawn", COLUMNS="200").stdout


def test_explain_of_a_folder_that_is_no_edition_gives_exit_code_5(edition):
    refused(run("explain", edition.parent), 5, "it has no pack.json", "the folder that has the date as its name")


@pytest.mark.parametrize("command", [["explain"], ["diff", "."], ["review", "--no-input"]])
@pytest.mark.parametrize("file", ["pack.json", "forms/Declaration of confidentiality for staff.txt"])
def test_a_file_for_the_folder_of_an_edition_is_told_with_the_folder(edition, command, file):
    refused(run(*command, edition / file, folder=edition), 5, f"{edition / file}: this is a file, and the folder of an "
            "edition is needed", f"Give the folder that it is in: {edition}\n")


@pytest.mark.parametrize(("text", "words"), [("{", "this file is damaged"), ('{"format": 1}', "this file is damaged"),
                                             ('{"format": 9}', "made by a newer policygen (format 9)")])
def test_explain_of_a_damaged_or_newer_edition_gives_exit_code_5(tmp_path, text, words):
    (tmp_path / "pack.json").write_text(text)
    refused(run("explain", tmp_path), 5, f"{tmp_path / 'pack.json'}: ", words)


# ---- status ------------------------------------------------------------------------------------------------------


def test_status_shows_the_edition_and_its_review_in_words(edition):
    text = run("status", edition.parent.parent).stdout
    assert "Harbour Street" in text and "1, 20 Nov 2026" in text and "approved" in text
    assert run("status", edition).stdout == text == run("status", ".", folder=edition).stdout


def test_status_json_is_a_list_for_programs(edition):
    [organisation] = json.loads(run("status", edition.parent, "--json").stdout)
    [only] = organisation["editions"]
    assert organisation["organisation"] == "Harbour Street Support" and organisation["unfinished"] is None
    assert (only["folder"], only["date"], only["status"], only["newest"]) == (str(edition), DAY, "approved", True)


def test_status_of_nothing_is_a_sentence_and_an_empty_list(tmp_path):
    assert run("status", tmp_path).stdout == f"There is no pack in {tmp_path} yet. `policygen new` makes the first.\n"
    assert run("status", tmp_path, "--json").stdout == "[]\n"


@pytest.mark.parametrize(("data", "words"), [
    (b"interview: {depth: 5}\n", "answers.draft.yaml: this file is damaged: see its line 1"),
    (b"organisation_name: [\n", "answers.draft.yaml: this file is damaged: see its line 2"),
    (b"", "answers.draft.yaml: this file is damaged: there is nothing in it"),
    ("nations: []\n".encode("utf-16"), "answers.draft.yaml: this file is damaged: this is not UTF-8 text (byte 1)"),
    (b"questionnaire_version: '2099.1'\n", "answers.draft.yaml, line 1: these answers belong to the questionnaire")])
def test_status_says_what_is_wrong_with_unfinished_answers_but_not_what_they_say(tmp_path, data, words):
    (tmp_path / "harbour").mkdir()
    (tmp_path / "harbour" / "answers.draft.yaml").write_bytes(data)
    done = run("status", tmp_path)
    assert done.returncode == 5 and words in done.stderr


def test_status_shows_all_there_is_beside_a_damaged_edition_and_says_what_is_wrong_with_it(edition, tmp_path):
    shutil.copytree(edition.parent, tmp_path / "whole")
    (tmp_path / "harbour" / DAY).mkdir(parents=True)
    (tmp_path / "harbour" / DAY / "pack.json").write_text('{"format": 1, "organisation": 7}')
    done = run("status", tmp_path)
    assert "cannot be read: this file is damaged" in " ".join(done.stdout.split()) and "Harbour Street" in done.stdout
    assert done.returncode == 5 and "Put it back from a copy" in done.stderr
    assert "pack.json: this file is damaged: `organisation`: expected `str`, got `int`" in done.stderr
    found = json.loads(run("status", tmp_path, "--json").stdout)
    assert [one["editions"][0]["problem"] for one in found] == ["this file is damaged", None]


def test_status_loads_nothing_that_makes_documents(edition):
    loaded = python(LOADED, "status", edition).stderr
    assert "'rich'" in loaded
    assert not [name for name in ("weasyprint", "docx", "inflect", "icalendar", "questionary") if f"'{name}'" in loaded]


# ---- forms, signed -----------------------------------------------------------------------------------------------

PEOPLE = ("name,role,kind,e-mail,phone\nSiân O’Neill,Cook,staff,,1\nJo Bloggs,Driver,volunteer,,2\n"
          "Jo Bloggs,Cook,staff,,3\n")


@pytest.fixture
def people(tmp_path) -> Path:
    path = tmp_path / "people.csv"
    path.write_text(PEOPLE, encoding="utf-8")
    return path


@pytest.fixture
def issued(edition, tmp_path) -> Path:
    """An edition that a test may give out forms of."""
    return Path(shutil.copytree(edition, tmp_path / "output" / edition.parent.name / edition.name))


def test_forms_are_printed_entered_counted_and_noted(issued, people):
    done = run("forms", issued, "--people", people, "--format", "txt", "--on", DAY)
    assert (done.returncode, done.stdout) == (0, f"{issued / 'people' / DAY}\n"), done.stderr
    assert "Columns that are not used: “phone”." in done.stderr and "5 forms for 3 people" in done.stderr
    [organisation] = json.loads(run("status", issued, "--json").stdout)
    assert organisation["editions"][0]["forms"] == {"signed": 0, "outstanding": 5, "problem": None}
    table = run("status", issued, COLUMNS="80").stdout
    assert "0 forms signed" in table and "5 outstanding" in table and max(map(len, table.splitlines())) <= 80
    noted = run("signed", issued, "sian o'neill", "--on", DAY, "--by", "AB")
    assert noted.returncode == 0 and noted.stdout.count("noted. The register writes the name otherwise.") == 2
    assert json.loads(run("status", issued, "--json").stdout)[0]["editions"][0]["forms"]["signed"] == 2
    again = run("forms", issued, "--people", people, "--format", "txt", "--outstanding", "--on", DAY)
    assert again.stdout == f"{issued / 'people' / DAY}-2\n" and "3 forms for 2 people" in again.stderr
    assert "2 forms not printed: signed already, and the wording is the same." in again.stderr


def test_nobody_who_has_signed_everything_gets_a_form(issued, people, tmp_path):
    run("forms", issued, "--people", people, "--format", "txt")
    (tmp_path / "list.csv").write_text("name,kind,date\nSiân O’Neill,staff,20/11/2026\nJo Bloggs,staff,20/11/2026\n"
                                       "Jo Bloggs,volunteer,20/11/2026\n", encoding="utf-8")
    told = run("signed", issued, "--from", tmp_path / "list.csv").stdout
    assert told.count("signed on 20 November 2026: noted.") == 5
    done = run("forms", issued, "--people", people, "--outstanding")
    assert (done.returncode, done.stdout) == (0, "")
    assert "Nobody has to sign: all 5 forms are signed, and their wording is the same." in done.stderr


REFUSED = {
    "no list": (["forms", "EDITION"], 2, "--people"),
    "no such list": (["forms", "EDITION", "--people", "nowhere.csv"], 3, "nowhere.csv: there is no such file"),
    "no edition": (["forms", ".", "--people", "people.csv"], 5, "this is not the folder of an edition"),
    "a form that is none": (["forms", "EDITION", "--people", "people.csv", "--document", "x"], 5, "signs `x`"),
    "nobody": (["signed", "EDITION"], 2, "Give either a name, or a list with --from."),
    "both": (["signed", "EDITION", "Jo", "--from", "people.csv"], 2, "Give either a name, or a list with --from."),
    "a day to come": (["signed", "EDITION", "Jo", "--on", "2099-01-01"], 2, "in the future"),
    "no register": (["signed", "EDITION", "Jo"], 3, "nobody has been given a form of this edition yet"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_forms_and_signatures_that_cannot_be_are_refused(issued, people, case):
    arguments, code, words = REFUSED[case]
    refused(run(*(str(issued) if one == "EDITION" else one for one in arguments), folder=people.parent), code, words)


def test_no_message_has_a_name_in_it(issued, people, tmp_path):
    said = [run("forms", issued, "--people", people, "--format", "txt"), run("signed", issued, "Jo", "--document", "x"),
            run("signed", issued, "SIAN O'NEILL"), run("signed", issued, "--from", people)]
    people.write_text(PEOPLE + "Jo Bloggs,Cook,staff,nothing,4\n,Cook,x,,\n", encoding="utf-8")
    said.append(run("forms", issued, "--people", people))
    told = "\n".join(one.stdout + one.stderr for one in said)
    assert "row 5: the e-mail address has no @" in told
    assert [line for line in told.splitlines() if re.search("Siân|SIAN|Neill|Bloggs", line)] == []


def test_two_people_of_one_name_are_asked_about_line_by_line(issued, people):
    run("forms", issued, "--people", people, "--format", "txt")
    assert "2 people fit this name" in run("signed", issued, "Jo Bloggs").stderr
    done = policygen("signed", issued, "Jo Bloggs", "--plain", "--on", DAY, typed="1\n")
    assert "Several people fit this name. Who is meant?" in done.stdout
    assert "1. Jo Bloggs: No. 3 (volunteer, Driver)" in done.stdout and "(suggested)" not in done.stdout
    assert done.stdout.endswith("Declaration of confidentiality for volunteers, signed on 20 November 2026: noted.\n")


def test_a_fault_of_the_program_is_told_without_a_traceback_and_without_what_was_answered(monkeypatch, capsys):
    def broken(**_):
        raise RuntimeError("Małgorzata Wiśniewska")

    monkeypatch.setattr(cli, "commands", broken)
    with pytest.raises(SystemExit) as ended:
        cli.main()
    said = capsys.readouterr().err
    assert ended.value.code == 1
    assert "RuntimeError in test_cli.py, line" in said and "Małgorzata" not in said and "Traceback" not in said


# ---- the folder of a new edition in the file manager -------------------------------------------------------------


@pytest.fixture
def desktop(tmp_path, monkeypatch):
    """A Linux desktop whose xdg-open runs a line of shell."""
    def install(line: str) -> None:
        (tmp_path / "xdg-open").write_text(f"#!/bin/sh\n{line}\n")
        (tmp_path / "xdg-open").chmod(0o755)

    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    return install


@pytest.mark.parametrize("name", ["DISPLAY", "WAYLAND_DISPLAY"])
def test_a_linux_desktop_opens_a_folder_with_xdg_open(tmp_path, desktop, monkeypatch, name):
    desktop("true")
    monkeypatch.delenv("DISPLAY")
    assert not cli._can_show_folders()
    monkeypatch.setenv(name, "x")
    assert cli._can_show_folders() and cli._opened(tmp_path)


def test_without_xdg_open_there_is_nothing_to_start(tmp_path, desktop, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert not cli._can_show_folders() and not cli._opened(tmp_path)


def test_a_mac_opens_a_folder_but_not_for_somebody_who_is_elsewhere(tmp_path, monkeypatch):
    (tmp_path / "open").write_text("#!/bin/sh\n")
    (tmp_path / "open").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.delenv("SSH_CONNECTION", raising=False)
    assert cli._can_show_folders()
    assert cli._opened(tmp_path)
    monkeypatch.setenv("SSH_CONNECTION", "x")
    assert not cli._can_show_folders()


def test_where_nothing_can_open_a_folder_it_is_said_with_where_it_is(tmp_path, desktop, monkeypatch, capsys):
    monkeypatch.setenv("PATH", str(tmp_path))
    cli._open_folder(tmp_path / "my folder")
    assert capsys.readouterr().err == (
        f"No file manager could be started from here. The folder is:\n{tmp_path / 'my folder'}\n")


def test_windows_opens_a_folder_without_a_search_for_programs(tmp_path, desktop, monkeypatch):
    opened = []
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(os, "startfile", opened.append, raising=False)
    monkeypatch.delenv("DISPLAY")
    assert cli._can_show_folders() and cli._opened(tmp_path) and opened == [str(tmp_path)]


def test_a_folder_whose_name_begins_with_a_dash_is_no_option(tmp_path, desktop, monkeypatch):
    desktop(f'printf %s "$1" > "{tmp_path}/given"')
    monkeypatch.chdir(tmp_path)
    assert cli._opened(Path("-x")) and (tmp_path / "given").read_text() == str(tmp_path / "-x")


def test_the_folder_goes_to_the_file_manager_whole_and_nothing_it_says_is_shown(tmp_path, desktop, capfd):
    desktop(f'printf %s "$1" > "{tmp_path}/given"; echo noise; echo noise >&2')
    folder = tmp_path / "a folder; with 'marks' & 100%20"
    assert cli._opened(folder)
    assert (tmp_path / "given").read_text() == str(folder)
    assert capfd.readouterr() == ("", "")


def test_a_file_manager_lives_on_when_the_terminal_is_closed(tmp_path, desktop):
    desktop(f'ps -o sid= -p $$ > "{tmp_path}/session"')
    assert cli._opened(tmp_path)
    assert int((tmp_path / "session").read_text()) != os.getsid(0)


def test_a_file_manager_that_fails_is_noticed(tmp_path, desktop, capfd):
    desktop("exit 3")
    assert not cli._opened(tmp_path) and capfd.readouterr() == ("", "")


def test_a_file_manager_that_cannot_be_started_is_noticed(tmp_path, desktop, capfd):
    (tmp_path / "xdg-open").write_bytes(b"\x7fELF")
    (tmp_path / "xdg-open").chmod(0o755)
    assert cli._can_show_folders() and not cli._opened(tmp_path) and capfd.readouterr() == ("", "")


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # it still runs, as it should
def test_a_file_manager_that_stays_counts_as_open_and_is_not_waited_for(tmp_path, desktop, monkeypatch):
    desktop("sleep 1.5")
    monkeypatch.setattr(cli, "_OPENING_WAIT", 0.1)
    assert cli._opened(tmp_path)


# ---- Ctrl-C ------------------------------------------------------------------------------------------------------

CTRL_C = """
import signal, weakref
from policygen.formats import text

class Thing:
    pass

class Dying:
    def __del__(self):
        signal.raise_signal(signal.SIGINT)

def in_a_callback():
    thing = Thing()
    kept = weakref.ref(thing, lambda reference: signal.raise_signal(signal.SIGINT))
    del thing

def in_a_finaliser():
    Dying()

def where_everything_is_caught():
    try:
        signal.raise_signal(signal.SIGINT)
    except BaseException:
        pass

def where_it_becomes_another_error():
    try:
        signal.raise_signal(signal.SIGINT)
    except BaseException:
        raise TypeError

def at_once():
    signal.raise_signal(signal.SIGINT)

def stopped_in(module, name, where):
    work = getattr(module, name)
    def before(*given, **named):
        where()
        return work(*given, **named)
    setattr(module, name, before)
"""


@pytest.mark.slow
@pytest.mark.parametrize("where", ["at_once", "in_a_callback", "in_a_finaliser", "where_everything_is_caught",
                                   "where_it_becomes_another_error"])
def test_ctrl_c_while_a_pack_is_made_is_heard_wherever_it_comes_and_makes_no_pack(tmp_path, where):
    done = python(f"{CTRL_C}\nstopped_in(text, 'write', {where})", "demo", "cic", "--format", "txt", "--as-at", DAY,
                  "--to", tmp_path)
    assert (done.returncode, done.stdout) == (130, "") and done.stderr.endswith("\nStopped.\n"), done.stderr
    assert not re.search("Traceback|ignored|fault", done.stderr)
    assert list(tmp_path.rglob("*.txt")) == []


def test_ctrl_c_between_two_questions_that_nobody_heard_stops_at_the_next_one_and_keeps_the_answers(tmp_path):
    script = f"""{CTRL_C}
import sys
from policygen import cli
from policygen.interview import drafts
stopped_in(drafts.Draft, "keep", in_a_callback)
cli.main()"""
    done = subprocess.run([sys.executable, "-c", script, "new", "--plain", "--quick", "--to", tmp_path],
                          input="Harbour Street\n1\n", capture_output=True, encoding="utf-8", timeout=300)
    assert done.returncode == 130 and "Which of these describe you?" in done.stdout, done.stderr
    assert "In which nations" not in done.stdout
    file = tmp_path / "harbour-street" / "answers.draft.yaml"
    assert done.stderr == (f"\nStopped. Your answers are kept in {file}\n"
                           f"Start again to carry on:\n  policygen new --plain --to {tmp_path}\n")
    assert "Harbour Street" in file.read_text()


@pytest.mark.slow
def test_where_ctrl_c_is_ignored_as_under_nohup_it_stays_ignored(tmp_path):
    ignored = f"{CTRL_C}\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nstopped_in(text, 'write', at_once)"
    done = python(ignored, "demo", "cic", "--format", "txt", "--as-at", DAY, "--to", tmp_path)
    assert (done.returncode, done.stdout) == (0, f"{tmp_path / 'greenway-skills-cic' / DAY}\n"), done.stderr


def test_other_exceptions_that_python_drops_are_printed_as_ever(tmp_path):
    dropped = "class Dying:\n    def __del__(self):\n        raise ValueError('dropped')\n"
    done = python(f"{CTRL_C}\n{dropped}\nstopped_in(text, 'write', Dying)", "demo", "cic", "--format", "txt",
                  "--as-at", DAY, "--to", tmp_path)
    assert done.returncode == 0 and "ValueError: dropped" in done.stderr


def test_after_the_program_ctrl_c_is_handled_as_before(monkeypatch):
    before, hook = signal.getsignal(signal.SIGINT), sys.unraisablehook
    seen = []
    monkeypatch.setattr(cli, "commands", lambda **_: seen.append(signal.getsignal(signal.SIGINT)))
    with pytest.raises(SystemExit):
        cli.main()
    assert signal.getsignal(signal.SIGINT) is before and sys.unraisablehook is hook and seen != [before]

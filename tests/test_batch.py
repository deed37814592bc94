"""Packs for several organisations at once: each by itself, what is the same passed over, any executor."""

import json
import shutil
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from datetime import date
from io import StringIO
from pathlib import Path

import pytest

from policygen import batch, report
from policygen.batch import Order, Outcome
from policygen.model.problems import OutputError

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[1]
DAY = date(2026, 11, 20)
POLICYGEN = [sys.executable, "-c", "from policygen.cli import main; main()", "batch"]


@pytest.fixture
def here() -> ThreadPoolExecutor:
    """Workers in this process: quick to start."""
    with ThreadPoolExecutor(1) as executor:
        yield executor


def example(to: Path, name: str, old: str = "", new: str = "", called: str = "") -> Path:
    text = (ROOT / "examples" / f"{name}.yaml").read_text(encoding="utf-8")
    assert old in text
    path = to / f"{called or name}.yaml"
    path.write_text(text.replace(old, new, 1) if old else text, encoding="utf-8")
    return path


def order(tmp_path: Path, **other) -> Order:
    return Order(tmp_path / "out", **({"formats": ("txt",), "as_at": DAY} | other))


def states(outcomes: tuple[Outcome, ...]) -> list[str]:
    return [outcome.state for outcome in outcomes]


def test_each_file_becomes_an_edition_in_processes_of_their_own(tmp_path):
    paths = [example(tmp_path, "cic"), example(tmp_path, "voluntary")]
    heard = []
    outcomes = batch.run_batch(paths, order(tmp_path), jobs=2, report=heard.append)
    assert states(outcomes) == ["made", "made"] and [outcome.path for outcome in outcomes] == paths
    assert all((outcome.folder / "Confidentiality policy.txt").exists() for outcome in outcomes)
    assert sorted(step.words for step in heard) == ["cic.yaml", "voluntary.yaml"]
    assert [(step.number, step.of) for step in heard] == [(1, 2), (2, 2)]


def test_one_that_fails_stops_no_other(tmp_path, here):
    broken, empty = tmp_path / "broken.yaml", tmp_path / "empty.yaml"
    broken.write_text("organisation_name: [", encoding="utf-8")
    empty.write_text("", encoding="utf-8")
    paths = [broken, tmp_path / "gone.yaml", empty, example(tmp_path, "cic", "nations: [", "nations: [atlantis, "),
             example(tmp_path, "voluntary")]
    outcomes = batch.run_batch(paths, order(tmp_path), here)
    assert states(outcomes) == ["failed"] * 4 + ["made"]
    assert {outcome.whose for outcome in outcomes[:4]} == {"answers"}
    for outcome in outcomes[:4]:
        assert outcome.reasons and all(str(outcome.path) in reason for reason in outcome.reasons)


def test_an_answer_that_a_comment_cuts_short_is_told(tmp_path, here):
    path = example(tmp_path, "cic", "organisation_name: Greenway Skills CIC", "organisation_name: Greenway #1")
    outcome, = batch.run_batch([path], order(tmp_path), here)
    assert outcome.state == "made" and "“#1” counts as a comment" in outcome.reasons[0]
    assert "“#1” counts as a comment" in report.batched([outcome], StringIO())


def test_a_second_run_passes_over_what_is_the_same(tmp_path, here):
    paths = [example(tmp_path, "cic"), example(tmp_path, "voluntary")]
    first = batch.run_batch(paths, order(tmp_path), here)
    again = batch.run_batch(paths, order(tmp_path, as_at=date(2026, 12, 1)), here)
    assert states(again) == ["unchanged", "unchanged"]
    assert [outcome.folder for outcome in again] == [outcome.folder for outcome in first]
    example(tmp_path, "cic", "review_years: 2", "review_years: 3")
    third = batch.run_batch(paths, order(tmp_path), here)
    assert states(third) == ["made", "unchanged"] and third[0].folder.name == "2026-11-20-2"
    assert json.loads((third[0].folder / "pack.json").read_bytes())["edition"]["number"] == 2


@pytest.mark.parametrize("change", ["formats", "large", "library", "comment", "logo"])
def test_what_makes_a_pack_another(tmp_path, here, change):
    """Everything that is in the documents does; a comment in the answers does not."""
    library = tmp_path / "library"
    shutil.copytree(ROOT / "clauses" / "confidentiality", library)
    logo = tmp_path / "logo.svg"
    picture = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 2 1"><path fill="{}" d="M0 0h2v1H0z"/></svg>'
    logo.write_text(picture.format("#123"), encoding="utf-8")
    path = example(tmp_path, "cic", "organisation_name:", "logo: logo.svg\norganisation_name:")
    wanted = order(tmp_path, library=library, formats=("txt", "docx") if change == "large" else ("txt",))
    assert states(batch.run_batch([path], wanted, here)) == ["made"]
    batch._sources.cache_clear()  # as in another run
    match change:
        case "formats":
            wanted = order(tmp_path, library=library, formats=("html",))
        case "large":
            wanted = order(tmp_path, library=library, formats=("txt", "docx"), large=True)
        case "library":
            clause = library / "policy" / "limits" / "police.md"
            clause.write_text(clause.read_text(encoding="utf-8") + "\nWe keep to this.\n", encoding="utf-8")
        case "comment":
            path.write_text("# seen by the board\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
        case "logo":
            logo.write_text(picture.format("#456"), encoding="utf-8")
    assert states(batch.run_batch([path], wanted, here)) == ["unchanged" if change == "comment" else "made"]


def test_an_edition_that_was_made_otherwise_is_not_taken_for_the_same(tmp_path, here):
    path = example(tmp_path, "cic")
    made = batch.run_batch([path], order(tmp_path), here)[0].folder / "pack.json"
    pack = json.loads(made.read_bytes())
    made.write_text(json.dumps({key: value for key, value in pack.items() if key != "made_from"}), encoding="utf-8")
    assert states(batch.run_batch([path], order(tmp_path), here)) == ["made"]


def test_the_second_file_of_an_organisation_is_refused(tmp_path, here):
    paths = [example(tmp_path, "cic"), example(tmp_path, "cic", called="again"), example(tmp_path, "voluntary")]
    outcomes = batch.run_batch(paths, order(tmp_path), here)
    assert states(outcomes) == ["made", "failed", "made"]
    assert str(paths[0]) in outcomes[1].reasons[0] and outcomes[1].whose == "answers"
    assert len(list(outcomes[0].folder.parent.iterdir())) == 1


@pytest.mark.parametrize(("fault", "whose", "words"), [
    (BrokenProcessPool("gone"), "output", "the system ended the process"),
    (OSError(28, "No space left on device"), "output",
     "no space left on device"), (ZeroDivisionError("Rowan Gate"), "fault", "ZeroDivisionError")])
def test_a_worker_that_breaks_is_told_in_words(tmp_path, here, monkeypatch, fault, whose, words):
    def breaks(path, order, real=batch.make_one):
        if path.stem == "cic":
            raise fault
        return real(path, order)

    monkeypatch.setattr(batch, "make_one", breaks)
    outcomes = batch.run_batch([example(tmp_path, "cic"), example(tmp_path, "voluntary")], order(tmp_path), here)
    assert states(outcomes) == ["failed", "made"] and outcomes[0].whose == whose
    assert words in outcomes[0].reasons[0] and "Rowan" not in outcomes[0].reasons[0]


def test_the_report_names_files_and_no_answers(tmp_path, here):
    paths = [example(tmp_path, "cic"), example(tmp_path, "cic", called="again"), example(tmp_path, "voluntary"),
             example(tmp_path, "dv-programme", "nations: [", "nations: [atlantis, ")]
    text = report.batched(batch.run_batch(paths, order(tmp_path), here), StringIO())
    assert "2 made, 0 unchanged, 2 failed." in text
    for path in paths:
        assert path.name in text
    names = [line.partition(":")[2].strip() for path in paths for line in path.read_text(encoding="utf-8").splitlines()
             if line.startswith(("organisation_name:", "contact_"))]
    assert len(names) > 4 and not [name for name in names if name in text]


# ---- at the command line -----------------------------------------------------------------------------------------


def test_the_command_prints_folders_and_its_code_says_what_needs_attention(tmp_path):
    good, bad = example(tmp_path, "cic"), example(tmp_path, "voluntary", "nations: [", "nations: [atlantis, ")
    command = [*POLICYGEN, good, bad, "--to", tmp_path / "out", "--format", "txt", "--as-at", "2026-11-20",
               "--jobs", "1"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert (done.returncode, done.stdout) == (3, f"{tmp_path / 'out' / 'greenway-skills-cic' / '2026-11-20'}\n")
    assert "1 made, 0 unchanged, 1 failed." in done.stderr and "atlantis" in done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="there it is another signal")
def test_who_stops_a_batch_keeps_whole_editions_and_can_go_on(tmp_path):
    paths = [example(tmp_path, name) for name in ("cic", "voluntary", "front-line", "dv-programme", "community-group")]
    command = [*POLICYGEN, *paths, "--to", tmp_path / "out", "--format", "txt,html", "--jobs", "1"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                               start_new_session=True)
    while not list(tmp_path.glob("out/*/*/pack.json")):
        assert process.poll() is None, process.stderr.read()
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=300)
    made = list(tmp_path.glob("out/*/*/pack.json"))
    assert process.returncode == 130 and "Traceback" not in said and 0 < len(made) < 5
    assert not list(tmp_path.glob("out/*/.*.half"))
    again = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert again.returncode == 0 and f"{5 - len(made)} made, {len(made)} unchanged" in again.stderr


# ---- a cluster ---------------------------------------------------------------------------------------------------


def test_a_cluster_of_two_workers_makes_the_packs(tmp_path):
    from distributed import LocalCluster

    paths = [example(tmp_path, "cic"), example(tmp_path, "voluntary"), tmp_path / "gone.yaml"]
    with (LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None,
                       local_directory=str(tmp_path / "work")) as local,
          batch.cluster_workers(local.scheduler_address) as executor):
        outcomes = batch.run_batch(paths, order(tmp_path), executor)
    assert states(outcomes) == ["made", "made", "failed"]
    assert all((outcome.folder / "pack.json").exists() for outcome in outcomes[:2])


def test_a_cluster_that_is_not_there_is_told_in_words(monkeypatch):
    monkeypatch.setattr(batch, "CLUSTER_WAIT", 0.5)
    for address in ("tcp://127.0.0.1:1", "nonsense://"):
        with pytest.raises(OutputError, match="there is no cluster at"), batch.cluster_workers(address):
            pass


def test_without_dask_the_message_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(OutputError, match=r"policygen\[cluster\]"), batch.cluster_workers("tcp://127.0.0.1:1"):
        pass

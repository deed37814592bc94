"""Options and rules of the test run."""

import os
import signal
import sys

import pytest

from helpers import office, shared

# Compiled files are kept, whatever the machine says: the tests start the program hundreds of times.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# A run in the background of a script ignores Ctrl-C, and the programs that it starts would ignore it too.
signal.signal(signal.SIGINT, signal.default_int_handler)

LONG = ("office", "terminal", "browser", "slow")
"""The marks of tests that `--fast` leaves out."""


def pytest_addoption(parser):
    parser.addoption("--golden", action="store_true", help="write the golden texts anew from what is made now")
    parser.addoption("--fast", action="store_true", help=f"leave out the tests that are marked {', '.join(LONG)}")


def pytest_configure(config):
    if not hasattr(config, "workerinput"):
        shared.begin()


def pytest_unconfigure(config):
    if not hasattr(config, "workerinput"):
        shared.end()


def pytest_xdist_auto_num_workers(config):
    """None to let pytest-xdist count the cores; 0, no workers, where single tests are named: they start sooner."""
    return 0 if all("::" in name for name in config.args) else None


def pytest_collection_modifyitems(config, items):
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)  # so that no core waits for one at the end
    if config.option.fast:
        long = [item for item in items if any(map(item.get_closest_marker, LONG))]
        config.hook.pytest_deselected(items=long)
        items[:] = [item for item in items if item not in set(long)]


def pytest_runtest_setup(item):
    if item.get_closest_marker("office") and office.missing():
        pytest.fail(f"This test needs {', '.join(office.missing())}. On Debian: {office.INSTALL}", pytrace=False)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """The report of a test; a skipped test is a failed one in CI, which has to have all that tests need."""
    report = yield
    if report.skipped and "CI" in os.environ and not hasattr(report, "wasxfail"):
        report.outcome, report.longrepr = "failed", f"A test must not be skipped in CI: {report.longrepr[2]}"
    return report

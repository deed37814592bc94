"""Options of the test run."""


def pytest_addoption(parser):
    parser.addoption("--golden", action="store_true", help="write the golden texts anew from what is made now")

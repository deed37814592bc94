"""What several of these tests share."""

import pytest

from helpers.small_library import ROOT
from policygen.pack import make


@pytest.fixture(scope="session")
def sources():
    """The shipped clause library and questionnaire."""
    return make.load(ROOT)

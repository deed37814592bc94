"""Editions of an invented organisation, for the tests of forms and signatures."""

from pathlib import Path

import pytest

from helpers.signers import edition, give


@pytest.fixture
def folder(tmp_path) -> Path:
    return edition(tmp_path / "output")


@pytest.fixture
def given(folder) -> Path:
    """An edition whose forms ten people have got."""
    give(folder)
    return folder

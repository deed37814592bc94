"""What the tests of reviews start from."""

from pathlib import Path

import pytest

from helpers.reviewed import first_edition


@pytest.fixture
def first(tmp_path: Path) -> Path:
    """A first edition that nobody has touched, in Word and text."""
    return first_edition(tmp_path / "output")

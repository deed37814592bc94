"""docs/coverage.md says what carries each point; it is made by tools/coverage.py."""

import importlib.util

from helpers.shipped import ROOT


def test_the_table_of_points_is_fresh():
    spec = importlib.util.spec_from_file_location("coverage_page", ROOT / "tools" / "coverage.py")
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    written = tool.TARGET.read_text(encoding="utf-8")
    assert written == tool.page(ROOT), "Make it anew: python tools/coverage.py"

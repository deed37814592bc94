"""docs/architecture.md tells the truth: the trips that it describes are those of the code."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "policygen"
PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
TRIPS = {title: re.findall(r"^\d+\. `([\w.]+)\.(\w+)`: ", steps, flags=re.MULTILINE)
         for title, steps in re.findall(r"^### (.+?)\n(.*?)(?=^##)", PAGE, flags=re.MULTILINE | re.DOTALL)}
MOST = 10
"""Modules that a trip passes."""


def tree_of(module: str) -> ast.Module:
    return ast.parse((SOURCE / f"{module.replace('.', '/')}.py").read_text(encoding="utf-8"))


def imported_by(module: str) -> set[str]:
    """The modules of this program that a module imports, and the packages whose modules it may name."""
    found = set()
    for node in ast.walk(tree_of(module)):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("policygen."):
            package = node.module.removeprefix("policygen.")
            found |= {package, *(f"{package}.{alias.name}" for alias in node.names)}
    return found


def test_there_are_five_trips():
    assert len(TRIPS) == 5 and all(len(steps) > 5 for steps in TRIPS.values())


@pytest.mark.parametrize("trip", TRIPS)
def test_a_trip_passes_ten_modules_at_most_and_each_is_imported_by_one_before_it(trip):
    modules = list(dict.fromkeys(module for module, _ in TRIPS[trip]))
    assert len(modules) <= MOST
    for place, module in enumerate(modules[1:], 1):
        reached = set().union(*map(imported_by, modules[:place]))
        assert module in reached or any(before in imported_by(module) for before in modules[:place]), module


@pytest.mark.parametrize("module, name", sorted({step for steps in TRIPS.values() for step in steps}))
def test_each_step_is_a_function_or_class_of_its_module(module, name):
    assert name in {node.name for node in tree_of(module).body if isinstance(node, ast.FunctionDef | ast.ClassDef)}


@pytest.mark.parametrize("path, names", re.findall(r"\| `([\w/]+\.py)`(?:: ([^|]+?))? \|$", PAGE, flags=re.MULTILINE))
def test_each_place_to_change_something_is_there(path, names):
    found = {node.name for node in ast.parse((SOURCE / path).read_text(encoding="utf-8")).body
             if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    assert set(re.findall(r"`(\w+)`", names)) <= found

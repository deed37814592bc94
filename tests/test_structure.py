"""The shape of the program: packages import downwards, each slow library has one home, functions stay short."""

import ast
import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "policygen"
OWN = {"policygen", "inputs"}
PACKAGES = ("model", "library", "formats", "pack", "checks", "printing", "signing", "review", "interview", "status",
            "terminal", "batch", "report", "cli", "__main__")
"""From the ground up: a module imports from its own package and from those named before it."""
HOMES = {"yaml": "library.yaml", "jinja2": {"library.conditions", "formats.html"}, "inflect": "model.english",
         "typeguard": "model.english", "ruamel": "pack.answers", "PIL": "formats.house",
         "markdown_it": "pack.markdown", "docx": {"formats.word.writer", "formats.word.xml"},
         "docxtpl": "formats.word.writer", "resvg_py": "formats.house", "weasyprint": "formats.pdf",
         "pydyf": "formats.pdf", "fontTools": "formats.pdf", "questionary": "terminal.screen",
         "prompt_toolkit": "terminal.screen", "rich": "report", "icalendar": "pack.make",
         "click": "cli", "filelock": "pack.folders", "slugify": "pack.folders",
         "rapidfuzz": "model.alignment",
         "lxml": {"formats.word.reader", "formats.word.look", "formats.word.redline", "signing.workbooks"},
         "openpyxl": "signing.workbooks", "pikepdf": "printing.pdf_pages", "distributed": "batch"}
"""The modules that import a library which is slow to load or easy to misuse."""
MODULES = {".".join(path.relative_to(SOURCE).with_suffix("").parts).removesuffix(".__init__"): path
           for path in SOURCE.rglob("*.py")}


def imports(path: Path, everything: bool = True) -> set[str]:
    """Dotted names of all imports; of those at the top only, with `everything=False`."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = set()
    for node in ast.walk(tree) if everything else tree.body:
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def own(name: str) -> str | None:
    """The module of this program that an import reaches."""
    short = name.removeprefix("policygen.")
    return next((m for m in (short, short.rpartition(".")[0]) if name.startswith("policygen") and m in MODULES), None)


def reached(module: str) -> set[str]:
    return {found for name in imports(MODULES[module]) if (found := own(name))} - {module}


def height(module: str) -> int:
    return PACKAGES.index(module.partition(".")[0])


def test_there_is_no_module_outside_the_packages():
    flat = {path.stem for path in SOURCE.glob("*.py")}
    assert flat == {"__init__", "__main__", "batch", "cli", "report", "status"}


@pytest.mark.parametrize("module", sorted(set(MODULES) - {"__init__"}))
def test_imports_go_to_the_own_package_or_to_one_below(module):
    assert [other for other in reached(module) if height(other) > height(module)] == []


def test_no_modules_import_each_other_in_a_circle():
    left = {module: reached(module) for module in MODULES}
    while free := {module for module, others in left.items() if not others & left.keys()}:
        left = {module: others for module, others in left.items() if module not in free}
    assert sorted(left) == []


@pytest.mark.parametrize("module", MODULES)
def test_each_library_is_imported_in_its_one_home(module):
    used = {name.split(".")[0] for name in imports(MODULES[module])}
    homes = {library: {home} if isinstance(home, str) else home for library, home in HOMES.items()}
    assert {library for library in used & homes.keys() if module not in homes[library]} == set()


def test_the_command_line_imports_only_click_and_problems_at_the_top():
    used = {name.split(".")[0] for name in imports(MODULES["cli"], everything=False)
            if not name.startswith("policygen.model.problems.")}
    assert used <= {"__future__", "sys", "contextlib", "collections", "datetime", "pathlib", "typing", "click"}


@pytest.mark.parametrize("module", MODULES)
def test_functions_have_at_most_fifty_lines_and_no_except_is_broad(module):
    for node in ast.walk(ast.parse(MODULES[module].read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef):
            assert node.end_lineno - node.lineno < 50, node.name
        if isinstance(node, ast.ExceptHandler):
            assert node.type is not None, f"line {node.lineno}"
            broad = "Exception" in ast.dump(node.type).replace("ClickException", "")
            assert not broad or module == "cli", f"line {node.lineno}"


@pytest.mark.parametrize("folder", ["src", "tools", "benchmarks"])
def test_imports_stand_in_order(folder):
    """The standard library, other libraries, this program; in each group `import` before `from`, by name."""
    def rank(node: ast.Import | ast.ImportFrom) -> tuple[int, bool, str]:
        name = node.names[0].name if isinstance(node, ast.Import) else node.module
        top = name.partition(".")[0]
        group = 0 if top == "__future__" else 1 if top in sys.stdlib_module_names else 3 if top in OWN else 2
        return group, isinstance(node, ast.ImportFrom), name

    for path in sorted((ROOT / folder).rglob("*.py")):
        body = ast.parse(path.read_text(encoding="utf-8")).body
        ranks = [rank(node) for node in body if isinstance(node, ast.Import | ast.ImportFrom)]
        assert ranks == sorted(ranks), f"{path.relative_to(ROOT)}: sort its imports"


@pytest.mark.parametrize("folder", ["src", "tests", "tools", "benchmarks"])
def test_whoever_overrules_mypy_or_ruff_says_why(folder):
    """Behind the code stands a reason: `[arg-type]  # why`, or `SIM115 (why)`."""
    overruled, reasoned = r"#\s*(?:type: ignore|noqa)", r"#\s*(?:type: ignore\[[\w, -]+\]|noqa: [A-Z\d, ]+)\W+\w+ \w"
    assert [(path.name, line) for path in sorted((ROOT / folder).rglob("*.py"))
            for line in path.read_text(encoding="utf-8").split("\n")
            if re.search(overruled, line) and not re.search(reasoned, line)] == []


@pytest.mark.parametrize("module", sorted(set(MODULES) - {"__main__", "cli", "terminal.plain"}))
def test_nothing_below_the_command_line_prints_exits_or_asks_for_today(module):
    calls = {ast.unparse(node.func) for node in ast.walk(ast.parse(MODULES[module].read_text(encoding="utf-8")))
             if isinstance(node, ast.Call)}
    assert calls & {"print", "sys.exit", "exit", "date.today", "datetime.now", "datetime.today", "time.time"} == set()

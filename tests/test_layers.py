"""The shape of the package: imports go downwards, each library has one home, functions stay short."""

import ast
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[1] / "src" / "policygen"
LAYERS = [
    {"errors", "document", "house", "steps", "anchors", "alignment", "opening", "prompts.interface"},
    {"masters", "source", "grammar", "templating", "lines", "readers.package", "prompts.screen", "prompts.plain"},
    {"merge", "readers.docx"},
    {"questionnaire", "law", "mistakes", "reminder", "excerpts"},
    {"library", "migration", "local_edits", "spreadsheet", "private"},
    {"answers", "markup", "comparison", "lists"},
    {"wording", "selection", "schema", "people", "found_edits"},
    {"signing"},
    {"walk", "asking"},
    {"overview"},
    {"writers.tables", "writers.finish"},
    {"checks.prose", "checks.domain", "checks.library"},
    {"checks.style", "checks.proofs"},
    {"writers.word.xml"},
    {"writers.word.drawing", "writers.duplicates", "writers.word.logo", "writers.word.look"},
    {"writers.word.inlines"},
    {"writers.word.grids"},
    {"writers.word.body"},
    {"assembly", "checks.documents", "writers.docx", "writers.html", "writers.pdf", "writers.text",
     "explanation"},
    {"checks.packs", "writers.redline", "writers.plates"},
    {"writers.press"},
    {"checks.everything"},
    {"changes"},
    {"brief"},
    {"edition"},
    {"issued"},
    {"since", "drafts", "register"},
    {"status", "noting", "salvage"},
    {"edited"},
    {"interview", "conflicts", "differences"},
    {"menu", "pipeline"},
    {"presswork", "batch", "cluster", "review"},
    {"printing"},
    {"forms"},
    {"guided", "report"},
    {"cli"},
]
HOMES = {"yaml": "source", "jinja2": "templating", "inflect": "grammar", "typeguard": "grammar",
         "ruamel": "answers", "PIL": "house", "markdown_it": "markup", "docx": {"writers.docx", "writers.word.xml"},
         "docxtpl": "writers.docx", "resvg_py": "writers.word.logo", "weasyprint": "writers.pdf",
         "pydyf": "writers.finish", "fontTools": "writers.finish", "questionary": "prompts.screen",
         "prompt_toolkit": "prompts.screen", "rich": {"explanation", "report"}, "icalendar": "reminder",
         "click": "cli", "filelock": "edition", "slugify": "edition", "textstat": "checks.packs",
         "rapidfuzz": "alignment", "lxml": {"readers.docx", "writers.word.look"},
         "openpyxl": "spreadsheet", "pikepdf": "writers.plates", "distributed": "cluster"}
MODULES = {".".join(path.relative_to(SOURCE).with_suffix("").parts): path for path in SOURCE.rglob("*.py")
           if path.name != "__init__.py"}
DEPTH = {module: depth for depth, layer in enumerate(LAYERS) for module in layer}


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
    """The module of this package that an import reaches."""
    short = name.removeprefix("policygen.")
    return next((m for m in (short, short.rpartition(".")[0]) if name.startswith("policygen") and m in MODULES), None)


def test_every_module_has_its_layer():
    assert set(MODULES) == set(DEPTH)


@pytest.mark.parametrize("module", MODULES)
def test_imports_go_downwards_or_stay_in_their_layer_without_cycles(module):
    reached = {own(name) for name in imports(MODULES[module])} - {None}
    assert {other for other in reached if DEPTH[other] > DEPTH[module]} == set()
    assert not [other for other in reached if DEPTH[other] == DEPTH[module]
                and module in {own(name) for name in imports(MODULES[other])}]


@pytest.mark.parametrize("module", MODULES)
def test_each_library_is_imported_in_its_one_home(module):
    used = {name.split(".")[0] for name in imports(MODULES[module])}
    homes = {library: {home} if isinstance(home, str) else home for library, home in HOMES.items()}
    assert {library for library in used & homes.keys() if module not in homes[library]} == set()


def test_the_command_line_imports_only_click_at_the_top():
    used = {name.split(".")[0] for name in imports(MODULES["cli"], everything=False)}
    assert used <= {"__future__", "sys", "collections", "datetime", "pathlib", "typing", "click"}


@pytest.mark.parametrize("module", MODULES)
def test_functions_have_at_most_fifty_lines_and_no_except_is_broad(module):
    for node in ast.walk(ast.parse(MODULES[module].read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef):
            assert node.end_lineno - node.lineno < 50, node.name
        if isinstance(node, ast.ExceptHandler):
            assert node.type is not None, f"line {node.lineno}"
            broad = "Exception" in ast.dump(node.type).replace("ClickException", "")
            assert not broad or module == "cli", f"line {node.lineno}"


@pytest.mark.parametrize("module", sorted(set(MODULES) - {"cli", "prompts.plain"}))
def test_nothing_below_the_command_line_prints_exits_or_asks_for_today(module):
    calls = {ast.unparse(node.func) for node in ast.walk(ast.parse(MODULES[module].read_text(encoding="utf-8")))
             if isinstance(node, ast.Call)}
    assert calls & {"print", "sys.exit", "exit", "date.today", "datetime.now", "datetime.today", "time.time"} == set()

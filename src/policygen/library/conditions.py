"""The one Jinja environment: wording and conditions, sandboxed, with every name known before anything is rendered.

In: template text of the clause library (which may come from strangers) and plain data. Out: Markdown text in which
everything that came from an answer is *shielded*, or the value of an expression. A clause can read names, mappings
and lists; it reaches no attribute, no method, no file and no module.

Shielding: an answer is text, never markup. Each ASCII sign, space and line break of an interpolated value is moved into the
Unicode private use area, where Markdown gives it no meaning, and moved back by `unshield` once the Markdown is parsed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from jinja2 import StrictUndefined, Template, TemplateError, TemplateSyntaxError, meta, nodes
from jinja2.runtime import LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment, SecurityError

from policygen.library.yaml import MappingReader
from policygen.model import english
from policygen.model.problems import LibraryError, Place, error

# ---- shielding ---------------------------------------------------------------------------------------------------

_PRIVATE = 0xE000
_SHIELD = {code: _PRIVATE + code for code in [*range(0x20, 0x7F), 0x09, 0x0A] if not chr(code).isalnum()}
_UNSHIELD = {shielded: code for code, shielded in _SHIELD.items()}
PRIVATE_USE = re.compile("[\ue000-\uf8ff]")
"""Characters that answers and clauses may not contain, because shields and markers use them."""

MARKER = re.compile("\ue100([\ue110-\ue111])([^\ue101]*)\ue101")
"""What `marker` makes: group 1 is the kind, group 2 the value."""
REFERENCE, BLANK = "\ue110", "\ue111"


def marker(kind: str, value: str) -> str:
    """A string that markup turns into a node of the document: a `REFERENCE` to a target or a `BLANK` to fill in."""
    return f"\ue100{kind}{value}\ue101"


def shield(value: object) -> str:
    """The printed value with every sign shielded. Raises TypeError for what has no words of its own."""
    if isinstance(value, bool) or not isinstance(value, str | int | float | date | StrictUndefined):
        raise TypeError(f"a {type(value).__name__} cannot be printed; print its parts, or use listing() or {{% if %}}")
    return str(value).translate(_SHIELD)


def unshield(text: str) -> str:
    """The text with every shielded sign back as it was typed."""
    return text.translate(_UNSHIELD)


# ---- the environment ---------------------------------------------------------------------------------------------

WORDING_FUNCTIONS = frozenset({"ref", "law", "in_force", "words", "label", "listing", "verb", "a", "plural"})
"""The functions that wording may call; `wording.context` gives each of them its meaning."""

CONDITION_FUNCTIONS = frozenset({"in_force"})
"""The functions that the condition of a clause or document may call."""

_FILTERS = ("first", "join", "last", "length", "list", "lower", "map", "reject", "rejectattr", "select", "selectattr",
            "sort", "trim", "unique", "upper")
_TESTS = ("eq", "equalto", "ne", "in", "defined", "false", "true", "none", "string", "even", "odd", "lt", "le", "gt",
          "ge", "==", "!=", "<", "<=", ">", ">=")


class _Environment(ImmutableSandboxedEnvironment):
    """Jinja with nothing in it but what clauses need."""

    intercepted_binops = frozenset({"*", "**", "%"})

    def __init__(self) -> None:
        super().__init__(undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, finalize=shield,
                         keep_trailing_newline=False)
        self.globals = {}
        self.filters = {name: self.filters[name] for name in _FILTERS}
        self.filters |= {"cap": english.cap, "date": english.date_in_words}
        self.tests = {name: self.tests[name] for name in _TESTS}

    def getattr(self, obj: Any, attribute: str) -> Any:
        """`row.name` reads a mapping's key. Nothing else has attributes, but `loop`."""
        if isinstance(obj, Mapping) and attribute in obj:
            return obj[attribute]
        if isinstance(obj, LoopContext) and attribute in ("index", "first", "last", "length"):
            return getattr(obj, attribute)
        return self.undefined(obj=obj, name=attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        if isinstance(obj, Mapping | list | tuple):
            try:
                return obj[argument]
            except (LookupError, TypeError):
                pass
        return self.undefined(obj=obj, name=argument)

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        return False

    def is_safe_callable(self, obj: Any) -> bool:
        return getattr(obj, "for_wording", False) is True

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        if operator == "*" and isinstance(left, int | float) and isinstance(right, int | float):
            return left * right
        raise SecurityError(f"the operator {operator} is not allowed here")


def for_wording(function: Callable) -> Callable:
    """Mark a function as one that wording may call."""
    function.for_wording = True
    return function


@cache
def _environment() -> _Environment:
    return _Environment()


@cache
def _template(source: str) -> Template:
    return _environment().from_string(source)


_FAILURES = (TemplateError, TypeError, ValueError, ArithmeticError, LookupError, AttributeError)
"""What a template, or a function that it calls with odd arguments, can raise."""


# ---- wording and conditions --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Call:
    """A call of a function with a constant first argument, such as `ref("limits/terrorism")`."""

    function: str
    argument: str
    """Empty for `ref`, `law` or `in_force` of something that only rendering could tell."""
    place: Place
    deciding: frozenset[str] = frozenset()
    """The names in the conditions and loops around it: on these it depends whether the call is made."""


@dataclass(frozen=True, slots=True)
class Expression:
    """A compiled expression over answers and facts."""

    source: str
    place: Place
    names: frozenset[str]
    """Every name that it reads, functions included."""
    calls: tuple[Call, ...]
    polarity: tuple[tuple[str, bool], ...]
    """Each name with whether it counts when true, in order; False under a `not`."""
    mentions: frozenset[tuple[str, Any]]
    """Each name with a constant that it is compared with."""
    _run: Callable[..., Any]

    def value(self, context: Mapping[str, Any]) -> Any:
        """What it comes to. Raises LibraryError when it cannot be worked out."""
        try:
            return _settled(self._run(**_known(self.names, context)))
        except _FAILURES as exc:
            raise LibraryError(error(f"`{self.source}` cannot be worked out: {exc}", self.place)) from None

    def holds(self, context: Mapping[str, Any]) -> bool:
        """Whether it is so; an empty list or text counts as no."""
        return bool(self.value(context))


def _known(names: frozenset[str], context: Mapping[str, Any]) -> dict[str, Any]:
    """Those names with what they stand for. A context may work out a name only when it is asked for it."""
    known = {}
    for name in names:
        with suppress(KeyError):
            known[name] = context[name]
    return known


def _settled(result: Any) -> Any:
    """The same as plain data. Raises UndefinedError when it is, or holds, what is not there."""
    if isinstance(result, Iterator | list):
        return [_settled(item) for item in result]
    return bool(result) if isinstance(result, StrictUndefined) else result


@dataclass(frozen=True, slots=True)
class Wording:
    """The text of a clause with its gaps."""

    source: str
    place: Place
    """Where its first line stands."""
    names: frozenset[str]
    calls: tuple[Call, ...]
    mentions: frozenset[tuple[str, Any]]
    """Each name with a constant that it is compared with."""

    def render(self, context: Mapping[str, Any]) -> str:
        """Markdown, everything from answers shielded. Raises LibraryError with the line that failed."""
        try:
            return _template(self.source).render(context)
        except _FAILURES as exc:
            place = _failing_line(exc, self.place)
            raise LibraryError(error(f"this wording cannot be worked out: {exc}", place,
                                     "docs/writing.md lists what clauses can use.")) from None


def compile_expression(source: str, place: Place) -> Expression:
    """The expression in a string. Raises LibraryError when it does not compile."""
    tree = _parse("{{ (" + source + "\n) }}", source, place)
    try:
        run = _environment().compile_expression(source, undefined_to_none=False)
    except TemplateSyntaxError:  # it closes the bracket before it, or is empty
        raise LibraryError(error(f"`{source}` is not one condition", place, "Write it without {{ and }}.")) from None
    found = list(tree.find_all(nodes.Name))
    return Expression(source, place, _names(tree, place), tuple(_calls(tree, place)),
                      tuple(dict.fromkeys((name.name, not _negated(tree, name)) for name in found)),
                      frozenset(_mentions(tree)), run)


def read_condition(reader: MappingReader, key: str) -> Expression | None:
    """The condition under a key; None when there is none. One that does not compile is added to the problems."""
    source = reader.text(key)
    if not source:
        return None
    try:
        return compile_expression(source, reader.place(key))
    except LibraryError as exc:
        reader.problems += exc.problems
        return None


def compile_wording(source: str, place: Place) -> Wording:
    """The wording in a Markdown text. Raises LibraryError when a tag does not parse."""
    source = "\n".join(_keep_line_end(line) for line in source.split("\n"))
    tree = _parse(source, "", place)
    return Wording(source, place, _names(tree, place), tuple(_calls(tree, place)), frozenset(_mentions(tree)))


_ONLY_TAGS = re.compile(r"\s*((\{%((?!%\}).)*%\}|\{#((?!#\}).)*#\})\s*)+")


def _keep_line_end(line: str) -> str:
    # trim_blocks takes away the line end after every tag and comment. That is right for one alone on its line, and
    # would glue two words together after one that ends a line of text; a plus sign switches it off there.
    if line.endswith(("%}", "#}")) and line[-3:-2] not in ("+", "-") and not _ONLY_TAGS.fullmatch(line):
        return f"{line[:-2]}+{line[-2:]}"
    return line


def _names(tree: nodes.Template, place: Place) -> frozenset[str]:
    try:
        return frozenset(meta.find_undeclared_variables(tree))
    except TemplateSyntaxError as exc:
        raise LibraryError(error(f"a tag is wrong: {exc.message}", Place(place.file, place.line + exc.lineno - 1),
                                 "docs/writing.md lists what clauses can use.")) from None


def _parse(source: str, shown: str, place: Place) -> nodes.Template:
    private = PRIVATE_USE.search(source)
    if private:
        raise LibraryError(error(f"the character U+{ord(private.group()):04X} cannot be used", place, "Delete it."))
    try:
        tree = _environment().parse(source)
        if _depth(tree) > _DEEPEST:
            raise RecursionError
    except RecursionError:
        raise LibraryError(error("this is nested too deeply", place, "Split it.")) from None
    except TemplateSyntaxError as exc:
        where = f"`{shown}` is not a condition that can be understood" if shown else "a tag is wrong"
        line = place.line if shown else place.line + exc.lineno - 1
        raise LibraryError(error(f"{where}: {exc.message}", Place(place.file, line),
                                 "" if shown else "Every {% if %} and {% for %} needs its end, every {{ its }}.")
                           ) from None
    for node in tree.find_all((nodes.Stmt, nodes.Name, nodes.Filter, nodes.Test)):
        if reason := _refusal(node):
            line = place.line if shown else place.line + (node.lineno or 1) - 1
            raise LibraryError(error(reason, Place(place.file, line), "docs/writing.md lists what clauses can use."))
    return tree


_DEEPEST = 60
"""Levels of the syntax tree; a condition of twenty terms has about forty."""


def _depth(node: nodes.Node) -> int:
    return 1 + max(map(_depth, node.iter_child_nodes()), default=0)


def _refusal(node: nodes.Node) -> str:
    """Why a node of the syntax tree cannot be used; empty when it can."""
    environment = _environment()
    match node:
        case nodes.Filter() | nodes.Test():
            kind, known = ("filter", environment.filters) if isinstance(node, nodes.Filter) else (
                "test", environment.tests)
            return "" if node.name in known else f"there is no {kind} called `{node.name}`"
        case nodes.For() if any(list(inner.find_all(nodes.For)) for inner in node.find_all(nodes.For)):
            return "a loop inside a loop inside a loop cannot be used"
        case nodes.Name(name="self"):
            return "`self` cannot be used"
        case nodes.Output() | nodes.If() | nodes.For() | nodes.Name():
            return ""
    return "only {{ }}, {% if %} and {% for %} can be used"


def _calls(tree: nodes.Template, place: Place) -> Iterator[Call]:
    stands_for = _local_names(tree)

    def walk(node: nodes.Node, around: frozenset[str]) -> Iterator[Call]:
        if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name):
            first, function = node.args[0] if node.args else None, node.node.name
            if isinstance(first, nodes.Const) or function in ("ref", "law", "in_force"):
                argument = str(first.value) if isinstance(first, nodes.Const) else ""
                yield Call(function, argument, Place(place.file, place.line + node.lineno - 1), around)
        for part in _deciding_parts(node):
            around = around | _read_by(part, stands_for)
        for child in node.iter_child_nodes():
            yield from walk(child, around)

    return walk(tree, frozenset())


def _deciding_parts(node: nodes.Node) -> list[nodes.Node]:
    """The parts of a node that decide whether its other parts are worked out."""
    match node:
        case nodes.If():
            return [node.test, *(other.test for other in node.elif_)]
        case nodes.CondExpr():
            return [node.test]
        case nodes.For():
            return [part for part in (node.iter, node.test) if part]
        case nodes.And() | nodes.Or():
            return [node.left]
    return []


def _local_names(tree: nodes.Template) -> dict[str, frozenset[str]]:
    """Each name that a loop gives out, with the names that it comes from."""
    found: dict[str, frozenset[str]] = {}
    for loop in tree.find_all(nodes.For):
        for target in [loop.target] if isinstance(loop.target, nodes.Name) else loop.target.find_all(nodes.Name):
            found[target.name] = found.get(target.name, frozenset()) | _read_by(loop.iter, found)
    return found


def _read_by(node: nodes.Node, stands_for: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """The names that part of a text reads, and the questions that it asks `words` and `label` for."""
    found = {node} if isinstance(node, nodes.Name) else set(node.find_all(nodes.Name))
    calls = {node} if isinstance(node, nodes.Call) else set(node.find_all(nodes.Call))
    asked = {str(call.args[0].value) for call in calls if isinstance(call.node, nodes.Name)
             and call.node.name in ("words", "label") and call.args and isinstance(call.args[0], nodes.Const)}
    return frozenset(asked).union(*({name.name} | stands_for.get(name.name, set()) for name in found))


def _mentions(tree: nodes.Template) -> Iterator[tuple[str, Any]]:
    stands_for = _local_names(tree)
    for node in tree.find_all((nodes.Compare, nodes.Filter, nodes.Test)):
        for constant in node.find_all(nodes.Const):
            values = constant.value if isinstance(constant.value, list | tuple) else [constant.value]
            yield from ((name, value) for name in _read_by(node, stands_for) for value in values
                        if isinstance(value, str | int))


def _negated(tree: nodes.Template, name: nodes.Name) -> bool:
    around = [node for node in tree.find_all(nodes.Not) if any(inner is name for inner in node.find_all(nodes.Name))]
    return len(around) % 2 == 1


def _failing_line(exc: Exception, place: Place) -> Place:
    line, frame = 1, exc.__traceback__
    while frame:
        if frame.tb_frame.f_code.co_filename == "<template>":
            line = frame.tb_lineno
        frame = frame.tb_next
    return Place(place.file, place.line + line - 1)

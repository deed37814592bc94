"""Conditions and wording: the one Jinja environment, sandboxed, with every name known before anything is rendered.

In: template text of the clause library, which may come from strangers, and plain data. Out: the value of an expression,
or Markdown in which everything that came from an answer is *shielded*. A template can read names, mappings and lists;
it reaches no attribute, no method, no file and no module.

Shielding: an answer is text, never markup. Each ASCII sign, space and line break of an interpolated value is moved into
the Unicode private use area, where Markdown gives it no meaning. `unshield` moves it back once the Markdown is parsed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from typing import Any, TypeVar

from jinja2 import StrictUndefined, Template, TemplateError, TemplateSyntaxError, meta, nodes, pass_context
from jinja2.exceptions import SecurityError
from jinja2.filters import FILTERS
from jinja2.runtime import LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment

from policygen.library.yaml import MappingReader
from policygen.model import english
from policygen.model.problems import LibraryError, Place, error

WORDING_FUNCTIONS = frozenset(
    {"ref", "law", "in_force", "answered", "words", "label", "listing", "verb", "pronoun", "a", "plural"})
"""The functions that wording may call; `pack.context` gives each of them its meaning."""
CONDITION_FUNCTIONS = frozenset({"in_force", "answered"})
"""The functions that the condition of a clause or document may call."""
PRIVATE_USE = re.compile("[\ue000-\uf8ff]")
"""Characters that answers and clauses may not contain, because shields and markers use them."""
MARKER = re.compile("\ue100([\ue110-\ue111])([^\ue101]*)\ue101")
"""What `marker` makes: group 1 is the kind, group 2 the value."""
REFERENCE, BLANK = "\ue110", "\ue111"

_SHIELD = {code: 0xE000 + code for code in [*range(0x20, 0x7F), 0x09, 0x0A] if not chr(code).isalnum()}
_UNSHIELD = {shielded: code for code, shielded in _SHIELD.items()}
_FILTERS = ("first", "join", "last", "length", "list", "lower", "map", "reject", "rejectattr", "select", "selectattr",
            "sort", "trim", "unique", "upper")
_TESTS = ("eq", "equalto", "ne", "in", "defined", "false", "true", "none", "string", "even", "odd", "lt", "le", "gt",
          "ge", "==", "!=", "<", "<=", ">", ">=")
_FAILURES = (TemplateError, TypeError, ValueError, ArithmeticError, LookupError, AttributeError)
"""What a template, or a function that it calls with odd arguments, can raise."""
_DEEPEST, _MOST_NODES, _LARGEST, _LONGEST, _MOST_WORK = 60, 2000, 1_000_000_000, 1000, 50_000
"""Levels of the syntax tree, of which a condition of twenty terms has about forty; its nodes; a number; a text between
quotation marks; and the items that all loops of a template take, with the letters that it joins."""
_ONLY_TAGS = re.compile(r"\s*((\{%((?!%\}).)*%\}|\{#((?!#\}).)*#\})\s*)+")
_JOIN, _COUNTED = FILTERS["join"], " counted"
"""Jinja's own filter; and the name of one that no template can write."""
_SEE = "docs/writing.md lists what clauses can use."
_Function = TypeVar("_Function", bound=Callable[..., Any])


def marker(kind: str, value: str) -> str:
    """A string that `pack.markdown` turns into a node: a `REFERENCE` to a target, or a `BLANK` to fill in."""
    return f"\ue100{kind}{value}\ue101"


def shield(value: object) -> str:
    """The printed value with every sign shielded. Raises TypeError for what has no words of its own."""
    if isinstance(value, bool) or not isinstance(value, str | int | float | date | StrictUndefined):
        raise TypeError(f"a {type(value).__name__} cannot be printed; print its parts, or use listing() or {{% if %}}")
    return str(value).translate(_SHIELD)


def unshield(text: str) -> str:
    """The text with every shielded sign back as it was typed."""
    return text.translate(_UNSHIELD)


def for_wording(function: _Function) -> _Function:
    """Mark a function as one that wording may call."""
    function.for_wording = True  # type: ignore[attr-defined]  # read in `is_safe_callable` below
    return function


class _Environment(ImmutableSandboxedEnvironment):
    """Jinja with nothing in it but what clauses need."""

    intercepted_binops = frozenset({"*", "**", "%"})

    def __init__(self) -> None:
        super().__init__(undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, finalize=shield,
                         keep_trailing_newline=False)
        self.globals = {}
        self.filters = {name: self.filters[name] for name in _FILTERS}
        self.filters |= {"cap": english.cap, "date": english.date_in_words, "plural": english.plural,
                         "has_sure_plural": english.has_sure_plural}
        self.tests = {name: self.tests[name] for name in _TESTS}
        self.filters |= {"join": self._join, _COUNTED: self._counted}
        self.work = 0
        """What the template that runs has done so far: see `_MOST_WORK`."""

    def _generate(self, source: nodes.Template, *rest: Any, **more: Any) -> str:
        """The code of a template, in which every loop counts its items."""
        for loop in source.find_all(nodes.For):
            loop.iter = nodes.Filter(loop.iter, _COUNTED, [], [], None, None, lineno=loop.lineno)
        return super()._generate(source, *rest, **more)

    @pass_context  # otherwise Jinja works constant items out once, before anything runs
    def _counted(self, context: Any, items: Iterable[Any]) -> list[Any]:
        found = list(items)
        self._count(len(found))
        return found

    @pass_context
    def _join(self, context: Any, value: Iterable[Any], between: str = "", attribute: str | None = None) -> str:
        items = list(value)
        self._count(len(items) * (1 + len(between)))
        joined: str = _JOIN(context.eval_ctx, items, between, attribute)
        self._count(len(joined))
        return joined

    def _count(self, number: int) -> None:
        self.work += number
        if self.work > _MOST_WORK:
            raise SecurityError("it makes too many words, or loops too often")

    def getattr(self, obj: Any, attribute: str) -> Any:
        """`row.name` reads a mapping's key. Apart from mappings only `loop` has attributes."""
        if isinstance(obj, Mapping) and attribute in obj:
            return obj[attribute]
        if isinstance(obj, LoopContext) and attribute in ("index", "first", "last", "length"):
            return getattr(obj, attribute)
        return self.undefined(obj=obj, name=attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        if isinstance(obj, Mapping | list | tuple):
            with suppress(LookupError, TypeError):
                return obj[argument]
        return self.undefined(obj=obj, name=argument)

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        return False

    def is_safe_callable(self, obj: Any) -> bool:
        return getattr(obj, "for_wording", False) is True

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        if operator == "*" and all(isinstance(one, int | float) and abs(one) <= _LARGEST for one in (left, right)):
            return left * right
        raise SecurityError(f"the operator {operator} is not allowed here")


_ENVIRONMENT = _Environment()


@dataclass(frozen=True, slots=True)
class Call:
    """A call of a function with a constant first argument, such as `ref("limits/terrorism")`."""

    function: str
    argument: str
    """Empty for `ref`, `law`, `in_force` or `answered` of something that only rendering could tell."""
    place: Place
    deciding: frozenset[str] = frozenset()
    """The names in the conditions and loops around it: on these it depends whether the call is made."""


@dataclass(frozen=True, slots=True)
class Expression:
    """A compiled expression over answers and facts."""

    source: str
    place: Place
    names: frozenset[str]
    """Every name that it reads, functions included, and those that it asks `answered` about."""
    calls: tuple[Call, ...]
    mentions: frozenset[tuple[str, Any]]
    """Each name with a constant that it is compared with."""
    polarity: tuple[tuple[str, bool], ...]
    """Each name with whether it counts when true, in order; False under a `not`."""
    _run: Callable[..., Any]

    def value(self, context: Mapping[str, Any]) -> Any:
        """What it comes to, as plain data. Raises LibraryError when it cannot be worked out."""
        known = {}
        for name in self.names:
            with suppress(KeyError):  # not `in`: a context may work out a name only when it is asked for it
                known[name] = context[name]
        try:
            _ENVIRONMENT.work = 0
            return _plain(self._run(**known))
        except _FAILURES as exc:
            raise LibraryError(error(f"`{self.source}` cannot be worked out: {exc}", self.place)) from None

    def holds(self, context: Mapping[str, Any]) -> bool:
        """Whether it is so; an empty list or text counts as no."""
        return bool(self.value(context))


def _plain(result: Any) -> Any:
    """The same as plain data. Raises UndefinedError where something in it is undefined."""
    if isinstance(result, Iterator | list):
        return [_plain(item) for item in result]
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
            _ENVIRONMENT.work = 0
            return _template(self.source).render(context)
        except _FAILURES as exc:
            line, frame = 1, exc.__traceback__
            while frame:
                if frame.tb_frame.f_code.co_filename == "<template>":
                    line = frame.tb_lineno
                frame = frame.tb_next
            raise LibraryError(error(f"this wording cannot be worked out: {exc}", _line(self.place, line),
                                     _SEE)) from None


@cache
def _template(source: str) -> Template:
    return _ENVIRONMENT.from_string(source)


def compile_expression(source: str, place: Place) -> Expression:
    """The expression in a string. Raises LibraryError when it does not compile."""
    tree = _parse("{{ (" + source + "\n) }}", place, condition=source)
    try:
        run = _ENVIRONMENT.compile_expression(source, undefined_to_none=False)
    except TemplateSyntaxError:  # it closes the bracket before it, or is empty
        raise LibraryError(error(f"`{source}` is not one condition", place, "Write it without {{ and }}.")) from None
    return Expression(source, place, *_read_from(tree, place), tuple(dict.fromkeys(_polarity(tree))), run)


def read_condition(reader: MappingReader, key: str) -> Expression | None:
    """The condition under a key; None when there is none. What keeps it from compiling is added to the problems."""
    source = reader.text(key)
    try:
        return compile_expression(source, reader.place(key)) if source else None
    except LibraryError as exc:
        reader.problems += exc.problems
        return None


def needed_condition(reader: MappingReader, key: str) -> Expression:
    """The condition under a key; without one, or one that compiles, `false`, with what is wrong in the problems."""
    if not reader.data.get(key):
        reader.text(key, None)
    return read_condition(reader, key) or compile_expression("false", reader.place(key))


@lru_cache(1024)
def compile_wording(source: str, place: Place) -> Wording:
    """The wording in a Markdown text. Raises LibraryError when a tag does not parse."""
    source = "\n".join(map(_with_line_end, source.split("\n")))
    return Wording(source, place, *_read_from(_parse(source, place), place))


def _with_line_end(line: str) -> str:
    # trim_blocks takes away the line end after every tag and comment. That is right for one alone on its line, and
    # would glue two words together after one that ends a line of text; a plus sign switches it off there.
    if line.endswith(("%}", "#}")) and line[-3:-2] not in ("+", "-") and not _ONLY_TAGS.fullmatch(line):
        return f"{line[:-2]}+{line[-2:]}"
    return line


def _line(place: Place, number: int) -> Place:
    """The place of a line of a text that begins at `place`, counted from 1."""
    return Place(place.file, place.line + number - 1)


def _parse(source: str, place: Place, condition: str = "") -> nodes.Template:
    """The syntax tree of wording, or of a `condition` in brackets, which counts as one line."""
    if private := PRIVATE_USE.search(source):
        raise LibraryError(error(f"the character U+{ord(private.group()):04X} cannot be used", place, "Delete it."))
    try:
        tree = _ENVIRONMENT.parse(source)
        if _depth(tree) > _DEEPEST or sum(1 for _ in tree.find_all(nodes.Node)) > _MOST_NODES:
            raise RecursionError
    except (RecursionError, ValueError):  # ValueError: a number of thousands of digits
        raise LibraryError(error("this is nested too deeply, or too long", place, "Split it.")) from None
    except TemplateSyntaxError as exc:
        raise LibraryError(
            error(f"`{condition}` is not a condition that can be understood: {exc.message}", place) if condition else
            error(f"a tag is wrong: {exc.message}", _line(place, exc.lineno),
                  "Every {% if %} and {% for %} needs its end, every {{ its }}.")) from None
    for node in tree.find_all((nodes.Stmt, nodes.Name, nodes.Filter, nodes.Test, nodes.Const)):
        if reason := _refusal(node):
            raise LibraryError(error(reason, place if condition else _line(place, node.lineno or 1), _SEE))
    return tree


def _depth(node: nodes.Node) -> int:
    return 1 + max(map(_depth, node.iter_child_nodes()), default=0)


def _refusal(node: nodes.Node) -> str:
    """Why a node of the syntax tree cannot be used; empty when it can."""
    match node:
        case nodes.Filter(name=name):
            return "" if name in _ENVIRONMENT.filters else f"there is no filter called `{name}`"
        case nodes.Test(name=name):
            return "" if name in _ENVIRONMENT.tests else f"there is no test called `{name}`"
        case nodes.For() if any(list(inner.find_all(nodes.For)) for inner in node.find_all(nodes.For)):
            return "a loop inside a loop inside a loop cannot be used"
        case nodes.Const(value=int(value)) if value > _LARGEST:
            return "so large a number cannot be used"
        case nodes.Const(value=str(value)) if len(value) > _LONGEST:
            return "so long a text cannot stand between quotation marks"
        case nodes.Const():
            return ""
        case nodes.Name(name="self"):
            return "`self` cannot be used"
        case nodes.Output() | nodes.If() | nodes.For() | nodes.Name():
            return ""
    return "only {{ }}, {% if %} and {% for %} can be used"


# ---- what a template reads ---------------------------------------------------------------------------------------

_Names = Mapping[str, frozenset[str]]
"""Each name that a loop gives out, with the names that it comes from."""


def _read_from(tree: nodes.Template, place: Place
               ) -> tuple[frozenset[str], tuple[Call, ...], frozenset[tuple[str, Any]]]:
    """The names, calls and mentions of a template."""
    try:
        names = frozenset(meta.find_undeclared_variables(tree))
    except TemplateSyntaxError as exc:
        raise LibraryError(error(f"a tag is wrong: {exc.message}", _line(place, exc.lineno), _SEE)) from None
    from_loops: dict[str, frozenset[str]] = {}
    for loop in tree.find_all(nodes.For):
        for target in _all(nodes.Name, loop.target):
            from_loops[target.name] = from_loops.get(target.name, frozenset()) | _names_in(loop.iter, from_loops)
    calls = tuple(_calls(tree, place, from_loops))
    names |= {call.argument for call in calls if call.function == "answered" and call.argument}
    return names, calls, frozenset(_mentions(tree, from_loops))


_Node = TypeVar("_Node", bound=nodes.Node)


def _all(kind: type[_Node], node: nodes.Node) -> Iterable[_Node]:
    """The nodes of a kind in part of a tree, the part itself included."""
    return [*([node] if isinstance(node, kind) else ()), *node.find_all(kind)]


def _names_in(node: nodes.Node, from_loops: _Names) -> frozenset[str]:
    """The names that part of a template reads, and the questions that it asks `words` and `label` for."""
    asked = {str(call.args[0].value) for call in _all(nodes.Call, node) if isinstance(call.node, nodes.Name)
             and call.node.name in ("words", "label", "answered") and call.args
             and isinstance(call.args[0], nodes.Const)}
    return frozenset(asked).union(*({found.name} | from_loops.get(found.name, frozenset())
                                    for found in _all(nodes.Name, node)))


def _calls(node: nodes.Node, place: Place, from_loops: _Names, around: frozenset[str] = frozenset()) -> Iterator[Call]:
    if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name):
        first, function = node.args[0] if node.args else None, node.node.name
        if isinstance(first, nodes.Const) or function in ("ref", "law", "in_force", "answered"):
            argument = str(first.value) if isinstance(first, nodes.Const) else ""
            yield Call(function, argument, _line(place, node.lineno), around)
    for part in _deciding_parts(node):
        around |= _names_in(part, from_loops)
    for child in node.iter_child_nodes():
        yield from _calls(child, place, from_loops, around)


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


def _mentions(tree: nodes.Template, from_loops: _Names) -> Iterator[tuple[str, Any]]:
    for node in tree.find_all((nodes.Compare, nodes.Filter, nodes.Test)):
        for constant in node.find_all(nodes.Const):
            values = constant.value if isinstance(constant.value, list | tuple) else [constant.value]
            yield from ((name, value) for name in _names_in(node, from_loops) for value in values
                        if isinstance(value, str | int))


def _polarity(node: nodes.Node, positive: bool = True) -> Iterator[tuple[str, bool]]:
    if isinstance(node, nodes.Name):
        yield node.name, positive
    for child in node.iter_child_nodes():
        yield from _polarity(child, positive != isinstance(node, nodes.Not))

"""The sandbox holds, conditions mean what they say, and what came from an answer is shielded."""

import time
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policygen.library.conditions import (
    BLANK, MARKER, PRIVATE_USE, compile_expression, compile_wording, for_wording, marker, shield, unshield,
)
from policygen.model.english import date_in_words
from policygen.model.problems import LibraryError, Place

PLACE = Place("clause.md", 5)


@for_wording
def ref(target):
    return marker(BLANK, target)


CONTEXT = {"name": "Ann", "yes": True, "rows": [{"kind": "paper", "name": "a"}, {"kind": "cloud", "name": "b"}],
           "words": ["one", "two"], "day": date(2026, 11, 20), "years": 2, "term": {"user": "client"}, "ref": ref}


def rendered(source: str, **context) -> str:
    return unshield(compile_wording(source, PLACE).render(CONTEXT | context))


def refused(source: str) -> LibraryError:
    with pytest.raises(LibraryError) as caught:
        rendered(source)
    return caught.value


# ---- the sandbox -------------------------------------------------------------------------------------------------

ESCAPES = [
    "name.__class__", "name.__class__.__mro__[1].__subclasses__()", "''.__class__", "[].__class__.__base__",
    "name['__class__']", "name|attr('__class__')", "rows|map(attribute='__class__')|list",
    "rows|map(attribute='keys')|first", "rows|selectattr('__class__')|list", "rows|sort(attribute='__class__')",
    "words|join(attribute='__class__')", "words|map('attr', '__class__')|list", "rows|groupby('kind')|list",
    "'%s' % name", "'{0.__class__}'.format(name)", "'{}'.format_map(term)", "words|map('format', 'x')|list",
    "'%s'|format(name)", "name.upper()", "words.append('x')", "words.pop()", "term.items()", "term.keys",
    "rows[0].items",
    "ref.__globals__", "ref.__globals__['os']", "ref['__globals__']", "ref.for_wording", "self",
    "self._TemplateReference__context",
    "self.__init__.__globals__", "loop", "namespace()", "namespace(a=1).a", "joiner()", "joiner.__init__",
    "cycler('a', 'b').next()", "cycler.__init__.__globals__.os.popen('id').read()", "lipsum()",
    "lipsum.__globals__['os'].popen('id').read()", "dict()", "range(10)|list", "config", "request",
    "get_flashed_messages",
    "caller()", "varargs", "kwargs", "_", "gettext('x')", "super()", "context", "environment", "debug()",
    "open('/etc/passwd').read()", "__import__('os')", "eval('1')", "exec('1')", "name()", "words()", "(1).__class__",
    "day.__class__", "day.isoformat()", "years.real", "none.__class__", "true.__class__", "words|pprint",
    "words|tojson",
    "name|xmlattr", "name|safe|attr('x')", "name|batch(2)", "words|random", "name|urlize", "name|eval",
    "name is callable", "name is filter", "ref|string", "(ref, 1)", "{'a': 1}", "ref", "rows", "words", "term", "yes",
    "none", "words|map('upper')", "words[0:1]", "'a' * 1000000000", "1000000000 * 'a'", "[0] * 1000000000",
    "10 ** 10000000", "9 ** 9 ** 9", "'%1000000000d' % 1", "words * 1000000000", "'a'|center(1000000000)",
    "'a'|indent(1000000000)", "'a'|replace('a', 'b')", "name ~ nothing", "nothing", "term.nothing", "rows[9]",
    "rows['x']",
]


@pytest.mark.parametrize("expression", ESCAPES)
def test_an_expression_reaches_data_and_nothing_else(expression):
    refused("text {{ " + expression + " }}")


@pytest.mark.parametrize("expression", [found for found in ESCAPES if found not in (
    "ref", "rows", "words", "term", "yes", "none", "(ref, 1)", "{'a': 1}", "words|map('upper')", "words[0:1]")])
def test_a_condition_reaches_data_and_nothing_else(expression):
    with pytest.raises(LibraryError):
        compile_expression(expression, PLACE).holds(CONTEXT)


@pytest.mark.parametrize("tag", [
    "{% include '/etc/passwd' %}", "{% include name %}", "{% import 'os' as os %}", "{% from 'os' import system %}",
    "{% extends 'base' %}", "{% block a %}{% endblock %}", "{% macro a() %}{% endmacro %}",
    "{% call ref() %}{% endcall %}", "{% filter upper %}a{% endfilter %}", "{% set a = 1 %}",
    "{% set a %}b{% endset %}", "{% set a.b = 1 %}", "{% with a = 1 %}{% endwith %}", "{% do words.append(1) %}",
    "{% autoescape false %}{% endautoescape %}", "{% trans %}a{% endtrans %}", "{% debug %}",
    "{% for a in words %}{{ loop.__class__ }}{% endfor %}", "{% for a in words %}{{ loop.cycle('a') }}{% endfor %}",
    "{% for a in words %}{{ loop._iterable }}{% endfor %}", "{% for a in words %}{{ loop }}{% endfor %}",
    "{% for a in words %}{{ loop.__init__.__globals__ }}{% endfor %}",
    "{% for a in words recursive %}{{ loop(words) }}{% endfor %}", "{% for a in ref %}{% endfor %}",
    "{% for a in name.__class__ %}{% endfor %}", "{% if ref.__globals__ %}{% endif %}", "{% break %}",
    "{% for a in words %}", "{% if yes %}", "{% endif %}", "{{ name", "{% if %}x{% endif %}", "{{ }}",
])
def test_a_tag_can_only_print_choose_and_repeat(tag):
    refused(tag)


@pytest.mark.parametrize("source", [
    "".join(f"{{% for a{n} in words %}}" for n in range(30)) + "x" + "{% endfor %}" * 30,
    "{{ " + "(" * 5000 + "1" + ")" * 5000 + " }}", "{{ " + "[" * 300 + "]" * 300 + " }}",
    "{{ " + "not " * 5000 + "1 }}",
    "{% if yes %}" * 200 + "{% endif %}" * 200, "{{ 1" + " + 1" * 3000 + " }}", "{{ name" + "|upper" * 3000 + " }}",
    "{% for a in [words, words] %}{% for b in [a, a] %}{% for c in [b, b] %}{{ c }}" + "{% endfor %}" * 3,
], ids=["loops", "brackets", "lists", "not", "if", "sum", "filters", "doubling"])
def test_what_would_take_forever_or_overflow_is_refused_at_once(source):
    started = time.process_time()
    refused(source)
    assert time.process_time() - started < 5


@pytest.mark.parametrize("source",
                         ["(" * 5000 + "1" + ")" * 5000, "not " * 5000 + "yes", "yes) }}{{ (yes", "yes }}{{ yes",
                         "yes, yes",
                                    "yes)}}{% include 'x' %}{{(yes", "", " ", "yes %}", "{{ yes }}", "yes #}", "a b"])
def test_what_is_not_one_condition_is_refused_with_its_place(source):
    with pytest.raises(LibraryError) as caught:
        compile_expression(source, PLACE)
    assert caught.value.problems[0].place == PLACE


# ---- what it can do ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("source", "text"), [
    ("{{ name }} and {{ term.user }}", "Ann and client"),
    ("{% for row in rows %}\n- {{ row.name }}{{ ',' if not loop.last else '.' }}\n{% endfor %}\nend",
    "- a,\n- b.\nend"),
    ("{% for a in words %}{% for b in words %}{{ loop.index }}{% endfor %}{% endfor %}", "1212"),
    ("{{ rows|selectattr('kind', 'equalto', 'paper')|map(attribute='name')|join(', ') }}", "a"),
    ("{{ words|join(' and ')|cap }}", "One and two"),
    ("{{ day | date }}, {{ years * 2 + 1 }} {{ years ~ ' years' }}", "20 November 2026, 5 2 years"),
    ("{{ (words + ['three'])|length }}", "3"),
    ("a {# never printed #} b", "a  b"),
])
def test_wording_prints_chooses_and_repeats(source, text):
    assert rendered(source) == text


@pytest.mark.parametrize(("source", "text"), [
    ("{% if yes %}\na\n{% endif %}\nb", "a\nb"),
    ("{% if yes %}a{% endif %}\nb", "a\nb"),
    ("x {% if yes %}a{% endif %}\nb", "x a\nb"),
    ("{% if yes %}{% if yes %}\na\n{% endif %}{% endif %}\nb", "a\nb"),
    ("a{# note #}\nb", "a\nb"),
    ("{# note #}\nb", "b"),
    ("x {% if yes -%}\na{% endif %}\nb", "x a\nb"),
    ("x {% if yes +%}\na{% endif %}\nb", "x \na\nb"),
])
def test_a_tag_takes_its_line_end_along_only_when_it_stands_alone(source, text):
    assert rendered(source) == text


@pytest.mark.parametrize(("source", "holds"), [
    ("yes", True), ("not yes", False), ("words", True), ("name == 'Ann'", True), ("'two' in words", True),
    ("rows | selectattr('kind', 'equalto', 'stone')", False), ("rows | selectattr('kind', 'equalto', 'paper')", True),
    ("rows | rejectattr('kind', 'in', ['paper', 'cloud']) | list", False), ("years >= 2 and years < 3", True),
    ("words | map('upper') | first == 'ONE'", True), ("years is even", True),
])
def test_a_condition_is_a_real_yes_or_no(source, holds):
    assert compile_expression(source, PLACE).holds(CONTEXT) is holds


def test_a_condition_knows_its_names_their_polarity_and_its_calls():
    found = compile_expression('yes and not (name or not words) and ref("limits/x")', PLACE)
    assert found.names == {"yes", "name", "words", "ref"}
    assert dict(found.polarity) == {"yes": True, "name": False, "words": True, "ref": True}
    assert [(call.function, call.argument, call.place) for call in found.calls] == [("ref", "limits/x", PLACE)]


def test_an_unknown_name_in_a_condition_is_an_error_and_not_a_no():
    with pytest.raises(LibraryError, match="'nothing' is undefined"):
        compile_expression("nothing", PLACE).holds(CONTEXT)


@pytest.mark.parametrize(("source", "line"), [
    ("a\n{{ nothing }}", 6), ("a\nb\n{% if yes %}\n{{ rows.x }}\n{% endif %}", 8),
    ("a\n{{ name|nofilter if yes else 1 }}", 6),
    ("a\nb\n{% include 'x' %}", 7), ("{% if yes %}\nx", 6), ("a\n{{ years / 0 }}", 6), ("a\n\n{{ words }}", 7),
    ("a\n{{ 'a' * 9 }}", 6), ("a\n{{ ref(1, 2) }}", 6), ("a\n{{ 5|cap }}", 6),
])
def test_a_fault_is_found_on_its_line(source, line):
    assert refused(source).problems[0].place == Place("clause.md", line)


def test_a_filter_that_does_not_exist_is_found_even_where_it_is_never_reached():
    with pytest.raises(LibraryError, match="no filter called `nofilter`"):
        compile_wording("{% if yes %}{{ name|nofilter }}{% endif %}", PLACE)
    with pytest.raises(LibraryError, match="no test called `callable`"):
        compile_expression("yes or name is callable", PLACE)


def test_what_a_function_raises_is_told_with_the_line():
    @for_wording
    def words(name):
        return {}[name]

    with pytest.raises(LibraryError) as caught:
        compile_wording("a\n{{ words('x') }}", PLACE).render({"words": words})
    assert caught.value.problems[0].place.line == 6


# ---- shielding ---------------------------------------------------------------------------------------------------

PRINTABLE = st.text(st.characters(exclude_categories=("Cs", "Co")))


@given(PRINTABLE)
@settings(deadline=None, derandomize=True)
def test_a_shielded_text_has_no_sign_left_and_comes_back_whole(text):
    shielded = shield(text)
    assert not [sign for sign in shielded if sign.isascii() and sign.isprintable() and not sign.isalnum()]
    assert "\n" not in shielded and "\t" not in shielded
    assert unshield(shielded) == text


@given(PRINTABLE)
@settings(deadline=None, derandomize=True)
def test_an_answer_is_never_a_template(text):
    assert rendered("x{{ name }}y", name=text) == f"x{text}y"


@pytest.mark.parametrize("character", ["\ue000", "\ue100", "\uf8ff"])
def test_characters_that_shields_use_cannot_stand_in_a_clause(character):
    assert PRIVATE_USE.search(character)
    assert "cannot be used" in str(refused(f"a{character}"))
    with pytest.raises(LibraryError, match="cannot be used"):
        compile_expression(f"name == '{character}'", PLACE)


def test_a_marker_goes_through_wording_untouched():
    source = compile_wording("See {{ ref('limits/a_b') }}.", PLACE).render(CONTEXT)
    found = MARKER.search(source)
    assert (found[1], unshield(found[2])) == (BLANK, "limits/a_b")


def test_dates_are_printed_as_people_write_them():
    assert date_in_words(date(2026, 3, 1)) == "1 March 2026"
    assert date_in_words("") == ""


@pytest.mark.parametrize("source", [
    "{% for a in '" + "x" * 900 + "' %}{% for b in '" + "x" * 900 + "' %}{% endfor %}{% endfor %}",
    "{{ '" + "x" * 900 + "' | join('" + "y" * 900 + "') }}",
    "{% for a in '" + "x" * 900 + "' %}{{ '" + "x" * 99 + "' | join('-') }}{% endfor %}",
])
def test_wording_that_loops_or_joins_too_often_is_refused(source):
    with pytest.raises(LibraryError, match="too many words, or loops too often"):
        rendered(source)
    assert rendered("{% for a in 'abc' %}{{ 'xyz' | join('-') }}{% endfor %}") == "x-y-zx-y-zx-y-z"


@pytest.mark.parametrize("source", ["9" * 5000 + " > 1", "0xffffffffff > 1", '"' + "x" * 2000 + '" == a',
                                    "[" + "a, " * 3000 + "] == a"])
def test_a_condition_with_far_too_much_in_it_is_refused(source):
    assert any(words in str(refused(f"{{{{ {source} }}}}")) for words in ("too long", "so long", "so large"))

"""YAML and front matter to data that knows its lines: what is read, and what is refused instead of crashing."""

import pytest

from policygen.library.yaml import (
    MappingReader, comments, each_id, nearest, parse_yaml, read_front_matter, read_text, read_yaml,
)
from policygen.model.problems import AnswersError, LibraryError, Place, PolicygenError

START = Place("file.yaml", 1)


def parsed(text: str, start: Place = START):
    return parse_yaml(text, start, LibraryError)


def refused(text: str) -> PolicygenError:
    with pytest.raises(LibraryError) as caught:
        parsed(text)
    return caught.value


def test_scalars_stay_as_they_were_typed():
    text = ("phone: 01632\ndate: 2026-11-20\nyes: no\nempty:\ntilde: ~\n"
            "quoted: '~'\nfloat: 1e3\n")
    assert parsed(text) == {"phone": "01632", "date": "2026-11-20", "yes": "no", "empty": None, "tilde": None,
                            "quoted": "~", "float": "1e3"}


def test_every_key_and_item_knows_its_line():
    data = parsed("# note\na: 1\nb:\n  - x\n  - {c: d}\n", Place("f", 10))
    assert {key: place.line for key, place in data.places.items()} == {"a": 11, "b": 12}
    assert [place.line for place in data["b"].places] == [13, 14]
    assert data["b"][1].places["c"] == Place("f", 14)


@pytest.mark.parametrize("text", ["", "\n", "# only a comment\n", "---\n"])
def test_a_file_without_anything_is_an_empty_mapping(text):
    assert parsed(text) == {}


@pytest.mark.parametrize(("text", "line", "message"), [
    ("a: b: c", 1, "not valid YAML: mapping values are not allowed"),
    ("a: 1\n\t- b", 2, "not valid YAML"),
    ("a: 'x", 1, "not valid YAML"),
    ("a: \x00", 1, "not valid YAML"),
    ("a: 1\n---\nb: 2", 2, "another document"),
    ("a: *x", 1, "cannot begin with *"),
    ("a: &x 1\nb: *x", 1, "cannot begin with &"),
    ("a: &Co", 1, "cannot begin with &"),
    ("a: 1\nb: !Director", 2, "cannot begin with !"),
    ("a: 1\nb:\u00a0x\nc: 2", 2, "a blank here is not an ordinary one"),
    ("a: !!python/object:os.system x", 1, "cannot begin with !"),
    ("a:\n\u00a0\u00a0- x\nb: 1", 2, "a blank here is not an ordinary one"),
    ("a: 1\nb: 2\na: 3", 3, "`a` stands here twice"),
    ("? [x]\n: y", 1, "a name is expected"),
    ("\n- a", 2, "not a list of `name: value` lines"),
    ("just words", 1, "not a list of `name: value` lines"),
])
def test_what_is_not_understood_is_refused_with_its_line(text, line, message):
    problem = refused(text).problems[0]
    assert problem.place == Place("file.yaml", line)
    assert message in problem.message
    assert problem.hint or message == "a name is expected"


@pytest.mark.parametrize("text", ["a: " + "[" * 100_000 + "]" * 100_000, "a: " + "[" * 100_000, "{a: " * 100_000,
                                  "- " * 5_000 + "a"], ids=["closed", "open", "mappings", "lists"])
def test_very_deep_nesting_is_refused_and_does_not_end_the_process(text):
    assert "nested too deeply" in str(refused(text))


def test_pasted_blanks_inside_words_stay():
    assert parsed("a: x\u00a0y\nb: '\u00a0z'\n") == {"a": "x\u00a0y", "b": "\u00a0z"}


def test_forty_levels_are_understood():
    assert parsed("a: " + "[" * 39 + "]" * 39)["a"] == eval("[" * 39 + "]" * 39)


def test_all_problems_of_a_text_are_reported_together():
    assert len(refused("a: 1\na: 2\nb: 3\nb: 4\n").problems) == 2


def test_a_missing_file_names_the_path_and_what_to_do(tmp_path):
    with pytest.raises(AnswersError) as caught:
        read_yaml(tmp_path / "answers.yaml", AnswersError)
    assert str(caught.value) == (f"{tmp_path}/answers.yaml: there is no such file\n"
                                 "  Check the name, and the folder that you are in.")


def test_a_folder_and_a_file_in_another_encoding_are_refused(tmp_path):
    with pytest.raises(AnswersError, match="this is a folder, and a file is needed"):
        read_text(tmp_path, AnswersError)
    (tmp_path / "a").write_bytes("name: café".encode("latin-1"))
    with pytest.raises(AnswersError, match=r"shown: this is not UTF-8 text \(byte 10\)"):
        read_text(tmp_path / "a", AnswersError, "shown")


def test_windows_line_ends_and_the_byte_order_mark_are_taken_away(tmp_path):
    (tmp_path / "a").write_bytes(b"\xef\xbb\xbfa: 1\r\nb: 2\rc: 3\n")
    assert read_text(tmp_path / "a", LibraryError) == "a: 1\nb: 2\nc: 3\n"


def test_front_matter_and_body_know_where_they_stand(tmp_path):
    (tmp_path / "a.md").write_text("---\ntitle: Aim\n---\n\nText with --- in it\n---\nmore\n")
    front, body, place = read_front_matter(tmp_path / "a.md", LibraryError, "about/a.md")
    assert (front, front.places["title"]) == ({"title": "Aim"}, Place("about/a.md", 2))
    assert (body, place) == ("\nText with --- in it\n---\nmore\n", Place("about/a.md", 4))


@pytest.mark.parametrize(("text", "found"), [
    ("# a\nb: c  # d\n", ["# a", "# d"]),
    ("b: 'x # y'\nc: x#y\nd: \"# z\"\n# end", ["# end"]),
    ("b: |-\n  # text\n  more\n# note\n", ["# note"]),
    ("b:\n  # in\n  - c # eol\n", ["# in", "# eol"]),
    ("", []),
])
def test_comments_are_told_from_text(text, found):
    assert comments(text) == found


def reader(text: str):
    problems = []
    return MappingReader(parsed(text), START, problems, "the thing"), problems


def test_a_reader_gathers_every_problem():
    found, problems = reader("kidn: a\ntexts: one\nitems: two\nmapping: three\ntext: [four]\nkind: polcy\nflag: yes\n")
    assert found.text("text") == ""
    assert found.texts("texts") == ()
    assert list(found.items("items")) == list(found.inner("mapping").data) == []
    assert found.choice("kind", ("policy", "form")) == "policy"
    assert found.flag("flag") is False
    assert found.text("id", None) == ""
    found.done()
    assert [(problem.place.line, problem.message) for problem in problems] == [
        (5, "`text` must be text"), (2, "`texts` must be a list of words"), (3, "`items` must be a list"),
        (4, "`mapping` must have `name: value` lines"), (6, "`kind` cannot be `polcy`"), (7, "`flag` cannot be `yes`"),
        (1, "the thing has no `id`"), (1, "the thing has no key called `kidn`")]
    assert [problem.hint for problem in problems][-1] == "Did you mean `kind`?"


def test_unknown_keys_are_reported_in_the_order_of_the_file():
    found, problems = reader("zeta: 1\nalpha: 2\nmid: 3\n")
    found.done()
    assert [problem.place.line for problem in problems] == [1, 2, 3]


def test_a_reader_of_something_else_than_a_mapping_says_so():
    problems = []
    assert MappingReader("words", START, problems, "a part").text("id") == ""
    assert [problem.message for problem in problems] == ["a part must have `name: value` lines"]


def test_the_nearest_word_is_suggested_only_when_it_is_near():
    assert nearest("clauze", ["clause", "slot"]) == "Did you mean `clause`?"
    assert nearest("xyz", ["clause", "slot"]) == ""


def test_ids_are_unique_and_well_formed():
    found = []
    each_id([("a-b_c", START), ("A", START), ("a", START), ("a", Place("f", 9)), ("1a", START), ("", START)],
            lambda message, place, hint: found.append((message, place.line)), "a fact")
    assert found == [("`A` cannot be the id of a fact", 1), ("the id `a` of a fact stands twice", 9),
                     ("`1a` cannot be the id of a fact", 1), ("`` cannot be the id of a fact", 1)]

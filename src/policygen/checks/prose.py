"""A clause's wording as a reader meets it, with the line in the file for every word: paragraphs and sentences.

In: the source of a clause's wording, and the law whose citations stand for `law()`. Out: `Paragraph`s of plain text in
which every tag is replaced by words like those that it prints. Where the wording has alternatives, each of them comes
out in a paragraph of its own. It judges nothing.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product

from policygen.model.problems import Place
from policygen.library.law import Law
from policygen.library.conditions import Wording

_TAG = re.compile(r"\{\{(?P<value>.*?)\}\}|\{%[-+]?\s*(?P<keyword>\w+).*?%\}|\{#.*?#\}", re.DOTALL)
_START = re.compile(r"\s*(?:[-*]\s+|\d+[.)]\s+|#+\s+|\|)")
"""What begins a paragraph of its own: an item, a heading, a row of a table."""
_SENTENCE_END = re.compile(r"(?<=[.!?])[”’\"')]*\s+(?=[“‘\"'(]?[A-Z0-9])")
_WORD = re.compile(r"[\w’'£%@.:/-]*\w")
_QUOTED = re.compile(r'''"([^"]*)"|'([^']*)\'''')


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph, item, heading, table row or label, on one line."""

    text: str
    sentences: bool
    """Whether it is made of sentences; a label of a field, a heading and a row of a table are not."""
    file: str
    lines: tuple[tuple[int, int], ...]
    """Where in `text` a line of the file begins, and which line that is."""

    def place(self, offset: int) -> Place:
        """The line of the file that a word of `text` stands on."""
        return Place(self.file, self.lines[max(bisect_right(self.lines, (offset, 10**9)) - 1, 0)][1])


def paragraphs(wording: Wording, laws: Mapping[str, Law]) -> tuple[Paragraph, ...]:
    """The paragraphs of a wording, in order; a different one for each alternative that it holds."""
    found: dict[tuple[str, int], Paragraph] = {}
    for choices in product(*map(range, _alternatives(wording.source))):
        for paragraph in _grouped(_lines(wording, laws, choices), wording.place.file):
            found.setdefault((paragraph.text, paragraph.lines[0][1]), paragraph)
    return tuple(sorted(found.values(), key=lambda paragraph: paragraph.lines[0][1]))


def certain(wording: Wording, laws: Mapping[str, Law]) -> str:
    """The words that stand there whatever the answers are."""
    return "\n".join(text for text, _ in _lines(wording, laws, None))


def sentences(paragraph: Paragraph) -> Iterator[tuple[str, Place]]:
    """The sentences of a paragraph, each with the line on which it begins."""
    for start, sentence in split(paragraph.text):
        yield sentence, paragraph.place(start)


def split(text: str) -> Iterator[tuple[int, str]]:
    """The sentences of a text on one line, each with where it begins."""
    start = 0
    for end in [*(found.end() for found in _SENTENCE_END.finditer(text)), len(text)]:
        if sentence := text[start:end].strip():
            yield start, sentence
        start = end


def word_count(text: str) -> int:
    return len(_WORD.findall(text))


# ---- tags --------------------------------------------------------------------------------------------------------


def _alternatives(source: str) -> list[int]:
    """How many alternatives there are at most at each depth of `{% if %}` inside one another."""
    most: list[int] = []
    branches: list[int] = []
    for tag in _TAG.finditer(source):
        match tag["keyword"]:
            case "if":
                branches.append(1)
            case "elif":
                branches[-1] += 1
            case "endif":
                depth = len(branches)
                most += [1] * (depth - len(most))
                # Without an `else` there is still the alternative of nothing, and with one it counts like this too.
                most[depth - 1] = max(most[depth - 1], branches.pop() + 1)
    return most


def _lines(wording: Wording, laws: Mapping[str, Law], choices: tuple[int, ...] | None) -> list[tuple[str, int]]:
    """The lines without tags, each with its number; `choices` is the alternative to take at each depth, None for none
    of them. A line that held nothing but tags is left out."""
    source, lines, at, number = wording.source, [], 0, wording.place.line
    text, begun, tagged, branch = "", number, False, []

    def is_on() -> bool:
        return not branch or (choices is not None and all(map(int.__eq__, branch, choices)))

    for tag in [*_TAG.finditer(source), None]:
        first, *more = source[at:tag.start() if tag else len(source)].split("\n")
        text += first if is_on() else ""
        for line in more:
            if text.strip() or not tagged:
                lines.append((text, begun))
            number, tagged, text = number + 1, False, line if is_on() else ""
            begun = number
        if tag is None:
            break
        tagged = True
        if tag["value"] is not None:
            text += _spoken(tag["value"], laws) if is_on() else ""
        else:
            branch = _after(branch, tag["keyword"])
        number, at = number + tag.group().count("\n"), tag.end()
    return [*lines, (text, begun)]


def _after(branch: list[int], keyword: str | None) -> list[int]:
    """The alternatives that one is in, behind a tag."""
    match keyword:
        case "if":
            return [*branch, 0]
        case "elif" | "else":
            return [*branch[:-1], branch[-1] + 1] if branch else branch
        case "endif":
            return branch[:-1]
    return branch


def _spoken(expression: str, laws: Mapping[str, Law]) -> str:
    """Words like those that `{{ expression }}` prints: a citation, a section, a text, or the name that it reads."""
    def cited(found: re.Match[str]) -> str:
        return laws[found[1]].cite if found[1] in laws else found[1]

    if found := re.fullmatch(r"""\s*law\(\s*["']([^"']*)["']\s*\)\s*""", expression):
        return cited(found)
    if re.match(r"\s*ref\(", expression):
        return "section 6.2"
    if found := re.fullmatch(r"""\s*verb\([^,]*,\s*["']([^"']*)["']\s*\)\s*""", expression):
        return found[1]
    printed = re.sub(r"""\b(?:==|!=|in)\s*(?:"[^"]*"|'[^']*'|\[[^\]]*\])""", "", expression)
    printed = re.sub(r"""\w+\(\s*["'](\w+)["'][^()]*\)""", r"\1", printed)
    texts = [text for pair in _QUOTED.findall(printed) for text in pair if re.search(r"[a-z]", text)]
    if texts:
        return max(texts, key=len)
    names = re.findall(r"[a-z_][\w.]*", re.sub(r"\|\s*\w+(?:\([^()]*\))?", "", printed)) or ["something"]
    return names[-1].rpartition(".")[2].replace("_", " ")


# ---- paragraphs --------------------------------------------------------------------------------------------------


def _grouped(lines: list[tuple[str, int]], file: str) -> Iterator[Paragraph]:
    """The paragraphs that some lines make."""
    pending: list[tuple[str, int]] = []
    is_field = False

    def done(is_prose: bool = True) -> Iterator[Paragraph]:
        if pending:
            yield _joined(pending, is_prose, file)
            pending.clear()

    for text, number in lines:
        text = re.sub(r"^\s*>\s?", "", text)
        if text.startswith("```"):
            yield from done()
            is_field = not is_field
            continue
        start = _START.match(text)
        if is_field or start or not text.strip():
            yield from done()
        if not text.strip():
            continue
        is_prose = not (is_field or (start and start.group().strip()[:1] in "#|"))
        words = text.rpartition(":")[0] if is_field else text[start.end():] if start else text
        pending.append((words, number))
        if not is_prose:
            yield from done(is_prose=False)
    yield from done()


def _joined(lines: list[tuple[str, int]], is_prose: bool, file: str) -> Paragraph:
    text, starts = "", []
    for line, number in lines:
        words = " ".join(line.replace("*", "").split())
        text += " " if text and words else ""
        starts.append((len(text), number))
        text += words
    return Paragraph(text, is_prose, file, tuple(starts))

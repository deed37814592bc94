"""The words of a clause as sentences, each with its line in the file.

In: a `Wording`, and the law whose citations stand for `law()`. Out: `WordingParagraph`s of plain text, in which words
of the kind that a tag prints stand for the tag. Each alternative of the wording comes out as a paragraph of its own.
Nothing is judged here.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

from policygen.library.conditions import MARKER, Wording, unshield
from policygen.library.law import Law
from policygen.model.problems import Place

_TAG = re.compile(r"\{\{(?P<value>.*?)\}\}|\{%[-+]?\s*(?P<keyword>\w+).*?%\}|\{#.*?#\}", re.DOTALL)
_START = re.compile(r"\s*(?:[-*]\s+|\d+[.)]\s+|#+\s+|\|)")
"""What begins a paragraph of its own: an item, a heading, a row of a table."""
_SENTENCE_END = re.compile(r"(?<=[.!?])[”’\"')]*\s+(?=[“‘\"'(]?[A-Z0-9])")
_WORD = re.compile(r"[\w’'£%@.:/-]*\w")
_QUOTED = re.compile(r'''"([^"]*)"|'([^']*)\'''')


@dataclass(frozen=True, slots=True)
class WordingParagraph:
    """A paragraph, item, heading, table row or label, on one line."""

    text: str
    has_sentences: bool
    """False for the label of a field, a heading and a row of a table."""
    file: str
    begins: bool
    """Its first word begins a sentence: it is no item of a list."""
    lines: tuple[tuple[int, int], ...]
    """Each line of the file: where in `text` it begins, and its number."""

    def place(self, offset: int) -> Place:
        """The line of the file on which a word of `text` stands."""
        return Place(self.file, self.lines[max(bisect_right(self.lines, (offset, 10**9)) - 1, 0)][1])


def paragraphs(wording: Wording, laws: Mapping[str, Law]) -> tuple[WordingParagraph, ...]:
    """The paragraphs of a wording in order, each alternative once."""
    found: dict[tuple[str, int], WordingParagraph] = {}
    for choices in product(*map(range, _alternatives(wording.source))):
        for paragraph in _joined(_lines(wording, laws, choices), wording.place.file):
            found.setdefault((paragraph.text, paragraph.lines[0][1]), paragraph)
    return tuple(sorted(found.values(), key=lambda paragraph: paragraph.lines[0][1]))


def printed(wording: Wording, context: Mapping[str, Any]) -> Iterator[WordingParagraph]:
    """The paragraphs of a wording as a pack prints them, all at its first line."""
    text = MARKER.sub("section 6.2", unshield(wording.render(context)))
    yield from _joined([(line, wording.place.line) for line in text.split("\n")], wording.place.file)


def unconditional_words(wording: Wording, laws: Mapping[str, Law]) -> str:
    """The words that stand under no `{% if %}`, and so are printed whatever the answers are."""
    return "\n".join(text for text, _ in _lines(wording, laws, None))


def placed_sentences(paragraph: WordingParagraph) -> Iterator[tuple[str, Place]]:
    """The sentences of a paragraph, each with the line on which it begins."""
    for start, sentence in split_sentences(paragraph.text):
        yield sentence, paragraph.place(start)


def split_sentences(text: str) -> Iterator[tuple[int, str]]:
    """The sentences of a text on one line, each with its offset."""
    start = 0
    for end in [*(found.end() for found in _SENTENCE_END.finditer(text)), len(text)]:
        if sentence := text[start:end].strip():
            yield start, sentence
        start = end


def word_count(text: str) -> int:
    """The number of words; a date, a price or an address counts as one."""
    return len(_WORD.findall(text))


def any_word(words: Iterable[str]) -> re.Pattern[str]:
    """Finds each of the words where it stands whole, with capitals or without."""
    return re.compile("|".join(rf"\b{re.escape(word)}\b" for word in words), re.IGNORECASE)


# ---- tags --------------------------------------------------------------------------------------------------------


def _alternatives(source: str) -> list[int]:
    """For each depth of `{% if %}` inside one another the largest number of alternatives."""
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
                # One more than the conditions: the `else`, or no words at all where there is none.
                most[depth - 1] = max(most[depth - 1], branches.pop() + 1)
    return most


def _lines(wording: Wording, laws: Mapping[str, Law], choices: tuple[int, ...] | None) -> list[tuple[str, int]]:
    """The lines with words in the place of tags, each with its number; no line that held nothing but tags.

    `choices` says for each depth of `{% if %}` which alternative to take; None takes none.
    """
    source, lines, at, number = wording.source, [], 0, wording.place.line
    text, begun, tagged = "", number, False
    branch: list[int] = []
    """The alternative at each depth of `{% if %}` around the text that comes next."""
    for tag in [*_TAG.finditer(source), None]:
        is_taken = not branch or (choices is not None and all(map(int.__eq__, branch, choices)))
        first, *more = source[at:tag.start() if tag else len(source)].split("\n")
        text += first if is_taken else ""
        for line in more:
            if text.strip() or not tagged:
                lines.append((text, begun))
            number, tagged, text = number + 1, False, line if is_taken else ""
            begun = number
        if tag is None:
            break
        tagged = True
        match tag["keyword"]:
            case None if tag["value"] is not None:
                text += _stand_in(tag["value"], laws) if is_taken else ""
            case "if":
                branch.append(0)
            case "elif" | "else" if branch:
                branch[-1] += 1
            case "endif":
                del branch[-1:]
        number, at = number + tag.group().count("\n"), tag.end()
    return [*lines, (text, begun)]


def _stand_in(expression: str, laws: Mapping[str, Law]) -> str:
    """Words of the kind that `{{ expression }}` prints: a citation, a section, a text, or the name that it reads."""
    if found := re.fullmatch(r"""\s*law\(\s*["']([^"']*)["']\s*\)\s*""", expression):
        identity: str = found[1]
        return laws[identity].cite if identity in laws else identity
    if re.match(r"\s*ref\(", expression):
        return "section 6.2"
    if found := re.fullmatch(r"""\s*(?:verb|pronoun)\([^,]*,\s*["']([^"']*)["']\s*\)\s*""", expression):
        return str(found[1])
    printed = re.sub(r"""\b(?:==|!=|in)\s*(?:"[^"]*"|'[^']*'|\[[^\]]*\])""", "", expression)
    printed = re.sub(r"""\w+\(\s*["'](\w+)["'][^()]*\)""", r"\1", printed)
    texts: list[str] = [text for pair in _QUOTED.findall(printed) for text in pair if re.search(r"[a-z]", text)]
    if texts:
        return max(texts, key=len)
    names: list[str] = re.findall(r"[a-z_][\w.]*", re.sub(r"\|\s*\w+(?:\([^()]*\))?", "", printed)) or ["something"]
    return names[-1].rpartition(".")[2].replace("_", " ")


# ---- paragraphs --------------------------------------------------------------------------------------------------


def _joined(lines: list[tuple[str, int]], file: str) -> Iterator[WordingParagraph]:
    """The paragraphs that some lines make."""
    pending: list[tuple[str, int]] = []
    is_field, begins = False, True
    for text, number in [*lines, ("", 0)]:
        text = re.sub(r"^\s*>\s?", "", text)
        is_fence = text.startswith("```")
        start = _START.match(text)
        if pending and (is_fence or is_field or start or not text.strip()):
            yield _paragraph(pending, True, file, begins)
            pending = []
        if is_fence:
            is_field = not is_field
        elif is_field and text.strip():
            yield _paragraph([(text.rpartition(":")[0], number)], False, file, False)
        elif start and start.group().strip()[:1] in "#|":
            yield _paragraph([(text[start.end():], number)], False, file, False)
        elif text.strip():
            begins = not start if not pending else begins
            pending.append((text[start.end():] if start else text, number))


def _paragraph(lines: list[tuple[str, int]], has_sentences: bool, file: str,
               begins: bool) -> WordingParagraph:
    text, starts = "", []
    for line, number in lines:
        words = " ".join(line.replace("*", "").split())
        text += " " if text and words else ""
        starts.append((len(text), number))
        text += words
    return WordingParagraph(text, has_sentences, file, begins, tuple(starts))

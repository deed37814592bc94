"""References that people typed into clauses: “see section 10.3” follows its clause, or is listed when numbers move.

In: local edits, and documents with the numbers that people saw. Out: the edits with references in the place of typed
numbers, and a sentence for each number that was left as it is and leads elsewhere now. What belongs to an Act or to
another paper is left alone. Pure; it asks nobody.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from policygen.model.document import Document, Inline, Inlines, Reference, Text, joined, passages_of, plain
from policygen.model.lines import Line
from policygen.pack.edits import LocalEdit
from policygen.review.old_names import clause_places

_NUMBER = r"\d{1,2}(?:\.\d{1,2}){0,2}(?:\s?\([a-z]{1,2}\))?(?![\w%]|\.\d)"
_KIND = r"(?:sections?|clauses?|paragraphs?|paras?\.?|points?)\s"
_SHORT = r"(?:ss?|cll?)(?:\.\s?|\s)|§{1,2}\s?"
_BETWEEN = rf"(?:,?\s(?:and|or|to)\s|,\s)(?:{_KIND}|{_SHORT})?"
_TYPED = re.compile(rf"(?<![\w’'-])(?:(?P<kind>{_KIND})|{_SHORT}|(?P<stays>see\s(?:also\s)?|"
                    rf"(?:as|at|by|in|under)\s(?=\d+\.\d+\s(?:above|below)\b)))"
                    rf"(?P<numbers>{_NUMBER}(?:{_BETWEEN}{_NUMBER})*)", re.IGNORECASE)
_OF_POLICY = re.compile(r"\s+(?:of|in)\s+(?:this|our|the)\s+(?:confidentiality\s+)?policy\b", re.IGNORECASE)
_PAPER = (r"(?:Acts?|Regulations?|Order|Schedule|Code|Rules|Articles?|GDPR|Convention|[Gg]uidance|[Hh]andbook|"
          r"[Pp]rocedures?|[Cc]ontract|[Ll]ease|[Aa]greement|[Cc]onstitution|[Pp]olic(?:y|ies))")
_ELSEWHERE = re.compile(
    rf"\s*(?:\([^)]*\)\s*)?,?\s*(?:of\s|(?:in|to|under|from)\s(?:the|our|their|its|your)\s(?:\w+\s){{0,3}}?{_PAPER}\b|"
    rf"(?:the\s)?(?:[A-Z][\w’'-]*\s(?:of\s|and\s)?){{0,6}}?{_PAPER}\b)")
"""What follows the number of a section of another paper."""
_OF_ANOTHER = re.compile(rf"(?<!this )(?<!our )\b{_PAPER}(?:\s\d{{4}})?(?:['’]s?)?,?\s*\(?$")
"""What stands before it."""
_LAW = re.compile(r"\b(?:Acts?|Regulations?|Order|Schedule|Code|GDPR|Convention|[Ee]nquir\w+|[Ii]nquir\w+)\b")
_END_OF_REFERENCE = re.compile(r"\s*(?:$|[.,;:)?!–—]|(?:and|or|above|below)\b)")


@dataclass(frozen=True, slots=True)
class _Typed:
    """A place with typed numbers in a run of words."""

    words: str
    start: int
    """Where the word before the numbers begins; the numbers themselves after “see” or “in”, which stay."""
    end: int
    numbers: tuple[tuple[int, int, str], ...]
    """Start, end and text of each."""
    certain: bool
    """Whether it can only be meant for this policy, and can be printed anew."""


def followed(edits: Iterable[LocalEdit], about: Document, numbers: Sequence[Mapping[str, str]],
             titles: Mapping[str, str]) -> tuple[tuple[LocalEdit, ...], tuple[str, ...]]:
    """The edits of a document, with references in the place of numbers that people typed; and what each of those leads
    to, in words. `numbers` have the clause of each number, as it was issued and as the edited file shows it: where they
    differ, nobody can say which one is meant. `titles` has the title of each clause."""
    told: list[str] = []

    def target(number: str) -> str:
        found = {ids[number] for ids in numbers if number in ids}
        return found.pop() if len(found) == 1 else ""

    def linked(cell: Inlines) -> Inlines:
        found: list[Inline] = []
        for at, inline in enumerate(cell):
            if not isinstance(inline, Text):
                found.append(inline)
                continue
            done, text = 0, inline.text
            for typed in _typed_in(cell, at, about):
                targets = [target(number) for _, _, number in typed.numbers]
                if not typed.certain or not all(targets):
                    continue
                told.append(f"“{typed.words}” to “{'” and “'.join(titles.get(one, one) for one in targets)}”")
                found.append(replace(inline, text=text[done:typed.start]))
                for n, ((start, end, _), one) in enumerate(zip(typed.numbers, targets, strict=True)):
                    between = re.sub(rf"(?:{_KIND}|{_SHORT})$", "", text[done:start], flags=re.IGNORECASE) if n else ""
                    found += [replace(inline, text=between), Reference(one)]
                    done = end
                done = typed.end
            found.append(replace(inline, text=text[done:]))
        return joined(one for one in found if not isinstance(one, Text) or one.text)

    changed = tuple(edit if not edit.lines else replace(edit, lines=tuple(
        line if line in (edit.base or ()) else replace(line, cells=tuple(map(linked, line.cells)))
        for line in edit.lines)) for edit in edits)
    return changed, tuple(dict.fromkeys(told))


def out_of_date(edits: Iterable[LocalEdit], before: Iterable[Document], now: Iterable[Document]) -> tuple[str, ...]:
    """A sentence without its full stop for each typed number whose clause has another number now, or none. `before` are
    the documents of the last edition, `now` those of the next one, with its numbers."""
    before, now = tuple(before), tuple(now)
    places = clause_places(now)
    then = {document.id: (numbers_of(document), titles_of(document)) for document in before}
    policy = next((document.id for document in before if document.kind == "policy"), "")
    own = next((document for document in now if document.id == policy), None)
    means, named = (numbers_of(own), titles_of(own)) if own else ({}, {})
    today = {clause: number for number, clause in means.items()}
    about = {document.id: document for document in before}
    found = []
    for edit in edits:
        if edit.document not in about or own is None:
            continue
        numbers, titles = then[policy]
        lines = [line for line in edit.lines or () if line not in (edit.base or ())]
        for typed in (one for line in lines for one in _typed_in_line(line, about[edit.document])):
            for _, _, number in typed.numbers:
                whole = number if number in numbers else number.rpartition(".")[0]
                if not (clause := numbers.get(whole, "")) or (new := today.get(clause, "")) == whole:
                    continue
                place = places.get((edit.document, edit.clause)) or f"“{edit.title or 'a point of your own'}”"
                other = f"; {whole} is “{named[means[whole]]}” now" if whole in means else ""
                found.append(f"{place}: “{typed.words}” was typed by hand. What was {whole}, “{titles[clause]}”, "
                             f"{f'is {new} now' if new else 'has no number now'}{other}")
    return tuple(dict.fromkeys(found))


def numbers_of(document: Document) -> dict[str, str]:
    """The clause or section of each number in a document."""
    return {number: identity for number, identity in (
        *((section.number, section.id) for section in document.sections),
        *((passage.number, passage.clause) for passage in passages_of(document))) if number}


def titles_of(document: Document) -> dict[str, str]:
    """The titles of clauses and sections, by their ids; the section's for a clause without one."""
    return {identity: title for section in document.sections for identity, title in (
        (section.id, section.title), *((one.clause, one.title or section.title) for one in section.passages))}


def _typed_in_line(line: Line, about: Document) -> Iterator[_Typed]:
    for cell in line.cells:
        for at in range(len(cell)):
            yield from _typed_in(cell, at, about)


def _typed_in(cell: Inlines, at: int, about: Document) -> Iterator[_Typed]:
    """The places with typed numbers of the policy in one inline of a cell. In another document than the policy, those
    that name it."""
    inline = cell[at]
    if not isinstance(inline, Text) or inline.address:
        return
    for found in _TYPED.finditer(inline.text):
        before, after = plain(cell[:at]) + inline.text[:found.start()], inline.text[found.end():] + plain(cell[at + 1:])
        of_policy = _OF_POLICY.match(after)
        if (_ELSEWHERE.match(after) and not of_policy) or _OF_ANOTHER.search(before) or (
                about.kind != "policy" and not of_policy):
            continue
        first = found.start("numbers")
        numbers = tuple((one.start() + first, one.end() + first, one[0].replace(" ", ""))
                        for one in re.finditer(_NUMBER, found["numbers"]))
        certain = found["stays"] or found[0][0].islower() or re.search(r"(?:^|[.!?:]\s*|\n)$", before) is None
        if any(number.isdecimal() for _, _, number in numbers):  # the whole section: most likely of an Act
            sentence = re.split(r"[.!?]\s", before)[-1] + re.split(r"[.!?](?:\s|$)", after)[0]
            if not found["kind"] or _LAW.search(sentence):
                continue
            certain = certain and bool(of_policy or _END_OF_REFERENCE.match(after))
        end = found.end() + (len(of_policy[0]) if of_policy and about.kind != "policy" else 0)
        yield _Typed(found[0].strip(), first if found["stays"] else found.start(), end, numbers, bool(certain))

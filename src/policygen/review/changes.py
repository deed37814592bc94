"""What has changed between two editions, clause by clause, in few words for a busy reader.

In: the documents of both editions. Out: `EditionChange`s in the order of the documents, each with excerpts of the words
before and now. Changed numbers do not count, and documents about the pack itself are left out. `causes` adds what led
to each change.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from difflib import SequenceMatcher
from itertools import pairwise

import msgspec

from policygen.model import english
from policygen.model.alignment import align, likeness, out_of_order
from policygen.model.document import (
    LOCAL, Document, Inlines, Passage, Reference, Section, is_generated, passages_of, plain, untitled, with_addresses,
)
from policygen.model.lines import (
    IN_BOX, LISTS, ROWS, Line, clause_lines, comparable, lines_of, text_with_targets, words_with_targets,
)
from policygen.pack.edition import CauseKind, ChangeKind, ChangeRecord
from policygen.pack.merge import sentences

CAUSES: dict[CauseKind, str] = {"law": "the law", "answer": "your answers", "wording": "improved wording",
                                "own": "your own edits"}
"""The causes in words, the most important first."""

_EXCERPT_WORDS = 32
"""The most words of an excerpt that consists of whole sentences."""
_WHOLE_WORDS = 16
"""A sentence of up to so many words is shown whole."""
_AROUND = 3
"""The number of words shown before and after a difference, and the fewest that an excerpt leaves out."""
_SMALL = 4
"""Sentences in which fewer words differ come last: most often it is only a name that changed everywhere."""
_LEAD_WORDS = 8
"""The number of words shown of the line before a list."""
_TURNING_WORDS = frozenset(("no", "not", "never", "nobody", "nothing", "none", "neither", "nor", "nowhere", "cannot",
                            "without", "unless", "except", "only", "hardly"))
"""Words that reverse the sense of a sentence, so that an excerpt always shows them."""
_GAP, _TICK, _JOINT = "…", "☐", "\ue002"


@dataclass(frozen=True, slots=True)
class Cause:
    """What led to a change."""

    kind: CauseKind
    words: str
    """The cause, as a sentence without its full stop."""
    again: str = field(default="", compare=False)
    """A shorter sentence for a reader who has just read `words`; empty if there is none."""


APPROVAL = Cause("answer", "It says whether, and when, the text was approved")
"""The cause of the changes that every approval brings."""


@dataclass(frozen=True, slots=True)
class EditionChange:
    """A difference in one clause of one document, or a whole document that is new or gone."""

    document: str
    """The document's id."""
    document_title: str
    document_kind: str
    clause: str
    """The clause's id; for a section with another title, or of people's own, the section's id; empty for a whole
    document."""
    number: str
    """The printed number: today's, or the last one of a clause that is gone."""
    title: str
    what: tuple[ChangeKind, ...]
    before: str
    """The earlier words, shortened to what differs; the title or number if only that differs; empty if words only
    came."""
    now: str
    """The words of now, shortened in the same way; empty if words only went."""
    earlier_title: str = ""
    """The earlier title of a clause or section that has another one now."""
    section: str = ""
    """The title of its section."""
    digest: str = ""
    """A digest of its words of now; empty for what is gone."""
    causes: tuple[Cause, ...] = ()

    @property
    def key(self) -> tuple[str, str]:
        """The ids of document and clause."""
        return self.document, self.clause


# ---- changes -----------------------------------------------------------------------------------------------------


def edition_changes(then: Iterable[Document], now: Iterable[Document],
                    about: frozenset[str] = frozenset()) -> tuple[EditionChange, ...]:
    """The changes from the documents of one edition to those of a later one. `about` are the ids of documents that
    describe the pack itself, which differ in every edition and are left out."""
    before, after = ({document.id: document for document in documents
                      if document.id not in about and document.kind != "annotated"} for documents in (then, now))
    found: list[EditionChange] = []
    for identity, document in after.items():
        if identity in before:
            found += _clause_changes(before[identity], document)
        else:
            found.append(_document_change(document, "new"))
    return (*found, *(_document_change(document, "gone") for identity, document in before.items()
                      if identity not in after))


def to_sign_again(changes: Iterable[EditionChange],
                  forms: Mapping[str, Callable[[EditionChange], bool]]) -> dict[str, tuple[EditionChange, ...]]:
    """The ids of forms that people have to sign again, with the changes of words that make it necessary. Changes of
    titles, places and paragraphs bind nobody. `forms` are the ids of all forms that people sign, each with a test of
    whether a change matters to those who sign it."""
    worded = [change for change in changes if change.clause and set(change.what) - {"moved", "retitled", "divided"}
              and (change.before or change.now or not change.clause.startswith(LOCAL))]
    found = {form: tuple(filter(counts, worded)) for form, counts in forms.items()}
    return {form: own for form, own in found.items() if own}


def words_digest(lines: Iterable[Line]) -> str:
    """A digest of the words of some lines. Numbers and typography make no difference."""
    return hashlib.sha256("\n".join(comparable_words(lines)).encode()).hexdigest()


def comparable_words(lines: Iterable[Line]) -> list[str]:
    """The words of each line, without typography, with the targets of references instead of their words."""
    return [comparable(words_with_targets(line)) for line in lines]


def change_in_words(change: EditionChange) -> str:
    """What happened to a clause, in one line without the cause."""
    whole = not change.clause
    words = {"new": "New document" if whole else "New", "gone": "No longer made" if whole else "Left out",
             "moved": "Stands in another place", "retitled": f"Was called “{change.earlier_title}”",
             "added": "Something was added", "cut": "Something was taken out", "reworded": "Reworded",
             "divided": "The same words in other paragraphs"}
    return english.cap("; ".join(words[what][0].lower() + words[what][1:] for what in change.what))


def clause_name(change: EditionChange) -> str:
    """The name that people find the clause by: number and title; in a policy without numbers, title and section."""
    if not change.clause:
        return change.document_title
    if "gone" in change.what and change.number:
        return f"{change.title or 'A point'} (it was {change.number})"
    words = " ".join(filter(None, (change.number, change.title))) or "A point"
    apart = change.document_kind == "policy" and not change.number and change.section not in ("", change.title)
    return f"{words}, under “{change.section}”" if apart else words


def change_to_data(change: EditionChange) -> ChangeRecord:
    """A change as `pack.json` holds it."""
    return ChangeRecord(**asdict(change) | {"causes": tuple((cause.kind, cause.words) for cause in change.causes)})


def change_from_data(data: ChangeRecord) -> EditionChange:
    """The change that `change_to_data` stored."""
    return EditionChange(**msgspec.structs.asdict(data) | {"causes": tuple(Cause(*cause) for cause in data.causes)})


def _document_change(document: Document, what: ChangeKind) -> EditionChange:
    return EditionChange(document.id, document.title, document.kind, "", "", document.title, (what,), "", "")


def _clause_changes(old: Document, new: Document) -> Iterator[EditionChange]:
    """The changes in a document, in the order of the new one; a clause that is gone comes where it stood."""
    old, new = (replace(document, sections=tuple(  # sections made for each edition, such as the history, do not count
        section for section in document.sections if not any(map(is_generated, section.passages))))
        for document in (old, new))
    was, stands = ({passage.clause: passage for passage in passages_of(document)} for document in (old, new))
    earlier = {section.id: section for section in old.sections}
    homes, places = ({passage.clause: section for section in document.sections for passage in section.passages}
                     for document in (old, new))
    strays = {clause for clause in was.keys() & stands.keys() if homes[clause].id != places[clause].id}
    moved = {*out_of_order(list(was), list(stands)), *strays}
    left = list(was)

    def gone(clause: str) -> EditionChange:
        return replace(_unchanged(old, homes[clause], was[clause]), what=("gone",),
                       before=beginning(_printed(was[clause])))

    def place(passage: Passage, section: Section) -> str:
        under = f"under “{section.title}”" if passage.clause in strays and section.title else ""
        return english.cap(", ".join(filter(None, (passage.number and f"at {passage.number}", under))))

    def heading(document: Document, section: Section, what: ChangeKind) -> EditionChange:
        return EditionChange(document.id, document.title, document.kind, section.id, section.number, section.title,
                             (what,), "", "", section=section.title)

    for section in new.sections:
        title = earlier.get(section.id, section).title
        if title != section.title:
            yield replace(heading(new, section, "retitled"), before=title, now=section.title, earlier_title=title)
        elif section.id not in earlier and section.id.startswith(LOCAL):
            yield heading(new, section, "new")
        for passage in section.passages:
            while left and left[0] not in stands:
                yield gone(left.pop(0))
            left = [clause for clause in left if clause != passage.clause]
            change = _unchanged(new, section, passage)
            if passage.clause in moved:
                earlier_place = place(was[passage.clause], homes[passage.clause])
                change = replace(change, what=("moved",), before=earlier_place, now=place(passage, section))
            change = _clause_change(was.get(passage.clause), passage, change)
            if change.what:
                yield change
    yield from (gone(clause) for clause in left if clause not in stands)
    here = {section.id for section in new.sections}
    yield from (heading(old, section, "gone") for section in old.sections
                if section.id.startswith(LOCAL) and section.id not in here)


def _unchanged(document: Document, section: Section, passage: Passage) -> EditionChange:
    return EditionChange(document.id, document.title, document.kind, passage.clause, passage.number, passage.title, (),
                         "", "", section=section.title)


def _clause_change(old: Passage | None, new: Passage, change: EditionChange) -> EditionChange:
    """The change of a clause; its `what` is empty if the clause has not changed. `change` says whether it was moved."""
    lines = clause_lines(new)
    change = replace(change, digest=words_digest(lines))
    if old is None:
        return replace(change, what=("new",), now=beginning(_printed(new)))
    if old.title != new.title:
        change = replace(change, what=(*change.what, "retitled"), before=old.title, now=new.title,
                         earlier_title=old.title)
    if comparable_words(clause_lines(old)) != comparable_words(lines):
        found = excerpts(_printed(old), _printed(new))
        if found.before or found.now:
            change = replace(change, what=(*change.what, found.how), before=found.before, now=found.now)
        else:
            change = replace(change, what=(*change.what, "divided"))
    return change


def _printed(passage: Passage) -> tuple[Line, ...]:
    """The lines of a clause without its title, with the printed words of references."""
    return lines_of(untitled(passage).blocks)


# ---- excerpts ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Excerpts:
    """The differences of two texts, in some words of each. A short sentence is whole. Of a long sentence, the
    excerpt has what differs, a few words around it, and every word that reverses its sense, so that nobody takes it
    for the opposite. A row of a table is one sentence, without its boxes to tick."""

    before: str
    """Empty if words were only added."""
    now: str
    """Empty if words were only taken out."""
    how: ChangeKind
    """`added`, `cut` or `reworded`."""


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A sentence, or a row of a table."""

    words: tuple[str, ...]
    """As printed."""
    keys: tuple[str, ...]
    """What each word is compared by: without typography and printed numbers."""
    lead: int = -1
    """The place of the line that leads to this item of a list; -1 if there is none."""

    @property
    def key(self) -> str:
        return " ".join(self.keys)


@dataclass(frozen=True, slots=True)
class _ChangedSentence:
    """A sentence that has changed, gone or come."""

    at: tuple[int | None, int | None]
    """Its place before and now."""
    shown: tuple[list[str], list[str]]
    """The words to show of it before and now."""
    operations: frozenset[str]
    """Which of `insert`, `delete`, `replace` lead from one to the other."""
    size: int
    """How many words differ."""


def excerpts(before: Iterable[Line], now: Iterable[Line]) -> Excerpts:
    """The differences of two texts, and whether words were only added, only taken out, or neither."""
    old, new = _sentences(before), _sentences(now)
    pairs = align([one.key for one in old], [one.key for one in new], lambda i, j: likeness(old[i].key, new[j].key))
    changed = [_changed_sentence(i, j, old, new) for i, j in pairs
               if i is None or j is None or old[i].key != new[j].key]
    shown: tuple[dict[int, list[str]], dict[int, list[str]]] = {}, {}
    left: list[tuple[bool, bool]] = []
    for one in sorted(changed, key=lambda one: one.size < _SMALL):
        if all(map(_fits, shown, one.shown)):
            for side, at, words in zip(shown, one.at, one.shown, strict=True):
                if at is not None and words:
                    side[at] = words
        else:
            left.append((bool(one.shown[0]), bool(one.shown[1])))
    was, says = _as_text(old, shown[0]), _as_text(new, shown[1])
    was += f" {_GAP}" if (True, False) in left else ""
    says += f" {_GAP}" if (False, True) in left else ""
    if both := left.count((True, True)):
        says += f" (and {both} more change{'s' if both > 1 else ''})"
    operations = {operation for one in changed for operation in one.operations}
    how: ChangeKind = "added" if operations == {"insert"} else "cut" if operations == {"delete"} else "reworded"
    return Excerpts(was, says, how)


def beginning(lines: Iterable[Line]) -> str:
    """The first sentences of a text, as many as an excerpt has room for."""
    found = _sentences(lines)
    shown: dict[int, list[str]] = {}
    for at, sentence in enumerate(found):
        words = _shortened(sentence.words)
        if not _fits(shown, words):
            break
        shown[at] = words
    return _as_text(found, shown) + (f" {_GAP}" if len(shown) < len(found) else "")


def sentence_keys(lines: Iterable[Line]) -> list[str]:
    """What each sentence of a text is compared by."""
    return [sentence.key for sentence in _sentences(lines)]


def _sentences(lines: Iterable[Line]) -> list[_Sentence]:
    found: list[_Sentence] = []
    lead = -1
    for line in lines:
        kind = line.kind.removeprefix(IN_BOX)
        for sentence in [_row(line.cells)] if kind in ROWS else map(_sentence, sentences(line.cells[0])):
            if sentence.words and kind in LISTS:
                found.append(replace(sentence, lead=lead))
            elif sentence.words:
                lead = len(found) if sentence.words[-1].endswith(":") else -1
                found.append(sentence)
    return found


def _row(cells: Iterable[Inlines]) -> _Sentence:
    """A row as a sentence: `Locked cabinet: Paper; Signed forms`."""
    filled = [cell for cell in (_sentence(cell) for cell in cells if _TICK not in plain(cell)) if cell.words]
    words: list[str] = []
    for number, cell in enumerate(filled, 1):
        mark = "" if number == len(filled) or cell.words[-1].endswith((":", ";")) else ":" if number == 1 else ";"
        words += [*cell.words[:-1], cell.words[-1] + mark]
    return _Sentence(tuple(words), tuple(key for cell in filled for key in cell.keys))


def _sentence(inlines: Inlines) -> _Sentence:
    printed = "".join((one.text or one.target).replace(" ", _JOINT) if isinstance(one, Reference) else plain((one,))
                      for one in with_addresses(inlines))  # a reference is one word
    pairs = [(word.replace(_JOINT, " "), comparable(key))
             for word, key in zip(printed.split(), text_with_targets(inlines).split(), strict=True) if word != _TICK]
    return _Sentence(tuple(word for word, _ in pairs), tuple(key for _, key in pairs))


def _changed_sentence(i: int | None, j: int | None, before: Sequence[_Sentence],
                      now: Sequence[_Sentence]) -> _ChangedSentence:
    old, new = (before[i].words if i is not None else ()), (now[j].words if j is not None else ())
    if i is None or j is None:
        return _ChangedSentence((i, j), (_shortened(old), _shortened(new)),
                                frozenset({"insert" if i is None else "delete"}), len(old) + len(new))
    codes = [code for code in SequenceMatcher(None, before[i].keys, now[j].keys, autojunk=False).get_opcodes()
             if code[0] != "equal"]
    shown = ([*old], [*new]) if max(len(old), len(new)) <= _WHOLE_WORDS else (
        _around(old, [code[1:3] for code in codes]), _around(new, [code[3:5] for code in codes]))
    return _ChangedSentence((i, j), shown, frozenset(code[0] for code in codes),
                            sum(max(code[2] - code[1], code[4] - code[3]) for code in codes))


def _shortened(words: Sequence[str]) -> list[str]:
    """A sentence; of a very long one, its beginning, up to a comma if there is one."""
    if len(words) <= _EXCERPT_WORDS + _LEAD_WORDS:
        return [*words]
    end = max((at for at in range(_EXCERPT_WORDS // 2, _EXCERPT_WORDS) if words[at - 1].endswith((",", ";", ":"))),
              default=_EXCERPT_WORDS)
    return _around(words, [(0, end - _AROUND)])


def _around(words: Sequence[str], places: Iterable[tuple[int, int]]) -> list[str]:
    """The words at some places, the words around them, and those that reverse the sense, with `…` for each gap."""
    wanted = {at for start, end in places for at in range(start - _AROUND, min(end, start + _EXCERPT_WORDS) + _AROUND)}
    wanted |= {near for at, word in enumerate(words) if _turns(word) for near in (at - 1, at, at + 1)}
    wanted &= set(range(len(words)))
    wanted |= {near for at in wanted for near in _name_around(words, at)}
    for left, right in pairwise([-1, *sorted(wanted), len(words)]):
        if right - left - 1 <= _AROUND:
            wanted |= {*range(left + 1, right)}
    found: list[str] = []
    for at, word in enumerate(words):
        if at in wanted:
            found.append(word)
        elif found[-1:] != [_GAP]:
            found.append(_GAP)
    return found if len(found) <= 2 * _EXCERPT_WORDS else [*found[:2 * _EXCERPT_WORDS], _GAP]


def _name_around(words: Sequence[str], at: int) -> range:
    """The places of all words of the name that one word belongs to."""
    start = end = at
    while start and words[start][:1].isupper() and words[start - 1][:1].isupper():
        start -= 1
    while end + 1 < len(words) and words[end][:1].isupper() and words[end + 1][:1].isupper():
        end += 1
    return range(start, end + 1)


def _turns(word: str) -> bool:
    bare = word.lower().strip("“”‘’\"'(),.;:!?–-")
    return bare in _TURNING_WORDS or bare.endswith(("n't", "n’t"))


def _fits(shown: dict[int, list[str]], words: list[str]) -> bool:
    """Whether an excerpt still has room for some words; it always has room for the first."""
    return not shown or not words or sum(map(len, shown.values())) + len(words) <= _EXCERPT_WORDS


def _as_text(text: Sequence[_Sentence], shown: Mapping[int, list[str]]) -> str:
    """Some sentences as one text. `shown` has the words to show by the sentence's place; a list follows its lead."""
    found: list[str] = []
    last = -1
    for at, words in sorted(shown.items()):
        pieces = [(at, words)]
        if (lead := text[at].lead) > last:
            words_before = text[lead].words  # show the last few, or more if an earlier word reverses the sense
            start = min([max(0, len(words_before) - _LEAD_WORDS),
                         *(place for place, word in enumerate(words_before) if _turns(word))])
            pieces.insert(0, (lead, [*([_GAP] if start else []), *words_before[start:]]))
        for place, piece in pieces:
            if found and place != last + 1:
                found.append(_GAP)
            elif found and found[-1] != _GAP and not found[-1].endswith((".", ",", ";", ":", "!", "?", ".”", ".)")):
                found[-1] += ";"
            found += piece
            last = place
    return " ".join(word for at, word in enumerate(found) if word != _GAP or at == 0 or found[at - 1] != _GAP)

"""The chosen clauses to documents: rendering, local edits, glossary, numbers, references.

In: a `Selection`, the context of the pack and the stamp of its edition. Out: frozen `Document`s, ready to be checked
and written. Each step takes documents and gives documents; `assemble` lists the steps in order.
"""

from __future__ import annotations

import datetime
import itertools
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from policygen.library.clauses import Clause, Library
from policygen.model.document import (
    LOCAL, Block, Box, Document, Heading, Inline, Inlines, Issue, Layout, Paragraph, Passage, Reference, Section, Table,
    Text, inlines_of, item_letter, map_inlines, passages_of,
)
from policygen.model.english import date_in_words
from policygen.model.lines import blocks_of, text_of
from policygen.pack.context import forms
from policygen.pack.edits import LocalEdit, apply_edits
from policygen.pack.markdown import blocks, literal
from policygen.pack.selection import ALWAYS, CONCISE, SelectedDocument, Selection

OWN_NOTE = Box((Paragraph((Text("Why it is here: ", "strong"), Text("You wrote this clause yourselves."))),))
"""The note, in an annotated document, below a clause that is not in the library."""
UNTITLED = "Our own rule"
"""The heading of a clause that people added without a title, where each clause has a heading."""
OWN_REASON = "you wrote it yourselves"
"""Why such a clause is in, as the record of an edition says it."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """The number, dates and state of an edition, as its documents print them."""

    number: int
    """1 for an organisation's first edition."""
    date: datetime.date
    review_due: datetime.date
    draft: bool


def assemble(library: Library, selection: Selection, context: Mapping[str, Any], stamp: Stamp,
             edits: tuple[LocalEdit, ...] = ()) -> tuple[Document, ...]:
    """The documents of a pack, in the library's order, with the settled local edits in their places."""
    documents = apply_edits(render_documents(library, selection, context, stamp), edits)
    documents = tuple(only_used_definitions(document, library) for document in documents)
    return resolved(_with_annotated(numbered(documents), library, selection, context, edits), edits)


def render_documents(library: Library, selection: Selection, context: Mapping[str, Any],
                     stamp: Stamp) -> tuple[Document, ...]:
    """The documents as the library gives them: without numbers, without local edits, and without annotated ones."""
    return tuple(_rendered_document(library, selected, context, stamp) for selected in selection.documents
                 if not selected.plan.annotates)


def numbered(documents: Iterable[Document]) -> tuple[Document, ...]:
    """The documents with their numbers, and without the library's sections that have no clause."""
    return tuple(_numbered(replace(document, sections=tuple(
        section for section in document.sections if section.passages or section.id.startswith(LOCAL))))
        for document in documents)


def with_numbers(document: Document, printed: Mapping[str, str]) -> Document:
    """A document that was stored without numbers, with its numbers, and with the `printed` words of its references."""
    return _with_references(_numbered(document), printed)


def review_due(start: datetime.date, years: int) -> datetime.date:
    """The same day so many years later; 28 February for 29 February."""
    try:
        return start.replace(year=start.year + years)
    except ValueError:
        return start.replace(year=start.year + years, day=28)


def with_history(documents: tuple[Document, ...], issues: tuple[Issue, ...]) -> tuple[Document, ...]:
    """The documents, each policy with its editions, newest first: in a last section, or, where the policy is concise,
    with the earlier ones in the table on its first page. `issues` are all editions, oldest first.

    Earlier drafts are left out: there would be more of them with every edition.
    """
    earlier = [issue for issue in reversed(issues[:-1]) if issue.approved_on]
    cells = [(f"{issue.number}", date_in_words(issue.date),
              f"Approved on {date_in_words(issue.approved_on)}{f' ({issue.because})' if issue.because else ''}"
              if issue.approved_on else "Draft") for issue in (issues[-1], *earlier)]
    history: list[Block] = [Table(tuple(map(literal, ("Edition", "Made on", "Status"))), tuple(
        tuple(map(literal, row)) for row in cells), "The editions of this policy, newest first.")]
    if len(cells) < len(issues):
        history.append(Paragraph(literal("Earlier drafts are not listed.")))
    words = "; ".join(f"{issue.number}, approved on {date_in_words(issue.approved_on)}" for issue in earlier
                      if issue.approved_on)

    def extended(document: Document) -> Document:
        if document.kind not in ("policy", "annotated"):
            return document
        if document.layout in CONCISE:
            line = (("Earlier editions", literal(words)),) if words and document.control else ()
            return replace(document, control=(*document.control, *line))
        identity, title = "history", "History of this policy"
        numbers = [int(section.number) for section in document.sections if section.number]
        section = Section(identity, title, str(numbers[-1] + 1) if numbers else "",
                          (Passage(identity, title, "", tuple(history)),))
        return replace(document, sections=(*document.sections, section))

    return tuple(map(extended, documents))


def _rendered_document(library: Library, selected: SelectedDocument, context: Mapping[str, Any],
                       stamp: Stamp) -> Document:
    plan, layout = selected.plan, selected.layout
    readable = {**context, "reader": plan.reader}

    def passage(clause: Clause) -> Passage:
        wording = clause.short if selected.concise and clause.short else clause.wording
        return Passage(clause.id, clause.title, "", blocks(wording.render(readable), wording.place))

    sections = tuple(
        Section(section.id, section.title, "", tuple(
            passage(library.clauses[clause]) for clause in section.clauses if clause in selected.clauses),
            section.cover, boxed=section.boxed == "always" or (layout == "short" and section.boxed == "short"))
        for section in plan.sections)
    edition_line = f"Edition {stamp.number}, {date_in_words(stamp.date)}" + (" (draft)" if stamp.draft else "")
    return Document(
        id=plan.id, kind=plan.kind, title=plan.title,
        organisation="" if plan.discreet else context["organisation_name"], layout=layout,
        control=control(context, stamp) if plan.kind == "policy" else (), sections=sections,
        edition_line="" if plan.discreet else edition_line, draft=stamp.draft and not plan.discreet,
        contents=layout in ("numbered", "three_level"))


def control(context: Mapping[str, Any], stamp: Stamp) -> tuple[tuple[str, Inlines], ...]:
    """The rows of the table on the first page: status, next review, owner and edition."""
    the_body, years = forms("body", context["governing_body"])["the_body"], context["review_years"]
    if stamp.draft:
        status = f"Draft for discussion; not yet approved by {the_body}"
        review = "One year after approval" if years == 1 else f"{years} years after approval"
    else:
        status = f"Approved by {the_body} on {date_in_words(context['approved_on'])}"
        review = f"Due by {date_in_words(stamp.review_due)}"
    lines = {"Status": status, "Next review": review, "Owner": context["lead_role"],
             "Edition": f"{stamp.number}, made on {date_in_words(stamp.date)}"}
    return tuple((label, literal(words)) for label, words in lines.items())


def only_used_definitions(document: Document, library: Library) -> Document:
    """The document without the glossary clauses whose words stand nowhere else in it."""
    defines = {passage.clause: clause.defines for passage in passages_of(document)
               if (clause := library.clauses.get(passage.clause)) and clause.defines}
    words = "\n".join(text_of(passage.blocks) for passage in passages_of(document) if passage.clause not in defines)
    unused = {clause for clause, explained in defines.items()
              if not any(re.search(rf"\b{re.escape(word)}\b", words, re.IGNORECASE) for word in explained)}
    return _with_passages(document, lambda section: tuple(
        passage for passage in section.passages if passage.clause not in unused))


def _with_passages(document: Document, change: Callable[[Section], tuple[Passage, ...]]) -> Document:
    return replace(document, sections=tuple(replace(section, passages=change(section))
                                            for section in document.sections))


def _numbered(document: Document) -> Document:
    """The document with its sections numbered 1, 2 and its clauses as the layout has it. The title of a clause that
    people added is printed in a short document too."""
    if document.layout == "short":
        return _with_passages(document, lambda section: tuple(
            replace(passage, blocks=_led(passage, (Text(f"{passage.title}. ", "strong"),)))
            if passage.title and passage.blocks and passage.clause.startswith(LOCAL) else passage
            for passage in section.passages))
    if document.layout == "plain":
        return document
    sections, number = [], 0
    for section in document.sections:
        if not section.cover:
            number += 1
            section = replace(section, number=str(number), passages=tuple(
                _with_number(passage, document.layout, number, place) if passage.blocks else passage
                for place, passage in enumerate(section.passages, 1)))
        sections.append(section)
    return replace(document, sections=tuple(sections))


def _with_number(passage: Passage, layout: Layout, section: int, place: int) -> Passage:
    """The clause with its number. `numbered`: 6.2, with its title in bold before its first words. `three_level`: its
    title as heading 6.2, its paragraphs 6.2.1, 6.2.2. `lettered`: point (b) of section 6, without its title."""
    number, first = f"{section}.{place}", passage.blocks[0]
    if layout == "three_level":
        count = itertools.count(1)
        blocks = [replace(block, number=f"{number}.{next(count)}") if isinstance(block, Paragraph) else block
                  for block in passage.blocks]
        heading = Heading((Text(passage.title or UNTITLED),), number)
        return replace(passage, number=number, blocks=(heading, *blocks))
    title: Inlines = (Text(f"{passage.title}. ", "strong"),) if passage.title else ()
    mark = number
    if layout == "lettered":
        mark = item_letter(place)
        number = f"{section}{mark}"
        if not passage.clause.startswith(LOCAL):
            title = () if isinstance(first, Paragraph) else (Text(f"{passage.title}."),)
    return replace(passage, number=number, blocks=_led(passage, title, mark))


def _led(passage: Passage, title: Inlines, number: str = "") -> tuple[Block, ...]:
    """The blocks of a clause with its title and number before the first words."""
    first, *rest = passage.blocks
    if isinstance(first, Paragraph):
        return (replace(first, inlines=(*title, *first.inlines), number=number), *rest)
    return (Paragraph(title, number), *passage.blocks)


def _with_annotated(documents: tuple[Document, ...], library: Library, selection: Selection,
                    context: Mapping[str, Any], edits: tuple[LocalEdit, ...]) -> tuple[Document, ...]:
    """The documents, with each annotated one in its place: a copy of another document with a note below each clause."""
    made = {document.id: document for document in documents}
    reasons = {selected.plan.id: selected.clauses for selected in selection.documents}
    found = []
    for selected in selection.documents:
        plan = selected.plan
        if not plan.annotates:
            found.append(made[plan.id])
        elif plan.annotates in made:
            base = with_notes(made[plan.annotates], reasons[plan.annotates], library, context, edits)
            found.append(replace(base, id=plan.id, kind=plan.kind, title=plan.title))
    return tuple(found)


def with_notes(document: Document, why: Mapping[str, str], library: Library, context: Mapping[str, Any],
               edits: tuple[LocalEdit, ...]) -> Document:
    """A document with a note below each clause, and a row that says when the law was checked. `why` says for each
    clause of the library why it is in."""
    by_hand = {edit.clause for edit in edits if edit.document == document.id and edit.lines != edit.base}

    def note(clause: str) -> Box:
        if clause not in why:
            return OWN_NOTE
        if clause not in library.clauses:  # an edition that is approved later may have one that is gone by then
            return Box((Paragraph((Text("In this pack because ", "strong"), Text(f"{why[clause]}."))),))
        return _note(library.clauses[clause], library, why[clause], context["in_force"], clause in by_hand)

    noted = _with_passages(document, lambda section: tuple(
        replace(passage, blocks=(*passage.blocks, note(passage.clause))) for passage in section.passages))
    return replace(noted, control=(*document.control, ("Law", literal(context["law_checked"]))))


def _note(clause: Clause, library: Library, because: str, in_force: Callable[[str], bool], by_hand: bool) -> Box:
    """The note below a clause: why it is there, what it rests on in these nations on this date, and whether
    somebody changed the library's words."""
    law = [library.law.laws[name] for name in clause.law if in_force(name)]
    words = [("Why it is here: ", clause.because)]
    words += [("In this pack because ", f"{because}.")] if because != ALWAYS else []
    if law:
        rests = "; ".join(f"{item.title}, {item.provision}" for item in law)
        open_details = [item.title for item in law if "unconfirmed" in item.confidence]
        words.append(("Rests on: ", f"{rests}."
                      + (f" Not confirmed in every detail: {'; '.join(open_details)}." if open_details else "")))
    if by_hand:
        words.append(("Changed by hand: ", "You have changed these words."
                      + (" The law was checked for those that policygen gave." if law else "")))
    return Box(tuple(Paragraph((Text(label, "strong"), Text(text))) for label, text in words))


def resolved(documents: tuple[Document, ...], edits: tuple[LocalEdit, ...]) -> tuple[Document, ...]:
    """The documents with the words that each reference prints. A reference to a clause that people took out prints
    that clause's section; one to a section whose heading they took out, the section that its clauses stand in now, or
    the whole policy if none stands. So does one that people kept in an edit, although its target is gone. Any other
    reference without a target stays without words."""
    everywhere = {document.id: document.title for document in documents}
    own = {document.id: _own_targets(document) for document in documents}
    for edit in sorted(edits, key=lambda edit: edit.lines is None):
        targets = own.get(edit.document, {})
        words = targets.get(edit.section, "this policy")
        if edit.lines is None:
            targets.setdefault(edit.clause, words)
        if edit.lines is None or edit.placed:
            targets.setdefault(edit.clause.partition("/")[0], words)
    for document in documents:
        for target, words in own[document.id].items():
            everywhere.setdefault(target, f"the {document.title}" if words == "this policy" else
                                  f"{words} of the {document.title}")
    for edit in edits:
        kept = {inline.target for run in inlines_of(blocks_of(edit.lines or ())) for inline in run
                if isinstance(inline, Reference)}
        everywhere |= {target: "this policy" for target in kept if target not in everywhere}
    return tuple(_with_references(document, everywhere | own[document.id]) for document in documents)


def _with_references(document: Document, targets: Mapping[str, str]) -> Document:
    def printed(inline: Inline) -> Inline:
        return replace(inline, text=targets.get(inline.target, "")) if isinstance(inline, Reference) else inline

    return _with_passages(document, lambda section: tuple(
        replace(passage, blocks=map_inlines(passage.blocks, printed)) for passage in section.passages))


def _own_targets(document: Document) -> dict[str, str]:
    """The words that references inside a document print, by the id that they lead to: `section 6.2`, or the
    section's title where there are no numbers."""
    targets = {}
    for section in document.sections:
        name = f"section {section.number}" if section.number else f"“{section.title}”" if section.title else ""
        if name:
            targets[section.id] = name
        for passage in section.passages:
            if passage.number or name:
                targets[passage.clause] = f"section {passage.number}" if passage.number else name
    return targets

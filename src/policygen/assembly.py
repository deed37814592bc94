"""The chosen clauses to documents: rendering, glossary, numbers, references.

In: a selection, the context of the pack and the stamp of its edition. Out: frozen `Document`s, ready to be checked
and written. Each pass takes documents and gives documents; `assemble` shows them in order.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from policygen.document import (
    Document, Inline, Inlines, Paragraph, Passage, Reference, Section, Text, map_inlines, passages_of, text_of,
)
from policygen.library import Clause, Library
from policygen.markup import blocks, literal
from policygen.selection import SelectedDocument, Selection
from policygen.templating import date_in_words
from policygen.wording import forms


@dataclass(frozen=True, slots=True)
class Stamp:
    """What ties documents to their edition."""

    number: int
    """1 for an organisation's first edition."""
    date: date
    review_due: date
    draft: bool


def assemble(library: Library, selection: Selection, context: Mapping[str, Any], stamp: Stamp) -> tuple[Document, ...]:
    """The documents of a pack, in the library's order."""
    documents = tuple(_render(library, selected, context, stamp) for selected in selection.documents)
    documents = tuple(_only_used_definitions(document, library) for document in documents)
    documents = tuple(_without_empty_sections(document) for document in documents)
    documents = tuple(_numbered(document) for document in documents)
    return _resolved(documents)


def review_due(start: date, years: int) -> date:
    """The same day some years later; 28 February for a leap day."""
    try:
        return start.replace(year=start.year + years)
    except ValueError:
        return start.replace(year=start.year + years, day=28)


# ---- rendering ---------------------------------------------------------------------------------------------------


def _render(library: Library, selected: SelectedDocument, context: Mapping[str, Any], stamp: Stamp) -> Document:
    plan = selected.plan
    layout = "short" if selected.short else "numbered" if plan.kind == "policy" else "plain"
    sections = tuple(
        Section(section.id, section.title, "", tuple(
            _passage(library.clauses[clause], selected.short, context)
            for clause in section.clauses if clause in selected.clauses), section.cover,
            boxed=section.boxed == "always" or selected.short and section.boxed == "short")
        for section in plan.sections)
    return Document(
        id=plan.id, kind=plan.kind, title=plan.title, organisation=context["organisation_name"], layout=layout,
        control=_control(context, stamp) if plan.kind == "policy" else (), sections=sections,
        edition_line=f"Edition {stamp.number}, {date_in_words(stamp.date)}" + (" (draft)" if stamp.draft else ""),
        draft=stamp.draft, contents=layout == "numbered")


def _passage(clause: Clause, short: bool, context: Mapping[str, Any]) -> Passage:
    wording = clause.short if short else clause.wording
    return Passage(clause.id, clause.title, "", blocks(wording.render(context), wording.place))


def _control(context: Mapping[str, Any], stamp: Stamp) -> tuple[tuple[str, Inlines], ...]:
    """The status block: draft or approved, by whom and when, the next review, the edition."""
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


# ---- glossary, empty sections ------------------------------------------------------------------------------------


def _only_used_definitions(document: Document, library: Library) -> Document:
    """Leave out each glossary clause whose words are used nowhere else in the document."""
    words = "\n".join(text_of(passage.blocks) for passage in passages_of(document)
                      if not library.clauses[passage.clause].defines)

    def wanted(passage: Passage) -> bool:
        defines = library.clauses[passage.clause].defines
        return not defines or any(re.search(rf"\b{re.escape(word)}\b", words, re.IGNORECASE) for word in defines)

    return _with_passages(document, lambda section: tuple(filter(wanted, section.passages)))


def _without_empty_sections(document: Document) -> Document:
    """Leave out sections that no clause is left in."""
    return replace(document, sections=tuple(section for section in document.sections if section.passages))


def _with_passages(document: Document, change: Callable[[Section], tuple[Passage, ...]]) -> Document:
    return replace(document, sections=tuple(replace(section, passages=change(section))
                                            for section in document.sections))


# ---- numbers -----------------------------------------------------------------------------------------------------


def _numbered(document: Document) -> Document:
    """Number sections 1, 2 and clauses 1.1, 1.2, and print each clause's title before its first words."""
    if document.layout != "numbered":
        return document
    sections, number = [], 0
    for section in document.sections:
        if not section.cover:
            number += 1
            section = replace(section, number=str(number), passages=tuple(
                _with_number(passage, f"{number}.{place}") for place, passage in enumerate(section.passages, 1)))
        sections.append(section)
    return replace(document, sections=tuple(sections))


def _with_number(passage: Passage, number: str) -> Passage:
    if not passage.blocks:
        return passage
    title = Text(f"{passage.title}. ", "strong")
    first, *rest = passage.blocks
    if isinstance(first, Paragraph):
        first = replace(first, inlines=(title, *first.inlines), number=number)
    else:
        first, rest = Paragraph((title,), number), passage.blocks
    return replace(passage, number=number, blocks=(first, *rest))


# ---- references --------------------------------------------------------------------------------------------------


def _resolved(documents: tuple[Document, ...]) -> tuple[Document, ...]:
    """Give every reference the words that it prints; one that leads nowhere stays without words."""
    everywhere = {document.id: document.title for document in documents}
    for document in documents:
        for target, words in _own_targets(document).items():
            everywhere.setdefault(target, f"{words} of the {document.title}")
    return tuple(_with_references(document, everywhere | _own_targets(document)) for document in documents)


def _with_references(document: Document, targets: Mapping[str, str]) -> Document:
    def printed(inline: Inline) -> Inline:
        return replace(inline, text=targets.get(inline.target, "")) if isinstance(inline, Reference) else inline

    return _with_passages(document, lambda section: tuple(
        replace(passage, blocks=map_inlines(passage.blocks, printed)) for passage in section.passages))


def _own_targets(document: Document) -> dict[str, str]:
    """What references inside a document print: `section 6.2`, or the section's title where there are no numbers."""
    targets = {}
    for section in document.sections:
        name = f"section {section.number}" if section.number else f"“{section.title}”" if section.title else ""
        if name:
            targets[section.id] = name
        for passage in section.passages:
            if passage.number or name:
                targets[passage.clause] = f"section {passage.number}" if passage.number else name
    return targets

"""Why each clause is in an edition, as a person reads it.

In: a `pack.json` and the clause library for what trustees are told of a clause. Out: text with tables, as wide as the
terminal and with what its encoding can print.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Table

from policygen.library.clauses import Library


def explain(pack: Mapping[str, Any], library: Library, wanted: str | None) -> str:
    """All clauses of an edition, or all about one, given by number or id. Raises LookupError."""
    # Titles and reasons are plain text: `[b]` and `:key:` stand for themselves.
    console = Console(highlight=False, markup=False, emoji=False)
    with console.capture() as captured:
        if wanted is None:
            for document in pack["documents"]:
                console.print(_all(document))
        else:
            document, clause = _find(pack, wanted)
            console.print(_one(document, clause, library))
            console.print(f"\n{clause['text']}")
    return captured.get().rstrip()


def _all(document: Mapping[str, Any]) -> Table:
    numbered = any(clause["number"] for clause in document["clauses"])
    table = Table(title=document["title"], title_justify="left")
    for heading in ("No.", "Clause", "Why it is in") if numbered else ("Clause", "Why it is in"):
        table.add_column(heading, overflow="fold")
    for clause in document["clauses"]:
        cells = [f"{clause['title']}\n({clause['id']})", f"because {clause['because']}"]
        table.add_row(*[clause["number"]] * numbered, *cells)
    return table


def _find(pack: Mapping[str, Any], wanted: str) -> tuple[dict[str, Any], dict[str, Any]]:
    for document in pack["documents"]:
        for clause in document["clauses"]:
            if wanted and wanted in (clause["number"], clause["id"]):
                return document, clause
    raise LookupError(wanted)


def _one(document: Mapping[str, Any], clause: Mapping[str, Any], library: Library) -> Table:
    known = library.clauses.get(clause["id"])
    lines = [
        ("Clause", f"{clause['number']} {clause['title']} ({clause['id']})".strip()),
        ("Document", document["title"]),
        ("It is in because", clause["because"]),
        ("What it is for", known.because if known else "it is no longer in the clause library"),
        ("Rests on", "; ".join(f"{law.title}, {law.provision}" for identity in clause["law"]
                               if (law := library.law.laws.get(identity))) or "no particular law"),
        ("Carries", ", ".join(clause["covers"]) or "no point of the requirements"),
        ("Law checked on", str(library.law.checked)),
        ("File", known.place.file if known else "none"),
    ]
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    for label, value in lines:
        table.add_row(label, value)
    return table

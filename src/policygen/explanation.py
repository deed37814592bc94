"""Why each clause is in an edition, printed for a person.

In: a `pack.json` and the clause library for what trustees are told of a clause. Out: lines and tables on standard
output.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Table

from policygen.library import Library


def show(pack: Mapping[str, Any], library: Library, wanted: str | None) -> None:
    """Print all clauses of an edition, or all about one, given by number or id. Raises LookupError."""
    console = Console(highlight=False)
    if wanted:
        document, clause = _find(pack, wanted)
        _one(console, document, clause, library)
        return
    for document in pack["documents"]:
        table = Table(title=document["title"], title_justify="left", expand=False)
        for heading in ("No.", "Clause", "Why it is in"):
            table.add_column(heading)
        for clause in document["clauses"]:
            table.add_row(clause["number"], f"{clause['title']}\n({clause['id']})", f"because {clause['because']}")
        console.print(table)


def _find(pack: Mapping[str, Any], wanted: str) -> tuple[dict[str, Any], dict[str, Any]]:
    for document in pack["documents"]:
        for clause in document["clauses"]:
            if wanted in (clause["number"], clause["id"]):
                return document, clause
    raise LookupError(wanted)


def _one(console: Console, document: Mapping[str, Any], clause: Mapping[str, Any], library: Library) -> None:
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
    console.print(table)
    console.print()
    console.print(clause["text"], markup=False)

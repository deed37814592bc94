"""The people who sign: a list that somebody keeps in, `Person`s out, or all that is wrong with the list.

It reads names and decides nothing about forms. Nothing that it says quotes a name: rows are told by their numbers.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from policygen.signing import table_files as lists
from policygen.model.english import date_in_words
from policygen.model.problems import ListError, Place, Problem, error
from policygen.signing.table_files import DATES, Listed, ListedRow, key, of_rows

COLUMNS = {
    "name": ("full name", "names", "person", "display name", "who"),
    "role": ("position", "job title", "job", "post", "post title", "role title", "title of post", "job role"),
    "kind": ("type", "category", "staff or volunteer", "kind of person", "relationship", "employment type", "status"),
    "email": ("e mail", "mail", "email address", "e mail address", "mail address"),
    "team": ("group", "department", "project", "service", "location", "branch"),
    "start date": ("start", "started", "starts", "joined", "date joined", "date started", "joining date",
                   "date of start", "since", "from"),
    "needs system access": ("access", "system access", "systems access", "it access", "needs access",
                            "needs it access", "needs systems access", "access to systems", "computer access",
                            "login", "log in"),
    "first name": ("first names", "forename", "forenames", "given name", "given names", "christian name"),
    "surname": ("last name", "family name", "second name"),
}
KINDS = {
    "staff": ("employee", "employed", "member of staff", "staff member", "paid", "paid staff", "worker",
              "paid worker",
              "full time", "part time", "permanent", "fixed term", "casual", "bank", "bank staff", "sessional staff",
              "apprentice"),
    "volunteer": ("unpaid", "helper", "student", "student on placement", "placement", "placement student", "intern",
                  "befriender"),
    "body": ("board", "board member", "member of the board", "trustee", "director", "governor", "committee",
             "committee member", "management committee", "management committee member", "board of trustees",
             "governing body", "chair", "treasurer", "co opted"),
    "contractor": ("contracted", "sessional", "sessional worker", "agency", "agency worker", "agency staff",
                   "freelance", "freelancer", "self employed", "consultant", "supplier", "subcontractor", "temp"),
}
"""The library's words for kinds of people, and how lists write them."""
SHOWN = {"staff": "staff", "volunteer": "volunteer", "body": "board", "contractor": "contractor"}
"""The library's words for kinds of people, and how our own lists write them."""
WITH_ACCESS = ("staff",)
"""The kinds who are taken to need access to the systems where the list says nothing: most employees have a log-in,
and who does not is left off by a `no`; for anybody else access is a decision that somebody must have made."""
_YES = frozenset({"yes", "y", "true", "x", "1", "✓", "✔", "required", "needed"})
_NO = frozenset({"no", "n", "false", "0", "not needed", "not required"})


@dataclass(frozen=True, slots=True)
class Person:
    name: str
    """In one line, as the list writes it."""
    kind: str
    """One of `library.READERS`."""
    role: str = ""
    email: str = ""
    team: str = ""
    start: date | None = None
    needs_access: bool = False
    row: int = 0
    """Where the list has this person; 0 for somebody who comes from no list."""


@dataclass(frozen=True, slots=True)
class People:
    people: tuple[Person, ...]
    """In the order of the list."""
    notices: tuple[str, ...]
    """What whoever gave the list should know, in lines without names."""


def read(path: Path) -> People:
    """The people in a CSV or Excel file. Raises ListError with everything that is wrong."""
    listed = lists.read(path, COLUMNS, (("name",), ("first name", "surname")))
    place = Place(str(path))
    problems = []
    if "kind" not in listed.columns:
        problems.append(error("there is no column called kind", place,
                              f"Say of each person: {', '.join(SHOWN.values())}."))
    wrong: dict[tuple[str, str], list[int]] = defaultdict(list)
    people = [_person(row, wrong, "kind" in listed.columns) for row in listed.rows]
    problems += [of_rows(rows, message, place, hint) for (message, hint), rows in wrong.items()]
    problems += _not_told_apart(people, place)
    if not people:
        problems.append(error("nobody is in this list", place, "Put a row for each person below the headings."))
    if problems:
        raise ListError(*problems)
    return People(tuple(people), tuple(_notices(listed, people)))


def form_values(person: Person) -> dict[str, str]:
    """What is known of a person, by what the places of a form hold; empty where it is not known."""
    return {"name": person.name, "role": person.role, "team": person.team,
            "start_date": date_in_words(person.start) if person.start else ""}


def name_key(name: str) -> str:
    """A name as it is compared: capitals, spaces and kinds of apostrophe and hyphen make no difference."""
    plain = unicodedata.normalize("NFC", name).casefold().translate(_ALIKE)
    return " ".join(plain.split())


def forgiving_key(name: str) -> str:
    """A name without its accents, apostrophes and hyphens: several names may have the same."""
    apart = unicodedata.normalize("NFKD", name_key(name)).translate(_BASIC)
    letters = "".join(sign for sign in apart if not "\u0300" <= sign <= "\u036f" and sign not in "'.-")
    return " ".join(letters.split()) or name_key(name)


_ALIKE = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "`": "'", "´": "'", "‐": "-", "‑": "-", "–": "-", "\u200e": "",
                        "\u200f": "", "\u00ad": ""})
_BASIC = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th",
                        "ŧ": "t", "-": " "})
"""Letters with a stroke or of two, which Unicode does not take apart."""


def _person(row: ListedRow, wrong: dict[tuple[str, str], list[int]], has_kind: bool) -> Person:
    """The person in a row; what is wrong with it is noted under its message and hint."""

    def note(message: str, hint: str) -> None:
        wrong[message, hint].append(row.number)

    name = row.text("name") or " ".join(filter(None, (row.text("first name"), row.text("surname"))))
    if not name:
        note("the name is missing", "Write it, or delete the row.")
    kind = _KINDS.get(key(row.text("kind"))) or _KINDS.get(key(row.text("kind")).removesuffix("s"))
    if has_kind and not kind:
        note("the kind is missing" if not row.text("kind") else "the kind is not one that is known here",
             f"Write one of: {', '.join(SHOWN.values())}.")
    email = row.text("email")
    if email and ("@" not in email or " " in email):
        note("the e-mail address has no @, or a space", "Correct it, or leave it empty.")
    start = row.cells.get("start date", "") if row.text("start date") else ""
    if start and lists.day_of(start) is None:
        note("the start date is no date", DATES)
    access = key(row.text("needs system access")) or row.text("needs system access")
    if access and access not in _YES | _NO:
        note("“needs system access” is neither yes nor no", "Write yes or no, or leave it empty.")
    kind = kind or ""
    return Person(name, kind, row.text("role"), email, row.text("team"), lists.day_of(start) if start else None,
                  access in _YES if access else kind in WITH_ACCESS, row.number)


_KINDS = {key(word): kind for kind, words in KINDS.items() for word in (kind, *words)}


def _not_told_apart(people: Iterable[Person], place: Place) -> list[Problem]:
    """Rows that have a name and a kind in common, and nothing else that tells them apart."""
    same: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for person in people:
        if person.name:
            about = map(name_key, (person.email, person.role, person.team))
            same[(name_key(person.name), person.kind, *about)].append(person.row)
    return [of_rows(rows, "these are the same name, and nothing tells them apart", place,
                    "Delete what stands here twice. If they are different people, give each an e-mail address, or "
                    "another role or team.") for rows in same.values() if len(rows) > 1]


def _notices(listed: Listed, people: list[Person]) -> Iterable[str]:
    if listed.unknown:
        headings = ", ".join(f"“{heading}”" for heading in listed.unknown)
        yield f"Columns that are not used: {headings}."
    if "role" not in listed.columns:
        yield "There is no column for the role: it stays blank on the forms."
    same: dict[str, list[int]] = defaultdict(list)
    for person in people:
        same[name_key(person.name)].append(person.row)
    for rows in same.values():
        if len(rows) > 1:
            yield (f"{lists.in_words(rows).capitalize()} have the same name. They are told apart by kind, e-mail "
                   "address, role and team.")
    if silent := [row.number for row in listed.rows if not row.text("needs system access")]:
        some = "The list" if len(silent) == len(people) > 1 else lists.in_words(silent).capitalize()
        verb = "says" if some == "The list" or len(silent) == 1 else "say"
        yield f"{some} {verb} nothing about access to systems: staff are taken to need it, others not."

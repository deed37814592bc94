"""The people who sign: a list that somebody keeps in, `Person`s out, or everything that is wrong with the list.

Which forms they sign is decided in `due`. No notice and no problem quotes a name: they give the numbers of rows.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from policygen.model.english import DATE_HINT, cap, date_in_words
from policygen.model.problems import ListError, Place, Problem, error
from policygen.signing.table_files import (
    Fits, ListFile, ListRow, RowNumber, RowProblems, date_in_cell, heading_key, problems_of_rows, read_list,
    row_numbers_in_words, without_marks,
)

COLUMNS = {
    "name": ("full name", "names", "person", "display name", "who"),
    "role": ("position", "job title", "job", "post", "post title", "role title", "title of post", "job role"),
    "kind": ("type", "category", "staff or volunteer", "staff volunteer", "kind of person", "relationship",
             "employment type", "status"),
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
"""The columns of a list of people, with other headings that stand for them."""
NAMED_BY = (("name",), ("first name", "surname"))
"""The sets of columns that say who somebody is; a list has at least one of them."""
FITS: dict[str, Fits] = {"kind": lambda cell: bool(_kind(str(cell))),
                         **dict.fromkeys(("date", "start date"), lambda cell: bool(date_in_cell(cell)))}
"""What the cells of columns are like whose headings can mean something else too."""
NO_NAME = frozenset({"", "-", "–", "—", "N/A", "n/a"})
"""What stands in a cell for a name that is missing: other words for nothing are names too."""
_KINDS = {
    "staff": ("employee", "employed", "member of staff", "staff member", "paid", "paid staff", "worker",
              "paid worker", "full time", "part time", "f t", "p t", "ft", "pt", "zero hours", "permanent",
              "fixed term", "casual", "bank", "bank staff", "bank worker", "sessional staff", "apprentice"),
    "volunteer": ("vol", "unpaid", "helper", "student", "student on placement", "placement", "placement student",
                  "intern", "befriender"),
    "body": ("board", "board member", "member of the board", "trustee", "director", "non executive director",
             "governor", "committee", "committee member", "management committee", "management committee member",
             "board of trustees", "governing body", "chair", "chairman", "chairwoman", "chairperson",
             "chair of trustees", "vice chair", "treasurer", "honorary treasurer", "honorary secretary", "co opted"),
    "contractor": ("contracted", "sessional", "sessional worker", "agency", "agency worker", "agency staff",
                   "freelance", "freelancer", "self employed", "consultant", "supplier", "subcontractor", "temp"),
}
"""The library's words for kinds of people, and how lists write them."""
ShownKind = Literal["staff", "volunteer", "board", "contractor"]
SHOWN: dict[str, ShownKind] = {
    "staff": "staff", "volunteer": "volunteer", "body": "board", "contractor": "contractor"}
"""The library's words for kinds of people, and how our own lists write them."""
_WRITTEN_KINDS = {heading_key(word): kind for kind, words in _KINDS.items() for word in (kind, *words)}
_BESIDE = frozenset("full part time f p t ft pt current active list".split())
"""Words beside a kind that do not change it."""
_LEFT = frozenset("ex former formerly left leaver past retired resigned stopped not non".split())
"""Words beside a kind that say that somebody is it no more."""
_WITH_ACCESS = ("staff",)
"""The kinds of people who are taken to need access to the systems where the list says nothing: most employees have a
log-in, and a `no` leaves off the others; for anybody else access is a decision that somebody must have made."""
_YES = frozenset({"yes", "y", "true", "x", "1", "✓", "✔", "required", "needed"})
_NO = frozenset({"no", "n", "false", "0", "not needed", "not required"})
_ALIKE = str.maketrans(dict.fromkeys("’‘ʼ`´ʹˈ′‛ꞌ＇", "'") | dict.fromkeys("‐‑‒–—−", "-"))
_TITLE = re.compile(r"^((mr|mrs|ms|miss|mx|dr|prof|professor|rev|revd|fr|sr|sir|dame|lady|lord|cllr|canon)\.? )+")
_BASIC = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th",
                        "ŧ": "t", "-": " "})
"""Letters with a stroke or of two, which Unicode does not take apart."""


@dataclass(frozen=True, slots=True)
class Person:
    name: str
    """In one line, as the list writes it."""
    kind: str
    """One of `library.clauses.KINDS_OF_PEOPLE`."""
    role: str = ""
    email: str = ""
    team: str = ""
    start: date | None = None
    needs_access: bool = False
    row: RowNumber = ("", 0)
    """Where the list has this person; 0 for somebody who comes from no list."""

    def as_registered(self) -> Person:
        """What a register keeps of the person: not the row, the start or the access."""
        return Person(self.name, self.kind, self.role, self.email, self.team)


@dataclass(frozen=True, slots=True)
class People:
    people: tuple[Person, ...]
    """In the order of the list."""
    notices: tuple[str, ...]
    """What whoever gave the list should know, in lines without names."""


def read_people(path: Path, day: date) -> People:
    """The people in a list that is read on this day. Raises ListError with everything that is wrong."""
    listed = read_list(path, COLUMNS, NAMED_BY, FITS, "kind")
    place = Place(str(path))
    problems = [] if "kind" in listed.columns else [
        error("there is no column called kind", place, f"Say of each person: {', '.join(SHOWN.values())}.")]
    wrong: RowProblems = defaultdict(list)
    people = [_person(row, wrong, "kind" in listed.columns, day) for row in listed.rows]
    same: dict[tuple[str, ...], list[RowNumber]] = defaultdict(list)
    for person in people:
        if person.name:
            about = map(name_key, (person.email, person.role, person.team))
            same[(name_key(person.name), person.kind, *about)].append(person.row)
    problems += list_problems(wrong, place, people)
    for rows in same.values():
        if len(rows) > 1:
            problems += problems_of_rows({("these are the same name, and nothing tells them apart",
                                           "Delete what stands here twice. If they are different people, give each an "
                                           "e-mail address, or another role or team."): rows}, place)
    if problems:
        raise ListError(*problems)
    return People(tuple(people), tuple(_notices(listed, people)))


def form_values(person: Person) -> dict[str, str]:
    """What is known of a person, by what the places of a form hold; empty where it is not known."""
    return {"name": person.name, "role": person.role, "team": person.team,
            "start_date": date_in_words(person.start) if person.start else ""}


def name_key(name: str) -> str:
    """A name as it is compared: capitals, spaces, signs that nobody sees, and kinds of apostrophe and hyphen
    make no difference."""
    plain = without_marks(unicodedata.normalize("NFC", name)).casefold().translate(_ALIKE)
    return " ".join(plain.split())


def forgiving_key(name: str) -> str:
    """A name without title, accents, apostrophes and hyphens: several names may have the same."""
    apart = unicodedata.normalize("NFKD", _TITLE.sub("", name_key(name))).translate(_BASIC)
    letters = "".join(sign for sign in apart if not "\u0300" <= sign <= "\u036f" and sign not in "'.-")
    return " ".join(letters.split()) or name_key(name)


# ---- what other lists of people have in common with this one -----------------------------------------------------


def name_in(row: ListRow) -> str:
    """The name in a row, empty where there is none. Na, None, Nil and Null are names."""
    parts = [words for column in ("first name", "surname") if (words := row.as_written(column)) not in NO_NAME]
    name = row.as_written("name")
    return " ".join(parts) if name in NO_NAME else name


def kind_in(row: ListRow) -> str:
    """The library's word for the kind of person in a row; empty where it has none, or one that is not known."""
    return _kind(row.text("kind"))


def _kind(words: str) -> str:
    """The library's word for a kind of person, also where more is said of it, as in Trustee (Treasurer); empty where
    it is not known, where two kinds are named, and for people who have left."""
    parts = [heading_key(part) for part in (words, *re.split(r"[()\[\],;:/&+]| [-–—]+ |[–—]| and ", words))]
    kinds = []
    for part in parts:
        bare = " ".join(word for word in part.split() if word not in _BESIDE)
        kinds.append(next(filter(None, (_WRITTEN_KINDS.get(form.removesuffix(end)) for form in (part, bare)
                                        for end in ("", "s"))), ""))
    left = _LEFT & {word for part in parts for word in part.split()}
    return kinds[0] or (next(iter(found)) if len(found := {kind for kind in kinds if kind}) == 1 and not left else "")


def list_problems(wrong: RowProblems, place: Place, found: Sequence[object]) -> list[Problem]:
    """What is wrong with the rows of a list, and with a list in which nothing was found."""
    empty = error("nobody is in this list", place, "Put a row for each person below the headings.")
    return [*problems_of_rows(wrong, place), *([] if found else [empty])]


# ---- rows --------------------------------------------------------------------------------------------------------


def _person(row: ListRow, wrong: RowProblems, has_kind: bool, day: date) -> Person:
    """The person in a row; what is wrong with it is added to `wrong`."""
    name, kind = name_in(row), kind_in(row)
    if not name:
        wrong["the name is missing", "Write it, or delete the row."].append(row.number)
    elif not any(map(str.isalpha, name)):
        wrong["there are no letters in the name", "Correct it, or delete the row."].append(row.number)
    if has_kind and not kind:
        wrong["the kind is not one that is known here" if row.text("kind") else "the kind is missing",
              f"Write one of: {', '.join(SHOWN.values())}."].append(row.number)
    email = row.text("email")
    if email and ("@" not in email or " " in email):
        wrong["the e-mail address has no @, or a space", "Correct it, or leave it empty."].append(row.number)
    start = date_in_cell(row.cells["start date"], day.year + 1) if row.text("start date") else None
    if row.text("start date") and start is None:
        wrong["the start date cannot be read as a date", DATE_HINT].append(row.number)
    elif start and start.year > day.year + 1:
        wrong["the start date is years ahead", "Correct it."].append(row.number)
    access = heading_key(row.text("needs system access")) or row.text("needs system access")
    if access and access not in _YES | _NO:
        wrong["“needs system access” is neither yes nor no",
              "Write yes or no, or leave it empty."].append(row.number)
    return Person(name, kind, row.text("role"), email, row.text("team"), start,
                  access in _YES if access else kind in _WITH_ACCESS, row.number)


def _notices(listed: ListFile, people: Sequence[Person]) -> Iterator[str]:
    yield from listed.notices
    if "role" not in listed.columns:
        yield "There is no column for the role: it stays blank on the forms."
    same: dict[str, list[RowNumber]] = defaultdict(list)
    for person in people:
        same[name_key(person.name)].append(person.row)
    for rows in same.values():
        if len(rows) > 1:
            yield (f"{cap(row_numbers_in_words(rows))} have the same name. They are told apart by kind, e-mail "
                   "address, role and team.")
    if silent := [row.number for row in listed.rows if not row.text("needs system access")]:
        some = "The list" if len(silent) == len(people) > 1 else cap(row_numbers_in_words(silent))
        verb = "says" if some == "The list" or len(silent) == 1 else "say"
        yield f"{some} {verb} nothing about access to systems: staff are taken to need it, others not."

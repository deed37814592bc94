"""Who signs which forms, on which clauses a signature rests, and who must sign again.

In: the library, the `pack.json` of an edition, people, and entries of registers. Out: ids of forms, digests of wording,
and how each form of each person stands. No file is read here, and no form is filled in.

What binds whoever signs a form: the form's own clauses, and where the form is a promise to keep to a policy
(`promises` in library.yaml), also those clauses of that policy that bind their kind of people. A clause binds
everybody unless its `binds` says otherwise; those with `binds: [nobody]` tell why there is a policy, who approved it
and when it is reviewed. A declaration promises the policy. The agreement on access to systems, and the
acknowledgement of new members of the governing body, add to the declaration that the same people sign: they rest on
their own clauses alone.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from policygen.library.clauses import Library
from policygen.model.lines import comparable
from policygen.pack.edition import Edition
from policygen.signing.people import Person, forgiving_key, name_key
from policygen.signing.register import RegisterEntry

_Claimed = TypeVar("_Claimed")


@dataclass(frozen=True, slots=True)
class FormStanding:
    """How a form stands that somebody signs."""

    person: Person
    form: str
    digest: str
    """Of the wording that would be signed now."""
    settled: RegisterEntry | None
    """The signature that still holds; None where they must sign."""
    reworded: bool
    """They have signed it before, and the wording has changed since."""


# ---- which forms -------------------------------------------------------------------------------------------------


def forms_for(issued: Edition, library: Library, person: Person) -> tuple[str, ...]:
    """The ids of the forms of this edition that the person signs, in the library's order."""
    made = {document.id for document in issued.record.documents}
    return tuple(plan.id for plan in library.documents if plan.id in made and person.kind in plan.signed_by
                 and (person.needs_access or not plan.only_with_access))


def signed_forms(issued: Edition, library: Library) -> dict[str, str]:
    """The forms of this edition that a kind of people signs: id and title, in the library's order."""
    titles = {document.id: document.title for document in issued.record.documents}
    return {plan.id: titles[plan.id] for plan in library.documents if plan.id in titles and plan.signed_by}


# ---- what a signature rests on -----------------------------------------------------------------------------------


def bound_by(issued: Edition, library: Library, form: str, kind: str) -> dict[str, str]:
    """The clauses of this edition that bind a person of a kind who signs a form: id and wording."""
    plan = next(plan for plan in library.documents if plan.id == form)
    clauses = issued.clause_words(form)
    for identity, text in issued.clause_words(plan.promises).items() if plan.promises else ():
        clause = library.clauses.get(identity)
        if clause is None or kind in clause.binds:
            clauses.setdefault(identity, text)
    return clauses


def digest(issued: Edition, library: Library, form: str, kind: str) -> str:
    """A digest of the wording of all clauses that bind a person of a kind who signs a form. Numbers, order, ids
    and typography make no difference."""
    texts = sorted(map(comparable, bound_by(issued, library, form, kind).values()))
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()[:16]  # it stands in a spreadsheet, for people


# ---- who must sign -----------------------------------------------------------------------------------------------


def form_standings(registers: Sequence[Iterable[RegisterEntry]], issued: Edition, library: Library,
                   people: Sequence[Person]) -> tuple[FormStanding, ...]:
    """Each form that each of these people signs in this edition, and whether a signature in one of the registers (the
    oldest first) still holds: it does while the wording that binds them is the same."""
    own = entries_of_people(registers, people)
    digests: dict[tuple[str, str], str] = {}
    found = []
    for index, person in enumerate(people):
        for form in forms_for(issued, library, person):
            if (form, person.kind) not in digests:
                digests[form, person.kind] = digest(issued, library, form, person.kind)
            now = digests[form, person.kind]
            signed = [entry for entry in own[index] if entry.form == form and entry.signed_on]
            holds = [entry for entry in signed if entry.digest == now]
            found.append(FormStanding(person, form, now, holds[-1] if holds else None, bool(signed and not holds)))
    return tuple(found)


def people_in(entries: Iterable[RegisterEntry], library: Library) -> list[Person]:
    """The people in a register. Who was given a form that only those sign who need access to the systems, needs it."""
    access = {plan.id for plan in library.documents if plan.only_with_access}
    found: dict[Person, bool] = {}
    for entry in entries:
        person = entry.person.as_registered()
        found[person] = found.get(person, False) or entry.form in access
    return [replace(person, needs_access=needs) for person, needs in found.items()]


def entries_of_people(registers: Sequence[Iterable[RegisterEntry]], people: Sequence[Person]
                      ) -> dict[int, list[RegisterEntry]]:
    """The entries of registers that belong to each person, by the person's index in `people`, in order.

    They belong together by name, kind and e-mail address. Where several people have the name, the address tells them
    apart, then role and team; what fits two people equally well belongs to neither.
    """
    namesakes: dict[tuple[str, str], list[int]] = defaultdict(list)
    for index, person in enumerate(people):
        namesakes[person.kind, forgiving_key(person.name)].append(index)
    found: dict[int, list[RegisterEntry]] = defaultdict(list)
    for register in registers:
        entries: dict[Person, list[RegisterEntry]] = defaultdict(list)
        for entry in register:
            entries[entry.person.as_registered()].append(entry)
        claims: dict[int, list[tuple[tuple[bool, ...], Person]]] = defaultdict(list)
        for then in entries:
            around = namesakes.get((then.kind, forgiving_key(then.name)), ())
            for likeness, index in _best((_likeness(then, people[index]), index) for index in around):
                claims[index].append((likeness, then))
        for index, claimed in claims.items():
            for _, then in _best(claimed):
                found[index] += entries[then]
    return found


def _likeness(then: Person, now: Person) -> tuple[bool, ...]:
    """How well two people of a kind fit together, the weightiest first; empty if they are not the same."""
    emails = then.email.casefold(), now.email.casefold()
    same_email, same_name = bool(emails[0]) and emails[0] == emails[1], name_key(then.name) == name_key(now.name)
    if (all(emails) and not same_email) or not (same_name or same_email):
        return ()
    return (same_email, same_name, *(name_key(one) == name_key(other) for one, other in (
        (then.role, now.role), (then.team, now.team))))


def _best(claims: Iterable[tuple[tuple[bool, ...], _Claimed]]) -> list[tuple[tuple[bool, ...], _Claimed]]:
    """The claim with the greatest likeness, if there is only one."""
    ranked = sorted((claim for claim in claims if claim[0]), key=lambda claim: claim[0], reverse=True)
    return ranked[:1] if len(ranked) == 1 or (len(ranked) > 1 and ranked[0][0] > ranked[1][0]) else []

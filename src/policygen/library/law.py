"""The dated legal references that clauses cite: what each says, where, and since when.

In: `law.yaml` of a clause library. Out: a `LawBook`, whose laws say whether they apply on a day in some nations; and
the `LawChange`s between two days. It decides nothing about wording.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Literal

from policygen.library.yaml import MappingReader, each_id, read_yaml
from policygen.model.english import date_in_words, listing
from policygen.model.problems import LibraryError, Place, Problem

NATIONS = ("england", "wales", "scotland", "northern_ireland")
_STATUSES = ("in-force", "partly", "not-commenced", "not-law", "guidance", "common-law", "superseded",
             "recommendation", "good-practice")
_COMING = ("not-commenced", "not-law")
_NOT_LAW = (*_COMING, "superseded")
_MONTHS_UNTIL_OLD = 6
_OLD = ("Warning: that is more than six months ago. Law that has changed since is not in it. Use a newer policygen, or "
        "have somebody check the law, before you rely on it.")
_EFFECTS = ("duty", "duty-if", "power", "limit", "offence", "protection", "exemption", "scope", "context", "guidance",
            "good-practice", "regulator-requirement")


@dataclass(frozen=True, slots=True)
class Law:
    """One provision as it stood on the day when the library's law was checked."""

    id: str
    cite: str
    """What the text prints (`section 38B of the Terrorism Act 2000`); empty for law that is never named there."""
    title: str
    """Of the Act or the guidance."""
    provision: str
    """The part of it: `s 38B`, `Art 6(1)`, or `whole`."""
    requires: str
    """What it asks, in our words: the limit of what a clause may say."""
    nations: tuple[str, ...]
    in_force: date | None
    """The first day; None for old law without a single day, or for law that is not in force."""
    status: str
    """One of `_STATUSES`."""
    effect: str
    """One of `_EFFECTS`: what it is for whoever is bound."""
    confidence: str
    """`sourced`, `settled`, or what is unconfirmed."""
    note: str
    address: str
    """Of the page that says it."""
    place: Place
    changed: tuple[date, ...] = ()
    """The days on which it was amended, or more of it came into force."""
    ended: date | None = None
    """The first day on which it is no longer in force anywhere; None for law that stands."""
    ended_in: Mapping[str, date] = field(default_factory=dict)
    """The nations in which it ended although it stands elsewhere, each with the first day on which it is gone."""
    replaced_by: str = ""
    """What stands in its place, in words."""
    called: str = ""
    """What people call it, where the text prints something else than the law."""

    def applies(self, on: date, nations: Collection[str]) -> bool:
        """Whether it is in force on a day in at least one of the nations."""
        return (self.status not in _NOT_LAW and (self.in_force is None or self.in_force <= on)
                and any(on < self.end_in(nation) for nation in set(nations) & set(self.nations)))

    def end_in(self, nation: str) -> date:
        """The first day on which it is gone in a nation; the last of all days while it stands."""
        return min(self.ended or date.max, self.ended_in.get(nation, date.max))

    @property
    def turns(self) -> tuple[date, ...]:
        """The days from which it applies or stops applying somewhere, the first one first."""
        return tuple(sorted({*filter(None, (self.in_force, self.ended)), *self.ended_in.values()}))

    @property
    def name(self) -> str:
        """What people call it."""
        return self.called or self.cite or f"{self.title}, {self.provision}"


@dataclass(frozen=True, slots=True)
class LawChange:
    """What became of law between two days."""

    law: Law
    what: Literal["commenced", "changed", "ended", "unknown"]
    """`unknown`: the library does not have it any more, and does not say why."""
    on: date | None
    """None where the day is not known."""
    where: tuple[str, ...] = ()
    """The nations concerned; empty for all in which it holds."""

    @property
    def words(self) -> str:
        """The law, what became of it and when: `section 1 of the Act came into force on 19 June 2026`. The verbs fit
        one section and several."""
        if self.what == "unknown":
            return f"the clause library no longer has {self.law.name}: find out what became of it"
        verb = {"commenced": "came into force", "changed": "changed", "ended": "stopped applying"}[self.what]
        verb += f" in {nations_in_words(self.where)}" if self.where else ""
        day = f" on {date_in_words(self.on)}" if self.on else ""
        now = f"; now: {self.law.replaced_by}" if self.what == "ended" and self.law.replaced_by else ""
        return f"{self.law.name} {verb}{day}{now}"


@dataclass(frozen=True, slots=True)
class LawBook:
    """The law of a library, by id."""

    checked: date
    """The day on which all of it was last checked."""
    laws: dict[str, Law]

    def is_old(self, on: date) -> bool:
        """Whether a day is more than six months after the law was last checked."""
        months = (on.year - self.checked.year) * 12 + on.month - self.checked.month
        return (months, on.day) > (_MONTHS_UNTIL_OLD, self.checked.day)

    def checked_in_words(self, on: date) -> str:
        """When the law was last checked, for a reader on some day: with a warning where that is long ago."""
        words = f"The law was checked on {date_in_words(self.checked)}. This is not legal advice."
        return f"{words} {_OLD}" if self.is_old(on) else words

    def coming(self, nations: Collection[str]) -> tuple[Law, ...]:
        """The law of some nations that was on its way when all of it was last checked."""
        return tuple(law for law in self.laws.values()
                     if law.status in _COMING and not set(nations).isdisjoint(law.nations))


def nations_in_words(nations: Collection[str]) -> str:
    """Some nations as a sentence names them: `England, Wales and Northern Ireland`."""
    return listing([nation.replace("_", " ").title() for nation in NATIONS if nation in nations])


def law_changes(book: LawBook, used: Mapping[str, str], then: date, now: date, nations: Collection[str] = NATIONS,
                names: Mapping[str, str] | None = None) -> tuple[LawChange, ...]:
    """What became of some laws from the day after `then` until `now`, in the order of their ids. `used` maps their ids
    to the status that they had, or to "" where that is not known; `names` to what people called them, where that was
    kept."""
    found = []
    for identity in sorted(used):
        law = book.laws.get(identity)
        was_law = used[identity] not in ("", *_NOT_LAW)
        if law is None:
            if was_law:
                found.append(LawChange(law_of(book, identity, (names or {}).get(identity, "")), "unknown", None))
            continue
        if set(nations).isdisjoint(law.nations):
            continue
        gone = {nation: law.end_in(nation) for nation in law.nations
                if nation in nations and then < law.end_in(nation) <= now}
        if gone or (was_law and law.status in _NOT_LAW):
            everywhere = not gone or law.ended in gone.values()
            found.append(LawChange(law, "ended", max(gone.values()) if gone else law.ended,
                                   () if everywhere else tuple(gone)))
        elif law.applies(now, nations):
            if law.in_force and then < law.in_force:
                found.append(LawChange(law, "commenced", law.in_force))
            elif days := [day for day in law.changed if then < day <= now]:
                found.append(LawChange(law, "changed", max(days)))
    return tuple(found)


def law_of(book: LawBook, identity: str, name: str = "") -> Law:
    """The law with an id; of one that the library no longer has, what is left to say. `name`: what people called it."""
    if identity in book.laws:
        return book.laws[identity]
    name = name or f"the law “{identity}”"
    return Law(identity, name, name, "", "", NATIONS, None, "superseded", "context", "unconfirmed", "", "", Place())


def load(path: Path, shown: str, problems: list[Problem]) -> LawBook:
    """The law of a library. Everything wrong is added to `problems`."""
    try:
        top = MappingReader(read_yaml(path, LibraryError, shown), Place(shown, 1), problems, "law.yaml")
    except LibraryError as exc:
        problems += exc.problems
        return LawBook(date.min, {})
    checked = top.day("checked", obligatory=True) or date.min
    laws = [_law(reader) for reader in top.each("references", "a legal reference")]
    top.done()
    each_id([(law.id, law.place) for law in laws], top.add, "a legal reference")
    return LawBook(checked, {law.id: law for law in laws})


def _law(reader: MappingReader) -> Law:
    law = Law(
        id=reader.text("id", None), cite=reader.text("cite"), title=reader.text("title", None),
        provision=reader.text("provision", None), requires=reader.text("requires", None),
        nations=reader.choices("nations", NATIONS), in_force=reader.day("in_force"),
        status=reader.choice("status", _STATUSES, "in-force"), effect=reader.choice("effect", _EFFECTS, "context"),
        confidence=reader.text("confidence", None), note=reader.text("note"), address=reader.text("address"),
        place=reader.data.place, changed=reader.days("changed"), ended=reader.day("ended"),
        ended_in=_ends(reader.inner("ended_in")), replaced_by=reader.text("replaced_by"), called=reader.text("called"))
    for nation in law.ended_in.keys() - set(law.nations):
        reader.add(f"`{law.id}` ends in {nation}, where it never held", reader.place("ended_in"),
                   "Add the nation to `nations`, or take it out here.")
    if law.replaced_by and not (law.ended or law.ended_in) and law.status not in _NOT_LAW:
        reader.add(f"`{law.id}` is replaced and still in force", reader.place("replaced_by"), "Add `ended: DATE`.")
    reader.done()
    return law


def _ends(reader: MappingReader) -> dict[str, date]:
    found = {nation: day for nation in NATIONS if (day := reader.day(nation))}
    reader.done()
    return found

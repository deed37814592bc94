"""English word forms: plural, possessive, a or an, lists, verb agreement. Strings in and out, by inflect."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import TYPE_CHECKING


if TYPE_CHECKING:
    import inflect


@cache
def _engine() -> inflect.engine:
    # inflect has each of its functions rewritten by typeguard at import, which takes 0.9 s; without it, 0.05 s.
    # (jaraco/inflect issue 212.) The checks serve its own developers; what we pass in are strings.
    import typeguard

    checked = typeguard.typechecked
    typeguard.typechecked = lambda function: function  # type: ignore[assignment]  # while inflect loads
    try:
        import inflect
    finally:
        typeguard.typechecked = checked
    return inflect.engine()


def plural(noun: str) -> str:
    """The plural of a singular noun or noun phrase; a plural one stays as it is."""
    if not noun or is_plural(noun):
        return noun
    if _is_acronym(noun.rpartition(" ")[2]) or "|" in noun:  # inflect would choose one side of it
        return f"{noun}s"
    return str(_engine().plural_noun(noun))


def is_plural(noun: str) -> bool:
    """Whether a noun phrase is plural: `Directors` is, `Board of Directors` is not."""
    head = noun.partition(" of ")[0].strip().split(" ")[-1]
    return bool(head) and not head.endswith(("us", "is")) and not _is_acronym(head) and bool(
        _engine().singular_noun(head.lower()))


def _is_acronym(word: str) -> bool:
    """Whether a word is said letter by letter, such as MP or NHS; inflect would make MPS of it."""
    return word.isalpha() and word.isupper() and len(word) <= 4


def with_article(noun: str) -> str:
    """The noun with `a` or `an` before it."""
    return _engine().a(noun) if noun else noun


def possessive(noun: str) -> str:
    """The noun with ’s, or only ’ after a plural in s."""
    return noun + ("’" if noun.endswith("s") and is_plural(noun.rpartition(" ")[2]) else "’s")


def agree(verb: str, subject: str) -> str:
    """The verb, given in the singular (`approves`), as it agrees with its subject."""
    return _engine().plural_verb(verb) if is_plural(subject) else verb


def listing(items: Sequence[str], joined_by: str = "and") -> str:
    """`a`, `a and b`, `a, b and c`."""
    return _engine().join(list(items), conj=joined_by, final_sep="") if items else ""


def cap(words: str) -> str:
    """The words with a capital first letter, the rest as they are."""
    return words[:1].upper() + words[1:]


def date_in_words(value: date | str) -> str:
    """`20 November 2026`; a string (a blank, or nothing) stays as it is."""
    return f"{value.day} {value:%B %Y}" if isinstance(value, date) else value

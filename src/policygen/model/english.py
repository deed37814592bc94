"""English: word forms (plural, possessive, a or an, pronouns, lists, verb agreement), by inflect; and dates as people
in Britain write them. Strings in and out."""

from __future__ import annotations

import difflib
import re
import unicodedata
from calendar import monthrange
from collections.abc import Sequence
from datetime import date
from functools import cache, lru_cache
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


# What follows the noun that a phrase is about: `person we support`, `member of the group`, `mum to be`.
_AFTER = frozenset("of in with without at on from to for by under who whom whose that which we you they i".split())
_PERSON = frozenset("person people woman women man men child children adult adults individual individuals member "
                    "members client clients user users parent parents participant survivor victim carer worker".split())
"""Words for somebody. A participle after one describes it: `person using our service`, not `rough sleeping client`."""
_ALWAYS_PLURAL = frozenset("people staff police personnel".split())
_PLURAL_ENDS = ("s", "en", "a", "ae", "i", "ice", "eet", "eeth", "eese", "folk")
"""The last letters of every plural: clients, children, criteria, alumni."""
_SAME_IN_PLURAL = frozenset("roma sheep next".split())
_NEVER_PLURAL = _SAME_IN_PLURAL | {"gas", "lens"}
"""Words that a look at their last letters takes for a plural, or that have no other; `next` is that of next of kin."""
_WOMAN = frozenset("woman girl lady mother mum grandmother sister daughter wife".split())
_MAN = frozenset("man boy gentleman father dad grandfather brother son husband".split())
_PRONOUNS = {"they": ("she", "he"), "them": ("her", "him"), "their": ("her", "his"), "theirs": ("hers", "his"),
             "themselves": ("herself", "himself")}
_ARTICLE = re.compile(r"^(?:(?:the|an?|our|your|my)\s+)+(?=\S)", re.IGNORECASE)
_ROLE = re.compile("(?:er|or|chair|lead|head|deputy|trustee|executive)s?$")
"""How the words for roles end."""
_VERB_AFTER_WHO = re.compile(r"(?<=^ who )\w+")
_SINGULAR_VERBS = {"are": "is", "have": "has", "do": "does", "go": "goes"}
_LINK = re.compile(r"(\s+(?:and|or|&)\s+|/)")
_LETTERS_WITH_AN = frozenset("AEFHILMNORSX")


def without_article(words: str) -> str:
    """The words without `the`, `a`, `our` or the like before them."""
    return _ARTICLE.sub("", words)


@lru_cache(1024)
def plural(noun: str) -> str:
    """The plural of a singular noun or noun phrase; a plural one stays as it is."""
    if (parts := _people(noun)) and len(parts) > 1:
        return "".join(part if _LINK.fullmatch(part) else plural(without_article(part))
                       for part in parts)
    before, head, after = _around_head(noun)
    if not is_plural(noun):
        after = _VERB_AFTER_WHO.sub(lambda verb: _engine().plural_verb(verb[0]), after)
    return f"{before}{_plural_word(head)}{after}"


def singular(noun: str) -> str:
    """The singular of a plural noun or noun phrase; any other stays as it is."""
    before, head, after = _around_head(noun)
    if not is_plural(head) or not (one := _engine().singular_noun(head)):
        return noun
    return before + one + _VERB_AFTER_WHO.sub(lambda verb: _SINGULAR_VERBS.get(verb[0], f"{verb[0]}s"), after)


@lru_cache(1024)
def is_plural(noun: str) -> bool:
    """Whether a noun phrase is plural: `Directors` and `Chair and Secretary` are, `Board of Directors` is not."""
    people = _people(noun)
    if len(people) > 1:
        return re.search(r"and|&", people[-2]) is not None or is_plural(people[-1])
    word = _around_head(noun)[1].lower()
    if not word or word in _NEVER_PLURAL or word.endswith(("us", "is", "ss")) or _is_acronym(_around_head(noun)[1]):
        return False
    if word not in _ALWAYS_PLURAL and not word.endswith(_PLURAL_ENDS):  # and the engine need not be loaded
        return False
    return word in _ALWAYS_PLURAL or _engine().singular_noun(word) not in (False, word)


def has_sure_plural(noun: str) -> bool:
    """Whether `plural` cannot be wrong about a noun: one word, or words that end with a usual one for somebody."""
    *before, last = noun.partition(" of ")[0].split() or [""]
    return (last.isalpha() and last.lower() not in _ALWAYS_PLURAL | _NEVER_PLURAL
            and (not before or (last.lower() in _PERSON and "".join(before).isalpha()
                                and _around_head(noun)[1] == last)))


@lru_cache(1024)
def pronoun(word: str, subject: str) -> str:
    """`they`, `them`, `their`, `theirs` or `themselves`, as it stands for one person whom the subject names: she for a
    woman, he for a man. With a verb in the singular after it (`they goes`), that agrees too."""
    word, _, verb = word.partition(" ")
    head = _around_head(subject)[1].lower()
    if is_plural(subject) or head not in _WOMAN | _MAN:
        return f"{word} {_engine().plural_verb(verb)}" if verb else word
    return f"{_PRONOUNS[word][head in _MAN]} {verb}".rstrip()


def _people(noun: str) -> list[str]:
    """The parts of a phrase that names several people (`Chair and Secretary`), with the words that link them; the whole
    phrase where it names one (`Health and Safety Officer`)."""
    parts = _LINK.split(noun)
    linked = zip(parts[::2], parts[1::2], parts[2::2], strict=False)
    names_people = all(link.strip() == "or" or after.lower().startswith(("a ", "an ", "the ")) or _is_person(before)
                       for before, link, after in linked)
    return parts if names_people else [noun]


def _is_person(noun: str) -> bool:
    """Whether the last word of a phrase is that of somebody: `Convener`, and not `Safety`."""
    word = _around_head(noun)[1].lower()
    return word in _PERSON | _WOMAN | _MAN or (word != "volunteer" and bool(_ROLE.search(word)))


@lru_cache(1024)
def _around_head(noun: str) -> tuple[str, str, str]:
    """What stands before the noun that a phrase is about, the noun, and what follows."""
    phrase, comma, rest = noun.partition(",")
    words = re.split(r"(\s+|-(?=(?:by|in|to)\b))", phrase)
    end = 2
    while end < len(words) and not (words[end].lower().split("-")[0] in _AFTER or words[end].startswith("(") or (
            words[end].endswith(("ing", "ed")) and words[end - 2].lower() in _PERSON)):
        end += 2
    return "".join(words[:end - 2]), words[end - 2], "".join(words[end - 1:]) + comma + rest


def _plural_word(word: str) -> str:
    """The plural of one word."""
    if not word or is_plural(word) or word.lower() in _SAME_IN_PLURAL:
        return word
    if _is_acronym(word) or "|" in word:  # inflect would choose one side of it
        return f"{word}s"
    if word[1:].islower():  # with a capital, inflect takes it for a surname: Secretarys
        return word[:1] + str(_engine().plural_noun(word.lower()))[1:]
    return str(_engine().plural_noun(word))


def _is_acronym(word: str) -> bool:
    """Whether a word is said letter by letter, such as MP or NHS; inflect would make MPS of it."""
    return word.isalpha() and word.isupper() and len(word) <= 4


def with_article(noun: str) -> str:
    """The noun with `a` or `an` before it; a plural noun alone."""
    if not noun or is_plural(noun):
        return noun
    first = re.split(r"[\s-]", noun)[0]
    if first.isalpha() and first.isupper() and (len(first) == 2 or first[0] == "U"):  # said letter by letter
        return f"{'an' if first[0] in _LETTERS_WITH_AN else 'a'} {noun}"
    if found := re.match(r"\d+", noun):
        return f"{'an' if found.group()[0] == '8' or found.group() in ('11', '18') else 'a'} {noun}"
    return _engine().a(noun)


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


# ---- dates -------------------------------------------------------------------------------------------------------

MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
          "november", "december")
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DAY, _YEAR, _BETWEEN = r"(?P<day>\d\d?)", r"(?P<year>\d{4}|'?\d\d)", r" ?[-/. ] ?"
_NAMED_DAY, _MONTH = rf"{_DAY}(?: ?(?:st|nd|rd|th))?", r"(?P<month>[a-z]{3,})\.?"
_DATE_FORMS = tuple(map(re.compile, (
    rf"(?P<year>\d{{4}}){_BETWEEN}(?P<month>\d\d?){_BETWEEN}{_DAY}",
    rf"{_DAY}{_BETWEEN}(?P<month>\d\d?){_BETWEEN}{_YEAR}",
    rf"(?:the )?{_NAMED_DAY}(?: of )?[-/. ]? ?{_MONTH},?[-/. ]? ?{_YEAR}",
    rf"{_MONTH} {_NAMED_DAY},? {_YEAR}")))
_WEEKDAY = re.compile(r"(mon|tue|wed|thu|fri|sat|sun)[a-z]*[., ]+")
_TIME = re.compile(r"(?:t|,? )\d\d?:\d\d(?::\d\d(?:\.\d+)?)?(?: ?[ap]m|z)?$")
EARLIEST_YEAR, LAST_YEAR = 1920, 2099
"""The years of a date that somebody can mean: an empty cell of a spreadsheet is 1900."""
DATE_HINT = "Write day, month and year: 20/11/2026 or 20 November 2026."


class NotADate(ValueError):
    """Words that are no date. `hint` says what to write instead."""

    def __init__(self, words: str, why: str = "", hint: str = DATE_HINT):
        super().__init__(f"there is no date `{words}`{': ' if why else ''}{why}")
        self.hint = hint


def read_date(words: str, last_year: int = 2049) -> date:
    """The date in words as people in Britain write it, the day before the month: 20/11/2026, 20.11.26, 20 Nov 2026,
    Friday 20th November 2026; or 2026-11-20. A time of day after it is left out. A year of two digits is
    the last one with these digits up to `last_year`. Raises NotADate."""
    plain = "".join("-" if unicodedata.category(sign) == "Pd" else sign
                    for sign in unicodedata.normalize("NFKC", words) if unicodedata.category(sign) != "Cf")
    plain = " ".join(plain.casefold().translate({0x2044: "/", 0x2212: "-", 0x2019: "'"}).split())
    weekday = _WEEKDAY.match(plain)
    plain = _TIME.sub("", plain[weekday.end() if weekday else 0:]).rstrip(".,")
    found = next(filter(None, (form.fullmatch(plain) for form in _DATE_FORMS)), None)
    if not found:
        no_year = any(form.fullmatch(f"{plain} {year}") for form in _DATE_FORMS[1:] for year in ("26", "2026"))
        raise NotADate(words, "the year is missing" if no_year else "")
    day, year, month = int(found["day"]), int(found["year"].lstrip("'")), _month(words, found["month"])
    if len(found["year"].lstrip("'")) == 2:
        year += 2000 if 2000 + year <= last_year else 1900
    if month > 12 >= day and found.re is _DATE_FORMS[1]:
        raise NotADate(words, f"there is no month {month}",
                       f"Write the day before the month: {month}/{day}/{found['year']}.")
    if not 1 <= month <= 12:
        raise NotADate(words, f"there is no month {month}")
    if not EARLIEST_YEAR <= year <= LAST_YEAR:
        raise NotADate(words, f"the year must be from {EARLIEST_YEAR} to {LAST_YEAR}")
    last = monthrange(year, month)[1]
    if not 1 <= day <= last:
        raise NotADate(words, f"{cap(MONTHS[month - 1])} {year} has {last} days")
    if weekday and not _DAYS[(on := date(year, month, day)).weekday()].startswith(weekday[1]):
        raise NotADate(words, f"{date_in_words(on)} is a {cap(_DAYS[on.weekday()])}",
                       "Correct the day, the year, or the name of the day.")
    return date(year, month, day)


def _month(words: str, written: str) -> int:
    """The number of a month, by its digits or its name. Raises NotADate for words `words` that name none."""
    if written.isdecimal():
        return int(written)
    if months := [number for number, name in enumerate(MONTHS, 1) if name.startswith(written)]:
        return months[0]
    near = difflib.get_close_matches(written, MONTHS, 1)
    raise NotADate(words, f"there is no month “{written}”", f"Did you mean {cap(near[0])}?" if near else DATE_HINT)


def date_taken(words: str, day: date) -> str:
    """How a date in digits was read, as a sentence, where another reader could take other words for it; else empty."""
    numbers = re.findall(r"\d+", words)
    if len(numbers) != 3 or len(numbers[0]) == 4 or re.search("[a-z]", words, re.IGNORECASE) or (
            len(numbers[2]) == 4 and (day.day > 12 or day.day == day.month)):
        return ""
    return f"“{' '.join(words.split())}” is read as {date_in_words(day)}, the day before the month."


def date_in_words(value: date | str) -> str:
    """`20 November 2026`; a string (a blank, or nothing) stays as it is."""
    return f"{value.day} {value:%B %Y}" if isinstance(value, date) else value

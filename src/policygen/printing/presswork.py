"""Many copies of a few documents as one tagged PDF, or each as its own: laid out once, then printed with other words.

In: `Copy`s, in order. Out: files. A copy whose words cannot be exchanged faithfully is laid out in full: a letter that
the house's typeface does not have, or words that do not fit their line and so are wrapped.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import BinaryIO

from policygen.printing import masters
from policygen.formats.house import House
from policygen.printing.masters import Copy, Master
from policygen.formats import pdf
from policygen.printing import plates, press
from policygen.printing.plates import Plate, Run, Specimens
from policygen.printing.press import About, Ink, Loaded, Press

TOGETHER = 250
"""Copies whose words are set together: enough to be quick, few enough not to need much memory."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A copy that can be printed."""

    copy: Copy
    plate: Plate
    runs: Mapping[str, Run]
    """The words for the plate's slots."""
    specimens: Specimens | None
    """Where these are from; None for a copy that is laid out in full."""
    readable: bool = True
    """Whether the machine has a font for each of its letters."""


class Compositor:
    """Prepares copies for print; each master is laid out once, when it is first needed."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._letters = pdf.letters(house)
        self._plates: dict[Master, Plate | None] = {}

    def prepare(self, copies: Iterable[Copy]) -> Iterator[Prepared]:
        """The copies, in order, each with what it is printed from."""
        waiting = iter(copies)
        while some := list(islice(waiting, TOGETHER)):
            looks: dict[tuple[str, ...], list[Copy]] = defaultdict(list)
            for copy in some:
                looks[_look(copy.master)].append(copy)
            set_words = {look: self._set(there) for look, there in looks.items()}
            for copy in some:
                yield self._prepared(copy, set_words[_look(copy.master)])

    def _set(self, copies: Sequence[Copy]) -> Specimens:
        """The words of some copies that look alike, and their masters' stand-ins, as WeasyPrint sets them."""
        wanted: dict[str, set[str]] = defaultdict(set)
        for copy in copies:
            for word, place in copy.master.places.items():
                if self._can_be_set(copy.words[word]):
                    wanted[place].add(copy.words[word])
        for master in {copy.master for copy in copies} - self._plates.keys():
            for word, place in master.places.items():
                wanted[place].add(master.stand_ins[word])
        words = {place: sorted(there) for place, there in sorted(wanted.items())}
        return plates.specimens(pdf.words_page(copies[0].master.document, self._house, words), words)

    def _can_be_set(self, words: str) -> bool:
        return bool(words) and self._letters.issuperset(words)

    def _prepared(self, copy: Copy, specimens: Specimens) -> Prepared:
        plate = self._plate(copy.master, specimens)
        if plate is not None:
            runs = {word: specimens.runs.get((place, copy.words[word])) for word, place in copy.master.places.items()}
            if all(press.fits(runs[slot.word], slot) for slot in plate.slots):
                return Prepared(copy, plate, runs, specimens)
        with pdf.missing_letters() as missing:
            data = pdf.write(masters.filled(copy.master, copy.words), self._house, fillable=False)
        return Prepared(copy, plates.plate(data, {}), {}, None, not missing)

    def _plate(self, master: Master, specimens: Specimens) -> Plate | None:
        """The master, laid out; None where one of its places is not found on it."""
        if master not in self._plates:
            stand_ins = {word: specimens.runs.get((place, master.stand_ins[word]))
                         for word, place in master.places.items()}
            plate = None
            if all(stand_ins.values()):
                plate = plates.plate(pdf.write(master.document, self._house, fillable=False), stand_ins)
                if {slot.word for slot in plate.slots} != set(master.places):
                    plate = None
            self._plates[master] = plate
        return self._plates[master]


def _look(master: Master) -> tuple[str, ...]:
    """What the size of the letters on a document depends on."""
    return master.document.kind, master.document.layout


def print_together(prepared: Iterable[Prepared], file: BinaryIO, about: About, printed: Callable[[Prepared], None]) -> None:
    """Print copies into one file; `printed` hears of each."""
    loaded: dict[Plate, Loaded] = {}
    mixed: tuple[Specimens | None, Ink] = (None, Ink({}))
    machine = Press(file, about)
    for one in prepared:
        copy = one.copy
        if copy.begins:
            machine.begin(copy.begins)
        if one.specimens is None:
            machine.print(machine.load(one.plate), copy.title, copy.label)
        else:
            if one.plate not in loaded:
                loaded[one.plate] = machine.load(one.plate)
            if mixed[0] is not one.specimens:
                mixed = one.specimens, machine.mix(one.specimens)
            machine.print(loaded[one.plate], copy.title, copy.label, one.runs, mixed[1])
        printed(one)
    machine.close()

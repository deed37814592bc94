"""What is measured on the packs of the examples."""

import pytest
import textstat
from helpers.shipped import EXAMPLES, SOURCES

from policygen.checks import examples
from policygen.model.document import passages_of


def test_reading_age_rises_with_words_and_sentences():
    easy = "We keep it to us. You can ask us. We will tell you why."
    hard = ("Confidentiality obligations necessitate organisational consideration of proportionate disclosure "
            "arrangements.")
    assert examples.reading_age("") == 0 < examples.reading_age(easy) < 9 < 20 < examples.reading_age(hard)


@pytest.mark.parametrize(("word", "syllables"), [
    ("a", 1), ("the", 1), ("kept", 1), ("safe", 1), ("safely", 2), ("told", 1), ("shared", 1), ("needed", 2),
    ("places", 2), ("table", 2), ("before", 2), ("everybody", 4), ("being", 2), ("create", 2), ("social", 2),
    ("trial", 2), ("violence", 3), ("religious", 3), ("organisation", 5), ("confidentiality", 7), ("terrorism", 4),
    ("business", 2), ("employee", 3), ("UK", 2), ("read", 1), ("reaction", 3), ("statement", 2), ("somebody", 3),
])
def test_syllables_are_counted_as_they_are_spoken(word, syllables):
    assert examples.syllables(word) == syllables


@pytest.mark.parametrize("example", ["dv-programme", "cic", "community-group"])
def test_reading_ages_agree_with_a_count_from_a_dictionary_of_pronunciation(example):
    """textstat looks each word up. Where the two differ by a year, a limit of reading age means something else."""
    for document in examples.make_example(EXAMPLES / f"{example}.yaml", SOURCES).documents:
        prose = examples._prose(passages_of(document))
        if len(prose) > 500:
            assert examples.reading_age(prose) == pytest.approx(textstat.flesch_kincaid_grade(prose) + 5, abs=0.7)

"""What is measured on the packs of the examples."""

from policygen.checks import examples


def test_reading_age_rises_with_words_and_sentences():
    easy = "We keep it to us. You can ask us. We will tell you why."
    hard = ("Confidentiality obligations necessitate organisational consideration of proportionate disclosure "
            "arrangements.")
    assert examples.reading_age("") == 0 < examples.reading_age(easy) < 9 < 20 < examples.reading_age(hard)

"""The text writer: every word of the model, in order, in lines that fit."""

import pytest
from helpers.reading import DOCUMENTS, reading
from helpers.sample import form, lettered, listed, policy, sheet_of, three_level, words
from helpers.shipped import ROOT

from policygen.formats import text
from policygen.model.document import Field, Fields, Item, ItemList


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_word_comes_out_in_order(name):
    written, at = text.write(DOCUMENTS[name]), 0
    for word in " ".join(reading(DOCUMENTS[name])).split():
        found = written.find(word, at)
        assert found >= 0, (word, written[at:at + 200])
        at = found + len(word)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_lines_have_at_most_78_letters(name):
    assert max(map(len, text.write(DOCUMENTS[name]).split("\n"))) <= 78


def test_lists_stand_under_the_words_of_their_items():
    inner = ItemList((Item((words("Inner."),), "•"),))
    document = sheet_of(ItemList((Item((words("Outer."), inner), "(a)"), Item((inner,), "(b)")), True))
    assert "\n(a) Outer.\n    • Inner.\n(b)\n    • Inner.\n" in text.write(document)
    assert "\n• One.\n• Two.\n" in text.write(sheet_of(listed("One.", "Two.")))


def test_places_to_write_on_are_lines_and_what_is_known_stands_there():
    fields = Fields((Field("Name", "line", value="Jo"), Field("Copy", "tick"), Field("More", "lines")), "Signed")
    *_, title, name, tick, more, second, third, _ = text.write(sheet_of(fields)).split("\n\n")
    assert (title, name, tick) == ("Signed", "Name: Jo", "[ ] Copy")
    assert more == "More: " + "_" * 72 and second == third == "_" * 78


LAYOUTS = {"form": form(), "lettered": lettered(), "numbered": policy(), "short": policy("short"),
           "three levels": three_level()}


@pytest.mark.parametrize("name", LAYOUTS)
def test_documents_are_set_out_as_they_were_approved(name, request):
    path, written = ROOT / "tests" / "golden" / "layouts" / f"{name}.txt", text.write(LAYOUTS[name])
    if request.config.getoption("--golden"):
        path.write_text(written, encoding="utf-8")
    assert written == path.read_text(encoding="utf-8")

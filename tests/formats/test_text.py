"""The text writer: every word of the model, in order, in lines that fit."""

import pytest
from helpers.reading import DOCUMENTS, reading
from helpers.sample import form, lettered, listed, policy, sheet_of, three_level, words
from helpers.shipped import ROOT

from policygen.formats import text
from policygen.model.document import Field, Fields, Item, ItemList, Paragraph, Text


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


@pytest.mark.parametrize(("shown", "address", "printed"), [
    ("our page", "https://a.example/x", "our page (https://a.example/x)"),
    ("a.example/x", "https://www.a.example/x/", ""),
    ("a@b.example", "mailto:a@b.example", ""), ("01632 960-000", "tel:01632960000", ""),
    ("A.example", "http://b.example", "A.example (http://b.example)")])
def test_the_address_of_a_link_stands_behind_its_words_unless_they_say_it(shown, address, printed):
    document = sheet_of(Paragraph((Text("See "), Text(shown[:3], "strong", address), Text(shown[3:], "", address),
                                   Text("."))))
    assert f"\nSee {printed or shown}.\n" in text.write(document)


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

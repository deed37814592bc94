"""Two small documents that use every kind of block, for the tests of the writers."""

from policygen.document import (
    Blank, Box, Document, Field, Fields, Heading, Item, ItemList, LineBreak, Paragraph, Passage, Reference, Section,
    Table, Text,
)

HOSTILE = "R&D <Trust> {{ 7*7 }} # * _x_"
NAMES = "Małgorzata Wiśniewska, Nguyễn Thị Ánh, Siân, Özgür"


def words(text: str) -> Paragraph:
    return Paragraph((Text(text),))


def numbered(number: str, title: str, text: str, *blocks) -> Passage:
    lead = Paragraph((Text(f"{title}. ", "strong"), Text(text)), number)
    return Passage(f"about/{title.lower().replace(' ', '-')}", title, number, (lead, *blocks))


def policy(layout: str = "numbered", draft: bool = True, organisation: str = HOSTILE) -> Document:
    """A policy of two numbered sections with a cover box."""
    lettered = ItemList(tuple(Item((words(t),), f"({n})") for n, t in zip("abc", ("one thing", "another", NAMES))), True)
    nested = ItemList((Item((words("outer"), ItemList((Item((words("inner"),), "•"),))), "•"),))
    table = Table(((Text("Where"),), (Text("What we keep there"),)),
                  (((Text("Cloud drive & more"),), (Text("Case notes"), LineBreak(), Text("and letters"))),
                   ((Text("Locked cabinet"),), (Text("Signed forms"),))), "Each place where we keep information.")
    reference = Paragraph((Text("See "), Reference("about/whom-it-binds", "section 1.2"), Text(" and "),
                           Blank("the date of approval"), Text(" with "), Text("emphasis", "emphasis"), Text(".")))
    number = "" if layout == "short" else "1"
    return Document(
        id="policy", kind="policy", title="Confidentiality policy", organisation=organisation, layout=layout,
        control=(("Status", (Text("Draft for discussion"),)), ("Next review", (Text("20 November 2028"),))),
        sections=(
            Section("summary", "What this policy does", "",
                    (Passage("summary/box", "What this policy does", "", (words("It protects people who use us."),)),),
                    cover=True, boxed=True),
            Section("about", "Why we have this policy", number, (
                numbered("1.1", "Aim", "We keep what we learn to ourselves.", lettered),
                numbered("1.2", "Whom it binds", "Everybody who works here.", reference, lettered, table))),
            Section("limits", "When we may tell someone", "2" if number else "", (
                numbered("2.1", "Key", "Ask first.", Box((words("Safety comes first."),)), nested),
                numbered("2.2", "More", "Long words follow. " * 40, Heading((Text("A heading inside"),)), words("End.")),
            )),
        ),
        edition_line="Edition 1, 21 November 2026", draft=draft, contents=True)


def form() -> Document:
    """A one-page form with every kind of field."""
    section = Section("declaration", "", "", (
        Passage("declaration/promise", "My promise", "", (
            words("I have read the policy."),
            ItemList((Item((words("I will keep it."),), "•"), Item((words("Also after I leave."),), "•"))),
            Fields((Field("I have had a copy", "tick"), Field("Anything I want to add", "lines"))))),
        Passage("declaration/signature", "Signature", "", (
            Fields((Field("Name in capitals", "line"), Field("Signature", "signature"), Field("Date", "date")),
                   "Signed"),)),
    ))
    return Document(id="declaration", kind="form", title="Declaration of confidentiality", organisation=HOSTILE,
                    layout="plain", control=(), sections=(section,), edition_line="Edition 1, 21 November 2026",
                    draft=False)

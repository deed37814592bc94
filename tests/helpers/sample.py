"""Small documents of every layout and with every kind of block, for the tests of the writers."""

from dataclasses import replace
from typing import Any

from policygen.model.document import (
    Blank, Block, Box, Document, Field, Fields, Heading, Inlines, Item, ItemList, LineBreak, Paragraph, Passage,
    Reference, Section, Table, Text,
)

HOSTILE = "R&D <Trust> {{ 7*7 }} # * _x_"
NAMES = "Małgorzata Wiśniewska, Nguyễn Thị Ánh, Siân, Özgür"


def words(text: str) -> Paragraph:
    """A paragraph of plain words."""
    return Paragraph((Text(text),))


def numbered(number: str, title: str, text: str, *blocks: Block) -> Passage:
    """A clause with a number, its title before its first words."""
    lead = Paragraph((Text(f"{title}. ", "strong"), Text(text)), number)
    return Passage(f"about/{title.lower().replace(' ', '-')}", title, number, (lead, *blocks))


def policy(layout: str = "numbered", draft: bool = True, organisation: str = HOSTILE) -> Document:
    """A policy of two numbered sections with a cover box."""
    letters = zip("abc", ("one thing", "another", NAMES), strict=True)
    lettered = ItemList(tuple(Item((words(text),), f"({letter})") for letter, text in letters), True)
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
                numbered("2.2", "More", "Long words follow. " * 40, Heading((Text("A heading inside"),)),
                         words("End.")),
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


# ---- three levels, lettered points -------------------------------------------------------------------------------


def listed(*texts: str, lettered: bool = False) -> ItemList:
    """A list of short items."""
    labels = [f"({letter})" for letter in "abcdefgh"] if lettered else ["•"] * 8
    return ItemList(tuple(Item((words(text),), label) for text, label in zip(texts, labels)), lettered)


def headed(number: str, title: str, *blocks: Block) -> Passage:
    """A clause with a heading of its own; its paragraphs are numbered here."""
    count, found = 0, [Heading((Text(title),), number)]
    for block in blocks:
        if isinstance(block, Paragraph):
            count += 1
            block = replace(block, number=f"{number}.{count}")
        found.append(block)
    return Passage(f"clause/{title.lower()}", title, number, tuple(found))


def three_level() -> Document:
    """A policy whose clauses have headings, with everything that makes its numbering hard."""
    letters = listed("one", "two", lettered=True)
    references = Paragraph((Text("See "), Reference("clause/terrorism", "section 2.2"), Text(" and "),
                            Reference("limits", "section 2"), Text(".")))
    table = Table(((Text("Where"),), (Text("What"),)), (((Text("Cloud"),), (Text("Notes"),)),), "Where we keep what.")
    sections = (
        *policy().sections[:1],
        Section("about", "Why we have this policy", "1", (
            headed("1.1", "Aim", words("First:"), letters, words("Again:"), letters, letters, references),
            headed("1.2", "Members", letters, words("Last."), listed("x", "y"), Heading((Text("Inside"),)),
                   words("End.")))),
        Section("limits", "When we may tell someone", "2", (
            headed("2.1", "Harm", words("Ask first. " * 20), Box((words("Safety comes first."), letters)), table),
            headed("2.2", "Terrorism", words("At once:"), letters))),
    )
    return replace(policy(), layout="three_level", sections=sections)


def point(number: str, title: str, *blocks: Block) -> Passage:
    """A lettered clause; its first paragraph has the letter of a number such as `2(b)`."""
    first, *rest = blocks
    letter = number.lstrip("0123456789")
    return Passage(f"point/{title}", title, number, (replace(first, number=letter), *rest))


def lettered(points: int = 3, length: int = 8) -> Document:
    """A concise policy of lettered points; `length` is the number of words of each plain point, in fours."""
    references = Paragraph((Text("See "), Reference("point/p2-b", "section 2(b)"), Text(" and "),
                            Reference("s1", "section 1"), Text(".")))
    table = Table(((Text("Where"),), (Text("What"),)), (((Text("Cloud"),), (Text("Notes"),)),), "Where we keep what.")
    hard = (
        point("1(a)", "p1-a", words("Lists:"), listed("one", "two", lettered=True), words("Further."),
              listed("one", "two", lettered=True), listed("x", "y")),
        point("1(b)", "p1-b", references, table, Box((words("Safety comes first."),))),
        point("1(c)", "p1-c", words("Lists again:"), listed("one", "two", lettered=True)),
    )
    plain_sections = tuple(
        Section(f"s{n}", f"Heading {n}", str(n), tuple(
            point(f"{n}({letter})", f"p{n}-{letter}",
                  words(f"Point {n}{letter}. " + "Keep to yourselves what. " * length))
            for letter in "abcdefghij"[:points])) for n in range(2, 9))
    return replace(policy(), layout="lettered", contents=False,
                   sections=(*policy().sections[:1], Section("s1", "The hard one", "1", hard), *plain_sections))


def annotated(base: Document) -> Document:
    """A policy with a note below each clause."""
    note = Box((Paragraph((Text("Why it is here: ", "strong"), Text("People must know. " * 6))),
                Paragraph((Text("Rests on: ", "strong"), Text("An Act, section 1.")))))
    sections = tuple(replace(section, passages=tuple(replace(passage, blocks=(*passage.blocks, note))
                                                     for passage in section.passages)) for section in base.sections)
    return replace(base, id="annotated", kind="annotated", title="Policy with notes", sections=sections)


# ---- tables to fill in, the sheet that tells nothing -------------------------------------------------------------


def sheet_of(*blocks: Block, **changes: Any) -> Document:
    """The form with other blocks, and with some fields of the document changed."""
    return replace(form(), sections=(Section("s", "", "", (Passage("s/clause", "", "", blocks),)),), **changes)


def filled_in(columns: int = 4, rows: int = 6) -> Document:
    """A form with a table to write in: words, boxes to tick, blank columns, and one row with nothing to write."""
    titles = ("Agency", "We may share information", "What we may share", "Initials", "Date", "By whom", "Seen by",
              "No.")
    names = ("Northport Borough Council, housing options", "Police", "Their general practitioner", "Refuge", "Court")

    def row(at: int) -> tuple[Inlines, ...]:
        given = (names[at % 5], "☐ Yes ☐ No", "", "", "", "", "", "")
        return tuple((Text(text),) if text else () for text in given[:columns])

    example = ("An example", "yes", "dates of visits", "AB", "1 May", "Jo", "Al", "1")
    header, full = (tuple((Text(text),) for text in texts[:columns]) for texts in (titles, example))
    table = Table(header, (full, *map(row, range(rows))), "What is agreed.")
    fields = Fields((Field("Name", "line"), Field("Signature", "signature"), Field("Date", "date")), "Signed")
    return sheet_of(words("I agree to what is ticked. ☐ All of it"), table, words("I can change my mind."), fields,
                    id="consent", title="Consent to share information")


def discreet() -> Document:
    """A sheet that must not show where it comes from."""
    return sheet_of(words("You can ring us between nine and five."), listed("Ask for Jo.", "Say when to ring back."),
                    id="sheet", kind="notes", title="Useful numbers", organisation="", edition_line="")

"""Tables: a `Table`, the document control or a group of fields in, Word tables out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from policygen.model.document import Field, Fields, Inlines, Table, plain
from policygen.formats.tables import is_filled_in, widths, written_on
from policygen.formats.word.drawing import TWENTIETHS_PER_MM, Drawing, control, gap
from policygen.formats.word.inlines import paragraph, runs, tick_box
from policygen.formats.word.xml import Element, clean, p, run, style_id, w

LINE, SIGNATURE, TICK_LINE = 9.3, 12.0, 9.0
"""The height of a line to write on, of one to sign on, and of one with a box to tick, in millimetres."""
LARGER = 1.65
"""How much wider letters of large print are, and how much higher lines to write on. The columns of a table are shared
out as if the page were so much narrower."""
QUARTERS, HALVES = (0.3, 0.34, 0.1), (0.5,)
"""The columns of a form, but for the last, as shares of the width: label, line, second label, its line. In large
print only halves, for a date takes no whole line."""
SHORT_LABEL = 6
"""Letters of a label that the third column has room for."""
FURTHER_LINES = 2
"""Where an answer takes several lines, so many below the first."""
PLACE, SHORT_PLACE = "\u00a0" * 24, "\u00a0" * 4
"""What a control shows while it is not filled in: spaces to click on, so that the line is clear in print."""


def table(block: Table, drawing: Drawing) -> Element:
    size = LARGER if drawing.large else 1.0
    columns = [int(width * size * TWENTIETHS_PER_MM)
               for width in widths(block, drawing.width / TWENTIETHS_PER_MM / size, drawing.large)]
    filled_in = is_filled_in(block, drawing.document)
    header = _row([_cell(width, paragraph("Table Heading", cell, drawing))
                   for width, cell in zip(columns, block.header, strict=True)], header=True)
    titles = [plain(cell).strip() for cell in block.header]
    rows = []
    for at, row in enumerate(block.rows, 1):
        contents = _cells(row, titles, at, filled_in, drawing)
        rows.append(_row([_cell(width, content) for width, content in zip(columns, contents, strict=True)],
                         _height(LINE, drawing) if filled_in and written_on(row) else 0))
    caption = ", ".join(filter(None, titles))
    return _grid("Form Table" if filled_in else "House Table", columns, [header, *rows], caption, block.description,
                 "firstRow")


def _cells(row: tuple[Inlines, ...], titles: list[str], at: int, filled_in: bool,
           drawing: Drawing) -> Iterator[Element]:
    """The cells of one row; in a table to fill in, an empty one is a control called by its row and column."""
    about = plain(row[0]).strip() if row else ""
    for title, cell in zip(titles, row, strict=True):
        if filled_in and not plain(cell).strip():
            label = f"{title}: {about or f'row {at}'}"
            yield p("Table Text", [_writing_place(label, drawing, SHORT_PLACE, w("text", multiLine=1))])
        else:
            yield p("Table Text", runs(cell, drawing, about or f"Row {at}"))


def control_table(lines: Sequence[tuple[str, Inlines]], drawing: Drawing) -> list[Element]:
    """The document control: status, approval, next review."""
    columns = _share(drawing.width, 0.3)
    rows = [_row([_cell(columns[0], p("Control Label", [run(label)])),
                  _cell(columns[1], paragraph("Control text", value, drawing))]) for label, value in lines]
    return [_grid("House Control", columns, rows, "Document control", "What each line of the document control says.",
                  "firstColumn"), gap()]


# ---- forms -------------------------------------------------------------------------------------------------------


def fields(group: Fields, drawing: Drawing) -> list[Element]:
    """A group of places to write on, with its title: all styles here keep with the next line, down to the gap."""
    columns = _share(drawing.width, *(HALVES if drawing.large else QUARTERS))
    rows = _large_group(group.fields, columns, drawing) if drawing.large else _group(group.fields, columns, drawing)
    title = [p("Fields Title", [run(group.title)])] if group.title else []
    description = "Places to write on: " + ", ".join(one.label for one in group.fields) + "."
    grid = _grid("House Form", columns, rows, group.title or "To fill in", description, "firstColumn")
    return [*title, grid, gap()]


def _group(group: Sequence[Field], columns: list[int], drawing: Drawing) -> list[Element]:
    """Each label beside its line; a date that follows a signature stands on the same line."""
    rows, dated = [], False
    for one, following in zip(group, [*group[1:], None]):
        if not dated:
            dated = (one.kind == "signature" and following is not None and following.kind == "date"
                     and len(following.label) <= SHORT_LABEL)
            rows += [_signed(one, following, columns, drawing)] if dated else _rows(one, columns, drawing)
        else:
            dated = False
    return rows


def _signed(signature: Field, date: Field, columns: list[int], drawing: Drawing) -> Element:
    label, line, second, rest = columns
    return _row([_cell(label, p("Field Label", [run(signature.label)])), _cell(line, p("Field Line", [])),
                 _cell(second, p("Second Label", [run(date.label)])),
                 _cell(rest, p("Field Line", _filled_in(date, drawing)))], SIGNATURE)


def _rows(one: Field, columns: list[int], drawing: Drawing) -> list[Element]:
    label, short, *rest = columns
    whole = short + sum(rest)
    if one.kind == "tick":
        return [_row([_cell(drawing.width, _ticked(one, drawing), span=4)], TICK_LINE)]
    named, line = _cell(label, p("Field Label", [run(one.label)])), p("Field Line", _filled_in(one, drawing))
    if one.kind == "date":
        return [_row([named, _cell(short, line), _cell(sum(rest), p("Field Label", []), span=2)], LINE)]
    first = _row([named, _cell(whole, line, span=3)], SIGNATURE if one.kind == "signature" else LINE)
    return [first, *(_row([_cell(label, p("Field Label", [])), _cell(whole, p("Field Line", []), span=3)], LINE)
                     for _ in range(FURTHER_LINES if one.kind == "lines" else 0))]


def _large_group(group: Sequence[Field], columns: list[int], drawing: Drawing) -> list[Element]:
    return [row for one in group for row in _large_rows(one, columns, drawing)]


def _large_rows(one: Field, columns: list[int], drawing: Drawing) -> list[Element]:
    """The label above its line: beside it, long words would have no room."""
    half, rest = columns
    if one.kind == "tick":
        return [_row([_cell(drawing.width, _ticked(one, drawing), span=2)], TICK_LINE)]
    named = _row([_cell(drawing.width, p("Field Label", [run(one.label)]), span=2)])
    line = p("Field Line", _filled_in(one, drawing))
    height = _height(SIGNATURE if one.kind == "signature" else LINE, drawing)
    if one.kind == "date":
        return [named, _row([_cell(half, line), _cell(rest, p("Field Label", []))], height)]
    return [named, _row([_cell(drawing.width, line, span=2)], height),
            *(_row([_cell(drawing.width, p("Field Line", []), span=2)], height)
              for _ in range(FURTHER_LINES if one.kind == "lines" else 0))]


def _height(height_mm: float, drawing: Drawing) -> float:
    """The least height of a row to write on: large print asks for large writing."""
    return height_mm * LARGER if drawing.large else height_mm


def _ticked(one: Field, drawing: Drawing) -> Element:
    return p("Field Tick", [tick_box(one.label, drawing), w("r", w("tab")), run(one.label)])


def _filled_in(one: Field, drawing: Drawing) -> list[Element]:
    """What stands on the line: a place to fill in on screen; nothing where somebody signs by hand."""
    if one.value:
        return [run(one.value)]
    match one.kind:
        case "signature":
            return []
        case "date":
            kind = w("date", w("dateFormat", val="d MMMM yyyy"), w("lid", val="en-GB"),
                     w("storeMappedDataAs", val="dateTime"), w("calendar", val="gregorian"))
        case "lines":
            kind = w("text", multiLine=1)
        case _:
            kind = w("text")
    return [_writing_place(one.label, drawing, PLACE, kind)]


def _writing_place(label: str, drawing: Drawing, shown: str, kind: Element) -> Element:
    return control(label, drawing, [w("showingPlcHdr"), kind], run(shown, "Placeholder Text"))


# ---- rows and cells ----------------------------------------------------------------------------------------------


def _share(width: int, *shares: float) -> list[int]:
    """A width in columns: the shares given, and what is left."""
    columns = [int(width * share) for share in shares]
    return [*columns, width - sum(columns)]


def _grid(style: str, columns: Sequence[int], rows: list[Element], caption: str, description: str,
          marked: str) -> Element:
    """A table; `marked` says where its headings stand, for the style and for people who listen.

    `firstRow` or `firstColumn`.
    """
    looks = {"firstRow": 0, "lastRow": 0, "firstColumn": 0, "lastColumn": 0, "noHBand": 1, "noVBand": 1} | {marked: 1}
    properties = w("tblPr", w("tblStyle", val=style_id(style)), w("tblW", w=sum(columns), type="dxa"),
                   w("tblLayout", type="fixed"),
                   w("tblLook", val={"firstRow": "0620", "firstColumn": "0680"}[marked], **looks),
                   w("tblCaption", val=clean(caption)), w("tblDescription", val=clean(description)))
    return w("tbl", properties, w("tblGrid", *(w("gridCol", w=width) for width in columns)), *rows)


def _row(cells: list[Element], height_mm: float = 0, header: bool = False) -> Element:
    properties = [w("cantSplit")]
    if height_mm:
        properties.append(w("trHeight", val=round(height_mm * TWENTIETHS_PER_MM), hRule="atLeast"))
    if header:
        properties.append(w("tblHeader"))
    return w("tr", w("trPr", *properties), *cells)


def _cell(width: int, content: Element, span: int = 1) -> Element:
    spanning = [w("gridSpan", val=span)] if span > 1 else []
    return w("tc", w("tcPr", w("tcW", w=width, type="dxa"), *spanning), content)

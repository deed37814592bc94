"""Tables: a `Table`, the document control or a group of fields in, Word tables out."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from policygen.formats.tables import is_filled_in, widths, written_on
from policygen.formats.word.inlines import BodyContext, content_control, gap, paragraph, runs, tick_box
from policygen.formats.word.xml import Element, clean, p, run, style_id, w
from policygen.model.document import Field, Fields, Inlines, Table, plain

TWENTIETHS_PER_MM = 56.7
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
SPACES, FEW_SPACES = "\u00a0" * 24, "\u00a0" * 4
"""What a content control shows while it is not filled in: spaces to click on, so that the line is clear in print."""


def word_table(block: Table, context: BodyContext) -> Element:
    """The Word table of a `Table`. In a form each empty cell is a content control, named after the row's first cell and
    the column."""
    size = LARGER if context.large else 1.0
    columns = [int(width * size * TWENTIETHS_PER_MM)
               for width in widths(block, context.width / TWENTIETHS_PER_MM / size, context.large)]
    filled_in = is_filled_in(block, context.document)
    header = _table_row([_table_cell(width, paragraph("Table Heading", cell, context))
                         for width, cell in zip(columns, block.header, strict=True)], header=True)
    titles = [plain(cell).strip() for cell in block.header]
    rows = []
    for at, row in enumerate(block.rows, 1):
        about, cells = plain(row[0]).strip() if row else "", []
        for width, title, cell in zip(columns, titles, row, strict=True):
            if filled_in and not plain(cell).strip():
                label = f"{title}: {about or f'row {at}'}"
                content = [_place_to_fill_in(label, context, FEW_SPACES, w("text", multiLine=1))]
            else:
                content = runs(cell, context, about or f"Row {at}")
            cells.append(_table_cell(width, p("Table Text", content)))
        rows.append(_table_row(cells, _row_height(LINE, context) if filled_in and written_on(row) else 0))
    return _grid("Form Table" if filled_in else "House Table", columns, [header, *rows],
                 ", ".join(filter(None, titles)), block.description, "firstRow")


def control_table(lines: Sequence[tuple[str, Inlines]], context: BodyContext) -> list[Element]:
    """The table of the document control (status, approval, next review), and a gap."""
    columns = _shared_out(context.width, 0.3)
    rows = [_table_row([_table_cell(columns[0], p("Control Label", [run(label)])),
                        _table_cell(columns[1], paragraph("Control text", value, context))]) for label, value in lines]
    return [_grid("House Control", columns, rows, "Document control", "What each line of the document control says.",
                  "firstColumn"), gap()]


def field_table(group: Fields, context: BodyContext) -> list[Element]:
    """The title and the table of a group of fields, and a gap: all styles here keep with the next paragraph."""
    columns = _shared_out(context.width, *(HALVES if context.large else QUARTERS))
    # A signature and its date stand on one line, where the date's label is short.
    signed = {at for at, (one, following) in enumerate(pairwise(group.fields))
              if one.kind == "signature" and following.kind == "date" and len(following.label) <= SHORT_LABEL
              and not context.large}
    rows: list[Element] = []
    for at, one in enumerate(group.fields):
        if at in signed:
            date = group.fields[at + 1]
            contents = (p("Field Label", [run(one.label)]), p("Field Line", []),
                        p("Second Label", [run(date.label)]), p("Field Line", _filled_in(date, context)))
            rows.append(_table_row([_table_cell(width, content) for width, content
                                    in zip(columns, contents, strict=True)], SIGNATURE))
        elif at - 1 not in signed:
            rows += _field_rows(one, columns, context)
    title = [p("Fields Title", [run(group.title)])] if group.title else []
    description = "Places to write on: " + ", ".join(one.label for one in group.fields) + "."
    grid = _grid("House Form", columns, rows, group.title or "To fill in", description, "firstColumn")
    return [*title, grid, gap()]


def _field_rows(one: Field, columns: list[int], context: BodyContext) -> list[Element]:
    """The rows of a field: its label beside its line, or above it in large print, where long words need the room."""
    if one.kind == "tick":
        ticked = p("Field Tick", [tick_box(one.label, context), w("r", w("tab")), run(one.label)])
        return [_table_row([_table_cell(context.width, ticked, len(columns))], TICK_LINE)]
    label, line = p("Field Label", [run(one.label)]), p("Field Line", _filled_in(one, context))
    height = _row_height(SIGNATURE if one.kind == "signature" else LINE, context)
    beside = [] if context.large else columns[:1]
    short, *rest = columns[len(beside):]
    if one.kind == "date":
        places = [_table_cell(short, line), _table_cell(sum(rest), p("Field Label", []), len(rest))]
    else:
        places = [_table_cell(short + sum(rest), line, 1 + len(rest))]
    if context.large:
        rows = [_table_row([_table_cell(context.width, label, len(columns))]), _table_row(places, height)]
    else:
        rows = [_table_row([_table_cell(columns[0], label), *places], height)]
    for _ in range(FURTHER_LINES if one.kind == "lines" else 0):
        rows.append(_table_row([*(_table_cell(width, p("Field Label", [])) for width in beside),
                                _table_cell(short + sum(rest), p("Field Line", []), 1 + len(rest))], height))
    return rows


def _row_height(height_mm: float, context: BodyContext) -> float:
    """The least height of a row to write on: large print asks for large writing."""
    return height_mm * LARGER if context.large else height_mm


def _filled_in(one: Field, context: BodyContext) -> list[Element]:
    """What stands on the line: a content control; nothing where somebody signs by hand."""
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
    return [_place_to_fill_in(one.label, context, SPACES, kind)]


def _place_to_fill_in(label: str, context: BodyContext, spaces: str, kind: Element) -> Element:
    return content_control(label, context, [w("showingPlcHdr"), kind], run(spaces, "Placeholder Text"))


def _shared_out(width: int, *shares: float) -> list[int]:
    """A width in columns: the shares given, and what is left."""
    columns = [int(width * share) for share in shares]
    return [*columns, width - sum(columns)]


def _grid(style: str, columns: Sequence[int], rows: list[Element], caption: str, description: str,
          headings: str) -> Element:
    """A table. `headings`, `firstRow` or `firstColumn`, says where they stand, for the style and people who listen."""
    looks = {"firstRow": 0, "lastRow": 0, "firstColumn": 0, "lastColumn": 0, "noHBand": 1, "noVBand": 1} | {headings: 1}
    properties = w("tblPr", w("tblStyle", val=style_id(style)), w("tblW", w=sum(columns), type="dxa"),
                   w("tblLayout", type="fixed"),
                   w("tblLook", val={"firstRow": "0620", "firstColumn": "0680"}[headings], **looks),
                   w("tblCaption", val=clean(caption)), w("tblDescription", val=clean(description)))
    return w("tbl", properties, w("tblGrid", *(w("gridCol", w=width) for width in columns)), *rows)


def _table_row(cells: list[Element], height_mm: float = 0, header: bool = False) -> Element:
    properties = [w("cantSplit")]
    if height_mm:
        properties.append(w("trHeight", val=round(height_mm * TWENTIETHS_PER_MM), hRule="atLeast"))
    if header:
        properties.append(w("tblHeader"))
    return w("tr", w("trPr", *properties), *cells)


def _table_cell(width: int, content: Element, span: int = 1) -> Element:
    spanning = [w("gridSpan", val=span)] if span > 1 else []
    return w("tc", w("tcPr", w("tcW", w=width, type="dxa"), *spanning), content)

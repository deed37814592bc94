"""Lists of people as spreadsheet programs write them, for the tests that read them."""

import io
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from policygen.model.problems import ListError
from policygen.signing.people import People, read_people

DAY = date(2026, 11, 30)


def listed(to: Path, content: str | bytes, encoding: str = "utf-8", name: str = "people.csv") -> People:
    path = to / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return read_people(path, DAY)


def refused(to: Path, content: str | bytes, *words: str, name: str = "people.csv") -> str:
    with pytest.raises(ListError) as caught:
        listed(to, content, name=name)
    told = str(caught.value)
    for word in words:
        assert word in told, told
    return told


def workbook(*rows, sheets: int = 1, change=lambda book: None) -> bytes:
    """An Excel file with some rows on its last sheet."""
    book = openpyxl.Workbook()
    for _ in range(sheets - 1):
        book.create_sheet()
    for row in rows:
        book.worksheets[-1].append(row)
    change(book)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()

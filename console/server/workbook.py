"""Writes a workbook row by row to a file: who took it, when and why on top; no cell of it is ever a formula.

What a customer wrote may begin like a formula. Cells are written as text, and such a text gets an apostrophe in front,
so that it stays text where somebody saves the sheet as CSV and opens that.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

import xlsxwriter

_FORMULA = re.compile(r"\s*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]")
# XML has no place for these.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_CELL_CHARACTERS = 32_000
_WIDTH = 16

Cell = str | int | float | None


def defused(text: str) -> str:
    """Returns a text that no spreadsheet takes for a formula."""
    plain = _UNWRITABLE.sub("", text)[:_CELL_CHARACTERS]
    return f"'{plain}" if _FORMULA.match(plain) else plain


class Sheet:
    """One workbook of one sheet; rows leave memory as they are written."""

    def __init__(self, path: Path, head: Sequence[tuple[str, str]], columns: Sequence[str]) -> None:
        self._book = xlsxwriter.Workbook(
            str(path), {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        )
        self._sheet = self._book.add_worksheet()
        self._sheet.set_column(0, max(0, len(columns) - 1), _WIDTH)
        self._row = 0
        for pair in head:
            self.add(pair)
        self._row += 1
        self._bold = self._book.add_format({"bold": True, "bg_color": "#E3F3F5", "bottom": 1})
        for place, name in enumerate(columns):
            self._sheet.write_string(self._row, place, name, self._bold)
        self._row += 1

    def __enter__(self) -> Sheet:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._book.close()

    def add(self, cells: Sequence[Cell]) -> None:
        """Writes the next row."""
        for place, cell in enumerate(cells):
            if isinstance(cell, str):
                self._sheet.write_string(self._row, place, defused(cell))
            elif cell is not None:
                self._sheet.write_number(self._row, place, cell)
        self._row += 1

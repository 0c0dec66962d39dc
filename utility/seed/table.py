"""Rows for one table of the books."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Row = tuple[Any, ...]


@dataclass(frozen=True)
class Table:
    """Rows for one table."""

    name: str
    columns: str
    rows: list[Row]

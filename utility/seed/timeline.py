"""Timelines of the seed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from utility.seed.file import Section, moment
from utility.seed.table import Row


def steps(number: str, row: Section, now: datetime) -> Iterator[Row]:
    """Lists the timeline of an outage or an order."""
    for step_no, step in enumerate(row.get("timeline", []), 1):
        yield (number, step_no, step["status"], moment(step, now), step.get("note", ""))

"""Days as the entity `date`: ISO days, or "first/last"; months and years are among them, the caller drops billing periods."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from bot.nlu.entities.span import Span
from bot.nlu.entities.time_span import Granularity, Prefer
from bot.nlu.entities.times import times


def dates(text: str, now: datetime, prefer: Prefer = Prefer.NEAREST) -> Iterator[Span]:
    """Finds dates: "2026-11-22" for a day, "2026-11-16/2026-11-22" for a stretch; a whole month is a stretch."""
    for span in times(text, now, prefer):
        if span.granularity is not Granularity.PART_OF_DAY and not span.billing:
            yield span.as_date()

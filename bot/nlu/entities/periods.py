"""Billing periods as months, "YYYY-MM", resolved against the time given; a bare month is never in the future."""

from __future__ import annotations

from datetime import datetime

from bot.nlu.entities.span import Span
from bot.nlu.entities.time_span import Prefer
from bot.nlu.entities.times import times


def bill_periods(text: str, now: datetime) -> list[Span]:
    """Finds billing periods; a value is "2026-10", several joined by commas, or "2025" for a whole year."""
    return [span.as_bill_period() for span in times(text, now, Prefer.PAST) if span.is_period]

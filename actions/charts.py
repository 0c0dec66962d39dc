"""The small chart of a card: bars over labels; it draws nothing, the channels do."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from conversation.reply import Chart


def bars(labels: Sequence[str], values: Sequence[Decimal], unit: str, *, highlight: int | None = None) -> Chart:
    """Returns the chart of a card: one bar for each label, perhaps one of them to look at."""
    return Chart(tuple(labels), tuple(float(value) for value in values), unit, highlight=highlight)

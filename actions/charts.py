"""The small chart of a card: bars over labels; it draws nothing, the channels do."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any


def bars(
    labels: Sequence[str], values: Sequence[Decimal], unit: str, *, highlight: int | None = None
) -> dict[str, Any]:
    """Returns the chart of a card: one bar for each label, perhaps one of them to look at."""
    chart: dict[str, Any] = {
        "kind": "bar",
        "labels": list(labels),
        "values": [float(value) for value in values],
        "unit": unit,
    }
    return chart if highlight is None else {**chart, "highlight": highlight}

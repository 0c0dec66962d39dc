"""The card beside the words of a notice: rows and a chart, for the doors that show one; the words alone say enough."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from notices.kinds import Book, Kind
from notices.wording import shown_value


def card_of(book: Book, kind: Kind, values: Mapping[str, Any], now: datetime) -> dict[str, Any] | None:
    """Returns the card of a kind; none: it has none, or the figures of its chart were not told. Raises WordsMissing."""
    figures = values.get("year")
    if not kind.card or not isinstance(figures, list) or not figures:
        return None
    bars = [(str(month["period"])[-5:], float(month["kwh"])) for month in figures]
    shown = {name: shown_value(book, kind, name, values.get(name), now) for name in kind.card["shows"]}
    return {
        "kind": kind.card["kind"],
        "title": kind.card["title"].format_map(shown),
        "rows": [{"label": label, "value": text.format_map(shown)} for label, text in kind.card["rows"].items()],
        "chart": {
            "kind": "bar",
            "labels": [label for label, _ in bars],
            "values": [value for _, value in bars],
            "unit": kind.card["unit"],
            "highlight": len(bars) - 1,
        },
    }

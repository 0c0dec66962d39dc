"""How times and figures look outside: money and energy as text, times in the city's own zone."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from runtime.clock import SHANGHAI

Json = dict[str, Any]


def shown_time(value: datetime | None) -> str | None:
    """Writes a moment as ISO 8601 in Asia/Shanghai."""
    return value.astimezone(SHANGHAI).isoformat() if value else None


def shown_number(value: Decimal) -> str:
    """Writes a figure without an exponent."""
    return f"{value:f}"

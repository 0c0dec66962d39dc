"""How bills and energy look on the wire."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from backend.models import (
    Bill,
    BillLine,
    MonthUsage,
)
from backend.wire.reading import Json


def bill(content: Json) -> Bill:
    """Reads a bill with its lines."""
    return Bill(
        account_no=content["account_no"],
        period=content["period"],
        days=content["days"],
        kwh=Decimal(content["kwh"]),
        tier=content["tier"],
        lines=tuple(_bill_line(line) for line in content["lines"]),
        total=Decimal(content["total"]),
        issued=date.fromisoformat(content["issued"]),
        due=date.fromisoformat(content["due"]),
        status=content["status"],
        paid_on=date.fromisoformat(content["paid_on"]) if content["paid_on"] else None,
    )


def _bill_line(content: Json) -> BillLine:
    figures = {name: Decimal(content[name]) for name in ("quantity", "price", "amount")}
    return BillLine(code=content["code"], name=content["name"], **figures)


def month_usage(content: Json) -> MonthUsage:
    """Reads the running month."""
    left = content["left_in_tier"]
    return MonthUsage(
        account_no=content["account_no"],
        period=content["period"],
        kwh=Decimal(content["kwh"]),
        until=date.fromisoformat(content["until"]),
        tier=content["tier"],
        left_in_tier=None if left is None else Decimal(left),
    )

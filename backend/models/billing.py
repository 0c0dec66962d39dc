"""What crosses the seam of bills and energy; money is Decimal, times are aware in Asia/Shanghai."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal


@dataclass(frozen=True)
class BillLine:
    """One line of a bill: `quantity` kWh at `price` yuan."""

    code: str
    name: str
    quantity: Decimal
    price: Decimal
    amount: Decimal


@dataclass(frozen=True)
class Bill:
    """One month's bill of one account; `period` is YYYY-MM."""

    account_no: str
    period: str
    days: int
    kwh: Decimal
    tier: int | None
    lines: tuple[BillLine, ...]
    total: Decimal
    issued: date
    due: date
    status: str
    paid_on: date | None = None


@dataclass(frozen=True)
class MonthUsage:
    """Usage of a month so far: `kwh` up to and including `until`, the tier reached and what is left of it."""

    account_no: str
    period: str
    kwh: Decimal
    until: date
    tier: int | None
    left_in_tier: Decimal | None

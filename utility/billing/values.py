"""Bills and energy as frozen values; money and energy are Decimal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True)
class BillLine:
    """One line of a bill."""

    code: str
    name: str
    quantity: Decimal
    price: Decimal
    amount: Decimal


@dataclass(frozen=True)
class Bill:
    """One month's bill."""

    account_no: str
    period: str
    days: int
    kwh: Decimal
    tier: int | None
    total: Decimal
    issued: date
    due: date
    status: str
    paid_on: date | None
    lines: tuple[BillLine, ...] = ()


@dataclass(frozen=True)
class DayUsage:
    """Energy of one day."""

    day: date
    kwh: Decimal


@dataclass(frozen=True)
class MonthUsage:
    """Energy of a month up to and including `until`."""

    account_no: str
    period: str
    kwh: Decimal
    until: date
    tier: int | None
    left_in_tier: Decimal | None

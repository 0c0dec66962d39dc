"""Bills and energy as frozen values; money and energy are Decimal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal


@dataclass(frozen=True)
class BillLine:
    """One line of a bill; a bill with a change of plan in it has more than one segment."""

    code: str
    name: str
    quantity: Decimal
    price: Decimal
    amount: Decimal
    segment_no: int = 1


@dataclass(frozen=True)
class Bill:
    """One period's bill: the energy between the midnight readings of `since` and `until`."""

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
    plan: str
    since: date
    until: date
    reading_before: Decimal
    reading_after: Decimal
    tou_kwh: tuple[Decimal, ...] | None = None
    version: int = 1
    lines: tuple[BillLine, ...] = ()


@dataclass(frozen=True)
class Reading:
    """What a meter showed at the midnight that `read_on` begins with; `registers` are peak, flat and valley."""

    read_on: date
    value: Decimal
    kind: str
    registers: tuple[Decimal, ...] | None = None
    revision: int = 1
    meter_no: str = ""
    why: str = ""
    taken_at: datetime | None = None


@dataclass(frozen=True)
class DayUsage:
    """Energy of one day; `tou_kwh` are peak, flat and valley where the meter tells."""

    day: date
    kwh: Decimal
    tou_kwh: tuple[Decimal, ...] | None = None


@dataclass(frozen=True)
class MonthUsage:
    """Energy of a month up to and including `until`."""

    account_no: str
    period: str
    kwh: Decimal
    until: date
    tier: int | None
    left_in_tier: Decimal | None


@dataclass(frozen=True)
class PeriodUsage:
    """Energy of one billed period."""

    period: str
    days: int
    kwh: Decimal
    tou_kwh: tuple[Decimal, ...] | None
    total: Decimal

    @property
    def per_day(self) -> Decimal:
        """The mean of a day."""
        return self.kwh / self.days


@dataclass(frozen=True)
class StandOut:
    """Days in a row that used far more than the others."""

    since: date
    until: date
    per_day: Decimal
    other_days: Decimal


@dataclass(frozen=True)
class PendingAdjustment:
    """An adjustment (退补) that the next bill will carry."""

    adjustment_no: int
    period: str
    kwh: Decimal
    price: Decimal
    why: str

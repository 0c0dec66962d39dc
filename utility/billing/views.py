"""What a holder is shown of energy and prices, as frozen values: the running month, a month's days, the tariff."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from utility.billing.tariffs import Bounds, Tariff
from utility.billing.terms import Plan
from utility.billing.values import Bill, DayUsage, PeriodUsage
from utility.versions import Version


@dataclass(frozen=True)
class Progress:
    """How far the tiers of the month or year have come: `used` kWh of the bands, `left` of the tier reached."""

    annual: bool
    used: Decimal
    tier: int
    left: Decimal | None
    bounds: Bounds


@dataclass(frozen=True)
class RunningMonth:
    """The month that has no bill yet: what is read, up to and including `until`, and an estimate of its bill."""

    account_no: str
    period: str
    kwh: Decimal
    until: date
    days_read: int
    as_of: date
    progress: Progress | None
    so_far: Decimal
    estimate: Bill


@dataclass(frozen=True)
class UsageDays:
    """The days of a month that are read; `as_of` is the newest day read of the account at all."""

    account_no: str
    period: str
    days: tuple[DayUsage, ...]
    complete: bool
    as_of: date | None


@dataclass(frozen=True)
class UsageMonths:
    """Billed periods, oldest first, and what the newest is compared with."""

    account_no: str
    months: tuple[PeriodUsage, ...]
    last_month: PeriodUsage | None
    last_year: PeriodUsage | None


@dataclass(frozen=True)
class TariffView:
    """What an account is billed by on a day: its plan since when, and the table with its source."""

    account_no: str
    on: date
    plan: Plan
    plan_since: date | None
    version: Version[Tariff]
    bounds: Bounds | None
    progress: Progress | None

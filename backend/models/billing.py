"""What crosses the seam of bills and energy; money and energy are Decimal, days are the city's own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True)
class BillLine:
    """One line of a bill: `quantity` kWh at `price` yuan; a change of plan splits a bill into segments."""

    code: str
    name: str
    quantity: Decimal
    price: Decimal
    amount: Decimal
    segment_no: int = 1


@dataclass(frozen=True)
class Times:
    """kWh at peak, flat and valley."""

    peak: Decimal
    flat: Decimal
    valley: Decimal


@dataclass(frozen=True)
class Bill:
    """One month's bill of one account; `period` is YYYY-MM, `until` the day of the last midnight reading.

    `version` is above 1 when the bill was corrected.
    """

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
    plan: str = ""
    since: date | None = None
    until: date | None = None
    reading_before: Decimal | None = None
    reading_after: Decimal | None = None
    times: Times | None = None
    version: int = 1


@dataclass(frozen=True)
class BillPage:
    """Some bills, the newest first, and the cursor of those before them; empty when there are no more."""

    bills: tuple[Bill, ...]
    next_cursor: str = ""


@dataclass(frozen=True)
class BillSide:
    """One of two bills that are compared; `estimate` when it is the running month's."""

    period: str
    plan: str
    days: int
    kwh: Decimal
    per_day: Decimal
    tier: int | None
    tier_kwh: tuple[Decimal, ...] | None
    times: Times | None
    total: Decimal
    damages: Decimal
    estimate: bool


@dataclass(frozen=True)
class ExplainedPart:
    """One part of a change: yuan, and the kWh it speaks of where it speaks of any.

    `code` is one of days, usage, time_of_use, tier, free, capacity, factor, plan, price, adjustments, damages.
    """

    code: str
    amount: Decimal
    kwh: Decimal | None


@dataclass(frozen=True)
class StandOut:
    """Days in a row that used far more than the others: the mean of a day in them and of the other days."""

    since: date
    until: date
    per_day: Decimal
    other_days: Decimal


@dataclass(frozen=True)
class BillExplanation:
    """Why a bill differs from another one; the parts add up to `change` to the cent."""

    account_no: str
    before: BillSide
    after: BillSide
    change: Decimal
    parts: tuple[ExplainedPart, ...]
    stand_out: StandOut | None


@dataclass(frozen=True)
class MonthUsage:
    """Usage of a month so far: `kwh` up to and including `until`, the tier reached and what is left of it."""

    account_no: str
    period: str
    kwh: Decimal
    until: date
    tier: int | None
    left_in_tier: Decimal | None


@dataclass(frozen=True)
class UsageDay:
    """Energy of one day."""

    day: date
    kwh: Decimal
    times: Times | None


@dataclass(frozen=True)
class UsageDays:
    """The days of a month that are read; `as_of` is the newest day read of the account."""

    account_no: str
    period: str
    days: tuple[UsageDay, ...]
    complete: bool
    as_of: date | None


@dataclass(frozen=True)
class UsageMonth:
    """Energy of one billed month."""

    period: str
    days: int
    kwh: Decimal
    per_day: Decimal
    times: Times | None
    total: Decimal


@dataclass(frozen=True)
class UsageMonths:
    """Billed months, oldest first; the newest is compared with the month before it and the same month a year ago."""

    account_no: str
    months: tuple[UsageMonth, ...]
    last_month: UsageMonth | None
    last_year: UsageMonth | None


@dataclass(frozen=True)
class TierProgress:
    """How far the tiers have come: of the month, or of the year where `account_period` is `annual`."""

    account_period: str
    used: Decimal
    tier: int
    left_in_tier: Decimal | None
    bounds: tuple[Decimal, ...]


@dataclass(frozen=True)
class RunningMonth:
    """The month that has no bill yet: what is read, what it costs so far, and an estimate of the whole."""

    account_no: str
    period: str
    kwh: Decimal
    until: date
    days_read: int
    progress: TierProgress | None
    so_far: Decimal
    estimated_kwh: Decimal
    estimated_tier: int | None
    estimated_total: Decimal


@dataclass(frozen=True)
class TierPrice:
    """One tier: its upper bound in kWh (none for the last) and its price."""

    tier: int
    up_to: Decimal | None
    price: Decimal


@dataclass(frozen=True)
class HourPrices:
    """When it is peak, flat or valley, and what a kWh costs then in tiers 1 to 3."""

    name: str
    hours: tuple[str, ...]
    prices: tuple[Decimal, ...]


@dataclass(frozen=True)
class LinePrice:
    """The price of one line of a business's bill."""

    code: str
    price: Decimal


@dataclass(frozen=True)
class TariffView:
    """What an account is billed by on a day: its plan, the table since when and from which source, how far it is."""

    account_no: str
    on: date
    plan: str
    plan_since: date | None
    name: str
    source: str
    status: str
    since: date
    account_period: str
    tiers: tuple[TierPrice, ...]
    hours: tuple[HourPrices, ...]
    bounds: tuple[Decimal, ...] | None
    price: Decimal | None
    free_kwh: Decimal | None
    lines: tuple[LinePrice, ...]
    progress: TierProgress | None

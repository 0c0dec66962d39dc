"""What a running month comes to: pure functions of the days read, the tables and the plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from utility.accounts.values import Account
from utility.billing.bands import ZERO
from utility.billing.charging import bill_charges, total
from utility.billing.composing import Composed, Stretch, Year, compose
from utility.billing.money import NOTHING, cents
from utility.billing.tariffs import Tariffs
from utility.billing.terms import Plan, plan_of
from utility.billing.usage import mean_of_day
from utility.billing.values import DayUsage, MonthUsage

__all__ = ["NOTHING", "cents", "day_cost", "energy_charge", "month_so_far", "running_month"]


def running_month(
    account: Account, days: Sequence[DayUsage], tariffs: Tariffs, year: Year = Year()
) -> MonthUsage | None:
    """Adds up the days of a month, oldest first; None without any day."""
    if not days:
        return None
    composed = month_so_far(plan_of(account.plan), days, tariffs, year)
    kwh, last = sum((d.kwh for d in days), ZERO), days[-1].day
    return MonthUsage(account.account_no, f"{last:%Y-%m}", kwh, last, composed.tier, composed.left)


def energy_charge(account: Account, days: Sequence[DayUsage], tariffs: Tariffs, year: Year = Year()) -> Decimal:
    """Computes what the running month has cost so far, each line rounded; without hours, at the tiers' own prices."""
    if not days:
        return NOTHING
    return total(bill_charges(month_so_far(plan_of(account.plan), days, tariffs, year).segments))


def day_cost(account: Account, days: Sequence[DayUsage], tariffs: Tariffs, recent_days: int) -> Decimal | None:
    """Computes what a day costs now: the mean of the newest days at the price of the tier reached; None unread."""
    if not days:
        return None
    recent, last = days[-recent_days:], days[-1].day
    composed, prices = month_so_far(plan_of(account.plan), days, tariffs), tariffs.at(last).value.price
    if composed.tier and prices:
        return cents(mean_of_day(recent) * prices[composed.tier - 1])
    kwh = sum((d.kwh for d in days), ZERO)
    return cents(mean_of_day(recent) * total(bill_charges(composed.segments)) / kwh) if kwh else NOTHING


def month_so_far(plan: Plan, days: Sequence[DayUsage], tariffs: Tariffs, year: Year = Year()) -> Composed:
    """Puts the days read of a month into their tiers; days without hours are priced without them."""
    kwh, last = sum((d.kwh for d in days), ZERO), days[-1].day
    hours = [d.tou_kwh for d in days if d.tou_kwh is not None]
    times = tuple(sum(column, ZERO) for column in zip(*hours, strict=True)) if len(hours) == len(days) else None
    priced = plan if times is not None else replace(plan, tou=False)
    until = date.fromordinal(last.toordinal() + 1)
    return compose([Stretch(days[0].day, until, priced, tariffs.at(last).value, kwh, times)], year)

"""Midnight readings that daily usage tells: a smart meter is frozen every midnight, a day's usage is the difference."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from runtime.postgres import Connection
from utility import actors
from utility.billing import meter_store, store
from utility.billing.assembling import Meter
from utility.billing.bands import ZERO
from utility.billing.terms import plan_of, plan_on
from utility.billing.values import DayUsage, Reading
from utility.company import Company

WHY = "daily_freeze"


async def freeze(
    connection: Connection, company: Company, account_no: str, meter: Meter, span: tuple[date, date]
) -> Meter:
    """Writes down the readings that a bill over `span` needs and daily usage tells; the others stay missing."""
    since, until = span
    cuts = {change.since for change in meter.changes if since < change.since < until}
    needed = sorted({*cuts, until, *company.policy.tariffs.changes(since, until)} - set(meter.readings))
    for day in needed:
        base = max((known for known in meter.readings if known < day), default=None)
        days = await store.days_between(connection, account_no, base, day) if base else []
        found = frozen(meter, base, day, days) if base else None
        if found is None:
            continue
        number = await meter_store.meter_no(connection, account_no)
        written = replace(found, meter_no=number, taken_at=company.clock.now())
        await meter_store.save_reading(connection, account_no, written, str(actors.system(WHY)))
        meter = replace(meter, readings={**meter.readings, day: written})
    return meter


def frozen(meter: Meter, base: date, day: date, days: Sequence[DayUsage]) -> Reading | None:
    """Computes the reading of a midnight from an earlier one and every day between; None when a day is missing.

    The registers of the hours begin at nothing when the plan first needs them there.
    """
    if len(days) != (day - base).days:
        return None
    start = meter.readings[base]
    value = start.value + sum((used.kwh for used in days), ZERO) / meter.supply.multiplier
    return Reading(day, value, "actual", _registers(meter, start, day, days), why=WHY)


def _registers(meter: Meter, start: Reading, day: date, days: Sequence[DayUsage]) -> tuple[Decimal, ...] | None:
    told = [used.tou_kwh for used in days if used.tou_kwh is not None]
    if start.registers is not None and len(told) == len(days):
        columns = zip(*told, strict=True)
        return tuple(
            shown + sum(column, ZERO) / meter.supply.multiplier
            for shown, column in zip(start.registers, columns, strict=True)
        )
    begins = any(change.since == day for change in meter.changes)
    plan = plan_of(plan_on(day, meter.plan, list(meter.changes)))
    return (ZERO, ZERO, ZERO) if begins and plan.tou and start.registers is None else None

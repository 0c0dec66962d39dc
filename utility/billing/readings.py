"""Readings are recorded and put right; what an issued bill was wrong by goes onto the next, or the bill is redone.

A reading that daily usage tells (the meter is frozen at every midnight) is written down when a bill needs it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from runtime.postgres import Connection
from utility.accounts import store as accounts
from utility.actors import Actor
from utility.billing import meter_store, store
from utility.billing.assembling import Computed, Meter
from utility.billing.bands import ZERO
from utility.billing.charging import Adjustment, Charge
from utility.billing.issuing import DAY, Span, recompute, tell
from utility.billing.terms import plan_of, plan_on
from utility.billing.values import Bill, Reading
from utility.company import Company
from utility.errors import Clash, InvalidRequest, NotKnown


@dataclass(frozen=True)
class Corrected:
    """What a correction did: the reading as it is now, what the next bill will carry, the bills that were redone."""

    reading: Reading
    adjustments: tuple[Adjustment, ...]
    bills: tuple[Bill, ...]


async def record(connection: Connection, company: Company, account_no: str, reading: Reading, actor: Actor) -> Reading:
    """Records what a meter shows, actual or estimated; an actual reading may replace an estimate that no bill used.

    Raises:
        NotKnown: `account.unknown`.
        InvalidRequest: `field.missing`, the account is billed by the hours and the registers are not told.
        Clash: `account.closed`, `reading.in_future`, `reading.exists` (correct it), `reading.falls` (fields: read_on).
    """
    now = company.clock.now()
    await _hold(connection, account_no)
    if reading.read_on > now.date():
        raise Clash("reading.in_future", "That midnight has not come.")
    meter = await meter_store.meter(connection, account_no)
    if meter.closed_on is not None and reading.read_on > meter.closed_on + DAY:
        raise Clash("account.closed", "The account was closed before.")
    if reading.registers is None and plan_of(plan_on(reading.read_on - DAY, meter.plan, list(meter.changes))).tou:
        raise InvalidRequest("field.missing", "registers", "An account billed by the hours is read by its registers.")
    known = meter.readings.get(reading.read_on)
    used = await meter_store.billed_between(connection, account_no, reading.read_on)
    if known and (known.kind != "estimated" or reading.kind != "actual" or used):
        raise Clash("reading.exists", "There is a reading of that day; it can be corrected.")
    _check_order(meter, reading)
    written = replace(
        reading,
        revision=known.revision + 1 if known else 1,
        meter_no=await meter_store.meter_no(connection, account_no),
        taken_at=now,
    )
    await meter_store.save_reading(connection, account_no, written, str(actor))
    return written


async def correct(
    connection: Connection, company: Company, account_no: str, reading: Reading, actor: Actor, *, redo_bill: bool
) -> Corrected:
    """Puts a reading right; the old one is kept.

    Args:
        connection: the transaction.
        company: whose books they are.
        account_no: whose reading it is.
        reading: the day, the right value and why.
        actor: who puts it right.
        redo_bill: corrects the newest bill itself while it is not settled; otherwise the next bill carries the
            difference (退补).

    Raises:
        NotKnown: `account.unknown`, `reading.unknown`.
        Clash: `reading.falls`, `reading.splits_bill`, `bill.settled` or `bill.not_newest` (it cannot be redone),
            `bill.negative`, `tariff.no_price`.
    """
    await _hold(connection, account_no)
    before = await meter_store.meter(connection, account_no)
    known = before.readings.get(reading.read_on)
    if known is None:
        raise NotKnown("reading.unknown", "There is no reading of that day.")
    written = _right(known, reading, company.clock.now())
    _check_order(before, written)
    await meter_store.save_reading(connection, account_no, written, str(actor))
    after = replace(before, readings={**before.readings, reading.read_on: written})
    periods = await meter_store.billed_between(connection, account_no, reading.read_on)
    if await meter_store.splits_bill(connection, account_no, reading.read_on):
        raise Clash("reading.splits_bill", "An issued bill splits at this reading; put right the ones at its ends.")
    if redo_bill and periods:
        return Corrected(written, (), (await _redo(connection, company, account_no, periods, after, written, actor),))
    found = []
    for period in periods:
        found.extend(await _difference(connection, company, account_no, period, before, after, reading.why))
    await meter_store.add_adjustments(connection, account_no, found, str(actor), company.clock.now())
    return Corrected(written, tuple(found), ())


def _right(known: Reading, reading: Reading, at: datetime) -> Reading:
    """The next revision of a reading: registers that are not named stay."""
    registers = reading.registers if reading.registers is not None else known.registers
    revision = known.revision + 1
    right = replace(known, value=reading.value, registers=registers, kind="corrected", revision=revision)
    return replace(right, why=reading.why, taken_at=at)


async def _hold(connection: Connection, account_no: str) -> None:
    await meter_store.hold(connection, account_no)
    if await accounts.account(connection, account_no) is None:
        raise NotKnown("account.unknown", "There is no such account.")


def _check_order(meter: Meter, reading: Reading) -> None:
    """Refuses a reading below the one before it or above the one after it."""
    days = sorted(day for day in meter.readings if day != reading.read_on)
    before = max((day for day in days if day < reading.read_on), default=None)
    after = min((day for day in days if day > reading.read_on), default=None)
    for first, last in ((before, reading), (reading, after)):
        lower = first if isinstance(first, Reading) else first and meter.readings[first]
        upper = last if isinstance(last, Reading) else last and meter.readings[last]
        if lower and upper and _falls(lower, upper):
            raise Clash("reading.falls", "A reading is below the one before.", read_on=upper.read_on.isoformat())


def _falls(lower: Reading, upper: Reading) -> bool:
    pairs = zip(lower.registers or (), upper.registers or (), strict=False)
    return upper.value < lower.value or any(after < before for before, after in pairs)


async def _redo(
    connection: Connection,
    company: Company,
    account_no: str,
    periods: list[str],
    meter: Meter,
    reading: Reading,
    actor: Actor,
) -> Bill:
    old = await store.bill(connection, account_no, periods[-1], date.max)
    last = await meter_store.last_bill(connection, account_no)
    if old is None or len(periods) > 1 or last is None or last[0] != old.period:
        raise Clash("bill.not_newest", "Only the newest bill is redone; the next one can carry the difference.")
    if old.status != "unpaid":
        raise Clash("bill.settled", "The bill is settled; the next one can carry the difference.")
    carried = [Adjustment(line.quantity, line.price) for line in old.lines if line.code == "adjust"]
    span = Span(old.period, old.since, old.until)
    computed = await recompute(connection, company, account_no, meter, span, carried)
    if computed.total < 0:
        raise Clash("bill.negative", "The corrected bill would be below nothing.")
    new = _corrected(old, meter, computed)
    kept = {"bill": _kept(old), "at": company.clock.now(), "why": reading.why, "actor": str(actor)}
    await meter_store.replace_bill(connection, old, new, computed, kept)
    await tell(connection, company, "bill.corrected", new)
    found = await store.bill(connection, account_no, old.period, date.max)
    return found or new


def _corrected(old: Bill, meter: Meter, computed: Computed) -> Bill:
    return replace(
        old,
        kwh=computed.kwh,
        tier=computed.composed.tier,
        total=computed.total,
        reading_before=meter.readings[old.since].value,
        reading_after=meter.readings[old.until].value,
        tou_kwh=computed.times,
        version=old.version + 1,
    )


def _kept(bill: Bill) -> dict[str, Any]:
    lines = [[line.code, f"{line.quantity:f}", f"{line.price:f}", f"{line.amount:f}"] for line in bill.lines]
    readings = [f"{bill.reading_before:f}", f"{bill.reading_after:f}"]
    return {"kwh": f"{bill.kwh:f}", "total": f"{bill.total:f}", "readings": readings, "lines": lines}


async def _difference(
    connection: Connection, company: Company, account_no: str, period: str, before: Meter, after: Meter, why: str
) -> list[Adjustment]:
    bill = await store.bill(connection, account_no, period, date.max)
    if bill is None:
        return []
    span = Span(period, bill.since, bill.until)
    old = await recompute(connection, company, account_no, before, span, ())
    new = await recompute(connection, company, account_no, after, span, ())
    changed = {price: kwh - _by_price(old.charges).get(price, ZERO) for price, kwh in _by_price(new.charges).items()}
    gone = {price: -kwh for price, kwh in _by_price(old.charges).items() if price not in changed}
    return [_adjustment(kwh, price, period, why) for price, kwh in {**changed, **gone}.items() if kwh]


def _by_price(charges: tuple[Charge, ...]) -> Mapping[Decimal, Decimal]:
    found: dict[Decimal, Decimal] = {}
    for line in charges:
        found[line.price] = found.get(line.price, ZERO) + line.quantity
    return found


def _adjustment(kwh: Decimal, price: Decimal, period: str, why: str) -> Adjustment:
    """States a difference as kWh above nothing; the price carries whose favour it is in."""
    return Adjustment(abs(kwh), price if kwh > 0 else -price, period, why)

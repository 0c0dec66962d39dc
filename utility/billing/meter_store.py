"""Readings, changes of plan and what an issued bill leaves behind: the SQL."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from runtime.postgres import Connection
from utility.billing import store
from utility.billing.assembling import Computed, Meter
from utility.billing.charging import Adjustment, Charge
from utility.billing.composing import Stretch
from utility.billing.values import Bill, Reading

_READING = "select read_on, value, kind, registers, revision, meter_no, why, taken_at from meter_readings"


def _reading(row: Mapping[str, Any]) -> Reading:
    fields = dict(row)
    return Reading(**{**fields, "registers": None if fields["registers"] is None else tuple(fields["registers"])})


async def hold(connection: Connection, account_no: str) -> None:
    """Holds an account's readings and bills to the end of the transaction: nobody else bills it meanwhile."""
    await connection.execute("select from accounts where account_no = $1 for no key update", account_no)


async def meter(connection: Connection, account_no: str) -> Meter:
    """Reads what the books hold of an account for its bills; it is known."""
    account = await connection.fetchrow("select plan, closed_on from accounts where account_no = $1", account_no)
    rows = await readings(connection, account_no)
    return Meter(
        plan=account["plan"],
        closed_on=account["closed_on"],
        changes=tuple(await store.plan_changes(connection, account_no)),
        readings={reading.read_on: reading for reading in rows},
        supply=await store.supply(connection, account_no),
    )


async def readings(connection: Connection, account_no: str) -> list[Reading]:
    """Lists an account's readings, oldest first, each as it was put right last."""
    rows = await connection.fetch(
        f"""{_READING} r where account_no = $1 and not exists (
            select from meter_readings n
            where n.account_no = r.account_no and n.read_on = r.read_on and n.revision > r.revision)
        order by read_on""",
        account_no,
    )
    return [_reading(row) for row in rows]


async def revisions(connection: Connection, account_no: str) -> dict[date, list[Reading]]:
    """Lists every revision of an account's readings by day."""
    rows = await connection.fetch(f"{_READING} where account_no = $1 order by read_on, revision", account_no)
    found: dict[date, list[Reading]] = {}
    for row in rows:
        found.setdefault(row["read_on"], []).append(_reading(row))
    return found


async def save_reading(connection: Connection, account_no: str, reading: Reading, actor: str) -> None:
    """Writes a reading; a revision of an earlier one stands beside it."""
    registers = list(reading.registers) if reading.registers is not None else None
    await connection.execute(
        "insert into meter_readings values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        *(account_no, reading.read_on, reading.revision, reading.meter_no, reading.kind, reading.value, registers),
        *(reading.why, actor, reading.taken_at),
    )


async def meter_no(connection: Connection, account_no: str) -> str:
    """Reads the number of the meter that hangs now."""
    return str(await connection.fetchval("select meter_no from accounts where account_no = $1", account_no))


async def last_bill(connection: Connection, account_no: str) -> tuple[str, date] | None:
    """Returns period and end of the newest bill, issued or not."""
    row = await connection.fetchrow(
        "select period, until from bills where account_no = $1 order by period desc limit 1", account_no
    )
    return (row["period"], row["until"]) if row else None


async def year_bills(connection: Connection, account_no: str, period: str) -> list[Bill]:
    """Lists the bills of the same year before `period`, with their lines."""
    found = await store.bills(connection, account_no, date.max)
    same = [bill for bill in found if bill.period[:4] == period[:4] and bill.period < period]
    return await store.with_lines(connection, same)


async def save_bill(connection: Connection, bill: Bill, computed: Computed) -> None:
    """Writes a bill with its lines and, when there is more than one, its segments."""
    times = list(bill.tou_kwh) if bill.tou_kwh else None
    await connection.execute(
        """insert into bills (account_no, period, days, reading_before, reading_after, kwh, tou_kwh, tier, total,
            issued, due, status, paid_on, plan, since, until, version)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)""",
        *(bill.account_no, bill.period, bill.days, bill.reading_before, bill.reading_after, bill.kwh, times),
        *(bill.tier, bill.total, bill.issued, bill.due, bill.status, bill.paid_on),
        *(bill.plan, bill.since, bill.until, bill.version),
    )
    await _save_details(connection, bill.account_no, bill.period, computed.charges, computed.stretches)


async def replace_bill(
    connection: Connection, old: Bill, new: Bill, computed: Computed, kept: Mapping[str, Any]
) -> None:
    """Puts a corrected bill in the place of the old one, which is kept as it was in `kept`."""
    await connection.execute(
        """insert into bill_versions (account_no, period, version, bill, replaced_at, why, actor)
        values ($1, $2, $3, $4, $5, $6, $7)""",
        *(old.account_no, old.period, old.version, kept["bill"], kept["at"], kept["why"], kept["actor"]),
    )
    key = old.account_no, old.period
    await connection.execute("delete from bill_lines where account_no = $1 and period = $2", *key)
    await connection.execute("delete from bill_segments where account_no = $1 and period = $2", *key)
    await connection.execute(
        """update bills set reading_before = $3, reading_after = $4, kwh = $5, tou_kwh = $6, tier = $7, total = $8,
            version = $9 where account_no = $1 and period = $2""",
        *(*key, new.reading_before, new.reading_after, new.kwh, list(new.tou_kwh) if new.tou_kwh else None),
        *(new.tier, new.total, new.version),
    )
    await _save_details(connection, *key, computed.charges, computed.stretches)


async def _save_details(
    connection: Connection, account_no: str, period: str, charges: Iterable[Charge], stretches: tuple[Stretch, ...]
) -> None:
    await connection.executemany(
        """insert into bill_lines (account_no, period, line_no, code, quantity, price, amount, segment_no)
        values ($1, $2, $3, $4, $5, $6, $7, $8)""",
        [
            (account_no, period, number, line.code, line.quantity, line.price, line.amount, line.segment_no)
            for number, line in enumerate(charges, 1)
        ],
    )
    if len(stretches) == 1:
        return
    await connection.executemany(
        "insert into bill_segments values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        [
            (account_no, period, number, part.since, part.until, part.plan.name, part.kwh)
            + (list(part.times) if part.times else None, part.new_holder)
            for number, part in enumerate(stretches, 1)
        ],
    )


async def add_adjustments(
    connection: Connection, account_no: str, found: Iterable[Adjustment], actor: str, at: datetime
) -> None:
    """Notes adjustments that the next bill will carry."""
    await connection.executemany(
        """insert into bill_adjustments (account_no, period, kwh, price, why, actor, made_at)
        values ($1, $2, $3, $4, $5, $6, $7)""",
        [(account_no, item.period, item.kwh, item.price, item.why, actor, at) for item in found],
    )


async def bill_adjustments(connection: Connection, numbers: list[int], period: str) -> None:
    """Notes that the bill of `period` carries these adjustments."""
    await connection.execute(
        "update bill_adjustments set billed_in = $2 where adjustment_no = any($1)", numbers, period
    )


async def issuable(connection: Connection, period: str, until: date, *, after: str, most: int) -> list[str]:
    """Lists up to `most` accounts beyond `after` that have no bill of `period` and were supplied in it."""
    rows = await connection.fetch(
        """select account_no from accounts a where (closed_on is null or closed_on >= $2)
        and exists (select from meter_readings r where r.account_no = a.account_no and r.read_on < $3)
        and not exists (select from bills b where b.account_no = a.account_no and b.period >= $1)
        and account_no > $4 order by account_no limit $5""",
        *(period, date.fromisoformat(f"{period}-01"), until, after, most),
    )
    return [row["account_no"] for row in rows]


async def billed_between(connection: Connection, account_no: str, read_on: date) -> list[str]:
    """Lists the periods whose bill uses the reading of `read_on`, oldest first."""
    rows = await connection.fetch(
        "select period from bills where account_no = $1 and since <= $2 and until >= $2 order by period",
        *(account_no, read_on),
    )
    return [row["period"] for row in rows]


async def splits_bill(connection: Connection, account_no: str, read_on: date) -> bool:
    """Whether the reading of `read_on` lies inside an issued bill."""
    return bool(
        await connection.fetchval(
            "select exists (select from bills where account_no = $1 and since < $2 and until > $2)",
            *(account_no, read_on),
        )
    )

"""Bills and usage: the SQL that reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from runtime.postgres import Connection
from utility.billing.terms import PlanChange, Supply, supply_of
from utility.billing.values import Bill, BillLine, DayUsage, PendingAdjustment

_BILL = """
    select account_no, period, days, kwh, tier, total, issued, due, status, paid_on, plan, since, until,
           reading_before, reading_after, tou_kwh, version
    from bills
"""


def _bill(row: Mapping[str, Any]) -> Bill:
    fields = dict(row)
    return Bill(**{**fields, "tou_kwh": _times(fields["tou_kwh"])})


def _times(values: Sequence[Decimal] | None) -> tuple[Decimal, ...] | None:
    return None if values is None else tuple(values)


async def bill(connection: Connection, account_no: str, period: str, today: date) -> Bill | None:
    """Reads a bill that is issued by `today`, with its lines."""
    row = await connection.fetchrow(
        f"{_BILL} where account_no = $1 and period = $2 and issued <= $3", account_no, period, today
    )
    return (await with_lines(connection, [_bill(row)]))[0] if row else None


async def bills(connection: Connection, account_no: str, today: date) -> list[Bill]:
    """Lists the bills issued by `today`, oldest first, without their lines."""
    rows = await connection.fetch(f"{_BILL} where account_no = $1 and issued <= $2 order by period", account_no, today)
    return [_bill(row) for row in rows]


async def bills_page(
    connection: Connection, account_no: str, today: date, *, since: str, until: str, before: str | None, most: int
) -> list[Bill]:
    """Lists up to `most` bills issued by `today`, the newest first, of periods since..until and before `before`."""
    rows = await connection.fetch(
        f"""{_BILL} where account_no = $1 and issued <= $2 and period between $3 and $4
        and ($5::text is null or period < $5) order by period desc limit $6""",
        *(account_no, today, since, until, before, most),
    )
    return [_bill(row) for row in rows]


async def with_lines(connection: Connection, found: Sequence[Bill]) -> list[Bill]:
    """Reads the lines of bills of one account."""
    if not found:
        return []
    rows = await connection.fetch(
        """select period, code, name, quantity, price, amount, segment_no from bill_lines join charge_items using (code)
        where account_no = $1 and period = any($2) order by period, line_no""",
        *(found[0].account_no, [item.period for item in found]),
    )
    lines: dict[str, list[BillLine]] = {}
    for row in rows:
        fields = dict(row)
        lines.setdefault(fields.pop("period"), []).append(BillLine(**fields))
    return [replace(item, lines=tuple(lines.get(item.period, ()))) for item in found]


async def edge_periods(connection: Connection, account_no: str, today: date) -> tuple[str, str] | None:
    """Returns the first and the last period with a bill issued by `today`; None without any."""
    row = await connection.fetchrow(
        "select min(period) as first, max(period) as last from bills where account_no = $1 and issued <= $2",
        *(account_no, today),
    )
    return (row["first"], row["last"]) if row["first"] else None


async def month_days(connection: Connection, account_no: str, today: date) -> list[DayUsage]:
    """Lists the read days of the running month, oldest first; today is not over and not read."""
    return await days_between(connection, account_no, today.replace(day=1), today)


async def days_between(connection: Connection, account_no: str, since: date, until: date) -> list[DayUsage]:
    """Lists the read days from `since` to the day before `until`, oldest first."""
    rows = await connection.fetch(
        "select day, kwh, tou_kwh from daily_usage where account_no = $1 and day >= $2 and day < $3 order by day",
        *(account_no, since, until),
    )
    return [DayUsage(row["day"], row["kwh"], _times(row["tou_kwh"])) for row in rows]


async def last_read_day(connection: Connection, account_no: str, today: date) -> date | None:
    """Returns the newest day before `today` whose usage is read."""
    found: date | None = await connection.fetchval(
        "select max(day) from daily_usage where account_no = $1 and day < $2", account_no, today
    )
    return found


async def supply(connection: Connection, account_no: str) -> Supply:
    """Reads the technical facts of an account that its bills need."""
    extra = await connection.fetchval("select extra from accounts where account_no = $1", account_no)
    return supply_of(extra)


async def plan_changes(connection: Connection, account_no: str) -> list[PlanChange]:
    """Lists the changes of an account's plan, class or holder, oldest first."""
    rows = await connection.fetch(
        """select since, plan_before as before, plan_after as after, new_holder from plan_changes
        where account_no = $1 order by since""",
        account_no,
    )
    return [PlanChange(**row) for row in rows]


async def waiting_adjustments(connection: Connection, account_no: str) -> list[PendingAdjustment]:
    """Lists the adjustments that no bill carries yet, oldest first."""
    rows = await connection.fetch(
        """select adjustment_no, period, kwh, price, why from bill_adjustments
        where account_no = $1 and billed_in is null order by adjustment_no""",
        account_no,
    )
    return [PendingAdjustment(**row) for row in rows]


async def charge_names(connection: Connection) -> dict[str, str]:
    """Reads what the lines of bills are called."""
    rows = await connection.fetch("select code, name from charge_items")
    return {row["code"]: row["name"] for row in rows}


async def is_bound(connection: Connection, channel: str, channel_user: str, account_no: str) -> bool:
    """Whether the account is bound to somebody, a closed account too: its last bill stays theirs to read."""
    return bool(
        await connection.fetchval(
            "select exists (select from bindings where channel = $1 and channel_user = $2 and account_no = $3)",
            *(channel, channel_user, account_no),
        )
    )


async def damages_paid(connection: Connection, account_no: str, period: str) -> Decimal:
    """Adds up what was paid as damages of a bill."""
    amount = await connection.fetchval(
        """select coalesce(sum(case when to_book = 'damages' then amount else -amount end), 0.00) from ledger_moves
        where account_no = $1 and period = $2 and 'damages' in (from_book, to_book)
        and from_book <> 'waiver'""",
        *(account_no, period),
    )
    return Decimal(amount)

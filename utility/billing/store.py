"""Bills and readings: the SQL."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from runtime.postgres import Connection
from utility.billing.values import Bill, BillLine, DayUsage

_BILL = "select account_no, period, days, kwh, tier, total, issued, due, status, paid_on from bills"


async def bill(connection: Connection, account_no: str, period: str, today: date) -> Bill | None:
    """Reads a bill that is issued by `today`, with its lines."""
    row = await connection.fetchrow(
        f"{_BILL} where account_no = $1 and period = $2 and issued <= $3", account_no, period, today
    )
    if row is None:
        return None
    lines = await connection.fetch(
        """select code, name, quantity, price, amount from bill_lines join charge_items using (code)
        where account_no = $1 and period = $2 order by line_no""",
        account_no,
        period,
    )
    return replace(Bill(**row), lines=tuple(BillLine(**line) for line in lines))


async def bills(connection: Connection, account_no: str, today: date) -> list[Bill]:
    """Lists the bills issued by `today`, oldest first, without their lines."""
    rows = await connection.fetch(f"{_BILL} where account_no = $1 and issued <= $2 order by period", account_no, today)
    return [Bill(**row) for row in rows]


async def month_days(connection: Connection, account_no: str, today: date) -> list[DayUsage]:
    """Lists the read days of the running month, oldest first; today is not over and not read."""
    rows = await connection.fetch(
        "select day, kwh from daily_usage where account_no = $1 and day >= $2 and day < $3 order by day",
        account_no,
        today.replace(day=1),
        today,
    )
    return [DayUsage(**row) for row in rows]

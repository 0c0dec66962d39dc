"""What the audit of bills reads: everything of a slice of accounts at once; the SQL."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from runtime.postgres import Connection
from utility.billing.terms import PlanChange, Supply, supply_of
from utility.billing.values import Bill, BillLine, Reading

SLICE = 10_000


@dataclass(frozen=True)
class Booked:
    """What the books hold of one account's energy; `readings` are every revision by day, oldest first."""

    account_no: str
    plan: str
    closed_on: date | None
    supply: Supply
    changes: tuple[PlanChange, ...]
    readings: Mapping[date, Sequence[Reading]]
    bills: tuple[Bill, ...]


async def slices(connection: Connection) -> list[list[str]]:
    """Lists every account, in slices."""
    rows = await connection.fetch("select account_no from accounts order by account_no")
    numbers = [row["account_no"] for row in rows]
    return [numbers[start : start + SLICE] for start in range(0, len(numbers), SLICE)]


async def sampled(connection: Connection, number: int, day: date) -> dict[str, frozenset[str]]:
    """Draws bills, the same ones all day: the periods by account."""
    rows = await connection.fetch(
        """select account_no, array_agg(period) as periods from (
            select account_no, period from bills
            order by hashtextextended(account_no || period, $2), account_no, period limit $1) drawn
        group by account_no""",
        number,
        day.toordinal(),
    )
    return {row["account_no"]: frozenset(row["periods"]) for row in rows}


async def booked(connection: Connection, account_nos: Sequence[str]) -> list[Booked]:
    """Reads what the books hold of some accounts."""
    accounts = await connection.fetch(
        "select account_no, plan, closed_on, extra from accounts where account_no = any($1)", account_nos
    )
    changes = await _by_account(
        connection,
        "select account_no, since, plan_before, plan_after, new_holder from plan_changes",
        account_nos,
        "since",
    )
    readings = await _by_account(
        connection,
        "select account_no, read_on, value, kind, registers, revision, why from meter_readings",
        account_nos,
        "read_on, revision",
    )
    bills = await _bills(connection, account_nos)
    return [
        Booked(
            account_no=row["account_no"],
            plan=row["plan"],
            closed_on=row["closed_on"],
            supply=supply_of(row["extra"]),
            changes=tuple(PlanChange(*list(change.values())[1:]) for change in changes[row["account_no"]]),
            readings=_readings(readings[row["account_no"]]),
            bills=tuple(bills[row["account_no"]]),
        )
        for row in accounts
    ]


async def _bills(connection: Connection, account_nos: Sequence[str]) -> dict[str, list[Bill]]:
    rows = await _by_account(
        connection,
        """select account_no, period, days, kwh, tier, total, issued, due, status, paid_on, plan, since, until,
        reading_before, reading_after, tou_kwh, version from bills""",
        account_nos,
        "period",
    )
    lines = await _by_account(
        connection,
        "select account_no, period, code, quantity, price, amount, segment_no from bill_lines",
        account_nos,
        "period, line_no",
    )
    found: dict[tuple[str, str], list[BillLine]] = defaultdict(list)
    for account_no, items in lines.items():
        for item in items:
            figures = (item["quantity"], item["price"], item["amount"], item["segment_no"])
            found[account_no, item["period"]].append(BillLine(item["code"], item["code"], *figures))
    return defaultdict(
        list,
        {
            account_no: [Bill(**bill, lines=tuple(found[account_no, bill["period"]])) for bill in bills]
            for account_no, bills in rows.items()
        },
    )


def _readings(rows: Sequence[Mapping[str, Any]]) -> dict[date, list[Reading]]:
    found: dict[date, list[Reading]] = defaultdict(list)
    for row in rows:
        registers = None if row["registers"] is None else tuple(row["registers"])
        shown = Reading(row["read_on"], row["value"], row["kind"], registers, row["revision"], why=row["why"])
        found[row["read_on"]].append(shown)
    return dict(found)


async def _by_account(
    connection: Connection, query: str, account_nos: Sequence[str], order: str
) -> dict[str, list[dict[str, Any]]]:
    rows = await connection.fetch(f"{query} where account_no = any($1) order by account_no, {order}", account_nos)
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        found[row["account_no"]].append(dict(row))
    return found

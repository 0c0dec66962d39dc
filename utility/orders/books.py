"""What the company has decided about work orders, read once at start: limits, kinds, calendar, its own settings."""

from __future__ import annotations

from dataclasses import dataclass

from runtime.postgres import Pool, transaction
from utility.orders.machine import OrderRules, read_order_rules
from utility.orders.policy import OrderPolicy, parse_order_policy
from utility.orders.standards import Standards, read_standards
from utility.orders.worktime import Calendar, read_calendar
from utility.versions import Versions


@dataclass(frozen=True)
class OrderBooks:
    """Published limits, how each kind goes, which days are worked, letters and gaps."""

    standards: Standards
    rules: Versions[OrderRules]
    calendar: Calendar
    policy: OrderPolicy


async def read_order_books(pool: Pool) -> OrderBooks:
    """Reads them from utility/data and from the books.

    Raises:
        SettingsError: a table is not of its form.
        StoreUnavailable: the database does not answer.
    """
    async with transaction(pool) as connection:
        rows = await connection.fetch("select name, rows from seed_sections where name in ('policy', 'holidays')")
    sections = {row["name"]: row["rows"] for row in rows}
    return OrderBooks(
        standards=read_standards(),
        rules=read_order_rules(),
        calendar=read_calendar(sections.get("holidays", {})),
        policy=parse_order_policy(sections["policy"]),
    )

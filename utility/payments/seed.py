"""The payments of the demo city as rows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from utility.seed.file import Section, local
from utility.seed.table import Row, Table


def tables(city: Section, now: datetime) -> Iterator[Table]:
    """Lists payments and the periods they paid."""
    paid = [(no, payment) for no, rows in city["payments"].items() for payment in rows]
    columns = "payment_no, account_no, at, amount, channel, status, channel_order, note"
    yield Table("payments", columns, [_payment(no, payment) for no, payment in paid])
    periods = [(payment["payment_no"], period) for _, payment in paid for period in payment["periods"]]
    yield Table("payment_periods", "payment_no, period", periods)


def _payment(account_no: str, row: Section) -> Row:
    head = (row["payment_no"], account_no, local(row["at"]), row["amount"], row["channel"], row["status"])
    return (*head, row.get("channel_order"), row.get("note", ""))

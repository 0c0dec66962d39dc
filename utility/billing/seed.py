"""The bills and daily readings of the demo city as rows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from utility.seed.file import Section, day
from utility.seed.table import Row, Table


def tables(city: Section, now: datetime) -> Iterator[Table]:
    """Lists charge items, bills with their lines, and daily readings."""
    yield Table("charge_items", "code, name", list(city["tariff"]["part_names"].items()))
    bills = [(no, bill) for no, rows in city["bills"].items() for bill in rows]
    columns = (
        "account_no, period, days, reading_before, reading_after, kwh, tou_kwh, tier,"
        " total, issued, due, status, paid_on"
    )
    yield Table("bills", columns, [_bill(no, bill) for no, bill in bills])
    lines = [(no, b["period"], n, *part) for no, b in bills for n, part in enumerate(b["parts"], 1)]
    yield Table("bill_lines", "account_no, period, line_no, code, quantity, price, amount", lines)
    yield Table("daily_usage", "account_no, day, kwh", list(_days(city)))


def _bill(account_no: str, bill: Section) -> Row:
    figures = (bill["days"], bill["prev"], bill["curr"], bill["kwh"], bill.get("tou"), bill.get("tier"), bill["total"])
    dates = (day(bill["issued"]), day(bill["due"]), bill["status"], day(bill.get("paid_on")))
    return (account_no, bill["period"], *figures, *dates)


def _days(city: Section) -> Iterator[Row]:
    for account_no, months in city["daily_usage"].items():
        for month, figures in months.items():
            first = date.fromisoformat(f"{month}-01")
            yield from ((account_no, first.replace(day=n), kwh) for n, kwh in enumerate(figures, 1))

"""The bills, meter readings and daily usage of the demo city as rows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from runtime.clock import SHANGHAI
from utility.billing.items import charge_items
from utility.seed.file import Section, day
from utility.seed.table import Row, Table

ACTOR = "system:books"
Registers = tuple[Decimal, ...]


def tables(city: Section, now: datetime) -> Iterator[Table]:
    """Lists charge items, bills with their lines, changes of plan, readings, daily usage."""
    yield Table("charge_items", "code, name", list(charge_items(city["tariff"]["part_names"]).items()))
    accounts = {row["account_no"]: row for row in city["accounts"]}
    bills = [(no, bill) for no, rows in city["bills"].items() for bill in rows]
    columns = (
        "account_no, period, days, reading_before, reading_after, kwh, tou_kwh, tier,"
        " total, issued, due, status, paid_on, plan, since, until, version"
    )
    yield Table("bills", columns, [_bill(accounts[no], bill) for no, bill in bills])
    lines = [
        (no, bill["period"], number, code, Decimal(quantity), Decimal(price), amount, 1)
        for no, bill in bills
        for number, (code, quantity, price, amount) in enumerate(bill["parts"], 1)
    ]
    yield Table("bill_lines", "account_no, period, line_no, code, quantity, price, amount, segment_no", lines)
    columns = "account_no, since, plan_before, plan_after, class_before, class_after, new_holder, noted_at, actor"
    yield Table("plan_changes", columns, list(_plan_changes(city)))
    columns = "account_no, read_on, revision, meter_no, kind, value, registers, why, actor, taken_at"
    yield Table("meter_readings", columns, list(_readings(city, accounts)))
    yield Table("daily_usage", "account_no, day, kwh, tou_kwh", list(_days(city)))


def _bill(account: Section, bill: Section) -> Row:
    times = [Decimal(kwh) for kwh in bill["tou"]] if "tou" in bill else None
    energy = (Decimal(bill["prev"]), Decimal(bill["curr"]), Decimal(bill["kwh"]), times)
    figures = (bill["days"], *energy, bill.get("tier"), bill["total"])
    dates = (day(bill["issued"]), day(bill["due"]), bill["status"], day(bill.get("paid_on")))
    since = date.fromisoformat(f"{bill['period']}-01")
    plan = _plan_on(account, since)
    return (account["account_no"], bill["period"], *figures, *dates, plan, since, _end(bill), 1)


def _plan_on(account: Section, since: date) -> str:
    chosen = day(account.get("extra", {}).get("tou_since"))
    return "tier" if chosen and since < chosen else str(account["plan"])


def _end(bill: Section) -> date:
    return date.fromisoformat(f"{bill['period']}-01") + timedelta(days=bill["days"])


def _plan_changes(city: Section) -> Iterator[Row]:
    for account in city["accounts"]:
        chosen = day(account.get("extra", {}).get("tou_since"))
        if chosen:
            classes = (account["class"], account["class"])
            yield account["account_no"], chosen, "tier", account["plan"], *classes, False, _midnight(chosen), ACTOR


def _readings(city: Section, accounts: Section) -> Iterator[Row]:
    """Every account's readings: the one its books begin with, and one at the end of each bill."""
    for account_no, bills in city["bills"].items():
        account = accounts[account_no]
        extra = account.get("extra", {})
        multiplier, closed_on = Decimal(extra.get("multiplier", 1)), day(extra.get("closed_on"))
        registers: Registers = (Decimal(0),) * 3
        first = date.fromisoformat(f"{bills[0]['period']}-01")
        yield _reading(account, first, bills[0]["prev"], registers if "tou" in bills[0] else None, "opening")
        for bill, following in zip(bills, [*bills[1:], bills[-1]], strict=True):
            used = bill.get("tou", (0, 0, 0))
            registers = tuple(old + Decimal(kwh) / multiplier for old, kwh in zip(registers, used, strict=True))
            final = closed_on is not None and _end(bill) > closed_on
            shown = registers if "tou" in bill or "tou" in following else None
            yield _reading(account, _end(bill), bill["curr"], shown, "final" if final else "periodic")


def _reading(account: Section, read_on: date, value: Decimal, registers: Registers | None, why: str) -> Row:
    head = (account["account_no"], read_on, 1, account["meter_no"], "actual", Decimal(value))
    return (*head, list(registers) if registers else None, why, ACTOR, _midnight(read_on))


def _midnight(on: date) -> datetime:
    return datetime.combine(on, time(0, 30), SHANGHAI)


def _days(city: Section) -> Iterator[Row]:
    for account_no, months in city["daily_usage"].items():
        for month, figures in months.items():
            first = date.fromisoformat(f"{month}-01")
            yield from ((account_no, first.replace(day=n), Decimal(kwh), None) for n, kwh in enumerate(figures, 1))

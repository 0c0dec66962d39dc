"""Turns the demo city's sections into rows of the company's tables; every row is computed, none is invented here."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from utility.seed.file import Section, day, local, moment

Row = tuple[Any, ...]
_NUMBER = re.compile(r"([A-Z])(\d{6})(\d{5})(?:-\d+)?")

# Sections that are tables already; the others are kept whole for the issues that will give them tables.
TABLED = frozenset({
    "regions", "lines", "transformer_areas", "customers", "accounts", "bills", "payments", "daily_usage", "outages",
    "fault_orders", "channel_users",
})  # fmt: skip


@dataclass(frozen=True)
class Table:
    """Rows for one table."""

    name: str
    columns: str
    rows: list[Row]


def tables(city: Section, now: datetime) -> list[Table]:
    """Lists every table with its rows, parents before children, as the books stand when it is `now`."""
    return [
        *_network(city),
        *_customers(city, now),
        *_money(city),
        *_outages(city, now),
        *_orders(city, now),
        *_channels(city, now),
        _sequences(city),
        Table("seed_sections", "name, rows", [(name, city[name]) for name in city if name not in TABLED]),
    ]


def _network(city: Section) -> Iterator[Table]:
    columns = "region_id, name, kind, arrive_minutes, restore_hours, streets"
    keys = ("id", "name", "kind", "arrive_min", "restore_h", "streets")
    yield Table("regions", columns, [tuple(r[k] for k in keys) for r in city["regions"]])
    yield Table("lines", "line_id, name, substation", [(r["id"], r["name"], r["substation"]) for r in city["lines"]])
    parts = ("id", "name", "kind", "line", "region", "street", "estate", "road", "buildings", "homes", "lat", "lng")
    columns = "area_id, name, kind, line_id, region_id, street, estate, road, buildings, homes, lat, lng"
    yield Table("transformer_areas", columns, [tuple(r[k] for k in parts) for r in city["transformer_areas"]])
    standby = [(r["id"], area) for r in city["lines"] for area in r.get("standby_for", [])]
    yield Table("standby_supplies", "line_id, area_id", standby)


def _customers(city: Section, now: datetime) -> Iterator[Table]:
    keys = ("id", "name", "kind", "phone", "tags", "note")
    columns = "customer_id, name, kind, phone, tags, note"
    yield Table("customers", columns, [tuple(r[k] for k in keys) for r in city["customers"]])
    columns = (
        "account_no, customer_id, name, class, plan, billing, status, area_id, line_id, city, region, street, estate,"
        " road, building, unit, room, address, meter_no, voltage, phase, capacity_kw, reading_day, contact_phone, tags,"
        " opening_balance, closed_on, extra, story"
    )
    yield Table("accounts", columns, [_account(r, city["utility"]["city"]) for r in city["accounts"]])
    cuts = [(r["account_no"], r["cut_off"]) for r in city["accounts"] if "cut_off" in r]
    rows = [(no, c["reason"], *(moment(c[k], now) for k in ("notice", "last_notice", "at"))) for no, c in cuts]
    yield Table("account_cut_offs", "account_no, reason, noticed_at, last_noticed_at, cut_at", rows)


def _account(row: Section, city_name: str) -> Row:
    keys = ("account_no", "customer_id", "name", "class", "plan", "billing", "status", "transformer_area", "line")
    parts = ("region", "street", "estate", "road", "building", "unit", "room", "text")
    rest = ("meter_no", "voltage", "phase", "capacity_kw", "reading_day", "contact_phone", "tags")
    extra = row.get("extra", {})
    opening = Decimal(extra.get("opening_balance", "0"))
    tail = (opening, day(extra.get("closed_on")), extra, row["story"])
    return (*(row[k] for k in keys), city_name, *(row["address"][k] for k in parts), *(row[k] for k in rest), *tail)


def _money(city: Section) -> Iterator[Table]:
    yield Table("charge_items", "code, name", list(city["tariff"]["part_names"].items()))
    bills = [(no, bill) for no, rows in city["bills"].items() for bill in rows]
    columns = (
        "account_no, period, days, reading_before, reading_after, kwh, tou_kwh, tier,"
        " total, issued, due, status, paid_on"
    )
    yield Table("bills", columns, [_bill(no, bill) for no, bill in bills])
    lines = [(no, b["period"], n, *part) for no, b in bills for n, part in enumerate(b["parts"], 1)]
    yield Table("bill_lines", "account_no, period, line_no, code, quantity, price, amount", lines)
    paid = [(no, payment) for no, rows in city["payments"].items() for payment in rows]
    columns = "payment_no, account_no, at, amount, channel, status, channel_order, note"
    yield Table("payments", columns, [_payment(no, payment) for no, payment in paid])
    periods = [(payment["payment_no"], period) for _, payment in paid for period in payment["periods"]]
    yield Table("payment_periods", "payment_no, period", periods)
    yield Table("daily_usage", "account_no, day, kwh", list(_days(city)))


def _bill(account_no: str, bill: Section) -> Row:
    figures = (bill["days"], bill["prev"], bill["curr"], bill["kwh"], bill.get("tou"), bill.get("tier"), bill["total"])
    dates = (day(bill["issued"]), day(bill["due"]), bill["status"], day(bill.get("paid_on")))
    return (account_no, bill["period"], *figures, *dates)


def _payment(account_no: str, row: Section) -> Row:
    head = (row["payment_no"], account_no, local(row["at"]), row["amount"], row["channel"], row["status"])
    return (*head, row.get("channel_order"), row.get("note", ""))


def _days(city: Section) -> Iterator[Row]:
    for account_no, months in city["daily_usage"].items():
        for month, figures in months.items():
            first = date.fromisoformat(f"{month}-01")
            yield from ((account_no, first.replace(day=n), kwh) for n, kwh in enumerate(figures, 1))


def _outages(city: Section, now: datetime) -> Iterator[Table]:
    times = ("started", "eta", "eta_said", "next_update_by", "planned_from", "planned_to", "published", "restored")
    rows = [
        (
            *(r[k] for k in ("outage_no", "kind", "status", "line", "homes", "cause")),
            r.get("main_order"), r.get("crew", ""), r.get("contact", ""), r.get("eta_said", {}).get("by"),
            *(moment(r.get(k), now) for k in times),
        )
        for r in city["outages"]
    ]  # fmt: skip
    columns = (
        "outage_no, kind, status, line_id, homes, cause, main_order_no, crew, contact, eta_said_by, started_at, eta,"
        " eta_said_at, next_update_by, planned_from, planned_to, published_at, restored_at"
    )
    yield Table("outages", columns, rows)
    areas = [(r["outage_no"], area) for r in city["outages"] for area in r["areas"]]
    yield Table("outage_areas", "outage_no, area_id", areas)
    steps = [step for r in city["outages"] for step in _steps(r["outage_no"], r, now)]
    yield Table("outage_steps", "outage_no, step_no, status, at, note", steps)


def _orders(city: Section, now: datetime) -> Iterator[Table]:
    accounts = {r["account_no"]: r for r in city["accounts"]}
    rows = [_order(r, accounts[r["account_no"]], now) for r in city["fault_orders"]]
    columns = (
        "order_no, parent_no, outage_no, account_no, status, severity, scope, symptom, channel, area_id, building,"
        " address, phone, channel_user, neighbor_power, breaker_state, danger_sign, note, crew, resolution,"
        " confirmed_by_customer, reported_at, arrive_by, eta, callback_by"
    )
    yield Table("fault_orders", columns, rows)
    steps = [step for r in city["fault_orders"] for step in _steps(r["order_no"], r, now)]
    yield Table("fault_order_steps", "order_no, step_no, status, at, note", steps)


def _order(row: Section, account: Section, now: datetime) -> Row:
    known = ("order_no", "parent_no", "outage_no", "account_no", "status", "severity", "scope", "symptom", "channel")
    place = (account["transformer_area"], account["address"]["building"], account["address"]["text"])
    not_told = ("", "", "", "", "")  # channel user, neighbours, breaker, danger, note: the file does not say
    end = (row.get("crew", ""), row.get("resolution"), row.get("confirmed_by_customer"))
    times = (moment(row.get(k), now) for k in ("reported", "arrive_by", "eta", "callback_by"))
    return (*(row[k] for k in known), *place, account["contact_phone"], *not_told, *end, *times)


def _steps(number: str, row: Section, now: datetime) -> Iterator[Row]:
    for step_no, step in enumerate(row.get("timeline", []), 1):
        yield (number, step_no, step["status"], moment(step, now), step.get("note", ""))


def _channels(city: Section, now: datetime) -> Iterator[Table]:
    users = [(r["channel"], r["openid"]) for r in city["channel_users"]]
    yield Table("channel_users", "channel, channel_user", users)
    bound = [(r["channel"], r["openid"], no, now) for r in city["channel_users"] for no in r["bound"]]
    yield Table("bindings", "channel, channel_user, account_no, bound_at", bound)


def _sequences(city: Section) -> Table:
    numbers = [r["order_no"] for r in city["fault_orders"]] + [r["outage_no"] for r in city["outages"]]
    last: dict[tuple[str, date], int] = {}
    for match in filter(None, map(_NUMBER.fullmatch, numbers)):
        key = match[1], datetime.strptime(match[2], "%y%m%d").date()
        last[key] = max(last.get(key, 0), int(match[3]))
    return Table("number_sequences", "letter, day, last", [(*key, number) for key, number in last.items()])

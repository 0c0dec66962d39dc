"""The demo city in memory, from the same file and the same rows that the utility's database is filled with."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from utility.accounts.values import Account
from utility.billing.values import Bill, BillLine, DayUsage
from utility.faults.values import FaultOrder
from utility.grid.gazetteer import Gazetteer, read_words
from utility.grid.values import Area
from utility.outages.values import Outage, Step
from utility.policy import Policy, parse_policy
from utility.seed.file import fixed_now, read_city
from utility.seed.rows import tables

Rows = dict[str, list[dict[str, Any]]]
FINISHED = {"restored", "replied", "called_back", "archived"}


@dataclass
class City:
    """What the company knows; the fake changes it as calls come in."""

    policy: Policy
    gazetteer: Gazetteer
    areas: dict[str, Area]
    accounts: dict[str, Account]
    bills: dict[str, list[Bill]]
    days: dict[str, list[DayUsage]]
    payments: list[dict[str, Any]]
    outages: dict[str, Outage]
    orders: dict[str, FaultOrder]
    bindings: dict[tuple[str, str], list[str]]
    numbers: dict[tuple[str, Any], int]


def build_city(now: datetime | None = None) -> City:
    """Builds a fresh city as it stands at `now` (default: the file's own)."""
    content = _read_once()
    now = now or fixed_now(content)
    rows: Rows = {
        table.name: [dict(zip(table.columns.split(", "), row, strict=True)) for row in table.rows]
        for table in tables(content, now)
    }
    areas, accounts = _areas(rows), {row["account_no"]: _account(row) for row in rows["accounts"]}
    words = read_words()
    outages = _outages(rows)
    return City(
        policy=parse_policy(content["policy"], content["tariff"], content["utility"]["name"]),
        gazetteer=Gazetteer(list(areas.values()), words, content["utility"]["city"]),
        areas=areas,
        accounts=accounts,
        bills=_bills(rows),
        days=_days(rows),
        payments=_payments(rows),
        outages=outages,
        orders={row["order_no"]: _order(row, rows, accounts, areas) for row in rows["fault_orders"]},
        bindings=_bindings(rows),
        numbers={(row["letter"], row["day"]): row["last"] for row in rows["number_sequences"]},
    )


@lru_cache(maxsize=1)
def _read_once() -> dict[str, Any]:
    return read_city()


def _areas(rows: Rows) -> dict[str, Area]:
    regions = {row["region_id"]: row for row in rows["regions"]}
    found = {}
    for row in rows["transformer_areas"]:
        region = regions[row["region_id"]]
        known = {name: row[name] for name in ("area_id", "name", "estate", "street", "road", "buildings")}
        promise = {"region": region["name"], "region_kind": region["kind"], "arrive_minutes": region["arrive_minutes"]}
        found[row["area_id"]] = Area(**known, **promise)
    return found


def _account(row: dict[str, Any]) -> Account:
    names = Account.__dataclass_fields__
    return Account(**{**{name: row[name] for name in names}, "tags": tuple(row["tags"])})


def _bills(rows: Rows) -> dict[str, list[Bill]]:
    names = {row["code"]: row["name"] for row in rows["charge_items"]}
    lines: dict[tuple[str, str], list[BillLine]] = {}
    for row in rows["bill_lines"]:
        line = BillLine(row["code"], names[row["code"]], row["quantity"], row["price"], row["amount"])
        lines.setdefault((row["account_no"], row["period"]), []).append(line)
    found: dict[str, list[Bill]] = {}
    kept = [name for name in Bill.__dataclass_fields__ if name != "lines"]
    for row in rows["bills"]:
        bill = Bill(**{name: row[name] for name in kept}, lines=tuple(lines[row["account_no"], row["period"]]))
        found.setdefault(row["account_no"], []).append(bill)
    return found


def _days(rows: Rows) -> dict[str, list[DayUsage]]:
    found: dict[str, list[DayUsage]] = {}
    for row in sorted(rows["daily_usage"], key=lambda row: row["day"]):
        found.setdefault(row["account_no"], []).append(DayUsage(row["day"], row["kwh"]))
    return found


def _payments(rows: Rows) -> list[dict[str, Any]]:
    tied = {row["payment_no"] for row in rows["payment_periods"]}
    return [row for row in rows["payments"] if row["payment_no"] not in tied]


def _outages(rows: Rows) -> dict[str, Outage]:
    found = {}
    for row in rows["outages"]:
        areas = tuple(link["area_id"] for link in rows["outage_areas"] if link["outage_no"] == row["outage_no"])
        same = ("outage_no", "kind", "status", "cause", "crew", "main_order_no", "eta", "eta_said_at")
        rest = ("next_update_by", "planned_from", "planned_to")
        found[row["outage_no"]] = Outage(
            **{name: row[name] for name in (*same, *rest)},
            area_ids=areas,
            started=row["started_at"],
            restored=row["restored_at"],
        )
    return found


def _order(row: dict[str, Any], rows: Rows, accounts: dict[str, Account], areas: dict[str, Area]) -> FaultOrder:
    account = accounts[row["account_no"]]
    steps = [step for step in rows["fault_order_steps"] if step["order_no"] == row["order_no"]]
    same = ("order_no", "parent_no", "outage_no", "account_no", "area_id", "building", "phone", "channel")
    rest = ("channel_user", "status", "severity", "scope", "symptom", "danger_sign", "crew", "arrive_by", "eta")
    return FaultOrder(
        **{name: row[name] for name in (*same, *rest)},
        community=f"{account.city}{account.region}{account.street}{account.estate}",
        contact_phone=account.contact_phone,
        reported=row["reported_at"],
        arrive_minutes=areas[row["area_id"]].arrive_minutes if row["arrive_by"] else None,
        open=True,
        timeline=tuple(Step(step["status"], step["at"], step["note"]) for step in steps),
    )


def _bindings(rows: Rows) -> dict[tuple[str, str], list[str]]:
    found: dict[tuple[str, str], list[str]] = {}
    for row in rows["bindings"]:
        found.setdefault((row["channel"], row["channel_user"]), []).append(row["account_no"])
    return found


def is_open(city: City, order: FaultOrder) -> bool:
    """Tells whether power is still to come back for an order."""
    if order.status != "merged":
        return order.status not in FINISHED
    if order.outage_no:
        return city.outages[order.outage_no].restored is None
    return order.parent_no is not None and city.orders[order.parent_no].status not in FINISHED


def as_known(city: City, order: FaultOrder) -> FaultOrder:
    """Reads an order with what is known now: the event's estimate comes before its own."""
    eta = city.outages[order.outage_no].eta if order.outage_no else None
    return replace(order, eta=eta or order.eta, open=is_open(city, order))

"""The demo city in memory, from the same file and the same rows that the utility's database is filled with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from tests.fakes.backend.fault_city import FaultCity, fault_city
from tests.fakes.backend.till_city import TillCity, till_city
from utility.accounts.values import Account
from utility.billing.values import Bill, BillLine, DayUsage
from utility.grid.gazetteer import Gazetteer, read_words
from utility.grid.values import Area
from utility.orders.store import order_of
from utility.orders.values import Change, WorkOrder
from utility.payments.values import Move
from utility.policy import Policy, parse_policy
from utility.seed.file import fixed_now, read_city
from utility.seed.rows import tables

Rows = dict[str, list[dict[str, Any]]]


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
    moves: list[Move]
    till: TillCity
    faults: FaultCity
    work_orders: dict[str, WorkOrder]
    order_changes: dict[str, list[Change]]
    bindings: dict[tuple[str, str], list[str]]
    numbers: dict[tuple[str, Any], int]


def build_city(now: datetime | None = None) -> City:
    """Builds a fresh city as it stands at `now` (default: the file's own)."""
    content = read_once()
    now = now or fixed_now(content)
    rows = {name: [dict(row) for row in found] for name, found in _rows_once(now).items()}
    areas, accounts = _areas(rows), {row["account_no"]: _account(row) for row in rows["accounts"]}
    words = read_words()
    return City(
        policy=parse_policy(content["policy"], content["tariff"], content["utility"]),
        gazetteer=Gazetteer(list(areas.values()), words, content["utility"]["city"]),
        areas=areas,
        accounts=accounts,
        bills=_bills(rows),
        days=_days(rows),
        payments=rows["payments"],
        moves=_moves(rows),
        till=till_city(rows),
        faults=fault_city(rows, accounts, areas),
        work_orders={row["order_no"]: order_of(row) for row in rows["work_orders"]},
        order_changes=_order_changes(rows),
        bindings=_bindings(rows),
        numbers={(row["letter"], row["day"]): row["last"] for row in rows["number_sequences"]},
    )


@lru_cache(maxsize=1)
def read_once() -> dict[str, Any]:
    """Reads the city's file once for every test."""
    return read_city()


@lru_cache(maxsize=2)
def _rows_once(now: datetime) -> Rows:
    rows: Rows = {}
    for table in tables(read_once(), now):
        names = table.columns.split(", ")
        rows.setdefault(table.name, []).extend(dict(zip(names, row, strict=True)) for row in table.rows)
    return rows


def _order_changes(rows: Rows) -> dict[str, list[Change]]:
    found: dict[str, list[Change]] = {}
    for row in rows["work_order_changes"]:
        line = Change(**{name: value for name, value in row.items() if name != "order_no"})
        found.setdefault(row["order_no"], []).append(line)
    return found


def _areas(rows: Rows) -> dict[str, Area]:
    regions = {row["region_id"]: row for row in rows["regions"]}
    found = {}
    for row in rows["transformer_areas"]:
        region = regions[row["region_id"]]
        known = {name: row[name] for name in ("area_id", "name", "estate", "street", "road", "buildings", "line_id")}
        promise = {"region": region["name"], "region_kind": region["kind"], "arrive_minutes": region["arrive_minutes"]}
        promise.update(lat=row["lat"], lng=row["lng"])
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


def _moves(rows: Rows) -> list[Move]:
    return [Move(**row) for row in rows["ledger_moves"]]


def _bindings(rows: Rows) -> dict[tuple[str, str], list[str]]:
    found: dict[tuple[str, str], list[str]] = {}
    for row in rows["bindings"]:
        found.setdefault((row["channel"], row["channel_user"]), []).append(row["account_no"])
    return found

"""The fault orders of the demo city as rows: work orders with their timelines, their facts, the groups they form."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from utility.faults.merging import tally
from utility.faults.policy import promise_of
from utility.faults.rulebook import FaultRules, parse_fault_rules
from utility.faults.values import MERGED, Dark
from utility.orders.seeding import SeedBooks, change_table, order_table, seed_books, seeded
from utility.orders.values import NO_LIMIT, Change, Draft, WorkOrder
from utility.orders.worktime import Limit
from utility.seed.file import Section, moment
from utility.seed.table import Row, Table
from utility.versions import read_versions

_ARRIVED = ("on_site", "diagnosing", "repairing", "restored")
_REPLIED = ("replied", "called_back", "archived")
_ACTOR = "system:seed"


def tables(city: Section, now: datetime) -> Iterator[Table]:
    """Lists fault orders, what is known of them, their groups and timelines."""
    books = seed_books(city, now)
    rules = read_versions("fault_rules", parse_fault_rules).at(now.date(), books.regions).value
    rows: Sequence[Section] = city["fault_orders"]
    accounts = {r["account_no"]: r for r in city["accounts"]}
    areas = {r["id"]: r for r in city["transformer_areas"]}
    yield order_table(_order(books, rules, city, r, accounts[r["account_no"]], now) for r in rows)
    yield from _groups(rows, accounts, areas, now)
    columns = (
        "order_no, group_id, building, stair, address, scope, neighbor_power, symptom, breaker_state, danger_sign,"
        " crew, arrive_by, eta, needs, private, arrived_at, found_at, word_at"
    )
    numbers = _group_ids(rows)
    facts = [_facts(rules, r, accounts[r["account_no"]], areas, numbers[_main_of(r)], now) for r in rows]
    yield Table("fault_orders", columns, facts)
    yield change_table((r["order_no"], change) for r in rows for change in _changes(r, now))


def _mains(rows: Sequence[Section]) -> list[Section]:
    return [r for r in rows if r["parent_no"] is None]


def _group_ids(rows: Sequence[Section]) -> dict[str, int]:
    """Numbers the groups below zero, the oldest first: the books' own numbers begin at one."""
    mains = _mains(rows)
    return {r["order_no"]: n - len(mains) for n, r in enumerate(mains)}


def _main_of(row: Section) -> str:
    return str(row["parent_no"] or row["order_no"])


def _order(
    books: SeedBooks, rules: FaultRules, city: Section, row: Section, account: Section, now: datetime
) -> WorkOrder:
    filed, merged = _at(row["reported"], now), row["parent_no"] is not None
    limit = None if merged else _limit(rules, city, account)
    draft = Draft(
        kind="fault",
        owner=row.get("crew") or rules.owner,
        type=row["symptom"],
        account_no=row["account_no"],
        channel=row["channel"],
        contact_phone=account["contact_phone"],
        area_id=account["transformer_area"],
        level=row["severity"],
        parent_no=row["parent_no"],
        limit=limit,
        limit_name="" if limit else NO_LIMIT,
        filed_at=filed,
        extra={"needs": list(rules.needs_of(tuple(account["tags"]))), "scope": row["scope"], "danger_sign": ""},
    )
    arrived = _step_at(row, now, _ARRIVED)
    before = "on_site" if arrived else "reported" if row["status"] == MERGED else row["status"]
    order = seeded(books, row["order_no"], draft, arrived or now, state=before)
    ended = _step_at(row, now, _REPLIED)
    return replace(
        order,
        state="reported" if row["status"] == MERGED else row["status"],
        side_state=MERGED if row["status"] == MERGED else None,
        resolved_at=ended,
        callback_by=moment(row.get("callback_by"), now),
        resolution_code=row.get("resolution") or (rules.line_fault if ended else ""),
        confirmed=row.get("confirmed_by_customer"),
        closed_at=_step_at(row, now, ("archived",)),
    )


def _limit(rules: FaultRules, city: Section, account: Section) -> Limit:
    area = next(r for r in city["transformer_areas"] if r["id"] == account["transformer_area"])
    region = next(r for r in city["regions"] if r["id"] == area["region"])
    return promise_of(rules, region["kind"], region["arrive_min"])


def _groups(rows: Sequence[Section], accounts: Section, areas: Section, now: datetime) -> Iterator[Table]:
    groups: list[Row] = []
    homes: list[Row] = []
    places: list[Row] = []
    for main in _mains(rows):
        group_id = _group_ids(rows)[main["order_no"]]
        members = [r for r in rows if _main_of(r) == main["order_no"]]
        area_id = accounts[main["account_no"]]["transformer_area"]
        last = max(_at(r["reported"], now) for r in members)
        groups.append(
            (group_id, f"area:{area_id}", area_id, areas[area_id]["line"], main["order_no"], main["outage_no"],
             main["symptom"], len(members), last)
        )  # fmt: skip
        homes += [(group_id, f"account:{r['account_no']}") for r in members]
        dark = tally(_dark(accounts[r["account_no"]]) for r in members)
        places += [(group_id, place.area_id, place.building, place.stair, place.homes) for place in dark.places]
    columns = "group_id, key, area_id, line_id, main_order_no, outage_no, symptom, reports, last_report_at"
    yield Table("fault_groups", columns, groups)
    yield Table("fault_group_homes", "group_id, home", homes)
    yield Table("fault_group_places", "group_id, area_id, building, stair, homes", places)


def _dark(account: Section) -> Dark:
    return Dark(account["transformer_area"], account["address"]["building"], account["address"]["unit"], 1)


def _facts(rules: FaultRules, row: Section, account: Section, areas: Section, group_id: int, now: datetime) -> Row:
    place = account["address"]
    area = areas[account["transformer_area"]]
    last = _step_at(row, now, tuple(step["status"] for step in row["timeline"][-1:]))
    return (
        *(row["order_no"], group_id, place["building"], place["unit"], place["text"], row["scope"], "", row["symptom"]),
        *("", "", row.get("crew", ""), moment(row.get("arrive_by"), now), moment(row.get("eta"), now)),
        *(list(rules.needs_of(tuple(account["tags"]))), area["kind"] == rules.private),
        *(_step_at(row, now, ("on_site",)), _step_at(row, now, ("repairing",)), last),
    )


def _changes(row: Section, now: datetime) -> Iterator[Change]:
    before = ""
    for step_no, step in enumerate(row["timeline"], 1):
        status, at = step["status"], _at(step, now)
        what = "opened" if step_no == 1 else "advanced"
        yield Change(step_no, at, _ACTOR, what, before, status, step.get("note", ""))
        before = status


def _step_at(row: Section, now: datetime, states: tuple[str, ...]) -> datetime | None:
    return next((_at(step, now) for step in row["timeline"] if step["status"] in states), None)


def _at(value: Any, now: datetime) -> datetime:
    found = moment(value, now)
    if found is None:
        raise ValueError("a moment is missing")
    return found

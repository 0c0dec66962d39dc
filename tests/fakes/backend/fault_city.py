"""Outages and fault orders of the demo city in memory, from the rows that the utility's database is filled with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from utility.accounts.values import Account
from utility.faults.rulebook import FaultRules, parse_fault_rules
from utility.faults.values import FaultOrder
from utility.grid.values import Area
from utility.outages.rulebook import parse_outage_rules
from utility.outages.rules import OutageRules
from utility.outages.values import Fact, Outage, Step
from utility.versions import read_versions

Rows = dict[str, list[dict[str, Any]]]


@dataclass
class FaultCity:
    """What the fake company knows of outages and faults; it changes as calls come in."""

    outages: dict[str, Outage]
    steps: dict[str, list[Step]]
    facts: dict[str, list[Fact]]
    orders: dict[str, FaultOrder]
    replied: set[str]
    stairs: dict[str, str]
    fault_rules: FaultRules
    outage_rules: OutageRules


def fault_city(rows: Rows, accounts: dict[str, Account], areas: dict[str, Area]) -> FaultCity:
    """Builds it from the rows of the seed."""
    orders = {row["order_no"]: _order(row, rows, accounts, areas) for row in rows["fault_orders"]}
    return FaultCity(
        outages={row["outage_no"]: _outage(row, rows) for row in rows["outages"]},
        steps={row["outage_no"]: _outage_steps(row["outage_no"], rows) for row in rows["outages"]},
        facts={row["outage_no"]: _facts(row["outage_no"], rows) for row in rows["outages"]},
        orders=orders,
        replied={row["order_no"] for row in rows["work_orders"] if row["resolution_code"]},
        stairs={row["account_no"]: row["unit"] for row in rows["accounts"]},
        fault_rules=read_versions("fault_rules", parse_fault_rules).known[-1].value,
        outage_rules=read_versions("outage_rules", parse_outage_rules).known[-1].value,
    )


def _outage(row: dict[str, Any], rows: Rows) -> Outage:
    links = [link for link in rows["outage_areas"] if link["outage_no"] == row["outage_no"]]
    same = ("outage_no", "kind", "status", "cause", "crew", "main_order_no", "eta", "eta_said_at", "line_id", "homes")
    rest = ("next_update_by", "planned_from", "planned_to", "contact")
    groups = [group for group in rows["fault_groups"] if group["outage_no"] == row["outage_no"]]
    return Outage(
        **{name: row[name] for name in (*same, *rest)},
        area_ids=tuple(link["area_id"] for link in links),
        restored_areas=tuple(link["area_id"] for link in links if link["restored_at"]),
        started=row["started_at"],
        restored=row["restored_at"],
        published=row["published_at"],
        eta_said_by=row["eta_said_by"] or "",
        reports=sum(group["reports"] for group in groups),
    )


def _outage_steps(outage_no: str, rows: Rows) -> list[Step]:
    return [Step(s["status"], s["at"], s["note"]) for s in rows["outage_steps"] if s["outage_no"] == outage_no]


def _facts(outage_no: str, rows: Rows) -> list[Fact]:
    names = ("fact", "value", "said_at", "said_by")
    return [Fact(*(f[name] for name in names)) for f in rows["outage_facts"] if f["outage_no"] == outage_no]


def _order(row: dict[str, Any], rows: Rows, accounts: dict[str, Account], areas: dict[str, Area]) -> FaultOrder:
    work = next(order for order in rows["work_orders"] if order["order_no"] == row["order_no"])
    group = next(group for group in rows["fault_groups"] if group["group_id"] == row["group_id"])
    steps = [step for step in rows["work_order_changes"] if step["order_no"] == row["order_no"]]
    account = accounts[work["account_no"]]
    of_work = ("order_no", "parent_no", "account_no", "area_id", "channel", "channel_user")
    of_facts = ("building", "scope", "symptom", "danger_sign", "crew", "arrive_by", "eta")
    return FaultOrder(
        **{name: work[name] for name in of_work},
        **{name: row[name] for name in of_facts},
        outage_no=group["outage_no"],
        phone=work["contact_phone"],
        status=work["side_state"] or work["state"],
        severity=work["level"],
        community=f"{account.city}{account.region}{account.street}{account.estate}",
        contact_phone=account.contact_phone,
        reported=work["filed_at"],
        arrive_minutes=areas[work["area_id"]].arrive_minutes if row["arrive_by"] else None,
        open=True,
        timeline=tuple(Step(step["to_state"], step["at"], step["note"]) for step in steps),
    )

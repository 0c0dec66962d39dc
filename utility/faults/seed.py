"""The fault orders of the demo city as rows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from utility.seed.file import Section, moment
from utility.seed.table import Row, Table
from utility.seed.timeline import steps


def tables(city: Section, now: datetime) -> Iterator[Table]:
    """Lists fault orders and their timelines."""
    accounts = {r["account_no"]: r for r in city["accounts"]}
    rows = [_order(r, accounts[r["account_no"]], now) for r in city["fault_orders"]]
    columns = (
        "order_no, parent_no, outage_no, account_no, status, severity, scope, symptom, channel, area_id, building,"
        " address, phone, channel_user, neighbor_power, breaker_state, danger_sign, note, crew, resolution,"
        " confirmed_by_customer, reported_at, arrive_by, eta, callback_by"
    )
    yield Table("fault_orders", columns, rows)
    timeline = [line for r in city["fault_orders"] for line in steps(r["order_no"], r, now)]
    yield Table("fault_order_steps", "order_no, step_no, status, at, note", timeline)


def _order(row: Section, account: Section, now: datetime) -> Row:
    known = ("order_no", "parent_no", "outage_no", "account_no", "status", "severity", "scope", "symptom", "channel")
    place = (account["transformer_area"], account["address"]["building"], account["address"]["text"])
    not_told = ("", "", "", "", "")  # channel user, neighbours, breaker, danger, note: the file does not say
    end = (row.get("crew", ""), row.get("resolution"), row.get("confirmed_by_customer"))
    times = (moment(row.get(k), now) for k in ("reported", "arrive_by", "eta", "callback_by"))
    return (*(row[k] for k in known), *place, account["contact_phone"], *not_told, *end, *times)

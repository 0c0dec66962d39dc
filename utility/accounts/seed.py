"""The customers of the demo city, their accounts and bindings as rows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from utility.seed.file import Section, day, moment
from utility.seed.table import Row, Table


def tables(city: Section, now: datetime) -> Iterator[Table]:
    """Lists customers, accounts, cut-offs, and who is bound to what."""
    yield from _customers(city, now)
    yield from _channels(city, now)


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


def _channels(city: Section, now: datetime) -> Iterator[Table]:
    users = [(r["channel"], r["openid"]) for r in city["channel_users"]]
    yield Table("channel_users", "channel, channel_user", users)
    bound = [(r["channel"], r["openid"], no, now) for r in city["channel_users"] for no in r["bound"]]
    yield Table("bindings", "channel, channel_user, account_no, bound_at", bound)

"""The customers of the demo city, their accounts, supply points, contacts, managers and bindings as rows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal

from utility.seed.file import Section, day, moment
from utility.seed.table import Row, Table


def tables(city: Section, now: datetime) -> Iterator[Table]:
    """Lists customers, accounts, cut-offs, supply points, contacts, managers, and who is bound to what."""
    yield from _customers(city, now)
    yield from _kept_with_accounts(city)
    yield from _managers(city)
    yield from _channels(city, now)


def _customers(city: Section, now: datetime) -> Iterator[Table]:
    keys = ("id", "name", "kind", "phone", "tags", "note")
    columns = "customer_id, name, kind, phone, tags, note"
    yield Table("customers", columns, [tuple(r[k] for k in keys) for r in city["customers"]])
    columns = (
        "account_no, customer_id, name, class, plan, billing, status, area_id, line_id, city, region, street, estate,"
        " road, building, unit, room, address, meter_no, voltage, phase, capacity_kw, reading_day, contact_phone, tags,"
        " opening_balance, closed_on, contract_state, contract_until, extra, story,"
        " contact_email"
    )
    yield Table("accounts", columns, [_account(r, city["utility"]["city"]) for r in city["accounts"]])
    cuts = [(r["account_no"], r["cut_off"]) for r in city["accounts"] if "cut_off" in r]
    rows = [(no, c["reason"], *(moment(c[k], now) for k in ("notice", "last_notice", "at"))) for no, c in cuts]
    yield Table("account_cut_offs", "account_no, reason, noticed_at, last_noticed_at, cut_at", rows)


def _kept_with_accounts(city: Section) -> Iterator[Table]:
    yield Table("supply_points", "supply_point_no, account_no, area_id, line_id, role", list(_supply_points(city)))
    began = date.fromisoformat(f"{min(r['period'] for rows in city['bills'].values() for r in rows)}-01")
    ends = {r["account_no"]: day(r.get("extra", {}).get("closed_on")) for r in city["accounts"]}
    contacts = [
        (r["account_no"], "holder", r["name"], r["contact_phone"], began, ends[r["account_no"]])
        for r in city["accounts"]
    ]
    yield Table("contacts", "account_no, kind, name, phone, valid_from, valid_until", contacts)


def _supply_points(city: Section) -> Iterator[Row]:
    for row in city["accounts"]:
        main, others = row["line"], row.get("extra", {}).get("supplies", [])
        yield (f"{row['account_no']}-1", row["account_no"], row["transformer_area"], main, "main")
        for number, line_id in enumerate((line for line in others if line != main), 2):
            yield (f"{row['account_no']}-{number}", row["account_no"], row["transformer_area"], line_id, "standby")


def _managers(city: Section) -> Iterator[Table]:
    keys = ("id", "name", "role", "phone", "hours", "deputy")
    rows = [tuple(r[k] for k in keys) for r in city["key_account_managers"]]
    yield Table("account_managers", "manager_no, name, role, phone, hours, deputy_no", rows)
    managed = [(account_no, r["id"]) for r in city["key_account_managers"] for account_no in r["accounts"]]
    yield Table("managed_accounts", "account_no, manager_no", managed)


def _account(row: Section, city_name: str) -> Row:
    keys = ("account_no", "customer_id", "name", "class", "plan", "billing", "status", "transformer_area", "line")
    parts = ("region", "street", "estate", "road", "building", "unit", "room", "text")
    rest = ("meter_no", "voltage", "phase", "capacity_kw", "reading_day", "contact_phone", "tags")
    extra = row.get("extra", {})
    opening = Decimal(extra.get("opening_balance", "0"))
    closed_on = day(extra.get("closed_on"))
    tail = (
        opening,
        closed_on,
        "terminated" if closed_on else "in_force",
        closed_on,
        extra,
        row["story"],
        row.get("email", ""),
    )
    return (*(row[k] for k in keys), city_name, *(row["address"][k] for k in parts), *(row[k] for k in rest), *tail)


def _channels(city: Section, now: datetime) -> Iterator[Table]:
    users = [(r["channel"], r["openid"]) for r in city["channel_users"]]
    yield Table("channel_users", "channel, channel_user", users)
    bound = [(r["channel"], r["openid"], no, now) for r in city["channel_users"] for no in r["bound"]]
    yield Table("bindings", "channel, channel_user, account_no, bound_at", bound)

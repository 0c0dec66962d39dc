"""The cases of the demo city as work orders, with the clocks that the rules give them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from utility.actors import Actor, customer, staff, system
from utility.cases.rulebook import CaseRules, read_case_rules
from utility.orders.seeding import SeedBooks, change_table, order_table, seed_books, seeded
from utility.orders.values import Change, Draft, WorkOrder
from utility.seed.file import Section, moment
from utility.seed.table import Table


def tables(city: Section, now: datetime) -> Iterator[Table]:
    """Lists the cases and their timelines."""
    books = seed_books(city, now)
    rules = read_case_rules().at(now.date(), books.regions).value
    accounts = {row["account_no"]: row for row in city["accounts"]}
    areas = {row["id"]: row["region"] for row in city["transformer_areas"]}
    cases = [_order(books, rules, row, accounts.get(row["account_no"]), areas, now) for row in city["cases"]]
    yield order_table(cases)
    yield change_table((case.order_no, line) for case in cases for line in _timeline(case))


def _order(
    books: SeedBooks, rules: CaseRules, row: Section, account: Section | None, areas: Section, now: datetime
) -> WorkOrder:
    kind = row["category"].lower()
    area = account["transformer_area"] if account else None
    draft = Draft(
        kind=kind,
        owner=row["owner"],
        type=row["type"],
        subject=rules.types[kind, row["type"]].matter,
        account_no=row["account_no"],
        contact_phone=account["contact_phone"] if account else "",
        region_id=areas[area] if area else None,
        area_id=area,
        level=row.get("level") or "",
        secrecy=row.get("secrecy") or "",
        text=row["text"],
        filed_at=moment(row["filed"], now),
        extra={"outages": row["outages"]} if "outages" in row else {},
    )
    closed = moment(row.get("closed"), now)
    known: dict[str, Any] = {
        "state": row["status"],
        "contacted_at": moment(row.get("contacted"), now),
        "closed_at": closed,
        "resolved_at": closed,
        "resolution_code": row.get("resolution") or (books.rules.kinds[kind].resolutions[0] if closed else ""),
        "confirmed": row.get("confirmed_by_customer"),
    }
    return seeded(books, row["case_no"], draft, now, **known)


def _timeline(case: WorkOrder) -> Iterator[Change]:
    """What must have happened: filed, taken up, spoken about, replied to, confirmed, closed."""
    filer = customer("", "") if case.kind == "report" else customer("95598", case.account_no or "")
    desk, owner = system("orders"), staff(case.owner)
    lines: list[tuple[datetime | None, Actor, str, str, str]] = [
        (case.filed_at, filer, "opened", "", "filed"),
        (case.filed_at, desk, "advanced", "filed", "handling"),
        (case.contacted_at, owner, "contacted", "handling", "handling"),
        (case.resolved_at, owner, "replied", "handling", "replied"),
        (case.closed_at if case.confirmed else None, owner, "confirmed", "replied", "called_back"),
        (case.closed_at, owner, "closed", "called_back" if case.confirmed else "replied", case.state),
    ]
    happened = [line for line in lines if line[0] is not None]
    for step_no, (at, actor, what, before, after) in enumerate(happened, 1):
        if at is not None:
            yield Change(step_no, at, str(actor), what, before, after, "")

"""The applications of the demo city as rows: their clocks are the engine's, not the file's.

The file tells when one was accepted and, of a clock that stopped, how many workdays it had used: the moment when it
stopped follows from that. Papers that must have been there are there as seen at the counter.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from utility.actors import system
from utility.applications import rules
from utility.applications.catalogue import read_books
from utility.applications.values import BusinessType, Catalogue, Facts
from utility.orders.seeding import SeedBooks, change_table, opened, order_table, seed_books, seeded
from utility.orders.values import NO_LIMIT, Change, Draft, WorkOrder
from utility.orders.worktime import after
from utility.seed.file import Section, moment
from utility.seed.table import Row, Table

_KW = re.compile(r"(\d+)k(?:VA|W)")
_SIDE = frozenset({rules.RETURNED, rules.SUSPENDED, rules.CANCELLED, rules.TERMINATED})


@dataclass(frozen=True)
class Seeded:
    """One application of the file with its type, its facts, its order, and when its clock stopped."""

    row: Section
    kind: BusinessType
    facts: Facts
    order: WorkOrder
    stopped: datetime | None


def tables(city: Section, now: datetime) -> Iterator[Table]:
    """Lists the applications with their orders, papers and what they lack."""
    books = seed_books(city, now)
    catalogue = read_books().catalogue.at(now.date(), books.regions).value
    accounts = {row["account_no"]: row for row in city["accounts"]}
    areas = {row["id"]: row["region"] for row in city["transformer_areas"]}
    found = [_seeded(books, catalogue, row, accounts[row["account_no"]], areas, now) for row in city["applications"]]
    yield order_table(one.order for one in found)
    yield change_table((one.order.order_no, line) for one in found for line in _story(one))
    columns = "application_no, type_code, business_type, facts, place, manager, submitted_at"
    yield Table("applications", columns, [_application(one) for one in found])
    columns = "application_no, code, file_name, media_type, size, sha256, source, handed_in"
    yield Table("application_documents", columns, [paper for one in found for paper in _papers(one)])
    columns = "application_no, code, text, asked_at"
    yield Table("application_asks", columns, [ask for one in found for ask in _asks(one)])


def _seeded(
    books: SeedBooks, catalogue: Catalogue, row: Section, account: Section, areas: Section, now: datetime
) -> Seeded:
    facts = _facts(catalogue, row, account)
    kind = rules.fitting(catalogue, row["business_type"], facts)
    if kind is None:
        raise ValueError(f"{row['application_no']}: no type of {row['business_type']} fits {row['account_no']}")
    draft = Draft(
        kind="application",
        owner=row.get("manager") or kind.owner,
        type=kind.business_type,
        subject=f"{kind.business_type}:",
        account_no=row["account_no"],
        contact_phone=account["contact_phone"],
        region_id=areas[account["transformer_area"]],
        area_id=account["transformer_area"],
        text=row["note"],
        state=rules.SUBMITTED,
        filed_at=moment(row["accepted"], now),
        limit_name=rules.limit_name(kind, facts) or NO_LIMIT,
    )
    stopped = _stopped(books, row, draft, now)
    order = seeded(books, row["application_no"], draft, stopped or now, **_known(kind, row, stopped))
    return Seeded(row, kind, facts, order, stopped)


def _facts(catalogue: Catalogue, row: Section, account: Section) -> dict[str, str]:
    level = account["voltage"]
    asked = _KW.findall(row["note"])
    capacity = {"capacity_kw": asked[-1]} if asked else {}
    return {"class": account["class"], "voltage_level": level, **catalogue.voltage_levels[level], **capacity}


def _stopped(books: SeedBooks, row: Section, draft: Draft, now: datetime) -> datetime | None:
    """When the clock of an application that does not run came to stand."""
    used = row["used_workdays"]
    if row["status"] not in {"works", rules.ARCHIVED, *_SIDE} or used is None:
        return None
    return min(after(books.calendar, "workday", draft.filed_at or now, timedelta(days=used)), now)


def _known(kind: BusinessType, row: Section, stopped: datetime | None) -> dict[str, Any]:
    status = row["status"]
    if status == rules.ARCHIVED:
        ended = {"closed_at": stopped, "resolved_at": stopped, "resolution_code": kind.resolution}
        return {"state": status, "confirmed": True, **ended}
    return {"state": "accepted", "side_state": status} if status in _SIDE else {"state": status}


def _story(one: Seeded) -> Iterator[Change]:
    """What is known of it: that it was handed in, and when its clock stopped."""
    first = opened(one.order, str(system("books")))
    yield Change(first.step_no, first.at, first.actor, first.what, "", rules.SUBMITTED, one.order.text, first.data)
    if one.order.status != rules.SUBMITTED:
        what = "closed" if not one.order.open else "suspended" if one.order.side_state else "advanced"
        yield Change(
            2, one.stopped or one.order.filed_at, str(system("books")), what, rules.SUBMITTED, one.order.status, ""
        )


def _application(one: Seeded) -> Row:
    head = (one.order.order_no, one.kind.code, one.kind.business_type, dict(one.facts))
    return (*head, "", one.row.get("manager") or "", one.order.filed_at)


def _papers(one: Seeded) -> Iterator[Row]:
    for paper in rules.papers_of(one.kind, one.facts):
        yield (one.order.order_no, paper.code, "", "", 0, "", "counter", one.order.filed_at)


def _asks(one: Seeded) -> Iterator[Row]:
    for text in one.row.get("missing", ()):
        name = text.partition("(")[0]
        code = next(paper.code for paper in one.kind.papers if name in paper.name)
        yield (one.order.order_no, code, text, one.stopped or one.order.filed_at)

"""Which outages cover a place, what is known of one, and what a place has been through."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from runtime.clock import SHANGHAI
from runtime.postgres import Connection, transaction
from utility.accounts import store as accounts
from utility.company import Company
from utility.errors import InvalidRequest, NotKnown
from utility.grid import store as grid
from utility.outages import store
from utility.outages.policy import rules_of
from utility.outages.rules import Counted, count_frequent, months_before
from utility.outages.values import Fact, Outage, Step


@dataclass(frozen=True)
class Detail:
    """An outage with its timeline and everything that was said of it."""

    outage: Outage
    steps: tuple[Step, ...]
    facts: tuple[Fact, ...]


@dataclass(frozen=True)
class Asked:
    """A place by exactly one of account, area and line."""

    account_no: str = ""
    area_id: str = ""
    line_id: str = ""


async def list_outages(company: Company, asked: Asked) -> list[Outage]:
    """Lists the outages of a place: running ones, and scheduled ones still to come.

    Raises:
        NotKnown: `account.unknown`, `area.unknown`, `line.unknown`.
        InvalidRequest: not exactly one place was given.
    """
    now = company.clock.now()
    _check_one(asked, "account_no, area_id and line_id")
    async with transaction(company.pool) as connection:
        if asked.line_id:
            if await grid.line(connection, asked.line_id) is None:
                raise NotKnown("line.unknown", "There is no such line.")
            return await store.outages_of_line(connection, asked.line_id, now)
        area_id, building = await _place(connection, company, asked)
        found = await store.outages(connection, area_id, now)
        return [outage for outage in found if not asked.account_no or outage.covers(area_id, building)]


async def read_outage(company: Company, outage_no: str) -> Detail:
    """Reads one outage with its story.

    Raises:
        NotKnown: `outage.unknown`.
    """
    async with transaction(company.pool) as connection:
        return await detail(connection, outage_no)


async def detail(connection: Connection, outage_no: str) -> Detail:
    """Reads one outage with its story, inside the caller's transaction.

    Raises:
        NotKnown: `outage.unknown`.
    """
    outage = await store.outage(connection, outage_no)
    if outage is None:
        raise NotKnown("outage.unknown", "There is no such outage.")
    steps, facts = await store.steps(connection, outage_no), await store.facts(connection, outage_no)
    return Detail(outage, tuple(steps), tuple(facts))


async def history(company: Company, asked: Asked, days: int) -> tuple[list[Outage], Counted]:
    """Lists what a place has been through in the last `days`, and counts it by the rule of frequent outages.

    Raises:
        NotKnown: `account.unknown`, `area.unknown`.
        InvalidRequest: not exactly one place was given.
    """
    now = company.clock.now()
    _check_one(asked, "account_no and area_id")
    rule = rules_of(company, now).frequent
    window = datetime.combine(months_before(now.astimezone(SHANGHAI).date(), rule.months), time(), SHANGHAI)
    since = now - timedelta(days=days)
    async with transaction(company.pool) as connection:
        area_id, building = await _place(connection, company, asked)
        found = await store.outages_since(connection, area_id, min(since, window), now)
    mine = [outage for outage in found if not asked.account_no or outage.touches(area_id, building)]
    shown = [outage for outage in mine if (outage.started or outage.planned_from or now) >= since]
    return shown, count_frequent(mine, rule, now)


def _check_one(asked: Asked, names: str) -> None:
    if sum(map(bool, (asked.account_no, asked.area_id, asked.line_id))) != 1:
        raise InvalidRequest("field.missing", "account_no", f"Exactly one of {names} says where.")


async def _place(connection: Connection, company: Company, asked: Asked) -> tuple[str, str]:
    area_id, building = asked.area_id, ""
    if asked.account_no:
        account = await accounts.account(connection, asked.account_no)
        if account is None or account.status == "closed":
            raise NotKnown("account.unknown", "There is no such account.")
        area_id, building = account.area_id, account.building
    if area_id not in company.areas:
        raise NotKnown("area.unknown", "There is no such area.")
    return area_id, building

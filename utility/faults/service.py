"""Fault reports: an order of its own with the region's promise, or a sub-order of what is known already.

A report joins the running event of its place; else it joins a report of the same place and symptom within the merge
window, and enough homes of one building or estate together are an event, which is published as an outage.
A report of danger never joins anything: somebody has to go exactly there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from runtime.postgres import Connection, transaction
from utility.accounts import store as accounts
from utility.accounts.values import Person
from utility.actors import customer
from utility.company import Company
from utility.errors import NotKnown
from utility.faults import groups, store
from utility.faults.joining import Joined, after_count, find_event, find_group
from utility.faults.policy import promise_of, rules_of
from utility.faults.rulebook import FaultRules
from utility.faults.sites import Site, site_of
from utility.faults.store import Facts
from utility.faults.values import MERGED, Dark, FaultOrder, FaultReport
from utility.orders import service as orders
from utility.orders.values import NO_LIMIT, Draft


async def report_fault(
    connection: Connection, company: Company, person: Person, report: FaultReport
) -> tuple[FaultOrder, bool]:
    """Files a fault in the caller's transaction; returns the order and whether it is new.

    Raises:
        Clash: `account.cut_off`.
        NotKnown: `account.unknown`, `area.unknown`.
        InvalidRequest: nothing says where the fault is.
    """
    site = await site_of(connection, company, report)
    order, new = await _file(connection, company, person, report, site)
    structlog.get_logger().info("utility.fault.reported", order_no=order.order_no, status=order.status, new=new)
    return order, new


async def read_order(company: Company, person: Person, order_no: str, phone: str) -> FaultOrder:
    """Reads an order that `person` reported, that is on their account, or whose phone they know.

    Raises:
        NotKnown: `order.unknown`, somebody else's too.
    """
    async with transaction(company.pool) as connection:
        order = await store.order(connection, order_no)
        if order is not None and await is_theirs(connection, person, order):
            return order
        if order is not None and phone and phone in (order.phone, order.contact_phone):
            return replace(order, account_no=None)  # who knows the phone may not learn the account
        raise NotKnown("order.unknown", "There is no such order of this person.")


async def list_open(company: Company, person: Person, account_nos: Sequence[str]) -> list[FaultOrder]:
    """Lists the open orders `person` reported or has on these bound accounts (none named: on all of them)."""
    async with transaction(company.pool) as connection:
        bound = [account.account_no for account in await accounts.bound_accounts(connection, person)]
        wanted = [no for no in bound if no in account_nos] if account_nos else bound
        return await store.open_orders(connection, person, wanted)


async def is_theirs(connection: Connection, person: Person, order: FaultOrder) -> bool:
    """Tells whether somebody reported an order or is bound to its account."""
    if (order.channel, order.channel_user) == (person.channel, person.user_id):
        return True
    return order.account_no is not None and bool(await accounts.bound_account(connection, person, order.account_no))


async def written(connection: Connection, order_no: str) -> FaultOrder:
    """Reads an order that has to be there.

    Raises:
        NotKnown: `order.unknown`.
    """
    order = await store.order(connection, order_no)
    if order is None:
        raise NotKnown("order.unknown", "There is no such fault order.")
    return order


def home_of(person: Person, account_no: str | None) -> str:
    """Names a home, so that it counts once: its account, or whoever reports without one."""
    return f"account:{account_no}" if account_no else f"{person.channel}:{person.user_id}"


async def _file(
    connection: Connection, company: Company, person: Person, report: FaultReport, site: Site
) -> tuple[FaultOrder, bool]:
    home = home_of(person, site.account_no)
    await groups.hold(connection, home)
    if report.danger_sign or not site.key:
        order_no = await _open(connection, company, person, report, site, None)
        return await written(connection, order_no), True
    area_id = site.area.area_id if site.area else None
    again = await store.open_order_again(connection, person, area_id, site.building, site.account_no)
    if again:
        return again, False
    joined = await _join(connection, company, report, site)
    if joined.event is None or site.area and not joined.event.covers(site.area.area_id, site.building):
        await groups.hold(connection, site.line_id or site.key)
    place = Dark(site.area.area_id if site.area else "", site.building, site.stair, 1)
    await groups.add_home(connection, joined.group.group_id, home, place)
    order_no = await _open(connection, company, person, report, site, joined)
    if joined.event is None and joined.group.main_order_no is None:
        await groups.lead(connection, joined.group.group_id, order_no)
        joined = replace(joined, group=replace(joined.group, main_order_no=order_no))
    await after_count(connection, company, joined, site)
    return await written(connection, order_no), True


async def _join(connection: Connection, company: Company, report: FaultReport, site: Site) -> Joined:
    """Finds or opens what the report belongs to; without an event, one report of the line at a time."""
    joined = await find_event(connection, company, site, report, company.clock.now())
    if joined:
        return joined
    await groups.hold(connection, site.line_id or site.key)
    now = company.clock.now()  # what came before us may have begun while we waited
    joined = await find_event(connection, company, site, report, now)
    if joined:
        return joined
    group = await find_group(connection, company, site, report, now)
    if group is None:
        group = await groups.begin(
            connection, site.key, area=site.area, line_id=site.line_id, symptom=report.symptom, at=now
        )
    return Joined(group)


async def _open(
    connection: Connection, company: Company, person: Person, report: FaultReport, site: Site, joined: Joined | None
) -> str:
    """Opens the work order with its facts; merged when its group has a main order or is an event already."""
    now = company.clock.now()
    rules = rules_of(company, now)
    draft, follows = replace(_draft(company, rules, person, report, site), filed_at=now), False
    if joined:
        count = await groups.count(connection, joined.group.group_id, now)
        main = joined.group.main_order_no
        follows = main is not None or joined.event is not None
        draft = replace(draft, parent_no=main, order_no=f"{main}-{count - 1:02d}" if main else "")
        draft = replace(draft, limit=None, limit_name=NO_LIMIT, side_state=MERGED) if follows else draft
    opened = await orders.open_order(connection, company, draft, customer(person.channel, person.user_id))
    promise = await _promise(connection, site, joined, now)
    facts = _facts(rules, opened.order_no, report, site, joined, promise)
    await store.save_facts(connection, facts, rules.private)
    return opened.order_no


def _draft(company: Company, rules: FaultRules, person: Person, report: FaultReport, site: Site) -> Draft:
    needs = rules.needs_of(site.tags)
    limit = promise_of(rules, site.area.region_kind, site.area.arrive_minutes) if site.area else None
    return Draft(
        kind="fault",
        owner=rules.owner,
        type=report.symptom,
        account_no=site.account_no,
        channel=person.channel,
        channel_user=person.user_id,
        contact_phone=report.phone,
        area_id=site.area.area_id if site.area else None,
        level=rules.severity(report.severity, report.danger_sign, site.tags),
        text=report.note,
        limit=limit,
        limit_name="" if limit else NO_LIMIT,
        extra={"needs": list(needs), "scope": report.scope, "danger_sign": report.danger_sign},
    )


async def _promise(connection: Connection, site: Site, joined: Joined | None, now: datetime) -> datetime | None:
    """The published limit of the region, or the first report's; none for a known outage or an unknown place."""
    if joined and joined.event:
        return None
    if joined and joined.group.main_order_no:
        main = await store.order(connection, joined.group.main_order_no)
        return main.arrive_by if main else None
    return now + timedelta(minutes=site.area.arrive_minutes) if site.area else None


def _facts(
    rules: FaultRules,
    order_no: str,
    report: FaultReport,
    site: Site,
    joined: Joined | None,
    arrive_by: datetime | None,
) -> Facts:
    return Facts(
        order_no=order_no,
        group_id=joined.group.group_id if joined else None,
        building=site.building,
        stair=site.stair,
        address=site.address,
        scope=report.scope,
        neighbor_power=report.neighbor_power,
        symptom=report.symptom,
        breaker_state=report.breaker_state,
        danger_sign=report.danger_sign,
        crew=joined.event.crew if joined and joined.event else "",
        arrive_by=arrive_by,
        needs=rules.needs_of(site.tags),
        area_id=site.area.area_id if site.area else None,
    )

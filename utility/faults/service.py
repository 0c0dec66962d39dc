"""Fault reports: an order of its own with the region's promise, or a sub-order of what is known already.

A report joins the area's running outage; else it joins a report of the same area and symptom within the merge window,
and enough homes of one building or estate together are an event, which is published as an outage.
A report of danger never joins anything: somebody has to go exactly there.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog

from runtime.postgres import Connection, transaction
from utility.accounts import store as accounts
from utility.accounts.values import Person
from utility.company import Company
from utility.errors import NotKnown
from utility.faults import store as orders
from utility.faults.merging import Joined, find_joined, raise_event
from utility.faults.sites import Site, site_of
from utility.faults.values import FaultOrder, FaultReport
from utility.grid import store as grid
from utility.grid.values import Area
from utility.numbers import next_number
from utility.outages.values import Step


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
        order = await orders.order(connection, order_no)
        if order is not None and await _is_theirs(connection, person, order):
            return order
        if order is not None and phone and phone in (order.phone, order.contact_phone):
            return dataclasses.replace(order, account_no=None)  # who knows the phone may not learn the account
        raise NotKnown("order.unknown", "There is no such order of this person.")


async def list_open(company: Company, person: Person, account_nos: Sequence[str]) -> list[FaultOrder]:
    """Lists the open orders `person` reported or has on these bound accounts (none named: on all of them)."""
    async with transaction(company.pool) as connection:
        bound = [account.account_no for account in await accounts.bound_accounts(connection, person)]
        wanted = [no for no in bound if no in account_nos] if account_nos else bound
        return await orders.open_orders(connection, person, wanted)


async def _is_theirs(connection: Connection, person: Person, order: FaultOrder) -> bool:
    if (order.channel, order.channel_user) == (person.channel, person.user_id):
        return True
    return order.account_no is not None and bool(await accounts.bound_account(connection, person, order.account_no))


async def _file(
    connection: Connection, company: Company, person: Person, report: FaultReport, site: Site
) -> tuple[FaultOrder, bool]:
    joined = None
    if site.area:
        await grid.hold_area(connection, site.area.area_id)
    if site.area and not report.danger_sign:
        again = await orders.open_order_again(connection, person, site.area.area_id, site.building, site.account_no)
        if again:
            return again, False
        joined = await find_joined(connection, company, site.area, report)
    order_no = await _number(connection, company, joined.parent_no if joined else None)
    draft = _draft(order_no, person, report, site, joined, company.clock.now())
    await orders.save_order(connection, draft, report, site.address)
    if joined and joined.main and site.area:
        await raise_event(connection, company, site.area, joined.main)
    return await _written(connection, order_no), True


async def _number(connection: Connection, company: Company, parent_no: str | None) -> str:
    if parent_no:
        return await orders.next_sub_number(connection, parent_no)
    return await next_number(connection, company.policy.fault_letter, company.clock.now().date())


async def _written(connection: Connection, order_no: str) -> FaultOrder:
    order = await orders.order(connection, order_no)
    if order is None:
        raise NotKnown("order.unknown", "The order was not written.")
    return order


def _draft(
    order_no: str, person: Person, report: FaultReport, site: Site, joined: Joined | None, now: datetime
) -> FaultOrder:
    event = joined.event if joined else None
    steps = (Step("reported", now), Step("merged", now)) if joined else (Step("reported", now),)
    return FaultOrder(
        order_no=order_no,
        parent_no=joined.parent_no if joined else None,
        outage_no=event.outage_no if event else None,
        account_no=site.account_no,
        area_id=site.area.area_id if site.area else None,
        building=site.building,
        community="",
        phone=report.phone,
        contact_phone="",
        channel=person.channel,
        channel_user=person.user_id,
        status=steps[-1].status,
        severity=report.severity,
        scope=report.scope,
        symptom=report.symptom,
        danger_sign=report.danger_sign,
        crew=event.crew if event else "",
        reported=now,
        arrive_by=_promise(site.area, joined, now),
        arrive_minutes=None,
        eta=None,
        open=True,
        timeline=steps,
    )


def _promise(area: Area | None, joined: Joined | None, now: datetime) -> datetime | None:
    """The published limit of the region, or the first report's; none for a known outage or an unknown place."""
    if joined and joined.main:
        return joined.main.arrive_by
    return now + timedelta(minutes=area.arrive_minutes) if area and joined is None else None

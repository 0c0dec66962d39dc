"""What a report belongs to, and what its group grows into: an event of a building, an area, a 10 kV line.

Reports inside a running event only count themselves on the event's group. Only while nobody knows of an event do the
reports of one line wait for each other; that time is as short as two or three reports.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

import structlog

from runtime.postgres import Connection
from utility.actors import system
from utility.company import Company
from utility.faults import groups, store
from utility.faults.merging import (
    SCOPES,
    Tally,
    agrees,
    agrees_dark,
    dark_buildings,
    grows,
    is_event,
    one_line,
    scope_of,
)
from utility.faults.policy import rules_of as fault_rules
from utility.faults.sites import Site
from utility.faults.values import FaultReport, Group
from utility.numbers import next_number
from utility.orders import service as orders
from utility.outages import store as outages
from utility.outages.ledger import Entry, enter, held
from utility.outages.places import widened
from utility.outages.policy import deadlines_of, rules_of
from utility.outages.rules import next_word
from utility.outages.values import Outage, Where

BY = system("faults")


@dataclass(frozen=True)
class Joined:
    """What a report belongs to: a group, and the event that it is by now, if any."""

    group: Group
    event: Outage | None = None


async def find_event(
    connection: Connection, company: Company, site: Site, report: FaultReport, now: datetime
) -> Joined | None:
    """Finds the running event that a report is part of, and makes it known there."""
    dark = fault_rules(company, now).dark
    for event in await _running(connection, site, now):
        group = await groups.of_outage(connection, event.outage_no)
        if group is None:
            group = await groups.begin_of_outage(connection, event, dark[0], now)
        if agrees_dark(group.symptom, report.symptom, dark):
            return Joined(group, event)
    return None


async def find_group(
    connection: Connection, company: Company, site: Site, report: FaultReport, now: datetime
) -> Group | None:
    """Finds the open group that a report repeats: same key, a symptom that agrees, the last word within the window."""
    since = now - company.policy.fault_merge.window
    found = await groups.waiting(connection, [site.key], since)
    return next((group for group in found if agrees(group.symptom, report.symptom)), None)


async def after_count(connection: Connection, company: Company, joined: Joined, site: Site) -> None:
    """Lets the event grow with the report that was counted, or the group become an event."""
    if site.area is None:
        return
    if joined.event is None:
        await _raise(connection, company, joined.group, site)
    elif grows(joined.event) and not joined.event.covers(site.area.area_id, site.building):
        await _grow(connection, company, joined, site)


async def _running(connection: Connection, site: Site, now: datetime) -> list[Outage]:
    """The events of the site's own area first, then one of its line that may still grow into the area."""
    own: list[Outage] = []
    if site.area:
        found = await outages.outages(connection, site.area.area_id, now)
        own = [event for event in found if event.runs(now) and _reaches(event, site)]
    if own or not site.line_id:
        return own
    of_line = await outages.outages_of_line(connection, site.line_id, now)
    return [event for event in of_line if event.scope == "line" and event.runs(now) and grows(event)]


def _reaches(event: Outage, site: Site) -> bool:
    """A partly dark area's event reaches a report of another building only while nobody knows where the fault is."""
    return _is_dark(event, site) or grows(event)


def _is_dark(event: Outage, site: Site) -> bool:
    return site.area is not None and event.covers(site.area.area_id, site.building)


async def _raise(connection: Connection, company: Company, group: Group, site: Site) -> None:
    rules = company.policy.fault_merge
    counted = await groups.tally_of(connection, None, group.group_id)
    if site.area is None or group.main_order_no is None or not is_event(counted, rules):
        return
    now = company.clock.now()
    number = await next_number(connection, company.policy.outage_letter, now.date())
    event = await _event(connection, company, number, group, counted)
    await outages.save(connection, event)
    await outages.cover(connection, event)
    await enter(connection, event, Entry("raised", now), BY)
    await groups.become_event(connection, group.group_id, number)
    structlog.get_logger().info("utility.outage.raised", outage_no=number, homes=counted.homes, scope=event.scope)
    await _join_line(connection, company, event, replace(group, outage_no=number))


async def _event(connection: Connection, company: Company, number: str, group: Group, counted: Tally) -> Outage:
    now = company.clock.now()
    scope = scope_of(counted, company.policy.fault_merge)
    buildings = dark_buildings(counted, scope)
    main = await store.order(connection, group.main_order_no or "")
    kind = rules_of(company, now).kinds["fault"]
    eta = main.eta if main and main.eta and main.eta > now else None
    return Outage(
        outage_no=number,
        kind="fault",
        status=main.status if main and main.status in kind.moves else kind.first,
        area_ids=counted.areas,
        cause="",
        crew=main.crew if main else "",
        main_order_no=group.main_order_no,
        started=main.reported if main else now,
        eta=eta,
        eta_said_at=now if eta else None,
        next_update_by=next_word(now, eta, deadlines_of(company, kind, now).next_word),
        planned_from=None,
        planned_to=None,
        restored=None,
        line_id=group.line_id,
        scope=scope,
        homes=max(await outages.homes_of(connection, counted.areas, buildings), counted.homes),
        buildings=buildings,
    )


async def _grow(connection: Connection, company: Company, joined: Joined, site: Site) -> None:
    """Widens an event to the place of a report that it did not reach; on a line only together with its area."""
    event = await held(connection, joined.event.outage_no if joined.event else "")
    if not grows(event) or site.area is None:
        return
    counted = await groups.tally_of(connection, event.outage_no, joined.group.group_id)
    scope = scope_of(counted, company.policy.fault_merge)
    buildings = dark_buildings(counted, scope)
    whole = Where(area_ids=(site.area.area_id,)) if not buildings else Where((site.area.area_id,), None, buildings)
    await _widen(connection, company, event, whole, counted)


async def _widen(connection: Connection, company: Company, event: Outage, where: Where, counted: Tally) -> Outage:
    wider = widened(event, where)
    scope = max(scope_of(counted, company.policy.fault_merge), event.scope, key=SCOPES.index)
    homes = max(await outages.homes_of(connection, wider.area_ids, wider.buildings), counted.homes)
    await outages.cover(connection, wider)
    wider = replace(wider, scope=scope, homes=homes)
    return await enter(connection, wider, Entry("widened", company.clock.now()), BY)


async def _join_line(connection: Connection, company: Company, event: Outage, group: Group) -> None:
    """Makes one event of those that grow on the same line: the oldest takes the others' areas and orders in."""
    now, rules = company.clock.now(), rules_of(company, company.clock.now())
    window = company.policy.fault_merge.window
    family = [(event, group)]
    for other in await outages.outages_of_line(connection, group.line_id or "", now):
        theirs = await groups.of_outage(connection, other.outage_no)
        near = theirs is not None and now - theirs.last_report_at <= window and agrees(theirs.symptom, group.symptom)
        if theirs is not None and near and one_line(event, other, group.line_id):
            family.append((other, theirs))
    areas = {area_id for member, _ in family for area_id in member.area_ids}
    if len(family) < 2 or len(areas) < rules.areas_in_line:
        return
    family.sort(key=lambda pair: (pair[0].started or now, pair[0].outage_no))
    (oldest, main), absorbed = family[0], family[1:]
    survivor = await held(connection, oldest.outage_no)
    for member, theirs in absorbed:
        await _end_as_merged(connection, company, survivor, member)
        await _absorb(connection, company, main, theirs)
    for waiting in await groups.waiting_of_line(connection, group.line_id or "", now - window):
        if agrees(waiting.symptom, main.symptom):
            await _absorb(connection, company, main, waiting)
            areas |= {waiting.area_id} if waiting.area_id else set()
    counted = await groups.tally_of(connection, survivor.outage_no, main.group_id)
    await _widen(connection, company, survivor, Where(area_ids=tuple(sorted(areas))), counted)


async def _end_as_merged(connection: Connection, company: Company, survivor: Outage, other: Outage) -> None:
    """Ends the younger event: it is one with the older."""
    now = company.clock.now()
    member = await held(connection, other.outage_no)
    merged = replace(member, status="merged", merged_into=survivor.outage_no, next_update_by=None)
    await enter(connection, merged, Entry("merged", now, data={"into": survivor.outage_no}), BY)


async def _absorb(connection: Connection, company: Company, into: Group, other: Group) -> None:
    """Puts a group under another one; its main order follows the other's."""
    await groups.absorb(connection, into, other)
    order = await orders.order(connection, company, other.main_order_no) if other.main_order_no else None
    if order is not None and order.open and order.side_state is None:
        await orders.suspend(connection, company, order.order_no, "merged", BY)

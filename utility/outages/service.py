"""Outages: what covers a place, and how an operator raises, widens, postpones, cancels and ends one.

Every change runs in the caller's transaction, holds the outage, adds a line with its actor to the timeline, and emits
an event with the areas concerned.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from runtime.postgres import Connection
from utility.actors import Actor
from utility.company import Company
from utility.counter.shown import shown_time
from utility.errors import Clash, InvalidRequest
from utility.numbers import next_number
from utility.outages import store
from utility.outages.ledger import Entry, check_move, enter, held
from utility.outages.places import covered, scope_of, widened
from utility.outages.policy import deadlines_of, rules_of
from utility.outages.rules import Kind, is_short, next_word
from utility.outages.values import Draft, Fact, Outage, Where


async def raise_outage(connection: Connection, company: Company, draft: Draft, actor: Actor) -> Outage:
    """Announces a scheduled outage or publishes a fault.

    Raises:
        InvalidRequest: nothing says where; the window is missing, or a fault has one.
        NotKnown: `area.unknown`, `line.unknown`, `building.unknown`.
        Clash: `outage.window`, `outage.eta_past`, `outage.short_notice` (fields notice_hours, given_hours),
            `outage.already_running` (fields outage_no), `outage.nobody_dark`.
    """
    now = company.clock.now()
    kind = rules_of(company, now).kinds[draft.kind]
    _check_times(draft, kind, now)
    where = await covered(connection, company, draft.where, now)
    short = _short_reason(company, kind, draft, now)
    if not kind.scheduled:
        await _check_free(connection, where, now)
    number = await next_number(connection, company.policy.outage_letter, now.date())
    outage = await _drafted(connection, company, draft, where, number)
    outage = replace(outage, short_reason=short)
    await store.save(connection, outage)
    await store.cover(connection, outage)
    entry = Entry("announced" if kind.scheduled else "raised", now, facts=_facts(draft, actor, now))
    return await enter(connection, outage, entry, actor)


async def widen(
    connection: Connection, company: Company, outage_no: str, where: Where, actor: Actor, note: str = ""
) -> Outage:
    """Adds places to an outage that is not over.

    Raises:
        NotKnown: `outage.unknown`, `area.unknown`, `line.unknown`, `building.unknown`.
        Clash: `outage.over`, `outage.nobody_dark`.
    """
    outage, now = await held(connection, outage_no), company.clock.now()
    check_not_over(outage)
    wider = widened(outage, await covered(connection, company, where, now))
    homes = await store.homes_of(connection, wider.area_ids, wider.buildings)
    await store.cover(connection, wider)
    return await enter(connection, replace(wider, homes=homes), Entry("widened", now, note), actor)


async def postpone(
    connection: Connection,
    company: Company,
    outage_no: str,
    window: tuple[datetime, datetime],
    actor: Actor,
    reason: str = "",
) -> Outage:
    """Moves the window of an announced outage; whoever heard of the old one hears of the new one.

    Raises:
        NotKnown: `outage.unknown`.
        Clash: `outage.move`, `outage.window`, `outage.short_notice` when it is brought forward too late.
    """
    outage, now = await held(connection, outage_no), company.clock.now()
    check_move(company, outage, "postponed", now)
    kind = rules_of(company, now).kinds[outage.kind]
    _check_window(window[0], window[1], now)
    if outage.planned_from and window[0] < outage.planned_from:
        check_notice(company, kind, window[0], now)
    before = {"was_from": shown_time(outage.planned_from), "was_to": shown_time(outage.planned_to)}
    moved = replace(outage, status="postponed", planned_from=window[0], planned_to=window[1], eta=None, late_told=None)
    return await enter(connection, moved, Entry("postponed", now, reason, data=before), actor)


async def cancel(connection: Connection, company: Company, outage_no: str, actor: Actor, reason: str = "") -> Outage:
    """Calls an outage off: a scheduled one that has not begun, or a fault that was none.

    Raises:
        NotKnown: `outage.unknown`.
        Clash: `outage.move`.
    """
    outage, now = await held(connection, outage_no), company.clock.now()
    check_move(company, outage, "cancelled", now)
    cancelled = replace(outage, status="cancelled", next_update_by=None)
    return await enter(connection, cancelled, Entry("cancelled", now, reason), actor)


async def restore(
    connection: Connection,
    company: Company,
    outage_no: str,
    actor: Actor,
    *,
    area_ids: Sequence[str] = (),
    note: str = "",
    at: datetime | None = None,
) -> Outage:
    """Gives some areas their power back, or all that are left; without the last dark area the outage is over.

    Raises:
        NotKnown: `outage.unknown`.
        Clash: `outage.move`, `outage.area_not_dark` (fields area_ids).
    """
    outage, now = await held(connection, outage_no), company.clock.now()
    check_move(company, outage, "restored", now)
    back = tuple(sorted(set(area_ids))) or outage.dark_areas
    foreign = [area for area in back if area not in outage.dark_areas]
    if foreign:
        raise Clash("outage.area_not_dark", "These areas are not dark by this outage.", area_ids=foreign)
    at = at or now
    await store.end_areas(connection, outage_no, back, at)
    restored = replace(outage, restored_areas=tuple(sorted({*outage.restored_areas, *back})))
    if restored.dark_areas:
        return await enter(connection, restored, Entry("partly_restored", at, note, area_ids=back), actor)
    over = replace(restored, status="restored", restored=at, next_update_by=None)
    return await enter(connection, over, Entry("restored", at, note, area_ids=back), actor)


def check_not_over(outage: Outage) -> None:
    """Refuses a change of an outage that is over.

    Raises:
        Clash: `outage.over`.
    """
    if outage.over:
        raise Clash("outage.over", f"The outage is {outage.status}; nothing can be changed.", state=outage.status)


def check_notice(company: Company, kind: Kind, planned_from: datetime, now: datetime) -> None:
    """Refuses a start that comes sooner than the published notice.

    Raises:
        Clash: `outage.short_notice` (fields notice_hours, given_hours).
    """
    notice = deadlines_of(company, kind, now).notice
    if notice is not None and is_short(now, planned_from, notice):
        hours = int(notice.total_seconds() // 3600)
        given = int((planned_from - now).total_seconds() // 3600)
        detail = f"It starts in {given} hours; the published notice is {hours}. Give a reason to announce it now."
        raise Clash("outage.short_notice", detail, notice_hours=hours, given_hours=given)


def _short_reason(company: Company, kind: Kind, draft: Draft, now: datetime) -> str:
    """Returns why it is announced late: as given, or `unsaid` where the kind only flags it; empty in good time."""
    if kind.notice is None or draft.planned_from is None:
        return ""
    try:
        check_notice(company, kind, draft.planned_from, now)
    except Clash:
        if kind.notice.refuse and not draft.short_reason:
            raise
        return draft.short_reason or "unsaid"
    return ""


def _check_times(draft: Draft, kind: Kind, now: datetime) -> None:
    if draft.eta is not None and draft.eta <= now:
        raise Clash("outage.eta_past", "The estimate must lie in the future.")
    if kind.scheduled:
        if draft.planned_from is None or draft.planned_to is None:
            raise InvalidRequest("field.missing", "planned_from", "A scheduled outage has planned_from and planned_to.")
        if draft.started is not None:
            raise InvalidRequest("field.invalid", "started", "A scheduled outage starts by its window.")
        return _check_window(draft.planned_from, draft.planned_to, now)
    if draft.planned_from is not None or draft.planned_to is not None:
        raise InvalidRequest("field.invalid", "planned_from", "A fault has no planned window.")
    if draft.started is not None and draft.started > now:
        raise Clash("outage.window", "A fault cannot have started in the future.")
    return None


def _check_window(planned_from: datetime, planned_to: datetime, now: datetime) -> None:
    if not now < planned_from < planned_to:
        raise Clash("outage.window", "The window must lie in the future and end after it begins.")


async def _check_free(connection: Connection, where: Where, now: datetime) -> None:
    """Two faults of one area are one: it is widened or told of, not raised again."""
    partly = {place.area_id for place in where.buildings}
    for area_id in where.area_ids:
        for other in await store.outages(connection, area_id, now):
            same = other.covers(area_id) if area_id not in partly else other.covers(area_id, _first(where, area_id))
            if other.kind == "fault" and same:
                raise Clash("outage.already_running", "A fault is known there already.", outage_no=other.outage_no)


def _first(where: Where, area_id: str) -> str:
    return next(place.building for place in where.buildings if place.area_id == area_id)


async def _drafted(connection: Connection, company: Company, draft: Draft, where: Where, number: str) -> Outage:
    now = company.clock.now()
    kind = rules_of(company, now).kinds[draft.kind]
    interval = deadlines_of(company, kind, now).next_word
    return Outage(
        outage_no=number,
        kind=draft.kind,
        status=kind.first,
        area_ids=where.area_ids,
        cause=draft.cause,
        crew=draft.crew,
        main_order_no=None,
        started=None if kind.scheduled else draft.started or now,
        eta=draft.eta,
        eta_said_at=now if draft.eta else None,
        next_update_by=None if kind.scheduled else next_word(now, draft.eta, interval),
        planned_from=draft.planned_from,
        planned_to=draft.planned_to,
        restored=None,
        eta_said_by=draft.eta_said_by,
        line_id=where.line_id or _line(company, where),
        scope=scope_of(where),
        homes=await store.homes_of(connection, where.area_ids, where.buildings),
        contact=draft.contact,
        published=now,
        buildings=where.buildings,
        exempt=draft.exempt,
    )


def _line(company: Company, where: Where) -> str | None:
    lines = {company.areas[area_id].line_id for area_id in where.area_ids}
    return lines.pop() if len(lines) == 1 else None


def _facts(draft: Draft, actor: Actor, now: datetime) -> tuple[Fact, ...]:
    said = {"cause": draft.cause, "crew": draft.crew, "eta": draft.eta.isoformat() if draft.eta else ""}
    by = draft.eta_said_by or str(actor)
    return tuple(Fact(fact, value, now, by if fact == "eta" else str(actor)) for fact, value in said.items() if value)

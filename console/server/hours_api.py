"""The calendar of shifts: hours by skill, an operator's own days, and what the next fortnight looks like."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from sanic import HTTPResponse, Request
from sanic.response import json

from console.server.access import Access, session_of
from console.server.acting import note
from console.server.bodies import Text, read_body, read_number
from console.server.routes import Route
from console.server.services import Services, services_of
from handoff.errors import HoursError
from handoff.hours import book
from handoff.hours.calendar import Calendar, Plan, SpecialDays, Week
from handoff.hours.days import nature_of
from handoff.hours.duty import HumanHours, read_calendar
from handoff.hours.spans import Spans, parse_spans, written_spans
from runtime.clock import SHANGHAI
from runtime.errors import BadRequest
from runtime.postgres import Connection, transaction

_SHOWN_DAYS = 14
# So far ahead a year nobody has published yet is a matter for the supervisor.
_LOOKS_AHEAD = timedelta(days=90)
_LONGEST = timedelta(days=366)
_HOURS, _SKILL = Text(60, least=0), Text(40)
_WEEK = {"workday": _HOURS, "weekend": _HOURS, "holiday": _HOURS}
_DAYS = {"skill": Text(40, least=0), "first": Text(10), "last": Text(10), "hours": _HOURS, "name": Text(40)}


async def show_hours(request: Request) -> HTTPResponse:
    """`GET /api/hours`: all of the book, and the next fortnight of every skill."""
    services = services_of(request)
    async with transaction(services.pool) as connection:
        return await _book(connection, services)


async def set_hours(request: Request, skill: str) -> HTTPResponse:
    """`POST /api/hours/{skill}`: the hours of a skill on each kind of day; nothing is a closed day."""
    services, body = services_of(request), read_body(request, _WEEK)
    week = Week(_spans(body["workday"]), _spans(body["weekend"]), _spans(body["holiday"]))
    async with transaction(services.pool) as connection:
        name = await _known(connection, skill)
        await book.set_week(connection, name, week, by=_who(request), at=services.clock.now())
        await note(request, connection, "hours.set", name, **body)
        return await _book(connection, services)


async def reset_hours(request: Request, skill: str) -> HTTPResponse:
    """`POST /api/hours/{skill}/reset`: the skill has the default hours again."""
    services = services_of(request)
    read_body(request, {})
    async with transaction(services.pool) as connection:
        name = await _known(connection, skill)
        await book.drop_week(connection, name)
        await note(request, connection, "hours.reset", name)
        return await _book(connection, services)


async def add_days(request: Request) -> HTTPResponse:
    """`POST /api/hours-days`: an exception from one day to another, of a skill or (empty) of everybody."""
    services, body = services_of(request), read_body(request, _DAYS)
    days = _days(body)
    async with transaction(services.pool) as connection:
        if days.skill:
            await _known(connection, days.skill)
        await book.add_days(connection, days, by=_who(request), at=services.clock.now())
        await note(request, connection, "hours.days.add", days.skill or "all", **body)
        return await _book(connection, services)


async def drop_days(request: Request, day_id: str) -> HTTPResponse:
    """`POST /api/hours-days/{day_id}/drop`: the exception is taken out of the book."""
    services, number = services_of(request), read_number(day_id, "day id")
    read_body(request, {})
    async with transaction(services.pool) as connection:
        first = await book.drop_days(connection, number)
        await note(request, connection, "hours.days.drop", str(number), first=first.isoformat())
        return await _book(connection, services)


async def _book(connection: Connection, services: Services) -> HTTPResponse:
    now = services.clock.now().astimezone(SHANGHAI)
    default = HumanHours.parse(services.settings.human_hours)
    calendar = await read_calendar(connection, default)
    skills = await book.skills(connection)
    content = {
        "default": default.span.text,
        "skills": [_skill(calendar, skill, now) for skill in skills],
        "days": [_written(one) for one in await book.read_days(connection)],
        "unknown_years": _unknown_years(now.date()),
        "now": now.isoformat(timespec="seconds"),
    }
    return json(content, ensure_ascii=False)


def _skill(calendar: Calendar, skill: str, now: datetime) -> dict[str, Any]:
    week = calendar.weeks.get(skill, calendar.default)
    fortnight = [calendar.plan(skill, now.date() + timedelta(days=number)) for number in range(_SHOWN_DAYS)]
    shift = calendar.next_shift(skill, now)
    return {
        "skill": skill,
        "workday": written_spans(week.workday),
        "weekend": written_spans(week.weekend),
        "holiday": written_spans(week.holiday),
        "own": skill in calendar.weeks,
        "open": calendar.open_at(skill, now),
        "opens": shift[0].isoformat() if shift else None,
        "preview": [_plan(plan) for plan in fortnight],
    }


def _plan(plan: Plan) -> dict[str, Any]:
    return {
        "day": plan.day.isoformat(),
        "kind": plan.nature.kind.value,
        "festival": plan.nature.festival,
        "make_up": plan.nature.make_up,
        "known": plan.nature.known,
        "hours": written_spans(plan.hours),
        "exception": plan.exception,
        "always": plan.always,
    }


def _written(one: book.Written) -> dict[str, Any]:
    days = one.days
    return {
        "id": one.day_id,
        "skill": days.skill,
        "first": days.first.isoformat(),
        "last": days.last.isoformat(),
        "hours": written_spans(days.hours),
        "name": days.name,
        "by": one.made_by,
    }


def _unknown_years(today: date) -> list[int]:
    """The years soon to come whose public holidays `chinesecalendar` does not know."""
    return sorted({day.year for day in (today, today + _LOOKS_AHEAD) if not nature_of(day).known})


def _spans(text: str) -> Spans:
    try:
        return parse_spans(text)
    except HoursError as error:
        raise BadRequest("console.hours.invalid", "Hours look like 08:00-12:00,13:30-18:00.") from error


def _days(body: dict[str, Any]) -> SpecialDays:
    try:
        first, last = date.fromisoformat(body["first"]), date.fromisoformat(body["last"])
    except ValueError as error:
        raise BadRequest("console.day.invalid", "Days look like 2026-11-21.") from error
    if not timedelta() <= last - first <= _LONGEST:
        raise BadRequest("console.day.order", "The last day comes after the first, within a year.")
    return SpecialDays(body["skill"], first, last, _spans(body["hours"]), body["name"])


async def _known(connection: Connection, skill: str) -> str:
    name = _SKILL.check("skill", skill)
    if name not in await book.skills(connection):
        raise BadRequest("console.skill.unknown", "Nobody has this skill.", 404)
    return name


def _who(request: Request) -> str:
    return session_of(request).agent.agent_id


ROUTES = (
    Route("GET", "/api/hours", Access.DESK, show_hours),
    Route("POST", "/api/hours/<skill:str>", Access.SUPERVISOR, set_hours),
    Route("POST", "/api/hours/<skill:str>/reset", Access.SUPERVISOR, reset_hours),
    Route("POST", "/api/hours-days", Access.SUPERVISOR, add_days),
    Route("POST", "/api/hours-days/<day_id:str>/drop", Access.SUPERVISOR, drop_days),
)

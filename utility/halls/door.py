"""Halls and managers."""

# Line.of(...) makes a type when the module is read, which mypy cannot see.
# mypy: disable-error-code="valid-type"

from __future__ import annotations

from datetime import date

from sanic import Blueprint, HTTPResponse, Request

from runtime.postgres import Connection
from utility.counter import fields
from utility.counter.access import Scope, needs
from utility.counter.answers import answer, company_of
from utility.counter.bodies import Form, Line, Moment, parsed
from utility.counter.fields import ACCOUNT_NO, AREA_ID, Text
from utility.counter.once import Answered, once
from utility.errors import InvalidRequest
from utility.halls import service, wire
from utility.halls.values import Hours

HALL_ID = Text(most=40, least=1)
MANAGER_ID = Text(most=40, least=1)
_DAY = Text(pattern=r"2[01][0-9]{2}-[0-9]{2}-[0-9]{2}")
_COUNT = Text(pattern=r"[1-9]|[12][0-9]|3[01]")
_HOURS = r"([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]|2[0-3]):[0-5][0-9]"
_DEFAULT_DAYS = "7"


class OtherHours(Form):
    """The hours of one day that differs; none: closed."""

    hours: Line.of(11, pattern=_HOURS) | None = None
    note: Line.of(200, least=1)


class Away(Form):
    """When a manager is away."""

    since: Moment
    until: Moment
    note: Line.of(200) = ""


def blueprint() -> Blueprint:
    """Builds the routes."""
    routes = Blueprint("halls")
    routes.add_route(list_halls, "/halls", methods=["GET"])
    routes.add_route(list_hall_days, "/halls/<hall_id:str>/days", methods=["GET"])
    routes.add_route(put_hall_day, "/halls/<hall_id:str>/days/<day:str>", methods=["PUT"])
    routes.add_route(read_grid_manager, "/areas/<area_id:str>/grid-manager", methods=["GET"])
    routes.add_route(read_service_team, "/accounts/<account_no:str>/service-team", methods=["GET"])
    routes.add_route(create_absence, "/managers/<manager_id:str>/absences", methods=["POST"])
    return routes


@needs(Scope.OUTAGES)
async def list_halls(request: Request) -> HTTPResponse:
    """Lists halls as they stand now."""
    given = fields.query(request, {"region": Text(most=40, least=1), "text": Text(least=1)})
    found = await service.find_halls(company_of(request), region=given["region"], text=given["text"])
    return answer({"halls": [wire.hall(hall, standing) for hall, standing in found]})


@needs(Scope.OUTAGES)
async def list_hall_days(request: Request, hall_id: str) -> HTTPResponse:
    """Lists the hours of the coming days."""
    given = fields.query(request, {"from": _DAY, "days": _COUNT})
    first = _day("from", given["from"]) if given["from"] else None
    count = int(given["days"] or _DEFAULT_DAYS)
    days = await service.hall_days(company_of(request), fields.part("hall_id", hall_id, HALL_ID), first, count)
    return answer({"days": [wire.open_day(day) for day in days]})


@needs(Scope.OPERATE)
async def put_hall_day(request: Request, hall_id: str, day: str) -> HTTPResponse:
    """Announces other hours for one day."""
    fields.query(request, {})
    fields.acting_staff(request)
    hall_id = fields.part("hall_id", hall_id, HALL_ID)
    meant, given = _day("day", fields.part("day", day, _DAY)), parsed(request, OtherHours)
    hours = _hours(given.hours)

    async def work(connection: Connection) -> Answered:
        changed = await service.set_hall_day(connection, company_of(request), hall_id, meant, hours, given.note)
        return Answered(wire.open_day(changed))

    return await once(request, work)


@needs(Scope.OUTAGES)
async def read_grid_manager(request: Request, area_id: str) -> HTTPResponse:
    """Reads the grid manager of an area."""
    fields.query(request, {})
    found = await service.grid_manager(company_of(request), fields.part("area_id", area_id, AREA_ID))
    return answer(wire.contact(found))


@needs(Scope.ACCOUNTS)
async def read_service_team(request: Request, account_no: str) -> HTTPResponse:
    """Reads who serves an account of the acting person."""
    fields.query(request, {})
    account_no, person = fields.part("account_no", account_no, ACCOUNT_NO), fields.acting_person(request)
    return answer(wire.service_team(await service.service_team(company_of(request), person, account_no)))


@needs(Scope.OPERATE)
async def create_absence(request: Request, manager_id: str) -> HTTPResponse:
    """Notes that a manager is away."""
    fields.query(request, {})
    fields.acting_staff(request)
    manager_id, away = fields.part("manager_id", manager_id, MANAGER_ID), parsed(request, Away)

    async def work(connection: Connection) -> Answered:
        found = await service.note_absence(
            connection, company_of(request), manager_id, away.since, away.until, away.note
        )
        return Answered(wire.contact(found), status=201)

    return await once(request, work)


def _day(name: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InvalidRequest("field.invalid", name, f"{name} is no day of the calendar.") from error


def _hours(text: str | None) -> Hours | None:
    try:
        return Hours.read(text) if text else None
    except ValueError as error:
        raise InvalidRequest("field.invalid", "hours", "The hours end before they begin.") from error

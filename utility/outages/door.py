"""Outages: what customers ask, and what an operator does."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from sanic import Blueprint, HTTPResponse, Request

from runtime.postgres import Connection
from utility.actors import Actor
from utility.company import Company
from utility.counter import fields
from utility.counter.access import Scope, needs
from utility.counter.answers import answer, company_of
from utility.counter.bodies import parsed
from utility.counter.fields import ACCOUNT_NO, AREA_ID, Text
from utility.counter.once import Answered, once
from utility.errors import InvalidRequest
from utility.faults.following import follow_event
from utility.outages import reading, service, wire
from utility.outages.bodies import OutageForm, PostponeForm, ReasonForm, RestoreForm, WidenForm, WordForm
from utility.outages.reading import Asked
from utility.outages.values import Outage
from utility.outages.words import update

OUTAGE_NO = Text(most=40, least=1)
LINE_ID = Text(most=40, least=1)
DAYS = Text(pattern=r"[1-9][0-9]{0,2}")
_DEFAULT_DAYS = "60"
_LIST_MOST = 200

Change = Callable[[Connection, Company, Actor], Awaitable[Outage]]


def blueprint() -> Blueprint:
    """Builds the routes."""
    routes = Blueprint("outages")
    routes.add_route(list_outages, "/outages", methods=["GET"])
    routes.add_route(create_outage, "/outages", methods=["POST"])
    routes.add_route(read_outage, "/outages/<outage_no:str>", methods=["GET"])
    routes.add_route(update_outage, "/outages/<outage_no:str>", methods=["PATCH"])
    routes.add_route(widen_outage, "/outages/<outage_no:str>/areas", methods=["POST"])
    routes.add_route(postpone_outage, "/outages/<outage_no:str>/postponement", methods=["POST"])
    routes.add_route(cancel_outage, "/outages/<outage_no:str>/cancellation", methods=["POST"])
    routes.add_route(restore_outage, "/outages/<outage_no:str>/restoration", methods=["POST"])
    routes.add_route(read_history, "/outage-history", methods=["GET"])
    return routes


@needs(Scope.OUTAGES)
async def list_outages(request: Request) -> HTTPResponse:
    """Lists the outages of an account, an area or a line."""
    given = fields.query(request, {"account_no": ACCOUNT_NO, "area_id": AREA_ID, "line_id": LINE_ID})
    company = company_of(request)
    found = await reading.list_outages(company, Asked(**given))
    return answer({"outages": [wire.outage(outage, company.clock.now()) for outage in found]})


@needs(Scope.OUTAGES)
async def read_outage(request: Request, outage_no: str) -> HTTPResponse:
    """Reads one outage with its timeline, its estimates and how fresh each fact is."""
    fields.query(request, {})
    company = company_of(request)
    found = await reading.read_outage(company, fields.part("outage_no", outage_no, OUTAGE_NO))
    return answer(wire.detail(found.outage, found.steps, found.facts, company.clock.now()))


@needs(Scope.OUTAGES)
async def read_history(request: Request) -> HTTPResponse:
    """Lists the past outages of an account or an area, and whether they are frequent by the rule."""
    given = fields.query(request, {"account_no": ACCOUNT_NO, "area_id": AREA_ID, "days": DAYS})
    company = company_of(request)
    days = int(given.pop("days") or _DEFAULT_DAYS)
    outages, counted = await reading.history(company, Asked(**given), days)
    return answer(wire.history(outages, counted, company.clock.now()))


@needs(Scope.OPERATE)
async def create_outage(request: Request) -> HTTPResponse:
    """Announces a scheduled outage or publishes a fault."""
    form = parsed(request, OutageForm)
    _check_length(form.area_ids, form.buildings)

    async def change(connection: Connection, company: Company, actor: Actor) -> Outage:
        return await service.raise_outage(connection, company, form.draft(), actor)

    return await _changed(request, change, status=201)


@needs(Scope.OPERATE)
async def update_outage(request: Request, outage_no: str) -> HTTPResponse:
    """Keeps what is said of an outage now."""
    form, number = parsed(request, WordForm), fields.part("outage_no", outage_no, OUTAGE_NO)

    async def change(connection: Connection, company: Company, actor: Actor) -> Outage:
        return await update(connection, company, number, form.word(), actor)

    return await _changed(request, change)


@needs(Scope.OPERATE)
async def widen_outage(request: Request, outage_no: str) -> HTTPResponse:
    """Adds areas, a line or buildings to an outage."""
    form, number = parsed(request, WidenForm), fields.part("outage_no", outage_no, OUTAGE_NO)
    _check_length(form.area_ids, form.buildings)

    async def change(connection: Connection, company: Company, actor: Actor) -> Outage:
        return await service.widen(connection, company, number, form.where(), actor, form.note)

    return await _changed(request, change)


@needs(Scope.OPERATE)
async def postpone_outage(request: Request, outage_no: str) -> HTTPResponse:
    """Moves the window of an announced outage."""
    form, number = parsed(request, PostponeForm), fields.part("outage_no", outage_no, OUTAGE_NO)

    async def change(connection: Connection, company: Company, actor: Actor) -> Outage:
        return await service.postpone(connection, company, number, form.window(), actor, form.reason)

    return await _changed(request, change)


@needs(Scope.OPERATE)
async def cancel_outage(request: Request, outage_no: str) -> HTTPResponse:
    """Calls an outage off."""
    form, number = parsed(request, ReasonForm), fields.part("outage_no", outage_no, OUTAGE_NO)

    async def change(connection: Connection, company: Company, actor: Actor) -> Outage:
        outage = await service.cancel(connection, company, number, actor, form.reason)
        await follow_event(connection, company, outage, actor)
        return outage

    return await _changed(request, change)


@needs(Scope.OPERATE)
async def restore_outage(request: Request, outage_no: str) -> HTTPResponse:
    """Gives some areas their power back, or all that are left."""
    form, number = parsed(request, RestoreForm), fields.part("outage_no", outage_no, OUTAGE_NO)
    _check_length(form.area_ids, ())

    async def change(connection: Connection, company: Company, actor: Actor) -> Outage:
        areas = tuple(form.area_ids)
        outage = await service.restore(connection, company, number, actor, area_ids=areas, note=form.note)
        await follow_event(connection, company, outage, actor)
        return outage

    return await _changed(request, change)


async def _changed(request: Request, change: Change, *, status: int = 200) -> HTTPResponse:
    fields.query(request, {})
    actor, company = fields.acting_staff(request), company_of(request)

    async def work(connection: Connection) -> Answered:
        outage = await change(connection, company, actor)
        found = await reading.detail(connection, outage.outage_no)
        return Answered(wire.detail(found.outage, found.steps, found.facts, company.clock.now()), status=status)

    return await once(request, work)


def _check_length(*lists: object) -> None:
    if any(isinstance(given, (list, tuple)) and len(given) > _LIST_MOST for given in lists):
        raise InvalidRequest("field.invalid", "area_ids", f"At most {_LIST_MOST} places at once; name a line instead.")

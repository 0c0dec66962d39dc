"""Applications: the customer's side."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from sanic import Blueprint, HTTPResponse, Request

from runtime.postgres import Connection, transaction
from utility.applications import applying, forms, reading, rules, showing, staff_door, uploads, wire
from utility.applications.values import Application, BusinessType, Facts, Start
from utility.company import Company
from utility.counter import fields, paging
from utility.counter.access import Scope, needs
from utility.counter.answers import answer, company_of
from utility.counter.bodies import parsed
from utility.counter.fields import ACCOUNT_NO, ORDER_NO, Text
from utility.counter.shown import Json

_SUBJECT = MappingProxyType(
    {
        "business_type": Text(most=20, least=1),
        "account_no": ACCOUNT_NO,
        "customer_class": Text(most=20, least=1),
        "voltage_level": Text(most=20, least=1),
    }
)
_CODE = Text(pattern=r"[a-z][a-z_]{0,39}", required=True)
_FILE_NAME = Text(pattern=r"[!-~]{0,600}")


def blueprint() -> Blueprint:
    """Builds the routes."""
    routes = Blueprint("applications")
    routes.add_route(list_types, "/application-types", methods=["GET"])
    routes.add_route(check_application, "/application-checks", methods=["POST"])
    routes.add_route(start_application, "/applications", methods=["POST"])
    routes.add_route(list_applications, "/applications", methods=["GET"])
    one = "/applications/<application_no:str>"
    routes.add_route(read_application, one, methods=["GET"])
    routes.add_route(upload_document, f"{one}/documents/<code:str>", methods=["POST"], stream=True)
    routes.add_route(submit_application, f"{one}/submission", methods=["POST"])
    routes.add_route(withdraw_application, f"{one}/withdrawal", methods=["POST"])
    routes.add_route(link_appointment, f"{one}/appointment", methods=["POST"])
    staff_door.add_routes(routes, one)
    return routes


@needs(Scope.APPLICATIONS)
async def list_types(request: Request) -> HTTPResponse:
    """Lists what can be applied for, as guides; for an account or a class and voltage when those are named."""
    given = fields.query(request, _SUBJECT)
    person, company = fields.acting_person(request), company_of(request)
    async with transaction(company.pool) as connection:
        types, facts = await applying.types_for(connection, company, person, _start(given))
    return answer({"types": [_guide(company, kind, facts) for kind in types]})


@needs(Scope.APPLICATIONS)
async def check_application(request: Request) -> HTTPResponse:
    """Tries an application out: what stands against it, what is missing; nothing is kept."""
    fields.query(request, {})
    wanted, person = parsed(request, forms.StartForm).start(), fields.acting_person(request)
    company = company_of(request)
    async with transaction(company.pool) as connection:
        checked = await applying.check(connection, company, person, wanted)
    return answer(wire.checked(checked))


@needs(Scope.APPLICATIONS)
async def start_application(request: Request) -> HTTPResponse:
    """Starts an application as a draft."""
    fields.query(request, {})
    wanted, person = parsed(request, forms.StartForm).start(), fields.acting_person(request)

    async def work(connection: Connection, company: Company) -> Application:
        return await applying.start(connection, company, person, wanted)

    return await showing.written(request, work, status=201)


@needs(Scope.APPLICATIONS)
async def list_applications(request: Request) -> HTTPResponse:
    """Lists what the acting person applied for and what is applied for on their accounts, newest first."""
    wanted = paging.asked(fields.query(request, paging.PAGING), datetime.fromisoformat, str)
    person, company = fields.acting_person(request), company_of(request)
    async with transaction(company.pool) as connection:
        rows = await reading.applications_of(connection, company, person, wanted.after, wanted.fetch)
        page = paging.page(rows, wanted, reading.filed)
        shown = [await showing.shown(connection, company, one) for one in page.items]
    return answer({"applications": shown, "next_cursor": page.next_cursor})


@needs(Scope.APPLICATIONS)
async def read_application(request: Request, application_no: str) -> HTTPResponse:
    """Reads an application of the acting person."""
    fields.query(request, {})
    application_no, person = fields.part("application_no", application_no, ORDER_NO), fields.acting_person(request)
    company = company_of(request)
    async with transaction(company.pool) as connection:
        found = await reading.theirs(connection, company, person, application_no)
        return answer(await showing.shown(connection, company, found))


@needs(Scope.APPLICATIONS)
async def upload_document(request: Request, application_no: str, code: str) -> HTTPResponse:
    """Hands a document in: its bytes are the body, its kind is in the path, its name in a header."""
    fields.query(request, {})
    application_no, code = fields.part("application_no", application_no, ORDER_NO), fields.part("code", code, _CODE)
    name, person = fields.header(request, "File-Name", _FILE_NAME), fields.acting_person(request)
    company = company_of(request)
    most = reading.figures_at(company, company.clock.now().date()).upload_bytes
    content = await uploads.received(request, most)

    async def work(connection: Connection, company: Company) -> Application:
        handed = uploads.Handed(code, name, content)
        return await applying.upload(connection, company, person, application_no, handed)

    return await showing.written(request, work, status=201)


@needs(Scope.APPLICATIONS)
async def submit_application(request: Request, application_no: str) -> HTTPResponse:
    """Hands an application in, or a returned one in again."""
    fields.query(request, {})
    application_no, person = fields.part("application_no", application_no, ORDER_NO), fields.acting_person(request)
    parsed(request, forms.Empty)

    async def work(connection: Connection, company: Company) -> Application:
        return await applying.submit(connection, company, person, application_no)

    return await showing.written(request, work)


@needs(Scope.APPLICATIONS)
async def withdraw_application(request: Request, application_no: str) -> HTTPResponse:
    """Takes an application back."""
    fields.query(request, {})
    application_no, person = fields.part("application_no", application_no, ORDER_NO), fields.acting_person(request)
    note = parsed(request, forms.Note).note

    async def work(connection: Connection, company: Company) -> Application:
        return await applying.withdraw(connection, company, person, application_no, note)

    return await showing.written(request, work)


@needs(Scope.APPLICATIONS)
async def link_appointment(request: Request, application_no: str) -> HTTPResponse:
    """Ties a visit that was booked to an application."""
    fields.query(request, {})
    application_no, person = fields.part("application_no", application_no, ORDER_NO), fields.acting_person(request)
    number = parsed(request, forms.Linked).appointment_no

    async def work(connection: Connection, company: Company) -> Application:
        return await applying.link_appointment(connection, company, person, application_no, number)

    return await showing.written(request, work)


def _start(given: Mapping[str, str]) -> Start:
    return Start(
        business_type=given["business_type"],
        account_no=given["account_no"],
        customer_class=given["customer_class"],
        voltage_level=given["voltage_level"],
    )


def _guide(company: Company, kind: BusinessType, facts: Facts) -> Json:
    today = company.clock.now().date()
    name = rules.limit_name(kind, facts)
    limit = None
    if name:
        version = company.orders.standards.at(name, today, company.regions)
        limit = wire.limit(name, int(version.value.value), version.since.isoformat(), version.source)
    return wire.business_type(kind, facts, limit, reading.catalogue_at(company, today))

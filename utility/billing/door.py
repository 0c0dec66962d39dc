"""Bills, energy and prices of a bound account."""

from __future__ import annotations

from datetime import date

from sanic import Blueprint, HTTPResponse, Request

from utility.billing import operating, wire, wire_tariff
from utility.billing import service as books
from utility.billing.looking import PREVIOUS
from utility.counter import fields
from utility.counter.access import Scope, needs
from utility.counter.answers import answer, company_of
from utility.counter.fields import ACCOUNT_NO, Text
from utility.counter.paging import PAGING, asked
from utility.errors import InvalidRequest

AGAINST = Text(pattern=r"previous|last_year|(19|20|21)[0-9]{2}-(0[1-9]|1[0-2])")
PERIOD = Text(pattern=r"(19|20|21)[0-9]{2}-(0[1-9]|1[0-2])")
DAY = Text(pattern=r"2[01][0-9]{2}-[0-9]{2}-[0-9]{2}")


def blueprint() -> Blueprint:
    """Builds the routes."""
    routes = Blueprint("billing")
    account = "/accounts/<account_no:str>"
    routes.add_route(list_bills, f"{account}/bills", methods=["GET"])
    routes.add_route(read_bill, f"{account}/bills/<period:str>", methods=["GET"])
    routes.add_route(explain_bill, f"{account}/bills/<period:str>/explanation", methods=["GET"])
    routes.add_route(read_usage, f"{account}/usage", methods=["GET"])
    routes.add_route(read_days, f"{account}/usage/days", methods=["GET"])
    routes.add_route(read_months, f"{account}/usage/months", methods=["GET"])
    routes.add_route(read_running, f"{account}/running-month", methods=["GET"])
    routes.add_route(read_tariff, f"{account}/tariff", methods=["GET"])
    operating.add_routes(routes)
    return routes


@needs(Scope.BILLING)
async def list_bills(request: Request, account_no: str) -> HTTPResponse:
    """Lists bills, the newest first."""
    given = fields.query(request, {"from": PERIOD, "to": PERIOD, **PAGING})
    account_no = fields.part("account_no", account_no, ACCOUNT_NO)
    found = await books.list_bills(
        company_of(request),
        fields.acting_person(request),
        account_no,
        asked(given, _period),
        since=given["from"],
        until=given["to"],
    )
    return answer(wire.bills(found))


@needs(Scope.BILLING)
async def read_bill(request: Request, account_no: str, period: str) -> HTTPResponse:
    """Reads one month's bill."""
    fields.query(request, {})
    account_no, period = _parts(account_no, period)
    bill = await books.read_bill(company_of(request), fields.acting_person(request), account_no, period)
    return answer(wire.bill(bill))


@needs(Scope.BILLING)
async def explain_bill(request: Request, account_no: str, period: str) -> HTTPResponse:
    """Explains a bill, or the running month's estimate, against another bill."""
    given = fields.query(request, {"against": AGAINST})
    account_no, period = _parts(account_no, period)
    found = await books.explain_bill(
        company_of(request), fields.acting_person(request), account_no, period, given["against"] or PREVIOUS
    )
    return answer(wire.explanation(found))


@needs(Scope.BILLING)
async def read_usage(request: Request, account_no: str) -> HTTPResponse:
    """Reads the running month."""
    fields.query(request, {})
    account_no = fields.part("account_no", account_no, ACCOUNT_NO)
    usage = await books.read_usage(company_of(request), fields.acting_person(request), account_no)
    return answer(wire.usage(usage))


@needs(Scope.BILLING)
async def read_running(request: Request, account_no: str) -> HTTPResponse:
    """Reads the running month with the tier reached and an estimate."""
    fields.query(request, {})
    account_no = fields.part("account_no", account_no, ACCOUNT_NO)
    found = await books.read_running(company_of(request), fields.acting_person(request), account_no)
    return answer(wire.running(found))


@needs(Scope.BILLING)
async def read_days(request: Request, account_no: str) -> HTTPResponse:
    """Reads the days of a month."""
    given = fields.query(request, {"period": Text(pattern=PERIOD.pattern, required=True)})
    account_no = fields.part("account_no", account_no, ACCOUNT_NO)
    found = await books.read_days(company_of(request), fields.acting_person(request), account_no, given["period"])
    return answer(wire.usage_days(found))


@needs(Scope.BILLING)
async def read_months(request: Request, account_no: str) -> HTTPResponse:
    """Reads the billed periods' energy."""
    given = fields.query(request, {"from": PERIOD, "to": PERIOD})
    account_no = fields.part("account_no", account_no, ACCOUNT_NO)
    found = await books.read_months(
        company_of(request), fields.acting_person(request), account_no, since=given["from"], until=given["to"]
    )
    return answer(wire.usage_months(found))


@needs(Scope.BILLING)
async def read_tariff(request: Request, account_no: str) -> HTTPResponse:
    """Reads what the account is billed by on a day."""
    given = fields.query(request, {"on": DAY})
    account_no = fields.part("account_no", account_no, ACCOUNT_NO)
    found = await books.read_tariff(
        company_of(request), fields.acting_person(request), account_no, _day("on", given["on"])
    )
    return answer(wire_tariff.tariff(found))


def _parts(account_no: str, period: str) -> tuple[str, str]:
    return fields.part("account_no", account_no, ACCOUNT_NO), fields.part("period", period, PERIOD)


def _period(value: str) -> str:
    return fields.checked("cursor", value, PERIOD)


def _day(name: str, value: str) -> date | None:
    try:
        return date.fromisoformat(value) if value else None
    except ValueError as error:
        raise InvalidRequest("field.invalid", name, f"{name} is not a day of the calendar.") from error

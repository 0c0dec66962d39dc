"""Consent to planned work: the operator has it asked and reads the answers, the notices bring them."""

from __future__ import annotations

from sanic import Blueprint, HTTPResponse, Request

from runtime.postgres import Connection, transaction
from utility.consents import service, store
from utility.consents.values import Consent
from utility.counter import fields
from utility.counter.access import Scope, client_name, needs
from utility.counter.answers import answer, company_of
from utility.counter.bodies import Form, Line, Moment, parsed
from utility.counter.fields import Text
from utility.counter.once import Answered, once
from utility.counter.shown import Json, shown_time
from utility.outages import wire
from utility.outages.ledger import held

OUTAGE_NO = Text(most=40, least=1)


class ConsultForm(Form):
    """Until when key accounts are asked."""

    answer_by: Moment


class ConsentForm(Form):
    """What an account says."""

    account_no: Line.of(40, least=1)  # type: ignore[valid-type]
    answer: Line.of(10, pattern="agreed|refused")  # type: ignore[valid-type]
    wish: Line.of(200) = ""  # type: ignore[valid-type]


def blueprint() -> Blueprint:
    """Builds the routes."""
    routes = Blueprint("consents")
    routes.add_route(consult, "/outages/<outage_no:str>/consultation", methods=["POST"])
    routes.add_route(record_consent, "/outages/<outage_no:str>/consents", methods=["POST"])
    routes.add_route(list_consents, "/outages/<outage_no:str>/consents", methods=["GET"])
    return routes


@needs(Scope.OPERATE)
async def consult(request: Request, outage_no: str) -> HTTPResponse:
    """Has the key accounts of planned work asked."""
    fields.query(request, {})
    fields.acting_staff(request)
    form, number, company = parsed(request, ConsultForm), _number(outage_no), company_of(request)

    async def work(connection: Connection) -> Answered:
        outage = await service.consult(connection, company, number, form.answer_by)
        return Answered(wire.outage(outage, company.clock.now()))

    return await once(request, work)


@needs(Scope.NOTICES)
async def record_consent(request: Request, outage_no: str) -> HTTPResponse:
    """Keeps what an account said."""
    fields.query(request, {})
    form, number, company = parsed(request, ConsentForm), _number(outage_no), company_of(request)
    by = client_name(request)

    async def work(connection: Connection) -> Answered:
        said = (form.answer, form.wish)
        return Answered(_shown(await service.answer(connection, company, number, form.account_no, said, by)))

    return await once(request, work)


@needs(Scope.OPERATE)
async def list_consents(request: Request, outage_no: str) -> HTTPResponse:
    """Lists the answers to planned work."""
    fields.query(request, {})
    number = _number(outage_no)
    async with transaction(company_of(request).pool) as connection:
        await held(connection, number)
        found = await store.of_outage(connection, number)
    return answer({"consents": [_shown(one) for one in found]})


def _number(outage_no: str) -> str:
    return str(fields.part("outage_no", outage_no, OUTAGE_NO))


def _shown(value: Consent) -> Json:
    return {
        "outage_no": value.outage_no,
        "account_no": value.account_no,
        "planned_from": shown_time(value.planned_from),
        "answer": value.answer,
        "wish": value.wish,
        "said_at": shown_time(value.said_at),
        "said_by": value.said_by,
    }

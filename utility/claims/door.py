"""Claims for household appliances: filed, listed, answered."""

# Line.of(...) makes a type when the module is read, which mypy cannot see.
# mypy: disable-error-code="valid-type"

from __future__ import annotations

from datetime import datetime
from enum import Enum

from pydantic import StrictBool, conlist
from sanic import Blueprint, HTTPResponse, Request

from runtime.postgres import Connection
from utility.claims import desk, service, wire
from utility.claims.values import Claim, Filing, Item, PayBy
from utility.counter import fields
from utility.counter.access import Scope, needs
from utility.counter.answers import answer, company_of
from utility.counter.bodies import Day, Figure, Form, Line, Moment, parsed
from utility.counter.fields import ORDER_NO
from utility.counter.once import Answered, once
from utility.counter.paging import PAGING, asked, page
from utility.counter.shown import Json

# How long a list of items may be before it is read at all; the table says how many a claim holds.
_LISTED_MOST = 100


class GivenItem(Form):
    """One appliance as the customer lists it."""

    category: Line.of(40, least=1)
    name: Line.of(60, least=1)
    bought_on: Day
    price: Figure.of(2)
    receipt: StrictBool = False


class GivenClaim(Form):
    """What a customer files."""

    account_no: Line.of(40, least=1)
    happened_at: Moment
    text: Line.of(1000, least=1)
    contact_phone: Line.of(40) = ""
    items: conlist(GivenItem, max_items=_LISTED_MOST) = []


class GivenItems(Form):
    """More items of a claim."""

    items: conlist(GivenItem, min_items=1, max_items=_LISTED_MOST)


class Reply(str, Enum):
    """What a customer says of an offer, or of the claim."""

    AGREE = "agree"
    DISPUTE = "dispute"
    WITHDRAW = "withdraw"


class Replied(Form):
    """The customer's answer; `pay_by` matters when they agree."""

    answer: Reply
    pay_by: PayBy = PayBy.CREDIT
    note: Line.of(500) = ""


def blueprint() -> Blueprint:
    """Builds the routes of customers and of the staff."""
    routes = Blueprint("claims")
    routes.add_route(read_table, "/claim-table", methods=["GET"])
    routes.add_route(list_claims, "/claims", methods=["GET"])
    routes.add_route(create_claim, "/claims", methods=["POST"])
    routes.add_route(read_claim, "/claims/<claim_no:str>", methods=["GET"])
    routes.add_route(create_items, "/claims/<claim_no:str>/items", methods=["POST"])
    routes.add_route(create_answer, "/claims/<claim_no:str>/answers", methods=["POST"])
    desk.add_routes(routes)
    return routes


@needs(Scope.CLAIMS)
async def read_table(request: Request) -> HTTPResponse:
    """Reads what may be claimed for, and by which figures."""
    fields.query(request, {})
    company = company_of(request)
    return answer(wire.table(service.claim_table(company, company.clock.now())))


@needs(Scope.CLAIMS)
async def list_claims(request: Request) -> HTTPResponse:
    """Lists the claims of the acting person's accounts."""
    given = fields.query(request, PAGING)
    wanted, person = asked(given, datetime.fromisoformat, str), fields.acting_person(request)
    after = (wanted.after[0], wanted.after[1]) if wanted.after else None
    found = await service.list_of(company_of(request), person, after=after, most=wanted.fetch)
    cut = page(found, wanted, lambda claim: (claim.filed_at.isoformat(), claim.claim_no))
    return answer({"claims": [_shown(request, claim) for claim in cut.items], "next_cursor": cut.next_cursor})


@needs(Scope.CLAIMS)
async def create_claim(request: Request) -> HTTPResponse:
    """Files a claim."""
    fields.query(request, {})
    given, person = parsed(request, GivenClaim), fields.acting_person(request)
    filing = Filing(given.account_no, given.happened_at, given.text, given.contact_phone, _items(given.items))

    async def work(connection: Connection) -> Answered:
        filed = await service.file_claim(connection, company_of(request), person, filing)
        return Answered(_shown(request, filed), status=201)

    return await once(request, work)


@needs(Scope.CLAIMS)
async def read_claim(request: Request, claim_no: str) -> HTTPResponse:
    """Reads one claim of the acting person."""
    fields.query(request, {})
    number, person = fields.part("claim_no", claim_no, ORDER_NO), fields.acting_person(request)
    return answer(_shown(request, await service.read(company_of(request), person, number)))


@needs(Scope.CLAIMS)
async def create_items(request: Request, claim_no: str) -> HTTPResponse:
    """Adds items to a claim."""
    fields.query(request, {})
    number, person = fields.part("claim_no", claim_no, ORDER_NO), fields.acting_person(request)
    items = _items(parsed(request, GivenItems).items)

    async def work(connection: Connection) -> Answered:
        claim = await service.add_items(connection, company_of(request), person, number, items)
        return Answered(_shown(request, claim), status=201)

    return await once(request, work)


@needs(Scope.CLAIMS)
async def create_answer(request: Request, claim_no: str) -> HTTPResponse:
    """Takes what the customer says of the offer, or takes the claim back."""
    fields.query(request, {})
    number, person = fields.part("claim_no", claim_no, ORDER_NO), fields.acting_person(request)
    given, company = parsed(request, Replied), company_of(request)

    async def work(connection: Connection) -> Answered:
        if given.answer is Reply.AGREE:
            claim = await service.agree(connection, company, person, number, given.pay_by)
        elif given.answer is Reply.DISPUTE:
            claim = await service.dispute(connection, company, person, number, given.note)
        else:
            claim = await service.withdraw(connection, company, person, number, given.note)
        return Answered(_shown(request, claim), status=201)

    return await once(request, work)


def _items(given: list[GivenItem]) -> tuple[Item, ...]:
    return tuple(Item(**item.dict()) for item in given)


def _shown(request: Request, claim: Claim) -> Json:
    return wire.claim(claim, service.claim_table(company_of(request), claim.happened_at))

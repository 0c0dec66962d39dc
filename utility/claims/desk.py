"""The staff's routes of claims: the visit, the decision, the refusal, the payment."""

# Line.of(...) makes a type when the module is read, which mypy cannot see.
# mypy: disable-error-code="valid-type"

from __future__ import annotations

from pydantic import conint, conlist
from sanic import Blueprint, HTTPResponse, Request

from runtime.postgres import Connection
from utility.claims import operating, service, wire
from utility.claims.values import Claim, Outcome, Verdict
from utility.counter import fields
from utility.counter.access import Scope, needs
from utility.counter.answers import company_of
from utility.counter.bodies import Form, Line, parsed
from utility.counter.fields import ORDER_NO
from utility.counter.once import Answered, once
from utility.counter.shown import Json

_LISTED_MOST = 100


class Visited(Form):
    """What somebody found on site."""

    findings: Line.of(1000, least=1)


class GivenVerdict(Form):
    """What is decided of one item."""

    item_no: conint(strict=True, ge=1, le=_LISTED_MOST)
    outcome: Outcome
    note: Line.of(200) = ""


class Assessed(Form):
    """The cause, and what is decided of every item."""

    cause: Line.of(40, least=1)
    items: conlist(GivenVerdict, min_items=1, max_items=_LISTED_MOST)


class Refused(Form):
    """Why nothing is paid."""

    reason: Line.of(40, least=1)
    note: Line.of(500) = ""


class Paid(Form):
    """How a transfer is found again; nothing when the amount becomes credit."""

    reference: Line.of(100) = ""


def add_routes(routes: Blueprint) -> None:
    """Adds the staff's routes to the subject's."""
    routes.add_route(create_visit, "/claims/<claim_no:str>/visits", methods=["POST"])
    routes.add_route(create_assessment, "/claims/<claim_no:str>/assessments", methods=["POST"])
    routes.add_route(create_refusal, "/claims/<claim_no:str>/refusals", methods=["POST"])
    routes.add_route(create_payment, "/claims/<claim_no:str>/payments", methods=["POST"])


@needs(Scope.OPERATE)
async def create_visit(request: Request, claim_no: str) -> HTTPResponse:
    """Notes that somebody came."""
    fields.query(request, {})
    actor, number = fields.acting_staff(request), fields.part("claim_no", claim_no, ORDER_NO)
    given = parsed(request, Visited)

    async def work(connection: Connection) -> Answered:
        return _answered(request, await operating.visit(connection, company_of(request), number, actor, given.findings))

    return await once(request, work)


@needs(Scope.OPERATE)
async def create_assessment(request: Request, claim_no: str) -> HTTPResponse:
    """Decides every item and offers the sum."""
    fields.query(request, {})
    actor, number = fields.acting_staff(request), fields.part("claim_no", claim_no, ORDER_NO)
    given = parsed(request, Assessed)
    verdicts = [Verdict(**verdict.dict()) for verdict in given.items]

    async def work(connection: Connection) -> Answered:
        claim = await operating.assess(
            connection, company_of(request), number, actor, cause=given.cause, verdicts=verdicts
        )
        return _answered(request, claim)

    return await once(request, work)


@needs(Scope.OPERATE)
async def create_refusal(request: Request, claim_no: str) -> HTTPResponse:
    """Refuses a claim."""
    fields.query(request, {})
    actor, number = fields.acting_staff(request), fields.part("claim_no", claim_no, ORDER_NO)
    given = parsed(request, Refused)

    async def work(connection: Connection) -> Answered:
        claim = await operating.refuse(
            connection, company_of(request), number, actor, reason=given.reason, note=given.note
        )
        return _answered(request, claim)

    return await once(request, work)


@needs(Scope.OPERATE)
async def create_payment(request: Request, claim_no: str) -> HTTPResponse:
    """Pays what was agreed."""
    fields.query(request, {})
    actor, number = fields.acting_staff(request), fields.part("claim_no", claim_no, ORDER_NO)
    given = parsed(request, Paid)

    async def work(connection: Connection) -> Answered:
        return _answered(request, await operating.pay(connection, company_of(request), number, actor, given.reference))

    return await once(request, work)


def _answered(request: Request, claim: Claim) -> Answered:
    shown: Json = wire.claim(claim, service.claim_table(company_of(request), claim.happened_at))
    return Answered(shown, status=201)

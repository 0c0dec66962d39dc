"""Points of a bound account and what they buy."""

from __future__ import annotations

from typing import Literal

from sanic import Blueprint, HTTPResponse, Request

from runtime.postgres import Connection
from utility.counter import fields
from utility.counter.access import Scope, needs
from utility.counter.answers import answer, company_of
from utility.counter.bodies import Form, Line, parsed
from utility.counter.fields import ACCOUNT_NO
from utility.counter.once import Answered, once
from utility.payments import posting
from utility.points import service, wire


class Activity(Form):
    """What points are earned for."""

    why: Literal["sign_in", "e_bill", "binding"]


class Wish(Form):
    """What is wanted for points."""

    account_no: Line.of(40, least=1)  # type: ignore[valid-type]
    goods_no: Line.of(20, least=1)  # type: ignore[valid-type]


def blueprint() -> Blueprint:
    """Builds the routes."""
    routes = Blueprint("points")
    routes.add_route(read_points, "/accounts/<account_no:str>/points", methods=["GET"])
    routes.add_route(earn_points, "/accounts/<account_no:str>/points", methods=["POST"])
    routes.add_route(list_goods, "/point-goods", methods=["GET"])
    routes.add_route(create_redemption, "/redemptions", methods=["POST"])
    return routes


@needs(Scope.PAYMENTS)
async def read_points(request: Request, account_no: str) -> HTTPResponse:
    """Reads the points of an account."""
    fields.query(request, {})
    account_no = fields.part("account_no", account_no, ACCOUNT_NO)
    return answer(wire.points(*await service.read(company_of(request), fields.acting_person(request), account_no)))


@needs(Scope.PAYMENTS)
async def earn_points(request: Request, account_no: str) -> HTTPResponse:
    """Earns points for an activity."""
    fields.query(request, {})
    account_no = fields.part("account_no", account_no, ACCOUNT_NO)
    person, done = fields.acting_person(request), parsed(request, Activity)

    async def work(connection: Connection) -> Answered:
        balance = await service.earn_by_activity(connection, company_of(request), person, account_no, done.why)
        return Answered(wire.points(balance, ()), status=201)

    return await once(request, work)


@needs(Scope.PAYMENTS)
async def list_goods(request: Request) -> HTTPResponse:
    """Lists what points buy."""
    fields.query(request, {})
    found = await service.list_goods(company_of(request))
    return answer({"goods": [wire.goods(goods) for goods in found], "next_cursor": None})


@needs(Scope.PAYMENTS)
async def create_redemption(request: Request) -> HTTPResponse:
    """Gives goods for points; a coupon pays what is unpaid at once."""
    fields.query(request, {})
    person, wish = fields.acting_person(request), parsed(request, Wish)

    async def work(connection: Connection) -> Answered:
        company = company_of(request)
        made = await service.redeem(connection, company, person, wish.account_no, wish.goods_no)
        await posting.settle_account(connection, company, wish.account_no)
        return Answered(wire.redemption(made), status=201)

    return await once(request, work)

"""The notices of a bound account."""

from __future__ import annotations

from decimal import Decimal

from pydantic import StrictBool
from sanic import Blueprint, HTTPResponse, Request

from runtime.postgres import Connection
from utility.accounts.values import Person
from utility.counter import fields
from utility.counter.access import Scope, needs
from utility.counter.answers import answer, company_of
from utility.counter.bodies import Figure, Form, Line, parsed
from utility.counter.fields import ACCOUNT_NO
from utility.counter.once import Answered, once
from utility.subscriptions import service, wire
from utility.subscriptions.values import NoticeWish, Subscription


class Wish(Form):
    """What is wanted of a type of notice."""

    notice_type: Line.of(40, least=1)  # type: ignore[valid-type]
    enabled: StrictBool
    channel: Line.of(20) = ""  # type: ignore[valid-type]
    threshold: Figure.of(2) | None = None  # type: ignore[valid-type]


def blueprint() -> Blueprint:
    """Builds the routes."""
    routes = Blueprint("subscriptions")
    routes.add_route(list_subscriptions, "/accounts/<account_no:str>/subscriptions", methods=["GET"])
    routes.add_route(change_subscription, "/accounts/<account_no:str>/subscriptions", methods=["PUT"])
    return routes


@needs(Scope.ACCOUNTS)
async def list_subscriptions(request: Request, account_no: str) -> HTTPResponse:
    """Lists the notices of an account."""
    fields.query(request, {})
    account_no, person = fields.part("account_no", account_no, ACCOUNT_NO), fields.acting_person(request)
    return answer(_shown(await service.read(company_of(request), person, account_no)))


@needs(Scope.ACCOUNTS)
async def change_subscription(request: Request, account_no: str) -> HTTPResponse:
    """Turns a type of notice on or off."""
    fields.query(request, {})
    account_no, person = fields.part("account_no", account_no, ACCOUNT_NO), fields.acting_person(request)
    given = parsed(request, Wish)
    wish = NoticeWish(given.notice_type, given.enabled, given.channel, _limit(given.threshold))

    async def work(connection: Connection) -> Answered:
        return Answered(_shown(await _change(connection, request, person, account_no, wish)))

    return await once(request, work)


async def _change(
    connection: Connection, request: Request, person: Person, account_no: str, wish: NoticeWish
) -> list[Subscription]:
    return await service.change(connection, company_of(request), person, account_no, wish)


def _limit(threshold: Decimal | None) -> Decimal | None:
    return None if threshold is None else Decimal(threshold)


def _shown(found: list[Subscription]) -> dict[str, object]:
    return {"subscriptions": [wire.subscription(one) for one in found]}

"""Events: the list to catch up from, and the subscribers who are told by webhook."""

from __future__ import annotations

from typing import Any

from pydantic import conint, conlist
from sanic import Blueprint, HTTPResponse, Request

from runtime.postgres import Connection, transaction
from utility.counter import fields
from utility.counter.access import Scope, client_name, needs
from utility.counter.answers import answer, company_of
from utility.counter.bodies import Form, Line, parsed
from utility.counter.fields import Text
from utility.counter.once import Answered, once
from utility.counter.paging import PAGING, asked, cursor_of, page
from utility.events import store, wire
from utility.events.service import BATCH_MOST, register
from utility.events.values import START, Position

_TYPE = r"[a-z_]{1,40}\.[a-z_]{1,40}|[a-z_]{1,40}\.\*"
_PATTERN = Line.of(81, pattern=rf"{_TYPE}|\*")
_SUBSCRIBER_ID = Text(pattern=r"[A-Za-z0-9]{1,40}")
_NUMBER_MOST = 2**63 - 1


class Subscription(Form):
    """Who wants to be told what."""

    url: Line.of(500, least=1, pattern=r"[!-~]+")  # type: ignore[valid-type]
    types: conlist(_PATTERN, min_items=1, max_items=50)  # type: ignore[valid-type]
    batch: conint(strict=True, ge=1, le=BATCH_MOST) = 1  # type: ignore[valid-type]


def blueprint() -> Blueprint:
    """Builds the routes."""
    routes = Blueprint("events")
    routes.add_route(list_events, "/events", methods=["GET"])
    routes.add_route(list_subscribers, "/subscribers", methods=["GET"])
    routes.add_route(create_subscriber, "/subscribers", methods=["POST"])
    routes.add_route(delete_subscriber, "/subscribers/<subscriber_id:str>", methods=["DELETE"])
    routes.add_route(list_dead_deliveries, "/dead-deliveries", methods=["GET"])
    return routes


@needs(Scope.EVENTS)
async def list_events(request: Request) -> HTTPResponse:
    """Lists what happened after a cursor; `next_cursor` is where to go on, now or after a downtime."""
    given = fields.query(
        request, {"limit": PAGING["limit"], "after": PAGING["cursor"], "type": Text(pattern=_TYPE, most=81)}
    )
    wanted = asked({"limit": given["limit"], "cursor": given["after"]}, _number, _number)
    after = Position(*wanted.after) if wanted.after else START
    async with transaction(company_of(request).pool) as connection:
        found = await store.events_after(connection, after, wanted.limit, given["type"])
    last = found[-1].position if found else after
    return answer(
        {"events": [wire.event(event) for event in found], "next_cursor": cursor_of(last.transaction, last.event)}
    )


@needs(Scope.EVENTS)
async def list_subscribers(request: Request) -> HTTPResponse:
    """Lists the client's subscribers, without their secrets."""
    fields.query(request, {})
    async with transaction(company_of(request).pool) as connection:
        found = await store.subscribers_of(connection, client_name(request))
    return answer({"subscribers": [wire.subscriber(subscriber) for subscriber in found]})


@needs(Scope.EVENTS)
async def create_subscriber(request: Request) -> HTTPResponse:
    """Registers a subscriber; the answer alone carries its secret."""
    fields.query(request, {})
    given: Any = parsed(request, Subscription)

    async def work(connection: Connection) -> Answered:
        company, client = company_of(request), client_name(request)
        new = await register(connection, company, client, given.url, given.types, batch=given.batch)
        return Answered(wire.registered(new), status=201)

    return await once(request, work)


@needs(Scope.EVENTS)
async def delete_subscriber(request: Request, subscriber_id: str) -> HTTPResponse:
    """Ends a subscription; ending what is not there is no error."""
    fields.query(request, {})
    subscriber_id = fields.part("subscriber_id", subscriber_id, _SUBSCRIBER_ID)

    async def work(connection: Connection) -> Answered:
        now = company_of(request).clock.now()
        await store.remove_subscriber(connection, client_name(request), subscriber_id, now)
        return Answered({}, status=204)

    return await once(request, work)


@needs(Scope.EVENTS)
async def list_dead_deliveries(request: Request) -> HTTPResponse:
    """Lists the events that the client's subscribers never took."""
    wanted = asked(fields.query(request, PAGING), _number)
    async with transaction(company_of(request).pool) as connection:
        after = wanted.after[0] if wanted.after else 0
        rows = await store.dead_deliveries(connection, client_name(request), after, wanted.fetch)
    found = page(rows, wanted, lambda dead: (dead.dead_no,))
    return answer(
        {"dead_deliveries": [wire.dead_delivery(dead) for dead in found.items], "next_cursor": found.next_cursor}
    )


def _number(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) > _NUMBER_MOST:
        raise ValueError("not a number of the stream")
    return int(text)

"""The staff's work orders: list and read, move, transfer, reply, call back, close, reopen."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from types import MappingProxyType
from typing import Any, TypeVar

from sanic import Blueprint, HTTPResponse, Request

from runtime.postgres import Connection, transaction
from utility.actors import Actor
from utility.company import Company
from utility.counter import fields
from utility.counter.access import Scope, needs
from utility.counter.answers import answer, company_of
from utility.counter.bodies import Form, Moment, parsed
from utility.counter.fields import ORDER_NO, Text
from utility.counter.masking import MASKED, Sight, note_disclosure, sight_of
from utility.counter.once import Answered, once
from utility.counter.paging import PAGING, asked, page
from utility.counter.shown import Json
from utility.errors import Clash, InvalidRequest, NotKnown
from utility.orders import service, store, wire
from utility.orders.bodies import Attempt, Move, Noted, Reason, Reply, Satisfaction, Side, Transfer
from utility.orders.person import shown_by
from utility.orders.rules import secret_of
from utility.orders.values import Resolution

F = TypeVar("F", bound=Form)
Doing = Callable[[Connection, Company, str, Actor, Any], Awaitable[object]]
FILTERS = MappingProxyType({
    "kind": Text(pattern=r"[a-z_]{1,40}"),
    "state": Text(pattern=r"[a-z_]{1,40}"),
    "owner": Text(most=100, least=1),
    "account_no": fields.ACCOUNT_NO,
    "due_before": Text(most=40, least=1),
    "open": Text(pattern="true|false"),
})  # fmt: skip
# What every kind of order takes here; the work of the others is moved at their subject's own door.
GENERAL = frozenset({"offer", "acceptance", "refusal", "contact", "remarks"})

DOINGS: tuple[tuple[str, type[Form], Doing], ...] = (
    ("moves", Move, lambda c, company, no, actor, f: service.advance(c, company, no, f.to, actor, f.note)),
    ("suspension", Side, lambda c, company, no, actor, f: service.suspend(c, company, no, f.side_state, actor, f.note)),
    ("resumption", Noted, lambda c, company, no, actor, f: service.resume(c, company, no, actor, f.note)),
    ("offer", Transfer, lambda c, company, no, actor, f: service.offer(c, company, no, f.to, actor, f.note)),
    ("acceptance", Noted, lambda c, company, no, actor, f: service.accept(c, company, no, actor, f.note)),
    ("refusal", Noted, lambda c, company, no, actor, f: service.decline(c, company, no, actor, f.note)),
    ("contact", Noted, lambda c, company, no, actor, f: service.contacted(c, company, no, actor, f.note)),
    ("remarks", Noted, lambda c, company, no, actor, f: service.remark(c, company, no, actor, f.note)),
    (
        "reply",
        Reply,
        lambda c, company, no, actor, f: service.resolve(c, company, no, Resolution(f.code, f.reply, f.note), actor),
    ),
    (
        "callback",
        Satisfaction,
        lambda c, company, no, actor, f: service.confirm(c, company, no, f.satisfied, actor, f.note),
    ),
    ("closure", Noted, lambda c, company, no, actor, f: service.close(c, company, no, actor, f.note)),
    ("reopening", Reason, lambda c, company, no, actor, f: service.reopen(c, company, no, actor, f.reason)),
)


def add_routes(routes: Blueprint) -> None:
    """Adds the staff's routes."""
    routes.add_route(list_work_orders, "/work-orders", methods=["GET"])
    routes.add_route(read_work_order, "/work-orders/<order_no:str>", methods=["GET"])
    routes.add_route(record_try, "/work-orders/<order_no:str>/tries", methods=["POST"])
    for name, form, doing in DOINGS:
        handler = _handler(form, doing, general=name in GENERAL)
        routes.add_route(handler, f"/work-orders/<order_no:str>/{name}", methods=["POST"], name=name)


@needs(Scope.OPERATE)
async def list_work_orders(request: Request) -> HTTPResponse:
    """Lists work orders, the oldest first; only open ones unless `open=false`."""
    given = fields.query(request, {**PAGING, **FILTERS})
    fields.acting_staff(request)
    company, wanted = company_of(request), asked(given, Moment.validate, str)
    sought = store.Wanted(
        kind=given["kind"],
        state=given["state"],
        owner=given["owner"],
        account_no=given["account_no"],
        due_before=_moment(given["due_before"]),
        open_only=given["open"] != "false",
        after=(wanted.after[0], wanted.after[1]) if wanted.after else None,
        most=wanted.fetch,
        secret=secret_of(shown_by(company).rules),
    )
    by = shown_by(company)
    async with transaction(company.pool) as connection:
        found = await store.listed(connection, sought)
    shown = page(found, wanted, lambda order: (order.filed_at.isoformat(), order.order_no))
    return answer({"orders": [wire.summary(order, by) for order in shown.items], "next_cursor": shown.next_cursor})


@needs(Scope.OPERATE)
async def read_work_order(request: Request, order_no: str) -> HTTPResponse:
    """Reads one order; who filed a secret one only with a purpose, and then it is noted."""
    fields.query(request, {})
    fields.acting_staff(request)
    order_no, company, sight = fields.part("order_no", order_no, ORDER_NO), company_of(request), sight_of(request)
    async with transaction(company.pool) as connection:
        content = await _read(connection, company, order_no, sight)
        await note_disclosure(connection, sight, "order", [order_no], company.clock.now())
    return answer(content)


@needs(Scope.OPERATE)
async def record_try(request: Request, order_no: str) -> HTTPResponse:
    """Documents an attempt to reach the customer."""
    order_no, actor, form = _asked(request, order_no, Attempt)
    company = company_of(request)

    async def work(connection: Connection) -> Answered:
        attempt = await service.record_try(connection, company, order_no, actor, form.how, form.outcome, form.note)
        return Answered(wire.attempt(attempt), status=201)

    return await once(request, work)


def _handler(form: type[Form], doing: Doing, *, general: bool) -> Any:
    @needs(Scope.OPERATE)
    async def do(request: Request, order_no: str) -> HTTPResponse:
        order_no, actor, given = _asked(request, order_no, form)
        company = company_of(request)

        async def work(connection: Connection) -> Answered:
            if not general:
                await _check_here(connection, company, order_no)
            await doing(connection, company, order_no, actor, given)
            return Answered(await _read(connection, company, order_no, MASKED))

        return await once(request, work)

    return do


def _asked(request: Request, order_no: str, form: type[F]) -> tuple[str, Actor, F]:
    fields.query(request, {})
    return fields.part("order_no", order_no, ORDER_NO), fields.acting_staff(request), parsed(request, form)


async def _check_here(connection: Connection, company: Company, order_no: str) -> None:
    found = await store.hold(connection, order_no)
    if found and shown_by(company).rules.kinds[found.kind].own_door:
        raise Clash("order.own_door", "Orders of this kind are moved at their subject's own door.", kind=found.kind)


async def _read(connection: Connection, company: Company, order_no: str, sight: Sight) -> Json:
    found = await store.order(connection, order_no)
    if found is None:
        raise NotKnown("order.unknown", "There is no such order.")
    urges = await store.count_urges(connection, [order_no])
    changes = await store.changes(connection, order_no)
    return wire.full(found, changes, urges.get(order_no, 0), shown_by(company, full=sight.full))


def _moment(text: str) -> Any:
    try:
        return Moment.validate(text) if text else None
    except ValueError as error:
        raise InvalidRequest("field.invalid", "due_before", f"due_before: {error}.") from error

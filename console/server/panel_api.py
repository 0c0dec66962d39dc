"""The customer panel: what the utility knows of the customer, one order, free half days, and the acts of an agent."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from sanic import HTTPResponse, Request
from sanic.response import json

from backend import budget
from backend.errors import BackendError, BackendRefused
from backend.models import AppointmentSlot, FaultOrder, WorkOrder
from console.server import audit
from console.server.access import Access, check_may_read, session_of
from console.server.bodies import Flag, Text, read_body, read_conversation_id
from console.server.panel import acting
from console.server.panel.acts import FAULT_LETTER
from console.server.panel.errors import ActRefused, UtilitySilent
from console.server.panel.facts import facts_of, unread_in
from console.server.panel.folder import Part, read
from console.server.panel.wire import fault_to_wire, folder_to_wire, order_to_wire, slot_to_wire
from console.server.routes import CHAT, Route
from console.server.services import services_of
from conversation.identity import ChannelUser
from handoff.card.takeover import takeover_card
from runtime import web
from runtime.errors import BadRequest
from runtime.postgres import transaction
from runtime.yaml_files import read_yaml

_CHOICES = Path(__file__).parent / "panel" / "choices.yml"
_NUMBER_CHARACTERS = 40


async def show_customer(request: Request, conversation_id: str) -> HTTPResponse:
    """`GET /api/conversations/{id}/customer`: the folder as the utility has it now; what is missing says why.

    With it come the next steps anew: the card was built before the utility was asked.
    """
    services, conversation_id = services_of(request), await _let_read(request, conversation_id, "panel.read")
    folder = await services.counter.folder(conversation_id)
    async with transaction(services.pool) as connection:
        situation = (await takeover_card(connection, conversation_id, services.phrases)).situation
    situation = situation.with_system(*facts_of(folder, services.phrases), unread=unread_in(folder))
    answer = {
        "customer": folder_to_wire(folder, lambda number: services.counter.reference(conversation_id, number)),
        "steps": [one.to_wire() for one in services.next_steps.of(situation)],
        "asked_at": services.clock.now().isoformat(timespec="seconds"),
    }
    return json(answer, ensure_ascii=False)


async def show_order(request: Request, conversation_id: str, order_no: str) -> HTTPResponse:
    """`GET /api/conversations/{id}/customer/orders/{no}`: one order of this customer with its timeline."""
    services, conversation_id = services_of(request), await _let_read(request, conversation_id, "panel.order")
    if len(order_no) > _NUMBER_CHARACTERS:
        raise BadRequest("console.text.too_long", "No order number is that long.", field="order_no")
    user = ChannelUser.of(conversation_id)
    fault: Part[FaultOrder] = Part()
    with budget.within(services.settings.panel_wait_s):
        order: Part[WorkOrder] = await read(services.counter.backend.order(order_no, user=user))
        if order_no.startswith(FAULT_LETTER):
            fault = await read(services.counter.backend.fault_order(order_no, user=user))
    _check(order)
    shown: dict[str, Any] = order_to_wire(order.value) if order.value else {}
    if fault.value:
        shown["fault"] = fault_to_wire(fault.value)
    return json({"order": shown}, ensure_ascii=False)


async def list_slots(request: Request, conversation_id: str) -> HTTPResponse:
    """`GET /api/conversations/{id}/customer/slots?account=…&business_type=…&wanted=…`: when somebody could come."""
    services, conversation_id = services_of(request), await _let_read(request, conversation_id, "panel.slots")
    wanted = _read_day(request.args.get("wanted", ""))
    business_type = Text(40).check("business_type", request.args.get("business_type", ""))
    reference = Text(32).check("account", request.args.get("account", ""))
    try:
        with budget.within(services.settings.panel_wait_s):
            account = await services.counter.account(conversation_id, reference)
            user = ChannelUser.of(conversation_id)
            slots: list[AppointmentSlot] = await services.counter.backend.appointment_slots(
                account.account_no, business_type, user, wanted=wanted
            )
    except BackendRefused as error:
        raise ActRefused(error.reason, {}) from error
    except BackendError as error:
        raise UtilitySilent(why=error.code) from error
    return json({"slots": [slot_to_wire(slot) for slot in slots]}, ensure_ascii=False)


async def show_choices(_: Request) -> HTTPResponse:
    """`GET /api/panel/choices`: what the dialogs offer, in the utility's words."""
    return json({"choices": _choices()}, ensure_ascii=False)


async def act(request: Request, conversation_id: str, name: str) -> HTTPResponse:
    """`POST /api/conversations/{id}/acts/{act}`: done once per key, by who owns the chat or a supervisor."""
    spec = acting.act_named(name)
    body = read_body(request, {"key": Text(64, least=8), "tell": Flag(), **spec.fields})
    fields = {field: body[field] for field in spec.fields}
    wish = acting.Wish(name, body["key"], fields, tell=body["tell"])
    outcome = await acting.do(services_of(request), session_of(request), read_conversation_id(conversation_id), wish)
    return json({"outcome": outcome.to_wire()}, status=201, ensure_ascii=False)


def refused(_: Request, error: ActRefused) -> HTTPResponse:
    """Answers what the utility said with its no, which the plain problem does not."""
    return web.problem(error.status, error.code, error.detail, reason=error.reason, facts=_plain(error.facts))


async def _let_read(request: Request, raw: str, action: str) -> str:
    """Lets through who may read the chat, and writes down that they looked."""
    services, session, conversation_id = services_of(request), session_of(request), read_conversation_id(raw)
    async with transaction(services.pool) as connection:
        check_may_read(session, await services.inbox.one(connection, conversation_id))
        await audit.record(connection, session.agent.agent_id, action, conversation_id, at=services.clock.now())
    return conversation_id


def _check(order: Part[WorkOrder]) -> None:
    if order.trouble.startswith("order."):
        raise ActRefused(order.trouble, {})
    if order.trouble:
        raise UtilitySilent(why=order.trouble)


def _read_day(raw: str) -> date | None:
    try:
        return date.fromisoformat(raw) if raw else None
    except ValueError as error:
        raise BadRequest("console.field.type", "wanted must be a day.", field="wanted") from error


def _plain(facts: dict[str, Any]) -> dict[str, Any]:
    """Keeps what a sentence can be filled with."""
    return {name: value for name, value in facts.items() if isinstance(value, (str, int, float))}


@lru_cache(maxsize=1)
def _choices() -> dict[str, Any]:
    choices: dict[str, Any] = read_yaml(_CHOICES)
    return choices


ROUTES = (
    Route("GET", "/api/panel/choices", Access.DESK, show_choices),
    Route("GET", f"{CHAT}/customer", Access.DESK, show_customer),
    Route("GET", f"{CHAT}/customer/orders/<order_no:str>", Access.DESK, show_order),
    Route("GET", f"{CHAT}/customer/slots", Access.DESK, list_slots),
    Route("POST", f"{CHAT}/acts/<name:str>", Access.DESK, act),
)

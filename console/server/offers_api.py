"""What is asked of the agent right now (offers and transfers), their answers, and whether they are ready for more."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sanic import HTTPResponse, Request
from sanic.response import json

from console.server import audit
from console.server.access import Access, session_of
from console.server.acting import changed, read_nothing
from console.server.bodies import Choice, Text, read_body, read_number
from console.server.routes import Route
from console.server.services import Services, services_of
from handoff.passing import transfer_book
from handoff.passing.transfer_book import Transfer
from handoff.routing import offer_book, presence
from handoff.routing.candidates import read_candidates
from handoff.routing.decision import Candidate
from handoff.routing.offer_book import Standing
from handoff.routing.presence import Status
from runtime.postgres import Connection, transaction

_REASON = {"reason": Text(200, least=0)}
_STATUS = {"status": Choice(frozenset({Status.ONLINE.value, Status.BUSY.value, Status.AWAY.value}))}


async def show_offers(request: Request) -> HTTPResponse:
    """`GET /api/offers`: my presence, what is offered to me and why, and the transfers I am asked or have asked for."""
    services, agent_id = services_of(request), session_of(request).agent.agent_id
    async with transaction(services.pool) as connection:
        now = services.clock.now()
        seen = await presence.of(connection, agent_id)
        offers = [
            await _offer(services, connection, each, now) for each in await offer_book.of_agent(connection, agent_id)
        ]
        transfers = [
            await _transfer(services, connection, each, agent_id, now)
            for each in await transfer_book.of_agent(connection, agent_id)
        ]
    status = seen.now(now, services.desk.rules.seen_s) if seen else Status.OFFLINE
    return json({"status": status.value, "offers": offers, "transfers": transfers}, ensure_ascii=False)


async def choose_presence(request: Request) -> HTTPResponse:
    """`POST /api/presence`: online, busy or away; leaving the desk is `offline` by itself."""
    services, agent_id = services_of(request), session_of(request).agent.agent_id
    status = Status(read_body(request, _STATUS)["status"])
    await services.attendance.choose(agent_id, status)
    async with transaction(services.pool) as connection:
        await audit.record(
            connection, agent_id, "presence.choose", agent_id, at=services.clock.now(), status=status.value
        )
    return json({"status": status.value})


async def decline(request: Request, escalation_id: str) -> HTTPResponse:
    """`POST /api/escalations/{id}/decline`."""
    reason = read_body(request, _REASON)["reason"]
    number = read_number(escalation_id, "escalation id")
    change = await services_of(request).desk.decline(number, session_of(request).agent, reason)
    return await changed(request, "escalation.decline", change)


async def accept_transfer(request: Request, transfer_id: str) -> HTTPResponse:
    """`POST /api/transfers/{id}/accept`."""
    read_nothing(request)
    number = read_number(transfer_id, "transfer id")
    change = await services_of(request).desk.accept_transfer(number, session_of(request).agent)
    return await changed(request, "transfer.accept", change)


async def decline_transfer(request: Request, transfer_id: str) -> HTTPResponse:
    """`POST /api/transfers/{id}/decline`."""
    reason = read_body(request, _REASON)["reason"]
    number = read_number(transfer_id, "transfer id")
    change = await services_of(request).desk.decline_transfer(number, session_of(request).agent, reason)
    return await changed(request, "transfer.decline", change)


async def withdraw_transfer(request: Request, transfer_id: str) -> HTTPResponse:
    """`POST /api/transfers/{id}/withdraw`."""
    read_nothing(request)
    number = read_number(transfer_id, "transfer id")
    change = await services_of(request).desk.withdraw_transfer(number, session_of(request).agent)
    return await changed(request, "transfer.withdraw", change)


async def list_colleagues(request: Request) -> HTTPResponse:
    """`GET /api/colleagues`: whom a conversation can be passed on to, with their load, and the skills there are."""
    services, me = services_of(request), session_of(request).agent
    async with transaction(services.pool) as connection:
        everybody = await read_candidates(connection, None, services.desk.rules, at=services.clock.now())
    others = [one for one in everybody if one.agent != me]
    ready = [one for one in others if one.status is Status.ONLINE]
    known = sorted({skill for one in everybody for skill in one.skills} - {"all"})
    skills = [{"skill": skill, "online": sum(skill in one.skills for one in ready)} for skill in known]
    return json({"colleagues": [_colleague(one) for one in others], "skills": skills}, ensure_ascii=False)


def _colleague(one: Candidate) -> dict[str, Any]:
    return {
        **one.agent.to_wire(),
        "role": "supervisor" if one.supervises else "agent",
        "status": one.status.value,
        "load": round(one.load, 2),
        "max_chats": one.max_chats,
        "skills": list(one.skills),
    }


async def _offer(services: Services, connection: Connection, standing: Standing, now: datetime) -> dict[str, Any]:
    summary = await services.inbox.one(connection, standing.conversation_id)
    return {
        "escalation": summary.escalation_to_wire(now),
        "left_s": _left(standing.due_at, now),
        "path": standing.why,
    }


async def _transfer(
    services: Services, connection: Connection, transfer: Transfer, agent_id: str, now: datetime
) -> dict[str, Any]:
    summary = await services.inbox.one(connection, transfer.conversation_id)
    return {
        "id": transfer.transfer_id,
        "mine": transfer.giver.agent_id == agent_id,
        "conversation_id": transfer.conversation_id,
        "display_name": summary.display_name,
        "channel": summary.channel,
        "last_text": summary.last_text,
        "giver": transfer.giver.to_wire(),
        "to": transfer.colleague.to_wire() if transfer.colleague else None,
        "skill": transfer.skill,
        "note": transfer.note,
        "left_s": _left(transfer.due_at, now),
    }


def _left(due_at: datetime, now: datetime) -> float:
    """What is left, and not the hour: the clock of a browser is not ours."""
    return round(max(0.0, (due_at - now).total_seconds()), 1)


ROUTES = (
    Route("GET", "/api/offers", Access.DESK, show_offers),
    Route("POST", "/api/presence", Access.DESK, choose_presence),
    Route("POST", "/api/escalations/<escalation_id:str>/decline", Access.DESK, decline),
    Route("POST", "/api/transfers/<transfer_id:str>/accept", Access.DESK, accept_transfer),
    Route("POST", "/api/transfers/<transfer_id:str>/decline", Access.DESK, decline_transfer),
    Route("POST", "/api/transfers/<transfer_id:str>/withdraw", Access.DESK, withdraw_transfer),
    Route("GET", "/api/colleagues", Access.DESK, list_colleagues),
)

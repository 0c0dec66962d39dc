"""Earlier contacts of the person in a chat: the list, and one of them to read; nothing can be done there."""

from __future__ import annotations

from sanic import HTTPResponse, Request
from sanic.response import json

from console.server import audit
from console.server.access import Access, check_may_read, session_of
from console.server.bodies import read_conversation_id
from console.server.errors import NotAllowed
from console.server.inbox import Summary
from console.server.routes import CHAT, Route
from console.server.services import Services, services_of
from console.server.sessions import Session
from handoff import ledger, transcript
from handoff.customer import contacts
from handoff.customer.contacts import Contact, Relation
from runtime.postgres import Connection, transaction

PAGE_LINES = 300


async def list_contacts(request: Request, conversation_id: str) -> HTTPResponse:
    """`GET /api/conversations/{id}/contacts`: what was before, in every door of this person."""
    services, session = services_of(request), session_of(request)
    conversation_id = read_conversation_id(conversation_id)
    async with transaction(services.pool) as connection:
        here = await services.inbox.one(connection, conversation_id)
        check_may_read(session, here)
        found = await contacts.contacts(connection, conversation_id)
        each = {one.conversation_id: one for one in found}
        allowed = {key: await _allowed(services, connection, session, here, one) for key, one in each.items()}
    shown = [one.to_wire(may_open=allowed[one.conversation_id]) for one in found]
    return json({"contacts": shown}, ensure_ascii=False)


async def show_contact(request: Request, conversation_id: str, past_id: str) -> HTTPResponse:
    """`GET /api/conversations/{id}/contacts/{past_id}`: the last lines of an earlier conversation, to read."""
    services, session = services_of(request), session_of(request)
    conversation_id, past_id = read_conversation_id(conversation_id), read_conversation_id(past_id)
    async with transaction(services.pool) as connection:
        here = await services.inbox.one(connection, conversation_id)
        check_may_read(session, here)
        relation = await contacts.relation(connection, conversation_id, past_id)
        there = await services.inbox.one(connection, past_id)
        check_may_open(session, here, there, relation)
        after = max(0, there.last_seq - PAGE_LINES)
        lines = await transcript.read(connection, past_id, after=after, limit=PAGE_LINES, for_customer=False)
        entries = await ledger.timeline(connection, past_id)
        now = services.clock.now()
        await audit.record(connection, session.agent.agent_id, "contact.open", past_id, at=now, purpose=conversation_id)
    answer = {
        "conversation": there.to_wire(now),
        "messages": [line.to_wire() for line in lines],
        "timeline": [entry.to_wire() for entry in entries],
    }
    return json(answer, ensure_ascii=False)


def check_may_open(session: Session, here: Summary, there: Summary, relation: Relation) -> None:
    """Lets who serves a person read that person's other chats; what only shares an account needs its own leave.

    Raises:
        NotAllowed: this chat is not for this agent, or not now.
    """
    serves = here.agent is not None and here.agent.agent_id == session.agent.agent_id
    if not (serves and relation is not Relation.ACCOUNT):
        check_may_read(session, there)


async def _allowed(
    services: Services, connection: Connection, session: Session, here: Summary, contact: Contact
) -> bool:
    there = here
    if contact.conversation_id != here.conversation_id:
        there = await services.inbox.one(connection, contact.conversation_id)
    try:
        check_may_open(session, here, there, contact.relation)
    except NotAllowed:
        return False
    return True


ROUTES = (
    Route("GET", f"{CHAT}/contacts", Access.DESK, list_contacts),
    Route("GET", f"{CHAT}/contacts/<past_id:str>", Access.DESK, show_contact),
)

"""Canned replies: use them, write them, and decide about the shared ones."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from pypinyin import Style, lazy_pinyin
from sanic import HTTPResponse, Request
from sanic.response import empty, json

from console.server.access import Access, check_may_read, session_of
from console.server.acting import note
from console.server.bodies import Field, Flag, Moment, Number, Text, read_body, read_conversation_id, read_number
from console.server.errors import NotAllowed
from console.server.rights import RIGHTS
from console.server.routes import CHAT, Route
from console.server.services import services_of
from handoff import live
from handoff.desk_help import canned, variables
from handoff.desk_help.canned import Canned, Words
from runtime.errors import BadRequest
from runtime.postgres import Connection, transaction

_AREA = "canned"
_WORDS: Mapping[str, Field] = {
    "folder": Text(30),
    "skill": Text(30, least=0),
    "shortcut": Text(20),
    "title": Text(40),
    "text": Text(1000),
    "expires_at": Moment(optional=True),
}
_SHORTCUT = re.compile(r"[a-z0-9]+", re.ASCII)


async def list_usable(request: Request) -> HTTPResponse:
    """`GET /api/canned`: what I may use now, with the sounds it is found by."""
    services, session = services_of(request), session_of(request)
    now = services.clock.now()
    async with transaction(services.pool) as connection:
        found = await canned.usable(connection, session.agent.agent_id, at=now)
    listed = [{**one.to_wire(now), "initials": initials(one.words.title)} for one in found]
    return json({"canned": listed, "variables": list(variables.book().offered)}, ensure_ascii=False)


async def list_managed(request: Request) -> HTTPResponse:
    """`GET /api/canned/all`: the newest version of each, for the page that manages them."""
    services, session = services_of(request), session_of(request)
    now = services.clock.now()
    async with transaction(services.pool) as connection:
        found = await canned.managed(connection, session.agent.agent_id)
    return json({"canned": [one.to_wire(now) for one in found]}, ensure_ascii=False)


async def add(request: Request) -> HTTPResponse:
    """`POST /api/canned`: a personal one is used at once, a shared one is put before who approves."""
    services, agent_id = services_of(request), session_of(request).agent.agent_id
    body = read_body(request, {**_WORDS, "shared": Flag()})
    words, now = _words(body), services.clock.now()
    async with transaction(services.pool) as connection:
        owner = None if body["shared"] else agent_id
        made = await canned.add(connection, words, owner=owner, by=agent_id, at=now)
        await _note(request, connection, "canned.add", made)
    await live.announce_area(services.bus, _AREA)
    return json({"canned": made.to_wire(now)}, status=201, ensure_ascii=False)


async def edit(request: Request, canned_id: str) -> HTTPResponse:
    """`POST /api/canned/{id}`: the next version; of a shared one it waits for approval."""
    services, session = services_of(request), session_of(request)
    words, now = _words(read_body(request, _WORDS)), services.clock.now()
    async with transaction(services.pool) as connection:
        known = await canned.get(connection, read_number(canned_id, "canned id"))
        _check_mine(request, known)
        made = await canned.edit(connection, known.canned_id, words, by=session.agent.agent_id, at=now)
        await _note(request, connection, "canned.edit", made)
    await live.announce_area(services.bus, _AREA)
    return json({"canned": made.to_wire(now)}, ensure_ascii=False)


async def decide(request: Request, canned_id: str) -> HTTPResponse:
    """`POST /api/canned/{id}/decision`: an editor or supervisor approves a version, or rejects it with a reason."""
    services, session = services_of(request), session_of(request)
    body = read_body(request, {"version": Number(), "approve": Flag(), "reason": Text(200, least=0)})
    if not body["approve"] and not body["reason"]:
        raise BadRequest("console.text.empty", "A rejection needs a reason.", field="reason")
    now = services.clock.now()
    async with transaction(services.pool) as connection:
        made = await canned.decide(
            connection,
            read_number(canned_id, "canned id"),
            body["version"],
            approve=body["approve"],
            by=session.agent.agent_id,
            reason=body["reason"],
            at=now,
        )
        await _note(request, connection, "canned.approve" if body["approve"] else "canned.reject", made)
    await live.announce_area(services.bus, _AREA)
    return json({"canned": made.to_wire(now)}, ensure_ascii=False)


async def retire(request: Request, canned_id: str) -> HTTPResponse:
    """`POST /api/canned/{id}/retire`: takes my own, or as an editor or supervisor a shared one, out of use."""
    services, session = services_of(request), session_of(request)
    read_body(request, {})
    async with transaction(services.pool) as connection:
        known = await canned.get(connection, read_number(canned_id, "canned id"))
        _check_mine(request, known)
        if known.owner is None and not RIGHTS.allow(session.role, Access.KNOWLEDGE):
            raise NotAllowed(canned_id=known.canned_id, agent_id=session.agent.agent_id)
        await canned.retire(connection, known.canned_id, at=services.clock.now())
        await _note(request, connection, "canned.retire", known)
    await live.announce_area(services.bus, _AREA)
    return empty()


async def list_versions(request: Request, canned_id: str) -> HTTPResponse:
    """`GET /api/canned/{id}/versions`."""
    async with transaction(services_of(request).pool) as connection:
        known = await canned.get(connection, read_number(canned_id, "canned id"))
        _check_mine(request, known)
        listed = await canned.versions(connection, known.canned_id)
    return json({"versions": listed}, ensure_ascii=False)


async def fill(request: Request, conversation_id: str, canned_id: str) -> HTTPResponse:
    """`POST /api/conversations/{id}/canned/{canned_id}`: the words as they would be sent, and what is missing."""
    services, session = services_of(request), session_of(request)
    read_body(request, {})
    conversation_id, now = read_conversation_id(conversation_id), services.clock.now()
    async with transaction(services.pool) as connection:
        check_may_read(session, await services.inbox.one(connection, conversation_id))
        known = await canned.get(connection, read_number(canned_id, "canned id"), live=True)
        _check_mine(request, known)
        values = await variables.values_of(connection, conversation_id, session.agent, now)
    filled = variables.fill(known.words.text, values)
    return json({"text": filled.text, "missing": list(filled.missing)}, ensure_ascii=False)


async def count_use(request: Request, canned_id: str) -> HTTPResponse:
    """`POST /api/canned/{id}/uses`: it went to a customer."""
    services = services_of(request)
    read_body(request, {})
    async with transaction(services.pool) as connection:
        known = await canned.get(connection, read_number(canned_id, "canned id"))
        _check_mine(request, known)
        await canned.count_use(connection, known.canned_id, at=services.clock.now())
    return empty()


def initials(title: str) -> str:
    """The first letters of the sounds, for who types `tfdh` for a title of four characters."""
    return "".join(lazy_pinyin(title, style=Style.FIRST_LETTER)).lower()


def _words(body: dict[str, Any]) -> Words:
    """Reads what somebody wrote. Raises BadRequest."""
    shortcut = body["shortcut"].lstrip("/").lower()
    if not _SHORTCUT.fullmatch(shortcut):
        raise BadRequest("canned.shortcut_form", "A shortcut has letters a to z and digits.", field="shortcut")
    if unknown := variables.unknown_blanks(body["text"]):
        raise BadRequest("canned.unknown_blank", f"No blank is called {', '.join(unknown)}.", unknown=list(unknown))
    return Words(body["folder"], body["skill"], shortcut, body["title"], body["text"], body["expires_at"])


def _check_mine(request: Request, known: Canned) -> None:
    """Lets everybody at the shared ones, and at their own. Raises NotAllowed."""
    session = session_of(request)
    if known.owner not in (None, session.agent.agent_id):
        raise NotAllowed(canned_id=known.canned_id, agent_id=session.agent.agent_id)


async def _note(request: Request, connection: Connection, action: str, made: Canned) -> None:
    await note(request, connection, action, f"canned:{made.canned_id}", version=made.version)


_ONE = "/api/canned/<canned_id:str>"
ROUTES = (
    Route("GET", "/api/canned", Access.CANNED, list_usable),
    Route("POST", "/api/canned", Access.CANNED, add),
    Route("GET", "/api/canned/all", Access.CANNED, list_managed),
    Route("POST", _ONE, Access.CANNED, edit),
    Route("GET", f"{_ONE}/versions", Access.CANNED, list_versions),
    Route("POST", f"{_ONE}/decision", Access.KNOWLEDGE, decide),
    Route("POST", f"{_ONE}/retire", Access.CANNED, retire),
    Route("POST", f"{_ONE}/uses", Access.DESK, count_use),
    Route("POST", f"{CHAT}/canned/<canned_id:str>", Access.DESK, fill),
)

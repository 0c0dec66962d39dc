"""Accounts of the desk, for administrators; a write asks for the password again when it was given long ago."""

from __future__ import annotations

import re

from sanic import HTTPResponse, Request
from sanic.response import empty, json

from console.server import accounts
from console.server.access import Access, session_of
from console.server.bodies import Flag, Number, Text, read_body
from console.server.rights import RIGHTS, DeskRole
from console.server.routes import Route
from console.server.services import services_of
from runtime.errors import BadRequest

_ACCOUNT = "/api/accounts/<agent_id:str>"
_Fields = dict[str, Text | Flag | Number]
_NEW: _Fields = {
    "agent_id": Text(32),
    "name": Text(40),
    "role": Text(20),
    "skills": Text(200, least=0),
    "max_chats": Number(),
}
_WANTED: _Fields = {"name": Text(40), "role": Text(20), "active": Flag(), "totp_required": Flag()}
_NUMBER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.@-]{1,31}")
_MOST_CHATS = 50


async def list_accounts(request: Request) -> HTTPResponse:
    """`GET /api/accounts`: every account, and what each role may do."""
    rights = {role.value: list(RIGHTS.of(role)) for role in DeskRole}
    return json({"accounts": await accounts.list_all(services_of(request)), "rights": rights}, ensure_ascii=False)


async def create(request: Request) -> HTTPResponse:
    """`POST /api/accounts`: answers the one-time code, this once."""
    body = read_body(request, _NEW)
    if not _NUMBER.fullmatch(body["agent_id"]):
        raise BadRequest("console.account.number", "A number has letters and digits.", field="agent_id")
    new = accounts.NewAccount(
        body["agent_id"],
        body["name"],
        _role(body["role"]),
        tuple(skill.strip() for skill in body["skills"].split(",") if skill.strip()),
        max(1, min(body["max_chats"], _MOST_CHATS)),
    )
    code = await accounts.create(services_of(request), session_of(request).agent.agent_id, new)
    return json({"code": code}, status=201)


async def change(request: Request, agent_id: str) -> HTTPResponse:
    """`POST /api/accounts/{id}`: name, role, whether they work here, whether they need a second factor."""
    body = read_body(request, _WANTED)
    wanted = accounts.Wanted(body["name"], _role(body["role"]), body["active"], body["totp_required"])
    moved = await accounts.change(services_of(request), session_of(request).agent, agent_id, wanted)
    return json({"requeued": moved})


async def reset_password(request: Request, agent_id: str) -> HTTPResponse:
    """`POST /api/accounts/{id}/reset`: a one-time code for the next log-in, told this once."""
    code = await accounts.reset_password(services_of(request), session_of(request).agent.agent_id, agent_id)
    return json({"code": code})


async def reset_totp(request: Request, agent_id: str) -> HTTPResponse:
    """`POST /api/accounts/{id}/totp/reset`: for somebody whose telephone is gone."""
    await accounts.reset_factor(services_of(request), session_of(request).agent.agent_id, agent_id)
    return empty()


def _role(name: str) -> DeskRole:
    try:
        return DeskRole(name)
    except ValueError as error:
        raise BadRequest("console.account.role", "There is no such role.", field="role") from error


ROUTES = (
    Route("GET", "/api/accounts", Access.ACCOUNTS, list_accounts),
    Route("POST", "/api/accounts", Access.ACCOUNTS, create),
    Route("POST", _ACCOUNT, Access.ACCOUNTS, change),
    Route("POST", f"{_ACCOUNT}/reset", Access.ACCOUNTS, reset_password),
    Route("POST", f"{_ACCOUNT}/totp/reset", Access.ACCOUNTS, reset_totp),
)

"""Log-in, log-out and who I am."""

from __future__ import annotations

from datetime import timedelta

from sanic import HTTPResponse, Request
from sanic.response import empty, json

from console.server.access import COOKIE, Access, session_of
from console.server.bodies import Text, read_body
from console.server.routes import Route
from console.server.services import services_of
from handoff.presence import Status

_CREDENTIALS = {"username": Text(64), "password": Text(256, raw=True)}


async def log_in(request: Request) -> HTTPResponse:
    """`POST /api/login`."""
    services = services_of(request)
    body = read_body(request, _CREDENTIALS)
    token, session = await services.sessions.log_in(body["username"], body["password"])
    response = json(session.to_wire(), ensure_ascii=False)
    _set_cookie(response, token, services.sessions.lifetime, secure=services.settings.secure_cookie)
    return response


async def log_out(request: Request) -> HTTPResponse:
    """`POST /api/logout`."""
    services = services_of(request)
    await services.sessions.log_out(request.cookies[COOKIE], session_of(request))
    await services.attendance.choose(session_of(request).agent.agent_id, Status.OFFLINE)
    response = empty()
    _set_cookie(response, "", timedelta(0), secure=services.settings.secure_cookie)
    return response


async def who_am_i(request: Request) -> HTTPResponse:
    """`GET /api/me`."""
    return json(session_of(request).to_wire(), ensure_ascii=False)


def _set_cookie(response: HTTPResponse, token: str, lifetime: timedelta, *, secure: bool) -> None:
    response.cookies[COOKIE] = token
    cookie = response.cookies[COOKIE]
    cookie["httponly"] = True
    cookie["samesite"] = "Strict"
    cookie["path"] = "/"
    cookie["max-age"] = int(lifetime.total_seconds())
    if secure:
        cookie["secure"] = True


ROUTES = (
    Route("POST", "/api/login", Access.OPEN, log_in),
    Route("POST", "/api/logout", Access.DESK, log_out),
    Route("GET", "/api/me", Access.DESK, who_am_i),
)

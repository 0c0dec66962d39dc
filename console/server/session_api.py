"""Log-in, log-out, who I am, and what somebody does about their own password, second factor and sessions."""

from __future__ import annotations

from datetime import timedelta

from sanic import HTTPResponse, Request
from sanic.response import empty, json

from console.server import audit, own_password
from console.server.access import COOKIE, Access, session_of
from console.server.bodies import Text, read_body
from console.server.login import CodeDue, LoggedIn
from console.server.routes import Route
from console.server.services import services_of
from console.server.sessions import Caller
from handoff.errors import UnknownConversation
from handoff.routing.presence import Status
from runtime.errors import BadRequest
from runtime.postgres import transaction

_CREDENTIALS = {"username": Text(64), "password": Text(256, raw=True)}
_SECOND_STEP = {"ticket": Text(64), "code": Text(32)}
_NEW_PASSWORD = {"old": Text(256, raw=True), "new": Text(256, raw=True)}
_CODE = {"code": Text(32)}


async def log_in(request: Request) -> HTTPResponse:
    """`POST /api/login`: a session, or the ticket for the second step."""
    body = read_body(request, _CREDENTIALS)
    done = await services_of(request).login.with_password(body["username"], body["password"], caller_of(request))
    if isinstance(done, CodeDue):
        return json({"step": "code", "ticket": done.ticket}, status=202)
    return await _welcome(request, done)


async def log_in_by_code(request: Request) -> HTTPResponse:
    """`POST /api/login/code`: the second step."""
    body = read_body(request, _SECOND_STEP)
    return await _welcome(request, await services_of(request).login.with_code(**body, caller=caller_of(request)))


async def log_out(request: Request) -> HTTPResponse:
    """`POST /api/logout`; who came by single sign-on is told where to log out there."""
    services = services_of(request)
    id_token = await services.sessions.log_out(request.cookies[COOKIE], session_of(request))
    await services.attendance.choose(session_of(request).agent.agent_id, Status.OFFLINE)
    where = await services.sso.logout_url(id_token) if id_token else None
    response = json({"logout_url": where}) if where else empty()
    set_cookie(response, COOKIE, "", timedelta(0), secure=services.settings.secure_cookie)
    return response


async def who_am_i(request: Request) -> HTTPResponse:
    """`GET /api/me`."""
    return json(session_of(request).to_wire(), ensure_ascii=False)


async def stay(request: Request) -> HTTPResponse:
    """`POST /api/me/active`: a hand is on the desk; the guard has written it down."""
    return empty()


async def confirm(request: Request) -> HTTPResponse:
    """`POST /api/me/confirm`: the password once more, before a dangerous act."""
    password = read_body(request, {"password": Text(256, raw=True)})["password"]
    await services_of(request).login.confirm(request.cookies[COOKIE], session_of(request), password, caller_of(request))
    return empty()


async def change_password(request: Request) -> HTTPResponse:
    """`POST /api/me/password`: the old one proves who asks; other sessions were ended by this one's log-in."""
    body = read_body(request, _NEW_PASSWORD)
    await own_password.change(services_of(request), session_of(request), body["old"], body["new"])
    return empty()


async def list_sessions(request: Request) -> HTTPResponse:
    """`GET /api/me/sessions`."""
    return json({"sessions": await services_of(request).sessions.own(session_of(request))}, ensure_ascii=False)


async def end_session(request: Request, session_id: str) -> HTTPResponse:
    """`POST /api/me/sessions/{id}/end`."""
    if not await services_of(request).sessions.end(session_of(request), session_id):
        raise UnknownConversation("There is no such session.")
    return empty()


async def enrol_totp(request: Request) -> HTTPResponse:
    """`POST /api/me/totp`: a new secret and its QR code; it counts once confirmed by a code."""
    services, session = services_of(request), session_of(request)
    async with transaction(services.pool) as connection:
        made = await services.login.factor.enrol(connection, session.agent.agent_id)
    if made is None:
        raise BadRequest("console.totp.exists", "There is a second factor; an administrator can take it away.", 409)
    return json({"secret": made.secret, "uri": made.uri, "qr": made.qr}, status=201)


async def confirm_totp(request: Request) -> HTTPResponse:
    """`POST /api/me/totp/confirm`: the first code; answers the recovery codes, this once."""
    services, session = services_of(request), session_of(request)
    if session.has_totp:
        raise BadRequest("console.totp.exists", "There is a second factor already.", 409)
    code = read_body(request, _CODE)["code"]
    now = services.clock.now()
    async with transaction(services.pool) as connection:
        codes = await services.login.factor.confirm(connection, session.agent.agent_id, code, at=now)
        await audit.record(connection, session.agent.agent_id, "totp.enrolled", session.agent.agent_id, at=now)
    return json({"recovery_codes": codes})


def caller_of(request: Request) -> Caller:
    """Names where a call comes from: behind trusted proxies the caller's own address, else who connects."""
    return Caller(str(request.remote_addr or request.ip), request.headers.get("user-agent", ""))


def set_cookie(
    response: HTTPResponse, name: str, value: str, lifetime: timedelta, *, secure: bool, same_site: str = "Strict"
) -> None:
    """Sets a cookie that no script reads and no other page sends."""
    response.cookies[name] = value
    cookie = response.cookies[name]
    cookie["httponly"] = True
    cookie["samesite"] = same_site
    cookie["path"] = "/"
    cookie["max-age"] = int(lifetime.total_seconds())
    if secure:
        cookie["secure"] = True


async def _welcome(request: Request, done: LoggedIn) -> HTTPResponse:
    services = services_of(request)
    await services.sessions.tell(done.session)
    response = json(done.session.to_wire(), ensure_ascii=False)
    set_cookie(response, COOKIE, done.token, services.sessions.lifetime, secure=services.settings.secure_cookie)
    return response


ROUTES = (
    Route("POST", "/api/login", Access.OPEN, log_in),
    Route("POST", "/api/login/code", Access.OPEN, log_in_by_code),
    Route("POST", "/api/logout", Access.SELF, log_out),
    Route("GET", "/api/me", Access.SELF, who_am_i),
    Route("POST", "/api/me/active", Access.SELF, stay),
    Route("POST", "/api/me/confirm", Access.SELF, confirm),
    Route("POST", "/api/me/password", Access.SELF, change_password),
    Route("GET", "/api/me/sessions", Access.SELF, list_sessions),
    Route("POST", "/api/me/sessions/<session_id:str>/end", Access.SELF, end_session),
    Route("POST", "/api/me/totp", Access.SELF, enrol_totp),
    Route("POST", "/api/me/totp/confirm", Access.SELF, confirm_totp),
)

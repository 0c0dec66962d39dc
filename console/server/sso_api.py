"""The way to the OpenID provider and back."""

from __future__ import annotations

from datetime import timedelta

import structlog
from sanic import HTTPResponse, Request
from sanic.response import json, redirect

from console.server.access import COOKIE, Access
from console.server.errors import SsoRefused
from console.server.routes import Route
from console.server.services import services_of
from console.server.session_api import caller_of, set_cookie
from console.server.sso import STATE_FOR

# The browser comes back from another site: a strict cookie would stay at home.
STATE_COOKIE = "gridtalk_sso"
_LONGEST = 4096


async def show(request: Request) -> HTTPResponse:
    """`GET /api/sso`: whether there is single sign-on, and what the log-in page calls it."""
    settings = services_of(request).sso.settings
    return json({"on": settings.on, "name": settings.name if settings.on else ""}, ensure_ascii=False)


async def depart(request: Request) -> HTTPResponse:
    """`GET /api/sso/start`: sends the browser to the provider."""
    services = services_of(request)
    departure = await services.sso.depart()
    response = redirect(departure.url)
    secure = services.settings.secure_cookie
    set_cookie(response, STATE_COOKIE, departure.binding, STATE_FOR, secure=secure, same_site="Lax")
    return response


async def arrive(request: Request) -> HTTPResponse:
    """`GET /api/sso/callback`: opens the session, or shows the log-in page with the reason."""
    services = services_of(request)
    told = [str(request.args.get(name) or "") for name in ("state", "code")]
    state, code = (word if len(word) <= _LONGEST else "" for word in told)
    try:
        done = await services.sso.arrive(state, request.cookies.get(STATE_COOKIE) or "", code, caller_of(request))
    except SsoRefused as error:
        structlog.get_logger().warning("console.sso.refused", **error.fields)
        return _back(request, redirect("/?login=sso_refused"))
    await services.sessions.tell(done.session)
    response = redirect("/")
    set_cookie(response, COOKIE, done.token, services.sessions.lifetime, secure=services.settings.secure_cookie)
    return _back(request, response)


def _back(request: Request, response: HTTPResponse) -> HTTPResponse:
    secure = services_of(request).settings.secure_cookie
    set_cookie(response, STATE_COOKIE, "", timedelta(0), secure=secure, same_site="Lax")
    return response


ROUTES = (
    Route("GET", "/api/sso", Access.OPEN, show),
    Route("GET", "/api/sso/start", Access.OPEN, depart),
    Route("GET", "/api/sso/callback", Access.OPEN, arrive),
)

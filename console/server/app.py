"""The one assembly of the desk's process: routes with their access, guard, errors, start and stop."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import structlog
from sanic import HTTPResponse, Request, Sanic

from console.server import (
    accounts_api,
    audit_api,
    conversation_api,
    handoff_api,
    media_api,
    pages,
    session_api,
    socket_api,
    sso_api,
    unmask_api,
)
from console.server.access import Access, Guard
from console.server.floor import Floor
from console.server.inbox import Inbox
from console.server.login import LogIn
from console.server.login_settings import LoginSettings, SsoSettings
from console.server.passwords import Passwords
from console.server.routes import Route
from console.server.second_factor import SecondFactor
from console.server.services import Services
from console.server.sessions import Sessions
from console.server.settings import ConsoleSettings
from console.server.sso import SingleSignOn
from handoff.desk import Desk
from handoff.duty import HumanHours
from handoff.errors import HeldByAnother
from handoff.escalations import Escalations
from handoff.phrases import Phrases
from runtime import web
from runtime.bus import Bus
from runtime.clock import Clock
from runtime.errors import StoreUnavailable
from runtime.postgres import Pool, connect, transaction

BODY_BYTES = 64 * 1024
OpenBus = Callable[[str], Bus]


ROUTES: tuple[Route, ...] = (
    *session_api.ROUTES,
    *conversation_api.ROUTES,
    *media_api.ROUTES,
    *handoff_api.ROUTES,
    *unmask_api.ROUTES,
    *audit_api.ROUTES,
    *accounts_api.ROUTES,
    *sso_api.ROUTES,
)


def build_app(services: Services, *, name: str = "console") -> Sanic:
    """Builds the desk's app around services that are already open."""
    app = Sanic(name, configure_logging=False)
    app.ctx.services = services
    web.limit(app, body_bytes=BODY_BYTES)
    if services.login.settings.trusted_proxies > 0:
        app.config.PROXIES_COUNT = services.login.settings.trusted_proxies
    web.install_errors(app)
    app.error_handler.add(HeldByAnother, _held)
    web.install_health(app, "console", lambda: _check(services))
    _install_routes(app)
    app.register_middleware(Guard(services.settings.origins, services.sessions.find), "request")
    app.register_middleware(pages.secure_answer, "response")
    return app


def _install_routes(app: Sanic) -> None:
    for number, route in enumerate(ROUTES):
        app.add_route(route.handler, route.path, methods=[route.method], name=f"api_{number}", ctx_access=route.access)
    for known in app.router.routes:
        if known.path == "health":
            known.ctx.access = Access.OPEN
    app.add_websocket_route(socket_api.live, "/api/ws", name="api_ws", ctx_access=Access.SELF)
    app.add_route(pages.show_page, "/", methods=["GET"], name="page", ctx_access=Access.OPEN)
    app.add_route(pages.show_page, "/<path:path>", methods=["GET"], name="page_file", ctx_access=Access.OPEN)


async def open_services(
    settings: ConsoleSettings,
    clock: Clock,
    *,
    passwords: Passwords | None = None,
    open_bus: OpenBus = Bus,
    login: LoginSettings = LoginSettings(),
    sso: SsoSettings = SsoSettings(),
) -> Services:
    """Opens the stores and starts to follow the conversations; `close_services` undoes it.

    Raises:
        PhraseError: the customer sentences cannot be read.
        StoreUnavailable: PostgreSQL does not answer.
    """
    phrases = Phrases.load(settings.domain_dir / "human.yml")
    pool = await connect(settings.database_url)
    bus = open_bus(settings.redis_url)
    sessions = _sessions(settings, login, (pool, bus, clock), passwords or Passwords())
    floor = Floor(pool, bus, sessions)
    floor.open()
    return Services(
        settings=settings,
        pool=pool,
        bus=bus,
        clock=clock,
        phrases=phrases,
        desk=Desk(pool, bus, clock, Escalations(phrases, HumanHours.parse(settings.human_hours))),
        inbox=Inbox(phrases),
        sessions=sessions,
        login=LogIn(sessions, SecondFactor(settings.session_secret), login),
        sso=SingleSignOn(sso, sessions),
        floor=floor,
    )


def _sessions(
    settings: ConsoleSettings, login: LoginSettings, stores: tuple[Pool, Bus, Clock], passwords: Passwords
) -> Sessions:
    return Sessions(
        *stores,
        passwords,
        settings.session_secret,
        timedelta(hours=settings.session_hours),
        idle=timedelta(minutes=login.idle_minutes),
        confirm=timedelta(minutes=login.confirm_minutes),
        totp_roles=login.roles_with_totp,
    )


async def close_services(services: Services) -> None:
    """Ends the sockets and leaves the stores."""
    await services.floor.close()
    await services.sso.close()
    await services.bus.close()
    await services.pool.close()


async def _check(services: Services) -> dict[str, Any]:
    async with transaction(services.pool) as connection:
        await connection.execute("select 1")
    if not services.floor.following:
        raise StoreUnavailable("The desk no longer follows the conversations; restart it.")
    return {"postgres": "ok", "floor": "following"}


def _held(request: Request, error: HeldByAnother) -> HTTPResponse:
    """Answers who holds the conversation, which the plain problem does not."""
    structlog.get_logger().warning(
        "web.request.refused", path=request.path, error_code=error.code, status=error.status, **error.fields
    )
    return web.problem(error.status, error.code, error.detail, agent=error.agent.to_wire() if error.agent else None)

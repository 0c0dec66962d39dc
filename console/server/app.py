"""The one assembly of the desk's process: routes with their access, guard, errors, start and stop."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import structlog
from sanic import HTTPResponse, Request, Sanic

from connectors.wechat.budget import wechat_quota
from console.server import (
    accounts_api,
    agents_api,
    audit_api,
    calls_api,
    canned_api,
    closing_api,
    contacts_api,
    conversation_api,
    figures_api,
    files_api,
    follow_up_api,
    handoff_api,
    history_api,
    hours_api,
    media_api,
    notices_api,
    offers_api,
    pages,
    panel_api,
    pings_api,
    promises_api,
    search_api,
    session_api,
    socket_api,
    sso_api,
    suggestions_api,
    supervision_api,
    unmask_api,
    wall_api,
)
from console.server.access import Access, Guard
from console.server.attendance import Attendance
from console.server.floor import Floor
from console.server.inbox import Inbox
from console.server.login import LogIn
from console.server.login_settings import LoginSettings, SsoSettings
from console.server.panel.counter import Counter
from console.server.panel.errors import ActRefused
from console.server.passwords import Passwords
from console.server.promise_watch import PromiseWatch
from console.server.routes import Route
from console.server.search import Search
from console.server.second_factor import SecondFactor
from console.server.services import Services
from console.server.sessions import Sessions
from console.server.settings import ConsoleSettings
from console.server.sso import SingleSignOn
from console.server.sweeper import Sweeper
from console.server.waiting_limits import WaitingLimits
from console.server.wall import WallBoard
from handoff.desk import Desk
from handoff.duty import HumanHours
from handoff.errors import HeldByAnother
from handoff.escalations import Escalations
from handoff.next_steps import NextSteps
from handoff.phrases import Phrases
from handoff.picking import Pick
from handoff.reassigning import Reassigning
from handoff.routing.router import Router
from handoff.routing.rules import Rules
from handoff.spending import SpendingRecord
from handoff.supervision import Supervision
from runtime import web
from runtime.bus import Bus
from runtime.cache import Cache
from runtime.clock import Clock
from runtime.errors import SettingsError, StoreUnavailable
from runtime.postgres import Pool, connect, transaction

BODY_BYTES = 64 * 1024
OpenBus = Callable[[str], Bus]


ROUTES: tuple[Route, ...] = (
    *session_api.ROUTES,
    *conversation_api.ROUTES,
    *history_api.ROUTES,
    *media_api.ROUTES,
    *handoff_api.ROUTES,
    *unmask_api.ROUTES,
    *audit_api.ROUTES,
    *accounts_api.ROUTES,
    *sso_api.ROUTES,
    *canned_api.ROUTES,
    *suggestions_api.ROUTES,
    *promises_api.ROUTES,
    *pings_api.ROUTES,
    *closing_api.ROUTES,
    *calls_api.ROUTES,
    *files_api.ROUTES,
    *offers_api.ROUTES,
    *agents_api.ROUTES,
    *supervision_api.ROUTES,
    *wall_api.ROUTES,
    *search_api.ROUTES,
    *figures_api.ROUTES,
    *follow_up_api.ROUTES,
    *hours_api.ROUTES,
    *panel_api.ROUTES,
    *contacts_api.ROUTES,
    *notices_api.ROUTES,
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
    app.error_handler.add(ActRefused, panel_api.refused)
    web.install_health(app, "console", lambda: _check(services))
    _install_routes(app)
    app.register_middleware(Guard(services.settings.origins, services.sessions.find), "request")
    app.register_middleware(pages.secure_answer, "response")
    return app


def _install_routes(app: Sanic) -> None:
    for number, route in enumerate(ROUTES):
        wire = {"methods": [route.method], "stream": route.stream, "ctx_access": route.access}
        app.add_route(route.handler, route.path, name=f"api_{number}", **wire)
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
        RulesError, SettingsError: the rules of routing cannot be read, or nobody picks as `ROUTING_PICK` says.
        StoreUnavailable: PostgreSQL does not answer.
    """
    phrases = Phrases.load(settings.domain_dir / "human.yml", settings.domain_dir / "desk.yml")
    pool = await connect(settings.database_url)
    bus = open_bus(settings.redis_url)
    sessions = _sessions(settings, login, (pool, bus, clock), passwords or Passwords())
    floor = Floor(pool, bus, sessions)
    floor.open()
    watch = PromiseWatch(pool, bus, clock, settings.promise_patience, timedelta(days=settings.canned_warn_days))
    watch.open()
    cache = Cache(settings.redis_url)
    rules, pick = Rules.load(settings.routing_rules), _pick(settings.routing_pick)
    desk = Desk(pool, bus, clock, Escalations(phrases, HumanHours.parse(settings.human_hours)), rules, pick)
    router = Router(pool, bus, clock, desk.escalations, rules, offering=settings.routing_offers)
    attendance = Attendance(pool, bus, clock, rules)
    sweeper = Sweeper(router, attendance, floor, bus)
    sweeper.open()
    return Services(
        settings=settings,
        pool=pool,
        bus=bus,
        clock=clock,
        phrases=phrases,
        desk=desk,
        inbox=Inbox(phrases, WaitingLimits.load(settings.waiting_limits)),
        sessions=sessions,
        login=LogIn(sessions, SecondFactor(settings.session_secret), login),
        sso=SingleSignOn(sso, sessions),
        floor=floor,
        cache=cache,
        quota=wechat_quota(SpendingRecord(pool), cache, clock),
        watch=watch,
        attendance=attendance,
        sweeper=sweeper,
        supervision=Supervision(pool, bus, clock, phrases, tells_agents=settings.watch_tells_agent),
        reassigning=Reassigning(pool, bus, clock, desk.escalations),
        wall=WallBoard(pool, clock, phrases),
        search=Search(phrases),
        counter=Counter.open(settings, clock),
        next_steps=NextSteps.load(phrases),
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


def _pick(word: str) -> Pick:
    try:
        return Pick(word)
    except ValueError as error:
        raise SettingsError("ROUTING_PICK must be skills, any or off", setting="ROUTING_PICK") from error


async def close_services(services: Services) -> None:
    """Ends the sockets and leaves the stores."""
    await services.sweeper.close()
    await services.floor.close()
    await services.sso.close()
    await services.watch.close()
    await services.cache.close()
    await services.counter.close()
    await services.bus.close()
    await services.pool.close()


async def _check(services: Services) -> dict[str, Any]:
    async with transaction(services.pool) as connection:
        await connection.execute("select 1")
    if not services.floor.following:
        raise StoreUnavailable("The desk no longer follows the conversations; restart it.")
    if not services.sweeper.sweeping:
        raise StoreUnavailable("The desk no longer offers who waits; restart it.")
    return {"postgres": "ok", "floor": "following", "sweeper": "sweeping"}


def _held(request: Request, error: HeldByAnother) -> HTTPResponse:
    """Answers who holds the conversation, which the plain problem does not."""
    structlog.get_logger().warning(
        "web.request.refused", path=request.path, error_code=error.code, status=error.status, **error.fields
    )
    return web.problem(error.status, error.code, error.detail, agent=error.agent.to_wire() if error.agent else None)

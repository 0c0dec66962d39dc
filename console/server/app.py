"""The desk's app: routes with their access, guard, errors and health."""

from __future__ import annotations

from typing import Any

import structlog
from sanic import HTTPResponse, Request, Sanic

from console.server import (
    accounts_api,
    agents_api,
    audit_api,
    calls_api,
    canned_api,
    closing_api,
    contact_faults_api,
    contacts_api,
    conversation_api,
    figures_api,
    files_api,
    follow_up_api,
    handoff_api,
    history_api,
    hours_api,
    media_api,
    notice_information_api,
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
    watches_api,
)
from console.server.access import Access, Guard
from console.server.panel.errors import ActRefused
from console.server.routes import Route
from console.server.services import Services
from handoff.errors import HeldByAnother
from runtime import web
from runtime.errors import StoreUnavailable
from runtime.postgres import transaction

BODY_BYTES = 64 * 1024


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
    *watches_api.ROUTES,
    *search_api.ROUTES,
    *figures_api.ROUTES,
    *follow_up_api.ROUTES,
    *hours_api.ROUTES,
    *panel_api.ROUTES,
    *contacts_api.ROUTES,
    *notices_api.ROUTES,
    *notice_information_api.ROUTES,
    *contact_faults_api.ROUTES,
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

"""Assembles the utility's process: its doors, its errors, its health, its pool of connections."""

from __future__ import annotations

from typing import Any

import structlog
from sanic import Blueprint, HTTPResponse, Request, Sanic

from runtime.clock import Clock
from runtime.errors import StoreBusy
from runtime.shortage import open_pool
from runtime.web import install_errors, install_health, limit
from utility.accounts import sandbox
from utility.background import Background
from utility.company import open_company
from utility.counter.access import client_of, notices_of, operator_of
from utility.counter.answers import refuse
from utility.counter.gate import Gate
from utility.doors import doors
from utility.errors import Busy, Refusal
from utility.operator import door as operator
from utility.payments import sandbox as pay_page
from utility.payments.signatures import till_of
from utility.settings import UtilitySettings

BODY_BYTES = 16 * 1024
# Connections that no request may take: rounds and events hold one each and work with another.
KEPT_BACK = 4


def build_app(settings: UtilitySettings, clock: Clock) -> Sanic:
    """Builds the app; the database is opened when it starts.

    Raises:
        SettingsError: a scope of the token is unknown.
    """
    app = Sanic("utility", configure_logging=False)
    app.ctx.clients = [client_of(settings.token, settings.scopes)]
    if settings.notices_token:
        app.ctx.clients.append(notices_of(settings.notices_token))
    if settings.operator_token:
        app.ctx.clients.append(operator_of(settings.operator_token))
    app.ctx.gate = Gate(max(1, settings.pool - KEPT_BACK), waiting=settings.waiting, patience_s=settings.patience_s)
    app.ctx.till = till_of(
        settings.token, settings.pay_url, settings.pay_secret, settings.payment_providers, sandbox=settings.sandbox
    )
    limit(app, body_bytes=BODY_BYTES)
    install_errors(app)
    app.error_handler.add(Refusal, refuse)
    app.error_handler.add(StoreBusy, _busy)
    app.blueprint(Blueprint.group(*doors(), url_prefix="/v1"))
    if settings.sandbox:
        app.blueprint(sandbox.blueprint())
        app.blueprint(pay_page.blueprint())
    if settings.sandbox or settings.operator_token:
        app.blueprint(operator.blueprint())
    _install_company(app, settings, clock)
    return app


def _busy(request: Request, error: StoreBusy) -> HTTPResponse:
    structlog.get_logger().warning("utility.request.undone", path=request.path, reason=error.detail)
    return refuse(request, Busy(1))


def _install_company(app: Sanic, settings: UtilitySettings, clock: Clock) -> None:
    async def open_books(app: Sanic, _: Any) -> None:
        most = max(settings.pool, KEPT_BACK + 1)
        pool = await open_pool(settings.database_url, "utility", most)
        app.ctx.company = await open_company(pool, clock)
        app.ctx.background = Background(app.ctx.company, settings)
        app.ctx.background.start()

    async def close_books(app: Sanic, _: Any) -> None:
        await app.ctx.background.stop()
        await app.ctx.company.pool.close()

    async def check() -> dict[str, Any]:
        health: dict[str, Any] = await app.ctx.company.check()
        return health

    app.register_listener(open_books, "before_server_start")
    app.register_listener(close_books, "after_server_stop")
    install_health(app, "utility", check)

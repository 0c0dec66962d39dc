"""Assembles the utility's process: its doors, its errors, its health, its pool of connections."""

from __future__ import annotations

from typing import Any

from sanic import Blueprint, Sanic

from runtime import postgres
from runtime.clock import Clock
from runtime.web import install_errors, install_health, limit
from utility.accounts import sandbox
from utility.company import open_company
from utility.counter.access import client_of
from utility.counter.answers import refuse
from utility.doors import doors
from utility.errors import Refusal
from utility.settings import UtilitySettings

BODY_BYTES = 16 * 1024


def build_app(settings: UtilitySettings, clock: Clock) -> Sanic:
    """Builds the app; the database is opened when it starts.

    Raises:
        SettingsError: a scope of the token is unknown.
    """
    app = Sanic("utility", configure_logging=False)
    app.ctx.client = client_of(settings.token, settings.scopes)
    limit(app, body_bytes=BODY_BYTES)
    install_errors(app)
    app.error_handler.add(Refusal, refuse)
    app.blueprint(Blueprint.group(*doors(), url_prefix="/v1"))
    if settings.sandbox:
        app.blueprint(sandbox.blueprint())
    _install_company(app, settings.database_url, clock)
    return app


def _install_company(app: Sanic, database_url: str, clock: Clock) -> None:
    async def open_books(app: Sanic, _: Any) -> None:
        pool = await postgres.connect(database_url)
        app.ctx.company = await open_company(pool, clock)

    async def close_books(app: Sanic, _: Any) -> None:
        await app.ctx.company.pool.close()

    async def check() -> dict[str, Any]:
        health: dict[str, Any] = await app.ctx.company.check()
        return health

    app.register_listener(open_books, "before_server_start")
    app.register_listener(close_books, "after_server_stop")
    install_health(app, "utility", check)

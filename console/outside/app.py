"""The process that joins another agent desk to GridTalk: its webhooks in, our requests and lines out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sanic import HTTPResponse, Request, Sanic
from sanic.response import json

from console.outside.settings import OutsideSettings
from handoff.desk import Desk
from handoff.escalations import Escalations
from handoff.hours.duty import HumanHours
from handoff.outside.bridge import Bridge
from handoff.outside.chatwoot import Chatwoot
from handoff.outside.inward import OnResolve
from handoff.phrases import Phrases
from runtime import web
from runtime.bus import Bus
from runtime.clock import Clock
from runtime.errors import SettingsError, StoreUnavailable
from runtime.postgres import Pool, connect, transaction

BODY_BYTES = 1024 * 1024


@dataclass(frozen=True)
class Outside:
    """The parts of the running seam."""

    pool: Pool
    bus: Bus
    other: Chatwoot
    bridge: Bridge


async def open_outside(settings: OutsideSettings, clock: Clock) -> Outside:
    """Opens the stores and starts to carry; `close_outside` undoes it.

    Raises:
        SettingsError: OUTSIDE_ON_RESOLVE is neither of its two words.
        StoreUnavailable: PostgreSQL does not answer.
    """
    try:
        on_resolve = OnResolve(settings.on_resolve)
    except ValueError as error:
        raise SettingsError("OUTSIDE_ON_RESOLVE must be close or return", setting="OUTSIDE_ON_RESOLVE") from error
    phrases = Phrases.load(settings.domain_dir / "human.yml")
    pool, bus = await connect(settings.database_url), Bus(settings.redis_url)
    desk = Desk(pool, bus, clock, Escalations(phrases, HumanHours.parse(settings.human_hours)))
    other = Chatwoot(settings.account)
    alarm_after = timedelta(seconds=settings.alarm_after_s)
    bridge = Bridge.of(other, desk, phrases, on_resolve=on_resolve, alarm_after=alarm_after)
    bridge.open()
    return Outside(pool, bus, other, bridge)


async def close_outside(outside: Outside) -> None:
    """Stops carrying and leaves the stores."""
    await outside.bridge.close()
    await outside.other.close()
    await outside.bus.close()
    await outside.pool.close()


def build_app(outside: Outside, *, name: str = "outside") -> Sanic:
    """Builds the app around parts that are already open."""
    app = Sanic(name, configure_logging=False)
    app.ctx.outside = outside
    web.limit(app, body_bytes=BODY_BYTES)
    web.install_errors(app)
    web.install_health(app, "outside", lambda: _check(outside))
    app.add_route(receive, "/webhooks/outside", methods=["POST"], name="receive")
    return app


async def receive(request: Request) -> HTTPResponse:
    """`POST /webhooks/outside`: answered once it is durable; a repetition is answered the same and done once."""
    outside: Outside = request.app.ctx.outside
    headers = {name.lower(): value for name, value in request.headers.items()}
    return json({"new": await outside.bridge.receive(headers, request.body)})


async def _check(outside: Outside) -> dict[str, Any]:
    async with transaction(outside.pool) as connection:
        await connection.execute("select 1")
    if not outside.bridge.following:
        raise StoreUnavailable("The seam no longer carries; restart it.")
    return {"postgres": "ok", "bridge": "following"}

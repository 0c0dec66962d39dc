"""The one assembly of the notices' process: stores, company, gateway, rounds and doors."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sanic import Sanic

from backend.http import HttpBackend
from notices.consents import Consents
from notices.contacts.digests import Digests
from notices.contacts.rules import contact_rules
from notices.contacts.staff import staff_book
from notices.contacts.sweep import ContactSweep
from notices.door import BODY_BYTES, Doors, install_sandbox
from notices.extras import Extras
from notices.following import Following
from notices.gateways import mail_gateway, sms_gateway
from notices.information import Information
from notices.intake import Intake
from notices.kinds import the_book
from notices.ladders import the_ladders
from notices.rates import Rates
from notices.reach import ChannelReach, Templates
from notices.receipts import Receipts
from notices.registration import Registration
from notices.resending import Resending
from notices.sending import Sending
from notices.settings import NoticesSettings
from notices.sms import SandboxSms, SmsGateway
from notices.spreading import Spreading
from notices.stream import Stream
from notices.subjects import Subjects
from notices.watching import Watching
from notices.worker import Rooms, Worker
from runtime import web
from runtime.bus import Bus
from runtime.cache import Cache
from runtime.clock import Clock
from runtime.errors import StoreUnavailable
from runtime.postgres import Pool, transaction
from runtime.shortage import open_pool

# What comes by webhook is applied in the stream's order; a company whose stream does not answer holds it up no longer.
_STREAM_PATIENCE = timedelta(seconds=10)


@dataclass(frozen=True)
class Services:
    """Everything that is open while the process runs."""

    settings: NoticesSettings
    clock: Clock
    pool: Pool
    bus: Bus
    cache: Cache
    backend: HttpBackend
    gateway: SmsGateway
    worker: Worker
    doors: Doors


async def open_services(settings: NoticesSettings, clock: Clock) -> Services:
    """Opens the stores and builds the rounds; `close_services` undoes it.

    Raises:
        SettingsError: the SMS service is not one, or lacks its keys.
        KindsBroken: the table of kinds cannot be used.
        StoreUnavailable: PostgreSQL does not answer.
    """
    book, gateway, mail = the_book(), sms_gateway(settings, clock), mail_gateway(settings, clock)
    pool = await open_pool(settings.database_url, "notices", 12)
    bus, cache = Bus(settings.redis_url), Cache(settings.redis_url)
    backend = HttpBackend(settings.utility_url, settings.utility_token)
    intake, following = Intake(pool, clock), Following(pool, clock)
    templates = Templates(settings.wechat_template, settings.alipay_template)
    reach = ChannelReach(pool, cache, clock, templates)
    limits = Rates(pool, clock, settings.rates)
    registration = _registration(settings, pool, clock, backend)
    rooms = Rooms(
        stream=Stream(pool, clock, backend, intake),
        subjects=Subjects(pool, clock, book, patience=_STREAM_PATIENCE),
        spreading=Spreading(pool, clock, book, backend),
        sending=Sending(pool, bus, clock, book, gateway=gateway, mail=mail, reach=reach, rates=limits),
        following=following,
        resending=Resending(pool, clock, book),
        consents=Consents(pool, clock, backend),
        receipts=Receipts(pool, clock, book),
        watching=Watching(pool, bus, clock, book, the_ladders(), duty=settings.managers_on_duty),
        registration=registration,
        information=Information(pool, clock),
        extras=Extras(pool, clock),
        digests=Digests(pool, clock, staff_book(settings.managers_file), mail=mail, sms=gateway),
        contacts=ContactSweep(pool, clock, contact_rules(), backend),
    )
    worker = Worker(rooms, every=settings.round_s)
    worker.start()
    doors = Doors(intake, following, clock, registration=registration, report_token=settings.report_token)
    return Services(settings, clock, pool, bus, cache, backend, gateway, worker, doors)


def _registration(settings: NoticesSettings, pool: Pool, clock: Clock, backend: HttpBackend) -> Registration:
    return Registration(
        pool,
        clock,
        backend,
        url=f"{settings.public_url.rstrip('/')}/events" if settings.public_url else "",
        given=settings.webhook_secret,
        token=settings.utility_token,
    )


async def close_services(services: Services) -> None:
    """Writes what still waits, lets the rounds end what they do now, then leaves the stores."""
    await services.doors.gathering.close()
    await services.worker.stop()
    await services.gateway.close()
    await services.backend.close()
    await services.cache.close()
    await services.bus.close()
    await services.pool.close()


def build_app(services: Services) -> Sanic:
    """Builds the app around services that are already open."""
    app = Sanic("notices", configure_logging=False)
    web.limit(app, body_bytes=BODY_BYTES)
    web.install_errors(app)
    web.install_health(app, "notices", lambda: _check(services))
    services.doors.install(app)
    if isinstance(services.gateway, SandboxSms):
        install_sandbox(app, services.gateway)
    return app


async def _check(services: Services) -> dict[str, Any]:
    async with transaction(services.pool) as connection:
        waiting = await connection.fetchval("select count(*) from notice_events where state = 'waiting'")
    if not services.worker.alive:
        raise StoreUnavailable("A round of the notices has ended; restart the process.")
    return {"postgres": "ok", "rounds": "running", "events_waiting": waiting}

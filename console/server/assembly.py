"""Opens what the handlers of the desk work with, and closes it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from connectors.wechat.budget import wechat_quota
from console.server.attendance import Attendance
from console.server.floor import Floor
from console.server.inbox import Inbox
from console.server.login import LogIn
from console.server.login_settings import LoginSettings, SsoSettings
from console.server.panel.counter import Counter
from console.server.passwords import Passwords
from console.server.promise_watch import PromiseWatch
from console.server.second_factor import SecondFactor
from console.server.services import Services
from console.server.sessions import Sessions
from console.server.settings import ConsoleSettings
from console.server.sso import SingleSignOn
from console.server.sweeper import Sweeper
from console.server.waiting_limits import WaitingLimits
from console.server.wall import WallBoard
from handoff.card.next_steps import NextSteps
from handoff.delivery.spending import SpendingRecord
from handoff.desk import Desk
from handoff.escalations import Escalations
from handoff.hours.duty import HumanHours
from handoff.phrases import Phrases
from handoff.routing.picking import Pick
from handoff.routing.router import Router
from handoff.routing.rules import Rules
from runtime.bus import Bus
from runtime.cache import Cache
from runtime.clock import Clock
from runtime.errors import SettingsError
from runtime.postgres import Pool
from runtime.shortage import open_pool

OpenBus = Callable[[str], Bus]


async def open_services(
    settings: ConsoleSettings,
    clock: Clock,
    *,
    passwords: Passwords | None = None,
    open_bus: OpenBus = Bus,
    login: LoginSettings = LoginSettings(),
    sso: SsoSettings = SsoSettings(),
) -> Services:
    """Opens it. Raises PhraseError, RulesError, SettingsError or StoreUnavailable: a file, a setting, PostgreSQL."""
    phrases = Phrases.load(settings.domain_dir / "human.yml", settings.domain_dir / "desk.yml")
    pool = await open_pool(settings.database_url, "console", 10)
    bus = open_bus(settings.redis_url)
    sessions = _sessions(settings, login, (pool, bus, clock), passwords or Passwords())
    floor = _floor(pool, bus, sessions)
    watch = _watch(settings, pool, bus, clock)
    cache = Cache(settings.redis_url)
    desk = _desk(settings, pool, bus, clock, phrases)
    attendance = Attendance(pool, bus, clock, desk.rules)
    sweeper = _sweeper(settings, desk, attendance, floor)
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
        wall=WallBoard(pool, clock, phrases, desk.rules.seen_s),
        counter=Counter.open(settings, clock),
        next_steps=NextSteps.load(phrases),
    )


def _desk(settings: ConsoleSettings, pool: Pool, bus: Bus, clock: Clock, phrases: Phrases) -> Desk:
    escalations = Escalations(phrases, HumanHours.parse(settings.human_hours))
    return Desk(pool, bus, clock, escalations, Rules.load(settings.routing_rules), _pick(settings.routing_pick))


def _sweeper(settings: ConsoleSettings, desk: Desk, attendance: Attendance, floor: Floor) -> Sweeper:
    router = Router(desk.pool, desk.bus, desk.clock, desk.escalations, desk.rules, offering=settings.routing_offers)
    sweeper = Sweeper(router, attendance, floor, desk.bus)
    sweeper.open()
    return sweeper


def _floor(pool: Pool, bus: Bus, sessions: Sessions) -> Floor:
    floor = Floor(pool, bus, sessions)
    floor.open()
    return floor


def _watch(settings: ConsoleSettings, pool: Pool, bus: Bus, clock: Clock) -> PromiseWatch:
    watch = PromiseWatch(pool, bus, clock, settings.promise_patience, timedelta(days=settings.canned_warn_days))
    watch.open()
    return watch


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

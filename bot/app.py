"""The one assembly of the bot: Rasa's agent, the reception and the doors, each given what it needs."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import structlog
from rasa.core.agent import Agent
from rasa.core.lock_store import InMemoryLockStore
from sanic import Sanic

from bot.dialogue import ActionEndpoint, Dialogue
from bot.doors import limits_of, open_push_doors
from bot.engine import mend_engine
from bot.media.store import MediaShelf
from bot.messenger import Messenger
from bot.nlu.safety import load_gate
from bot.pages import serve_pages
from bot.reception.archive import Archive
from bot.reception.desk import ReceptionDesk
from bot.reception.errands import ErrandDesk
from bot.reception.front import FrontDesk
from bot.reception.inbox import Inbox
from bot.reception.locks import ConversationLocks
from bot.reception.outbox import Outbox
from bot.reception.postbag import Postbag
from bot.reception.turns import House, TurnBook
from bot.reception.wire import Wire
from bot.settings import BotSettings
from bot.trackers import TurnTrackerStore
from connectors.shared.push_door import PushDoor
from connectors.web.door import WebDoor
from connectors.web.tokens import VisitorTokens
from handoff.duty import HumanHours
from handoff.escalations import Escalations
from handoff.phrases import Phrases
from runtime import postgres
from runtime.bus import Bus
from runtime.clock import Clock
from runtime.errors import SettingsError
from runtime.web import install_errors, install_health, limit

# The sentences said without the dialogue.
PHRASE_FILES = ("human.yml", "danger.yml", "reception.yml", "channels.yml")


def load_agent(settings: BotSettings, trackers: TurnTrackerStore, endpoint: ActionEndpoint) -> Agent:
    """Loads the trained model into an agent whose tracker store and action endpoint are ours.

    Raises:
        SettingsError: there is no model at MODEL_PATH.
    """
    if not settings.model_path.is_file():
        raise SettingsError(f"MODEL_PATH names no file: {settings.model_path}; run `make train`", setting="MODEL_PATH")
    mend_engine()
    agent = Agent(tracker_store=trackers, lock_store=InMemoryLockStore(), action_endpoint=endpoint)
    # Rasa wraps every store in one that falls back to memory when it fails: a turn would be answered and forgotten.
    agent.tracker_store = trackers
    agent.load_model(str(settings.model_path))
    return agent


@dataclass(frozen=True)
class Bot:
    """A running bot worker: what serves, and what must be left in order when it stops."""

    app: Sanic
    door: WebDoor
    push_doors: tuple[PushDoor, ...]
    desk: ReceptionDesk
    errands: ErrandDesk
    pool: postgres.Pool
    bus: Bus
    locks: ConversationLocks
    endpoint: ActionEndpoint

    async def stop(self) -> None:
        """Lets running turns end, then leaves the stores."""
        await self.desk.drain()
        for door in self.push_doors:
            await door.close()
        await self.bus.close()
        await self.locks.close()
        await self.endpoint.close()
        await self.pool.close()


async def assemble(settings: BotSettings, clock: Clock) -> Bot:
    """Connects the stores, loads the model and opens the doors.

    Raises:
        SettingsError: a setting names nothing usable.
        StoreUnavailable: PostgreSQL does not answer.
    """
    pool = await postgres.connect(settings.database_url)
    bus, locks = Bus(settings.redis_url), ConversationLocks(settings.database_url)
    wire = Wire(bus)
    phrases = Phrases.load(*(settings.domain_dir / name for name in PHRASE_FILES))
    escalations = Escalations(phrases, HumanHours.parse(settings.human_hours))
    house = House(pool, bus, wire, clock, phrases, escalations, load_gate(settings.model_path))
    endpoint = ActionEndpoint(settings.actions_url)
    trackers = TurnTrackerStore(pool)
    agent = load_agent(settings, trackers, endpoint)
    book = TurnBook(house, Dialogue(agent, trackers), deadline=settings.reply_deadline)
    errands = ErrandDesk(house, Messenger.of(agent, endpoint))
    inbox = Inbox(pool, clock)
    desk = ReceptionDesk(inbox, locks, book)
    front = FrontDesk(pool, inbox, Outbox(pool, wire), Postbag(pool, clock, wire), desk, wire, phrases, house.gate)
    media = MediaShelf(pool, clock, settings.media_dir, phrases)
    tokens, origins = VisitorTokens(settings.web_token_secret), _origins(settings.allowed_origins)
    archive = Archive(pool, clock, wire, phrases)
    door = WebDoor(front, tokens, media, archive, origins=origins, limits=limits_of(settings))
    pushing = tuple(open_push_doors(settings, front, clock, phrases.say, media))
    wire.start()
    app = _app(settings, (door, *pushing), pool, origins)
    return Bot(app, door, pushing, desk, errands, pool, bus, locks, endpoint)


def _app(
    settings: BotSettings, doors: Iterable[WebDoor | PushDoor], pool: postgres.Pool, origins: frozenset[str]
) -> Sanic:
    app = Sanic("gridtalk_bot", configure_logging=False)
    limit(app, body_bytes=64 * 1024)
    if settings.trusted_proxies > 0:
        app.config.PROXIES_COUNT = settings.trusted_proxies
    install_errors(app)
    for door in doors:
        app.blueprint(door.blueprint())
    serve_pages(app, settings.widget_dir, origins)

    async def health() -> dict[str, Any]:
        at = await pool.fetchval("select now()")
        return {"database": at.isoformat(), "model": settings.model_path.name}

    install_health(app, "bot", health)
    return app


def _origins(listed: str) -> frozenset[str]:
    return frozenset(origin.strip().rstrip("/") for origin in listed.split(",") if origin.strip())


async def watch(bot: Bot) -> None:
    """Brings open pages up to date every two seconds, until cancelled: a live event may have been lost with Redis."""
    known: dict[str, int] = {}
    query = "select conversation_id, last_seq from conversations where conversation_id = any($1)"
    while True:
        await asyncio.sleep(2)
        try:
            rows = await bot.pool.fetch(query, bot.door.listening())
        except postgres.CONNECTION_ERRORS as error:
            structlog.get_logger().warning("bot.watch.failed", error=str(error))
            continue
        now = {row["conversation_id"]: row["last_seq"] for row in rows}
        await bot.door.catch_up([key for key, seq in now.items() if known.get(key) != seq])
        known = now

"""The one assembly of the bot: Rasa's agent, the reception and the doors, each given what it needs."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

import structlog
from rasa.core.agent import Agent
from rasa.core.lock_store import InMemoryLockStore
from sanic import Sanic

from bot.dialogue import ActionEndpoint, Dialogue
from bot.engine import mend_engine
from bot.media.store import MediaShelf
from bot.nlu.safety import load_gate
from bot.pages import serve_pages
from bot.reception.desk import ReceptionDesk
from bot.reception.front import FrontDesk
from bot.reception.inbox import Inbox
from bot.reception.locks import ConversationLocks
from bot.reception.outbox import Outbox
from bot.reception.turns import House, TurnBook
from bot.reception.wire import Wire
from bot.settings import BotSettings
from bot.trackers import TurnTrackerStore
from connectors.web.door import WebDoor
from connectors.web.tokens import VisitorTokens
from handoff.escalations import Escalations
from handoff.phrases import Phrases
from runtime import postgres
from runtime.bus import Bus
from runtime.clock import Clock
from runtime.errors import SettingsError
from runtime.web import install_errors, install_health, limit

# The sentences said without the dialogue.
PHRASE_FILES = ("human.yml", "danger.yml", "reception.yml")


def load_dialogue(settings: BotSettings, trackers: TurnTrackerStore, endpoint: ActionEndpoint) -> Dialogue:
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
    return Dialogue(agent, trackers)


@dataclass(frozen=True)
class Bot:
    """A running bot worker: what serves, and what must be left in order when it stops."""

    app: Sanic
    door: WebDoor
    desk: ReceptionDesk
    pool: postgres.Pool
    bus: Bus
    locks: ConversationLocks
    endpoint: ActionEndpoint

    async def stop(self) -> None:
        """Lets running turns end, then leaves the stores."""
        await self.desk.drain()
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
    house = House(pool, bus, wire, clock, phrases, Escalations(phrases), load_gate(settings.model_path))
    endpoint = ActionEndpoint(settings.actions_url)
    dialogue = load_dialogue(settings, TurnTrackerStore(pool), endpoint)
    book = TurnBook(house, dialogue, deadline=settings.reply_deadline)
    inbox = Inbox(pool, clock)
    desk = ReceptionDesk(inbox, locks, book)
    front = FrontDesk(pool, inbox, Outbox(pool, wire), desk, wire, phrases)
    media = MediaShelf(pool, clock, settings.media_dir, phrases)
    tokens, origins = VisitorTokens(settings.web_token_secret), _origins(settings.allowed_origins)
    door = WebDoor(front, tokens, media, origins=origins)
    wire.start()
    return Bot(_app(settings, door, pool), door, desk, pool, bus, locks, endpoint)


def _app(settings: BotSettings, door: WebDoor, pool: postgres.Pool) -> Sanic:
    app = Sanic("gridtalk_bot", configure_logging=False)
    limit(app, body_bytes=64 * 1024)
    install_errors(app)
    app.blueprint(door.blueprint())
    serve_pages(app, settings.widget_dir)

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

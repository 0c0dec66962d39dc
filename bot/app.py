"""The one assembly of the bot: Rasa's agent, the reception and the doors, each given what it needs."""

from __future__ import annotations

import asyncio
import tarfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import structlog
from rasa.core.agent import Agent
from rasa.core.lock_store import InMemoryLockStore
from rasa.shared.exceptions import RasaException
from sanic import Sanic

from bot.advice import Adviser
from bot.back_office import BackOffice, MakeMind, Mind, Stores, furnish, open_stores
from bot.danger_memory import remembering
from bot.dialogue import ActionEndpoint, Dialogue
from bot.doors import limits_of, open_doors, open_oauth, open_push_doors, resume_route
from bot.engine import mend_engine
from bot.graph import SequentialGraphRunner
from bot.identity.resume import ResumeDesk
from bot.media.links import FileLinks
from bot.media.store import MediaShelf
from bot.messenger import Messenger
from bot.nlu.safety import SafetyIntent
from bot.pages import serve_pages
from bot.papers.door import PapersDoor
from bot.papers.opening import PapersRoom, open_papers
from bot.policies.safety import SafetyGate
from bot.reading import LineReader
from bot.reception.archive import Archive
from bot.reception.bursts import Bursts
from bot.reception.claims import Claims
from bot.reception.contacts import ContactShelf
from bot.reception.desk import ReceptionDesk
from bot.reception.ears import Ears
from bot.reception.front import FrontDesk
from bot.reception.inbox import Inbox
from bot.reception.outbox import Outbox
from bot.reception.postbag import Postbag
from bot.reception.rules import check_rules
from bot.settings import BotSettings
from bot.trackers import TurnTrackerStore
from connectors.shared.oauth import OAuthDoor
from connectors.shared.push_door import PushDoor
from connectors.web.door import WebDoor
from connectors.web.tokens import VisitorTokens
from handoff.phrases import Phrases
from runtime import postgres
from runtime.clock import Clock
from runtime.errors import SettingsError
from runtime.web import install_errors, install_health, limit

AnyDoor = WebDoor | PushDoor | OAuthDoor | PapersDoor | FileLinks

# The sentences said without the dialogue.
PHRASE_FILES = ("human.yml", "danger.yml", "reception.yml", "channels.yml", "suggestions.yml", "extras.yml")


# What a model archive that is cut short, of another kind or of another version makes Rasa stumble over.
_UNREADABLE = (RasaException, tarfile.TarError, zlib.error, EOFError, OSError, ValueError, KeyError, TypeError)


def load_agent(settings: BotSettings, trackers: TurnTrackerStore, endpoint: ActionEndpoint) -> Agent:
    """Loads the trained model into an agent whose tracker store and action endpoint are ours.

    Raises:
        SettingsError: there is no model at MODEL_PATH, or it cannot be read.
    """
    if not settings.model_path.is_file():
        raise SettingsError(f"MODEL_PATH names no file: {settings.model_path}; run `make train`", setting="MODEL_PATH")
    mend_engine()
    agent = Agent(tracker_store=trackers, lock_store=InMemoryLockStore(), action_endpoint=endpoint)
    # Rasa wraps every store in one that falls back to memory when it fails: a turn would be answered and forgotten.
    agent.tracker_store = trackers
    try:
        agent.load_model(str(settings.model_path))
    except _UNREADABLE as error:
        reason = f"MODEL_PATH names no model that can be loaded: {settings.model_path}: {error}"
        raise SettingsError(reason, setting="MODEL_PATH") from error
    return agent


def trained_mind(settings: BotSettings, trackers: TurnTrackerStore, endpoint: ActionEndpoint) -> Mind:
    """Thinks with the trained model. Raises as `load_agent`."""
    return seated(load_agent(settings, trackers, endpoint))(settings, trackers, endpoint)


def seated(agent: Agent) -> MakeMind:
    """Thinks with an agent that may have been loaded before there was a store, by whom this process was forked from."""

    def mind(settings: BotSettings, trackers: TurnTrackerStore, endpoint: ActionEndpoint) -> Mind:
        trackers.domain = agent.domain
        for holder in (agent, agent.processor):
            holder.tracker_store, holder.action_endpoint = trackers, endpoint
        phrases = Phrases.load(settings.domain_dir / "suggestions.yml")
        adviser = Adviser(agent, endpoint, phrases)
        messenger, reader = Messenger.of(agent, endpoint), LineReader(agent)
        return Mind(Dialogue(agent, trackers), messenger, _gate_of(agent), adviser, reader)

    return mind


def _gate_of(agent: Agent) -> SafetyGate | None:
    runner = agent.processor.graph_runner if agent.processor else None
    component = runner.component(SafetyIntent) if isinstance(runner, SequentialGraphRunner) else None
    if component is None or component.gate is None:
        return None
    component._gate = remembering(component.gate)  # understanding asks it, too
    return component._gate


@dataclass(frozen=True)
class Bot:
    """A running bot worker: what serves, and what must be left in order when it stops."""

    app: Sanic
    door: WebDoor
    push_doors: tuple[PushDoor, ...]
    oauth: tuple[OAuthDoor, ...]
    desk: ReceptionDesk
    office: BackOffice
    stores: Stores
    endpoint: ActionEndpoint
    papers: PapersRoom | None = None

    @property
    def pool(self) -> postgres.Pool:
        """The connections of turns and deliveries."""
        return self.stores.pool

    def take_leave(self) -> None:
        """Lets go whoever waits at a door, and leaves what has no push waiting to the other workers."""
        self.door.let_go()
        for door in self.push_doors:
            door.courier.leave()

    async def stop(self) -> None:
        """Lets running turns end, then leaves the stores."""
        await self.desk.drain()
        await self.desk.leave_lines()
        if self.office.advice:
            await self.office.advice.drain()
        for door in self.push_doors:
            await door.close()
        await self.door.close()
        for oauth in self.oauth:
            await oauth.close()
        await self.endpoint.close()
        if self.papers:
            await self.papers.close()
        await self.stores.close()


async def assemble(
    settings: BotSettings, clock: Clock, mind: MakeMind = trained_mind, endpoint: ActionEndpoint | None = None
) -> Bot:
    """Connects the stores, loads the model and opens the doors; without an endpoint the action server is called.

    Raises:
        SettingsError: a setting names nothing usable.
        StoreUnavailable: PostgreSQL does not answer.
    """
    check_rules()
    stores = await open_stores(settings)
    endpoint = endpoint or ActionEndpoint(settings.actions_url)
    trackers = TurnTrackerStore(stores.pool)
    made = mind(settings, trackers, endpoint)
    phrases = Phrases.load(*(settings.domain_dir / name for name in PHRASE_FILES))
    office = furnish(settings, clock, stores, made, phrases)
    pool, wire, secret = stores.pool, office.house.wire, settings.web_token_secret
    resume = ResumeDesk(office.house, office.book, secret, doors=open_doors(settings), public_url=settings.public_url)
    claims, ears = Claims(stores.locks, clock), Ears(office.house, office.book)
    bursts = Bursts(pool, made.reader, settings.reply_merge_wait) if made.reader and settings.reply_merge else None
    desk = ReceptionDesk(Inbox(pool, clock), claims, office.book, resume.hear, ears.rate, bursts)
    inbox, outbox, postbag = Inbox(stores.intake, clock), Outbox(pool, wire), Postbag(pool, clock, wire)
    front = FrontDesk(stores.intake, inbox, outbox, postbag, desk, wire, phrases, office.house.gate)
    media, contacts = MediaShelf(pool, clock, settings.media_dir, phrases), ContactShelf(pool, clock)
    pushing = tuple(open_push_doors(settings, front, clock, phrases.say, media, stores.cache, contacts))
    tokens, archive = VisitorTokens(secret), Archive(pool, clock, wire, phrases)
    origins, limits, codes = _origins(settings.allowed_origins), limits_of(settings), resume_route(resume, pushing)
    door = WebDoor(front, tokens, media, archive, origins=origins, limits=limits, resume=codes)
    oauth = tuple(open_oauth(settings, resume, clock, phrases.say, lambda visitor: tokens.issue(visitor).token))
    papers, files = open_papers(settings, clock), FileLinks(pool, clock, settings.media_dir)
    wire.start()
    app = _app(settings, (door, files, *pushing, *oauth, *([papers.door] if papers else [])), pool, origins)
    return Bot(app, door, pushing, oauth, desk, office, stores, endpoint, papers)


def _app(settings: BotSettings, doors: Iterable[AnyDoor], pool: postgres.Pool, origins: frozenset[str]) -> Sanic:
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

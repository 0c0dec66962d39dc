"""What stands behind the doors of a bot worker: its stores, its mind, the book of turns and what is due with time."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from bot.connections import share_of
from bot.dialogue import ActionEndpoint
from bot.messenger import Messenger
from bot.nlu.safety import load_gate
from bot.policies.safety import SafetyGate
from bot.promises.ear import PromiseEar
from bot.reception.advice import AdviceDesk, Advises
from bot.reception.bursts import Reads
from bot.reception.errands import ErrandDesk, Runner
from bot.reception.extras import ExtraDesk
from bot.reception.locks import ConversationLocks
from bot.reception.turns import House, Thinker, TurnBook
from bot.reception.wire import Wire
from bot.settings import BotSettings
from bot.trackers import TurnTrackerStore
from handoff.escalations import Escalations
from handoff.hours.duty import HumanHours
from handoff.phrases import Phrases
from handoff.timekeeper import Timekeeper
from runtime import postgres
from runtime.bus import Bus
from runtime.cache import Cache
from runtime.claims import Claim
from runtime.clock import Clock
from runtime.shortage import warn_when_short


@dataclass(frozen=True)
class Mind:
    """What thinks a turn through, what tries an errand again, and what advises the agent who has the word."""

    thinker: Thinker
    runner: Runner
    gate: SafetyGate | None = None  # of the model it has loaded
    adviser: Advises | None = None
    reader: Reads | None = None


MakeMind = Callable[[BotSettings, TurnTrackerStore, ActionEndpoint], Mind]


@dataclass(frozen=True)
class Stores:
    """The stores of a worker."""

    pool: postgres.Pool
    intake: postgres.Pool
    bus: Bus
    cache: Cache
    locks: ConversationLocks

    async def close(self) -> None:
        """Leaves them, PostgreSQL last."""
        await self.bus.close()
        await self.cache.close()
        await self.locks.close()
        await self.intake.close()
        await self.pool.close()


async def open_stores(settings: BotSettings) -> Stores:
    """Connects them. Raises StoreUnavailable."""
    url, share = settings.database_url, share_of(settings)
    claim = Claim("bot", share.whole)
    pool = await postgres.connect(url, most=share.pool, claim=claim)
    await warn_when_short(pool)
    return Stores(
        pool,
        await postgres.connect(url, most=share.intake, claim=claim),
        Bus(settings.redis_url),
        Cache(settings.redis_url),
        ConversationLocks(url, lanes=share.lanes, in_line=share.in_line, claim=claim),
    )


@dataclass(frozen=True)
class BackOffice:
    """What the reception works with, and what runs beside it."""

    house: House
    book: TurnBook
    errands: ErrandDesk
    timekeeper: Timekeeper
    ear: PromiseEar
    advice: AdviceDesk | None

    def sweeps(self) -> tuple[Coroutine[Any, Any, None], ...]:
        """What runs until the worker stops: what is due with time, and what a lost event has left undone."""
        return self.errands.sweep(), self.timekeeper.sweep(), self.ear.sweep()


def furnish(settings: BotSettings, clock: Clock, stores: Stores, mind: Mind, phrases: Phrases) -> BackOffice:
    """Builds it around stores that are open. Raises ModelIncomplete."""
    escalations = Escalations(phrases, HumanHours.parse(settings.human_hours))
    gate = mind.gate or load_gate(settings.model_path)
    house = House(stores.pool, stores.bus, Wire(stores.bus), clock, phrases, escalations, gate)
    advice = AdviceDesk(stores.pool, stores.bus, clock, mind.adviser) if mind.adviser else None
    extras = ExtraDesk(house, mind.runner) if isinstance(mind.runner, Messenger) else None
    book = TurnBook(house, mind.thinker, deadline=settings.reply_deadline, advice=advice, extras=extras)
    return BackOffice(
        house=house,
        book=book,
        errands=ErrandDesk(house, mind.runner),
        timekeeper=Timekeeper(stores.pool, stores.bus, clock, book.escalations_of),
        ear=PromiseEar(stores.pool, stores.bus, clock),
        advice=advice,
    )

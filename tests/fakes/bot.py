"""A bot worker without Rasa: the real reception on real stores, with a dialogue that answers by a function."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from bot.app import PHRASE_FILES
from bot.dialogue import Answer, Question
from bot.identity.resume import ResumeDesk
from bot.reception.bursts import Bursts
from bot.reception.claims import Claims
from bot.reception.desk import ReceptionDesk
from bot.reception.ears import Ears
from bot.reception.extras import Consults, ExtraDesk
from bot.reception.front import FrontDesk
from bot.reception.inbox import Inbox
from bot.reception.locks import ConversationLocks
from bot.reception.outbox import Outbox
from bot.reception.postbag import Postbag
from bot.reception.turns import House, TurnBook
from bot.reception.wire import Wire
from bot.trackers import NewEvents
from conversation.identity import ChannelName, ChannelUser
from conversation.message import InboundMessage
from conversation.reply import Reply, Turn
from handoff.escalations import Escalations
from handoff.phrases import Phrases
from runtime.bus import Bus
from runtime.clock import Clock, SystemClock
from runtime.postgres import Pool
from tests.fakes.gate import trained_gate

DOMAIN = Path(__file__).parents[2] / "domain"
PHRASES = Phrases.load(*(DOMAIN / name for name in PHRASE_FILES))
_SYSTEM = SystemClock()
PUBLIC_URL = "https://chat.xinghe.example"
LIN = ChannelUser(ChannelName.WEB, "v" + "1" * 32)


def echo(question: Question) -> Answer:
    """Answers with the question, and remembers it at the place its number gives."""
    events = ({"event": "user", "text": question.text},)
    base = int(question.message_id.rpartition("/")[2])
    return Answer(Turn((Reply(f"回:{question.text}"),)), NewEvents(base, events))


@dataclass
class ScriptedThinker:
    """A dialogue that answers by a function, and can be held at a gate."""

    think: Callable[[Question], Answer] = echo
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    asked: list[Question] = field(default_factory=list)
    begun: asyncio.Event = field(default_factory=asyncio.Event)

    async def answer(self, question: Question) -> Answer:
        self.asked.append(question)
        self.begun.set()
        await self.gate.wait()
        return self.think(question)


@dataclass
class Worker:
    """One bot worker without a door."""

    front: FrontDesk
    desk: ReceptionDesk
    thinker: ScriptedThinker
    locks: ConversationLocks
    house: House
    resume: ResumeDesk

    async def say(self, text: str, message_id: str = "", user: ChannelUser = LIN) -> int:
        receipt = await self.front.receive(InboundMessage(user, message_id or f"id-{text}", text))
        return receipt.seq

    async def thinking(self) -> None:
        """Returns once a turn is being thought through."""
        await asyncio.wait_for(self.thinker.begun.wait(), 10)

    async def settled(self) -> None:
        while self.desk._serving:
            await self.desk.drain()
            await asyncio.sleep(0)


def worker(
    pool: Pool,
    bus: Bus,
    url: str,
    thinker: ScriptedThinker,
    deadline: float = 2.0,
    clock: Clock = _SYSTEM,
    bursts: Bursts | None = None,
    consults: Consults | None = None,
) -> Worker:
    wire = Wire(bus)
    house = House(pool, bus, wire, clock, PHRASES, Escalations(PHRASES), trained_gate())
    inbox, locks = Inbox(pool, clock), ConversationLocks(url)
    extras = ExtraDesk(house, consults) if consults else None
    book = TurnBook(house, thinker, deadline=deadline, extras=extras)
    resume = ResumeDesk(house, book, "a secret of the tests", doors=frozenset(ChannelName), public_url=PUBLIC_URL)
    desk = ReceptionDesk(inbox, Claims(locks, clock), book, resume.hear, Ears(house, book).rate, bursts)
    wire.start()
    front = FrontDesk(pool, inbox, Outbox(pool, wire), Postbag(pool, clock, wire), desk, wire, PHRASES, house.gate)
    return Worker(front, desk, thinker, locks, house, resume)

"""An invented hour at the desk, written into a running desk's own stores: for its pictures and its browser tests."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from conversation.identity import AgentIdentity, ChannelName, ChannelUser
from conversation.message import Attachment, Delivery, InboundMessage, Role
from conversation.reply import HandoffRequest
from handoff import media, transcript
from handoff.desk import Desk
from handoff.escalations import Escalations
from handoff.phrases import Phrases
from runtime.bus import Bus
from runtime.clock import FileClock, SystemClock
from runtime.postgres import Pool, connect, transaction
from tools.dialogues.pictures import picture
from tools.stack import Stack

PROJECT = Path(__file__).parent.parent
_FILE = Path(__file__).with_suffix(".yml")
_PICTURE = "5ce0e" * 6 + "00"


@dataclass
class _Hand:
    """A clock that stands where the line being written stands."""

    at: datetime

    def now(self) -> datetime:
        """See base class."""
        return self.at


@dataclass
class Scene:
    """Who serves, who waits, and the conversation that has everything."""

    agent: str
    colleague: str
    served: list[str] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)

    @property
    def richest(self) -> str:
        """The conversation with cards, pictures, notes and a past."""
        return self.served[0]


def furnish(stack: Stack) -> Scene:
    """Writes the hour before now into the stack's database, and what it shows into its media folder."""
    # In a thread of its own: a browser's driver may hold this one's loop.
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, _furnish(stack)).result()


async def _furnish(stack: Stack) -> Scene:
    told = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    pool = await connect(stack.plan.addresses.database)
    bus = Bus(stack.plan.addresses.redis)
    clock = FileClock(stack.plan.clock_file) if stack.plan.clock_file else SystemClock()
    now = clock.now()
    hand = _Hand(now)
    desk = Desk(pool, bus, hand, Escalations(Phrases.load(PROJECT / "domain" / "human.yml")))
    scene = Scene(told["agent"], told["colleague"])
    try:
        await pool.execute("update agents set max_chats = 12")
        for chat in told["chats"]:
            await _Chat(chat, scene, desk, hand, stack.plan.data / "media").play(now)
        for chat in told["chats"]:
            await _link(pool, chat, now)
        # No courier runs beside a desk alone: what was said long ago has arrived.
        await pool.execute("update messages set delivery = 'sent' where delivery = 'pending'")
        await pool.execute("update messages set turn = 'done' where turn = 'pending'")
    finally:
        await bus.close()
        await pool.close()
    return scene


class _Chat:
    """One conversation of the hour."""

    def __init__(self, told: Mapping[str, Any], scene: Scene, desk: Desk, hand: _Hand, media_dir: Path) -> None:
        self._told, self._scene, self._desk, self._hand, self._media_dir = told, scene, desk, hand, media_dir
        channel, _, user = told["user"].partition(":")
        self._user = ChannelUser(ChannelName(channel), user)
        self._id = self._user.conversation_id
        number = scene.colleague if told.get("state") == "colleague" else scene.agent
        self._agent = AgentIdentity(number, "")

    async def play(self, now: datetime) -> None:
        """Writes its lines, each at its moment."""
        names = {"customer": self._customer, "bot": self._bot, "ask": self._ask, "accept": self._accept}
        acts = {**names, "agent": self._say, "note": self._note, "read": self._read}
        self._agent = AgentIdentity(self._agent.agent_id, await self._name())
        for number, (who, ago, *more) in enumerate(self._told["lines"]):
            self._hand.at = now - timedelta(seconds=ago)
            await acts[who](number, *more)
        profile = {"display_name": self._told.get("name", ""), **self._told.get("profile", {})}
        query = "update conversations set profile = $2, mood = $3 where conversation_id = $1"
        await self._desk.pool.execute(query, self._id, profile, self._told.get("mood"))
        kept = {None: self._scene.served, "waiting": self._scene.waiting}.get(self._told.get("state"))
        if kept is not None:
            kept.append(self._id)

    async def _name(self) -> str:
        query = "select name from agents where agent_id = $1"
        return str(await self._desk.pool.fetchval(query, self._agent.agent_id))

    async def _customer(self, number: int, text: str, more: Mapping[str, Any] | None = None) -> None:
        name = (more or {}).get("picture")
        attachment = await self._picture(name) if name else None
        message = InboundMessage(self._user, f"scene-line-{number}", text, attachment=attachment)
        async with transaction(self._desk.pool) as connection:
            await transcript.receive(connection, message, at=self._hand.at)

    async def _picture(self, name: str) -> Attachment:
        content = picture("表箱.png")
        kept = Attachment("image", _PICTURE, name, "image/png", len(content))
        file = media.file_of(self._media_dir, _PICTURE)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
        async with transaction(self._desk.pool) as connection:
            await media.add(connection, media.Kept(kept, self._id), at=self._hand.at)
        return kept

    async def _bot(self, _: int, text: str, more: Mapping[str, Any] | None = None) -> None:
        async with transaction(self._desk.pool) as connection:
            owned = await transcript.lock(connection, self._id)
            body = {"text": text, **(more or {})}
            at, sent = self._hand.at, Delivery.SENT
            await transcript.append(connection, self._id, Role.BOT, body, at=at, epoch=owned.epoch, delivery=sent)

    async def _ask(self, _: int) -> None:
        ask = self._told["ask"]
        summary = {key: value for key, value in ask.items() if key in {"intent", "slots", "orders"}}
        await self._desk.request(self._id, HandoffRequest(ask["skill"], ask["reason"], ask["priority"], summary))

    async def _accept(self, _: int) -> None:
        await self._desk.take_over(self._id, self._agent)

    async def _say(self, number: int, text: str) -> None:
        await self._desk.say(self._id, self._agent, f"scene-line-{number}", text)

    async def _note(self, number: int, text: str) -> None:
        await self._desk.note(self._id, self._agent, f"scene-line-{number}", text)

    async def _read(self, _: int) -> None:
        query = "update conversations set agent_read_seq = last_seq, customer_read_seq = last_seq"
        await self._desk.pool.execute(query + " where conversation_id = $1", self._id)


async def _link(pool: Pool, chat: Mapping[str, Any], now: datetime) -> None:
    for source in chat.get("links", ()):
        query = "insert into identity_links values ($1, $2, $3, 'code', $4)"
        await pool.execute(query, f"scene-{source}", chat["user"], source, now)

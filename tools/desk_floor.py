"""Fills a demo floor: agents at work, customers waiting and served, and a morning behind them.

python -m tools.desk_floor [--agents 12] [--chats 60] [--past 140] [--seed 7]

It writes to the database of DATABASE_URL through the real transitions, as of the clock of the house, for screenshots of
the wall and for measuring it. It refuses a database that has conversations already, unless `--more` is given.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from conversation.evaluation import Opinion
from conversation.identity import AgentIdentity, ChannelName, ChannelUser
from conversation.message import InboundMessage, Role
from conversation.reply import HandoffRequest
from handoff import transcript
from handoff.escalations import Escalations
from handoff.phrases import Phrases
from handoff.satisfaction import evaluations, rating
from runtime.clock import SHANGHAI, clock_from_environ
from runtime.postgres import Connection, Pool, connect, transaction
from tools import say

_WORDS = Path(__file__).with_name("desk_floor.yml")
_CHANNELS = (ChannelName.WEB, ChannelName.WECHAT, ChannelName.WECHAT, ChannelName.ALIPAY)
_STARS = (5, 5, 5, 5, 4, 4, 4, 3, 2, 1)
# As if their desks were open for hours. Busy: they serve on, and what waits is offered to real people only.
_PRESENCE = """
    insert into presences (agent_id, status, since, seen_at, idle_since) values ($1, 'busy', $2, $3, $2)
    on conflict (agent_id) do nothing
"""
_AGENT = """
    insert into agents (agent_id, name, role, skills, max_chats, password_hash) values ($1, $2, $3, $4, $5, '-')
    on conflict (agent_id) do update set skills = excluded.skills, active = true
"""


@dataclass
class Floor:
    """What is being filled, and the dice."""

    pool: Pool
    escalations: Escalations
    now: datetime
    dice: random.Random
    words: dict[str, Any]
    agents: list[tuple[AgentIdentity, list[str]]] = field(default_factory=list)
    customers: int = 0
    load: Counter[str] = field(default_factory=Counter)

    async def hire(self, count: int) -> None:
        """Writes agents, two in twelve of them not at work."""
        for number in range(count):
            agent = AgentIdentity(f"K{number + 1:04}", self.words["agents"][number % len(self.words["agents"])])
            skills = self.words["skills"][number % len(self.words["skills"])]
            await self.pool.execute(_AGENT, agent.agent_id, agent.name, "agent", skills, 12)
            if number % 6 != 5:
                self.agents.append((agent, skills))
                await self._sit_down(agent.agent_id)
        await self.pool.execute(_AGENT, "S0001", self.words["supervisor"], "supervisor", ["all"], 4)

    async def _sit_down(self, agent_id: str) -> None:
        began = self.now - timedelta(minutes=self.dice.randint(30, 110))
        await self.pool.execute(_PRESENCE, agent_id, began, self.now + timedelta(hours=10))

    async def served_before(self) -> None:
        """One service of the morning: asked, perhaps given up, served, ended, perhaps rated."""
        asked = self.now - timedelta(minutes=self.dice.randint(25, 120))
        matter = self._matter()
        async with transaction(self.pool) as connection:
            key = await self._customer(connection, matter["ask"], at=asked)
            change = await self.escalations.request(connection, key, _request(matter, self.dice), at=asked)
            if self.dice.random() < 0.08:
                left = asked + timedelta(seconds=self.dice.randint(60, 400))
                await self.escalations.leave_queue(connection, key, at=left)
                return
            accepted = asked + timedelta(seconds=int(self.dice.gammavariate(2, 22)))
            agent = self._who(matter["skill"])
            await self.escalations.accept(connection, change.escalation.escalation_id, agent, at=accepted)
            said = accepted + timedelta(seconds=self.dice.randint(6, 55))
            await self._speak(connection, key, agent, matter["say"], at=said)
            await self._write(connection, key, matter["thanks"], at=said + timedelta(seconds=90))
            await self._finish(connection, key, agent, at=said + timedelta(seconds=self.dice.randint(120, 900)))

    async def alone(self) -> None:
        """A customer whom the bot serves alone."""
        asked = self.now - timedelta(minutes=self.dice.randint(1, 120))
        question = self.dice.choice(self.words["alone"])
        async with transaction(self.pool) as connection:
            key = await self._customer(connection, question, at=asked)
            owned = await transcript.lock(connection, key)
            text = self.words["answers"].get(question, self.words["answers"]["default"])
            at = asked + timedelta(seconds=1)
            await transcript.append(connection, key, Role.BOT, {"text": text}, at=at, epoch=owned.epoch, reply_to=1)

    async def live(self, number: int) -> None:
        """A chat of now: one in five waits, the others are served; a few are angry or unanswered."""
        matter = self._matter(is_live=True)
        waits = number % 5 == 0
        asked = self.now - timedelta(seconds=self.dice.randint(5, 260) if waits else self.dice.randint(90, 1500))
        async with transaction(self.pool) as connection:
            key = await self._customer(connection, matter["ask"], at=asked)
            change = await self.escalations.request(connection, key, _request(matter, self.dice), at=asked)
            mood = self.dice.choices((0, 1, 2, 3), (3, 10, 4, 1))[0]
            await connection.execute("update conversations set mood = $2 where conversation_id = $1", key, mood)
            if waits:
                return
            agent = self._who(matter["skill"])
            self.load[agent.agent_id] += 1
            accepted = asked + timedelta(seconds=self.dice.randint(4, 60))
            await self.escalations.accept(connection, change.escalation.escalation_id, agent, at=accepted)
            said = accepted + timedelta(seconds=self.dice.randint(8, 40))
            if said < self.now and number % 11:
                await self._speak(connection, key, agent, matter["say"], at=said)
            if number % 3 == 0:
                asks = self.now - timedelta(seconds=self.dice.randint(4, 100 if number % 4 else 240))
                await self._write(connection, key, matter["more"], at=max(asks, said + timedelta(seconds=1)))

    def _matter(self, *, is_live: bool = False) -> dict[str, Any]:
        weights = (24, 2, 1 if is_live else 2, 26, 14, 10, 14, 10)
        chosen: dict[str, Any] = self.dice.choices(self.words["matters"], weights)[0]
        return chosen

    def _who(self, skill: str) -> AgentIdentity:
        fit = [agent for agent, skills in self.agents if skill in skills] or [agent for agent, _ in self.agents]
        return min(fit, key=lambda agent: (self.load[agent.agent_id], self.dice.random()))

    async def _customer(self, connection: Connection, text: str, *, at: datetime) -> str:
        self.customers += 1
        user = ChannelUser(self.dice.choice(_CHANNELS), f"floor-{self.now:%d%H%M%S}-{self.customers:05}")
        await transcript.receive(connection, InboundMessage(user, f"m-{self.customers}-1", text), at=at)
        tail = f"{self.dice.randint(0, 9999):04}"
        profile = {
            "display_name": self.dice.choice(self.words["customers"]),
            "verified": "account",
            "accounts": [{"tail": tail, "address_masked": ""}],
        }
        await connection.execute(
            "update conversations set profile = $2 where conversation_id = $1", user.conversation_id, profile
        )
        return user.conversation_id

    async def _write(self, connection: Connection, key: str, text: str, *, at: datetime) -> None:
        self.customers += 1
        user = ChannelUser.of(key)
        await transcript.receive(connection, InboundMessage(user, f"m-{self.customers}-2", text), at=at)

    async def _speak(self, connection: Connection, key: str, agent: AgentIdentity, text: str, *, at: datetime) -> None:
        owned = await transcript.lock(connection, key)
        await transcript.append(
            connection, key, Role.AGENT, {"text": text}, at=at, epoch=owned.epoch, agent_id=agent.agent_id
        )

    async def _finish(self, connection: Connection, key: str, agent: AgentIdentity, *, at: datetime) -> None:
        if self.dice.random() < 0.3:
            change = await self.escalations.return_to_bot(connection, key, agent, "", at=at)
        else:
            change = await self.escalations.close(connection, key, agent, "", at=at)
        seq = change.lines[-1].seq
        subject = await evaluations.subject_of(connection, key, seq)
        if subject is None or subject.escalation_id is None or self.dice.random() > 0.45:
            return
        stars = self.dice.choice(_STARS)
        opinion = Opinion(stars, comment=self.words["comments"][stars])
        phrases, rated = self.escalations.phrases, at + timedelta(seconds=20)
        await rating.keep(connection, key, seq, subject, opinion, phrases, at=rated)


def _request(matter: dict[str, Any], dice: random.Random) -> HandoffRequest:
    orders = [f"{matter['order']}{dice.randint(0, 99999):05}"] if "order" in matter else []
    return HandoffRequest(matter["skill"], matter["reason"], matter["priority"], {"orders": orders})


async def fill(pool: Pool, now: datetime, options: argparse.Namespace) -> None:
    """Fills the database; everything is as of `now`."""
    escalations = Escalations(Phrases.load(Path("domain/human.yml")))
    words = yaml.safe_load(_WORDS.read_text(encoding="utf-8"))
    floor = Floor(pool, escalations, now.astimezone(SHANGHAI), random.Random(options.seed), words)
    await floor.hire(options.agents)
    for _ in range(options.past):
        await floor.served_before()
    for _ in range(options.past * 2):
        await floor.alone()
    for number in range(options.chats):
        await floor.live(number)


async def _run(options: argparse.Namespace) -> None:
    pool = await connect(os.environ["DATABASE_URL"], most=2)
    try:
        if await pool.fetchval("select count(*) from conversations") and not options.more:
            say.stop("This database has conversations already: name an empty one, or give --more.")
        await fill(pool, clock_from_environ(os.environ).now(), options)
    finally:
        await pool.close()
    say.done(f"{options.agents} agents, {options.chats} chats of now, {options.past} services before")


def main() -> None:
    """Fills the floor of DATABASE_URL."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--agents", type=int, default=12)
    parser.add_argument("--chats", type=int, default=60)
    parser.add_argument("--past", type=int, default=140)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--more", action="store_true", help="write into a database that is not empty")
    asyncio.run(_run(parser.parse_args()))


if __name__ == "__main__":
    main()

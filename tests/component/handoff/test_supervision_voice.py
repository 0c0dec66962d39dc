"""Supervisors beside agents, in any order of acts: the bot stays silent, and nobody speaks who may not."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable
from contextlib import suppress

import pytest

from conversation.identity import AgentIdentity
from conversation.message import Delivery, Role
from handoff import transcript, voice
from handoff.desk import Desk
from handoff.errors import HandoffError
from handoff.supervisors.reassigning import Reassigning
from handoff.supervisors.supervision import Supervision
from runtime.postgres import Pool, transaction
from tests.component.handoff.chats import Chat, StepClock, hire

STEPS = 40


class _Stage:
    """One conversation, two agents, a supervisor and the bot; every act may be refused and none may break a rule."""

    def __init__(self, desk: Desk, chat: Chat, people: list[AgentIdentity], dice: random.Random) -> None:
        phrases = desk.escalations.phrases
        self.desk, self.chat, self.people, self.dice = desk, chat, people, dice
        self.supervision = Supervision(desk.pool, desk.bus, desk.clock, phrases, tells_agents=True)
        self.reassigning = Reassigning(desk.pool, desk.bus, desk.clock, desk.escalations)
        self.boss = people[-1]
        self.joined = False
        self.count = 0

    async def bot_speaks(self) -> None:
        owner, epoch, _ = await self.chat.owner()
        async with transaction(self.desk.pool) as connection:
            lines = await voice.speak_as_bot(connection, self.chat.id, epoch, [{"text": "?"}], self.desk.clock.now(), 1)
        assert (lines[0].delivery is Delivery.SUPPRESSED) == (owner == "agent")

    async def agent_speaks(self) -> None:
        self.count += 1
        await self.desk.say(self.chat.id, self.dice.choice(self.people[:-1]), f"a{self.count}", "agent")

    async def boss_speaks(self) -> None:
        self.count += 1
        before = await self.chat.owner()
        await self.supervision.say(self.chat.id, self.boss, f"b{self.count}", "boss")
        assert self.joined
        assert await self.chat.owner() == before

    async def boss_joins(self) -> None:
        await self.supervision.join(self.chat.id, self.boss)
        self.joined = True

    async def boss_leaves(self) -> None:
        await self.supervision.leave(self.chat.id, self.boss)
        self.joined = False

    async def boss_whispers(self) -> None:
        self.count += 1
        line = await self.supervision.whisper(self.chat.id, self.boss, f"w{self.count}", "whisper")
        assert line.role is Role.NOTE

    async def boss_watches(self) -> None:
        await self.supervision.watch(self.chat.id, self.boss)

    async def boss_moves(self) -> None:
        await self.reassigning.reassign(self.chat.id, self.boss, self.dice.choice(self.people[:-1]).agent_id, "")

    async def agent_ends(self) -> None:
        await self.desk.close(self.chat.id, self.dice.choice(self.people), "")
        self.joined = False

    def acts(self) -> list[Callable[[], Awaitable[None]]]:
        return [
            self.bot_speaks, self.agent_speaks, self.boss_speaks, self.boss_joins, self.boss_leaves,
            self.boss_whispers, self.boss_watches, self.boss_moves, self.agent_ends,
        ]  # fmt: skip


@pytest.mark.parametrize("seed", range(4))
async def test_one_voice_holds_beside_a_supervisor(
    seed: int, desk: Desk, chat: Chat, jiang: AgentIdentity, gu: AgentIdentity, database: Pool, clock: StepClock
) -> None:
    dice = random.Random(seed)
    stage = _Stage(desk, chat, [jiang, gu, await hire(database, "S0001", "柳沉舟")], dice)
    done = 0

    for _ in range(STEPS):
        with suppress(HandoffError):  # who may not is refused, and nothing has happened
            await dice.choice(stage.acts())()
            done += 1

    async with transaction(database) as connection:
        seen = await transcript.read(connection, chat.id, for_customer=True)
    assert done > STEPS / 3
    assert not any(line.text == "whisper" for line in seen)
    orphans = await database.fetchval(
        "select count(*) from conversations where (owner <> 'bot') <> exists (select from escalations"
        " where state in ('waiting', 'offered', 'serving'))"
    )
    assert orphans == 0

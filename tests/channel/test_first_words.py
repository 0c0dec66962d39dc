"""Many first messages of one person in the same moment: the conversation opens once, and nobody's message is lost."""

from __future__ import annotations

import asyncio

from conversation.identity import ChannelName, ChannelUser
from conversation.message import InboundMessage
from handoff import transcript
from runtime.clock import SystemClock
from runtime.postgres import Pool, transaction

_PEOPLE, _AT_ONCE = 40, 8


async def test_a_conversation_opened_from_all_sides_is_one(database: Pool) -> None:
    clock = SystemClock()

    async def receive(person: int, number: int) -> int:
        message = InboundMessage(ChannelUser(ChannelName.WECHAT, f"o{person}"), f"m{number}", "停电了")
        async with transaction(database) as connection:
            return (await transcript.receive(connection, message, at=clock.now())).seq

    for person in range(_PEOPLE):
        seqs = await asyncio.gather(*(receive(person, number) for number in range(_AT_ONCE)))
        assert sorted(seqs) == list(range(1, _AT_ONCE + 1))

    assert await database.fetchval("select count(*) from conversations") == _PEOPLE

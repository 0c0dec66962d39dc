"""Nothing a turn does blocks the loop: many customers at once, with danger, a hand-over, an agent and windows."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest_asyncio

from bot.dialogue import Answer, Question
from bot.reception.bursts import Bursts
from conversation.identity import AgentIdentity, ChannelName, ChannelUser
from conversation.message import Line
from conversation.reply import HandoffRequest, Reply, Turn
from handoff.desk import Desk
from handoff.escalations import Escalations
from runtime.bus import Bus
from runtime.clock import SystemClock
from runtime.postgres import Pool
from tests.component.bot.test_bursts import ByList
from tests.component.handoff.chats import hire
from tests.fakes.bot import PHRASES, ScriptedThinker, Worker, echo, worker
from tests.plugins.loop_watch import watching

LINES = ("我家", "停电了", "电线掉地上了还在冒火花", "转人工", "3301880012345", "我要查電費帳單")


def think(question: Question) -> Answer:
    if question.text == "转人工":
        return Answer(Turn((Reply("好的"),), HandoffRequest("billing", "asked", 5)), echo(question).events)
    return echo(question)


@pytest_asyncio.fixture
async def busy(database: Pool, bus: Bus, database_url: str) -> AsyncIterator[Worker]:
    made = worker(database, bus, database_url, ScriptedThinker(think), bursts=Bursts(database, ByList()), deadline=30)
    made.thinker.gate.set()
    yield made
    await made.settled()
    await made.locks.close()


async def test_a_crowd_is_served_without_blocking_the_loop(busy: Worker, database: Pool, bus: Bus) -> None:
    await hire(database, "K0104", "江一苇")
    desk = Desk(database, bus, SystemClock(), Escalations(PHRASES))
    people = [ChannelUser(ChannelName.WEB, f"v{number:032}") for number in range(12)]
    shown: list[Line] = []

    async def show(line: Line) -> None:
        shown.append(line)

    async def talk(person: ChannelUser) -> None:
        for text in LINES:
            await busy.say(text, f"{person.user_id}-{text}", person)
        await busy.front.replay(person.conversation_id, 0, show)

    with watching() as watch:
        await asyncio.gather(*map(talk, people))
        await busy.settled()
        await desk.take_over(people[0].conversation_id, AgentIdentity("K0104", "江一苇"))
        await busy.say("还在吗", "last", people[0])
        await busy.settled()

    watch.check()
    assert not await database.fetchval("select count(*) from messages where turn = 'pending'")

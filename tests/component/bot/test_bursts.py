"""Bursts: lines that wait together are answered by one turn where they are pieces of one thought, and only there."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio

from bot.dialogue import Answer, Question
from bot.reception.bursts import Bursts, Understood
from bot.trackers import NewEvents
from conversation.identity import AgentIdentity
from conversation.message import InboundMessage, Location
from conversation.reply import Button, Reply, Turn
from handoff.escalations import Escalations
from runtime.bus import Bus
from runtime.clock import SystemClock
from runtime.postgres import Pool, transaction
from tests.channel.doors import until
from tests.component.handoff.chats import hire
from tests.fakes.bot import LIN, PHRASES, ScriptedThinker, Worker, echo, worker

MEANT = {
    "停电了": Understood("outage_report", 1.0),
    "我家又停电了": Understood("outage_report", 1.0),
    "查电费": Understood("bill_query", 1.0),
    "上个月的电费": Understood("bill_query", 1.0, {"bill_period": "2026-10"}),
    "九月的电费": Understood("bill_query", 1.0, {"bill_period": "2026-09"}),
    "转人工": Understood("request_human", 1.0),
    "对的": Understood("affirm", 1.0),
    "你好": Understood("small_talk", 1.0),
}
JIANG = AgentIdentity("K0104", "江一苇")


class ByList:
    """Understands what is listed, and nothing else."""

    async def read(self, text: str) -> Understood | None:
        return MEANT.get(text, Understood("nlu_fallback", 0.3))


@dataclass
class Chatter:
    """A worker whose first turn is held while a customer goes on writing."""

    worker: Worker
    pool: Pool

    async def burst(self, *texts: str) -> None:
        """Says the lines while a turn runs, then lets it end."""
        self.worker.thinker.gate.clear()
        self.worker.thinker.begun.clear()
        await self.worker.say("先问一句长一点的话占住这一轮")
        await self.worker.thinking()
        for number, text in enumerate(texts):
            await self.worker.say(text, f"id-{number}-{text}")
        self.worker.thinker.gate.set()
        await self.worker.settled()

    @property
    def heard(self) -> list[str]:
        """What the dialogue was asked after the first line."""
        return [question.text for question in self.worker.thinker.asked][1:]

    async def rows(self) -> list[dict[str, Any]]:
        query = (
            "select seq, role, body ->> 'text' as text, turn, joins, reply_to, turn_attempts from messages order by seq"
        )
        return [dict(row) for row in await self.pool.fetch(query)]

    async def answers(self) -> list[str]:
        return [row["text"] for row in await self.rows() if row["role"] == "bot"][1:]


@pytest_asyncio.fixture
async def hired(database: Pool, bus: Bus, database_url: str) -> AsyncIterator[Callable[..., Worker]]:
    made: list[Worker] = []

    def hire_worker(wait_s: float = 0.0, *, on: bool = True) -> Worker:
        bursts = Bursts(database, ByList(), wait_s) if on else None
        made.append(worker(database, bus, database_url, ScriptedThinker(), bursts=bursts))
        made[-1].thinker.gate.set()
        return made[-1]

    yield hire_worker
    for one in made:
        await one.settled()
        await one.locks.close()


@pytest_asyncio.fixture
async def chatter(hired: Callable[..., Worker], database: Pool) -> Chatter:
    return Chatter(hired(), database)


async def test_pieces_of_one_thought_are_one_turn_in_their_order(chatter: Chatter) -> None:
    await chatter.burst("我家", "停电了", "在织女苑")

    assert chatter.heard == ["我家停电了，在织女苑"]
    assert await chatter.answers() == ["回:我家停电了，在织女苑"]
    customer = [row for row in await chatter.rows() if row["role"] == "customer"][1:]
    assert [(row["text"], row["turn"], row["joins"]) for row in customer] == [
        ("我家", "done", None),
        ("停电了", "done", 2),
        ("在织女苑", "done", 2),
    ]


@pytest.mark.parametrize(
    ("lines", "heard"),
    [
        (["查电费", "停电了"], ["查电费", "停电了"]),
        (["查电费", "转人工"], ["查电费", "转人工"]),
        (["你好", "查电费"], ["你好，查电费"]),
        (["停电了", "我家又停电了"], ["停电了，我家又停电了"]),
        (["上个月的电费", "九月的电费"], ["上个月的电费", "九月的电费"]),
        (["查电费", "那个", "停电了"], ["查电费，那个", "停电了"]),
        (["我家", "2", "停电了"], ["我家", "2", "停电了"]),
        (["对的", "停电了"], ["对的", "停电了"]),
        (["我家", "对的"], ["我家", "对的"]),
        (["今天天气不错适合出去走一走散散心", "停电了"], ["今天天气不错适合出去走一走散散心", "停电了"]),
        (["甲啊", "乙啊", "丙啊", "丁啊", "戊啊", "己啊", "庚啊"], ["甲啊，乙啊，丙啊，丁啊，戊啊，己啊", "庚啊"]),
    ],
    ids=str,
)
async def test_what_is_no_piece_has_a_turn_of_its_own(chatter: Chatter, lines: list[str], heard: list[str]) -> None:
    await chatter.burst(*lines)

    assert chatter.heard == heard
    assert await chatter.answers() == [f"回:{text}" for text in heard]
    assert not await chatter.pool.fetchval("select count(*) from messages where turn = 'pending'")


async def test_a_button_and_a_place_are_never_joined(chatter: Chatter) -> None:
    def offer(question: Question) -> Answer:
        answer = echo(question)
        return Answer(Turn((Reply("要查哪个？", (Button("流萤花园", "查流萤花园"),)),)), answer.events)

    chatter.worker.thinker.think = offer
    chatter.worker.thinker.gate.clear()
    await chatter.worker.say("先问一句长一点的话占住这一轮")
    await chatter.worker.thinking()
    for number, text in enumerate(("我家", "停电了")):
        placed = InboundMessage(LIN, f"place-{number}", text, location=Location(29.0, 126.0, text))
        await chatter.worker.front.receive(placed)
        await chatter.worker.say(f"{text}呀", f"words-{number}")
    chatter.worker.thinker.gate.set()
    await chatter.worker.settled()
    await chatter.worker.say("流萤花园", "pressed")
    await chatter.worker.settled()

    assert len(chatter.heard) == 5
    assert chatter.heard[-1] == "查流萤花园"


async def test_danger_in_a_later_line_is_answered_first(chatter: Chatter) -> None:
    await chatter.burst("师傅你快看", "电线掉地上了还在冒火花")

    answers = await chatter.answers()
    assert "8 米" in answers[0] or "8米" in answers[0]
    assert chatter.heard == ["师傅你快看，电线掉地上了还在冒火花"]
    assert await chatter.pool.fetchval("select min(priority) from escalations") == 0


async def test_a_turn_that_runs_again_answers_the_same_lines(
    chatter: Chatter, hired: Callable[..., Worker], database: Pool
) -> None:
    dying = chatter.worker
    dying.thinker.gate.clear()
    await dying.say("先问一句长一点的话占住这一轮")
    await dying.thinking()
    await dying.say("我家", "a")
    await dying.say("停电了", "b")
    dying.thinker.begun.clear()
    dying.thinker.gate.set()
    while len(dying.thinker.asked) < 2:
        dying.thinker.gate.clear()
        await asyncio.wait_for(dying.thinker.begun.wait(), 10)
    for task in dying.desk._serving.values():
        task.cancel()
    await asyncio.gather(*dying.desk._serving.values(), return_exceptions=True)
    await dying.locks.close()

    heir = hired()
    await heir.say("在织女苑", "c")
    await heir.settled()

    assert [question.text for question in heir.thinker.asked] == ["我家停电了", "在织女苑"]
    assert heir.thinker.asked[0].message_id == dying.thinker.asked[1].message_id
    rows = await chatter.rows()
    assert {row["turn_attempts"] for row in rows if 2 in (row["seq"], row["joins"])} == {rows[1]["turn_attempts"]}
    assert [row["text"] for row in rows if row["role"] == "bot"][1:] == ["回:我家停电了", "回:在织女苑"]


async def test_lines_for_an_agent_stay_apart(chatter: Chatter, database: Pool) -> None:
    await hire(database, JIANG.agent_id, JIANG.name)
    worker = chatter.worker
    worker.thinker.gate.clear()
    await worker.say("先问一句长一点的话占住这一轮")
    await worker.thinking()
    await worker.say("我家", "a")
    async with transaction(database) as connection:
        await Escalations(PHRASES).take_over(connection, LIN.conversation_id, JIANG, at=SystemClock().now())
    await worker.say("停电了", "b")
    worker.thinker.gate.set()
    await worker.settled()

    assert chatter.heard == []
    assert {row["joins"] for row in await chatter.rows()} == {None}
    assert not await database.fetchval("select count(*) from messages where turn = 'pending'")


def unclear(question: Question) -> Answer:
    """Understands a line only when it says that the power is out."""
    intent = "outage_report" if "停电" in question.text else "nlu_fallback"
    said = {"event": "user", "text": question.text, "parse_data": {"intent": {"name": intent}}}
    base = int(question.message_id.rpartition("/")[2]) * 10
    return Answer(Turn((Reply(f"回:{question.text}"),)), NewEvents(base, (said,)))


async def test_a_line_that_made_no_sense_is_read_again_with_the_next(
    hired: Callable[..., Worker], database: Pool
) -> None:
    chatter = Chatter(hired(wait_s=8.0), database)
    chatter.worker.thinker.think = unclear

    await chatter.worker.say("我家")
    await until(lambda: chatter.worker.desk._come)
    await chatter.worker.say("停电了")
    await chatter.worker.settled()

    assert [question.text for question in chatter.worker.thinker.asked] == ["我家", "我家停电了"]
    assert [row["text"] for row in await chatter.rows() if row["role"] == "bot"] == ["回:我家停电了"]
    assert await database.fetchval("select count(*) from tracker_events") == 1


async def test_a_line_that_makes_no_sense_alone_is_answered_all_the_same(
    hired: Callable[..., Worker], database: Pool
) -> None:
    chatter = Chatter(hired(wait_s=0.05), database)
    chatter.worker.thinker.think = unclear

    await chatter.worker.say("我家")
    await chatter.worker.settled()

    assert [row["text"] for row in await chatter.rows() if row["role"] == "bot"] == ["回:我家"]


async def test_switched_off_each_line_has_its_turn(hired: Callable[..., Worker], database: Pool) -> None:
    chatter = Chatter(hired(on=False), database)

    await chatter.burst("我家", "停电了", "在织女苑")

    assert chatter.heard == ["我家", "停电了", "在织女苑"]

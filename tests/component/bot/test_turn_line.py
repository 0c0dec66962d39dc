"""Who finds a turn taken is woken when it is free, by PostgreSQL itself: no desk here sweeps."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest
import pytest_asyncio

from conversation.identity import ChannelName, ChannelUser
from runtime.bus import Bus
from runtime.postgres import Pool
from tests.channel.doors import until
from tests.fakes.bot import LIN, ScriptedThinker, Worker, worker

Hired = Callable[[], Worker]


@pytest_asyncio.fixture
async def hired(database: Pool, bus: Bus, database_url: str) -> AsyncIterator[Hired]:
    made: list[Worker] = []

    def hire() -> Worker:
        made.append(worker(database, bus, database_url, ScriptedThinker(), deadline=20))
        return made[-1]

    yield hire
    for one in made:
        one.thinker.gate.set()
        await one.settled()
        await one.desk.leave_lines()
        await one.locks.close()


async def answers(pool: Pool) -> list[str]:
    query = "select body ->> 'text' from messages where role = 'bot' order by seq"
    return [row[0] for row in await pool.fetch(query)]


async def stands_in_line(pool: Pool) -> None:
    """Returns once a session waits for a turn at PostgreSQL."""
    query = "select count(*) from pg_locks where locktype = 'advisory' and not granted"
    for _ in range(400):
        if await pool.fetchval(query):
            return
        await asyncio.sleep(0.02)
    pytest.fail("nobody waits for the turn")


async def until_said(pool: Pool, *texts: str) -> None:
    for _ in range(400):
        if await answers(pool) == list(texts):
            return
        await asyncio.sleep(0.05)
    pytest.fail(f"not {texts}, but {await answers(pool)}")


async def test_the_death_of_a_worker_wakes_who_waits(hired: Hired, database: Pool) -> None:
    dying, heir = hired(), hired()
    heir.thinker.gate.set()
    await dying.say("停电了")
    await dying.thinking()
    await heir.say("在织女苑")
    await stands_in_line(database)

    for task in dying.desk._serving.values():
        task.cancel()
    await dying.locks.close()

    await until_said(database, "回:停电了", "回:在织女苑")
    assert [question.text for question in heir.thinker.asked] == ["停电了", "在织女苑"]


async def test_a_lost_lock_is_taken_over_and_one_answer_gets_through(hired: Hired, database: Pool) -> None:
    slow, heir = hired(), hired()
    heir.thinker.gate.set()
    await slow.say("停电了")
    await slow.thinking()
    heir.desk.wake(LIN.conversation_id)
    await stands_in_line(database)

    holder = "select pid from pg_locks where locktype = 'advisory' and granted"
    await database.execute(f"select pg_terminate_backend(({holder}))")
    await until_said(database, "回:停电了")
    slow.thinker.gate.set()
    await slow.settled()

    assert len(heir.thinker.asked) == len(slow.thinker.asked) == 1
    assert await answers(database) == ["回:停电了"]


async def test_a_turn_given_back_unanswered_goes_to_who_waits(hired: Hired, database: Pool) -> None:
    leaving, heir = hired(), hired()
    heir.thinker.gate.set()
    await leaving.say("停电了")
    await leaving.thinking()
    heir.desk.wake(LIN.conversation_id)
    await stands_in_line(database)

    for task in leaving.desk._serving.values():
        task.cancel()

    await until_said(database, "回:停电了")
    assert [question.text for question in heir.thinker.asked] == ["停电了"]


async def test_two_workers_share_a_long_talk_in_order_without_a_sweep(hired: Hired, database: Pool) -> None:
    pair = hired(), hired()
    for one in pair:
        one.thinker.gate.set()
    for number in range(30):
        await pair[number % 2].say(f"第{number}句")

    await until_said(database, *(f"回:第{number}句" for number in range(30)))
    heard = [question.message_id for one in pair for question in one.thinker.asked]
    assert len(heard) == len(set(heard)) == 30


async def test_many_conversations_of_a_dead_worker_are_all_taken_over(hired: Hired, database: Pool) -> None:
    dying, heir = hired(), hired()
    heir.thinker.gate.set()
    people = [ChannelUser(ChannelName.WEB, f"v{number:032}") for number in range(12)]
    for person in people:
        await dying.say("停电了", f"id-{person.user_id}", person)
    await until(lambda: len(dying.thinker.asked) == len(people))
    for person in people:
        heir.desk.wake(person.conversation_id)
    await stands_in_line(database)

    for task in dying.desk._serving.values():
        task.cancel()
    await dying.locks.close()

    await until_said(database, *(["回:停电了"] * len(people)))

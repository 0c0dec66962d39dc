"""Stores that are slow, hang, go away and come back: an honest answer in time, nothing lost or twice, no restart."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio

from bot.dialogue import Answer, Question
from conversation.message import Line
from runtime import postgres
from runtime.bus import Bus
from runtime.embedded import EmbeddedPostgres, EmbeddedRedis
from runtime.errors import StoreUnavailable
from runtime.postgres import Pool
from tests.channel.doors import until
from tests.fakes.bot import LIN, PHRASES, ScriptedThinker, Worker, echo, worker
from tests.fakes.store_line import StoreLine, line_to_postgres, line_to_redis

DEADLINE = 1.0


@dataclass
class Far:
    """A worker whose stores are at the other end of lines; `database` is near and always well."""

    worker: Worker
    postgres: StoreLine
    redis: StoreLine
    database: Pool
    sweep: asyncio.Task[None]

    async def rows(self) -> list[tuple[str, str, str]]:
        query = "select role, body ->> 'text', coalesce(turn, delivery) from messages order by seq"
        return [(row[0], row[1], row[2]) for row in await self.database.fetch(query)]

    async def answers(self) -> list[str]:
        return [text for role, text, _ in await self.rows() if role == "bot"]

    async def until_answered(self, *texts: str) -> None:
        """Waits until just these answers stand there and nothing waits any more."""
        for _ in range(600):
            if await self.answers() == list(texts) and not self.worker.desk._serving:
                return
            await asyncio.sleep(0.05)
        raise AssertionError(f"not {texts}, but {await self.rows()}; {self.sweep!r}")


@pytest_asyncio.fixture
async def far(
    database: Pool, database_url: str, postgres_server: EmbeddedPostgres, redis_server: EmbeddedRedis
) -> AsyncIterator[Far]:
    name = database_url.split("@/")[1].split("?")[0]
    async with line_to_postgres(postgres_server, name) as (line, url), line_to_redis(redis_server) as (live, redis_url):
        pool = await postgres.connect(url)
        bus = Bus(redis_url, prefix=f"far-{name}:")
        made = worker(pool, bus, url, ScriptedThinker(), deadline=DEADLINE)
        made.thinker.gate.set()
        sweep = asyncio.create_task(made.desk.sweep())
        yield Far(made, line, live, database, sweep)
        line.mend()
        live.mend()
        sweep.cancel()
        made.thinker.gate.set()
        await made.settled()
        await made.locks.close()
        await bus.close()
        pool.terminate()


async def test_a_slow_postgres_is_asked_few_times_for_an_answer(far: Far) -> None:
    await far.worker.say("热身")
    await far.worker.settled()
    far.postgres.asked.clear()
    far.postgres.delay = 0.2

    await far.worker.say("上个月电费")
    await far.until_answered("回:热身", "回:上个月电费")

    # 200 ms each: the message, the claim, the end of the turn, and the last look that nobody waits for.
    assert sum(one.round_trips for one in far.postgres.asked if "messages where turn" not in one.sql) <= 4


async def test_a_hanging_company_behind_a_slow_postgres_is_answered_honestly_and_once(far: Far) -> None:
    far.worker.thinker.gate.clear()
    far.postgres.delay = 0.2

    await far.worker.say("上个月电费")
    await far.until_answered(PHRASES.say("utter_reception_apology"))
    far.postgres.mend()
    far.worker.thinker.gate.set()
    await far.worker.say("停电了")

    await far.until_answered(PHRASES.say("utter_reception_apology"), "回:停电了")
    assert [role for role, _, _ in await far.rows()].count("customer") == 2


async def test_what_could_not_be_kept_is_not_acknowledged_and_comes_again(far: Far) -> None:
    far.postgres.cut()
    with pytest.raises(StoreUnavailable):
        await far.worker.say("停电了", "id-1")

    far.postgres.mend()
    await far.worker.say("停电了", "id-1")
    await far.worker.say("停电了", "id-1")

    await far.until_answered("回:停电了")
    assert [role for role, _, _ in await far.rows()] == ["customer", "bot"]


async def test_a_postgres_gone_while_a_turn_thinks_is_waited_out(far: Far) -> None:
    far.worker.thinker.gate.clear()
    await far.worker.say("停电了")
    await far.worker.thinking()
    far.postgres.cut()
    far.worker.thinker.gate.set()
    await until(lambda: not far.worker.desk._serving)
    assert await far.answers() == []

    far.postgres.mend()

    await far.until_answered("回:停电了")
    assert far.worker.thinker.asked[0].message_id == far.worker.thinker.asked[-1].message_id
    assert not far.sweep.done()


@pytest.mark.parametrize("words", ["finish_turn", "claim_turn"])
async def test_an_answer_lost_after_postgres_did_it_is_not_done_twice(far: Far, words: str) -> None:
    far.worker.thinker.gate.clear()
    if words == "claim_turn":
        far.postgres.lose_answer_to(words)
    await far.worker.say("停电了")
    if words == "finish_turn":
        await far.worker.thinking()
        far.postgres.lose_answer_to(words)
    far.worker.thinker.gate.set()
    await until(lambda: not far.worker.desk._serving and not far.postgres.loses)
    far.postgres.mend()
    await far.worker.say("查电费")

    await far.until_answered("回:停电了", "回:查电费")


async def test_a_message_kept_whose_acknowledgement_was_lost_is_answered_once(far: Far) -> None:
    far.postgres.lose_answer_to("receive_message")
    with pytest.raises(StoreUnavailable):
        await far.worker.say("停电了", "id-1")
    far.postgres.mend()
    await far.worker.say("停电了", "id-1")

    await far.until_answered("回:停电了")
    assert [role for role, _, _ in await far.rows()] == ["customer", "bot"]


async def test_a_postgres_that_ends_every_session_stops_no_sweep(far: Far) -> None:
    await far.database.execute(
        "select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid()"
        " and datname = current_database() and client_addr is null and backend_type = 'client backend'"
        " and query not like '%pg_terminate%'"
    )
    await far.database.execute(
        "insert into conversations (conversation_id, channel, channel_user, last_seq, created_at, updated_at)"
        " values ($1, 'web', $2, 1, now(), now())",
        LIN.conversation_id,
        LIN.user_id,
    )
    await far.database.execute(
        "insert into messages (conversation_id, seq, role, body, epoch, turn, created_at)"
        """ values ($1, 1, 'customer', '{"text": "停电了"}', 0, 'pending', now() - interval '1 minute')""",
        LIN.conversation_id,
    )

    await far.until_answered("回:停电了")
    assert not far.sweep.done()


@pytest.mark.parametrize("way", ["gone", "hanging"])
async def test_without_redis_a_turn_is_answered_and_its_return_needs_no_restart(far: Far, way: str) -> None:
    heard: list[dict[str, Any]] = []

    async def hear(_: str, event: dict[str, Any]) -> None:
        heard.append(event)

    if way == "gone":
        far.redis.cut()
    else:
        far.redis.hang()
    await far.worker.say("停电了")
    await far.until_answered("回:停电了")

    far.redis.mend()
    elsewhere = Bus(f"redis://127.0.0.1:{far.redis.port}/0", prefix=far.worker.house.bus._prefix)
    elsewhere.listen("conversation:*", hear)
    number = 0
    while not heard and number < 40:
        number += 1
        await far.worker.house.wire.tell(LIN.conversation_id, {"kind": "message", "seq": number})
        await asyncio.sleep(0.25)
    await elsewhere.close()

    assert heard[0]["kind"] == "message"


async def test_lines_reach_their_window_after_the_store_is_back(far: Far) -> None:
    shown: list[str] = []

    async def show(line: Line) -> None:
        shown.append(line.text)

    await far.worker.say("停电了")
    await far.until_answered("回:停电了")
    far.postgres.cut()
    with pytest.raises(StoreUnavailable):
        await far.worker.front.replay(LIN.conversation_id, 0, show)
    assert shown == []

    far.postgres.mend()
    reached = await far.worker.front.replay(LIN.conversation_id, 0, show)

    assert (shown, reached) == (["停电了", "回:停电了"], 2)


async def test_a_dialogue_that_loses_the_store_is_no_broken_turn(far: Far) -> None:
    lost: list[Question] = []

    def lose_once(question: Question) -> Answer:
        if not lost:
            lost.append(question)
            raise ConnectionResetError("the tracker could not be read")
        return echo(question)

    far.worker.thinker.think = lose_once
    await far.worker.say("停电了")

    await far.until_answered("回:停电了")
    assert len(far.worker.thinker.asked) == 2

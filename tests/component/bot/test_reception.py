"""The reception on a real PostgreSQL: durable before the ack, once, in order, with one voice."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from bot.checkpoints import CHECKPOINT
from bot.dialogue import Answer, Question
from bot.errors import DialogueFailed
from bot.trackers import NewEvents
from conversation.events import Owner
from conversation.identity import AgentIdentity
from conversation.message import Line, Role
from conversation.reply import HandoffRequest, Reply, Turn
from handoff import transcript
from handoff.escalations import Escalations
from runtime.bus import Bus
from runtime.clock import SystemClock
from runtime.postgres import Pool, transaction
from tests.fakes.bot import LIN, PHRASES, ScriptedThinker, Worker, echo, worker

AGENT = AgentIdentity("K0104", "江一苇")


@pytest_asyncio.fixture
async def open_worker(database: Pool, bus: Bus, database_url: str) -> AsyncIterator[Worker]:
    made = worker(database, bus, database_url, ScriptedThinker())
    made.thinker.gate.set()
    await database.execute(
        "insert into agents (agent_id, name, role, password_hash) values ('K0104', '江一苇', 'agent', 'x')"
    )
    yield made
    await made.settled()
    await made.locks.close()


async def lines(pool: Pool, role: Role | None = None) -> list[Line]:
    async with transaction(pool) as connection:
        read = await transcript.read(connection, LIN.conversation_id, for_customer=False)
    return [line for line in read if role is None or line.role is role]


async def test_a_message_is_answered_once_and_remembered(open_worker: Worker, database: Pool) -> None:
    await open_worker.say("上个月电费")
    await open_worker.settled()

    assert [(line.seq, line.role, line.text) for line in await lines(database)] == [
        (1, Role.CUSTOMER, "上个月电费"),
        (2, Role.BOT, "回:上个月电费"),
    ]
    assert await database.fetchval("select count(*) from tracker_events") == 1


@pytest.mark.parametrize("kind", ["session_started", CHECKPOINT])
async def test_where_the_memory_may_be_read_from_is_marked_at_the_end_of_a_plain_turn(
    open_worker: Worker, database: Pool, kind: str
) -> None:
    gained = ({"event": "user"}, {"event": kind}, {"event": "action"})
    open_worker.thinker.think = lambda question: Answer(echo(question).turn, NewEvents(0, gained))

    await open_worker.say("上个月电费")
    await open_worker.settled()

    marked = await database.fetch("select event ->> 'event' as event from tracker_events where session_start")
    assert [row["event"] for row in marked] == [kind]


async def test_a_resent_message_gets_its_first_number_and_no_second_answer(open_worker: Worker, database: Pool) -> None:
    first = await open_worker.say("停电了", "same-id-1")
    again = await open_worker.say("停电了", "same-id-1")
    await open_worker.settled()

    assert first == again
    assert len(await lines(database, Role.BOT)) == 1


async def test_messages_of_one_customer_are_answered_in_order(open_worker: Worker, database: Pool) -> None:
    for number in range(8):
        await open_worker.say(f"第{number}条")
    await open_worker.settled()

    answers = [line.text for line in await lines(database, Role.BOT)]
    assert answers == [f"回:第{number}条" for number in range(8)]


async def test_two_workers_never_answer_one_message_twice(
    open_worker: Worker, database: Pool, bus: Bus, database_url: str
) -> None:
    other = worker(database, bus, database_url, open_worker.thinker)
    for number in range(6):
        await open_worker.say(f"第{number}条")
        other.desk.wake(LIN.conversation_id)
    await open_worker.settled()
    await other.settled()
    await open_worker.settled()
    await other.locks.close()

    answers = [line.text for line in await lines(database, Role.BOT)]
    assert answers == [f"回:第{number}条" for number in range(6)]


async def test_a_message_whose_worker_died_is_answered_by_the_next(database: Pool, bus: Bus, database_url: str) -> None:
    dying = worker(database, bus, database_url, ScriptedThinker())
    await dying.say("停电了")
    await dying.thinking()
    for task in dying.desk._serving.values():
        task.cancel()
    await dying.locks.close()

    heir = worker(database, bus, database_url, ScriptedThinker())
    heir.thinker.gate.set()
    heir.desk.wake(LIN.conversation_id)
    await heir.settled()
    await heir.locks.close()

    assert [line.text for line in await lines(database, Role.BOT)] == ["回:停电了"]
    assert heir.thinker.asked[0].message_id == dying.thinker.asked[0].message_id


async def test_an_answer_on_its_way_is_suppressed_when_an_agent_takes_over(open_worker: Worker, database: Pool) -> None:
    open_worker.thinker.gate.clear()
    await open_worker.say("帮我看看")
    await open_worker.thinking()
    async with transaction(database) as connection:
        await Escalations(PHRASES).take_over(connection, LIN.conversation_id, AGENT, at=SystemClock().now())

    open_worker.thinker.gate.set()
    await open_worker.settled()

    heard: list[Line] = []

    async def hear(line: Line) -> None:
        heard.append(line)

    await open_worker.front.replay(LIN.conversation_id, 0, hear)
    assert Role.BOT not in {line.role for line in heard}
    assert [line.delivery.value for line in await lines(database, Role.BOT) if line.delivery] == ["suppressed"]


async def test_the_bot_is_silent_while_an_agent_owns_the_chat(open_worker: Worker, database: Pool) -> None:
    await open_worker.say("你好")
    await open_worker.settled()
    async with transaction(database) as connection:
        await Escalations(PHRASES).take_over(connection, LIN.conversation_id, AGENT, at=SystemClock().now())

    await open_worker.say("还在吗")
    await open_worker.settled()

    assert [line.text for line in await lines(database, Role.BOT)] == ["回:你好"]
    assert await database.fetchval("select count(*) from messages where turn = 'pending'") == 0


async def test_a_failed_turn_gets_an_honest_sentence_and_the_way_to_a_person(
    open_worker: Worker, database: Pool
) -> None:
    def fail(_: Question) -> Answer:
        raise DialogueFailed("the action server is gone")

    open_worker.thinker.think = fail
    await open_worker.say("上个月电费")
    await open_worker.settled()

    answer = (await lines(database, Role.BOT))[0]
    assert "95598" in answer.text
    assert answer.body["buttons"][0]["payload"] == "转人工"
    assert await database.fetchval("select count(*) from tracker_events") == 0


async def test_a_turn_past_its_deadline_is_answered_all_the_same(database: Pool, bus: Bus, database_url: str) -> None:
    slow = worker(database, bus, database_url, ScriptedThinker(), deadline=0.2)
    await slow.say("上个月电费")
    await slow.settled()
    await slow.locks.close()

    assert len(await lines(database, Role.BOT)) == 1


async def test_a_turn_without_words_is_not_silence(open_worker: Worker, database: Pool) -> None:
    open_worker.thinker.think = lambda _: Answer(Turn(), NewEvents(0, ()))
    await open_worker.say("嗯")
    await open_worker.settled()

    assert len(await lines(database, Role.BOT)) == 1


async def test_a_hand_off_is_committed_with_the_reply(open_worker: Worker, database: Pool) -> None:
    request = HandoffRequest("billing", "asked", 5, {"intent": "request_human"})
    open_worker.thinker.think = lambda _: Answer(Turn((Reply("好的"),), request), NewEvents(0, ()))
    await open_worker.say("转人工")
    await open_worker.settled()

    async with transaction(database) as connection:
        owned = await transcript.ownership(connection, LIN.conversation_id)
    assert owned.owner is Owner.QUEUE
    assert [line.role for line in await lines(database)] == [Role.CUSTOMER, Role.BOT, Role.SYSTEM]


async def test_danger_gets_its_instruction_before_the_dialogue_answers(open_worker: Worker, database: Pool) -> None:
    open_worker.thinker.gate.clear()
    await open_worker.say("电线掉地上了还在冒火花")
    await open_worker.thinking()

    first = (await lines(database, Role.BOT))[0]
    priority = await database.fetchval("select priority from escalations")
    open_worker.thinker.gate.set()
    await open_worker.settled()

    assert "8 米" in first.text or "8米" in first.text
    assert priority == 0


async def test_a_message_that_kills_every_turn_goes_to_a_person(open_worker: Worker, database: Pool) -> None:
    open_worker.thinker.gate.clear()
    await open_worker.say("怪消息")
    await open_worker.thinking()
    for task in open_worker.desk._serving.values():
        task.cancel()
    await open_worker.settled()
    await database.execute("update messages set turn_attempts = 3")

    open_worker.desk.wake(LIN.conversation_id)
    await open_worker.settled()

    assert await database.fetchval("select reason from escalations") == "turn_failed"


async def test_danger_only_the_dialogue_sees_is_instructed_first_and_once(open_worker: Worker, database: Pool) -> None:
    request = HandoffRequest("danger", "danger", 0)
    open_worker.thinker.think = lambda _: Answer(Turn((Reply("在什么位置？"),), request), NewEvents(0, ()))
    await open_worker.say("这边情况不大好")
    await open_worker.settled()
    await open_worker.say("松果村口")
    await open_worker.settled()

    texts = [line.text for line in await lines(database, Role.BOT)]
    assert texts == [PHRASES.say("utter_danger_equipment"), "在什么位置？", "在什么位置？"]


async def test_what_a_turn_learned_stands_in_the_profile(open_worker: Worker, database: Pool) -> None:
    profile = {"verified": "account", "accounts": [{"tail": "6117", "address_masked": "流萤花园一期****"}]}
    open_worker.thinker.think = lambda _: Answer(Turn((Reply("好的"),), None, profile), NewEvents(0, ()))
    await open_worker.say("绑定户号")
    await open_worker.settled()

    assert await database.fetchval("select profile from conversations") == profile


async def test_a_late_turn_does_not_queue_the_customer_again(open_worker: Worker, database: Pool) -> None:
    request = HandoffRequest("billing", "asked")
    open_worker.thinker.think = lambda _: Answer(Turn((), request), NewEvents(0, ()))
    open_worker.thinker.gate.clear()
    await open_worker.say("转人工")
    await open_worker.thinking()
    escalations, at = Escalations(PHRASES), SystemClock().now()
    async with transaction(database) as connection:
        await escalations.take_over(connection, LIN.conversation_id, AGENT, at=at)
        await escalations.return_to_bot(connection, LIN.conversation_id, AGENT, "办好了", at=at)

    open_worker.thinker.gate.set()
    await open_worker.settled()

    async with transaction(database) as connection:
        assert (await transcript.ownership(connection, LIN.conversation_id)).owner is Owner.BOT


@pytest.mark.parametrize(("skill", "owner"), [("billing", Owner.BOT), ("danger", Owner.QUEUE)])
async def test_the_queue_is_left_by_a_word_except_in_danger(
    skill: str, owner: Owner, open_worker: Worker, database: Pool
) -> None:
    request = HandoffRequest(skill, "asked", 0 if skill == "danger" else 5)
    open_worker.thinker.think = lambda _: Answer(Turn((), request), NewEvents(0, ()))
    await open_worker.say("转人工")
    await open_worker.settled()
    open_worker.thinker.think = lambda _: Answer(Turn(leaves_queue=True), NewEvents(0, ()))

    await open_worker.say("不用转人工了")
    await open_worker.settled()

    async with transaction(database) as connection:
        assert (await transcript.ownership(connection, LIN.conversation_id)).owner is owner
    told = "utter_human_abandoned" if owner is Owner.BOT else "utter_human_still_queued_first"
    assert [line.text for line in await lines(database, Role.SYSTEM)][-1] == PHRASES.say(told)


async def test_the_desk_hears_that_an_agents_line_arrived(open_worker: Worker, database: Pool) -> None:
    heard: list[dict[str, Any]] = []

    async def hear(_: str, event: dict[str, Any]) -> None:
        heard.append(event)

    async def accept(_: Line) -> None:
        """A door that takes everything."""

    await open_worker.say("你好")
    await open_worker.settled()
    async with transaction(database) as connection:
        await Escalations(PHRASES).take_over(connection, LIN.conversation_id, AGENT, at=SystemClock().now())
        line = await transcript.append(
            connection,
            LIN.conversation_id,
            Role.AGENT,
            {"text": "我在"},
            at=SystemClock().now(),
            epoch=1,
            agent_id="K0104",
        )
    open_worker.front.on_event(hear)

    await open_worker.front.replay(LIN.conversation_id, 0, accept)
    await open_worker.front.replay(LIN.conversation_id, 0, accept)

    assert heard == [{"kind": "delivered", "seq": line.seq}]

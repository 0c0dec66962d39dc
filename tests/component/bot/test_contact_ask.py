"""In a quiet moment, and only then, the bot asks whether the phone on file is in use; the answer is taken as that."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio

from bot.dialogue import Answer, Question
from bot.trackers import NewEvents
from conversation.message import Role
from conversation.reply import Button, HandoffRequest, Reply, Turn
from handoff import transcript
from runtime.bus import Bus
from runtime.clock import SystemClock
from runtime.postgres import Pool, transaction
from tests.fakes.bot import LIN, ScriptedThinker, Worker, worker

ASK = "顺便问一句：您预留的手机尾号 1011 还在用吗？停电、电费的通知会发到这个号上。"


def thinks(intent: str = "small_talk", turn: Turn | None = None, form: str = "") -> Callable[[Question], Answer]:
    """A dialogue that understands everything as one intent."""

    def think(question: Question) -> Answer:
        said = {"event": "user", "text": question.text, "parse_data": {"intent": {"name": intent}}}
        events = (said, *([{"event": "action", "name": form}] if form else []))
        return Answer(turn or Turn((Reply(f"回:{question.text}"),)), NewEvents(_number(question), events))

    return think


def _number(question: Question) -> int:
    return 100 * int(question.message_id.rpartition("/")[2])


@pytest_asyncio.fixture
async def open_worker(database: Pool, bus: Bus, database_url: str) -> AsyncIterator[Worker]:
    made = worker(database, bus, database_url, ScriptedThinker(thinks()))
    made.thinker.gate.set()
    yield made
    await made.settled()
    await made.locks.close()


async def fault(pool: Pool, kind: str = "dead", **given: Any) -> int:
    row = {"account_no": "6201011006117", "asked_in": None, "asked_at": None, **given}
    found: int = await pool.fetchval(
        """insert into contact_faults (account_no, kind, area_id, place, phone_mark, phone_masked, people, sweep_id,
            found_at, asked_in, asked_at)
        values ($1, $2, 'TA01', '织女苑', 'm', '138****1011', $3, 1, now(), $4, $5) returning fault_id""",
        *(row["account_no"], kind, [LIN.conversation_id], row["asked_in"], row["asked_at"]),
    )
    return found


async def talk(made: Worker, *texts: str) -> None:
    for number, text in enumerate(texts):
        await made.say(text, f"id-{text}-{number}-{len(made.thinker.asked)}")
        await made.settled()


async def lines(pool: Pool) -> list[str]:
    rows = await pool.fetch("select body->>'text' as text from messages where role = 'bot' order by seq")
    return [row["text"] for row in rows]


async def state(pool: Pool) -> tuple[str, str | None]:
    row = await pool.fetchrow("select state, answer from contact_faults order by fault_id limit 1")
    return row["state"], row["answer"]


async def test_a_quiet_moment_is_asked_in_once(open_worker: Worker, database: Pool) -> None:
    await fault(database)
    await fault(database, "shared")

    await talk(open_worker, "你好", "谢谢", "好的", "再见")

    assert (await lines(database)).count(ASK) == 1
    assert (await lines(database))[2] == ASK
    assert await state(database) == ("asked", None)


async def test_a_yes_closes_it_and_is_no_question_for_the_dialogue(open_worker: Worker, database: Pool) -> None:
    await fault(database)
    await fault(database, "shared")
    await talk(open_worker, "你好", "谢谢")

    await talk(open_worker, "在用的")

    assert await state(database) == ("dismissed", "yes")
    assert await database.fetchval("select count(*) from contact_faults where state <> 'dismissed'") == 0
    assert (await lines(database))[-1] == "好的，记下了，还用这个号通知您。"
    assert [question.text for question in open_worker.thinker.asked] == ["你好", "谢谢"]


@pytest.mark.parametrize("said", ["换号了", "早就不用了", "不是我的", "2"])
async def test_a_no_goes_on_as_the_wish_to_change_it(open_worker: Worker, database: Pool, said: str) -> None:
    await fault(database)
    await talk(open_worker, "你好", "谢谢")

    await talk(open_worker, said)

    assert await state(database) == ("asked", "no")
    assert open_worker.thinker.asked[-1].text == "换手机号"


async def test_a_button_pressed_after_something_else_still_counts(open_worker: Worker, database: Pool) -> None:
    await fault(database)
    await talk(open_worker, "你好", "谢谢", "电费怎么查")

    await talk(open_worker, "还在用")

    assert await state(database) == ("dismissed", "yes")


async def test_a_yes_to_something_else_closes_nothing(open_worker: Worker, database: Pool) -> None:
    await fault(database)
    await talk(open_worker, "你好", "谢谢", "电费怎么查")

    await talk(open_worker, "是的")

    assert await state(database) == ("asked", None)
    assert open_worker.thinker.asked[-1].text == "是的"


HANDED = Turn((Reply("转人工"),), HandoffRequest("general", "asked", 5))


@pytest.mark.parametrize(
    "think",
    [
        thinks("outage_report"),
        thinks("complaint_submit"),
        thinks("danger_report"),
        thinks("repair_urge"),
        thinks("small_talk", HANDED),
        thinks("small_talk", Turn((Reply("哪一户？"),))),
        thinks("small_talk", Turn((Reply("选一个", (Button("甲", "甲"),)),))),
        thinks("small_talk", form="phone_change_form"),
        thinks("small_talk", Turn((Reply("公司没回应"),), company_down=True)),
    ],
    ids=["fault", "complaint", "danger", "urge", "hand-off", "question", "buttons", "form", "company down"],
)
async def test_no_other_moment_is_used(
    open_worker: Worker, database: Pool, think: Callable[[Question], Answer]
) -> None:
    await fault(database)
    open_worker.thinker.think = think

    await talk(open_worker, "你好", "谢谢")

    assert ASK not in await lines(database)
    assert await state(database) == ("open", None)


@pytest.mark.parametrize("before", ["fault", "complaint", "outage told", "angry", "asked lately", "asked long ago"])
async def test_what_lies_before_counts(open_worker: Worker, database: Pool, before: str) -> None:
    now = SystemClock().now()
    spans = {"asked lately": timedelta(days=29), "asked long ago": timedelta(days=31)}
    if before in spans:
        await fault(database, asked_in=LIN.conversation_id, asked_at=now - spans[before])
    else:
        await fault(database)
    async with transaction(database) as connection:
        await transcript.open_conversation(connection, LIN.conversation_id, at=now)
        await transcript.lock(connection, LIN.conversation_id)
        if before == "outage told":
            body = {"text": "停电了", "told": {"id": 1, "kind": "outage_fault", "subject": "T1"}}
            await transcript.append(connection, LIN.conversation_id, Role.BOT, body, at=now, epoch=0)
    topics = {"fault": "outage_report", "complaint": "complaint_submit"}
    if before in topics:
        open_worker.thinker.think = thinks(topics[before])
        await talk(open_worker, "家里停电了")
        open_worker.thinker.think = thinks()
    said = ("你好", "你们这群骗子！气死我了！！") if before == "angry" else ("你好", "谢谢")

    await talk(open_worker, *said)

    assert (ASK in await lines(database)) is (before == "asked long ago")

"""Which turns of a burst wait for the next line, which never do, and what is said when it does not come."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
import pytest_asyncio

from bot.dialogue import Answer, Question
from bot.reception.bursts import Bursts
from bot.trackers import NewEvents
from conversation.reply import Button, HandoffRequest, Reply, Turn
from runtime.bus import Bus
from runtime.postgres import Pool
from tests.channel.doors import until
from tests.component.bot.test_bursts import ByList
from tests.fakes.bot import ScriptedThinker, Worker, worker

# A turn that waits does so for longer than a test may take.
EVER = 30.0
GUESS, SURE = ("apply_tariff_change", 0.54), ("outage_report", 1.0)


def reads(
    meant: dict[str, tuple[str, float]], *, form: str = "", handoff: HandoffRequest | None = None
) -> Callable[[Question], Answer]:
    """A dialogue that takes lines for what is listed, the rest for nothing; `form` stood open before."""

    def think(question: Question) -> Answer:
        intent, sure = meant.get(question.text, ("nlu_fallback", 0.8))
        intent = question.meant or intent
        said = {"event": "user", "parse_data": {"intent": {"name": intent, "confidence": sure}}}
        base = int(question.message_id.rpartition("/")[2]) * 10
        buttons = (Button("是这里", "是这里"),) if question.text == "有按钮" else ()
        turn = Turn((Reply(f"{intent}:{question.text}", buttons),), handoff)
        return Answer(turn, NewEvents(base, (said,), form))

    return think


@pytest_asyncio.fixture
async def clerk(database: Pool, bus: Bus, database_url: str) -> AsyncIterator[Worker]:
    made = worker(database, bus, database_url, ScriptedThinker(), bursts=Bursts(database, ByList(), EVER))
    made.thinker.gate.set()
    yield made
    await made.settled()
    await made.locks.close()


async def said(pool: Pool) -> list[str]:
    rows = await pool.fetch("select body ->> 'text' as text from messages where role = 'bot' order by seq")
    return [row["text"] for row in rows]


async def waits(clerk: Worker) -> None:
    await until(lambda: clerk.desk._come)


PIECES = ("我家", "想问下", "织女苑", "上个月", "6201011006133", "不是", "我家的灯，", "嗯呢呀")


@pytest.mark.parametrize("line", PIECES)
async def test_a_piece_waits_for_the_rest_and_is_read_with_it(clerk: Worker, database: Pool, line: str) -> None:
    clerk.thinker.think = reads({line: GUESS})

    await clerk.say(line)
    await waits(clerk)
    await clerk.say("停电了")
    await clerk.settled()

    assert len(await said(database)) == 1
    assert await database.fetchval("select count(*) from messages where joins = 1") == 1
    assert await database.fetchval("select count(*) from tracker_events") == 1


async def test_each_piece_that_comes_is_waited_behind_until_the_matter_is_said(clerk: Worker, database: Pool) -> None:
    clerk.thinker.think = reads({"织女苑3幢停电了": SURE})

    await clerk.say("织女苑")
    await waits(clerk)
    await clerk.say("3幢")
    await until(lambda: len(clerk.thinker.asked) == 2 and clerk.desk._come)
    await clerk.say("停电了")
    await clerk.settled()

    assert await said(database) == ["outage_report:织女苑3幢停电了"]
    customer = await database.fetch("select body ->> 'text' as text, joins from messages where role = 'customer'")
    assert [(row["text"], row["joins"]) for row in customer] == [("织女苑", None), ("3幢", 1), ("停电了", 1)]


@pytest.mark.parametrize("line", ["停电了", "查电费", "谢谢", "2", "1234"])
async def test_what_is_clear_at_once_never_waits(clerk: Worker, database: Pool, line: str) -> None:
    clerk.thinker.think = reads({line: SURE})

    await clerk.say(line)
    await asyncio.wait_for(clerk.settled(), EVER / 2)

    assert await said(database) == [f"outage_report:{line}"]


@pytest.mark.parametrize("line", ["我家", "5栋", "6201011006133", "上个月", "不是", "嗯呢呀"])
async def test_an_answer_to_a_form_never_waits(clerk: Worker, database: Pool, line: str) -> None:
    clerk.thinker.think = reads({}, form="outage_form")

    await clerk.say(line)
    await asyncio.wait_for(clerk.settled(), EVER / 2)

    assert await said(database) == [f"nlu_fallback:{line}"]


async def test_a_no_to_buttons_never_waits(clerk: Worker, database: Pool) -> None:
    clerk.thinker.think = reads({"有按钮": SURE, "不是": ("deny", 1.0)})
    await clerk.say("有按钮")
    await clerk.settled()

    await clerk.say("不是")
    await asyncio.wait_for(clerk.settled(), EVER / 2)

    assert await said(database) == ["outage_report:有按钮", "deny:不是"]


async def test_a_turn_that_calls_a_person_is_not_thought_again(clerk: Worker, database: Pool) -> None:
    clerk.thinker.think = reads({"我家": GUESS}, handoff=HandoffRequest("fault", "asked", 5))

    await clerk.say("我家")
    await asyncio.wait_for(clerk.settled(), EVER / 2)

    assert [question.text for question in clerk.thinker.asked] == ["我家"]


async def test_danger_ends_the_wait_and_comes_first(clerk: Worker, database: Pool) -> None:
    clerk.thinker.think = reads({"我家": GUESS})

    await clerk.say("我家")
    await waits(clerk)
    await clerk.say("电线掉地上了还在冒火花")
    await asyncio.wait_for(clerk.settled(), EVER / 2)

    first = (await said(database))[0]
    assert "8 米" in first or "8米" in first


async def test_another_matter_ends_the_wait_and_both_are_answered_in_order(clerk: Worker, database: Pool) -> None:
    clerk.thinker.think = reads({"师傅": GUESS, "对的": SURE})

    await clerk.say("师傅")
    await waits(clerk)
    await clerk.say("对的")
    await asyncio.wait_for(clerk.settled(), EVER / 2)

    assert await said(database) == ["small_talk:师傅", "outage_report:对的"]


async def test_a_line_that_comes_while_another_is_looked_up_is_answered_with_it(clerk: Worker, database: Pool) -> None:
    clerk.thinker.think = reads({"查电费": ("bill_query", 1.0), "查电费，上个月的电费": ("bill_query", 1.0)})
    clerk.thinker.gate.clear()

    await clerk.say("查电费")
    await clerk.thinking()
    await clerk.say("上个月的电费")
    clerk.thinker.gate.set()
    await clerk.settled()

    assert await said(database) == ["bill_query:查电费，上个月的电费"]


async def test_the_same_words_sent_again_are_not_thought_about_again(clerk: Worker, database: Pool) -> None:
    clerk.thinker.think = reads({"查电费": ("bill_query", 1.0)})
    clerk.thinker.gate.clear()

    await clerk.say("查电费", "once")
    await clerk.thinking()
    await clerk.say("查电费", "twice")
    await clerk.say("查电费", "thrice")
    clerk.thinker.gate.set()
    await clerk.settled()

    assert await said(database) == ["bill_query:查电费"]
    assert len(clerk.thinker.asked) == 1
    assert not await database.fetchval("select count(*) from messages where turn = 'pending'")


@pytest.mark.parametrize(
    ("line", "meant", "answer"),
    [
        ("我家", GUESS, "small_talk"),
        ("那个", ("deny", 0.94), "small_talk"),
        ("织女苑", ("correct_info", 0.59), "small_talk"),
        ("我们小区", ("outage_report", 0.9), "outage_report"),
        ("上个月", ("bill_query", 0.99), "bill_query"),
        ("不是", ("deny", 1.0), "deny"),
        ("我家", ("out_of_scope", 0.9), "out_of_scope"),
    ],
    ids=str,
)
async def test_nothing_is_guessed_of_a_piece_that_stays_alone(
    database: Pool, bus: Bus, database_url: str, line: str, meant: tuple[str, float], answer: str
) -> None:
    made = worker(database, bus, database_url, ScriptedThinker(reads({line: meant})), bursts=_brief(database))
    made.thinker.gate.set()

    await made.say(line)
    await made.settled()
    await made.locks.close()

    assert await said(database) == [f"{answer}:{line}"]


def _brief(pool: Pool) -> Any:
    return Bursts(pool, ByList(), 0.02)

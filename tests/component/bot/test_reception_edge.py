"""At the edge, for every skill: numbers press buttons, and a customer is answered in the script they write."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio

from bot.dialogue import Answer, Question
from bot.trackers import NewEvents
from conversation.message import InboundMessage, Role
from conversation.reply import Button, HandoffRequest, Reply, Turn
from handoff import transcript
from runtime.bus import Bus
from runtime.postgres import Pool, transaction
from tests.fakes.bot import LIN, ScriptedThinker, Worker, worker

CHOICES = (Button("尾号 1234", "查尾号1234"), Button("都不是", "都不是"))


def offering(question: Question) -> Answer:
    """Offers two buttons; says the place in the queue when a person is asked for."""
    base = int(question.message_id.rpartition("/")[2])
    handoff = HandoffRequest("general", "asked") if "人工" in question.text else None
    events = NewEvents(base, ({"event": "user", "text": question.text},))
    return Answer(Turn((Reply("查哪一户的电费？", CHOICES),), handoff), events)


@pytest_asyncio.fixture
async def open_worker(database: Pool, bus: Bus, database_url: str) -> AsyncIterator[Worker]:
    made = worker(database, bus, database_url, ScriptedThinker(offering))
    made.thinker.gate.set()
    yield made
    await made.settled()
    await made.locks.close()


async def heard(pool: Pool, role: Role) -> list[str]:
    async with transaction(pool) as connection:
        lines = await transcript.read(connection, LIN.conversation_id, for_customer=False)
    return [line.text for line in lines if line.role is role]


async def say(made: Worker, *texts: str) -> None:
    for number, text in enumerate(texts):
        await made.say(text, f"id-{number}-{text[:8]}")
        await made.settled()


async def test_a_number_is_the_button_of_the_line_before(open_worker: Worker, database: Pool) -> None:
    await say(open_worker, "查电费", "1", "尾号 1234", "第二个")

    asked = [question.text for question in open_worker.thinker.asked]
    assert asked == ["查电费", "查尾号1234", "查尾号1234", "都不是"]
    assert await heard(database, Role.CUSTOMER) == ["查电费", "1", "尾号 1234", "第二个"]


async def test_a_number_before_any_button_is_a_number(open_worker: Worker) -> None:
    await say(open_worker, "1")

    assert [question.text for question in open_worker.thinker.asked] == ["1"]


async def test_who_writes_traditional_reads_it_until_they_write_simplified(open_worker: Worker, database: Pool) -> None:
    await say(open_worker, "查電費", "好的", "查电费", "2")

    traditional, simplified = "查哪一戶的電費？", "查哪一户的电费？"
    assert await heard(database, Role.BOT) == [traditional, traditional, simplified, simplified]


async def test_a_pressed_button_keeps_the_script_and_its_payload(open_worker: Worker, database: Pool) -> None:
    await say(open_worker, "查電費")
    await open_worker.front.receive(InboundMessage(LIN, "id-pressed", "查尾号1234", label="尾號 1234"))
    await open_worker.settled()

    assert open_worker.thinker.asked[-1].text == "查尾号1234"
    assert await heard(database, Role.BOT) == ["查哪一戶的電費？"] * 2


async def test_the_queue_and_the_safety_line_are_said_in_the_script(open_worker: Worker, database: Pool) -> None:
    await say(open_worker, "電線斷了掉在地上冒火花", "轉人工，人工")

    said = "".join([*await heard(database, Role.BOT), *await heard(database, Role.SYSTEM)])
    assert "請馬上離開" in said
    assert not set(said) & set("请马离开为转队")


async def test_the_dialogue_is_told_when_the_message_came(open_worker: Worker) -> None:
    await say(open_worker, "查电费")

    assert open_worker.thinker.asked[0].metadata["at"].count("T") == 1

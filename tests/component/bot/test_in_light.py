"""An answer to a notice reaches the dialogue as the sentence it stands for, and proves that it was read."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from conversation.message import Role
from handoff import transcript
from runtime.bus import Bus
from runtime.clock import SystemClock
from runtime.postgres import Pool, transaction
from tests.fakes.bot import LIN, ScriptedThinker, Worker, worker

TOLD = {"id": 7, "kind": "outage_fault", "subject": "E26112100001"}


@pytest_asyncio.fixture
async def open_worker(database: Pool, bus: Bus, database_url: str) -> AsyncIterator[Worker]:
    made = worker(database, bus, database_url, ScriptedThinker())
    made.thinker.gate.set()
    yield made
    await made.settled()
    await made.locks.close()


async def told(pool: Pool, body: dict[str, Any]) -> None:
    """Writes a line of the house, as the notices do."""
    async with transaction(pool) as connection:
        now = SystemClock().now()
        await transcript.open_conversation(connection, LIN.conversation_id, at=now)
        await transcript.lock(connection, LIN.conversation_id)
        await transcript.append(connection, LIN.conversation_id, Role.BOT, body, at=now, epoch=0)


@pytest.mark.parametrize(
    ("bodies", "heard", "answers"),
    [
        ([{"text": "停电了", "told": TOLD}], "什么时候来电", {"kind": "outage_fault", "subject": "E26112100001"}),
        ([{"text": "停电了", "told": TOLD}, {"text": "您好"}], "还要多久", None),
    ],
    ids=["right after the notice", "after something else"],
)
async def test_how_much_longer_is_a_whole_question_after_a_notice(
    open_worker: Worker, database: Pool, bodies: list[dict[str, Any]], heard: str, answers: dict[str, str] | None
) -> None:
    for body in bodies:
        await told(database, body)

    await open_worker.say("还要多久")
    await open_worker.settled()

    (question,) = open_worker.thinker.asked
    assert (question.text, question.metadata.get("notice")) == (heard, answers)

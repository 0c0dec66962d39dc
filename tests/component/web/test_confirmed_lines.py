"""A line that the page has, while the commit that says so was lost: it counts as sent all the same, and comes once."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import pytest

from bot.reception.outbox import Outbox
from connectors.web.rooms import Listener
from conversation.message import Role
from handoff import transcript
from runtime.bus import Bus
from runtime.clock import SystemClock
from runtime.errors import StoreUnavailable
from runtime.postgres import Pool, transaction
from tests.component.web.test_door import open_web
from tests.fakes.bot import LIN, ScriptedThinker, worker
from tests.fakes.flaky_pool import FlakyPool

_DELIVERIES = "select seq, delivery from messages where conversation_id = $1 and role <> 'customer' order by seq"
# Of a page of lines: the lines under their hold, the mark.
_THE_MARK = 2


async def _deliveries(database: Pool, conversation_id: str) -> list[tuple[int, str]]:
    return [tuple(row) for row in await database.fetch(_DELIVERIES, conversation_id)]


async def _lines(database: Pool, conversation_id: str, *texts: str) -> None:
    async with transaction(database) as connection:
        at = SystemClock().now()
        await transcript.open_conversation(connection, conversation_id, at=at)
        await transcript.lock(connection, conversation_id)
        for text in texts:
            await transcript.append(connection, conversation_id, Role.SYSTEM, {"text": text}, at=at, epoch=0)


async def test_what_a_page_has_when_it_comes_back_counts_as_sent(
    database: Pool, bus: Bus, database_url: str, tmp_path: Path
) -> None:
    async with open_web(database, bus, database_url, tmp_path) as site:
        session = await site.session()
        conversation_id = f"web:{session['visitor_id']}"
        # As a worker leaves it that was killed between the frame and the commit: the page has both lines.
        await _lines(database, conversation_id, "one", "two", "three")

        socket = await site.open(session["token"], last_seq=2)
        while (await socket.receive_json(timeout=10)).get("message", {}).get("text") != "three":
            pass
        await socket.send_json({"type": "ping"})
        while (await socket.receive_json(timeout=10))["type"] != "pong":
            pass

        assert await _deliveries(database, conversation_id) == [(1, "sent"), (2, "sent"), (3, "sent")]
        await socket.close()


async def test_a_line_whose_mark_was_lost_comes_once_and_counts_as_sent(
    database: Pool, bus: Bus, database_url: str
) -> None:
    flaky = FlakyPool(database)
    made = worker(database, bus, database_url, ScriptedThinker())
    made.front._outbox = Outbox(cast(Pool, flaky), made.house.wire)
    await _lines(database, LIN.conversation_id, "one", "two")
    shown: list[dict[str, Any]] = []

    async def show(frame: dict[str, Any]) -> None:
        shown.append(frame["message"])

    listener = Listener(made.front, LIN.conversation_id, show, 0)
    flaky.lose_at(_THE_MARK)
    with pytest.raises(StoreUnavailable):
        await listener.catch_up()
    lost = await _deliveries(database, LIN.conversation_id)
    await listener.catch_up()

    assert lost == [(1, "pending"), (2, "pending")]
    assert [line["text"] for line in shown] == ["one", "two"]
    assert await _deliveries(database, LIN.conversation_id) == [(1, "sent"), (2, "sent")]
    await made.locks.close()


async def test_a_line_that_the_page_does_not_have_is_not_confirmed(database: Pool, bus: Bus, database_url: str) -> None:
    made = worker(database, bus, database_url, ScriptedThinker())
    await _lines(database, LIN.conversation_id, "one", "two")

    await made.front.confirm(LIN.conversation_id, 1)

    assert await _deliveries(database, LIN.conversation_id) == [(1, "sent"), (2, "pending")]
    await made.locks.close()

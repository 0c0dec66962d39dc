"""What the other processes hear after a transition."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from conversation.identity import AgentIdentity
from conversation.reply import HandoffRequest
from handoff.desk import Desk
from handoff.errors import AlreadyAccepted
from runtime.bus import Bus
from tests.component.handoff.chats import Chat

Heard = asyncio.Queue[tuple[str, dict[str, Any]]]


async def _listen(bus: Bus) -> Heard:
    heard: Heard = asyncio.Queue()

    async def listener(topic: str, payload: dict[str, Any]) -> None:
        heard.put_nowait((topic, payload))

    bus.listen("*", listener)
    while heard.empty():
        await bus.publish("probe", {})
        await asyncio.sleep(0)
    return heard


async def _until_desk(heard: Heard) -> list[tuple[str, dict[str, Any]]]:
    seen = []
    while not seen or seen[-1][0] != "desk":
        event = await asyncio.wait_for(heard.get(), 5)
        if event[0] != "probe":
            seen.append(event)
    return seen


async def test_accepting_tells_owner_lines_deliveries_and_the_queue(
    desk: Desk, chat: Chat, jiang: AgentIdentity, bus: Bus
) -> None:
    waiting = (await desk.request(chat.id, HandoffRequest("billing", "asked"))).escalation
    heard = await _listen(bus)

    await desk.accept(waiting.escalation_id, jiang)

    topic = f"conversation:{chat.id}"
    assert await _until_desk(heard) == [
        (topic, {"kind": "owner", "owner": "agent", "epoch": 2}),
        (topic, {"kind": "message", "seq": 3}),
        ("deliveries", {"conversation_id": chat.id}),
        ("desk", {"kind": "queue"}),
    ]


async def test_a_refused_transition_tells_nothing(
    desk: Desk, chat: Chat, jiang: AgentIdentity, gu: AgentIdentity, bus: Bus
) -> None:
    await desk.take_over(chat.id, jiang)
    heard = await _listen(bus)

    with pytest.raises(AlreadyAccepted):
        await desk.take_over(chat.id, gu)
    await bus.publish("desk", {"kind": "end"})

    assert await _until_desk(heard) == [("desk", {"kind": "end"})]

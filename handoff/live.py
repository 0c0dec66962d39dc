"""Tells the other processes, after a commit, that a conversation has changed; it carries no truth."""

from __future__ import annotations

from collections.abc import Iterable

from conversation.events import DELIVERIES_TOPIC, DESK_TOPIC, conversation_topic
from conversation.message import Delivery, Line
from handoff.acts import Change
from runtime.bus import Bus


async def announce_change(bus: Bus, change: Change) -> None:
    """Publishes the new owner, the new lines, the change of the queue, and whose offers and transfers changed."""
    owned = change.ownership
    if change.handed:
        told = {"kind": "owner", "owner": owned.owner.value, "epoch": owned.epoch}
        await bus.publish(conversation_topic(change.conversation_id), told)
    await announce_lines(bus, change.conversation_id, change.lines)
    await bus.publish(DESK_TOPIC, {"kind": "queue"})
    if change.concerned:
        await bus.publish(DESK_TOPIC, {"kind": "offers", "agents": sorted(change.concerned)})


async def announce_lines(bus: Bus, conversation_id: str, lines: Iterable[Line]) -> None:
    """Publishes each new line, and that deliveries wait."""
    waiting = False
    for line in lines:
        waiting = waiting or line.delivery is Delivery.PENDING
        await bus.publish(conversation_topic(conversation_id), {"kind": "message", "seq": line.seq})
    if waiting:
        await bus.publish(DELIVERIES_TOPIC, {"conversation_id": conversation_id})


async def announce_area(
    bus: Bus, area: str, *, conversation_id: str | None = None, agents: Iterable[str] | None = None
) -> None:
    """Publishes that one area of the desk has news: for whom a conversation concerns, for some agents, or for all."""
    where = {"conversation_id": conversation_id} if conversation_id else {}
    who = {"agents": list(agents)} if agents is not None else {}
    await bus.publish(DESK_TOPIC, {"kind": "area", "area": area, **where, **who})


async def announce_read(bus: Bus, conversation_id: str, role: str, seq: int) -> None:
    """Publishes how far somebody has read."""
    await bus.publish(conversation_topic(conversation_id), {"kind": "read", "role": role, "seq": seq})


async def announce_typing(bus: Bus, conversation_id: str, role: str, *, on: bool) -> None:
    """Publishes that somebody types, or stopped."""
    await bus.publish(conversation_topic(conversation_id), {"kind": "typing", "role": role, "on": on})

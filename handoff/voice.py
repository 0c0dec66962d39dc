"""One voice: what the bot may add and what may leave for the customer, decided under the conversation's lock.

It does not deliver; the outbox does, and asks here first.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

from conversation.events import Owner, Ownership
from conversation.message import Delivery, Line, Role
from handoff import ledger, transcript
from runtime.postgres import Connection


async def speak_as_bot(
    connection: Connection,
    conversation_id: str,
    epoch: int,
    bodies: Sequence[dict[str, Any]],
    at: datetime,
    reply_to: int,
) -> list[Line]:
    """Adds the bubbles of a turn that began in `epoch`; when a person came since, they are kept but never delivered."""
    owned = await transcript.lock(connection, conversation_id)
    silenced = await is_silenced(connection, conversation_id, owned, epoch)
    delivery = Delivery.SUPPRESSED if silenced else Delivery.PENDING
    return [
        await transcript.append(
            connection, conversation_id, Role.BOT, body, at=at, epoch=owned.epoch, reply_to=reply_to, delivery=delivery
        )
        for body in bodies
    ]


async def is_silenced(connection: Connection, conversation_id: str, owned: Ownership, epoch: int) -> bool:
    """Tells whether a turn that began in `epoch` comes too late: a person owns the conversation, or did since."""
    if owned.owner is Owner.AGENT:
        return True
    return owned.epoch != epoch and await ledger.agent_owned_after(connection, conversation_id, epoch)


@asynccontextmanager
async def may_deliver(connection: Connection, line: Line) -> AsyncIterator[bool]:
    """Yields whether the line may leave now; while the block runs nobody takes the chat or delivers the line too.

    The block marks the line as sent or failed on the same connection before it ends.
    """
    async with connection.transaction():
        owner = await connection.fetchval(
            "select owner from conversations where conversation_id = $1 for share", line.conversation_id
        )
        delivery = await connection.fetchval(
            "select delivery from messages where conversation_id = $1 and seq = $2 for update",
            line.conversation_id,
            line.seq,
        )
        silenced = line.role is Role.BOT and owner == Owner.AGENT.value
        yield delivery == Delivery.PENDING.value and not silenced

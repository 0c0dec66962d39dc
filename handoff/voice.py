"""One voice: what the bot may add and what may leave for the customer, decided under the conversation's lock.

It does not deliver; the outbox and the postbag do, and hold the owner here first.
"""

from __future__ import annotations

from collections.abc import Sequence
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


async def hold(connection: Connection, conversation_id: str) -> Ownership:
    """Keeps the owner as it is until the transaction ends: an agent's accept waits, or has suppressed the bot's lines.

    Raises:
        UnknownConversation: there is none.
    """
    return await transcript.hold(connection, conversation_id)

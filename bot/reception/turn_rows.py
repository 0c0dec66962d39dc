"""What a turn leaves in the books beside its lines: the dialogue's memory, and whether a line of it stands already."""

from __future__ import annotations

import asyncpg

from bot.errors import TurnLost
from bot.reception.claim import Claim
from bot.trackers import NewEvents, append_events
from runtime.postgres import Connection


async def remember(connection: Connection, claim: Claim, events: NewEvents) -> None:
    """Appends the events of a turn; where the memory has moved on meanwhile (to another door), the turn runs again."""
    try:
        await append_events(connection, claim.conversation_id, events)
    except asyncpg.UniqueViolationError as error:
        raise TurnLost(conversation_id=claim.conversation_id, seq=claim.seq) from error


async def answered(connection: Connection, claim: Claim) -> bool:
    """Whether the bot has said something to a message already."""
    query = "select exists (select 1 from messages where conversation_id = $1 and reply_to = $2 and role = 'bot')"
    return bool(await connection.fetchval(query, claim.conversation_id, claim.seq))

"""Claims messages for turns: the lock, the message and all that is known around it, in one question to PostgreSQL."""

from __future__ import annotations

from datetime import timedelta
from enum import Enum

from bot.identity.links import LINK_WAITS
from bot.reception.calling import REMEMBERED
from bot.reception.claim import Claim, claim_of
from bot.reception.locks import SPACE, ConversationLocks
from bot.reception.triggers import trigger_rules
from runtime.clock import Clock

_LONGEST = timedelta(days=31)

_CLAIM = """
    select state, line, content, attempt, at, around, waiting from claim_turn($1, $2, $3, $4, $5, $6)
"""


class Nothing(Enum):
    """Why nothing was claimed; the turn is not ours then."""

    IDLE = "idle"
    BUSY = "busy"


class Claims:
    """Takes the turn of a conversation with its oldest message that waits, and gives it back when none does."""

    def __init__(self, locks: ConversationLocks, clock: Clock) -> None:
        self._locks = locks
        self._clock = clock

    async def take(self, conversation_id: str, *, held: bool) -> Claim | Nothing:
        """Claims the oldest message that waits; the turn is ours afterwards exactly if one was claimed.

        With `held` the turn is ours already. It is given back before the last look: who wrote while we had it could not
        take it and relies on that look.

        Raises:
            StoreUnavailable: PostgreSQL is gone, and the turn with it.
        """
        now, contacts = self._clock.now(), trigger_rules().contacts
        marks_since = now - (contacts.within if contacts else _LONGEST)
        since = (now - LINK_WAITS, now - REMEMBERED, marks_since)
        row = await self._locks.ask(conversation_id, _CLAIM, SPACE, conversation_id, held, *since)
        return claim_of(conversation_id, row) if row["state"] == "claimed" else Nothing(row["state"])

    async def give_back(self, conversation_id: str) -> None:
        """Gives the turn back without a look at what waits."""
        await self._locks.release(conversation_id)

    async def freed(self, conversation_id: str) -> None:
        """Returns once somebody else's turn is over, or they are dead. Raises StoreUnavailable."""
        await self._locks.freed(conversation_id)

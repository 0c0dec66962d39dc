"""The book of deliveries: what became of each line, what it cost, what is owed to a customer and by which way it went.

It decides nothing about when and how; the postbag and the doors do.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog

from connectors.shared.ports import Barred, Later, Outcome, Parcel, Refused, Sent, Way
from conversation.message import Delivery
from handoff.delivery import call_list
from runtime.clock import Clock
from runtime.postgres import Connection, Pool, transaction

_MARK = """
    update messages set delivery = $3, delivery_attempts = delivery_attempts + $4, next_try_at = $5, owed = $6,
        sent_at = coalesce($7, sent_at), sent_by = coalesce($8, sent_by), receipt = coalesce($9, receipt)
    where conversation_id = $1 and seq = any($2)
"""

# The first line of a parcel bears its cost and its rest.
_MARK_FIRST = """
    update messages set cost = cost + $3, rest = $4, owed = owed or $5,
        sent_at = case when $3 > 0 then $6 else sent_at end
    where conversation_id = $1 and seq = $2
"""

# A line of which a part is there already stays as it is.
_SUPPRESS = """
    update messages set delivery = case when sent_at is null then 'suppressed' else 'sent' end, next_try_at = null
    where conversation_id = $1 and seq = any($2)
"""

# What is owed is due again; what waits for a better moment is tried when the customer is there.
_REOPEN = """
    with back as (
        update conversations set unfollowed_at = null where conversation_id = $1 and unfollowed_at is not null
    )
    update messages set delivery = 'pending', next_try_at = $2, failed_ways = '{}',
        delivery_attempts = case when owed then 0 else delivery_attempts end, owed = false
    where conversation_id = $1 and (owed or (delivery = 'pending' and next_try_at is not null))
"""

_HURRY = "update messages set next_try_at = $2 where conversation_id = $1 and delivery = 'pending'"

_FOLLOWS = "update conversations set unfollowed_at = $2 where conversation_id = $1"

_REPORTED = "update messages set receipt_result = $2 where receipt = $1 returning conversation_id, seq"

_NOT_ARRIVED = """
    update messages set delivery = 'pending', owed = false, next_try_at = null, delivery_attempts = 0,
        failed_ways = array_append(failed_ways, sent_by), sent_at = null
    where receipt = $1 and sent_by = 'template' and (owed or delivery = 'sent')
"""


# What a push was answered with stands beside it: a line of the customer, or of the bot where nobody spoke (a follow).
KEEP_RESPONSE = """
    update messages set body = body || jsonb_build_object('response', $3::text)
    where conversation_id = $1 and channel_message_id = $2
"""


class DeliveryBook:
    """Writes into `messages` and the call list; the caller's transaction holds the conversation."""

    def __init__(self, pool: Pool, clock: Clock) -> None:
        self._pool = pool
        self._clock = clock
        self._log = structlog.get_logger()

    async def suppress(self, connection: Connection, conversation_id: str, seqs: Sequence[int]) -> None:
        """Records that lines are kept from the customer: a person has the word."""
        await connection.execute(_SUPPRESS, conversation_id, list(seqs))

    async def sent(self, connection: Connection, parcel: Parcel, outcome: Sent) -> None:
        """Records that the customer has the parcel, and what of it is owed."""
        seqs, now = _numbers(parcel), self._clock.now()
        await self._mark(
            connection, parcel.conversation_id, seqs, Delivery.SENT, at=now, way=outcome.way, receipt=outcome.receipt
        )
        await self._mark_first(connection, parcel, outcome, outcome.rest)
        if promised := outcome.promised:
            await connection.execute(KEEP_RESPONSE, parcel.conversation_id, promised.key, promised.words)
        if not outcome.rest:
            await call_list.withdraw(connection, parcel.conversation_id, seqs, at=now)

    async def postponed(self, connection: Connection, parcel: Parcel, outcome: Later, wait: timedelta) -> None:
        """Records that the parcel is tried again after a while."""
        due = self._clock.now() + wait
        attempts = 1 if outcome.counts else 0
        await self._mark(
            connection, parcel.conversation_id, _numbers(parcel), Delivery.PENDING, attempts=attempts, due=due
        )
        await self._mark_first(connection, parcel, outcome, parcel.rest)

    async def failed(self, connection: Connection, parcel: Parcel, outcome: Refused | Later | Barred) -> None:
        """Records that the parcel did not reach the customer; whom nobody else has told, a person calls."""
        seqs = _numbers(parcel)
        way, receipt = (outcome.way, outcome.receipt) if isinstance(outcome, Barred) else (None, "")
        await self._mark(
            connection,
            parcel.conversation_id,
            seqs,
            Delivery.FAILED,
            way=way,
            receipt=receipt,
            # What the platform refuses for good it would refuse again.
            owed=not isinstance(outcome, Refused),
        )
        rest = outcome.rest if isinstance(outcome, Barred) else parcel.rest
        await self._mark_first(connection, parcel, outcome, rest)
        if way is None:
            await call_list.add(connection, parcel.conversation_id, seqs, outcome.reason, at=self._clock.now())
            self._log.warning(
                "bot.delivery.listed", conversation_id=parcel.conversation_id, seqs=seqs, reason=outcome.reason
            )

    async def reopen(self, connection: Connection, conversation_id: str) -> None:
        """The customer has written: what is owed is delivered first, what waits is tried now, and they are there."""
        await connection.execute(_REOPEN, conversation_id, self._clock.now())

    async def follows(self, conversation_id: str, *, on: bool) -> None:
        """Remembers that the customer follows the account, or has left it: then what waits goes another way now.

        Raises:
            StoreUnavailable: it is not remembered.
        """
        async with transaction(self._pool) as connection:
            await connection.execute(_FOLLOWS, conversation_id, None if on else self._clock.now())
            if not on:
                await connection.execute(_HURRY, conversation_id, self._clock.now())

    async def receipt(self, number: str, result: str, *, arrived: bool) -> None:
        """Records what became of a template message; when it did not arrive, its lines go the next way.

        Raises:
            StoreUnavailable: it is not recorded.
        """
        if not number:
            return
        async with transaction(self._pool) as connection:
            rows = await connection.fetch(_REPORTED, number, result)
            if not arrived:
                await connection.execute(_NOT_ARRIVED, number)
        level = self._log.info if arrived else self._log.warning
        for row in rows:
            level("bot.delivery.reported", conversation_id=row["conversation_id"], seq=row["seq"], result=result)

    async def _mark(
        self,
        connection: Connection,
        conversation_id: str,
        seqs: Sequence[int],
        delivery: Delivery,
        *,
        attempts: int = 1,
        due: datetime | None = None,
        owed: bool = False,
        at: datetime | None = None,
        way: Way | None = None,
        receipt: str = "",
    ) -> None:
        values: tuple[Any, ...] = (delivery.value, attempts, due, owed, at, way.value if way else None, receipt or None)
        await connection.execute(_MARK, conversation_id, list(seqs), *values)

    async def _mark_first(self, connection: Connection, parcel: Parcel, outcome: Outcome, rest: str) -> None:
        owed = isinstance(outcome, Sent) and bool(rest)
        first = parcel.lines[0].seq
        values = (parcel.conversation_id, first, outcome.cost, rest or None, owed, self._clock.now())
        await connection.execute(_MARK_FIRST, *values)


def _numbers(parcel: Parcel) -> list[int]:
    return [line.seq for line in parcel.lines]

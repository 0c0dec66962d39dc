"""The inbox: a message is durable before its door acknowledges it; `bot.reception.claims` gives each its turn."""

from __future__ import annotations

from datetime import timedelta

from bot.reception.delivery_book import KEEP_RESPONSE, DeliveryBook
from conversation.events import Owner
from conversation.message import InboundMessage, Receipt, Role
from handoff import transcript
from runtime.clock import Clock
from runtime.postgres import Pool, at_once, transaction

_RECEIVE = "select line, known from receive_message($1, $2, $3, $4, $5, $6)"

_RESPONSE = """
    select body ->> 'response' from messages
    where conversation_id = $1 and channel_message_id = $2 and body ? 'response' limit 1
"""

_SET_ASIDE = "update messages set turn = 'done' where conversation_id = $1 and seq = $2"

_STUCK = """
    select conversation_id from messages where turn = 'pending' and created_at < $1
    group by conversation_id order by min(created_at) limit $2
"""


# A message that has come is not dropped because many come: it waits for its connection longer than a turn does, and who
# pushes it again meanwhile waits with it.
WAIT_SECONDS = 60.0


class Inbox:
    """Puts messages in, and knows those that wait too long."""

    def __init__(self, pool: Pool, clock: Clock) -> None:
        self._pool = pool
        self._clock = clock
        self._book = DeliveryBook(pool, clock)

    async def put(self, message: InboundMessage) -> Receipt:
        """Makes the message durable, once.

        Raises:
            StoreUnavailable: it is not durable; the door must not acknowledge it.
        """
        user, client_id = message.user, message.channel_message_id
        who = (user.conversation_id, user.channel.value, user.user_id)
        async with at_once(self._pool, wait=WAIT_SECONDS) as connection:
            row = await connection.fetchrow(_RECEIVE, *who, client_id, message.to_body(), self._clock.now())
        return Receipt(row["line"], duplicate=row["known"])

    async def put_aside(self, message: InboundMessage, answer: str) -> Receipt:
        """Keeps a message that needs no turn, with its answer, once; where a person has the word nothing is answered.

        An empty answer is none.

        Raises:
            StoreUnavailable: it is not durable; the door must not acknowledge it.
        """
        key, at = message.user.conversation_id, self._clock.now()
        async with transaction(self._pool, wait=WAIT_SECONDS) as connection:
            said = None
            if message.text or message.attachment or message.location:
                receipt = await transcript.receive(connection, message, at=at)
                if receipt.duplicate:
                    return receipt
                said = receipt.seq
                await self._book.reopen(connection, key)
                await connection.execute(_SET_ASIDE, key, said)
            await transcript.open_conversation(connection, key, at=at)
            owned = await transcript.lock(connection, key)
            known = await transcript.find(connection, key, Role.BOT, message.channel_message_id)
            if known or owned.owner is Owner.AGENT or not answer:
                return Receipt(known.seq if known else said or 0, duplicate=known is not None)
            line = await transcript.append(
                connection,
                key,
                Role.BOT,
                {"text": answer},
                at=at,
                epoch=owned.epoch,
                client_id=message.channel_message_id,
                reply_to=said,
            )
            return Receipt(said or line.seq, duplicate=False)

    async def keep_response(self, conversation_id: str, key: str, words: str) -> None:
        """Remembers what a push was answered with at once. Raises StoreUnavailable."""
        async with at_once(self._pool) as connection:
            await connection.execute(KEEP_RESPONSE, conversation_id, key, words)

    async def response(self, conversation_id: str, key: str) -> str | None:
        """Finds what a push was answered with at once. Raises StoreUnavailable."""
        async with at_once(self._pool) as connection:
            words: str | None = await connection.fetchval(_RESPONSE, conversation_id, key)
        return words

    async def put_off(self, message: InboundMessage, answer: str) -> Receipt:
        """Keeps a message for a later turn, with a sentence for the meantime, once.

        An empty answer is none; where a person has the word nothing is said.

        Raises:
            StoreUnavailable: it is not durable; the door must not acknowledge it.
        """
        key, at = message.user.conversation_id, self._clock.now()
        async with transaction(self._pool, wait=WAIT_SECONDS) as connection:
            receipt = await transcript.receive(connection, message, at=at)
            if not receipt.duplicate:
                await self._book.reopen(connection, key)
            owned = await transcript.lock(connection, key)
            if receipt.duplicate or owned.owner is Owner.AGENT or not answer:
                return receipt
            await transcript.append(connection, key, Role.BOT, {"text": answer}, at=at, epoch=owned.epoch)
            return receipt

    async def stuck(self, *, older_than: timedelta, most: int) -> list[str]:
        """Lists conversations with a message that should have had its turn, who waits longest first.

        It was put off, a worker died, or a wake was lost. Raises StoreUnavailable.
        """
        async with at_once(self._pool) as connection:
            rows = await connection.fetch(_STUCK, self._clock.now() - older_than, most)
        return [row["conversation_id"] for row in rows]

"""The inbox: a message is durable before its door acknowledges it, and each is claimed for a turn in its order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.identity.links import LINK_WAITS
from bot.reception.delivery_book import KEEP_RESPONSE, DeliveryBook
from conversation.events import Owner
from conversation.message import InboundMessage, Receipt, Role, is_wordless
from handoff import transcript
from runtime.clock import Clock
from runtime.postgres import Pool, transaction

_CLAIM = """
    with next as (
        select conversation_id, seq from messages where conversation_id = $1 and turn = 'pending' order by seq limit 1
    )
    update messages m set turn_attempts = turn_attempts + 1
    from next n, conversations c
    where m.conversation_id = n.conversation_id and m.seq = n.seq and c.conversation_id = m.conversation_id
    returning m.seq, m.body, m.turn_attempts, m.created_at, c.channel, c.channel_user, c.owner, c.epoch, c.return_note,
        c.return_facts,
        (select jsonb_agg(jsonb_build_object('id', e.errand_id, 'action', e.action, 'wish', e.body -> 'wish')
                          order by e.errand_id)
         from errands e where e.conversation_id = m.conversation_id and e.state = 'waiting') as errands,
        (select jsonb_agg(jsonb_build_object('id', l.link_id, 'source', l.source_id) order by l.made_at, l.link_id)
         from identity_links l
         where l.conversation_id = m.conversation_id and l.settled_at is null and l.made_at > $2) as links,
        (select jsonb_agg(jsonb_build_object('text', p.text, 'due_at', p.due_at) order by p.due_at)
         from promises p where p.conversation_id = m.conversation_id and p.state = 'watching') as promises
"""

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


@dataclass(frozen=True)
class Claim:
    """One message whose turn this worker runs; `attempt` is the fence that lets a single answer through.

    `text` is what it asks for, `shown` what the customer sees of it: of a pressed button the payload and the label.
    `errands` are the requests of this customer that wait for the company, `links` the identities of theirs that it does
    not know yet.
    """

    conversation_id: str
    seq: int
    text: str
    attempt: int
    channel: str
    channel_user: str
    owner: Owner
    epoch: int
    at: datetime
    return_note: str | None
    shown: str = ""
    errands: tuple[dict[str, Any], ...] = ()
    links: tuple[dict[str, Any], ...] = ()
    promises: tuple[dict[str, Any], ...] = ()
    location: dict[str, Any] | None = None
    attachment: dict[str, Any] | None = None
    return_facts: dict[str, Any] | None = None

    @property
    def spoken(self) -> str:
        """The customer's own words: a place and a picture have none, whatever stands for them in the transcript."""
        return "" if is_wordless({"location": self.location, "attachment": self.attachment}) else self.text

    @property
    def message_id(self) -> str:
        """The name of this message in every system: the root of idempotency keys."""
        return f"{self.conversation_id}/{self.seq}"


class Inbox:
    """Puts messages in and claims them in order."""

    def __init__(self, pool: Pool, clock: Clock) -> None:
        self._pool = pool
        self._clock = clock
        self._book = DeliveryBook(pool, clock)

    async def put(self, message: InboundMessage) -> Receipt:
        """Makes the message durable, once.

        Raises:
            StoreUnavailable: it is not durable; the door must not acknowledge it.
        """
        async with transaction(self._pool, wait=WAIT_SECONDS) as connection:
            receipt = await transcript.receive(connection, message, at=self._clock.now())
            if not receipt.duplicate:
                await self._book.reopen(connection, message.user.conversation_id)
            return receipt

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
        async with transaction(self._pool) as connection:
            await connection.execute(KEEP_RESPONSE, conversation_id, key, words)

    async def response(self, conversation_id: str, key: str) -> str | None:
        """Finds what a push was answered with at once. Raises StoreUnavailable."""
        async with transaction(self._pool) as connection:
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

    async def claim(self, conversation_id: str) -> Claim | None:
        """Claims the oldest message that waits for its turn; the caller holds the conversation's turn."""
        async with transaction(self._pool) as connection:
            row = await connection.fetchrow(_CLAIM, conversation_id, self._clock.now() - LINK_WAITS)
        return _claim(conversation_id, row) if row else None

    async def waiting(self, conversation_id: str) -> bool:
        """Whether a message waits for its turn."""
        query = "select exists (select 1 from messages where conversation_id = $1 and turn = 'pending')"
        return bool(await self._pool.fetchval(query, conversation_id))

    async def stuck(self, *, older_than: timedelta, most: int) -> list[str]:
        """Lists conversations with a message that should have had its turn, who waits longest first.

        It was put off, a worker died, or a wake was lost.
        """
        rows = await self._pool.fetch(_STUCK, self._clock.now() - older_than, most)
        return [row["conversation_id"] for row in rows]


def _claim(conversation_id: str, row: Any) -> Claim:
    body = row["body"]
    return Claim(
        conversation_id=conversation_id,
        seq=row["seq"],
        text=body.get("payload") or body["text"],
        attempt=row["turn_attempts"],
        channel=row["channel"],
        channel_user=row["channel_user"],
        owner=Owner(row["owner"]),
        epoch=row["epoch"],
        at=row["created_at"],
        return_note=row["return_note"],
        return_facts=row["return_facts"],
        shown=body["text"],
        errands=tuple(row["errands"] or ()),
        links=tuple(row["links"] or ()),
        promises=tuple(row["promises"] or ()),
        location=body.get("location"),
        attachment=body.get("attachment"),
    )

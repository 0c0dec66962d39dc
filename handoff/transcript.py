"""The transcript of a conversation: every voice writes here, under the conversation's row lock, with its own number.

The inbox is the rows whose turn is pending, the outbox the rows whose delivery is pending. This module writes and reads
lines; who may speak is decided in `handoff.voice` and `handoff.escalations`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from conversation.events import Owner, Ownership
from conversation.identity import AgentIdentity
from conversation.message import Delivery, InboundMessage, Line, Receipt, Role
from handoff.errors import UnknownConversation
from runtime.clock import SHANGHAI
from runtime.postgres import Connection

_ON_ITS_WAY = frozenset({Role.BOT, Role.AGENT, Role.SYSTEM})

_OWNER = """
    select c.owner, c.epoch, c.agent_id, a.name as agent_name
    from conversations c left join agents a using (agent_id) where c.conversation_id = $1
"""

_LINE = """
    select m.conversation_id, m.seq, m.role, m.body, m.epoch, m.agent_id, m.channel_message_id, m.delivery,
           m.created_at, a.name as agent_name
    from messages m left join agents a on a.agent_id = m.agent_id
"""

# Two first messages at the same moment meet at whichever of the table's two keys comes first: neither is named.
_OPEN = """
    insert into conversations (conversation_id, channel, channel_user, created_at, updated_at)
    values ($1, $2, $3, $4, $4) on conflict do nothing
"""

_APPEND = """
    with numbered as (
        update conversations set last_seq = last_seq + 1, updated_at = $4 where conversation_id = $1 returning last_seq
    )
    insert into messages
        (conversation_id, seq, role, body, created_at, epoch, agent_id, channel_message_id, reply_to, turn, delivery)
    select $1, last_seq, $2, $3, $4, $5, $6, $7, $8, $9, $10 from numbered
    returning seq
"""


class Place(NamedTuple):
    """A line among those of several conversations, which are one talk by time."""

    at: datetime
    conversation_id: str
    seq: int


async def lock(connection: Connection, conversation_id: str) -> Ownership:
    """Takes the conversation's row lock and tells who owns it; every writer starts here.

    Raises:
        UnknownConversation: nobody has written in it yet.
    """
    row = await connection.fetchrow(_OWNER + " for update of c", conversation_id)
    return _ownership(row, conversation_id)


async def try_lock(connection: Connection, conversation_id: str) -> Ownership | None:
    """Takes the row lock unless somebody else writes right now; a sweep comes by again."""
    row = await connection.fetchrow(_OWNER + " for update of c skip locked", conversation_id)
    return _ownership(row, conversation_id) if row else None


async def hold(connection: Connection, conversation_id: str) -> Ownership:
    """Keeps the owner as it is until the transaction ends, and tells who that is. Raises UnknownConversation."""
    return _ownership(await connection.fetchrow(_OWNER + " for share of c", conversation_id), conversation_id)


async def ownership(connection: Connection, conversation_id: str) -> Ownership:
    """Tells who owns the conversation, without a lock. Raises UnknownConversation."""
    return _ownership(await connection.fetchrow(_OWNER, conversation_id), conversation_id)


def _ownership(row: Any, conversation_id: str) -> Ownership:
    if row is None:
        raise UnknownConversation(conversation_id=conversation_id)
    return ownership_of(row)


def ownership_of(row: Any) -> Ownership:
    """Reads the owner out of a conversation's row."""
    agent = AgentIdentity(row["agent_id"], row["agent_name"]) if row["agent_id"] else None
    return Ownership(Owner(row["owner"]), row["epoch"], agent)


async def open_conversation(connection: Connection, conversation_id: str, *, at: datetime) -> None:
    """Makes the conversation's row when this is the first word in it."""
    channel, _, user_id = conversation_id.partition(":")
    await connection.execute(_OPEN, conversation_id, channel, user_id, at)


async def receive(connection: Connection, message: InboundMessage, *, at: datetime) -> Receipt:
    """Makes a customer's message durable, once: the same channel message id gets the same number.

    The caller is inside a transaction; the message is acknowledged to the channel after its commit.
    """
    conversation_id = message.user.conversation_id
    await open_conversation(connection, conversation_id, at=at)
    owned = await lock(connection, conversation_id)
    known = await find(connection, conversation_id, Role.CUSTOMER, message.channel_message_id)
    if known:
        return Receipt(known.seq, duplicate=True)
    line = await append(
        connection,
        conversation_id,
        Role.CUSTOMER,
        message.to_body(),
        at=at,
        epoch=owned.epoch,
        client_id=message.channel_message_id,
    )
    return Receipt(line.seq, duplicate=False)


async def append(
    connection: Connection,
    conversation_id: str,
    role: Role,
    body: dict[str, Any],
    *,
    at: datetime,
    epoch: int,
    agent_id: str | None = None,
    client_id: str | None = None,
    reply_to: int | None = None,
    delivery: Delivery | None = None,
) -> Line:
    """Adds a line with the next number; the caller holds the conversation's lock.

    A customer's line waits for its turn; a line of the bot, an agent or the system waits for its delivery unless
    `delivery` says otherwise; a note does neither.
    """
    if role in _ON_ITS_WAY and delivery is None:
        delivery = Delivery.PENDING
    turn = "pending" if role is Role.CUSTOMER else None
    seq = await connection.fetchval(
        _APPEND,
        conversation_id,
        role.value,
        body,
        at,
        epoch,
        agent_id,
        client_id,
        reply_to,
        turn,
        delivery.value if delivery else None,
    )
    agent = None
    if agent_id:
        name = await connection.fetchval("select name from agents where agent_id = $1", agent_id)
        agent = AgentIdentity(agent_id, name)
    return Line(conversation_id, seq, role, body, at, epoch, agent, client_id, delivery)


async def find(connection: Connection, conversation_id: str, role: Role, client_id: str) -> Line | None:
    """Finds the line a resent message already made."""
    row = await connection.fetchrow(
        _LINE + " where m.conversation_id = $1 and m.role = $2 and m.channel_message_id = $3",
        conversation_id,
        role.value,
        client_id,
    )
    return _line(row) if row else None


async def read(
    connection: Connection, conversation_id: str, *, after: int = 0, limit: int = 500, for_customer: bool
) -> list[Line]:
    """Reads the lines after a number, oldest first; the customer never sees notes nor what was suppressed or failed."""
    hidden = " and m.role <> 'note' and m.delivery is distinct from 'suppressed'" if for_customer else ""
    rows = await connection.fetch(
        f"{_LINE} where m.conversation_id = $1 and m.seq > $2{hidden} order by m.seq limit $3",
        conversation_id,
        after,
        limit,
    )
    return [_line(row) for row in rows]


async def hand_out(connection: Connection, conversation_id: str, *, after: int, limit: int) -> list[Line]:
    """Holds the owner, then reads the lines a customer may see after a number as they stand under that hold."""
    rows = await connection.fetch("select * from lines_to_send($1, $2, $3)", conversation_id, after, limit)
    return [_line(row) for row in rows]


async def read_before(connection: Connection, conversation_id: str, before: int, *, limit: int) -> list[Line]:
    """Reads the last lines before a number that the customer has seen, oldest first."""
    rows = await connection.fetch(
        f"{_LINE} where m.conversation_id = $1 and m.seq < $2 and m.role <> 'note'"
        " and m.delivery is distinct from 'suppressed' order by m.seq desc limit $3",
        conversation_id,
        before,
        limit,
    )
    return [_line(row) for row in reversed(rows)]


async def read_across(
    connection: Connection, conversation_ids: Sequence[str], before: Place | None, *, limit: int
) -> list[Line]:
    """Reads the last lines of several conversations before a place, as one talk by time, oldest first."""
    query = f"{_LINE} where m.conversation_id = any($1::text[])"
    if before:
        query += " and (m.created_at, m.conversation_id, m.seq) < ($3, $4, $5)"
    rows = await connection.fetch(
        query + " order by m.created_at desc, m.conversation_id desc, m.seq desc limit $2",
        list(conversation_ids),
        limit,
        *(before or ()),
    )
    return [_line(row) for row in reversed(rows)]


async def search(connection: Connection, conversation_id: str, words: str, *, limit: int) -> list[Line]:
    """Finds the newest lines that hold these words, oldest first."""
    pattern = words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    rows = await connection.fetch(
        f"{_LINE} where m.conversation_id = $1 and m.body ->> 'text' ilike $2 order by m.seq desc limit $3",
        conversation_id,
        f"%{pattern}%",
        limit,
    )
    return [_line(row) for row in reversed(rows)]


async def undelivered(connection: Connection, conversation_id: str, *, limit: int) -> list[Line]:
    """Takes the lines that wait for their delivery, oldest first, so that nobody else delivers them meanwhile."""
    rows = await connection.fetch(
        f"{_LINE} where m.conversation_id = $1 and m.delivery = 'pending' order by m.seq limit $2 for update of m",
        conversation_id,
        limit,
    )
    return [_line(row) for row in rows]


async def suppress_pending(connection: Connection, conversation_id: str) -> list[int]:
    """Keeps the bot's undelivered lines from the customer; returns their numbers."""
    rows = await connection.fetch(
        # A line of which a part is there already (`rest` was left over) stays as it is.
        "update messages set delivery = case when sent_at is null then 'suppressed' else 'sent' end"
        " where conversation_id = $1 and role = 'bot' and delivery = 'pending' returning seq",
        conversation_id,
    )
    return sorted(row["seq"] for row in rows)


def _line(row: Any) -> Line:
    return Line(
        conversation_id=row["conversation_id"],
        seq=row["seq"],
        role=Role(row["role"]),
        body=row["body"],
        at=row["created_at"].astimezone(SHANGHAI),
        epoch=row["epoch"],
        agent=AgentIdentity(row["agent_id"], row["agent_name"]) if row["agent_id"] else None,
        client_id=row["channel_message_id"],
        delivery=Delivery(row["delivery"]) if row["delivery"] else None,
    )

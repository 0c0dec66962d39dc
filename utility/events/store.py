"""The outbox as it is read, its subscribers and what they never took: the SQL.

An event's number is drawn before its transaction commits, so numbers may become visible out of order. The stream is
therefore ordered by transaction and ends before the oldest one that is still running: nothing can appear behind a
reader's back.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from runtime.postgres import Connection
from utility.events.values import DeadDelivery, Position, Subscriber, Told

_EVENT = """
    select transaction_id::text, event_id, type, at, subject, account_no, area_ids, data from events
    where (transaction_id, event_id) > ($1::text::xid8, $2)
    and transaction_id < pg_snapshot_xmin(pg_current_snapshot())
"""
_SUBSCRIBER = """
    select subscriber_id, client, url, secret, types, created_at, after_transaction::text, after_event, failures,
           failing_since, next_try_at, last_error, batch
    from subscribers
"""


async def events_after(connection: Connection, after: Position, most: int, type_: str = "") -> list[Told]:
    """Reads the next events, of one type or of `<subject>.*` when it is given."""
    rows = await connection.fetch(
        f"""{_EVENT} and ($4 = '' or type = $4 or split_part(type, '.', 1) || '.*' = $4)
        order by events.transaction_id, event_id limit $3""",
        *(str(after.transaction), after.event, most, type_),
    )
    return [_told(row) for row in rows]


async def end_of_stream(connection: Connection) -> Position:
    """Returns the position before which everything is settled."""
    return Position(int(await connection.fetchval("select pg_snapshot_xmin(pg_current_snapshot())::text")), 0)


async def add_subscriber(connection: Connection, new: Subscriber) -> None:
    """Writes a new subscriber."""
    await connection.execute(
        """insert into subscribers
        (subscriber_id, client, url, secret, types, created_at, after_transaction, after_event, batch)
        values ($1, $2, $3, $4, $5, $6, $7::text::xid8, $8, $9)""",
        *(new.subscriber_id, new.client, new.url, new.secret, list(new.types), new.created_at),
        *(str(new.after.transaction), new.after.event, new.batch),
    )


async def subscribers_of(connection: Connection, client: str) -> list[Subscriber]:
    """Lists the subscribers of a client, oldest first."""
    rows = await connection.fetch(
        f"{_SUBSCRIBER} where client = $1 and removed_at is null order by created_at, subscriber_id", client
    )
    return [_subscriber(row) for row in rows]


async def due_subscribers(connection: Connection, now: datetime) -> list[Subscriber]:
    """Lists whom to try now and who has not everything."""
    rows = await connection.fetch(
        f"""{_SUBSCRIBER} where removed_at is null and (next_try_at is null or next_try_at <= $1) and exists (
            select from events where (transaction_id, event_id) > (after_transaction, after_event))""",
        now,
    )
    return [_subscriber(row) for row in rows]


async def remove_subscriber(connection: Connection, client: str, subscriber_id: str, at: datetime) -> None:
    """Ends a subscription of a client; what is not theirs or not there stays as it is."""
    await connection.execute(
        "update subscribers set removed_at = $3 where client = $1 and subscriber_id = $2 and removed_at is null",
        *(client, subscriber_id, at),
    )


async def move_on(connection: Connection, subscriber_id: str, before: Position, after: Position) -> bool:
    """Notes that a subscriber has everything up to `after`; False when somebody else has moved it."""
    moved = await connection.fetchval(
        """update subscribers set after_transaction = $4::text::xid8, after_event = $5, failures = 0,
               failing_since = null, next_try_at = null, last_error = ''
        where subscriber_id = $1 and removed_at is null
        and (after_transaction, after_event) = ($2::text::xid8, $3) returning true""",
        *(subscriber_id, str(before.transaction), before.event, str(after.transaction), after.event),
    )
    return bool(moved)


async def note_failure(
    connection: Connection, subscriber_id: str, error: str, now: datetime, next_try_at: datetime
) -> None:
    """Notes that a subscriber did not take an event, and when it is tried again."""
    await connection.execute(
        """update subscribers set failures = failures + 1, failing_since = coalesce(failing_since, $3),
               next_try_at = $4, last_error = $2
        where subscriber_id = $1""",
        *(subscriber_id, error, now, next_try_at),
    )


async def give_up(connection: Connection, subscriber: Subscriber, events: Sequence[Told], now: datetime) -> None:
    """Lists events that a subscriber never took, and goes on behind them."""
    await connection.executemany(
        """insert into dead_deliveries (subscriber_id, event_id, at, failures, error)
        select $1, $2, $3, failures, last_error from subscribers where subscriber_id = $1 on conflict do nothing""",
        [(subscriber.subscriber_id, event.position.event, now) for event in events if subscriber.wants(event.type)],
    )
    last = events[-1].position
    await connection.execute(
        """update subscribers set after_transaction = $2::text::xid8, after_event = $3
        where subscriber_id = $1 and (after_transaction, after_event) < ($2::text::xid8, $3)""",
        *(subscriber.subscriber_id, str(last.transaction), last.event),
    )


async def dead_deliveries(connection: Connection, client: str, after: int, most: int) -> list[DeadDelivery]:
    """Lists what the subscribers of a client never took, oldest first."""
    rows = await connection.fetch(
        """select d.dead_no, d.subscriber_id, s.url, d.event_id::text, e.type, e.subject, d.at, d.failures, d.error
        from dead_deliveries d join subscribers s using (subscriber_id) join events e using (event_id)
        where s.client = $1 and d.dead_no > $2 order by d.dead_no limit $3""",
        *(client, after, most),
    )
    return [DeadDelivery(**row) for row in rows]


def _told(row: object) -> Told:
    fields = dict(row)  # type: ignore[call-overload]  # asyncpg's record is a mapping, without stubs
    position = Position(int(fields.pop("transaction_id")), fields.pop("event_id"))
    return Told(**{**fields, "position": position, "area_ids": tuple(fields["area_ids"])})


def _subscriber(row: object) -> Subscriber:
    fields = dict(row)  # type: ignore[call-overload]  # asyncpg's record is a mapping, without stubs
    after = Position(int(fields.pop("after_transaction")), fields.pop("after_event"))
    return Subscriber(**{**fields, "after": after, "types": tuple(fields["types"])})

"""What providers said, and the sums that fit nothing: the SQL."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from runtime.postgres import Connection
from utility.payments.values import Notice, SuspenseItem

_ITEM = """
    select suspense_no, provider, transaction_id, kind, reason, order_no, amount, received_at, state, account_no
    from suspense_items
"""


@dataclass(frozen=True)
class Heard:
    """What was made of a notice that came before."""

    digest: str
    outcome: str
    payment_no: str | None


async def claim(connection: Connection, notice: Notice, now: datetime) -> Heard | None:
    """Writes a notice down; returns what was made of it when it came before, after its transaction has ended."""
    mine = await connection.fetchval(
        """insert into provider_notices
        (provider, transaction_id, kind, digest, order_no, amount, outcome, received_at)
        values ($1, $2, $3, $4, $5, $6, 'received', $7) on conflict do nothing returning 1""",
        *(notice.provider, notice.transaction_id, notice.kind, notice.digest, notice.order_no, notice.amount, now),
    )
    if mine:
        return None
    row = await connection.fetchrow(
        """select digest, outcome, payment_no from provider_notices
        where provider = $1 and transaction_id = $2 and kind = $3""",
        *(notice.provider, notice.transaction_id, notice.kind),
    )
    return Heard(**row)


async def decide(connection: Connection, notice: Notice, outcome: str, payment_no: str | None) -> None:
    """Keeps what was made of a notice."""
    await connection.execute(
        """update provider_notices set outcome = $4, payment_no = $5
        where provider = $1 and transaction_id = $2 and kind = $3""",
        *(notice.provider, notice.transaction_id, notice.kind, outcome, payment_no),
    )


async def waiting_refunds(connection: Connection, provider: str, order_no: str) -> list[Notice]:
    """Takes the refunds of an order that came before its payment."""
    rows = await connection.fetch(
        """select provider, transaction_id, kind, order_no, amount, received_at as at, digest from provider_notices
        where provider = $1 and order_no = $2 and kind = 'refund' and outcome = 'waiting' for update""",
        *(provider, order_no),
    )
    return [Notice(**row) for row in rows]


async def suspend(connection: Connection, suspense_no: str, notice: Notice, reason: str, now: datetime) -> None:
    """Puts a notice on the list for a person."""
    await connection.execute(
        """insert into suspense_items
        (suspense_no, provider, transaction_id, kind, reason, order_no, amount, received_at, state)
        values ($1, $2, $3, $4, $5, $6, $7, $8, 'waiting')""",
        *(suspense_no, notice.provider, notice.transaction_id, notice.kind, reason, notice.order_no, notice.amount),
        now,
    )


async def item(connection: Connection, suspense_no: str) -> SuspenseItem | None:
    """Reads an item of the list, held to the end of the transaction."""
    row = await connection.fetchrow(f"{_ITEM} where suspense_no = $1 for update", suspense_no)
    return SuspenseItem(**row) if row else None


async def items(connection: Connection, state: str, most: int) -> list[SuspenseItem]:
    """Lists the items of a state, oldest first."""
    rows = await connection.fetch(f"{_ITEM} where state = $1 order by received_at, suspense_no limit $2", state, most)
    return [SuspenseItem(**row) for row in rows]


async def resolve(
    connection: Connection, suspense_no: str, state: str, account_no: str | None, by: str, at: datetime
) -> None:
    """Takes an item off the list."""
    await connection.execute(
        """update suspense_items set state = $2, account_no = $3, resolved_by = $4, resolved_at = $5
        where suspense_no = $1""",
        *(suspense_no, state, account_no, by, at),
    )

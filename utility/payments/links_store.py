"""Payment orders: the SQL."""

from __future__ import annotations

from datetime import datetime

from runtime.postgres import Connection
from utility.payments.values import PaymentOrder

_ORDER = """
    select payment_order_no, account_no, purpose, period, amount, holder, channel, channel_user, state, created_at,
           expires_at, closed_at, payment_no
    from payment_orders
"""


async def save(connection: Connection, order: PaymentOrder) -> None:
    """Writes a payment order."""
    await connection.execute(
        """insert into payment_orders (payment_order_no, account_no, purpose, period, amount, holder, channel,
        channel_user, state, created_at, expires_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)""",
        *(order.payment_order_no, order.account_no, order.purpose, order.period, order.amount, order.holder),
        *(order.channel, order.channel_user, order.state, order.created_at, order.expires_at),
    )


async def order(connection: Connection, payment_order_no: str, *, hold: bool = False) -> PaymentOrder | None:
    """Reads a payment order; `hold` keeps it to the end of the transaction."""
    row = await connection.fetchrow(
        f"{_ORDER} where payment_order_no = $1 {'for update' if hold else ''}", payment_order_no
    )
    return PaymentOrder(**row) if row else None


async def open_order(
    connection: Connection, account_no: str, purpose: str, period: str, holder: str
) -> PaymentOrder | None:
    """Reads the open order of an account and purpose."""
    row = await connection.fetchrow(
        f"""{_ORDER} where account_no = $1 and purpose = $2 and coalesce(period, '') = $3 and holder = $4
        and state = 'open' for update""",
        *(account_no, purpose, period, holder),
    )
    return PaymentOrder(**row) if row else None


async def end(
    connection: Connection, payment_order_no: str, state: str, at: datetime, payment_no: str | None = None
) -> None:
    """Ends a payment order: paid, expired, cancelled or failed."""
    await connection.execute(
        "update payment_orders set state = $2, closed_at = $3, payment_no = $4 where payment_order_no = $1",
        *(payment_order_no, state, at, payment_no),
    )


async def expired(connection: Connection, now: datetime, most: int) -> list[PaymentOrder]:
    """Takes open orders whose time is over; what another round holds is left to it."""
    rows = await connection.fetch(
        f"""{_ORDER} where state = 'open' and expires_at <= $1 order by expires_at limit $2
        for update skip locked""",
        *(now, most),
    )
    return [PaymentOrder(**row) for row in rows]

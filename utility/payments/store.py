"""What was paid in: the SQL."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from runtime.postgres import Connection


async def credit(connection: Connection, account_no: str, now: datetime) -> Decimal:
    """Adds up what was paid in until `now`, has arrived, and is not tied to a bill."""
    amount = await connection.fetchval(
        """select coalesce(sum(amount), 0.00) from payments p where account_no = $1 and status = 'success' and at <= $2
        and not exists (select from payment_periods where payment_no = p.payment_no)""",
        account_no,
        now,
    )
    return Decimal(amount)

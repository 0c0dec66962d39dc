"""Refunds, corrections and mandates: the SQL."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from runtime.postgres import Connection
from utility.payments.values import Correction, Mandate, Refund

_REFUND = """
    select refund_no, account_no, payment_no, amount, reason, state, origin, requested_at, closed_at from refunds
"""
_CORRECTION = """
    select correction_no, payment_no, from_account, to_account, amount, state, requested_at, requested_by, due_on,
           closed_at
    from corrections
"""
_MANDATE = "select mandate_no, account_no, provider, state, signed_at, cancelled_at from mandates"


async def save_refund(connection: Connection, refund: Refund, by: str) -> None:
    """Writes a refund."""
    await connection.execute(
        """insert into refunds (refund_no, account_no, payment_no, amount, reason, state, origin, requested_at,
        requested_by) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)""",
        *(refund.refund_no, refund.account_no, refund.payment_no, refund.amount, refund.reason, refund.state),
        *(refund.origin, refund.requested_at, by),
    )


async def refund(connection: Connection, refund_no: str) -> Refund | None:
    """Reads a refund."""
    row = await connection.fetchrow(f"{_REFUND} where refund_no = $1", refund_no)
    return Refund(**row) if row else None


async def refunds(connection: Connection, account_no: str) -> list[Refund]:
    """Lists the refunds of an account, newest first."""
    rows = await connection.fetch(f"{_REFUND} where account_no = $1 order by requested_at desc, refund_no", account_no)
    return [Refund(**row) for row in rows]


async def refunded(connection: Connection, payment_no: str) -> Decimal:
    """Adds up what of a payment has gone back or is on its way back, and what went to another account."""
    amount = await connection.fetchval(
        """select coalesce((select sum(amount) from refunds where payment_no = $1
                            and state in ('requested', 'approved', 'paid')), 0.00)
                + coalesce((select sum(amount) from corrections where payment_no = $1 and state = 'moved'), 0.00)""",
        payment_no,
    )
    return Decimal(amount)


async def advance_refund(
    connection: Connection, refund_no: str, state: str, at: datetime, *, by: str = "", closed: bool = False
) -> None:
    """Moves a refund to its next state."""
    await connection.execute(
        """update refunds set state = $2, decided_at = coalesce(decided_at, $3),
        decided_by = case when $4 = '' then decided_by else $4 end, closed_at = case when $5 then $3 end
        where refund_no = $1""",
        *(refund_no, state, at, by, closed),
    )


async def save_correction(connection: Connection, correction: Correction) -> None:
    """Writes a correction."""
    await connection.execute(
        """insert into corrections (correction_no, payment_no, from_account, to_account, amount, state, requested_at,
        requested_by, due_on, closed_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)""",
        *(correction.correction_no, correction.payment_no, correction.from_account, correction.to_account),
        *(correction.amount, correction.state, correction.requested_at, correction.requested_by, correction.due_on),
        correction.closed_at,
    )


async def correction(connection: Connection, correction_no: str) -> Correction | None:
    """Reads a correction."""
    row = await connection.fetchrow(f"{_CORRECTION} where correction_no = $1", correction_no)
    return Correction(**row) if row else None


async def correction_of(connection: Connection, payment_no: str) -> Correction | None:
    """Reads the correction of a payment that was not refused."""
    row = await connection.fetchrow(f"{_CORRECTION} where payment_no = $1 and state <> 'refused'", payment_no)
    return Correction(**row) if row else None


async def end_correction(connection: Connection, correction_no: str, state: str, at: datetime) -> None:
    """Ends a correction: moved or refused."""
    await connection.execute(
        "update corrections set state = $2, closed_at = $3 where correction_no = $1", correction_no, state, at
    )


async def save_mandate(connection: Connection, mandate: Mandate, by: str) -> None:
    """Writes a mandate."""
    await connection.execute(
        """insert into mandates (mandate_no, account_no, provider, state, signed_at, signed_by)
        values ($1, $2, $3, 'signed', $4, $5)""",
        *(mandate.mandate_no, mandate.account_no, mandate.provider, mandate.signed_at, by),
    )


async def mandate(connection: Connection, account_no: str) -> Mandate | None:
    """Reads the mandate of an account that holds."""
    row = await connection.fetchrow(f"{_MANDATE} where account_no = $1 and state = 'signed'", account_no)
    return Mandate(**row) if row else None


async def cancel_mandate(connection: Connection, mandate_no: str, at: datetime) -> None:
    """Ends a mandate."""
    await connection.execute(
        "update mandates set state = 'cancelled', cancelled_at = $2 where mandate_no = $1", mandate_no, at
    )


async def mandates_due(connection: Connection, today: date, most: int) -> list[Mandate]:
    """Lists the mandates of accounts with a bill whose last payment day has come, not asked today."""
    rows = await connection.fetch(
        f"""{_MANDATE} m where state = 'signed'
        and exists (select from bills b where b.account_no = m.account_no and b.status = 'unpaid' and b.due = $1)
        and not exists (select from mandate_runs r where r.mandate_no = m.mandate_no and r.day = $1)
        order by mandate_no limit $2""",
        *(today, most),
    )
    return [Mandate(**row) for row in rows]


async def note_run(connection: Connection, mandate_no: str, day: date, order_no: str, amount: Decimal) -> None:
    """Notes that a debit was asked for."""
    await connection.execute(
        """insert into mandate_runs (mandate_no, day, payment_order_no, amount, state)
        values ($1, $2, $3, $4, 'asked')""",
        *(mandate_no, day, order_no, amount),
    )


async def was_run(connection: Connection, mandate_no: str, day: date) -> bool:
    """Tells whether a debit was asked for on a day."""
    return bool(
        await connection.fetchval(
            "select exists (select from mandate_runs where mandate_no = $1 and day = $2)", mandate_no, day
        )
    )


async def end_run(connection: Connection, payment_order_no: str, state: str, reason: str) -> str | None:
    """Ends a debit: paid or failed; returns its mandate, None when the order was no debit."""
    number = await connection.fetchval(
        """update mandate_runs set state = $2, reason = $3 where payment_order_no = $1 and state = 'asked'
        returning mandate_no""",
        *(payment_order_no, state, reason),
    )
    return None if number is None else str(number)

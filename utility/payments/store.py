"""The ledger and the payments: the SQL. A move is written once and never changed; what is wrong is moved back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal

from runtime.clock import SHANGHAI
from runtime.postgres import Connection
from utility.payments.values import Debt, Move, Payment, Settled

_PAYMENT = """
    select payment_no, account_no, at, amount, channel, status, note,
           array(select distinct period from ledger_moves where ref = payment_no and to_book = 'bill' order by period)
           as periods
    from payments
"""


async def hold_account(connection: Connection, account_no: str) -> None:
    """Holds an account's money to the end of the transaction: nobody else moves it meanwhile."""
    await connection.execute("select from accounts where account_no = $1 for no key update", account_no)


async def move(connection: Connection, moves: Iterable[Move]) -> None:
    """Writes moves into the ledger."""
    await connection.executemany(
        """insert into ledger_moves (account_no, at, from_book, to_book, period, amount, ref)
        values ($1, $2, $3, $4, $5, $6, $7)""",
        [(m.account_no, m.at, m.from_book, m.to_book, m.period, m.amount, m.ref) for m in moves],
    )


async def book(connection: Connection, account_no: str, name: str, now: datetime) -> Decimal:
    """Adds up what stands in a book of an account: `credit`, `coupon`."""
    amount = await connection.fetchval(
        """select coalesce(sum(case when to_book = $2 then amount else -amount end), 0.00) from ledger_moves
        where account_no = $1 and at <= $3 and $2 in (from_book, to_book)""",
        *(account_no, name, now),
    )
    return Decimal(amount)


async def debts(connection: Connection, account_no: str, today: date) -> list[Debt]:
    """Lists the bills issued by `today` that are not settled, oldest first, with what was paid of each."""
    bills = await connection.fetch(
        """select period, total, due from bills where account_no = $1 and issued <= $2 and status = 'unpaid'
        order by period""",
        *(account_no, today),
    )
    periods = [row["period"] for row in bills]
    paid = await _paid(connection, account_no, periods) if periods else []
    return [
        Debt(
            row["period"],
            row["total"],
            row["due"],
            tuple(
                Settled(at, amount) for period, book, at, amount in paid if (period, book) == (row["period"], "bill")
            ),
            sum((a for period, book, _, a in paid if (period, book) == (row["period"], "damages")), Decimal("0.00")),
        )
        for row in bills
    ]


async def _paid(
    connection: Connection, account_no: str, periods: Sequence[str]
) -> list[tuple[str, str, date, Decimal]]:
    rows = await connection.fetch(
        """select period, at, to_book, from_book, amount from ledger_moves
        where account_no = $1 and period = any($2) order by at""",
        *(account_no, list(periods)),
    )
    found = []
    for row in rows:
        into = row["to_book"] in ("bill", "damages")
        kept, amount = (row["to_book"], row["amount"]) if into else (row["from_book"], -row["amount"])
        found.append((row["period"], kept, row["at"].astimezone(SHANGHAI).date(), amount))
    return found


async def mark_settled(connection: Connection, account_no: str, period: str, status: str, day: date) -> None:
    """Marks a bill as settled: `paid`, or `settled_from_balance` of a prepaid account."""
    await connection.execute(
        "update bills set status = $3, paid_on = $4 where account_no = $1 and period = $2",
        *(account_no, period, status, day),
    )


async def mark_unpaid(connection: Connection, account_no: str, period: str) -> None:
    """Opens a bill again whose payment was taken back."""
    await connection.execute(
        "update bills set status = 'unpaid', paid_on = null where account_no = $1 and period = $2",
        *(account_no, period),
    )


async def save_payment(connection: Connection, payment: Payment, *, provider: str, transaction: str, by: str) -> None:
    """Writes a payment; `by` is the channel user who paid, if known."""
    await connection.execute(
        """insert into payments
        (payment_no, account_no, at, amount, channel, status, channel_order, note, provider, channel_user)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)""",
        *(payment.payment_no, payment.account_no, payment.at, payment.amount, payment.channel, payment.status),
        *(transaction or None, payment.note, provider, by),
    )


async def arrived(connection: Connection, payment_no: str) -> None:
    """Marks a payment that was on its way as arrived."""
    await connection.execute("update payments set status = 'success' where payment_no = $1", payment_no)


async def payment(connection: Connection, payment_no: str) -> Payment | None:
    """Reads a payment."""
    row = await connection.fetchrow(f"{_PAYMENT} where payment_no = $1", payment_no)
    return _read(row) if row else None


async def payment_of_transaction(connection: Connection, transaction: str) -> Payment | None:
    """Reads the payment that a provider knows by its own transaction id."""
    row = await connection.fetchrow(f"{_PAYMENT} where channel_order = $1 order by at limit 1", transaction)
    return _read(row) if row else None


async def payer(connection: Connection, payment_no: str) -> tuple[str, str]:
    """Returns who paid (`<channel>:<user id>`, empty if unknown) and through which provider."""
    row = await connection.fetchrow("select channel_user, provider from payments where payment_no = $1", payment_no)
    return (row["channel_user"], row["provider"]) if row else ("", "")


async def payments(connection: Connection, account_no: str, before: tuple[datetime, str], most: int) -> list[Payment]:
    """Lists the payments of an account made before a moment (and number), newest first."""
    rows = await connection.fetch(
        f"{_PAYMENT} where account_no = $1 and (at, payment_no) < ($2, $3) order by at desc, payment_no desc limit $4",
        *(account_no, *before, most),
    )
    return [_read(row) for row in rows]


async def shares_of(connection: Connection, account_no: str, ref: str) -> list[Move]:
    """Lists what a payment has settled, newest first: what was taken back again is not in it."""
    rows = await connection.fetch(
        """select period, book, sum(amount) as amount from (
            select period, to_book as book, amount, move_no from ledger_moves
            where account_no = $1 and ref = $2 and to_book in ('bill', 'damages')
            union all
            select period, from_book, -amount, move_no from ledger_moves
            where account_no = $1 and ref = $2 and from_book in ('bill', 'damages')) as parts
        group by period, book having sum(amount) > 0 order by period desc, book""",
        *(account_no, ref),
    )
    return [Move(account_no, datetime.min, "credit", r["book"], r["amount"], ref, r["period"]) for r in rows]


def _read(row: object) -> Payment:
    fields = dict(row)  # type: ignore[call-overload]  # asyncpg's record is a mapping, without stubs
    return Payment(**{**fields, "periods": tuple(fields["periods"])})

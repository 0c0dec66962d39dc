"""Invoices and titles: the SQL."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from runtime.postgres import Connection
from utility.invoices.values import Invoice, Title

_INVOICE = """
    select invoice_no, account_no, period, kind, title, tax_no, amount, state, issued_at from invoices
"""


async def paid_bill(connection: Connection, account_no: str, period: str, today: date) -> tuple[Decimal, date] | None:
    """Returns the sum and the day of a bill that is paid; None of any other."""
    row = await connection.fetchrow(
        """select total, paid_on from bills where account_no = $1 and period = $2 and issued <= $3
        and status <> 'unpaid'""",
        *(account_no, period, today),
    )
    return (row["total"], row["paid_on"]) if row else None


async def bill_known(connection: Connection, account_no: str, period: str, today: date) -> bool:
    """Tells whether the month has a bill."""
    return bool(
        await connection.fetchval(
            "select exists (select from bills where account_no = $1 and period = $2 and issued <= $3)",
            *(account_no, period, today),
        )
    )


async def issued(connection: Connection, account_no: str, period: str) -> Invoice | None:
    """Reads the invoice of a month."""
    row = await connection.fetchrow(
        f"{_INVOICE} where account_no = $1 and period = $2 and state = 'issued'", account_no, period
    )
    return Invoice(**row) if row else None


async def invoices(connection: Connection, account_no: str) -> list[Invoice]:
    """Lists the invoices of an account, newest first."""
    rows = await connection.fetch(f"{_INVOICE} where account_no = $1 order by issued_at desc, invoice_no", account_no)
    return [Invoice(**row) for row in rows]


async def other_kind(connection: Connection, account_no: str, kind: str, since: datetime) -> bool:
    """Tells whether the account got an invoice of the other kind since then."""
    return bool(
        await connection.fetchval(
            """select exists (select from invoices where account_no = $1 and kind <> $2 and issued_at >= $3
            and state = 'issued')""",
            *(account_no, kind, since),
        )
    )


async def title(connection: Connection, account_no: str, tax_no: str, name: str) -> Title | None:
    """Reads a title whose papers were seen."""
    row = await connection.fetchrow(
        """select title, tax_no, general_taxpayer from invoice_titles
        where account_no = $1 and title = $2 and tax_no = $3""",
        *(account_no, name, tax_no),
    )
    return Title(**row) if row else None


async def save_title(connection: Connection, account_no: str, value: Title, at: datetime, by: str) -> None:
    """Keeps a title whose papers were seen; a newer look counts."""
    await connection.execute(
        """insert into invoice_titles (account_no, title, tax_no, general_taxpayer, noted_at, noted_by)
        values ($1, $2, $3, $4, $5, $6) on conflict (account_no, title) do update set tax_no = excluded.tax_no,
        general_taxpayer = excluded.general_taxpayer, noted_at = excluded.noted_at, noted_by = excluded.noted_by""",
        *(account_no, value.title, value.tax_no, value.general_taxpayer, at, by),
    )


async def save(connection: Connection, invoice: Invoice, by: str) -> None:
    """Writes an invoice."""
    await connection.execute(
        """insert into invoices (invoice_no, account_no, period, kind, title, tax_no, amount, state, issued_at,
        issued_for) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)""",
        *(invoice.invoice_no, invoice.account_no, invoice.period, invoice.kind, invoice.title, invoice.tax_no),
        *(invoice.amount, invoice.state, invoice.issued_at, by),
    )

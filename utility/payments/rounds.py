"""What becomes due by the clock about money: links that end, debits to ask for, payments that do not arrive."""

from __future__ import annotations

from runtime.postgres import transaction
from utility.company import Company
from utility.events.outbox import Event, emit
from utility.payments import links, mandates
from utility.payments.service import terms_on

# Taken by a provider longer ago than the company's limit, and not told of yet.
_DELAYED = """
    update payments set delay_told = true where payment_no in (
        select payment_no from payments where status = 'processing' and not delay_told and at <= $1
        order by at limit $2 for update skip locked)
    returning payment_no, account_no, amount
"""


async def round(company: Company) -> int:
    """Makes the rounds of money."""
    ended = await links.round(company)
    asked = await mandates.round(company)
    return ended + asked + await _say_delayed(company)


async def _say_delayed(company: Company) -> int:
    """Tells, once, of payments that a provider took and that did not arrive within the company's limit."""
    now = company.clock.now()
    async with transaction(company.pool) as connection:
        limit, most = company.policy.payment.posting_limit, terms_on(company, now).rows_a_round
        rows = await connection.fetch(_DELAYED, now - limit, most)
        for row in rows:
            no, data = row["payment_no"], {"amount": f"{row['amount']:f}"}
            await emit(connection, Event("payment.delayed", now, no, account_no=row["account_no"], data=data))
    return len(rows)

"""What an account's holder may read of bills and energy."""

from __future__ import annotations

from datetime import date

from runtime.postgres import Connection, transaction
from utility.accounts.bindings import access_account
from utility.accounts.values import Account, Person
from utility.billing import rules, store
from utility.billing.values import Bill, MonthUsage
from utility.company import Company
from utility.errors import NotKnown


async def read_bill(company: Company, person: Person, account_no: str, period: str) -> Bill:
    """Reads the bill of `period` (YYYY-MM).

    Raises:
        Forbidden: `account.not_bound`.
        NotKnown: `bill.not_issued` (the month has no bill yet), `bill.unknown` (before the account or after its end).
    """
    today = company.clock.now().date()
    async with transaction(company.pool) as connection:
        account = await access_account(connection, person, account_no)
        bill = await store.bill(connection, account_no, period, today)
        if bill is None:
            raise await _no_bill(connection, account, period, today)
        return bill


async def read_usage(company: Company, person: Person, account_no: str) -> MonthUsage:
    """Reads the running month up to yesterday.

    Raises:
        Forbidden: `account.not_bound`.
        NotKnown: `usage.unknown`, no day of it is read.
    """
    today = company.clock.now().date()
    async with transaction(company.pool) as connection:
        account = await access_account(connection, person, account_no)
        days = await store.month_days(connection, account_no, today)
    usage = rules.running_month(account, days, company.policy.tariff)
    if usage is None:
        raise NotKnown("usage.unknown", "No day of this month has been read.")
    return usage


async def _no_bill(connection: Connection, account: Account, period: str, today: date) -> NotKnown:
    issued = await store.bills(connection, account.account_no, today)
    if issued and period < issued[0].period:
        return NotKnown("bill.unknown", "The books do not go back that far.")
    if issued and period <= issued[-1].period:
        return NotKnown("bill.unknown", "The books have no bill of that month.")
    return NotKnown("bill.not_issued", "The month has no bill yet.")

"""What an account's holder may read of its money."""

from __future__ import annotations

from runtime.postgres import transaction
from utility.accounts.bindings import access_account
from utility.accounts.values import Person
from utility.billing import store as bills_of
from utility.company import Company
from utility.payments import rules, store
from utility.payments.values import Money


async def read_money(company: Company, person: Person, account_no: str) -> Money:
    """Reads balance and arrears. Raises Forbidden `account.not_bound`."""
    now = company.clock.now()
    async with transaction(company.pool) as connection:
        account = await access_account(connection, person, account_no)
        bills = await bills_of.bills(connection, account_no, now.date())
        credit = await store.credit(connection, account_no, now)
        days = await bills_of.month_days(connection, account_no, now.date())
    return rules.money(account, bills, credit, days, company.policy, now.date())

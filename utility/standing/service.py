"""How an account stands, for somebody who is bound to it, and for the client that sends notices."""

from __future__ import annotations

from collections.abc import Sequence

from runtime.clock import SHANGHAI
from runtime.postgres import Connection, transaction
from utility.accounts.bindings import access_account
from utility.accounts.values import Person
from utility.company import Company
from utility.standing import store
from utility.standing.values import Standing


async def read(company: Company, person: Person, account_no: str) -> Standing:
    """Reads how a bound account stands. Raises Forbidden `account.not_bound`."""
    async with transaction(company.pool) as connection:
        await access_account(connection, person, account_no)
        return (await of_accounts(connection, company, [account_no]))[account_no]


async def of_accounts(connection: Connection, company: Company, account_nos: Sequence[str]) -> dict[str, Standing]:
    """Reads how accounts stand now."""
    now = company.clock.now()
    rules = company.standing.at(now.date(), company.regions).value
    return await store.standings(connection, account_nos, rules, now, now.astimezone(SHANGHAI).date())

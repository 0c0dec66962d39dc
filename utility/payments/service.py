"""How an account stands, and what stands in the way of those who owe."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from runtime.postgres import Connection, transaction
from utility.accounts import store as accounts
from utility.accounts.bindings import readable_account
from utility.accounts.values import Account, Person
from utility.billing import store as bills_of
from utility.billing.rules import NOTHING
from utility.company import Company
from utility.counter.paging import Asked
from utility.errors import Clash, NotKnown
from utility.payments import rules, store
from utility.payments.terms import DamagesTerms, PaymentTerms
from utility.payments.values import Claim, Debt, Money, Payment


def terms_on(company: Company, at: datetime) -> PaymentTerms:
    """Returns the terms on which money is taken at a moment."""
    return company.money.payments.at(at.date(), company.regions).value


async def standing(connection: Connection, company: Company, account_no: str) -> Money:
    """Computes how an account stands now, closed ones too.

    Raises:
        NotKnown: `account.unknown`.
    """
    account = await accounts.account(connection, account_no)
    if account is None:
        raise NotKnown("account.unknown", "There is no such account.")
    return await stand(connection, company, account)


async def stand(connection: Connection, company: Company, account: Account) -> Money:
    """Computes how an account that was read already stands now."""
    now = company.clock.now()
    claimed = await claims(connection, company, account, now.date())
    credit = await store.book(connection, account.account_no, "credit", now)
    days = await bills_of.month_days(connection, account.account_no, now.date())
    return rules.money(account, claimed, credit, days, company.policy.tariffs)


async def arrears_block(connection: Connection, company: Company, account_no: str) -> None:
    """Stops what may not be done while anything is unpaid (过户, 销户).

    Raises:
        Clash: `account.in_arrears` with `payable`.
        NotKnown: `account.unknown`.
    """
    money = await standing(connection, company, account_no)
    owing = money.payable - min(money.balance, NOTHING)
    if owing > 0:
        raise Clash("account.in_arrears", "Bills or damages of the account are unpaid.", payable=f"{owing:f}")


async def claims(connection: Connection, company: Company, account: Account, today: date) -> list[Claim]:
    """Lists what the account's bills ask for on `today`, oldest first."""
    debts = await store.debts(connection, account.account_no, today)

    def terms_of(debt: Debt) -> DamagesTerms:
        return company.money.damages_from(debt.due + timedelta(days=1), company.regions, company.policy)

    return rules.claims(debts, terms_of, residential=account.residential, today=today)


async def read_money(company: Company, person: Person, account_no: str) -> Money:
    """Reads balance and arrears, of a closed account too. Raises Forbidden `account.not_bound`."""
    async with transaction(company.pool) as connection:
        account = await readable_account(connection, person, account_no)
        return await stand(connection, company, account)


async def list_payments(company: Company, person: Person, account_no: str, wanted: Asked) -> list[Payment]:
    """Lists payments of an account, a closed one too, newest first. Raises Forbidden `account.not_bound`."""
    before = wanted.after or (company.clock.now() + timedelta(microseconds=1), "")
    async with transaction(company.pool) as connection:
        await readable_account(connection, person, account_no)
        return await store.payments(connection, account_no, before, wanted.fetch)

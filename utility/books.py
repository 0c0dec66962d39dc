"""What an account's holder may read of the books: bills, the running month, money; and the outages of a place."""

from __future__ import annotations

from datetime import date

from runtime.postgres import Connection, transaction
from utility import billing
from utility.bindings import access_account
from utility.company import Company
from utility.errors import InvalidRequest, NotKnown
from utility.store import accounts, money, network
from utility.values import Account, Bill, Money, MonthUsage, Outage, Person


async def read_bill(company: Company, person: Person, account_no: str, period: str) -> Bill:
    """Reads the bill of `period` (YYYY-MM).

    Raises:
        Forbidden: `account.not_bound`.
        NotKnown: `bill.not_issued` (the month has no bill yet), `bill.unknown` (before the account or after its end).
    """
    today = company.clock.now().date()
    async with transaction(company.pool) as connection:
        account = await access_account(connection, person, account_no)
        bill = await money.bill(connection, account_no, period, today)
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
        days = await money.month_days(connection, account_no, today)
    usage = billing.running_month(account, days, company.policy.tariff)
    if usage is None:
        raise NotKnown("usage.unknown", "No day of this month has been read.")
    return usage


async def read_money(company: Company, person: Person, account_no: str) -> Money:
    """Reads balance and arrears. Raises Forbidden `account.not_bound`."""
    now = company.clock.now()
    async with transaction(company.pool) as connection:
        account = await access_account(connection, person, account_no)
        bills = await money.bills(connection, account_no, now.date())
        credit = await money.credit(connection, account_no, now)
        days = await money.month_days(connection, account_no, now.date())
    return billing.money(account, bills, credit, days, company.policy, now.date())


async def list_outages(company: Company, *, account_no: str = "", area_id: str = "") -> list[Outage]:
    """Lists the outages of an account's area or of an area: running ones, and planned ones still to come.

    Raises:
        NotKnown: `account.unknown`, `area.unknown`.
        InvalidRequest: neither or both were given.
    """
    if bool(account_no) == bool(area_id):
        raise InvalidRequest("field.missing", "account_no", "Exactly one of account_no and area_id says where.")
    async with transaction(company.pool) as connection:
        if account_no:
            account = await accounts.account(connection, account_no)
            if account is None or account.status == "closed":
                raise NotKnown("account.unknown", "There is no such account.")
            area_id = account.area_id
        if area_id not in company.areas:
            raise NotKnown("area.unknown", "There is no such area.")
        return await network.outages(connection, area_id, company.clock.now())


async def _no_bill(connection: Connection, account: Account, period: str, today: date) -> NotKnown:
    issued = await money.bills(connection, account.account_no, today)
    if issued and period < issued[0].period:
        return NotKnown("bill.unknown", "The books do not go back that far.")
    if issued and period <= issued[-1].period:
        return NotKnown("bill.unknown", "The books have no bill of that month.")
    return NotKnown("bill.not_issued", "The month has no bill yet.")

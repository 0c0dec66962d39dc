"""What the holder of an account may read and set of its supply."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from runtime.postgres import Connection, transaction
from utility.accounts.bindings import access_account
from utility.accounts.values import Account, Person
from utility.company import Company
from utility.errors import Clash
from utility.payments.service import terms_on as payment_terms
from utility.supply import cutting, store
from utility.supply.reconnect import terms_on
from utility.supply.values import Reconnect


@dataclass(frozen=True)
class Supply:
    """Whether an account has power, since when and why not, the last step of the ladder, and power on its way."""

    account_no: str
    status: str
    cut_at: datetime | None
    reason: str
    last_step: str
    cut_on: date | None
    warning_limit: Decimal | None
    reconnect: Reconnect | None


async def read(company: Company, person: Person, account_no: str) -> Supply:
    """Reads how an account is supplied. Raises Forbidden `account.not_bound`."""
    async with transaction(company.pool) as connection:
        account = await access_account(connection, person, account_no)
        return await supply_of(connection, company, account)


async def supply_of(connection: Connection, company: Company, account: Account) -> Supply:
    """Reads how an account is supplied."""
    no = account.account_no
    cut = await connection.fetchrow("select reason, cut_at from account_cut_offs where account_no = $1", no)
    case, limit = await store.case(connection, no), None
    if account.billing == "prepaid":
        limit = await cutting.warning_limit(connection, company, account, terms_on(company, company.clock.now()))
    known = [await store.latest(connection, no, kind) for kind in ("arrears", "temporary")]
    latest = max((one for one in known if one), key=lambda one: one.requested_at, default=None)
    last = case.steps[-1] if case and case.steps else None
    return Supply(
        account_no=no,
        status=account.status,
        cut_at=cut["cut_at"] if cut else None,
        reason=cut["reason"] if cut else "",
        last_step=last.step if last else "",
        cut_on=last.cut_on if last else None,
        warning_limit=limit,
        reconnect=latest,
    )


async def set_warning_limit(
    connection: Connection, company: Company, person: Person, account_no: str, limit: Decimal
) -> Supply:
    """Keeps the balance below which a prepaid account wants to be warned.

    Raises:
        Forbidden: `account.not_bound`.
        Clash: `warning.limit` (below zero or absurd), `warning.postpaid`.
    """
    account = await access_account(connection, person, account_no)
    now = company.clock.now()
    if not 0 <= limit <= payment_terms(company, now).most:
        raise Clash("warning.limit", "The limit is a sum from 0 to what one payment may be.")
    if account.billing != "prepaid":
        raise Clash("warning.postpaid", "Only a prepaid account has a balance to warn of.")
    await store.set_warning_limit(connection, account_no, limit, now)
    return await supply_of(connection, company, account)

"""What an account's holder may read of bills, energy and prices; the bills of a closed account stay theirs to read."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from runtime.postgres import Connection, transaction
from utility.accounts import store as accounts
from utility.accounts.values import Account, Person
from utility.billing import looking, meter_store, store
from utility.billing.charging import NoPrice
from utility.billing.explaining import Explanation, explain
from utility.billing.issuing import end_of
from utility.billing.money import NOTHING
from utility.billing.running import running
from utility.billing.usage import standing_out
from utility.billing.values import Bill, MonthUsage
from utility.billing.views import RunningMonth, TariffView, UsageDays, UsageMonths
from utility.company import Company
from utility.counter.paging import Asked, Page, page
from utility.errors import Forbidden, NotKnown
from utility.payments import service as payments


async def read_bill(company: Company, person: Person, account_no: str, period: str) -> Bill:
    """Reads the bill of `period` (YYYY-MM).

    Raises:
        Forbidden: `account.not_bound`.
        NotKnown: `period.in_future`, `bill.not_issued` (the month has no bill yet), `bill.unknown` (before the account
            or after its end).
    """
    today = company.clock.now().date()
    async with transaction(company.pool) as connection:
        await access(connection, person, account_no)
        return await _bill(connection, account_no, period, today)


async def list_bills(
    company: Company, person: Person, account_no: str, wanted: Asked, *, since: str, until: str
) -> Page[Bill]:
    """Lists an account's bills with their lines, the newest first. Raises Forbidden `account.not_bound`."""
    today = company.clock.now().date()
    async with transaction(company.pool) as connection:
        await access(connection, person, account_no)
        found = await store.bills_page(
            connection,
            account_no,
            today,
            since=since or looking.FIRST,
            until=until or looking.LAST,
            before=wanted.after[0] if wanted.after else None,
            most=wanted.fetch,
        )
        return page(await store.with_lines(connection, found), wanted, lambda bill: (bill.period,))


async def explain_bill(company: Company, person: Person, account_no: str, period: str, against: str) -> Explanation:
    """Explains a bill, or the running month's estimate, against another bill.

    Args:
        company: whose books they are.
        person: who asks.
        account_no: whose bill it is.
        period: the month to explain.
        against: `previous`, `last_year` or a month.

    Raises:
        Forbidden: `account.not_bound`.
        NotKnown: `period.in_future`, `bill.not_issued`, `bill.unknown`, also of the month it is compared with;
            `usage.unknown`, the running month has no day read.
    """
    today = company.clock.now().date()
    async with transaction(company.pool) as connection:
        account = await access(connection, person, account_no)
        estimate = period == f"{today:%Y-%m}" and account.status != "closed"
        if estimate:
            after = (await _running(connection, company, account, today)).estimate
        else:
            after = await _bill(connection, account_no, period, today)
        before = await _bill(connection, account_no, await _other(connection, after, against, today), today)
        days = await store.days_between(connection, account_no, after.since, after.until)
        return explain(
            after,
            before,
            damages_after=NOTHING if estimate else await _damages(connection, company, account, after.period),
            damages_before=await _damages(connection, company, account, before.period),
            stand_out=standing_out(days, company.billing.usage_at(today)),
            estimate=estimate,
        )


async def read_usage(company: Company, person: Person, account_no: str) -> MonthUsage:
    """Reads the running month up to yesterday.

    Raises:
        Forbidden: `account.not_bound`.
        NotKnown: `usage.unknown`, no day of it is read.
    """
    found = await read_running(company, person, account_no)
    tier, left = (found.progress.tier, found.progress.left) if found.progress else (None, None)
    return MonthUsage(account_no, found.period, found.kwh, found.until, tier, left)


async def read_running(company: Company, person: Person, account_no: str) -> RunningMonth:
    """Reads the running month: what is read, the tier reached, an estimate of the bill.

    Raises:
        Forbidden: `account.not_bound`.
        NotKnown: `usage.unknown`, no day of it is read; `tariff.no_price`, nothing prices it.
    """
    today = company.clock.now().date()
    async with transaction(company.pool) as connection:
        account = await access(connection, person, account_no)
        return await _running(connection, company, account, today)


async def read_days(company: Company, person: Person, account_no: str, period: str) -> UsageDays:
    """Reads the days of a month; readings come a day late.

    Raises:
        Forbidden: `account.not_bound`.
        NotKnown: `period.in_future`; `usage.unknown`, no day of it is read.
    """
    today = company.clock.now().date()
    if period > f"{today:%Y-%m}":
        raise NotKnown(looking.IN_FUTURE, looking.WHY[looking.IN_FUTURE], period=period)
    first, end = date.fromisoformat(f"{period}-01"), end_of(period)
    async with transaction(company.pool) as connection:
        await access(connection, person, account_no)
        days = await store.days_between(connection, account_no, first, min(end, today))
        as_of = await store.last_read_day(connection, account_no, today)
    if not days:
        raise NotKnown("usage.unknown", "No day of this month has been read.")
    return UsageDays(account_no, period, tuple(days), len(days) == (end - first).days, as_of)


async def read_months(company: Company, person: Person, account_no: str, *, since: str, until: str) -> UsageMonths:
    """Reads the billed periods' energy, oldest first, and compares the newest with the one before and a year ago.

    Raises:
        Forbidden: `account.not_bound`.
    """
    today = company.clock.now().date()
    async with transaction(company.pool) as connection:
        await access(connection, person, account_no)
        bills = await store.bills(connection, account_no, today)
    return looking.usage_months(account_no, bills, since, until)


async def read_tariff(company: Company, person: Person, account_no: str, on: date | None) -> TariffView:
    """Reads what an account is billed by on a day (today when none is given).

    Raises:
        Forbidden: `account.not_bound`.
        NotKnown: `tariff.unknown`, the day lies after today or before the first table.
    """
    today = company.clock.now().date()
    day = on or today
    if day > today or day < company.policy.tariffs.begins:
        raise NotKnown("tariff.unknown", "No table is known for that day.")
    async with transaction(company.pool) as connection:
        account = await access(connection, person, account_no)
        meter = await meter_store.meter(connection, account_no)
        now = await _progress(connection, company, account, today) if day == today else None
    return looking.tariff_view(account_no, meter, company.policy.tariffs, day, now.progress if now else None)


async def access(connection: Connection, person: Person, account_no: str) -> Account:
    """Returns an account bound to `person`, a closed one too.

    Raises:
        Forbidden: `account.not_bound`.
    """
    bound = await store.is_bound(connection, person.channel, person.user_id, account_no)
    account = await accounts.account(connection, account_no) if bound else None
    if account is None:
        raise Forbidden("account.not_bound", "The account is not bound to this person.")
    return account


async def _bill(connection: Connection, account_no: str, period: str, today: date) -> Bill:
    found = await store.bill(connection, account_no, period, today)
    if found is not None:
        return found
    edges = await store.edge_periods(connection, account_no, today)
    account = await accounts.account(connection, account_no)
    reason = looking.why_no_bill(period, edges, account.closed_on if account else None, today)
    raise NotKnown(reason, looking.WHY[reason], period=period)


async def _other(connection: Connection, after: Bill, against: str, today: date) -> str:
    issued = [bill.period for bill in await store.bills(connection, after.account_no, today)]
    return looking.other_period(after, against, issued)


async def _damages(connection: Connection, company: Company, account: Account, period: str) -> Decimal:
    claimed = await payments.claims(connection, company, account, company.clock.now().date())
    open_now = next((claim.damages for claim in claimed if claim.period == period), NOTHING)
    return open_now + await store.damages_paid(connection, account.account_no, period)


async def _running(connection: Connection, company: Company, account: Account, today: date) -> RunningMonth:
    days = await store.month_days(connection, account.account_no, today)
    if not days:
        raise NotKnown("usage.unknown", "No day of this month has been read.")
    bills = await store.with_lines(connection, await store.bills(connection, account.account_no, today))
    meter = await meter_store.meter(connection, account.account_no)
    names = await store.charge_names(connection)
    factors = company.billing.factors_at(today)
    try:
        return running(account.account_no, meter, days, company.policy.tariffs, factors, bills, names)
    except NoPrice as error:
        raise NotKnown("tariff.no_price", f"The table has no price for this plan: {error}.") from error


async def _progress(connection: Connection, company: Company, account: Account, today: date) -> RunningMonth | None:
    try:
        return await _running(connection, company, account, today)
    except NotKnown:
        return None

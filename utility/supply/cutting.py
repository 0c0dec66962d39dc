"""The round of the ladder: looks at who owes, takes the step that is due, tells of it, and cuts; see `ladder`."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from runtime.clock import SHANGHAI
from runtime.postgres import Connection, transaction
from utility.accounts import store as accounts
from utility.accounts.values import Account
from utility.billing import store as bills_of
from utility.billing.rules import NOTHING
from utility.company import Company
from utility.events.outbox import Event, emit
from utility.payments import rules, service
from utility.payments import store as ledger
from utility.payments.service import terms_on as payment_terms
from utility.payments.values import Money
from utility.supply import ladder, store
from utility.supply.reconnect import terms_on
from utility.supply.terms import SupplyTerms
from utility.supply.values import Facts, Step, SupplyCase

REASON = "arrears"


async def round(company: Company) -> int:
    """Takes the steps that are due, each account in its own transaction."""
    now = company.clock.now().astimezone(SHANGHAI)
    if not terms_on(company, now).notice_hours.hold(now.time()):
        return 0
    async with transaction(company.pool) as connection:
        wanted = await store.to_check(connection, now.date(), payment_terms(company, now).rows_a_round)
    taken = 0
    for account_no in wanted:
        async with transaction(company.pool) as connection:
            taken += await look_at(connection, company, account_no)
    return taken


async def look_at(connection: Connection, company: Company, account_no: str) -> int:
    """Takes the step that is due for one account; returns how many it took."""
    await ledger.hold_account(connection, account_no)
    account, now = await accounts.account(connection, account_no), company.clock.now().astimezone(SHANGHAI)
    await store.note_check(connection, account_no, now.date())
    if account is None or account.status != "active":
        return 0
    case, terms = await store.case(connection, account_no), terms_on(company, now)
    money = await service.stand(connection, company, account)
    facts = await facts_of(connection, company, account, money, terms)
    done = case.steps if case else ()
    if case and case.state == "handed_over" and facts.owing:
        return 0
    weather = await store.hard_weather(connection, now.date())
    step = ladder.next_step(facts, done, terms, company.calendar, weather, now)
    if step is None:
        return 0
    await _take(connection, company, account, case, step, facts)
    return 1


async def facts_of(
    connection: Connection, company: Company, account: Account, money: Money, terms: SupplyTerms
) -> Facts:
    """Reads what decides about an account's next step."""
    today = company.clock.now().date()
    if account.billing == "prepaid":
        limit = await warning_limit(connection, company, account, terms)
        arrears = max(NOTHING, -money.balance) + money.reconnect
        low = limit is not None and money.balance <= limit
        return Facts("prepaid", account.tags, arrears, None, low, money.balance)
    since = await connection.fetchval(
        "select min(due) from bills where account_no = $1 and status = 'unpaid' and due < $2",
        *(account.account_no, today),
    )
    return Facts("postpaid", account.tags, money.reconnect, since)


async def warning_limit(
    connection: Connection, company: Company, account: Account, terms: SupplyTerms
) -> Decimal | None:
    """Returns the balance below which a prepaid account is warned: its own, else so many days of use."""
    own = await store.warning_limit(connection, account.account_no)
    if own is not None:
        return own
    days = await bills_of.month_days(connection, account.account_no, company.clock.now().date())
    per_day = rules.per_day(account, days, company.policy.tariffs)
    return per_day * terms.warning_days if per_day else None


async def _take(
    connection: Connection, company: Company, account: Account, case: SupplyCase | None, step: Step, facts: Facts
) -> None:
    now, no = step.at, account.account_no
    case_no = case.case_no if case else await store.open_case(connection, no, account.billing, now)
    await store.add_step(connection, case_no, step, facts.arrears)
    state = {"settled": "closed", "handed_over": "handed_over", "cut": "cut"}.get(step.step)
    if state:
        await store.set_case(connection, case_no, state, now)
    if step.step == "cut" and case:
        await store.set_status(connection, no, "cut_off")
        await store.note_cut(connection, no, terms_on(company, now).cut_reason, case, now)
    if step.step != "settled":
        await _tell(connection, company, account, case, case_no, step, facts)


async def _tell(
    connection: Connection,
    company: Company,
    account: Account,
    case: SupplyCase | None,
    case_no: int,
    step: Step,
    facts: Facts,
) -> None:
    """What a notice of the ladder must say: when it was asked for, how much, why, and when power goes."""
    kind = {"cut": "supply.cut", "handed_over": "supply.handed_over"}.get(step.step, "supply.notice")
    terms = terms_on(company, step.at)
    reminded = [past.at for past in (case.steps if case else ()) if past.step == "reminded"]
    data = {
        "step": step.step,
        "reason": REASON,
        "amount": f"{facts.arrears:f}",
        "balance": None if facts.balance is None else f"{facts.balance:f}",
        "reminded_at": _shown(reminded[-1]) if reminded else None,
        "cut_on": step.cut_on.isoformat() if step.cut_on else None,
        "cut_at": _shown(step.at + terms.final) if step.step == "final" else None,
        "authority": bool(terms.authority & set(account.tags)),
    }
    subject = f"{account.account_no}:{case_no}"
    await emit(connection, Event(kind, step.at, subject, account_no=account.account_no, data=data))


def _shown(at: datetime) -> str:
    return at.astimezone(SHANGHAI).isoformat(timespec="minutes")

"""The way back to power (欠费复电, 临时复电): registered when all is paid, closed by the meter itself or by a crew."""

from __future__ import annotations

from datetime import datetime

from runtime.postgres import Connection, transaction
from utility.accounts import store as accounts
from utility.accounts.bindings import access_account
from utility.accounts.values import Account, Person
from utility.actors import Actor, customer, system
from utility.billing.rules import NOTHING
from utility.company import Company
from utility.errors import Clash, NotKnown
from utility.events.outbox import Event, emit
from utility.numbers import next_number
from utility.orders.opening import open_order
from utility.orders.values import Draft
from utility.payments import service
from utility.payments import store as ledger
from utility.payments.service import terms_on as payment_terms
from utility.supply import store
from utility.supply.terms import SupplyTerms
from utility.supply.values import Reconnect, Step

ORDER_TYPE = "reconnect"
ROUND = system("supply")


def terms_on(company: Company, at: datetime) -> SupplyTerms:
    """Returns the terms that hold at a moment."""
    return company.supply.at(at.date(), company.regions).value


async def when_settled(connection: Connection, company: Company, account: Account) -> None:
    """Closes the case when nothing is asked for any more, and registers the reconnect; the account is held."""
    money = await service.stand(connection, company, account)
    if money.reconnect > 0 or money.balance < 0:
        return
    now, case = company.clock.now(), await store.case(connection, account.account_no)
    if case and account.billing == "postpaid":
        await store.add_step(connection, case.case_no, Step("settled", now), money.reconnect)
        await store.set_case(connection, case.case_no, "closed", now)
    if account.status == "cut_off":
        await _register(connection, company, account, "arrears", ROUND)


async def request(connection: Connection, company: Company, person: Person, account_no: str, kind: str) -> Reconnect:
    """Asks for power back: for good once all is paid, or for a while where life or an old person depends on it.

    A reconnect that is on its way is given again.

    Raises:
        Forbidden: `account.not_bound`.
        Clash: `supply.not_cut`, `account.in_arrears` with `reconnect` (what must be paid), `reconnect.not_entitled`
            (a temporary one), `reconnect.used` (it was given since the cut).
    """
    account = await access_account(connection, person, account_no)
    await ledger.hold_account(connection, account_no)
    account = await access_account(connection, person, account_no)
    last = await store.latest(connection, account_no, kind)
    if last and last.state in ("remote", "field"):
        return last
    if account.status != "cut_off":
        raise Clash("supply.not_cut", "The account is not cut off.")
    terms = terms_on(company, company.clock.now())
    if kind == "temporary":
        await _check_temporary(connection, account, terms, last)
    else:
        money = await service.stand(connection, company, account)
        if money.reconnect > 0 or money.balance < 0:
            due = money.reconnect - min(money.balance, NOTHING)
            raise Clash("account.in_arrears", "What is overdue has to be paid first.", reconnect=f"{due:f}")
    return await _register(connection, company, account, kind, customer(person.channel, person.user_id))


async def done(connection: Connection, company: Company, reconnect_no: str, actor: Actor) -> Reconnect:
    """Notes that the power is back: said by the meter, or by the crew.

    Raises:
        NotKnown: `reconnect.unknown`.
        Clash: `reconnect.closed` with its `state`.
    """
    found = await _held(connection, reconnect_no)
    if found.state not in ("remote", "field"):
        raise Clash("reconnect.closed", f"The reconnect is {found.state}.", state=found.state)
    now = company.clock.now()
    over = now + terms_on(company, now).temporary if found.kind == "temporary" else None
    await store.set_reconnect(connection, reconnect_no, "done", done_at=now, ends_at=over)
    await store.set_status(connection, found.account_no, "active")
    case = await store.case(connection, found.account_no)
    if found.kind == "arrears":
        await store.forget_cut(connection, found.account_no)
        if case:
            await store.set_case(connection, case.case_no, "closed", now)
    data = {"kind": found.kind, "by": actor.kind, "until": over.isoformat() if over else None}
    await emit(connection, Event("supply.reconnected", now, reconnect_no, account_no=found.account_no, data=data))
    return await _held(connection, reconnect_no)


async def round(company: Company) -> int:
    """Closes the meters that close remotely, sends a crew where one did not in time, and ends temporary power."""
    now = company.clock.now()
    async with transaction(company.pool) as connection:
        waiting = await store.waiting(connection, now, payment_terms(company, now).rows_a_round)
    changed = 0
    for reconnect in waiting:
        async with transaction(company.pool) as connection:
            changed += await _go_on(connection, company, reconnect.reconnect_no)
    return changed


async def _go_on(connection: Connection, company: Company, reconnect_no: str) -> int:
    found, now = await _held(connection, reconnect_no), company.clock.now()
    terms = terms_on(company, now)
    if found.state == "done" and found.ends_at and found.ends_at <= now:
        await _end_temporary(connection, company, found, terms)
        return 1
    if found.state != "remote":
        return 0
    closes = await store.voltage(connection, found.account_no) in terms.remote_voltages
    if terms.remote_close == "sandbox" and closes:
        await done(connection, company, reconnect_no, system("meter"))
        return 1
    if now < found.requested_at + terms.remote:
        return 0
    order_no = await _send_crew(connection, company, found, terms)
    await store.set_reconnect(connection, reconnect_no, "field", order_no=order_no)
    return 1


async def _send_crew(connection: Connection, company: Company, found: Reconnect, terms: SupplyTerms) -> str:
    draft = Draft(
        kind="request",
        owner=terms.reconnect_owner,
        type=ORDER_TYPE,
        subject=found.reconnect_no,
        account_no=found.account_no,
        limit_name="reconnect",
        filed_at=found.requested_at,
    )
    order = await open_order(connection, company, draft, ROUND)
    return order.order_no


async def _end_temporary(connection: Connection, company: Company, found: Reconnect, terms: SupplyTerms) -> None:
    """Its time is over: who has paid keeps power, who depends on it goes to a person, others are cut again."""
    now = company.clock.now()
    await store.set_reconnect(connection, found.reconnect_no, "ended")
    account = await accounts.account(connection, found.account_no)
    if account is None or account.status != "active":
        return
    money = await service.stand(connection, company, account)
    if money.reconnect <= 0 and money.balance >= 0:
        await store.forget_cut(connection, account.account_no)
        return
    if terms.spared(account.tags):
        kind = "supply.handed_over"
        case = await store.case(connection, account.account_no)
        number = case.case_no if case else await store.open_case(connection, account.account_no, account.billing, now)
        await store.set_case(connection, number, "handed_over", now)
    else:
        kind = "supply.cut"
        await store.set_status(connection, account.account_no, "cut_off")
    data = {"reason": "temporary_over", "amount": f"{money.reconnect:f}"}
    await emit(connection, Event(kind, now, found.reconnect_no, account_no=account.account_no, data=data))


async def _check_temporary(
    connection: Connection, account: Account, terms: SupplyTerms, last: Reconnect | None
) -> None:
    if account.billing != "prepaid" and not terms.life_support & set(account.tags):
        raise Clash("reconnect.not_entitled", "Temporary power is for who depends on it, or is prepaid.")
    cut_at = await connection.fetchval("select cut_at from account_cut_offs where account_no = $1", account.account_no)
    if last and cut_at and last.requested_at >= cut_at:
        raise Clash("reconnect.used", "Temporary power was given since the cut.")


async def _register(connection: Connection, company: Company, account: Account, kind: str, actor: Actor) -> Reconnect:
    last = await store.latest(connection, account.account_no, kind)
    if last and last.state in ("remote", "field"):
        return last
    now = company.clock.now()
    number = await next_number(connection, payment_terms(company, now).letters["reconnect"], now.date())
    due = now + company.policy.payment.reconnect_limit
    reconnect = Reconnect(number, account.account_no, kind, "remote", now, due, None, None, None)
    await store.save_reconnect(connection, reconnect, str(actor))
    data = {"kind": kind, "due": due.isoformat()}
    event = Event("supply.reconnect_registered", now, number, account_no=account.account_no, data=data)
    await emit(connection, event)
    return reconnect


async def _held(connection: Connection, reconnect_no: str) -> Reconnect:
    found = await store.reconnect(connection, reconnect_no)
    if found is None:
        raise NotKnown("reconnect.unknown", "There is no such reconnect.")
    await ledger.hold_account(connection, found.account_no)
    return await store.reconnect(connection, reconnect_no) or found

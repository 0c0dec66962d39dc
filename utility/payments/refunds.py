"""Refunds: unused money goes back to where it came from, after somebody of the company has agreed; never in cash."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from decimal import Decimal

from runtime.postgres import Connection, transaction
from utility.accounts import store as accounts
from utility.accounts.bindings import readable_account
from utility.accounts.values import Person
from utility.actors import Actor, customer
from utility.billing.rules import cents
from utility.company import Company
from utility.errors import Clash, NotKnown
from utility.events.outbox import Event, emit
from utility.numbers import next_number
from utility.payments import back_store, links_store, service, store
from utility.payments.values import Move, Notice, Payment, PaymentOrder, Refund

MOST_PAYMENTS = 200
Suspend = Callable[[Connection, Company, Notice, str], Awaitable[str]]


async def request(
    connection: Connection, company: Company, person: Person, payment_no: str, amount: Decimal | None, reason: str
) -> Refund:
    """Asks for unused money of a payment back; the sum is set aside until it is decided.

    Raises:
        NotKnown: `payment.unknown` (also of an account that is not bound).
        Clash: `refund.amount` (not positive), `refund.too_much` with what is `available`, `payment.processing`.
    """
    payment = await bound_payment(connection, person, payment_no)
    await store.hold_account(connection, payment.account_no)
    available = await unused(connection, company, payment)
    wanted = available if amount is None else cents(amount)
    if amount is not None and amount <= 0:
        raise Clash("refund.amount", "A refund is a positive sum.")
    if wanted > available or available <= 0:
        raise Clash("refund.too_much", "Only money that paid nothing is given back.", available=f"{available:f}")
    return await _write(connection, company, payment, wanted, reason, customer(person.channel, person.user_id))


async def decide(connection: Connection, company: Company, refund_no: str, actor: Actor, *, agreed: bool) -> Refund:
    """Agrees to a refund (the provider is asked to send it back) or declines it (the sum is credit again).

    Raises:
        NotKnown: `refund.unknown`.
        Clash: `refund.decided` with its `state`.
    """
    refund = await _held(connection, refund_no)
    if refund.state != "requested":
        raise Clash("refund.decided", f"The refund is {refund.state}.", state=refund.state)
    state = "approved" if agreed else "declined"
    await _advance(connection, company, refund, state, by=str(actor))
    return await _held(connection, refund_no)


async def settle(connection: Connection, company: Company, refund_no: str, actor: Actor, *, paid: bool) -> Refund:
    """Notes what became of a refund that no provider tells of: money of a hall, of a bank, a compensation.

    Raises:
        NotKnown: `refund.unknown`.
        Clash: `refund.not_approved` with its `state`; `refund.of_provider`, its provider says what became of it.
    """
    refund = await _held(connection, refund_no)
    if refund.state != "approved":
        raise Clash("refund.not_approved", f"The refund is {refund.state}.", state=refund.state)
    _, provider = await store.payer(connection, refund.payment_no)
    if provider:
        raise Clash("refund.of_provider", "The provider of the payment says what became of it.", provider=provider)
    await _advance(connection, company, refund, "paid" if paid else "failed", by=str(actor))
    return await _held(connection, refund_no)


async def give_back(connection: Connection, company: Company, account_no: str, actor: Actor) -> list[Refund]:
    """Gives the whole credit of an account back, the newest payments first; for an account that is closed.

    It is agreed to already; what was there before the first payment stays for a person.

    Raises:
        NotKnown: `account.unknown`.
    """
    await store.hold_account(connection, account_no)
    if await accounts.account(connection, account_no) is None:
        raise NotKnown("account.unknown", "There is no such account.")
    made, before = [], (company.clock.now() + timedelta(microseconds=1), "")
    for payment in await store.payments(connection, account_no, before, MOST_PAYMENTS):
        amount = await unused(connection, company, payment) if payment.status == "success" else Decimal(0)
        if amount > 0:
            refund = await _write(connection, company, payment, amount, "closing", actor)
            await _advance(connection, company, refund, "approved", by=str(actor))
            made.append(await _held(connection, refund.refund_no))
    return made


async def list_refunds(company: Company, person: Person, account_no: str) -> list[Refund]:
    """Lists the refunds of an account, a closed one too. Raises Forbidden `account.not_bound`."""
    async with transaction(company.pool) as connection:
        await readable_account(connection, person, account_no)
        return await back_store.refunds(connection, account_no)


async def heard(connection: Connection, company: Company, notice: Notice, suspend: Suspend) -> str:
    """Makes of a provider's word about a refund what it is worth; returns the outcome."""
    refund = await back_store.refund(connection, notice.order_no)
    if refund is None:
        return await _unasked(connection, company, notice, suspend)
    refund = await _held(connection, notice.order_no)
    if refund.amount != notice.amount or refund.state == "requested":
        await suspend(connection, company, notice, "refund_not_agreed")
        return "suspended"
    if refund.state != "approved":
        return "ignored"
    done = notice.kind == "refund"
    await _advance(connection, company, refund, "paid" if done else "failed")
    return "refunded" if done else "failed"


async def unused(connection: Connection, company: Company, payment: Payment) -> Decimal:
    """Computes what of a payment may still go elsewhere: no more than was paid, no more than stands as credit."""
    if payment.status != "success":
        raise Clash("payment.processing", "The payment has not arrived yet.")
    gone = await back_store.refunded(connection, payment.payment_no)
    credit = await store.book(connection, payment.account_no, "credit", company.clock.now())
    return max(Decimal("0.00"), min(payment.amount - gone, credit))


async def bound_payment(connection: Connection, person: Person, payment_no: str) -> Payment:
    """Reads a payment that the person made, or of an account bound to them.

    Raises:
        NotKnown: `payment.unknown`, also when it is somebody else's.
    """
    payment = await store.payment(connection, payment_no)
    if payment is None:
        raise NotKnown("payment.unknown", "There is no such payment of this person.")
    payer, _ = await store.payer(connection, payment_no)
    if payer != f"{person.channel}:{person.user_id}" and not await connection.fetchval(
        "select exists (select from bindings where channel = $1 and channel_user = $2 and account_no = $3)",
        *(person.channel, person.user_id, payment.account_no),
    ):
        raise NotKnown("payment.unknown", "There is no such payment of this person.")
    return payment


async def _unasked(connection: Connection, company: Company, notice: Notice, suspend: Suspend) -> str:
    """A refund the provider made on its own: of an order's payment, possibly before it told of the payment."""
    order = await links_store.order(connection, notice.order_no)
    if order is None or notice.kind != "refund":
        await suspend(connection, company, notice, "unknown_order")
        return "suspended"
    await store.hold_account(connection, order.account_no)
    order = await links_store.order(connection, notice.order_no) or order
    payment = await store.payment(connection, order.payment_no) if order.payment_no else None
    if payment is None:
        return "waiting"
    if notice.amount > await unused(connection, company, payment):
        await suspend(connection, company, notice, "refund_not_unused")
        return "suspended"
    await _given_back(connection, company, order, payment, notice)
    return "refunded"


async def _given_back(
    connection: Connection, company: Company, order: PaymentOrder, payment: Payment, notice: Notice
) -> None:
    actor = customer(order.channel, order.channel_user)
    refund = await _write(connection, company, payment, notice.amount, "provider", actor)
    await _advance(connection, company, refund, "approved", by=f"provider:{notice.provider}")
    await _advance(connection, company, refund, "paid")


async def _write(
    connection: Connection, company: Company, payment: Payment, amount: Decimal, reason: str, actor: Actor
) -> Refund:
    now = company.clock.now()
    letter = service.terms_on(company, now).letters["refund"]
    number = await next_number(connection, letter, now.date())
    account_no = payment.account_no
    refund = Refund(number, account_no, payment.payment_no, amount, reason, "requested", payment.channel, now, None)
    await back_store.save_refund(connection, refund, str(actor))
    await store.move(connection, [Move(account_no, now, "credit", "refund", amount, number)])
    data = {"amount": f"{amount:f}", "payment_no": payment.payment_no}
    await emit(connection, Event("refund.requested", now, number, account_no=account_no, data=data))
    return refund


async def _advance(connection: Connection, company: Company, refund: Refund, state: str, *, by: str = "") -> None:
    now, no = company.clock.now(), refund.account_no
    to_book = {"declined": "credit", "failed": "credit", "paid": "provider"}.get(state)
    if to_book:
        await store.move(connection, [Move(no, now, "refund", to_book, refund.amount, refund.refund_no)])
    await back_store.advance_refund(connection, refund.refund_no, state, now, by=by, closed=to_book is not None)
    data = {"amount": f"{refund.amount:f}", "payment_no": refund.payment_no, "origin": refund.origin}
    await emit(connection, Event(f"refund.{state}", now, refund.refund_no, account_no=no, data=data))


async def _held(connection: Connection, refund_no: str) -> Refund:
    refund = await back_store.refund(connection, refund_no)
    if refund is None:
        raise NotKnown("refund.unknown", "There is no such refund.")
    await store.hold_account(connection, refund.account_no)
    return await back_store.refund(connection, refund_no) or refund

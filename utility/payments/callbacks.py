"""What a provider tells of a payment: once by its transaction id, in any order, and never money lost.

What fits nothing (an unknown order, another amount, the same transaction told differently) goes on the suspense list,
where a person posts it to an account or sends it back.
"""

from __future__ import annotations

from dataclasses import replace

import structlog

from runtime.postgres import Connection
from utility.company import Company
from utility.errors import Clash, NotKnown, Refusal
from utility.events.outbox import Event, emit
from utility.numbers import next_number
from utility.payments import callbacks_store, links, links_store, mandates, posting, refunds, service, store
from utility.payments.callbacks_store import Heard
from utility.payments.posting import Receipt
from utility.payments.values import Notice, Payment, PaymentOrder, SuspenseItem

KINDS = frozenset({"payment", "payment_closed", "payment_failed", "refund", "refund_failed"})


async def receive(connection: Connection, company: Company, notice: Notice) -> Heard | Refusal:
    """Makes of a notice what it is worth, once; the signature was checked before.

    Returns:
        What was made of it: `posted`, `suspended`, `waiting` (a refund before its payment), `refunded`, `closed`,
        `failed`, `ignored`; or Clash `callback.mismatch`, kept for a person, when the same transaction says otherwise.
    """
    now = company.clock.now()
    heard = await callbacks_store.claim(connection, notice, now)
    if heard is None:
        outcome, payment_no = await _apply(connection, company, notice)
        await callbacks_store.decide(connection, notice, outcome, payment_no)
        return Heard(notice.digest, outcome, payment_no)
    if heard.digest != notice.digest:
        await suspend(connection, company, notice, "mismatch")
        return Clash("callback.mismatch", "The transaction was told before with another content.")
    return heard


async def suspend(connection: Connection, company: Company, notice: Notice, reason: str) -> str:
    """Puts a notice on the list for a person; returns its number."""
    now = company.clock.now()
    letter = service.terms_on(company, now).letters["suspense"]
    number = await next_number(connection, letter, now.date())
    await callbacks_store.suspend(connection, number, notice, reason, now)
    structlog.get_logger().warning("utility.payment.suspended", suspense_no=number, reason=reason)
    data = {"reason": reason, "amount": f"{notice.amount:f}", "provider": notice.provider}
    await emit(connection, Event("payment.suspended", now, number, data=data))
    return number


async def resolve(
    connection: Connection, company: Company, suspense_no: str, account_no: str | None, by: str
) -> SuspenseItem:
    """Posts a suspended payment to an account, or notes that it was sent back (no account).

    Raises:
        NotKnown: `suspense.unknown`, `account.unknown`.
        Clash: `suspense.resolved`, `suspense.no_money` (a mismatch or a refund is no money that came in).
    """
    found = await callbacks_store.item(connection, suspense_no)
    if found is None:
        raise NotKnown("suspense.unknown", "There is no such item.")
    if found.state != "waiting":
        raise Clash("suspense.resolved", f"The item is {found.state}.", state=found.state)
    now = company.clock.now()
    if account_no is not None:
        if found.kind != "payment" or found.reason == "mismatch":
            raise Clash("suspense.no_money", "The item is no money that came in.")
        name, transaction = found.provider, found.transaction_id
        receipt = Receipt(account_no, found.amount, found.received_at, name, name, transaction)
        await posting.post(connection, company, receipt)
    state = "posted" if account_no else "returned"
    await callbacks_store.resolve(connection, suspense_no, state, account_no, by, now)
    return replace(found, state=state, account_no=account_no)


async def _apply(connection: Connection, company: Company, notice: Notice) -> tuple[str, str | None]:
    if notice.kind == "payment":
        return await _payment(connection, company, notice)
    if notice.kind in ("refund", "refund_failed"):
        return await refunds.heard(connection, company, notice, suspend), None
    order = await _held_order(connection, notice.order_no)
    if order is None or order.state != "open":
        return "ignored", None
    state = "cancelled" if notice.kind == "payment_closed" else "failed"
    await links.close(connection, company, order, state)
    return ("closed" if state == "cancelled" else "failed"), None


async def _payment(connection: Connection, company: Company, notice: Notice) -> tuple[str, str | None]:
    known = await store.payment_of_transaction(connection, notice.transaction_id)
    if known:
        return await _on_its_way(connection, company, notice, known)
    order = await _held_order(connection, notice.order_no)
    if order is None or order.amount != notice.amount:
        await suspend(connection, company, notice, "wrong_amount" if order else "unknown_order")
        return "suspended", None
    payment = await posting.post(connection, company, _receipt(notice, order))
    if order.state != "paid":
        await links_store.end(connection, order.payment_order_no, "paid", company.clock.now(), payment.payment_no)
        await mandates.paid(connection, order)
    for refund in await callbacks_store.waiting_refunds(connection, notice.provider, notice.order_no):
        outcome = await refunds.heard(connection, company, refund, suspend)
        await callbacks_store.decide(connection, refund, outcome, payment.payment_no)
    return "posted", payment.payment_no


async def _on_its_way(
    connection: Connection, company: Company, notice: Notice, known: Payment
) -> tuple[str, str | None]:
    """A payment that the books hold already by this transaction: it arrives now, or it has arrived."""
    await store.hold_account(connection, known.account_no)
    known = await store.payment(connection, known.payment_no) or known
    if known.amount != notice.amount:
        await suspend(connection, company, notice, "wrong_amount")
        return "suspended", None
    if known.status == "processing":
        receipt = Receipt(known.account_no, known.amount, known.at, known.channel, payment_no=known.payment_no)
        await posting.post(connection, company, receipt)
        return "posted", known.payment_no
    return "ignored", known.payment_no


def _receipt(notice: Notice, order: PaymentOrder) -> Receipt:
    return Receipt(
        account_no=order.account_no,
        amount=notice.amount,
        at=notice.at,
        channel=notice.provider,
        provider=notice.provider,
        transaction=notice.transaction_id,
        by=f"{order.channel}:{order.channel_user}",
        late=order.state != "open",
    )


async def _held_order(connection: Connection, order_no: str) -> PaymentOrder | None:
    """Reads the order with its account held, in the order in which everybody takes them: the account first."""
    order = await links_store.order(connection, order_no)
    if order is None:
        return None
    await store.hold_account(connection, order.account_no)
    return await links_store.order(connection, order_no, hold=True)

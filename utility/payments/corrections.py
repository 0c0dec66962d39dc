"""Payments to the wrong account (交费差错更正): unspent money is moved, spent money only with its receiver's word."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from runtime.postgres import Connection
from utility.accounts import store as accounts
from utility.accounts.values import Person
from utility.actors import customer
from utility.company import Company
from utility.errors import Clash, NotKnown
from utility.events.outbox import Event, emit
from utility.numbers import next_number
from utility.orders.worktime import Limit, due, last_day
from utility.payments import back_store, posting, service, store
from utility.payments.refunds import bound_payment, unused
from utility.payments.values import Correction, Move, Payment


async def request(
    connection: Connection, company: Company, person: Person, payment_no: str, to_account: str
) -> Correction:
    """Asks that a payment be moved to the account it was meant for.

    What is unspent is moved at once; what has paid something needs the word of the account that received it.

    Raises:
        NotKnown: `payment.unknown`, `account.unknown` (closed too).
        Clash: `correction.same_account`, `correction.already_asked` with its number, `payment.processing`,
            `correction.given_back` (part of it was refunded).
    """
    payment = await bound_payment(connection, person, payment_no)
    if to_account == payment.account_no:
        raise Clash("correction.same_account", "The payment stands on that account already.")
    target = await accounts.account(connection, to_account)
    if target is None or target.status == "closed":
        raise NotKnown("account.unknown", "There is no such account.")
    for account_no in sorted((payment.account_no, to_account)):
        await store.hold_account(connection, account_no)
    await _check(connection, payment)
    free = await unused(connection, company, payment)
    holder = await accounts.bound_account(connection, person, payment.account_no) is not None
    at_once = free >= payment.amount or holder
    correction = await _write(connection, company, person, payment, to_account, moved=at_once)
    if at_once:
        await _transfer(connection, company, correction)
    return correction


async def answer(
    connection: Connection, company: Company, person: Person, correction_no: str, *, agreed: bool
) -> Correction:
    """Takes the word of somebody bound to the account that received the payment.

    Raises:
        NotKnown: `correction.unknown`, also for who is not bound to that account.
        Clash: `correction.closed` with its `state`.
    """
    found = await back_store.correction(connection, correction_no)
    if found is None or await accounts.bound_account(connection, person, found.from_account) is None:
        raise NotKnown("correction.unknown", "There is no such correction for this person.")
    for account_no in sorted((found.from_account, found.to_account)):
        await store.hold_account(connection, account_no)
    found = await back_store.correction(connection, correction_no) or found
    if found.state != "needs_consent":
        raise Clash("correction.closed", f"The correction is {found.state}.", state=found.state)
    now = company.clock.now()
    done = replace(found, state="moved" if agreed else "refused", closed_at=now)
    if agreed:
        await _transfer(connection, company, done)
    else:
        await _tell(connection, company, done)
    await back_store.end_correction(connection, correction_no, done.state, now)
    return done


async def take_back(connection: Connection, company: Company, account_no: str, ref: str, amount: Decimal) -> None:
    """Takes back what a payment settled, newest bill first, until `amount` stands as credit; the account is held."""
    now = company.clock.now()
    missing = amount - await store.book(connection, account_no, "credit", now)
    for share in await store.shares_of(connection, account_no, ref):
        part = min(missing, share.amount)
        if part <= 0 or share.period is None:
            break
        back = Move(account_no, now, share.to_book, "credit", part, ref, share.period)
        await store.move(connection, [back])
        await store.mark_unpaid(connection, account_no, share.period)
        missing -= part
    if missing > 0:
        raise Clash("correction.given_back", "The payment is not there any more in full.", missing=f"{missing:f}")


async def _check(connection: Connection, payment: Payment) -> None:
    asked = await back_store.correction_of(connection, payment.payment_no)
    if asked:
        raise Clash("correction.already_asked", "That is asked for already.", correction_no=asked.correction_no)
    if await back_store.refunded(connection, payment.payment_no) > 0:
        raise Clash("correction.given_back", "Part of the payment was given back.")


async def _write(
    connection: Connection, company: Company, person: Person, payment: Payment, to_account: str, *, moved: bool
) -> Correction:
    now = company.clock.now()
    terms = service.terms_on(company, now)
    limit = Limit("correction", Decimal(terms.correction_workdays), "workday")
    correction = Correction(
        correction_no=await next_number(connection, terms.letters["correction"], now.date()),
        payment_no=payment.payment_no,
        from_account=payment.account_no,
        to_account=to_account,
        amount=payment.amount,
        state="moved" if moved else "needs_consent",
        requested_at=now,
        requested_by=str(customer(person.channel, person.user_id)),
        due_on=last_day(due(company.calendar, limit, now)),
        closed_at=now if moved else None,
    )
    await back_store.save_correction(connection, correction)
    if not moved:
        await _tell(connection, company, correction)
    return correction


async def _transfer(connection: Connection, company: Company, correction: Correction) -> None:
    now, amount = company.clock.now(), correction.amount
    await take_back(connection, company, correction.from_account, correction.payment_no, amount)
    number = correction.correction_no
    out = Move(correction.from_account, now, "credit", "transfer", amount, number)
    into = Move(correction.to_account, now, "transfer", "credit", amount, number)
    await store.move(connection, [out, into])
    await posting.settle_account(connection, company, correction.to_account)
    await _tell(connection, company, correction)


async def _tell(connection: Connection, company: Company, correction: Correction) -> None:
    now, data = company.clock.now(), {"amount": f"{correction.amount:f}", "payment_no": correction.payment_no}
    kind = {"moved": "corrected", "needs_consent": "consent_asked", "refused": "correction_refused"}[correction.state]
    for account_no in (correction.from_account, correction.to_account):
        event = Event(f"payment.{kind}", now, correction.correction_no, account_no=account_no, data=data)
        await emit(connection, event)

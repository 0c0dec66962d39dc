"""Posting money: what comes in stands as credit, credit pays the oldest bill first; all under the account's hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from runtime.postgres import Connection
from utility.accounts import store as accounts
from utility.accounts.values import Account
from utility.billing.rules import NOTHING
from utility.company import Company
from utility.errors import NotKnown
from utility.events.outbox import Event, emit
from utility.numbers import next_number
from utility.payments import rules, service, store
from utility.payments.values import Claim, Move, Payment, Share
from utility.points.service import earn_by_paying
from utility.supply import reconnect


@dataclass(frozen=True)
class Receipt:
    """Money that has really come in: from a provider, or counted in a hall.

    Attributes:
        at: when it was paid; damages end with that day.
        late: whether the link it came by had ended before.
        payment_no: of a payment that was on its way; empty for a new one.
    """

    account_no: str
    amount: Decimal
    at: datetime
    channel: str
    provider: str = ""
    transaction: str = ""
    by: str = ""
    late: bool = False
    payment_no: str = ""


async def post(connection: Connection, company: Company, receipt: Receipt) -> Payment:
    """Posts money that came in: a payment, the bills it pays, credit for the rest, power back where that was all."""
    await store.hold_account(connection, receipt.account_no)
    account = await held(connection, receipt.account_no)
    payment_no = await _enter(connection, company, receipt)
    at = min(receipt.at, company.clock.now())
    await store.move(connection, [Move(account.account_no, at, "provider", "credit", receipt.amount, payment_no)])
    shares = await settle(connection, company, account, ref=payment_no, at=at)
    if receipt.provider:
        await earn_by_paying(connection, company, account.account_no, payment_no, shares, at.date())
    await _tell(connection, company, receipt, payment_no, shares)
    await reconnect.when_settled(connection, company, account)
    payment = await store.payment(connection, payment_no)
    if payment is None:
        raise NotKnown("payment.unknown", "The payment was not written.")
    return payment


async def held(connection: Connection, account_no: str) -> Account:
    """Reads an account whose money moves. Raises NotKnown `account.unknown`."""
    account = await accounts.account(connection, account_no)
    if account is None:
        raise NotKnown("account.unknown", "There is no such account.")
    return account


async def settle(connection: Connection, company: Company, account: Account, *, ref: str, at: datetime) -> list[Share]:
    """Pays unpaid bills, oldest first, from coupons (never damages) and then from credit; returns what was paid.

    The account must be held.
    """
    now = company.clock.now()
    claimed = await service.claims(connection, company, account, at.date())
    coupon = await store.book(connection, account.account_no, "coupon", now)
    bare = [Claim(claim.period, claim.principal, NOTHING, claim.late) for claim in claimed]
    gifts = rules.share_out(max(coupon, NOTHING), bare)
    left = _less(claimed, gifts)
    credit = await store.book(connection, account.account_no, "credit", now)
    first = company.money.damages.at(at.date(), company.regions).value.damages_first
    shares = rules.share_out(max(credit, NOTHING), left, damages_first=first)
    await store.move(connection, _moves(account, gifts, "coupon", ref, at) + _moves(account, shares, "credit", ref, at))
    for claim in _less(left, shares):
        if not (claim.principal or claim.damages):
            status = "settled_from_balance" if account.billing == "prepaid" else "paid"
            await store.mark_settled(connection, account.account_no, claim.period, status, at.date())
    return gifts + shares


async def settle_account(connection: Connection, company: Company, account_no: str) -> list[Share]:
    """Uses an account's credit for its bills, as after a bill was issued or corrected."""
    await store.hold_account(connection, account_no)
    account = await held(connection, account_no)
    shares = await settle(connection, company, account, ref="balance", at=company.clock.now())
    if shares:
        await reconnect.when_settled(connection, company, account)
    return shares


async def _enter(connection: Connection, company: Company, receipt: Receipt) -> str:
    if receipt.payment_no:
        await store.arrived(connection, receipt.payment_no)
        return receipt.payment_no
    payment_no = await next_number(connection, company.policy.payment.letter, company.clock.now().date())
    payment = Payment(payment_no, receipt.account_no, receipt.at, receipt.amount, receipt.channel, "success", (), "")
    await store.save_payment(
        connection, payment, provider=receipt.provider, transaction=receipt.transaction, by=receipt.by
    )
    return payment_no


async def _tell(
    connection: Connection, company: Company, receipt: Receipt, payment_no: str, shares: Sequence[Share]
) -> None:
    paid = sum((share.amount for share in shares), NOTHING)
    data = {
        "amount": f"{receipt.amount:f}",
        "channel": receipt.channel,
        "late": receipt.late,
        "kept_as_credit": f"{max(NOTHING, receipt.amount - paid):f}",
        "paid": [{"period": s.period, "book": s.book, "amount": f"{s.amount:f}"} for s in shares],
    }
    now = company.clock.now()
    await emit(connection, Event("payment.posted", now, payment_no, account_no=receipt.account_no, data=data))


def _less(claimed: Sequence[Claim], shares: Sequence[Share]) -> list[Claim]:
    """Takes shares off what the bills ask for."""
    paid = {(share.period, share.book): share.amount for share in shares}
    return [
        Claim(
            claim.period,
            claim.principal - paid.get((claim.period, "bill"), NOTHING),
            claim.damages - paid.get((claim.period, "damages"), NOTHING),
            claim.late,
        )
        for claim in claimed
    ]


def _moves(account: Account, shares: Sequence[Share], book: str, ref: str, at: datetime) -> list[Move]:
    return [Move(account.account_no, at, book, share.book, share.amount, ref, share.period) for share in shares]

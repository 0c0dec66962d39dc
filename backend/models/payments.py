"""What crosses the seam of money; money is Decimal, times are aware in Asia/Shanghai."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal


@dataclass(frozen=True)
class Money:
    """How an account stands: unused `balance`, `owed` (all unpaid bills), of it `overdue`, with `damages`."""

    account_no: str
    billing: str
    balance: Decimal
    owed: Decimal
    overdue: Decimal
    damages: Decimal
    payable: Decimal
    reconnect: Decimal
    days_left: int | None = None


@dataclass(frozen=True)
class Payment:
    """Money that came in (`success`) or is on its way (`processing`), with the bills it paid."""

    payment_no: str
    account_no: str
    at: datetime
    amount: Decimal
    channel: str
    status: str
    periods: tuple[str, ...]
    note: str


@dataclass(frozen=True)
class PaymentOrder:
    """A payment that was asked for: open, paid, expired, cancelled or failed; a `link` only while it is open."""

    payment_order_no: str
    account_no: str
    purpose: str
    period: str
    amount: Decimal
    state: str
    link: str
    expires_at: datetime
    payment_no: str
    name_masked: str
    address_masked: str


@dataclass(frozen=True)
class Refund:
    """Unused money on its way back to where it came from: requested, approved, declined, paid or failed."""

    refund_no: str
    account_no: str
    payment_no: str
    amount: Decimal
    reason: str
    state: str
    origin: str
    requested_at: datetime
    closed_at: datetime | None


@dataclass(frozen=True)
class Correction:
    """A payment that went to the wrong account: needs_consent, moved or refused."""

    correction_no: str
    payment_no: str
    amount: Decimal
    state: str
    requested_at: datetime
    due_on: date
    closed_at: datetime | None


@dataclass(frozen=True)
class Mandate:
    """The word of a customer that bills may be debited on their last payment day."""

    mandate_no: str
    account_no: str
    provider: str
    state: str
    signed_at: datetime

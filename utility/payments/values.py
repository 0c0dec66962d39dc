"""Money as frozen values: how an account stands, what is owed of each bill, and what moved where."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal


@dataclass(frozen=True)
class Money:
    """How an account stands at a moment."""

    account_no: str
    billing: str
    balance: Decimal
    owed: Decimal
    overdue: Decimal
    damages: Decimal
    days_left: int | None

    @property
    def payable(self) -> Decimal:
        """Everything that is unpaid."""
        return self.owed + self.damages

    @property
    def reconnect(self) -> Decimal:
        """What must be paid before a cut-off account is switched on again."""
        return self.overdue + self.damages


@dataclass(frozen=True)
class Settled:
    """What was paid of a bill on a day; negative when it was taken back."""

    day: date
    amount: Decimal


@dataclass(frozen=True)
class Debt:
    """One bill as the books hold it: its total, its last payment day, what was paid of it and of its damages."""

    period: str
    total: Decimal
    due: date
    settled: tuple[Settled, ...] = ()
    damages_settled: Decimal = Decimal("0.00")

    @property
    def remaining(self) -> Decimal:
        """What of the bill itself is not paid; negative when it was corrected after it was paid."""
        return self.total - sum((part.amount for part in self.settled), Decimal("0.00"))


@dataclass(frozen=True)
class Claim:
    """What one bill asks for on a day."""

    period: str
    principal: Decimal
    damages: Decimal
    late: bool


@dataclass(frozen=True)
class Share:
    """A part of a sum that goes to one bill: to the bill itself or to its damages."""

    period: str
    book: str
    amount: Decimal


@dataclass(frozen=True)
class Move:
    """An amount on its way from one book of an account to another: what leaves the one arrives in the other."""

    account_no: str
    at: datetime
    from_book: str
    to_book: str
    amount: Decimal
    ref: str
    period: str | None = None


@dataclass(frozen=True)
class Payment:
    """Money that came in, or is on its way in."""

    payment_no: str
    account_no: str
    at: datetime
    amount: Decimal
    channel: str
    status: str
    periods: tuple[str, ...]
    note: str


@dataclass(frozen=True)
class LinkDraft:
    """What somebody wants to pay: everything due, one bill, or a sum of their own."""

    account_no: str
    purpose: str
    period: str = ""
    amount: Decimal | None = None


@dataclass(frozen=True)
class PaymentOrder:
    """A payment that was asked for, with the link to make it."""

    payment_order_no: str
    account_no: str
    purpose: str
    period: str | None
    amount: Decimal
    holder: str
    channel: str
    channel_user: str
    state: str
    created_at: datetime
    expires_at: datetime
    closed_at: datetime | None
    payment_no: str | None


@dataclass(frozen=True)
class Notice:
    """What a provider tells of one transaction."""

    provider: str
    transaction_id: str
    kind: str
    order_no: str
    amount: Decimal
    at: datetime
    digest: str


@dataclass(frozen=True)
class SuspenseItem:
    """Money, or a word about money, that fits nothing in the books: a person decides."""

    suspense_no: str
    provider: str
    transaction_id: str
    kind: str
    reason: str
    order_no: str
    amount: Decimal
    received_at: datetime
    state: str
    account_no: str | None


@dataclass(frozen=True)
class Refund:
    """Unused money on its way back to where it came from."""

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
    """A payment that went to the wrong account, on its way to the right one."""

    correction_no: str
    payment_no: str
    from_account: str
    to_account: str
    amount: Decimal
    state: str
    requested_at: datetime
    requested_by: str
    due_on: date
    closed_at: datetime | None


@dataclass(frozen=True)
class Mandate:
    """Somebody's word that bills may be debited on their last payment day."""

    mandate_no: str
    account_no: str
    provider: str
    state: str
    signed_at: datetime
    cancelled_at: datetime | None

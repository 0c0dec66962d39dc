"""What is asked of a utility about money."""

from __future__ import annotations

from decimal import Decimal
from typing import Protocol

from backend.models import Correction, Mandate, Money, Payment, PaymentOrder, Refund
from conversation.identity import ChannelUser


class Payments(Protocol):
    """The calls about money."""

    async def money(self, account_no: str, user: ChannelUser) -> Money:
        """Reads balance and arrears. Raises NotAllowed `account.not_bound`."""

    async def payments(self, account_no: str, user: ChannelUser) -> list[Payment]:
        """Lists the newest payments, newest first. Raises NotAllowed `account.not_bound`."""

    async def payment_link(
        self,
        account_no: str,
        purpose: str,
        user: ChannelUser,
        *,
        idempotency_key: str,
        period: str = "",
        amount: Decimal | None = None,
    ) -> PaymentOrder:
        """Opens a link to pay by: `all_due`, `bill` (with its `period`), `top_up` (with an `amount`).

        The open one of the same account, purpose and amount is given again. Who is not bound to the account may only
        top it up: what it owes stays unsaid, its holder is a masked name.

        Raises:
            NotAllowed: `account.not_bound`, `accounts.too_many`.
            NotFound: `account.unknown`, `bill.unknown`.
            Conflict: `payment.nothing_due`, `payment.amount` (fields least, most), `idempotency.mismatch`.
        """

    async def payment_order(self, payment_order_no: str, user: ChannelUser) -> PaymentOrder:
        """Reads a payment order of this user or of a bound account. Raises NotFound `payment_order.unknown`."""

    async def cancel_payment(self, payment_order_no: str, user: ChannelUser, *, idempotency_key: str) -> PaymentOrder:
        """Cancels an open payment order; a cancelled one stays so.

        Raises:
            NotFound: `payment_order.unknown`.
            Conflict: `payment_order.closed` (field state).
        """

    async def request_refund(
        self, payment_no: str, reason: str, user: ChannelUser, *, idempotency_key: str, amount: Decimal | None = None
    ) -> Refund:
        """Asks for unused money of a payment back, to where it came from; without an amount, all that is unused.

        Raises:
            NotFound: `payment.unknown` (also somebody else's).
            Conflict: `refund.amount`, `refund.too_much` (field available), `payment.processing`.
        """

    async def refunds(self, account_no: str, user: ChannelUser) -> list[Refund]:
        """Lists the refunds of an account, newest first. Raises NotAllowed `account.not_bound`."""

    async def correct_payment(
        self, payment_no: str, to_account: str, user: ChannelUser, *, idempotency_key: str
    ) -> Correction:
        """Asks that a payment be moved to the account it was meant for.

        Raises:
            NotFound: `payment.unknown`, `account.unknown`.
            Conflict: `correction.same_account`, `correction.already_asked`, `correction.given_back`,
                `payment.processing`.
        """

    async def answer_correction(
        self, correction_no: str, agreed: bool, user: ChannelUser, *, idempotency_key: str
    ) -> Correction:
        """Gives the word of the account that received the payment.

        Raises:
            NotFound: `correction.unknown`.
            Conflict: `correction.closed` (field state).
        """

    async def mandate(self, account_no: str, user: ChannelUser) -> Mandate:
        """Reads the auto-debit mandate. Raises NotAllowed `account.not_bound`, NotFound `mandate.unknown`."""

    async def sign_mandate(self, account_no: str, provider: str, user: ChannelUser, *, idempotency_key: str) -> Mandate:
        """Signs a mandate; the one that holds with the same provider is given again.

        Raises:
            NotAllowed: `account.not_bound`.
            NotFound: `provider.unknown`.
            Conflict: `mandate.signed` (with another provider), `mandate.prepaid`.
        """

    async def cancel_mandate(self, account_no: str, user: ChannelUser, *, idempotency_key: str) -> None:
        """Cancels the mandate. Raises NotAllowed `account.not_bound`, NotFound `mandate.unknown`."""

"""Asks the utility about money over its REST interface."""

from __future__ import annotations

from decimal import Decimal

from backend.http.client import Client, part
from backend.models import Correction, Mandate, Money, Payment, PaymentOrder, Refund
from backend.wire import payments as wire
from backend.wire.reading import read, read_list
from conversation.identity import ChannelUser


class PaymentsClient(Client):
    """The calls about money over HTTP."""

    async def money(self, account_no: str, user: ChannelUser) -> Money:
        """See base class."""
        return read(wire.money, await self._get(f"/accounts/{part(account_no)}/money", user))

    async def payments(self, account_no: str, user: ChannelUser) -> list[Payment]:
        """See base class."""
        return read_list(wire.payment, "payments", await self._get(f"/accounts/{part(account_no)}/payments", user))

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
        """See base class."""
        body = {"account_no": account_no, "purpose": purpose}
        if period:
            body["period"] = period
        if amount is not None:
            body["amount"] = f"{amount:f}"
        content = await self._write("POST", "/payment-orders", user, body, key=idempotency_key)
        return read(wire.payment_order, content)

    async def payment_order(self, payment_order_no: str, user: ChannelUser) -> PaymentOrder:
        """See base class."""
        return read(wire.payment_order, await self._get(f"/payment-orders/{part(payment_order_no)}", user))

    async def cancel_payment(self, payment_order_no: str, user: ChannelUser, *, idempotency_key: str) -> PaymentOrder:
        """See base class."""
        path = f"/payment-orders/{part(payment_order_no)}/cancel"
        return read(wire.payment_order, await self._write("POST", path, user, key=idempotency_key))

    async def request_refund(
        self, payment_no: str, reason: str, user: ChannelUser, *, idempotency_key: str, amount: Decimal | None = None
    ) -> Refund:
        """See base class."""
        body = {"payment_no": payment_no, "reason": reason}
        if amount is not None:
            body["amount"] = f"{amount:f}"
        return read(wire.refund, await self._write("POST", "/refunds", user, body, key=idempotency_key))

    async def refunds(self, account_no: str, user: ChannelUser) -> list[Refund]:
        """See base class."""
        return read_list(wire.refund, "refunds", await self._get(f"/accounts/{part(account_no)}/refunds", user))

    async def correct_payment(
        self, payment_no: str, to_account: str, user: ChannelUser, *, idempotency_key: str
    ) -> Correction:
        """See base class."""
        body = {"payment_no": payment_no, "to_account": to_account}
        content = await self._write("POST", "/payment-corrections", user, body, key=idempotency_key)
        return read(wire.correction, content)

    async def answer_correction(
        self, correction_no: str, agreed: bool, user: ChannelUser, *, idempotency_key: str
    ) -> Correction:
        """See base class."""
        path = f"/payment-corrections/{part(correction_no)}/answer"
        return read(wire.correction, await self._write("POST", path, user, {"agreed": agreed}, key=idempotency_key))

    async def mandate(self, account_no: str, user: ChannelUser) -> Mandate:
        """See base class."""
        return read(wire.mandate, await self._get(f"/accounts/{part(account_no)}/mandate", user))

    async def sign_mandate(self, account_no: str, provider: str, user: ChannelUser, *, idempotency_key: str) -> Mandate:
        """See base class."""
        path = f"/accounts/{part(account_no)}/mandate"
        return read(wire.mandate, await self._write("PUT", path, user, {"provider": provider}, key=idempotency_key))

    async def cancel_mandate(self, account_no: str, user: ChannelUser, *, idempotency_key: str) -> None:
        """See base class."""
        await self._write("DELETE", f"/accounts/{part(account_no)}/mandate", user, key=idempotency_key)

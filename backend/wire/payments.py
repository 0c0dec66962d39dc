"""How money looks on the wire."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from backend.models import Correction, Mandate, Money, Payment, PaymentOrder, Refund
from backend.wire.reading import Json, read_time


def money(content: Json) -> Money:
    """Reads how an account stands."""
    names = ("balance", "owed", "overdue", "damages", "payable", "reconnect")
    return Money(
        account_no=content["account_no"],
        billing=content["billing"],
        days_left=content["days_left"],
        **{name: Decimal(content[name]) for name in names},
    )


def payment(content: Json) -> Payment:
    """Reads a payment."""
    return Payment(
        payment_no=content["payment_no"],
        account_no=content["account_no"],
        at=datetime.fromisoformat(content["at"]),
        amount=Decimal(content["amount"]),
        channel=content["channel"],
        status=content["status"],
        periods=tuple(content["periods"]),
        note=content["note"],
    )


def payment_order(content: Json) -> PaymentOrder:
    """Reads a payment order."""
    return PaymentOrder(
        payment_order_no=content["payment_order_no"],
        account_no=content["account_no"],
        purpose=content["purpose"],
        period=content["period"] or "",
        amount=Decimal(content["amount"]),
        state=content["state"],
        link=content["link"] or "",
        expires_at=datetime.fromisoformat(content["expires_at"]),
        payment_no=content["payment_no"] or "",
        name_masked=content["name_masked"],
        address_masked=content["address_masked"],
    )


def refund(content: Json) -> Refund:
    """Reads a refund."""
    return Refund(
        refund_no=content["refund_no"],
        account_no=content["account_no"],
        payment_no=content["payment_no"],
        amount=Decimal(content["amount"]),
        reason=content["reason"],
        state=content["state"],
        origin=content["origin"],
        requested_at=datetime.fromisoformat(content["requested_at"]),
        closed_at=read_time(content["closed_at"]),
    )


def correction(content: Json) -> Correction:
    """Reads a correction."""
    return Correction(
        correction_no=content["correction_no"],
        payment_no=content["payment_no"],
        amount=Decimal(content["amount"]),
        state=content["state"],
        requested_at=datetime.fromisoformat(content["requested_at"]),
        due_on=date.fromisoformat(content["due_on"]),
        closed_at=read_time(content["closed_at"]),
    )


def mandate(content: Json) -> Mandate:
    """Reads a mandate."""
    return Mandate(
        mandate_no=content["mandate_no"],
        account_no=content["account_no"],
        provider=content["provider"],
        state=content["state"],
        signed_at=datetime.fromisoformat(content["signed_at"]),
    )

"""How money looks outside: sums as text, names masked."""

from __future__ import annotations

from runtime.privacy import mask_name
from utility.accounts.values import Account
from utility.counter.shown import Json, shown_number, shown_time
from utility.payments.callbacks_store import Heard
from utility.payments.values import Correction, Mandate, Money, Payment, PaymentOrder, Refund, SuspenseItem


def money(value: Money) -> Json:
    """Shows how an account stands."""
    return {
        "account_no": value.account_no,
        "billing": value.billing,
        "balance": shown_number(value.balance),
        "owed": shown_number(value.owed),
        "overdue": shown_number(value.overdue),
        "damages": shown_number(value.damages),
        "payable": shown_number(value.payable),
        "reconnect": shown_number(value.reconnect),
        "days_left": value.days_left,
    }


def payment(value: Payment) -> Json:
    """Shows a payment with the bills it paid."""
    return {
        "payment_no": value.payment_no,
        "account_no": value.account_no,
        "at": shown_time(value.at),
        "amount": shown_number(value.amount),
        "channel": value.channel,
        "status": value.status,
        "periods": list(value.periods),
        "note": value.note,
    }


def payment_order(value: PaymentOrder, link: str, account: Account) -> Json:
    """Shows a payment order; whose account it is only by a masked name and an address without a door."""
    whose = {
        "name_masked": mask_name(account.name),
        "address_masked": f"{account.city}{account.region}{account.street}{account.estate}",
    }
    return {
        "payment_order_no": value.payment_order_no,
        "account_no": value.account_no,
        "purpose": value.purpose,
        "period": value.period,
        "amount": shown_number(value.amount),
        "state": value.state,
        "link": link if value.state == "open" else None,
        "expires_at": shown_time(value.expires_at),
        "payment_no": value.payment_no,
        **whose,
    }


def heard(value: Heard) -> Json:
    """Shows what was made of a callback."""
    return {"outcome": value.outcome, "payment_no": value.payment_no}


def refund(value: Refund) -> Json:
    """Shows a refund."""
    return {
        "refund_no": value.refund_no,
        "account_no": value.account_no,
        "payment_no": value.payment_no,
        "amount": shown_number(value.amount),
        "reason": value.reason,
        "state": value.state,
        "origin": value.origin,
        "requested_at": shown_time(value.requested_at),
        "closed_at": shown_time(value.closed_at),
    }


def correction(value: Correction) -> Json:
    """Shows a correction; whose the other account is stays unsaid."""
    return {
        "correction_no": value.correction_no,
        "payment_no": value.payment_no,
        "amount": shown_number(value.amount),
        "state": value.state,
        "requested_at": shown_time(value.requested_at),
        "due_on": value.due_on.isoformat(),
        "closed_at": shown_time(value.closed_at),
    }


def mandate(value: Mandate) -> Json:
    """Shows a mandate."""
    return {
        "mandate_no": value.mandate_no,
        "account_no": value.account_no,
        "provider": value.provider,
        "state": value.state,
        "signed_at": shown_time(value.signed_at),
    }


def suspense_item(value: SuspenseItem) -> Json:
    """Shows what a person has to decide."""
    return {
        "suspense_no": value.suspense_no,
        "provider": value.provider,
        "transaction_id": value.transaction_id,
        "kind": value.kind,
        "reason": value.reason,
        "order_no": value.order_no,
        "amount": shown_number(value.amount),
        "received_at": shown_time(value.received_at),
        "state": value.state,
        "account_no": value.account_no,
    }

"""How the money of an account looks outside."""

from __future__ import annotations

from utility.counter.shown import Json, shown_number
from utility.payments.values import Money


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

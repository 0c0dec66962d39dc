"""How bills and energy look outside."""

from __future__ import annotations

from utility.billing.values import Bill, MonthUsage
from utility.counter.shown import Json, shown_number


def bill(value: Bill) -> Json:
    """Shows a bill with its lines."""
    return {
        "account_no": value.account_no,
        "period": value.period,
        "days": value.days,
        "kwh": shown_number(value.kwh),
        "tier": value.tier,
        "lines": [
            {
                "code": line.code,
                "name": line.name,
                "quantity": shown_number(line.quantity),
                "price": shown_number(line.price),
                "amount": shown_number(line.amount),
            }
            for line in value.lines
        ],
        "total": shown_number(value.total),
        "issued": value.issued.isoformat(),
        "due": value.due.isoformat(),
        "status": value.status,
        "paid_on": value.paid_on.isoformat() if value.paid_on else None,
    }


def usage(value: MonthUsage) -> Json:
    """Shows the running month."""
    return {
        "account_no": value.account_no,
        "period": value.period,
        "kwh": shown_number(value.kwh),
        "until": value.until.isoformat(),
        "tier": value.tier,
        "left_in_tier": None if value.left_in_tier is None else shown_number(value.left_in_tier),
    }

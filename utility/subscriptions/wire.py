"""How notices look outside."""

from __future__ import annotations

from utility.counter.shown import Json, shown_number, shown_time
from utility.subscriptions.values import Subscription


def subscription(value: Subscription) -> Json:
    """Shows whether notices of a type go by a channel."""
    return {
        "account_no": value.account_no,
        "notice_type": value.notice_type,
        "channel": value.channel,
        "enabled": value.enabled,
        "threshold": None if value.threshold is None else shown_number(value.threshold),
        "set_at": shown_time(value.set_at),
    }

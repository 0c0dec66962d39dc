"""How supply looks outside."""

from __future__ import annotations

from utility.counter.shown import Json, shown_number, shown_time
from utility.supply.service import Supply
from utility.supply.values import Reconnect


def reconnect(value: Reconnect) -> Json:
    """Shows a reconnect."""
    return {
        "reconnect_no": value.reconnect_no,
        "account_no": value.account_no,
        "kind": value.kind,
        "state": value.state,
        "requested_at": shown_time(value.requested_at),
        "due_at": shown_time(value.due_at),
        "order_no": value.order_no,
        "done_at": shown_time(value.done_at),
        "ends_at": shown_time(value.ends_at),
    }


def supply(value: Supply) -> Json:
    """Shows whether an account has power, why not, and what comes next."""
    return {
        "account_no": value.account_no,
        "status": value.status,
        "cut_at": shown_time(value.cut_at),
        "reason": value.reason,
        "last_step": value.last_step,
        "cut_on": value.cut_on.isoformat() if value.cut_on else None,
        "warning_limit": None if value.warning_limit is None else shown_number(value.warning_limit),
        "reconnect": reconnect(value.reconnect) if value.reconnect else None,
    }

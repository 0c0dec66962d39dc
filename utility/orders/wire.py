"""How work orders look outside: to the customer what concerns them, to the staff all but who filed a secret one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from runtime.privacy import mask_phone
from utility.counter.shown import Json, shown_time
from utility.orders import clock
from utility.orders.machine import OrderRules
from utility.orders.rules import secret
from utility.orders.values import Change, Try, Urge, WorkOrder
from utility.orders.worktime import Calendar

# What the staff does among themselves.
INTERNAL = frozenset({"offered", "declined", "warned", "supervised", "contact_missed"})


@dataclass(frozen=True)
class Shown:
    """By what an order is shown: the rules and the hour, and whether full values may be seen."""

    rules: OrderRules
    calendar: Calendar
    now: datetime
    full: bool = False


def summary(value: WorkOrder, by: Shown) -> Json:
    """Shows an order as lists and customers see it; who filed it is not in it."""
    return {
        "order_no": value.order_no,
        "kind": value.kind,
        "case_type": value.type,
        "status": value.status,
        "open": value.open,
        "level": value.level,
        "secrecy": value.secrecy,
        "account_no": None if secret(by.rules, value) and not by.full else value.account_no,
        "parent_no": value.parent_no,
        "owner": value.owner,
        "filed": shown_time(value.filed_at),
        "due": shown_time(value.due_at),
        "paused": value.paused_at is not None,
        "used_percent": clock.percent(by.calendar, value, by.now),
        "contact_by": shown_time(value.contact_by),
        "contacted": shown_time(value.contacted_at),
        "replied": shown_time(value.resolved_at),
        "resolution": value.resolution_code,
        "confirmed": value.confirmed,
        "disputes": value.disputes,
        "reopened": value.reopened,
        "rating": value.rating,
        "closed": shown_time(value.closed_at),
    }


def own(value: WorkOrder, changes: Sequence[Change], urges: int, by: Shown) -> Json:
    """Shows a customer their order: what they wrote, the reply, what has happened."""
    seen = [change for change in changes if change.what not in INTERNAL]
    return {
        **summary(value, by),
        "text": value.text,
        "reply": dict(value.reply) if value.resolution_code else {},
        "urges": urges,
        "timeline": [_line(change, change.actor.partition(":")[0]) for change in seen],
    }


def full(value: WorkOrder, changes: Sequence[Change], urges: int, by: Shown) -> Json:
    """Shows the staff an order with its clock, its supervision and its whole timeline."""
    hidden = secret(by.rules, value) and not by.full
    phone = value.contact_phone if by.full else mask_phone(value.contact_phone) if value.contact_phone else ""
    return {
        **summary(value, by),
        "text": value.text,
        "reply": dict(value.reply),
        "urges": urges,
        "state": value.state,
        "side_state": value.side_state,
        "offered_to": value.offered_to,
        "channel": "" if hidden else value.channel,
        "contact_phone": "" if hidden else phone,
        "area_id": None if hidden else value.area_id,
        "limit": value.limit_name,
        "warned": list(value.warned),
        "supervision": value.supervision,
        "paused_minutes": int(clock.pause_total(value, by.now).total_seconds()) // 60,
        "callback_by": shown_time(value.callback_by),
        "timeline": [_line(change, _actor(change, hidden)) for change in changes],
    }


def urge(value: Urge) -> Json:
    """Shows an urge: whether the owner is told, and from when on the next one is."""
    return {
        "urge_no": value.urge_no,
        "order_no": value.order_no,
        "dispatched": value.dispatched,
        "at": shown_time(value.at),
        "next_from": shown_time(value.next_from),
    }


def attempt(value: Try) -> Json:
    """Shows an attempt to reach the customer, and why it does not count."""
    return {
        "at": shown_time(value.at),
        "how": value.how,
        "outcome": value.outcome,
        "counts": value.counts,
        "why_not": value.why,
    }


def _actor(change: Change, hidden: bool) -> str:
    kind, _, name = change.actor.partition(":")
    return kind if kind == "customer" or hidden and kind != "staff" else f"{kind}:{name}"


def _line(change: Change, by: str) -> Json:
    return {
        "at": shown_time(change.at),
        "by": by,
        "what": change.what,
        "status": change.to_state,
        "note": change.note,
    }

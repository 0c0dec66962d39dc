"""Work orders and what may be done to them, as frozen values; how a kind behaves stands in machine.py."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from utility.orders.worktime import Limit

NO_LIMIT = "-"
NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True)
class Draft:
    """What somebody wants opened.

    Attributes:
        kind: a kind of utility/data/order_kinds.yml.
        owner: who is answerable from the first moment on; never empty.
        type: the subtype of the kind, as the customer's form names it.
        subject: the matter; the same customer has one active order of it. Empty: no such rule (a merged sub-order).
        parent_no: the order it belongs to; `sub` gives it that order's number with -01, -02, ...
        order_no: its number, where the subject keeps a count of its own; empty: the next one.
        limit_name: the published limit to count, when it is not the kind's own; "-": none.
        limit: the limit itself, when it is the company's own figure and not a published one.
        state: where it starts, when that is not the kind's first state.
        side_state: a side state that it starts in: of an order that follows another from the first moment on.
        filed_at: when it came in; None: now.
        callback_declined: the customer wants no call-back.
    """

    kind: str
    owner: str
    type: str = ""
    subject: str = ""
    account_no: str | None = None
    channel: str = ""
    channel_user: str = ""
    contact_phone: str = ""
    region_id: str | None = None
    area_id: str | None = None
    level: str = ""
    secrecy: str = ""
    text: str = ""
    parent_no: str | None = None
    sub: bool = False
    limit_name: str = ""
    limit: Limit | None = None
    state: str = ""
    side_state: str = ""
    filed_at: datetime | None = None
    callback_declined: bool = False
    order_no: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class WorkOrder:
    """One order as it stands; `state` is where its work is, `side_state` why that does not go on just now.

    Attributes:
        owner: who is answerable; `offered_to` becomes the owner by accepting.
        limit_value, limit_unit: the published limit it is measured by, as it was when the order came in.
        clock_used: the limit's time that had passed when the clock last stopped or started anew.
        clock_from: since when the clock runs; None: it stands (paused, replied, closed, no limit).
        due_at: when the limit ends as the clock runs now; None while it is paused or without a limit.
        paused_at, paused_total: the pause that runs, and the natural time of all that are over.
        contact_by, contacted_at: when somebody has to have spoken with the customer, and when somebody did.
        callback_by: when the customer has to have been called back after the reply.
        warned: the warnings given, in percent of the limit; `supervision` is the highest step told, `ladder_at` when
            the next one is due.
        confirmed: what the customer said of the result; None: not yet asked or not reached.
    """

    order_no: str
    kind: str
    type: str
    subject: str
    account_no: str | None
    channel: str
    channel_user: str
    contact_phone: str
    region_id: str | None
    area_id: str | None
    level: str
    secrecy: str
    text: str
    parent_no: str | None
    state: str
    side_state: str | None
    owner: str
    offered_to: str | None
    filed_at: datetime
    limit_name: str = ""
    limit_value: Decimal | None = None
    limit_unit: str = ""
    clock_used: timedelta = timedelta(0)
    clock_from: datetime | None = None
    due_at: datetime | None = None
    paused_at: datetime | None = None
    paused_total: timedelta = timedelta(0)
    contact_by: datetime | None = None
    contacted_at: datetime | None = None
    resolved_at: datetime | None = None
    callback_by: datetime | None = None
    callback_declined: bool = False
    warned: tuple[int, ...] = ()
    supervision: str = ""
    ladder_at: datetime | None = None
    resolution_code: str = ""
    reply: Mapping[str, Any] = NOTHING
    confirmed: bool | None = None
    disputes: int = 0
    reopened: int = 0
    rating: int | None = None
    closed_at: datetime | None = None
    extra: Mapping[str, Any] = NOTHING

    @property
    def open(self) -> bool:
        """Tells whether it still has to be dealt with."""
        return self.closed_at is None

    @property
    def status(self) -> str:
        """What a customer is told: the side state while there is one."""
        return self.side_state or self.state


@dataclass(frozen=True)
class Change:
    """One line of an order's timeline: who did what, and where that led."""

    step_no: int
    at: datetime
    actor: str
    what: str
    from_state: str
    to_state: str
    note: str
    data: Mapping[str, Any] = NOTHING


@dataclass(frozen=True)
class Resolution:
    """The reply to an order: its code, and what the kind's checklist asks for."""

    code: str
    reply: Mapping[str, str] = NOTHING
    note: str = ""


@dataclass(frozen=True)
class Try:
    """One attempt to reach the customer: how (phone, message, visit), what came of it, and why it does not count."""

    at: datetime
    how: str
    outcome: str
    counts: bool
    why: str = ""


@dataclass(frozen=True)
class Urge:
    """An urge (催办) of an order: dispatched to its owner, or only recorded because the last was too recent."""

    urge_no: str
    order_no: str
    dispatched: bool
    at: datetime
    next_from: datetime

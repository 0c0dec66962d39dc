"""What crosses the seam of fault reports and orders; money is Decimal, times are aware in Asia/Shanghai."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class FaultReport:
    """What a customer tells about a fault; `account_no` or `address` says where. Names are those of the taxonomy."""

    channel: str
    channel_user: str
    address: str = ""
    account_no: str = ""
    area_id: str = ""
    scope: str = ""
    neighbor_power: str = ""
    symptom: str = ""
    breaker_state: str = ""
    danger_sign: str = ""
    phone: str = ""
    severity: str = "一般"
    note: str = ""


@dataclass(frozen=True)
class OrderStep:
    """One line of an order's timeline."""

    status: str
    at: datetime
    note: str = ""


@dataclass(frozen=True)
class FaultOrder:
    """A fault order (抢修工单) and its promise: `arrive_by` is the published limit of the region."""

    order_no: str
    status: str
    severity: str
    reported: datetime
    arrive_by: datetime | None = None
    arrive_minutes: int | None = None
    eta: datetime | None = None
    outage_no: str = ""
    parent_no: str = ""
    account_no: str = ""
    address_masked: str = ""
    scope: str = ""
    symptom: str = ""
    crew: str = ""
    timeline: tuple[OrderStep, ...] = ()


@dataclass(frozen=True)
class FaultUpdate:
    """What a customer adds to an order that is open; empty means: nothing new. Names are those of the taxonomy."""

    scope: str = ""
    neighbor_power: str = ""
    symptom: str = ""
    breaker_state: str = ""
    danger_sign: str = ""
    note: str = ""


@dataclass(frozen=True)
class FaultUrge:
    """An urge (催办): one that comes too soon after the last is only recorded; from `next_from` on the next is told."""

    urge_no: str
    order_no: str
    dispatched: bool
    next_from: datetime

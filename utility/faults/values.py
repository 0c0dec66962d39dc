"""Fault reports, fault orders and the groups they belong to, as frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from utility.outages.values import Step

# Power is back for an order in these states.
FINISHED = frozenset({"restored", "replied", "called_back", "archived"})
MERGED = "merged"


@dataclass(frozen=True)
class FaultReport:
    """What a customer tells about a fault, as it came in."""

    severity: str
    account_no: str = ""
    area_id: str = ""
    address: str = ""
    scope: str = ""
    neighbor_power: str = ""
    symptom: str = ""
    breaker_state: str = ""
    danger_sign: str = ""
    phone: str = ""
    note: str = ""


@dataclass(frozen=True)
class FaultOrder:
    """A fault order with its promise and its story; `community` is as much of the address as may be shown."""

    order_no: str
    parent_no: str | None
    outage_no: str | None
    account_no: str | None
    area_id: str | None
    building: str
    community: str
    phone: str
    contact_phone: str
    channel: str
    channel_user: str
    status: str
    severity: str
    scope: str
    symptom: str
    danger_sign: str
    crew: str
    reported: datetime
    arrive_by: datetime | None
    arrive_minutes: int | None
    eta: datetime | None
    open: bool
    timeline: tuple[Step, ...] = ()


@dataclass(frozen=True)
class Group:
    """Reports that are taken for one thing: how many, since when, whose main order, which event they became."""

    group_id: int
    key: str
    area_id: str | None
    line_id: str | None
    main_order_no: str | None
    outage_no: str | None
    symptom: str
    reports: int
    last_report_at: datetime


@dataclass(frozen=True)
class Dark:
    """How many homes of one stair of one building reported; an unknown building or stair is empty."""

    area_id: str
    building: str
    stair: str
    homes: int


@dataclass(frozen=True)
class Work:
    """What the crew's deadlines and a supervisor's list look at, of one open order that somebody works on."""

    order_no: str
    status: str
    severity: str
    needs: tuple[str, ...]
    danger_sign: str
    area_id: str | None
    account_no: str | None
    outage_no: str | None
    crew: str
    owner: str
    homes: int
    reported: datetime
    dispatched_at: datetime | None
    arrive_by: datetime | None
    arrived_at: datetime | None
    found_at: datetime | None
    word_at: datetime | None
    eta: datetime | None
    symptom: str = ""
    neglected: bool = False

"""Fault reports and fault orders as frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from utility.outages.values import Step


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

"""What crosses the seam of appointments; times are aware in Asia/Shanghai."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class AppointmentSlot:
    """A half day in which somebody may come."""

    slot_id: str
    region: str
    day: date
    period: str
    starts: datetime
    ends: datetime
    free: int


@dataclass(frozen=True)
class Booking:
    """What a customer books; `business_type` is the company's own word (校表, 移表, ...)."""

    account_no: str
    business_type: str
    slot_id: str
    contact_phone: str = ""
    note: str = ""


@dataclass(frozen=True)
class Visitor:
    """Who comes, and by which rules: shows a card, takes no money."""

    who: str
    shows_card: bool
    takes_money: bool


@dataclass(frozen=True)
class Appointment:
    """A promised visit; `active` while it is to come, `change_until` is the last moment to change it."""

    appointment_no: str
    account_no: str
    business_type: str
    status: str
    active: bool
    slot: AppointmentSlot
    contact_phone_masked: str
    change_until: datetime
    filed: datetime
    visitor: Visitor
    result: str = ""
    moves: int = 0
    note: str = ""


@dataclass(frozen=True)
class AppointmentPage:
    """Some of a person's appointments, the latest visit first."""

    appointments: tuple[Appointment, ...]
    next_cursor: str | None

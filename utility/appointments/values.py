"""Half days, appointments and the tables they are drawn from, as frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import Enum


class SlotStatus(str, Enum):
    """Whether a half day takes bookings."""

    OPEN = "open"
    CLOSED = "closed"


# The side state of an appointment that has given its place back; every other one has used it, or still will.
CANCELLED = "cancelled"


@dataclass(frozen=True)
class Period:
    """A half day (上午, 下午) and its hours."""

    period_id: str
    name: str
    since: time
    until: time


@dataclass(frozen=True)
class SlotTable:
    """utility/data/appointment_slots.yml: the half days, visits in one by kind of region, how far ahead."""

    periods: tuple[Period, ...]
    capacity: Mapping[str, int]
    ahead_workdays: int
    reminder_at: time


@dataclass(frozen=True)
class VisitType:
    """A kind of business that needs a visit: who comes, for which customers."""

    name: str
    visitor: str
    customers: str


@dataclass(frozen=True)
class VisitTypes:
    """utility/data/visit_types.yml, with the rules of every visitor."""

    known: Mapping[str, VisitType]
    shows_card: bool
    takes_money: bool


@dataclass(frozen=True)
class AppointmentRules:
    """What the company has decided: how many half days are offered, and until when the customer may change."""

    offer_slots: int
    within_workdays: int
    change_at: time


@dataclass(frozen=True)
class Slot:
    """One half day of one region; `booked` counts what was promised before these books began, too."""

    slot_id: str
    region_id: str
    region: str
    day: date
    period: str
    starts_at: datetime
    ends_at: datetime
    capacity: int
    taken_before: int
    booked: int
    status: SlotStatus
    note: str = ""

    @property
    def free(self) -> int:
        """How many more visits fit."""
        return self.capacity - self.booked


@dataclass(frozen=True)
class Request:
    """What a customer asks for."""

    account_no: str
    business_type: str
    slot_id: str
    contact_phone: str = ""
    note: str = ""


@dataclass(frozen=True)
class Appointment:
    """A promised visit; where it stands is its work order's state, `active` while the visit is still to come."""

    appointment_no: str
    account_no: str
    business_type: str
    status: str
    active: bool
    slot: Slot
    contact_phone: str
    change_until: datetime
    result: str
    moves: int
    note: str
    filed_at: datetime

"""The company's facts as frozen values; money and energy are Decimal, times are aware."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal


@dataclass(frozen=True)
class Person:
    """Somebody at a client's counter, as that client's channel knows them."""

    channel: str
    user_id: str


@dataclass(frozen=True)
class Account:
    """An account, unmasked: it leaves the company only through `wire`."""

    account_no: str
    name: str
    plan: str
    billing: str
    status: str
    area_id: str
    city: str
    region: str
    street: str
    estate: str
    building: str
    address: str
    contact_phone: str
    tags: tuple[str, ...]
    opening_balance: Decimal
    closed_on: date | None

    @property
    def residential(self) -> bool:
        """Whether a home, billed by tiers, lives here."""
        return self.plan.startswith("tier")


@dataclass(frozen=True)
class SentCode:
    """A check code on its way; the code itself is only in the message."""

    account_no: str
    phone: str
    expires_at: datetime
    resend_after_s: int


@dataclass(frozen=True)
class BillLine:
    """One line of a bill."""

    code: str
    name: str
    quantity: Decimal
    price: Decimal
    amount: Decimal


@dataclass(frozen=True)
class Bill:
    """One month's bill."""

    account_no: str
    period: str
    days: int
    kwh: Decimal
    tier: int | None
    total: Decimal
    issued: date
    due: date
    status: str
    paid_on: date | None
    lines: tuple[BillLine, ...] = ()


@dataclass(frozen=True)
class DayUsage:
    """Energy of one day."""

    day: date
    kwh: Decimal


@dataclass(frozen=True)
class MonthUsage:
    """Energy of a month up to and including `until`."""

    account_no: str
    period: str
    kwh: Decimal
    until: date
    tier: int | None
    left_in_tier: Decimal | None


@dataclass(frozen=True)
class Money:
    """How an account stands at a moment."""

    account_no: str
    billing: str
    balance: Decimal
    owed: Decimal
    overdue: Decimal
    damages: Decimal
    days_left: int | None

    @property
    def payable(self) -> Decimal:
        """Everything that is unpaid."""
        return self.owed + self.damages

    @property
    def reconnect(self) -> Decimal:
        """What must be paid before a cut-off account is switched on again."""
        return self.overdue + self.damages


@dataclass(frozen=True)
class Area:
    """A transformer area and the region whose promise holds there."""

    area_id: str
    name: str
    estate: str
    street: str
    road: str
    buildings: str
    region: str
    region_kind: str
    arrive_minutes: int


@dataclass(frozen=True)
class Place:
    """What a free text means: an area, and a building of it when the text names one."""

    area: Area
    building: str = ""

    @property
    def text(self) -> str:
        """The place in the company's own words."""
        return f"{self.area.region}{self.area.street}{self.area.estate}{self.building}"


@dataclass(frozen=True)
class Step:
    """One line of a timeline."""

    status: str
    at: datetime
    note: str = ""


@dataclass(frozen=True)
class Outage:
    """An outage as it is known now."""

    outage_no: str
    kind: str
    status: str
    area_ids: tuple[str, ...]
    cause: str
    crew: str
    main_order_no: str | None
    started: datetime | None
    eta: datetime | None
    eta_said_at: datetime | None
    next_update_by: datetime | None
    planned_from: datetime | None
    planned_to: datetime | None
    restored: datetime | None

    def runs(self, now: datetime) -> bool:
        """Tells whether the power is off because of it at `now`."""
        if self.restored is not None:
            return False
        if self.started is not None:
            return self.started <= now
        planned = self.planned_from, self.planned_to
        return planned[0] is not None and planned[1] is not None and planned[0] <= now < planned[1]


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

"""What crosses the seam: the company's facts as frozen values, money as Decimal, times aware in Asia/Shanghai."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal


@dataclass(frozen=True)
class BoundAccount:
    """An account bound to a channel user; name, address and phone are masked by the utility."""

    account_no: str
    name_masked: str
    address_masked: str
    area_id: str
    region: str
    status: str
    billing: str
    phone_masked: str = ""
    tags: tuple[str, ...] = ()

    @property
    def tail(self) -> str:
        """The last four digits, the only part that is shown."""
        return self.account_no[-4:]


@dataclass(frozen=True)
class CheckCode:
    """A one-time code is on its way to the phone on file."""

    account_no: str
    phone_masked: str
    expires_at: datetime
    resend_after_s: int


@dataclass(frozen=True)
class BillLine:
    """One line of a bill: `quantity` kWh at `price` yuan."""

    code: str
    name: str
    quantity: Decimal
    price: Decimal
    amount: Decimal


@dataclass(frozen=True)
class Bill:
    """One month's bill of one account; `period` is YYYY-MM."""

    account_no: str
    period: str
    days: int
    kwh: Decimal
    tier: int | None
    lines: tuple[BillLine, ...]
    total: Decimal
    issued: date
    due: date
    status: str
    paid_on: date | None = None


@dataclass(frozen=True)
class MonthUsage:
    """Usage of a month so far: `kwh` up to and including `until`, the tier reached and what is left of it."""

    account_no: str
    period: str
    kwh: Decimal
    until: date
    tier: int | None
    left_in_tier: Decimal | None


@dataclass(frozen=True)
class Money:
    """How an account stands: unused `balance`, `owed` (all unpaid bills), of it `overdue`, with `damages`."""

    account_no: str
    billing: str
    balance: Decimal
    owed: Decimal
    overdue: Decimal
    damages: Decimal
    payable: Decimal
    reconnect: Decimal
    days_left: int | None = None


@dataclass(frozen=True)
class Outage:
    """A planned, temporary or fault outage as it is known now; `eta_said_at` is when the estimate was given."""

    outage_no: str
    kind: str
    status: str
    area_ids: tuple[str, ...]
    cause: str
    started: datetime | None = None
    eta: datetime | None = None
    eta_said_at: datetime | None = None
    next_update_by: datetime | None = None
    planned_from: datetime | None = None
    planned_to: datetime | None = None
    restored: datetime | None = None
    crew_status: str = ""


@dataclass(frozen=True)
class Place:
    """A place the utility knows, found from free text: its transformer area (台区) and region."""

    area_id: str
    estate: str
    region: str
    region_kind: str
    text: str
    building: str = ""


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

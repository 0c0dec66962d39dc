"""What crosses the seam of claims for appliances; money is Decimal, times are aware in Asia/Shanghai."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal


@dataclass(frozen=True)
class ApplianceItem:
    """One appliance as the customer lists it; `category` is one of the claim table's."""

    category: str
    name: str
    bought_on: date
    price: Decimal
    receipt: bool = False


@dataclass(frozen=True)
class ClaimFiling:
    """What a customer files."""

    account_no: str
    happened_at: datetime
    text: str
    contact_phone: str = ""
    items: tuple[ApplianceItem, ...] = ()


@dataclass(frozen=True)
class AssessedAppliance:
    """One appliance of a claim; `outcome` (repair, compensate, refuse) and `amount` once it is decided."""

    item_no: int
    category: str
    category_name: str
    name: str
    bought_on: date
    price: Decimal
    receipt: bool
    outcome: str | None
    life_years: int | None
    amount: Decimal | None
    note: str


@dataclass(frozen=True)
class ApplianceClaim:
    """A claim; `offered` once it is assessed, `paid` once that was paid out."""

    claim_no: str
    account_no: str
    status: str
    active: bool
    filed: datetime
    happened: datetime
    visit_by: datetime
    text: str
    contact_phone_masked: str
    outage_no: str | None
    visited: datetime | None
    findings: str
    cause: str
    cause_text: str
    refusal: str
    refusal_text: str
    offered: Decimal | None
    pay_by: str | None
    paid: Decimal | None
    paid_at: datetime | None
    payment_ref: str
    items: tuple[AssessedAppliance, ...]


@dataclass(frozen=True)
class ClaimPage:
    """Some of a person's claims, the newest first."""

    claims: tuple[ApplianceClaim, ...]
    next_cursor: str | None


@dataclass(frozen=True)
class ApplianceCategory:
    """A kind of appliance and how many years one lives."""

    category: str
    name: str
    life_years: int
    examples: tuple[str, ...]


@dataclass(frozen=True)
class ClaimTable:
    """What may be claimed for, and by which figures."""

    full_price_months: int
    floor: Decimal
    most_items: int
    categories: tuple[ApplianceCategory, ...]

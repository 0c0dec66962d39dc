"""People, their accounts and the codes sent to them, as frozen values; an account leaves only through `wire`."""

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

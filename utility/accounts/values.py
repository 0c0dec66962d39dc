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
        """Whether a home is billed: by tiers, at the shared-meter price, or its charger."""
        return self.plan.partition("_")[0] in ("tier", "shared", "charger")


@dataclass(frozen=True)
class SentCode:
    """A check code on its way; the code itself is only in the message."""

    account_no: str
    phone: str
    expires_at: datetime
    resend_after_s: int


@dataclass(frozen=True)
class Manager:
    """A key account's manager (客户经理) and who stands in."""

    manager_no: str
    name: str
    role: str
    phone: str
    hours: str
    deputy_name: str
    deputy_phone: str


@dataclass(frozen=True)
class Profile:
    """What a counter must know of an account before it talks: class, plan, contract, the tags that matter."""

    account: Account
    account_class: str
    voltage: str
    phase: str
    capacity_kw: Decimal
    contract_state: str
    contract_until: date | None
    tags: tuple[str, ...]
    tag_kinds: tuple[str, ...]
    manager: Manager | None


@dataclass(frozen=True)
class Contact:
    """Somebody to reach about an account, and how long that holds."""

    contact_id: int
    kind: str
    name: str
    phone: str
    valid_from: date
    valid_until: date | None
    verified_at: datetime | None


@dataclass(frozen=True)
class ContactFault:
    """A contact that cannot be right: a phone of no known form, or one that people not related share."""

    account_no: str
    fault: str
    phone: str
    others: tuple[str, ...] = ()


@dataclass(frozen=True)
class PhoneChange:
    """A change of the phone on file that waits for the codes sent to the old and the new phone."""

    phone_change_no: str
    account_no: str
    old_phone: str
    new_phone: str
    expires_at: datetime

"""What crosses the seam of bound accounts and check codes; money is Decimal, times are aware in Asia/Shanghai."""

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
class AccountManager:
    """A key account's own manager (客户经理) and who stands in; the numbers are the company's."""

    manager_no: str
    name: str
    role: str
    phone: str
    hours: str
    deputy_name: str = ""
    deputy_phone: str = ""


@dataclass(frozen=True)
class AccountProfile:
    """What the counter must know of a bound account before it talks; `tag_kinds` says what the tags mean."""

    account: BoundAccount
    account_class: str
    plan: str
    voltage: str
    phase: str
    capacity_kw: Decimal
    contract_state: str
    contract_until: date | None = None
    tag_kinds: tuple[str, ...] = ()
    manager: AccountManager | None = None


@dataclass(frozen=True)
class Contact:
    """Somebody to reach about an account, masked; `valid_until` is the last day it holds."""

    contact_id: str
    kind: str
    name_masked: str
    phone_masked: str
    valid_from: date
    valid_until: date | None = None
    verified: bool = False


@dataclass(frozen=True)
class PhoneChange:
    """Codes are on their way to the old and the new phone; both right, the phone on file changes."""

    phone_change_no: str
    account_no: str
    old_phone_masked: str
    new_phone_masked: str
    expires_at: datetime


@dataclass(frozen=True)
class Standing:
    """What a bound account is (`facts`: home, business, charger, solar ...) and what troubles it now (`troubles`).

    Troubles are `arrears`, `cut_off`, `complaint`, `fault` and `outage`; one with any of them is offered nothing.
    """

    account_no: str
    facts: tuple[str, ...] = ()
    troubles: tuple[str, ...] = ()


@dataclass(frozen=True)
class AccountCandidate:
    """An account that fits a search, masked: enough for its holder to know it."""

    account_no: str
    name_masked: str
    address_masked: str
    phone_masked: str

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

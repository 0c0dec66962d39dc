"""What crosses the seam of notices and of being called back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal


@dataclass(frozen=True)
class Subscription:
    """Whether notices of a type go by a channel; `threshold` is the limit of a balance warning."""

    account_no: str
    notice_type: str
    channel: str
    enabled: bool
    threshold: Decimal | None
    set_at: datetime


@dataclass(frozen=True)
class Callback:
    """A request to be called back: `open`, or `done`."""

    callback_no: str
    account_no: str
    phone_masked: str
    reason: str
    state: str
    asked_at: datetime

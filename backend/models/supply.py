"""What crosses the seam of power on and off."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal


@dataclass(frozen=True)
class Reconnect:
    """Power on its way back: `remote` (the meter), `field` (a crew), `done`, `ended` (temporary power)."""

    reconnect_no: str
    account_no: str
    kind: str
    state: str
    requested_at: datetime
    due_at: datetime
    order_no: str
    done_at: datetime | None
    ends_at: datetime | None


@dataclass(frozen=True)
class Supply:
    """Whether an account has power, why not, the last step of the ladder, and the newest reconnect."""

    account_no: str
    status: str
    cut_at: datetime | None
    reason: str
    last_step: str
    cut_on: date | None
    warning_limit: Decimal | None
    reconnect: Reconnect | None

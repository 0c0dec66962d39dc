"""What crosses the seam of outages; money is Decimal, times are aware in Asia/Shanghai."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal


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

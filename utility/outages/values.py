"""Outages as frozen values; times are aware."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


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

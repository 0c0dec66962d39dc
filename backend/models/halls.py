"""What crosses the seam of halls and managers; times are aware in Asia/Shanghai."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class HallDay:
    """The hours of one day (`09:00-16:00`), empty when closed; `kind` is weekday, saturday, sunday or holiday."""

    day: date
    kind: str
    hours: str
    note: str = ""


@dataclass(frozen=True)
class Hall:
    """A service hall (营业厅) as it stands now."""

    hall_id: str
    name: str
    region: str
    address: str
    phone: str
    self_service: str
    services: tuple[str, ...]
    open_now: bool
    open_until: datetime | None
    opens_next: datetime | None
    today: HallDay


@dataclass(frozen=True)
class Manager:
    """A grid manager or key-account manager, with a public service number, as they stand now."""

    manager_id: str
    name: str
    role: str
    phone: str
    hours: str
    on_duty: bool
    absent: bool
    next_on_duty: datetime | None


@dataclass(frozen=True)
class ManagerContact:
    """Whom to call: the deputy is named while the manager is not there; `reach` is who answers now, if anybody."""

    manager: Manager
    deputy: Manager | None
    reach: str | None


@dataclass(frozen=True)
class ServiceTeam:
    """Who serves an account."""

    account_no: str
    grid_manager: ManagerContact | None
    key_account_manager: ManagerContact | None
    halls: tuple[Hall, ...]

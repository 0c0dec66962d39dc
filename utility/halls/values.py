"""Halls, managers and their hours as frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import Enum


class DayKind(str, Enum):
    """What a calendar day is for opening hours; a day of make-up work counts as a weekday."""

    WEEKDAY = "weekday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"
    HOLIDAY = "holiday"


@dataclass(frozen=True)
class Hours:
    """From when to when on one day."""

    since: time
    until: time

    @classmethod
    def read(cls, text: str) -> Hours:
        """Reads `08:30-17:30`.

        Raises:
            ValueError: it is not of that form, or ends before it begins.
        """
        since, _, until = text.partition("-")
        hours = cls(time.fromisoformat(since), time.fromisoformat(until))
        if hours.since >= hours.until:
            raise ValueError(f"hours end before they begin: {text!r}")
        return hours

    def __str__(self) -> str:
        """Writes them as they are read."""
        return f"{self.since:%H:%M}-{self.until:%H:%M}"


Week = Mapping[DayKind, "Hours | None"]


@dataclass(frozen=True)
class OtherDay:
    """One day that differs from the week: other hours, or none."""

    hours: Hours | None
    note: str


@dataclass(frozen=True)
class Schedule:
    """The hours of a week, and the days that differ from it."""

    week: Week
    other_days: Mapping[date, OtherDay] = field(default_factory=dict)


@dataclass(frozen=True)
class OpenDay:
    """The hours of one calendar day."""

    day: date
    kind: DayKind
    hours: Hours | None
    note: str = ""


@dataclass(frozen=True)
class Standing:
    """Whether somebody is there now: until when, or from when on."""

    open_now: bool
    open_until: datetime | None
    opens_next: datetime | None
    today: OpenDay


@dataclass(frozen=True)
class Hall:
    """A service hall (营业厅)."""

    hall_id: str
    name: str
    region: str
    address: str
    phone: str
    self_service: str
    services: tuple[str, ...]
    schedule: Schedule


@dataclass(frozen=True)
class Absence:
    """A time in which a manager is away."""

    since: datetime
    until: datetime


@dataclass(frozen=True)
class Manager:
    """Somebody customers may call by name: a grid manager (网格经理) or a key-account manager (客户经理)."""

    manager_id: str
    name: str
    role: str
    phone: str
    hours: str
    deputy_id: str | None
    schedule: Schedule
    absences: tuple[Absence, ...] = ()


@dataclass(frozen=True)
class Duty:
    """A manager as they stand now."""

    manager: Manager
    on_duty: bool
    absent: bool
    next_on_duty: datetime | None


@dataclass(frozen=True)
class Contact:
    """Whom to call now: the manager, the deputy while the manager is not there, or nobody yet."""

    manager: Duty
    deputy: Duty | None

    @property
    def reach(self) -> Duty | None:
        """Who answers now."""
        if self.manager.on_duty:
            return self.manager
        return self.deputy if self.deputy and self.deputy.on_duty else None


@dataclass(frozen=True)
class ServiceTeam:
    """Who serves an account: its grid manager, its key-account manager if it has one, the halls of its region."""

    account_no: str
    grid_manager: Contact | None
    key_account: Contact | None
    halls: tuple[tuple[Hall, Standing], ...]

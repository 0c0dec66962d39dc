"""What crosses the seam of outages; money is Decimal, times are aware in Asia/Shanghai."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime


@dataclass(frozen=True)
class Outage:
    """A planned, temporary, rotating or fault outage as it is known now; `eta_said_at` is when the estimate was given.

    `next_update_overdue` says that the next word was promised by `next_update_by` and has not come.
    """

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
    eta_said_by: str = ""
    next_update_overdue: bool = False
    line_id: str = ""
    scope: str = "area"
    homes: int | None = None
    contact: str = ""
    restored_area_ids: tuple[str, ...] = ()
    short_notice: bool = False


@dataclass(frozen=True)
class OutageStep:
    """One line of an outage's timeline; `actor` is the kind of who brought it there."""

    status: str
    at: datetime
    note: str = ""
    actor: str = ""


@dataclass(frozen=True)
class Said:
    """When a fact was last said, and by whom."""

    said_at: datetime
    said_by: str = ""


@dataclass(frozen=True)
class Estimate:
    """One time that was given for power to be back."""

    eta: datetime
    said: Said


@dataclass(frozen=True)
class OutageDetail:
    """An outage with its story: every estimate given, and how fresh each fact is (status, cause, eta, crew)."""

    outage: Outage
    timeline: tuple[OutageStep, ...] = ()
    estimates: tuple[Estimate, ...] = ()
    freshness: Mapping[str, Said] = field(default_factory=dict)


@dataclass(frozen=True)
class OutageHistory:
    """What a place has been through: its outages, the newest first, and the count by the rule of frequent outages.

    `deducted` names the outages since `since` that do not count, each with its reason (flash, reported, own).
    """

    outages: tuple[Outage, ...]
    since: date
    counted: tuple[str, ...]
    deducted: Mapping[str, str]
    frequent: bool

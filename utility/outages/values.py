"""Outages as frozen values; times are aware."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

OVER = frozenset({"restored", "cancelled", "merged"})
FACTS = ("status", "cause", "eta", "crew")


@dataclass(frozen=True)
class Step:
    """One line of a timeline; `actor` is who brought it there."""

    status: str
    at: datetime
    note: str = ""
    actor: str = ""


@dataclass(frozen=True)
class Fact:
    """One thing that was said of an outage: what (status, cause, eta, crew), its value, when and by whom."""

    fact: str
    value: str
    said_at: datetime
    said_by: str


@dataclass(frozen=True)
class Building:
    """One building of an area."""

    area_id: str
    building: str


@dataclass(frozen=True)
class Where:
    """What an outage covers: areas, a whole line, single buildings of areas that are not dark as a whole."""

    area_ids: tuple[str, ...] = ()
    line_id: str | None = None
    buildings: tuple[Building, ...] = ()


@dataclass(frozen=True)
class Draft:
    """An outage that somebody raises; a scheduled one has a window, a fault a start."""

    kind: str
    where: Where
    cause: str = ""
    crew: str = ""
    contact: str = ""
    started: datetime | None = None
    planned_from: datetime | None = None
    planned_to: datetime | None = None
    eta: datetime | None = None
    eta_said_by: str = ""
    short_reason: str = ""
    exempt: str = ""


@dataclass(frozen=True)
class Word:
    """What somebody says of an outage now; empty means: nothing new."""

    status: str = ""
    cause: str = ""
    crew: str = ""
    eta: datetime | None = None
    said_by: str = ""
    note: str = ""


@dataclass(frozen=True)
class Outage:
    """An outage as it is known now.

    Attributes:
        buildings: where single buildings of an area are dark, those; an area without any is dark as a whole.
        restored_areas: areas that have their power back before the rest.
        scope: home, stair, building, area or line.
        short_reason: why it was announced later than the published notice; empty when it was not.
        exempt: why it does not count as a frequent one: `reported` to the authority, or the customer's `own`.
        late_told: the end that was told to be missed, as it stood when the lateness was told.
    """

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
    eta_said_by: str = ""
    line_id: str | None = None
    scope: str = "area"
    homes: int | None = None
    contact: str = ""
    published: datetime | None = None
    buildings: tuple[Building, ...] = ()
    restored_areas: tuple[str, ...] = ()
    short_reason: str = ""
    exempt: str = ""
    late_told: datetime | None = None
    merged_into: str | None = None
    reports: int = 0

    @property
    def over(self) -> bool:
        """Whether nothing of it is left to happen."""
        return self.restored is not None or self.status in OVER

    @property
    def ends(self) -> datetime | None:
        """When a scheduled one ends as known now: the estimate when it is later than the plan."""
        if self.planned_to and self.eta:
            return max(self.planned_to, self.eta)
        return self.planned_to

    @property
    def dark_areas(self) -> tuple[str, ...]:
        """The areas that it covers and that have no power back yet."""
        return tuple(area for area in self.area_ids if area not in self.restored_areas)

    def runs(self, now: datetime) -> bool:
        """Tells whether the power is off because of it at `now`."""
        if self.over:
            return False
        if self.planned_from is not None and self.ends is not None:
            return self.planned_from <= now < self.ends
        return self.started is not None and self.started <= now

    def touches(self, area_id: str, building: str = "") -> bool:
        """Tells whether a place is or was dark by it; an unknown building of a partly dark area is not."""
        named = {place.building for place in self.buildings if place.area_id == area_id}
        return area_id in self.area_ids and (not named or building in named)

    def covers(self, area_id: str, building: str = "") -> bool:
        """Tells whether a place has no power back yet."""
        return area_id not in self.restored_areas and self.touches(area_id, building)

"""Places of the network as frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Area:
    """A transformer area and the region whose promise holds there."""

    area_id: str
    name: str
    estate: str
    street: str
    road: str
    buildings: str
    region: str
    region_kind: str
    arrive_minutes: int
    line_id: str
    lat: Decimal
    lng: Decimal


@dataclass(frozen=True)
class Place:
    """What a free text means: an area, and a building of it when the text names one."""

    area: Area
    building: str = ""

    @property
    def text(self) -> str:
        """The place in the company's own words."""
        return f"{self.area.region}{self.area.street}{self.area.estate}{self.building}"


@dataclass(frozen=True)
class Line:
    """A 10 kV line and the substation it comes from."""

    line_id: str
    name: str
    substation: str


@dataclass(frozen=True)
class AreaFacts:
    """What a counter says of an area: where it is, what feeds it, how many hang on it."""

    area_id: str
    name: str
    kind: str
    region: str
    street: str
    estate: str
    road: str
    buildings: tuple[str, ...]
    homes: int
    accounts: int
    line_id: str
    line_name: str
    substation: str
    standby_lines: tuple[str, ...]


@dataclass(frozen=True)
class Location:
    """Where a point on the earth lies: its nearest area and how far; no area when it is not the company's ground."""

    area: Area | None
    distance_km: Decimal | None

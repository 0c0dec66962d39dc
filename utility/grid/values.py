"""Places of the network as frozen values."""

from __future__ import annotations

from dataclasses import dataclass


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


@dataclass(frozen=True)
class Place:
    """What a free text means: an area, and a building of it when the text names one."""

    area: Area
    building: str = ""

    @property
    def text(self) -> str:
        """The place in the company's own words."""
        return f"{self.area.region}{self.area.street}{self.area.estate}{self.building}"

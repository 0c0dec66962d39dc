"""What crosses the seam of places; money is Decimal, times are aware in Asia/Shanghai."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Place:
    """A place the utility knows, found from free text: its transformer area (台区) and region."""

    area_id: str
    estate: str
    region: str
    region_kind: str
    text: str
    building: str = ""


@dataclass(frozen=True)
class Location:
    """Where a point lies: `place` is None when it is not the utility's ground; `distance_km` to the nearest area."""

    ours: bool
    place: Place | None
    distance_km: Decimal | None

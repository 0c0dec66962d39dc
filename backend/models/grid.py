"""What crosses the seam of places; money is Decimal, times are aware in Asia/Shanghai."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
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

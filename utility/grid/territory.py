"""How far the company's own ground reaches: the versions of `utility/data/territory.yml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any


@dataclass(frozen=True)
class Territory:
    """A place within `reach_km` of an area is the company's; one beyond is somebody else's."""

    reach_km: Decimal


def parse_territory(row: Mapping[str, Any]) -> Territory:
    """Builds the territory from one version of the file."""
    return Territory(Decimal(row["reach_km"]))

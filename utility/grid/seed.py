"""The network of the demo city as rows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from utility.grid.rules import building_names
from utility.seed.file import Section
from utility.seed.table import Table


def tables(city: Section, now: datetime) -> Iterator[Table]:
    """Lists regions, substations, lines, transformer areas, their buildings and standby supplies."""
    columns = "region_id, name, kind, arrive_minutes, restore_hours, streets"
    keys = ("id", "name", "kind", "arrive_min", "restore_h", "streets")
    yield Table("regions", columns, [tuple(r[k] for k in keys) for r in city["regions"]])
    yield Table("substations", "name", [(name,) for name in sorted({r["substation"] for r in city["lines"]})])
    yield Table("lines", "line_id, name, substation", [(r["id"], r["name"], r["substation"]) for r in city["lines"]])
    parts = ("id", "name", "kind", "line", "region", "street", "estate", "road", "buildings", "homes", "lat", "lng")
    columns = "area_id, name, kind, line_id, region_id, street, estate, road, buildings, homes, lat, lng"
    yield Table("transformer_areas", columns, [tuple(r[k] for k in parts) for r in city["transformer_areas"]])
    buildings = [(r["id"], name) for r in city["transformer_areas"] for name in building_names(r["buildings"])]
    yield Table("buildings", "area_id, name", buildings)
    standby = [(r["id"], area) for r in city["lines"] for area in r.get("standby_for", [])]
    yield Table("standby_supplies", "line_id, area_id", standby)

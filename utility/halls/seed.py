"""The halls and grid managers of the demo city as rows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from utility.seed.file import Section
from utility.seed.table import Table


def tables(city: Section, now: datetime) -> Iterator[Table]:
    """Lists halls, grid managers, and the areas they look after."""
    keys = ("id", "name", "region", "address", "phone", "weekday", "saturday", "sunday", "holidays", "self_service")
    columns = "hall_id, name, region_id, address, phone, weekday, saturday, sunday, holidays, self_service, services"
    yield Table("halls", columns, [(*(r[k] for k in keys), r["services"]) for r in city["halls"]])
    columns = "manager_id, name, phone, hours"
    rows = [tuple(r[k] for k in ("id", "name", "phone", "hours")) for r in city["grid_managers"]]
    yield Table("grid_managers", columns, rows)
    areas = [(area, r["id"]) for r in city["grid_managers"] for area in r["areas"]]
    yield Table("grid_manager_areas", "area_id, manager_id", areas)

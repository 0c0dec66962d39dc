"""The company's published limits (服务时限), by name, region and day; a figure of them stands nowhere in code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from runtime.errors import SettingsError
from utility.orders.worktime import UNITS, Limit
from utility.versions import Version, Versions, read_versions


@dataclass(frozen=True)
class Standard:
    """One published limit with what it is about; `value` may be a figure, a list of them or words."""

    limit: str
    subject: str
    value: Any
    unit: str
    note: str


@dataclass(frozen=True)
class Standards:
    """Every published limit with all its versions."""

    known: Mapping[str, Versions[Standard]]

    def at(self, name: str, day: date, regions: Sequence[str]) -> Version[Standard]:
        """Returns what is published under `name` on `day`, with its source.

        Raises:
            SettingsError: nothing is.
        """
        versions = self.known.get(name)
        if versions is None:
            raise SettingsError(f"service_standards: there is no limit {name}")
        return versions.at(day, regions)

    def limit(self, name: str, day: date, regions: Sequence[str]) -> Limit:
        """Returns a limit that is one figure of time.

        Raises:
            SettingsError: nothing is published under that name, or it is no single figure.
        """
        found = self.at(name, day, regions).value
        if found.unit not in UNITS or isinstance(found.value, bool) or not isinstance(found.value, (int, Decimal)):
            raise SettingsError(f"service_standards: {name} is not one figure of time")
        return Limit(name, Decimal(found.value), found.unit)


def read_standards() -> Standards:
    """Reads utility/data/service_standards.yml.

    Raises:
        SettingsError: it is not of its form.
    """
    every = read_versions("service_standards", _standard)
    names = {version.value.limit for version in every.known}
    return Standards(
        {name: Versions(name, tuple(v for v in every.known if v.value.limit == name)) for name in sorted(names)}
    )


def _standard(row: dict[str, Any]) -> Standard:
    unit, note = row.get("unit") or "", row.get("note") or ""
    return Standard(row["limit"], row["subject"], row["value"], str(unit), str(note))

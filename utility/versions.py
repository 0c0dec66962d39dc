"""Versioned tables: limits, tariffs and rules are data with a region, a from-date and a source, never constants.

A file in `utility/data/` holds `versions: [{region, from, until?, source, status, ...}]`. What holds on a day is the
newest version of the nearest region: the company's own, its province, its grid company (sgcc, csg), the country (cn).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Generic, TypeVar

from runtime.errors import SettingsError
from runtime.yaml_files import read_yaml

T = TypeVar("T")
FOLDER = Path(__file__).parent / "data"


@dataclass(frozen=True)
class Version(Generic[T]):
    """One table as it holds in a region from a day on; `source` says where it comes from."""

    region: str
    since: date
    until: date | None
    source: str
    status: str
    value: T

    def holds(self, day: date) -> bool:
        """Tells whether it holds on `day`; `until` is the last day."""
        return self.since <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True)
class Versions(Generic[T]):
    """Every version of one table."""

    name: str
    known: tuple[Version[T], ...]

    def at(self, day: date, regions: Sequence[str]) -> Version[T]:
        """Returns what holds on `day`, the nearest region first.

        Raises:
            SettingsError: nothing does; the operator has to add a version.
        """
        for region in regions:
            holding = [version for version in self.known if version.region == region and version.holds(day)]
            if holding:
                return max(holding, key=lambda version: version.since)
        raise SettingsError(f"{self.name}: no version holds on {day} in {', '.join(regions)}: add one to utility/data")


def read_versions(name: str, parse: Callable[[dict[str, Any]], T]) -> Versions[T]:
    """Reads `utility/data/<name>.yml`; `parse` gets each version's own fields.

    Raises:
        SettingsError: the file is not of that form, or a version cannot be parsed.
    """
    content = read_yaml(FOLDER / f"{name}.yml")
    try:
        return Versions(name, tuple(_version(row, parse) for row in content["versions"]))
    except (KeyError, TypeError, ValueError, ArithmeticError) as error:
        raise SettingsError(f"utility/data/{name}.yml: {error!r}") from error


def _version(row: dict[str, Any], parse: Callable[[dict[str, Any]], T]) -> Version[T]:
    head = ("region", "from", "until", "source", "status")
    rest = {key: value for key, value in row.items() if key not in head}
    return Version(
        region=row["region"],
        since=_day(row["from"]),
        until=_day(row["until"]) if row.get("until") else None,
        source=row["source"],
        status=row["status"],
        value=parse(rest),
    )


def _day(value: date | str) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)

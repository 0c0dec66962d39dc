"""Price tables: what holds for a company on a day, read from utility/data/tariffs.yml and the city's own settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from utility.regions import regions_of
from utility.versions import Version, Versions, read_versions

PERIODS = ("peak", "flat", "valley")
Bounds = tuple[Decimal, Decimal]
Prices = tuple[Decimal, ...]


@dataclass(frozen=True)
class TimePrices:
    """What the hours cost in some months: `prices` per hour class in tiers 1 to 3."""

    months: frozenset[int]
    hours: Mapping[str, tuple[str, ...]]
    prices: Mapping[str, Prices]


@dataclass(frozen=True)
class MultiPerson:
    """一户多人口: what tier 1 is wider by in a month, and whether tier 2 moves with it."""

    least_persons: int
    plus: Decimal
    shift_all: bool


@dataclass(frozen=True)
class Commercial:
    """What a business pays per kWh and per kVA; `ratio` is what peak, flat and valley multiply the grid price by."""

    grid: Decimal
    loss: Decimal
    trans_single: Decimal
    trans_two_part: Decimal
    system: Decimal
    fund: Decimal
    capacity: Decimal
    ratio: Prices


@dataclass(frozen=True)
class Tariff:
    """One table: every price of a region as it holds in one version."""

    name: str
    annual: bool
    seasons: Mapping[str, frozenset[int]]
    bands: Mapping[str, Bounds]
    price: Prices
    times: tuple[TimePrices, ...] = ()
    shared_price: Decimal | None = None
    free_kwh: Decimal | None = None
    multi: MultiPerson | None = None
    lock_years: int = 0
    commercial: Commercial | None = None

    def month_band(self, month: int) -> Bounds:
        """Returns the upper bounds of tiers 1 and 2 of one month of supply."""
        if self.annual:
            low, high = self.bands["year"]
            return low / 12, high / 12
        return self.bands[next(name for name, months in self.seasons.items() if month in months)]

    def time_prices(self, month: int) -> TimePrices | None:
        """Returns what the hours cost in `month`, None where the table knows no hours."""
        return next((times for times in self.times if month in times.months), None)


@dataclass(frozen=True)
class CitySettings:
    """What a company decides itself where its province leaves it open."""

    multi: MultiPerson
    free_kwh: Decimal
    commercial: Commercial


@dataclass(frozen=True)
class Tariffs:
    """Every version of the tables that can hold for one company."""

    versions: Versions[Tariff]
    regions: tuple[str, ...]

    def at(self, day: date) -> Version[Tariff]:
        """Returns the table of `day`, and where it comes from.

        Raises:
            SettingsError: no table holds.
        """
        return self.versions.at(day, self.regions)

    @property
    def begins(self) -> date:
        """The first day a table holds."""
        return min(version.since for version in self.versions.known if version.region in self.regions)

    def changes(self, after: date, before: date) -> list[date]:
        """Lists the days strictly between on which another table begins to hold."""
        starts = {version.since for version in self.versions.known if version.region in self.regions}
        return sorted(day for day in starts if after < day < before)


def read_tariffs(regions: tuple[str, ...], city: CitySettings | None = None) -> Tariffs:
    """Reads the tables for a chain of regions; a company's own settings come before the province's.

    Raises:
        SettingsError: the file is not of its form.
    """

    def parse(row: Mapping[str, Any]) -> Tariff:
        table = parse_tariff(row)
        if city is None:
            return table
        return replace(table, multi=city.multi, free_kwh=city.free_kwh, commercial=city.commercial)

    return Tariffs(read_versions("tariffs", parse), regions)


def city_tariffs(utility: Mapping[str, Any], policy: Mapping[str, Any], tariff: Mapping[str, Any]) -> Tariffs:
    """Reads the tables of a city's province with the city's own settings, from the sections of its books."""
    many, prices = policy["multi_person"], tariff["commercial"]
    names = ("grid", "loss", "trans_single", "trans_two_part", "system", "fund", "capacity")
    settings = CitySettings(
        multi=MultiPerson(many["min_persons"], Decimal(many["tier1_plus"]), many["mode"] == "shift_all"),
        free_kwh=Decimal(policy["low_income"]["free_kwh"]),
        commercial=Commercial(
            **{name: Decimal(prices[name]) for name in names}, ratio=_figures(prices["ratio_peak_flat_valley"])
        ),
    )
    return read_tariffs(regions_of(utility["province_table"]), settings)


def parse_tariff(row: Mapping[str, Any]) -> Tariff:
    """Reads one table of utility/data/tariffs.yml."""
    price, many, times = _figures(row.get("price", ())), row.get("multi_person"), row.get("time_of_use")
    if row["account_period"] not in ("monthly", "annual"):
        raise ValueError(f"account_period: {row['account_period']!r}")
    return Tariff(
        name=row["name"],
        annual=row["account_period"] == "annual",
        seasons=MappingProxyType({name: frozenset(months) for name, months in row.get("seasons", {}).items()}),
        bands=MappingProxyType({name: _bounds(band) for name, band in row["bands"].items()}),
        price=price,
        times=tuple(_times(season, price) for season in times["seasons"]) if times else (),
        shared_price=_figure(row.get("shared_meter_price")),
        free_kwh=_figure(row.get("low_income_free_kwh")),
        multi=_multi(many) if many else None,
        lock_years=times.get("lock_years", 0) if times else 0,
    )


def _multi(row: Mapping[str, Any]) -> MultiPerson:
    if row["mode"] not in ("tier1_only", "shift_all"):
        raise ValueError(f"multi_person.mode: {row['mode']!r}")
    return MultiPerson(row["min_persons"], Decimal(row["plus"]), row["mode"] == "shift_all")


def _times(row: Mapping[str, Any], price: Prices) -> TimePrices:
    hours = {name: tuple(spans) for name, spans in row["hours"].items()}
    if "ratio" in row:
        adders = [tier - price[0] for tier in price]
        bases = {name: price[0] * Decimal(str(ratio)) for name, ratio in row["ratio"].items()}
        prices = {name: tuple(base + adder for adder in adders) for name, base in bases.items()}
    else:
        prices = {name: _figures(figures) for name, figures in row["price"].items()}
    if set(prices) != set(hours) or not set(prices) <= set(PERIODS):
        raise ValueError(f"time_of_use: {sorted(prices)} are not the hours {sorted(hours)}")
    return TimePrices(frozenset(row["months"]), MappingProxyType(hours), MappingProxyType(prices))


def _bounds(band: list[int]) -> Bounds:
    low, high = band
    return Decimal(low), Decimal(high)


def _figures(values: Any) -> Prices:
    return tuple(Decimal(str(value)) for value in values)


def _figure(value: Any) -> Decimal | None:
    return None if value is None else Decimal(str(value))

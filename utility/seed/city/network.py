"""The filled-up city's network: districts, streets, substations, lines and areas, in the proportions of a real one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import cycle, islice
from random import Random
from typing import Any

from utility.seed.city.words import place_names
from utility.seed.table import Row, Table

HOMES_IN_AREA = (120, 240)
SHOPS_IN_AREA = (40, 90)
AREAS_ON_LINE = 8
LINES_OF_SUBSTATION = 7
HOMES_ON_FLOOR, FLOORS, UNITS = 2, 9, 2
SHARE_OF_MARKETS, ACCOUNTS_PER_WORKS = 0.04, 1000
# The new districts lie south of the demo city, over open sea as it does.
SOUTH, WEST, STEP = Decimal("28.7000"), Decimal("126.0000"), Decimal("0.0040")


@dataclass(frozen=True)
class Spot:
    """An area of the filled-up city: `kind` is home, shop or works, `accounts` how many hang on it."""

    area_id: str
    line_id: str
    kind: str
    region: str
    street: str
    estate: str
    road: str
    buildings: str
    accounts: int


@dataclass(frozen=True)
class Network:
    """Everything that accounts hang on."""

    tables: tuple[Table, ...]
    spots: tuple[Spot, ...]


def build_network(accounts: int, random: Random, words: dict[str, Any]) -> Network:
    """Plans a network with room for exactly `accounts`."""
    names = place_names(words)
    regions = _regions(words)
    kinds = list(_sizes(accounts, random))
    spots, rows = [], []
    streets = cycle([(region, street) for region in regions for street in region["streets"]])
    for n, (kind, size) in enumerate(kinds):
        region, street = next(islice(streets, 1))
        spot = _spot(n, kind, size, region["name"], street, next(names), words)
        spots.append(spot)
        rows.append(_area_row(n, spot, region["id"], words))
    lines = _lines(len(kinds), names, words)
    stations = sorted({station for _, _, station in lines})
    return Network(
        (
            Table(
                "regions", "region_id, name, kind, arrive_minutes, restore_hours, streets", list(_region_rows(regions))
            ),
            Table("substations", "name", [(name,) for name in stations]),
            Table("lines", "line_id, name, substation", lines),
            Table("transformer_areas", _AREA_COLUMNS, rows),
            Table("buildings", "area_id, name", [row for spot in spots for row in _buildings(spot, words)]),
        ),
        tuple(spots),
    )


_AREA_COLUMNS = "area_id, name, kind, line_id, region_id, street, estate, road, buildings, homes, lat, lng"


def _regions(words: dict[str, Any]) -> list[dict[str, Any]]:
    share = len(words["street_names"]) // len(words["districts"])
    found = []
    for n, district in enumerate(words["districts"]):
        ending = words["street_ending"] if n < len(words["districts"]) - 2 else words["town_ending"]
        streets = [name + ending for name in words["street_names"][n * share : (n + 1) * share]]
        found.append({**district, "id": f"DX{n + 1}", "streets": streets})
    return found


def _region_rows(regions: list[dict[str, Any]]) -> Iterator[Row]:
    for region in regions:
        yield tuple(region[name] for name in ("id", "name", "kind", "arrive", "restore", "streets"))


def _sizes(accounts: int, random: Random) -> Iterator[tuple[str, int]]:
    """Cuts the accounts into areas: a works for each thousand, a market now and then, homes for the rest."""
    left = accounts
    for _ in range(accounts // ACCOUNTS_PER_WORKS):
        yield "works", 1
        left -= 1
    while left:
        kind = "shop" if random.random() < SHARE_OF_MARKETS else "home"
        size = min(left, random.randint(*(SHOPS_IN_AREA if kind == "shop" else HOMES_IN_AREA)))
        left -= size
        yield kind, size


def _spot(n: int, kind: str, size: int, region: str, street: str, place: str, words: dict[str, Any]) -> Spot:
    endings = {"shop": words["market_ending"], "works": words["works_ending"]}
    ending = endings.get(kind) or words["estate_endings"][n % len(words["estate_endings"])]
    return Spot(
        area_id=f"TX{n + 1:05d}",
        line_id=f"LX{n // AREAS_ON_LINE + 1:04d}",
        kind=kind,
        region=region,
        street=street,
        estate=place + ending,
        road=words["road"].format(place=place, number=n % 200 + 1),
        buildings=_range_of(kind, size, words),
        accounts=size,
    )


def _range_of(kind: str, size: int, words: dict[str, Any]) -> str:
    if kind == "works":
        return str(words["yard"])
    if kind == "shop":
        return str(words["shop"].format(number="A-D"))
    return str(words["building"].format(number=f"1-{buildings_of(size)}"))


def buildings_of(size: int) -> int:
    """How many buildings hold so many homes."""
    return -(-size // (HOMES_ON_FLOOR * FLOORS * UNITS))


def _buildings(spot: Spot, words: dict[str, Any]) -> Iterator[Row]:
    if spot.kind == "works":
        yield spot.area_id, words["yard"]
    elif spot.kind == "shop":
        yield from ((spot.area_id, words["shop"].format(number=letter)) for letter in "ABCD")
    else:
        numbers = range(1, buildings_of(spot.accounts) + 1)
        yield from ((spot.area_id, words["building"].format(number=number)) for number in numbers)


def _area_row(n: int, spot: Spot, region_id: str, words: dict[str, Any]) -> Row:
    kind = words["kinds"]["own" if spot.kind == "works" else "public"]
    name = spot.estate + words["area_ending"]
    place = (spot.street, spot.estate, spot.road, spot.buildings)
    where = (SOUTH + STEP * (n // 40), WEST + STEP * (n % 40))
    return (spot.area_id, name, kind, spot.line_id, region_id, *place, spot.accounts, *where)


def _lines(areas: int, names: Iterator[str], words: dict[str, Any]) -> list[Row]:
    found: list[Row] = []
    place = ""
    for n in range(-(-areas // AREAS_ON_LINE)):
        number = n % LINES_OF_SUBSTATION
        if number == 0:
            place = next(names)
        line = words["line"].format(place=place, number=words["numerals"][number])
        found.append((f"LX{n + 1:04d}", line, words["substation"].format(place=place)))
    return found

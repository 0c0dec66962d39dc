"""The day as it will be played: every step with its moment, drawn from one seed before anything begins; pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from types import MappingProxyType
from typing import Any

from runtime.yaml_files import read_yaml

STORM_FILE = Path(__file__).parent.parent / "data" / "storm.yml"


@dataclass(frozen=True)
class Customer:
    """Somebody who takes part: an account, who holds it, where it hangs."""

    account_no: str
    name: str
    phone: str
    area_id: str

    @property
    def person(self) -> str:
        """As a client's channel knows them."""
        return f"web:day_{self.account_no}"


@dataclass(frozen=True)
class Step:
    """One thing that happens at one moment; `number` names its keys and its own dice."""

    at: datetime
    number: int
    scene: str
    customer: Customer | None = None
    facts: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))


def read_storm(path: Path = STORM_FILE) -> dict[str, Any]:
    """Reads what a storm day is like."""
    content: dict[str, Any] = read_yaml(path)
    return content


def write_script(
    customers: Sequence[Customer], storm: Mapping[str, Any], random: Random, day: tuple[datetime, datetime]
) -> list[Step]:
    """Draws the whole day, in the order in which it happens."""
    drawn = [*_ordinary(customers, storm, random, day), *_storm(customers, storm, random, day), *_rounds(storm, day)]
    kept = sorted((at, place, scene, who, facts) for place, (at, scene, who, facts) in enumerate(drawn) if at < day[1])
    return [Step(at, number, scene, who, facts) for number, (at, _, scene, who, facts) in enumerate(kept, 1)]


Drawn = tuple[datetime, str, "Customer | None", Mapping[str, Any]]


def _ordinary(
    customers: Sequence[Customer], storm: Mapping[str, Any], random: Random, day: tuple[datetime, datetime]
) -> Iterator[Drawn]:
    """What a day brings anyway: who takes part binds in its first tenth, then each scene as often as its share says."""
    opening = day[0], day[0] + (day[1] - day[0]) / 10
    for customer in (c for c in customers if random.random() < storm["binds"]):
        yield _moment(random, opening), "bind", customer, {"dice": random.random()}
    for scene, share in storm["shares"].items():
        for _ in range(round(share * len(customers))):
            yield _moment(random, day), scene, random.choice(customers), {"dice": random.random()}


def _storm(
    customers: Sequence[Customer], storm: Mapping[str, Any], random: Random, day: tuple[datetime, datetime]
) -> Iterator[Drawn]:
    """Strikes some areas; those who live there report, a crew comes, power is back."""
    facts, whole = storm["storm"], day[1] - day[0]
    begins = day[0] + whole * facts["begins_after"]
    window = begins, begins + whole * facts["lasts"]
    areas = sorted({customer.area_id for customer in customers})
    for area_id in random.sample(areas, k=max(1, round(facts["areas"] * len(areas)))):
        strike = _moment(random, window)
        for customer in (c for c in customers if c.area_id == area_id and random.random() < facts["reports"]):
            told = strike + timedelta(seconds=random.randint(20, 60 * facts["within_minutes"]))
            yield told, "report", customer, {"dice": random.random()}
        repaired = strike + timedelta(minutes=random.randint(*facts["repair_minutes"]))
        yield (
            strike + timedelta(minutes=facts["within_minutes"] + 1),
            "dispatch",
            None,
            {"area_id": area_id, "eta": repaired},
        )
        yield repaired, "restore", None, {"area_id": area_id}
        for customer in (c for c in customers if c.area_id == area_id):
            back = repaired + timedelta(minutes=random.randint(*facts["confirm_minutes"]))
            yield back, "confirm", customer, {"dice": random.random()}


def _rounds(storm: Mapping[str, Any], day: tuple[datetime, datetime]) -> Iterator[Drawn]:
    at, gap = day[0], timedelta(minutes=storm["round_minutes"])
    while (at := at + gap) <= day[1]:
        yield at - timedelta(seconds=1), "round", None, {}


def _moment(random: Random, window: tuple[datetime, datetime]) -> datetime:
    seconds = int((window[1] - window[0]).total_seconds())
    return window[0] + timedelta(seconds=random.randrange(max(1, seconds)))

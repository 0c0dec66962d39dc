"""When a report is one of many, and how wide what they report is: pure rules over counts, never over single reports."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from utility.faults.values import Dark
from utility.outages.values import Building, Outage
from utility.policy import FaultMerge

SCOPES = ("home", "stair", "building", "area", "line")
# A fault whose place a crew has found grows no more: what is reported elsewhere is something else.
_UNFOUND = frozenset({"detected", "reported", "published", "dispatched", "accepted", "on_the_way"})


@dataclass(frozen=True)
class Tally:
    """The homes that reported one thing, by where they are; as small as the place, however many report."""

    places: tuple[Dark, ...]

    @property
    def homes(self) -> int:
        """All homes."""
        return sum(place.homes for place in self.places)

    @property
    def areas(self) -> tuple[str, ...]:
        """The areas they are in."""
        return tuple(sorted({place.area_id for place in self.places}))

    @property
    def buildings(self) -> tuple[Building, ...]:
        """The buildings that are known."""
        found = {Building(place.area_id, place.building) for place in self.places if place.building}
        return tuple(sorted(found, key=lambda place: (place.area_id, place.building)))

    @property
    def fullest(self) -> int:
        """The homes of the known building with the most."""
        homes: Counter[tuple[str, str]] = Counter()
        for place in self.places:
            if place.building:
                homes[place.area_id, place.building] += place.homes
        return max(homes.values(), default=0)


def tally(places: Iterable[Dark]) -> Tally:
    """Adds up places; the same one may come more than once."""
    homes: Counter[tuple[str, str, str]] = Counter()
    for place in places:
        homes[place.area_id, place.building, place.stair] += place.homes
    return Tally(tuple(Dark(*where, count) for where, count in sorted(homes.items())))


def agrees(mine: str, theirs: str) -> bool:
    """Tells whether two symptoms may be of one thing; one that was not told agrees with any."""
    return not mine or not theirs or mine == theirs


def agrees_dark(event: str, told: str, dark: tuple[str, ...]) -> bool:
    """Tells whether a symptom may be of an event that took the power away: the words for that agree with each other."""
    return agrees(event, told) or (event in dark and told in dark)


def in_window(last: datetime, now: datetime, window: timedelta) -> bool:
    """Tells whether a report is near enough to the last one; each report moves the window on."""
    return now - last <= window


def is_event(counted: Tally, rules: FaultMerge) -> bool:
    """Tells whether enough homes of one building, or of one estate, report the same."""
    return counted.homes >= rules.homes_in_estate or counted.fullest >= rules.homes_in_building


def scope_of(counted: Tally, rules: FaultMerge) -> str:
    """Names how wide the reported thing is: home, stair, building, area or line; more reports never narrow it."""
    if not is_event(counted, rules):
        return "home"
    if len(counted.areas) > 1:
        return "line"
    unplaced = any(not place.building for place in counted.places)
    if unplaced or len(counted.buildings) > 1:
        return "area"
    stairs = {place.stair for place in counted.places}
    return "stair" if len(stairs) == 1 and "" not in stairs else "building"


def dark_buildings(counted: Tally, scope: str) -> tuple[Building, ...]:
    """Names the buildings that are dark when the area is not as a whole."""
    return counted.buildings if scope in ("home", "stair", "building") else ()


def grows(event: Outage) -> bool:
    """Tells whether more reports may still widen an event: nobody knows yet where the fault is."""
    return event.kind == "fault" and not event.over and not event.cause and event.status in _UNFOUND


def one_line(event: Outage, other: Outage, line_id: str | None) -> bool:
    """Tells whether two growing events of one 10 kV line are taken for one."""
    same = line_id is not None and line_id == event.line_id == other.line_id
    return same and event.outage_no != other.outage_no and grows(event) and grows(other)

"""Which places a fact of an outage is for: where it has grown to, and where it is still dark when it is told. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from notices.facts import Values
from notices.late import KIND as OVERDUE

Place = Mapping[str, str]
# Told of what is over: who has power again is meant, too.
_OF_THE_PAST = frozenset({"outage_restored", "outage_frequent", "outage_cancelled", "outage_false", "outage_changed"})
# Planned long before they are told: they are for who is, or will be, dark by then.
_OF_THE_MOMENT = frozenset(
    {
        "outage_progress",
        "outage_progress_open",
        "outage_progress_stale",
        "outage_planned_eve",
        "outage_planned_soon",
        OVERDUE,
    }
)


def newly_dark(past: Values, known: Values) -> tuple[tuple[str, ...], dict[str, Any]]:
    """Returns the areas with somebody who is dark since now, and what a fact for them is given.

    Where only some buildings of an area were dark, those in them have heard of it: the fact is given them as `besides`.
    """
    before, back = past.get("area_ids", ()), past.get("back", ())
    fresh, besides = [], []
    for area in known["area_ids"]:
        heard, named = _buildings(past, area), _buildings(known, area)
        if area in back or (area in before and not _grown(heard, named)):
            continue
        fresh.append(area)
        besides += heard
    return tuple(fresh), {"besides": besides} if besides else {}


def places_now(
    kind: str, key: str, places: tuple[list[str], list[Place]], known: Values
) -> tuple[list[str], list[Place]]:
    """Returns the areas and buildings that a fact is for at the moment it is told; who has power again is left out."""
    if kind in _OF_THE_PAST or not known.get("area_ids"):
        return places
    areas, buildings = places
    if kind in _OF_THE_MOMENT or key.endswith("/soon"):
        areas, buildings = known["area_ids"], known.get("buildings", [])
    dark = [area for area in areas if area not in known.get("back", ())]
    return dark, [place for place in buildings if place["area_id"] in dark]


def _grown(heard: list[Place], named: list[Place]) -> bool:
    """Whether an area that was dark before is dark in more places; no building named: it is dark as a whole."""
    return bool(heard) and (not named or any(place not in heard for place in named))


def _buildings(known: Values, area: str) -> list[Place]:
    return [dict(place) for place in known.get("buildings", ()) if place["area_id"] == area]

"""Where an outage has grown to: new areas, and the rest of an area of which single buildings were dark before. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from notices.facts import Values

Place = Mapping[str, str]


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


def _grown(heard: list[Place], named: list[Place]) -> bool:
    """Whether an area that was dark before is dark in more places; no building named: it is dark as a whole."""
    return bool(heard) and (not named or any(place not in heard for place in named))


def _buildings(known: Values, area: str) -> list[Place]:
    return [dict(place) for place in known.get("buildings", ()) if place["area_id"] == area]

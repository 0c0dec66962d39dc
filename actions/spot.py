"""A place sent from the telephone: the community the utility finds there, kept for the next question where."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from actions.visit import Visit
from actions.wording import plain
from backend.models import Place
from conversation.message import Location

# Somebody who sent a place an hour ago may be elsewhere by now.
_FRESH = timedelta(minutes=30)
_PLACES = 4  # eleven metres: what a crew can use


@dataclass(frozen=True)
class Spot:
    """A place sent by the customer; `asked` once it was put to them which of their homes it is, if any."""

    area_id: str
    estate: str
    address: str
    at: str
    asked: bool = False

    def to_slot(self) -> dict[str, Any]:
        """Returns what is remembered of it."""
        return asdict(self)


async def find_spot(visit: Visit, location: Location) -> Spot | None:
    """Finds the community around a point, or None where the utility supplies nothing.

    The name that came with the point decides between neighbours: telephones are off by some hundred metres.
    """
    found = await visit.backend.locate(_degrees(location.latitude), _degrees(location.longitude))
    if found.place is None:
        return None
    place = await _named(visit, location.label) or found.place
    return Spot(place.area_id, place.estate, _address(visit, place.estate, location), _now(visit))


def sent_spot(visit: Visit) -> Spot | None:
    """The place sent a moment ago, if it still counts."""
    kept = visit.slot("sent_place")
    if not kept:
        return None
    spot = Spot(**kept)
    return spot if visit.services.clock.now() - datetime.fromisoformat(spot.at) <= _FRESH else None


def words_of(visit: Visit, location: Location) -> str:
    """A point in words that a crew finds, wherever it is."""
    words = visit.wording.of("utter_media_words")
    point = words["point"].format(lat=round(location.latitude, _PLACES), lng=round(location.longitude, _PLACES))
    return f"{location.label} {point}".strip()


async def _named(visit: Visit, label: str) -> Place | None:
    places = await visit.backend.find_places(label) if label else []
    return next((place for place in places if plain(place.estate) in plain(label)), None)


def _address(visit: Visit, estate: str, location: Location) -> str:
    if location.label and plain(estate) in plain(location.label):
        return location.label
    if location.label:
        return f"{estate} {location.label}"
    return visit.wording.of("utter_media_words")["near"].format(place=estate, point=words_of(visit, location))


def _degrees(value: float) -> Decimal:
    return Decimal(str(value))


def _now(visit: Visit) -> str:
    return visit.services.clock.now().isoformat()

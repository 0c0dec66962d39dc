"""Asks the utility about places over its REST interface."""

from __future__ import annotations

from decimal import Decimal

from backend.http.client import TEXT_MOST, Client
from backend.models import Location, Place
from backend.wire import grid as wire
from backend.wire.reading import read, read_list

PLACES = 7  # a centimetre; more digits say nothing and the contract takes ten


class GridClient(Client):
    """The calls about places over HTTP."""

    async def find_places(self, text: str) -> list[Place]:
        """See base class."""
        if not text.strip():
            return []
        return read_list(wire.place, "places", await self._get("/places", None, query={"text": text[:TEXT_MOST]}))

    async def locate(self, lat: Decimal, lng: Decimal) -> Location:
        """See base class."""
        if abs(lat) > 90 or abs(lng) > 180:
            return Location(ours=False, place=None, distance_km=None)
        point = {"lat": f"{round(lat, PLACES):f}", "lng": f"{round(lng, PLACES):f}"}
        return read(wire.location, await self._get("/locations", None, query=point))

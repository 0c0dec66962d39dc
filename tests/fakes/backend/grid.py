"""The fake company, part grid."""

from __future__ import annotations

from decimal import Decimal

from backend.models import Location, Place
from backend.wire import grid as read
from tests.fakes.backend.company import FakeCompany
from utility.grid import wire as show
from utility.grid.rules import Point, nearest
from utility.grid.territory import parse_territory
from utility.grid.values import Location as BooksLocation
from utility.versions import read_versions


class FakeGrid(FakeCompany):
    """The calls about grid."""

    async def find_places(self, text: str) -> list[Place]:
        """See base class."""
        self._called("find_places")
        return [read.place(show.place(place)) for place in self._city.gazetteer.find(text)]

    async def locate(self, lat: Decimal, lng: Decimal) -> Location:
        """See base class."""
        self._called("locate")
        if abs(lat) > 90 or abs(lng) > 180:
            return Location(ours=False, place=None, distance_km=None)
        found = nearest(self._city.areas.values(), Point(lat, lng))
        assert found is not None
        reach = read_versions("territory", parse_territory).at(self._clock.now().date(), ("cn",)).value.reach_km
        area, distance = found
        return read.location(show.location(BooksLocation(area if distance <= reach else None, distance)))

"""The fake company, part grid."""

from __future__ import annotations

from backend.models import Place
from backend.wire import grid as read
from tests.fakes.backend.company import FakeCompany
from utility.grid import wire as show


class FakeGrid(FakeCompany):
    """The calls about grid."""

    async def find_places(self, text: str) -> list[Place]:
        """See base class."""
        self._called("find_places")
        return [read.place(show.place(place)) for place in self._city.gazetteer.find(text)]
